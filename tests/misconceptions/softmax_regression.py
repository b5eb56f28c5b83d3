# Recorded mistakes of softmax_regression, one for each misconception; what a section leaves out is correct.


# %% softmax_wrong_axis
def softmax(X):
    X_exp = torch.exp(X - X.max(dim=0, keepdim=True).values)
    return X_exp / X_exp.sum(dim=0, keepdim=True)


# %% softmax_whole_matrix
def softmax(X):
    X_exp = torch.exp(X - X.max())
    return X_exp / X_exp.sum()


# %% softmax_not_normalised
def softmax(X):
    return torch.exp(X - X.max(dim=1, keepdim=True).values)


# %% softmax_log
def softmax(X):
    shifted = X - X.max(dim=1, keepdim=True).values
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


# %% softmax_no_keepdim
def softmax(X):
    X_exp = torch.exp(X - X.max(dim=1, keepdim=True).values)
    return X_exp / X_exp.sum(dim=1)


# %% softmax_overflows
def softmax(X):
    X_exp = torch.exp(X)
    return X_exp / X_exp.sum(dim=1, keepdim=True)


# %% softmax_whole_maximum
def softmax(X):
    X_exp = torch.exp(X - X.max())
    return X_exp / X_exp.sum(dim=1, keepdim=True)


# %% softmax_clamps
def softmax(X):
    X_exp = torch.exp(X.clamp(-80, 80))
    return X_exp / X_exp.sum(dim=1, keepdim=True)


# %% softmax_in_place
def softmax(X):
    X -= X.max(dim=1, keepdim=True).values
    X.exp_()
    X /= X.sum(dim=1, keepdim=True)
    return X


# %% softmax_breaks_autograd
def softmax(X):
    X_exp = torch.exp(X - X.max(dim=1, keepdim=True).values)
    X_exp /= X_exp.sum(dim=1, keepdim=True)
    return X_exp


# %% softmax_ready_made
def softmax(X):
    return torch.softmax(X, dim=1)


# %% cross_entropy_mean
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y] + 1e-9).mean()


# %% cross_entropy_sum
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y] + 1e-9).sum()


# %% cross_entropy_whole_matrix
def cross_entropy(y_hat, y):
    return -torch.log(y_hat + 1e-9).sum(dim=1)


# %% cross_entropy_all_pairs
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[:, y] + 1e-9)


# %% cross_entropy_one_hot
def cross_entropy(y_hat, y):
    return -(y * torch.log(y_hat + 1e-9)).sum(dim=1)


# %% cross_entropy_positive
def cross_entropy(y_hat, y):
    return torch.log(y_hat[range(len(y_hat)), y] + 1e-9)


# %% cross_entropy_no_log
def cross_entropy(y_hat, y):
    return 1 - y_hat[range(len(y_hat)), y]


# %% cross_entropy_softmax_again
def cross_entropy(y_hat, y):
    return -torch.log(softmax(y_hat)[range(len(y_hat)), y] + 1e-9)


# %% cross_entropy_column
def cross_entropy(y_hat, y):
    return -torch.log(y_hat.gather(1, y.reshape(-1, 1)) + 1e-9)


# %% cross_entropy_squeezed
def cross_entropy(y_hat, y):
    return -torch.log(y_hat.gather(1, y.reshape(-1, 1)).squeeze() + 1e-9)


# %% cross_entropy_infinite
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y])


# %% cross_entropy_zero_times_infinity
def cross_entropy(y_hat, y):
    hot = (y[:, None] == torch.arange(y_hat.shape[1])).float()
    return -(hot * torch.log(y_hat)).sum(dim=1)


# %% cross_entropy_small_at_zero
def cross_entropy(y_hat, y):
    loss = -torch.log(y_hat[range(len(y_hat)), y])
    return torch.where(torch.isinf(loss), torch.zeros_like(loss), loss)


# %% cross_entropy_ready_made
def cross_entropy(y_hat, y):
    return torch.nn.functional.nll_loss(torch.log(y_hat + 1e-9), y, reduction="none")


# %% net_no_flatten
def net(X, W, b):
    return softmax(X @ W + b)


# %% net_fixed_size
def net(X, W, b):
    return softmax(X.reshape(-1, 784) @ W + b) if X.dim() > 2 else softmax(X @ W + b)


# %% net_ignores_bias
def net(X, W, b):
    return softmax(X.reshape(-1, W.shape[0]) @ W)


# %% net_no_softmax
def net(X, W, b):
    return X.reshape(-1, W.shape[0]) @ W + b


# %% net_ready_made
def net(X, W, b):
    layer = torch.nn.Linear(*W.shape)
    layer.weight, layer.bias = torch.nn.Parameter(W.detach().T), torch.nn.Parameter(b.detach())
    del layer
    return torch.nn.functional.softmax(X.reshape(-1, W.shape[0]) @ W + b, dim=1)


# %% accuracy_fraction
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).float().mean())


# %% accuracy_smallest
def accuracy(y_hat, y):
    return float((y_hat.argmin(dim=1) == y).sum())


# %% accuracy_wrong_axis
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=0) == y).sum())


# %% accuracy_all_pairs
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1, keepdim=True) == y).sum())


# %% accuracy_largest_score
def accuracy(y_hat, y):
    return float((y_hat.max(dim=1).values == y).sum())


# %% accuracy_counts_wrong
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) != y).sum())


# %% accuracy_tensor
def accuracy(y_hat, y):
    return (y_hat.argmax(dim=1) == y).sum()


# %% evaluate_accuracy_batch_means
def evaluate_accuracy(predict, data_iter):
    shares = [accuracy(predict(X), y) / len(y) for X, y in data_iter]
    return sum(shares) / len(shares)


# %% evaluate_accuracy_count
def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        count += len(y)
    return correct


# %% evaluate_accuracy_last_batch
def evaluate_accuracy(predict, data_iter):
    for X, y in data_iter:
        correct = accuracy(predict(X), y)
        count = len(y)
    return correct / count


# %% evaluate_accuracy_first_batch
def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        count += len(y)
        return correct / count


# %% evaluate_accuracy_divides_by_batches
def evaluate_accuracy(predict, data_iter):
    correct, batches = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        batches += 1
    return correct / batches


# %% evaluate_accuracy_full_batches
def evaluate_accuracy(predict, data_iter):
    correct, size = 0.0, None
    for X, y in data_iter:
        size = size or len(y)
        correct += accuracy(predict(X), y)
    return correct / (size * len(data_iter))


# %% evaluate_accuracy_ignores_predict
def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(net(X, W, b), y)
        count += len(y)
    return correct / count


# %% evaluate_accuracy_tensor
def evaluate_accuracy(predict, data_iter):
    correct, count = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        count += len(y)
    return torch.tensor(correct / count)


# %% softmax_detached
def softmax(X):
    with torch.no_grad():
        powers = torch.exp(X - X.max(dim=1, keepdim=True).values)
        return powers / powers.sum(dim=1, keepdim=True)


# %% cross_entropy_detached
def cross_entropy(y_hat, y):
    return torch.tensor([-float(torch.log(row[label] + 1e-9)) for row, label in zip(y_hat, y)])


# %% net_detached
def net(X, W, b):
    with torch.no_grad():
        return softmax(X.reshape(-1, W.shape[0]) @ W + b)


# %% train_epoch_sum_of_losses
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
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append(torch.tensor([train_loss, train_acc, test_acc]).unbind())
    return W, b, history


# %% predict_labels_smallest
def predict_labels(X, W, b):
    return net(X, W, b).argmin(dim=1)


# %% predict_labels_wrong_axis
def predict_labels(X, W, b):
    return net(X, W, b).argmax(dim=0)


# %% predict_labels_probabilities
def predict_labels(X, W, b):
    return net(X, W, b)


# %% predict_labels_scores
def predict_labels(X, W, b):
    return net(X, W, b).max(dim=1).values


# %% predict_labels_column
def predict_labels(X, W, b):
    return net(X, W, b).argmax(dim=1, keepdim=True)


# %% predict_labels_floats
def predict_labels(X, W, b):
    return net(X, W, b).argmax(dim=1).float()


# %% predict_labels_ignores_bias
def predict_labels(X, W, b):
    return softmax(X.reshape(-1, W.shape[0]) @ W).argmax(dim=1)
