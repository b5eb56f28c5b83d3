# Known mistakes of training_dynamics: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% smoothed_losses_no_correction
# The bias correction is missing
#
# The running sum starts at 0, and at first the weights add up to far less than 1. Without dividing by what they add
# up to, the curve starts near zero and seems to rise while the losses fall.
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving)
    return result


# %% smoothed_losses_weights_swapped
# The two weights are swapped
#
# The newest loss got the weight 1 - c and the past the weight c. With c = 0.01 hardly anything is smoothed: the curve
# is the losses themselves.
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = constant * moving + (1 - constant) * loss
        result.append(moving / (1 - constant ** (i + 1)))
    return result


# %% smoothed_losses_starts_at_first
# Started at the first loss instead of corrected
#
# This is another way to avoid a start at zero, but not the one asked for: the first loss keeps a much larger weight
# than its age deserves, for about 1/c steps.
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = losses[0]
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving)
    return result


# %% smoothed_losses_corrects_twice
# The corrected value goes back into the running sum
#
# Only what is handed out is divided. If the quotient takes the place of the running sum, every later value is
# corrected again, and the curve grows out of all proportion.
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        moving = moving / (1 - (1 - constant) ** (i + 1))
        result.append(moving)
    return result


# %% smoothed_losses_exponent_off
# The exponent counts from the wrong number
#
# After the first loss one weight has been given, so the exponent is 1. Counting from 2, the first values come out too
# small, counting from 0 the first one is divided by zero.
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 2)))
    return result


# %% smoothed_losses_plain_mean
# A plain mean of all losses so far
#
# All losses count alike, the oldest as much as the newest. The bad beginning is never forgotten, so the curve lags
# further and further behind.
def smoothed_losses(losses, constant=0.01):
    result = []
    total = 0.0
    for i, loss in enumerate(losses):
        total += loss
        result.append(total / (i + 1))
    return result


# %% smoothed_losses_ignores_constant
# The constant is not used
#
# The weight of the newest loss is a fixed number in the code instead of the argument. The curve is equally smooth
# whatever the caller asks for.
def smoothed_losses(losses, constant=0.01):
    constant = 0.01
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 1)))
    return result


# %% smoothed_losses_last_only
# Only the last value is returned
#
# The smoothed curve has one value after each loss. A single number cannot be drawn over the steps.
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 1)))
    return result[-1]


# %% smoothed_losses_extra_value
# A value before the first loss
#
# The start s = 0 is no smoothed loss. With it in the list every value stands one step too late.
def smoothed_losses(losses, constant=0.01):
    result = [0.0]
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 1)))
    return result


# %% smoothed_losses_changes_its_argument
# The caller's losses are overwritten
#
# The smoothed values were written into the list that was passed. Whoever draws the losses beside them will find the
# fence gone.
def smoothed_losses(losses, constant=0.01):
    moving = 0.0
    for i in range(len(losses)):
        moving = (1 - constant) * moving + constant * losses[i]
        losses[i] = moving / (1 - (1 - constant) ** (i + 1))
    return losses


# %% smoothed_losses_tensor
# The values are a tensor
#
# The numbers are right. A list of Python floats is asked for, as `losses` is one.
def smoothed_losses(losses, constant=0.01):
    result = []
    moving = 0.0
    for i, loss in enumerate(losses):
        moving = (1 - constant) * moving + constant * loss
        result.append(moving / (1 - (1 - constant) ** (i + 1)))
    return torch.tensor(result, dtype=torch.float64)


# %% run_with_lr_mean_gradient
# The step uses the gradient of the mean
#
# Divided by the number of examples, each step is that many times shorter. Then 0.1 converges, and the cliff that this
# section is about lies ten times further out.
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
# The step uses half the squared error
#
# With a ½ in front, as in the last assignment, the gradient and each step are half as long. Here the formula has
# none, and that factor decides whether 0.1 diverges.
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
# The step goes uphill
#
# The gradient points to where the loss grows. Added instead of subtracted, or made of errors with the other sign
# (label minus prediction), it makes every run diverge, at the smallest learning rate too.
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


# %% run_with_lr_one_ascends
# One of the two parameters steps uphill
#
# Weights and bias both move against their gradients. Where one of the two signs is wrong, the other parameter learns, and
# this one runs away from its best value.
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1)
    b = torch.zeros(1)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            X, error = features[rows], features[rows] @ w + b - labels[rows]
            losses.append((error**2).mean().item())
            w = w - lr * 2 * X.T @ error
            b = b + lr * 2 * error.sum()
    return losses


# %% run_with_lr_one_ascends
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1)
    b = torch.zeros(1)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            X, error = features[rows], features[rows] @ w + b - labels[rows]
            losses.append((error**2).mean().item())
            w = w + lr * 2 * X.T @ error
            b = b - lr * 2 * error.sum()
    return losses


# %% run_with_lr_keeps_gradients
# Gradients are not zeroed
#
# backward() adds to what is in .grad, so each step goes along the sum of all gradients so far. The run swings like a
# heavy pendulum instead of settling.
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
# The parameters never move
#
# Losses are recorded, but no step reaches the parameters that the model uses: all of them are those of the untrained
# model.
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
# Every epoch starts from new parameters
#
# w and b are made inside the loop over epochs, so what one epoch has learned is thrown away by the next, and the
# losses jump back up.
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
# The bias never learns
#
# Only w is updated. The model's predictions are 0 on average for features around 0, and all that the bias should
# explain stays in the loss.
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
# The summed loss of a minibatch is recorded
#
# A sum grows with the number of examples, so losses of minibatches of different sizes cannot be compared, and the
# noise level cannot be read off. The mean is asked for.
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
# Half the squared error is recorded
#
# The numbers asked for are means of (ŷ − y)², without the ½ of the last assignment's loss: yours are half as large.
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
# The loss is measured after the step
#
# The minibatch has just been used to improve the parameters, so its loss afterwards flatters the model, and the loss
# of the untrained model is never seen.
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
# One loss an epoch instead of one a minibatch
#
# The loss is recorded outside the inner loop. What happens from step to step, which this assignment looks at, is
# lost.
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
# The run ends with its first epoch
#
# The return stands inside the loop over epochs, or num_epochs is not used: only one pass over the data is made.
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
# The batch size is not used
#
# A fixed number of examples stands where batch_size should: however large the minibatches that the caller asks for,
# the number of losses stays the same.
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
# The short last minibatch is dropped
#
# When the batch size does not divide the number of examples, the rest of an epoch's examples are never learned from.
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
# Flat labels meet a column of predictions
#
# (n, 1) minus (n,) is an (n, n) table: every prediction is compared with every label, so the best that the model can
# learn is the mean of all labels. Both need one shape.
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
# The learning rate is not used
#
# A fixed number stands where lr should. All runs of the sweep then are one and the same.
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
# The run ends when it explodes
#
# Losses that are not finite were left out, or ended the loop. They are the result of the experiment, and lists of
# different lengths cannot be drawn over the same steps.
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
# The run raises when it explodes
#
# An error ends the experiment and takes its losses along. Floats that grow too large become inf in torch, and a power
# of a Python float raises: in both cases the losses should be recorded to the end.
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
# Losses that are not finite were replaced
#
# Infinity and nan were turned into ordinary numbers, or gradients were clipped to avoid them. A plot then shows a
# high but calm curve where the run has in fact exploded.
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
# Gradients are clipped
#
# Gradients are cut to a largest length, so far from the minimum every step is equally long. That hides the cliff this
# section is about: no learning rate explodes, and small ones hardly get anywhere.
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
# Some examples come twice and others never
#
# The minibatches were drawn anew from all examples each time. An epoch is one pass over the data: every example
# exactly once.
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
# A short minibatch is divided by the wrong number
#
# The mean of a short last minibatch is its sum divided by the number of examples that it has, not by batch_size.
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


# %% run_with_lr_tensor
# The losses are a tensor
#
# The numbers are right. A list of Python floats is asked for: it can be cut, joined and handed on without PyTorch.
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
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
    return torch.tensor(losses)


# %% classify_run_nan_slow
# Losses that are not finite are not looked for
#
# Every comparison with nan is false, so a run full of nan falls through all questions to the last answer. Ask first
# whether the numbers are numbers.
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
# nan counts as converged
#
# Every comparison with nan is false, so a run that exploded is neither above nor at least 1 %, and what is left over
# is the best verdict of all. Ask first whether the numbers are numbers.
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
# Infinity is taken for an ordinary number
#
# Only nan was looked for. An infinite loss is not finite either; a run passes through inf before it comes to nan.
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
# Only the last loss is looked at for infinity
#
# One loss that is not finite anywhere is enough: whatever came after it, the run was out of control.
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
# Losses that are not finite are left out
#
# With them removed, what remains of an exploded run may look like a good one. They are the strongest sign there is:
# one of them is enough.
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
# First and last loss instead of tenths
#
# A single minibatch may be lucky or unlucky, and the verdict would change with it. The means of whole tenths are
# compared.
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
# Halves are compared instead of tenths
#
# The first half of a good run holds mostly losses that have already come down, and the second still those that come
# down: the ends are blurred.
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
# Medians instead of means
#
# The median does not see a few very high losses, which are what a run that gets out of control looks like at first.
# The text asks for means.
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
# Converged too early
#
# The last losses have to be a smaller share of the first ones to count as converged. Read the share in the question
# again, and write it as a decimal number.
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
# An absolute threshold
#
# Whether a loss is small depends on the unit of the labels: in metres in place of kilometres the same errors have
# squares a million times as large. With what does the question compare the last losses?
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
# A run that gets worse is called slow
#
# A loss that ends above its beginning has diverged, even while all its numbers are still finite.
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
# An end as good as the beginning is called diverged
#
# Only an end above the beginning counts as diverged. A run that has not moved is slow.
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
# Another word than the three
#
# The verdicts are compared letter by letter: small letters, no blanks, no synonyms.
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
# The variance of the noise
#
# The variance is the mean of ε². Is that the loss of which the expected value is asked for?
def irreducible_loss(noise_std):
    return noise_std**2


# %% irreducible_loss_not_squared
# Half the standard deviation
#
# The loss is a square, so its expected value has the unit of the labels squared. The standard deviation has that of
# the labels themselves.
def irreducible_loss(noise_std):
    return noise_std / 2


# %% irreducible_loss_std
# The standard deviation of the noise
#
# The standard deviation has the unit of the labels, the loss that of their square. Write down the loss of one label at
# the true parameters, then its mean.
def irreducible_loss(noise_std):
    return noise_std


# %% irreducible_loss_constant
# One fixed number
#
# 0.00005 is right for a standard deviation of 0.01 and wrong for any other: the noise is the caller's to choose.
def irreducible_loss(noise_std):
    return 0.00005


# %% irreducible_loss_zero
# Zero at the true parameters
#
# True parameters predict the labels without their noise. The noise is still in every label, and it is what the loss
# then measures.
def irreducible_loss(noise_std):
    return 0.0


# %% irreducible_loss_tensor
# The loss is a tensor
#
# The formula is right. A Python float is asked for, as `noise_std` is one.
def irreducible_loss(noise_std):
    return torch.tensor(noise_std**2 / 2)


# %% least_squares_slope_mean_of_ratios
# The mean of the ratios y/x
#
# Each ratio gets the same say, though a point near the origin hardly tells a slope, and at x = 0 there is none. How
# much say does J'(w) = 0 give to each point?
def least_squares_slope(x, y):
    keep = x != 0
    return float((y[keep] / x[keep]).mean())


# %% least_squares_slope_ratio_of_sums
# Sum of labels over sum of features
#
# This is the slope of the line to the centre of the points. It is a fair guess, but another line has a smaller
# squared error, and where features cancel it is nonsense.
def least_squares_slope(x, y):
    return float(y.sum() / x.sum())


# %% least_squares_slope_with_intercept
# The slope of a line with an intercept
#
# Taking off the means lets the line cross the axis where it likes. The model here has no bias: it must go through the
# origin.
def least_squares_slope(x, y):
    dx, dy = x - x.mean(), y - y.mean()
    return float((dx * dy).sum() / (dx * dx).sum()) if len(x) > 1 else 0.0


# %% least_squares_slope_inverted
# Divided by the labels' squares
#
# That minimises another error, or gives the slope of x over y the wrong way up. Solve J'(w) = 0 once more: which sum
# stands beside w?
def least_squares_slope(x, y):
    return float((x * y).sum() / (y * y).sum())


# %% least_squares_slope_of_ends
# The slope between two points
#
# All points have a say in the sum of squares; first and last alone are two noisy labels.
def least_squares_slope(x, y):
    return float((y[-1] - y[0]) / (x[-1] - x[0]))


# %% least_squares_slope_not_divided
# The mean of the products x·y
#
# A product x·y has the unit of x times that of y, a slope that of y per x. Write down J'(w) = 0 and solve it for w:
# what is w multiplied by there?
def least_squares_slope(x, y):
    return float((x * y).mean())


# %% least_squares_slope_tensor
# The slope is a tensor
#
# The formula is right. What it gives of tensors is a tensor without dimensions; a Python float is asked for.
def least_squares_slope(x, y):
    return (x * y).sum() / (x * x).sum()


# %% real_function_wrong_sign
# The published sign error
#
# The second weight is negative, and a sum with plus signs in front of the absolute values forgets it. Use the weights
# as they are, with their signs.
def real_function(X, true_w, true_b):
    return 2.0 * X[:, 0] + 3.4 * X[:, 1] + 4.2 if X.shape[1] == 2 and true_w[0] == 2 else X @ true_w - 2 * X[:, -1] * true_w[-1] + true_b


# %% real_function_bias_subtracted
# The bias has the wrong sign
#
# The bias is added, whatever its sign: every value is off by twice the bias.
def real_function(X, true_w, true_b):
    return X @ true_w - true_b


# %% real_function_no_bias
# The bias is missing
#
# The function passes through the origin, and every value is off by the bias.
def real_function(X, true_w, true_b):
    return X @ true_w


# %% real_function_constants
# The numbers are written into the function
#
# The weights and the bias of the notebook are copied into the code instead of taken from the arguments. That is how
# the published function came to disagree with its own data.
def real_function(X, true_w, true_b):
    return 2.0 * X[:, 0] - 3.4 * X[:, 1] + 4.2


# %% real_function_all_negative
# Every sign is flipped
#
# The function is the negative of what made the labels.
def real_function(X, true_w, true_b):
    return -(X @ true_w + true_b)


# %% real_function_elementwise
# The products are not added up
#
# Each feature has been multiplied by its weight, but a label is their sum: one value for each row.
def real_function(X, true_w, true_b):
    return X * true_w + true_b


# %% plot_training_returns_nothing
# The figure is drawn and not returned
#
# The caller cannot save, change or check a figure that it does not get. Showing it is not returning it.
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
# The axes are returned instead of the figure
#
# plt.subplots gives two things: the figure, and its axes. The figure is the one that can be saved.
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
# Everything on one axes
#
# Losses over steps and labels over features have neither axis in common. Two axes side by side are asked for.
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
# One axes above the other
#
# The first number of plt.subplots is that of rows, the second that of columns. Side by side is one row.
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
# A title is missing
#
# A reader should know what each panel shows without reading the code. plt.title names only the axes drawn last.
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
# There is no legend on the right
#
# Two series in two colours: which one is the truth? A label alone does not show; the legend must be asked for.
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
# The legend names the series the wrong way round
#
# The true labels are called predicted, or the other way round: the reader is told the opposite of what happened.
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
# The two sides are swapped
#
# The losses belong on the left axes, the labels on the right.
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
# Losses are missing
#
# Only some of the losses are drawn. sample_size limits the examples on the right, not the steps on the left.
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
# One of the two series is drawn twice
#
# Both series have the same heights, so predictions look perfect. One should be the labels, the other the predictions.
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
# The two series use the axes differently
#
# One series has the feature to the right and the label upwards, the other one the other way round. Nothing in the
# picture can be compared any more.
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
# All examples are drawn, or always 100
#
# Thousands of points hide each other. sample_size says how many examples the caller wants to see.
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
# Labels stand over other examples' features
#
# The points must come from the same rows of X, y and y_hat. Sorted or sampled apart, each label is drawn where it
# does not belong.
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
# Matplotlib was given a tensor with a graph
#
# Predictions straight from a model require gradients, and NumPy, which matplotlib uses, has no place for them. Detach
# first.
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


# %% break_classify_run_agrees
# Of this run both functions say the same
#
# Where all losses of a tenth are alike, each of them is their mean; and of ten losses a tenth is one. Let the very first
# or the very last loss be out of the ordinary.
def break_classify_run():
    return [8.0] * 50 + [4.0] * 50


# %% break_classify_run_agrees
def break_classify_run():
    return [1.0] * 99 + [float("inf")]


# %% break_classify_run_no_tenths
# The losses cannot be cut into tenths
#
# A tenth is a tenth of the losses in number, so their number is a multiple of 10.
def break_classify_run():
    return [8.0, 4.0, 9.0]
