# Recorded mistakes of linear_regression_concise, one for each misconception; what a section leaves out is correct.

# %% make_loader_no_shuffle
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size)

# %% make_loader_always_shuffles
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size, shuffle=True)

# %% make_loader_same_shuffle
def make_loader(features, labels, batch_size, shuffle=True):
    order = torch.randperm(len(features)) if shuffle else torch.arange(len(features))
    features, labels = features[order], labels[order]
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size)

# %% make_loader_drops_last
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size, shuffle=shuffle, drop_last=True)

# %% make_loader_ignores_batch_size
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, shuffle=shuffle)

# %% make_loader_one_batch
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, len(features), shuffle=shuffle)

# %% make_loader_shuffled_apart
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features[torch.randperm(len(features))], labels)
    return DataLoader(dataset, batch_size, shuffle=shuffle)

# %% make_loader_no_labels
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features)
    return DataLoader(dataset, batch_size, shuffle=shuffle)

# %% make_loader_pair_swapped
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(labels, features)
    return DataLoader(dataset, batch_size, shuffle=shuffle)

# %% make_loader_dataset
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return dataset

# %% make_loader_iterator
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return iter(DataLoader(dataset, batch_size, shuffle=shuffle))

# %% make_loader_with_replacement
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    sampler = torch.utils.data.RandomSampler(dataset, replacement=True) if shuffle else None
    return DataLoader(dataset, batch_size, sampler=sampler)

# %% make_linear_random_bias
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01)
    return net

# %% make_linear_from_the_shelf
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    return net

# %% make_linear_std_tenth
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.1)
    nn.init.zeros_(net.bias)
    return net

# %% make_linear_variance
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01**2)
    nn.init.zeros_(net.bias)
    return net

# %% make_linear_uniform
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.uniform_(net.weight, -0.01, 0.01)
    nn.init.zeros_(net.bias)
    return net

# %% make_linear_zero_weights
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.zeros_(net.weight)
    nn.init.zeros_(net.bias)
    return net

# %% make_linear_constant_weights
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.constant_(net.weight, 0.01)
    nn.init.zeros_(net.bias)
    return net

# %% make_linear_unit_weights
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight)
    nn.init.zeros_(net.bias)
    return net

# %% make_linear_same_weights
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    torch.manual_seed(0)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    return net

# %% make_linear_no_bias
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1, bias=False)
    nn.init.normal_(net.weight, 0, 0.01)
    return net

# %% make_linear_frozen
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    net.bias.requires_grad_(False)
    return net

# %% make_linear_square
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, num_inputs)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    return net

# %% make_linear_flat
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    return nn.Sequential(net, nn.Flatten(0))

# %% make_linear_only_initialised
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    return net.weight

# %% train_concise_sum
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += len(y)
        losses.append(total / count)
    return losses

# %% train_concise_divides_twice
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y) / len(y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y) ** 2
            count += len(y)
        losses.append(total / count)
    return losses

# %% train_concise_keeps_gradients
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses

# %% train_concise_ascends
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, maximize=True)
    losses = []
    for _ in range(num_epochs):
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

# %% train_concise_no_step
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses

# %% train_concise_steps_first
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            optimizer.step()
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses

# %% train_concise_another_net
def train_concise(net, loader, lr, num_epochs):
    net = copy.deepcopy(net)
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
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

# %% train_concise_bias_stays
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD([p for p in net.parameters() if p.dim() > 1], lr=lr)
    losses = []
    for _ in range(num_epochs):
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

# %% train_concise_broadcasts
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = ((net(X) - y.reshape(-1)) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses

# %% train_concise_adam
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
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

# %% train_concise_momentum
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    losses = []
    for _ in range(num_epochs):
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

# %% train_concise_ignores_lr
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.03)
    losses = []
    for _ in range(num_epochs):
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

# %% train_concise_ignores_epochs
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(3):
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

# %% train_concise_returns_early
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
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

# %% train_concise_one_step_an_epoch
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
            break
        losses.append(total / count)
    return losses

# %% train_concise_eval_mode
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
        net.eval()
    return losses

# %% train_concise_losses_per_batch
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% train_concise_last_batch_loss
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(loss.item())
    return losses

# %% train_concise_summed_losses
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total)
    return losses

# %% train_concise_sums_batch_means
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += len(y)
        losses.append(total)
    return losses

# %% train_concise_divides_batch_means
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += len(y)
        losses.append(total / count)
    return losses

# %% train_concise_last_loss_only
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses[-1]

# %% train_concise_returns_nothing
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return None

# %% fit_slope_numpy_factor_lost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(error * x))
    return w, costs

# %% fit_slope_numpy_no_inner_derivative
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error))
    return w, costs

# %% fit_slope_numpy_summed_gradient
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.sum(2 * error * x))
    return w, costs

# %% fit_slope_numpy_ascends
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w + lr * float(np.mean(2 * error * x))
    return w, costs

# %% fit_slope_numpy_no_step
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - 0 * lr
    return w, costs

# %% fit_slope_numpy_half_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2) / 2))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs

# %% fit_slope_numpy_summed_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.sum(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs

# %% fit_slope_numpy_absolute_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(np.abs(error))))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs

# %% fit_slope_numpy_one_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    start = w * x - y
    for _ in range(num_epochs):
        costs.append(float(np.mean(start**2)))
        w = w - lr * float(np.mean(2 * (w * x - y) * x))
    return w, costs

# %% fit_slope_numpy_ignores_lr
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - 0.1 * float(np.mean(2 * error * x))
    return w, costs

# %% fit_slope_numpy_ignores_epochs
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(10):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs

# %% fit_slope_numpy_extra_cost
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    costs.append(float(np.mean((w * x - y) ** 2)))
    return w, costs

# %% fit_slope_numpy_no_costs
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return w

# %% fit_slope_numpy_last_cost_only
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs[-1]

# %% fit_slope_numpy_order_swapped
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return costs, w

# %% fit_slope_numpy_torch
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    x, y = torch.tensor(x), torch.tensor(y)
    w = torch.zeros((), dtype=torch.float64, requires_grad=True)
    costs = []
    for _ in range(num_epochs):
        cost = ((w * x - y) ** 2).mean()
        cost.backward()
        costs.append(cost.item())
        with torch.no_grad():
            w -= lr * w.grad
            w.grad.zero_()
    return w.item(), costs

# %% fit_slope_numpy_closed_form
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = float(np.sum(x * y) / np.sum(x * x))
    costs = [float(np.mean((w * x - y) ** 2)) for _ in range(num_epochs)]
    return w, costs

# %% fit_slope_numpy_ready_made
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    w = float(np.linalg.lstsq(x.reshape(-1, 1), y, rcond=None)[0][0])
    return w, costs

# %% CurveNet_no_relu
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(self.hidden(x))

# %% CurveNet_relu_after_output
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return torch.relu(self.output(self.hidden(x)))

# %% CurveNet_relu_on_output
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return torch.relu(self.output(torch.relu(self.hidden(x))))

# %% CurveNet_sigmoid
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.sigmoid(self.hidden(x)))

# %% CurveNet_tanh
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.tanh(self.hidden(x)))

# %% CurveNet_abs
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.abs(self.hidden(x)))

# %% CurveNet_leaky
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(nn.functional.leaky_relu(self.hidden(x)))

# %% CurveNet_unregistered
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.layers = [nn.Linear(1, num_hidden), nn.Linear(num_hidden, 1)]

    def forward(self, x):
        return self.layers[1](torch.relu(self.layers[0](x)))

# %% CurveNet_ignores_num_hidden
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, 10)
        self.output = nn.Linear(10, 1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))

# %% CurveNet_no_output_bias
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1, bias=False)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))

# %% CurveNet_no_hidden_bias
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden, bias=False)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))

# %% CurveNet_no_biases
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden, bias=False)
        self.output = nn.Linear(num_hidden, 1, bias=False)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))

# %% CurveNet_two_hidden_layers
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(1, num_hidden), nn.ReLU(), nn.Linear(num_hidden, num_hidden))
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))

# %% CurveNet_shared_layers
@functools.cache
def shared_layers(num_hidden):
    return nn.Linear(1, num_hidden), nn.Linear(num_hidden, 1)


class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden, self.output = shared_layers(num_hidden)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))

# %% fit_curve_keeps_gradients
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_steps):
        loss = loss_fn(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% fit_curve_no_step
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_steps):
        loss = loss_fn(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
    return losses

# %% fit_curve_another_net
def fit_curve(net, x, y, lr, num_steps):
    net = copy.deepcopy(net)
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_steps):
        loss = loss_fn(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% fit_curve_part_of_net
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(list(net.parameters())[-2:], lr=lr)
    losses = []
    for _ in range(num_steps):
        loss = loss_fn(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% fit_curve_fits_x
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_steps):
        loss = loss_fn(net(x), x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% fit_curve_sum
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_steps):
        loss = loss_fn(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% fit_curve_broadcasts
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_steps):
        loss = ((net(x) - y.reshape(-1)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% fit_curve_ignores_num_steps
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(600):
        loss = loss_fn(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% fit_curve_ignores_lr
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    losses = []
    for _ in range(num_steps):
        loss = loss_fn(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% fit_curve_losses_missing
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_steps):
        loss = loss_fn(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    losses.append(loss.item() if num_steps else 0.0)
    return losses
