"""What the questions of a student's own notebook count in: the release wrote it into their cells."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from autograder.catalogue.assignment import Question, credits_in
from autograder.results.result import Credit, QuestionResult

_Counted = TypeVar("_Counted", Question, QuestionResult)


def told_by(notebook: Path) -> Mapping[str, Credit]:
    """Return what questions count in by a notebook that was released; nothing where it cannot be read."""
    try:
        return credits_in(notebook.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def counting(questions: Iterable[_Counted], said: Mapping[str, Credit]) -> tuple[_Counted, ...]:
    """Return questions, or their results, with what they count in."""
    return tuple(replace(each, credit=said.get(each.id, each.credit)) for each in questions)
