# Known mistakes of softmax_regression: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% softmax_wrong_axis
# The classes are added up along the wrong axis
#
# One row of X is one example, and its k numbers compete with each other. A sum over the rows makes different examples
# compete for one class instead.
def softmax(X):
    X_exp = torch.exp(X - X.max(dim=0, keepdim=True).values)
    return X_exp / X_exp.sum(dim=0, keepdim=True)


# %% softmax_wrong_axis
def softmax(X):
    X_exp = torch.exp(X - X.max(dim=1, keepdim=True).values)
    return X_exp / X_exp.sum(dim=0)


# %% softmax_whole_matrix
# All rows share one sum
#
# A sum without an axis adds up the whole matrix, so all rows together sum to 1. Each example needs probabilities of
# its own, however many others are in the minibatch.
def softmax(X):
    X_exp = torch.exp(X - X.max())
    return X_exp / X_exp.sum()


# %% softmax_not_normalised
# The exponentials are not divided by their sum
#
# Exponentials are positive, but they are no probabilities until each row sums to 1.
def softmax(X):
    return torch.exp(X - X.max(dim=1, keepdim=True).values)


# %% softmax_log
# The logarithm of the probabilities is returned
#
# Log-probabilities are handy inside a loss, but this function is asked for the probabilities themselves: numbers
# between 0 and 1.
def softmax(X):
    shifted = X - X.max(dim=1, keepdim=True).values
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


# %% softmax_no_keepdim
# A sum or a maximum lost its dimension
#
# Reducing (n, k) along the classes leaves shape (n,). Against (n, k) that is a row, not a column: with n = k it
# broadcasts silently to the wrong numbers, with any other n it raises an error. The reduced dimension has to stay,
# with size 1.
def softmax(X):
    X_exp = torch.exp(X - X.max(dim=1, keepdim=True).values)
    return X_exp / X_exp.sum(dim=1)


# %% softmax_overflows
# Large logits overflow
#
# In float32 exp(89) is already inf, and inf / inf is not a number; far below zero all powers become 0, and 0 / 0 is
# not a number either. The same constant may be subtracted from all logits of a row without changing its softmax:
# choose it so that nothing can overflow.
def softmax(X):
    X_exp = torch.exp(X)
    return X_exp / X_exp.sum(dim=1, keepdim=True)


# %% softmax_whole_maximum
# One maximum is subtracted from all rows
#
# The largest logit of the whole matrix keeps every power finite, but a row that lies far below it is left with
# nothing but zeros, and 0 / 0 is not a number. Each row needs its own maximum.
def softmax(X):
    X_exp = torch.exp(X - X.max())
    return X_exp / X_exp.sum(dim=1, keepdim=True)


# %% softmax_clamps
# Large logits are cut off
#
# Limiting the logits avoids the overflow, but 1000 and 999 become the same number and get the same probability. What
# matters are the differences within a row, and they must stay as they are.
def softmax(X):
    X_exp = torch.exp(X.clamp(-80, 80))
    return X_exp / X_exp.sum(dim=1, keepdim=True)


# %% softmax_in_place
# The logits of the caller are overwritten
#
# Methods that end in an underscore, and operators such as -=, write into the tensor that was passed. The caller still
# needs it, and autograd may too.
def softmax(X):
    X -= X.max(dim=1, keepdim=True).values
    X.exp_()
    X /= X.sum(dim=1, keepdim=True)
    return X


# %% softmax_in_place
def softmax(X):
    X -= X.max(dim=1, keepdim=True).values
    powers = torch.exp(X)
    return powers / powers.sum(dim=1, keepdim=True)


# %% softmax_breaks_autograd
# Autograd loses its way inside softmax
#
# Dividing a tensor of exponentials in place overwrites numbers that autograd still needs on its way back. And a sum
# that was detached counts as a constant: then the gradient misses that each probability also lowers the others.
def softmax(X):
    X_exp = torch.exp(X - X.max(dim=1, keepdim=True).values)
    X_exp /= X_exp.sum(dim=1, keepdim=True)
    return X_exp


# %% softmax_ready_made
# A ready-made softmax is called
#
# This notebook builds softmax from exp, a maximum, a sum and a division, to see what the framework does inside. The
# ready-made one has its turn in the next assignment.
def softmax(X):
    return torch.softmax(X, dim=1)


# %% softmax_double
# The probabilities have another dtype than the logits
#
# Sixteen digits are no protection from an overflow, only a later one, and float64 tensors cannot be multiplied with
# float32 ones. The result is asked for in float32.
def softmax(X):
    powers = torch.exp(X.double() - X.double().max(dim=1, keepdim=True).values)
    return powers / powers.sum(dim=1, keepdim=True)


# %% cross_entropy_mean
# One mean in place of a loss for each example
#
# A mean cannot be taken apart again: the loss of each example is asked for, shape (n,). Whoever calls the function
# takes the mean or the sum.
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y] + 1e-9).mean()


# %% cross_entropy_sum
# One sum in place of a loss for each example
#
# The losses of all examples are added up. One loss for each example is asked for, shape (n,): the sum would make the
# size of a step depend on the size of the minibatch.
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y] + 1e-9).sum()


# %% cross_entropy_whole_matrix
# The loss counts the probabilities of all classes
#
# Only the probability of the label enters the loss of an example. The logarithms of the other classes push every
# probability up, the wrong ones too.
def cross_entropy(y_hat, y):
    return -torch.log(y_hat + 1e-9).sum(dim=1)


# %% cross_entropy_all_pairs
# Every row is paired with every label
#
# y_hat[:, y] takes from every row the columns of all labels: a table (n, n). Paired indices, one row number and one
# column number an example, pick a single number from each row.
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[:, y] + 1e-9)


# %% cross_entropy_one_hot
# Labels are taken for one-hot rows
#
# y holds class numbers, shape (n,), and not rows of zeros with a single 1. Multiplied with y_hat they broadcast,
# where the sizes allow it, and class number 2 counts twice.
def cross_entropy(y_hat, y):
    return -(y * torch.log(y_hat + 1e-9)).sum(dim=1)


# %% cross_entropy_positive
# The sign is missing
#
# The logarithm of a probability is negative or zero. A loss must be large where the prediction is bad: with this
# sign, training makes it worse.
def cross_entropy(y_hat, y):
    return torch.log(y_hat[range(len(y_hat)), y] + 1e-9)


# %% cross_entropy_other_base
# The logarithm has another base
#
# The formula has the natural logarithm: a probability of 1/e costs 1. Another base multiplies each loss, and with it each
# gradient, by one and the same factor.
def cross_entropy(y_hat, y):
    return -torch.log10(y_hat[range(len(y)), y].clamp(min=1e-9))


# %% cross_entropy_other_base
def cross_entropy(y_hat, y):
    return -torch.log2(y_hat[range(len(y)), y] + 1e-9)


# %% cross_entropy_no_log
# The logarithm is missing
#
# One minus the probability is a loss too, but it hardly grows when a certainty turns out wrong, and its gradient
# vanishes where there is most to learn.
def cross_entropy(y_hat, y):
    return 1 - y_hat[range(len(y_hat)), y]


# %% cross_entropy_softmax_again
# Softmax is applied a second time
#
# y_hat already holds probabilities. Another softmax treats them as logits between 0 and 1 and makes them all nearly
# alike: the loss can then never come near 0.
def cross_entropy(y_hat, y):
    return -torch.log(softmax(y_hat)[range(len(y_hat)), y] + 1e-9)


# %% cross_entropy_column
# The losses come as a column
#
# A gather along the classes keeps its dimension: (n, 1). The losses are asked for as (n,), one number an example.
def cross_entropy(y_hat, y):
    return -torch.log(y_hat.gather(1, y.reshape(-1, 1)) + 1e-9)


# %% cross_entropy_squeezed
# A minibatch of one loses its dimension
#
# squeeze() without an axis removes every dimension of size 1, also that of the examples when there is only one. Its
# loss must have shape (1,).
def cross_entropy(y_hat, y):
    return -torch.log(y_hat.gather(1, y.reshape(-1, 1)).squeeze() + 1e-9)


# %% cross_entropy_infinite
# Probability 0 gives an infinite loss
#
# A certainty that is wrong gives probability 0 to the label, and −log 0 is inf. One such example makes the mean loss
# inf, and every parameter not a number. Keep the argument of the logarithm a little above 0.
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y])


# %% cross_entropy_zero_times_infinity
# Zero times infinity is not a number
#
# With one-hot labels the other classes are multiplied by 0. Where one of them has probability 0 its logarithm is
# −inf, and 0 · inf is not a number.
def cross_entropy(y_hat, y):
    hot = (y[:, None] == torch.arange(y_hat.shape[1])).float()
    return -(hot * torch.log(y_hat)).sum(dim=1)


# %% cross_entropy_small_at_zero
# A wrong certainty costs too little
#
# Probability 0 for the label is the worst possible prediction, and its loss must be larger than any other. What keeps
# the logarithm finite should be far smaller than any probability that matters, and no loss may be replaced by 0.
def cross_entropy(y_hat, y):
    loss = -torch.log(y_hat[range(len(y_hat)), y])
    return torch.where(torch.isinf(loss), torch.zeros_like(loss), loss)


# %% cross_entropy_ready_made
# A ready-made loss is called
#
# This notebook picks the probabilities and takes their logarithms itself, to see what the framework does inside. The
# ready-made loss has its turn in the next assignment, and it takes logits and not probabilities.
def cross_entropy(y_hat, y):
    return torch.nn.functional.nll_loss(torch.log(y_hat + 1e-9), y, reduction="none")


# %% net_no_flatten
# Images are not flattened
#
# W has one row for each pixel, so an image must become one row of pixels first. The first dimension counts the images
# and stays.
def net(X, W, b):
    return softmax(X @ W + b)


# %% net_fixed_size
# The number of pixels is fixed
#
# A row has as many numbers as W has rows, and that need not be 784: other images have other sizes.
def net(X, W, b):
    return softmax(X.reshape(-1, 784) @ W + b) if X.dim() > 2 else softmax(X @ W + b)


# %% net_ignores_bias
# The bias is missing
#
# Without b the model cannot say that one class is more common than another, or brighter on the whole.
def net(X, W, b):
    return softmax(X.reshape(-1, W.shape[0]) @ W)


# %% net_no_softmax
# The logits are returned
#
# The model's outputs are probabilities: positive, and 1 in sum for each image. The affine map gives logits, which can
# be any numbers; one step is missing.
def net(X, W, b):
    return X.reshape(-1, W.shape[0]) @ W + b


# %% net_ready_made
# A ready-made layer or softmax is used
#
# The model here is your own matrix product, your own sum and your own softmax. Layers of the framework have their
# turn in the next assignment.
def net(X, W, b):
    layer = torch.nn.Linear(*W.shape)
    layer.weight, layer.bias = torch.nn.Parameter(W.detach().T), torch.nn.Parameter(b.detach())
    del layer
    return torch.nn.functional.softmax(X.reshape(-1, W.shape[0]) @ W + b, dim=1)


# %% accuracy_fraction
# A fraction in place of a number
#
# The function counts. Fractions of minibatches of different sizes cannot be averaged; numbers can be added up, and
# divided once at the end.
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).float().mean())


# %% accuracy_smallest
# The least probable class is taken for the prediction
#
# The prediction is the class with the largest score of a row, not with the smallest.
def accuracy(y_hat, y):
    return float((y_hat.argmin(dim=1) == y).sum())


# %% accuracy_wrong_axis
# The largest score is looked for along the wrong axis
#
# Along the examples one finds, for each class, the example that fits it best. The question is the other way round:
# for each example, the class.
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=0) == y).sum())


# %% accuracy_all_pairs
# Every prediction is compared with every label
#
# A column of predictions (n, 1) and a row of labels (n,) broadcast to a table (n, n): all pairs are compared. Both
# need the same shape.
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1, keepdim=True) == y).sum())


# %% accuracy_largest_score
# A score is compared with a class number
#
# max gives the largest score itself; the label is the number of a class. What is asked for is the place of the
# largest score.
def accuracy(y_hat, y):
    return float((y_hat.max(dim=1).values == y).sum())


# %% accuracy_counts_wrong
# The wrong predictions are counted
#
# Accuracy counts the predictions that agree with their label.
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) != y).sum())


# %% accuracy_tensor
# A tensor is returned
#
# A tensor without dimensions prints like a number, but keeps its device and dtype, and sums of many such tensors are
# slow. A Python float is asked for.
def accuracy(y_hat, y):
    return (y_hat.argmax(dim=1) == y).sum()


# %% evaluate_accuracy_batch_means
# The fractions of the minibatches are averaged
#
# A short last minibatch then counts as much as a full one, so its examples count more than others. Add up the numbers
# of correct predictions, and divide by the number of examples once.
def evaluate_accuracy(predict, data_iter):
    shares = [accuracy(predict(X), y) / len(y) for X, y in data_iter]
    return sum(shares) / len(shares)


# %% evaluate_accuracy_count
# The number of correct predictions is returned
#
# How many are right says little without how many there are. The fraction is asked for.
def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        count += len(y)
    return correct


# %% evaluate_accuracy_last_batch
# Only the last minibatch counts
#
# The numbers are overwritten with every minibatch where they should be added up.
def evaluate_accuracy(predict, data_iter):
    for X, y in data_iter:
        correct = accuracy(predict(X), y)
        count = len(y)
    return correct / count


# %% evaluate_accuracy_first_batch
# Only the first minibatch counts
#
# The function returns inside of its loop, after the first minibatch.
def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        count += len(y)
        return correct / count


# %% evaluate_accuracy_divides_by_batches
# Divided by the number of minibatches
#
# The number of correct predictions has to be divided by the number of examples, which is larger than the number of
# minibatches.
def evaluate_accuracy(predict, data_iter):
    correct, batches = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        batches += 1
    return correct / batches


# %% evaluate_accuracy_full_batches
# All minibatches are taken for full
#
# The number of minibatches times the size of one of them is more than there are examples when the last one is short.
# Count the labels of each minibatch.
def evaluate_accuracy(predict, data_iter):
    correct, size = 0.0, None
    for X, y in data_iter:
        size = size or len(y)
        correct += accuracy(predict(X), y)
    return correct / (size * len(data_iter))


# %% evaluate_accuracy_ignores_predict
# `predict` is not asked
#
# The function is handed a model, `predict`, and must ask that one: whoever calls it decides what is measured. Names
# such as W and b belong to the notebook, and in another program they are something else or nothing at all.
def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(net(X, W, b), y)
        count += len(y)
    return correct / count


# %% evaluate_accuracy_tensor
# A tensor is returned
#
# A Python float is asked for: histories and plots want plain numbers.
def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        count += len(y)
    return torch.tensor(correct / count)


# %% evaluate_accuracy_flattens
# The model does not get the images as they come
#
# How inputs have to look is the model's own business: one may flatten them, another may need rows and columns.
def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X.reshape(len(X), -1)), y)
        count += len(y)
    return correct / count


# %% softmax_detached
# question: train_epoch
# softmax is cut off from autograd
#
# Detached tensors, NumPy arrays and what is computed under no_grad are plain numbers for autograd. An epoch that
# leaves the gradients to autograd needs a way back from the probabilities to the logits.
def softmax(X):
    with torch.no_grad():
        powers = torch.exp(X - X.max(dim=1, keepdim=True).values)
        return powers / powers.sum(dim=1, keepdim=True)


# %% cross_entropy_detached
# question: train_epoch
# The losses are cut off from autograd
#
# Values taken out with item() or detach(), and whatever is computed under no_grad, are plain numbers for autograd. It
# can no longer tell how the loss depends on the parameters.
def cross_entropy(y_hat, y):
    return torch.tensor([-float(torch.log(row[label] + 1e-9)) for row, label in zip(y_hat, y)])


# %% net_detached
# question: train_epoch
# Autograd cannot go back to W and b
#
# Detached tensors, copies of their values, and what is computed under no_grad are plain numbers for autograd: no
# gradient comes back, and W and b can never learn.
def net(X, W, b):
    with torch.no_grad():
        return softmax(X.reshape(-1, W.shape[0]) @ W + b)


# %% train_epoch_sum_of_losses
# The step follows the sum of the losses
#
# The gradient of a sum grows with the size of the minibatch, so a learning rate that is right for 16 examples is far
# too large for 256. Here the step follows the mean loss.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.sum().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_divides_twice
# Divided by the batch size twice
#
# The gradient of the mean is already divided by the number of examples. Dividing again makes every step far too
# small, and the accuracy creeps.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad / len(y)
            b -= lr * b.grad / len(y)
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_keeps_gradients
# Gradients pile up
#
# backward() adds to what is in .grad. Without zeroing, each step also follows all gradients before it.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_climbs
# The step goes uphill
#
# The gradient points to where the loss grows. A step against it makes the loss smaller.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W += lr * W.grad
            b += lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_ignores_lr
# The learning rate is not used
#
# Each step moved by the whole gradient, as if lr were 1.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= W.grad
            b -= b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_forgets_bias
# The bias is not trained
#
# W is updated, b is not. Both are parameters of the model.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_rebinds
# New tensors are made in place of an update
#
# W = W - ... makes a new tensor, and only the function knows it: the tensor that the caller holds is unchanged. The
# update has to be in place.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        W_grad, b_grad = torch.autograd.grad(loss.mean(), [W, b])
        W = (W - lr * W_grad).detach().requires_grad_()
        b = (b - lr * b_grad).detach().requires_grad_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_no_step
# No step is taken
#
# Gradients are computed, but nothing is done with them: W and b are after the epoch what they were before.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            pass
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_records_graph
# The update is recorded by autograd
#
# An update is not part of the model. PyTorch refuses to change in place a leaf tensor that requires gradients, unless
# it is told not to record.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_first_batch
# The epoch ends after its first minibatch
#
# The function returns inside of its loop: one step in place of one for each minibatch.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
        return total_loss / count, correct / count
    return total_loss / count, correct / count


# %% train_epoch_batch_means
# The means of the minibatches are averaged
#
# A short last minibatch then counts as much as a full one. Add up losses and correct predictions over all examples,
# and divide by their number once.
def train_epoch(W, b, train_iter, lr):
    losses, shares = [], []
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y).mean()
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        losses.append(float(loss))
        shares.append(accuracy(y_hat, y) / len(y))
    return sum(losses) / len(losses), sum(shares) / len(shares)


# %% train_epoch_total
# Totals in place of means
#
# The sum of the losses and the number of correct predictions depend on how many examples there are. The mean loss an
# example and the fraction are asked for.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss, correct


# %% train_epoch_last_batch
# Only the last minibatch is measured
#
# The numbers are overwritten with every minibatch where they should be added up over the epoch.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss = float(loss.sum())
        correct = accuracy(y_hat, y)
        count = len(y)
    return total_loss / count, correct / count


# %% train_epoch_measures_apart
# Measured after the epoch, not as it goes
#
# The numbers were measured with the parameters that the epoch ended with. They are asked for as the epoch goes: each
# minibatch with the parameters of its moment, which costs no second pass over the data.
def train_epoch(W, b, train_iter, lr):
    for X, y in train_iter:
        loss = cross_entropy(net(X, W, b), y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
    total_loss, correct, count = 0.0, 0.0, 0
    with torch.no_grad():
        for X, y in train_iter:
            y_hat = net(X, W, b)
            total_loss += float(cross_entropy(y_hat, y).sum())
            correct += accuracy(y_hat, y)
            count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_mean_over_count
# Means of minibatches divided by the number of examples
#
# What is added up for each minibatch is its mean loss, which was already divided by its size. Divided by the number
# of examples again, the loss comes out far too small.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.mean())
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_divides_by_batches
# Divided by the number of minibatches
#
# The sums run over examples, so they must be divided by the number of examples.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += 1
    return total_loss / count, correct / count


# %% train_epoch_swaps
# Loss and accuracy are swapped
#
# The mean loss comes first, the accuracy second.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss.sum())
        correct += accuracy(y_hat, y)
        count += len(y)
    return correct / count, total_loss / count


# %% train_epoch_tensors
# Tensors in place of floats
#
# A loss that is still a tensor drags its whole graph along, for every epoch. Python floats are asked for.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        loss = cross_entropy(y_hat, y)
        loss.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss = total_loss + loss.sum()
        correct += accuracy(y_hat, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_epoch_ready_made
# A ready-made loss or softmax is used
#
# The epoch is built from your own functions: net, cross_entropy and accuracy stand above. The framework's have their
# turn in the next assignment.
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, count = 0.0, 0.0, 0
    for X, y in train_iter:
        logits = X.reshape(len(X), -1) @ W + b
        loss = torch.nn.functional.cross_entropy(logits, y)
        loss.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += float(loss) * len(y)
        correct += accuracy(logits, y)
        count += len(y)
    return total_loss / count, correct / count


# %% train_on_test
# Trained on the test iterator
#
# The test iterator is there to ask, never to teach. A model that has seen the answers scores well on them and says
# nothing about images that are new.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, test_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% train_test_on_train
# The test accuracy is measured on the training examples
#
# The third number of an entry is asked of examples that the model was not trained on: those of test_iter.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), train_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% train_measures_early
# The test accuracy is that of the epoch before
#
# It was measured before the epoch was trained, so the last one does not belong to the W and b that are returned.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% train_restarts
# Every epoch starts from nothing
#
# W and b are made anew in each epoch, so what was learned before is lost and the loss never falls below that of a
# first epoch.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    history = []
    for epoch in range(num_epochs):
        W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
        b = torch.zeros(num_outputs, requires_grad=True)
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% train_never_steps
# W and b never change
#
# The loss of every epoch is that of a model which gives all classes the same probability. Are W and b the tensors
# that train_epoch changes?
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W.detach().clone().requires_grad_(), b.detach().clone().requires_grad_(), train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% train_ignores_epochs
# num_epochs is not used
#
# The number of epochs is the caller's to choose; the history has one entry for each of them.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(10):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% train_ignores_lr
# The learning rate is not used
#
# The learning rate is the caller's to choose; with one tenth of it the losses must fall more slowly.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, 0.1)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% train_last_epoch_only
# The history holds the last epoch alone
#
# A history is a list with an entry for every epoch: one number alone cannot show whether training has come to rest.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history = [(train_loss, train_acc, test_acc)]
    return W, b, history


# %% train_swaps_history
# The entries of the history are in another order
#
# An entry is (train_loss, train_acc, test_acc), in this order.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, test_acc, train_acc))
    return W, b, history


# %% train_tensor_history
# The history holds tensors
#
# Python floats are asked for: they can be printed, plotted and saved, and keep no graph alive.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append(torch.tensor([train_loss, train_acc, test_acc]).unbind())
    return W, b, history


# %% train_one_test_accuracy
# One test accuracy stands in every entry
#
# A history tells how the accuracy went. What is measured once, when all epochs are over, is true of the last of them
# only.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    epochs = [train_epoch(W, b, train_iter, lr) for _ in range(num_epochs)]
    test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
    return W, b, [(*epoch, test_acc) for epoch in epochs]


# %% train_wide_start
# W starts with large numbers
#
# Numbers of any size break ties, but large ones are opinions: the first steps are spent on taking them back, and the
# bias has none to begin with.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.1, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% train_goes_on
# A second training goes on where the first one ended
#
# Parameters that outlive the call know the examples of an earlier training. Each training begins anew.
kept = {}


def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    if (num_inputs, num_outputs) not in kept:
        W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
        kept[num_inputs, num_outputs] = W, torch.zeros(num_outputs, requires_grad=True)
    W, b = kept[num_inputs, num_outputs]
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% predict_labels_smallest
# The least probable class is returned
#
# The prediction is the class with the largest probability.
def predict_labels(X, W, b):
    return net(X, W, b).argmin(dim=1)


# %% predict_labels_wrong_axis
# The largest probability is looked for along the wrong axis
#
# Along the examples one finds the example that fits each class best. One class for each example is asked for.
def predict_labels(X, W, b):
    return net(X, W, b).argmax(dim=0)


# %% predict_labels_probabilities
# The probabilities are returned
#
# The question is which class, not how probable each of them is: one whole number an example.
def predict_labels(X, W, b):
    return net(X, W, b)


# %% predict_labels_scores
# The largest probability is returned, not its class
#
# max along the classes gives the largest probability itself; its place is the class.
def predict_labels(X, W, b):
    return net(X, W, b).max(dim=1).values


# %% predict_labels_column
# The labels come as a column
#
# Labels have shape (n,), like those of the data. A column compared with them broadcasts to a table.
def predict_labels(X, W, b):
    return net(X, W, b).argmax(dim=1, keepdim=True)


# %% predict_labels_floats
# The labels are not int64
#
# A class number is an index into the list of names, and an index is a whole number: int64.
def predict_labels(X, W, b):
    return net(X, W, b).argmax(dim=1).float()


# %% predict_labels_ignores_bias
# The bias is missing
#
# The model is XW + b; without b other classes win.
def predict_labels(X, W, b):
    return softmax(X.reshape(-1, W.shape[0]) @ W).argmax(dim=1)


# %% train_epoch_ready_made
# The epoch uses neither net nor cross_entropy
#
# The numbers are right, and come from operations that stand in net and cross_entropy already. The question asks for an
# epoch that predicts with your net and takes your cross_entropy.
def train_epoch(W, b, train_iter, lr):
    loss_sum = right = count = 0.0
    for X, y in train_iter:
        rows = X.reshape(len(X), -1)
        with torch.no_grad():
            logits = rows @ W + b
            logits = logits - logits.max(1, keepdim=True).values
            p = logits.exp() / logits.exp().sum(1, keepdim=True)
            loss_sum += float(-p[range(len(y)), y].log().sum())
            right += float((p.argmax(1) == y).sum())
            count += len(y)
            p[range(len(y)), y] -= 1
            W -= lr * rows.T @ p / len(y)
            b -= lr * p.mean(0)
    return loss_sum / count, right / count


# %% train_without_train_epoch
# The epochs and the test accuracy are written out again
#
# The question asks for training with your train_epoch and your evaluate_accuracy: they are done, and tested. Here they
# stand a second time, where another mistake may hide.
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.zeros(num_inputs, num_outputs, requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for _ in range(num_epochs):
        loss_sum = right = count = 0.0
        for X, y in train_iter:
            y_hat = net(X, W, b)
            losses = cross_entropy(y_hat, y)
            losses.mean().backward()
            with torch.no_grad():
                for param in (W, b):
                    param -= lr * param.grad
                    param.grad.zero_()
            loss_sum += float(losses.detach().sum())
            right += accuracy(y_hat, y)
            count += len(y)
        hits = [(accuracy(net(X, W, b), y), len(y)) for X, y in test_iter]
        history.append((loss_sum / count, right / count, sum(hit for hit, _ in hits) / sum(n for _, n in hits)))
    return W, b, history


# %% break_softmax_agrees
# For these logits both functions agree
#
# Any number may be subtracted from a row, as long as powers are left that float32 can hold. One row always has its own
# maximum; look for several rows that lie far apart.
def break_softmax():
    return torch.tensor([[1000.0, 999.0], [998.0, 1000.0]])


# %% break_softmax_agrees
def break_softmax():
    return torch.tensor([[-1000.0, 1000.0]])


# %% break_softmax_flat
# The logits are flat
#
# Logits of a minibatch are a matrix, one example a row. It is between rows that the two functions differ.
def break_softmax():
    return torch.tensor([1000.0, 0.0])
