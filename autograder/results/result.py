"""The record of one graded submission, and how points follow from checks."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, get_args

from autograder.results.attachments import read_attachment, read_comparison
from autograder.results.fields import Fields
from autograder.results.person import NOBODY, Person

SCHEMA: Final = 1
ENDS_JUDGES: Final = "ends_judges"  # stands for the checks of a submission at which judging processes end
MOST_HINTS: Final = 3  # of a check
CLOSE: Final = 1e-9  # two sums of the same points
Outcome = Literal[
    "passed", "failed", "not_attempted", "error", "timeout", "memory", "crashed", "blocked", "grader_fault"
]
Credit = Literal["regular", "bonus", "excluded"]  # what a question counts in: score and maximum, score, neither
Key = tuple[str, str]  # an assignment and a student
CREDITS: Final[tuple[Credit, ...]] = get_args(Credit)
_OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)


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

    @classmethod
    def from_json(cls, fields: Fields, question: str) -> "Misconception":
        """Return what a result of `question` says of it; raise `UsageError` where it is none."""
        return cls(fields.text("id"), question, fields.text("title"), fields.text("explanation"))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended.

    `message` is untrusted text: it may quote what a student's code said. `comparison` is what was got
    beside what was expected, as text (see `autograder.judging.suite.comparison`); `attachments` are what a
    feedback page draws (see `autograder.judging.suite.show_curve` and `show_estimates`); `statistics` are
    what calibrated assertions measured, by name, and `answers` what probes brought: neither is published.
    """

    id: str
    outcome: Outcome
    weight: float
    visible: bool
    description: str
    message: str = ""
    hints: tuple[str, ...] = ()
    misconception: Misconception | None = None
    comparison: Mapping[str, Any] | None = None
    seconds: float = 0.0
    attachments: tuple[Mapping[str, Any], ...] = ()
    statistics: Mapping[str, float] = field(default_factory=dict)
    answers: tuple[tuple[str, Any], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the check counts towards the score."""
        return self.outcome == "passed"

    @property
    def hint(self) -> str:
        """The first of its hints, empty where there is none."""
        return self.hints[0] if self.hints else ""

    def to_json(self) -> dict[str, Any]:
        """Return the check's part of a result line."""
        return {
            "id": self.id, "outcome": self.outcome, "weight": self.weight, "visible": self.visible,
            "description": self.description, "message": self.message, "hint": self.hint,
            "hints": list(self.hints),
            "misconception": self.misconception.to_json() if self.misconception else None,
            "comparison": dict(self.comparison) if self.comparison else None,
            "seconds": self.seconds, "exhibits": [dict(each) for each in self.attachments],
        }  # fmt: skip

    @classmethod
    def from_json(cls, fields: Fields, question: str) -> "CheckResult":
        """Return what a result says of a check of `question`; raise `UsageError` where it is none."""
        outcome = next((known for known in _OUTCOMES if known == fields.text("outcome")), None)
        if outcome is None:
            raise fields.refuse(f"outcome is none of {', '.join(_OUTCOMES)}")
        if not fields.number("weight"):
            raise fields.refuse("weight is 0")
        hint = fields.text("hint")
        hints = fields.texts("hints") if fields.has("hints") else (hint,) if hint else ()
        if hint != next(iter(hints), ""):
            raise fields.refuse("hint is not the first of hints")
        mistake = None
        if fields.has("misconception"):
            mistake = fields.part("misconception", lambda found: Misconception.from_json(found, question))
        return cls(
            fields.text("id"), outcome, fields.number("weight"), fields.flag("visible"), fields.text("description"),
            fields.text("message"), hints, mistake,
            fields.part("comparison", read_comparison) if fields.has("comparison") else None,
            fields.number("seconds"), fields.parts("exhibits", read_attachment) if fields.has("exhibits") else (),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """A question's checks and the points they earn.

    `credit` says in what they count: `score` and `points` are the question's own in any case.
    `behaviour` are a few features of the failing checks (see `autograder.judging.behaviour`), by check, where no
    mistake could be named: what tells that others did the same.
    """

    id: str
    points: float
    checks: tuple[CheckResult, ...]
    behaviour: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    credit: Credit = "regular"

    @property
    def counted(self) -> float:
        """What of its score is in the submission's."""
        return 0.0 if self.credit == "excluded" else self.score

    @property
    def possible(self) -> float:
        """What of its points is in the submission's maximum."""
        return self.points if self.credit == "regular" else 0.0

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

    @property
    def is_left_out(self) -> bool:
        """Whether it is worth nothing, and nobody has tried it: then there is nothing to tell."""
        return not self.points and all(check.outcome == "not_attempted" for check in self.checks)

    @property
    def missed(self) -> tuple[CheckResult, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if not check.passed)

    @property
    def needs_review(self) -> bool:
        """Whether the grader failed at one of its checks."""
        return any(check.outcome == "grader_fault" for check in self.checks)

    def worth(self, check: CheckResult) -> float:
        """Return the points that one of its checks stands for."""
        return self.points * check.weight / sum(each.weight for each in self.checks)

    def to_json(self) -> dict[str, Any]:
        """Return the question's part of a result line."""
        return {
            "id": self.id, "score": self.score, "points": self.points,
            "checks": [check.to_json() for check in self.checks],
        } | ({"behaviour": dict(self.behaviour)} if self.behaviour else {}) | (
            {"credit": self.credit} if self.credit != "regular" else {}
        )  # fmt: skip

    @classmethod
    def from_json(cls, fields: Fields) -> "QuestionResult":
        """Return what a result says of a question; raise `UsageError` where it is none."""
        id = fields.text("id")
        checks = fields.parts("checks", lambda check: CheckResult.from_json(check, id))
        if not checks:
            raise fields.refuse("checks is empty")
        behaviour = fields.mapping("behaviour") if fields.has("behaviour") else {}
        credit = next((known for known in CREDITS if fields.has("credit") and known == fields.text("credit")), None)
        if credit is None and fields.has("credit"):
            raise fields.refuse(f"credit is none of {', '.join(CREDITS)}")
        question = cls(id, fields.number("points"), checks, behaviour, credit or "regular")
        _agree(fields, "score", question.score)
        return question


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

    @classmethod
    def from_json(cls, fields: Fields) -> "Environment":
        """Return what a result says of its environment; raise `UsageError` where it is none."""
        return cls(
            fields.text("torch"), fields.text("python"), fields.text("device"), fields.whole("seed"),
            fields.text("sandbox"), fields.text("checks_sha256"), fields.text("gpu") if fields.has("gpu") else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """The record of one graded submission: one line of results.jsonl.

    `by_hand` are the points of the questions that a person grades, by id; they are in no score here.
    `code_sketch` is of the code (see `autograder.results.similarity`), empty where that is short. `internals` says,
    a sentence each, where the code reaches into the interpreter that runs it; untrusted. `person` is who the student
    is, where a roster or a platform tells; nothing is graded by it.
    """

    student: str
    assignment: str
    submission_sha256: str
    environment: Environment
    questions: tuple[QuestionResult, ...]
    notes: Sequence[str] = ()
    seconds: float = 0.0
    by_hand: Mapping[str, float] = field(default_factory=dict)
    code_sketch: str = ""
    internals: Sequence[str] = ()
    person: Person = NOBODY

    @property
    def score(self) -> float:
        """Sum of the questions' scores, as far as they count."""
        return sum(question.counted for question in self.questions)

    @property
    def max_score(self) -> float:
        """Sum of the questions' points, without those that come on top and those that do not count."""
        return sum(question.possible for question in self.questions)

    @property
    def checks(self) -> Iterator[CheckResult]:
        """The checks of all questions, in order."""
        return (check for question in self.questions for check in question.checks)

    @property
    def told(self) -> tuple[QuestionResult, ...]:
        """The questions that something is said of: all but those left out, unless there are no others."""
        return tuple(question for question in self.questions if not question.is_left_out) or self.questions

    @property
    def passed(self) -> bool:
        """Whether every check passed, those of questions aside that are left out or do not count."""
        return all(question.passed for question in self.told if question.credit != "excluded")

    @property
    def needs_review(self) -> bool:
        """Whether a person must look: the grader failed somewhere, or the code may have forged what it answered."""
        return self.has_fault or bool(self.internals)

    @property
    def has_fault(self) -> bool:
        """Whether the grader failed somewhere."""
        return any(question.needs_review for question in self.questions)

    @property
    def is_final(self) -> bool:
        """Whether grading the same again would give the same, also where a person must look."""
        return not self.has_fault or any(check.id == ENDS_JUDGES for check in self.checks)

    @property
    def only_visible(self) -> bool:
        """Whether no hidden check was among those that judged it."""
        return all(check.visible for check in self.checks)

    @property
    def key(self) -> Key:
        """Its assignment and student, of which a file of results has one."""
        return self.assignment, self.student

    def visible_part(self) -> "SubmissionResult":
        """Return it as visible checks alone give it; of questions that have none, nothing."""
        parts = (
            replace(question, checks=tuple(check for check in question.checks if check.visible))
            for question in self.questions
        )
        return replace(self, questions=tuple(question for question in parts if question.checks))

    def published(self) -> "SubmissionResult":
        """Return it as its line says it, without what checks measured and probes brought."""
        questions = (
            replace(question, checks=tuple(replace(check, statistics={}, answers=()) for check in question.checks))
            for question in self.questions
        )
        return replace(self, questions=tuple(questions))

    def to_json(self) -> dict[str, Any]:
        """Return the result line; `autograder/results/result.schema.json` is its schema."""
        return {
            "schema": SCHEMA, "student": self.student, "assignment": self.assignment,
            "submission_sha256": self.submission_sha256,
            "score": self.score, "max_score": self.max_score, "needs_review": self.needs_review,
            "environment": self.environment.to_json(),
            "questions": [question.to_json() for question in self.questions],
            "by_hand": [{"id": id, "points": points} for id, points in self.by_hand.items()],
            "notes": list(self.notes), "seconds": self.seconds, "code_sketch": self.code_sketch,
        } | ({"internals": list(self.internals)} if self.internals else {}) | self.person.to_line()  # fmt: skip

    @classmethod
    def from_json(cls, line: object) -> "SubmissionResult":
        """Return the result of a line; keys that are not known here are let be.

        Raises:
            UsageError: it is no result, or its scores are not what its checks come to; the text says at which field.
        """
        fields = Fields.of(line)
        if fields.whole("schema") != SCHEMA:
            raise fields.refuse(f"schema is {fields.whole('schema')}, and this version reads {SCHEMA}")
        by_hand: Sequence[tuple[str, float]] = ()
        if fields.has("by_hand"):
            by_hand = fields.parts("by_hand", lambda each: (each.text("id"), each.number("points")))
        result = cls(
            fields.text("student"), fields.text("assignment"), fields.text("submission_sha256"),
            fields.part("environment", Environment.from_json), fields.parts("questions", QuestionResult.from_json),
            fields.texts("notes"), fields.number("seconds"), dict(by_hand),
            fields.text("code_sketch") if fields.has("code_sketch") else "",
            fields.texts("internals") if fields.has("internals") else (),
            Person.from_line(fields),
        )  # fmt: skip
        _agree(fields, "score", result.score)
        _agree(fields, "max_score", result.max_score)
        if fields.flag("needs_review") != result.needs_review:
            raise fields.refuse("needs_review is not what its checks come to")
        return result


def _agree(fields: Fields, name: str, value: float) -> None:
    """Raise `UsageError` where a number is not what follows from others."""
    if not math.isclose(fields.number(name), value, rel_tol=CLOSE):
        raise fields.refuse(f"{name} is {fields.number(name):g}, and its checks come to {value:g}")
