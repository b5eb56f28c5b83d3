"""Reads the numbers in what a probe returned: nothing about them is trusted."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from autograder.judging.suite.check_context import CheckFailed, fail
from autograder.sandbox.worker.plain import Opaque


def as_tensor(value: Any, name: str) -> torch.Tensor:
    """Return a tensor, an array, a number or a list of numbers as a real tensor, or fail."""
    if isinstance(value, np.ndarray):
        value = torch.from_numpy(value)
    if isinstance(value, torch.Tensor):
        if value.is_complex():
            fail(f"{name} has complex elements.")
        return value
    if isinstance(value, (bool, int, float)):
        return torch.tensor(value, dtype=torch.float64)
    if isinstance(value, list) and value and all(isinstance(item, (int, float)) for item in value):
        return torch.tensor(value, dtype=torch.float64)
    if value is None:
        fail(f"{name} is None: is a `return` missing?")
    if isinstance(value, list):  # what a worker sends no longer tells a list from a tuple, nor from a named one
        fail(f"{name} is no tensor but a list or a tuple, of {len(value)} parts.")
    shown = value if isinstance(value, Opaque) else type(value).__name__
    return fail(f"{name} is no tensor but {str(shown)[:200]}.")


def in_shape(value: Any, shape: Sequence[int]) -> Any:
    """Return the values of a tensor, an array, a number or lists of these in `shape`, where that is a matter of form.

    It is where shapes differ by axes of size 1 alone, or where one of the two is flat; anything else comes back
    as it is. So a wrong shape or kind costs the check that asks for it, and the others judge values.
    """
    tensor, wanted = as_numbers(value), tuple(shape)
    if not isinstance(tensor, torch.Tensor):
        return value
    sizes, asked = (tuple(size for size in each if size != 1) for each in (tensor.shape, wanted))
    flat = 1 in (tensor.dim(), len(wanted)) and tensor.numel() == math.prod(wanted)
    return tensor.reshape(wanted) if sizes == asked or flat else value


def as_numbers(value: Any) -> Any:
    """Return a tensor, an array, a number or even lists of these as a tensor of their shape; anything else as it is."""
    try:
        return _stacked(value)
    except (TypeError, ValueError, RuntimeError):
        return value


def _stacked(value: Any) -> torch.Tensor:
    if isinstance(value, (torch.Tensor, np.ndarray)):
        return torch.as_tensor(value)
    if isinstance(value, list) and value and all(isinstance(item, (int, float)) for item in value):
        return torch.tensor(value, dtype=torch.float64)
    if isinstance(value, list):
        return torch.stack([_stacked(item) for item in value])
    if isinstance(value, (int, float)):
        return torch.tensor(value, dtype=torch.float64)
    raise TypeError


def matches(actual: torch.Tensor, wanted: torch.Tensor, rtol: float, atol: float) -> bool:
    """Return whether two tensors have one shape and |actual − wanted| ≤ atol + rtol·|wanted|, in float64."""
    return actual.shape == wanted.shape and not bool(differing(actual, wanted, rtol, atol).any())


def differing(actual: torch.Tensor, wanted: torch.Tensor, rtol: float, atol: float) -> torch.Tensor:
    """Return which elements of two tensors of one shape do not agree as `matches` has it: bool, of that shape.

    Within a tolerance that is not finite, as one made of what a student returned may be, nothing agrees.
    """
    if not math.isfinite(rtol + atol):
        return torch.ones_like(wanted, dtype=torch.bool)
    return ~torch.isclose(actual.double(), wanted.double(), rtol=rtol, atol=atol, equal_nan=False)


def is_close(got: Any, expected: Any, *, rtol: float = 1e-4, atol: float = 1e-5) -> bool:
    """Return whether two values of numbers have one shape and agree, as `assert_close` does."""
    try:
        return matches(as_tensor(got, ""), as_tensor(expected, ""), rtol, atol)
    except CheckFailed:
        return False


def finite(value: Any, name: str) -> torch.Tensor:
    """Return the values of a tensor, or of what `as_tensor` makes one of, in float64, or fail."""
    tensor = as_tensor(value, name)
    if not bool(torch.isfinite(tensor).all()):
        fail(f"{name} holds values that are no finite real numbers.")
    return tensor.double()


def pair_of_tensors(got: Any, name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the two tensors that `got` holds, or fail."""
    if not isinstance(got, list) or len(got) != 2:
        fail(f"{name} is not a pair (X, y).")
    X, y = got
    if not isinstance(X, torch.Tensor) or not isinstance(y, torch.Tensor):
        fail(f"{name} is not a pair of tensors.")
    return X, y


def points(got: Any, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the points (x, y) that `got` holds, (n, 2) float64, or fail."""
    found = np.asarray(as_tensor(got, name).double())
    if found.ndim != 2 or found.shape[1] != 2:
        fail(f"{name} are no points (x, y), but have shape {found.shape}.")
    return found


def one_number(value: Any, name: str) -> float:
    """Return a number, or the element of a tensor or array that has one, as a float, or fail."""
    if isinstance(value, np.ndarray):
        value = torch.from_numpy(value)
    if isinstance(value, torch.Tensor) and value.numel() == 1 and not value.is_complex():
        return float(value)
    if isinstance(value, (int, float)):
        return float(value)
    if value is None:
        fail(f"{name} is None: is a `return` missing?")
    return fail(f"{name} is not a number.")


def log_ratio(value: float, wanted: float) -> float:
    """Return |ln(value / wanted)| for a wanted number > 0: 0 where they agree, infinite for value ≤ 0."""
    return abs(math.log(value / wanted)) if value > 0 else math.inf


def new_seed(rng: torch.Generator) -> int:
    """Return a seed, in [0, 2**31), drawn from `rng`."""
    return int(torch.randint(2**31, (), generator=rng))


def numbers(values: Any) -> str:
    """Return numbers as a student reads them, and what is none as text."""
    values = as_numbers(values)
    if not isinstance(values, torch.Tensor):
        return str(values)[:100]
    return ", ".join(_shown(value) for value in values.reshape(-1))


def _shown(value: torch.Tensor) -> str:
    return f"{value.item():.4g}"
