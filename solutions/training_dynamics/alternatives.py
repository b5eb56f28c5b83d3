# Correct solutions of training_dynamics in different styles; the first one completes the recorded mistakes.

# %% plain
import math

import matplotlib.pyplot as plt
import torch


def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 1)))
    return result


def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses


def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"


def irreducible_loss(noise_std):
    return noise_std**2 / 2


def least_squares_slope(x, y):
    return float((x * y).sum() / (x * x).sum())


def real_function(X, true_w, true_b):
    return X @ true_w + true_b


def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    axes[0].legend()
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig


def break_classify_run():
    return [8.0] * 50 + [4.0] * 49 + [9.0]


# %% numpy_by_hand
# Gradients written out in NumPy, examples in stored order, format strings for the plot.
import matplotlib.pyplot as plt
import numpy as np
import torch


def smoothed_losses(losses, constant=0.01):
    losses = np.asarray(losses, dtype=float)
    keep = 1 - constant
    out = np.empty(len(losses))
    total, weight = 0.0, 0.0
    for t in range(len(losses)):
        total = keep * total + losses[t]
        weight = keep * weight + 1.0
        out[t] = total / weight
    return out.tolist()


def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    X = np.hstack([features.numpy(), np.ones((len(features), 1), dtype=np.float32)])
    y = labels.numpy()
    theta = np.zeros((X.shape[1], 1), dtype=np.float32)
    losses = []
    with np.errstate(all="ignore"):
        for _ in range(num_epochs):
            for start in range(0, len(X), batch_size):
                A, target = X[start : start + batch_size], y[start : start + batch_size]
                error = A @ theta - target
                losses.append(float(np.mean(error**2)))
                theta = theta - np.float32(lr) * 2 * (A.T @ error)
    return losses


def classify_run(losses):
    losses = np.array(losses)
    if np.isnan(losses).any() or np.isinf(losses).any():
        return "diverged"
    tenth = max(1, len(losses) // 10)
    ratio = losses[-tenth:].mean() / losses[:tenth].mean()
    if ratio > 1:
        return "diverged"
    return "converged" if ratio < 0.01 else "slow"


def irreducible_loss(noise_std):
    return 0.5 * np.square(noise_std)


def least_squares_slope(x, y):
    x, y = np.array(x, dtype=float), np.array(y, dtype=float)
    return np.dot(x, y) / np.dot(x, x)


def real_function(X, true_w, true_b):
    return torch.matmul(X, true_w.reshape(-1, 1)) + true_b


def plot_training(losses, X, y, y_hat, sample_size=100):
    X, y, y_hat = (t.detach().cpu().numpy() for t in (X, y, y_hat))
    rows = np.random.permutation(len(X))[:sample_size]
    fig, (ax1, ax2) = plt.subplots(ncols=2)
    ax1.semilogy(np.arange(1, len(losses) + 1), losses)
    ax1.set(title="Loss during training", xlabel="step", ylabel="loss")
    ax2.plot(X[rows, -1], y_hat[rows], "or", label="Estimated")
    ax2.plot(X[rows, -1], y[rows], "*g", label="Real")
    ax2.set(title="Estimated vs real", xlabel="x", ylabel="y")
    ax2.legend()
    return fig


def break_classify_run():
    losses = np.linspace(1.0, 0.0, 100)
    losses[-1] = 2.0
    return losses


# %% framework
# nn.Linear as it comes, DataLoader and SGD on MSELoss(reduction="sum"); the figure made without pyplot.
import torch
from matplotlib.figure import Figure
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def smoothed_losses(losses, constant=0.01):
    s = 0
    powers = 1
    values = []
    for loss in losses:
        s += constant * (loss - s)
        powers *= 1 - constant
        values.append(torch.tensor(s / (1 - powers), dtype=torch.float64).item())
    return values


def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    net = nn.Linear(features.shape[1], 1)
    loader = DataLoader(TensorDataset(features, labels), batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    mean_loss, sum_loss = nn.MSELoss(), nn.MSELoss(reduction="sum")
    history = []
    for _ in range(num_epochs):
        for X, y in loader:
            y_hat = net(X)
            history.append(mean_loss(y_hat, y).item())
            optimizer.zero_grad()
            sum_loss(y_hat, y).backward()
            optimizer.step()
    return history


def classify_run(losses):
    values = torch.tensor(losses, dtype=torch.float64)
    if not torch.isfinite(values).all():
        return "diverged"
    parts = values.chunk(10)
    first, last = parts[0].mean(), parts[-1].mean()
    return "diverged" if last > first else "converged" if last * 100 < first else "slow"


def irreducible_loss(noise_std):
    return torch.tensor(float(noise_std), dtype=torch.float64).pow(2).div(2).item()


def least_squares_slope(x, y):
    return torch.linalg.lstsq(x.reshape(-1, 1), y.reshape(-1, 1)).solution.item()


def real_function(X, true_w, true_b):
    with torch.no_grad():
        return torch.nn.functional.linear(X, true_w.reshape(1, -1), torch.tensor([float(true_b)]))


def plot_training(losses, X, y, y_hat, sample_size=100):
    figure = Figure(figsize=(8, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(range(len(losses)), losses)
    left.set_title("Loss", loc="left")
    n = min(sample_size, len(X))
    for name, values in {"y": y, "y_hat": y_hat}.items():
        right.plot(X[:n, 0].tolist(), values[:n].flatten().tolist(), linestyle="", marker=".", label=name)
    right.set_title("Labels", loc="left")
    figure.legend()
    return figure


def break_classify_run():
    return torch.cat([torch.tensor([5.0]), torch.ones(18), torch.tensor([0.04])])


# %% closed_forms
# Explicit weights and comprehensions; the gradient by torch.autograd.grad; every feature drawn.
import math

import matplotlib.pyplot as plt
import torch


def smoothed_losses(losses, constant=0.01):
    losses = torch.tensor(losses, dtype=torch.float64)
    weights = (1 - constant) ** torch.arange(len(losses), dtype=torch.float64)  # by age
    return [
        float((weights[:t].flip(0) * losses[:t]).sum() / weights[:t].sum()) for t in range(1, len(losses) + 1)
    ]


def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    def squared_errors(params, X, y):
        w, b = params
        return (torch.einsum("nd,do->no", X, w) + b - y.reshape(-1, 1)).square()

    params = [torch.zeros(features.size(1), 1), torch.zeros(1)]
    recorded = []
    for _ in range(num_epochs):
        for X, y in zip(features.split(batch_size), labels.split(batch_size)):
            params = [p.detach().requires_grad_() for p in params]
            squared = squared_errors(params, X, y)
            recorded += [float(squared.mean())]
            grads = torch.autograd.grad(squared.sum(), params)
            params = [p - lr * g for p, g in zip(params, grads)]
    return recorded


def classify_run(losses):
    tenth = math.ceil(len(losses) / 10)
    first, last = (math.fsum(part) / tenth if all(map(math.isfinite, losses)) else math.nan
                   for part in (losses[:tenth], losses[-tenth:]))
    if not last <= first:
        return "diverged"
    if last >= first / 100:
        return "slow"
    return "converged"


def irreducible_loss(noise_std):
    variance = noise_std * noise_std
    return variance * 0.5


def least_squares_slope(x, y):
    top = sum(float(a) * float(b) for a, b in zip(x, y))
    return top / sum(float(a) ** 2 for a in x)


def real_function(X, true_w, true_b):
    return (X * true_w).sum(dim=1) + true_b


def plot_training(losses, X, y, y_hat, sample_size=100):
    n = min(len(X), sample_size)
    fig = plt.figure()
    ax = fig.add_subplot(1, 2, 1)
    ax.set_title("Losses")
    ax.plot(losses, "-")
    ax = fig.add_subplot(1, 2, 2)
    ax.set_title("Fit")
    with torch.no_grad():
        for j in range(X.shape[1]):
            ax.scatter(X[:n, j], y.reshape(-1)[:n], marker="o", label=f"true labels, feature {j}")
            ax.scatter(X[:n, j], y_hat.reshape(-1)[:n], marker="x", label=f"predictions, feature {j}")
    ax.legend(loc="best")
    return fig


def break_classify_run():
    return [1.0] * 19 + [0.0]


# %% classes
# A class for the running mean, a class for the model with a large random start, gridspec for the figure, sorted points as lines.
import matplotlib.pyplot as plt
import torch


class RunningMean:
    def __init__(self, constant):
        self.constant = constant
        self.value = 0.0
        self.steps = 0

    def update(self, loss):
        self.steps += 1
        self.value = self.value * (1 - self.constant) + loss * self.constant
        return self.value / (1 - pow(1 - self.constant, self.steps))


def smoothed_losses(losses, constant=0.01):
    mean = RunningMean(constant)
    return [mean.update(loss) for loss in losses]


class Line:
    def __init__(self, num_inputs):
        self.w = torch.randn(num_inputs, 1).requires_grad_(True)
        self.b = torch.randn((), requires_grad=True)

    def __call__(self, X):
        return torch.mm(X, self.w) + self.b

    def step(self, lr):
        for p in (self.w, self.b):
            p.data.sub_(p.grad, alpha=lr)
            p.grad = None

    @staticmethod
    def minibatches(features, labels, batch_size):
        order = torch.randperm(features.shape[0]).tolist()
        while order:
            rows, order = order[:batch_size], order[batch_size:]
            yield features[rows], labels[rows]


def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    model = Line(features.shape[1])
    losses = []
    for _ in range(num_epochs):
        for X, y in model.minibatches(features, labels, batch_size):
            total = torch.sum((model(X) - y) ** 2)
            total.backward()
            losses.append(total.item() / len(y))
            model.step(lr)
    return losses


def classify_run(losses):
    if any(loss != loss or loss in (float("inf"), float("-inf")) for loss in losses):
        return "diverged"
    k = int(0.1 * len(losses))
    begin, end = torch.tensor(losses[:k]).mean().item(), torch.tensor(losses[-k:]).mean().item()
    verdict = "slow"
    if end > begin:
        verdict = "diverged"
    elif end < begin * 0.01:
        verdict = "converged"
    return verdict


def irreducible_loss(noise_std):
    return pow(noise_std, 2) / 2


def least_squares_slope(x, y):
    return (torch.dot(x, y) / torch.dot(x, x)).item()


def real_function(X, true_w, true_b):
    return torch.mv(X, true_w).unsqueeze(1).add(true_b)


def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 4), constrained_layout=True)
    grid = fig.add_gridspec(1, 2)
    left, right = fig.add_subplot(grid[0]), fig.add_subplot(grid[1])
    left.plot(losses)
    left.set_yscale("log")
    left.set_title("Losses")
    x, order = X[:sample_size, 0].detach().sort()
    right.plot(x, y[:sample_size].detach().reshape(-1)[order], "o", label="observed")
    right.plot(x, y_hat[:sample_size].detach().reshape(-1)[order], "x-", label="predicted")
    right.set_title("Predictions")
    right.legend()
    return fig


def break_classify_run():
    return [2.0 if step % 2 else 1.0 for step in range(40)]
