"""Wrong work that looks right in most checks: each loses marks at the one check that asks for what it lacks."""

from collections.abc import Iterator

import pytest
import torch

from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent

COURSE = find_course()
# assignment, question, the one check that it loses, and the wrong function
LET_THROUGH = [
    ("softmax_regression", "evaluate_accuracy", "test_inputs_are_handed_on_as_they_come",
     "def evaluate_accuracy(predict, data_iter):\n"
     "    right = [predict(X / 255).argmax(dim=1) == y for X, y in data_iter]\n"
     "    return torch.cat(right).float().mean().item()\n"),
    ("mlp", "init_mlp_params", "test_layers_are_drawn_apart",
     "kept, fresh = {}, init_mlp_params\n"
     "def init_mlp_params(d, h, q, std=0.01):\n"
     "    return [each.detach().clone().requires_grad_() for each in kept.setdefault((d, h, q, std), fresh(d, h, q, std))]\n"),
    ("tensors", "scatter_features", "test_any_number_of_features_is_drawn",
     "def scatter_features(ax, features, labels):\n"
     "    for j in range(features.shape[1]):\n"
     "        ax.scatter(features[:100, j], labels[:100], label=str(j))\n"
     "    ax.set(xlabel='feature', ylabel='label')\n"
     "    ax.legend()\n"),
]  # fmt: skip


@pytest.fixture(scope="module")
def judge(request: pytest.FixtureRequest) -> Iterator[Judge]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with Judge(COURSE.assignment(request.param), visible_only=False) as judge:
        yield judge
    torch.set_num_threads(threads)


@pytest.mark.parametrize(("judge", "question", "check", "wrong"), LET_THROUGH, indirect=["judge"])
def test_what_was_let_through_loses_the_check_that_asks_for_it(judge, question, check, wrong):
    right = next(iter(read_alternatives(judge.assignment).values()))
    [result] = judge.judge(LocalStudent.of_source(f"{right}\n{wrong}"), 0, [question], with_needs=False)
    assert [each.id for each in result.checks if not each.passed] == [check]


APART = """
def plot_training(losses, X, y, y_hat, sample_size=100):
    figure, (left, right) = plt.subplots(1, 2)
    left.plot(losses)
    left.set_title("loss")
    for label, values in (("true", y), ("predicted", y_hat.detach())):
        rows = torch.randperm(len(X))[:sample_size]
        right.scatter(X[rows, 0], values.reshape(-1)[rows], label=label)
    right.set_title("labels")
    right.legend()
    return figure
"""


@pytest.mark.parametrize(
    ("judge", "question", "wrong"),
    [
        ("training_dynamics", "plot_training", APART),
    ],
    indirect=["judge"],
)
def test_so_does_what_more_than_one_check_sees(judge, question, wrong):
    right = next(iter(read_alternatives(judge.assignment).values()))
    [result] = judge.judge(LocalStudent.of_source(f"{right}\n{wrong}"), 0, [question], with_needs=False)
    assert not all(each.passed for each in result.checks)
