"""What a format is written of: the submissions that one command named, and their results."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.handed_in import HandedIn
from autograder.store import ResultStore


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run of grading that has ended."""

    store: ResultStore
    handed_in: Sequence[HandedIn]

    @property
    def folder(self) -> Path:
        """Where results go."""
        return self.store.folder

    def results(self) -> Iterator[Mapping[str, Any]]:
        """Yield the result lines of what was handed in, by assignment and student."""
        wanted = {(each.assignment, each.student) for each in self.handed_in}
        return (line for line in self.store.results() if (line["assignment"], line["student"]) in wanted)

    def file_of(self, result: Mapping[str, Any]) -> Path | None:
        """Return the file that a result is of, or None where nothing was handed in."""
        key = (result["assignment"], result["student"])
        return next(each.path for each in self.handed_in if (each.assignment, each.student) == key)
