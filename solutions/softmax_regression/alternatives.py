# Correct solutions of softmax_regression in different styles; the first one completes the recorded mistakes.

# %% plain
import torch


def softmax(X):
    X_exp = torch.exp(X - X.max(dim=1, keepdim=True).values)
    return X_exp / X_exp.sum(dim=1, keepdim=True)


def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y] + 1e-9)


def net(X, W, b):
    return softmax(torch.matmul(X.reshape((-1, W.shape[0])), W) + b)


def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).sum())


def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        count += len(y)
    return correct / count


def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


def predict_labels(X, W, b):
    return net(X, W, b).argmax(dim=1)


def break_softmax():
    return torch.tensor([[1000.0, 999.0], [1.0, 2.0]])


# %% gather_and_data
# amax, gather with a clamp, updates through .data, gradients set to None, lists in the history, zeros as a start.
import torch


def softmax(X):
    shifted = X - X.amax(-1, keepdim=True)
    powers = shifted.exp()
    return powers.div(powers.sum(-1, keepdim=True))


def cross_entropy(y_hat, y):
    picked = y_hat.gather(1, y.unsqueeze(1)).squeeze(1)
    return picked.clamp(min=1e-7).log().neg()


def net(X, W, b):
    rows = X.flatten(start_dim=1)
    return softmax(rows @ W + b)


def accuracy(y_hat, y):
    hits = y_hat.max(1).indices.eq(y)
    return float(hits.sum().item())


@torch.no_grad()
def evaluate_accuracy(predict, data_iter):
    hits = []
    for X, y in data_iter:
        hits.append((accuracy(predict(X), y), y.numel()))
    return sum(h for h, _ in hits) / sum(n for _, n in hits)


def train_epoch(W, b, train_iter, lr):
    losses, hits = [], 0.0
    for X, y in train_iter:
        for p in (W, b):
            p.grad = None
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        (loss.sum() / len(y)).backward()
        W.data -= lr * W.grad
        b.data -= lr * b.grad
        losses.extend(loss.tolist())
        hits += accuracy(y_hat.detach(), y)
    return [sum(losses) / len(losses), hits / len(losses)]


def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.zeros(num_inputs, num_outputs).requires_grad_()
    b = torch.zeros(num_outputs).requires_grad_()
    history = []
    for _ in range(num_epochs):
        loss, acc = train_epoch(W, b, train_iter, lr)
        history.append([loss, acc, evaluate_accuracy(lambda X: net(X, W, b), test_iter)])
    return W.detach(), b.detach(), history


def predict_labels(X, W, b):
    with torch.no_grad():
        return torch.argmax(net(X, W, b), dim=-1)


def break_softmax():
    return torch.arange(6.0).reshape(2, 3) * 100


# %% gradient_by_hand
# log-sum-exp for the softmax, one-hot labels, no autograd in training, a start twice as wide, measured after the step.
# together: train, train_epoch
import torch

one_hot = lambda y, num_classes: (y[:, None] == torch.arange(num_classes)).float()
affine = lambda X, W, b: torch.einsum("nd,dk->nk", X.reshape(X.shape[0], -1), W) + b.reshape(1, -1)


def softmax(X):
    return (X - X.logsumexp(dim=1, keepdim=True)).exp()


def cross_entropy(y_hat, y):
    return -(one_hot(y, y_hat.shape[1]) * torch.log(y_hat + 1e-8)).sum(dim=1)


def net(X, W, b):
    return softmax(affine(X, W, b))


def accuracy(y_hat, y):
    count = 0.0
    for row, label in zip(y_hat, y):
        if int(row.argmax()) == int(label):
            count += 1
    return count


def evaluate_accuracy(predict, data_iter):
    right = total = 0
    with torch.no_grad():
        for X, y in data_iter:
            right += accuracy(predict(X), y)
            total += X.shape[0]
    return float(right / total)


def train_epoch(W, b, train_iter, lr):
    loss_sum, right, total = 0.0, 0.0, 0
    with torch.no_grad():
        for X, y in train_iter:
            rows = X.reshape(len(X), -1)
            error = (net(X, W, b) - one_hot(y, len(b))) / len(X)
            W.sub_(lr * rows.T @ error)
            b.sub_(lr * error.sum(dim=0))
            y_hat = net(X, W, b)
            loss_sum += cross_entropy(y_hat, y).sum().item()
            right += accuracy(y_hat, y)
            total += len(X)
    return loss_sum / total, right / total


def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = 0.02 * torch.randn(num_inputs, num_outputs)
    b = torch.zeros(num_outputs)
    history = []
    for _ in range(num_epochs):
        entry = train_epoch(W, b, train_iter, lr)
        history.append(entry + (evaluate_accuracy(lambda X: affine(X, W, b), test_iter),))
    return W, b, history


def predict_labels(X, W, b):
    return affine(X, W, b).argmax(1)


def break_softmax():
    X = torch.zeros(3, 3)
    X[2] = 500
    return X


# %% optimiser_and_classes
# An optimiser, a running mean as a class, a model as a class, a tiny guard of the logarithm, no shortcut for the axis.
import numpy as np
import torch
from torch import nn


class Mean:
    def __init__(self):
        self.total, self.count = 0.0, 0

    def add(self, total, count):
        self.total += float(total)
        self.count += count

    @property
    def value(self):
        return self.total / self.count


def softmax(X):
    top, _ = torch.max(X, dim=X.dim() - 1)
    e = torch.exp(X - top[:, None])
    return e / e.sum(1)[:, None]


def cross_entropy(y_hat, y):
    p = y_hat[torch.arange(y.shape[0]), y]
    return torch.log(1.0 / torch.maximum(p, torch.tensor(torch.finfo(torch.float32).tiny)))


class Model:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def __call__(self, X):
        return net(X, self.W, self.b)


def net(X, W, b):
    rows = X.view(X.size(0), -1) if X.is_contiguous() else X.contiguous().view(X.size(0), -1)
    return softmax(torch.addmm(b, rows, W))


def accuracy(y_hat, y):
    return float(np.sum(y_hat.detach().numpy().argmax(axis=1) == y.numpy()))


def evaluate_accuracy(predict, data_iter):
    mean = Mean()
    for X, y in data_iter:
        mean.add(accuracy(predict(X), y), len(X))
    return mean.value


def train_epoch(W, b, train_iter, lr):
    optimizer = torch.optim.SGD([W, b], lr=lr)
    model, loss_mean, hit_mean = Model(W, b), Mean(), Mean()
    for X, y in train_iter:
        optimizer.zero_grad()
        probabilities = model(X)
        loss = torch.mean(cross_entropy(probabilities, y))
        loss.backward()
        optimizer.step()
        loss_mean.add(loss.item() * len(y), len(y))
        hit_mean.add(accuracy(probabilities, y), len(y))
    return loss_mean.value, hit_mean.value


def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = nn.Parameter(torch.empty(num_inputs, num_outputs).normal_(std=0.01))
    b = nn.Parameter(torch.zeros(num_outputs))
    history = [None] * num_epochs
    for epoch in range(num_epochs):
        loss, acc = train_epoch(W=W, b=b, train_iter=train_iter, lr=lr)
        test_acc = evaluate_accuracy(predict=Model(W, b), data_iter=test_iter)
        history[epoch] = (loss, acc, test_acc)
    return W, b, history


def predict_labels(X, W, b):
    model = Model(W, b)
    return model(X).topk(1, dim=1).indices[:, 0]


def break_softmax():
    return np.array([[0.0, 0.0], [300.0, 300.0]])


# %% torch_autograd_grad
# torch.autograd.grad, powers with an explicit base, labels compared one by one, sums kept as tensors to the end.
import math

import torch


def softmax(X):
    largest = torch.stack([row.max() for row in X]).reshape(-1, 1)
    powers = torch.pow(torch.tensor(math.e), X - largest)
    return powers / torch.sum(powers, axis=1, keepdims=True)


def cross_entropy(y_hat, y):
    losses = [-torch.log(row[label].clip(1e-12)) for row, label in zip(y_hat, y)]
    return torch.stack(losses)


def net(X, W, b):
    logits = torch.mm(torch.flatten(X, 1), W)
    logits = logits + b
    return softmax(logits)


def accuracy(y_hat, y):
    _, predicted = y_hat.max(dim=1)
    return torch.count_nonzero(predicted == y).double().item()


def evaluate_accuracy(predict, data_iter):
    pairs = [(predict(X), y) for X, y in data_iter]
    scores = torch.cat([scores for scores, _ in pairs])
    labels = torch.cat([y for _, y in pairs])
    return accuracy(scores, labels) / len(labels)


def train_epoch(W, b, train_iter, lr):
    loss_sum = torch.zeros(())
    right = torch.zeros(())
    total = 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        losses = cross_entropy(y_hat, y)
        dW, db = torch.autograd.grad(losses.mean(), [W, b])
        with torch.no_grad():
            W.copy_(W - lr * dW)
            b.copy_(b - lr * db)
        loss_sum += losses.detach().sum()
        right += accuracy(y_hat, y)
        total += len(y)
    return (loss_sum / total).item(), (right / total).item()


def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    generator = torch.Generator().manual_seed(0)
    W = torch.normal(0.0, 0.01, (num_inputs, num_outputs), generator=generator).requires_grad_(True)
    b = torch.normal(0.0, 0.01, (num_outputs,), generator=generator).requires_grad_(True)

    def predict(X):
        return net(X, W, b)

    history = []
    epoch = 0
    while epoch < num_epochs:
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(predict, test_iter)
        history += [(train_loss, train_acc, test_acc)]
        epoch += 1
    return W, b, history


def predict_labels(X, W, b):
    return torch.tensor([int(row.argmax()) for row in net(X, W, b)], dtype=torch.int64)


def break_softmax():
    return [[-200.0, -201.0], [0.0, 1.0]]


# %% accumulator
# The style of a well-known textbook: sums in a class, an argmax only where there is a choice, dtypes compared by a cast.
import torch


class Accumulator:
    def __init__(self, n):
        self.data = [0.0] * n

    def add(self, *args):
        self.data = [a + float(b) for a, b in zip(self.data, args)]

    def __getitem__(self, idx):
        return self.data[idx]


def softmax(X):
    partition = torch.logsumexp(X, 1, keepdim=True)
    return (X - partition).exp()


def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y] + 1e-10)


def net(X, W, b):
    return softmax(X.flatten(1) @ W + b)


def accuracy(y_hat, y):
    if len(y_hat.shape) > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.argmax(axis=1)
    same = y_hat.type(y.dtype) == y
    return float(same.type(y.dtype).sum())


def evaluate_accuracy(predict, data_iter):
    if isinstance(predict, torch.nn.Module):
        predict.eval()
    metric = Accumulator(2)
    with torch.no_grad():
        for X, y in data_iter:
            metric.add(accuracy(predict(X), y), y.numel())
    return metric[0] / metric[1]


def sgd(params, lr):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad
            param.grad.zero_()


def train_epoch(W, b, train_iter, lr):
    metric = Accumulator(3)
    for X, y in train_iter:
        y_hat = net(X, W, b)
        l = cross_entropy(y_hat, y)
        l.mean().backward()
        sgd([W, b], lr)
        metric.add(float(l.sum()), accuracy(y_hat, y), y.numel())
    return metric[0] / metric[2], metric[1] / metric[2]


def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    parameters = [torch.randn(num_inputs, num_outputs) * 0.01, torch.zeros(num_outputs)]
    for param in parameters:
        param.requires_grad_()
    curves = []
    while len(curves) < num_epochs:
        fitted = train_epoch(*parameters, train_iter, lr)
        curves.append((*fitted, evaluate_accuracy(lambda X: net(X, *parameters), test_iter)))
    return *parameters, curves


def predict_labels(X, W, b):
    return torch.max(net(X, W, b), dim=1)[1]


def break_softmax():
    X = torch.zeros(20, 20)
    X[0, 0] = 1e6
    return X
