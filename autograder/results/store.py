"""Where results go: results.jsonl as they come, feedback pages, and a spreadsheet at the end."""

import contextlib
import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from io import FileIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final, TextIO

from filelock import FileLock, Timeout

from autograder.errors import GraderFault, UsageError
from autograder.text import visible

RESULTS: Final = "results.jsonl"
MAX_NAME_BYTES: Final = 240  # of 255, which ".html" and the marks of an unfinished file share
LOCK_TIMEOUT_S: Final = 3.0  # a run that was killed holds its lock until its processes have ended
_UNFINISHED: Final = ".part"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_Key = tuple[str, str]


class ResultStore:
    """The folder that `--out` names. Each result is on disk before the next is taken."""

    def __init__(self, folder: Path) -> None:
        """Read what is there; to write, see `writing`."""
        self.folder = folder
        self._path = folder / RESULTS

    @classmethod
    @contextlib.contextmanager
    def writing(cls, folder: Path) -> Iterator["ResultStore"]:
        """Make the folder and keep others from writing to it.

        Raises:
            UsageError: it cannot be written, or another run is writing to it.
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

    def fingerprints(self) -> dict[_Key, tuple[str, Mapping[str, Any]]]:
        """Return what has been graded: for each assignment and student, the digest and environment.

        A submission that needs a person is not among them: it is graded again.
        """
        return {
            (line["assignment"], line["student"]): (line["submission_sha256"], line["environment"])
            for line in self.results()
            if not line["needs_review"]
        }

    def results(self) -> Iterator[Mapping[str, Any]]:
        """Yield the result lines; of several for one submission, the last is the one that counts."""
        if self._path.exists():
            with self._path.open(encoding="utf-8") as file:
                for line in file:
                    yield json.loads(line)

    @property
    def stamp(self) -> int:
        """When the result lines were last written: another number each time."""
        return self._path.stat().st_mtime_ns if self._path.exists() else 0

    def add(
        self, result: Mapping[str, Any], feedback_html: str, cells: Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        """Record one result, its feedback page first, and with it what its cells printed and drew, where given.

        Raises:
            GraderFault: the folder cannot be written any more; what it held it holds.
        """
        pages = {self.folder / feedback_path(result): feedback_html}
        if cells is not None:
            pages[self.cells_of(result["student"], result["assignment"])] = json.dumps(cells)
        for page, content in pages.items():
            with _told_of(page):
                page.parent.mkdir(parents=True, exist_ok=True)
            write_whole(page, content)
        with _told_of(self._path), self._path.open("ab", buffering=0) as file:
            whole = file.tell()
            try:
                _write(file, _line(result).encode())
                os.fsync(file.fileno())
            except OSError:
                file.truncate(whole)
                raise

    def cells_of(self, student: str, assignment: str) -> Path:
        """Return the file of what a student's cells printed and drew, where that was kept."""
        return self.folder / "cells" / _component(student) / f"{_component(assignment)}.json"

    def read_cells(self, student: str, assignment: str) -> list[dict[str, Any]]:
        """Return what `cells_of` holds."""
        cells: list[dict[str, Any]] = json.loads(self.cells_of(student, assignment).read_text("utf-8"))
        return cells

    def finish(self) -> None:
        """Leave one line a submission, by assignment and student, and the spreadsheet.

        Raises:
            GraderFault: the folder cannot be written any more; what it held it holds.
        """
        places: dict[_Key, tuple[int, int]] = {}
        with _told_of(self._path):
            self._path.touch()
        with self._path.open("rb") as file:
            start = 0
            for raw in file:
                line = json.loads(raw)
                places[line["assignment"], line["student"]] = (start, len(raw))
                start += len(raw)
            with replacing(self._path) as tidy:
                for _, (start, size) in sorted(places.items()):
                    file.seek(start)
                    tidy.write(file.read(size).decode())
        with replacing(self.folder / "results.csv") as spreadsheet:
            self._write_spreadsheet(spreadsheet)

    def _write_spreadsheet(self, file: TextIO) -> None:
        questions = list(dict.fromkeys(
            f"{line['assignment']}.{question['id']}" for line in self.results() for question in line["questions"]
        ))  # fmt: skip
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["student", "assignment", "score", "max_score", "needs_review", *map(cell, questions)])
        for line in self.results():
            scores = {f"{line['assignment']}.{question['id']}": question["score"] for question in line["questions"]}
            table.writerow([
                cell(line["student"]), cell(line["assignment"]), line["score"], line["max_score"],
                line["needs_review"], *(scores.get(question, "") for question in questions),
            ])  # fmt: skip

    def _clear_up(self) -> None:
        """Drop what a killed run may have left: half a line, half-written files."""
        for unfinished in self.folder.rglob(f".*{_UNFINISHED}"):
            unfinished.unlink()
        if not self._path.exists():
            return
        with self._path.open("rb+") as file:
            whole = 0
            for line in file:
                try:
                    json.loads(line)
                except ValueError:
                    break
                if not line.endswith(b"\n"):
                    break
                whole += len(line)
            file.truncate(whole)


def results_in(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the result lines of a results.jsonl, or of the one in a folder; raise `UsageError` where there is none."""
    file = path / RESULTS if path.is_dir() else path
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    result: dict[str, Any] = json.loads(line)
                    yield result
                except ValueError as error:
                    raise UsageError(f"{file}, line {number}, is no result: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error


def feedback_path(result: Mapping[str, Any]) -> Path:
    """Return the place of a student's page in the results folder."""
    return Path("feedback", _component(result["student"]), _component(result["assignment"]) + ".html")


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file (text as UTF-8) so that, whatever happens, it is the old one or the new one.

    Raises:
        GraderFault: it cannot be written.
    """
    with replacing(path) as file:
        file.buffer.write(content.encode("utf-8", "replace") if isinstance(content, str) else content)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[TextIOWrapper]:
    """Open a file of text for writing, which takes the place of `path` once it is whole.

    Raises:
        GraderFault: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}{_UNFINISHED}")
    with _told_of(path):
        try:
            with temporary.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
                yield file
            os.replace(temporary, path)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write a file into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise GraderFault(
            f"{path} cannot be written ({error.strerror}): make room there, or let it be written, and give the same "
            "command again; it goes on where this one was"
        ) from error


def _write(file: FileIO, line: bytes) -> None:
    """Write all of it: a disk that is nearly full takes a part first, and refuses the rest."""
    while line:
        line = line[file.write(line) :]


def _line(result: Mapping[str, Any]) -> str:
    return json.dumps(result, allow_nan=False) + "\n"


def cell(text: str) -> str:
    """Keep a spreadsheet from reading text as a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    text = visible(text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _component(name: str) -> str:
    """Return a name as a file system takes it: a long one, as bytes that are no text become, ends in its digest."""
    name = name.replace("/", "_").replace("\0", "_") if name not in ("", ".", "..") else f"_{name}"
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    return f"{name.encode()[:100].decode('utf-8', 'ignore')}-{hashlib.sha256(name.encode()).hexdigest()}"
