# Known mistakes of gradients: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% affine_gradients_swapped
# The gradients with respect to x and w have changed places
#
# How fast y grows with x depends on w, and the other way round. The result names the gradients in the order of the
# arguments.
def affine_gradients(x, w, b):
    x, w, b = (torch.tensor(float(value), requires_grad=True) for value in (x, w, b))
    (w * x + b).backward()
    return w.grad.item(), x.grad.item(), b.grad.item()


# %% affine_gradients_tensors
# Tensors instead of floats
#
# A gradient is a tensor with its own place in memory, which a later backward() may change. A Python float is a number
# and stays what it is.
def affine_gradients(x, w, b):
    x, w, b = (torch.tensor(float(value), requires_grad=True) for value in (x, w, b))
    (w * x + b).backward()
    return x.grad, w.grad, b.grad


# %% affine_gradients_accumulates
# One backward() for each gradient, and they add up
#
# One backward() finds all gradients at once. Each further one adds to what already is in .grad, so the second
# gradient read is doubled, and the third is tripled.
def affine_gradients(x, w, b):
    leaves = [torch.tensor(float(value), requires_grad=True) for value in (x, w, b)]
    y = leaves[1] * leaves[0] + leaves[2]
    gradients = []
    for leaf in leaves:
        y.backward(retain_graph=True)
        gradients.append(leaf.grad.item())
    return gradients


# %% affine_gradients_keeps_gradients
# Gradients of an earlier call are still there
#
# The leaf tensors outlive the call, and backward() adds to their .grad. Every call needs leaves of its own, or has to
# clear what is left.
leaves = [torch.zeros((), requires_grad=True) for _ in range(3)]


def affine_gradients(x, w, b):
    for leaf, value in zip(leaves, (x, w, b)):
        leaf.data.fill_(value)
    (leaves[1] * leaves[0] + leaves[2]).backward()
    return tuple(leaf.grad.item() for leaf in leaves)


# %% affine_gradients_bias
# The value of b is given as its gradient
#
# A gradient says how fast y grows with b, not how large b is. Where b goes up by a little, by how much does y?
def affine_gradients(x, w, b):
    x, w, b = (torch.tensor(float(value), requires_grad=True) for value in (x, w, b))
    (w * x + b).backward()
    return x.grad.item(), w.grad.item(), b.item()


# %% affine_gradients_constant
# The example's numbers, wherever it is asked
#
# 2, 1 and 1 are right where w is 2 and x is 1. Elsewhere the gradients with respect to x and to w are other numbers.
def affine_gradients(x, w, b):
    return 2.0, 1.0, 1.0


# %% affine_gradients_formula
# The derivatives are written down, not computed
#
# The numbers are right, because this function is easy to differentiate in one's head. The question is how to make
# autograd do it, which then works for a million parameters, too.
def affine_gradients(x, w, b):
    return float(w), float(x), 1.0


# %% numeric_gradient_one_sided
# A difference to one side only
#
# Its error shrinks in proportion to eps, that of the central difference to eps². The value in the middle does not
# occur in the formula.
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
# Divided by eps instead of the distance
#
# The two points lie eps to the left and eps to the right: how far apart are they? Without that factor the slope comes
# out twice as large.
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
# Half a step to each side, divided by two steps
#
# The divisor has to be the distance between the two points at which f is evaluated. Here the slope comes out half as
# large.
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
# All elements are moved at the same time
#
# A partial derivative changes one element and leaves all others. Moved together, they give one number: the sum of all
# partial derivatives.
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double()
    return torch.ones_like(at) * (float(f(at + eps)) - float(f(at - eps))) / (2 * eps)


# %% numeric_gradient_ignores_eps
# eps is not used
#
# A fixed number stands where eps should. The caller may choose another step, and the result depends on it.
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
# An element is not put back before the next one moves
#
# When the second element is moved, the first one still is where it was left. Each quotient should be taken around the
# same point.
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
# x itself is moved and not put back
#
# The caller's tensor is not yours to change. Converting a tensor to a type that it already has makes no copy: both
# names mean the same numbers.
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double()
    gradient = torch.zeros_like(at)
    for place in itertools.product(*(range(size) for size in at.shape)):
        at[place] += eps
        up = float(f(at))
        at[place] -= 2 * eps
        gradient[place] = (up - float(f(at))) / (2 * eps)
    return gradient


# %% numeric_gradient_changes_x
def numeric_gradient(f, x, eps=1e-3):
    grad = torch.zeros(x.numel(), dtype=torch.float64)
    for i in range(x.numel()):
        plus = x.detach().double().reshape(-1)
        minus = plus.clone()
        plus[i] += eps
        minus[i] -= eps
        grad[i] = (float(f(plus.reshape(x.shape))) - float(f(minus.reshape(x.shape)))) / (2 * eps)
    return grad.reshape(x.shape)


# %% numeric_gradient_float32
# The differences are taken in float32
#
# float32 keeps seven digits. Of two values that agree in the first six, the difference has one digit left, and
# divided by a tiny step that is all the gradient has. Compute in float64, whatever type x has.
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
# The exact derivative instead of a difference
#
# This function is there to check autograd and work by hand, so it must not use either. With a large eps a central
# difference differs from the derivative, and these values do not.
def numeric_gradient(f, x, eps=1e-3):
    at = x.detach().double().clone().requires_grad_()
    f(at).backward()
    return at.grad


# %% numeric_gradient_flat
# The gradient has lost the shape of x
#
# For each element of x there is one element of the gradient, at the same place. A step x - lr * gradient would
# otherwise broadcast or fail.
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
# There is no relu
#
# Two products in a row are one product with another matrix: without something in between that is no straight line,
# the second layer adds nothing.
def two_layer_forward(x, w1, w2):
    return x @ w1 @ w2


# %% two_layer_forward_relu_last
# The relu comes after the second product
#
# Then the outputs can never be negative, and the two products before it are as good as one. It belongs to the hidden
# layer.
def two_layer_forward(x, w1, w2):
    return torch.relu(x @ w1 @ w2)


# %% two_layer_forward_relu_twice
# A relu on the outputs, too
#
# The hidden layer is right. The outputs are to be any numbers, and here the negative ones are cut off.
def two_layer_forward(x, w1, w2):
    return torch.relu(torch.relu(x @ w1) @ w2)


# %% two_layer_forward_relu_first
# The relu is applied to x
#
# The inputs lose their negative values, and the hidden layer stays linear. The relu acts on what the first product
# gives.
def two_layer_forward(x, w1, w2):
    return torch.relu(x) @ w1 @ w2


# %% two_layer_forward_absolute
# The absolute value instead of the relu
#
# A relu closes for negative inputs. The absolute value turns them round and lets them pass.
def two_layer_forward(x, w1, w2):
    return (x @ w1).abs() @ w2


# %% two_layer_forward_negative
# The relu lets the wrong half pass
#
# Positive values should go through unchanged and negative ones become zero. Here it is the other way round: think of
# which bound the values get.
def two_layer_forward(x, w1, w2):
    return (x @ w1).clamp(max=0) @ w2


# %% two_layer_forward_mask
# Hidden units are only open or closed
#
# The comparison with zero says which units are open. An open unit passes on its value, not a one.
def two_layer_forward(x, w1, w2):
    return ((x @ w1) > 0).float() @ w2


# %% two_layer_forward_detached
# Autograd cannot go back
#
# Somewhere the values leave autograd's sight: through NumPy, .detach(), .data, .item(), or no_grad(). The numbers are
# right, but training would have no gradients.
def two_layer_forward(x, w1, w2):
    with torch.no_grad():
        return torch.relu(x @ w1) @ w2


# %% two_layer_gradients_no_two
# The factor 2 of the square is lost
#
# The derivative of a square has a factor in front. A half in the loss would cancel it, and this loss has none.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = h @ w2 - y
    return x.T @ ((dy @ w2.T) * (z > 0)), h.T @ dy


# %% two_layer_gradients_mean
# The gradients of a mean
#
# The loss is the sum over all elements, so nothing is divided by how many there are.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y) / len(x)
    return x.T @ ((dy @ w2.T) * (z > 0)), h.T @ dy


# %% two_layer_gradients_mean
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = torch.relu(z)
    y_hat = h @ w2
    dy = 2 * (y_hat - y) / y.numel()
    dw2 = h.T @ dy
    dz = (dy @ w2.T) * (z > 0)
    dw1 = x.T @ dz
    return dw1, dw2


# %% two_layer_gradients_second_mean
# One of the two gradients is a mean
#
# The gradient with respect to `w2` was divided by the number of examples, and the other one was not. Both come from one
# loss, which is a sum, so a step would move the two layers by different measures.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    return x.T @ ((dy @ w2.T) * (z > 0)), h.T @ dy / len(x)


# %% two_layer_gradients_ascends
# The gradients have the wrong sign
#
# The error is prediction minus label. The other way round, the square is the same, and its derivative changes sign.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (y - h @ w2)
    return x.T @ ((dy @ w2.T) * (z > 0)), h.T @ dy


# %% two_layer_gradients_swapped
# dw2 and dw1 have changed places
#
# Going backwards, the last layer's gradient is found first. It still is the second of the pair.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    return h.T @ dy, x.T @ ((dy @ w2.T) * (z > 0))


# %% two_layer_gradients_transposed
# The gradients are transposed
#
# A gradient has the shape of what it belongs to: one number for each weight, at the weight's own place.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    return ((dy @ w2.T) * (z > 0)).T @ x, dy.T @ h


# %% two_layer_gradients_no_mask
# Closed units pass gradients back
#
# Where a hidden unit's input was negative, the relu gave zero whatever the input was, so its derivative is zero
# there. Nothing may pass.
def two_layer_gradients(x, y, w1, w2):
    h = (x @ w1).clamp(min=0)
    dy = 2 * (h @ w2 - y)
    return x.T @ (dy @ w2.T), h.T @ dy


# %% two_layer_gradients_mask_inverted
# The relu's mask has the wrong sign
#
# Gradients pass through the units that were open and stop at those that were closed. Here it is the other way round.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dh = dy @ w2.T
    dh[z > 0] = 0
    return x.T @ dh, h.T @ dy


# %% two_layer_gradients_mask_of_gradient
# The mask is taken from the gradient
#
# Whether a unit was open is decided by its input on the way forward, not by the sign of what comes back. Gradients
# may be negative.
def two_layer_gradients(x, y, w1, w2):
    h = (x @ w1).clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dh = dy @ w2.T
    dh[dh < 0] = 0
    return x.T @ dh, h.T @ dy


# %% two_layer_gradients_mask_twice
# Multiplied by the unit's value instead of its slope
#
# The derivative of the relu is 0 or 1. The value of an open unit plays no part on the way back to its input.
def two_layer_gradients(x, y, w1, w2):
    h = (x @ w1).clamp(min=0)
    dy = 2 * (h @ w2 - y)
    return x.T @ ((dy @ w2.T) * h), h.T @ dy


# %% two_layer_gradients_no_relu_in_dw2
# dw2 is computed from values before the relu
#
# The second product received the hidden layer after the relu. These are the values that its gradient needs.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    dy = 2 * (z.clamp(min=0) @ w2 - y)
    return x.T @ ((dy @ w2.T) * (z > 0)), z.T @ dy


# %% two_layer_gradients_linear
# The gradients of a network without relu
#
# On neither way, forward or back, does the relu occur.
def two_layer_gradients(x, y, w1, w2):
    h = x @ w1
    dy = 2 * (h @ w2 - y)
    return x.T @ (dy @ w2.T), h.T @ dy


# %% two_layer_gradients_moves_w1
# w1 is moved before dw2 is computed
#
# Both gradients belong to the same point. If a weight is updated in between, the second gradient is that of another
# network. And this function only measures: it takes no step.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    dy = 2 * (z.clamp(min=0) @ w2 - y)
    dw1 = x.T @ ((dy @ w2.T) * (z > 0))
    w1 -= 1e-3 * dw1
    dw2 = (x @ w1).clamp(min=0).T @ dy
    return dw1, dw2


# %% two_layer_gradients_moves_w1
def two_layer_gradients(x, y, w1, w2):
    lr = 1e-6
    z = x @ w1
    h = torch.relu(z)
    dy = 2 * (h @ w2 - y)
    dw1 = x.T @ ((dy @ w2.T) * (z > 0))
    w1 -= lr * dw1
    h = torch.relu(x @ w1)
    dy = 2 * (h @ w2 - y)
    dw2 = h.T @ dy
    return dw1, dw2


# %% two_layer_gradients_moves_w2
# w2 is updated before dw1 is computed
#
# The error goes back to the hidden units through w2 as it was in the forward pass. Once w2 has moved, what is sent
# back belongs to another network.
def two_layer_gradients(x, y, w1, w2):
    z = x @ w1
    h = z.clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dw2 = h.T @ dy
    w2 = w2 - 0.01 * dw2
    dw1 = x.T @ ((dy @ w2.T) * (z > 0))
    return dw1, dw2


# %% two_layer_gradients_moves_w2
def two_layer_gradients(x, y, w1, w2):
    lr = 1e-6
    z = x @ w1
    h = torch.relu(z)
    dy = 2 * (h @ w2 - y)
    dw2 = h.T @ dy
    w2 -= lr * dw2
    dz = (dy @ w2.T) * (z > 0)
    dw1 = x.T @ dz
    return dw1, dw2


# %% two_layer_gradients_mask_after_update
# The relu's mask is taken after an update
#
# Which units were open is known from the forward pass, with the weights of that time. After a step others may be
# open. And this function only measures: it takes no step.
def two_layer_gradients(x, y, w1, w2):
    h = (x @ w1).clamp(min=0)
    dy = 2 * (h @ w2 - y)
    dh = dy @ w2.T
    w1 -= 0.1 * x.T @ dh
    return x.T @ (dh * (x @ w1 > 0)), h.T @ dy


# %% two_layer_gradients_mask_after_update
def two_layer_gradients(x, y, w1, w2):
    lr = 1e-3
    h = torch.relu(x @ w1)
    dy = 2 * (h @ w2 - y)
    dw2 = h.T @ dy
    dh = dy @ w2.T
    w1 -= lr * (x.T @ dh)
    dz = dh * (x @ w1 > 0)
    dw1 = x.T @ dz
    return dw1, dw2


# %% two_layer_gradients_autograd
# Autograd does the work
#
# The gradients are right. The question is what autograd does inside: do every step of the way back yourself, and keep
# autograd for checking.
def two_layer_gradients(x, y, w1, w2):
    w1, w2 = w1.clone().requires_grad_(), w2.clone().requires_grad_()
    loss = ((torch.relu(x @ w1) @ w2 - y) ** 2).sum()
    return torch.autograd.grad(loss, (w1, w2))


# %% two_layer_gradients_autograd
def two_layer_gradients(x, y, w1, w2):
    w1 = w1.detach().clone().requires_grad_(True)
    w2 = w2.detach().clone().requires_grad_(True)
    loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
    loss.backward()
    return w1.grad, w2.grad


# %% train_two_layer_accumulates
# Gradients add up from step to step
#
# backward() adds to what is in .grad. Left there, the gradients of all earlier steps pull along, and the weights
# overshoot.
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
# w1 is moved before the gradient with respect to w2 is found
#
# A step of gradient descent moves all weights along one gradient, taken at one point. Here the second part belongs to
# a network that was already changed.
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
# w2 is moved before the gradient with respect to w1 is found
#
# A step of gradient descent moves all weights along one gradient, taken at one point. Here the second part belongs to
# a network that was already changed.
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
# The mean instead of the sum
#
# The loss is the sum of all squared errors. Its mean has a smaller gradient, and with the same learning rate training
# hardly moves.
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
# Half the squared error
#
# Nothing is halved in this loss. With a half every gradient is half as large, and every step half as long as it should
# be.
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
# Losses are recorded after the step
#
# The first loss in the list belongs to the weights that were passed, before anything has moved.
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
# One loss too many
#
# There is one loss before each step, and none after the last.
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
# The function returns after one step
#
# The return stands inside the loop, so the loop ends when it is reached for the first time.
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
# The number of steps is always 500
#
# It is the caller's to choose. Use the argument.
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
# The learning rate is always 1e-6
#
# It is the caller's to choose. Use the argument.
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
# Uphill
#
# The gradient points to where the loss grows fastest. A step goes against it.
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
# The weights never move
#
# Losses and gradients are computed, but no update reaches the tensors that the network uses: a new tensor under the
# same name in a helper, or a step along gradients that are zero.
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
# Only one of the two matrices is trained
#
# Both w1 and w2 have a gradient, and both take a step.
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for _ in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        (d2,) = torch.autograd.grad(loss, w2)
        with torch.no_grad():
            w2 -= lr * d2
    return losses


# %% train_two_layer_one_matrix
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    for step in range(num_steps):
        loss = ((two_layer_forward(x, w1, w2) - y) ** 2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w1 -= lr * w1.grad
        w1.grad.zero_()
        w2.grad.zero_()
    return losses


# %% train_two_layer_by_hand
# The gradients do not come from autograd
#
# The losses are right, by way of the gradients that you have worked out by hand. The question is how to train with
# autograd, which needs no such work when the network changes.
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses = []
    with torch.no_grad():
        for _ in range(num_steps):
            losses.append(((two_layer_forward(x, w1, w2) - y) ** 2).sum().item())
            dw1, dw2 = two_layer_gradients(x, y, w1, w2)
            w1 -= lr * dw1
            w2 -= lr * dw2
    return losses


# %% train_two_layer_without_forward
# The outputs are written out again
#
# The question asks for training with your two_layer_forward. What is written down twice has to be mended twice, and one
# of the two is forgotten.
def train_two_layer(x, y, w1, w2, lr, num_steps):
    w1, w2 = (w.detach().clone().requires_grad_() for w in (w1, w2))
    losses = []
    for _ in range(num_steps):
        loss = (((x @ w1).clamp(min=0) @ w2 - y) ** 2).sum()
        losses.append(loss.item())
        grads = torch.autograd.grad(loss, (w1, w2))
        with torch.no_grad():
            for w, grad in zip((w1, w2), grads):
                w -= lr * grad
    return losses


# %% break_two_layer_gradients_agrees
# On this network both functions agree
#
# Where no hidden unit is closed, the mask of the relu is all ones and may be left out. Look for weights with which one is
# closed, and for an error that comes back to it.
def break_two_layer_gradients():
    one = torch.ones(2, 2)
    return one, 0 * one, one, one


# %% break_two_layer_gradients_agrees
def break_two_layer_gradients():
    return torch.ones(1, 1), torch.zeros(1, 1), torch.full((1, 1), -1.0), torch.zeros(1, 1)


# %% break_two_layer_gradients_no_labels
# A matrix is missing
#
# Four matrices are returned: the inputs, the labels and both layers' weights. Without labels there is no error to send
# back.
def break_two_layer_gradients():
    return torch.ones(1, 1), torch.tensor([[1.0, -1.0]]), torch.ones(2, 1)
