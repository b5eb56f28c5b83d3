"""Hidden checks of `softmax_regression`: other sizes, other numbers, and the edges."""

import torch

from autograder.checks.softmax_regression.visible_checks import (
    EPOCH_NEEDS,
    TRAIN_NEEDS,
    Course,
    Images,
    Setting,
    clear_examples,
    clusters,
    counted,
    drawn_course,
    drawn_model,
    drawn_probabilities,
    drawn_setting,
    history_of,
    judge_count,
    judge_error,
    judge_fraction,
    judge_gradient,
    judge_history,
    judge_labels,
    judge_large,
    judge_losses,
    judge_metrics,
    judge_outputs,
    judge_parameters,
    judge_probabilities,
    judge_zero,
    labels_of,
    losses_of,
    outputs,
    parameters,
    probabilities,
    run_epochs,
    scores_with,
)
from autograder.judging.student import Student
from autograder.judging.suite import assert_shape, check, fail, is_close, probe

# softmax


@probe
def probabilities_of_views(student, X):
    """Softmax of a strided view of X's numbers."""
    return student.softmax(torch.stack([X, -X], dim=-1)[..., 0].t().contiguous().t())


@check("softmax", hint="Which sizes does your function take for granted?")
def test_softmax_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One row, one class, many rows, and many classes become probabilities."""
    for n, k in ((1, 5), (4, 1), (1, 1), (50, 3), (3, 200)):
        X = 3 * torch.randn(n, k, generator=rng)
        judge_probabilities(student.run(probabilities, X=X)["out"], X)


@check("softmax", hint="Does the function rely on how its argument lies in memory?")
def test_softmax_of_views(student: Student, rng: torch.Generator) -> None:
    """Logits that are a view of another tensor become the same probabilities."""
    X = torch.randn(6, 6, generator=rng)
    judge_probabilities(student.run(probabilities_of_views, X=X), X)


@check("softmax", hint="What is subtracted from a row that lies far below the others?")
def test_softmax_of_rows_far_apart(student: Student, rng: torch.Generator) -> None:
    """Rows around 1000, 0 and −1000 in one matrix each give their own finite probabilities."""
    spread = torch.randn(6, 4, generator=rng)
    judge_large_and_sums(student, spread + torch.tensor([1000.0, -1000.0, 0.0, 500.0, -500.0, 1000.0])[:, None])


def judge_large_and_sums(student: Student, X: torch.Tensor) -> None:
    """Fail unless the rows of large logits become probabilities whose sum is 1."""
    got = student.run(probabilities, X=X)["out"]
    judge_large(got, X)
    if not is_close(torch.as_tensor(got).double().sum(dim=1), torch.ones(len(X))):
        fail("A row of probabilities does not sum to 1.", "softmax_not_normalised")


@check("softmax", hint="Does a gradient through large logits meet an inf on its way?")
def test_gradients_of_large_logits(student: Student, rng: torch.Generator) -> None:
    """Logits around 1000 send finite gradients back, and the right ones."""
    X, weights = 1000 + torch.randn(3, 5, generator=rng), torch.randn(3, 5, generator=rng)
    judge_gradient(student, X, weights)


# cross_entropy


@check("cross_entropy", hint="Which sizes does your function take for granted?")
def test_cross_entropy_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, two classes, many of both: one loss each, shape (n,)."""
    for n, k in ((3, 2), (40, 10), (7, 12), (1, 4)):
        y_hat, y = drawn_probabilities(n, k, rng)
        judge_losses(student.run(losses_of, y_hat=y_hat, y=y)["loss"], y_hat, y)


@check("cross_entropy", hint="Try a minibatch in which all labels have probability 0.")
def test_every_label_at_probability_zero(student: Student) -> None:
    """A minibatch of wrong certainties has large, finite losses; certainty that is right costs nothing."""
    y_hat = torch.eye(4)
    for y in (torch.tensor([1, 2, 3, 0]), torch.tensor([0, 1, 2, 3]), torch.tensor([3, 1, 0, 3])):
        judge_zero(student.run(losses_of, y_hat=y_hat, y=y)["loss"], y_hat, y)


# net


@check("net", needs=("softmax",), hint="Where does the length of a row come from?")
def test_net_of_other_images(student: Student, rng: torch.Generator) -> None:
    """Images of other sizes, colour images, and a single image are flattened too."""
    for shape, k in (((1, 1, 28, 28), 10), ((3, 4, 7), 5), ((2, 3, 5, 6), 4), ((6, 1), 2), ((1, 3), 1)):
        X = torch.randn(*shape, generator=rng)
        W, b = drawn_model(X[0].numel(), k, rng)
        refusal = "net_no_flatten" if len(W) == 784 else "net_fixed_size"
        judge_outputs(student.run(outputs, X=X, W=W, b=b), X, W, b, refusal)


# accuracy


@check("accuracy", hint="Which sizes does your function take for granted?")
def test_accuracy_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, two classes, and a hundred examples of ten classes are counted."""
    many = (torch.randint(14, (100,), generator=rng) - 4).clamp(min=0).tolist()
    for ranks, k in ((many, 10), ([0, 1, 0], 2), ([0], 3), ([1], 4), ([0, 0], 1)):
        y_hat, y = scores_with(ranks, k, rng)
        judge_count(student.run(counted, y_hat=y_hat, y=y), y_hat, y)


# evaluate_accuracy


@check("evaluate_accuracy", needs=("accuracy",), hint="Try minibatches of very different sizes.")
def test_accuracy_over_odd_minibatches(student: Student, rng: torch.Generator) -> None:
    """One minibatch, minibatches of one, and a huge one among small ones count every example once."""
    many = (torch.rand(60, generator=rng) < 0.4).tolist()
    cases = (
        ((3, 55, 2), many), ((2, 5), [False, False, True, True, True, True, True]),
        ((1, 1, 1, 1), [True, False, False, False]), ((9,), [True, False] * 4 + [True]),
    )  # fmt: skip
    for sizes, right in cases:
        judge_fraction(student, sizes, right, rng, loader=False)


# train_epoch


@check("train_epoch", needs=EPOCH_NEEDS, hint="Does every size and number come from the arguments?")
def test_epochs_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One minibatch, minibatches of one, two classes or seven, small and large steps: W and b go where they should."""
    for sizes, num_inputs, num_outputs, lr in (((1, 1, 1), 5, 7, 0.8), ((12, 5), 2, 3, 0.05), ((9,), 3, 2, 0.05)):
        setting = drawn_setting(sizes, num_inputs, num_outputs, lr, rng)
        got = run_epochs(student, setting)
        judge_parameters(got, setting)
        judge_metrics(got["returned"][0], setting.epoch(), setting)


@check("train_epoch", needs=EPOCH_NEEDS, hint="What if the first minibatch is the smallest one?")
def test_epoch_over_images_with_a_large_last_minibatch(student: Student, rng: torch.Generator) -> None:
    """Images in minibatches of 2, 3 and 16: every example counts once, and the steps are those of the means."""
    drawn = drawn_setting((2, 3, 16), 20, 4, 0.2, rng)
    setting = Setting(drawn.X.reshape(-1, 4, 5), drawn.y, drawn.sizes, drawn.W, drawn.b, drawn.lr)
    got = run_epochs(student, setting)
    judge_parameters(got, setting)
    judge_metrics(got["returned"][0], setting.epoch(), setting)


# train


@check("train", needs=TRAIN_NEEDS, hint="When in an epoch is the test accuracy measured, and with which parameters?")
def test_history_of_a_single_epoch(student: Student, rng: torch.Generator) -> None:
    """One epoch, images in a DataLoader: one entry, and its test accuracy is that of the returned W and b."""
    X, y = clusters(180, 12, 4, rng)
    X = X.reshape(-1, 1, 3, 4)
    course = Course((X[:80], y[:80]), (X[80:], (y[80:] + (torch.arange(100) % 3 == 0)) % 4), 4, 1, 0.6, 9)
    judge_history(course.run(student, loader=True), course, "train.single_epoch_loss")


@check("train", needs=TRAIN_NEEDS, hint="Train the same examples with a small and with a large learning rate.")
def test_learning_rate_decides_how_far_training_gets(student: Student, rng: torch.Generator) -> None:
    """A tenth of the learning rate leaves the losses of the same examples higher, as it should."""
    course = drawn_course(rng, num_inputs=4, num_outputs=2, num_epochs=3, lr=0.5)
    slow = Course(course.train_set, course.test_set, 2, 3, 0.05, 10)
    fast_run, slow_run = course.run(student), slow.run(student)
    fast_W, slow_W = parameters(fast_run, course)[0], parameters(slow_run, slow)[0]
    if is_close(fast_W, slow_W, rtol=0, atol=0.1):
        named = "train_never_steps" if is_close(fast_W, torch.zeros(4, 2), rtol=0, atol=0.1) else "train_ignores_lr"
        fail("Learning rates 0.5 and 0.05 end in the same W.", named)
    history_of(slow_run, 3)
    judge_history(slow_run, slow, "train.slow_loss")


@check("train", weight=2, needs=TRAIN_NEEDS, hint="Try other settings than those of the visible check.", timeout_s=20)
def test_accuracy_on_other_images_never_seen(student: Student, rng: torch.Generator) -> None:
    """After eight epochs on 990 garments from a DataLoader, W and b classify images that they have never seen."""
    judge_error(student, rng, Images(990, 1850, 8, 0.02, 20), "train.other_test_error", loader=True)


# predict_labels


@check("predict_labels", needs=("softmax", "net"), hint="Which sizes does your function take for granted?")
def test_labels_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, one class, two classes, and many examples get labels."""
    for n, d, k in ((1, 6, 4), (5, 3, 2), (4, 2, 1), (200, 20, 10)):
        X, W, b = clear_examples(n, d, k, rng)
        got = student.run(labels_of, X=X, W=W, b=b)
        assert_shape(got, (n,), name="predict_labels(X, W, b)")
        judge_labels(got, X, W, b)
