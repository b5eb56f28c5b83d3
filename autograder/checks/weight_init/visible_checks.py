"""Visible checks of `weight_init`: where weights start, and what that does to deep networks."""

import math
from typing import Any

import numpy as np
import torch

from autograder.judging.student import Student
from autograder.judging.suite import (
    a_number,
    a_tensor,
    assert_below,
    assert_breaks,
    assert_close,
    check,
    fail,
    finite,
    is_close,
    log_ratio,
    numbers,
    one_number,
    probe,
)
from autograder.judging.suite.asking import ask

FORMULA_NEEDS = ("normal_init_",)
COUNT = "distinct_hidden_units(w1, tolerance)"

# The four initialisers


@probe
def initialised(student, name, shape, arguments, times, start, transposed):
    """The values that some calls of an initialiser give, each to a w full of `start`, and what the last one did to w.

    Where w was left as it was, those of the tensor that was returned count: that w must be changed in
    place is a check of its own.
    """
    found = []
    for _ in range(times):
        w = torch.full(shape[::-1], start).t() if transposed else torch.full(shape, start)
        before = w.clone()
        returned = getattr(student, name)(w, *arguments)
        is_tensor = isinstance(returned, torch.Tensor)
        kept = w.shape == before.shape and bool(torch.isclose(w, before, equal_nan=True).all())
        found.append(returned if kept and is_tensor else w)
    return {
        "values": torch.stack(found) if len({values.shape for values in found}) == 1 else None,
        "kept": bool(kept),
        "is_w": bool(is_tensor and returned.data_ptr() == w.data_ptr() and returned.shape == w.shape),
        "returned": type(returned).__name__,
    }


def call(name: str, std: float | None) -> str:
    """Return how an initialiser was called, as a student reads it."""
    return f"{name}(w)" if std is None else f"{name}(w, std={std:g})"


def run_initialiser(
    student: Student, name: str, shape: tuple[int, int], std: float | None = None, *, times: int = 1,
    start: float = 3.0, transposed: bool = False,
) -> Any:  # fmt: skip
    """Return what the probe measured; its values have the shape (times, *shape)."""
    arguments = [] if std is None else [std]
    got = student.run(
        initialised, name=name, shape=shape, arguments=arguments, times=times, start=start, transposed=transposed
    )
    values = got["values"]
    if not isinstance(values, torch.Tensor) or values.shape != (times, *shape):
        shown = f"of shape {tuple(values.shape[1:])}" if isinstance(values, torch.Tensor) else "of no one shape"
        fail(f"After {call(name, std)} there is a tensor {shown}; w was {shape}.")
    return got


def judge_in_place(student: Student, name: str, shape: tuple[int, int], std: float | None = None) -> None:
    """Fail unless an initialiser changes the very tensor that it was given, and returns it."""
    got = run_initialiser(student, name, shape, std)
    told = call(name, std)
    if got["kept"]:
        fail(f"After {told} w still holds what it held before.")
    if not got["is_w"]:
        fail(f"{told} returned an object of type {str(got['returned'])[:60]}; expected w itself.")


def judge_zeros(student: Student, shape: tuple[int, int], *, start: float = 3.0, transposed: bool = False) -> None:
    """Fail unless zeros_init_ leaves nothing but zeros."""
    got = run_initialiser(student, "zeros_init_", shape, start=start, transposed=transposed)
    assert_close(got["values"][0], torch.zeros(shape), name=f"w, full of {start:g} before zeros_init_(w),", atol=0)


def judge_spread(
    student: Student, name: str, shape: tuple[int, int], expected: float, std: float | None = None, *, times: int = 1,
    transposed: bool = False,
) -> None:  # fmt: skip
    """Fail unless an initialiser gives weights of mean 0 and standard deviation `expected`."""
    told = f"{call(name, std)} with w {shape}"
    got = run_initialiser(student, name, shape, std, times=times, transposed=transposed)
    w = finite(got["values"], f"w after {told}")
    found, mean = float(w.std()), float(w.mean())
    # Each in units of its own spread for normal draws: 1/√(2n) of the logarithm, and std/√n.
    assert_below(
        log_ratio(found, expected) * math.sqrt(2 * w.numel()), f"{name.removesuffix('_')}.std",
        message=f"After {told} the standard deviation is {found:.4g}; expected {expected:.4g}.",
    )  # fmt: skip
    assert_below(
        abs(mean) / expected * math.sqrt(w.numel()), f"{name.removesuffix('_')}.mean",
        message=f"After {told} the mean is {mean:.4g}; expected 0, with standard deviation {expected:.4g}.",
    )  # fmt: skip


def judge_own_draws(student: Student, name: str, shape: tuple[int, int], std: float | None = None) -> None:
    """Fail unless each weight is a draw of its own, and a second call draws anew."""
    first, second = finite(run_initialiser(student, name, shape, std, times=2)["values"], f"w after {call(name, std)}")
    # Among float32 draws a value hardly ever comes twice: this is far from a matter of chance.
    if len(first.unique()) < 0.9 * first.numel():
        fail(f"The {first.numel()} weights hold only {len(first.unique())} different values.")
    if bool((first == second).all()):
        fail("Two calls in a row gave the very same weights.")


# zeros_init_


@check(
    "zeros_init_",
    hints=[
        "Which elements of w does your function reach?",
        "Put a `nan` and an `inf` into `w` before the call, and print what is left of them.",
        '`print(0 * float("nan"))` says nan: what computes with the old numbers cannot lose them.',
    ],
)
def test_zeros_init_leaves_only_zeros(student: Student) -> None:
    """Every element of w is 0."""
    judge_zeros(student, (4, 3))


@check(
    "zeros_init_",
    weight=2,
    hints=[
        "Which tensor does the caller hold: the old one, or one that you made?",
        "Is `zeros_init_(w) is w` True, and does `print(w)` show the new numbers after the call?",
        "`a = torch.ones(2); b = a; a = torch.zeros(2); print(b)` shows ones: `a` now names a new tensor. What "
        "writes into the old one?",
    ],
)
def test_zeros_init_changes_w_itself(student: Student) -> None:
    """The tensor w is changed in place and returned."""
    judge_in_place(student, "zeros_init_", (4, 3))


# distinct_hidden_units


def columns(rng: torch.Generator, num_inputs: int, groups: list[int], tolerance: float) -> torch.Tensor:
    """Return (num_inputs, len(groups)) weights: columns of one group agree well within `tolerance`.

    Columns of different groups differ by 5 tolerances and more in every element. Which is nearer to
    the tolerance than these stays open: nothing is asked about it.
    """
    steps = torch.rand(num_inputs, max(groups) + 1, generator=rng).argsort(dim=1)  # different in every row
    centres = 5 * tolerance * steps.double()
    noise = (torch.rand(num_inputs, len(groups), generator=rng).double() - 0.5) * 0.2 * tolerance
    return (centres[:, groups] + noise).float()


def judge_counts(student: Student, *cases: tuple[torch.Tensor, float, int]) -> None:
    """Fail unless the student finds in each (w1, tolerance, right) `right` different columns."""
    for w1, tolerance, right in cases:
        got = one_number(ask(student, "distinct_hidden_units", w1, tolerance), COUNT)
        if got != right:
            fail(f"distinct_hidden_units found {got:g} different columns of {w1.shape[1]}; expected {right}.")


@check(
    "distinct_hidden_units",
    weight=2,
    hints=[
        "With which other columns must a column be compared?",
        "Write down which pairs your function looks at for three columns: neighbours, or each column with all "
        "that were kept?",
        "The columns (1), (5), (1.0001) with the tolerance 0.01: the third is the first once more, so there are "
        "2. Comparing neighbours gives 3.",
    ],
)
def test_columns_within_tolerance_count_once(student: Student, rng: torch.Generator) -> None:
    """Columns that agree to within the tolerance are one; the others count each."""
    mixed, apart = [0, 1, 0, 2, 1, 0, 3, 0], [0, 1, 2, 0, 1, 3, 4, 5, 6, 6, 2]
    judge_counts(student, (columns(rng, 5, mixed, 1e-3), 1e-3, 4), (columns(rng, 12, apart, 1e-2), 1e-2, 7))


@check(
    "distinct_hidden_units",
    about="form",
    hints=[
        "What is there to count when all columns are alike?",
        "Try `torch.zeros(3, 4)`: it is neither 0 nor 4.",
    ],
)
def test_equal_columns_are_one_unit(student: Student) -> None:
    """After a start from zeros all columns are alike: there is one."""
    alike = torch.linspace(-1, 1, 6).reshape(6, 1).repeat(1, 9)
    judge_counts(student, (torch.zeros(6, 9), 1e-6, 1), (alike, 1e-6, 1))


@check(
    "distinct_hidden_units",
    hints=[
        "How far apart are two columns that differ in a single weight?",
        "Compare what you measure between two columns with the formula in the text: a mean, a sum or a length "
        "is another number.",
        "(1, 1, 1, 1) and (1, 1, 1, 3) differ by 2 in one weight, by 0.5 in the mean. With the tolerance 1 they "
        "are two.",
    ],
)
def test_columns_that_differ_in_one_weight_are_different(student: Student, rng: torch.Generator) -> None:
    """One weight beyond the tolerance makes a column different, however alike the others are."""
    few, many = (torch.randn(100, 1, generator=rng).repeat(1, units) for units in (4, 7))
    few[7, 1] += 0.03
    few[90, 3] -= 0.03
    for unit, weight in ((1, 20), (2, 0), (4, 99), (6, 50)):
        many[weight, unit] += 0.03
    judge_counts(student, (few, 0.01, 3), (many, 0.01, 5))


@check(
    "distinct_hidden_units",
    about="how",
    hints=[
        "What kind of number counts something?",
        "`print(type(distinct_hidden_units(w1, 1e-6)))`: a tensor or a float is not yet an `int`.",
    ],
)
def test_count_is_a_python_int(student: Student, rng: torch.Generator) -> None:
    """The number of units is a Python int, and no tensor."""
    got = ask(student, "distinct_hidden_units", torch.randn(4, 3, generator=rng), 1e-6)
    if isinstance(got, bool) or not isinstance(got, int):
        one_number(got, COUNT)
        fail(f"{COUNT} is {'a tensor' if isinstance(got, torch.Tensor) else str(got)[:60]}; expected a Python int.")


# normal_init_


@check(
    "normal_init_",
    weight=2,
    hints=[
        "Which number does the function that you draw with expect: std, or something else?",
        "Compare `.std()` of a large w with `std`, once for 2 and once for 0.5. Too large for one and too small "
        "for the other points at a square or a root.",
        "A standard deviation of 3 is a variance of 9; a standard deviation of 0.5 is a variance of 0.25.",
    ],
)
def test_normal_init_has_the_std_asked_for(student: Student) -> None:
    """The weights have mean 0 and standard deviation std."""
    judge_spread(student, "normal_init_", (200, 100), 0.2, std=0.2)


@check(
    "normal_init_",
    hints=[
        "Draw a histogram of what you draw: is it a bell?",
        "Count how many of 10,000 weights lie within one `std` of 0, and beyond two: of a bell they are 68 % and 5 %.",
        "Uniform numbers with the standard deviation 1 end at 1.73, and 58 % of them lie within 1.",
    ],
)
def test_normal_init_draws_from_a_bell(student: Student) -> None:
    """The weights follow a normal distribution, not just one of that spread."""
    got = run_initialiser(student, "normal_init_", (200, 100), 0.2)
    w = finite(got["values"], "w after normal_init_(w, std=0.2)")
    kurtosis = float((((w - w.mean()) / w.std()) ** 4).mean()) - 3  # not-a-number, which fails, where all are alike
    assert_below(
        abs(kurtosis), "normal_init.kurtosis",
        message=f"Your weights have an excess kurtosis of {kurtosis:.2f}; normal ones have 0, uniform ones −1.2.",
    )  # fmt: skip


@check(
    "normal_init_",
    weight=2,
    hints=[
        "Which tensor does the caller hold: the old one, or one that you made?",
        "Is `normal_init_(w, 0.1) is w` True, and does `print(w)` show the new numbers after the call?",
        "`a = torch.ones(2); b = a; a = torch.zeros(2); print(b)` shows ones: `a` now names a new tensor. What "
        "writes into the old one?",
    ],
)
def test_normal_init_changes_w_itself(student: Student) -> None:
    """The tensor w is changed in place and returned."""
    judge_in_place(student, "normal_init_", (4, 3), 0.5)


# activation_stds


@probe
def layers(student, activation, depth, width, batch, scale=1.5):
    """What activation_stds returns, and what went through init_ and activation; the same input twice counts once."""
    function = {
        "tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "shifted": lambda h: h.abs() + 0.5,
    }[activation]  # fmt: skip
    weights, outputs = [], []
    inputs: list[torch.Tensor] = []

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
        if not inputs or not torch.equal(h, inputs[-1]):
            inputs.append(h.detach().clone())
            outputs.append(out.detach().clone())
        return out

    stds = student.activation_stds(init_, observed, depth, width, batch)
    return {"stds": stds, "weights": weights, "inputs": inputs, "outputs": outputs}


def float_list(stds: Any, depth: int) -> list[float]:
    """Return what activation_stds gave as Python floats, one a layer, or fail."""
    if not isinstance(stds, list) or not all(isinstance(std, (int, float)) for std in stds):
        kinds = sorted({type(std).__name__ for std in (stds if isinstance(stds, list) else [stds])})
        fail(f"activation_stds returned {', '.join(kinds)}; expected a list of Python floats.")
    if len(stds) != depth:
        fail(f"activation_stds returned {len(stds)} numbers for depth={depth}; expected one a layer.")
    return [float(std) for std in stds]


def stds_of(tensors: list[torch.Tensor], *, unbiased: bool = True) -> list[float]:
    """Return the standard deviation over all elements of each tensor, with or without Bessel's correction."""
    sums = [float(((each.double() - each.double().mean()) ** 2).sum()) for each in tensors]
    return [math.sqrt(total / max(1, each.numel() - unbiased)) for total, each in zip(sums, tensors, strict=True)]


def numbers_of(stds: Any, depth: int) -> list[float]:
    """Return what activation_stds gave, of whatever kind, as one number a layer, or fail."""
    parts = list(stds.reshape(-1)) if isinstance(stds, (torch.Tensor, np.ndarray)) else stds
    if not isinstance(parts, list):
        fail(f"activation_stds returned {str(stds)[:60]}; expected a list of Python floats.")
    if len(parts) != depth:
        fail(f"activation_stds returned {len(parts)} numbers for depth={depth}; expected one a layer.")
    return [one_number(part, f"the number of layer {place + 1}") for place, part in enumerate(parts)]


def judge_number_of_layers(seen: Any, depth: int) -> None:
    """Fail unless the activation was applied once a layer."""
    if len(seen["outputs"]) != depth:
        fail(f"The activation was applied to {len(seen['outputs'])} different inputs; expected {depth}, one a layer.")
    if [each.shape for each in seen["inputs"]] != [each.shape for each in seen["outputs"]]:
        fail("The activation has given something else than a number for each of its inputs.")


def judge_measured(seen: Any, depth: int) -> None:
    """Fail unless the list holds the standard deviations of what the activations gave."""
    stds = numbers_of(seen["stds"], depth)
    judge_number_of_layers(seen, depth)
    right = stds_of(seen["outputs"])
    if not any(is_close(stds, each, rtol=1e-3, atol=0) for each in (right, stds_of(seen["outputs"], unbiased=False))):
        fail("The numbers are not the standard deviations of what the activation gave.\n"
             f"got      {numbers(stds)}\nexpected {numbers(right)}")  # fmt: skip


def judge_chain(seen: Any, depth: int, width: int) -> None:
    """Fail unless each layer multiplies the activations of the one before by weights of its own."""
    if any(tuple(w.shape) != (width, width) for w in seen["weights"]):
        fail(f"init_ was given a tensor of shape {tuple(seen['weights'][0].shape)}; expected {(width, width)}.")
    judge_number_of_layers(seen, depth)
    if any(h.dim() != 2 or width not in h.shape or not h.numel() for h in seen["inputs"]):
        fail(f"The activations have shape {tuple(seen['inputs'][0].shape)}; expected (batch, {width}).")
    left = set(range(len(seen["weights"])))
    for layer in range(1, depth):
        before, now = seen["outputs"][layer - 1], seen["inputs"][layer]
        fitting = {k for k, w in enumerate(seen["weights"]) if leads_to(before, w, now)}
        if not fitting:
            fail(f"What the activation of layer {layer + 1} gets, of standard deviation {stds_of([now])[0]:.4g}, is "
                 f"not the activations of layer {layer} times weights that init_ has set.")  # fmt: skip
        if len(seen["weights"]) < depth or not fitting & left:
            fail(f"Layer {layer + 1} uses the weights of another layer again.")
        left.remove(min(fitting & left))


def leads_to(h: torch.Tensor, w: torch.Tensor, product: torch.Tensor) -> bool:
    """Return whether h times w is the product, whichever axes the student takes for examples and fan_in."""
    h, w, product = h.double(), w.double(), product.double()
    rows = [h @ m for m in (w, w.T) if h.shape[1] == len(m)]
    columns = [m @ h for m in (w, w.T) if h.shape[0] == len(m)]
    slack = 1e-3 * float(product.abs().max())
    return any(is_close(each, product, rtol=1e-3, atol=slack) for each in rows + columns)


@check(
    "activation_stds",
    weight=2,
    hints=[
        "Of which tensor do you take the deviation, at which moment, and over what?",
        "Print the shape of what you measure, and where in the loop: (batch, width), all of it at once, after "
        "the nonlinearity.",
        "If `init_` sets the identity and `activation` doubles, the deviations are about 2, 4 and 8.",
    ],
)
def test_stds_are_those_of_the_activations(student: Student) -> None:
    """Each number is the standard deviation of what the nonlinearity of its layer gave."""
    for activation in ("tanh", "shifted"):
        judge_measured(student.run(layers, activation=activation, depth=4, width=20, batch=30), 4)


@check(
    "activation_stds",
    weight=2,
    hints=[
        "Follow h through two layers: with which weights is it multiplied in each?",
        "Count the calls of `init_`, one for each layer, and compare what the second layer gets with what the "
        "first one gave.",
        "If `init_` sets 2, then 3, then 5 times the identity and `activation` changes nothing, the deviations "
        "are about 2, 6 and 30.",
    ],
)
def test_each_layer_has_weights_of_its_own(student: Student) -> None:
    """Activations go from layer to layer, through weights freshly set by init_ for each."""
    judge_chain(student.run(layers, activation="tanh", depth=4, width=20, batch=30), 4, 20)


@check(
    "activation_stds",
    hints=[
        "How many layers are there, and what kind of numbers is asked for?",
        "For depth 4 print `len(stds)` and `type(stds[0])`: the input is not among them.",
        "`torch.ones(3).std()` is a tensor with one number in it; `torch.ones(3).std().item()` is the float.",
    ],
)
def test_there_is_one_float_a_layer(student: Student) -> None:
    """The result is a list of depth Python floats."""
    float_list(student.run(layers, activation="tanh", depth=6, width=8, batch=10)["stds"], 6)


# xavier_init_ and he_init_


def xavier_std(fan_in: int, fan_out: int) -> float:
    """Return √(2/(fan_in + fan_out)) (Glorot and Bengio 2010)."""
    return math.sqrt(2 / (fan_in + fan_out))


def he_std(fan_in: int) -> float:
    """Return √(2/fan_in) (He et al. 2015)."""
    return math.sqrt(2 / fan_in)


@check(
    "xavier_init_",
    weight=2,
    needs=FORMULA_NEEDS,
    hints=[
        "Which sizes of w stand in the formula, and which number do you draw with?",
        "Compare `.std()` with the formula for the shapes (1000, 10) and (10, 1000): it is the same for both.",
        "For the shape (6, 2) it is √(2/8) = 0.5, a variance of 0.25. Uniform numbers from −a to a have the "
        "standard deviation a/√3.",
    ],
)
def test_xavier_init_has_its_std(student: Student) -> None:
    """The weights have mean 0 and standard deviation √(2/(fan_in + fan_out))."""
    judge_spread(student, "xavier_init_", (300, 130), xavier_std(300, 130))


@check(
    "xavier_init_",
    weight=2,
    needs=FORMULA_NEEDS,
    hints=[
        "Which tensor does the caller hold: the old one, or one that you made?",
        "Is `xavier_init_(w) is w` True, and does `print(w)` show the new numbers after the call?",
        "`a = torch.ones(2); b = a; a = torch.zeros(2); print(b)` shows ones: `a` now names a new tensor. What "
        "writes into the old one?",
    ],
)
def test_xavier_init_changes_w_itself(student: Student) -> None:
    """The tensor w is changed in place and returned."""
    judge_in_place(student, "xavier_init_", (4, 3))


@check(
    "he_init_",
    weight=2,
    needs=FORMULA_NEEDS,
    hints=[
        "Which sizes of w stand in the formula, and which number do you draw with?",
        "Compare `.std()` for the shapes (1000, 10) and (10, 1000): one of them is ten times as large. Which "
        "one has few inputs?",
        "For the shape (8, 3) it is √(2/8) = 0.5, whatever the 3 is. Uniform numbers from −a to a have the "
        "standard deviation a/√3.",
    ],
)
def test_he_init_has_its_std(student: Student) -> None:
    """The weights have mean 0 and standard deviation √(2/fan_in)."""
    judge_spread(student, "he_init_", (300, 130), he_std(300))


@check(
    "he_init_",
    weight=2,
    needs=FORMULA_NEEDS,
    hints=[
        "Which tensor does the caller hold: the old one, or one that you made?",
        "Is `he_init_(w) is w` True, and does `print(w)` show the new numbers after the call?",
        "`a = torch.ones(2); b = a; a = torch.zeros(2); print(b)` shows ones: `a` now names a new tensor. What "
        "writes into the old one?",
    ],
)
def test_he_init_changes_w_itself(student: Student) -> None:
    """The tensor w is changed in place and returned."""
    judge_in_place(student, "he_init_", (4, 3))


# break_distinct_hidden_units


def count_by_sums(w1: torch.Tensor, tolerance: float) -> int:
    """Return how many columns the function given in the notebook counts."""
    kept: list[float] = []
    for total in w1.sum(dim=0).tolist():
        if all(abs(total - other) > tolerance for other in kept):
            kept.append(total)
    return len(kept)


def alike(w1: torch.Tensor, tolerance: float) -> torch.Tensor:
    """Return which columns are the same as which: (num_hiddens, num_hiddens) bool."""
    return (w1[:, :, None] - w1[:, None, :]).abs().amax(dim=0) <= tolerance


def count_columns(w1: torch.Tensor, tolerance: float) -> int:
    """Return how many columns are different, where it is clear which are the same."""
    return len(alike(w1, tolerance).unique(dim=0))


def unclear(w1: torch.Tensor, tolerance: float) -> str | None:
    """Return that it hangs on the order which columns are the same, if so."""
    same = alike(w1, tolerance)
    through_another = same.double() @ same.double() > 0
    if bool((through_another == same).all()):
        return None
    return "Of three columns the second is the same as both others, and these two are different."


@check(
    "break_distinct_hidden_units",
    hints=[
        "What do two columns with the same sum have in common?",
        "Write down two columns of three numbers, as different as you like: which sums can they share?",
    ],
)
def test_both_counts_disagree(student: Student) -> None:
    """For the arguments returned, `count_by_sums` gives another number than there are different columns."""
    arguments = {"w1": a_tensor((20, 20)), "tolerance": a_number(1e-6, 1.0)}
    assert_breaks(
        student, "break_distinct_hidden_units", arguments, given=count_by_sums, right=count_columns, refuse=unclear
    )
