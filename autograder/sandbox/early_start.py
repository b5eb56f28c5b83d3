"""The first warm parent of a run, started early and adopted by whoever wants just such a one.

A warm parent takes two seconds to load torch, and so does the process that judges. `started_early`
has both do so at the same time. What it starts is inherited by the processes that are forked
meanwhile, and the first of them that asks for it has it.
"""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from autograder.catalogue.course import Course
from autograder.errors import SandboxUnavailable, UsageError
from autograder.sandbox.launch import LaunchSpec
from autograder.sandbox.server_process import ServerProcess, start


@dataclass(frozen=True, slots=True)
class _EarlyStart:
    spec: LaunchSpec
    process: ServerProcess
    claim: int  # a pipe with one byte in it: whoever reads that has the process


_EARLY_START: Final[ContextVar[_EarlyStart | None]] = ContextVar("early_start", default=None)


def adopt_or_start(spec: LaunchSpec) -> ServerProcess:
    """Return such a process: the one that was started early, else a new one."""
    early = _EARLY_START.get()
    if early is not None and early.spec == spec:
        with contextlib.suppress(BlockingIOError):
            if os.read(early.claim, 1):
                return early.process
    return start(spec)


@contextlib.contextmanager
def started_early(course: Course, assignment: str, sandbox: str, device: str) -> Iterator[None]:
    """Start the worker that grading an assignment will want, as far as that can be told without loading torch.

    What is wrong with the arguments is for somebody else to say.
    """
    spec = _first_spec(course, assignment, sandbox, device)
    if spec is None:
        yield
        return
    try:
        process = start(spec)
    except SandboxUnavailable:
        yield
        return
    claim, token = os.pipe()
    os.set_blocking(claim, False)
    os.write(token, b"1")
    reset = _EARLY_START.set(_EarlyStart(spec, process, claim))
    try:
        yield
    finally:
        _EARLY_START.reset(reset)
        process.kill()
        process.release()
        for end in (claim, token):
            os.close(end)


def _first_spec(course: Course, assignment: str, sandbox: str, device: str) -> LaunchSpec | None:
    if sys.platform != "linux" or sandbox not in ("auto", "bwrap") or shutil.which("bwrap") is None:
        return None
    if device == "cuda" or (device == "auto" and os.path.exists("/dev/nvidiactl")):
        return None
    try:
        first = course.assignment(assignment)
        if any(package.name in first.modules for package in course.packages):
            return None  # preparing their data loads torch
        return LaunchSpec("bwrap", course.packages, sorted(first.modules), {}, "cpu")
    except (UsageError, OSError):
        return None
