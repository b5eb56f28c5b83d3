"""A results.jsonl: read line by line, each result found again by its place, so that no class is too large."""

import json
import os
from collections.abc import Collection, Iterator
from io import FileIO
from pathlib import Path
from typing import Final

from autograder.errors import UsageError
from autograder.results.result import Key, SubmissionResult
from autograder.results.whole_files import refusal_explained, replacing

RESULTS: Final = "results.jsonl"


class ResultFile:
    """A file of results, of which several lines may be one submission's: then the last one counts.

    Of each line no more than its place stays in memory.
    """

    def __init__(self, path: Path) -> None:
        """Nothing is read yet; `path` is a results.jsonl, or the folder that has one."""
        self.path = path / RESULTS if path.is_dir() else path
        self._places: dict[Key, tuple[int, int]] = {}
        self._whole = 0

    @property
    def keys(self) -> Collection[Key]:
        """The assignment and student of each result that was read or added."""
        return self._places.keys()

    def read(self, *, torn: bool = False) -> Iterator[SubmissionResult]:
        """Yield the result of each line, and note its place.

        Half a line at the end is left out: a run is writing it, or was killed as it did.

        Args:
            torn: whether to end at a line that is no JSON, too, as a machine's crash leaves it.

        Raises:
            UsageError: the file cannot be read, or a line is no result.
        """
        self._places.clear()
        self._whole = 0
        try:
            with self.path.open("rb") as file:
                for number, raw in enumerate(file, 1):
                    if not raw.endswith(b"\n"):
                        return
                    try:
                        line = json.loads(raw)
                    except ValueError as error:
                        if torn:
                            return
                        raise UsageError(f"{self.path}, line {number}, is no result: {error}") from error
                    result = self._result(line, f"line {number}")
                    self._places[result.key] = (self._whole, len(raw))
                    self._whole += len(raw)
                    yield result
        except OSError as error:
            raise UsageError(f"{self.path} cannot be read: {error.strerror}") from error

    def results(self) -> Iterator[SubmissionResult]:
        """Yield what was read or added, by assignment and student."""
        if not self._places:
            return
        with self.path.open("rb") as file:
            for key in sorted(self._places):
                start, size = self._places[key]
                file.seek(start)
                yield self._result(json.loads(file.read(size)), f"byte {start}")

    def get(self, key: Key) -> SubmissionResult | None:
        """Return the result of an assignment and a student, where there is one."""
        if key not in self._places:
            return None
        start, size = self._places[key]
        with self.path.open("rb") as file:
            file.seek(start)
            return self._result(json.loads(file.read(size)), f"byte {start}")

    def add(self, result: SubmissionResult) -> None:
        """Write a line, and have it on disk.

        Raises:
            GraderFault: it cannot be written; what the file held it holds.
        """
        line = (json.dumps(result.to_json(), allow_nan=False) + "\n").encode()
        with refusal_explained(self.path), self.path.open("ab", buffering=0) as file:
            start = file.tell()
            try:
                _write(file, line)
                os.fsync(file.fileno())
            except OSError:
                file.truncate(start)
                raise
        self._places[result.key] = (start, len(line))

    def cut_off(self) -> None:
        """Drop what follows the last whole line that was read."""
        if self.path.exists():
            os.truncate(self.path, self._whole)

    def tidy(self) -> None:
        """Leave one line a submission, by assignment and student; the lines are not read for it.

        Raises:
            GraderFault: it cannot be written; what the file held it holds.
        """
        with refusal_explained(self.path):
            self.path.touch()
        places: dict[Key, tuple[int, int]] = {}
        with self.path.open("rb") as file, replacing(self.path) as tidied:
            end = 0
            for key in sorted(self._places):
                start, size = self._places[key]
                file.seek(start)
                tidied.buffer.write(file.read(size))
                places[key] = (end, size)
                end += size
        self._places = places

    def _result(self, line: object, where: str) -> SubmissionResult:
        try:
            return SubmissionResult.from_json(line)
        except UsageError as error:
            raise UsageError(f"{self.path}, {where}, is no result: {error}") from error


def _write(file: FileIO, line: bytes) -> None:
    """Write all of it: a disk that is nearly full takes a part first, and refuses the rest."""
    while line:
        line = line[file.write(line) :]
