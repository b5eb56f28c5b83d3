"""Visible checks of `linear_regression`: a linear model from scratch, trained by minibatch SGD."""

import math
from typing import Any

import torch
from coursedata import synthetic_regression

from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_below,
    assert_close,
    assert_dtype,
    assert_shape,
    check,
    fail,
    finite,
    is_close,
    log_ratio,
    new_seed,
    numbers,
    pair_of_tensors,
    probe,
    show_curve,
    show_estimates,
)

NOTEBOOK_W, NOTEBOOK_B = [[2.0], [-3.4]], [4.2]  # what a constant answer would be
TRAIN_NEEDS = ("data_iter", "linreg", "squared_loss", "sgd")
DEFAULTS = {"lr": 0.03, "num_epochs": 3, "batch_size": 10}

# synthetic_data


@probe
def drawn(student, w, b, num_examples):
    """Features and labels as the student draws them."""
    return student.synthetic_data(w, b, num_examples)


def features_and_labels(got: Any, num_examples: int, num_features: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return finite (n, d) features and (n, 1) labels in float64; labels (n,) are judged elsewhere."""
    X, y = pair_of_tensors(got, "synthetic_data(w, b, num_examples)")
    assert_shape(X, (num_examples, num_features), name="X")
    if y.numel() != num_examples:
        named = ["synthetic_data_noise_broadcasts"] if y.shape == (num_examples, num_examples) else []
        fail(f"y has shape {tuple(y.shape)}; expected {(num_examples, 1)}.", *named)
    return finite(X, "X"), finite(y, "y").reshape(-1, 1)


def fitted(X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the least-squares weights and, last, bias: (d + 1, 1) float64."""
    return torch.linalg.lstsq(with_ones(X), y).solution


@check("synthetic_data", hint="Look at the shape of each term of the sum before you add them.")
def test_synthetic_data_has_a_row_for_each_example(student: Student) -> None:
    """Features are (n, d), labels (n, 1), both float32 tensors."""
    got = student.run(drawn, w=torch.tensor([2.0, -3.4, 0.7]), b=4.2, num_examples=50)
    X, y = pair_of_tensors(got, "synthetic_data(w, b, num_examples)")
    assert_shape(X, (50, 3), name="X")
    assert_shape(
        y, (50, 1), name="y",
        mistakes={"synthetic_data_flat_labels": (50,), "synthetic_data_noise_broadcasts": (50, 50)},
    )  # fmt: skip
    if torch.float64 in (X.dtype, y.dtype):
        fail(f"X and y have {X.dtype} and {y.dtype}; expected torch.float32.", "synthetic_data_float64")
    assert_dtype(X, torch.float32, name="X")
    assert_dtype(y, torch.float32, name="y")


@check("synthetic_data", hint="Compare your labels with the formula, one term after the other.")
def test_synthetic_labels_follow_the_model(student: Student) -> None:
    """A plane fitted to the examples has the weights w and the bias b."""
    w, b = torch.tensor([1.5, -2.5]), 3.5
    X, y = features_and_labels(student.run(drawn, w=w, b=b, num_examples=1000), 1000, 2)
    # Loose enough for noise of any scale up to 1, which the next check judges.
    assert_close(
        fitted(X, y).reshape(-1), torch.tensor([1.5, -2.5, 3.5]), name="(w, b) fitted to your examples",
        rtol=0, atol=0.3, mistakes={"synthetic_data_ignores_bias": torch.tensor([1.5, -2.5, 0.0])},
    )  # fmt: skip


@check("synthetic_data", weight=2, hint="How many draws of noise are there, and which number sets their scale?")
def test_synthetic_noise_has_standard_deviation_one_hundredth(student: Student) -> None:
    """Around the plane, labels scatter with standard deviation 0.01."""
    w = torch.tensor([1.5, -2.5])
    X, y = features_and_labels(student.run(drawn, w=w, b=3.5, num_examples=2000), 2000, 2)
    residuals = y - with_ones(X) @ fitted(X, y)
    std = math.sqrt(float((residuals**2).sum()) / (2000 - 3))
    assert_below(
        log_ratio(std, 0.01), "synthetic_data.noise_std",
        message=f"Your labels scatter around the plane with standard deviation {std:.3g}; expected 0.01.",
        mistakes={
            "synthetic_data_variance": log_ratio(std, 0.1) < 0.3 or log_ratio(std, 0.0001) < 0.3,
            "synthetic_data_unit_noise": log_ratio(std, 1.0) < 0.3,
            "synthetic_data_uniform_noise": log_ratio(std, 0.01 / math.sqrt(12)) < 0.2,
            "synthetic_data_no_noise": std < 1e-5,
        },
    )  # fmt: skip


@check("synthetic_data", hint="From which distribution are the features drawn?")
def test_synthetic_features_are_standard_normal(student: Student) -> None:
    """Each feature has mean 0 and standard deviation 1."""
    w = torch.tensor([1.5, -2.5, 0.5])
    X, _ = features_and_labels(student.run(drawn, w=w, b=3.5, num_examples=4000), 4000, 3)
    off = max(max(abs(float(column.mean())), log_ratio(float(column.std()), 1.0)) for column in X.T)
    means, stds = numbers(X.mean(0)), numbers(X.std(0))
    assert_below(
        off, "synthetic_data.features",
        message=f"Your features have means {means} and standard deviations {stds}; expected 0 and 1.",
        mistakes={"synthetic_data_uniform_features": bool((X.abs() <= 1).all() and (X.std(0) > 0.1).all())},
    )  # fmt: skip


# data_iter


@probe
def epochs(student, batch_size, features, labels, num_epochs):
    """The minibatches of each epoch, copied as they come; an iterator without end is cut off."""
    runs = []
    for _ in range(num_epochs):
        minibatches = student.data_iter(batch_size, features, labels)
        if minibatches is None:
            return None
        run = []
        for batch in minibatches:
            if isinstance(batch, (tuple, list)):
                batch = [torch.clone(part) if isinstance(part, torch.Tensor) else part for part in batch]
            run.append(batch)
            if len(run) > 2 * len(features):
                break
        runs.append(run)
    return runs


def numbered_examples(num_examples: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (n, 2) features and (n, 1) labels from which an example's number can be read."""
    number = torch.arange(num_examples, dtype=torch.float32).reshape(-1, 1)
    return torch.cat([number, -number], dim=1), number + 1000


def minibatches(run: Any) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Return an epoch's (batch, 2) features and (batch, 1) labels, one pair a minibatch."""
    if isinstance(run, list) and len(run) == 2 and all(isinstance(item, torch.Tensor) for item in run):
        fail("data_iter gave one X and one y, not a series of minibatches.", "data_iter_returns_first_batch")
    if not isinstance(run, list) or not run:
        fail("data_iter gave no minibatches.")
    pairs = []
    for place, batch in enumerate(run):
        X, y = pair_of_tensors(batch, f"minibatch {place}")
        if X.dim() != 2 or X.shape[1] != 2:
            fail(f"X of minibatch {place} has shape {tuple(X.shape)}; expected (batch, 2) from features (n, 2).")
        assert_shape(y, (len(X), 1), name=f"y of minibatch {place}")
        pairs.append((X, y))
    return pairs


def epochs_of(student: Student, num_examples: int, batch_size: int, num_epochs: int = 1) -> list[list[list[int]]]:
    """Return, for each epoch and minibatch, the numbers of its examples."""
    features, labels = numbered_examples(num_examples)
    got = student.run(epochs, batch_size=batch_size, features=features, labels=labels, num_epochs=num_epochs)
    if not isinstance(got, list):
        fail("data_iter returned None: which word hands out one minibatch and then goes on?")
    found = []
    for run in got:
        rows = [X for X, _ in minibatches(run)]
        known = all(bool((features == row).all(1).any()) for X in rows for row in X)
        if not known:
            fail("A row of X is not a row of features.")
        found.append([[int(row[0]) for row in X] for X in rows])
    return found


@check("data_iter", hint="Follow one example through an epoch: how often is it handed out?")
def test_every_example_comes_once_an_epoch(student: Student) -> None:
    """One epoch hands out every example exactly once."""
    [run] = epochs_of(student, 24, batch_size=4)
    seen = sorted(number for batch in run for number in batch)
    if seen != list(range(24)):
        missing, repeated = 24 - len(set(seen)), len(seen) - len(set(seen))
        named = ["data_iter_with_replacement"] if missing and repeated else []
        fail(f"Of 24 examples {missing} never came and {repeated} came again.", *named)


@check("data_iter", hint="Write down where each minibatch starts and ends when the sizes do not divide evenly.")
def test_last_minibatch_may_be_short(student: Student) -> None:
    """10 examples in minibatches of 4 come as 4, 4 and 2."""
    [run] = epochs_of(student, 10, batch_size=4)
    sizes = [len(batch) for batch in run]
    if sizes != [4, 4, 2]:
        known = {
            "data_iter_drops_last": [4, 4], "data_iter_pads_last": [4, 4, 4], "data_iter_ignores_batch_size": [10],
        }  # fmt: skip
        fail(f"Your minibatches have sizes {sizes[:12]}; expected [4, 4, 2].",
             *(id for id, wrong in known.items() if sizes == wrong))  # fmt: skip


@check("data_iter", hint="Is one order used for both tensors?")
def test_features_and_labels_stay_together(student: Student) -> None:
    """Every row of X comes with its own label."""
    features, labels = numbered_examples(30)
    got = student.run(epochs, batch_size=6, features=features, labels=labels, num_epochs=1)
    if not isinstance(got, list):
        fail("data_iter returned None: which word hands out one minibatch and then goes on?")
    pairs = minibatches(got[0])
    X, y = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    apart = int((X[:, :1] + 1000 != y).sum())
    if apart:
        own = bool(torch.isin(y, labels).all())
        fail(f"{apart} of {len(X)} rows came with another row's label.", *["data_iter_shuffled_apart"] * own)


@check("data_iter", weight=2, hint="When is the order drawn, and from what?")
def test_every_epoch_is_shuffled_anew(student: Student) -> None:
    """Three epochs over the same 60 examples come in three different orders."""
    runs = epochs_of(student, 60, batch_size=10, num_epochs=3)
    orders = [[number for batch in run for number in batch] for run in runs]
    if orders[0] == sorted(orders[0]):
        fail("The examples come in the order in which they are stored.", "data_iter_no_shuffle")
    if orders[0] == orders[1] or orders[1] == orders[2]:
        fail("Two epochs came in one and the same order.", "data_iter_same_shuffle")
    if all(len(run) > 1 and max(batch) - min(batch) == len(batch) - 1 for run in runs for batch in run):
        fail("The same examples share a minibatch in every epoch.", "data_iter_shuffles_blocks")


# linreg


@probe
def predicted(student, X, w, b):
    """Predictions, and the gradients that their sum sends to w and b."""
    w.requires_grad_()
    b.requires_grad_()
    y_hat = student.linreg(X, w, b)
    followed = isinstance(y_hat, torch.Tensor) and y_hat.requires_grad
    if followed:
        y_hat.sum().backward()
    return {"y_hat": y_hat, "followed": followed, "w_grad": w.grad, "b_grad": b.grad}


@check("linreg", weight=2, hint="Check the shape after each operation, and that every argument is used.")
def test_linreg_predicts_each_row(student: Student, rng: torch.Generator) -> None:
    """The prediction for every row of X is its product with w, plus b: shape (n, 1)."""
    X, w, b = torch.randn(3, 3, generator=rng), torch.randn(3, 1, generator=rng), torch.tensor([2.5])
    right = X @ w + b
    assert_close(
        student.run(predicted, X=X, w=w, b=b)["y_hat"], right, name="linreg(X, w, b)",
        mistakes={
            "linreg_ignores_bias": X @ w, "linreg_subtracts_bias": X @ w - b, "linreg_flat": right.reshape(-1),
            "linreg_elementwise": X * w + b,
        },
    )  # fmt: skip


@check("linreg", hint="Which operations can autograd follow, and which values leave its sight?")
def test_gradients_reach_w_and_b(student: Student, rng: torch.Generator) -> None:
    """Autograd can go back from the predictions to w and to b."""
    X, w, b = torch.randn(5, 2, generator=rng), torch.randn(2, 1, generator=rng), torch.tensor([0.5])
    got = student.run(predicted, X=X, w=w, b=b)
    if not isinstance(got["y_hat"], torch.Tensor):
        fail("linreg(X, w, b) is no tensor.")
    if not got["followed"]:
        fail("The predictions do not depend on w and b for autograd.", "linreg_detached")
    if got["w_grad"] is None:
        fail("No gradient came back to w.", "linreg_detached")
    if got["b_grad"] is None:
        without_bias = is_close(got["y_hat"], X @ w)
        fail("No gradient came back to b.", "linreg_ignores_bias" if without_bias else "linreg_detached")
    assert_close(got["w_grad"], X.sum(0).reshape(2, 1), name="gradient of the summed predictions for w")
    assert_close(got["b_grad"], torch.tensor([5.0]), name="gradient of the summed predictions for b")


# squared_loss


@probe
def losses_of(student, y_hat, y):
    """Losses, and the gradient that their sum sends to the predictions."""
    y_hat.requires_grad_()
    loss = student.squared_loss(y_hat, y)
    followed = isinstance(loss, torch.Tensor) and loss.requires_grad
    if followed:
        loss.sum().backward()
    return {"loss": loss, "followed": followed, "grad": y_hat.grad}


def judge_losses(loss: Any, y_hat: torch.Tensor, y: torch.Tensor) -> None:
    """Fail unless `loss` is half the squared difference of each prediction (n, 1) and label (n, 1)."""
    difference = y_hat - y
    right = difference**2 / 2
    if isinstance(loss, (int, float)) or (isinstance(loss, torch.Tensor) and loss.dim() == 0):
        number = finite(torch.as_tensor(loss), "squared_loss(y_hat, y)")
        named = []
        for id, reduced in {"squared_loss_mean": right.mean(), "squared_loss_sum": right.sum()}.items():
            if len(y) > 1 and is_close(number, reduced):  # of one example, mean and sum are the same
                named = [id]
            elif len(y) > 1 and is_close(number, 2 * reduced):
                named = [id, "squared_loss_no_half"]
        fail(f"squared_loss gave one number for {len(y)} examples; expected shape {tuple(y_hat.shape)}, one loss each.",
             *named)  # fmt: skip
    assert_close(
        loss, right, name="squared_loss(y_hat, y)",
        mistakes={
            "squared_loss_no_half": difference**2, "squared_loss_not_squared": difference.abs() / 2,
            "squared_loss_flat": right.reshape(-1), "squared_loss_broadcasts": (y_hat - y.reshape(-1)) ** 2 / 2,
        },
    )  # fmt: skip


@check("squared_loss", hint="Compute one loss by hand, then look at how many there should be.")
def test_loss_of_each_example(student: Student, rng: torch.Generator) -> None:
    """Labels (n, 1): each example's loss is half its squared error, in the shape of y_hat."""
    y_hat, y = torch.randn(5, 1, generator=rng), 3 + torch.randn(5, 1, generator=rng)
    judge_losses(student.run(losses_of, y_hat=y_hat, y=y)["loss"], y_hat, y)


@check("squared_loss", hint="What does broadcasting make of a column and a row?")
def test_loss_of_flat_labels(student: Student, rng: torch.Generator) -> None:
    """Labels (n,) give the same losses as labels (n, 1)."""
    y_hat, y = torch.randn(5, 1, generator=rng), 3 + torch.randn(5, 1, generator=rng)
    judge_losses(student.run(losses_of, y_hat=y_hat, y=y.reshape(-1))["loss"], y_hat, y)


@check("squared_loss", hint="Differentiate the formula of the loss by y_hat, then compare.")
def test_loss_sends_the_error_back(student: Student, rng: torch.Generator) -> None:
    """The gradient of an example's loss for its prediction is the error y_hat − y."""
    y_hat, y = torch.randn(5, 1, generator=rng), 3 + torch.randn(5, 1, generator=rng)
    got = student.run(losses_of, y_hat=y_hat, y=y)
    if not isinstance(got["loss"], torch.Tensor):
        fail("squared_loss(y_hat, y) is no tensor.")
    if not got["followed"] or got["grad"] is None:
        fail("Autograd cannot go back from the losses to y_hat.", "squared_loss_detached")
    error = y_hat - y
    assert_close(
        got["grad"], error, name="gradient of the summed losses",
        mistakes={
            "squared_loss_no_half": 2 * error, "squared_loss_mean": error / 5,
            "squared_loss_not_squared": error.sign() / 2,
        },
    )  # fmt: skip


# sgd


@probe
def one_update(student, params, grads, lr, batch_size):
    """What one update leaves in leaf tensors that the caller still holds."""
    held = [value.clone().requires_grad_() for value in params]
    for param, grad in zip(held, grads, strict=True):
        param.grad = grad.clone()
    passed = list(held)
    try:
        student.sgd(passed, lr, batch_size)
    except NotImplementedError:
        raise
    except RuntimeError as error:
        if "leaf Variable" not in str(error):
            raise
        return {"refused": str(error)}
    return {
        "params": [param.detach() for param in held],
        "grads": [param.grad for param in held],
        "leaves": [param.is_leaf and param.requires_grad for param in held],
        "swapped": not all(mine is theirs for mine, theirs in zip(held, passed, strict=False)),
        "written": any(param._version for param in held),
    }


def update(student: Student, params: list[torch.Tensor], grads: list[torch.Tensor], lr: float, batch_size: int) -> Any:
    """Return what `one_update` measured, or fail where autograd refused the update."""
    got = student.run(one_update, params=params, grads=grads, lr=lr, batch_size=batch_size)
    if "refused" in got:
        fail(f"PyTorch refused the update: {got['refused']}", "sgd_records_graph")
    return got


@check("sgd", weight=2, hint="Write down the step for one number. Sign? Factors? And which tensor is changed?")
def test_step_follows_the_mean_gradient(student: Student, rng: torch.Generator) -> None:
    """One update changes w and b in place: each moves by lr times its mean gradient, downhill."""
    lr, size = 0.5, 4
    w, b = torch.randn(3, 1, generator=rng), torch.randn(1, generator=rng)
    w_grad, b_grad = 2 + torch.rand(3, 1, generator=rng), 2 + torch.rand(1, generator=rng)
    got = update(student, [w, b], [w_grad, b_grad], lr, size)
    new_w, new_b = got["params"]
    if is_close(new_w, w):
        replaced = got["swapped"] or is_close(got["grads"][0], w_grad)
        if got["written"]:  # a step of length zero was taken
            named = ["sgd_zeroes_first"]
        else:
            named = ["sgd_replaces_params", *["sgd_zeroes_first"] * (not replaced)]
        fail("w is the same after the update as before.", *named)
    assert_close(
        new_w, w - lr * w_grad / size, name="w after one update",
        mistakes={
            "sgd_no_batch_size": w - lr * w_grad, "sgd_divides_twice": w - lr * w_grad / size**2,
            "sgd_ascends": w + lr * w_grad / size, "sgd_ignores_lr": w - w_grad / size,
        },
    )  # fmt: skip
    assert_close(new_b, b - lr * b_grad / size, name="b after one update", mistakes={"sgd_first_only": b})


@check("sgd", hint="What does the next backward() do with what is still in .grad?")
def test_gradients_are_zeroed(student: Student, rng: torch.Generator) -> None:
    """After an update no gradient is left for the next backward() to add to."""
    params = [torch.randn(3, 1, generator=rng), torch.randn(1, generator=rng)]
    grads = [2 + torch.rand(3, 1, generator=rng), 2 + torch.rand(1, generator=rng)]
    left = update(student, params, grads, 0.5, 4)["grads"]
    for name, grad, before in zip("wb", left, grads, strict=True):
        if grad is not None and not is_close(grad, torch.zeros_like(before)):
            first_only = name == "b" and is_close(grad, before)
            named = ["sgd_first_only"] if first_only else ["sgd_keeps_gradients"] * is_close(grad, before)
            fail(f"{name}.grad is {numbers(grad)} after the update; expected zeros or None.", *named)


@check("sgd", hint="The next epoch needs the same tensors with gradients: are they still leaves that ask for them?")
def test_params_stay_trainable(student: Student, rng: torch.Generator) -> None:
    """After an update the parameters are still leaf tensors that require gradients."""
    params = [torch.randn(3, 1, generator=rng), torch.randn(1, generator=rng)]
    got = update(student, params, [torch.ones(3, 1), torch.ones(1)], 0.5, 4)
    if not all(got["leaves"]):
        fail("A parameter no longer is a leaf tensor that requires gradients.", "sgd_freezes_params")


# train


@probe
def trained(student, features, labels, options):
    """What train returns."""
    return student.train(features, labels, **options)


def parameters(got: Any, num_features: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the trained w, (d, 1), and b, (1,), in float64."""
    if not isinstance(got, list) or len(got) != 3:
        fail("train(features, labels) did not return three things: w, b and the list of losses.")
    w, b = got[0], got[1]
    if is_close(w, torch.tensor(NOTEBOOK_W), atol=0.05) and is_close(b, torch.tensor(NOTEBOOK_B), atol=0.05):
        fail("Trained on other data, train still returns the notebook's own w and b.", "train_constant")
    flat = {"train_flat_parameters": (num_features,)}
    assert_shape(w, (num_features, 1), name="w", mistakes=flat if num_features > 1 else {})
    assert_shape(b, (1,), name="b", mistakes={"train_flat_parameters": ()})
    return finite(w, "w"), finite(b, "b")


def loss_list(got: Any) -> list[Any]:
    """Return the list that train gave as its losses, whatever is in it."""
    if not isinstance(got, list) or len(got) != 3 or not isinstance(got[2], list):
        fail("train(features, labels) did not return three things: w, b and the list of losses.")
    return list(got[2])


def losses(got: Any, num_epochs: int, num_minibatches: int) -> list[float]:
    """Return the loss after each epoch."""
    values = loss_list(got)
    if any(isinstance(value, torch.Tensor) for value in values):
        fail("The losses are tensors; expected Python floats.", "train_tensor_losses")
    if not all(isinstance(value, (int, float)) for value in values):
        fail("The losses are not all Python floats.")
    if len(values) != num_epochs:
        known = {
            "train_returns_early": 1, "train_ignores_epochs": 3, "train_losses_per_batch": num_epochs * num_minibatches,
        }  # fmt: skip
        fail(f"train returned {len(values)} losses for num_epochs={num_epochs}; expected one an epoch.",
             *(id for id, wrong in known.items() if len(values) == wrong))  # fmt: skip
    return [float(value) for value in values]


def mean_loss(X: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> float:
    """Return the mean of ½(Xw + b − y)² over all examples, computed in float64."""
    return float(((X.double() @ w + b - y.double()) ** 2).mean()) / 2


def descent(
    X: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor, lr: float, num_epochs: int, steps: int = 1
) -> list[float]:
    """Return the losses at the start and after each epoch of gradient descent on all examples that ends at w, b.

    A step is θ ← θ − lr(Hθ − g), with H and g the means of xxᵀ and xy over the examples (x with a 1 for
    the bias), so the way back from the end is one linear system a step, whatever the start was.
    """
    ones, target = with_ones(X.double()), y.double()
    H, g = ones.T @ ones / len(X), ones.T @ target / len(X)
    theta = torch.cat([w, b.reshape(1, 1)])
    found = [mean_loss(X, y, theta[:-1], theta[-1])]
    for _ in range(num_epochs):
        for _ in range(steps):
            theta = torch.linalg.solve_ex(torch.eye(len(H), dtype=H.dtype) - lr * H, theta - lr * g).result
        found.append(mean_loss(X, y, theta[:-1], theta[-1]))
    return found[::-1]


@check("train", needs=TRAIN_NEEDS, hint="Compare what you return, and where in the loops you measure, with the text.")
def test_train_returns_parameters_and_losses(student: Student, rng: torch.Generator) -> None:
    """Training gives w (d, 1), b (1,) and a list with one float for each of the epochs asked for."""
    X, y = synthetic_regression([1.0, -2.0, 3.0], -1.5, 60, seed=new_seed(rng))
    got = student.run(trained, features=X, labels=y, options={"lr": 0.1, "num_epochs": 5, "batch_size": 10})
    parameters(got, 3)
    losses(got, num_epochs=5, num_minibatches=6)


@check("train", needs=TRAIN_NEEDS, hint="Over which examples, and at which w and b, is an epoch's loss taken?")
def test_last_loss_belongs_to_the_returned_parameters(student: Student, rng: torch.Generator) -> None:
    """The last loss is the mean squared_loss over all examples at the w and b that are returned."""
    # Strong noise and a fast first epoch keep apart: all examples, the last minibatch, a running mean.
    X, y = synthetic_regression([4.0, -5.0], 6.0, 200, noise=0.5, seed=new_seed(rng))
    got = student.run(trained, features=X, labels=y, options={"lr": 0.3, "num_epochs": 1, "batch_size": 10})
    w, b = parameters(got, 2)
    last, right = losses(got, num_epochs=1, num_minibatches=20)[-1], mean_loss(X, y, w, b)
    if not is_close(last, right, rtol=1e-3):
        if is_close(last, 200 * right, rtol=1e-3):
            named = "train_summed_losses"
        else:
            named = "train_running_mean" if last > 5 * right else "train_last_batch_loss"
        fail(f"The last loss is {last:.4g}, but at the returned w and b the mean loss is {right:.4g}.", named)


@check("train", weight=2, needs=TRAIN_NEEDS, hint="Follow lr, batch_size and the gradient from train into one update.")
def test_one_large_batch_is_plain_gradient_descent(student: Student, rng: torch.Generator) -> None:
    """With all examples in one batch every epoch is one step of size lr, and the losses fall just so."""
    X, y = synthetic_regression([3.0, -2.0, 1.0], 2.5, 40, noise=0.5, seed=new_seed(rng))
    got = student.run(trained, features=X, labels=y, options={"lr": 0.1, "num_epochs": 4, "batch_size": 40})
    w, b = parameters(got, 3)
    seen = losses(got, num_epochs=4, num_minibatches=1)
    if fitted_at_once(seen, X, y):
        fail("The first loss is the smallest that there is, so w and b were not found by steps.", "train_closed_form")
    start, *right = descent(X, y, w, b, 0.1, 4)
    if is_close(seen, right, rtol=2e-3):
        return
    exact = {
        "train_running_mean": [start, *right[:-1]],
        "train_ignores_lr": descent(X, y, w, b, 0.03, 4)[1:],
        "train_divides_twice": descent(X, y, w, b, 0.1 / 40, 4)[1:],
        "train_no_division": descent(X, y, w, b, 0.1 * 40, 4)[1:],
    }
    at_zero = mean_loss(X, y, torch.zeros_like(w), torch.zeros_like(b))
    flat = max(seen) < 1.02 * min(seen)
    likely = {
        "train_no_step": flat and seen[0] > 0.95 * at_zero,
        "train_restarts": flat and seen[0] < 0.95 * at_zero,
        "train_ignores_bias": float(b) == 0.0,
        "train_ignores_batch_size": is_close(seen, descent(X, y, w, b, 0.1, 4, steps=4)[1:], rtol=0.5),
    }
    named = [id for id, wrong in exact.items() if is_close(seen, wrong, rtol=2e-3)]
    named += [id for id, fits in likely.items() if fits]
    fail("Four steps of size lr that end at your w and b would have had other losses.\n"
         f"got      {numbers(seen)}\nexpected {numbers(right)}", *named[:1])  # fmt: skip


@check("train", weight=3, needs=TRAIN_NEEDS, hint="Print w and b before and after a step: does each of them move?")
def test_train_finds_w_and_b(student: Student, rng: torch.Generator) -> None:
    """With the default settings, w and b come close to those that made 1,000 new examples."""
    true = [1.5, -2.8, -3.1]
    X, y = synthetic_regression(true[:2], true[2], 1000, seed=new_seed(rng))
    got = student.run(trained, features=X, labels=y, options={})
    curve = [value for value in loss_list(got) if isinstance(value, (int, float))]
    show_curve("Loss after each epoch", curve, x_label="epoch", y_label="mean squared loss", band="train.losses")
    w, b = parameters(got, 2)
    estimated = [*w.reshape(-1).tolist(), float(b)]
    show_estimates("True and estimated parameters", ["w[0]", "w[1]", "b"], true, estimated)
    share = [found / wanted for found, wanted in zip(estimated, true, strict=True)]
    one_epoch = all(abs(part - (1 - 0.97**100)) < 0.03 for part in share)
    assert_below(
        max(abs(found - wanted) for found, wanted in zip(estimated, true, strict=True)), "train.parameter_error",
        message=f"w and b are {numbers(estimated)}; the examples were made with {numbers(true)}.",
        mistakes={
            "train_ignores_bias": abs(share[2]) < 0.05 and all(abs(part - 1) < 0.2 for part in share[:2]),
            "train_divides_twice": all(abs(part - (1 - 0.997**300)) < 0.06 for part in share),
            "train_no_step": all(abs(part) < 0.03 for part in share),
            "train_returns_early": one_epoch and len(curve) == 1,
            "train_restarts": one_epoch and len(curve) != 1,
        },
    )  # fmt: skip


@check("train", needs=TRAIN_NEEDS, hint="Compare your function's first line with that of the stub.")
def test_train_keeps_the_default_settings(student: Student, rng: torch.Generator) -> None:
    """Left out, lr is 0.03, num_epochs is 3 and batch_size is 10."""
    X, y = synthetic_regression([3.0, -2.0], 2.5, 11, noise=0.5, seed=new_seed(rng))
    # Of examples that fit into one batch the losses are known; one example more, and they must be others.
    ten = student.run(trained, features=X[:10], labels=y[:10], options={})
    if fitted_at_once(loss_list(ten), X[:10], y[:10]):
        fail("The first loss is the smallest that there is, so w and b were not found by steps.", "train_closed_form")
    eleven = student.run(trained, features=X, labels=y, options={})
    if descends(ten, X[:10], y[:10], rtol=1e-3) and not descends(eleven, X, y, rtol=2e-5):
        return
    told = student.run(trained, features=X[:10], labels=y[:10], options=DEFAULTS)
    named = ["train_other_defaults"] * descends(told, X[:10], y[:10], rtol=1e-3)
    fail("Called without settings, train does not do what it should with lr=0.03, num_epochs=3, batch_size=10.", *named)


def fitted_at_once(seen: list[Any], X: torch.Tensor, y: torch.Tensor) -> bool:
    """Return whether the first loss is that of the least-squares fit, which steps only come close to."""
    theta = fitted(X.double(), y.double())
    return bool(seen) and is_close(seen[0], mean_loss(X, y, theta[:-1], theta[-1]), rtol=1e-4, atol=0)


def descends(got: Any, X: torch.Tensor, y: torch.Tensor, rtol: float) -> bool:
    """Return whether train's losses are those of three epochs of one step of size 0.03 that end at its w, b."""
    w, b = parameters(got, X.shape[1])
    return is_close(loss_list(got), descent(X, y, w, b, DEFAULTS["lr"], 3)[1:], rtol=rtol)


# Shared by checks


def with_ones(X: torch.Tensor) -> torch.Tensor:
    """Return X, (n, d), with a column of ones for the bias: (n, d + 1)."""
    return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)
