"""What results come to: counted once, as they are read, for the console, pages, tables and the exit status."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from autograder.results.absent import packages_told_in
from autograder.results.result import Credit, Outcome, SubmissionResult
from autograder.results.summary import mistakes_of, reach, summarise, why_review
from autograder.text import sanitize

EXAMPLES: Final = 3
_Named = TypeVar("_Named", str, tuple[str, str])


@dataclass(frozen=True, slots=True)
class Row:
    """What stays of one result; `questions` maps ids to the points earned and to be had.

    `passed` says whether every check did; `summary` is what went wrong, in a few words; `name` and
    `email` are the student's, where they are known; `review` says why a person must look, where one must.
    """

    student: str
    assignment: str
    score: float
    max_score: float
    needs_review: bool
    passed: bool
    seconds: float
    summary: str
    questions: Mapping[str, tuple[float, float]]
    name: str = ""
    email: str = ""
    review: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What the grader failed at: a check of an assignment, and what it said."""

    assignment: str
    check: str
    message: str


@dataclass(slots=True)
class CheckTally:
    """How one check ended over the class."""

    description: str
    visible: bool
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How often it was judged."""
        return self.outcomes.total()

    @property
    def passed(self) -> int:
        """How often it passed."""
        return self.outcomes["passed"]


@dataclass(slots=True)
class QuestionTally:
    """A question's checks over the class, by id."""

    id: str
    points: float
    credit: Credit = "regular"
    by_id: dict[str, CheckTally] = field(default_factory=dict)

    @property
    def checks(self) -> Collection[CheckTally]:
        """The checks, as they came."""
        return self.by_id.values()


@dataclass(slots=True)
class AssignmentTally:
    """What the results of one assignment come to.

    `mistakes` count the submissions with each mistake, by question and title; `examples` are the places in `rows`
    of the first ones of each; `by_hand` are the points of the questions that a person grades; `absent` counts the
    submissions that import each package which was not installed.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    questions: dict[str, QuestionTally] = field(default_factory=dict)
    mistakes: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    by_hand: dict[str, float] = field(default_factory=dict)
    absent: Counter[str] = field(default_factory=Counter)

    def add(self, result: SubmissionResult, row: Row) -> None:
        """Take in one result."""
        for question in result.questions:
            tally = self.questions.setdefault(question.id, QuestionTally(question.id, question.points))
            tally.points, tally.credit = question.points, question.credit
            for check in question.checks:
                seen = tally.by_id.setdefault(check.id, CheckTally(check.description, check.visible))
                seen.outcomes[check.outcome] += 1
        for mistake in dict.fromkeys(mistakes_of(result)):
            self.mistakes[mistake] += 1
            examples = self.examples.setdefault(mistake, [])
            if len(examples) < EXAMPLES:
                examples.append(len(self.rows))
        self.by_hand |= result.by_hand
        self.absent.update(packages_told_in(result.notes))
        self.rows.append(row)

    def absent_packages(self) -> list[tuple[str, int]]:
        """Return the packages that were not installed and in how many submissions, most frequent first."""
        return _ranked(self.absent)

    def commonest_mistakes(self) -> list[tuple[tuple[str, str], int]]:
        """Return the mistakes by question and title and in how many submissions, most frequent first."""
        return _ranked(self.mistakes)


class Tally:
    """What results come to; of each only its row stays in memory.

    `faults` are what the grader failed at, each with the students whose submissions need review for it.
    """

    def __init__(self) -> None:
        self.assignments: dict[str, AssignmentTally] = {}
        self.rows: list[Row] = []
        self.faults: dict[Fault, set[str]] = {}
        self._titles: Counter[str] = Counter()

    @property
    def passed(self) -> bool:
        """Whether every check of every submission passed."""
        return all(row.passed for row in self.rows)

    @property
    def needs_review(self) -> bool:
        """Whether the grader failed somewhere."""
        return bool(self.faults)

    def add(self, result: SubmissionResult, row: Row | None = None) -> Row:
        """Take in one result, and return its row, which another tally may have made."""
        row = row or _row(result)
        self.rows.append(row)
        self.assignments.setdefault(result.assignment, AssignmentTally(result.assignment)).add(result, row)
        self._titles.update({sanitize(title) for _, title in mistakes_of(result)})
        for check in result.checks:
            if check.outcome == "grader_fault":
                fault = Fault(result.assignment, check.id, check.message)
                self.faults.setdefault(fault, set()).add(result.student)
        return row

    def commonest_mistakes(self) -> list[tuple[str, int]]:
        """Return the titles of the mistakes seen and in how many submissions, most frequent first."""
        return _ranked(self._titles)


def _row(result: SubmissionResult) -> Row:
    summary = summarise(result)
    if result.internals:
        summary = "; ".join(filter(None, (reach(result), summary)))
    return Row(
        result.student, result.assignment, result.score, result.max_score, result.needs_review, result.passed,
        result.seconds, summary,
        {question.id: (question.score, question.points) for question in result.questions},
        result.person.name, result.person.email, why_review(result),
    )  # fmt: skip


def _ranked(counts: Counter[_Named]) -> list[tuple[_Named, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
