# Correct solutions of tensors in different styles; the first one completes the recorded mistakes.

# %% plain
import math

import torch


def normal_samples(mean, std, shape):
    return torch.normal(mean, std, shape)


def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    return start + step * torch.tensor(range(n), dtype=torch.float32)


def matmul_from_broadcast(A, B):
    return (A.unsqueeze(2) * B.unsqueeze(0)).sum(1)


def gather_rows(features, indices):
    return features[torch.as_tensor(indices)]


def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, j], labels[:, 0], label=f"column {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


def break_half_open_steps():
    return 0, 5, 2


# %% scaled_and_selected
# Standard normals scaled by hand, linspace of the right length, index_select, legend texts given to legend().
import math

import torch


def normal_samples(mean, std, shape):
    z = torch.empty(shape).normal_()
    return z.mul_(std).add_(mean)


def half_open_steps(start, end, step):
    count = math.ceil((end - start) / step)
    return torch.linspace(start, start + (count - 1) * step, count)


def matmul_from_broadcast(A, B):
    n, k = A.shape
    m = B.shape[1]
    left = A.reshape(n, 1, k)
    right = B.t().reshape(1, m, k)
    return torch.sum(left * right, dim=-1)


def gather_rows(features, indices):
    if isinstance(indices, range):
        indices = list(indices)
    return torch.index_select(features, 0, torch.as_tensor(indices))


def scatter_features(ax, features, labels):
    names = []
    for i, column in enumerate(features.T, start=1):
        ax.scatter(column.tolist(), labels.flatten().tolist(), s=2, alpha=0.5)
        names.append(f"x{i}")
    ax.legend(names, loc="upper right")
    ax.set(xlabel="x", ylabel="y", title="features and labels")


def break_half_open_steps():
    return [0.0, 1.0, 0.3]


# %% numpy_all_the_way
# Draws, steps and products by NumPy; dots by ax.plot with markers alone; series drawn from the last to the first.
import numpy as np
import torch


def normal_samples(mean, std, shape):
    rng = np.random.default_rng()
    return torch.from_numpy(rng.normal(loc=mean, scale=std, size=tuple(shape)).astype(np.float32))


def half_open_steps(start, end, step):
    n = int(np.ceil((end - start) / step))
    return torch.from_numpy(np.linspace(start, start + n * step, num=n, endpoint=False))


def matmul_from_broadcast(A, B):
    a, b = A.numpy(), B.numpy()
    return torch.from_numpy((a[..., np.newaxis] * b[np.newaxis]).sum(axis=-2))


def gather_rows(features, indices):
    return torch.from_numpy(features.numpy()[np.array(indices)])


def scatter_features(ax, features, labels):
    X, y = features.numpy(), labels.numpy()
    for j in reversed(range(X.shape[1])):
        ax.plot(X[:, j], y, "o", markersize=2, label="feature no. %d" % (j + 1))
    ax.set_xlabel("features")
    ax.set_ylabel("labels")
    ax.legend(title="which")


def break_half_open_steps():
    return np.array([-1.0, 1.5, 1.0])


# %% python_loops
# Lists and loops where those are allowed, a while loop with multiplication, rows stacked one by one.
import random

import torch


def normal_samples(mean, std, shape):
    count = 1
    for size in shape:
        count *= size
    return torch.tensor([random.gauss(mean, std) for _ in range(count)]).view(*shape)


def half_open_steps(start, end, step):
    found = []
    while start + len(found) * step < end:
        found.append(start + len(found) * step)
    return torch.tensor(found)


def matmul_from_broadcast(A, B):
    At = A.t()[:, :, None]  # (k, n, 1)
    Bt = B[:, None, :]  # (k, 1, m)
    return (At * Bt).sum(axis=0)


def gather_rows(features, indices):
    return torch.stack([features[int(i)] for i in indices])


def scatter_features(ax, features, labels):
    colors = ["red", "green", "blue", "orange", "purple", "brown"]
    for j, values in enumerate(zip(*features.tolist())):
        ax.scatter(values, labels.numpy(), c=colors[j], marker="x", label="feature " + "abcdef"[j])
    ax.set_xlabel("the value of a feature")
    ax.set_ylabel("the label")
    ax.legend()


def break_half_open_steps():
    start = 2
    end = start + 0.5
    return start, end, 1


# %% helpers_and_objects
# A distribution object, a cumulative sum, expand, gather, handles kept for the legend; pyplot made to use ax.
import matplotlib.pyplot as plt
import torch


def normal_samples(mean, std, shape):
    return torch.distributions.Normal(float(mean), float(std)).sample(torch.Size(shape))


def number_of_steps(start, end, step):
    quotient = (end - start) / step
    return int(quotient) + (quotient > int(quotient))


def half_open_steps(start, end, step):
    ones = torch.ones(number_of_steps(start, end, step), dtype=torch.float64)
    return start + step * (ones.cumsum(0) - 1)


def box_of_products(A, B):
    n, k, m = *A.shape, B.shape[1]
    return A.unsqueeze(-1).expand(n, k, m).mul(B.expand(n, k, m))


def matmul_from_broadcast(A, B):
    return torch.sum(box_of_products(A, B), 1)


def gather_rows(features, indices):
    rows = torch.tensor([int(index) for index in indices]).reshape(-1, 1)
    return features.gather(0, rows.expand(-1, features.size(1)))


def scatter_features(ax, features, labels):
    plt.sca(ax)
    handles = [plt.scatter(features[:, j], labels.squeeze(1)) for j in range(features.size(1))]
    plt.xlabel("feature")
    plt.ylabel("label")
    plt.legend(handles, [f"{j}" for j in range(len(handles))])


def break_half_open_steps():
    return torch.tensor([0.0, 10.0, 4.0])


# %% integers_and_arrays
# Steps as a list of numbers turned into float64, broadcasting through einops-like views, one legend entry at a time.
import math

import numpy as np
import torch


def normal_samples(mean, std, shape):
    # sums of draws by the method of Box and Muller
    u = 1 - torch.rand(shape)
    angle = 2 * math.pi * torch.rand(shape)
    return mean + std * torch.sqrt(-2 * torch.log(u)) * torch.cos(angle)


def half_open_steps(start, end, step):
    n = -int(-((end - start) / step) // 1)
    return torch.as_tensor(np.array([start + step * i for i in range(n)], dtype=np.float64))


def matmul_from_broadcast(A, B):
    product = torch.multiply(A[:, None, :], B.T)
    return product.sum(-1)


def gather_rows(features, indices):
    if not isinstance(indices, torch.Tensor):
        indices = torch.LongTensor(list(indices))
    return features[indices, :].clone()


def scatter_features(ax, features, labels):
    y = [label.item() for label in labels]
    for j in range(features.size()[1]):
        sc = ax.scatter([row[j].item() for row in features], y)
        sc.set_label(r"$x_{%d}$" % j)
    ax.set_xlabel("$x$")
    ax.set_ylabel("$y$")
    ax.legend()


def break_half_open_steps():
    return 0, 1, 10
