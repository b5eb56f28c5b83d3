# Known mistakes of linear_regression: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% synthetic_data_flat_labels
# Labels are a flat vector instead of a column
#
# A matrix times a vector of shape (d,) has shape (n,). Predictions will be a column (n, 1), and a column minus a flat
# vector broadcasts to an n by n table, so labels are kept as a column from the start.
def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = torch.matmul(X, w) + b
    return X, y + torch.normal(0, 0.01, y.shape)


# %% synthetic_data_noise_broadcasts
# A column and a flat vector were added
#
# Adding shapes (n, 1) and (n,) broadcasts both to (n, n): every label meets every noise term. PyTorch does not
# complain, because this is sometimes what one wants.
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    noise = 0.01 * torch.randn(num_examples, 1)
    return X, X @ w + b + noise


# %% synthetic_data_ignores_bias
# The bias is missing from the labels
#
# Without b the plane passes through the origin. A model trained on these labels would correctly find a bias near 0,
# and you would look for the error in the wrong place.
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape(-1, 1)


# %% synthetic_data_variance
# Variance and standard deviation mixed up
#
# 0.01 is the standard deviation of the noise. Its square, 0.0001, is the variance; its root is 0.1. Functions that
# draw normal numbers differ in which of them they take, so look at what yours expects.
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b
    y += torch.normal(0, 0.01**0.5, y.shape)
    return X, y.reshape(-1, 1)


# %% synthetic_data_variance
def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = torch.matmul(X, w) + b
    y += torch.normal(0, 0.01 ** 2, y.shape)
    return X, y.reshape((-1, 1))


# %% synthetic_data_unit_noise
# The noise is a hundred times too strong
#
# The noise was drawn with standard deviation 1 and never scaled down. It then is as large as the effect of a feature,
# and no training can make the loss small.
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b + torch.randn(num_examples)
    return X, y.reshape(-1, 1)


# %% synthetic_data_uniform_noise
# Uniform noise instead of normal noise
#
# A uniform draw from [0, 0.01) spreads less than a normal one with standard deviation 0.01, and its mean is not 0, so
# it also shifts the bias.
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b + 0.01 * torch.rand(num_examples)
    return X, y.reshape(-1, 1)


# %% synthetic_data_no_noise
# Labels without noise of their own
#
# The labels lie exactly on one plane: there is no noise, or one and the same draw was added to all of them. Each
# label needs a draw of its own, or the data are easier than any that were measured.
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b + random.gauss(0, 0.01)
    return X, y.reshape(-1, 1)


# %% synthetic_data_float64
# The data are float64
#
# NumPy computes in float64, and its arrays stay so when they become tensors. Parameters are float32 here, and a
# product of the two raises an error.
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w), dtype=torch.float64)
    y = X @ w.double() + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


# %% synthetic_data_uniform_features
# Uniform features instead of normal ones
#
# Features drawn from [0, 1) have mean 1/2 and spread much less than N(0, 1). The bias and the weights then pull on
# each other, and the same learning rate converges far more slowly.
def synthetic_data(w, b, num_examples):
    X = torch.rand(num_examples, len(w))
    y = X @ w + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


# %% synthetic_data_clipped_features
# Features that lie far out are cut off
#
# About one draw in twenty lies farther from the mean than two standard deviations, and that belongs to the bell.
def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, len(w)).clamp(-2, 2)
    return X, (X @ w + b + torch.normal(0, 0.01, (num_examples,))).reshape(-1, 1)


# %% synthetic_data_same_examples
# Every call gives the same examples
#
# With a seed inside, or examples that were kept, a second call brings nothing new. Who calls may set a seed; the
# function draws.
def synthetic_data(w, b, num_examples):
    torch.manual_seed(0)
    X = torch.randn(num_examples, len(w))
    return X, (X @ w + b + torch.normal(0, 0.01, (num_examples,))).reshape(-1, 1)


# %% synthetic_data_repeats_examples
# The first examples come again and again
#
# Copies of a hundred examples are no more than a hundred: each one has to be drawn.
def synthetic_data(w, b, num_examples):
    X = torch.randn(min(num_examples, 100), len(w)).repeat(num_examples // 100 + 1, 1)[:num_examples]
    return X, (X @ w + b + torch.normal(0, 0.01, (num_examples,))).reshape(-1, 1)


# %% data_iter_no_shuffle
# The examples are not shuffled
#
# Stored order often has a pattern (sorted labels, one source after the other). Minibatches then differ systematically
# from the whole, and each update pulls the parameters towards the latest pattern.
def data_iter(batch_size, features, labels):
    for i in range(0, len(features), batch_size):
        yield features[i : i + batch_size], labels[i : i + batch_size]


# %% data_iter_same_shuffle
# Every epoch has the same order
#
# The order was drawn once, or the random generator is seeded inside the function. The same examples then meet in the
# same minibatches for ever, and their errors never average out.
def data_iter(batch_size, features, labels):
    indices = list(range(len(features)))
    random.seed(42)
    random.shuffle(indices)
    for i in range(0, len(features), batch_size):
        rows = indices[i : i + batch_size]
        yield features[rows], labels[rows]


# %% data_iter_shuffles_blocks
# Minibatches always hold the same examples
#
# Whole minibatches are put in a random order, or each is shuffled within itself. Which examples meet in a minibatch
# must be random too, or its gradient is not a fair sample.
def data_iter(batch_size, features, labels):
    starts = list(range(0, len(features), batch_size))
    random.shuffle(starts)
    starts.sort(key=lambda i: i + batch_size > len(features))
    for i in starts:
        yield features[i : i + batch_size], labels[i : i + batch_size]


# %% data_iter_rotates
# The order is turned, not shuffled
#
# Where only the beginning is drawn, each example still follows the one that is stored before it, and neighbours share
# their minibatches in every epoch.
def data_iter(batch_size, features, labels):
    n = len(features)
    first = random.randrange(n)
    for start in range(0, n, batch_size):
        rows = [(first + i) % n for i in range(start, min(start + batch_size, n))]
        yield features[rows], labels[rows]


# %% data_iter_drops_last
# The short last minibatch is lost
#
# When the batch size does not divide the number of examples, some are left over. Dropping them means that an epoch no
# longer sees all the data.
def data_iter(batch_size, features, labels):
    indices = list(range(len(features)))
    random.shuffle(indices)
    for k in range(len(features) // batch_size):
        rows = indices[k * batch_size : (k + 1) * batch_size]
        yield features[rows], labels[rows]


# %% data_iter_pads_last
# The last minibatch is filled up with examples already seen
#
# Filling the last minibatch makes some examples count twice in an epoch. A shorter last minibatch is fine.
def data_iter(batch_size, features, labels):
    n = len(features)
    indices = list(range(n))
    random.shuffle(indices)
    for i in range(0, n, batch_size):
        rows = [indices[j % n] for j in range(i, i + batch_size)]
        yield features[rows], labels[rows]


# %% data_iter_ignores_batch_size
# All examples come as one minibatch
#
# The batch size is not used: an epoch then is a single update with the gradient of all examples, however many they
# are.
def data_iter(batch_size, features, labels):
    order = torch.randperm(len(features))
    yield features[order], labels[order]


# %% data_iter_shuffled_apart
# Features and labels are shuffled apart
#
# Rows of X come with the labels of other rows. Nothing raises an error, but there is no relation left to learn, and
# the best prediction is the mean label.
def data_iter(batch_size, features, labels):
    for_features, for_labels = torch.randperm(len(features)), torch.randperm(len(features))
    for i in range(0, len(features), batch_size):
        yield features[for_features[i : i + batch_size]], labels[for_labels[i : i + batch_size]]


# %% data_iter_with_replacement
# Examples are drawn with replacement
#
# Each position draws from all examples again, so that some come twice and about a third never come in an epoch. An
# epoch means every example exactly once.
def data_iter(batch_size, features, labels):
    n = len(features)
    for i in range(0, n, batch_size):
        rows = torch.randint(n, (min(batch_size, n - i),))
        yield features[rows], labels[rows]


# %% data_iter_returns_first_batch
# The function returns at its first minibatch
#
# `return` ends the function, so the loop never comes to its second turn. The caller then takes the X and y of one
# minibatch for two minibatches.
def data_iter(batch_size, features, labels):
    order = torch.randperm(len(features))
    for i in range(0, len(features), batch_size):
        rows = order[i : i + batch_size]
        return features[rows], labels[rows]


# %% linreg_ignores_bias
# The bias is not used
#
# The predictions do not depend on b: the line is forced through the origin, and b gets no gradient, so it stays where
# it started.
def linreg(X, w, b):
    return X @ w


# %% linreg_subtracts_bias
# The bias is subtracted
#
# The prediction is the product with w plus b. With a minus the model learns the bias with the wrong sign.
def linreg(X, w, b):
    return X @ w - b


# %% linreg_bias_each_feature
# The bias counts once for each feature
#
# It was added before the features were summed, so it is in the sum as often as there are features. With a single feature
# nobody notices. Each prediction has one bias.
def linreg(X, w, b):
    return (X * w.reshape(-1) + b).sum(dim=1, keepdim=True)


# %% linreg_flat
# Predictions are a flat vector instead of a column
#
# Predictions of shape (n,) and labels of shape (n, 1) broadcast to an n by n table of differences. Keep predictions
# as a column, one row an example.
def linreg(X, w, b):
    return (X @ w + b).reshape(-1)


# %% linreg_elementwise
# Element-wise product instead of matrix product
#
# The product was taken element by element and never summed over the features. A prediction is one number for each
# row: the sum of its features, each times its weight.
def linreg(X, w, b):
    return X * w + b


# %% linreg_elementwise
def linreg(X, w, b):
    return X * w.reshape(-1) + b


# %% linreg_detached
# Autograd cannot see how the predictions were made
#
# Values taken out of tensors (`item`, `detach`, `numpy`, `.data`, or work under `no_grad`) have no history.
# backward() then cannot reach w or b, and they are never trained.
def linreg(X, w, b):
    return X @ w + b.item()


# %% linreg_detached
def linreg(X, w, b):
    with torch.no_grad():
        return torch.matmul(X, w) + b


# %% squared_loss_broadcasts
# A column minus a flat vector broadcasts to a table
#
# Predictions (n, 1) minus labels (n,) give (n, n): each prediction is compared with every label. Training then
# settles on the mean label, and no error is raised.
def squared_loss(y_hat, y):
    return (y_hat - y) ** 2 / 2


# %% squared_loss_no_half
# The factor one half is missing
#
# Without it the gradient is twice the error, so the same learning rate takes steps twice as long, and losses cannot
# be compared with σ²/2.
def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2


# %% squared_loss_mean
# The mean over the minibatch is taken already
#
# The loss of each example is asked for. If it is averaged here and sgd divides by the batch size again, every step is
# too short by the factor batch_size.
def squared_loss(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) ** 2 / 2).mean()


# %% squared_loss_sum
# The losses are summed already
#
# The loss of each example is asked for: one number no longer tells which examples are predicted badly, and its mean
# depends on how many there were.
def squared_loss(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) ** 2 / 2).sum()


# %% squared_loss_not_squared
# The error is not squared
#
# Half the absolute error has a gradient of the same size near the optimum as far from it, so updates keep jumping
# over the optimum. The squared error's gradient shrinks with the error.
def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)).abs() / 2


# %% squared_loss_flat
# Losses are a flat vector
#
# Shapes were made equal by flattening the predictions. The losses are asked for in the shape of y_hat, so that rows
# keep meaning examples.
def squared_loss(y_hat, y):
    return (y_hat.reshape(-1) - y.reshape(-1)) ** 2 / 2


# %% squared_loss_detached
# Autograd cannot see how the losses were made
#
# Values taken out of tensors (`item`, `detach`, `numpy`, `.data`, or work under `no_grad`) have no history.
# backward() then raises an error or has nowhere to go.
def squared_loss(y_hat, y):
    return (y_hat.detach() - y.reshape(y_hat.shape)) ** 2 / 2


# %% sgd_no_batch_size
# The step is not divided by the batch size
#
# The gradient that arrives is a sum over the minibatch. Without the division a larger minibatch takes a longer step,
# and a learning rate that works for 10 examples may diverge for 100.
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad
            param.grad.zero_()


# %% sgd_divides_twice
# The step is divided by the batch size twice
#
# One division turns the summed gradient into a mean. A second one makes every step too short by the factor batch_size:
# training looks right and is far too slow.
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            mean = param.grad / batch_size
            param -= lr * mean / batch_size
            param.grad.zero_()


# %% sgd_ascends
# The step goes uphill
#
# The gradient points to where the loss grows fastest. Adding it makes every update worse than the last, until the
# parameters overflow.
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param += lr * param.grad / batch_size
            param.grad.zero_()


# %% sgd_ignores_lr
# The learning rate is not used
#
# The step is the whole mean gradient. It then depends on the curvature alone whether training converges, and there is
# nothing left to tune.
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= param.grad / batch_size
            param.grad.zero_()


# %% sgd_keeps_gradients
# Gradients are not zeroed
#
# backward() adds to what is in .grad. Old gradients then take part in every later step, like a momentum without
# friction, and training swings or diverges.
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size


# %% sgd_replaces_params
# The caller's parameters stay as they were
#
# An assignment such as `p = …` binds a local name (or a place in the list) to a new tensor. The w and b that the
# caller holds, and that the model uses, never move.
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for i in range(len(params)):
            step = lr * params[i].grad / batch_size
            params[i].grad.zero_()
            params[i] = params[i] - step


# %% sgd_replaces_params
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            new = param - lr * param.grad / batch_size
            param.grad.zero_()
            param = new


# %% sgd_zeroes_first
# Gradients are zeroed before they are used
#
# When the gradient is set to zero before the update, the step has length zero and nothing is learned. The order
# matters.
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param.grad.zero_()
            param -= lr * param.grad / batch_size


# %% sgd_freezes_params
# The parameters no longer ask for gradients
#
# To change the tensors, their requires_grad was switched off, or they were made anew. The next backward() then has
# nowhere to put a gradient, and training ends after one step.
def sgd(params, lr, batch_size):
    for param in params:
        param.requires_grad_(False)
        param -= lr * param.grad / batch_size
        param.grad.zero_()


# %% sgd_first_only
# Only the first parameter is updated
#
# The loop ends after its first turn, so b (and whatever comes later in the list) is neither moved nor cleared.
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()
            return


# %% sgd_records_graph
# The update itself is recorded by autograd
#
# An update is no part of the model, so it must not be differentiated. PyTorch refuses to change a leaf tensor in
# place while it records; the update has to happen where recording is off.
def sgd(params, lr, batch_size):
    for param in params:
        param -= lr * param.grad / batch_size
        param.grad.zero_()


# %% train_ignores_bias
# The bias is never updated
#
# b stays where it started: it does not ask for gradients, or it is not among the parameters that sgd gets. All
# predictions are off by the true bias.
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
# The gradient is averaged before sgd averages it
#
# sgd divides by the batch size, so it wants the gradient of a sum. If the mean loss is differentiated, each step is
# too short by the factor batch_size, and three epochs are far from enough.
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
# sgd is told a wrong batch size
#
# The summed gradient is never divided by the number of examples in the minibatch, so a step grows with the batch size
# and large minibatches diverge.
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
# The answer does not depend on the data
#
# On other data the same w and b come back: they were written down, or taken from the notebook's variables, and not
# estimated from the arguments.
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    return torch.tensor([[2.0], [-3.4]]), torch.tensor([4.2]), [0.03, 0.0001, 0.00005][:num_epochs]


# %% train_constant
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.tensor([[2.0], [-3.4]])
    b = torch.tensor([4.2])
    losses = []
    for epoch in range(num_epochs):
        losses.append(5e-5)
    return w, b, losses


# %% train_ignores_epochs
# num_epochs is not used
#
# Always three epochs are trained, whatever the caller asks for. A number in the loop's header hides that the argument
# has no effect.
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
# lr is not used
#
# Updates use 0.03 whatever the caller asks for, so experiments with other learning rates would all show the same
# curve.
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


# %% train_all_examples
# Each step uses all examples
#
# Inside of the loop over minibatches the loss is taken over everything: each step computes as much as an epoch, and the
# minibatch that `data_iter` hands out is not looked at. A step is to follow the gradient of its minibatch alone.
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, (features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(features, w, b), labels).sum().backward()
            sgd([w, b], lr, len(features))
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
    return w, b, losses


# %% train_ignores_batch_size
# batch_size is not used
#
# The minibatches have another size than the caller asks for: an epoch makes more or fewer updates than it should.
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
# Other default settings than the stub's
#
# The signature is a promise: a caller who leaves a setting out counts on the value that is documented. Try other
# settings in the call, not in the function's first line.
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


# %% train_other_defaults
def train(features, labels, lr=0.01, num_epochs=10, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            l = squared_loss(linreg(X, w, b), y)
            l.sum().backward()
            sgd([w, b], lr, len(X))
        with torch.no_grad():
            losses.append(squared_loss(linreg(features, w, b), labels).mean().item())
    return w, b, losses


# %% train_closed_form
# w and b are solved for, not trained
#
# Least squares has a closed form, and with it every epoch has the same loss. The exercise is the loop that gets there
# by steps, which still works where no formula does.
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    ones = torch.ones(len(features), 1)
    solution = torch.linalg.lstsq(torch.cat([features, ones], dim=1), labels).solution
    w, b = solution[:-1], solution[-1]
    loss = float(squared_loss(linreg(features, w, b), labels).mean())
    return w, b, [loss] * num_epochs


# %% train_flat_parameters
# w or b was returned in another shape
#
# w is a column, (d, 1), and b has one element, (1,). A flat w or a b without dimensions broadcasts to something else
# where they are used.
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
# Losses were taken while the epoch was running
#
# They mix early and late parameters of the epoch and describe none of them. Measured that way, the first epoch looks
# far worse than the parameters that it ends with.
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
# The loss of one minibatch instead of all examples
#
# The last minibatch is a small sample, so its loss jumps about at random, and it flatters the model that was just
# updated on it.
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


# %% train_last_batch_loss
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            l = squared_loss(linreg(X, w, b), y)
            l.sum().backward()
            sgd([w, b], lr, len(X))
        losses.append(l.mean().item())
    return w, b, losses


# %% train_summed_losses
# Losses are summed over the examples
#
# A sum grows with the number of examples, so runs on different data cannot be compared. The mean can.
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


# %% train_mean_of_batch_means
# Minibatches count alike, whatever their size
#
# The last minibatch may be short. In a mean of the minibatches' means its few examples count more than others.
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
        with torch.no_grad():
            means = [squared_loss(linreg(X, w, b), y).mean() for X, y in data_iter(batch_size, features, labels)]
        losses.append(float(sum(means) / len(means)))
    return w, b, losses


# %% train_loss_before_epoch
# The loss is measured before the epoch's steps
#
# What is recorded belongs to the w and b that the epoch begins with, so the list starts with a model that has learned
# nothing, and the last entry is not that of the w and b returned.
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        with torch.no_grad():
            losses.append(float(squared_loss(linreg(features, w, b), labels).mean()))
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
    return w, b, losses


# %% train_losses_per_batch
# One loss a minibatch instead of one an epoch
#
# The loss is recorded in the inner loop. The list then is as long as there are updates, and each value belongs to a
# different moment within an epoch.
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


# %% train_losses_per_batch
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.normal(0, 0.01, size=(features.shape[1], 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses = []
    for epoch in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels):
            l = squared_loss(linreg(X, w, b), y)
            l.sum().backward()
            sgd([w, b], lr, len(X))
            losses.append(l.mean().item())
    return w, b, losses


# %% train_tensor_losses
# Losses are tensors
#
# A tensor in a list keeps its memory, and possibly a whole graph, alive, and does not print or plot like a number.
# Python floats are asked for.
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
# train returns in its first epoch
#
# The return stands inside the loop over epochs, so that only one of them is run.
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
# Every epoch starts from new parameters
#
# w and b are made inside the loop over epochs, so what one epoch has learned is thrown away by the next.
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
# The parameters never move
#
# Losses are computed, but w and b stay what they were at the start: no update reaches the tensors that the model
# uses.
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


# %% train_ready_made
# A layer and an optimiser of the framework in place of your own functions
#
# The numbers are right, and nothing of them is yours: the question asks for training with your own data_iter, linreg,
# squared_loss and sgd. What the framework has for that comes in the next assignment.
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    model = torch.nn.Linear(features.shape[1], 1)
    optimiser = torch.optim.SGD(model.parameters(), lr)
    examples = torch.utils.data.TensorDataset(features, labels)
    losses = []
    for _ in range(num_epochs):
        for X, y in torch.utils.data.DataLoader(examples, batch_size, shuffle=True):
            optimiser.zero_grad()
            (torch.nn.functional.mse_loss(model(X), y) / 2).backward()
            optimiser.step()
        losses.append(float(torch.nn.functional.mse_loss(model(features), labels)) / 2)
    return model.weight.detach().T.clone(), model.bias.detach().clone(), losses


# %% break_squared_loss_agrees
# On these arguments both functions agree
#
# A column minus a column is a column, and one example minus one label is one error in any shape. Look for the shape of
# labels in which broadcasting makes something else of it.
def break_squared_loss():
    return torch.tensor([[3.0], [5.0]]), torch.tensor([[1.0], [5.0]])


# %% break_squared_loss_agrees
def break_squared_loss():
    return torch.tensor([[3.0]]), torch.tensor([1.0])


# %% break_squared_loss_flat_predictions
# The predictions are flat
#
# Predictions are a column, (n, 1): that is what linreg returns. It is the labels that may have another shape.
def break_squared_loss():
    return torch.tensor([3.0, 5.0]), torch.tensor([[1.0], [5.0]])
