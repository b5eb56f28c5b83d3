"""Visible checks of `tensors`: making, multiplying, picking and showing data."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.judging.student import Student
from autograder.judging.suite import (
    a_number,
    as_numbers,
    ask_recorded,
    assert_below,
    assert_breaks,
    assert_close,
    assert_dtype,
    assert_not_using,
    assert_shape,
    assert_values,
    check,
    fail,
    finite,
    is_close,
    log_ratio,
    numbers,
    points,
    probe,
)

PRODUCT_HELPERS: Final = (
    "@", "matmul", "mm", "mv", "bmm", "einsum", "tensordot", "dot", "inner", "vdot", "vecdot", "linear", "bilinear",
    "addmm", "addmv", "addbmm", "baddbmm", "multi_dot", "chain_matmul", "__matmul__", "__rmatmul__",
)  # fmt: skip
LOOPS: Final = ("for", "while", "vmap", "vectorize")

# normal_samples


@probe
def drawn(student, mean, std, shape, as_size):
    """Two draws with the same arguments, the shape given as a tuple or as a torch.Size."""
    size = torch.Size(shape) if as_size else tuple(shape)
    return [student.normal_samples(mean, std, size) for _ in range(2)]


def samples(student: Student, mean: float, std: float, shape: tuple[int, ...]) -> torch.Tensor:
    """Return one draw as a flat float64 tensor."""
    got = student.run(drawn, mean=mean, std=std, shape=shape, as_size=False)[0]
    name = f"normal_samples({mean:g}, {std:g}, {shape})"
    flat = finite(as_numbers(got), name).reshape(-1)
    if len(flat) != math.prod(shape):
        fail(f"{name} has {len(flat)} elements; expected {math.prod(shape)}.")
    return flat


def judge_shape(got: Any, shape: tuple[int, ...]) -> None:
    """Fail unless `got` is a float32 tensor of `shape`."""
    name = f"normal_samples(…, {shape})"
    if isinstance(got, np.ndarray):
        fail(f"{name} is a NumPy array; expected a tensor.")
    assert_shape(got, shape, name=name)
    assert_dtype(got, torch.float32, name=name)


@check(
    "normal_samples",
    hints=[
        "What decides the number of axes, and which type do the elements have?",
        "Print `.shape` and `.dtype` of your result beside the shape that you asked for: one size for each "
        "axis, and float32.",
        "`normal_samples(0.0, 1.0, (2, 1, 5))` holds 10 numbers on three axes. With the `.shape` of another "
        "tensor in place of the tuple it has just that shape.",
    ],
)
def test_samples_have_the_shape_asked_for(student: Student) -> None:
    """The result is a float32 tensor of the given shape, be that a tuple or another tensor's shape."""
    for shape, as_size in (((3, 4), False), ((5,), False), ((2, 3, 4), True)):
        for got in student.run(drawn, mean=1.5, std=0.5, shape=shape, as_size=as_size):
            judge_shape(got, shape)


@check(
    "normal_samples",
    hints=[
        "Where does the bell stand?",
        "Compare the mean of 100,000 of your numbers with the `mean` that you asked for, for two values of it.",
        "The numbers −1, 0 and 1 have the mean 0; the numbers 9, 10 and 11 have the mean 10: what was done to "
        "each of them?",
    ],
)
def test_samples_have_the_mean_asked_for(student: Student) -> None:
    """The mean of many draws is close to `mean`."""
    mean = float(samples(student, 3.0, 0.25, (100, 100)).mean())
    message = f"10,000 draws have the mean {mean:.4g}; expected 3."
    assert_below(abs(mean - 3.0), "normal_samples.mean", message=message)


@check(
    "normal_samples",
    weight=2,
    hints=[
        "How wide is the bell? Variance and standard deviation are two things.",
        "Compare `.std()` of 100,000 of your numbers with `std`, once for 2 and once for 0.5. Too large for one "
        "and too small for the other points at a square or a root.",
        "The numbers −1 and 1 lie 1 from their mean, so their standard deviation is 1. Make each three times as "
        "large: it is 3, and the variance is 9.",
    ],
)
def test_samples_have_the_standard_deviation_asked_for(student: Student) -> None:
    """The standard deviation of many draws is close to `std`."""
    std = float(samples(student, 3.0, 0.25, (100, 100)).std())
    message = f"10,000 draws have the standard deviation {std:.4g}; expected 0.25."
    assert_below(log_ratio(std, 0.25), "normal_samples.std", message=message)


@check(
    "normal_samples",
    hints=[
        "What makes two calls give the same numbers?",
        "Call it twice and print both: does the second call repeat the first, or one call a single number?",
        "After `torch.manual_seed(7)`, `torch.rand(2)` gives the same two numbers every time. Two calls without "
        "a seed between them do not.",
    ],
)
def test_each_call_gives_new_numbers(student: Student) -> None:
    """Two calls with the same arguments give different numbers, and so do the elements of one."""
    got = student.run(drawn, mean=0.0, std=1.0, shape=(20, 30), as_size=False)
    first, second = (finite(as_numbers(each), "normal_samples(0, 1, (20, 30))").reshape(-1) for each in got)
    if is_close(first, second, rtol=0, atol=0):
        fail(f"Two calls gave the very same numbers, {numbers(first[:4])}, …")
    different = len(first.unique())
    if different < 500:
        fail(f"Among 600 elements are only {different} different numbers.")
    again = int(torch.isin(second, first).sum())
    if again > 100:
        fail(f"Of the 600 numbers of a second call {again} had come in the first one, too; expected new ones.")


# half_open_steps


def judge_steps(student: Student, start: float, end: float, step: float) -> list[str]:
    """Fail unless the student's steps are start, start + step, … below end; return what of torch made them."""
    got, calls = ask_recorded(student, "half_open_steps", start, end, step)
    right = start + step * torch.arange(math.ceil((end - start) / step), dtype=torch.float64)
    if isinstance(got, list) and not got:
        got = torch.zeros(0)
    assert_values(got, right, name=f"half_open_steps({start:g}, {end:g}, {step:g})")
    return calls


@check(
    "half_open_steps",
    hints=[
        "Which is the last number that may be in the range?",
        "Compare the last number with `end`, which it has to stay below, and the length with the quotient in the text.",
        "From 10 to 14 in steps of 2 there are two numbers, 10 and 12: a tensor of the shape (2,).",
    ],
)
def test_whole_steps_stop_before_the_end(student: Student) -> None:
    """Where the steps divide the range evenly, the end itself is left out; they come as a tensor with one axis."""
    for start, end, step in ((2, 5, 1), (0.0, 2.0, 0.5), (-1, 1, 0.25)):
        judge_steps(student, start, end, step)
    steps, _ = ask_recorded(student, "half_open_steps", 0, 3, 1)
    if not isinstance(steps, torch.Tensor):
        fail(f"half_open_steps(0, 3, 1) is no tensor but {str(steps)[:100]}.")
    assert_shape(steps, (3,), name="half_open_steps(0, 3, 1)")


@check(
    "half_open_steps",
    weight=2,
    hints=[
        "Is the quotient rounded up or down?",
        "Print the length for a range that does not divide evenly, and count by hand the numbers below `end`.",
        "From 0 to 5 in steps of 2 the quotient is 2.5, and 0, 2 and 4 lie below 5: three numbers.",
    ],
)
def test_a_part_of_a_step_still_counts(student: Student) -> None:
    """Where the last step does not fit whole, its beginning is in the range."""
    for start, end, step in ((0, 1, 0.3), (1, 6, 4), (-0.5, 2.0, 0.75)):
        judge_steps(student, start, end, step)


@check(
    "half_open_steps",
    weight=0.5,
    hints=[
        "What becomes of a rounding error when it is added up?",
        "Print the length and the last number: is there an eleventh, just below 1?",
        "0.2 added ten times gives 1.9999999999999998, which is below 2; ten times 0.2 is 2. Which of the two "
        "decides in your function?",
    ],
)
def test_ten_tenths_make_a_whole(student: Student) -> None:
    """From 0 to 1 in steps of 0.1 there are ten numbers."""
    judge_steps(student, 0, 1, 0.1)


@check(
    "half_open_steps",
    weight=2,
    hints=[
        "You know the first number, the distance, and how many there are.",
        "Compare your numbers with the formula for element i in the text, for i = 0, 1, 2.",
        "From 5 in steps of 3 the places 0, 1, 2 give 5, 8, 11. Other things than `arange` can count: Python's "
        "own `range`, for one.",
    ],
)
def test_steps_without_arange(student: Student) -> None:
    """The steps are right, and made without arange."""
    calls = judge_steps(student, 1.0, 3.0, 0.5)
    assert_not_using(student, "half_open_steps", without=("torch.arange",), calls=calls)


# matmul_from_broadcast


def judge_product(student: Student, A: torch.Tensor, B: torch.Tensor, *, form: bool = False) -> list[str]:
    """Fail unless the student's product of A and B is theirs; return what of torch made it.

    With `form`, it has to be a tensor of the right shape; else other forms of the numbers are accepted.
    """
    got, calls = ask_recorded(student, "matmul_from_broadcast", A, B)
    assert_right = assert_close if form else assert_values
    assert_right(got, A @ B, name=f"the product of {tuple(A.shape)} and {tuple(B.shape)}")
    return calls


@check(
    "matmul_from_broadcast",
    hints=[
        "Write the shape beside every intermediate result.",
        "The result has one element for each row of A and each column of B: compare that with the axes that are "
        "left after your sum.",
        "The row (2, 5) and the column (10, 1) give 20 + 5 = 25, one number. `print` the shape just before the "
        "sum: which of its axes holds the 20 and the 5?",
    ],
)
def test_product_of_two_matrices(student: Student, rng: torch.Generator) -> None:
    """(3, 4) and (4, 2) give (3, 2): each element is a sum of four products."""
    judge_product(student, torch.randn(3, 4, generator=rng), torch.randn(4, 2, generator=rng), form=True)


@check(
    "matmul_from_broadcast",
    hints=[
        "When all sizes are equal, shapes no longer warn you: which axis belongs to what?",
        "Compare one element off the diagonal, i = 0 and j = 1, with the sum in the text: which row, and which column?",
        "[[1, 2], [3, 4]] times [[0, 1], [1, 0]] swaps columns: [[2, 1], [4, 3]]. Element by element it would "
        "be [[0, 2], [3, 0]].",
    ],
)
def test_product_of_square_matrices(student: Student, rng: torch.Generator) -> None:
    """Two (3, 3) matrices are multiplied row by column, not element by element."""
    judge_product(student, torch.randn(3, 3, generator=rng), torch.randn(3, 3, generator=rng))


@check(
    "matmul_from_broadcast",
    weight=2,
    hints=[
        "Which axis of size 1 would let the two tensors meet in one box?",
        "The box has the axes n, k, m. Write under them which ones A has and which ones B has: what is missing "
        "has size 1.",
        "(4, 1) and (1, 3) meet in (4, 3). With three axes it is the same: (5, 1, 2) and (1, 3, 2) meet in (5, 3, 2).",
    ],
)
def test_product_by_broadcasting_alone(student: Student, rng: torch.Generator) -> None:
    """The product is right, and made without loops and without functions that sum products."""
    calls = judge_product(student, torch.randn(2, 3, generator=rng), torch.randn(3, 5, generator=rng))
    assert_not_using(student, "matmul_from_broadcast", without=(*PRODUCT_HELPERS, *LOOPS), calls=calls)


# gather_rows


@probe
def picked(student, features, indices, kind):
    """The rows picked by a list, a tensor or a range, and what became of the features."""
    kept = features.clone()
    if kind == "range":
        indices = range(*indices)
    elif kind == "tensor":
        indices = torch.tensor(indices)
    rows = student.gather_rows(features, indices)
    return {"rows": rows, "unchanged": bool((features == kept).all())}


def judge_rows(
    student: Student, features: torch.Tensor, indices: Sequence[int], kind: str = "list", *, form: bool = False
) -> None:
    """Fail unless the student's rows are those of `indices`; for a range these are its three numbers.

    With `form`, they have to be a tensor of the right shape; else other forms of them are accepted.
    """
    got = student.run(picked, features=features, indices=list(indices), kind=kind)
    places = list(range(*indices)) if kind == "range" else list(indices)
    shown = f"range{tuple(indices)}" if kind == "range" else str(places)
    name = f"gather_rows(features, {'a tensor of ' * (kind == 'tensor')}{shown})"
    if not got["unchanged"]:
        fail("features have other values after the call than before.")
    (assert_close if form else assert_values)(got["rows"], features[places], name=name)


@check(
    "gather_rows",
    weight=2,
    hints=[
        "Compare the order of the rows with the order of the numbers.",
        "Take features whose row i holds i alone, such as `torch.tensor([[0.0], [1.0], [2.0]])`: the result "
        "should read like the numbers that you asked for.",
        "Rows 2 and 0 of [[5, 5], [6, 6], [7, 7]] are [[7, 7], [5, 5]], a tensor with two axes.",
    ],
)
def test_rows_come_in_the_order_of_their_numbers(student: Student, rng: torch.Generator) -> None:
    """Row i of the result is the row with the number indices[i]."""
    judge_rows(student, torch.randn(6, 5, generator=rng), [3, 1, 4, 2, 1], form=True)


@check(
    "gather_rows",
    hints=[
        "How many rows are there when a number comes twice?",
        "Compare `len` of the result with `len` of the numbers: they agree, also where a number comes twice.",
        "The numbers 1, 1, 0, 1 give four rows. What says only yes or no to each row of `features` could give "
        "two at most.",
    ],
)
def test_repeated_numbers_repeat_rows(student: Student, rng: torch.Generator) -> None:
    """A number that comes three times gives its row three times, wherever it stands."""
    judge_rows(student, torch.randn(5, 5, generator=rng), [4, 1, 1, 2, 4, 1])


@check(
    "gather_rows",
    hints=[
        "Lists, tensors and ranges differ: what can you turn all of them into?",
        "Ask for the same rows by `[2, 0]`, `torch.tensor([2, 0])` and `range(2, -1, -2)`, and compare the "
        "three results.",
        "`print(list(range(2, -1, -2)))` shows the numbers that a range stands for: [2, 0]. In which form can a "
        "tensor be asked by numbers, wherever they come from?",
    ],
)
def test_numbers_may_be_a_tensor_or_a_range(student: Student, rng: torch.Generator) -> None:
    """Numbers in a tensor or a range pick the same rows as in a list."""
    features = torch.randn(6, 6, generator=rng)
    judge_rows(student, features, [5, 1, 1, 3], "tensor")
    judge_rows(student, features, [1, 5, 1], "range")


# scatter_features


@probe
def drawn_on(student, features, labels):
    """What an Axes holds after the call: series of dots, lines, labels of the axes, the legend."""
    from matplotlib import colors
    from matplotlib import pyplot as plt
    from matplotlib.backend_bases import FigureManagerBase
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    def color_of(artist):
        if hasattr(artist, "get_markerfacecolor"):
            return [float(part) for part in colors.to_rgba(artist.get_markerfacecolor())]
        found = artist.get_facecolor()
        found = found if len(found) else artist.get_edgecolor()
        return [float(part) for part in found[0]] if len(found) else None

    def points_of(artist):
        points = artist.get_offsets() if hasattr(artist, "get_offsets") else artist.get_xydata()
        return np.array(points, dtype=float)

    def has_dots_alone(line):
        return line.get_linestyle() in ("None", "", " ") and line.get_marker() not in ("None", "", " ", None)

    open_before = plt.get_fignums()
    # A figure that pyplot can find (a student may call plt.sca) and that needs no window.
    figure = Figure()
    FigureManagerBase(FigureCanvasAgg(figure), max([0, *open_before]) + 1000)
    try:
        ax = figure.add_subplot(1, 2, 1)
        student.scatter_features(ax, features, labels)
        artists = [*ax.collections, *filter(has_dots_alone, ax.lines)]
        series = [(points_of(artist), color_of(artist)) for artist in artists if points_of(artist).size]
        legend, entries = ax.get_legend(), None
        if legend is not None:
            pairs = zip(legend.legend_handles, legend.get_texts(), strict=False)
            entries = [(str(text.get_text()), color_of(handle)) for handle, text in pairs]
        words = {"x": str(ax.get_xlabel()), "y": str(ax.get_ylabel())}
        return {"series": series, "lines": len(ax.lines), "legend": entries, "labels": words}
    finally:
        for number in set(plt.get_fignums()) - set(open_before):
            plt.close(number)


def in_order(x: Any, y: Any) -> np.ndarray[Any, Any]:
    """Return the points (x, y) in one order, whatever order they came in: (n, 2)."""
    points = np.stack([x, y], axis=1)
    return points[np.lexsort(points.T)]


def scattered(student: Student, features: torch.Tensor, labels: torch.Tensor) -> tuple[Mapping[str, Any], list[int]]:
    """Return what is on the Axes and, for each series of dots, the column of features that it shows."""
    got = student.run(drawn_on, features=features, labels=labels)
    y = labels.double().reshape(-1).numpy()
    right = [in_order(values, y) for values in features.double().numpy().T]
    if not got["series"]:
        fail(f"There is no series of dots on the Axes that was handed in, and there are {got['lines']} lines.")
    columns = []
    for place, (dots, _) in enumerate(got["series"]):
        found = in_order(*points(dots, f"the dots of series {place}").T)
        fitting = [
            j for j, expected in enumerate(right)
            if found.shape == expected.shape and np.allclose(found, expected, rtol=1e-5, atol=1e-6)
        ]  # fmt: skip
        if not fitting:
            fail(f"Series {place} of {len(got['series'])} shows no column of features (x) against the labels (y): it "
                 f"has {len(dots)} dots, the first at {numbers(dots[:1])}.")  # fmt: skip
        columns.append(fitting[0])
    if sorted(columns) != list(range(len(right))):
        fail(f"The series show the columns {columns}; expected each of {len(right)} once.")
    return got, columns


@check(
    "scatter_features",
    weight=2,
    hints=[
        "How often is something drawn, where, and what goes to the right?",
        "Count the series against the columns, and compare the first dot of each with the first row of "
        "`features` and the first label.",
        "Features [[1, 10], [2, 20]] with the labels [[5], [6]] make two series: the dots (1, 5), (2, 6) and "
        "the dots (10, 5), (20, 6).",
    ],
)
def test_each_feature_has_a_series(student: Student, rng: torch.Generator) -> None:
    """On the Axes there is one scatter series for each column: its values to the right, the labels upwards."""
    scattered(student, torch.randn(12, 2, generator=rng), 5 + torch.randn(12, 1, generator=rng))


@check(
    "scatter_features",
    hints=[
        "What would a reader who sees the plot alone not know?",
        "Call it and `print(ax.get_xlabel(), ax.get_ylabel())`: are both texts there, on the Axes that was handed in?",
    ],
)
def test_both_axes_have_a_label(student: Student, rng: torch.Generator) -> None:
    """The x axis and the y axis say what they show."""
    got, _ = scattered(student, torch.randn(8, 2, generator=rng), torch.randn(8, 1, generator=rng))
    missing = [axis for axis in "xy" if not str(got["labels"][axis]).strip()]
    if missing:
        fail(f"There is no label on the {' and the '.join(missing)} axis.")


@check(
    "scatter_features",
    hints=[
        "How can a reader tell which dots belong to which column?",
        "After the call, compare `ax.get_legend()` with None and the number of its texts with the number of columns.",
        "A legend takes its texts from what was drawn: a series that got a text when it was drawn appears in "
        "it, one without does not.",
    ],
)
def test_legend_names_each_series(student: Student, rng: torch.Generator) -> None:
    """The legend has one entry for each column, each with a text of its own."""
    got, _ = scattered(student, torch.randn(8, 3, generator=rng), torch.randn(8, 1, generator=rng))
    texts = legend_texts(got)
    if len(texts) != 3 or len(set(texts)) < 3 or not all(texts):
        fail(f"The legend has the entries {texts}; expected 3, each with a text of its own.")


def legend_texts(got: Mapping[str, Any]) -> list[str]:
    """Return the texts of the legend on the Axes, or fail where there is none."""
    if not isinstance(got["legend"], list):
        fail("There is no legend on the Axes.")
    return [str(text).strip() for text, _ in got["legend"]]


# break_half_open_steps

MOST_STEPS = 1000


def steps_that_fit(start: float, end: float, step: float) -> list[float]:
    """Return the steps that the function given in the notebook makes."""
    return [start + i * step for i in range(int((end - start) / step))]


def all_steps(start: float, end: float, step: float) -> list[float]:
    """Return the steps of a half-open range."""
    return [start + i * step for i in range(math.ceil((end - start) / step))]


def no_range(start: float, end: float, step: float) -> str | None:
    """Return what is wrong about a range, if anything."""
    if start > end:
        return f"start is {start:g} and lies above end, {end:g}."
    if (end - start) / step > MOST_STEPS:
        return f"The range has more than {MOST_STEPS:,} steps."
    return None


@check("break_half_open_steps", hint="What does int() do to a quotient, and what should be done to it?")
def test_both_ranges_disagree(student: Student) -> None:
    """For the arguments returned, `steps_that_fit` gives other numbers than the half-open range has."""
    arguments = {"start": a_number(-1e6, 1e6), "end": a_number(-1e6, 1e6), "step": a_number(1e-9, 1e6)}
    assert_breaks(student, "break_half_open_steps", arguments, given=steps_that_fit, right=all_steps, refuse=no_range)
