"""What a submission's processes use, as it is seen from outside while the judge waits for their answer."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import psutil

from autograder.sandbox.worker import wire

_UNCOUNTED_BYTES: Final = 2**28  # that a process may hold beside what RLIMIT_DATA counts: page tables, libraries' data


class OverMemory(wire.WireError):
    """A submission's processes together hold more memory than it may use."""


class ResourceMonitor:
    """Looks now and then at a submission's processes, while the judge waits for what they compute."""

    def __init__(self, processes: Callable[[], Sequence[psutil.Process]], seconds: float, memory_bytes: int) -> None:
        """They may compute for `seconds` and hold `memory_bytes` together, and a little that no limit counts."""
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

        One process, too: RLIMIT_DATA counts no page that is shared, was made read-only or holds page tables.
        """
        processes = self._processes()
        limit = self._memory_bytes + _UNCOUNTED_BYTES
        if sum(map(_resident_bytes, processes)) > limit and sum(map(_own_bytes, processes)) > limit:
            many = "1 process" if len(processes) == 1 else f"{len(processes)} processes"
            raise OverMemory(f"more than {self._memory_bytes / 2**30:g} GiB in {many}")
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


def _resident_bytes(process: psutil.Process) -> int:
    """Return what a process holds at most; pages that several share count for each of them. Read in microseconds."""
    told = _fields(process, "status")
    if told is not None:
        return sum(told.get(name, 0) for name in ("RssAnon", "RssShmem", "VmPTE", "VmSwap"))
    with contextlib.suppress(psutil.Error):  # else it has just ended
        return int(process.memory_info().rss)  # where there is no /proc
    return 0


def _own_bytes(process: psutil.Process) -> int:
    """Return what a process holds; pages that several share count once among them (PSS of proc(5)).

    A process may forbid others to read that of it: then all of it counts as its own.
    """
    told = _fields(process, "smaps_rollup")
    if not told:
        return _resident_bytes(process)
    pages = sum(told.get(name, 0) for name in ("Pss_Anon", "Pss_Shmem", "SwapPss", "Private_Hugetlb"))
    return pages + (_fields(process, "status") or {}).get("VmPTE", 0)


def _fields(process: psutil.Process, name: str) -> dict[str, int] | None:
    """Return the sizes in a file of /proc about a process, in bytes, or None where it cannot be read."""
    try:
        with open(f"/proc/{process.pid}/{name}", encoding="utf-8", errors="replace") as file:
            return dict(_sizes(file))
    except OSError:
        return None


def _sizes(lines: Iterator[str]) -> Iterator[tuple[str, int]]:
    for line in lines:
        name, _, value = line.partition(":")
        if value.endswith(" kB\n"):
            yield name, int(value.removesuffix(" kB\n")) * 1024
