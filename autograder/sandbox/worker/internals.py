"""Tells the judge, at once, of student code that reaches into the interpreter: what it may do next can hide itself.

Python says of most such access to whoever listens, and a listener cannot be removed: PEP 578,
https://docs.python.org/3/library/audit_events.html. Where it says nothing, of a function's globals and closure and of
a class's subclasses, the attribute itself is replaced by one that tells. Libraries need all of them all the time; what
counts is who asks.
"""

import asyncio.base_tasks
import bdb
import contextlib
import ctypes
import functools
import gc
import inspect
import linecache
import logging
import pdb
import socket
import sys
import threading
import traceback
import types
from collections.abc import Callable
from typing import Any, Final

import IPython.utils.frame
import torch._jit_internal

from . import faults, wire

MAX_TOLD: Final = 5
_EVENTS: Final = frozenset({
    "sys._getframe", "sys._current_frames", "sys._current_exceptions", "sys.settrace", "sys.setprofile",
    "sys.monitoring.register_callback",
    "gc.get_objects", "gc.get_referrers", "gc.get_referents", "object.__getattr__", "object.__setattr__",
    "function.__new__", "code.__new__", "ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.call_function",
    "ctypes.cdata", "ctypes.cdata/buffer", "ctypes.string_at", "ctypes.wstring_at", "ctypes.PyObj_FromPtr",
})  # fmt: skip
_OF_FUNCTIONS: Final = ("__globals__", "__closure__", "__builtins__")
_READ: Final = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame", "f_code"})
_ASK_FOR_OTHERS: Final = frozenset(
    module.__file__
    for module in (
        asyncio.base_tasks, bdb, ctypes, inspect, pdb, traceback, IPython.utils.frame, torch._jit_internal,
    )
)  # fmt: skip
_LEND: Final = frozenset({logging.currentframe.__code__})  # a frame to their caller, which is logging itself as a rule
_KEEP: Final = frozenset({inspect.get_annotations.__code__})  # reads globals, and gives none of them to its caller
_INSTALL: Final = {"sys.settrace": threading.gettrace, "sys.setprofile": threading.getprofile}


class InternalsWatch:
    """Listens in this process and those forked from it."""

    def __init__(self) -> None:
        """Begin to listen; nothing is told before `tell`."""
        self._connection: socket.socket | None = None
        self._told: set[tuple[str, str, int]] = set()
        self._looking = False
        sys.addaudithook(self._hear)
        for name in _OF_FUNCTIONS:
            self._tell_of_attribute(name)
        self._tell_of_subclasses()

    def tell(self, connection: socket.socket) -> None:
        """Tell whoever reads `connection`, in frames `{"event": "reached", "what", "line", "text"}`."""
        self._connection = connection

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _EVENTS or self._looking or self._connection is None:
            return
        if event == "sys.setprofile" and _is_installed(_file_of(sys.getprofile())):
            return  # one of ours ends, which Python says in the frame that was looked at
        what = event
        if event == "object.__getattr__":
            what = arguments[1]
            if what not in _READ:
                return
        elif event == "object.__setattr__":
            what = arguments[1]
            if what != "__code__":
                return
        self._look(what)

    def _tell_of_attribute(self, name: str) -> None:
        read: Callable[[object], object] = vars(types.FunctionType)[name].__get__

        def told(function: object) -> object:
            if self._connection is not None and not self._looking:
                self._look(name)
            return read(function)

        _replace(types.FunctionType, name, property(told))

    def _tell_of_subclasses(self) -> None:
        every: Callable[[type], list[type]] = vars(type)["__subclasses__"]

        def told(cls: type, /) -> list[type]:
            """Return a list of immediate subclasses."""
            found = every(cls)
            others = [each for each in found if not str(vars(each).get("__module__")).startswith(f"{__package__}.")]
            # Python asks a class by itself, in the name of whoever has called isinstance: of ours it finds none
            if len(others) < len(found) and self._connection is not None and not self._looking:
                self._look("__subclasses__")
            return others

        _replace(type, "__subclasses__", told)

    def _look(self, what: str) -> None:
        self._looking = True
        try:
            self._look_who_asks(what, sys._getframe(2))
        finally:
            self._looking = False

    def _look_who_asks(self, what: str, frame: types.FrameType) -> None:
        code = frame.f_code
        while _asks_for_others(code) and frame.f_back is not None:
            frame = frame.f_back
            code = frame.f_code
        path, line = code.co_filename, frame.f_lineno
        hooks = path == threading.__file__ and what in _INSTALL and not _is_installed(_file_of(_INSTALL[what]()))
        if (_is_installed(path) and not hooks) or (what, path, line) in self._told or len(self._told) == MAX_TOLD:
            return
        self._told.add((what, path, line))
        text = linecache.getline(path, line).strip()[: faults.MAX_LINE]
        if self._connection is not None:
            with contextlib.suppress(wire.WireError):
                wire.send(self._connection, {"event": "reached", "what": what, "line": line, "text": text})


def _asks_for_others(code: types.CodeType) -> bool:
    return code in _LEND or (code.co_filename in _ASK_FOR_OTHERS and code not in _KEEP)


def _replace(cls: type, name: str, value: object) -> None:
    """Give one of Python's own types another attribute, which Python's syntax does not allow."""
    (attributes,) = gc.get_referents(vars(cls))
    attributes[name] = value
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(cls))


_is_installed = functools.lru_cache(1024)(faults.is_installed)


def _file_of(function: Any) -> str:
    code = getattr(function, "__code__", None)
    return code.co_filename if isinstance(code, types.CodeType) else ""
