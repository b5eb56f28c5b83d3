"""mailmerge.csv: a row a submission, for a mail program that writes to each student and attaches the feedback page."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from autograder.reports.formats.format import Graded, Take
from autograder.reports.wording import points
from autograder.results.spreadsheet import cell
from autograder.results.store import feedback_path
from autograder.results.whole_files import replacing

FILE: Final = "mailmerge.csv"
HEADER: Final = ("student", "name", "email", "assignment", "score", "max_score", "feedback")


@contextmanager
def writing(folder: Path) -> Iterator[Take]:
    """Write mailmerge.csv, of none that is held; `feedback` is a path from it, `score` is empty where nothing came."""
    with replacing(folder / FILE) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEADER)

        def take(graded: Graded) -> None:
            result = graded.result
            if graded.is_held:
                return
            table.writerow([
                *map(cell, (result.student, result.person.name, result.person.email, result.assignment)),
                "" if graded.file.is_missing else points(graded.score), points(graded.max_score),
                cell(feedback_path(result.student, result.assignment).as_posix()),
            ])  # fmt: skip

        yield take
