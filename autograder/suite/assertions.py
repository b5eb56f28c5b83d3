"""What must be true of what a probe measured; a failure says what differs, and by how much."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.errors import GraderFault
from autograder.suite.evidence import EVIDENCE, fail
from autograder.suite.values import as_tensor, matches, number

SHOWN_ELEMENTS: Final = 6


def assert_shape(
    got: Any, shape: Sequence[int], *, name: str, mistakes: Mapping[str, Sequence[int]] | None = None
) -> None:
    """Fail unless `got` is a tensor or array of `shape`; `mistakes` maps ids to their shapes."""
    actual = tuple(as_tensor(got, name).shape)
    if actual != tuple(shape):
        named = [id for id, wrong in (mistakes or {}).items() if tuple(wrong) == actual]
        fail(f"{name} has shape {actual}; expected {tuple(shape)}.", *named)


def assert_dtype(got: Any, dtype: torch.dtype, *, name: str) -> None:
    """Fail unless `got` is a tensor of `dtype`."""
    actual = as_tensor(got, name).dtype
    if actual != dtype:
        fail(f"{name} has dtype {_short(actual)}; expected {_short(dtype)}.")


def assert_close(
    got: Any, expected: Any, *, name: str, rtol: float = 1e-4, atol: float = 1e-5,
    mistakes: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Fail unless `got` has the shape of `expected` and |got − expected| ≤ atol + rtol·|expected|.

    Args:
        got: a tensor, array or number from a probe; any floating dtype.
        expected: the same; compared in float64.
        name: what it is called in the message.
        rtol: relative tolerance; 1e-4 is a thousand float32 roundings.
        atol: absolute tolerance.
        mistakes: for ids of misconceptions, what they would give in place of `expected`.
    """
    actual, wanted = as_tensor(got, name), as_tensor(expected, name)
    named = [id for id, wrong in (mistakes or {}).items() if matches(actual, as_tensor(wrong, name), rtol, atol)]
    if actual.shape != wanted.shape:
        fail(f"{name} has shape {tuple(actual.shape)}; expected {tuple(wanted.shape)}.", *named)
    if not matches(actual, wanted, rtol, atol):
        fail(_difference(actual, wanted, name), *named)


def assert_below(value: float, statistic: str, *, message: str, mistakes: Mapping[str, bool] | None = None) -> None:
    """Fail unless `value` is below the calibrated threshold of `statistic`.

    The value is recorded, so `autograder calibrate` finds the threshold from runs of correct
    solutions. Not-a-number fails.

    Args:
        value: ≥ 0; the larger, the worse.
        statistic: a name, unique in the assignment, such as "train.parameter_error".
        message: what it means for the student; `{value}` and `{threshold}` are filled in.
        mistakes: ids of misconceptions, true where their evidence was seen.
    """
    evidence = EVIDENCE.get()
    value = math.inf if math.isnan(value) else value
    evidence.statistics[statistic] = max(evidence.statistics.get(statistic, 0.0), value)
    if evidence.calibration is None:
        return
    record = evidence.calibration.get("statistics", {}).get(statistic)
    if record is None:
        raise GraderFault(f"no threshold of {statistic!r} is recorded: run autograder calibrate")
    threshold = record["threshold"]
    if not value < threshold:
        named = [id for id, seen in (mistakes or {}).items() if seen]
        fail(message.format(value=f"{value:.3g}", threshold=f"{threshold:.3g}"), *named)


def _difference(actual: torch.Tensor, wanted: torch.Tensor, name: str) -> str:
    got, want = actual.double().reshape(-1), wanted.double().reshape(-1)
    gap = (got - want).abs()
    worst = int(torch.where(gap.isnan(), math.inf, gap).argmax())
    if actual.dim() == 0:
        return f"{name} is {number(got[0])}; expected {number(want[0])}."
    place = ", ".join(str(int(index)) for index in np.unravel_index(worst, tuple(actual.shape)))
    return (
        f"{name} differs most at [{place}]: got {number(got[worst])}, expected {number(want[worst])}.\n"
        f"got      {_row(got)}\nexpected {_row(want)}"
    )


def _row(values: torch.Tensor) -> str:
    shown = " ".join(f"{number(value):>9}" for value in values[:SHOWN_ELEMENTS])
    return shown + (" …" if values.numel() > SHOWN_ELEMENTS else "")


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
