"""Settings of a course's pyproject.toml that an assignment may have otherwise, in a table of its own."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from autograder.catalogue.course import Course
from autograder.errors import UsageError

T = TypeVar("T")


def settings_of(
    course: Course, name: str, table: Mapping[str, Any], kind: type[T], wanted: Callable[[str, Any], str],
    assignment: str | None = None,
) -> T:  # fmt: skip
    """Return the settings of an assignment, or those of all that have none of their own.

    Args:
        course: whose settings.
        name: of the table below `[tool.autograder]`.
        table: as it stands there, with the tables of single assignments in it.
        kind: a dataclass of the settings.
        wanted: says what the value of a setting must be, "" where it is.
        assignment: the assignment's name.

    Raises:
        UsageError: a table says something that cannot be; its text says where.
    """

    def read(of: str | None, settings: Mapping[str, Any]) -> T:
        known = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]  # a dataclass
        place = f"{course.root / 'pyproject.toml'}: [tool.autograder.{name}{f'.{of}' if of else ''}]"
        for key, value in settings.items():
            if key not in known:
                raise UsageError(f"{place} has an unknown key {key}; it may have: {', '.join(known)}")
            if must_be := wanted(key, value):
                raise UsageError(f"{place}: {key} is {value!r}; it must be {must_be}")
        return kind(**settings)

    own = {of: settings for of, settings in table.items() if isinstance(settings, Mapping)}
    for of in own:
        course.assignment(of)
    common = {key: value for key, value in table.items() if key not in own}
    found = {of: read(of, {**common, **settings}) for of, settings in own.items()}
    return found.get(assignment or "", read(None, common))
