"""`autograder generate`: writes assignments/ from solutions/."""

from collections.abc import Sequence

from autograder.authoring import release
from autograder.commands.exit_status import ALL_PASSED


def generate(assignments: Sequence[str], *, pictures: bool, answers: bool) -> int:
    """Generate the named assignments, or all; print each path written, and return the exit status."""
    for path in release.generate(assignments, pictures=pictures, answers=answers):
        print(path)
    return ALL_PASSED
