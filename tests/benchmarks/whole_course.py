"""The course's assignments, each tool on the same solved notebook with the same cells: clock and processor seconds.

Steady seconds: those of a larger class less those of a smaller one, by the difference in number, so that no tool
pays for its start. Processor seconds are all that this machine's processors computed meanwhile (user and system),
since a confined process counts as nobody's child: nothing else may run.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
from rich.table import Table

from autograder.catalogue.course import find_course
from tests.benchmarks.commands import seconds_of_grade, seconds_of_nbgrader, seconds_of_nbval, warm_seconds
from tests.benchmarks.copies import bounded_class, lay_out, lay_out_course, without_explore_cells
from tests.benchmarks.otter import lay_out_otter, otter_environment, seconds_of_otter

NBGRADER, OTTER, NBVAL, FLOOR = "nbgrader", "otter", "nbval", "floor"
ONE, TWO = "1 worker", "2 workers"
SMALL: Final = {NBGRADER: 1, NBVAL: 1, ONE: 2, TWO: 4}  # notebooks of the smaller class, and of the larger one
LARGE: Final = {NBGRADER: 3, NBVAL: 2, ONE: 10, TWO: 20}
FLOOR_PASSES: Final = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one submission: seconds by the clock, and seconds that processors computed."""

    clock_s: float
    computed_s: float

    @classmethod
    def of(cls, command: Callable[[], object], submissions: int = 1) -> "Cost":
        """Return what a command costs, by its submissions."""
        before, started = _computed_s(), time.perf_counter()
        command()
        return cls((time.perf_counter() - started) / submissions, (_computed_s() - before) / submissions)

    @classmethod
    def steady(cls, command: Callable[[int], object], small: int, large: int) -> "Cost":
        """Return what a submission more costs a command that takes how many."""
        less, more = (cls.of(lambda size=size: command(size)) for size in (small, large))  # type: ignore[misc]
        extra = large - small
        return cls((more.clock_s - less.clock_s) / extra, (more.computed_s - less.computed_s) / extra)


def measure_whole_course(names: Sequence[str], folder: Path, rounds: int) -> tuple[Table, Table]:
    """Return a table of clock seconds with ratios, and one of processor seconds: a row an assignment, then the sum."""
    taken: dict[str, list[Mapping[str, Cost]]] = {}
    for name in names:
        commands = _laid_out(folder / name, name)
        taken[name] = [{tool: measure() for tool, measure in commands.items()} for _ in range(rounds)]
    medians = {
        name: {
            tool: Cost(
                statistics.median(each[tool].clock_s for each in found),
                statistics.median(each[tool].computed_s for each in found),
            )
            for tool in found[0]
        }
        for name, found in taken.items()
    }
    medians["the course"] = {
        tool: Cost(
            sum(each[tool].clock_s for each in medians.values()),
            sum(each[tool].computed_s for each in medians.values()),
        )
        for tool in medians[names[0]]
    }
    of_peers = ((NBGRADER, ONE), (NBGRADER, TWO), (ONE, TWO))
    over_floor = ((NBGRADER, ONE), (ONE, FLOOR), (TWO, FLOOR))
    return (
        _table("clock seconds", medians, lambda cost: cost.clock_s, of_peers, 1),
        _table("processor seconds", medians, lambda cost: cost.computed_s, over_floor, 2),
    )


def _laid_out(folder: Path, name: str) -> Mapping[str, Callable[[], Cost]]:
    """Lay out what each tool grades, and return what measures it."""
    right = without_explore_cells(bounded_class(name).right)
    course = find_course()
    sizes = sorted({*SMALL.values(), *LARGE.values()})
    places = {size: lay_out(folder / f"{size}", name, [right] * size) for size in sizes}
    for size in (SMALL[NBGRADER], LARGE[NBGRADER]):
        lay_out_course(folder / NBGRADER / f"{size}", course, name, [right] * size)
    python = otter_environment()
    _, otters = lay_out_otter(python, folder / OTTER, course.assignment(name), [right] * 2)
    notebooks = sorted(places[LARGE[NBVAL]].rglob("*.ipynb"))

    def steady(tool: str, command: Callable[[int], object]) -> Callable[[], Cost]:
        return lambda: Cost.steady(command, SMALL[tool], LARGE[tool])

    def floor() -> Cost:
        """What it computes besides is its start: its submissions are one process that waits for nothing."""
        seconds = warm_seconds("floor", name, places[1], FLOOR_PASSES)
        return Cost(seconds, seconds)

    return {
        NBGRADER: steady(NBGRADER, lambda size: seconds_of_nbgrader(folder / NBGRADER / f"{size}", name)),
        OTTER: lambda: Cost.of(lambda: seconds_of_otter(python, otters)),
        NBVAL: steady(NBVAL, lambda size: seconds_of_nbval(notebooks[:size])),
        FLOOR: floor,
        ONE: steady(ONE, lambda size: seconds_of_grade(places[size], 1)),
        TWO: steady(TWO, lambda size: seconds_of_grade(places[size], 2)),
    }


def _table(
    title: str, costs: Mapping[str, Mapping[str, Cost]], seconds_of: Callable[[Cost], float],
    ratios: Sequence[tuple[str, str]], digits: int,
) -> Table:  # fmt: skip
    """Return a table of seconds, and of the tools' ratios with so many digits."""
    table = Table(title, box=None, pad_edge=False)
    tools = list(next(iter(costs.values())))
    for column in (
        *tools,
        *(f"{above} / {below}".replace(" workers", "").replace(" worker", "") for above, below in ratios),
    ):
        table.add_column(column, justify="right")
    for name, found in costs.items():
        seconds = {tool: seconds_of(cost) for tool, cost in found.items()}
        told = (f"{seconds[above] / seconds[below]:.{digits}f}" for above, below in ratios)
        table.add_row(name, *(f"{each:.2f}" for each in seconds.values()), *told)
    return table


def _computed_s() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)
