# Known mistakes of weight_init: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% zeros_init_new_tensor
# A new tensor is returned, and w stays as it was
#
# The trailing underscore of the name is PyTorch's sign for work in place. A layer holds the tensor w; zeros in
# another tensor, which a new name now means, never reach that layer.
def zeros_init_(w):
    return torch.zeros(w.shape)


# %% zeros_init_returns_nothing
# w is changed but not returned
#
# In-place functions hand their tensor back, so that a call can stand inside an expression. Without a return the
# caller gets None.
def zeros_init_(w):
    w.zero_()


# %% zeros_init_multiplies
# Zero times what was there is not always zero
#
# A tensor that was made without values may hold anything, also inf and nan, and 0 times those is nan. Set the
# elements, whatever they were.
def zeros_init_(w):
    w *= 0
    return w


# %% zeros_init_first_row
# Only a part of w is set to zero
#
# Indexing a matrix with one number takes one row. All fan_in × fan_out elements have to be reached.
def zeros_init_(w):
    w[0] = 0
    return w


# %% zeros_init_small_numbers
# Small random numbers are not zeros
#
# They are what one should use in practice, and here the point is to see what happens without them: every element is
# exactly 0.
def zeros_init_(w):
    return w.normal_(0, 0.01)


# %% distinct_hidden_units_ignores_tolerance
# The tolerance is not used
#
# Training on floating-point numbers leaves tiny differences by rounding. Columns that agree up to the tolerance are
# the same unit, though their last digits differ.
def distinct_hidden_units(w1, tolerance):
    return torch.unique(w1, dim=1).shape[1]


# %% distinct_hidden_units_neighbours_only
# Each column is compared with its neighbour only
#
# Equal columns need not stand side by side: in a, b, a there are two different ones, but two changes from one
# neighbour to the next.
def distinct_hidden_units(w1, tolerance):
    count = 1
    for j in range(1, w1.shape[1]):
        if (w1[:, j] - w1[:, j - 1]).abs().max() > tolerance:
            count += 1
    return count


# %% distinct_hidden_units_first_only
# Each column is compared with the first one only
#
# Columns that differ from the first may still be alike among themselves: in a, b, b there are two different ones, not
# three.
def distinct_hidden_units(w1, tolerance):
    return 1 + sum(1 for j in range(1, w1.shape[1]) if (w1[:, j] - w1[:, 0]).abs().max() > tolerance)


# %% distinct_hidden_units_rows
# Rows are counted instead of columns
#
# w1 is (fan_in, number of hidden units): a row holds what one input sends to every unit, a column is what one unit
# does with all inputs.
def distinct_hidden_units(w1, tolerance):
    kept = []
    for row in w1:
        if all((row - other).abs().max() > tolerance for other in kept):
            kept.append(row)
    return len(kept)


# %% distinct_hidden_units_elements
# Different numbers are counted instead of different columns
#
# One unit alone holds many different weights. What counts is whether two units agree in all of theirs.
def distinct_hidden_units(w1, tolerance):
    return len(torch.unique(w1))


# %% distinct_hidden_units_pairs
# Pairs of different columns are counted
#
# Three different columns make three different pairs, but four make six. The question is how many groups of equal
# columns there are.
def distinct_hidden_units(w1, tolerance):
    n = w1.shape[1]
    return sum(1 for i in range(n) for j in range(i) if (w1[:, i] - w1[:, j]).abs().max() > tolerance)


# %% distinct_hidden_units_sums
# Columns with the same sum are taken for the same
#
# The weights (1, 2) and (2, 1) have one sum and are different units. Compare element by element.
def distinct_hidden_units(w1, tolerance):
    kept = []
    for total in w1.sum(0):
        if all((total - other).abs() > tolerance for other in kept):
            kept.append(total)
    return len(kept)


# %% distinct_hidden_units_mean_difference
# Differences are averaged over the column
#
# One weight that differs clearly vanishes in the mean over a hundred that agree. Two units are the same only where
# every weight agrees up to the tolerance.
def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if all((column - other).abs().mean() > tolerance for other in kept):
            kept.append(column)
    return len(kept)


# %% distinct_hidden_units_norm
# The length of the difference is compared with the tolerance
#
# A length gathers the differences of all weights, so with many inputs it exceeds the tolerance although no single weight
# does. Two units are the same where each weight agrees up to the tolerance.
def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if all((column - other).norm() > tolerance for other in kept):
            kept.append(column)
    return len(kept)


# %% distinct_hidden_units_lengths
# Columns of the same length are taken for the same
#
# The weights (3, 4), (4, 3) and (−3, −4) all have the length 5, and belong to three different units. Compare weight by
# weight.
def distinct_hidden_units(w1, tolerance):
    kept = []
    for length in w1.norm(dim=0):
        if all((length - other).abs() > tolerance for other in kept):
            kept.append(length)
    return len(kept)


# %% distinct_hidden_units_any_element
# One weight in common is taken for equality
#
# Two units are the same where all of their weights agree, not where some of them do.
def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if all((column - other).abs().min() > tolerance for other in kept):
            kept.append(column)
    return len(kept)


# %% distinct_hidden_units_no_absolute_value
# Differences in one direction are overlooked
#
# A difference of −5 is smaller than any tolerance if its sign is kept. It is the size of a difference that counts.
def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if all((column - other).max() > tolerance for other in kept):
            kept.append(column)
    return len(kept)


# %% distinct_hidden_units_rank
# The rank is not the number of different columns
#
# A column and its double are linearly dependent, so that the rank counts them once. But they are two different units.
def distinct_hidden_units(w1, tolerance):
    return int(torch.linalg.matrix_rank(w1))


# %% distinct_hidden_units_never_repeated
# Columns that occur several times are not counted at all
#
# A group of equal columns is one distinct unit, not none. When all columns are alike the answer is 1.
def distinct_hidden_units(w1, tolerance):
    same = (w1[:, :, None] - w1[:, None, :]).abs().amax(0) <= tolerance
    return int((same.sum(0) == 1).sum())


# %% distinct_hidden_units_tensor
# The count is a tensor
#
# The number is right. A Python int is asked for, which can be printed, compared and used as a size.
def distinct_hidden_units(w1, tolerance):
    kept = []
    for column in w1.T:
        if all((column - other).abs().max() > tolerance for other in kept):
            kept.append(column)
    return torch.tensor(len(kept))


# %% normal_init_variance
# Variance and standard deviation mixed up
#
# The root of std was handed to a function that expects a standard deviation. Look up which of the two your function
# takes: in PyTorch it is std itself, in most formulas the variance std².
def normal_init_(w, std):
    return w.normal_(0, std**0.5)


# %% normal_init_squares
# The weights are scaled by the variance
#
# Multiplying standard normal draws by c gives them standard deviation c and variance c². So the factor is std, and
# not its square.
def normal_init_(w, std):
    return w.copy_(torch.randn(w.shape) * std**2)


# %% normal_init_ignores_std
# std is not used
#
# The weights are standard normal, whatever std was asked for. With hundreds of inputs their sums are then far too
# large.
def normal_init_(w, std):
    return w.copy_(torch.randn(w.shape))


# %% normal_init_std_as_mean
# std has ended up in the place of the mean
#
# Functions that draw normal numbers take the mean first and the standard deviation second. A single positional
# argument is the mean, and the deviation then stays 1.
def normal_init_(w, std):
    return w.normal_(std)


# %% normal_init_uniform
# Uniform draws instead of normal ones
#
# Uniform draws are spread evenly between two ends and have another standard deviation than their limit: half the
# width divided by √3. A normal distribution is a bell.
def normal_init_(w, std):
    return w.uniform_(-std, std)


# %% normal_init_one_sided
# All weights are positive
#
# Half of the draws of a normal distribution with mean 0 are negative. Weights of one sign add up instead of
# cancelling, and every unit begins as the same sum of its inputs.
def normal_init_(w, std):
    with torch.no_grad():
        w.normal_(0, std).abs_()
    return w


# %% normal_init_adds
# The draws are added to what w held before
#
# Initialising means to forget the old values, which may be anything. The mean of the weights has to be 0 afterwards.
def normal_init_(w, std):
    w += std * torch.randn(w.shape)
    return w


# %% normal_init_new_tensor
# A new tensor is returned, and w stays as it was
#
# The caller's layer holds the tensor w. A tensor of the same shape under another name (or the same name inside your
# function) never reaches it.
def normal_init_(w, std):
    return torch.normal(0.0, std, w.shape)


# %% normal_init_returns_nothing
# w is changed but not returned
#
# In-place functions hand their tensor back, so that a call can stand inside an expression. Without a return the
# caller gets None.
def normal_init_(w, std):
    w.normal_(0, std)


# %% normal_init_shared_draws
# One row of draws is used for all rows
#
# A smaller tensor broadcasts silently into a larger one. Weights that share a draw start as copies of each other,
# which is just the symmetry that random numbers are there to break.
def normal_init_(w, std):
    w[:] = std * torch.randn(w.shape[1])
    return w


# %% normal_init_same_every_time
# The random generator is seeded inside the function
#
# Every call then draws the same numbers, so that all layers of one shape start with the same weights. Seeding is the
# caller's business.
def normal_init_(w, std):
    torch.manual_seed(0)
    return w.normal_(0, std)


# %% normal_init_clipped
# Large draws are cut off
#
# One normal draw in twenty lies beyond two standard deviations. Without those the numbers are no longer normal.
def normal_init_(w, std):
    with torch.no_grad():
        w.normal_(0, std).clamp_(-2 * std, 2 * std)
    return w


# %% activation_stds_pre_activation
# Measured before the nonlinearity
#
# The numbers belong to h @ w, which the activation has not seen yet. Saturation and what relu cuts away show only
# after it.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        z = h @ init_(torch.empty(width, width))
        stds.append(z.std().item())
        h = activation(z)
    return stds


# %% activation_stds_variance
# Variance instead of standard deviation
#
# The variance is the square of the standard deviation: a spread of 0.1 is reported as 0.01.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.var().item())
    return stds


# %% activation_stds_root_mean_square
# The mean is not taken off
#
# A standard deviation is measured around the mean. The root of the mean square agrees with it for mean 0 only, and
# what comes out of relu has a mean well above 0.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append((h**2).mean().sqrt().item())
    return stds


# %% activation_stds_of_means
# The deviation is taken unit by unit
#
# One number is asked for over all batch × width activations of a layer. The mean of each unit's own deviation over
# the batch leaves out how units differ from each other.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std(dim=0).mean().item())
    return stds


# %% activation_stds_mean_size
# The mean size is no standard deviation
#
# The mean of |h| is also a measure of spread around 0, but another one. Take the standard deviation over all
# elements.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.abs().mean().item())
    return stds


# %% activation_stds_before_the_layer
# Measured on the way into the layer
#
# The list starts with the input and ends one layer early. Each number belongs to what has come out of its layer.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        stds.append(h.std().item())
        h = activation(h @ init_(torch.empty(width, width)))
    return stds


# %% activation_stds_input_included
# The input is counted as a layer
#
# The list has one number too many: that of the input, which has passed through no layer yet.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = [h.std().item()]
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
    return stds


# %% activation_stds_returns_early
# activation_stds returns in its first layer
#
# The return stands inside the loop over layers, so that only one of them is run.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
        return stds


# %% activation_stds_tensors
# Tensors instead of Python floats
#
# A list of tensors cannot be printed, compared or stored as plain numbers, and may keep a whole graph in memory.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std())
    return stds


# %% activation_stds_no_activation
# The activation is never applied
#
# Without a nonlinearity all layers together are one matrix product. Then nothing saturates and nothing is cut off.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = h @ init_(torch.empty(width, width))
        stds.append(h.std().item())
    return stds


# %% activation_stds_linear_chain
# The next layer gets what stood before the nonlinearity
#
# The activation is used for measuring only, and h @ w is handed on. In a network the next layer sees the activations.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = h @ init_(torch.empty(width, width))
        stds.append(activation(h).std().item())
    return stds


# %% activation_stds_restarts
# Every layer starts from the input again
#
# Each product is taken with the input, so that there are many networks of one layer. A deep network hands the
# activations of one layer to the next.
def activation_stds(init_, activation, depth, width, batch):
    X = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(X @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
    return stds


# %% activation_stds_same_weights
# All layers share one w
#
# The weights were drawn once, before the loop. Multiplying by one matrix again and again follows its largest
# eigenvalue, and not what a network with separate layers does.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    w = init_(torch.empty(width, width))
    stds = []
    for _ in range(depth):
        h = activation(h @ w)
        stds.append(h.std().item())
    return stds


# %% activation_stds_normalises
# The activations are rescaled between layers
#
# Dividing by the standard deviation hides just what is to be measured: whether the spread grows or shrinks with
# depth.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
        h = h / h.std()
    return stds


# %% activation_stds_uniform_input
# Uniform input instead of a normal one
#
# The input is drawn from N(0, 1), with mean 0 and standard deviation 1. Numbers between 0 and 1 have mean 1/2 and
# spread much less.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.rand(batch, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
    return stds


# %% activation_stds_ignores_batch
# The number of examples is not used
#
# The input has batch rows, one an example, and width columns, one a unit. Only w is square.
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(width, width)
    stds = []
    for _ in range(depth):
        h = activation(h @ init_(torch.empty(width, width)))
        stds.append(h.std().item())
    return stds


# %% xavier_init_variance
# Variance and standard deviation mixed up
#
# 2/(fan_in + fan_out) is the variance. Functions that draw normal numbers want its root.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, 2 / (fan_in + fan_out))


# %% xavier_init_no_gain
# The 2 is missing from the formula
#
# One would like fan_in × variance = 1 and fan_out × variance = 1. The compromise divides by the mean of the two,
# which brings the 2 into the numerator.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (1 / (fan_in + fan_out)) ** 0.5)


# %% xavier_init_he
# This is He's formula
#
# 2/fan_in is made for relu and looks at one side only. Xavier's compromise uses both sizes.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (2 / fan_in) ** 0.5)


# %% xavier_init_fan_in_only
# Only fan_in is used
#
# 1/fan_in keeps the spread on the way forward. On the way back gradients are summed over fan_out units; the formula
# takes both into account.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (1 / fan_in) ** 0.5)


# %% xavier_init_fan_out_only
# Only fan_out is used
#
# 1/fan_out keeps the spread of gradients on the way back. On the way forward fan_in products are summed; the formula
# takes both into account.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (1 / fan_out) ** 0.5)


# %% xavier_init_limit_as_std
# The limit of a uniform distribution is used as standard deviation
#
# The 6 belongs to uniform draws from [−a, a], whose standard deviation is a/√3. For normal draws the number is the
# standard deviation itself.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (6 / (fan_in + fan_out)) ** 0.5)


# %% xavier_init_std_as_limit
# The standard deviation is used as limit of a uniform distribution
#
# Uniform draws from [−a, a] have standard deviation a/√3, so these weights are too small by √3.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    limit = (2 / (fan_in + fan_out)) ** 0.5
    return w.uniform_(-limit, limit)


# %% xavier_init_one_sided
# All weights are positive
#
# Draws from [0, 1) have mean 1/2. Weights of one sign add up instead of cancelling, and every unit begins as the same
# sum of its inputs.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w[:] = torch.rand(w.shape) * (2 / (fan_in + fan_out)) ** 0.5
    return w


# %% xavier_init_new_tensor
# A new tensor is returned, and w stays as it was
#
# The caller's layer holds the tensor w. A tensor of the same shape under another name (or the same name inside your
# function) never reaches it.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w = torch.randn(fan_in, fan_out) * (2 / (fan_in + fan_out)) ** 0.5
    return w


# %% xavier_init_returns_nothing
# w is changed but not returned
#
# In-place functions hand their tensor back, so that a call can stand inside an expression. Without a return the
# caller gets None.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w.normal_(0, (2 / (fan_in + fan_out)) ** 0.5)


# %% xavier_init_shared_draws
# One column of draws is used for all columns
#
# A smaller tensor broadcasts silently into a larger one. Units that share their draws start as copies of each other,
# and stay so.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    w[:] = torch.randn(fan_in, 1) * (2 / (fan_in + fan_out)) ** 0.5
    return w


# %% xavier_init_same_every_time
# The random generator is seeded inside the function
#
# Every call then draws the same numbers, so that all layers of one shape start with the same weights. Seeding is the
# caller's business.
def xavier_init_(w):
    fan_in, fan_out = w.shape
    torch.manual_seed(42)
    return w.normal_(0, (2 / (fan_in + fan_out)) ** 0.5)


# %% he_init_variance
# Variance and standard deviation mixed up
#
# 2/fan_in is the variance. Functions that draw normal numbers want its root.
def he_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, 2 / fan_in)


# %% he_init_swapped_fans
# fan_in and fan_out are swapped
#
# A unit adds up one product for each of its inputs, so it is their number that sets the scale. Here w is (fan_in,
# fan_out); nn.Linear keeps its weight the other way round, and what is made for it reads the sizes so.
def he_init_(w):
    return torch.nn.init.kaiming_normal_(w, nonlinearity="relu")


# %% he_init_no_gain
# The gain for relu is missing
#
# 1/fan_in keeps the spread of a linear layer. relu sets half of the values to zero and so halves the mean square,
# layer after layer, unless the variance is doubled.
def he_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (1 / fan_in) ** 0.5)


# %% he_init_xavier
# This is Xavier's formula
#
# 2/(fan_in + fan_out) is a compromise between forward and backward for symmetric activations. He's formula follows
# the forward way through relu, and fan_out does not occur in it.
def he_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (2 / (fan_in + fan_out)) ** 0.5)


# %% he_init_limit_as_std
# The limit of a uniform distribution is used as standard deviation
#
# The 6 belongs to uniform draws from [−a, a], whose standard deviation is a/√3. For normal draws the number is the
# standard deviation itself.
def he_init_(w):
    fan_in, fan_out = w.shape
    return w.normal_(0, (6 / fan_in) ** 0.5)


# %% he_init_std_as_limit
# The standard deviation is used as limit of a uniform distribution
#
# Uniform draws from [−a, a] have standard deviation a/√3, so these weights are too small by √3.
def he_init_(w):
    fan_in, fan_out = w.shape
    limit = (2 / fan_in) ** 0.5
    return w.uniform_(-limit, limit)


# %% he_init_one_sided
# All weights are positive
#
# Draws from [0, 1) have mean 1/2. Weights of one sign add up instead of cancelling, and every unit begins as the same
# sum of its inputs.
def he_init_(w):
    fan_in, fan_out = w.shape
    w[:] = torch.rand(w.shape) * (2 / fan_in) ** 0.5
    return w


# %% he_init_new_tensor
# A new tensor is returned, and w stays as it was
#
# The caller's layer holds the tensor w. A tensor of the same shape under another name (or the same name inside your
# function) never reaches it.
def he_init_(w):
    return torch.randn(w.shape) * (2 / w.shape[0]) ** 0.5


# %% he_init_returns_nothing
# w is changed but not returned
#
# In-place functions hand their tensor back, so that a call can stand inside an expression. Without a return the
# caller gets None.
def he_init_(w):
    w.normal_(0, (2 / w.shape[0]) ** 0.5)


# %% he_init_shared_draws
# One row of draws is used for all rows
#
# A smaller tensor broadcasts silently into a larger one. Weights that share a draw do not average out, and the spread
# of the sums is far too large.
def he_init_(w):
    w[:] = torch.randn(w.shape[1]) * (2 / w.shape[0]) ** 0.5
    return w


# %% he_init_same_every_time
# The random generator is seeded inside the function
#
# Every call then draws the same numbers, so that all layers of one shape start with the same weights. Seeding is the
# caller's business.
def he_init_(w):
    torch.manual_seed(42)
    return w.normal_(0, (2 / w.shape[0]) ** 0.5)


# %% break_distinct_hidden_units_agrees
# On these weights both counts agree
#
# Columns with different sums are different, and one input has no other sum than its weight. Look for two columns whose
# weights differ and make up for it.
def break_distinct_hidden_units():
    return torch.tensor([[1.0, 2.0, 1.0], [3.0, 3.0, 3.0]]), 1e-6


# %% break_distinct_hidden_units_agrees
def break_distinct_hidden_units():
    return torch.tensor([[1.0, 2.0, 3.0]]), 0.1


# %% break_distinct_hidden_units_no_tolerance
# The tolerance is missing
#
# Which columns are the same depends on the tolerance, so it is returned beside the weights.
def break_distinct_hidden_units():
    return torch.tensor([[1.0, 2.0], [2.0, 1.0], [0.0, 0.0]])
