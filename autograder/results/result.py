"""The record of one graded submission, and how points follow from checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

SCHEMA: Final = 1
Outcome = Literal[
    "passed", "failed", "not_attempted", "error", "timeout", "memory", "crashed", "blocked", "grader_fault"
]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A known wrong implementation: its id, a short title, and what to understand."""

    id: str
    question: str
    title: str
    explanation: str

    def to_json(self) -> dict[str, str]:
        """Return the fields that a result publishes."""
        return {"id": self.id, "title": self.title, "explanation": self.explanation}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended.

    `message` is untrusted text: it may quote what a student's code said. `comparison` is what was got
    beside what was expected, as text (see `autograder.judging.suite.comparison`); `exhibits` are what a
    feedback page draws (see `autograder.judging.suite.show_curve` and `show_estimates`); `statistics` are
    what calibrated assertions measured, by name; `answers` are what probes brought, by their names.
    """

    id: str
    outcome: Outcome
    weight: float
    visible: bool
    description: str
    message: str = ""
    hint: str = ""
    misconception: Misconception | None = None
    comparison: Mapping[str, Any] | None = None
    seconds: float = 0.0
    exhibits: tuple[Mapping[str, Any], ...] = ()
    statistics: Mapping[str, float] = field(default_factory=dict)
    answers: tuple[tuple[str, Any], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the check counts towards the score."""
        return self.outcome == "passed"

    def to_json(self) -> dict[str, Any]:
        """Return the check's part of a result line."""
        return {
            "id": self.id, "outcome": self.outcome, "weight": self.weight, "visible": self.visible,
            "description": self.description, "message": self.message, "hint": self.hint,
            "misconception": self.misconception.to_json() if self.misconception else None,
            "comparison": dict(self.comparison) if self.comparison else None,
            "seconds": round(self.seconds, 4), "exhibits": [dict(exhibit) for exhibit in self.exhibits],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """A question's checks and the points they earn.

    `behaviour` are a few features of the failing checks (see `autograder.judging.behaviour`), by check, where no
    mistake could be named: what tells that others did the same.
    """

    id: str
    points: float
    checks: tuple[CheckResult, ...]
    behaviour: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Points × weight of the passed checks ÷ weight of all; in [0, points]."""
        total = sum(check.weight for check in self.checks)
        passed = sum(check.weight for check in self.checks if check.passed)
        return self.points if passed == total else self.points * passed / total

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """Return the question's part of a result line."""
        return {
            "id": self.id, "score": self.score, "points": self.points,
            "checks": [check.to_json() for check in self.checks],
        } | ({"behaviour": dict(self.behaviour)} if self.behaviour else {})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Environment:
    """What a result depends on beside the submission; `gpu` is a GPU's name where `device` is "cuda"."""

    torch: str
    python: str
    device: str
    seed: int
    sandbox: str
    checks_sha256: str
    gpu: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the environment's part of a result line."""
        return {
            "torch": self.torch, "python": self.python, "device": self.device, "seed": self.seed,
            "sandbox": self.sandbox, "checks_sha256": self.checks_sha256, "gpu": self.gpu,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """The record of one graded submission: one line of results.jsonl.

    `by_hand` are the points of the questions that a person grades, by id; they are in no score here.
    `fingerprint` is of the code (see `autograder.results.similarity`), empty where that is short.
    """

    student: str
    assignment: str
    submission_sha256: str
    environment: Environment
    questions: tuple[QuestionResult, ...]
    notes: Sequence[str] = ()
    seconds: float = 0.0
    by_hand: Mapping[str, float] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def score(self) -> float:
        """Sum of the questions' scores."""
        return sum(question.score for question in self.questions)

    @property
    def max_score(self) -> float:
        """Sum of the questions' points."""
        return sum(question.points for question in self.questions)

    @property
    def needs_review(self) -> bool:
        """Whether the grader failed somewhere, so that a person must look."""
        return any(check.outcome == "grader_fault" for question in self.questions for check in question.checks)

    def to_json(self) -> dict[str, Any]:
        """Return the result line; `autograder/results/result.schema.json` is its schema."""
        return {
            "schema": SCHEMA, "student": self.student, "assignment": self.assignment,
            "submission_sha256": self.submission_sha256,
            "score": self.score, "max_score": self.max_score, "needs_review": self.needs_review,
            "environment": self.environment.to_json(),
            "questions": [question.to_json() for question in self.questions],
            "by_hand": [{"id": id, "points": points} for id, points in self.by_hand.items()],
            "notes": list(self.notes), "seconds": round(self.seconds, 4), "fingerprint": self.fingerprint,
        }  # fmt: skip
