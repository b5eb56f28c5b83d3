# Mistakes of generalisation in other hands, written from their titles and explanations alone; calibration never reads them.


# %% train_validation_split_overlaps
def train_validation_split(features, labels, fraction, seed):
    n = len(features)
    n_val = round(fraction * n)
    rng = random.Random(seed)
    held_back = torch.tensor(rng.sample(range(n), n_val), dtype=torch.long)
    learned = torch.tensor(rng.sample(range(n), n - n_val), dtype=torch.long)
    return features[learned], labels[learned], features[held_back], labels[held_back]


# %% train_validation_split_labels_apart
def train_validation_split(features, labels, fraction, seed):
    source = torch.Generator()
    source.manual_seed(seed)

    def divide(tensor):
        count = tensor.shape[0]
        size = round(fraction * count)
        mixed = tensor[torch.randperm(count, generator=source)]
        return mixed[size:], mixed[:size]

    X_train, X_val = divide(features)
    y_train, y_val = divide(labels)
    return X_train, y_train, X_val, y_val


# %% train_validation_split_unshuffled
def train_validation_split(features, labels, fraction, seed):
    total = features.shape[0]
    k = round(fraction * total)
    in_train = torch.arange(total) >= k
    return features[in_train], labels[in_train], features[~in_train], labels[~in_train]


# %% train_validation_split_global_seed
def train_validation_split(features, labels, fraction, seed):
    np.random.seed(seed)
    shuffled = torch.from_numpy(np.random.permutation(len(labels)))
    cut = len(labels) - round(fraction * len(labels))
    a, b = shuffled[:cut], shuffled[cut:]
    return features[a], labels[a], features[b], labels[b]


# %% train_validation_split_ignores_seed
def train_validation_split(features, labels, fraction, seed):
    m = len(features)
    order = torch.as_tensor(np.random.default_rng().permutation(m))
    n_train = m - round(fraction * m)
    train, val = torch.split(order, [n_train, m - n_train])
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_one_seed
def train_validation_split(features, labels, fraction, seed):
    numbers = list(range(len(features)))
    random.Random(42).shuffle(numbers)
    k = round(fraction * len(numbers))
    val = torch.tensor(numbers[:k], dtype=torch.long)
    train = torch.tensor(numbers[k:], dtype=torch.long)
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_fraction_of_training
def train_validation_split(features, labels, fraction, seed):
    size = features.size(0)
    noise = np.random.RandomState(seed).rand(size)
    ranking = torch.from_numpy(np.argsort(noise))
    boundary = round(fraction * size)
    X, y = features[ranking], labels[ranking]
    return X[:boundary], y[:boundary], X[boundary:], y[boundary:]


# %% train_validation_split_order_of_results
def train_validation_split(features, labels, fraction, seed):
    rng = np.random.default_rng(seed)
    index = torch.as_tensor(rng.permutation(len(features)))
    n_val = round(fraction * len(features))
    groups = index[n_val:], index[:n_val]
    return tuple(data[group] for data in (features, labels) for group in groups)


# %% train_validation_split_truncates
def train_validation_split(features, labels, fraction, seed):
    count = len(features)
    held = math.floor(fraction * count)
    ids = list(range(count))
    random.Random(seed).shuffle(ids)
    ids = torch.tensor(ids, dtype=torch.long)
    rest, kept_back = ids[held:], ids[:held]
    return features[rest], labels[rest], features[kept_back], labels[kept_back]


# %% train_validation_split_with_replacement
def train_validation_split(features, labels, fraction, seed):
    n = len(features)
    rng = np.random.default_rng(seed)
    drawn = torch.as_tensor(rng.choice(n, n))
    n_val = round(fraction * n)
    train, val = drawn[n_val:], drawn[:n_val]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_by_coin
def train_validation_split(features, labels, fraction, seed):
    coin = random.Random(seed)
    train, val = [], []
    for i in range(len(features)):
        if coin.random() < fraction:
            val.append(i)
        else:
            train.append(i)
    train, val = torch.tensor(train, dtype=torch.long), torch.tensor(val, dtype=torch.long)
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_block
def train_validation_split(features, labels, fraction, seed):
    n = features.shape[0]
    k = round(fraction * n)
    shift = random.Random(seed).randrange(n)
    X, y = torch.roll(features, shift, dims=0), torch.roll(labels, shift, dims=0)
    return X[: n - k], y[: n - k], X[n - k:], y[n - k:]


# %% polynomial_features_ones
def polynomial_features(x, degree):
    return torch.vander(x, degree + 1, increasing=True)


# %% polynomial_features_from_zero
def polynomial_features(x, degree):
    term = torch.ones_like(x)
    columns = []
    while len(columns) < degree:
        columns.append(term)
        term = term * x
    return torch.stack(columns, dim=1)


# %% polynomial_features_stops_early
def polynomial_features(x, degree):
    table = torch.zeros(len(x), degree)
    for k in range(1, degree):
        table[:, k - 1] = x ** k
    return table


# %% polynomial_features_transposed
def polynomial_features(x, degree):
    repeated = x.unsqueeze(0).expand(degree, -1)
    return torch.cumprod(repeated, dim=0)


# %% polynomial_features_multiples
def polynomial_features(x, degree):
    repeated = x.reshape(-1, 1).repeat(1, degree)
    return repeated.cumsum(dim=1)


# %% polynomial_features_descending
def polynomial_features(x, degree):
    return torch.vander(x, degree + 1)[:, :-1]


# %% polynomial_features_exponentials
def polynomial_features(x, degree):
    return torch.stack([torch.pow(float(k), x) for k in range(1, degree + 1)], dim=1)


# %% polynomial_features_normalised
def polynomial_features(x, degree):
    powers = torch.cat([x.view(-1, 1) ** (j + 1) for j in range(degree)], dim=1)
    return nn.functional.normalize(powers, dim=0)


# %% l2_penalty_no_half
def l2_penalty(w):
    flat = w.flatten()
    return torch.dot(flat, flat)


# %% l2_penalty_mean
def l2_penalty(w):
    return nn.functional.mse_loss(w, torch.zeros_like(w)) / 2


# %% l2_penalty_absolute
def l2_penalty(w):
    return torch.linalg.vector_norm(w, ord=1) / 2


# %% l2_penalty_norm
def l2_penalty(w):
    length = w.square().sum().sqrt()
    return 0.5 * length


# %% l2_penalty_each
def l2_penalty(w):
    return torch.mul(w, w).div(2)


# %% l2_penalty_detached
def l2_penalty(w):
    total = 0.0
    for value in w.flatten().tolist():
        total += value * value / 2
    return torch.tensor(total)


# %% l2_penalty_square_of_sum
def l2_penalty(w):
    total = torch.zeros(())
    for entry in w.reshape(-1):
        total = total + entry
    return total * total / 2


# %% train_ridge_penalises_bias
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    model = nn.Linear(features.shape[1], 1)
    nn.init.normal_(model.weight, std=0.01)
    nn.init.zeros_(model.bias)
    sgd = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=weight_decay)
    mse = nn.MSELoss()
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            sgd.zero_grad()
            (mse(model(features[rows]), labels[rows]) / 2).backward()
            sgd.step()
        with torch.no_grad():
            losses.append(mse(model(features), labels).item() / 2)
    return model.weight.detach().T.clone(), model.bias.detach(), losses


# %% train_ridge_losses_with_penalty
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w, b = torch.zeros(features.shape[1], 1), torch.zeros(1)
    n = len(features)

    def objective():
        residual = features @ w + b - labels
        return float(residual.square().mean() / 2 + weight_decay * l2_penalty(w))

    history = []
    for _ in range(num_epochs):
        order = torch.randperm(n)
        for start in range(0, n, batch_size):
            rows = order[start:start + batch_size]
            error = features[rows] @ w + b - labels[rows]
            grad_w = features[rows].T @ error / len(rows) + weight_decay * w
            w = w - lr * grad_w
            b = b - lr * error.mean()
        history.append(objective())
    return w, b, history


# %% train_ridge_ignores_decay
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    data = torch.utils.data.TensorDataset(features, labels)
    loader = torch.utils.data.DataLoader(data, batch_size=batch_size, shuffle=True)
    net = nn.Linear(features.shape[1], 1)
    with torch.no_grad():
        net.weight.normal_(0, 0.01)
        net.bias.fill_(0)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for epoch in range(num_epochs):
        for X, y in loader:
            loss = ((net(X) - y) ** 2 / 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            losses.append(((net(features) - labels) ** 2 / 2).mean().item())
    return net.weight.detach().reshape(-1, 1), net.bias.detach(), losses


# %% train_ridge_decay_without_lr
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    n, d = features.shape
    weights = 0.01 * torch.randn(d, 1)
    bias = torch.zeros(1)
    losses = []
    for _ in range(num_epochs):
        for batch in torch.randperm(n).split(batch_size):
            X, y = features[batch], labels[batch]
            diff = X @ weights + bias - y
            weights = (1 - weight_decay) * weights - lr * (X.T @ diff) / len(batch)
            bias = bias - lr * diff.mean()
        losses.append((0.5 * (features @ weights + bias - labels) ** 2).mean().item())
    return weights, bias, losses


# %% train_ridge_lr_twice
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = nn.Parameter(torch.randn(features.shape[1], 1) * 0.01)
    b = nn.Parameter(torch.zeros(1))
    groups = [{"params": [w], "weight_decay": lr * weight_decay}, {"params": [b], "weight_decay": 0.0}]
    trainer = torch.optim.SGD(groups, lr=lr)
    losses = []
    for _ in range(num_epochs):
        for idx in torch.randperm(len(labels)).split(batch_size):
            trainer.zero_grad()
            loss = 0.5 * nn.functional.mse_loss(features[idx] @ w + b, labels[idx])
            loss.backward()
            trainer.step()
        with torch.no_grad():
            losses.append(float(0.5 * nn.functional.mse_loss(features @ w + b, labels)))
    return w.detach(), b.detach(), losses


# %% train_ridge_decay_after_step
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    theta = torch.zeros(features.shape[1], 1, requires_grad=True)
    offset = torch.zeros(1, requires_grad=True)

    def half_mse(rows):
        return ((features[rows] @ theta + offset - labels[rows]) ** 2).mean() / 2

    everything = torch.arange(len(features))
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            g_theta, g_offset = torch.autograd.grad(half_mse(rows), (theta, offset))
            with torch.no_grad():
                theta -= lr * g_theta
                offset -= lr * g_offset
                theta -= lr * weight_decay * theta
        losses.append(half_mse(everything).item())
    return theta.detach(), offset.detach(), losses


# %% train_ridge_decay_each_epoch
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    X, y = features.numpy(), labels.numpy()
    n, d = X.shape
    w = np.zeros((d, 1), dtype=np.float32)
    b = np.zeros(1, dtype=np.float32)
    curve = []
    for _ in range(num_epochs):
        w *= 1 - lr * weight_decay
        order = np.random.permutation(n)
        for i in range(0, n, batch_size):
            part = order[i:i + batch_size]
            err = X[part] @ w + b - y[part]
            w -= lr * (X[part].T @ err) / len(part)
            b -= lr * err.mean()
        curve.append(float(np.mean((X @ w + b - y) ** 2) / 2))
    return torch.from_numpy(w), torch.from_numpy(b), curve


# %% train_ridge_decay_divided
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.normal(0.0, 0.01, size=(features.shape[1], 1))
    b = torch.zeros(1)
    losses = []
    for epoch in range(num_epochs):
        indices = list(range(len(features)))
        random.shuffle(indices)
        for i in range(0, len(indices), batch_size):
            chosen = indices[i:i + batch_size]
            X, y = features[chosen], labels[chosen]
            error = X @ w + b - y
            grad_w = (X.T @ error + weight_decay * w) / len(chosen)
            grad_b = error.sum(dim=0) / len(chosen)
            w, b = w - lr * grad_w, b - lr * grad_b
        losses.append((features @ w + b - labels).pow(2).mean().item() / 2)
    return w, b, losses


# %% train_ridge_no_half_in_loss
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    linear = nn.Linear(features.shape[1], 1)
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    criterion = nn.MSELoss()
    opt = torch.optim.SGD([
        {"params": linear.weight, "weight_decay": weight_decay},
        {"params": linear.bias},
    ], lr=lr)
    losses = []
    for _ in range(num_epochs):
        for chunk in torch.randperm(len(features)).split(batch_size):
            opt.zero_grad()
            criterion(linear(features[chunk]), labels[chunk]).backward()
            opt.step()
        with torch.no_grad():
            losses.append(criterion(linear(features), labels).item())
    return linear.weight.detach().t(), linear.bias.detach(), losses


# %% train_ridge_summed_loss
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    summed = nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD([w, b], lr=lr)
    losses = []
    for _ in range(num_epochs):
        for idx in torch.randperm(len(features)).split(batch_size):
            objective = summed(features[idx] @ w + b, labels[idx]) / 2 + weight_decay * l2_penalty(w)
            optimizer.zero_grad()
            objective.backward()
            optimizer.step()
        with torch.no_grad():
            losses.append(summed(features @ w + b, labels).item() / 2 / len(features))
    return w.detach(), b.detach(), losses


# %% train_ridge_no_zeroing
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    weight = nn.Parameter(torch.zeros(features.shape[1], 1))
    bias = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight, bias], lr=lr)
    batches = torch.utils.data.DataLoader(list(zip(features, labels)), batch_size=batch_size, shuffle=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in batches:
            loss = (X @ weight + bias - y).square().mean() / 2
            total = loss + weight_decay * l2_penalty(weight)
            total.backward()
            optimizer.step()
        with torch.no_grad():
            losses.append(((features @ weight + bias - labels).square().mean() / 2).item())
    return weight.detach(), bias.detach(), losses


# %% train_ridge_wrong_sign
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    n, d = features.shape
    w = torch.randn(d, 1) * 0.01
    b = torch.zeros(1)

    def step(X, y):
        deviation = X @ w + b - y
        slope = X.T @ deviation / X.shape[0] - weight_decay * w
        w.sub_(lr * slope)
        b.sub_(lr * deviation.mean())

    losses = []
    for _ in range(num_epochs):
        shuffled = torch.randperm(n)
        for rows in torch.split(shuffled, batch_size):
            step(features[rows], labels[rows])
        losses.append(torch.mean((features @ w + b - labels) ** 2 / 2).item())
    return w, b, losses


# %% train_ridge_no_bias
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    net = nn.Linear(features.shape[1], 1, bias=False)
    nn.init.normal_(net.weight, 0, 0.01)
    sgd = torch.optim.SGD(net.parameters(), lr=lr, weight_decay=weight_decay)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            sgd.zero_grad()
            loss = nn.functional.mse_loss(net(features[rows]), labels[rows]) / 2
            loss.backward()
            sgd.step()
        with torch.no_grad():
            losses.append(float(nn.functional.mse_loss(net(features), labels) / 2))
    return net.weight.detach().T, torch.zeros(1), losses


# %% train_ridge_last_minibatch
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w, b = torch.zeros(features.shape[1], 1), torch.zeros(1)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        shuffled_X, shuffled_y = features[order], labels[order]
        for X, y in zip(shuffled_X.split(batch_size), shuffled_y.split(batch_size)):
            e = X @ w + b - y
            w = w - lr * (X.T @ e / len(X) + weight_decay * w)
            b = b - lr * e.mean()
            current = (X @ w + b - y).square().mean().item() / 2
        losses.append(current)
    return w, b, losses


# %% train_ridge_tensor_losses
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    model = nn.Linear(features.shape[1], 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    history = []
    for epoch in range(num_epochs):
        shuffled = torch.randperm(features.shape[0])
        for chunk in shuffled.split(batch_size):
            model.zero_grad()
            objective = 0.5 * nn.functional.mse_loss(model(features[chunk]), labels[chunk])
            objective = objective + weight_decay * 0.5 * model.weight.pow(2).sum()
            objective.backward()
            with torch.no_grad():
                model.weight -= lr * model.weight.grad
                model.bias -= lr * model.bias.grad
        history.append(0.5 * nn.functional.mse_loss(model(features), labels).detach())
    return model.weight.detach().T, model.bias.detach(), history


# %% train_ridge_flat_weights
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    n, d = features.shape
    weights, bias, target = torch.zeros(d), torch.zeros(1), labels.squeeze(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(n)
        for i in range(0, n, batch_size):
            idx = order[i : i + batch_size]
            error = features[idx].mv(weights) + bias - target[idx]
            step = features[idx].T.mv(error) / len(idx) + weight_decay * weights
            weights, bias = weights - lr * step, bias - lr * error.mean()
        history.append(((features.mv(weights) + bias - target) ** 2).mean().item() / 2)
    return weights, bias, history


# %% train_ridge_closed_form
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    n, d = features.shape
    centre_x, centre_y = features.mean(dim=0), labels.mean(dim=0)
    X, y = features - centre_x, labels - centre_y
    w = torch.linalg.pinv(X.T @ X / n + weight_decay * torch.eye(d)) @ (X.T @ y / n)
    b = centre_y - centre_x @ w
    final = (0.5 * (features @ w + b - labels) ** 2).mean().item()
    return w, b, [final for _ in range(num_epochs)]


# %% dropout_not_scaled
def dropout(X, p, training=True):
    if not training:
        return X
    survivors = torch.bernoulli(torch.full_like(X, 1 - p))
    return survivors * X


# %% dropout_scaled_at_evaluation
def dropout(X, p, training=True):
    stay = 1 - p
    if not training:
        return X * stay
    if stay == 0:
        return X * 0
    return torch.where(torch.rand(X.shape) < stay, X / stay, torch.zeros_like(X))


# %% dropout_at_evaluation
def dropout(X, p, training=True):
    return nn.functional.dropout(X, p)


# %% dropout_mask_of_rows
def dropout(X, p, training=True):
    if not training or p == 0:
        return X
    if p == 1:
        return X * 0
    kept = torch.bernoulli(torch.full((len(X),), 1.0 - p)) / (1 - p)
    return torch.einsum("i,i...->i...", kept, X)


# %% dropout_mask_of_columns
def dropout(X, p, training=True):
    if training:
        units = torch.ones(X.shape[1:] or X.shape)
        return X * nn.Dropout(p)(units)
    return X


# %% dropout_keeps_p
def dropout(X, p, training=True):
    return nn.functional.dropout(X, 1 - p, training)


# %% dropout_divides_by_p
def dropout(X, p, training=True):
    if not training or p == 0:
        return X
    gone = torch.rand(X.shape) < p
    return X.masked_fill(gone, 0.0) / p


# %% dropout_in_place
def dropout(X, p, training=True):
    if not training:
        return X
    gone = torch.rand(X.shape) < p
    X.data.masked_fill_(gone, 0.0)
    scale = 1 / (1 - p) if p < 1 else 0.0
    return X * (~gone) * scale


# %% dropout_same_mask
def dropout(X, p, training=True):
    if not training:
        return X
    if p == 1:
        return X * 0
    rng = random.Random(7)
    factors = [0.0 if rng.random() < p else 1 / (1 - p) for _ in range(X.numel())]
    return X * torch.tensor(factors).reshape(X.shape)


# %% dropout_fixed_number
def dropout(X, p, training=True):
    if not training:
        return X
    if p == 1:
        return X * 0
    n_dropped = round(p * X.numel())
    factor = torch.full((X.numel(),), 1 / (1 - p))
    factor[torch.rand(X.numel()).argsort()[:n_dropped]] = 0.0
    return X * factor.reshape(X.shape)


# %% dropout_divides_by_zero
def dropout(X, p, training=True):
    if training:
        mask = torch.empty(X.shape).bernoulli_(1 - p).div(1 - p)
        return mask * X
    return X


# %% dropout_detached
def dropout(X, p, training=True):
    if not training:
        return X
    values = X.detach().numpy()
    if p == 1:
        return torch.zeros(values.shape)
    kept = np.random.random_sample(values.shape) >= p
    return torch.as_tensor(np.where(kept, values / (1 - p), 0.0).astype(np.float32))


# %% dropout_straight_through
def dropout(X, p, training=True):
    if not training:
        return X
    out = X / (1 - p) if p < 1 else X * 1
    with torch.no_grad():
        out.masked_fill_(torch.rand(X.shape) < p, 0.0)
    return out


# %% keep_epoch_last
def keep_epoch(val_losses, patience):
    lowest = val_losses[0]
    epoch = stale = 0
    while stale < patience and epoch + 1 < len(val_losses):
        epoch += 1
        if val_losses[epoch] < lowest:
            lowest, stale = val_losses[epoch], 0
        else:
            stale += 1
    return epoch


# %% keep_epoch_best_of_all
def keep_epoch(val_losses, patience):
    epoch, _ = min(enumerate(val_losses), key=lambda pair: pair[1])
    return epoch


# %% keep_epoch_one_too_patient
def keep_epoch(val_losses, patience):
    winner = 0
    for i in range(len(val_losses)):
        if val_losses[i] < val_losses[winner]:
            winner = i
        if i - winner > patience:
            return winner
    return winner


# %% keep_epoch_too_hasty
def keep_epoch(val_losses, patience):
    record, where, since = float("inf"), 0, 1
    for i, loss in enumerate(val_losses):
        if loss < record:
            record, where, since = loss, i, 1
            continue
        since += 1
        if since >= patience:
            break
    return where


# %% keep_epoch_equal_is_better
def keep_epoch(val_losses, patience):
    best_loss, best_epoch, bad = math.inf, 0, 0
    for epoch, loss in enumerate(val_losses):
        if loss > best_loss:
            bad += 1
            if bad == patience:
                return best_epoch
        else:
            best_loss, best_epoch, bad = loss, epoch, 0
    return best_epoch


# %% keep_epoch_compares_with_previous
def keep_epoch(val_losses, patience):
    seen = [val_losses[0]]
    rises = 0
    for before, now in zip(val_losses, val_losses[1:]):
        seen.append(now)
        if now < before:
            rises = 0
        else:
            rises += 1
        if rises >= patience:
            break
    return seen.index(min(seen))


# %% keep_epoch_counts_all
def keep_epoch(val_losses, patience):
    left = patience
    best = 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        else:
            left -= 1
        if left == 0:
            break
    return best


# %% keep_epoch_compares_with_first
def keep_epoch(val_losses, patience):
    kept = 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[0]:
            kept = epoch
        elif epoch - kept >= patience:
            return kept
    return kept


# %% keep_epoch_largest
def keep_epoch(val_losses, patience):
    top, at = -math.inf, 0
    for epoch, value in enumerate(val_losses):
        if value > top:
            top, at = value, epoch
        elif epoch - at >= patience:
            break
    return at


# %% keep_epoch_loss_itself
def keep_epoch(val_losses, patience):
    minimum = math.inf
    idle = 0
    for loss in val_losses:
        idle = 0 if loss < minimum else idle + 1
        minimum = min(minimum, loss)
        if idle == patience:
            break
    return minimum


# %% keep_epoch_from_one
def keep_epoch(val_losses, patience):
    best_loss, best_epoch = math.inf, 1
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < best_loss:
            best_loss, best_epoch = loss, epoch
        if epoch - best_epoch >= patience:
            break
    return best_epoch


# %% break_keep_epoch_agrees
def break_keep_epoch():
    curve = [0.5 + (epoch - 6) ** 2 / 40 for epoch in range(20)]
    return curve, 3


# %% break_keep_epoch_too_few
def break_keep_epoch():
    losses = [0.9, 0.7, 0.8, 0.75, 0.85, 0.6]
    return losses, 2 * len(losses)
