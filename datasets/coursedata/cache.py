"""The folder where data is kept, filled by one process at a time, with whole files only."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from coursedata.errors import DataError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_NAME: Final = ".lock"
PART_SUFFIX: Final = ".part"
LOOK_AGAIN_S: Final = 0.05


def cache_home() -> Path:
    """Return the cache folder, which need not exist yet.

    It is COURSEDATA_HOME; else, in a checkout, `datasets/cache`; else `coursedata` in the user's cache.

    Raises:
        DataError: the user has no home folder.
    """
    if chosen := os.environ.get("COURSEDATA_HOME"):
        return Path(chosen)
    checkout = Path(__file__).resolve().parents[1]
    if checkout.name == "datasets" and (checkout / "README.md").is_file():
        return checkout / "cache"
    user = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if user.is_absolute():
        return user / "coursedata"
    try:
        return Path.home() / ".cache" / "coursedata"
    except RuntimeError as error:
        raise DataError("there is no home folder to keep data in: set COURSEDATA_HOME to a folder") from error


@contextmanager
def locked(folder: Path, *, wait_s: float) -> Iterator[None]:
    """Make a folder, and hold it for this process alone; what a killed process left half written is removed.

    The system lets go of the lock when its process ends, however it ends; so no lock is ever stale.

    Raises:
        OSError: the folder cannot be written to.
        DataError: another process holds it for longer than `wait_s`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_NAME).open("ab") as file:
        deadline = time.monotonic() + wait_s
        while not _try_to_lock(file):
            if time.monotonic() > deadline:
                raise DataError(f"{folder} has been in use by another process for {wait_s:.0f} s")
            time.sleep(LOOK_AGAIN_S)
        try:
            for part in folder.glob(f"*{PART_SUFFIX}"):
                part.unlink()
            yield
        finally:
            _unlock(file)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to; it becomes `path` when the block ends well, and vanishes when it does not."""
    part = path.with_name(path.name + PART_SUFFIX)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


if sys.platform == "win32":

    def _try_to_lock(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:

    def _try_to_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
