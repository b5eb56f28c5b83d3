"""What a student uses: `check("sgd")` in a notebook, `autograder check NOTEBOOK` on the command line.

Both run the visible checks against the student's own functions in this very process, on any
operating system: students may trust themselves. That gives feedback, never a grade.
"""

import contextlib
import functools
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from IPython.core.getipython import get_ipython

from autograder.card import render_html, render_text
from autograder.course import Assignment, Course, find_course
from autograder.errors import UsageError
from autograder.judge import Judge, derive_seed
from autograder.result import QuestionResult
from autograder.student import LocalStudent
from autograder.submission import read_submission
from autograder.worker.notebook import Notebook
from autograder.worker.probing import seed_everything

_RUNNING_A_FILE: Final[ContextVar[bool]] = ContextVar("running_a_file", default=False)


def check(question: str, assignment: str | None = None) -> float:
    """Check your own functions: show a card, and return the points that they earn so far.

    Args:
        question: the name of a stub of this notebook, such as "sgd".
        assignment: the notebook's name, where the functions that it has defined do not tell it.

    Returns:
        The question's points × weight of the passed visible checks ÷ weight of all visible ones.
    """
    if _RUNNING_A_FILE.get():
        return 0.0
    shell = get_ipython()
    if shell is None:
        raise UsageError("check(...) works in a notebook or in IPython; elsewhere run: autograder check NOTEBOOK")
    namespace: Mapping[str, Any] = shell.user_ns
    judge = _judge(assignment_of(namespace, assignment, question))
    results = judge.judge(LocalStudent(namespace), questions=[question])
    result = next(result for result in results if result.id == question)
    card = result.to_json()
    if shell.__class__.__name__ == "TerminalInteractiveShell":
        print(render_text(card))
    else:
        shell.display_pub.publish({"text/html": render_html(card), "text/plain": render_text(card)})
    return result.score


def check_file(path: Path, assignment: str | None) -> tuple[Assignment, tuple[QuestionResult, ...], list[str]]:
    """Run a notebook or script here and judge it by the visible checks.

    Returns the assignment, a result for each question, and notes on the file.
    Raises `UsageError` where the file cannot be read at all.
    """
    try:
        submission = read_submission(path.read_bytes(), path.name)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if submission.problem:
        raise UsageError(submission.problem)
    notebook = Notebook()
    notebook.namespace["__name__"] = submission.module_name
    notes = list(submission.notes)
    token = _RUNNING_A_FILE.set(True)
    try:
        seed_everything(derive_seed(0, path.name))
        for number, source in submission.cells:
            run = notebook.run(number, source, contextlib.nullcontext)
            if run["error"] and run["error"]["kind"] != "not_attempted":
                notes.append(f"code cell {number} failed: {run['error']['type']}: {run['error']['message']}")
    finally:
        _RUNNING_A_FILE.reset(token)
    found = assignment_of(notebook.namespace, assignment or _named_by(path), None)
    return found, _judge(found).judge(LocalStudent(notebook.namespace)), notes


def _named_by(path: Path) -> str | None:
    known = [assignment.name for assignment in _course().assignments()]
    return next((name for name in (path.stem, path.resolve().parent.name) if name in known), None)


def assignment_of(namespace: Mapping[str, Any], name: str | None, question: str | None) -> Assignment:
    """Return the assignment of that name, else the one most of whose stubs the notebook has defined.

    With `question`, only assignments that have it come into question. `UsageError` lists what there is.
    """
    course = _course()
    if name is not None:
        return course.assignment(name)
    having = {assignment.name: [each.id for each in assignment.questions] for assignment in course.assignments()}
    fitting = {known: ids for known, ids in having.items() if question is None or question in ids}
    if not fitting:
        every = ", ".join(sorted({id for ids in having.values() for id in ids}))
        raise UsageError(f"there is no question {question!r}; there are: {every}")
    best = max(fitting, key=lambda known: sum(id in namespace for id in fitting[known]))
    return course.assignment(best)


@functools.cache
def _course() -> Course:
    return find_course()


@functools.cache
def _judge(assignment: Assignment) -> Judge:
    """Collect an assignment's visible checks once a process."""
    return Judge(assignment, visible_only=True)
