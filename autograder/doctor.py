"""What this machine can do, seen by trying it, and what to install where it cannot."""

import os
import platform
import time

from autograder import sandbox
from autograder.device import Device, find_gpu
from autograder.errors import AutograderError
from autograder.worker.limits import Limits


def examine() -> tuple[list[str], bool]:
    """Return the findings, a line each, and whether `autograder grade` works here as it is."""
    import torch

    lines = [
        f"python      {platform.python_version()} on {platform.system()} {platform.release()}, {os.cpu_count()} cores",
        f"torch       {torch.__version__}",
    ]
    able = False
    for name in ("bwrap", "user", "none"):
        worked, told = _try(name)
        lines.append(f"{name:<11} {'works' if worked else 'does not work'}: {told}")
        able = able or (name == "bwrap" and worked)
    gpu = find_gpu("bwrap" if able else "none")
    lines.append(f"cuda        {f'works: {gpu.name}' if isinstance(gpu, Device) else f'does not work: {gpu}'}")
    lines.append(
        "grading     "
        + (
            "ready: autograder grade confines student code with bubblewrap"
            if able
            else f"not ready. {sandbox.WAYS_OUT}"
        )
    )
    return lines, able


def _try(name: str) -> tuple[bool, str]:
    from autograder.worker_client import Replay, Worker

    try:
        mode = sandbox.choose(name)
        started = time.perf_counter()
        with Worker(mode) as worker:
            worker.wait_until_ready()
            ready = time.perf_counter()
            replay = Replay(lambda: worker, [(1, "x = 1")], seed=0, name="__main__", limits=Limits())
            replay.start()
            replay.close()
            done = time.perf_counter()
    except (AutograderError, OSError) as error:
        return False, str(error)
    if not replay.run.cells:
        return False, "a cell did not run"
    return True, f"warm in {ready - started:.1f} s, then a notebook in {1000 * (done - ready):.0f} ms"
