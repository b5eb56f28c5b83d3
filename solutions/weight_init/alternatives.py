# Correct solutions of weight_init in different styles; the first one completes the recorded mistakes.

# %% plain
import torch


def zeros_init_(w):
    with torch.no_grad():
        w.zero_()
    return w


def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if all((column - other).abs().max() > tolerance for other in kept):
            kept.append(column)
    return len(kept)


def normal_init_(w, std):
    with torch.no_grad():
        w.normal_(0, std)
    return w


def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        w = init_(torch.empty(width, width))
        h = activation(h @ w)
        stds.append(h.std().item())
    return stds


def xavier_init_(w):
    fan_in, fan_out = w.shape
    with torch.no_grad():
        w.normal_(0, (2 / (fan_in + fan_out)) ** 0.5)
    return w


def he_init_(w):
    fan_in, fan_out = w.shape
    with torch.no_grad():
        w.normal_(0, (2 / fan_in) ** 0.5)
    return w


def break_distinct_hidden_units():
    return torch.tensor([[1.0, 2.0], [2.0, 1.0]]), 1e-6


# %% through_data
# .data everywhere, weights that require gradients, NumPy's biased deviation, uniform draws of the right spread.
import math

import numpy as np
import torch


def zeros_init_(w):
    w.data.fill_(0.0)
    return w


def distinct_hidden_units(w1, tolerance):
    columns = w1.detach().numpy().T
    found = np.empty((0, columns.shape[1]))
    for column in columns:
        if not (np.abs(found - column).max(axis=1, initial=0) <= tolerance).any():
            found = np.vstack([found, column])
    return found.shape[0]


def normal_init_(w, std):
    w.data.copy_(torch.randn(w.shape) * std)
    return w


def activation_stds(init_, activation, depth, width, batch):
    h = torch.normal(0.0, 1.0, size=(batch, width))
    result = []
    for layer in range(depth):
        w = torch.zeros(width, width, requires_grad=True)
        init_(w)
        h = activation(torch.matmul(h, w))
        result.append(np.std(h.detach().numpy()))
    return result


def xavier_init_(w):
    limit = math.sqrt(6 / (w.shape[0] + w.shape[1]))
    w.data.uniform_(-limit, limit)
    return w


def he_init_(w):
    limit = math.sqrt(6 / w.size(0))
    w.data.uniform_(-limit, limit)
    return w


def break_distinct_hidden_units():
    return np.array([[1.0, -1.0], [-1.0, 1.0]]), np.float64(0.01)


# %% nn_init
# The framework's own initialisers, a list of weights made before, a statistics function.
import torch
from torch import nn


def zeros_init_(w):
    return nn.init.zeros_(w)


def distinct_hidden_units(w1, tolerance):
    apart = torch.cdist(w1.T.contiguous(), w1.T.contiguous(), p=float("inf"))
    seen_before = torch.tril(apart <= tolerance, diagonal=-1).any(dim=1)
    return (~seen_before).sum().item()


def normal_init_(w, std):
    return nn.init.normal_(w, mean=0.0, std=std)


@torch.no_grad()
def activation_stds(init_, activation, depth, width, batch):
    weights = []
    for _ in range(depth):
        w = torch.empty(width, width)
        init_(w)
        weights.append(w)
    h = torch.randn((batch, width))
    stds = []
    for w in weights:
        stds.append(float(torch.std(activation(h @ w))))
        h = activation(h @ w)
    return stds


def xavier_init_(w):
    return nn.init.xavier_normal_(w)


def he_init_(w):
    return nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu")


def break_distinct_hidden_units():
    return torch.eye(4), 0.1


# %% out_of_place_then_assign
# Slices, generators, recursion instead of a loop, comparison by allclose.
import torch


def zeros_init_(w):
    w[:] = torch.zeros_like(w)
    return w


def distinct_hidden_units(w1, tolerance):
    columns = [w1[:, j] for j in range(w1.shape[1])]
    count = 0
    while columns:
        first = columns.pop(0)
        count += 1
        columns = [c for c in columns if not torch.allclose(c, first, rtol=0, atol=tolerance)]
    return count


def normal_init_(w, std):
    w[...] = torch.normal(mean=torch.zeros(w.shape), std=std)
    return w


def activation_stds(init_, activation, depth, width, batch):
    def go(h, left):
        if left == 0:
            return []
        w = torch.empty(width, width)
        init_(w)
        out = activation(torch.einsum("bi,ij->bj", h, w))
        variance = ((out - out.mean()) ** 2).mean()
        return [variance.sqrt().item(), *go(out, left - 1)]

    return go(torch.empty(batch, width).normal_(), depth)


def xavier_init_(w):
    variance = 2 / sum(w.shape)
    w.copy_(variance**0.5 * torch.randn_like(w))
    return w


def he_init_(w):
    w *= 0
    w += torch.randn(w.shape) * (2.0 / len(w)) ** 0.5
    return w


def break_distinct_hidden_units():
    w1 = torch.zeros(20, 2)
    w1[:, 1] = 0.09
    return w1, 0.1


# %% helper_and_rounding
# One helper for all four, another container, rounded columns in a set.
import random

import torch


def _fill(w, draw):
    fan_in, fan_out = w.shape
    values = [[draw() for _ in range(fan_out)] for _ in range(fan_in)]
    with torch.no_grad():
        w.copy_(torch.tensor(values))
    return w


def zeros_init_(w):
    return _fill(w, lambda: 0.0)


def distinct_hidden_units(w1, tolerance):
    return len({tuple(round(value / tolerance) for value in column) for column in w1.t().tolist()})


def normal_init_(w, std):
    return _fill(w, lambda: random.gauss(0.0, std))


def activation_stds(init_, activation, depth, width, batch):
    stds = ()
    h = torch.randn(batch, width)
    while len(stds) < depth:
        h = activation(h.mm(init_(torch.zeros(width, width))))
        stds += (torch.var(h, correction=0).item() ** 0.5,)
    return list(stds)


def xavier_init_(w):
    n_in, n_out = w.shape
    return _fill(w, lambda: random.gauss(0.0, (2 / (n_in + n_out)) ** 0.5))


def he_init_(w):
    n_in, _ = w.shape
    return _fill(w, lambda: random.gauss(0.0, (2 / n_in) ** 0.5))


def break_distinct_hidden_units():
    return [[0.0, 5.0, 2.0], [5.0, 0.0, 3.0]], 0.5
