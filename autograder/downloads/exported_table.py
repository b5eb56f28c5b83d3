"""A table as a platform exported it, of which cells can be filled while all else stays as it was, byte for byte."""

import re
from pathlib import Path
from typing import Final

from autograder.downloads.encoding import encoding_of, read_table_file
from autograder.downloads.roster import DELIMITERS, Enrolled, find_heading
from autograder.errors import UsageError

KEYS: Final = ("id", "login", "email", "number", "student_number")  # each tells a student alone
_QUOTED: Final = re.compile(r'"([^"]*(?:""[^"]*)*)"?')


class ExportedTable:
    """The lines of a file of text, its cells as they are written there; `students` are by line."""

    def __init__(self, data: bytes, title: str) -> None:
        """Divide the file.

        Raises:
            UsageError: it has no heading that names students, or bytes that are no text.
        """
        self.title = title
        self._encoding = encoding_of(data)
        self._errors = "surrogatepass" if self._encoding.name.startswith(("utf-16", "utf-32")) else "surrogateescape"
        try:
            text = self._encoding.decode(data, self._errors)
        except UnicodeDecodeError as error:
            raise UsageError(f"{title} is no text: {error.reason}") from error
        divided = {delimiter: _divided(text, delimiter) for delimiter in DELIMITERS}
        tables = ((delimiter, map(_values, lines)) for delimiter, (lines, _) in divided.items())
        heading = find_heading(tables, KEYS)
        if heading is None:
            raise UsageError(f"{title} names no students: it is no export of grades, or its heading is not known")
        self._lines, self._ends = divided[heading.delimiter]
        self._delimiter = heading.delimiter
        self.first = heading.place + 1
        self.identifying = heading.columns
        self.heading = _values(self._lines[heading.place])
        self.students: dict[int, Enrolled] = {}
        for line in range(self.first, len(self._lines)):
            student = heading.enrolled(_values(self._lines[line]))
            if student is not None:
                self.students[line] = student

    @classmethod
    def read(cls, path: Path) -> "ExportedTable":
        """Return the table of a file; raise `UsageError` where it is none."""
        return cls(read_table_file(path, str(path)), path.name)

    @property
    def lines(self) -> range:
        """The lines below the heading, of students and of others."""
        return range(self.first, len(self._lines))

    def value(self, line: int, column: int) -> str:
        """Return what a cell holds, without blanks around it; nothing where the line ends before."""
        cells = self._lines[line]
        return _value(cells[column]).strip() if column < len(cells) else ""

    def values(self, column: int) -> list[str]:
        """Return what the students' cells of a column hold."""
        return [self.value(line, column) for line in self.students]

    def fill(self, line: int, column: int, text: str) -> None:
        """Write a cell, between quotes where it was so or has to be."""
        cells = self._lines[line]
        cells += [""] * (column + 1 - len(cells))
        if cells[column].startswith('"') or any(mark in text for mark in (self._delimiter, '"', "\n", "\r")):
            text = '"' + text.replace('"', '""') + '"'
        cells[column] = text

    def encoded(self) -> bytes:
        """Return the file."""
        lines = (
            self._delimiter.join(cells) + end for cells, end in zip(self._lines, self._ends, strict=True)
        )  # fmt: skip
        return self._encoding.encode("".join(lines), self._errors)


def _divided(text: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    """Return the cells of each line as they are written, and what ends each line."""
    cell = re.compile(rf"((?:{_QUOTED.pattern})?[^{re.escape(delimiter)}\r\n]*)({re.escape(delimiter)}|\r\n|\n|\r|\Z)")
    lines: list[list[str]] = [[]]
    ends: list[str] = []
    place = 0
    while found := cell.match(text, place):
        lines[-1].append(found[1])
        place = found.end()
        if found[3] != delimiter:
            ends.append(found[3])
            if place == len(text):
                break
            lines.append([])
    return lines, ends


def _values(cells: list[str]) -> list[str]:
    return list(map(_value, cells))


def _value(cell: str) -> str:
    found = _QUOTED.match(cell)
    return found[1].replace('""', '"') + cell[found.end() :] if found else cell
