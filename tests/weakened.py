"""A worker that goes without some of its layers, so that a test may see what those stop.

A layer is switched off by statements that the worker runs before it starts, and by what is replaced on this side.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from unittest import mock

from autograder.sandbox import launch as sandbox
from autograder.sandbox import resource_monitor, server_process
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec

_START: Final = "import sys, torch; from worker import confinement, server, system_calls; {off}; " \
    "server.main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:])"  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """How one layer is switched off.

    Args:
        worker: a statement that the warm parent runs first.
        command: changes the command that starts it.
        judge: (object, name, value): what is replaced in this process.
    """

    worker: str = "pass"
    command: Callable[[Sequence[str]], Sequence[str]] = tuple
    judge: tuple[tuple[Any, str, Any], ...] = ()


def _with_zero(command: Sequence[str]) -> Sequence[str]:
    place = command.index("--remount-ro")
    return (*command[:place], "--dev-bind", "/dev/zero", "/dev/zero", *command[place:])


def _limit(name: str) -> Layer:
    """Without one of the limits: what is asked of it is done to none."""
    return Layer(
        f"resource, kept = confinement.resource, confinement.resource.setrlimit; "
        f"resource.setrlimit = lambda kind, bounds: None if kind == resource.{name} else kept(kind, bounds)"
    )


LAYERS: Final = {
    "the known system calls": Layer("system_calls._knowing = lambda: type('Nothing', (), {'load': lambda _: None})()"),
    "the refused system calls": Layer("system_calls._refusing = lambda: type('Nothing', (), {'load': lambda _: None})()"),
    "giving up capabilities": Layer(
        "confinement.forbid_capabilities = confinement.drop_capabilities = lambda: None"
    ),
    "Landlock": Layer("server.landlock.restrict = lambda *_: None"),
    "the namespace of processes": Layer("confinement._NEW_NAMESPACES &= ~0x20000000"),
    "the watch over memory": Layer(judge=((resource_monitor, "_resident_bytes", lambda process: 0),)),
    "the list of devices": Layer(command=_with_zero),
    "the limit of the stack": _limit("RLIMIT_STACK"),
    "the limit of address space": _limit("RLIMIT_AS"),
    "the limit of data": _limit("RLIMIT_DATA"),
    "the look at the warm parent": Layer("server.state_digest = lambda *_, **__: {}"),
    "the cover of what is shared": Layer("confinement.cover_shared_folders = lambda size: None"),
}  # fmt: skip


@contextlib.contextmanager
def server_without(*layers: str) -> Iterator[ForkServer]:
    """Start a worker that goes without the layers named; what is replaced on this side is so in the body."""
    off = [LAYERS[name] for name in layers]

    def launch(*arguments: Any) -> sandbox.Launch:
        launched = sandbox.launch(*arguments)
        place = launched.command.index("worker")
        assert launched.command[place - 1] == "-m"
        start = ("-c", _START.format(off="; ".join(layer.worker for layer in off) or "pass"))
        command = (*launched.command[: place - 1], *start, *launched.command[place + 1 :])
        for layer in off:
            command = tuple(layer.command(command))
        return dataclasses.replace(launched, command=command)

    with contextlib.ExitStack() as patches:
        for each in off:
            for patched in each.judge:
                patches.enter_context(mock.patch.object(*patched))
        with mock.patch.object(server_process, "launch", launch):
            server = ForkServer(LaunchSpec(sandbox.choose("bwrap")))
        with server:
            yield server
