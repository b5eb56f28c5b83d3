"""Visible checks of `linear_regression_concise`: the framework's loader, modules, loop, and a curve."""

import itertools
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from coursedata import synthetic_regression

from autograder.checks.linear_regression.visible_checks import (
    judge_estimates,
    judge_shuffle,
    listed,
    numbered_examples,
    tables_of,
)
from autograder.judging.student import Student
from autograder.judging.suite import (
    a_list,
    a_whole_number,
    ask_recorded,
    assert_below,
    assert_breaks,
    assert_close,
    assert_dtype,
    assert_not_using,
    assert_shape,
    assert_tails,
    check,
    fail,
    finite,
    in_shape,
    is_close,
    log_ratio,
    new_seed,
    numbers,
    one_number,
    probe,
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


def loaded(
    student: Student, num_examples: int, batch_size: int, num_epochs: int = 1, *, form: bool = False, **options: bool
) -> list[list[list[int]]]:
    """Return, for each epoch and minibatch, the numbers of its examples; fail where they come without their label.

    `form` as in `tables_of`.
    """
    features, labels = numbered_examples(num_examples)
    got = student.run(
        loader_epochs, features=features, labels=labels, batch_size=batch_size, options=options, num_epochs=num_epochs
    )
    if not got["is_loader"]:
        fail(f"make_loader returned {got['type']}; expected a DataLoader.")
    if len(got["epochs"]) != num_epochs:
        fail(f"{len(got['epochs'])} epochs came; {num_epochs} were asked for.")
    runs = [tables_of(run, form=form) for run in got["epochs"]]
    for table in itertools.chain.from_iterable(runs):
        number = table[:, :1]
        if not is_close(table, torch.cat([number, -number, number + 1000], dim=1)):
            fail(
                f"A row of X came with another row's label: X and y are {numbers(table[0])} in a minibatch's first row."
            )
    return [[[int(number) for number in table[:, 0]] for table in run] for run in runs]


def judge_sizes(found: list[list[int]], num_examples: int, batch_size: int) -> None:
    """Fail unless an epoch has the right minibatches and every example once."""
    sizes = [len(batch) for batch in found]
    whole, rest = divmod(num_examples, batch_size)
    expected = [batch_size] * whole + [rest] * (rest > 0)
    if sizes != expected:
        fail(f"{num_examples} examples in minibatches of {batch_size} came in sizes {sizes[:12]}; expected {expected}.")
    never = num_examples - len({number for batch in found for number in batch})
    if never:
        fail(f"In one epoch {never} of {num_examples} examples never came, and others twice.")


@check(
    "make_loader",
    hints=[
        "Which settings of the loader decide how many examples a minibatch has?",
        "Print `X.shape` and `y.shape` of each minibatch: do the sizes add up, and do the rows keep their labels?",
        "7 examples of 2 features in threes come as (3, 2), (3, 2), (1, 2), with labels (3, 1), (3, 1), (1, 1).",
    ],
)
def test_loader_hands_out_minibatches(student: Student) -> None:
    """10 examples come as 4, 4 and 2, each with its own label: X is a (batch, d) tensor and y a (batch, 1) one."""
    [found] = loaded(student, 10, 4, form=True)
    judge_sizes(found, 10, 4)


@check(
    "make_loader",
    weight=2,
    hints=[
        "What does your loader do with the argument shuffle, and when it is not given?",
        "Print the labels of two epochs with `shuffle=True`, with `shuffle=False`, and without the argument: "
        "which of the three differ from epoch to epoch?",
        "With the labels 0, 1, 2, 3 and `shuffle=False` every epoch reads 0 1 2 3; with True two epochs in a "
        "row may read 2 0 3 1 and 1 3 0 2.",
    ],
)
def test_loader_shuffles_when_asked(student: Student) -> None:
    """By default and with shuffle=True every epoch has a new order; with shuffle=False it is the stored one."""
    stored = list(range(60))
    for options, told in (({}, "the default"), ({"shuffle": True}, "shuffle=True"), ({"shuffle": False}, "")):
        runs = loaded(student, 60, 10, num_epochs=3, **options)
        orders = [[number for batch in run for number in batch] for run in runs]
        if not told and any(order != stored for order in orders):
            fail(f"With shuffle=False the examples do not come as they are stored, but {numbers(orders[0][:6])}, ….")
        if told and orders[0] == stored:
            fail(f"With {told} the examples come as they are stored.")
        if told and (orders[0] == orders[1] or orders[1] == orders[2]):
            fail(f"With {told} two epochs come in one and the same order.")
        if told:
            judge_shuffle(runs)


# make_linear


@probe
def linear_module(student, num_inputs, X, count):
    """What `count` new modules hold, what they predict, and their weights and bias as their predictions show them."""
    found = []
    for net in [student.make_linear(num_inputs) for _ in range(count)]:  # all are there before the first is looked at
        if not isinstance(net, torch.nn.Module):
            return {"type": type(net).__name__, "nets": None}
        with torch.no_grad():
            at_zero = net(torch.zeros(1, num_inputs))
            found.append({
                "size": int(sum(param.numel() for param in net.parameters())),
                "trainable": all(param.requires_grad for param in net.parameters()),
                "y_hat": net(X), "bias": at_zero, "weights": net(torch.eye(num_inputs)) - at_zero,
            })  # fmt: skip
    return {"type": "", "nets": found}


def linear_modules(
    student: Student, num_inputs: int, X: torch.Tensor, count: int = 1, *, form: bool = False
) -> list[dict[str, Any]]:
    """Return what `linear_module` measured, with weights (d, 1) and bias (1, 1).

    With `form`, predictions have to be (n, 1); else other shapes of them are accepted.
    """
    got = student.run(linear_module, num_inputs=num_inputs, X=X, count=count)
    if got["nets"] is None:
        fail(f"make_linear({num_inputs}) returned {got['type']}; expected an nn.Module.")
    nets: list[dict[str, Any]] = got["nets"]
    if len(nets) != count:
        fail(f"{len(nets)} modules came; {count} were asked for.")
    for net in nets:
        if not form:
            net["y_hat"] = in_shape(net["y_hat"], (len(X), 1))
        assert_shape(net["y_hat"], (len(X), 1), name="the output for X")
        for part, shape in (("weights", (num_inputs, 1)), ("bias", (1, 1))):
            net[part] = in_shape(net[part], shape)
            assert_shape(net[part], shape, name=f"what predictions show of the {part}")
            net[part] = torch.as_tensor(net[part]).float()
    return nets


def judge_size(net: dict[str, Any], num_inputs: int) -> None:
    """Fail unless a module has a weight for each input, and a bias."""
    if net["size"] != num_inputs + 1:
        fail(f"With {num_inputs} inputs the module has {net['size']} parameters; expected {num_inputs + 1}: "
             "the weights and a bias.")  # fmt: skip


def judge_bias(net: dict[str, Any]) -> None:
    """Fail unless features of 0 give 0."""
    bias = finite(net["bias"], "the bias")
    if not is_close(bias, torch.zeros(1, 1), atol=1e-8):
        fail(f"With all features 0 the prediction is {numbers(bias)}: that is the bias; expected 0.")


@check(
    "make_linear",
    hints=[
        "How many outputs does the model have, and what does its type need to be?",
        "Print `[p.shape for p in net.parameters()]` and compare the number of their elements with one for each "
        "input and one more.",
        "With 2 inputs, weights (3, −1) and bias 0.5, the row (1, 2) gives 3 − 2 + 0.5 = 1.5, in the shape (1, 1).",
    ],
)
def test_linear_module_predicts(student: Student, rng: torch.Generator) -> None:
    """The module computes Xw + b, of shape (n, 1), with a trainable weight for each input and one bias."""
    X = torch.randn(6, 3, generator=rng)
    [net] = linear_modules(student, 3, X, form=True)
    judge_size(net, 3)
    if not net["trainable"]:
        fail("A parameter does not require gradients.")
    assert_close(net["y_hat"], X @ net["weights"] + net["bias"], name="net(X)", atol=1e-6)


@check(
    "make_linear",
    hints=[
        "Which number comes out when all features are 0?",
        "Print the module's bias: how does PyTorch start it, and who sets it to 0?",
    ],
)
def test_linear_module_starts_with_bias_zero(student: Student) -> None:
    """The bias is 0, so features of 0 give 0."""
    [net] = linear_modules(student, 5, torch.zeros(1, 5))
    judge_bias(net)


@check(
    "make_linear",
    weight=2,
    hints=[
        "Which parameter of your drawing function is the spread, and is it std or variance?",
        "Compare `.std()` of the weights of `make_linear(10_000)` with 0.01, and their smallest and largest with 0.04.",
        "A standard deviation of 0.2 is a variance of 0.04. PyTorch's own start is uniform: for 10,000 inputs "
        "it ends sharply at 0.01.",
    ],
)
def test_linear_module_starts_with_small_normal_weights(student: Student) -> None:
    """Weights have mean 0 and standard deviation 0.01."""
    num_inputs = 1000
    nets = linear_modules(student, num_inputs, torch.zeros(1, num_inputs), count=2)
    w = finite(torch.cat([net["weights"] for net in nets]), "the weights")
    std, mean = float(w.std()), float(w.mean())
    message = f"Your weights have mean {mean:.3g} and standard deviation {std:.3g}; expected 0 and 0.01."
    assert_below(max(log_ratio(std, 0.01), abs(mean) / 0.01), "make_linear.weights", message=message)
    assert_tails(w, 0.0, 0.01, name="weights")
    if is_close(nets[0]["weights"], nets[1]["weights"], atol=0):
        fail("Two models have the very same weights: each call should draw anew.")


# train_concise


@probe
def trained(student, features, labels, batch_size, shuffle, lr, num_epochs, start):
    """Weights and bias, (d + 1,), that train_concise finds from `start`, or anywhere, and what it returns."""
    linear = torch.nn.Linear(features.shape[1], 1)
    if start is not None:
        linear.weight.data, linear.bias.data = start[:-1].reshape(1, -1).clone(), start[-1:].clone()
    net = torch.nn.Sequential(linear)
    examples = torch.utils.data.TensorDataset(features, labels)
    loader = torch.utils.data.DataLoader(examples, batch_size=batch_size, shuffle=shuffle)
    losses = student.train_concise(net, loader, lr, num_epochs)
    return {"theta": torch.cat([linear.weight.detach().reshape(-1), linear.bias.detach()]), "losses": losses}


def train(
    student: Student, X: torch.Tensor, y: torch.Tensor, *, batch_size: int, lr: float, num_epochs: int,
    start: torch.Tensor | None = None, shuffle: bool = True,
) -> tuple[torch.Tensor, Any]:  # fmt: skip
    """Return what `trained` measured."""
    got = student.run(
        trained, features=X, labels=y, batch_size=batch_size, shuffle=shuffle, lr=lr, num_epochs=num_epochs, start=start
    )
    assert_shape(got["theta"], (X.shape[1] + 1,), name="what the trained module holds")
    return got["theta"], got["losses"]


def are_numbers(got: Any) -> bool:
    """Return whether something is a list of numbers."""
    return isinstance(got, list) and all(isinstance(value, (int, float)) for value in got)


def epoch_losses(got: Any, num_epochs: int, *, form: bool = False) -> list[float]:
    """Return the losses, one an epoch, as floats; without `form`, of whatever kind they are."""
    if (
        form
        and isinstance(got, list)
        and (kinds := {type(value).__name__ for value in got if not are_numbers([value])})
    ):
        fail(f"Among the losses there are objects of type {' and '.join(sorted(kinds))}; expected floats.")
    got = got if form else listed(got)
    if not are_numbers(got):
        shown = f"the single number {got:.4g}" if isinstance(got, (int, float)) else f"{type(got).__name__}"
        fail(f"train_concise returned {shown}; expected a list of numbers, the losses.")
    if len(got) != num_epochs:
        fail(f"train_concise returned {len(got)} losses for num_epochs={num_epochs}; expected one an epoch.")
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


@check(
    "train_concise",
    weight=2,
    hints=[
        "How many numbers come back, and of which examples does each one tell?",
        "Compare the last loss with the mean of (ŷ − y)² over all examples, computed after the call: not "
        "halved, one float an epoch.",
        "Minibatches of 2 and of 1 with mean squares 3 and 9: over the three examples it is 5, the mean of the "
        "two means is 6.",
    ],
)
def test_train_concise_returns_losses(student: Student, rng: torch.Generator) -> None:
    """There is one loss an epoch, they fall, and the last one is the mean squared error of the trained module."""
    X, y, _ = orthogonal_examples()
    # More noise in the first minibatch than in the second, at right angles to the features of both.
    y = y + torch.tensor([1.0, -1.0, -1.0, 1.0] + [0.0] * 4).reshape(-1, 1)
    theta, got = train(student, X, y, batch_size=4, lr=0.03, num_epochs=60, start=torch.zeros(4), shuffle=False)
    losses, theta = epoch_losses(got, 60, form=True), finite(theta, "a parameter")
    right = float(((X.double() @ theta[:3, None] + theta[3] - y.double()) ** 2).mean())
    if not (is_close(losses[-1], right, rtol=0.1) and losses[0] > 3 * losses[-1]):
        fail(f"The losses go from {losses[0]:.4g} to {losses[-1]:.4g}; at the end the module's mean squared error is "
             f"{right:.4g}, and they should have fallen to that from more than three times as much.")  # fmt: skip


@check(
    "train_concise",
    weight=3,
    hints=[
        "Follow the size of a minibatch, and what is in .grad, from the loss to the step.",
        "Print one weight and its `.grad` before and after a step: is the difference lr times a gradient that "
        "is of this step alone?",
        "One example x = 1, y = 3, from w = b = 0 with lr 0.1: the error is −3, both gradients are −6, so w = b "
        "= 0.6. A mean over examples does not grow with their number.",
    ],
)
def test_steps_follow_the_mean_squared_error(student: Student) -> None:
    """From a given start, five epochs of one step each lead where the formula says."""
    X, y, best = orthogonal_examples()
    start = torch.tensor([0.5, 1.0, -1.0, 0.25])
    theta, _ = train(student, X, y, batch_size=8, lr=0.05, num_epochs=5, start=start)
    judge_steps(theta, start, best, lr=0.05, num_steps=5)


def judge_steps(
    theta: torch.Tensor, start: torch.Tensor, best: torch.Tensor, *, lr: float, num_steps: int, curvature: float = 1.0
) -> None:
    """Fail unless `num_steps` steps have shrunk the distance from `best` by 1 − 2 lr · curvature each."""
    right = best + (start - best) * (1 - 2 * lr * curvature) ** num_steps
    if not is_close(theta, right, rtol=1e-3, atol=1e-4):
        fail(f"After {num_steps} steps the weights and the bias are {numbers(theta)}; expected {numbers(right)}.")


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


@check(
    "train_concise",
    about="how",
    hints=[
        "In which mode does the second epoch begin?",
        "Print `net.training` just before each forward pass, through two epochs: is it true in both?",
        "A module that measured the losses in evaluation mode at the end of an epoch stays in that mode until "
        "somebody switches it back.",
    ],
)
def test_steps_are_made_in_training_mode(student: Student, rng: torch.Generator) -> None:
    """The forward pass of every step, in every epoch, is made in training mode."""
    X, y = synthetic_regression([1.0, 2.0], 0.5, 12, seed=new_seed(rng))
    seen = student.run(modes, features=X, labels=y, batch_size=4, num_epochs=3)
    if not all(seen):
        first = "all" if not any(seen) else f"those from step {seen.index(False) + 1} on"
        fail(f"Of {len(seen)} steps {seen.count(False)} were made in evaluation mode ({first}).")


@check(
    "train_concise",
    weight=2,
    hints=[
        "Print the parameters before and after: does each of them come closer?",
        "Print the loss after each epoch: does it fall, stay, or grow? And compare the shapes of the "
        "predictions and the labels.",
        "100 examples in tens are 10 steps an epoch. After the first of them every parameter should have moved: "
        "print them before and after.",
    ],
)
def test_train_concise_finds_w_and_b(student: Student, rng: torch.Generator) -> None:
    """Three epochs over 1,000 new examples bring w and b close to the truth."""
    true = [-1.7, 2.6, 3.3]
    X, y = synthetic_regression(true[:2], true[2], 1000, seed=new_seed(rng))
    theta, got = train(student, X, y, batch_size=10, lr=0.03, num_epochs=3, start=torch.tensor([0.01, -0.01, 0.0]))
    losses = epoch_losses(got, 3)
    show_curve("Loss of each epoch", losses, x_label="epoch", y_label="mean squared error", band="train_concise.losses")
    show_estimates("True and estimated parameters", ["w[0]", "w[1]", "b"], true, theta.tolist())
    judge_estimates(theta.tolist(), true, "train_concise.parameter_error")


# fit_slope_numpy


FITS: Final = ("polyfit", "lstsq", "linregress", "curve_fit", "fit", "pinv", "solve", "autograd", "backward")


def slope_and_costs(
    student: Student, x: np.ndarray, y: np.ndarray, lr: float | None = None, num_epochs: int = 10, *,
    form: bool = False,
) -> tuple[float, torch.Tensor, list[str]]:  # fmt: skip
    """Return w, the costs, (num_epochs,) float64, and what was called of torch.

    Without `lr`, the function is called without settings.

    With `form`, w has to be a float and the costs a list of floats; else other forms of numbers are accepted.
    """
    options = {} if lr is None else {"lr": lr, "num_epochs": num_epochs}
    got, calls = ask_recorded(student, "fit_slope_numpy", x, y, **options)
    if not isinstance(got, list) or len(got) != 2:
        fail("fit_slope_numpy did not return two things: w and the costs.")
    if form:
        judge_kinds(*got)
    w, costs = one_number(got[0], "the first thing that comes back, w,"), listed(got[1])
    if not isinstance(costs, list):
        fail(f"The second thing that comes back is no list of costs but {type(costs).__name__}.")
    costs = torch.tensor([one_number(cost, "a cost") for cost in costs], dtype=torch.float64)
    if len(costs) != num_epochs:
        fail(f"There are {len(costs)} costs for num_epochs={num_epochs}; expected one for each step.")
    return w, costs, calls


def judge_kinds(w: Any, costs: Any) -> None:
    """Fail unless w is a float and the costs are a list of floats."""
    if not isinstance(w, (int, float)):
        fail(f"w is of type {type(w).__name__}; expected a float.")
    if not isinstance(costs, list) or not are_numbers(costs):
        kinds = {type(cost).__name__ for cost in costs} if isinstance(costs, list) else {type(costs).__name__}
        fail(f"The costs are of type {' and '.join(sorted(kinds))}; expected a list of floats.")


def judge_slope(student: Student, x: np.ndarray, y: np.ndarray, lr: float, num_epochs: int, name: str) -> None:
    """Fail unless w and the costs are those of gradient descent on the mean squared error, from any start."""
    w, costs, _ = slope_and_costs(student, x, y, lr, num_epochs)
    curvature, best = float(np.mean(x * x)), float(np.mean(x * y) / np.mean(x * x))
    floor = float(np.mean((best * x - y) ** 2))
    factor = 1 - 2 * lr * curvature
    right = floor + (costs[0] - floor) * factor ** (2 * torch.arange(len(costs)))
    off = min(abs(w - best), 1e100)  # whose square is a number
    before_or_after = [floor + off**2 * curvature / step for step in (factor**2, 1.0)]
    if not is_close(costs, right, rtol=1e-3, atol=1e-9):
        fail(f"{name}: from your first cost, the steps should have led on to other costs.\n"
             f"got      {numbers(costs[:6])}\nexpected {numbers(right[:6])}")  # fmt: skip
    if not any(is_close(float(costs[-1]), cost, rtol=1e-3, atol=1e-9) for cost in before_or_after):
        fail(f"{name}: w is {w:.6g}, and the last cost is {float(costs[-1]):.4g}; the mean squared error there is "
             f"{before_or_after[1]:.4g}, and before the step that led there {before_or_after[0]:.4g}.")  # fmt: skip
    if floor > 1e-6 and abs(best) > 1e-6 and is_close(float(costs[0]), floor, rtol=1e-6, atol=0):
        fail(f"{name}: the first cost, {floor:.4g}, is the smallest that there is, so w was not found by steps.")


@check(
    "fit_slope_numpy",
    hints=[
        "How close is ten steps' w to the slope, and what is the factor of each step?",
        "Print w and the cost in each step: does w come closer by the same factor each time, and which type do "
        "w and the costs have?",
        "For x = 1, y = 4 the cost is (w − 4)², with the derivative 2(w − 4): from 0 at lr 0.1, w is 0.8 after "
        "one step and 1.44 after two.",
    ],
)
def test_slope_of_the_notebook(student: Student) -> None:
    """For x = 1, 2, 3 and y = 2, 4, 6 the default ten steps at 0.1 find the slope 2, a float, with a list of costs."""
    w, _, _ = slope_and_costs(student, np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), form=True)
    if not is_close(w, 2.0, rtol=1e-6):
        fail(f"w is {w:.8g}; ten steps at 0.1 come closer to 2 than a millionth.")


@check(
    "fit_slope_numpy",
    weight=3,
    hints=[
        "Compare your derivative of C with a difference quotient.",
        "The quotient: C at w + 0.001 minus C at w − 0.001, over 0.002. Is yours twice that, or n times?",
        "x = (1, 2), y = (3, 3), w = 0: the errors are −3 and −3, the cost is 9, and the derivative the mean of "
        "2·(−3)·1 and 2·(−3)·2, which is −9.",
    ],
)
def test_costs_fall_as_the_formula_says(student: Student) -> None:
    """Other points, another learning rate: w and every cost are those of gradient descent."""
    x, y = np.array([0.5, -1.0, 2.0, 1.5]), np.array([-1.0, 1.5, -4.5, -2.0])
    judge_slope(student, x, y, 0.07, 6, "Four points at lr=0.07")


@check(
    "fit_slope_numpy",
    hints=[
        "Which libraries does the text allow?",
        "Look at every call in your function: is it a sum, a mean or a product, or does it fit by itself?",
    ],
)
def test_numpy_alone_is_used(student: Student) -> None:
    """No PyTorch and no ready-made fit is used."""
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
    _, _, calls = slope_and_costs(student, x, y, 0.1, 10)
    if calls:
        fail(f"fit_slope_numpy calls PyTorch ({', '.join(calls[:3])}); NumPy alone is asked for.")
    assert_not_using(student, "fit_slope_numpy", without=FITS)


# CurveNet


@probe
def curve_net(student, arguments, x):
    """A new CurveNet's parameters and predictions."""
    net = student.CurveNet(*arguments)
    if not isinstance(net, torch.nn.Module):
        return {"type": type(net).__name__}
    params, y_hat = list(net.parameters()), net(x)
    return {
        "type": "", "params": [param.detach() for param in params], "y_hat": y_hat,
        "trainable": all(param.requires_grad for param in params),
    }  # fmt: skip


def judge_curve_net(student: Student, arguments: Sequence[int], x: torch.Tensor, *, form: bool = False) -> None:
    """Fail unless the module is 1 → hidden → 1 with relu, by its own parameters.

    With `form`, its predictions have to be (n, 1) float32; else other forms of them are accepted.
    """
    num_hidden = arguments[0] if arguments else 10
    called = f"CurveNet({', '.join(map(str, arguments))})"
    got = student.run(curve_net, arguments=list(arguments), x=x)
    if got["type"]:
        fail(f"{called} is {got['type']}, not an nn.Module.")
    params = [finite(param, "a parameter").reshape(-1) for param in got["params"]]
    size = sum(len(param) for param in params)
    if size != 3 * num_hidden + 1:
        fail(f"{called} has {size} parameters; expected {3 * num_hidden + 1}.")
    if not got["trainable"]:
        fail("A parameter does not require gradients.")
    y_hat = got["y_hat"] if form else in_shape(got["y_hat"], (len(x), 1))
    assert_shape(y_hat, (len(x), 1), name=f"the output of {called}")
    if form:
        assert_dtype(y_hat, torch.float32, name=f"the output of {called}")
    if sorted(map(len, params)) == sorted([1, *[num_hidden] * 3]):
        right = is_curve(y_hat, params, x)
    else:
        grid = torch.linspace(-3, 3, 13).reshape(-1, 1)
        right = is_curve_of_units(changed_alone(student, arguments, size, grid), grid, num_hidden)
    if not right:
        tell_at_equal_parameters(student, arguments, size, x[[0, len(x) // 4, -1]])
        fail(f"{called} does not predict what its parameters give with a relu between the layers, "
             f"but {numbers(y_hat[:3])} at {numbers(x[:3])}.")  # fmt: skip


def tell_at_equal_parameters(student: Student, arguments: Sequence[int], size: int, x: torch.Tensor) -> None:
    """Fail where all parameters are one number, and the predictions show that a relu is not where it should be."""
    num_hidden = (size - 1) // 3
    settings = torch.stack([torch.full((size,), value) for value in EQUAL])
    for value, got in zip(
        EQUAL, student.run(curve_net_at, arguments=list(arguments), x=x, settings=settings), strict=True
    ):
        parts = [torch.full((n,), value, dtype=torch.float64) for n in (num_hidden, num_hidden, num_hidden, 1)]
        wanted = curve(x, parts[0], parts[1], parts[2], parts[3])
        if not is_close(got, wanted.reshape(got.shape)):
            fail(f"Where every parameter is {value:g}, the predictions at {numbers(x)} are {numbers(got)}; "
                 f"with a relu between the layers they are {numbers(wanted)}.")  # fmt: skip


def curve(x: torch.Tensor, w1: torch.Tensor, b1: torch.Tensor, w2: torch.Tensor, b2: torch.Tensor) -> torch.Tensor:
    """Return w2 · relu(w1 x + b1) + b2."""
    return torch.relu(x.double() * w1 + b1) @ w2.reshape(-1, 1) + b2


def is_curve(y_hat: torch.Tensor, params: Sequence[torch.Tensor], x: torch.Tensor) -> bool:
    """Return whether predictions are those of a curve, whichever of four parameters plays which part."""
    return any(
        len(w1) == len(b1) == len(w2) and len(b2) == 1 and is_close(y_hat, curve(x, w1, b1, w2, b2))
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
            found.append(net(x).clone().reshape(len(x), 1))
    return torch.stack(found)


def changed_alone(student: Student, arguments: Sequence[int], size: int, x: torch.Tensor) -> torch.Tensor:
    """Return predictions when all numbers are equal, and when one of them is changed: (1 + size, 2, n)."""
    factors = torch.cat([torch.ones(1, size), 1 + (CHANGED - 1) * torch.eye(size)])
    settings = torch.cat([value * factors for value in EQUAL])
    got = student.run(curve_net_at, arguments=list(arguments), x=x, settings=settings)
    assert_shape(got, (len(settings), len(x), 1), name="the output with other parameters")
    return finite(got, "the predictions with other parameters").reshape(len(EQUAL), 1 + size, len(x)).transpose(0, 1)


def is_curve_of_units(predictions: torch.Tensor, x: torch.Tensor, num_hidden: int) -> bool:
    """Return whether `changed_alone` shows a curve: num_hidden numbers in each of three parts and one in the fourth."""

    def right(changed: int | None) -> torch.Tensor:
        both = []
        for value in EQUAL:
            parts = [torch.full((n,), value, dtype=torch.float64) for n in (num_hidden, num_hidden, num_hidden, 1)]
            if changed is not None:
                parts[changed][0] *= CHANGED
            both.append(curve(x, parts[0], parts[1], parts[2], parts[3]).reshape(-1))
        return torch.stack(both)

    if not is_close(predictions[0], right(None)):
        return False
    parts = [right(part) for part in range(4)]
    played = [[part for part in range(4) if is_close(found, parts[part])] for found in predictions[1:]]
    return sorted(played) == sorted([[0], [1], [2]] * num_hidden + [[3]])


@check(
    "CurveNet",
    weight=2,
    hints=[
        "Count the parameters, and write down what comes between the two layers.",
        "For two hidden units, print the shape of each parameter, and compare one prediction with the formula by hand.",
        "Two units with weights 1 and −1, biases 0, output weights 10 and 100, output bias 5: at x = 2 they are "
        "2 and 0, and the prediction is 25.",
    ],
)
def test_curve_net_predicts(student: Student) -> None:
    """CurveNet(6) computes a weighted sum of six relu units, from its own parameters."""
    judge_curve_net(student, [6], torch.linspace(-3, 3, 31).reshape(-1, 1), form=True)


@check(
    "CurveNet",
    hints=[
        "How many units does a CurveNet have when nobody says?",
        "`sum(p.numel() for p in CurveNet().parameters())` is three for each unit and one more.",
    ],
)
def test_curve_net_has_ten_units_by_default(student: Student) -> None:
    """CurveNet() has 10 hidden units."""
    judge_curve_net(student, [], torch.linspace(-2, 2, 9).reshape(-1, 1))


# fit_curve


@probe
def fitted(student, x, y, lr, num_steps, num_hidden, shown, own):
    """What fit_curve returns, and what it makes of a network, which starts alike in every call."""
    if own:
        net = student.CurveNet(num_hidden)
    elif num_hidden:
        net = torch.nn.Sequential(torch.nn.Linear(1, num_hidden), torch.nn.ReLU(), torch.nn.Linear(num_hidden, 1))
    else:
        net = torch.nn.Linear(1, 1)
    before = [param.detach().clone() for param in net.parameters()]
    losses = student.fit_curve(net, x, y, lr, num_steps)
    with torch.no_grad():
        after = [param.detach().clone() for param in net.parameters()]
        return {"before": before, "after": after, "y_hat": net(shown), "losses": losses}


def fit(
    student: Student, x: torch.Tensor, y: torch.Tensor, lr: float, num_steps: int, *,
    num_hidden: int = 40, shown: torch.Tensor | None = None, own: bool = False,
) -> Any:  # fmt: skip
    """Return what `fitted` measured."""
    shown = x if shown is None else shown
    got = student.run(fitted, x=x, y=y, lr=lr, num_steps=num_steps, num_hidden=num_hidden, shown=shown, own=own)
    if not got["before"] or [each.shape for each in got["before"]] != [each.shape for each in got["after"]]:
        fail("The network's parameters have other shapes after fit_curve than before.")
    return got


def moved(got: Any) -> torch.Tensor:
    """Return by how much each parameter has changed, as one flat tensor."""
    pairs = zip(got["before"], got["after"], strict=True)
    return torch.cat([(after.double() - before.double()).reshape(-1) for before, after in pairs])


def points_around_the_parabola(rng: torch.Generator, n: int = 100) -> tuple[torch.Tensor, torch.Tensor]:
    """Return x, evenly spaced on [−1, 1], and x² + noise of standard deviation 0.05, (n, 1) each."""
    x = torch.linspace(-1, 1, n).reshape(-1, 1)
    return x, x**2 + 0.05 * torch.randn(n, 1, generator=rng)


def judge_curve(got: Any, grid: torch.Tensor, statistic: str) -> None:
    """Fail unless the network is close to x² on `grid`."""
    y_hat = got["y_hat"]
    assert_shape(y_hat, (len(grid), 1), name="the network's output")
    assert_below(
        float(((y_hat.double() - grid.double() ** 2) ** 2).mean()), statistic,
        message="After training, the network's mean squared distance from x² is {value}; expected below {threshold}. "
        "(A straight line reaches 0.089.)",
    )  # fmt: skip


@check(
    "fit_curve",
    weight=3,
    hints=[
        "Draw your network before and after training: what has changed?",
        "Print the first and the last loss: does it fall, stay, or grow? How many steps were made?",
        "Print one weight before and after a single step. If nothing moves, follow it: is it among the "
        "optimiser's parameters, and is its `.grad` a number?",
    ],
)
def test_fit_curve_follows_the_parabola(student: Student, rng: torch.Generator) -> None:
    """400 steps at 0.05 bring a network with 40 hidden units close to x²."""
    x, y = points_around_the_parabola(rng)
    grid = torch.linspace(-0.98, 0.98, 99).reshape(-1, 1)
    # At 0.1 one network in thousands jumps away late, from where plain steps are only just stable.
    judge_curve(fit(student, x, y, 0.05, 400, shown=grid), grid, "fit_curve.error")


@check(
    "fit_curve",
    hints=[
        "What is in .grad when backward() begins?",
        "Print the loss in each step for a module that is a line: it comes to rest. If it swings on and on, "
        "compare `.grad` with that of a single step.",
        "For the loss w² from w = 1 at lr 0.1 steps lead to 0.8, 0.64, 0.512. Where gradients pile up they lead "
        "to 0.8, 0.44, −0.008, −0.454: past 0, and on.",
    ],
)
def test_fit_curve_settles(student: Student, rng: torch.Generator) -> None:
    """A module that is just a line comes to rest on the line through its points."""
    x = torch.linspace(-1, 1, 21).reshape(-1, 1)
    slope, intercept = (2 * torch.rand(2, generator=rng) + 1).tolist()
    got = fit(student, x, slope * x + intercept, 0.2, 200, num_hidden=0)
    w, b = (float(param) for param in got["after"])
    # Plain steps leave a millionth of the distance; AdamW's decay of the weights leaves a hundredth.
    if not (abs(w - slope) < 0.05 and abs(b - intercept) < 0.05):
        fail(f"The line is {w:.4g} x + {b:.4g}; the points lie on {slope:.4g} x + {intercept:.4g}.")


@check(
    "fit_curve",
    hints=[
        "How often does your loop step, and how far?",
        "Compare a weight after one step at 0.01, after one at 0.02, and after two at 0.01, each from the same start.",
        "For the loss w² from w = 1: one step at 0.1 ends at 0.8, one at 0.2 at 0.6, two at 0.1 at 0.64.",
    ],
)
def test_fit_curve_follows_lr_and_num_steps(student: Student, rng: torch.Generator) -> None:
    """A second step goes on from the first, and one step at twice the rate goes twice as far."""
    x, y = points_around_the_parabola(rng, 30)
    one, two = (moved(fit(student, x, y, 0.05, num_steps)) for num_steps in (1, 2))
    if is_close(one, two, rtol=0, atol=1e-9):
        fail(f"One step and two leave the network in one and the same place: {numbers(one[:4])} from the start.")
    short, far = (fit(student, x, y, lr, 1) for lr in (0.001, 0.002))
    pairs = zip(far["before"], far["after"], strict=True)
    still = [place for place, (before, after) in enumerate(pairs, 1) if torch.equal(before, after)]
    if still:
        fail(f"One step has left parameters as they were: {numbers(still)} of {len(far['after'])}.")
    if not is_close(moved(far), 2 * moved(short), rtol=0.01, atol=1e-6):
        fail("One step at lr=0.002 does not lead twice as far as one at lr=0.001.\n"
             f"at 0.002 {numbers(moved(far)[:4])}\nat 0.001 {numbers(moved(short)[:4])}")  # fmt: skip


@probe
def fitted_where_nothing_pulls(student, x, y, lr, num_steps):
    """What fit_curve makes of a line with slope and intercept 0."""
    net = torch.nn.Linear(1, 1)
    torch.nn.init.zeros_(net.weight)
    torch.nn.init.zeros_(net.bias)
    student.fit_curve(net, x, y, lr, num_steps)
    return torch.cat([param.detach().reshape(-1) for param in net.parameters()])


@check(
    "fit_curve",
    about="how",
    hints=[
        "Which points does one step see, and where does the first one begin?",
        "Print how many predictions one loss is made of, and one weight before the first step: is it the one "
        "that `net` came with?",
        "At the prediction 0 a point at 1 pulls up and a point at −1 down; together they pull by 0. One after "
        "the other, each would move the network.",
    ],
)
def test_fit_curve_steps_over_all_points_at_once(student: Student) -> None:
    """Where all points together pull nowhere, the network stays as it comes: line 0 through points above and below."""
    x = torch.tensor([1.0, 2.0, -1.0, -2.0, 3.0, -3.0]).repeat_interleave(8).reshape(-1, 1)
    y = torch.tensor([1.0, -1.0]).repeat(24).reshape(-1, 1)  # of which sums in float32 are exact, in any order
    got = student.run(fitted_where_nothing_pulls, x=x, y=y, lr=0.05, num_steps=5)
    if not is_close(got, torch.zeros(2), atol=1e-6):
        fail(f"From slope and intercept 0, where the mean squared error over all points is smallest, five steps have "
             f"led to {numbers(got)}; expected 0, 0.")  # fmt: skip


# break_train_concise

MOST_EXAMPLES = 1000
LARGEST_ERROR = 1e6


def mean_of_means(errors: Sequence[float], batch_size: int) -> float:
    """Return the loss of an epoch that the function given in the notebook computes."""
    batches = [errors[start : start + batch_size] for start in range(0, len(errors), batch_size)]
    return sum(sum(batch) / len(batch) for batch in batches) / len(batches)


def mean_of_all(errors: Sequence[float], batch_size: int) -> float:
    """Return the loss of an epoch, whatever minibatches its examples came in."""
    return sum(errors) / len(errors)


def no_squares(errors: Sequence[float], batch_size: int) -> str | None:
    """Return that a number is no squared error, if so."""
    wrong = [error for error in errors if not 0 <= error <= LARGEST_ERROR]
    return f"{wrong[0]:g} is no squared error from 0 to {LARGEST_ERROR:,.0f}." if wrong else None


@check(
    "break_train_concise",
    hints=[
        "When has a minibatch's mean another weight than its examples have?",
        "Put five examples into minibatches of two: what does the last one weigh in a mean of means?",
    ],
)
def test_both_means_disagree(student: Student) -> None:
    """For the arguments returned, `mean_of_means` is not the mean over all examples."""
    arguments = {"errors": a_list(MOST_EXAMPLES), "batch_size": a_whole_number(1, MOST_EXAMPLES)}
    assert_breaks(student, "break_train_concise", arguments, given=mean_of_means, right=mean_of_all, refuse=no_squares)
