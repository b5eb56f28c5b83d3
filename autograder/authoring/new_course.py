"""Begins a course of one's own: a folder with one assignment of one worked question, ready to calibrate and grade."""

import keyword
from pathlib import Path
from typing import Final

from autograder.catalogue.secret import write_secret
from autograder.errors import UsageError
from autograder.results.whole_files import write_whole

_TEMPLATES: Final = Path(__file__).parent / "course_template"
_NAME: Final = "ASSIGNMENT"  # stands for the assignment's name, in paths and in texts
_ENDING: Final = ".template"  # so that no tool takes a template for what it will become


def begin_course(directory: Path, assignment: str) -> list[Path]:
    """Write a course into a new or an empty folder; return the files.

    Args:
        directory: the course's root.
        assignment: the name of its assignment, which checks are imported by.

    Raises:
        UsageError: the folder holds something, it cannot be written, or the name is no identifier.
    """
    if not assignment.isidentifier() or keyword.iskeyword(assignment):
        raise UsageError(f"{assignment!r} cannot name an assignment: take letters, digits and _, as in first_steps")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise UsageError(f"{directory} is not empty; a course begins in an empty folder")
        (directory / "assignments").mkdir()
        write_secret(directory)
        return [_write(template, directory, assignment) for template in sorted(_TEMPLATES.rglob(f"*{_ENDING}"))]
    except OSError as error:
        raise UsageError(f"{directory} cannot hold a course: {error.strerror}") from error


def _write(template: Path, directory: Path, assignment: str) -> Path:
    place = template.relative_to(_TEMPLATES).as_posix().removesuffix(_ENDING)
    path = directory / place.replace(_NAME, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, template.read_text("utf-8").replace(_NAME, assignment))
    return path
