"""A submission's answers beside the reference's, for a person who grades by hand: never for a student."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.reports.templates import templates
from autograder.reports.wording import overall, points, score_line
from autograder.results.result import QuestionResult, SubmissionResult
from autograder.text import truncate

CHARACTERS: Final = 20_000  # of one answer


@dataclass(frozen=True, slots=True)
class _Beside:
    """A question: its score, what went wrong and is taken for which mistakes, and both answers."""

    id: str
    score_line: str
    symbol: str
    tone: str
    missed: Sequence[str]
    mistakes: Sequence[str]
    answer: str
    reference: str


def render_beside(
    result: SubmissionResult, answers: Mapping[str, str], references: Mapping[str, str], feedback_href: str
) -> str:
    """Return an instructor's page of a submission, question by question beside the reference.

    Args:
        result: what was found.
        answers: the student's, by question; untrusted and of any length.
        references: the reference's, by question.
        feedback_href: the path of the feedback page from this one, quoted.
    """
    questions = [
        _beside(each.id, answers, references, score_line(each.score, each.points, each.credit), each)
        for each in result.questions
    ]
    by_hand = [
        _beside(id, answers, references, f"graded by hand, {points(most)} points")
        for id, most in result.by_hand.items()
    ]
    return templates().get_template("beside.html.jinja").render(
        result=result, questions=[*by_hand, *questions], feedback_href=feedback_href
    )  # fmt: skip


def _beside(
    id: str, answers: Mapping[str, str], references: Mapping[str, str], worth: str, judged: QuestionResult | None = None
) -> _Beside:
    whole = overall(judged.checks) if judged is not None else None
    return _Beside(
        id, worth, whole.symbol if whole else "", whole.tone if whole else "wait",
        [check.description for check in judged.missed] if judged is not None else (),
        _mistakes(judged) if judged is not None else (),
        truncate(answers.get(id, ""), CHARACTERS), truncate(references.get(id, ""), CHARACTERS),
    )  # fmt: skip


def _mistakes(judged: QuestionResult) -> list[str]:
    """Return the titles of the mistakes that checks were taken for, each once."""
    titles = [check.misconception.title.rstrip(".") for check in judged.missed if check.misconception is not None]
    return list(dict.fromkeys(titles))
