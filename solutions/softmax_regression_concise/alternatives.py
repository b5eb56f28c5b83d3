# Correct solutions of softmax_regression_concise in different styles; the first one completes the recorded mistakes.

# %% plain
import torch
from torch import nn


def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs))


def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.01)


def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).argmax(dim=1)


def break_predict_labels():
    return torch.tensor([[-3.0, -1.0, -2.0]])


# %% module_class
# A class with reshape, initialisation through .data, functional losses, no modes in training, the mode put back.
import torch
import torch.nn.functional as F
from torch import nn


class SoftmaxRegression(nn.Module):
    def __init__(self, num_inputs, num_outputs):
        super().__init__()
        self.num_inputs = num_inputs
        self.linear = nn.Linear(num_inputs, num_outputs)

    def forward(self, X):
        return self.linear(X.reshape(-1, self.num_inputs))


def make_net(num_inputs, num_outputs):
    return SoftmaxRegression(num_inputs, num_outputs)


count_correct = lambda scores, y: (scores.argmax(-1) == y).sum().item()


def init_weights(module):
    if type(module) == nn.Linear:
        module.weight.data.normal_(mean=0.0, std=0.01)
        module.bias.data.zero_()


def train_concise(net, train_iter, test_iter, num_epochs, lr):
    trainer = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(num_epochs):
        loss_sum = correct = n = 0
        net.train()
        for X, y in train_iter:
            trainer.zero_grad()
            scores = net(X)
            loss = F.cross_entropy(scores, y)
            loss.backward()
            trainer.step()
            loss_sum += loss.item() * y.size(0)
            correct += count_correct(scores, y)
            n += y.size(0)
        net.train(False)
        with torch.no_grad():
            results = [(count_correct(net(X), y), len(y)) for X, y in test_iter]
        test_acc = sum(c for c, _ in results) / sum(k for _, k in results)
        history.append([loss_sum / n, correct / n, test_acc])
    return history


def predict_labels(net, X):
    was_training = net.training
    net.eval()
    with torch.no_grad():
        labels = torch.max(net(X), dim=1)[1]
    net.train(was_training)
    return labels


def break_predict_labels():
    return -torch.eye(3) - 1


# %% log_probabilities
# The pair LogSoftmax and NLLLoss, gradients by autograd.grad and a step by hand.
import torch
from torch import nn


def make_net(num_inputs, num_outputs):
    layers = [nn.Flatten(start_dim=1), nn.Linear(num_inputs, num_outputs, bias=True), nn.LogSoftmax(dim=-1)]
    return nn.Sequential(*layers)


def init_weights(module):
    for layer in module.modules():
        if isinstance(layer, nn.Linear):
            with torch.no_grad():
                layer.weight.copy_(torch.randn(layer.weight.shape) * 0.01)


def train_concise(net, train_iter, test_iter, num_epochs, lr):
    criterion = nn.NLLLoss()
    params = list(net.parameters())
    history = []
    for _ in range(num_epochs):
        net.train()
        losses, hits = [], []
        for X, y in train_iter:
            out = net(X)
            loss = criterion(out, y)
            grads = torch.autograd.grad(loss, params)
            with torch.no_grad():
                for p, g in zip(params, grads):
                    p.add_(g, alpha=-lr)
                losses += nn.functional.nll_loss(out, y, reduction="none").tolist()
                hits += (out.argmax(1) == y).tolist()
        history.append((sum(losses) / len(losses), sum(hits) / len(hits), None))
        net.eval()
        test_hits = torch.cat([net(X).argmax(1) == y for X, y in test_iter])
        history[-1] = (*history[-1][:2], test_hits.float().mean().item())
    return history


def predict_labels(net, X):
    net.train(False)
    return net(X).sort(dim=1, descending=True).indices.narrow(1, 0, 1).reshape(len(X))


def break_predict_labels():
    return [[1.0, 2.0], [-2.0, -1.0]]


# %% lazy_and_numpy
# A lazy layer, all parameters initialised by dimension, a loss that sums and is divided, metrics measured after the step.
import numpy as np
import torch
from torch import nn


def make_net(num_inputs, num_outputs):
    net = nn.Sequential()
    net.add_module("flatten", nn.Flatten())
    net.add_module("output", nn.LazyLinear(num_outputs))
    net(torch.zeros(1, num_inputs))
    return net


def init_weights(module):
    weight = getattr(module, "weight", None)
    if weight is not None and weight.dim() == 2:
        weight.data = torch.normal(0.0, 0.01, size=weight.shape)


def predict_labels(net, X):
    net.eval()
    scores = net(X).detach().numpy()
    return torch.as_tensor(np.argmax(scores, axis=1))


def train_concise(net, train_iter, test_iter, num_epochs, lr):
    def evaluate():
        right = total = 0
        for X, y in test_iter:
            right += float((predict_labels(net, X) == y).sum())
            total += len(y)
        return right / total

    sgd = torch.optim.SGD(params=net.parameters(), lr=lr, momentum=0)
    summed = nn.CrossEntropyLoss(reduction="sum")
    history = []
    for epoch in range(num_epochs):
        loss_sum, right, total = 0.0, 0.0, 0
        for X, y in train_iter:
            net.train()
            net.zero_grad()
            (summed(net(X), y) / len(X)).backward()
            sgd.step()
            with torch.no_grad():
                scores = net(X)
                loss_sum += summed(scores, y).item()
                right += (scores.argmax(dim=1) == y).sum().item()
            total += len(X)
        history.append((loss_sum / total, right / total, evaluate()))
    return history


def break_predict_labels():
    return np.array([[-0.5, -0.25]])


# %% closure
# A closure for the optimiser, a dictionary of sums, xavier's function scaled to the right spread, predictions in parts.
import torch
from torch import nn


def make_net(num_inputs, num_outputs):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.flatten = nn.Flatten()
            self.W = nn.Parameter(0.01 * torch.randn(num_inputs, num_outputs))
            self.b = nn.Parameter(torch.zeros(num_outputs))

        def forward(self, X):
            return torch.addmm(self.b, self.flatten(X), self.W)

    return Net()


@torch.no_grad()
def init_weights(module):
    match module:
        case nn.Linear():
            nn.init.xavier_normal_(module.weight)
            fan_out, fan_in = module.weight.shape
            module.weight *= 0.01 / (2 / (fan_in + fan_out)) ** 0.5
        case _:
            pass


def train_concise(net, train_iter, test_iter, num_epochs, lr):
    criterion = nn.CrossEntropyLoss(reduction="mean")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for _ in range(num_epochs):
        net.train()
        sums = dict(loss=0.0, right=0, count=0)
        for X, y in train_iter:

            def closure():
                optimizer.zero_grad(set_to_none=True)
                scores = net(X)
                loss = criterion(scores, y)
                loss.backward()
                sums["right"] += torch.sum(torch.argmax(scores, dim=1) == y).item()
                return loss

            sums["loss"] += float(optimizer.step(closure)) * len(y)
            sums["count"] += len(y)
        pairs = [(predict_labels(net, X), y) for X, y in test_iter]
        test_acc = sum(int((p == y).sum()) for p, y in pairs) / sum(len(y) for _, y in pairs)
        history.append((sums["loss"] / sums["count"], sums["right"] / sums["count"], test_acc))
    return history


def predict_labels(net, X):
    net.eval()
    with torch.inference_mode():
        parts = [net(part).argmax(dim=1) for part in X.split(50)]
    return torch.cat(parts).clone()


def break_predict_labels():
    return torch.linspace(-5, -1, 20).reshape(4, 5)


# %% textbook
# The style of a well-known textbook: accuracy as a function, sums in a class, losses one an example.
import torch
from torch import nn


class Accumulator:
    def __init__(self, n):
        self.data = [0.0] * n

    def add(self, *args):
        self.data = [a + float(b) for a, b in zip(self.data, args)]


def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.LazyLinear(num_outputs))


def init_weights(m):
    if type(m) == nn.Linear:
        nn.init.normal_(m.weight, std=0.01)


def accuracy(y_hat, y):
    if len(y_hat.shape) > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.argmax(axis=1)
    same = y_hat.type(y.dtype) == y
    return float(same.type(y.dtype).sum())


def evaluate_accuracy(net, data_iter):
    if isinstance(net, nn.Module):
        net.eval()
    metric = Accumulator(2)
    with torch.no_grad():
        for X, y in data_iter:
            metric.add(accuracy(net(X), y), y.numel())
    return metric.data[0] / metric.data[1]


def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    trainer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        if isinstance(net, nn.Module):
            net.train()
        metric = Accumulator(3)
        for X, y in train_iter:
            y_hat = net(X)
            l = loss(y_hat, y)
            trainer.zero_grad()
            l.mean().backward()
            trainer.step()
            metric.add(float(l.sum()), accuracy(y_hat, y), y.numel())
        train_loss, train_acc, count = metric.data
        history.append((train_loss / count, train_acc / count, evaluate_accuracy(net, test_iter)))
    return history


def predict_labels(net, X):
    net.eval()
    return net(X).argmax(axis=1)


def break_predict_labels():
    scores = torch.full((2, 10), -1.0)
    scores[:, 7] = 0.0
    return scores
