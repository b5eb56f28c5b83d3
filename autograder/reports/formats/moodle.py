"""moodle.csv, as Moodle imports grades: usernames, and of each assignment the grade and feedback comments.

The columns are named as those of Moodle's own export, and are mapped in its import's preview; where addresses are
known they have a column, by which its import finds students whose folder is not their username.
https://docs.moodle.org/en/Grade_import
"""

import csv
import html
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from autograder.reports.formats.format import Take
from autograder.reports.wording import points
from autograder.results.result import SubmissionResult
from autograder.results.spreadsheet import cell
from autograder.results.summary import summarise
from autograder.results.whole_files import replacing

FILE: Final = "moodle.csv"


@contextmanager
def writing(folder: Path) -> Iterator[Take]:
    """Write moodle.csv; a submission's folder is taken for the student's username."""
    graded: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    addresses: dict[str, str] = {}

    def take(result: SubmissionResult, _path: Path | None) -> None:
        comment = html.escape(summarise(result), quote=False)  # Moodle shows it as HTML
        graded[result.student][result.assignment] = (points(result.score), cell(comment))
        if result.person.email:
            addresses[result.student] = cell(result.person.email)

    yield take
    assignments = sorted({name for each in graded.values() for name in each})
    with replacing(folder / FILE) as file:
        table = csv.writer(file, lineterminator="\n")
        columns = [f"Assignment: {name} ({kind})" for name in assignments for kind in ("Real", "Feedback")]
        table.writerow(["Username", *(["Email address"] if addresses else []), *columns])
        for student in sorted(graded):
            grades = (part for name in assignments for part in graded[student].get(name, ("", "")))
            table.writerow([cell(student), *([addresses.get(student, "")] if addresses else []), *grades])
