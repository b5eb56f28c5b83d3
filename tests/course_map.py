"""Draws what each notebook builds on, and how long it takes, from the table of the learning path.

    python -m tests.course_map

writes docs/pictures/course.svg. The ground is painted, so that the picture is the same on a light and on a dark page.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from markupsafe import Markup

ROOT: Final = Path(__file__).parents[1]
PATH: Final = ROOT / "assignments/README.md"
PICTURE: Final = ROOT / "docs/pictures/course.svg"
MARGIN: Final = 20
STEP: Final = 132  # from a column to the next
ROW: Final = 92
BOX_WIDTH: Final = 106
BOX_HEIGHT: Final = 74
LINE: Final = 16
STYLE: Final = (
    "text{font:12px system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2937;text-anchor:middle}"
    ".name{font-weight:600}.told{fill:#4b5563}.ground{fill:#fff;stroke:#d1d5db}"
    ".notebook{fill:#dbeafe;stroke:#1d4ed8;stroke-width:1.5}.line{fill:none;stroke:#64748b;stroke-width:1.5}.head{fill:#64748b}"
)


class Notebook(NamedTuple):
    """A row of the table."""

    number: int
    name: str
    needs: tuple[int, ...]
    minutes: int


def read_path(page: str) -> list[Notebook]:
    """Return the rows of the table of the learning path."""
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|.*\| ([\d, –]+) \| (\d+) \|$", page, re.MULTILINE)
    return [
        Notebook(int(number), name, tuple(map(int, re.findall(r"\d+", needs))), int(minutes))
        for number, name, needs, minutes in rows
    ]


def all_needs(path: list[Notebook]) -> dict[int, set[int]]:
    """Return for each notebook all that come before it, directly or not."""
    found: dict[int, set[int]] = {}
    for notebook in path:
        found[notebook.number] = set(notebook.needs).union(*(found[each] for each in notebook.needs))
    return found


def arrows(path: list[Notebook]) -> list[tuple[int, int]]:
    """Return what leads to what, without what follows from others."""
    before = all_needs(path)
    return [
        (each, notebook.number)
        for notebook in path
        for each in notebook.needs
        if not any(each in before[other] for other in notebook.needs)
    ]


def places(path: list[Notebook]) -> dict[int, tuple[int, float]]:
    """Return the column of each notebook, one right of the last that it needs, and its row, around 0."""
    columns: dict[int, int] = {}
    for notebook in path:
        columns[notebook.number] = max((columns[each] + 1 for each in notebook.needs), default=0)
    found = {}
    for number, column in columns.items():
        there = [each for each in columns if columns[each] == column]
        found[number] = column, there.index(number) - (len(there) - 1) / 2
    return found


def drawn(path: list[Notebook]) -> str:
    """Return the picture."""
    place = places(path)
    rows = [row for _, row in place.values()]
    width = 2 * MARGIN + STEP * max(column for column, _ in place.values()) + BOX_WIDTH
    height = 2 * MARGIN + int(ROW * (max(rows) - min(rows))) + BOX_HEIGHT
    middles = {
        number: (MARGIN + STEP * column + BOX_WIDTH // 2, round(MARGIN + BOX_HEIGHT / 2 + ROW * (row - min(rows))))
        for number, (column, row) in place.items()
    }
    parts = [
        Markup("<title>What each notebook builds on, from left to right, and its minutes</title>"),
        Markup("<style>{}</style>").format(Markup(STYLE)),
        Markup('<rect class="ground" x="0.5" y="0.5" width="{}" height="{}" rx="8"/>').format(width - 1, height - 1),
        *_lines(arrows(path), middles),
        *(part for notebook in path for part in _box(notebook, *middles[notebook.number])),
    ]
    root = '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img">\n{parts}\n</svg>\n'
    return str(Markup(root).format(w=width, h=height, parts=Markup("\n").join(parts)))


def _lines(pairs: list[tuple[int, int]], middles: Mapping[int, tuple[int, int]]) -> Iterator[Markup]:
    for one, other in pairs:
        (x0, y0), (x1, y1) = middles[one], middles[other]
        x0, x1 = x0 + BOX_WIDTH // 2, x1 - BOX_WIDTH // 2 - 3
        bend = (x0 + x1) // 2
        yield Markup('<path class="line" d="M{} {}C{} {} {} {} {} {}"/>').format(x0, y0, bend, y0, bend, y1, x1 - 6, y1)
        yield Markup('<path class="head" d="M{} {}l-9 -5v10z"/>').format(x1 + 2, y1)


def _box(notebook: Notebook, x: int, y: int) -> Iterator[Markup]:
    yield Markup('<rect class="notebook" x="{}" y="{}" width="{}" height="{}" rx="6"/>').format(
        x - BOX_WIDTH // 2, y - BOX_HEIGHT // 2, BOX_WIDTH, BOX_HEIGHT
    )
    lines = [
        *(("name", word) for word in notebook.name.split("_")),
        ("told", f"{notebook.number} · {notebook.minutes} min"),
    ]
    for at, (kind, line) in enumerate(lines):
        down = y + 4 + LINE * (at - (len(lines) - 1) / 2)
        yield Markup('<text class="{}" x="{}" y="{:g}">{}</text>').format(kind, x, down, line)


def main() -> int:
    """Write the picture."""
    PICTURE.write_text(drawn(read_path(PATH.read_text("utf-8"))), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
