"""Whether somebody is still writing to a submission: what is half there must not be graded."""

import contextlib
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from autograder.catalogue.submission import MAX_FILE_BYTES

MAX_ENTRIES: Final = 1_000  # that are looked at, as of a submission that is graded
UNFINISHED: Final = 10.0  # times as long is waited for what looks unfinished
Signature = tuple[tuple[str, int, int, int], ...]  # of each file: its path, size, time and number


class Settling:
    """Notes for each path how long ago it last changed, as far as it was looked at."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know nothing yet; `clock` tells seconds."""
        self._clock = clock
        self._seen: dict[Path, tuple[Signature, float]] = {}

    def signature(self, path: Path) -> Signature:
        """Return what is seen of a file or folder without reading it, and note whether that is new."""
        signature = tuple(_entries(path))
        if path not in self._seen or self._seen[path][0] != signature:
            self._seen[path] = signature, self._clock()
        return signature

    def age(self, path: Path) -> float:
        """Return for how many seconds a path that was looked at has been as it is."""
        return self._clock() - self._seen[path][1]

    def is_whole(self, path: Path, settle_s: float, *, finished: bool) -> bool:
        """Whether nothing has changed for `settle_s`; much longer where a submission does not look `finished`."""
        self.signature(path)
        return self.age(path) >= settle_s * (1 if finished else UNFINISHED)


def is_finished(notebook: Path) -> bool:
    """Whether a notebook ends where a notebook does: an upload that stalls leaves half of one.

    One that is too large to be graded is told so then, and not waited for.
    """
    if notebook.suffix != ".ipynb":
        return True
    try:
        if not notebook.is_file():  # a pipe or a device would be read for ever
            return False
        with notebook.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if len(data) <= MAX_FILE_BYTES:
            json.loads(data)
    except (OSError, ValueError, RecursionError):
        return False
    return True


def _entries(path: Path) -> Iterator[tuple[str, int, int, int]]:
    """Yield what tells that a file or a folder is another than before; no link is followed."""
    for each in itertools.islice(_paths(path), MAX_ENTRIES):
        with contextlib.suppress(OSError):
            status = os.lstat(each)
            yield each, status.st_size, status.st_mtime_ns, status.st_ino


def _paths(path: Path) -> Iterator[str]:
    yield str(path)
    for folder, folders, names in os.walk(path):
        folders.sort()
        yield from (os.path.join(folder, name) for name in sorted([*folders, *names]))
