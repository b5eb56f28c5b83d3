"""The floor: the same cells and the same probes in one warm process, unconfined and unjudged.

Run as `python -m tests.benchmarks.floor ASSIGNMENT NOTEBOOK…`; prints seconds a submission.
"""

import contextlib
import gc
import json
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from autograder.course import find_course
from autograder.judge import Judge, derive_seed
from autograder.student import LocalStudent
from autograder.submission import Submission, read_submission
from autograder.suite import Probe
from autograder.worker import probing, session
from autograder.worker.notebook import Notebook

Request = tuple[Probe, Mapping[str, Any], int]


class Recorder(LocalStudent):
    """A student that keeps every request that the judge makes of it."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        super().__init__(namespace)
        self.requests: list[Request] = []

    def answer(self, probe: Probe, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        self.requests.append((probe, arguments, self._seed))
        return super().answer(probe, arguments)


def executed(submission: Submission, seed: int) -> dict[str, Any]:
    """Run the cells as a worker does and return the names that they leave."""
    probing.seed_everything(seed)
    notebook = Notebook()
    for number, source in submission.cells:
        notebook.run(number, source, contextlib.nullcontext)
    return notebook.namespace


def seconds_of(submission: Submission, requests: list[Request], seed: int) -> float:
    """Time one submission's cells and probes."""
    started = time.perf_counter()
    namespace = executed(submission, seed)
    for probe, arguments, probe_seed in requests:
        probing.run_probe(probing.load_probe(probe.source, probe.name), arguments, namespace, probe_seed)
    return time.perf_counter() - started


def main() -> None:
    name, *paths = sys.argv[1:]
    torch.set_num_threads(1)
    assignment = find_course().assignment(name)
    seed = derive_seed(0, name)
    with Judge(assignment, visible_only=False) as judge:
        session._stand_in_for_the_grader()  # a graded notebook's own `check` judges nothing
        recorded = []
        for path in map(Path, paths):
            submission = read_submission(path.read_bytes(), path.name)
            student = Recorder(executed(submission, seed))
            judge.judge(student)
            recorded.append((submission, student.requests))
    gc.collect()
    json.dump(statistics.fmean(seconds_of(*each, seed) for each in recorded), sys.stdout)


if __name__ == "__main__":
    main()
