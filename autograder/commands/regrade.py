"""`autograder regrade`: judges one question of everyone again, and says who gains and who loses before it writes."""

import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import Course, find_course
from autograder.catalogue.handed_in import HandedIn, find_handed_in
from autograder.catalogue.submission import digest
from autograder.commands.diff import Change
from autograder.commands.grade import grade_into, write_report
from autograder.errors import UsageError
from autograder.grading import device as devices
from autograder.grading.grader import Job, Settings
from autograder.judging.judge import Judge
from autograder.reports.feedback import printed_by, render_feedback
from autograder.results.store import ResultStore
from autograder.sandbox import launch as sandboxes
from autograder.text import visible


@dataclass(frozen=True, slots=True)
class _Regraded:
    """What judging a question again comes to for one student, and what the cells printed and drew."""

    change: Change
    cells: Sequence[Mapping[str, Any]]


def regrade(
    paths: Sequence[Path], *, question: str, assignment: str | None, out: Path, workers: int, sandbox: str,
    device: str, seed: int, write: bool, gradebook: str | None,
) -> int:  # fmt: skip
    """Judge `question`, and those that need it, of everything under `paths` that has been graded.

    Prints who gains and who loses, and replaces the results in `out` (and in the gradebook) only if
    `write`. Returns the exit status (see `autograder.cli`).
    """
    course = find_course()
    chosen = _assignment_with(question, assignment, course)
    with Judge(chosen, visible_only=False) as judge:
        questions = judge.with_dependents(question)
    mode = sandboxes.choose(sandbox)
    place = devices.choose(device, mode)
    with ResultStore.writing(out) as store:
        old = {line["student"]: line for line in store.results() if line["assignment"] == chosen.name}
        handed_in = [
            each for each in find_handed_in(paths, course, assignment)
            if each.assignment == chosen.name and _is_as_graded(each, old.get(each.student), place.kind)
        ]  # fmt: skip
        writer = None
        if gradebook is not None and write:
            from autograder.gradebook.writing import GradebookWriter  # nbgrader takes a second to load

            writer = GradebookWriter(gradebook, handed_in, course)
        settings = Settings(course.root, mode, seed=seed, keep_outputs=True, questions=tuple(questions), device=place)
        regraded = []
        with tempfile.TemporaryDirectory(prefix="regrade-") as folder, ResultStore.writing(Path(folder)) as staged:
            if grade_into(staged, settings, handed_in, min(workers, max(len(handed_in), 1))):
                print("autograder: stopped; nothing was written", file=sys.stderr)
                return 130
            for line in staged.results():
                whole = _merged(old[line["student"]], line, questions)
                cells = staged.read_cells(line["student"], chosen.name)
                regraded.append(_Regraded(Change(old[line["student"]], whole), cells))
        faults = [each for each in regraded if each.change.new["needs_review"]]
        sound = [each for each in regraded if not each.change.new["needs_review"]]
        _print_changes([each.change for each in sound], questions)
        for each in faults:
            told = visible(each.change.new["student"])
            print(f"autograder: the grader failed at {told}, whose result stays as it was", file=sys.stderr)
        if write:
            for each in sound:
                new = each.change.new
                store.add(new, render_feedback(new, printed_by(each.cells)), each.cells)
            store.finish()
            write_report(store)
            if writer is not None:
                writer.write(out)
        else:
            print("nothing was written: add --write")
        return 3 if faults else 0


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


def _is_as_graded(each: HandedIn, line: Mapping[str, Any] | None, device: str) -> bool:
    if line is None:
        why = "has not been graded"
    elif digest(Job.of(each).data) != line["submission_sha256"]:
        why = "was handed in again since it was graded"
    elif line["environment"]["device"] != device:
        why = f"was graded with --device {line['environment']['device']}: pass that, or grade all again"
    else:
        return True
    print(f"autograder: {visible(each.student)} {why}: run autograder grade", file=sys.stderr)
    return False


def _merged(old: Mapping[str, Any], new: Mapping[str, Any], wanted: Collection[str]) -> dict[str, Any]:
    """Return the old result line with the wanted questions as they were judged again."""
    again = {question["id"]: question for question in new["questions"] if question["id"] in wanted}
    questions = [again.get(question["id"], question) for question in old["questions"]]
    checks = [check for question in questions for check in question["checks"]]
    return {
        **old, "environment": new["environment"], "questions": questions,
        "score": sum(question["score"] for question in questions),
        "max_score": sum(question["points"] for question in questions),
        "needs_review": any(check["outcome"] == "grader_fault" for check in checks),
    }  # fmt: skip


def _print_changes(changes: Sequence[Change], questions: Collection[str]) -> None:
    for change in sorted(changes, key=lambda change: (change.gained, change.new["student"])):
        for line in change.lines():
            print(line)
    gained, lost = (sum(sign * change.gained > 0 for change in changes) for sign in (1, -1))
    same = len(changes) - gained - lost
    print(f"{', '.join(questions)}: {gained} gain, {lost} lose, {same} stay as they were")
