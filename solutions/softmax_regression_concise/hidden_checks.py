"""Hidden checks of `softmax_regression_concise`: other sizes, other numbers, and the edges."""

import torch

from autograder.checks.softmax_regression import visible_checks as scratch
from autograder.checks.softmax_regression_concise import visible_checks as visible
from autograder.checks.softmax_regression_concise.visible_checks import NET_NEEDS, TRAIN_NEEDS
from autograder.judging.student import Student
from autograder.judging.suite import check, fail, is_close, numbers, probe

# make_net


@check("make_net", hints=["Does every size come from the arguments?"])
def test_nets_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """Colour images, two classes, and more classes than inputs give affine scores too."""
    for shape, num_outputs in (((3, 4, 2), 2), ((2, 2), 7), ((1, 1, 5), 3), ((6,), 4)):
        visible.judge_scores(student, shape, num_outputs, rng)


@check("make_net", hints=["Which dimension of X must survive?"])
def test_net_takes_minibatches_of_one(student: Student, rng: torch.Generator) -> None:
    """A single image gives one row of scores."""
    visible.outputs_of(student, 784, 10, [torch.rand(1, 1, 28, 28, generator=rng), torch.rand(1, 784, generator=rng)])


# init_weights


@check("init_weights", hints=["Does the function do its work for a layer on its own, and for a layer of any size?"])
def test_single_layers_of_other_sizes(student: Student) -> None:
    """A layer that is handed over on its own is initialised, wide or narrow."""
    for weight in visible.weights_of(student, (784, 10), (8, 900), (3000, 2), direct=True):
        visible.judge_spread(weight, "init_weights.single_")


@check("init_weights", hints=["Is a seed set where nobody asked for it?"])
def test_each_layer_has_numbers_of_its_own(student: Student) -> None:
    """Two layers of one size get different weights, all of them different from each other."""
    first, second = visible.weights_of(student, (80, 80), (80, 80))
    if is_close(first, second, rtol=0, atol=1e-9):
        fail(f"Two layers of the same size got the same weights: {numbers(first[0, :4])}, …")
    visible.judge_spread(torch.cat([first, second]), "init_weights.pair_")


# predict_labels


@check("predict_labels", hints=["Which sizes does your function take for granted?"])
def test_labels_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """Images, one example, two classes, and many examples get labels."""
    for shape, k in (((12, 1, 28, 28), 10), ((200, 20), 10), ((5, 3), 2), ((1, 2, 3), 4)):
        visible.judge_predictions(student, shape, k, rng)


@check("predict_labels", hints=["Predict a single image with a net that normalises its batch."])
def test_single_example_in_eval_mode(student: Student, rng: torch.Generator) -> None:
    """One example, or many, with a net that was left in train mode: the labels are those of eval mode."""
    for n in (1, 60):
        visible.judge_eval_mode(student, n, 5, 4, rng)


# train_concise


@check("train_concise", needs=TRAIN_NEEDS, hints=["Does every number come from the arguments? Try others."])
def test_other_settings_train_the_net(student: Student, rng: torch.Generator) -> None:
    """Small steps, two classes, and minibatches with a short last one lead where they should."""
    training = visible.drawn_training(rng, shape=(4,), num_outputs=2, num_epochs=4, lr=0.08, batch_size=9)
    visible.judge_weights(training.run(student, loaded=True), training.course)


@check("train_concise", needs=TRAIN_NEEDS, hints=["Try a single epoch, and a single minibatch."])
def test_history_of_other_settings(student: Student, rng: torch.Generator) -> None:
    """One epoch of tiny minibatches, and two of one minibatch each, are recorded rightly."""
    tiny = visible.drawn_training(rng, shape=(2, 2), num_epochs=1, lr=0.15, batch_size=3)
    whole = visible.drawn_training(rng, num_outputs=2, num_epochs=2, lr=1.0, batch_size=200)
    for training in (tiny, whole):
        visible.judge_history(training.run(student), training.course)


@probe
def modes_of_steps(student, train_set, test_set, num_epochs):
    """For each step of a training, whether the net was in train mode when it predicted."""
    modes = []

    class Watched(torch.nn.Linear):
        def forward(self, X):
            mode, out = self.training, super().forward(X)
            if out.requires_grad:
                out.register_hook(lambda grad: modes.append(mode))
            return out

    net = torch.nn.Sequential(torch.nn.Flatten(), Watched(train_set[0].shape[1], 3))
    iterators = [list(zip(X.split(16), y.split(16), strict=True)) for X, y in (train_set, test_set)]
    student.train_concise(net, *iterators, num_epochs, 0.1)
    return modes


@check("train_concise", weight=2, needs=TRAIN_NEEDS, hints=["In which mode does the second epoch begin?"])
def test_every_step_is_taken_in_train_mode(student: Student, rng: torch.Generator) -> None:
    """Each step of each epoch is taken in train mode, also after the first test accuracy."""
    course = scratch.drawn_course(rng)
    modes = student.run(modes_of_steps, train_set=course.train_set, test_set=course.test_set, num_epochs=3)
    if not isinstance(modes, list) or len(modes) < 3:
        fail("No gradient went back through the net.")
    if not all(modes):
        fail(f"{modes.count(False)} of {len(modes)} steps were taken in eval mode.")


@check(
    "train_concise",
    weight=2,
    needs=NET_NEEDS,
    hints=["Try other settings than those of the visible check."],
    timeout_s=20,
)
def test_accuracy_on_other_images_never_seen(student: Student, secret_rng: torch.Generator) -> None:  # fmt: skip
    """After eight epochs on 990 garments, your net classifies images that it has never seen."""
    course, X, y = scratch.course_of_garments(secret_rng, 990, num_epochs=8, lr=0.02, batch_size=20)
    visible.judge_training(student, course, X, y, "train_concise.other_test_error")
