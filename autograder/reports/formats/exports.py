"""Which columns of a platform's export of grades hold scores, and out of how many points.

- Canvas's gradebook: `Title (12345)`, the points in a line `    Points Possible`, where columns that it computes have
  "(read only)" in the user's language (`lib/gradebook_importer.rb`, which takes decimal commas, too).
- Moodle's grading worksheet: `Grade`, and `Maximum Grade` behind it (`mod/assign/gradingtable.php`; its import,
  `mod/assign/feedback/offline/importgradeslib.php`, finds students by the number in `Identifier`, and wants all columns
  as they were). Moodle's gradebook: `Assignment: Title (Real)`, whose points it does not tell.
- Blackboard's Grade Center: `Title [Total Pts: 100 Score] |12345`, "up to" where it is computed (Blackboard Help,
  "Work Offline with Grade Data": the username tells the student, the number the column).
- Brightspace: `Title Points Grade <Numeric MaxPoints:100 Category:Homework>`; the last column, `End-of-Line Indicator`,
  has to stay (D2L, "Import grades").
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from autograder.downloads.exported_table import ExportedTable
from autograder.downloads.naming import plain

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?$")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_CANVAS: Final = re.compile(r"(?P<title>.+) \((?P<number>\d+)\)$", re.DOTALL)
_MOODLE: Final = re.compile(r"(?:[^:]{1,40}: ?)?(?P<title>.+) \((?:Real|Punkte)\)$", re.DOTALL)
_BLACKBOARD: Final = re.compile(
    r"(?P<title>.*?) \[[^\[\]:]+: (?P<up_to>\D*)(?P<points>\d[\d.,]*)(?: (?P<kind>[^\]]*))?\]"
    r"(?: ?\|(?P<number>\d+))?$",
    re.DOTALL,
)
_BRIGHTSPACE: Final = re.compile(
    r"(?P<title>.+) Points Grade(?: <[^>]*?(?:MaxPoints:(?P<points>[\d.,]+)[^>]*)?>)?$", re.DOTALL
)
_MOODLE_GRADE: Final = frozenset((
    "grade", "bewertung", "calificacion", "note", "cijfer", "valutazione", "nota", "avaliacao", "qualificacio",
))  # fmt: skip
_CHANGEABLE: Final = "grade can be changed"


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """A column of scores; `title` is empty where a file is of one assignment, `possible` None where it is not told."""

    place: int
    heading: str
    title: str = ""
    number: str = ""
    possible: float | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """How the exports of a platform are read; `fixed` says why a line's score is to stay, where it is."""

    title: str
    columns: Callable[[ExportedTable], list[ScoreColumn]]
    possible: Callable[[ExportedTable, int], float | None] = lambda _table, _place: None
    fixed: Callable[[ExportedTable, int, int], str] = lambda _table, _line, _place: ""


def number_in(text: str) -> float | None:
    """Return a number that is written with a decimal point or comma, or with a comma before each three digits."""
    if _THOUSANDS.match(text):
        return float(text.replace(",", ""))
    return float(text.replace(",", ".")) if _NUMBER.match(text) else None


def _matching(table: ExportedTable, pattern: re.Pattern[str]) -> list[tuple[int, str, re.Match[str]]]:
    found = ((place, heading, pattern.match(heading.strip())) for place, heading in enumerate(table.heading))
    return [(place, heading, match) for place, heading, match in found if match is not None]


def _canvas(table: ExportedTable) -> list[ScoreColumn]:
    return [
        ScoreColumn(place, heading, match["title"], match["number"], _canvas_points(table, place))
        for place, heading, match in _matching(table, _CANVAS)
        if not _points_possible(table, place).startswith("(")
    ]


def _points_possible(table: ExportedTable, place: int) -> str:
    lines = (line for line in table.lines if "points possible" in table.value(line, 0).casefold())
    return next((table.value(line, place) for line in lines), "")


def _canvas_points(table: ExportedTable, place: int) -> float | None:
    return number_in(_points_possible(table, place))


def _excused(table: ExportedTable, line: int, place: int) -> str:
    return "excused" if table.value(line, place).upper() == "EX" else ""


def _moodle(table: ExportedTable) -> list[ScoreColumn]:
    if "number" in table.identifying:
        return [
            ScoreColumn(place, heading, possible=_moodle_points(table, place))
            for place, heading in enumerate(table.heading) if plain(heading) in _MOODLE_GRADE
        ]  # fmt: skip
    return [ScoreColumn(place, heading, match["title"]) for place, heading, match in _matching(table, _MOODLE)]


def _moodle_points(table: ExportedTable, place: int) -> float | None:
    """Return what a worksheet says in each line behind the grade."""
    if "number" not in table.identifying:
        return None
    told = {number_in(value) for value in table.values(place + 1)}
    return told.pop() if len(told) == 1 else None


def _unchangeable(table: ExportedTable, line: int, _place: int) -> str:
    column = next((place for place, heading in enumerate(table.heading) if plain(heading) == _CHANGEABLE), None)
    return "not to be changed" if column is not None and table.value(line, column).casefold() == "no" else ""


def _blackboard(table: ExportedTable) -> list[ScoreColumn]:
    return [
        ScoreColumn(place, heading, match["title"], match["number"] or "", number_in(match["points"]))
        for place, heading, match in _matching(table, _BLACKBOARD)
        if not match["up_to"] and (match["kind"] or "Score") not in ("Text", "Letter", "Complete/Incomplete")
    ]


def _brightspace(table: ExportedTable) -> list[ScoreColumn]:
    return [
        ScoreColumn(place, heading, match["title"], possible=number_in(match["points"] or ""))
        for place, heading, match in _matching(table, _BRIGHTSPACE)
    ]


EXPORTS: Final[Mapping[str, Export]] = {
    "canvas": Export("Canvas", _canvas, _canvas_points, _excused),
    "moodle": Export("Moodle", _moodle, _moodle_points, _unchangeable),
    "blackboard": Export("Blackboard", _blackboard),
    "brightspace": Export("Brightspace", _brightspace),
}
