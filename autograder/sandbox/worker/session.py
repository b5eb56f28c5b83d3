"""One submission's process: runs its cells, then forks a child for each question's probes.

CUDA does not survive a fork. Once it is in use, this very process answers the probes, and the judge
makes another for the next question.

The first bytes that it reads are the key of its frames (see `sealing`). Requests that it serves, one frame each, with
the frames that it answers:

    {"op": "run", "cells": [[index, source], …], "explore": [index, …], "graded": [name, …], "seed", "cell_s",
     "notebook_s", "name", "figures", "files": [[path, content], …], "lazy_annotations"}
        {"event": "begun"}, or {"event": "fault", "message"} where the device cannot be used; then
        {"event": "started"} and {"event": "cell", …Notebook.run} for each cell;
        {"event": "ran", "differing": {question: cell of its check, …}, "lost": {name: cell, …}, "on_cpu": bool}
    {"op": "fork"} then one byte that carries a descriptor
        {"event": "forked"} once the child of the request before, and all that it started, are told to die;
        the new one serves {"op": "probe", "source", "name", "arguments", "seed"[, "state", "watched", "spoilt"]}
        on that descriptor, each as in `probing.run_probe`, with names as they were at the check of `state`, a question
        or {"event": "here"}; then probes are served on this connection

Between them, whenever it happens, {"event": "reached", …} (see `internals`).
"""

import builtins
import contextlib
import functools
import importlib
import os
import signal
import sys
import types
from _socket import CMSG_SPACE, MSG_WAITALL
from _socket import socket as system_socket
from collections.abc import Callable, Generator
from typing import Any, Final

import numpy as np
import torch

from . import accelerator, confinement, explore, faults, probing, substitutes, wire, working_folder
from .cell_clock import CellClock
from .internals import InternalsWatch
from .limits import PROBES_DESCRIPTOR
from .notebook import Notebook, unlimited
from .sealing import KEY_BYTES, SealedLine

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # a notebook may replace what builtins name

_INT_BYTES: Final = 4
_REHEARSAL: Final = """
def _rehearsed(first, second):
    import torch
    for k in range(4):
        yield first[k : k + 2], [second * k for _ in range(2)]
    print(torch.randn(4, 2).matmul(torch.ones(2, 1)).square().mean(), torch.normal(0.0, 1.0, (2,))[1:])


print(f"{sum(1 for _ in _rehearsed([1, 2], 3.0))}")
"""


def serve(
    connection: system_socket, notebook: Notebook, watch: InternalsWatch, device: str, device_bytes: int, *, alone: bool
) -> None:  # fmt: skip
    """Answer requests until the judge hangs up; what computes, does so on `device` (see `accelerator.use`).

    `alone`: every other process that this one may kill belongs to the submission.
    """
    set_up(notebook)
    _rehearse(notebook)
    line = SealedLine(connection, connection.recv(KEY_BYTES, MSG_WAITALL), "worker")
    child: int | None = None
    while True:
        request = line.receive()
        match request["op"]:
            case "run":
                try:
                    accelerator.use(device, device_bytes)
                except (RuntimeError, AssertionError) as error:  # torch asserts that it was built with CUDA
                    line.send({"event": "fault", "message": str(error)})
                    return
                substitutes.put_in_place(device)
                working_folder.fill(request["files"])
                watch.tell(line)
                _run(line, notebook, request, device)
            case "fork":
                descriptor = _sent_descriptor(connection)
                here = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]  # torch's own
                _kill(child, alone)
                key = b"" if here else line.key_of_fork()
                before, child = child, None if here else os.fork()
                if child == 0:
                    confinement.die_with_parent()
                    kept = confinement.kept_descriptor(descriptor, PROBES_DESCRIPTOR)
                    ours = SealedLine(system_socket(fileno=kept), key, "worker")
                    watch.tell(ours)
                    _serve_probes(ours, notebook, device)
                os.close(descriptor)
                line.send({"event": "here" if here else "forked"})
                if here:
                    _serve_probes(line, notebook, device)
                _collect(before, child)  # their memory is given back while the new child computes


def set_up(notebook: Notebook) -> None:
    """Change in this process what no notebook may find as it is."""
    _stand_in_for_the_grader(notebook)
    _make_numpy_reproducible()
    _keep_process_settings()


def _run(line: SealedLine, notebook: Notebook, request: dict[str, Any], device: str) -> None:
    line.send({"event": "begun"})
    _hide_our_modules()
    probing.seed_everything(request["seed"])
    notebook.namespace["__name__"] = request["name"]
    sys.modules[request["name"]] = notebook.module  # where dataclasses look up what annotations name
    sys.argv = [request["name"]]
    if request["lazy_annotations"]:
        notebook.leave_annotations()
    on_cpu = substitutes.OnTheCpu()
    if device == "cpu" and not torch.cuda.is_available():
        notebook.add_transformer(on_cpu)
    explored = frozenset(request["explore"])
    needed = explore.wanted_cells(request["cells"], explored, request["graded"], notebook.python_of)
    clock = CellClock(notebook, request["cell_s"], request["notebook_s"])
    process = os.getpid()
    for index, source in request["cells"]:
        line.send({"event": "started"})
        importlib.invalidate_caches()  # a module that the cell before has written may be younger than a clock's tick
        marked = index in explored and index not in needed
        briefly = marked or index in request["brief"]
        ended = clock.run(index, source, figures=request["figures"], briefly=briefly)
        _end_if_not(process)
        if index in needed:
            names = ", ".join(f"`{name}`" for name in needed[index][:3])
            ended["remarks"].append(f"it is marked explore and was run, as {names} comes from it")
        line.send({"event": "cell", **ended})
    differing = notebook.states.differing(request["graded"])
    line.send({"event": "ran", "differing": differing, "lost": notebook.lost, "on_cpu": on_cpu.turned})


def _sent_descriptor(connection: system_socket) -> int:
    """Return the descriptor that comes with the next byte."""
    connection.settimeout(None)
    _, ((_, _, packed), *_), *_ = connection.recvmsg(1, CMSG_SPACE(_INT_BYTES))
    return int.from_bytes(packed[:_INT_BYTES], sys.byteorder)


def _serve_probes(line: SealedLine, notebook: Notebook, device: str) -> None:
    """Answer probes until the judge hangs up, then end without running anything of the student's."""
    try:
        with contextlib.suppress(PermissionError):  # a session of its own, where it was forked
            os.setsid()
        functions: dict[str, Callable[..., Any]] = {}
        process = os.getpid()
        state: str | None = None
        while True:
            request = line.receive()
            source, name = request["source"], request["name"]
            if request.get("state") not in (None, state):
                state = str(request["state"])
                notebook.states.restore(state)
            if source not in functions:
                functions[source] = probing.load_probe(source, name)
            arguments = accelerator.to_device(request["arguments"], device)
            answer = probing.run_probe(
                functions[source],
                arguments,
                notebook.namespace,
                request["seed"],
                request.get("watched", ""),
                request.get("spoilt"),
            )
            _end_if_not(process)
            try:
                line.send(answer)
            except wire.WireTooLarge as error:
                line.send(faults.answer("ValueError", f"what it returned is too large to be judged: {error}"))
            except wire.WireError:
                raise
            except BaseException as error:  # a value that cannot even be described
                line.send(faults.answer("TypeError", f"{type(error).__name__} while its return value was read"))
    except BaseException:  # nothing may unwind into the code that forked this process
        os._exit(0)


def _rehearse(notebook: Notebook) -> None:
    """Do what cells do, while nobody waits: a fork copies each page when it first writes to it."""
    notebook.run(0, _REHEARSAL, unlimited)
    notebook.lost.clear()
    notebook.namespace.pop("_rehearsed", None)  # where limits are narrow it may not have come that far


def _end_if_not(process: int) -> None:
    """End a copy of `process` that student code has forked and let go on: one of them answers the judge."""
    if os.getpid() != process:
        os._exit(0)


def _kill(child: int | None, alone: bool) -> None:
    if child is None:
        return
    with contextlib.suppress(OSError):
        os.kill(child, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    if alone:  # whatever is left was started by the child
        with contextlib.suppress(OSError):
            os.kill(-1, signal.SIGKILL)


def _collect(killed: int | None, child: int | None) -> None:
    """Wait for the child that was killed, and reap what else has ended, but for the new child."""
    with contextlib.suppress(OSError):
        if killed is not None:
            os.waitpid(killed, 0)
        while (ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and ended.si_pid != child:
            os.waitpid(ended.si_pid, 0)


def _stand_in_for_the_grader(notebook: Notebook) -> None:
    """Let `from autograder import check, target` work in a graded notebook: a check keeps the state that it is of.

    What a notebook can call leads to nothing of ours but through a generator's frame, of which `InternalsWatch` hears.
    """
    keeper = _kept_states(notebook)
    next(keeper)
    stand_in = types.ModuleType("autograder", "Grading happens outside; here `check` shows nothing.")
    stand_in.target = _apart("lambda *_, **__: nothing()", nothing=contextlib.nullcontext)  # type: ignore[attr-defined]
    stand_in.check = _apart("lambda *questions, **_: keep(questions)", keep=keeper.send)  # type: ignore[attr-defined]
    sys.modules["autograder"] = stand_in


def _kept_states(notebook: Notebook) -> Generator[float, tuple[object, ...]]:
    while True:
        questions = yield 0.0
        notebook.keep_state(*questions)


def _keep_process_settings() -> None:
    """Let a notebook ask for more threads or for a window, and go on without.

    A pool of threads made here would be missing, and waited for, in the processes that answer probes.
    """
    torch.set_num_threads = torch.set_num_interop_threads = _apart("lambda *_: None")
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        sys.modules["matplotlib"].use = pyplot.switch_backend = _apart("lambda *_, **__: None")  # type: ignore[attr-defined]


def _make_numpy_reproducible() -> None:
    """Give `default_rng()` without a seed one from NumPy's seeded global state, not the system's."""
    original = np.random.default_rng
    drawn = "lambda seed=None: original(randint(2**31) if seed is None else seed)"
    np.random.default_rng = functools.wraps(original)(_apart(drawn, original=original, randint=np.random.randint))


def _apart(source: str, **names: object) -> Any:
    """Return a function that sees these names alone, and so leads to none of our modules."""
    return eval(source, {"__builtins__": {}, **names})


def _hide_our_modules() -> None:
    """Take them from where student code would find them; what it imports by their names are copies."""
    for name in [name for name in sys.modules if name.partition(".")[0] == __package__]:
        del sys.modules[name]
