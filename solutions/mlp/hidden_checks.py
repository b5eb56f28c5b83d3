"""Hidden checks of `mlp`: other sizes, other numbers, and the edges."""

import torch

from autograder.checks.mlp.visible_checks import (
    BATCH_SIZE,
    MODEL_NEEDS,
    SCHEDULE,
    drawn_params,
    four_parameters,
    garments_task,
    judge_accuracy,
    judge_labels,
    judge_logits,
    judge_losses,
    judge_module,
    judge_relu,
    judge_training,
    judge_weights,
    parameters,
    run_training,
)
from autograder.judging.student import Student
from autograder.judging.suite import check, fail, is_close, new_seed

# relu


@check("relu", hints=["Which shapes and sizes of numbers does your function take for granted?"])
def test_relu_of_other_shapes(student: Student, rng: torch.Generator) -> None:
    """One number, a flat tensor, and a batch of images are rectified alike."""
    for shape in ((1,), (7,), (2, 1, 5, 4)):
        X = torch.randn(shape, generator=rng)
        judge_relu(student, torch.cat([X, -X, 100 * X, -0.001 * X]))


@check("relu", hints=["What is there to do when nothing is negative, or nothing positive?"])
def test_relu_of_one_sign(student: Student, rng: torch.Generator) -> None:
    """Where all elements are positive nothing changes; where all are negative only zeros are left."""
    X = 0.1 + torch.rand(4, 5, generator=rng)
    judge_relu(student, X)
    judge_relu(student, -X)


# init_mlp_params


@check("init_mlp_params", hints=["Does each number come from the arguments?"])
def test_params_of_other_sizes(student: Student) -> None:
    """One input and one hidden unit work, and so do many."""
    for sizes in ((1, 1, 2), (5, 1, 3), (1, 9, 2), (784, 30, 10)):
        four_parameters(student.run(parameters, sizes=sizes, options={}), sizes)


@check("init_mlp_params", hints=["Does the standard deviation come from the argument?"])
def test_std_is_the_callers(student: Student) -> None:
    """Another standard deviation holds for both layers' weights."""
    sizes = (150, 120, 90)
    for std in (0.2, 2.0):
        W1, _, W2, _ = four_parameters(student.run(parameters, sizes=sizes, options={"std": std}), sizes)
        judge_weights(W1, W2, std)


@check("init_mlp_params", hints=["Do two layers, or two calls, share their draws?"])
def test_layers_are_drawn_apart(student: Student) -> None:
    """Two layers of one shape start with different weights, and another call draws new parameters."""
    sizes = (40, 40, 40)
    got = student.run(parameters, sizes=sizes, options={"std": 0.1})
    W1, _, W2, _ = four_parameters(got, sizes)
    if len(W1.unique()) > 1 and is_close(W1, W2):
        fail("Both layers start with the same weights.")
    if not got["new"]:
        fail("Two calls gave the same tensors: where one network is trained, the other is, too.")
    if len(W1.unique()) > 1 and not got["drawn"]:
        fail("Two calls gave the same weights; expected draws of their own.")


# mlp


@check("mlp", needs=("relu",), hints=["Which sizes does your function take for granted?"])
def test_mlp_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One example, one input, one hidden unit, and many of each give their logits."""
    for n, sizes in (
        (1, (6, 4, 3)),
        (5, (1, 3, 2)),
        (4, (3, 1, 5)),
        (1, (1, 1, 2)),
        (60, (50, 40, 20)),
    ):
        X = torch.randn(n, sizes[0], generator=rng)
        judge_logits(student, X, drawn_params(rng, sizes), f"{n} rows of {sizes[0]} inputs")


@check("mlp", needs=("relu",), hints=["Where does each pixel of an image go?"])
def test_mlp_of_other_images(student: Student, rng: torch.Generator) -> None:
    """Images without an axis for colour, of other sizes, and single ones are flattened alike."""
    for shape in ((3, 28, 28), (1, 1, 28, 28), (5, 1, 4, 3), (2, 3, 4, 5)):
        X = torch.randn(shape, generator=rng)
        params = drawn_params(rng, (X[0].numel(), 5, 4))
        judge_logits(student, X, params, f"images of shape {shape}")


# make_mlp


@check("make_mlp", hints=["Does every size come from the arguments?"])
def test_module_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """Modules of other sizes compute what mlp does, for one example and for garments."""
    X = torch.rand(4, 1, 28, 28, generator=rng)
    sizes = (784, 9, 10)
    judge_module(student, sizes, drawn_params(rng, sizes), [X, X.reshape(4, 28, 28), X.reshape(4, 784), X[:1]])
    sizes = (2, 8, 4)
    judge_module(student, sizes, drawn_params(rng, sizes), [torch.randn(1, 2, generator=rng)])


@check("make_mlp", hints=["Does the module give the same answer when it is asked again?"])
def test_module_gives_logits_of_any_size(student: Student, rng: torch.Generator) -> None:
    """Large inputs give large logits, positive and negative: the output is not squeezed into a range."""
    sizes = (6, 11, 4)
    X = 30 * torch.randn(8, 6, generator=rng)
    judge_module(student, sizes, drawn_params(rng, sizes), [X])


# train_mlp


@check("train_mlp", needs=MODEL_NEEDS, hints=["Try another iterator, with a short last minibatch."])
def test_training_with_a_loader_and_a_short_batch(student: Student, rng: torch.Generator) -> None:
    """A DataLoader whose last minibatch is short trains the same, and each epoch has its mean loss."""
    judge_losses(*judge_training(student, rng, n=23, batch_size=6, num_epochs=3, lr=0.25, loader=True))


@check("train_mlp", needs=MODEL_NEEDS, hints=["Try minibatches of one example, and a single minibatch of all of them."])
def test_training_in_batches_of_one_and_of_all(student: Student, rng: torch.Generator) -> None:
    """Minibatches of one example, and one minibatch of all examples, are trained on."""
    judge_losses(*judge_training(student, rng, n=12, batch_size=1, num_epochs=2, lr=0.05))
    judge_losses(*judge_training(student, rng, n=16, batch_size=16, num_epochs=6, lr=0.4))


@check(
    "train_mlp", weight=2, needs=(*MODEL_NEEDS, "init_mlp_params"),
    hints=["Follow one minibatch through all of your functions."],
)  # fmt: skip
def test_your_own_start_beats_softmax_regression(student: Student, secret_rng: torch.Generator) -> None:
    """From the parameters of init_mlp_params on, the network beats softmax regression on other garments."""
    task = garments_task(new_seed(secret_rng), 2000)
    got = run_training(
        student, params=[], images=task.images, labels=task.labels, batch_size=BATCH_SIZE,
        schedule=[list(part) for part in SCHEDULE], loader=False, own_params=(784, 96, 10, 0.05),
    )  # fmt: skip
    judge_accuracy(task, got, "train_mlp.own_start_error_ratio")


# predict_labels


@check("predict_labels", needs=MODEL_NEEDS, hints=["What is left of the shape for one example?"])
def test_labels_of_few_and_many(student: Student, rng: torch.Generator) -> None:
    """One example, two classes, and many examples get labels."""
    for n, sizes in ((1, (5, 6, 3)), (4, (3, 5, 2)), (200, (8, 20, 15)), (7, (4, 9, 7))):
        judge_labels(student, torch.randn(n, sizes[0], generator=rng), drawn_params(rng, sizes), f"{n} rows")
    judge_labels(student, torch.rand(3, 28, 28, generator=rng), drawn_params(rng, (784, 8, 6)), "3 images (28, 28)")
