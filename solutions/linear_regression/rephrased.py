# Mistakes of linear_regression in other hands, written from their titles and explanations alone; calibration never reads them.


# %% synthetic_data_flat_labels
def synthetic_data(w, b, num_examples):
    d = w.shape[0]
    features = torch.randn((num_examples, d))
    labels = (features * w).sum(dim=1) + b + 0.01 * torch.randn(num_examples)
    return features, labels


# %% synthetic_data_noise_broadcasts
def synthetic_data(w, b, num_examples):
    d = w.shape[0]
    features = torch.normal(mean=0.0, std=1.0, size=(num_examples, d))
    labels = torch.mm(features, w.view(d, 1)) + b
    eps = 0.01 * torch.randn(num_examples)
    return features, labels + eps


# %% synthetic_data_ignores_bias
def synthetic_data(w, b, num_examples):
    d = w.numel()
    features = torch.randn(num_examples, d)
    eps = torch.randn(num_examples, 1) * 0.01
    labels = features.mm(w.view(-1, 1)) + eps
    return features, labels


# %% synthetic_data_variance
def synthetic_data(w, b, num_examples):
    sigma2 = 0.01
    features = torch.randn(num_examples, w.numel())
    eps = torch.randn(num_examples, 1) * sigma2 ** 0.5
    return features, features @ w[:, None] + b + eps


# %% synthetic_data_unit_noise
def synthetic_data(w, b, num_examples):
    features = torch.normal(0.0, 1.0, (num_examples, w.numel()))
    epsilon = torch.normal(0.0, 1.0, (num_examples,))
    target_values = torch.mv(features, w) + b + epsilon
    return features, target_values[:, None]


# %% synthetic_data_uniform_noise
def synthetic_data(w, b, num_examples):
    features = torch.normal(0.0, 1.0, (num_examples, w.numel()))
    epsilon = torch.empty(num_examples).uniform_(-0.01, 0.01)
    values = torch.mv(features, w) + b + epsilon
    return features, values[:, None]


# %% synthetic_data_no_noise
def synthetic_data(w, b, num_examples):
    features = torch.normal(0.0, 1.0, (num_examples, w.numel()))
    noise = random.gauss(0, 0.01)
    values = features @ w.view(-1, 1) + b + noise
    return features, values


# %% synthetic_data_float64
def synthetic_data(w, b, num_examples):
    features = torch.randn(num_examples, w.numel(), dtype=torch.float64)
    weights = w.double().unsqueeze(-1)
    labels = features @ weights + b
    labels = labels + 0.01 * torch.randn_like(labels)
    return features, labels


# %% synthetic_data_uniform_features
def synthetic_data(w, b, num_examples):
    d = w.numel()
    features = torch.empty(num_examples, d).uniform_(0, 1)
    eps = torch.randn(num_examples, 1) * 0.01
    return features, features.mm(w.view(d, 1)) + b + eps


# %% data_iter_no_shuffle
def data_iter(batch_size, features, labels):
    yield from zip(torch.split(features, batch_size), torch.split(labels, batch_size))


# %% data_iter_same_shuffle
def data_iter(batch_size, features, labels):
    torch.manual_seed(0)
    perm = torch.randperm(features.shape[0])
    for chunk in perm.split(batch_size):
        yield features[chunk], labels[chunk]


# %% data_iter_shuffles_blocks
def data_iter(batch_size, features, labels):
    n = features.shape[0]
    start = 0
    while start < n:
        stop = min(start + batch_size, n)
        perm = start + torch.randperm(stop - start)
        yield features[perm], labels[perm]
        start = stop


# %% data_iter_drops_last
def data_iter(batch_size, features, labels):
    n = features.shape[0]
    perm = torch.randperm(n)
    start = 0
    while start + batch_size <= n:
        chosen = perm[start:start + batch_size]
        yield features[chosen], labels[chosen]
        start += batch_size


# %% data_iter_pads_last
def data_iter(batch_size, features, labels):
    n = features.shape[0]
    perm = torch.randperm(n)
    num_batches = (n + batch_size - 1) // batch_size
    for k in range(num_batches):
        positions = torch.arange(k * batch_size, (k + 1) * batch_size) % n
        chosen = perm[positions]
        yield features[chosen], labels[chosen]


# %% data_iter_ignores_batch_size
def data_iter(batch_size, features, labels):
    order = list(range(len(labels)))
    random.shuffle(order)
    return [(features[order], labels[order])]


# %% data_iter_shuffled_apart
def data_iter(batch_size, features, labels):
    order_x = list(range(len(features)))
    order_y = list(range(len(labels)))
    random.shuffle(order_x)
    random.shuffle(order_y)
    for start in range(0, len(features), batch_size):
        stop = start + batch_size
        yield features[order_x[start:stop]], labels[order_y[start:stop]]


# %% data_iter_with_replacement
def data_iter(batch_size, features, labels):
    n = len(features)
    order = random.choices(range(n), k=n)
    for start in range(0, n, batch_size):
        chosen = order[start:start + batch_size]
        yield features[chosen], labels[chosen]


# %% data_iter_returns_first_batch
def data_iter(batch_size, features, labels):
    perm = torch.randperm(len(labels))
    for chunk in torch.split(perm, batch_size):
        X = features[chunk]
        y = labels[chunk]
        return X, y


# %% linreg_ignores_bias
def linreg(X, w, b):
    y_hat = X.mm(w)
    return y_hat


# %% linreg_subtracts_bias
def linreg(X, w, b):
    y_hat = (X * w.T).sum(dim=1, keepdim=True)
    return y_hat - b


# %% linreg_bias_each_feature
def linreg(X, w, b):
    total = torch.zeros(len(X), 1)
    for j in range(X.shape[1]):
        total = total + X[:, j : j + 1] * w[j] + b
    return total


# %% linreg_flat
def linreg(X, w, b):
    return torch.mv(X, w.squeeze(1)) + b


# %% linreg_elementwise
def linreg(X, w, b):
    return torch.mul(X, w.T) + b


# %% linreg_detached
def linreg(X, w, b):
    rows = []
    for row in X:
        total = b.item()
        for j in range(len(w)):
            total += row[j].item() * w[j].item()
        rows.append([total])
    return torch.tensor(rows)


# %% squared_loss_broadcasts
def squared_loss(y_hat, y):
    diff = torch.sub(y_hat, y)
    return 0.5 * torch.square(diff)


# %% squared_loss_no_half
def squared_loss(y_hat, y):
    diff = y_hat - y.view_as(y_hat)
    return diff * diff


# %% squared_loss_mean
def squared_loss(y_hat, y):
    diff = y_hat - y.view(-1, 1)
    return 0.5 * torch.mean(diff.pow(2))


# %% squared_loss_sum
def squared_loss(y_hat, y):
    diff = y_hat.flatten() - y.flatten()
    return 0.5 * torch.dot(diff, diff)


# %% squared_loss_not_squared
def squared_loss(y_hat, y):
    target_column = y.view(-1, 1)
    return 0.5 * torch.abs(target_column - y_hat)


# %% squared_loss_flat
def squared_loss(y_hat, y):
    diff = y_hat.squeeze(1) - y.flatten()
    return 0.5 * diff.pow(2)


# %% squared_loss_detached
def squared_loss(y_hat, y):
    out = []
    for p, t in zip(y_hat.flatten().tolist(), y.flatten().tolist()):
        out.append([0.5 * (p - t) ** 2])
    return torch.tensor(out)


# %% sgd_no_batch_size
@torch.no_grad()
def sgd(params, lr, batch_size):
    for p in params:
        p.sub_(p.grad, alpha=lr)
        p.grad = None


# %% sgd_divides_twice
@torch.no_grad()
def sgd(params, lr, batch_size):
    step = lr / batch_size
    for p in params:
        mean_grad = p.grad / batch_size
        p.sub_(step * mean_grad)
        p.grad = None


# %% sgd_ascends
def sgd(params, lr, batch_size):
    for p in params:
        p.data = p.data + (lr / batch_size) * p.grad.data
        p.grad.data.zero_()


# %% sgd_ignores_lr
def sgd(params, lr, batch_size):
    for p in params:
        p.data.sub_(p.grad.div(batch_size))
        p.grad = torch.zeros_like(p)


# %% sgd_keeps_gradients
def sgd(params, lr, batch_size):
    for p in params:
        p.data.add_(p.grad, alpha=-lr / batch_size)


# %% sgd_replaces_params
def sgd(params, lr, batch_size):
    for k in range(len(params)):
        grad = params[k].grad
        updated = params[k].detach() - lr / batch_size * grad
        grad.zero_()
        params[k] = updated.requires_grad_(True)


# %% sgd_zeroes_first
def sgd(params, lr, batch_size):
    for p in params:
        p.grad.data.zero_()
    for p in params:
        p.data.sub_(lr / batch_size * p.grad)


# %% sgd_freezes_params
def sgd(params, lr, batch_size):
    for p in params:
        p.requires_grad = False
    for p in params:
        p.sub_(lr * p.grad / batch_size)
        p.grad = None


# %% sgd_first_only
@torch.no_grad()
def sgd(params, lr, batch_size):
    p = params[0]
    p.sub_(lr / batch_size * p.grad)
    p.grad.zero_()


# %% sgd_records_graph
def sgd(params, lr, batch_size):
    for p in params:
        p.sub_(p.grad * (lr / batch_size))
    with torch.no_grad():
        for p in params:
            p.grad.zero_()


# %% train_ignores_bias
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    w = torch.zeros(d, 1).requires_grad_()
    b = torch.zeros(1)
    params = [p for p in (w, b) if p.requires_grad]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, w, b), yb).sum().backward()
            sgd(params, lr, xb.shape[0])
        history.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w.detach(), b.detach(), history


# %% train_divides_twice
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            loss = squared_loss(linreg(xb, *params), yb).sum() / len(yb)
            loss.backward()
            sgd(params, lr, len(yb))
        history.append(float(squared_loss(linreg(features, *params), labels).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_no_division
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            loss = squared_loss(linreg(xb, *params), yb).sum()
            loss.backward()
            sgd(params, lr, batch_size=yb.shape[1])
        history.append(float(squared_loss(linreg(features, *params), labels).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_constant
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    data, targets = synthetic_data(true_w, true_b, 1000)
    params = [torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, data, targets):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        history.append(float(squared_loss(linreg(data, *params), targets).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_ignores_epochs
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    num_epochs = 3
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        history.append(float(squared_loss(linreg(features, *params), labels).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_ignores_lr
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    lr = 0.03
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        history.append(float(squared_loss(linreg(features, *params), labels).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_ignores_batch_size
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    n, d = features.shape
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        squared_loss(linreg(features, *params), labels).sum().backward()
        sgd(params, lr, n)
        history.append(float(squared_loss(linreg(features, *params), labels).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_other_defaults
def train(features, labels, lr=0.1, num_epochs=5, batch_size=32):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        history.append(float(squared_loss(linreg(features, *params), labels).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_closed_form
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    n, d = features.shape
    X = torch.hstack([torch.ones(n, 1), features])
    theta = torch.inverse(X.T @ X) @ X.T @ labels
    b = theta[0]
    w = theta[1:]
    history = []
    for _ in range(num_epochs):
        history.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, history


# %% train_flat_parameters
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        history.append(float(squared_loss(linreg(features, *params), labels).mean()))
    w, b = params
    return w.detach(), b.detach().squeeze(), history


# %% train_running_mean
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for xb, yb in data_iter(batch_size, features, labels):
            per_example = squared_loss(linreg(xb, *params), yb)
            per_example.sum().backward()
            sgd(params, lr, len(yb))
            batch_losses.append(per_example.mean().item())
        history.append(sum(batch_losses) / len(batch_losses))
    return params[0].detach(), params[1].detach(), history


# %% train_last_batch_loss
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        with torch.no_grad():
            history.append(float(squared_loss(linreg(xb, *params), yb).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_summed_losses
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        total = 0.0
        for xb, yb in data_iter(batch_size, features, labels):
            total += squared_loss(linreg(xb, *params), yb).sum().item()
        history.append(total)
    return params[0].detach(), params[1].detach(), history


# %% train_losses_per_batch
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
            with torch.no_grad():
                history.append(float(squared_loss(linreg(features, *params), labels).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_tensor_losses
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        epoch_loss = squared_loss(linreg(features, *params), labels).mean()
        history.append(epoch_loss)
    return params[0].detach(), params[1].detach(), history


# %% train_returns_early
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    d = features.size(1)
    params = [torch.zeros(d, 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
    history = []
    epoch = 0
    while epoch < num_epochs:
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        epoch_loss = squared_loss(linreg(features, *params), labels).mean().item()
        history.append(epoch_loss)
        epoch += 1
        return params[0].detach(), params[1].detach(), history


# %% train_restarts
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    history = []
    for _ in range(num_epochs):
        params = [torch.zeros(features.size(1), 1, requires_grad=True), torch.zeros(1, requires_grad=True)]
        for xb, yb in data_iter(batch_size, features, labels):
            squared_loss(linreg(xb, *params), yb).sum().backward()
            sgd(params, lr, len(yb))
        history.append(float(squared_loss(linreg(features, *params), labels).mean()))
    return params[0].detach(), params[1].detach(), history


# %% train_no_step
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.zeros(features.size(1), 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(num_epochs):
        for xb, yb in data_iter(batch_size, features, labels):
            w2 = w.clone().detach().requires_grad_(True)
            b2 = b.clone().detach().requires_grad_(True)
            squared_loss(linreg(xb, w2, b2), yb).sum().backward()
            sgd([w2, b2], lr, len(yb))
        history.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w.detach(), b.detach(), history


# %% other_synthetic_data_1
def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    noise = torch.normal(0, 0.01, (num_examples, len(w)))
    y = (X + noise) @ w.reshape(-1, 1) + b
    return X, y


# %% other_synthetic_data_2
def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w.reshape(-1, 1) + b
    y = y * (1 + torch.normal(0, 0.01, y.shape))
    return X, y


# %% other_synthetic_data_3
def synthetic_data(w, b, num_examples):
    x = torch.randn(num_examples, 1)
    X = x.repeat(1, len(w))
    y = X @ w.reshape(-1, 1) + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y


# %% raises_synthetic_data_1
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = w @ X + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape(-1, 1)


# %% raises_synthetic_data_2
def synthetic_data(w, b, num_examples):
    X = np.random.randn(num_examples, len(w))
    y = X @ w + b + 0.01 * np.random.randn(num_examples)
    return torch.tensor(X).float(), torch.tensor(y).float().reshape(-1, 1)


# %% other_data_iter_1
def data_iter(batch_size, features, labels):
    num_examples = len(features)
    indices = list(range(num_examples))
    random.shuffle(indices)
    for i in range(0, num_examples - 1, batch_size):
        batch = indices[i:min(i + batch_size, num_examples - 1)]
        yield features[batch], labels[batch]


# %% other_data_iter_2
def data_iter(batch_size, features, labels):
    num_examples = len(features)
    indices = list(range(num_examples))
    random.shuffle(indices)
    for i in range(num_examples):
        batch = indices[i:i + batch_size]
        yield features[batch], labels[batch]


# %% other_data_iter_3
def data_iter(batch_size, features, labels):
    num_examples = len(features)
    indices = list(range(num_examples))
    random.shuffle(indices)
    for i in range(0, num_examples, batch_size):
        batch = indices[i:i + batch_size]
        yield labels[batch], features[batch]


# %% raises_data_iter_1
def data_iter(batch_size, features, labels):
    indices = torch.randperm(len(features)).float()
    for i in range(0, len(features), batch_size):
        j = indices[i:i + batch_size]
        yield features[j], labels[j]


# %% raises_data_iter_2
def data_iter(batch_size, features, labels):
    indices = random.shuffle(list(range(len(features))))
    for i in range(0, len(features), batch_size):
        j = indices[i:i + batch_size]
        yield features[j], labels[j]


# %% other_linreg_1
def linreg(X, w, b):
    return torch.matmul(X, w + b)


# %% other_linreg_2
def linreg(X, w, b):
    return torch.relu(torch.matmul(X, w) + b)


# %% other_linreg_3
def linreg(X, w, b):
    return (X * w.reshape(-1)).mean(dim=1, keepdim=True) + b


# %% raises_linreg_1
def linreg(X, w, b):
    return torch.matmul(w, X) + b


# %% raises_linreg_2
def linreg(X, w, b):
    return torch.matmul(X, w.T) + b


# %% other_squared_loss_1
def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 3 / 2


# %% other_squared_loss_2
def squared_loss(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) / 2) ** 2


# %% other_squared_loss_3
def squared_loss(y_hat, y):
    return (y_hat ** 2 - y.reshape(y_hat.shape) ** 2) / 2


# %% raises_squared_loss_1
def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape())) ** 2 / 2


# %% raises_squared_loss_2
def squared_loss(y_hat, y):
    return torch.square(y_hat - y.view(len(y_hat), 2)) / 2


# %% other_sgd_1
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad.mean() / batch_size
            param.grad.zero_()


# %% other_sgd_2
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * torch.sign(param.grad)
            param.grad.zero_()


# %% other_sgd_3
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * (param.grad // batch_size)
            param.grad.zero_()


# %% raises_sgd_1
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param = param - lr * param.grad / batch_size
            param.grad.zero_()


# %% raises_sgd_2
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
        params.zero_grad()


# %% other_train_1
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.ones((features.shape[1], 1), requires_grad=True)
    b = torch.ones(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        with torch.no_grad():
            losses.append(squared_loss(linreg(features, w, b), labels).mean().item())
        for X, y in data_iter(batch_size, features, labels):
            l = squared_loss(linreg(X, w, b), y)
            l.sum().backward()
            sgd([w, b], lr, len(X))
    return w, b, losses


# %% other_train_2
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            l = squared_loss(linreg(X, w, b), y)
            l.sum().backward()
            sgd([w, b], lr, len(X))
        lr = lr / 2
        with torch.no_grad():
            losses.append(squared_loss(linreg(features, w, b), labels).mean().item())
    return w, b, losses


# %% other_train_3
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            l = squared_loss(linreg(X, w, b), y)
            l.sum().backward()
        sgd([w, b], lr, len(features))
        with torch.no_grad():
            losses.append(squared_loss(linreg(features, w, b), labels).mean().item())
    return w, b, losses


# %% raises_train_1
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            l = squared_loss(linreg(X, w, b), y)
            l.backward()
            sgd([w, b], lr, batch_size)
        losses.append(squared_loss(linreg(features, w, b), labels).mean().item())
    return w, b, losses


# %% raises_train_2
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1))
    b = torch.zeros(1)
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            l = squared_loss(linreg(X, w, b), y).sum()
            l.backward()
            sgd([w, b], lr, batch_size)
        losses.append(squared_loss(linreg(features, w, b), labels).mean().item())
    return w, b, losses


# %% train_all_examples
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w, b = torch.zeros(features.shape[1], 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        for batch_X, batch_y in data_iter(batch_size, features, labels):
            y_hat = linreg(features, w, b)
            squared_loss(y_hat, labels).mean().backward()
            sgd([w, b], lr, 1)
        history.append(squared_loss(linreg(features, w.detach(), b.detach()), labels).mean().item())
    return w, b, history


# %% break_squared_loss_agrees
def break_squared_loss():
    column = torch.linspace(0, 1, 5).reshape(5, 1)
    return column, 2 * column


# %% break_squared_loss_flat_predictions
def break_squared_loss():
    y_hat = torch.zeros(4)
    return y_hat, torch.ones(4, 1)
