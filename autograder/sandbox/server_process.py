"""The warm parent as a process of this machine: started, ended, and the user that its sessions run as."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from filelock import Timeout, UnixFileLock

from autograder.errors import SandboxUnavailable
from autograder.sandbox.launch import WORKER_USERS, Launch, LaunchSpec, launch

_OWN_TMP: Final = Path("/tmp")  # in bubblewrap the sandbox's own
_USERS: Final = Path("/run/autograder/users")  # for root alone
_TAIL_BYTES: Final = 4_000


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A process that was started, its end of the control connection, and where it may write."""

    launch: Launch
    control: socket.socket
    stderr: IO[bytes]
    scratch: Path
    popen: "subprocess.Popen[bytes]"
    user: UnixFileLock | None = None  # keeps others from the user of its sessions

    def stderr_tail(self) -> str:
        """Return the last line that it has written to standard error."""
        self.stderr.seek(0)
        lines = self.stderr.read()[-_TAIL_BYTES:].decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def kill(self) -> None:
        """End it and everything in its sandbox, also where another process is its parent."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def release(self) -> None:
        """Give back what it held; it has ended."""
        self.control.close()
        self.stderr.close()
        if self.scratch != _OWN_TMP:
            shutil.rmtree(self.scratch, ignore_errors=True)
        if self.user is not None:
            self.user.release()


def start(spec: LaunchSpec) -> ServerProcess:
    """Start a warm parent, without waiting for what it loads.

    Raises `SandboxUnavailable` where its command does not start.
    """
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    stderr = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
    scratch = _OWN_TMP if spec.mode == "bwrap" else Path(tempfile.mkdtemp(prefix="autograder-"))
    user, claim = _claim_user() if spec.mode == "user" else (0, None)
    made = launch(spec, theirs.fileno(), user, scratch)
    if spec.mode == "user":
        scratch.chmod(0o711)  # each session has a folder of its own in it
    try:
        with theirs:
            popen = subprocess.Popen(
                made.command, env=made.environment, pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr, cwd="/",
                start_new_session=True,  # a signal to stop is for the process that hands out the work
            )  # fmt: skip
    except OSError as error:
        control.close()
        stderr.close()
        if scratch != _OWN_TMP:
            shutil.rmtree(scratch, ignore_errors=True)
        if claim is not None:
            claim.release()
        raise SandboxUnavailable(f"{made.command[0]} does not start in mode {spec.mode!r}: {error.strerror}") from error
    return ServerProcess(made, control, stderr, scratch, popen, claim)


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
