"""Prints the table of docs/gpu.md: each assignment's solved notebook graded on the CPU and on the GPU.

    python -m tests.benchmarks.device [--sandbox none] [--repeats 5]

Both run in turns, so that the machine's noise hits them alike; seconds are medians of a submission in a
warm worker. Nothing is asserted; without a GPU that works it says why, and exits 2.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from autograder.catalogue.course import find_course
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.errors import UsageError
from autograder.grading.device import CPU, choose
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.sandbox import launch as sandbox

ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade on both devices and print the table as Markdown."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.device", description=__doc__)
    parser.add_argument("--sandbox", choices=sandbox.MODES, default="auto", help="(default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="(default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        mode = sandbox.choose(options.sandbox)
        gpu = choose("cuda", mode)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{gpu.name}, torch {torch.__version__}, sandbox {mode}, median of {options.repeats}\n")
    print("| assignment | points, CPU | points, GPU | seconds, CPU | seconds, GPU |\n| --- | --- | --- | --- | --- |")
    course = find_course(ROOT)
    for assignment in course.assignments():
        job = SubmissionBytes("solution", assignment.name, assignment.notebook.name, assignment.notebook.read_bytes())
        graders = [Grader(Settings(course.root, mode, device=device)) for device in (CPU, gpu)]
        rounds = [[grader.grade(job).result for grader in graders] for _ in range(options.repeats + 1)][1:]
        points = [f"{result.score:g} of {result.max_score:g}" for result in rounds[0]]
        seconds = [f"{statistics.median(result.seconds for result in each):.2f}" for each in zip(*rounds, strict=True)]
        print(f"| {assignment.name} | {' | '.join([*points, *seconds])} |", flush=True)
        for grader in graders:
            grader.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
