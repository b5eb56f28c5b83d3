"""Downloading files whose content is known by its checksums."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coursedata.cache import whole_file
from coursedata.errors import DataError
from coursedata.idx import read_idx

CHUNK_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file as its authors publish it."""

    name: str
    size: int
    """In bytes; what is longer is not read to its end."""
    md5: str
    sha256: str | None
    dimensions: int
    """Of the IDX array in it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a mirror."""

    answer_s: float = 20.0
    """For anything at all."""
    file_s: float = 900.0
    """For a whole file."""


def download(file: PublishedFile, mirrors: Sequence[str], folder: Path, patience: Patience) -> None:
    """Fetch a file from the first mirror that has it, whole and right, into a folder that is locked.

    Progress is drawn on stderr. Nothing is left in the folder but the file, verified.

    Args:
        file: what it must be.
        mirrors: addresses of folders, each ending in a slash.
        folder: where it goes.
        patience: how long a mirror may take.

    Raises:
        DataError: no mirror gave it; the text names what was wrong with each.
        OSError: the folder cannot be written to.
    """
    reasons = []
    for mirror in mirrors:
        try:
            with whole_file(folder / file.name) as part:
                _fetch(mirror + file.name, file, part, patience)
                _verify(file, part)
            return
        except DataError as error:
            reasons.append(f"  {mirror}{file.name}: {error}")
    raise DataError("\n".join([f"{file.name} could not be downloaded:", *reasons]))


def _fetch(address: str, file: PublishedFile, part: Path, patience: Patience) -> None:
    """Write what a mirror answers, no more than the file's size and one byte."""
    import http.client  # with urllib slow to load, and only a download needs it
    import urllib.request

    deadline = time.monotonic() + patience.file_s
    try:
        answer = urllib.request.urlopen(address, timeout=patience.answer_s)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DataError(_reason(error)) from error
    with closing(answer), part.open("wb") as out, _bar(file) as advance:
        got = 0
        while got <= file.size:
            try:
                chunk = answer.read1(min(CHUNK_BYTES, file.size + 1 - got))
            except (OSError, http.client.HTTPException) as error:
                raise DataError(f"broke off after {got:,} of {file.size:,} bytes: {_reason(error)}") from error
            if not chunk:
                break
            out.write(chunk)
            got += len(chunk)
            advance(len(chunk))
            if time.monotonic() > deadline:
                raise DataError(f"too slow: {got:,} of {file.size:,} bytes in {patience.file_s:g} s")
    if got > file.size:
        raise DataError(f"more than the {file.size:,} bytes that it should have: another file, or a login page")
    if got < file.size:
        raise DataError(f"only {got:,} of {file.size:,} bytes: broken off, another file, or a login page")


def _verify(file: PublishedFile, part: Path) -> None:
    content = part.read_bytes()
    sums = {"MD5": (hashlib.md5(content, usedforsecurity=False).hexdigest(), file.md5)}
    if file.sha256 is not None:
        sums["SHA-256"] = hashlib.sha256(content).hexdigest(), file.sha256
    for kind, (found, expected) in sums.items():
        if found != expected:
            raise DataError(f"its {kind} is {found}, not {expected}")
    read_idx(part, file.dimensions)


def _reason(error: Exception) -> str:
    """Say it in words: what a mirror answered, or why it did not."""
    import urllib.error

    if isinstance(error, urllib.error.URLError) and not isinstance(error, urllib.error.HTTPError):
        return f"no connection: {error.reason}"
    return str(error) or type(error).__name__


@contextmanager
def _bar(file: PublishedFile) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr; gives the function that moves it on by so many bytes."""
    from rich.console import Console  # slow to load, too
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(file.name, total=file.size)
        yield lambda count: progress.update(task, advance=count)
