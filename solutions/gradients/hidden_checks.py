"""Hidden checks of `gradients`: other sizes, other numbers, and the edges."""

import torch

from autograder.checks.gradients.visible_checks import (
    TRAIN_NEEDS,
    cubes_differences,
    differences,
    judge_affine,
    judge_differences,
    judge_forward,
    judge_gradients,
    judge_losses,
    judge_pair,
    loss_list,
    network,
    right_gradients,
    trained,
)
from autograder.judging.student import Student
from autograder.judging.suite import (
    as_numbers,
    assert_close,
    assert_shape,
    assert_values,
    check,
    fail,
    finite,
    show_curve,
)
from autograder.judging.suite.asking import ask, ask_unchanged, leaf, view

# affine_gradients


@check("affine_gradients", hints=["Does every number come from the arguments, also if one of them is zero?"])
def test_affine_gradients_at_many_points(student: Student, rng: torch.Generator) -> None:
    """At random points, at zero, and far away the three gradients are right."""
    points = [*torch.randn(4, 3, generator=rng).tolist(), [0.0, 0.0, 0.0], [0.0, 5.0, 1.0], [250.0, -0.125, 1e4]]
    for x, w, b in points:
        judge_affine(student, x, w, b)


@check("affine_gradients", hints=["What is left in .grad from the call before?"])
def test_affine_gradients_twice(student: Student) -> None:
    """A second call with the same numbers gives the same gradients."""
    for _ in range(2):
        judge_affine(student, 2.5, -3.0, 1.5)


# numeric_gradient


@check("numeric_gradient", hints=["How small can x be, and how many axes can it have?"])
def test_differences_of_other_shapes(student: Student, rng: torch.Generator) -> None:
    """A number, one element, and three axes give a gradient of their shape."""
    for shape in ((), (1,), (1, 1), (2, 1, 3)):
        x = torch.randn(shape, generator=rng, dtype=torch.float64)
        judge_differences(student, x, cubes_differences(x, 0.125), eps=0.125)
        got = as_numbers(student.run(differences, x=x, kind="cubes", options={"eps": 0.125})["gradient"])
        if not isinstance(got, torch.Tensor) or got.shape != (x.numel(),):  # a flat one fails the check of shapes
            assert_shape(got, shape, name=f"numeric_gradient(f, x) for x of shape {shape}")


@check("numeric_gradient", hints=["What may f return, and what if it is no tensor?"])
def test_functions_that_return_numbers(student: Student, rng: torch.Generator) -> None:
    """A function may return a Python number as well as a tensor."""
    x = torch.randn(3, generator=rng, dtype=torch.float64)
    judge_differences(student, x, cubes_differences(x, 0.25), eps=0.25, kind="number")


@check("numeric_gradient", hints=["How far is the step when the caller does not say?"])
def test_default_step(student: Student) -> None:
    """Left out, eps is 0.001."""
    got = student.run(differences, x=torch.zeros(2, dtype=torch.float64), kind="steep", options={})
    # Of a million times x³ at zero, the quotient is a million times eps².
    assert_values(got["gradient"], [1.0, 1.0], name="numeric_gradient(f, x) with the default eps", rtol=1e-3)


@check("numeric_gradient", weight=0.5, hints=["Does the function rely on how its argument lies in memory?"])
def test_differences_of_a_view(student: Student, rng: torch.Generator) -> None:
    """A transposed view gives the same gradient as a copy of it."""
    x = torch.randn(3, 2, generator=rng, dtype=torch.float64)
    got = student.run(differences, x=x, kind="cubes", options={"eps": 0.25}, form="view")
    assert_values(got["gradient"], cubes_differences(x, 0.25), name="numeric_gradient of a view")


@check("numeric_gradient", weight=0.5, hints=["Work on values, apart from any graph."])
def test_differences_where_gradients_are_required(student: Student, rng: torch.Generator) -> None:
    """An x that requires gradients gives the same result."""
    x = torch.randn(2, 2, generator=rng)
    got = student.run(differences, x=x, kind="cubes", options={"eps": 0.25}, form="leaf")
    assert_values(got["gradient"], cubes_differences(x, 0.25), name="numeric_gradient(f, x)")


# two_layer_forward


@check("two_layer_forward", hints=["Which sizes does your function take for granted?"])
def test_forward_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, one input, one hidden unit, one output, and many of all are computed."""
    for n, d, h, o in ((20, 30, 40, 10), (1, 3, 4, 2), (5, 1, 3, 1), (4, 2, 1, 3), (1, 1, 1, 1)):
        x, w1, w2, _ = network(rng, n, d, h, o)
        y_hat = as_numbers(ask(student, "two_layer_forward", x, w1, w2))
        assert_close(y_hat, (x @ w1).clamp(min=0) @ w2, name=f"two_layer_forward of {(n, d)}, {(d, h)} and {(h, o)}")


@check("two_layer_forward", hints=["What should x hold after the call?"])
def test_forward_leaves_its_arguments(student: Student, rng: torch.Generator) -> None:
    """The outputs are right, and x is unchanged."""
    x, w1, w2, _ = network(rng, 4, 6, 5, 2)
    judge_forward(student, x, w1, w2)
    ask_unchanged(student, "two_layer_forward", x, leaf(w1), leaf(w2), names=("x", "w1", "w2"))


# two_layer_gradients


@check("two_layer_gradients", weight=2, hints=["Which sizes does your function take for granted?"])
def test_gradients_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, one input, one hidden unit, one output, and many of all have the right gradients."""
    for n, d, h, o in ((20, 12, 15, 10), (3, 3, 3, 3), (1, 3, 4, 2), (5, 1, 3, 1), (4, 2, 1, 3)):
        x, w1, w2, y = network(rng, n, d, h, o)
        judge_gradients(student, x, y, w1, w2)
        got = ask(student, "two_layer_gradients", x, y, w1, w2)
        if not isinstance(got, list) or len(got) != 2:
            fail("two_layer_gradients(x, y, w1, w2) is not a pair (dw1, dw2).")
        for name, part, shape in zip(("dw1", "dw2"), got, ((d, h), (h, o)), strict=True):
            assert_shape(as_numbers(part), shape, name=name)


@check("two_layer_gradients", hints=["What is left when no unit is open?"])
def test_gradients_when_all_units_are_closed(student: Student, rng: torch.Generator) -> None:
    """If every hidden unit's input is negative, no gradient reaches w1 or w2."""
    x, w1 = 0.5 + torch.rand(4, 3, generator=rng), -0.5 - torch.rand(3, 5, generator=rng)
    judge_gradients(student, x, torch.randn(4, 2, generator=rng), w1, torch.randn(5, 2, generator=rng))


@check("two_layer_gradients", hints=["Does the function rely on how its arguments lie in memory?"])
def test_gradients_of_views(student: Student, rng: torch.Generator) -> None:
    """Views of other tensors give the same gradients."""
    x, w1, w2, y = network(rng, 6, 3, 4, 2)
    got = ask(student, "two_layer_gradients", view(x), y, view(w1), view(w2))
    judge_pair(got, right_gradients(x, y, w1, w2), atol=1e-3)


# train_two_layer


@check("train_two_layer", weight=2, needs=TRAIN_NEEDS, hints=["Does every number come from the arguments?"])
def test_training_with_other_settings(student: Student, rng: torch.Generator) -> None:
    """Other sizes, learning rates and numbers of steps give the losses of gradient descent."""
    settings = (((10, 5, 4, 2), 1e-3, 12), ((1, 3, 4, 2), 1e-2, 4), ((6, 1, 3, 1), 1e-3, 6), ((5, 6, 1, 2), 1e-3, 7))
    for (n, d, h, o), lr, num_steps in settings:
        x, w1, w2, y = network(rng, n, d, h, o)
        judge_losses(student, x, y, w1, w2, lr=lr, num_steps=num_steps)


@check("train_two_layer", weight=2, needs=TRAIN_NEEDS, timeout_s=60,
       hints=["Plot the losses of the whole run: where do they stop falling?"])  # fmt: skip
def test_training_a_large_network(student: Student, rng: torch.Generator) -> None:
    """With sizes 16, 200, 40, 5, lr 1e-5 and 200 steps the last loss is below a thousandth of the first."""
    # The notebook's own sizes take forty times as long, and tell no mistake more.
    x, y = torch.randn(16, 200, generator=rng), torch.randn(16, 5, generator=rng)
    w1, w2 = torch.randn(200, 40, generator=rng), torch.randn(40, 5, generator=rng)
    got = student.run(trained, x=x, y=y, w1=w1, w2=w2, lr=1e-5, num_steps=200)
    losses = loss_list(got, 200)
    show_curve(
        "Loss before every tenth step", losses[::10], x_label="step / 10", y_label="summed squared error",
        band="train_two_layer.losses",
    )  # fmt: skip
    first, last = finite(torch.tensor([losses[0], losses[-1]], dtype=torch.float64), "the list of losses").tolist()
    if not last < 1e-3 * first:
        fail(f"The losses go from {first:.4g} to {last:.4g}; expected less than a thousandth of the first.")
