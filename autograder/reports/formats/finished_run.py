"""What a format is written of: the submissions that one command named, and their results."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.results.store import ResultStore


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run of grading that has ended; `files` are those that were graded, None where nothing was handed in.

    They are known by assignment and student.
    """

    store: ResultStore
    files: Mapping[tuple[str, str], Path | None]

    @property
    def folder(self) -> Path:
        """Where results go."""
        return self.store.folder

    def results(self) -> Iterator[Mapping[str, Any]]:
        """Yield the result lines of what was handed in, by assignment and student."""
        return (line for line in self.store.results() if (line["assignment"], line["student"]) in self.files)

    def file_of(self, result: Mapping[str, Any]) -> Path | None:
        """Return the file that a result is of, or None where nothing was handed in."""
        return self.files[result["assignment"], result["student"]]
