"""Lists what lies in a download: a folder, an archive, or several of either, flat and in the order of their names.

Archives that lie in it are listed as files; `expanded` lists what is in one. Nothing is written and no link followed.
"""

import contextlib
import os
import stat
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO, Final

from autograder.downloads.archive import MAX_ENTRIES, Member, Unreadable, kind_of, opened, spooled
from autograder.downloads.entry import ARCHIVE, CLOSED_ARCHIVE, Entry
from autograder.errors import UsageError

MAX_INNER_ENTRIES: Final = 10_000  # of an archive in a download
MAX_OPEN: Final = 4
MAX_FOLDER_DEPTH: Final = 40
REPOSITORY: Final = ".git"


@dataclass(slots=True)
class _Open:
    """An archive that is open, and how it is closed."""

    members: Sequence[Member]
    stack: contextlib.ExitStack


class Shelf:
    """The archives of a download, of which few are open at a time; those in an archive are opened anew when needed."""

    def __init__(self) -> None:
        self._open: OrderedDict[object, _Open] = OrderedDict()

    def __enter__(self) -> "Shelf":
        return self

    def __exit__(self, *_: object) -> None:
        while self._open:
            self._open.popitem()[1].stack.close()

    def archive(self, path: Path) -> list[Entry]:
        """Return what is in an archive on the disk; raise `UsageError` where it cannot be read."""
        try:
            return self._entries(_OnDisk(path), ())
        except Unreadable as error:
            raise UsageError(f"{path} {error}") from None
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None

    def expanded(self, entry: Entry) -> list[Entry]:
        """Return what is in an archive that is an entry; raise `Unreadable`, or `OSError` where it cannot be opened."""
        return self._entries(_InDownload(entry), entry.parts)

    def _entries(self, source: "_OnDisk | _InDownload", above: tuple[str, ...]) -> list[Entry]:
        members = self._opened(source).members
        return _without_full_folders([
            Entry(
                (*above, *member.parts), member.size, member.modified, self._opener(source, place), member.problem,
                member.is_folder, "/".join((*above, member.stored)) if member.problem else "",
            )
            for place, member in enumerate(members)
        ])  # fmt: skip

    def _opener(self, source: "_OnDisk | _InDownload", place: int) -> "_Opener":
        return _Opener(self, source, place)

    def member(self, source: "_OnDisk | _InDownload", place: int) -> BinaryIO:
        """Open a member of an archive."""
        try:
            return self._opened(source).members[place].opener()
        except Unreadable as error:
            raise OSError(5, str(error)) from None

    def _opened(self, source: "_OnDisk | _InDownload") -> _Open:
        if source not in self._open:
            with contextlib.ExitStack() as stack:
                file = stack.enter_context(source.open())
                members = stack.enter_context(opened(file, source.max_entries))
                self._open[source] = _Open(members, stack.pop_all())
            while len(self._open) > MAX_OPEN:
                self._open.popitem(last=False)[1].stack.close()
        self._open.move_to_end(source)
        return self._open[source]


@dataclass(frozen=True, slots=True)
class _Opener:
    shelf: Shelf
    source: "_OnDisk | _InDownload"
    place: int

    def __call__(self) -> BinaryIO:
        return self.shelf.member(self.source, self.place)


@dataclass(frozen=True, slots=True)
class _OnDisk:
    path: Path
    max_entries: int = MAX_ENTRIES

    def open(self) -> BinaryIO:
        return self.path.open("rb")


@dataclass(frozen=True, slots=True)
class _InDownload:
    entry: Entry
    max_entries: int = MAX_INNER_ENTRIES

    def open(self) -> BinaryIO:
        with self.entry.open() as file:
            return spooled(file, self.entry.size)


def list_sources(paths: Sequence[Path], shelf: Shelf) -> list[Entry]:
    """Return what lies in a folder or an archive; of several sources, each under its own name.

    Raises:
        UsageError: a source is not there, or is an archive that cannot be read.
    """
    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"there is no file or folder {path}")
    if len(paths) == 1:
        (path,) = paths
        if path.is_dir():
            return _bounded(_walk(path, ()))
        if is_archive(path):
            return shelf.archive(path)
    found: list[Entry] = []
    above = _names_above(paths)
    for path, name in zip(paths, above, strict=True):
        if path.is_dir():
            found += _walk(path, name)
        else:
            found.append(_file(path, name, path.lstat()))
    return _bounded(found)


def is_archive(path: Path) -> bool:
    """Whether a file is an archive by its name or its first bytes, be it one that is not read here."""
    if ARCHIVE.search(path.name) or CLOSED_ARCHIVE.search(path.name):
        return True
    try:
        with path.open("rb") as file:
            return kind_of(file.read(512)) != "" and path.suffix.lower() not in (".ipynb", ".py")
    except OSError:
        return False


def _names_above(paths: Sequence[Path]) -> list[tuple[str, ...]]:
    """Return for each source the path under which it is listed: all that tells it from the others."""
    absolute = [Path(os.path.abspath(path)) for path in paths]
    common = Path(os.path.commonpath([path.parent for path in absolute]))
    return [path.relative_to(common).parts for path in absolute]


def _bounded(entries: Iterable[Entry]) -> list[Entry]:
    found = []
    for entry in entries:
        found.append(entry)
        if len(found) > MAX_ENTRIES:
            raise UsageError(f"more than {MAX_ENTRIES:,} files: is this a folder of submissions?")
    return found


def _walk(folder: Path, above: tuple[str, ...]) -> Iterator[Entry]:
    """Yield the files below a folder and its empty folders, in the order of their names."""
    try:
        with os.scandir(folder) as scan:
            inside = sorted(scan, key=lambda each: each.name)
    except OSError as error:
        yield Entry(above or (folder.name,), problem=f"cannot be read: {error.strerror}", is_folder=True)
        return
    if not inside and above:
        yield Entry(above, is_folder=True)
    for each in inside:
        parts = (*above, each.name)
        if not each.is_dir(follow_symlinks=False):
            yield _file(Path(each.path), parts, each.stat(follow_symlinks=False))
        elif each.name == REPOSITORY:
            yield Entry(parts, is_folder=True)  # whose thousands of objects nobody handed in
        elif len(parts) > MAX_FOLDER_DEPTH:
            yield Entry(parts, problem=f"more than {MAX_FOLDER_DEPTH} folders in one another", is_folder=True)
        else:
            yield from _walk(Path(each.path), parts)


def _file(path: Path, parts: tuple[str, ...], status: os.stat_result) -> Entry:
    modified = datetime.fromtimestamp(status.st_mtime, timezone.utc)
    entry = Entry(parts, status.st_size, modified, _FileOpener(path))
    if stat.S_ISLNK(status.st_mode):
        return replace(entry, size=0, problem="a link, which is not followed")
    return entry if stat.S_ISREG(status.st_mode) else replace(entry, size=0, problem="a pipe or a device")


@dataclass(frozen=True, slots=True)
class _FileOpener:
    path: Path

    def __call__(self) -> BinaryIO:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        return open(os.open(self.path, flags), "rb")


def _without_full_folders(entries: Sequence[Entry]) -> list[Entry]:
    full = {entry.parts[:length] for entry in entries for length in range(1, len(entry.parts))}
    return [entry for entry in entries if not (entry.is_folder and entry.parts in full)]
