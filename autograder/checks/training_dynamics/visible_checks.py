"""Visible checks of `training_dynamics`: learning rates, noise, and why the loss is not zero."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from coursedata import synthetic_regression

from autograder.judging.refusal import told_refusal
from autograder.judging.student import Student
from autograder.judging.suite import (
    a_list,
    ask,
    assert_below,
    assert_breaks,
    assert_close,
    check,
    fail,
    is_close,
    new_seed,
    numbers,
    one_number,
    points,
    probe,
    show_curve,
)


def series(got: Any, name: str) -> torch.Tensor:
    """Return a list of numbers, or a flat tensor or array, as (n,) float64; it may hold inf and nan."""
    if isinstance(got, np.ndarray):
        got = torch.from_numpy(got)
    if isinstance(got, torch.Tensor):
        if got.dim() != 1 or got.is_complex():
            fail(f"{name} has shape {tuple(got.shape)}; expected a list of numbers.")
        return got.double()
    if got is None:
        fail(f"{name} is None: is a `return` missing?")
    if not isinstance(got, list):
        shown = f"{got:.4g}" if isinstance(got, (int, float)) else type(got).__name__
        fail(f"{name} is no list of numbers but {shown}.")
    return torch.tensor([one_number(value, f"an element of {name}") for value in got], dtype=torch.float64)


def judge_floats(got: Any, name: str) -> None:
    """Fail unless `got` is a list of Python floats: other checks judge values, of whatever kind they are."""
    series(got, name)
    if isinstance(got, KINDS):
        fail(f"{name} is a tensor or an array; expected a list of Python floats.")
    if any(isinstance(value, KINDS) for value in got):
        fail(f"{name} is a list with tensors or arrays in it; expected Python floats.")


def judge_float(got: Any, name: str) -> None:
    """Fail unless `got` is a Python number."""
    if isinstance(got, KINDS):
        fail(f"{name} is a tensor or an array of shape {tuple(got.shape)}; expected a Python float.")
    one_number(got, name)


KINDS: Final = (torch.Tensor, np.ndarray)

# smoothed_losses


def smoothing(losses: Sequence[float], c: float) -> torch.Tensor:
    """Return the exponentially weighted mean with bias correction, (n,) float64."""
    sums = [0.0]
    for loss in losses:
        sums.append((1 - c) * sums[-1] + c * loss)
    weights = 1 - (1 - c) ** torch.arange(1, len(losses) + 1, dtype=torch.float64)
    return torch.tensor(sums[1:], dtype=torch.float64) / weights


def judge_smoothing(got: Any, losses: Sequence[float], c: float) -> None:
    """Fail unless `got` is the smoothed `losses`."""
    name = f"smoothed_losses(losses, constant={c:g})"
    assert_close(series(got, name), smoothing(losses, c), name=name)


@check(
    "smoothed_losses",
    weight=2,
    hints=[
        "Do the first three values by hand, with constant 1/2.",
        "Print the running sum beside each value: is it divided only where it is handed out, and by a number "
        "that changes with t?",
        "Losses 2, 6 with constant ½: the sums are 1 and 3.5, the divisors ½ and ¾, the values 2 and 4.667.",
    ],
)
def test_smoothed_losses_follow_the_formula(student: Student, rng: torch.Generator) -> None:
    """Each value is the exponentially weighted mean of the losses so far."""
    losses = (2 + 3 * torch.rand(12, generator=rng)).tolist()
    judge_smoothing(ask(student, "smoothed_losses", losses, constant=0.2), losses, 0.2)


@check(
    "smoothed_losses",
    about="form",
    hints=[
        "What do the weights of the first value add up to?",
        "Compare the first value with the first loss: is it smaller by the factor `constant`?",
        "With constant 0.2 and the first loss 7 the sum is 1.4, and its weights add up to 0.2: 1.4 / 0.2 = 7.",
    ],
)
def test_the_first_value_is_the_first_loss(student: Student) -> None:
    """With one loss seen there is nothing to average: its smoothed value is itself."""
    values = series(ask(student, "smoothed_losses", [5.0, 1.0, 1.0, 1.0]), "smoothed_losses(losses)")
    if not len(values):
        fail("smoothed_losses(losses) is empty.")
    assert_close(values[0], 5.0, name="the first smoothed value")


@check(
    "smoothed_losses",
    hints=[
        "What is the weight of the newest loss when the caller names none?",
        "Compare your result without a constant and with `constant=0.01`: the two agree.",
        "`import inspect; print(inspect.signature(smoothed_losses))` shows what stands there when the caller "
        "gives none.",
    ],
)
def test_the_default_constant_is_one_hundredth(student: Student, rng: torch.Generator) -> None:
    """Without a constant, 300 losses are smoothed with 0.01."""
    losses = (1 + 4 * torch.rand(300, generator=rng)).tolist()
    judge_smoothing(ask(student, "smoothed_losses", losses), losses, 0.01)


@check(
    "smoothed_losses",
    about="how",
    hints=[
        "What kind of numbers is asked for, and in what?",
        "`print(type(result), type(result[0]))`: a list, and a float in it.",
        "`torch.tensor([1.0, 2.0]).tolist()` is a list of floats; `list(torch.tensor([1.0, 2.0]))` is a list of "
        "tensors.",
    ],
)
def test_smoothed_losses_are_a_list_of_floats(student: Student) -> None:
    """The values are a list of Python floats, and no tensors or arrays."""
    judge_floats(ask(student, "smoothed_losses", [3.0, 2.0, 4.0], constant=0.5), "smoothed_losses(losses)")


# run_with_lr


@probe
def exploding_losses(student, features, labels, lr):
    """What run_with_lr returns for one epoch, or what it raises there and not at a small learning rate."""
    try:
        return {"losses": student.run_with_lr(features, labels, lr, 1, batch_size=10), "raised": ""}
    except (ArithmeticError, AssertionError, RuntimeError, ValueError) as error:
        student.run_with_lr(features[:100], labels[:100], 1e-4, 1, batch_size=10)
        return {"losses": [], "raised": f"{type(error).__name__}: {error}"}


def orthogonal_examples() -> tuple[torch.Tensor, torch.Tensor]:
    """Return 8 examples of 3 features on which each step shrinks the distance from the best fit evenly.

    Features, the bias's ones and the labels' noise are columns of a Hadamard matrix: of length √8, and
    at right angles. So whatever the start, loss − 1/4 shrinks by (1 − 16 lr)² with each step.
    """
    two = torch.tensor([[1.0, 1.0], [1.0, -1.0]])
    columns = torch.kron(torch.kron(two, two), two)  # (8, 8)
    X = columns[:, [1, 2, 4]]
    return X, X @ torch.tensor([[1.5], [-2.0], [3.0]]) + 2.5 + 0.5 * columns[:, 7:]


def run(student: Student, X: torch.Tensor, y: torch.Tensor, lr: float, num_epochs: int, **options: int) -> torch.Tensor:
    """Return the losses of the student's run, (n,) float64, one for each minibatch of each epoch."""
    got = series(ask(student, "run_with_lr", X, y, lr, num_epochs, **options), RUN)
    judge_count(got, len(X), num_epochs, options.get("batch_size", 10))
    return got


RUN: Final = "run_with_lr(features, labels, lr, num_epochs)"


def judge_count(got: torch.Tensor, num_examples: int, num_epochs: int, batch_size: int) -> None:
    """Fail unless there is one loss for each minibatch of each epoch."""
    expected = num_epochs * math.ceil(num_examples / batch_size)
    if len(got) != expected:
        fail(f"{num_epochs} epochs of {num_examples} examples in minibatches of {batch_size} gave {len(got)} losses; "
             f"expected {expected}.")  # fmt: skip


def judge_course(got: torch.Tensor, right: torch.Tensor) -> None:
    """Fail unless losses go on from the first one as steps of size lr lead."""
    if not is_close(got, right, rtol=1e-3):
        fail("From your first loss, the steps of size lr should have led on to other losses.\n"
             f"got      {numbers(got)}\nexpected {numbers(right)}")  # fmt: skip


@check(
    "run_with_lr",
    hints=[
        "Where in the loops is a loss recorded, and how many minibatches are there?",
        "Print the size of every minibatch of one epoch: do they add up to the number of examples, and is there "
        "one loss for each?",
        "7 examples in minibatches of 3 are 3, 3 and 1: three losses an epoch, six in two epochs.",
    ],
)
def test_one_loss_for_each_minibatch(student: Student, rng: torch.Generator) -> None:
    """23 examples in minibatches of 5 give five losses an epoch; the default is minibatches of 10."""
    X, y = synthetic_regression([1.0, -2.0], 0.5, 23, seed=new_seed(rng))
    run(student, X, y, 0.001, 3, batch_size=5)
    run(student, X, y, 0.001, 4)


@check(
    "run_with_lr",
    about="how",
    hints=[
        "What kind of numbers is asked for, and in what?",
        "`print(type(losses), type(losses[0]))`: a list, and a float in it.",
        "`torch.tensor(0.5)` is a tensor with one number in it; `torch.tensor(0.5).item()` is the float.",
    ],
)
def test_losses_are_a_list_of_floats(student: Student) -> None:
    """The losses are a list of Python floats, and no tensors or arrays."""
    judge_floats(ask(student, "run_with_lr", *orthogonal_examples(), 0.01, 2, batch_size=4), RUN)


@check(
    "run_with_lr",
    weight=3,
    hints=[
        "Write down the gradient of the sum of (ŷ − y)² with respect to one weight. Which factors?",
        "Compare with the text: nothing is halved here, and nothing divided by the number of examples. Does the "
        "gradient start at zero in each step?",
        "One example x = 1, y = 3, from w = b = 0 with lr 0.1: the error is −3, both gradients are −6, so w = b "
        "= 0.6. The loss falls from 9 to 3.24.",
    ],
)
def test_a_step_uses_the_gradient_of_the_sum(student: Student) -> None:
    """With all examples in one minibatch, the loss shrinks from step to step just as the formula says."""
    got = run(student, *orthogonal_examples(), 0.03, 6, batch_size=8)
    judge_course(got, 0.25 + (got[0] - 0.25) * (1 - 2 * 0.03 * 8) ** (2 * torch.arange(6)))


@check(
    "run_with_lr",
    about="form",
    hints=[
        "With which parameters is a minibatch's loss measured: before or after its step?",
        "Compare the first loss with the mean of y² over its minibatch, which is what zeros predict.",
        "With labels 1 and 3 in the first minibatch and a start at zeros, the first loss is (1 + 9) / 2 = 5, at "
        "any learning rate.",
    ],
)
def test_a_loss_is_recorded_before_its_step(student: Student) -> None:
    """The first loss is that of the untrained model, whatever the learning rate."""
    X, y = orthogonal_examples()
    slow, fast = (float(run(student, X, y, lr, 1, batch_size=8)[0]) for lr in (1e-4, 0.02))
    if not is_close(fast, slow, rtol=0.2):
        fail(f"The first loss is {slow:.4g} at lr=0.0001 and {fast:.4g} at lr=0.02; "
             "before the first step they are the same.")  # fmt: skip


def notebook_examples(rng: torch.Generator, num_examples: int = 1000) -> tuple[torch.Tensor, torch.Tensor]:
    """Return new examples with the notebook's parameters."""
    return synthetic_regression([2.0, -3.4], 4.2, num_examples, seed=new_seed(rng))


def end_over_begin(losses: torch.Tensor) -> float:
    """Return the last tenth's mean over the first tenth's; infinite where a loss is not finite."""
    if not bool(torch.isfinite(losses).all()):
        return math.inf
    tenth = len(losses) // 10
    return float(losses[-tenth:].mean() / losses[:tenth].mean())


@check(
    "run_with_lr",
    weight=2,
    hints=[
        "Follow lr from the argument into the step.",
        "Print w after the first step for two learning rates, from the same start: how do the two steps compare?",
        "A step at 0.002 is twice as long as one at 0.001. If the two runs are alike, the number in the step is "
        "not the caller's.",
    ],
)
def test_small_learning_rates_are_slow_or_converge(student: Student, rng: torch.Generator) -> None:
    """In one epoch over 1,000 examples, 0.001 is slow and 0.01 converges."""
    X, y = notebook_examples(rng)
    slow, fast = (run(student, X, y, lr, 1, batch_size=10) for lr in (0.001, 0.01))
    show_curve("Losses at lr=0.01", fast.tolist(), x_label="step", y_label="loss", band="run_with_lr.losses")
    at_slow = end_over_begin(slow)
    ended = "the last tenth's mean loss is {value}"
    assert_below(
        float(fast[-10:].mean()) / 0.01**2, "run_with_lr.rest_at_0.01",
        message=f"At lr=0.01 {ended} times the noise's 0.0001; it should have converged.",
    )  # fmt: skip
    assert_below(
        at_slow, "run_with_lr.end_at_0.001",
        message=f"At lr=0.001 {ended} of the first tenth's; it should have come down further.",
    )  # fmt: skip
    assert_below(
        1 / at_slow if at_slow > 0 else math.inf, "run_with_lr.fall_at_0.001",
        message=f"At lr=0.001 the last tenth's mean loss is {at_slow:.3g} of the first tenth's; it should be slow.",
    )  # fmt: skip


@check(
    "run_with_lr",
    weight=2,
    hints=[
        "What does your loop do with a loss that is not finite, and after it?",
        "Compare the number of losses of an exploding run with that of a calm one: do they agree, and are the "
        "last ones `inf` or `nan`?",
        "`float('inf') - float('inf')` is `nan`, and nothing stops there: the list goes on. What breaks off, "
        "skips or clips in your loop?",
    ],
)
def test_large_learning_rates_diverge(student: Student, rng: torch.Generator) -> None:
    """At 0.1 and 1 the losses explode; inf and nan are recorded, and the run goes on to its end."""
    # Of epochs with 100 steps one in a hundred survives 0.1; of epochs with 1,000 steps none does.
    for lr, num_examples in ((0.1, 10_000), (1.0, 1000)):
        X, y = notebook_examples(rng, num_examples)
        told = student.run(exploding_losses, features=X, labels=y, lr=lr)
        if told["raised"]:
            fail(f"At lr={lr} the run raises {told['raised']!r}; expected its losses, those that are not finite "
                 "among them.")  # fmt: skip
        got, expected = series(told["losses"], RUN), num_examples // 10
        exploded = len(got) > 1 and not float(got[-1]) <= float(got[0])
        if exploded and len(got) < expected:
            fail(f"At lr={lr} there are {len(got)} losses; expected {expected}, those that are not finite among them.")
        judge_count(got, num_examples, 1, 10)
        ratio, largest = end_over_begin(got), float(got.abs().max())
        if not ratio > 1:
            fail(f"At lr={lr} the last tenth's mean loss is {ratio:.3g} of the first tenth's; it should have exploded.")
        if lr == 1.0 and largest <= torch.finfo(torch.float32).max:  # float64 goes on beyond
            fail(f"At lr={lr} the squared errors soon are too large for float32, but no loss of {expected} is, the "
                 f"largest {largest:.3g}; expected inf or nan from there on.")  # fmt: skip


# classify_run


def verdict(losses: Sequence[float]) -> str:
    """Return what became of a run, as the notebook defines it."""
    tenth = max(1, len(losses) // 10)
    first, last = sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth
    if not all(map(math.isfinite, losses)) or last > first:
        return "diverged"
    return "converged" if last < 0.01 * first else "slow"


def judge_verdicts(student: Student, runs: Mapping[str, Sequence[float]]) -> None:
    """Fail unless each run, by its description, is classified rightly."""
    verdicts = [ask(student, "classify_run", list(losses)) for losses in runs.values()]
    for told, name, losses in zip(verdicts, runs, runs.values(), strict=True):
        if not isinstance(told, str) or told != verdict(losses):
            said = repr(told) if isinstance(told, str) else f"no string but {type(told).__name__}"
            fail(f"{name}: classify_run says {said}; expected {verdict(losses)!r}.")


@check(
    "classify_run",
    weight=2,
    hints=[
        "Which two means are compared, and with which factor?",
        "Print the two means, and compare them in the order of the text: risen, below a hundredth, neither.",
        'First tenth 200, last tenth 3: not above 200, and not below 2. So "slow".',
    ],
)
def test_the_three_verdicts(student: Student) -> None:
    """Runs that rise, fall a little, and fall to a thousandth."""
    steps = range(100)
    judge_verdicts(student, {
        "losses that fall to half": [8.0 - 4 * step / 99 for step in steps],
        "losses that fall to a thousandth": [500 * 0.001 ** (step / 99) for step in steps],
        "losses that fall to a twentieth": [0.05 ** (step / 99) for step in steps],
        "losses that grow, all of them finite": [1.05**step for step in steps],
        "losses far below 0.01 that fall to half": [1e-4 * (1 - step / 200) for step in steps],
    })  # fmt: skip


@check(
    "classify_run",
    weight=2,
    hints=[
        "What do comparisons with nan give?",
        "Put one `nan` into the middle of a run that converges: which of your comparisons sees it?",
        "`print(float('nan') > 1, float('nan') < 1)` says False twice: `nan` has to be asked for, as `inf` has.",
    ],
)
def test_losses_that_are_not_finite_mean_diverged(student: Student) -> None:
    """One nan or inf anywhere is enough, even where the run looks converged."""
    falling = [100 * 0.0001 ** (step / 99) for step in range(100)]
    runs = {}
    for name, value in (("nan", math.nan), ("inf", math.inf)):
        for where, place in (("at the end", 99), ("in the middle", 50), ("at the start", 2)):
            runs[f"one {name} {where}"] = [*falling[:place], value, *falling[place + 1 :]]
        runs[f"{name} from the middle to the end"] = [*falling[:50], *[value] * 50]
    judge_verdicts(student, runs)


@check(
    "classify_run",
    hints=[
        "How many losses make a tenth, and what is done with all of them?",
        "For 20 losses, print what you compare: means of two losses each, from both ends?",
        "Losses 1, 9, then sixteen times 6, then 8, 2: the tenths have the means 5 and 5. The first and the "
        'last alone would say 1 and 2, "diverged".',
    ],
)
def test_tenths_are_compared_and_not_single_losses(student: Student) -> None:
    """One lucky or unlucky minibatch at either end does not decide."""
    judge_verdicts(student, {
        "a converged run whose last loss is high": [10.0] * 50 + [0.01] * 49 + [0.5],
        "a slow run whose last loss is tiny": [10.0] * 50 + [2.0] * 49 + [0.001],
        "a slow run whose first loss is tiny": [0.5] + [10.0] * 49 + [5.0] * 50,
        "a run that converges in its last tenth": [10.0] * 90 + [0.05] * 10,
        "a tenth with one high loss in it": [1.0] * 50 + [0.001] * 49 + [2.0],
    })  # fmt: skip


# irreducible_loss


def judge_floors(student: Student, stds: Sequence[float]) -> None:
    """Fail unless the losses are σ²/2."""
    floors = [ask(student, "irreducible_loss", std) for std in stds]
    for std, got in zip(stds, floors, strict=True):
        name = f"irreducible_loss({std:g})"
        assert_close(one_number(got, name), std**2 / 2, name=name, atol=1e-12)


@check(
    "irreducible_loss",
    weight=2,
    hints=[
        "What is the mean of ε² when ε has mean 0 and standard deviation σ?",
        "Compare with a simulation: the mean of `(0.5 * torch.randn(100_000)) ** 2`, and what the loss makes of it.",
        "Noise of −2 or 2, each half of the time, has the standard deviation 2. Its square is always 4, and "
        "half of it is 2.",
    ],
)
def test_irreducible_loss_of_the_notebook(student: Student) -> None:
    """At a standard deviation of 0.01 it is 0.00005, and at 0.3 it is 0.045."""
    judge_floors(student, (0.01, 0.3))


@check(
    "irreducible_loss",
    about="how",
    hints=[
        "What kind of number is asked for?",
        "`print(type(irreducible_loss(0.5)))`: is it `float`?",
    ],
)
def test_irreducible_loss_is_a_float(student: Student) -> None:
    """The loss is a Python float, and no tensor or array."""
    judge_float(ask(student, "irreducible_loss", 0.2), "irreducible_loss(0.2)")


# least_squares_slope


def judge_slope(student: Student, x: torch.Tensor, y: torch.Tensor, name: str) -> None:
    """Fail unless the slope minimises the squared error of a line through the origin."""
    got = one_number(ask(student, "least_squares_slope", x, y), f"the slope of {name}")
    right = float((x.double() @ y.double()) / (x.double() @ x.double()))
    if not is_close(got, right, rtol=1e-4, atol=1e-6):
        fail(f"The slope of {name} is {got:.5g}; the summed squared error is smallest at {right:.5g}.")


@check(
    "least_squares_slope",
    weight=2,
    hints=[
        "Put your slope into J'(w): is it zero?",
        "Write J'(w) out as a sum over the points, set it to zero, and bring w to one side: which two sums are there?",
        "Points (1, 3) and (2, 4): the sum 1·(w − 3) + 2·(2w − 4) is 5w − 11, zero at w = 2.2.",
    ],
)
def test_slope_of_the_published_points(student: Student) -> None:
    """At x = 0, 1, 2, 3 with labels 0, 1, 2, 3.1 the best slope is 14.3/14."""
    x, y = torch.tensor([0.0, 1.0, 2.0, 3.0]), torch.tensor([0.0, 1.0, 2.0, 3.1])
    judge_slope(student, x, y, "the four points")


@check(
    "least_squares_slope",
    hints=[
        "Which points should count for more: those near the origin or those far from it?",
        "Compare with the mean of all y/x: there each point counts alike, and one near the origin can spoil it.",
        "Points (1, 5) and (10, 20): the mean of the slopes 5 and 2 is 3.5, but the best slope is 205/101, about 2.03.",
    ],
)
def test_slope_of_noisy_points(student: Student, rng: torch.Generator) -> None:
    """Points that scatter about a steep falling line."""
    x = 0.5 + 4 * torch.rand(30, generator=rng)
    judge_slope(student, x, -2.5 * x + torch.randn(30, generator=rng), "30 noisy points")


@check(
    "least_squares_slope",
    about="how",
    hints=[
        "What kind of number is asked for?",
        "`print(type(least_squares_slope(x, y)))`: a tensor with one number is not yet a `float`.",
    ],
)
def test_slope_is_a_float(student: Student) -> None:
    """The slope is a Python float, and no tensor or array."""
    x, y = torch.tensor([1.0, 2.0, -1.0]), torch.tensor([2.0, 3.0, 1.0])
    judge_float(ask(student, "least_squares_slope", x, y), "least_squares_slope(x, y)")


# real_function


def judge_real_labels(student: Student, X: torch.Tensor, true_w: torch.Tensor, true_b: float) -> None:
    """Fail unless the labels are those without noise, flat or as a column."""
    got = ask(student, "real_function", X, true_w, true_b)
    if isinstance(got, torch.Tensor) and got.shape == (len(X), 1):
        got = got.reshape(-1)
    right = X.double() @ true_w.double() + true_b
    assert_close(got, right, name="real_function(X, true_w, true_b)", rtol=1e-4, atol=1e-4)


@check(
    "real_function",
    weight=2,
    hints=[
        "Compare the published line with w and b, sign by sign.",
        "Take a row of zeros: only the bias is left. Then a row with a single 1: which weight comes, with which sign?",
        "With w = (5, −2) and b = 1 the row (2, 3) gives 10 − 6 + 1 = 5.",
    ],
)
def test_real_function_of_the_notebook(student: Student, rng: torch.Generator) -> None:
    """With w = (2, −3.4) and b = 4.2, every value is the label without its noise."""
    judge_real_labels(student, torch.randn(20, 2, generator=rng), torch.tensor([2.0, -3.4]), 4.2)


@check(
    "real_function",
    weight=2,
    hints=[
        "Does every number come from the arguments?",
        "Look for numbers in your function: are there any that the arguments should bring?",
        "The row (1, 1) gives 6 with w = (2, 3), b = 1, and 0 with w = (2, −3), b = 1: if yours gives the same "
        "twice, it does not look.",
    ],
)
def test_real_function_of_other_parameters(student: Student, rng: torch.Generator) -> None:
    """Other weights and another bias give other values."""
    judge_real_labels(student, torch.randn(12, 2, generator=rng), torch.tensor([-1.5, 0.75]), -2.25)


# plot_training


@probe
def drawn(student, losses, X, y, y_hat, needs_grad, options):
    """What stands on the figure's axes, from left to right; the figure is closed again."""
    from matplotlib import pyplot

    def series_of(ax):
        found = [(line.get_label(), line.get_xydata()) for line in ax.get_lines()]
        found += [(points.get_label(), points.get_offsets()) for points in ax.collections]
        return [
            {"label": str(label), "points": np.array(np.ma.filled(np.ma.asarray(points, dtype=float), np.nan))}
            for label, points in found
        ]

    def words_of(legend):
        return [str(text.get_text()) for text in legend.get_texts()] if legend is not None else []

    open_before = set(pyplot.get_fignums())
    try:
        figure = student.plot_training(losses, X, y, y_hat.requires_grad_() if needs_grad else y_hat, **options)
        if not (hasattr(figure, "axes") and hasattr(figure, "savefig")):
            return {"type": type(figure).__name__, "axes": None}
        shared = [word for legend in figure.legends for word in words_of(legend)]
        axes = sorted(figure.axes, key=lambda ax: (ax.get_position().x0, -ax.get_position().y0))
        return {
            "type": type(figure).__name__,
            "axes": [
                {
                    "title": str(" ".join(ax.get_title(side) for side in ("left", "center", "right")).strip()),
                    "legend": [str(word) for word in (*words_of(ax.get_legend()), *shared)],
                    "begins": float(ax.get_position().x0),
                    "series": series_of(ax),
                }
                for ax in axes
            ],
        }
    finally:
        for number in set(pyplot.get_fignums()) - open_before:
            pyplot.close(number)


Panel = Mapping[str, Any]


def panels(
    student: Student, losses: Sequence[float], X: torch.Tensor, y: torch.Tensor, y_hat: torch.Tensor, *,
    needs_grad: bool = False, sample_size: int | None = None,
) -> tuple[Panel, Panel]:  # fmt: skip
    """Return what stands on the left and the right axes, or fail."""
    options = {} if sample_size is None else {"sample_size": sample_size}
    with told_refusal("requires grad", message="Matplotlib refused to draw: {refusal}"):
        got = student.run(drawn, losses=list(losses), X=X, y=y, y_hat=y_hat, needs_grad=needs_grad, options=options)
    if got["axes"] is None:
        fail(f"plot_training returned {got['type']}; expected the figure.")
    if len(got["axes"]) != 2:
        fail(f"The figure has {len(got['axes'])} axes; expected two.")
    for panel in got["axes"]:
        for each in panel["series"]:
            each["points"] = points(each["points"], f"what is drawn as {each['label']!r}")
    left, right = got["axes"]
    return left, right


def has_losses(panel: Panel, losses: Sequence[float]) -> bool:
    """Return whether a series of a panel is the losses, all of them in order."""
    return any(
        len(each["points"]) == len(losses) and np.allclose(each["points"][:, 1], losses, rtol=1e-5, equal_nan=True)
        for each in panel["series"]
    )


def points_on(panel: Panel) -> str:
    """Return in words how many points the series of a panel have."""
    sizes = [str(len(each["points"])) for each in panel["series"][:6]]
    return f"there are {' and '.join(sizes) or 'no'} points"


def rows_of(values: np.ndarray, among: torch.Tensor) -> np.ndarray | None:
    """Return, for each value, its place in a tensor of different numbers; None where one is not there."""
    numbers_there = among.detach().reshape(-1).double().numpy()
    order = numbers_there.argsort()
    above = np.searchsorted(numbers_there[order], values).clip(0, len(order) - 1)
    neighbours = order[np.stack([(above - 1).clip(0), above])]
    gaps = np.abs(numbers_there[neighbours] - values)
    nearest = np.where(gaps[0] <= gaps[1], neighbours[0], neighbours[1])
    return nearest if len(values) and bool((gaps.min(axis=0) < 1e-5).all()) else None


@check(
    "plot_training",
    hints=[
        "What does plt.subplots give back, and which part of it is asked for?",
        "`figure = plot_training(…)`: print `type(figure)`, `len(figure.axes)` and `[ax.get_title() for ax in "
        "figure.axes]`.",
        "`plt.subplots(1, 3)` gives a figure and three axes side by side. What is drawn on is the axes; what is "
        "returned is the figure.",
    ],
)
def test_plot_has_two_titled_axes(student: Student, rng: torch.Generator) -> None:
    """A figure comes back, with two axes side by side, and each has a title."""
    X, y, y_hat, losses = run_to_draw(rng, 30)
    left, right = panels(student, losses, X, y, y_hat)
    if right["begins"] - left["begins"] < 0.1:  # of the figure's width
        fail("One of the two axes is above the other; expected them side by side.")
    untitled = [side for side, panel in (("left", left), ("right", right)) if not panel["title"]]
    if untitled:
        fail(f"There is no title on the {' and the '.join(untitled)} axes.")


@check(
    "plot_training",
    weight=2,
    hints=[
        "Which list goes into which axes, and how much of it?",
        "Compare `figure.axes[0].lines[0].get_ydata()` with the losses that you passed: as many, in the same order?",
        "Losses 3, 1, 2 make a line through 3, 1 and 2, from left to right: not sorted, not smoothed, none left out.",
    ],
)
def test_losses_are_on_the_left(student: Student, rng: torch.Generator) -> None:
    """The left axes show all losses in order."""
    X, y, y_hat, losses = run_to_draw(rng, 30)
    judge_losses_drawn(student, losses, X, y, y_hat)


def judge_losses_drawn(
    student: Student, losses: Sequence[float], X: torch.Tensor, y: torch.Tensor, y_hat: torch.Tensor,
    sample_size: int | None = None,
) -> None:  # fmt: skip
    """Fail unless the losses stand on the left axes."""
    left, right = panels(student, losses, X, y, y_hat, sample_size=sample_size)
    if not has_losses(left, losses):
        other = "; they are on the right axes" if has_losses(right, losses) else ""
        fail(f"No series on the left axes has the {len(losses)} losses as its heights: {points_on(left)}{other}.")


def judge_labels_drawn(
    student: Student, X: torch.Tensor, y: torch.Tensor, y_hat: torch.Tensor, *,
    sample_size: int | None = None, needs_grad: bool = False,
) -> None:  # fmt: skip
    """Fail unless true and predicted labels of the right number of examples stand on the right axes."""
    expected = min(len(X), sample_size or 100)
    _, right = panels(student, [3.0, 2.0, 1.0, 0.5], X, y, y_hat, needs_grad=needs_grad, sample_size=sample_size)
    found: dict[str, list[Any]] = {"true": [], "predicted": []}
    for each in right["series"]:
        for kind, values in (("true", y), ("predicted", y_hat)):
            for axis in (1, 0):
                rows = rows_of(each["points"][:, axis], values)
                if rows is not None:
                    found[kind].append((each, rows, each["points"][:, 1 - axis], axis))
                    break
    for kind in found:
        if not found[kind]:
            fail(f"No series on the right axes has the {kind} labels as its heights: {points_on(right)}.")
    for kind, drawings in found.items():
        for _, rows, across, _ in drawings:
            if len(rows) != expected:
                fail(f"{len(rows)} {kind} labels are drawn; expected {expected} of {len(X)} with "
                     f"sample_size={sample_size or 100}.")  # fmt: skip
            features = [rows_of(across, column) for column in X.T]
            if all(place is None for place in features):
                continue  # against something else than a feature
            if not any(place is not None and bool((place == rows).all()) for place in features):
                fail(f"The {kind} labels are drawn over other examples' features.")
    true, predicted = ({frozenset(rows.tolist()) for _, rows, *_ in found[kind]} for kind in ("true", "predicted"))
    if not true & predicted:
        fail("The predicted labels are those of other examples than the true ones.")
    lying, standing = ([each for drawings in found.values() for each, *_, place in drawings if place == axis]
                       for axis in (0, 1))  # fmt: skip
    # One series of both, predictions over labels, is not at odds with itself.
    if lying and standing and not any(each is other for each in lying for other in standing):
        fail("One series has its labels to the right, the other one upwards.")
    judge_legend(right["legend"], found)


PREDICTED: Final = ("pred", "estim", "hat", "ŷ", "model", "fit")
TRUE: Final = ("true", "truth", "real", "actual", "observ", "target", "measured")


def judge_legend(legend: Sequence[str], found: Mapping[str, Sequence[Any]]) -> None:
    """Fail unless a legend tells the two kinds of labels apart, and the right way round."""
    if len({word for word in legend if word.strip()}) < 2:
        fail("On the right axes no legend names two series.")
    for kind, other, words, others in (("true", "predicted", TRUE, PREDICTED), ("predicted", "true", PREDICTED, TRUE)):
        for each, *_ in found[kind]:
            label = each["label"].lower()
            both = any(each is drawing for drawing, *_ in found[other])
            if any(word in label for word in others) and not any(word in label for word in words) and not both:
                fail(f"The {kind} labels are called {each['label']!r}.")


def run_to_draw(rng: torch.Generator, num_examples: int, num_losses: int = 250) -> tuple[Any, Any, Any, list[float]]:
    """Return (n, 2) features, (n, 1) labels and predictions, all numbers different, and losses."""
    X = torch.randn(num_examples, 2, generator=rng)
    places = torch.randperm(2 * num_examples, generator=rng) / 10  # 0.1 apart
    y, y_hat = places[:num_examples].reshape(-1, 1), places[num_examples:].reshape(-1, 1) + 0.05
    losses = (0.1 + torch.rand(num_losses, generator=rng)).tolist()
    return X, y, y_hat, losses


@check(
    "plot_training",
    weight=2,
    hints=[
        "Which two series does the right axes need, and how are they told apart?",
        "Count what is on `figure.axes[1]`: two series with equally many dots, each with a text of its own in "
        "the legend.",
        "For one example with the feature 2, the label 5 and the prediction 4 there are two dots, (2, 5) and (2, 4).",
    ],
)
def test_predicted_and_true_labels_are_on_the_right(student: Student, rng: torch.Generator) -> None:
    """The right axes show predicted and true labels of the same examples, with a legend."""
    X, y, y_hat, _ = run_to_draw(rng, 40)
    judge_labels_drawn(student, X, y, y_hat)


@check(
    "plot_training",
    hints=[
        "How many examples does the caller want to see?",
        "Count the dots of each series for 30 examples and `sample_size=7`.",
        "`torch.arange(5)[:3]` has three elements and `torch.arange(2)[:3]` has two: a slice takes what there "
        "is. Feature, label and prediction need the same rows.",
    ],
)
def test_at_most_sample_size_examples_are_drawn(student: Student, rng: torch.Generator) -> None:
    """Of 150 examples 100 are drawn by default, and 20 where the caller says so."""
    X, y, y_hat, _ = run_to_draw(rng, 150)
    judge_labels_drawn(student, X, y, y_hat)
    judge_labels_drawn(student, X, y, y_hat, sample_size=20)


@check(
    "plot_training",
    hints=[
        "What does matplotlib need of a tensor that belongs to a graph?",
        "Try `torch.ones(3, requires_grad=True).numpy()` and read the message: it names what has to come first.",
    ],
)
def test_predictions_may_require_gradients(student: Student, rng: torch.Generator) -> None:
    """Predictions straight from a model, which require gradients, are drawn as well."""
    X, y, y_hat, _ = run_to_draw(rng, 25)
    judge_labels_drawn(student, X, y, y_hat, needs_grad=True)


# break_classify_run

LONGEST = 1000


def by_ends(losses: Sequence[float]) -> str:
    """Return what the function given in the notebook says of a run."""
    first, last = losses[0], losses[-1]
    if not all(map(math.isfinite, losses)) or last > first:
        return "diverged"
    return "converged" if last < 0.01 * first else "slow"


def not_in_tenths(losses: Sequence[float]) -> str | None:
    """Return that a run cannot be cut into tenths, if so."""
    return f"There are {len(losses)} losses; return 10, 20, 30 or more." if len(losses) % 10 else None


@check(
    "break_classify_run",
    hints=[
        "What may the loss of a single minibatch be?",
        "Let one loss, the first or the last, be far from its neighbours: which of the two functions notices?",
    ],
)
def test_both_verdicts_disagree(student: Student) -> None:
    """Of the losses returned, `classify_by_ends` says something else than the right verdict."""
    arguments = {"losses": a_list(LONGEST, infinite=True)}
    assert_breaks(student, "break_classify_run", arguments, given=by_ends, right=verdict, refuse=not_in_tenths)
