"""What a student uses in a notebook: `check("sgd")` for a card, `check()` before handing in.

The visible checks run against the student's own functions in this very process, on any operating
system: students may trust themselves. That gives feedback, never a grade.
"""

import functools
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from IPython.core.getipython import get_ipython

from autograder.catalogue.assignment import Assignment
from autograder.errors import UsageError
from autograder.judging.judge import Judge
from autograder.judging.process_state import as_in_a_new_process
from autograder.judging.student import LocalStudent
from autograder.notebook.credits import counting, told_by
from autograder.notebook.differences import missing_packages, rebound
from autograder.notebook.progress import ConsoleLine, Progress, Show
from autograder.notebook.run_cell import RunCell
from autograder.notebook.selection import select
from autograder.notebook.shown_cards import FILE_BEING_RUN, ShownCards
from autograder.reports import overview
from autograder.reports.card import render_html, render_text
from autograder.reports.displayed_check import hints_of
from autograder.results.result import MOST_HINTS, QuestionResult


def check(*questions: str, assignment: str | None = None, hint: int = 1) -> float:
    """Check your own functions: show a card for each, and return the points that they earn so far.

    Without a name: all of them in brief, and what would differ if the notebook were graded as it stands.

    Args:
        questions: the names of stubs of this notebook, such as "sgd".
        assignment: the notebook's name, where the functions that it has defined do not tell it.
        hint: up to which hint of a failing check its card is open: 1, 2 or 3.

    Returns:
        For each question, points × weight of the passed visible checks ÷ weight of all visible ones.
    """
    if hint not in range(1, MOST_HINTS + 1):
        raise UsageError(f'a check has up to {MOST_HINTS} hints: check("sgd", hint=2) shows the first two')
    running = FILE_BEING_RUN.get()
    if running is not None:
        running.remember(questions)
        return 0.0
    shell = get_ipython()
    if shell is None:
        raise UsageError("check(...) works in a notebook or in IPython; elsewhere run: autograder check NOTEBOOK")
    found, asked = select(shell.user_ns, questions, assignment)
    if shell.__class__.__name__ == "TerminalInteractiveShell":
        with ConsoleLine(sys.stdout) as line:
            results, shown = _checked(shell, found, questions, asked, line.show, hint)
        print("\n\n".join(text for _, text in shown))
    else:
        with Output(shell) as output:
            results, (first, *others) = _checked(shell, found, questions, asked, output.show_progress, hint)
            output.show(*first)
        for each in others:
            Output(shell).show(*each)
    return Points(sum(result.score for result in results))


class Points(float):
    """A number that a notebook does not write below the card, which has said it; nbgrader's own grading reads it."""

    def _repr_html_(self) -> str:
        return ""


def _checked(
    shell: Any, assignment: Assignment, named: Sequence[str], asked: Sequence[str], show: Show, hint: int
) -> tuple[Sequence[QuestionResult], list[tuple[str, str]]]:
    """Return the results of the questions asked for, and what to show of them, as HTML and as text."""
    cards = _cards(shell)
    said = told_by(Path(f"{assignment.name}.ipynb"))
    if named:
        cards.remember(asked)
        judged = {each.id: each for each in counting(judge_locally(assignment, shell.user_ns, show, asked), said)}
        of_each = [judged[name] for name in asked]
        return of_each, [(render_html(each, hints=hint), _text(each, hint)) for each in of_each]
    cells = [
        RunCell.of(f"In [{number}]", source)
        for number, source in enumerate(shell.history_manager.input_hist_parsed)
        if source
    ]
    changed = list(rebound(cards, asked, cells))
    with cards.restored({each.name: each.before for each in changed if each.seen}):
        results = counting(judge_locally(assignment, shell.user_ns, show), said)
    told = [*(each.sentence for each in changed), *missing_packages(cells, assignment, Path())]
    brief = assignment.name, results, counting(assignment.by_hand, said), told
    return results, [(overview.render_html(*brief), overview.render_text(*brief))]


def _text(result: QuestionResult, hint: int) -> str:
    """Return a question's card as text, and how to have the next hint where there is one."""
    card = render_text(result, hints=hint)
    more = any(len(hints_of(check)) > hint for check in result.checks)
    return f'{card}\n  The next hint: check("{result.id}", hint={hint + 1})' if more else card


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


def judge_locally(
    assignment: Assignment, namespace: Mapping[str, Any], show: Show, questions: Sequence[str] | None = None
) -> tuple[QuestionResult, ...]:
    """Run the visible checks, and remember how long each took."""
    judge, seconds = _judge(assignment), _seconds(assignment)
    with as_in_a_new_process(), Progress(show, seconds) as progress:
        results = judge.judge(LocalStudent(namespace), questions=questions, on_check=progress.begin)
    seconds.update({check.id: check.seconds for result in results for check in result.checks})
    return results


@functools.cache
def _cards(shell: Any) -> ShownCards:
    """The cards that a kernel has shown."""
    return ShownCards(shell.user_ns)


@functools.cache
def _seconds(assignment: Assignment) -> dict[str, float]:
    """How long each check took when it was last run in this process."""
    return {}


@functools.cache
def _judge(assignment: Assignment) -> Judge:
    """Collect an assignment's visible checks once a process."""
    return Judge(assignment, visible_only=True)
