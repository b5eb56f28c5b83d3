"""The process behind a worker: started here, adopted by whoever wants just such a one.

A warm parent takes two seconds to load torch, and so does the process that judges. `started_early`
has both do so at the same time. What it starts is inherited by the processes that are forked
meanwhile, and the first of them that asks for it has it.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from filelock import Timeout, UnixFileLock

from autograder.catalogue.course import Course
from autograder.errors import SandboxUnavailable, UsageError
from autograder.sandbox.launch import WORKER_USERS, Launch, Mode, launch

_OWN_TMP: Final = Path("/tmp")  # in bubblewrap the sandbox's own
_USERS: Final = Path("/run/autograder/users")  # for root alone


@dataclass(frozen=True, slots=True)
class Order:
    """What a warm parent is to be; as the arguments of `sandbox.launch`."""

    mode: Mode
    packages: Sequence[Path]
    modules: Sequence[str]
    data: Mapping[str, Path]
    device: str


@dataclass(frozen=True, slots=True)
class WarmProcess:
    """A process that was started, its end of the control connection, and where it may write."""

    launch: Launch
    control: socket.socket
    errors: IO[bytes]
    scratch: Path
    process: "subprocess.Popen[bytes]"
    user: UnixFileLock | None = None  # keeps others from the user of its sessions

    def kill(self) -> None:
        """End it and everything in its sandbox, also where another process is its parent."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def release(self) -> None:
        """Give back what it held; it has ended."""
        self.control.close()
        self.errors.close()
        if self.scratch != _OWN_TMP:
            shutil.rmtree(self.scratch, ignore_errors=True)
        if self.user is not None:
            self.user.release()


@dataclass(frozen=True, slots=True)
class _Early:
    order: Order
    warm: WarmProcess
    claim: int  # a pipe with one byte in it: whoever reads that has the process


_EARLY: Final[ContextVar[_Early | None]] = ContextVar("early", default=None)


def warm_process(order: Order) -> WarmProcess:
    """Return such a process: the one that was started early, else a new one."""
    early = _EARLY.get()
    if early is not None and early.order == order:
        with contextlib.suppress(BlockingIOError):
            if os.read(early.claim, 1):
                return early.warm
    return start(order)


def start(order: Order) -> WarmProcess:
    """Start a warm parent, without waiting for what it loads.

    Raises `SandboxUnavailable` where its command does not start.
    """
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the worker
    scratch = _OWN_TMP if order.mode == "bwrap" else Path(tempfile.mkdtemp(prefix="autograder-"))
    user, claim = _claim_user() if order.mode == "user" else (0, None)
    made = launch(
        order.mode, theirs.fileno(), order.packages, order.modules, order.data, user, scratch, order.device
    )  # fmt: skip
    if order.mode == "user":
        scratch.chmod(0o711)  # each session has a folder of its own in it
    try:
        with theirs:
            process = subprocess.Popen(
                made.command, env=made.environment, pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, cwd="/",
                start_new_session=True,  # a signal to stop is for the process that hands out the work
            )  # fmt: skip
    except OSError as error:
        control.close()
        errors.close()
        if scratch != _OWN_TMP:
            shutil.rmtree(scratch, ignore_errors=True)
        if claim is not None:
            claim.release()
        raise SandboxUnavailable(
            f"{made.command[0]} does not start in mode {order.mode!r}: {error.strerror}"
        ) from error
    return WarmProcess(made, control, errors, scratch, process, claim)


def _claim_user() -> tuple[int, UnixFileLock]:
    """Return a user that no other worker of this machine has, and what keeps it so: a locked file, which ends with us.

    A submission's processes are found by their user: two workers of one user would end each other's.
    """
    try:
        _USERS.mkdir(mode=0o700, parents=True, exist_ok=True)
        for user in WORKER_USERS:
            lock = UnixFileLock(_USERS / str(user), thread_local=False)
            with contextlib.suppress(Timeout):
                lock.acquire(blocking=False)
                return user, lock
    except OSError as error:
        raise SandboxUnavailable(f"--sandbox user: {_USERS} cannot be written: {error.strerror}") from error
    raise SandboxUnavailable(f"--sandbox user: no more than {len(WORKER_USERS)} workers at a time")


@contextlib.contextmanager
def started_early(course: Course, assignment: str, sandbox: str, device: str) -> Iterator[None]:
    """Start the worker that grading an assignment will want, as far as that can be told without loading torch.

    What is wrong with the arguments is for somebody else to say.
    """
    order = _first_order(course, assignment, sandbox, device)
    if order is None:
        yield
        return
    try:
        warm = start(order)
    except SandboxUnavailable:
        yield
        return
    claim, token = os.pipe()
    os.set_blocking(claim, False)
    os.write(token, b"1")
    reset = _EARLY.set(_Early(order, warm, claim))
    try:
        yield
    finally:
        _EARLY.reset(reset)
        warm.kill()
        warm.release()
        for end in (claim, token):
            os.close(end)


def _first_order(course: Course, assignment: str, sandbox: str, device: str) -> Order | None:
    if sys.platform != "linux" or sandbox not in ("auto", "bwrap") or shutil.which("bwrap") is None:
        return None
    if device == "cuda" or (device == "auto" and os.path.exists("/dev/nvidiactl")):
        return None
    try:
        first = course.assignment(assignment)
        if any(package.name in first.modules for package in course.packages):
            return None  # preparing their data loads torch
        return Order("bwrap", course.packages, sorted(first.modules), {}, "cpu")
    except (UsageError, OSError):
        return None
