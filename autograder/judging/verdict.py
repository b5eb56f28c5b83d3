"""How a check ended, by what it has raised."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.judging.student import StudentStopped
from autograder.judging.suite.check_context import CheckFailed
from autograder.results.result import Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a check ended, before it is known whether something that it needs had failed."""

    outcome: Outcome
    message: str = ""
    error: Mapping[str, Any] = field(default_factory=dict)  # that ended the student's code, as the worker says it
    comparison: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, raised: BaseException | None, file: Path) -> "Verdict":
        """Return how a check in `file` ended that has raised this, or nothing; Ctrl-C goes on its way."""
        match raised:
            case None:
                return cls("passed")
            case CheckFailed():
                return cls("failed", raised.message, comparison=raised.comparison)
            case StudentStopped():
                return cls(raised.outcome, raised.message, raised.error)
            case AssertionError():
                return cls("failed", str(raised))
            case KeyboardInterrupt():
                raise raised
        return cls("grader_fault", f"The grader failed here, not you; a person will look. ({described(raised, file)})")


def described(raised: BaseException, file: Path | None = None) -> str:
    """Return our own failure for whoever mends it: what was raised, and the last line of `file` that led there."""
    if isinstance(raised, AutograderError) and file is None:  # says where by itself
        return str(raised)
    places = traceback.extract_tb(raised.__traceback__)
    place = next((each for each in reversed(places) if each.filename == str(file)), places[-1])
    return f"{type(raised).__name__}: {raised}; {Path(place.filename).name}, line {place.lineno}"
