"""What a submission may use in a course: its pyproject.toml may say otherwise than `Limits` does."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from autograder.catalogue.course import Course
from autograder.errors import UsageError
from autograder.sandbox.worker.limits import Limits


def limits_of(course: Course, assignment: str | None = None) -> Limits:
    """Return the limits of an assignment, or those of all that have none of their own.

    Raises:
        UsageError: the course's tables of limits say something that cannot be; its text says where.
    """
    own = {name: table for name, table in course.limits.items() if isinstance(table, Mapping)}
    for name in own:
        course.assignment(name)
    common = {key: value for key, value in course.limits.items() if key not in own}
    read = {name: _read(course, name, {**common, **table}) for name, table in own.items()}
    return read.get(assignment or "", _read(course, None, common))


def _read(course: Course, assignment: str | None, table: Mapping[str, Any]) -> Limits:
    fields = {field.name: field.type for field in dataclasses.fields(Limits)}
    place = f"{course.root / 'pyproject.toml'}: [tool.autograder.limits{f'.{assignment}' if assignment else ''}]"
    for key, value in table.items():
        if key not in fields:
            raise UsageError(f"{place} has an unknown key {key}; it may have: {', '.join(fields)}")
        whole = fields[key] is int
        fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not fits or not 0 < value < math.inf:
            raise UsageError(f"{place}: {key} is {value!r}; it must be a {'whole ' if whole else ''}number above 0")
    return Limits(**table)
