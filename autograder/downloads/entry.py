"""One thing that lies in a download: its path, and how it is read."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from autograder.text import escape

NOTEBOOK: Final = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # browsers add an ending of their own
SCRIPT: Final = re.compile(r"\.py$", re.IGNORECASE)
ARCHIVE: Final = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
CLOSED_ARCHIVE: Final = re.compile(r"\.(7z|rar|zipx|arj|cab|lzh|ace|sit|sitx|dmg|zst)$", re.IGNORECASE)
LEFT_BY_SYSTEMS: Final = re.compile(
    r"\.(?!\.)|__pycache__$|__MACOSX$|Thumbs\.db$|desktop\.ini$|Icon\r$"
)  # "..name" may be somebody's


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A file of a download, or an empty folder.

    `parts` is its path from the download's root, through archives as well, and never leads out of it; `stored` is
    the path as it was written where it did; `problem` says why it cannot be read, where it cannot.
    """

    parts: tuple[str, ...]
    size: int = 0
    modified: datetime | None = None
    opener: Callable[[], BinaryIO] | None = None
    problem: str = ""
    is_folder: bool = False
    stored: str = ""

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.parts[-1] if self.parts else ""

    @property
    def shown(self) -> str:
        """Its path as text, fit for a table."""
        path = self.stored or "/".join(self.parts) + ("/" if self.is_folder else "")
        return shown(path)

    @property
    def is_readable(self) -> bool:
        """Whether it is a file that can be read."""
        return self.opener is not None and not self.problem

    @property
    def is_hidden(self) -> bool:
        """Whether a system or a tool left it there, and nobody handed it in."""
        return any(LEFT_BY_SYSTEMS.match(part) for part in self.parts)

    @property
    def is_archive(self) -> bool:
        """Whether it is named like an archive that can be read here."""
        return not self.is_folder and ARCHIVE.search(self.name) is not None

    @property
    def is_notebook(self) -> bool:
        """Whether it is named like a notebook."""
        return not self.is_folder and NOTEBOOK.search(self.name) is not None

    @property
    def is_script(self) -> bool:
        """Whether it is named like a script of Python's."""
        return not self.is_folder and SCRIPT.search(self.name) is not None

    @property
    def may_be_work(self) -> bool:
        """Whether somebody's work may be in it: a notebook, a script, an archive of any kind."""
        named = self.is_notebook or self.is_script or self.is_archive or bool(CLOSED_ARCHIVE.search(self.name))
        return named and not self.is_hidden

    def open(self) -> BinaryIO:
        """Open it; raise `OSError` where it cannot be read."""
        if self.opener is None or self.problem:
            raise OSError(self.problem or "a folder")
        return self.opener()

    def read(self, limit: int) -> bytes:
        """Return at most `limit` bytes of it; raise `OSError` where it cannot be read."""
        with self.open() as file:
            return file.read(limit)


def shown(text: str) -> str:
    """Return a name as text, its undecodable bytes and control characters as escapes."""
    return escape(os.fsencode(text.encode("utf-8", "surrogateescape")).decode("utf-8", "backslashreplace"))


def stem(name: str) -> str:
    """Return a file's name without an ending of a notebook, a script or an archive."""
    for kind in (NOTEBOOK, SCRIPT, ARCHIVE, CLOSED_ARCHIVE):
        shorter = kind.sub("", name)
        if shorter != name:
            return shorter
    return name
