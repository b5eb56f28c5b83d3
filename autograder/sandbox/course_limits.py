"""What a submission may use in a course: its pyproject.toml may say otherwise than `Limits` does."""

import dataclasses
import math
from typing import Any

from autograder.catalogue.course import Course
from autograder.catalogue.course_tables import settings_of
from autograder.sandbox.worker.limits import Limits


def limits_of(course: Course, assignment: str | None = None) -> Limits:
    """Return the limits of an assignment, or those of all that have none of their own.

    Raises:
        UsageError: the course's tables of limits say something that cannot be; its text says where.
    """
    return settings_of(course, "limits", course.limits, Limits, _wanted, assignment)


def _wanted(key: str, value: Any) -> str:
    whole = {field.name: field.type for field in dataclasses.fields(Limits)}[key] is int
    fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    return "" if fits and 0 < value < math.inf else f"a {'whole ' if whole else ''}number above 0"
