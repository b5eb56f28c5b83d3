"""How an outcome and a number of points are put into words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from autograder.results.result import CheckResult, Credit, Outcome
from autograder.results.summary import WORDS


@dataclass(frozen=True, slots=True)
class Wording:
    """How an outcome is shown: a symbol and words, so that colour is never needed to tell them apart.

    `tone` is the CSS class of its colour; `meaning` says what the outcome is where no message does, and
    beside the message of a fault of ours, which alone would puzzle a student.
    """

    symbol: str
    words: str
    tone: str
    meaning: str = ""


OUTCOMES: Final[Mapping[Outcome, Wording]] = {
    "passed": Wording("✓", WORDS["passed"], "good"),
    "failed": Wording("✗", WORDS["failed"], "bad"),
    "not_attempted": Wording("○", WORDS["not_attempted"], "wait", "The stub is still there."),
    "error": Wording("!", WORDS["error"], "bad", "The code stopped with an error."),
    "timeout": Wording("◷", WORDS["timeout"], "bad", "The code did not finish in the time that it had."),
    "memory": Wording("▲", WORDS["memory"], "bad", "The code asked for more memory than there is."),
    "crashed": Wording("✱", WORDS["crashed"], "bad", "The Python process ended while the code ran."),
    "blocked": Wording("⊘", WORDS["blocked"], "wait", "It waits for a function that is not right yet."),
    "grader_fault": Wording(
        "?", WORDS["grader_fault"], "wait", "The grader failed here, not you: a person will look at it."
    ),
}


CREDITED: Final[Mapping[Credit, str]] = {
    "regular": "", "bonus": "A bonus: its points come on top of the others.",
    "excluded": "This question does not count: its points are in no score and in no maximum.",
}  # fmt: skip


def points(value: float) -> str:
    """Return a number of points with at most two decimals: 7.5, 10, 6.67."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def score_line(score: float, maximum: float, credit: Credit = "regular") -> str:
    """Return "7.5 of 10 points", "no points" where there are none to be had; what counts otherwise says so."""
    if not maximum:
        return "no points"
    return f"{points(score)} of {points_line(maximum, credit)}"


def points_line(maximum: float, credit: Credit = "regular") -> str:
    """Return "10 points", "1 bonus point" or "5 points, not counted"."""
    kind = "bonus point" if credit == "bonus" else "point"
    return f"{points(maximum)} {kind}{'' if maximum == 1 else 's'}{', not counted' if credit == 'excluded' else ''}"


def hint_title(number: int, of: int) -> str:
    """Return "Hint 2 of 3", and "Hint" of a single one."""
    return f"Hint {number} of {of}" if of > 1 else "Hint"


def overall(checks: Iterable[CheckResult]) -> Wording:
    """Return the wording that stands for a whole question: of the first that is bad, else of the first not passed."""
    missed = [OUTCOMES[check.outcome] for check in checks if not check.passed]
    return next((wording for wording in missed if wording.tone == "bad"), missed[0] if missed else OUTCOMES["passed"])
