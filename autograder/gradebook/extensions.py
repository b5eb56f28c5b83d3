"""More time for single students, as nbgrader keeps it: an extension of a submission, in its gradebook."""

import csv
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy.exc import SAWarning

from autograder.errors import UsageError

COLUMNS: Final = ("student", "assignment", "days")


@dataclass(frozen=True, slots=True)
class Extension:
    """So many days more for a student's assignment, in place of any given before; 0 takes them back."""

    student: str
    assignment: str
    days: float


def read_extensions(path: Path) -> list[Extension]:
    """Return the extensions of a table with the columns student, assignment and days.

    Raises:
        UsageError: the file cannot be read, or a line is no extension; its number is told.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if not set(COLUMNS) <= set(table.fieldnames or ()):
                raise UsageError(f"{path} has no columns {', '.join(COLUMNS)}")
            return [_read(row, f"{path}, line {table.line_num}") for row in table]
    except (OSError, UnicodeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _read(row: dict[str, str], place: str) -> Extension:
    try:
        found = Extension(row["student"].strip(), row["assignment"].strip(), float(row["days"]))
    except (AttributeError, TypeError, ValueError):
        raise UsageError(f"{place} is no extension: days are a number") from None
    if not found.student or not found.assignment:
        raise UsageError(f"{place} names no student or no assignment")
    return found


def grant_extensions(url: str, extensions: Sequence[Extension]) -> list[datetime | None]:
    """Write extensions into a gradebook, all or none, and return the due date that each has then, in UTC.

    An extension belongs to a submission; where nothing was handed in yet, an empty one is made for it. A due date is
    None where the assignment has none.

    Raises:
        UsageError: the gradebook cannot be opened, or knows an assignment or a student by no such name.
    """
    try:
        with warnings.catch_warnings(), Gradebook(url) as book:
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own, where it makes a submission
            students = {each.id for each in book.students}
            for each in extensions:
                _refuse_unknown(book, students, each, url)
            due = []
            for each in extensions:
                book.update_or_create_submission(each.assignment, each.student)
                book.grant_extension(each.assignment, each.student, days=each.days)
                due.append(
                    book.find_submission(each.assignment, each.student).duedate if _has_due(book, each) else None
                )
            return due
    except UsageError:
        raise
    except Exception as error:  # whatever a database or nbgrader says
        raise UsageError(f"the gradebook {url} cannot be written: {error}") from error


def _has_due(book: Gradebook, extension: Extension) -> bool:
    return book.find_assignment(extension.assignment).duedate is not None


def _refuse_unknown(book: Gradebook, students: set[str], extension: Extension, url: str) -> None:
    if extension.student not in students:
        known = ", ".join(sorted(students)[:20]) or "nobody"
        raise UsageError(f"the gradebook {url} has no student {extension.student!r}; it has: {known}")
    try:
        book.find_assignment(extension.assignment)
    except MissingEntry:
        known = ", ".join(sorted(each.name for each in book.assignments)) or "none"
        raise UsageError(
            f"the gradebook {url} has no assignment {extension.assignment!r}; it has: {known}. "
            f"nbgrader generate_assignment {extension.assignment} makes it one"
        ) from None
