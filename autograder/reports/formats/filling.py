"""A platform's own export of grades with the scores filled in, all else as it was: what its import takes back."""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.downloads.exported_table import ExportedTable
from autograder.errors import UsageError
from autograder.reports.formats import checks_csv, mailmerge
from autograder.reports.formats.column_choice import column_of, named_column
from autograder.reports.formats.exports import EXPORTS, ScoreColumn
from autograder.reports.formats.format import Graded, Take
from autograder.reports.formats.matching import lines_of
from autograder.reports.wording import points
from autograder.results.person import Person
from autograder.results.result_file import RESULTS
from autograder.results.spreadsheet import SPREADSHEET
from autograder.results.whole_files import write_whole
from autograder.text import escape

SHOWN: Final = 12  # names
HELD: Final = "held"
OWN: Final = (RESULTS, SPREADSHEET, checks_csv.FILE, mailmerge.FILE)


@dataclass(frozen=True, slots=True)
class Into:
    """What is to be filled in: an export, the folder of results, of which assignments of the course's.

    `column` is what a person calls the column, or None.
    """

    file: Path
    out: Path
    assignments: Sequence[str]
    course: Sequence[str]
    column: str | None = None


class Filling:
    """An export whose columns are known; it writes the filled one into the folder of results, under its own name."""

    def __init__(self, platform: str, into: Into) -> None:
        """Read the export and find the assignments' columns.

        Raises:
            UsageError: it cannot be read, a column is not sure, or the copy would take the place of another file.
        """
        self._platform = platform
        self._export = EXPORTS[platform]
        self._table = ExportedTable.read(into.file)
        self._columns: dict[str, ScoreColumn] = {}
        if into.column is not None:
            if len(into.assignments) > 1:
                raise UsageError(f"--column is of one assignment, and these are {', '.join(into.assignments)}")
            self._columns = {into.assignments[0]: named_column(self._table, self._export, into.column)}
        else:
            self._columns = {
                name: column_of(self._table, self._export, name, into.course) for name in into.assignments
            }  # fmt: skip
        if len({column.place for column in self._columns.values()}) < len(self._columns):
            raise UsageError(f"{into.file} is of one assignment, and these are {', '.join(into.assignments)}")
        target = into.out / into.file.name
        if target.name in OWN:
            raise UsageError(f"--into {into.file}: the copy in {into.out} would be called as a file of the results")
        if target.exists() and target.samefile(into.file):
            raise UsageError(f"--into {into.file} would be written over: name another folder by --out")

    @contextmanager
    def writing(self, folder: Path) -> Iterator[Take]:
        """Write the filled export, and say on stderr who is not in it and who in it has no score."""
        taken: dict[str, list[Graded]] = defaultdict(list)

        def take(graded: Graded) -> None:
            taken[graded.result.assignment].append(graded)

        yield take
        for assignment, column in self._columns.items():
            for line in self._filled(column, taken[assignment]):
                print(f"autograder: {line}", file=sys.stderr)
        write_whole(folder / self._table.title, self._table.encoded())
        print(f"autograder: written: {folder / self._table.title}", file=sys.stderr)

    def _filled(self, column: ScoreColumn, graded: Sequence[Graded]) -> Iterator[str]:
        """Fill a column, and yield what is to be said of it."""
        table = self._table
        people: dict[str, Person] = {each.result.student: each.result.person for each in graded}
        lines = lines_of(people, table, self._platform)
        comma = _has_decimal_commas(table)
        answered: set[int] = set()
        filled, kept = 0, []
        scales = set()
        for each in graded:
            line = lines.get(each.result.student)
            if line is None or each.file.is_missing:
                continue
            answered.add(line)
            why = HELD if each.is_held else self._export.fixed(table, line, column.place)
            if why:
                kept.append(f"{each.result.student} ({why})")
                continue
            score = points(scaled(each, column.possible))
            table.fill(line, column.place, score.replace(".", ",") if comma else score)
            filled += 1
            scales.add((each.max_score, column.possible))
        yield f"{table.title}: {filled:,} filled into {escape(column.heading.strip())!r}{_scaling(scales)}"
        without = [
            table.students[line].name or table.students[line].login or table.students[line].number
            for line in table.students if line not in answered
        ]  # fmt: skip
        for said, names in (
            (f"graded, and not in {table.title}", [student for student in people if student not in lines]),
            (f"left as they were in {table.title}", kept),
            (f"left as they were in {table.title}, without a submission", without),
        ):
            if names:
                more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
                yield f"{said}: {', '.join(map(escape, names[:SHOWN]))}{more}"


def scaled(graded: Graded, possible: float | None) -> float:
    """Return the score as a share of a platform's points; as it is where the platform or the assignment has none."""
    if not possible or not graded.max_score:
        return graded.score
    return graded.score / graded.max_score * possible


def _scaling(scales: set[tuple[float, float | None]]) -> str:
    told = [
        f"{points(ours)} points are {points(theirs)} there" for ours, theirs in sorted(scales, key=str)
        if theirs and ours and ours != theirs
    ]  # fmt: skip
    return f"; {', '.join(told)}" if told else ""


def _has_decimal_commas(table: ExportedTable) -> bool:
    """Whether what stands in the table as a number has a comma, and nowhere a point."""
    cells = (table.value(line, column) for line in table.lines for column in range(len(table.heading)))
    marks = {
        mark for cell in cells if cell.replace(",", "").replace(".", "").isdigit() for mark in ",." if mark in cell
    }
    return marks == {","}
