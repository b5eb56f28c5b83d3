"""Every assignment's solution in a warm worker, beside its floor: what confinement and judging add."""

import statistics
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from autograder.catalogue.course import find_course
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from tests.benchmarks.commands import warm_seconds
from tests.benchmarks.copies import bounded_class, lay_out


def measure_every_assignment(names: Sequence[str], folder: Path, pairs: int) -> Table:
    """Grade one right submission of each assignment `pairs` times, in turns with its floor."""
    table = Table("assignment", box=None, pad_edge=False)
    for title in ("floor, s", "graded, s", "graded / floor"):
        table.add_column(title, justify="right")
    course = find_course()
    for name in names:
        right = bounded_class(name).right
        submitted = lay_out(folder / name, name, [right])
        grader = Grader(Settings(course.root, "bwrap"))
        job = SubmissionBytes("right", name, f"{name}.ipynb", right)
        grader.grade(job)
        taken = [
            (warm_seconds("floor", name, submitted, passes=2), grader.grade(job).result.seconds) for _ in range(pairs)
        ]
        grader.close()
        floor, graded = (statistics.median(each) for each in zip(*taken, strict=True))
        ratio = statistics.median(graded / floor for floor, graded in taken)
        table.add_row(name, f"{floor:.2f}", f"{graded:.2f}", f"{ratio:.2f}")
    return table
