# Known mistakes of linear_regression_concise: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% make_loader_no_shuffle
# The examples are not shuffled
#
# A DataLoader shuffles only when it is told to. Stored order often has a pattern, and each step then pulls the
# parameters towards the latest one.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size)


# %% make_loader_always_shuffles
# shuffle=False is not followed
#
# Where the caller asks for the stored order, for measuring or for drawing, the examples still come mixed up: the
# argument does not reach the loader.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size, shuffle=True)


# %% make_loader_same_shuffle
# Every epoch has the same order
#
# The examples were put in a random order once, before the loader was made. The same ones then meet in every epoch,
# and their errors never average out.
def make_loader(features, labels, batch_size, shuffle=True):
    order = torch.randperm(len(features)) if shuffle else torch.arange(len(features))
    features, labels = features[order], labels[order]
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size)


# %% make_loader_drops_last
# The short last minibatch is dropped
#
# With drop_last the rest of an epoch is never seen. That has its uses, but the text asks for every example.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, batch_size, shuffle=shuffle, drop_last=True)


# %% make_loader_ignores_batch_size
# Every minibatch has one example
#
# The loader was not told the size, and its default is 1: a thousand small, erratic steps instead of a hundred.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, shuffle=shuffle)


# %% make_loader_one_batch
# All examples come in one minibatch
#
# The size was not passed on: an epoch makes a single step.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return DataLoader(dataset, len(features), shuffle=shuffle)


# %% make_loader_shuffled_apart
# Features and labels are shuffled apart
#
# Each was given an order of its own, so a row of X comes with another row's label. The best fit to such data is the
# mean.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features[torch.randperm(len(features))], labels)
    return DataLoader(dataset, batch_size, shuffle=shuffle)


# %% make_loader_no_labels
# The labels are left out
#
# A dataset of features alone gives minibatches without labels: there is nothing to learn from.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features)
    return DataLoader(dataset, batch_size, shuffle=shuffle)


# %% make_loader_pair_swapped
# Labels and features have changed places
#
# Minibatches are pairs (X, y) in this order. The loop unpacks them by place and knows no names.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(labels, features)
    return DataLoader(dataset, batch_size, shuffle=shuffle)


# %% make_loader_dataset
# The dataset is returned instead of a loader
#
# A dataset hands out single examples by number, in no order of its own. The loader makes minibatches of them.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return dataset


# %% make_loader_iterator
# One epoch instead of a loader
#
# An iterator, a generator or a list is one epoch, in one order. Gone through again, it is empty or the same; a
# DataLoader starts anew for each loop.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    return iter(DataLoader(dataset, batch_size, shuffle=shuffle))


# %% make_loader_with_replacement
# Some examples come twice and others never
#
# The loader draws with replacement. An epoch is one pass over the data: every example exactly once.
def make_loader(features, labels, batch_size, shuffle=True):
    dataset = TensorDataset(features, labels)
    sampler = torch.utils.data.RandomSampler(dataset, replacement=True) if shuffle else None
    return DataLoader(dataset, batch_size, sampler=sampler)


# %% make_linear_random_bias
# The bias starts at random
#
# Only the weights were drawn. A module from the shelf comes with a random bias, so it predicts something else than 0
# before it has seen anything.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01)
    return net


# %% make_linear_from_the_shelf
# The module keeps its own initialisation
#
# nn.Linear draws weights and bias from a uniform distribution whose width depends on the number of inputs. The text
# asks for another start.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    return net


# %% make_linear_std_tenth
# The weights are ten times too large
#
# The standard deviation is 0.1 instead of 0.01; its square would be 0.01, so perhaps the variance was meant.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.1)
    nn.init.zeros_(net.bias)
    return net


# %% make_linear_variance
# The variance was given as the standard deviation
#
# N(0, 0.01²) names the variance, 0.0001. The functions of nn.init take the standard deviation, its root.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01**2)
    nn.init.zeros_(net.bias)
    return net


# %% make_linear_uniform
# Uniform weights instead of normal ones
#
# A uniform draw from ±0.01 spreads less than a normal one with standard deviation 0.01, and has no tails.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.uniform_(net.weight, -0.01, 0.01)
    nn.init.zeros_(net.bias)
    return net


# %% make_linear_clipped
# Weights that lie far out are cut off
#
# About one draw in twenty lies farther from the mean than two standard deviations, and that belongs to the bell.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.trunc_normal_(net.weight, 0.0, 0.01, -0.02, 0.02)
    nn.init.zeros_(net.bias)
    return net


# %% make_linear_zero_weights
# The weights start at zero
#
# A linear model learns from zero as well, but the text asks for random weights, and in a network with a hidden layer
# equal starts never part.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.zeros_(net.weight)
    nn.init.zeros_(net.bias)
    return net


# %% make_linear_constant_weights
# All weights are equal
#
# 0.01 became the value of every weight instead of the spread of random ones.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.constant_(net.weight, 0.01)
    nn.init.zeros_(net.bias)
    return net


# %% make_linear_unit_weights
# The weights have standard deviation 1
#
# They were drawn from N(0, 1) and not scaled down: a hundred times too large.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight)
    nn.init.zeros_(net.bias)
    return net


# %% make_linear_same_weights
# Every model starts with the same weights
#
# A seed is set inside the function, so what should be random repeats itself, and several starts cannot be compared.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    torch.manual_seed(0)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    return net


# %% make_linear_no_bias
# There is no bias
#
# Without a bias the prediction for features of 0 stays 0 for ever. It should start there, and be free to move.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1, bias=False)
    nn.init.normal_(net.weight, 0, 0.01)
    return net


# %% make_linear_frozen
# A parameter cannot be trained
#
# It does not require gradients, so the optimiser will leave it where it is.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    net.bias.requires_grad_(False)
    return net


# %% make_linear_square
# As many outputs as inputs
#
# A linear layer has two sizes, inputs and outputs. The prediction here is one number an example.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, num_inputs)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    return net


# %% make_linear_flat
# Predictions are flat instead of a column
#
# Shape (n,) against labels (n, 1) broadcasts to an n by n table in the loss, without an error.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    return nn.Sequential(net, nn.Flatten(0))


# %% make_linear_only_initialised
# The initialised tensor is returned instead of the module
#
# Functions of nn.init return the tensor that they have filled. The module that holds it is what is asked for.
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1)
    nn.init.normal_(net.weight, 0, 0.01)
    nn.init.zeros_(net.bias)
    return net.weight


# %% train_concise_sum
# The loss is summed instead of averaged
#
# Each step is as many times longer as there are examples in a minibatch. The learning rate that suited the mean now
# overshoots.
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


# %% train_concise_half
# Half the squared error is minimised
#
# Half the error has half the slope, so each step is half as long as the learning rate says. Here the loss is
# nn.MSELoss, which halves nothing.
def train_concise(net, loader, lr, num_epochs):
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in loader:
            loss = ((net(X) - y) ** 2 / 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_concise_divides_twice
# The loss is averaged twice
#
# nn.MSELoss already takes the mean. Dividing by the size of the minibatch once more makes every step that many times
# shorter, and training looks slow for no reason.
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
# Gradients are not zeroed
#
# backward() adds to what is in .grad. Without zero_grad each step goes along the sum of all gradients so far, and the
# parameters swing instead of settling.
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
# The step goes uphill
#
# The loss was given a minus, or maximised: the parameters run away from the best fit.
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
# The parameters never move
#
# Gradients are computed, but no step is taken with them, or they were cleared between backward and the step.
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
# The step comes before its gradient
#
# Each step uses the gradient of the minibatch before, and the first one has none. What has to be computed before a
# step can be taken?
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
# Another module is trained
#
# The parameters of a copy, or of a new module, were given to the optimiser. The caller's net, which should be trained
# in place, is what it was.
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
# Not all parameters are trained
#
# The optimiser got only some of the parameters, and those it was not given stay as they are. net.parameters() has
# them all.
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
# A column and a flat vector met in the loss
#
# Predictions (n, 1) and labels (n,) broadcast to an n by n table: every prediction is compared with every label, and
# the best answer to that is the labels' mean, whatever the features.
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
# Adam instead of plain gradient descent
#
# Adam makes every step about lr long, however steep the loss is. With a rate that suits gradient descent it gets
# nowhere in a few epochs; the text asks for SGD.
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
# The steps have momentum
#
# With momentum each step goes along a sum of the gradients before it, so steps are up to ten times longer than lr
# says. The text asks for plain gradient descent.
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
# The learning rate is not used
#
# A fixed number stands in place of lr, so all experiments with it show the same curve.
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
# num_epochs is not used
#
# The number of passes is fixed in the code instead of taken from the caller.
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
# The training ends with its first epoch
#
# The return stands inside the loop over epochs.
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
# Only one minibatch of an epoch is used
#
# The loop over the loader ends after its first minibatch, or the step stands outside it: most examples are never
# learned from.
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
# Steps are made in evaluation mode
#
# net.eval() came before training, or the loop did not switch back after measuring. Layers such as dropout then never
# do while learning what they are for.
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
# One loss a minibatch instead of one an epoch
#
# The loss is recorded in the inner loop; the text asks for one number for each epoch.
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
# The loss of one minibatch instead of all examples
#
# The last minibatch is a small sample, so its loss jumps about at random. An epoch's loss is the mean over all its
# examples.
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
# Losses are summed over the examples
#
# A sum grows with the number of examples. The mean can be compared between runs.
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
# The minibatches' means are added up
#
# Their sum grows with the number of minibatches. Weigh each mean by its examples and divide by all of them.
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


# %% train_concise_mean_of_batch_means
# Minibatches count alike, whatever their size
#
# The last minibatch may be short. In a mean of the minibatches' means its few examples count more than others.
def train_concise(net, loader, lr, num_epochs):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for _ in range(num_epochs):
        seen = []
        for X, y in loader:
            loss = loss_fn(net(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen.append(loss.item())
        losses.append(sum(seen) / len(seen))
    return losses


# %% train_concise_divides_batch_means
# The minibatches' means are divided by the number of examples
#
# Each mean has been divided by its examples already. Undo that before you add them up, or divide by the number of
# minibatches if they are all of one size.
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
# Only the last loss is returned
#
# One number says where training ended, not how it went. One loss an epoch is asked for.
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
# The losses are not returned
#
# The net is trained in place, and the losses are lost.
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
# The factor 2 is lost
#
# The derivative of a square brings down a 2. Without it every step is half as long, which still converges, only
# later.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(error * x))
    return w, costs


# %% fit_slope_numpy_no_inner_derivative
# The inner derivative is missing
#
# By the chain rule each error is multiplied by what w is multiplied by: the point's x.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error))
    return w, costs


# %% fit_slope_numpy_summed_gradient
# The gradient is summed instead of averaged
#
# The cost is a mean, so is its derivative. The sum makes each step n times longer.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.sum(2 * error * x))
    return w, costs


# %% fit_slope_numpy_ascends
# The step goes uphill
#
# The derivative points to where the cost grows, so it is subtracted. Where it is, look at the error: label minus
# prediction has the other sign, and so has what is made of it.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w + lr * float(np.mean(2 * error * x))
    return w, costs


# %% fit_slope_numpy_no_step
# w never moves
#
# The derivative is computed, but w does not change.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - 0 * lr
    return w, costs


# %% fit_slope_numpy_half_cost
# Half the mean squared error is recorded
#
# The cost has no ½ here. Cost and gradient should belong to each other.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2) / 2))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs


# %% fit_slope_numpy_summed_cost
# The summed squared error is recorded
#
# The cost is the mean over the points; the sum grows with their number.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.sum(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs


# %% fit_slope_numpy_absolute_cost
# The mean absolute error is recorded
#
# The steps go down the squared error, and the recorded costs are those of another function. Cost and gradient should
# belong to each other.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(np.abs(error))))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs


# %% fit_slope_numpy_one_cost
# The same cost is recorded again and again
#
# The error is computed once, before the loop, with the first w. It changes with every step.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    start = w * x - y
    for _ in range(num_epochs):
        costs.append(float(np.mean(start**2)))
        w = w - lr * float(np.mean(2 * (w * x - y) * x))
    return w, costs


# %% fit_slope_numpy_ignores_lr
# The learning rate is not used
#
# A fixed number stands in place of lr.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - 0.1 * float(np.mean(2 * error * x))
    return w, costs


# %% fit_slope_numpy_ignores_epochs
# num_epochs is not used
#
# The number of steps is fixed in the code.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(10):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs


# %% fit_slope_numpy_extra_cost
# One cost too many
#
# There is one cost for each step. The one after the last step, or before the first, makes the list too long.
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
# The costs are not returned
#
# Two things are asked for: w, and the list of costs that shows how it was found.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return w


# %% fit_slope_numpy_last_cost_only
# Only the last cost is returned
#
# One number does not show how the cost came down. One for each step is asked for.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return w, costs[-1]


# %% fit_slope_numpy_order_swapped
# w and the costs have changed places
#
# The result is unpacked by place: first w, then the costs.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = 0.0
    costs = []
    for _ in range(num_epochs):
        error = w * x - y
        costs.append(float(np.mean(error**2)))
        w = w - lr * float(np.mean(2 * error * x))
    return costs, w


# %% fit_slope_numpy_torch
# PyTorch does the work
#
# The point of this question is to see the gradient without autograd: NumPy alone is asked for.
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
# The slope is computed, not found by steps
#
# For one weight the best slope has a formula, and with it every cost is the same. Here w starts at some number and
# goes down the cost step by step.
def fit_slope_numpy(x, y, lr=0.1, num_epochs=10):
    w = float(np.sum(x * y) / np.sum(x * x))
    costs = [float(np.mean((w * x - y) ** 2)) for _ in range(num_epochs)]
    return w, costs


# %% fit_slope_numpy_ready_made
# A ready-made fit was used
#
# np.polyfit and its like give the answer, not the way there, which is what this question is about.
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
# Nothing bends between the layers
#
# Two linear layers in a row are one linear layer: a straight line, whatever the number of hidden units.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(self.hidden(x))


# %% CurveNet_relu_after_output
# The relu comes after the output instead of before it
#
# Between the layers nothing bends, and the output is cut off below zero: the best that can come out is half a line.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return torch.relu(self.output(self.hidden(x)))


# %% CurveNet_relu_on_output
# The output has a relu too
#
# The network can then never predict a negative number, and where it tries, no gradient comes back.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return torch.relu(self.output(torch.relu(self.hidden(x))))


# %% CurveNet_sigmoid
# Sigmoid units instead of relu
#
# They bend, but they are not what the formula says: a relu is zero on one side and a straight line on the other.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.sigmoid(self.hidden(x)))


# %% CurveNet_tanh
# Tanh units instead of relu
#
# They bend, but they are not what the formula says: a relu is zero on one side and a straight line on the other.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.tanh(self.hidden(x)))


# %% CurveNet_abs
# The absolute value instead of relu
#
# relu cuts negative numbers off, it does not turn them round.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.abs(self.hidden(x)))


# %% CurveNet_leaky
# A leaky relu
#
# It lets a hundredth of the negative numbers through. The formula has max(z, 0).
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(nn.functional.leaky_relu(self.hidden(x)))


# %% CurveNet_unregistered
# The layers are not registered
#
# A module finds its parameters in attributes that are modules or parameters. In a plain list or dict they stay
# hidden, and an optimiser gets nothing to train.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.layers = [nn.Linear(1, num_hidden), nn.Linear(num_hidden, 1)]

    def forward(self, x):
        return self.layers[1](torch.relu(self.layers[0](x)))


# %% CurveNet_ignores_num_hidden
# The number of hidden units is fixed
#
# It stands as a number in the code instead of coming from the argument.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, 10)
        self.output = nn.Linear(10, 1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))


# %% CurveNet_no_output_bias
# The output has no bias
#
# The sum of the hinges then has nothing to lift or lower it as a whole.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden)
        self.output = nn.Linear(num_hidden, 1, bias=False)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))


# %% CurveNet_no_hidden_bias
# The hidden units have no biases
#
# Without a bias every hinge has its corner at x = 0, and the curve can bend there only.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden, bias=False)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))


# %% CurveNet_no_biases
# There are no biases
#
# Every hinge has its corner at x = 0, and the curve must pass through the origin.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Linear(1, num_hidden, bias=False)
        self.output = nn.Linear(num_hidden, 1, bias=False)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))


# %% CurveNet_two_hidden_layers
# One hidden layer too many
#
# The network asked for has a single hidden layer.
class CurveNet(nn.Module):
    def __init__(self, num_hidden=10):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(1, num_hidden), nn.ReLU(), nn.Linear(num_hidden, num_hidden))
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))


# %% CurveNet_shared_layers
# All networks share their layers
#
# The layers were made once, in the class or outside of it, and every object uses the same ones. Training one trains
# all.
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
# Gradients are not zeroed
#
# Each step goes along the sum of all gradients so far. The parameters swing about the best ones instead of coming to
# rest.
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
# The network does not learn
#
# No step reaches the parameters of the network that was passed: it predicts what it did before.
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
# Another network is trained
#
# The losses fall, but for a copy or a new network. The caller's net, which should be trained in place, is what it
# was.
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
# Only a part of the network is trained
#
# The optimiser got the parameters of some layers, and the others stay as they were drawn. net.parameters() has them
# all.
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
# The network is fitted to x instead of y
#
# The loss compares predictions with the inputs, so the network learns to hand its input on: the line y = x.
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
# The squared errors are summed
#
# The sum over all points makes each step as many times longer as there are points, and the learning rate that suits
# the mean overshoots.
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
# A column and a flat vector met in the loss
#
# Shapes (n, 1) and (n,) broadcast to an n by n table: every prediction is compared with every label, and the best
# answer is their mean everywhere.
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
# num_steps is not followed
#
# The number of steps is fixed in the code, or is off by one.
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
# The learning rate is not used
#
# A fixed number stands in place of lr.
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


# %% fit_curve_minibatch
# A step sees some of the points
#
# Steps over minibatches are shorter to compute and never quite agree with each other. Here each one is taken over all
# points at once.
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for step in range(num_steps):
        rows = torch.randperm(len(x))[:16]
        loss = loss_fn(net(x[rows]), y[rows])
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


# %% fit_curve_loss_after_step
# The loss is measured after the step
#
# The list then lacks the network as it came, with which it should begin.
def fit_curve(net, x, y, lr, num_steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    losses = []
    for step in range(num_steps):
        optimizer.zero_grad()
        loss_fn(net(x), y).backward()
        optimizer.step()
        losses.append(loss_fn(net(x), y).item())
    return losses


# %% fit_curve_losses_missing
# Losses are missing from the list
#
# A list with one loss for each step is asked for, from before the step.
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


# %% break_train_concise_agrees
# On these errors both means agree
#
# Where all minibatches have the same number of examples, or all errors are alike, both means are the same. Look for a
# last minibatch that is short, and whose examples are not like the others.
def break_train_concise():
    return [1.0, 3.0, 2.0, 6.0], 2


# %% break_train_concise_agrees
def break_train_concise():
    return [2.0, 2.0, 2.0], 2


# %% break_train_concise_no_batch_size
# The batch size is missing
#
# Which examples come in one minibatch follows from the batch size, so it is returned beside the errors.
def break_train_concise():
    return [1.0, 1.0, 4.0]
