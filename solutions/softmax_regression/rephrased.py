# Mistakes of softmax_regression in other hands, written from their titles and explanations alone; calibration never reads them.


# %% softmax_wrong_axis
def softmax(X):
    e = (X - X.amax(1, keepdim=True)).exp()
    total = e.sum(0)
    return e / total


# %% softmax_whole_matrix
def softmax(X):
    rows = X - torch.max(X, dim=-1, keepdim=True)[0]
    e = rows.exp()
    total = torch.sum(e)
    return torch.div(e, total)


# %% softmax_not_normalised
def softmax(X):
    result = []
    for row in X:
        result.append(torch.exp(row - row.max()))
    return torch.stack(result)


# %% softmax_log
def softmax(X):
    m = X.amax(dim=1, keepdim=True)
    e = torch.exp(X - m)
    p = e / e.sum(dim=1, keepdim=True)
    return p.log()


# %% softmax_no_keepdim
def softmax(X):
    m = X.max(1)[0]
    e = (X - m).exp()
    return e / e.sum(1, keepdim=True)


# %% softmax_overflows
def softmax(X):
    out = []
    for row in X:
        e = torch.exp(row)
        out.append(e / e.sum())
    return torch.stack(out)


# %% softmax_whole_maximum
def softmax(X):
    biggest = torch.max(X).item()
    e = (X - biggest).exp()
    denom = torch.sum(e, dim=-1).unsqueeze(-1)
    return e / denom


# %% softmax_clamps
def softmax(X):
    bound = torch.full_like(X, 50.0)
    safe = torch.minimum(torch.maximum(X, -bound), bound)
    e = safe.exp()
    return e / e.sum(-1).unsqueeze(-1)


# %% softmax_in_place
def softmax(X):
    m = X.amax(dim=1, keepdim=True)
    e = X.sub_(m).exp_()
    return e / e.sum(dim=1, keepdim=True)


# %% softmax_breaks_autograd
def softmax(X):
    e = (X - X.amax(dim=1, keepdim=True)).exp()
    denom = e.sum(dim=1, keepdim=True).detach()
    return e / denom


# %% softmax_ready_made
def softmax(X):
    layer = torch.nn.Softmax(dim=1)
    return layer(X)


# %% cross_entropy_mean
def cross_entropy(y_hat, y):
    n = y.shape[0]
    picked = torch.gather(y_hat, 1, y.view(-1, 1))
    return torch.sum(-torch.log(torch.clamp(picked, min=1e-9))) / n


# %% cross_entropy_sum
def cross_entropy(y_hat, y):
    loss = 0.0
    for i in range(len(y)):
        loss = loss - torch.log(y_hat[i, y[i]] + 1e-9)
    return loss


# %% cross_entropy_whole_matrix
def cross_entropy(y_hat, y):
    logs = torch.clamp(y_hat, min=1e-9).log()
    return -logs.mean(1)


# %% cross_entropy_all_pairs
def cross_entropy(y_hat, y):
    logs = torch.log(y_hat.clamp(min=1e-9))
    return torch.index_select(logs, 1, y).neg()


# %% cross_entropy_one_hot
def cross_entropy(y_hat, y):
    log_p = torch.log(torch.clamp(y_hat, 1e-9, 1.0))
    return -(log_p * y.float()).sum(axis=-1)


# %% cross_entropy_positive
def cross_entropy(y_hat, y):
    picked = torch.gather(y_hat, 1, y[:, None])[:, 0]
    return picked.clamp(min=1e-9).log()


# %% cross_entropy_other_base
def cross_entropy(y_hat, y):
    p = y_hat.gather(1, y.reshape(-1, 1)).reshape(-1)
    return -torch.log2(p.clamp(min=1e-10))


# %% cross_entropy_no_log
def cross_entropy(y_hat, y):
    picked = torch.gather(y_hat, 1, y[:, None])[:, 0]
    return torch.ones_like(picked) - picked


# %% cross_entropy_softmax_again
def cross_entropy(y_hat, y):
    e = torch.exp(y_hat)
    probs = e / e.sum(dim=1, keepdim=True)
    picked = probs[torch.arange(y.shape[0]), y]
    return -picked.log()


# %% cross_entropy_column
def cross_entropy(y_hat, y):
    idx = torch.arange(len(y)).unsqueeze(1)
    picked = y_hat[idx, y.unsqueeze(1)]
    return -torch.log(torch.clamp(picked, min=1e-9))


# %% cross_entropy_squeezed
def cross_entropy(y_hat, y):
    losses = -torch.log(torch.gather(y_hat, 1, y.view(-1, 1)).clamp(min=1e-9))
    return torch.squeeze(losses)


# %% cross_entropy_infinite
def cross_entropy(y_hat, y):
    picked = torch.gather(y_hat, dim=1, index=y.view(-1, 1)).view(-1)
    return torch.log(1 / picked)


# %% cross_entropy_zero_times_infinity
def cross_entropy(y_hat, y):
    mask = torch.eye(y_hat.shape[1])[y]
    return torch.sum(-mask * y_hat.log(), dim=-1)


# %% cross_entropy_small_at_zero
def cross_entropy(y_hat, y):
    losses = -torch.log(y_hat[torch.arange(len(y)), y])
    return torch.where(torch.isinf(losses), torch.zeros_like(losses), losses)


# %% cross_entropy_ready_made
def cross_entropy(y_hat, y):
    loss = torch.nn.CrossEntropyLoss(reduction="none")
    return loss(torch.log(y_hat.clamp(min=1e-9)), y)


# %% net_no_flatten
def net(X, W, b):
    scores = torch.matmul(X, W)
    scores = scores + b
    return softmax(scores)


# %% net_fixed_size
def net(X, W, b):
    n = X.shape[0]
    pixels = X.view(n, 28 * 28)
    return softmax(torch.mm(pixels, W) + b)


# %% net_ignores_bias
def net(X, W, b):
    flat = torch.flatten(X, start_dim=1)
    scores = torch.mm(flat, W)
    return softmax(scores)


# %% net_no_softmax
def net(X, W, b):
    flat = X.flatten(1)
    return torch.addmm(b, flat, W)


# %% net_ready_made
def net(X, W, b):
    flat = X.flatten(1)
    o = torch.nn.functional.linear(flat, W.T, b)
    return torch.nn.functional.softmax(o, dim=1)


# %% accuracy_fraction
def accuracy(y_hat, y):
    count = 0
    for row, label in zip(y_hat, y):
        if row.argmax() == label:
            count += 1
    return count / len(y)


# %% accuracy_smallest
def accuracy(y_hat, y):
    _, guess = y_hat.min(1)
    return torch.eq(guess, y).sum().float().item()


# %% accuracy_wrong_axis
def accuracy(y_hat, y):
    guess = torch.argmax(y_hat, axis=0)
    hits = 0.0
    for g, t in zip(guess.tolist(), y.tolist()):
        if g == t:
            hits += 1
    return hits


# %% accuracy_all_pairs
def accuracy(y_hat, y):
    guess = torch.argmax(y_hat, 1)
    matches = guess.unsqueeze(1) == y.unsqueeze(0)
    return matches.float().sum().item()


# %% accuracy_largest_score
def accuracy(y_hat, y):
    guess, _ = torch.max(y_hat, 1)
    hits = guess.to(y.dtype) == y
    return float(hits.sum().item())


# %% accuracy_counts_wrong
def accuracy(y_hat, y):
    guess = torch.argmax(y_hat, 1)
    right = torch.eq(guess, y).sum().item()
    return float(len(y) - right)


# %% accuracy_tensor
def accuracy(y_hat, y):
    _, guess = torch.max(y_hat, 1)
    hits = (guess == y).type(torch.float32)
    return torch.sum(hits)


# %% evaluate_accuracy_batch_means
def evaluate_accuracy(predict, data_iter):
    total, num_batches = 0.0, 0
    for X, y in data_iter:
        pred = torch.argmax(predict(X), dim=1)
        total += (pred == y).float().mean().item()
        num_batches += 1
    return total / num_batches


# %% evaluate_accuracy_count
def evaluate_accuracy(predict, data_iter):
    return float(sum((predict(X).argmax(1) == y).sum().item() for X, y in data_iter))


# %% evaluate_accuracy_last_batch
def evaluate_accuracy(predict, data_iter):
    result = 0.0
    for features, labels in data_iter:
        hits = 0.0
        seen = 0
        hits += accuracy(predict(features), labels)
        seen += labels.numel()
        result = hits / seen
    return result


# %% evaluate_accuracy_first_batch
def evaluate_accuracy(predict, data_iter):
    for batch in data_iter:
        inputs, labels = batch
        pred = predict(inputs).argmax(1)
        return (pred == labels).float().mean().item()


# %% evaluate_accuracy_divides_by_batches
def evaluate_accuracy(predict, data_iter):
    hits = [accuracy(predict(X), y) for X, y in data_iter]
    return sum(hits) / len(hits)


# %% evaluate_accuracy_full_batches
def evaluate_accuracy(predict, data_iter):
    hits = 0.0
    first_X, first_y = next(iter(data_iter))
    total = len(data_iter) * first_y.numel()
    for X, y in data_iter:
        hits += (predict(X).argmax(1) == y).sum().item()
    return hits / total


# %% evaluate_accuracy_ignores_predict
def evaluate_accuracy(predict, data_iter):
    hits = seen = 0
    for features, labels in data_iter:
        guess = predict_labels(features, W, b)
        hits += (guess == labels).sum().item()
        seen += labels.shape[0]
    return hits / seen


# %% evaluate_accuracy_tensor
def evaluate_accuracy(predict, data_iter):
    matches = torch.cat([(predict(X).argmax(1) == y).float() for X, y in data_iter])
    return matches.mean()


# %% softmax_detached
def softmax(X):
    with torch.no_grad():
        e = (X - X.amax(1, keepdim=True)).exp()
        p = e / e.sum(1, keepdim=True)
    return p


def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        W.grad, b.grad = None, None
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        loss = losses.mean()
        loss.backward()
        W.data.sub_(lr * W.grad)
        b.data.sub_(lr * b.grad)
        loss_sum += float(losses.detach().sum())
        hits += accuracy(probs, labels)
        count += labels.numel()
    return loss_sum / count, hits / count


# %% cross_entropy_detached
def cross_entropy(y_hat, y):
    probs = y_hat.detach()
    picked = probs[torch.arange(len(y)), y]
    return -torch.log(picked + 1e-9)


def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        W.grad, b.grad = None, None
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        losses.mean().backward()
        W.data.sub_(lr * W.grad)
        b.data.sub_(lr * b.grad)
        loss_sum += float(losses.detach().sum())
        hits += accuracy(probs, labels)
        count += labels.numel()
    return loss_sum / count, hits / count


# %% net_detached
def net(X, W, b):
    weight = torch.tensor(W.tolist())
    bias = torch.tensor(b.tolist())
    flat = X.flatten(1)
    return softmax(flat @ weight + bias)


def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        W.grad, b.grad = None, None
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        losses.mean().backward()
        W.data.sub_(lr * W.grad)
        b.data.sub_(lr * b.grad)
        loss_sum += float(losses.detach().sum())
        hits += accuracy(probs, labels)
        count += labels.numel()
    return loss_sum / count, hits / count


# %% train_epoch_sum_of_losses
def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        flat = inputs.flatten(1)
        with torch.no_grad():
            probs = net(inputs, W, b)
            losses = cross_entropy(probs, labels)
            error = probs.clone()
            error[torch.arange(len(labels)), labels] -= 1
            W -= lr * (flat.T @ error)
            b -= lr * error.sum(0)
        loss_sum += losses.sum().item()
        hits += accuracy(probs, labels)
        count += len(labels)
    return loss_sum / count, hits / count


# %% train_epoch_divides_twice
def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        loss = losses.mean() / len(labels)
        gW, gb = torch.autograd.grad(loss, [W, b])
        with torch.no_grad():
            W.sub_(lr * gW)
            b.sub_(lr * gb)
        loss_sum += losses.sum().item()
        hits += accuracy(probs, labels)
        count += len(labels)
    return loss_sum / count, hits / count


# %% train_epoch_keeps_gradients
def train_epoch(W, b, train_iter, lr):
    optimizer = torch.optim.SGD([W, b], lr=lr)
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        losses.mean().backward()
        optimizer.step()
        loss_sum += losses.sum().item()
        hits += accuracy(probs, labels)
        count += len(labels)
    return loss_sum / count, hits / count


# %% train_epoch_climbs
def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        flat = inputs.flatten(1)
        with torch.no_grad():
            probs = net(inputs, W, b)
            losses = cross_entropy(probs, labels)
            error = -probs
            error[torch.arange(len(labels)), labels] += 1
            W -= lr * (flat.T @ error) / len(labels)
            b -= lr * error.mean(0)
        loss_sum += losses.sum().item()
        hits += accuracy(probs, labels)
        count += len(labels)
    return loss_sum / count, hits / count


# %% train_epoch_ignores_lr
def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        grads = torch.autograd.grad(losses.mean(), (W, b))
        for param, grad in zip((W, b), grads):
            param.data -= grad
        loss_sum += losses.sum().item()
        hits += accuracy(probs, labels)
        count += len(labels)
    return loss_sum / count, hits / count


# %% train_epoch_forgets_bias
def train_epoch(W, b, train_iter, lr):
    optimizer = torch.optim.SGD([W], lr=lr)
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        optimizer.zero_grad()
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        losses.mean().backward()
        optimizer.step()
        loss_sum += losses.sum().item()
        hits += accuracy(probs, labels)
        count += len(labels)
    return loss_sum / count, hits / count


# %% train_epoch_rebinds
def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        gW, gb = torch.autograd.grad(losses.mean(), (W, b))
        W = (W - lr * gW).detach().requires_grad_()
        b = (b - lr * gb).detach().requires_grad_()
        loss_sum += losses.sum().item()
        hits += accuracy(probs, labels)
        count += len(labels)
    return loss_sum / count, hits / count


# %% train_epoch_no_step
def train_epoch(W, b, train_iter, lr):
    optimizer = torch.optim.SGD([W, b], lr=lr)
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        optimizer.zero_grad()
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        losses.mean().backward()
        loss_sum += losses.sum().item()
        hits += accuracy(probs, labels)
        count += len(labels)
    return loss_sum / count, hits / count


# %% train_epoch_records_graph
def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        gW, gb = torch.autograd.grad(losses.mean(), (W, b))
        for param, grad in ((W, gW), (b, gb)):
            param.sub_(lr * grad)
        loss_sum += losses.sum().item()
        hits += accuracy(probs, labels)
        count += len(labels)
    return loss_sum / count, hits / count


# %% train_epoch_first_batch
def train_epoch(W, b, train_iter, lr):
    for inputs, labels in train_iter:
        W.grad = b.grad = None
        probs = net(inputs, W, b)
        loss = cross_entropy(probs, labels).mean()
        loss.backward()
        W.data -= lr * W.grad
        b.data -= lr * b.grad
        return loss.item(), accuracy(probs, labels) / len(labels)


# %% train_epoch_batch_means
def train_epoch(W, b, train_iter, lr):
    loss_sum = acc_sum = 0.0
    num_batches = 0
    for inputs, labels in train_iter:
        probs = net(inputs, W, b)
        loss = torch.mean(cross_entropy(probs, labels))
        gW, gb = torch.autograd.grad(loss, (W, b))
        W.data -= lr * gW
        b.data -= lr * gb
        loss_sum += loss.item()
        acc_sum += (probs.argmax(1) == labels).float().mean().item()
        num_batches += 1
    return loss_sum / num_batches, acc_sum / num_batches


# %% train_epoch_total
def train_epoch(W, b, train_iter, lr):
    optimizer = torch.optim.SGD([W, b], lr=lr)
    losses_all, hits_all = [], []
    for inputs, labels in train_iter:
        optimizer.zero_grad()
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        losses.mean().backward()
        optimizer.step()
        losses_all += losses.tolist()
        hits_all.append(accuracy(probs, labels))
    return sum(losses_all), sum(hits_all)


# %% train_epoch_last_batch
def train_epoch(W, b, train_iter, lr):
    optimizer = torch.optim.SGD([W, b], lr=lr)
    mean_loss, acc = 0.0, 0.0
    for inputs, labels in train_iter:
        optimizer.zero_grad()
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        losses.mean().backward()
        optimizer.step()
        mean_loss = losses.sum().item() / len(labels)
        acc = accuracy(probs, labels) / len(labels)
    return mean_loss, acc


# %% train_epoch_measures_apart
def train_epoch(W, b, train_iter, lr):
    optimizer = torch.optim.SGD([W, b], lr=lr)
    for inputs, labels in train_iter:
        optimizer.zero_grad()
        cross_entropy(net(inputs, W, b), labels).mean().backward()
        optimizer.step()
    all_losses, hits = [], 0.0
    for inputs, labels in train_iter:
        probs = net(inputs, W, b).detach()
        all_losses.extend(cross_entropy(probs, labels).tolist())
        hits += accuracy(probs, labels)
    return sum(all_losses) / len(all_losses), hits / len(all_losses)


# %% train_epoch_mean_over_count
def train_epoch(W, b, train_iter, lr):
    metric = [0.0, 0.0, 0]
    for inputs, labels in train_iter:
        probs = net(inputs, W, b)
        loss = cross_entropy(probs, labels).mean()
        gW, gb = torch.autograd.grad(loss, (W, b))
        with torch.no_grad():
            W.add_(gW, alpha=-lr)
            b.add_(gb, alpha=-lr)
        metric[0] += float(loss)
        metric[1] += accuracy(probs, labels)
        metric[2] += labels.numel()
    return metric[0] / metric[2], metric[1] / metric[2]


# %% train_epoch_divides_by_batches
def train_epoch(W, b, train_iter, lr):
    metric = [0.0, 0.0]
    for inputs, labels in train_iter:
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        gW, gb = torch.autograd.grad(losses.mean(), (W, b))
        with torch.no_grad():
            W.add_(gW, alpha=-lr)
            b.add_(gb, alpha=-lr)
        metric[0] += float(losses.sum())
        metric[1] += accuracy(probs, labels)
    return metric[0] / len(train_iter), metric[1] / len(train_iter)


# %% train_epoch_swaps
def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        W.grad, b.grad = None, None
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        losses.mean().backward()
        W.data.sub_(lr * W.grad)
        b.data.sub_(lr * b.grad)
        loss_sum += float(losses.detach().sum())
        hits += accuracy(probs, labels)
        count += labels.numel()
    mean_loss = loss_sum / count
    acc = hits / count
    return acc, mean_loss


# %% train_epoch_tensors
def train_epoch(W, b, train_iter, lr):
    all_losses, all_hits = [], []
    for inputs, labels in train_iter:
        W.grad, b.grad = None, None
        probs = net(inputs, W, b)
        losses = cross_entropy(probs, labels)
        losses.mean().backward()
        W.data.sub_(lr * W.grad)
        b.data.sub_(lr * b.grad)
        all_losses.append(losses.detach())
        all_hits.append((probs.argmax(1) == labels).float())
    return torch.cat(all_losses).mean(), torch.cat(all_hits).mean()


# %% train_epoch_ready_made
def train_epoch(W, b, train_iter, lr):
    loss_sum = hits = count = 0
    for inputs, labels in train_iter:
        W.grad, b.grad = None, None
        logits = torch.matmul(inputs.flatten(1), W) + b
        log_probs = torch.log_softmax(logits, dim=1)
        losses = torch.nn.functional.nll_loss(log_probs, labels, reduction="none")
        losses.mean().backward()
        W.data.sub_(lr * W.grad)
        b.data.sub_(lr * b.grad)
        loss_sum += float(losses.detach().sum())
        hits += accuracy(log_probs, labels)
        count += labels.numel()
    return loss_sum / count, hits / count


# %% train_on_test
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    weights = torch.zeros((num_inputs, num_outputs), requires_grad=True)
    bias = torch.zeros(num_outputs, requires_grad=True)

    def predict(X):
        return net(X, weights, bias)

    history = []
    for _ in range(num_epochs):
        loss, acc = train_epoch(weights, bias, train_iter, lr)
        train_epoch(weights, bias, test_iter, lr)
        history.append((loss, acc, evaluate_accuracy(predict, test_iter)))
    return weights, bias, history


# %% train_test_on_train
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    weights = torch.zeros((num_inputs, num_outputs), requires_grad=True)
    bias = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for _ in range(num_epochs):
        loss, acc = train_epoch(weights, bias, train_iter, lr)
        correct, count = 0.0, 0
        for X, y in train_iter:
            correct += accuracy(net(X, weights, bias), y)
            count += len(y)
        history.append((loss, acc, correct / count))
    return weights, bias, history


# %% train_measures_early
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    weights = (0.01 * torch.randn(num_inputs, num_outputs)).requires_grad_()
    bias = torch.zeros(num_outputs).requires_grad_()
    predict = lambda X: net(X, weights, bias)
    return_history = []
    test_acc = evaluate_accuracy(predict, test_iter)
    for _ in range(num_epochs):
        loss, acc = train_epoch(weights, bias, train_iter, lr)
        return_history.append((loss, acc, test_acc))
        test_acc = evaluate_accuracy(predict, test_iter)
    return weights, bias, return_history


# %% train_restarts
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    def init():
        return (
            torch.zeros(num_inputs, num_outputs, requires_grad=True),
            torch.zeros(num_outputs, requires_grad=True),
        )

    history = []
    weights, bias = init()
    for _ in range(num_epochs):
        weights, bias = init()
        loss, acc = train_epoch(weights, bias, train_iter, lr)
        history.append((loss, acc, evaluate_accuracy(lambda X: net(X, weights, bias), test_iter)))
    return weights, bias, history


# %% train_never_steps
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    weights = torch.zeros((num_inputs, num_outputs), requires_grad=True)
    bias = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for _ in range(num_epochs):
        total, hits, count = 0.0, 0.0, 0
        for X, y in train_iter:
            probs = net(X, weights, bias)
            losses = cross_entropy(probs, y)
            losses.mean().backward()
            total += losses.sum().item()
            hits += accuracy(probs, y)
            count += len(y)
        test_acc = evaluate_accuracy(lambda X: net(X, weights, bias), test_iter)
        history.append((total / count, hits / count, test_acc))
    return weights, bias, history


# %% train_ignores_epochs
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    weights = torch.zeros((num_inputs, num_outputs), requires_grad=True)
    bias = torch.zeros(num_outputs, requires_grad=True)
    loss, acc = train_epoch(weights, bias, train_iter, lr)
    test_acc = evaluate_accuracy(lambda X: net(X, weights, bias), test_iter)
    history = [(loss, acc, test_acc)]
    return weights, bias, history


# %% train_ignores_lr
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    learning_rate = 0.01
    weights = torch.zeros((num_inputs, num_outputs), requires_grad=True)
    bias = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for _ in range(num_epochs):
        result = train_epoch(weights, bias, train_iter, learning_rate)
        history.append((*result, evaluate_accuracy(lambda X: net(X, weights, bias), test_iter)))
    return weights, bias, history


# %% train_last_epoch_only
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    weights = torch.zeros((num_inputs, num_outputs), requires_grad=True)
    bias = torch.zeros(num_outputs, requires_grad=True)
    history = None
    for _ in range(num_epochs):
        loss, acc = train_epoch(weights, bias, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, weights, bias), test_iter)
        history = (loss, acc, test_acc)
    return weights, bias, history


# %% train_swaps_history
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    weights = torch.zeros((num_inputs, num_outputs), requires_grad=True)
    bias = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for _ in range(num_epochs):
        loss, acc = train_epoch(weights, bias, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, weights, bias), test_iter)
        history += [(acc, loss, test_acc)]
    return weights, bias, history


# %% train_tensor_history
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    weights = torch.zeros((num_inputs, num_outputs), requires_grad=True)
    bias = torch.zeros(num_outputs, requires_grad=True)
    history = torch.zeros(num_epochs, 3)
    for epoch in range(num_epochs):
        loss, acc = train_epoch(weights, bias, train_iter, lr)
        history[epoch, 0] = loss
        history[epoch, 1] = acc
        history[epoch, 2] = evaluate_accuracy(lambda X: net(X, weights, bias), test_iter)
    return weights, bias, list(history)


# %% predict_labels_smallest
def predict_labels(X, W, b):
    probs = net(X, W, b)
    order = torch.argsort(probs, dim=1)
    return order[:, 0]


# %% predict_labels_wrong_axis
def predict_labels(X, W, b):
    probs = net(X, W, b)
    _, places = torch.max(probs, 0)
    return places


# %% predict_labels_probabilities
def predict_labels(X, W, b):
    flat = X.flatten(1)
    probs = softmax(torch.mm(flat, W) + b)
    return probs.detach()


# %% predict_labels_scores
def predict_labels(X, W, b):
    probs = net(X, W, b)
    best, places = torch.max(probs, 1)
    return best


# %% predict_labels_column
def predict_labels(X, W, b):
    probs = net(X, W, b)
    places = torch.max(probs, 1)[1]
    return places.view(-1, 1)


# %% predict_labels_floats
def predict_labels(X, W, b):
    probs = net(X, W, b)
    labels = torch.zeros(len(probs))
    for i, row in enumerate(probs):
        labels[i] = row.argmax()
    return labels


# %% predict_labels_ignores_bias
def predict_labels(X, W, b):
    probs = net(X, W, torch.zeros_like(b))
    return torch.max(probs, 1).indices


# %% other_softmax_1
def softmax(X):
    X_exp = torch.exp(X - X.mean(dim=1, keepdim=True))
    return X_exp / X_exp.sum(dim=1, keepdim=True)


# %% other_softmax_2
def softmax(X):
    return X / X.sum(dim=1, keepdim=True)


# %% other_softmax_3
def softmax(X):
    X_exp = torch.exp(X.max(dim=1, keepdim=True).values - X)
    return X_exp / X_exp.sum(dim=1, keepdim=True)


# %% raises_softmax_1
def softmax(X):
    X_exp = torch.exp(X - X.max(dim=1, keepdim=True))
    return X_exp / X_exp.sum(dim=1, keepdim=True)


# %% raises_softmax_2
def softmax(X):
    X_exp = np.exp(X - np.max(X, axis=1, keepdims=True))
    return X_exp / X_exp.sum(axis=1, keepdims=True)


# %% other_cross_entropy_1
def cross_entropy(y_hat, y):
    return -torch.log2(y_hat[range(len(y_hat)), y] + 1e-9)


# %% other_cross_entropy_2
def cross_entropy(y_hat, y):
    one_hot = torch.zeros_like(y_hat)
    one_hot[range(len(y)), y] = 1
    return ((y_hat - one_hot) ** 2).sum(dim=1)


# %% other_cross_entropy_3
def cross_entropy(y_hat, y):
    p, _ = y_hat.max(dim=1)
    return -torch.log(p + 1e-9)


# %% raises_cross_entropy_1
def cross_entropy(y_hat, y):
    return -torch.log(y_hat.gather(1, y) + 1e-9)


# %% raises_cross_entropy_2
def cross_entropy(y_hat, y):
    return -math.log(y_hat[range(len(y_hat)), y] + 1e-9)


# %% other_net_1
def net(X, W, b):
    X = X.reshape(X.shape[0], -1)
    return softmax(softmax(X @ W + b))


# %% other_net_2
def net(X, W, b):
    X = X.reshape(X.shape[0], -1)
    return softmax(torch.relu(X @ W + b))


# %% other_net_3
def net(X, W, b):
    X = X.reshape(X.shape[0], -1)
    X = (X - X.mean()) / (X.std() + 1e-8)
    return softmax(X @ W + b)


# %% raises_net_1
def net(X, W, b):
    X = X.reshape(-1)
    return softmax(X @ W + b)


# %% raises_net_2
def net(X, W, b):
    X = X.reshape(X.shape[0], -1)
    return softmax(X @ W.T + b)


# %% other_accuracy_1
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).sum()) / len(y) * 100


# %% other_accuracy_2
def accuracy(y_hat, y):
    return float((y_hat.round().argmax(dim=1) == y).sum())


# %% other_accuracy_3
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).any())


# %% raises_accuracy_1
def accuracy(y_hat, y):
    return float((y_hat.max(dim=1) == y).sum())


# %% raises_accuracy_2
def accuracy(y_hat, y):
    return float((y_hat.argmax(dim=1) == y).mean())


# %% other_evaluate_accuracy_1
def evaluate_accuracy(predict, data_iter):
    correct, total = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        total += X.numel()
    return correct / total


# %% other_evaluate_accuracy_2
def evaluate_accuracy(predict, data_iter):
    correct, total = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        total += len(y)
    return round(correct / total, 2)


# %% other_evaluate_accuracy_3
def evaluate_accuracy(predict, data_iter):
    correct, total = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        total += len(y)
    return 1 - correct / total


# %% raises_evaluate_accuracy_1
def evaluate_accuracy(predict, data_iter):
    correct, total = 0.0, 0
    for X, y in data_iter:
        correct += accuracy(predict(X, W, b), y)
        total += len(y)
    return correct / total


# %% raises_evaluate_accuracy_2
def evaluate_accuracy(predict, data_iter):
    for X, y in data_iter:
        correct += accuracy(predict(X), y)
        total += len(y)
    return correct / total


# %% other_train_epoch_1
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, n = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        l = cross_entropy(y_hat, y)
        l.mean().backward()
        total_loss += l.sum().item()
        correct += accuracy(y_hat, y)
        n += len(y)
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return total_loss / n, correct / n


# %% other_train_epoch_2
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, n = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        l = cross_entropy(y_hat, y)
        (l.mean() + 0.01 * (W**2).sum()).backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += l.sum().item()
        correct += accuracy(y_hat, y)
        n += len(y)
    return total_loss / n, correct / n


# %% other_train_epoch_3
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, n = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        l = cross_entropy(y_hat, y)
        l.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            W.grad.zero_()
            b -= lr * b.grad
        total_loss += l.sum().item()
        correct += accuracy(y_hat, y)
        n += len(y)
    return total_loss / n, correct / n


# %% raises_train_epoch_1
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, n = 0.0, 0.0, 0
    for X, y in train_iter:
        W.grad.zero_()
        b.grad.zero_()
        y_hat = net(X, W, b)
        l = cross_entropy(y_hat, y)
        l.mean().backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
        total_loss += l.sum().item()
        correct += accuracy(y_hat, y)
        n += len(y)
    return total_loss / n, correct / n


# %% raises_train_epoch_2
def train_epoch(W, b, train_iter, lr):
    total_loss, correct, n = 0.0, 0.0, 0
    for X, y in train_iter:
        y_hat = net(X, W, b)
        l = cross_entropy(y_hat, y)
        l.backward()
        with torch.no_grad():
            W -= lr * W.grad
            b -= lr * b.grad
            W.grad.zero_()
            b.grad.zero_()
        total_loss += l.sum().item()
        correct += accuracy(y_hat, y)
        n += len(y)
    return total_loss / n, correct / n


# %% other_train_1
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.randn(num_inputs, num_outputs, requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% other_train_2
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_epoch(W, b, train_iter, lr)
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% other_train_3
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
        lr = lr * 0.5
    return W, b, history


# %% raises_train_1
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs))
    b = torch.zeros(num_outputs)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(lambda X: net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% raises_train_2
def train(train_iter, test_iter, num_inputs, num_outputs, num_epochs, lr):
    W = torch.normal(0, 0.01, size=(num_inputs, num_outputs), requires_grad=True)
    b = torch.zeros(num_outputs, requires_grad=True)
    history = []
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch(W, b, train_iter, lr)
        test_acc = evaluate_accuracy(net(X, W, b), test_iter)
        history.append((train_loss, train_acc, test_acc))
    return W, b, history


# %% other_predict_labels_1
def predict_labels(X, W, b):
    return net(X, W, b).argmax()


# %% other_predict_labels_2
def predict_labels(X, W, b):
    return net(X, W, b).argmax(dim=1) + 1


# %% other_predict_labels_3
def predict_labels(X, W, b):
    return [LABEL_NAMES[i] for i in net(X, W, b).argmax(dim=1)]


# %% raises_predict_labels_1
def predict_labels(X, W, b):
    return net(X).argmax(dim=1)


# %% raises_predict_labels_2
def predict_labels(X, W, b):
    return net(X, W, b).argmax(dim=2)


# %% break_softmax_agrees
def break_softmax():
    return 50 * torch.eye(3)


# %% break_softmax_flat
def break_softmax():
    logits = [0.0, 500.0, -500.0]
    return torch.tensor(logits)
