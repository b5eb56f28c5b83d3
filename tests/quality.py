"""Measures the grader's own error and writes docs/grader-quality.md.

    python -m tests.quality [--seeds 25] [--workers 2] [ASSIGNMENT …]

Every correct style is judged by all checks under fresh course seeds, half of them with two torch
threads; every mistake's record and every mutant's come from `autograder calibrate` and
`python -m tests.mutation`; the time is that of grading the solved notebook, confined, in a warm worker.
"""

import argparse
import json
import multiprocessing
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import track

from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.course import Course, find_course
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent
from autograder.results.whole_files import write_whole
from autograder.sandbox import launch as sandbox
from tests import naming, outside

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/grader-quality.md"
MEASURED = ROOT / "docs/grader-quality.json"
MUTATION = ROOT / "tests/mutation/record.json"
FIRST_SEED = 1000  # none that a calibration has seen
SEEDS_A_TASK = 5
REPEATS = 3
INTRODUCTION = """\
# How good is the grader?

Made by `python -m tests.quality` (styles and seconds), `autograder calibrate` (mistakes; a plot of each
statistic is in `solutions/<name>/calibration/`) and `python -m tests.mutation` (mutants).

- **False fails**: correct styles, written independently of the checks' own reference, are judged whole
  under course seeds that no calibration has seen, half of them with one torch thread and half with two.
  A run counts as a false fail when any of its checks does not pass.
- **Mutants** are the solutions with one small change: an operator, a constant, an axis, an argument, a
  statement. One that loses no mark is either explained, in `tests/mutation/equivalent.toml`, as equivalent
  within the notebook's text, or a gap.
- **Named rightly**: of the recorded mistakes, those whose own name, and no other, is told in every run of the calibration.
  These are the very examples that fingerprints were made from: a figure of our own list.
- **Seconds**: grading the solved notebook once, confined, in a warm worker, on one core of a virtual machine.
"""
NAMING = """
## Names on wrong code that no fingerprint has seen

Made by `python -m tests.naming`. For every recorded mistake somebody wrote another function that makes it, from its
title and explanation alone, without sight of the recorded code or of the checks; beside them wrong functions whose
mistake is not recorded, for which the right name is none, and functions that raise what beginners meet
(`solutions/<name>/rephrased.py`). The mistakes are still those of our own list, the code is not that which fingerprints
were made from. An exception is explained where it is one that every course knows (`autograder/judging/exceptions.py`).
An unrecorded mistake that is named as a recorded one may do what that does, or be misnamed: it counts as misnamed here.
"""
OUTSIDE = """
## Right notebooks as students hand them in

Solved notebooks, each with one thing that public reports tell of: green in Jupyter, and to be whole when graded. They
are of our own making (`tests/outside.py`, held by `tests/test_outside.py`); what they stand for is not. Files handed in
beside a notebook, scripts, newer syntax and large outputs have tests of their own.
"""
HEAD = (
    "assignment", "questions", "checks (hidden)", "styles × seeds", "false fails", "mistakes", "caught", "named rightly",
    "mutants", "killed", "equivalent", "seconds",
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One correct style under some course seeds."""

    assignment: str
    style: str
    seeds: range
    threads: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the page, print it; exit status 1 where a correct style failed."""
    parser = argparse.ArgumentParser("python -m tests.quality", description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument(
        "--seeds", type=int, default=25, metavar="N", help="course seeds for each style and thread count"
    )
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    options = parser.parse_args(arguments)
    course = find_course(ROOT)
    names = options.assignments or [each.name for each in course.assignments()]
    measured: dict[str, Any] = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    for name in names:
        measured[name] = {"seeds": options.seeds, "runs": 0, "false_fails": []}
    tasks = [task for name in names for task in _tasks(course, name, options.seeds)]
    console = Console(stderr=True)
    with ProcessPoolExecutor(options.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for task, failed in track(
            zip(tasks, pool.map(_judge, tasks), strict=True), "correct styles", total=len(tasks), console=console,
            disable=not console.is_terminal,
        ):  # fmt: skip
            measured[task.assignment]["runs"] += len(task.seeds)
            measured[task.assignment]["false_fails"] += failed
    for name in names:
        measured[name] |= _graded(course, name)
    write_whole(MEASURED, json.dumps(measured, indent=1, sort_keys=True) + "\n")
    page = "\n".join(
        [
            INTRODUCTION,
            *_table(course, measured),
            NAMING,
            *naming.table(json.loads(naming.MEASURED.read_text())),
            OUTSIDE,
            *outside.table(),
            "",
        ]
    )
    write_whole(PAGE, page)
    print(page)
    return 1 if any(measured[name]["false_fails"] for name in names) else 0


def _tasks(course: Course, name: str, seeds: int) -> Iterator[Task]:
    for style in read_alternatives(course.assignment(name)):
        for threads in (1, 2):
            for start in range(FIRST_SEED, FIRST_SEED + seeds, SEEDS_A_TASK):
                yield Task(name, style, range(start, min(start + SEEDS_A_TASK, FIRST_SEED + seeds)), threads)


def _judge(task: Task) -> list[str]:
    """Return what failed, a sentence a run."""
    torch.set_num_threads(task.threads)
    course = find_course(ROOT)
    source = read_alternatives(course.assignment(task.assignment))[task.style]
    found = []
    with Judge(course.assignment(task.assignment), visible_only=False) as judge:
        for seed in task.seeds:
            results = judge.judge(LocalStudent.of_source(source), seed)
            failed = [check.id for result in results for check in result.checks if not check.passed]
            if failed:
                found.append(f"{task.style}, seed {seed}, {task.threads} threads: {', '.join(failed)}")
    return found


def _graded(course: Course, name: str) -> dict[str, float]:
    """Grade the solved notebook: its median time in seconds, and how many checks it was judged by."""
    notebook = course.assignment(name).notebook
    grader = Grader(Settings(course.root, sandbox.choose("auto")))
    try:
        job = SubmissionBytes("author", name, notebook.name, notebook.read_bytes())
        results = [grader.grade(job).result for _ in range(REPEATS + 1)]
    finally:
        grader.close()
    checks = list(results[0].checks)
    return {
        "seconds": round(statistics.median(result.seconds for result in results[1:]), 2),  # the first one warms up
        "checks": len(checks),
        "hidden": sum(not check.visible for check in checks),
    }


def _table(course: Course, measured: Mapping[str, Any]) -> Iterator[str]:
    mutation = json.loads(MUTATION.read_text())["assignments"] if MUTATION.exists() else {}
    rows = [[str(cell) for cell in _row(course, name, measured[name], mutation.get(name, {}))] for name in measured]
    for cells in (list(HEAD), ["---"] + ["---:"] * (len(HEAD) - 1), *rows):
        yield f"| {' | '.join(cells)} |"


def _row(course: Course, name: str, measured: Mapping[str, Any], mutants: Mapping[str, Any]) -> list[object]:
    assignment = course.assignment(name)
    mistakes = assignment.record["mistakes"].values()
    return [
        f"`{name}`", len(assignment.questions), f"{measured['checks']} ({measured['hidden']})", measured["runs"],
        len(measured["false_fails"]), len(mistakes), sum(each["caught"] == 1.0 for each in mistakes),
        sum(each["named"] == 1.0 for each in mistakes), mutants.get("mutants", "–"), mutants.get("killed", "–"),
        mutants.get("equivalent", "–"), f"{measured['seconds']:.2f}",
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
