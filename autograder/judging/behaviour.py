"""What a check saw of a submission, as a few features that can be compared: never code.

A feature is a name and a number or a short text. Names say where a feature was seen:

    outcome             how the check ended
    says, says.0 …      its message without numbers, and those numbers in order
    STATISTIC           what a calibrated assertion measured
    0.y.shape …         of the first probe's answer, under its key y: the shape, the dtype,
    0.y.0 …             some of its numbers, in order,
    0.y.sum …           their sum, least and greatest
    0.raised            the exception that the student's code raised, without names and numbers of its own
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import torch

from autograder.results.result import CheckResult

Feature = float | str
Features = Mapping[str, Feature]

SAMPLES: Final = 24  # numbers of a tensor that are compared, spread evenly over it
LEAVES: Final = 48  # tensors, numbers and texts of one check that are looked at
TEXT: Final = 160
_NUMBER: Final = re.compile(r"(?<![\w.])-?(?:\d[\d,]*\.?\d*(?:e[+-]?\d+)?|inf|nan)\b")
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_NAMES_ITS_OWN: Final = {"NameError", "UnboundLocalError", "KeyError"}  # quote what the student has called something


def features_of(check: CheckResult) -> Features:
    """Return the features of one run of a check."""
    found: dict[str, Feature] = {"outcome": check.outcome}
    if check.outcome == "failed":
        text, numbers = template_of(check.message)
        found["says"] = text
        found |= {f"says.{place}": number for place, number in enumerate(numbers[:SAMPLES])}
    found |= {name: _bounded(value) for name, value in check.statistics.items()}
    leaves = 0
    for place, (_, answer) in enumerate(check.answers):
        if "error" in answer:
            found[f"{place}.raised"] = raised_text(answer["error"])
            continue
        for name, leaf in _leaves(str(place), answer.get("answer")):
            leaves += 1
            if leaves > LEAVES:
                return found
            found |= _features_of_leaf(name, leaf)
    return found


def template_of(message: str) -> tuple[str, list[float]]:
    """Return a message with `#` for each number, and the numbers."""
    numbers = [_bounded(float(found.replace(",", ""))) for found in _NUMBER.findall(message)]
    return _NUMBER.sub("#", message)[:TEXT], numbers


def raised_text(error: Any) -> str:
    """Return an exception's kind and message without what is the student's own, as a worker describes it."""
    match error:
        case {"kind": str(kind), "type": str(type_name), "message": str(message)}:
            if kind != "error":
                return kind
            text = message.split("\n")[0]
            if type_name in _NAMES_ITS_OWN:
                text = _QUOTED.sub("'…'", text)
            return f"{type_name}: {_NUMBER.sub('#', text)}"[:TEXT]
    return "unknown"


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the tensors, arrays, lists of numbers, numbers and texts of an answer, with where they lie."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(f"{name}.{key}", item)
    elif isinstance(value, (list, tuple)) and not all(isinstance(item, (int, float)) for item in value):
        yield f"{name}.length", float(len(value))
        for place, item in enumerate(value):
            yield from _leaves(f"{name}[{place}]", item)
    else:
        yield name, value


def _features_of_leaf(name: str, leaf: Any) -> Iterable[tuple[str, Feature]]:
    if isinstance(leaf, np.ndarray):
        leaf = torch.from_numpy(leaf)
    if isinstance(leaf, torch.Tensor):
        yield f"{name}.shape", str(tuple(leaf.shape))[:TEXT]
        yield f"{name}.dtype", str(leaf.dtype).removeprefix("torch.")
        flat = leaf.detach().reshape(-1)
        if not flat.is_complex():
            yield from _numbers(name, flat.double())
    elif isinstance(leaf, (list, tuple)):
        yield f"{name}.shape", f"({len(leaf)},)"
        yield from _numbers(name, torch.tensor([float(item) for item in leaf], dtype=torch.float64))
    elif isinstance(leaf, (bool, int, float)):
        yield f"{name}.shape", "()"
        yield from _numbers(name, torch.tensor([float(leaf)], dtype=torch.float64))
    elif isinstance(leaf, str):
        yield name, leaf[:TEXT]
    else:
        yield name, "None" if leaf is None else type(leaf).__name__


def _numbers(name: str, flat: torch.Tensor) -> Iterator[tuple[str, float]]:
    count = flat.numel()
    yield f"{name}.count", float(count)
    if not count:
        return
    places = torch.linspace(0, count - 1, min(count, SAMPLES)).long()
    for place, number in enumerate(flat[places].tolist()):
        yield f"{name}.{place}", _bounded(number)
    if count > 1:
        yield f"{name}.sum", _bounded(float(flat.sum()))
        yield f"{name}.least", _bounded(float(flat.min()))
        yield f"{name}.greatest", _bounded(float(flat.max()))


def _bounded(number: float) -> float:
    """Return a number that JSON has: not-a-number and infinities become great ones of their own."""
    if math.isnan(number):
        return 1e300
    return max(-1e299, min(1e299, number))
