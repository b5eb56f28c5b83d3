"""Visible checks of `weight_init`: where weights start, and what that does to deep networks."""

import math
from typing import Any, Final, NamedTuple

import torch

from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_below,
    assert_close,
    check,
    fail,
    finite,
    is_close,
    log_ratio,
    numbers,
    probe,
)

# The four initialisers


@probe
def initialised(student, name, shape, start, options, transposed):
    """What an initialiser leaves in the caller's w, and what it returns."""
    w = torch.full(shape[::-1], start).t() if transposed else torch.full(shape, start)
    returned = getattr(student, name)(w, *options.values())
    is_tensor = isinstance(returned, torch.Tensor)
    return {
        "w": w,
        "returned": returned,
        "is_w": is_tensor and returned.data_ptr() == w.data_ptr() and returned.shape == w.shape,
    }


@probe
def drawn_twice(student, name, shape, options):
    """What two calls in a row leave in two tensors."""
    found = []
    for _ in range(2):
        w = torch.full(shape, 3.0)
        returned = getattr(student, name)(w, *options.values())
        found.append(returned if bool((w == 3.0).all()) else w)
    return found


@probe
def many_small(student, name, shape, options, times):
    """The weights of many small tensors, one a row: (times, fan_in * fan_out)."""
    rows = []
    for _ in range(times):
        w = torch.full(shape, 3.0)
        returned = getattr(student, name)(w, *options.values())
        rows.append((returned if bool((w == 3.0).all()) else w).detach().reshape(-1))
    return torch.stack(rows)


def call(name: str, options: dict[str, float]) -> str:
    """Return how an initialiser was called, as a student reads it."""
    return f"{name}(w{''.join(f', {key}={value:g}' for key, value in options.items())})"


def new_values(
    student: Student, name: str, shape: tuple[int, int], *, start: float = 3.0, transposed: bool = False,
    **options: float,
) -> torch.Tensor:  # fmt: skip
    """Return the values that an initialiser gives to a w of `shape`, in float64.

    Where w itself was left as it was, those of the tensor that was returned count: that w must be
    changed in place is a check of its own.
    """
    got = student.run(initialised, name=name, shape=shape, start=start, options=options, transposed=transposed)
    w = got["w"]
    if is_close(w, torch.full(shape, start)) and isinstance(got["returned"], torch.Tensor):
        w = got["returned"]
    if tuple(w.shape) != shape:
        fail(f"After {call(name, options)} there is a tensor of shape {tuple(w.shape)}; w was {shape}.")
    return finite(w, f"w after {call(name, options)}")


def judge_in_place(student: Student, name: str, shape: tuple[int, int], transposed: bool, **options: float) -> None:
    """Fail unless an initialiser changes the very tensor that it was given, and returns it."""
    got = student.run(initialised, name=name, shape=shape, start=3.0, options=options, transposed=transposed)
    id, told = name.removesuffix("_"), call(name, options)
    if is_close(got["w"], torch.full(shape, 3.0)):
        named = [f"{id}_new_tensor"] if isinstance(got["returned"], torch.Tensor) else []
        fail(f"After {told} w still holds what it held before.", *named)
    if got["returned"] is None:
        fail(f"{told} returned None; expected w.", f"{id}_returns_nothing")
    if not got["is_w"]:
        fail(f"{told} returned something else than w.")


def std_error(w: torch.Tensor, std: float) -> float:
    """Return |ln(standard deviation of w / std)| in units of its own spread for normal draws, 1/√(2n)."""
    return log_ratio(float(w.std()), std) * math.sqrt(2 * w.numel())


def mean_error(w: torch.Tensor, std: float) -> float:
    """Return |mean of w| in units of its own spread, std/√n."""
    return abs(float(w.mean())) / std * math.sqrt(w.numel())


def excess_kurtosis(w: torch.Tensor) -> float:
    """Return the fourth standardised moment − 3: 0 for normal draws, −1.2 for uniform ones."""
    z = (w - w.mean()) / w.std()
    return float((z**4).mean()) - 3


def fits(w: torch.Tensor, std: float) -> bool:
    """Return whether the spread of w is that of draws with deviation `std`, for naming a mistake."""
    return log_ratio(float(w.std()), std) < 0.03


def judge_spread(
    w: torch.Tensor, std: float, name: str, told: str, wrong: dict[str, float], seen: dict[str, bool]
) -> None:
    """Fail unless w has mean 0 and standard deviation `std`.

    `wrong` maps mistakes to the deviations that they would give, `seen` to whether other evidence was found.
    """
    id = name.removesuffix("_")
    if w.numel() < 2:
        fail(f"After {told} there are {w.numel()} values, which have no standard deviation.")
    found, mean = float(w.std()), float(w.mean())
    assert_below(
        std_error(w, std), f"{id}.std",
        message=f"After {told} the standard deviation is {found:.4g}; expected {std:.4g}.",
        mistakes=seen | {mistake: fits(w, value) for mistake, value in wrong.items()},
    )  # fmt: skip
    assert_below(
        mean_error(w, std), f"{id}.mean",
        message=f"After {told} the mean is {mean:.4g}; expected 0, with standard deviation {std:.4g}.",
        mistakes=seen,
    )  # fmt: skip


def one_sided(w: torch.Tensor) -> bool:
    """Return whether no weight is negative, though they are not all alike."""
    return float(w.min()) >= 0 and float(w.std()) > 0


def judge_own_draws(student: Student, name: str, shape: tuple[int, int], **options: float) -> None:
    """Fail unless each weight is a draw of its own, and a second call draws anew."""
    id = name.removesuffix("_")
    pair = student.run(drawn_twice, name=name, shape=shape, options=options)
    if not all(isinstance(w, torch.Tensor) and tuple(w.shape) == shape for w in pair):
        fail(f"After {call(name, options)} there is no tensor of the shape of w, {shape}.")
    first, second = pair
    # Among float32 draws a value hardly ever comes twice: this is far from a matter of chance.
    if len(first.unique()) < 0.9 * first.numel():
        fail(f"The {first.numel()} weights hold only {len(first.unique())} different values.", f"{id}_shared_draws")
    if bool((first == second).all()):
        fail("Two calls in a row gave the very same weights.", f"{id}_same_every_time")


# zeros_init_


@check("zeros_init_", hint="Which elements of w does your function reach?")
def test_zeros_init_leaves_only_zeros(student: Student) -> None:
    """Every element of w is 0."""
    w = new_values(student, "zeros_init_", (4, 3))
    assert_close(
        w, torch.zeros(4, 3), name="w after zeros_init_(w)", atol=0,
        mistakes={
            "zeros_init_first_row": torch.tensor([[0.0]] + [[3.0]] * 3).expand(4, 3),
            **({"zeros_init_small_numbers": w} if 0 < float(w.abs().max()) < 0.5 else {}),
        },
    )  # fmt: skip


@check("zeros_init_", weight=2, hint="Which tensor does the caller hold: the old one, or one that you made?")
def test_zeros_init_changes_w_itself(student: Student) -> None:
    """The tensor w is changed in place and returned."""
    judge_in_place(student, "zeros_init_", (4, 3), transposed=False)


# distinct_hidden_units


@probe
def counted(student, w1, tolerance, transposed):
    """How many different columns the student sees; w1 may be handed over as a transposed view."""
    held = w1.t().contiguous().t() if transposed else w1.clone()
    return student.distinct_hidden_units(held, tolerance)


def columns(rng: torch.Generator, num_inputs: int, groups: list[int], tolerance: float) -> torch.Tensor:
    """Return (num_inputs, len(groups)) weights: columns of one group agree well within `tolerance`.

    Columns of different groups differ by 5 tolerances and more in every element. Which is nearer to
    the tolerance than these stays open: nothing is asked about it.
    """
    steps = torch.rand(num_inputs, max(groups) + 1, generator=rng).argsort(dim=1)  # different in every row
    centres = 5 * tolerance * steps.double()
    noise = (torch.rand(num_inputs, len(groups), generator=rng).double() - 0.5) * 0.2 * tolerance
    return (centres[:, groups] + noise).float()


def kept(different: torch.Tensor) -> int:
    """Count the units that differ from each one kept before; `different[j, i]`: j does from i."""
    found: list[int] = []
    for unit in range(len(different)):
        if all(bool(different[unit, other]) for other in found):
            found.append(unit)
    return len(found)


def known_counts(w1: torch.Tensor, tolerance: float) -> dict[str, int]:
    """Return what known wrong ways of counting make of w1."""
    gap = w1.T[:, None] - w1.T[None, :]  # (units, units, num_inputs)
    different = gap.abs().amax(2) > tolerance
    sums = w1.sum(0)
    return {
        "distinct_hidden_units_ignores_tolerance": w1.unique(dim=1).shape[1],
        "distinct_hidden_units_neighbours_only": 1 + int(different.diagonal(1).sum()),
        "distinct_hidden_units_first_only": 1 + int(different[0].sum()),
        "distinct_hidden_units_rows": kept((w1[:, None] - w1[None, :]).abs().amax(2) > tolerance),
        "distinct_hidden_units_elements": len(w1.unique()),
        "distinct_hidden_units_pairs": int(different.sum()) // 2,
        "distinct_hidden_units_sums": kept((sums[:, None] - sums).abs() > tolerance),
        "distinct_hidden_units_mean_difference": kept(gap.abs().mean(2) > tolerance),
        "distinct_hidden_units_any_element": kept(gap.abs().amin(2) > tolerance),
        "distinct_hidden_units_no_absolute_value": kept(gap.amax(2) > tolerance),
        "distinct_hidden_units_rank": int(torch.linalg.matrix_rank(w1)),
        "distinct_hidden_units_never_repeated": int((different.sum(1) == len(different) - 1).sum()),
    }


def judge_counts(student: Student, *cases: tuple[torch.Tensor, float, int], transposed: bool = False) -> None:
    """Fail unless the student finds in each (w1, tolerance, right) `right` different columns.

    Small numbers agree by chance: a mistake is named where it explains what came of every case.
    """
    found = []
    for w1, tolerance, _ in cases:
        got = student.run(counted, w1=w1, tolerance=tolerance, transposed=transposed)
        if isinstance(got, torch.Tensor) and got.numel() == 1:
            got = got.item()
        if not isinstance(got, (int, float)):
            fail("distinct_hidden_units(w1, tolerance) is no number.")
        found.append(got)
    known = [known_counts(w1, tolerance) for w1, tolerance, _ in cases]
    named = [id for id in known[0] if all(each[id] == got for each, got in zip(known, found, strict=True))]
    for (w1, _, right), got in zip(cases, found, strict=True):
        if got != right:
            fail(f"distinct_hidden_units found {got:g} different columns of {w1.shape[1]}; expected {right}.", *named)


@check("distinct_hidden_units", weight=2, hint="With which other columns must a column be compared?")
def test_columns_within_tolerance_count_once(student: Student, rng: torch.Generator) -> None:
    """Columns that agree to within the tolerance are one; the others count each."""
    mixed, apart = [0, 1, 0, 2, 1, 0, 3, 0], [0, 1, 2, 0, 1, 3, 4, 5, 6, 6, 2]
    judge_counts(student, (columns(rng, 5, mixed, 1e-3), 1e-3, 4), (columns(rng, 12, apart, 1e-2), 1e-2, 7))


@check("distinct_hidden_units", hint="What is there to count when all columns are alike?")
def test_equal_columns_are_one_unit(student: Student) -> None:
    """After a start from zeros all columns are alike: there is one."""
    alike = torch.linspace(-1, 1, 6).reshape(6, 1).repeat(1, 9)
    judge_counts(student, (torch.zeros(6, 9), 1e-6, 1), (alike, 1e-6, 1))


@check("distinct_hidden_units", hint="How far apart are two columns that differ in a single weight?")
def test_columns_that_differ_in_one_weight_are_different(student: Student, rng: torch.Generator) -> None:
    """One weight beyond the tolerance makes a column different, however alike the others are."""
    few, many = (torch.randn(100, 1, generator=rng).repeat(1, units) for units in (4, 7))
    few[7, 1] += 0.03
    few[90, 3] -= 0.03
    for unit, weight in ((1, 20), (2, 0), (4, 99), (6, 50)):
        many[weight, unit] += 0.03
    judge_counts(student, (few, 0.01, 3), (many, 0.01, 5))


# normal_init_


@check(
    "normal_init_", weight=2, hint="Which number does the function that you draw with expect: std, or something else?"
)
def test_normal_init_has_the_std_asked_for(student: Student) -> None:
    """The weights have mean 0 and standard deviation std."""
    w = new_values(student, "normal_init_", (200, 100), std=0.2)
    judge_normal_spread(w, 0.2)


def judge_normal_spread(w: torch.Tensor, std: float) -> None:
    """Fail unless w has the mean and the spread of N(0, std²)."""
    mean = float(w.mean())
    judge_spread(
        w, std, "normal_init_", f"normal_init_(w, std={std:g})",
        {
            "normal_init_variance": math.sqrt(std), "normal_init_squares": std**2,
            "normal_init_ignores_std": 1.0, "normal_init_uniform": std / math.sqrt(3),
        },
        {
            "normal_init_std_as_mean": fits(w, 1.0) and abs(mean - std) < std / 3,
            "normal_init_adds": fits(w, std) and abs(mean - 3.0) < std,
            "normal_init_one_sided": one_sided(w),
        },
    )  # fmt: skip


@check("normal_init_", hint="Draw a histogram of what you draw: is it a bell?")
def test_normal_init_draws_from_a_bell(student: Student) -> None:
    """The weights follow a normal distribution, not just one of that spread."""
    w = new_values(student, "normal_init_", (200, 100), std=0.2)
    found = excess_kurtosis(w) if float(w.std()) > 0 else math.inf
    assert_below(
        abs(found), "normal_init.kurtosis",
        message=f"Your weights have an excess kurtosis of {found:.2f}; normal ones have 0, uniform ones −1.2.",
        mistakes={"normal_init_uniform": abs(found + 1.2) < 0.15},
    )  # fmt: skip


@check("normal_init_", hint="Which tensor does the caller hold: the old one, or one that you made?")
def test_normal_init_changes_w_itself(student: Student) -> None:
    """The tensor w is changed in place and returned."""
    judge_in_place(student, "normal_init_", (4, 3), transposed=False, std=0.5)


# activation_stds


@probe
def layers(student, scale, activation, depth, width, batch):
    """What activation_stds returns, and what went through init_ and activation meanwhile."""
    function = {
        "tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "shifted": lambda h: h.abs() + 0.5,
    }[activation]  # fmt: skip
    weights, inputs, outputs = [], [], []

    def init_(w):
        with torch.no_grad():
            if w.dim() == 2 and w.shape[0] == w.shape[1]:
                w.copy_(scale * torch.linalg.qr(torch.randn(w.shape)).Q)
            else:
                w.normal_()
        weights.append(w.detach().clone())
        return w

    def observed(h):
        out = function(h)
        inputs.append(h.detach().clone())
        outputs.append(out.detach().clone())
        return out

    stds = student.activation_stds(init_, observed, depth, width, batch)
    return {"stds": stds, "weights": weights, "inputs": inputs, "outputs": outputs}


class Layers(NamedTuple):
    """What went through a student's layers: tensors in float64, and the list that was returned."""

    stds: Any
    weights: list[torch.Tensor]
    inputs: list[torch.Tensor]
    outputs: list[torch.Tensor]


def observed_layers(
    student: Student, *, activation: str, depth: int, width: int, batch: int, scale: float = 1.5
) -> Layers:
    """Run activation_stds and return what it did; a layer whose activation is asked for twice counts once."""
    got = student.run(layers, scale=scale, activation=activation, depth=depth, width=width, batch=batch)
    inputs: list[torch.Tensor] = []
    outputs: list[torch.Tensor] = []
    for h, out in zip(got["inputs"], got["outputs"], strict=True):
        if not inputs or not is_close(h, inputs[-1], rtol=0, atol=0):
            inputs.append(h.double())
            outputs.append(out.double())
    return Layers(got["stds"], [w.double() for w in got["weights"]], inputs, outputs)


def float_list(stds: Any, depth: int) -> list[float]:
    """Return what activation_stds gave as Python floats, one a layer, or fail."""
    if isinstance(stds, torch.Tensor) or (isinstance(stds, list) and any(isinstance(s, torch.Tensor) for s in stds)):
        fail("activation_stds returned tensors; expected a list of Python floats.", "activation_stds_tensors")
    if not isinstance(stds, list) or not all(isinstance(std, (int, float)) for std in stds):
        fail("activation_stds did not return a list of Python floats.")
    if len(stds) != depth:
        named = {depth + 1: ["activation_stds_input_included"], 1: ["activation_stds_returns_early"]}
        fail(f"activation_stds returned {len(stds)} numbers for depth={depth}; expected one a layer.",
             *named.get(len(stds), []))  # fmt: skip
    return [float(std) for std in stds]


def stds_of(tensors: list[torch.Tensor], *, unbiased: bool = True) -> list[float]:
    """Return the standard deviation over all elements of each tensor, with or without Bessel's correction."""
    return [
        math.sqrt(float(((each - each.mean()) ** 2).sum()) / max(1, each.numel() - int(unbiased))) for each in tensors
    ]


def judge_measured(seen: Layers, depth: int) -> None:
    """Fail unless the list holds the standard deviations of what the activations gave."""
    stds = float_list(seen.stds, depth)
    if not seen.outputs:
        fail("activation_stds never called the activation.", "activation_stds_no_activation")
    right = stds_of(seen.outputs)
    accepted = (right, stds_of(seen.outputs, unbiased=False))
    if len(right) == depth and any(is_close(stds, each, rtol=1e-3, atol=0) for each in accepted):
        return
    wrong = {
        "activation_stds_pre_activation": stds_of(seen.inputs),
        "activation_stds_variance": [std**2 for std in right],
        "activation_stds_root_mean_square": [float((out**2).mean().sqrt()) for out in seen.outputs],
        "activation_stds_of_means": [sum(stds_of(list(out.T))) / out[:1].numel() for out in seen.outputs],
        "activation_stds_mean_size": [float(out.abs().mean()) for out in seen.outputs],
    }
    named = [id for id, values in wrong.items() if is_close(stds, values, rtol=3e-3, atol=0)]
    if not named and depth > 1 and is_close(stds[1:], right[:-1], rtol=3e-3, atol=0):
        named = ["activation_stds_before_the_layer"]
    fail("The numbers are not the standard deviations of what the activation gave.\n"
         f"got      {numbers(stds)}\nexpected {numbers(right)}", *named)  # fmt: skip


def judge_chain(seen: Layers, depth: int, width: int) -> None:
    """Fail unless each layer multiplies the activations of the one before by weights of its own."""
    if not seen.outputs:
        fail("activation_stds never called the activation.", "activation_stds_no_activation")
    if any(tuple(w.shape) != (width, width) for w in seen.weights):
        fail(f"init_ was given a tensor of shape {tuple(seen.weights[0].shape)}; expected {(width, width)}.")
    if len(seen.outputs) != depth:
        fail(f"The activation was applied to {len(seen.outputs)} different inputs; expected {depth}, one a layer.")
    if any(h.dim() != 2 or width not in h.shape for h in seen.inputs):
        fail(f"The activations have shape {tuple(seen.inputs[0].shape)}; expected (batch, {width}).")
    left = set(range(len(seen.weights)))
    for layer in range(1, depth):
        before, now = seen.outputs[layer - 1], seen.inputs[layer]
        fitting = {k for k, w in enumerate(seen.weights) if leads_to(before, w, now)}
        if not fitting:
            fail(f"What the activation of layer {layer + 1} gets is not the activations of layer {layer} "
                 "times weights that init_ has set.", *broken_chain(seen, layer))  # fmt: skip
        if len(seen.weights) < depth or not fitting & left:
            fail(f"Layer {layer + 1} uses the weights of another layer again.", "activation_stds_same_weights")
        left.remove(min(fitting & left))


RESTARTS: Final = 24  # weights among which a layer that starts again is looked for: more than any check has layers


def broken_chain(seen: Layers, layer: int) -> list[str]:
    """Return the mistakes that explain what the activation of a layer gets, where that is not what it should be."""
    now, before = seen.inputs[layer], seen.inputs[layer - 1]
    named = []
    if any(leads_to(before, w, now) for w in seen.weights):
        named.append("activation_stds_linear_chain")
    # The probe's weights are s times orthogonal ones, so their inverse is their transpose / s².
    first = seen.weights[:RESTARTS]
    starts = [seen.inputs[0] @ w.T / (w[0] ** 2).sum() for w in first if seen.inputs[0].shape[1] == len(w)]
    if any(leads_to(seen.outputs[layer - 1] / seen.outputs[layer - 1].std(), w, now) for w in seen.weights):
        named.append("activation_stds_normalises")
    if any(leads_to(X, w, now) for X in starts for w in first):
        named.append("activation_stds_restarts")
    return named


def leads_to(h: torch.Tensor, w: torch.Tensor, product: torch.Tensor) -> bool:
    """Return whether h times w is the product, whichever axes the student takes for examples and fan_in."""
    rows = [h @ m for m in (w, w.T) if h.shape[1] == len(m)]
    columns = [m @ h for m in (w, w.T) if h.shape[0] == len(m)]
    slack = 1e-3 * float(product.abs().max())
    return any(is_close(each, product, rtol=1e-3, atol=slack) for each in rows + columns)


@check("activation_stds", weight=2, hint="Of which tensor do you take the deviation, at which moment, and over what?")
def test_stds_are_those_of_the_activations(student: Student) -> None:
    """Each number is the standard deviation of what the nonlinearity of its layer gave."""
    for activation in ("tanh", "shifted"):
        judge_measured(observed_layers(student, activation=activation, depth=4, width=20, batch=30), 4)


@check("activation_stds", weight=2, hint="Follow h through two layers: with which weights is it multiplied in each?")
def test_each_layer_has_weights_of_its_own(student: Student) -> None:
    """Activations go from layer to layer, through weights freshly set by init_ for each."""
    judge_chain(observed_layers(student, activation="tanh", depth=4, width=20, batch=30), 4, 20)


@check("activation_stds", hint="How many layers are there, and what kind of numbers is asked for?")
def test_there_is_one_float_a_layer(student: Student) -> None:
    """The result is a list of depth Python floats."""
    float_list(observed_layers(student, activation="tanh", depth=6, width=8, batch=10).stds, 6)


# xavier_init_ and he_init_


def xavier_std(fan_in: int, fan_out: int) -> float:
    """Return √(2/(fan_in + fan_out)) (Glorot and Bengio 2010)."""
    return math.sqrt(2 / (fan_in + fan_out))


def he_std(fan_in: int) -> float:
    """Return √(2/fan_in) (He et al. 2015)."""
    return math.sqrt(2 / fan_in)


def judge_xavier(w: torch.Tensor, told: str) -> None:
    """Fail unless w has mean 0 and the spread of Xavier's initialisation."""
    fan_in, fan_out = w.shape
    std = xavier_std(fan_in, fan_out)
    judge_spread(
        w, std, "xavier_init_", told,
        {
            "xavier_init_variance": std**2, "xavier_init_no_gain": std / math.sqrt(2),
            "xavier_init_he": he_std(fan_in), "xavier_init_fan_in_only": 1 / math.sqrt(fan_in),
            "xavier_init_fan_out_only": 1 / math.sqrt(fan_out), "xavier_init_limit_as_std": math.sqrt(3) * std,
            "xavier_init_std_as_limit": std / math.sqrt(3),
        },
        {"xavier_init_one_sided": one_sided(w)},
    )  # fmt: skip


def judge_he(w: torch.Tensor, told: str) -> None:
    """Fail unless w has mean 0 and the spread of He's initialisation."""
    fan_in, fan_out = w.shape
    std = he_std(fan_in)
    judge_spread(
        w, std, "he_init_", told,
        {
            "he_init_variance": std**2, "he_init_swapped_fans": he_std(fan_out), "he_init_no_gain": std / math.sqrt(2),
            "he_init_xavier": xavier_std(fan_in, fan_out), "he_init_limit_as_std": math.sqrt(3) * std,
            "he_init_std_as_limit": std / math.sqrt(3),
        },
        {"he_init_one_sided": one_sided(w)},
    )  # fmt: skip


@check(
    "xavier_init_",
    needs=("normal_init_",),
    weight=2,
    hint="Which sizes of w stand in the formula, and which number do you draw with?",
)
def test_xavier_init_has_its_std(student: Student) -> None:
    """The weights have mean 0 and standard deviation √(2/(fan_in + fan_out))."""
    judge_xavier(new_values(student, "xavier_init_", (300, 130)), "xavier_init_(w) with w (300, 130)")


@check(
    "xavier_init_",
    needs=("normal_init_",),
    hint="Which tensor does the caller hold: the old one, or one that you made?",
)
def test_xavier_init_changes_w_itself(student: Student) -> None:
    """The tensor w is changed in place and returned."""
    judge_in_place(student, "xavier_init_", (4, 3), transposed=False)


@check(
    "he_init_",
    needs=("normal_init_",),
    weight=2,
    hint="Which sizes of w stand in the formula, and which number do you draw with?",
)
def test_he_init_has_its_std(student: Student) -> None:
    """The weights have mean 0 and standard deviation √(2/fan_in)."""
    judge_he(new_values(student, "he_init_", (300, 130)), "he_init_(w) with w (300, 130)")


@check(
    "he_init_", needs=("normal_init_",), hint="Which tensor does the caller hold: the old one, or one that you made?"
)
def test_he_init_changes_w_itself(student: Student) -> None:
    """The tensor w is changed in place and returned."""
    judge_in_place(student, "he_init_", (4, 3), transposed=False)
