"""What a submission's processes use, as it is seen from outside while the judge waits for their answer."""

import time
from collections.abc import Callable, Sequence

import psutil

from autograder.sandbox.worker import wire


class OverMemory(wire.WireError):
    """A submission's processes together hold more memory than it may use."""


class ResourceMonitor:
    """Looks now and then at a submission's processes, while the judge waits for what they compute."""

    def __init__(self, processes: Callable[[], Sequence[psutil.Process]], seconds: float, memory_bytes: int) -> None:
        """They may compute for `seconds` and, where there is more than one, hold `memory_bytes` together."""
        self._processes = processes
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._began = time.monotonic()
        self._before: float | None = None
        self._computed = 0.0

    @property
    def seconds(self) -> float:
        """How long they have computed, as far as is known."""
        return self._computed if self._before is not None else time.monotonic() - self._began

    def poll(self) -> None:
        """Raise `wire.WireTimeout` or `OverMemory` where a limit is passed.

        One process alone is bound by RLIMIT_DATA. Pages that several share count once: PSS of proc(5).
        """
        processes = self._processes()
        if len(processes) > 1 and sum(map(_memory_bytes, processes)) > self._memory_bytes:
            raise OverMemory(f"more than {self._memory_bytes / 2**30:g} GiB in {len(processes)} processes")
        now = sum(map(_cpu_seconds, processes))
        if self._before is None:
            self._before = now
        self._computed = now - self._before
        if self._computed > self._seconds:
            raise wire.WireTimeout("no answer within the time for computing")


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:  # it has just ended
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _memory_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:  # it has just ended
        return 0
