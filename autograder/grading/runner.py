"""Grades a class on any `concurrent.futures.Executor`, a bounded number of submissions at a time."""

import contextlib
import functools
import itertools
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

import torch

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.errors import GraderFault
from autograder.grading.grader import Graded, Grader
from autograder.grading.settings import Settings
from autograder.results.result import ENDS_JUDGES

READ_AHEAD: Final = 2
CHECKING: Final = "checking"  # a file that names the check that is run, in the folder of a process's own files


class LocalExecutor(ProcessPoolExecutor):
    """Processes of this machine, which end when this one does, however it ends.

    What they leave on disk lies in one folder, which `shutdown` removes. Of a process that was to note them,
    `checking` then is the check that it was last at.
    """

    checking = ""

    def __init__(self, workers: int, *, beside_threads: bool = False) -> None:
        """Start them when they are needed; `beside_threads` in a process that has threads, more slowly."""
        self._scratch = tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True)
        os.chmod(self._scratch.name, 0o711)  # other users have folders of their own in it
        method = "fork" if sys.platform == "linux" and not beside_threads else "spawn"
        super().__init__(
            workers, multiprocessing.get_context(method), _start_process, (os.getpid(), self._scratch.name)
        )

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As its base does; then remove the folder."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        with contextlib.suppress(OSError):
            self.checking = Path(self._scratch.name, CHECKING).read_text("utf-8")
        self._scratch.cleanup()


def grade_all(
    start: Callable[[int], Executor], settings: Settings, submissions: Iterable[SubmissionBytes | None], workers: int,
    stopped: Callable[[], bool] = lambda: False, read_ahead: int = READ_AHEAD,
) -> Generator[Graded]:  # fmt: skip
    """Yield each submission's result as it is ready.

    At most `workers` × (1 + `read_ahead`) submissions are in memory at a time. Where a judging process
    ends (killed for want of memory, say), the submissions that were handed out are handed out again, one
    at a time; one at which processes end twice more is recorded for a person. A process ends itself, too, at a
    check that never ends.

    Args:
        start: makes an executor of so many processes.
        settings: what all have in common.
        submissions: what was handed in; None stands for nothing at this moment, after some waiting for it.
        workers: processes, at least 1.
        stopped: asked now and then; once it is true, what is being graded is finished, and no more.
        read_ahead: how many submissions each process has waiting.

    Raises:
        GraderFault: processes end even where no submission is graded.
    """
    todo = iter(submissions)
    while lost := (
        yield from _work(start(workers), grade_submission, settings, todo, workers * (1 + read_ahead), stopped)
    ):
        alone = iter(lost)
        while lost := (yield from _work(start(1), grade_submission, settings, alone, 1, stopped)):
            last = start(1)
            if not (yield from _work(last, _grade_noting_checks, settings, iter(lost), 1, stopped)):
                continue
            work = functools.partial(quarantine, checking=getattr(last, "checking", ""))
            if (yield from _work(start(1), work, settings, iter(lost), 1, stopped)):
                raise GraderFault("judging processes end as soon as they start; the system's log may say why")


def _work(
    executor: Executor, work: Callable[[Settings, SubmissionBytes], Graded], settings: Settings,
    submissions: Iterator[SubmissionBytes | None], most: int, stopped: Callable[[], bool],
) -> Generator[Graded, None, list[SubmissionBytes]]:  # fmt: skip
    """Hand out at most `most` submissions at a time; return those that were handed out when a process ended."""
    handed_out: list[SubmissionBytes] = []
    waiting: dict[Future[Graded], SubmissionBytes] = {}
    try:
        while True:
            nothing_now = False
            for each in itertools.islice(submissions, 0 if stopped() else most - len(waiting)):
                if each is None:
                    nothing_now = True
                    break
                handed_out.append(each)
                waiting[executor.submit(work, settings, each)] = each
            if not waiting and not nothing_now:
                executor.shutdown()
                return []
            for future in wait(waiting, 0 if nothing_now else None, FIRST_COMPLETED).done:
                graded = future.result()
                handed_out.remove(waiting.pop(future))
                yield graded
            if stopped():
                waiting = {future: each for future, each in waiting.items() if not future.cancel()}
    except BaseException as error:
        end_at_once(executor)
        if isinstance(error, BrokenExecutor):
            return handed_out
        raise


def end_at_once(executor: Executor) -> None:
    """Kill what an executor runs on this machine."""
    for process in multiprocessing.active_children():
        process.kill()
    executor.shutdown(cancel_futures=True)


def grade_submission(settings: Settings, handed_in: SubmissionBytes) -> Graded:
    """Grade one submission in whichever process this is."""
    return _grader(settings).grade(handed_in)


def _grade_noting_checks(settings: Settings, handed_in: SubmissionBytes) -> Graded:
    """As `grade_submission`; a file tells at which check this process is, should it end there."""
    note = Path(tempfile.gettempdir(), CHECKING)
    return _grader(settings).grade(handed_in, lambda left: note.write_text(left[0], "utf-8"))


def warm_up(executor: Executor, settings: Settings, assignments: Sequence[str], workers: int) -> None:
    """Have each process of an executor load what grading the assignments needs, without waiting for it."""
    for _ in range(workers):
        executor.submit(_prepare, settings, assignments)


def _prepare(settings: Settings, assignments: Sequence[str]) -> None:
    for name in assignments:
        _grader(settings).prepare(name)


def quarantine(settings: Settings, handed_in: SubmissionBytes, checking: str = "") -> Graded:
    """Record a submission at which judging processes have ended, the last one at the check `checking`, for good."""
    where = f", last at {checking}" if checking else ""
    fault = GraderFault(
        f"the judging process ended each time that it graded this{where}: killed for want of memory, or by a check "
        "that never ends? Standard error and the system's log may say more; --force grades it once more"
    )
    return _grader(settings).quarantine(handed_in, fault, ENDS_JUDGES)


def grade_apart(settings: Settings, handed_in: SubmissionBytes) -> Graded:
    """Grade one submission as `grade_all` does, for a caller that gets them one by one: its process goes on."""
    try:
        return _judging_process().submit(grade_submission, settings, handed_in).result()
    except BaseException as error:
        end_at_once(_judging_process())
        _judging_process.cache_clear()
        if not isinstance(error, BrokenExecutor):
            raise
    (graded,) = grade_all(functools.partial(LocalExecutor, beside_threads=True), settings, [handed_in], 1)
    return graded


@functools.cache
def _judging_process() -> LocalExecutor:
    """Return the process that `grade_apart` has, warm from its first submission on."""
    return LocalExecutor(1, beside_threads=True)


@functools.cache
def _grader(settings: Settings) -> Grader:
    """Return this process's grader: warm from its first submission on, closed when the process ends."""
    grader = Grader(settings)
    Finalize(None, grader.close, exitpriority=10)
    return grader


def _start_process(parent: int, scratch: str) -> None:
    tempfile.tempdir = scratch
    torch.set_num_threads(1)  # one worker a core: more threads would only wait for one another
    # A signal to stop is for the process that hands out the work, also where a group of processes gets it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        from autograder.sandbox.worker.confinement import die_with_parent

        os.setsid()
        die_with_parent()
        if os.getppid() != parent:  # it has ended before
            os._exit(1)
