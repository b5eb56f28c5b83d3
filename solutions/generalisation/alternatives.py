# Correct solutions of generalisation in different styles; the first one completes the recorded mistakes.

# %% plain
import math
import random

import numpy as np
import torch
from torch import nn


def train_validation_split(features, labels, fraction, seed):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(features), generator=generator)
    num_val = round(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[train], labels[train], features[val], labels[val]


def polynomial_features(x, degree):
    return torch.stack([x**power for power in range(1, degree + 1)], dim=1)


def l2_penalty(w):
    return (w**2).sum() / 2


def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.normal(0.0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss + weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    mask = (torch.rand(X.shape) >= p).float()
    return mask * X / (1 - p)


def keep_epoch(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


def break_keep_epoch():
    return [5.0, 1.0, 3.0, 2.5, 4.0, 0.5], 3


# %% python_lists
# Python's own generator and lists, a step written out by hand, a counter that waits.
import random

import torch


def train_validation_split(features, labels, fraction, seed):
    n = len(features)
    order = list(range(n))
    random.Random(seed).shuffle(order)
    num_train = n - round(n * fraction)
    train, val = order[:num_train], order[num_train:]
    return features[train], labels[train], features[val], labels[val]


def polynomial_features(x, degree):
    X = torch.zeros(len(x), degree)
    for i in range(degree):
        X[:, i] = x ** (i + 1)
    return X


def l2_penalty(w):
    return 0.5 * torch.sum(w * w)


def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w, b = torch.zeros(features.shape[1], 1), torch.zeros(1)
    losses = []
    for _ in range(num_epochs):
        order = list(range(len(features)))
        random.shuffle(order)
        for i in range(0, len(order), batch_size):
            X, y = features[order[i : i + batch_size]], labels[order[i : i + batch_size]]
            error = X @ w + b - y
            w = w - lr * (X.T @ error / len(X) + weight_decay * w)
            b = b - lr * error.mean(0)
        losses.append(((features @ w + b - labels) ** 2).mean().item() / 2)
    return w, b, losses


def dropout(X, p, training=True):
    if training and p >= 1:
        return X * 0
    if training:
        keep = torch.empty_like(X).bernoulli_(1 - p)
        return X * keep / (1 - p)
    return X


def keep_epoch(val_losses, patience):
    best_epoch, best_loss, waited = 0, float("inf"), 0
    for epoch in range(len(val_losses)):
        if val_losses[epoch] < best_loss:
            best_epoch, best_loss, waited = epoch, val_losses[epoch], 0
        else:
            waited += 1
            if waited == patience:
                return best_epoch
    return best_epoch


def break_keep_epoch():
    return [3.0, 1.0, 2.0, 1.5, 2.5, 0.0], 2


# %% numpy_generator
# NumPy's generator, cumprod, a norm, an optimizer of torch with its own weight_decay for the weights, nn.functional.
import numpy as np
import torch
from torch.nn import functional as F


def train_validation_split(features, labels, fraction, seed):
    order = torch.from_numpy(np.random.default_rng(seed).permutation(features.shape[0]))
    val, train = order.split([round(fraction * len(order)), len(order) - round(fraction * len(order))])
    return features[train], labels[train], features[val], labels[val]


def polynomial_features(x, degree):
    return x.reshape(-1, 1).repeat(1, degree).cumprod(dim=1)


def l2_penalty(w):
    return torch.linalg.vector_norm(w) ** 2 / 2 if w.detach().any() else (w * w).sum() / 2


def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.size(1), 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([{"params": [w], "weight_decay": weight_decay}, {"params": [b]}], lr=lr)
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(features, labels), batch_size=batch_size, shuffle=True
    )
    losses = []
    for _ in range(num_epochs):
        for X, y in loader:
            optimizer.zero_grad()
            (F.mse_loss(X @ w + b, y) / 2).backward()
            optimizer.step()
        losses.append(F.mse_loss(features @ w + b, labels).item() / 2)
    return w.detach(), b.detach(), losses


def dropout(X, p, training=True):
    return F.dropout(X, p, training)


def keep_epoch(val_losses, patience):
    losses = np.array(val_losses)
    for epoch in range(len(losses)):
        best = int(losses[: epoch + 1].argmin())
        if epoch - best >= patience:
            return best
    return int(losses.argmin())


def break_keep_epoch():
    return np.array([2.0, 1.0, 1.9, 1.8, 1.7, 0.1]), 3


# %% state_put_back
# Global generators whose state is put back, masks as booleans, a Vandermonde matrix, recursion.
import torch


def train_validation_split(features, labels, fraction, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        noise = torch.rand(len(features))
    chosen = torch.zeros(len(features), dtype=torch.bool)
    chosen[noise.argsort()[: round(fraction * len(features))]] = True
    return features[~chosen], labels[~chosen], features[chosen], labels[chosen]


def polynomial_features(x, degree):
    return torch.vander(x, degree + 1, increasing=True)[:, 1:]


def l2_penalty(w):
    flat = w.flatten()
    return torch.dot(flat, flat) / 2


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)).pow(2) / 2


def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    params = [torch.zeros(features.shape[1], 1).requires_grad_(), torch.zeros(1).requires_grad_()]
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            objective = squared_loss(features[rows] @ params[0] + params[1], labels[rows]).mean()
            objective = objective + weight_decay * l2_penalty(params[0])
            for param, grad in zip(params, torch.autograd.grad(objective, params)):
                param.data.sub_(lr * grad)
        losses.append(squared_loss(features @ params[0] + params[1], labels).mean().item())
    return (*params, losses)


def dropout(X, p, training=True):
    if not training:
        return X * 1
    dropped = torch.rand_like(X) < p
    scale = 0.0 if p == 1 else 1 / (1 - p)
    return (X * scale).masked_fill(dropped, 0.0)


def keep_epoch(val_losses, patience):
    best = min(range(min(patience, len(val_losses))), key=lambda epoch: val_losses[epoch])
    while True:
        seen = val_losses[best + 1 : best + patience + 1]
        better = [offset for offset, loss in enumerate(seen) if loss < val_losses[best]]
        if not better:
            return best
        best += 1 + better[0]


def break_keep_epoch():
    return (torch.tensor([4.0, 1.0, 3.0, 2.0, 3.0, 0.0]), 3)


# %% linear_module
# An nn.Linear whose weights are read off at the end, a penalty through its parameters, where() and itertools.
import itertools

import torch
from torch import nn


def train_validation_split(features, labels, fraction, seed):
    n = len(features)
    shuffled = torch.randperm(n, generator=torch.Generator().manual_seed(seed)).tolist()
    held_out = set(shuffled[n - round(fraction * n) :])
    train = [i for i in range(n) if i not in held_out]
    val = sorted(held_out)
    return features[train], labels[train], features[val], labels[val]


def polynomial_features(x, degree):
    return x[:, None] ** torch.arange(1, degree + 1)


def l2_penalty(w):
    return torch.square(w).sum().mul(0.5)


def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    net = nn.Linear(features.shape[1], 1)
    nn.init.normal_(net.weight, std=0.01)
    nn.init.zeros_(net.bias)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(order), batch_size):
            X, y = features[order[i : i + batch_size]], labels[order[i : i + batch_size]]
            net.zero_grad()
            loss = 0.5 * nn.functional.mse_loss(net(X), y) + weight_decay * l2_penalty(net.weight)
            loss.backward()
            with torch.no_grad():
                for param in net.parameters():
                    param.sub_(lr * param.grad)
        with torch.no_grad():
            losses.append(0.5 * nn.functional.mse_loss(net(features), labels).item())
    return net.weight.detach().T.clone(), net.bias.detach().clone(), losses


def dropout(X, p, training=True):
    if not training:
        return X
    kept = torch.rand(X.shape) > p
    if p == 1.0:
        kept = torch.zeros(X.shape, dtype=torch.bool)
    return torch.where(kept, X / max(1 - p, 1e-12), torch.zeros_like(X))


def keep_epoch(val_losses, patience):
    lowest = list(itertools.accumulate(val_losses, min))
    for epoch in range(patience, len(val_losses)):
        if lowest[epoch] == lowest[epoch - patience]:
            return val_losses.index(lowest[epoch])
    return val_losses.index(lowest[-1])


def break_keep_epoch():
    val_losses = [10.0, 2.0] + [9.0, 8.0, 7.0, 6.0] + [1.0]
    patience = 3
    return val_losses, patience
