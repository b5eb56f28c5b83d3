"""How a table is encoded, whatever program saved it: UTF-8 or 16, with a mark or without, else Windows' Latin-1."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.errors import UsageError

MAX_TABLE: Final = 32 * 2**20
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32-le"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, and the mark that stands before the text."""

    name: str
    mark: bytes = b""

    def decode(self, data: bytes, errors: str = "replace") -> str:
        """Return the text of a file."""
        return data[len(self.mark) :].decode(self.name, errors)

    def encode(self, text: str, errors: str = "strict") -> bytes:
        """Return the file of a text."""
        return self.mark + text.encode(self.name, errors)


def encoding_of(data: bytes) -> Encoding:
    """Return how a file is encoded, as can be told by its bytes."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name, mark)
    if b"\0" in data[:200]:
        return Encoding("utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return Encoding("cp1252")
    return Encoding("utf-8")


def read_table_file(path: Path, title: str) -> bytes:
    """Return the bytes of a table of text; raise `UsageError` where it cannot be read, or is a workbook."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TABLE + 1)
    except OSError as error:
        raise UsageError(f"{title} cannot be read: {error.strerror}") from error
    if data.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
        raise UsageError(f"{title} is a workbook: save it as CSV, and pass that")
    if len(data) > MAX_TABLE:
        raise UsageError(f"{title} has more than {MAX_TABLE // 2**20} MB")
    return data
