"""Hidden checks of `linear_regression_concise`: other sizes, other numbers, and the edges."""

import numpy as np
import torch
from coursedata import synthetic_regression

from autograder.checks.linear_regression.visible_checks import judge_estimates, listed
from autograder.checks.linear_regression_concise.visible_checks import (
    are_numbers,
    epoch_losses,
    fit,
    judge_bias,
    judge_curve,
    judge_curve_net,
    judge_size,
    judge_sizes,
    judge_slope,
    judge_steps,
    linear_modules,
    loaded,
    points_around_the_parabola,
    train,
)
from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_below,
    assert_close,
    assert_shape,
    check,
    fail,
    finite,
    is_close,
    new_seed,
    numbers,
    probe,
)

# make_loader


@check("make_loader", hints=["What are the smallest and the largest minibatch that can be asked for?"])
def test_loader_with_other_sizes(student: Student) -> None:
    """Minibatches of one, of all examples and of sizes that leave a rest, in either order."""
    for num_examples, batch_size in ((6, 1), (6, 6), (7, 5), (1, 1), (23, 8)):
        for shuffle in (True, False):
            for found in loaded(student, num_examples, batch_size, 2, shuffle=shuffle):
                judge_sizes(found, num_examples, batch_size)


# make_linear


@check("make_linear", hints=["Which sizes does your function take for granted?"])
def test_linear_modules_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One input, seven inputs, one example and many: the bias is 0 and predictions are Xw."""
    for num_inputs, num_examples in ((1, 4), (7, 1), (20, 50)):
        X = torch.randn(num_examples, num_inputs, generator=rng)
        for net in linear_modules(student, num_inputs, X, count=2):
            judge_size(net, num_inputs)
            judge_bias(net)
            assert_close(net["y_hat"], X @ net["weights"], name="net(X)", atol=1e-6)


# train_concise


@check("train_concise", weight=2, hints=["Does a step depend on how many examples its minibatch has?"])
def test_steps_over_several_minibatches(student: Student) -> None:
    """Equal examples in minibatches of 4, 4 and 2, five epochs: fifteen steps of the same length."""
    # All examples are x = (1, −1), y = 3: the one error shrinks by 1 − 2 lr |x|² a step; |x|² = 3 with the bias.
    X, y = torch.tensor([[1.0, -1.0]]).repeat(10, 1), torch.full((10, 1), 3.0)
    start = torch.tensor([0.5, 0.5, 0.0])
    theta, _ = train(student, X, y, batch_size=4, lr=0.01, num_epochs=5, start=start)
    # The best fit that can be reached from the start moves along (1, −1, 1) alone.
    judge_steps(theta, start, start + torch.tensor([1.0, -1.0, 1.0]), lr=0.01, num_steps=15, curvature=3.0)


@check("train_concise", hints=["How many examples has the last minibatch, and how much do they count?"])
def test_losses_over_uneven_minibatches(student: Student, rng: torch.Generator) -> None:
    """With 10 examples in minibatches of 4 a loss is the mean over all examples, each of which counts alike."""
    X, y = torch.randn(10, 2, generator=rng), torch.randn(10, 1, generator=rng)
    y[8:] += 10.0  # far off, in the short minibatch
    start = torch.tensor([0.5, -0.5, 0.25])
    _, got = train(student, X, y, batch_size=4, lr=1e-8, num_epochs=2, start=start, shuffle=False)
    right = float(((X.double() @ start[:2, None].double() + start[2] - y) ** 2).mean())
    if not is_close(losses := epoch_losses(got, 2), [right, right], rtol=1e-3):
        fail(f"Where steps are too short to change anything, the losses are {numbers(losses)}; expected {right:.4g}, "
             "the mean over all examples, each time.")  # fmt: skip


@check("train_concise", hints=["Does anything in your function take the number of features or examples for granted?"])
def test_train_concise_on_other_data(student: Student, secret_rng: torch.Generator) -> None:
    """Five features, 205 examples in minibatches of 20: w and b are found."""
    signs = torch.randint(2, (6,), generator=secret_rng) * 2 - 1
    true = (signs * (1 + 2 * torch.rand(6, generator=secret_rng))).tolist()
    X, y = synthetic_regression(true[:5], true[5], 205, seed=new_seed(secret_rng))
    theta, got = train(student, X, y, batch_size=20, lr=0.1, num_epochs=8)
    losses = epoch_losses(got, 8)
    judge_estimates(theta.tolist(), true, "train_concise.other_error")
    if not losses[-1] < 0.1 * losses[0]:
        fail(f"The losses go from {losses[0]:.4g} to {losses[-1]:.4g}; they should fall.")


@probe
def trained_network(student, features, labels, lr, num_epochs):
    """What train_concise makes of a module with a hidden layer: its mean squared error before and after."""
    net = torch.nn.Sequential(torch.nn.Linear(features.shape[1], 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
    examples = torch.utils.data.TensorDataset(features, labels)
    with torch.no_grad():
        before = ((net(features) - labels) ** 2).mean().item()
    student.train_concise(net, torch.utils.data.DataLoader(examples, batch_size=16, shuffle=True), lr, num_epochs)
    with torch.no_grad():
        return {"before": float(before), "after": float(((net(features) - labels) ** 2).mean().item())}


@check("train_concise", hints=["Which parameters did the optimiser get?"])
def test_train_concise_trains_any_module(student: Student, rng: torch.Generator) -> None:
    """A module with a hidden layer is trained as well."""
    X, y = synthetic_regression([1.0, -2.0, 0.5], 3.0, 320, noise=0.1, seed=new_seed(rng))
    got = student.run(trained_network, features=X, labels=y, lr=0.02, num_epochs=6)
    before, after = (float(got[when]) for when in ("before", "after"))
    message = f"The mean squared error of a network with a hidden layer went from {before:.3g} to {after:.3g}."
    assert_below(after / before if before > 0 else 1.0, "train_concise.network", message=message)


# fit_slope_numpy


@check("fit_slope_numpy", weight=2, hints=["Does every number come from the arguments?"])
def test_slopes_of_other_points(student: Student, rng: torch.Generator) -> None:
    """One point, a slope of zero, noisy points, a learning rate that is too large, one step and forty."""
    x = torch.randn(50, generator=rng, dtype=torch.float64).numpy()
    noise = torch.randn(50, generator=rng, dtype=torch.float64).numpy()
    cases = (
        ("One point", np.array([2.0]), np.array([-3.0]), 0.05, 4),
        ("Points without a slope", np.array([1.0, -1.0, 2.0]), np.array([1.0, 1.0, 0.0]), 0.1, 5),
        ("50 noisy points", x, 1.5 * x + noise, 0.2, 40),
        ("A learning rate that is too large", np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), 0.25, 8),
        ("One step", np.array([1.0, 3.0]), np.array([2.0, 5.0]), 0.03, 1),
    )
    for name, points, heights, lr, num_epochs in cases:
        judge_slope(student, points, heights, lr, num_epochs, name)


# CurveNet


@check("CurveNet", hints=["Which sizes does your module take for granted?"])
def test_curve_nets_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One hidden unit and fifty, one point and many, far from zero."""
    for num_hidden, num_points in ((50, 1), (3, 200), (1, 12)):
        judge_curve_net(student, [num_hidden], 10 * torch.randn(num_points, 1, generator=rng))


@probe
def two_curve_nets(student):
    """Predictions of two new networks, before and after the first one is changed."""
    x = torch.linspace(-1, 1, 7).reshape(-1, 1)
    first, second = student.CurveNet(8), student.CurveNet(8)
    with torch.no_grad():
        before = second(x)
        for param in first.parameters():
            param.add_(1.0)
        return {"before": before, "after": second(x), "first": first(x)}


@check("CurveNet", hints=["To whom do the layers belong: to the class or to each object?"])
def test_curve_nets_are_independent(student: Student) -> None:
    """Two networks have parameters of their own."""
    got = student.run(two_curve_nets)
    for key in ("before", "after"):
        assert_shape(got[key], (7, 1), name="the output for 7 points")
    if not is_close(got["before"], got["after"]):
        fail("Changing one network has changed another: the other's first prediction went from "
             f"{numbers(got['before'][:1])} to {numbers(got['after'][:1])}.")  # fmt: skip


# fit_curve


@check("fit_curve", weight=2, hints=["Which network, and which points, does your function train with?"])
def test_fit_curve_on_other_points(student: Student, rng: torch.Generator) -> None:
    """40 points in any order, 30 hidden units, 400 steps."""
    x, y = points_around_the_parabola(rng, 40)
    order = torch.randperm(40, generator=rng)
    grid = torch.linspace(-0.95, 0.95, 50).reshape(-1, 1)
    got = fit(student, x[order], y[order], 0.05, 400, num_hidden=30, shown=grid)
    judge_curve(got, grid, "fit_curve.other_error")


@check("fit_curve", needs=("CurveNet",), hints=["Does your CurveNet learn, when your fit_curve trains it?"])
def test_fit_curve_trains_your_curve_net(student: Student, rng: torch.Generator) -> None:
    """Your own CurveNet(40) comes close to the parabola."""
    x, y = points_around_the_parabola(rng)
    # Slow enough for parameters drawn from N(0, 1), too.
    judge_curve(fit(student, x, y, 0.03, 500, own=True), x, "fit_curve.own_error")


@probe
def fitted_line(student, x, y, lr, num_steps):
    """What fit_curve returns for the line 2 x."""
    net = torch.nn.Linear(1, 1)
    torch.nn.init.constant_(net.weight, 2.0)
    torch.nn.init.zeros_(net.bias)
    return student.fit_curve(net, x, y, lr, num_steps)


@check("fit_curve", about="how", hints=["What does the list hold that you return, and from which moment?"])
def test_fit_curve_returns_its_losses(student: Student, rng: torch.Generator) -> None:
    """Where numbers come back, it is one loss before each step, the first that of the network as it came."""
    x, y = points_around_the_parabola(rng, 30)
    got = student.run(fitted_line, x=x, y=y, lr=0.05, num_steps=40)
    losses = listed(got)
    if not are_numbers(losses):
        return
    if not are_numbers(got):
        fail("The losses are tensors or an array; expected a list of floats.")
    if len(losses) != 40:
        fail(f"For 40 steps {len(losses)} losses came back; expected one a step.")
    first, last = finite(torch.tensor([losses[0], losses[-1]], dtype=torch.float64), "the losses").tolist()
    right = float(((2 * x.double() - y.double()) ** 2).mean())
    if not is_close(first, right, rtol=1e-3):
        fail(f"The first loss is {first:.4g}; before the first step the network's mean squared error is {right:.4g}.")
    if not last < first:
        fail(f"The losses go from {first:.4g} to {last:.4g}; they should fall.")
