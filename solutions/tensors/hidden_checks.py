"""Hidden checks of `tensors`: other sizes, other numbers, and the edges."""

import re

import torch

from autograder.checks.tensors import visible_checks as visible
from autograder.judging.student import Student
from autograder.judging.suite import (
    as_numbers,
    ask,
    assert_below,
    assert_close,
    assert_shape,
    assert_tails,
    assert_values,
    check,
    fail,
    is_close,
    log_ratio,
    view,
)

# normal_samples


@check("normal_samples", hints=["Does every size come from the argument, also a size of 1?"])
def test_samples_of_other_shapes(student: Student) -> None:
    """One element, axes of size 1, and four axes come in the shape asked for."""
    for shape, as_size in (((1, 1), True), ((7, 1), False), ((2, 1, 3, 2), False)):
        draws = student.run(visible.drawn, mean=-1.5, std=2.0, shape=shape, as_size=as_size)
        assert_shape(as_numbers(draws[0]), shape, name=f"normal_samples(…, {shape})")


@check("normal_samples", weight=2, hints=["Try a negative mean and a wide bell."])
def test_samples_of_other_parameters(student: Student) -> None:
    """With a negative mean and a standard deviation above 1, both are met."""
    values = visible.samples(student, -7.0, 4.0, (20, 25, 40))
    mean, std = float(values.mean()), float(values.std())
    message = f"20,000 draws have the mean {mean:.4g}; expected -7."
    assert_below(abs(mean + 7), "normal_samples.other_mean", message=message)
    message = f"20,000 draws have the standard deviation {std:.4g}; expected 4."
    assert_below(log_ratio(std, 4.0), "normal_samples.other_std", message=message)


@check("normal_samples", hints=["From which distribution do the numbers come?"])
def test_samples_form_a_bell(student: Student) -> None:
    """Many draws, in order, lie where those of a normal distribution lie, the farthest, too."""
    values = visible.samples(student, 2.0, 3.0, (10_000,)).sort().values
    share = torch.arange(1, len(values) + 1) / len(values)
    expected = torch.special.ndtr((values - values.mean()) / values.std().clamp(min=1e-12))
    message = "The draws do not form a bell: {value} of them lie elsewhere."
    assert_below(float((share - expected).abs().max()), "normal_samples.bell", message=message)
    assert_tails(values, 2.0, 3.0, name="draws")


@check("normal_samples", hints=["How many numbers are drawn for how many elements?"])
def test_every_element_is_drawn_on_its_own(student: Student) -> None:
    """Rows differ from each other, and so do the elements of each row."""
    values = visible.samples(student, 2.0, 3.0, (30, 40)).reshape(30, 40)
    if any(is_close(row, values[0]) for row in values[1:]) or any(is_close(c, values[:, 0]) for c in values.T[1:]):
        fail("Whole rows or columns are alike.")


# half_open_steps


@check("half_open_steps", hints=["What are the shortest ranges that can be asked for?"])
def test_steps_of_short_ranges(student: Student) -> None:
    """A step longer than the range leaves the start alone; an empty range has no elements."""
    for start, end, step in ((2, 3, 5), (0.5, 1.0, 0.5), (1, 1, 1), (-2.5, -2.5, 0.5)):
        visible.judge_steps(student, start, end, step)
    alone = as_numbers(ask(student, "half_open_steps", 2, 3, 5))
    if isinstance(alone, torch.Tensor) and alone.dim() == 0:
        fail("half_open_steps(2, 3, 5) has no axis; expected a tensor of shape (1,).")


@check("half_open_steps", weight=2, hints=["Does your function rely on a particular start, or on steps of one size?"])
def test_steps_of_many_ranges(student: Student, rng: torch.Generator) -> None:
    """Ranges of any start, length and step, whole and not, have the right numbers."""
    for whole in (True, False, False, True, False):
        start, step = (float(torch.randint(low, high, (), generator=rng)) / 8 for low, high in ((-80, 80), (1, 30)))
        rest = 0.0 if whole else 0.2 + 0.6 * float(torch.rand((), generator=rng))
        n = int(torch.randint(3, 60, (), generator=rng))
        visible.judge_steps(student, start, start + step * (n - rest), step)


@check("half_open_steps", hints=["Think of money in cents: what happens to 0.1 when it is added thirty times?"])
def test_thirty_tenths_make_three(student: Student) -> None:
    """From 0 to 3 in steps of 0.1 there are thirty numbers."""
    visible.judge_steps(student, 0.0, 3.0, 0.1)


# matmul_from_broadcast


@check("matmul_from_broadcast", hints=["What if one of the sizes is 1?"])
def test_product_of_other_sizes(student: Student, rng: torch.Generator) -> None:
    """Rows, columns, single numbers and larger matrices are multiplied."""
    for n, k, m in ((1, 5, 1), (4, 1, 3), (1, 1, 1), (1, 3, 4), (6, 2, 1), (20, 30, 10)):
        A, B = torch.randn(n, k, generator=rng), torch.randn(k, m, generator=rng)
        product = as_numbers(ask(student, "matmul_from_broadcast", A, B))
        assert_close(product, A @ B, name=f"the product of {(n, k)} and {(k, m)}")


@check("matmul_from_broadcast", hints=["Does the function rely on how its arguments lie in memory?"])
def test_product_of_views(student: Student, rng: torch.Generator) -> None:
    """Views of other tensors are multiplied alike."""
    A, B = torch.randn(4, 3, generator=rng), torch.randn(3, 3, generator=rng)
    assert_values(ask(student, "matmul_from_broadcast", view(A), view(B)), A @ B, name="the product of two views")


# gather_rows


@check("gather_rows", hints=["How many axes has the result for one number, and for one column?"])
def test_one_row_and_one_column(student: Student, rng: torch.Generator) -> None:
    """One number gives a matrix of one row; one feature stays a column."""
    for features, places in ((torch.randn(5, 4, generator=rng), [2]), (torch.randn(7, 1, generator=rng), [6, 0, 0, 3])):
        rows = as_numbers(ask(student, "gather_rows", features, places))
        assert_close(rows, features[places], name=f"gather_rows(features, {places})")
    visible.judge_rows(student, torch.randn(1, 3, generator=rng), [0, 0], "tensor")


@check("gather_rows", hints=["A range is more than a first and a last number."])
def test_rows_of_other_ranges(student: Student, rng: torch.Generator) -> None:
    """Ranges that go backwards or in larger steps pick their rows in their own order."""
    features = torch.randn(9, 3, generator=rng)
    for numbers in ([7, 1, -2], [1, 8, 3], [8, -1, -1]):
        visible.judge_rows(student, features, numbers, "range")


@check("gather_rows", hints=["Does the function rely on how its arguments lie in memory?"])
def test_rows_of_views(student: Student, rng: torch.Generator) -> None:
    """Features and numbers that are views of other tensors give the same rows."""
    features, places = torch.randn(8, 4, generator=rng), torch.tensor([5, 2, 2, 7, 0])
    rows = ask(student, "gather_rows", view(features), view(places))
    assert_values(rows, features[places], name="gather_rows of a view")


# scatter_features


@check("scatter_features", hints=["Which number of columns does your function take for granted?"])
def test_any_number_of_features_is_drawn(student: Student, rng: torch.Generator) -> None:
    """One column, one example, and five columns of many examples are drawn."""
    for num_examples, num_features in ((9, 1), (1, 2), (140, 5)):
        features = torch.randn(num_examples, num_features, generator=rng)
        got, _ = visible.scattered(student, features, 3 * torch.randn(num_examples, 1, generator=rng))
        texts = visible.legend_texts(got)
        if len(texts) != num_features:
            fail(f"The legend has {len(texts)} entries for {num_features} columns.")


@check("scatter_features", hints=["Follow one name from the legend to its dots."])
def test_legend_numbers_fit_the_columns(student: Student, rng: torch.Generator) -> None:
    """Where the legend numbers the columns, each number stands beside the dots of its column."""
    got, columns = visible.scattered(student, torch.randn(10, 3, generator=rng), torch.randn(10, 1, generator=rng))
    told = [re.findall(r"\d+", text) for text in visible.legend_texts(got)]
    if len(told) != 3 or any(len(found) != 1 for found in told):
        return  # names without numbers, or with others: nothing is claimed
    claimed = [int(found[0]) for found in told]
    colors, entries = ([tuple(color or ()) for _, color in got[key]] for key in ("series", "legend"))
    if sorted(claimed) not in ([0, 1, 2], [1, 2, 3]) or len(set(colors)) < 3 or set(colors) != set(entries):
        return
    shown = [columns[colors.index(color)] for color in entries]
    if [number - min(claimed) for number in claimed] != shown:
        fail(f"The legend says columns {claimed}, and beside that stand the dots of columns {shown}, counted from 0.")
