"""`autograder watch`: grades submissions as they come in, with a grader that stays warm."""

import os
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.catalogue.course import Course, find_course
from autograder.catalogue.secret import course_secret
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.catalogue.submission_refs import SubmissionRef
from autograder.catalogue.watch_policy import policy_of
from autograder.commands.arrivals import Arrivals, FolderSource, Source
from autograder.commands.exit_status import ALL_PASSED
from autograder.commands.publishing import REPORT, publish
from autograder.commands.recording import StopOnce
from autograder.errors import UsageError
from autograder.grading import device as devices
from autograder.grading.runner import LocalExecutor, grade_all, warm_up
from autograder.grading.settings import Settings
from autograder.results.result import Environment, Key, SubmissionResult
from autograder.results.store import ResultStore
from autograder.results.summary import summarise
from autograder.sandbox import launch as sandboxes
from autograder.sandbox import permissions
from autograder.text import escape, sanitize

if TYPE_CHECKING:  # nbgrader takes a second to load
    from autograder.commands.telling import Teller

REPORT_S: Final = 30.0  # that a report may be behind while there is no pause to write one
REPORT_SHARE: Final = 0.1  # of the time that writing reports may take while submissions come
RELOAD_S: Final = 30  # after which a page of the report that is open loads itself again


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions:
    """What `autograder watch` is told.

    Attributes:
        folder: where submissions come in; None for nbgrader's exchange.
        assignments: which to grade; none for all of the course.
        out: the folder of results.
        workers: processes, at least 1.
        sandbox: how student code is confined: auto, bwrap, user or none.
        device: where checks run: auto, cpu or cuda.
        seed: the course seed.
        release_feedback: whether students are told at once, by the exchange.
        polling: whether to look at the folder now and then in place of being told of changes.
    """

    folder: Path | None
    assignments: tuple[str, ...]
    out: Path
    workers: int
    sandbox: str
    device: str
    seed: int
    release_feedback: bool
    polling: bool


def watch(options: WatchOptions) -> int:
    """Grade what comes until the first Ctrl-C or SIGTERM; return the exit status."""
    course = find_course()
    names = [course.assignment(name).name for name in options.assignments] or [
        each.name for each in course.assignments()
    ]
    for name in names:
        policy_of(course, name)  # which may be unusable
    if options.release_feedback and options.folder is not None:
        raise UsageError("--release-feedback goes by nbgrader's exchange, not by a folder: leave FOLDER out")
    settings = _settings(course, options)
    with ResultStore.writing(options.out) as store:
        source, teller = _source(course, options, names, store)
        print(f"autograder: watching {source.folder}; Ctrl-C ends it", file=sys.stderr, flush=True)
        _Watch(store, settings, source, teller, names).run(options.workers, polling=options.polling)
        print(f"report:   {options.out / REPORT}")
    return ALL_PASSED


def _settings(course: Course, options: WatchOptions) -> Settings:
    """Return how to grade; `UsageError` where this machine cannot do as it is told."""
    mode = sandboxes.choose(options.sandbox)
    permissions.check_hidden(mode, course, [options.out, *([options.folder] if options.folder is not None else [])])
    if mode == "none":
        print(f"autograder: --sandbox none: {sandboxes.UNPROTECTED}", file=sys.stderr)
    if mode == "user":
        os.umask(0o077)  # what is written from here on is the grader's alone
    return Settings(
        course.root, mode, seed=options.seed, keep_outputs=True, device=devices.choose(options.device, mode),
        secret=course_secret(course.root), answers=tuple(course.answers().items()),
    )  # fmt: skip


def _source(
    course: Course, options: WatchOptions, names: Sequence[str], store: ResultStore
) -> "tuple[Source, Teller | None]":
    if options.folder is not None:
        if not options.folder.is_dir():
            raise UsageError(f"{options.folder} is no folder")
        return FolderSource(options.folder.absolute(), course, names), None
    from autograder.commands.exchange_source import ExchangeSource
    from autograder.commands.telling import Teller
    from autograder.gradebook.inbound import Inbound

    inbound = Inbound(course)
    teller = Teller(inbound, course, names, store) if options.release_feedback else None
    return ExchangeSource(inbound, course, names), teller


class _Watch:
    """One watch: what is known of its submissions beside what lies on the disk can be lost at any moment."""

    def __init__(
        self, store: ResultStore, settings: Settings, source: Source, teller: "Teller | None", names: Sequence[str]
    ) -> None:
        self._store = store
        self._settings = settings
        self._teller = teller
        self._names = names
        self._environments = {name: settings.environment(name) for name in names}
        self._graded = dict(store.graded)
        self._refs: dict[Key, SubmissionRef] = {}
        self._arrivals = Arrivals(source, self._accept)
        self._behind_since: float | None = time.monotonic()  # the report says nothing of this watch yet
        self._next_report = 0.0
        self._stop = StopOnce()

    def run(self, workers: int, *, polling: bool) -> None:
        """Grade what comes until it is stopped."""
        ended = threading.Event()
        with self._stop:
            thread = self._arrivals.watch(ended, polling=polling)
            try:
                self._grade(workers)
            finally:
                ended.set()
                thread.join()
            self._publish(reload_s=0)

    def _grade(self, workers: int) -> None:
        first = self._settings.limits_of(self._names[0])
        workers = self._settings.device.workers(workers, first)
        results = grade_all(
            self._start, self._settings, self._arrivals.coming(lambda: self._stop.asked, self._pause), workers,
            lambda: self._stop.asked, read_ahead=0,
        )  # fmt: skip
        for graded in results:
            result = graded.result
            self._store.add(result, graded.feedback_html, [cell.to_json() for cell in graded.cells or ()])
            if result.is_final:
                self._graded[result.key] = (result.submission_sha256, result.environment)
            ref = self._refs.pop(result.key)
            self._say(result, self._tell(ref, result))
            self._arrivals.done(result.key)
            self._publish_where_behind()

    def _start(self, workers: int) -> Executor:
        """Return processes that load at once what they will need."""
        executor = LocalExecutor(workers, beside_threads=True)
        warm_up(executor, self._settings, self._names, workers)
        return executor

    def _accept(self, ref: SubmissionRef, handed_in: SubmissionBytes) -> bool:
        """Return whether a submission is to be graded; tell of one that is graded already and was not told of."""
        key = ref.assignment, ref.student
        known: tuple[str, Environment] = handed_in.sha256, self._environments[ref.assignment]
        if self._graded.get(key) != known or not self._store.cells_of(ref.student, ref.assignment).exists():
            self._refs[key] = ref
            return True
        result = self._store.get(*key)
        if result is not None and (told := self._tell(ref, result)):
            self._say(result, told)
        return False

    def _tell(self, ref: SubmissionRef, result: SubmissionResult) -> str:
        return self._teller.tell(ref, result) if self._teller is not None else ""

    def _pause(self) -> None:
        if self._teller is not None and self._teller.is_to_look_again():
            self._arrivals.again()
        if self._arrivals.is_idle and self._behind_since is not None and time.monotonic() >= self._next_report:
            self._publish(RELOAD_S)
        self._publish_where_behind()

    def _publish_where_behind(self) -> None:
        now = time.monotonic()
        if self._behind_since is not None and now - self._behind_since > REPORT_S and now >= self._next_report:
            self._publish(RELOAD_S)

    def _publish(self, reload_s: int) -> None:
        began = time.monotonic()
        publish(self._store, {}, (), reload_s)
        ended = time.monotonic()
        self._behind_since, self._next_report = None, ended + (ended - began) / REPORT_SHARE

    def _say(self, result: SubmissionResult, told: str) -> None:
        if self._behind_since is None:
            self._behind_since = time.monotonic()
        score = f"{result.score:.1f} / {result.max_score:g}"
        parts = [escape(result.student), result.assignment, score, sanitize(summarise(result)), told]
        print(f"{time.strftime('%H:%M:%S')}  {'  '.join(filter(None, parts))}", flush=True)
