"""Grades submissions and records each result at once; the first Ctrl-C lets what is being graded finish."""

import contextlib
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from autograder.catalogue.submission_bytes import SubmissionReader
from autograder.catalogue.submission_refs import SubmissionRef
from autograder.commands.progress_bar import ProgressBar
from autograder.grading.runner import LocalExecutor, grade_all
from autograder.grading.settings import Settings
from autograder.results.store import ResultStore


def record(
    store: ResultStore, settings: Settings, refs: Sequence[SubmissionRef], reader: SubmissionReader, workers: int,
    scheduler: str | None = None,
) -> int:  # fmt: skip
    """Grade and record; return how many were left when the user stopped it.

    There are at most `workers` processes, fewer where a GPU's memory holds no more; or the workers of the `scheduler`
    of a cluster.
    """
    if not refs:
        return 0
    stop = StopOnce()
    left = len(refs)
    submissions = reader.read(refs)
    assignments = {ref.assignment for ref in refs}
    limits = [settings.limits_of(name) for name in assignments]
    if scheduler is None:
        most = max(limits, key=lambda each: each.device_bytes)
        workers = settings.device.workers(min(workers, len(refs)), most)
        results = grade_all(LocalExecutor, settings, submissions, workers, lambda: stop.asked)
    else:
        from autograder.grading.cluster import grade_on_cluster  # of an extra

        results = grade_on_cluster(scheduler, settings, submissions, assignments, lambda: stop.asked)
    with stop, contextlib.closing(results), ProgressBar(len(refs)) as bar:
        for graded in results:
            cells = None if graded.cells is None else [cell.to_json() for cell in graded.cells]
            store.add(graded.result, graded.feedback_html, cells)
            left -= 1
            bar.advance(graded.result, graded.damage)
    return left


class StopOnce:
    """Turns the first Ctrl-C (or SIGTERM: a CI job that is cancelled) into a request to stop; the second interrupts."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> "StopOnce":
        self._before = {each: signal.signal(each, self._interrupted) for each in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        print("autograder: finishing what is being graded; Ctrl-C again stops at once", file=sys.stderr)
