# Mistakes of gradients in other hands, written from their titles and explanations alone; calibration never reads them.


# %% affine_gradients_swapped
def affine_gradients(x, w, b):
    leaves = [torch.tensor(v, dtype=torch.float32, requires_grad=True) for v in (x, w, b)]
    out = leaves[1] * leaves[0] + leaves[2]
    gw, gx, gb = torch.autograd.grad(out, (leaves[0], leaves[1], leaves[2]))
    return float(gx), float(gw), float(gb)


# %% affine_gradients_tensors
def affine_gradients(x, w, b):
    tx, tw, tb = (torch.tensor(float(v)).requires_grad_() for v in (x, w, b))
    out = torch.add(torch.mul(tw, tx), tb)
    return torch.autograd.grad(out, [tx, tw, tb])


# %% affine_gradients_accumulates
def affine_gradients(x, w, b):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, w, b)]
    result = []
    for leaf in leaves:
        y = leaves[1] * leaves[0] + leaves[2]
        y.backward()
        result.append(leaf.grad.item())
    return tuple(result)


# %% affine_gradients_keeps_gradients
params = {name: torch.zeros(1, requires_grad=True) for name in ("x", "w", "b")}


def affine_gradients(x, w, b):
    for name, value in (("x", x), ("w", w), ("b", b)):
        params[name].data[0] = value
    y = (params["w"] * params["x"] + params["b"]).sum()
    y.backward()
    return tuple(params[name].grad[0].item() for name in ("x", "w", "b"))


# %% affine_gradients_bias
def affine_gradients(x, w, b):
    tx = torch.tensor(float(x), requires_grad=True)
    tw = torch.tensor(float(w), requires_grad=True)
    y = tw * tx + b
    y.backward()
    return float(tx.grad), float(tw.grad), float(b)


# %% affine_gradients_constant
def affine_gradients(x, w, b):
    x = torch.tensor(1.0, requires_grad=True)
    w = torch.tensor(2.0, requires_grad=True)
    b = torch.tensor(3.0, requires_grad=True)
    y = w * x + b
    y.backward()
    return x.grad.item(), w.grad.item(), b.grad.item()


# %% affine_gradients_formula
def affine_gradients(x, w, b):
    y = w * x + b
    grads = {"x": w * 1.0, "w": x * 1.0, "b": 1.0}
    return grads["x"], grads["w"], grads["b"]


# %% numeric_gradient_one_sided
def numeric_gradient(f, x, eps=1e-3):
    point = x.detach().to(torch.float64)
    here = f(point.clone())
    slopes = []
    for k in range(point.numel()):
        step = torch.zeros(point.numel(), dtype=torch.float64)
        step[k] = eps
        slopes.append(float((here - f(point - step.view(point.shape))) / eps))
    return torch.tensor(slopes, dtype=torch.float64).view(point.shape)


# %% numeric_gradient_no_half
def numeric_gradient(f, x, eps=1e-3):
    point = x.detach().to(torch.float64)
    slopes = []
    for k in range(point.numel()):
        step = torch.zeros(point.numel(), dtype=torch.float64)
        step[k] = eps
        step = step.view(point.shape)
        difference = float(f(point + step)) - float(f(point - step))
        slopes.append(difference / eps)
    return torch.tensor(slopes, dtype=torch.float64).view(point.shape)


# %% numeric_gradient_half_step
def numeric_gradient(f, x, eps=1e-3):
    point = x.detach().to(torch.float64)
    slopes = []
    for k in range(point.numel()):
        step = torch.zeros(point.numel(), dtype=torch.float64)
        step[k] = 0.5 * eps
        step = step.view(point.shape)
        right, left = float(f(point + step)), float(f(point - step))
        slopes.append((right - left) / 2 / eps)
    return torch.tensor(slopes, dtype=torch.float64).view(point.shape)


# %% numeric_gradient_all_at_once
def numeric_gradient(f, x, eps=1e-3):
    point = x.detach().to(torch.float64)
    grad = torch.zeros_like(point).flatten()
    for k in range(grad.numel()):
        grad[k] = (f(point + eps) - f(point - eps)) / (2 * eps)
    return grad.view(point.shape)


# %% numeric_gradient_ignores_eps
def numeric_gradient(f, x, eps=1e-3):
    eps = 1e-5
    point = x.detach().to(torch.float64)
    slopes = []
    for k in range(point.numel()):
        step = torch.zeros(point.numel(), dtype=torch.float64)
        step[k] = eps
        step = step.view(point.shape)
        slopes.append((float(f(point + step)) - float(f(point - step))) / (2 * eps))
    return torch.tensor(slopes, dtype=torch.float64).view(point.shape)


# %% numeric_gradient_keeps_perturbing
def numeric_gradient(f, x, eps=1e-3):
    base = x.detach().to(torch.float64).clone().flatten()
    plus, minus = base.clone(), base.clone()
    slopes = []
    for k in range(base.numel()):
        plus[k] = base[k] + eps
        minus[k] = base[k] - eps
        slopes.append((float(f(plus.view(x.shape))) - float(f(minus.view(x.shape)))) / (2 * eps))
    return torch.tensor(slopes, dtype=torch.float64).view(x.shape)


# %% numeric_gradient_changes_x
def numeric_gradient(f, x, eps=1e-3):
    point = x.data.to(torch.float64)
    grad = torch.empty_like(point)
    for index in itertools.product(*[range(size) for size in point.shape]):
        point[index] += eps
        right = float(f(point))
        point[index] -= 2 * eps
        left = float(f(point))
        grad[index] = (right - left) / (2 * eps)
    return grad


# %% numeric_gradient_float32
def numeric_gradient(f, x, eps=1e-3):
    point = x.detach().clone()
    grad = torch.zeros_like(point)
    for index in itertools.product(*[range(size) for size in point.shape]):
        step = torch.zeros_like(point)
        step[index] = eps
        grad[index] = (f(point + step) - f(point - step)) / (2 * eps)
    return grad


# %% numeric_gradient_autograd
def numeric_gradient(f, x, eps=1e-3):
    point = torch.tensor(x.tolist(), dtype=torch.float64, requires_grad=True)
    (grad,) = torch.autograd.grad(f(point), point)
    return grad


# %% numeric_gradient_flat
def numeric_gradient(f, x, eps=1e-3):
    point = x.detach().to(torch.float64)
    slopes = []
    for index in itertools.product(*[range(size) for size in point.shape]):
        step = torch.zeros_like(point)
        step[index] = eps
        slopes.append((float(f(point + step)) - float(f(point - step))) / (2 * eps))
    return torch.tensor(slopes, dtype=torch.float64)


# %% two_layer_forward_no_relu
def two_layer_forward(x, w1, w2):
    hidden = torch.matmul(x, w1)
    out = torch.matmul(hidden, w2)
    return out


# %% two_layer_forward_relu_last
def two_layer_forward(x, w1, w2):
    hidden = x.mm(w1)
    out = hidden.mm(w2)
    return out.clamp(min=0)


# %% two_layer_forward_relu_twice
def two_layer_forward(x, w1, w2):
    a = x
    for w in (w1, w2):
        a = a.mm(w).clamp(min=0)
    return a


# %% two_layer_forward_relu_first
def two_layer_forward(x, w1, w2):
    hidden = x.clamp(min=0)
    return torch.mm(torch.mm(hidden, w1), w2)


# %% two_layer_forward_absolute
def two_layer_forward(x, w1, w2):
    z = torch.matmul(x, w1)
    hidden = torch.where(z > 0, z, -z)
    return torch.matmul(hidden, w2)


# %% two_layer_forward_negative
def two_layer_forward(x, w1, w2):
    z = torch.matmul(x, w1)
    hidden = torch.minimum(z, torch.zeros_like(z))
    return torch.matmul(hidden, w2)


# %% two_layer_forward_mask
def two_layer_forward(x, w1, w2):
    z = torch.matmul(x, w1)
    hidden = torch.where(z > 0, torch.ones_like(z), torch.zeros_like(z))
    return torch.matmul(hidden, w2)


# %% two_layer_forward_detached
def two_layer_forward(x, w1, w2):
    z = x.mm(w1.data)
    hidden = z.clamp(min=0)
    return hidden.mm(w2.data)


# %% two_layer_gradients_no_two
def two_layer_gradients(x, y, w1, w2):
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = torch.mm(act, w2) - y
    grad_w2 = torch.mm(act.t(), error)
    back = torch.mm(error, w2.t())
    back[pre < 0] = 0
    return torch.mm(x.t(), back), grad_w2


# %% two_layer_gradients_mean
def two_layer_gradients(x, y, w1, w2):
    n = x.shape[0]
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w2 = torch.mm(act.t(), error) / n
    back = torch.mm(error, w2.t())
    back[pre < 0] = 0
    grad_w1 = torch.mm(x.t(), back) / n
    return grad_w1, grad_w2


# %% two_layer_gradients_second_mean
def two_layer_gradients(x, y, w1, w2):
    hidden = torch.relu(x @ w1)
    residual = hidden @ w2 - y
    dw2 = (hidden[:, :, None] * 2 * residual[:, None, :]).mean(dim=0)
    dh = 2 * residual @ w2.T
    dh[hidden == 0] = 0
    return x.T @ dh, dw2


# %% two_layer_gradients_ascends
def two_layer_gradients(x, y, w1, w2):
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w2 = torch.mm(act.t(), error)
    back = torch.mm(error, w2.t())
    back[pre < 0] = 0
    grad_w1 = torch.mm(x.t(), back)
    return -grad_w1, -grad_w2


# %% two_layer_gradients_swapped
def two_layer_gradients(x, y, w1, w2):
    grads = []
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grads.append(torch.mm(act.t(), error))
    back = torch.where(pre > 0, torch.mm(error, w2.t()), torch.zeros_like(pre))
    grads.append(torch.mm(x.t(), back))
    return tuple(grads)


# %% two_layer_gradients_transposed
def two_layer_gradients(x, y, w1, w2):
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w2 = torch.einsum("no,nh->oh", error, act)
    back = torch.where(pre > 0, torch.mm(error, w2.t()), torch.zeros_like(pre))
    grad_w1 = torch.einsum("nh,nd->hd", back, x)
    return grad_w1, grad_w2


# %% two_layer_gradients_no_mask
def two_layer_gradients(x, y, w1, w2):
    pre = torch.mm(x, w1)
    act = torch.maximum(pre, torch.zeros_like(pre))
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w1 = torch.einsum("nd,no,ho->dh", x, error, w2)
    grad_w2 = torch.einsum("nh,no->ho", act, error)
    return grad_w1, grad_w2


# %% two_layer_gradients_mask_inverted
def two_layer_gradients(x, y, w1, w2):
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w2 = torch.mm(act.t(), error)
    back = torch.mm(error, w2.t())
    back[pre > 0] = 0
    return torch.mm(x.t(), back), grad_w2


# %% two_layer_gradients_mask_of_gradient
def two_layer_gradients(x, y, w1, w2):
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w2 = torch.mm(act.t(), error)
    back = torch.relu(torch.mm(error, w2.t()))
    return torch.mm(x.t(), back), grad_w2


# %% two_layer_gradients_mask_twice
def two_layer_gradients(x, y, w1, w2):
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w2 = torch.mm(act.t(), error)
    back = torch.mm(error, w2.t())
    slope = pre * (pre > 0).float()
    return torch.mm(x.t(), torch.mul(back, slope)), grad_w2


# %% two_layer_gradients_no_relu_in_dw2
def two_layer_gradients(x, y, w1, w2):
    hidden = torch.mm(x, w1)
    error = 2.0 * (torch.mm(hidden.clamp(min=0), w2) - y)
    grad_w2 = torch.mm(hidden.t(), error)
    back = torch.mm(error, w2.t())
    back[hidden < 0] = 0
    return torch.mm(x.t(), back), grad_w2


# %% two_layer_gradients_linear
def two_layer_gradients(x, y, w1, w2):
    product = torch.mm(w1, w2)
    error = 2.0 * (torch.mm(x, product) - y)
    common = torch.mm(x.t(), error)
    grad_w1 = torch.mm(common, w2.t())
    grad_w2 = torch.mm(w1.t(), common)
    return grad_w1, grad_w2


# %% two_layer_gradients_moves_w1
def two_layer_gradients(x, y, w1, w2):
    rate = 1e-3
    pre = torch.mm(x, w1)
    error = 2.0 * (torch.mm(pre.clamp(min=0), w2) - y)
    back = torch.mm(error, w2.t())
    back[pre < 0] = 0
    grad_w1 = torch.mm(x.t(), back)
    new_w1 = w1 - rate * grad_w1
    act = torch.mm(x, new_w1).clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w2 = torch.mm(act.t(), error)
    return grad_w1, grad_w2


# %% two_layer_gradients_moves_w2
def two_layer_gradients(x, y, w1, w2):
    rate = 0.01
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w2 = torch.mm(act.t(), error)
    w2 = w2 - rate * grad_w2
    back = torch.mm(error, w2.t())
    back[pre < 0] = 0
    grad_w1 = torch.mm(x.t(), back)
    return grad_w1, grad_w2


# %% two_layer_gradients_mask_after_update
def two_layer_gradients(x, y, w1, w2):
    rate = 0.01
    pre = torch.mm(x, w1)
    act = pre.clamp(min=0)
    error = 2.0 * (torch.mm(act, w2) - y)
    grad_w2 = torch.mm(act.t(), error)
    back = torch.mm(error, w2.t())
    first = torch.mm(x.t(), back * (pre > 0))
    w1 = w1 - rate * first
    pre = torch.mm(x, w1)
    back[pre < 0] = 0
    grad_w1 = torch.mm(x.t(), back)
    return grad_w1, grad_w2


# %% two_layer_gradients_autograd
def two_layer_gradients(x, y, w1, w2):
    def loss(a, c):
        return (two_layer_forward(x, a, c) - y).pow(2).sum()

    return torch.func.grad(loss, argnums=(0, 1))(w1, w2)


# %% train_two_layer_accumulates
def train_two_layer(x, y, w1, w2, lr, num_steps):
    optim = torch.optim.SGD([w1, w2], lr=lr)
    history = []
    while len(history) < num_steps:
        error = two_layer_forward(x, w1, w2) - y
        loss = error.pow(2).sum()
        history.append(float(loss))
        loss.backward()
        optim.step()
    return history


# %% train_two_layer_w1_first
def train_two_layer(x, y, w1, w2, lr, num_steps):
    def loss_of():
        return (two_layer_forward(x, w1, w2) - y).pow(2).sum()

    history = []
    for _ in range(num_steps):
        loss = loss_of()
        history.append(float(loss))
        (g1,) = torch.autograd.grad(loss, [w1])
        w1.data -= lr * g1
        (g2,) = torch.autograd.grad(loss_of(), [w2])
        w2.data -= lr * g2
    return history


# %% train_two_layer_w2_first
def train_two_layer(x, y, w1, w2, lr, num_steps):
    history = []
    for _ in range(num_steps):
        for k, w in enumerate([w2, w1]):
            loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
            if k == 0:
                history.append(float(loss))
            (g,) = torch.autograd.grad(loss, [w])
            w.data -= lr * g
    return history


# %% train_two_layer_mean_loss
def train_two_layer(x, y, w1, w2, lr, num_steps):
    criterion = torch.nn.MSELoss()
    optim = torch.optim.SGD([w1, w2], lr=lr)
    history = []
    for _ in range(num_steps):
        optim.zero_grad()
        loss = criterion(two_layer_forward(x, w1, w2), y)
        history.append(float(loss))
        loss.backward()
        optim.step()
    return history


# %% train_two_layer_half_loss
def train_two_layer(x, y, w1, w2, lr, num_steps):
    optim = torch.optim.SGD([w1, w2], lr=lr)
    history = []
    for _ in range(num_steps):
        optim.zero_grad()
        error = two_layer_forward(x, w1, w2) - y
        loss = 0.5 * torch.sum(error * error)
        history.append(float(loss))
        loss.backward()
        optim.step()
    return history


# %% train_two_layer_loss_after_step
def train_two_layer(x, y, w1, w2, lr, num_steps):
    def squared_error():
        return (two_layer_forward(x, w1, w2) - y).pow(2).sum()

    optim = torch.optim.SGD([w1, w2], lr=lr)
    history = []
    for _ in range(num_steps):
        optim.zero_grad()
        squared_error().backward()
        optim.step()
        history.append(squared_error().item())
    return history


# %% train_two_layer_extra_loss
def train_two_layer(x, y, w1, w2, lr, num_steps):
    optim = torch.optim.SGD([w1, w2], lr=lr)
    history = []
    for _ in range(num_steps + 1):
        optim.zero_grad()
        loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
        history.append(float(loss))
        loss.backward()
        optim.step()
    return history


# %% train_two_layer_returns_early
def train_two_layer(x, y, w1, w2, lr, num_steps):
    optim = torch.optim.SGD([w1, w2], lr=lr)
    history = []
    step = 0
    while step < num_steps:
        optim.zero_grad()
        loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
        loss.backward()
        optim.step()
        history += [float(loss)]
        step += 1
        return history


# %% train_two_layer_ignores_num_steps
def train_two_layer(x, y, w1, w2, lr, num_steps):
    num_steps = 500
    history = []
    while len(history) < num_steps:
        loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
        history.append(float(loss))
        g1, g2 = torch.autograd.grad(loss, (w1, w2))
        w1.data -= lr * g1
        w2.data -= lr * g2
    return history


# %% train_two_layer_ignores_lr
def train_two_layer(x, y, w1, w2, lr, num_steps):
    optim = torch.optim.SGD([w1, w2], lr=1e-6)
    history = []
    for _ in range(num_steps):
        optim.zero_grad()
        loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
        history.append(float(loss))
        loss.backward()
        optim.step()
    return history


# %% train_two_layer_ascends
def train_two_layer(x, y, w1, w2, lr, num_steps):
    optim = torch.optim.SGD([w1, w2], lr=lr, maximize=True)
    history = []
    for _ in range(num_steps):
        optim.zero_grad()
        loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
        history.append(float(loss))
        loss.backward()
        optim.step()
    return history


# %% train_two_layer_no_step
def train_two_layer(x, y, w1, w2, lr, num_steps):
    optim = torch.optim.SGD([w1, w2], lr=lr)
    history = []
    for _ in range(num_steps):
        loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
        history.append(float(loss))
        loss.backward()
        optim.zero_grad()
        optim.step()
    return history


# %% train_two_layer_one_matrix
def train_two_layer(x, y, w1, w2, lr, num_steps):
    optim = torch.optim.SGD([w2], lr=lr)
    history = []
    for _ in range(num_steps):
        optim.zero_grad()
        loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
        history.append(float(loss))
        loss.backward()
        optim.step()
    return history


# %% train_two_layer_by_hand
def train_two_layer(x, y, w1, w2, lr, num_steps):
    a, c = w1.detach().clone(), w2.detach().clone()
    history = []
    for _ in range(num_steps):
        pre = x.mm(a)
        act = pre.clamp(min=0)
        error = act.mm(c) - y
        history.append(error.pow(2).sum().item())
        g2 = 2 * act.t().mm(error)
        back = 2 * error.mm(c.t())
        back[pre < 0] = 0
        g1 = x.t().mm(back)
        a = a - lr * g1
        c = c - lr * g2
    return history


# %% other_affine_gradients_1
def affine_gradients(x, w, b):
    x = torch.tensor(float(x), requires_grad=True)
    w = torch.tensor(float(w), requires_grad=True)
    b = torch.tensor(float(b), requires_grad=True)
    y = (w * x + b) ** 2
    y.backward()
    return x.grad.item(), w.grad.item(), b.grad.item()


# %% other_affine_gradients_2
def affine_gradients(x, w, b):
    x = torch.tensor(float(x), requires_grad=True)
    w = torch.tensor(float(w), requires_grad=True)
    b = torch.tensor(float(b), requires_grad=True)
    y = w * (x + b)
    y.backward()
    return x.grad.item(), w.grad.item(), b.grad.item()


# %% other_affine_gradients_3
def affine_gradients(x, w, b):
    x = torch.tensor(float(x), requires_grad=True)
    w = torch.tensor(float(w), requires_grad=True)
    b = torch.tensor(float(b), requires_grad=True)
    y = w * x + b
    y.backward()
    return int(x.grad), int(w.grad), int(b.grad)


# %% raises_affine_gradients_1
def affine_gradients(x, w, b):
    x = torch.tensor(x, requires_grad=True)
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(b, requires_grad=True)
    y = w * x + b
    y.backward()
    return x.grad.item(), w.grad.item(), b.grad.item()


# %% raises_affine_gradients_2
def affine_gradients(x, w, b):
    x = torch.tensor(float(x), requires_grad=True)
    w = torch.tensor(float(w), requires_grad=True)
    b = torch.tensor(float(b), requires_grad=True)
    y = w * x + b
    return x.grad.item(), w.grad.item(), b.grad.item()


# %% other_numeric_gradient_1
def numeric_gradient(f, x, eps=1e-3):
    flat = x.detach().clone().double().reshape(-1)
    grad = torch.zeros_like(flat)
    for i in range(flat.numel()):
        plus = flat.clone()
        minus = flat.clone()
        plus[i] += eps
        minus[i] -= eps
        grad[i] = (float(f(minus.reshape(x.shape))) - float(f(plus.reshape(x.shape)))) / (2 * eps)
    return grad.reshape(x.shape)


# %% other_numeric_gradient_2
def numeric_gradient(f, x, eps=1e-3):
    flat = x.detach().clone().double().reshape(-1)
    grad = torch.zeros_like(flat)
    for i in range(flat.numel()):
        step = eps * max(1.0, abs(flat[i].item()))
        plus = flat.clone()
        minus = flat.clone()
        plus[i] += step
        minus[i] -= step
        grad[i] = (float(f(plus.reshape(x.shape))) - float(f(minus.reshape(x.shape)))) / (2 * eps)
    return grad.reshape(x.shape)


# %% other_numeric_gradient_3
def numeric_gradient(f, x, eps=1e-3):
    flat = x.detach().clone().double().reshape(-1)
    grad = torch.zeros_like(flat)
    for i in range(flat.numel() - 1):
        plus = flat.clone()
        minus = flat.clone()
        plus[i] += eps
        minus[i] -= eps
        grad[i] = (float(f(plus.reshape(x.shape))) - float(f(minus.reshape(x.shape)))) / (2 * eps)
    return grad.reshape(x.shape)


# %% raises_numeric_gradient_1
def numeric_gradient(f, x, eps=1e-3):
    x64 = x.double()
    grad = torch.zeros_like(x64)
    for i in range(len(x64)):
        for j in range(x64.shape[1]):
            plus = x64.clone()
            minus = x64.clone()
            plus[i, j] += eps
            minus[i, j] -= eps
            grad[i, j] = (f(plus) - f(minus)) / (2 * eps)
    return grad


# %% raises_numeric_gradient_2
def numeric_gradient(f, x, eps=1e-3):
    flat = x.detach().clone().double().reshape(-1)
    grad = torch.zeros_like(flat)
    for i in range(flat):
        plus = flat.clone()
        minus = flat.clone()
        plus[i] += eps
        minus[i] -= eps
        grad[i] = (f(plus.reshape(x.shape)) - f(minus.reshape(x.shape))) / (2 * eps)
    return grad.reshape(x.shape)


# %% other_two_layer_forward_1
def two_layer_forward(x, w1, w2):
    return torch.sigmoid(x @ w1) @ w2


# %% other_two_layer_forward_2
def two_layer_forward(x, w1, w2):
    h = torch.nn.functional.leaky_relu(x @ w1)
    return h @ w2


# %% other_two_layer_forward_3
def two_layer_forward(x, w1, w2):
    h = (x @ w1).clamp(0, 1)
    return h @ w2


# %% raises_two_layer_forward_1
def two_layer_forward(x, w1, w2):
    h = torch.relu(x * w1)
    return h * w2


# %% raises_two_layer_forward_2
def two_layer_forward(x, w1, w2):
    h = max(x @ w1, 0)
    return h @ w2


# %% other_two_layer_gradients_1
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = torch.relu(z)
    dy = 2 * (h @ w2 - y)
    dw2 = h.T @ dy
    dz = (dy @ w2.T) * (z > 0)
    dw1 = 2 * x.T @ dz
    return dw1, dw2


# %% other_two_layer_gradients_2
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = torch.relu(z)
    dy = 2 * torch.abs(h @ w2 - y)
    dw2 = h.T @ dy
    dz = (dy @ w2.T) * (z > 0)
    dw1 = x.T @ dz
    return dw1, dw2


# %% other_two_layer_gradients_3
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = torch.relu(z)
    y_hat = h @ w2
    dy = 2 * y_hat
    dw2 = h.T @ dy
    dz = (dy @ w2.T) * (z > 0)
    dw1 = x.T @ dz
    return dw1, dw2


# %% raises_two_layer_gradients_1
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = torch.relu(z)
    dy = 2 * (h @ w2 - y)
    dw2 = h @ dy
    dz = (dy @ w2) * (z > 0)
    dw1 = x @ dz
    return dw1, dw2


# %% raises_two_layer_gradients_2
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = torch.relu(z)
    dy = 2 * (h @ w2 - y)
    dw2 = h.T @ dy
    dh = dy @ w2.T
    dh[h < 0] = 0
    dw1 = x.T @ dz
    return dw1, dw2


# %% other_train_two_layer_1
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for step in range(num_steps):
        loss = torch.abs(two_layer_forward(x, w1, w2) - y).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w1 -= lr * w1.grad
            w2 -= lr * w2.grad
        w1.grad.zero_()
        w2.grad.zero_()
    return losses


# %% other_train_two_layer_2
def train_two_layer(x, y, w1, w2, lr, num_steps):
    optimizer = torch.optim.Adam([w1, w2], lr=lr)
    losses = []
    for step in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


# %% other_train_two_layer_3
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for step in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        if step % 10 == 0:
            losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w1 -= lr * w1.grad
            w2 -= lr * w2.grad
        w1.grad.zero_()
        w2.grad.zero_()
    return losses


# %% raises_train_two_layer_1
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for step in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        w1 -= lr * w1.grad
        w2 -= lr * w2.grad
        w1.grad.zero_()
        w2.grad.zero_()
    return losses


# %% raises_train_two_layer_2
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for step in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        w1 = w1 - lr * w1.grad
        w2 = w2 - lr * w2.grad
        w1.grad.zero_()
        w2.grad.zero_()
    return losses


# %% break_two_layer_gradients_agrees
def break_two_layer_gradients():
    x = torch.tensor([[1.0, 2.0]])
    return x, torch.zeros(1, 1), torch.ones(2, 3), torch.ones(3, 1)


# %% break_two_layer_gradients_no_labels
def break_two_layer_gradients():
    return torch.eye(2), -torch.eye(2), torch.eye(2)
