"""The course's page: students and assignments of a term, and one for each section."""

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from autograder.reports.templates import templates
from autograder.reports.trend import trend
from autograder.text import escape

PAGE: Final = "course.html"
NAME_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """What one student has of one assignment.

    Attributes:
        score: points, what being late costs taken off where a gradebook says so.
        max_score: the points that there are.
        is_missing: whether nothing was handed in; then it counts as no points.
        days_late: days begun after the due date, 0 where it is not known.
        waits: whether a person still has to give points.
        needs_review: whether the grader failed at it.
        href: the feedback page, quoted, empty where there is none.
    """

    score: float
    max_score: float
    is_missing: bool = False
    days_late: int = 0
    waits: bool = False
    needs_review: bool = False
    href: str = ""

    @property
    def share(self) -> float | None:
        """The share of the points, None where nothing was handed in or there are none."""
        return None if self.is_missing or not self.max_score else self.score / self.max_score

    @property
    def tags(self) -> Sequence[str]:
        """What is to be said of it in a word or two each."""
        late = [f"{self.days_late} day{'' if self.days_late == 1 else 's'} late"] if self.days_late else []
        return [*late, *(["by hand"] if self.waits else []), *(["review"] if self.needs_review else [])]


@dataclass(frozen=True, slots=True)
class Student:
    """A row; `cells` are by assignment, and an assignment that is not among them is missing."""

    id: str
    name: str = ""
    sections: Sequence[str] = ()
    cells: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Row:
    shown: str
    cells: Sequence[Cell]
    score: float
    possible: float
    trend: Markup


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    max_score: float
    median: float | None
    handed_in: int
    late: int
    waits: int


def render_course(title: str, assignments: Sequence[str], students: Sequence[Student]) -> dict[str, str]:
    """Return the pages, self-contained HTML by file name: one of everybody, and one a section.

    Args:
        title: the heading of the first.
        assignments: the columns, in the term's order.
        students: the rows.
    """
    sections = sorted({section for student in students for section in student.sections}, key=str.casefold)
    files = dict(zip(sections, _files(sections), strict=True))
    pages = {PAGE: _page(title, "", assignments, students, files)}
    for section, file in files.items():
        pages[file] = _page(title, section, assignments, [each for each in students if section in each.sections], files)
    return pages


def _files(sections: Sequence[str]) -> Iterator[str]:
    """Yield a file's name for each section that no other has, whatever the section is called."""
    used = set()
    for number, section in enumerate(sections, 1):
        plain = re.sub(r"[^a-z0-9]+", "-", section.casefold()).strip("-")[:60]
        name = plain if plain and plain not in used else f"{plain or 'section'}-{number}"
        used.add(name)
        yield f"course-{name}.html"


def _page(
    title: str, section: str, assignments: Sequence[str], students: Sequence[Student], files: Mapping[str, str]
) -> str:  # fmt: skip
    possible = {name: _possible(name, students) for name in assignments}
    ordered = sorted(students, key=lambda each: (each.name or each.id).casefold())
    rows = [_row(number, each, possible) for number, each in enumerate(ordered)]
    columns = [_column(name, possible[name], students) for name in assignments]
    medians = trend([each.median for each in columns], [escape(name) for name in assignments], "median", "the median")
    return templates().get_template("course.html.jinja").render(
        title=title, section=escape(section), rows=rows, columns=columns, medians=medians, page=PAGE,
        sections=[(escape(each), file, each == section) for each, file in files.items()],
    )  # fmt: skip


def _possible(assignment: str, students: Sequence[Student]) -> float:
    return max((each.cells[assignment].max_score for each in students if assignment in each.cells), default=0.0)


def _row(number: int, student: Student, possible: Mapping[str, float]) -> _Row:
    cells = [student.cells.get(name, Cell(0.0, points, is_missing=True)) for name, points in possible.items()]
    id, name = (escape(text)[:NAME_CHARACTERS] for text in (student.id, student.name))
    shown = (f"{name} ({id})" if name and name != id else id) or "(no name)"
    line = trend([each.share for each in cells], [escape(each) for each in possible], f"s{number}", shown)
    return _Row(
        shown, cells, sum(each.score for each in cells),
        sum(possible.values()), line,
    )  # fmt: skip


def _column(assignment: str, possible: float, students: Sequence[Student]) -> _Column:
    cells = [each.cells[assignment] for each in students if assignment in each.cells]
    shares = [each.share for each in cells if each.share is not None]
    return _Column(
        assignment, possible, statistics.median(shares) if shares else None,
        sum(not each.is_missing for each in cells), sum(each.days_late > 0 for each in cells),
        sum(each.waits for each in cells),
    )  # fmt: skip
