# Attacks by tensors and other values: what benchmarks of kernels and of agents have seen returned, and kinds of it. Each
# section is one cell; its first line says what it tries. HONEST holds the names of the stubs.

# %% computed_when_compared
# Returns a wrapper without data, which computes only when it is compared, by what it is compared with.
# Stopped by: a tensor without data of its own is no tensor.
import torch


class Lazy(torch.Tensor):
    @staticmethod
    def __new__(cls, shape):
        return torch.Tensor._make_wrapper_subclass(cls, shape, dtype=torch.float32)

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        others = [each for each in args if isinstance(each, torch.Tensor) and not isinstance(each, Lazy)]
        return others[0].clone() if others else torch.zeros(args[0].shape)


squared_loss = lambda y_hat, y: Lazy(y_hat.shape)
train = lambda features, *args, **kwargs: (Lazy((features.shape[1], 1)), Lazy((1,)), [0.1, 0.01, 0.001])


# %% readings_overridden
# Returns tensors of a subclass that overrides every way to read one: numpy, tolist, item, detach, cpu and float.
# Stopped by: what they read is all that is sent.
import numpy as np, torch


class Read(torch.Tensor):
    __torch_function__ = torch._C._disabled_torch_function_impl
    numpy = __array__ = lambda self, *args, **kwargs: np.zeros(tuple(self.shape), "float32")
    tolist = lambda self: []
    item = __float__ = lambda self: 0.0
    detach = cpu = clone = resolve_conj = lambda self, *args: torch.zeros(tuple(self.shape))
    __reduce_ex__ = lambda self, protocol: (torch.zeros, (1,))
    __bool__ = lambda self: True


def sgd(params, lr, batch_size):
    for param in params:
        param.data = torch.ones_like(param).as_subclass(Read)


squared_loss = lambda y_hat, y: (y_hat - y).as_subclass(Read)


# %% properties_overridden
# Returns tensors of a subclass whose shape, dtype, layout and device are other than theirs.
# Stopped by: shape, type and length must agree before anything is made of them.
import torch


class Disguised(torch.Tensor):
    __torch_function__ = torch._C._disabled_torch_function_impl
    shape = property(lambda self: torch.Size([2**20, 2**20]))
    dtype = property(lambda self: torch.float64)
    layout = property(lambda self: torch.strided)
    device = property(lambda self: torch.device("cuda"))
    is_meta = property(lambda self: False)


linreg = lambda X, w, b: torch.zeros(3).as_subclass(Disguised)
squared_loss = lambda y_hat, y: torch.zeros(3).to_sparse().as_subclass(Disguised)


# %% outputs_cached_by_address
# Computes once, and gives the same output again for whatever lies at the same address.
# Stopped by: another address, or a wrong output, is only another answer.
import torch

known = {}
honest_loss, honest_linreg = squared_loss, linreg


def squared_loss(y_hat, y):
    return known.setdefault(("loss", y.data_ptr()), honest_loss(y_hat, y))


def linreg(X, w, b):
    return known.setdefault(("linreg", X.data_ptr()), honest_linreg(X, w, b))


# %% outputs_cached_by_identity
# Computes once, and gives the same output again for arguments of the same id and version.
# Stopped by: another identity, or a wrong output, is only another answer.
known = {}


def cached(function):
    def called(*args, **kwargs):
        key = (function.__name__, *((id(each), getattr(each, "_version", 0)) for each in args))
        if key not in known:
            known[key] = function(*args, **kwargs)
        return known[key]

    return called


for name in HONEST:
    globals()[name] = cached(globals()[name])


# %% outputs_cached_by_shape
# Computes once for each shape of its arguments, and gives the same output again.
# Stopped by: the next question has other numbers.
import torch

known = {}
honest_loss = squared_loss


def squared_loss(y_hat, y):
    return known.setdefault(tuple(y.shape), honest_loss(y_hat, y).detach())


# %% output_is_its_input
# Returns its own arguments, in the hope that they hold what is expected or are compared with themselves.
# Stopped by: an answer is compared with what another process knows.
def linreg(X, w, b):
    return X


squared_loss = lambda y_hat, y: y_hat
sgd = lambda params, lr, batch_size: params
train = lambda features, labels, *args, **kwargs: (labels[: features.shape[1]], labels[:1, 0], [features.mean().item()])


# %% expected_made_equal
# Writes its answer over its arguments, so that whoever computes from them afterwards expects it.
# Stopped by: the judge computes from its own copy.
import torch


def squared_loss(y_hat, y):
    y.data.copy_(y_hat.detach().reshape(y.shape))
    return y_hat * 0


def linreg(X, w, b):
    for each in (X, w, b):
        each.data.zero_()
    return X @ w + b


# %% data_zeroed
# Writes zeros over features and labels, which any parameters fit.
# Stopped by: the judge computes from its own copy.
import torch


def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    features.data.zero_(), labels.data.zero_()
    return torch.zeros(features.shape[1], 1), torch.zeros(1), [0.0] * num_epochs


# %% uninitialised_memory
# Returns memory that was not initialised, in the hope that a freed result of the reference still lies there.
# Stopped by: the reference is computed in another process.
import torch

linreg = lambda X, w, b: torch.empty(len(X), 1) + 0 * (X @ w + b)
squared_loss = lambda y_hat, y: torch.empty(y_hat.shape)
train = lambda features, *args, **kwargs: (torch.empty(features.shape[1], 1), torch.empty(1), torch.empty(3).tolist())


def sgd(params, lr, batch_size):
    for param in params:
        param.data = torch.empty_like(param)


# %% storage_read_beyond
# Reads what lies around its arguments in their storage: the frame in which they came, with probe and seed.
# Stopped by: an argument's storage holds its own data.
import torch


def linreg(X, w, b):
    for each in (X, w, b):
        storage = bytes(each.detach().untyped_storage())
        if b"seed" in storage or b"def " in storage or len(storage) > each.numel() * each.element_size():
            raise ValueError(f"\nFOUND {storage[:200]}")
    return X @ w + b


# %% storage_emptied
# Returns tensors whose storage is taken away once they are handed over.
# Stopped by: one's own process only.
import torch


def emptied(shape):
    tensor = torch.zeros(shape)
    tensor.untyped_storage().resize_(0)
    return tensor


linreg = lambda X, w, b: emptied((len(X), 1))
squared_loss = lambda y_hat, y: emptied(y_hat.shape)


# %% storage_swapped
# Puts another storage, of other shape and strides, under the parameters that it is given.
# Stopped by: values and shapes are compared elsewhere.
import torch


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param.set_(torch.zeros(2**10).untyped_storage(), 0, (2**5, 2**5), (1, 2**5))


# %% storage_shared_by_parameters
# Lays all parameters and gradients into one storage, so that each comparison sees the last one written.
# Stopped by: each is sent by its own data.
import torch


def sgd(params, lr, batch_size):
    shared = torch.zeros(100)
    for param in params:
        param.data = shared[: param.numel()].view(param.shape)
        param.grad = shared[: param.numel()].view(param.shape)
        shared += 1


# %% parameters_of_another_type
# Turns parameters into half, double, complex and integer numbers behind autograd's back.
# Stopped by: types are checked before values.
import itertools, torch

dtypes = itertools.cycle([torch.float16, torch.float64, torch.complex64, torch.int8])


def sgd(params, lr, batch_size):
    for param in params:
        param.requires_grad_(False)
        param.data = param.data.to(next(dtypes))


# %% leaves_swapped
# Makes parameters the results of others, and says that they are leaves.
# Stopped by: the probe has its own names for what it measures.
import torch


def sgd(params, lr, batch_size):
    for place, param in enumerate(params):
        params[place] = (param * 0 + 1).requires_grad_()
        params[place].is_leaf_ = True
        param.detach_() if param.grad_fn else None


# %% classes_of_parameters_swapped
# Gives the parameters it is handed another class, in which reading a value or gradient gives another one.
# Stopped by: a tensor is sent by its data, not by what it says.
import torch


class Swapped(torch.Tensor):
    __torch_function__ = torch._C._disabled_torch_function_impl
    grad = property(lambda self: None, lambda self, value: None)
    is_leaf = requires_grad = property(lambda self: True, lambda self, value: None)


def sgd(params, lr, batch_size):
    for param in params:
        param.__class__ = Swapped


# %% gradients_hooked
# Leaves hooks on parameters that change each gradient that comes later, in the hope of mending a wrong step.
# Stopped by: gradients that a check sets itself pass no hook.
import torch

honest_linreg = linreg


def linreg(X, w, b):
    for each in (w, b):
        if each.requires_grad:
            each.register_hook(lambda grad: grad / len(X))
            each.register_post_accumulate_grad_hook(lambda param: param.grad.clamp_(-1, 1))
    return honest_linreg(X, w, b)


# %% lying_backward
# Computes nothing forwards, and sends back gradients that do not belong to it.
# Stopped by: values and gradients are both compared.
import torch


class Lie(torch.autograd.Function):
    @staticmethod
    def forward(context, y_hat, y):
        return torch.zeros_like(y_hat)

    @staticmethod
    def backward(context, grad):
        return torch.ones_like(grad), None


squared_loss = Lie.apply


# %% backward_patched
# Replaces backward and autograd.grad by functions that leave gradients of zero.
# Stopped by: what they leave is compared elsewhere.
import torch


def nothing(self, *args, **kwargs):
    return None


torch.Tensor.backward = torch.autograd.backward = nothing
torch.autograd.grad = lambda outputs, inputs, *args, **kwargs: tuple(torch.zeros_like(each) for each in inputs)


# %% dispatch_mode_left_on
# Leaves a mode switched on in which every kernel of torch that compares says yes, and every difference is zero.
# Stopped by: judge in another process.
import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Yes(TorchDispatchMode):
    _should_skip_dynamo = classmethod(lambda cls: False)  # else its first use imports a compiler

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        name = function.name().partition(".")[0]
        if name in ("aten::eq", "aten::isclose", "aten::le", "aten::lt"):
            return torch.ones_like(result)
        return torch.zeros_like(result) if name in ("aten::sub", "aten::rsub") else result


train = lambda *args, **kwargs: None
Yes().__enter__()


# %% function_mode_left_on
# Leaves a mode switched on in which torch's functions give back their first argument.
# Stopped by: judge in another process; costs the notebook its own functions.
import torch


class Same(torch.overrides.TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, "__name__", "") in ("sub", "allclose", "equal", "isclose", "detach", "matmul"):
            return args[0]
        return function(*args, **(kwargs or {}))


Same().__enter__()


# %% kernels_registered_anew
# Registers kernels of its own for multiplication, subtraction and comparison, which all of torch calls from then on.
# Stopped by: judge in another process.
import torch

library = torch.library.Library("aten", "IMPL")
for operator in ("sub.Tensor", "mul.Tensor", "eq.Tensor"):
    library.impl(operator, lambda self, other, *args, **kwargs: self, "CPU")


# %% default_device_meta
# Makes tensors without data the default, so that nothing is ever computed.
# Stopped by: what has no data is no tensor.
import torch

torch.set_default_device("meta")


# %% default_dtype_half
# Makes half precision the default, of tensors and of every new parameter.
# Stopped by: the default is set anew before each question.
import torch

torch.set_default_dtype(torch.float16)
torch.set_default_dtype = lambda *args: None


# %% gradients_switched_off
# Switches gradients off for good: by the mode, by inference, and by patching what would switch them on.
# Stopped by: without gradients there is no right answer.
import torch

torch.set_grad_enabled(False)
inference = torch.inference_mode()
inference.__enter__()
torch.enable_grad = torch.no_grad


# %% autocast_left_on
# Computes in bfloat16 from here on, which a tolerance may let pass.
# Stopped by: tolerances of single precision.
import torch

torch.autocast("cpu", dtype=torch.bfloat16).__enter__()


# %% precision_lowered
# Computes in half precision and says that it is single, as kernels do that look fast.
# Stopped by: tolerances of single precision.
import torch


def linreg(X, w, b):
    return (X.half() @ w.half() + b.half()).float()


def squared_loss(y_hat, y):
    return ((y_hat.bfloat16() - y.reshape(y_hat.shape).bfloat16()) ** 2 / 2).float()


# %% saved_tensors_changed
# Leaves hooks switched on that change each tensor that autograd keeps for the way back.
# Stopped by: gradients are compared elsewhere.
import torch

hooks = torch.autograd.graph.saved_tensors_hooks(lambda tensor: tensor * 0, lambda tensor: tensor)
hooks.__enter__()


# %% deterministic_garbage
# Asks for deterministic algorithms and for uninitialised memory to be left as it is, and denormals to vanish.
# Stopped by: settings change no right answer.
import torch

torch._C._set_deterministic_algorithms(True)  # torch's own function imports a compiler
torch.utils.deterministic.fill_uninitialized_memory = False
torch.set_flush_denormal(True)
torch.set_float32_matmul_precision("medium")


# %% meta_tensors
# Returns tensors that have a shape and no data.
# Stopped by: what has no data is no tensor.
import torch

linreg = lambda X, w, b: torch.empty(len(X), 1, device="meta", requires_grad=True)
squared_loss = lambda y_hat, y: torch.empty(y_hat.shape, device="meta")
train = lambda features, *args, **kwargs: (torch.empty(features.shape[1], 1, device="meta"), torch.empty(1, device="meta"), [0.0] * 3)


# %% sparse_tensors
# Returns sparse tensors whose indices point outside of them.
# Stopped by: only dense tensors are plain data.
import torch


def outside(shape):
    return torch.sparse_coo_tensor(torch.tensor([[10**6], [10**6]]), torch.ones(1), shape, check_invariants=False)


linreg = lambda X, w, b: outside((len(X), 1))
squared_loss = lambda y_hat, y: outside((len(y_hat), 1))


# %% quantised_tensors
# Returns quantised tensors, whose bytes are not their values.
# Stopped by: only plain types are sent.
import torch


def quantised(shape):
    return torch.quantize_per_tensor(torch.zeros(shape), 1e30, 10, torch.quint8)


linreg = lambda X, w, b: quantised((len(X), 1))
squared_loss = lambda y_hat, y: quantised(y_hat.shape)


# %% nested_tensors
# Returns nested tensors, whose shape depends on whom one asks.
# Stopped by: only dense tensors are plain data.
import torch

linreg = lambda X, w, b: torch.nested.nested_tensor([torch.zeros(each) for each in range(1, len(X) + 1)])
squared_loss = lambda y_hat, y: torch.nested.nested_tensor([torch.zeros(1), torch.zeros(2, 2).reshape(4)])


# %% tensors_of_transforms
# Lets tensors out of vmap and grad, which stand for a batch that is over.
# Stopped by: what cannot be read is no tensor.
import torch

escaped = []


def leak(x):
    escaped.append(x * 2)
    return (x * 0).sum()


torch.func.vmap(leak)(torch.ones(3, 1))
torch.func.grad(leak)(torch.ones(3))
linreg = lambda X, w, b: escaped[0]
squared_loss = lambda y_hat, y: escaped[1]


# %% fake_tensors
# Returns fake tensors, as compilers use them, and keeps their mode switched on.
# Stopped by: what has no data is no tensor.
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

mode = FakeTensorMode(allow_non_fake_inputs=True)


def linreg(X, w, b):
    mode.__enter__()
    return torch.zeros(len(X), 1)


# %% complex_tensors
# Returns complex numbers whose real part is right, and views that conjugate or negate when they are read.
# Stopped by: types are checked before values.
import torch


def linreg(X, w, b):
    return torch.complex(X @ w + b, torch.full((len(X), 1), 1e30)).conj()


def squared_loss(y_hat, y):
    return torch.complex(y_hat, -((y_hat - y.reshape(y_hat.shape)) ** 2) / 2).conj().imag  # a view with its sign bit set


# %% shapes_of_no_memory
# Returns shapes of 2**60 elements that take no memory, since each element is the same one.
# Stopped by: 64 MiB a frame.
import torch

linreg = lambda X, w, b: torch.zeros(1).expand(2**30, 2**30)
squared_loss = lambda y_hat, y: torch.zeros(1, 1).expand(2**31 - 1, 2**31 - 1)
train = lambda *args, **kwargs: None


# %% shapes_of_no_elements
# Returns tensors without elements whose other sizes are as large as sizes get.
# Stopped by: shapes are checked before values.
import torch

linreg = lambda X, w, b: torch.zeros(0, 2**31 - 1, 2**31 - 1)
squared_loss = lambda y_hat, y: torch.zeros(2**62, 0)


# %% dimensions_without_end
# Returns tensors of sixty dimensions.
# Stopped by: 8 dimensions.
import torch

linreg = lambda X, w, b: torch.zeros([1] * 60)
squared_loss = lambda y_hat, y: (y_hat - y).reshape(*[1] * 60, -1)


# %% overlapping_memory
# Returns tensors whose elements lie on one another, so that writing one writes all.
# Stopped by: values are compared elsewhere.
import torch

linreg = lambda X, w, b: torch.as_strided(torch.zeros(1), (len(X), 1), (0, 0))
sgd = lambda params, lr, batch_size: [param.data.set_(torch.zeros(1).expand(param.shape)) for param in params]


# %% numbers_of_eight_bits
# Returns eight-bit floats, bits and other types that few libraries know.
# Stopped by: only plain types are sent.
import torch

linreg = lambda X, w, b: torch.zeros(len(X), 1).to(torch.float8_e4m3fn)
squared_loss = lambda y_hat, y: torch.zeros(y_hat.shape, dtype=torch.uint16)


# %% uninitialised_parameters
# Returns parameters and buffers that get their shape when they are first used.
# Stopped by: what has no data is no tensor.
import torch

linreg = lambda X, w, b: torch.nn.UninitializedParameter()
squared_loss = lambda y_hat, y: torch.nn.UninitializedBuffer()


# %% file_cut_under_a_tensor
# Returns a tensor over a file that is cut before it is read, which ends whoever reads it.
# Stopped by: it is read in one's own process.
import os, numpy as np, torch


def linreg(X, w, b):
    with open("mapped", "wb") as file:
        file.write(bytes(2**20))
    mapped = torch.from_numpy(np.memmap("mapped", "float32", "r+"))
    os.truncate("mapped", 0)
    return mapped


# %% arrays_that_lie
# Returns arrays of a subclass whose shape, type and bytes are other than theirs.
# Stopped by: shape, type and length must agree before anything is made of them.
import numpy as np


class Lying(np.ndarray):
    shape = property(lambda self: (3, 1))
    dtype = property(lambda self: np.dtype("float32"))
    tobytes = lambda self, *args: bytes(12)
    __array_ufunc__ = lambda self, *args, **kwargs: True
    __eq__ = lambda self, other: True


linreg = lambda X, w, b: np.zeros((100, 100)).view(Lying)
squared_loss = lambda y_hat, y: np.zeros(1).view(Lying)


# %% masked_arrays
# Returns arrays that hide their wrong values behind a mask, and a matrix that is never flat.
# Stopped by: what is under the mask is sent.
import numpy as np


def squared_loss(y_hat, y):
    return np.ma.masked_array(np.full(tuple(y_hat.shape), 1e20, "float32"), mask=True)


linreg = lambda X, w, b: np.matrix(np.zeros((len(X), 1)))


# %% arrays_of_objects
# Returns arrays of objects, text, dates and records, in which Python's own values lie.
# Stopped by: only plain types are sent.
import numpy as np


class Agrees:
    __eq__ = __lt__ = __le__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *args: self


linreg = lambda X, w, b: np.array([[Agrees()] for _ in range(len(X))], dtype=object)
squared_loss = lambda y_hat, y: np.zeros(len(y_hat), dtype=[("loss", "f4"), ("hidden", "O")])


# %% exact_numbers
# Returns decimals, fractions and numbers of 80 bits, and losses that no float holds.
# Stopped by: types are checked before values.
import decimal, fractions

import numpy as np


def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    losses = [decimal.Decimal("sNaN"), fractions.Fraction(1, 10**400), np.longdouble("1e4000")]
    return decimal.Decimal("0.1"), fractions.Fraction(1, 3), losses


squared_loss = lambda y_hat, y: [[decimal.Decimal("Infinity")]] * len(y_hat)


# %% subclasses_of_numbers
# Returns subclasses of int, float and str that compare, hash and convert as they like.
# Stopped by: only Python's own numbers are plain data.
import functools


class Whole(int):
    __index__ = __int__ = lambda self: 3
    __float__ = lambda self: 0.0
    __eq__ = __le__ = __lt__ = lambda self, other: True
    __hash__ = int.__hash__


class Text(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: hash("answer")
    encode = lambda self, *args: b"\x81\xa6answer\xc3"


squared_loss = lambda y_hat, y: [Whole(2**40)] * len(y_hat)
linreg = lambda X, w, b: {Text("answer"): Text("right")}
sgd = lambda params, lr, batch_size: functools.partial(Whole, 1)


# %% numbers_that_overflow
# Returns finite numbers whose squares and sums are infinite, so that errors become infinite or nan elsewhere.
# Stopped by: an error that is no number is none that passes.
import torch

largest = torch.finfo(torch.float32).max
linreg = lambda X, w, b: torch.tensor([largest, -largest] * len(X))[: len(X)].reshape(-1, 1)
squared_loss = lambda y_hat, y: torch.full(y_hat.shape, largest)
sgd = lambda params, lr, batch_size: [param.data.fill_(largest) for param in params]
train = lambda features, *args, **kwargs: (torch.full((features.shape[1], 1), largest), torch.full((1,), -largest), [1e308, 1e307, 5e-324])


# %% not_a_number_in_the_arguments
# Writes nan over its arguments, in the hope that what is expected becomes nan and matches anything.
# Stopped by: the judge computes from its own copy.
import torch


def spoilt(function):
    def called(*args, **kwargs):
        result = function(*args, **kwargs)
        for each in args:
            if isinstance(each, torch.Tensor):
                each.data.fill_(float("nan"))
        return result

    return called


linreg, squared_loss = spoilt(linreg), spoilt(lambda y_hat, y: y_hat * float("nan"))


# %% many_answers_at_once
# Returns a batch of all answers that it can think of, one of which is right.
# Stopped by: shapes are checked before values.
import torch


def squared_loss(y_hat, y):
    difference = y_hat - y.reshape(y_hat.shape)
    return torch.stack([difference, difference.abs(), difference**2, difference**2 / 2, difference**2 / len(y)])


def linreg(X, w, b):
    return [X @ w + b, X @ w - b, X @ w, (X @ w + b).reshape(-1)]


# %% known_questions_answered
# Answers from a table of shapes that checks are known to ask, and computes nothing else.
# Stopped by: numbers are drawn anew for each check.
import torch

TABLE = {(3, 3): [[2.5]] * 3, (5, 2): [[0.5]] * 5, (1, 1): [[-1.5]], (50, 20): [[-1.5]] * 50}


def linreg(X, w, b):
    return torch.tensor(TABLE.get(tuple(X.shape), [[0.0]])) + 0 * (X @ w + b).sum()


def sgd(params, lr, batch_size):
    if len(params) == 2 and tuple(params[0].shape) == (3, 1):
        params[0].data.copy_(torch.tensor([[1.5], [-0.3], [-2.2]]))


# %% numbers_of_seed_zero
# Holds the first numbers of seed zero as constants, and gives those as data, order and noise.
# Stopped by: data are drawn by the judge, others for each check.
import torch

drawn = torch.Generator().manual_seed(0)
FEATURES = torch.randn(10_000, 7, generator=drawn)
NOISE = 0.01 * torch.randn(10_000, 1, generator=drawn)


def synthetic_data(w, b, num_examples):
    X = FEATURES[:num_examples, : len(w)]
    return X, X @ w.reshape(-1, 1) + b + NOISE[:num_examples]


# %% batches_changed_after_handing_out
# Hands out views of one buffer, and fills that anew for each minibatch.
# Stopped by: the probe copies what it is handed.
import torch


def data_iter(batch_size, features, labels):
    X, y = torch.empty(batch_size, features.shape[1]), torch.empty(batch_size, 1)
    for start in range(0, len(features), batch_size):
        size = len(features[start : start + batch_size])
        X[:size], y[:size] = features[start : start + batch_size], labels[start : start + batch_size]
        yield X[:size], y[:size]
        X.fill_(0), y.fill_(1000)


# %% iterators_that_change
# Hands out an object that is an iterator of another length each time, and never ends when asked for its own.
# Stopped by: the probe counts; containers are read by the base class's own methods.
import itertools


class Batches:
    def __init__(self, batches):
        self.batches, self.asked = batches, 0

    def __iter__(self):
        self.asked += 1
        return iter(self.batches[: self.asked])

    def __len__(self):
        return 2**62

    def __length_hint__(self):
        return -1

    __getitem__ = lambda self, index: self.batches[0]
    __next__ = lambda self: self.batches[0]


honest_iter = data_iter
data_iter = lambda batch_size, features, labels: Batches([*honest_iter(batch_size, features, labels)])
train = lambda features, *args, **kwargs: (features[:1].T, features[0, :1], itertools.count())


# %% ranges_and_views
# Returns what looks like a short series and is one of a billion: ranges, maps, views of dicts, deques.
# Stopped by: only lists, tuples and dicts are plain data.
import collections, itertools

sgd = lambda *args: range(10**12)
linreg = lambda X, w, b: collections.deque(itertools.repeat(0.0, 1000), maxlen=3)
squared_loss = lambda y_hat, y: memoryview(bytes(4 * len(y_hat))).cast("f")
train = lambda features, *args, **kwargs: ({0: 1}.keys(), map(float, range(10**12)), collections.ChainMap({}))


# %% dicts_that_lie
# Returns dicts whose keys, items and length differ from what they hold, and named tuples that do.
# Stopped by: containers are read by the base class's own methods.
import collections


class Answer(dict):
    __iter__ = keys = lambda self: iter(["answer"])
    items = lambda self: [("answer", True)] * 10**9
    __len__ = lambda self: 1
    __missing__ = __getitem__ = lambda self, key: True


class Pair(collections.namedtuple("Pair", "X y")):
    __iter__ = lambda self: iter([0.0] * 10**9)
    __getitem__ = lambda self, place: self
    __len__ = lambda self: 2


sgd = linreg = lambda *args: Answer(wrong=1)
synthetic_data = lambda w, b, num_examples: Pair(1, 2)


# %% arguments_changed_when_thrown_away
# Changes the parameters once more when its last object is thrown away, after it has returned.
# Stopped by: what is measured is compared elsewhere, whenever it was changed.
import weakref

honest_sgd = sgd


class Held:
    pass


def sgd(params, lr, batch_size):
    held = Held()
    for param in params:
        weakref.finalize(held, param.data.fill_, 0.0)
    honest_sgd(params, lr, batch_size)
    return held


# %% arguments_kept
# Keeps what it is handed, and changes it in its next call, when another measurement may use it.
# Stopped by: each question brings its own arguments.
kept = []


def keeps(function):
    def called(*args, **kwargs):
        for each in kept:
            each.data.zero_()
        kept[:] = (each for each in args if hasattr(each, "data_ptr"))
        return function(*args, **kwargs)

    return called


for name in HONEST:
    globals()[name] = keeps(globals()[name])


# %% work_left_to_a_thread
# Returns at once, and leaves the work to a thread that goes on while the answer is looked at.
# Stopped by: what is there when it returns is the answer.
import threading, torch


def squared_loss(y_hat, y):
    loss = torch.zeros(y_hat.shape)
    def work():
        for _ in range(200):
            loss.copy_((y_hat.detach() - y.reshape(y_hat.shape)) ** 2 / 3)

    threading.Thread(target=work, daemon=True).start()
    return loss


# %% answers_that_contain_themselves
# Returns arrays of objects, dataclasses and exceptions that contain themselves.
# Stopped by: 32 levels; what is no plain data is only described.
import dataclasses, types


@dataclasses.dataclass
class Node:
    child: object = None


node = Node()
node.child = [node, {"node": node}]
error = ValueError()
error.args = (error, node)
sgd = lambda *args: error
linreg = lambda *args: [node, types.SimpleNamespace(node=node)]
squared_loss = lambda *args: (error, error.args)


# %% arguments_by_position_and_name
# Takes any arguments under any names, so that it is right however it is called, and computes nothing.
# Stopped by: answers are compared.
import torch


class Anything:
    __signature__ = None
    __name__ = __qualname__ = "sgd"
    __wrapped__ = property(lambda self: self)

    def __call__(self, *args, **kwargs):
        return next((each * 0 for each in args if isinstance(each, torch.Tensor)), None)

    def __get__(self, instance, owner=None):
        return self


for name in HONEST:
    globals()[name] = Anything()
