"""canvas.csv, as Canvas imports grades: a column an assignment, a second row of the points possible.

Canvas finds students by ID, SIS User ID or SIS Login ID. The first is known of a download of Canvas's or from its
roster; else a submission's folder is taken for the last (Canvas Instructor Guide, "How do I import grades in the
Gradebook?").
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from autograder.reports.formats.format import Graded, Take
from autograder.reports.wording import points
from autograder.results.person import Person
from autograder.results.spreadsheet import cell
from autograder.results.whole_files import replacing

FILE: Final = "canvas.csv"
PLATFORM: Final = "canvas"
STUDENT_COLUMNS: Final = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE: Final = "    Points Possible"


@contextmanager
def writing(folder: Path) -> Iterator[Take]:
    """Write canvas.csv; a cell without a submission or with a held score is empty, which leaves the grade."""
    scores: dict[str, dict[str, str]] = defaultdict(dict)
    people: dict[str, Person] = {}
    possible: dict[str, str] = {}

    def take(graded: Graded) -> None:
        result = graded.result
        scores[result.student][result.assignment] = points(graded.score) if graded.is_told else ""
        possible[result.assignment] = points(graded.max_score)
        people[result.student] = result.person

    yield take
    with replacing(folder / FILE) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([*STUDENT_COLUMNS, *map(cell, possible)])
        table.writerow([POINTS_POSSIBLE, "", "", "", "", *possible.values()])
        for student in sorted(scores):
            person = people[student]
            number = person.platform_id if person.platform == PLATFORM else ""
            known = (cell(person.name or student), cell(number), "", "" if number else cell(student), "")
            table.writerow([*known, *(scores[student].get(name, "") for name in possible)])
