"""torch's compiler is not loaded for optimizers, which ask for it only to be left alone; it is there for whoever wants it."""

import contextlib

import pytest
from conftest import make_course, notebook_of

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings

FUNCTIONS = "def double(x):\n    return 2 * x\n\n\ndef quadruple(x):\n    return double(double(x))\n"
STEPS = """
import sys, torch
net = torch.nn.Linear(2, 1)
for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop, torch.optim.Adagrad):
    optimizer = kind(net.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    optimizer.zero_grad()
    net(torch.ones(3, 2)).sum().backward()
    optimizer.step()
    schedule.step()
    optimizer.load_state_dict(optimizer.state_dict())
torch.optim.LBFGS(net.parameters()).step(lambda: net(torch.ones(3, 2)).sum())
assert "torch._dynamo.convert_frame" not in sys.modules, "the compiler is loaded"
"""
COMPILER = """
import sys, torch
import torch._dynamo.config
torch._dynamo.config.suppress_errors = True
torch._dynamo.reset()
torch.func.grad(lambda x: (x ** 2).sum())(torch.ones(2))
net = torch.nn.Linear(2, 1)
torch.optim.SGD(net.parameters(), lr=0.1).step()
assert "torch._dynamo.convert_frame" in sys.modules
"""


@pytest.mark.parametrize("cell", [STEPS, COMPILER], ids=["optimizers", "compiler"])
def test_a_notebook_has_what_it_asks_for_of_the_compiler(tmp_path, cell):
    grader = Grader(Settings(make_course(tmp_path / "course"), "none"))
    with contextlib.closing(grader):
        handed_in = SubmissionBytes("ada", "doubling", "doubling.ipynb", notebook_of(cell, FUNCTIONS))
        result = grader.grade(handed_in).result
    assert (result.score, list(result.notes)) == (10, [])
