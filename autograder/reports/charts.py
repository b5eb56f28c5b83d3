"""Charts as inline SVG: text and colours follow the page, and each says in words what it shows.

Every size is in SVG units, which are CSS pixels at the width at which a page shows the chart on a
phone. Colours are classes of `pages/chart.css.jinja`.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from autograder.text import sanitize

WIDTH: Final = 380
LARGEST: Final = 1e150  # beyond it, differences of coordinates overflow
CURVE_POINTS: Final = 200
DOTTED_POINTS: Final = 30
ESTIMATE_ROWS: Final = 12
HISTOGRAM_BINS: Final = 10
SPARK_WIDTH: Final = 240
SPARK_HEIGHT: Final = 56
SPARK_POINTS: Final = 40
SPARK_STYLE: Final = (  # each 3:1 or more on white and on black, as WCAG 2.2 asks of graphics
    ".band{fill:#2e9e6b;fill-opacity:.3;stroke:#2e9e6b}"
    ".mine-line{fill:none;stroke:#4a86d8;stroke-width:2;stroke-linejoin:round}.mine{fill:#4a86d8}"
)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, its size and the words under it."""

    title: str
    svg: Markup
    caption: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Axis:
    """Where values lie between two ends of an axis, and its ticks."""

    position: Callable[[float], float]
    ticks: Sequence[tuple[float, str]]


def draw(attachment: Mapping[str, Any], anchor: str) -> Figure | None:
    """Return the figure of an attachment, or None for a kind that is not known here.

    Args:
        attachment: as `autograder.judging.suite.show_curve` and `show_estimates` record it.
        anchor: an id that is unique on the page.
    """
    drawer = {"curve": _curve, "estimates": _estimates}.get(attachment["kind"])
    return drawer(attachment, anchor) if drawer else None


def sparkline(attachment: Mapping[str, Any]) -> Figure | None:
    """Return a curve over its band as a small picture that needs no page around it, or None for another attachment.

    Its colours stand out from a light and from a dark ground, for a picture does not learn the page's theme.
    """
    if attachment["kind"] != "curve":
        return None
    values, band = _curve_of(attachment)
    seen = [value for value in values if value is not None]
    y = _y_axis([*seen, *(edge for pair in band for edge in pair)], SPARK_HEIGHT - 4, 4)
    x = _linear(0, max(len(values), len(band), 2) - 1, 4, SPARK_WIDTH - 4)
    parts = [Markup("<style>{}</style>").format(Markup(SPARK_STYLE))]
    if band:
        parts.append(
            _band([(x(i), y.position(low), y.position(high)) for i, (low, high) in _thinned(band, SPARK_POINTS)])
        )
    points = [(x(i), None if value is None else y.position(value)) for i, value in _thinned(values, SPARK_POINTS)]
    parts.extend(_polyline(run) for run in _runs(points))
    parts.extend(_tag("circle", cx=px, cy=py, r=2.5, class_="mine") for px, py in points[-1:] if py is not None)
    svg = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">{parts}</svg>'
    ).format(w=SPARK_WIDTH, h=SPARK_HEIGHT, parts=Markup("").join(parts))
    caption = _curve_caption(values, band, sanitize(attachment["x_label"]))
    return Figure(sanitize(attachment["title"]), svg, caption, SPARK_WIDTH, SPARK_HEIGHT)


def histogram(shares: Iterable[float], anchor: str) -> Figure:
    """Return how many submissions earned which share of the points, in tenths.

    Args:
        shares: scores divided by the points that there are, from 0 on; above 1 with a bonus.
        anchor: an id that is unique on the page.
    """
    counts = [0] * HISTOGRAM_BINS
    for share in shares:
        counts[min(int(share * HISTOGRAM_BINS), HISTOGRAM_BINS - 1)] += 1
    left, right, top, floor = 6, WIDTH - 6, 20, 150
    step = (right - left) / HISTOGRAM_BINS
    parts = []
    for index, count in enumerate(counts):
        height = (floor - top) * count / max(max(counts), 1)
        x = left + index * step
        if count:
            parts.append(_tag("rect", x=x + 2, y=floor - height, width=step - 4, height=height, rx=2, class_="bar"))
            parts.append(_text(x + step / 2, floor - height - 6, str(count), "middle", "strong"))
    parts.append(_line(left, floor, right, floor, "axis"))
    for tenth in range(0, HISTOGRAM_BINS + 1, 2):
        side = "start" if tenth == 0 else "end" if tenth == HISTOGRAM_BINS else "middle"
        parts.append(_text(left + tenth * step, floor + 17, f"{tenth * 10} %", side))
    parts.append(_text((left + right) / 2, floor + 38, "share of the points", "middle"))
    spoken = "; ".join(f"{10 * i} to {10 * i + 10} %: {count}" for i, count in enumerate(counts) if count)
    described = f"Submissions by share of the points. {spoken or 'None'}."
    height = floor + 46
    return Figure("Scores", _svg(anchor, "Histogram of scores", described, height, parts), "", WIDTH, height)


def _curve(attachment: Mapping[str, Any], anchor: str) -> Figure:
    values, band = _curve_of(attachment)
    seen = [value for value in values if value is not None]
    left, right, top, floor = 50, WIDTH - 12, 30, 190
    y = _y_axis([*seen, *(edge for pair in band for edge in pair)], floor, top)
    steps = max(len(values), len(band), 1)
    x = _linear(0.5, steps + 0.5, left, right) if steps < 3 else _linear(1, steps, left + 8, right - 8)

    parts = []
    for value, label in y.ticks:
        parts.append(_line(left, value, right, value, "grid"))
        parts.append(_text(left - 7, value + 4, label, "end"))
    parts += [_text(x(value), floor + 18, f"{value:,}", "middle") for value in _whole_ticks(steps)]
    if band:
        parts.append(_band([(x(i + 1), y.position(low), y.position(high)) for i, (low, high) in _thinned(band)]))
    points = [(x(i + 1), None if value is None else y.position(value)) for i, value in _thinned(values)]
    for run in _runs(points):
        parts.append(_polyline(run))
        if len(values) <= DOTTED_POINTS or len(run) == 1:
            parts.extend(_tag("circle", cx=px, cy=py, r=3.5, class_="mine") for px, py in run)
    parts.extend(_text(px, top + 4, "×", "middle", "mine-cross") for px, py in points if py is None)
    parts.append(_line(left, floor, right, floor, "axis"))
    parts.append(_text(0, 12, sanitize(attachment["y_label"])[:48], "start"))
    parts.append(_text((left + right) / 2, floor + 38, sanitize(attachment["x_label"])[:48], "middle"))
    parts.append(_line(left, floor + 60, left + 22, floor + 60, "mine-line"))
    parts.append(_tag("circle", cx=left + 11, cy=floor + 60, r=3.5, class_="mine"))
    parts.append(_text(left + 30, floor + 64, "your run", "start"))
    if band:
        parts.append(_tag("rect", x=left + 106, y=floor + 53, width=22, height=13, class_="band"))
        parts.append(_text(left + 136, floor + 64, "correct runs", "start"))
    title = sanitize(attachment["title"])
    caption = _curve_caption(values, band, sanitize(attachment["x_label"]))
    return Figure(title, _svg(anchor, title, caption, floor + 72, parts), caption, WIDTH, floor + 72)


def _curve_of(attachment: Mapping[str, Any]) -> tuple[list[float | None], list[tuple[float, float]]]:
    """The values of a curve, None for what is not finite, and its band's lower and upper edges."""
    band = [
        (low, high)
        for low, high in zip(map(_finite, attachment["low"]), map(_finite, attachment["high"]), strict=False)
        if low is not None and high is not None
    ]
    return [_finite(value) for value in attachment["values"]], band


def _curve_caption(values: Sequence[float | None], band: Sequence[tuple[float, float]], x_label: str) -> str:
    if not values:
        return "Your run recorded no values."
    sentences = []
    if len(values) > 1:
        sentences.append(f"Your run goes from {_number(values[0])} to {_number(values[-1])}.")
    else:
        sentences.append(f"Your run gave one value, {_number(values[0])}.")
    missing = [index for index, value in enumerate(values, 1) if value is None]
    if missing:
        which = f"{len(missing)} of its {len(values)} values {'is' if len(missing) == 1 else 'are'} not finite (×)"
        sentences.append(f"{which}, first at {x_label} {missing[0]}.")
    if band:
        low, high = band[-1]
        sentences.append(f"Correct runs end between {_number(low)} and {_number(high)}.")
        if len(band) != len(values):
            sentences.append(f"They record {len(band)} values, yours {len(values)}.")
    return " ".join(sentences)


def _estimates(attachment: Mapping[str, Any], anchor: str) -> Figure:
    rows = [
        (sanitize(str(name)), _finite(true) or 0.0, _finite(estimate))
        for name, true, estimate in zip(attachment["names"], attachment["true"], attachment["estimated"], strict=False)
    ]
    listed = rows[:ESTIMATE_ROWS]
    left, right, top, step = 52, 236, 40, 30
    true_end, own_end = WIDTH - 80, WIDTH - 2
    low, high = min((true for _, true, _ in listed), default=0.0), max((true for _, true, _ in listed), default=0.0)
    margin = max(high - low, abs(high), abs(low)) or 1.0
    near = [e for _, _, e in listed if e is not None and low - margin <= e <= high + margin]
    low, high = min([low, *near]), max([high, *near])
    pad = 0.08 * (high - low or margin)
    x = _linear(low - pad, high + pad, left + 6, right - 6)
    floor = top + step * len(listed) - 8

    parts = [_text(true_end, 14, "true", "end"), _text(own_end, 14, "yours", "end")]
    for value, label in _linear_ticks(low - pad, high + pad, 5):
        parts.append(_line(x(value), top - 16, x(value), floor, "grid"))
        parts.append(_text(x(value), floor + 16, label, "middle"))
    for index, (name, true, estimate) in enumerate(listed):
        y = top + step * index
        parts.append(_text(0, y + 4, name[:7], "start", "name"))
        parts.append(_text(true_end, y + 4, _number(true), "end"))
        parts.append(_text(own_end, y + 4, _number(estimate), "end", "strong"))
        if estimate is not None:
            at = min(max(x(estimate), left), right)
            parts.append(_line(x(true), y, at, y, "mine-line"))
            if at == x(estimate):
                parts.append(_tag("circle", cx=at, cy=y, r=4, class_="mine"))
            else:  # off the chart: an arrowhead at its edge, the number stands beside it
                out = 7 if at == right else -7
                parts.append(_tag("polygon", points=f"{at + out},{y} {at},{y - 5} {at},{y + 5}", class_="mine"))
        parts.append(_tag("circle", cx=x(true), cy=y, r=7.5, class_="truth"))
    legend = floor + 42
    parts.append(_tag("circle", cx=left + 8, cy=legend - 4, r=7.5, class_="truth"))
    parts.append(_text(left + 22, legend, "true value", "start"))
    parts.append(_tag("circle", cx=left + 116, cy=legend - 4, r=4, class_="mine"))
    parts.append(_text(left + 126, legend, "your estimate", "start"))
    title = sanitize(attachment["title"])
    spoken = "; ".join(f"{name}: true {_number(true)}, yours {_number(estimate)}" for name, true, estimate in listed)
    left_out = f"The first {len(listed)} of {len(rows)} parameters." if len(rows) > len(listed) else ""
    gaps = [(abs(estimate - true), name) for name, true, estimate in rows if estimate is not None]
    widest = f"The largest difference is {_number(max(gaps)[0])}, of {max(gaps)[1]}." if gaps else ""
    caption = " ".join(filter(None, ("A dot in the middle of its ring is a right estimate.", widest, left_out)))
    described = f"{spoken}. {left_out}".strip()
    return Figure(title, _svg(anchor, title, described, legend + 10, parts), caption, WIDTH, legend + 10)


def _finite(value: Any) -> float | None:
    if isinstance(value, (int, float)) and math.isfinite(value):
        return float(min(max(value, -LARGEST), LARGEST))
    return None


def _number(value: float | None) -> str:
    if value is None:
        return "not finite"
    mantissa, _, exponent = f"{value:.4g}".partition("e")
    power = f"×10{str(int(exponent)).translate(_SUPERSCRIPTS)}" if exponent else ""
    return mantissa.replace("-", "−") + power


def _linear(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (end - start) * ((value - low) / (high - low))


def _y_axis(values: Sequence[float], floor: float, top: float) -> _Axis:
    """An axis for `values`: logarithmic where all are positive and they span more than a factor of 30."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low > 0 and high / low > 30:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        scale = _linear(first, last, floor, top)
        powers = range(first, last + 1, math.ceil((last - first) / 5))
        ticks = [(scale(power), "10" + str(power).translate(_SUPERSCRIPTS)) for power in powers]
        return _Axis(lambda value: scale(math.log10(value)), ticks)
    if 0 < low < high / 2:  # near enough to zero for the axis to start there
        low = 0.0
    pad = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    low, high = low - (0 if low == 0 else pad), high + pad
    scale = _linear(low, high, floor, top)
    return _Axis(scale, [(scale(value), label) for value, label in _linear_ticks(low, high, 4)])


def _linear_ticks(low: float, high: float, count: int) -> list[tuple[float, str]]:
    """About `count` values at steps of 1, 2 or 5 times a power of ten within [low, high], and their labels."""
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    values = [index * step for index in range(first, first + 2 * count + 2) if index * step <= high + 1e-9 * step]
    digits = max(1, math.ceil(math.log10(max(map(abs, values), default=1.0) / step + 1)) + 1) if values else 1
    return [(value, f"{value:.{digits}g}".replace("e+", "e").replace("-", "−")) for value in values]


def _whole_ticks(count: int) -> range:
    return range(1, count + 1) if count <= 10 else range(1, count + 1, math.ceil(count / 5))


def _thinned(values: Sequence[Any], count: int = CURVE_POINTS) -> list[tuple[int, Any]]:
    """At most about `count` of `values`, evenly, with their places; the last is kept."""
    step = math.ceil(len(values) / count) or 1
    kept = list(range(0, len(values), step))
    if kept and kept[-1] != len(values) - 1:
        kept.append(len(values) - 1)
    return [(index, values[index]) for index in kept]


def _runs(points: Iterable[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """Stretches of a curve without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]


def _polyline(run: Sequence[tuple[float, float]]) -> Markup:
    return _tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in run), class_="mine-line")


def _band(edges: Sequence[tuple[float, float, float]]) -> Markup:
    if len(edges) == 1:
        x, low, high = edges[0]
        edges = [(x - 6, low, high), (x + 6, low, high)]
    outline = [(x, high - 2) for x, _, high in edges] + [(x, low + 2) for x, low, _ in reversed(edges)]
    return _tag("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in outline), class_="band")


def _svg(anchor: str, title: str, description: str, height: int, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg role="img" aria-labelledby="{id}-title {id}-desc" viewBox="0 0 {width} {height}" '
        'class="autograder-chart" xmlns="http://www.w3.org/2000/svg"><title id="{id}-title">{title}</title>'
        '<desc id="{id}-desc">{description}</desc>{parts}</svg>'
    ).format(
        id=anchor, width=WIDTH, height=height, title=title, description=description, parts=Markup("").join(parts)
    )  # fmt: skip


def _tag(name: str, **attributes: float | str) -> Markup:
    """An element of our own numbers and words: no untrusted text may come here, for nothing is escaped."""
    written = " ".join(
        f'{key.rstrip("_")}="{value:.1f}"' if isinstance(value, float) else f'{key.rstrip("_")}="{value}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name} {written}/>")


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return _tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def _text(x: float, y: float, text: str, side: str, kind: str = "") -> Markup:
    return Markup(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{side}" class="{kind}">{escape(text)}</text>')
