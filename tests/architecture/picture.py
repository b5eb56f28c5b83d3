"""The plan as an SVG of its own: rooms from left to right, and to the left of each what it imports.

Each room has a line to the left and a line below. Where a room's line to the left meets the line below another, the
number of imports stands: no two arrows share a path, and what ran back would stand right of the rooms. The ground is
painted, so that the picture is the same on a light and on a dark page. Two plans that differ have texts that differ.
"""

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup, escape

from tests.architecture.rooms import BASE, CHECKS, Plan

WIDTH: Final = 900
MARGIN: Final = 22
STEP: Final = 51  # from a room to the next, to the right
DROP: Final = 42  # and down
BOX_WIDTH: Final = 96
BOX_HEIGHT: Final = 28
TRUNK: Final = 22  # where in a box its line below begins
RADIUS: Final = 10
STYLE: Final = (
    "text{font:13px system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2937}"
    ".name{font-weight:600;text-anchor:middle}.told{fill:#4b5563}"
    ".count{font-size:11.5px;font-weight:600;fill:#fff;text-anchor:middle}"
    ".ground{fill:#fff;stroke:#d1d5db}.room{fill:#dbeafe;stroke:#1d4ed8;stroke-width:1.5}"
    ".loaded{fill:#fff;stroke-dasharray:5 3}.line{fill:none;stroke:#93a4bd;stroke-width:1.5}"
    ".head{fill:#64748b}.dot{fill:#1d4ed8;stroke:#fff;stroke-width:2}"
)


def drawn(plan: Plan) -> str:
    """Return the picture of a plan."""
    height = 2 * MARGIN + DROP * len(plan.rooms) + 22
    parts = [
        Markup("<title>The rooms of autograder/ and how many imports lead from each to each</title>"),
        Markup("<style>{}</style>").format(Markup(STYLE)),
        Markup('<rect class="ground" x="0.5" y="0.5" width="{}" height="{}" rx="8"/>').format(WIDTH - 1, height - 1),
        *_lines(plan), *_boxes(plan), *_counts(plan), *_legend(plan, height),
    ]  # fmt: skip
    root = '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img">\n{parts}\n</svg>\n'
    return str(Markup(root).format(w=WIDTH, h=height, parts=Markup("\n").join(parts)))


def _left(place: int) -> int:
    return MARGIN + STEP * place


def _middle(place: int) -> int:
    return MARGIN + DROP * place + BOX_HEIGHT // 2


def _lines(plan: Plan) -> Iterator[Markup]:
    place = {room.name: each for each, room in enumerate(plan.rooms)}
    for name, here in place.items():
        imported = [place[other] for one, other in plan.arrows if one == name]
        importers = [place[one] for one, other in plan.arrows if other == name]
        if imported:
            yield Markup('<path class="line" d="M{} {}H{}"/>').format(
                _left(here), _middle(here), _left(min(imported)) + TRUNK
            )
        if importers:
            x, top = _left(here) + TRUNK, _middle(here) + BOX_HEIGHT // 2
            yield Markup('<path class="line" d="M{} {}V{}"/>').format(x, _middle(max(importers)), top + 6)
            yield Markup('<path class="head" d="M{} {}l-5 9h10z"/>').format(x, top + 1)


def _boxes(plan: Plan) -> Iterator[Markup]:
    for here, room in enumerate(plan.rooms):
        left, middle = _left(here), _middle(here)
        kind = "room loaded" if room.name == CHECKS else "room"
        yield Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="5"/>').format(
            kind, left, middle - BOX_HEIGHT // 2, BOX_WIDTH, BOX_HEIGHT
        )
        yield Markup('<text class="name" x="{}" y="{}">{}</text>').format(left + BOX_WIDTH // 2, middle + 4, room.label)
        yield Markup('<text class="told" x="{}" y="{}">{}</text>').format(
            left + BOX_WIDTH + 10, middle + 4, room.question
        )


def _counts(plan: Plan) -> Iterator[Markup]:
    place = {room.name: each for each, room in enumerate(plan.rooms)}
    for (importer, imported), count in plan.arrows.items():
        x, y = _left(place[imported]) + TRUNK, _middle(place[importer])
        told = Markup("<title>{} imports {}: {}</title>").format(importer, imported, count)
        yield Markup(
            '<g>{}<circle class="dot" cx="{}" cy="{}" r="{}"/><text class="count" x="{}" y="{}">{}</text></g>'
        ).format(told, x, y, RADIUS, x, y + 4, count)


def _legend(plan: Plan, height: int) -> Iterator[Markup]:
    base = " and ".join(f"{name}.py" for name in BASE)
    order = [room.name for room in plan.rooms]
    back = sum(order.index(importer) < order.index(imported) for importer, imported in plan.arrows)
    told = (
        "A row, to the left: what a room imports, and how often.",
        "A column, up the arrow: who imports a room.",
        f"Arrows that run back, right of their rooms: {back}.",
        "Dashed: loaded by its path, imported by none.",
    )
    for line, text in enumerate(told):
        yield Markup('<text class="told" x="{}" y="{}" text-anchor="end">{}</text>').format(
            WIDTH - MARGIN, MARGIN + 18 + 21 * line, text
        )
    yield Markup('<text class="told" x="{}" y="{}">{}</text>').format(
        MARGIN,
        height - 18,
        escape(f"Left out: {base}, which stand below everything; {plan.on_base} modules import them."),
    )
