"""Peak memory of `autograder grade`: of its whole process tree, sampled as it runs."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from tests.benchmarks.commands import grade_command
from tests.benchmarks.copies import BoundedClass, lay_out

CLASSES = (100, 1_000)
WORKERS = 2
OF_EACH_WORKER = 50  # submissions by which one more worker is measured
INTERVAL_S = 0.25


@dataclass(slots=True)
class Peak:
    """The largest sizes seen, in bytes; each may be of another moment.

    Attributes:
        shared_once: of the tree, what processes share counted in equal parts (PSS); 0 where the
            system does not tell.
        resident: of the tree, what they share counted in each (RSS).
        main: resident, of the process that hands out the work and writes the reports.
        processes: how many there were.
    """

    shared_once: int = 0
    resident: int = 0
    main: int = 0
    processes: int = 0


def measure_memory(found: BoundedClass, folder: Path, console: Console) -> None:
    """Grade classes of copies of one right submission and print their peaks, the growth, and what one worker more takes."""
    table = Table("submissions", box=None, pad_edge=False)
    for title in ("tree, PSS MB", "tree, RSS MB", "main process, RSS MB", "processes"):
        table.add_column(title, justify="right")
    peaks = []
    for size in CLASSES:
        submitted = lay_out(folder / str(size), found.assignment, [found.right] * size)
        peaks.append(peak := peak_of_grade(submitted, WORKERS))
        table.add_row(f"{size:,}", *_megabytes((peak.shared_once, peak.resident, peak.main)), str(peak.processes))
    small, large = peaks
    growth = [large.shared_once - small.shared_once, large.resident - small.resident, large.main - small.main]
    table.add_row("growth (target: flat)", *_megabytes(growth), "")
    submitted = lay_out(folder / "workers", found.assignment, [found.right] * OF_EACH_WORKER)
    one, two = (peak_of_grade(submitted, workers) for workers in (1, 2))
    more = [two.shared_once - one.shared_once, two.resident - one.resident, two.main - one.main]
    table.add_row("a second worker", *_megabytes(more), str(two.processes - one.processes))
    console.print(f"{WORKERS} workers, sampled every {INTERVAL_S:g} s")
    console.print(table)


def peak_of_grade(submitted: Path, workers: int) -> Peak:
    """Run `autograder grade` and return its peak; raises `CalledProcessError` where it does not grade."""
    command = grade_command(submitted, workers)
    peak = Peak()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        main = psutil.Process(running.pid)
        while running.poll() is None:
            _sample(main, peak)
            try:
                running.wait(INTERVAL_S)
            except subprocess.TimeoutExpired:
                continue
    if running.returncode not in (0, 1):  # 1: some submission has lost points
        raise subprocess.CalledProcessError(running.returncode, command)
    return peak


def _sample(main: psutil.Process, peak: Peak) -> None:
    resident = shared_once = processes = 0
    try:
        tree = [main, *main.children(recursive=True)]
    except psutil.Error:
        return  # it has just ended
    for process in tree:
        try:
            sizes = process.memory_full_info()
        except psutil.Error:
            continue  # a submission's process ends at any moment
        processes += 1
        resident += sizes.rss
        shared_once += getattr(sizes, "pss", 0)
        if process == main:
            peak.main = max(peak.main, sizes.rss)
    peak.resident, peak.processes = max(peak.resident, resident), max(peak.processes, processes)
    peak.shared_once = max(peak.shared_once, shared_once)


def _megabytes(sizes: Iterable[int]) -> list[str]:
    return [f"{size / 2**20:.0f}" for size in sizes]
