"""Hidden checks of `weight_init`: other sizes, other numbers, and the edges."""

import math

import torch

from autograder.checks.weight_init.visible_checks import (
    FORMULA_NEEDS,
    columns,
    he_std,
    judge_chain,
    judge_counts,
    judge_measured,
    judge_own_draws,
    judge_spread,
    judge_zeros,
    layers,
    xavier_std,
)
from autograder.judging.student import Student
from autograder.judging.suite import assert_below, check, fail, finite, probe

# zeros_init_


@check("zeros_init_", hints=["What may stand in a w that was never filled?"])
def test_zeros_init_of_any_content(student: Student) -> None:
    """Whatever w held before (numbers, infinities, not-a-number), zeros are left."""
    for start in (-2.5, math.inf, math.nan):
        judge_zeros(student, (3, 5), start=start)
    for shape in ((1, 1), (1, 6), (5, 1)):
        judge_zeros(student, shape)


@check("zeros_init_", hints=["Does the function rely on how w lies in memory?"])
def test_zeros_init_of_a_view(student: Student) -> None:
    """A w that is a transposed view of another tensor is changed, too."""
    judge_zeros(student, (5, 2), transposed=True)


# distinct_hidden_units


@check("distinct_hidden_units", hints=["Which sizes does your function take for granted?"])
def test_columns_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """One unit, one input, many units, many inputs, and none alike are counted."""
    judge_counts(
        student, (torch.randn(4, 1, generator=rng), 1e-4, 1), (columns(rng, 1, [2, 0, 1, 2, 2], 1e-2), 1e-2, 3),
        (columns(rng, 3, list(range(30)), 1e-3), 1e-3, 30),
        (columns(rng, 6, [k % 7 for k in range(40)], 1e-4), 1e-4, 7),
        (columns(rng, 900, [0, 1, 0, 2, 1, 0], 1e-2), 1e-2, 3),
    )  # fmt: skip


@check("distinct_hidden_units", weight=2, hints=["Where does the tolerance enter your comparison?"])
def test_the_tolerance_is_the_callers(student: Student, rng: torch.Generator) -> None:
    """The same columns are all alike for a large tolerance and all different for a small one."""
    w1 = columns(rng, 5, [0, 1, 2, 0, 1, 2], 0.1)
    judge_counts(student, (w1, 0.1, 3), (w1, 10.0, 1), (w1, 1e-7, 6))


@check("distinct_hidden_units", hints=["Does every column count by all of its weights, signs included?"])
def test_columns_alike_in_some_way_only_are_different(student: Student) -> None:
    """Columns with equal sums, equal sizes, or one a multiple of another are different ones."""
    first = torch.tensor([1.0, -2.0, 4.0, 0.5])
    w1 = torch.stack([first, -first, 2 * first, first.flip(0), first], dim=1)
    longer = torch.cat([w1, 3 * w1[:, 1:3]], dim=1)
    judge_counts(student, (w1, 1e-3, 4), (longer, 1e-3, 6))


# normal_init_


@check("normal_init_", hints=["Does the standard deviation come from the argument?"])
def test_normal_init_of_other_stds(student: Student) -> None:
    """Large and small standard deviations, and long and wide shapes, come out right."""
    for shape, std in (((5000, 1), 0.01), ((1, 5000), 3.5), ((60, 150), 0.5)):
        judge_spread(student, "normal_init_", shape, std, std=std)


@check("normal_init_", hints=["How many draws are there, and does a second call draw again?"])
def test_normal_init_draws_each_weight(student: Student) -> None:
    """Each weight is a draw of its own, and every call draws anew."""
    judge_own_draws(student, "normal_init_", (50, 40), 0.3)


@check("normal_init_", hints=["Does the function rely on how w lies in memory?"])
def test_normal_init_of_a_view(student: Student) -> None:
    """A w that is a transposed view of another tensor is changed, too."""
    judge_spread(student, "normal_init_", (150, 40), 0.3, std=0.3, transposed=True)


# activation_stds


@probe
def first_layer_inputs(student, depth, width, batch):
    """What reaches the first activation when each layer only shuffles and doubles its inputs."""
    seen = []

    def init_(w):
        with torch.no_grad():
            w.copy_(2 * torch.eye(w.shape[0])[torch.randperm(w.shape[0])])
        return w

    def activation(h):
        seen.append(h.detach().clone())
        return h + 0

    stds = student.activation_stds(init_, activation, depth, width, batch)
    return {"stds": stds, "first": seen[0] if seen else None}


@check("activation_stds", weight=2, hints=["From which distribution does the input come, and how many rows has it?"])
def test_input_is_standard_normal(student: Student) -> None:
    """The input has batch rows of width values, each drawn from N(0, 1)."""
    width, batch = 60, 400
    got = student.run(first_layer_inputs, depth=2, width=width, batch=batch)
    if not isinstance(got["first"], torch.Tensor):
        fail("activation_stds never called the activation.")
    if sorted(got["first"].shape) != sorted((batch, width)):
        fail(f"The activations have shape {tuple(got['first'].shape)}; expected {(batch, width)}.")
    X = finite(got["first"], "the first layer's activations") / 2
    mean, std, size = float(X.mean()), float(X.std()), float(X.abs().mean())
    # Of each of the three by its own spread, times √n, for normal draws; E|x| is √(2/π) for those.
    off = (abs(mean), abs(std - 1) * math.sqrt(2), abs(size - math.sqrt(2 / math.pi)) / math.sqrt(1 - 2 / math.pi))
    assert_below(
        max(off) * math.sqrt(X.numel()), "activation_stds.input",
        message=f"The input has mean {mean:.3g}, standard deviation {std:.3g} and mean size {size:.3g}; "
                "draws from N(0, 1) have 0, 1 and 0.798.",
    )  # fmt: skip


@check("activation_stds", hints=["What are the smallest depth, width and batch that can be asked for?"])
def test_stds_of_other_sizes(student: Student) -> None:
    """One layer, a batch of one, units of one, and many layers are measured right."""
    for activation, depth, width, batch in (("relu", 1, 12, 5), ("sigmoid", 3, 25, 1), ("tanh", 3, 1, 25)):
        seen = student.run(layers, activation=activation, depth=depth, width=width, batch=batch)
        judge_measured(seen, depth)
        judge_chain(seen, depth, width)


@check("activation_stds", hints=["Is something added to the layers that the formula does not have?"])
def test_activations_grow_and_shrink_as_the_weights_say(student: Student) -> None:
    """Over ten layers the numbers follow the weights: far up for large ones, far down for small ones."""
    for scale in (0.1, 3.0):
        seen = student.run(layers, activation="relu", depth=10, width=16, batch=20, scale=scale)
        judge_measured(seen, 10)
        judge_chain(seen, 10, 16)


# xavier_init_ and he_init_


@check(
    "xavier_init_", needs=FORMULA_NEEDS, hints=["Try a w with many inputs and one output, and one the other way round."]
)
def test_xavier_init_of_long_and_wide_weights(student: Student) -> None:
    """One input or one output, and views, have the right spread."""
    judge_spread(student, "xavier_init_", (150, 40), xavier_std(150, 40), transposed=True)
    for shape in ((6000, 1), (1, 6000)):
        judge_spread(student, "xavier_init_", shape, xavier_std(*shape))


@check("xavier_init_", needs=FORMULA_NEEDS, hints=["Compute the formula by hand for a w of shape (1, 2)."])
def test_xavier_init_of_small_weights(student: Student) -> None:
    """Over many draws the smallest shapes have the right spread."""
    for shape in ((1, 2), (3, 1), (1, 1)):
        judge_spread(student, "xavier_init_", shape, xavier_std(*shape), times=400)


@check("xavier_init_", needs=FORMULA_NEEDS, hints=["How many draws are there, and does a second call draw again?"])
def test_xavier_init_draws_each_weight(student: Student) -> None:
    """Each weight is a draw of its own, and every call draws anew."""
    judge_own_draws(student, "xavier_init_", (50, 40))


@check("he_init_", needs=FORMULA_NEEDS, hints=["Try a w with many inputs and one output, and one the other way round."])
def test_he_init_of_long_and_wide_weights(student: Student) -> None:
    """One input or one output, and views, have the right spread."""
    judge_spread(student, "he_init_", (150, 40), he_std(150), transposed=True)
    for shape in ((6000, 1), (1, 6000)):
        judge_spread(student, "he_init_", shape, he_std(shape[0]))


@check("he_init_", needs=FORMULA_NEEDS, hints=["Compute the formula by hand for a w of shape (1, 2)."])
def test_he_init_of_small_weights(student: Student) -> None:
    """Over many draws the smallest shapes have the right spread."""
    for shape in ((1, 2), (3, 1), (1, 1)):
        judge_spread(student, "he_init_", shape, he_std(shape[0]), times=400)


@check("he_init_", needs=FORMULA_NEEDS, hints=["How many draws are there, and does a second call draw again?"])
def test_he_init_draws_each_weight(student: Student) -> None:
    """Each weight is a draw of its own, and every call draws anew."""
    judge_own_draws(student, "he_init_", (50, 40))
