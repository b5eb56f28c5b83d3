"""The judge's side of a warm parent: asks it over the control connection to fork, and to end what it has forked."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import psutil

from autograder.errors import WorkerLost
from autograder.sandbox.early_start import adopt_or_start
from autograder.sandbox.launch import LaunchSpec
from autograder.sandbox.permissions import check_readable
from autograder.sandbox.worker import wire
from autograder.sandbox.worker.limits import Limits

READY_TIMEOUT_S: Final = 120.0
ANSWER_TIMEOUT_S: Final = 30.0


class ForkServer:
    """A warm parent and its control connection; use as a context manager."""

    def __init__(self, spec: LaunchSpec) -> None:
        """Start the process; `wait_until_ready` waits for its imports."""
        if spec.mode == "user":
            check_readable(spec.packages, spec.data)
        self.spec = spec
        self._process = adopt_or_start(spec)
        self._ready: Mapping[str, Any] | None = None
        self._lost = False
        self._unanswered = 0
        self._prepared: tuple[Limits, socket.socket] | None = None
        self._opened: Mapping[str, Any] = {}  # the answer about that one
        self._changed: str | None = None  # what of it is no longer as it was
        self._own: frozenset[int] = frozenset()  # the processes that are there without any submission

    def __enter__(self) -> "ForkServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def healthy(self) -> bool:
        """Whether it has answered all that it was asked, and is as it was when it was ready."""
        with contextlib.suppress(WorkerLost):
            self._drain_replies()
        return not self._lost and self._changed is None

    def wait_until_ready(self) -> Mapping[str, Any]:
        """Return the worker's `torch` and `python` versions and its `state`; `WorkerLost` if it never says so."""
        if self._ready is None:
            self._lost = True  # until it has answered
            self._ready = self._receive(READY_TIMEOUT_S)
            self._lost = False
            self._own = frozenset(each.pid for each in self._processes())
        return self._ready

    def prepare(self, limits: Limits) -> None:
        """Have a confined process forked in the background, which the next `open` with the same limits returns.

        Raises `WorkerLost` where the warm process cannot be asked.
        """
        if self._prepared is not None:
            return
        self.wait_until_ready()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        request = {"op": "open", "limits": asdict(limits), "isolate": self._process.launch.isolate}
        try:
            with theirs:
                self._send(request, [theirs.fileno()])
        except WorkerLost:
            ours.close()
            raise
        self._prepared = (limits, ours)

    def open(self, limits: Limits) -> tuple[int, socket.socket]:
        """Return a confined process for one submission, the one prepared or one forked now, and a connection to it.

        Raises `WorkerLost` where there can be none, or where this one has changed since it was ready.
        """
        self.prepare(limits)
        assert self._prepared is not None
        (prepared_for, connection), self._prepared = self._prepared, None
        try:
            self._drain_replies()
            if self._opened.get("event") != "opened":
                raise WorkerLost(f"no confined process could be made: {self._opened.get('message')}")
            if self._changed is not None:  # by what an earlier submission has left running
                raise WorkerLost(f"the warm process has changed since it was ready: its {self._changed}")
        except WorkerLost:
            connection.close()
            raise
        process: int = self._opened["process"]
        if prepared_for == limits:
            return process, connection
        connection.close()
        self.close_session(process)
        return self.open(limits)

    def close_session(self, process: int, *, wait: bool = True) -> None:
        """Kill a session's process and everything that it started.

        Without `wait`, they may still be dying; they are gone before another session is there.
        """
        self._send({"op": "close", "process": process})
        if wait:
            self._drain_replies()

    def submission_processes(self) -> list[psutil.Process]:
        """Return the processes of the submission that runs."""
        found = {each.pid: each for each in self._processes() if each.pid not in self._own}
        if self._prepared is None or not found:
            return list(found.values())
        # The process that is prepared is younger, and nothing passes from one namespace to the other.
        ancestor_of = {pid: _oldest_ancestor(pid, found) for pid in found}
        running = min(set(ancestor_of.values()), key=lambda pid: (found[pid].create_time(), pid))
        return [each for pid, each in found.items() if ancestor_of[pid] == running]

    def _processes(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        if os.path.exists("/proc/thread-self/children"):  # in a tenth of the time that all processes take
            for pid in _descendants(self._process.popen.pid):
                with contextlib.suppress(psutil.Error):
                    found.append(psutil.Process(pid))
        else:
            with contextlib.suppress(psutil.Error):
                found += psutil.Process(self._process.popen.pid).children(recursive=True)
        return found

    def close(self) -> None:
        """End the process and everything in its sandbox."""
        if self.spec.mode == "none":  # nothing else ends what a submission has left running
            for each in self._processes():
                with contextlib.suppress(psutil.Error):
                    each.kill()
        self._process.control.close()
        if self._prepared is not None:
            self._prepared[1].close()
        if self.spec.mode == "user":  # nothing but itself ends what a submission has started
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.popen.wait(ANSWER_TIMEOUT_S)
        self._process.kill()
        self._process.release()

    def _send(self, request: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._process.control, [wire.encode(request)], descriptors)
        except OSError as error:
            self._lost = True
            raise WorkerLost(f"the warm process has ended: {self._process.stderr_tail()}") from error
        self._unanswered += 1

    def _drain_replies(self) -> None:
        """Wait until all that was asked is answered."""
        if self._lost:
            raise WorkerLost(f"the warm process does not answer: {self._process.stderr_tail()}")
        while self._unanswered:
            self._lost = True  # until it has answered
            answer = self._receive(ANSWER_TIMEOUT_S)
            self._lost = False
            self._unanswered -= 1
            if answer.get("event") != "closed":
                self._opened = answer
            before = self.wait_until_ready()["state"]
            if self._changed is None:
                self._changed = next((name for name, now in answer["state"].items() if now != before.get(name)), None)

    def _receive(self, timeout_s: float) -> Mapping[str, Any]:
        self._process.control.settimeout(timeout_s)
        try:
            packet = self._process.control.recv(2**16)
        except TimeoutError as error:
            raise WorkerLost(
                f"the warm process did not answer within {timeout_s:g} s: {self._process.stderr_tail()}"
            ) from error
        except OSError as error:
            raise WorkerLost(f"the warm process ended: {self._process.stderr_tail()}") from error
        if not packet:
            raise WorkerLost(f"the warm process ended: {self._process.stderr_tail()}")
        try:
            answer: Mapping[str, Any] = wire.decode(packet)
        except wire.WireError as error:
            raise WorkerLost(f"the warm process sent what is no frame: {error}") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("state"), dict):
            raise WorkerLost("the warm process sent what it was not asked for")
        return answer


def _descendants(process: int) -> list[int]:
    """Return the processes that descend from one, as each thread of theirs tells its children (proc(5))."""
    found = list(_children(process))
    for each in found:  # grows meanwhile
        found += _children(each)
    return found


def _children(process: int) -> Iterator[int]:
    with contextlib.suppress(OSError):  # it has just ended
        for thread in os.listdir(f"/proc/{process}/task"):
            with contextlib.suppress(OSError):  # or this thread of it has
                yield from map(int, Path(f"/proc/{process}/task/{thread}/children").read_text().split())


def _oldest_ancestor(pid: int, found: Mapping[int, psutil.Process]) -> int:
    """Return the ancestor among those found from which a process descends, itself maybe."""
    with contextlib.suppress(psutil.Error):  # it has just ended
        while (parent := found[pid].ppid()) in found:
            pid = parent
    return pid
