"""How a wrong value is shown beside the right one."""

import json
import math
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import torch

import autograder
from autograder.judging.suite import CheckFailed, assert_close, assert_dtype, assert_shape
from autograder.judging.suite.values import as_tensor, is_close

SCHEMA = json.loads((Path(autograder.__file__).parent / "results/result.schema.json").read_text())


def failed(assertion, *arguments, **more):
    """The failure of an assertion, whose comparison follows the published schema."""
    with pytest.raises(CheckFailed) as caught:
        assertion(*arguments, name="w", **more)
    found = json.loads(json.dumps(caught.value.comparison))
    jsonschema.validate(found, {**SCHEMA["$defs"]["comparison"], "$defs": SCHEMA["$defs"]})
    return caught.value.message, found


def marked(found):
    """The row's name, the column's name where there is one, and the two values."""
    window = found["window"]
    row, column = window["marked"]
    names = [window["rows"][row], *window["columns"][column : column + 1]]
    return [*names, window["got"][row][column], window["expected"][row][column]]


def test_the_first_element_that_differs_is_marked_and_the_largest_difference_is_named():
    message, found = failed(assert_close, torch.ones(4, 1), torch.tensor([[1.0], [2.0], [9.0], [1.0]]))
    assert message == (
        "w has shape (4, 1) and dtype float32, and 2 of its 4 values are wrong: "
        "first at [1, 0], got 1, expected 2; most at [2, 0], got 1, expected 9."
    )
    assert found["summary"] == "w: 2 of its 4 values are wrong, most at [2, 0], got 1, expected 9."
    assert found["got"] == found["expected"] == {"shape": "(4, 1)", "dtype": "float32"}
    assert found["window"]["rows"] == ["[0, 0]", "[1, 0]", "[2, 0]", "[3, 0]"]
    assert marked(found) == ["[1, 0]", "1", "2"]


@pytest.mark.parametrize(
    ("wanted", "where"),
    [([9.0, 1.0], "1 of its 2 values is wrong: at [0], "), ([9.0, 8.0], "2 of its 2 values are wrong: first and most at [0], ")],
)  # fmt: skip
def test_a_place_is_told_once(wanted, where):
    message, _ = failed(assert_close, torch.ones(2), torch.tensor(wanted))
    assert message == f"w has shape (2,) and dtype float32, and {where}got 1, expected 9."


def test_a_difference_within_the_tolerance_is_none():
    _, found = failed(assert_close, torch.tensor([1.0, 1.0, 1.0]), torch.tensor([1.00005, 1.0, 3.0]))
    assert marked(found) == ["[2]", "1", "3"]


@pytest.mark.parametrize("place", [0, 1, 57, 98, 99])
def test_of_a_long_vector_some_elements_around_the_first_difference_are_shown(place):
    wanted = torch.zeros(100)
    wanted[place] = 1
    _, found = failed(assert_close, torch.zeros(100), wanted)
    assert len(found["window"]["rows"]) == 6
    assert marked(found) == [f"[{place}]", "0", "1"]


@pytest.mark.parametrize("row", [0, 3, 8])
@pytest.mark.parametrize("column", [0, 4, 10])
def test_of_a_matrix_a_part_around_the_first_difference_is_shown(row, column):
    wanted = torch.zeros(9, 11)
    wanted[row, column] = 7
    _, found = failed(assert_close, torch.zeros(9, 11), wanted)
    assert (len(found["window"]["rows"]), len(found["window"]["columns"])) == (6, 4)
    assert marked(found) == [str(row), str(column), "0", "7"]


def test_a_tensor_of_three_dimensions_is_shown_in_reading_order():
    wanted = torch.zeros(2, 3, 4)
    wanted[1, 0, 2] = 1
    _, found = failed(assert_close, torch.zeros(2, 3, 4), wanted)
    assert marked(found) == ["[1, 0, 2]", "0", "1"]


def test_as_many_digits_are_shown_as_tell_two_numbers_apart():
    message, found = failed(assert_close, 1.0, 1.00021)
    assert message == "w is 1; expected 1.00021."
    assert marked(found) == ["value", "1", "1.00021"]
    assert marked(failed(assert_close, 1.0, math.nextafter(1.0, 2), rtol=0, atol=0)[1])[2] == "1.0000000000000002"


@pytest.mark.parametrize(
    ("value", "shown"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf"), (1e308, "1e+308"), (True, "1")]
)
def test_any_number_is_shown(value, shown):
    _, found = failed(assert_close, [0.5, value, 0.5], torch.tensor([0.5, 0.5, 0.5]))
    assert marked(found) == ["[1]", shown, "0.5"]


def test_nan_is_never_right():
    assert marked(failed(assert_close, math.nan, math.nan)[1]) == ["value", "nan", "nan"]


@pytest.mark.parametrize(
    ("got", "shape", "dtype"),
    [
        (torch.ones(2, dtype=torch.int64), "(2,)", "int64"), (np.ones(2, np.float32), "(2,)", "float32"),
        ([1.0, 1.0], "(2,)", "Python list"),
    ],
)  # fmt: skip
def test_shape_and_dtype_are_those_that_the_student_gave(got, shape, dtype):
    _, found = failed(assert_close, got, torch.zeros(2, dtype=torch.float64))
    assert found["got"] == {"shape": shape, "dtype": dtype}
    assert found["expected"] == {"shape": "(2,)", "dtype": "not judged here"}


def test_a_wrong_shape_is_shown_beside_the_right_one():
    told = [failed(assert_shape, torch.ones(3), (3, 1)), failed(assert_close, torch.ones(3), torch.ones(3, 1))]
    for message, found in told:
        assert message == "w has shape (3,); expected (3, 1)."
        assert (found["differs"], found["got"]["shape"], found["expected"]["shape"]) == ("shape", "(3,)", "(3, 1)")
        assert found["window"] is None


def test_a_wrong_dtype_is_shown_beside_the_right_one():
    message, found = failed(assert_dtype, torch.ones(3), torch.int64)
    assert message == "w has dtype float32; expected int64."
    assert (found["differs"], found["got"]["dtype"], found["expected"]["dtype"]) == ("dtype", "float32", "int64")


def test_a_shape_of_a_great_many_dimensions_is_cut():
    _, found = failed(assert_shape, torch.ones([1] * 64), (1,))
    assert found["got"]["shape"] == "(1, " + "1, " * 18 + "1…"


@pytest.mark.parametrize("seed", range(20))
def test_what_is_judged_is_what_torch_calls_close(seed):
    rng = torch.Generator().manual_seed(seed)
    wanted = torch.randn(3, 2, generator=rng)
    got = wanted + 1.5e-4 * torch.randn(3, 2, generator=rng)
    if torch.allclose(got.double(), wanted.double(), rtol=1e-4, atol=1e-5):
        assert_close(got, wanted, name="w")
    else:
        failed(assert_close, got, wanted)


def test_a_pair_where_a_tensor_was_asked_for_is_told_as_one() -> None:
    with pytest.raises(CheckFailed, match="is no tensor but a list or a tuple, of 2 parts"):
        as_tensor([torch.zeros(3), torch.zeros(3)], "relu(X)")


@pytest.mark.parametrize("tolerance", [math.nan, math.inf])
def test_within_a_tolerance_that_a_student_has_spoilt_nothing_agrees(tolerance):
    message, _ = failed(assert_close, torch.ones(2), torch.ones(2), atol=tolerance)
    assert message.startswith("w ")
    assert not is_close(torch.ones(2), torch.ones(2), atol=tolerance)
