# Correct solutions of mlp in different styles; the first one completes the recorded mistakes.

# %% plain
import torch
from torch import nn


def relu(X):
    return torch.max(X, torch.zeros_like(X))


def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


def mlp(X, params):
    W1, b1, W2, b2 = params
    X = X.reshape(-1, W1.shape[0])
    H = relu(X @ W1 + b1)
    return H @ W2 + b2


def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(num_inputs, num_hiddens),
        nn.ReLU(),
        nn.Linear(num_hiddens, num_outputs),
    )


def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


def predict_labels(X, params):
    return mlp(X, params).argmax(dim=1)


def break_mlp():
    return torch.ones(1, 1), [torch.ones(1, 1), torch.tensor([-3.0]), torch.ones(1, 1), torch.zeros(1)]


# %% framework_training
# clamp, nn.Parameter, an nn.Module class, torch.optim, a mean of batch means.
import torch
import torch.nn.functional as F


def relu(X):
    return torch.clamp(X, min=0)


def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    return [
        torch.nn.Parameter(torch.randn(num_inputs, num_hiddens) * std),
        torch.nn.Parameter(torch.zeros(num_hiddens)),
        torch.nn.Parameter(torch.randn(num_hiddens, num_outputs) * std),
        torch.nn.Parameter(torch.zeros(num_outputs)),
    ]


def mlp(X, params):
    W1, b1, W2, b2 = params
    hidden = relu(torch.addmm(b1, torch.flatten(X, start_dim=1), W1))
    return torch.addmm(b2, hidden, W2)


class MLP(torch.nn.Module):
    def __init__(self, num_inputs, num_hiddens, num_outputs):
        super().__init__()
        self.hidden = torch.nn.Linear(num_inputs, num_hiddens)
        self.output = torch.nn.Linear(num_hiddens, num_outputs)

    def forward(self, X):
        return self.output(F.relu(self.hidden(X.view(X.size(0), -1))))


def make_mlp(num_inputs, num_hiddens, num_outputs):
    return MLP(num_inputs, num_hiddens, num_outputs)


def train_mlp(params, train_iter, num_epochs, lr):
    optimizer = torch.optim.SGD(params, lr=lr)
    criterion = torch.nn.CrossEntropyLoss()
    history = []
    for epoch in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            optimizer.zero_grad()
            loss = criterion(mlp(X, params), y)
            loss.backward()
            optimizer.step()
            batch_losses.append(loss.detach())
        history.append(torch.stack(batch_losses).mean().item())
    return history


@torch.no_grad()
def predict_labels(X, params):
    return torch.argmax(mlp(X, params), dim=-1)


def break_mlp():
    X = torch.tensor([[-1.0, -1.0]])
    return X, (torch.eye(2), torch.ones(2) / 2, torch.ones(2, 1), torch.ones(1))


# %% by_hand
# A product with a mask, gradients by torch.autograd.grad, log-sum-exp by hand, a module with parameters of its own.
import torch


def relu(X):
    return X * (X > 0)


def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    params = []
    for n_in, n_out in ((num_inputs, num_hiddens), (num_hiddens, num_outputs)):
        params += [torch.empty(n_in, n_out).normal_(mean=0.0, std=std), torch.zeros(n_out)]
    for param in params:
        param.requires_grad_(True)
    return params


def mlp(X, params):
    rows = X.reshape(X.shape[0], -1)
    for layer in (0, 1):
        W, b = params[2 * layer], params[2 * layer + 1]
        rows = torch.einsum("ni,io->no", rows, W) + b
        if layer == 0:
            rows = relu(rows)
    return rows


class TwoLayers(torch.nn.Module):
    def __init__(self, params):
        super().__init__()
        self.params = torch.nn.ParameterList(params)

    def forward(self, X):
        return mlp(X, list(self.params))


def make_mlp(num_inputs, num_hiddens, num_outputs):
    return TwoLayers(init_mlp_params(num_inputs, num_hiddens, num_outputs))


def train_mlp(params, train_iter, num_epochs, lr):
    means = []
    for _ in range(num_epochs):
        seen, total = 0, 0.0
        for X, y in train_iter:
            logits = mlp(X, params)
            picked = logits[torch.arange(len(y)), y]
            each = torch.logsumexp(logits, dim=1) - picked
            grads = torch.autograd.grad(each.sum() / len(y), params)
            for param, grad in zip(params, grads):
                param.data.sub_(grad, alpha=lr)
            seen += len(y)
            total += each.sum().item()
        means.append(total / seen)
    return means


def predict_labels(X, params):
    _, labels = mlp(X, params).detach().max(dim=1)
    return labels


def break_mlp():
    return [torch.zeros(3, 2), [torch.ones(2, 4), -torch.ones(4), torch.ones(4, 5), torch.zeros(5)]]


# %% loss_after_each_epoch
# torch.where, a lazy module, a tuple of parameters, losses over all examples after each epoch.
import torch
from torch import nn


def relu(X):
    return torch.where(X > 0, X, torch.zeros_like(X))


def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = nn.init.normal_(torch.empty(num_inputs, num_hiddens, requires_grad=True), std=std)
    W2 = nn.init.normal_(torch.empty(num_hiddens, num_outputs, requires_grad=True), std=std)
    b1, b2 = (torch.zeros(n).requires_grad_() for n in (num_hiddens, num_outputs))
    return W1, b1, W2, b2


def mlp(X, params):
    W1, b1, W2, b2 = params
    if X.dim() > 2:
        X = X.flatten(start_dim=1)
    return relu(X.mm(W1).add(b1)).mm(W2).add(b2)


def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(nn.Flatten(1), nn.LazyLinear(num_hiddens), nn.ReLU(), nn.LazyLinear(num_outputs))


def train_mlp(params, train_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    losses = []
    for _ in range(num_epochs):
        for X, y in train_iter:
            loss(mlp(X, params), y).mean().backward()
            for param in params:
                param.data = param.data - lr * param.grad
                param.grad = None
        with torch.no_grad():
            every = torch.cat([loss(mlp(X, params), y) for X, y in train_iter])
        losses.append(every.mean().item())
    return losses


def predict_labels(X, params):
    return torch.softmax(mlp(X, params), dim=1).topk(1, dim=1).indices.reshape(-1)


def break_mlp():
    generator = torch.Generator().manual_seed(0)
    shapes = [(3, 5), (5,), (5, 2), (2,)]
    return torch.randn(4, 3, generator=generator), [torch.randn(shape, generator=generator) for shape in shapes]


# %% keywords_and_numpy
# torch.maximum, NumPy draws, gradients by hand through the framework, an array of losses.
import numpy as np
import torch
from torch.nn import functional


def relu(X):
    return torch.maximum(X, torch.tensor(0.0))


def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    def weights(n_in, n_out):
        return torch.tensor(np.random.normal(0, std, (n_in, n_out)), dtype=torch.float32, requires_grad=True)

    def biases(n):
        return torch.full((n,), 0.0, requires_grad=True)

    return [
        weights(num_inputs, num_hiddens),
        biases(num_hiddens),
        weights(num_hiddens, num_outputs),
        biases(num_outputs),
    ]


def mlp(X, params):
    W1, b1, W2, b2 = params
    X = X.view(len(X), -1)
    H = relu(X=torch.matmul(X, W1) + b1)
    return torch.matmul(H, W2) + b2


def make_mlp(num_inputs, num_hiddens, num_outputs):
    net = torch.nn.Sequential()
    net.add_module("rows", torch.nn.Flatten())
    net.add_module("hidden", torch.nn.Linear(num_inputs, num_hiddens))
    net.add_module("relu", torch.nn.ReLU(inplace=True))
    net.add_module("output", torch.nn.Linear(num_hiddens, num_outputs))
    for name, parameter in net.named_parameters():
        if "weight" in name:
            torch.nn.init.normal_(parameter, std=0.01)
        else:
            torch.nn.init.zeros_(parameter)
    return net


def train_mlp(params, train_iter, num_epochs, lr):
    losses = np.zeros(num_epochs)
    epoch = 0
    while epoch < num_epochs:
        sums = np.zeros(2)
        for batch in train_iter:
            X, y = batch
            loss = functional.cross_entropy(input=mlp(X=X, params=params), target=y, reduction="sum")
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param.copy_(param - lr / len(X) * param.grad)
                    param.grad = None
            sums += (loss.item(), len(X))
        losses[epoch] = sums[0] / sums[1]
        epoch += 1
    return losses.tolist()


def predict_labels(X, params):
    with torch.no_grad():
        return torch.tensor(np.argmax(mlp(X, params).numpy(), axis=1))


def break_mlp():
    return np.array([[1.0]]), [np.array([[-1.0]]), np.array([0.5]), np.array([[2.0]]), np.array([0.0])]
