"""A session that is made anew, from the notebook's first cell, whenever it is lost or used up."""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from autograder.errors import WorkerLost
from autograder.sandbox.cell_run import CellRun, NotebookRun, NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.remote_session import RemoteSession, SessionLost
from autograder.sandbox.resource_monitor import OverMemory
from autograder.sandbox.worker import wire
from autograder.sandbox.worker.limits import CLOCK_PER_COMPUTING, Limits

MAX_LOSSES: Final = 5
NOTEBOOK_GRACE_S: Final = 30.0  # by the clock, for the definitions below what its time was not enough for


class RetryingSession:
    """A submission in a worker: its session, made anew from the start whenever it is lost or used up.

    A cell in which the process was lost is left out of the next run. After `MAX_LOSSES` losses, in cells or
    later, the remaining probes end as crashed. A process that just ended may have been killed by this machine,
    short of memory, say: the cell or probe is tried once more before it is the submission's own doing. After
    two losses a cell that did not end by itself does not have its time again.
    """

    def __init__(self, server: Callable[[], ForkServer], work: NotebookWork, limits: Limits) -> None:
        """`start` opens the first.

        Args:
            server: returns the fork server to use now.
            work: the notebook.
            limits: of each session; `wall_s` of all together, from now.
        """
        self.work = work
        self.limits = limits
        self._server = server
        self._deadline = time.monotonic() + limits.wall_s
        self._session: RemoteSession | None = None
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
            if self._losses + len(self._doubted) > 1:
                self.run.brief |= {number: cell for number, cell in self.run.cells.items() if _met_its_limit(cell)}
            self.run.cells.clear()
            session = RemoteSession(self._server(), self.limits, self.run.reached)
            began = time.monotonic()
            try:
                deadline = began + self.limits.notebook_s * CLOCK_PER_COMPUTING + NOTEBOOK_GRACE_S
                lost = session.run(self.work, min(deadline, self._deadline), self.run)
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

    def probe(
        self, request: Mapping[str, Any], seconds: float, deadline: float = math.inf
    ) -> tuple[Mapping[str, Any], float]:
        """As `RemoteSession.probe`; `WireError` where no session survives."""
        lost: set[type] = set()  # either process, once each, by somebody else's doing
        while True:
            try:
                return self._probe(request, seconds, deadline)
            except (wire.WireTimeout, OverMemory):
                raise
            except wire.WireError as error:
                if type(error) in lost:
                    raise
                lost.add(type(error))

    def _probe(self, request: Mapping[str, Any], seconds: float, deadline: float) -> tuple[Mapping[str, Any], float]:
        self.start()
        if self._session is None:
            raise wire.WireError("the notebook ends every process that runs it")
        try:
            return self._session.probe(request, max(seconds, 0.01), min(deadline, self._deadline))
        except SessionLost:
            self._losses += 1
            self.close()
            raise
        except wire.WireError:
            self.reset()
            raise

    def reset(self) -> None:
        """As `RemoteSession.reset`; where the session's state is used up, the next probe begins with another."""
        if self._session is None:
            return
        try:
            self._session.reset()
        except wire.WireError:
            self.close()

    def close(self, *, wait: bool = True) -> None:
        """End the session; `wait` as in `ForkServer.close_session`."""
        session, self._session = self._session, None
        if session is not None:
            session.close(wait=wait)


def _met_its_limit(cell: CellRun) -> bool:
    return cell.error is not None and cell.error["kind"] == "timeout"
