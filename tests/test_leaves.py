"""Training that fails on the leaf tensors that the question promises is told what it raised of those."""

import pytest

from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent

GRADIENTS = find_course().assignment("gradients")
BASE = next(iter(read_alternatives(GRADIENTS).values()))
LOOP = """
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        {step}
    return losses
"""


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("w1, w2 = w1 - lr * w1.grad, w2 - lr * w2.grad", "NoneType"),
        ("w1 -= lr * w1.grad; w2 -= lr * w2.grad", "in-place operation"),
    ],
    ids=["made-anew", "in-place"],
)
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf")
def test_a_step_that_autograd_refuses_is_told_as_pytorch_tells_it(step: str, told: str) -> None:
    with Judge(GRADIENTS, visible_only=False) as judge:
        (result,) = judge.judge(
            LocalStudent.of_source(BASE + LOOP.format(step=step)), 0, ["train_two_layer"], with_needs=False
        )
    messages = [check.message for check in result.checks if check.outcome == "error"]
    assert messages
    assert all(told in message and "does not require grad and" not in message for message in messages)
