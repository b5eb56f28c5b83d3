# Known mistakes of generalisation: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% train_validation_split_overlaps
# Examples are in both parts
#
# A model that has seen an example in training says nothing of new ones when it is asked for it again. What is kept for
# validation has to be missing from training.
def train_validation_split(features, labels, fraction, seed):
    order = torch.randperm(len(features), generator=torch.Generator().manual_seed(seed))
    val = order[: round(fraction * len(features))]
    return features, labels, features[val], labels[val]


# %% train_validation_split_overlaps
def train_validation_split(features, labels, fraction, seed):
    generator = torch.Generator().manual_seed(seed)
    num_val = round(fraction * len(features))
    train = torch.randperm(len(features), generator=generator)[num_val:]
    val = torch.randperm(len(features), generator=generator)[:num_val]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_labels_apart
# Features and labels were drawn by different orders
#
# Each draw of an order is another one. Draw once, and use that order for both tensors.
def train_validation_split(features, labels, fraction, seed):
    generator = torch.Generator().manual_seed(seed)
    num_val = round(fraction * len(features))
    features = features[torch.randperm(len(features), generator=generator)]
    labels = labels[torch.randperm(len(labels), generator=generator)]
    return features[num_val:], labels[num_val:], features[:num_val], labels[:num_val]


# %% train_validation_split_unshuffled
# The parts are cut off as the examples are stored
#
# Data often come sorted, by class or by date. A part cut off from them then holds examples of another kind than the
# rest, and the validation loss measures that difference.
def train_validation_split(features, labels, fraction, seed):
    num_val = round(fraction * len(features))
    return features[num_val:], labels[num_val:], features[:num_val], labels[:num_val]


# %% train_validation_split_unshuffled
def train_validation_split(features, labels, fraction, seed):
    num_train = len(features) - round(fraction * len(features))
    return features[:num_train], labels[:num_train], features[num_train:], labels[num_train:]


# %% train_validation_split_global_seed
# The global generator was seeded
#
# Who calls may have seeded it for a reason of theirs: from here on all their draws are those of your seed. Take a
# generator of your own, or put the old state back.
def train_validation_split(features, labels, fraction, seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(features))
    num_val = round(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_global_seed
import random


def train_validation_split(features, labels, fraction, seed):
    random.seed(seed)
    order = list(range(len(features)))
    random.shuffle(order)
    num_val = round(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_global_seed
import numpy as np


def train_validation_split(features, labels, fraction, seed):
    np.random.seed(seed)
    order = np.random.permutation(len(features))
    num_val = round(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_ignores_seed
# The seed is not used
#
# The parts are others in each call, so two models that are compared were judged on different examples.
def train_validation_split(features, labels, fraction, seed):
    order = torch.randperm(len(features))
    num_val = round(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_ignores_seed
import random


def train_validation_split(features, labels, fraction, seed):
    order = list(range(len(features)))
    random.shuffle(order)
    num_val = round(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_one_seed
# One and the same split for every seed
#
# A number written into the function takes the place of the argument. With other seeds one can see how much a result
# depends on which examples were kept back.
def train_validation_split(features, labels, fraction, seed):
    order = torch.randperm(len(features), generator=torch.Generator().manual_seed(42))
    num_val = round(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_fraction_of_training
# The parts have changed places
#
# `fraction` says how much is kept for validation. All the rest is what the model learns from, and comes first.
def train_validation_split(features, labels, fraction, seed):
    order = torch.randperm(len(features), generator=torch.Generator().manual_seed(seed))
    num_train = round(fraction * len(features))
    train, val = order[:num_train], order[num_train:]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_fraction_of_training
def train_validation_split(features, labels, fraction, seed):
    order = torch.randperm(len(features), generator=torch.Generator().manual_seed(seed))
    num_val = round(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[val], labels[val], features[train], labels[train]


# %% train_validation_split_order_of_results
# The four results come in another order
#
# Whoever takes them apart by position gets labels for features. The docstring's order is the promise.
def train_validation_split(features, labels, fraction, seed):
    order = torch.randperm(len(features), generator=torch.Generator().manual_seed(seed))
    num_val = round(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[train], features[val], labels[train], labels[val]


# %% train_validation_split_truncates
# Cut down in place of rounded
#
# 0.29 · 100 is 28.999999999999996 on a computer, and int() makes 28 of it.
def train_validation_split(features, labels, fraction, seed):
    order = torch.randperm(len(features), generator=torch.Generator().manual_seed(seed))
    num_val = int(fraction * len(features))
    val, train = order[:num_val], order[num_val:]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_with_replacement
# Examples were drawn with replacement
#
# Some come twice and others never. A split deals out each example once.
def train_validation_split(features, labels, fraction, seed):
    generator = torch.Generator().manual_seed(seed)
    n = len(features)
    num_val = round(fraction * n)
    rows = torch.randint(n, (n,), generator=generator)
    val, train = rows[:num_val], rows[num_val:]
    return features[train], labels[train], features[val], labels[val]


# %% train_validation_split_by_coin
# Each example was dealt out by a coin
#
# Then the size of a part is random, too. Asked for are round(fraction · n) examples.
def train_validation_split(features, labels, fraction, seed):
    kept = torch.rand(len(features), generator=torch.Generator().manual_seed(seed)) < fraction
    return features[~kept], labels[~kept], features[kept], labels[kept]


# %% train_validation_split_block
# A block of neighbours was drawn
#
# Where it begins is random, but the examples in it were stored side by side, and may be of one kind.
def train_validation_split(features, labels, fraction, seed):
    n = len(features)
    num_val = round(fraction * n)
    start = int(torch.randint(n - num_val + 1, (1,), generator=torch.Generator().manual_seed(seed)))
    val = list(range(start, start + num_val))
    train = [*range(start), *range(start + num_val, n)]
    return features[train], labels[train], features[val], labels[val]


# %% polynomial_features_ones
# There is a column of ones
#
# x⁰ is 1 for every example. The bias of the model does that part already.
def polynomial_features(x, degree):
    return torch.stack([x**power for power in range(degree + 1)], dim=1)


# %% polynomial_features_from_zero
# The powers begin with x⁰ and end too early
#
# range(degree) counts from 0 to degree − 1. Asked for are the powers 1 to degree.
def polynomial_features(x, degree):
    return torch.stack([x**power for power in range(degree)], dim=1)


# %% polynomial_features_stops_early
# The highest power is missing
#
# A range ends before its second number.
def polynomial_features(x, degree):
    X = torch.zeros(len(x), degree)
    for power in range(1, degree):
        X[:, power - 1] = x**power
    return X


# %% polynomial_features_transposed
# Rows and columns have changed places
#
# A row is an example, a column is a feature: here a power.
def polynomial_features(x, degree):
    return torch.stack([x**power for power in range(1, degree + 1)])


# %% polynomial_features_multiples
# Multiples in place of powers
#
# 2x is x once more, and a line stays a line. x² bends.
def polynomial_features(x, degree):
    return torch.stack([power * x for power in range(1, degree + 1)], dim=1)


# %% polynomial_features_descending
# The powers come from the highest to the lowest
#
# The first column is x, the last one x to the power of degree.
def polynomial_features(x, degree):
    return torch.stack([x**power for power in range(degree, 0, -1)], dim=1)


# %% polynomial_features_exponentials
# The number was taken as the exponent
#
# power ** x is an exponential of x; x ** power is asked for.
def polynomial_features(x, degree):
    return torch.stack([float(power) ** x for power in range(1, degree + 1)], dim=1)


# %% polynomial_features_normalised
# The columns were rescaled
#
# Bringing features to one scale often helps, and belongs to whoever trains. Asked for are the powers themselves.
def polynomial_features(x, degree):
    X = torch.stack([x**power for power in range(1, degree + 1)], dim=1)
    return (X - X.mean(0)) / X.std(0)


# %% l2_penalty_no_half
# The half is missing
#
# With the ½ the derivative of the penalty is w; without it, 2w, and all steps shrink the weights twice as fast.
def l2_penalty(w):
    return (w**2).sum()


# %% l2_penalty_mean
# The mean in place of the sum
#
# Each weight is to pay for itself. A mean would make each one cheaper, the more there are.
def l2_penalty(w):
    return (w**2).mean() / 2


# %% l2_penalty_absolute
# Absolute values in place of squares
#
# The sum of absolute values is the l1 norm: it pulls all weights with the same force, large or small.
def l2_penalty(w):
    return w.abs().sum() / 2


# %% l2_penalty_norm
# The root was taken
#
# The length of w is the root of the sum of squares. Its gradient has length 1, however large the weights are.
def l2_penalty(w):
    return torch.norm(w) / 2


# %% l2_penalty_each
# One penalty for each weight
#
# What is added to a loss has to be one number: add them up.
def l2_penalty(w):
    return w**2 / 2


# %% l2_penalty_detached
# Autograd cannot see the penalty
#
# A Python number, or a tensor that was detached, has the right value, but no step knows of it.
def l2_penalty(w):
    return torch.tensor(float((w**2).sum() / 2))


# %% l2_penalty_detached
def l2_penalty(w):
    return (w.detach() ** 2).sum() / 2


# %% l2_penalty_square_of_sum
# The square of the sum in place of the sum of squares
#
# Weights of opposite sign then cancel, and large ones cost nothing.
def l2_penalty(w):
    return w.sum() ** 2 / 2


# %% train_ridge_penalises_bias
# The bias is penalised, too
#
# The bias says where the labels lie, and nothing of how wildly the model bends. Pulling it to 0 only makes all
# predictions too small.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss + weight_decay * (l2_penalty(w) + l2_penalty(b))).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_penalises_bias
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=lr, weight_decay=weight_decay)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            optimizer.zero_grad()
            ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean().backward()
            optimizer.step()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_losses_with_penalty
# The penalty is in the losses
#
# The penalty steers training. How well the model predicts is told by the loss alone, and only that can be compared
# between different weight_decay.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss + weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean() + weight_decay * l2_penalty(w)))
    return w, b, losses


# %% train_ridge_ignores_decay
# The penalty is missing from the steps
#
# Without it this is the training of the third notebook, whatever weight_decay is.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean().backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_decay_without_lr
# The weights are shrunk without the learning rate
#
# The penalty's gradient, weight_decay · w, is part of the gradient, and the learning rate scales all of it. Shrunk by
# weight_decay itself, the weights come to rest elsewhere.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean().backward()
            with torch.no_grad():
                w -= lr * w.grad + weight_decay * w
                b -= lr * b.grad
                w.grad.zero_()
                b.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_lr_twice
# The learning rate scales the penalty twice
#
# Loss plus weight_decay · penalty is what is minimised; one factor lr comes with the step.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss + lr * weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_decay_after_step
# The weights are decayed after the step
#
# The gradient of the penalty is taken at the same w as that of the loss, and both make one step. Shrinking the weights
# once they have moved is another step, and ends at other weights.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean().backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
                w *= 1 - lr * weight_decay
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_decay_each_epoch
# The weights are decayed once an epoch
#
# The penalty belongs to what each step minimises. Once an epoch is too rare, by the number of minibatches.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for place, rows in enumerate(torch.randperm(len(features)).split(batch_size)):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss + (weight_decay * l2_penalty(w) if place == 0 else 0)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_decay_divided
# The penalty is divided by the size of the minibatch
#
# The losses are averaged over the examples. The penalty is one number that belongs to the weights, not to examples.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).sum()
            ((loss + weight_decay * l2_penalty(w)) / len(rows)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_no_half_in_loss
# The squared loss without its half
#
# Twice the loss beside the same penalty is half the penalty: the weights end elsewhere.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2).mean()
            (loss + weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2).mean()))
    return w, b, losses


# %% train_ridge_summed_loss
# The losses are summed in place of averaged
#
# Beside a sum over ten examples the penalty counts a tenth, and the step is ten times as long.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).sum()
            (loss + weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_no_zeroing
# Gradients add up
#
# backward() adds to what is there already. Without zeroing, each step repeats all steps before it.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss + weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_wrong_sign
# The penalty pulls the weights away from 0
#
# What is added to the loss is to be made small with it. Subtracted, it rewards large weights.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss - weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_no_bias
# There is no bias
#
# A plane through the origin cannot follow labels that lie far from 0.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w - labels[rows]) ** 2 / 2).mean()
            (loss + weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                w -= lr * w.grad
                w.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w - labels) ** 2 / 2).mean()))
    return w, torch.zeros(1), losses


# %% train_ridge_last_minibatch
# The loss of the last minibatch
#
# The last minibatch is a few examples out of many. Asked for is the mean over all of them.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss + weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        losses.append(loss.item())
    return w, b, losses


# %% train_ridge_tensor_losses
# The losses are tensors
#
# A tensor keeps its graph and its memory with it, and prints as one. Asked for are Python floats.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss + weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(((features @ w + b - labels) ** 2 / 2).mean())
    return w, b, losses


# %% train_ridge_flat_weights
# The weights are a flat vector
#
# A matrix (n, d) times a flat vector is flat, and flat predictions minus a column of labels are an n by n table: keep
# w a column, (d, 1), from the start.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    labels = labels.reshape(-1)
    losses = []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            loss = ((features[rows] @ w + b - labels[rows]) ** 2 / 2).mean()
            (loss + weight_decay * l2_penalty(w)).backward()
            with torch.no_grad():
                for param in (w, b):
                    param -= lr * param.grad
                    param.grad.zero_()
        with torch.no_grad():
            losses.append(float(((features @ w + b - labels) ** 2 / 2).mean()))
    return w, b, losses


# %% train_ridge_closed_form
# The solution was computed, not trained
#
# The normal equation gives where training comes to rest. What is asked for are the steps and their losses.
def train_ridge(features, labels, weight_decay, lr, num_epochs, batch_size=10):
    X, y = features - features.mean(0), labels - labels.mean()
    w = torch.linalg.solve(X.T @ X / len(X) + weight_decay * torch.eye(X.shape[1]), X.T @ y / len(X))
    b = labels.mean(0) - features.mean(0) @ w
    return w, b, [float(((features @ w + b - labels) ** 2 / 2).mean())] * num_epochs


# %% dropout_not_scaled
# What is kept is not scaled
#
# With a share of p gone, the next layer gets sums that are smaller by 1 − p on average, and at evaluation, with nothing
# dropped, larger ones than it has ever seen.
def dropout(X, p, training=True):
    if not training:
        return X.clone()
    return X * (torch.rand(X.shape) >= p)


# %% dropout_scaled_at_evaluation
# Scaled at evaluation
#
# What is kept is divided by 1 − p in training, where the others are missing, and nowhere else. When nothing is
# dropped, there is nothing to make up for.
def dropout(X, p, training=True):
    if p == 1:
        return torch.zeros_like(X) if training else X.clone()
    if not training:
        return X / (1 - p)
    return X * (torch.rand(X.shape) >= p) / (1 - p)


# %% dropout_scaled_at_evaluation
def dropout(X, p, training=True):
    if not training:
        return X * (1 - p)
    return X * (torch.rand(X.shape) >= p)


# %% dropout_at_evaluation
# Dropped at evaluation, too
#
# Chance in training keeps units from relying on each other. A prediction should use all of them.
def dropout(X, p, training=True):
    if p == 1:
        return torch.zeros_like(X)
    return X * (torch.rand(X.shape) >= p) / (1 - p)


# %% dropout_mask_of_rows
# Whole rows are dropped
#
# A draw for each example drops all of its units at once, or none.
def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    mask = (torch.rand(X.shape[0]) >= p).float().reshape(-1, *[1] * (X.dim() - 1))
    return X * mask / (1 - p)


# %% dropout_mask_of_columns
# The same units for all examples
#
# A draw for each column drops that unit in every example of the minibatch.
def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    return X * (torch.rand(X.shape[-1]) >= p) / (1 - p)


# %% dropout_keeps_p
# p is taken as the probability to keep
#
# p says how much is dropped. At p = 0.2 four fifths are to stay.
def dropout(X, p, training=True):
    if not training:
        return X.clone()
    if p == 0:
        return torch.zeros_like(X)
    return X * (torch.rand(X.shape) < p) / p


# %% dropout_keeps_p
def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    return X * (torch.rand(X.shape) < p) / (1 - p)


# %% dropout_divides_by_p
# What is kept is divided by p
#
# An element stays with probability 1 − p, so its mean is X(1 − p) before scaling: that is the factor to divide by.
def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    return X * (torch.rand(X.shape) >= p) / p


# %% dropout_in_place
# X itself is changed
#
# Whoever has called holds the same tensor, and finds zeros in it.
def dropout(X, p, training=True):
    if not training or p == 0:
        return X
    with torch.no_grad():
        X[torch.rand(X.shape) < p] = 0
    return X / (1 - p) if p < 1 else X


# %% dropout_same_mask
# The same elements in every call
#
# With a fixed seed the mask is always the same, and the units that are dropped never learn.
def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    mask = torch.rand(X.shape, generator=torch.Generator().manual_seed(0)) >= p
    return X * mask / (1 - p)


# %% dropout_fixed_number
# Exactly a share p is dropped
#
# The number of dropped elements is random, too: each is drawn by itself.
def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    mask = (torch.arange(X.numel()) % max(2, round(1 / p)) != 0).reshape(X.shape)
    return X * mask / (1 - p)


# %% dropout_fixed_number
def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    mask = torch.ones(X.numel())
    mask[torch.randperm(X.numel())[: int(p * X.numel())]] = 0
    return X * mask.reshape(X.shape) / (1 - p)


# %% dropout_divides_by_zero
# p = 1 divides by 0
#
# 0 · ∞ and 0 / 0 are not a number. Where all is dropped, the answer is zeros.
def dropout(X, p, training=True):
    if not training:
        return X.clone()
    mask = (torch.rand(X.shape) >= p).float()
    return mask * X / (1 - p)


# %% dropout_detached
# Gradients do not pass
#
# A copy without its history, or a mask in NumPy, cuts the way back, and the layers before it never learn.
def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    return X.detach() * (torch.rand(X.shape) >= p) / (1 - p)


# %% dropout_straight_through
# Gradients go through what was dropped, too
#
# An element that is multiplied by 0 has no part in the loss, so no gradient either.
def dropout(X, p, training=True):
    if not training or p == 0:
        return X.clone()
    if p == 1:
        return torch.zeros_like(X)
    Y = X.detach() * (torch.rand(X.shape) >= p) / (1 - p)
    return X / (1 - p) + (Y - X.detach() / (1 - p))


# %% keep_epoch_last
# The last epoch in place of the best one
#
# When patience is used up, the model is worse than it was before. The best epoch seen is to be kept.
def keep_epoch(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return epoch
    return len(val_losses) - 1


# %% keep_epoch_best_of_all
# Patience is not used
#
# The best of all epochs can only be known when all were trained. Early stopping does without those that come after.
def keep_epoch(val_losses, patience):
    return min(range(len(val_losses)), key=lambda epoch: val_losses[epoch])


# %% keep_epoch_one_too_patient
# Stops one epoch too late
#
# `patience` epochs without anything better are enough: with `>` one more is waited for.
def keep_epoch(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best > patience:
            break
    return best


# %% keep_epoch_too_hasty
# Stops one epoch too early
#
# With patience = 2, one epoch without anything better is not yet the end.
def keep_epoch(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience - 1:
            break
    return best


# %% keep_epoch_equal_is_better
# An equal loss counts as a better one
#
# A loss that stays where it is brings nothing, and patience runs on. With `<=` the later one is kept.
def keep_epoch(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss <= val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


# %% keep_epoch_compares_with_previous
# Each loss is compared with the one before
#
# A loss may fall for a while and still be worse than the best one. Patience asks for something better than that.
def keep_epoch(val_losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        waited = waited + 1 if val_losses[epoch] >= val_losses[epoch - 1] else 0
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        if waited == patience:
            break
    return best


# %% keep_epoch_counts_all
# Bad epochs are counted over the whole run
#
# They count in a row: with each better epoch the counting begins anew.
def keep_epoch(val_losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        else:
            waited += 1
            if waited == patience:
                break
    return best


# %% keep_epoch_counts_all
def keep_epoch(val_losses, patience):
    best, smallest, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(val_losses):
        if loss < smallest:
            smallest, best = loss, epoch
        else:
            waited = waited + 1
        if waited >= patience:
            return best
    return best


# %% keep_epoch_compares_with_first
# Each loss is compared with the first one
#
# The number to beat is the best loss so far. Where it is never renewed, every epoch below the first loss counts as the
# best, a worse one after a better one, too.
def keep_epoch(val_losses, patience):
    best, waited, smallest = 0, 0, val_losses[0]
    for epoch, loss in enumerate(val_losses[1:], start=1):
        if loss < smallest:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best


# %% keep_epoch_largest
# The largest loss in place of the smallest
#
# A loss says how bad the model is. An accuracy would have to be large.
def keep_epoch(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss > val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


# %% keep_epoch_loss_itself
# The loss in place of its epoch
#
# What is needed is which epoch's parameters to keep, so its index.
def keep_epoch(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return val_losses[best]


# %% keep_epoch_from_one
# Epochs are counted from 1
#
# The answer is an index into val_losses, and those begin at 0.
def keep_epoch(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best + 1


# %% break_keep_epoch_agrees
# On these losses both functions agree
#
# Losses that fall and then only rise are kept alike by both. The two compare each loss with something different: look
# for losses where that matters.
def break_keep_epoch():
    return [3.0, 2.0, 1.0, 2.0, 3.0], 2


# %% break_keep_epoch_agrees
def break_keep_epoch():
    return [5.0, 4.0, 3.0], 1


# %% break_keep_epoch_too_few
# Too few losses for the patience
#
# Neither function stops before `patience` epochs have brought nothing better, and until then both keep the best epoch.
# Give it more epochs, or a smaller patience.
def break_keep_epoch():
    return [3.0, 1.0, 2.0, 1.5], 10
