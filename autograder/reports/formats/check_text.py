"""What a format says of a question and of a check, in the words of the student's card."""

from collections.abc import Sequence
from dataclasses import replace

from autograder.reports.card import render_text
from autograder.results.result import CheckResult, QuestionResult


def format_checks(question: QuestionResult, checks: Sequence[CheckResult]) -> str:
    """Return what a student may read of some of a question's checks, as plain lines without control characters."""
    _, *lines = render_text(replace(question, checks=tuple(checks))).split("\n")
    return "\n".join(line.removeprefix("  ") for line in lines)
