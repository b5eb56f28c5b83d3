"""What a check gathers while it runs, and how it fails."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn


class CheckFailed(AssertionError):
    """The student's answer is wrong: `message` says how.

    `comparison` is what feedback shows as a table: see `autograder.judging.suite.comparison`.
    """

    def __init__(self, message: str, comparison: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.comparison = comparison


@dataclass(slots=True)
class CheckContext:
    """What one run of a check gathered beside its verdict.

    `calibration` is the assignment's record, or None while that is being made: then nothing
    statistical fails.
    """

    calibration: Mapping[str, Any] | None
    statistics: dict[str, float] = field(default_factory=dict)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[str, Any]] = field(default_factory=list)


CHECK_CONTEXT: Final[ContextVar[CheckContext]] = ContextVar("check_context")


def fail(message: str, *, comparison: Mapping[str, Any] | None = None) -> NoReturn:
    """End the check as failed."""
    raise CheckFailed(message, comparison)
