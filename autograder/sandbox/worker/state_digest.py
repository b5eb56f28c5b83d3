"""What the warm parent is like: what a submission inherits by the fork, as a few digests.

Confined submissions cannot reach the parent. Unconfined ones (`--sandbox none`) can: by signals, prlimit(2),
setpriority(2), /proc/PID/mem, processes or files left behind. So the parent describes itself in each answer, and
the judge replaces one that has changed. To replace it after each submission that broke a limit would cost
seconds each time and miss those that break none; this costs about a millisecond a submission
(`python -m tests.benchmarks.state_digest`). It finds what was changed carelessly or in passing. Who writes over this
very module goes unseen; only another sandbox stops them.
"""

import builtins
import math
import os
import random
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import numpy as np
import torch

from . import confinement, notebook, probing, session, wire

_CODE: Final = (
    builtins, math, random, np, np.random, torch, torch.Tensor, torch.nn, torch.nn.functional, torch.nn.Module,
    confinement, notebook, probing, session, wire,
)  # fmt: skip
_LIMITS: Final = sorted({value for name, value in vars(resource).items() if name.startswith("RLIMIT_")})


def state_digest(received: int = 0, *, alone: bool = True) -> dict[str, int]:
    """Return a digest of each thing that must stay as it is, by what a message calls it.

    Equal in one process as long as nothing has changed. `received` descriptors do not count, nor do
    processes that this one has started unless it should be `alone`.
    """
    parts: dict[str, Any] = {
        "functions": tuple(_functions()),
        "environment": (*os.environ.items(), os.getcwd(), *sys.path),
        "signal handlers": tuple(map(signal.getsignal, range(1, signal.SIGRTMIN))),
        "limits": tuple(map(resource.getrlimit, _LIMITS)),
        "priority": (os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0), *os.sched_getaffinity(0)),
        "threads": (torch.get_num_threads(), *os.listdir("/proc/self/task")),
        "descriptors": len(os.listdir("/proc/self/fd")) - received,
        "children": alone and _has_children(),
        "files": tuple(_files(Path(os.environ["TMPDIR"]))),
    }
    return {name: hash(part) for name, part in parts.items()}


def _functions() -> Iterator[int]:
    """Yield which object each name stands for, and which code each function runs."""
    for holder in _CODE:
        values = list(vars(holder).values())
        yield from map(id, values)
        yield from (id(value.__code__) for value in values if type(value) is FunctionType)


def _has_children() -> bool:
    """Whether a submission has left a process behind; this one adopts them."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        yield str(path), status.st_size, status.st_mtime_ns
