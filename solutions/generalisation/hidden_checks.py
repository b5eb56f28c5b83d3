"""Hidden checks of `generalisation`: other sizes, other numbers, and the edges."""

import torch
from coursedata import synthetic_regression

from autograder.checks.generalisation.visible_checks import (
    TRAIN_NEEDS,
    dropped,
    four_parts,
    joined,
    judge_kept,
    judge_rest,
    judge_split,
    losses,
    powers,
    ridge,
    trained,
)
from autograder.checks.linear_regression.visible_checks import descent, judge_estimates, parameters
from autograder.judging.student import Student
from autograder.judging.suite import (
    ask,
    assert_close,
    assert_values,
    check,
    fail,
    gradients,
    is_close,
    new_seed,
    numbers,
)

# train_validation_split


@check("train_validation_split", hints=["Which of the two is nearer: the whole number below, or above?"])
def test_other_fractions_are_rounded(student: Student, rng: torch.Generator) -> None:
    """Other fractions, none and all included, are rounded to the nearest whole number of examples."""
    for num_examples, fraction, expected in ((100, 0.29, 29), (7, 0.4, 3), (10, 0.0, 0), (10, 1.0, 10), (1, 0.3, 0)):
        judge_split(student, rng, num_examples, fraction, expected)


@check("train_validation_split", hints=["Does your function know how many axes a label has?"])
def test_labels_and_images_of_any_shape(student: Student, rng: torch.Generator) -> None:
    """Images (n, 1, 4, 4) and flat integer labels (n,) are split, too."""
    labels = torch.arange(12)
    features = labels.float().reshape(12, 1, 1, 1).expand(12, 1, 4, 4).clone()
    X_train, y_train, X_val, y_val = four_parts(
        ask(student, "train_validation_split", features, labels, 0.5, new_seed(rng))
    )
    for X, y in ((X_train, y_train), (X_val, y_val)):
        if X.numel() != 6 * 16 or y.numel() != 6:
            fail(f"Of 12 images a part has shape {tuple(X.shape)}, its labels {tuple(y.shape)}; expected 6 of each.")
        if not is_close(X.reshape(6, 16)[:, 5].double(), y.reshape(6).double()):
            fail("An image came with another image's label.")


# polynomial_features


@check("polynomial_features", hints=["What are the smallest degree and the smallest number of examples?"])
def test_other_degrees(student: Student, rng: torch.Generator) -> None:
    """Degree 1, one example, zeros and degree 9 are right, too."""
    for x, degree in ((torch.randn(5, generator=rng), 1), (torch.tensor([-1.5]), 3), (torch.zeros(4), 2),
                      (2 * torch.rand(30, generator=rng) - 1, 9)):  # fmt: skip
        got = ask(student, "polynomial_features", x, degree)
        assert_values(got, powers(x, degree), name=f"the table of {len(x)} numbers' powers up to {degree}")


# l2_penalty


@check("l2_penalty", hints=["Which shapes of w does your function take for granted?"])
def test_penalty_of_other_shapes(student: Student, rng: torch.Generator) -> None:
    """Weights of any shape have their penalty; that of zeros is 0."""
    for shape in ((1, 1), (7,), (3, 4)):
        w = torch.randn(shape, generator=rng)
        penalty, [grad] = gradients(student, "l2_penalty", w, of=(0,))
        assert_values(penalty, (w**2).sum() / 2, name=f"l2_penalty of shape {tuple(shape)}")
        if grad is None or not is_close(grad, w):
            fail(f"Of weights of shape {tuple(shape)} the gradient is not w.")
    assert_values(ask(student, "l2_penalty", torch.zeros(3, 1)), 0.0, name="l2_penalty of zeros")


# train_ridge


@check("train_ridge", weight=2, needs=TRAIN_NEEDS, hints=["Try one feature, a far bias, and a strong weight_decay."])
def test_rest_with_one_feature_and_strong_decay(student: Student, secret_rng: torch.Generator) -> None:
    """One feature, a bias far from 0 and weight_decay=3: full batches end at the ridge solution."""
    b = 5 + 5 * float(torch.rand(1, generator=secret_rng))
    X, y = synthetic_regression([-4.0], b, 25, noise=0.3, seed=new_seed(secret_rng))
    judge_rest(student, X, y, weight_decay=3.0, lr=0.2, num_epochs=80)


@check(
    "train_ridge",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=["Is weight_decay the same number in every step, however long it is?"],
)
def test_decay_does_not_depend_on_the_batch_size(student: Student, secret_rng: torch.Generator) -> None:
    """Small steps on minibatches of 8 of 64 examples end near the ridge solution, too."""
    X, y = synthetic_regression([2.0, -1.0], 0.5, 64, noise=0.1, seed=new_seed(secret_rng))
    end = joined(*parameters(trained(student, X, y, 0.5, 0.05, 25, batch_size=8), 2)).reshape(-1).tolist()
    judge_estimates(end, ridge(X, y, 0.5).reshape(-1).tolist(), "train_ridge.minibatch_error", "the ridge solution is")


@check("train_ridge", needs=TRAIN_NEEDS, hints=["Compare your function's first line with that of the stub."])
def test_batch_size_is_10_where_none_is_given(student: Student, rng: torch.Generator) -> None:
    """Left out, batch_size is 10: ten examples are one minibatch, and eleven are two."""
    X, y = synthetic_regression([3.0, -2.0], 2.5, 11, noise=0.5, seed=new_seed(rng))

    def descends(rows: int, rtol: float) -> bool:
        got = trained(student, X[:rows], y[:rows], 0.2, 0.05, 3)
        return is_close(losses(got, 3), descent(X[:rows], y[:rows], *parameters(got, 2), 0.05, 3, 0.2), rtol=rtol)

    if not descends(10, 1e-3):
        fail("Called without batch_size, train_ridge does not take ten examples as one minibatch.")
    if descends(11, 2e-5):
        fail("Called without batch_size, train_ridge takes eleven examples as one minibatch; expected ten and one.")


# dropout


@check("dropout", hints=["Which shapes of X does your function take for granted?"])
def test_other_shapes_and_probabilities(student: Student, rng: torch.Generator) -> None:
    """Flat vectors and images keep their shape, and nothing but zeros and scaled elements is in them."""
    for shape, p in (((300,), 0.1), ((6, 1, 8, 8), 0.6), ((1, 200), 0.9)):
        X = 1 + torch.rand(shape, generator=rng)
        [Y] = dropped(student, X, p)
        right = torch.where(Y == 0, torch.zeros(()).double(), X.double() / (1 - p))
        assert_close(Y, right, name=f"dropout(X, {p:g}) of shape {tuple(shape)}")
        if bool((Y == 0).all()) or not bool((Y == 0).any()):
            fail(f"Of {X.numel()} elements at p={p:g} none or all were dropped.")


@check("dropout", hints=["Which values may an activation have?"])
def test_negative_values_are_treated_alike(student: Student) -> None:
    """Negative elements are dropped and scaled as positive ones are."""
    X = torch.cat([torch.full((50, 40), -2.0), torch.full((50, 40), 3.0)])
    [Y] = dropped(student, X, 0.5)
    found = sorted(set(Y.reshape(-1).tolist()))
    if not is_close(found, [-4.0, 0.0, 6.0]):
        fail(f"From −2 and 3 at p=0.5 came the values {numbers(found[:8])}; expected −4, 0 and 6.")


# keep_epoch


@check("keep_epoch", hints=["Try one epoch, losses that only fall, and losses that only rise."])
def test_other_losses(student: Student, rng: torch.Generator) -> None:
    """One epoch, losses that only fall or only rise, negative ones, and long random ones."""
    for val_losses, patience in (
        ([4.0], 1), ([4.0, 3.0, 2.0, 1.0], 2), ([1.0, 2.0, 3.0, 4.0], 2), ([-1.0, -2.0, -1.5], 4), ([1e6, 1e5, 2e5], 1)
    ):  # fmt: skip
        judge_kept(student, val_losses, patience)
    for patience in (1, 2, 3, 5):
        for _ in range(5):
            walk = torch.randn(40, generator=rng).cumsum(0) - 0.1 * torch.arange(40)
            judge_kept(student, [float(f"{value:.3f}") for value in walk], patience)
