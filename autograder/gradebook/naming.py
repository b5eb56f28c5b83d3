"""Who students are, in a gradebook: formgrader shows a name that is not there as "None, None"."""

from typing import Any

from nbgrader.api import Gradebook

from autograder.errors import GraderFault
from autograder.gradebook.final_scores import whole_url
from autograder.results.person import People, Person
from autograder.text import sanitize


def introduce(url: str, people: People) -> None:
    """Tell a gradebook names and addresses of students; who has no name there then is called by the id.

    A name is taken whole; one that is in the gradebook and not known here stays.

    Args:
        url: the gradebook, as SQLAlchemy writes it; a file that is not there yet is made.
        people: the students by id, with an empty `Person` where nothing is known.

    Raises:
        UsageError: it is no address.
        GraderFault: it cannot be written.
    """
    address = whole_url(url)
    try:
        with Gradebook(address.render_as_string(hide_password=False)) as book:
            students = {each.id: each for each in book.students}
            for student, person in sorted(people.items()):
                book.update_or_create_student(student, **_fields(student, person, students.get(student)))
    except Exception as error:  # whatever a database or nbgrader says
        raise GraderFault(f"--gradebook {address}: names could not be written: {error}") from error


def _fields(student: str, person: Person, before: Any) -> dict[str, str]:
    """Return what is to be written; `before` is the gradebook's student, or None."""
    fields = {"email": sanitize(person.email)} if person.email else {}
    if person.name:
        first, last = sanitize(person.first_name), sanitize(person.last_name)
        return {**fields, "first_name": first if last else "", "last_name": last or first}
    known_first, known_last = (before.first_name, before.last_name) if before is not None else (None, None)
    last = known_last or ("" if known_first else sanitize(student))
    return {**fields, "first_name": known_first or "", "last_name": last}
