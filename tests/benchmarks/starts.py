"""What somebody waits for: the first result of a cold start, and a card in a warm notebook."""

import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from jupyter_client.manager import start_new_kernel
from rich.table import Table

from autograder.catalogue.submission import read_submission
from tests.benchmarks.commands import grade_command
from tests.benchmarks.copies import BoundedClass, lay_out

QUESTION = "linreg"


def measure_starts(found: BoundedClass, folder: Path, times: int) -> Table:
    """Time both, `times` times each."""
    submitted = lay_out(folder / "starts", found.assignment, [found.right] * 2)
    table = Table("seconds", box=None, pad_edge=False)
    for title in ("median", "least", "most", "target"):
        table.add_column(title, justify="left" if title == "target" else "right")
    for what, seconds, target in (
        ("first result of a cold start, 1 worker", [first_result(submitted, 1) for _ in range(times)], "at most 4"),
        ("first result of a cold start, 2 workers", [first_result(submitted, 2) for _ in range(times)], ""),
        (f'check("{QUESTION}") in a warm notebook', cards(found.right, times), "at most 0.15"),
    ):
        figures = (statistics.median(seconds), min(seconds), max(seconds))
        table.add_row(what, *(f"{value:.3f}" for value in figures), target)
    return table


def first_result(submitted: Path, workers: int) -> float:
    """Return the seconds from the start of `autograder grade` until it tells of its first result."""
    started = time.perf_counter()
    with subprocess.Popen(
        grade_command(submitted, workers), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if line.startswith("graded 1 of"))
        seconds = time.perf_counter() - started
        process.stderr.read()
    return seconds


def cards(notebook: bytes, times: int) -> Sequence[float]:
    """Return the seconds that `check` takes in a kernel that has run the notebook, and that check once."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        submission = read_submission(notebook, "notebook.ipynb")
        for source in (source for number, source in submission.cells if number not in submission.explore):
            client.execute_interactive(source, silent=True, timeout=120)
        taken = []
        for _ in range(times + 1):
            started = time.perf_counter()
            client.execute_interactive(f'check("{QUESTION}")', timeout=120, output_hook=lambda _: None)
            taken.append(time.perf_counter() - started)
        return taken[1:]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
