"""Answers of any form are wrong answers: no check fails by itself over them, and a probe's form is known beforehand."""

import ast
import textwrap

import pytest
import torch

from autograder.catalogue.course import find_course
from autograder.judging.suite.answer_forms import ANYTHING, Form, form_of
from tests.fuzz.answers import faults_of

SECONDS = 4  # for each assignment; `python -m tests.fuzz.answers` goes on for longer
COURSE = find_course()


@pytest.mark.parametrize("name", [assignment.name for assignment in COURSE.assignments()])
def test_no_forged_answer_is_the_graders_fault(name: str) -> None:
    assert faults_of(COURSE.assignment(name), SECONDS, seed=1) == []


def form(source: str) -> Form:
    (definition,) = ast.parse(textwrap.dedent(source)).body
    assert isinstance(definition, ast.FunctionDef)
    return form_of(definition)


FITTING = [
    ("def f(s):\n    return {'y': s.f(), 'ok': all([])}", {"y": object(), "ok": True}, {"y": 1, "ok": 1}),
    ("def f(s):\n    return {'y': 1} if s else None", None, [1]),
    ("def f(s):\n    return [s.f() for _ in range(2)]", [1, None], [1]),
    ("def f(s):\n    return [{'n': len(x)} for x in s.f()]", [{"n": 3}, {"n": 0}], [{"n": "3"}]),
    ("def f(s):\n    seen = []\n    seen.append(s.training)\n    return seen", [True, False], [torch.zeros(2)]),
    ("def f(s):\n    seen = []\n    s.g(seen)\n    seen.extend(s)\n    return seen", [1, "x"], "x"),
    ("def f(s):\n    a, b = len(s), None\n    if a:\n        b = str(s)\n    return {'a': a, 'b': b}", {"a": 1, "b": None}, {"a": 1, "b": 2}),
    ("def f(s):\n    def g():\n        return {'y': s.f()}\n    return g()", {"y": 0}, {"z": 0}),
    ("def f(s):\n    return {'v': s.w.detach(), 'g': s.w.grad}", {"v": torch.zeros(1), "g": None}, {"v": None, "g": None}),
    ("def f(s):\n    return sorted({tuple(x.shape[1:]) for x in s})", [[2, 3], []], [["a"]]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "fits", "does_not"), FITTING)
def test_the_form_of_answers_is_read_off_a_probe(source: str, fits: object, does_not: object) -> None:
    found = form(source)
    assert found.fits(fits) and not found.fits(does_not)


@pytest.mark.parametrize(
    "source",
    [
        "def f(s):\n    return s.f()",
        "def f(s, y):\n    return y",
        "def f(s):\n    y = 1\n    for y in s.f():\n        pass\n    return y",
        "def f(s):\n    y = {}\n    y[s.f()] = 1\n    return {**y}",
        "def f(s):\n    y = []\n    def g():\n        nonlocal y\n        y = s.f()\n    g()\n    return y",
    ],
)
def test_what_a_source_does_not_tell_may_be_anything(source: str) -> None:
    assert form(source) == ANYTHING
