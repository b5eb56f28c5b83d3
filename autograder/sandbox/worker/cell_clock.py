"""How long a notebook's cells may compute: each its time, and all of them theirs."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any, Final

from .faults import TimeUp
from .limits import BRIEF_S, CLOCK_PER_COMPUTING
from .notebook import Notebook

PATIENCE_AFTER_TIMEOUT: Final = 0.1


class CellClock:
    """What a notebook's cells have computed, and what the next one may."""

    def __init__(self, notebook: Notebook, cell_s: float, notebook_s: float) -> None:
        """With the times of `Limits`."""
        self._notebook = notebook
        self._cell_s, self._hung_s = cell_s, cell_s * PATIENCE_AFTER_TIMEOUT
        self._left_s = notebook_s

    def run(self, index: int, source: str, *, figures: bool = False, briefly: bool = False) -> dict[str, Any]:
        """Run the next cell, as `Notebook.run` does; once the notebook's time is over, its definitions alone."""
        began_computing, began = time.process_time(), time.monotonic()
        ended = self._notebook.run(index, source, self._limit, figures=figures, briefly=briefly or self._left_s <= 0)
        computed_s, by_clock_s = time.process_time() - began_computing, time.monotonic() - began
        self._left_s -= max(computed_s, by_clock_s / CLOCK_PER_COMPUTING)
        if self._left_s <= 0 and not briefly:
            ended["remarks"].append("the notebook's time was over, of its code below only definitions were run")
        if ended["error"] and ended["error"]["kind"] == "timeout":
            self._cell_s = self._hung_s  # what hung once is likely called again
        return ended

    def _limit(self, below: bool) -> contextlib.AbstractContextManager[None]:
        brief = below or self._left_s <= 0
        return time_limit(BRIEF_S if brief else min(self._cell_s, max(self._left_s, BRIEF_S)))


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in the body once it has computed for `seconds`, or runs `CLOCK_PER_COMPUTING` times as long.

    It is raised again every second, should it be swallowed. Where the system has no such timers (Windows), or this is
    not the main thread, nothing is raised.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise TimeUp(f"stopped after {seconds:g} s")

    timers = (
        (signal.ITIMER_PROF, signal.SIGPROF, seconds),
        (signal.ITIMER_REAL, signal.SIGALRM, seconds * CLOCK_PER_COMPUTING),
    )
    before = [signal.signal(number, ring) for _, number, _ in timers]
    for timer, _, first in timers:
        signal.setitimer(timer, first, 1.0)
    try:
        yield
    finally:
        for timer, _, _ in timers:
            signal.setitimer(timer, 0.0)
        for (_, number, _), handler in zip(timers, before, strict=True):
            signal.signal(number, handler)
