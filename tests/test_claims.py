"""Numbers that the notebooks' texts tell, computed."""

import json
import math
import re
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[1]


def text_of(assignment: str, cell: str) -> str:
    """Return the text of a Markdown cell of a source notebook."""
    notebook = json.loads((ROOT / "solutions" / assignment / f"{assignment}.ipynb").read_text("utf-8"))
    [found] = ["".join(each["source"]) for each in notebook["cells"] if each["id"] == cell]
    return found


def slopes(labels: tuple[float, ...], num_epochs: int) -> list[float]:
    """Return the slope after each step on one of the points (0, y₀), (1, y₁), … at the learning rate 0.03."""
    w, seen = 0.0, []
    for _ in range(num_epochs):
        for x, y in enumerate(labels):
            w -= 0.03 * 2 * x * (x * w - y)
            seen.append(w)
    return seen


def test_steps_on_single_points_that_disagree_never_rest():
    assert "between 1.019 and 1.027" in text_of("training_dynamics", "slope-shown-text")
    late = slopes((0, 1, 2, 3.1), 400)[4 * 8 :]
    assert (round(min(late), 3), round(max(late), 3)) == (1.019, 1.027)
    assert max(late[-8:]) - min(late[-8:]) > 0.007
    assert slopes((0, 1, 2, 3), 400)[-1] == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("layer", "share", "words"), [(1, 1 / 5, "one activation in five"), (10, 1 / 50, "only one in fifty")]
)
def test_he_saturates_tanh_in_the_first_layers_alone(layer, share, words):
    assert words in text_of("weight_init", "pictures")
    torch.manual_seed(0)
    h = torch.randn(2000, 256)
    for _ in range(layer):
        h = torch.tanh(h @ (math.sqrt(2 / 256) * torch.randn(256, 256)))
    assert float((h.abs() > 0.95).float().mean()) == pytest.approx(share, rel=0.15)


def test_gradients_through_tanh_shrink_by_xavier_and_grow_by_he():
    def first_layer(std: float, activation=torch.tanh) -> float:
        torch.manual_seed(0)
        first = h = torch.randn(200, 256, requires_grad=True)
        for _ in range(30):
            h = activation(h @ (std * torch.randn(256, 256)))
        h.backward(torch.randn(200, 256))
        assert first.grad is not None
        return float(first.grad.std())

    assert first_layer(math.sqrt(1 / 256)) < 0.5 < 2 < first_layer(math.sqrt(2 / 256))
    assert 0.5 < first_layer(math.sqrt(2 / 256), torch.relu) < 2
    assert first_layer(0.01) < 1e-20
    assert first_layer(math.sqrt(2 / 256), torch.sigmoid) < 1e-10


def test_the_hours_of_the_learning_path_are_the_sum_of_its_minutes():
    page = (ROOT / "assignments/README.md").read_text("utf-8")
    rows = re.findall(r"^\| \d+ \| `(\w+)` \|.*\| (\d+) \|$", page, re.MULTILINE)
    assert {name for name, _ in rows} == {folder.name for folder in (ROOT / "solutions").iterdir() if folder.is_dir()}
    words = {17: "seventeen", 18: "eighteen", 19: "nineteen"}
    assert f"about {words[round(sum(int(minutes) for _, minutes in rows) / 60)]} hours" in page


def test_the_normal_equation_is_where_descent_rests():
    assert "(\\mathbf X^\\top\\mathbf X)^{-1}\\mathbf X^\\top\\mathbf y" in text_of("linear_regression", "training")
    generator = torch.Generator().manual_seed(0)
    X = torch.cat([torch.randn(30, 2, generator=generator), torch.ones(30, 1)], dim=1).double()
    y = torch.randn(30, 1, generator=generator).double()
    w = torch.zeros(3, 1).double()
    for _ in range(500):
        w -= 0.3 * X.T @ (X @ w - y) / len(X)
    assert torch.allclose(w, torch.linalg.inv(X.T @ X) @ X.T @ y, atol=1e-9)


def test_squared_loss_hardly_moves_a_model_that_is_certain_and_wrong():
    assert "Between probabilities it is at most 2" in text_of("softmax_regression", "cross-entropy")
    logits = torch.tensor([20.0, 0.0, 0.0], requires_grad=True)
    wanted = torch.tensor([0.0, 1.0, 0.0])
    squared = ((logits.softmax(0) - wanted) ** 2).sum()
    [by_squares] = torch.autograd.grad(squared, logits)
    [by_entropy] = torch.autograd.grad(-logits.log_softmax(0)[1], logits)
    assert squared.item() == pytest.approx(2)
    assert float(by_squares.abs().max()) < 1e-6 < 0.9 < float(by_entropy.abs().max())
