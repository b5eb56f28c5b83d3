"""One run of `autograder grade`: finds submissions, skips what is graded, grades the rest, reports."""

import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from autograder.catalogue.course import Course
from autograder.catalogue.handed_in import HandedIn
from autograder.catalogue.submission import digest
from autograder.commands.console import print_faults, print_results
from autograder.commands.progress_bar import ProgressBar
from autograder.errors import UsageError
from autograder.grading import device as devices
from autograder.grading.grader import Job, Settings
from autograder.grading.runner import LocalExecutor, grade_all
from autograder.reports.class_report import render_report
from autograder.reports.formats import choose_formats, refuse_too_many
from autograder.reports.formats.finished_run import FinishedRun
from autograder.results.store import ResultStore, feedback_path, write_whole
from autograder.sandbox import launch as sandboxes
from autograder.sandbox import permissions


def grade_class(
    course: Course, handed_in: Sequence[HandedIn], *, paths: Sequence[Path], out: Path, workers: int, sandbox: str,
    device: str, visible_only: bool, seed: int, force: bool, gradebook: str | None, formats: str,
    scheduler: str | None,
) -> int:  # fmt: skip
    """Grade what was handed in, all of it under `paths`, and return the exit status (see `autograder.cli`)."""
    more = choose_formats(formats)
    refuse_too_many(more, handed_in)
    mode = sandboxes.choose(sandbox) if scheduler is None else sandboxes.for_remote(sandbox)
    if mode == "user" and scheduler is None:
        open_to_all = permissions.exposed([*permissions.private(course), *paths, out, *_file_of(gradebook)])
        if open_to_all:
            names = " ".join(map(shlex.quote, map(str, open_to_all)))
            raise UsageError(f"--sandbox user: student code could read these: chmod -R o-rwx {names}")
        os.umask(0o077)  # what is written from here on is the grader's alone
    place = devices.choose(device, mode) if scheduler is None else devices.for_remote(device)
    settings = Settings(course.root, mode, visible_only, seed, keep_outputs=gradebook is not None, device=place)
    writer = None
    if gradebook is not None:
        from autograder.gradebook.writing import GradebookWriter  # nbgrader takes a second to load

        writer = GradebookWriter(gradebook, handed_in, course)
    if mode == "none":
        print(f"autograder: --sandbox none: {sandboxes.UNPROTECTED}", file=sys.stderr)
    without = [
        name
        for name in sorted({each.assignment for each in handed_in})
        if visible_only or course.assignment(name).hidden_checks is None
    ]
    if without:
        print(f"autograder: visible checks only: {', '.join(without)}", file=sys.stderr)
    with ResultStore.writing(out) as store:
        todo = handed_in if force else list(_not_yet_graded(handed_in, settings, store))
        if len(todo) < len(handed_in):
            print(
                f"autograder: {len(handed_in) - len(todo)} of {len(handed_in)} are graded already; --force repeats it",
                file=sys.stderr,
            )
        stopped = grade_into(store, settings, todo, min(workers, max(len(todo), 1)), scheduler)
        store.finish()
        if writer is not None and not stopped:
            writer.write(out)
        report = write_report(store)
        wanted = {(each.assignment, each.student) for each in handed_in}
        if not any(each.prints for each in more):
            print_results(store, wanted, report)
        print_faults(store, wanted)
        if not stopped:
            run = FinishedRun(store, {(each.assignment, each.student): each.path for each in handed_in})
            for kind in more:
                kind.write(run)
        if stopped:
            print(
                f"autograder: stopped with {stopped} submissions left; the same command again goes on", file=sys.stderr
            )
            return 130
        return _status(store, wanted)


def _file_of(gradebook: str | None) -> list[Path]:
    return [Path(gradebook.removeprefix("sqlite:///"))] if gradebook and gradebook.startswith("sqlite:///") else []


def _not_yet_graded(handed_in: Iterable[HandedIn], settings: Settings, store: ResultStore) -> Iterator[HandedIn]:
    graded = store.fingerprints()
    environments = {each: settings.environment(each).to_json() for each in {every.assignment for every in handed_in}}
    for each in handed_in:
        job = Job.of(each)
        now = (digest(job.data), environments[each.assignment])
        known = graded.get((each.assignment, each.student)) == now
        if not known or (settings.keep_outputs and not store.cells_of(each.student, each.assignment).exists()):
            yield each


def grade_into(
    store: ResultStore, settings: Settings, todo: Sequence[HandedIn], workers: int, scheduler: str | None = None
) -> int:
    """Grade and record; return how many were left when the user stopped it.

    There are `workers` processes, fewer where a GPU's memory holds no more; or the workers of the `scheduler`
    of a cluster.
    """
    if not todo:
        return 0
    stop = _StopOnce()
    left = len(todo)
    jobs = map(Job.of, todo)
    if scheduler is None:
        workers = settings.device.workers(workers, settings.limits)
        results = grade_all(LocalExecutor, settings, jobs, workers, lambda: stop.asked)
    else:
        try:
            from autograder.grading.cluster import grade_on_cluster
        except ModuleNotFoundError as error:  # an extra
            raise UsageError(f"--scheduler needs dask.distributed: pip install distributed ({error})") from None
        assignments = {each.assignment for each in todo}
        results = grade_on_cluster(scheduler, settings, jobs, assignments, lambda: stop.asked)
    with stop, contextlib.closing(results), ProgressBar(len(todo)) as bar:
        for graded in results:
            cells = None if graded.cells is None else [cell.to_json() for cell in graded.cells]
            store.add(graded.result, graded.feedback_html, cells)
            left -= 1
            bar.advance(graded.result, graded.damage)
    return left


def write_report(store: ResultStore) -> Path:
    """Write the class report beside the results and return its path."""
    report = store.folder / "report.html"
    write_whole(report, render_report("Class report", store.results(), lambda line: feedback_path(line).as_posix()))
    return report


class _StopOnce:
    """Turns the first Ctrl-C (or SIGTERM: a CI job that is cancelled) into a request to stop; the second interrupts."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> "_StopOnce":
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


def _status(store: ResultStore, wanted: set[tuple[str, str]]) -> int:
    status = 0
    for line in store.results():
        if (line["assignment"], line["student"]) in wanted:
            if line["needs_review"]:
                return 3
            if any(check["outcome"] != "passed" for question in line["questions"] for check in question["checks"]):
                status = 1
    return status
