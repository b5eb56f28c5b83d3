"""Visible checks of `mlp`: a network with one hidden layer, from scratch and as a module."""

import functools
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import torch
from coursedata import load_garments

from autograder.judging.student import Student
from autograder.judging.suite import (
    a_tensor,
    assert_below,
    assert_breaks,
    assert_close,
    assert_dtype,
    assert_not_using,
    assert_shape,
    check,
    fail,
    finite,
    in_shape,
    is_close,
    log_ratio,
    new_seed,
    numbers,
    probe,
    several,
    show_curve,
)
from autograder.judging.suite.asking import ask, ask_unchanged, gradients, leaf

NAMES = ("W1", "b1", "W2", "b2")
MODEL_NEEDS = ("relu", "mlp")
LAYERS = ("Linear", "LazyLinear")  # what the model from scratch has to do without; the function `linear` is a product
Batches = Sequence[tuple[torch.Tensor, torch.Tensor]]

# relu


def judge_relu(student: Student, X: torch.Tensor) -> None:
    """Fail unless relu keeps what is positive and sets the rest to zero."""
    assert_close(ask(student, "relu", X), X.clamp(min=0), name="relu(X)")


@check(
    "relu",
    weight=2,
    hints=[
        "Try it on −2, 0 and 3 by hand.",
        "Compare element by element: what is positive stays, all else is 0, and the shape is that of X.",
        "[[4, −1], [−0.5, 0]] becomes [[4, 0], [0, 0]].",
    ],
)
def test_relu_keeps_the_positive_part(student: Student, rng: torch.Generator) -> None:
    """Positive elements stay as they are, negative ones become 0, in the shape of X."""
    judge_relu(student, 3 * torch.randn(4, 6, generator=rng))


@check(
    "relu",
    about="how",
    hints=[
        "Which tensor does your function write into?",
        "Print `X` before and after the call. Which operation has a name that ends with `_`, or assigns to "
        "places of X?",
        "`a = torch.ones(2); b = a; b[0] = 5; print(a)` shows the 5: two names, one tensor.",
    ],
)
def test_relu_leaves_its_argument_alone(student: Student, rng: torch.Generator) -> None:
    """X holds the same numbers afterwards: the result is a new tensor."""
    X = torch.randn(5, 3, generator=rng)
    ask_unchanged(student, "relu", X, names=("X",))


@check(
    "relu",
    hints=[
        "Which operations can autograd follow, and which slope has relu on either side of 0?",
        "Take an X of −2 and 3 that requires gradients, go back from the sum of `relu(X)`, and print `X.grad`: "
        "0 and 1?",
        "What goes through `.detach()`, `.numpy()` or a new `torch.tensor(…)` has no way back: `X.grad` stays None.",
    ],
)
def test_relu_sends_gradients_back(student: Student) -> None:
    """The gradient is 1 for positive elements and 0 for negative ones."""
    X = torch.tensor([-3.0, -0.5, 0.25, 2.0, 40.0])
    _, (grad,) = gradients(student, "relu", X, of=(0,), leaves=False)
    if grad is None:
        fail("Autograd cannot go back from relu(X) to X.")
    assert_close(grad, (X > 0).float(), name="gradient of the summed relu(X)")


# init_mlp_params


@probe
def parameters(student, sizes, options):
    """What init_mlp_params returns, and what each tensor is: to be trained, a leaf, with numbers of its own."""
    got = student.init_mlp_params(*sizes, **options)
    got = list(got) if isinstance(got, (list, tuple)) else got
    if not isinstance(got, list) or not all(isinstance(part, torch.Tensor) for part in got):
        return {"params": got, "trainable": False, "leaves": False, "separate": False, "new": False, "drawn": False}
    again = student.init_mlp_params(*sizes, **options)
    held = [part for part in again if isinstance(part, torch.Tensor)] if isinstance(again, (list, tuple)) else []
    params = [part.detach().clone() for part in got]
    alike = [old.numel() > 1 and torch.equal(old, new) for old, new in zip(params[::2], held[::2], strict=False)]
    for part in got:
        part.data += 1  # once to each: numbers that two of them hold are moved twice
    return {
        "params": params,
        "trainable": all(part.requires_grad for part in got),
        "leaves": all(part.is_leaf for part in got),
        "separate": all(torch.equal(part, param + 1) for part, param in zip(got, params, strict=True)),
        "new": not {part.data_ptr() for part in got} & {part.data_ptr() for part in held},
        "drawn": not any(alike),
    }


def four_parameters(got: Any, sizes: tuple[int, int, int]) -> list[torch.Tensor]:
    """Return finite W1, b1, W2, b2 in the right shapes, in float64; a check of its own asks for the shapes."""
    params = got["params"]
    if not isinstance(params, list) or len(params) != 4 or not all(isinstance(p, torch.Tensor) for p in params):
        fail("init_mlp_params did not return four tensors [W1, b1, W2, b2].")
    found = []
    for name, param, shape in zip(NAMES, params, shapes_of(sizes), strict=True):
        param = in_shape(param, shape)
        assert_shape(param, shape, name=name)
        found.append(finite(param, name))
    return found


def shapes_of(sizes: tuple[int, int, int]) -> list[tuple[int, ...]]:
    """Return the shapes of W1, b1, W2, b2 for these numbers of inputs, hidden units and outputs."""
    num_inputs, num_hiddens, num_outputs = sizes
    return [(num_inputs, num_hiddens), (num_hiddens,), (num_hiddens, num_outputs), (num_outputs,)]


@check(
    "init_mlp_params",
    hints=[
        "Which sizes does each layer join, and which comes first?",
        "Print the four shapes and dtypes: a weight matrix has what comes in first, and what goes out second.",
        "For 3 inputs, 5 hidden units and 2 outputs they are (3, 5), (5,), (5, 2) and (2,).",
    ],
)
def test_params_have_the_shapes_of_two_layers(student: Student) -> None:
    """The result is [W1, b1, W2, b2], float32, each layer's weights of shape (inputs, outputs)."""
    got = student.run(parameters, sizes=(12, 7, 3), options={})
    four_parameters(got, (12, 7, 3))
    for name, param, shape in zip(NAMES, got["params"], shapes_of((12, 7, 3)), strict=True):
        assert_shape(param, shape, name=name)
        assert_dtype(param, torch.float32, name=name)
    assert_not_using(student, "init_mlp_params", without=LAYERS)


@check(
    "init_mlp_params",
    weight=2,
    hints=[
        "Which number do you draw with, and what would happen if all weights were alike?",
        "Compare `.mean()` and `.std()` of a W1 of (784, 256) with 0 and 0.01, and two of its columns with each other.",
        "A standard deviation of 0.2 is a variance of 0.04. Uniform numbers from 0 to 1 have the mean 0.5 and "
        "the standard deviation 0.29.",
    ],
)
def test_weights_are_small_normal_numbers(student: Student) -> None:
    """By default, weights are drawn from a normal distribution with mean 0 and standard deviation 0.01."""
    sizes = (200, 150, 80)
    W1, _, W2, _ = four_parameters(student.run(parameters, sizes=sizes, options={}), sizes)
    judge_weights(W1, W2, 0.01)


def judge_weights(W1: torch.Tensor, W2: torch.Tensor, std: float) -> None:
    """Fail unless the weights of both layers are draws from N(0, std²)."""
    for name, W in (("W1", W1), ("W2", W2)):
        found, mean = float(W.std()), float(W.mean())
        different = len(W.unique())
        if different < 0.9 * W.numel():
            fail(f"The {W.numel()} weights of {name} hold only {different} different values, from {W.min():.4g} "
                 f"to {W.max():.4g}.")  # fmt: skip
        # In units of the spread of each statistic for normal draws, so that one threshold serves all sizes.
        assert_below(
            log_ratio(found, std) * math.sqrt(2 * W.numel()), "init_mlp_params.std",
            message=f"The weights {name} have standard deviation {found:.4g}; expected {std:.4g}.",
        )  # fmt: skip
        assert_below(
            abs(mean) / std * math.sqrt(W.numel()), "init_mlp_params.mean",
            message=f"The weights {name} have mean {mean:.4g}; expected 0, with standard deviation {std:.4g}.",
        )  # fmt: skip
        kurtosis = float((((W - mean) / found) ** 4).mean()) - 3
        assert_below(
            abs(kurtosis) * math.sqrt(W.numel() / 24), "init_mlp_params.kurtosis",
            message=f"The weights {name} have an excess kurtosis of {kurtosis:.2f}; normal ones have 0, "
                    "uniform ones −1.2.",
        )  # fmt: skip


@check(
    "init_mlp_params",
    hints=[
        "What is the value of each bias, and of what is there one for each unit?",
        "Print both biases. Then change one in place and print the other: it stays.",
        "For 5 hidden units and 2 outputs these are five zeros, and two zeros.",
    ],
)
def test_biases_start_at_zero(student: Student) -> None:
    """There is a bias for each hidden unit and for each output, all of them 0, in tensors of their own."""
    sizes = (6, 5, 5)
    got = student.run(parameters, sizes=sizes, options={})
    _, b1, _, b2 = four_parameters(got, sizes)
    for name, b in (("b1", b1), ("b2", b2)):
        if not bool((b == 0).all()):
            fail(f"{name} is {numbers(b)}; expected zeros.")
    if not got["separate"]:
        fail("Two of the four parameters hold the same numbers in memory: where one moves, the other moves along.")


@check(
    "init_mlp_params",
    hints=[
        "In which order do scaling and asking for gradients have to come?",
        "Print `.is_leaf` and `.requires_grad` of each of the four.",
        "`(0.5 * torch.ones(2, requires_grad=True)).is_leaf` is False: it is the result of a product. A tensor "
        "that is asked for gradients when it is finished is a leaf.",
    ],
)
def test_params_are_leaves_that_require_gradients(student: Student) -> None:
    """All four are leaf tensors that require gradients, so that backward() fills their .grad."""
    got = student.run(parameters, sizes=(6, 4, 3), options={})
    four_parameters(got, (6, 4, 3))
    if not got["trainable"]:
        fail("Not all four parameters require gradients.")
    if not got["leaves"]:
        fail("Not all four parameters are leaf tensors: some are the result of a computation that autograd followed.")


# mlp


@probe
def logits_of(student, X, params):
    """Logits, the gradients that their sum sends to the parameters, and the ready-made layers called."""
    for param in params:
        param.requires_grad_()
    linear = []
    noting = torch.nn.modules.module.register_module_forward_pre_hook(
        lambda module, inputs: linear.append(isinstance(module, torch.nn.Linear))
    )
    try:
        logits = student.mlp(X, params)
    except NotImplementedError:
        raise
    except RuntimeError as error:
        return {"refused": str(error)}
    finally:
        noting.remove()
    if isinstance(logits, torch.Tensor) and logits.requires_grad:
        logits.sum().backward()
    return {"logits": logits, "grads": [param.grad for param in params], "calls": ["Linear"] * any(linear)}


def model(X: torch.Tensor, params: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the logits of a network with one hidden layer, from rows or images."""
    W1, b1, W2, b2 = params
    return (X.flatten(1) @ W1 + b1).relu() @ W2 + b2


def drawn_params(rng: torch.Generator, sizes: tuple[int, int, int], std: float | None = None) -> list[torch.Tensor]:
    """Return W1, b1, W2, b2 with biases that are not zero and, by default, activations of order 1."""
    scales = (1 / math.sqrt(sizes[0]), 1.0, 1.0, 1.0) if std is None else (std,) * 4
    return [scale * torch.randn(shape, generator=rng) for shape, scale in zip(shapes_of(sizes), scales, strict=True)]


def judge_logits(student: Student, X: torch.Tensor, params: list[torch.Tensor], told: str) -> Any:
    """Fail unless mlp gives the logits of X; return what the probe measured."""
    got = student.run(logits_of, X=X, params=params)
    if "refused" in got:
        fail(f"PyTorch refused to compute mlp of {told}: {got['refused']}")
    assert_close(got["logits"], model(X, params), name=f"mlp of {told}", atol=1e-4)
    if len(got["grads"]) != len(params):
        fail(f"{len(got['grads'])} gradients came; {len(params)} were asked for.")
    return got


@check(
    "mlp",
    weight=2,
    needs=("relu",),
    hints=[
        "Write down the shape after each step. What comes between the two products?",
        "For five rows the shapes are (5, num_inputs), (5, num_hiddens), (5, num_outputs): print them. Is "
        "anything done to the last one?",
        "X = (1, 2) and W1 = [[1, −1], [1, 0]] with biases 0 give (3, −1), after relu (3, 0). With W2 = [[2], "
        "[7]] and b2 = 1 the logit is 7.",
    ],
)
def test_mlp_gives_logits_of_rows(student: Student, rng: torch.Generator) -> None:
    """Flat rows (n, num_inputs) give logits (n, num_outputs): an affine layer, relu, and another affine layer."""
    params = drawn_params(rng, (12, 5, 5))
    got = judge_logits(student, torch.randn(6, 12, generator=rng), params, "6 rows of 12 inputs")
    assert_not_using(student, "mlp", without=LAYERS, calls=got["calls"])


@check(
    "mlp",
    needs=("relu",),
    hints=[
        "What is the shape of an image, and what does the first layer expect?",
        "Print the shape of `X` just before the first product: as many rows as images?",
        "`torch.zeros(2, 1, 3, 4)` holds 24 numbers for two images: two rows of 12.",
    ],
)
def test_mlp_gives_logits_of_images(student: Student, rng: torch.Generator) -> None:
    """Images (n, 1, 28, 28) are flattened, each into a row of its own."""
    params = drawn_params(rng, (784, 6, 10))
    judge_logits(student, torch.randn(4, 1, 28, 28, generator=rng), params, "4 images of shape (1, 28, 28)")


@check(
    "mlp",
    needs=("relu",),
    hints=[
        "Which values leave autograd's sight on the way?",
        "Go back from the sum of the logits, and print which of the four have a `.grad` that is None or all zeros.",
        "`torch.tensor([3.0], requires_grad=True).item() * 2` has no way back. The same holds after "
        "`.detach()`, `.numpy()` and a new `torch.tensor(…)`.",
    ],
)
def test_gradients_reach_all_parameters(student: Student, rng: torch.Generator) -> None:
    """Autograd can go back from the logits to both layers' weights and biases."""
    params = drawn_params(rng, (4, 6, 3))
    X = torch.randn(8, 4, generator=rng)
    got = judge_logits(student, X, params, "8 rows of 4 inputs")
    held = [param.clone().requires_grad_() for param in params]
    model(X, held).sum().backward()
    for name, grad, own in zip(NAMES, got["grads"], held, strict=True):
        if grad is None:
            fail(f"No gradient comes back from the logits to {name}.")
        assert_close(grad, own.grad, name=f"gradient of the summed logits with respect to {name}", atol=1e-4)


# make_mlp


@probe
def module_outputs(student, sizes, params, inputs):
    """What a module gives for each input once its parameters have been set, found by their shapes."""
    net = student.make_mlp(*sizes)
    if not isinstance(net, torch.nn.Module):
        return {"type": type(net).__name__}

    def outputs(X):
        try:
            return {"first": net(X), "second": net(X)}
        except RuntimeError as error:
            return {"refused": str(error)}

    other = {id(parameter) for parameter in student.make_mlp(*sizes).parameters()}
    with torch.no_grad():
        for X in inputs:  # a lazy layer takes its shape from the first input
            outputs(X)
        own = list(net.parameters())
        start = [parameter.clone() for parameter in own]
        for parameter in own:
            for value in params:
                if parameter.shape == value.shape:
                    parameter.copy_(value)
                elif parameter.shape == value.t().shape:
                    parameter.copy_(value.t())
        trainable = all(parameter.requires_grad for parameter in own)
        new = not any(id(parameter) in other for parameter in own)
        return {"outputs": [outputs(X) for X in inputs], "start": start, "trainable": trainable, "new": new}


def judge_module(
    student: Student, sizes: tuple[int, int, int], params: list[torch.Tensor], inputs: list[torch.Tensor]
) -> Any:
    """Fail unless make_mlp gives a module that computes what mlp does; return what the probe measured."""
    got = student.run(module_outputs, sizes=sizes, params=params, inputs=inputs)
    if "outputs" not in got:
        fail(f"make_mlp returned no nn.Module but {str(got['type'])[:60]}.")
    shapes = [tuple(value.shape) for value in got["start"]]
    if unordered(shapes) != unordered(param.shape for param in params):
        expected = ", ".join(map(str, shapes_of(sizes)))
        fail(f"The module's parameters have shapes {', '.join(map(str, shapes))}; expected {expected}, in any order, a "
             "weight either way round.")  # fmt: skip
    if len(got["outputs"]) != len(inputs):
        fail(f"{len(got['outputs'])} outputs came; {len(inputs)} were asked for.")
    for X, outputs in zip(inputs, got["outputs"], strict=True):
        told = f"the module's output for an input of shape {tuple(X.shape)}"
        if "refused" in outputs:
            fail(f"PyTorch refused to compute {told}: {outputs['refused']}")
        if isinstance(outputs["first"], torch.Tensor) and not is_close(outputs["first"], outputs["second"]):
            fail(f"Asked twice, {told} differs.")
        assert_close(outputs["first"], model(X, params), name=told, atol=1e-4)
    return got


def unordered(shapes: Iterable[Sequence[int]]) -> list[list[int]]:
    """Return shapes so that their order, and which axis of a matrix comes first, do not count."""
    return sorted(sorted(shape) for shape in shapes)


@check(
    "make_mlp",
    weight=2,
    hints=[
        "Compare your layers, one by one, with the formula of the section.",
        "Print the module: which layers stand there, in which order, and does anything come after the last affine one?",
        "`nn.Linear(3, 2)` has a weight of (2, 3), outputs first. For 4 inputs, 3 hidden units and 2 outputs "
        "there are four parameters: (3, 4), (3,), (2, 3), (2,).",
    ],
)
def test_module_computes_what_mlp_does(student: Student, rng: torch.Generator) -> None:
    """With the same weights and biases, the module gives the logits that mlp gives, for rows and for images."""
    sizes = (12, 7, 3)
    X = torch.randn(5, 12, generator=rng)
    judge_module(student, sizes, drawn_params(rng, sizes), [X, X.reshape(5, 1, 3, 4)])


@check(
    "make_mlp",
    hints=[
        "What breaks the symmetry between hidden units?",
        "Print the weights of the first layer of two modules: do rows differ, and do the modules?",
        "Two hidden units with the same weights to all inputs and outputs give the same activations, get the "
        "same gradients, and stay alike.",
    ],
)
def test_module_starts_from_different_units(student: Student, rng: torch.Generator) -> None:
    """The module's parameters are new and can be trained, and its hidden units start differently."""
    sizes = (12, 7, 3)
    got = judge_module(student, sizes, drawn_params(rng, sizes), [torch.randn(5, 12, generator=rng)])
    if not got["trainable"]:
        fail("Some of the module's parameters do not require gradients.")
    if not got["new"]:
        fail("Two calls of make_mlp gave modules with the same parameters: where one is trained, the other is, too.")
    for W in got["start"]:
        if W.dim() == 2 and len(finite(W, "a layer's weights").unique()) < 2:
            fail("All weights of a layer start with one and the same value.")


# train_mlp


@probe
def trained(student, params, images, labels, batch_size, schedule, loader, own_params):
    """Parameters and losses after training, in a row, with each (num_epochs, lr) of the schedule."""
    if own_params:  # their numbers: what kind of tensors they have to be is another question's
        params = [param.detach().float() for param in student.init_mlp_params(*own_params)]
    held = [param.requires_grad_() for param in params]
    X = images.float().div(255).unsqueeze(1) if images.dtype == torch.uint8 else images
    y = labels.long()
    data = torch.utils.data
    loaded = data.DataLoader(data.TensorDataset(X, y), batch_size=batch_size)
    train_iter = loaded if loader else list(zip(X.split(batch_size), y.split(batch_size), strict=True))
    passed = list(held)
    losses = [student.train_mlp(passed, train_iter, num_epochs, lr) for num_epochs, lr in schedule]
    return {
        "params": [param.detach() for param in held],
        "losses": losses,
        "trainable": all(param.is_leaf and param.requires_grad for param in held),
    }


def run_training(student: Student, **settings: Any) -> Any:
    """Return what `trained` measured: four parameters, and what came back from each part of the schedule."""
    got = student.run(trained, **settings)
    if len(got["params"]) != 4 or len(got["losses"]) != len(settings["schedule"]):
        fail(f"{len(got['params'])} parameters and {len(got['losses'])} answers came; expected 4 and "
             f"{len(settings['schedule'])}.")  # fmt: skip
    return got


mean_loss = torch.nn.functional.cross_entropy


def descend(
    params: Sequence[torch.Tensor], batches: Batches, num_epochs: int, lr: float
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Train a network in float64 by minibatch SGD; return its parameters and the mean losses of the epochs.

    They are means over examples, over minibatches, and over examples once the epoch is over.
    """
    held = [param.double().requires_grad_() for param in params]
    all_X, all_y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    losses, at_the_end = [], []
    for _ in range(num_epochs):
        losses.append([step(held, mean_loss(model(X.double(), held), y), lr) for X, y in batches])
        at_the_end.append(float(mean_loss(model(all_X.double(), held), all_y).detach()))
    each = torch.tensor(losses, dtype=torch.float64)
    over_examples = each @ torch.tensor([len(y) / len(all_y) for _, y in batches], dtype=torch.float64)
    return [param.detach() for param in held], [over_examples, each.mean(1), torch.tensor(at_the_end)]


def step(params: Sequence[torch.Tensor], loss: torch.Tensor, lr: float) -> float:
    """Take a step of SGD, in place, and return the loss before it."""
    for param, grad in zip(params, torch.autograd.grad(loss, params), strict=True):
        param.data -= lr * grad
    return float(loss.detach())


def loss_values(values: Any) -> list[float] | None:
    """Return the numbers in what train_mlp gave: a list of numbers, of tensors of one element, or a flat tensor."""
    if isinstance(values, torch.Tensor):
        values = list(values.reshape(-1))
    if not isinstance(values, list) or not all(
        isinstance(each, (int, float)) or (isinstance(each, torch.Tensor) and each.numel() == 1) for each in values
    ):
        return None
    return [float(each) for each in values]


def judge_training(
    student: Student, rng: torch.Generator, *, n: int, batch_size: int, num_epochs: int, lr: float, loader: bool = False
) -> tuple[Any, list[torch.Tensor]]:
    """Fail unless training moves all four parameters as minibatch SGD does; return what came and what losses may."""
    params = [param / 2 for param in drawn_params(rng, (6, 8, 3))]
    X, y = torch.randn(n, 6, generator=rng), torch.randint(3, (n,), generator=rng)
    batches = list(zip(X.split(batch_size), y.split(batch_size), strict=True))
    got = run_training(
        student, params=params, images=X, labels=y, batch_size=batch_size, schedule=[(num_epochs, lr)],
        loader=loader, own_params=None,
    )  # fmt: skip
    right, means = descend(params, batches, num_epochs, lr)
    for name, param, wanted in zip(NAMES, got["params"], right, strict=True):
        told = f"{name} after {num_epochs} epochs of {len(batches)} minibatches at lr={lr:g}"
        assert_close(finite(param, name), wanted, name=told, rtol=2e-3, atol=1e-3)
    return got, means


@check(
    "train_mlp",
    weight=2,
    needs=MODEL_NEEDS,
    hints=[
        "Do one step by hand: which loss, which gradient, which lr, which tensors?",
        "Compare each of the four before and after one minibatch: does it move by lr times the gradient of a "
        "mean, and is `.grad` empty before the next?",
        "Two examples pull a weight by the gradients 1 and 3: their mean is 2, so at lr 0.5 it moves by −1. A "
        "sum would move it by −2.",
    ],
)
def test_training_is_minibatch_sgd(student: Student, rng: torch.Generator) -> None:
    """Each minibatch moves W1, b1, W2 and b2, in place, by lr times the gradient of its mean cross-entropy."""
    got, _ = judge_training(student, rng, n=20, batch_size=5, num_epochs=3, lr=0.3)
    if not got["trainable"]:
        fail("After training a parameter no longer is a leaf tensor that requires gradients.")


@check(
    "train_mlp",
    needs=MODEL_NEEDS,
    hints=[
        "How many losses are there, and over what is each a mean?",
        "Print size and loss of each minibatch: is a mean turned back into a sum before it is added up?",
        "Minibatches of 4 and 1 with the mean losses 1 and 2: 4 + 2 over five examples is 1.2. The mean of the "
        "two means is 1.5.",
    ],
)
def test_training_returns_the_mean_loss_of_each_epoch(student: Student, rng: torch.Generator) -> None:
    """There is one loss for each epoch: the mean cross-entropy of its examples."""
    judge_losses(*judge_training(student, rng, n=24, batch_size=6, num_epochs=4, lr=0.5))


@check(
    "train_mlp",
    needs=MODEL_NEEDS,
    hints=[
        "What kind of numbers is asked for, and in what?",
        "`print(type(losses), type(losses[0]))`: a list, and a float in it.",
        "`torch.tensor(0.5)` is a tensor with one number in it; `torch.tensor(0.5).item()` is the float.",
    ],
)
def test_losses_are_a_list_of_floats(student: Student, rng: torch.Generator) -> None:
    """The losses are a list of Python floats, and no tensors."""
    params = [param / 2 for param in drawn_params(rng, (6, 8, 3))]
    got = run_training(
        student, params=params, images=torch.randn(8, 6, generator=rng), labels=torch.arange(8) % 3, batch_size=4,
        schedule=[(2, 0.1)], loader=False, own_params=None,
    )["losses"][0]  # fmt: skip
    if not isinstance(got, list):
        fail(f"train_mlp returned {type(got).__name__}; expected a list of Python floats.")
    if len(got) != 2:
        fail(f"train_mlp returned {len(got)} losses for num_epochs=2; expected one an epoch.")
    other = sorted({type(each).__name__ for each in got if not isinstance(each, (int, float))})
    if other:
        fail(f"The losses are of the kind {', '.join(other)}; expected Python floats.")


def judge_losses(got: Any, right: list[torch.Tensor]) -> None:
    """Fail unless the losses are means: over examples or minibatches, as the epoch went or at its end."""
    seen, num_epochs = loss_values(got["losses"][0]), len(right[0])
    if seen is None:
        fail("train_mlp did not return a list with one number an epoch.")
    if len(seen) != num_epochs:
        fail(f"train_mlp returned {len(seen)} losses for num_epochs={num_epochs}; expected one an epoch.")
    if not any(is_close(seen, means, rtol=2e-3) for means in right):
        fail(f"The losses are not the means of the epochs.\ngot      {numbers(seen)}\nexpected {numbers(right[0])}")


class Task(NamedTuple):
    """Garments to train on (uint8 images, labels), others to be judged by, and how well softmax regression does."""

    images: torch.Tensor
    labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor
    softmax_error: float


BATCH_SIZE = 50
SCHEDULE = ((12, 0.3), (3, 0.05))  # (num_epochs, lr): the short second part lets the parameters settle


@functools.lru_cache(maxsize=8)
def garments_task(seed: int, num_examples: int) -> Task:
    """Draw garments that nobody has seen, and train softmax regression on them as the network will be trained.

    The classes are numbered anew: what was learned elsewhere is of no use.
    """
    images, labels = load_garments("train", seed=seed, subset=num_examples + 4000)
    labels = torch.randperm(10, generator=torch.Generator().manual_seed(seed))[labels.long()]
    images, test_images = images[:num_examples], images[num_examples:]  # the more to test on, the less chance decides
    labels, test_labels = labels[:num_examples], labels[num_examples:]
    X, y = pixels(images), labels.long()
    W, b = torch.zeros(784, 10, requires_grad=True), torch.zeros(10, requires_grad=True)
    for num_epochs, lr in SCHEDULE:
        for _ in range(num_epochs):
            for rows, classes in zip(X.split(BATCH_SIZE), y.split(BATCH_SIZE), strict=True):
                step((W, b), mean_loss(rows @ W + b, classes), lr)
    with torch.no_grad():
        wrong = (pixels(test_images) @ W + b).argmax(1) != test_labels
    return Task(images, labels, test_images, test_labels, float(wrong.float().mean()))


def pixels(images: torch.Tensor) -> torch.Tensor:
    """Return uint8 images (n, 28, 28) as rows (n, 784) of numbers from 0 to 1."""
    return images.reshape(len(images), -1).float() / 255


def judge_accuracy(task: Task, got: Any, statistic: str) -> None:
    """Fail unless the trained parameters make clearly fewer mistakes than softmax regression on unseen garments."""
    curve = [loss for part in got["losses"] for loss in loss_values(part) or []]
    show_curve(
        "Mean loss of each epoch", curve, x_label="epoch", y_label="mean cross-entropy", band=f"{statistic}.losses"
    )
    params = [finite(param, name).float() for name, param in zip(NAMES, got["params"], strict=True)]
    wrong = model(pixels(task.test_images), params).argmax(1) != task.test_labels
    error = float(wrong.float().mean())
    assert_below(
        error / task.softmax_error, statistic,
        message=f"On {len(wrong):,} new images your network is right for {1 - error:.1%}, softmax regression for "
                f"{1 - task.softmax_error:.1%}. It should make less than {{threshold}} times as many mistakes, "
                "not {value} times as many.",
    )  # fmt: skip


@check(
    "train_mlp",
    weight=2,
    needs=MODEL_NEEDS,
    hints=[
        "Draw the losses: do they still fall? Print each parameter before and after.",
        "Compare the loss with log 10 = 2.303, which guessing among ten classes costs: near it nothing is learned.",
        "Without relu two layers are one: 3 · (2x + 1) is 6x + 3, a straight line as before. Does relu stand "
        "where `mlp` needs it?",
    ],
)
def test_the_hidden_layer_beats_softmax_regression(student: Student, secret_rng: torch.Generator) -> None:
    """Trained on 1,000 garments, the network makes clearly fewer mistakes on new ones than softmax regression."""
    task = garments_task(new_seed(secret_rng), 1000)
    params = drawn_params(secret_rng, (784, 96, 10), std=0.05)
    params[1], params[3] = torch.zeros(96), torch.zeros(10)
    got = run_training(
        student, params=params, images=task.images, labels=task.labels, batch_size=BATCH_SIZE,
        schedule=[list(part) for part in SCHEDULE], loader=False, own_params=None,
    )  # fmt: skip
    judge_accuracy(task, got, "train_mlp.error_ratio")


# predict_labels


def judge_labels(student: Student, X: torch.Tensor, params: list[torch.Tensor], told: str) -> None:
    """Fail unless predict_labels gives the class with the largest logit of each example."""
    got = in_shape(ask(student, "predict_labels", X, [leaf(param) for param in params]), (len(X),))
    assert_close(got, model(X, params).argmax(1), name=f"predict_labels of {told}")


@check(
    "predict_labels",
    needs=MODEL_NEEDS,
    hints=[
        "Which shape and which dtype have n class numbers?",
        "Print `.shape` and `.dtype` for five examples and for one: (5,) and (1,), int64.",
    ],
)
def test_labels_are_a_flat_tensor(student: Student, rng: torch.Generator) -> None:
    """The labels of n examples, also of one, are an int64 tensor of shape (n,)."""
    for n in (7, 1):
        X, params = torch.randn(n, 6, generator=rng), drawn_params(rng, (6, 5, 4))
        got = ask(student, "predict_labels", X, [leaf(param) for param in params])
        if isinstance(got, (int, float, list)):
            fail(f"predict_labels gave a {type(got).__name__}; expected an int64 tensor of shape {(n,)}.")
        assert_shape(got, (n,), name=f"predict_labels of {n} rows")
        assert_dtype(got, torch.int64, name=f"predict_labels of {n} rows")


@check(
    "predict_labels",
    needs=MODEL_NEEDS,
    hints=[
        "Which signs may logits have?",
        "Is anything compared with 0, or cut off there? Print a row of logits beside its label.",
        "The largest of −5, −2 and −9 is −2, at the place 1.",
    ],
)
def test_logits_of_any_sign_are_compared(student: Student, rng: torch.Generator) -> None:
    """Where all logits of an example are negative, the largest one still decides."""
    X, params = torch.randn(9, 6, generator=rng), drawn_params(rng, (6, 12, 4))
    params[3] = params[3] - model(X, params).max() - 1
    judge_labels(student, X, params, "9 rows with negative logits")


@check(
    "predict_labels",
    weight=2,
    needs=MODEL_NEEDS,
    hints=[
        "Which axis of the logits runs over the classes?",
        "For five examples and three classes print the shape of what you return: five numbers, each 0, 1 or 2?",
        "The logits (0.2, 1.7, −0.1) and (3, 0, 1) give the labels 1 and 0.",
    ],
)
def test_predicted_class_has_the_largest_logit(student: Student, rng: torch.Generator) -> None:
    """Each example's label is the number of its largest logit."""
    judge_labels(student, torch.randn(9, 6, generator=rng), drawn_params(rng, (6, 12, 4)), "9 rows")


@check(
    "predict_labels",
    needs=MODEL_NEEDS,
    hints=[
        "What does your function do with the shape of an image?",
        "Hand five images on as they come: who flattens them?",
    ],
)
def test_labels_of_images_are_predicted(student: Student, rng: torch.Generator) -> None:
    """Images are classified, too."""
    judge_labels(student, torch.rand(10, 1, 28, 28, generator=rng), drawn_params(rng, (784, 16, 10)), "10 images")


# break_mlp

MATRIX, VECTOR = (10, 10), (10,)


def late_bias(X: torch.Tensor, params: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the logits that the function given in the notebook computes."""
    W1, b1, W2, b2 = params
    return (torch.relu(X @ W1) + b1) @ W2 + b2


def no_model(X: torch.Tensor, params: Sequence[torch.Tensor]) -> str | None:
    """Return what is wrong about the shapes, if anything."""
    W1, b1, W2, b2 = params
    if X.shape[1] == len(W1) and W1.shape[1] == len(b1) == len(W2) and W2.shape[1] == len(b2):
        return None
    shapes = ", ".join(str(tuple(each.shape)) for each in (X, *params))
    return f"The shapes {shapes} are not of the form (n, d), (d, h), (h,), (h, o), (o,)."


@check(
    "break_mlp",
    hints=[
        "For which units does it matter where the hidden bias is added?",
        "Take a unit at −3 and a bias of 1: what comes out with the bias before relu, and what with it after?",
    ],
)
def test_both_logits_disagree(student: Student) -> None:
    """For the arguments returned, `late_bias` gives other logits than the right ones."""
    params = several(W1=a_tensor(MATRIX), b1=a_tensor(VECTOR), W2=a_tensor(MATRIX), b2=a_tensor(VECTOR))
    arguments = {"X": a_tensor(MATRIX), "params": params}
    assert_breaks(student, "break_mlp", arguments, given=late_bias, right=model, refuse=no_model)
