"""What a check has feedback draw."""

import math
from collections.abc import Sequence

from autograder.judging.suite.check_context import CHECK_CONTEXT


def show_curve(title: str, values: Sequence[float], *, x_label: str, y_label: str, band: str) -> None:
    """Have feedback draw `values` against the band of correct runs recorded as `band`."""
    context = CHECK_CONTEXT.get()
    finite = [float(value) for value in values]
    recorded = (context.calibration or {}).get("curves", {}).get(band, {"low": [], "high": []})
    context.attachments.append({
        "kind": "curve", "band": band, "title": title, "x_label": x_label, "y_label": y_label,
        "values": [value if math.isfinite(value) else None for value in finite],
        "low": recorded["low"], "high": recorded["high"],
    })  # fmt: skip


def show_estimates(title: str, names: Sequence[str], true: Sequence[float], estimated: Sequence[float]) -> None:
    """Have feedback draw estimated beside true parameters."""
    CHECK_CONTEXT.get().attachments.append({
        "kind": "estimates", "title": title, "names": list(names), "true": [float(value) for value in true],
        "estimated": [float(value) if math.isfinite(value) else None for value in estimated],
    })  # fmt: skip
