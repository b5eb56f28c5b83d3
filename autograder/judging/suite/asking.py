"""The questions that checks ask of a student's function again and again, each by the function's name.

    y_hat = ask(student, "linreg", X, w, b)
    y_hat = ask(student, "linreg", view(X), view(w), b)
    rows = ask_unchanged(student, "gather_rows", features, [2, 0])
    product, calls = ask_recorded(student, "matmul_from_broadcast", A, B)
    y_hat, (w_grad, b_grad) = gradients(student, "linreg", X, w, b, of=(1, 2))
    after = updated(student, "sgd", [w, b], 0.03, 10, grads=[w_grad, b_grad])

Arguments are plain data, or a `leaf`, a `view` or a `loader`, wherever they stand in lists; keyword
arguments pass through. Where a check needs more than that, it writes a probe of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import torch

from autograder.judging.suite.authoring import Probe, probe
from autograder.judging.suite.check_context import fail
from autograder.sandbox.worker.probing import recorded_calls

Form = dict[str, Any]
NOT_ASKED_FOR: Final = "The process that ran it answered with what it was not asked for."


class RunsProbes(Protocol):
    """A student, as far as this module needs one."""

    def run(self, probe: Probe, **arguments: Any) -> Any:
        """Run a probe beside the student's functions and return its plain data."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a call has left of tensors that its caller still holds, in their order.

    `returned` is the call's answer, `trainable` whether each tensor still is a leaf that requires gradients.
    """

    returned: Any
    values: list[torch.Tensor]
    gradients: list[torch.Tensor | None]
    trainable: list[bool]


def leaf(tensor: torch.Tensor) -> Form:
    """An argument: a leaf tensor that requires gradients."""
    return {"form": "leaf", "tensor": tensor}


def view(tensor: torch.Tensor) -> Form:
    """An argument: the tensor as a view of a larger one, its elements apart and in another order in memory."""
    return {"form": "view", "tensor": tensor}


def loader(*tensors: torch.Tensor, batch_size: int, shuffle: bool = False) -> Form:
    """An argument: a `DataLoader` over the tensors."""
    return {"form": "loader", "tensors": list(tensors), "options": {"batch_size": batch_size, "shuffle": shuffle}}


def ask(student: RunsProbes, function: str, *arguments: Any, **options: Any) -> Any:
    """Return what `function` answers, as plain data."""
    return _measured(student, function, arguments, options)["answer"]


def ask_recorded(student: RunsProbes, function: str, *arguments: Any, **options: Any) -> tuple[Any, list[str]]:
    """Return what `function` answers and which of torch's functions and kernels it called: see `recorded_calls`."""
    got = _measured(student, function, arguments, options, recorded=True)
    return got["answer"], [*got["calls"], *got["kernels"].split()]


def ask_unchanged(
    student: RunsProbes, function: str, *arguments: Any, names: Sequence[str] = (), **options: Any
) -> Any:
    """Return what `function` answers; fail where it has changed an argument in place.

    Args:
        student: whose function it is.
        function: its name.
        arguments: what it is called with.
        names: what the arguments are called in the message, if not "argument 1", "argument 2", …
        options: keyword arguments that it is called with.
    """
    got = _measured(student, function, arguments, options, kept=True)
    for place, (before, after) in enumerate(zip(arguments, got["kept"], strict=True)):
        if not _same(before, after):
            name = names[place] if place < len(names) else f"argument {place + 1}"
            fail(f"{function} has changed {name}: it was {_shown(before)} and is {_shown(after)} after the call.")
    return got["answer"]


def gradients(
    student: RunsProbes, function: str, *arguments: Any, of: Sequence[int], weights: torch.Tensor | None = None,
    leaves: bool = True, **options: Any,
) -> tuple[Any, list[torch.Tensor | None]]:  # fmt: skip
    """Return what `function` answers, and the gradients that the sum of its elements sends to its arguments.

    A gradient is None where none came; all are where the answer is no tensor that autograd can go back from.

    Args:
        student: whose function it is.
        function: its name.
        arguments: what it is called with.
        of: the places of the arguments that gradients are asked for, each a tensor or a list of tensors.
        weights: what the answer is multiplied by before it is summed; ones if not given.
        leaves: whether the function gets those tensors themselves, or each multiplied by 1, which may
            be changed in place.
        options: keyword arguments that it is called with.
    """
    got = _measured(student, function, arguments, options, watched=of, summed=True, weights=weights, leaves=leaves)
    return got["answer"], [each["gradient"] for each in got["watched"]]


def updated(
    student: RunsProbes, function: str, *arguments: Any, of: Sequence[int] = (0,),
    grads: Sequence[torch.Tensor] = (), **options: Any,
) -> Update:  # fmt: skip
    """Return what `function` leaves of leaf tensors that require gradients.

    Args:
        student: whose function it is.
        function: its name.
        arguments: what it is called with.
        of: the places of the arguments that are watched, each a tensor or a list of tensors.
        grads: the gradients that those tensors have before the call, if any.
        options: keyword arguments that it is called with.
    """
    got = _measured(student, function, arguments, options, watched=of, grads=list(grads))
    watched = got["watched"]
    return Update(
        got["answer"], [each["values"] for each in watched], [each["gradient"] for each in watched],
        [each["trainable"] for each in watched],
    )  # fmt: skip


@probe
def measured(
    student: object, function: str, arguments: list[object], options: dict[str, object], recorded: bool, kept: bool,
    watched: list[int], grads: list[torch.Tensor], summed: bool, weights: torch.Tensor | None, leaves: bool,
) -> dict[str, object]:  # fmt: skip
    """What a call answers, and what it has called, changed and left behind, as far as that is asked for."""

    def made(value: object) -> object:
        match value:
            case list():
                return [made(each) for each in value]
            case {"form": "loader", "tensors": tensors, "options": settings}:
                return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*tensors), **settings)
            case {"form": "leaf", "tensor": tensor}:
                return tensor.clone().requires_grad_()  # what came over the wire is a view, which detach_() refuses
            case {"form": "view", "tensor": tensor}:
                order = tuple(reversed(range(tensor.dim())))
                turned = tensor.permute(order)
                return torch.stack([turned, torch.zeros_like(turned)], dim=-1)[..., 0].permute(order)
        return value

    passed = [made(argument) for argument in arguments]
    held: list[torch.Tensor] = []  # the watched ones, which the caller keeps
    lists: list[
        tuple[list[torch.Tensor], list[torch.Tensor]]
    ] = []  # those handed over in lists, which may be filled anew
    for place in watched:
        given = passed[place]
        several = isinstance(given, list)
        own = [tensor.clone().requires_grad_() for tensor in (given if several else [given])]  # type: ignore[attr-defined]  # a tensor or a list of them
        held += own
        handed = own if leaves else [tensor * 1 for tensor in own]
        own_list = list(handed)  # its own, for the function may fill it anew
        passed[place] = own_list if several else handed[0]
        lists.append((own_list, handed))
    for tensor, grad in zip(held, grads, strict=bool(grads)):
        tensor.grad = grad.clone()
    calls: set[str] = set()
    if recorded:
        with recorded_calls() as calls:
            answer = getattr(student, function)(*passed, **options)
    else:
        answer = getattr(student, function)(*passed, **options)
    if summed and isinstance(answer, torch.Tensor) and answer.requires_grad:
        (answer if weights is None else answer * weights).sum().backward()  # type: ignore[no-untyped-call]  # torch's own
    return {
        "answer": answer,
        "calls": sorted(name for name in calls if "::" not in name),
        "kept": passed if kept else [],
        "filled_anew": [[a is not b for a, b in zip(now, before, strict=False)] for now, before in lists],
        "watched": [
            {
                "values": tensor.detach(),
                "gradient": tensor.grad,
                "trainable": tensor.is_leaf and tensor.requires_grad,
            }
            for tensor in held
        ],
        "kernels": " ".join(sorted(name for name in calls if "::" in name)),
    }


def _measured(
    student: RunsProbes, function: str, arguments: Sequence[Any], options: Mapping[str, Any], *,
    recorded: bool = False, kept: bool = False, watched: Sequence[int] = (), grads: Sequence[torch.Tensor] = (),
    summed: bool = False, weights: torch.Tensor | None = None, leaves: bool = True,
) -> dict[str, Any]:  # fmt: skip
    got: dict[str, Any] = student.run(
        measured, function=function, arguments=list(arguments), options=dict(options), recorded=recorded, kept=kept,
        watched=list(watched), grads=list(grads), summed=summed, weights=weights, leaves=leaves,
    )  # fmt: skip
    tensors = [each for place in watched for each in _listed(arguments[place])]
    if len(got["watched"]) != len(tensors) or len(got["kept"]) != (len(arguments) if kept else 0):
        fail(NOT_ASKED_FOR)
    return got


def _listed(argument: Any) -> list[Any]:
    return list(argument) if isinstance(argument, (list, tuple)) else [argument]


def _same(before: Any, after: Any) -> bool:
    """Whether an argument has the values that it had."""
    if isinstance(before, dict):
        before = before.get("tensor")  # nobody can change a loader's examples by way of the loader
        return before is None or _same(before, after)
    if isinstance(before, (list, tuple)):
        return isinstance(after, list) and len(before) == len(after) and all(map(_same, before, after))
    if isinstance(before, (torch.Tensor, np.ndarray)):
        alike = type(before) is type(after) and before.dtype == after.dtype
        return alike and np.array_equal(np.asarray(before), np.asarray(after), equal_nan=True)
    if isinstance(after, (list, dict, torch.Tensor, np.ndarray)):
        return False
    return bool(before == after or (before != before and after != after))


def _shown(argument: Any) -> str:
    value = argument.get("tensor") if isinstance(argument, dict) else argument
    text = " ".join(str(value.tolist() if isinstance(value, torch.Tensor) else value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
