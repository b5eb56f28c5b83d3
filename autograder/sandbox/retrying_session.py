"""A session that is made anew, from the notebook's first cell, whenever it is lost or used up."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autograder.errors import WorkerLost
from autograder.sandbox.cell_run import NotebookRun
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.remote_session import RemoteSession, SessionLost
from autograder.sandbox.resource_monitor import OverMemory
from autograder.sandbox.worker import wire
from autograder.sandbox.worker.limits import Limits

MAX_LOSSES: Final = 5
MAX_LINES_ABOVE: Final = 2_000


class RetryingSession:
    """A submission in a worker: its session, made anew from the start whenever it is lost or used up.

    A cell in which the process was lost is left out of the next run. After `MAX_LOSSES` losses, in cells or
    later, the remaining probes end as crashed. A process that just ended may have been killed by this machine,
    short of memory, say: the cell or probe is tried once more before it is the submission's own doing.
    """

    def __init__(
        self, server: Callable[[], ForkServer], cells: Sequence[tuple[int, str]], *,
        seed: int, name: str, limits: Limits, figures: bool = False, files: Sequence[tuple[str, bytes]] = (),
        lines: Mapping[int, int] | None = None, lazy_annotations: bool = False,
    ) -> None:  # fmt: skip
        """`start` opens the first.

        Args:
            server: returns the fork server to use now.
            cells: (number of the code cell, source).
            seed: of the notebook's random numbers, in [0, 2**32).
            name: the `__name__` that the cells see.
            limits: of each session; `wall_s` of all together, from now.
            figures: whether what the cells draw is kept.
            files: what lies in the folder where they run.
            lines: of a script, on which its cells begin, by their number: errors then tell the script's lines.
            lazy_annotations: whether annotations are left unevaluated.
        """
        self.cells = cells
        self._server = server
        self._figures = figures
        self._files = files
        self._lazy_annotations = lazy_annotations
        self.lines = lines or {}
        self._seed = seed
        self._name = name
        self._limits = limits
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
            self.run.cells.clear()
            session = RemoteSession(self._server(), self._limits)
            cells = [
                (number, _moved_down(source, self.lines.get(number)))
                for number, source in self.cells
                if number not in self.run.skipped
            ]
            began = time.monotonic()
            try:
                lost = session.run(
                    cells, self._seed, self._name, self._deadline, self.run, figures=self._figures, files=self._files,
                    lazy_annotations=self._lazy_annotations,
                )  # fmt: skip
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
        """As `RemoteSession.probe`; `WireError` where no session survives."""
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
            return self._session.probe(request, max(seconds, 0.01), self._deadline)
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


def _moved_down(source: str, line: int | None) -> str:
    """Return a part of a script that begins on a line of it, so that Python counts from there; far down, as it is."""
    code = source.lstrip()
    if line is None or line > MAX_LINES_ABOVE or code.startswith(("%", "!")):  # magics have to come first
        return source
    empty = source[: len(source) - len(code)].count("\n")  # IPython would leave them out
    return "#\n" * (line - 1 + empty) + code
