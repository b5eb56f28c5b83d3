"""Runs one probe beside a student's functions and returns what it measured, or how it ended."""

import _thread
import builtins
import contextlib
import functools
import hashlib
import io
import linecache
import math
import random
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from sys import getprofile, setprofile
from types import ModuleType
from typing import Any, Final

import numpy as np
import torch
from torch._C import _len_torch_dispatch_stack
from torch.overrides import _get_current_function_mode_stack
from torch.utils._device import DeviceContext
from torch.utils._python_dispatch import TorchDispatchMode

from . import faults
from .spoiling import Spoilt

__builtins__ = _BUILTINS = dict(vars(builtins))  # type: ignore[assignment]  # a notebook may replace what builtins name

_FUNCTIONS: Final = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodDescriptorType, type, np.ufunc,
    type(np.dot),
)  # fmt: skip
_OF_PYTHON: Final = 1 << 9  # a class made by a class statement: Py_TPFLAGS_HEAPTYPE


@contextlib.contextmanager
def recorded_calls() -> Iterator[set[str]]:
    """Collect the plain names of torch's functions and methods that the body calls, such as "arange".

    What torch calls on its own behalf inside of those is not among them, but its kernels are, however they were called:
    as "aten::mm". Threads that the body starts are looked at, too.
    """
    names: set[str] = set()
    inside = threading.local()  # of a function of torch's

    class Recorder(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            names.add(getattr(function, "__name__", ""))
            before, inside.here = getattr(inside, "here", False), True
            try:
                return function(*args, **(kwargs or {}))
            finally:
                inside.here = before

    class Kernels(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's own
        def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kernel = getattr(function, "name", str)().partition(".")[0]  # "aten::mm" of "aten::mm.out"
            names.add(kernel)
            if not getattr(inside, "here", False):  # called past torch's functions
                names.add(kernel.rpartition(":")[2])
            return function(*args, **(kwargs or {}))

    def watched(start: Callable[..., Any]) -> Callable[..., Any]:
        def start_watched(function: Callable[..., Any], *rest: Any, **options: Any) -> Any:
            def run(*args: Any, **kwargs: Any) -> Any:
                with Kernels(), Recorder():  # type: ignore[no-untyped-call]  # torch's own
                    return function(*args, **kwargs)

            return start(run, *rest, **options)

        return start_watched

    places = [
        (module, name, getattr(module, name))
        for module in (threading, _thread)
        for name in ("_start_new_thread", "_start_joinable_thread", "start_new_thread", "start_joinable_thread")
        if hasattr(module, name)
    ]
    for module, name, start in places:
        setattr(module, name, watched(start))
    try:
        with Kernels(), Recorder():  # type: ignore[no-untyped-call]  # torch's own
            yield names
    finally:
        for module, name, start in places:
            setattr(module, name, start)


class Functions:
    """What a probe knows as `student`: the names that the notebook left, as attributes."""

    __slots__ = ("_namespace",)

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> Any:
        try:
            return self._namespace[name]
        except KeyError:
            raise faults.MissingName(name) from None


class Calls:
    """Whether a function of the student's was called, or a method of its class."""

    def __init__(self, watched: Any) -> None:
        """Calls of what has no Python code of its own cannot be seen: then they count as `seen`."""
        self._codes = _codes_of(watched)
        self.seen = not self._codes

    @contextlib.contextmanager
    def end_at_first(self) -> Iterator[None]:
        """End the student's code in the body at the first call, by an exception there."""
        before = getprofile()
        setprofile(self._look if self._codes else before)
        try:
            yield
        finally:
            setprofile(before)

    def _look(self, frame: types.FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code in self._codes:
            self.seen = True
            raise SystemExit


def _codes_of(value: Any) -> frozenset[types.CodeType]:
    """Return the code of a function, below its decorators, or of the methods that a class defines."""
    if isinstance(value, type):
        return frozenset().union(*(_codes_of(each) for each in vars(value).values() if not isinstance(each, type)))
    while isinstance(value, types.FunctionType) and isinstance(value.__dict__.get("__wrapped__"), types.FunctionType):
        value = value.__dict__["__wrapped__"]
    return frozenset({value.__code__}) if isinstance(value, types.FunctionType) else frozenset()


def code_digest(code: types.CodeType) -> str:
    """Return what tells a function's code from another one's, wherever it stands."""
    inner = [code_digest(each) for each in code.co_consts if isinstance(each, types.CodeType)]
    return hashlib.sha256(repr((code.co_code, code.co_names, code.co_varnames, inner)).encode()).hexdigest()


def bound_codes(functions: Functions) -> dict[str, str]:
    """Return what the names of a notebook are bound to: the digests of its functions, "numpy.dot" of a library's."""
    namespace = object.__getattribute__(functions, "_namespace")
    found = {}
    for name, value in list(namespace.items()):
        if not isinstance(name, str):
            continue
        if origin := _origin_of(value, namespace.get("__name__")):
            found[name] = origin
        elif isinstance(value, types.FunctionType):
            for code in _codes_of(value):
                found[name] = code_digest(code)
    return found


def _origin_of(value: Any, notebook: Any) -> str:
    """Return a library's name of a function or class, "numpy.dot"; nothing for anything else."""
    while isinstance(value, functools.partial):
        value = value.func
    if not isinstance(value, _FUNCTIONS):
        return ""
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if module is None:
        owner = getattr(value, "__self__", getattr(value, "__objclass__", None))
        module = getattr(owner, "__module__", type(owner).__module__)
    codes = _codes_of(value) if isinstance(value, types.FunctionType) else _codes_of(getattr(value, "__func__", None))
    own = any(not faults.is_installed(code.co_filename) for code in codes)
    own = own or (isinstance(value, type) and bool(value.__flags__ & _OF_PYTHON) and not _is_of_a_library(module))
    if own or module == notebook or not (isinstance(module, str) and isinstance(name, str)):
        return ""
    return f"{module.partition('.')[0]}.{name}"


def _is_of_a_library(module: Any) -> bool:
    return faults.is_installed(str(getattr(sys.modules.get(module), "__file__", None)))


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and torch (and CUDA once it is in use) from one number in [0, 2**32)."""
    random.seed(seed)
    np.random.seed(seed)
    torch.default_generator.manual_seed(seed)  # torch.manual_seed takes a millisecond where there is no GPU
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]  # torch's own
        torch.cuda.manual_seed_all(seed)


PROBE_GLOBALS: Final[Mapping[str, Any]] = {
    "torch": torch, "np": np, "math": math, "random": random, "recorded_calls": recorded_calls,
    "bound_codes": bound_codes,
}  # fmt: skip


def load_probe(source: str, name: str) -> Callable[..., Any]:
    """Compile a probe's source and return the function; it sees `PROBE_GLOBALS` and builtins alone."""
    file_name = f"<probe {name}>"
    module = ModuleType("probe")
    module.__dict__.update(PROBE_GLOBALS, __builtins__=dict(_BUILTINS))
    linecache.cache[file_name] = (len(source), None, source.splitlines(True), file_name)
    exec(compile(source, file_name, "exec"), module.__dict__)
    function: Callable[..., Any] = module.__dict__[name]
    return function


def _modes_on() -> int:
    """Return how many of torch's modes are on in this thread, a default device aside."""
    stack = _get_current_function_mode_stack()  # type: ignore[no-untyped-call]  # torch's own
    return sum(not isinstance(mode, DeviceContext) for mode in stack) + _len_torch_dispatch_stack()


def run_probe(
    function: Callable[..., Any], arguments: Mapping[str, Any], namespace: Mapping[str, Any], seed: int,
    watched: str = "", spoilt: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Call `function(student, **arguments)` under a fixed seed and default settings of torch.

    Returns `{"answer": value}` or `{"error": description}` (see `faults.describe`). What the
    student's code prints or warns meanwhile is dropped. With the name of a function to be `watched`,
    the call ends where that is called, and the answer is whether it was; with an amount by which it is `spoilt`, the
    call goes on, and `called` says whether it was spoilt.
    """
    if watched and spoilt is not None:
        other = Spoilt(watched, spoilt)
        with other.in_place(namespace):
            return {**run_probe(function, arguments, namespace, seed), "called": other.called}
    if watched:
        called = Calls(namespace.get(watched))
        with called.end_at_first():
            run_probe(function, arguments, namespace, seed)
        return {"answer": called.seen}
    silent = io.StringIO()
    try:
        with contextlib.redirect_stdout(silent), contextlib.redirect_stderr(silent):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                torch.set_default_dtype(torch.float32)
                seed_everything(seed)
                before = _modes_on()
                with torch.enable_grad():
                    answer = function(Functions(namespace), **arguments)
                if _modes_on() > before:  # what was measured since may be the mode's doing
                    raise RuntimeError(
                        "It leaves a mode of torch's switched on, which changes what other code computes."
                    )
                return {"answer": answer}
    except BaseException as error:  # a student's code may raise anything, SystemExit too
        return {"error": faults.describe(error)}
