"""The folder that `--out` names: results.jsonl as they come, and a feedback page for each."""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from autograder.errors import UsageError
from autograder.results.person import People
from autograder.results.result import Environment, Key, SubmissionResult
from autograder.results.result_file import RESULTS, ResultFile
from autograder.results.whole_files import UNFINISHED, refusal_explained, write_whole

MAX_NAME_BYTES: Final = 240  # of 255, which ".html" and the marks of an unfinished file share
LOCK_TIMEOUT_S: Final = 3.0  # a run that was killed holds its lock until its processes have ended


class ResultStore:
    """A folder of results. Each is on disk before the next is taken."""

    def __init__(self, folder: Path) -> None:
        """Read what is there; to write, see `writing`."""
        self.folder = folder
        self._file = ResultFile(folder / RESULTS)
        self._graded: dict[Key, tuple[str, Environment]] = {}

    @classmethod
    @contextlib.contextmanager
    def writing(cls, folder: Path) -> Iterator["ResultStore"]:
        """Make the folder, keep others from writing to it, and read what has been graded.

        Raises:
            UsageError: it cannot be written, another run is writing to it, or it has something else than results.
        """
        store = cls(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / ".lock")
            lock.acquire(timeout=LOCK_TIMEOUT_S)
        except Timeout:
            raise UsageError(
                f"another run is writing to {folder}: wait until it has ended, or name another folder by --out"
            ) from None
        except OSError as error:
            raise UsageError(f"results cannot be written to {folder}: {error}") from error
        try:
            try:
                store._clear_up()
            except OSError as error:
                raise UsageError(f"results cannot be written to {folder}: {error}") from error
            yield store
        finally:
            lock.release()

    @property
    def graded(self) -> Mapping[Key, tuple[str, Environment]]:
        """What had been graded when writing began: for each assignment and student, the digest and environment.

        A submission that needs review is not among them: it is graded again.
        """
        return self._graded

    def results(self) -> Iterator[SubmissionResult]:
        """Yield the results, by assignment and student; of several for one submission, the last."""
        return self._file.results()

    def get(self, assignment: str, student: str) -> SubmissionResult | None:
        """Return the result of a submission, where there is one."""
        return self._file.get((assignment, student))

    @property
    def stamp(self) -> int:
        """When the result lines were last written: another number each time."""
        return self._file.path.stat().st_mtime_ns if self._file.path.exists() else 0

    def read(self) -> None:
        """Read a folder that is not written to; raise `UsageError` where it has something else than results."""
        if self._file.path.exists():
            for _ in self._file.read():
                pass

    def add(
        self, result: SubmissionResult, feedback_html: str, cells: Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        """Record one result, its feedback page first, and with it what its cells printed and drew, where given.

        Raises:
            GraderFault: the folder cannot be written any more; what it held it holds.
        """
        pages = {self.folder / feedback_path(result.student, result.assignment): feedback_html}
        if cells is not None:
            pages[self.cells_of(result.student, result.assignment)] = json.dumps(cells)
        for page, content in pages.items():
            with refusal_explained(page):
                page.parent.mkdir(parents=True, exist_ok=True)
            write_whole(page, content)
        self._file.add(result)

    def identify(self, people: People) -> None:
        """Say of the results of these students who they are; nothing else of a result changes.

        Raises:
            GraderFault: the folder cannot be written any more; what it held it holds.
        """
        for key in list(self._file.keys):
            person = people.get(key[1])
            result = self._file.get(key) if person is not None and person.to_line() else None
            if person is not None and result is not None and result.person.to_line() != person.to_line():
                self._file.add(replace(result, person=person))

    def cells_of(self, student: str, assignment: str) -> Path:
        """Return the file of what a student's cells printed and drew, where that was kept."""
        return self.folder / "cells" / _component(student) / f"{_component(assignment)}.json"

    def told_of(self, student: str, assignment: str) -> Path:
        """Return the file of what a student has been told of an assignment (see `autograder.results.told`)."""
        return self.folder / "told" / _component(student) / f"{_component(assignment)}.json"

    def read_cells(self, student: str, assignment: str) -> list[dict[str, Any]]:
        """Return what `cells_of` holds."""
        cells: list[dict[str, Any]] = json.loads(self.cells_of(student, assignment).read_text("utf-8"))
        return cells

    def tidy(self) -> None:
        """Leave one line a submission, by assignment and student.

        Raises:
            GraderFault: the folder cannot be written any more; what it held it holds.
        """
        self._file.tidy()

    def _clear_up(self) -> None:
        """Drop what a killed run may have left: half a line, half-written files. Note what has been graded."""
        for unfinished in self.folder.rglob(f".*{UNFINISHED}"):
            unfinished.unlink()
        if not self._file.path.exists():
            return
        environments: dict[Environment, Environment] = {}  # one for all of a class
        for result in self._file.read(torn=True):
            self._graded.pop(result.key, None)
            if result.is_final:
                environment = environments.setdefault(result.environment, result.environment)
                self._graded[result.key] = (result.submission_sha256, environment)
        self._file.cut_off()


def feedback_path(student: str, assignment: str) -> Path:
    """Return the place of a student's page in the results folder."""
    return Path("feedback", _component(student), _component(assignment) + ".html")


def _component(name: str) -> str:
    """Return a name as a file system takes it: a long one, as bytes that are no text become, ends in its digest."""
    name = name.replace("/", "_").replace("\0", "_") if name not in ("", ".", "..") else f"_{name}"
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    return f"{name.encode()[:100].decode('utf-8', 'ignore')}-{hashlib.sha256(name.encode()).hexdigest()}"
