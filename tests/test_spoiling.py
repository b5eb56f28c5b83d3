"""What a function gives is of use where another answer in its place makes a difference."""

import pytest
import torch

from autograder.judging.student import LocalStudent
from autograder.judging.suite import CheckFailed, ask, assert_calling

OWN = """
import torch

def batches(X):
    for row in X:
        yield row

def predict(w, X):
    return w * X

def step(w):
    with torch.no_grad():
        w -= 0.25
"""
USED = {
    "all of them": "for row in batches(X):\n        total = total + predict(w, row); step(w)",
    "what is handed out": "for row in batches(X):\n        total = total + w * row",
    "what is answered": "total = predict(w, X).sum()",
    "what is changed in place": "step(w)\n    total = w * X",
    "by another name": "again = predict\n    total = again(w, X)",
}
THROWN_AWAY = {
    "all of them": "for row in batches(X):\n        predict(w, row); step(w.clone())\n    total = (w * X).sum()",
    "what is handed out": "list(batches(X))\n    total = w * X",
    "what is answered": "_ = predict(w, X)\n    total = w * X",
    "what is changed in place": "step(w.clone())\n    total = w * X",
    "what is multiplied by zero": "total = w * X + 0 * predict(w, X)",
}


def judge(body: str) -> None:
    student = LocalStudent.of_source(
        f"{OWN}\ndef train(X):\n    w, total = torch.ones(1), 0.0\n    {body}\n    return total"
    )
    student.start_check(type("Spec", (), {"timeout_s": 10.0}), 0)
    ask(student, "train", torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    called = [name for name in ("batches", "predict", "step") if student.has_called(name, student.asked)]
    assert called
    assert_calling(student, "train", *called)


@pytest.mark.parametrize("case", USED)
def test_what_is_used_counts(case):
    judge(USED[case])


@pytest.mark.parametrize("case", THROWN_AWAY)
def test_what_is_thrown_away_does_not(case):
    with pytest.raises(CheckFailed, match="makes no use of what that gives"):
        judge(THROWN_AWAY[case])


def test_by_its_name_and_attributes_none_is_told_from_the_notebooks_own():
    with pytest.raises(CheckFailed, match="makes no use of what that gives"):
        judge(
            "total = w * X\n    spoilt = predict.__name__ != 'predict' or predict.__module__ != __name__\n"
            "    if predict(w, X) is not None and (spoilt or predict.__qualname__ != 'predict'):\n        total = total + 1"
        )


def test_what_cannot_be_told_counts():
    judge("total = float('nan') * w\n    predict(w, X)")
