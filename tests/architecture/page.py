"""The tables of docs/architecture.md that are counted: rooms, and before and after the package was cut into them."""

import re
from dataclasses import asdict
from typing import Final

from tests.architecture.rooms import ROOT, Figures, Plan

PAGE: Final = ROOT / "docs/architecture.md"
PICTURE: Final = ROOT / "docs/pictures/architecture.svg"
TOLERANCE: Final = 0.2  # how far a room's lines may be from what the page says
BEFORE: Final = Figures(  # of commit 1568031, by `--count`
    loose=44, places=47, arrows=192, floors=11, checks_lines=6440, engine_lines=11314
)
TOLD: Final = {
    "loose": "Python files loose in `autograder/`",
    "places": "places: folders and loose modules, without `checks/` and what is called `__…__`",
    "arrows": "pairs of places of which one imports the other",
    "floors": "floors: places in the longest chain of such imports",
    "checks_lines": "lines of Python in `autograder/checks/`",
    "engine_lines": "lines of Python in all the rest of `autograder/`",
}
BLOCK: Final = re.compile(r"(<!-- python -m tests\.architecture: (\w+) -->\n).*?(<!-- end -->)", re.S)


def renewed(page: str, plan: Plan, figures: Figures) -> str:
    """Return the page with its counted tables made anew."""
    tables = {"rooms": _rooms(plan), "figures": _figures(figures)}
    return BLOCK.sub(lambda found: f"{found[1]}\n{tables[found[2]]}\n\n{found[3]}", page)


def counted_rooms(page: str) -> dict[str, tuple[str, int, int]]:
    """Return what a page says of each room: question, modules, lines."""
    rows = re.findall(r"^\| `([\w./]+)` \| (.+) \| ([\d,]+) \| ([\d,]+) \|$", page, re.M)
    return {label: (told, int(modules), int(lines.replace(",", ""))) for label, told, modules, lines in rows}


def _rooms(plan: Plan) -> str:
    rows = [f"| `{room.label}` | {room.question} | {room.modules} | {room.lines:,} |" for room in plan.rooms]
    total = f"| | | {sum(room.modules for room in plan.rooms)} | {sum(room.lines for room in plan.rooms):,} |"
    return "\n".join(
        ["| room | the question it answers | modules | lines |", "| --- | --- | ---: | ---: |", *rows, total]
    )


def _figures(figures: Figures) -> str:
    before, now = asdict(BEFORE), asdict(figures)
    rows = [f"| {told} | {before[name]:,} | {now[name]:,} |" for name, told in TOLD.items()]
    return "\n".join(["| | before | now |", "| --- | ---: | ---: |", *rows])
