"""From a line of who did what to a member of the class."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from autograder.authoring.recorded import read_alternatives, read_mistakes
from autograder.authoring.simulation.member import Member, Truth
from autograder.authoring.simulation.stubs import definitions_of, remainder_of
from autograder.catalogue.course import Course

FIRST: Final = "the first of the recorded styles"
_TOGETHER: Final = re.compile(r"^# together: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """What one student did.

    Attributes:
        id: a first name.
        style: the correct solution that they wrote, None for nothing at all.
        borrowed: other correct solutions, by the function that is written as they write it.
        mistakes: misconceptions, whose recorded functions take the place of the style's.
        rewritten: functions that are wrong in another way, as text, by name.
        changes: what else happens to the notebook.
        outcome: how the checks of what is wrong end, where that is known.
        cheats_as: id of the row that is the same but for the cheat.
        answers: what they wrote for a person to grade, by grade_id; None for what is usual in the class, or
            nothing where they solved nothing.
        story: what they did, where the rest does not tell it.
    """

    id: str
    style: str | None = FIRST
    borrowed: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()
    rewritten: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Callable[[dict[str, Any]], None], ...] = ()
    outcome: str | None = None
    cheats_as: str | None = None
    answers: Mapping[str, str] | None = None
    story: str = ""


class Recorded:
    """The recorded solutions and mistakes of an assignment, of which members are made.

    Attributes:
        assignment: the assignment.
        styles: the source of each correct solution, by name.
        mistakes: the source of each wrong one, by the id of its misconception.
        questions: ids of the questions.
        together: of a style that says `# together: f, g`, the functions that work with each other alone.
    """

    def __init__(self, assignment: str, course: Course) -> None:
        """Read them; `UsageError` where the course has none, as an installed one has."""
        self.assignment = course.assignment(assignment)
        self.styles = read_alternatives(self.assignment)
        self.mistakes = {id: mistake.examples[0] for id, mistake in read_mistakes(self.assignment).items()}
        self.questions = frozenset(question.id for question in self.assignment.questions)
        self.together = {
            name: tuple(re.findall(r"\w+", found[1]))
            for name, source in self.styles.items() if (found := _TOGETHER.search(source))
        }  # fmt: skip
        self._remainders: dict[str, str] = {}
        self._functions = {name: definitions_of(source) for name, source in self.styles.items()}

    def calls(self, style: str, question: str) -> frozenset[str]:
        """Return the other questions that a style names in its function for one, or in its helpers."""
        text = self._functions[style].get(question, "") + "\n" + self._beside(self.styles[style])
        words = set(re.findall(r"\w+", text))
        return (self.questions & words) - {question}

    def member(self, row: Row, usual: Mapping[str, str]) -> Member:
        """Return the member that a row describes; `usual` is what the class writes for a person to grade."""
        first = next(iter(self.styles))
        style = first if row.style == FIRST else row.style
        functions = dict(self._functions[style]) if style else {}
        sources = [self.styles[style]] if style else []
        for name, other in row.borrowed.items():
            functions[name] = self._functions[other][name]
        sources += [self.styles[other] for other in dict.fromkeys(row.borrowed.values()) if other != style]
        sources += [self.mistakes[mistake] for mistake in row.mistakes]
        for mistake in row.mistakes:
            functions |= definitions_of(self.mistakes[mistake])
        functions = {name: text for name, text in (functions | dict(row.rewritten)).items() if name in self.questions}
        beside = "\n".join(map(self._beside, sources))
        named = {mistake: self.assignment.misconceptions[mistake].question for mistake in row.mistakes}
        wrong = {*named.values(), *row.rewritten} if style else self.questions
        truth = Truth(frozenset(wrong), named, row.outcome, row.cheats_as)
        story = row.story or ", ".join(row.mistakes) or f"right, in the style {row.style}"
        answers = row.answers if row.answers is not None else usual if style else {}
        return Member(row.id, story, truth, functions, beside.strip(), answers, row.changes)

    def _beside(self, source: str) -> str:
        if source not in self._remainders:
            self._remainders[source] = remainder_of(source, self.questions)
        return self._remainders[source]
