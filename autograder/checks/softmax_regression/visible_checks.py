"""Visible checks of `softmax_regression`: a linear classifier of images from scratch, trained by minibatch SGD."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import torch
from coursedata import load_garments

from autograder.judging.refusal import told_refusal
from autograder.judging.student import Student, StudentStopped
from autograder.judging.suite import (
    a_tensor,
    ask,
    ask_recorded,
    ask_unchanged,
    assert_below,
    assert_breaks,
    assert_calling,
    assert_close,
    assert_dtype,
    assert_not_using,
    assert_shape,
    check,
    fail,
    finite,
    gradients,
    in_shape,
    is_close,
    leaf,
    loader,
    new_seed,
    numbers,
    one_number,
    probe,
    recorded_calls,
    show_curve,
)

SHOWN: Final = 150  # images of the test iterator, whose labels are shifted
JUDGED: Final = 1850  # images that a trained model has never seen
# Whatever computes a softmax or its loss for the student; log-sum-exp is no more than a sum.
READY_MADE: Final = (
    "softmax", "log_softmax", "softmin", "gumbel_softmax", "cross_entropy", "nll_loss", "Softmax", "LogSoftmax",
    "Softmax2d", "Softmin", "CrossEntropyLoss", "NLLLoss",
)  # fmt: skip
EPOCH_NEEDS: Final = ("softmax", "cross_entropy", "net", "accuracy")
TRAIN_NEEDS: Final = (*EPOCH_NEEDS, "evaluate_accuracy", "train_epoch")
LOSS_TOLERANCE: Final = 1e-3  # a guard such as log(p + 1e-6) moves the loss of ordinary probabilities by less
LEAST_PROBABILITY: Final = 0.01
LARGEST_START: Final = 0.05  # root mean square: a start twice or three times as wide as the text's is small, too
METRICS: Final = ("the loss", "the accuracy")
FRACTION: Final = "evaluate_accuracy(predict, data_iter)"
Pair = tuple[torch.Tensor, torch.Tensor]


def gradient(student: Student, function: str, *arguments: Any, **settings: Any) -> torch.Tensor | None:
    """Return what a function's answer sends back to its first argument, or None where autograd cannot follow it."""
    try:
        return gradients(student, function, *arguments, of=[0], **settings)[1][0]
    except StudentStopped as stopped:
        if "requires grad" not in stopped.message or "in-place" in stopped.message:
            raise
        return None  # what NumPy is refused is no part of a graph either


def judge_form(got: Any, shape: Sequence[int], *, name: str) -> None:
    """Fail unless `got` is a float32 tensor of `shape`: other checks bring values into shape and judge them alone."""
    assert_shape(got, shape, name=name)
    assert_dtype(got, torch.float32, name=name)


def judge_float(got: Any, name: str) -> None:
    """Fail unless `got` is a Python number."""
    if isinstance(got, torch.Tensor):
        fail(f"{name} is a tensor; expected a Python float.")
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        one_number(got, name)
        fail(f"{name} is {str(got)[:100]}; expected a Python float.")


# softmax


def judge_probabilities(student: Student, X: torch.Tensor) -> None:
    """Fail unless softmax makes probabilities of each row of X."""
    got = in_shape(ask(student, "softmax", X), X.shape)
    assert_shape(got, X.shape, name="softmax(X)")
    for logits, p in zip(X, torch.as_tensor(got), strict=True):
        if not p.isfinite().all():
            fail(f"The probabilities of the logits {numbers(logits[:6])} are {numbers(p[:6])}.")
    assert_close(got, torch.softmax(X.double(), dim=1), name="softmax(X)")


def judge_gradient(student: Student, X: torch.Tensor, weights: torch.Tensor) -> None:
    """Fail where autograd finds another gradient of Σ weights · softmax(X), or loses its way.

    Whoever computes gradients by hand needs no graph: a result that is cut off from it is as good.
    """
    with told_refusal("in-place", "inplace", message="Autograd cannot go back through softmax: {refusal}"):
        got = gradient(student, "softmax", X, weights=weights)
    if got is not None:
        assert_close(got, softmax_backward(X, weights), name="gradient with respect to X", atol=1e-4)


def softmax_backward(X: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Return the gradient of Σ weights · softmax(X) with respect to X, in float64."""
    p = torch.softmax(X.double(), dim=1)
    return p * (weights - (p * weights).sum(dim=1, keepdim=True))


@check(
    "softmax",
    weight=2,
    hints=[
        "Which numbers are added up for one row, and what is the shape of that sum?",
        "Print the sum of each row of your result, and the shape of what you divide by: it holds one number a row.",
        "The row (0, log 3) has the powers 1 and 3 with the sum 4: probabilities 0.25 and 0.75. Sums in a flat "
        "(n,) meet the columns: with as many rows as classes no error tells you.",
    ],
)
def test_softmax_of_each_row(student: Student, rng: torch.Generator) -> None:
    """Each row of logits becomes its own probabilities: powers of e, divided by their sum."""
    judge_probabilities(student, 2 * torch.randn(4, 4, generator=rng))


@check(
    "softmax",
    weight=2,
    hints=[
        "How large does a number grow before its exponential is inf? What may be subtracted?",
        "Print the exponentials of 88, 89 and −1000 in float32, and what `inf / inf` is.",
        "The row (501, 500) has the probabilities of (1, 0), 0.731 and 0.269. Which number, taken from a row "
        "itself, brings any row down or up to such a place?",
    ],
)
def test_softmax_of_large_logits(student: Student) -> None:
    """Logits of 1000 and of −1000 give finite probabilities, and the right ones."""
    X = torch.tensor([[1000.0, 999.0, 0.0], [-1000.0, -1001.0, -999.5], [1000.0, -1000.0, 1000.0], [95.0, 90.0, 94.0]])
    judge_probabilities(student, X)


@check(
    "softmax",
    about="how",
    hints=[
        "Which of your operations write into the tensor that they are given?",
        "Print `X` before and after the call. Which operation has a name that ends with `_`, or is written `-=` "
        "or `/=`?",
        "`a = torch.ones(2); b = a; b -= 1; print(a)` shows zeros: two names, one tensor.",
    ],
)
def test_softmax_leaves_its_argument_alone(student: Student, rng: torch.Generator) -> None:
    """The logits are the same after the call as before."""
    ask_unchanged(student, "softmax", torch.randn(3, 5, generator=rng), names=["X"])


@check(
    "softmax",
    about="how",
    hints=[
        "Did you overwrite a tensor that autograd still needs?",
        "For an X that requires gradients try `softmax(X).log().sum().backward()`: does it stop with a message, "
        "or is `X.grad` None?",
        "`a = torch.ones(2, requires_grad=True).exp(); a /= 2; a.sum().backward()` stops: to go back, the "
        "exponential needs what `/=` has written over.",
    ],
)
def test_gradients_go_back_through_softmax(student: Student, rng: torch.Generator) -> None:
    """Where autograd follows the probabilities, it finds the right gradient with respect to the logits."""
    judge_gradient(student, torch.randn(4, 4, generator=rng), torch.randn(4, 4, generator=rng))


@check(
    "softmax",
    about="form",
    hints=[
        "What are the shape and the dtype of X, and what becomes of them on the way?",
        "Print `.shape` and `.dtype` of X and of your result: they are the same, also for a single row.",
        "`torch.ones(1, 3).sum(dim=1).shape` is (1,): an axis is gone. And `.double()` or NumPy make a float64 "
        "of a float32.",
    ],
)
def test_softmax_has_the_form_of_its_argument(student: Student, rng: torch.Generator) -> None:
    """The probabilities are a float32 tensor in the shape of X."""
    judge_form(ask(student, "softmax", torch.randn(3, 4, generator=rng)), (3, 4), name="softmax(X)")


@check(
    "softmax",
    about="how",
    hints=[
        "Write it with exp, a maximum, a sum and a division.",
        "Look for torch's `softmax`, `log_softmax` and `cross_entropy`, also in what your function calls.",
    ],
)
def test_softmax_is_your_own(student: Student, rng: torch.Generator) -> None:
    """No ready-made softmax is called."""
    _, calls = ask_recorded(student, "softmax", torch.randn(2, 3, generator=rng))
    assert_not_using(student, "softmax", without=READY_MADE, calls=calls)


# cross_entropy


def drawn_probabilities(n: int, k: int, rng: torch.Generator) -> Pair:
    """Return (n, k) rows that sum to 1, nothing in them near 0, and (n,) labels that are not all alike."""
    y_hat = torch.softmax(torch.rand(n, k, generator=rng) * 2, dim=1)
    y = (torch.arange(n) + torch.randint(k, (), generator=rng)) % k
    return y_hat, y[torch.randperm(n, generator=rng)]


def of_labels(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the probability of each example's label: (n,) float64."""
    return y_hat.double()[torch.arange(len(y)), y]


def judge_losses(student: Student, y_hat: torch.Tensor, y: torch.Tensor) -> None:
    """Fail unless cross_entropy gives −log of each row's probability of its label: shape (n,)."""
    loss = in_shape(ask(student, "cross_entropy", y_hat, y), y.shape)
    assert_close(loss, -of_labels(y_hat, y).log(), name="cross_entropy(y_hat, y)", atol=LOSS_TOLERANCE)


def judge_zero(student: Student, y_hat: torch.Tensor, y: torch.Tensor) -> None:
    """Fail unless losses are right, and finite and large where the label's probability is 0."""
    p = of_labels(y_hat, y)
    loss = in_shape(ask(student, "cross_entropy", y_hat, y), p.shape)
    assert_shape(loss, p.shape, name="cross_entropy(y_hat, y)")
    loss, above = torch.as_tensor(loss).double(), p > 0
    name = "cross_entropy of labels with a probability above 0"
    assert_close(loss[above], -p[above].log(), name=name, atol=LOSS_TOLERANCE)
    at_zero = loss[~above]
    if not (at_zero.isfinite() & (at_zero >= 9)).all():  # −log 1e-4: less would say that the mistake is a small one
        fail(f"The losses of labels with probability 0 are {numbers(at_zero)}; each should be large, and finite.")


@check(
    "cross_entropy",
    weight=2,
    hints=[
        "One row at a time: which of its probabilities enters the loss?",
        "Print what you take out of each row beside its label: one number a row, and label 2 means the third place.",
        "The rows (0.2, 0.8) and (0.5, 0.5) with the labels 0 and 1 have the losses −log 0.2 = 1.609 and −log "
        "0.5 = 0.693.",
    ],
)
def test_cross_entropy_of_each_example(student: Student, rng: torch.Generator) -> None:
    """The loss of an example is −log of the probability that was given to its label."""
    y_hat, y = drawn_probabilities(5, 5, rng)
    judge_losses(student, y_hat, y)
    got = gradient(student, "cross_entropy", y_hat, y, leaves=False)
    if got is not None:  # whoever computes gradients by hand needs no graph
        right = torch.zeros(5, 5, dtype=torch.float64)
        right[torch.arange(5), y] = -1 / of_labels(y_hat, y)
        assert_close(got, right, name="gradient of the summed losses", rtol=1e-3, atol=LOSS_TOLERANCE)


@check(
    "cross_entropy",
    hints=[
        "What is log 0, and what is the smallest number that you would let reach the logarithm?",
        "Print the loss where the label has probability 0, then where another class has it: `inf`, `nan`, or a number?",
        "−log 0.001 is 6.9 and −log 0.0001 is 9.2. A bound must be small enough for 9, and so small that −log "
        "0.9 = 0.105 keeps its decimals.",
    ],
)
def test_cross_entropy_at_probability_zero(student: Student) -> None:
    """A label of probability 0 has a large, finite loss; probability 0 for another class changes nothing."""
    y_hat = torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.25, 0.75], [0.0, 1.0, 0.0]])
    judge_zero(student, y_hat, torch.tensor([1, 0, 2, 1]))


@check(
    "cross_entropy",
    about="form",
    hints=[
        "How many axes do the losses of n examples have?",
        "Print `.shape` and `.dtype` of the losses of three examples and of one: (3,) and (1,), float32.",
        "Picking with a list keeps the axis: `torch.ones(3, 2)[:, [0]].shape` is (3, 1), and `torch.ones(3, "
        "2)[:, 0].shape` is (3,).",
    ],
)
def test_cross_entropy_is_a_flat_tensor(student: Student, rng: torch.Generator) -> None:
    """There is one float32 loss for each example: shape (n,), also for one."""
    for n in (6, 1):
        judge_form(ask(student, "cross_entropy", *drawn_probabilities(n, 4, rng)), (n,), name="cross_entropy(y_hat, y)")


@check(
    "cross_entropy",
    about="how",
    hints=[
        "Pick the probabilities by their places and take the logarithm yourself.",
        "Look for torch's `cross_entropy`, `nll_loss` and the losses of `nn`, also in what your function calls.",
    ],
)
def test_cross_entropy_is_your_own(student: Student, rng: torch.Generator) -> None:
    """No ready-made loss is called."""
    _, calls = ask_recorded(student, "cross_entropy", *drawn_probabilities(4, 3, rng))
    assert_not_using(student, "cross_entropy", without=READY_MADE, calls=calls)


# net


def judge_outputs(student: Student, X: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> None:
    """Fail unless net gives the class probabilities of each example."""
    message = f"For X of shape {tuple(X.shape)} and W of shape {tuple(W.shape)}: {{refusal}}"
    with told_refusal("mat1 and mat2", "size", "shape", message=message):
        out, _ = gradients(student, "net", X, W, b, of=[1, 2])
    logits = X.reshape(len(X), -1).double() @ W.double() + b
    assert_close(out, torch.softmax(logits, dim=1), name="net(X, W, b)")


def drawn_model(num_inputs: int, num_outputs: int, rng: torch.Generator) -> Pair:
    """Return W, (d, k), and b, (k,), that make logits of moderate size from inputs of size 1."""
    W = torch.randn(num_inputs, num_outputs, generator=rng) / math.sqrt(num_inputs)
    return W, torch.randn(num_outputs, generator=rng)


@check(
    "net",
    needs=("softmax",),
    weight=2,
    hints=[
        "Write down the shape after each of the three steps.",
        "They are (n, d), (n, k) and (n, k): print them, and compare the sum of each row at the end with 1.",
        "X = [[1, 2]], W = [[0, 1], [0, 0]] and b = [0, −1] give the logits 0 and 0, so both probabilities are 0.5.",
    ],
)
def test_net_gives_probabilities_of_flat_rows(student: Student, rng: torch.Generator) -> None:
    """Rows (n, d) go through XW + b and softmax: (n, k) probabilities."""
    X, (W, b) = torch.randn(5, 12, generator=rng), drawn_model(12, 3, rng)
    judge_outputs(student, X, W, b)
    weights = torch.arange(1.0, 4.0)
    error = softmax_backward(X.double() @ W.double() + b, weights)
    _, grads = gradients(student, "net", X, W, b, of=[1, 2], weights=weights)
    for name, grad, right in zip("Wb", grads, (X.double().T @ error, error.sum(dim=0)), strict=True):
        if grad is not None:  # whoever computes gradients by hand needs no graph
            assert_close(grad, right, name=f"gradient with respect to {name}", atol=1e-4)


@check(
    "net",
    needs=("softmax",),
    weight=2,
    hints=[
        "How many numbers is one image, and what counts the images?",
        "Print the shape after flattening five images: five rows, and all the numbers of an image in each.",
        "`torch.zeros(2, 1, 3, 4)` holds 24 numbers for two images: two rows of 12.",
    ],
)
def test_net_flattens_images(student: Student, rng: torch.Generator) -> None:
    """Images (n, 1, 28, 28) and (n, 28, 28) become rows of 784 numbers."""
    W, b = drawn_model(784, 10, rng)
    images = torch.rand(4, 1, 28, 28, generator=rng)
    for X in (images, images[:, 0]):
        judge_outputs(student, X, W, b)


@check(
    "net",
    needs=("softmax",),
    hints=[
        "W and b are given: multiply, add, and call your own softmax.",
        "Compare your calls with the list at the head of the notebook: `nn.Linear` and torch's softmax are on it.",
    ],
)
def test_net_is_your_own(student: Student, rng: torch.Generator) -> None:
    """No layer and no ready-made softmax is used."""
    X, (W, b) = torch.randn(2, 4, generator=rng), drawn_model(4, 3, rng)
    judge_outputs(student, X, W, b)
    _, calls = ask_recorded(student, "net", X, leaf(W), leaf(b))
    assert_not_using(student, "net", without=(*READY_MADE, "Linear", "LazyLinear"), calls=calls)


# accuracy


def judge_count(student: Student, y_hat: torch.Tensor, y: torch.Tensor) -> None:
    """Fail unless accuracy says how many rows have their largest score at their label."""
    count = one_number(ask(student, "accuracy", y_hat, y), "accuracy(y_hat, y)")
    right = int((y_hat.argmax(dim=1) == y).sum())
    if not abs(count - right) <= 1e-4:
        fail(f"accuracy(y_hat, y) is {count:.4g}; of {len(y)} predictions {right} are right.")


def scores_with(ranks: Sequence[int], k: int, rng: torch.Generator) -> Pair:
    """Return (n, k) scores without ties, and (n,) labels at these ranks: 0 is predicted, −1 has the smallest score."""
    n = len(ranks)
    scores = torch.stack([torch.randperm(k, generator=rng) for _ in range(n)]).float()
    scores = scores - k / 2 + 0.1 * torch.rand(n, k, generator=rng)
    order = scores.argsort(dim=1, descending=True)
    return scores, order[torch.arange(n), torch.tensor(ranks) % k]


@check(
    "accuracy",
    weight=2,
    hints=[
        "Along which axis do the classes lie, and what is counted?",
        "Print the predicted classes beside the labels: one number a row, and how many agree?",
        "The scores (0.1, 0.9), (0.8, 0.2), (0.3, 0.7) predict 1, 0, 1. With the labels 1, 1, 1 two are right: 2.0.",
    ],
)
def test_accuracy_counts_the_right_ones(student: Student, rng: torch.Generator) -> None:
    """Of seven predictions four are right: 4."""
    for _ in range(3):  # along the wrong axis, four may be right by chance
        judge_count(student, *scores_with([0, 1, 0, 0, -1, 2, 0], 7, rng))


@check(
    "accuracy",
    hints=[
        "What if nobody is right, and what if all are?",
        "Is anything compared with 0 or with ½? The largest of the scores −3 and −1 is −1, and it decides.",
        "Two right ones of two are 2.0, not 1.0; none is 0.0.",
    ],
)
def test_accuracy_of_none_and_of_all(student: Student, rng: torch.Generator) -> None:
    """None right is 0.0 and all of eight right is 8.0, for scores of any sign."""
    for ranks in ([1, -1, 1, 2, 3, 1, -1, -1], [0] * 8):
        y_hat, y = scores_with(ranks, 5, rng)
        judge_count(student, y_hat - 10, y)


@check(
    "accuracy",
    about="how",
    hints=[
        "What kind of number is asked for?",
        "Print the `type` of the result: a tensor with one number, or an int, is not yet a `float`.",
    ],
)
def test_accuracy_is_a_python_float(student: Student, rng: torch.Generator) -> None:
    """The count is a Python float, and no tensor."""
    judge_float(ask(student, "accuracy", *scores_with([0, 1, 0], 4, rng)), "accuracy(y_hat, y)")


# evaluate_accuracy


@probe
def evaluated(student, X, y, sizes, M, loaded):
    """What evaluate_accuracy returns for the scores X @ M, over a list of minibatches or a DataLoader.

    Also how many examples it had scores predicted for.
    """
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), batch_size=sizes[0])
    batches = loader if loaded else list(zip(X.split(sizes), y.split(sizes), strict=True))
    asked = 0

    def predict(X):
        nonlocal asked
        asked += len(X)
        return X.reshape(len(X), -1) @ M

    try:
        fraction = student.evaluate_accuracy(predict, batches)
    except NotImplementedError:
        raise
    except (NameError, RuntimeError) as error:  # no W and b to be found, or those of other inputs
        if asked or (isinstance(error, NameError) and error.name not in ("W", "b")):
            raise
        return {"fraction": None, "asked": 0}
    return {"fraction": fraction, "asked": int(asked)}


def judge_fraction(
    student: Student, sizes: Sequence[int], right: Sequence[bool], rng: torch.Generator, *, loaded: bool = False
) -> None:
    """Fail unless evaluate_accuracy gives the fraction of `right`, which come in minibatches of `sizes`."""
    scores, y = scores_with([0 if each else 1 for each in right], 4, rng)
    M = torch.eye(4)[[2, 3, 1, 0]]  # the scores are not the inputs themselves
    got = student.run(evaluated, X=scores @ M.T, y=y, sizes=list(sizes), M=M, loaded=loaded)
    if got["asked"] == 0:
        fail("evaluate_accuracy never asked `predict` for scores.")
    fraction = one_number(got["fraction"], FRACTION)
    if not abs(fraction - sum(right) / len(right)) <= 1e-5:
        fail(f"evaluate_accuracy gave {fraction:.4g}; of {len(right)} examples {sum(right)} are right, "
             f"which is {sum(right) / len(right):.4g}.")  # fmt: skip


@check(
    "evaluate_accuracy",
    weight=2,
    needs=("accuracy",),
    hints=[
        "What must be added up, and by what divided, once?",
        "Print the right ones and the size of each minibatch: are both added up before there is one division?",
        "Minibatches of 4 and 1 with 2 and 1 right: 3 of 5 is 0.6. The mean of the two fractions is 0.75.",
    ],
)
def test_accuracy_over_uneven_minibatches(student: Student, rng: torch.Generator) -> None:
    """Minibatches of 5, 5 and 2 with 4, 3 and 1 right: the fraction is 8/12."""
    right = [True, True, False, True, True, True, False, True, False, True, False, True]
    judge_fraction(student, (5, 5, 2), right, rng)


@check(
    "evaluate_accuracy",
    needs=("accuracy",),
    hints=[
        "Does the function take for granted what kind of iterator it is?",
        "`len` of a `DataLoader` counts minibatches, and it has no places to ask for: is a `for` loop all that "
        "you need?",
    ],
)
def test_accuracy_over_a_data_loader(student: Student, rng: torch.Generator) -> None:
    """A DataLoader with a short last minibatch works like a list."""
    right = [True, False, False, True, True, False, True, True, True, True, True]
    judge_fraction(student, (4, 4, 3), right, rng, loaded=True)


@probe
def models_asked(student, X, y, sizes):
    """What evaluate_accuracy says of two models, one after the other, over the same images.

    Also the shapes that they got, and whether an input was none of the images.
    """
    batches = list(zip(X.split(sizes), y.split(sizes), strict=True))
    images = torch.cat([images for images, _ in batches]).flatten(1)
    shapes, changed = set(), 0

    def first(X):
        nonlocal changed
        shapes.add(tuple(X.shape[1:]))
        rows = X.reshape(len(X), -1)
        if rows.shape[1] == images.shape[1]:
            changed += sum(not bool((row == images).all(dim=1).any()) for row in rows)
        return rows

    def second(X):
        return -first(X)

    return {
        "fractions": [student.evaluate_accuracy(predict, batches) for predict in (first, second)],
        "shapes": sorted(shapes),
        "changed": bool(changed),
    }


def images_to_rank(rng: torch.Generator) -> Pair:
    """Return seven images (2, 2), and labels that five pixels' largest and two pixels' smallest numbers stand at."""
    scores, y = scores_with([0, 0, -1, 0, 0, -1, 0], 4, rng)
    return scores.reshape(7, 2, 2), y


@check(
    "evaluate_accuracy",
    about="how",
    needs=("accuracy",),
    hints=[
        "What does predict get, and what does it get it for?",
        "Print `X.shape` just before `predict` gets it, and compare it with the shape in the iterator.",
    ],
)
def test_inputs_are_handed_on_as_they_come(student: Student, rng: torch.Generator) -> None:
    """`predict` gets the images of a minibatch in their own shape, with their own numbers."""
    X, y = images_to_rank(rng)
    got = student.run(models_asked, X=X, y=y, sizes=[4, 3])
    for shape in got["shapes"]:
        if list(shape) != [2, 2]:
            fail(f"predict was given inputs of shape (n, {', '.join(map(str, shape))}); the iterator has (n, 2, 2).")
    if got["changed"]:
        fail("predict was given images whose numbers are not those of the iterator's; expected them as they come.")


@check(
    "evaluate_accuracy",
    about="how",
    needs=("accuracy",),
    hints=[
        "Which number is asked for, and of which model?",
        "Ask once with a model that is always right and once with one that is always wrong: 1.0 and 0.0, and is "
        "each a `float`?",
    ],
)
def test_fraction_is_a_float_of_this_very_model(student: Student, rng: torch.Generator) -> None:
    """The fraction is a Python float, and another model's is another one, over the same minibatches."""
    X, y = images_to_rank(rng)
    first, second = student.run(models_asked, X=X, y=y, sizes=[4, 3])["fractions"]
    judge_float(first, FRACTION)
    if is_close(first, second, atol=1e-4):
        fail(f"Of two models with 5 and 2 of 7 predictions right the fractions are {numbers([first, second])}.")


# train_epoch


@dataclass(frozen=True)
class Epoch:
    """Where an epoch of minibatch SGD ends, in float64, and the mean loss and the accuracy that it measured.

    A minibatch may be measured before its step is taken, or after.
    """

    W: torch.Tensor
    b: torch.Tensor
    before: torch.Tensor
    after: torch.Tensor
    least: float  # probability of a label, when its minibatch was seen


def measure(X: torch.Tensor, y: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return the summed loss of examples and how many are predicted right: (2,) float64."""
    logits = X.reshape(len(X), -1).double() @ W.double() + b.double()
    loss = torch.nn.functional.cross_entropy(logits, y, reduction="sum")
    return torch.stack([loss, (logits.argmax(dim=1) == y).sum()])


def accuracy_of(X: torch.Tensor, y: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> float:
    """Return the share of examples that W and b predict right."""
    return float(measure(X, y, W, b)[1]) / len(y)


def sgd(W: torch.Tensor, b: torch.Tensor, batches: Sequence[Pair], lr: float, num_epochs: int) -> list[Epoch]:
    """Run epochs from W, (d, k), and b, (k,)."""
    W, b, count = W.double(), b.double(), sum(len(y) for _, y in batches)
    epochs = []
    for _ in range(num_epochs):
        before, after, least = [], [], []
        for X, y in batches:
            rows = X.reshape(len(X), -1).double()
            p = torch.softmax(rows @ W + b, dim=1)
            error = (p - torch.nn.functional.one_hot(y, len(b))) / len(y)
            least.append(float(of_labels(p, y).min()))
            before.append(measure(X, y, W, b))
            W, b = W - lr * rows.T @ error, b - lr * error.sum(dim=0)
            after.append(measure(X, y, W, b))
        earlier, later = (torch.stack(measured).sum(dim=0) / count for measured in (before, after))
        epochs.append(Epoch(W, b, earlier, later, min(least)))
    return epochs


def clusters(n: int, num_inputs: int, num_outputs: int, rng: torch.Generator) -> Pair:
    """Return (n, d) examples around one centre a class, close enough to be confused now and then, and labels."""
    centres = 1.2 * torch.randn(num_outputs, num_inputs, generator=rng)
    y = torch.randint(num_outputs, (n,), generator=rng)
    return centres[y] + torch.randn(n, num_inputs, generator=rng), y


def minibatches(X: torch.Tensor, y: torch.Tensor, sizes: int | list[int]) -> list[Pair]:
    """Return the examples in minibatches of these sizes, in order."""
    return list(zip(X.split(sizes), y.split(sizes), strict=True))


@probe
def epochs_run(student, W, b, X, y, sizes, lr, loaded, epochs):
    """What train_epoch returns, where it leaves the leaf tensors that the caller holds, whether it asked autograd."""
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), batch_size=sizes[0])
    batches = loader if loaded else list(zip(X.split(sizes), y.split(sizes), strict=True))
    W.requires_grad_()
    b.requires_grad_()
    with recorded_calls() as calls:
        returned = [student.train_epoch(W, b, batches, lr) for _ in range(epochs)]
    return {"W": W, "b": b, "returned": returned, "asked_autograd": "backward" in calls}


def fail_where_cut_off(student: Student) -> None:
    """Fail where autograd cannot go back through one of the functions that an epoch calls."""
    half, W, b, y = torch.full((3, 2), 0.5), torch.full((4, 2), 0.5), torch.full((2,), 0.5), torch.tensor([0, 1, 0])
    for function, arguments, of in (
        ("softmax", [half], [0]), ("net", [torch.ones(3, 4), W, b], [1, 2]), ("cross_entropy", [half, y], [0]),
    ):  # fmt: skip
        try:
            cut = None in gradients(student, function, *arguments, of=of, leaves=False)[1]
        except StudentStopped as stopped:
            refusal = stopped.message.partition("\n")[0]
            cut = "RuntimeError" not in refusal or "require" in refusal
        if cut:
            fail(f"No gradient came back to W and b: autograd cannot go back through `{function}`.")


@dataclass(frozen=True)
class Setting:
    """Examples, a start and a learning rate for train_epoch."""

    X: torch.Tensor
    y: torch.Tensor
    sizes: Sequence[int]
    W: torch.Tensor
    b: torch.Tensor
    lr: float

    def epochs(self, count: int = 1) -> list[Epoch]:
        """Run epochs from the start."""
        return sgd(self.W, self.b, minibatches(self.X, self.y, list(self.sizes)), self.lr, count)

    def run(self, student: Student, *, epochs: int = 1, loaded: bool = False) -> Any:
        """Return what `epochs_run` measured, or fail where autograd refused the update or found no gradient."""
        try:
            with told_refusal("leaf Variable", message="PyTorch refused the update: {refusal}"):
                got = student.run(
                    epochs_run, W=self.W, b=self.b, X=self.X, y=self.y, sizes=list(self.sizes), lr=self.lr,
                    loaded=loaded, epochs=epochs,
                )  # fmt: skip
        except StudentStopped as stopped:
            refusal = stopped.message.partition("\n")[0]
            if any(words in refusal for words in ("require grad", "requires grad", "NoneType", "been used in")):
                fail_where_cut_off(student)
            raise
        if got["asked_autograd"] and is_close(got["W"], self.W, rtol=0, atol=0):
            fail_where_cut_off(student)
        return got


def drawn_setting(
    sizes: Sequence[int], num_inputs: int, num_outputs: int, lr: float, rng: torch.Generator, *, epochs: int = 1
) -> Setting:
    """Draw examples and a start from which a step makes a difference.

    No label becomes so improbable that a guard such as log(p + 1e-6), which is right, moves a step.
    """
    while True:
        X, y = clusters(sum(sizes), num_inputs, num_outputs, rng)
        setting = Setting(X, y, sizes, *drawn_model(num_inputs, num_outputs, rng), lr)
        if min(epoch.least for epoch in setting.epochs(epochs)) > LEAST_PROBABILITY:
            return setting


def judge_parameters(got: Any, setting: Setting, epochs: int = 1) -> None:
    """Fail unless W and b are where the epochs lead."""
    right = setting.epochs(epochs)[-1]
    if is_close(got["W"], setting.W):
        fail("W is the same after the epoch as before.")
    for name, expected in (("W", right.W), ("b", right.b)):
        assert_close(got[name], expected, name=f"{name} after the epoch", rtol=1e-3, atol=1e-4)


def last_returned(got: Any) -> Any:
    """Return what the last epoch gave: nothing, where the answer is a forged one without any."""
    return got["returned"][-1] if got["returned"] else None


def judge_metrics(got: Any, setting: Setting, epochs: int = 1) -> None:
    """Fail unless the last epoch returned the mean loss an example and the accuracy, measured as it went."""
    returned = last_returned(got)
    if isinstance(returned, torch.Tensor):
        returned = list(returned.reshape(-1))
    if not isinstance(returned, list) or len(returned) != 2:
        fail(f"train_epoch returned {str(returned)[:100]}; expected two numbers, the mean loss and the accuracy.")
    pair = [one_number(each, name) for each, name in zip(returned, METRICS, strict=True)]
    right = setting.epochs(epochs)[-1]
    if not any(is_close(pair, each, rtol=0, atol=LOSS_TOLERANCE) for each in (right.before, right.after)):
        fail(f"train_epoch gave the mean loss and the accuracy {numbers(pair)}; expected {numbers(right.before)} or, "
             f"measured after each step, {numbers(right.after)}.")  # fmt: skip


def judge_epochs(student: Student, setting: Setting, *, epochs: int = 1, loaded: bool = False) -> None:
    """Fail unless epochs lead W and b where they should, and return what they measured."""
    got = setting.run(student, epochs=epochs, loaded=loaded)
    judge_parameters(got, setting, epochs)
    judge_metrics(got, setting, epochs)


@check(
    "train_epoch",
    weight=2,
    needs=EPOCH_NEEDS,
    hints=[
        "Follow one minibatch: which number does backward() start from, and what is in .grad before and after?",
        "Compare W before and after one minibatch: does it move by lr times the gradient of a mean, and is "
        "`.grad` empty before the next?",
        "Two examples pull a weight by the gradients 1 and 3: their mean is 2, so at lr 0.5 it moves by −1. A "
        "sum would move it by −2.",
    ],
)
def test_epoch_takes_a_step_for_each_minibatch(student: Student, rng: torch.Generator) -> None:  # fmt: skip
    """Each minibatch moves W and b, in place, by lr times the gradient of its mean loss."""
    setting = drawn_setting((6, 6, 6, 2), 4, 3, 0.3, rng)
    judge_parameters(setting.run(student), setting)


@check(
    "train_epoch",
    weight=2,
    needs=EPOCH_NEEDS,
    hints=[
        "What is added up over the minibatches, and divided by what?",
        "Print size, summed loss and right ones of each minibatch: are all three added up before there is one "
        "division?",
        "Minibatches of 4 and 1 with the mean losses 1 and 2: 4 + 2 over five examples is 1.2. The mean of the "
        "two means is 1.5.",
    ],
)
def test_epoch_returns_loss_and_accuracy(student: Student, rng: torch.Generator) -> None:
    """The returned numbers are the mean loss and the share of right predictions over all examples."""
    setting = drawn_setting((8, 8, 3), 4, 3, 0.2, rng)
    judge_metrics(setting.run(student), setting)


@check(
    "train_epoch",
    about="form",
    needs=EPOCH_NEEDS,
    hints=[
        "What kind of numbers is asked for?",
        "`print([type(each) for each in train_epoch(W, b, train_iter, 0.1)])`: two times `float`.",
        "`torch.tensor(0.5)` is a tensor with one number in it; `torch.tensor(0.5).item()` is the float.",
    ],
)
def test_epoch_returns_two_floats(student: Student, rng: torch.Generator) -> None:
    """The mean loss and the accuracy are Python floats, and no tensors."""
    returned = last_returned(drawn_setting((4, 3), 4, 3, 0.2, rng).run(student))
    if not isinstance(returned, list) or len(returned) != 2:
        fail(f"train_epoch returned {str(returned)[:100]}; expected two Python floats.")
    for each, name in zip(returned, METRICS, strict=True):
        judge_float(each, name)


@check(
    "train_epoch",
    needs=EPOCH_NEEDS,
    hints=[
        "Are W and b after an epoch still what the next one needs?",
        "Compare `id(W)`, `W.is_leaf` and `W.requires_grad` before and after an epoch: all three stay.",
        "`a = torch.zeros(2); b = a; a = a - 1; print(b)` shows zeros: `a` now names a new tensor. What changes "
        "the numbers inside of the old one?",
    ],
)
def test_second_epoch_goes_on(student: Student, rng: torch.Generator) -> None:
    """A second epoch, over images in a DataLoader, goes on where the first one ended."""
    setting = drawn_setting((7, 7, 4), 12, 3, 0.25, rng, epochs=2)
    judge_epochs(student, replace(setting, X=setting.X.reshape(-1, 1, 3, 4)), epochs=2, loaded=True)


@check(
    "train_epoch",
    about="how",
    needs=EPOCH_NEEDS,
    hints=[
        "Everything it needs stands above it, written by you.",
        "Compare your calls with the list at the head of the notebook, those inside of `net` and "
        "`cross_entropy` as well.",
    ],
)
def test_epoch_uses_your_own_functions(student: Student, rng: torch.Generator) -> None:
    """No ready-made softmax or loss is used."""
    drawn_setting((3, 2), 4, 3, 0.1, rng).run(student)
    assert_not_using(student, "train_epoch", without=READY_MADE)


@check(
    "train_epoch",
    about="means",
    needs=EPOCH_NEEDS,
    hints=[
        "Which of your functions does the question name?",
        "Put a `print` into each of them for a moment: which one stays silent during an epoch?",
    ],
)
def test_epoch_is_made_of_your_own_functions(student: Student, rng: torch.Generator) -> None:
    """An epoch is made of functions of yours: net and cross_entropy."""
    drawn_setting((3, 2), 4, 3, 0.1, rng).run(student)
    assert_calling(student, "train_epoch", "net", "cross_entropy", every=False)


# train


@functools.lru_cache(maxsize=8)
def garments(seed: int, split: str, count: int) -> Pair:
    """Return (n, 1, 28, 28) float32 images in [0, 1] and (n,) int64 labels; drawn once for a whole class."""
    images, labels = load_garments(split=split, seed=seed, subset=count)
    images, labels = torch.as_tensor(images), torch.as_tensor(labels)
    return images.float().reshape(-1, 1, 28, 28) / 255, labels.long()


@dataclass(frozen=True)
class Course:
    """Arguments of a training: two sets of examples (inputs, labels), and how to train."""

    train_set: Pair
    test_set: Pair
    num_outputs: int
    num_epochs: int
    lr: float
    batch_size: int

    @property
    def num_inputs(self) -> int:
        """Numbers in one example."""
        return self.train_set[0][0].numel()

    def returned(self, student: Student, *, loaded: bool = False) -> list[Any]:
        """Return what stands for W, b and the history."""
        train_iter, test_iter = (
            loader(X, y, batch_size=self.batch_size) if loaded else minibatches(X, y, self.batch_size)
            for X, y in (self.train_set, self.test_set)
        )
        got = ask(student, "train", train_iter, test_iter, self.num_inputs, self.num_outputs, self.num_epochs, self.lr)
        if not isinstance(got, list) or len(got) != 3:
            fail(f"train returned {str(got)[:100]}; expected three things: W, b and the history.")
        return got

    def run(self, student: Student, *, loaded: bool = False) -> tuple[torch.Tensor, torch.Tensor, Any]:
        """Return the trained W, (d, k), and b, (k,), in float64, and what stands for the history."""
        got = self.returned(student, loaded=loaded)
        W, b = in_shape(got[0], (self.num_inputs, self.num_outputs)), in_shape(got[1], (self.num_outputs,))
        assert_shape(W, (self.num_inputs, self.num_outputs), name="W")
        assert_shape(b, (self.num_outputs,), name="b")
        return finite(W, "W"), finite(b, "b"), got[2]

    def epochs(self, W: torch.Tensor, b: torch.Tensor) -> list[Epoch]:
        """Run the epochs of training on the training examples, from W and b."""
        return sgd(W, b, minibatches(*self.train_set, self.batch_size), self.lr, self.num_epochs)


ENTRY: Final = ("train_loss", "train_acc", "test_acc")


def history_of(history: Any, num_epochs: int) -> torch.Tensor:
    """Return a training's history, train loss, train accuracy and test accuracy of each epoch: (num_epochs, 3)."""
    rows = history.tolist() if isinstance(history, (torch.Tensor, np.ndarray)) else history
    if not isinstance(rows, list):
        fail(f"The history is no list but {str(history)[:100]}.")
    rows = [row.tolist() if isinstance(row, (torch.Tensor, np.ndarray)) else row for row in rows]
    if len(rows) != num_epochs or not all(isinstance(entry, list) and len(entry) == 3 for entry in rows):
        fail(f"The history has {len(rows)} entries, the first of them {str(rows[:1])[1:-1][:100]}; for "
             f"num_epochs={num_epochs} expected as many, each ({', '.join(ENTRY)}).")  # fmt: skip
    return torch.tensor([
        [one_number(value, f"{name} of epoch {place}") for value, name in zip(entry, ENTRY, strict=True)]
        for place, entry in enumerate(rows)
    ], dtype=torch.float64)  # fmt: skip


def judge_history_form(history: Any, num_epochs: int) -> None:
    """Fail unless the history is a list of three Python floats for each epoch."""
    history_of(history, num_epochs)
    if not isinstance(history, list) or not all(isinstance(entry, list) for entry in history):
        fail(f"The history is {str(history)[:100]}; expected a list with an entry ({', '.join(ENTRY)}) an epoch.")
    for place, entry in enumerate(history):
        for value, name in zip(entry, ENTRY, strict=True):
            judge_float(value, f"{name} of epoch {place}")


def drawn_course(
    rng: torch.Generator, *, shape: Sequence[int] = (5,), num_outputs: int = 3, num_epochs: int = 4, lr: float = 0.4,
    batch_size: int = 10,
) -> Course:  # fmt: skip
    """Draw 64 examples to train on, and 101 to test on, of which a quarter have another label."""
    X, y = clusters(165, math.prod(shape), num_outputs, rng)
    X = X.reshape(165, *shape)
    test_y = torch.where(torch.arange(165) % 4 == 0, (y + 1) % num_outputs, y)
    return Course((X[:64], y[:64]), (X[64:], test_y[64:]), num_outputs, num_epochs, lr, batch_size)


def nearest_series(losses: torch.Tensor, epochs: Sequence[Epoch]) -> torch.Tensor:
    """Return the mean losses and the accuracies of epochs, measured before or after each step: what fits `losses`."""
    measured = ((each.before, each.after) for each in epochs)
    series = [torch.stack(list(pairs), dim=1) for pairs in zip(*measured, strict=True)]
    return min(series, key=lambda pair: float((losses - pair[0]).abs().max()))


def judge_history(student: Student, course: Course, statistic: str, *, loaded: bool = False) -> None:
    """Fail unless the history is that of training from small weights, on the training examples alone."""
    W, b, history = course.run(student, loaded=loaded)
    losses, accuracies, test_accuracies = history_of(history, course.num_epochs).T
    test_acc, right = float(test_accuracies[-1]), accuracy_of(*course.test_set, W, b)
    if not abs(test_acc - right) <= 1e-4:
        fail(f"The last test_acc is {test_acc:.4g}; W and b predict {right:.4g} of the test iterator right.")
    wanted, wanted_accuracies = nearest_series(losses, course.epochs(torch.zeros_like(W), torch.zeros_like(b)))
    assert_below(
        float((losses - wanted).abs().max()), statistic,
        message=f"train_loss went {numbers(losses)}; with these settings and a small start it goes {numbers(wanted)}.",
    )  # fmt: skip
    # The first minibatch of all finds ties, or what random numbers make of them: so the mean over the epochs.
    assert_below(
        float((accuracies - wanted_accuracies).abs().mean()), f"{statistic.removesuffix('loss')}accuracy",
        message=f"train_acc went {numbers(accuracies)}; with these settings it goes {numbers(wanted_accuracies)}.",
    )  # fmt: skip


def course_of_garments(
    rng: torch.Generator, train_count: int, *, num_epochs: int, lr: float, batch_size: int
) -> tuple[Course, torch.Tensor, torch.Tensor]:
    """Return what a model of garments is trained with, and images and labels to judge it by, which it never sees.

    The classes are numbered anew: what was learned elsewhere is of no use. The labels of the test iterator are all
    shifted by one: whoever trains on it learns them wrong.
    """
    train_X, train_y = garments(new_seed(rng), "train", train_count)
    X, y = garments(new_seed(rng), "test", SHOWN + JUDGED)
    number_of = torch.randperm(10, generator=rng)
    train_set, y = (train_X, number_of[train_y]), number_of[y]
    shown = X[:SHOWN], (y[:SHOWN] + 1) % 10
    return Course(train_set, shown, 10, num_epochs, lr, batch_size), X[SHOWN:], y[SHOWN:]


def judge_error(error: float, num_epochs: int, statistic: str) -> None:
    """Fail unless the share of new images that are classified wrong is small."""
    assert_below(
        error, statistic,
        message=f"Of {JUDGED} new images a share of {error:.3f} is classified wrong; after {num_epochs} epochs at this "
        "learning rate it is below {threshold}.",
    )  # fmt: skip


def judge_training(
    student: Student, course: Course, X: torch.Tensor, y: torch.Tensor, statistic: str, *, loaded: bool = False
) -> None:
    """Fail unless the trained W and b predict enough of X right."""
    W, b, history = course.run(student, loaded=loaded)
    losses = history_of(history, course.num_epochs)[:, 0].tolist()
    show_curve("Training loss", losses, x_label="epoch", y_label="mean loss of the epoch", band=statistic)
    judge_error(1 - accuracy_of(X, y, W, b), course.num_epochs, statistic)


@check(
    "train",
    needs=TRAIN_NEEDS,
    hints=[
        "Compare what you return, and how often you note it, with the text.",
        "For 2 epochs print `W.shape`, `b.shape`, `len(history)` and `history[0]`.",
        "They are (d, k), (k,), 2 and three floats, such as (1.9, 0.45, 0.41): a loss, then two shares.",
    ],
)
def test_train_returns_parameters_and_history(student: Student, rng: torch.Generator) -> None:
    """Training gives W (d, k), b (k,) and three floats for each of the epochs asked for."""
    W, b, history = drawn_course(rng, shape=(6,), num_outputs=4, num_epochs=5).returned(student)
    judge_form(W, (6, 4), name="W")
    judge_form(b, (4,), name="b")
    judge_history_form(history, 5)


@check(
    "train",
    needs=TRAIN_NEEDS,
    hints=[
        "Where do W and b begin, also when it is called once more?",
        "Call `train` twice with lr 1e-9 and print `W.std()` and `b`: at most about 0.01, and zeros, both times?",
        "If a second call begins where the first one ended, W and b were made outside of the function.",
    ],
)
def test_training_begins_with_small_weights(student: Student, rng: torch.Generator) -> None:
    """At a learning rate next to zero W and b end where they begin: W small or zeros, b zeros, after any other call."""
    course = drawn_course(rng, shape=(30,), num_outputs=4, num_epochs=1)
    course.run(student)
    W, b, _ = replace(course, lr=1e-12).run(student)
    for name, values, told in (("W", W, "a standard deviation of 0.01, or zeros"), ("b", b, "zeros")):
        size = float(values.square().mean().sqrt())
        if size > LARGEST_START:
            fail(f"At a learning rate of 1e-12 {name} ends with values of size {size:.3g}; expected {told}.")


def late_course(rng: torch.Generator) -> Course:
    """Draw examples of which one class in five is seldom, so that it is predicted from the second epoch on only."""
    y = (torch.arange(80) % 5 == 0).long()
    test_y = (torch.arange(100) % 5 > 0).long()  # most of the test examples are of that class
    X, test_X = (
        0.4 * torch.stack([2.0 * labels - 1, torch.zeros(len(labels))], dim=1)
        + 0.08 * torch.randn(len(labels), 2, generator=rng)
        for labels in (y, test_y)
    )
    return Course((X, y), (test_X, test_y), 2, 4, 2.0, 20)


def judge_test_accuracies(history: Any, course: Course, W: torch.Tensor, b: torch.Tensor) -> None:
    """Fail unless each test accuracy is about what W and b, trained from here, come to after that very epoch."""
    found = history_of(history, course.num_epochs)[:, 2]
    wanted = [accuracy_of(*course.test_set, epoch.W, epoch.b) for epoch in course.epochs(W, b)]
    if not is_close(found, wanted, rtol=0, atol=0.15):
        fail(f"test_acc went {numbers(found)}; measured after each epoch it goes {numbers(wanted)}, or nearly so.")


@check(
    "train",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "How often, and when, is the test accuracy measured?",
        "Find the line that measures it: is it inside of the loop over epochs, and below the line that trains?",
        "Three epochs have three test accuracies, such as 0.3, 0.5, 0.6: not the last one three times, and not "
        "that of `train_iter`.",
    ],
)
def test_test_accuracy_is_measured_after_each_epoch(student: Student, rng: torch.Generator) -> None:
    """Each epoch has a test accuracy of its own, here a low one first and high ones later."""
    course = late_course(rng)
    _, _, history = course.run(student)
    judge_test_accuracies(history, course, torch.zeros(2, 2), torch.zeros(2))


@check(
    "train",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "Which iterator is trained on, where does W begin, and is lr used?",
        "Train with lr 0.001 and with 0.1, and compare the losses of the first epoch: they differ.",
        "Weights of zeros hold all classes for equally probable: with 4 classes the very first loss is log 4 = "
        "1.386. From there it falls.",
    ],
)
def test_history_is_that_of_the_training(student: Student, rng: torch.Generator) -> None:
    """The losses are those of these examples, learning rate and number of epochs; test_acc belongs to W and b."""
    judge_history(student, drawn_course(rng), "train.history_loss")


@check(
    "train",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "Which iterator teaches, and which one only asks?",
        "Print the loss of each epoch: does it fall? If not, print `W` before and after one epoch.",
        "Guessing among ten classes is right in one case of ten. Near 0.1 the predictions do not depend on the "
        "image, or W not on the training.",
    ],
    timeout_s=20,
)
def test_accuracy_on_images_never_seen(student: Student, secret_rng: torch.Generator) -> None:
    """After ten epochs on 1,000 garments, W and b classify images that they have never seen."""
    course, X, y = course_of_garments(secret_rng, 1000, num_epochs=10, lr=0.03, batch_size=25)
    judge_training(student, course, X, y, "train.test_error")


@check(
    "train",
    about="means",
    needs=TRAIN_NEEDS,
    hints=[
        "Which of your functions does the question name, and what is left for `train` itself?",
        "Put a `print` into each of them for a moment: which one stays silent while `train` runs?",
    ],
)
def test_training_is_made_of_your_own_functions(student: Student, rng: torch.Generator) -> None:
    """Training is made of functions of yours: train_epoch and evaluate_accuracy."""
    drawn_course(rng, num_epochs=2).run(student)
    assert_calling(student, "train", "train_epoch", "evaluate_accuracy", every=False)


# predict_labels


def clear_rows(scores: torch.Tensor, count: int, margin: float = 0.01) -> torch.Tensor:
    """Return the places of the first `count` rows whose two largest scores differ by `margin`: no rounding decides."""
    if scores.shape[1] == 1:
        return torch.arange(count)
    first, second = scores.topk(2, dim=1).values.T
    return torch.nonzero(first - second > margin).reshape(-1)[:count]


def clear_examples(shape: Sequence[int], num_outputs: int, rng: torch.Generator) -> tuple[torch.Tensor, ...]:
    """Return X, (n, …), W and b, and logits whose largest ones do not hang on rounding, and do depend on b."""
    n, num_inputs = shape[0], math.prod(shape[1:])
    W, b = drawn_model(num_inputs, num_outputs, rng)
    X = torch.randn(4 * n + 8, num_inputs, generator=rng)
    X = X[clear_rows(X @ W + b, n)]
    return X.reshape(*shape), W, b, X @ W + b


def judge_labels(got: Any, logits: torch.Tensor, *, name: str = "predict_labels(X, W, b)") -> None:
    """Fail unless `got` holds the class of each row's largest logit."""
    assert_close(in_shape(got, (len(logits),)), logits.argmax(dim=1), name=name)


def judge_label_form(got: Any, n: int, *, name: str = "predict_labels(X, W, b)") -> None:
    """Fail unless `got` is an int64 tensor of shape (n,)."""
    if isinstance(got, (int, float, list)):
        kind = "list" if isinstance(got, list) else "number"
        fail(f"{name} is a {kind}; expected an int64 tensor of shape {(n,)}.")
    assert_shape(got, (n,), name=name)
    assert_dtype(got, torch.int64, name=name)


def judge_predictions(student: Student, shape: Sequence[int], num_outputs: int, rng: torch.Generator) -> None:
    """Fail unless predict_labels gives the classes of X of this shape, (n, …)."""
    *arguments, logits = clear_examples(shape, num_outputs, rng)
    judge_labels(ask(student, "predict_labels", *arguments), logits)


@check(
    "predict_labels",
    weight=2,
    needs=("softmax", "net"),
    hints=[
        "Of a row's k numbers, what is asked for?",
        "Compare your result with a row of the probabilities that `net` gives: is it the place of the largest "
        "number, or the number?",
        "The row (0.2, 0.7, 0.1) has its largest number, 0.7, at the place 1: the label is 1.",
    ],
)
def test_labels_are_the_most_probable_classes(student: Student, rng: torch.Generator) -> None:
    """Each example gets the number of its most probable class."""
    judge_predictions(student, (8, 6), 8, rng)


@check(
    "predict_labels",
    needs=("softmax", "net"),
    hints=[
        "Which shape and which dtype have n class numbers?",
        "Print `.shape` and `.dtype` for five examples and for one: (5,) and (1,), int64.",
    ],
)
def test_labels_are_a_flat_tensor(student: Student, rng: torch.Generator) -> None:
    """The labels of n examples, also of one, are an int64 tensor of shape (n,)."""
    for n in (7, 1):
        *arguments, _ = clear_examples((n, 5), 4, rng)
        judge_label_form(ask(student, "predict_labels", *arguments), n)


@check(
    "predict_labels",
    needs=("softmax", "net"),
    hints=[
        "Which of your functions already takes images?",
        "Print the shape of `X` where it meets `W`: who flattens it?",
    ],
)
def test_labels_of_images(student: Student, rng: torch.Generator) -> None:
    """Images (n, 1, 28, 28) get labels too."""
    judge_predictions(student, (12, 1, 28, 28), 10, rng)


# break_softmax


def steady_softmax(X: torch.Tensor) -> torch.Tensor:
    """Return the probabilities that the function given in the notebook computes."""
    powers = torch.exp(X - X.max())
    return powers / powers.sum(dim=1, keepdim=True)


@check(
    "break_softmax",
    hints=[
        "What is left of a row that lies far below the largest logit of all?",
        "What is exp(−2000) in float32? Build a row to which that happens, with the help of another row.",
    ],
)
def test_both_probabilities_disagree(student: Student) -> None:
    """For the logits returned, `steady_softmax` gives other probabilities than the right ones."""
    arguments = {"X": a_tensor((20, 20), dtype=torch.float32)}
    assert_breaks(student, "break_softmax", arguments, given=steady_softmax, right=lambda X: torch.softmax(X, dim=1))
