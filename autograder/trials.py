"""What `autograder doctor` has a session try, so as to see what holds. Each function is sent as a cell.

It says True where it was stopped. `LIMITS` are tight, so that a limit is met at once.
"""

import ctypes
import glob
import inspect
import os
import socket
import time
from typing import Final

from autograder.sandbox import Mode
from autograder.worker.limits import Limits
from autograder.worker_client import Replay, Worker

LIMITS: Final = Limits(cell_s=0.3, memory_bytes=2 * 2**30, processes=24, file_bytes=2**20)
_IMPORTS: Final = "import ctypes, glob, os, socket, time\n"


def time_limit() -> bool:
    """Compute without end."""
    try:
        while True:
            pass
    except BaseException:
        return True


def memory() -> bool:
    """Ask for more than `LIMITS` allow."""
    try:
        bytearray(3 * 2**30)
    except MemoryError:
        return True
    return False


def processes() -> bool:
    """Start more than `LIMITS` allow."""
    try:
        for _ in range(40):
            if os.fork() == 0:
                time.sleep(20)
                os._exit(0)
    except OSError:
        return True
    return False


def file_size() -> bool:
    """Write more than `LIMITS` allow."""
    try:
        with open("large", "wb") as file:
            file.write(bytes(2**21))
    except OSError:
        return True
    return False


def network() -> bool:
    """Make a socket of the internet's."""
    try:
        socket.socket(socket.AF_INET).close()
    except OSError:
        return True
    return False


def system_calls() -> bool:
    """Be traced by the parent, which needs no right: only a filter denies it."""
    return bool(ctypes.CDLL(None).ptrace(0, 0, 0, 0))


def other_processes() -> bool:
    """Look for processes of others."""
    return not glob.glob("/proc/[0-9]*")


TRIALS: Final = (time_limit, memory, processes, file_size, network, system_calls, other_processes)


def try_mode(mode: Mode) -> tuple[float, float, dict[str, bool]]:
    """Start a worker in `mode`; return its seconds to be ready, those of a notebook, and what has held.

    Raises `AutograderError` or `OSError` where the mode does not work here.
    """
    started = time.perf_counter()
    with Worker(mode) as worker:
        worker.wait_until_ready()
        ready = time.perf_counter()
        _run(worker, [(1, "x = 1")], Limits())
        done = time.perf_counter()
        cells = [f"{_IMPORTS}{inspect.getsource(each)}{each.__name__}()" for each in TRIALS]
        run = _run(worker, [*enumerate(cells)], LIMITS)
    held = {each.__name__.replace("_", " "): run.get(number) == "True" for number, each in enumerate(TRIALS)}
    return ready - started, done - ready, held


def _run(worker: Worker, cells: list[tuple[int, str]], limits: Limits) -> dict[int, str]:
    """Run a notebook and return what each cell says in the end."""
    replay = Replay(lambda: worker, cells, seed=0, name="__main__", limits=limits)
    replay.start()
    replay.close()
    return {number: cell.output.strip().rpartition("\n")[2] for number, cell in replay.run.cells.items()}
