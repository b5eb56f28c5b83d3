# Mistakes of training_dynamics in other hands, written from their titles and explanations alone; calibration never reads them.


# %% smoothed_losses_no_correction
def smoothed_losses(losses, constant=0.01):
    averages = [constant * losses[0]]
    for i in range(1, len(losses)):
        averages.append(averages[-1] * (1 - constant) + losses[i] * constant)
    return averages


# %% smoothed_losses_weights_swapped
def smoothed_losses(losses, constant=0.01):
    running, out = 0, []
    beta = constant
    for i in range(len(losses)):
        running = beta * running + (1 - beta) * losses[i]
        out.append(running / (1 - (1 - constant) ** (i + 1)))
    return out


# %% smoothed_losses_starts_at_first
def smoothed_losses(losses, constant=0.01):
    running, out = None, []
    for value in losses:
        running = value if running is None else running + constant * (value - running)
        out.append(running)
    return out


# %% smoothed_losses_corrects_twice
def smoothed_losses(losses, constant=0.01):
    out = []
    previous = 0.0
    for i in range(len(losses)):
        norm = 1 - (1 - constant) ** (i + 1)
        out.append(((1 - constant) * previous + constant * losses[i]) / norm)
        previous = out[-1]
    return out


# %% smoothed_losses_exponent_off
def smoothed_losses(losses, constant=0.01):
    running, out, t = 0.0, [], 1
    for value in losses:
        t += 1
        running = (1 - constant) * running + constant * value
        out.append(running / (1 - (1 - constant) ** t))
    return out


# %% smoothed_losses_plain_mean
def smoothed_losses(losses, constant=0.01):
    return [sum(losses[: i + 1]) / (i + 1) for i in range(len(losses))]


# %% smoothed_losses_ignores_constant
def smoothed_losses(losses, constant=0.01):
    beta = 0.9
    running, out = 0.0, []
    for i, value in enumerate(losses):
        running = beta * running + (1 - beta) * value
        out.append(running / (1 - beta ** (i + 1)))
    return out


# %% smoothed_losses_last_only
def smoothed_losses(losses, constant=0.01):
    n = len(losses)
    weights = [constant * (1 - constant) ** (n - 1 - i) for i in range(n)]
    return sum(w * l for w, l in zip(weights, losses)) / sum(weights)


# %% smoothed_losses_extra_value
def smoothed_losses(losses, constant=0.01):
    s = [0.0]
    for value in losses:
        s.append((1 - constant) * s[-1] + constant * value)
    return [s[0]] + [s[t] / (1 - (1 - constant) ** t) for t in range(1, len(s))]


# %% smoothed_losses_changes_its_argument
def smoothed_losses(losses, constant=0.01):
    out = losses
    running = 0.0
    for i, value in enumerate(losses):
        running = (1 - constant) * running + constant * value
        out[i] = running / (1 - (1 - constant) ** (i + 1))
    return out


# %% run_with_lr_mean_gradient
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(float((diff**2).mean()))
            weight = weight - lr * 2 * X.T @ diff / len(idx)
            bias = bias - lr * 2 * diff.mean()
    return history


# %% run_with_lr_half_gradient
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(float((diff**2).mean()))
            weight = weight - lr * X.T @ diff
            bias = bias - lr * diff.sum()
    return history


# %% run_with_lr_ascends
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = y - (X @ weight + bias)
            history.append(float((diff**2).mean()))
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
    return history


# %% run_with_lr_one_ascends
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weights = torch.zeros(features.shape[1], 1, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    history = []
    for _ in range(num_epochs):
        for start in range(0, len(features), batch_size):
            X, y = features[start : start + batch_size], labels[start : start + batch_size]
            squares = (X @ weights + bias - y) ** 2
            history.append(float(squares.mean()))
            dw, db = torch.autograd.grad(squares.sum(), [weights, bias])
            with torch.no_grad():
                weights -= lr * dw
                bias += lr * db
    return history


# %% run_with_lr_keeps_gradients
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    net = torch.nn.Linear(features.shape[1], 1)
    torch.nn.init.normal_(net.weight, 0, 0.01)
    torch.nn.init.zeros_(net.bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for _ in range(num_epochs):
        for X, y in zip(features.split(batch_size), labels.split(batch_size)):
            squared = (net(X) - y) ** 2
            history.append(float(squared.mean()))
            squared.sum().backward()
            optimizer.step()
    return history


# %% run_with_lr_no_step
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    net = torch.nn.Linear(features.shape[1], 1)
    torch.nn.init.normal_(net.weight, 0, 0.01)
    torch.nn.init.zeros_(net.bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for _ in range(num_epochs):
        for X, y in zip(features.split(batch_size), labels.split(batch_size)):
            squared = (net(X) - y) ** 2
            history.append(float(squared.mean()))
            optimizer.zero_grad()
            squared.sum().backward()
    return history


# %% run_with_lr_restarts
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    def one_epoch():
        weight = 0.01 * torch.randn(features.shape[1], 1)
        bias = torch.zeros(1)
        out = []
        for idx in torch.randperm(len(features)).split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            out.append(float((diff**2).mean()))
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
        return out

    history = []
    for _ in range(num_epochs):
        history += one_epoch()
    return history


# %% run_with_lr_ignores_bias
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = 0.0
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(float((diff**2).mean()))
            weight = weight - lr * 2 * X.T @ diff
    return history


# %% run_with_lr_records_sum
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(float((diff * diff).sum()))
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
    return history


# %% run_with_lr_records_half
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(float((diff**2 / 2).mean()))
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
    return history


# %% run_with_lr_records_after
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
            diff = X @ weight + bias - y
            history.append(float((diff**2).mean()))
    return history


# %% run_with_lr_loss_per_epoch
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        total = 0.0
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            total += float((diff**2).sum())
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
        history.append(total / len(features))
    return history


# %% run_with_lr_returns_early
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for X, y in zip(features.split(batch_size), labels.split(batch_size)):
        diff = X @ weight + bias - y
        history.append(float((diff**2).mean()))
        weight = weight - lr * 2 * X.T @ diff
        bias = bias - lr * 2 * diff.sum()
    return history


# %% run_with_lr_ignores_batch_size
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    batch_size = 10
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(float((diff**2).mean()))
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
    return history


# %% run_with_lr_drops_last
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    dataset = torch.utils.data.TensorDataset(features, labels)
    loader = torch.utils.data.DataLoader(dataset, batch_size, shuffle=True, drop_last=True)
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        for X, y in loader:
            diff = X @ weight + bias - y
            history.append(float((diff**2).mean()))
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
    return history


# %% run_with_lr_broadcasts_labels
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight, bias], lr=lr)
    history = []
    for _ in range(num_epochs):
        for X, y in zip(features.split(batch_size), labels.split(batch_size)):
            squared = (X @ weight + bias - y) ** 2
            history.append(float(squared.mean()))
            optimizer.zero_grad()
            squared.sum().backward()
            optimizer.step()
    return history


# %% run_with_lr_ignores_lr
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    net = torch.nn.Linear(features.shape[1], 1)
    torch.nn.init.zeros_(net.weight)
    torch.nn.init.zeros_(net.bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001)
    history = []
    for _ in range(num_epochs):
        for X, y in zip(features.split(batch_size), labels.split(batch_size)):
            squared = (net(X) - y) ** 2
            history.append(float(squared.mean()))
            optimizer.zero_grad()
            squared.sum().backward()
            optimizer.step()
    return history


# %% run_with_lr_stops_early
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            value = (diff**2).mean()
            if torch.isfinite(value):
                history.append(float(value))
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
    return history


# %% run_with_lr_raises
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    n, d = features.shape
    X, Y = features.tolist(), labels.reshape(-1).tolist()
    weight, bias = [0.0] * d, 0.0
    history = []
    for _ in range(num_epochs):
        for start in range(0, n, batch_size):
            rows = range(start, min(start + batch_size, n))
            diffs = [sum(x * w for x, w in zip(X[r], weight)) + bias - Y[r] for r in rows]
            history.append(sum(e**2 for e in diffs) / len(diffs))
            for j in range(d):
                weight[j] -= lr * 2 * sum(e * X[r][j] for e, r in zip(diffs, rows))
            bias -= lr * 2 * sum(diffs)
    return history


# %% run_with_lr_hides_infinity
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(float(torch.nan_to_num((diff**2).mean())))
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
    return history


# %% run_with_lr_clips_gradients
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(float((diff**2).mean()))
            grad_w = (2 * X.T @ diff).clamp(-5, 5)
            grad_b = (2 * diff.sum()).clamp(-5, 5)
            weight = weight - lr * grad_w
            bias = bias - lr * grad_b
    return history


# %% run_with_lr_with_replacement
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    n = len(features)
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        for _ in range(math.ceil(n / batch_size)):
            idx = torch.randperm(n)[:batch_size]
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(float((diff**2).mean()))
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
    return history


# %% run_with_lr_divides_by_batch_size
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    weight = torch.zeros(features.shape[1], 1)
    bias = torch.zeros(1)
    history = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for idx in order.split(batch_size):
            X, y = features[idx], labels[idx]
            diff = X @ weight + bias - y
            history.append(sum(e * e for e in diff.flatten().tolist()) / batch_size)
            weight = weight - lr * 2 * X.T @ diff
            bias = bias - lr * 2 * diff.sum()
    return history


# %% classify_run_nan_slow
def classify_run(losses):
    values = torch.tensor(losses)
    tenth = len(values) // 10
    start, end = values[:tenth].mean(), values[-tenth:].mean()
    if end > start:
        return "diverged"
    elif end / start < 0.01:
        return "converged"
    else:
        return "slow"


# %% classify_run_nan_converged
def classify_run(losses):
    values = torch.tensor(losses)
    tenth = len(values) // 10
    ratio = values[-tenth:].mean() / values[:tenth].mean()
    if ratio > 1:
        verdict = "diverged"
    elif ratio >= 0.01:
        verdict = "slow"
    else:
        verdict = "converged"
    return verdict


# %% classify_run_checks_nan_only
def classify_run(losses):
    values = torch.tensor(losses)
    tenth = len(values) // 10
    start, end = values[:tenth].mean(), values[-tenth:].mean()
    if torch.isnan(values).any() or end > start:
        return "diverged"
    elif end < start / 100:
        return "converged"
    return "slow"


# %% classify_run_checks_last_only
def classify_run(losses):
    values = torch.tensor(losses)
    tenth = len(values) // 10
    start, end = values[:tenth].mean(), values[-tenth:].mean()
    if not torch.isfinite(values[-1]) or end > start:
        return "diverged"
    elif end < start / 100:
        return "converged"
    return "slow"


# %% classify_run_filters
def classify_run(losses):
    values = torch.tensor(losses)
    values = values[torch.isfinite(values)]
    if len(values) == 0:
        return "diverged"
    tenth = max(len(values) // 10, 1)
    start, end = values[:tenth].mean(), values[-tenth:].mean()
    if end > start:
        return "diverged"
    elif end < start / 100:
        return "converged"
    return "slow"


# %% classify_run_single_losses
def classify_run(losses):
    for value in losses:
        if math.isnan(value) or math.isinf(value):
            return "diverged"
    ratio = losses[-1] / losses[0]
    if ratio > 1:
        return "diverged"
    return "converged" if ratio < 0.01 else "slow"


# %% classify_run_halves
def classify_run(losses):
    values = torch.tensor(losses)
    if not values.isfinite().all():
        return "diverged"
    middle = len(values) // 2
    start, end = values[:middle].mean(), values[middle:].mean()
    if end > start:
        return "diverged"
    return "converged" if end < start / 100 else "slow"


# %% classify_run_medians
def classify_run(losses):
    values = torch.tensor(losses)
    if not values.isfinite().all():
        return "diverged"
    tenth = len(values) // 10
    start, end = values[:tenth].median(), values[-tenth:].median()
    if end > start:
        return "diverged"
    return "converged" if end < start / 100 else "slow"


# %% classify_run_one_tenth
def classify_run(losses):
    values = torch.tensor(losses)
    if not values.isfinite().all():
        return "diverged"
    tenth = len(values) // 10
    start, end = values[:tenth].mean(), values[-tenth:].mean()
    if end > start:
        return "diverged"
    return "converged" if end < start / 10 else "slow"


# %% classify_run_absolute
def classify_run(losses):
    values = torch.tensor(losses)
    if not values.isfinite().all():
        return "diverged"
    tenth = len(values) // 10
    start, end = values[:tenth].mean(), values[-tenth:].mean()
    if end > start:
        return "diverged"
    return "converged" if end < 1e-3 else "slow"


# %% classify_run_rise_is_slow
def classify_run(losses):
    values = torch.tensor(losses)
    tenth = len(values) // 10
    if not values.isfinite().all():
        return "diverged"
    elif values[-tenth:].mean() / values[:tenth].mean() < 0.01:
        return "converged"
    else:
        return "slow"


# %% classify_run_equal_is_diverged
def classify_run(losses):
    values = torch.tensor(losses)
    if not values.isfinite().all():
        return "diverged"
    tenth = len(values) // 10
    start, end = values[:tenth].mean(), values[-tenth:].mean()
    if end < start / 100:
        return "converged"
    elif end < start:
        return "slow"
    else:
        return "diverged"


# %% classify_run_other_words
def classify_run(losses):
    values = torch.tensor(losses)
    if not values.isfinite().all():
        return "exploded"
    tenth = len(values) // 10
    start, end = values[:tenth].mean(), values[-tenth:].mean()
    if end > start:
        return "exploded"
    return "converged" if end < start / 100 else "slow"


# %% irreducible_loss_no_half
def irreducible_loss(noise_std):
    variance = noise_std * noise_std
    return float(variance)


# %% irreducible_loss_not_squared
def irreducible_loss(noise_std):
    return float(0.5 * noise_std)


# %% irreducible_loss_std
def irreducible_loss(noise_std):
    return math.sqrt(noise_std**2)


# %% irreducible_loss_constant
def irreducible_loss(noise_std):
    sigma = 0.01
    return 0.5 * sigma**2


# %% irreducible_loss_zero
def irreducible_loss(noise_std):
    y = 0.0
    y_hat = 0.0
    return 0.5 * (y_hat - y) ** 2


# %% least_squares_slope_mean_of_ratios
def least_squares_slope(x, y):
    ratios = [float(b) / float(a) for a, b in zip(x, y) if float(a) != 0]
    return sum(ratios) / len(ratios)


# %% least_squares_slope_ratio_of_sums
def least_squares_slope(x, y):
    return float(torch.mean(y) / torch.mean(x))


# %% least_squares_slope_with_intercept
def least_squares_slope(x, y):
    A = torch.stack([x, torch.ones_like(x)], dim=1)
    solution = torch.linalg.lstsq(A, y[:, None]).solution
    return float(solution[0, 0])


# %% least_squares_slope_inverted
def least_squares_slope(x, y):
    return float(torch.dot(x, x) / torch.dot(x, y))


# %% least_squares_slope_of_ends
def least_squares_slope(x, y):
    left, right = int(x.argmin()), int(x.argmax())
    return float(y[right] - y[left]) / float(x[right] - x[left])


# %% least_squares_slope_not_divided
def least_squares_slope(x, y):
    return float(torch.dot(x, y))


# %% real_function_wrong_sign
def real_function(X, true_w, true_b):
    result = true_b
    for j in range(X.shape[1]):
        result = result + abs(true_w[j]) * X[:, j]
    return result


# %% real_function_bias_subtracted
def real_function(X, true_w, true_b):
    result = (X * true_w).sum(dim=1)
    result -= true_b
    return result


# %% real_function_no_bias
def real_function(X, true_w, true_b):
    return torch.matmul(X, true_w.reshape(-1, 1))


# %% real_function_constants
def real_function(X, true_w, true_b):
    w = torch.tensor([2.0, -3.4])
    b = 4.2
    return torch.matmul(X, w) + b


# %% real_function_all_negative
def real_function(X, true_w, true_b):
    return (X * -true_w).sum(dim=1) - true_b


# %% real_function_elementwise
def real_function(X, true_w, true_b):
    return torch.mul(true_w, X).add(true_b)


# %% plot_training_returns_nothing
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    first.plot(range(len(losses)), losses)
    first.set_title("training loss")
    second = fig.add_subplot(1, 2, 2)
    feature = X[:sample_size, -1].numpy()
    second.plot(feature, y[:sample_size].flatten().numpy(), "o", label="true labels")
    second.plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x", label="predictions")
    second.set_title("predictions")
    second.legend()
    fig.tight_layout()


# %% plot_training_returns_axes
def plot_training(losses, X, y, y_hat, sample_size=100):
    plt.figure(figsize=(9, 3.5))
    plt.subplot(121)
    plt.plot(losses)
    plt.title("training loss")
    ax = plt.subplot(122)
    feature = X[:sample_size, -1].numpy()
    ax.plot(feature, y[:sample_size].flatten().numpy(), "o", label="true labels")
    ax.plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x", label="predictions")
    ax.set_title("predictions")
    ax.legend()
    return ax


# %% plot_training_one_panel
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    feature = X[:sample_size, -1].numpy()
    plt.semilogy(range(1, len(losses) + 1), losses)
    plt.plot(feature, y[:sample_size].flatten().numpy(), "o", label="true labels")
    plt.plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x", label="predictions")
    plt.title("loss and predictions")
    plt.legend()
    return fig


# %% plot_training_stacked
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(6, 7))
    first = fig.add_subplot(2, 1, 1)
    first.plot(range(len(losses)), losses)
    first.set_title("training loss")
    second = fig.add_subplot(2, 1, 2)
    feature = X[:sample_size, -1].numpy()
    second.plot(feature, y[:sample_size].flatten().numpy(), "o", label="true labels")
    second.plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x", label="predictions")
    second.set_title("predictions")
    second.legend()
    return fig


# %% plot_training_no_titles
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.5))
    axes[0].semilogy(losses)
    feature = X[:sample_size, -1].numpy()
    axes[1].plot(feature, y[:sample_size].flatten().numpy(), "o", label="true labels")
    axes[1].plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x", label="predictions")
    axes[1].legend()
    plt.title("Training run")
    return fig


# %% plot_training_no_legend
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    first.plot(range(len(losses)), losses, label="loss")
    first.set_title("training loss")
    first.legend()
    second = fig.add_subplot(1, 2, 2)
    feature = X[:sample_size, -1].numpy()
    second.plot(feature, y[:sample_size].flatten().numpy(), "o", color="blue")
    second.plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x", color="red")
    second.set_title("predictions (red) and labels (blue)")
    return fig


# %% plot_training_legend_swapped
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    first.plot(range(len(losses)), losses)
    first.set_title("training loss")
    second = fig.add_subplot(1, 2, 2)
    feature = X[:sample_size, -1].numpy()
    second.plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x")
    second.plot(feature, y[:sample_size].flatten().numpy(), "o")
    second.set_title("predictions")
    second.legend(["true labels", "predicted labels"])
    return fig


# %% plot_training_sides_swapped
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    feature = X[:sample_size, -1].numpy()
    first.plot(feature, y[:sample_size].flatten().numpy(), "o", label="true labels")
    first.plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x", label="predictions")
    first.set_title("predictions")
    first.legend()
    second = fig.add_subplot(1, 2, 2)
    second.semilogy(range(len(losses)), losses)
    second.set_title("training loss")
    return fig


# %% plot_training_cuts_losses
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    first.plot(losses[1:])
    first.set_title("training loss")
    second = fig.add_subplot(1, 2, 2)
    feature = X[:sample_size, -1].numpy()
    second.plot(feature, y[:sample_size].flatten().numpy(), "o", label="true labels")
    second.plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x", label="predictions")
    second.set_title("predictions")
    second.legend()
    return fig


# %% plot_training_one_series
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    first.plot(range(len(losses)), losses)
    first.set_title("training loss")
    second = fig.add_subplot(1, 2, 2)
    feature = X[:sample_size, -1].numpy()
    predictions = y_hat[:sample_size].detach().flatten().numpy()
    for values, marker, name in ((predictions, "o", "true labels"), (predictions, "x", "predictions")):
        second.plot(feature, values, marker, label=name)
    second.set_title("predictions")
    second.legend()
    return fig


# %% plot_training_axes_at_odds
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    first.plot(range(len(losses)), losses)
    first.set_title("training loss")
    second = fig.add_subplot(1, 2, 2)
    feature = X[:sample_size, -1].numpy()
    second.plot(y[:sample_size].flatten().numpy(), feature, "o", label="true labels")
    second.plot(feature, y_hat[:sample_size].detach().flatten().numpy(), "x", label="predictions")
    second.set_title("predictions")
    second.legend()
    return fig


# %% plot_training_ignores_sample_size
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    first.plot(range(len(losses)), losses)
    first.set_title("training loss")
    second = fig.add_subplot(1, 2, 2)
    feature = X[:100, -1].numpy()
    second.plot(feature, y[:100].flatten().numpy(), "o", label="true labels")
    second.plot(feature, y_hat[:100].detach().flatten().numpy(), "x", label="predictions")
    second.set_title("predictions")
    second.legend()
    return fig


# %% plot_training_out_of_step
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    first.plot(range(len(losses)), losses)
    first.set_title("training loss")
    second = fig.add_subplot(1, 2, 2)
    for values, marker, name in ((y, "o", "true labels"), (y_hat, "x", "predictions")):
        i = torch.randperm(len(X))[:sample_size]
        j = torch.randperm(len(X))[:sample_size]
        second.plot(X[i, -1].numpy(), values.detach().flatten()[j].numpy(), marker, label=name)
    second.set_title("predictions")
    second.legend()
    return fig


# %% plot_training_gradients
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig = plt.figure(figsize=(9, 3.5))
    first = fig.add_subplot(1, 2, 1)
    first.plot(range(len(losses)), losses)
    first.set_title("training loss")
    second = fig.add_subplot(1, 2, 2)
    feature = X[:sample_size, -1].numpy()
    second.plot(feature, y[:sample_size].flatten().numpy(), "o", label="true labels")
    second.plot(feature, y_hat[:sample_size].flatten().numpy(), "x", label="predictions")
    second.set_title("predictions")
    second.legend()
    return fig


# %% other_smoothed_losses_1
def smoothed_losses(losses, constant=0.01):
    window = int(1 / constant)
    result = []
    for t in range(len(losses)):
        recent = losses[max(0, t - window + 1) : t + 1]
        result.append(sum(recent) / len(recent))
    return result


# %% other_smoothed_losses_2
def smoothed_losses(losses, constant=0.01):
    s = 0.0
    result = []
    for t, loss in enumerate(losses, start=1):
        s = (1 - constant) * s + constant * loss
        result.append(s / (1 - constant**t) if constant < 1 else s)
    return result


# %% other_smoothed_losses_3
def smoothed_losses(losses, constant=0.01):
    s = 0.0
    result = []
    for t, loss in enumerate(losses, start=1):
        s = (1 - constant) * s + loss
        result.append(s / (1 - (1 - constant) ** t))
    return result


# %% raises_smoothed_losses_1
def smoothed_losses(losses, constant=0.01):
    result = []
    for t, loss in enumerate(losses, start=1):
        s = (1 - constant) * s + constant * loss
        result.append(s / (1 - (1 - constant) ** t))
    return result


# %% raises_smoothed_losses_2
def smoothed_losses(losses, constant=0.01):
    s = [0.0]
    for t in range(1, len(losses) + 1):
        s.append((1 - constant) * s[t - 1] + constant * losses[t])
    return [s[t] / (1 - (1 - constant) ** t) for t in range(1, len(s))]


# %% other_run_with_lr_1
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    n, d = features.shape
    w = torch.zeros(d, 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.Adam([w, b], lr=lr)
    losses = []
    for epoch in range(num_epochs):
        for i in range(0, n, batch_size):
            X, y = features[i : i + batch_size], labels[i : i + batch_size]
            error = (X @ w + b - y) ** 2
            losses.append(error.mean().item())
            optimizer.zero_grad()
            error.sum().backward()
            optimizer.step()
    return losses


# %% other_run_with_lr_2
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    n, d = features.shape
    w = torch.zeros(d, 1)
    b = torch.zeros(1)
    losses = []
    for epoch in range(num_epochs):
        for i in range(0, n, batch_size):
            X, y = features[i : i + batch_size], labels[i : i + batch_size]
            error = X @ w + b - y
            losses.append((error**2).mean().item())
            w -= lr * 2 * X.T @ error
            error = X @ w + b - y
            b -= lr * 2 * error.sum()
    return losses


# %% other_run_with_lr_3
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    n, d = features.shape
    w = torch.zeros(d, 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for i in range(0, n, batch_size):
            X, y = features[i : i + batch_size], labels[i : i + batch_size]
            error = (X @ w + b - y).abs()
            losses.append((error**2).mean().item())
            error.sum().backward()
            with torch.no_grad():
                for p in (w, b):
                    p -= lr * p.grad
                    p.grad.zero_()
    return losses


# %% raises_run_with_lr_1
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    n, d = features.shape
    w = torch.zeros(d, 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for i in range(0, n, batch_size):
            X, y = features[i : i + batch_size], labels[i : i + batch_size]
            error = (X @ w + b - y) ** 2
            losses.append(error.mean().item())
            error.sum().backward()
            w = w - lr * w.grad
            b = b - lr * b.grad
    return losses


# %% raises_run_with_lr_2
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    n, d = features.shape
    w = torch.zeros(d, 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for i in range(0, n, batch_size):
            X, y = features[i : i + batch_size], labels[i : i + batch_size]
            error = (X @ w + b - y) ** 2
            losses.append(error.mean().item())
            error.backward()
            with torch.no_grad():
                for p in (w, b):
                    p -= lr * p.grad
                    p.grad.zero_()
    return losses


# %% other_classify_run_1
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    first = sum(losses[:10]) / 10
    last = sum(losses[-10:]) / 10
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"


# %% other_classify_run_2
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if first - last < 0.01 * first:
        return "converged"
    return "slow"


# %% other_classify_run_3
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = max(losses[:k])
    last = min(losses[-k:])
    if last > first:
        return "diverged"
    if last <= 0.01 * first:
        return "converged"
    return "slow"


# %% raises_classify_run_1
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) / 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"


# %% raises_classify_run_2
def classify_run(losses):
    if not torch.isfinite(losses).all():
        return "diverged"
    k = len(losses) // 10
    first = losses[:k].mean()
    last = losses[-k:].mean()
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"


# %% other_irreducible_loss_1
def irreducible_loss(noise_std):
    return 0.5 * math.sqrt(noise_std)


# %% other_irreducible_loss_2
def irreducible_loss(noise_std):
    return 2 * noise_std**2


# %% other_irreducible_loss_3
def irreducible_loss(noise_std):
    eps = torch.randn(1000) * noise_std
    return (0.5 * eps**2).mean().item()


# %% raises_irreducible_loss_1
def irreducible_loss(noise_std):
    return (0.5 * noise_std**2).item()


# %% raises_irreducible_loss_2
def irreducible_loss(noise_std):
    return torch.square(noise_std) / 2


# %% other_least_squares_slope_1
def least_squares_slope(x, y):
    return ((x * y).sum() / x.sum() ** 2).item()


# %% other_least_squares_slope_2
def least_squares_slope(x, y):
    return ((x * y).sum() / (2 * (x**2).sum())).item()


# %% other_least_squares_slope_3
def least_squares_slope(x, y):
    return (torch.linalg.norm(y) / torch.linalg.norm(x)).item()


# %% raises_least_squares_slope_1
def least_squares_slope(x, y):
    w = torch.inverse(x.T @ x) @ x.T @ y
    return w.item()


# %% raises_least_squares_slope_2
def least_squares_slope(x, y):
    return (x * y / x**2).item()


# %% other_real_function_1
def real_function(X, true_w, true_b):
    y = X @ true_w + true_b
    return y + torch.normal(0, 0.01, y.shape)


# %% other_real_function_2
def real_function(X, true_w, true_b):
    return X[:, 0] * true_w[0] + X[:, 1] * true_w[-1] + true_b


# %% other_real_function_3
def real_function(X, true_w, true_b):
    return (X * true_w + true_b).sum(dim=1)


# %% raises_real_function_1
def real_function(X, true_w, true_b):
    return true_w @ X + true_b


# %% raises_real_function_2
def real_function(X, true_w, true_b):
    return torch.mm(X, true_w) + true_b


# %% other_plot_training_1
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.plot(losses)
    left.set_title("Loss")
    n = min(sample_size, len(X))
    right.scatter(y.reshape(-1)[:n], y_hat.detach().reshape(-1)[:n], label="predicted vs true")
    right.set_title("Labels")
    right.legend()
    return fig


# %% other_plot_training_2
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.plot(smoothed_losses(losses, 0.05))
    left.set_title("Loss")
    n = min(sample_size, len(X))
    x = X[:n, 0]
    right.scatter(x, y.reshape(-1)[:n], label="true")
    right.scatter(x, y_hat.detach().reshape(-1)[:n], label="predicted")
    right.set_title("Labels")
    right.legend()
    return fig


# %% other_plot_training_3
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.plot(losses)
    left.set_title("Loss")
    n = min(sample_size, len(X))
    right.plot(y.reshape(-1)[:n], "o", label="true")
    right.plot(y_hat.detach().reshape(-1)[:n], "o", label="predicted")
    right.set_title("Labels")
    right.legend()
    return fig


# %% raises_plot_training_1
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.plot(losses)
    left.set_title("Loss")
    right.scatter(X[:sample_size], y[:sample_size], label="true")
    right.scatter(X[:sample_size], y_hat.detach()[:sample_size], label="predicted")
    right.set_title("Labels")
    right.legend()
    return fig


# %% raises_plot_training_2
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    left.plot(losses)
    left.title("Loss")
    n = min(sample_size, len(X))
    x = X[:n, 0]
    right.scatter(x, y.reshape(-1)[:n], label="true")
    right.scatter(x, y_hat.detach().reshape(-1)[:n], label="predicted")
    right.title("Labels")
    right.legend()
    return fig


# %% break_classify_run_agrees
def break_classify_run():
    return [1.0 / (step + 1) for step in range(50)]


# %% break_classify_run_no_tenths
def break_classify_run():
    losses = [5.0] * 14
    return losses + [7.0]
