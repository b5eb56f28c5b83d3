"""How far a run of checks is, and about how long the rest will take."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Final, TextIO

QUIET_S: Final = 1.0  # a run that is over by then shows nothing
STEP_S: Final = 0.5

Show = Callable[[int, int, str], None]  # checks that are done, all, and a sentence


class Progress:
    """Shows from a second on, in a thread of its own, what is done and what is left. Use as a context manager."""

    def __init__(self, show: Show, seconds: Mapping[str, float]) -> None:
        """Show by `show`; `seconds` says how long checks took before, by name, where that is known."""
        self._show = show
        self._before = seconds
        self._left: Sequence[str] = ()
        self._total = 0
        self._started = self._check_started = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def begin(self, left: Sequence[str]) -> None:
        """Take note that the first of the checks that are `left` begins."""
        self._left, self._check_started = left, time.monotonic()
        self._total = max(self._total, len(left))

    def _run(self) -> None:
        wait = QUIET_S
        while not self._over.wait(wait):
            wait = STEP_S
            now = time.monotonic()
            done = self._total - len(self._left)
            sentence = told(self._left, done, now - self._started, now - self._check_started, self._before)
            self._show(done, self._total, sentence)


def told(left: Sequence[str], done: int, elapsed_s: float, running_s: float, before: Mapping[str, float]) -> str:
    """Return in words how far a run is.

    A check of which no time is known is taken to need as long as those of this run that are done.

    Args:
        left: the names of the checks that are not over, the running one first.
        done: how many are.
        elapsed_s: seconds since the run began.
        running_s: seconds since the running check began.
        before: how long checks took before, by name.
    """
    sentence = f"{done} of {done + len(left)} checks done"
    mean = (elapsed_s - running_s) / done if done else None
    needed = [before.get(name, mean) for name in left]
    known = [seconds for seconds in needed if seconds is not None]
    if not known or len(known) < len(needed) or running_s > known[0]:
        return f"{sentence}, {elapsed_s:.0f} s so far"
    return f"{sentence}, about {max(sum(known) - running_s, 1):.0f} s left"


class ConsoleLine:
    """One line of a terminal that is written over, and wiped in the end. Use as a context manager."""

    def __init__(self, stream: TextIO) -> None:
        """Write to `stream`, or nothing where that is no terminal."""
        self._stream = stream
        self._width = 0

    def __enter__(self) -> "ConsoleLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            self._write("")
            self._stream.write("\r")

    def show(self, done: int, total: int, sentence: str) -> None:
        """Say how far the checks are."""
        if self._stream.isatty():
            self._write(sentence)

    def _write(self, line: str) -> None:
        self._stream.write(f"\r{line:<{self._width}}")
        self._stream.flush()
        self._width = len(line)
