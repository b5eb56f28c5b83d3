"""Measures grading by 1 and 2 local workers and by 1 and 2 dask workers, and writes the tables of docs/scale.md.

    python -m tests.benchmarks.scaling --students 100 1000 --largest 5000

The class is copies of the demo class. "Steady" figures are the difference between the largest and the
smallest class over the difference of their sizes, so that nothing pays for its start. The raw figures go
into docs/scaling.json, from which `--render` writes the tables again. Nothing is asserted: run it on an
idle machine.
"""

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
import torch

from tests.benchmarks.bookkeeping import SIZES, measure_bookkeeping
from tests.benchmarks.commands import grade_command
from tests.benchmarks.copies import bounded_class, lay_out
from tests.benchmarks.plan import render
from tests.dask_cluster import Cluster

ROOT = Path(__file__).parents[2]
FIGURES, DOCUMENT = ROOT / "docs/scaling.json", ROOT / "docs/scale.md"
CONFIGURATIONS = (("local", 1), ("local", 2), ("dask", 1), ("dask", 2))
OF_THE_LARGEST = (("local", 2),)
INTERVAL_S = 0.2


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `autograder grade`: seconds by the clock and of computing, sizes in bytes.

    Attributes:
        kind: "local" or "dask".
        workers: how many there were.
        students: submissions.
        seconds: the whole command.
        parent_cpu_s: of the process that hands out the work and writes the results.
        parent_memory: its peak resident size.
        scheduler_cpu_s: of dask's scheduler, 0 without one.
        scheduler_memory: its resident size at the end.
        sent: the notebooks together.
        received: result lines and feedback pages together.
    """

    kind: str
    workers: int
    students: int
    seconds: float
    parent_cpu_s: float
    parent_memory: int
    scheduler_cpu_s: float
    scheduler_memory: int
    sent: int
    received: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark, keep its figures and write the tables."""
    parser = argparse.ArgumentParser(
        "python -m tests.benchmarks.scaling", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assignment", default="linear_regression", metavar="NAME", help="(default: %(default)s)")
    parser.add_argument(
        "--students", type=int, nargs="+", default=[20, 100], metavar="N",
        help="sizes of classes, at least two (default: 20 100)",
    )  # fmt: skip
    parser.add_argument(
        "--largest", type=int, metavar="N", help="one more class, of this size, graded by two local workers alone"
    )
    parser.add_argument(
        "--synthetic", type=int, nargs="+", default=SIZES, metavar="N",
        help="how many made-up results the bookkeeping is measured with (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--render", action="store_true", help="measure nothing, write the tables from the figures kept")
    options = parser.parse_args(arguments)
    if len(set(options.students)) < 2:
        parser.error("it takes two sizes of classes")
    if not options.render:
        classes: dict[int, Sequence[tuple[str, int]]] = dict.fromkeys(sorted(set(options.students)), CONFIGURATIONS)
        if options.largest:
            classes[options.largest] = OF_THE_LARGEST
        figures = measure(options.assignment, classes, options.synthetic)
        figures["machine"]["command"] = shlex.join(
            ["python", "-m", "tests.benchmarks.scaling", *(arguments or sys.argv[1:])]
        )
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    DOCUMENT.write_text(render(DOCUMENT.read_text("utf-8"), json.loads(FIGURES.read_text("utf-8"))), "utf-8")
    return 0


def measure(
    assignment: str, classes: Mapping[int, Sequence[tuple[str, int]]], synthetic: Sequence[int]
) -> dict[str, Any]:
    """Return the figures of every size in each of its configurations, and of the bookkeeping."""
    found = bounded_class(assignment)
    machine = {
        "cores": os.cpu_count(), "processor": _processor(), "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(), "torch": torch.__version__, "assignment": assignment,
    }  # fmt: skip
    runs = []
    with tempfile.TemporaryDirectory(prefix="scaling-") as name:
        folder = Path(name)
        for size, configurations in classes.items():
            notebooks = [found.notebooks[place % len(found.notebooks)] for place in range(size)]
            submitted = lay_out(folder / str(size), assignment, notebooks)
            for kind, workers in configurations:
                run = _dask(folder, submitted, size, workers) if kind == "dask" else _local(submitted, size, workers)
                print(f"{run.students} submissions, {run.workers} {run.kind}: {run.seconds:.1f} s", file=sys.stderr)
                runs.append(run)
        sample = next((submitted.parent / "results").glob("results.jsonl")).read_text("utf-8").splitlines()[0]
        page = next((submitted.parent / "results/feedback").rglob("*.html")).read_text("utf-8")
        bookkeeping = measure_bookkeeping(json.loads(sample), page, found.right, folder, synthetic)
    return {"machine": machine, "runs": [asdict(run) for run in runs], "bookkeeping": bookkeeping}


def _local(submitted: Path, students: int, workers: int) -> Run:
    return _run(grade_command(submitted, workers), submitted, "local", students, workers, None)


def _dask(folder: Path, submitted: Path, students: int, workers: int) -> Run:
    cluster = Cluster(folder / f"cluster-{students}-{workers}")
    try:
        for _ in range(workers):
            cluster.start_worker("--nanny")
        command = [*grade_command(submitted, 1), "--scheduler", cluster.address]
        return _run(command, submitted, "dask", students, workers, psutil.Process(cluster.scheduler.pid))
    finally:
        cluster.stop()


def _run(
    command: Sequence[str], submitted: Path, kind: str, students: int, workers: int, scheduler: psutil.Process | None
) -> Run:
    before = _computing(scheduler)
    started = time.perf_counter()
    computed, memory = 0.0, 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        parent = psutil.Process(running.pid)
        while running.poll() is None:
            try:
                computed, memory = max(computed, _computing(parent)), max(memory, parent.memory_info().rss)
                running.wait(INTERVAL_S)
            except (psutil.Error, subprocess.TimeoutExpired):
                continue
    seconds = time.perf_counter() - started
    if running.returncode not in (0, 1):  # 1: some submission has lost points
        raise subprocess.CalledProcessError(running.returncode, command)
    results = submitted.parent / "results"
    pages = sum(page.stat().st_size for page in (results / "feedback").rglob("*.html"))
    return Run(
        kind, workers, students, seconds, computed, memory, _computing(scheduler) - before,
        scheduler.memory_info().rss if scheduler is not None else 0,
        sum(path.stat().st_size for path in submitted.rglob("*.ipynb")),
        pages + (results / "results.jsonl").stat().st_size,
    )  # fmt: skip


def _computing(process: psutil.Process | None) -> float:
    """Return the seconds that a process itself has computed for."""
    if process is None:
        return 0.0
    times = process.cpu_times()
    return float(times.user + times.system)


def _processor() -> str:
    names = (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    return next(names, platform.machine()).partition(":")[2].strip()


if __name__ == "__main__":
    sys.exit(main())
