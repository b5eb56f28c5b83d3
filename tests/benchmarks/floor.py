"""The floor: a fork of one warm process for each submission, which runs the same cells and the same checks.

Nothing is confined, nothing of the student's is kept from the judge, a question's changes from the next, or a page
written. `python -m tests.benchmarks.floor PASSES ASSIGNMENT NOTEBOOK…` prints seconds a submission.
"""

import gc
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from autograder.catalogue.course import find_course
from autograder.catalogue.submission import Submission, read_submission
from autograder.judging.judge import Judge
from autograder.judging.judge_plugin import derive_seed
from autograder.judging.student import LocalStudent
from autograder.sandbox.worker import session
from autograder.sandbox.worker.notebook import Notebook
from tests.benchmarks.bare import SEED, run_cells


def seconds_of(submission: Submission, notebook: Notebook, judge: Judge, seed: int) -> float:
    """Time one submission, from the fork until its process is gone."""
    started = time.perf_counter()
    process = os.fork()
    if process == 0:
        failed = True
        try:
            judge.judge(LocalStudent(run_cells(notebook, submission, seed)), SEED)
            failed = False
        finally:
            os._exit(failed)
    _, status = os.waitpid(process, 0)
    if status != 0:
        raise RuntimeError(f"a submission ended its process with status {status}")
    return time.perf_counter() - started


def main(passes: int, name: str, paths: Sequence[Path]) -> float:
    """Return the floor's mean of seconds a submission."""
    torch.set_num_threads(1)
    seed = derive_seed(SEED, name)
    notebook = Notebook()
    submissions = [read_submission(path.read_bytes(), path.name) for path in paths]
    with Judge(find_course().assignment(name), visible_only=False) as judge:
        session.set_up(notebook)  # so that the same code runs
        judge.judge(LocalStudent(run_cells(Notebook(), submissions[0], seed)), SEED)  # loads what all of them use
        gc.collect()
        gc.freeze()
        taken = [seconds_of(each, notebook, judge, seed) for _ in range(passes) for each in submissions]
    return sum(taken) / len(taken)


if __name__ == "__main__":
    print(main(int(sys.argv[1]), sys.argv[2], [Path(path) for path in sys.argv[3:]]))
