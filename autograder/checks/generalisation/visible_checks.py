"""Visible checks of `generalisation`: validation, weight decay, dropout and early stopping."""

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from coursedata import synthetic_regression

from autograder.checks.linear_regression import visible_checks as plain
from autograder.checks.linear_regression.visible_checks import (
    before_step,
    descent,
    from_zeros,
    judge_estimates,
    mean_loss,
    numbered_examples,
    parameters,
    quadratic,
)
from autograder.judging.student import Student
from autograder.judging.suite import (
    a_list,
    a_whole_number,
    as_numbers,
    ask,
    ask_unchanged,
    assert_below,
    assert_breaks,
    assert_close,
    assert_dtype,
    assert_shape,
    assert_values,
    check,
    fail,
    finite,
    gradients,
    in_shape,
    is_close,
    new_seed,
    numbers,
    one_number,
    probe,
)

TRAIN_NEEDS = ("l2_penalty",)

# train_validation_split

PARTS = ("X_train", "y_train", "X_val", "y_val")


@probe
def drawn_parts(student, features, labels, fraction, seeds, start):
    """The parts for each seed, in global generators' state `start`, and whether those went on."""
    random.seed(start)
    np.random.seed(start)
    torch.manual_seed(start)
    before = [torch.get_rng_state(), random.getstate(), np.random.get_state(legacy=False)["state"]]
    before[2] = before[2]["key"].copy(), before[2]["pos"]
    parts = [student.train_validation_split(features, labels, fraction, seed) for seed in seeds]
    after = np.random.get_state(legacy=False)["state"]
    return {
        "parts": parts,
        "torch": torch.equal(torch.get_rng_state(), before[0]),
        "random": random.getstate() == before[1],
        "numpy": bool((after["key"] == before[2][0]).all() and after["pos"] == before[2][1]),
    }


def four_parts(got: Any) -> list[torch.Tensor]:
    """Return the four tensors of one split, or fail; a list of rows serves as a tensor."""
    if not isinstance(got, list) or len(got) != 4:
        fail("train_validation_split did not return four things: X_train, y_train, X_val, y_val.")
    parts = [as_numbers(part) for part in got]
    for name, part in zip(PARTS, parts, strict=True):
        if not isinstance(part, torch.Tensor):
            fail(f"{name} is no tensor.")
    return parts


@probe
def dealt_out(student, features, labels, fraction, seeds):
    """For each seed the first feature of each example in the training part, and in the validation part."""
    runs = []
    for seed in seeds:
        X_train, _, X_val, _ = student.train_validation_split(features, labels, fraction, seed)
        runs.append([torch.as_tensor(X).flatten(1)[:, 0].tolist() for X in (X_train, X_val)])
    return runs


def drawn_numbers(
    student: Student, num_examples: int, fraction: float, seeds: Sequence[int]
) -> list[tuple[list[int], list[int]]]:
    """Return, for each seed, the numbers of the examples in the training part and in the validation part."""
    features, labels = numbered_examples(num_examples)
    runs = student.run(dealt_out, features=features, labels=labels, fraction=fraction, seeds=list(seeds))
    if not isinstance(runs, list) or len(runs) != len(seeds):
        fail("train_validation_split gave nothing to look at.")
    found = []
    for run in runs:
        if not isinstance(run, list) or len(run) != 2 or not all(isinstance(part, list) for part in run):
            fail("X_train or X_val has no rows.")
        if not all(isinstance(number, float) and number in range(num_examples) for part in run for number in part):
            fail("A row of X_train or X_val is not a row of features.")
        train, val = ([int(number) for number in part] for part in run)
        found.append((train, val))
    return found


def judge_split(student: Student, rng: torch.Generator, num_examples: int, fraction: float, expected: int) -> None:
    """Fail unless each example is in exactly one part, and `expected` of them in that for validation."""
    [(train, val)] = drawn_numbers(student, num_examples, fraction, [new_seed(rng)])
    asked = f"Of {num_examples} examples at fraction={fraction:g}"
    both = set(train) & set(val)
    if both:
        fail(f"{asked} {len(both)} are in both parts; expected none.")
    if len(set(train)) < len(train) or len(set(val)) < len(val):
        fail(f"{asked} some come more than once.")
    if len(val) != expected:
        fail(f"{asked} {len(val)} are for validation; expected {expected}.")
    if len(train) + len(val) != num_examples:
        fail(f"{asked} {num_examples - len(train) - len(val)} are in no part.")


@check(
    "train_validation_split",
    hints=[
        "Which four tensors are asked for, in which order, with how many rows each?",
        "Print the four shapes and dtypes: training before validation, features before labels.",
        "8 examples of 3 features at the fraction 0.25 give (6, 3), (6, 1), (2, 3), (2, 1).",
    ],
)
def test_split_has_four_tensors(student: Student, rng: torch.Generator) -> None:
    """The parts come as X_train, y_train, X_val, y_val: tensors in the shapes and dtypes of the whole."""
    features, labels = numbered_examples(20)
    got = ask(student, "train_validation_split", features, labels, 0.25, seed=new_seed(rng))
    if not isinstance(got, list) or len(got) != 4:
        fail("train_validation_split did not return four things: X_train, y_train, X_val, y_val.")
    for name, part, shape in zip(PARTS, got, ((15, 2), (15, 1), (5, 2), (5, 1)), strict=True):
        assert_shape(part, shape, name=name)
        assert_dtype(part, torch.float32, name=name)


@check(
    "train_validation_split",
    weight=2,
    hints=[
        "Follow one example: in which part is it, and how often?",
        "Give ten examples the labels 0 to 9 and print both parts: is one missing, or in both?",
        "6 examples at the fraction 0.5 may be divided into 4 0 1 and 5 2 3: two pieces of one shuffled order.",
    ],
)
def test_every_example_is_in_one_part(student: Student, rng: torch.Generator) -> None:
    """Every example is in exactly one part, round(fraction · n) of them in that for validation."""
    judge_split(student, rng, 50, 0.3, 15)


@check(
    "train_validation_split",
    hints=[
        "Is one order used for both tensors?",
        "Let each label be ten times its feature and print both parts: does each pair still fit?",
    ],
)
def test_rows_keep_their_labels(student: Student, rng: torch.Generator) -> None:
    """In both parts every row of features comes with its own label."""
    features, labels = numbered_examples(40)
    X_train, y_train, X_val, y_val = four_parts(
        ask(student, "train_validation_split", features, labels, 0.4, new_seed(rng))
    )
    for name, X, y in (("training", X_train, y_train), ("validation", X_val, y_val)):
        if X.numel() != 2 * y.numel():
            fail(f"The {name} part has features of shape {tuple(X.shape)} and labels of shape {tuple(y.shape)}.")
        apart = int((X.reshape(-1, 2)[:, 0] + 1000 != y.reshape(-1)).sum())
        if apart:
            fail(f"In the {name} part {apart} of {y.numel()} rows came with another row's label.")


@check(
    "train_validation_split",
    weight=2,
    hints=[
        "Examples may be stored in an order. What does that do to the parts?",
        "Print the validation labels for the seeds 0, 1 and 2, with the labels 0 to 9: are they always the "
        "first or the last?",
        "Images stored class by class: without a draw the validation part has the last classes alone, which "
        "training has never seen.",
    ],
)
def test_split_is_drawn_at_random(student: Student, rng: torch.Generator) -> None:
    """Which examples are kept for validation is drawn, and each may be among them."""
    first = new_seed(rng)
    runs = drawn_numbers(student, 20, 0.25, range(first, first + 200))
    chosen = [frozenset(val) for _, val in runs]
    if len(set(chosen)) == 1:
        fail(f"For 200 seeds the same examples are kept for validation, those numbered {sorted(chosen[0])}.")
    if len(set(chosen)) < 150:  # of 15,504 sets; by chance fewer than 190 are different once in 10²⁰ times
        fail(f"For 200 seeds there are only {len(set(chosen))} different parts.")
    for number in range(20):
        if not any(number in each for each in chosen):
            fail(f"For 200 seeds example {number} of 20 is never kept for validation.")
    if all(each and sorted(each) == list(range(min(each), min(each) + len(each))) for each in chosen):
        fail(f"The examples kept for validation are neighbours, as those numbered {sorted(chosen[0])}.")


@check(
    "train_validation_split", about="how", weight=2,
    hints=[
"Which generator do your draws come from, and who else draws from it?",
"`torch.manual_seed(5)`, then your function, then `torch.rand(1)`: is it the number that comes without "
"your function in between?",
"`g = torch.Generator().manual_seed(3); torch.rand(2, generator=g)` gives the same two numbers each "
"time, and asks nobody but g.",
],
)  # fmt: skip
def test_seed_alone_decides(student: Student, rng: torch.Generator) -> None:
    """The same seed gives the same parts, and the global random generators stay as they were."""
    features, labels = numbered_examples(30)
    seeds = [new_seed(rng), new_seed(rng)]
    runs = [
        student.run(drawn_parts, features=features, labels=labels, fraction=0.4, seeds=seeds, start=start)
        for start in (1, 2)
    ]
    both = [[four_parts(parts)[2] for parts in run["parts"]] for run in runs]
    if {len(each) for each in both} != {len(seeds)}:
        fail(f"{len(seeds)} calls give {len(both[0])} and {len(both[1])} results.")
    for seed, one, other in zip(seeds, *both, strict=True):
        if not is_close(one, other):
            fail(f"Two calls with seed={seed} gave other parts.")
    for name in ("torch", "random", "numpy"):
        if runs[0][name] is not True:
            fail(f"After the call the global generator of {name} is not as it was before.")


# polynomial_features


def powers(x: torch.Tensor, degree: int) -> torch.Tensor:
    """Return the columns x, x², …, x^degree of x, (n,): (n, degree) float64."""
    return torch.stack([x.double() ** power for power in range(1, degree + 1)], dim=1)


@check(
    "polynomial_features",
    weight=2,
    hints=[
        "Write down the row of x = 2. Which power comes first, which last?",
        "Compare your table with the text: a number has a row, a power has a column, and the first column is x itself.",
        "x = 3 and degree 4 give the row 3, 9, 27, 81.",
    ],
)
def test_columns_are_powers(student: Student, rng: torch.Generator) -> None:
    """The columns are x, x², …, x^degree: (n, degree), without a column of ones."""
    x = 3 * torch.rand(6, generator=rng) - 1.5
    got = ask_unchanged(student, "polynomial_features", x, 4, names=["x"])
    assert_values(got, powers(x, 4), name="polynomial_features(x, 4)")


@check(
    "polynomial_features",
    about="form",
    hints=[
        "Which shape and dtype has the answer for five numbers and degree 3?",
        "Print `.shape` and `.dtype`: (5, 3) and float32. Put below each other, the powers would be (3, 5).",
        "`torch.tensor([2.0, 3.0])` and a second such tensor can be put together as two rows or as two columns: "
        "which argument decides?",
    ],
)
def test_powers_are_a_float32_table(student: Student) -> None:
    """The powers are a float32 tensor, a row an example and a column a power."""
    got = ask(student, "polynomial_features", torch.tensor([0.5, -1.0, 2.0, 0.0, 1.5]), 3)
    assert_shape(got, (5, 3), name="polynomial_features(x, 3)")
    assert_dtype(got, torch.float32, name="polynomial_features(x, 3)")


# l2_penalty


@check(
    "l2_penalty",
    weight=2,
    hints=[
        "Compute it by hand for w = (3, 4).",
        "Compare it with the half of 25, and its shape with (): there is no mean and no root.",
        "[[1, 2], [2, 0]] has squares with the sum 9: the penalty is 4.5.",
    ],
)
def test_penalty_is_half_the_sum_of_squares(student: Student, rng: torch.Generator) -> None:
    """The penalty is half the sum of the squared weights: a tensor without dimensions."""
    w = 1 + torch.randn(5, 1, generator=rng)
    penalty, _ = gradients(student, "l2_penalty", w, of=(0,))
    assert_close(penalty, (w**2).sum() / 2, name="l2_penalty(w)")


@check(
    "l2_penalty",
    hints=[
        "Which operations can autograd follow? And what is the derivative of ½w²?",
        "Go back from the penalty and print `w.grad`: is it w, twice w, or None?",
        "At w = 3 the penalty is 4.5, at 3.1 it is 4.805: 0.305 for 0.1, a slope of about 3.",
    ],
)
def test_penalty_pulls_by_the_weights(student: Student, rng: torch.Generator) -> None:
    """The gradient of the penalty with respect to w is w itself."""
    w = 1 + torch.randn(4, 1, generator=rng)
    _, [grad] = gradients(student, "l2_penalty", w, of=(0,))
    if grad is None:
        fail("Autograd cannot go back from the penalty to w.")
    assert_close(grad, w, name="gradient of the penalty with respect to w")


# train_ridge


def trained(student: Student, X: torch.Tensor, y: torch.Tensor, *arguments: float, **options: float) -> list[Any]:
    """Return the three things that train_ridge gives."""
    got = ask(student, "train_ridge", X, y, *arguments, **options)
    if not isinstance(got, list) or len(got) != 3:
        fail("train_ridge did not return three things: w, b and the list of losses.")
    return got


def losses(got: list[Any], num_epochs: int, *, form: bool = False) -> list[float]:
    """Return the loss after each epoch; without `form`, of whatever kind the numbers are."""
    return plain.losses(got, num_epochs, form=form, function="train_ridge")


def ridge(X: torch.Tensor, y: torch.Tensor, weight_decay: float) -> torch.Tensor:
    """Return the w and, last, b at which mean loss plus penalty is smallest: (d + 1, 1) float64."""
    return torch.linalg.solve(*quadratic(X, y, weight_decay))


def joined(w: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Return w and, last, b: (d + 1, 1)."""
    return torch.cat([w, b.reshape(1, 1)])


@check(
    "train_ridge",
    needs=TRAIN_NEEDS,
    hints=[
        "Compare what you return with what the docstring says.",
        "For 3 features and 4 epochs print `w.shape`, `b.shape`, `len(losses)` and `type(losses[0])`.",
        "They are (3, 1), (1,), 4 and `float`. `torch.tensor(0.5)` is a tensor; `torch.tensor(0.5).item()` is a float.",
    ],
)
def test_ridge_returns_parameters_and_losses(student: Student, rng: torch.Generator) -> None:
    """Training gives w (d, 1), b (1,) and a list with one float for each of the epochs asked for."""
    X, y = synthetic_regression([1.0, -2.0, 3.0], -1.5, 60, seed=new_seed(rng))
    got = trained(student, X, y, 0.1, 0.1, 5, batch_size=10)
    parameters(got, 3, form=True)
    losses(got, 5, form=True)


@check(
    "train_ridge",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "What is measured after an epoch, and what only steers a step?",
        "Compare the last loss with the mean of ½(ŷ − y)² over all examples, predicted with the w and b that "
        "came back.",
        "Errors 1 and 3 have the mean loss 2.5. With w = 2 and weight_decay 0.5 the penalty is 1: a step goes "
        "down 3.5, the list says 2.5.",
    ],
)
def test_losses_leave_the_penalty_out(student: Student, rng: torch.Generator) -> None:
    """The last loss is the mean squared loss over all examples at the w and b returned, without the penalty."""
    X, y = synthetic_regression([4.0, -5.0], 6.0, 200, noise=0.5, seed=new_seed(rng))
    got = trained(student, X, y, 0.5, 0.1, 2, batch_size=10)
    last, (w, b) = losses(got, 2)[-1], parameters(got, 2)
    right = mean_loss(X, y, w, b)
    if not is_close(last, right, rtol=1e-3):
        fail(f"The last loss is {last:.4g}, but at the returned w and b the mean squared loss is {right:.4g}.")


@check(
    "train_ridge",
    about="means",
    needs=TRAIN_NEEDS,
    hints=[
        "What does each epoch change, and what does it measure?",
        "Print w and b after one epoch with a tiny lr: they should still be near the start.",
        "A formula that solves for w is there at once, whatever lr is. A step at lr 0.001 goes a thousandth of "
        "the gradient.",
    ],
)
def test_w_and_b_are_found_by_steps(student: Student, rng: torch.Generator) -> None:
    """Training goes there in steps: after one short step w and b are not yet where they come to rest."""
    X, y = synthetic_regression([3.0, -2.0], 2.5, 20, noise=0.5, seed=new_seed(rng))
    end = joined(*parameters(trained(student, X, y, 0.2, 0.01, 1, batch_size=20), 2))
    if is_close(end, ridge(X, y, 0.2), rtol=1e-2):
        fail("After a single step of size lr=0.01, w and b are already where many steps would come to rest.")


@check(
    "train_ridge",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "Write down one step of w and one of b. Which terms has each?",
        "Print one step with `weight_decay=0` and one with 1, from the same start: which part of it comes of "
        "the penalty, and does b have such a part?",
        "x = 2, y = 4 at w = 1, b = 0, lr 0.1, weight_decay 0.5: the loss's gradients are −4 and −2, the "
        "penalty's 0.5 for w alone. So w = 1.35, b = 0.2.",
    ],
)
def test_one_large_batch_takes_known_steps(student: Student, rng: torch.Generator) -> None:
    """With all examples in one batch every epoch is one step on loss plus penalty, and the losses fall just so."""
    X, y = synthetic_regression([3.0, -2.0, 1.0], 2.5, 40, noise=0.5, seed=new_seed(rng))
    decay, lr, steps = 0.4, 0.2, 4
    got = trained(student, X, y, decay, lr, steps, batch_size=40)
    seen, right = losses(got, steps), descent(X, y, *parameters(got, 3), lr, steps, decay)
    if not is_close(seen, right, rtol=2e-3):
        fail("The losses are not those of four steps that end at your w and b.\n"
             f"got                      {numbers(seen)}\n"
             f"expected, from zeros on, {numbers(from_zeros(X, y, lr, steps, decay))}")  # fmt: skip


@check(
    "train_ridge",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "Which examples has each step, and how many steps an epoch?",
        "Print the rows of each minibatch of an epoch: does each example come once, and does a step follow each "
        "of them?",
        "5 examples in minibatches of 2 are 2, 2 and 1: three steps, and the last follows the mean over one.",
    ],
)
def test_each_minibatch_is_one_step(student: Student, rng: torch.Generator) -> None:
    """Three examples in minibatches of two are two steps an epoch: one on two of them, one on the other."""
    X, y = synthetic_regression([3.0, -2.0], 2.5, 3, noise=0.5, seed=new_seed(rng))
    X = X / X.norm(dim=1, keepdim=True)  # so that the way back is never close to singular
    decay, lr, num_epochs = 0.3, 0.2, 3
    got = trained(student, X, y, decay, lr, num_epochs, batch_size=2)
    seen, ends = losses(got, num_epochs), [joined(*parameters(got, 2))]
    alone = [quadratic(X[[last]], y[[last]], decay) for last in range(3)]
    pairs = [quadratic(X[rows], y[rows], decay) for rows in ([1, 2], [0, 2], [0, 1])]
    for epoch in range(num_epochs - 1, 0, -1):  # back to where each epoch may have begun, whichever example was last
        ends = [before_step(before_step(end, *alone[last], lr), *pairs[last], lr) for end in ends for last in range(3)]
        found = [mean_loss(X, y, end[:-1], end[-1]) for end in ends]
        if not any(is_close(seen[epoch - 1], loss, rtol=2e-3) for loss in found):
            fail(f"From the loss after epoch {epoch}, {seen[epoch - 1]:.4g}, no two such steps lead to your w and b.")


@check(
    "train_ridge",
    weight=3,
    needs=TRAIN_NEEDS,
    hints=[
        "Where is the gradient of loss plus penalty zero? And for b?",
        "Compare w after many steps at weight_decay 0 and at 1: it shrinks, and is not 0. Does b shrink, too?",
        "x = −1, 1 with y = 2, 6: without decay w = 2 and b = 4. At weight_decay 1 w comes to rest at 1, and b "
        "stays at 4.",
    ],
)
def test_full_batches_come_to_rest_at_the_ridge_solution(student: Student, rng: torch.Generator) -> None:
    """After many steps on all examples, w and b are those with the smallest loss plus penalty."""
    X, y = synthetic_regression([2.0, -3.0], 4.0, 30, noise=0.5, seed=new_seed(rng))
    judge_rest(student, X, y, weight_decay=0.5, lr=0.3, num_epochs=80)


def judge_rest(
    student: Student, X: torch.Tensor, y: torch.Tensor, weight_decay: float, lr: float, num_epochs: int
) -> None:
    """Fail unless full batches end where loss plus penalty is smallest, having come there by steps."""
    d = X.shape[1]
    got = trained(student, X, y, weight_decay, lr, num_epochs, batch_size=len(X))
    end, right = joined(*parameters(got, d)), ridge(X, y, weight_decay)
    name = f"w and b after {num_epochs} steps at weight_decay={weight_decay:g}"
    assert_close(end.reshape(-1), right.reshape(-1), name=name, rtol=2e-3, atol=2e-3)


@check(
    "train_ridge",
    weight=2,
    needs=TRAIN_NEEDS,
    hints=[
        "What does a weight_decay of 0 leave of each step?",
        "Compare a step with that of *Linear regression from scratch*: a penalty times 0 adds nothing.",
        "Print the loss after each epoch: does it fall, stay, or grow? 1,000 examples in tens are 100 steps an epoch.",
    ],
)
def test_without_decay_it_is_plain_training(student: Student, rng: torch.Generator) -> None:
    """At weight_decay=0, minibatches of 10 find the w and b that made 1,000 examples."""
    true = [1.5, -2.8, -3.1]
    X, y = synthetic_regression(true[:2], true[2], 1000, seed=new_seed(rng))
    end = joined(*parameters(trained(student, X, y, 0.0, 0.03, 3), 2)).reshape(-1).tolist()
    judge_estimates(end, true, "train_ridge.plain_error")


# dropout


@probe
def masked(student, X, p, training, times):
    """What is left of X in several calls, and X afterwards."""
    kept = X.clone()
    return {"answers": [student.dropout(kept, p, training) for _ in range(times)], "X": kept}


def dropped(
    student: Student, X: torch.Tensor, p: float, *, training: bool = True, times: int = 1
) -> list[torch.Tensor]:
    """Return the answers of several calls, in float64 and in X's shape."""
    got = student.run(masked, X=X, p=p, training=training, times=times)
    answers = got["answers"]
    if not isinstance(answers, list) or len(answers) != times:
        fail(f"dropout(X, {p:g}) gave no answer.")
    found = []
    for answer in answers:
        read = in_shape(answer, X.shape)
        assert_shape(read, X.shape, name=f"dropout(X, {p:g})")
        found.append(finite(read, f"dropout(X, {p:g})"))
    return found


@check(
    "dropout",
    weight=2,
    hints=[
        "What is the mean of an element that is kept with probability 1 − p?",
        "Print `dropout(torch.ones(8), 0.75)`: which two numbers are there, and what is their mean over many calls?",
        "A 6 that is kept in one case of three has to come out as 18: 18, 0 and 0 have the mean 6.",
    ],
)
def test_kept_elements_are_scaled(student: Student, rng: torch.Generator) -> None:
    """Each element is 0, or divided by 1 − p."""
    X, p = 1 + torch.rand(40, 50, generator=rng), 0.3
    [Y] = dropped(student, X, p)
    kept = Y != 0
    if not bool(kept.any()):
        fail("No element was kept.")
    ratio = (Y / X.double())[kept]
    if float((ratio - 1 / (1 - p)).abs().max()) > 1e-4:
        low, high = float(ratio.min()), float(ratio.max())
        times = f"{low:.4g}" if high - low < 1e-4 else f"between {low:.4g} and {high:.4g}"
        fail(f"At p={p:g} elements that are kept come multiplied by {times}; expected 1/(1 − p) = {1 / (1 - p):.4g}.")


@check(
    "dropout",
    weight=2,
    hints=[
        "Is p the probability to drop, or to keep?",
        "Count the zeros in `dropout(torch.ones(10_000), 0.1)`: about 1,000, or about 9,000?",
        "Of numbers drawn evenly between 0 and 1 about 30 % lie below 0.3, and 70 % above.",
    ],
)
def test_share_that_is_dropped(student: Student) -> None:
    """An element is zero with probability p."""
    X = torch.ones(100, 200)
    for p in (0.2, 0.7):
        [Y] = dropped(student, X, p)
        share = float((Y == 0).double().mean())
        off = abs(share - p) / math.sqrt(p * (1 - p) / X.numel())
        assert_below(off, "dropout.share", message=f"At p={p:g} a share of {share:.3f} was dropped; expected {p:g}.")


@check(
    "dropout",
    weight=2,
    hints=[
        "How many draws does a matrix need, and when?",
        "Print `dropout(torch.ones(3, 4), 0.5)` twice: are whole rows or columns zero together, or both calls alike?",
        "`torch.rand(4)`, stretched over three rows, uses each draw three times: (3, 4) needs twelve.",
    ],
)
def test_each_element_has_a_draw_of_its_own(student: Student) -> None:
    """Each element is dropped or kept by itself, and anew in each call."""
    masks = [Y != 0 for Y in dropped(student, torch.ones(60, 60), 0.5, times=6)]
    first, second = masks[:2]
    if bool((first == second).all()):
        fail("Two calls dropped the same elements.")
    counts = {int(mask.sum()) for mask in masks}
    if len(counts) == 1:  # by chance once in 10¹⁰ times
        fail(f"Six calls each kept {counts.pop()} of 3,600 elements: their number is random, too.")
    for name, mask in (("row", first), ("column", first.T)):
        if len(mask.unique(dim=0)) < 60:  # of 2⁶⁰; by chance never
            fail(f"A {name} drops just the elements that another {name} drops.")
        if bool(((mask.sum(1) == 0) | (mask.sum(1) == 60)).any()):
            fail(f"A whole {name} is dropped or kept at once.")


@check(
    "dropout",
    weight=2,
    about="how",
    hints=[
        "What is dropout for when the trained network predicts?",
        "Compare the result with X: nothing is zero, and nothing is scaled either.",
    ],
)
def test_evaluation_leaves_all_as_it_is(student: Student, rng: torch.Generator) -> None:
    """With training=False the values are those of X, whatever p is."""
    X = torch.randn(5, 6, generator=rng)
    for p in (0.4, 0.9):
        got = ask(student, "dropout", X, p, False)
        assert_values(got, X, name=f"dropout(X, {p:g}, training=False)")


@check(
    "dropout",
    hints=[
        "Which factor comes out at p = 1, and with what is it multiplied?",
        "Print the results at p = 0 and at p = 1: is there an `inf` or a `nan`?",
        '`print(torch.tensor(0.0) * float("inf"))` says nan: 0 does not win over a division by 0.',
    ],
)
def test_nothing_or_all_is_dropped(student: Student, rng: torch.Generator) -> None:
    """At p = 0 the values are those of X, at p = 1 all are zero."""
    X = torch.randn(5, 6, generator=rng)
    for p, right in ((0.0, X), (1.0, torch.zeros(5, 6))):
        assert_values(ask(student, "dropout", X, p), right, name=f"dropout(X, {p:g})")


@check(
    "dropout",
    weight=2,
    hints=[
        "Which factor has each element of X in the answer?",
        "For X of ones compare `X.grad` with the result: the same zeros in the same places, and the same other "
        "numbers.",
        "What goes through `.detach()`, `.numpy()` or a new `torch.tensor(…)` has no way back: `X.grad` stays None.",
    ],
)
def test_gradients_go_through_what_was_kept(student: Student, rng: torch.Generator) -> None:
    """The gradient is 1/(1 − p) where an element was kept and 0 where it was dropped."""
    X, p = 1 + torch.rand(8, 10, generator=rng), 0.5
    Y, [grad] = gradients(student, "dropout", X, p, of=(0,))
    if grad is None:
        fail("Autograd cannot go back from the answer to X.")
    Y = finite(in_shape(Y, X.shape), "dropout(X, 0.5)")
    if not bool((Y != 0).any()) or bool((Y != 0).all()):
        fail("Of 80 elements at p=0.5 none or all were dropped.")
    assert_close(grad, (Y != 0).double() / (1 - p), name="gradient of the summed answer with respect to X")


@check(
    "dropout",
    about="how",
    hints=[
        "Who else holds the tensor X?",
        "Print `X` before and after the call. Which operation has a name that ends with `_`, or assigns to "
        "places of X?",
        "`a = torch.ones(2); b = a; b[0] = 0; print(a)` shows the 0: two names, one tensor.",
    ],
)
def test_x_stays_as_it_was(student: Student, rng: torch.Generator) -> None:
    """X itself is not changed."""
    X = 1 + torch.rand(6, 6, generator=rng)
    got = student.run(masked, X=X, p=0.5, training=True, times=1)
    if not is_close(got["X"], X):
        fail("After the call X has other values than before.")


# keep_epoch


def best_before_stop(val_losses: Sequence[float], patience: int) -> int:
    """Return the epoch that early stopping keeps."""
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


def judge_kept(student: Student, val_losses: Sequence[float], patience: int) -> None:
    """Fail unless the epoch kept is the right one."""
    got = one_number(ask(student, "keep_epoch", list(val_losses), patience), "keep_epoch(val_losses, patience)")
    right = best_before_stop(val_losses, patience)
    if got != right:
        shown = numbers(list(val_losses)[:12])
        fail(f"At patience={patience} and validation losses {shown} epoch {got:g} is kept; expected {right}.")


@check(
    "keep_epoch",
    weight=2,
    hints=[
        "Go through the losses by hand: after which epoch is the patience used up?",
        "Write three columns: the epoch, the best one so far, how many have passed since. In which row does "
        "training end?",
        "Losses 5, 4, 6, 7, 1 with patience 2: after the 6 and the 7 it is used up, so nobody sees the 1. Epoch "
        "1 is kept.",
    ],
)
def test_stops_when_patience_is_used_up(student: Student) -> None:
    """What comes after `patience` epochs without anything better is never seen."""
    judge_kept(student, [5.0, 3.0, 4.0, 3.5, 1.0, 0.5], 2)
    judge_kept(student, [5.0, 3.0, 4.0, 3.5, 3.2, 0.5], 3)
    judge_kept(student, [2.0, 2.5, 1.0], 1)


@check(
    "keep_epoch",
    weight=2,
    hints=[
        "When does the counting of epochs begin anew?",
        "Print your count after a loss that is the best so far, and after one that is only better than the one before.",
        "Losses 5, 3, 4, 2, 6, 1 with patience 2: the 4 counts one, the 2 begins anew, the 6 counts one, and "
        "the 1 is kept: epoch 5.",
    ],
)
def test_patience_begins_anew_with_each_better_epoch(student: Student) -> None:
    """Epochs without anything better count in a row, from the best one on."""
    judge_kept(student, [5.0, 6.0, 4.0, 4.5, 3.0, 3.5, 2.0, 2.5, 2.4, 1.0], 2)
    judge_kept(student, [5.0, 6.0, 5.5, 4.0, 4.2, 4.1, 3.0], 3)


@check(
    "keep_epoch",
    hints=[
        "Is the same loss once more anything better?",
        "Ask your comparison about 3 and 3: does it call the second one better?",
        "Losses 4, 3, 3, 3 with patience 2 keep epoch 1, and training ends after epoch 3.",
    ],
)
def test_an_equal_loss_is_no_better_one(student: Student) -> None:
    """Of equal losses the first one is kept, and the others use up patience."""
    judge_kept(student, [3.0, 2.0, 2.0, 2.0, 1.0], 2)
    judge_kept(student, [1.0, 1.0, 1.0], 5)


@check(
    "keep_epoch",
    about="how",
    hints=[
        "Which kind of number can be an index?",
        "`print(type(keep_epoch([2.0, 1.0], 1)))`: a tensor or a float is not yet an `int`.",
    ],
)
def test_epoch_is_a_python_int(student: Student) -> None:
    """The epoch is a Python int."""
    got = ask(student, "keep_epoch", [3.0, 1.0, 2.0], 5)
    if type(got) is not int:
        fail(f"keep_epoch returned {type(got).__name__}; expected int.")


# break_keep_epoch


def hasty(val_losses: Sequence[float], patience: int) -> int:
    """Return the epoch that the function given in the notebook keeps."""
    best, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        waited = waited + 1 if val_losses[epoch] >= val_losses[epoch - 1] else 0
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        if waited == patience:
            break
    return best


LONGEST = 1000


@check(
    "break_keep_epoch",
    hints=[
        "With what does the function compare each loss, and with what should it?",
        "Follow both through the same losses with patience 2, and write down where each one stops.",
        "At 5, 3, 4, 3.5 the last loss is better than the one before, and no better than the best. Which of the "
        "two loses patience later, and what could it still see?",
    ],
)
def test_both_functions_disagree(student: Student) -> None:
    """For the arguments returned, `hasty_epoch` keeps another epoch than early stopping does."""
    arguments = {"val_losses": a_list(LONGEST), "patience": a_whole_number(1, LONGEST)}
    assert_breaks(student, "break_keep_epoch", arguments, given=hasty, right=best_before_stop)
