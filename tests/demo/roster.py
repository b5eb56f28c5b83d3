"""From a table of who did what to the members of the class."""

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.course import Course, find_course
from autograder.errors import UsageError
from autograder.variants import read_variants
from tests.demo.member import Member, Truth
from tests.demo.stubs import definitions_of, remainder_of

FIRST = "the first style of tests/styles"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an assignment's table.

    Attributes:
        id: a first name.
        style: the correct solution that they wrote, None for nothing at all.
        mistakes: misconceptions, whose recorded functions take the place of the style's.
        rewritten: functions that are wrong in another way, as text, by name.
        changes: what else happens to the notebook.
        outcome: how the checks of what is wrong end, where that is known.
        cheats_as: id of the row that is the same but for the cheat.
        answers: what they wrote for a person to grade, by grade_id; None for what the table's `ANSWERS`
            say, or nothing where they solved nothing.
        story: what they did, where the rest does not tell it.
    """

    id: str
    style: str | None = FIRST
    mistakes: tuple[str, ...] = ()
    rewritten: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Callable[[dict[str, Any]], None], ...] = ()
    outcome: str | None = None
    cheats_as: str | None = None
    answers: Mapping[str, str] | None = None
    story: str = ""


def demo_class(assignment: str, course: Course | None = None) -> list[Member]:
    """Return the demo class of an assignment.

    Raises:
        UsageError: tests/demo has no table for it, or the course no recorded solutions.
    """
    course = course or find_course()
    known = course.assignment(assignment)
    if importlib.util.find_spec(f"tests.demo.{assignment}") is None:
        raise UsageError(f"there is no demo class of {assignment}: write tests/demo/{assignment}.py")
    table = importlib.import_module(f"tests.demo.{assignment}")
    roster: tuple[Row, ...] = table.ROSTER
    usual: Mapping[str, str] = getattr(table, "ANSWERS", {})
    if course.styles is None or course.mistakes is None:
        raise UsageError(f"{course.root} names no styles and mistakes in [tool.autograder]")
    styles = read_variants(course.styles / f"{assignment}.py")
    mistakes = read_variants(course.mistakes / f"{assignment}.py")
    questions = {question.id for question in known.questions}
    members = []
    for row in roster:
        style = styles[next(iter(styles)) if row.style == FIRST else row.style] if row.style else ""
        functions = definitions_of(style)
        extra = remainder_of(style, questions)
        for mistake in row.mistakes:
            functions |= definitions_of(mistakes[mistake])
            extra += "\n" + remainder_of(mistakes[mistake], questions)
        functions = {name: text for name, text in (functions | dict(row.rewritten)).items() if name in questions}
        wrong = {known.misconceptions[id].question for id in row.mistakes} | set(row.rewritten)
        truth = Truth(frozenset(wrong if row.style else questions), frozenset(row.mistakes), row.outcome, row.cheats_as)
        story = row.story or ", ".join(row.mistakes) or f"right, in the style {row.style}"
        answers = row.answers if row.answers is not None else usual if row.style else {}
        members.append(Member(row.id, story, truth, functions, extra.strip(), answers, row.changes))
    return members
