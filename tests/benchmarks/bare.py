"""Cells and probes alone, in one warm process: neither confined nor judged, and no fork.

`python -m tests.benchmarks.bare PASSES ASSIGNMENT NOTEBOOK…` prints seconds a submission. The judge
runs once, untimed, to learn what it asks of each submission; then the submissions are run again,
PASSES times, each in a fresh namespace, and those requests answered, as a worker's session does.
"""

import gc
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from autograder.catalogue.course import find_course
from autograder.catalogue.submission import Submission, read_submission
from autograder.judging.judge import Judge
from autograder.judging.judge_plugin import derive_seed
from autograder.judging.student import LocalStudent
from autograder.judging.suite.authoring import Probe
from autograder.sandbox.worker import probing, session, wire
from autograder.sandbox.worker.notebook import Notebook, unlimited

SEED = 0


@dataclass(frozen=True, slots=True)
class Request:
    """One probe as the judge asked for it; `arguments` is a payload of the wire."""

    probe: Probe
    arguments: bytes
    seed: int


class Recorder(LocalStudent):
    """A student that keeps every request that the judge makes."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        super().__init__(namespace)
        self.requests: list[Request] = []

    def answer(
        self, probe: Probe, arguments: Mapping[str, Any], watched: str = "", spoilt: int | None = None
    ) -> Mapping[str, Any]:
        """Answer, and remember what was asked."""
        if not watched:
            self.requests.append(Request(probe, wire.encode(arguments), self._seed))
        return super().answer(probe, arguments, watched, spoilt)


def run_cells(notebook: Notebook, submission: Submission, seed: int) -> Mapping[str, Any]:
    """Run the cells as a session does and return the names that they leave."""
    probing.seed_everything(seed)
    notebook.namespace["__name__"] = submission.module_name
    for number, source in submission.cells:
        notebook.run(number, source, unlimited, briefly=number in submission.explore)
    return notebook.namespace


def seconds_of(submission: Submission, requests: Sequence[Request], seed: int) -> float:
    """Time one submission's cells and probes, its probes compiled once each as a session does."""
    notebook = Notebook()  # a warm worker has its shell before a submission comes
    arguments = [wire.decode(request.arguments) for request in requests]
    loaded: dict[str, Any] = {}
    started = time.perf_counter()
    namespace = run_cells(notebook, submission, seed)
    for request, sent in zip(requests, arguments, strict=True):
        source = request.probe.source
        if source not in loaded:
            loaded[source] = probing.load_probe(source, request.probe.name)
        probing.run_probe(loaded[source], sent, namespace, request.seed)
    return time.perf_counter() - started


def main(passes: int, name: str, paths: Sequence[Path]) -> float:
    """Return the mean of seconds a submission."""
    torch.set_num_threads(1)
    assignment = find_course().assignment(name)
    seed = derive_seed(SEED, name)
    recorded = []
    with Judge(assignment, visible_only=False) as judge:
        session.set_up(Notebook())  # so that the same code runs
        for path in paths:
            submission = read_submission(path.read_bytes(), path.name)
            student = Recorder(run_cells(Notebook(), submission, seed))
            judge.judge(student, SEED)
            recorded.append((submission, student.requests))
    gc.collect()
    gc.freeze()
    taken = [seconds_of(submission, requests, seed) for _ in range(passes) for submission, requests in recorded]
    return sum(taken) / len(taken)


if __name__ == "__main__":
    print(main(int(sys.argv[1]), sys.argv[2], [Path(path) for path in sys.argv[3:]]))
