"""All of a notebook's questions in brief, and what differs when it is graded: to be read before handing in."""

import textwrap
from collections.abc import Sequence
from typing import Final

from autograder.catalogue.assignment import Question
from autograder.reports.card import TEXT_WIDTH
from autograder.reports.templates import templates
from autograder.reports.wording import overall, points_line, score_line
from autograder.results.result import QuestionResult
from autograder.text import sanitize

NOTHING_DIFFERS: Final = "Nothing was found in this notebook that would differ when it is graded."
DIFFERENCES: Final = "When it is graded:"


def render_html(
    name: str, results: Sequence[QuestionResult], by_hand: Sequence[Question], differences: Sequence[str]
) -> str:
    """Return the overview of an assignment as a fragment of HTML, in a card's style.

    Args:
        name: the assignment's.
        results: of its questions, by the visible checks.
        by_hand: the questions that a person grades.
        differences: what differs when the notebook is graded, a sentence or two each; untrusted.
    """
    rows = [
        (each.id, overall(each.checks), score_line(each.score, each.points, each.credit)) for each in results
    ]  # fmt: skip
    return templates().get_template("overview.html.jinja").render(
        name=name, total=_total(results), rows=rows, by_hand=_by_hand(by_hand), differences=differences,
        heading=DIFFERENCES, nothing=NOTHING_DIFFERS,
    )  # fmt: skip


def render_text(
    name: str, results: Sequence[QuestionResult], by_hand: Sequence[Question], differences: Sequence[str]
) -> str:
    """Return the overview as plain text for a console; arguments as of `render_html`."""
    width = max(len(result.id) for result in results)
    lines = [f"{sanitize(name)}: {_total(results)}"]
    for result in results:
        wording = overall(result.checks)
        score = score_line(result.score, result.points, result.credit)
        lines.append(f"  {wording.symbol} {result.id:<{width}}  {score}, {wording.words}")
    lines += [f"  {_by_hand(by_hand)}"] if by_hand else []
    lines.append(DIFFERENCES if differences else NOTHING_DIFFERS)
    for each in differences:
        lines += textwrap.wrap(sanitize(each), TEXT_WIDTH, initial_indent="  - ", subsequent_indent="    ")
    return "\n".join(lines)


def _total(results: Sequence[QuestionResult]) -> str:
    score = score_line(sum(result.counted for result in results), sum(result.possible for result in results))
    return f"{score} from the visible checks"


def _by_hand(questions: Sequence[Question]) -> str:
    """Return "A person grades explain (10 points) and draw (5 bonus points)."."""
    told = [f"{each.id} ({points_line(each.points, each.credit)})" for each in questions]
    return f"A person grades {' and '.join([', '.join(told[:-1]), told[-1]] if told[1:] else told)}." if told else ""
