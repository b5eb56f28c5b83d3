"""Where code comes from, told by nothing that a notebook can replace.

Whatever a module's attributes and the builtins name, a notebook may have put something else in their place. So these
functions have builtins of their own, and call what was in place when this module was imported.
"""

import builtins
import linecache
import os
import sys
from _imp import get_frozen_object
from marshal import loads
from os.path import realpath
from types import CodeType
from typing import Any, Final

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # where the functions below look theirs up

_OWN: Final = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
_OURS: Final = (_OWN, "<probe")
_FROZEN: Final = "<frozen "
_PREFIXES: Final = {each for prefix in (sys.prefix, sys.base_prefix) for each in (prefix, realpath(prefix))}
_INSTALLED: Final = (
    *(os.path.join(prefix, "") for prefix in _PREFIXES),
    *(os.path.join(path, "") for path in sys.path if realpath(path).startswith(tuple(_PREFIXES))),
    os.path.join(os.path.dirname(os.path.dirname(_OWN)), ""),
    _FROZEN,
    "<probe",
)
_SOURCE: Final = ".py"
_CACHED: Final = f".{sys.implementation.cache_tag}.pyc"
_HEADER_BYTES: Final = 16  # of a .pyc file: PEP 552
_LINES: Final = linecache.cache


def is_installed(path: object) -> bool:
    """Whether a file's name is that of a library's or of our own."""
    return type(path) is str and path.startswith(_INSTALLED) and "/.." not in path


def is_ours(path: object) -> bool:
    """Whether a file's name is that of a file of ours, or of a probe."""
    return type(path) is str and path.startswith(_OURS) and "/.." not in path


def is_of_its_file(code: CodeType) -> bool:
    """Whether the code of a whole module is what the file that it names holds."""
    path = code.co_filename
    try:
        if path.startswith(_FROZEN):
            return bool(get_frozen_object(path[len(_FROZEN) : -1]) == code)
        if not path.endswith(_SOURCE):
            return False
        folder, _, name = path.rpartition("/")
        for cached in (f"{folder}/__pycache__/{name.removesuffix(_SOURCE)}{_CACHED}", None):
            try:
                found = loads(_read(cached)[_HEADER_BYTES:]) if cached else compile(_read(path), path, "exec", 0, True)
            except OSError:
                continue
            if found == code:
                return True
    except (OSError, ValueError, EOFError, TypeError, SyntaxError, ImportError):
        pass
    return False


def line_of(path: str, number: int) -> str:
    """Return a line of a cell, or else the name of the file that it stands in; no file is read."""
    try:
        for name, entry in _LINES.items():  # not by the name's hash: another key might compare by a student's code
            if type(name) is str and name == path and type(entry) is tuple and len(entry) == 4:
                lines: Any = entry[2]
                if type(lines) is list and 0 < number <= len(lines) and type(lines[number - 1]) is str:
                    return str(lines[number - 1]).strip()
    except RuntimeError:  # another thread has changed it meanwhile
        pass
    return path.rpartition("/")[2]


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
