# Recorded mistakes of mlp, one for each misconception; what a section leaves out is correct.

# %% relu_absolute_value
def relu(X):
    return X.abs()


# %% relu_minimum
def relu(X):
    return torch.min(X, torch.zeros_like(X))


# %% relu_mask
def relu(X):
    return (X > 0).float()


# %% relu_capped
def relu(X):
    return torch.clamp(X, 0, 1)


# %% relu_drops_elements
def relu(X):
    return X[X > 0]


# %% relu_maximum_of_all
def relu(X):
    return max(X.max(), torch.tensor(0.0))


# %% relu_leaky
def relu(X):
    return torch.max(X, 0.01 * X)


# %% relu_identity
def relu(X):
    return torch.max(X)[None] * 0 + X


# %% relu_smooth
def relu(X):
    return torch.log(1 + torch.exp(X))


# %% relu_in_place
def relu(X):
    X[X < 0] = 0
    return X


# %% relu_detached
def relu(X):
    return torch.tensor(X.detach().numpy().clip(min=0))


# %% init_mlp_params_transposed
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_hiddens, num_inputs), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, (num_outputs, num_hiddens), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_shared_bias
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, num_hiddens), requires_grad=True)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    return [W1, b, W2, b]


# %% init_mlp_params_all_equal
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.full((num_inputs, num_hiddens), std, requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.full((num_hiddens, num_outputs), std, requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_variance
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std**0.5, (num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std**0.5, (num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_unit_std
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.randn(num_inputs, num_hiddens, requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.randn(num_hiddens, num_outputs, requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_ignores_std
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, 0.01, (num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, 0.01, (num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_uniform
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = (std * torch.rand(num_inputs, num_hiddens)).requires_grad_()
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = (std * torch.rand(num_hiddens, num_outputs)).requires_grad_()
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_random_biases
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    shapes = ((num_inputs, num_hiddens), (num_hiddens,), (num_hiddens, num_outputs), (num_outputs,))
    return [torch.normal(0, std, shape, requires_grad=True) for shape in shapes]


# %% init_mlp_params_biases_of_one
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.ones(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.ones(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_no_gradients
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, num_hiddens))
    b1 = torch.zeros(num_hiddens)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs))
    b2 = torch.zeros(num_outputs)
    return [W1, b1, W2, b2]


# %% init_mlp_params_no_leaves
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.randn(num_inputs, num_hiddens, requires_grad=True) * std
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.randn(num_hiddens, num_outputs, requires_grad=True) * std
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_linear
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    params = []
    for layer in (nn.Linear(num_inputs, num_hiddens), nn.Linear(num_hiddens, num_outputs)):
        W = torch.empty(layer.in_features, layer.out_features).normal_(0, std)
        params += [W.requires_grad_(), torch.zeros_like(layer.bias).requires_grad_()]
    return params


# %% init_mlp_params_same_draws
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    torch.manual_seed(0)
    W1 = torch.normal(0, std, (num_inputs, num_hiddens), requires_grad=True)
    torch.manual_seed(0)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_shared_draws
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, 1)).repeat(1, num_hiddens).requires_grad_()
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, (1, num_outputs)).repeat(num_hiddens, 1).requires_grad_()
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% mlp_no_activation
def mlp(X, params):
    W1, b1, W2, b2 = params
    return (X.reshape(-1, W1.shape[0]) @ W1 + b1) @ W2 + b2


# %% mlp_output_activation
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return relu(H @ W2 + b2)


# %% mlp_activates_output_only
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = X.reshape(-1, W1.shape[0]) @ W1 + b1
    return relu(H @ W2 + b2)


# %% mlp_absolute_value
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = (X.reshape(-1, W1.shape[0]) @ W1 + b1).abs()
    return H @ W2 + b2


# %% mlp_softmax
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return torch.softmax(H @ W2 + b2, dim=1)


# %% mlp_log_softmax
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return torch.log_softmax(H @ W2 + b2, dim=1)


# %% mlp_sigmoid
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = torch.sigmoid(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return H @ W2 + b2


# %% mlp_tanh
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = torch.tanh(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return H @ W2 + b2


# %% mlp_no_first_bias
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X.reshape(-1, W1.shape[0]) @ W1) @ W2 + b2


# %% mlp_no_second_bias
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X.reshape(-1, W1.shape[0]) @ W1 + b1) @ W2


# %% mlp_no_biases
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X.reshape(-1, W1.shape[0]) @ W1) @ W2


# %% mlp_bias_after_activation
def mlp(X, params):
    W1, b1, W2, b2 = params
    return (relu(X.reshape(-1, W1.shape[0]) @ W1) + b1) @ W2 + b2


# %% mlp_activates_input
def mlp(X, params):
    W1, b1, W2, b2 = params
    return (relu(X.reshape(-1, W1.shape[0])) @ W1 + b1) @ W2 + b2


# %% mlp_shared_bias
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return H @ W2 + b1


# %% mlp_mixes_images
def mlp(X, params):
    W1, b1, W2, b2 = params
    if X.dim() > 2:
        X = X.reshape(W1.shape[0], -1).T
    return relu(X @ W1 + b1) @ W2 + b2


# %% mlp_no_flatten
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X @ W1 + b1) @ W2 + b2


# %% mlp_fixed_size
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X.reshape(-1, 784) @ W1 + b1) @ W2 + b2


# %% mlp_detached
def mlp(X, params):
    W1, b1, W2, b2 = (param.detach() for param in params)
    return relu(X.reshape(-1, W1.shape[0]) @ W1 + b1) @ W2 + b2


# %% mlp_transposed
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(len(X), -1) @ W1.T + b1)
    return H @ W2 + b2


# %% mlp_linear
def mlp(X, params):
    W1, b1, W2, b2 = params
    hidden, output = nn.Linear(*W1.shape), nn.Linear(*W2.shape)
    del hidden.weight, hidden.bias, output.weight, output.bias
    hidden.weight, hidden.bias, output.weight, output.bias = W1.T, b1, W2.T, b2
    return output(relu(hidden(X.reshape(-1, W1.shape[0]))))


# %% make_mlp_no_activation
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.Linear(num_hiddens, num_outputs))


# %% make_mlp_output_activation
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs), nn.ReLU()
    )


# %% make_mlp_activates_output_only
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.Linear(num_hiddens, num_outputs), nn.ReLU()
    )


# %% make_mlp_softmax
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs),
        nn.Softmax(dim=1),
    )


# %% make_mlp_log_softmax
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs),
        nn.LogSoftmax(dim=1),
    )


# %% make_mlp_sigmoid
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.Sigmoid(), nn.Linear(num_hiddens, num_outputs)
    )


# %% make_mlp_tanh
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.Tanh(), nn.Linear(num_hiddens, num_outputs)
    )


# %% make_mlp_no_bias
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(num_inputs, num_hiddens, bias=False),
        nn.ReLU(),
        nn.Linear(num_hiddens, num_outputs, bias=False),
    )


# %% make_mlp_one_layer
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs))


# %% make_mlp_extra_layer
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(num_inputs, num_hiddens),
        nn.ReLU(),
        nn.Linear(num_hiddens, num_hiddens),
        nn.ReLU(),
        nn.Linear(num_hiddens, num_outputs),
    )


# %% make_mlp_swaps_sizes
def make_mlp(num_inputs, num_outputs, num_hiddens):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs)
    )


# %% make_mlp_no_flatten
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs))


# %% make_mlp_dropout
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(num_hiddens, num_outputs),
    )


# %% make_mlp_all_equal
def make_mlp(num_inputs, num_hiddens, num_outputs):
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs)
    )
    for parameter in net.parameters():
        nn.init.zeros_(parameter)
    return net


# %% train_mlp_keeps_gradients
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_summed_loss
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y, reduction="sum")
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            total += loss.item()
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_divides_twice
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad / len(y)
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_ascends
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param += lr * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_ignores_lr
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= 0.1 * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_softmax_twice
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params).softmax(dim=1), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_squared_error
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            logits = mlp(X, params)
            loss = nn.functional.mse_loss(logits, nn.functional.one_hot(y, logits.shape[1]).float())
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_returns_early
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
        return losses


# %% train_mlp_ignores_epochs
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(5):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_first_batch_only
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        X, y = next(iter(train_iter))
        loss = nn.functional.cross_entropy(mlp(X, params), y)
        loss.backward()
        with torch.no_grad():
            for param in params:
                param -= lr * param.grad
                param.grad.zero_()
        losses.append(loss.item())
    return losses


# %% train_mlp_one_step_an_epoch
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            total += loss.item() * len(y)
            count += len(y)
        with torch.no_grad():
            for param in params:
                param -= lr * param.grad
                param.grad.zero_()
        losses.append(total / count)
    return losses


# %% train_mlp_output_layer_only
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params[2:]:
                    param -= lr * param.grad
                for param in params:
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_weights_only
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in (params[0], params[2]):
                    param -= lr * param.grad
                for param in params:
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_recreates_params
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    num_inputs, num_hiddens, num_outputs = params[0].shape[0], params[0].shape[1], params[2].shape[1]
    for _ in range(num_epochs):
        params = init_mlp_params(num_inputs, num_hiddens, num_outputs)
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_replaces_params
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            params = [(param - lr * param.grad).detach().requires_grad_() for param in params]
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_no_step
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_losses_per_batch
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            losses.append(loss.item())
    return losses


# %% train_mlp_last_batch_loss
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
        losses.append(loss.item())
    return losses


# %% train_mlp_adds_losses
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total = 0.0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            total += loss.item()
        losses.append(total)
    return losses


# %% predict_labels_over_examples
def predict_labels(X, params):
    return mlp(X, params).argmax(dim=0)


# %% predict_labels_keeps_axis
def predict_labels(X, params):
    return mlp(X, params).argmax(dim=1, keepdim=True)


# %% predict_labels_logits
def predict_labels(X, params):
    return mlp(X, params)


# %% predict_labels_one_number
def predict_labels(X, params):
    return mlp(X, params).argmax()


# %% predict_labels_largest_logit
def predict_labels(X, params):
    return mlp(X, params).max(dim=1).values


# %% predict_labels_probability
def predict_labels(X, params):
    return mlp(X, params).softmax(dim=1).max(dim=1)[0]


# %% predict_labels_smallest
def predict_labels(X, params):
    return mlp(X, params).argmin(dim=1)


# %% predict_labels_from_one
def predict_labels(X, params):
    return mlp(X, params).argmax(dim=1) + 1
