"""When students are to have handed in, by nbgrader's gradebook."""

import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timezone

from sqlalchemy.exc import SAWarning

from autograder.gradebook.final_scores import is_missing, opened, whole_url
from autograder.results.result import Key


@dataclass(frozen=True, slots=True)
class DueDates:
    """The due date of each assignment that has one, and of each student who has more time, in UTC."""

    common: dict[str, datetime] = field(default_factory=dict)
    extended: dict[Key, datetime] = field(default_factory=dict)

    def of(self, assignment: str, student: str) -> datetime | None:
        """Return a student's due date, None where there is none."""
        return self.extended.get((assignment, student), self.common.get(assignment))

    def passed(self, now: datetime) -> frozenset[object]:
        """Return what has been due by a moment: another set as soon as one more is."""
        return frozenset(each for dates in (self.common, self.extended) for each, due in dates.items() if due <= now)


def read_due_dates(url: str, assignments: Collection[str]) -> DueDates:
    """Return the due dates of assignments; none where there is no gradebook yet.

    Raises:
        GraderFault: it cannot be read.
    """
    address = whole_url(url)
    found = DueDates()
    if is_missing(address):
        return found
    with warnings.catch_warnings(), opened(address, f"the gradebook {address}: due dates") as book:
        warnings.simplefilter("ignore", SAWarning)
        for assignment in book.assignments:
            if assignment.name in assignments and assignment.duedate is not None:
                found.common[assignment.name] = _utc(assignment.duedate)
                for each in assignment.submissions:
                    if each.extension:
                        found.extended[assignment.name, each.student_id] = _utc(each.duedate)
    return found


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc)
