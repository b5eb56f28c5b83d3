"""`autograder compare`: writes each submission beside the reference, for a person who grades by hand."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from autograder.authoring.reference import answers_in, reference_answers, without_given
from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import Course, find_course
from autograder.catalogue.submission import read_submission
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.catalogue.submission_refs import find_submissions
from autograder.commands.earlier_results import read_results
from autograder.commands.exit_status import ALL_PASSED
from autograder.errors import UsageError
from autograder.reports.beside_page import render_beside
from autograder.results.store import feedback_path
from autograder.results.whole_files import write_whole
from autograder.text import escape

COMPARED: Final = "compared"  # in the folder of results: apart from what students get


def compare(paths: Sequence[Path], assignment: str | None, out: Path) -> int:
    """Write a page for each submission that has been graded, say where they are, and return the exit status.

    Args:
        paths: where submissions lie.
        assignment: the one to take, where the paths do not tell it.
        out: the folder of results.

    Raises:
        UsageError: the course has no solutions, or nothing of it was graded.
    """
    course = find_course()
    if course.solutions is None:
        raise UsageError("this course has no solutions here to compare with")
    results = {result.key: result for result in read_results(out)}
    references: dict[str, dict[str, str]] = {}
    given: dict[str, dict[str, str]] = {}
    written = 0
    for ref in find_submissions(paths, course, assignment):
        result = results.get((ref.assignment, ref.student))
        handed_in = SubmissionBytes.of(ref)
        if result is None or result.submission_sha256 != handed_in.sha256:
            print(f"autograder: {escape(ref.student)} is not graded as it lies there: left out", file=sys.stderr)
            continue
        found = course.assignment(ref.assignment)
        if ref.assignment not in references:
            given[ref.assignment] = _given(course, found)
            references[ref.assignment] = _without(reference_answers(found), given[ref.assignment])
        page = out / COMPARED / feedback_path(ref.student, ref.assignment).relative_to("feedback")
        page.parent.mkdir(parents=True, exist_ok=True)
        feedback = os.path.relpath(out / feedback_path(ref.student, ref.assignment), page.parent)
        answers = _without(answers_in(handed_in.submission().document, found), given[ref.assignment])
        href = quote(os.fsencode(Path(feedback).as_posix()))
        write_whole(page, render_beside(result, answers, references[ref.assignment], href))
        written += 1
    if not written:
        raise UsageError(f"nothing of it has been graded in {out}: run autograder grade")
    print(f"{written:,} {'page' if written == 1 else 'pages'} in {out / COMPARED}")
    return ALL_PASSED


def _given(course: Course, assignment: Assignment) -> dict[str, str]:
    """Return what students get in place of each answer, by question; nothing where the assignment is not released."""
    path = course.assignments_dir / assignment.name / f"{assignment.name}.ipynb"
    return answers_in(read_submission(path.read_bytes(), path.name).document, assignment) if path.exists() else {}


def _without(answers: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return {id: without_given(text, given.get(id, "")) for id, text in answers.items()}
