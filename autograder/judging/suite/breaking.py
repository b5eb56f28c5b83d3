"""Break-it questions: a wrong function is given, and arguments are asked for that show it to be wrong.

    @check("break_squared_loss", hint="Which shapes may labels have?")
    def test_the_losses_disagree(student):
        '''For the arguments returned, `plain_loss` gives other losses than the right ones.'''
        arguments = {"y_hat": a_tensor((100, 1)), "y": a_tensor((100, 1), (100,))}
        assert_breaks(student, "break_squared_loss", arguments, given=plain_loss, right=losses, refuse=uneven)

Both functions are the judge's own and run in the judge, on numbers whose size and count are bounded: of the student
nothing is asked but the arguments, so that no function of theirs has a part in the verdict.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.judging.suite.asking import RunsProbes, ask
from autograder.judging.suite.check_context import fail
from autograder.judging.suite.values import as_numbers, one_number

Reader = Callable[[Any, str], Any]  # of what was returned and what it is called; fails where it is no such thing
MAX_SIZE: Final = 1e6  # of a number
RTOL: Final = 1e-4
ATOL: Final = 1e-9
SHOWN_CHARACTERS: Final = 80
_COUNTED: Final = {2: "two", 3: "three", 4: "four"}


def assert_breaks(
    student: RunsProbes, question: str, arguments: Mapping[str, Reader], *, given: Callable[..., Any],
    right: Callable[..., Any], refuse: Callable[..., str | None] = lambda *_: None,
) -> None:  # fmt: skip
    """Fail unless `question` returns arguments for which `given` and `right` answer differently.

    Args:
        student: whose answer is asked for.
        question: the function that returns the arguments.
        arguments: how each of them is read, by its name; in the order in which the functions take them.
        given: the wrong function, as the notebook has it.
        right: one that is right.
        refuse: called with the arguments that were read; says what is wrong about them together, if anything.
    """
    read = _parts(ask(student, question), arguments, question)
    told = refuse(*read)
    if told:
        fail(told)
    wrong, wanted = given(*read), right(*read)
    if _agree(wrong, wanted):
        named = [f"{name} = {_shown(value)}" for name, value in zip(arguments, read, strict=True)]
        fail(f"With {_listed(named)} both functions give {_shown(wanted)}.")


def a_tensor(*shapes: Sequence[int], dtype: torch.dtype = torch.float64) -> Reader:
    """Read a tensor, an array or lists of finite numbers.

    Args:
        shapes: those that it may have, with the largest size of each axis; an axis has at least one element.
        dtype: in which it is taken.
    """

    def read(value: Any, name: str) -> torch.Tensor:
        found = _numbers(value, name)
        if not any(_within(found.shape, shape) for shape in shapes):
            fail(f"{name} has shape {_shown_shape(found.shape)}; {_wanted(shapes)}.")
        if not bool((found.abs() <= MAX_SIZE).all()):
            fail(f"{name} holds numbers that are not between −{MAX_SIZE:,.0f} and {MAX_SIZE:,.0f}.")
        return found.to(dtype)

    return read


def a_list(at_most: int, *, infinite: bool = False) -> Reader:
    """Read a list of 1 to `at_most` numbers; with `infinite`, they may be infinite and nan."""

    def read(value: Any, name: str) -> list[float]:
        found = _numbers(value, name)
        if not _within(found.shape, (at_most,)):
            fail(f"{name} has shape {_shown_shape(found.shape)}; return a flat list of 1 to {at_most:,} numbers.")
        numbers: list[float] = found.tolist()
        if not infinite and not all(map(math.isfinite, numbers)):
            fail(f"{name} holds values that are no finite real numbers.")
        return numbers

    return read


def a_number(least: float, most: float) -> Reader:
    """Read a number from `least` to `most`."""

    def read(value: Any, name: str) -> float:
        number = one_number(value, name)
        if not least <= number <= most:
            fail(f"{name} is {number:g}; return a number from {least:,.6g} to {most:,.6g}.")
        return number

    return read


def a_whole_number(least: int, most: int) -> Reader:
    """Read a whole number from `least` to `most`, of whatever type."""

    def read(value: Any, name: str) -> int:
        number = a_number(least, most)(value, name)
        if number != int(number):
            fail(f"{name} is {number:g}; return a whole number.")
        return int(number)

    return read


def several(**readers: Reader) -> Reader:
    """Read a list or a tuple of just these, each by its own reader."""
    return lambda value, name: _parts(value, readers, name)


def _parts(value: Any, readers: Mapping[str, Reader], name: str) -> list[Any]:
    """Return what is read of each part of an answer; a single part is the answer itself."""
    if len(readers) == 1:
        return [read(value, each) for each, read in readers.items()]
    if value is None:
        fail(f"{name} is None: is a `return` missing?")
    if isinstance(value, (torch.Tensor, np.ndarray)) and value.ndim:
        value = list(as_numbers(value))
    if not isinstance(value, list) or len(value) != len(readers):
        fail(f"{name} is not {_COUNTED[len(readers)]} things: {_listed(list(readers))}.")
    return [read(part, each) for part, (each, read) in zip(value, readers.items(), strict=True)]


def _numbers(value: Any, name: str) -> torch.Tensor:
    found = as_numbers(value)
    if value is None:
        fail(f"{name} is None: is a `return` missing?")
    if not isinstance(found, torch.Tensor) or found.is_complex():
        fail(f"{name} holds no numbers.")
    return found.double()


def _within(shape: Sequence[int], largest: Sequence[int]) -> bool:
    return len(shape) == len(largest) and all(1 <= size <= most for size, most in zip(shape, largest, strict=True))


def _wanted(shapes: Sequence[Sequence[int]]) -> str:
    return f"expected up to {' or '.join(' × '.join(map(str, shape)) for shape in shapes)}, and not empty"


def _agree(one: Any, other: Any) -> bool:
    """Whether two answers are the same, numbers within a tolerance; nan is like nan alone."""
    if isinstance(one, tuple):
        return all(map(_agree, one, other))
    if isinstance(one, torch.Tensor):
        return one.shape == other.shape and torch.allclose(one, other, RTOL, ATOL, equal_nan=True)
    if isinstance(one, float):
        return math.isclose(one, other, rel_tol=RTOL, abs_tol=ATOL)
    return bool(one == other)


def _shown_shape(shape: Sequence[int]) -> str:
    return str(tuple(shape))


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple):
        return _listed(list(map(_shown, value)))
    text = _written(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def _written(value: Any) -> str:
    """Return numbers, and lists and tensors of them, as a student would write them, with few digits."""
    if isinstance(value, torch.Tensor):
        return _written(value.tolist())
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return repr(float(f"{value:.5g}")) if isinstance(value, float) else repr(value)


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
