"""Tells students of their attempts at once, by nbgrader's exchange and as far as the course's policy goes.

The page is released first and noted then. A watch that is killed in between releases the same page for the same
attempt once more, in its place: nobody finds two, and none counts twice.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final

from autograder.catalogue.course import Course
from autograder.catalogue.submission_refs import SubmissionRef
from autograder.catalogue.watch_policy import SHOWN, Shown, policy_of
from autograder.errors import GraderFault
from autograder.gradebook.due_dates import DueDates, read_due_dates
from autograder.gradebook.inbound import Inbound
from autograder.reports.feedback import printed_by, render_feedback
from autograder.results.result import SubmissionResult
from autograder.results.store import ResultStore
from autograder.results.told import Telling, read_told, write_told
from autograder.sandbox.cell_run import CellRun
from autograder.text import sanitize_lines

LOOK_S: Final = 30.0  # between looks at due dates, and at the clock for another day


@dataclass(frozen=True, slots=True)
class _Moment:
    """What decides what may be told, beside what has been: another one asks for a look at everybody."""

    day: object
    passed: frozenset[object]


class Teller:
    """Releases feedback; what it has released lies beside the results."""

    def __init__(
        self, inbound: Inbound, course: Course, assignments: Sequence[str], store: ResultStore,
        clock: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:  # fmt: skip
        """Read when `assignments` are due; `clock` tells the time.

        Raises:
            UsageError: the course's policy says something that cannot be.
        """
        self._inbound = inbound
        self._course = course
        self._policies = {name: policy_of(course, name) for name in assignments}
        self._store = store
        self._clock = clock
        self._answers = course.answers()
        self._due = DueDates()
        self._next_look = 0.0
        self._moment = self._looked()
        self._failed = False

    def tell(self, ref: SubmissionRef, result: SubmissionResult) -> str:
        """Release what may be shown of a result; return what has become of it, "" where there was nothing to do.

        Args:
            ref: where the attempt is collected that the result is of.
            result: its result, which is kept in the store.
        """
        assignment, student = result.key
        attempt = self._inbound.time_of(assignment, student)
        if not attempt or ref.path is None:
            return "cannot fetch feedback"
        now = self._clock()
        policy, due = self._policies[assignment], self._due.of(assignment, student)
        shown = policy.shown(due, now)
        path = self._store.told_of(student, assignment)
        told = read_told(path)
        before = [each for each in told if each.attempt == attempt]
        checks = result.environment.checks_sha256
        if shown == "nothing" or any(_covers(each, shown, checks) for each in before):
            return ""
        others = {each.attempt for each in told if each.moment.astimezone().date() == now.astimezone().date()}
        if not before and policy.attempts_a_day and len(others) >= policy.attempts_a_day:
            return f"told tomorrow: {policy.attempts_a_day} a day"
        try:
            self._inbound.release(assignment, student, ref.path.stem, self._page(result, shown, due))
        except GraderFault as error:
            self._failed = True
            for line in sanitize_lines(str(error)).splitlines():
                print(f"autograder: {line}", file=sys.stderr)
            return "not released"
        write_told(path, [*told, Telling(attempt, shown, checks, now.isoformat())])
        return f"told: {'visible checks' if shown == 'visible' else 'all checks'}"

    def is_to_look_again(self) -> bool:
        """Whether more may be told than before: something has been due since, a day begun, a release failed."""
        if time.monotonic() < self._next_look:
            return False
        before, failed = self._moment, self._failed
        self._moment, self._failed = self._looked(), False
        return failed or self._moment != before

    def _looked(self) -> _Moment:
        self._next_look = time.monotonic() + LOOK_S
        try:
            self._due = read_due_dates(self._inbound.gradebook, self._policies)
        except GraderFault as error:  # it may be locked for a moment; what was read before serves
            print(f"autograder: {sanitize_lines(str(error))}", file=sys.stderr)
        now = self._clock()
        return _Moment(now.astimezone().date(), self._due.passed(now))

    def _page(self, result: SubmissionResult, shown: Shown, due: datetime | None) -> str:
        cells = [CellRun.from_json(cell) for cell in self._store.read_cells(result.student, result.assignment)]
        if shown == "all":
            return render_feedback(result, printed_by(cells), self._answers.get(result.assignment, ""))
        when = f"after {due.astimezone():%Y-%m-%d %H:%M %Z}" if due is not None else "later"
        notice = f"Only the checks that you can run yourself are shown. The others, which count as well, come {when}."
        return render_feedback(result.visible_part(), printed_by(cells), notice=notice)


def _covers(told: Telling, shown: Shown, checks: str) -> bool:
    """Whether a page that was released shows as much, by the same checks."""
    return told.shown in SHOWN and SHOWN.index(told.shown) >= SHOWN.index(shown) and told.checks_sha256 == checks
