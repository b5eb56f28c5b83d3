"""Measures grading against its floor and against nbgrader, in one run, and prints ratios.

The class is the demo class, without the members whose code never ends (the time is their limit's)
or ends the process. Rates are steady: the difference between a larger and a smaller class, so that
no tool pays for its own start. All tools take turns, so that the machine's noise hits them alike.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course import find_course
from tests.benchmarks.commands import (
    lay_out,
    lay_out_course,
    seconds_of_floor,
    seconds_of_grade,
    seconds_of_nbgrader,
)
from tests.benchmarks.memory import peak_bytes
from tests.demo.roster import demo_class

ASSIGNMENT = "linear_regression"
MEMORY_CLASSES = (100, 1000)


def main() -> None:
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--copies", type=int, default=4, metavar="N", help="copies of the class (default: 4)")
    parser.add_argument(
        "--pairs", type=int, default=5, metavar="K", help="rounds in which each tool runs once (default: 5)"
    )
    parser.add_argument(
        "--nbgrader", type=int, default=4, metavar="M", help="students for nbgrader, at least 2 (default: 4)"
    )
    parser.add_argument(
        "--memory", action="store_true", help="measure memory at 100 and 1,000 submissions in place of speed"
    )
    options = parser.parse_args()
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        if options.memory:
            measure_memory(Path(folder), console)
        else:
            measure_speed(Path(folder), console, options.copies, options.pairs, options.nbgrader)


def notebooks() -> list[bytes]:
    """The demo class's notebooks that end by themselves, the first a right one."""
    course = find_course()
    released = (course.assignments_dir / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    members = [
        member
        for member in demo_class(ASSIGNMENT)
        if member.truth.outcome != "timeout" and member.truth.no_better_than is None
    ]
    return [member.notebook(released) for member in members]


def measure_speed(folder: Path, console: Console, copies: int, pairs: int, students: int) -> None:
    made = notebooks()
    small = lay_out(folder / "small", ASSIGNMENT, made)
    large = lay_out(folder / "large", ASSIGNMENT, made * copies)
    more = len(made) * (copies - 1)
    # nbgrader takes seconds each, so it grades a few, spread over the class
    few = made[:: max(1, len(made) // students)][:students]
    lay_out_course(folder / "one", find_course(), ASSIGNMENT, few[:1])
    lay_out_course(folder / "few", find_course(), ASSIGNMENT, few)
    console.print(f"{len(made)} submissions of {ASSIGNMENT}, {copies} copies, {pairs} rounds; seconds a submission")
    rounds: list[dict[str, float]] = []
    whole: list[float] = []
    for number in range(pairs):
        one, two = ((seconds_of_grade(small, workers), seconds_of_grade(large, workers)) for workers in (1, 2))
        rounds.append({
            "floor": seconds_of_floor(ASSIGNMENT, small),
            "autograder grade, 1 worker": (one[1] - one[0]) / more,
            "autograder grade, 2 workers": (two[1] - two[0]) / more,
            "nbgrader autograde": (seconds_of_nbgrader(folder / "few", ASSIGNMENT) - seconds_of_nbgrader(folder / "one", ASSIGNMENT)) / (len(few) - 1),
        })  # fmt: skip
        whole.append(two[1] / (len(made) * copies))
        console.print(
            f"round {number + 1}: " + ", ".join(f"{tool} {seconds:.3f}" for tool, seconds in rounds[-1].items())
        )
    table = Table("tool", "median", "least", "most", box=None, pad_edge=False)
    for tool in rounds[0]:
        found = [each[tool] for each in rounds]
        table.add_row(tool, *(f"{value:.3f}" for value in (statistics.median(found), min(found), max(found))))
    table.add_row(
        "the same, start and reports included",
        f"{statistics.median(whole):.3f}",
        f"{min(whole):.3f}",
        f"{max(whole):.3f}",
    )
    console.print(table)
    ratios = Table("ratio", "median", "target", box=None, pad_edge=False)
    for title, above, below, target in (
        ("nbgrader / 1 worker", "nbgrader autograde", "autograder grade, 1 worker", "at least 15"),
        ("nbgrader / 2 workers", "nbgrader autograde", "autograder grade, 2 workers", ""),
        ("1 worker / floor", "autograder grade, 1 worker", "floor", "at most 2.5"),
        ("1 worker / 2 workers", "autograder grade, 1 worker", "autograder grade, 2 workers", "at least 1.8"),
    ):
        ratios.add_row(title, f"{statistics.median(each[above] / each[below] for each in rounds):.2f}", target)
    console.print(ratios)


def measure_memory(folder: Path, console: Console) -> None:
    right = notebooks()[0]
    table = Table("submissions", "whole tree, peak MB", "main process, peak MB", box=None, pad_edge=False)
    for size in MEMORY_CLASSES:
        tree, main_process = peak_bytes(lay_out(folder / str(size), ASSIGNMENT, [right] * size), workers=2)
        table.add_row(str(size), f"{tree / 2**20:.0f}", f"{main_process / 2**20:.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
