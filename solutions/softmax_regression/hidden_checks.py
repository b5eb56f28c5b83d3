"""Hidden checks of `softmax_regression`: other sizes, other numbers, and the edges."""

from dataclasses import replace

import torch

from autograder.checks.softmax_regression import visible_checks as visible
from autograder.checks.softmax_regression.visible_checks import EPOCH_NEEDS, TRAIN_NEEDS
from autograder.judging.student import Student
from autograder.judging.suite import check, fail, is_close, numbers

# softmax


@check("softmax", hints=["Which sizes does your function take for granted?"])
def test_softmax_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One row, one class, many rows, and many classes become probabilities."""
    for n, k in ((1, 5), (4, 1), (1, 1), (50, 3), (3, 200)):
        visible.judge_probabilities(student, 3 * torch.randn(n, k, generator=rng))


@check("softmax", hints=["What is subtracted from a row that lies far below the others?"])
def test_softmax_of_rows_far_apart(student: Student, rng: torch.Generator) -> None:
    """Rows around 1000, 0 and −1000 in one matrix each give their own finite probabilities."""
    middles = torch.tensor([1000.0, -1000.0, 0.0, 500.0, -500.0, 1000.0])
    visible.judge_probabilities(student, torch.randn(6, 4, generator=rng) + middles[:, None])


@check("softmax", about="how", hints=["Does a gradient through large logits meet an inf on its way?"])
def test_gradients_of_large_logits(student: Student, rng: torch.Generator) -> None:
    """Logits around 1000 send finite gradients back, and the right ones."""
    visible.judge_gradient(student, 1000 + torch.randn(3, 5, generator=rng), torch.randn(3, 5, generator=rng))


# cross_entropy


@check("cross_entropy", hints=["Which sizes does your function take for granted?"])
def test_cross_entropy_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, two classes, many of both: one loss each, shape (n,)."""
    for n, k in ((3, 2), (40, 10), (7, 12), (1, 4)):
        visible.judge_losses(student, *visible.drawn_probabilities(n, k, rng))


@check("cross_entropy", hints=["Try a minibatch in which all labels have probability 0."])
def test_every_label_at_probability_zero(student: Student) -> None:
    """A minibatch of wrong certainties has large, finite losses; certainty that is right costs nothing."""
    for y in ([1, 2, 3, 0], [0, 1, 2, 3], [3, 1, 0, 3]):
        visible.judge_zero(student, torch.eye(4), torch.tensor(y))


# net


@check("net", needs=("softmax",), hints=["Where does the length of a row come from?"])
def test_net_of_other_images(student: Student, rng: torch.Generator) -> None:
    """Images of other sizes, colour images, and a single image are flattened too."""
    for shape, k in (((1, 1, 28, 28), 10), ((3, 4, 7), 5), ((2, 3, 5, 6), 4), ((6, 1), 2), ((1, 3), 3)):
        X = torch.randn(*shape, generator=rng)
        visible.judge_outputs(student, X, *visible.drawn_model(X[0].numel(), k, rng))


# accuracy


@check("accuracy", hints=["Which sizes does your function take for granted?"])
def test_accuracy_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, two classes, and a hundred examples of ten classes are counted."""
    many = (torch.randint(14, (100,), generator=rng) - 4).clamp(min=0).tolist()
    for ranks, k in ((many, 10), ([0, 1, 0], 2), ([0], 3), ([1], 4)):
        visible.judge_count(student, *visible.scores_with(ranks, k, rng))


# evaluate_accuracy


@check("evaluate_accuracy", needs=("accuracy",), hints=["Try minibatches of very different sizes."])
def test_accuracy_over_odd_minibatches(student: Student, rng: torch.Generator) -> None:
    """One minibatch, minibatches of one, and a huge one among small ones count every example once."""
    many = (torch.rand(60, generator=rng) < 0.4).tolist()
    for sizes, right in (
        ((3, 55, 2), many), ((2, 5), [False, False, True, True, True, True, True]),
        ((1, 1, 1, 1), [True, False, False, False]), ((9,), [True, False] * 4 + [True]),
    ):  # fmt: skip
        visible.judge_fraction(student, sizes, right, rng)


# train_epoch


@check("train_epoch", needs=EPOCH_NEEDS, hints=["Does every size and number come from the arguments?"])
def test_epochs_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One minibatch, minibatches of one, two classes or seven, small and large steps: W and b go where they should."""
    for sizes, num_inputs, num_outputs, lr in (((1, 1, 1), 5, 7, 0.8), ((12, 5), 2, 3, 0.05), ((9,), 3, 2, 0.05)):
        visible.judge_epochs(student, visible.drawn_setting(sizes, num_inputs, num_outputs, lr, rng))


@check("train_epoch", needs=EPOCH_NEEDS, hints=["What if the first minibatch is the smallest one?"])
def test_epoch_over_images_with_a_large_last_minibatch(student: Student, rng: torch.Generator) -> None:
    """Images in minibatches of 2, 3 and 16: every example counts once, and the steps are those of the means."""
    setting = visible.drawn_setting((2, 3, 16), 20, 4, 0.2, rng)
    visible.judge_epochs(student, replace(setting, X=setting.X.reshape(-1, 4, 5)))


# train


@check("train", needs=TRAIN_NEEDS, hints=["When in an epoch is the test accuracy measured, and with which parameters?"])
def test_history_of_a_single_epoch(student: Student, rng: torch.Generator) -> None:
    """One epoch, images in a DataLoader: one entry, and its test accuracy is that of the returned W and b."""
    X, y = visible.clusters(180, 12, 4, rng)
    X = X.reshape(-1, 1, 3, 4)
    test_set = X[80:], (y[80:] + (torch.arange(100) % 3 == 0)) % 4
    course = visible.Course((X[:80], y[:80]), test_set, 4, 1, 0.6, 9)
    visible.judge_history(student, course, "train.single_epoch_loss", loaded=True)


@check("train", needs=TRAIN_NEEDS, hints=["Train the same examples with a small and with a large learning rate."])
def test_learning_rate_decides_how_far_training_gets(student: Student, rng: torch.Generator) -> None:
    """A tenth of the learning rate leaves the losses of the same examples higher, as it should."""
    course = visible.drawn_course(rng, shape=(4,), num_outputs=2, num_epochs=3, lr=0.5)
    slow = replace(course, lr=0.05)
    (fast_W, *_), (slow_W, *_) = course.run(student), slow.run(student)
    if is_close(fast_W, slow_W, rtol=0, atol=0.1):
        fail(f"Learning rates 0.5 and 0.05 end in the same W, {numbers(slow_W)}.")
    visible.judge_history(student, slow, "train.slow_loss")


@check(
    "train", weight=2, needs=TRAIN_NEEDS, hints=["Try other settings than those of the visible check."], timeout_s=20
)
def test_accuracy_on_other_images_never_seen(student: Student, secret_rng: torch.Generator) -> None:
    """After eight epochs on 990 garments from a DataLoader, W and b classify images that they have never seen."""
    course, X, y = visible.course_of_garments(secret_rng, 990, num_epochs=8, lr=0.02, batch_size=20)
    visible.judge_training(student, course, X, y, "train.other_test_error", loaded=True)


# predict_labels


@check("predict_labels", needs=("softmax", "net"), hints=["Which sizes does your function take for granted?"])
def test_labels_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, two classes, and many examples get labels."""
    for *shape, k in ((1, 6, 4), (5, 3, 2), (200, 20, 10)):
        visible.judge_predictions(student, shape, k, rng)
