"""Files that are the old one or the new one, whatever happens while they are written."""

import contextlib
import os
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from autograder.errors import GraderFault

UNFINISHED: Final = ".part"


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
    temporary = path.with_name(f".{path.name}{UNFINISHED}")
    with refusal_explained(path):
        try:
            with temporary.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
                yield file
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def refusal_explained(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write a file into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise GraderFault(
            f"{path} cannot be written ({error.strerror}): make room there, or let it be written, and give the same "
            "command again; it goes on where this one was"
        ) from error
