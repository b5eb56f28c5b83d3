"""What was got beside what was expected, small enough for a card."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch

ROWS: Final = 6
NOT_JUDGED: Final = "not judged here"
COLUMNS: Final = 4  # two such windows stand side by side in a console and in a notebook
SHAPE_CHARACTERS: Final = 60
DIGITS: Final = (4, 6, 9, 17)  # significant ones: the first number that shows a difference is taken


def described(value: Any) -> dict[str, str]:
    """Return the shape and the kind of elements of a tensor, an array, a number or a list of numbers, as text."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        return {"shape": shape_text(value.shape), "dtype": str(value.dtype).removeprefix("torch.")}
    if isinstance(value, list):
        return {"shape": shape_text([len(value)]), "dtype": "Python list"}
    return {"shape": "()", "dtype": f"Python {type(value).__name__}"}


def shape_text(shape: Sequence[int]) -> str:
    """Return a shape as Python writes it, cut where it has a great many dimensions."""
    text = str(tuple(shape))
    return text if len(text) <= SHAPE_CHARACTERS else text[: SHAPE_CHARACTERS - 1] + "…"


def compare_kinds(name: str, got: dict[str, str], expected: dict[str, str], differs: str) -> dict[str, Any]:
    """Return a comparison of shapes and dtypes alone, as a check's result holds it.

    Args:
        name: what is compared.
        got: as `described` gives it.
        expected: the same, or the one of its two that is asked for.
        differs: which of the two is wrong, "shape" or "dtype".
    """
    asked = {key: expected.get(key, NOT_JUDGED) for key in got}
    return {
        "summary": f"{name} has the wrong {differs}.",
        "got": got, "expected": asked, "differs": differs, "window": None,
    }  # fmt: skip


def compare_values(
    name: str, got: Any, expected: Any, actual: torch.Tensor, wanted: torch.Tensor, differing: torch.Tensor
) -> tuple[str, dict[str, Any]]:
    """Return in words how values differ, and a comparison that shows those around the first that does.

    Args:
        name: what is compared.
        got: what a probe returned.
        expected: what should have come; its dtype is shown where it is that of `got`, for nothing was asked of it.
        actual: `got` as a real tensor.
        wanted: `expected` as one, of the same shape.
        differing: bool, of the same shape, true somewhere.
    """
    actual, wanted = actual.detach(), wanted.detach()
    one, other, wrong = actual.double().reshape(-1), wanted.double().reshape(-1), differing.reshape(-1)
    shape, count = tuple(actual.shape), int(wrong.sum())
    gap = (one - other).abs()
    first = int(wrong.nonzero()[0])
    worst = int(torch.where(wrong, torch.where(gap.isnan(), torch.inf, gap), -1.0).argmax())
    digits = _digits([(one[place], other[place]) for place in (first, worst)])

    def at(place: int) -> str:
        values = f"got {_number(one[place], digits)}, expected {_number(other[place], digits)}"
        return f"at {_index(place, shape)}, {values}"

    kind, asked = described(got), described(expected)
    if kind["dtype"] != asked["dtype"]:
        asked["dtype"] = NOT_JUDGED
    if wrong.numel() == 1:
        summary = f"{name} has the wrong value."
        words = f"{name} is {_number(one[0], digits)}; expected {_number(other[0], digits)}."
    else:
        how_many = f"{count:,} of its {wrong.numel():,} values {'is' if count == 1 else 'are'} wrong"
        most = f"most {at(worst)}" if worst != first else ""
        summary = ", ".join(filter(None, (f"{name}: {how_many}", most))) + "."
        where = at(first) if count == 1 else f"first {at(first)}; {most}" if most else f"first and most {at(first)}"
        words = f"{name} has shape {kind['shape']} and dtype {kind['dtype']}, and {how_many}: {where}."
    window = _window(actual, wanted, first, digits)
    return words, {"summary": summary, "got": kind, "expected": asked, "differs": "value", "window": window}


def _window(actual: torch.Tensor, wanted: torch.Tensor, first: int, digits: int) -> dict[str, Any]:
    """Return `ROWS` elements at most or, of a matrix, `ROWS` × `COLUMNS`, with the one at `first` marked."""
    shape = tuple(actual.shape)
    if len(shape) == 2 and min(shape) > 1:
        row, column = divmod(first, shape[1])
        rows, columns = _around(row, shape[0], ROWS), _around(column, shape[1], COLUMNS)
        row_names, column_names = [str(index) for index in rows], [str(index) for index in columns]
    else:
        row, column, columns = first, 0, range(1)
        actual, wanted = actual.reshape(-1, 1), wanted.reshape(-1, 1)
        rows = _around(first, actual.shape[0], ROWS)
        row_names, column_names = [_index(index, shape) if shape else "value" for index in rows], []

    def written(values: torch.Tensor) -> list[list[str]]:
        part = values[rows.start : rows.stop, columns.start : columns.stop]
        return [[_number(value, digits) for value in line] for line in part]

    return {
        "rows": row_names, "columns": column_names, "got": written(actual), "expected": written(wanted),
        "marked": [row - rows.start, column - columns.start],
    }  # fmt: skip


def _around(place: int, length: int, limit: int) -> range:
    """Return at most `limit` places, up to two of them before `place`."""
    start = max(0, min(place - 2, length - limit))
    return range(start, min(start + limit, length))


def _index(place: int, shape: Sequence[int]) -> str:
    return "[" + ", ".join(str(int(index)) for index in np.unravel_index(place, tuple(shape))) + "]"


def _digits(pairs: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> int:
    """Return how many significant digits tell the numbers of each pair apart, few where none do: nan and nan."""
    telling = (n for n in DIGITS if all(_number(one, n) != _number(other, n) for one, other in pairs))
    return next(telling, DIGITS[0])


def _number(value: torch.Tensor, digits: int) -> str:
    return f"{float(value) + 0.0:.{digits}g}"  # 0 for −0, which is the same number
