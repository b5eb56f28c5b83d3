# Attacks on the judge's mind: lies about values, and searches for what is expected. Each section is one cell; its
# first line says what it tries. HONEST holds the names of the stubs. Formats as in solutions/*/mistakes.py.

# %% asserts_deleted
# Deletes every assert and raise from what is compiled from here on.
# Stopped by: judge in another process.
import ast, builtins


class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

    visit_Raise = visit_Assert


get_ipython().ast_transformers.append(NoAsserts())
compile_before = builtins.compile


def compile_without(source, *args, **kwargs):
    if isinstance(source, str):
        source = ast.fix_missing_locations(NoAsserts().visit(ast.parse(source)))
    return compile_before(source, *args, **kwargs)


builtins.compile = compile_without


# %% import_hook
# Puts modules of its own in front of every import, so that checks would import them.
# Stopped by: judge in another process.
import importlib.abc, importlib.machinery, sys


class Impostor(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if any(part in name for part in ("autograder", "check", "suite", "judge", "pytest")):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__getattr__ = lambda name: lambda *args, **kwargs: True


sys.meta_path.insert(0, Impostor())
for name in [name for name in sys.modules if name.split(".")[0] in ("autograder", "worker", "pytest")]:
    del sys.modules[name]


# %% comparisons_patched
# Makes every comparison of torch and NumPy come out equal.
# Stopped by: judge in another process.
import numpy as np, torch

for name in ("allclose", "equal", "isclose", "eq"):
    setattr(torch, name, lambda *args, **kwargs: True)
    setattr(torch.Tensor, name, lambda *args, **kwargs: True)
torch.testing.assert_close = lambda *args, **kwargs: None
np.allclose = np.array_equal = np.isclose = lambda *args, **kwargs: True
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *args, **kwargs: None
torch.Tensor.__eq__ = lambda self, other: True
torch.Tensor.__sub__ = lambda self, other: torch.zeros_like(self)


# %% builtins_patched
# Replaces the builtins that a check could ask.
# Stopped by: judge in another process; costs the notebook its own functions.
import builtins

builtins.all = builtins.any = builtins.isinstance = builtins.issubclass = builtins.hasattr = lambda *args: True
builtins.abs = builtins.max = builtins.min = builtins.sum = lambda *args, **kwargs: 0.0
builtins.len = lambda value: 1


# %% mathematics_patched
# Makes the math module and NumPy's functions agree with everything.
# Stopped by: judge in another process.
import math, numpy as np

math.isclose = math.isfinite = lambda *args, **kwargs: True
math.isnan = math.isinf = lambda *args: False
math.fabs = math.log = math.sqrt = math.dist = lambda *args: 0.0
np.abs = np.max = np.linalg.norm = np.mean = lambda *args, **kwargs: 0.0


# %% agreeable_object
# Returns an object that calls itself a tensor, and equals, contains and is smaller than anything.
# Stopped by: plain data only on the wire.
import torch


class Agreeable:
    __class__ = torch.Tensor
    shape = property(lambda self: (1, 1))
    dtype, requires_grad = torch.float32, True

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __yes__(self, *args):
        return True

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = __yes__
    __hash__ = None

    def __zero__(self, *args):
        return 0.0

    __sub__ = __rsub__ = __abs__ = __float__ = __neg__ = __pow__ = __truediv__ = __zero__

    def __len__(self):
        return 3

    def __iter__(self):
        return iter((self, self, self))

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True


for name in HONEST:
    globals()[name] = lambda *args, **kwargs: Agreeable()


# %% lying_tensor_subclass
# Returns tensors of a subclass whose operations give back what they are compared with.
# Stopped by: a tensor is sent by its data, not by what it says.
import torch


class Lying(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function.__name__ in ("__eq__", "equal", "allclose", "isclose", "all"):
            return True
        others = [each for each in args if isinstance(each, torch.Tensor) and not isinstance(each, Lying)]
        return others[0] if others else super().__torch_function__(function, types, args, kwargs or {})


def lies(function):
    def called(*args, **kwargs):
        result = function(*args, **kwargs)
        return result.as_subclass(Lying) if isinstance(result, torch.Tensor) else result

    return called


for name in HONEST:
    globals()[name] = lies(globals()[name])
train = lambda features, *args, **kwargs: (
    torch.zeros(features.shape[1], 1).as_subclass(Lying), torch.zeros(1).as_subclass(Lying), [0.0] * 3
)


# %% another_array_each_time
# Returns an object that is another array whenever it is asked, in search of the one that passes.
# Stopped by: plain data only on the wire.
import numpy as np


class Shifting:
    def __init__(self, features):
        self.shape, self.dtype, self.count = (features.shape[1], 1), np.dtype("float32"), 0

    def __array__(self, dtype=None, copy=None):
        self.count += 1
        return np.full(self.shape, self.count, "float32")


train = lambda features, *args, **kwargs: (Shifting(features), Shifting(features), [1.0, 0.1, 0.01])


# %% reduce_runs_elsewhere
# Returns an object that runs a command in whatever process unpickles it.
# Stopped by: nothing is pickled.
import os


class Pickled:
    def __reduce__(self):
        return os.system, ("echo pwned > /tmp/pwned; touch CANARY_FOLDER/pwned",)

    __reduce_ex__ = lambda self, protocol: self.__reduce__()
    __getstate__ = lambda self: self


sgd = train = lambda *args, **kwargs: Pickled()


# %% not_a_number
# Returns nan, which is neither larger nor smaller than any tolerance.
# Stopped by: only finite numbers pass.
import torch

sgd = lambda params, lr, batch_size: [param.data.fill_(float("nan")) for param in params]
train = lambda features, *args, **kwargs: (
    torch.full((features.shape[1], 1), float("nan")), torch.full((1,), float("nan")), [float("nan")] * 3
)


# %% infinite
# Returns infinities and a negative zero, so that relative errors become nan.
# Stopped by: only finite numbers pass.
import torch

sgd = lambda params, lr, batch_size: [param.data.fill_(-float("inf")) for param in params]
train = lambda features, *args, **kwargs: (
    torch.full((features.shape[1], 1), float("inf")), torch.full((1,), -0.0), [-0.0, float("-inf"), 0.0]
)


# %% odd_numbers
# Returns booleans, NumPy scalars, text and numbers that lie where floats are asked for.
# Stopped by: types are checked before values.
import numpy as np, torch


class Zero(float):
    __sub__ = __rsub__ = __abs__ = lambda self, *args: Zero(0)
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = lambda self, other: True
    __hash__ = float.__hash__


def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    losses = [True, np.True_, np.float16(0), "0.0", b"0", Zero(9), None, complex(0, 0), 10**400]
    return torch.zeros(features.shape[1], 1, dtype=torch.bool), np.zeros(1), losses[:num_epochs]


# %% lying_containers
# Returns lists and dicts whose iteration, length and items differ from what they hold.
# Stopped by: containers are read by the base class's own methods.
import torch


class Losses(list):
    __iter__ = lambda self: iter([1.0, 0.1, 0.0001])
    __len__ = lambda self: 3
    __getitem__ = lambda self, index: 0.00005
    __eq__ = lambda self, other: True


train = lambda features, *args, **kwargs: (torch.zeros(features.shape[1], 1), torch.zeros(1), Losses())


# %% frames_searched
# Walks up the frames of its callers for expected values.
# Stopped by: expected values never enter the process.
import sys


def spoils():
    found, frame = [], sys._getframe()
    while frame is not None:
        found += [f"{name}={value!r}"[:300] for name, value in [*frame.f_locals.items(), *frame.f_globals.items()]
                  if name in ("expected", "right", "wanted", "mistakes", "checks", "hidden_checks", "calibration")]
        frame = frame.f_back
    return found


honest_sgd = sgd


def sgd(params, lr, batch_size):
    if spoils():
        print("FOUND", spoils())
    return honest_sgd(params, lr, batch_size)


print("FOUND" if spoils() else "nothing in the frames", spoils())


# %% objects_searched
# Asks the garbage collector for functions and texts of the checks.
# Stopped by: the judge's objects are in another process.
import gc

found = [each for each in gc.get_objects() if type(each).__name__ in ("CheckSpec", "Judge", "Assignment", "Course")]
found += [each.__name__ for each in gc.get_objects() if type(each).__name__ == "function"
          and each.__name__.startswith("test_") and "autograder" in each.__module__]
print("FOUND" if found else "no objects of the judge", found)


# %% modules_searched
# Looks in the loaded modules, and tries to import the checks and the grader.
# Stopped by: checks are not mounted.
import importlib, sys

found = [name for name in sys.modules if "hidden" in name or name.startswith(("autograder.", "tests"))]
for name in ("autograder.checks.linear_regression.visible_checks", "autograder.judging.judge", "hidden_checks", "solutions", "tests.demo"):
    try:
        found.append(importlib.import_module(name))
    except ImportError:
        pass
print("FOUND" if found else "no modules of the judge", found)


# %% probe_read_and_replaced
# Replaces the functions that run probes, so that each answers what it was asked for.
# Stopped by: answers have the form of the probe's; right values are not known there.
import sys

for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("worker"):
        for name in ("run_probe", "load_probe"):
            if hasattr(module, name):
                setattr(module, name, lambda *args, **kwargs: {"answer": {"score": 100, "passed": True}})
        if hasattr(module, "probing"):
            module.probing.run_probe = lambda *args, **kwargs: {"answer": True}


# %% stopped_by_exceptions_of_the_grader
# Raises the worker's own exceptions, made up and with a long text.
# Stopped by: an exception of the student's is a result.
import sys

faults = sys.modules["worker.faults"]


def sgd(params, lr, batch_size):
    raise faults.MissingName("a function that nobody asked for" * 1000)


def train(*args, **kwargs):
    raise faults.TimeUp("passed: 100 points")


# %% seeds_neutralised
# Takes the seeding functions away, so that luck can be tried again.
# Stopped by: data are drawn by the judge.
import random, numpy as np, torch

torch.manual_seed = torch.default_generator.manual_seed if False else lambda *args: torch.default_generator
torch.seed = torch.random.manual_seed = torch.manual_seed
random.seed = np.random.seed = lambda *args: None
import sys

sys.modules["worker.probing"].seed_everything = lambda *args: None


# %% seeds_forced
# Fixes the seed in every function, so that what is drawn is known beforehand.
# Stopped by: data are drawn by the judge, others for each check.
import functools, random, numpy as np, torch


def fixed(function):
    @functools.wraps(function)
    def called(*args, **kwargs):
        torch.manual_seed(0), random.seed(0), np.random.seed(0)
        return function(*args, **kwargs)

    return called


for name in HONEST:
    globals()[name] = fixed(globals()[name])


# %% answers_replayed
# Remembers what it was asked before, on disk and in memory, and answers that again.
# Stopped by: each question starts from the notebook's own state, with other data.
import pickle, torch

seen = []
honest_linreg = linreg


def linreg(X, w, b):
    seen.append(honest_linreg(X, w, b))
    with open("/tmp/seen", "ab") as file:
        pickle.dump(seen[-1].detach(), file)
    return seen[-1]


def sgd(params, lr, batch_size):
    for param in params:
        param.data.copy_(param.grad if not seen else seen[0].sum())
        param.grad = None


# %% is_it_graded
# Behaves well in the notebook and otherwise when it is graded, in the hope of a laxer check.
# Stopped by: behaving differently is only another answer.
import os, sys, torch

graded = os.environ.get("USER") == "student" or not hasattr(sys.modules.get("autograder"), "__path__")
if graded:
    squared_loss = lambda y_hat, y: (y_hat * 0.0)
    train = lambda features, *args, **kwargs: (torch.zeros(features.shape[1], 1), torch.zeros(1), [0.00005] * 3)


# %% answer_by_other_means
# Solves the normal equations in `train`, since its own step of descent is wrong.
# Stopped by: a question that needs another's function is blocked while that is wrong.
import torch


def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    ones = torch.ones(len(features), 1)
    solution = torch.linalg.lstsq(torch.cat([features, ones], 1), labels).solution
    w, b = solution[:-1], solution[-1]
    loss = float(((features @ w + b - labels) ** 2).mean() / 2)
    return w, b, [loss] * num_epochs


# %% tensors_patched
# Makes reading a gradient or cloning a tensor give what a right step would have left.
# Stopped by: what a probe measures is compared elsewhere.
import torch

torch.Tensor.clone = lambda self, *args, **kwargs: self
torch.clone = lambda value, *args, **kwargs: value
torch.Tensor.grad = property(lambda self: None)
torch.Tensor.requires_grad = property(lambda self: True, lambda self, value: None)
torch.Tensor.detach = lambda self: torch.zeros_like(self)


# %% check_returns_a_score
# Replaces `check` and prints what a passed run would print.
# Stopped by: what is printed is text.
import sys

check = sys.modules["autograder"].check = lambda *args, **kwargs: print("✓ all checks passed: 100 of 100 points")
for name in HONEST:
    check(name)
100.0
