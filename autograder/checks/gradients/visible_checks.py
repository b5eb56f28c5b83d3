"""Visible checks of `gradients`: by autograd, by differences, and by hand."""

from typing import Any, Final

import torch

from autograder.judging.student import Student
from autograder.judging.suite import (
    a_tensor,
    as_numbers,
    assert_breaks,
    assert_calling,
    assert_close,
    assert_shape,
    assert_values,
    check,
    fail,
    in_shape,
    is_close,
    numbers,
    probe,
    recorded_calls,
)
from autograder.judging.suite.asking import ask_recorded, ask_unchanged, gradients

AUTOGRAD: Final = frozenset({"backward", "grad", "jvp", "_make_dual", "_unpack_dual"})
TRAIN_NEEDS = ("two_layer_forward",)

# affine_gradients


def judge_affine(student: Student, x: float, w: float, b: float, *, form: bool = False) -> set[str]:
    """Fail unless the answer is dx, dw and db, with `form` as floats; return which of torch's functions were called."""
    name = f"affine_gradients({x:g}, {w:g}, {b:g})"
    got, calls = ask_recorded(student, "affine_gradients", x, w, b)
    if got is None:
        fail(f"{name} is None: is a `return` missing?")
    if not isinstance(got, list) or len(got) != 3:
        fail(f"{name} is not three things, dx, dw and db.")
    if form and not all(isinstance(value, (int, float)) for value in got):
        fail(f"{name} holds {', '.join(type(value).__name__ for value in got)}; expected three Python floats.")
    assert_values(got, [w, x, 1.0], name=name)
    return names_in(calls)


@check(
    "affine_gradients",
    weight=2,
    hints=[
        "For each of the three: by how much does y change when only this one does?",
        "Try it on paper at x = 4, w = 5, b = 6, where y is 26: by how much does y grow when x, or w, or b, "
        "grows by 1? Which type does each of your three have?",
        "With x = 5 y is 31, with w = 6 it is 30, with b = 7 it is 27. So the three are 5.0, 4.0 and 1.0.",
    ],
)
def test_affine_gradients_of_the_example(student: Student) -> None:
    """At (1, 2, 3) the gradients are 2, 1 and 1, as Python floats."""
    judge_affine(student, 1, 2, 3, form=True)


@check(
    "affine_gradients",
    weight=2,
    hints=[
        "Which derivative belongs to which argument, and where does the result go?",
        "Print the three beside their names, at a point where x, w and 1 all differ: does each stand in its place?",
        "At x = 0.5, w = −8, b = 10 they are −8.0, 0.5 and 1.0, in this order.",
    ],
)
def test_affine_gradients_elsewhere(student: Student) -> None:
    """At other points, given as floats, dx, dw and db are right and in this order."""
    for x, w, b in ((-1.5, 0.25, 4.0), (3.0, -2.0, -0.5)):
        judge_affine(student, x, w, b)


@check(
    "affine_gradients",
    hints=[
        "Which call walks back through the operations that made y?",
        "Which values ask for gradients, is y made of them, and where do you read what came back?",
        "For y = t³: make a leaf `t` at 2 that requires gradients, compute y from it, go back from y, and "
        "`t.grad` says 12. The same way leads to three leaves.",
    ],
)
def test_affine_gradients_come_from_autograd(student: Student) -> None:
    """Autograd computes the gradients: they are not written down as a formula."""
    if not AUTOGRAD & judge_affine(student, 0.5, 1.5, -2.5):
        fail("The numbers are right, but autograd was not asked for them.")


# numeric_gradient


@probe
def differences(student, x, kind, options, form="plain"):
    """The numeric gradient of a function of `kind` at x, or at x in another form, and what became of x."""

    def cubes(t):  # every shape; also mixes the elements
        return (t**3).sum() + 0.5 * t.sum() ** 2

    functions = {
        "cubes": cubes,
        "number": lambda t: float(cubes(t)),
        "table": lambda t: t[0, 0] * t[1, 2] + 3 * t[0, 1] ** 2 - t[1, 0] * t[0, 2] + 2 * t[1, 1],  # (2, 3) alone
        "offset": lambda t: 10_000 + (t**2).sum(),
        "steep": lambda t: 1e6 * (t**3).sum(),
    }
    at = x.t().contiguous().t() if form == "view" else x.requires_grad_(form == "leaf")
    return {"gradient": student.numeric_gradient(functions[kind], at, **options), "x": x}


def cubes_differences(x: torch.Tensor, eps: float) -> torch.Tensor:
    """Return the central differences of the function that the probe calls "cubes", in float64."""
    return 3 * x.double() ** 2 + eps**2 + x.double().sum()


def judge_differences(
    student: Student, x: torch.Tensor, right: torch.Tensor, *, eps: float, kind: str = "cubes", form: bool = False
) -> None:
    """Fail unless the student's numeric gradient of a function of `kind` is the central difference.

    With `form`, it has to be a tensor of the shape of x; else other forms of its numbers are accepted.
    """
    got = student.run(differences, x=x, kind=kind, options={"eps": eps})
    name = f"numeric_gradient(f, x, eps={eps:g}) for x of shape {tuple(x.shape)}"
    (assert_close if form else assert_values)(got["gradient"], right, name=name, rtol=1e-5, atol=1e-6)


@check(
    "numeric_gradient",
    weight=2,
    hints=[
        "Write the formula down for one element: which two points, and how far apart?",
        "Compare your quotient with the formula in the text: one point on each side, and the distance between the two.",
        "For f(t) = t² at 3 with eps 1 the values are f(4) = 16 and f(2) = 4, at points that are 2 apart: (16 − "
        "4) / 2 = 6. To the right alone it would be 7.",
    ],
)
def test_central_differences(student: Student, rng: torch.Generator) -> None:
    """With a large eps, each element is the difference of two values, to both sides, over their distance."""
    x = torch.randn(4, generator=rng, dtype=torch.float64)
    judge_differences(student, x, cubes_differences(x, 0.5), eps=0.5)


@check(
    "numeric_gradient",
    hints=[
        "Which shape does f expect, and which one should come back?",
        "For an `x` of shape (2, 3), print the shape of what `f` is handed and the shape of what you return.",
        "`numeric_gradient(lambda t: 5 * t.sum(), torch.ones(2, 3))` is 5 in two rows of three, and `f` sees a "
        "(2, 3) tensor each time.",
    ],
)
def test_differences_in_the_shape_of_x(student: Student, rng: torch.Generator) -> None:
    """The gradient has the shape of x, and f sees tensors of that shape."""
    x = torch.randn(2, 3, generator=rng, dtype=torch.float64)
    (a, b, c), (d, _, f) = x.tolist()
    right = torch.tensor([[f, 6 * b, -d], [-c, 2.0, a]], dtype=torch.float64)  # exact for a quadratic function
    judge_differences(student, x, right, eps=0.1, kind="table", form=True)


@check(
    "numeric_gradient",
    hints=[
        "What does x hold after the last element is done? And in between?",
        "Print `x` before and after the call, for float32 and for float64: a conversion that has nothing to "
        "convert makes no copy.",
        "`a = torch.ones(2, dtype=torch.float64); b = a.double(); b[0] = 5; print(a)` shows the 5 in `a`.",
    ],
)
def test_x_is_unchanged(student: Student, rng: torch.Generator) -> None:
    """After the call x holds what it held before, be it float64 or float32."""
    for dtype in (torch.float64, torch.float32):
        x = torch.randn(2, 2, generator=rng, dtype=torch.float64).to(dtype)
        got = student.run(differences, x=x, kind="cubes", options={"eps": 0.25})
        # An element that went up, down and back may end one rounding away, and nobody minds.
        assert_close(got["x"], x, name="x after the call", rtol=0, atol=1e-9 if dtype == torch.float64 else 1e-6)
        assert_shape(in_shape(got["gradient"], (2, 2)), (2, 2), name="numeric_gradient(f, x)")


@check(
    "numeric_gradient",
    weight=2,
    hints=[
        "How many digits has float32, and how many are left after a subtraction?",
        "Compare the `.dtype` of the tensor that `f` is handed with float64, and that of its two values before "
        "you subtract.",
        "`print((torch.tensor(1000.0001) - torch.tensor(1000.0)).item())` gives 0.000122 in float32: a fifth too much.",
    ],
)
def test_differences_are_taken_in_float64(student: Student, rng: torch.Generator) -> None:
    """A float32 x gives a precise gradient, although f is large there."""
    x = torch.randn(5, generator=rng)
    got = student.run(differences, x=x, kind="offset", options={})
    # In float32 the values near 10,000 are 0.001 apart, so the quotients are off by about 0.25 or exactly 0.
    assert_values(got["gradient"], 2 * x, name="numeric_gradient(f, x)", rtol=1e-4, atol=1e-3)


# two_layer_forward


def sent_back(
    x: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, dy: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the gradients with respect to w1 and w2 that dy, that of the outputs, sends back, in float64."""
    x, w1, w2, dy = (each.double() for each in (x, w1, w2, dy))
    z = x @ w1
    return x.T @ ((dy @ w2.T) * (z > 0)), z.clamp(min=0).T @ dy


def judge_forward(
    student: Student, x: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, *, form: bool = False
) -> list[torch.Tensor | None]:
    """Fail unless the student's outputs are relu(x w1) w2; return what their sum sends back to w1 and w2.

    With `form`, they have to be a tensor of the right shape; else other forms of them are accepted.
    """
    y_hat, grads = gradients(student, "two_layer_forward", x, w1, w2, of=(1, 2))
    name = f"two_layer_forward of {tuple(x.shape)}, {tuple(w1.shape)} and {tuple(w2.shape)}"
    (assert_close if form else assert_values)(y_hat, (x @ w1).clamp(min=0) @ w2, name=name)
    return grads


@check(
    "two_layer_forward",
    weight=2,
    hints=[
        "Where does the relu stand in the formula, and what does it do with -2?",
        "Follow one example through the layers: which values does relu see, and which come after it?",
        "x = (1), the weights (3, −3), then (10, 100): the hidden layer is (3, 0) and the output 30. Without "
        "relu it would be −270.",
    ],
)
def test_forward_of_a_batch(student: Student, rng: torch.Generator) -> None:
    """The outputs of a batch are relu(x w1) w2: shape (n, outputs)."""
    judge_forward(student, *network(rng, 6, 4, 5, 3)[:3], form=True)


@check(
    "two_layer_forward",
    hints=[
        "Which operations can autograd follow, and which values leave its sight?",
        "With weights that require gradients, print `.requires_grad` of each result on the way: where does it "
        "turn false?",
        "`torch.tensor([2.0], requires_grad=True).detach() * 3` has no way back; neither has what went through "
        "`.item()`, `.numpy()` or a new `torch.tensor(…)`.",
    ],
)
def test_forward_can_be_differentiated(student: Student, rng: torch.Generator) -> None:
    """Autograd can go back from the outputs to w1 and w2."""
    x, w1, w2, _ = network(rng, 6, 4, 5, 3)
    grads = judge_forward(student, x, w1, w2)
    for name, grad, right in zip(("w1", "w2"), grads, sent_back(x, w1, w2, torch.ones(6, 3)), strict=True):
        if grad is None:
            fail(f"Autograd cannot go back from the outputs to {name}.")
        assert_close(grad, right, name=f"gradient of the summed outputs with respect to {name}")


# two_layer_gradients


def right_gradients(
    x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the gradients of the summed squared error with respect to w1 and w2, in float64."""
    x, y, w1, w2 = (each.double() for each in (x, y, w1, w2))
    return sent_back(x, w1, w2, 2 * ((x @ w1).clamp(min=0) @ w2 - y))


def judge_pair(got: Any, right: tuple[torch.Tensor, torch.Tensor], *, atol: float, form: bool = False) -> None:
    """Fail unless `got` is the pair of the right gradients of w1 and w2, with `form` as tensors of their shapes."""
    if not isinstance(got, list) or len(got) != 2:
        fail("two_layer_gradients(x, y, w1, w2) is not a pair (dw1, dw2).")
    for name, mine, wanted in zip(("dw1", "dw2"), got, right, strict=True):
        (assert_close if form else assert_values)(mine, wanted, name=name, atol=atol)


def judge_gradients(
    student: Student, x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, *, form: bool = False
) -> None:
    """Fail unless the student's gradients are right and the arguments as they were; `form` as in `judge_pair`."""
    got = ask_unchanged(student, "two_layer_gradients", x, y, w1, w2, names=("x", "y", "w1", "w2"))
    right = right_gradients(x, y, w1, w2)
    scale = max(1.0, *(float(each.abs().max()) for each in right))  # rounding grows with the largest term
    judge_pair(got, right, atol=1e-5 * scale, form=form)


@check(
    "two_layer_gradients",
    weight=3,
    hints=[
        "Go back line by line: what does each line pass on, and through what?",
        "Compare each gradient with your `numeric_gradient` of the loss for that matrix: is it a multiple, a "
        "transpose, or something else?",
        "With numbers: x = 1, w1 = 3, w2 = 2 give 3 and the output 6; for y = 1 the error is 5. Then dw2 is 2 · "
        "5 · 3 = 30 and dw1 is 2 · 5 · 2 · 1 = 20.",
    ],
)
def test_gradients_of_the_squared_error(student: Student, rng: torch.Generator) -> None:
    """The gradients of the summed squared error with respect to w1 and w2 are right; no argument is changed."""
    x, w1, w2, y = network(rng, 7, 4, 5, 3)
    judge_gradients(student, x, y, w1, w2, form=True)


@check(
    "two_layer_gradients",
    hints=[
        "What does a hidden unit pass back when its input was negative?",
        "Print which hidden units are negative before relu, and look at the columns of dw1 that belong to them.",
        "With x = 1, w1 = (2, −2), w2 = (1, 1) and y = 0 the hidden layer is (2, 0) and the output 2. The "
        "gradient there is 4, and dw1 is (4, 0).",
    ],
)
def test_closed_units_pass_nothing_back(student: Student) -> None:
    """A hidden unit whose input is negative sends no gradient to its weights, an open one does."""
    x, y = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0]])
    w1, w2 = torch.tensor([[1.0, -1.0], [1.0, -0.5]]), torch.tensor([[-2.0], [4.0]])  # units: 3, open; -2, closed
    judge_gradients(student, x, y, w1, w2)


@check(
    "two_layer_gradients",
    weight=2,
    hints=[
        "Every gradient is a product of things that you have computed yourself.",
        "Compare what you call with what the question rules out: `backward`, `torch.autograd.grad`, `torch.func`.",
        "Shapes tell which product it is: dw2 is (h, o) and comes of the hidden layer, (n, h), and the error, "
        "(n, o). Which axis is summed away?",
    ],
)
def test_gradients_without_autograd(student: Student, rng: torch.Generator) -> None:
    """The gradients are right, and autograd is not asked for them."""
    x, w1, w2, y = network(rng, 5, 3, 4, 2)
    judge_gradients(student, x, y, w1, w2)
    _, calls = ask_recorded(student, "two_layer_gradients", x, y, w1, w2)
    used = ", ".join(f"`{name}`" for name in sorted(AUTOGRAD & names_in(calls)))
    if used:
        fail(f"`two_layer_gradients` uses {used}: autograd does the work that was to be done by hand.")


# train_two_layer


@probe
def trained(student, x, y, w1, w2, lr, num_steps):
    """The losses, from leaf tensors that require gradients, and which of torch's functions were called.

    Who asks for gradients, the caller or the function, can be understood in both ways: where the
    function cannot work with such tensors, it gets plain ones. Where it can work with neither, what it
    raised of the leaves is told: those are what the question promises.
    """

    def run(leaves):
        start = [each.clone().requires_grad_(leaves) for each in (w1, w2)]
        with recorded_calls() as calls:
            losses = student.train_two_layer(x, y, *start, lr, num_steps)
        return {"losses": losses, "calls": sorted(name for name in calls if "::" not in name)}

    try:
        return run(leaves=True)
    except NotImplementedError:
        raise
    except Exception as from_leaves:
        try:
            return run(leaves=False)
        except Exception:
            raise from_leaves from None


def descent(
    x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, lr: float, num_steps: int
) -> list[float]:
    """Return the losses before each step of gradient descent, in float64."""
    x, y, w1, w2 = (each.double() for each in (x, y, w1, w2))
    losses = []
    for _ in range(num_steps):
        losses.append(float(((x @ w1).clamp(min=0) @ w2 - y).pow(2).sum()))
        dw1, dw2 = right_gradients(x, y, w1, w2)
        w1, w2 = w1 - lr * dw1, w2 - lr * dw2
    return losses


def loss_list(got: Any, num_steps: int, *, form: bool = False) -> list[float]:
    """Return the losses, one for each step, or fail; without `form`, of whatever kind the numbers are."""
    values = got["losses"]
    if values is None:
        fail("train_two_layer(…) is None: is a `return` missing?")
    numbers_of = as_numbers(values)
    if form and isinstance(values, list) and (kinds := {type(each).__name__ for each in values} - {"float", "int"}):
        fail(f"Among the losses there are objects of type {' and '.join(sorted(kinds))}; expected numbers.")
    if not form and isinstance(numbers_of, torch.Tensor) and numbers_of.dim():
        values = in_shape(numbers_of, (numbers_of.numel(),)).tolist()
    if not isinstance(values, list) or not all(isinstance(value, (int, float)) for value in values):
        fail("train_two_layer(…) is not a list of losses.")
    if len(values) != num_steps:
        fail(f"There are {len(values)} losses for num_steps={num_steps}; expected one before each step.")
    return [float(value) for value in values]


def judge_losses(
    student: Student, x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor, lr: float, num_steps: int
) -> Any:
    """Fail unless the losses are those of gradient descent from w1 and w2; return what the probe measured."""
    got = student.run(trained, x=x, y=y, w1=w1, w2=w2, lr=lr, num_steps=num_steps)
    losses = loss_list(got, num_steps)
    right = descent(x, y, w1, w2, lr, num_steps)
    if not is_close(losses, right, rtol=1e-3):
        fail(f"The losses are {numbers(losses)}; gradient descent gives {numbers(right)}.")
    return got


@check(
    "train_two_layer",
    needs=TRAIN_NEEDS,
    hints=[
        "When is a loss recorded, and of how many examples is it the sum?",
        "Compare the first number with the loss at the `w1` and `w2` that were passed, and the length with "
        "`num_steps`.",
        "Two outputs that miss by 1 and by 3 have the loss 10: the sum of the squares, neither their mean nor "
        "its half.",
    ],
)
def test_one_loss_before_each_step(student: Student, rng: torch.Generator) -> None:
    """There is one loss a step, and the first is the summed squared error of the w1 and w2 that were passed."""
    x, w1, w2, y = network(rng, 6, 4, 5, 3)
    for num_steps in (1, 3):
        got = student.run(trained, x=x, y=y, w1=w1, w2=w2, lr=1e-3, num_steps=num_steps)
        losses = loss_list(got, num_steps, form=True)
        right = descent(x, y, w1, w2, 1e-3, 1)[0]
        if not is_close(losses[0], right, rtol=1e-3):
            fail(f"The first of the losses {numbers(losses)} should be {right:.4g}, that of the w1 and w2 passed.")


@check(
    "train_two_layer",
    weight=3,
    needs=TRAIN_NEEDS,
    hints=[
        "Follow both gradients and both weights through two steps.",
        "Print both gradients in the first two steps: is the second taken anew, and are both taken before "
        "either matrix moves?",
        "For L = w² from w = 1 with lr 0.1 the losses are 1, 0.64, 0.4096. Where the first gradient is still in "
        "`.grad` in the second step, the third is 0.1936.",
    ],
)
def test_losses_follow_gradient_descent(student: Student, rng: torch.Generator) -> None:
    """Over five steps the losses fall just as gradient descent makes them fall."""
    x, w1, w2, y = network(rng, 8, 4, 6, 3)
    judge_losses(student, x, y, w1, w2, lr=2e-3, num_steps=5)


@check(
    "train_two_layer",
    needs=TRAIN_NEEDS,
    hints=[
        "Which call finds both gradients at once?",
        "Print `w1.grad` after that call: it has the shape of `w1`, and is not None.",
    ],
)
def test_training_uses_autograd(student: Student, rng: torch.Generator) -> None:
    """The gradients come from autograd."""
    x, w1, w2, y = network(rng, 5, 3, 4, 2)
    got = judge_losses(student, x, y, w1, w2, lr=1e-3, num_steps=3)
    if not AUTOGRAD & names_in(got["calls"]):
        fail("The losses are right, but autograd was not asked for gradients.")


@check(
    "train_two_layer",
    about="means",
    needs=TRAIN_NEEDS,
    hints=[
        "Which function of yours computes the outputs?",
        "Look at the line that makes the outputs: does it call the function, or compute them once more?",
    ],
)
def test_training_is_made_of_your_own_functions(student: Student, rng: torch.Generator) -> None:
    """The outputs come from your two_layer_forward."""
    x, w1, w2, y = network(rng, 5, 3, 4, 2)
    student.run(trained, x=x, y=y, w1=w1, w2=w2, lr=1e-3, num_steps=2)
    assert_calling(student, "train_two_layer", *TRAIN_NEEDS, every=False)


# Shared by checks


def names_in(calls: Any) -> set[str]:
    """Return the names of torch's functions that a probe saw."""
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


# break_two_layer_gradients

LARGEST = (10, 10)


def ungated_gradients(
    x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the gradients that the function given in the notebook computes."""
    h = torch.relu(x @ w1)
    dy = 2 * (h @ w2 - y)
    return x.T @ (dy @ w2.T), h.T @ dy


def no_network(x: torch.Tensor, y: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor) -> str | None:
    """Return what is wrong about the shapes, if anything."""
    if len(x) == len(y) and x.shape[1] == len(w1) and w1.shape[1] == len(w2) and w2.shape[1] == y.shape[1]:
        return None
    shapes = ", ".join(str(tuple(each.shape)) for each in (x, y, w1, w2))
    return f"The shapes {shapes} are not of the form (n, d), (n, o), (d, h), (h, o)."


@check(
    "break_two_layer_gradients",
    hints=[
        "Which units let nothing pass, and does the function know them?",
        "Let one hidden unit be negative before relu, and compute the gradient of its weights by hand.",
    ],
)
def test_both_gradients_disagree(student: Student) -> None:
    """For the arguments returned, `ungated_gradients` gives other gradients than the right ones."""
    arguments = {name: a_tensor(LARGEST) for name in ("x", "y", "w1", "w2")}
    assert_breaks(
        student, "break_two_layer_gradients", arguments, given=ungated_gradients, right=right_gradients,
        refuse=no_network,
    )  # fmt: skip
