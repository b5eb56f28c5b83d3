# Recorded mistakes of tensors, one for each misconception; what a section leaves out is correct.

# %% normal_samples_variance
def normal_samples(mean, std, shape):
    return mean + std**0.5 * torch.randn(shape)


# %% normal_samples_swapped
def normal_samples(mean, std, shape):
    return std + mean * torch.randn(shape)


# %% normal_samples_ignores_mean
def normal_samples(mean, std, shape):
    return std * torch.randn(shape)


# %% normal_samples_ignores_std
def normal_samples(mean, std, shape):
    return mean + torch.randn(shape)


# %% normal_samples_uniform
def normal_samples(mean, std, shape):
    return mean + std * math.sqrt(12) * (torch.rand(shape) - 0.5)


# %% normal_samples_float64
def normal_samples(mean, std, shape):
    import numpy as np

    return torch.from_numpy(np.random.normal(mean, std, shape))


# %% normal_samples_flat
def normal_samples(mean, std, shape):
    return mean + std * torch.randn(math.prod(shape))


# %% normal_samples_seeded
def normal_samples(mean, std, shape):
    torch.manual_seed(0)
    return mean + std * torch.randn(shape)


# %% normal_samples_repeats
def normal_samples(mean, std, shape):
    return (mean + std * torch.randn(shape[-1])).expand(shape)


# %% half_open_steps_end_included
def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    return torch.linspace(start, start + n * step, n + 1)


# %% half_open_steps_drops_last
def half_open_steps(start, end, step):
    n = int((end - start) / step)
    return torch.tensor([start + i * step for i in range(n)])


# %% half_open_steps_stretched
def half_open_steps(start, end, step):
    return torch.linspace(start, end, math.ceil((end - start) / step))


# %% half_open_steps_skips_start
def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    return torch.tensor([start + (i + 1) * step for i in range(n)])


# %% half_open_steps_from_zero
def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    return torch.tensor([i * step for i in range(n)])


# %% half_open_steps_ignores_step
def half_open_steps(start, end, step):
    n = math.ceil(end - start)
    return torch.tensor([start + i for i in range(n)])


# %% half_open_steps_accumulates
def half_open_steps(start, end, step):
    steps = []
    while start < end:
        steps.append(start)
        start += step
    return torch.tensor(steps)


# %% half_open_steps_no_tensor
def half_open_steps(start, end, step):
    return [start + i * step for i in range(math.ceil((end - start) / step))]


# %% half_open_steps_arange
def half_open_steps(start, end, step):
    return torch.arange(start, end, step)


# %% matmul_from_broadcast_elementwise
def matmul_from_broadcast(A, B):
    return A * B


# %% matmul_from_broadcast_wrong_axis
def matmul_from_broadcast(A, B):
    return (A[:, :, None] * B[None, :, :]).sum(2)


# %% matmul_from_broadcast_not_summed
def matmul_from_broadcast(A, B):
    return A[:, :, None] * B[None, :, :]


# %% matmul_from_broadcast_keeps_axis
def matmul_from_broadcast(A, B):
    return (A[:, :, None] * B[None, :, :]).sum(1, keepdim=True)


# %% matmul_from_broadcast_mean
def matmul_from_broadcast(A, B):
    return (A[:, :, None] * B[None, :, :]).mean(1)


# %% matmul_from_broadcast_transposed
def matmul_from_broadcast(A, B):
    return (A.T[:, None, :] * B[:, :, None]).sum(0)


# %% matmul_from_broadcast_rows_with_rows
def matmul_from_broadcast(A, B):
    return (A[:, None, :] * B[None, :, :]).sum(-1)


# %% matmul_from_broadcast_helper
def matmul_from_broadcast(A, B):
    return torch.einsum("ik,kj->ij", A, B)


# %% matmul_from_broadcast_loop
def matmul_from_broadcast(A, B):
    return torch.stack([(row[:, None] * B).sum(0) for row in A])


# %% gather_rows_sorted
def gather_rows(features, indices):
    return features[sorted(int(i) for i in indices)]


# %% gather_rows_unique
def gather_rows(features, indices):
    mask = torch.zeros(len(features), dtype=torch.bool)
    mask[list(indices)] = True
    return features[mask]


# %% gather_rows_no_repeats
def gather_rows(features, indices):
    return features[list(dict.fromkeys(int(i) for i in indices))]


# %% gather_rows_columns
def gather_rows(features, indices):
    return features[:, list(indices)]


# %% gather_rows_slice
def gather_rows(features, indices):
    return features[indices[0] : indices[-1] + 1]


# %% gather_rows_ignores_step
def gather_rows(features, indices):
    if isinstance(indices, range):
        return features[min(indices) : max(indices) + 1]
    return features[indices]


# %% gather_rows_from_one
def gather_rows(features, indices):
    return features[[i - 1 for i in indices]]


# %% gather_rows_flat
def gather_rows(features, indices):
    return torch.cat([features[i] for i in indices])


# %% scatter_features_axes_swapped
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(labels, features[:, j], label=f"column {j}")
    ax.set_xlabel("label")
    ax.set_ylabel("feature")
    ax.legend()


# %% scatter_features_columns_swapped
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, -1 - j], labels, label=f"column {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_pooled
def scatter_features(ax, features, labels):
    ax.scatter(features, labels.expand_as(features), label="features")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_one_column
def scatter_features(ax, features, labels):
    ax.scatter(features[:, 0], labels, label="column 0")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_against_number
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(range(len(features)), features[:, j], label=f"column {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_pairs_of_features
def scatter_features(ax, features, labels):
    ax.scatter(features[:, 0], features[:, -1], label="column 0")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_lines
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.plot(features[:, j], labels, label=f"column {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_uses_pyplot
import matplotlib.pyplot as plt


def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        plt.scatter(features[:, j], labels, label=f"column {j}")
    plt.xlabel("feature")
    plt.ylabel("label")
    plt.legend()


# %% scatter_features_no_axis_labels
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, j], labels, label=f"column {j}")
    ax.legend()


# %% scatter_features_no_legend
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, j], labels, label=f"column {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")


# %% scatter_features_one_name
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, j], labels, label="feature")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()
