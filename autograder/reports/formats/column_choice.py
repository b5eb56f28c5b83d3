"""Which column of a platform's export is an assignment's."""

from collections.abc import Callable, Sequence
from typing import Final

from autograder.downloads.exported_table import ExportedTable
from autograder.downloads.naming import joined, plain
from autograder.errors import UsageError
from autograder.reports.formats.exports import Export, ScoreColumn
from autograder.text import escape

EMPTY: Final = ("", "-")  # Moodle's for no grade


def named_column(table: ExportedTable, export: Export, name: str) -> ScoreColumn:
    """Return the column that a person has named: by heading, title or the platform's number.

    Raises:
        UsageError: there is none, or there are several.
    """
    known = export.columns(table)
    for said in ("heading", "number", "title"):
        found = [each for each in known if plain(getattr(each, said)) == plain(name)]
        if len(found) == 1:
            return found[0]
    others = [
        place for place, heading in enumerate(table.heading)
        if heading.strip() == name.strip() and not table.identifying[place]
    ]  # fmt: skip
    if len(others) != 1:
        many = "several columns" if len(others) > 1 else "no column"
        raise UsageError(f"--column: {table.title} has {many} {name!r}; {_listed(known, table)}")
    return ScoreColumn(others[0], table.heading[others[0]], possible=export.possible(table, others[0]))


def column_of(table: ExportedTable, export: Export, assignment: str, course: Sequence[str]) -> ScoreColumn:
    """Return an assignment's column: by its title, else the only one that is empty.

    Args:
        table: the export.
        export: how its platform names columns.
        assignment: the assignment.
        course: all of the course's assignments: a title that holds another's longer name is that one's.

    Raises:
        UsageError: none is sure; the columns that there are are told.
    """
    columns = export.columns(table)
    longer = [other for other in course if other != assignment and _within(assignment, other)]
    tests: tuple[Callable[[str], bool], ...] = (
        lambda title: plain(title) == plain(assignment),
        lambda title: joined(title) == joined(assignment),
        lambda title: _within(assignment, title) and not any(_within(other, title) for other in longer),
    )
    for is_it in tests:
        found = [each for each in columns if each.title and is_it(each.title)]
        if len(found) == 1:
            return found[0]
        if found:
            raise _unsure(table, assignment, found)
    if len(columns) == 1 and not columns[0].title:
        return columns[0]
    empty = [each for each in columns if all(value in EMPTY for value in table.values(each.place))]
    if len(empty) == 1 and not any(_within(other, empty[0].title) for other in course if other != assignment):
        return empty[0]
    raise _unsure(table, assignment, columns)


def _within(name: str, title: str) -> bool:
    return f" {plain(name)} " in f" {plain(title)} "


def _unsure(table: ExportedTable, assignment: str, columns: Sequence[ScoreColumn]) -> UsageError:
    return UsageError(
        f"which column of {table.title} is {assignment}'s is not sure: say by --column; {_listed(columns, table)}"
    )


def _listed(columns: Sequence[ScoreColumn], table: ExportedTable) -> str:
    headings = [each.heading for each in columns] or table.heading
    return "there are: " + ", ".join(escape(heading.strip()) for heading in headings)
