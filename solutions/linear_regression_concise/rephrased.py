# Mistakes of linear_regression_concise in other hands, written from their titles and explanations alone; calibration never reads them.


# %% make_loader_no_shuffle
def make_loader(features, labels, batch_size, shuffle=True):
    pairs = list(zip(features, labels))
    loader = DataLoader(pairs, batch_size, False)
    return loader


# %% make_loader_always_shuffles
def make_loader(features, labels, batch_size, shuffle=True):
    data = TensorDataset(features, labels)
    sampler = torch.utils.data.RandomSampler(data)
    return DataLoader(data, batch_size, sampler=sampler)


# %% make_loader_same_shuffle
def make_loader(features, labels, batch_size, shuffle=True):
    order = list(range(len(labels)))
    if shuffle:
        np.random.shuffle(order)
    pairs = [(features[i], labels[i]) for i in order]
    return DataLoader(pairs, batch_size=batch_size)


# %% make_loader_drops_last
def make_loader(features, labels, batch_size, shuffle=True):
    usable = len(features) // batch_size * batch_size
    data = TensorDataset(features[:usable], labels[:usable])
    return DataLoader(data, batch_size, shuffle)


# %% make_loader_ignores_batch_size
def make_loader(features, labels, batch_size, shuffle=True):
    pairs = [(features[i], labels[i]) for i in range(len(features))]
    loader = DataLoader(pairs, batch_size=1, shuffle=shuffle)
    return loader


# %% make_loader_one_batch
def make_loader(features, labels, batch_size, shuffle=True):
    batch_size = features.shape[0]
    pairs = [(features[i], labels[i]) for i in range(batch_size)]
    return DataLoader(pairs, batch_size, shuffle)


# %% make_loader_shuffled_apart
def make_loader(features, labels, batch_size, shuffle=True):
    n = features.shape[0]
    if shuffle:
        rows_x = np.random.permutation(n)
        rows_y = np.random.permutation(n)
    else:
        rows_x = rows_y = np.arange(n)
    pairs = [(features[i], labels[j]) for i, j in zip(rows_x, rows_y)]
    return DataLoader(pairs, batch_size, shuffle)


# %% make_loader_no_labels
def make_loader(features, labels, batch_size, shuffle=True):
    return DataLoader(features, batch_size, shuffle)


# %% make_loader_pair_swapped
def make_loader(features, labels, batch_size, shuffle=True):
    pairs = [(y, x) for x, y in zip(features, labels)]
    return DataLoader(pairs, batch_size=batch_size, shuffle=shuffle)


# %% make_loader_dataset
def make_loader(features, labels, batch_size, shuffle=True):
    data = TensorDataset(features, labels)
    loader = DataLoader(data, batch_size, shuffle)
    return loader.dataset


# %% make_loader_iterator
def make_loader(features, labels, batch_size, shuffle=True):
    order = torch.randperm(len(features)) if shuffle else torch.arange(len(features))
    for rows in order.split(batch_size):
        yield features[rows], labels[rows]


# %% make_loader_with_replacement
def make_loader(features, labels, batch_size, shuffle=True):
    data = TensorDataset(features, labels)
    if not shuffle:
        return DataLoader(data, batch_size)
    weights = torch.ones(len(data))
    sampler = torch.utils.data.WeightedRandomSampler(weights, len(data))
    return DataLoader(data, batch_size, sampler=sampler)


# %% make_linear_random_bias
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(num_inputs, 1))
    model[0].weight.data.normal_(0, 0.01)
    model[0].bias.data.normal_(0, 0.01)
    return model


# %% make_linear_from_the_shelf
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(in_features=num_inputs, out_features=1, bias=True))
    return model


# %% make_linear_std_tenth
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(num_inputs, 1))
    variance = 0.01
    model[0].weight.data.normal_(0, variance**0.5)
    model[0].bias.data.fill_(0)
    return model


# %% make_linear_variance
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(num_inputs, 1))
    model[0].weight.data = torch.randn(1, num_inputs) * 0.0001
    model[0].bias.data.fill_(0)
    return model


# %% make_linear_uniform
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(num_inputs, 1))
    model[0].weight.data = 0.01 * (2 * torch.rand(1, num_inputs) - 1)
    model[0].bias.data.fill_(0)
    return model


# %% make_linear_zero_weights
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(num_inputs, 1))
    for p in model.parameters():
        p.data.fill_(0)
    return model


# %% make_linear_constant_weights
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(num_inputs, 1))
    with torch.no_grad():
        model[0].weight.copy_(torch.full((1, num_inputs), 0.01))
        model[0].bias.zero_()
    return model


# %% make_linear_unit_weights
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(num_inputs, 1))
    with torch.no_grad():
        model[0].weight.copy_(torch.randn(1, num_inputs))
        model[0].bias.zero_()
    return model


# %% make_linear_same_weights
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(num_inputs, 1))
    g = torch.Generator().manual_seed(42)
    with torch.no_grad():
        model[0].weight.copy_(0.01 * torch.randn(1, num_inputs, generator=g))
        model[0].bias.zero_()
    return model


# %% make_linear_no_bias
def make_linear(num_inputs):
    class Linear(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(0.01 * torch.randn(num_inputs, 1))

        def forward(self, X):
            return X @ self.w

    return Linear()


# %% make_linear_frozen
def make_linear(num_inputs):
    class Linear(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(0.01 * torch.randn(num_inputs, 1), requires_grad=False)
            self.b = nn.Parameter(torch.zeros(1))

        def forward(self, X):
            return X @ self.w + self.b

    return Linear()


# %% make_linear_square
def make_linear(num_inputs):
    model = nn.Sequential(nn.Linear(num_inputs, num_inputs))
    for layer in model:
        layer.weight.data.normal_(0, 0.01)
        layer.bias.data.zero_()
    return model


# %% make_linear_flat
def make_linear(num_inputs):
    class Linear(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(0.01 * torch.randn(num_inputs))
            self.b = nn.Parameter(torch.zeros(1))

        def forward(self, X):
            return X @ self.w + self.b

    return Linear()


# %% make_linear_only_initialised
def make_linear(num_inputs):
    model = nn.Linear(num_inputs, 1)
    model.bias.data.zero_()
    model = model.weight.data.normal_(0, 0.01)
    return model


# %% train_concise_sum
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            ((net(xb) - yb) ** 2).sum().backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_divides_twice
def train_concise(net, loader, lr, num_epochs):
    mse = nn.MSELoss()
    sgd = torch.optim.SGD(net.parameters(), lr / loader.batch_size)
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_keeps_gradients
def train_concise(net, loader, lr, num_epochs):
    mse = nn.MSELoss()
    sgd = torch.optim.SGD(net.parameters(), lr)
    sgd.zero_grad()
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_ascends
def train_concise(net, loader, lr, num_epochs):
    mse = nn.MSELoss()
    sgd = torch.optim.SGD(net.parameters(), lr, maximize=True)
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_no_step
def train_concise(net, loader, lr, num_epochs):
    mse = nn.MSELoss()
    sgd = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_steps_first
def train_concise(net, loader, lr, num_epochs):
    mse = nn.MSELoss()
    sgd = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.step()
            sgd.zero_grad()
            out = net(xb)
            mse(out, yb).backward()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_another_net
def train_concise(net, loader, lr, num_epochs):
    num_inputs = next(iter(loader))[0].shape[1]
    model = make_linear(num_inputs)
    mse = nn.MSELoss()
    sgd = torch.optim.SGD(model.parameters(), lr)
    history = []
    for _ in range(num_epochs):
        model.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(model(xb), yb).backward()
            sgd.step()
        model.eval()
        with torch.no_grad():
            sq = torch.cat([(model(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_bias_stays
def train_concise(net, loader, lr, num_epochs):
    mse = nn.MSELoss()
    sgd = torch.optim.SGD([next(net.parameters())], lr)
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            net.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_broadcasts
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            pred = net(xb).flatten()
            diff = pred - yb
            sgd.zero_grad()
            (diff**2).mean().backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_adam
def train_concise(net, loader, lr, num_epochs):
    from torch.optim import Adam
    opt = Adam(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            opt.zero_grad()
            mse(net(xb), yb).backward()
            opt.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_momentum
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr, 0.5, nesterov=True)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_ignores_lr
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters())
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_ignores_epochs
def train_concise(net, loader, lr, num_epochs):
    num_epochs = 10
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_returns_early
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
            history.append(float(sq.mean()))
            return history


# %% train_concise_one_step_an_epoch
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        xb, yb = next(iter(loader))
        sgd.zero_grad()
        mse(net(xb), yb).backward()
        sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return history


# %% train_concise_eval_mode
def train_concise(net, loader, lr, num_epochs):
    net.eval()
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        se, n = 0.0, 0
        for xb, yb in loader:
            sgd.zero_grad()
            out = mse(net(xb), yb)
            out.backward()
            sgd.step()
            se += float(out) * yb.shape[0]
            n += yb.shape[0]
        history.append(se / n)
    return history


# %% train_concise_losses_per_batch
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        for xb, yb in loader:
            net.train()
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
            net.eval()
            with torch.no_grad():
                sq = torch.cat([(net(xt) - yt) ** 2 for xt, yt in loader])
            history += [float(sq.mean())]
    return history


# %% train_concise_last_batch_loss
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            history.append(float(mse(net(xb), yb)))
    return history


# %% train_concise_summed_losses
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            history.append(sum(float(mse(net(xb), yb, reduction="sum")) for xb, yb in loader))
    return history


# %% train_concise_sums_batch_means
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            history.append(sum(float(mse(net(xb), yb)) for xb, yb in loader))
    return history


# %% train_concise_divides_batch_means
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        total, n = 0.0, 0
        with torch.no_grad():
            for xb, yb in loader:
                total += mse(net(xb), yb).item()
                n += xb.shape[0]
        history.append(total / n)
    return history


# %% train_concise_last_loss_only
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    history = []
    for _ in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        history.append(float(sq.mean()))
    return [history[-1]]


# %% train_concise_returns_nothing
def train_concise(net, loader, lr, num_epochs):
    sgd = torch.optim.SGD(net.parameters(), lr)
    mse = nn.functional.mse_loss
    for epoch in range(num_epochs):
        net.train()
        for xb, yb in loader:
            sgd.zero_grad()
            mse(net(xb), yb).backward()
            sgd.step()
        net.eval()
        with torch.no_grad():
            sq = torch.cat([(net(xb) - yb) ** 2 for xb, yb in loader])
        print(f"epoch {epoch + 1}, loss {float(sq.mean()):f}")


# %% fit_slope_numpy_factor_lost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    n = len(x)
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = y - slope * x
        history.append(float(residual @ residual / n))
        slope += lr * np.dot(residual, x) / n
    return float(slope), history


# %% fit_slope_numpy_no_inner_derivative
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    n = len(x)
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = y - slope * x
        history.append(float(residual @ residual / n))
        slope -= lr * (-2 / n) * np.sum(residual)
    return float(slope), history


# %% fit_slope_numpy_summed_gradient
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = y - slope * x
        history.append(float(np.mean(np.square(residual))))
        slope -= lr * -2 * np.dot(residual, x)
    return float(slope), history


# %% fit_slope_numpy_ascends
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    n = len(x)
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = y - slope * x
        history.append(float(np.mean(np.square(residual))))
        slope -= lr * 2 * np.dot(residual, x) / n
    return float(slope), history


# %% fit_slope_numpy_no_step
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = slope * x - y
        history.append(float(np.mean(np.square(residual))))
        grad = 2 * np.mean(residual * x)
        new_slope = slope - lr * grad
    return float(slope), history


# %% fit_slope_numpy_half_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    n = len(x)
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = slope * x - y
        slope -= lr * 2 / n * (residual @ x)
        history.append(float(1 / (2 * n) * np.sum((slope * x - y) ** 2)))
    return float(slope), history


# %% fit_slope_numpy_summed_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    n = len(x)
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = slope * x - y
        slope -= lr * 2 / n * (residual @ x)
        after = slope * x - y
        history.append(float(after @ after))
    return float(slope), history


# %% fit_slope_numpy_absolute_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    n = len(x)
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = slope * x - y
        slope -= lr * 2 / n * (residual @ x)
        history.append(sum(abs(slope * xi - yi) for xi, yi in zip(x.tolist(), y.tolist())) / n)
    return float(slope), history


# %% fit_slope_numpy_one_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope, history = 0.0, []
    prediction = slope * x
    squared = np.square(prediction - y)
    for _ in range(num_epochs):
        history.append(float(np.mean(squared)))
        slope -= lr * 2 * np.mean((slope * x - y) * x)
    return float(slope), history


# %% fit_slope_numpy_ignores_lr
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    eta = 0.01
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = slope * x - y
        history.append(float(np.mean(np.square(residual))))
        slope -= eta * 2 * np.mean(residual * x)
    return float(slope), history


# %% fit_slope_numpy_ignores_epochs
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope, history = 0.0, []
    epoch = 0
    while epoch < 100:
        residual = slope * x - y
        history.append(float(np.mean(np.square(residual))))
        slope -= lr * 2 * np.mean(residual * x)
        epoch += 1
    return float(slope), history


# %% fit_slope_numpy_extra_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope = 0.0
    history = [float(np.mean(np.square(slope * x - y)))]
    for _ in range(num_epochs):
        slope -= lr * 2 * np.mean((slope * x - y) * x)
        history.append(float(np.mean(np.square(slope * x - y))))
    return float(slope), history


# %% fit_slope_numpy_no_costs
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope = 0.0
    for _ in range(num_epochs):
        residual = slope * x - y
        print("cost", np.mean(np.square(residual)))
        slope -= lr * 2 * np.mean(residual * x)
    return slope


# %% fit_slope_numpy_last_cost_only
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = slope * x - y
        history.append(float(np.mean(np.square(residual))))
        slope -= lr * 2 * np.mean(residual * x)
    return float(slope), history[-1:]


# %% fit_slope_numpy_order_swapped
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope, history = 0.0, []
    for _ in range(num_epochs):
        residual = slope * x - y
        slope -= lr * 2 * np.mean(residual * x)
        history.append(float(np.mean(np.square(slope * x - y))))
    result = (history, float(slope))
    return result


# %% fit_slope_numpy_torch
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    xt = torch.from_numpy(x)
    yt = torch.from_numpy(y)
    slope = torch.zeros(1, dtype=torch.double)
    history = []
    for _ in range(num_epochs):
        residual = slope * xt - yt
        history.append(torch.mean(residual**2).item())
        slope = slope - lr * 2 * torch.mean(residual * xt)
    return slope.item(), history


# %% fit_slope_numpy_closed_form
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope = float(np.dot(x, y) / np.dot(x, x))
    history = []
    for _ in range(num_epochs):
        history.append(float(np.mean(np.square(slope * x - y))))
    return slope, history


# %% fit_slope_numpy_ready_made
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    slope, intercept = np.polyfit(x, y, 1)
    cost = float(np.mean(np.square(slope * x - y)))
    return float(slope), [cost for _ in range(num_epochs)]


# %% CurveNet_no_relu
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, num_hidden), nn.Linear(num_hidden, 1))

    def forward(self, x):
        return self.net(x)


# %% CurveNet_relu_after_output
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, num_hidden), nn.Linear(num_hidden, 1), nn.ReLU())

    def forward(self, x):
        return self.net(x)


# %% CurveNet_relu_on_output
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, num_hidden), nn.ReLU(), nn.Linear(num_hidden, 1), nn.ReLU())

    def forward(self, x):
        return self.net(x)


# %% CurveNet_sigmoid
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, num_hidden), nn.Sigmoid(), nn.Linear(num_hidden, 1))

    def forward(self, x):
        return self.net(x)


# %% CurveNet_tanh
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, num_hidden), nn.Tanh(), nn.Linear(num_hidden, 1))

    def forward(self, x):
        return self.net(x)


# %% CurveNet_abs
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(1, num_hidden))
        self.b1 = nn.Parameter(torch.randn(num_hidden))
        self.w2 = nn.Parameter(torch.randn(num_hidden, 1) / num_hidden**0.5)
        self.b2 = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        h = (x @ self.w1 + self.b1).abs()
        return h @ self.w2 + self.b2


# %% CurveNet_leaky
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.fc1 = nn.Linear(1, num_hidden)
        self.fc2 = nn.Linear(num_hidden, 1)

    def forward(self, x):
        z = self.fc1(x)
        return self.fc2(torch.maximum(z, 0.01 * z))


# %% CurveNet_unregistered
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.layers = {"hidden": nn.Linear(1, num_hidden), "out": nn.Linear(num_hidden, 1)}

    def forward(self, x):
        h = self.layers["hidden"](x).clamp(min=0)
        return self.layers["out"](h)


# %% CurveNet_ignores_num_hidden
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        num_hidden = 20
        self.net = nn.Sequential(nn.Linear(1, num_hidden), nn.ReLU(), nn.Linear(num_hidden, 1))

    def forward(self, x):
        return self.net(x)


# %% CurveNet_no_output_bias
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(1, num_hidden))
        self.b1 = nn.Parameter(torch.randn(num_hidden))
        self.w2 = nn.Parameter(torch.randn(num_hidden, 1) / num_hidden**0.5)

    def forward(self, x):
        h = torch.relu(x @ self.w1 + self.b1)
        return h @ self.w2


# %% CurveNet_no_hidden_bias
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(1, num_hidden))
        self.w2 = nn.Parameter(torch.randn(num_hidden, 1) / num_hidden**0.5)
        self.b2 = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        h = torch.relu(x @ self.w1)
        return h @ self.w2 + self.b2


# %% CurveNet_no_biases
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(1, num_hidden))
        self.w2 = nn.Parameter(torch.randn(num_hidden, 1) / num_hidden**0.5)

    def forward(self, x):
        return torch.clamp(x @ self.w1, min=0) @ self.w2


# %% CurveNet_two_hidden_layers
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(1, num_hidden),
            nn.ReLU(),
            nn.Linear(num_hidden, num_hidden),
            nn.ReLU(),
            nn.Linear(num_hidden, 1),
        )

    def forward(self, x):
        return self.net(x)


# %% CurveNet_shared_layers
class CurveNet(nn.Module):
    cache = {}

    def __init__(self, num_hidden=10):
        super().__init__()
        if num_hidden not in CurveNet.cache:
            CurveNet.cache[num_hidden] = nn.Sequential(
                nn.Linear(1, num_hidden), nn.ReLU(), nn.Linear(num_hidden, 1)
            )
        self.net = CurveNet.cache[num_hidden]

    def forward(self, x):
        return self.net(x)


# %% fit_curve_keeps_gradients
def fit_curve(net, x, y, lr, num_steps):
    history = []
    for _ in range(num_steps):
        cost = ((net(x) - y) ** 2).mean()
        cost.backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= lr * p.grad
        history.append(float(cost))
    return history


# %% fit_curve_no_step
def fit_curve(net, x, y, lr, num_steps):
    history = []
    for _ in range(num_steps):
        net.zero_grad()
        cost = ((net(x) - y) ** 2).mean()
        cost.backward()
        with torch.no_grad():
            for p in net.parameters():
                p = p - lr * p.grad
        history.append(float(cost))
    return history


# %% fit_curve_another_net
def fit_curve(net, x, y, lr, num_steps):
    import copy
    model = copy.deepcopy(net)
    opt = torch.optim.SGD(model.parameters(), lr)
    history = []
    for _ in range(num_steps):
        opt.zero_grad()
        cost = nn.functional.mse_loss(model(x), y)
        cost.backward()
        opt.step()
        history.append(float(cost))
    return history


# %% fit_curve_part_of_net
def fit_curve(net, x, y, lr, num_steps):
    weights = [p for p in net.parameters() if p.dim() > 1]
    history = []
    for _ in range(num_steps):
        net.zero_grad()
        cost = ((net(x) - y) ** 2).mean()
        cost.backward()
        with torch.no_grad():
            for p in weights:
                p -= lr * p.grad
        history.append(float(cost))
    return history


# %% fit_curve_fits_x
def fit_curve(net, x, y, lr, num_steps):
    opt = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(num_steps):
        opt.zero_grad()
        y_hat = net(x)
        cost = torch.mean(torch.square(x - y_hat))
        cost.backward()
        opt.step()
        history.append(float(cost))
    return history


# %% fit_curve_sum
def fit_curve(net, x, y, lr, num_steps):
    opt = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(num_steps):
        opt.zero_grad()
        squares = torch.square(net(x) - y)
        squares.sum().backward()
        opt.step()
        history.append(float(squares.mean()))
    return history


# %% fit_curve_broadcasts
def fit_curve(net, x, y, lr, num_steps):
    opt = torch.optim.SGD(net.parameters(), lr)
    targets = y.flatten()
    history = []
    for _ in range(num_steps):
        opt.zero_grad()
        cost = torch.mean(torch.square(net(x) - targets))
        cost.backward()
        opt.step()
        history.append(float(cost))
    return history


# %% fit_curve_ignores_num_steps
def fit_curve(net, x, y, lr, num_steps):
    opt = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(1, num_steps):
        opt.zero_grad()
        cost = nn.functional.mse_loss(net(x), y)
        cost.backward()
        opt.step()
        history.append(float(cost))
    return history


# %% fit_curve_ignores_lr
def fit_curve(net, x, y, lr, num_steps):
    history = []
    for _ in range(num_steps):
        net.zero_grad()
        cost = nn.functional.mse_loss(net(x), y)
        cost.backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= 0.01 * p.grad
        history.append(float(cost))
    return history


# %% fit_curve_losses_missing
def fit_curve(net, x, y, lr, num_steps):
    opt = torch.optim.SGD(net.parameters(), lr)
    history = []
    for _ in range(num_steps):
        opt.zero_grad()
        cost = nn.functional.mse_loss(net(x), y)
        cost.backward()
        opt.step()
    history.append(float(cost))
    return history


# %% other_make_loader_1
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels.reshape(-1))
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle)


# %% other_make_loader_2
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size=batch_size, shuffle=not shuffle)


# %% other_make_loader_3
def make_loader(features, labels, batch_size, shuffle=True):
    data = torch.cat([features, labels], dim=1)
    return DataLoader(data, batch_size=batch_size, shuffle=shuffle)


# %% raises_make_loader_1
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset((features, labels))
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle)


# %% raises_make_loader_2
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return Dataloader(dataset, batch_size=batch_size, shuffle=shuffle)


# %% other_make_linear_1
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, mean=0.01, std=0.01)
    nn.init.zeros_(net.bias)
    return net


# %% other_make_linear_2
def make_linear(num_inputs):
    net = nn.Sequential(nn.Linear(num_inputs, 1), nn.ReLU())
    nn.init.normal_(net[0].weight, mean=0, std=0.01)
    nn.init.zeros_(net[0].bias)
    return net


# %% other_make_linear_3
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, mean=0, std=0.01)
    nn.init.ones_(net.bias)
    return net


# %% raises_make_linear_1
def make_linear(num_inputs):
    net = nn.Sequential(nn.Linear(num_inputs, 1))
    nn.init.normal_(net.weight, mean=0, std=0.01)
    nn.init.zeros_(net.bias)
    return net


# %% raises_make_linear_2
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    net.weight = torch.normal(0, 0.01, (1, num_inputs))
    net.bias = torch.zeros(1)
    return net


# %% other_train_concise_1
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.L1Loss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for epoch in range(num_epochs):
        net.train()
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% other_train_concise_2
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, weight_decay=0.1)
    losses = []
    for epoch in range(num_epochs):
        net.train()
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% other_train_concise_3
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    losses = []
    for epoch in range(num_epochs):
        net.train()
        total, count = 0.0, 0
        for X, y in loader:
            loss = 0.5 * loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += 2 * loss.item() * len(y)
            count += len(y)
        scheduler.step()
        losses.append(total / count)
    return losses


# %% raises_train_concise_1
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters, lr=lr)
    losses = []
    for epoch in range(num_epochs):
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    return losses


# %% raises_train_concise_2
def train_concise(net, loader, lr, num_epochs):
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for epoch in range(num_epochs):
        net.train()
        for X, y in loader:
            loss = nn.MSELoss(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    return losses


# %% other_fit_slope_numpy_1
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for epoch in range(num_epochs):
        for xi, yi in zip(x, y):
            w = w - lr * 2 * (w * xi - yi) * xi
        costs.append(float(((w * x - y) ** 2).mean()))
    return float(w), costs


# %% other_fit_slope_numpy_2
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w, b = 0.0, 0.0
    costs = []
    for epoch in range(num_epochs):
        error = w * x + b - y
        costs.append(float((error**2).mean()))
        w -= lr * (2 * error * x).mean()
        b -= lr * (2 * error).mean()
    return float(w), costs


# %% other_fit_slope_numpy_3
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for epoch in range(num_epochs):
        error = w * x - y
        costs.append(float(np.sqrt((error**2).mean())))
        w -= lr * (2 * error * x).mean()
    return float(w), costs


# %% raises_fit_slope_numpy_1
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    costs = []
    for epoch in range(num_epochs):
        error = w * x - y
        costs.append((error**2).mean())
        w = w - lr * (2 * error * x).mean()
    return w, costs


# %% raises_fit_slope_numpy_2
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for epoch in range(num_epochs):
        error = w * x - y
        costs.append(float(error**2))
        w = w - lr * (2 * error * x).mean()
    return float(w), costs


# %% other_CurveNet_1
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.dropout = nn.Dropout(0.2)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(self.dropout(torch.relu(self.hidden(x))))


# %% other_CurveNet_2
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(self.hidden(torch.relu(x)))


# %% other_CurveNet_3
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x))) + x


# %% raises_CurveNet_1
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))


# %% raises_CurveNet_2
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(nn.ReLU(self.hidden(x)))


# %% other_fit_curve_1
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    losses = []
    for step in range(num_steps):
        loss = loss_fn(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% other_fit_curve_2
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loader = DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True)
    losses = []
    for step in range(num_steps):
        losses.append(loss_fn(net(x), y).item())
        for xb, yb in loader:
            loss = loss_fn(net(xb), yb)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return losses


# %% other_fit_curve_3
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    for layer in net.children():
        if isinstance(layer, nn.Linear):
            layer.reset_parameters()
    losses = []
    for step in range(num_steps):
        loss = loss_fn(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% raises_fit_curve_1
def fit_curve(net, x, y, lr, num_steps):
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for step in range(num_steps):
        loss = (net(x) - y) ** 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.mean().item())
    return losses


# %% raises_fit_curve_2
def fit_curve(net, x, y, lr, num_steps):
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss_fn = nn.MSELoss()
    loss = loss_fn(net(x), y)
    losses = []
    for step in range(num_steps):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% break_train_concise_agrees
def break_train_concise():
    return [float(i) for i in range(12)], 4


# %% break_train_concise_no_batch_size
def break_train_concise():
    errors = [0.5, 0.5, 2.0, 8.0, 1.0]
    return errors
