"""What one run costs beside grading, with made-up results: finding, reading back, recording, finishing."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from autograder.catalogue.course import find_course
from autograder.catalogue.submission_refs import find_submissions
from autograder.results.result import SubmissionResult
from autograder.results.store import ResultStore
from tests.benchmarks.copies import lay_out

SIZES = (1_000, 10_000, 50_000)
ROOT = Path(__file__).parents[2]


def measure_bookkeeping(
    sample: Mapping[str, Any], page: str, notebook: bytes, folder: Path, sizes: Sequence[int]
) -> list[dict[str, float]]:
    """Return, for each of `sizes`, seconds of each step and the memory after it, measured in a process of its own.

    Args:
        sample: a result line, which everybody gets.
        page: a feedback page, which everybody gets.
        notebook: what everybody hands in.
        folder: an empty one is made in it for each size.
        sizes: how many students.
    """
    found = []
    for size in sizes:
        place = folder / f"bookkeeping-{size}"
        lay_out(place, sample["assignment"], [notebook] * size)
        (place / "sample.json").write_text(json.dumps({"line": sample, "page": page}), "utf-8")
        command = [sys.executable, "-m", "tests.benchmarks.bookkeeping", str(place)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        print(f"bookkeeping of {size} submissions", file=sys.stderr)
        found.append({"students": size, **json.loads(done.stdout)})
    return found


def steps(place: Path) -> dict[str, float]:
    """Do for a class in `place` what a run does beside grading and the report; seconds a step, bytes at the end."""
    sample = json.loads((place / "sample.json").read_text("utf-8"))
    result = SubmissionResult.from_json(sample["line"])
    taken = {}
    before = psutil.Process().memory_info().rss
    clock = time.perf_counter
    started = clock()
    handed_in = find_submissions([place / "submitted"], find_course(ROOT), sample["line"]["assignment"])
    taken["find_s"] = clock() - started
    with ResultStore.writing(place / "out") as store:
        started = clock()
        for each in handed_in:
            store.add(replace(result, student=each.student), sample["page"])
        taken["record_s"] = clock() - started
        started = clock()
        sum(1 for _ in store.results())
        taken["read_back_s"] = clock() - started
        started = clock()
        store.tidy()
        taken["finish_s"] = clock() - started
    taken["memory"] = psutil.Process().memory_info().rss - before
    return taken


if __name__ == "__main__":
    print(json.dumps(steps(Path(sys.argv[1]))))
