"""checks.csv: one row a check, where results.csv has one a submission. For instructors: it names hidden checks."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from autograder.reports.formats.format import Graded, Take
from autograder.results.spreadsheet import cell
from autograder.results.whole_files import replacing
from autograder.text import sanitize

FILE: Final = "checks.csv"
HEADER: Final = (
    "student", "assignment", "question", "check", "visible", "outcome", "score", "max_score", "misconception",
    "seconds", "description", "credit",
)  # fmt: skip


@contextmanager
def writing(folder: Path) -> Iterator[Take]:
    """Write checks.csv; a check's `score` and `max_score` are its share of the question's points.

    `credit` says in which sums these are.
    """
    with replacing(folder / FILE) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEADER)

        def take(graded: Graded) -> None:
            result = graded.result
            for question in result.questions:
                for check in question.checks:
                    worth = question.worth(check)
                    mistake = check.misconception.id if check.misconception else ""
                    table.writerow([
                        *map(cell, (result.student, result.assignment, question.id, check.id)),
                        check.visible, check.outcome, worth if check.passed else 0.0, worth,
                        cell(mistake), check.seconds, cell(sanitize(check.description)), question.credit,
                    ])  # fmt: skip

        yield take
