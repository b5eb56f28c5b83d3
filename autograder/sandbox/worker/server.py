"""The warm parent: imports torch once, then forks a confined process for each submission.

It talks to the judge over one SOCK_SEQPACKET descriptor, one wire payload a packet, and never runs
a student's code itself:

    {"event": "ready", "torch", "python"} once
    {"op": "open", "limits", "isolate"} + descriptor
        {"event": "opened", "process"} or {"event": "fault", "message"}
    {"op": "close", "process"}
        {"event": "closed"} once it and its descendants are gone

Each answer tells this process's `state`, too, as it is without a submission: see `state_digest`.
`isolate` is "namespaces", "user" (sessions run as a user of their own, and this process as root) or "nothing".
"""

import contextlib
import gc
import glob
import importlib
import os
import platform
import shutil
import signal
import socket
import sys
import tempfile
import time
from _socket import socket as system_socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch.utils.data import DataLoader, TensorDataset

from . import confinement, dynamo, landlock, session, system_calls, users, wire
from .internals import InternalsWatch
from .limits import SESSION_DESCRIPTOR, Limits
from .notebook import Notebook
from .state_digest import state_digest

_MAX_PACKET: Final = 2**16
_PATIENCE_S: Final = 0.5
_READABLE, _LISTED = "WORKER_READABLE", "WORKER_LISTED"  # what sessions may read; not passed on to them
_WRITABLE: Final = ("/tmp", "/dev/shm")  # by every user; the session's own where it has namespaces


def main(descriptor: int, device: str, user: int, modules: Sequence[str]) -> None:
    """Import `modules`, then serve the judge on `descriptor` until it hangs up.

    Submissions run on `device`, as torch names it; this process itself never touches it. They run as
    `user`, or as this process does where that is 0.
    """
    control = socket.socket(fileno=descriptor)
    confinement.adopt_orphans()
    if user:
        users.remove_traces(user, _scratch().parent)  # of a grader that was killed
    else:
        confinement.die_with_parent()
    # Before any operation: a pool of threads made here would be missing, and waited for, in a fork.
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    notebook, watch = Notebook(), InternalsWatch()
    _warm_up(modules, device)
    versions = {"torch": str(torch.__version__), "python": platform.python_version()}
    control.send(wire.encode({"event": "ready", **versions, "state": state_digest()}))
    running: set[int] = set()
    with contextlib.suppress(wire.WireError, OSError):
        while True:
            packet, descriptors, *_ = socket.recv_fds(control, _MAX_PACKET, 1)
            if not packet:
                break
            request = wire.decode(packet)
            if request["op"] == "open":
                limits = Limits(**request["limits"])
                state = state_digest(len(descriptors), alone=not running)
                answer = _open(descriptors[0], limits, request["isolate"], user, notebook, watch, device)
                if "process" in answer:
                    running.add(answer["process"])
            else:
                running.discard(request["process"])
                answer = _close(request["process"], user, alone=not running)
                state = state_digest(alone=not running)
            control.send(wire.encode({**answer, "state": state}))
    if user:
        users.remove_traces(user, _scratch().parent)


def _warm_up(modules: Sequence[str], device: str) -> None:
    """Load what submissions will touch, so that no fork has to; then make forks cheap."""
    dynamo.load_on_demand()
    for module in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.switch_backend("agg")  # else the first figure of every submission would
    examples = TensorDataset(torch.randn(4, 2), torch.randn(4, 1))
    list(DataLoader(examples, batch_size=2, shuffle=True))
    if device == "cpu":
        w = torch.zeros(2, 1, requires_grad=True)
        losses = (torch.randn(10, 2) @ w).square()
        losses.backward(torch.ones_like(losses))  # type: ignore[no-untyped-call]  # torch's own; loads sympy
    else:  # a backward pass would start a thread for each device, after which none is possible in a fork
        importlib.import_module("torch.fx.experimental.symbolic_shapes")
    gc.freeze()
    gc.enable()  # off since `__main__`
    confinement.merge_pages()


def _open(
    descriptor: int, limits: Limits, isolate: str, user: int, notebook: Notebook, watch: InternalsWatch, device: str
) -> dict[str, Any]:
    """Fork twice: the first child takes new namespaces, so that the second is PID 1 in them."""
    if isolate != "nothing":
        system_calls.denying()  # compiled once, here
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _become_session(descriptor, writing, limits, isolate, user, notebook, watch, device)
    os.close(writing)
    os.close(descriptor)
    with os.fdopen(reading, "rb") as pipe:
        message = pipe.read().decode()
    os.waitpid(child, 0)
    if message.isdecimal():
        return {"event": "opened", "process": int(message)}
    return {"event": "fault", "message": message or "the new process ended without a word"}


def _become_session(
    descriptor: int,
    writing: int,
    limits: Limits,
    isolate: str,
    user: int,
    notebook: Notebook,
    watch: InternalsWatch,
    device: str,
) -> None:
    """Never returns: this process, or its child, becomes the submission's own."""
    try:
        low, high = sorted((descriptor, writing))
        for first, last in ((3, low), (low + 1, high), (high + 1, 4096)):
            os.closerange(first, last)
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        if isolate == "namespaces":
            confinement.enter_namespaces()
        outer = os.getpid()
        inner = os.fork()
        if inner:
            os.write(writing, str(inner).encode())
            os._exit(0)
        os.close(writing)
        os.setsid()
        if isolate == "nothing":  # the end of no namespace takes this process along
            while os.getppid() == outer:
                time.sleep(0.001)
            confinement.die_with_parent()
        if isolate == "namespaces":
            confinement.cover_shared_folders(limits.file_bytes)
        confinement.apply_limits(limits)
        scratch = _scratch()
        scratch.mkdir(mode=0o700, exist_ok=True)
        if isolate != "nothing":
            confinement.forbid_capabilities()
        if user:
            os.chown(scratch, user, user)
            users.step_down(user)
        os.chdir(scratch)
        os.environ.update(HOME=str(scratch), TMPDIR=str(scratch))
        tempfile.tempdir = None  # what this process has found for itself is another user's
        readable, listed = (os.environ.pop(name, "").split(os.pathsep) for name in (_READABLE, _LISTED))
        kept = confinement.kept_descriptor(descriptor, SESSION_DESCRIPTOR)
        os.close(descriptor)
        if isolate != "nothing":
            confinement.drop_capabilities()
            landlock.restrict(readable, listed, (str(scratch), *_WRITABLE), _devices())
            system_calls.denying().load()
        connection = system_socket(fileno=kept)
    except BaseException as error:  # told to the judge: this is the grader's fault, not the student's
        with contextlib.suppress(OSError):
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        os._exit(1)
    with contextlib.suppress(BaseException):
        session.serve(connection, notebook, watch, device, limits.device_bytes, alone=isolate != "nothing")
    os._exit(0)


def _close(process: int, user: int, *, alone: bool) -> dict[str, Any]:
    """Kill a session; PID 1 of a namespace takes every process in it along, elsewhere they have a moment to end.

    `alone`: there is no other session.
    """
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(OSError):
            kill(process, signal.SIGKILL)
    if user:
        users.remove_traces(user, _scratch().parent)
    with contextlib.suppress(OSError):
        os.waitpid(process, 0)
        ends = time.monotonic() + _PATIENCE_S
        while os.waitpid(-1, os.WNOHANG) != (0, 0) or (alone and time.monotonic() < ends):
            time.sleep(0.001)
    shutil.rmtree(_scratch(), ignore_errors=True)
    return {"event": "closed"}


def _devices() -> list[str]:
    return ["/dev/null", "/dev/full", "/dev/random", "/dev/urandom", *glob.glob("/dev/nvidia*")]


def _scratch() -> Path:
    """The folder in which a session starts: on a tmpfs of its own where it has one."""
    return Path(os.environ["TMPDIR"], "session")
