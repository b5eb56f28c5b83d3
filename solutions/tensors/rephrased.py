# Mistakes of tensors in other hands, written from their titles and explanations alone; calibration never reads them.


# %% normal_samples_variance
def normal_samples(mean, std, shape):
    sigma = math.sqrt(std)
    return torch.normal(float(mean), sigma, tuple(shape))


# %% normal_samples_swapped
def normal_samples(mean, std, shape):
    return torch.empty(shape).normal_(mean=0, std=1).mul_(mean).add_(std)


# %% normal_samples_ignores_mean
def normal_samples(mean, std, shape):
    return torch.normal(0.0, std, size=tuple(shape))


# %% normal_samples_ignores_std
def normal_samples(mean, std, shape):
    samples = torch.empty(shape)
    samples.normal_(mean)
    return samples


# %% normal_samples_uniform
def normal_samples(mean, std, shape):
    half_width = math.sqrt(3) * std
    return torch.empty(shape).uniform_(mean - half_width, mean + half_width)


# %% normal_samples_float64
def normal_samples(mean, std, shape):
    import numpy as np
    return torch.from_numpy(np.random.normal(mean, std, tuple(shape)))


# %% normal_samples_flat
def normal_samples(mean, std, shape):
    count = math.prod(shape)
    samples = torch.normal(mean, std, (1, count))
    return samples.flatten()


# %% normal_samples_seeded
def normal_samples(mean, std, shape):
    gen = torch.Generator()
    gen.manual_seed(0)
    return torch.normal(mean, std, tuple(shape), generator=gen)


# %% normal_samples_repeats
def normal_samples(mean, std, shape):
    row = torch.normal(mean, std, (shape[-1],))
    if len(shape) == 1:
        row = torch.normal(mean, std, (1,))
    return row.expand(tuple(shape)).clone()


# %% half_open_steps_end_included
def half_open_steps(start, end, step):
    count = math.floor((end - start) / step) + 1
    k = torch.ones(count).cumsum(0) - 1
    return start + k * step


# %% half_open_steps_drops_last
def half_open_steps(start, end, step):
    count = round((end - start) / step)
    k = torch.tensor(list(range(count)), dtype=torch.float32)
    return start + step * k


# %% half_open_steps_adds_one
def half_open_steps(start, end, step):
    count = 1 + math.floor((end - start) / step)
    return start + step * torch.cumsum(torch.ones(count), dim=0) - step


# %% half_open_steps_stretched
def half_open_steps(start, end, step):
    count = math.ceil((end - start) / step)
    if count <= 1:
        return torch.full((count,), float(start))
    k = torch.tensor(list(range(count)), dtype=torch.float32)
    gap = (end - start) / (count - 1)
    return start + gap * k


# %% half_open_steps_skips_start
def half_open_steps(start, end, step):
    count = math.ceil((end - start) / step)
    k = torch.ones(count).cumsum(0)
    return start + step * k


# %% half_open_steps_from_zero
def half_open_steps(start, end, step):
    count = math.ceil((end - start) / step)
    k = torch.ones(count).cumsum(0) - 1
    return step * k


# %% half_open_steps_ignores_step
def half_open_steps(start, end, step):
    values = []
    current = start
    while current < end:
        values.append(float(current))
        current += 1
    return torch.tensor(values)


# %% half_open_steps_accumulates
def half_open_steps(start, end, step):
    result = torch.empty(0)
    total = float(start)
    while True:
        if total >= end:
            break
        result = torch.cat([result, torch.tensor([total])])
        total = total + step
    return result


# %% half_open_steps_no_tensor
def half_open_steps(start, end, step):
    out = []
    i = 0
    while i < math.ceil((end - start) / step):
        out.append(start + i * step)
        i += 1
    return out


# %% half_open_steps_arange
def half_open_steps(start, end, step):
    count = math.ceil((end - start) / step)
    k = torch.arange(count)
    return start + k * step


# %% matmul_from_broadcast_elementwise
def matmul_from_broadcast(A, B):
    C = torch.mul(A, B)
    return C


# %% matmul_from_broadcast_wrong_axis
def matmul_from_broadcast(A, B):
    box = A.unsqueeze(-1) * B.unsqueeze(0)
    return torch.sum(box, 0)


# %% matmul_from_broadcast_not_summed
def matmul_from_broadcast(A, B):
    rows = A.unsqueeze(1)
    cols = B.T.unsqueeze(0)
    return torch.mul(rows, cols)


# %% matmul_from_broadcast_keeps_axis
def matmul_from_broadcast(A, B):
    n, k = A.shape
    m = B.shape[1]
    box = A.reshape(n, k, 1) * B.reshape(1, k, m)
    return torch.sum(box, dim=-2, keepdim=True)


# %% matmul_from_broadcast_mean
def matmul_from_broadcast(A, B):
    box = A.unsqueeze(1) * B.t().unsqueeze(0)
    return torch.mean(box, dim=-1)


# %% matmul_from_broadcast_transposed
def matmul_from_broadcast(A, B):
    box = B.t().unsqueeze(1) * A.unsqueeze(0)
    return box.sum(-1)


# %% matmul_from_broadcast_rows_with_rows
def matmul_from_broadcast(A, B):
    rows_a = A.unsqueeze(1)
    rows_b = B.unsqueeze(0)
    products = torch.mul(rows_a, rows_b)
    return torch.sum(products, -1)


# %% matmul_from_broadcast_helper
def matmul_from_broadcast(A, B):
    return torch.tensordot(A, B, dims=1)


# %% matmul_from_broadcast_loop
def matmul_from_broadcast(A, B):
    rows = [(row[:, None] * B).sum(dim=0) for row in A]
    return torch.stack(rows)


# %% gather_rows_sorted
def gather_rows(features, indices):
    idx = torch.as_tensor(list(indices), dtype=torch.long)
    idx, _ = torch.sort(idx)
    return torch.index_select(features, 0, idx)


# %% gather_rows_unique
def gather_rows(features, indices):
    wanted = set(int(i) for i in indices)
    rows = []
    for i in range(len(features)):
        if i in wanted:
            rows.append(features[i])
    return torch.stack(rows)


# %% gather_rows_no_repeats
def gather_rows(features, indices):
    order = list(dict.fromkeys(torch.as_tensor(list(indices)).tolist()))
    return torch.stack([features[i] for i in order])


# %% gather_rows_columns
def gather_rows(features, indices):
    idx = torch.as_tensor(list(indices), dtype=torch.long)
    return torch.index_select(features, 1, idx)


# %% gather_rows_slice
def gather_rows(features, indices):
    numbers = [int(i) for i in indices]
    low, high = min(numbers), max(numbers)
    return features.narrow(0, low, high - low + 1)


# %% gather_rows_ignores_step
def gather_rows(features, indices):
    if type(indices) is range:
        first = min(indices[0], indices[-1])
        last = max(indices[0], indices[-1])
        indices = list(range(first, last + 1))
    idx = torch.as_tensor(indices, dtype=torch.long)
    return torch.index_select(features, 0, idx)


# %% gather_rows_from_one
def gather_rows(features, indices):
    idx = torch.as_tensor(list(indices), dtype=torch.long)
    return torch.stack([features[i - 1] for i in idx])


# %% gather_rows_flat
def gather_rows(features, indices):
    idx = torch.as_tensor(list(indices), dtype=torch.long)
    return features.index_select(0, idx).flatten()


# %% scatter_features_axes_swapped
def scatter_features(ax, features, labels):
    y = labels.squeeze(1).tolist()
    for k, column in enumerate(features.T):
        ax.scatter(x=y, y=column.tolist(), alpha=0.5, label="x" + str(k + 1))
    ax.set(xlabel="feature value", ylabel="label value")
    ax.legend(loc="best")


# %% scatter_features_columns_swapped
def scatter_features(ax, features, labels):
    y = labels.squeeze(1).tolist()
    names = ["x" + str(k + 1) for k in range(features.shape[1])]
    handles = []
    for column in features.T:
        handles.append(ax.scatter(column.tolist(), y, alpha=0.5))
    ax.set(xlabel="feature value", ylabel="label value")
    ax.legend(handles, names[1:] + names[:1])


# %% scatter_features_pooled
def scatter_features(ax, features, labels):
    xs, ys = [], []
    for column in features.T:
        xs += column.tolist()
        ys += labels.flatten().tolist()
    ax.scatter(xs, ys, alpha=0.5)
    ax.set(xlabel="feature value", ylabel="label value")
    ax.legend(["x" + str(k + 1) for k in range(features.shape[1])])


# %% scatter_features_one_column
def scatter_features(ax, features, labels):
    y = labels.squeeze(1).tolist()
    column = features[:, 0]
    ax.scatter(column.tolist(), y, alpha=0.5, label="x1")
    ax.set(xlabel="feature value", ylabel="label value")
    ax.legend(loc="best")


# %% scatter_features_against_number
def scatter_features(ax, features, labels):
    y = labels.squeeze(1).tolist()
    number = list(range(len(y)))
    for k, column in enumerate(features.T):
        ax.scatter(number, y, alpha=0.5, label="x" + str(k + 1))
    ax.set(xlabel="number", ylabel="label value")
    ax.legend(loc="best")


# %% scatter_features_pairs_of_features
def scatter_features(ax, features, labels):
    first = features[:, 0].tolist()
    for k, column in enumerate(features.T):
        ax.scatter(first, column.tolist(), alpha=0.5, label="x" + str(k + 1))
    ax.set(xlabel="x1", ylabel="other features")
    ax.legend(loc="best")


# %% scatter_features_lines
def scatter_features(ax, features, labels):
    y = labels.squeeze(1).tolist()
    for k, column in enumerate(features.T):
        ax.plot(column.tolist(), y, "o-", markersize=3, label="x" + str(k + 1))
    ax.set(xlabel="feature value", ylabel="label value")
    ax.legend(loc="best")


# %% scatter_features_uses_pyplot
def scatter_features(ax, features, labels):
    fig, ax = plt.subplots()
    y = labels.squeeze(1).tolist()
    for k, column in enumerate(features.T):
        ax.scatter(column.tolist(), y, alpha=0.5, label="x" + str(k + 1))
    ax.set(xlabel="feature value", ylabel="label value")
    ax.legend(loc="best")


# %% scatter_features_no_axis_labels
def scatter_features(ax, features, labels):
    y = labels.squeeze(1).tolist()
    for k, column in enumerate(features.T):
        ax.scatter(column.tolist(), y, alpha=0.5, label="x" + str(k + 1))
    ax.set(xlabel="feature value", title="labels")
    ax.legend(loc="best")


# %% scatter_features_no_legend
def scatter_features(ax, features, labels):
    y = labels.squeeze(1).tolist()
    colors = ["tab:blue", "tab:orange", "tab:green", "tab:red"]
    for k, column in enumerate(features.T):
        ax.scatter(column.tolist(), y, alpha=0.5, color=colors[k % 4])
    ax.set(xlabel="feature value", ylabel="label value")


# %% scatter_features_one_name
def scatter_features(ax, features, labels):
    y = labels.squeeze(1).tolist()
    handles = []
    for column in features.T:
        handles.append(ax.scatter(column.tolist(), y, alpha=0.5))
    ax.set(xlabel="feature value", ylabel="label value")
    ax.legend(handles, ["data"] * len(handles))


# %% other_normal_samples_1
def normal_samples(mean, std, shape):
    return (mean + torch.randn(shape)) * std


# %% other_normal_samples_2
def normal_samples(mean, std, shape):
    return mean + std * torch.randn(shape).abs()


# %% other_normal_samples_3
def normal_samples(mean, std, shape):
    x = torch.randn(shape)
    return torch.exp(-((x - mean) ** 2) / (2 * std**2)) / (std * math.sqrt(2 * math.pi))


# %% raises_normal_samples_1
def normal_samples(mean, std, shape):
    return torch.normal(mean, std)


# %% raises_normal_samples_2
def normal_samples(mean, std, shape):
    return torch.from_numpy(np.random.normal(mean, std, shape)).float()


# %% other_half_open_steps_1
def half_open_steps(start, end, step):
    n = math.ceil(end / step)
    return torch.tensor([start + i * step for i in range(n)])


# %% other_half_open_steps_2
def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    return torch.tensor([(start + i) * step for i in range(n)])


# %% other_half_open_steps_3
def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    values = [end - i * step for i in range(n)]
    return torch.tensor(values)


# %% raises_half_open_steps_1
def half_open_steps(start, end, step):
    return torch.tensor(list(range(start, end, step)))


# %% raises_half_open_steps_2
def half_open_steps(start, end, step):
    n = (end - start) / step
    values = torch.zeros(n)
    for i in range(n):
        values[i] = start + i * step
    return values


# %% other_matmul_from_broadcast_1
def matmul_from_broadcast(A, B):
    return (A[:, :, None] + B[None, :, :]).sum(dim=1)


# %% other_matmul_from_broadcast_2
def matmul_from_broadcast(A, B):
    return A.sum(dim=1, keepdim=True) * B.sum(dim=0, keepdim=True)


# %% other_matmul_from_broadcast_3
def matmul_from_broadcast(A, B):
    return (A[:, :, None] * B[None, :, :]).max(dim=1).values


# %% raises_matmul_from_broadcast_1
def matmul_from_broadcast(A, B):
    return (A.unsqueeze(2) * B.unsqueeze(2)).sum(dim=1)


# %% raises_matmul_from_broadcast_2
def matmul_from_broadcast(A, B):
    n, k = A.shape
    k, m = B.shape
    return (A.view(n, 1, m) * B.view(1, k, m)).sum(axis=3)


# %% other_gather_rows_1
def gather_rows(features, indices):
    return features[list(indices)[::-1]]


# %% other_gather_rows_2
def gather_rows(features, indices):
    features -= features.mean(dim=0)
    return features[list(indices)]


# %% other_gather_rows_3
def gather_rows(features, indices):
    return features[list(indices)].squeeze(0)


# %% raises_gather_rows_1
def gather_rows(features, indices):
    return torch.index_select(features, 0, indices)


# %% raises_gather_rows_2
def gather_rows(features, indices):
    idx = torch.tensor([float(i) for i in indices])
    return features[idx]


# %% other_scatter_features_1
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:100, j].numpy(), labels[:100].numpy(), s=5, label=f"feature {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% other_scatter_features_2
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        x = features[:, j].sort().values
        ax.scatter(x.numpy(), labels.numpy(), s=5, label=f"feature {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% other_scatter_features_3
def scatter_features(ax, features, labels):
    for i in range(features.shape[0]):
        ax.scatter(features[i].numpy(), labels[i].expand(features.shape[1]).numpy(), s=5, label=f"feature {i}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% raises_scatter_features_1
def scatter_features(ax, features, labels):
    ax.scatter(features.numpy(), labels.numpy(), label="features")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% raises_scatter_features_2
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, j].numpy(), labels.numpy(), s=5, label=f"feature {j}")
    ax.xlabel("feature")
    ax.ylabel("label")
    ax.legend()


# %% break_half_open_steps_agrees
def break_half_open_steps():
    numbers = (0, 9, 3)
    return numbers


# %% break_half_open_steps_no_step
def break_half_open_steps():
    return {"start": 0, "end": 5}
