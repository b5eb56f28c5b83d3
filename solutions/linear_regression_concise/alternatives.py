# Correct solutions of linear_regression_concise in different styles; the first one completes the recorded mistakes.

# %% plain
import copy
import functools

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size, shuffle=shuffle)


def make_linear(num_inputs):
    net = nn.Sequential(nn.Linear(num_inputs, 1))
    net[0].weight.data.normal_(0, 0.01)
    net[0].bias.data.fill_(0)
    return net


def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    trainer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for epoch in range(num_epochs):
        for X, y in loader:
            l = loss_fn(net(X), y)
            trainer.zero_grad()
            l.backward()
            trainer.step()
        with torch.no_grad():
            total = sum(float(((net(X) - y) ** 2).sum()) for X, y in loader)
        losses.append(total / len(loader.dataset))
    return losses


def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for epoch in range(num_epochs):
        y_hat = w * x
        costs.append(np.mean((y_hat - y) ** 2))
        grad = 2 * np.mean((y_hat - y) * x)
        w -= lr * grad
    return w, costs


class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.out = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))


def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for step in range(num_steps):
        loss = loss_fn(net(x), y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


def break_train_concise():
    return [1.0, 1.0, 4.0], 2


# %% own_classes
# A dataset and a linear module of its own, functional losses, Adam for the curve, a NumPy slope, nothing returned.
import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class Examples(Dataset):
    def __init__(self, features, labels):
        self.features, self.labels = features, labels

    def __len__(self):
        return len(self.features)

    def __getitem__(self, index):
        return self.features[index], self.labels[index]


def make_loader(features, labels, batch_size, shuffle=True):
    return DataLoader(Examples(features, labels), batch_size=batch_size, shuffle=bool(shuffle))


class Affine(torch.nn.Module):
    def __init__(self, num_inputs):
        super().__init__()
        self.w = torch.nn.Parameter(torch.normal(0.0, 0.01, (num_inputs, 1)))
        self.b = torch.nn.Parameter(torch.zeros(1))

    def forward(self, X):
        return X @ self.w + self.b


def make_linear(num_inputs):
    return Affine(num_inputs)


def train_concise(net, loader, lr, num_epochs):
    optimizer = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(num_epochs):
        net.train()
        errors = []
        for X, y in loader:
            optimizer.zero_grad(set_to_none=True)
            y_hat = net(X)
            loss = F.mse_loss(y_hat, y)
            loss.backward()
            optimizer.step()
            errors.append((y_hat - y).detach().square().flatten())
        net.eval()
        history.append(torch.cat(errors).mean().item())
    return history


def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = np.float64(0)
    costs = np.empty(num_epochs)
    for i in range(num_epochs):
        error = x * w - y
        costs[i] = (error @ error) / len(x)
        w = w - lr * 2 / len(x) * (x @ error)
    return w, costs.tolist()


class CurveNet(torch.nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.w1 = torch.nn.Parameter(torch.randn(1, num_hidden))
        self.b1 = torch.nn.Parameter(torch.randn(1, num_hidden))
        self.w2 = torch.nn.Parameter(torch.randn(num_hidden, 1) / num_hidden**0.5)
        self.b2 = torch.nn.Parameter(torch.zeros(1, 1))

    def forward(self, x):
        return (x @ self.w1 + self.b1).clamp(min=0) @ self.w2 + self.b2


def fit_curve(net, x, y, lr, num_steps):
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    for _ in range(num_steps):
        optimizer.zero_grad()
        F.mse_loss(net(x), y).backward()
        optimizer.step()


def break_train_concise():
    return torch.arange(5.0), torch.tensor(4)


# %% samplers_and_closures
# Batch samplers, a named Sequential, init through apply, one trainer for both loops, costs after each step.
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.utils import data


def make_loader(features, labels, batch_size, shuffle=True):
    examples = data.TensorDataset(features, labels)
    order = data.RandomSampler(examples) if shuffle else data.SequentialSampler(examples)
    return data.DataLoader(examples, batch_sampler=data.BatchSampler(order, batch_size, drop_last=False))


def make_linear(num_inputs):
    def init(module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.01)
            nn.init.constant_(module.bias, 0.0)

    return nn.Sequential(OrderedDict([("linear", nn.Linear(in_features=num_inputs, out_features=1))])).apply(init)


class Trainer:
    def __init__(self, net, lr):
        self.net = net
        self.optimizer = torch.optim.SGD(params=net.parameters(), lr=lr)

    def step(self, X, y):
        def closure():
            self.optimizer.zero_grad()
            loss = torch.mean(torch.square(self.net(X) - y))
            loss.backward()
            return loss

        return self.optimizer.step(closure).item()


def train_concise(net, loader, lr, num_epochs):
    trainer = Trainer(net, lr)
    losses = []
    for _ in range(num_epochs):
        seen = [(trainer.step(X, y), len(y)) for X, y in loader]
        losses.append(sum(loss * size for loss, size in seen) / sum(size for _, size in seen))
    return tuple(losses)


def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w, costs = 0.0, []
    xx, xy = np.dot(x, x) / x.size, np.dot(x, y) / x.size
    while len(costs) < num_epochs:
        w = w - 2 * lr * (w * xx - xy)
        costs += [np.square(w * x - y).mean()]
    return np.float64(w), costs


class CurveNet(nn.Sequential):
    def __init__(self, num_hidden=10):
        super().__init__(nn.Linear(1, num_hidden), nn.ReLU(), nn.Linear(num_hidden, 1))


def fit_curve(net, x, y, lr, num_steps):
    trainer = Trainer(net, lr)
    return [trainer.step(x, y) for _ in range(num_steps)]


def break_train_concise():
    errors = np.zeros(7)
    errors[6] = 1
    return errors, 3


# %% steps_by_hand
# A loss of its own, steps by hand, a list of pairs as data, the net returned.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader


def make_loader(features, labels, batch_size, shuffle=True):
    pairs = list(zip(features, labels))
    return DataLoader(pairs, batch_size=batch_size, shuffle=shuffle, num_workers=0)


def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1, bias=True)
    with torch.no_grad():
        net.weight.copy_(0.01 * torch.randn(1, num_inputs))
        net.bias.zero_()
    return net


class SquaredLoss(nn.Module):
    def forward(self, y_hat, y):
        return (y_hat - y.reshape(y_hat.shape)) ** 2


def train_concise(net, loader, lr, num_epochs):
    squared_loss = SquaredLoss()
    losses = []
    for _ in range(num_epochs):
        for X, y in loader:
            net.zero_grad()
            squared_loss(net(X), y).mean().backward()
            with torch.no_grad():
                for param in net.parameters():
                    param -= lr * param.grad
        total, count = 0, 0
        for X, y in loader:
            total += squared_loss(net(X), y).sum().detach()
            count += y.numel()
        losses.append(float(total / count))
    return losses


def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    rng = np.random.RandomState()
    w = rng.randn()
    costs = []
    for _ in range(num_epochs):
        cost, slope = 0.0, 0.0
        for xi, yi in zip(x, y):
            cost += (w * xi - yi) ** 2 / len(x)
            slope += 2 * (w * xi - yi) * xi / len(x)
        costs.append(cost)
        w -= lr * slope
    return w, costs


class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        nn.Module.__init__(self)
        self.layers = nn.ModuleList([nn.Linear(1, num_hidden), nn.Linear(num_hidden, 1)])
        self.activation = nn.ReLU()

    def forward(self, x):
        first, second = self.layers
        return second(self.activation(first(x)))


def fit_curve(net, x, y, lr, num_steps):
    params = list(net.parameters())
    for _ in range(num_steps):
        loss = SquaredLoss()(net(x), y).mean()
        grads = torch.autograd.grad(loss, params)
        for param, grad in zip(params, grads):
            param.data -= lr * grad
    return net


def break_train_concise():
    return ([0.0] * 10 + [9.0], 10)
