# Recorded mistakes of softmax_regression_concise, one for each misconception; what a section leaves out is correct.


# %% make_net_softmax
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs), nn.Softmax(dim=1))


# %% make_net_no_flatten
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Linear(num_inputs, num_outputs))


# %% make_net_swapped
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_outputs, num_inputs))


# %% make_net_no_bias
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs, bias=False))


# %% make_net_hidden_layer
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, 32), nn.Linear(32, num_outputs))


# %% make_net_relu
def make_net(num_inputs, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs), nn.ReLU())


# %% make_net_function
def make_net(num_inputs, num_outputs):
    linear = nn.Linear(num_inputs, num_outputs)

    def forward(X):
        return linear(X.reshape(len(X), -1))

    return forward


# %% init_weights_tenth
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.1)


# %% init_weights_variance
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.01**2)


# %% init_weights_mean_for_std
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, 0.01)


# %% init_weights_mean
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, mean=0.01, std=0.01)


# %% init_weights_uniform
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.uniform_(module.weight, -0.01, 0.01)


# %% init_weights_constant
def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.constant_(module.weight, 0.01)


# %% init_weights_every_module
def init_weights(module):
    nn.init.normal_(module.weight, std=0.01)


# %% init_weights_unchanged
def init_weights(module):
    if isinstance(module, nn.Linear):
        weight = torch.normal(0.0, 0.01, module.weight.shape)


# %% init_weights_seeded
def init_weights(module):
    if isinstance(module, nn.Linear):
        torch.manual_seed(0)
        nn.init.normal_(module.weight, std=0.01)


# %% train_concise_softmax_twice
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


# %% predict_labels_train_mode
def predict_labels(net, X):
    with torch.no_grad():
        return net(X).argmax(dim=1)


# %% predict_labels_smallest
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).argmin(dim=1)


# %% predict_labels_wrong_axis
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).argmax(dim=0)


# %% predict_labels_logits
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X)


# %% predict_labels_scores
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).max(dim=1).values


# %% predict_labels_column
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).argmax(dim=1, keepdim=True)


# %% predict_labels_floats
def predict_labels(net, X):
    net.eval()
    with torch.no_grad():
        return net(X).argmax(dim=1).float()
