"""Whatever a student's function returns is a wrong answer, never a fault of the grader, and earns nothing."""

from collections.abc import Iterator

import pytest

from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent

COURSE = find_course()
ASSIGNMENTS = {assignment.name: assignment for assignment in COURSE.assignments()}
ODD = (
    "None", "True", "10**400", "'text'", "[None] * 2", "{1: 2}", "object()", "np.zeros((2, 0))", "np.zeros(3)",
    "torch.zeros(0)", "torch.zeros(2, dtype=torch.complex64)", "torch.zeros(2, device='meta')", "[torch.zeros(2, 2)] * 3",
    "(np.zeros((2, 1)), np.zeros(1), [True, '0', None])", "([], [], [])", "[args, args]", "[0.0] * 500",
)  # fmt: skip
NOTHING = (
    "None", "0", "0.0", "[]", "args[0]", "args", "torch.zeros(1)", "torch.tensor(0.)", "float('nan')", "'text'", "True",
)  # fmt: skip
# What of a question's points such an answer earns all the same, as it is right there or of the very kind asked for.
EARNED = {
    ("softmax", "args[0]"): 1 / 11,  # logits have the form of probabilities
    ("smoothed_losses", "args[0]"): 1 / 7,  # the first loss is its own mean
    ("run_with_lr", "torch.zeros(1)"): 1 / 16,  # of one minibatch a loss of 0 does not hang on the learning rate
    ("distinct_hidden_units", "True"): 1 / 9,  # where all columns are alike, 1 is right
}


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def judge(name: str) -> Iterator[Judge]:
    with Judge(ASSIGNMENTS[name], visible_only=False) as judge:
        yield judge


def test_an_odd_answer_is_wrong_and_no_fault(name: str, judge: Judge) -> None:
    base = next(iter(read_alternatives(COURSE.assignment(name)).values()))
    faults = []
    for question in ASSIGNMENTS[name].questions:
        for value in ODD:
            odd = f"import numpy as np, torch\ndef {question.id}(*args, **kwargs):\n    return {value}"
            results = judge.judge(LocalStudent.of_source(f"{base}\n{odd}"), 0, [question.id])
            (own,) = (result for result in results if result.id == question.id)
            faults += [
                f"{question.id} returns {value}: {check.id}: {check.message[-200:]}"
                for check in own.checks
                if check.outcome == "grader_fault"
            ]
    assert faults == []


def test_a_function_that_does_nothing_earns_nothing(name: str, judge: Judge) -> None:
    base = next(iter(read_alternatives(COURSE.assignment(name)).values()))
    earned = {}
    for question in ASSIGNMENTS[name].questions:
        for value in NOTHING:
            idle = f"import torch\ndef {question.id}(*args, **kwargs):\n    return {value}"
            student = LocalStudent.of_source(f"{base}\n{idle}")
            [result] = judge.judge(student, 0, [question.id], with_needs=False)
            share = result.score / result.points if result.points else sum(each.passed for each in result.checks)
            if share:
                earned[question.id, value] = share
    ids = {question.id for question in ASSIGNMENTS[name].questions}
    assert earned == pytest.approx({key: share for key, share in EARNED.items() if key[0] in ids})
