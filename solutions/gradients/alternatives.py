# Correct solutions of gradients in different styles; the first one completes the recorded mistakes.

# %% plain
import itertools

import torch


def affine_gradients(x, w, b):
    x, w, b = (torch.tensor(float(value), requires_grad=True) for value in (x, w, b))
    y = w * x + b
    y.backward()
    return x.grad.item(), w.grad.item(), b.grad.item()


def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double().clone()
    gradient = torch.zeros_like(at)
    for place in itertools.product(*(range(size) for size in at.shape)):
        middle = at[place].item()
        at[place] = middle + eps
        up = float(f(at))
        at[place] = middle - eps
        down = float(f(at))
        at[place] = middle
        gradient[place] = (up - down) / (2 * eps)
    return gradient


def two_layer_forward(x, w1, w2):
    return torch.relu(x @ w1) @ w2


def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dw2 = h.T @ dy
    dz = (dy @ w2.T) * (z > 0)
    dw1 = x.T @ dz
    return dw1, dw2


def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w1 -= lr * w1.grad
            w2 -= lr * w2.grad
        w1.grad.zero_()
        w2.grad.zero_()
    return losses


def break_two_layer_gradients():
    return torch.ones(1, 1), torch.ones(1, 1), torch.tensor([[1.0, -1.0]]), torch.full((2, 1), 3.0)


# %% functional
# torch.autograd.grad and torch.func, new tensors in place of changed ones, indices counted in one row.
import torch
from torch.func import grad


def affine_gradients(x, w, b):
    values = [torch.tensor(v, dtype=torch.float64) for v in (x, w, b)]
    found = grad(lambda x, w, b: w * x + b, argnums=(0, 1, 2))(*values)
    return tuple(map(float, found))


def numeric_gradient(f, x, eps=1e-3):
    base = x.detach().to(torch.float64)
    n = base.numel()
    quotients = []
    for i in range(n):
        step = torch.zeros(n, dtype=torch.float64)
        step[i] = eps
        step = step.reshape(base.shape)
        quotients.append((f(base + step) - f(base - step)) / (2 * eps))
    return torch.tensor([float(q) for q in quotients], dtype=torch.float64).reshape(base.shape)


def two_layer_forward(x, w1, w2):
    hidden = torch.mm(x, w1)
    hidden = torch.where(hidden > 0, hidden, torch.zeros_like(hidden))
    return torch.mm(hidden, w2)


def two_layer_gradients(x, y, w1, w2):
    hidden = x.mm(w1).clamp(min=0)
    grad_out = 2.0 * (hidden.mm(w2) - y)
    grad_hidden = grad_out.mm(w2.t())
    grad_hidden[hidden == 0] = 0
    return [x.t().mm(grad_hidden), hidden.t().mm(grad_out)]


def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for step in range(num_steps):
        loss = torch.sum(torch.square(two_layer_forward(x, w1, w2) - y))
        losses.append(float(loss))
        d1, d2 = torch.autograd.grad(loss, (w1, w2))
        w1 = (w1 - lr * d1).detach().requires_grad_()
        w2 = (w2 - lr * d2).detach().requires_grad_()
    return losses


def break_two_layer_gradients():
    x, w1 = torch.eye(2), torch.tensor([[1.0], [-1.0]])
    return x, torch.ones(2, 1), w1, torch.ones(1, 1)


# %% numpy_by_hand
# NumPy wherever autograd is not asked for; weights are copied before training.
import numpy as np
import torch


def affine_gradients(x, w, b):
    p = torch.tensor([x, w, b], dtype=torch.float32, requires_grad=True)
    (p[1] * p[0] + p[2]).backward()
    dx, dw, db = p.grad.tolist()
    return dx, dw, db


def numeric_gradient(f, x, eps=1e-3):
    x64 = np.array(x.detach(), dtype=np.float64)
    out = np.zeros_like(x64)
    for index in np.ndindex(x64.shape):
        plus, minus = x64.copy(), x64.copy()
        plus[index] += eps
        minus[index] -= eps
        out[index] = (float(f(torch.tensor(plus))) - float(f(torch.tensor(minus)))) / (2 * eps)
    return torch.tensor(out)


def two_layer_forward(x, w1, w2):
    return torch.matmul(torch.maximum(torch.matmul(x, w1), torch.tensor(0.0)), w2)


def two_layer_gradients(x, y, w1, w2):
    X, Y, A, B = (np.asarray(t, dtype=np.float64) for t in (x, y, w1, w2))
    Z = X @ A
    H = np.maximum(Z, 0)
    E = 2 * (H @ B - Y)
    dB = np.einsum("nh,no->ho", H, E)
    dA = X.T @ np.where(Z > 0, E @ B.T, 0)
    return torch.from_numpy(dA).float(), torch.from_numpy(dB).float()


def train_two_layer(x, y, w1, w2, lr, num_steps):
    v1 = w1.detach().clone().requires_grad_(True)
    v2 = w2.detach().clone().requires_grad_(True)
    losses = []
    while len(losses) < num_steps:
        error = two_layer_forward(x, v1, v2) - y
        loss = (error * error).sum()
        losses += [loss.item()]
        loss.backward()
        v1.data -= lr * v1.grad
        v2.data.sub_(lr * v2.grad)
        v1.grad = v2.grad = None
    return losses


def break_two_layer_gradients():
    return np.array([[2.0]]), np.array([[5.0]]), np.array([[-1.0]]), np.array([[1.0]])


# %% layers_as_classes
# Layers with forward and backward methods of their own; gradients asked for inside train_two_layer.
import torch
import torch.nn.functional as F


class Linear:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        self.x = x
        return x @ self.w

    def backward(self, d):
        self.grad = self.x.transpose(0, 1) @ d
        return d @ self.w.transpose(0, 1)


class Relu:
    def forward(self, z):
        self.open = z > 0
        return z * self.open

    def backward(self, d):
        return d * self.open


class Affine(torch.nn.Module):
    def __init__(self, w, b):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor(float(w)))
        self.b = torch.nn.Parameter(torch.tensor(float(b)))

    def forward(self, x):
        return self.w * x + self.b


def affine_gradients(x, w, b):
    model = Affine(w, b)
    inputs = torch.tensor(float(x)).requires_grad_()
    model(inputs).backward()
    return [float(t.grad) for t in (inputs, model.w, model.b)]


def numeric_gradient(f, x, eps=1e-3):
    work = torch.empty(x.shape, dtype=torch.float64)
    work.copy_(x.data)
    flat = work.view(-1)
    result = torch.empty(flat.shape, dtype=torch.float64)
    for i in range(len(flat)):
        flat[i] += eps
        high = f(work)
        high = high.item() if torch.is_tensor(high) else high
        flat[i] -= 2 * eps
        low = f(work)
        low = low.item() if torch.is_tensor(low) else low
        flat[i] += eps
        result[i] = (high - low) / eps / 2
    return result.view(x.shape)


def two_layer_forward(x, w1, w2):
    return F.linear(F.relu(F.linear(x, w1.T)), w2.T)


def two_layer_gradients(x, y, w1, w2):
    first, relu, second = Linear(w1), Relu(), Linear(w2)
    y_hat = second.forward(relu.forward(first.forward(x)))
    first.backward(relu.backward(second.backward(2 * (y_hat - y))))
    return first.grad, second.grad


def train_two_layer(x, y, w1, w2, lr, num_steps):
    w1.requires_grad_(True)
    w2.requires_grad_(True)
    losses = []
    for _ in range(num_steps):
        y_hat = two_layer_forward(x, w1, w2)
        loss = F.mse_loss(y_hat, y, reduction="sum")
        losses.append(loss.item())
        loss.backward()
        for w in (w1, w2):
            w.data = w.data - lr * w.grad
            w.grad = None
    return losses


def break_two_layer_gradients():
    return [[1.0, 2.0]], [[0.5, 0.5]], [[1.0, -3.0], [1.0, 1.0]], [[1.0, 0.0], [2.0, 2.0]]


# %% optimizer_and_helpers
# An optimiser from torch.optim, weights cloned without detaching, one generator of perturbed points.
import torch


def perturbed(x, eps):
    for i in range(x.numel()):
        for sign in (1, -1):
            point = x.flatten().clone()
            point[i] += sign * eps
            yield point.reshape(x.shape)


def affine_gradients(x, w, b):
    jacobians = torch.autograd.functional.jacobian(
        lambda x, w, b: w * x + b, tuple(torch.tensor(float(v)) for v in (x, w, b))
    )
    return tuple(j.item() for j in jacobians)


def numeric_gradient(f, x, eps=1e-3):
    with torch.no_grad():
        values = torch.tensor([f(p) for p in perturbed(x.double(), eps)], dtype=torch.float64)
    up, down = values.reshape(-1, 2).unbind(1)
    return ((up - down) / (2 * eps)).reshape(x.shape)


def two_layer_forward(x, w1, w2):
    h = x @ w1
    h = (h + h.abs()) / 2
    return h @ w2


def two_layer_gradients(x, y, w1, w2):
    # for each example an outer product, summed over the examples
    z = torch.einsum("nd,dh->nh", x, w1)
    h = torch.relu(z)
    residual = torch.einsum("nh,ho->no", h, w2) - y
    back = torch.einsum("no,ho->nh", 2 * residual, w2) * torch.heaviside(z, torch.zeros(()))
    return torch.einsum("nd,nh->dh", x, back), torch.einsum("nh,no->ho", h, 2 * residual)


def train_two_layer(x, y, w1, w2, lr, num_steps):
    w1 = w1.clone().requires_grad_()
    w2 = w2.clone().requires_grad_()
    optimizer = torch.optim.SGD([w1, w2], lr=lr)
    losses = []
    for _ in range(num_steps):
        optimizer.zero_grad()
        loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
    return losses


def break_two_layer_gradients():
    generator = torch.Generator().manual_seed(1)
    return tuple(torch.randn(4, 4, generator=generator) for _ in range(4))
