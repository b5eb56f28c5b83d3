"""What `autograder doctor` has a session try, so as to see what holds. Each function is sent as a cell.

It says True where it was stopped, or is stopped for its time. `LIMITS` are tight, so that a limit is met soon.
"""

import ctypes
import glob
import inspect
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from typing import Final

from autograder.sandbox.cell_run import CellRun, NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec, Mode
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker.limits import Limits

LIMITS: Final = Limits(cell_s=1.0, memory_bytes=2 * 2**30, processes=24, file_bytes=2**20)
_IMPORTS: Final = "import ctypes, glob, os, signal, socket, time\n"


def memory() -> bool:
    """Ask for more than `LIMITS` allow."""
    try:
        bytearray(3 * 2**30)
    except MemoryError:
        return True
    return False


def processes() -> bool:
    """Start more than `LIMITS` allow."""
    started = []
    try:
        for _ in range(40):
            started.append(os.fork())
            if started[-1] == 0:
                time.sleep(20)
                os._exit(0)
    except OSError:
        return True
    finally:
        for process in started:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
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
    trace = ctypes.CDLL(None).ptrace  # is told of, by this process and no copy of it
    process = os.fork()  # who is traced stops at each signal
    if process == 0:
        os._exit(trace(0, 0, 0, 0) != 0)
    return os.waitpid(process, 0)[1] != 0


def other_processes() -> bool:
    """Look for processes of others."""
    return not glob.glob("/proc/[0-9]*")


def time_limit() -> None:
    """Compute without end."""
    while True:
        pass


# The time limit comes last: what follows a hang has less time.
TRIALS: Final = (memory, processes, file_size, network, system_calls, other_processes, time_limit)


def try_mode(mode: Mode) -> tuple[float, float, dict[str, bool]]:
    """Start a worker in `mode`; return its seconds to be ready, those of a notebook, and what has held.

    Raises `AutograderError` or `OSError` where the mode does not work here.
    """
    started = time.perf_counter()
    with ForkServer(LaunchSpec(mode)) as server:
        server.wait_until_ready()
        ready = time.perf_counter()
        _run(server, [(1, "x = 1")], Limits())
        done = time.perf_counter()
        cells = [f"{_IMPORTS}{inspect.getsource(each)}{each.__name__}()" for each in TRIALS]
        run = _run(server, [*enumerate(cells)], LIMITS)
    held = {each.__name__.replace("_", " "): _stopped(each, run.get(at)) for at, each in enumerate(TRIALS)}
    return ready - started, done - ready, held


def _run(server: ForkServer, cells: list[tuple[int, str]], limits: Limits) -> Mapping[int, CellRun]:
    """Run a notebook and return how each cell ended."""
    session = RetryingSession(lambda: server, NotebookWork(cells), limits)
    session.start()
    session.close()
    return session.run.cells


def _stopped(trial: Callable[[], object], cell: CellRun | None) -> bool:
    if cell is None:
        return False
    if trial is time_limit:
        return cell.error is not None and cell.error["kind"] == "timeout"
    return cell.output.strip().rpartition("\n")[2] == "True"
