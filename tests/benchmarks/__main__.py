"""Measures `autograder grade` against its peers' own commands and against its floor, in one run.

Every tool grades the same few members of the demo class, ours copies of them. The floor is a fork of one
warm process for each submission, which runs the same cells and the same checks, unconfined. Every round
runs each tool once, so that the machine's noise hits them alike; printed are medians over the rounds, of
the ratios too. "Whole" is a command's wall clock over its submissions; "steady" is the difference between
all members and the first alone over the difference in number, so that no tool pays for its start.

The peers run a notebook's explore cells and the visible checks; `autograder grade` skips the former and
runs hidden checks too. So nbgrader is timed twice: as it comes, and with those cells empty. otter is
installed into build/otter, and given the visible checks as its tests.

Then comes what somebody waits for (a cold start, a card in a notebook). `--course` measures a solved notebook of
every assignment instead. `--write` puts it into docs/performance.md, the former with a chart.

Nothing is asserted. Run it on an idle machine: it prints the load that it found.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from autograder.catalogue.course import find_course
from tests.benchmarks.copies import bounded_class
from tests.benchmarks.document import draw_chart, write_page
from tests.benchmarks.layers import measure_layers
from tests.benchmarks.memory import measure_memory
from tests.benchmarks.speed import measure_speed
from tests.benchmarks.starts import measure_starts
from tests.benchmarks.watching import measure_watch
from tests.benchmarks.whole_course import measure_whole_course


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark that the command line asks for."""
    parser = argparse.ArgumentParser(
        "python -m tests.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assignment", default="linear_regression", metavar="NAME", help="(default: %(default)s)")
    parser.add_argument(
        "--students", type=int, default=40, metavar="N",
        help="submissions in our larger class, rounded up to at least two copies of each (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--pairs", type=int, default=5, metavar="K", help="rounds in which every tool runs once (default: %(default)s)"
    )
    parser.add_argument(
        "--peer-students", type=int, default=3, metavar="M",
        help="members of the class that are graded, at least 2 (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--memory", action="store_true",
        help="in place of speed: the peak memory of the process tree at 100 and at 1,000 submissions",
    )  # fmt: skip
    parser.add_argument(
        "--layers", action="store_true",
        help="in place of speed: what each layer of the confinement costs, written into SECURITY.md",
    )  # fmt: skip
    parser.add_argument(
        "--course", action="store_true",
        help="in place of one assignment's class: a solved notebook of each assignment, on equal cells",
    )  # fmt: skip
    parser.add_argument(
        "--watch", action="store_true",
        help="in place of speed: how long a student waits for autograder watch, of K attempts",
    )  # fmt: skip
    parser.add_argument("--write", action="store_true", help="put the tables and a chart into docs/performance.md")
    options = parser.parse_args(arguments)
    if options.students < 1 or options.pairs < 1 or options.peer_students < 2:
        parser.error("N and K are at least 1, M at least 2")
    console = Console(highlight=False, record=True, width=124)
    found = bounded_class(options.assignment)
    for why, students in () if options.course else found.left_out.items():
        console.print(f"left out, {why}: {', '.join(students)}")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        if options.memory:
            measure_memory(found, Path(folder), console)
        elif options.watch:
            console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} before the first\n")
            console.print(measure_watch(found, Path(folder), options.pairs))
        elif options.course:
            names = [each.name for each in find_course().assignments()]
            console.print(
                f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} before the first; rounds: {options.pairs}\n"
            )
            clock, computed = measure_whole_course(names, Path(folder), options.pairs)
            console.print(clock)
            console.print()
            console.print(computed)
            if options.write:
                write_page(console, "course")
        elif options.layers:
            measure_layers(found, Path(folder), console, options.students, options.pairs)
        else:
            rounds = measure_speed(found, Path(folder), console, options.students, options.pairs, options.peer_students)
            console.print()
            console.print(measure_starts(found, Path(folder), options.pairs))
            console.print()
            if options.write:
                write_page(console, "benchmark")
                draw_chart(
                    {tool: [each[tool, kind] for each in rounds] for tool, kind in rounds[0] if kind == "steady"}
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
