"""A course's nbgrader_config.py, and what releasing does where a course has none."""

from typing import Any, Final

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.catalogue.assignment import SECRETS
from autograder.catalogue.course import Course
from autograder.errors import UsageError

SETTINGS: Final = "nbgrader_config.py"
REMOVE_ANSWERS: Final = "autograder.gradebook.answers.RemoveAnswers"
_LEFT_BEHIND: Final = (".*_cache", ".DS_Store")  # what tools leave beside a notebook


def read_settings(course: Course) -> Any:
    """Return what a course tells nbgrader, as a traitlets `Config`; `UsageError` where it has no such file."""
    if not (course.root / SETTINGS).exists():
        raise UsageError(f"{course.root} has no {SETTINGS}, which tells nbgrader where the course keeps its files")
    return PyFileConfigLoader(SETTINGS, str(course.root)).load_config()


def gradebook_of(course: Course) -> str:
    """Return the address of the gradebook that nbgrader uses in a course."""
    layout = read_settings(course).CourseDirectory
    return str(layout.get("db_url") or f"sqlite:///{course.root.absolute() / 'gradebook.db'}")


def read_release_settings(course: Course) -> Any:
    """Return the same for a release, which needs no such file: without one, nothing of an author's is released."""
    if (course.root / SETTINGS).exists():
        return read_settings(course)
    config = Config()
    config.CourseDirectory.ignore.extend([*SECRETS, *_LEFT_BEHIND])
    config.GenerateAssignment.preprocessors.prepend([REMOVE_ANSWERS])
    config.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
    config.GenerateAssignment.exporter_class = "autograder.gradebook.released.ReleaseExporter"
    return config
