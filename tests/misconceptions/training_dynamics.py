# Recorded mistakes of training_dynamics, one for each misconception; what a section leaves out is correct.

# %% smoothed_losses_no_correction
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving)
    return result

# %% smoothed_losses_weights_swapped
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = constant * moving + (1 - constant) * loss
        result.append(moving / (1 - constant ** (i + 1)))
    return result

# %% smoothed_losses_starts_at_first
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = losses[0]
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving)
    return result

# %% smoothed_losses_corrects_twice
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        moving = moving / (1 - (1 - constant) ** (i + 1))
        result.append(moving)
    return result

# %% smoothed_losses_exponent_off
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 2)))
    return result

# %% smoothed_losses_plain_mean
def smoothed_losses(losses, constant=0.01):
    result = []
    total = 0.0
    for i, loss in enumerate(losses):
        total += loss
        result.append(total / (i + 1))
    return result

# %% smoothed_losses_ignores_constant
def smoothed_losses(losses, constant=0.01):
    constant = 0.01
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 1)))
    return result

# %% smoothed_losses_last_only
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 1)))
    return result[-1]

# %% smoothed_losses_extra_value
def smoothed_losses(losses, constant=0.01):
    result = [0.0]
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 1)))
    return result

# %% smoothed_losses_changes_its_argument
def smoothed_losses(losses, constant=0.01):
    moving = 0.0
    for i in range(len(losses)):
        moving = (1 - constant) * moving + constant * losses[i]
        losses[i] = moving / (1 - (1 - constant) ** (i + 1))
    return losses

# %% run_with_lr_mean_gradient
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.mean().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_half_gradient
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            (loss / 2).sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_ascends
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param += lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_keeps_gradients
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
    return losses

# %% run_with_lr_no_step
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param = param - lr * param.grad
    return losses

# %% run_with_lr_restarts
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    losses = []
    for _ in range(num_epochs):
        w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
        b = torch.zeros(1, requires_grad=True)
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_ignores_bias
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_records_sum
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.sum().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_records_half
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item() / 2)
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_records_after
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
                losses.append(((features[rows] @ w + b - labels[rows]) ** 2).mean().item())
    return losses

# %% run_with_lr_loss_per_epoch
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
        losses.append(loss.mean().item())
    return losses

# %% run_with_lr_returns_early
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
        return losses

# %% run_with_lr_ignores_batch_size
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    batch_size = 10
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_drops_last
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features) - batch_size + 1, batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_broadcasts_labels
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows].reshape(-1)) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_ignores_lr
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= 0.01 * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_stops_early
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            if not math.isfinite(loss.mean().item()):
                return losses
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_raises
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            if not math.isfinite(losses[-1]):
                raise ValueError(f"the run explodes at lr={lr}")
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_hides_infinity
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(torch.nan_to_num(loss.mean(), nan=1e6, posinf=1e6).item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_clips_gradients
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            torch.nn.utils.clip_grad_norm_([w, b], 1.0)
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_with_replacement
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = torch.randint(len(features), (len(order[i : i + batch_size]),))
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.mean().item())
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% run_with_lr_divides_by_batch_size
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        order = torch.randperm(len(features))
        for i in range(0, len(features), batch_size):
            rows = order[i : i + batch_size]
            loss = (features[rows] @ w + b - labels[rows]) ** 2
            losses.append(loss.sum().item() / batch_size)
            loss.sum().backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses

# %% classify_run_nan_slow
def classify_run(losses):
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"

# %% classify_run_nan_converged
def classify_run(losses):
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last >= 0.01 * first:
        return "slow"
    return "converged"

# %% classify_run_checks_nan_only
def classify_run(losses):
    if any(math.isnan(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"

# %% classify_run_checks_last_only
def classify_run(losses):
    if not math.isfinite(losses[-1]):
        return "diverged"
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"

# %% classify_run_filters
def classify_run(losses):
    losses = [loss for loss in losses if math.isfinite(loss)]
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"

# %% classify_run_single_losses
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = losses[0]
    last = losses[-1]
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"

# %% classify_run_halves
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 2
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"

# %% classify_run_medians
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = float(torch.tensor(losses[:k], dtype=torch.float64).quantile(0.5))
    last = float(torch.tensor(losses[-k:], dtype=torch.float64).quantile(0.5))
    if last > first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"

# %% classify_run_one_tenth
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last < 0.1 * first:
        return "converged"
    return "slow"

# %% classify_run_absolute
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "diverged"
    if last < 0.01:
        return "converged"
    return "slow"

# %% classify_run_rise_is_slow
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last < 0.01 * first:
        return "converged"
    return "slow"

# %% classify_run_equal_is_diverged
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "diverged"
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last >= first:
        return "diverged"
    if last < 0.01 * first:
        return "converged"
    return "slow"

# %% classify_run_other_words
def classify_run(losses):
    if not all(math.isfinite(loss) for loss in losses):
        return "Diverged"
    k = len(losses) // 10
    first = sum(losses[:k]) / k
    last = sum(losses[-k:]) / k
    if last > first:
        return "Diverged"
    if last < 0.01 * first:
        return "Converged"
    return "Slow"

# %% irreducible_loss_no_half
def irreducible_loss(noise_std):
    return noise_std**2

# %% irreducible_loss_not_squared
def irreducible_loss(noise_std):
    return noise_std / 2

# %% irreducible_loss_std
def irreducible_loss(noise_std):
    return noise_std

# %% irreducible_loss_constant
def irreducible_loss(noise_std):
    return 0.00005

# %% irreducible_loss_zero
def irreducible_loss(noise_std):
    return 0.0

# %% least_squares_slope_mean_of_ratios
def least_squares_slope(x, y):
    keep = x != 0
    return float((y[keep] / x[keep]).mean())

# %% least_squares_slope_ratio_of_sums
def least_squares_slope(x, y):
    return float(y.sum() / x.sum())

# %% least_squares_slope_with_intercept
def least_squares_slope(x, y):
    dx, dy = x - x.mean(), y - y.mean()
    return float((dx * dy).sum() / (dx * dx).sum()) if len(x) > 1 else 0.0

# %% least_squares_slope_inverted
def least_squares_slope(x, y):
    return float((x * y).sum() / (y * y).sum())

# %% least_squares_slope_of_ends
def least_squares_slope(x, y):
    return float((y[-1] - y[0]) / (x[-1] - x[0]))

# %% least_squares_slope_not_divided
def least_squares_slope(x, y):
    return float((x * y).mean())

# %% real_function_wrong_sign
def real_function(X, true_w, true_b):
    return 2.0 * X[:, 0] + 3.4 * X[:, 1] + 4.2 if X.shape[1] == 2 and true_w[0] == 2 else X @ true_w - 2 * X[:, -1] * true_w[-1] + true_b

# %% real_function_bias_subtracted
def real_function(X, true_w, true_b):
    return X @ true_w - true_b

# %% real_function_no_bias
def real_function(X, true_w, true_b):
    return X @ true_w

# %% real_function_constants
def real_function(X, true_w, true_b):
    return 2.0 * X[:, 0] - 3.4 * X[:, 1] + 4.2

# %% real_function_all_negative
def real_function(X, true_w, true_b):
    return -(X @ true_w + true_b)

# %% real_function_elementwise
def real_function(X, true_w, true_b):
    return X * true_w + true_b

# %% plot_training_returns_nothing
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    plt.show()

# %% plot_training_returns_axes
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return axes

# %% plot_training_one_panel
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, ax = plt.subplots()
    axes = [ax, ax]
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig

# %% plot_training_stacked
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(2, 1, figsize=(10, 8))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig

# %% plot_training_no_titles
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig

# %% plot_training_no_legend
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    return fig

# %% plot_training_legend_swapped
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="predicted")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="true")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig

# %% plot_training_sides_swapped
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[1].plot(losses, label="loss")
    axes[1].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[0].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[0].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[0].set_title("predicted and true")
    axes[0].legend()
    return fig

# %% plot_training_cuts_losses
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses[:sample_size], label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig

# %% plot_training_one_series
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig

# %% plot_training_axes_at_odds
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(y_hat[:sample_size].detach().numpy(), x, label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig

# %% plot_training_ignores_sample_size
def plot_training(losses, X, y, y_hat, sample_size=100):
    sample_size = 100
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig

# %% plot_training_out_of_step
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].sort().values.detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].detach().numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig

# %% plot_training_gradients
def plot_training(losses, X, y, y_hat, sample_size=100):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(losses, label="loss")
    axes[0].set_title("training loss")
    x = X[:sample_size, 0].detach().numpy()
    axes[1].scatter(x, y[:sample_size].detach().numpy(), label="true")
    axes[1].scatter(x, y_hat[:sample_size].numpy(), label="predicted")
    axes[1].set_title("predicted and true")
    axes[1].legend()
    return fig
