"""Visible checks of `training_dynamics`: learning rates, noise, and why the loss is not zero."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from coursedata import synthetic_regression

from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_below,
    assert_close,
    check,
    fail,
    is_close,
    new_seed,
    numbers,
    one_number,
    probe,
    show_curve,
)

# smoothed_losses


@probe
def smoothed(student, losses, options):
    """The smoothed losses, and what became of the list that was passed."""
    got = student.smoothed_losses(losses, **options)
    return {"smoothed": got, "losses": losses}


def smoothing(losses: Sequence[float], c: float) -> torch.Tensor:
    """Return the exponentially weighted mean with bias correction, (n,) float64."""
    return _running(losses, c) / _total_weight(len(losses), c)


def wrong_smoothings(losses: Sequence[float], c: float) -> dict[str, torch.Tensor]:
    """Return what the known mistakes make of `losses`, (n,) float64 each."""
    n = len(losses)
    from_first = [losses[0]]
    corrected_back = [0.0]
    for t, loss in enumerate(losses, 1):
        from_first.append((1 - c) * from_first[-1] + c * loss)
        corrected_back.append(((1 - c) * corrected_back[-1] + c * loss) / (1 - (1 - c) ** t))
    return {
        "smoothed_losses_no_correction": _running(losses, c),
        "smoothed_losses_weights_swapped": _running(losses, 1 - c) / _total_weight(n, 1 - c) if c < 1 else _nothing(n),
        "smoothed_losses_starts_at_first": _float64(from_first[1:]),
        "smoothed_losses_corrects_twice": _float64(corrected_back[1:]),
        "smoothed_losses_exponent_off": _running(losses, c) / _total_weight(n + 1, c)[1:],
        "smoothed_losses_plain_mean": _float64(losses).cumsum(0) / torch.arange(1, n + 1),
        "smoothed_losses_ignores_constant": smoothing(losses, 0.01) if c != 0.01 else _nothing(n),
    }


def judge_smoothing(got: Any, losses: Sequence[float], c: float) -> None:
    """Fail unless `got` is the smoothed `losses`."""
    last = smoothing(losses, c)[-1]
    if len(losses) > 1 and (is_close(got, last) or is_close(got, last.reshape(1))):
        fail(f"There is one value for {len(losses)} losses; expected one after each loss.", "smoothed_losses_last_only")
    name = f"smoothed_losses(losses, constant={c:g})"
    values = series(got, name)
    if len(values) == len(losses) + 1:
        fail(f"{name} has {len(values)} values for {len(losses)} losses: where does the first one come from?",
             "smoothed_losses_extra_value")  # fmt: skip
    mistakes = wrong_smoothings(losses, c)
    # One loss alone has many ways to be right or wrong alike.
    assert_close(values, smoothing(losses, c), name=name, mistakes=mistakes if len(losses) > 1 else None)


@check("smoothed_losses", weight=2, hint="Do the first three values by hand, with constant 1/2.")
def test_smoothed_losses_follow_the_formula(student: Student, rng: torch.Generator) -> None:
    """Each value is the exponentially weighted mean of the losses so far."""
    losses = (2 + 3 * torch.rand(12, generator=rng)).tolist()
    judge_smoothing(student.run(smoothed, losses=losses, options={"constant": 0.2})["smoothed"], losses, 0.2)


@check("smoothed_losses", hint="What do the weights of the first value add up to?")
def test_the_first_value_is_the_first_loss(student: Student) -> None:
    """With one loss seen there is nothing to average: its smoothed value is itself."""
    losses = [5.0, 1.0, 1.0, 1.0]
    values = series(student.run(smoothed, losses=losses, options={})["smoothed"], "smoothed_losses(losses)")
    wrong = {id: value[:1] for id, value in wrong_smoothings(losses, 0.01).items() if not is_close(value[0], 5.0)}
    if not len(values):
        fail("smoothed_losses(losses) is empty.")
    assert_close(values[:1], _float64([5.0]), name="the first smoothed value", mistakes=wrong)


@check("smoothed_losses", hint="What is the weight of the newest loss when the caller names none?")
def test_the_default_constant_is_one_hundredth(student: Student, rng: torch.Generator) -> None:
    """Without a constant, 300 losses are smoothed with 0.01."""
    losses = (1 + 4 * torch.rand(300, generator=rng)).tolist()
    judge_smoothing(student.run(smoothed, losses=losses, options={})["smoothed"], losses, 0.01)


# run_with_lr


@probe
def run_losses(student, features, labels, lr, num_epochs, options):
    """What run_with_lr returns."""
    return student.run_with_lr(features, labels, lr, num_epochs, **options)


@probe
def exploding_losses(student, features, labels, lr):
    """What run_with_lr returns for one epoch, or what it raises there and not at a small learning rate."""
    try:
        return {"losses": student.run_with_lr(features, labels, lr, 1, batch_size=10), "raised": ""}
    except (ArithmeticError, AssertionError, RuntimeError, ValueError) as error:
        student.run_with_lr(features[:100], labels[:100], 1e-4, 1, batch_size=10)
        return {"losses": [], "raised": f"{type(error).__name__}: {error}"}


Update = Callable[[torch.Tensor, torch.Tensor, int], torch.Tensor]  # gradient, sum of earlier ones, batch → step


def descent(
    X: torch.Tensor, y: torch.Tensor, lr: float, num_epochs: int, batch_size: int, *,
    bias: bool = True, restart: bool = False, after: bool = False, broadcast: bool = False, record: str = "mean",
    update: Update = lambda gradient, earlier, size: gradient,
) -> torch.Tensor:  # fmt: skip
    """Return the losses of a run from zero in stored order, float64, with or without a mistake."""
    ones = torch.cat([X, torch.full((len(X), 1), float(bias))], dim=1).double()
    theta = _zeros(ones.shape[1])
    earlier = _zeros(len(theta))
    losses = []
    for _ in range(num_epochs):
        if restart:
            theta = _zeros(len(theta))
        for rows, target in zip(ones.split(batch_size), y.double().reshape(-1).split(batch_size), strict=True):
            target = target if broadcast else target[:, None]  # (batch,) against a column: every pair of examples
            error = (rows @ theta)[:, None] - target
            gradient = 2 * rows.T @ error.sum(1)
            theta = theta - lr * update(gradient, earlier, len(rows))
            earlier = earlier + gradient
            squared = ((rows @ theta)[:, None] - target if after else error) ** 2
            losses.append({"mean": squared.mean(), "sum": squared.sum(), "half": squared.mean() / 2}[record])
    return torch.stack(losses)


def wrong_descents(X: torch.Tensor, y: torch.Tensor, lr: float, num_epochs: int, batch_size: int) -> dict[str, Any]:
    """Return the losses that the known mistakes give from zero in stored order."""
    updates: Mapping[str, Update] = {
        "run_with_lr_mean_gradient": lambda gradient, earlier, size: gradient / size,
        "run_with_lr_half_gradient": lambda gradient, earlier, size: gradient / 2,
        "run_with_lr_ascends": lambda gradient, earlier, size: -gradient,
        "run_with_lr_keeps_gradients": lambda gradient, earlier, size: gradient + earlier,
        "run_with_lr_no_step": lambda gradient, earlier, size: 0 * gradient,
    }
    found = {id: descent(X, y, lr, num_epochs, batch_size, update=update) for id, update in updates.items()}
    return found | {
        "run_with_lr_restarts": descent(X, y, lr, num_epochs, batch_size, restart=True),
        "run_with_lr_ignores_bias": descent(X, y, lr, num_epochs, batch_size, bias=False),
        "run_with_lr_records_sum": descent(X, y, lr, num_epochs, batch_size, record="sum"),
        "run_with_lr_records_half": descent(X, y, lr, num_epochs, batch_size, record="half"),
        "run_with_lr_records_after": descent(X, y, lr, num_epochs, batch_size, after=True),
        "run_with_lr_broadcasts_labels": descent(X, y, lr, num_epochs, batch_size, broadcast=True),
    }


def fitting(got: torch.Tensor, wrong: Mapping[str, torch.Tensor], right: torch.Tensor) -> list[str]:
    """Return the mistakes that would give these losses, up to a small random start, and are not right."""
    named = [id for id, value in wrong.items() if is_close(got, value, rtol=0.1) and not is_close(value, right)]
    bend = got.diff().diff()  # steps of one length, all in one direction, move along a parabola
    clipped = float(bend.min()) > 2e-5 and is_close(bend, bend.mean().expand(len(bend)), rtol=0.2)
    return named + ["run_with_lr_clips_gradients"] * clipped


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
    """Return the losses of the student's run, (n,) float64."""
    got = student.run(run_losses, features=X, labels=y, lr=lr, num_epochs=num_epochs, options=options)
    return series(got, "run_with_lr(features, labels, lr, num_epochs)")


def judge_count(got: torch.Tensor, num_examples: int, num_epochs: int, batch_size: int) -> None:
    """Fail unless there is one loss for each minibatch of each epoch."""
    expected = num_epochs * math.ceil(num_examples / batch_size)
    if len(got) != expected:
        known = {
            "run_with_lr_loss_per_epoch": num_epochs,
            "run_with_lr_returns_early": expected // num_epochs,
            "run_with_lr_drops_last": num_epochs * (num_examples // batch_size),
            "run_with_lr_ignores_batch_size": num_epochs * math.ceil(num_examples / 10),
        }
        fail(f"{num_epochs} epochs of {num_examples} examples in minibatches of {batch_size} gave {len(got)} losses; "
             f"expected {expected}.", *(id for id, wrong in known.items() if len(got) == wrong))  # fmt: skip


@check("run_with_lr", hint="Where in the loops is a loss recorded, and how many minibatches are there?")
def test_one_loss_for_each_minibatch(student: Student, rng: torch.Generator) -> None:
    """23 examples in minibatches of 5 give five losses an epoch; the default is minibatches of 10."""
    X, y = synthetic_regression([1.0, -2.0], 0.5, 23, seed=new_seed(rng))
    judge_count(run(student, X, y, 0.001, 3, batch_size=5), 23, 3, 5)
    judge_count(run(student, X, y, 0.001, 4), 23, 4, 10)


@check("run_with_lr", weight=3, hint="Write down the gradient of the sum of (ŷ − y)² for one weight. Which factors?")
def test_a_step_uses_the_gradient_of_the_sum(student: Student) -> None:
    """With all examples in one minibatch, the loss shrinks from step to step just as the formula says."""
    X, y = orthogonal_examples()
    got = run(student, X, y, 0.03, 6, batch_size=8)
    judge_count(got, 8, 6, 8)
    floor, factor = 0.25, (1 - 2 * 0.03 * 8) ** 2
    right = floor + (got[0] - floor) * factor ** torch.arange(6)
    if not is_close(got, right, rtol=1e-3):
        wrong = wrong_descents(X, y, 0.03, 6, 8)
        wrong["run_with_lr_ignores_lr"] = descent(X, y, 0.01, 6, 8)
        fail("From your first loss, the steps of size lr should have led on to other losses.\n"
             f"got      {numbers(got)}\nexpected {numbers(right)}", *fitting(got, wrong, right))  # fmt: skip


@check("run_with_lr", hint="With which parameters is a minibatch's loss measured: before or after its step?")
def test_a_loss_is_recorded_before_its_step(student: Student) -> None:
    """The first loss is that of the untrained model, whatever the learning rate."""
    X, y = orthogonal_examples()
    first = []
    for lr in (1e-4, 0.02):
        got = run(student, X, y, lr, 1, batch_size=8)
        judge_count(got, 8, 1, 8)
        first.append(float(got[0]))
    if not is_close(first[1], first[0], rtol=0.2):
        after = is_close(first[1] - 0.25, (first[0] - 0.25) * (1 - 2 * 0.02 * 8) ** 2, rtol=0.2)
        fail(f"The first loss is {first[0]:.4g} at lr=0.0001 and {first[1]:.4g} at lr=0.02; "
             "before the first step they are the same.", *["run_with_lr_records_after"] * after)  # fmt: skip


def notebook_examples(rng: torch.Generator, num_examples: int = 1000) -> tuple[torch.Tensor, torch.Tensor]:
    """Return new examples with the notebook's parameters."""
    return synthetic_regression([2.0, -3.4], 4.2, num_examples, seed=new_seed(rng))


def end_over_begin(losses: torch.Tensor) -> float:
    """Return the last tenth's mean over the first tenth's; infinite where a loss is not finite."""
    if not bool(torch.isfinite(losses).all()):
        return math.inf
    tenth = len(losses) // 10
    return float(losses[-tenth:].mean() / losses[:tenth].mean())


def slow_mistakes(X: torch.Tensor, y: torch.Tensor, at_slow: float, at_fast: float) -> dict[str, bool]:
    """Return the mistakes that lead to such ratios at 0.001 and 0.01; none where the ratios are right."""
    got = (at_slow, at_fast)
    # In stored order and from zero; any order and small start come within a factor of 3.
    if _near(got, (end_over_begin(descent(X, y, 0.001, 1, 10)), end_over_begin(descent(X, y, 0.01, 1, 10)))):
        return {}
    slow, fast = (wrong_descents(X, y, lr, 1, 10) for lr in (0.001, 0.01))
    seen = {id: _near(got, (end_over_begin(slow[id]), end_over_begin(fast[id])), 1.5) for id in slow}
    return seen | {"run_with_lr_ignores_lr": _near((at_slow, at_slow), (at_fast, at_fast))}


@check("run_with_lr", weight=2, hint="Follow lr from the argument into the step.")
def test_small_learning_rates_are_slow_or_converge(student: Student, rng: torch.Generator) -> None:
    """In one epoch over 1,000 examples, 0.001 is slow and 0.01 converges."""
    X, y = notebook_examples(rng)
    slow, fast = (run(student, X, y, lr, 1, batch_size=10) for lr in (0.001, 0.01))
    for losses in (slow, fast):
        judge_count(losses, 1000, 1, 10)
    show_curve("Losses at lr=0.01", fast.tolist(), x_label="step", y_label="loss", band="run_with_lr.losses")
    at_slow, at_fast = end_over_begin(slow), end_over_begin(fast)
    named = slow_mistakes(X, y, at_slow, at_fast)
    rest = float(fast[-10:].mean()) / 0.01**2
    ended = "the last tenth's mean loss is {value}"
    assert_below(
        rest, "run_with_lr.rest_at_0.01",
        message=f"At lr=0.01 {ended} times the noise's 0.0001; it should have converged.", mistakes=named,
    )  # fmt: skip
    assert_below(
        at_slow, "run_with_lr.end_at_0.001",
        message=f"At lr=0.001 {ended} of the first tenth's; it should have come down further.", mistakes=named,
    )  # fmt: skip
    assert_below(
        1 / at_slow if at_slow > 0 else math.inf, "run_with_lr.fall_at_0.001",
        message=f"At lr=0.001 the last tenth's mean loss is {at_slow:.3g} of the first tenth's; it should be slow.",
        mistakes=named,
    )  # fmt: skip


@check("run_with_lr", weight=2, hint="What does your loop do with a loss that is not finite, and after it?")
def test_large_learning_rates_diverge(student: Student, rng: torch.Generator) -> None:
    """At 0.1 and 1 the losses explode; inf and nan are recorded, and the run goes on to its end."""
    # Of epochs with 100 steps one in a hundred survives 0.1; of epochs with 1,000 steps none does.
    for lr, num_examples in ((0.1, 10_000), (1.0, 1000)):
        X, y = notebook_examples(rng, num_examples)
        told: Any = student.run(exploding_losses, features=X, labels=y, lr=lr)
        if told["raised"]:
            fail(f"At lr={lr} the run raises {told['raised']!r}; expected its losses, those that are not finite "
                 "among them.", "run_with_lr_raises")  # fmt: skip
        got = series(told["losses"], "run_with_lr(features, labels, lr, num_epochs)")
        expected, tenth = num_examples // 10, num_examples // 100
        exploded = len(got) > 1 and not float(got[-1]) <= float(got[0])
        if exploded and len(got) < expected:
            fail(f"At lr={lr} there are {len(got)} losses; expected {expected}, those that are not finite among them.",
                 "run_with_lr_stops_early")  # fmt: skip
        judge_count(got, num_examples, 1, 10)
        ratio = end_over_begin(got)
        if not ratio > 1:
            replaced = ["run_with_lr_hides_infinity"] * (len(got[-tenth:].unique()) == 1 and ratio != 1)
            fail(f"At lr={lr} the last tenth's mean loss is {ratio:.3g} of the first tenth's; it should have exploded.",
                 *replaced)  # fmt: skip
        largest = float(got.double().abs().max())
        if lr == 1.0 and largest <= torch.finfo(torch.float32).max:  # float64 goes on beyond
            fail(f"At lr={lr} the squared errors soon are too large for float32, but no loss of {expected} is; "
                 "expected inf or nan from there on.", "run_with_lr_hides_infinity")  # fmt: skip


# classify_run


@probe
def classified(student, runs):
    """The verdict on each run."""
    return [student.classify_run(list(losses)) for losses in runs]


VERDICTS: Final = ("diverged", "converged", "slow")


def verdict(losses: Sequence[float]) -> str:
    """Return what became of a run, as the notebook defines it."""
    first, last = _tenths(losses)
    if not all(map(math.isfinite, losses)) or last > first:
        return "diverged"
    return "converged" if last < 0.01 * first else "slow"


def _ends(losses: Sequence[float], first: float, last: float, share: float = 0.01) -> str:
    if last > first:
        return "diverged"
    return "converged" if last < share * first else "slow"


def _finite_first(losses: Sequence[float], first: float, last: float) -> str:
    return _ends(losses, first, last) if all(map(math.isfinite, losses)) else "diverged"


WRONG_VERDICTS: Final[Mapping[str, Callable[[Sequence[float]], str]]] = {
    "classify_run_nan_slow": lambda losses: _ends(losses, *_tenths(losses)),
    "classify_run_nan_converged": lambda losses: _nan_falls_through(*_tenths(losses)),
    "classify_run_checks_nan_only": lambda losses: (
        "diverged" if any(map(math.isnan, losses)) else _ends(losses, *_tenths(losses))
    ),
    "classify_run_checks_last_only": lambda losses: (
        "diverged" if not math.isfinite(losses[-1]) else _ends(losses, *_tenths(losses))
    ),
    "classify_run_single_losses": lambda losses: _finite_first(losses, losses[0], losses[-1]),
    "classify_run_halves": lambda losses: _finite_first(
        losses, float(np.mean(losses[: len(losses) // 2])), float(np.mean(losses[len(losses) // 2 :]))
    ),
    "classify_run_medians": lambda losses: _finite_first(
        losses, float(np.median(losses[: len(losses) // 10])), float(np.median(losses[-len(losses) // 10 :]))
    ),
    "classify_run_one_tenth": lambda losses: (
        _ends(losses, *_tenths(losses), share=0.1) if all(map(math.isfinite, losses)) else "diverged"
    ),
    "classify_run_absolute": lambda losses: (
        "diverged" if not all(map(math.isfinite, losses)) or _tenths(losses)[1] > _tenths(losses)[0]
        else "converged" if _tenths(losses)[1] < 0.01 else "slow"
    ),
    "classify_run_rise_is_slow": lambda losses: (
        "diverged" if not all(map(math.isfinite, losses))
        else "converged" if _tenths(losses)[1] < 0.01 * _tenths(losses)[0] else "slow"
    ),
    "classify_run_filters": lambda losses: _without_infinities(losses),
    "classify_run_equal_is_diverged": lambda losses: (
        "diverged" if not all(map(math.isfinite, losses)) or _tenths(losses)[1] >= _tenths(losses)[0]
        else _ends(losses, *_tenths(losses))
    ),
}  # fmt: skip


def _without_infinities(losses: Sequence[float]) -> str:
    kept = [loss for loss in losses if math.isfinite(loss)]
    return _ends(kept, *_tenths(kept)) if kept else "diverged"


def _nan_falls_through(first: float, last: float) -> str:
    if last > first:
        return "diverged"
    return "slow" if last >= 0.01 * first else "converged"


def judge_verdicts(student: Student, runs: Mapping[str, Sequence[float]]) -> None:
    """Fail unless each run, by its description, is classified rightly."""
    got = [
        told if isinstance(told, str) else None
        for told in student.run(classified, runs=[list(losses) for losses in runs.values()])
    ]
    right = [verdict(losses) for losses in runs.values()]
    for told, is_told, expected in zip(got, runs, right, strict=True):
        if told != expected:
            named = [id for id, wrong in WRONG_VERDICTS.items() if got == [wrong(losses) for losses in runs.values()]]
            said = "no string" if told is None else repr(told)
            named += ["classify_run_other_words"] * (told is not None and told not in VERDICTS)
            fail(f"{is_told}: classify_run says {said}; expected {expected!r}.", *named)


@check("classify_run", weight=2, hint="Which two means are compared, and with which factor?")
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


@check("classify_run", weight=2, hint="What do comparisons with nan give?")
def test_losses_that_are_not_finite_mean_diverged(student: Student) -> None:
    """One nan or inf anywhere is enough, even where the run looks converged."""
    falling = [100 * 0.0001 ** (step / 99) for step in range(100)]
    runs = {}
    for name, value in (("nan", math.nan), ("inf", math.inf)):
        for where, place in (("at the end", 99), ("in the middle", 50), ("at the start", 2)):
            runs[f"one {name} {where}"] = [*falling[:place], value, *falling[place + 1 :]]
        runs[f"{name} from the middle to the end"] = [*falling[:50], *[value] * 50]
    judge_verdicts(student, runs)


@check("classify_run", hint="How many losses make a tenth, and what is done with all of them?")
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


@probe
def floors(student, stds):
    """The irreducible loss for each standard deviation."""
    return [student.irreducible_loss(std) for std in stds]


def judge_floors(student: Student, stds: Sequence[float]) -> None:
    """Fail unless the losses are σ²/2."""
    for std, got in zip(stds, student.run(floors, stds=list(stds)), strict=True):
        wrong = {
            "irreducible_loss_no_half": std**2, "irreducible_loss_not_squared": std / 2,
            "irreducible_loss_std": std, "irreducible_loss_constant": 0.00005, "irreducible_loss_zero": 0.0,
        }  # fmt: skip
        named = {id: value for id, value in wrong.items() if not is_close(value, std**2 / 2, atol=1e-12)}
        assert_close(
            one_number(got, f"irreducible_loss({std:g})"), std**2 / 2, name=f"irreducible_loss({std:g})",
            atol=1e-12, mistakes=named,
        )  # fmt: skip


@check("irreducible_loss", hint="What is the mean of ε² when ε has mean 0 and standard deviation σ?")
def test_irreducible_loss_of_the_notebook(student: Student) -> None:
    """At a standard deviation of 0.01 it is 0.00005, and at 0.3 it is 0.045."""
    judge_floors(student, (0.01, 0.3))


# least_squares_slope


@probe
def slope_of(student, x, y):
    """The slope of the least-squares line, a tensor of one element as a number."""
    got = student.least_squares_slope(x, y)
    return got.item() if isinstance(got, torch.Tensor) and got.numel() == 1 else got


def judge_slope(student: Student, x: torch.Tensor, y: torch.Tensor, name: str) -> None:
    """Fail unless the slope minimises the squared error of a line through the origin."""
    got = one_number(student.run(slope_of, x=x, y=y), f"the slope of {name}")
    x, y = x.double(), y.double()
    right = (x @ y) / (x @ x)
    ratios = (y / x)[x != 0]
    wrong = {
        "least_squares_slope_mean_of_ratios": ratios.mean(),
        "least_squares_slope_mean_of_ratios_with_zero": ratios.sum() / len(x),
        "least_squares_slope_ratio_of_sums": y.sum() / x.sum(),
        "least_squares_slope_with_intercept": (x - x.mean()) @ (y - y.mean()) / ((x - x.mean()) @ (x - x.mean())),
        "least_squares_slope_inverted": (x @ y) / (y @ y),
        "least_squares_slope_of_ends": (y[-1] - y[0]) / (x[-1] - x[0]) if len(x) > 1 else y[-1],
        "least_squares_slope_not_divided": (x @ y) / len(x),
    }
    same = {"least_squares_slope_mean_of_ratios_with_zero": "least_squares_slope_mean_of_ratios"}
    named = {same.get(id, id) for id, value in wrong.items() if is_close(got, value, rtol=1e-4, atol=1e-6)}
    if not math.isfinite(got):
        fail(f"The slope of {name} is {got}.", *["least_squares_slope_mean_of_ratios"] * bool((x == 0).any()))
    if not is_close(got, right, rtol=1e-4, atol=1e-6):
        fail(f"The slope of {name} is {got:.5g}; the summed squared error is smallest at {float(right):.5g}.",
             *sorted(named))  # fmt: skip


@check("least_squares_slope", weight=2, hint="Put your slope into J'(w): is it zero?")
def test_slope_of_the_published_points(student: Student) -> None:
    """At x = 0, 1, 2, 3 with labels 0, 1, 2, 3.1 the best slope is 14.3/14."""
    x, y = torch.tensor([0.0, 1.0, 2.0, 3.0]), torch.tensor([0.0, 1.0, 2.0, 3.1])
    judge_slope(student, x, y, "the four points")


@check("least_squares_slope", hint="Which points should count for more: those near the origin or those far from it?")
def test_slope_of_noisy_points(student: Student, rng: torch.Generator) -> None:
    """Points that scatter about a steep falling line."""
    x = 0.5 + 4 * torch.rand(30, generator=rng)
    judge_slope(student, x, -2.5 * x + torch.randn(30, generator=rng), "30 noisy points")


# real_function


@probe
def real_labels(student, X, true_w, true_b):
    """The labels without noise."""
    return student.real_function(X, true_w, true_b)


def judge_real_labels(student: Student, X: torch.Tensor, true_w: torch.Tensor, true_b: float) -> None:
    """Fail unless the labels are those without noise, flat or as a column."""
    got = student.run(real_labels, X=X, true_w=true_w, true_b=true_b)
    right = X.double() @ true_w.double() + true_b
    column = isinstance(got, torch.Tensor) and got.shape == (len(X), 1)
    constants = X.double() @ _float64([2.0, -3.4]) + 4.2 if X.shape[1] == 2 else right + 1
    flipped = X.double() @ (true_w.double() * _float64([1.0] * (len(true_w) - 1) + [-1.0])) + true_b
    unsigned = X.double() @ true_w.double().abs() + true_b
    got = got.reshape(-1) if column else got
    assert_close(
        got, right, name="real_function(X, true_w, true_b)", rtol=1e-4, atol=1e-4,
        mistakes={
            "real_function_wrong_sign": unsigned if is_close(got, unsigned) else flipped,
            "real_function_bias_subtracted": right - 2 * true_b,
            "real_function_no_bias": right - true_b,
            "real_function_constants": constants,
            "real_function_all_negative": -right,
            "real_function_elementwise": X * true_w + true_b,
        },
    )  # fmt: skip


@check("real_function", weight=2, hint="Compare the published line with w and b, sign by sign.")
def test_real_function_of_the_notebook(student: Student, rng: torch.Generator) -> None:
    """With w = (2, −3.4) and b = 4.2, every value is the label without its noise."""
    judge_real_labels(student, torch.randn(20, 2, generator=rng), torch.tensor([2.0, -3.4]), 4.2)


@check("real_function", weight=2, hint="Does every number come from the arguments?")
def test_real_function_of_other_parameters(student: Student, rng: torch.Generator) -> None:
    """Other weights and another bias give other values."""
    judge_real_labels(student, torch.randn(12, 2, generator=rng), torch.tensor([-1.5, 0.75]), -2.25)


# plot_training


@probe
def drawn(student, losses, X, y, y_hat, needs_grad, options):
    """What stands on the figure's axes, from left to right; the figure is closed again."""
    from matplotlib import pyplot

    def series_of(ax):
        found = [(line.get_label(), line.get_xydata(), True) for line in ax.get_lines()]
        found += [(points.get_label(), points.get_offsets(), False) for points in ax.collections]
        return [
            {"label": str(label), "points": np.ma.filled(np.ma.asarray(points, dtype=float), np.nan), "line": line}
            for label, points, line in found
        ]

    def words_of(legend):
        return [text.get_text() for text in legend.get_texts()] if legend is not None else []

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
                    "title": " ".join(ax.get_title(side) for side in ("left", "center", "right")).strip(),
                    "legend": words_of(ax.get_legend()) + shared,
                    "begins": float(ax.get_position().x0),
                    "series": series_of(ax),
                }
                for ax in axes
            ],
        }
    except NotImplementedError:
        raise
    except RuntimeError as error:
        if "requires grad" not in str(error):
            raise
        return {"refused": str(error)}
    finally:
        for number in set(pyplot.get_fignums()) - open_before:
            pyplot.close(number)


def panels(got: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the left and the right axes, or fail."""
    if "refused" in got:
        fail(f"Matplotlib refused to draw: {got['refused']}", "plot_training_gradients")
    if got["axes"] is None:
        is_axes = got["type"] == "Axes" or got["type"] in ("ndarray", "tuple", "list")
        known = {"NoneType": ["plot_training_returns_nothing"]}.get(
            got["type"], ["plot_training_returns_axes"] * is_axes
        )
        fail(f"plot_training returned {got['type']}; expected the figure.", *known)
    if len(got["axes"]) != 2:
        fail(
            f"The figure has {len(got['axes'])} axes; expected two.",
            *["plot_training_one_panel"] * (len(got["axes"]) == 1),
        )
    left, right = got["axes"]
    return left, right


def has_losses(panel: Mapping[str, Any], losses: Sequence[float]) -> bool:
    """Return whether a series of a panel is the losses, all of them in order."""
    wanted = np.asarray(losses, dtype=float)
    return any(
        len(each["points"]) == len(wanted)
        and np.allclose(each["points"][:, 1], wanted, rtol=1e-5, equal_nan=True)
        for each in panel["series"]
    )  # fmt: skip


def rows_of(values: np.ndarray, among: torch.Tensor) -> np.ndarray | None:
    """Return, for each value, its place in a tensor of different numbers; None where one is not there."""
    numbers_there = among.detach().reshape(-1).double().numpy()
    order = numbers_there.argsort()
    above = np.searchsorted(numbers_there[order], values).clip(0, len(order) - 1)
    neighbours = order[np.stack([(above - 1).clip(0), above])]
    gaps = np.abs(numbers_there[neighbours] - values)
    nearest = np.where(gaps[0] <= gaps[1], neighbours[0], neighbours[1])
    return nearest if len(values) and bool((gaps.min(axis=0) < 1e-5).all()) else None


@check("plot_training", hint="What does plt.subplots give back, and which part of it is asked for?")
def test_plot_has_two_titled_axes(student: Student, rng: torch.Generator) -> None:
    """A figure comes back, with two axes side by side, and each has a title."""
    X, y, y_hat, losses = run_to_draw(rng, 30)
    left, right = panels(student.run(drawn, losses=losses, X=X, y=y, y_hat=y_hat, needs_grad=False, options={}))
    if right["begins"] - left["begins"] < 0.1:  # of the figure's width
        fail("One of the two axes is above the other; expected them side by side.", "plot_training_stacked")
    untitled = [side for side, panel in (("left", left), ("right", right)) if not panel["title"]]
    if untitled:
        fail(f"There is no title on the {' and the '.join(untitled)} axes.", "plot_training_no_titles")


@check("plot_training", weight=2, hint="Which list goes into which axes, and how much of it?")
def test_losses_are_on_the_left(student: Student, rng: torch.Generator) -> None:
    """The left axes show all losses in order."""
    X, y, y_hat, losses = run_to_draw(rng, 30)
    judge_losses_drawn(student, losses, X, y, y_hat, {})


def judge_losses_drawn(
    student: Student, losses: Sequence[float], X: torch.Tensor, y: torch.Tensor, y_hat: torch.Tensor, options: Any
) -> None:
    """Fail unless the losses stand on the left axes."""
    left, right = panels(
        student.run(drawn, losses=list(losses), X=X, y=y, y_hat=y_hat, needs_grad=False, options=options)
    )
    if has_losses(left, losses):
        return
    if has_losses(right, losses):
        fail("The losses are on the right axes.", "plot_training_sides_swapped")
    cut = any(has_losses(left, losses[:size]) for size in (100, 10, len(X)) if size < len(losses))
    fail(
        f"No series on the left axes has the {len(losses)} losses as its heights.", *["plot_training_cuts_losses"] * cut
    )


def judge_labels_drawn(
    student: Student, X: torch.Tensor, y: torch.Tensor, y_hat: torch.Tensor, *,
    sample_size: int | None = None, needs_grad: bool = False,
) -> None:  # fmt: skip
    """Fail unless true and predicted labels of the right number of examples stand on the right axes."""
    options = {} if sample_size is None else {"sample_size": sample_size}
    expected = min(len(X), sample_size or 100)
    got = student.run(drawn, losses=[3.0, 2.0, 1.0, 0.5], X=X, y=y, y_hat=y_hat, needs_grad=needs_grad, options=options)
    left, right = panels(got)
    found: dict[str, list[Any]] = {"true": [], "predicted": []}
    for each in right["series"]:
        for kind, values in (("true", y), ("predicted", y_hat)):
            for axis in (1, 0):
                rows = rows_of(each["points"][:, axis], values)
                if rows is not None:
                    found[kind].append((each, rows, each["points"][:, 1 - axis], axis))
                    break
    for kind, other in (("true", "predicted"), ("predicted", "true")):
        if not found[kind]:
            swapped = any(rows_of(each["points"][:, 1], y) is not None for each in left["series"])
            named = ["plot_training_sides_swapped"] if swapped else ["plot_training_one_series"] * bool(found[other])
            fail(f"No series on the right axes has the {kind} labels as its heights.", *named)
    for kind, drawings in found.items():
        for _, rows, across, _ in drawings:
            if len(rows) != expected:
                named = ["plot_training_ignores_sample_size"] * (len(rows) in (len(X), min(100, len(X))))
                fail(f"{len(rows)} {kind} labels are drawn; expected {expected} of {len(X)} with "
                     f"sample_size={sample_size or 100}.", *named)  # fmt: skip
            features = [rows_of(across, column) for column in X.T]
            if all(place is None for place in features):
                continue  # against something else than a feature
            if not any(place is not None and bool((place == rows).all()) for place in features):
                fail(f"The {kind} labels are drawn over other examples' features.", "plot_training_out_of_step")
    lying, standing = ([each for drawings in found.values() for each, *_, place in drawings if place == axis]
                       for axis in (0, 1))  # fmt: skip
    # One series of both, predictions over labels, is not at odds with itself.
    if lying and standing and not any(each is other for each in lying for other in standing):
        fail("One series has its labels to the right, the other one upwards.", "plot_training_axes_at_odds")
    judge_legend(right["legend"], found)


PREDICTED: Final = ("pred", "estim", "hat", "ŷ", "model", "fit")
TRUE: Final = ("true", "truth", "real", "actual", "observ", "target", "measured")


def judge_legend(legend: Sequence[str], found: Mapping[str, Sequence[Any]]) -> None:
    """Fail unless a legend tells the two kinds of labels apart, and the right way round."""
    if len({word for word in legend if word.strip()}) < 2:
        fail("On the right axes no legend names two series.", "plot_training_no_legend")
    for kind, other, words, others in (("true", "predicted", TRUE, PREDICTED), ("predicted", "true", PREDICTED, TRUE)):
        for each, *_ in found[kind]:
            label = each["label"].lower()
            both = any(each is drawing for drawing, *_ in found[other])
            if any(word in label for word in others) and not any(word in label for word in words) and not both:
                fail(f"The {kind} labels are called {each['label']!r}.", "plot_training_legend_swapped")


def run_to_draw(rng: torch.Generator, num_examples: int, num_losses: int = 250) -> tuple[Any, Any, Any, list[float]]:
    """Return (n, 2) features, (n, 1) labels and predictions, all numbers different, and losses."""
    X = torch.randn(num_examples, 2, generator=rng)
    places = torch.randperm(2 * num_examples, generator=rng) / 10  # 0.1 apart
    y, y_hat = places[:num_examples].reshape(-1, 1), places[num_examples:].reshape(-1, 1) + 0.05
    losses = (0.1 + torch.rand(num_losses, generator=rng)).tolist()
    return X, y, y_hat, losses


@check("plot_training", weight=2, hint="Which two series does the right axes need, and how are they told apart?")
def test_predicted_and_true_labels_are_on_the_right(student: Student, rng: torch.Generator) -> None:
    """The right axes show predicted and true labels of the same examples, with a legend."""
    X, y, y_hat, _ = run_to_draw(rng, 40)
    judge_labels_drawn(student, X, y, y_hat)


@check("plot_training", hint="How many examples does the caller want to see?")
def test_at_most_sample_size_examples_are_drawn(student: Student, rng: torch.Generator) -> None:
    """Of 150 examples 100 are drawn by default, and 20 where the caller says so."""
    X, y, y_hat, _ = run_to_draw(rng, 150)
    judge_labels_drawn(student, X, y, y_hat)
    judge_labels_drawn(student, X, y, y_hat, sample_size=20)


@check("plot_training", hint="What does matplotlib need of a tensor that belongs to a graph?")
def test_predictions_may_require_gradients(student: Student, rng: torch.Generator) -> None:
    """Predictions straight from a model, which require gradients, are drawn as well."""
    X, y, y_hat, _ = run_to_draw(rng, 25)
    judge_labels_drawn(student, X, y, y_hat, needs_grad=True)


# Shared by checks


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
        fail(f"{name} is no list of numbers.")
    return _float64([one_number(value, f"an element of {name}") for value in got])


def _near(ratios: tuple[float, float], others: tuple[float, float], factor: float = 3.0) -> bool:
    """Whether two pairs of ratios agree within a factor."""
    return all(
        (value == other) or (value > 0 and other > 0 and abs(math.log(value / other)) < math.log(factor))
        for value, other in zip(ratios, others, strict=True)
    )


def _tenths(losses: Sequence[float]) -> tuple[float, float]:
    tenth = max(1, len(losses) // 10)
    return sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth


def _running(losses: Sequence[float], c: float) -> torch.Tensor:
    sums = [0.0]
    for loss in losses:
        sums.append((1 - c) * sums[-1] + c * loss)
    return _float64(sums[1:])


def _total_weight(n: int, c: float) -> torch.Tensor:
    return 1 - (1 - c) ** torch.arange(1, n + 1, dtype=torch.float64)


def _nothing(n: int) -> torch.Tensor:
    """Return what no answer agrees with: n times nan."""
    return torch.full((n,), math.nan, dtype=torch.float64)


def _zeros(n: int) -> torch.Tensor:
    return torch.zeros(n, dtype=torch.float64)


def _float64(values: Sequence[float]) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)
