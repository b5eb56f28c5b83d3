"""A CurveNet may be built of any modules: its judge neither tries all orders of their parameters nor misjudges it."""

import pytest

from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent
from autograder.results.result import CheckResult

COURSE = find_course()
(ASSIGNMENT,) = (assignment for assignment in COURSE.assignments() if assignment.name == "linear_regression_concise")
BASE = next(iter(read_alternatives(COURSE.assignment("linear_regression_concise")).values()))
LISTED = """
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.units = nn.ModuleList([nn.Linear(1, 1) for _ in range(num_hidden)])
        self.out = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.out(torch.relu(torch.cat([unit(x) for unit in self.units], dim=1)))
"""
SUMMED = """
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))
        self.units = nn.ModuleList([
            nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.Linear(1, 1, bias=False)) for _ in range(num_hidden)
        ])

    def forward(self, x):
        return self.bias + sum(unit(x) for unit in self.units)
"""
HALVES = """
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.left, self.right = nn.Linear(1, num_hidden // 2), nn.Linear(1, num_hidden - num_hidden // 2)
        self.out = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.out(torch.cat([self.left(x), self.right(x)], dim=1).relu())
"""
PACKED = """
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.all = nn.Parameter(torch.randn(3 * num_hidden + 1))

    def forward(self, x):
        w1, b1, w2 = self.all[:-1].reshape(3, -1)
        return (x * w1 + b1).relu() @ w2.reshape(-1, 1) + self.all[-1]
"""
SCALARS = """
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.numbers = nn.ParameterList([nn.Parameter(torch.randn(())) for _ in range(3 * num_hidden + 1)])

    def forward(self, x):
        w1, b1, w2 = torch.stack(list(self.numbers)[:-1]).reshape(3, -1)
        return (x * w1 + b1).relu() @ w2.reshape(-1, 1) + self.numbers[-1]
"""
BILINEAR = """
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden, self.out = nn.Bilinear(1, 1, num_hidden), nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.out(self.hidden(x, torch.ones_like(x)).relu())
"""


def judged(source: str) -> list[CheckResult]:
    """Return what all checks of CurveNet, hidden ones as well, say of it."""
    with Judge(ASSIGNMENT, visible_only=False) as judge:
        results = judge.judge(LocalStudent.of_source(f"{BASE}\n{source}"), 0, ["CurveNet"])
    (own,) = (result for result in results if result.id == "CurveNet")
    return list(own.checks)


@pytest.mark.parametrize(
    "source",
    [LISTED, SUMMED, HALVES, PACKED, SCALARS, BILINEAR],
    ids=["listed", "summed", "halves", "packed", "scalars", "bilinear"],
)
def test_a_right_curve_net_of_any_modules_passes(source: str) -> None:
    assert {check.outcome for check in judged(source)} == {"passed"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("torch.relu(torch.cat([unit(x) for unit in self.units], dim=1))",
         "torch.cat([unit(x) for unit in self.units], dim=1)"),
        ("torch.relu(torch", "torch.sigmoid(torch"),
        ("torch.relu(torch", "torch.tanh(torch"),
        ("torch.relu(torch", "torch.abs(torch"),
        ("torch.relu(torch", "nn.LeakyReLU()(torch"),
        ("self.out(torch.relu(torch.cat([unit(x) for unit in self.units], dim=1)))",
         "torch.relu(self.out(torch.relu(torch.cat([unit(x) for unit in self.units], dim=1))))"),
        ("self.out(torch.relu(torch.cat([unit(x) for unit in self.units], dim=1)))",
         "torch.relu(self.out(torch.cat([unit(x) for unit in self.units], dim=1)))"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_curve_net_of_small_modules_fails(right: str, wrong: str) -> None:
    assert right in LISTED
    assert "failed" in {check.outcome for check in judged(LISTED.replace(right, wrong))}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("self.units], dim=1", "list(self.units)[:1] * len(self.units)], dim=1"), ("torch.relu(torch", "torch.exp(torch")],
    ids=["one unit for all", "another activation"],
)
def test_a_curve_net_of_small_modules_that_computes_something_else_fails(right: str, wrong: str) -> None:
    assert "failed" in {check.outcome for check in judged(LISTED.replace(right, wrong))}
