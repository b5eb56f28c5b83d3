"""What a format tells of a question and of a check, in the words of the student's card."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.reports.card import render_text


def told(question: Mapping[str, Any], checks: Sequence[Mapping[str, Any]]) -> str:
    """Return what a student may read of some of a question's checks, as plain lines without control characters."""
    _, *lines = render_text({**question, "checks": checks}).split("\n")
    return "\n".join(line.removeprefix("  ") for line in lines)


def missed(question: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the checks of a question that did not pass."""
    return [check for check in question["checks"] if check["outcome"] != "passed"]


def only_visible(result: Mapping[str, Any]) -> bool:
    """Whether no hidden check was among those that judged a submission."""
    return all(check["visible"] for question in result["questions"] for check in question["checks"])
