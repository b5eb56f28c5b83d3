"""What a result shows beside a check's message, as plain data: a comparison, and what is drawn."""

from collections.abc import Mapping
from typing import Any

from autograder.results.fields import Fields


def read_comparison(fields: Fields) -> Mapping[str, Any]:
    """Return what was got beside what was expected, as it stands (see `autograder.judging.suite.comparison`).

    Raises `UsageError` where it has not what a page shows.
    """
    fields.text("summary")
    fields.text("differs")
    for side in ("got", "expected"):
        fields.part(side, lambda kind: (kind.text("shape"), kind.text("dtype")))
    if fields.has("window"):
        fields.part("window", _window)
    return fields.values


def read_attachment(fields: Fields) -> Mapping[str, Any]:
    """Return what a page draws, as it stands; of a kind that no page knows, only that it has a title.

    Raises `UsageError` where it cannot be drawn.
    """
    fields.text("title")
    lists = {"curve": ("values", "low", "high"), "estimates": ("names", "true", "estimated")}
    for name in lists.get(fields.text("kind"), ()):
        if not isinstance(fields.values.get(name), list):
            raise fields.refuse(f"{name} is no list")
    if fields.values["kind"] == "curve":
        fields.text("x_label")
        fields.text("y_label")
    return fields.values


def _window(fields: Fields) -> None:
    rows, columns = fields.texts("rows"), fields.texts("columns")
    width = len(columns) or 1
    for side in ("got", "expected"):
        elements = fields.values.get(side)
        shape = [len(row) if isinstance(row, list) else 0 for row in elements] if isinstance(elements, list) else []
        if shape != [width] * len(rows):
            raise fields.refuse(f"{side} is no table of {len(rows)} rows of {width}")
    match fields.values.get("marked"):
        case [int(row), int(column)] if 0 <= row < len(rows) and 0 <= column < width:
            return
    raise fields.refuse("marked is no row and column")
