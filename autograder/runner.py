"""Grades a class on any `concurrent.futures.Executor`, a bounded number of submissions at a time."""

import functools
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from multiprocessing.util import Finalize

import torch

from autograder.grading import Graded, Grader, Job, Settings

JOBS_AHEAD: int = 2


def local_executor(workers: int) -> Executor:
    """Return an executor of `workers` processes, which end when this process does, however it ends."""
    method = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start_process)


def grade_all(executor: Executor, settings: Settings, jobs: Iterable[Job], workers: int) -> Iterator[Graded]:
    """Yield each submission's result as it is ready.

    At most `workers` × (1 + `JOBS_AHEAD`) submissions are in memory at a time.
    """
    waiting: set[Future[Graded]] = set()
    for job in jobs:
        waiting.add(executor.submit(grade_job, settings, job))
        if len(waiting) >= workers * (1 + JOBS_AHEAD):
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)


def grade_job(settings: Settings, job: Job) -> Graded:
    """Grade one submission in whichever process this is."""
    return _grader(settings).grade(job)


@functools.cache
def _grader(settings: Settings) -> Grader:
    """Return this process's grader: warm from its first submission on, closed when the process ends."""
    grader = Grader(settings, os.getpid())
    Finalize(None, grader.close, exitpriority=10)
    return grader


def _start_process() -> None:
    torch.set_num_threads(1)  # one worker a core: more threads would only wait for one another
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that hands out the work
    if sys.platform == "linux":
        from autograder.worker.confinement import die_with_parent

        die_with_parent()
