"""Hidden checks of `linear_regression`: other sizes, other numbers, and the edges."""

import torch
from coursedata import synthetic_regression

from autograder.checks.linear_regression.visible_checks import (
    TRAIN_NEEDS,
    drawn,
    epochs_of,
    features_and_labels,
    fitted,
    judge_losses,
    losses,
    losses_of,
    mean_loss,
    parameters,
    predicted,
    trained,
    update,
)
from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_below,
    assert_close,
    assert_shape,
    check,
    fail,
    is_close,
    new_seed,
    numbers,
    pair_of_tensors,
    probe,
)

# synthetic_data


@check("synthetic_data", hint="Does every size come from the arguments?")
def test_synthetic_data_of_other_sizes(student: Student) -> None:
    """One feature, one example, and seven features have the right shapes."""
    for num_examples, num_features in ((30, 1), (1, 1), (1, 3), (20, 7)):
        got = student.run(drawn, w=torch.ones(num_features), b=0.5, num_examples=num_examples)
        X, y = pair_of_tensors(got, "synthetic_data(w, b, num_examples)")
        assert_shape(X, (num_examples, num_features), name="X")
        assert_shape(
            y, (num_examples, 1), name="y",
            mistakes={"synthetic_data_flat_labels": (num_examples,)},
        )  # fmt: skip


@check("synthetic_data", hint="Does every number come from the arguments?")
def test_synthetic_labels_of_another_model(student: Student, rng: torch.Generator) -> None:
    """Five other weights and a negative bias are found again in the examples."""
    w = 3 * torch.randn(5, generator=rng)
    X, y = features_and_labels(student.run(drawn, w=w, b=-7.5, num_examples=1000), 1000, 5)
    zero = torch.zeros(1)
    assert_close(
        fitted(X, y).reshape(-1), torch.cat([w, zero - 7.5]), name="(w, b) fitted to your examples",
        rtol=0, atol=0.3, mistakes={"synthetic_data_ignores_bias": torch.cat([w, zero])},
    )  # fmt: skip


# data_iter


@probe
def one_epoch_of_views(student, batch_size, num_examples):
    """One epoch over features and labels that are strided views of a wider table."""
    table = torch.arange(3.0 * num_examples).reshape(3, num_examples).t()
    features, labels = table[:, ::2], table[:, 1:2]
    minibatches = iter(student.data_iter(batch_size, features, labels))
    pairs = (next(minibatches, None) for _ in range(2 * num_examples))  # an iterator without end is cut off
    return [[X.clone(), y.clone()] for X, y in (pair for pair in pairs if pair is not None)]


@check("data_iter", hint="What are the smallest and the largest minibatch that can be asked for?")
def test_minibatches_of_one_and_of_all(student: Student) -> None:
    """Minibatches of one example, of all of them, and of more than there are hand out each example once."""
    cases = ((7, 1, [1] * 7), (7, 7, [7]), (7, 50, [7]), (1, 1, [1]), (23, 8, [8, 8, 7]))
    for num_examples, batch_size, sizes in cases:
        [run] = epochs_of(student, num_examples, batch_size)
        asked = f"{num_examples} examples in minibatches of {batch_size}"
        if [len(batch) for batch in run] != sizes:
            dropped = [len(batch) for batch in run] == [size for size in sizes if size == batch_size]
            fail(f"{asked} came in sizes {[len(batch) for batch in run][:12]}; expected {sizes}.",
                 *["data_iter_drops_last"] * dropped)  # fmt: skip
        if sorted(number for batch in run for number in batch) != list(range(num_examples)):
            fail(f"{asked}: not every example came exactly once.")


@check("data_iter", hint="Does the function rely on how its arguments lie in memory?")
def test_minibatches_of_views(student: Student) -> None:
    """Features and labels that are views of another tensor are handed out unchanged and in step."""
    got = student.run(one_epoch_of_views, batch_size=4, num_examples=9)
    if not isinstance(got, list):
        fail("data_iter gave no minibatches.")
    pairs = [pair_of_tensors(batch, f"minibatch {place}") for place, batch in enumerate(got)]
    if not pairs or any(X.dim() != 2 or y.dim() != 2 or len(X) != len(y) for X, y in pairs):
        fail("The minibatches are not pairs of (batch, 2) features and (batch, 1) labels.")
    rows = torch.cat([torch.cat([X, y], dim=1) for X, y in pairs])
    table = torch.arange(27.0).reshape(3, 9).T[:, [0, 2, 1]]
    assert_shape(rows, (9, 3), name="all minibatches together, features beside labels,")
    assert_close(rows[rows[:, 0].argsort()], table, name="all minibatches together, in order of their first feature,")


# linreg


@probe
def predicted_from_views(student, X, w, b):
    """Predictions from strided views of the arguments."""
    wide = torch.stack([X, -X], dim=-1)[..., 0]
    tall = torch.cat([w, -w], dim=1)[:, :1]
    return student.linreg(wide.t().contiguous().t(), tall, b)


@check("linreg", hint="Which sizes does your function take for granted?")
def test_linreg_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, one feature, and many of both are predicted."""
    for num_examples, num_features in ((1, 1), (1, 4), (6, 1), (50, 20)):
        X = torch.randn(num_examples, num_features, generator=rng)
        w, b = torch.randn(num_features, 1, generator=rng), torch.tensor([-1.5])
        got = student.run(predicted, X=X, w=w, b=b)["y_hat"]
        assert_close(
            got, X @ w + b, name=f"linreg of {num_examples} examples with {num_features} features",
            mistakes={"linreg_ignores_bias": X @ w, "linreg_flat": (X @ w + b).reshape(-1)},
        )  # fmt: skip


@check("linreg", hint="Does the function rely on how its arguments lie in memory?")
def test_linreg_of_views(student: Student, rng: torch.Generator) -> None:
    """Arguments that are views of other tensors are predicted alike."""
    X, w, b = torch.randn(6, 3, generator=rng), torch.randn(3, 1, generator=rng), torch.tensor([0.25])
    assert_close(
        student.run(predicted_from_views, X=X, w=w, b=b), X @ w + b, name="linreg of views",
        mistakes={"linreg_ignores_bias": X @ w, "linreg_flat": (X @ w + b).reshape(-1)},
    )  # fmt: skip


# squared_loss


@check("squared_loss", hint="What is the shape of the difference when there is one example?")
def test_loss_of_one_example(student: Student) -> None:
    """A minibatch of one keeps its shape (1, 1), whatever the shape of the label."""
    y_hat, y = torch.tensor([[2.5]]), torch.tensor([[-1.5]])
    for label in (y, y.reshape(1)):
        loss = student.run(losses_of, y_hat=y_hat, y=label)["loss"]
        judge_losses(loss, y_hat, y)


@check("squared_loss", hint="Does every example's loss depend on its own label only?")
def test_loss_of_many_examples(student: Student, rng: torch.Generator) -> None:
    """Large and tiny errors of 200 examples give their own losses, for both shapes of labels."""
    y_hat = torch.randn(200, 1, generator=rng)
    y = y_hat + torch.logspace(-2, 3, 200).reshape(200, 1) * torch.randn(200, 1, generator=rng).sign()
    for label in (y, y.reshape(-1)):
        judge_losses(student.run(losses_of, y_hat=y_hat, y=label)["loss"], y_hat, y)


# sgd


@probe
def two_updates(student, start, targets, lr):
    """Where two updates lead, each with the gradient of the summed ½(p − target)²."""
    p = start.clone().requires_grad_()
    for _ in range(2):
        ((p - targets) ** 2 / 2).sum().backward()
        student.sgd([p], lr, len(targets))
    return p.detach()


@check("sgd", hint="Which numbers and how many parameters does your function take for granted?")
def test_step_of_other_parameters(student: Student, rng: torch.Generator) -> None:
    """One parameter or three, a minibatch of one, any learning rate: each is moved by its own gradient."""
    for shapes, lr, size in ((((4, 2), (2,), (1, 1)), 0.2, 7), (((1,),), 1.5, 1)):
        params = [torch.randn(shape, generator=rng) for shape in shapes]
        grads = [torch.randn(shape, generator=rng) for shape in shapes]
        got = update(student, params, grads, lr, size)["params"]
        for place, (param, grad, new) in enumerate(zip(params, grads, got, strict=True)):
            assert_close(new, param - lr * grad / size, name=f"parameter {place} of {len(params)} after one update")


@check("sgd", hint="What is in .grad when the second backward() starts?")
def test_two_updates_in_a_row(student: Student, rng: torch.Generator) -> None:
    """The second update uses the second gradient alone."""
    start, targets, lr = torch.tensor([5.0]), torch.randn(4, generator=rng), 0.4
    got = student.run(two_updates, start=start, targets=targets, lr=lr)
    mean = targets.mean()
    first = start - lr * (start - mean)
    assert_close(
        got, first - lr * (first - mean), name="the parameter after two updates",
        mistakes={"sgd_keeps_gradients": first - lr * (first - mean + start - mean)},
    )  # fmt: skip


# train


@check("train", weight=2, needs=TRAIN_NEEDS, hint="Does the number of features come from the data?")
def test_train_finds_other_parameters(student: Student, rng: torch.Generator) -> None:
    """With four features, five epochs of 25 larger steps find the w and b of examples without noise."""
    signs = torch.randint(2, (5,), generator=rng) * 2 - 1
    true = (signs * (1 + 3 * torch.rand(5, generator=rng))).tolist()
    X, y = synthetic_regression(true[:4], true[4], 250, noise=0.0, seed=new_seed(rng))
    options = {"lr": 0.08, "num_epochs": 5, "batch_size": 10}
    w, b = parameters(student.run(trained, features=X, labels=y, options=options), 4)
    estimated = [*w.reshape(-1).tolist(), float(b)]
    assert_below(
        max(abs(found - wanted) for found, wanted in zip(estimated, true, strict=True)), "train.other_parameter_error",
        message=f"w and b are {numbers(estimated)}; the examples were made with {numbers(true)}.",
    )  # fmt: skip


@check("train", needs=TRAIN_NEEDS, hint="Try one feature, and a batch size that does not divide the examples.")
def test_train_with_one_feature(student: Student, rng: torch.Generator) -> None:
    """205 examples of one feature in minibatches of 20, six epochs: w and b are found, with six losses."""
    X, y = synthetic_regression([-2.3], 1.7, 205, seed=new_seed(rng))
    options = {"lr": 0.2, "num_epochs": 6, "batch_size": 20}
    got = student.run(trained, features=X, labels=y, options=options)
    w, b = parameters(got, 1)
    losses(got, num_epochs=6, num_minibatches=11)
    assert_below(
        max(abs(float(w) + 2.3), abs(float(b) - 1.7)), "train.one_feature_error",
        message=f"w and b are {float(w):.4g} and {float(b):.4g}; the examples were made with -2.3 and 1.7.",
    )  # fmt: skip


@check("train", needs=TRAIN_NEEDS, hint="Try a batch size larger than the number of examples.")
def test_train_with_few_examples(student: Student, rng: torch.Generator) -> None:
    """Eight examples in minibatches of 32 are trained on: the loss falls, and the last one is right."""
    X, y = synthetic_regression([3.0, -1.0], 2.0, 8, noise=0.5, seed=new_seed(rng))
    got = student.run(trained, features=X, labels=y, options={"lr": 0.1, "num_epochs": 2, "batch_size": 32})
    w, b = parameters(got, 2)
    first, last = losses(got, num_epochs=2, num_minibatches=1)
    right = mean_loss(X, y, w, b)
    if not is_close(last, right, rtol=1e-3):
        fail(f"The last loss is {last:.4g}, but at the returned w and b the mean loss is {right:.4g}.")
    if not last < first:
        fail(f"The loss went from {first:.4g} to {last:.4g}; it should fall.")
