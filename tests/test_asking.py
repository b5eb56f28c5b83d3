"""What checks ask of a function by its name: answers, arguments left alone, gradients, updates in place."""

import numpy as np
import pytest
import torch

from autograder.judging.refusal import told_refusal
from autograder.judging.student import LocalStudent, StudentStopped
from autograder.judging.suite import (
    CheckFailed,
    ask,
    ask_recorded,
    ask_unchanged,
    gradients,
    leaf,
    loader,
    updated,
    view,
)


def student_of(body: str, arguments: str = "*given, **options") -> LocalStudent:
    return LocalStudent.of_source(f"import torch\ndef f({arguments}):\n    {body}")


def test_an_answer_is_that_of_the_arguments_as_they_are_given():
    student = student_of("return [list(given), options]")
    assert ask(student, "f", 1, [2.5, "three"], None, four=True) == [[1, [2.5, "three"], None], {"four": True}]


def test_a_leaf_requires_gradients_wherever_it_stands():
    student = student_of("return [x.requires_grad and x.is_leaf for x in (X, *params)]", "X, params")
    assert ask(student, "f", torch.ones(2), [leaf(torch.ones(3)), torch.ones(1)]) == [False, True, False]


@pytest.mark.parametrize("shape", [(4,), (3, 2), (2, 3, 4), (1, 5)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.int64, torch.bool])
def test_a_view_has_the_tensors_values_in_another_order_in_memory(shape, dtype):
    X = torch.arange(float(np.prod(shape))).reshape(shape).to(dtype)
    student = student_of("return [X, X.is_contiguous(), X.stride()]", "X")
    values, contiguous, _ = ask(student, "f", view(X))
    assert torch.equal(values, X) and values.dtype == dtype and not contiguous


def test_a_loader_hands_out_minibatches_of_its_tensors_in_order():
    student = student_of("return [type(batches).__name__, [[X, y] for X, y in batches]]", "batches")
    X, y = torch.arange(10.0).reshape(5, 2), torch.arange(5)
    kind, batches = ask(student, "f", loader(X, y, batch_size=2))
    assert kind == "DataLoader" and [len(X) for X, _ in batches] == [2, 2, 1]
    assert torch.equal(torch.cat([X for X, _ in batches]), X) and torch.equal(torch.cat([y for _, y in batches]), y)


def test_what_a_function_calls_of_torch_is_recorded():
    answer, calls = ask_recorded(student_of("return torch.softmax(X, 0)", "X"), "f", torch.zeros(2))
    assert "softmax" in calls and torch.equal(answer, torch.tensor([0.5, 0.5]))


CHANGES = {
    "a tensor": ("given[0].clamp_(min=0)", torch.tensor([-1.0, 2.0]), "[-1.0, 2.0] and is [0.0, 2.0]"),
    "a leaf, past autograd": ("given[0].data += 1", leaf(torch.zeros(1)), "[0.0] and is [1.0]"),
    "a view": ("given[0].neg_()", view(torch.tensor([1.0, 2.0])), "[1.0, 2.0] and is [-1.0, -2.0]"),
    "an array": ("given[0][0] = 5", np.zeros(2), "[0. 0.] and is [5. 0.]"),
    "a list": ("given[0].append(3)", [1, 2], "[1, 2] and is [1, 2, 3]"),
    "a tensor in a list": ("given[0][1].zero_()", [1, torch.ones(1)], "[1, tensor([1.])] and is [1, tensor([0.])]"),
    "a tensor's dtype": ("given[0].data = given[0].bfloat16()", torch.ones(1), "[1.0] and is [1.0]"),
    "a number into nan": ("given[0][0] = float('nan')", [1.0], "[1.0] and is [nan]"),
}


@pytest.mark.parametrize(("body", "argument", "told"), CHANGES.values(), ids=CHANGES)
def test_an_argument_that_is_changed_in_place_is_named_with_its_values(body, argument, told):
    with pytest.raises(CheckFailed) as raised:
        ask_unchanged(student_of(body), "f", argument, 7)
    assert raised.value.message == f"f has changed argument 1: it was {told} after the call."
    with pytest.raises(CheckFailed, match=r"^f has changed losses: "):
        ask_unchanged(student_of(body), "f", argument, 7, names=["losses", "n"])


def test_arguments_that_are_left_alone_are_no_failure():
    arguments = (
        torch.tensor([float("nan"), 1.0]), np.array([float("nan")]), [float("nan"), 1, (2, 3)], 4, None,
        leaf(torch.ones(2)), view(torch.ones(2, 2)), loader(torch.ones(2), batch_size=1), torch.tensor([True]),
    )  # fmt: skip
    assert ask_unchanged(student_of("return len(given)"), "f", *arguments) == len(arguments)


def test_gradients_come_back_to_the_arguments_they_are_asked_for():
    X, w, b = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.ones(2, 1), torch.zeros(1)
    student = student_of("return X @ w + b", "X, w, b")
    answer, (of_w, of_b) = gradients(student, "f", X, w, b, of=(1, 2))
    assert torch.equal(answer, torch.tensor([[3.0], [7.0]])) and not answer.requires_grad
    assert torch.equal(of_w, torch.tensor([[4.0], [6.0]])) and torch.equal(of_b, torch.tensor([2.0]))
    _, (weighed, _) = gradients(student, "f", X, w, b, of=(1, 2), weights=torch.tensor([[1.0], [0.0]]))
    assert torch.equal(weighed, torch.tensor([[1.0], [2.0]]))


def test_gradients_of_a_list_of_tensors_come_in_its_order():
    student = student_of("return params[0] + 2 * params[1]", "params")
    _, found = gradients(student, "f", [torch.zeros(2), torch.zeros(2)], of=(0,))
    assert [grad.tolist() for grad in found] == [[1.0, 1.0], [2.0, 2.0]]


@pytest.mark.parametrize("body", ["return w.detach() * 2", "return None", "return 3.0", "return w.tolist()"])
def test_where_autograd_cannot_go_back_there_are_no_gradients(body):
    assert gradients(student_of(body, "w, b"), "f", torch.ones(2), torch.ones(1), of=(0, 1))[1] == [None, None]


def test_what_is_no_leaf_may_be_changed_in_place():
    student = student_of("return X.mul_(3)", "X")
    with pytest.raises(StudentStopped, match="leaf Variable"):
        gradients(student, "f", torch.ones(2), of=(0,))
    assert gradients(student, "f", torch.ones(2), of=(0,), leaves=False)[1][0].tolist() == [3.0, 3.0]
    assert gradients(student_of("return X[0].mul_(3)", "X"), "f", [torch.ones(1)], of=(0,), leaves=False)[1][0] == 3


def test_an_update_in_place_is_seen_in_the_callers_tensors():
    student = student_of(
        "with torch.no_grad():\n        for p in params:\n            p -= lr * p.grad\n            p.grad = None\n"
        "    return lr", "params, lr",
    )  # fmt: skip
    after = updated(student, "f", [torch.ones(2), torch.zeros(1)], 0.5, grads=[torch.ones(2), torch.ones(1)])
    assert [value.tolist() for value in after.values] == [[0.5, 0.5], [-0.5]]
    assert after.gradients == [None, None] and after.trainable == [True, True] and after.returned == 0.5


def test_tensors_and_gradients_are_no_views_which_detach_refuses():
    student = student_of("params[0].grad.detach_().zero_(); X.detach_(); params[0].detach_()", "params, X")
    after = updated(student, "f", [torch.ones(2)], leaf(torch.ones(2)), grads=[torch.ones(2)])
    assert after.gradients[0].tolist() == [0.0, 0.0] and after.trainable == [False]


def test_an_update_by_other_tensors_is_none():
    student = student_of("params[0] = params[0] - params[0].grad", "params")
    after = updated(student, "f", [torch.ones(1)], grads=[torch.ones(1)])
    assert after.values[0].tolist() == [1.0] and after.gradients[0].tolist() == [1.0]


def test_a_tensor_that_no_longer_asks_for_gradients_is_told():
    after = updated(student_of("w.requires_grad_(False)", "w, b"), "f", torch.ones(1), torch.ones(1), of=(0, 1))
    assert after.trainable == [False, True]


def test_a_function_that_is_missing_or_a_stub_is_not_attempted():
    with pytest.raises(StudentStopped) as missing:
        ask(LocalStudent({}), "f", 1)
    with pytest.raises(StudentStopped) as stub:
        gradients(student_of("raise NotImplementedError"), "f", torch.ones(1), of=(0,))
    assert missing.value.outcome == stub.value.outcome == "not_attempted"


REFUSED = "RuntimeError('a leaf Variable that requires grad')"


def test_torchs_refusal_is_told_in_the_words_of_the_check():
    with pytest.raises(CheckFailed) as raised, told_refusal("leaf Variable", message="PyTorch refused: {refusal}"):
        ask(student_of(f"raise {REFUSED}"), "f")
    assert raised.value.message == "PyTorch refused: a leaf Variable that requires grad"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("raise RuntimeError('anything else')", "error"),
        ("raise ValueError('leaf Variable')", "error"),
        ("leaf_Variable = 'leaf Variable'; raise RuntimeError('no')", "error"),
        ("raise NotImplementedError('leaf Variable')", "not_attempted"),
    ],
)
def test_other_endings_stay_what_they_are(body, outcome):
    with pytest.raises(StudentStopped) as raised, told_refusal("leaf Variable", message="{refusal}"):
        ask(student_of(body), "f")
    assert raised.value.outcome == outcome
