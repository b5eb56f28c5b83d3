"""A course's nbgrader_config.py."""

from typing import Any, Final

from traitlets.config.loader import PyFileConfigLoader

from autograder.catalogue.course import Course
from autograder.errors import UsageError

SETTINGS: Final = "nbgrader_config.py"


def read_settings(course: Course) -> Any:
    """Return what a course tells nbgrader, as a traitlets `Config`; `UsageError` where it has no such file."""
    if not (course.root / SETTINGS).exists():
        raise UsageError(f"{course.root} has no {SETTINGS}, which tells nbgrader where the course keeps its files")
    return PyFileConfigLoader(SETTINGS, str(course.root)).load_config()
