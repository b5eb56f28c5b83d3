"""Break-it questions: what is read of an answer, when it shows the given function to be wrong, and what is refused."""

import math

import pytest
import torch

from autograder.judging.student import LocalStudent
from autograder.judging.suite import (
    CheckFailed,
    a_list,
    a_number,
    a_tensor,
    a_whole_number,
    assert_breaks,
    several,
)

SUM = {"numbers": a_list(5), "times": a_whole_number(1, 3)}


def student_of(value: str) -> LocalStudent:
    return LocalStudent.of_source(f"import numpy as np, torch\ndef break_total():\n    return {value}")


def judge(value: str) -> None:
    """The total of some numbers several times over, against one that squares in place of multiplying."""
    assert_breaks(
        student_of(value), "break_total", SUM,
        given=lambda numbers, times: sum(numbers) ** times, right=lambda numbers, times: sum(numbers) * times,
    )  # fmt: skip


def refusal(value: str) -> str:
    with pytest.raises(CheckFailed) as caught:
        judge(value)
    return caught.value.message


@pytest.mark.parametrize(
    "value",
    [
        "[3.0], 2", "([1, 2], 3)", "np.array([3.0, 1.0]), np.int64(2)", "[torch.tensor([3.0]), torch.tensor([2])]",
        "[3.0], 2.0",
    ],
)  # fmt: skip
def test_arguments_that_tell_the_two_apart_pass_in_whatever_form_they_come(value: str) -> None:
    judge(value)


def test_arguments_on_which_both_agree_fail_and_are_shown() -> None:
    assert refusal("[1.5, 0.5], 2") == "With numbers = [1.5, 0.5] and times = 2 both functions give 4."
    assert len(refusal("[1e-5] * 5, 1")) < 200


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("[3.0]", "break_total is not two things: numbers and times."),
        ("None", "break_total is None: is a `return` missing?"),
        ("[3.0] * 6, 2", "numbers has shape (6,); return a flat list of 1 to 5 numbers."),
        ("[[3.0]], 2", "numbers has shape (1, 1); return a flat list of 1 to 5 numbers."),
        ("[], 2", "numbers holds no numbers."),
        ("None, 2", "numbers is None: is a `return` missing?"),
        ("['a'], 2", "numbers holds no numbers."),
        ("torch.zeros(2, dtype=torch.complex64), 2", "numbers holds no numbers."),
        ("[10**400], 2", "numbers holds no numbers."),
        ("[3.0], 10**400", "times is not a number."),
        ("[float('nan')], 2", "numbers holds values that are no finite real numbers."),
        ("[3.0], 4", "times is 4; return a number from 1 to 3."),
        ("[3.0], float('nan')", "times is nan; return a number from 1 to 3."),
        ("[3.0], 1.5", "times is 1.5; return a whole number."),
    ],
)
def test_what_is_no_argument_of_the_function_is_refused_in_words(value: str, told: str) -> None:
    assert refusal(value) == told


def read(reader: object, value: object) -> object:
    assert callable(reader)
    return reader(value, "x")


def test_a_tensor_has_one_of_the_shapes_and_bounded_numbers() -> None:
    reader = a_tensor((3, 1), (3,), dtype=torch.float32)
    assert read(reader, [1, 2]).tolist() == [1, 2] and read(reader, [[1.0]]).dtype == torch.float32
    for wrong in (torch.zeros(4), torch.zeros(2, 2), torch.zeros(0, 1), [math.inf], torch.tensor([2e6])):
        with pytest.raises(CheckFailed, match=r"^x h"):
            read(reader, wrong)


def test_a_list_may_hold_infinity_where_that_is_asked_for() -> None:
    assert read(a_list(3, infinite=True), [math.inf, 1]) == [math.inf, 1.0]


def test_several_things_are_read_each_by_its_reader_and_a_tensor_is_taken_apart() -> None:
    reader = several(low=a_number(0, 1), high=a_number(1, 2))
    assert read(reader, [0.5, 1]) == [0.5, 1.0] and read(reader, torch.tensor([0.5, 2.0])) == [0.5, 2.0]
    with pytest.raises(CheckFailed, match="x is not two things: low and high"):
        read(reader, [0.5])


def test_nan_is_another_answer_than_a_number_and_the_same_as_nan() -> None:
    one, x = student_of("torch.tensor([1.0, 2.0])"), {"x": a_tensor((5,))}
    assert_breaks(one, "break_total", x, given=lambda x: x / 0 - x / 0, right=lambda x: x)
    with pytest.raises(CheckFailed):
        assert_breaks(one, "break_total", x, given=lambda x: x * math.nan, right=lambda x: x * math.nan)


def test_another_shape_is_another_answer_and_rounding_is_none() -> None:
    one, x = student_of("torch.tensor([0.3])"), {"x": a_tensor((5,))}
    assert_breaks(one, "break_total", x, given=lambda x: x[None], right=lambda x: x)
    with pytest.raises(CheckFailed):
        assert_breaks(one, "break_total", x, given=lambda x: (x, x * (1 + 1e-7)), right=lambda x: (x, x))


def test_arguments_that_do_not_fit_each_other_are_refused_in_the_check_s_words() -> None:
    readers = {"a": a_list(3), "b": a_list(3)}
    uneven = lambda a, b: None if len(a) == len(b) else "a and b have different lengths."  # noqa: E731
    with pytest.raises(CheckFailed, match=r"a and b have different lengths\."):
        assert_breaks(student_of("[1], [1, 2]"), "break_total", readers, given=max, right=min, refuse=uneven)
