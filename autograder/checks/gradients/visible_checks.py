"""Visible checks of `gradients`: by autograd, by differences, and by hand."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_close,
    assert_shape,
    check,
    fail,
    finite,
    is_close,
    numbers,
    probe,
    recorded_calls,
)
from autograder.judging.suite.values import as_tensor

AUTOGRAD: Final = frozenset({"backward", "grad", "jvp", "_make_dual", "_unpack_dual"})
TRAIN_NEEDS = ("two_layer_forward",)

# affine_gradients


@probe
def affine(student, x, w, b):
    """The gradients, twice with the same arguments, and which of torch's functions were called."""
    with recorded_calls() as calls:
        gradients = student.affine_gradients(x, w, b)
    return {"gradients": gradients, "again": student.affine_gradients(x, w, b), "calls": sorted(calls)}


def judge_affine(got: Any, x: float, w: float, b: float) -> None:
    """Fail unless `got` holds the three floats dx, dw, db."""
    name = f"affine_gradients({x:g}, {w:g}, {b:g})"
    if got is None:
        fail(f"{name} is None: is a `return` missing?")
    if isinstance(got, torch.Tensor) or not isinstance(got, list) or len(got) != 3:
        fail(f"{name} is not three things, dx, dw and db.")
    if any(isinstance(value, (torch.Tensor, np.ndarray)) for value in got):
        fail(f"{name} holds tensors; expected Python floats.", "affine_gradients_tensors")
    if any(value is None for value in got):
        fail(f"{name} holds None where a gradient should be.")
    if not all(isinstance(value, (int, float)) for value in got):
        fail(f"{name} does not hold three floats.")
    assert_close(
        got, [w, x, 1.0], name=name,
        mistakes={
            "affine_gradients_swapped": [x, w, 1.0],
            "affine_gradients_accumulates": [w, 2.0 * x, 3.0],
            "affine_gradients_bias": [w, x, b],
            "affine_gradients_constant": [2.0, 1.0, 1.0],
        },
    )  # fmt: skip


@check("affine_gradients", weight=2, hint="For each of the three: by how much does y change when only this one does?")
def test_affine_gradients_of_the_example(student: Student) -> None:
    """At (1, 2, 3) the gradients are 2, 1 and 1, as Python floats."""
    judge_affine(student.run(affine, x=1, w=2, b=3)["gradients"], 1, 2, 3)


@check("affine_gradients", weight=2, hint="Which derivative belongs to which argument, and where does the result go?")
def test_affine_gradients_elsewhere(student: Student) -> None:
    """At other points, given as floats, dx, dw and db are right and in this order."""
    for x, w, b in ((-1.5, 0.25, 4.0), (3.0, -2.0, -0.5)):
        judge_affine(student.run(affine, x=x, w=w, b=b)["gradients"], x, w, b)


@check("affine_gradients", hint="Which call walks back through the operations that made y?")
def test_affine_gradients_come_from_autograd(student: Student) -> None:
    """Autograd computes the gradients: they are not written down as a formula."""
    got = student.run(affine, x=0.5, w=1.5, b=-2.5)
    judge_affine(got["gradients"], 0.5, 1.5, -2.5)
    if not AUTOGRAD & called(got):
        fail("The numbers are right, but autograd was not asked for them.", "affine_gradients_formula")


# numeric_gradient


@probe
def differences(student, x, kind, options):
    """The numeric gradient of a function of `kind` at x, and what became of x."""

    def cubes(t):  # every shape; also mixes the elements
        return (t**3).sum() + 0.5 * t.sum() ** 2

    def table(t):  # (2, 3) alone: a flattened x has no element [1, 2]
        return t[0, 0] * t[1, 2] + 3 * t[0, 1] ** 2 - t[1, 0] * t[0, 2] + 2 * t[1, 1]

    functions = {
        "cubes": cubes,
        "table": table,
        "number": lambda t: float(cubes(t)),
        "offset": lambda t: 10_000 + (t**2).sum(),
        "steep": lambda t: 1e6 * (t**3).sum(),
    }
    with recorded_calls() as calls:
        gradient = student.numeric_gradient(functions[kind], x, **options)
    return {"gradient": gradient, "x": x, "calls": sorted(calls)}


def cubes(t: torch.Tensor) -> torch.Tensor:
    """The function that the probe calls "cubes"."""
    return (t**3).sum() + 0.5 * t.sum() ** 2


def right_differences(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, eps: float) -> torch.Tensor:
    """Return the central differences of f at x, in float64."""
    return _each(x, lambda step: (f(x.double() + step) - f(x.double() - step)) / (2 * eps), eps)


def wrong_differences(f: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, eps: float) -> dict[str, Any]:
    """Return what the known mistakes give for f at x."""
    at = x.double()
    right = right_differences(f, x, eps)
    leaf = at.clone().requires_grad_()
    (exact,) = torch.autograd.grad(f(leaf), leaf)
    walked, kept_on = at.clone(), torch.zeros_like(right)
    for place in np.ndindex(*x.shape):
        walked[place] += eps
        up = f(walked)
        walked[place] -= 2 * eps
        kept_on[place] = (up - f(walked)) / (2 * eps)  # and x stays there
    return {
        "numeric_gradient_one_sided": _each(x, lambda step: (f(at + step) - f(at)) / eps, eps),
        "numeric_gradient_no_half": 2 * right,
        "numeric_gradient_half_step": _each(x, lambda step: (f(at + step / 2) - f(at - step / 2)) / (2 * eps), eps),
        "numeric_gradient_all_at_once": torch.full_like(right, float(f(at + eps) - f(at - eps)) / (2 * eps)),
        "numeric_gradient_ignores_eps": right_differences(f, x, 1e-3),
        "numeric_gradient_keeps_perturbing": kept_on,
        "numeric_gradient_autograd": exact,
        "numeric_gradient_flat": right.reshape(-1),
    }


def moved(after: torch.Tensor, before: torch.Tensor) -> bool:
    """Whether x has changed; an element that went up, down and back may end one rounding away, and nobody minds."""
    return not is_close(after, before, rtol=0, atol=1e-9 if before.dtype == torch.float64 else 1e-6)


def judge_differences(
    student: Student, x: torch.Tensor, f: Callable[[torch.Tensor], torch.Tensor], *, eps: float, kind: str = "cubes",
) -> None:  # fmt: skip
    """Fail unless the student's numeric gradient of f (known to the probe by its kind) is the central difference."""
    got = student.run(differences, x=x, kind=kind, options={"eps": eps})
    right = right_differences(f, x, eps)
    wrong = wrong_differences(f, x, eps)
    differing = {id: value for id, value in wrong.items() if not is_close(value, right, rtol=1e-5, atol=1e-6)}
    differing.pop("numeric_gradient_ignores_eps" if AUTOGRAD & called(got) else "numeric_gradient_autograd", None)
    if not is_close(got["gradient"], right, rtol=1e-5, atol=1e-6) and not AUTOGRAD & called(got):
        longer = student.run(differences, x=x, kind=kind, options={"eps": 4 * eps})["gradient"]
        if is_close(got["gradient"], longer, rtol=1e-9, atol=1e-9):
            differing["numeric_gradient_ignores_eps"] = longer
    if moved(got["x"], x) and "numeric_gradient_keeps_perturbing" in differing:
        differing = {"numeric_gradient_changes_x": differing.pop("numeric_gradient_keeps_perturbing")} | differing
    name = f"numeric_gradient(f, x, eps={eps:g}) for x of shape {tuple(x.shape)}"
    assert_close(got["gradient"], right, name=name, rtol=1e-5, atol=1e-6, mistakes=differing)


@check(
    "numeric_gradient", weight=2, hint="Write the formula down for one element: which two points, and how far apart?"
)
def test_central_differences(student: Student, rng: torch.Generator) -> None:
    """With a large eps, each element is the difference of two values, to both sides, over their distance."""
    judge_differences(student, torch.randn(4, generator=rng, dtype=torch.float64), cubes, eps=0.5)


@check("numeric_gradient", hint="Which shape does f expect, and which one should come back?")
def test_differences_in_the_shape_of_x(student: Student, rng: torch.Generator) -> None:
    """The gradient has the shape of x, and f sees tensors of that shape."""
    x = torch.randn(2, 3, generator=rng, dtype=torch.float64)

    def table(t: torch.Tensor) -> torch.Tensor:
        return t[0, 0] * t[1, 2] + 3 * t[0, 1] ** 2 - t[1, 0] * t[0, 2] + 2 * t[1, 1]

    judge_differences(student, x, table, eps=0.1, kind="table")


@check("numeric_gradient", hint="What does x hold after the last element is done? And in between?")
def test_x_is_unchanged(student: Student, rng: torch.Generator) -> None:
    """After the call x holds what it held before, be it float64 or float32."""
    for dtype in (torch.float64, torch.float32):
        x = torch.randn(2, 2, generator=rng, dtype=torch.float64).to(dtype)
        got = student.run(differences, x=x, kind="cubes", options={"eps": 0.25})
        if moved(got["x"], x):
            fail("x has other values after the call than before.", "numeric_gradient_changes_x")
        assert_shape(got["gradient"], (2, 2), name="numeric_gradient(f, x)")


@check("numeric_gradient", weight=2, hint="How many digits has float32, and how many are left after a subtraction?")
def test_differences_are_taken_in_float64(student: Student, rng: torch.Generator) -> None:
    """A float32 x gives a precise gradient, although f is large there."""
    x = torch.randn(5, generator=rng)
    got = student.run(differences, x=x, kind="offset", options={})
    # In float32 the values near 10,000 are 0.001 apart, so the quotients are off by about 0.25 or exactly 0.
    rough = is_close(got["gradient"], 2 * x, rtol=0, atol=5.0)
    if rough and not is_close(got["gradient"], 2 * x, rtol=1e-4, atol=1e-3):
        named = {"numeric_gradient_changes_x": moved(got["x"], x),
                 "numeric_gradient_one_sided": is_close(got["gradient"], 2 * x.double() + 1e-3, rtol=0, atol=1e-5),
                 "numeric_gradient_no_half": is_close(got["gradient"], 4 * x, rtol=1e-4, atol=1e-3),
                 "numeric_gradient_all_at_once": len(set(as_tensor(got["gradient"], "gradient").tolist())) == 1,
                 "numeric_gradient_half_step": is_close(got["gradient"], x, rtol=1e-4, atol=1e-3)}  # fmt: skip
        known = [id for id, fits in named.items() if fits]
        fail(f"The gradient is {numbers(as_tensor(got['gradient'], 'gradient'))}; expected {numbers(2 * x)}.",
             *(known or ["numeric_gradient_float32"]))  # fmt: skip
    assert_close(got["gradient"], 2 * x, name="numeric_gradient(f, x)", rtol=1e-4, atol=1e-3)


# two_layer_forward


@probe
def forwarded(student, x, w1, w2):
    """The outputs, and the gradients that their sum sends to w1 and w2."""
    w1.requires_grad_()
    w2.requires_grad_()
    y_hat = student.two_layer_forward(x, w1, w2)
    followed = isinstance(y_hat, torch.Tensor) and y_hat.requires_grad
    if followed:
        y_hat.sum().backward()
    return {"y_hat": y_hat, "followed": followed, "dw1": w1.grad, "dw2": w2.grad, "x": x}


def sent_back(
    x: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, dy: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the gradients for w1 and w2 that the gradient dy for the outputs sends back, in float64."""
    x, w1, w2, dy = (each.double() for each in (x, w1, w2, dy))
    z = x @ w1
    return x.T @ ((dy @ w2.T) * (z > 0)), z.clamp(min=0).T @ dy


def judge_forward(student: Student, x: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor) -> Mapping[str, Any]:
    """Fail unless the student's outputs are relu(x w1) w2."""
    z = x @ w1
    right = z.clamp(min=0) @ w2
    got: Mapping[str, Any] = student.run(forwarded, x=x, w1=w1, w2=w2)
    wrong = {
        "two_layer_forward_no_relu": z @ w2,
        "two_layer_forward_relu_last": (z @ w2).clamp(min=0),
        "two_layer_forward_relu_twice": right.clamp(min=0),
        "two_layer_forward_relu_first": x.clamp(min=0) @ w1 @ w2,
        "two_layer_forward_absolute": z.abs() @ w2,
        "two_layer_forward_negative": z.clamp(max=0) @ w2,
        "two_layer_forward_mask": (z > 0).to(z.dtype) @ w2,
    }
    differing = {id: value for id, value in wrong.items() if not is_close(value, right)}
    name = f"two_layer_forward of {tuple(x.shape)}, {tuple(w1.shape)} and {tuple(w2.shape)}"
    assert_close(got["y_hat"], right, name=name, mistakes=differing)
    return got


@check("two_layer_forward", weight=2, hint="Where does the relu stand in the formula, and what does it do with -2?")
def test_forward_of_a_batch(student: Student, rng: torch.Generator) -> None:
    """The outputs of a batch are relu(x w1) w2: shape (n, outputs)."""
    judge_forward(student, *network(rng, 6, 4, 5, 3)[:3])


@check("two_layer_forward", hint="Which operations can autograd follow, and which values leave its sight?")
def test_forward_can_be_differentiated(student: Student, rng: torch.Generator) -> None:
    """Autograd can go back from the outputs to w1 and w2."""
    x, w1, w2, _ = network(rng, 6, 4, 5, 3)
    got = judge_forward(student, x, w1, w2)
    if not got["followed"] or got["dw1"] is None or got["dw2"] is None:
        fail("Autograd cannot go back from the outputs to w1 and w2.", "two_layer_forward_detached")
    dw1, dw2 = sent_back(x, w1, w2, torch.ones(6, 3))
    assert_close(got["dw1"], dw1, name="gradient of the summed outputs for w1")
    assert_close(got["dw2"], dw2, name="gradient of the summed outputs for w2")


# two_layer_gradients

LEARNING_RATES: Final = (1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5)  # of a step that does not belong there


@probe
def by_hand(student, x, y, w1, w2):
    """The gradients, what became of the arguments, and which of torch's functions were called."""
    passed = [x, y, w1, w2]
    kept = [each.clone() for each in passed]
    with recorded_calls() as calls:
        gradients = student.two_layer_gradients(*passed)
    changed = [not torch.equal(mine, theirs) for mine, theirs in zip(kept, passed, strict=True)]
    return {"gradients": gradients, "changed": changed, "calls": sorted(calls)}


def right_gradients(
    x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the gradients of the summed squared error for w1 and w2, in float64."""
    x, y, w1, w2 = (each.double() for each in (x, y, w1, w2))
    return sent_back(x, w1, w2, 2 * ((x @ w1).clamp(min=0) @ w2 - y))


def wrong_gradients(
    x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor
) -> list[tuple[str, tuple[torch.Tensor, torch.Tensor]]]:
    """Return ids of known mistakes, each with a pair (dw1, dw2) that it gives."""
    x, y, w1, w2 = (each.double() for each in (x, y, w1, w2))
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dh = dy @ w2.T
    dw1, dw2 = right_gradients(x, y, w1, w2)
    linear = 2 * (z @ w2 - y)
    return [
        ("two_layer_gradients_no_two", (dw1 / 2, dw2 / 2)),
        ("two_layer_gradients_mean", (dw1 / y.numel(), dw2 / y.numel())),
        ("two_layer_gradients_mean", (dw1 / len(y), dw2 / len(y))),
        ("two_layer_gradients_ascends", (-dw1, -dw2)),
        ("two_layer_gradients_swapped", (dw2, dw1)),
        ("two_layer_gradients_transposed", (dw1.T, dw2.T)),
        ("two_layer_gradients_no_mask", (x.T @ dh, dw2)),
        ("two_layer_gradients_mask_inverted", (x.T @ (dh * (z < 0)), dw2)),
        ("two_layer_gradients_mask_of_gradient", (x.T @ dh.clamp(min=0), dw2)),
        ("two_layer_gradients_no_relu_in_dw2", (dw1, z.T @ dy)),
        ("two_layer_gradients_linear", (x.T @ (linear @ w2.T), z.T @ linear)),
        ("two_layer_gradients_mask_twice", (x.T @ (dh * h), dw2)),
        *(each for lr in LEARNING_RATES for each in gradients_after_a_step(x, y, w1, w2, lr)),
    ]


def gradients_after_a_step(
    x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, lr: float
) -> list[tuple[str, tuple[torch.Tensor, torch.Tensor]]]:
    """Return what comes out where w1 or w2, or a copy, takes a step of size `lr` before all is computed."""
    h = (x @ w1).clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dh = dy @ w2.T
    dw1, dw2 = sent_back(x, w1, w2, dy)
    z = x @ (w1 - lr * dw1)
    moved = z.clamp(min=0)
    return [
        ("two_layer_gradients_moves_w1", (dw1, moved.T @ dy)),
        ("two_layer_gradients_moves_w1", (dw1, moved.T @ (2 * (moved @ w2 - y)))),
        ("two_layer_gradients_moves_w2", (sent_back(x, w1, w2 - lr * dw2, dy)[0], dw2)),
        ("two_layer_gradients_mask_after_update", (x.T @ (dh * (z > 0)), dw2)),
        ("two_layer_gradients_mask_after_update", (x.T @ (dh * (x @ (w1 - lr * x.T @ dh) > 0)), dw2)),
    ]


def judge_gradients(
    student: Student, x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor
) -> Mapping[str, Any]:
    """Fail unless the student's gradients are right and the arguments as they were."""
    got: Mapping[str, Any] = student.run(by_hand, x=x, y=y, w1=w1, w2=w2)
    pair = got["gradients"]
    if not isinstance(pair, list) or len(pair) != 2:
        fail("two_layer_gradients(x, y, w1, w2) is not a pair (dw1, dw2).")
    right, wrong = right_gradients(x, y, w1, w2), wrong_gradients(x, y, w1, w2)
    scale = max(1.0, *(float(each.abs().max()) for each in right))  # rounding grows with the largest term
    fits = [is_close(mine, theirs, atol=1e-5 * scale) for mine, theirs in zip(pair, right, strict=True)]
    if got["changed"][2] or got["changed"][3]:
        changed = " and ".join(name for name, differs in zip(("w1", "w2"), got["changed"][2:], strict=True) if differs)
        known = ["two_layer_gradients_moves_w2"] * (got["changed"][3] and not fits[0])
        known += ["two_layer_gradients_moves_w1"] * (got["changed"][2] and fits[0])
        known += ["two_layer_gradients_mask_after_update"] * (got["changed"][2] and (fits[1] or not fits[0]))
        fail(f"{changed} has other values after the call than before.", *known)
    if any(got["changed"]):
        fail("x or y has other values after the call than before.")
    fitting = [
        (id, value)
        for id, value in wrong
        if not all(is_close(theirs, good) for theirs, good in zip(value, right, strict=True))
        and all(is_close(mine, theirs, atol=1e-5 * scale) for mine, theirs in zip(pair, value, strict=True))
    ]
    for place, name in enumerate(("dw1", "dw2")):
        if not fits[place]:
            known_values = {id: value[place] for id, value in fitting}
            assert_close(pair[place], right[place], name=name, atol=1e-5 * scale, mistakes=known_values)
    return got


@check("two_layer_gradients", weight=3, hint="Go back line by line: what does each line pass on, and through what?")
def test_gradients_of_the_squared_error(student: Student, rng: torch.Generator) -> None:
    """The gradients of the summed squared error for w1 and w2 are right, and no argument is changed."""
    x, w1, w2, y = network(rng, 7, 4, 5, 3)
    judge_gradients(student, x, y, w1, w2)


@check("two_layer_gradients", hint="What does a hidden unit pass back when its input was negative?")
def test_closed_units_pass_nothing_back(student: Student) -> None:
    """A hidden unit whose input is negative sends no gradient to its weights, an open one does."""
    x, y = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0]])
    w1, w2 = torch.tensor([[1.0, -1.0], [1.0, -0.5]]), torch.tensor([[-2.0], [4.0]])  # units: 3, open; -2, closed
    judge_gradients(student, x, y, w1, w2)


@check("two_layer_gradients", weight=2, hint="Every gradient is a product of things that you have computed yourself.")
def test_gradients_without_autograd(student: Student, rng: torch.Generator) -> None:
    """The gradients are right, and autograd is not asked for them."""
    x, w1, w2, y = network(rng, 5, 3, 4, 2)
    got = judge_gradients(student, x, y, w1, w2)
    used = sorted(AUTOGRAD & called(got))
    if used:
        shown = ", ".join(f"`{name}`" for name in used)
        fail(f"`two_layer_gradients` uses {shown}: autograd does the work that was to be done by hand.",
             "two_layer_gradients_autograd")  # fmt: skip


# train_two_layer


@probe
def trained(student, x, y, w1, w2, lr, num_steps):
    """The losses, from leaf tensors that require gradients, and which of torch's functions were called.

    Who asks for gradients, the caller or the function, can be understood in both ways: where the
    function cannot work with such tensors, it gets plain ones.
    """

    def run(leaves):
        start = [w1.clone(), w2.clone()]
        if leaves:
            for each in start:
                each.requires_grad_()
        with recorded_calls() as calls:
            losses = student.train_two_layer(x, y, *start, lr, num_steps)
        if isinstance(losses, (list, tuple)):
            losses = [each.item() if isinstance(each, torch.Tensor) and each.numel() == 1 else each for each in losses]
        return {"losses": losses, "calls": sorted(calls)}

    try:
        return run(leaves=True)
    except NotImplementedError:
        raise
    except Exception:
        return run(leaves=False)


def descent(
    x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, lr: float, num_steps: int,
    mistake: str = "",
) -> list[float]:  # fmt: skip
    """Return the losses before each step of gradient descent in float64, with one mistake in it if one is named."""
    x, y, w1, w2 = (each.double() for each in (x, y, w1, w2))
    losses = []
    sum1, sum2 = torch.zeros_like(w1), torch.zeros_like(w2)
    scale = {"mean": 1 / y.numel(), "mean of examples": 1 / len(y), "half": 0.5}.get(mistake, 1.0)
    for _ in range(num_steps + (mistake == "after")):
        losses.append(scale * float(((x @ w1).clamp(min=0) @ w2 - y).pow(2).sum()))
        dw1, dw2 = (scale * each for each in right_gradients(x, y, w1, w2))
        if mistake == "accumulates":
            dw1, dw2 = sum1, sum2 = sum1 + dw1, sum2 + dw2
        if mistake == "w1 first":
            dw2 = right_gradients(x, y, w1 - lr * dw1, w2)[1]
        if mistake == "w2 first":
            dw1 = right_gradients(x, y, w1, w2 - lr * dw2)[0]
        rate = {"ascends": -lr, "no step": 0.0, "ignores lr": 1e-6}.get(mistake, lr)
        w1 = w1 - (0.0 if mistake == "w2 only" else rate) * dw1
        w2 = w2 - (0.0 if mistake == "w1 only" else rate) * dw2
    return losses[1:] if mistake == "after" else losses


MISTAKES_OF_DESCENT: Final = {
    "train_two_layer_accumulates": ("accumulates",),
    "train_two_layer_w1_first": ("w1 first",),
    "train_two_layer_w2_first": ("w2 first",),
    "train_two_layer_mean_loss": ("mean", "mean of examples"),
    "train_two_layer_half_loss": ("half",),
    "train_two_layer_loss_after_step": ("after",),
    "train_two_layer_ascends": ("ascends",),
    "train_two_layer_no_step": ("no step",),
    "train_two_layer_ignores_lr": ("ignores lr",),
    "train_two_layer_one_matrix": ("w1 only", "w2 only"),
}


def loss_list(got: Mapping[str, Any], num_steps: int) -> list[float]:
    """Return the losses, one for each step, or fail."""
    values = got["losses"]
    if values is None:
        fail("train_two_layer(…) is None: is a `return` missing?")
    if isinstance(values, (torch.Tensor, np.ndarray)) and values.ndim == 1:
        values = values.tolist()
    if not isinstance(values, list) or not all(isinstance(value, (int, float)) for value in values):
        fail("train_two_layer(…) is not a list of losses.")
    if len(values) != num_steps:
        known = {
            num_steps + 1: "train_two_layer_extra_loss", 1: "train_two_layer_returns_early",
            500: "train_two_layer_ignores_num_steps",
        }  # fmt: skip
        fail(f"There are {len(values)} losses for num_steps={num_steps}; expected one before each step.",
             *(id for length, id in known.items() if len(values) == length))  # fmt: skip
    return [float(value) for value in values]


def judge_losses(
    student: Student, x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, lr: float, num_steps: int
) -> Mapping[str, Any]:
    """Fail unless the losses are those of gradient descent from w1 and w2."""
    got: Mapping[str, Any] = student.run(trained, x=x, y=y, w1=w1, w2=w2, lr=lr, num_steps=num_steps)
    losses = loss_list(got, num_steps)
    right = descent(x, y, w1, w2, lr, num_steps)
    if not is_close(losses, right, rtol=1e-3):
        named = mistakes_in(losses, x, y, w1, w2, lr)
        fail(f"The losses are {numbers(losses)}; gradient descent gives {numbers(right)}.", *named)
    return got


def mistakes_in(
    losses: Sequence[float], x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, lr: float
) -> list[str]:
    """Return the ids of mistakes with which gradient descent gives these losses."""
    never_moved = max(losses) == min(losses)
    slow = "train_two_layer_ignores_lr" if never_moved else "train_two_layer_no_step"  # flat, too, but not quite
    return [
        id
        for id, variants in MISTAKES_OF_DESCENT.items()
        if any(is_close(losses, descent(x, y, w1, w2, lr, len(losses), each), rtol=1e-3) for each in variants)
        and id != slow
    ]


@check("train_two_layer", needs=TRAIN_NEEDS, hint="When is a loss recorded, and of how many examples is it the sum?")
def test_one_loss_before_each_step(student: Student, rng: torch.Generator) -> None:
    """There is one loss a step, and the first is the summed squared error of the w1 and w2 that were passed."""
    x, w1, w2, y = network(rng, 6, 4, 5, 3)
    for num_steps in (1, 3):
        got = student.run(trained, x=x, y=y, w1=w1, w2=w2, lr=1e-3, num_steps=num_steps)
        losses = loss_list(got, num_steps)
        right = descent(x, y, w1, w2, 1e-3, 1)[0]
        if not is_close(losses[0], right, rtol=1e-3):
            named = mistakes_in(losses, x, y, w1, w2, 1e-3)
            fail(f"The first loss is {losses[0]:.4g}; at the w1 and w2 that were passed it is {right:.4g}.", *named)


@check("train_two_layer", weight=3, needs=TRAIN_NEEDS, hint="Follow both gradients and both weights through two steps.")
def test_losses_follow_gradient_descent(student: Student, rng: torch.Generator) -> None:
    """Over five steps the losses fall just as gradient descent makes them fall."""
    x, w1, w2, y = network(rng, 8, 4, 6, 3)
    judge_losses(student, x, y, w1, w2, lr=2e-3, num_steps=5)


@check("train_two_layer", needs=TRAIN_NEEDS, hint="Which call finds both gradients at once?")
def test_training_uses_autograd(student: Student, rng: torch.Generator) -> None:
    """The gradients come from autograd."""
    x, w1, w2, y = network(rng, 5, 3, 4, 2)
    got = judge_losses(student, x, y, w1, w2, lr=1e-3, num_steps=3)
    if not AUTOGRAD & called(got):
        fail("The losses are right, but autograd was not asked for gradients.", "train_two_layer_by_hand")


# Shared by checks


def called(got: Mapping[str, Any]) -> set[str]:
    """Return the names of torch's functions that a probe saw."""
    calls: Any = got["calls"]
    return {name for name in calls if isinstance(name, str)} if isinstance(calls, list) else set()


def network(rng: torch.Generator, n: int, d: int, h: int, o: int) -> tuple[torch.Tensor, ...]:
    """Return x (n, d), w1 (d, h), w2 (h, o) and y (n, o), float32, with no unit's input near zero.

    At zero a relu has no derivative: what is taken for it there is nobody's mistake.
    """
    while True:
        x, w1 = torch.randn(n, d, generator=rng), torch.randn(d, h, generator=rng)
        z = x @ w1
        mixed = n * h == 1 or bool((z > 0).any() and (z < 0).any())
        if mixed and float(z.abs().min()) > 1e-3:
            return x, w1, torch.randn(h, o, generator=rng), torch.randn(n, o, generator=rng)


def _each(x: torch.Tensor, quotient: Callable[[torch.Tensor], torch.Tensor], eps: float) -> torch.Tensor:
    """Return `quotient` of a step of eps along each element of x, in the shape of x, in float64."""
    found = torch.zeros(x.shape, dtype=torch.float64)
    for place in np.ndindex(*x.shape):
        step = torch.zeros(x.shape, dtype=torch.float64)
        step[place] = eps
        found[place] = quotient(step)
    return found


def last_over_first(losses: Sequence[float]) -> float:
    """Return which part of the first loss is left in the last."""
    first, last = finite(torch.tensor([losses[0], losses[-1]], dtype=torch.float64), "the list of losses").tolist()
    return float(last / first)
