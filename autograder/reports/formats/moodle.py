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

from autograder.reports.formats.format import Graded, Take
from autograder.reports.wording import points
from autograder.results.spreadsheet import cell
from autograder.results.summary import summarise
from autograder.results.whole_files import replacing

FILE: Final = "moodle.csv"


@contextmanager
def writing(folder: Path) -> Iterator[Take]:
    """Write moodle.csv; a submission's folder is taken for the student's username.

    Where nothing was handed in or a score is held, cells are empty, which leaves the grade as it is.
    """
    grades: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    addresses: dict[str, str] = {}

    def take(graded: Graded) -> None:
        result = graded.result
        comment = html.escape(summarise(result), quote=False)  # Moodle shows it as HTML
        told = (points(graded.score), cell(comment)) if graded.is_told else ("", "")
        grades[result.student][result.assignment] = told
        if result.person.email:
            addresses[result.student] = cell(result.person.email)

    yield take
    assignments = sorted({name for each in grades.values() for name in each})
    with replacing(folder / FILE) as file:
        table = csv.writer(file, lineterminator="\n")
        columns = [f"Assignment: {name} ({kind})" for name in assignments for kind in ("Real", "Feedback")]
        table.writerow(["Username", *(["Email address"] if addresses else []), *columns])
        for student in sorted(grades):
            parts = (part for name in assignments for part in grades[student].get(name, ("", "")))
            table.writerow([cell(student), *([addresses.get(student, "")] if addresses else []), *parts])
