"""Peak memory of a run of `autograder grade`: proportional set size of its whole process tree."""

import subprocess
import sys
from pathlib import Path

import psutil

INTERVAL_S = 0.5


def peak_bytes(submitted: Path, workers: int) -> tuple[int, int]:
    """Return the largest sum over the process tree, and the largest of the main process alone."""
    out = submitted.parent / "results"
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        str(submitted),
        "--out",
        str(out),
        "--workers",
        str(workers),
        "--force",
    ]
    tree_peak = main_peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        process = psutil.Process(running.pid)
        while True:
            try:
                running.wait(INTERVAL_S)
                return tree_peak, main_peak
            except subprocess.TimeoutExpired:
                sizes = [_pss(each) for each in (process, *process.children(recursive=True))]
                tree_peak, main_peak = max(tree_peak, sum(sizes)), max(main_peak, sizes[0])


def _pss(process: psutil.Process) -> int:
    """Memory of a process, what it shares counted in equal parts; 0 once it has ended."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0
