"""Visible checks of `softmax_regression`: a linear classifier of images from scratch, trained by minibatch SGD."""

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from coursedata import load_garments

from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_below,
    assert_close,
    assert_shape,
    assert_unaided,
    check,
    fail,
    finite,
    is_close,
    new_seed,
    numbers,
    probe,
    recorded_calls,
    show_curve,
)

SHOWN: Final = 150  # images of the test iterator, whose labels are shifted
# Whatever computes a softmax or its loss for the student; log-sum-exp is no more than a sum.
READY_MADE: Final = (
    "softmax", "log_softmax", "softmin", "gumbel_softmax", "cross_entropy", "nll_loss", "Softmax", "LogSoftmax",
    "Softmax2d", "Softmin", "CrossEntropyLoss", "NLLLoss",
)  # fmt: skip
EPOCH_NEEDS: Final = ("softmax", "cross_entropy", "net", "accuracy")
TRAIN_NEEDS: Final = (*EPOCH_NEEDS, "evaluate_accuracy", "train_epoch")
WRITTEN_DOWN: Final = (0.001, 0.01, 0.03, 0.05, 0.1, 0.5, 1.0)  # learning rates that a student may use for any lr
LOSS_TOLERANCE: Final = 1e-3  # a guard such as log(p + 1e-6) moves the loss of ordinary probabilities by less
LEAST_PROBABILITY: Final = 0.01
Minibatches = Sequence[tuple[torch.Tensor, torch.Tensor]]


def matched(got: Any, **mistakes: Sequence[Any]) -> list[str]:
    """Return the ids of the mistakes of which one variant is what was got."""
    return [id for id, variants in mistakes.items() if any(is_close(got, wrong) for wrong in variants)]


def clear_rows(scores: torch.Tensor, count: int, margin: float = 0.01) -> torch.Tensor:
    """Return the places of the first `count` rows whose two largest scores differ by `margin`: no rounding decides."""
    if scores.shape[1] == 1:
        return torch.arange(count)
    first, second = scores.topk(2, dim=1).values.T
    return torch.nonzero(first - second > margin).reshape(-1)[:count]


# softmax


@probe
def probabilities(student, X):
    """What softmax returns, its argument afterwards, and what of torch it called."""
    with recorded_calls() as calls:
        out = student.softmax(X)
    return {"out": out, "X": X, "calls": sorted(calls)}


@probe
def gradient_through_softmax(student, X, weights):
    """The gradient that a weighted sum of the probabilities sends to the logits, None where autograd cannot follow."""
    X.requires_grad_()
    try:
        out = student.softmax(X)
        if isinstance(out, torch.Tensor) and out.requires_grad:
            (out * weights).sum().backward()
    except NotImplementedError:
        raise
    except RuntimeError as error:
        if "in-place" in str(error) or "inplace" in str(error):
            return {"refused": str(error)}
        if "requires grad" not in str(error):  # what NumPy is refused is no part of a graph either
            raise
    return {"grad": X.grad}


def judge_probabilities(got: Any, X: torch.Tensor) -> None:
    """Fail unless `got` is the softmax of each row of moderate logits X."""
    exact = X.double()
    right = torch.softmax(exact, dim=1)
    power = exact.exp()
    shifted = exact - exact.max(dim=1, keepdim=True).values
    mistakes: dict[str, list[Any]] = {
        "softmax_wrong_axis": [
            torch.softmax(exact, dim=0),
            power / power.sum(dim=0),
            shifted.exp() / shifted.exp().sum(dim=0),
            torch.softmax(exact - exact.max(dim=0).values, dim=1),
        ],
        "softmax_whole_matrix": [power / power.sum()],
        "softmax_not_normalised": [power, shifted.exp()],
        "softmax_log": [torch.log_softmax(exact, dim=1)],
    }
    if len(X) == X.shape[1]:
        skewed = (exact - exact.max(dim=1).values).exp()
        mistakes["softmax_no_keepdim"] = [
            power / power.sum(dim=1), shifted.exp() / shifted.exp().sum(dim=1), skewed / skewed.sum(dim=1),
            skewed / skewed.sum(dim=1, keepdim=True),
        ]  # fmt: skip
    named = matched(got, **mistakes) if len(X) > 1 and X.shape[1] > 1 else []
    assert_close(got, right, name="softmax(X)", mistakes=dict.fromkeys(named, got))


@check("softmax", weight=2, hint="Which numbers are added up for one row, and what is the shape of that sum?")
def test_softmax_of_each_row(student: Student, rng: torch.Generator) -> None:
    """Each row of logits becomes its own probabilities: powers of e, divided by their sum."""
    X = 2 * torch.randn(4, 4, generator=rng)
    judge_probabilities(student.run(probabilities, X=X)["out"], X)


@check("softmax", weight=2, hint="How large does a number grow before its exponential is inf? What may be subtracted?")
def test_softmax_of_large_logits(student: Student) -> None:
    """Logits of 1000 and of −1000 give finite probabilities, and the right ones."""
    X = torch.tensor([[1000.0, 999.0, 0.0], [-1000.0, -1001.0, -999.5], [1000.0, -1000.0, 1000.0], [95.0, 90.0, 94.0]])
    judge_large(student.run(probabilities, X=X)["out"], X)


def judge_large(got: Any, X: torch.Tensor) -> None:
    """Fail unless `got` is the softmax of rows of which some are very high and some very low."""
    assert_shape(got, tuple(X.shape), name="softmax(X)")
    got = torch.as_tensor(got)
    bad = ~torch.isfinite(got).all(dim=1)
    if bad.any():
        row = int(bad.nonzero()[0])
        tops_survive = not bad[(X.max() == X).any(dim=1)].any()
        fail(f"The probabilities of the logits {numbers(X[row])} are {numbers(got[row])}.",
             "softmax_whole_maximum" if tops_survive else "softmax_overflows")  # fmt: skip
    right = torch.softmax(X.double(), dim=1)
    tied = bool((right[:, 0] - right[:, 1]).abs().max() > 0.2 and is_close(got[0, 0], got[0, 1]))
    mistakes = {"softmax_wrong_axis": torch.softmax(X.double(), dim=0)}
    assert_close(got, right, name="softmax(X)", mistakes=mistakes | ({"softmax_clamps": got} if tied else {}))


@check("softmax", hint="Which of your operations write into the tensor that they are given?")
def test_softmax_leaves_its_argument_alone(student: Student, rng: torch.Generator) -> None:
    """The logits are the same after the call as before."""
    X = torch.randn(3, 5, generator=rng)
    got = student.run(probabilities, X=X)
    if not is_close(got["X"], X, rtol=0, atol=0):
        fail(f"X was {numbers(X[0])} in its first row, and is {numbers(got['X'][0])} after the call.",
             "softmax_in_place")  # fmt: skip


@check("softmax", hint="Did you overwrite a tensor that autograd still needs?")
def test_gradients_go_back_through_softmax(student: Student, rng: torch.Generator) -> None:
    """Where autograd follows the probabilities, it finds the right gradient for the logits."""
    X, weights = torch.randn(4, 4, generator=rng), torch.randn(4, 4, generator=rng)
    judge_gradient(student, X, weights)


def judge_gradient(student: Student, X: torch.Tensor, weights: torch.Tensor) -> None:
    """Fail where autograd finds another gradient of Σ weights · softmax(X), or loses its way.

    Whoever computes gradients by hand needs no graph: a result that is cut off from it is as good.
    """
    got = student.run(gradient_through_softmax, X=X, weights=weights)
    if "refused" in got:
        refused = str(got["refused"])
        fail(f"Autograd cannot go back through softmax: {refused[:160]}",
             "softmax_in_place" if "leaf Variable" in refused else "softmax_breaks_autograd")  # fmt: skip
    if got["grad"] is None:
        return
    p, weights = torch.softmax(X.double(), dim=1), weights.double()
    right = p * (weights - (p * weights).sum(dim=1, keepdim=True))
    constant_sum = p * weights  # where the sum counts as a constant
    top = torch.nn.functional.one_hot(X.argmax(dim=1), X.shape[1]) * constant_sum.sum(dim=1, keepdim=True)
    named = matched(got["grad"], softmax_breaks_autograd=[constant_sum, constant_sum - top])
    assert_close(got["grad"], right, name="gradient for X", atol=1e-4, mistakes=dict.fromkeys(named, got["grad"]))


@check("softmax", hint="Write it with exp, a maximum, a sum and a division.")
def test_softmax_is_your_own(student: Student, rng: torch.Generator) -> None:
    """No ready-made softmax is called."""
    got = student.run(probabilities, X=torch.randn(2, 3, generator=rng))
    assert_unaided(student, "softmax", without=READY_MADE, calls=got["calls"], mistake="softmax_ready_made")


# cross_entropy


@probe
def losses_of(student, y_hat, y):
    """Losses, and what of torch was called."""
    with recorded_calls() as calls:
        loss = student.cross_entropy(y_hat, y)
    return {"loss": loss, "calls": sorted(calls)}


@probe
def gradient_of_losses(student, y_hat, y):
    """The gradient that the sum of the losses sends to the probabilities, None where autograd cannot follow."""
    y_hat.requires_grad_()
    try:
        loss = student.cross_entropy(y_hat * 1, y)
        if isinstance(loss, torch.Tensor) and loss.requires_grad:
            loss.sum().backward()
    except NotImplementedError:
        raise
    except RuntimeError as error:
        if "requires grad" not in str(error):  # what NumPy is refused is no part of a graph either
            raise
    return y_hat.grad


def drawn_probabilities(n: int, k: int, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (n, k) rows that sum to 1, nothing in them near 0, and (n,) labels that are not all alike."""
    y_hat = torch.softmax(torch.rand(n, k, generator=rng) * 2, dim=1)
    y = (torch.arange(n) + torch.randint(k, (), generator=rng)) % k
    return y_hat, y[torch.randperm(n, generator=rng)]


def judge_losses(loss: Any, y_hat: torch.Tensor, y: torch.Tensor) -> None:
    """Fail unless `loss` holds −log of each row's probability of its label: shape (n,)."""
    n, k = y_hat.shape
    p = y_hat.double()
    own = p[torch.arange(n), y]
    right = -own.log()
    mistakes: dict[str, list[Any]] = {
        "cross_entropy_no_log": [1 - own, -own],
        "cross_entropy_positive": [own.log()],
        "cross_entropy_softmax_again": [-torch.log_softmax(p, dim=1)[torch.arange(n), y]],
        "cross_entropy_column": [right.reshape(n, 1)],
    }
    if n > 1 and k > 1:
        every = -p.log()
        hot = torch.nn.functional.one_hot(y, k) * every
        mistakes |= {
            "cross_entropy_mean": [right.mean(), hot.mean()],
            "cross_entropy_sum": [right.sum()],
            "cross_entropy_whole_matrix": [every, every.sum(dim=1), every.mean(dim=1), every.sum(), every.mean(), hot],
            "cross_entropy_all_pairs": [-p[:, y].log()],
        }
        if n == k:
            product = y * every
            mistakes["cross_entropy_one_hot"] = [
                product, product.sum(dim=1), product.sum(), product.mean(), product.sum(dim=1).mean(),
                every[:, y.argmax()], every[y.bool()],
            ]  # fmt: skip
    else:
        mistakes["cross_entropy_squeezed"] = [right.squeeze()]
    if isinstance(loss, (int, float)):
        loss = torch.tensor(float(loss))
    named = [
        id for id, variants in mistakes.items() if any(is_close(loss, wrong, atol=LOSS_TOLERANCE) for wrong in variants)
    ]
    assert_close(loss, right, name="cross_entropy(y_hat, y)", atol=LOSS_TOLERANCE, mistakes=dict.fromkeys(named, loss))


@check("cross_entropy", weight=2, hint="One row at a time: which of its probabilities enters the loss?")
def test_cross_entropy_of_each_example(student: Student, rng: torch.Generator) -> None:
    """The loss of an example is −log of the probability that was given to its label; shape (n,)."""
    y_hat, y = drawn_probabilities(5, 5, rng)
    judge_losses(student.run(losses_of, y_hat=y_hat, y=y)["loss"], y_hat, y)
    got = student.run(gradient_of_losses, y_hat=y_hat, y=y)
    if got is not None:  # whoever computes gradients by hand needs no graph
        right = torch.zeros(5, 5, dtype=torch.float64)
        right[torch.arange(5), y] = -1 / y_hat[torch.arange(5), y].double()
        assert_close(got, right, name="gradient of the summed losses", rtol=1e-3, atol=LOSS_TOLERANCE)


@check("cross_entropy", hint="What is log 0, and what is the smallest number that you would let reach the logarithm?")
def test_cross_entropy_at_probability_zero(student: Student) -> None:
    """A label of probability 0 has a large, finite loss; probability 0 for another class changes nothing."""
    y_hat = torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.25, 0.75], [0.0, 1.0, 0.0]])
    y = torch.tensor([1, 0, 2, 1])
    judge_zero(student.run(losses_of, y_hat=y_hat, y=y)["loss"], y_hat, y)


def judge_zero(loss: Any, y_hat: torch.Tensor, y: torch.Tensor) -> None:
    """Fail unless losses are right, and finite and large where the label's probability is 0."""
    p = y_hat.double()
    own = p[torch.arange(len(y)), y]
    if isinstance(loss, (int, float)):
        loss = torch.tensor(float(loss))
    assert_shape(loss, tuple(own.shape), name="cross_entropy(y_hat, y)")
    loss = torch.as_tensor(loss).double()
    if loss.isnan().any():
        fail(f"The losses are {numbers(loss)}, where the labels have probabilities {numbers(own)}.",
             "cross_entropy_zero_times_infinity")  # fmt: skip
    ordinary, wrongly_certain = own > 0, own == 0
    assert_close(
        loss[ordinary], -own[ordinary].log(), name="the losses of labels with a probability above 0",
        atol=LOSS_TOLERANCE,
        mistakes={
            "cross_entropy_no_log": (1 - own)[ordinary], "cross_entropy_positive": own[ordinary].log(),
            "cross_entropy_softmax_again": -torch.log_softmax(p, dim=1)[torch.arange(len(y)), y][ordinary],
        },
    )  # fmt: skip
    if loss.isinf().any():
        fail("The loss of a label with probability 0 is inf; it should be finite.", "cross_entropy_infinite")
    if (loss[wrongly_certain] < 9).any():  # −log 1e-4: less would say that the mistake is a small one
        again = -torch.log_softmax(p, dim=1)[torch.arange(len(y)), y]
        named = [
            id
            for id, wrong in {"cross_entropy_no_log": 1 - own, "cross_entropy_softmax_again": again}.items()
            if is_close(loss[wrongly_certain], wrong[wrongly_certain], atol=LOSS_TOLERANCE)
        ] or ["cross_entropy_positive" if (loss[wrongly_certain] < -9).all() else "cross_entropy_small_at_zero"]
        fail(f"The loss of a label with probability 0 is {numbers(loss[wrongly_certain].min())}; it should be large.",
             *named)  # fmt: skip


@check("cross_entropy", hint="Pick the probabilities by their places and take the logarithm yourself.")
def test_cross_entropy_is_your_own(student: Student, rng: torch.Generator) -> None:
    """No ready-made loss is called."""
    y_hat, y = drawn_probabilities(4, 3, rng)
    got = student.run(losses_of, y_hat=y_hat, y=y)
    assert_unaided(student, "cross_entropy", without=READY_MADE, calls=got["calls"], mistake="cross_entropy_ready_made")


# net


@probe
def outputs(student, X, W, b):
    """The model's output for X (or how torch refused its shape), and the gradients of a weighted sum of it."""
    W.requires_grad_()
    b.requires_grad_()
    try:
        with recorded_calls() as calls:
            out = student.net(X, W, b)
    except NotImplementedError:
        raise
    except RuntimeError as error:
        if not any(word in str(error) for word in ("mat1 and mat2", "size", "shape")):
            raise
        return {"refused": str(error)}
    if isinstance(out, torch.Tensor) and out.requires_grad and out.dim() == 2:
        (out * torch.arange(1.0, out.shape[1] + 1)).sum().backward()
    return {"out": out, "W_grad": W.grad, "b_grad": b.grad, "calls": sorted(calls)}


def judge_outputs(got: Any, X: torch.Tensor, W: torch.Tensor, b: torch.Tensor, refusal: str) -> None:
    """Fail unless `got` holds the class probabilities of each image; `refusal` names the mistake of an error."""
    if "refused" in got:
        fail(f"For X of shape {tuple(X.shape)} and W of shape {tuple(W.shape)}: {str(got['refused'])[:160]}", refusal)
    rows, W, b = X.reshape(len(X), -1).double(), W.double(), b.double()
    logits = rows @ W + b
    unflattened = X.double() @ W + b if X.dim() > 2 and X.shape[-1] == len(W) else logits
    assert_close(
        got["out"], torch.softmax(logits, dim=1), name="net(X, W, b)",
        mistakes={
            "net_no_softmax": logits, "net_ignores_bias": torch.softmax(rows @ W, dim=1),
            "net_no_flatten": torch.softmax(unflattened, dim=-1),
        },
    )  # fmt: skip


def drawn_model(num_inputs: int, num_outputs: int, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return W, (d, k), and b, (k,), that make logits of moderate size from inputs of size 1."""
    W = torch.randn(num_inputs, num_outputs, generator=rng) / math.sqrt(num_inputs)
    return W, torch.randn(num_outputs, generator=rng)


@check("net", needs=("softmax",), weight=2, hint="Write down the shape after each of the three steps.")
def test_net_gives_probabilities_of_flat_rows(student: Student, rng: torch.Generator) -> None:
    """Rows (n, d) go through XW + b and softmax: (n, k) probabilities."""
    X, (W, b) = torch.randn(5, 12, generator=rng), drawn_model(12, 3, rng)
    got = student.run(outputs, X=X, W=W, b=b)
    judge_outputs(got, X, W, b, "net_no_flatten")
    p, weights = torch.softmax(X.double() @ W.double() + b, dim=1), torch.arange(1.0, 4.0, dtype=torch.float64)
    error = p * (weights - (p * weights).sum(dim=1, keepdim=True))
    for name, right in (("W", X.double().T @ error), ("b", error.sum(dim=0))):
        if got[f"{name}_grad"] is not None:  # whoever computes gradients by hand needs no graph
            assert_close(got[f"{name}_grad"], right, name=f"gradient for {name}", atol=1e-4)


@check("net", needs=("softmax",), weight=2, hint="How many numbers is one image, and what counts the images?")
def test_net_flattens_images(student: Student, rng: torch.Generator) -> None:
    """Images (n, 1, 28, 28) and (n, 28, 28) become rows of 784 numbers."""
    W, b = drawn_model(784, 10, rng)
    images = torch.rand(4, 1, 28, 28, generator=rng)
    for X in (images, images[:, 0]):
        judge_outputs(student.run(outputs, X=X, W=W, b=b), X, W, b, "net_no_flatten")


@check("net", needs=("softmax",), hint="W and b are given: multiply, add, and call your own softmax.")
def test_net_is_your_own(student: Student, rng: torch.Generator) -> None:
    """No layer and no ready-made softmax is used."""
    X, (W, b) = torch.randn(2, 4, generator=rng), drawn_model(4, 3, rng)
    got = student.run(outputs, X=X, W=W, b=b)
    judge_outputs(got, X, W, b, "net_no_flatten")
    assert_unaided(
        student, "net", without=(*READY_MADE, "Linear", "LazyLinear"), calls=got["calls"], mistake="net_ready_made"
    )


# accuracy


@probe
def counted(student, y_hat, y):
    """What accuracy returns."""
    return student.accuracy(y_hat, y)


def number_of(got: Any, name: str, tensor_mistake: str) -> float:
    """Return a Python number, or fail."""
    if isinstance(got, torch.Tensor):
        fail(f"{name} is a tensor; expected a Python float.", tensor_mistake)
    if got is None:
        fail(f"{name} is None: is a `return` missing?")
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        fail(f"{name} is no number but {str(got)[:100]}.")
    return float(got)


def wrong_counts(y_hat: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
    """Return what known mistakes would count."""
    n, k = y_hat.shape
    predicted = y_hat.argmax(dim=1)
    right = int((predicted == y).sum())
    wrong: dict[str, float] = {
        "accuracy_fraction": right / n, "accuracy_smallest": int((y_hat.argmin(dim=1) == y).sum()),
        "accuracy_counts_wrong": n - right, "accuracy_all_pairs": int((predicted[:, None] == y).sum()),
        "accuracy_largest_score": int((y_hat.max(dim=1).values == y).sum()),
    }  # fmt: skip
    return wrong | ({"accuracy_wrong_axis": int((y_hat.argmax(dim=0) == y).sum())} if n == k else {})


def judge_count(got: Any, y_hat: torch.Tensor, y: torch.Tensor) -> None:
    """Fail unless `got` is how many rows have their largest score at their label."""
    count = number_of(got, "accuracy(y_hat, y)", "accuracy_tensor")
    right = int((y_hat.argmax(dim=1) == y).sum())
    if not abs(count - right) <= 1e-4:
        named = [id for id, wrong in wrong_counts(y_hat, y).items() if abs(count - wrong) < 1e-4]
        fail(f"accuracy(y_hat, y) is {count:.4g}; of {len(y)} predictions {right} are right.",
             *(named if len(named) == 1 else []))  # fmt: skip


def scores_with(ranks: Sequence[int], k: int, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (n, k) scores without ties, and (n,) labels at these ranks: 0 is predicted, −1 has the smallest score."""
    n = len(ranks)
    scores = torch.stack([torch.randperm(k, generator=rng) for _ in range(n)]).float()
    scores = scores - k / 2 + 0.1 * torch.rand(n, k, generator=rng)
    order = scores.argsort(dim=1, descending=True)
    return scores, order[torch.arange(n), torch.tensor(ranks) % k]


@check("accuracy", weight=2, hint="Along which axis do the classes lie, and what is counted?")
def test_accuracy_counts_the_right_ones(student: Student, rng: torch.Generator) -> None:
    """Of seven predictions four are right: 4.0, a Python float."""
    for _ in range(100):  # until each known mistake has a number of its own
        y_hat, y = scores_with([0, 1, 0, 0, -1, 2, 0], 7, rng)
        if len({4.0, *wrong_counts(y_hat, y).values()}) == 7:
            break
    judge_count(student.run(counted, y_hat=y_hat, y=y), y_hat, y)


@check("accuracy", hint="What if nobody is right, and what if all are?")
def test_accuracy_of_none_and_of_all(student: Student, rng: torch.Generator) -> None:
    """None right is 0.0 and all of eight right is 8.0, for scores of any sign."""
    for ranks in ([1, -1, 1, 2, 3, 1, -1, -1], [0] * 8):
        y_hat, y = scores_with(ranks, 5, rng)
        judge_count(student.run(counted, y_hat=y_hat - 10, y=y), y_hat - 10, y)


# evaluate_accuracy


@probe
def evaluated(student, X, y, sizes, M, loader):
    """What evaluate_accuracy returns for the scores X @ M, over a list of minibatches or a DataLoader.

    Also how many examples it had scores predicted for.
    """
    batches = list(zip(X.split(sizes), y.split(sizes), strict=True))
    if loader:
        batches = torch.utils.data.DataLoader(  # type: ignore[assignment]  # of either kind
            torch.utils.data.TensorDataset(X, y), batch_size=sizes[0]
        )

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
    return {"fraction": fraction, "asked": asked}


def judge_fraction(student: Student, sizes: Sequence[int], right: Sequence[bool], rng: torch.Generator, *,
                   loader: bool) -> None:  # fmt: skip
    """Fail unless evaluate_accuracy gives the fraction of `right`, which come in minibatches of `sizes`."""
    scores, y = scores_with([0 if each else 1 for each in right], 4, rng)
    M = torch.eye(4)[[2, 3, 1, 0]]  # the scores are not the inputs themselves
    got = student.run(evaluated, X=scores @ M.T, y=y, sizes=list(sizes), M=M, loader=loader)
    if got["asked"] == 0:
        fail("evaluate_accuracy never asked `predict` for scores.", "evaluate_accuracy_ignores_predict")
    fraction = number_of(got["fraction"], "evaluate_accuracy(predict, data_iter)", "evaluate_accuracy_tensor")
    counts = [int(part.sum()) for part in torch.tensor(right).split(list(sizes))]
    shares = [count / size for count, size in zip(counts, sizes, strict=True)]
    total = sum(counts)
    known = {
        "evaluate_accuracy_batch_means": sum(shares) / len(shares), "evaluate_accuracy_count": total,
        "evaluate_accuracy_last_batch": shares[-1], "evaluate_accuracy_first_batch": shares[0],
        "evaluate_accuracy_divides_by_batches": total / len(sizes),
        "evaluate_accuracy_full_batches": total / (len(sizes) * sizes[0]),
    }  # fmt: skip
    if not abs(fraction - total / sum(sizes)) <= 1e-5:
        fail(f"evaluate_accuracy gave {fraction:.4g}; of {sum(sizes)} examples {total} are right, "
             f"which is {total / sum(sizes):.4g}.",
             *(id for id, wrong in known.items() if abs(fraction - wrong) < 1e-5))  # fmt: skip


@check("evaluate_accuracy", weight=2, needs=("accuracy",), hint="What must be added up, and by what divided, once?")
def test_accuracy_over_uneven_minibatches(student: Student, rng: torch.Generator) -> None:
    """Minibatches of 5, 5 and 2 with 4, 3 and 1 right: the fraction is 8/12."""
    right = [True, True, False, True, True, True, False, True, False, True, False, True]
    judge_fraction(student, (5, 5, 2), right, rng, loader=False)


@check("evaluate_accuracy", needs=("accuracy",), hint="Does the function take for granted what kind of iterator it is?")
def test_accuracy_over_a_data_loader(student: Student, rng: torch.Generator) -> None:
    """A DataLoader with a short last minibatch works like a list."""
    judge_fraction(student, (4, 4, 3), [True, False, False, True, True, False, True, True, True, True, True], rng,
                   loader=True)  # fmt: skip


# train_epoch


@dataclass(frozen=True)
class Epoch:
    """An epoch of minibatch SGD in float64: where it ends, and what was measured on each minibatch."""

    W: torch.Tensor
    b: torch.Tensor
    before: list[tuple[float, float]]  # of each minibatch: summed loss, number of correct predictions
    after: list[tuple[float, float]]  # the same once the minibatch's step was taken
    sizes: list[int]
    least: float  # probability of a label, when its minibatch was seen

    def metrics(self, measured: list[tuple[float, float]]) -> tuple[float, float]:
        """Return the mean loss an example and the accuracy."""
        return sum(loss for loss, _ in measured) / sum(self.sizes), sum(hit for _, hit in measured) / sum(self.sizes)


def measure(X: torch.Tensor, y: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> tuple[float, float]:
    """Return the summed loss of examples and how many are predicted right, in float64."""
    logits = X.reshape(len(X), -1).double() @ W.double() + b.double()
    loss = torch.nn.functional.cross_entropy(logits, y, reduction="sum")
    return float(loss), float((logits.argmax(dim=1) == y).sum())


def sgd_epoch(
    W: torch.Tensor, b: torch.Tensor, batches: Minibatches, lr: float, *, reduction: str = "mean",
    keeps: bool = False, bias: bool = True, twice: bool = False,
) -> Epoch:  # fmt: skip
    """Run an epoch, right or with a known mistake.

    Args:
        W: (d, k) where it starts.
        b: (k,) where it starts.
        batches: pairs of inputs and int64 labels.
        lr: the learning rate, negative to climb.
        reduction: "mean", "sum", or "mean_again" for a mean divided by the batch size once more.
        keeps: gradients are not zeroed.
        bias: b is trained too.
        twice: softmax is applied before a loss that applies it again.
    """
    W, b = W.double().clone(), b.double().clone()
    W_grad, b_grad = torch.zeros_like(W), torch.zeros_like(b)
    before, after, sizes = [], [], []
    least = 1.0
    for X, y in batches:
        rows, n = X.reshape(len(X), -1).double(), len(X)
        p = torch.softmax(rows @ W + b, dim=1)
        least = min(least, float(p[torch.arange(n), y].min()))
        error = p.clone()
        if twice:
            error = torch.softmax(p, dim=1)
        error[torch.arange(n), y] -= 1
        if twice:
            error = p * (error - (p * error).sum(dim=1, keepdim=True))
        error = error / {"mean": n, "sum": 1, "mean_again": n * n}[reduction]
        W_grad = rows.T @ error + (W_grad if keeps else 0)
        b_grad = error.sum(dim=0) + (b_grad if keeps else 0)
        before.append(measure(X, y, W, b))
        W = W - lr * W_grad
        b = b - lr * b_grad if bias else b
        after.append(measure(X, y, W, b))
        sizes.append(n)
    return Epoch(W, b, before, after, sizes, least)


def clusters(n: int, num_inputs: int, num_outputs: int, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (n, d) examples around one centre a class, close enough to be confused now and then, and labels."""
    centres = 1.2 * torch.randn(num_outputs, num_inputs, generator=rng)
    y = torch.randint(num_outputs, (n,), generator=rng)
    return centres[y] + torch.randn(n, num_inputs, generator=rng), y


def cut(X: torch.Tensor, y: torch.Tensor, sizes: Sequence[int]) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return minibatches of these sizes, in order."""
    return list(zip(X.split(list(sizes)), y.split(list(sizes)), strict=True))


@probe
def one_epoch(student, W, b, X, y, sizes, lr, loader, epochs):
    """What train_epoch returns, and where it leaves the leaf tensors that the caller holds.

    Where it asked autograd for gradients in vain, also which of the student's functions autograd cannot follow.
    """

    def cut_off():
        def reached(leaf, function, *arguments):
            try:
                function(*arguments).sum().backward()
            except (RuntimeError, AttributeError) as error:
                return isinstance(error, RuntimeError) and "require" not in str(error)
            return leaf.grad is not None

        logits, p, weights, bias = (torch.full(shape, 0.5).requires_grad_() for shape in ((3, 2), (3, 2), (4, 2), (2,)))
        model = torch.ones(3, 4), weights, bias
        cut = []
        if not reached(logits, student.softmax, logits):
            cut.append("softmax")
        elif not (reached(weights, student.net, *model) and reached(bias, student.net, *model)):
            cut.append("net")
        if not reached(p, student.cross_entropy, p * 1, torch.tensor([0, 1, 0])):
            cut.append("cross_entropy")
        return cut

    batches = list(zip(X.split(sizes), y.split(sizes), strict=True))
    if loader:
        batches = torch.utils.data.DataLoader(  # type: ignore[assignment]  # of either kind
            torch.utils.data.TensorDataset(X, y), batch_size=sizes[0]
        )
    start = W.clone()
    W.requires_grad_()
    b.requires_grad_()
    with recorded_calls() as calls:
        try:
            returned = [student.train_epoch(W, b, batches, lr) for _ in range(epochs)]
        except NotImplementedError:
            raise
        except (RuntimeError, TypeError, AttributeError) as error:
            refused = str(error)
            if "leaf Variable" in refused:
                return {"refused": refused, "cut": []}
            in_vain = any(words in refused for words in ("require grad", "requires grad", "NoneType", "been used in"))
            cut = cut_off() if in_vain else []
            if not cut:
                raise
            return {"refused": refused, "cut": cut}
    cut = cut_off() if "backward" in calls and torch.equal(W, start) else []
    returned = [list(pair) if isinstance(pair, (tuple, list)) else pair for pair in returned]
    return {"W": W, "b": b, "returned": returned, "cut": cut}


@dataclass(frozen=True)
class Setting:
    """Examples, a start and a learning rate for train_epoch."""

    X: torch.Tensor
    y: torch.Tensor
    sizes: Sequence[int]
    W: torch.Tensor
    b: torch.Tensor
    lr: float

    @property
    def batches(self) -> Minibatches:
        """The examples in minibatches."""
        return cut(self.X, self.y, self.sizes)

    def epoch(self, lr: float | None = None, **mistake: Any) -> Epoch:
        """Run an epoch from the start, with a known mistake or without."""
        return sgd_epoch(self.W, self.b, self.batches, self.lr if lr is None else lr, **mistake)


def drawn_setting(
    sizes: Sequence[int], num_inputs: int, num_outputs: int, lr: float, rng: torch.Generator, *, epochs: int = 1
) -> Setting:
    """Draw examples and a start from which a step makes a difference.

    No label becomes so improbable that a guard such as log(p + 1e-6), which is right, moves a step.
    """
    while True:
        X, y = clusters(sum(sizes), num_inputs, num_outputs, rng)
        setting = Setting(X, y, sizes, *drawn_model(num_inputs, num_outputs, rng), lr)
        now, least = setting, 1.0
        for _ in range(epochs):
            epoch = now.epoch()
            now, least = Setting(X, y, sizes, epoch.W, epoch.b, lr), min(least, epoch.least)
        if least > LEAST_PROBABILITY:
            return setting


CUT_OFF: Final = {"softmax": "softmax_detached", "net": "net_detached", "cross_entropy": "cross_entropy_detached"}


def run_epochs(student: Student, setting: Setting, *, epochs: int = 1, loader: bool = False) -> Any:
    """Return what `one_epoch` measured, or fail where autograd refused the update or found no gradient."""
    got = student.run(
        one_epoch, W=setting.W, b=setting.b, X=setting.X, y=setting.y, sizes=list(setting.sizes), lr=setting.lr,
        loader=loader, epochs=epochs,
    )  # fmt: skip
    if got["cut"]:
        names = " and ".join(f"`{name}`" for name in got["cut"])
        fail(f"No gradient came back to W and b: autograd cannot go back through {names}.",
             *(CUT_OFF[name] for name in got["cut"]))  # fmt: skip
    if "refused" in got:
        fail(f"PyTorch refused the update: {got['refused']}", "train_epoch_records_graph")
    return got


def why_unmoved(returned: Any, setting: Setting) -> tuple[str, ...]:
    """Return the mistakes that leave W and b where they were, told apart by the mean loss that was returned.

    After a step that only the function knows of, the next minibatch has another loss than after none.
    """
    match returned:
        case [float(loss), _]:
            epoch = setting.epoch()
            unstepped = measure(setting.X, setting.y, setting.W, setting.b)[0] / len(setting.y)
            stepped = [epoch.metrics(measured)[0] for measured in (epoch.before, epoch.after)]
            none = abs(loss - unstepped) <= LOSS_TOLERANCE
            some = any(abs(loss - each) <= LOSS_TOLERANCE for each in stepped)
            if none != some:
                return ("train_epoch_no_step",) if none else ("train_epoch_rebinds",)
    return "train_epoch_rebinds", "train_epoch_no_step"


def judge_parameters(got: Any, setting: Setting) -> None:
    """Fail unless W and b are where one epoch leads."""
    right = setting.epoch()
    if is_close(got["W"], setting.W) and not is_close(right.W, setting.W):
        named = why_unmoved(got["returned"][-1], setting) if is_close(got["b"], setting.b) else ()
        fail("W is the same after the epoch as before.", *named)
    fixed = []
    for lr in WRITTEN_DOWN:
        if lr != setting.lr:
            fixed.append(setting.epoch(lr=lr))
            if is_close(got["W"], fixed[-1].W, rtol=1e-3, atol=1e-4):
                break
    wrong = {
        "train_epoch_sum_of_losses": setting.epoch(reduction="sum"),
        "train_epoch_divides_twice": setting.epoch(reduction="mean_again"),
        "train_epoch_keeps_gradients": setting.epoch(keeps=True),
        "train_epoch_climbs": setting.epoch(lr=-setting.lr),
        "train_epoch_ignores_lr": fixed[-1],
        "train_epoch_first_batch": sgd_epoch(setting.W, setting.b, setting.batches[:1], setting.lr),
        "train_epoch_forgets_bias": setting.epoch(bias=False),
    }
    if len(setting.sizes) == 1:
        del wrong["train_epoch_first_batch"], wrong["train_epoch_keeps_gradients"]
    for name, value in (("W", got["W"]), ("b", got["b"])):
        assert_close(
            value, getattr(right, name), name=f"{name} after the epoch", rtol=1e-3, atol=1e-4,
            mistakes={id: getattr(each, name) for id, each in wrong.items()},
        )  # fmt: skip


def pair_of_floats(returned: Any) -> tuple[float, float]:
    """Return the two numbers that train_epoch gave, or fail."""
    if returned is None:
        fail("train_epoch returned None: is a `return` missing?")
    if not isinstance(returned, list) or len(returned) != 2:
        fail("train_epoch did not return two numbers, the mean loss and the accuracy.")
    loss, accuracy = (number_of(each, name, "train_epoch_tensors")
                      for each, name in zip(returned, ("the loss", "the accuracy"), strict=True))  # fmt: skip
    return loss, accuracy


def judge_metrics(returned: Any, epoch: Epoch, setting: Setting) -> None:
    """Fail unless `returned` is the mean loss an example and the accuracy, measured as the epoch went."""
    got = torch.tensor(pair_of_floats(returned))
    n, sizes = sum(epoch.sizes), epoch.sizes
    allowed = [torch.tensor(epoch.metrics(measured)) for measured in (epoch.before, epoch.after)]
    if any(is_close(got, each, rtol=0, atol=LOSS_TOLERANCE) for each in allowed):
        return
    loss, accuracy = allowed[0].tolist()
    shares = [(lost / size, hits / size) for (lost, hits), size in zip(epoch.before, sizes, strict=True)]
    whole = [measure(setting.X, setting.y, W, b) for W, b in ((epoch.W, epoch.b), (setting.W, setting.b))]
    wrong_losses = {
        "train_epoch_batch_means": [sum(share[0] for share in shares) / len(shares)],
        "train_epoch_total": [n * loss, sum(share[0] for share in shares)],
        "train_epoch_last_batch": [shares[-1][0]],
        "train_epoch_measures_apart": [whole[0][0] / n],
        "train_epoch_mean_over_count": [sum(share[0] for share in shares) / n],
        "train_epoch_divides_by_batches": [n * loss / len(sizes)],
        "train_epoch_swaps": [accuracy],
    }
    wrong_hits = {
        "train_epoch_batch_means": [sum(share[1] for share in shares) / len(shares)],
        "train_epoch_total": [n * accuracy],
        "train_epoch_last_batch": [shares[-1][1]],
        "train_epoch_measures_apart": [whole[0][1] / n],
        "train_epoch_divides_by_batches": [n * accuracy / len(sizes)],
        "train_epoch_swaps": [loss],
    }
    for name, value, right, wrong in (
        ("mean loss", float(got[0]), loss, wrong_losses), ("accuracy", float(got[1]), accuracy, wrong_hits),
    ):  # fmt: skip
        if not abs(value - right) <= LOSS_TOLERANCE:
            named = [id for id, values in wrong.items() if any(abs(value - each) <= LOSS_TOLERANCE for each in values)]
            fail(f"train_epoch gave {value:.4g} as {name}; expected {right:.4g}.", *named)
    fail("train_epoch measured the loss and the accuracy at different moments.")


@check(
    "train_epoch",
    weight=2,
    needs=EPOCH_NEEDS,
    hint="Follow one minibatch: which number does backward() start from, and what is in .grad before and after?",
)
def test_epoch_takes_a_step_for_each_minibatch(student: Student, rng: torch.Generator) -> None:  # fmt: skip
    """Each minibatch moves W and b, in place, by lr times the gradient of its mean loss."""
    setting = drawn_setting((6, 6, 6, 2), 4, 3, 0.3, rng)
    judge_parameters(run_epochs(student, setting), setting)


@check("train_epoch", weight=2, needs=EPOCH_NEEDS, hint="What is added up over the minibatches, and divided by what?")
def test_epoch_returns_loss_and_accuracy(student: Student, rng: torch.Generator) -> None:
    """The returned numbers are the mean loss and the share of right predictions over all examples."""
    setting = drawn_setting((8, 8, 3), 4, 3, 0.2, rng)
    judge_metrics(run_epochs(student, setting)["returned"][0], setting.epoch(), setting)


@check("train_epoch", needs=EPOCH_NEEDS, hint="Are W and b after an epoch still what the next one needs?")
def test_second_epoch_goes_on(student: Student, rng: torch.Generator) -> None:
    """A second epoch, over images in a DataLoader, goes on where the first one ended."""
    setting = drawn_setting((7, 7, 4), 12, 3, 0.25, rng, epochs=2)
    first = setting.epoch()
    second = Setting(setting.X, setting.y, setting.sizes, first.W, first.b, setting.lr)
    images = Setting(setting.X.reshape(-1, 1, 3, 4), setting.y, setting.sizes, setting.W, setting.b, setting.lr)
    got = run_epochs(student, images, epochs=2, loader=True)
    judge_parameters(got, second)
    judge_metrics(got["returned"][1], second.epoch(), second)


@check("train_epoch", needs=EPOCH_NEEDS, hint="Everything it needs stands above it, written by you.")
def test_epoch_uses_your_own_functions(student: Student, rng: torch.Generator) -> None:
    """No ready-made softmax or loss is used."""
    run_epochs(student, drawn_setting((3, 2), 4, 3, 0.1, rng))
    assert_unaided(student, "train_epoch", without=READY_MADE, mistake="train_epoch_ready_made")


# train


@functools.lru_cache(maxsize=8)
def garments(seed: int, split: str, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (n, 1, 28, 28) float32 images in [0, 1] and (n,) int64 labels; drawn once for a whole class."""
    images, labels = load_garments(split=split, seed=seed, subset=count)
    images, labels = torch.as_tensor(images), torch.as_tensor(labels)
    return images.float().reshape(-1, 1, 28, 28) / 255, labels.long()


@probe
def trained(student, train_set, test_set, num_inputs, num_outputs, num_epochs, lr, batch_size, loader):
    """What train returns; minibatches come in a list or from a DataLoader."""
    if loader:
        iterators = [
            torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*part), batch_size=batch_size)
            for part in (train_set, test_set)
        ]
    else:
        iterators = [
            list(zip(X.split(batch_size), y.split(batch_size), strict=True))  # type: ignore[misc]  # of either kind
            for X, y in (train_set, test_set)
        ]
    returned = student.train(*iterators, num_inputs, num_outputs, num_epochs, lr)
    if isinstance(returned, (tuple, list)) and len(returned) == 3 and isinstance(returned[2], (tuple, list)):
        history = [list(entry) if isinstance(entry, (tuple, list)) else entry for entry in returned[2]]
        return [returned[0], returned[1], history]
    return returned


@dataclass(frozen=True)
class Course:
    """Arguments of train: two sets of examples (inputs, labels), and how to train."""

    train_set: tuple[torch.Tensor, torch.Tensor]
    test_set: tuple[torch.Tensor, torch.Tensor]
    num_outputs: int
    num_epochs: int
    lr: float
    batch_size: int

    @property
    def num_inputs(self) -> int:
        """Numbers in one example."""
        return self.train_set[0][0].numel()

    def run(self, student: Student, *, loader: bool = False) -> Any:
        """Return what the student's train returns."""
        return student.run(
            trained, train_set=self.train_set, test_set=self.test_set, num_inputs=self.num_inputs,
            num_outputs=self.num_outputs, num_epochs=self.num_epochs, lr=self.lr, batch_size=self.batch_size,
            loader=loader,
        )  # fmt: skip

    def reference(self, *, on_test: bool = False) -> list[Epoch]:
        """Return the epochs of training from zeros, on the training or, a mistake, on the test examples."""
        X, y = self.test_set if on_test else self.train_set
        batches = list(zip(X.split(self.batch_size), y.split(self.batch_size), strict=True))
        W, b = torch.zeros(self.num_inputs, self.num_outputs), torch.zeros(self.num_outputs)
        epochs = []
        for _ in range(self.num_epochs):
            epochs.append(sgd_epoch(W, b, batches, self.lr))
            W, b = epochs[-1].W, epochs[-1].b
        return epochs


def parameters(got: Any, course: Course) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the trained W, (d, k), and b, (k,), in float64."""
    if got is None:
        fail("train returned None: is a `return` missing?")
    if not isinstance(got, list) or len(got) != 3:
        fail("train did not return three things: W, b and the history.")
    assert_shape(got[0], (course.num_inputs, course.num_outputs), name="W")
    assert_shape(got[1], (course.num_outputs,), name="b")
    return finite(torch.as_tensor(got[0]), "W"), finite(torch.as_tensor(got[1]), "b")


def history_of(got: Any, num_epochs: int) -> list[tuple[float, float, float]]:
    """Return train's history: (train loss, train accuracy, test accuracy) of each epoch."""
    history = got[2] if isinstance(got, list) and len(got) == 3 else None
    if not isinstance(history, list):
        fail("train did not return a list as its history.")
    if num_epochs > 1 and len(history) == 3 and all(isinstance(each, (int, float)) for each in history):
        fail("The history is one (train_loss, train_acc, test_acc); expected a list with one an epoch.",
             "train_last_epoch_only")  # fmt: skip
    if len(history) != num_epochs:
        named = ["train_last_epoch_only"] if len(history) == 1 else ["train_ignores_epochs"]
        fail(f"The history has {len(history)} entries for num_epochs={num_epochs}; expected one an epoch.", *named)
    found = []
    for place, entry in enumerate(history):
        if not isinstance(entry, list) or len(entry) != 3:
            fail(f"Entry {place} of the history does not hold three numbers.")
        names = (f"{name} of epoch {place}" for name in ("train_loss", "train_acc", "test_acc"))
        loss, train_acc, test_acc = (
            number_of(value, name, "train_tensor_history") for value, name in zip(entry, names, strict=True)
        )
        found.append((loss, train_acc, test_acc))
    return found


def accuracy_of(X: torch.Tensor, y: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> float:
    """Return the share of examples that W and b predict right."""
    return measure(X, y, W, b)[1] / len(y)


def drawn_course(
    rng: torch.Generator, *, num_inputs: int = 5, num_outputs: int = 3, num_epochs: int = 4, lr: float = 0.4,
    batch_size: int = 10,
) -> Course:  # fmt: skip
    """Draw 64 examples to train on, and 101 to test on, of which a quarter have another label."""
    X, y = clusters(165, num_inputs, num_outputs, rng)
    other = (y + 1) % num_outputs
    test_y = torch.where(torch.arange(165) % 4 == 0, other, y)
    return Course((X[:64], y[:64]), (X[64:], test_y[64:]), num_outputs, num_epochs, lr, batch_size)


def judge_history(got: Any, course: Course, statistic: str) -> None:
    """Fail unless the history is that of training from small weights, on the training examples alone."""
    W, b = parameters(got, course)
    history = history_of(got, course.num_epochs)
    right, on_test = course.reference(), course.reference(on_test=True)
    accuracy = accuracy_of(*course.test_set, W, b)
    if not abs(history[-1][2] - accuracy) <= 1e-4:
        fail(f"The last test_acc is {history[-1][2]:.4g}; W and b predict {accuracy:.4g} of the test iterator right.",
             *wrong_test_accuracy(history, course, W, b))  # fmt: skip
    losses, accuracies = [entry[0] for entry in history], [entry[1] for entry in history]
    wanted, wanted_accuracies = nearest_series(losses, right)
    off = distance(losses, wanted)
    start = torch.zeros(course.num_inputs, course.num_outputs), torch.zeros(course.num_outputs)
    frozen = measure(*course.train_set, *start)[0] / len(course.train_set[1])
    distances = {
        "train_on_test": distance(losses, nearest_series(losses, on_test)[0]),
        "train_restarts": distance(losses, [wanted[0]] * len(wanted)),
        "train_never_steps": distance(losses, [frozen] * len(losses)),
        "train_swaps_history": distance(accuracies, wanted),
    }
    least = min(distances.values())
    assert_below(
        off, statistic,
        message=f"train_loss went {numbers(losses)}; with these settings and a small start it goes {numbers(wanted)}.",
        mistakes={id: each == least and each < off / 3 for id, each in distances.items()},
    )  # fmt: skip
    # The first minibatch of all finds ties, or what random numbers make of them: so the mean over the epochs.
    assert_below(
        sum(abs(mine - theirs) for mine, theirs in zip(accuracies, wanted_accuracies, strict=True)) / len(losses),
        f"{statistic.removesuffix('loss')}accuracy",
        message=f"train_acc went {numbers(accuracies)}; with these settings it goes {numbers(wanted_accuracies)}.",
        mistakes={"train_swaps_history": abs(accuracies[-1] - accuracy) < 1e-4},
    )  # fmt: skip


def nearest_series(losses: Sequence[float], epochs: Sequence[Epoch]) -> tuple[list[float], list[float]]:
    """Return the mean losses and the accuracies of epochs, measured before or after each step: what fits `losses`."""
    measured = [[epoch.metrics(epoch.before) for epoch in epochs], [epoch.metrics(epoch.after) for epoch in epochs]]
    nearest = min(measured, key=lambda pairs: distance(losses, [loss for loss, _ in pairs]))
    return [loss for loss, _ in nearest], [accuracy for _, accuracy in nearest]


def wrong_test_accuracy(
    history: Sequence[tuple[float, float, float]], course: Course, W: torch.Tensor, b: torch.Tensor
) -> list[str]:
    """Return the mistakes that would give the last test accuracy, which is not that of the returned W and b."""
    _, train_acc, test_acc = history[-1]
    if abs(test_acc - accuracy_of(*course.train_set, W, b)) < 1e-4:
        return ["train_test_on_train"]
    if abs(train_acc - accuracy_of(*course.test_set, W, b)) < 1e-4:
        return ["train_swaps_history"]
    return ["train_measures_early"] if course.num_epochs == 1 else []


def distance(values: Sequence[float], others: Sequence[float]) -> float:
    """Return the largest difference of two series, infinite where one holds no number."""
    gaps = [abs(value - other) for value, other in zip(values, others, strict=True)]
    return math.inf if any(map(math.isnan, gaps)) else max(gaps)


@check("train", needs=TRAIN_NEEDS, hint="Compare what you return, and how often you note it, with the text.")
def test_train_returns_parameters_and_history(student: Student, rng: torch.Generator) -> None:
    """Training gives W (d, k), b (k,) and three floats for each of the epochs asked for."""
    course = drawn_course(rng, num_inputs=6, num_outputs=4, num_epochs=5)
    got = course.run(student)
    parameters(got, course)
    history_of(got, 5)


@check("train", weight=2, needs=TRAIN_NEEDS, hint="Which iterator is trained on, where does W begin, and is lr used?")
def test_history_is_that_of_the_training(student: Student, rng: torch.Generator) -> None:
    """The losses are those of these examples, learning rate and number of epochs; test_acc belongs to W and b."""
    course = drawn_course(rng)
    judge_history(course.run(student), course, "train.history_loss")


@check("train", weight=2, needs=TRAIN_NEEDS, hint="Which iterator teaches, and which one only asks?", timeout_s=20)
def test_accuracy_on_images_never_seen(student: Student, rng: torch.Generator) -> None:
    """After ten epochs on 1,000 garments, W and b classify images that they have never seen."""
    judge_error(student, rng, Images(1000, 1850, 10, 0.03, 25), "train.test_error", loader=False)


@dataclass(frozen=True)
class Images:
    """How a model of garments is trained and judged."""

    train_count: int
    judged_count: int
    num_epochs: int
    lr: float
    batch_size: int

    def draw(self, rng: torch.Generator) -> tuple[Course, torch.Tensor, torch.Tensor]:
        """Return what train is given, and the images and labels that it is judged by, which it never sees.

        The labels of the test iterator are all shifted by one: whoever trains on it learns them wrong.
        """
        train_set = garments(new_seed(rng), "train", self.train_count)
        X, y = garments(new_seed(rng), "test", SHOWN + self.judged_count)
        shown = X[:SHOWN], (y[:SHOWN] + 1) % 10
        course = Course(train_set, shown, 10, self.num_epochs, self.lr, self.batch_size)
        return course, X[SHOWN:], y[SHOWN:]


def judge_error(student: Student, rng: torch.Generator, images: Images, statistic: str, *, loader: bool) -> None:
    """Fail unless the trained W and b predict enough of the judged images right."""
    course, X, y = images.draw(rng)
    got = course.run(student, loader=loader)
    W, b = parameters(got, course)
    error = 1 - accuracy_of(X, y, W, b)
    history = history_of(got, images.num_epochs)
    show_curve(
        "Training loss", [loss for loss, _, _ in history], x_label="epoch", y_label="mean loss of the epoch",
        band=statistic,
    )  # fmt: skip
    shifted = accuracy_of(X, (y + 1) % 10, W, b)
    assert_below(
        error, statistic,
        message=f"Of {len(y)} new images a share of {error:.3f} is classified wrong; after {images.num_epochs} epochs "
        "at this learning rate it is below {threshold}.",
        mistakes={"train_on_test": shifted > max(0.3, 1 - error)},
    )  # fmt: skip


# predict_labels


@probe
def labels_of(student, X, W, b):
    """Predicted classes."""
    return student.predict_labels(X, W, b)


def judge_labels(got: Any, X: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> None:
    """Fail unless `got` holds the most probable class of each example: (n,) int64."""
    n, rows = len(X), X.reshape(len(X), -1)
    logits = rows @ W + b
    right = logits.argmax(dim=1)
    p = torch.softmax(logits, dim=1)
    mistakes: Mapping[str, Any] = {
        "predict_labels_smallest": logits.argmin(dim=1), "predict_labels_ignores_bias": (rows @ W).argmax(dim=1),
        "predict_labels_column": right.reshape(n, 1), "predict_labels_scores": p.max(dim=1).values,
        "predict_labels_probabilities": p, "predict_labels_wrong_axis": p.argmax(dim=0),
    }  # fmt: skip
    if isinstance(got, (int, float, list)):
        kind = "list" if isinstance(got, list) else "number"
        fail(f"predict_labels(X, W, b) is a {kind}; expected an int64 tensor of shape {(n,)}.")
    if isinstance(got, np.ndarray):
        got = torch.from_numpy(got)
    named = matched(got, **{id: [wrong] for id, wrong in mistakes.items()})
    assert_shape(
        got, (n,), name="predict_labels(X, W, b)", mistakes=dict.fromkeys(named, tuple(getattr(got, "shape", ())))
    )
    assert_close(got, right, name="predict_labels(X, W, b)", mistakes=dict.fromkeys(named, got))
    if got.dtype != torch.int64:
        fail(f"The labels have dtype {str(got.dtype).removeprefix('torch.')}; expected int64.",
             "predict_labels_floats")  # fmt: skip


def clear_examples(
    n: int, num_inputs: int, num_outputs: int, rng: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return X (n, d), W and b whose predictions do not hang on rounding, and do depend on b."""
    W, b = drawn_model(num_inputs, num_outputs, rng)
    X = torch.randn(4 * n + 8, num_inputs, generator=rng)
    return X[clear_rows(X @ W + b, n)], W, b


@check("predict_labels", weight=2, needs=("softmax", "net"), hint="Of a row's k numbers, what is asked for?")
def test_labels_are_the_most_probable_classes(student: Student, rng: torch.Generator) -> None:
    """Each example gets the number of its most probable class: shape (n,), int64."""
    X, W, b = clear_examples(8, 6, 8, rng)
    judge_labels(student.run(labels_of, X=X, W=W, b=b), X, W, b)


@check("predict_labels", needs=("softmax", "net"), hint="Which of your functions already takes images?")
def test_labels_of_images(student: Student, rng: torch.Generator) -> None:
    """Images (n, 1, 28, 28) get labels too."""
    X, W, b = clear_examples(12, 784, 10, rng)
    X = X.reshape(-1, 1, 28, 28)
    judge_labels(student.run(labels_of, X=X, W=W, b=b), X, W, b)
