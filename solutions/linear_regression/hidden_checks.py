"""Hidden checks of `linear_regression`: other sizes, other numbers, and the edges."""

import torch
from coursedata import synthetic_regression

from autograder.checks.linear_regression.visible_checks import (
    TRAIN_NEEDS,
    drawn,
    epochs_of,
    judge_estimates,
    judge_labels,
    judge_last_loss,
    judge_losses,
    losses,
    parameters,
    trained,
    update,
)
from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_close,
    assert_shape,
    assert_values,
    check,
    fail,
    gradients,
    in_shape,
    new_seed,
    probe,
)

# synthetic_data


@check("synthetic_data", hints=["Does every size come from the arguments?"])
def test_synthetic_data_of_other_sizes(student: Student) -> None:
    """One feature, one example, and seven features give (n, d) features and n labels."""
    for num_examples, num_features in ((30, 1), (1, 1), (1, 3), (20, 7)):
        X, y = drawn(student, torch.ones(num_features), 0.5, num_examples)
        assert_shape(X, (num_examples, num_features), name="X")
        assert_shape(in_shape(y, (num_examples, 1)), (num_examples, 1), name="y")


@check("synthetic_data", hints=["Does every number come from the arguments?"])
def test_synthetic_labels_of_another_model(student: Student, rng: torch.Generator) -> None:
    """Five other weights and a negative bias are found again in the examples."""
    judge_labels(student, 3 * torch.randn(5, generator=rng), -7.5)


# data_iter


@check("data_iter", hints=["What are the smallest and the largest minibatch that can be asked for?"])
def test_minibatches_of_one_and_of_all(student: Student) -> None:
    """Minibatches of one example, of all of them, and of more than there are hand out each example once."""
    cases = ((7, 1, [1] * 7), (7, 7, [7]), (7, 50, [7]), (1, 1, [1]), (23, 8, [8, 8, 7]))
    for num_examples, batch_size, expected in cases:
        [run] = epochs_of(student, num_examples, batch_size)
        asked, sizes = f"{num_examples} examples in minibatches of {batch_size}", [len(batch) for batch in run]
        if sizes != expected:
            fail(f"{asked} came in sizes {sizes[:12]}; expected {expected}.")
        seen = sorted(number for batch in run for number in batch)
        if seen != list(range(num_examples)):
            fail(f"{asked}: not every example came exactly once, but those numbered {seen}.")


# linreg


@check("linreg", hints=["Which sizes does your function take for granted?"])
def test_linreg_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, one feature, and many of both are predicted."""
    for num_examples, num_features in ((1, 1), (1, 4), (6, 1), (50, 20)):
        X, w = torch.randn(num_examples, num_features, generator=rng), torch.randn(num_features, 1, generator=rng)
        b = torch.tensor([-1.5])
        y_hat, _ = gradients(student, "linreg", X, w, b, of=(1, 2))
        assert_values(y_hat, X @ w + b, name=f"linreg of {num_examples} examples with {num_features} features")


# squared_loss


@check("squared_loss", hints=["What is the shape of the difference when there is one example?"])
def test_loss_of_one_example(student: Student) -> None:
    """A minibatch of one keeps its shape (1, 1), whatever the shape of the label."""
    for label in (torch.tensor([[-1.5]]), torch.tensor([-1.5])):
        judge_losses(student, torch.tensor([[2.5]]), label)


@check("squared_loss", hints=["Does every example's loss depend on its own label only?"])
def test_loss_of_many_examples(student: Student, rng: torch.Generator) -> None:
    """Large and tiny errors of 200 examples give their own losses, for both shapes of labels."""
    y_hat = torch.randn(200, 1, generator=rng)
    y = y_hat + torch.logspace(-2, 3, 200).reshape(200, 1) * torch.randn(200, 1, generator=rng).sign()
    for label in (y, y.reshape(-1)):
        judge_losses(student, y_hat, label)


# sgd


@probe
def two_updates(student, start, targets, lr):
    """Where two updates lead, each with the gradient of the summed ½(p − target)²."""
    p = start.clone().requires_grad_()
    for _ in range(2):
        ((p - targets) ** 2 / 2).sum().backward()
        student.sgd([p], lr, len(targets))
    return p.detach()


@check("sgd", hints=["Which numbers and how many parameters does your function take for granted?"])
def test_step_of_other_parameters(student: Student, rng: torch.Generator) -> None:
    """One parameter or three, a minibatch of one, any learning rate: each is moved by its own gradient."""
    for shapes, lr, size in ((((4, 2), (2,), (1, 1)), 0.2, 7), (((1,),), 1.5, 1)):
        params, grads = ([torch.randn(shape, generator=rng) for shape in shapes] for _ in range(2))
        after = update(student, params, grads, lr, size).values
        for place, (param, grad, new) in enumerate(zip(params, grads, after, strict=True)):
            assert_close(new, param - lr * grad / size, name=f"parameter {place} of {len(params)} after one update")


@check("sgd", hints=["What is in .grad when the second backward() starts?"])
def test_two_updates_in_a_row(student: Student, rng: torch.Generator) -> None:
    """The second update uses the second gradient alone."""
    start, targets, lr = torch.tensor([5.0]), torch.randn(4, generator=rng), 0.4
    got = student.run(two_updates, start=start, targets=targets, lr=lr)
    mean = targets.mean()  # each update shrinks the distance from it by 1 − lr
    assert_close(got, mean + (1 - lr) ** 2 * (start - mean), name="the parameter after two updates")


# train


@check("train", weight=2, needs=TRAIN_NEEDS, hints=["Does the number of features come from the data?"])
def test_train_finds_other_parameters(student: Student, secret_rng: torch.Generator) -> None:
    """With four features, five epochs of 25 larger steps find the w and b of examples without noise."""
    signs = torch.randint(2, (5,), generator=secret_rng) * 2 - 1
    true = (signs * (1 + 3 * torch.rand(5, generator=secret_rng))).tolist()
    X, y = synthetic_regression(true[:4], true[4], 250, noise=0.0, seed=new_seed(secret_rng))
    w, b = parameters(trained(student, X, y, lr=0.08, num_epochs=5, batch_size=10), 4)
    judge_estimates([*w.reshape(-1).tolist(), float(b)], true, "train.other_parameter_error")


@check("train", needs=TRAIN_NEEDS, hints=["Try one feature, and a batch size that does not divide the examples."])
def test_train_with_one_feature(student: Student, rng: torch.Generator) -> None:
    """205 examples of one feature in minibatches of 20, six epochs: w and b are found, with six losses."""
    X, y = synthetic_regression([-2.3], 1.7, 205, seed=new_seed(rng))
    got = trained(student, X, y, lr=0.2, num_epochs=6, batch_size=20)
    w, b = parameters(got, 1)
    losses(got, num_epochs=6)
    judge_estimates([float(w), float(b)], [-2.3, 1.7], "train.one_feature_error")


@check("train", needs=TRAIN_NEEDS, hints=["Try few examples, and minibatches that do not divide them."])
def test_train_with_few_examples(student: Student, rng: torch.Generator) -> None:
    """Eight examples in minibatches of 5 are trained on: the loss falls, and the last one is right."""
    X, y = synthetic_regression([3.0, -1.0], 2.0, 8, noise=0.5, seed=new_seed(rng))
    got = trained(student, X, y, lr=0.05, num_epochs=2, batch_size=5)
    first, last = losses(got, num_epochs=2)
    judge_last_loss(last, X, y, *parameters(got, 2))
    if not last < first:
        fail(f"The loss went from {first:.4g} to {last:.4g}; it should fall.")
