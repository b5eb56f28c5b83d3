"""Failing answers of a class that behave alike and have no name yet, across styles of code.

Two answers to a question are alike where the same checks failed, each in the same way: with the same outcome, message
and exception, and numbers in the message that lie near each other. What they share can be named once for everybody
(`autograder name`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from autograder.results.result import QuestionResult, SubmissionResult

NEAR: Final = 0.25  # relative; random draws move a number, and another mistake mostly moves it further

Behaviour = Mapping[str, Mapping[str, Any]]  # features by check, see `autograder.judging.behaviour`


@dataclass(frozen=True, slots=True)
class Member:
    """A student and the question's result."""

    student: str
    result: QuestionResult


@dataclass(frozen=True, slots=True)
class UnnamedGroup:
    """Students whose answers to one question behave alike; `id` is the same in each reading of the same results."""

    id: str
    assignment: str
    question: str
    members: tuple[Member, ...]

    @property
    def students(self) -> tuple[str, ...]:
        """Who did it."""
        return tuple(member.student for member in self.members)

    @property
    def message(self) -> str:
        """What the first failing check said of the first of them: untrusted text."""
        checks = self.members[0].result.checks
        return next((check.message for check in checks if not check.passed and check.message), "")


def group_unnamed(results: Iterable[SubmissionResult]) -> list[UnnamedGroup]:
    """Return the groups of a class, the largest first; a single answer is a group, too."""
    alike: dict[tuple[str, str, str], list[list[Member]]] = {}
    for result in results:
        for question in result.questions:
            if question.behaviour:
                groups = alike.setdefault((result.assignment, question.id, _texts(question.behaviour)), [])
                member = Member(result.student, question)
                own = next((each for each in groups if _near(each[0].result.behaviour, question.behaviour)), None)
                if own is None:
                    groups.append([member])
                else:
                    own.append(member)
    found = [
        UnnamedGroup(_id(question, texts, place), assignment, question, tuple(members))
        for (assignment, question, texts), groups in alike.items()
        for place, members in enumerate(groups)
    ]
    return sorted(found, key=lambda group: (-len(group.members), group.assignment, group.id))


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
