"""The table of every file of a download, and what became of it."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Final

from autograder.results.person import Person
from autograder.results.spreadsheet import cell
from autograder.results.whole_files import replacing
from autograder.text import escape

TAKEN: Final = "taken"
OLDER: Final = "older attempt"
OTHER: Final = "another notebook"
NOT_A_NOTEBOOK: Final = "not a notebook"
UNKNOWN: Final = "unknown student"
UNREADABLE: Final = "not readable"
UNPACKED: Final = "unpacked"
MISSING: Final = "missing"
FATES: Final = (TAKEN, OLDER, OTHER, NOT_A_NOTEBOOK, UNPACKED, UNREADABLE, UNKNOWN, MISSING)
SHOWN: Final = 12  # rows of a fate that are printed
MAX_CELL: Final = 300


@dataclass(frozen=True, slots=True)
class Row:
    """A file of a download, or somebody who has none; all of it is text as it is shown."""

    path: str
    fate: str
    student: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    platform: str = ""
    platform_id: str = ""
    handed_in: str = ""
    late: str = ""
    note: str = ""

    def of(self, student: str, person: Person) -> "Row":
        """Return it as a student's."""
        return replace(
            self, student=student, first_name=person.first_name, last_name=person.last_name, email=person.email,
            platform=person.platform, platform_id=person.platform_id,
        )  # fmt: skip

    @property
    def person(self) -> Person:
        """Who the student is."""
        return Person(self.first_name, self.last_name, self.email, self.platform, self.platform_id)


COLUMNS: Final = tuple(each.name for each in fields(Row))


def file_name(assignment: str) -> str:
    """Return what the table of an assignment is called."""
    return f"collected-{assignment}.csv"


def write_table(path: Path, rows: Sequence[Row]) -> None:
    """Write the table.

    Raises:
        GraderFault: the file cannot be written.
    """
    with replacing(path) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows([cell(text) for text in astuple(row)] for row in rows)


def read_table(path: Path) -> list[Row]:
    """Return the rows of a table, none where it is not there or is none."""
    with suppress(OSError, UnicodeDecodeError, csv.Error), path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) == COLUMNS:
            return [Row(**{name: _uncelled(each[name] or "") for name in COLUMNS}) for each in reader]
    return []


def printed(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a short table: how many there are of each fate, and those to look at."""
    counts = Counter(row.fate for row in rows)
    yield ", ".join(f"{counts[fate]:,} {fate}" for fate in FATES if counts[fate])
    for fate in (UNKNOWN, UNREADABLE, MISSING):
        those = [row for row in rows if row.fate == fate]
        for row in those[:SHOWN]:
            told = ": ".join(filter(None, (" of ".join(filter(None, (row.path, row.student))), row.note)))
            yield f"  {fate:<15} {escape(told)[:MAX_CELL]}"
        if len(those) > SHOWN:
            yield f"  {fate:<15} and {len(those) - SHOWN:,} more"


def _uncelled(text: str) -> str:
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text
