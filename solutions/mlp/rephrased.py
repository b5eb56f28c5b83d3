# Mistakes of mlp in other hands, written from their titles and explanations alone; calibration never reads them.


# %% relu_absolute_value
def relu(X):
    return torch.where(X > 0, X, -X)


# %% relu_minimum
def relu(X):
    return X.clamp(max=0)


# %% relu_mask
def relu(X):
    return torch.where(X > 0, 1.0, 0.0)


# %% relu_capped
def relu(X):
    return nn.functional.relu6(X)


# %% relu_drops_elements
def relu(X):
    positive = torch.nonzero(X.flatten() > 0).flatten()
    return X.flatten()[positive]


# %% relu_maximum_of_all
def relu(X):
    biggest = X.max()
    if biggest > 0:
        return biggest
    return torch.tensor(0.0)


# %% relu_leaky
def relu(X):
    return torch.maximum(X, 0.1 * X)


# %% relu_identity
def relu(X):
    result = X * 1.0
    torch.relu(result)
    return result


# %% relu_smooth
def relu(X):
    return torch.log(1 + torch.exp(X))


# %% relu_in_place
def relu(X):
    return nn.functional.relu(X, inplace=True)


# %% relu_detached
def relu(X):
    values = [max(v, 0.0) for v in X.flatten().tolist()]
    return torch.tensor(values).reshape(X.shape)


# %% init_mlp_params_transposed
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    first = std * torch.randn((num_inputs, num_hiddens))
    second = std * torch.randn((num_outputs, num_hiddens))
    params = [first, torch.zeros(num_hiddens), second, torch.zeros(num_outputs)]
    for param in params:
        param.requires_grad = True
    return params


# %% init_mlp_params_shared_bias
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    weights1 = std * torch.randn(num_inputs, num_hiddens)
    weights2 = std * torch.randn(num_hiddens, num_outputs)
    bias = torch.zeros(1)
    for t in (weights1, weights2, bias):
        t.requires_grad_(True)
    return [weights1, bias, weights2, bias]


# %% init_mlp_params_all_equal
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = std * torch.ones(num_inputs, num_hiddens)
    W2 = std * torch.ones(num_hiddens, num_outputs)
    params = [W1, torch.zeros(num_hiddens), W2, torch.zeros(num_outputs)]
    return [p.requires_grad_() for p in params]


# %% init_mlp_params_variance
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    sigma = std**0.5
    W1 = sigma * torch.randn(num_inputs, num_hiddens)
    W2 = sigma * torch.randn(num_hiddens, num_outputs)
    params = [W1, torch.zeros(num_hiddens), W2, torch.zeros(num_outputs)]
    return [p.requires_grad_() for p in params]


# %% init_mlp_params_unit_std
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    params = [
        torch.empty(num_inputs, num_hiddens).normal_(),
        torch.zeros(num_hiddens),
        torch.empty(num_hiddens, num_outputs).normal_(),
        torch.zeros(num_outputs),
    ]
    for p in params:
        p.requires_grad = True
    return params


# %% init_mlp_params_ignores_std
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = (torch.randn(num_inputs, num_hiddens) * 0.01).requires_grad_()
    W2 = (torch.randn(num_hiddens, num_outputs) * 0.01).requires_grad_()
    return [W1, torch.zeros(num_hiddens).requires_grad_(), W2, torch.zeros(num_outputs).requires_grad_()]


# %% init_mlp_params_uniform
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    params = [
        torch.empty(num_inputs, num_hiddens).uniform_(-std, std),
        torch.zeros(num_hiddens),
        torch.empty(num_hiddens, num_outputs).uniform_(-std, std),
        torch.zeros(num_outputs),
    ]
    for p in params:
        p.requires_grad_(True)
    return params


# %% init_mlp_params_random_biases
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.randn(num_inputs, num_hiddens) * std
    b1 = torch.rand(num_hiddens)
    W2 = torch.randn(num_hiddens, num_outputs) * std
    b2 = torch.rand(num_outputs)
    for p in (W1, b1, W2, b2):
        p.requires_grad_()
    return [W1, b1, W2, b2]


# %% init_mlp_params_biases_of_one
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.randn(num_inputs, num_hiddens) * std
    b1 = torch.full((num_hiddens,), 1.0)
    W2 = torch.randn(num_hiddens, num_outputs) * std
    b2 = torch.full((num_outputs,), 1.0)
    for p in (W1, b1, W2, b2):
        p.requires_grad_()
    return [W1, b1, W2, b2]


# %% init_mlp_params_no_gradients
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    params = []
    for fan_in, fan_out in ((num_inputs, num_hiddens), (num_hiddens, num_outputs)):
        params.append(std * torch.randn(fan_in, fan_out))
        params.append(torch.zeros(fan_out))
    return params


# %% init_mlp_params_no_leaves
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    params = []
    for fan_in, fan_out in ((num_inputs, num_hiddens), (num_hiddens, num_outputs)):
        W = torch.randn((fan_in, fan_out), requires_grad=True)
        params.append(std * W)
        params.append(torch.zeros((fan_out,), requires_grad=True))
    return params


# %% init_mlp_params_linear
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    params = []
    for a, b in [(num_inputs, num_hiddens), (num_hiddens, num_outputs)]:
        layer = nn.Linear(b, a)
        nn.init.normal_(layer.weight, mean=0.0, std=std)
        params.append(layer.weight)
        params.append(nn.Parameter(torch.zeros(b)))
    return params


# %% init_mlp_params_same_draws
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    size = max(num_inputs * num_hiddens, num_hiddens * num_outputs)
    numbers = std * torch.randn(size)
    W1 = numbers[: num_inputs * num_hiddens].clone().reshape(num_inputs, num_hiddens)
    W2 = numbers[: num_hiddens * num_outputs].clone().reshape(num_hiddens, num_outputs)
    params = [W1, torch.zeros(num_hiddens), W2, torch.zeros(num_outputs)]
    for p in params:
        p.requires_grad_()
    return params


# %% init_mlp_params_shared_draws
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    params = []
    for fan_in, fan_out in ((num_inputs, num_hiddens), (num_hiddens, num_outputs)):
        column = torch.normal(0.0, std, size=(fan_in, 1))
        W = torch.zeros(fan_in, fan_out) + column
        params += [W.requires_grad_(), torch.zeros(fan_out).requires_grad_()]
    return params


# %% mlp_no_activation
def mlp(X, params):
    inputs = X.flatten(start_dim=1)
    hidden = torch.matmul(inputs, params[0]) + params[1]
    return torch.matmul(hidden, params[2]) + params[3]


# %% mlp_output_activation
def mlp(X, params):
    out = X.flatten(start_dim=1)
    for i in (0, 2):
        out = relu(torch.matmul(out, params[i]) + params[i + 1])
    return out


# %% mlp_activates_output_only
def mlp(X, params):
    inputs = X.flatten(start_dim=1)
    hidden = torch.mm(inputs, params[0]) + params[1]
    return (torch.mm(hidden, params[2]) + params[3]).clamp(min=0)


# %% mlp_absolute_value
def mlp(X, params):
    inputs = X.flatten(start_dim=1)
    z = torch.mm(inputs, params[0]) + params[1]
    hidden = torch.maximum(z, -z)
    return torch.mm(hidden, params[2]) + params[3]


# %% mlp_softmax
def mlp(X, params):
    inputs = X.flatten(start_dim=1)
    hidden = relu(torch.matmul(inputs, params[0]) + params[1])
    scores = torch.exp(torch.matmul(hidden, params[2]) + params[3])
    return scores / scores.sum(dim=1, keepdim=True)


# %% mlp_log_softmax
def mlp(X, params):
    inputs = X.flatten(start_dim=1)
    hidden = relu(torch.matmul(inputs, params[0]) + params[1])
    out = torch.matmul(hidden, params[2]) + params[3]
    return out - torch.logsumexp(out, dim=1, keepdim=True)


# %% mlp_sigmoid
def mlp(X, params):
    inputs = X.flatten(start_dim=1)
    hidden = 1 / (1 + torch.exp(-(torch.matmul(inputs, params[0]) + params[1])))
    return torch.matmul(hidden, params[2]) + params[3]


# %% mlp_tanh
def mlp(X, params):
    inputs = X.flatten(start_dim=1)
    z = torch.matmul(inputs, params[0]) + params[1]
    return torch.matmul(z.tanh(), params[2]) + params[3]


# %% mlp_no_first_bias
def mlp(X, params):
    w1, _, w2, b2 = params
    hidden = torch.matmul(X.view(len(X), -1), w1).clamp(min=0)
    return torch.addmm(b2, hidden, w2)


# %% mlp_no_second_bias
def mlp(X, params):
    w1, b1, w2 = params[:3]
    hidden = torch.addmm(b1, X.flatten(1), w1).clamp(min=0)
    return torch.mm(hidden, w2)


# %% mlp_no_biases
def mlp(X, params):
    hidden = torch.matmul(X.flatten(1), params[0])
    hidden = torch.clamp(hidden, min=0)
    return torch.matmul(hidden, params[2])


# %% mlp_bias_after_activation
def mlp(X, params):
    z = torch.matmul(X.flatten(1), params[0])
    a = torch.relu(z)
    a = a + params[1]
    return torch.matmul(a, params[2]) + params[3]


# %% mlp_activates_input
def mlp(X, params):
    x = torch.clamp(X.flatten(1), min=0)
    z = torch.matmul(x, params[0]) + params[1]
    return torch.matmul(z, params[2]) + params[3]


# %% mlp_shared_bias
def mlp(X, params):
    w1, b, w2, _ = params
    out = X.flatten(1)
    out = torch.relu(torch.matmul(out, w1) + b)
    out = torch.matmul(out, w2) + b
    return out


# %% mlp_mixes_images
def mlp(X, params):
    n = X.shape[0]
    columns = X.reshape(-1, n)
    hidden = relu(columns.t() @ params[0] + params[1])
    return hidden @ params[2] + params[3]


# %% mlp_transposed
def mlp(X, params):
    hidden = relu(torch.matmul(X.flatten(1), params[0]) + params[1])
    return torch.matmul(hidden, params[2].t()) + params[3]


# %% mlp_no_flatten
def mlp(X, params):
    hidden = torch.relu(torch.matmul(X, params[0]) + params[1])
    out = torch.matmul(hidden, params[2]) + params[3]
    return out


# %% mlp_fixed_size
def mlp(X, params):
    x = X.view(X.shape[0], 28 * 28)
    hidden = torch.relu(torch.matmul(x, params[0]) + params[1])
    return torch.matmul(hidden, params[2]) + params[3]


# %% mlp_detached
def mlp(X, params):
    with torch.no_grad():
        x = X.flatten(1)
        hidden = relu(torch.matmul(x, params[0]) + params[1])
        return torch.matmul(hidden, params[2]) + params[3]


# %% mlp_linear
def mlp(X, params):
    W1, b1, W2, b2 = params
    hidden_layer = nn.Linear(W1.shape[0], W1.shape[1])
    output_layer = nn.Linear(W2.shape[0], W2.shape[1])
    hidden_layer.weight.data = W1.T
    hidden_layer.bias.data = b1
    output_layer.weight.data = W2.T
    output_layer.bias.data = b2
    return output_layer(relu(hidden_layer(X.flatten(1))))


# %% make_mlp_no_activation
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(num_inputs, num_hiddens)
            self.out = nn.Linear(num_hiddens, num_outputs)
            self.relu = nn.ReLU()

        def forward(self, X):
            h = self.hidden(X.flatten(1))
            return self.out(h)

    return MLP()


# %% make_mlp_output_activation
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(num_inputs, num_hiddens)
            self.out = nn.Linear(num_hiddens, num_outputs)

        def forward(self, X):
            h = torch.relu(self.hidden(X.flatten(1)))
            return torch.relu(self.out(h))

    return MLP()


# %% make_mlp_activates_output_only
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(num_inputs, num_hiddens)
            self.out = nn.Linear(num_hiddens, num_outputs)

        def forward(self, X):
            return torch.relu(self.out(self.hidden(X.flatten(1))))

    return MLP()


# %% make_mlp_softmax
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(num_inputs, num_hiddens)
            self.out = nn.Linear(num_hiddens, num_outputs)

        def forward(self, X):
            h = relu(self.hidden(X.flatten(1)))
            return nn.functional.softmax(self.out(h), dim=-1)

    return MLP()


# %% make_mlp_log_softmax
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(num_inputs, num_hiddens)
            self.out = nn.Linear(num_hiddens, num_outputs)

        def forward(self, X):
            h = relu(self.hidden(X.flatten(1)))
            return nn.functional.log_softmax(self.out(h), dim=-1)

    return MLP()


# %% make_mlp_sigmoid
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(num_inputs, num_hiddens)
            self.out = nn.Linear(num_hiddens, num_outputs)

        def forward(self, X):
            h = torch.sigmoid(self.hidden(X.flatten(1)))
            return self.out(h)

    return MLP()


# %% make_mlp_tanh
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(num_inputs, num_hiddens)
            self.out = nn.Linear(num_hiddens, num_outputs)

        def forward(self, X):
            return self.out(torch.tanh(self.hidden(X.flatten(1))))

    return MLP()


# %% make_mlp_no_bias
def make_mlp(num_inputs, num_hiddens, num_outputs):
    net = nn.Sequential()
    net.append(nn.Flatten())
    net.append(nn.Linear(num_inputs, num_hiddens, False))
    net.append(nn.ReLU())
    net.append(nn.Linear(num_hiddens, num_outputs, False))
    return net


# %% make_mlp_one_layer
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(num_inputs, num_outputs)

        def forward(self, X):
            return self.linear(X.reshape(len(X), -1))

    return Net()


# %% make_mlp_extra_layer
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.input_layer = nn.Linear(num_inputs, num_hiddens)
            self.hidden_layer = nn.Linear(num_hiddens, num_hiddens)
            self.output_layer = nn.Linear(num_hiddens, num_outputs)

        def forward(self, X):
            x = torch.relu(self.input_layer(X.reshape(len(X), -1)))
            x = torch.relu(self.hidden_layer(x))
            return self.output_layer(x)

    return Net()


# %% make_mlp_swaps_sizes
def make_mlp(num_inputs, num_outputs, num_hiddens):
    hidden = nn.Linear(num_inputs, num_hiddens)
    output = nn.Linear(num_hiddens, num_outputs)
    return nn.Sequential(nn.Flatten(), hidden, nn.ReLU(), output)


# %% make_mlp_no_flatten
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(num_inputs, num_hiddens)
            self.fc2 = nn.Linear(num_hiddens, num_outputs)

        def forward(self, x):
            return self.fc2(torch.relu(self.fc1(x)))

    return Net()


# %% make_mlp_dropout
def make_mlp(num_inputs, num_hiddens, num_outputs):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(num_inputs, num_hiddens)
            self.fc2 = nn.Linear(num_hiddens, num_outputs)
            self.drop = nn.Dropout(p=0.2)

        def forward(self, x):
            x = torch.relu(self.fc1(x.flatten(1)))
            return self.fc2(self.drop(x))

    return Net()


# %% make_mlp_all_equal
def make_mlp(num_inputs, num_hiddens, num_outputs):
    fc1 = nn.Linear(num_inputs, num_hiddens)
    fc2 = nn.Linear(num_hiddens, num_outputs)
    with torch.no_grad():
        fc1.weight.fill_(0.0)
        fc1.bias.fill_(0.0)
        fc2.weight.fill_(0.0)
        fc2.bias.fill_(0.0)
    return nn.Sequential(nn.Flatten(), fc1, nn.ReLU(), fc2)


# %% train_mlp_keeps_gradients
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    criterion = nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            l = criterion(mlp(X, params), y)
            l.backward()
            sgd.step()
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_summed_loss
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    criterion = nn.CrossEntropyLoss(reduction="none")
    history = []
    for _ in range(num_epochs):
        example_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            l = criterion(mlp(X, params), y)
            l.sum().backward()
            sgd.step()
            example_losses.extend(l.tolist())
        history.append(sum(example_losses) / len(example_losses))
    return history


# %% train_mlp_divides_twice
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    criterion = nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            l = criterion(mlp(X, params), y)
            (l / len(y)).backward()
            sgd.step()
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_ascends
def train_mlp(params, train_iter, num_epochs, lr):
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            l = nn.functional.cross_entropy(mlp(X, params), y)
            grads = torch.autograd.grad(l, params)
            for p, g in zip(params, grads):
                p.data.add_(lr * g)
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_ignores_lr
def train_mlp(params, train_iter, num_epochs, lr):
    optimizer = torch.optim.SGD(params, lr=0.01)
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            optimizer.zero_grad()
            l = nn.functional.cross_entropy(mlp(X, params), y)
            l.backward()
            optimizer.step()
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_softmax_twice
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    criterion = nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            y_hat = mlp(X, params).softmax(-1)
            l = criterion(y_hat, y)
            l.backward()
            sgd.step()
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_squared_error
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    criterion = nn.MSELoss()
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            y_hat = mlp(X, params).softmax(dim=1)
            onehot = torch.eye(y_hat.shape[1])[y]
            l = criterion(y_hat, onehot)
            l.backward()
            sgd.step()
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_returns_early
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            l = nn.functional.cross_entropy(mlp(X, params), y)
            l.backward()
            sgd.step()
            batch_losses.append(l.item())
        mean = sum(batch_losses) / len(batch_losses)
        history += [mean]
        return history
    return history


# %% train_mlp_ignores_epochs
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    batch_losses = []
    for X, y in train_iter:
        sgd.zero_grad()
        l = nn.functional.cross_entropy(mlp(X, params), y)
        l.backward()
        sgd.step()
        batch_losses.append(l.item())
    return [sum(batch_losses) / len(batch_losses)]


# %% train_mlp_first_batch_only
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    history = []
    for _ in range(num_epochs):
        for X, y in train_iter:
            sgd.zero_grad()
            l = nn.functional.cross_entropy(mlp(X, params), y)
            l.backward()
            sgd.step()
            history.append(l.item())
            break
    return history


# %% train_mlp_one_step_an_epoch
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            l = nn.functional.cross_entropy(mlp(X, params), y)
            l.backward()
            batch_losses.append(l.item())
        sgd.step()
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_output_layer_only
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params[2:], lr=lr)
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            l = nn.functional.cross_entropy(mlp(X, params), y)
            l.backward()
            sgd.step()
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_weights_only
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD([params[0], params[2]], lr=lr)
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            l = nn.functional.cross_entropy(mlp(X, params), y)
            l.backward()
            sgd.step()
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_recreates_params
def train_mlp(params, train_iter, num_epochs, lr):
    W1, b1, W2, b2 = params
    params = init_mlp_params(W1.shape[0], W1.shape[1], W2.shape[1])
    sgd = torch.optim.SGD(params, lr=lr)
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            l = nn.functional.cross_entropy(mlp(X, params), y)
            l.backward()
            sgd.step()
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_replaces_params
def train_mlp(params, train_iter, num_epochs, lr):
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            l = nn.functional.cross_entropy(mlp(X, params), y)
            l.backward()
            for i in range(len(params)):
                new = params[i].detach() - lr * params[i].grad
                new.requires_grad_(True)
                params[i] = new
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_no_step
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    history = []
    for _ in range(num_epochs):
        batch_losses = []
        for X, y in train_iter:
            sgd.zero_grad()
            l = nn.functional.cross_entropy(mlp(X, params), y)
            l.backward()
            batch_losses.append(l.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


# %% train_mlp_rebinds_variable
def train_mlp(params, train_iter, num_epochs, lr):
    means = []
    for _ in range(num_epochs):
        seen = []
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            seen.append(loss.item())
            with torch.no_grad():
                for W in params:
                    W = W - W.grad * lr
                    W.grad.zero_()
        means.append(sum(seen) / len(seen))
    return means


# %% train_mlp_hides_mlp
def train_mlp(params, train_iter, num_epochs, lr):
    means = []
    for _ in range(num_epochs):
        seen = []
        for X, y in train_iter:
            mlp = mlp(X, params)
            grads = torch.autograd.grad(nn.functional.cross_entropy(mlp, y), params)
            for W, grad in zip(params, grads):
                W.data -= lr * grad
            seen.append(nn.functional.cross_entropy(mlp, y).item())
        means.append(sum(seen) / len(seen))
    return means


# %% train_mlp_losses_per_batch
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    criterion = nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        for X, y in train_iter:
            l = criterion(mlp(X, params), y)
            sgd.zero_grad()
            l.backward()
            sgd.step()
            history += [float(l)]
    return history


# %% train_mlp_last_batch_loss
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    criterion = nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        epoch_loss = 0.0
        for X, y in train_iter:
            l = criterion(mlp(X, params), y)
            sgd.zero_grad()
            l.backward()
            sgd.step()
            epoch_loss = l.item()
        history.append(epoch_loss)
    return history


# %% train_mlp_adds_losses
def train_mlp(params, train_iter, num_epochs, lr):
    sgd = torch.optim.SGD(params, lr=lr)
    criterion = nn.CrossEntropyLoss()
    history = []
    for _ in range(num_epochs):
        running, count = 0.0, 0
        for X, y in train_iter:
            l = criterion(mlp(X, params), y)
            sgd.zero_grad()
            l.backward()
            sgd.step()
            running += l.item()
            count += len(y)
        history.append(running / count)
    return history


# %% predict_labels_over_examples
def predict_labels(X, params):
    logits = mlp(X, params)
    values, indices = torch.max(logits, 0)
    return indices


# %% predict_labels_keeps_axis
def predict_labels(X, params):
    logits = mlp(X, params)
    _, labels = logits.topk(1, dim=1)
    return labels


# %% predict_labels_logits
def predict_labels(X, params):
    with torch.no_grad():
        predictions = mlp(X, params)
    return predictions


# %% predict_labels_one_number
def predict_labels(X, params):
    logits = mlp(X, params).detach()
    best = torch.argmax(logits.reshape(-1))
    return best


# %% predict_labels_largest_logit
def predict_labels(X, params):
    labels, _ = torch.max(mlp(X, params), 1)
    return labels


# %% predict_labels_probability
def predict_labels(X, params):
    p = nn.functional.softmax(mlp(X, params), dim=1)
    return torch.stack([row.max() for row in p])


# %% predict_labels_smallest
def predict_labels(X, params):
    order = torch.argsort(mlp(X, params), dim=1)
    return order[:, 0]


# %% predict_labels_from_one
def predict_labels(X, params):
    logits = mlp(X, params)
    labels = []
    for row in logits:
        labels.append(1 + int(torch.argmax(row)))
    return torch.tensor(labels)


# %% other_relu_1
def relu(X):
    return nn.functional.gelu(X)


# %% other_relu_2
def relu(X):
    return torch.where(X > 1, X, torch.zeros_like(X))


# %% other_relu_3
def relu(X):
    return (X + torch.abs(X))


# %% raises_relu_1
def relu(X):
    return max(X, 0)


# %% raises_relu_2
def relu(X):
    return torch.max(X, 0.0)


# %% other_init_mlp_params_1
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(std, 1.0, size=(num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(std, 1.0, size=(num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% other_init_mlp_params_2
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, size=(num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, size=(num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, W2, b1, b2]


# %% other_init_mlp_params_3
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.randn(num_inputs, num_hiddens) * (2 / num_inputs) ** 0.5
    b1 = torch.zeros(num_hiddens)
    W2 = torch.randn(num_hiddens, num_outputs) * (2 / num_hiddens) ** 0.5
    b2 = torch.zeros(num_outputs)
    params = [W1, b1, W2, b2]
    for p in params:
        p.requires_grad_()
    return params


# %% raises_init_mlp_params_1
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, num_inputs, num_hiddens, requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, num_hiddens, num_outputs, requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% raises_init_mlp_params_2
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.empty(num_inputs, num_hiddens, requires_grad=True)
    W1.normal_(0, std)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.empty(num_hiddens, num_outputs, requires_grad=True)
    W2.normal_(0, std)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% other_mlp_1
def mlp(X, params):
    W1, b1, W2, b2 = params
    X = X.reshape(X.shape[0], -1) / 255
    H = relu(X @ W1 + b1)
    return H @ W2 + b2


# %% other_mlp_2
def mlp(X, params):
    W1, b1, W2, b2 = params
    X = X.reshape(-1, W1.shape[0])
    H = relu(X @ W1 + b1)
    return (H @ W2 + b2).squeeze()


# %% other_mlp_3
def mlp(X, params):
    W1, b1, W2, b2 = params
    X = X.reshape(-1, W1.shape[0])
    H = relu(X @ W1 - b1)
    return H @ W2 - b2


# %% raises_mlp_1
def mlp(X, params):
    W1, b1, W2, b2 = params
    X = X.reshape(-1, W1.shape[0])
    H = relu(W1 @ X + b1)
    return W2 @ H + b2


# %% raises_mlp_2
def mlp(X, params):
    W1, b1, W2, b2 = params
    X = X.reshape(-1, W1.shape[1])
    H = relu(X @ W1 + b1)
    return H @ W2 + b2


# %% other_make_mlp_1
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(num_inputs, num_hiddens),
        nn.BatchNorm1d(num_hiddens),
        nn.ReLU(),
        nn.Linear(num_hiddens, num_outputs),
    )


# %% other_make_mlp_2
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256),
        nn.ReLU(),
        nn.Linear(256, 10),
    )


# %% other_make_mlp_3
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(num_inputs, num_hiddens),
        nn.LeakyReLU(),
        nn.Linear(num_hiddens, num_outputs),
    )


# %% raises_make_mlp_1
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(num_inputs, num_hiddens),
        nn.functional.relu(),
        nn.Linear(num_hiddens, num_outputs),
    )


# %% raises_make_mlp_2
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential([
        nn.Flatten(),
        nn.Linear(num_inputs, num_hiddens),
        nn.ReLU(),
        nn.Linear(num_hiddens, num_outputs),
    ])


# %% other_train_mlp_1
def train_mlp(params, train_iter, num_epochs, lr):
    optimizer = torch.optim.Adam(params, lr=lr)
    losses = []
    for epoch in range(num_epochs):
        total, n = 0.0, 0
        for X, y in train_iter:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        losses.append(total / n)
    return losses


# %% other_train_mlp_2
def train_mlp(params, train_iter, num_epochs, lr):
    optimizer = torch.optim.SGD(params, lr=lr, momentum=0.9)
    losses = []
    for epoch in range(num_epochs):
        total, n = 0.0, 0
        for X, y in train_iter:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        losses.append(total / n)
    return losses


# %% other_train_mlp_3
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for epoch in range(num_epochs):
        total, n = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p -= lr * p.grad
                    p.grad.zero_()
            total += loss.item() * len(y)
            n += len(y)
        lr = lr * 0.9
        losses.append(total / n)
    return losses


# %% raises_train_mlp_1
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for epoch in range(num_epochs):
        total, n = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            for p in params:
                p -= lr * p.grad
                p.grad.zero_()
            total += loss.item() * len(y)
            n += len(y)
        losses.append(total / n)
    return losses


# %% raises_train_mlp_2
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for epoch in range(num_epochs):
        total, n = 0.0, 0
        for X, y in train_iter:
            for p in params:
                p.grad.zero_()
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for p in params:
                    p -= lr * p.grad
            total += loss.item() * len(y)
            n += len(y)
        losses.append(total / n)
    return losses


# %% other_predict_labels_1
def predict_labels(X, params):
    return mlp(X, params).argmax(dim=1).float()


# %% other_predict_labels_2
def predict_labels(X, params):
    return mlp(X, params).argsort(dim=1)[:, 0].clamp(min=1)


# %% other_predict_labels_3
def predict_labels(X, params):
    return (torch.sigmoid(mlp(X, params)) > 0.5).long()


# %% raises_predict_labels_1
def predict_labels(X, params):
    logits = mlp(X, params).numpy()
    return torch.from_numpy(logits.argmax(axis=1))


# %% raises_predict_labels_2
def predict_labels(X, params):
    return mlp(X).argmax(dim=1)


# %% break_mlp_agrees
def break_mlp():
    W1, W2 = torch.eye(3), torch.ones(3, 2)
    return torch.ones(2, 3), [W1, torch.zeros(3), W2, torch.zeros(2)]


# %% break_mlp_no_params
def break_mlp():
    X = torch.zeros(5, 6)
    return X
