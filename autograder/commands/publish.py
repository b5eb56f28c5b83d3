"""`autograder publish`: sends scores and feedback pages to Canvas, what is there already never again."""

import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.catalogue.course import find_course
from autograder.commands.console import print_held
from autograder.commands.earlier_results import is_missing, read_results
from autograder.commands.exit_status import ALL_PASSED, GRADER_FAILED, SOME_FAILED
from autograder.downloads.roster import Roster, read_roster
from autograder.errors import GraderFault, UsageError
from autograder.reports.formats.format import Graded, HandedFile
from autograder.reports.publishing.canvas import CanvasAssignment, RefusedError, ServerError
from autograder.reports.publishing.plan import Plan, Sending, plan
from autograder.reports.wording import points
from autograder.results.final_score import FinalScores
from autograder.text import escape, sanitize

TOKEN: Final = "CANVAS_API_TOKEN"
SHOWN: Final = 12  # names
NOT_ALL: Final = SOME_FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOptions:
    """What `autograder publish` is told.

    Attributes:
        canvas: the server's address.
        course: the course's number there.
        assignment_id: the assignment's number there.
        assignment: which of the results, None where they are of one.
        out: the folder of results.
        gradebook: nbgrader's gradebook, whose final scores are sent, or None.
        roster: a file that says who is in the class, or None.
        feedback: whether feedback pages are sent, too.
        zeros: whether who handed in nothing gets no points, rather than keeps what is there.
        reviewed: whether what needs a person's review has had it.
        dry_run: whether nothing is sent.
    """

    canvas: str
    course: int
    assignment_id: int
    assignment: str | None
    out: Path
    gradebook: str | None
    roster: Path | None
    feedback: bool
    zeros: bool
    reviewed: bool
    dry_run: bool


def publish(options: PublishOptions) -> int:
    """Send what is not there yet, and return the exit status: 0 where all who were graded have all of it.

    Raises:
        UsageError: there is no token, or what is named is not there.
        GraderFault: Canvas did not answer before anything was sent.
    """
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise UsageError(f"the environment variable {TOKEN} holds no token: make one in Canvas, Account → Settings")
    roster = read_roster(options.roster) if options.roster is not None else Roster()
    graded = _graded(options)
    try:
        canvas = CanvasAssignment(options.canvas, token, options.course, options.assignment_id)
    except ServerError as error:
        raise GraderFault(f"{options.canvas}: {error}; nothing was sent") from None
    with contextlib.closing(canvas):
        try:
            entries = canvas.entries()
        except ServerError as error:
            raise GraderFault(f"{options.canvas}: {error}; nothing was sent") from None
        found = plan(
            graded, entries, canvas.possible, options.out, roster=roster, feedback=options.feedback,
        )  # fmt: skip
        return _publish(canvas, found, graded, dry_run=options.dry_run)


def _publish(canvas: CanvasAssignment, found: Plan, graded: Sequence[Graded], *, dry_run: bool) -> int:
    _tell(found, canvas, graded)
    if dry_run:
        for sending in found.sendings:
            print(f"would send {sanitize(sending.line())}")
        print(f"{len(found.sendings):,} to send, {found.same:,} there already; nothing was sent (--dry-run)")
        return ALL_PASSED
    return _send(canvas, found)


def _send(canvas: CanvasAssignment, found: Plan) -> int:
    refused: list[str] = []
    for sent, sending in enumerate(found.sendings):
        try:
            canvas.send(sending.entry, sending.score, sending.page, sending.comment)
        except RefusedError as error:
            refused.append(sending.student)
            print(f"autograder: {escape(sending.student)} was not taken: {error}", file=sys.stderr)
        except ServerError as error:
            _tell_stopped(error, sending, sent - len(refused), found.sendings[sent + 1 :])
            return GRADER_FAILED
        else:
            print(f"sent {sanitize(sending.line())}")
    print(f"{len(found.sendings) - len(refused):,} sent, {found.same:,} there already")
    return NOT_ALL if refused or found.unmatched or found.held else ALL_PASSED


def _tell_stopped(error: ServerError, sending: Sending, sent: int, left: Sequence[Sending]) -> None:
    print(f"{sent:,} sent, {len(left) + 1:,} left")
    perhaps = "perhaps" if error.perhaps else "not"
    for line in (
        str(error), f"{perhaps} sent: {escape(sending.student)}",
        *([f"not sent: {_few([each.student for each in left])}"] if left else []),
        "the same command again goes on where this one stopped",
    ):  # fmt: skip
        print(f"autograder: {line}", file=sys.stderr)


def _tell(found: Plan, canvas: CanvasAssignment, graded: Sequence[Graded]) -> None:
    """Say on stderr who gets nothing, and how scores are scaled."""
    waiting = sum(each.final is not None and each.final.waits for each in graded)
    for ours, theirs in sorted(found.scales):
        print(f"autograder: {points(ours)} points are {points(theirs)} in {canvas.title}", file=sys.stderr)
    for said, names in (
        ("graded, and not in the course in Canvas", found.unmatched),
        ("excused in Canvas, left as they are", found.excused),
        ("in the course, left as they are, without a submission", found.ungraded),
    ):
        if names:
            print(f"autograder: {said}: {_few(names)}", file=sys.stderr)
    print_held(found.held)
    if waiting:
        print(f"autograder: {waiting:,} still wait for points by hand, which are in no score yet", file=sys.stderr)


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(map(escape, names[:SHOWN])) + more


def _graded(options: PublishOptions) -> list[Graded]:
    """Return the results of the assignment."""
    results = [each for each in read_results(options.out) if options.assignment in (None, each.assignment)]
    names = sorted({each.assignment for each in results})
    if len(names) != 1:
        of = ", ".join(names) or f"nothing of {options.assignment}"
        raise UsageError(f"{options.out} has results of {of}: pass --assignment NAME, of one of them")
    finals: FinalScores = {}
    if options.gradebook is not None:
        from autograder.gradebook.final_scores import read_final_scores  # nbgrader takes a second to load
        from autograder.gradebook.settings import read_settings

        read_settings(find_course())  # it says where nbgrader finds its tools
        finals = read_final_scores(options.gradebook, {names[0]: [each.student for each in results]})
    return [
        Graded(
            each, HandedFile(is_missing=is_missing(each) and not options.zeros), finals.get(each.key), options.reviewed
        )
        for each in results
    ]
