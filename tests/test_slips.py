"""One slip costs once: a wrong shape, dtype or kind fails the check that asks for it, and no other one."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent
from autograder.judging.suite import CheckFailed, as_numbers, assert_tails, assert_values, in_shape

# What becomes of each value that a right function returns, wherever it stands in tuples, lists and generators
SLIPS = {
    "float64": "value.double() if isinstance(value, torch.Tensor) and value.is_floating_point() else value",
    "array": "value.detach().numpy() if isinstance(value, torch.Tensor) else value",
    "list": "value.tolist() if isinstance(value, torch.Tensor) else value",
    "tensors for numbers": "torch.tensor(value) if isinstance(value, float) else value",
    "flat": "value.reshape(-1) if isinstance(value, torch.Tensor) and value.dim() == 2 and 1 in value.shape else value",
    "column": "value[:, None] if isinstance(value, torch.Tensor) and value.dim() == 1 else value",
    "number": "value.reshape(()) if isinstance(value, torch.Tensor) and value.numel() == 1 else value",
}
# Without `map` or a loop, which some questions forbid
SLIPPED = """

import torch
_right = {question}


def _with_slip(value):
    if isinstance(value, (list, tuple)):
        if len(value) < 2:
            return type(value)([_with_slip(value[0])]) if value else value
        return _with_slip(value[: len(value) // 2]) + _with_slip(value[len(value) // 2 :])
    if hasattr(value, "__next__"):
        return iter(lambda: _with_slip(next(value)), None)
    return {slip}


def {question}(*arguments, **options):
    return _with_slip(_right(*arguments, **options))
"""
# For each question the checks that may fail, one for each slip, where it is a slip there at all
ONE_CHECK = {
    ("tensors", "normal_samples"): {
        "float64": "test_samples_have_the_shape_asked_for", "array": "test_samples_have_the_shape_asked_for",
        "list": "test_samples_have_the_shape_asked_for", "column": "test_samples_have_the_shape_asked_for",
        "flat": "test_samples_of_other_shapes",
    },
    ("tensors", "half_open_steps"): {
        "array": "test_whole_steps_stop_before_the_end", "list": "test_whole_steps_stop_before_the_end",
        "column": "test_whole_steps_stop_before_the_end", "number": "test_steps_of_short_ranges",
    },
    ("tensors", "matmul_from_broadcast"): {
        "list": "test_product_of_two_matrices", "flat": "test_product_of_other_sizes",
    },
    ("tensors", "gather_rows"): {
        "list": "test_rows_come_in_the_order_of_their_numbers", "flat": "test_one_row_and_one_column",
    },
    ("linear_regression", "synthetic_data"): {
        "float64": "test_synthetic_data_has_a_row_for_each_example",
        "array": "test_synthetic_data_has_a_row_for_each_example",
        "list": "test_synthetic_data_has_a_row_for_each_example",
    },
    ("linear_regression", "data_iter"): {
        "array": "test_features_and_labels_stay_together", "list": "test_features_and_labels_stay_together",
        "flat": "test_features_and_labels_stay_together", "number": "test_minibatches_of_one_and_of_all",
    },
    ("linear_regression", "linreg"): {
        "array": "test_gradients_reach_w_and_b", "flat": "test_linreg_predicts_each_row",
    },
    ("linear_regression", "squared_loss"): {
        "array": "test_loss_sends_the_error_back", "flat": "test_loss_of_each_example",
        "number": "test_loss_of_one_example",
    },
    ("linear_regression", "train"): {
        "list": "test_train_returns_parameters_and_losses", "flat": "test_train_returns_parameters_and_losses",
        "column": "test_train_returns_parameters_and_losses", "number": "test_train_returns_parameters_and_losses",
        "tensors for numbers": "test_train_returns_parameters_and_losses",
    },
    ("linear_regression_concise", "train_concise"): {"tensors for numbers": "test_train_concise_returns_losses"},
    ("linear_regression_concise", "fit_curve"): {"tensors for numbers": "test_fit_curve_returns_its_losses"},
    ("gradients", "affine_gradients"): {"tensors for numbers": "test_affine_gradients_of_the_example"},
    ("gradients", "numeric_gradient"): {
        "list": "test_differences_in_the_shape_of_x", "column": "test_differences_of_other_shapes",
        "number": "test_differences_of_other_shapes",
    },
    ("gradients", "two_layer_forward"): {
        "array": "test_forward_can_be_differentiated", "flat": "test_forward_of_other_sizes",
    },
    ("gradients", "two_layer_gradients"): {
        "list": "test_gradients_of_the_squared_error", "flat": "test_gradients_of_other_sizes",
    },
    ("gradients", "train_two_layer"): {"tensors for numbers": "test_one_loss_before_each_step"},
}  # fmt: skip


@pytest.fixture(scope="module", params=sorted({name for name, _ in ONE_CHECK}))
def judge(request: pytest.FixtureRequest) -> Iterator[Judge]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    assignments = {assignment.name: assignment for assignment in find_course().assignments()}
    with Judge(assignments[request.param], visible_only=False) as judge:
        yield judge
    torch.set_num_threads(threads)


def test_a_wrong_shape_or_kind_fails_the_check_that_asks_for_it_and_no_other(judge: Judge) -> None:
    right = next(iter(read_alternatives(judge.assignment).values()))
    found, wanted = {}, {}
    for (name, question), slips in ONE_CHECK.items():
        for slip, check in slips.items() if name == judge.assignment.name else ():
            source = right + SLIPPED.format(question=question, slip=SLIPS[slip])
            [result] = judge.judge(LocalStudent.of_source(source), 0, [question], with_needs=False)
            found[question, slip] = [each.id for each in result.checks if not each.passed]
            wanted[question, slip] = [check]
    assert found == wanted


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (torch.zeros(3), (3, 1)), (torch.zeros(3, 1), (3,)), (torch.zeros(()), (1,)), (torch.zeros(1, 3), (3, 1)),
        (np.zeros((3, 1)), (3,)), ([0.0, 0.0], (2,)), ([[0.0], [0.0]], (2, 1)), (0.0, (1,)), ([torch.zeros(1)], (1, 1)),
        (torch.zeros(6), (2, 3)), (torch.zeros(2, 3), (6,)), (torch.zeros(0), (0, 1)),
    ],
)  # fmt: skip
def test_values_are_judged_in_the_shape_that_is_expected(value, shape):
    assert in_shape(value, shape).shape == shape
    assert_values(value, torch.zeros(shape), name="it")


@pytest.mark.parametrize(
    ("value", "shape"),
    [(torch.zeros(2, 3), (3, 2)), (torch.zeros(4), (2, 3)), (None, (1,)), ("zero", (1,)), ([[0.0], 0.0], (2,))],
)
def test_what_is_more_than_a_matter_of_form_stays_as_it_is(value, shape):
    assert in_shape(value, shape) is value
    with pytest.raises(CheckFailed, match="it "):
        assert_values(value, torch.zeros(shape), name="it")


def test_wrong_values_in_another_shape_are_wrong():
    with pytest.raises(CheckFailed, match="1 of its 2 values"):
        assert_values(torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 3.0]), name="it")
    assert as_numbers([[1, 2], [3, 4]]).shape == (2, 2)


def test_draws_without_tails_or_with_outliers_are_no_normal_ones():
    draws = torch.randn(5000, generator=torch.Generator().manual_seed(1))
    assert_tails(3 + 2 * draws, 3.0, 2.0, name="draws")
    for wrong in (draws.clamp(-2, 2), torch.cat([draws, torch.tensor([9.0])])):
        with pytest.raises(CheckFailed, match="of a normal distribution's it is one between"):
            assert_tails(3 + 2 * wrong, 3.0, 2.0, name="draws")
