"""What must be true of what a probe measured; a failure says what differs, and by how much."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import torch

from autograder.errors import GraderFault
from autograder.judging.suite.comparison import compare_kinds, compare_values, described, shape_text
from autograder.judging.suite.evidence import EVIDENCE, fail
from autograder.judging.suite.values import as_tensor, differing, matches


def assert_shape(
    got: Any, shape: Sequence[int], *, name: str, mistakes: Mapping[str, Sequence[int]] | None = None
) -> None:
    """Fail unless `got` is a tensor or array of `shape`; `mistakes` maps ids to their shapes."""
    actual = tuple(as_tensor(got, name).shape)
    if actual != tuple(shape):
        named = [id for id, wrong in (mistakes or {}).items() if tuple(wrong) == actual]
        _fail_shape(got, shape, name, named)


def assert_dtype(got: Any, dtype: torch.dtype, *, name: str) -> None:
    """Fail unless `got` is a tensor of `dtype`."""
    actual = as_tensor(got, name).dtype
    if actual != dtype:
        found, wanted = described(got), str(dtype).removeprefix("torch.")
        fail(
            f"{name} has dtype {found['dtype']}; expected {wanted}.",
            comparison=compare_kinds(name, found, {"dtype": wanted}, "dtype"),
        )


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
        _fail_shape(got, wanted.shape, name, named)
    wrong = differing(actual, wanted, rtol, atol)
    if bool(wrong.any()):
        words, comparison = compare_values(name, got, expected, actual, wanted, wrong)
        fail(words, *named, comparison=comparison)


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


def _fail_shape(got: Any, shape: Sequence[int], name: str, named: Sequence[str]) -> NoReturn:
    found, wanted = described(got), shape_text(shape)
    fail(
        f"{name} has shape {found['shape']}; expected {wanted}.", *named,
        comparison=compare_kinds(name, found, {"shape": wanted}, "shape"),
    )  # fmt: skip
