"""Prints what it costs a warm parent to describe itself, in milliseconds a submission (two descriptions).

python -m tests.benchmarks.state_digest
"""

import os
import statistics
import tempfile
import time

import matplotlib.pyplot  # noqa: F401  # a course's notebooks have it loaded

from autograder.sandbox.worker.state_digest import state_digest


def main() -> None:
    """Measure and print."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        for _ in range(500):
            began = time.perf_counter()
            state_digest()
            state_digest()
            seconds.append(time.perf_counter() - began)
    print(f"{1000 * statistics.median(seconds):.2f} ms a submission")


if __name__ == "__main__":
    main()
