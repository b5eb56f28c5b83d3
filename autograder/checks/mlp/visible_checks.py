"""Visible checks of `mlp`: a network with one hidden layer, from scratch and as a module."""

import functools
import math
import re
from collections.abc import Callable, Iterable, Sequence
from operator import mul
from typing import Any, NamedTuple

import torch
from coursedata import load_garments

from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_below,
    assert_close,
    assert_dtype,
    assert_shape,
    assert_unaided,
    check,
    fail,
    finite,
    is_close,
    log_ratio,
    new_seed,
    numbers,
    probe,
    recorded_calls,
    show_curve,
)

MODEL_NEEDS = ("relu", "mlp")
LAYERS = ("Linear", "LazyLinear")  # what the model from scratch has to do without; the function `linear` is a product
Batches = Sequence[tuple[torch.Tensor, torch.Tensor]]

# relu


@probe
def rectified(student, X, transposed):
    """What relu gives, and what it leaves of its argument."""
    held = X.transpose(0, -1).contiguous().transpose(0, -1) if transposed else X.clone()
    out = student.relu(held)
    return {"out": torch.clone(out) if isinstance(out, torch.Tensor) else out, "X": held}


@probe
def rectified_gradient(student, X):
    """The gradient that the sum of relu(X) sends back to X."""
    X.requires_grad_()
    out = student.relu(X * 1)
    followed = isinstance(out, torch.Tensor) and out.requires_grad
    if followed:
        out.sum().backward()
    return {"out": out, "followed": followed, "grad": X.grad}


def judge_relu(student: Student, X: torch.Tensor, *, transposed: bool = False) -> None:
    """Fail unless relu keeps what is positive and sets the rest to zero."""
    got = student.run(rectified, X=X, transposed=transposed)
    assert_close(
        got["out"], X.clamp(min=0), name="relu(X)",
        mistakes={
            "relu_absolute_value": X.abs(), "relu_minimum": X.clamp(max=0),
            "relu_mask": (X > 0).to(X.dtype), "relu_capped": X.clamp(0, 1), "relu_drops_elements": X[X > 0],
            "relu_maximum_of_all": X.max(), "relu_leaky": torch.where(X > 0, X, 0.01 * X), "relu_identity": X,
            "relu_smooth": torch.nn.functional.softplus(X),
        },
    )  # fmt: skip


@check("relu", weight=2, hint="Try it on −2, 0 and 3 by hand.")
def test_relu_keeps_the_positive_part(student: Student, rng: torch.Generator) -> None:
    """Positive elements stay as they are, negative ones become 0, in the shape of X."""
    judge_relu(student, 3 * torch.randn(4, 6, generator=rng))


@check("relu", hint="Which tensor does your function write into?")
def test_relu_leaves_its_argument_alone(student: Student, rng: torch.Generator) -> None:
    """X holds the same numbers afterwards: the result is a new tensor."""
    X = torch.randn(5, 3, generator=rng)
    left = student.run(rectified, X=X, transposed=False)["X"]
    if not is_close(left, X):
        fail("relu(X) has changed X.", *["relu_in_place"] * is_close(left, X.clamp(min=0)))


@check("relu", hint="Which operations can autograd follow, and which slope has relu on either side of 0?")
def test_relu_sends_gradients_back(student: Student) -> None:
    """The gradient is 1 for positive elements and 0 for negative ones."""
    X = torch.tensor([-3.0, -0.5, 0.25, 2.0, 40.0])
    got = student.run(rectified_gradient, X=X)
    if not got["followed"]:
        mask = is_close(got["out"], (X > 0).float())
        fail("Autograd cannot go back from relu(X) to X.", "relu_mask" if mask else "relu_detached")
    assert_close(
        got["grad"], (X > 0).float(), name="gradient of the summed relu(X)",
        mistakes={
            "relu_absolute_value": X.sign(), "relu_leaky": torch.where(X > 0, 1.0, 0.01),
            "relu_capped": ((X > 0) & (X < 1)).float(), "relu_smooth": X.sigmoid(),
        },
    )  # fmt: skip


# init_mlp_params


@probe
def parameters(student, sizes, options):
    """What init_mlp_params returns, which of it can be trained, and which library functions it called."""
    with recorded_calls() as calls:
        got = student.init_mlp_params(*sizes, **options)
    got = list(got) if isinstance(got, (list, tuple)) else got
    tensors = got if isinstance(got, list) and all(isinstance(part, torch.Tensor) for part in got) else []
    measured = {
        "params": [part.detach().clone() for part in tensors] if tensors else got,
        "trainable": [part.requires_grad for part in tensors],
        "leaves": [part.is_leaf for part in tensors],
        "separate": True,
        "calls": sorted(calls),
    }
    for part in tensors:  # no number of another one moves along
        others = [(other, other.detach().clone()) for other in tensors if other is not part]
        with torch.no_grad():
            part.data += 1
        same = all(torch.equal(other, before) for other, before in others)
        measured["separate"] = measured["separate"] and same and len(others) == len(tensors) - 1
    return measured


def four_parameters(got: Any, sizes: tuple[int, int, int]) -> list[torch.Tensor]:
    """Return finite W1, b1, W2, b2 of the right shapes, in float64; a bias (1, n) is one (n,), too."""
    params = got["params"]
    if not isinstance(params, list) or len(params) != 4 or not all(isinstance(p, torch.Tensor) for p in params):
        fail("init_mlp_params did not return four tensors [W1, b1, W2, b2].")
    num_inputs, num_hiddens, num_outputs = sizes
    shapes = [(num_inputs, num_hiddens), (num_hiddens,), (num_hiddens, num_outputs), (num_outputs,)]
    for place, (name, param, shape) in enumerate(zip(("W1", "b1", "W2", "b2"), params, shapes, strict=True)):
        if place in (1, 3):
            wrong: dict[str, tuple[int, ...]] = {"init_mlp_params_shared_bias": (1,)}
            if param.shape == (1, *shape):
                params[place] = param.reshape(shape)
        else:
            wrong = {"init_mlp_params_transposed": shape[::-1]}
        assert_shape(params[place], shape, name=name, mistakes=wrong)
    return [finite(param, name) for name, param in zip(("W1", "b1", "W2", "b2"), params, strict=True)]


@check("init_mlp_params", hint="Which sizes does each layer join, and which comes first?")
def test_params_have_the_shapes_of_two_layers(student: Student) -> None:
    """The result is [W1, b1, W2, b2], float32, each layer's weights of shape (inputs, outputs)."""
    got = student.run(parameters, sizes=(12, 7, 3), options={})
    four_parameters(got, (12, 7, 3))
    for name, param in zip(("W1", "b1", "W2", "b2"), got["params"], strict=True):
        assert_dtype(param, torch.float32, name=name)
    assert_unaided(student, "init_mlp_params", without=LAYERS, calls=got["calls"], mistake="init_mlp_params_linear")


@check(
    "init_mlp_params", weight=2, hint="Which number do you draw with, and what would happen if all weights were alike?"
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
        if W.numel() > 1 and len(W.unique()) == 1:
            fail(f"All weights of {name} are {mean:.4g}.", "init_mlp_params_all_equal")
        if len(W.unique()) < 0.9 * W.numel():
            fail(f"The {W.numel()} weights of {name} hold only {len(W.unique())} different values.",
                 "init_mlp_params_shared_draws")  # fmt: skip
        seen = {
            "init_mlp_params_variance": near(found, math.sqrt(std)) or near(found, std**2),
            "init_mlp_params_unit_std": near(found, 1.0) and not near(std, 1.0),
            "init_mlp_params_ignores_std": near(found, 0.01) and not near(std, 0.01),
            "init_mlp_params_uniform": near(found, std / math.sqrt(12)) or near(found, std / math.sqrt(3)),
        }
        # In units of the spread of each statistic for normal draws, so that one threshold serves all sizes.
        spread = log_ratio(found, std) * math.sqrt(2 * W.numel())
        assert_below(
            spread, "init_mlp_params.std",
            message=f"The weights {name} have standard deviation {found:.4g}; expected {std:.4g}.", mistakes=seen,
        )  # fmt: skip
        assert_below(
            abs(mean) / std * math.sqrt(W.numel()), "init_mlp_params.mean",
            message=f"The weights {name} have mean {mean:.4g}; expected 0, with standard deviation {std:.4g}.",
        )  # fmt: skip
        z = (W - mean) / found
        kurtosis = float((z**4).mean()) - 3
        assert_below(
            abs(kurtosis) * math.sqrt(W.numel() / 24), "init_mlp_params.kurtosis",
            message=f"The weights {name} have an excess kurtosis of {kurtosis:.2f}; normal ones have 0, "
                    "uniform ones −1.2.",
            mistakes={"init_mlp_params_uniform": abs(kurtosis + 1.2) < 0.2},
        )  # fmt: skip


@check("init_mlp_params", hint="What is the value of each bias, and of what is there one for each unit?")
def test_biases_start_at_zero(student: Student) -> None:
    """There is a bias for each hidden unit and for each output, all of them 0, in tensors of their own."""
    sizes = (6, 5, 5)
    got = student.run(parameters, sizes=sizes, options={})
    _, b1, _, b2 = four_parameters(got, sizes)
    for name, b in (("b1", b1), ("b2", b2)):
        if not bool((b == 0).all()):
            named = "init_mlp_params_biases_of_one" if bool((b == 1).all()) else "init_mlp_params_random_biases"
            fail(f"{name} is {numbers(b)}; expected zeros.", named)
    if not got["separate"]:
        fail("Two of the four parameters hold the same numbers in memory: where one moves, the other moves along.",
             "init_mlp_params_shared_bias")  # fmt: skip


@check("init_mlp_params", hint="In which order do scaling and asking for gradients have to come?")
def test_params_are_leaves_that_require_gradients(student: Student) -> None:
    """All four are leaf tensors that require gradients, so that backward() fills their .grad."""
    got = student.run(parameters, sizes=(6, 4, 3), options={})
    four_parameters(got, (6, 4, 3))
    if not all(got["trainable"]):
        fail("Not all four parameters require gradients.", "init_mlp_params_no_gradients")
    if not all(got["leaves"]):
        fail("Not all four parameters are leaf tensors: some are the result of a computation that autograd followed.",
             "init_mlp_params_no_leaves")  # fmt: skip


# mlp


@probe
def logits_of(student, X, params):
    """Logits, the gradients that their sum sends to the parameters, and the ready-made layers called."""
    for param in params:
        param.requires_grad_()
    layers = set()

    def note(module, inputs):
        if isinstance(module, torch.nn.Linear):
            layers.add("Linear")

    noting = torch.nn.modules.module.register_module_forward_pre_hook(note)
    try:
        logits = student.mlp(X, params)
    except NotImplementedError:
        raise
    except RuntimeError as error:
        return {"refused": str(error)}
    finally:
        noting.remove()
    followed = isinstance(logits, torch.Tensor) and logits.requires_grad
    if followed:
        logits.sum().backward()
    return {"logits": logits, "grads": [param.grad for param in params], "followed": followed, "calls": sorted(layers)}


def model(X: torch.Tensor, params: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the logits of a network with one hidden layer, from rows or images."""
    W1, b1, W2, b2 = params
    return (X.flatten(1) @ W1 + b1).relu() @ W2 + b2


def drawn_params(rng: torch.Generator, sizes: tuple[int, int, int], std: float | None = None) -> list[torch.Tensor]:
    """Return W1, b1, W2, b2 with biases that are not zero and, by default, activations of order 1."""
    num_inputs, num_hiddens, num_outputs = sizes
    shapes = ((num_inputs, num_hiddens), (num_hiddens,), (num_hiddens, num_outputs), (num_outputs,))
    scales = (1 / math.sqrt(num_inputs), 1.0, 1.0, 1.0) if std is None else (std,) * 4
    return [scale * torch.randn(shape, generator=rng) for shape, scale in zip(shapes, scales, strict=True)]


def wrong_logits(X: torch.Tensor, params: Sequence[torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """Return what known wrong networks give, by misconception."""
    W1, b1, W2, b2 = params
    rows = X.flatten(1)
    z = rows @ W1 + b1
    right = z.relu() @ W2 + b2
    found = {
        "no_activation": z @ W2 + b2, "output_activation": right.relu(), "absolute_value": z.abs() @ W2 + b2,
        "softmax": right.softmax(-1), "log_softmax": right.log_softmax(-1), "sigmoid": z.sigmoid() @ W2 + b2,
        "activates_output_only": (z @ W2 + b2).relu(), "tanh": z.tanh() @ W2 + b2,
        "no_first_bias": (rows @ W1).relu() @ W2 + b2, "no_second_bias": z.relu() @ W2,
        "no_biases": (rows @ W1).relu() @ W2, "bias_after_activation": ((rows @ W1).relu() + b1) @ W2 + b2,
        "activates_input": (rows.relu() @ W1 + b1) @ W2 + b2,
    }  # fmt: skip
    if b1.shape == b2.shape:
        found["shared_bias"] = z.relu() @ W2 + b1
    if X.dim() > 2:
        mixed = X.reshape(-1, len(X)).T
        found["mixes_images"] = model(mixed, params)
    return {f"{prefix}_{name}": value for name, value in found.items()}


def judge_logits(student: Student, X: torch.Tensor, params: list[torch.Tensor], told: str) -> Any:
    """Fail unless mlp gives the logits of X; return what the probe measured."""
    got = student.run(logits_of, X=X, params=params)
    if "refused" in got:
        named = []
        if "784" in got["refused"] and X[0].numel() != 784:
            named = ["mlp_fixed_size"]
        elif shapes := re.search(r"\((\d+)x(\d+) and (\d+)x(\d+)\)", got["refused"]):
            inner, outer = int(shapes[2]), [int(size) for size in shapes.groups()[2:]]
            transposed = inner == outer[1] and outer[::-1] in [list(params[0].shape), list(params[2].shape)]
            named = ["mlp_transposed"] if transposed or X.dim() == 2 else ["mlp_no_flatten"]
        elif "must match" in got["refused"] and params[1].shape != params[3].shape:
            named = ["mlp_shared_bias"]
        fail(f"PyTorch refused to compute mlp of {told}: {got['refused']}", *named)
    known = {id: value for id, value in wrong_logits(X, params, "mlp").items() if id in MLP_MISTAKES}
    assert_close(got["logits"], model(X, params), name=f"mlp of {told}", atol=1e-4, mistakes=known)
    return got


MLP_MISTAKES = frozenset((
    "mlp_no_activation", "mlp_output_activation", "mlp_absolute_value", "mlp_softmax", "mlp_log_softmax", "mlp_sigmoid",
    "mlp_activates_output_only", "mlp_tanh", "mlp_no_first_bias", "mlp_no_second_bias", "mlp_no_biases",
    "mlp_bias_after_activation", "mlp_activates_input", "mlp_shared_bias", "mlp_mixes_images",
))  # fmt: skip


@check(
    "mlp", weight=2, needs=("relu",), hint="Write down the shape after each step. What comes between the two products?"
)
def test_mlp_gives_logits_of_rows(student: Student, rng: torch.Generator) -> None:
    """Flat rows (n, num_inputs) give logits (n, num_outputs): an affine layer, relu, and another affine layer."""
    params = drawn_params(rng, (12, 5, 5))
    got = judge_logits(student, torch.randn(6, 12, generator=rng), params, "6 rows of 12 inputs")
    assert_unaided(student, "mlp", without=LAYERS, calls=got["calls"], mistake="mlp_linear")


@check("mlp", needs=("relu",), hint="What is the shape of an image, and what does the first layer expect?")
def test_mlp_gives_logits_of_images(student: Student, rng: torch.Generator) -> None:
    """Images (n, 1, 28, 28) are flattened, each into a row of its own."""
    params = drawn_params(rng, (784, 6, 10))
    judge_logits(student, torch.randn(4, 1, 28, 28, generator=rng), params, "4 images of shape (1, 28, 28)")


@check("mlp", needs=("relu",), hint="Which values leave autograd's sight on the way?")
def test_gradients_reach_all_parameters(student: Student, rng: torch.Generator) -> None:
    """Autograd can go back from the logits to both layers' weights and biases."""
    params = drawn_params(rng, (4, 6, 3))
    X = torch.randn(8, 4, generator=rng)
    got = judge_logits(student, X, params, "8 rows of 4 inputs")
    held = [param.clone().requires_grad_() for param in params]
    model(X, held).sum().backward()
    for name, grad, own in zip(("W1", "b1", "W2", "b2"), got["grads"], held, strict=True):
        if not got["followed"] or grad is None:
            fail(f"No gradient comes back from the logits to {name}.", "mlp_detached")
        assert_close(grad, own.grad, name=f"gradient of the summed logits for {name}", atol=1e-4)


# make_mlp


@probe
def module_outputs(student, sizes, params, inputs):
    """What a module gives for each input once its parameters have been set, found by their shapes."""
    net = student.make_mlp(*sizes)
    if not isinstance(net, torch.nn.Module):
        return {"type": type(net).__name__}
    with torch.no_grad():
        for X in inputs:  # a lazy layer takes its shape from the first input
            try:
                net(X)
            except RuntimeError:
                continue
        own = list(net.parameters())
        start = [parameter.clone() for parameter in own]
        for parameter in own:
            for value in params:
                if parameter.shape == value.shape:
                    parameter.copy_(value)
                elif parameter.shape == value.t().shape:
                    parameter.copy_(value.t())
        outputs = []
        for X in inputs:
            try:
                outputs.append({"first": net(X), "second": net(X)})
            except RuntimeError as error:
                outputs.append({"refused": str(error)})
    trainable = all(parameter.requires_grad for parameter in own)
    return {"outputs": outputs, "start": start, "trainable": trainable}


def judge_module(
    student: Student, sizes: tuple[int, int, int], params: list[torch.Tensor], inputs: list[torch.Tensor]
) -> Any:
    """Fail unless make_mlp gives a module that computes what mlp does; return what the probe measured."""
    got = student.run(module_outputs, sizes=sizes, params=params, inputs=inputs)
    if "outputs" not in got:
        fail(f"make_mlp returned no nn.Module but {str(got['type'])[:60]}.")
    shapes = [tuple(value.shape) for value in got["start"]]
    if unordered(shapes) != unordered(param.shape for param in params):
        D, H, O = sizes  # noqa: E741  # the number of outputs
        known: dict[str, list[tuple[int, ...]]] = {
            "make_mlp_no_bias": [(D, H), (H, O)], "make_mlp_one_layer": [(D, O), (O,)],
            "make_mlp_extra_layer": [(D, H), (H,), (H, H), (H,), (H, O), (O,)],
            "make_mlp_swaps_sizes": [(D, O), (O,), (O, H), (H,)],
        }  # fmt: skip
        fail(f"The module's parameters have shapes {shapes}; expected one weight and one bias for each of two layers.",
             *(id for id, wrong in known.items() if unordered(wrong) == unordered(shapes)))  # fmt: skip
    for X, outputs in zip(inputs, got["outputs"], strict=True):
        told = f"the module's output for an input of shape {tuple(X.shape)}"
        if "refused" in outputs:
            named = ["make_mlp_no_flatten"] * (X.dim() > 2 and "multiplied" in outputs["refused"])
            fail(f"PyTorch refused to compute {told}: {outputs['refused']}", *named)
        if isinstance(outputs["first"], torch.Tensor) and not is_close(outputs["first"], outputs["second"]):
            fail(f"Asked twice, {told} differs.", "make_mlp_dropout")
        known_outputs = {
            id: value for id, value in wrong_logits(X, params, "make_mlp").items() if id in MODULE_MISTAKES
        }  # fmt: skip
        assert_close(outputs["first"], model(X, params), name=told, atol=1e-4, mistakes=known_outputs)
    return got


def unordered(shapes: Iterable[Sequence[int]]) -> list[list[int]]:
    """Return shapes so that their order, and which axis of a matrix comes first, do not count."""
    return sorted(sorted(shape) for shape in shapes)


MODULE_MISTAKES = frozenset((
    "make_mlp_no_activation", "make_mlp_output_activation", "make_mlp_softmax", "make_mlp_log_softmax",
    "make_mlp_sigmoid", "make_mlp_tanh", "make_mlp_activates_output_only",
))  # fmt: skip


@check("make_mlp", weight=2, hint="Compare your layers, one by one, with the formula of the section.")
def test_module_computes_what_mlp_does(student: Student, rng: torch.Generator) -> None:
    """With the same weights and biases, the module gives the logits that mlp gives, for rows and for images."""
    sizes = (12, 7, 3)
    X = torch.randn(5, 12, generator=rng)
    judge_module(student, sizes, drawn_params(rng, sizes), [X, X.reshape(5, 1, 3, 4)])


@check("make_mlp", hint="What breaks the symmetry between hidden units?")
def test_module_starts_from_different_units(student: Student, rng: torch.Generator) -> None:
    """The module's parameters can be trained, and its hidden units start differently."""
    sizes = (12, 7, 3)
    got = judge_module(student, sizes, drawn_params(rng, sizes), [torch.randn(5, 12, generator=rng)])
    if not got["trainable"]:
        fail("Some of the module's parameters do not require gradients.")
    for W in got["start"]:
        if W.dim() == 2 and len(W.unique()) < 2:
            fail("All weights of a layer start with one and the same value.", "make_mlp_all_equal")


# train_mlp


@probe
def trained(student, params, images, labels, batch_size, schedule, loader, own_params):
    """Parameters and losses after training, in a row, with each (num_epochs, lr) of the schedule."""
    if own_params:
        held = list(student.init_mlp_params(*own_params))
    else:
        held = [param.clone().requires_grad_() for param in params]
    X = images.float().div(255).unsqueeze(1) if images.dtype == torch.uint8 else images
    y = labels.long()
    data = torch.utils.data
    loaded = data.DataLoader(data.TensorDataset(X, y), batch_size=batch_size)
    train_iter = loaded if loader else list(zip(X.split(batch_size), y.split(batch_size), strict=True))
    passed, losses = list(held), []
    for num_epochs, lr in schedule:
        losses.append(student.train_mlp(passed, train_iter, num_epochs, lr))
    return {
        "params": [param.detach() for param in held],
        "losses": losses,
        "trainable": [param.is_leaf and param.requires_grad for param in held],
        "swapped": not all(mine is theirs for mine, theirs in zip(held, passed, strict=False)),
    }


class Descent(NamedTuple):
    """What minibatch SGD leads to.

    By epoch: the loss of each minibatch before its step, and the mean loss of all examples at the end.
    """

    params: list[torch.Tensor]
    losses: list[list[float]]
    at_the_end: list[float]


Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
mean_loss: Loss = torch.nn.functional.cross_entropy


def descend(
    params: Sequence[torch.Tensor], batches: Batches, num_epochs: int, lr: float, *, loss: Loss = mean_loss,
    keeps_gradients: bool = False, moved: Sequence[int] = (0, 1, 2, 3), whole_epochs: bool = False,
) -> Descent:  # fmt: skip
    """Train a network in float64 by minibatch SGD; the options are known ways of doing it wrong."""
    held = [param.detach().double().clone().requires_grad_() for param in params]
    all_X, all_y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    losses, at_the_end = [], []
    for _ in range(num_epochs):
        epoch = []
        for place, (X, y) in enumerate(batches):
            value = loss(model(X.double(), held), y.long())
            value.backward()
            epoch.append(float(value.detach()))
            if whole_epochs and place < len(batches) - 1:
                continue
            with torch.no_grad():
                for param in (held[number] for number in moved):
                    if param.grad is not None:
                        param -= lr * param.grad
                if not keeps_gradients:
                    for param in held:
                        param.grad = None
        losses.append(epoch)
        at_the_end.append(float(mean_loss(model(all_X.double(), held), all_y).detach()))
    return Descent([param.detach() for param in held], losses, at_the_end)


def loss_values(values: Any) -> list[float] | None:
    """Return the numbers in what train_mlp gave: a list of numbers, of tensors of one element, or a flat tensor."""
    if isinstance(values, torch.Tensor):
        values = list(values.reshape(-1))
    if not isinstance(values, list) or not all(
        isinstance(each, (int, float)) or (isinstance(each, torch.Tensor) and each.numel() == 1) for each in values
    ):
        return None
    return [float(each) for each in values]


def epoch_losses(values: Any, num_epochs: int, num_batches: int) -> list[float]:
    """Return the losses of train_mlp, one an epoch, or fail."""
    found = loss_values(values)
    if found is None:
        fail("train_mlp did not return a list with one number an epoch.")
    if len(found) != num_epochs:
        known = {"train_mlp_returns_early": 1, "train_mlp_losses_per_batch": num_epochs * num_batches}
        fail(f"train_mlp returned {len(found)} losses for num_epochs={num_epochs}; expected one an epoch.",
             *(id for id, wrong in known.items() if len(found) == wrong))  # fmt: skip
    return found


def agree(found: Sequence[torch.Tensor], wanted: Sequence[torch.Tensor]) -> bool:
    """Return whether two sets of parameters are the same up to rounding in float32."""
    return all(is_close(mine, theirs, rtol=2e-3, atol=1e-3) for mine, theirs in zip(found, wanted, strict=True))


def agree_roughly(found: Sequence[torch.Tensor], wanted: Sequence[torch.Tensor]) -> bool:
    """Return whether two sets of parameters are the same up to a start from small random weights."""
    return all(is_close(mine, theirs, rtol=0, atol=0.06) for mine, theirs in zip(found, wanted, strict=True))


def small_task(
    rng: torch.Generator, n: int, batch_size: int
) -> tuple[list[torch.Tensor], torch.Tensor, torch.Tensor, Batches]:
    """Return parameters of a small network and n examples of three classes, whole and in minibatches."""
    params = [param / 2 for param in drawn_params(rng, (6, 8, 3))]
    X, y = torch.randn(n, 6, generator=rng), torch.randint(3, (n,), generator=rng)
    return params, X, y, list(zip(X.split(batch_size), y.split(batch_size), strict=True))


def judge_training(
    student: Student, rng: torch.Generator, *, n: int, batch_size: int, num_epochs: int, lr: float, loader: bool = False
) -> tuple[Any, Descent, Batches]:
    """Fail unless training moves all four parameters as minibatch SGD does; return what it did and should do."""
    params, X, y, batches = small_task(rng, n, batch_size)
    got = student.run(
        trained, params=params, images=X, labels=y, batch_size=batch_size, schedule=[(num_epochs, lr)],
        loader=loader, own_params=None,
    )  # fmt: skip
    right = descend(params, batches, num_epochs, lr)
    found = [finite(param, name) for name, param in zip(("W1", "b1", "W2", "b2"), got["params"], strict=True)]
    if not agree(found, right.params):
        named = how_it_went_wrong(got, found, params, batches, num_epochs, lr, right)
        fail(f"After {num_epochs} epochs of {len(batches)} minibatches at lr={lr:g} the parameters are not SGD's."
             f"\ngot      b2 = {numbers(found[3])}\nexpected b2 = {numbers(right.params[3])}", *named)  # fmt: skip
    return got, right, batches


def how_it_went_wrong(
    got: Any, found: list[torch.Tensor], params: list[torch.Tensor], batches: Batches, num_epochs: int, lr: float,
    right: Descent,
) -> list[str]:  # fmt: skip
    """Return the mistakes of training that lead to the parameters found."""
    values = loss_values(got["losses"][0]) or []
    if agree(found, params):
        sizes = [len(y) for _, y in batches]
        means = [sum(epoch) / len(epoch) for epoch in right.losses]
        weighed = [sum(map(mul, epoch, sizes)) / sum(sizes) for epoch in right.losses]
        unmoved = descend(params, batches, 1, 0.0).at_the_end
        if got["swapped"] or any(is_close(values, each, rtol=1e-2) for each in (means, weighed, right.at_the_end)):
            return ["train_mlp_replaces_params"]
        # Parameters made anew have nearly the same loss, but not one epoch like the other.
        if is_close(values, unmoved * len(values), rtol=2e-3) and is_close(values, values[:1] * len(values), rtol=1e-6):
            return ["train_mlp_no_step"]
        return ["train_mlp_recreates_params"]
    size = len(batches[0][0])

    def led(num_epochs: int = num_epochs, lr: float = lr, batches: Batches = batches, **wrong: Any) -> bool:
        return agree(found, descend(params, batches, num_epochs, lr, **wrong).params)

    def summed(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(logits, y, reduction="sum")

    def twice(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return mean_loss(logits.softmax(1), y)

    def squared(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return ((logits - torch.nn.functional.one_hot(y, logits.shape[1])) ** 2).mean()

    def restarted() -> bool:  # from small weights, which in one epoch hardly leave 0
        last = descend([torch.zeros_like(param) for param in params], batches, 1, lr)
        return agree_roughly(found, last.params)

    tried = {
        "train_mlp_keeps_gradients": lambda: led(keeps_gradients=True),
        "train_mlp_summed_loss": lambda: led(loss=summed),
        "train_mlp_divides_twice": lambda: led(lr=lr / size),
        "train_mlp_ascends": lambda: led(lr=-lr),
        "train_mlp_ignores_lr": lambda: any(led(lr=fixed) for fixed in (0.01, 0.1, 0.5, 1.0)),
        "train_mlp_softmax_twice": lambda: led(loss=twice),
        "train_mlp_squared_error": lambda: led(loss=squared),
        "train_mlp_returns_early": lambda: led(num_epochs=1),
        "train_mlp_ignores_epochs": lambda: 1 < len(values) <= 20 and led(num_epochs=len(values)),
        "train_mlp_first_batch_only": lambda: led(batches=batches[:1]) or led(batches=batches[:1], num_epochs=1),
        "train_mlp_one_step_an_epoch": lambda: (
            led(whole_epochs=True) or led(whole_epochs=True, lr=lr / len(batches)) or led(batches=batches[-1:])
        ),
        "train_mlp_recreates_params": restarted,
        "train_mlp_output_layer_only": lambda: led(moved=(2, 3)),
        "train_mlp_weights_only": lambda: led(moved=(0, 2)),
    }  # fmt: skip
    return [id for id, fits in tried.items() if fits()][:2]


@check(
    "train_mlp",
    weight=2,
    needs=MODEL_NEEDS,
    hint="Do one step by hand: which loss, which gradient, which lr, which tensors?",
)
def test_training_is_minibatch_sgd(student: Student, rng: torch.Generator) -> None:
    """Each minibatch moves W1, b1, W2 and b2, in place, by lr times the gradient of its mean cross-entropy."""
    got, _, _ = judge_training(student, rng, n=20, batch_size=5, num_epochs=3, lr=0.3)
    if not all(got["trainable"]):
        fail("After training a parameter no longer is a leaf tensor that requires gradients.")


@check("train_mlp", needs=MODEL_NEEDS, hint="How many losses are there, and over what is each a mean?")
def test_training_returns_the_mean_loss_of_each_epoch(student: Student, rng: torch.Generator) -> None:
    """There is one loss for each epoch: the mean cross-entropy of its examples."""
    got, right, batches = judge_training(student, rng, n=24, batch_size=6, num_epochs=4, lr=0.5)
    judge_losses(got, right, batches, num_epochs=4)


def judge_losses(got: Any, right: Descent, batches: Batches, num_epochs: int) -> None:
    """Fail unless the losses are means: over examples or minibatches, as the epoch went or at its end."""
    seen = epoch_losses(got["losses"][0], num_epochs, len(batches))
    sizes = [len(y) for _, y in batches]
    over_batches = [sum(epoch) / len(epoch) for epoch in right.losses]
    sums = [sum(loss * size for loss, size in zip(epoch, sizes, strict=True)) for epoch in right.losses]
    over_examples = [value / sum(sizes) for value in sums]
    if any(is_close(seen, means, rtol=2e-3) for means in (over_batches, over_examples, right.at_the_end)):
        return
    known = {
        "train_mlp_last_batch_loss": [[epoch[-1] for epoch in right.losses]],
        "train_mlp_adds_losses": [
            sums, [sum(epoch) for epoch in right.losses], [sum(epoch) / sum(sizes) for epoch in right.losses],
        ],
    }  # fmt: skip
    fail(f"The losses are not the means of the epochs.\ngot      {numbers(seen)}\nexpected {numbers(over_examples)}",
         *(id for id, wrong in known.items() if any(is_close(seen, each, rtol=2e-3) for each in wrong)))  # fmt: skip


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
    """Draw garments that nobody has seen, and train softmax regression on them as the network will be trained."""
    images, labels = load_garments("train", seed=seed, subset=num_examples + 4000)
    images, test_images = images[:num_examples], images[num_examples:]  # the more to test on, the less chance decides
    labels, test_labels = labels[:num_examples], labels[num_examples:]
    X, y = pixels(images), labels.long()
    W, b = torch.zeros(784, 10, requires_grad=True), torch.zeros(10, requires_grad=True)
    for num_epochs, lr in SCHEDULE:
        for _ in range(num_epochs):
            for rows, classes in zip(X.split(BATCH_SIZE), y.split(BATCH_SIZE), strict=True):
                W_grad, b_grad = torch.autograd.grad(mean_loss(rows @ W + b, classes), (W, b))
                with torch.no_grad():
                    W -= lr * W_grad
                    b -= lr * b_grad
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
    params = [finite(param, name).float() for name, param in zip(("W1", "b1", "W2", "b2"), got["params"], strict=True)]
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
    hint="Draw the losses: do they still fall? Print each parameter before and after.",
)
def test_the_hidden_layer_beats_softmax_regression(student: Student, rng: torch.Generator) -> None:
    """Trained on 2,000 garments, the network makes clearly fewer mistakes on new ones than softmax regression."""
    task = garments_task(new_seed(rng), 2000)
    params = drawn_params(rng, (784, 96, 10), std=0.05)
    params[1], params[3] = torch.zeros(96), torch.zeros(10)
    got = student.run(
        trained, params=params, images=task.images, labels=task.labels, batch_size=BATCH_SIZE,
        schedule=[list(part) for part in SCHEDULE], loader=False, own_params=None,
    )  # fmt: skip
    judge_accuracy(task, got, "train_mlp.error_ratio")


# predict_labels


@probe
def predicted_labels(student, X, params):
    """The classes that the student predicts."""
    for param in params:
        param.requires_grad_()
    return student.predict_labels(X, params)


def judge_labels(student: Student, X: torch.Tensor, params: list[torch.Tensor], told: str) -> None:
    """Fail unless predict_labels gives, as int64, the class with the largest logit of each example."""
    got = student.run(predicted_labels, X=X, params=params)
    logits = model(X, params)
    right = logits.argmax(1)
    name = f"predict_labels of {told}"
    assert_shape(
        got, right.shape, name=name,
        mistakes={
            "predict_labels_over_examples": logits.argmax(0).shape, "predict_labels_keeps_axis": (len(X), 1),
            "predict_labels_logits": logits.shape, "predict_labels_one_number": (),
        },
    )  # fmt: skip
    if isinstance(got, torch.Tensor) and got.dtype.is_floating_point:
        known = {
            "predict_labels_largest_logit": logits.amax(1),
            "predict_labels_probability": logits.softmax(1).amax(1),
        }
        fail(f"{name} has dtype {str(got.dtype).removeprefix('torch.')}; expected int64, the numbers of the classes.",
             *(id for id, wrong in known.items() if is_close(got, wrong)))  # fmt: skip
    assert_close(
        got, right, name=name,
        mistakes={
            "predict_labels_largest_logit": logits.amax(1).long(),
            "predict_labels_smallest": logits.argmin(1), "predict_labels_from_one": right + 1,
            "predict_labels_over_examples": logits.argmax(0) if len(X) == logits.shape[1] else right + 99,
        },
    )  # fmt: skip
    assert_dtype(got, torch.int64, name=name)


@check("predict_labels", weight=2, needs=MODEL_NEEDS, hint="Which axis of the logits runs over the classes?")
def test_predicted_class_has_the_largest_logit(student: Student, rng: torch.Generator) -> None:
    """Each example's label is the number of its largest logit: shape (n,), int64."""
    judge_labels(student, torch.randn(9, 6, generator=rng), drawn_params(rng, (6, 12, 4)), "9 rows")


@check("predict_labels", needs=MODEL_NEEDS, hint="What does your function do with the shape of an image?")
def test_labels_of_images_are_predicted(student: Student, rng: torch.Generator) -> None:
    """Images are classified, too."""
    judge_labels(student, torch.rand(10, 1, 28, 28, generator=rng), drawn_params(rng, (784, 16, 10)), "10 images")


# Shared by checks


def near(value: float, wanted: float) -> bool:
    """Return whether two positive numbers differ by less than 5 %, for naming a mistake."""
    return log_ratio(value, wanted) < 0.05
