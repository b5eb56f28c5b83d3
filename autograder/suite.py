"""What a file of checks is written with: probes, checks, assertions, calibrated thresholds.

A check is a plain pytest test that takes `student` (see `autograder.student.Student`) and, where it
needs random inputs, `rng` (a seeded `torch.Generator`):

    @probe
    def doubled(student, x):
        return {"y": student.double(x)}

    @check("double", weight=2, hint="What is added to x?")
    def test_doubles_every_element(student, rng):
        '''Every element is doubled.'''
        x = torch.randn(3, 2, generator=rng)
        got = student.run(doubled, x=x)
        assert_close(got["y"], 2 * x, name="double(x)", mistakes={"double_squares": x**2})

The probe runs beside the student's code and measures; the check runs in the judge and decides.
`mistakes` maps the ids of misconceptions to what they would give on the same inputs: the evidence
from which a wrong answer is named.
"""

import ast
import builtins
import inspect
import math
import symtable
import textwrap
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeVar

import numpy as np
import torch

from autograder.errors import GraderFault, UsageError
from autograder.worker.probing import PROBE_GLOBALS
from autograder.worker.wire import Opaque

_Function = TypeVar("_Function", bound=Callable[..., None])
SHOWN_ELEMENTS: Final = 6
ATTRIBUTE: Final = "__autograder_check__"


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """What `check` says of a test: see there."""

    question: str
    weight: float
    hint: str
    needs: tuple[str, ...]
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Probe:
    """A function that runs beside the student's code, as the source that is sent there."""

    name: str
    source: str


class CheckFailed(AssertionError):
    """The student's answer is wrong: `message` says how, `mistakes` which misconceptions fit."""

    def __init__(self, message: str, mistakes: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.mistakes = tuple(mistakes)


@dataclass(slots=True)
class Evidence:
    """What one run of a check gathered beside its verdict.

    `calibration` is the assignment's record, or None while that is being made: then nothing
    statistical fails.
    """

    calibration: Mapping[str, Any] | None
    statistics: dict[str, float] = field(default_factory=dict)
    exhibits: list[dict[str, Any]] = field(default_factory=list)


EVIDENCE: Final[ContextVar[Evidence]] = ContextVar("evidence")


def check(
    question: str, *, weight: float = 1.0, hint: str, needs: Sequence[str] = (), timeout_s: float = 10.0
) -> Callable[[_Function], _Function]:
    """Mark a test as a check of `question`.

    Args:
        question: the `grade_id` of the question's grade cell.
        weight: the share of the question's points, relative to its other checks; > 0.
        hint: a nudge that names the mistake's place and not the answer.
        needs: questions whose functions this one calls; a failure is `blocked` while they fail.
        timeout_s: how long its probes may take in all.
    """
    if weight <= 0 or not hint:
        raise UsageError(f"a check of {question!r} needs a weight above 0 and a hint")

    def mark(function: _Function) -> _Function:
        if not function.__doc__:
            raise UsageError(f"{function.__module__}.{function.__name__} needs a docstring: the student reads it")
        setattr(function, ATTRIBUTE, CheckSpec(question, weight, hint, tuple(needs), timeout_s))
        return function

    return mark


def probe(function: Callable[..., Any]) -> Probe:
    """Turn a function into a `Probe`.

    Its first parameter is `student`, whose attributes are the names that the notebook left. It may
    use its arguments, `torch`, `np`, `math`, `random` and builtins; `UsageError` names anything else.
    """
    name = function.__name__
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise UsageError(f"the probe {name!r} must be a plain function")
    definition.decorator_list.clear()
    plain = ast.unparse(definition)
    unknown = sorted(_globals(symtable.symtable(plain, name, "exec")) - {name, *PROBE_GLOBALS, *dir(builtins)})
    if unknown:
        known = "its arguments, student, torch, np, math and random"
        raise UsageError(f"the probe {name!r} uses {', '.join(unknown)}: only {known} reach it")
    return Probe(name, plain)


def _globals(table: symtable.SymbolTable) -> set[str]:
    """Names that a piece of code, or a function in it, takes from outside."""
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return own.union(*map(_globals, table.get_children()))


def fail(message: str, *mistakes: str) -> NoReturn:
    """End the check as failed; `mistakes` are the ids of misconceptions that would do just this."""
    raise CheckFailed(message, mistakes)


def assert_shape(
    got: Any, shape: Sequence[int], *, name: str, mistakes: Mapping[str, Sequence[int]] | None = None
) -> None:
    """Fail unless `got` is a tensor or array of `shape`; `mistakes` maps ids to their shapes."""
    actual = tuple(_array(got, name).shape)
    if actual != tuple(shape):
        named = [id for id, wrong in (mistakes or {}).items() if tuple(wrong) == actual]
        fail(f"{name} has shape {actual}; expected {tuple(shape)}.", *named)


def assert_dtype(got: Any, dtype: torch.dtype, *, name: str) -> None:
    """Fail unless `got` is a tensor of `dtype`."""
    actual = _array(got, name).dtype
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
    actual, wanted = _array(got, name), _array(expected, name)
    named = [id for id, wrong in (mistakes or {}).items() if _matches(actual, _array(wrong, name), rtol, atol)]
    if actual.shape != wanted.shape:
        fail(f"{name} has shape {tuple(actual.shape)}; expected {tuple(wanted.shape)}.", *named)
    if not _matches(actual, wanted, rtol, atol):
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


def show_curve(title: str, values: Sequence[float], *, x_label: str, y_label: str, band: str) -> None:
    """Have feedback draw `values` against the band of correct runs recorded as `band`."""
    evidence = EVIDENCE.get()
    finite = [float(value) for value in values]
    recorded = (evidence.calibration or {}).get("curves", {}).get(band, {"low": [], "high": []})
    evidence.exhibits.append({
        "kind": "curve", "band": band, "title": title, "x_label": x_label, "y_label": y_label,
        "values": [value if math.isfinite(value) else None for value in finite],
        "low": recorded["low"], "high": recorded["high"],
    })  # fmt: skip


def show_estimates(title: str, names: Sequence[str], true: Sequence[float], estimated: Sequence[float]) -> None:
    """Have feedback draw estimated beside true parameters."""
    EVIDENCE.get().exhibits.append({
        "kind": "estimates", "title": title, "names": list(names), "true": [float(value) for value in true],
        "estimated": [float(value) if math.isfinite(value) else None for value in estimated],
    })  # fmt: skip


def is_close(got: Any, expected: Any, *, rtol: float = 1e-4, atol: float = 1e-5) -> bool:
    """Return whether two values of numbers have one shape and agree, as `assert_close` does."""
    try:
        return _matches(_array(got, ""), _array(expected, ""), rtol, atol)
    except CheckFailed:
        return False


def _array(value: Any, name: str) -> torch.Tensor:
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
    shown = value if isinstance(value, Opaque) else type(value).__name__
    fail(f"{name} is no tensor but {str(shown)[:200]}.")


def _matches(actual: torch.Tensor, wanted: torch.Tensor, rtol: float, atol: float) -> bool:
    if actual.shape != wanted.shape:
        return False
    got, want = actual.double(), wanted.double()
    return bool(torch.allclose(got, want, rtol=rtol, atol=atol, equal_nan=False))


def _difference(actual: torch.Tensor, wanted: torch.Tensor, name: str) -> str:
    got, want = actual.double().reshape(-1), wanted.double().reshape(-1)
    gap = (got - want).abs()
    worst = int(torch.where(gap.isnan(), math.inf, gap).argmax())
    if actual.dim() == 0:
        return f"{name} is {_number(got[0])}; expected {_number(want[0])}."
    place = ", ".join(str(int(index)) for index in np.unravel_index(worst, tuple(actual.shape)))
    return (
        f"{name} differs most at [{place}]: got {_number(got[worst])}, expected {_number(want[worst])}.\n"
        f"got      {_row(got)}\nexpected {_row(want)}"
    )


def _row(values: torch.Tensor) -> str:
    shown = " ".join(f"{_number(value):>9}" for value in values[:SHOWN_ELEMENTS])
    return shown + (" …" if values.numel() > SHOWN_ELEMENTS else "")


def _number(value: torch.Tensor) -> str:
    return f"{float(value):.4g}"


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


__all__ = [
    "CheckFailed", "Probe", "assert_below", "assert_close", "assert_dtype", "assert_shape", "check",
    "fail", "is_close", "probe", "show_curve", "show_estimates",
]  # fmt: skip
