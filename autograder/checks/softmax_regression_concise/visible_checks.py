"""Visible checks of `softmax_regression_concise`: the same with layers, a loss and an optimiser."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch

from autograder.checks.softmax_regression.visible_checks import (
    SHOWN,
    Epoch,
    clear_examples,
    clear_rows,
    clusters,
    distance,
    drawn_model,
    garments,
    measure,
    number_of,
    sgd_epoch,
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
    log_ratio,
    new_seed,
    probe,
    show_curve,
)

TRAIN_NEEDS: Final = ("predict_labels",)  # test accuracies may be measured with it
NET_NEEDS: Final = ("make_net", "init_weights", *TRAIN_NEEDS)

# make_net


@probe
def built(student, num_inputs, num_outputs, inputs):
    """What a fresh net gives for each input (or how torch refused its shape), and the sizes of its parameters."""
    net = student.make_net(num_inputs, num_outputs)
    if not isinstance(net, torch.nn.Module):
        return {"type": type(net).__name__}
    outputs = []
    with torch.no_grad():
        for X in inputs:
            try:
                outputs.append(net(X))
            except NotImplementedError:
                raise
            except RuntimeError as error:
                if not any(word in str(error) for word in ("mat1 and mat2", "size", "shape")):
                    raise
                outputs.append(str(error))
    return {"outputs": outputs, "sizes": [list(each.shape) for each in net.parameters() if each.requires_grad]}


def outputs_of(student: Student, num_inputs: int, num_outputs: int, inputs: Sequence[torch.Tensor]) -> Any:
    """Return what `built` measured: an output (n, k) for each of the inputs, or fail."""
    got = student.run(built, num_inputs=num_inputs, num_outputs=num_outputs, inputs=list(inputs))
    if "type" in got:
        function = got["type"] in ("function", "method")
        fail(f"make_net gave no nn.Module but {str(got['type'])[:80]}: is a `return` missing?"
             if got["type"] == "NoneType" else f"make_net gave no nn.Module but {str(got['type'])[:80]}.",
             *["make_net_function"] * function)  # fmt: skip
    for X, out in zip(inputs, got["outputs"], strict=True):
        where = f"For make_net({num_inputs}, {num_outputs}) and X of shape {tuple(X.shape)}"
        if isinstance(out, str):
            swapped = [num_inputs, num_outputs] in got["sizes"] and num_inputs != num_outputs
            mistake = "make_net_swapped" if swapped else "make_net_no_flatten"
            fail(f"{where}: {out[:160]}", mistake)
        if isinstance(out, torch.Tensor) and X.dim() > 2 and tuple(out.shape[:-1]) == tuple(X.shape[:-1]):
            fail(f"{where} the output has shape {tuple(out.shape)}; expected {(len(X), num_outputs)}.",
                 "make_net_no_flatten")  # fmt: skip
        assert_shape(out, (len(X), num_outputs), name=f"the output for X of shape {tuple(X.shape)}")
    return got


def judge_scores(student: Student, shape: Sequence[int], num_outputs: int, rng: torch.Generator) -> None:
    """Fail unless a fresh net is affine in its inputs, up to what softmax does not see, with all its parameters."""
    num_inputs = math.prod(shape)
    rows = torch.cat([torch.zeros(1, num_inputs), torch.eye(num_inputs), 8 * torch.randn(6, num_inputs, generator=rng)])
    got = outputs_of(student, num_inputs, num_outputs, [rows, rows[:3].reshape(3, *shape)])
    count = sum(math.prod(size) for size in got["sizes"])
    expected = num_inputs * num_outputs + num_outputs
    out, as_images = (finite(torch.as_tensor(each), "the output") for each in got["outputs"])
    if num_outputs > 1 and is_close(out.sum(dim=1), torch.ones(len(out))) and (out >= 0).all():
        fail("The outputs of each example are positive and sum to 1: they are probabilities, not logits.",
             "make_net_softmax")  # fmt: skip
    if count != expected:
        mistake = "make_net_no_bias" if count == expected - num_outputs else "make_net_hidden_layer"
        fail(f"The net has {count} parameters; {num_inputs} × {num_outputs} weights and {num_outputs} biases are "
             f"{expected}.", mistake)  # fmt: skip
    shift = num_outputs > 1  # a constant added to all logits of an example changes no probability
    centred = out - out.mean(dim=1, keepdim=True) if shift else out
    b, W = centred[0], centred[1 : num_inputs + 1] - centred[0]
    others = slice(num_inputs + 1, None)
    assert_close(
        centred[others], rows[others].double() @ W + b, name="the logits", rtol=1e-3, atol=1e-3,
        mistakes={"make_net_relu": centred[others]} if (out >= 0).all() else {},
    )  # fmt: skip
    assert_close(as_images, out[:3], name="the outputs for images, compared with those for the same flat rows,")


@check("make_net", hint="Which layer maps num_inputs numbers to num_outputs, and what does it need first?")
def test_net_maps_images_and_rows_to_scores(student: Student, rng: torch.Generator) -> None:
    """The net takes images (n, 1, 28, 28) and (n, 28, 28), and flat rows (n, 784), to scores (n, 10)."""
    images = torch.rand(4, 1, 28, 28, generator=rng)
    got = outputs_of(student, 784, 10, [images.reshape(4, 784), images, images[:, 0]])
    flat, *others = got["outputs"]
    for out in others:
        assert_close(out, flat, name="the output for images, compared with that for the same flat rows,")


@check("make_net", weight=2, hint="What does the loss expect: probabilities, or the numbers before softmax?")
def test_net_gives_logits(student: Student, rng: torch.Generator) -> None:
    """The scores are logits: an affine map of the inputs, with one weight for each pair and one bias a class."""
    judge_scores(student, (1, 3, 4), 3, rng)


# init_weights


@probe
def initialised(student, sizes, direct):
    """The linear layers' weights before and after init_weights has been applied to a net, or how it failed."""
    layers = [torch.nn.Linear(inputs, outputs) for inputs, outputs in sizes]
    net = torch.nn.Sequential(torch.nn.Flatten())
    for layer in layers:
        net.extend([layer, torch.nn.ReLU(), torch.nn.Dropout(0.2)])
    before = [layer.weight.detach().clone() for layer in layers]
    try:
        if direct:
            for layer in layers:
                student.init_weights(layer)
        else:
            net.apply(student.init_weights)
    except AttributeError as error:
        if "has no attribute" not in str(error):
            raise
        return {"refused": str(error)}
    after = [layer.weight for layer in layers]
    return {"before": before, "after": after, "trainable": all(weight.requires_grad for weight in after)}


def weights_of(student: Student, sizes: Sequence[tuple[int, int]], *, direct: bool = False) -> list[torch.Tensor]:
    """Return the weights of linear layers of these sizes after init_weights, in float64, or fail."""
    got = student.run(initialised, sizes=[list(size) for size in sizes], direct=direct)
    if "refused" in got:
        fail(f"net.apply(init_weights) failed: {str(got['refused'])[:160]}", "init_weights_every_module")
    if not got["trainable"]:
        fail("A weight no longer requires gradients after init_weights.")
    for before, after, size in zip(got["before"], got["after"], sizes, strict=True):
        assert_shape(after, size[::-1], name="weight")
        if is_close(before, after, rtol=0, atol=0):
            fail(f"The weights of a linear layer {size[0]} → {size[1]} are the same as before.",
                 "init_weights_unchanged")  # fmt: skip
    return [finite(weight, "weight") for weight in got["after"]]


def judge_spread(weight: torch.Tensor, statistic: str) -> None:
    """Fail unless weights scatter around 0 with standard deviation 0.01."""
    std, mean = float(weight.std()), float(weight.mean())
    off = log_ratio(std, 0.01)
    known = {
        "init_weights_tenth": 0.1, "init_weights_variance": 0.0001, "init_weights_mean_for_std": 1.0,
        "init_weights_uniform": 0.01 / math.sqrt(3),
    }  # fmt: skip
    assert_below(
        off, f"{statistic}std",
        message=f"The weights have standard deviation {std:.3g}; expected 0.01.",
        mistakes={"init_weights_constant": std < 1e-9}
        | {id: log_ratio(std, wrong) < 0.2 for id, wrong in known.items()},
    )  # fmt: skip
    assert_below(
        abs(mean) / 0.01, f"{statistic}mean", message=f"The weights have mean {mean:.3g}; expected 0.",
        mistakes={"init_weights_mean": True},
    )  # fmt: skip


@check("init_weights", weight=2, hint="Which number does the function that draws expect: a mean, a spread, a variance?")
def test_weights_have_standard_deviation_one_hundredth(student: Student) -> None:
    """Weights of a linear layer have mean 0 and standard deviation 0.01."""
    (weight,) = weights_of(student, [(200, 40)])
    judge_spread(weight, "init_weights.")


@check("init_weights", hint="net.apply calls the function for every module in it. Which of them have weights?")
def test_every_linear_layer_is_initialised(student: Student) -> None:
    """net.apply(init_weights) reaches all linear layers of a net, and stumbles over no other module."""
    for weight in weights_of(student, [(100, 60), (60, 50), (50, 80)]):
        judge_spread(weight, "init_weights.each_")


@check("init_weights", hint="From which distribution are the weights drawn?")
def test_weights_are_normal(student: Student) -> None:
    """The weights are drawn from a normal distribution: some of them lie far out."""
    (weight,) = weights_of(student, [(200, 50)])
    z = (weight - weight.mean()) / (weight.std() + 1e-30)
    tails = float((z**4).mean())
    assert_below(
        abs(tails - 3), "init_weights.tails",
        message=f"The mean fourth power of the standardised weights is {tails:.3g}; of normal ones it is 3.",
        mistakes={
            "init_weights_uniform": abs(tails - 1.8) < 0.15, "init_weights_constant": float(weight.std()) < 1e-9,
        },
    )  # fmt: skip


# predict_labels


@probe
def labels_of(student, X, W, b):
    """Labels that are predicted with a linear net whose weights are W and b."""
    linear = torch.nn.Linear(*W.shape)
    linear.weight.data, linear.bias.data = W.T.clone(), b.clone()
    return student.predict_labels(torch.nn.Sequential(torch.nn.Flatten(), linear), X)


@probe
def labels_with_noise(student, X, W, b):
    """Labels that are predicted with a net that behaves otherwise in train mode, in which it is handed over."""
    k = W.shape[1]
    linear, norm = torch.nn.Linear(*W.shape), torch.nn.BatchNorm1d(k, affine=False)
    linear.weight.data, linear.bias.data = W.T.clone(), b.clone()
    norm.running_mean = torch.arange(1.0, k + 1)
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Dropout(0.5), linear, norm)
    net.train()
    try:
        labels = student.predict_labels(net, X)
    except ValueError as error:
        if "more than 1 value" not in str(error):
            raise
        return {"refused": str(error)}
    return {"labels": labels, "running_mean": norm.running_mean}


def judge_labels(got: Any, logits: torch.Tensor, **mistakes: Any) -> None:
    """Fail unless `got` holds the place of the largest logit of each row: (n,) int64."""
    name, n = "predict_labels(net, X)", len(logits)
    right, p = logits.argmax(dim=1), torch.softmax(logits, dim=1)
    if isinstance(got, (int, float, list)):
        kind = "list" if isinstance(got, list) else "number"
        fail(f"{name} is a {kind}; expected an int64 tensor of shape {(n,)}.")
    if not isinstance(got, torch.Tensor):
        assert_shape(got, (n,), name=name)
        got = torch.as_tensor(got)
    known = {
        "predict_labels_smallest": [logits.argmin(dim=1)], "predict_labels_wrong_axis": [logits.argmax(dim=0)],
        "predict_labels_column": [right.reshape(n, 1)],
        "predict_labels_scores": [p.max(dim=1).values, logits.max(dim=1).values],
        "predict_labels_logits": [logits, p],
    } | {id: [wrong] for id, wrong in mistakes.items()}  # fmt: skip
    named = [id for id, variants in known.items() if any(is_close(got, wrong) for wrong in variants)]
    assert_shape(got, (n,), name=name, mistakes=dict.fromkeys(named, tuple(got.shape)))
    assert_close(got, right, name=name, mistakes=dict.fromkeys(named, got))
    if got.dtype != torch.int64:
        fail(f"The labels have dtype {str(got.dtype).removeprefix('torch.')}; expected int64.",
             "predict_labels_floats")  # fmt: skip


def judge_eval_mode(student: Student, n: int, num_inputs: int, num_outputs: int, rng: torch.Generator) -> None:
    """Fail unless a net with dropout and batch normalisation predicts as it does in eval mode."""
    W, b = drawn_model(num_inputs, num_outputs, rng)
    X = torch.randn(8 * n + 40, num_inputs, generator=rng)
    logits = X @ W + b - torch.arange(1.0, num_outputs + 1)
    chosen = clear_rows(logits, n)
    got = student.run(labels_with_noise, X=X[chosen], W=W, b=b)
    if "refused" in got:
        fail(f"The net refused to predict: {str(got['refused'])[:160]}", "predict_labels_train_mode")
    if not is_close(got["running_mean"], torch.arange(1.0, num_outputs + 1)):
        fail("While it predicted, the net went on to adapt its statistics to the images: it was in train mode.",
             "predict_labels_train_mode")  # fmt: skip
    judge_labels(got["labels"], logits[chosen])


@check("predict_labels", hint="Of a row's k numbers, what is asked for?")
def test_labels_are_the_most_probable_classes(student: Student, rng: torch.Generator) -> None:
    """Each example gets the number of its most probable class: shape (n,), int64."""
    X, W, b = clear_examples(8, 6, 8, rng)
    judge_labels(student.run(labels_of, X=X, W=W, b=b), X @ W + b)


@check("predict_labels", weight=2, hint="What do dropout and batch normalisation do while the net is in train mode?")
def test_predictions_are_made_in_eval_mode(student: Student, rng: torch.Generator) -> None:
    """A net with dropout and batch normalisation, handed over in train mode, predicts as it does in eval mode."""
    judge_eval_mode(student, 12, 8, 5, rng)


# train_concise


@probe
def trained(student, W, b, train_set, test_set, batch_size, num_epochs, lr, loader):
    """What train_concise returns, and the weights of a linear net when it first predicted and at the end."""
    if loader:
        iterators = [
            torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*part), batch_size=batch_size)
            for part in (train_set, test_set)
        ]
    else:
        iterators = [
            list(zip(X.split(batch_size), y.split(batch_size), strict=True))  # type: ignore[misc]  # of either kind
            for X, y in (train_set, test_set)
        ]
    linear = torch.nn.Linear(*W.shape)
    linear.weight.data, linear.bias.data = W.T.clone(), b.clone()
    start: list[torch.Tensor] = []  # not W and b where init_weights is applied once more

    def note_start(module, inputs):
        if not start:
            start.extend([module.weight.detach().T.clone(), module.bias.detach().clone()])

    linear.register_forward_pre_hook(note_start)
    # Log-probabilities are logits too: a loss of logits finds the same, one of log-probabilities is right as well.
    net = torch.nn.Sequential(torch.nn.Flatten(), linear, torch.nn.LogSoftmax(dim=1))
    try:
        history = student.train_concise(net, *iterators, num_epochs, lr)
    except NotImplementedError:
        raise
    except RuntimeError as error:
        if "scalar outputs" not in str(error):
            raise
        return {"refused": str(error)}
    if isinstance(history, (tuple, list)):
        history = [list(entry) if isinstance(entry, (tuple, list)) else entry for entry in history]
    return {"history": history, "start": start, "W": linear.weight.T, "b": linear.bias}


@dataclass(frozen=True)
class Training:
    """Arguments of train_concise: two sets of examples (inputs, labels), how to train, and where to start."""

    train_set: tuple[torch.Tensor, torch.Tensor]
    test_set: tuple[torch.Tensor, torch.Tensor]
    W: torch.Tensor
    b: torch.Tensor
    num_epochs: int
    lr: float
    batch_size: int

    def run(self, student: Student, *, loader: bool = False) -> Any:
        """Return what `trained` measured, or fail where backward() was refused or nothing was predicted."""
        got = student.run(
            trained, W=self.W, b=self.b, train_set=self.train_set, test_set=self.test_set, batch_size=self.batch_size,
            num_epochs=self.num_epochs, lr=self.lr, loader=loader,
        )  # fmt: skip
        if "refused" in got:
            fail(f"backward() was refused: {str(got['refused'])[:160]}", "train_concise_no_reduction")
        if not got["start"]:
            fail("The net that was handed over was never asked to predict anything.")
        return got

    def epochs(
        self, start: Sequence[torch.Tensor], *, on_test: bool = False, piles_up: bool = False, **mistake: Any
    ) -> list[Epoch]:  # fmt: skip
        """Return the epochs of training from `start`, right or with a known mistake of `sgd_epoch`."""
        X, y = self.test_set if on_test else self.train_set
        batches = list(zip(X.split(self.batch_size), y.split(self.batch_size), strict=True))
        W, b = start
        if piles_up:  # what has piled up does not end with an epoch
            return [sgd_epoch(W, b, self.num_epochs * batches, self.lr, keeps=True)]
        found = []
        for _ in range(self.num_epochs):
            found.append(sgd_epoch(W, b, batches, **({"lr": self.lr} | mistake)))
            W, b = found[-1].W, found[-1].b
        return found


def drawn_training(
    rng: torch.Generator, *, shape: Sequence[int] = (5,), num_outputs: int = 3, num_epochs: int = 3, lr: float = 0.4,
    batch_size: int = 10,
) -> Training:  # fmt: skip
    """Draw 64 examples to train on, and 101 to test on, of which a quarter have another label."""
    X, y = clusters(165, math.prod(shape), num_outputs, rng)
    X = X.reshape(165, *shape)
    test_y = torch.where(torch.arange(165) % 4 == 0, (y + 1) % num_outputs, y)
    W, b = drawn_model(math.prod(shape), num_outputs, rng)
    return Training((X[:64], y[:64]), (X[64:], test_y[64:]), W, b, num_epochs, lr, batch_size)


def history_of(history: Any, num_epochs: int, num_minibatches: int) -> list[tuple[float, float, float]]:
    """Return train_concise's history: (train loss, train accuracy, test accuracy) of each epoch."""
    if history is None:
        fail("train_concise returned None: is a `return` missing?")
    if not isinstance(history, list):
        fail("train_concise did not return a list as its history.")
    if num_epochs > 1 and len(history) == 3 and all(isinstance(each, (int, float)) for each in history):
        fail("The history is one (train_loss, train_acc, test_acc); expected a list with one an epoch.",
             "train_concise_last_epoch_only")  # fmt: skip
    if len(history) != num_epochs:
        known = {1: "train_concise_last_epoch_only", num_epochs * num_minibatches: "train_concise_entry_per_batch"}
        named = known.get(len(history), "train_concise_ignores_epochs")
        fail(f"The history has {len(history)} entries for num_epochs={num_epochs}; expected one an epoch.", named)
    found = []
    for place, entry in enumerate(history):
        if not isinstance(entry, list) or len(entry) != 3:
            fail(f"Entry {place} of the history does not hold three numbers.")
        names = (f"{name} of epoch {place}" for name in ("train_loss", "train_acc", "test_acc"))
        loss, train_acc, test_acc = (
            number_of(value, name, "train_concise_tensor_history") for value, name in zip(entry, names, strict=True)
        )
        found.append((loss, train_acc, test_acc))
    return found


def judge_weights(got: Any, training: Training) -> None:
    """Fail unless the net's weights are where minibatch SGD on the mean loss leads."""
    start = got["start"]
    right = training.epochs(start)[-1]
    kept = training.epochs(start, keeps=True)  # zeroed once an epoch
    wrong = {
        "train_concise_softmax_twice": training.epochs(start, twice=True),
        "train_concise_sum_of_losses": training.epochs(start, reduction="sum"),
        "train_concise_keeps_gradients": (
            kept if is_close(got["W"], kept[-1].W, rtol=1e-3, atol=1e-4) else training.epochs(start, piles_up=True)
        ),
        "train_concise_on_test": training.epochs(start, on_test=True),
        "train_concise_never_steps": training.epochs(start, lr=0.0),
        "train_concise_divides_twice": training.epochs(start, reduction="mean_again"),
        "train_concise_climbs": training.epochs(start, lr=-training.lr),
    }
    for name, place in (("weights", "W"), ("bias", "b")):
        assert_close(
            got[place], getattr(right, place), name=f"the trained net's {name}", rtol=1e-3, atol=1e-4,
            mistakes={id: getattr(epochs[-1], place) for id, epochs in wrong.items()},
        )  # fmt: skip


def judge_history(got: Any, training: Training) -> None:
    """Fail unless the history's numbers are those of the training."""
    num_minibatches = math.ceil(len(training.train_set[1]) / training.batch_size)
    history = history_of(got["history"], training.num_epochs, num_minibatches)
    W, b = finite(got["W"], "the net's weight"), finite(got["b"], "the net's bias")
    on_test, on_train = (measure(X, y, W, b)[1] / len(y) for X, y in (training.test_set, training.train_set))
    _, train_acc, test_acc = history[-1]
    if not 0 <= train_acc <= 1 or not 0 <= test_acc <= 1:
        fail(f"The last accuracies are {train_acc:.4g} and {test_acc:.4g}; they are fractions, from 0 to 1.",
             *["train_concise_counts"] * (train_acc > 1 or test_acc > 1))  # fmt: skip
    if not abs(test_acc - on_test) <= 1e-4:
        swapped, asked = abs(train_acc - on_test) < 1e-4, abs(test_acc - on_train) < 1e-4
        parts = zip(*(part.split(training.batch_size) for part in training.test_set), strict=True)
        fractions = [measure(X, y, W, b)[1] / len(y) for X, y in parts]
        averaged = abs(test_acc - sum(fractions) / len(fractions)) < 1e-4
        fail(f"The last test_acc is {test_acc:.4g}; the trained net predicts {on_test:.4g} of the test iterator right.",
             *(["train_concise_swaps_history"] * swapped or ["train_concise_test_on_train"] * asked
               or ["train_concise_batch_means"] * averaged))  # fmt: skip
    epochs = training.epochs(got["start"])
    losses, accuracies = [entry[0] for entry in history], [entry[1] for entry in history]
    before, after = [each.metrics(each.before) for each in epochs], [each.metrics(each.after) for each in epochs]
    series = min((before, after), key=lambda pairs: distance(losses, [loss for loss, _ in pairs]))
    wanted, wanted_accuracies = [loss for loss, _ in series], [accuracy for _, accuracy in series]
    sizes = epochs[0].sizes
    shares = [[lost / size for (lost, _), size in zip(each.before, sizes, strict=True)] for each in epochs]
    hits = [[hit / size for (_, hit), size in zip(each.before, sizes, strict=True)] for each in epochs]
    ends = [measure(*training.train_set, each.W, each.b) for each in epochs]
    assert_close(
        losses, wanted, name="train_loss, epoch by epoch,",
        mistakes={
            "train_concise_batch_means": [sum(each) / len(each) for each in shares],
            "train_concise_total_loss": [sum(sizes) * loss for loss in wanted],
            "train_concise_sum_of_means": [sum(each) for each in shares],
            "train_concise_mean_over_count": [sum(each) / sum(sizes) for each in shares],
            "train_concise_last_batch_loss": [each[-1] for each in shares],
            "train_concise_measures_apart": [loss / sum(sizes) for loss, _ in ends],
        },
    )  # fmt: skip
    assert_close(
        accuracies, wanted_accuracies, name="train_acc, epoch by epoch,",
        mistakes={
            "train_concise_batch_means": [sum(each) / len(each) for each in hits],
            "train_concise_measures_apart": [hit / sum(sizes) for _, hit in ends],
        },
    )  # fmt: skip


@check("train_concise", needs=TRAIN_NEEDS, hint="Compare what you return, and how often you note it, with the text.")
def test_history_has_an_entry_for_each_epoch(student: Student, rng: torch.Generator) -> None:
    """Training returns a list with three floats for each of the epochs asked for."""
    training = drawn_training(rng, num_epochs=5, num_outputs=4)
    history_of(training.run(student)["history"], 5, 7)


@check(
    "train_concise",
    weight=2,
    needs=TRAIN_NEEDS,
    hint="Zero, backward, step. And what does the loss expect, and what does it return?",
)
def test_net_is_trained_in_place(student: Student, rng: torch.Generator) -> None:
    """Each minibatch moves the net's own parameters by lr times the gradient of its mean loss."""
    training = drawn_training(rng)
    judge_weights(training.run(student), training)


@check("train_concise", weight=2, needs=TRAIN_NEEDS, hint="What is added up over the minibatches, and divided by what?")
def test_history_is_that_of_the_training(student: Student, rng: torch.Generator) -> None:
    """The entries are mean loss, training accuracy and test accuracy of each epoch, over minibatches of uneven size."""
    training = drawn_training(rng, shape=(1, 2, 3), num_outputs=4, lr=0.3, batch_size=12)
    judge_history(training.run(student, loader=True), training)


@probe
def modes_of_tests(student, train_set, test_set, num_epochs):
    """For each minibatch of marked test examples that a training predicts, whether the net was in train mode."""
    modes = []

    class Watched(torch.nn.Linear):
        def forward(self, X):
            if bool((X[:, 0] == 1000).any()):
                modes.append(self.training)
            return super().forward(X)

    net = torch.nn.Sequential(torch.nn.Flatten(), Watched(train_set[0].shape[1], 3))
    test_set[0][:, 0] = 1000
    iterators = [list(zip(X.split(16), y.split(16), strict=True)) for X, y in (train_set, test_set)]
    student.train_concise(net, *iterators, num_epochs, 0.1)
    return modes


@check("train_concise", needs=TRAIN_NEEDS, hint="In which mode is the net while it predicts the test examples?")
def test_accuracy_is_measured_in_eval_mode(student: Student, rng: torch.Generator) -> None:
    """The examples of test_iter are predicted in eval mode, in each epoch."""
    training = drawn_training(rng)
    modes = student.run(modes_of_tests, train_set=training.train_set, test_set=training.test_set, num_epochs=2)
    if not isinstance(modes, list) or not modes:
        fail("The net that was handed over was never asked to predict the test examples.")
    if any(modes):
        fail(f"{modes.count(True)} of {len(modes)} minibatches of test_iter were predicted in train mode.",
             "train_concise_tests_in_train_mode")  # fmt: skip


@dataclass(frozen=True)
class Images:
    """How a net for garments is trained and judged."""

    train_count: int
    judged_count: int
    num_epochs: int
    lr: float
    batch_size: int


@probe
def scores_after_training(student, train_set, shown, X, num_epochs, lr, batch_size):
    """Scores that the student's own net, once trained, gives to X; the history of its training."""
    iterators = [
        torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*part), batch_size=batch_size)
        for part in (train_set, shown)
    ]
    net = student.make_net(784, 10)
    net.apply(student.init_weights)
    history = student.train_concise(net, *iterators, num_epochs, lr)
    net.eval()
    with torch.no_grad():
        return {"scores": net(X), "history": history}


def judge_error(student: Student, rng: torch.Generator, images: Images, statistic: str) -> None:
    """Fail unless the student's net learns to predict enough of the judged images right."""
    train_set = garments(new_seed(rng), "train", images.train_count)
    X, y = garments(new_seed(rng), "test", SHOWN + images.judged_count)
    shown, X, y = (X[:SHOWN], (y[:SHOWN] + 1) % 10), X[SHOWN:], y[SHOWN:]
    got = student.run(
        scores_after_training, train_set=train_set, shown=shown, X=X, num_epochs=images.num_epochs, lr=images.lr,
        batch_size=images.batch_size,
    )  # fmt: skip
    assert_shape(got["scores"], (len(y), 10), name="the trained net's output")
    predicted = torch.as_tensor(got["scores"]).argmax(dim=1)
    history = got["history"] if isinstance(got["history"], list) else []
    losses = [entry[0] for entry in history if isinstance(entry, list) and entry and isinstance(entry[0], float)]
    if len(losses) == images.num_epochs:
        show_curve("Training loss", losses, x_label="epoch", y_label="mean loss of the epoch", band=statistic)
    if losses and losses[-1] < 0:
        fail(f"The loss of the last epoch is {losses[-1]:.4g}; a cross-entropy is never negative.",
             "train_concise_loss_of_log_probabilities")  # fmt: skip
    error = float((predicted != y).double().mean())
    shifted = float((predicted == (y + 1) % 10).double().mean())
    assert_below(
        error, statistic,
        message=f"Of {len(y)} new images a share of {error:.3f} is classified wrong; after {images.num_epochs} epochs "
        "at this learning rate it is below {threshold}.",
        mistakes={"train_concise_on_test": shifted > max(0.3, 1 - error)},
    )  # fmt: skip


@check("train_concise", weight=2, needs=NET_NEEDS, hint="Which iterator teaches, which one asks?", timeout_s=20)
def test_accuracy_on_images_never_seen(student: Student, rng: torch.Generator) -> None:
    """After ten epochs on 1,000 garments, your net classifies images that it has never seen."""
    judge_error(student, rng, Images(1000, 1850, 10, 0.03, 25), "train_concise.test_error")
