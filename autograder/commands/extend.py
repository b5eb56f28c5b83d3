"""`autograder extend`: gives students more time for an assignment."""

from collections.abc import Sequence

from autograder.catalogue.course import find_course
from autograder.commands.exit_status import ALL_PASSED
from autograder.gradebook.extensions import Extension, grant_extensions
from autograder.gradebook.settings import gradebook_of


def extend(extensions: Sequence[Extension], gradebook: str | None) -> int:
    """Write extensions into a gradebook, the course's own where none is named, and return the exit status.

    Raises:
        UsageError: there is no such gradebook, student or assignment.
    """
    own = gradebook_of(find_course())  # read in any case: a course's settings say where nbgrader finds its tools
    url = gradebook or own
    for extension, due in zip(extensions, grant_extensions(url, extensions), strict=True):
        more = f"{extension.days:g} days more" if extension.days else "no extension"
        until = f"due {due:%Y-%m-%d %H:%M} UTC" if due else "the assignment has no due date"
        print(f"{extension.student}, {extension.assignment}: {more}, {until}")
    return ALL_PASSED
