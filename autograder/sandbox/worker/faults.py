"""Turns an exception of a student's code into plain data: type, message and the student's own lines."""

import linecache
import os
import re
import sys
import types
from typing import Any, Final

MAX_MESSAGE: Final = 2_000
MAX_FRAMES: Final = 8
MAX_NAME: Final = 200  # of an exception's or another type, of a function
MAX_LINE: Final = 200
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{6,}")
_OWN: Final = os.path.dirname(os.path.abspath(__file__))
_INSTALLED: Final = (
    *(os.path.join(os.path.realpath(prefix), "") for prefix in {sys.prefix, sys.base_prefix}),
    os.path.join(os.path.dirname(_OWN), ""),
    "<frozen",
    "<probe",
)
_OUT_OF_MEMORY: Final = ("can't allocate memory", "out of memory", "Unable to allocate")


class TimeUp(BaseException):
    """The time limit of a cell ran out (raised in the student's code, so no ordinary `except` holds it)."""


class MissingName(Exception):
    """A probe asked for a function that the notebook does not define."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def describe(error: BaseException) -> dict[str, Any]:
    """Return the plain data of an exception.

    Returns a dict: `kind` ("error", "not_attempted", "missing", "memory" or "timeout"), `type`,
    `message` (memory addresses blanked, so that two runs agree), `frames` (the student's own lines,
    outermost first: `function`, `line`, `text`) and `function`, the innermost of them or None.
    """
    if isinstance(error, MissingName):
        return _record("missing", "NameError", error.name, [])
    frames = _student_frames(error.__traceback__)
    message = _text_of(error)
    if isinstance(error, SyntaxError) and not frames:
        line = (error.text or "").strip()
        frames = [{"function": "<cell>", "line": error.lineno or 0, "text": line[:MAX_LINE]}]
    return _record(_kind(error, message), type(error).__name__[:MAX_NAME], message, frames)


def answer(type_name: str, message: str) -> dict[str, Any]:
    """Return a probe's answer that is a fault which no line of the student's shows."""
    return {"error": _record("error", type_name, message, [])}


def bounded(error: Any) -> dict[str, Any]:
    """Return what a process that is not trusted says of an exception, as `describe` would have said it.

    Raises:
        ValueError: it is no such description.
    """
    match error:
        case {"kind": str(kind), "type": str(type_name), "message": str(message), "frames": list(frames),
              "function": str() | None as function}:  # fmt: skip
            lines = [
                {"function": name[:MAX_NAME], "line": line, "text": text[:MAX_LINE]}
                for each in frames[:MAX_FRAMES]
                if (name := _text_in(each, "function")) is not None and (text := _text_in(each, "text")) is not None
                and isinstance(line := each.get("line"), int)
            ]  # fmt: skip
            return {
                "kind": kind[:MAX_NAME], "type": type_name[:MAX_NAME], "message": message[:MAX_MESSAGE],
                "frames": lines, "function": function[:MAX_NAME] if function is not None else None,
            }  # fmt: skip
    raise ValueError("no description of an exception")


def _text_in(frame: Any, key: str) -> str | None:
    text = frame.get(key) if isinstance(frame, dict) else None
    return text if isinstance(text, str) else None


def without_addresses(text: str) -> str:
    """Blank memory addresses, so that two runs of the same code say the same."""
    return _ADDRESS.sub("0x…", text)


def _record(kind: str, type_name: str, message: str, frames: list[dict[str, Any]]) -> dict[str, Any]:
    functions = [frame["function"] for frame in frames if not frame["function"].startswith("<")]
    return {
        "kind": kind, "type": type_name, "message": message,
        "frames": frames, "function": functions[-1] if functions else None,
    }  # fmt: skip


def is_unsolved(error: BaseException) -> bool:
    """Whether a stub of the student's raised it: torch, too, raises NotImplementedError for what it cannot do."""
    if not isinstance(error, NotImplementedError):
        return False
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None or is_installed(traceback.tb_frame.f_code.co_filename):
        return False
    line = linecache.getline(traceback.tb_frame.f_code.co_filename, traceback.tb_lineno).strip()
    return line.startswith("raise") if line else not error.args


def _kind(error: BaseException, message: str) -> str:
    if is_unsolved(error):
        return "not_attempted"
    if isinstance(error, TimeUp):
        return "timeout"
    if isinstance(error, MemoryError) or any(sign in message for sign in _OUT_OF_MEMORY):
        return "memory"
    return "error"


def _text_of(error: BaseException) -> str:
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception as fault:  # a student's __str__ may do anything
        text = f"(its text raised {type(fault).__name__})"
    return without_addresses(str(text)[:MAX_MESSAGE])


def _student_frames(traceback: types.TracebackType | None) -> list[dict[str, Any]]:
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        path = code.co_filename
        if not is_installed(path):
            line = linecache.getline(path, traceback.tb_lineno).strip()
            name = code.co_name if code.co_name != "<module>" else "<cell>"
            frames.append({"function": name, "line": traceback.tb_lineno, "text": line[:MAX_LINE]})
        traceback = traceback.tb_next
    return frames[-MAX_FRAMES:]


def is_installed(path: str) -> bool:
    """Whether code of a file is a library's or our own, and not the student's."""
    return os.path.realpath(path).startswith(_INSTALLED) or path.startswith(_INSTALLED)
