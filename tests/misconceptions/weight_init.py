# Recorded mistakes of weight_init, one for each misconception; what a section leaves out is correct.

# %% zeros_init_new_tensor
def zeros_init_(w):
    return torch.zeros(w.shape)


# %% zeros_init_returns_nothing
def zeros_init_(w):
    w.zero_()


# %% zeros_init_multiplies
def zeros_init_(w):
    w *= 0
    return w


# %% zeros_init_first_row
def zeros_init_(w):
    w[0] = 0
    return w


# %% zeros_init_small_numbers
def zeros_init_(w):
    return w.normal_(0, 0.01)


# %% distinct_hidden_units_ignores_tolerance
def distinct_hidden_units(w1, tolerance):
    return torch.unique(w1, dim=1).shape[1]


# %% distinct_hidden_units_neighbours_only
def distinct_hidden_units(w1, tolerance):
    count = 1
    for j in range(1, w1.shape[1]):
        if (w1[:, j] - w1[:, j - 1]).abs().max() > tolerance:
            count += 1
    return count


# %% distinct_hidden_units_first_only
def distinct_hidden_units(w1, tolerance):
    return 1 + sum(1 for j in range(1, w1.shape[1]) if (w1[:, j] - w1[:, 0]).abs().max() > tolerance)


# %% distinct_hidden_units_rows
def distinct_hidden_units(w1, tolerance):
    kept = []
    for row in w1:
        if all((row - other).abs().max() > tolerance for other in kept):
            kept.append(row)
    return len(kept)


# %% distinct_hidden_units_elements
def distinct_hidden_units(w1, tolerance):
    return len(torch.unique(w1))


# %% distinct_hidden_units_pairs
def distinct_hidden_units(w1, tolerance):
    n = w1.shape[1]
    return sum(1 for i in range(n) for j in range(i) if (w1[:, i] - w1[:, j]).abs().max() > tolerance)


# %% distinct_hidden_units_sums
def distinct_hidden_units(w1, tolerance):
    kept = []
    for total in w1.sum(0):
        if all((total - other).abs() > tolerance for other in kept):
            kept.append(total)
    return len(kept)


# %% distinct_hidden_units_mean_difference
def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if all((column - other).abs().mean() > tolerance for other in kept):
            kept.append(column)
    return len(kept)


# %% distinct_hidden_units_any_element
def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if all((column - other).abs().min() > tolerance for other in kept):
            kept.append(column)
    return len(kept)


# %% distinct_hidden_units_no_absolute_value
def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if all((column - other).max() > tolerance for other in kept):
            kept.append(column)
    return len(kept)


# %% distinct_hidden_units_rank
def distinct_hidden_units(w1, tolerance):
    return int(torch.linalg.matrix_rank(w1))


# %% distinct_hidden_units_never_repeated
def distinct_hidden_units(w1, tolerance):
    same = (w1[:, :, None] - w1[:, None, :]).abs().amax(0) <= tolerance
    return int((same.sum(0) == 1).sum())


# %% normal_init_variance
def normal_init_(w, std):
    return w.normal_(0, std**0.5)


# %% normal_init_squares
def normal_init_(w, std):
    return w.copy_(torch.randn(w.shape) * std**2)


# %% normal_init_ignores_std
def normal_init_(w, std):
    return w.copy_(torch.randn(w.shape))


# %% normal_init_std_as_mean
def normal_init_(w, std):
    return w.normal_(std)


# %% normal_init_uniform
def normal_init_(w, std):
    return w.uniform_(-std, std)


# %% normal_init_one_sided
def normal_init_(w, std):
    with torch.no_grad():
        w.normal_(0, std).abs_()
    return w


# %% normal_init_adds
def normal_init_(w, std):
    w += std * torch.randn(w.shape)
    return w


# %% normal_init_new_tensor
def normal_init_(w, std):
    return torch.normal(0.0, std, w.shape)


# %% normal_init_returns_nothing
def normal_init_(w, std):
    w.normal_(0, std)


# %% normal_init_shared_draws
def normal_init_(w, std):
    w[:] = std * torch.randn(w.shape[1])
    return w


# %% normal_init_same_every_time
def normal_init_(w, std):
    torch.manual_seed(0)
    return w.normal_(0, std)


# %% activation_stds_pre_activation
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        z = h @ init_(torch.empty(width, width))
        stds.append(z.std().item())
        h = activation(z)
    return stds


# %% activation_stds_variance
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.var().item())
    return stds


# %% activation_stds_root_mean_square
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append((h**2).mean().sqrt().item())
    return stds


# %% activation_stds_of_means
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std(dim=0).mean().item())
    return stds


# %% activation_stds_mean_size
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.abs().mean().item())
    return stds


# %% activation_stds_before_the_layer
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        stds.append(h.std().item())
        h = activation(h @ init_(torch.empty(width, width)))
    return stds


# %% activation_stds_input_included
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = [h.std().item()]
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
    return stds


# %% activation_stds_returns_early
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
        return stds


# %% activation_stds_tensors
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std())
    return stds


# %% activation_stds_no_activation
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = h @ init_(torch.empty(width, width))
        stds.append(h.std().item())
    return stds


# %% activation_stds_linear_chain
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = h @ init_(torch.empty(width, width))
        stds.append(activation(h).std().item())
    return stds


# %% activation_stds_restarts
def activation_stds(init_, activation, depth, width, batch):
    X = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(X @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
    return stds


# %% activation_stds_same_weights
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    w = init_(torch.empty(width, width))
    stds = []
    for _ in range(depth):
        h = activation(h @ w)
        stds.append(h.std().item())
    return stds


# %% activation_stds_uniform_input
def activation_stds(init_, activation, depth, width, batch):
    h = torch.rand(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
    return stds


# %% activation_stds_ignores_batch
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(width, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
    return stds


# %% activation_stds_normalises
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
        h = h / h.std()
    return stds


# %% xavier_init_variance
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, 2 / (fan_in + fan_out))


# %% xavier_init_no_gain
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (1 / (fan_in + fan_out)) ** 0.5)


# %% xavier_init_he
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (2 / fan_in) ** 0.5)


# %% xavier_init_fan_in_only
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (1 / fan_in) ** 0.5)


# %% xavier_init_fan_out_only
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (1 / fan_out) ** 0.5)


# %% xavier_init_limit_as_std
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (6 / (fan_in + fan_out)) ** 0.5)


# %% xavier_init_std_as_limit
def xavier_init_(w):
    fan_in, fan_out = w.shape
    limit = (2 / (fan_in + fan_out)) ** 0.5
    return w.uniform_(-limit, limit)


# %% xavier_init_one_sided
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w[:] = torch.rand(w.shape) * (2 / (fan_in + fan_out)) ** 0.5
    return w


# %% xavier_init_new_tensor
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w = torch.randn(fan_in, fan_out) * (2 / (fan_in + fan_out)) ** 0.5
    return w


# %% xavier_init_returns_nothing
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w.normal_(0, (2 / (fan_in + fan_out)) ** 0.5)


# %% xavier_init_shared_draws
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w[:] = torch.randn(fan_in, 1) * (2 / (fan_in + fan_out)) ** 0.5
    return w


# %% xavier_init_same_every_time
def xavier_init_(w):
    fan_in, fan_out = w.shape
    torch.manual_seed(42)
    return w.normal_(0, (2 / (fan_in + fan_out)) ** 0.5)


# %% he_init_variance
def he_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, 2 / fan_in)


# %% he_init_swapped_fans
def he_init_(w):
    return torch.nn.init.kaiming_normal_(w, nonlinearity="relu")


# %% he_init_no_gain
def he_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (1 / fan_in) ** 0.5)


# %% he_init_xavier
def he_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (2 / (fan_in + fan_out)) ** 0.5)


# %% he_init_limit_as_std
def he_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (6 / fan_in) ** 0.5)


# %% he_init_std_as_limit
def he_init_(w):
    fan_in, fan_out = w.shape
    limit = (2 / fan_in) ** 0.5
    return w.uniform_(-limit, limit)


# %% he_init_one_sided
def he_init_(w):
    fan_in, fan_out = w.shape
    w[:] = torch.rand(w.shape) * (2 / fan_in) ** 0.5
    return w


# %% he_init_new_tensor
def he_init_(w):
    return torch.randn(w.shape) * (2 / w.shape[0]) ** 0.5


# %% he_init_returns_nothing
def he_init_(w):
    w.normal_(0, (2 / w.shape[0]) ** 0.5)


# %% he_init_shared_draws
def he_init_(w):
    w[:] = torch.randn(w.shape[1]) * (2 / w.shape[0]) ** 0.5
    return w


# %% he_init_same_every_time
def he_init_(w):
    torch.manual_seed(42)
    return w.normal_(0, (2 / w.shape[0]) ** 0.5)
