"""What a student handed in beside the notebook: modules that it imports, small data that it reads."""

import hashlib
import itertools
import os
import re
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from autograder.text import escape

MAX_FILES: Final = 50
MAX_FILE_BYTES: Final = 8 * 2**20
MAX_TOTAL_BYTES: Final = 16 * 2**20
MAX_DEPTH: Final = 4  # of folders in one another
MAX_ENTRIES: Final = 1_000  # that are looked at, whatever they are
MAX_NAMES: Final = 5  # of files that a note names
BESIDE: Final = frozenset({"timestamp.txt", "submission_secret.txt", "feedback"})  # nbgrader's own
_LEFT_BY_SYSTEMS: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_NOT_OURS: Final = BESIDE | _LEFT_BY_SYSTEMS
_HIDDEN: Final = re.compile(r"\.|__pycache__$")
_NOTEBOOK: Final = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
_UNUSABLE: Final = re.compile("[\0-\x1f\x7f-\x9f\\\\\ud800-\udfff]")

File = tuple[str, bytes]  # path from the notebook's folder, its parts divided by "/", and content


@dataclass(slots=True)
class FilesBeside:
    """The files, by path, and a sentence for those that were left out."""

    files: list[File] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know, at most one sentence."""
        if not self.left_out:
            return ()
        more = len(self.left_out) - MAX_NAMES
        told = ", ".join(self.left_out[:MAX_NAMES]) + (f" and {more:,} more" if more > 0 else "")
        return (f"handed in beside the notebook and left out: {told}",)


def read_beside(notebook: Path) -> FilesBeside:
    """Read what lies in a notebook's folder and is no notebook, of bounded number and size; no link is followed."""
    found = FilesBeside()
    room = MAX_TOTAL_BYTES
    for path, name in _entries(notebook.parent, found):
        if path == notebook:
            continue
        content, why = (b"", f"more than {MAX_FILES} files") if len(found.files) == MAX_FILES else _content(path)
        if why is None and len(content) > room:
            why = f"more than {MAX_TOTAL_BYTES // 2**20} MB together"
        if why is not None:
            found.left_out.append(f"{escape(name)} ({why})")
            continue
        room -= len(content)
        found.files.append((name, content))
    return found


def digest_with(sha256: str, files: tuple[File, ...]) -> str:
    """Return the digest of a notebook, which has `sha256`, with what lies beside it: its own where nothing does."""
    if not files:
        return sha256
    whole = hashlib.sha256(sha256.encode())
    for name, content in files:
        whole.update(f"\0{name}\0{hashlib.sha256(content).hexdigest()}".encode())
    return whole.hexdigest()


def _entries(folder: Path, found: FilesBeside) -> Iterator[tuple[Path, str]]:
    """Yield what may be of use in a folder and in those in it: where it is, and its path from that folder.

    What lies nearest comes first. After `MAX_ENTRIES` names, whatever they are, it is over.
    """
    waiting, left = deque([(folder, "", 0)]), MAX_ENTRIES
    while waiting:
        folder, within, depth = waiting.popleft()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(itertools.islice(scan, left + 1), key=lambda entry: entry.name)
        except OSError as error:
            found.left_out.append(f"{escape(within.rstrip('/'))} ({error.strerror})")
            continue
        left -= len(entries)
        for entry in entries:
            name = entry.name
            if _HIDDEN.match(name) or _NOTEBOOK.search(name) or name in (_LEFT_BY_SYSTEMS if within else _NOT_OURS):
                continue
            if _UNUSABLE.search(name):
                found.left_out.append(f"{escape(os.fsencode(name).decode('utf-8', 'backslashreplace'))} (its name)")
            elif not entry.is_dir(follow_symlinks=False):
                yield Path(entry.path), within + name
            elif depth == MAX_DEPTH:
                found.left_out.append(f"{escape(within + name)} (in more than {MAX_DEPTH} folders)")
            else:
                waiting.append((Path(entry.path), f"{within}{name}/", depth + 1))
        if left < 0:
            found.left_out.append(f"what comes after {MAX_ENTRIES:,} names")
            return


def _content(path: Path) -> tuple[bytes, str | None]:
    """Return a file's content, or why it is left out; nothing is waited for, as a pipe would be."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return b"", "a link" if os.path.islink(path) else error.strerror
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return b"", "a pipe or a device"
        if status.st_size > MAX_FILE_BYTES:
            return b"", f"more than {MAX_FILE_BYTES // 2**20} MB"
        content = file.read(MAX_FILE_BYTES + 1)
    return content, None if len(content) <= MAX_FILE_BYTES else f"more than {MAX_FILE_BYTES // 2**20} MB"
