"""Names of mistakes on wrong code that no fingerprint has seen: see `tests.naming`."""

import json
from collections import Counter

import pytest

from autograder.catalogue.course import find_course
from autograder.judging.exceptions import explained_exception
from tests.naming import MEASURED, ROOT, judge, tasks_of

COURSE = find_course(ROOT)
EVERY = 12  # of an assignment's wrong functions one in so many is judged here; `python -m tests.naming` judges all

# What Python and PyTorch say of slips that beginners make, with numbers taken out as a behaviour has them
RAISED = {
    "inner_sizes_differ": "RuntimeError: mat1 and mat2 shapes cannot be multiplied (#x# and #x#)",
    "shapes_do_not_broadcast": "RuntimeError: The size of tensor a (#) must match the size of tensor b (#) at non-singleton dimension #",
    "gradient_is_none": "TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'",
    "leaf_changed_in_place": "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.",
    "graph_used_twice": "RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors",
    "no_graph": "RuntimeError: element # of tensors does not require grad and does not have a grad_fn",
    "backward_of_many": "RuntimeError: grad can be implicitly created only for scalar outputs",
    "numpy_of_a_graph": "RuntimeError: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
    "many_values_as_one": "RuntimeError: a Tensor with # elements cannot be converted to Scalar",
    "truth_of_many": "RuntimeError: Boolean value of Tensor with more than one value is ambiguous",
    "index_beyond_the_end": "IndexError: Dimension out of range (expected to be in range of [#, #], but got #)",
    "index_of_another_kind": "IndexError: tensors used as indices must be long, int, byte or bool tensors",
    "dtypes_differ": "RuntimeError: expected m1 and m2 to have the same dtype, but got: float != double",
    "whole_numbers_watched": "RuntimeError: Only Tensors of floating point and complex dtype can require gradients",
    "view_of_scattered": "RuntimeError: view size is not compatible with input tensor's size and stride (at least one dimension",
    "shape_of_another_size": "RuntimeError: shape '[#, #]' is invalid for input of size #",
    "called_what_is_no_function": "TypeError: 'Tensor' object is not callable",
    "method_that_is_not_there": "AttributeError: 'list' object has no attribute 'sum'",
    "name_unknown": "NameError: name '…' is not defined",
    "arguments_do_not_fit": "TypeError: sgd() missing # required positional argument: 'batch_size'",
    "unpacks_another_number": "ValueError: not enough values to unpack (expected #, got #)",
    "not_iterable": "TypeError: 'int' object is not iterable",
    "not_subscriptable": "TypeError: 'NoneType' object is not subscriptable",
    "divides_by_zero": "ZeroDivisionError: division by zero",
    "recursion_without_end": "RecursionError: maximum recursion depth exceeded",
    "parameter_replaced": "TypeError: cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None expected)",
    "pair_for_a_tensor": "TypeError: unsupported operand type(s) for @: 'torch.return_types.max' and 'Tensor'",
    "wants_a_tensor": "TypeError: index_select(): argument 'index' (position #) must be Tensor, not list",
    "stacks_different_sizes": "RuntimeError: stack expects each tensor to be equal size, but got [#, #] at entry # and [#, #] at entry #",
    "two_devices": "RuntimeError: Expected all tensors to be on the same device, but found at least two devices",
}


@pytest.mark.parametrize("kind", RAISED)
def test_an_exception_that_beginners_meet_is_explained(kind: str) -> None:
    words = explained_exception({"outcome": "error", "0.raised": RAISED[kind]}, "sgd")
    assert words is not None and words.id == f"exception_{kind}" and words.question == "sgd"


def test_an_exception_of_ones_own_is_not_explained() -> None:
    assert explained_exception({"outcome": "error", "0.raised": "ValueError: no way"}, "sgd") is None
    assert explained_exception({"outcome": "failed", "0.raised": RAISED["no_graph"]}, "sgd") is None


@pytest.mark.parametrize("name", [each.name for each in COURSE.assignments()])
def test_unseen_wrong_code_is_hardly_ever_named_wrongly(name: str) -> None:
    tasks = [task for task in tasks_of(COURSE.assignment(name)) if task.kind == "recorded"][::EVERY]
    found = [judge(task) for task in tasks]
    assert len([each.task.label for each in found if each.verdict == "wrong"]) <= 1
    assert sum(each.verdict == "right" for each in found) >= len(found) / 2


def test_what_was_measured_over_all_of_it_is_good_enough() -> None:
    measured = json.loads(MEASURED.read_text())
    assert measured.keys() == {each.name for each in COURSE.assignments()}
    total: Counter[str] = Counter()
    for kinds in measured.values():
        total.update(kinds["recorded"])
    named, caught = total["right"] + total["wrong"], total.total() - total["not caught"]
    assert total["right"] >= 0.95 * named and total["right"] >= 0.75 * caught
