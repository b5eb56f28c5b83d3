"""A slip in shape, dtype or kind costs the check that asks for it; all others judge the values that are there."""

from collections.abc import Iterator

import pytest

from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent

COURSE = find_course()
# assignment, question, the one check that the slip may cost, and what is done to the right answer: f is the function.
SLIPS = [
    ("softmax_regression", "softmax", "test_softmax_has_the_form_of_its_argument", "f(*a).double()"),
    ("softmax_regression", "softmax", "test_softmax_has_the_form_of_its_argument", "f(*a).unsqueeze(0)"),
    ("softmax_regression", "cross_entropy", "test_cross_entropy_is_a_flat_tensor", "f(*a).reshape(-1, 1)"),
    ("softmax_regression", "cross_entropy", "test_cross_entropy_is_a_flat_tensor", "f(*a).double()"),
    ("softmax_regression", "cross_entropy", "test_cross_entropy_is_a_flat_tensor", "f(*a).squeeze()"),
    ("softmax_regression", "accuracy", "test_accuracy_is_a_python_float", "torch.tensor(f(*a))"),
    ("softmax_regression", "evaluate_accuracy", "test_fraction_is_a_float_of_this_very_model", "torch.tensor(f(*a))"),
    ("softmax_regression", "train_epoch", "test_epoch_returns_two_floats", "torch.tensor(f(*a))"),
    ("softmax_regression", "train_epoch", "test_epoch_returns_two_floats", "tuple(map(torch.tensor, f(*a)))"),
    ("softmax_regression", "train", "test_train_returns_parameters_and_history", "(*f(*a)[:2], torch.tensor(f(*a)[2]))"),
    ("softmax_regression", "train", "test_train_returns_parameters_and_history", "(lambda W, b, h: (W, b[None], h))(*f(*a))"),
    ("softmax_regression", "train", "test_train_returns_parameters_and_history", "(lambda W, *r: (W.double(), *r))(*f(*a))"),
    ("softmax_regression", "predict_labels", "test_labels_are_a_flat_tensor", "f(*a).int()"),
    ("softmax_regression", "predict_labels", "test_labels_are_a_flat_tensor", "f(*a).tolist()"),
    ("softmax_regression", "predict_labels", "test_labels_are_a_flat_tensor", "f(*a).reshape(-1, 1)"),
    ("softmax_regression_concise", "predict_labels", "test_labels_are_a_flat_tensor", "f(*a).float()"),
    ("softmax_regression_concise", "predict_labels", "test_labels_are_a_flat_tensor", "f(*a).reshape(-1, 1)"),
    ("softmax_regression_concise", "train_concise", "test_history_has_an_entry_for_each_epoch", "torch.tensor(f(*a))"),
    (
        "softmax_regression_concise", "train_concise", "test_history_has_an_entry_for_each_epoch",
        "[tuple(map(torch.tensor, entry)) for entry in f(*a)]",
    ),
    ("mlp", "init_mlp_params", "test_params_have_the_shapes_of_two_layers", "[p.detach().double().requires_grad_() for p in f(*a, **k)]"),
    ("mlp", "init_mlp_params", "test_params_have_the_shapes_of_two_layers", "[p if p.dim() > 1 else p.detach()[None].requires_grad_() for p in f(*a, **k)]"),
    ("mlp", "train_mlp", "test_losses_are_a_list_of_floats", "[torch.tensor(loss) for loss in f(*a)]"),
    ("mlp", "train_mlp", "test_losses_are_a_list_of_floats", "torch.tensor(f(*a))"),
    ("mlp", "predict_labels", "test_labels_are_a_flat_tensor", "f(*a).reshape(-1, 1)"),
    ("mlp", "predict_labels", "test_labels_are_a_flat_tensor", "f(*a).int()"),
    ("training_dynamics", "smoothed_losses", "test_smoothed_losses_are_a_list_of_floats", "torch.tensor(f(*a, **k), dtype=torch.float64)"),
    ("training_dynamics", "run_with_lr", "test_losses_are_a_list_of_floats", "[torch.tensor(loss) for loss in f(*a, **k)]"),
    ("training_dynamics", "irreducible_loss", "test_irreducible_loss_is_a_float", "torch.tensor(f(*a), dtype=torch.float64)"),
    ("training_dynamics", "least_squares_slope", "test_slope_is_a_float", "torch.tensor([[f(*a)]])"),
    ("weight_init", "zeros_init_", "test_zeros_init_changes_w_itself", "f(*a) is None or None"),
    ("weight_init", "normal_init_", "test_normal_init_changes_w_itself", "f(*a) is None or None"),
    ("weight_init", "xavier_init_", "test_xavier_init_changes_w_itself", "f(*a) is None or None"),
    ("weight_init", "he_init_", "test_he_init_changes_w_itself", "f(a[0].clone())"),
    ("weight_init", "distinct_hidden_units", "test_count_is_a_python_int", "torch.tensor(f(*a))"),
    ("weight_init", "activation_stds", "test_there_is_one_float_a_layer", "[torch.tensor(std) for std in f(*a, **k)]"),
    ("weight_init", "activation_stds", "test_there_is_one_float_a_layer", "torch.tensor(f(*a, **k))"),
]  # fmt: skip


@pytest.fixture(scope="module")
def judge(request: pytest.FixtureRequest) -> Iterator[Judge]:
    with Judge(COURSE.assignment(request.param), visible_only=False) as judge:
        yield judge


@pytest.mark.parametrize(("judge", "question", "check", "slip"), SLIPS, indirect=["judge"])
def test_a_slip_costs_the_one_check_that_asks_for_it(judge, question, check, slip):
    style = next(iter(read_alternatives(judge.assignment).values()))
    slipped = f"{question} = (lambda f: lambda *a, **k: {slip})({question})"
    results = judge.judge(LocalStudent.of_source(f"{style}\n{slipped}"), questions=[question])
    (result,) = [each for each in results if each.id == question]
    assert [each.id for each in result.checks if not each.passed] == [check]
    assert result.score >= 0.6 * result.points
