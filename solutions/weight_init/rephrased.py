# Mistakes of weight_init in other hands, written from their titles and explanations alone; calibration never reads them.


# %% zeros_init_new_tensor
def zeros_init_(w):
    zeros = torch.zeros_like(w)
    return zeros


# %% zeros_init_returns_nothing
def zeros_init_(w):
    w[:, :] = 0.0


# %% zeros_init_multiplies
def zeros_init_(w):
    w.mul_(0.0)
    return w


# %% zeros_init_first_row
def zeros_init_(w):
    for i in range(w.shape[1]):
        w[0, i] = 0.0
    return w


# %% zeros_init_small_numbers
def zeros_init_(w):
    w.copy_(torch.randn(w.shape) * 1e-3)
    return w


# %% distinct_hidden_units_ignores_tolerance
def distinct_hidden_units(w1, tolerance):
    columns = set()
    for j in range(w1.shape[1]):
        columns.add(tuple(w1[:, j].tolist()))
    return len(columns)


# %% distinct_hidden_units_neighbours_only
def distinct_hidden_units(w1, tolerance):
    steps = (w1[:, 1:] - w1[:, :-1]).abs().amax(dim=0)
    return 1 + int((steps > tolerance).sum())


# %% distinct_hidden_units_first_only
def distinct_hidden_units(w1, tolerance):
    distance = (w1 - w1[:, :1]).abs().amax(dim=0)
    return int((distance > tolerance).sum()) + 1


# %% distinct_hidden_units_rows
def distinct_hidden_units(w1, tolerance):
    found = []
    for i in range(w1.shape[0]):
        same = False
        for f in found:
            if torch.allclose(w1[i], f, rtol=0, atol=tolerance):
                same = True
        if not same:
            found.append(w1[i])
    return len(found)


# %% distinct_hidden_units_elements
def distinct_hidden_units(w1, tolerance):
    values = w1.reshape(-1).sort().values
    jumps = values[1:] - values[:-1]
    return int((jumps > tolerance).sum()) + 1


# %% distinct_hidden_units_pairs
def distinct_hidden_units(w1, tolerance):
    gaps = (w1[:, :, None] - w1[:, None, :]).abs().amax(dim=0)
    different = gaps > tolerance
    return int(torch.triu(different, diagonal=1).sum())


# %% distinct_hidden_units_sums
def distinct_hidden_units(w1, tolerance):
    sums = sorted(w1.sum(0).tolist())
    number = 1
    for previous, current in zip(sums, sums[1:]):
        if current - previous > tolerance:
            number += 1
    return number


# %% distinct_hidden_units_mean_difference
def distinct_hidden_units(w1, tolerance):
    gaps = (w1.T[:, None, :] - w1.T[None, :, :]).abs().mean(dim=2)
    number = 0
    for j in range(w1.shape[1]):
        if not (gaps[j, :j] <= tolerance).any():
            number += 1
    return number


# %% distinct_hidden_units_norm
def distinct_hidden_units(w1, tolerance):
    apart = torch.cdist(w1.T.contiguous(), w1.T.contiguous())
    return sum(int(not (apart[j, :j] <= tolerance).any()) for j in range(len(apart)))


# %% distinct_hidden_units_lengths
def distinct_hidden_units(w1, tolerance):
    lengths = sorted((w1**2).sum(dim=0).sqrt().tolist())
    return 1 + sum(after - before > tolerance for before, after in zip(lengths, lengths[1:]))


# %% distinct_hidden_units_any_element
def distinct_hidden_units(w1, tolerance):
    gaps = (w1.T[:, None, :] - w1.T[None, :, :]).abs().amin(dim=2)
    number = 0
    for j in range(w1.shape[1]):
        if not (gaps[j, :j] <= tolerance).any():
            number += 1
    return number


# %% distinct_hidden_units_no_absolute_value
def distinct_hidden_units(w1, tolerance):
    units = []
    for column in w1.T:
        new = True
        for unit in units:
            if torch.all(column - unit <= tolerance):
                new = False
                break
        if new:
            units.append(column)
    return len(units)


# %% distinct_hidden_units_rank
def distinct_hidden_units(w1, tolerance):
    singular_values = torch.linalg.svdvals(w1)
    return int((singular_values > tolerance).sum().item())


# %% distinct_hidden_units_never_repeated
def distinct_hidden_units(w1, tolerance):
    gaps = (w1[:, :, None] - w1[:, None, :]).abs().amax(dim=0)
    copies = (gaps <= tolerance).sum(dim=1)
    return int((copies == 1).sum())


# %% normal_init_variance
def normal_init_(w, std):
    draws = torch.randn(w.shape) * std**0.5
    w[:] = draws
    return w


# %% normal_init_squares
def normal_init_(w, std):
    variance = std * std
    torch.nn.init.normal_(w, mean=0.0, std=variance)
    return w


# %% normal_init_ignores_std
def normal_init_(w, std):
    w.copy_(torch.randn_like(w))
    return w


# %% normal_init_std_as_mean
def normal_init_(w, std):
    return torch.nn.init.normal_(w, std)


# %% normal_init_uniform
def normal_init_(w, std):
    w[:] = std * (2 * torch.rand(w.shape) - 1)
    return w


# %% normal_init_one_sided
def normal_init_(w, std):
    w.copy_(std * torch.abs(torch.randn(w.shape)))
    return w


# %% normal_init_adds
def normal_init_(w, std):
    noise = torch.randn(w.shape) * std
    w.add_(noise)
    return w


# %% normal_init_new_tensor
def normal_init_(w, std):
    fan_in, fan_out = w.shape
    result = std * torch.randn(fan_in, fan_out)
    return result


# %% normal_init_returns_nothing
def normal_init_(w, std):
    w[:] = torch.randn(w.shape) * std


# %% normal_init_shared_draws
def normal_init_(w, std):
    row = torch.normal(0.0, std, size=(1, w.shape[1]))
    w.copy_(row.expand(w.shape[0], -1))
    return w


# %% normal_init_same_every_time
def normal_init_(w, std):
    g = torch.Generator().manual_seed(42)
    w.copy_(torch.randn(w.shape, generator=g) * std)
    return w


# %% activation_stds_pre_activation
def activation_stds(init_, activation, depth, width, batch):
    x = torch.normal(0.0, 1.0, (batch, width))
    result = []
    while len(result) < depth:
        weight = torch.zeros(width, width)
        init_(weight)
        x = torch.matmul(x, weight)
        result.append(float(torch.std(x)))
        x = activation(x)
    return result


# %% activation_stds_variance
def activation_stds(init_, activation, depth, width, batch):
    x = torch.normal(0.0, 1.0, (batch, width))
    result = []
    for layer in range(depth):
        weight = torch.zeros(width, width)
        init_(weight)
        x = activation(torch.matmul(x, weight))
        result.append(float(((x - x.mean()) ** 2).mean()))
    return result


# %% activation_stds_root_mean_square
def activation_stds(init_, activation, depth, width, batch):
    x = torch.normal(0.0, 1.0, (batch, width))
    result = []
    for layer in range(depth):
        weight = torch.zeros(width, width)
        init_(weight)
        x = activation(torch.matmul(x, weight))
        result.append(math.sqrt(float((x * x).sum()) / (batch * width)))
    return result


# %% activation_stds_of_means
def activation_stds(init_, activation, depth, width, batch):
    x = torch.normal(0.0, 1.0, (batch, width))
    result = []
    for layer in range(depth):
        weight = torch.zeros(width, width)
        init_(weight)
        x = activation(torch.matmul(x, weight))
        per_unit = [float(x[:, j].std()) for j in range(width)]
        result.append(sum(per_unit) / width)
    return result


# %% activation_stds_mean_size
def activation_stds(init_, activation, depth, width, batch):
    x = torch.normal(0.0, 1.0, (batch, width))
    result = []
    for layer in range(depth):
        weight = torch.zeros(width, width)
        init_(weight)
        x = activation(torch.matmul(x, weight))
        result.append(float(torch.abs(x).sum() / x.numel()))
    return result


# %% activation_stds_before_the_layer
def activation_stds(init_, activation, depth, width, batch):
    layers = [torch.randn(batch, width)]
    for layer in range(depth):
        weight = init_(torch.zeros(width, width))
        layers.append(activation(layers[-1] @ weight))
    return [float(h.std()) for h in layers[:-1]]


# %% activation_stds_input_included
def activation_stds(init_, activation, depth, width, batch):
    layers = [torch.randn(batch, width)]
    for layer in range(depth):
        weight = init_(torch.zeros(width, width))
        layers.append(activation(layers[-1] @ weight))
    return [float(h.std()) for h in layers]


# %% activation_stds_returns_early
def activation_stds(init_, activation, depth, width, batch):
    x = torch.normal(0.0, 1.0, (batch, width))
    for layer in range(depth):
        result = []
        weight = torch.zeros(width, width)
        init_(weight)
        x = activation(torch.matmul(x, weight))
        result.append(float(x.std()))
        return result


# %% activation_stds_tensors
def activation_stds(init_, activation, depth, width, batch):
    layers = [torch.randn(batch, width)]
    for layer in range(depth):
        weight = init_(torch.zeros(width, width))
        layers.append(activation(layers[-1] @ weight))
    return [torch.std(h) for h in layers[1:]]


# %% activation_stds_no_activation
def activation_stds(init_, activation, depth, width, batch):
    layers = [torch.randn(batch, width)]
    for layer in range(depth):
        weight = init_(torch.zeros(width, width))
        layers.append(torch.mm(layers[-1], weight))
    return [float(h.std()) for h in layers[1:]]


# %% activation_stds_linear_chain
def activation_stds(init_, activation, depth, width, batch):
    x = torch.normal(0.0, 1.0, (batch, width))
    result = []
    for layer in range(depth):
        weight = torch.zeros(width, width)
        init_(weight)
        x = torch.matmul(x, weight)
        a = activation(x)
        result.append(float(a.std()))
    return result


# %% activation_stds_restarts
def activation_stds(init_, activation, depth, width, batch):
    inputs = torch.normal(0.0, 1.0, (batch, width))

    def layer():
        weight = init_(torch.zeros(width, width))
        return activation(torch.matmul(inputs, weight))

    return [float(layer().std()) for _ in range(depth)]


# %% activation_stds_same_weights
def activation_stds(init_, activation, depth, width, batch):
    weight = torch.zeros(width, width)
    init_(weight)
    x = torch.normal(0.0, 1.0, (batch, width))
    result = []
    for layer in range(depth):
        x = activation(torch.matmul(x, weight))
        result.append(float(x.std()))
    return result


# %% activation_stds_normalises
def activation_stds(init_, activation, depth, width, batch):
    x = torch.normal(0.0, 1.0, (batch, width))
    result = []
    for layer in range(depth):
        weight = torch.zeros(width, width)
        init_(weight)
        a = activation(torch.matmul(x, weight))
        s = a.std()
        result.append(float(s))
        x = (a - a.mean()) / (s + 1e-8)
    return result


# %% activation_stds_uniform_input
def activation_stds(init_, activation, depth, width, batch):
    x = torch.empty(batch, width).uniform_(0, 1)
    result = []
    for layer in range(depth):
        weight = torch.zeros(width, width)
        init_(weight)
        x = activation(torch.matmul(x, weight))
        result.append(float(x.std()))
    return result


# %% activation_stds_ignores_batch
def activation_stds(init_, activation, depth, width, batch):
    x = torch.normal(0.0, 1.0, (100, width))
    result = []
    for layer in range(depth):
        weight = torch.zeros(width, width)
        init_(weight)
        x = activation(torch.matmul(x, weight))
        result.append(float(x.std()))
    return result


# %% xavier_init_variance
def xavier_init_(w):
    variance = 2.0 / sum(w.shape)
    w[:] = torch.randn(w.shape) * variance
    return w


# %% xavier_init_no_gain
def xavier_init_(w):
    n = w.shape[0] + w.shape[1]
    w[:] = torch.randn(w.shape) / n**0.5
    return w


# %% xavier_init_he
def xavier_init_(w):
    return he_init_(w)


# %% xavier_init_fan_in_only
def xavier_init_(w):
    w[:] = torch.randn(w.shape) / w.shape[0] ** 0.5
    return w


# %% xavier_init_fan_out_only
def xavier_init_(w):
    w[:] = torch.randn(w.shape) / w.shape[1] ** 0.5
    return w


# %% xavier_init_limit_as_std
def xavier_init_(w):
    limit = (6 / (w.shape[0] + w.shape[1])) ** 0.5
    w[:] = torch.randn(w.shape) * limit
    return w


# %% xavier_init_std_as_limit
def xavier_init_(w):
    s = (2 / (w.shape[0] + w.shape[1])) ** 0.5
    w[:] = (torch.rand(w.shape) * 2 - 1) * s
    return w


# %% xavier_init_one_sided
def xavier_init_(w):
    a = (6 / (w.shape[0] + w.shape[1])) ** 0.5
    w.uniform_(0, a)
    return w


# %% xavier_init_new_tensor
def xavier_init_(w):
    std = (2 / (w.shape[0] + w.shape[1])) ** 0.5
    return torch.normal(0.0, std, size=tuple(w.shape))


# %% xavier_init_returns_nothing
def xavier_init_(w):
    torch.nn.init.xavier_uniform_(w)


# %% xavier_init_shared_draws
def xavier_init_(w):
    std = (2 / (w.shape[0] + w.shape[1])) ** 0.5
    column = torch.empty(w.shape[0]).normal_(0, std)
    for j in range(w.shape[1]):
        w[:, j] = column
    return w


# %% xavier_init_same_every_time
def xavier_init_(w):
    torch.random.manual_seed(1234)
    torch.nn.init.xavier_normal_(w)
    return w


# %% he_init_variance
def he_init_(w):
    variance = 2.0 / w.shape[0]
    w[:] = torch.randn(w.shape) * variance
    return w


# %% he_init_swapped_fans
def he_init_(w):
    return torch.nn.init.kaiming_normal_(w, mode="fan_in", nonlinearity="relu")


# %% he_init_no_gain
def he_init_(w):
    w[:] = torch.randn(w.shape) / w.shape[0] ** 0.5
    return w


# %% he_init_xavier
def he_init_(w):
    return xavier_init_(w)


# %% he_init_limit_as_std
def he_init_(w):
    bound = (6.0 / w.shape[0]) ** 0.5
    w[:] = torch.randn(w.shape) * bound
    return w


# %% he_init_std_as_limit
def he_init_(w):
    s = (2.0 / w.shape[0]) ** 0.5
    w[:] = 2 * s * torch.rand(w.shape) - s
    return w


# %% he_init_one_sided
def he_init_(w):
    bound = (6.0 / w.shape[0]) ** 0.5
    w.uniform_(0, bound)
    return w


# %% he_init_new_tensor
def he_init_(w):
    std = (2.0 / w.shape[0]) ** 0.5
    new_w = torch.empty_like(w)
    new_w.normal_(0, std)
    return new_w


# %% he_init_returns_nothing
def he_init_(w):
    std = (2.0 / w.shape[0]) ** 0.5
    w[:] = torch.randn(w.shape) * std


# %% he_init_shared_draws
def he_init_(w):
    std = (2.0 / w.shape[0]) ** 0.5
    row = torch.empty(w.shape[1]).normal_(0, std)
    for i in range(w.shape[0]):
        w[i] = row
    return w


# %% he_init_same_every_time
def he_init_(w):
    generator = torch.Generator()
    generator.manual_seed(0)
    w.normal_(0, (2.0 / w.shape[0]) ** 0.5, generator=generator)
    return w


# %% other_zeros_init__1
def zeros_init_(w):
    w.fill_(1e-8)
    return w


# %% other_zeros_init__2
def zeros_init_(w):
    w[w != 0] = 0
    return torch.zeros_like(w)


# %% other_zeros_init__3
def zeros_init_(w):
    w.fill_diagonal_(0)
    return w


# %% raises_zeros_init__1
def zeros_init_(w):
    w.zeros_()
    return w


# %% raises_zeros_init__2
def zeros_init_(w):
    for i in range(w.shape[1]):
        for j in range(w.shape[0] + 1):
            w[j, i] = 0
    return w


# %% other_distinct_hidden_units_1
def distinct_hidden_units(w1, tolerance):
    kept = []
    for j in range(w1.shape[1]):
        if all((w1[:, j] - other).norm() > tolerance for other in kept):
            kept.append(w1[:, j])
    return len(kept)


# %% other_distinct_hidden_units_2
def distinct_hidden_units(w1, tolerance):
    kept = []
    for j in range(w1.shape[1]):
        if all((w1[:, j] - other).abs().max() < tolerance for other in kept):
            kept.append(w1[:, j])
    return len(kept)


# %% other_distinct_hidden_units_3
def distinct_hidden_units(w1, tolerance):
    rounded = torch.round(w1 / tolerance) * tolerance
    return len(set(tuple(column) for column in rounded.T.tolist()))


# %% raises_distinct_hidden_units_1
def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if column not in kept:
            kept.append(column)
    return len(kept)


# %% raises_distinct_hidden_units_2
def distinct_hidden_units(w1, tolerance):
    count = 0
    for i in range(w1.shape[1]):
        if (w1[:, i] - w1[:, i + 1]).abs().max() > tolerance:
            count += 1
    return count + 1


# %% other_normal_init__1
def normal_init_(w, std):
    w.copy_(torch.randn(w.shape) / std)
    return w


# %% other_normal_init__2
def normal_init_(w, std):
    torch.nn.init.trunc_normal_(w, 0.0, std, -std, std)
    return w


# %% other_normal_init__3
def normal_init_(w, std):
    w.normal_(0, std)
    w -= w.mean()
    w /= w.std()
    return w


# %% raises_normal_init__1
def normal_init_(w, std):
    w.copy_(torch.normal(0, std, w.shape[0], w.shape[1]))
    return w


# %% raises_normal_init__2
def normal_init_(w, std):
    fan_in, fan_out = w.shape
    w.copy_(torch.normal(0, std, size=(fan_in, fan_out, 2)))
    return w


# %% other_activation_stds_1
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        w = init_(torch.empty(width, width))
        h = activation(h @ w.T)
        stds.append(h.mean().item())
    return stds


# %% other_activation_stds_2
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        w = init_(torch.empty(width, width))
        h = activation(h @ w) + h
        stds.append(h.std().item())
    return stds


# %% other_activation_stds_3
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth - 1):
        w = init_(torch.empty(width, width))
        h = torch.tanh(h @ w)
        stds.append(h.std().item())
    return stds


# %% raises_activation_stds_1
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        w = init_(width, width)
        h = activation(h @ w)
        stds.append(h.std().item())
    return stds


# %% raises_activation_stds_2
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(width, batch)
    stds = []
    for _ in range(depth):
        w = init_(torch.empty(width, width))
        h = activation(h @ w)
        stds.append(h.std().item())
    return stds


# %% other_xavier_init__1
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w.normal_(0, math.sqrt(2 / fan_in + fan_out))
    return w


# %% other_xavier_init__2
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w.normal_(0, math.sqrt(2 / (fan_in * fan_out)))
    return w


# %% other_xavier_init__3
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w.normal_(0, math.sqrt((fan_in + fan_out) / 2))
    return w


# %% raises_xavier_init__1
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w.normal_(0, torch.sqrt(2 / (fan_in + fan_out)))
    return w


# %% raises_xavier_init__2
def xavier_init_(w):
    fan_in, fan_out = w.size
    w.normal_(0, math.sqrt(2 / (fan_in + fan_out)))
    return w


# %% other_he_init__1
def he_init_(w):
    fan_in, fan_out = w.shape
    w.normal_(0, math.sqrt(2) / fan_in)
    return w


# %% other_he_init__2
def he_init_(w):
    fan_in, fan_out = w.shape
    w.normal_(math.sqrt(2 / fan_in))
    return w


# %% other_he_init__3
def he_init_(w):
    n = w.numel()
    w.normal_(0, math.sqrt(2 / n))
    return w


# %% raises_he_init__1
def he_init_(w):
    std = math.sqrt(2 / w.shape)
    w.normal_(0, std)
    return w


# %% raises_he_init__2
def he_init_(w):
    std = math.sqrt(2 / fan_in)
    w.normal_(0, std)
    return w


# %% break_distinct_hidden_units_agrees
def break_distinct_hidden_units():
    return torch.arange(6.0).reshape(2, 3), 0.5


# %% break_distinct_hidden_units_no_tolerance
def break_distinct_hidden_units():
    w1 = torch.eye(3)
    return w1
