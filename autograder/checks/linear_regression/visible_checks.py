"""Visible checks of `linear_regression`: a linear model from scratch, trained by minibatch SGD."""

import collections
import itertools
import math
from typing import Any

import torch
from coursedata import synthetic_regression

from autograder.judging.refusal import told_refusal
from autograder.judging.student import Student
from autograder.judging.suite import (
    Update,
    a_tensor,
    as_numbers,
    ask,
    assert_below,
    assert_breaks,
    assert_calling,
    assert_close,
    assert_dtype,
    assert_shape,
    assert_tails,
    assert_values,
    check,
    fail,
    finite,
    gradients,
    in_shape,
    is_close,
    log_ratio,
    new_seed,
    numbers,
    one_number,
    pair_of_tensors,
    probe,
    show_curve,
    show_estimates,
    updated,
)

TRAIN_NEEDS = ("data_iter", "linreg", "squared_loss", "sgd")

# synthetic_data


def drawn(student: Student, w: torch.Tensor, b: float, num_examples: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the features and labels that the student draws, of whatever kind they are."""
    got = ask(student, "synthetic_data", w, b, num_examples)
    if isinstance(got, list) and len(got) == 2:
        got = [as_numbers(part) for part in got]
    return pair_of_tensors(got, "synthetic_data(w, b, num_examples)")


def features_and_labels(
    student: Student, w: torch.Tensor, b: float, num_examples: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return finite (n, d) features and (n, 1) labels in float64; other forms are judged elsewhere."""
    X, y = drawn(student, w, b, num_examples)
    X = in_shape(X, (num_examples, len(w)))
    assert_shape(X, (num_examples, len(w)), name="X")
    if y.numel() != num_examples:
        fail(f"y has shape {tuple(y.shape)}; expected {(num_examples, 1)}.")
    return finite(X, "X"), finite(y, "y").reshape(-1, 1)


def with_ones(X: torch.Tensor) -> torch.Tensor:
    """Return X, (n, d), with a column of ones for the bias: (n, d + 1)."""
    return torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)


def fitted(X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the least-squares weights and, last, bias: (d + 1, 1) float64."""
    return torch.linalg.lstsq(with_ones(X), y).solution


@check(
    "synthetic_data",
    hints=[
        "Look at the shape of each term of the sum before you add them.",
        "Print the shape of the product, of the bias and of the noise: what does adding (n,) and (n, 1) give?",
        "`(torch.zeros(3) + torch.zeros(3, 1)).shape` is (3, 3): a table where a column was meant.",
    ],
)
def test_synthetic_data_has_a_row_for_each_example(student: Student) -> None:
    """Features are (n, d), labels (n, 1), both float32 tensors."""
    got = ask(student, "synthetic_data", torch.tensor([2.0, -3.4, 0.7]), 4.2, 50)
    X, y = pair_of_tensors(got, "synthetic_data(w, b, num_examples)")
    for name, got, shape in (("X", X, (50, 3)), ("y", y, (50, 1))):
        assert_shape(got, shape, name=name)
        assert_dtype(got, torch.float32, name=name)


@check(
    "synthetic_data",
    hints=[
        "Compare your labels with the formula, one term after the other.",
        "Compare the first label by hand: each feature times its weight, summed, and the bias. It should fit to "
        "about 0.01.",
        "With the features (2, −1), w = (3, 4) and b = 10 the label is 6 − 4 + 10 = 12, but for the noise.",
    ],
)
def test_synthetic_labels_follow_the_model(student: Student) -> None:
    """A plane fitted to the examples has the weights w and the bias b."""
    judge_labels(student, torch.tensor([1.5, -2.5]), 3.5)


def judge_labels(student: Student, w: torch.Tensor, b: float) -> None:
    """Fail unless a plane fitted to 1,000 examples is that of w and b."""
    X, y = features_and_labels(student, w, b, 1000)
    # Loose enough for noise of any scale up to 1, which the next check judges.
    name = "(w, b) fitted to your examples"
    assert_close(fitted(X, y).reshape(-1), torch.tensor([*w.tolist(), b]), name=name, rtol=0, atol=0.3)


@check(
    "synthetic_data",
    weight=2,
    hints=[
        "How many draws of noise are there, and which number sets their scale?",
        "Take what the model says off 10,000 labels: the `.std()` of the rest should be near 0.01, and no two "
        "rows alike.",
        "A standard deviation of 0.5 is a variance of 0.25; a standard deviation of 0.01 is a variance of "
        "0.0001. Which of them does your generator take?",
    ],
)
def test_synthetic_noise_has_standard_deviation_one_hundredth(student: Student) -> None:
    """Around the plane, labels scatter with standard deviation 0.01."""
    X, y = features_and_labels(student, torch.tensor([1.5, -2.5]), 3.5, 2000)
    residuals = y - with_ones(X) @ fitted(X, y)
    std = math.sqrt(float((residuals**2).sum()) / (2000 - 3))
    message = f"Your labels scatter around the plane with standard deviation {std:.3g}; expected 0.01."
    assert_below(log_ratio(std, 0.01), "synthetic_data.noise_std", message=message)


@check(
    "synthetic_data",
    hints=[
        "From which distribution are the features drawn?",
        "Compare `X.mean(dim=0)` and `X.std(dim=0)` of 10,000 examples with 0 and 1.",
        "Uniform numbers from 0 to 1 have the mean 0.5 and the standard deviation 0.29, so neither fits. Which "
        "generator has 0 and 1?",
    ],
)
def test_synthetic_features_are_standard_normal(student: Student) -> None:
    """Each feature has mean 0 and standard deviation 1."""
    X, _ = features_and_labels(student, torch.tensor([1.5, -2.5, 0.5]), 3.5, 4000)
    off = max(max(abs(float(column.mean())), log_ratio(float(column.std()), 1.0)) for column in X.T)
    means, stds = numbers(X.mean(0)), numbers(X.std(0))
    message = f"Your features have means {means} and standard deviations {stds}; expected 0 and 1."
    assert_below(off, "synthetic_data.features", message=message)
    assert_tails(X, 0.0, 1.0, name="features")


@probe
def drawn_twice(student, w, b, num_examples):
    """The features of two calls with the same arguments."""
    return [student.synthetic_data(w, b, num_examples)[0] for _ in range(2)]


@check(
    "synthetic_data",
    hints=[
        "How many numbers are drawn for how many examples, and when?",
        "Print two rows of one call, then the first rows of two calls: which of them are alike?",
        "`torch.rand(1, 2).repeat(3, 1)` draws two numbers for three rows; `torch.rand(3, 2)` draws six.",
    ],
)
def test_every_example_is_drawn_anew(student: Student) -> None:
    """Each example has features of its own, and each call draws other ones."""
    found = [
        in_shape(X, (300, 2)) for X in student.run(drawn_twice, w=torch.tensor([1.5, -2.5]), b=3.5, num_examples=300)
    ]
    for X in found:
        assert_shape(X, (300, 2), name="X")
    first, second = (finite(X, "X") for X in found)
    different = len(first.unique(dim=0))
    if different < 300:
        fail(f"Among 300 examples there are {different} different ones; expected 300.")
    again = 600 - len(torch.cat([first, second]).unique(dim=0))
    if again:
        fail(f"Of the 300 examples of a second call {again} had come in the first one, too; expected none.")


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
            pair = isinstance(batch, (tuple, list))
            run.append([part.clone() if isinstance(part, torch.Tensor) else part for part in batch] if pair else batch)
            if len(run) > 2 * len(features):
                break
        runs.append(run)
    return runs


def numbered_examples(num_examples: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (n, 2) features and (n, 1) labels from which an example's number can be read."""
    number = torch.arange(num_examples, dtype=torch.float32).reshape(-1, 1)
    return torch.cat([number, -number], dim=1), number + 1000


def tables_of(run: Any, *, form: bool = False) -> list[torch.Tensor]:
    """Return an epoch's minibatches of two features and a label, side by side: (batch, 3) each.

    With `form`, they have to be tensors of shapes (batch, 2) and (batch, 1); else other forms of them are accepted.
    """
    if not isinstance(run, list) or not run:
        fail("There are no minibatches.")
    if len(run) == 2 and all(isinstance(item, torch.Tensor) for item in run):
        fail("One X and one y came, not a series of minibatches.")
    tables = []
    for place, batch in enumerate(run):
        if not form and isinstance(batch, list) and len(batch) == 2:
            X, y = (as_numbers(part) for part in batch)
            if isinstance(X, torch.Tensor) and isinstance(y, torch.Tensor) and y.dim():
                batch = [in_shape(X, (X.numel() // 2, 2)), in_shape(y, (y.numel(), 1))]
        X, y = pair_of_tensors(batch, f"minibatch {place}")
        if X.dim() != 2 or X.shape[1] != 2:
            fail(f"X of minibatch {place} has shape {tuple(X.shape)}; expected (batch, 2) from features (n, 2).")
        assert_shape(y, (len(X), 1), name=f"y of minibatch {place}")
        tables.append(torch.cat([X, y], dim=1))
    return tables


def handed_out(
    student: Student, num_examples: int, batch_size: int, num_epochs: int = 1, *, form: bool = False
) -> list[list[torch.Tensor]]:
    """Return each epoch's minibatches of `numbered_examples`, as `tables_of` gives them."""
    features, labels = numbered_examples(num_examples)
    got = student.run(epochs, batch_size=batch_size, features=features, labels=labels, num_epochs=num_epochs)
    if not isinstance(got, list):
        fail("data_iter returned None: which word hands out one minibatch and then goes on?")
    if len(got) != num_epochs:
        fail(f"{len(got)} epochs came; {num_epochs} were asked for.")
    return [tables_of(run, form=form) for run in got]


def epochs_of(student: Student, num_examples: int, batch_size: int, num_epochs: int = 1) -> list[list[list[int]]]:
    """Return, for each epoch and minibatch, the numbers of its examples."""
    features, _ = numbered_examples(num_examples)
    runs = handed_out(student, num_examples, batch_size, num_epochs)
    if not all(bool((features == row[:2]).all(1).any()) for run in runs for table in run for row in table):
        fail("A row of X is not a row of features.")
    return [[[int(number) for number in table[:, 0]] for table in run] for run in runs]


@check(
    "data_iter",
    hints=[
        "Follow one example through an epoch: how often is it handed out?",
        "Give ten examples the labels 0 to 9 and print the labels of each minibatch: which one is missing, "
        "which comes twice?",
        "Six examples in twos may come as 4 0, 5 2, 1 3: each number once, so the minibatches are pieces of one "
        "shuffled order.",
    ],
)
def test_every_example_comes_once_an_epoch(student: Student) -> None:
    """One epoch hands out every example exactly once."""
    [run] = epochs_of(student, 24, batch_size=4)
    seen = sorted(number for batch in run for number in batch)
    if seen != list(range(24)):
        different = len(set(seen))
        fail(f"Of 24 examples {24 - different} never came and {len(seen) - different} came again.")


@check(
    "data_iter",
    hints=[
        "Write down where each minibatch starts and ends when the sizes do not divide evenly.",
        "Print `len(y)` of each minibatch: do they add up to the number of examples?",
        "7 examples in threes start at 0, 3 and 6 and come as 3, 3, 1. A slice stops at the end of a list by "
        "itself: `print([5, 6, 7][2:9])`.",
    ],
)
def test_last_minibatch_may_be_short(student: Student) -> None:
    """10 examples in minibatches of 4 come as 4, 4 and 2."""
    [run] = epochs_of(student, 10, batch_size=4)
    sizes = [len(batch) for batch in run]
    if sizes != [4, 4, 2]:
        fail(f"Your minibatches have sizes {sizes[:12]}; expected [4, 4, 2].")


@check(
    "data_iter",
    hints=[
        "Is one order used for both tensors?",
        "Let each label be ten times its feature and print a minibatch: does each pair still fit? And what are "
        "the two shapes?",
        "With the features [[1], [2], [3]] and the labels [[10], [20], [30]] a minibatch may be [[3], [1]] and "
        "[[30], [10]]: both (2, 1).",
    ],
)
def test_features_and_labels_stay_together(student: Student) -> None:
    """Every row of X comes with its own label; X is a (batch, d) tensor and y a (batch, 1) one."""
    [run] = handed_out(student, 30, batch_size=6, form=True)
    rows = torch.cat(run)
    apart = int((rows[:, 0] + 1000 != rows[:, 2]).sum())
    if apart:
        fail(f"{apart} of {len(rows)} rows came with another row's label.")


@check(
    "data_iter",
    weight=2,
    hints=[
        "When is the order drawn, and from what?",
        "Print the labels of two epochs: are they in the same order, or in that of the data?",
        "With a seed set inside, each call shuffles alike; an order that is drawn outside of the function "
        "serves all calls. Drawn inside and unseeded it is new each time.",
    ],
)
def test_every_epoch_is_shuffled_anew(student: Student) -> None:
    """Three epochs over the same 60 examples come in three different orders."""
    runs = epochs_of(student, 60, batch_size=10, num_epochs=3)
    judge_shuffle(runs)


def judge_shuffle(runs: list[list[list[int]]]) -> None:
    """Fail unless epochs over many examples come in orders of their own, each of them without a pattern."""
    orders = [[number for batch in run for number in batch] for run in runs]
    if orders[0] == sorted(orders[0]):
        fail("The examples come in the order in which they are stored.")
    if any(first == second for first, second in itertools.pairwise(orders)):
        fail("Two epochs came in one and the same order.")
    if len({frozenset(map(frozenset, run)) for run in runs}) < len(runs):
        fail("The same examples share a minibatch in every epoch.")
    for order in orders:  # of which a neighbour follows another by chance hardly ever more than a few times
        steps = collections.Counter((after - before) % len(order) for before, after in itertools.pairwise(order))
        step, count = steps.most_common(1)[0]
        if count > len(order) // 3:
            shown = ", ".join(map(str, order[:6]))
            fail(f"In {count} of {len(order) - 1} places an example is followed by the one stored {step} places after "
                 f"it, as in {shown}, …; expected an order without such a pattern.")  # fmt: skip


# linreg


@check(
    "linreg",
    weight=2,
    hints=[
        "Check the shape after each operation, and that every argument is used.",
        "Compare the shape of the product, before the bias, with (n, 1): one number for each row.",
        "X = [[1, 2], [3, 4]], w = [[10], [1]] and b = [5] give [[17], [39]].",
    ],
)
def test_linreg_predicts_each_row(student: Student, rng: torch.Generator) -> None:
    """The prediction for every row of X is its product with w, plus b: shape (n, 1)."""
    X, w, b = torch.randn(3, 3, generator=rng), torch.randn(3, 1, generator=rng), torch.tensor([2.5])
    y_hat, _ = gradients(student, "linreg", X, w, b, of=(1, 2))
    assert_close(y_hat, X @ w + b, name="linreg(X, w, b)")


@check(
    "linreg",
    hints=[
        "Which operations can autograd follow, and which values leave its sight?",
        "With `w` and `b` that require gradients, print `.requires_grad` of each result on the way: where does "
        "it turn false?",
        "`torch.tensor([3.0], requires_grad=True).item() * 2` is a number without a way back. The same holds "
        "after `.detach()` and `.numpy()`.",
    ],
)
def test_gradients_reach_w_and_b(student: Student, rng: torch.Generator) -> None:
    """Autograd can go back from the predictions to w and to b."""
    X, w, b = torch.randn(5, 2, generator=rng), torch.randn(2, 1, generator=rng), torch.tensor([0.5])
    _, found = gradients(student, "linreg", X, w, b, of=(1, 2))
    for name, grad, right in zip("wb", found, (X.sum(0).reshape(2, 1), torch.tensor([5.0])), strict=True):
        if grad is None:
            fail(f"Autograd cannot go back from the predictions to {name}.")
        assert_close(grad, right, name=f"gradient of the summed predictions with respect to {name}")


# squared_loss


def judge_losses(student: Student, y_hat: torch.Tensor, y: torch.Tensor, *, form: bool = False) -> None:
    """Fail unless the loss of each prediction (n, 1) is half its squared difference from its label, (n,) or (n, 1).

    With `form`, they have to come as a tensor of shape (n, 1); else in any shape that has them.
    """
    loss, _ = gradients(student, "squared_loss", y_hat, y, of=(0,))
    if isinstance(loss, (int, float)) or (isinstance(loss, torch.Tensor) and loss.dim() == 0):
        number = one_number(loss, "squared_loss(y_hat, y)")
        fail(f"squared_loss gave one number, {number:.4g}, for {len(y)} examples; expected shape "
             f"{tuple(y_hat.shape)}, one loss each.")  # fmt: skip
    assert_right = assert_close if form else assert_values
    assert_right(loss, (y_hat - y.reshape(y_hat.shape)) ** 2 / 2, name="squared_loss(y_hat, y)")


@check(
    "squared_loss",
    hints=[
        "Compute one loss by hand, then look at how many there should be.",
        "Compare the shape of your result with that of `y_hat`: a sum or a mean would have no axis.",
        "A prediction of 7 for a label of 3 misses by 4: 16 when squared, 8 when halved.",
    ],
)
def test_loss_of_each_example(student: Student, rng: torch.Generator) -> None:
    """Labels (n, 1): each example's loss is half its squared error, in the shape of y_hat."""
    judge_losses(student, torch.randn(5, 1, generator=rng), 3 + torch.randn(5, 1, generator=rng), form=True)


@check(
    "squared_loss",
    hints=[
        "What does broadcasting make of a column and a row?",
        "Print the shape of the difference for a `y_hat` of (3, 1) and a `y` of (3,): one error an example, or "
        "a table?",
        "A column of 1, 2, 3 minus a flat 1, 2, 3 has nine elements, with zeros on the diagonal. Which shape "
        "must the labels have to meet the predictions one by one?",
    ],
)
def test_loss_of_flat_labels(student: Student, rng: torch.Generator) -> None:
    """Labels (n,) give the same losses as labels (n, 1)."""
    judge_losses(student, torch.randn(5, 1, generator=rng), 3 + torch.randn(5, generator=rng))


@check(
    "squared_loss",
    hints=[
        "Differentiate the formula of the loss with respect to y_hat, then compare.",
        "Compare the gradient with the error of each prediction: is it twice as large, of the other sign, or missing?",
        "At the prediction 7 and the label 3 the loss is 8; at 7.1 it is 8.405. That is 0.405 for 0.1, a slope "
        "of about 4.",
    ],
)
def test_loss_sends_the_error_back(student: Student, rng: torch.Generator) -> None:
    """The gradient of an example's loss with respect to its prediction is the error y_hat − y."""
    y_hat, y = torch.randn(5, 1, generator=rng), 3 + torch.randn(5, 1, generator=rng)
    _, [grad] = gradients(student, "squared_loss", y_hat, y, of=(0,))
    if grad is None:
        fail("Autograd cannot go back from the losses to y_hat.")
    assert_close(grad, y_hat - y, name="gradient of the summed losses")


# sgd


def update(student: Student, params: list[torch.Tensor], grads: list[torch.Tensor], lr: float, size: int) -> Update:
    """Return what one update leaves of parameters that have these gradients."""
    with told_refusal("leaf Variable", message="PyTorch refused the update: {refusal}"):
        return updated(student, "sgd", params, lr, size, grads=grads)


def params_and_grads(rng: torch.Generator) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Return w, (3, 1), and b, (1,), and gradients of them that are far from 0."""
    shapes = ((3, 1), (1,))
    return ([torch.randn(shape, generator=rng) for shape in shapes],
            [2 + torch.rand(shape, generator=rng) for shape in shapes])  # fmt: skip


@check(
    "sgd",
    weight=2,
    hints=[
        "Write down the step for one number. Sign? Factors? And which tensor is changed?",
        "Compare one number before and after the call with the formula in the text: minus, `lr`, and the "
        "gradient shared out among `batch_size`.",
        "p = 5 with the gradient 6, lr 0.5 and batch_size 3: the step is 0.5 · 6 / 3 = 1, and afterwards 4 "
        "stands in the very tensor that was passed.",
    ],
)
def test_step_follows_the_mean_gradient(student: Student, rng: torch.Generator) -> None:
    """One update changes w and b in place: each moves by lr times its mean gradient, downhill."""
    lr, size = 0.5, 4
    params, grads = params_and_grads(rng)
    after = update(student, params, grads, lr, size).values
    if is_close(after[0], params[0]):
        fail(f"w is the same after the update as before: {numbers(after[0])}.")
    for name, new, old, grad in zip("wb", after, params, grads, strict=True):
        assert_close(new, old - lr * grad / size, name=f"{name} after one update")


@check(
    "sgd",
    hints=[
        "What does the next backward() do with what is still in .grad?",
        "Print `.grad` of a parameter after the update: is it zeros, None, or what it was?",
        "If a 6 is left and the next `backward()` finds 2, `.grad` says 8, and that step goes four times as far.",
    ],
)
def test_gradients_are_zeroed(student: Student, rng: torch.Generator) -> None:
    """After an update no gradient is left for the next backward() to add to."""
    params, grads = params_and_grads(rng)
    for name, grad, old in zip("wb", update(student, params, grads, 0.5, 4).gradients, grads, strict=True):
        if grad is not None and not is_close(grad, torch.zeros_like(old)):
            fail(f"{name}.grad was {numbers(old)} and is {numbers(grad)} after the update; expected zeros or None.")


@check(
    "sgd",
    about="how",
    hints=[
        "The next epoch needs the same tensors with gradients: are they still leaves that ask for them?",
        "Compare `.is_leaf` and `.requires_grad` of a parameter before and after the update: both are true before.",
        "`a = torch.zeros(2); b = a; a = a + 1; print(b)` shows zeros: `a` now names a new tensor. What changes "
        "the numbers inside of the old one?",
    ],
)
def test_params_stay_trainable(student: Student, rng: torch.Generator) -> None:
    """After an update the parameters are still leaf tensors that require gradients."""
    if not all(update(student, *params_and_grads(rng), 0.5, 4).trainable):
        fail("A parameter no longer is a leaf tensor that requires gradients.")


# train


def trained(student: Student, features: torch.Tensor, labels: torch.Tensor, **options: float) -> list[Any]:
    """Return the three things that train gives."""
    got = ask(student, "train", features, labels, **options)
    if not isinstance(got, list) or len(got) != 3:
        fail("train(features, labels) did not return three things: w, b and the list of losses.")
    return got


def parameters(got: list[Any], num_features: int, *, form: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the trained w, (d, 1), and b, (1,), in float64; without `form`, whatever form they came in."""
    w, b, _ = got
    if not form:
        w, b = in_shape(w, (num_features, 1)), in_shape(b, (1,))
    assert_shape(w, (num_features, 1), name="w")
    assert_shape(b, (1,), name="b")
    return finite(w, "w"), finite(b, "b")


def losses(got: list[Any], num_epochs: int, *, form: bool = False, function: str = "train") -> list[float]:
    """Return the loss after each epoch; without `form`, of whatever kind the numbers are."""
    values = got[2] if form else listed(got[2])
    if not isinstance(values, list):
        fail(f"The third thing that {function} returns is no list of losses.")
    kinds = sorted({type(value).__name__ for value in values if not isinstance(value, (int, float))})
    if kinds:
        fail(f"Among the losses there are objects of type {' and '.join(kinds)}; expected Python floats.")
    if len(values) != num_epochs:
        fail(f"{function} returned {len(values)} losses for num_epochs={num_epochs}; expected one an epoch.")
    return [float(value) for value in values]


def listed(got: Any) -> Any:
    """Return a series of numbers as a list of floats, however it came; anything else as it is."""
    found = as_numbers(got)
    if isinstance(found, torch.Tensor) and found.dim() and found.numel() == len(found) and not found.is_complex():
        return found.double().reshape(-1).tolist()
    return got


def mean_loss(X: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> float:
    """Return the mean of ½(Xw + b − y)² over all examples, computed in float64."""
    return float(((X.double() @ w + b - y.double()) ** 2).mean()) / 2


def judge_last_loss(last: float, X: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> None:
    """Fail unless the last loss is that of all examples at w and b."""
    right = mean_loss(X, y, w, b)
    if not is_close(last, right, rtol=1e-3):
        fail(f"The last loss is {last:.4g}, but at the returned w and b the mean loss is {right:.4g}.")


def quadratic(X: torch.Tensor, y: torch.Tensor, weight_decay: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
    """Return H and g, in float64, of the mean loss ½θᵀHθ − gᵀθ + c of w and, last, b.

    They are the means of xxᵀ and xy over the examples, x with a 1 for the bias; a penalty of ½·weight_decay·Σw², which
    leaves the bias out, adds to H.
    """
    ones = with_ones(X.double())
    decay = torch.full((X.shape[1] + 1,), weight_decay, dtype=torch.float64)
    decay[-1] = 0.0
    return ones.T @ ones / len(X) + torch.diag(decay), ones.T @ y.double() / len(X)


def descent(
    X: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor, lr: float, num_steps: int,
    weight_decay: float = 0.0,
) -> list[float]:  # fmt: skip
    """Return the losses, without a penalty, after each step of descent on all examples that ends at w, b.

    A step is θ ← θ − lr(Hθ − g) with the H and g of `quadratic`, so the way back from the end is one linear system a
    step, whatever the start was.
    """
    H, g = quadratic(X, y, weight_decay)
    theta = torch.cat([w, b.reshape(1, 1)])
    found = []
    for _ in range(num_steps):
        found.append(mean_loss(X, y, theta[:-1], theta[-1]))
        theta = before_step(theta, H, g, lr)
    return found[::-1]


def before_step(theta: torch.Tensor, H: torch.Tensor, g: torch.Tensor, lr: float) -> torch.Tensor:
    """Return the parameters from which a step θ ← θ − lr(Hθ − g) leads to `theta`."""
    return torch.linalg.solve_ex(torch.eye(len(H), dtype=H.dtype) - lr * H, theta - lr * g).result


def from_zeros(X: torch.Tensor, y: torch.Tensor, lr: float, num_steps: int, weight_decay: float = 0.0) -> list[float]:
    """Return the losses, without a penalty, after each step of descent on all examples that starts at zeros."""
    H, g = quadratic(X, y, weight_decay)
    theta, found = torch.zeros_like(g), []
    for _ in range(num_steps):
        theta = theta - lr * (H @ theta - g)
        found.append(mean_loss(X, y, theta[:-1], theta[-1]))
    return found


def judge_steps(seen: list[float], X: torch.Tensor, y: torch.Tensor) -> None:
    """Fail where the first loss is that of the least-squares fit, which steps only come close to."""
    theta = fitted(X.double(), y.double())
    if is_close(seen[0], mean_loss(X, y, theta[:-1], theta[-1]), rtol=1e-4, atol=0):
        fail(f"The first loss, {seen[0]:.4g}, is the smallest that there is, so w and b were not found by steps.")


@check(
    "train",
    needs=TRAIN_NEEDS,
    hints=[
        "Compare what you return, and where in the loops you measure, with the text.",
        "For 3 features and 4 epochs print `w.shape`, `b.shape`, `len(losses)` and `type(losses[0])`.",
        "They are (3, 1), (1,), 4 and `float`. `torch.tensor(0.5)` is a tensor; `torch.tensor(0.5).item()` is a float.",
    ],
)
def test_train_returns_parameters_and_losses(student: Student, rng: torch.Generator) -> None:
    """Training gives w (d, 1), b (1,) and a list with one float for each of the epochs asked for."""
    X, y = synthetic_regression([1.0, -2.0, 3.0], -1.5, 60, seed=new_seed(rng))
    got = trained(student, X, y, lr=0.1, num_epochs=5, batch_size=10)
    parameters(got, 3, form=True)
    losses(got, num_epochs=5, form=True)


@check(
    "train",
    about="means",
    needs=TRAIN_NEEDS,
    hints=[
        "Which of your functions does the question name, and what is left for `train` itself?",
        "Look for `torch.optim`, `nn` and formulas in `train`: in place of which of your four functions do they stand?",
    ],
)
def test_train_is_made_of_your_own_functions(student: Student, rng: torch.Generator) -> None:
    """Training is done by functions of yours, and not by ready-made ones in their place."""
    X, y = synthetic_regression([1.0, -2.0], 0.5, 12, seed=new_seed(rng))
    trained(student, X, y, lr=0.1, num_epochs=2, batch_size=4)
    assert_calling(student, "train", *TRAIN_NEEDS, every=False)


@check(
    "train",
    about="form",
    needs=TRAIN_NEEDS,
    hints=[
        "Follow one minibatch: which function of yours does which part?",
        "Put a `print` into each of the four for a moment: which of them stays silent while `train` runs?",
    ],
)
def test_train_uses_each_of_them(student: Student, rng: torch.Generator) -> None:
    """Training calls your data_iter, linreg, squared_loss and sgd."""
    X, y = synthetic_regression([1.0, -2.0], 0.5, 12, seed=new_seed(rng))
    trained(student, X, y, lr=0.1, num_epochs=2, batch_size=4)
    assert_calling(student, "train", *TRAIN_NEEDS)


@check(
    "train",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "Over which examples, and at which w and b, is a loss taken?",
        "Compare the last loss with the mean of your `squared_loss` over all examples, predicted with the w and "
        "b that came back.",
        "Minibatches of 2 and of 1 with the mean losses 3 and 9: over the three examples the mean is 5, and the "
        "mean of the two means is 6.",
    ],
)
def test_last_loss_belongs_to_the_returned_parameters(student: Student, rng: torch.Generator) -> None:
    """The last loss is the mean squared_loss over all examples at the w and b that are returned."""
    # Strong noise and a fast first epoch keep apart: all examples, the last minibatch, a running mean.
    X, y = synthetic_regression([4.0, -5.0], 6.0, 200, noise=0.5, seed=new_seed(rng))
    got = trained(student, X, y, lr=0.3, num_epochs=1, batch_size=10)
    judge_last_loss(losses(got, num_epochs=1)[-1], X, y, *parameters(got, 2))


@check(
    "train",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "Follow lr, batch_size and the gradient from train into one update.",
        "With a single minibatch, compare w before and after the first epoch: it moves by lr times the mean "
        "gradient, divided once and not twice.",
        "One example x = 2, y = 4, from zeros with lr 0.1: the error is −4, the gradients −8 and −4. So w = "
        "0.8, b = 0.4, and the loss falls from 8 to 2.",
    ],
)
def test_one_large_batch_is_plain_gradient_descent(student: Student, rng: torch.Generator) -> None:
    """With all examples in one batch every epoch is one step of size lr; of several, each step is its minibatch's."""
    X, y = synthetic_regression([3.0, -2.0, 1.0], 2.5, 40, noise=0.5, seed=new_seed(rng))
    got = trained(student, X, y, lr=0.1, num_epochs=4, batch_size=40)
    right, seen = descent(X, y, *parameters(got, 3), 0.1, 4), losses(got, num_epochs=4)
    judge_steps(seen, X, y)
    if not is_close(seen, right, rtol=2e-3):
        fail("The losses are not those of four steps of size lr that end at your w and b.\n"
             f"got                      {numbers(seen)}\n"
             f"expected, from zeros on, {numbers(from_zeros(X, y, 0.1, 4))}")  # fmt: skip
    judge_own_minibatch(student)


def judge_own_minibatch(student: Student) -> None:
    """Fail where a step follows other examples than those of its minibatch."""
    # Of features that are 0 and lr 1 each step leads b to the mean label of its minibatch, wherever it was.
    labels = [0.0, 1.0, 2.0, 4.0, 8.0, 16.0]
    y = torch.tensor(labels).reshape(-1, 1)
    _, b = parameters(trained(student, torch.zeros(6, 1), y, lr=1.0, num_epochs=1, batch_size=2), 1)
    if not any(
        is_close(b, torch.tensor([(one + other) / 2]), atol=1e-3) for one, other in itertools.combinations(labels, 2)
    ):
        fail(f"From features that are 0 and the labels {numbers(labels)}, in minibatches of 2 at lr=1, b ends at "
             f"{float(b):.4g}; expected the mean label of the last minibatch.")  # fmt: skip


@check(
    "train",
    weight=3,
    needs=TRAIN_NEEDS,
    hints=[
        "Print w and b before and after a step: does each of them move?",
        "Print the loss after each epoch: does it fall, stay, or grow?",
        "1,000 examples in tens are 100 steps an epoch. If w after the first step is still the start, print "
        "`.grad` before `sgd`: None, zeros, or numbers?",
    ],
)
def test_train_finds_w_and_b(student: Student, rng: torch.Generator) -> None:
    """With the default settings, w and b come close to those that made 1,000 new examples."""
    true = [1.5, -2.8, -3.1]
    X, y = synthetic_regression(true[:2], true[2], 1000, seed=new_seed(rng))
    got = trained(student, X, y)
    given = listed(got[2])
    curve = [value for value in given if isinstance(value, (int, float))] if isinstance(given, list) else []
    show_curve("Loss after each epoch", curve, x_label="epoch", y_label="mean squared loss", band="train.losses")
    estimated = torch.cat([part.reshape(-1) for part in parameters(got, 2)]).tolist()
    show_estimates("True and estimated parameters", ["w[0]", "w[1]", "b"], true, estimated)
    judge_estimates(estimated, true, "train.parameter_error")


def judge_estimates(
    estimated: list[float], true: list[float], statistic: str, words: str = "the examples were made with"
) -> None:
    """Fail unless w and, last, b are close to those that made the examples, or to others that `words` tell of."""
    error = max(abs(found - wanted) for found, wanted in zip(estimated, true, strict=True))
    message = f"w and b are {numbers(estimated)}; {words} {numbers(true)}."
    assert_below(error, statistic, message=message)


@check(
    "train",
    needs=TRAIN_NEEDS,
    hints=[
        "Compare your function's first line with that of the stub.",
        "`import inspect; print(inspect.signature(train))` shows which values are taken where the caller gives none.",
    ],
)
def test_train_keeps_the_default_settings(student: Student, rng: torch.Generator) -> None:
    """Left out, lr is 0.03, num_epochs is 3 and batch_size is 10."""
    X, y = synthetic_regression([3.0, -2.0], 2.5, 11, noise=0.5, seed=new_seed(rng))
    # Of examples that fit into one batch the losses are known; one example more, and they must be others.
    ten = trained(student, X[:10], y[:10])
    seen = losses(ten, num_epochs=3)
    judge_steps(seen, X[:10], y[:10])
    if not descends(ten, X[:10], y[:10], rtol=1e-3):
        fail("Called without settings, train does not do what it should with lr=0.03, num_epochs=3, batch_size=10: "
             f"the losses of ten examples are {numbers(seen)}; expected, from zeros on, "
             f"{numbers(from_zeros(X[:10], y[:10], 0.03, 3))}.")  # fmt: skip
    if descends(trained(student, X, y), X, y, rtol=2e-5):
        fail("Called without settings, train takes eleven examples as one minibatch; expected ten and one.")


def descends(got: list[Any], X: torch.Tensor, y: torch.Tensor, rtol: float) -> bool:
    """Return whether train's losses are those of three steps of size 0.03 that end at its w, b."""
    return is_close(listed(got[2]), descent(X, y, *parameters(got, 2), 0.03, 3), rtol=rtol)


# break_squared_loss

COLUMN, FLAT = (100, 1), (100,)


def plain_loss(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the losses that the function given in the notebook computes."""
    return (y_hat - y) ** 2 / 2


def losses_of_each(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the loss of each example, as a column."""
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def uneven(y_hat: torch.Tensor, y: torch.Tensor) -> str | None:
    """Return that there are not as many labels as predictions, if so."""
    return None if len(y_hat) == len(y) else f"y_hat has {len(y_hat)} rows, and y {len(y)}."


@check(
    "break_squared_loss",
    hints=[
        "Which shapes may labels have, and what is a column minus each of them?",
        "Which shape has a column of three minus a vector of three, and how many numbers is that?",
    ],
)
def test_both_losses_disagree(student: Student) -> None:
    """For the arguments returned, `plain_loss` gives other losses than the right ones."""
    arguments = {"y_hat": a_tensor(COLUMN), "y": a_tensor(COLUMN, FLAT)}
    assert_breaks(student, "break_squared_loss", arguments, given=plain_loss, right=losses_of_each, refuse=uneven)
