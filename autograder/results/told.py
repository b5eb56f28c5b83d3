"""What students have been told of their attempts: a file for each student and assignment, written whole."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from autograder.errors import UsageError
from autograder.results.whole_files import refusal_explained, write_whole


@dataclass(frozen=True, slots=True)
class Telling:
    """That a feedback page was released: of the attempt of a time, with so much shown, by which checks, and when."""

    attempt: str
    shown: str
    checks_sha256: str
    at: str

    @property
    def moment(self) -> datetime:
        """When it was, in UTC."""
        return datetime.fromisoformat(self.at)


def read_told(path: Path) -> Sequence[Telling]:
    """Return what such a file says, the oldest first; nothing where there is none.

    Raises:
        UsageError: it is no such file.
    """
    try:
        tellings = [Telling(**line) for line in json.loads(path.read_text("utf-8"))]
        _ = [each.moment for each in tellings]
        return tellings
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} does not say what a student was told: {error}") from error


def write_told(path: Path, tellings: Sequence[Telling]) -> None:
    """Write such a file.

    Raises:
        GraderFault: it cannot be written; what it held it holds.
    """
    with refusal_explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps([asdict(each) for each in tellings], indent=1) + "\n")
