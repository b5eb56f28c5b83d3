"""Whatever a student's function returns is a wrong answer, never a fault of the grader."""

from collections.abc import Iterator

import pytest

from autograder.course import find_course
from autograder.judge import Judge
from autograder.student import LocalStudent
from autograder.variants import read_variants

COURSE = find_course()
ASSIGNMENTS = {assignment.name: assignment for assignment in COURSE.assignments()}
ODD = (
    "None", "True", "0", "-1", "10**400", "float('nan')", "float('inf')", "1j", "''", "b'x'", "'text'", "[]", "()", "{}",
    "[[]]", "[None] * 2", "[torch.zeros(2), None]", "(True, 'x', object())", "{1: 2}", "{'w': 1}", "set()", "object()",
    "len", "range(3)", "iter([1])", "np.zeros(1)", "np.zeros((2, 0))", "np.array('x')", "np.array([1j])", "np.float16(1)",
    "np.array([None])", "torch.zeros(0)", "torch.zeros(())", "torch.zeros(1, 1, 1, 1)", "torch.full((2, 2), float('nan'))",
    "torch.zeros(2, dtype=torch.bool)", "torch.zeros(2, dtype=torch.complex64)", "torch.zeros(2, dtype=torch.int8)",
    "torch.zeros(2, dtype=torch.bfloat16)", "torch.eye(2).to_sparse()", "torch.zeros(2, device='meta')",
    "torch.zeros(2, requires_grad=True) * 2", "torch.nn.Linear(1, 1)", "torch.nn.Sequential()", "torch.float32",
    "torch.Size([2])", "[torch.zeros(2, 2)] * 3", "(torch.zeros(2, 1), torch.zeros(1), [0.0] * 3)",
    "(np.zeros((2, 1)), np.zeros(1), [True, '0', None])", "(torch.zeros(0, 0), torch.zeros(0), [])",
    "([], [], [])", "(torch.zeros(2, 1), torch.zeros(1), 0.5)", "(torch.zeros(2, 1), torch.zeros(1), torch.zeros(3))",
    "args[0] if args else None", "[args, args]", "torch.zeros(3, 4) if not args else args[-1]",
)  # fmt: skip


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def judge(name: str) -> Iterator[Judge]:
    with Judge(ASSIGNMENTS[name], visible_only=False) as judge:
        yield judge


def test_an_odd_answer_is_wrong_and_no_fault(name: str, judge: Judge) -> None:
    base = next(iter(read_variants(COURSE.styles / f"{name}.py").values()))
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
