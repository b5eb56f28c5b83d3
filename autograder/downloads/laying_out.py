"""Writes what counts of a download as nbgrader has it: `<student>/<assignment>/`, the notebook and what lies beside."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timezone
from pathlib import Path
from typing import BinaryIO, Final

from autograder.catalogue.files_beside import BESIDE, MAX_DEPTH, MAX_FILES, MAX_TOTAL_BYTES
from autograder.catalogue.files_beside import MAX_FILE_BYTES as MAX_BESIDE_BYTES
from autograder.catalogue.submission import MAX_FILE_BYTES
from autograder.downloads.choice import Choice, Item
from autograder.downloads.collecting import Collected
from autograder.downloads.entry import CLOSED_ARCHIVE
from autograder.downloads.table import TAKEN, UNREADABLE, Row, file_name, read_table, write_table
from autograder.errors import GraderFault
from autograder.text import escape

TIMESTAMP: Final = "timestamp.txt"
NOT_COLLECTED: Final = "not-collected.txt"
_CHUNK: Final = 2**20


def lay_out(collected: Collected, submitted: Path) -> None:
    """Write each student's notebook and what lies beside it; what a student had there of the assignment is replaced.

    Of who has no notebook there is what else was handed in, or an empty folder of theirs.

    Raises:
        GraderFault: the folder cannot be written.
    """
    try:
        submitted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".collecting-", dir=submitted) as place:
            notes: dict[tuple[str, str], str] = {}
            for student, choice in collected.choices.items():
                made = Path(place, "made")
                made.mkdir()
                for path, note in _written(choice, collected.assignment, made):
                    notes[path, student] = note
                _put(made, submitted / student, collected.assignment, Path(place, "before"))
            collected.rows = [_noted(row, notes.get((row.path, row.student), "")) for row in collected.rows]
    except OSError as error:
        raise GraderFault(f"{submitted} cannot be written: {error.strerror or error}") from error


def keep_table(collected: Collected, folder: Path) -> Path:
    """Write the table of a download; of an earlier one stays what is told of students that are not in this one."""
    path = folder / file_name(collected.assignment)
    students = {row.student for row in collected.rows}
    earlier = [row for row in read_table(path) if row.student and row.student not in students]
    write_table(path, [*collected.rows, *earlier])
    return path


def _written(choice: Choice, assignment: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Write what one student has; yield for a path of the download what is told of it."""
    if choice.notebook is not None:
        name = assignment + (".ipynb" if choice.notebook.entry.is_notebook else ".py")
        why = _copied(choice.notebook, folder / name, MAX_FILE_BYTES + 1)
        if why:
            yield choice.notebook.entry.shown, why
            Path(folder, NOT_COLLECTED).write_text(f"{escape(choice.notebook.name)}: {why}\n", "utf-8", "replace")
        yield from _beside(choice, choice.notebook.folder, folder, {name})
    elif any(item.claim.is_work and not item.entry.is_folder for item in choice.same):
        told = dict(_beside(choice, (), folder, set()))
        yield from told.items()
        if not any(folder.iterdir()):
            lines = [f"{path}: {why}" for path, why in told.items()] or ["no file that can be read"]
            Path(folder, NOT_COLLECTED).write_text("\n".join(lines) + "\n", "utf-8", "replace")
    if choice.time is not None:
        Path(folder, TIMESTAMP).write_text(f"{choice.time.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S.%f} UTC", "ascii")


def _beside(choice: Choice, above: tuple[str, ...], folder: Path, taken: set[str]) -> Iterator[tuple[str, str]]:
    """Copy the files of the attempt that lie with the notebook, of bounded number and size."""
    room, count = MAX_TOTAL_BYTES, 0
    archives = [item.claim.within for item in choice.same if item.entry.is_archive]
    for item in choice.same:
        entry, within = item.entry, item.claim.within[len(above) :]
        if item.folder[: len(above)] != above or not _goes_along(item, choice):
            continue
        if any(
            item.claim.within[: len(each)] == each and len(each) > len(above)
            for each in archives
            if each != item.claim.within
        ):
            continue  # in an archive that goes along as it is
        path = "/".join(within)
        why = ""
        if path in taken or within[0] in BESIDE:
            why = "not taken along: its name is in use"
        elif len(within) > MAX_DEPTH + 1:
            why = f"not taken along: in more than {MAX_DEPTH} folders"
        elif count == MAX_FILES:
            why = f"not taken along: more than {MAX_FILES} files"
        elif entry.size > min(MAX_BESIDE_BYTES, room):
            why = (
                f"not taken along: more than {MAX_BESIDE_BYTES // 2**20} MB, or {MAX_TOTAL_BYTES // 2**20} MB together"
            )
        else:
            why = _copied(item, folder.joinpath(*within), min(MAX_BESIDE_BYTES, room))
        if not why:
            count += 1
            room -= entry.size
            taken.add(path)
            why = "taken along"
        yield entry.shown, why


def _goes_along(item: Item, choice: Choice) -> bool:
    entry = item.entry
    if not entry.is_readable or entry.is_hidden or not item.claim.is_work or not item.claim.within:
        return False
    if entry.is_archive or CLOSED_ARCHIVE.search(entry.name):
        holds = (
            choice.notebook is not None and choice.notebook.claim.within[: len(item.claim.within)] == item.claim.within
        )
        return not holds
    return not entry.is_notebook  # none that does not count: it would be graded


def _copied(item: Item, target: Path, limit: int) -> str:
    """Copy at most `limit` bytes of a file; return why it could not be."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with item.entry.open() as source, target.open("xb") as file:
            _stream(source, file, limit)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError, ValueError):
            target.unlink(missing_ok=True)
        return str(getattr(error, "strerror", None) or error)
    if item.entry.modified is not None:
        with contextlib.suppress(OSError, ValueError, OverflowError):
            stamp = item.entry.modified.timestamp()
            os.utime(target, (stamp, stamp))
    return ""


def _stream(source: BinaryIO, file: BinaryIO, limit: int) -> None:
    while limit > 0 and (chunk := source.read(min(_CHUNK, limit))):
        file.write(chunk)
        limit -= len(chunk)


def _noted(row: Row, note: str) -> Row:
    """Return a row with what was told as it was written; a notebook that could not be read is not taken."""
    if not row.path or not note:
        return row
    fate = UNREADABLE if row.fate == TAKEN else row.fate
    return replace(row, fate=fate, note="; ".join(filter(None, (row.note, note))))


def _put(made: Path, student: Path, assignment: str, before: Path) -> None:
    """Put a student's folder in its place; an empty one says that nothing was handed in."""
    student.mkdir(exist_ok=True)
    target = student / assignment
    if not any(made.iterdir()):
        made.rmdir()
        return
    if target.exists() or target.is_symlink():
        os.replace(target, before)
    os.replace(made, target)
    if before.is_dir() and not before.is_symlink():
        shutil.rmtree(before)
    else:
        before.unlink(missing_ok=True)
