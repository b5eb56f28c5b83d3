"""`autograder new-question`: begins a question of an assignment."""

from autograder.authoring.new_question import add_question
from autograder.commands.exit_status import ALL_PASSED


def new_question(assignment: str, function: str, *, points: float) -> int:
    """Add a question's skeletons; print each line that is to be written, and return the exit status."""
    for line in add_question(assignment, function, points):
        print(line)
    return ALL_PASSED
