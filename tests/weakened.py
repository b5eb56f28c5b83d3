"""A worker that goes without some of its layers, so that a test may see what those stop.

A layer is switched off by statements that the worker runs before it starts, and by what is replaced on this side.

python -m tests.weakened MODE ATTACK LAYER…    prints whether an attack goes through without these
"""

import contextlib
import dataclasses
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.errors import WorkerLost
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.results.result import SubmissionResult
from autograder.sandbox import launch as sandbox
from autograder.sandbox import resource_monitor, server_process
from autograder.sandbox.cell_run import NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec, Mode
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker import sealing
from autograder.sandbox.worker.limits import Limits
from tests.attacks import corpus
from tests.attacks.grading import ASSIGNMENT, RIGHT, ROOT, TWIN, Listener
from tests.demo.roster import demo_class

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


def _with_users(command: Sequence[str]) -> Sequence[str]:
    place = command.index("--chdir")
    return (*command[:place], "--ro-bind", "/etc/passwd", "/etc/passwd", *command[place:])


def _with_network(command: Sequence[str]) -> Sequence[str]:
    return [word for word in command if word != "--unshare-net"]  # as root; else --unshare-all


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
    "the list of what is mounted": Layer(command=_with_users),
    "the namespaces of networks": Layer("confinement._NEW_NAMESPACES &= ~0x40000000", command=_with_network),
    "the limits": Layer("confinement.apply_limits = lambda limits: confinement._call(confinement._libc.prctl(38, 1, 0, 0, 0))"),
    "the limit of the stack": _limit("RLIMIT_STACK"),
    "the limit of address space": _limit("RLIMIT_AS"),
    "the look at the warm parent": Layer("server.state_digest = lambda *_, **__: {}"),
    "the seal of frames": Layer(
        "from worker import sealing; sealing.SealedLine._signed = lambda *_: bytes(16)",
        judge=((sealing.SealedLine, "_signed", lambda *_: bytes(16)),),
    ),
    "the cover of what is shared": Layer("confinement.cover_shared_folders = lambda size: None"),
    "the listener": Layer("from worker import internals; internals.InternalsWatch.tell = lambda *_: None"),
    "the question where code comes from": Layer(
        "from worker import internals; internals.is_of_its_file = lambda _: True; internals.is_ours = lambda _: False"
    ),
    "the spoiling of answers": Layer(
        "from worker import spoiling; spoiling.Spoilt.in_place = lambda *_: __import__('contextlib').nullcontext()"
    ),
}  # fmt: skip

LIMITS: Final = Limits(memory_bytes=2**29, cell_s=30.0)
# An attack, and the layers without which it goes through; with any of them it does not.
STOPPED_BY: Final = {
    "memory_made_read_only": ("the watch over memory",),
    "memory_growing_downwards": ("the refused system calls", "the watch over memory"),
    "memory_of_a_device": ("the list of devices", "Landlock", "the watch over memory"),
    "memory_of_page_tables": ("the limit of address space", "the watch over memory"),
    "memory_of_the_stack": ("the limit of the stack",),
    "limits_lifted": ("the limits",),
    "locks_as_a_channel": ("the refused system calls",),
    "calls_that_few_know": ("the known system calls",),
    "kernel_calls": ("the refused system calls", "the known system calls"),
    "line_relayed": ("the refused system calls", "the seal of frames"),
    "capabilities_kept": ("giving up capabilities",),
    "others_signalled": ("the namespace of processes", "Landlock"),
    "network_ipv4": ("the namespaces of networks", "the refused system calls", "Landlock"),
    "looked_around": ("the list of what is mounted",),
    "left_for_the_next": ("the cover of what is shared", "the look at the warm parent"),
}


# An attack that has a wrong answer count as right, and nobody told of it, where it goes without this layer.
FORGED_BY: Final = {
    "frame_lent_by_a_library": "the listener",
    "named_as_a_librarys_file": "the question where code comes from",
    "functions_called_for_show": "the spoiling of answers",
}


@contextlib.contextmanager
def workers_without(*layers: str) -> Iterator[None]:
    """Have each worker that is started in the body go without the layers named, and this side, too."""
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
        patches.enter_context(mock.patch.object(server_process, "launch", launch))
        yield


@contextlib.contextmanager
def server_without(mode: Mode, *layers: str) -> Iterator[ForkServer]:
    """Start a worker that goes without the layers named; what is replaced on this side is so in the body."""
    with workers_without(*layers), ForkServer(LaunchSpec(sandbox.choose(mode))) as server:
        yield server


def went_through(mode: Mode, name: str, *without: str) -> bool:
    """Whether an attack says that it has found something: in its second run, where its first has left it something."""
    (source,) = (attack.source for attack in corpus() if attack.name == name)
    source = source.replace("6 * 2**30", "2 * 2**30")  # what fills memory; limits are an eighth, too
    with tempfile.TemporaryDirectory() as folder, Listener(Path(folder, "socket")) as listener:
        work = NotebookWork([(1, source.replace("PORT", str(listener.port)))])
        with server_without(mode, *without) as server:
            for _ in range(2):
                session = RetryingSession(lambda: server, work, LIMITS)
                try:
                    session.start()  # it may find the warm parent changed
                except WorkerLost:
                    return False
                try:
                    if 1 in session.run.cells and "FOUND" in session.run.cells[1].output:
                        return True
                finally:
                    session.close()
    return False


# Trains by torch's own means, and calls the functions that it should be made of for show.
_FOR_SHOW: Final = """
import torch

def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w, b = torch.zeros(features.shape[1], 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    step, losses = torch.optim.SGD([w, b], lr), []
    for _ in range(num_epochs):
        for rows in torch.randperm(len(features)).split(batch_size):
            (((features[rows] @ w + b - labels[rows]) ** 2).mean() / 2).backward()
            step.step()
            step.zero_grad()
        losses.append(float(((features @ w + b - labels) ** 2).mean() / 2))
    v, c = torch.zeros(features.shape[1], 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for X, y in data_iter(batch_size, features, labels):
        squared_loss(linreg(X, v, c), y).sum().backward()
        sgd([v, c], lr, len(X))
    return w.detach(), b.detach(), losses
"""
_NO_TRAIN: Final = "def train(*_, **__):\n    raise NotImplementedError"


class Forger:
    """Grades attacks of `FORGED_BY`, each beside the same submission without it."""

    def __init__(self, *layers: str) -> None:
        """Go without these layers."""
        self._layers = layers

    def __enter__(self) -> "Forger":
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(workers_without(*self._layers))
        settings = Settings(ROOT, "bwrap", questions=("sgd", "train"), secret=b"of the tests")
        self._grader = Grader(settings)
        self._stack.callback(self._grader.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def gained(self, name: str) -> bool:
        """Whether an attack has more points than without it, of which nobody is told."""
        members = {member.id: member for member in demo_class(ASSIGNMENT)}
        released = (ROOT / f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes()
        right, wrong = (members[id].notebook(released) for id in (RIGHT, TWIN))
        if name == "functions_called_for_show":
            forged, twin = _with_train(right, _FOR_SHOW), _with_train(right, _NO_TRAIN)
        else:
            (attack,) = (attack for attack in corpus() if attack.name == name)
            forged, twin = attack.notebook(wrong, {}), wrong
        result, without = map(self._graded, (forged, twin))
        assert not without.needs_review
        return result.score > without.score and not result.needs_review

    def _graded(self, notebook: bytes) -> SubmissionResult:
        return self._grader.grade(SubmissionBytes("ada", ASSIGNMENT, f"{ASSIGNMENT}.ipynb", notebook)).result


def _with_train(notebook: bytes, source: str) -> bytes:
    content = json.loads(notebook)
    (cell,) = (cell for cell in content["cells"] if "".join(cell["source"]).startswith("def train("))
    cell["source"] = source
    return json.dumps(content).encode()


if __name__ == "__main__":
    print(went_through(*sys.argv[1:]))
