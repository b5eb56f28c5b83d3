# Recorded mistakes of linear_regression, one for each misconception; what a section leaves out is correct.

# %% synthetic_data_flat_labels
def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = torch.matmul(X, w) + b
    return X, y + torch.normal(0, 0.01, y.shape)


# %% synthetic_data_noise_broadcasts
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    noise = 0.01 * torch.randn(num_examples, 1)
    return X, X @ w + b + noise


# %% synthetic_data_ignores_bias
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape(-1, 1)


# %% synthetic_data_variance
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b
    y += torch.normal(0, 0.01**0.5, y.shape)
    return X, y.reshape(-1, 1)


# %% synthetic_data_unit_noise
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b + torch.randn(num_examples)
    return X, y.reshape(-1, 1)


# %% synthetic_data_uniform_noise
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b + 0.01 * torch.rand(num_examples)
    return X, y.reshape(-1, 1)


# %% synthetic_data_no_noise
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b + random.gauss(0, 0.01)
    return X, y.reshape(-1, 1)


# %% synthetic_data_float64
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w), dtype=torch.float64)
    y = X @ w.double() + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


# %% synthetic_data_uniform_features
def synthetic_data(w, b, num_examples):
    X = torch.rand(num_examples, len(w))
    y = X @ w + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


# %% data_iter_no_shuffle
def data_iter(batch_size, features, labels):
    for i in range(0, len(features), batch_size):
        yield features[i : i + batch_size], labels[i : i + batch_size]


# %% data_iter_same_shuffle
def data_iter(batch_size, features, labels):
    indices = list(range(len(features)))
    random.seed(42)
    random.shuffle(indices)
    for i in range(0, len(features), batch_size):
        rows = indices[i : i + batch_size]
        yield features[rows], labels[rows]


# %% data_iter_shuffles_blocks
def data_iter(batch_size, features, labels):
    starts = list(range(0, len(features), batch_size))
    random.shuffle(starts)
    starts.sort(key=lambda i: i + batch_size > len(features))
    for i in starts:
        yield features[i : i + batch_size], labels[i : i + batch_size]


# %% data_iter_drops_last
def data_iter(batch_size, features, labels):
    indices = list(range(len(features)))
    random.shuffle(indices)
    for k in range(len(features) // batch_size):
        rows = indices[k * batch_size : (k + 1) * batch_size]
        yield features[rows], labels[rows]


# %% data_iter_pads_last
def data_iter(batch_size, features, labels):
    n = len(features)
    indices = list(range(n))
    random.shuffle(indices)
    for i in range(0, n, batch_size):
        rows = [indices[j % n] for j in range(i, i + batch_size)]
        yield features[rows], labels[rows]


# %% data_iter_ignores_batch_size
def data_iter(batch_size, features, labels):
    order = torch.randperm(len(features))
    yield features[order], labels[order]


# %% data_iter_shuffled_apart
def data_iter(batch_size, features, labels):
    for_features, for_labels = torch.randperm(len(features)), torch.randperm(len(features))
    for i in range(0, len(features), batch_size):
        yield features[for_features[i : i + batch_size]], labels[for_labels[i : i + batch_size]]


# %% data_iter_with_replacement
def data_iter(batch_size, features, labels):
    n = len(features)
    for i in range(0, n, batch_size):
        rows = torch.randint(n, (min(batch_size, n - i),))
        yield features[rows], labels[rows]


# %% data_iter_returns_first_batch
def data_iter(batch_size, features, labels):
    order = torch.randperm(len(features))
    for i in range(0, len(features), batch_size):
        rows = order[i : i + batch_size]
        return features[rows], labels[rows]


# %% linreg_ignores_bias
def linreg(X, w, b):
    return X @ w


# %% linreg_subtracts_bias
def linreg(X, w, b):
    return X @ w - b


# %% linreg_flat
def linreg(X, w, b):
    return (X @ w + b).reshape(-1)


# %% linreg_elementwise
def linreg(X, w, b):
    return X * w + b


# %% linreg_detached
def linreg(X, w, b):
    return X @ w + b.item()


# %% squared_loss_broadcasts
def squared_loss(y_hat, y):
    return (y_hat - y) ** 2 / 2


# %% squared_loss_no_half
def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2


# %% squared_loss_mean
def squared_loss(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) ** 2 / 2).mean()


# %% squared_loss_sum
def squared_loss(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) ** 2 / 2).sum()


# %% squared_loss_not_squared
def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)).abs() / 2


# %% squared_loss_flat
def squared_loss(y_hat, y):
    return (y_hat.reshape(-1) - y.reshape(-1)) ** 2 / 2


# %% squared_loss_detached
def squared_loss(y_hat, y):
    return (y_hat.detach() - y.reshape(y_hat.shape)) ** 2 / 2


# %% sgd_no_batch_size
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad
            param.grad.zero_()


# %% sgd_divides_twice
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            mean = param.grad / batch_size
            param -= lr * mean / batch_size
            param.grad.zero_()


# %% sgd_ascends
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param += lr * param.grad / batch_size
            param.grad.zero_()


# %% sgd_ignores_lr
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= param.grad / batch_size
            param.grad.zero_()


# %% sgd_keeps_gradients
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size


# %% sgd_replaces_params
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for i in range(len(params)):
            step = lr * params[i].grad / batch_size
            params[i].grad.zero_()
            params[i] = params[i] - step


# %% sgd_zeroes_first
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param.grad.zero_()
            param -= lr * param.grad / batch_size


# %% sgd_freezes_params
def sgd(params, lr, batch_size):
    for param in params:
        param.requires_grad_(False)
        param -= lr * param.grad / batch_size
        param.grad.zero_()


# %% sgd_first_only
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()
            return


# %% sgd_records_graph
def sgd(params, lr, batch_size):
    for param in params:
        param -= lr * param.grad / batch_size
        param.grad.zero_()


# %% train_ignores_bias
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w], lr, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_divides_twice
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).mean().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_no_division
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, 1)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_constant
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    return torch.tensor([[2.0], [-3.4]]), torch.tensor([4.2]), [0.03, 0.0001, 0.00005][:num_epochs]


# %% train_ignores_epochs
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(3):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_ignores_lr
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], 0.03, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_ignores_batch_size
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(10, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, 10)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_other_defaults
def train(features, labels, lr=0.05, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_closed_form
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    ones = torch.ones(len(features), 1)
    solution = torch.linalg.lstsq(torch.cat([features, ones], dim=1), labels).solution
    w, b = solution[:-1], solution[-1]
    loss = float(squared_loss(linreg(features, w, b), labels).mean())
    return w, b, [loss] * num_epochs


# %% train_flat_parameters
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w.flatten(), b.squeeze(), losses


# %% train_running_mean
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        total = 0.0
        for X, y in data_iter(batch_size, features, labels):
            loss = squared_loss(linreg(X, w, b), y).sum()
            loss.backward()
            sgd([w, b], lr, batch_size)
            total += float(loss)
        losses.append(total / len(features))
    return w, b, losses


# %% train_last_batch_loss
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(X, w, b), y).mean()))
    return w, b, losses


# %% train_summed_losses
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).sum()))
    return w, b, losses


# %% train_losses_per_batch
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
            with torch.no_grad():
                losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_tensor_losses
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
        losses.append(squared_loss(linreg(features, w, b), labels).mean())
    return w, b, losses


# %% train_returns_early
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
        return w, b, losses


# %% train_restarts
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    losses = []
    for _ in range(num_epochs):
        w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
        b = torch.zeros(1, requires_grad=True)
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_no_step
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses
