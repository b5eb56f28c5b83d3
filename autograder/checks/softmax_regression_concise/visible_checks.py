"""Visible checks of `softmax_regression_concise`: the same with layers, a loss and an optimiser."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch

from autograder.checks.softmax_regression import visible_checks as scratch
from autograder.judging.refusal import told_refusal
from autograder.judging.student import Student
from autograder.judging.suite import (
    a_tensor,
    assert_below,
    assert_breaks,
    assert_close,
    assert_shape,
    check,
    fail,
    finite,
    is_close,
    log_ratio,
    numbers,
    probe,
    show_curve,
)

TRAIN_NEEDS: Final = ("predict_labels",)  # test accuracies may be measured with it
NET_NEEDS: Final = ("make_net", "init_weights", *TRAIN_NEEDS)
NAME: Final = "predict_labels(net, X)"

# make_net


@probe
def built(student, num_inputs, num_outputs, inputs):
    """What a fresh net gives for each input, and the sizes of its parameters."""
    net = student.make_net(num_inputs, num_outputs)
    if not isinstance(net, torch.nn.Module):
        return {"type": type(net).__name__}
    with torch.no_grad():
        outputs = [net(X) for X in inputs]
    return {
        "outputs": outputs,
        "sizes": [list(each.shape) for each in net.parameters() if each.requires_grad],
    }


def outputs_of(
    student: Student, num_inputs: int, num_outputs: int, inputs: Sequence[torch.Tensor]
) -> tuple[list[torch.Tensor], int]:
    """Return an output, (n, k), for each of the inputs and how many parameters the net has, or fail."""
    shapes = " and ".join(str(tuple(X.shape)) for X in inputs)
    message = f"For make_net({num_inputs}, {num_outputs}) and X of shape {shapes}: {{refusal}}"
    with told_refusal("mat1 and mat2", "size", "shape", message=message):
        got = student.run(built, num_inputs=num_inputs, num_outputs=num_outputs, inputs=list(inputs))
    if "type" in got:
        fail(f"make_net gave no nn.Module but {str(got['type'])[:80]}: is a `return` missing?"
             if got["type"] == "NoneType" else f"make_net gave no nn.Module but {str(got['type'])[:80]}.")  # fmt: skip
    if len(got["outputs"]) != len(inputs):
        fail(f"{len(got['outputs'])} outputs came; {len(inputs)} were asked for.")
    for X, out in zip(inputs, got["outputs"], strict=True):
        assert_shape(out, (len(X), num_outputs), name=f"the output for X of shape {tuple(X.shape)}")
    return [torch.as_tensor(out) for out in got["outputs"]], sum(map(math.prod, got["sizes"]))


def judge_scores(student: Student, shape: Sequence[int], num_outputs: int, rng: torch.Generator) -> None:
    """Fail unless a fresh net is affine in its inputs, up to what softmax does not see, with all its parameters."""
    num_inputs = math.prod(shape)
    others = 8 * torch.randn(6, num_inputs, generator=rng)
    rows = torch.cat([torch.zeros(1, num_inputs), torch.eye(num_inputs), others])
    outputs, count = outputs_of(student, num_inputs, num_outputs, [rows, rows[:3].reshape(3, *shape)])
    out, as_images = (finite(each, "the output") for each in outputs)
    if num_outputs > 1 and is_close(out.sum(dim=1), torch.ones(len(out))) and (out >= 0).all():
        fail(f"The outputs of each example are positive and sum to 1, as the first: {numbers(out[0])}. They are "
             "probabilities, not logits.")  # fmt: skip
    expected = num_inputs * num_outputs + num_outputs
    if count != expected:
        fail(f"The net has {count} parameters; {num_inputs} × {num_outputs} weights and {num_outputs} biases are "
             f"{expected}.")  # fmt: skip
    # A constant added to all logits of an example changes no probability.
    centred = out - out.mean(dim=1, keepdim=True) if num_outputs > 1 else out
    b, W = centred[0], centred[1 : num_inputs + 1] - centred[0]
    assert_close(centred[-6:], others.double() @ W + b, name="the logits", rtol=1e-3, atol=1e-3)
    assert_close(as_images, out[:3], name="the outputs for images, compared with those for the same flat rows,")


@check(
    "make_net",
    hints=[
        "Which layer maps num_inputs numbers to num_outputs, and what does it need first?",
        "Print the shape after each layer for five images: (5, 1, 28, 28), (5, 784), (5, 10).",
        "`nn.Linear(6, 2)` takes (5, 6) and gives (5, 2), but refuses (5, 2, 3): what makes one row of each example?",
    ],
)
def test_net_maps_images_and_rows_to_scores(student: Student, rng: torch.Generator) -> None:
    """The net takes images (n, 1, 28, 28) and (n, 28, 28), and flat rows (n, 784), to scores (n, 10)."""
    images = torch.rand(4, 1, 28, 28, generator=rng)
    (flat, *others), _ = outputs_of(student, 784, 10, [images.reshape(4, 784), images, images[:, 0]])
    for out in others:
        assert_close(out, flat, name="the output for images, compared with that for the same flat rows,")


@check(
    "make_net",
    weight=2,
    hints=[
        "What does the loss expect: probabilities, or the numbers before softmax?",
        "Print the sum of a row of scores: if it is 1 they are probabilities. And `[p.shape for p in "
        "net.parameters()]`: a matrix and a vector, no more?",
        "An affine map of zeros gives its bias: compare `net(torch.zeros(1, 784))` with it.",
    ],
)
def test_net_gives_logits(student: Student, rng: torch.Generator) -> None:
    """The scores are logits: an affine map of the inputs, with one weight for each pair and one bias a class."""
    judge_scores(student, (1, 3, 4), 3, rng)


@probe
def made_twice(student):
    """Whether two calls of make_net give nets that share a parameter, or no modules at all."""
    nets = [student.make_net(6, 3) for _ in range(2)]
    if not all(isinstance(net, torch.nn.Module) for net in nets):
        return {"shared": None}
    first, second = ({id(each) for each in net.parameters()} for net in nets)
    return {"shared": bool(first & second)}


@check(
    "make_net",
    hints=[
        "What becomes of the first net when a second one is made and trained?",
        "Make two nets, change a weight of the first in place, and print that of the second: it stays.",
    ],
)
def test_each_call_makes_a_new_net(student: Student) -> None:
    """Two nets have parameters of their own."""
    shared = student.run(made_twice)["shared"]
    if shared is None:
        fail("make_net gave no nn.Module.")
    if shared:
        fail("Two calls of make_net gave nets with the same parameters: where one is trained, the other is, too.")


# init_weights


@probe
def initialised(student, sizes, direct):
    """The linear layers' weights before and after init_weights has been applied to a net, or how it failed."""
    layers = [torch.nn.Linear(inputs, outputs) for inputs, outputs in sizes]
    net = torch.nn.Sequential(torch.nn.Flatten())
    for layer in layers:
        net.extend([layer, torch.nn.ReLU(), torch.nn.Dropout(0.2)])
    before = [layer.weight.detach().clone() for layer in layers]
    parameters, biases = [layer.weight for layer in layers], [layer.bias.detach().clone() for layer in layers]
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
    return {
        "before": before,
        "after": after,
        "trainable": all(weight.requires_grad for weight in after),
        "biases": [[held, layer.bias] for held, layer in zip(biases, layers, strict=True)],
        "own": all(layer.weight is parameter for layer, parameter in zip(layers, parameters, strict=True)),
    }


def after_init(student: Student, sizes: Sequence[tuple[int, int]], *, direct: bool = False) -> Any:
    """Return what `initialised` measured, or fail where init_weights did."""
    got = student.run(initialised, sizes=[list(size) for size in sizes], direct=direct)
    if "refused" in got:
        fail(f"net.apply(init_weights) failed: {str(got['refused'])[:160]}")
    if {len(got[key]) for key in ("before", "after", "biases")} != {len(sizes)}:
        fail(f"{len(got['after'])} layers came; {len(sizes)} were asked for.")
    return got


def weights_of(student: Student, *sizes: tuple[int, int], direct: bool = False) -> list[torch.Tensor]:
    """Return the weights of linear layers of these sizes after init_weights, in float64, or fail."""
    got = after_init(student, sizes, direct=direct)
    for before, after, size in zip(got["before"], got["after"], sizes, strict=True):
        assert_shape(after, size[::-1], name="weight")
        if is_close(before, after, rtol=0, atol=0):
            fail(f"The weights of a linear layer {size[0]} → {size[1]} are the same as before.")
    return [finite(weight, "weight") for weight in got["after"]]


def judge_spread(weight: torch.Tensor, statistic: str) -> None:
    """Fail unless weights scatter around 0 with standard deviation 0.01."""
    std, mean = float(weight.std()), float(weight.mean())
    message = f"The weights have standard deviation {std:.3g}; expected 0.01."
    assert_below(log_ratio(std, 0.01), f"{statistic}std", message=message)
    assert_below(abs(mean) / 0.01, f"{statistic}mean", message=f"The weights have mean {mean:.3g}; expected 0.")


@check(
    "init_weights",
    weight=2,
    hints=[
        "Which number does the function that draws expect: a mean, a spread, a variance?",
        "Compare `.mean()` and `.std()` of the weight of a large layer, `nn.Linear(1000, 100)`, with 0 and 0.01 "
        "after the call.",
        "A standard deviation of 0.2 is a variance of 0.04; one of 0.01 is a variance of 0.0001.",
    ],
)
def test_weights_have_standard_deviation_one_hundredth(student: Student) -> None:
    """Weights of a linear layer have mean 0 and standard deviation 0.01."""
    (weight,) = weights_of(student, (200, 40))
    judge_spread(weight, "init_weights.")


@check(
    "init_weights",
    hints=[
        "net.apply calls the function for every module in it. Which of them have weights?",
        "Apply it to `nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))` and print both weights before "
        "and after.",
        "`nn.Sequential(nn.ReLU(), nn.Linear(2, 1)).apply(print)` shows what the function is called with: the "
        "parts, then the whole.",
    ],
)
def test_every_linear_layer_is_initialised(student: Student) -> None:
    """net.apply(init_weights) reaches all linear layers of a net, and stumbles over no other module."""
    for weight in weights_of(student, (100, 60), (60, 50), (50, 80)):
        judge_spread(weight, "init_weights.each_")


@check(
    "init_weights",
    about="how",
    hints=[
        "What does an optimiser hold that was made before?",
        "Compare `id(layer.weight)` and `layer.weight.requires_grad` before and after the call.",
        "A new `nn.Parameter` in the old one's place is another object: an optimiser that was made before goes "
        "on changing the old one.",
    ],
)
def test_weights_stay_the_layers_own_parameters(student: Student) -> None:
    """The layer's own parameter gets the new numbers, and can still be trained."""
    got = after_init(student, [(6, 4), (4, 3)])
    if not got["own"]:
        fail("After init_weights a layer has another parameter as its weight than before.")
    if not got["trainable"]:
        fail("A weight no longer requires gradients after init_weights.")


@check(
    "init_weights",
    about="how",
    hints=[
        "What may become of a bias?",
        "Print `layer.bias` before and after: is it the same, or zeros?",
    ],
)
def test_biases_are_left_or_zero(student: Student) -> None:
    """A linear layer's bias keeps its numbers, or is set to 0."""
    for before, after in after_init(student, [(6, 4), (4, 3)])["biases"]:
        before, after = finite(before, "a bias as it was"), finite(after, "a bias")
        if not is_close(after, before, rtol=0, atol=0) and not is_close(after, torch.zeros_like(before), atol=0):
            fail(f"A bias was {numbers(before)} and is {numbers(after)}; expected what it was, or zeros.")


@probe
def passed_over(student):
    """The kinds of modules other than linear layers that init_weights has changed, each applied and on its own."""
    nn = torch.nn
    made = [nn.Conv1d(2, 8, 3), nn.Conv2d(2, 8, 3), nn.BatchNorm1d(30), nn.BatchNorm2d(30), nn.LayerNorm(30)]
    net = nn.Sequential(nn.Flatten(), nn.Linear(6, 4), *made, nn.Tanh(), nn.Dropout(0.2))
    before = [[value.clone() for value in module.state_dict().values()] for module in made]
    net.apply(student.init_weights)
    return [
        type(module).__name__
        for module, values in zip(made, before, strict=True)
        if not all(map(torch.equal, module.state_dict().values(), values))
    ]


@check(
    "init_weights",
    about="how",
    hints=[
        "Which modules have a weight, and which of them are linear layers?",
        "Print the weights of `nn.Conv2d(1, 2, 3)` and of `nn.BatchNorm1d(4)` before and after the call.",
        '`hasattr(nn.BatchNorm1d(4), "weight")` is True: to have a weight does not make a linear layer.',
    ],
)
def test_other_modules_are_passed_over(student: Student) -> None:
    """Convolutions and normalisations keep the numbers that they have."""
    changed = student.run(passed_over)
    if changed:
        fail(
            f"init_weights has changed modules of the kind {', '.join(map(str, changed))}; expected linear ones alone."
        )


@check(
    "init_weights",
    hints=[
        "From which distribution are the weights drawn?",
        "Count how many of 10,000 weights lie beyond two standard deviations: of normal ones about 5 %.",
        "Uniform numbers with the standard deviation 0.01 end at 0.0173; normal ones go on beyond it.",
    ],
)
def test_weights_are_normal(student: Student) -> None:
    """The weights are drawn from a normal distribution: some of them lie far out."""
    (weight,) = weights_of(student, (200, 50))
    tails = float((((weight - weight.mean()) / (weight.std() + 1e-30)) ** 4).mean())
    message = f"The mean fourth power of the standardised weights is {tails:.3g}; of normal ones it is 3."
    assert_below(abs(tails - 3), "init_weights.tails", message=message)


# predict_labels


@probe
def labels_of(student, X, W, b):
    """Labels that are predicted with a linear net whose weights are W and b."""
    linear = torch.nn.Linear(*W.shape)
    linear.weight.data, linear.bias.data = W.T.clone(), b.clone()
    net = torch.nn.Sequential(torch.nn.Flatten(), linear)
    shapes = set()
    net.register_forward_pre_hook(lambda module, inputs: shapes.add(tuple(inputs[0].shape[1:])))
    labels = student.predict_labels(net, X)
    return {"labels": labels, "shapes": sorted(shapes)}


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


def judge_predictions(student: Student, shape: Sequence[int], num_outputs: int, rng: torch.Generator) -> None:
    """Fail unless predict_labels gives the classes of X of this shape, (n, …)."""
    X, W, b, logits = scratch.clear_examples(shape, num_outputs, rng)
    scratch.judge_labels(student.run(labels_of, X=X, W=W, b=b)["labels"], logits, name=NAME)


def judge_shapes(shapes: Any, expected: Sequence[int], iterator: str) -> None:
    """Fail unless the net was given inputs of one shape alone, but for their number."""
    for shape in shapes:
        if list(shape) != list(expected):
            came, wanted = (f"(n, {', '.join(map(str, each))})" for each in (shape, expected))
            fail(f"The net was given inputs of shape {came}; {iterator} has {wanted}, and the net may need them so.")


def judge_eval_mode(student: Student, n: int, num_inputs: int, num_outputs: int, rng: torch.Generator) -> None:
    """Fail unless a net with dropout and batch normalisation predicts as it does in eval mode."""
    W, b = scratch.drawn_model(num_inputs, num_outputs, rng)
    X, running_mean = torch.randn(8 * n + 40, num_inputs, generator=rng), torch.arange(1.0, num_outputs + 1)
    logits = X @ W + b - running_mean
    chosen = scratch.clear_rows(logits, n)
    got = student.run(labels_with_noise, X=X[chosen], W=W, b=b)
    if "refused" in got:
        fail(f"The net refused to predict: {str(got['refused'])[:160]}")
    if not is_close(got["running_mean"], running_mean):
        fail("While it predicted, the net went on to adapt its statistics to the images: it was in train mode.")
    scratch.judge_labels(got["labels"], logits[chosen], name=NAME)


@check(
    "predict_labels",
    hints=[
        "Of a row's k numbers, what is asked for?",
        "Compare your result with a row of `net(X)`: is it the place of the largest score, or the score?",
        "The row (0.2, 1.7, −0.1) has its largest score at the place 1: the label is 1.",
    ],
)
def test_labels_are_the_most_probable_classes(student: Student, rng: torch.Generator) -> None:
    """Each example gets the number of its most probable class."""
    judge_predictions(student, (8, 6), 8, rng)


@check(
    "predict_labels",
    hints=[
        "Which scores does a net give that ends with LogSoftmax?",
        "Print a row of its scores: they may all be negative. Is anything compared with 0, or cut off there?",
        "The largest of −5, −2 and −9 is −2, at the place 1.",
    ],
)
def test_scores_of_any_sign_are_compared(student: Student, rng: torch.Generator) -> None:
    """Where all scores of an example are negative, the largest one still decides."""
    X, W, b, logits = scratch.clear_examples((9, 5), 4, rng)
    lower = logits.max() + 1
    scratch.judge_labels(student.run(labels_of, X=X, W=W, b=b - lower)["labels"], logits - lower, name=NAME)


@check(
    "predict_labels",
    hints=[
        "Which shape and which dtype have n class numbers, and what does the net take?",
        "Print `.shape` and `.dtype` for five examples and for one, (5,) and (1,), int64, and `X.shape` before "
        "and inside of your function.",
    ],
)
def test_labels_are_a_flat_tensor(student: Student, rng: torch.Generator) -> None:
    """The net gets X as it comes, and the labels of n examples are an int64 tensor of shape (n,), also of one."""
    for n in (7, 1):
        X, W, b, _ = scratch.clear_examples((n, 1, 2, 3), 4, rng)
        got = student.run(labels_of, X=X, W=W, b=b)
        scratch.judge_label_form(got["labels"], n, name=NAME)
        judge_shapes(got["shapes"], (1, 2, 3), "X")


@check(
    "predict_labels",
    weight=2,
    hints=[
        "What do dropout and batch normalisation do while the net is in train mode?",
        "Print `net.training` inside of your function, just before the net is called.",
        "`d = nn.Dropout(0.5)`: `d(torch.ones(6))` shows zeros and twos, and after `d.eval()` six ones.",
    ],
)
def test_predictions_are_made_in_eval_mode(student: Student, rng: torch.Generator) -> None:
    """A net with dropout and batch normalisation, handed over in train mode, predicts as it does in eval mode."""
    judge_eval_mode(student, 12, 8, 5, rng)


# train_concise


@probe
def trained(student, W, b, train_set, test_set, batch_size, num_epochs, lr, loaded):
    """What train_concise returns, and the weights of a linear net when it first predicted and at the end."""

    def batches(X, y):
        if loaded:
            return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), batch_size=batch_size)
        return list(zip(X.split(batch_size), y.split(batch_size), strict=True))

    linear = torch.nn.Linear(*W.shape)
    linear.weight.data, linear.bias.data = W.T.clone(), b.clone()
    start: list[torch.Tensor] = []  # not W and b where the net is initialised again, which one check is about

    def note_start(module, inputs):
        if not start:
            start.append(module.weight.detach().T.clone())
            start.append(module.bias.detach().clone())

    linear.register_forward_pre_hook(note_start)
    # Log-probabilities are logits too: a loss of logits finds the same, one of log-probabilities is right as well.
    net = torch.nn.Sequential(torch.nn.Flatten(), linear, torch.nn.LogSoftmax(dim=1))
    shapes = set()
    net.register_forward_pre_hook(lambda module, inputs: shapes.add(tuple(inputs[0].shape[1:])))
    history = student.train_concise(net, batches(*train_set), batches(*test_set), num_epochs, lr)
    return {"history": history, "start": start, "W": linear.weight.T, "b": linear.bias, "shapes": sorted(shapes)}


@dataclass(frozen=True)
class Training:
    """A course of training for train_concise, and where it starts."""

    course: scratch.Course
    W: torch.Tensor
    b: torch.Tensor

    def run(self, student: Student, *, loaded: bool = False) -> Any:
        """Return what `trained` measured, or fail where backward() was refused or nothing was predicted."""
        course = self.course
        with told_refusal("scalar outputs", message="backward() was refused: {refusal}"):
            got = student.run(
                trained, W=self.W, b=self.b, train_set=course.train_set, test_set=course.test_set,
                batch_size=course.batch_size, num_epochs=course.num_epochs, lr=course.lr, loaded=loaded,
            )  # fmt: skip
        if not got["start"]:
            fail("The net that was handed over was never asked to predict anything.")
        if [each.shape for each in got["start"]] != [self.W.shape, self.b.shape]:
            fail("The net that was handed over has got weights of another shape.")
        assert_shape(got["W"], self.W.shape, name="the net's weights, turned,")
        assert_shape(got["b"], self.b.shape, name="the net's bias")
        return got


def drawn_training(
    rng: torch.Generator, *, shape: Sequence[int] = (5,), num_outputs: int = 3, num_epochs: int = 3, lr: float = 0.4,
    batch_size: int = 10,
) -> Training:  # fmt: skip
    """Draw examples and a start."""
    course = scratch.drawn_course(
        rng, shape=shape, num_outputs=num_outputs, num_epochs=num_epochs, lr=lr, batch_size=batch_size
    )
    return Training(course, *scratch.drawn_model(course.num_inputs, num_outputs, rng))


def judge_weights(got: Any, course: scratch.Course) -> None:
    """Fail unless the net's weights are where minibatch SGD on the mean loss leads."""
    right = course.epochs(*got["start"])[-1]
    for name, value, expected in (("weights", got["W"], right.W), ("bias", got["b"], right.b)):
        assert_close(value, expected, name=f"the trained net's {name}", rtol=1e-3, atol=1e-4)


def judge_history(got: Any, course: scratch.Course) -> None:
    """Fail unless the history's numbers are those of the training."""
    losses, accuracies, test_accuracies = scratch.history_of(got["history"], course.num_epochs).T
    W, b = finite(got["W"], "the net's weight"), finite(got["b"], "the net's bias")
    test_acc, right = float(test_accuracies[-1]), scratch.accuracy_of(*course.test_set, W, b)
    if not abs(test_acc - right) <= 1e-4:
        fail(f"The last test_acc is {test_acc:.4g}; the trained net predicts {right:.4g} of the test iterator right.")
    wanted, wanted_accuracies = scratch.nearest_series(losses, course.epochs(*got["start"]))
    assert_close(losses, wanted, name="train_loss, epoch by epoch,")
    assert_close(accuracies, wanted_accuracies, name="train_acc, epoch by epoch,")


@check(
    "train_concise",
    needs=TRAIN_NEEDS,
    hints=[
        "Compare what you return, and how often you note it, with the text.",
        "For 2 epochs print `len(history)`, `history[0]` and the types in it.",
        "They are 2 and three floats, such as (1.9, 0.45, 0.41): a loss, then two shares.",
    ],
)
def test_history_has_an_entry_for_each_epoch(student: Student, rng: torch.Generator) -> None:
    """Training returns a list with three floats for each of the epochs asked for."""
    scratch.judge_history_form(drawn_training(rng, num_epochs=5, num_outputs=4).run(student)["history"], 5)


@check(
    "train_concise",
    needs=TRAIN_NEEDS,
    hints=[
        "What does the net hold when it comes, and what does it take?",
        "Print a weight before the first step, and `X.shape` where the net gets it: are both as they came?",
    ],
)
def test_net_is_used_as_it_comes(student: Student, rng: torch.Generator) -> None:
    """Training begins with the numbers that the net holds, and the net gets the images as the iterator has them."""
    training = drawn_training(rng, shape=(1, 2, 3), num_epochs=1)
    got = training.run(student)
    for name, value, own in zip(("weights", "bias"), got["start"], (training.W, training.b), strict=True):
        assert_close(value, own, name=f"the net's {name} at its first prediction", atol=1e-6)
    judge_shapes(got["shapes"], (1, 2, 3), "the iterator")


@check(
    "train_concise",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "How often, and when, is the test accuracy measured?",
        "Find the line that measures it: is it inside of the loop over epochs, and below the steps?",
        "Three epochs have three test accuracies, such as 0.3, 0.5, 0.6: not the last one three times, and not "
        "that of `train_iter`.",
    ],
)
def test_test_accuracy_is_measured_after_each_epoch(student: Student, rng: torch.Generator) -> None:
    """Each epoch has a test accuracy of its own, here a low one first and high ones later."""
    course = scratch.late_course(rng)
    got = Training(course, torch.zeros(2, 2), torch.zeros(2)).run(student)
    scratch.judge_test_accuracies(got["history"], course, *got["start"])


@check(
    "train_concise",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "Zero, backward, step. And what does the loss expect, and what does it return?",
        "Print a weight and its `.grad` around one step: is the gradient that of this minibatch alone, and the "
        "step lr times it?",
        "Logits 2 and 0 with the label 0 cost 0.127. If they go through softmax first, the loss takes 0.881 and "
        "0.119 for logits and says 0.383.",
    ],
)
def test_net_is_trained_in_place(student: Student, rng: torch.Generator) -> None:
    """Each minibatch moves the net's own parameters by lr times the gradient of its mean loss."""
    training = drawn_training(rng)
    judge_weights(training.run(student), training.course)


@check(
    "train_concise",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "What is added up over the minibatches, and divided by what?",
        "Print size, loss and right ones of each minibatch: is a mean turned back into a sum before it is added up?",
        "Minibatches of 4 and 1 with the mean losses 1 and 2: 4 + 2 over five examples is 1.2. The mean of the "
        "two means is 1.5.",
    ],
)
def test_history_is_that_of_the_training(student: Student, rng: torch.Generator) -> None:
    """The entries are mean loss, training accuracy and test accuracy of each epoch, over minibatches of uneven size."""
    training = drawn_training(rng, shape=(1, 2, 3), num_outputs=4, lr=0.3, batch_size=12)
    judge_history(training.run(student, loaded=True), training.course)


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


@check(
    "train_concise",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "In which mode does the net predict the test examples?",
        "Print `net.training` where the test examples are predicted, in the first and in the second epoch.",
        "A net stays in the mode in which it was last put: after the steps of an epoch it is in train mode "
        "until somebody changes that.",
    ],
)
def test_accuracy_is_measured_in_eval_mode(student: Student, rng: torch.Generator) -> None:
    """The examples of test_iter are predicted in eval mode, in each epoch."""
    course = scratch.drawn_course(rng)
    modes = student.run(modes_of_tests, train_set=course.train_set, test_set=course.test_set, num_epochs=2)
    if not isinstance(modes, list) or not modes:
        fail("The net that was handed over was never asked to predict the test examples.")
    if any(modes):
        fail(f"{modes.count(True)} of {len(modes)} minibatches of test_iter were predicted in train mode.")


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


def judge_training(student: Student, course: scratch.Course, X: torch.Tensor, y: torch.Tensor, statistic: str) -> None:
    """Fail unless the student's net learns to predict enough of X right."""
    got = student.run(
        scores_after_training, train_set=course.train_set, shown=course.test_set, X=X, num_epochs=course.num_epochs,
        lr=course.lr, batch_size=course.batch_size,
    )  # fmt: skip
    assert_shape(got["scores"], (len(y), 10), name="the trained net's output")
    history = got["history"] if isinstance(got["history"], list) else []
    losses = [entry[0] for entry in history if isinstance(entry, list) and entry and isinstance(entry[0], float)]
    if len(losses) == course.num_epochs:
        show_curve("Training loss", losses, x_label="epoch", y_label="mean loss of the epoch", band=statistic)
    if losses and losses[-1] < 0:
        fail(f"The loss of the last epoch is {losses[-1]:.4g}; a cross-entropy is never negative.")
    predicted = torch.as_tensor(got["scores"]).argmax(dim=1)
    scratch.judge_error(float((predicted != y).double().mean()), course.num_epochs, statistic)


@check(
    "train_concise",
    weight=2,
    needs=NET_NEEDS,
    hints=[
        "Which iterator teaches, which one asks?",
        "Print the loss of each epoch: does it fall? If not, print a weight before and after one epoch.",
        "Guessing among ten classes is right in one case of ten. Near 0.1 the predictions do not depend on the "
        "image, or the weights not on the training.",
    ],
    timeout_s=20,
)
def test_accuracy_on_images_never_seen(student: Student, secret_rng: torch.Generator) -> None:
    """After ten epochs on 1,000 garments, your net classifies images that it has never seen."""
    course, X, y = scratch.course_of_garments(secret_rng, 1000, num_epochs=10, lr=0.03, batch_size=25)
    judge_training(student, course, X, y, "train_concise.test_error")


# break_predict_labels


def likeliest(scores: torch.Tensor) -> torch.Tensor:
    """Return the classes that the function given in the notebook picks."""
    return torch.relu(scores).argmax(dim=1)


@check(
    "break_predict_labels",
    hints=[
        "Which scores does relu make alike?",
        "Write down three scores that all lie below zero: what does relu leave of them, and which class wins a tie?",
    ],
)
def test_both_classes_disagree(student: Student) -> None:
    """For the scores returned, `likeliest` picks another class than that of the largest score."""
    arguments = {"scores": a_tensor((20, 20))}
    assert_breaks(
        student, "break_predict_labels", arguments, given=likeliest, right=lambda scores: scores.argmax(dim=1)
    )
