"""Hidden checks of `training_dynamics`: other sizes, other numbers, and the edges."""

import math

import torch
from coursedata import synthetic_regression

from autograder.checks.training_dynamics.visible_checks import (
    judge_course,
    judge_floors,
    judge_labels_drawn,
    judge_losses_drawn,
    judge_real_labels,
    judge_slope,
    judge_smoothing,
    judge_verdicts,
    run,
    run_to_draw,
)
from autograder.judging.student import Student
from autograder.judging.suite import (
    ask,
    ask_unchanged,
    assert_below,
    check,
    fail,
    is_close,
    log_ratio,
    new_seed,
    numbers,
)

# smoothed_losses


@check("smoothed_losses", hints=["Which values of constant does your formula take for granted?"])
def test_smoothing_with_other_constants(student: Student, rng: torch.Generator) -> None:
    """Constants from 0.005 to 1 are followed; with 1 nothing is smoothed."""
    losses = (4 + 3 * torch.randn(60, generator=rng)).tolist()
    for constant in (0.005, 0.5, 0.9, 1.0):
        judge_smoothing(ask(student, "smoothed_losses", losses, constant=constant), losses, constant)


@check("smoothed_losses", hints=["What changes when there are very many losses, or one?"])
def test_smoothing_of_one_loss_and_of_thousands(student: Student, rng: torch.Generator) -> None:
    """One loss stays what it is, 3,000 are followed to the end, and the caller's list is left alone."""
    for size in (1, 3000):
        losses = (10 * torch.rand(size, generator=rng)).tolist()
        got = ask_unchanged(student, "smoothed_losses", losses, names=["losses"], constant=0.05)
        judge_smoothing(got, losses, 0.05)


# run_with_lr


@check(
    "run_with_lr",
    weight=2,
    hints=["What does a minibatch's size change, and with what does an epoch begin?"],
)
def test_steps_over_short_minibatches_and_epochs(student: Student) -> None:
    """25 equal examples in minibatches of 10, 10 and 5, twice: each step is as long as its examples make it."""
    # Of equal examples the order does not matter, and the one error shrinks by 1 − 2 lr |x|² size.
    X = torch.tensor([[1.0, -1.0]]).repeat(25, 1)
    y = torch.full((25, 1), 4.0)
    got = run(student, X, y, 0.004, 2)
    factors = [(1 - 2 * 0.004 * 3 * size) ** 2 for size in (10, 10, 5)] * 2
    judge_course(got, got[0] * torch.tensor([1.0, *factors[:-1]], dtype=torch.float64).cumprod(0))


@check("run_with_lr", hints=["Follow one example through an epoch: in how many minibatches is it?"])
def test_an_epoch_takes_each_example_once(student: Student) -> None:
    """At a learning rate of 0 and one example a minibatch, the losses are those of all examples, in some order."""
    y = torch.arange(10.0, 30.0).reshape(-1, 1)
    got = run(student, torch.zeros(20, 2), y, 0.0, 2, batch_size=1)
    for epoch in got.reshape(2, 20):
        errors = epoch.clamp(min=0).sqrt().sort().values
        if not is_close(errors.diff(), torch.ones(19), atol=1e-2):
            fail(f"The errors of 20 examples with labels 10 to 29 should be 1 apart; yours are {numbers(errors)}.")


@check("run_with_lr", hints=["Over how many examples is the mean of a short minibatch taken?"])
def test_the_mean_of_a_short_minibatch(student: Student) -> None:
    """At a learning rate of 0 and with equal examples, every minibatch has the same mean, also the short one."""
    got = run(student, torch.zeros(7, 1), torch.full((7, 1), 6.0), 0.0, 2, batch_size=3)
    if not is_close(got, got[0].expand(6), rtol=1e-3):
        fail(f"The minibatches of 3, 3 and 1 equal examples have unequal losses: {numbers(got[:3])}.")


@check("run_with_lr", weight=2, hints=["Does the number of features come from the data?"])
def test_runs_with_other_numbers_of_features(student: Student, rng: torch.Generator) -> None:
    """With one feature and with five, the losses come down to the noise."""
    for true, bias in (([1.7], -2.0), ([2.0, -1.0, 0.5, 3.0, -2.5], 5.0)):
        X, y = synthetic_regression(true, bias, 600, noise=0.5, seed=new_seed(rng))
        got = run(student, X, y, 0.002, 5, batch_size=16)
        last = float(got[-38:].mean())
        message = f"With {len(true)} features the last epoch's mean loss is {last:.3g}; the noise alone makes 0.25."
        assert_below(log_ratio(last, 0.25), "run_with_lr.floor", message=message)


# classify_run


@check("classify_run", hints=["Where exactly do the borders between the three words lie?"])
def test_verdicts_near_the_borders(student: Student) -> None:
    """Just below and above 1 %, as good at the end as at the beginning, and a little worse."""
    judge_verdicts(student, {
        "an end at 0.98 % of the beginning": [100.0] * 150 + [0.98] * 50,
        "an end at 1.02 % of the beginning": [100.0] * 150 + [1.02] * 50,
        "an end as good as the beginning": [2.0] * 100,
        "an end one percent worse than the beginning": [2.0] * 100 + [2.02] * 100,
        "an end one percent better than the beginning": [2.0] * 100 + [1.98] * 100,
    })  # fmt: skip


@check("classify_run", hints=["Does every number of losses and every kind of infinity work?"])
def test_verdicts_on_short_and_long_runs(student: Student) -> None:
    """10 and 5,000 losses; −inf; a run that explodes in the middle and comes back."""
    judge_verdicts(student, {
        "10 losses, the last of them tiny": [5.0] * 9 + [0.01],
        "10 losses, the last of them larger": [5.0] * 9 + [6.0],
        "10 losses, all but the first tiny": [5.0] + [0.01] * 9,
        "20 losses that fall to a tenth": [1.0] * 10 + [0.1] * 10,
        "5,000 losses with a mountain in the middle": [1.0] * 2000 + [1e6] * 1000 + [0.001] * 2000,
        "one −inf": [5.0] * 49 + [-math.inf] + [0.01] * 50,
        "inf in the first tenth": [math.inf] * 10 + [1.0] * 90,
        "a middle that lies above both ends": [1.0] * 10 + [50.0] * 80 + [0.9] * 10,
    })  # fmt: skip


# irreducible_loss


@check("irreducible_loss", weight=2, hints=["Does your function follow noise_std, whatever it is?"])
def test_irreducible_loss_of_other_noise(student: Student) -> None:
    """Without noise nothing is left; at a standard deviation of 3 it is 4.5."""
    judge_floors(student, (0.0, 3.0, 1.5, 1e-4, 40.0))


# least_squares_slope


@check("least_squares_slope", hints=["Which points does your formula take for granted?"])
def test_slopes_of_few_and_of_negative_points(student: Student, rng: torch.Generator) -> None:
    """One point, features of both signs, a slope of zero, and a thousand points."""
    one, none = torch.tensor([-2.0]), torch.tensor([1.0, 2.0, 2.0])
    judge_slope(student, one, torch.tensor([3.0]), "the point (−2, 3)")
    judge_slope(student, none, torch.tensor([2.0, 1.0, -2.0]), "three points whose best slope is 0")
    for size in (7, 1000):
        x = torch.randn(size, generator=rng)
        judge_slope(student, x, 0.8 * x + 1.5 + torch.randn(size, generator=rng), f"{size} points far from the origin")


# real_function


@check("real_function", hints=["Which numbers of features and examples does your function take for granted?"])
def test_real_function_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One feature, four features, one example."""
    for num_examples, num_features in ((9, 4), (6, 1), (1, 3), (1, 1)):
        w = torch.randn(num_features, generator=rng) + torch.randn(num_features, generator=rng).sign()
        judge_real_labels(student, torch.randn(num_examples, num_features, generator=rng), w, 1.75)


# plot_training


@check("plot_training", hints=["Does your function draw what it is given, or what the notebook has lying about?"])
def test_losses_of_other_runs_are_drawn(student: Student, rng: torch.Generator) -> None:
    """More losses than examples, and fewer."""
    for num_losses, sample_size in ((400, 10), (5, 100)):
        X, y, y_hat, losses = run_to_draw(rng, 60, num_losses)
        judge_losses_drawn(student, losses, X, y, y_hat, sample_size=sample_size)


@check("plot_training", hints=["What are the shapes of a column and of a flat tensor when you draw them?"])
def test_labels_of_either_shape_are_drawn(student: Student, rng: torch.Generator) -> None:
    """Labels and predictions (n,) or (n, 1), and two features or three."""
    X, y, y_hat, _ = run_to_draw(rng, 35)
    wide = torch.cat([X, X[:, :1] + 100], dim=1)
    judge_labels_drawn(student, X, y.reshape(-1), y_hat.reshape(-1))
    judge_labels_drawn(student, X, y.reshape(-1), y_hat, sample_size=30)
    judge_labels_drawn(student, wide, y, y_hat.reshape(-1), needs_grad=True)


@check("plot_training", hints=["What is drawn when there are fewer examples than sample_size?"])
def test_few_examples_are_all_drawn(student: Student, rng: torch.Generator) -> None:
    """Of three examples three are drawn, of one one."""
    for num_examples in (3, 1):
        X, y, y_hat, _ = run_to_draw(rng, num_examples)
        judge_labels_drawn(student, X, y, y_hat, sample_size=50)
