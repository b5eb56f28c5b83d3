"""`autograder new-course`: begins a course of one's own."""

from pathlib import Path

from autograder.authoring.new_course import begin_course
from autograder.commands.exit_status import ALL_PASSED


def new_course(directory: Path, assignment: str) -> int:
    """Write a course into an empty folder; print each path written, and return the exit status."""
    for path in begin_course(directory, assignment):
        print(path)
    return ALL_PASSED
