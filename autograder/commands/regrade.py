"""`autograder regrade`: judges one question of everyone again, and says who gains and who loses before it writes."""

import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import Course, find_course
from autograder.catalogue.secret import course_secret
from autograder.catalogue.submission_bytes import SubmissionReader
from autograder.catalogue.submission_refs import SubmissionRef
from autograder.commands.class_run import file_of
from autograder.commands.diff import Change
from autograder.commands.exit_status import ALL_PASSED, GRADER_FAILED, INTERRUPTED
from autograder.commands.handing_in import HandedIn, handed_in
from autograder.commands.options import RegradeOptions
from autograder.commands.publishing import publish
from autograder.commands.recording import record
from autograder.errors import UsageError
from autograder.grading import device as devices
from autograder.grading.settings import Settings
from autograder.judging.judge import Judge
from autograder.reports.feedback import printed_by, render_feedback
from autograder.results.result import SubmissionResult
from autograder.results.store import ResultStore
from autograder.sandbox import launch as sandboxes
from autograder.sandbox import permissions
from autograder.sandbox.cell_run import CellRun
from autograder.text import escape


@dataclass(frozen=True, slots=True)
class _Regraded:
    """What judging a question again comes to for one student, and what the cells printed and drew."""

    change: Change
    cells: Sequence[CellRun]


def regrade(options: RegradeOptions) -> int:
    """Judge a question, and those that need it, of everything that has been graded; return the exit status.

    Prints who gains and who loses, and replaces the results (and the scores in the gradebook) only if it is told to.
    """
    course = find_course()
    with handed_in(options, course) as found:
        return _regrade(options, course, found)


def _regrade(options: RegradeOptions, course: Course, found: HandedIn) -> int:
    assignment = _assignment_with(options.question, options.assignment, course)
    with Judge(assignment, visible_only=False) as judge:
        questions = judge.with_dependents(options.question)
    mode = sandboxes.choose(options.sandbox)
    permissions.check_hidden(mode, course, [*options.paths, *found.places, options.out, *file_of(options.gradebook)])
    device = devices.choose(options.device, mode)
    reader = SubmissionReader()
    with ResultStore.writing(options.out) as store:
        old = {result.student: result for result in store.results() if result.assignment == assignment.name}
        refs = [
            ref for ref in found.refs
            if ref.assignment == assignment.name and _is_as_graded(ref, old.get(ref.student), device.kind, reader)
        ]  # fmt: skip
        writer = None
        if options.gradebook is not None and options.write:
            from autograder.gradebook.writing import GradebookWriter  # nbgrader takes a second to load

            writer = GradebookWriter(options.gradebook, refs, course, found.people)
        settings = Settings(
            course.root,
            mode,
            seed=options.seed,
            keep_outputs=True,
            questions=tuple(questions),
            device=device,
            secret=course_secret(course.root),
            answers=tuple(course.answers().items()),
        )
        regraded = []
        with tempfile.TemporaryDirectory(prefix="regrade-") as folder, ResultStore.writing(Path(folder)) as staged:
            if record(staged, settings, refs, reader, options.workers):
                print("autograder: stopped; nothing was written", file=sys.stderr)
                return INTERRUPTED
            for again in staged.results():
                change = Change(old[again.student], _merged(old[again.student], again, questions, assignment))
                cells = [CellRun.from_json(cell) for cell in staged.read_cells(again.student, assignment.name)]
                regraded.append(_Regraded(change, cells))
        faults = [each for each in regraded if each.change.new.has_fault]
        judged = [each for each in regraded if not each.change.new.has_fault]
        _print_changes([each.change for each in judged], questions)
        for each in faults:
            student = escape(each.change.new.student)
            print(f"autograder: the grader failed at {student}, whose result stays as it was", file=sys.stderr)
        if options.write:
            for each in judged:
                page = render_feedback(each.change.new, printed_by(each.cells), settings.answers_to(assignment.name))
                store.add(each.change.new, page, [cell.to_json() for cell in each.cells])
            publish(store, {}, ())
            if writer is not None:
                writer.write(options.out)
        else:
            print("nothing was written: add --write")
        return GRADER_FAILED if faults else ALL_PASSED


def _assignment_with(question: str, name: str | None, course: Course) -> Assignment:
    having = [
        each for each in course.assignments()
        if name in (None, each.name) and question in {known.id for known in each.questions}
    ]  # fmt: skip
    if not having:
        raise UsageError(f"there is no question {question!r} in {name or 'any assignment'}")
    if len(having) > 1:
        names = " and ".join(each.name for each in having)
        raise UsageError(f"{names} have a question {question!r}: pass --assignment NAME")
    return having[0]


def _is_as_graded(
    ref: SubmissionRef, result: SubmissionResult | None, device: str, reader: SubmissionReader
) -> bool:  # fmt: skip
    if result is None:
        why = "has not been graded"
    elif reader.sha256(ref) != result.submission_sha256:
        why = "was handed in again since it was graded"
    elif result.environment.device != device:
        why = f"was graded with --device {result.environment.device}: pass that, or grade all again"
    else:
        return True
    reader.release(ref)
    print(f"autograder: {escape(ref.student)} {why}: run autograder grade", file=sys.stderr)
    return False


def _merged(
    old: SubmissionResult, new: SubmissionResult, wanted: Collection[str], assignment: Assignment
) -> SubmissionResult:  # fmt: skip
    """Return the old result with the wanted questions as they were judged again, all as the course counts them now."""
    again = {question.id: question for question in new.questions if question.id in wanted}
    now = {question.id: question for question in assignment.questions}
    questions = tuple(
        replace(again.get(each.id, each), points=now[each.id].points, credit=now[each.id].credit) if each.id in now
        else each
        for each in old.questions
    )  # fmt: skip
    return replace(old, environment=new.environment, questions=questions, by_hand=new.by_hand)


def _print_changes(changes: Sequence[Change], questions: Collection[str]) -> None:
    for change in sorted(changes, key=lambda change: (change.gained, change.new.student)):
        for line in change.lines():
            print(line)
    gained, lost = (sum(sign * change.gained > 0 for change in changes) for sign in (1, -1))
    same = len(changes) - gained - lost
    print(f"{', '.join(questions)}: {gained} gain, {lost} lose, {same} stay as they were")
