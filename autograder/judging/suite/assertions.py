"""What must be true of what a probe measured; a failure says what differs, and by how much."""

import math
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import torch

from autograder.errors import GraderFault
from autograder.judging.suite.check_context import CHECK_CONTEXT, fail
from autograder.judging.suite.comparison import compare_kinds, compare_values, described, shape_text
from autograder.judging.suite.values import as_tensor, differing, in_shape

RARE: Final = 1e-9


def assert_shape(got: Any, shape: Sequence[int], *, name: str) -> None:
    """Fail unless `got` is a tensor or array of `shape`."""
    if tuple(as_tensor(got, name).shape) != tuple(shape):
        _fail_shape(got, shape, name)


def assert_dtype(got: Any, dtype: torch.dtype, *, name: str) -> None:
    """Fail unless `got` is a tensor of `dtype`."""
    actual = as_tensor(got, name).dtype
    if actual != dtype:
        found, wanted = described(got), str(dtype).removeprefix("torch.")
        fail(
            f"{name} has dtype {found['dtype']}; expected {wanted}.",
            comparison=compare_kinds(name, found, {"dtype": wanted}, "dtype"),
        )


def assert_close(got: Any, expected: Any, *, name: str, rtol: float = 1e-4, atol: float = 1e-5) -> None:
    """Fail unless `got` has the shape of `expected` and |got − expected| ≤ atol + rtol·|expected|.

    Args:
        got: a tensor, array or number from a probe; any floating dtype.
        expected: the same; compared in float64.
        name: what it is called in the message.
        rtol: relative tolerance; 1e-4 is a thousand float32 roundings.
        atol: absolute tolerance.
    """
    actual, wanted = as_tensor(got, name), as_tensor(expected, name)
    if actual.shape != wanted.shape:
        _fail_shape(got, wanted.shape, name)
    wrong = differing(actual, wanted, rtol, atol)
    if bool(wrong.any()):
        words, comparison = compare_values(name, got, expected, actual, wanted, wrong)
        fail(words, comparison=comparison)


def assert_values(got: Any, expected: Any, *, name: str, rtol: float = 1e-4, atol: float = 1e-5) -> None:
    """As `assert_close`, but in the shape of `expected` whatever form the values came in: see `in_shape`.

    For every check but the one that asks for the shape and the kind, so that such a slip costs that one alone.
    """
    assert_close(in_shape(got, as_tensor(expected, name).shape), expected, name=name, rtol=rtol, atol=atol)


def assert_below(value: float, statistic: str, *, message: str) -> None:
    """Fail unless `value` is below the calibrated threshold of `statistic`.

    The value is recorded, so `autograder calibrate` finds the threshold from runs of correct
    solutions. Not-a-number fails.

    Args:
        value: ≥ 0; the larger, the worse.
        statistic: a name, unique in the assignment, such as "train.parameter_error".
        message: what it means for the student; `{value}` and `{threshold}` are filled in.
    """
    context = CHECK_CONTEXT.get()
    value = math.inf if math.isnan(value) else value
    context.statistics[statistic] = max(context.statistics.get(statistic, 0.0), value)
    if context.calibration is None:
        return
    record = context.calibration.get("statistics", {}).get(statistic)
    if record is None:
        raise GraderFault(f"no threshold of {statistic!r} is recorded: run autograder calibrate")
    threshold = record["threshold"]
    if not value < threshold:
        fail(message.format(value=f"{value:.3g}", threshold=f"{threshold:.3g}"))


def assert_tails(values: torch.Tensor, mean: float, std: float, *, name: str) -> None:
    """Fail where the farthest of many normal draws is nearer or farther than chance puts it once in 10⁹ times.

    So draws that are clipped are found, and those of a distribution that ends, as a uniform one does, or that has
    far outliers: their mean and standard deviation may be right.
    """
    count = values.numel()
    far = float(((values.double() - mean) / std).abs().max())
    tails = torch.tensor([1 - RARE ** (1 / count), RARE / count], dtype=torch.float64)  # of one draw, on both sides
    nearest, farthest = (-torch.special.ndtri(tails / 2)).tolist()
    if not nearest < far < farthest:
        fail(f"Of {count:,} {name} the farthest is {far:.3g} standard deviations from the mean; of a normal "
             f"distribution's it is one between {nearest:.3g} and {farthest:.3g}.")  # fmt: skip


def _fail_shape(got: Any, shape: Sequence[int], name: str) -> NoReturn:
    found, wanted = described(got), shape_text(shape)
    fail(
        f"{name} has shape {found['shape']}; expected {wanted}.",
        comparison=compare_kinds(name, found, {"shape": wanted}, "shape"),
    )  # fmt: skip
