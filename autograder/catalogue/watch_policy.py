"""What `autograder watch` tells students, and when: a course's pyproject.toml may say otherwise than `WatchPolicy`."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from autograder.catalogue.course import Course
from autograder.catalogue.course_tables import settings_of

Shown = Literal["nothing", "visible", "all"]  # of the checks; each shows more than the one before
SHOWN: Final[tuple[Shown, ...]] = get_args(Shown)


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """How feedback is given at once.

    Attributes:
        attempts_a_day: of one student, that are told of on a day of this machine's; 0 is no bound.
        before_due: what is shown before the due date, and where there is none.
        after_due: what is shown from then on, also of what was handed in before.
        settle_s: how long nothing may have changed in a submission before it is taken for whole.
    """

    attempts_a_day: int = 0
    before_due: Shown = "visible"
    after_due: Shown = "all"
    settle_s: float = 1.0

    def shown(self, due: datetime | None, now: datetime) -> Shown:
        """Return what is shown at a moment."""
        return self.before_due if due is None or now < due else self.after_due


def policy_of(course: Course, assignment: str | None = None) -> WatchPolicy:
    """Return the policy of an assignment, or that of all that have none of their own.

    Raises:
        UsageError: the course's tables say something that cannot be; its text says where.
    """
    return settings_of(course, "watch", course.watch, WatchPolicy, _wanted, assignment)


def _wanted(key: str, value: Any) -> str:
    if key.endswith("_due"):
        fits, wanted = value in SHOWN, f"one of {', '.join(SHOWN)}"
    elif key == "attempts_a_day":
        fits, wanted = type(value) is int and value >= 0, "a whole number, 0 for no bound"
    else:
        fits, wanted = type(value) in (int, float) and 0 < value < math.inf, "a number above 0"
    return "" if fits else wanted
