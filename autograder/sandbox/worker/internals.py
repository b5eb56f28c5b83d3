"""Tells the judge, at once, of student code that reaches into the interpreter: what it may do next can hide itself.

Python says of most such access to whoever listens, and a listener cannot be removed: PEP 578,
https://docs.python.org/3/library/audit_events.html. Where it says nothing, of a function's globals and closure, of a
class's subclasses and of where a frame leads, the attribute itself is replaced by one that tells. Libraries need all of
them all the time; what counts is who asks, and of functions and frames of ours whoever lets a library ask.

A notebook may replace what any module or the builtins name. What listens calls nothing of that, and so runs nothing of
a notebook's. A notebook's code may run all the same while it listens, for a signal or when garbage is collected: so it
asks for nothing that Python would tell of, and takes nothing for told before it is sent.
"""

import asyncio.base_tasks
import bdb
import builtins
import ctypes
import gc
import inspect
import logging
import pdb
import sys
import threading
import traceback
import typing
from collections.abc import Callable
from posix import _exit
from sys import getprofile
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any, Final

import IPython.utils.frame
import msgpack
import torch._jit_internal
from torch._C._dynamo import eval_frame

from . import faults
from .code_origin import is_installed, is_of_its_file, is_ours, line_of
from .probing import Calls
from .sealing import SealedLine

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # where the functions below look theirs up

MAX_TOLD: Final = 5
_EVENTS: Final = frozenset({
    "sys._getframe", "sys._current_frames", "sys._current_exceptions", "sys.settrace", "sys.setprofile",
    "sys.monitoring.register_callback", "exec",
    "gc.get_objects", "gc.get_referrers", "gc.get_referents", "object.__getattr__", "object.__setattr__",
    "function.__new__", "code.__new__", "ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.call_function",
    "ctypes.cdata", "ctypes.cdata/buffer", "ctypes.string_at", "ctypes.wstring_at", "ctypes.PyObj_FromPtr",
})  # fmt: skip
_OF_FUNCTIONS: Final = ("__globals__", "__closure__", "__builtins__")
_OF_FRAMES: Final = ("f_back", "f_globals", "f_locals", "f_builtins")
_READ: Final = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame", "f_code"})
_ASK_FOR_OTHERS: Final = frozenset(
    module.__file__
    for module in (
        asyncio.base_tasks, bdb, ctypes, inspect, pdb, traceback, IPython.utils.frame, torch._jit_internal,
    )
)  # fmt: skip
# Of what it prints of an exception, traceback hands out no frame; by these it does.
_PRINTED: Final = frozenset({"tb_frame", "f_code", "f_globals", "f_locals"})
_WALKS: Final = frozenset(
    walk.__code__
    for name in ("walk_tb", "walk_stack", "_walk_tb_with_full_positions")
    if (walk := getattr(traceback, name, None)) is not None
)
_LEND: Final = frozenset({logging.currentframe.__code__})  # a frame to their caller, which is logging itself as a rule
_ANNOTATIONS: Final = inspect.get_annotations.__code__  # lends globals where it evaluates texts in them
_THREADING: Final = threading.__file__
_TYPING: Final = typing.__file__
_TRACEBACK: Final = traceback.__file__
_INSTALL: Final = {"sys.settrace": threading.gettrace, "sys.setprofile": threading.getprofile}
_PACKAGE: Final = __package__
_GLOBALS_OF: Final[Callable[[object], dict[str, Any]]] = vars(FunctionType)["__globals__"].__get__
_pack: Final = msgpack.Packer(use_bin_type=True).pack
_BACK_OF: Final[Callable[[FrameType], FrameType | None]] = vars(FrameType)["f_back"].__get__
_LOCALS_OF: Final[Callable[[FrameType], Any]] = vars(FrameType)["f_locals"].__get__


class InternalsWatch:
    """Listens in this process and those forked from it."""

    def __init__(self) -> None:
        """Begin to listen; nothing is told before `tell`."""
        self._line: SealedLine | None = None
        self._told: set[tuple[str, str, int]] = set()
        self._pretended: set[str] = set()  # names of files under which something else was run
        sys.addaudithook(self._hear)
        for name in _OF_FUNCTIONS:
            self._tell_of_attribute(FunctionType, name, self._look_who_reads)
        for name in _OF_FRAMES:
            self._tell_of_attribute(FrameType, name, self._look_who_reads_frame)
        self._tell_of_subclasses()
        self._tell_of_frames_lent_by_torch()

    def tell(self, line: SealedLine) -> None:
        """Tell whoever is at the other end, in frames `{"event": "reached", "what", "line", "text"}`."""
        self._line = line

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _EVENTS or self._line is None:
            return
        what = event
        if event == "object.__getattr__":
            what = arguments[1]
            if what not in _READ:
                return
        elif event == "object.__setattr__":
            what = arguments[1]
            if what != "__code__":
                return
        if event == "exec":
            self._note_what_runs(arguments[0], _caller())
        elif event != "sys.setprofile" or not _ends_ours(getprofile()):
            self._look_who_asks(what, _caller())

    def _tell_of_attribute(self, cls: type, name: str, look: Callable[[str, FrameType, Any], None]) -> None:
        read: Callable[[object], object] = vars(cls)[name].__get__

        def told(owner: Any) -> object:
            asks = _caller()
            if cls is FrameType and self._prints(name, asks) and is_ours(_code_of(owner).co_filename):
                return {}  # of torch's stack, say, which it keeps as a text
            if self._line is not None:
                look(name, asks, owner)
            return read(owner)

        _replace(cls, name, property(told))

    def _tell_of_subclasses(self) -> None:
        every: Callable[[type], list[type]] = vars(type)["__subclasses__"]
        namespace: Callable[[type], Any] = vars(type)["__dict__"].__get__

        def is_ours(cls: type) -> bool:
            module = namespace(cls).get("__module__")
            return type(module) is str and module.startswith(f"{_PACKAGE}.")

        def told(cls: type, /) -> list[type]:
            """Return a list of immediate subclasses."""
            found = every(cls)
            others = [each for each in found if not is_ours(each)]
            # Python asks a class by itself, in the name of whoever has called isinstance: of ours it finds none
            if len(others) < len(found) and self._line is not None:
                self._look_who_asks("__subclasses__", _caller())
            return others

        _replace(type, "__subclasses__", told)

    def _tell_of_frames_lent_by_torch(self) -> None:
        """Tell who has torch hand over the frame of each function that is called, as its compiler does."""
        hand_over = eval_frame.set_eval_frame

        def told(callback: Any, /) -> Any:
            if self._line is not None:
                self._look_who_asks("set_eval_frame", _caller())
            return hand_over(callback)

        eval_frame.set_eval_frame = told  # type: ignore[assignment]

    def _note_what_runs(self, code: CodeType, frame: FrameType) -> None:
        """Take a file's name for a student's from now on, where what is run under it is not what the file holds."""
        path = code.co_filename
        if is_installed(path) and path not in self._pretended:
            asked_by = _code_of(frame).co_filename
            if not (is_ours(asked_by) and asked_by not in self._pretended) and not is_of_its_file(code):
                self._pretended.add(path)

    def _is_installed(self, path: object) -> bool:
        return is_installed(path) and path not in self._pretended

    def _asks_for_others(self, code: CodeType, what: str = "") -> bool:
        path = code.co_filename
        if type(path) is str and path == _TRACEBACK and what in _PRINTED and code not in _WALKS:
            return False
        return (code in _LEND or (type(path) is str and path in _ASK_FOR_OTHERS)) and self._is_installed(path)

    def _look_who_asks(self, what: str, frame: FrameType) -> None:
        while self._asks_for_others(_code_of(frame), what) and (back := _BACK_OF(frame)) is not None:
            frame = back
        self._tell_of(what, frame)

    def _prints(self, what: str, frame: FrameType) -> bool:
        """Whether traceback asks for what names a frame knows, of which it keeps texts."""
        path = _code_of(frame).co_filename
        named = what in ("f_globals", "f_locals")
        return named and type(path) is str and path == _TRACEBACK and self._is_installed(path)

    def _look_who_reads_frame(self, what: str, frame: FrameType, read: Any) -> None:
        """Look who reads where a frame leads: out of ours no library may either, on anybody's behalf."""
        ours = is_ours(_code_of(read).co_filename) and what != "f_back"
        while ours and self._is_installed(_code_of(frame).co_filename) and (back := _BACK_OF(frame)) is not None:
            frame = back
        self._look_who_asks(what, frame)

    def _look_who_reads(self, what: str, frame: FrameType, function: object) -> None:
        """Look who reads of a function: of ours no library may either, on anybody's behalf."""
        if _leads_to_ours(function):
            code = _code_of(frame)
            path = code.co_filename
            if (is_ours(path) and self._is_installed(path)) or (
                code is _ANNOTATIONS and not _LOCALS_OF(frame).get("eval_str")
            ):
                return
            while self._is_installed(_code_of(frame).co_filename) and (back := _BACK_OF(frame)) is not None:
                frame = back
        elif _is_handed_out(function):
            while self._evaluates(frame) and (back := _BACK_OF(frame)) is not None:
                frame = back
        self._tell_of(what, frame)

    def _evaluates(self, frame: FrameType) -> bool:
        code = _code_of(frame)
        path = code.co_filename
        asks = self._asks_for_others(code) or (self._is_installed(path) and path == _TYPING)
        return asks and (code is not _ANNOTATIONS or bool(_LOCALS_OF(frame).get("eval_str")))

    def _tell_of(self, what: str, frame: FrameType) -> None:
        name, line = _code_of(frame).co_filename, frame.f_lineno
        path = name if type(name) is str else ""  # another kind of text might compare by a student's code
        hooks = path == _THREADING and what in _INSTALL and not self._is_installed(_file_of(_INSTALL[what]()))
        place = (what, path, line)
        installed = self._is_installed(path) and not hooks
        if self._line is None or installed or place in self._told or len(self._told) == MAX_TOLD:
            return
        text = path.rpartition("/")[2] if path in self._pretended else line_of(path, line)
        packed = _pack({"event": "reached", "what": what, "line": line, "text": text[: faults.MAX_LINE]})
        try:
            self._line.send_payload(packed)
        except BaseException:  # nobody listens any more, or has been kept from listening
            _exit(1)
        self._told.add(place)


def _caller() -> FrameType:
    """Return the frame that our caller was called in."""
    frame: FrameType = _frame_of(_thread_state())
    for _ in range(2):
        frame = _BACK_OF(frame) or frame
    return frame


def _of_python(name: str, answer: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a function of Python's own, by which it says nothing of what it is asked."""
    function = ctypes.pythonapi[name]
    function.restype, function.argtypes = answer, arguments
    return function


_thread_state: Final = _of_python("PyThreadState_Get", ctypes.c_void_p)
_frame_of: Final = _of_python("PyThreadState_GetFrame", ctypes.py_object, ctypes.c_void_p)
_code_of: Final = _of_python("PyFrame_GetCode", ctypes.py_object, ctypes.py_object)


def _leads_to_ours(function: object) -> bool:
    """Whether it is a function of this package's, or one that was set apart from it (see `session._apart`)."""
    if type(function) is not FunctionType:
        return False
    names = _GLOBALS_OF(function)
    module = names.get("__name__")
    if module is None:
        return not names.get("__builtins__", True)
    return type(module) is str and (module == _PACKAGE or module.startswith(f"{_PACKAGE}."))


def _is_handed_out(function: object) -> bool:
    """Whether it is a function of a probe's, which student code gets as an argument."""
    return type(function) is FunctionType and is_ours(function.__code__.co_filename)


def _replace(cls: type, name: str, value: object) -> None:
    """Give one of Python's own types another attribute, which Python's syntax does not allow."""
    (attributes,) = gc.get_referents(vars(cls))
    attributes[name] = value
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(cls))


def _ends_ours(profiler: object) -> bool:
    """Whether Python takes a profiler of ours away, since it has raised: it says so where that was called."""
    return type(profiler) is MethodType and type(profiler.__self__) is Calls and profiler.__self__.seen


def _file_of(function: Any) -> object:
    if type(function) is MethodType:
        function = function.__func__
    return function.__code__.co_filename if type(function) is FunctionType else ""
