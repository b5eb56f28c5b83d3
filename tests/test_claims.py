"""Numbers that the notebooks' texts tell, computed."""

import json
import math
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from coursedata.fashion_mnist import OFFICIAL

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


def test_a_factor_near_one_is_far_from_it_after_twenty_layers():
    [factor, become] = re.search(
        r"A factor of ([\d.]+) a layer has become ([\d.]+)", text_of("weight_init", "fixed-scales-text")
    ).groups()
    assert f"{float(factor) ** 20:.1f}" == become


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


def test_points_without_noise_train_to_a_loss_of_exactly_zero():
    told = text_of("training_dynamics", "slope-shown-text")
    assert "exactly 0.0, too, after 34 epochs" in told
    ends = slopes((0, 1, 2, 3), 34)[3::4]
    losses = [sum((x * w - x) ** 2 for x in range(4)) for w in ends]
    assert losses.index(0.0) + 1 == 34


def test_examples_without_noise_stop_where_rounding_does():
    assert "1,000 examples in float32 stop near $10^{-11}$" in text_of("training_dynamics", "slope-shown-text")
    torch.manual_seed(0)
    X = torch.randn(1000, 2)
    y = X @ torch.tensor([[2.0], [-3.4]]) + 4.2
    w, b = torch.zeros(2, 1), torch.zeros(1)
    for _ in range(10):
        for rows in torch.randperm(1000).split(10):
            error = X[rows] @ w + b - y[rows]
            w -= 0.03 * X[rows].T @ error / 10
            b -= 0.03 * error.mean(dim=0)
    assert 0 < float(((X @ w + b - y) ** 2).mean()) / 2 < 1e-10


def test_one_bend_fits_the_noise_of_four_points():
    told = text_of("training_dynamics", "slope-shown-text")
    assert "\\hat y = x + 0.1 \\operatorname{relu}(x - 2)" in told and "4.09 and 4.2 at $x = 4$" in told

    def bent(x: float) -> float:
        return x + 0.1 * max(x - 2, 0)

    assert [bent(x) for x in range(4)] == pytest.approx([0, 1, 2, 3.1], abs=1e-12)
    assert (round(4 * 14.3 / 14, 2), round(bent(4), 2)) == (4.09, 4.2)


def test_three_epochs_come_near_the_normal_equation():
    told = text_of("linear_regression", "loss-curve-text")
    assert "Three epochs come within about a thousandth" in told and "itself is that far from the true" in told
    true = torch.tensor([[2.0], [-3.4], [4.2]])
    by_descent, by_equation = [], []
    for seed in range(10):
        torch.manual_seed(seed)
        X = torch.cat([torch.randn(1000, 2), torch.ones(1000, 1)], dim=1)
        y = X @ true + 0.01 * torch.randn(1000, 1)
        w = torch.zeros(3, 1)
        for _ in range(3):
            for rows in torch.randperm(1000).split(10):
                w -= 0.03 * X[rows].T @ (X[rows] @ w - y[rows]) / 10
        exact = torch.linalg.solve(X.T @ X, X.T @ y)
        by_descent.append(float((w - exact).abs().max()))
        by_equation.append(float((exact - true).abs().max()))
    assert max(by_descent) < 2e-3
    assert 1e-4 < sorted(by_equation)[5] < 1e-3


def test_squared_loss_is_the_likelihood_of_normal_noise():
    assert "smallest sum of squares" in text_of("linear_regression", "loss")
    x, y = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([1.5, 3.0, 9.0])
    slopes = torch.linspace(0, 4, 401)
    errors = slopes[:, None] * x - y
    likelihood = torch.distributions.Normal(0, 0.7).log_prob(errors).sum(dim=1)
    assert likelihood.argmax() == (errors**2).sum(dim=1).argmin()


def test_no_step_of_one_length_goes_down_further_than_against_the_gradient():
    assert "straight against the gradient" in text_of("linear_regression", "sgd")
    generator = torch.Generator().manual_seed(0)
    place = torch.tensor([0.6, -1.3], dtype=torch.float64, requires_grad=True)

    def f(p: torch.Tensor) -> torch.Tensor:
        return (p[..., 0] ** 2 + p[..., 1]) ** 2 + torch.sin(p[..., 1])

    f(place).backward()
    assert place.grad is not None
    steps = torch.nn.functional.normalize(torch.randn(2000, 2, generator=generator).double(), dim=1)
    straight = -place.grad / place.grad.norm()
    with torch.no_grad():
        drops = f(place + 1e-5 * steps)
        assert f(place + 1e-5 * straight) <= drops.min() + 1e-9
    assert float(steps[drops.argmin()] @ straight) > 0.999


def test_cross_entropy_is_minus_the_log_likelihood_and_never_below_the_entropy():
    told = text_of("softmax_regression", "cross-entropy")
    assert "**one-hot**" in told and "never below the **entropy**" in told
    generator = torch.Generator().manual_seed(0)
    p = torch.rand(50, 4, generator=generator).softmax(dim=1)
    labels = torch.randint(0, 4, (50,), generator=generator)
    one_hot = torch.nn.functional.one_hot(labels, 4).float()
    of_labels = -p[range(50), labels].log()
    assert torch.allclose(-(one_hot * p.log()).sum(dim=1), of_labels)
    assert torch.allclose(of_labels.sum(), -p[range(50), labels].prod().log(), rtol=1e-4)
    q = torch.rand(50, 4, generator=generator).softmax(dim=1)
    assert (-(q * p.log()).sum(dim=1) >= -(q * q.log()).sum(dim=1)).all()


def test_a_seed_fixes_the_draws_of_its_own_generator_alone():
    assert "It does not fix what other generators draw" in text_of("training_dynamics", "explore-text")
    torch.manual_seed(5)
    first = torch.rand(3), random.random()
    torch.manual_seed(5)
    second = torch.rand(3), random.random()
    assert torch.equal(first[0], second[0])
    assert first[1] != second[1]


def test_zeros_are_as_good_a_start_as_any_for_a_linear_model():
    assert "zeros are as good a start as any" in text_of("linear_regression", "train-text")
    torch.manual_seed(0)
    X, ends = torch.randn(40, 3), []
    y = torch.randn(40, 1)
    for start in (torch.zeros(3, 1), 5 * torch.randn(3, 1)):
        w = start.clone()
        for _ in range(400):
            w -= 0.2 * X.T @ (X @ w - y) / 40
        ends.append(w)
    assert torch.allclose(ends[0], ends[1], atol=1e-5)


def test_calling_a_generator_function_runs_none_of_its_lines():
    assert "runs none of its lines yet" in text_of("linear_regression", "minibatches")
    ran: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(2):
            ran.append(number)
            yield number

    made = numbers()
    assert not ran
    assert (next(made), ran) == (0, [0])


def test_the_dot_products_are_those_of_the_text():
    told = text_of("tensors", "broadcasting")
    assert "That of $(1, 2, 3)$ and $(4, 5, 6)$ is $4 + 10 + 18 = 32$" in told
    assert float(torch.dot(torch.tensor([1.0, 2, 3]), torch.tensor([4.0, 5, 6]))) == 32


def test_a_linear_layer_starts_as_wide_as_the_text_says():
    told = text_of("mlp", "made-by-framework-text")
    assert "\\approx 0.02$ in the first layer" in told and "\\approx 0.05$ in the second" in told
    torch.manual_seed(0)
    assert round(float(torch.nn.Linear(784, 128).weight.detach().std()), 2) == 0.02
    assert round(float(torch.nn.Linear(128, 10).weight.detach().std()), 2) == 0.05


def test_the_accuracies_on_photographs_are_the_recorded_ones():
    told = text_of("softmax_regression", "photographs-text")
    record = json.loads((ROOT / "datasets/real_images.json").read_text("utf-8"))
    for model, words in (
        ("softmax_regression", "accuracy of {:.2f} (the median of {} runs"),
        ("mlp", "yet, at {:.2f}"),
    ):
        assert words.format(record[model]["median_accuracy"], record[model]["runs"]) in told
        assert f"{record[model]['epochs']} epochs" in told
    assert f"downloads {sum(file.size for file in OFFICIAL) / 1e6:.0f} MB" in told
