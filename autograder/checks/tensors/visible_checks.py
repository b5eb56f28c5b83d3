"""Visible checks of `tensors`: making, multiplying, picking and showing data."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.judging.student import Student
from autograder.judging.suite import (
    assert_below,
    assert_close,
    assert_shape,
    assert_unaided,
    check,
    fail,
    finite,
    is_close,
    log_ratio,
    probe,
    recorded_calls,
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
    if not isinstance(got, (torch.Tensor, np.ndarray)):
        fail(f"{name} is no tensor.")
    flat = finite(torch.as_tensor(got), name).reshape(-1)
    if len(flat) != math.prod(shape):
        fail(f"{name} has {len(flat)} elements; expected {math.prod(shape)}.")
    return flat


def judge_shape(got: Any, shape: tuple[int, ...]) -> None:
    """Fail unless `got` is a float32 tensor of `shape`."""
    name = f"normal_samples(…, {shape})"
    if isinstance(got, np.ndarray):
        fail(f"{name} is a NumPy array; expected a tensor.", "normal_samples_float64")
    flat = (math.prod(shape),)
    assert_shape(got, shape, name=name, mistakes={"normal_samples_flat": flat} if len(shape) > 1 else None)
    if not isinstance(got, torch.Tensor) or got.dtype != torch.float32:
        found = str(got.dtype).removeprefix("torch.") if isinstance(got, torch.Tensor) else type(got).__name__
        fail(f"{name} has dtype {found}; expected float32.", *["normal_samples_float64"] * (found == "float64"))


def looks_uniform(values: torch.Tensor) -> bool:
    """Whether many draws span far less than a bell curve of their spread does."""
    return bool(0 < (values.max() - values.min()) < 5 * values.std())


@check("normal_samples", hint="What decides the number of axes, and which type do the elements have?")
def test_samples_have_the_shape_asked_for(student: Student) -> None:
    """The result is a float32 tensor of the given shape, be that a tuple or another tensor's shape."""
    for shape, as_size in (((3, 4), False), ((5,), False), ((2, 3, 4), True)):
        for got in student.run(drawn, mean=1.5, std=0.5, shape=shape, as_size=as_size):
            judge_shape(got, shape)


@check("normal_samples", hint="Where does the bell stand?")
def test_samples_have_the_mean_asked_for(student: Student) -> None:
    """The mean of many draws is close to `mean`."""
    values = samples(student, 3.0, 0.25, (100, 100))
    mean = float(values.mean())
    assert_below(
        abs(mean - 3.0), "normal_samples.mean",
        message=f"10,000 draws have the mean {mean:.4g}; expected 3.",
        mistakes={
            "normal_samples_ignores_mean": abs(mean) < 0.1,
            "normal_samples_swapped": abs(mean - 0.25) < 0.2 and float(values.std()) > 1,
            "normal_samples_uniform": looks_uniform(values),
        },
    )  # fmt: skip


@check("normal_samples", weight=2, hint="How wide is the bell? Variance and standard deviation are two things.")
def test_samples_have_the_standard_deviation_asked_for(student: Student) -> None:
    """The standard deviation of many draws is close to `std`."""
    values = samples(student, 3.0, 0.25, (100, 100))
    std = float(values.std())
    assert_below(
        log_ratio(std, 0.25), "normal_samples.std",
        message=f"10,000 draws have the standard deviation {std:.4g}; expected 0.25.",
        mistakes=wrong_spreads(values, 3.0, 0.25),
    )  # fmt: skip


@check("normal_samples", hint="What makes two calls give the same numbers?")
def test_each_call_gives_new_numbers(student: Student) -> None:
    """Two calls with the same arguments give different numbers, and so do the elements of one."""
    first, second = student.run(drawn, mean=0.0, std=1.0, shape=(20, 30), as_size=False)
    if is_close(first, second, rtol=0, atol=0):
        fail("Two calls gave the very same numbers.", "normal_samples_seeded")
    values = samples(student, 0.0, 1.0, (20, 30))
    different = len(values.unique())
    if different < 500:
        fail(f"Among 600 elements are only {different} different numbers.", "normal_samples_repeats")


def wrong_spreads(values: torch.Tensor, mean: float, std: float) -> dict[str, bool]:
    """Return which known mistakes would have this spread; std is neither 1 nor near its own square."""
    found = float(values.std())
    return {
        "normal_samples_variance": any(log_ratio(found, wrong) < 0.2 for wrong in (math.sqrt(std), std**2)),
        "normal_samples_ignores_std": log_ratio(found, 1.0) < 0.2,
        "normal_samples_swapped": log_ratio(found, abs(mean)) < 0.2,
        "normal_samples_uniform": looks_uniform(values),
    }


# half_open_steps


@probe
def stepped(student, start, end, step):
    """The steps, and which of torch's functions made them."""
    with recorded_calls() as calls:
        steps = student.half_open_steps(start, end, step)
    return {"steps": steps, "calls": sorted(calls)}


def right_steps(start: float, end: float, step: float) -> torch.Tensor:
    """Return start, start + step, … below end: (n,) float64."""
    return _steps(start, step, math.ceil((end - start) / step))


def wrong_steps(start: float, end: float, step: float) -> dict[str, torch.Tensor]:
    """Return what the known mistakes make of a range."""
    n = math.ceil((end - start) / step)
    floor = math.floor((end - start) / step + 1e-9)
    wrong = {
        "half_open_steps_end_included": _steps(start, step, n + 1),
        "half_open_steps_skips_start": _steps(start + step, step, n),
        "half_open_steps_from_zero": _steps(0.0, step, n),
        "half_open_steps_stretched": torch.linspace(start, end, n, dtype=torch.float64),
        "half_open_steps_ignores_step": right_steps(start, end, 1.0),
    }
    return wrong | ({"half_open_steps_drops_last": _steps(start, step, floor)} if floor < n else {})


def judge_steps(student: Student, start: float, end: float, step: float, *, one_more: str = "") -> None:
    """Fail unless the student's steps are right; `one_more` is the mistake that one step too many tells here."""
    got = student.run(stepped, start=start, end=end, step=step)["steps"]
    name = f"half_open_steps({start:g}, {end:g}, {step:g})"
    right, wrong = right_steps(start, end, step), wrong_steps(start, end, step)
    if isinstance(got, list) and not got:
        got = torch.zeros(0)
    differing = {id: steps for id, steps in wrong.items() if not is_close(steps, right)}
    if one_more:
        differing[one_more] = differing.pop("half_open_steps_end_included")
    assert_close(got, right, name=name, mistakes=differing)


@check("half_open_steps", hint="Which is the last number that may be in the range?")
def test_whole_steps_stop_before_the_end(student: Student) -> None:
    """Where the steps divide the range evenly, the end itself is left out."""
    for start, end, step in ((2, 5, 1), (0.0, 2.0, 0.5), (-1, 1, 0.25)):
        judge_steps(student, start, end, step)
    if not isinstance(student.run(stepped, start=0, end=3, step=1)["steps"], torch.Tensor):
        fail("half_open_steps(0, 3, 1) is no tensor.", "half_open_steps_no_tensor")


@check("half_open_steps", weight=2, hint="Is the quotient rounded up or down?")
def test_a_part_of_a_step_still_counts(student: Student) -> None:
    """Where the last step does not fit whole, its beginning is in the range."""
    for start, end, step in ((0, 1, 0.3), (1, 6, 4), (-0.5, 2.0, 0.75)):
        judge_steps(student, start, end, step)


@check("half_open_steps", weight=0.5, hint="What becomes of a rounding error when it is added up?")
def test_ten_tenths_make_a_whole(student: Student) -> None:
    """From 0 to 1 in steps of 0.1 there are ten numbers."""
    judge_steps(student, 0, 1, 0.25)  # without rounding, the end would come in by another mistake
    judge_steps(student, 0, 1, 0.1, one_more="half_open_steps_accumulates")


@check("half_open_steps", weight=2, hint="You know the first number, the distance, and how many there are.")
def test_steps_without_arange(student: Student) -> None:
    """The steps are right, and made without arange."""
    got = student.run(stepped, start=1.0, end=3.0, step=0.5)
    assert_unaided(
        student, "half_open_steps", without=("torch.arange",), calls=got["calls"], mistake="half_open_steps_arange"
    )
    judge_steps(student, 1.0, 3.0, 0.5)


# matmul_from_broadcast


@probe
def multiplied(student, A, B):
    """The product, and which of torch's functions made it."""
    with recorded_calls() as calls:
        product = student.matmul_from_broadcast(A, B)
    return {"product": product, "calls": sorted(calls)}


def judge_product(got: Any, A: torch.Tensor, B: torch.Tensor, name: str) -> None:
    """Fail unless `got` is the matrix product of A, (n, k), and B, (k, m)."""
    box = A[:, :, None] * B[None, :, :]
    right = box.sum(1)
    wrong = {
        "matmul_from_broadcast_wrong_axis": box.sum(0),
        "matmul_from_broadcast_not_summed": box,
        "matmul_from_broadcast_keeps_axis": box.sum(1, keepdim=True),
        "matmul_from_broadcast_mean": box.mean(1),
        "matmul_from_broadcast_transposed": right.T,
    }
    if is_close(got, box.sum(2)):
        wrong["matmul_from_broadcast_wrong_axis"] = box.sum(2)
    if A.shape == B.shape:
        wrong["matmul_from_broadcast_elementwise"] = A * B
    elif A.shape == B.T.shape:
        wrong["matmul_from_broadcast_elementwise"] = A * B.T
    if A.shape[1] == B.shape[1]:
        wrong["matmul_from_broadcast_rows_with_rows"] = A @ B.T
    differing = {id: value for id, value in wrong.items() if not is_close(value, right)}
    assert_close(got, right, name=name, mistakes=differing)


@check("matmul_from_broadcast", hint="Write the shape beside every intermediate result.")
def test_product_of_two_matrices(student: Student, rng: torch.Generator) -> None:
    """(3, 4) and (4, 2) give (3, 2): each element is a sum of four products."""
    A, B = torch.randn(3, 4, generator=rng), torch.randn(4, 2, generator=rng)
    judge_product(student.run(multiplied, A=A, B=B)["product"], A, B, "the product of (3, 4) and (4, 2)")


@check("matmul_from_broadcast", hint="When all sizes are equal, shapes no longer warn you: which axis belongs to what?")
def test_product_of_square_matrices(student: Student, rng: torch.Generator) -> None:
    """Two (3, 3) matrices are multiplied row by column, not element by element."""
    A, B = torch.randn(3, 3, generator=rng), torch.randn(3, 3, generator=rng)
    judge_product(student.run(multiplied, A=A, B=B)["product"], A, B, "the product of (3, 3) and (3, 3)")


@check("matmul_from_broadcast", weight=2, hint="Which axis of size 1 would let the two tensors meet in one box?")
def test_product_by_broadcasting_alone(student: Student, rng: torch.Generator) -> None:
    """The product is right, and made without loops and without functions that sum products."""
    A, B = torch.randn(2, 3, generator=rng), torch.randn(3, 5, generator=rng)
    got = student.run(multiplied, A=A, B=B)
    assert_unaided(
        student, "matmul_from_broadcast", without=PRODUCT_HELPERS, calls=got["calls"],
        mistake="matmul_from_broadcast_helper",
    )  # fmt: skip
    assert_unaided(student, "matmul_from_broadcast", without=LOOPS, mistake="matmul_from_broadcast_loop")
    judge_product(got["product"], A, B, "the product of (2, 3) and (3, 5)")


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


def judge_rows(student: Student, features: torch.Tensor, indices: Sequence[int], kind: str = "list") -> None:
    """Fail unless the student's rows are those of `indices`; for a range these are its three numbers."""
    got = student.run(picked, features=features, indices=list(indices), kind=kind)
    places = list(range(*indices)) if kind == "range" else list(indices)
    shown = f"range{tuple(indices)}" if kind == "range" else str(places)
    name = f"gather_rows(features, {'a tensor of ' * (kind == 'tensor')}{shown})"
    right = features[places]
    in_order = list(dict.fromkeys(places))
    wrong = {
        "gather_rows_no_repeats": features[in_order],
        "gather_rows_slice": features[places[0] : places[-1] + 1],
        "gather_rows_flat": right.reshape(-1),
    }
    if len(in_order) < len(places):  # without repeats these two are one
        wrong["gather_rows_sorted"] = features[sorted(places)]
        wrong["gather_rows_unique"] = features[sorted(in_order)]
    if max(places) < features.shape[1]:
        wrong["gather_rows_columns"] = features[:, places]
    if min(places) > 0:
        wrong["gather_rows_from_one"] = features[[place - 1 for place in places]]
    if kind == "range":
        wrong["gather_rows_ignores_step"] = features[min(places) : max(places) + 1]
    if not got["unchanged"]:
        fail("features have other values after the call than before.")
    differing = {id: rows for id, rows in wrong.items() if not is_close(rows, right)}
    assert_close(got["rows"], right, name=name, mistakes=differing)


@check("gather_rows", weight=2, hint="Compare the order of the rows with the order of the numbers.")
def test_rows_come_in_the_order_of_their_numbers(student: Student, rng: torch.Generator) -> None:
    """Row i of the result is the row with the number indices[i]."""
    judge_rows(student, torch.randn(6, 5, generator=rng), [3, 1, 4, 2, 1])


@check("gather_rows", hint="How many rows are there when a number comes twice?")
def test_repeated_numbers_repeat_rows(student: Student, rng: torch.Generator) -> None:
    """A number that comes three times gives its row three times, wherever it stands."""
    judge_rows(student, torch.randn(5, 5, generator=rng), [4, 1, 1, 2, 4, 1])


@check("gather_rows", hint="Lists, tensors and ranges differ: what can you turn all of them into?")
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

    def rgba(color):
        return list(colors.to_rgba(color))

    def color_of(artist):
        return rgba(artist.get_markerfacecolor()) if hasattr(artist, "get_markerfacecolor") else dots_color(artist)

    def dots_color(collection):
        found = collection.get_facecolor()
        found = found if len(found) else collection.get_edgecolor()
        return [float(part) for part in found[0]] if len(found) else None

    open_before = plt.get_fignums()
    # A figure that pyplot can find (a student may call plt.sca) and that needs no window.
    figure = Figure()
    FigureManagerBase(FigureCanvasAgg(figure), max([0, *open_before]) + 1000)
    try:
        ax = figure.add_subplot(1, 2, 1)
        student.scatter_features(ax, features, labels)
        series = [
            {"points": np.asarray(each.get_offsets(), dtype=float), "color": dots_color(each)}
            for each in ax.collections
            if hasattr(each, "get_offsets") and np.size(each.get_offsets())
        ]
        lines = 0
        for line in ax.lines:
            if line.get_linestyle() in ("None", "", " ") and line.get_marker() not in ("None", "", " ", None):
                points = np.array(line.get_xydata(), dtype=float)
                series.append({"points": points, "color": color_of(line)})
            else:
                lines += 1
        legend, entries = ax.get_legend(), None
        if legend is not None:
            entries = []
            for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False):
                entries.append({"text": text.get_text(), "color": color_of(handle)})
        return {
            "series": series, "lines": lines, "legend": entries, "x_label": ax.get_xlabel(), "y_label": ax.get_ylabel(),
        }  # fmt: skip
    finally:
        for number in set(plt.get_fignums()) - set(open_before):
            plt.close(number)


def scattered(student: Student, features: torch.Tensor, labels: torch.Tensor) -> tuple[Mapping[str, Any], list[int]]:
    """Return what is on the Axes and, for each series of dots, the column of features that it shows."""
    got = student.run(drawn_on, features=features, labels=labels)
    num_examples, num_features = features.shape
    series = [np.asarray(each["points"], dtype=float).reshape(-1, 2) for each in got["series"]]
    values, y = features.double().numpy(), labels.double().reshape(-1).numpy()
    right = [_in_order(values[:, j], y) for j in range(num_features)]
    wrong = {
        "scatter_features_axes_swapped": [_in_order(y, values[:, j]) for j in range(num_features)],
        "scatter_features_against_number": [
            _in_order(np.arange(num_examples), column) for column in (*values.T, y)
        ] + [_in_order(column, np.arange(num_examples)) for column in values.T],
        "scatter_features_pairs_of_features": [
            _in_order(values[:, i], values[:, j]) for i, j in itertools.permutations(range(num_features), 2)
        ],
        "scatter_features_pooled": [_in_order(values.reshape(-1), np.repeat(y, num_features))],
    }  # fmt: skip
    if not series:
        fail("There is no series of dots on the Axes that was handed in.",
             "scatter_features_lines" if got["lines"] else "scatter_features_uses_pyplot")  # fmt: skip
    columns = []
    for place, points in enumerate(series):
        found = _in_order(points[:, 0], points[:, 1])
        fitting = [j for j in range(num_features) if _agree(found, right[j])]
        if not fitting:
            named_all = [id for id, shown in wrong.items() if any(_agree(found, each) for each in shown)]
            if num_features == 1:
                named_all = [id for id in named_all if id != "scatter_features_pooled"]
            fail(f"Series {place} of {len(series)} shows no column of features (x) against the labels (y).",
                 *named_all)  # fmt: skip
        columns.append(fitting[0])
    if sorted(columns) != list(range(num_features)):
        named = ["scatter_features_one_column"] * (len(set(columns)) == 1 < num_features)
        fail(f"The series show the columns {columns}; expected each of {num_features} once.", *named)
    return got, columns


@check("scatter_features", weight=2, hint="How often is something drawn, where, and what goes to the right?")
def test_each_feature_has_a_series(student: Student, rng: torch.Generator) -> None:
    """On the Axes there is one scatter series for each column: its values to the right, the labels upwards."""
    scattered(student, torch.randn(12, 2, generator=rng), 5 + torch.randn(12, 1, generator=rng))


@check("scatter_features", hint="What would a reader who sees the plot alone not know?")
def test_both_axes_have_a_label(student: Student, rng: torch.Generator) -> None:
    """The x axis and the y axis say what they show."""
    got, _ = scattered(student, torch.randn(8, 2, generator=rng), torch.randn(8, 1, generator=rng))
    missing = [axis for axis in "xy" if not str(got[f"{axis}_label"]).strip()]
    if missing:
        fail(f"There is no label on the {' and the '.join(missing)} axis.", "scatter_features_no_axis_labels")


@check("scatter_features", hint="How can a reader tell which dots belong to which column?")
def test_legend_names_each_series(student: Student, rng: torch.Generator) -> None:
    """The legend has one entry for each column, each with a text of its own."""
    got, _ = scattered(student, torch.randn(8, 3, generator=rng), torch.randn(8, 1, generator=rng))
    texts = legend_texts(got)
    if len(texts) != 3 or len(set(texts)) < 3 or not all(texts):
        one_name = ["scatter_features_one_name"] * (len(set(texts)) == 1)
        fail(f"The legend has the entries {texts}; expected 3, each with a text of its own.", *one_name)


def legend_texts(got: Mapping[str, Any]) -> list[str]:
    """Return the texts of the legend on the Axes, or fail where there is none."""
    if not isinstance(got["legend"], list):
        fail("There is no legend on the Axes.", "scatter_features_no_legend")
    return [str(entry["text"]).strip() for entry in got["legend"]]


# Shared by checks


def _steps(start: float, step: float, n: int) -> torch.Tensor:
    return start + step * torch.arange(n, dtype=torch.float64)


def _in_order(x: Any, y: Any) -> np.ndarray[Any, Any]:
    """Return the points (x, y) in one order, whatever order they came in: (n, 2)."""
    points = np.stack([x, y], axis=1)
    return points[np.lexsort(points.T)]


def _agree(points: np.ndarray[Any, Any], others: np.ndarray[Any, Any]) -> bool:
    return points.shape == others.shape and bool(np.allclose(points, others, rtol=1e-5, atol=1e-6))
