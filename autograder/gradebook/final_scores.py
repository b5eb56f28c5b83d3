"""What nbgrader's gradebook says of a class in the end."""

import contextlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from nbgrader.api import Gradebook
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from autograder.errors import GraderFault, UsageError
from autograder.results.final_score import FinalScore
from autograder.results.result import Key


def read_final_scores(url: str, students: Mapping[str, Collection[str]]) -> dict[Key, FinalScore]:
    """Return the final score of each student of each assignment, as nbgrader's export has it.

    Who has no submission in it has no points.

    Args:
        url: the gradebook, as SQLAlchemy writes it: `sqlite:///gradebook.db`, `postgresql://host/name`.
        students: who is asked for, by assignment.

    Raises:
        UsageError: there is no such gradebook.
        GraderFault: it cannot be read.
    """
    address = whole_url(url)
    if is_missing(address):
        raise UsageError(f"--gradebook {url}: there is no {address.database}")
    found: dict[Key, FinalScore] = {}
    with opened(address, f"--gradebook {address}: final scores") as book:
        for name, asked in students.items():
            possible = book.find_assignment(name).max_score
            found |= {(name, student): FinalScore(0.0, possible) for student in asked}
            for each in book.assignment_submissions(name):
                if (name, each.student.id) in found:
                    score = max(0.0, each.score - (each.late_submission_penalty or 0.0))
                    found[name, each.student.id] = FinalScore(
                        score, possible, bool(each.needs_manual_grade), max(0.0, each.total_seconds_late)
                    )
    return found


def read_due_order(url: str) -> list[str]:
    """Return the names of a gradebook's assignments in the order in which they are due, those without a date last.

    Raises:
        GraderFault: it cannot be read.
    """
    address = whole_url(url)
    with opened(address, f"--gradebook {address}: due dates") as book:
        dated = [(each.duedate is None, each.duedate, each.name) for each in book.assignments]
    return [name for *_, name in sorted(dated, key=lambda each: (each[0], str(each[1]), each[2]))]


@contextlib.contextmanager
def opened(address: URL, what: str) -> Iterator[Gradebook]:
    """Open a gradebook to read from.

    Raises:
        GraderFault: `what` could not be read.
    """
    try:
        with Gradebook(address.render_as_string(hide_password=False)) as book:
            yield book
    except Exception as error:  # whatever a database or nbgrader says
        raise GraderFault(f"{what} could not be read: {error}") from error


def is_missing(address: URL) -> bool:
    """Whether there is no such gradebook yet; of a database's server that is not asked."""
    return (
        address.get_backend_name() == "sqlite" and bool(address.database) and not Path(str(address.database)).exists()
    )


def whole_url(url: str) -> URL:
    """Return the address, a SQLite file's from the root: nbgrader works in the course's folder.

    Raises:
        UsageError: it is none.
    """
    try:
        address = make_url(url)
    except SQLAlchemyError as error:
        raise UsageError(f"--gradebook {url} is no address such as sqlite:///gradebook.db: {error}") from error
    if address.get_backend_name() == "sqlite" and address.database:
        address = address.set(database=str(Path(address.database).absolute()))
    return address
