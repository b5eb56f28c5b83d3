# Correct solutions of linear_regression in different styles; the first one completes the recorded mistakes.

# %% plain
import random

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = torch.matmul(X, w) + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape((-1, 1))


def data_iter(batch_size, features, labels):
    num_examples = len(features)
    indices = list(range(num_examples))
    random.shuffle(indices)
    for i in range(0, num_examples, batch_size):
        batch_indices = torch.tensor(indices[i : min(i + batch_size, num_examples)])
        yield features[batch_indices], labels[batch_indices]


def linreg(X, w, b):
    return torch.matmul(X, w) + b


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            loss = squared_loss(linreg(X, w, b), y)
            loss.sum().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            epoch_loss = squared_loss(linreg(features, w, b), labels)
            losses.append(float(epoch_loss.mean()))
    return w, b, losses


def break_squared_loss():
    return torch.tensor([[3.0], [5.0]]), torch.tensor([1.0, 5.0])


# %% tensor_shuffle
# Permutations by torch, `@`, parameters through .data, gradients dropped, keywords everywhere.
import torch


def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, w.shape[0])
    noise = 0.01 * torch.randn(num_examples, 1)
    return X, X @ w.view(-1, 1) + b + noise


def data_iter(batch_size, features, labels):
    order = torch.randperm(features.size(0))
    for chosen in order.split(batch_size):
        yield features[chosen], labels[chosen]


def linreg(X, w, b):
    return X @ w + b


def squared_loss(y_hat, y):
    error = y_hat - y.view(y_hat.size())
    return 0.5 * error * error


def sgd(params, lr, batch_size):
    for p in params:
        p.data -= lr / batch_size * p.grad
        p.grad = None


def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.zeros(features.size(1), 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size=batch_size, features=features, labels=labels):
            squared_loss(y_hat=linreg(X=X, w=w, b=b), y=y).sum().backward()
            sgd(params=[w, b], lr=lr, batch_size=batch_size)
        losses.append(squared_loss(linreg(features, w, b), labels).mean().item())
    return w.detach(), b.detach(), losses


def break_squared_loss():
    y = torch.arange(4.0)
    return y.reshape(-1, 1), y


# %% numpy_shuffle
# NumPy's generator, `mm` and `addmm`, a list of minibatches instead of a generator, the true size of each batch.
import numpy as np
import torch


def synthetic_data(w, b, num_examples):
    rng = np.random.default_rng()
    X = rng.normal(0.0, 1.0, size=(num_examples, len(w)))
    y = X @ w.numpy() + b + rng.normal(scale=0.01, size=num_examples)
    return torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32).unsqueeze(1)


def data_iter(batch_size, features, labels):
    order = np.random.permutation(len(features))
    batches = []
    start = 0
    while start < len(order):
        rows = order[start : start + batch_size].tolist()
        batches.append((features[rows], labels[rows]))
        start += batch_size
    return batches


def linreg(X, w, b):
    return torch.addmm(b, X, w)


def squared_loss(y_hat, y):
    return torch.pow(y_hat - y.reshape(-1, 1), 2).div(2)


@torch.no_grad()
def sgd(params, lr, batch_size):
    for p in params:
        p.sub_(p.grad, alpha=lr / batch_size)
        p.grad = torch.zeros_like(p)


def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.shape[1]
    w = (0.01 * torch.randn(d, 1)).requires_grad_()
    b = torch.tensor([0.0], requires_grad=True)
    history = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, len(X))
        total = 0.0
        with torch.no_grad():
            for start in range(0, len(features), 64):
                y_hat = linreg(features[start : start + 64], w, b)
                total += squared_loss(y_hat, labels[start : start + 64]).sum().item()
        history.append(total / len(features))
    return w, b, history


def break_squared_loss():
    return np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 2.0, 3.0])


# %% einsum_and_loader
# einsum, torch's own DataLoader, losses through torch.nn.functional, copy_ for the update.
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset


def synthetic_data(w, b, num_examples):
    X = torch.empty(num_examples, w.numel()).normal_()
    y = torch.einsum("nd,d->n", X, w)[:, None] + b
    return X, torch.normal(mean=y, std=0.01)


def data_iter(batch_size, features, labels):
    return DataLoader(TensorDataset(features, labels), batch_size, shuffle=True)


def linreg(X, w, b):
    return torch.einsum("nd,do->no", X, w) + b


def squared_loss(y_hat, y):
    return functional.mse_loss(y_hat, y.reshape(y_hat.shape), reduction="none") / 2


def sgd(params, lr, batch_size):
    for param in params:
        with torch.no_grad():
            param.copy_(param - lr * param.grad / batch_size)
        param.grad.fill_(0)


def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    params = [torch.randn(features.shape[1], 1), torch.randn(1)]
    for param in params:
        param.requires_grad_(True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            loss = squared_loss(linreg(X, *params), y)
            loss.backward(torch.ones_like(loss))
            sgd(params, lr, batch_size)
        losses.append(float(squared_loss(linreg(features, *params), labels).detach().mean()))
    return (*params, losses)


def break_squared_loss():
    return [torch.zeros(100, 1), torch.ones(100)]


# %% by_rows
# Sums written out over features, sampled orders, stacked rows, a queue of indices, a mean scaled back to a sum.
import random

import torch


def synthetic_data(w, b, num_examples):
    X = torch.distributions.Normal(0.0, 1.0).sample((num_examples, len(w)))
    rows = [sum(value * weight for value, weight in zip(row, w)) + b + random.gauss(0, 0.01) for row in X]
    return X, torch.stack(rows).reshape(num_examples, 1)


def data_iter(batch_size, features, labels):
    waiting = random.sample(range(len(features)), len(features))
    while waiting:
        now, waiting = waiting[:batch_size], waiting[batch_size:]
        X = torch.stack([features[i] for i in now])
        y = torch.stack([labels[i] for i in now])
        yield [X, y]


def linreg(X, w, b):
    return (X * w.T).sum(dim=1, keepdim=True) + b


def squared_loss(y_hat, y):
    if y.dim() == 1:
        y = y[:, None]
    return ((y_hat - y) ** 2) * 0.5


def sgd(params, lr, batch_size):
    for param in params:
        step = lr * param.grad.div(batch_size)
        param.data = param.data - step
        param.grad.detach_()
        param.grad.zero_()


def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.full((features.shape[1], 1), 0.01, requires_grad=True)
    b = torch.zeros(1).requires_grad_()
    losses = []
    epoch = 0
    while epoch < num_epochs:
        for X, y in data_iter(batch_size, features, labels):
            loss = squared_loss(linreg(X, w, b), y).mean() * len(y)
            loss.backward()
            sgd([w, b], lr, batch_size)
        losses.append(squared_loss(linreg(features, w, b), labels).sum().item() / len(labels))
        epoch += 1
    return w, b, losses


def break_squared_loss():
    return [[1.0], [2.0]], [1.0, 2.0]
