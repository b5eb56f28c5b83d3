"""What a student uses: `check("sgd")` in a notebook, `autograder check NOTEBOOK` on the command line.

Both run the visible checks against the student's own functions in this very process, on any
operating system: students may trust themselves. That gives feedback, never a grade.
"""

import functools
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from IPython.core.getipython import get_ipython

from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import Course, find_course
from autograder.catalogue.submission import read_submission
from autograder.errors import UsageError
from autograder.judging.judge import Judge, derive_seed
from autograder.judging.student import LocalStudent
from autograder.notebook.progress import ConsoleLine, Progress, Show
from autograder.reports.card import render_html, render_text
from autograder.results.result import QuestionResult
from autograder.sandbox.worker.notebook import Notebook, unlimited
from autograder.sandbox.worker.probing import seed_everything

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
    found = assignment_of(namespace, assignment, question)
    if shell.__class__.__name__ == "TerminalInteractiveShell":
        with ConsoleLine(sys.stdout) as line:
            results = _judged(found, namespace, line.show, [question])
        result = next(result for result in results if result.id == question)
        print(render_text(result))
        return result.score
    with Output(shell) as output:
        results = _judged(found, namespace, output.show_progress, [question])
        result = next(result for result in results if result.id == question)
        output.show(render_html(result), render_text(result))
    return result.score


class Output:
    """One output of a cell: what it shows last is what stays. Use as a context manager."""

    def __init__(self, shell: Any) -> None:
        """An output of the cell that an IPython kernel is running."""
        self._publish = shell.display_pub.publish
        self._known_as = {"display_id": uuid.uuid4().hex}
        self._there = False

    def __enter__(self) -> "Output":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self._there:
            self.show("", "")

    def show(self, html: str, text: str) -> None:
        """Show this in place of what was there."""
        self._publish({"text/html": html, "text/plain": text}, transient=self._known_as, update=self._there)
        self._there = True

    def show_progress(self, done: int, total: int, sentence: str) -> None:
        """Say how far the checks are."""
        bar = f'<progress value="{done}" max="{total}" aria-hidden="true"></progress>'
        self.show(f'<p role="status">{bar} {sentence}</p>', sentence)


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
            run = notebook.run(number, source, unlimited, briefly=number in submission.explore)
            if run["error"] and run["error"]["kind"] != "not_attempted":
                notes.append(f"code cell {number} failed: {run['error']['type']}: {run['error']['message']}")
    finally:
        _RUNNING_A_FILE.reset(token)
    found = assignment_of(notebook.namespace, assignment or _named_by(path), None)
    with ConsoleLine(sys.stderr) as line:
        return found, _judged(found, notebook.namespace, line.show), notes


def _named_by(path: Path) -> str | None:
    known = [assignment.name for assignment in _assignments()]
    return next((name for name in (path.stem, path.resolve().parent.name) if name in known), None)


def assignment_of(namespace: Mapping[str, Any], name: str | None, question: str | None) -> Assignment:
    """Return the assignment of that name, else the one most of whose stubs the notebook has defined.

    With `question`, only assignments that have it come into question. `UsageError` lists what there is.
    """
    if name is not None:
        return _course().assignment(name)
    fitting = [each for each in _assignments() if question is None or question in _ids(each)]
    if not fitting:
        every = ", ".join(sorted({id for each in _assignments() for id in _ids(each)}))
        raise UsageError(f"there is no question {question!r}; there are: {every}")
    return max(fitting, key=lambda each: sum(id in namespace for id in _ids(each)))


def _ids(assignment: Assignment) -> list[str]:
    return [question.id for question in assignment.questions]


@functools.cache
def _course() -> Course:
    return find_course()


@functools.cache
def _assignments() -> tuple[Assignment, ...]:
    """Return the course's assignments, each of which has read its notebook once a process."""
    return tuple(_course().assignments())


def _judged(
    assignment: Assignment, namespace: Mapping[str, Any], show: Show, questions: Sequence[str] | None = None
) -> tuple[QuestionResult, ...]:
    """Run the visible checks, and remember how long each took."""
    judge, seconds = _judge(assignment), _seconds(assignment)
    with Progress(show, seconds) as progress:
        results = judge.judge(LocalStudent(namespace), questions=questions, on_check=progress.begin)
    seconds.update({check.id: check.seconds for result in results for check in result.checks})
    return results


@functools.cache
def _seconds(assignment: Assignment) -> dict[str, float]:
    """How long each check took when it was last run in this process."""
    return {}


@functools.cache
def _judge(assignment: Assignment) -> Judge:
    """Collect an assignment's visible checks once a process."""
    return Judge(assignment, visible_only=True)
