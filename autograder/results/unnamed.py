"""Failing answers of a class that behave alike and have no name yet, across styles of code.

Two answers to a question are alike where the same checks failed, each in the same way: with the same outcome, message
and exception, and numbers in the message that lie near each other. What they share can be named once for everybody
(`autograder name`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from autograder.results.result import QuestionResult, SubmissionResult

NEAR: Final = 0.25  # relative; random draws move a number, and another mistake mostly moves it further

Behaviour = Mapping[str, Mapping[str, Any]]  # features by check, see `autograder.judging.behaviour`


@dataclass(frozen=True, slots=True)
class Member:
    """One student's answer to a question: what is kept of its result, and which of its checks are hidden.

    `message` is what the first failing check that students see said: untrusted text.
    """

    student: str
    behaviour: Behaviour
    hidden: frozenset[str]
    message: str


@dataclass(frozen=True, slots=True)
class UnnamedGroup:
    """Students whose answers to one question behave alike; `id` is the same in each reading of the same results."""

    id: str
    assignment: str
    question: str
    members: tuple[Member, ...]


class UnnamedMistakes:
    """Answers that failed and have no name, put into groups as they come."""

    def __init__(self) -> None:
        self._alike: dict[tuple[str, str, str], list[list[Member]]] = {}

    def add(self, result: SubmissionResult) -> None:
        """Take in one result."""
        for question in result.questions:
            if question.behaviour:
                groups = self._alike.setdefault((result.assignment, question.id, _texts(question.behaviour)), [])
                member = _member(result.student, question)
                own = next((each for each in groups if _near(each[0].behaviour, question.behaviour)), None)
                if own is None:
                    groups.append([member])
                else:
                    own.append(member)

    def groups(self) -> list[UnnamedGroup]:
        """Return the groups, the largest first; a single answer is a group, too."""
        found = [
            UnnamedGroup(_id(question, texts, place), assignment, question, tuple(members))
            for (assignment, question, texts), groups in self._alike.items()
            for place, members in enumerate(groups)
        ]
        return sorted(found, key=lambda group: (-len(group.members), group.assignment, group.id))


def _member(student: str, question: QuestionResult) -> Member:
    missed = [check for check in question.missed if check.visible and check.message]
    hidden = frozenset(check.id for check in question.checks if not check.visible)
    return Member(student, question.behaviour, hidden, missed[0].message if missed else "")


def _texts(behaviour: Behaviour) -> str:
    """Return how each check failed, without numbers."""
    kept = {
        check: {name: value for name, value in features.items() if name in ("outcome", "says") or _is_raised(name)}
        for check, features in behaviour.items()
    }
    return json.dumps(kept, sort_keys=True)


def _near(one: Behaviour, other: Behaviour) -> bool:
    for check, features in one.items():
        for name, value in features.items():
            if name.startswith("says."):
                own, its = float(value), float(other[check].get(name, value))
                if abs(own - its) > NEAR * max(abs(own), abs(its)) + 1e-6:
                    return False
    return True


def _id(question: str, texts: str, place: int) -> str:
    digest = hashlib.sha256(texts.encode()).hexdigest()[:4]
    return f"{question}-{digest}" + (f"-{place + 1}" if place else "")


def _is_raised(name: str) -> bool:
    return name.endswith(".raised")
