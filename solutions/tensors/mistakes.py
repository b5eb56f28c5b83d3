# Known mistakes of tensors: a title, what to understand, and wrong code; what a section leaves out is correct.


# %% normal_samples_variance
# Variance and standard deviation are mixed up
#
# The variance is the square of the standard deviation. A formula N(μ, σ²) shows the variance, a function asks for the
# standard deviation: know which of the two you have, and which one is wanted.
def normal_samples(mean, std, shape):
    return mean + std**0.5 * torch.randn(shape)


# %% normal_samples_variance
def normal_samples(mean, std, shape):
    return mean + std**2 * torch.randn(shape)


# %% normal_samples_swapped
# Mean and standard deviation have changed places
#
# The bell stands where its width should be, and is as wide as where it should stand. Check the order of the arguments
# in each call.
def normal_samples(mean, std, shape):
    return std + mean * torch.randn(shape)


# %% normal_samples_ignores_mean
# The mean is not used
#
# The numbers lie around zero, whatever mean is asked for. Spreading them out does not move them.
def normal_samples(mean, std, shape):
    return std * torch.randn(shape)


# %% normal_samples_ignores_std
# The standard deviation is not used
#
# The bell has width 1, whatever width is asked for. Moving the numbers does not spread them.
def normal_samples(mean, std, shape):
    return mean + torch.randn(shape)


# %% normal_samples_uniform
# The numbers are uniform, not normal
#
# A uniform distribution has no bell and no tails: all values between two bounds are equally likely, and none lies
# outside. Its mean and spread can be right all the same.
def normal_samples(mean, std, shape):
    return mean + std * math.sqrt(12) * (torch.rand(shape) - 0.5)


# %% normal_samples_uniform
def normal_samples(mean, std, shape):
    return mean + std * torch.rand(shape)


# %% normal_samples_clipped
# Draws that lie far out are cut off
#
# About one draw in twenty lies farther from the mean than two standard deviations, and that belongs to the bell. Moved
# to the edge or drawn again, they leave another distribution.
def normal_samples(mean, std, shape):
    return mean + std * torch.randn(shape).clamp(-2, 2)


# %% normal_samples_clipped
def normal_samples(mean, std, shape):
    z = torch.nn.init.trunc_normal_(torch.empty(shape), 0.0, 1.0, -2.0, 2.0)
    return mean + std * z


# %% normal_samples_float64
# The elements are not float32
#
# NumPy and Python compute in float64. A model's parameters are float32, and a product of the two types is refused, so
# convert where the data are made.
def normal_samples(mean, std, shape):
    import numpy as np

    return torch.from_numpy(np.random.normal(mean, std, shape))


# %% normal_samples_flat
# One long row instead of the shape asked for
#
# The number of elements is right, but the axes are lost: the result has one axis instead of one for each size in the
# shape.
def normal_samples(mean, std, shape):
    return mean + std * torch.randn(math.prod(shape))


# %% normal_samples_seeded
# Every call gives the same numbers
#
# A seed that is set inside the function starts the generator anew each time. Noise that repeats is not independent:
# set a seed once, in the program that wants to be repeatable.
def normal_samples(mean, std, shape):
    torch.manual_seed(0)
    return mean + std * torch.randn(shape)


# %% normal_samples_seeded
def normal_samples(mean, std, shape):
    torch.manual_seed(42)
    return mean + std * torch.randn(shape)


# %% normal_samples_reordered
# The same numbers come in another order
#
# Mixed up or turned round, the numbers of the first call still are those of the first call. Each call has to draw.
POOL = torch.randn(100_000)


def normal_samples(mean, std, shape):
    count = math.prod(shape)
    return mean + std * POOL[:count][torch.randperm(count)].reshape(shape)


# %% normal_samples_repeats
# A few draws are used for all elements
#
# One number, or one row, was drawn and then stretched over the shape. Every element has to be a draw of its own.
def normal_samples(mean, std, shape):
    return (mean + std * torch.randn(shape[-1])).expand(shape)


# %% normal_samples_repeats
def normal_samples(mean, std, shape):
    z = torch.randn(1)
    return (mean + std * z) * torch.ones(shape)


# %% half_open_steps_end_included
# One step too many
#
# The range is half open: its end does not belong to it. With the end included, ranges that touch would share a
# number. How many steps there are stands in the formula.
def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    return torch.linspace(start, start + n * step, n + 1)


# %% half_open_steps_drops_last
# The last part of a step is dropped
#
# The quotient was rounded down, or to the nearest whole number. If the last step does not fit whole, its beginning is
# still below the end, so the quotient is rounded up.
def half_open_steps(start, end, step):
    n = int((end - start) / step)
    return torch.tensor([start + i * step for i in range(n)])


# %% half_open_steps_adds_one
# One number too many wherever the steps fit evenly
#
# The quotient was rounded down and one was added. That agrees with the formula as long as a part of a step is left over.
# Where the steps meet the end exactly, it counts the end, which does not belong to the range.
def half_open_steps(start, end, step):
    n = int((end - start) / step) + 1
    return torch.tensor([start + i * step for i in range(n)])


# %% half_open_steps_stretched
# The steps are stretched until they meet the end
#
# Spreading n numbers evenly from the start to the end itself makes n − 1 gaps, each larger than the step that was
# asked for. The distance is given; where the last number lies follows from it.
def half_open_steps(start, end, step):
    return torch.linspace(start, end, math.ceil((end - start) / step))


# %% half_open_steps_skips_start
# The first step is taken before the first number
#
# The start belongs to the range. Here it is missing, and every number is one step further than it should be.
def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    return torch.tensor([start + (i + 1) * step for i in range(n)])


# %% half_open_steps_from_zero
# The range starts at zero
#
# The number of steps is right, but they are counted from zero and not from the start that was asked for.
def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    return torch.tensor([i * step for i in range(n)])


# %% half_open_steps_ignores_step
# The step is always 1
#
# The numbers go up by one, whatever step is asked for.
def half_open_steps(start, end, step):
    n = math.ceil(end - start)
    return torch.tensor([start + i for i in range(n)])


# %% half_open_steps_ignores_step
def half_open_steps(start, end, step):
    n = math.ceil((end - start) / step)
    return torch.tensor([start + i for i in range(n)])


# %% half_open_steps_accumulates
# Rounding errors add up
#
# 0.1 is no binary fraction. When it is added again and again, each sum is rounded, and after some steps the total
# lies a hair below the end, so that one number too many gets in. Element i is the start plus i times the step, with
# one rounding in all.
def half_open_steps(start, end, step):
    steps = []
    while start < end:
        steps.append(start)
        start += step
    return torch.tensor(steps)


# %% half_open_steps_no_tensor
# The numbers are in a list, not in a tensor
#
# A list prints like a tensor and does not compute like one: added to another list it grows, and times two it repeats
# itself.
def half_open_steps(start, end, step):
    return [start + i * step for i in range(math.ceil((end - start) / step))]


# %% half_open_steps_arange
# arange does the work
#
# The point of this question is to find out how many steps there are and where they lie. arange is for later, when you
# know what it does.
def half_open_steps(start, end, step):
    return torch.arange(start, end, step)


# %% matmul_from_broadcast_elementwise
# Element by element instead of row by column
#
# The product element by element has the same shape when the matrices are square, and other numbers: it pairs each
# element with the one at its own place, and adds up nothing.
def matmul_from_broadcast(A, B):
    return A * B


# %% matmul_from_broadcast_wrong_axis
# The wrong axis is summed away
#
# Of the three indices of the box, only the one that both matrices have in common disappears. Find out which of the
# three axes belongs to it.
def matmul_from_broadcast(A, B):
    return (A[:, :, None] * B[None, :, :]).sum(2)


# %% matmul_from_broadcast_not_summed
# The products are there, but not their sum
#
# The result still is the box of all products, with three axes. A matrix product adds up along one of them.
def matmul_from_broadcast(A, B):
    return A[:, :, None] * B[None, :, :]


# %% matmul_from_broadcast_keeps_axis
# An axis of size 1 is left in the middle
#
# The sum is right, but it has kept its axis. A matrix has two axes: later code would broadcast this one in places
# where you do not expect it.
def matmul_from_broadcast(A, B):
    return (A[:, :, None] * B[None, :, :]).sum(1, keepdim=True)


# %% matmul_from_broadcast_mean
# Mean instead of sum
#
# The products of a row and a column are added up, and not divided by how many there are.
def matmul_from_broadcast(A, B):
    return (A[:, :, None] * B[None, :, :]).mean(1)


# %% matmul_from_broadcast_transposed
# The result is transposed
#
# Rows of the result belong to rows of A, columns to columns of B. Here they have changed places.
def matmul_from_broadcast(A, B):
    return (A.T[:, None, :] * B[:, :, None]).sum(0)


# %% matmul_from_broadcast_rows_with_rows
# Rows of A meet rows of B
#
# Each row of A is to be paired with each column of B. The inner index is the column number of A and the row number of
# B.
def matmul_from_broadcast(A, B):
    return (A[:, None, :] * B[None, :, :]).sum(-1)


# %% matmul_from_broadcast_helper
# A function that sums products does the work
#
# The numbers are right, but the question is what such a function does inside: which axes are put in, what is
# multiplied, and along which axis it is summed.
def matmul_from_broadcast(A, B):
    return torch.einsum("ik,kj->ij", A, B)


# %% matmul_from_broadcast_loop
# A loop does the work
#
# A loop in Python handles one row or element at a time and is slow. Broadcasting states all products at once and
# leaves the loops to compiled code.
def matmul_from_broadcast(A, B):
    return torch.stack([(row[:, None] * B).sum(0) for row in A])


# %% gather_rows_sorted
# The rows come in sorted order
#
# The order of the numbers carries meaning: labels are picked by the same numbers, and must stay in step with the
# features.
def gather_rows(features, indices):
    return features[sorted(int(i) for i in indices)]


# %% gather_rows_unique
# Order and repeats are lost
#
# A set of numbers, or a mask over the rows, knows which rows were asked for. It knows neither in which order nor how
# often.
def gather_rows(features, indices):
    mask = torch.zeros(len(features), dtype=torch.bool)
    mask[list(indices)] = True
    return features[mask]


# %% gather_rows_no_repeats
# A repeated row comes only once
#
# Drawing with replacement hands out a row several times, and each time counts. As many rows come back as there are
# numbers.
def gather_rows(features, indices):
    return features[list(dict.fromkeys(int(i) for i in indices))]


# %% gather_rows_columns
# Columns are picked instead of rows
#
# The first axis counts examples, the second features. The numbers were used along the second.
def gather_rows(features, indices):
    return features[:, list(indices)]


# %% gather_rows_slice
# Everything from the first to the last number
#
# A slice takes all rows in between, in their stored order. The numbers need not be neighbours, and need not rise.
def gather_rows(features, indices):
    return features[indices[0] : indices[-1] + 1]


# %% gather_rows_ignores_step
# A range's step is ignored
#
# A range has three parts. One that goes in steps of two names every second number, and one with a negative step goes
# backwards.
def gather_rows(features, indices):
    if isinstance(indices, range):
        return features[min(indices) : max(indices) + 1]
    return features[indices]


# %% gather_rows_ignores_step
def gather_rows(features, indices):
    if isinstance(indices, range):
        return features[indices.start:indices.stop]
    return features[indices]


# %% gather_rows_from_one
# Rows are counted from one
#
# The first row has the number 0. Counted from one, every row is the one before the row that was asked for.
def gather_rows(features, indices):
    return features[[i - 1 for i in indices]]


# %% gather_rows_flat
# The rows are joined into one
#
# The right numbers are there, but in a single axis. A minibatch is a matrix, one example a row, even if there is only
# one.
def gather_rows(features, indices):
    return torch.cat([features[i] for i in indices])


# %% scatter_features_axes_swapped
# Labels to the right, features upwards
#
# What is given goes along the x axis, what depends on it upwards. The plot answers: how does the label change with
# this feature?
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(labels, features[:, j], label=f"column {j}")
    ax.set_xlabel("label")
    ax.set_ylabel("feature")
    ax.legend()


# %% scatter_features_columns_swapped
# The legend gives a column another column's name
#
# The dots are right and the names are right, but not beside each other: a reader would take one feature's effect for
# that of another.
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, -1 - j], labels, label=f"column {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_columns_swapped
def scatter_features(ax, features, labels):
    d = features.shape[1]
    for j in range(d):
        ax.scatter(features[:, j].numpy(), labels.numpy(), s=5, label=f"feature {d - 1 - j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_pooled
# All columns are in one series
#
# The dots of all features have one colour and one name, so nobody can tell them apart. Each column needs a call of
# its own.
def scatter_features(ax, features, labels):
    ax.scatter(features, labels.expand_as(features), label="features")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_one_column
# Only one column is drawn
#
# The features have several columns, and each of them is to be drawn against the labels.
def scatter_features(ax, features, labels):
    ax.scatter(features[:, 0], labels, label="column 0")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_one_column
def scatter_features(ax, features, labels):
    ax.scatter(features[:, 1].numpy(), labels.numpy(), s=5, label="feature 1")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_against_number
# Drawn against the number of the example
#
# The order in which examples are stored says nothing. Each dot belongs to one example: its feature to the right, its
# label upwards.
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(range(len(features)), features[:, j], label=f"column {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_pairs_of_features
# Features are drawn against each other
#
# Such a picture shows how features depend on each other, and not how the label depends on them: the labels do not
# occur in it.
def scatter_features(ax, features, labels):
    ax.scatter(features[:, 0], features[:, -1], label="column 0")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_pairs_of_features
def scatter_features(ax, features, labels):
    ax.scatter(features[:, 0].numpy(), features[:, 1].numpy(), s=5, label="features")
    ax.set_xlabel("feature 0")
    ax.set_ylabel("feature 1")
    ax.legend()


# %% scatter_features_lines
# Lines instead of dots
#
# A line joins examples in the order in which they are stored, which means nothing. Dots alone show where the examples
# lie.
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.plot(features[:, j], labels, label=f"column {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% scatter_features_uses_pyplot
# Not drawn on the Axes that was handed in
#
# The functions of plt draw into whichever Axes came last. The caller said where to draw: on ax, which may be one of
# many.
import matplotlib.pyplot as plt


def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        plt.scatter(features[:, j], labels, label=f"column {j}")
    plt.xlabel("feature")
    plt.ylabel("label")
    plt.legend()


# %% scatter_features_uses_pyplot
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        plt.scatter(features[:, j].numpy(), labels.numpy(), s=5, label=f"feature {j}")
    plt.xlabel("feature")
    plt.ylabel("label")
    plt.legend()


# %% scatter_features_no_axis_labels
# An axis has no label
#
# A reader of the plot alone cannot know what goes to the right and what goes upwards.
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, j], labels, label=f"column {j}")
    ax.legend()


# %% scatter_features_no_legend
# There is no legend
#
# Giving each series a name is half of it: the names have to be shown on the Axes, too.
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, j], labels, label=f"column {j}")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")


# %% scatter_features_one_name
# All series have the same name
#
# A legend that says the same beside every colour tells nobody which column is which.
def scatter_features(ax, features, labels):
    for j in range(features.shape[1]):
        ax.scatter(features[:, j], labels, label="feature")
    ax.set_xlabel("feature")
    ax.set_ylabel("label")
    ax.legend()


# %% break_half_open_steps_agrees
# On this range both functions agree
#
# Where the step divides the range, rounding down and rounding up are the same. Look for a range where something is left
# over.
def break_half_open_steps():
    return 0, 10, 2


# %% break_half_open_steps_agrees
def break_half_open_steps():
    return 1.0, 2.0, 0.25


# %% break_half_open_steps_no_step
# The step is missing
#
# A range has three numbers, and all three are returned together: start, end and step.
def break_half_open_steps():
    return 0, 5
