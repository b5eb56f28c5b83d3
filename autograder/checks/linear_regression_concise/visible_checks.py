"""Visible checks of `linear_regression_concise`: the framework's loader, modules, loop, and a curve."""

import functools
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from coursedata import synthetic_regression

from autograder.checks.linear_regression.visible_checks import numbered_examples
from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_below,
    assert_close,
    assert_dtype,
    assert_shape,
    assert_unaided,
    check,
    fail,
    finite,
    is_close,
    log_ratio,
    new_seed,
    numbers,
    one_number,
    pair_of_tensors,
    probe,
    recorded_calls,
    show_curve,
    show_estimates,
)

# make_loader


@probe
def loader_epochs(student, features, labels, batch_size, options, num_epochs):
    """What comes out of one loader in each epoch, copied, and what kind of thing it is."""
    loader = student.make_loader(features, labels, batch_size, **options)
    is_loader, epochs = isinstance(loader, torch.utils.data.DataLoader), []
    if is_loader:
        for _ in range(num_epochs):
            run = []
            for batch in loader:
                if isinstance(batch, (tuple, list)):
                    batch = [part.clone() if isinstance(part, torch.Tensor) else part for part in batch]
                run.append(batch)
            epochs.append(run)
    return {"is_loader": is_loader, "type": type(loader).__name__, "epochs": epochs}


def loaded(student: Student, num_examples: int, batch_size: int, num_epochs: int = 1, **options: bool) -> Any:
    """Return, for each epoch and minibatch, the numbers of its examples; fail where they come without their label."""
    features, labels = numbered_examples(num_examples)
    got = student.run(
        loader_epochs, features=features, labels=labels, batch_size=batch_size, options=options, num_epochs=num_epochs
    )
    if not got["is_loader"]:
        known = {"NoneType": [], "Dataset": [], "TensorDataset": ["make_loader_dataset"]}
        iterators = ["make_loader_iterator"] if got["type"] in ITERATORS else []
        fail(f"make_loader returned {got['type']}; expected a DataLoader.", *known.get(got["type"], iterators))
    epochs = []
    for run in got["epochs"]:
        found = []
        for place, batch in enumerate(run):
            if isinstance(batch, torch.Tensor) or (isinstance(batch, list) and len(batch) == 1):
                fail("A minibatch holds features alone.", "make_loader_no_labels")
            X, y = pair_of_tensors(batch, f"minibatch {place}")
            if X.dim() == 2 and X.shape[1] == 1 and y.dim() == 2 and y.shape[1] == 2:
                fail("Labels come first and features second.", "make_loader_pair_swapped")
            if X.dim() != 2 or X.shape[1] != 2:
                fail(f"X of minibatch {place} has shape {tuple(X.shape)}; expected (batch, 2) from features (n, 2).")
            assert_shape(y, (len(X), 1), name=f"y of minibatch {place}")
            if not is_close(y, X[:, :1] + 1000) or not is_close(X[:, 1], -X[:, 0]):
                fail("A row of X came with another row's label.", "make_loader_shuffled_apart")
            found.append([int(number) for number in X[:, 0]])
        epochs.append(found)
    return epochs


ITERATORS: Final = (
    "generator",
    "list",
    "tuple",
    "zip",
    "_SingleProcessDataLoaderIter",
    "_MultiProcessingDataLoaderIter",
)


def judge_sizes(found: list[list[int]], num_examples: int, batch_size: int) -> None:
    """Fail unless an epoch has the right minibatches and every example once."""
    sizes = [len(batch) for batch in found]
    whole, rest = divmod(num_examples, batch_size)
    expected = [batch_size] * whole + [rest] * (rest > 0)
    if sizes != expected:
        known = {
            "make_loader_drops_last": [batch_size] * whole, "make_loader_ignores_batch_size": [1] * num_examples,
            "make_loader_one_batch": [num_examples],
        }  # fmt: skip
        fail(f"{num_examples} examples in minibatches of {batch_size} came in sizes {sizes[:12]}; expected {expected}.",
             *(id for id, wrong in known.items() if sizes == wrong))  # fmt: skip
    seen = sorted(number for batch in found for number in batch)
    if seen != list(range(num_examples)):
        fail("In one epoch some examples came twice and others never.", "make_loader_with_replacement")


@check("make_loader", hint="Which settings of the loader decide how many examples a minibatch has?")
def test_loader_hands_out_minibatches(student: Student) -> None:
    """10 examples come as 4, 4 and 2, each with its own label."""
    [found] = loaded(student, 10, 4)
    judge_sizes(found, 10, 4)


@check("make_loader", weight=2, hint="What does your loader do with the argument shuffle, and when it is not given?")
def test_loader_shuffles_when_asked(student: Student) -> None:
    """By default and with shuffle=True every epoch has a new order; with shuffle=False it is the stored one."""
    stored = list(range(60))
    for options in ({}, {"shuffle": True}, {"shuffle": False}):
        runs = loaded(student, 60, 10, num_epochs=3, **options)
        orders = [[number for batch in run for number in batch] for run in runs]
        if options.get("shuffle", True):
            told = "shuffle=True" if options else "the default"
            if orders[0] == stored:
                fail(f"With {told} the examples come as they are stored.", "make_loader_no_shuffle")
            if orders[0] == orders[1] or orders[1] == orders[2]:
                fail(f"With {told} two epochs come in one and the same order.", "make_loader_same_shuffle")
        elif any(order != stored for order in orders):
            named = ["make_loader_always_shuffles"] * (sorted(orders[0]) == stored)
            fail("With shuffle=False the examples do not come as they are stored.", *named)


# make_linear


@probe
def linear_module(student, num_inputs, X, count):
    """What `count` new modules hold, what they predict, and their weights and bias as their predictions show them."""
    found = []
    for _ in range(count):
        net = student.make_linear(num_inputs)
        if not isinstance(net, torch.nn.Module):
            return {"type": type(net).__name__, "nets": None}
        with torch.no_grad():
            at_zero = net(torch.zeros(1, num_inputs))
            found.append({
                "size": sum(param.numel() for param in net.parameters()),
                "trainable": all(param.requires_grad for param in net.parameters()),
                "y_hat": net(X), "bias": at_zero, "weights": net(torch.eye(num_inputs)) - at_zero,
            })  # fmt: skip
    return {"type": "", "nets": found}


def linear_modules(student: Student, num_inputs: int, X: torch.Tensor, count: int = 1) -> list[dict[str, Any]]:
    """Return what `linear_module` measured, with weights (d, 1) and bias (1, 1)."""
    got = student.run(linear_module, num_inputs=num_inputs, X=X, count=count)
    if got["nets"] is None:
        named = ["make_linear_only_initialised"] if got["type"] in ("Tensor", "Parameter", "NoneType") else []
        fail(f"make_linear({num_inputs}) returned {got['type']}; expected an nn.Module.", *named)
    nets: list[dict[str, Any]] = got["nets"]
    for net in nets:
        assert_shape(
            net["y_hat"], (len(X), 1), name="the predictions for X",
            mistakes={"make_linear_square": (len(X), num_inputs), "make_linear_flat": (len(X),)},
        )  # fmt: skip
    return nets


@check("make_linear", hint="How many outputs does the model have, and what does its type need to be?")
def test_linear_module_predicts(student: Student, rng: torch.Generator) -> None:
    """The module computes Xw + b, of shape (n, 1), with a trainable weight for each input and one bias."""
    X = torch.randn(6, 3, generator=rng)
    [net] = linear_modules(student, 3, X)
    if net["size"] != 4:
        fail(f"The module has {net['size']} parameters; expected 3 weights and a bias.",
             *["make_linear_no_bias"] * (net["size"] == 3))  # fmt: skip
    if not net["trainable"]:
        fail("A parameter does not require gradients.", "make_linear_frozen")
    assert_close(net["y_hat"], X @ net["weights"] + net["bias"], name="net(X)", atol=1e-6)


@check("make_linear", hint="Which number comes out when all features are 0?")
def test_linear_module_starts_with_bias_zero(student: Student) -> None:
    """The bias is 0, so features of 0 give 0."""
    [net] = linear_modules(student, 5, torch.zeros(1, 5))
    bias = finite(net["bias"], "the bias")
    if not is_close(bias, torch.zeros(1, 1), atol=1e-8):
        fail(f"With all features 0 the prediction is {float(bias):.4g}: that is the bias; expected 0.",
             "make_linear_random_bias", "make_linear_from_the_shelf")  # fmt: skip


@check(
    "make_linear", weight=2, hint="Which parameter of your drawing function is the spread, and is it std or variance?"
)
def test_linear_module_starts_with_small_normal_weights(student: Student) -> None:
    """Weights have mean 0 and standard deviation 0.01."""
    num_inputs = 1000
    nets = linear_modules(student, num_inputs, torch.zeros(1, num_inputs), count=2)
    w = finite(torch.cat([net["weights"] for net in nets]), "the weights")
    std, mean, shelf = float(w.std()), float(w.mean()), 1 / math.sqrt(3 * num_inputs)
    assert_below(
        max(log_ratio(std, 0.01), abs(mean) / 0.01), "make_linear.weights",
        message=f"Your weights have mean {mean:.3g} and standard deviation {std:.3g}; expected 0 and 0.01.",
        mistakes={
            "make_linear_std_tenth": log_ratio(std, 0.1) < 0.3,
            "make_linear_variance": log_ratio(std, 1e-4) < 0.3,
            "make_linear_zero_weights": std == 0 and mean == 0,
            "make_linear_constant_weights": std < 1e-6 and mean != 0,
            "make_linear_unit_weights": log_ratio(std, 1.0) < 0.3,
            "make_linear_uniform": float(w.abs().max()) <= 0.0101 and std > 0.002,
            "make_linear_from_the_shelf": log_ratio(std, shelf) < 0.1 and float(w.abs().max()) <= 1.01 * shelf * 3**0.5,
        },
    )  # fmt: skip
    if is_close(nets[0]["weights"], nets[1]["weights"], atol=0):
        fail("Two models have the very same weights: each call should draw anew.", "make_linear_same_weights")


# train_concise


@probe
def trained(student, features, labels, batch_size, shuffle, lr, num_epochs, w, b):
    """What train_concise makes of a linear module that starts at w, b, and what it returns."""
    linear = torch.nn.Linear(features.shape[1], 1)
    if w is not None:
        linear.weight.data, linear.bias.data = w.reshape(1, -1).clone(), b.reshape(1).clone()
    net = torch.nn.Sequential(linear)
    examples = torch.utils.data.TensorDataset(features, labels)
    loader = torch.utils.data.DataLoader(examples, batch_size=batch_size, shuffle=shuffle)
    losses = student.train_concise(net, loader, lr, num_epochs)
    if isinstance(losses, (list, tuple)):
        losses = [loss.item() if isinstance(loss, torch.Tensor) and loss.numel() == 1 else loss for loss in losses]
    return {"w": linear.weight.detach().reshape(-1, 1), "b": linear.bias.detach(), "losses": losses}


def epoch_losses(got: Any, num_epochs: int, num_minibatches: int) -> list[float]:
    """Return the losses, one an epoch, as floats."""
    if isinstance(got, (torch.Tensor, np.ndarray)) and got.ndim == 1:
        got = got.tolist()
    if got is None:
        fail("train_concise returned None: where are the losses?", "train_concise_returns_nothing")
    if isinstance(got, (int, float)):
        fail("train_concise returned a single number; expected a list of losses.", "train_concise_last_loss_only")
    if not isinstance(got, list) or not all(isinstance(value, (int, float)) for value in got):
        fail("train_concise did not return a list of numbers.")
    if len(got) != num_epochs:
        known = {
            "train_concise_losses_per_batch": num_epochs * num_minibatches, "train_concise_returns_early": 1,
            "train_concise_ignores_epochs": 3,
        }  # fmt: skip
        fail(f"train_concise returned {len(got)} losses for num_epochs={num_epochs}; expected one an epoch.",
             *[id for id, wrong in known.items() if len(got) == wrong][:1])  # fmt: skip
    return [float(value) for value in got]


def orthogonal_examples() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return 8 examples of 3 features, their labels, and the best (w, b), which each step comes evenly closer to.

    Features and the bias's ones are columns of a Hadamard matrix, so the mean of xxᵀ is the identity:
    with all examples in one minibatch a step shrinks every parameter's error by 1 − 2 lr.
    """
    two = torch.tensor([[1.0, 1.0], [1.0, -1.0]])
    columns = torch.kron(torch.kron(two, two), two)  # (8, 8)
    X, best = columns[:, [1, 2, 4]], torch.tensor([1.5, -2.0, 3.0, 2.5])
    return X, X @ best[:3].reshape(3, 1) + best[3] + 0.5 * columns[:, 7:], best


@check("train_concise", hint="How many numbers come back, and of which examples does each one tell?")
def test_train_concise_returns_losses(student: Student, rng: torch.Generator) -> None:
    """There is one loss an epoch, they fall, and the last one is the mean squared error of the trained module."""
    X, y, _ = orthogonal_examples()
    # More noise in the first minibatch than in the second, at right angles to the features of both.
    y = y + torch.tensor([1.0, -1.0, -1.0, 1.0] + [0.0] * 4).reshape(-1, 1)
    got = student.run(
        trained, features=X, labels=y, batch_size=4, shuffle=False, lr=0.03, num_epochs=60,
        w=torch.zeros(3), b=torch.zeros(1),
    )  # fmt: skip
    losses = epoch_losses(got["losses"], 60, 2)
    w, b = finite(got["w"], "the weight"), finite(got["b"], "the bias")
    errors = ((X.double() @ w + b - y.double()) ** 2).reshape(-1)
    right = float(errors.mean())
    # Half the squared error is as good a loss, although the text asks for the whole.
    told = any(is_close(losses[-1], factor * right, rtol=0.1) for factor in (1.0, 0.5))
    if told and losses[0] > 3 * losses[-1]:
        return
    wrong = {
        "train_concise_last_batch_loss": float(errors[4:].mean()), "train_concise_summed_losses": 8 * right,
        "train_concise_sums_batch_means": 2 * right, "train_concise_divides_batch_means": 2 * right / 8,
    }  # fmt: skip
    named = [
        id for id, value in wrong.items() for factor in (1.0, 0.5)
        if not told and is_close(losses[-1], factor * value, rtol=0.1)
    ]  # fmt: skip
    if is_close(losses[0], losses[-1]):
        named = ["train_concise_no_step"]
    fail(f"The losses go from {losses[0]:.4g} to {losses[-1]:.4g}; at the end the module's mean squared error is "
         f"{right:.4g}.", *named)  # fmt: skip


@check(
    "train_concise", weight=3, hint="Follow the size of a minibatch, and what is in .grad, from the loss to the step."
)
def test_steps_follow_the_mean_squared_error(student: Student) -> None:
    """From a given start, five epochs of one step each lead where the formula says."""
    X, y, best = orthogonal_examples()
    start = torch.tensor([0.5, 1.0, -1.0, 0.25])
    got = student.run(
        trained, features=X, labels=y, batch_size=8, shuffle=True, lr=0.05, num_epochs=5, w=start[:3], b=start[3:]
    )
    theta = torch.cat([got["w"].reshape(-1), got["b"]])
    judge_steps(theta, start, best, lr=0.05, num_steps=5, size=8, losses=got["losses"])


def judge_steps(
    theta: torch.Tensor, start: torch.Tensor, best: torch.Tensor, *, lr: float, num_steps: int, size: int, losses: Any,
    curvature: float = 1.0,
) -> None:  # fmt: skip
    """Fail unless `num_steps` steps have shrunk the distance from `best` by 1 − 2 lr · curvature each.

    Half the squared error, which shrinks it by 1 − lr · curvature, is accepted as well.
    """
    slopes = (2 * curvature, curvature)  # of the squared error and of its half, for each unit of distance
    if any(is_close(theta, best + (start - best) * (1 - lr * slope) ** num_steps, rtol=1e-3, atol=1e-4)
           for slope in slopes):  # fmt: skip
        return
    told = isinstance(losses, list) and all(isinstance(loss, float) for loss in losses)
    falling = told and len(set(losses)) > 1
    named = [id for slope in slopes for id, wrong in wrong_steps(start, best, lr, num_steps, size, slope).items()
             if is_close(theta, wrong, rtol=1e-3, atol=1e-4)]  # fmt: skip
    if is_close(theta, start, rtol=1e-3, atol=1e-4):
        named.insert(0, "train_concise_another_net" if falling else "train_concise_no_step")
    right = best + (start - best) * (1 - lr * slopes[0]) ** num_steps
    fail(
        f"After {num_steps} steps the weights and the bias are {numbers(theta)}; expected {numbers(right)}.", *named[:1]
    )


def wrong_steps(
    start: torch.Tensor, best: torch.Tensor, lr: float, num_steps: int, size: int, slope: float
) -> dict[str, torch.Tensor]:
    """Return where the known mistakes lead, with the gradient slope · (θ − best)."""

    def after(factor: float, num_steps: float = num_steps, best: torch.Tensor = best) -> torch.Tensor:
        return best + (start - best) * factor**num_steps

    def by_hand(make: Callable[..., torch.optim.Optimizer], **settings: float) -> torch.Tensor:
        theta = start.clone()
        optimizer = make([theta], lr=lr, **settings)
        for _ in range(num_steps):
            theta.grad = slope * (theta - best)
            optimizer.step()
        return theta

    right = after(1 - lr * slope)
    level = torch.cat([torch.zeros_like(best[:-1]), best[-1:]])  # the mean of the labels, whatever the features
    return {
        "train_concise_sum": after(1 - lr * slope * size),
        "train_concise_divides_twice": after(1 - lr * slope / size),
        "train_concise_keeps_gradients": by_hand(torch.optim.SGD, momentum=1.0),
        "train_concise_ascends": after(1 + lr * slope),
        "train_concise_returns_early": after(1 - lr * slope, num_steps / 5),
        "train_concise_steps_first": after(1 - lr * slope, num_steps - 1),
        "train_concise_ignores_lr": after(1 - 0.03 * slope),
        "train_concise_one_step_an_epoch": after(1 - lr * slope, num_steps / 3),
        "train_concise_bias_stays": torch.cat([right[:-1], start[-1:]]),
        "train_concise_broadcasts": after(1 - lr * slope, best=level),
        "train_concise_momentum": by_hand(torch.optim.SGD, momentum=0.9),
        "train_concise_adam": by_hand(torch.optim.Adam),
    }


@probe
def modes(student, features, labels, batch_size, num_epochs):
    """Whether the module was in training mode at each forward pass that a gradient went back through."""
    seen: list[bool] = []

    class Watched(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = torch.nn.Linear(features.shape[1], 1)

        def forward(self, X):
            y_hat = self.linear(X)
            if y_hat.requires_grad:
                training = self.training
                y_hat.register_hook(lambda _: seen.append(training))
            return y_hat

    examples = torch.utils.data.TensorDataset(features, labels)
    student.train_concise(Watched(), torch.utils.data.DataLoader(examples, batch_size=batch_size), 0.01, num_epochs)
    return seen


@check("train_concise", hint="In which mode does the second epoch begin?")
def test_steps_are_made_in_training_mode(student: Student, rng: torch.Generator) -> None:
    """The forward pass of every step, in every epoch, is made in training mode."""
    X, y = synthetic_regression([1.0, 2.0], 0.5, 12, seed=new_seed(rng))
    seen = student.run(modes, features=X, labels=y, batch_size=4, num_epochs=3)
    if not all(seen):
        first = "all" if not any(seen) else f"those from step {seen.index(False) + 1} on"
        fail(
            f"Of {len(seen)} steps {seen.count(False)} were made in evaluation mode ({first}).",
            "train_concise_eval_mode",
        )


@check("train_concise", weight=2, hint="Print the parameters before and after: does each of them come closer?")
def test_train_concise_finds_w_and_b(student: Student, rng: torch.Generator) -> None:
    """Three epochs over 1,000 new examples bring w and b close to the truth."""
    true = [-1.7, 2.6, 3.3]
    X, y = synthetic_regression(true[:2], true[2], 1000, seed=new_seed(rng))
    got = student.run(
        trained, features=X, labels=y, batch_size=10, shuffle=True, lr=0.03, num_epochs=3,
        w=torch.tensor([0.01, -0.01]), b=torch.zeros(1),
    )  # fmt: skip
    losses = epoch_losses(got["losses"], 3, 100)
    show_curve("Loss of each epoch", losses, x_label="epoch", y_label="mean squared error", band="train_concise.losses")
    estimated = [*got["w"].reshape(-1).tolist(), float(got["b"])]
    show_estimates("True and estimated parameters", ["w[0]", "w[1]", "b"], true, estimated)
    share = [found / wanted for found, wanted in zip(estimated, true, strict=True)]
    error = max(abs(found - wanted) for found, wanted in zip(estimated, true, strict=True))
    assert_below(
        error, "train_concise.parameter_error",
        message=f"w and b are {numbers(estimated)}; the examples were made with {numbers(true)}.",
        mistakes={
            "train_concise_divides_twice": all(abs(part - (1 - 0.994**300)) < 0.1 for part in share),
            "train_concise_bias_stays": abs(share[2]) < 0.01 and all(abs(part - 1) < 0.2 for part in share[:2]),
        },
    )  # fmt: skip


# fit_slope_numpy


@probe
def slope_found(student, x, y, options):
    """What fit_slope_numpy returns, and which functions of torch it has called."""
    with recorded_calls() as calls:
        got = student.fit_slope_numpy(x, y, **options)
    return {"got": list(got) if isinstance(got, (tuple, list)) else got, "calls": sorted(calls)}


FITS: Final = ("polyfit", "lstsq", "linregress", "curve_fit", "fit", "pinv", "solve", "autograd", "backward")


def slope_and_costs(
    student: Student, x: np.ndarray, y: np.ndarray, lr: float, num_epochs: int, default: bool = False
) -> Any:
    """Return w, a float, and the costs, (num_epochs,) float64."""
    options = {} if default else {"lr": lr, "num_epochs": num_epochs}
    answer = student.run(slope_found, x=x, y=y, options=options)
    got = answer["got"]
    if not isinstance(got, list) or len(got) != 2:
        named = ["fit_slope_numpy_no_costs"] if isinstance(got, (int, float)) else []
        fail("fit_slope_numpy did not return two things: w and the costs.", *named)
    if isinstance(got[0], list) or (isinstance(got[0], np.ndarray) and got[0].size > 1):
        fail("The first thing that comes back is not one number, w.", "fit_slope_numpy_order_swapped")
    w, costs = one_number(got[0], "w"), got[1]
    if isinstance(costs, (int, float)):
        fail(
            "The second thing that comes back is one number; expected a list of costs.",
            "fit_slope_numpy_last_cost_only",
        )
    if isinstance(costs, (np.ndarray, torch.Tensor)):
        costs = list(costs.reshape(-1))
    if not isinstance(costs, list):
        fail("The costs are no list of numbers.")
    costs = torch.tensor([one_number(cost, "a cost") for cost in costs], dtype=torch.float64)
    if len(costs) != num_epochs:
        known = {"fit_slope_numpy_extra_cost": num_epochs + 1, "fit_slope_numpy_ignores_epochs": 10}
        fail(f"There are {len(costs)} costs for num_epochs={num_epochs}; expected one for each step.",
             *[id for id, wrong in known.items() if len(costs) == wrong][:1])  # fmt: skip
    if answer["calls"]:
        fail(f"fit_slope_numpy calls PyTorch ({', '.join(answer['calls'][:3])}); NumPy alone is asked for.",
             "fit_slope_numpy_torch")  # fmt: skip
    return w, costs


def judge_slope(w: float, costs: torch.Tensor, x: np.ndarray, y: np.ndarray, lr: float, name: str) -> None:
    """Fail unless w and the costs are those of gradient descent on the mean squared error, from any start."""
    curvature, best = float(np.mean(x * x)), float(np.mean(x * y) / np.mean(x * x))
    floor = float(np.mean((best * x - y) ** 2))
    factor = 1 - 2 * lr * curvature
    away = (costs[0] - floor) * factor ** (2 * torch.arange(len(costs)))
    before_or_after = [floor + (w - best) ** 2 * curvature / step for step in (factor**2, 1.0)]
    fits_costs = is_close(costs, floor + away, rtol=1e-3, atol=1e-9)
    fits_w = any(is_close(float(costs[-1]), cost, rtol=1e-3, atol=1e-9) for cost in before_or_after)
    if fits_costs and fits_w:
        if floor > 1e-6 and abs(best) > 1e-6 and is_close(float(costs[0]), floor, rtol=1e-6, atol=0):
            fail(f"{name}: the first cost is the smallest that there is, so w was not found by steps.",
                 "fit_slope_numpy_closed_form")  # fmt: skip
        return
    named = [id for start in likely_starts(float(costs[0]), best, curvature, floor, len(x))
             for id, wrong in wrong_slopes(x, y, lr, len(costs), start).items()
             if is_close(w, wrong[0], rtol=1e-3) and is_close(costs, wrong[1], rtol=1e-3, atol=1e-9)][:1]  # fmt: skip
    if not fits_costs:
        fail(f"{name}: from your first cost, the steps should have led on to other costs.\n"
             f"got      {numbers(costs[:6])}\nexpected {numbers((floor + away)[:6])}", *named)  # fmt: skip
    fail(f"{name}: w is {w:.6g}, but the last cost {float(costs[-1]):.4g} belongs to another w.", *named)


OfErrors = Callable[[np.ndarray, np.ndarray], Any]  # of each point's error and x


def likely_starts(first_cost: float, best: float, curvature: float, floor: float, num_points: int) -> list[float]:
    """Return the starts at which the first cost, taken as the mean, half the mean or the sum, would be this one."""
    found = [0.0]
    for cost in (first_cost, 2 * first_cost, first_cost / num_points):
        distance = math.sqrt(max(cost - floor, 0.0) / curvature)
        found += [best - distance, best + distance]
    return found


def mean_gradient(error: np.ndarray, x: np.ndarray) -> Any:
    """Return C'(w) from each point's error."""
    return np.mean(2 * error * x)


def mean_cost(error: np.ndarray, x: np.ndarray) -> Any:
    """Return C(w) from each point's error."""
    return np.mean(error**2)


def wrong_slopes(
    x: np.ndarray, y: np.ndarray, lr: float, num_epochs: int, start: float = 0.0
) -> dict[str, tuple[float, torch.Tensor]]:
    """Return w and the costs that the known mistakes give from `start`."""

    def descended(gradient: OfErrors = mean_gradient, cost: OfErrors = mean_cost, lr: float = lr) -> Any:
        w, costs = start, []
        for _ in range(num_epochs):
            error = w * x - y
            costs.append(float(cost(error, x)))
            w -= lr * float(gradient(error, x))
        return w, torch.tensor(costs, dtype=torch.float64)

    w, costs = descended()
    return {
        "fit_slope_numpy_factor_lost": descended(lambda error, x: np.mean(error * x)),
        "fit_slope_numpy_no_inner_derivative": descended(lambda error, x: np.mean(2 * error)),
        "fit_slope_numpy_summed_gradient": descended(lambda error, x: np.sum(2 * error * x)),
        "fit_slope_numpy_ascends": descended(lambda error, x: -np.mean(2 * error * x)),
        "fit_slope_numpy_no_step": descended(lambda error, x: 0.0),
        "fit_slope_numpy_half_cost": (w, costs / 2),
        "fit_slope_numpy_summed_cost": (w, costs * len(x)),
        "fit_slope_numpy_absolute_cost": descended(cost=lambda error, x: np.mean(np.abs(error))),
        "fit_slope_numpy_one_cost": (w, costs[:1].expand(num_epochs)),
        "fit_slope_numpy_ignores_lr": descended(lr=0.1),
    }


@check("fit_slope_numpy", hint="How close is ten steps' w to the slope, and what is the factor of each step?")
def test_slope_of_the_notebook(student: Student) -> None:
    """For x = 1, 2, 3 and y = 2, 4, 6 the default ten steps at 0.1 find the slope 2."""
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
    w, _ = slope_and_costs(student, x, y, 0.1, 10, default=True)
    if not is_close(w, 2.0, rtol=1e-6):
        known = {id: wrong[0] for id, wrong in wrong_slopes(x, y, 0.1, 10).items()}
        fail(f"w is {w:.8g}; ten steps at 0.1 come closer to 2 than a millionth.",
             *[id for id, wrong in known.items() if is_close(w, wrong, rtol=1e-6)])  # fmt: skip


@check("fit_slope_numpy", weight=3, hint="Compare your derivative of C with a difference quotient.")
def test_costs_fall_as_the_formula_says(student: Student) -> None:
    """Other points, another learning rate: w and every cost are those of gradient descent."""
    x, y = np.array([0.5, -1.0, 2.0, 1.5]), np.array([-1.0, 1.5, -4.5, -2.0])
    w, costs = slope_and_costs(student, x, y, 0.07, 6)
    judge_slope(w, costs, x, y, 0.07, "Four points at lr=0.07")


@check("fit_slope_numpy", hint="Which libraries does the text allow?")
def test_numpy_alone_is_used(student: Student) -> None:
    """No PyTorch and no ready-made fit is used."""
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
    slope_and_costs(student, x, y, 0.1, 10)
    assert_unaided(student, "fit_slope_numpy", without=FITS, mistake="fit_slope_numpy_ready_made")


# CurveNet


@probe
def curve_net(student, arguments, x):
    """A new CurveNet's parameters and predictions, and the gradients that their sum sends to each parameter."""
    net = student.CurveNet(*arguments)
    if not isinstance(net, torch.nn.Module):
        return {"type": type(net).__name__}
    params = list(net.parameters())
    y_hat = net(x)
    if y_hat.requires_grad:
        y_hat.sum().backward()
    return {
        "type": "", "params": [param.detach() for param in params], "y_hat": y_hat,
        "trainable": all(param.requires_grad for param in params),
        "reached": sum(param.grad is not None for param in params),
    }  # fmt: skip


def judge_curve_net(student: Student, arguments: Sequence[int], x: torch.Tensor) -> None:
    """Fail unless the module is 1 → hidden → 1 with relu, by its own parameters."""
    num_hidden = arguments[0] if arguments else 10
    got = student.run(curve_net, arguments=list(arguments), x=x)
    if got["type"]:
        fail(f"CurveNet({num_hidden}) is {got['type']}, not an nn.Module.")
    params = [finite(param, "a parameter").reshape(-1) for param in got["params"]]
    size = sum(len(param) for param in params)
    called = f"CurveNet({', '.join(map(str, arguments))})"
    if size != 3 * num_hidden + 1:
        known = {
            "CurveNet_unregistered": 0, "CurveNet_ignores_num_hidden": 31, "CurveNet_no_output_bias": 3 * num_hidden,
            "CurveNet_no_biases": 2 * num_hidden, "CurveNet_no_hidden_bias": 2 * num_hidden + 1,
            "CurveNet_two_hidden_layers": num_hidden**2 + 4 * num_hidden + 1,
        }  # fmt: skip
        fail(
            f"{called} has {size} parameters; expected {3 * num_hidden + 1}.",
            *(id for id, wrong in known.items() if size == wrong),
        )
    if not got["trainable"]:
        fail("A parameter does not require gradients.")
    assert_shape(got["y_hat"], (len(x), 1), name=f"the predictions of {called}")
    assert_dtype(got["y_hat"], torch.float32, name=f"the predictions of {called}")
    if sorted(map(len, params)) == sorted([1, *[num_hidden] * 3]):
        fits = functools.partial(is_curve, got["y_hat"], params, x)
    else:
        grid = torch.linspace(-3, 3, 13).reshape(-1, 1)
        fits = functools.partial(is_curve_of_units, changed_alone(student, arguments, size, grid), grid, num_hidden)
    if fits("relu"):
        return
    named = [id for id, kind in WRONG_CURVES.items() if fits(kind)]
    fail(f"{called} does not predict what its parameters give with a relu between the layers.", *named)


WRONG_CURVES: Final[Mapping[str, str]] = {
    "CurveNet_no_relu": "none", "CurveNet_relu_on_output": "both", "CurveNet_relu_after_output": "output",
    "CurveNet_sigmoid": "sigmoid", "CurveNet_tanh": "tanh", "CurveNet_abs": "abs", "CurveNet_leaky": "leaky",
}  # fmt: skip


def curve(x: torch.Tensor, w1: torch.Tensor, b1: torch.Tensor, w2: torch.Tensor, b2: torch.Tensor, kind: str) -> Any:
    """Return w2 · a(w1 x + b1) + b2, where `kind` says what a is and whether a relu follows."""
    between = {
        "relu": torch.relu, "both": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "abs": torch.abs,
        "leaky": lambda z: torch.where(z > 0, z, 0.01 * z),
    }.get(kind, lambda z: z)  # fmt: skip
    y_hat = between(x.double() * w1 + b1) @ w2.reshape(-1, 1) + b2
    return torch.relu(y_hat) if kind in ("both", "output") else y_hat


def is_curve(y_hat: torch.Tensor, params: Sequence[torch.Tensor], x: torch.Tensor, kind: str) -> bool:
    """Return whether predictions are those of a curve, whichever of four parameters plays which part."""
    return any(
        len(w1) == len(b1) == len(w2) and len(b2) == 1 and is_close(y_hat, curve(x, w1, b1, w2, b2, kind))
        for w1, b1, w2, b2 in itertools.permutations(params)
    )


# Of a module whose parameters are more or fewer than four, as of a module a unit, no order is tried, for there are
# too many: each of its numbers is changed alone, and what its predictions do tells its part.

EQUAL: Final = (2.0, -2.0)  # what all numbers are before one is changed; a relu on the output shows in one of the two
CHANGED: Final = 1.5  # times as large


@probe
def curve_net_at(student, arguments, x, settings):
    """A CurveNet's predictions when its parameters are those of each setting."""
    net = student.CurveNet(*arguments)
    found = []
    with torch.no_grad():
        for setting in settings:
            torch.nn.utils.vector_to_parameters(setting.clone(), net.parameters())
            found.append(net(x).clone())
    return torch.stack(found)


def changed_alone(student: Student, arguments: Sequence[int], size: int, x: torch.Tensor) -> torch.Tensor:
    """Return predictions when all numbers are equal, and when one of them is changed: (1 + size, 2, n)."""
    factors = torch.cat([torch.ones(1, size), 1 + (CHANGED - 1) * torch.eye(size)])
    settings = torch.cat([value * factors for value in EQUAL])
    got = student.run(curve_net_at, arguments=list(arguments), x=x, settings=settings)
    assert_shape(got, (len(settings), len(x), 1), name="the predictions with other parameters")
    return finite(got, "the predictions with other parameters").reshape(len(EQUAL), 1 + size, len(x)).transpose(0, 1)


def is_curve_of_units(predictions: torch.Tensor, x: torch.Tensor, num_hidden: int, kind: str) -> bool:
    """Return whether `changed_alone` shows a curve: num_hidden numbers in each of three parts and one in the fourth."""

    def right(changed: int | None) -> torch.Tensor:
        both = []
        for value in EQUAL:
            parts = [torch.full((n,), value, dtype=torch.float64) for n in (num_hidden, num_hidden, num_hidden, 1)]
            if changed is not None:
                parts[changed][0] *= CHANGED
            both.append(curve(x, parts[0], parts[1], parts[2], parts[3], kind).reshape(-1))
        return torch.stack(both)

    if not is_close(predictions[0], right(None)):
        return False
    parts = [right(part) for part in range(4)]
    played = [[part for part in range(4) if is_close(found, parts[part])] for found in predictions[1:]]
    return sorted(played) == sorted([[0], [1], [2]] * num_hidden + [[3]])


@check("CurveNet", weight=2, hint="Count the parameters, and write down what comes between the two layers.")
def test_curve_net_predicts(student: Student) -> None:
    """CurveNet(6) computes a weighted sum of six relu units, from its own parameters."""
    judge_curve_net(student, [6], torch.linspace(-3, 3, 31).reshape(-1, 1))


@check("CurveNet", hint="How many units does a CurveNet have when nobody says?")
def test_curve_net_has_ten_units_by_default(student: Student) -> None:
    """CurveNet() has 10 hidden units."""
    judge_curve_net(student, [], torch.linspace(-2, 2, 9).reshape(-1, 1))


# fit_curve


@probe
def fitted(student, x, y, lr, num_steps, num_hidden, shown, own):
    """What fit_curve makes of a network, which starts alike in every call: predictions, parameters, and losses.

    What fit_curve returns counts as losses where it is a series of numbers and nothing else.
    """
    if own:
        net = student.CurveNet(num_hidden)
    elif num_hidden:
        net = torch.nn.Sequential(torch.nn.Linear(1, num_hidden), torch.nn.ReLU(), torch.nn.Linear(num_hidden, 1))
    else:
        net = torch.nn.Linear(1, 1)
    before = [param.detach().clone() for param in net.parameters()]
    losses = student.fit_curve(net, x, y, lr, num_steps)
    if isinstance(losses, (torch.Tensor, np.ndarray)) and losses.ndim == 1:
        losses = losses.tolist()
    elif isinstance(losses, (list, tuple)):
        losses = [loss.item() if isinstance(loss, torch.Tensor) and loss.numel() == 1 else loss for loss in losses]
    if not isinstance(losses, list) or not all(isinstance(loss, (int, float)) for loss in losses):
        losses = None
    with torch.no_grad():
        return {
            "before": before, "after": [param.detach().clone() for param in net.parameters()],
            "y_hat": net(shown), "losses": losses,
        }  # fmt: skip


def fit(
    student: Student, x: torch.Tensor, y: torch.Tensor, lr: float, num_steps: int, *,
    num_hidden: int = 40, shown: torch.Tensor | None = None, own: bool = False,
) -> Any:  # fmt: skip
    """Return what `fitted` measured."""
    return student.run(
        fitted,
        x=x,
        y=y,
        lr=lr,
        num_steps=num_steps,
        num_hidden=num_hidden,
        shown=x if shown is None else shown,
        own=own,
    )


def moved(got: Any) -> torch.Tensor:
    """Return by how much each parameter has changed, as one flat tensor."""
    pairs = zip(got["before"], got["after"], strict=True)
    return torch.cat([(after.double() - before.double()).reshape(-1) for before, after in pairs])


def unmoved(got: Any) -> str:
    """Return the misconception of a network that is what it was."""
    losses = got["losses"]
    falling = isinstance(losses, list) and len(losses) > 1 and losses[-1] < losses[0]
    return "fit_curve_another_net" if falling else "fit_curve_no_step"


def points_around_the_parabola(rng: torch.Generator, n: int = 100) -> tuple[torch.Tensor, torch.Tensor]:
    """Return x, evenly spaced on [−1, 1], and x² + noise of standard deviation 0.05, (n, 1) each."""
    x = torch.linspace(-1, 1, n).reshape(-1, 1)
    return x, x**2 + 0.05 * torch.randn(n, 1, generator=rng)


def judge_curve(got: Any, grid: torch.Tensor, statistic: str) -> None:
    """Fail unless the network is close to x² on `grid`."""
    y_hat = got["y_hat"]
    assert_shape(y_hat, (len(grid), 1), name="the network's predictions")
    error = float(((y_hat.double() - grid.double() ** 2) ** 2).mean())
    changed, flat = bool((moved(got) != 0).any()), len(grid) > 1 and float(y_hat.std()) < 0.05
    assert_below(
        error, statistic,
        message="After training, the network's mean squared distance from x² is {value}; expected below {threshold}. "
        "(A straight line reaches 0.089.)",
        mistakes={
            unmoved(got): not changed,
            "fit_curve_broadcasts": changed and flat and abs(float(y_hat.mean()) - 1 / 3) < 0.1,
            "fit_curve_sum": not math.isfinite(error) or error > 1,
        },
    )  # fmt: skip


@check("fit_curve", weight=3, hint="Draw your network before and after training: what has changed?")
def test_fit_curve_follows_the_parabola(student: Student, rng: torch.Generator) -> None:
    """800 steps at 0.05 bring a network with 40 hidden units close to x²."""
    x, y = points_around_the_parabola(rng)
    grid = torch.linspace(-0.98, 0.98, 99).reshape(-1, 1)
    # At 0.1 one network in thousands jumps away late, from where plain steps are only just stable.
    got = fit(student, x, y, 0.05, 800, shown=grid)
    judge_curve(got, grid, "fit_curve.error")


@check("fit_curve", hint="What is in .grad when backward() begins?")
def test_fit_curve_settles(student: Student, rng: torch.Generator) -> None:
    """A module that is just a line comes to rest on the line through its points."""
    x = torch.linspace(-1, 1, 21).reshape(-1, 1)
    slope, intercept = (2 * torch.rand(2, generator=rng) + 1).tolist()
    got = fit(student, x, slope * x + intercept, 0.2, 200, num_hidden=0)
    w, b = (param.double().reshape(-1) for param in got["after"])
    if not math.isfinite(float(w) + float(b)):
        fail("After 200 steps at 0.2 the parameters of the line are not finite.", "fit_curve_sum")
    # Plain steps leave a millionth of the distance; AdamW's decay of the weights leaves a hundredth.
    if max(abs(float(w) - slope), abs(float(b) - intercept)) < 0.05:
        return
    if not bool((moved(got) != 0).any()):
        named = [unmoved(got)]
    else:
        wrong = wrong_lines(got["before"], x.double(), slope, intercept)
        named = [id for id, line in wrong.items() if is_close(torch.cat([w, b]), torch.tensor(line), rtol=0, atol=0.05)]
    fail(f"The line is {float(w):.4g} x + {float(b):.4g}; the points lie on {slope:.4g} x + {intercept:.4g}.",
         *named)  # fmt: skip


def wrong_lines(before: Any, x: torch.Tensor, slope: float, intercept: float) -> dict[str, tuple[float, float]]:
    """Return the slope and intercept that the known mistakes give: 200 steps at 0.2 from the line `before`."""
    start = [float(param) for param in before]
    # The features' mean is 0, so slope and intercept descend each on its own, with curvatures mean(x²) and 1.
    curvatures, best = (float((x**2).mean()), 1.0), (slope, intercept)

    def after(num_steps: int, momentum: float, factor: float) -> tuple[float, float]:
        found = []
        for value, curvature, wanted in zip(start, curvatures, best, strict=True):
            velocity = 0.0
            for _ in range(num_steps):
                velocity = momentum * velocity + factor * curvature * (value - wanted)
                value -= 0.2 * velocity
            found.append(value)
        return found[0], found[1]

    return {
        "fit_curve_broadcasts": (0.0, intercept),
        "fit_curve_fits_x": (1.0, 0.0),
        "fit_curve_keeps_gradients": after(200, 1.0, 2.0),
        "fit_curve_ignores_num_steps": after(1, 0.0, 2.0),
        "fit_curve_part_of_net": (start[0], intercept),
    }


@check("fit_curve", hint="How often does your loop step, and how far?")
def test_fit_curve_follows_lr_and_num_steps(student: Student, rng: torch.Generator) -> None:
    """No steps and steps of length 0 change nothing; one step at twice the rate goes twice as far."""
    x, y = points_around_the_parabola(rng, 30)
    if bool((moved(fit(student, x, y, 0.1, 0)) != 0).any()):
        fail("With num_steps=0 the network has changed.", "fit_curve_ignores_num_steps")
    if bool((moved(fit(student, x, y, 0.0, 3)) != 0).any()):
        fail("With lr=0 the network has changed.", "fit_curve_ignores_lr")
    short, far = (fit(student, x, y, lr, 1) for lr in (0.001, 0.002))
    if not bool((moved(far) != 0).any()):
        fail("One step has changed nothing.", "fit_curve_no_step")
    pairs = zip(far["before"], far["after"], strict=True)
    if any(torch.equal(before, after) for before, after in pairs):
        fail("One step has changed some layers' parameters and left others as they were.", "fit_curve_part_of_net")
    if not is_close(moved(far), 2 * moved(short), rtol=0.01, atol=1e-6):
        fail("One step at lr=0.002 does not lead twice as far as one at lr=0.001.", "fit_curve_ignores_lr")
