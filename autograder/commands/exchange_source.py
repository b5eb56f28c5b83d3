"""What students hand in by nbgrader's exchange, for `autograder watch`."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from autograder.catalogue.course import Course
from autograder.catalogue.settling import Settling
from autograder.catalogue.submission_refs import SubmissionRef, find_submissions
from autograder.catalogue.watch_policy import policy_of
from autograder.commands.arrivals import Look, is_stuck
from autograder.gradebook.inbound import Attempt, Inbound
from autograder.results.result import Key
from autograder.text import escape


class ExchangeSource:
    """The exchange's `inbound`: an attempt is collected into `submitted/` when its turn has come."""

    recursive = False  # a folder's name is all that can be told of; whether it is whole is looked at

    def __init__(self, inbound: Inbound, course: Course, assignments: Sequence[str]) -> None:
        """Look for `assignments` of a course."""
        self.folder: Path = inbound.folder
        self._inbound = inbound
        self._course = course
        self._assignments = assignments
        self._settle_s = {name: policy_of(course, name).settle_s for name in assignments}
        self._settling = Settling()
        self._newest: dict[Key, Attempt] = {}
        self._taken: dict[Key, datetime] = {}
        self._refused: set[Path] = set()

    def look(self) -> Look:
        """Find the newest whole attempt of each student that is newer than what was taken."""
        whole, on_the_way = [], False
        for key, attempts in self._inbound.attempts(self._assignments).items():
            for attempt in reversed(attempts):
                if key in self._taken and attempt.moment <= self._taken[key]:
                    break
                if self._inbound.is_whole(attempt, self._settling, self._settle_s[key[0]]):
                    self._newest[key] = attempt
                    whole.append(key)
                    break
                if not is_stuck(self._settling, attempt.path, self._settle_s[key[0]]):
                    on_the_way = True
                elif attempt.path not in self._refused:
                    self._refused.add(attempt.path)
                    name = escape(attempt.path.name)
                    print(f"autograder: {name} is not as nbgrader submit leaves it: not collected", file=sys.stderr)
        return Look(sorted(whole, key=lambda key: self._newest[key].moment), on_the_way)

    def take(self, key: Key) -> SubmissionRef | None:
        """Collect the newest attempt, where that is newer than what is collected, and return where it lies."""
        attempt = self._newest[key]
        self._taken[key] = attempt.moment
        before = self._inbound.collected(*key)
        if before is None or before < attempt.moment:
            self._inbound.collect(key[0], attempt)
        place = self._inbound.place(*key)
        (ref,) = find_submissions([place.parent], self._course, key[0])
        return ref

    def again(self) -> None:
        """Have the next look find everything again."""
        self._taken.clear()
