"""Draws a calibrated statistic: runs of correct solutions, runs of each mistake, and the threshold."""

import math
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final

from matplotlib.figure import Figure

CORRECT: Final = "#0072b2"
WRONG: Final = "#d55e00"
ROW_INCHES: Final = 0.24


def draw_statistic(
    name: str, threshold: float, styles: Mapping[str, Sequence[float]], mistakes: Mapping[str, Sequence[float]]
) -> bytes:
    """Return a PNG: a row for each correct style and each mistake, a mark for each run.

    Args:
        name: the statistic's.
        threshold: at and above it a submission fails the check.
        styles: values of correct solutions, ≥ 0; infinite ones are drawn at the right edge.
        mistakes: values of recorded mistakes, by id.
    """
    rows = [*((label, values, CORRECT, "o") for label, values in styles.items())]
    rows += [(label, values, WRONG, "x") for label, values in mistakes.items()]
    finite = [value for _, values, _, _ in rows for value in values if math.isfinite(value)]
    positive = [value for value in (*finite, threshold) if value > 0]
    logarithmic = bool(positive) and max(positive) > 20 * threshold > 0
    right = 2 * max(positive) if logarithmic else 1.1 * max((*finite, threshold))
    left = min(positive) / 2 if logarithmic else 0.0
    figure = Figure(figsize=(7, 1.1 + ROW_INCHES * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    for row, (_, values, colour, marker) in enumerate(rows):
        shown = [min(max(value, left), right) if math.isfinite(value) else right for value in values]
        heights = [row + 0.5 * (place / max(len(shown) - 1, 1) - 0.5) for place in range(len(shown))]
        axes.scatter(shown, heights, s=9, c=colour, marker=marker, alpha=0.5, linewidths=0.8)
    axes.axvspan(threshold, right, color=WRONG, alpha=0.08)
    axes.axvline(threshold, color="black", linestyle="--", linewidth=1)
    axes.set_title(f"{name}: fails from {threshold:.3g} on", fontsize=10)
    axes.set_yticks(range(len(rows)), [label for label, *_ in rows], fontsize=8)
    axes.set_xscale("log" if logarithmic else "linear")
    axes.set_xlim(left, right)
    axes.set_xlabel("value of a run (o correct, x mistake)", fontsize=9)
    axes.invert_yaxis()
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=80, metadata={"Software": None})
    return picture.getvalue()
