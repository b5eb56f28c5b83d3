"""One submission's confined process: runs its cells, then has their state forked to answer probes."""

import contextlib
import math
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autograder.errors import WorkerLost
from autograder.sandbox.cell_run import CellRun, NotebookRun, NotebookWork, Reached, Skipped, is_png
from autograder.sandbox.fork_server import ANSWER_TIMEOUT_S, ForkServer
from autograder.sandbox.resource_monitor import OverMemory, ResourceMonitor
from autograder.sandbox.worker import faults, wire
from autograder.sandbox.worker.limits import (
    BRIEF_S,
    CLOCK_PER_COMPUTING,
    MAX_BELOW,
    MAX_FIGURE_BYTES_IN_ALL,
    MAX_FIGURES,
    MAX_OUTPUT_CHARACTERS,
    MAX_OUTPUT_CHARACTERS_IN_ALL,
    MAX_REMARK,
    MAX_REMARKS,
    Limits,
)

GRACE_S: Final = 2.0
SERVICE_TIMEOUT_S: Final = 10.0
MAX_REACHED: Final = 20  # that a submission is told of


class SessionLost(wire.WireError):
    """The process that holds the notebook's state does not answer."""


class RemoteSession:
    """One submission's confined process. Whatever it sends is untrusted."""

    def __init__(self, server: ForkServer, limits: Limits, reached: dict[Reached, None]) -> None:
        """Open it; raises `WorkerLost` as `ForkServer.open` does.

        Args:
            server: whose process is forked.
            limits: what it may use.
            reached: gets what the code reaches for of the interpreter, as `worker.internals` tells it.
        """
        self._reached = reached
        self._server = server
        self._limits = limits
        self._process, self._connection = server.open(limits)
        self._fork: socket.socket | None = None  # to a process that has been asked for
        self._probes: socket.socket | None = None
        self._closed = False
        self._characters_left = MAX_OUTPUT_CHARACTERS_IN_ALL
        self._figure_bytes_left = MAX_FIGURE_BYTES_IN_ALL

    def run(self, work: NotebookWork, deadline: float, run: NotebookRun) -> int | None:
        """Run the cells that `run` does not skip, in order, into `run`.

        Returns None once all have ended, or the index of the cell in which the process was lost.
        """
        cells = [(number, work.sent(number, source)) for number, source in work.cells if number not in run.skipped]
        request = {
            "op": "run", "cells": cells, "explore": list(work.explore), "brief": list(run.brief),
            "graded": list(work.graded),
            "seed": work.seed, "name": work.name, "figures": work.figures,
            "cell_s": self._limits.cell_s, "notebook_s": self._limits.notebook_s,
            "files": work.files, "lazy_annotations": work.lazy_annotations,
        }  # fmt: skip
        current: int | None = None
        try:
            wire.send(self._connection, request, SERVICE_TIMEOUT_S)
            match self._receive(self._connection, ANSWER_TIMEOUT_S):
                case {"event": "fault", "message": str(why)}:
                    raise WorkerLost(f"{self._server.spec.device} cannot be used: {why}")
            for index, _ in cells:
                self._expect("started")
                current = index
                ended = self._ended(index, deadline)
                run.cells[index] = run.brief.get(index, ended)
            self._take_summary(work, run)
        except wire.WireError as error:
            if current is None:  # before any of the student's code ran
                raise WorkerLost(f"a session ended before its first cell: {error}") from error
            run.skipped[current] = self._why_lost(error)
            return current
        self._ask_for_fork()
        return None

    def _take_summary(self, work: NotebookWork, run: NotebookRun) -> None:
        numbers = {index for index, _ in work.cells}
        match self._served():
            case {"event": "ran", "differing": dict() as differing, "lost": dict() as lost, "on_cpu": bool(on_cpu)}:
                run.differing = {id: cell for id, cell in differing.items() if id in work.graded and cell in numbers}
                run.lost = {name: cell for name, cell in lost.items() if isinstance(name, str) and cell in numbers}
                run.on_cpu = on_cpu
            case _:
                raise wire.WireError("an unknown event")

    def _why_lost(self, error: wire.WireError) -> Skipped:
        match error:
            case OverMemory():
                return Skipped("memory", f"it used {error}")
            case wire.WireTimeout():
                return Skipped("timeout", f"it did not stop at its limit of {self._limits.cell_s:g} s")
        return Skipped("crashed", "it ended the whole process")

    def _ended(self, index: int, deadline: float) -> CellRun:
        """Return how a cell has ended; what is not said of that very cell is no answer."""
        event, _ = self._wait(self._connection, self._limits.cell_s + BRIEF_S + GRACE_S, deadline)
        match event:
            case {"event": "cell", "index": int(of_cell), "error": None | dict() as error, "output": str(output),
                  "seconds": float(seconds), "figures": list(files), "below": list(below), "went_on": bool(went_on),
                  "follows": bool(follows), "remarks": list(remarks)} if of_cell == index:  # fmt: skip
                told = tuple(each[:MAX_REMARK] for each in remarks[:MAX_REMARKS] if isinstance(each, str))
                first, *others = (None if each is None else _described(each) for each in (error, *below[:MAX_BELOW]))
                errors = tuple(each for each in others if each is not None)
                output, figures = self._within_budget(output, [*filter(is_png, files[:MAX_FIGURES])])
                return CellRun(index, first, output, seconds, figures, errors, went_on, follows, told)
        raise wire.WireError("an unknown event")

    def _within_budget(self, output: str, figures: Sequence[bytes]) -> tuple[str, tuple[bytes, ...]]:
        """Cut what a cell has printed and drawn at what the cells above have left."""
        output = output[: min(self._characters_left, 2 * MAX_OUTPUT_CHARACTERS)]
        self._characters_left -= len(output)
        kept = []
        for figure in figures:
            if len(figure) <= self._figure_bytes_left:
                self._figure_bytes_left -= len(figure)
                kept.append(figure)
        return output, tuple(kept)

    def probe(self, request: Mapping[str, Any], seconds: float, deadline: float) -> tuple[Mapping[str, Any], float]:
        """Answer one probe from a process forked off the notebook's state, or from the notebook's own.

        Returns the answer, and how many seconds were computed for it.

        Raises `wire.WireTimeout` or `wire.WireError` when the process hangs or ends; call `reset`
        then, and the next probe starts from a fresh fork.

        Args:
            request: what the session is asked.
            seconds: how long it may compute.
            deadline: until when an answer is awaited, by `time.monotonic`.
        """
        if self._probes is None:
            self._probes = self._forked()
        wire.send(self._probes, {"op": "probe", **request}, seconds)
        answer, computed_s = self._wait(self._probes, seconds, deadline)
        match answer:
            case {"error": error}:
                return {"error": _described(error)}, computed_s
            case {"answer": _}:
                return answer, computed_s
        raise wire.WireError("an unknown event")

    def _wait(self, connection: socket.socket, seconds: float, deadline: float) -> tuple[Any, float]:
        """Return the next frame and the seconds computed; `seconds` as in `Limits`, `deadline` by `time.monotonic`."""
        monitor = ResourceMonitor(self._server.submission_processes, seconds, self._limits.memory_bytes)
        timeout_s = min(seconds * CLOCK_PER_COMPUTING, deadline - time.monotonic())
        frame = self._receive(connection, max(timeout_s, 0.01), monitor.poll)
        return frame, monitor.seconds

    def _receive(
        self, connection: socket.socket, timeout_s: float, poll: Callable[[], None] | None = None
    ) -> Any:  # fmt: skip
        """As `wire.receive`; what the code has reached for is noted on the way."""
        deadline = time.monotonic() + timeout_s
        for _ in range(MAX_REACHED + 1):
            match wire.receive(connection, max(deadline - time.monotonic(), 0.01), poll):
                case {"event": "reached", "what": str(what), "line": int(line), "text": str(text)}:
                    if len(self._reached) < MAX_REACHED:
                        self._reached[what[: faults.MAX_NAME], line, text[: faults.MAX_LINE]] = None
                case frame:
                    return frame
        raise wire.WireError("too many events")

    def reset(self) -> None:
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
        """Kill the session's processes, all of them; `wait` as in `ForkServer.close_session`."""
        if self._closed:
            return
        self._closed = True
        for each in (self._fork, self._probes, self._connection):
            if each is not None:
                each.close()
        self._server.close_session(self._process, wait=wait)

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
        match self._served():
            case {"event": str(event)} if event in events:
                return event
        raise wire.WireError("an unknown event")

    def _served(self) -> Any:
        """Return the next frame that takes no computing; memory is looked at meanwhile, as threads may go on."""
        monitor = ResourceMonitor(self._server.submission_processes, math.inf, self._limits.memory_bytes)
        return self._receive(self._connection, SERVICE_TIMEOUT_S, monitor.poll)


def _described(error: Any) -> Mapping[str, Any]:
    try:
        return faults.bounded(error)
    except ValueError:
        return {"kind": "error"}  # of which nothing more can be said
