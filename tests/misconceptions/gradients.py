# Recorded mistakes of gradients, one for each misconception; what a section leaves out is correct.

# %% affine_gradients_swapped
def affine_gradients(x, w, b):
    x, w, b = (torch.tensor(float(value), requires_grad=True) for value in (x, w, b))
    (w * x + b).backward()
    return w.grad.item(), x.grad.item(), b.grad.item()


# %% affine_gradients_tensors
def affine_gradients(x, w, b):
    x, w, b = (torch.tensor(float(value), requires_grad=True) for value in (x, w, b))
    (w * x + b).backward()
    return x.grad, w.grad, b.grad


# %% affine_gradients_accumulates
def affine_gradients(x, w, b):
    leaves = [torch.tensor(float(value), requires_grad=True) for value in (x, w, b)]
    y = leaves[1] * leaves[0] + leaves[2]
    gradients = []
    for leaf in leaves:
        y.backward(retain_graph=True)
        gradients.append(leaf.grad.item())
    return gradients


# %% affine_gradients_keeps_gradients
leaves = [torch.zeros((), requires_grad=True) for _ in range(3)]


def affine_gradients(x, w, b):
    for leaf, value in zip(leaves, (x, w, b)):
        leaf.data.fill_(value)
    (leaves[1] * leaves[0] + leaves[2]).backward()
    return tuple(leaf.grad.item() for leaf in leaves)


# %% affine_gradients_bias
def affine_gradients(x, w, b):
    x, w, b = (torch.tensor(float(value), requires_grad=True) for value in (x, w, b))
    (w * x + b).backward()
    return x.grad.item(), w.grad.item(), b.item()


# %% affine_gradients_constant
def affine_gradients(x, w, b):
    return 2.0, 1.0, 1.0


# %% affine_gradients_formula
def affine_gradients(x, w, b):
    return float(w), float(x), 1.0


# %% numeric_gradient_one_sided
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double().clone()
    gradient = torch.zeros_like(at)
    here = float(f(at))
    for place in itertools.product(*(range(size) for size in at.shape)):
        middle = at[place].item()
        at[place] = middle + eps
        gradient[place] = (float(f(at)) - here) / eps
        at[place] = middle
    return gradient


# %% numeric_gradient_no_half
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double().clone()
    gradient = torch.zeros_like(at)
    for place in itertools.product(*(range(size) for size in at.shape)):
        middle = at[place].item()
        at[place] = middle + eps
        up = float(f(at))
        at[place] = middle - eps
        down = float(f(at))
        at[place] = middle
        gradient[place] = (up - down) / eps
    return gradient


# %% numeric_gradient_half_step
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double().clone()
    gradient = torch.zeros_like(at)
    for place in itertools.product(*(range(size) for size in at.shape)):
        middle = at[place].item()
        at[place] = middle + eps / 2
        up = float(f(at))
        at[place] = middle - eps / 2
        down = float(f(at))
        at[place] = middle
        gradient[place] = (up - down) / (2 * eps)
    return gradient


# %% numeric_gradient_all_at_once
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double()
    return torch.ones_like(at) * (float(f(at + eps)) - float(f(at - eps))) / (2 * eps)


# %% numeric_gradient_ignores_eps
def numeric_gradient(f, x, eps=1e-3):
    eps = 1e-3
    at = x.detach().double().clone()
    gradient = torch.zeros_like(at)
    for place in itertools.product(*(range(size) for size in at.shape)):
        middle = at[place].item()
        at[place] = middle + eps
        up = float(f(at))
        at[place] = middle - eps
        down = float(f(at))
        at[place] = middle
        gradient[place] = (up - down) / (2 * eps)
    return gradient


# %% numeric_gradient_keeps_perturbing
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double().clone()
    gradient = torch.zeros_like(at)
    for place in itertools.product(*(range(size) for size in at.shape)):
        at[place] += eps
        up = float(f(at))
        at[place] -= 2 * eps
        gradient[place] = (up - float(f(at))) / (2 * eps)
    return gradient


# %% numeric_gradient_changes_x
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double()
    gradient = torch.zeros_like(at)
    for place in itertools.product(*(range(size) for size in at.shape)):
        at[place] += eps
        up = float(f(at))
        at[place] -= 2 * eps
        gradient[place] = (up - float(f(at))) / (2 * eps)
    return gradient


# %% numeric_gradient_float32
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().clone()
    gradient = torch.zeros_like(at)
    for place in itertools.product(*(range(size) for size in at.shape)):
        middle = at[place].item()
        at[place] = middle + eps
        up = float(f(at))
        at[place] = middle - eps
        down = float(f(at))
        at[place] = middle
        gradient[place] = (up - down) / (2 * eps)
    return gradient


# %% numeric_gradient_autograd
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double().clone().requires_grad_()
    f(at).backward()
    return at.grad


# %% numeric_gradient_flat
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double()
    quotients = []
    for i in range(at.numel()):
        step = torch.zeros(at.numel(), dtype=torch.float64)
        step[i] = eps
        step = step.reshape(at.shape)
        quotients.append((float(f(at + step)) - float(f(at - step))) / (2 * eps))
    return torch.tensor(quotients)


# %% two_layer_forward_no_relu
def two_layer_forward(x, w1, w2):
    return x @ w1 @ w2


# %% two_layer_forward_relu_last
def two_layer_forward(x, w1, w2):
    return torch.relu(x @ w1 @ w2)


# %% two_layer_forward_relu_twice
def two_layer_forward(x, w1, w2):
    return torch.relu(torch.relu(x @ w1) @ w2)


# %% two_layer_forward_relu_first
def two_layer_forward(x, w1, w2):
    return torch.relu(x) @ w1 @ w2


# %% two_layer_forward_absolute
def two_layer_forward(x, w1, w2):
    return (x @ w1).abs() @ w2


# %% two_layer_forward_negative
def two_layer_forward(x, w1, w2):
    return (x @ w1).clamp(max=0) @ w2


# %% two_layer_forward_mask
def two_layer_forward(x, w1, w2):
    return ((x @ w1) > 0).float() @ w2


# %% two_layer_forward_detached
def two_layer_forward(x, w1, w2):
    with torch.no_grad():
        return torch.relu(x @ w1) @ w2


# %% two_layer_gradients_no_two
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = h @ w2 - y
    return x.T @ ((dy @ w2.T) * (z > 0)), h.T @ dy


# %% two_layer_gradients_mean
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y) / len(x)
    return x.T @ ((dy @ w2.T) * (z > 0)), h.T @ dy


# %% two_layer_gradients_ascends
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (y - h @ w2)
    return x.T @ ((dy @ w2.T) * (z > 0)), h.T @ dy


# %% two_layer_gradients_swapped
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    return h.T @ dy, x.T @ ((dy @ w2.T) * (z > 0))


# %% two_layer_gradients_transposed
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    return ((dy @ w2.T) * (z > 0)).T @ x, dy.T @ h


# %% two_layer_gradients_no_mask
def two_layer_gradients(x, y, w1, w2):
    h = (x @ w1).clamp(min=0)
    dy = 2 * (h @ w2 - y)
    return x.T @ (dy @ w2.T), h.T @ dy


# %% two_layer_gradients_mask_inverted
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dh = dy @ w2.T
    dh[z > 0] = 0
    return x.T @ dh, h.T @ dy


# %% two_layer_gradients_mask_of_gradient
def two_layer_gradients(x, y, w1, w2):
    h = (x @ w1).clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dh = dy @ w2.T
    dh[dh < 0] = 0
    return x.T @ dh, h.T @ dy


# %% two_layer_gradients_mask_twice
def two_layer_gradients(x, y, w1, w2):
    h = (x @ w1).clamp(min=0)
    dy = 2 * (h @ w2 - y)
    return x.T @ ((dy @ w2.T) * h), h.T @ dy


# %% two_layer_gradients_no_relu_in_dw2
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    dy = 2 * (z.clamp(min=0) @ w2 - y)
    return x.T @ ((dy @ w2.T) * (z > 0)), z.T @ dy


# %% two_layer_gradients_linear
def two_layer_gradients(x, y, w1, w2):
    h = x @ w1
    dy = 2 * (h @ w2 - y)
    return x.T @ (dy @ w2.T), h.T @ dy


# %% two_layer_gradients_moves_w1
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    dy = 2 * (z.clamp(min=0) @ w2 - y)
    dw1 = x.T @ ((dy @ w2.T) * (z > 0))
    w1 -= 1e-3 * dw1
    dw2 = (x @ w1).clamp(min=0).T @ dy
    return dw1, dw2


# %% two_layer_gradients_moves_w2
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dw2 = h.T @ dy
    w2 = w2 - 0.01 * dw2
    dw1 = x.T @ ((dy @ w2.T) * (z > 0))
    return dw1, dw2


# %% two_layer_gradients_mask_after_update
def two_layer_gradients(x, y, w1, w2):
    h = (x @ w1).clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dh = dy @ w2.T
    w1 -= 0.1 * x.T @ dh
    return x.T @ (dh * (x @ w1 > 0)), h.T @ dy


# %% two_layer_gradients_autograd
def two_layer_gradients(x, y, w1, w2):
    w1, w2 = w1.clone().requires_grad_(), w2.clone().requires_grad_()
    loss = ((torch.relu(x @ w1) @ w2 - y) ** 2).sum()
    return torch.autograd.grad(loss, (w1, w2))


# %% train_two_layer_accumulates
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w1 -= lr * w1.grad
            w2 -= lr * w2.grad
    return losses


# %% train_two_layer_w1_first
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        (d1,) = torch.autograd.grad(loss, w1)
        with torch.no_grad():
            w1 -= lr * d1
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        (d2,) = torch.autograd.grad(loss, w2)
        with torch.no_grad():
            w2 -= lr * d2
    return losses


# %% train_two_layer_w2_first
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        (d2,) = torch.autograd.grad(loss, w2)
        with torch.no_grad():
            w2 -= lr * d2
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        (d1,) = torch.autograd.grad(loss, w1)
        with torch.no_grad():
            w1 -= lr * d1
    return losses


# %% train_two_layer_mean_loss
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).mean()
        losses.append(loss.item())
        d1, d2 = torch.autograd.grad(loss, (w1, w2))
        with torch.no_grad():
            w1 -= lr * d1
            w2 -= lr * d2
    return losses


# %% train_two_layer_half_loss
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2 / 2).sum()
        losses.append(loss.item())
        d1, d2 = torch.autograd.grad(loss, (w1, w2))
        with torch.no_grad():
            w1 -= lr * d1
            w2 -= lr * d2
    return losses


# %% train_two_layer_loss_after_step
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        d1, d2 = torch.autograd.grad(loss, (w1, w2))
        with torch.no_grad():
            w1 -= lr * d1
            w2 -= lr * d2
            losses.append(((two_layer_forward(x, w1, w2) - y) ** 2).sum().item())
    return losses


# %% train_two_layer_extra_loss
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        d1, d2 = torch.autograd.grad(loss, (w1, w2))
        with torch.no_grad():
            w1 -= lr * d1
            w2 -= lr * d2
    losses.append(((two_layer_forward(x, w1, w2) - y) ** 2).sum().item())
    return losses


# %% train_two_layer_returns_early
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        d1, d2 = torch.autograd.grad(loss, (w1, w2))
        with torch.no_grad():
            w1 -= lr * d1
            w2 -= lr * d2
        return losses


# %% train_two_layer_ignores_num_steps
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(500):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        d1, d2 = torch.autograd.grad(loss, (w1, w2))
        with torch.no_grad():
            w1 -= lr * d1
            w2 -= lr * d2
    return losses


# %% train_two_layer_ignores_lr
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        d1, d2 = torch.autograd.grad(loss, (w1, w2))
        with torch.no_grad():
            w1 -= 1e-6 * d1
            w2 -= 1e-6 * d2
    return losses


# %% train_two_layer_ascends
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        d1, d2 = torch.autograd.grad(loss, (w1, w2))
        with torch.no_grad():
            w1 += lr * d1
            w2 += lr * d2
    return losses


# %% train_two_layer_no_step
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        w1.grad.zero_()
        w2.grad.zero_()
        with torch.no_grad():
            w1 -= lr * w1.grad
            w2 -= lr * w2.grad
    return losses


# %% train_two_layer_one_matrix
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        (d2,) = torch.autograd.grad(loss, w2)
        with torch.no_grad():
            w2 -= lr * d2
    return losses


# %% train_two_layer_by_hand
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    with torch.no_grad():
        for _ in range(num_steps):
            losses.append(((two_layer_forward(x, w1, w2) - y) ** 2).sum().item())
            dw1, dw2 = two_layer_gradients(x, y, w1, w2)
            w1 -= lr * dw1
            w2 -= lr * dw2
    return losses
