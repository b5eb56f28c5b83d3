"""Seconds a submission of every tool, in rounds, and their ratios."""

import os
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.catalogue.course import find_course
from tests.benchmarks.commands import seconds_of_grade, seconds_of_nbgrader, seconds_of_nbval, warm_seconds
from tests.benchmarks.copies import BoundedClass, lay_out, lay_out_course, without_explore_cells
from tests.benchmarks.otter import lay_out_otter, otter_environment, seconds_of_otter

FLOOR, ONE, TWO = "floor", "autograder grade, 1 worker", "autograder grade, 2 workers"
PEER, PEER_SAME_CELLS = "nbgrader autograde", "nbgrader autograde, the graded cells alone"
OTTER, NBVAL = "otter run", "pytest --nbval-lax"
RATIOS = (
    ("nbgrader / 1 worker", PEER, ONE, "at least 20"),
    ("nbgrader / 2 workers", PEER, TWO, ""),
    ("nbgrader, the graded cells alone / 1 worker", PEER_SAME_CELLS, ONE, ""),
    ("nbgrader, the graded cells alone / 2 workers", PEER_SAME_CELLS, TWO, ""),
    ("otter / 1 worker", OTTER, ONE, "at least 30"),
    ("otter / 2 workers", OTTER, TWO, ""),
    ("nbval / 1 worker", NBVAL, ONE, ""),
    ("1 worker / floor", ONE, FLOOR, "at most 1.5"),
    ("1 worker / 2 workers", ONE, TWO, "at least 1.8"),
)
FLOOR_PASSES = 10

Round = dict[tuple[str, str], float]
"""Seconds a submission, by tool and kind of figure ("whole" or "steady")."""


def measure_speed(
    found: BoundedClass, folder: Path, console: Console, students: int, rounds: int, peer_students: int
) -> list[Round]:
    """Run every tool `rounds` times, in turns, and print medians and ratios."""
    size = len(found.notebooks)
    spread = [found.notebooks[place * size // peer_students] for place in range(peer_students)]
    copies = max(2, -(-students // peer_students))
    classes = [
        lay_out(folder / name, found.assignment, some * copies) for name, some in (("one", spread[:1]), ("few", spread))
    ]
    rest = lay_out(folder / "rest", found.assignment, spread[1:])
    for kind, notebooks in ((PEER, spread), (PEER_SAME_CELLS, [without_explore_cells(each) for each in spread])):
        for name, some in (("one", notebooks[:1]), ("few", notebooks)):
            lay_out_course(folder / kind / name, find_course(), found.assignment, some)
    python = otter_environment()
    otters = lay_out_otter(python, folder / OTTER, find_course().assignment(found.assignment), spread)
    console.print(
        f"{found.assignment}: one member of the class, and {peer_students}; autograder grade: {copies} copies of each\n"
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} before the first of {rounds} rounds"
    )
    taken: list[Round] = []
    for number in range(rounds):
        taken.append(_round(found, folder, classes, rest, peer_students))
        taken[-1] |= _otter_figures([seconds_of_otter(python, submission) for submission in otters[1:]])
        steady = ", ".join(f"{tool} {seconds:.3f}" for (tool, kind), seconds in taken[-1].items() if kind == "steady")
        print(f"round {number + 1}, steady: {steady}", file=sys.stderr)
    console.print()
    console.print(_seconds_table(taken))
    console.print()
    console.print(_ratio_table(taken))
    return taken


def _round(found: BoundedClass, folder: Path, classes: Sequence[Path], rest: Path, peer_students: int) -> Round:
    taken: Round = {(FLOOR, "steady"): warm_seconds("floor", found.assignment, rest, FLOOR_PASSES)}
    for tool, workers in ((ONE, 1), (TWO, 2)):
        seconds = [seconds_of_grade(submitted, workers) for submitted in classes]
        taken |= _figures(tool, seconds, [len(list(submitted.iterdir())) for submitted in classes])
    for tool in (PEER, PEER_SAME_CELLS):
        seconds = [seconds_of_nbgrader(folder / tool / name, found.assignment) for name in ("one", "few")]
        taken |= _figures(tool, seconds, [1, peer_students])
    notebooks = sorted((folder / PEER / "few/submitted").rglob("*.ipynb"))
    return taken | _figures(NBVAL, [seconds_of_nbval(some) for some in (notebooks[:1], notebooks)], [1, peer_students])


def _otter_figures(seconds: Sequence[float]) -> Round:
    """Every submission is a command of its own, so there is no start that a larger class would spread."""
    return {(OTTER, kind): statistics.fmean(seconds) for kind in ("whole", "steady")}


def _figures(tool: str, seconds: Sequence[float], sizes: Sequence[int]) -> Round:
    (less, more), (fewer, most) = seconds, sizes
    return {(tool, "whole"): more / most, (tool, "steady"): (more - less) / (most - fewer)}


def _seconds_table(taken: Sequence[Mapping[tuple[str, str], float]]) -> Table:
    table = Table("seconds a submission", box=None, pad_edge=False)
    for title in ("", "median", "least", "most"):
        table.add_column(title, justify="right" if title else "left")
    for tool, kind in taken[0]:
        values = [each[tool, kind] for each in taken]
        figures = (statistics.median(values), min(values), max(values))
        table.add_row(tool, kind, *(f"{value:.3f}" for value in figures))
    return table


def _ratio_table(taken: Sequence[Mapping[tuple[str, str], float]]) -> Table:
    table = Table("ratio", box=None, pad_edge=False)
    for title in ("steady", "whole", "target"):
        table.add_column(title, justify="left" if title == "target" else "right")
    for title, above, below, target in RATIOS:
        cells = []
        for kind in ("steady", "whole"):
            ratios = [each[above, kind] / each[below, kind] for each in taken if (below, kind) in each]
            cells.append(f"{statistics.median(ratios):.2f}" if ratios else "")
        table.add_row(title, *cells, target)
    return table
