"""Compares what the grader found with what is known of the class."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from autograder.authoring.simulation.member import Truth
from autograder.results.result import SubmissionResult

Kind = Literal["false fail", "missed", "misnamed", "cheated", "other"]
KINDS: Final[Mapping[Kind, str]] = {
    "false fail": "right questions failed", "missed": "wrong questions got full marks",
    "misnamed": "mistakes misnamed or without a name", "cheated": "cheats gained points",
    "other": "other differences",
}  # fmt: skip
_NOT_WRONG: Final = ("passed", "blocked")


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a result is not as it should be; `student` is untrusted text."""

    student: str
    kind: Kind
    text: str

    def __str__(self) -> str:
        return f"{self.student}: {self.text}"


def differences(truths: Mapping[str, Truth], results: Iterable[SubmissionResult]) -> Iterator[Difference]:
    """Yield each way in which the results of one assignment are not as they should be.

    Args:
        truths: what is known of the class, by student.
        results: what was found; they are read once, and of honest ones nothing is kept but some scores.
    """
    twins = {truth.no_better_than for truth in truths.values()}
    scores: dict[str, dict[str, float]] = {}
    cheats: list[tuple[str, str, dict[str, float]]] = []
    graded = set()
    for result in results:
        student = result.student
        graded.add(student)
        truth = truths.get(student)
        own = {question.id: question.score for question in result.questions}
        if student in twins:
            scores[student] = own
        if truth is None:
            yield Difference(student, "other", "is graded, but not in the class")
        elif result.has_fault:
            yield Difference(student, "other", "the grader failed")
        elif truth.no_better_than is not None:
            cheats.append((student, truth.no_better_than, own))
        else:
            yield from _misjudged(student, truth, result)
    for student in truths:
        if student not in graded:
            yield Difference(student, "other", "is not graded")
    for student, twin, own in cheats:
        yield from _gains(student, own, scores.get(twin))


def _misjudged(student: str, truth: Truth, result: SubmissionResult) -> Iterator[Difference]:
    named, failed = set(), set()
    for question in result.questions:
        if question.id in truth.lost and question.passed:
            yield Difference(student, "missed", f"{question.id} is wrong and got full marks")
        failing = [check for check in question.checks if check.outcome not in _NOT_WRONG]
        if failing:
            failed.add(question.id)
        if question.id not in truth.lost and failing:
            ids = ", ".join(f"{check.id} ({check.outcome})" for check in failing)
            yield Difference(student, "false fail", f"{question.id} is right and failed {ids}")
        for check in failing:
            if truth.outcome is not None and question.id in truth.lost and check.outcome != truth.outcome:
                yield Difference(student, "other", f"{check.id} ended as {check.outcome}, not {truth.outcome}")
            if check.misconception is not None:
                named.add(check.misconception.id)
    # A mistake in a question that another mistake blocks cannot be seen
    seen = {mistake for mistake, question in truth.named.items() if question in failed}
    if named - truth.named.keys() or seen - named:
        found, known = (", ".join(sorted(each)) for each in (named, seen))
        yield Difference(student, "misnamed", f"named were {found or 'no mistakes'}, not {known or 'none'}")


def _gains(student: str, own: Mapping[str, float], honest: Mapping[str, float] | None) -> Iterator[Difference]:
    if honest is None:
        yield Difference(student, "other", "there is nobody to compare the cheat with")
        return
    for question, score in own.items():
        if score > honest[question]:
            yield Difference(student, "cheated", f"the cheat gained {score - honest[question]:g} points of {question}")
