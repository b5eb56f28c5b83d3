# Known mistakes of softmax_regression_concise: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% make_net_softmax
# The net ends with a softmax
#
# CrossEntropyLoss applies softmax itself, in a way that cannot overflow. Fed with probabilities it takes them for
# logits between 0 and 1 and applies softmax again: the loss can then never come near 0, and the gradients are weak.
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs), nn.Softmax(dim=1))


# %% make_net_no_flatten
# Images are not flattened
#
# A linear layer works on the last dimension. An image of 28 rows by 28 columns has to become one row of 784 numbers
# first.
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Linear(num_inputs, num_outputs))


# %% make_net_swapped
# Inputs and outputs are swapped
#
# The layer's first size is how many numbers come in, the second how many go out.
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_outputs, num_inputs))


# %% make_net_no_bias
# The bias is missing
#
# Without a bias the model cannot say that one class is more common than another, or brighter on the whole.
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs, bias=False))


# %% make_net_hidden_layer
# There is another number of parameters
#
# Softmax regression has one weight for each pair of an input and a class, and one bias for each class. A hidden layer
# makes another model of it.
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, 32), nn.Linear(32, num_outputs))


# %% make_net_relu
# An activation after the last layer
#
# A relu sets all negative logits to 0: classes that the model finds unlikely become equally likely, and their weights
# get no gradient any more.
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs), nn.ReLU())


# %% make_net_function
# A function instead of a module
#
# A net is an nn.Module: it knows its parameters, its mode, and the modules in it. A plain function knows nothing of
# the kind.
def make_net(num_inputs, num_outputs):
    linear = nn.Linear(num_inputs, num_outputs)

    def forward(X):
        return linear(X.reshape(len(X), -1))

    return forward


# %% make_net_shared
# Every call hands out the same net
#
# Whoever trains one of two models then has trained the other as well.
import functools


@functools.cache
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs))


# %% init_weights_tenth
# The spread is ten times too large
#
# The weights have standard deviation 0.1. If 0.01 was meant as a variance: the standard deviation is its root.
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.1)


# %% init_weights_variance
# The standard deviation is squared
#
# N(0, 0.01²) has variance 0.0001 and standard deviation 0.01, and functions that draw normal numbers take the
# standard deviation.
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.01**2)


# %% init_weights_mean_for_std
# The mean was set, not the spread
#
# The first number after the tensor is the mean. With it set to 0.01, the standard deviation kept its default, 1.
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, 0.01)


# %% init_weights_mean
# The weights are not centred at 0
#
# Weights around a number other than 0 push all scores into one direction.
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, mean=0.01, std=0.01)


# %% init_weights_uniform
# Uniform instead of normal
#
# A uniform draw has no tails: nothing lies further out than its limits. From −0.01 to 0.01 it has standard deviation
# 0.0058.
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.uniform_(module.weight, -0.01, 0.01)


# %% init_weights_constant
# All weights are alike
#
# A constant has no spread. Here that does little harm; as soon as there is a hidden layer, units that start alike
# stay alike for ever.
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.constant_(module.weight, 0.01)


# %% init_weights_every_module
# Every module is taken for a linear layer
#
# net.apply calls the function for each module, the net itself, Flatten and activations among them. Those have no
# weights.
def init_weights(module):
    nn.init.normal_(module.weight, std=0.01)


# %% init_weights_unchanged
# The layer's weights are unchanged
#
# New numbers were drawn, but the layer never got them: they have to be written into its own parameter.
def init_weights(module):
    if isinstance(module, nn.Linear):
        weight = torch.normal(0.0, 0.01, module.weight.shape)


# %% init_weights_seeded
# A seed is set inside of the function
#
# With the same seed, layers of the same size all get the same numbers. Whoever wants a run to repeat sets one seed,
# at the start.
def init_weights(module):
    if isinstance(module, nn.Linear):
        torch.manual_seed(0)
        nn.init.normal_(module.weight, std=0.01)


# %% init_weights_other_modules
# Not only linear layers get new weights
#
# Convolutions and normalisations have a `weight`, too, and other needs: a normalisation starts with ones.
def init_weights(module):
    if getattr(module, "weight", None) is not None:
        nn.init.normal_(module.weight, std=0.01)


# %% init_weights_other_modules
def init_weights(module):
    if isinstance(module, (nn.Linear, nn.Conv2d)):
        nn.init.normal_(module.weight, std=0.01)


# %% init_weights_new_parameter
# The layer gets another parameter
#
# An optimiser, or another layer that shares the weight, still holds the old one and goes on with that.
def init_weights(module):
    if isinstance(module, nn.Linear):
        module.weight = nn.Parameter(0.01 * torch.randn(module.weight.shape))


# %% init_weights_clipped
# Large draws are cut off
#
# One normal draw in twenty lies beyond two standard deviations. Without those the numbers are no longer normal.
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.01)
        module.weight.data.clamp_(-0.02, 0.02)


# %% init_weights_bias
# The bias gets numbers of its own
#
# A bias that starts above 0 prefers nothing as long as all are alike, but it was to be left alone, or set to 0.
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.01)
        nn.init.ones_(module.bias)


# %% train_concise_softmax_twice
# Softmax is applied before the loss
#
# CrossEntropyLoss expects logits and applies softmax itself. Fed with probabilities it takes them for logits between
# 0 and 1: the loss can then never come near 0, and learning is slow.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = torch.softmax(net(X), dim=1)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_keeps_gradients
# Gradients pile up
#
# backward() adds to what is in .grad. Without zero_grad, each step also follows all gradients before it.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_no_reduction
# backward() starts from many losses at once
#
# With reduction none the loss is a vector, one number for each example, and a gradient can only start from a single
# number: their mean.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_sum_of_losses
# The step follows the sum of the losses
#
# The gradient of a sum grows with the size of the minibatch, so a learning rate that is right for 16 examples is far
# too large for 256. Here the step follows the mean loss.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.sum().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_divides_twice
# Divided by the batch size twice
#
# The mean loss is already divided by the number of examples. Dividing again makes every step far too small.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            (losses.mean() / len(y)).backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_loss_of_log_probabilities
# A loss that expects log-probabilities gets logits
#
# NLLLoss only picks the label's number and changes its sign. On raw logits that is no cross-entropy: it can be made
# as negative as one likes, by letting all weights grow.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.NLLLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_climbs
# The step goes uphill
#
# The gradient points to where the loss grows. A step against it makes the loss smaller.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            (-losses.mean()).backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_on_test
# Trained on the test iterator
#
# The test iterator is there to ask, never to teach. A model that has seen the answers scores well on them and says
# nothing about images that are new.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in test_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_never_steps
# The net never changes
#
# Gradients are computed, but the net's own parameters are the same after training as before. Who takes the step, which
# parameters does it know, and are their gradients there at that moment, found already and not yet cleared?
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_stays_in_eval
# The net stays in eval mode after the first epoch
#
# Once eval() was called for the test images, the net stays in that mode until train() is called again. Dropout and
# batch normalisation then do not work in any later epoch.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_tests_in_train_mode
# The test accuracy is measured in train mode
#
# Measuring the test accuracy is predicting. In train mode dropout leaves inputs out at random, and batch
# normalisation goes on to adapt its statistics, now to the test images. The training loop sets one mode for its steps
# and the other one for its questions.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_ignores_epochs
# num_epochs is not used
#
# The number of epochs is the caller's to choose; the history has one entry for each of them.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(10):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_ignores_lr
# The learning rate is not used
#
# The optimiser was given a number of its own, but the learning rate is the caller's to choose.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_last_epoch_only
# The history holds the last epoch alone
#
# A history is a list with an entry for every epoch: one number alone cannot show whether training has come to rest.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history = [(total_loss / count, correct / count, test_correct / test_count)]
    return history


# %% train_concise_entry_per_batch
# An entry for each minibatch
#
# The history has one entry for each epoch, taken over all of its minibatches.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
            history.append((total_loss / count, correct / count, 0.1))
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        pass
    return history


# %% train_concise_tensor_history
# The history holds tensors
#
# Python floats are asked for: they can be printed, plotted and saved, and keep no graph alive.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += losses.sum()
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_batch_means
# The means of the minibatches are averaged
#
# A short last minibatch then counts as much as a full one. Add up losses over all examples, and divide by their
# number once.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        size = 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.mean())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
            size = max(len(y), size)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / -(-count // size), correct / count, test_correct / test_count))
    return history


# %% train_concise_total_loss
# The total loss instead of the mean
#
# The sum of the losses depends on how many examples there are. The mean loss an example is asked for.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss, correct / count, test_correct / test_count))
    return history


# %% train_concise_mean_over_count
# Means of minibatches divided by the number of examples
#
# What is added up for each minibatch is its mean loss, which was already divided by its size. Divided by the number
# of examples again, it comes out far too small.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.mean())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_sum_of_means
# The mean losses of the minibatches are added up
#
# Their sum grows with the number of minibatches. The mean loss an example is asked for.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.mean())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss, correct / count, test_correct / test_count))
    return history


# %% train_concise_last_batch_loss
# The loss is that of the last minibatch
#
# The number is overwritten with every minibatch where it should be added up over the epoch.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss = float(losses.mean())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss, correct / count, test_correct / test_count))
    return history


# %% train_concise_measures_apart
# The training loss is measured after the epoch
#
# The loss is asked for as the epoch goes: each minibatch with the parameters of its moment, which costs no second
# pass over the data.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        with torch.no_grad():
            total_loss = sum(float(loss(net(X), y).sum()) for X, y in train_iter)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_test_on_train
# The test accuracy is measured on the training examples
#
# The third number of an entry is asked of examples that the net was not trained on: those of test_iter.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in train_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_swaps_history
# The entries of the history are in another order
#
# An entry is (train_loss, train_acc, test_acc), in this order.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, test_correct / test_count, correct / count))
    return history


# %% train_concise_counts
# Numbers instead of fractions
#
# How many predictions are right says little without how many there are. Both accuracies are fractions between 0 and
# 1.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, float(correct), float(test_correct)))
    return history


# %% train_concise_initialises
# The net is initialised again
#
# The net comes ready to use: it may have been trained before, or been given weights on purpose, and all that is lost.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    net.apply(init_weights)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_flattens
# The net does not get the images as they come
#
# How inputs have to look is the net's own business: one may flatten them, another may need rows and columns.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X.flatten(1))
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X.flatten(1)).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return history


# %% train_concise_one_test_accuracy
# One test accuracy stands in every entry
#
# A history tells how the accuracy went. What was measured last is true of the last epoch only.
def train_concise(net, train_iter, test_iter, num_epochs, lr):
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    history = []
    for epoch in range(num_epochs):
        net.train()
        total_loss, correct, count = 0.0, 0, 0
        for X, y in train_iter:
            y_hat = net(X)
            losses = loss(y_hat, y)
            optimizer.zero_grad()
            losses.mean().backward()
            optimizer.step()
            total_loss += float(losses.sum())
            correct += int((y_hat.argmax(dim=1) == y).sum())
            count += len(y)
        net.eval()
        test_correct, test_count = 0, 0
        with torch.no_grad():
            for X, y in test_iter:
                test_correct += int((net(X).argmax(dim=1) == y).sum())
                test_count += len(y)
        history.append((total_loss / count, correct / count, test_correct / test_count))
    return [(*entry[:2], history[-1][2]) for entry in history]


# %% predict_labels_train_mode
# The net predicts in train mode
#
# In train mode dropout switches inputs off at random, and batch normalisation looks at the other images of the
# minibatch: the same image gets another prediction each time. Predictions are made in eval mode.
def predict_labels(net, X):
    with torch.no_grad():
        return net(X).argmax(dim=1)


# %% predict_labels_smallest
# The least probable class is returned
#
# The prediction is the class with the largest score.
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).argmin(dim=1)


# %% predict_labels_wrong_axis
# The largest score is looked for along the wrong axis
#
# Along the examples one finds the example that fits each class best. One class for each example is asked for.
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).argmax(dim=0)


# %% predict_labels_logits
# The scores are returned
#
# The question is which class, not how large its score is: one whole number an example.
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X)


# %% predict_labels_scores
# The largest score is returned, not its class
#
# max along the classes gives the largest score itself; its place is the class.
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).max(dim=1).values


# %% predict_labels_column
# The labels come as a column
#
# Labels have shape (n,), like those of the data. A column compared with them broadcasts to a table.
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).argmax(dim=1, keepdim=True)


# %% predict_labels_floats
# The labels are not int64
#
# A class number is an index into the list of names, and an index is a whole number: int64.
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).argmax(dim=1).float()


# %% predict_labels_relu
# Negative scores are lost
#
# Where all scores of an example are negative, all are 0 afterwards, and the first class wins. Scores may have any sign,
# and the largest one decides as they are.
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return torch.relu(net(X)).argmax(dim=1)


# %% predict_labels_magnitude
# The score that is farthest from 0 wins
#
# A score far below 0 speaks against its class. It is the largest one that decides, with its sign.
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).abs().argmax(dim=1)


# %% predict_labels_flattens
# The net does not get X as it comes
#
# How inputs have to look is the net's own business: one may flatten them, another may need rows and columns.
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X.reshape(len(X), -1)).argmax(dim=1)


# %% break_predict_labels_agrees
# For these scores both pick the same class
#
# As long as a score is positive, the largest one stays what it was. And where all are cut to 0 the first class wins, which
# may be right by chance. Look for a row without positive scores whose first one is not the largest.
def break_predict_labels():
    return torch.tensor([[0.1, 2.0, -1.0], [3.0, -2.0, 0.5]])


# %% break_predict_labels_agrees
def break_predict_labels():
    return torch.tensor([[-1.0, -2.0, -3.0]])


# %% break_predict_labels_flat
# The scores are flat
#
# Scores are a matrix, one example a row, also for a single example.
def break_predict_labels():
    return torch.tensor([-3.0, -1.0, -2.0])
