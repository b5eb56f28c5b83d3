"""What is to be sent of a class: what is not there yet."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.downloads.claim import Owner
from autograder.downloads.identity import Matches
from autograder.downloads.roster import CANVAS, Roster
from autograder.reports.formats.filling import scaled
from autograder.reports.formats.format import Graded
from autograder.reports.formats.matching import matched
from autograder.reports.publishing.canvas import Entry
from autograder.reports.wording import points, score_line
from autograder.results.store import feedback_path


@dataclass(frozen=True, slots=True)
class Sending:
    """What one student gets: a score, a page with the name that it gets and a comment, or both."""

    student: str
    entry: Entry
    score: str | None
    page: tuple[str, Path] | None
    comment: str

    def line(self) -> str:
        """Return it in a line; what students and platforms are called is untrusted."""
        was = "" if self.entry.score is None else f" (was {points(self.entry.score)})"
        score = "" if self.score is None else f"{self.score}{was}"
        parts = [each for each in (score, "feedback page" if self.page else "") if each]
        known = self.entry.enrolled
        return f"{self.student}: {', '.join(parts)} → {known.name or known.login} ({self.entry.user})"


@dataclass(slots=True)
class Plan:
    """Who gets what, who has it already, and of whom nothing can be said.

    Attributes:
        sendings: what is to be sent.
        same: how many have all of it already.
        unmatched: who was graded, and is nobody in the course.
        excused: who was graded, and is excused in Canvas.
        held: whose result a person has to look at first.
        ungraded: who is in the course, and was not graded or handed in nothing.
        scales: the points that there are here and there, where these are others.
    """

    sendings: list[Sending] = field(default_factory=list)
    same: int = 0
    unmatched: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    held: list[Graded] = field(default_factory=list)
    ungraded: list[str] = field(default_factory=list)
    scales: set[tuple[float, float]] = field(default_factory=set)


def plan(
    graded: Sequence[Graded], entries: Sequence[Entry], possible: float | None, folder: Path, *, roster: Roster,
    feedback: bool,
) -> Plan:  # fmt: skip
    """Return what is to be sent.

    Args:
        graded: the class.
        entries: the course as it is in Canvas.
        possible: the assignment's points there.
        folder: of the results, with the feedback pages.
        roster: who is in the class, empty where the results tell all that is known.
        feedback: whether pages are to be sent, too.
    """
    found = Plan()
    by_user = {entry.user: entry for entry in entries}
    handed_in = [each for each in graded if not each.file.is_missing]
    owners = dict(_owners(handed_in, roster))
    users = matched(owners, {entry.user: entry.enrolled for entry in entries})
    answered = set()
    for each in handed_in:
        student = each.result.student
        entry = by_user.get(users.get(student, -1))
        if entry is None:
            found.unmatched.append(student)
        elif entry.is_excused:
            answered.add(entry.user)
            found.excused.append(student)
        elif each.is_held:
            answered.add(entry.user)
            found.held.append(each)
        else:
            answered.add(entry.user)
            sending = _sending(each, entry, possible, folder, feedback=feedback)
            if possible and each.max_score and possible != each.max_score:
                found.scales.add((each.max_score, possible))
            if sending is None:
                found.same += 1
            else:
                found.sendings.append(sending)
    for entry in entries:
        if entry.user not in answered:
            found.ungraded.append(entry.enrolled.name or entry.enrolled.login or str(entry.user))
    return found


def _owners(graded: Sequence[Graded], roster: Roster) -> Iterator[tuple[str, Owner]]:
    """Yield what is known of each student; what the roster says of them comes first."""
    matches = Matches(roster)
    for each in graded:
        student, person = each.result.student, each.result.person
        number = person.platform_id if person.platform == CANVAS else ""
        owner = Owner(student, person.name, number, person.email)
        known = matches.of(owner if roster.platform == CANVAS else replace(owner, number=""))
        if known is not None:
            own = known.number if roster.platform == CANVAS else ""
            owner = Owner(
                known.login or student, known.name or person.name, own or number, known.email or person.email,
                known.student_number,
            )  # fmt: skip
        yield student, owner


def _sending(each: Graded, entry: Entry, possible: float | None, folder: Path, *, feedback: bool) -> Sending | None:
    """Return what a student lacks, None where nothing."""
    score: str | None = points(scaled(each, possible))
    if entry.score is not None and points(entry.score) == score:
        score = None
    page = None
    path = folder / feedback_path(each.result.student, each.result.assignment)
    name = f"{each.result.assignment}-{_digest(each)}.html"
    if feedback and name not in entry.pages and path.exists():
        page = name, path
    if score is None and page is None:
        return None
    comment = f"Feedback: {score_line(each.score, each.max_score)}."
    return Sending(each.result.student, entry, score, page, comment)


def _digest(each: Graded) -> str:
    """Return a digest of what a page tells, which is the same for the same work graded again."""
    told = json.dumps([_untimed(each.result.to_json()), each.score, each.max_score], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _untimed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _untimed(item) for key, item in value.items() if key != "seconds"}
    return [_untimed(item) for item in value] if isinstance(value, list) else value
