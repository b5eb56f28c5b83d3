"""The judge's side of a worker: starts the warm parent, opens sessions, runs notebooks and probes."""

import base64
import contextlib
import json
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import psutil

from autograder.errors import WorkerLost
from autograder.sandbox.fork_server import Order, warm_process
from autograder.sandbox.launch import Mode
from autograder.sandbox.permissions import check_readable
from autograder.sandbox.worker import wire
from autograder.sandbox.worker.limits import (
    CLOCK_PER_COMPUTING,
    MAX_FIGURE_BYTES,
    MAX_FIGURES,
    MAX_OUTPUT_CHARACTERS,
    Limits,
)

READY_TIMEOUT_S: Final = 120.0
ANSWER_TIMEOUT_S: Final = 30.0
GRACE_S: Final = 2.0
SERVICE_TIMEOUT_S: Final = 10.0
MAX_LOSSES: Final = 5
MAX_FIGURE_PIXELS: Final = 4_000
_PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@dataclass(frozen=True, slots=True)
class CellRun:
    """How one cell ended: `error` as in `worker.faults.describe`, or None; `figures` are PNG files.

    All of it is untrusted.
    """

    index: int
    error: Mapping[str, Any] | None
    output: str
    seconds: float
    figures: tuple[bytes, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads; figures as base64."""
        figures = [base64.b64encode(figure).decode() for figure in self.figures]
        error = json.loads(json.dumps(self.error, default=str))
        return {
            "index": self.index, "error": error, "output": self.output, "seconds": self.seconds, "figures": figures,
        }  # fmt: skip

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "CellRun":
        """Return the run that `to_json` has described."""
        figures = tuple(base64.b64decode(figure) for figure in fields["figures"])
        return cls(fields["index"], fields["error"], fields["output"], fields["seconds"], figures)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a cell was left out of a second run: the outcome of what it should have defined, and in words."""

    outcome: Literal["timeout", "memory", "crashed"]
    why: str


@dataclass(slots=True)
class NotebookRun:
    """How a notebook's cells ended, and those that had to be left out of a second run."""

    cells: dict[int, CellRun] = field(default_factory=dict)
    skipped: dict[int, Skipped] = field(default_factory=dict)


class OverMemory(wire.WireError):
    """A submission's processes together hold more memory than it may use."""


class SessionLost(wire.WireError):
    """The process that holds the notebook's state does not answer."""


class Worker:
    """A warm parent and its control connection; use as a context manager."""

    def __init__(
        self, mode: Mode, packages: Sequence[Path] = (), modules: Sequence[str] = (), *,
        data: Mapping[str, Path] = MappingProxyType({}), device: str = "cpu",
    ) -> None:  # fmt: skip
        """Start the process; `wait_until_ready` waits for its imports. Arguments as in `sandbox.launch`."""
        if mode == "user":
            check_readable(packages, data)
        self.mode = mode
        self.device = device
        self._warm = warm_process(Order(mode, packages, modules, data, device))
        self._control, self._process = self._warm.control, self._warm.process
        self._ready: Mapping[str, Any] | None = None
        self._lost = False
        self._unanswered = 0
        self._prepared: tuple[Limits, socket.socket] | None = None
        self._opened: Mapping[str, Any] = {}  # the answer about that one
        self._changed: str | None = None  # what of it is no longer as it was
        self._own: frozenset[int] = frozenset()  # the processes that are there without any submission

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def sound(self) -> bool:
        """Whether it has answered all that it was asked, and is as it was when it was ready."""
        with contextlib.suppress(WorkerLost):
            self._settle()
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
        request = {"op": "open", "limits": asdict(limits), "isolate": self._warm.launch.isolate}
        try:
            with theirs:
                self._send(request, [theirs.fileno()])
        except WorkerLost:
            ours.close()
            raise
        self._prepared = (limits, ours)

    def open(self, limits: Limits) -> "Session":
        """Return a confined process for one submission: the one prepared, or one forked now."""
        self.prepare(limits)
        assert self._prepared is not None
        (of, ours), self._prepared = self._prepared, None
        try:
            self._settle()
            if self._opened.get("event") != "opened":
                raise WorkerLost(f"no confined process could be made: {self._opened.get('message')}")
            if self._changed is not None:  # by what an earlier submission has left running
                raise WorkerLost(f"the warm process has changed since it was ready: its {self._changed}")
        except WorkerLost:
            ours.close()
            raise
        session = Session(self, ours, self._opened["process"], limits)
        if of == limits:
            return session
        session.close()
        return self.open(limits)

    def close_session(self, process: int, *, wait: bool = True) -> None:
        """Kill a session's process and everything that it started.

        Without `wait`, they may still be dying; they are gone before another session is there.
        """
        self._send({"op": "close", "process": process})
        if wait:
            self._settle()

    def submission_processes(self) -> list[psutil.Process]:
        """Return the processes of the submission that runs."""
        found = {each.pid: each for each in self._processes() if each.pid not in self._own}
        if self._prepared is None or not found:
            return list(found.values())
        # The process that is prepared is younger, and nothing passes from one namespace to the other.
        first_of = {pid: _first_of(pid, found) for pid in found}
        running = min(set(first_of.values()), key=lambda pid: (found[pid].create_time(), pid))
        return [each for pid, each in found.items() if first_of[pid] == running]

    def _processes(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            found += psutil.Process(self._process.pid).children(recursive=True)
        return found

    def close(self) -> None:
        """End the process and everything in its sandbox."""
        if self.mode == "none":  # nothing else ends what a submission has left running
            for each in self._processes():
                with contextlib.suppress(psutil.Error):
                    each.kill()
        self._control.close()
        if self._prepared is not None:
            self._prepared[1].close()
        if self.mode == "user":  # nothing but itself ends what a submission has started
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(ANSWER_TIMEOUT_S)
        self._warm.kill()
        self._warm.release()

    def _send(self, request: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._control, [wire.encode(request)], descriptors)
        except OSError as error:
            self._lost = True
            raise WorkerLost(f"the warm process has ended: {self._last_words()}") from error
        self._unanswered += 1

    def _settle(self) -> None:
        """Wait until all that was asked is answered."""
        if self._lost:
            raise WorkerLost(f"the warm process does not answer: {self._last_words()}")
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
        self._control.settimeout(timeout_s)
        try:
            packet = self._control.recv(2**16)
        except TimeoutError as error:
            raise WorkerLost(f"the warm process did not answer within {timeout_s:g} s: {self._last_words()}") from error
        except OSError as error:
            raise WorkerLost(f"the warm process ended: {self._last_words()}") from error
        if not packet:
            raise WorkerLost(f"the warm process ended: {self._last_words()}")
        try:
            answer: Mapping[str, Any] = wire.decode(packet)
        except wire.WireError as error:
            raise WorkerLost(f"the warm process sent what is no frame: {error}") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("state"), dict):
            raise WorkerLost("the warm process sent what it was not asked for")
        return answer

    def _last_words(self) -> str:
        self._warm.errors.seek(0)
        lines = self._warm.errors.read()[-4_000:].decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


class Watch:
    """Looks now and then at a submission's processes, while the judge waits for what they compute."""

    def __init__(self, worker: Worker, seconds: float, memory_bytes: int) -> None:
        """They may compute for `seconds` and, where there is more than one, hold `memory_bytes` together."""
        self._worker = worker
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._began = time.monotonic()
        self._before: float | None = None
        self._computed = 0.0

    @property
    def seconds(self) -> float:
        """How long they have computed, as far as is known."""
        return self._computed if self._before is not None else time.monotonic() - self._began

    def look(self) -> None:
        """Raise `wire.WireTimeout` or `OverMemory` where a limit is passed.

        One process alone is bound by RLIMIT_DATA. Pages that several share count once: PSS of proc(5).
        """
        processes = self._worker.submission_processes()
        if len(processes) > 1 and sum(map(_memory, processes)) > self._memory_bytes:
            raise OverMemory(f"more than {self._memory_bytes / 2**30:g} GiB in {len(processes)} processes")
        now = sum(map(_computing, processes))
        if self._before is None:
            self._before = now
        self._computed = now - self._before
        if self._computed > self._seconds:
            raise wire.WireTimeout("no answer within the time for computing")


class Session:
    """One submission's confined process. Whatever it sends is untrusted."""

    def __init__(self, worker: Worker, connection: socket.socket, process: int, limits: Limits) -> None:
        self._worker = worker
        self._connection = connection
        self._process = process
        self._limits = limits
        self._fork: socket.socket | None = None  # to a process that has been asked for
        self._probes: socket.socket | None = None
        self._closed = False
        self.computed_s = 0.0  # for the last answer

    def run(
        self, cells: Sequence[tuple[int, str]], seed: int, name: str, deadline: float, run: NotebookRun, *,
        figures: bool = False,
    ) -> int | None:  # fmt: skip
        """Run cells in order into `run`, what they draw only if `figures`.

        Returns None once all have ended, or the index of the cell in which the process was lost.
        """
        request = {
            "op": "run", "cells": cells, "seed": seed, "name": name, "cell_s": self._limits.cell_s, "figures": figures,
        }  # fmt: skip
        current: int | None = None
        try:
            wire.send(self._connection, request, SERVICE_TIMEOUT_S)
            match wire.receive(self._connection, ANSWER_TIMEOUT_S):
                case {"event": "fault", "message": str(why)}:
                    raise WorkerLost(f"{self._worker.device} cannot be used: {why}")
            for index, _ in cells:
                self._expect("started")
                current = index
                run.cells[index] = self._ended(index, deadline)
            self._expect("ran")
        except wire.WireError as error:
            if current is None:  # before any of the student's code ran
                raise WorkerLost(f"a session ended before its first cell: {error}") from error
            run.skipped[current] = self._why_lost(error)
            return current
        self._ask_for_fork()
        return None

    def _why_lost(self, error: wire.WireError) -> Skipped:
        match error:
            case OverMemory():
                return Skipped("memory", f"it used {error}")
            case wire.WireTimeout():
                return Skipped("timeout", f"it did not stop at its limit of {self._limits.cell_s:g} s")
        return Skipped("crashed", "it ended the whole process")

    def _ended(self, index: int, deadline: float) -> CellRun:
        """Return how a cell has ended; what is not said of that very cell is no answer."""
        match self._wait(self._connection, self._limits.cell_s + GRACE_S, deadline):
            case {"event": "cell", "index": int(said), "error": None | dict() as error, "output": str(output),
                  "seconds": float(seconds), "figures": list(drawn)} if said == index:  # fmt: skip
                figures = tuple(filter(_is_png, drawn[:MAX_FIGURES]))
                return CellRun(index, error, output[: 2 * MAX_OUTPUT_CHARACTERS], seconds, figures)
        raise wire.WireError("an unknown event")

    def probe(self, request: Mapping[str, Any], seconds: float, deadline: float) -> Mapping[str, Any]:
        """Answer one probe from a process forked off the notebook's state, or from the notebook's own.

        Raises `wire.WireTimeout` or `wire.WireError` when the process hangs or ends; call `reap`
        then, and the next probe starts from a fresh fork.

        Args:
            request: what the session is asked.
            seconds: how long it may compute.
            deadline: until when an answer is awaited, by `time.monotonic`.
        """
        if self._probes is None:
            self._probes = self._forked()
        wire.send(self._probes, {"op": "probe", **request}, seconds)
        answer = self._wait(self._probes, seconds, deadline)
        if not isinstance(answer, dict) or not {"answer", "error"} & answer.keys():
            raise wire.WireError("an unknown event")
        return answer

    def _wait(self, connection: socket.socket, seconds: float, deadline: float) -> Any:
        """Return the next frame; `seconds` as in `Limits`, `deadline` by `time.monotonic`."""
        watch = Watch(self._worker, seconds, self._limits.memory_bytes)
        patience = min(seconds * CLOCK_PER_COMPUTING, deadline - time.monotonic())
        try:
            return wire.receive(connection, max(patience, 0.01), watch.look)
        finally:
            self.computed_s = watch.seconds

    def reap(self) -> None:
        """Have the next probe answered by another process, which is forked in the background; this one is killed.

        Raises `wire.WireError` where it is the notebook's own: its state is used up.
        """
        if self._probes is None:
            return
        if self._probes is self._connection:
            raise wire.WireError("the notebook's own process has answered probes")
        self._probes.close()
        self._probes = None
        self._ask_for_fork()

    def close(self, *, wait: bool = True) -> None:
        """Kill the session's processes, all of them; `wait` as in `Worker.close_session`."""
        if self._closed:
            return
        self._closed = True
        for each in (self._fork, self._probes, self._connection):
            if each is not None:
                each.close()
        self._worker.close_session(self._process, wait=wait)

    def _ask_for_fork(self) -> None:
        """Have a process forked off the notebook's state, without waiting for it."""
        self._fork, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs, contextlib.suppress(wire.WireError, OSError):  # it will not answer: `_forked` says so
            wire.send(self._connection, {"op": "fork"}, SERVICE_TIMEOUT_S)
            socket.send_fds(self._connection, [b"F"], [theirs.fileno()])

    def _forked(self) -> socket.socket:
        """Return a connection to the process asked for."""
        if self._fork is None:
            self._ask_for_fork()
        assert self._fork is not None
        ours, self._fork = self._fork, None
        try:
            if self._expect("forked", "here") == "forked":
                return ours
        except wire.WireError as error:
            ours.close()
            raise SessionLost(str(error)) from error
        ours.close()
        return self._connection

    def _expect(self, *events: str) -> str:
        match wire.receive(self._connection, SERVICE_TIMEOUT_S):
            case {"event": str(said)} if said in events:
                return said
        raise wire.WireError("an unknown event")


def _first_of(pid: int, found: Mapping[int, psutil.Process]) -> int:
    """Return the ancestor among those found from which a process descends, itself maybe."""
    with contextlib.suppress(psutil.Error):  # it has just ended
        while (parent := found[pid].ppid()) in found:
            pid = parent
    return pid


def _computing(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:  # it has just ended
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:  # it has just ended
        return 0


def _is_png(data: Any) -> bool:
    """Whether this may be shown as a PNG file (https://www.w3.org/TR/png-3/#5DataRep): its head is one, and small."""
    if not isinstance(data, bytes) or len(data) > MAX_FIGURE_BYTES or data[:16] != _PNG_HEAD:
        return False
    width, height = struct.unpack(">II", data[16:24]) if len(data) >= 24 else (0, 0)
    return bool(0 < width <= MAX_FIGURE_PIXELS and 0 < height <= MAX_FIGURE_PIXELS)


class Replay:
    """A submission in a worker: its session, made anew from the start whenever it is lost or used up.

    A cell in which the process was lost is left out of the next run. After `MAX_LOSSES` losses, in cells or
    later, the remaining probes end as crashed. A process that just ended may have been killed by this machine,
    short of memory, say: the cell or probe is tried once more before it is the submission's own doing.
    """

    def __init__(
        self, worker: Callable[[], Worker], cells: Sequence[tuple[int, str]], *,
        seed: int, name: str, limits: Limits, figures: bool = False,
    ) -> None:  # fmt: skip
        self._worker = worker
        self._figures = figures
        self._cells = cells
        self._seed = seed
        self._name = name
        self._limits = limits
        self._deadline = time.monotonic() + limits.wall_s
        self._session: Session | None = None
        self._losses = 0
        self._doubted: set[int] = set()  # cells in which the process has ended once
        self.run = NotebookRun()

    @property
    def seconds_left(self) -> float:
        """Until the submission's wall-clock limit."""
        return self._deadline - time.monotonic()

    def start(self) -> None:
        """Run the notebook, again without the cell that ended it as often as that is needed."""
        while self._session is None and self._losses <= MAX_LOSSES and self.seconds_left > 0:
            self.run.cells.clear()
            session = self._worker().open(self._limits)
            cells = [cell for cell in self._cells if cell[0] not in self.run.skipped]
            began = time.monotonic()
            try:
                lost = session.run(cells, self._seed, self._name, self._deadline, self.run, figures=self._figures)
            except WorkerLost:
                session.close()
                raise
            if lost is None:
                self._session = session
                return
            session.close()
            time_for_two_more = 2 * (time.monotonic() - began) < self.seconds_left
            if self.run.skipped[lost].outcome == "crashed" and lost not in self._doubted and time_for_two_more:
                self._doubted.add(lost)
                del self.run.skipped[lost]
            else:
                self._losses += 1

    def probe(self, request: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any], float]:
        """As `Session.probe`, and how many of the `seconds` it took; `WireError` where no session survives."""
        lost: set[type] = set()  # either process, once each, by somebody else's doing
        while True:
            try:
                return self._probe(request, seconds)
            except (wire.WireTimeout, OverMemory):
                raise
            except wire.WireError as error:
                if type(error) in lost:
                    raise
                lost.add(type(error))

    def _probe(self, request: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any], float]:
        self.start()
        if self._session is None:
            raise wire.WireError("the notebook ends every process that runs it")
        try:
            return self._session.probe(request, max(seconds, 0.01), self._deadline), self._session.computed_s
        except SessionLost:
            self._losses += 1
            self.close()
            raise
        except wire.WireError:
            self.reap()
            raise

    def reap(self) -> None:
        """As `Session.reap`; where the session's state is used up, the next probe begins with another."""
        if self._session is None:
            return
        try:
            self._session.reap()
        except wire.WireError:
            self.close()

    def close(self, *, wait: bool = True) -> None:
        """End the session; `wait` as in `Worker.close_session`."""
        session, self._session = self._session, None
        if session is not None:
            session.close(wait=wait)
