"""A student's way through a term in a small picture: the share of the points of one assignment after the other."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

WIDTH: Final = 112
HEIGHT: Final = 28
MARGIN: Final = 4


def trend(shares: Sequence[float | None], names: Sequence[str], anchor: str, whose: str) -> Markup:
    """Return it as an SVG that follows the page's colours and says in words what it shows.

    Args:
        shares: of each assignment's points, None where nothing was handed in; the line has a gap there.
        names: of the assignments.
        anchor: an id that is unique on the page.
        whose: whose way it is; untrusted.
    """
    step = (WIDTH - 2 * MARGIN) / max(len(shares) - 1, 1)
    floor, top = HEIGHT - MARGIN, MARGIN
    points = [
        None if share is None else (MARGIN + place * step, floor - (floor - top) * min(max(share, 0.0), 1.0))
        for place, share in enumerate(shares)
    ]
    parts = [_element("line", x1=MARGIN, y1=floor, x2=WIDTH - MARGIN, y2=floor, kind="grid")]
    for run in _runs(points):
        if len(run) > 1:
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            parts.append(Markup('<polyline points="{}" class="mine-line"/>').format(line))
        else:
            parts.append(_dot(*run[0], 2.0))
    last = next((point for point in reversed(points) if point is not None), None)
    if last is not None:
        parts.append(_dot(*last, 2.5))
    told = [
        f"{name} {'missing' if share is None else f'{100 * share:.0f} %'}"
        for name, share in zip(names, shares, strict=True)
    ]
    return Markup(
        '<svg role="img" aria-labelledby="{id}-title {id}-desc" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
        'class="autograder-chart trend" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{id}-title">Trend of {whose}</title>'
        '<desc id="{id}-desc">{told}.</desc>{parts}</svg>'
    ).format(
        id=anchor, w=WIDTH, h=HEIGHT, whose=whose, told=", ".join(told) or "Nothing yet", parts=Markup("").join(parts)
    )  # fmt: skip


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Return the stretches of a line without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _dot(x: float, y: float, r: float) -> Markup:
    return _element("circle", cx=round(x, 1), cy=round(y, 1), r=r, kind="mine")


def _element(name: str, *, kind: str, **numbers: float) -> Markup:
    written = " ".join(f'{key}="{value}"' for key, value in numbers.items())
    return Markup(f'<{name} {written} class="{kind}"/>')
