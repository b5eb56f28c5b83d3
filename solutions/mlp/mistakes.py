# Known mistakes of mlp: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% relu_absolute_value
# The absolute value instead of relu
#
# −3 becomes 3 instead of 0. Hidden units then never switch off, and both signs of an input look the same to the next
# layer.
def relu(X):
    return X.abs()


# %% relu_minimum
# The negative part is kept instead of the positive one
#
# The smaller of X and 0 was taken. relu lets positive numbers through and stops the negative ones.
def relu(X):
    return torch.min(X, torch.zeros_like(X))


# %% relu_mask
# Only whether an element is positive is returned
#
# A comparison gives ones and zeros: how large the positive elements are is lost, and autograd cannot go back through
# it.
def relu(X):
    return (X > 0).float()


# %% relu_capped
# Large elements are cut off
#
# relu has a floor at 0 and no ceiling. That positive values pass unchanged, however large, is what keeps its
# gradients alive.
def relu(X):
    return torch.clamp(X, 0, 1)


# %% relu_drops_elements
# Negative elements are removed instead of set to zero
#
# Selecting the positive elements gives a flat tensor of some other length. Each element needs a result in its own
# place.
def relu(X):
    return X[X > 0]


# %% relu_maximum_of_all
# One maximum over the whole tensor
#
# The largest element of X was taken. relu compares each element with 0, one at a time.
def relu(X):
    return max(X.max(), torch.tensor(0.0))


# %% relu_leaky
# Negative elements are only made smaller
#
# This is the leaky variant, which lets a small part of negative numbers through. Here they become exactly 0.
def relu(X):
    return torch.max(X, 0.01 * X)


# %% relu_identity
# Nothing is changed
#
# Negative elements came back as they were. Without a bend anywhere, two layers are no more than one.
def relu(X):
    return torch.max(X)[None] * 0 + X


# %% relu_smooth
# A smooth relative of relu
#
# softplus resembles relu far from 0, but is positive everywhere and rounded at 0. relu(0) is 0.
def relu(X):
    return torch.log(1 + torch.exp(X))


# %% relu_in_place
# X itself is overwritten
#
# Assigning into X changes the caller's tensor, which may be needed again, for a gradient or for a second look. Make a
# new tensor.
def relu(X):
    X[X < 0] = 0
    return X


# %% relu_detached
# Autograd cannot see how the result was made
#
# Values taken out of a tensor (`detach`, `numpy`, `item`, `.data`) have no history. backward() then ends here, and
# the layer below is never trained.
def relu(X):
    return torch.tensor(X.detach().numpy().clip(min=0))


# %% init_mlp_params_transposed
# A layer's weights lie the other way round
#
# Examples are rows, and X @ W sums over the columns of X, so W needs a row for each input and a column for each unit.
# (nn.Linear keeps the transpose.)
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_hiddens, num_inputs), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, (num_outputs, num_hiddens), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_shared_bias
# One bias is shared
#
# A bias of one element is added to all units alike, and one tensor used twice is trained for two purposes at once.
# Every hidden unit and every output has a bias of its own.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, num_hiddens), requires_grad=True)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    return [W1, b, W2, b]


# %% init_mlp_params_all_equal
# All weights are equal
#
# Hidden units with equal weights compute the same, get the same gradient and stay equal for ever: a hundred of them
# are worth one. Random numbers break the symmetry.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.full((num_inputs, num_hiddens), std, requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.full((num_hiddens, num_outputs), std, requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_variance
# Variance and standard deviation mixed up
#
# std is the standard deviation; its square is the variance. Look up which of the two your function for drawing
# expects.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std**0.5, (num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std**0.5, (num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_unit_std
# The weights are not scaled down
#
# With standard deviation 1 the sums over hundreds of inputs are huge from the start, the softmax is sure of itself
# before it knows anything, and training becomes erratic.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.randn(num_inputs, num_hiddens, requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.randn(num_hiddens, num_outputs, requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_ignores_std
# std is not used
#
# The standard deviation is 0.01 whatever the caller asks for.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, 0.01, (num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, 0.01, (num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_uniform
# Uniform draws instead of normal ones
#
# Uniform draws have another spread than a normal distribution with that number as its deviation, and those from [0,
# 1) are never negative.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = (std * torch.rand(num_inputs, num_hiddens)).requires_grad_()
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = (std * torch.rand(num_hiddens, num_outputs)).requires_grad_()
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_random_biases
# The biases are random
#
# The weights already break the symmetry. Biases start at 0.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    shapes = ((num_inputs, num_hiddens), (num_hiddens,), (num_hiddens, num_outputs), (num_outputs,))
    return [torch.normal(0, std, shape, requires_grad=True) for shape in shapes]


# %% init_mlp_params_biases_of_one
# The biases start at one
#
# A bias of 1 is far larger than what small weights contribute, so at the start all hidden units are on for every
# input. Biases start at 0.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.ones(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.ones(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_no_gradients
# The parameters do not ask for gradients
#
# Without requires_grad autograd does not follow what happens to them, and backward() has nothing to fill in.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, num_hiddens))
    b1 = torch.zeros(num_hiddens)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs))
    b2 = torch.zeros(num_outputs)
    return [W1, b1, W2, b2]


# %% init_mlp_params_no_leaves
# The parameters are results of a computation
#
# A tensor that asked for gradients was scaled afterwards. The product is a new tensor: backward() fills the gradient
# of the hidden original, and that of the parameter stays None.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.randn(num_inputs, num_hiddens, requires_grad=True) * std
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.randn(num_hiddens, num_outputs, requires_grad=True) * std
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_linear
# Layers of the framework are used here
#
# This part is from scratch: the parameters are four plain tensors of yours. nn.Linear has its turn in make_mlp.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    params = []
    for layer in (nn.Linear(num_inputs, num_hiddens), nn.Linear(num_hiddens, num_outputs)):
        W = torch.empty(layer.in_features, layer.out_features).normal_(0, std)
        params += [W.requires_grad_(), torch.zeros_like(layer.bias).requires_grad_()]
    return params


# %% init_mlp_params_same_draws
# Both layers are made from the same draws
#
# The random generator was set back between the layers, or one tensor serves for both. Each layer needs draws of its
# own.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    torch.manual_seed(0)
    W1 = torch.normal(0, std, (num_inputs, num_hiddens), requires_grad=True)
    torch.manual_seed(0)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_shared_draws
# Units share their draws
#
# One column of random numbers was repeated for all units. Units with equal weights stay equal for ever: the symmetry
# is not broken.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, 1)).repeat(1, num_hiddens).requires_grad_()
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, (1, num_outputs)).repeat(num_hiddens, 1).requires_grad_()
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_remembered
# Every call hands out the same tensors
#
# Whoever trains one of two networks of this size then has trained the other as well.
import functools


@functools.cache
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_clipped
# Large draws are cut off
#
# One normal draw in twenty lies beyond two standard deviations. Without those the numbers are no longer normal.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = (std * torch.randn(num_inputs, num_hiddens)).clamp(-2 * std, 2 * std).requires_grad_()
    b1 = torch.zeros(num_hiddens, requires_grad=True)
    W2 = (std * torch.randn(num_hiddens, num_outputs)).clamp(-2 * std, 2 * std).requires_grad_()
    b2 = torch.zeros(num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% init_mlp_params_bias_rows
# The biases are matrices of one row
#
# A row adds up like a flat tensor, but it has one axis more than was asked for: a bias has one number a unit.
def init_mlp_params(num_inputs, num_hiddens, num_outputs, std=0.01):
    W1 = torch.normal(0, std, (num_inputs, num_hiddens), requires_grad=True)
    b1 = torch.zeros(1, num_hiddens, requires_grad=True)
    W2 = torch.normal(0, std, (num_hiddens, num_outputs), requires_grad=True)
    b2 = torch.zeros(1, num_outputs, requires_grad=True)
    return [W1, b1, W2, b2]


# %% mlp_no_activation
# There is no activation between the layers
#
# Two affine maps one after the other are one affine map: (XW₁ + b₁)W₂ + b₂ = X(W₁W₂) + (b₁W₂ + b₂). The hidden layer
# adds nothing.
def mlp(X, params):
    W1, b1, W2, b2 = params
    return (X.reshape(-1, W1.shape[0]) @ W1 + b1) @ W2 + b2


# %% mlp_output_activation
# The outputs go through an activation, too
#
# Logits may be any number. An activation on them makes all negative ones 0, and classes that are 0 get no gradient.
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return relu(H @ W2 + b2)


# %% mlp_activates_output_only
# The activation stands after the wrong layer
#
# The hidden layer is linear, so both layers together are one, and the logits, which should be free, are cut off at 0.
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = X.reshape(-1, W1.shape[0]) @ W1 + b1
    return relu(H @ W2 + b2)


# %% mlp_absolute_value
# The absolute value is used as activation
#
# Hidden units then never switch off: an input and its opposite excite them alike. relu sets negative values to 0.
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = (X.reshape(-1, W1.shape[0]) @ W1 + b1).abs()
    return H @ W2 + b2


# %% mlp_softmax
# Probabilities instead of logits
#
# The cross-entropy of the framework applies the softmax itself, in a numerically safe way. Applied twice it flattens
# the differences, and training crawls.
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return torch.softmax(H @ W2 + b2, dim=1)


# %% mlp_log_softmax
# Logarithms of probabilities instead of logits
#
# The network's output is the last affine map as it is. What turns scores into probabilities belongs to the loss.
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return torch.log_softmax(H @ W2 + b2, dim=1)


# %% mlp_sigmoid
# A sigmoid instead of relu
#
# The sigmoid squeezes every hidden value between 0 and 1 and is flat at both ends. This network uses relu.
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = torch.sigmoid(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return H @ W2 + b2


# %% mlp_tanh
# tanh instead of relu
#
# tanh squeezes every hidden value between −1 and 1. This network uses relu.
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = torch.tanh(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return H @ W2 + b2


# %% mlp_no_first_bias
# The hidden layer's bias is missing
#
# Without b1 every hidden unit has its bend at the origin, and b1 is never trained.
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X.reshape(-1, W1.shape[0]) @ W1) @ W2 + b2


# %% mlp_no_second_bias
# The output layer's bias is missing
#
# Without b2 the logits cannot be shifted for a class that is more frequent, and b2 is never trained.
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X.reshape(-1, W1.shape[0]) @ W1 + b1) @ W2


# %% mlp_no_biases
# Both biases are missing
#
# A layer is a product plus a bias. Without them, the logits of an empty image are 0 whatever was learned.
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X.reshape(-1, W1.shape[0]) @ W1) @ W2


# %% mlp_bias_after_activation
# The hidden bias is added after the activation
#
# It decides where a unit bends, so it belongs inside. Added after relu it shifts the outputs only, as b2 does anyway.
def mlp(X, params):
    W1, b1, W2, b2 = params
    return (relu(X.reshape(-1, W1.shape[0]) @ W1) + b1) @ W2 + b2


# %% mlp_activates_input
# The inputs go through the activation, not the hidden layer
#
# relu belongs on what the first layer gives. On the inputs it throws away their negative part, and the two layers
# collapse into one.
def mlp(X, params):
    W1, b1, W2, b2 = params
    return (relu(X.reshape(-1, W1.shape[0])) @ W1 + b1) @ W2 + b2


# %% mlp_shared_bias
# One bias serves both layers
#
# b1 was added to the outputs as well. With as many hidden units as outputs this raises no error, and b2 is never
# trained.
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(-1, W1.shape[0]) @ W1 + b1)
    return H @ W2 + b1


# %% mlp_mixes_images
# Pixels of different images are mixed
#
# Reshaping keeps the order of the elements in memory: to make an image a row, the first axis has to stay the number
# of images. A reshape to (pixels, n) followed by a transpose shuffles them.
def mlp(X, params):
    W1, b1, W2, b2 = params
    if X.dim() > 2:
        X = X.reshape(W1.shape[0], -1).T
    return relu(X @ W1 + b1) @ W2 + b2


# %% mlp_transposed
# A layer's weights are transposed
#
# W1 has a row for each input and a column for each hidden unit, W2 a row for each hidden unit and a column for each
# class. In this order the products of the formula fit as they stand; only the framework's layers keep their weights
# the other way round.
def mlp(X, params):
    W1, b1, W2, b2 = params
    H = relu(X.reshape(len(X), -1) @ W1.T + b1)
    return H @ W2 + b2


# %% mlp_no_flatten
# Images are not flattened
#
# A matrix product works on the last axis, which for an image is a row of 28 pixels. Each image has to become one row
# of all its pixels first.
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X @ W1 + b1) @ W2 + b2


# %% mlp_fixed_size
# The number of inputs is written into the function
#
# 784 fits garments only. How many inputs there are follows from the parameters.
def mlp(X, params):
    W1, b1, W2, b2 = params
    return relu(X.reshape(-1, 784) @ W1 + b1) @ W2 + b2


# %% mlp_detached
# Autograd cannot see the parameters
#
# Values taken out of tensors (`detach`, `numpy`, `.data`, or work under `no_grad`) have no history. No gradient comes
# back to them, and they are never trained.
def mlp(X, params):
    W1, b1, W2, b2 = (param.detach() for param in params)
    return relu(X.reshape(-1, W1.shape[0]) @ W1 + b1) @ W2 + b2


# %% mlp_linear
# A layer of the framework does the work
#
# This part is from scratch: products and sums of tensors. The ready-made layer has its turn in make_mlp.
def mlp(X, params):
    W1, b1, W2, b2 = params
    hidden, output = nn.Linear(*W1.shape), nn.Linear(*W2.shape)
    del hidden.weight, hidden.bias, output.weight, output.bias
    hidden.weight, hidden.bias, output.weight, output.bias = W1.T, b1, W2.T, b2
    return output(relu(hidden(X.reshape(-1, W1.shape[0]))))


# %% make_mlp_no_activation
# There is no activation between the layers
#
# Two linear layers one after the other are one linear layer, however many hidden units stand between them.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.Linear(num_hiddens, num_outputs))


# %% make_mlp_output_activation
# The outputs go through an activation, too
#
# Logits may be any number. An activation on them makes all negative ones 0, and classes that are 0 get no gradient.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs), nn.ReLU()
    )


# %% make_mlp_activates_output_only
# The activation stands after the wrong layer
#
# It belongs between the layers. At the end it cuts off the logits, and the hidden layer stays linear.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.Linear(num_hiddens, num_outputs), nn.ReLU()
    )


# %% make_mlp_softmax
# Probabilities instead of logits
#
# The cross-entropy of the framework applies the softmax itself. Applied twice it flattens the differences, and
# training crawls.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs),
        nn.Softmax(dim=1),
    )


# %% make_mlp_log_softmax
# Logarithms of probabilities instead of logits
#
# The module's output is the last layer as it is. What turns scores into probabilities belongs to the loss.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs),
        nn.LogSoftmax(dim=1),
    )


# %% make_mlp_sigmoid
# A sigmoid instead of relu
#
# The sigmoid squeezes every hidden value between 0 and 1. The module is to compute what your mlp does.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.Sigmoid(), nn.Linear(num_hiddens, num_outputs)
    )


# %% make_mlp_tanh
# tanh instead of relu
#
# tanh squeezes every hidden value between −1 and 1. The module is to compute what your mlp does.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.Tanh(), nn.Linear(num_hiddens, num_outputs)
    )


# %% make_mlp_no_bias
# The layers have no biases
#
# Your mlp adds b1 and b2; the layers of the module have been told to do without.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(num_inputs, num_hiddens, bias=False),
        nn.ReLU(),
        nn.Linear(num_hiddens, num_outputs, bias=False),
    )


# %% make_mlp_one_layer
# There is no hidden layer
#
# One layer from the inputs to the outputs is softmax regression. The hidden units stand between two layers.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(num_inputs, num_outputs))


# %% make_mlp_extra_layer
# There is one hidden layer too many
#
# Your mlp has one hidden layer, which takes two sets of weights: into it and out of it.
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
# The numbers of hidden units and of outputs are swapped
#
# The second argument is the size of the hidden layer, the third that of the output.
def make_mlp(num_inputs, num_outputs, num_hiddens):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs)
    )


# %% make_mlp_no_flatten
# Images are not flattened
#
# A linear layer works on the last axis, which for an image is a row of 28 pixels. Each image has to become one row of
# all its pixels first.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs))


# %% make_mlp_dropout
# The module's answers are random
#
# Dropout sets hidden values to zero at random while training. The module is to compute just what your mlp computes,
# each time.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(num_hiddens, num_outputs),
    )


# %% make_mlp_all_equal
# All weights start with one value
#
# Hidden units with equal weights get equal gradients and stay equal for ever. Layers of the framework start with
# random weights unless they are told otherwise.
def make_mlp(num_inputs, num_hiddens, num_outputs):
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs)
    )
    for parameter in net.parameters():
        nn.init.zeros_(parameter)
    return net


# %% make_mlp_remembered
# Every call hands out the same module
#
# Whoever trains one of two networks of this size then has trained the other as well.
import functools


@functools.cache
def make_mlp(num_inputs, num_hiddens, num_outputs):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(num_inputs, num_hiddens), nn.ReLU(), nn.Linear(num_hiddens, num_outputs)
    )


# %% train_mlp_keeps_gradients
# Gradients are not zeroed
#
# backward() adds to what is in .grad. Each step then follows the sum of all gradients so far instead of the present
# one.
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
# The step uses the sum of the losses
#
# The gradient of a sum grows with the minibatch, and with it the step. The learning rate belongs to the mean loss of
# the minibatch.
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
# The step is divided by the batch size twice
#
# The loss is a mean over the minibatch already. Dividing the step again makes it smaller by the batch size, and
# training hardly moves.
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
# The step goes uphill
#
# The gradient points to where the loss grows fastest. Training goes the other way.
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
# The learning rate is not the caller's
#
# A fixed number stands where lr should be used.
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
# The softmax is applied twice
#
# The cross-entropy of the framework expects logits and applies the softmax itself. Given probabilities, it sees
# hardly any difference between classes.
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
# The squared error instead of the cross-entropy
#
# The squared distance to a one-hot label is a loss, too, but another one, with other gradients. Classes are learned
# with the cross-entropy here.
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
# train_mlp returns in its first epoch
#
# The return stands inside the loop over epochs, so that only one of them is run.
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
# The number of epochs is not the caller's
#
# A fixed number of epochs is run, whatever num_epochs says.
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
# Only the first minibatch is used
#
# An epoch goes through all minibatches of the iterator, with a step for each.
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
# There is one step an epoch instead of one a minibatch
#
# The update stands outside the loop over minibatches. Many small steps in slightly wrong directions get further than
# one good one.
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
# Only the output layer is trained
#
# W1 and b1 stay as they were drawn: the output layer has to make do with random features.
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
# The biases are not trained
#
# The update reaches the weights only. All four parameters have a gradient, and all four are moved.
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
# The parameters are made anew
#
# New parameters are drawn inside train_mlp, so that what one epoch learned is thrown away by the next, and the
# caller's tensors are never trained.
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
# New tensors are trained, not the caller's
#
# The update makes new tensors and puts them under the old names, or into the list. The caller still holds the old
# ones, which have not moved. Change them in place.
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
# The parameters never move
#
# Losses and gradients are computed, but no update reaches a tensor of the list. In a loop over `params`, an assignment
# to the loop's variable only gives that name to a new tensor; the one in the list stays what it was.
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


# %% train_mlp_rebinds_variable
# A name is bound to a new tensor, and the list keeps the old one
#
# `param = param - …` computes a new tensor and calls it `param`; the one in the list stays what it was. The new one has
# been given no gradient, so there is none to zero.
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param = param - lr * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_rebinds_variable
def train_mlp(params, train_iter, num_epochs, lr):
    W1, b1, W2, b2 = params
    losses = []
    for _ in range(num_epochs):
        sums = []
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, [W1, b1, W2, b2]), y)
            loss.backward()
            with torch.no_grad():
                W1, b1, W2, b2 = (p - lr * p.grad for p in (W1, b1, W2, b2))
                for p in (W1, b1, W2, b2):
                    p.grad.zero_()
            sums.append(loss.item())
        losses.append(sum(sums) / len(sums))
    return losses


# %% train_mlp_hides_mlp
# Inside of train_mlp the name of the network stands for something else
#
# A name that is assigned to anywhere in a function is the function's own, everywhere in it. Where `mlp` is given to the
# logits, there is no network of that name left to call.
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            mlp = mlp(X, params)
            loss = nn.functional.cross_entropy(mlp, y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
            total += loss.item() * len(y)
            count += len(y)
        losses.append(total / count)
    return losses


# %% train_mlp_losses_per_batch
# One loss a minibatch instead of one an epoch
#
# The list should have num_epochs entries: the losses of an epoch's minibatches are averaged.
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
# The loss of the last minibatch stands for the epoch
#
# One minibatch is a small and noisy sample. The mean is taken over the whole epoch.
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
# The losses of an epoch are added, or divided by the wrong number
#
# A mean of minibatches' means is divided by the number of minibatches, a sum over examples by the number of examples.
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


# %% train_mlp_tensors
# The losses are tensors
#
# A tensor without dimensions prints like a number, but may keep the graph of its whole minibatch alive. Python floats
# are asked for.
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
        losses.append(torch.tensor(total / count))
    return losses


# %% predict_labels_over_examples
# The maximum is taken over the examples
#
# Rows are examples, columns are classes. Along the first axis one finds, for each class, the example that looks most
# like it.
def predict_labels(X, params):
    return mlp(X, params).argmax(dim=0)


# %% predict_labels_keeps_axis
# A column instead of a flat tensor
#
# Labels have shape (n,). A column (n, 1) compared with labels (n,) broadcasts to an n by n table, and the accuracy
# computed from it is nonsense.
def predict_labels(X, params):
    return mlp(X, params).argmax(dim=1, keepdim=True)


# %% predict_labels_logits
# Logits instead of labels
#
# The logits are scores of all classes. The label is the number of the class with the largest one.
def predict_labels(X, params):
    return mlp(X, params)


# %% predict_labels_one_number
# One label for all examples
#
# Without an axis the maximum is taken over the whole table at once, and its place counts through all rows.
def predict_labels(X, params):
    return mlp(X, params).argmax()


# %% predict_labels_largest_logit
# The largest logit instead of its place
#
# How large the best score is does not say whose it is. Its position is the class.
def predict_labels(X, params):
    return mlp(X, params).max(dim=1).values


# %% predict_labels_probability
# The largest probability instead of its place
#
# How probable the best class is does not say which one it is. Its position is the class.
def predict_labels(X, params):
    return mlp(X, params).softmax(dim=1).max(dim=1)[0]


# %% predict_labels_smallest
# The least likely class is chosen
#
# A larger logit means a more probable class.
def predict_labels(X, params):
    return mlp(X, params).argmin(dim=1)


# %% predict_labels_from_one
# Classes are counted from one
#
# Labels go from 0 to num_outputs − 1, as the places in a tensor do.
def predict_labels(X, params):
    return mlp(X, params).argmax(dim=1) + 1


# %% predict_labels_relu
# Negative logits are lost
#
# Where all logits of an example are negative, all are 0 afterwards, and the first class wins. Logits may have any sign,
# and the largest one decides as they are.
def predict_labels(X, params):
    return relu(mlp(X, params)).argmax(dim=1)


# %% predict_labels_magnitude
# The logit that is farthest from 0 wins
#
# A logit far below 0 speaks against its class. It is the largest one that decides, with its sign.
def predict_labels(X, params):
    return mlp(X, params).abs().argmax(dim=1)


# %% predict_labels_int32
# The labels have another dtype
#
# A class number is an index, and labels of the data are int64.
def predict_labels(X, params):
    return mlp(X, params).argmax(dim=1).int()


# %% break_mlp_agrees
# With these parameters both networks agree
#
# Where the hidden biases are 0, or every hidden unit is open with its bias and without, relu changes nothing about the
# sum. Look for a unit that the bias opens or closes.
def break_mlp():
    return torch.ones(1, 2), [torch.ones(2, 3), torch.ones(3), torch.ones(3, 1), torch.zeros(1)]


# %% break_mlp_agrees
def break_mlp():
    return torch.ones(2, 2), [-torch.ones(2, 3), torch.zeros(3), torch.ones(3, 1), torch.ones(1)]


# %% break_mlp_no_params
# The parameters are missing
#
# A network is its parameters: X and the list of all four are returned.
def break_mlp():
    return torch.ones(3, 4)
