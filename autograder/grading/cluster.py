"""Grades a class on dask.distributed: workers on other hosts come, go, and are told apart.

https://distributed.dask.org. Each worker has its own `concurrent.futures` executor here
(`Client.get_executor`), at most `SUBMISSIONS_EACH` submissions at a time, and shakes hands with the run
before its first one (see `autograder.grading.bundle`). What a worker or a scheduler loses is handed out again; the
first result of a submission is the one that counts.
"""

import contextlib
import importlib.metadata
import logging
import platform
import sys
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final

import dask
from distributed import Client
from distributed.client import ClosedClientError

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.errors import GraderFault, UsageError
from autograder.grading.bundle import Bundle, grade_remotely, handshake, unregister
from autograder.grading.grader import Graded, Grader
from autograder.grading.settings import Settings
from autograder.text import sanitize

SUBMISSIONS_EACH: Final = 2  # the one that is graded and the next, which hides the way there and back
CONNECT_TIMEOUT_S: Final = 10.0
RECONNECT_TIMEOUT_S: Final = 300.0
WORKER_TIMEOUT_S: Final = 600.0
HANDSHAKE_TIMEOUT_S: Final = 120.0
UNREGISTER_TIMEOUT_S: Final = 5.0
POLL_EVERY_S: Final = 1.0
MAX_BACKOFF_S: Final = 30.0
MAX_LOSSES: Final = 3
HANDSHAKES_AT_ONCE: Final = 32
VERSIONS: Final = {"autograder": "autograder-course", "torch": "torch"}  # packages, by what messages call them
_LOST: Final = (OSError, ClosedClientError, CancelledError)  # what a scheduler that is gone looks like


@dataclass(slots=True, eq=False)
class _Task:
    """A submission on its way, and how many workers have lost it."""

    handed_in: SubmissionBytes
    losses: int = 0


@dataclass(slots=True, eq=False)
class _WorkerSlot:
    """A worker: `tasks` are its own, the oldest first; `handshake` is under way until `open`."""

    address: str
    executor: Executor
    handshake: Future[str] | None = None
    open: bool = False
    tasks: dict[Future[Graded], _Task] = field(default_factory=dict)


def grade_on_cluster(
    address: str,
    settings: Settings,
    submissions: Iterable[SubmissionBytes],
    assignments: Collection[str],
    stopped: Callable[[], bool],
) -> Generator[Graded]:
    """Yield each submission's result as it is ready; at most `SUBMISSIONS_EACH` submissions a worker are in memory.

    Args:
        address: the scheduler's, such as tcp://host:8786 or tls://host:8786; dask's own configuration
            names certificates.
        settings: of the run; a host that cannot do as they say takes no part.
        submissions: what was handed in, taken as there are workers for it.
        assignments: those among the submissions.
        stopped: asked now and then; once it says so, what is being graded is the last.

    Raises:
        UsageError: no scheduler answers there, or no worker takes part within `WORKER_TIMEOUT_S`.
        GraderFault: the scheduler, or all workers, were lost during the run for too long.
    """
    cluster = _Cluster(address, settings, assignments)
    try:
        yield from cluster.grade(iter(submissions), stopped)
    finally:
        cluster.close()


class _Cluster:
    def __init__(self, address: str, settings: Settings, assignments: Collection[str]) -> None:
        self._address = address
        self._settings = settings
        self._bundle = Bundle.of(settings, assignments)
        self._versions = _own_versions()
        self._slots: dict[str, _WorkerSlot] = {}
        self._refused: set[str] = set()
        self._waiting: deque[_Task] = deque()
        self._ready: deque[Graded] = deque()
        self._done: SimpleQueue[Future[Any]] = SimpleQueue()
        self._next_poll = 0.0
        self._idle_since = time.monotonic()  # since when no worker takes part
        self._waits = False  # whether that was said
        self._begun = False
        self._handshakes = ThreadPoolExecutor(HANDSHAKES_AT_ONCE, "handshake")
        scheme, _, _ = address.rpartition("://")
        if scheme not in ("", "tcp", "tls"):
            raise UsageError(f"--scheduler {address}: an address is tcp://HOST:PORT or tls://HOST:PORT")
        try:
            self._client = _connected(address)
        except (OSError, ValueError, TypeError) as error:  # TypeError: tls:// without certificates
            raise UsageError(
                f"no dask scheduler answers at {address} ({sanitize(str(error))[:200]}): is `dask scheduler` running "
                "there, is its port open, and do both sides use tcp:// or both tls://? See docs/scale.md"
            ) from error

    def grade(self, submissions: Iterator[SubmissionBytes], stopped: Callable[[], bool]) -> Iterator[Graded]:
        """See `grade_on_cluster`."""
        more = True
        while (
            self._ready
            or any(slot.tasks for slot in self._slots.values())
            or ((more or self._waiting) and not stopped())
        ):
            try:
                self._poll()
                if not stopped():
                    more = self._hand_out(submissions) and more
            except _LOST:
                self._reconnect()
                continue
            with contextlib.suppress(Empty):
                self._take(self._done.get(timeout=POLL_EVERY_S))
            while self._ready:
                yield self._ready.popleft()

    def close(self) -> None:
        """Let the workers go, and the connection."""
        addresses = [slot.address for slot in self._slots.values() if slot.open]
        if addresses:
            gone = self._handshakes.submit(
                self._client.run, unregister, self._bundle.run, workers=addresses, wait=False, on_error="ignore"
            )
            with contextlib.suppress(Exception):
                gone.result(UNREGISTER_TIMEOUT_S)
        self._handshakes.shutdown(wait=False, cancel_futures=True)
        with contextlib.suppress(*_LOST):
            self._client.close(timeout=UNREGISTER_TIMEOUT_S)

    def _poll(self) -> None:
        """See, now and then, which workers have come and gone."""
        now = time.monotonic()
        if now < self._next_poll:
            return
        self._next_poll = now + POLL_EVERY_S
        present = self._client.nthreads()
        for slot in [slot for slot in self._slots.values() if slot.address not in present]:
            if slot.open:
                _say(f"worker {slot.address} is gone; others take over")
            for future in list(slot.tasks)[:1]:  # what it was grading
                self._requeue(slot.tasks.pop(future))
            self._forget(slot)
        self._refused &= present.keys()
        for address in present.keys() - self._slots.keys() - self._refused:
            slot = _WorkerSlot(address, self._client.get_executor(workers=[address], pure=False))
            slot.handshake = self._handshakes.submit(_handshake, slot.executor, self._versions, self._bundle)
            slot.handshake.add_done_callback(self._done.put)
            self._slots[address] = slot
        if any(slot.open for slot in self._slots.values()):
            self._idle_since, self._waits = now, False
            return
        minutes = f"{WORKER_TIMEOUT_S / 60:g} minutes"
        if not present and not self._waits:
            self._waits = True
            _say(f"there is no worker at {self._address}; waiting up to {minutes} for one")
        if now - self._idle_since > WORKER_TIMEOUT_S:
            why = f"no worker of {self._address} has taken part for {minutes}"
            if self._begun:
                raise GraderFault(f"{why}; what was graded is kept, and the same command goes on")
            raise UsageError(f"{why}: start `dask worker {self._address} --nthreads 1` where autograder is installed")

    def _hand_out(self, submissions: Iterator[SubmissionBytes]) -> bool:
        """Give workers something to do, first to those that have nothing; whether there may be more."""
        more = True
        for depth in range(SUBMISSIONS_EACH):
            for slot in self._slots.values():
                if not slot.open or len(slot.tasks) != depth:
                    continue
                task = self._waiting.popleft() if self._waiting else None
                if task is None:
                    following = next(submissions, None)
                    more = following is not None
                    task = _Task(following) if following is not None else self._steal() if not slot.tasks else None
                if task is None:
                    return False
                self._send(slot, task)
        return more

    def _steal(self) -> _Task | None:
        """Take back a submission that waits behind another."""
        for slot in self._slots.values():
            if len(slot.tasks) > 1:
                future, task = list(slot.tasks.items())[-1]
                del slot.tasks[future]
                future.cancel()
                return task
        return None

    def _send(self, slot: _WorkerSlot, task: _Task) -> None:
        self._begun = True
        try:
            future = slot.executor.submit(grade_remotely, self._bundle.run, task.handed_in)
        except _LOST:
            self._waiting.appendleft(task)
            raise
        slot.tasks[future] = task
        future.add_done_callback(self._done.put)

    def _take(self, future: Future[Any]) -> None:
        """Deal with what has ended; a future that is nobody's any more was taken over by another."""
        for slot in self._slots.values():
            if future is slot.handshake:
                self._answered(slot, future)
                return
            if future in slot.tasks:
                self._graded(slot, future)
                return

    def _graded(self, slot: _WorkerSlot, future: Future[Graded]) -> None:
        task = slot.tasks.pop(future)
        if future.cancelled():  # the scheduler has forgotten it
            self._waiting.appendleft(task)
            return
        error = future.exception()
        if error is None:
            self._ready.append(future.result())
            return
        _say(f"worker {slot.address} failed at {task.handed_in.student}: {_format_error(error)}")
        self._requeue(task)
        self._forget(slot)

    def _answered(self, slot: _WorkerSlot, answer: Future[str]) -> None:
        slot.handshake = None
        error = answer.exception()
        why = _format_error(error) if error is not None else answer.result()
        if why:
            del self._slots[slot.address]
            self._refused.add(slot.address)
            _say(f"worker {slot.address} takes no part: {why}")
        else:
            slot.open = True

    def _forget(self, slot: _WorkerSlot) -> None:
        """Take back what a worker has not begun; if it is still there, it may ask to be admitted again."""
        del self._slots[slot.address]
        for future, task in slot.tasks.items():
            future.cancel()
            self._waiting.appendleft(task)

    def _requeue(self, task: _Task) -> None:
        """Hand a submission out again; one that takes its worker with it each time is for a person to see."""
        task.losses += 1
        if task.losses < MAX_LOSSES:
            self._waiting.appendleft(task)
            return
        fault = GraderFault(f"{MAX_LOSSES} workers of the cluster were lost while they graded it")
        grader = Grader(self._settings)
        try:
            self._ready.append(grader.quarantine(task.handed_in, fault))
        finally:
            grader.close()

    def _reconnect(self) -> None:
        """Find the scheduler again, and start with whatever workers it has by then."""
        _say(f"the scheduler at {self._address} is lost; trying for up to {RECONNECT_TIMEOUT_S / 60:g} minutes")
        for slot in list(self._slots.values()):
            self._forget(slot)
        self._refused.clear()
        ends, pause = time.monotonic() + RECONNECT_TIMEOUT_S, 1.0
        while True:
            with contextlib.suppress(*_LOST):
                self._client.close(timeout=UNREGISTER_TIMEOUT_S)
            try:
                self._client = _connected(self._address)
            except OSError as error:
                if time.monotonic() > ends:
                    raise GraderFault(
                        f"the scheduler at {self._address} did not come back; what was graded is kept, "
                        "and the same command goes on"
                    ) from error
            else:
                self._idle_since = time.monotonic()
                return
            time.sleep(pause)
            pause = min(2 * pause, MAX_BACKOFF_S)


def _connected(address: str) -> Client:
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what is lost is told here, once
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"})  # a notebook may have many pictures
    return Client(address, timeout=CONNECT_TIMEOUT_S, name="autograder", set_as_default=False)


def _own_versions() -> Mapping[str, str]:
    packages = {name: importlib.metadata.version(package) for name, package in VERSIONS.items()}
    return {"Python": platform.python_version(), **packages}


def _handshake(executor: Executor, versions: Mapping[str, str], bundle: Bundle) -> str:
    """Return "" once a worker is ready for a run, or why it is not.

    Its versions are asked for by functions of the standard library: it may have another autograder, or none.
    """
    asked = {"Python": executor.submit(platform.python_version)}
    asked |= {name: executor.submit(importlib.metadata.version, package) for name, package in VERSIONS.items()}
    try:
        found = {name: _version(future) for name, future in asked.items()}
        wrong = [f"{name} {found[name]} there, {here} here" for name, here in versions.items() if found[name] != here]
        if wrong:
            return f"its versions are others: {'; '.join(wrong)}"
        return executor.submit(handshake, bundle).result(HANDSHAKE_TIMEOUT_S)
    except TimeoutError:
        return f"it did not answer within {HANDSHAKE_TIMEOUT_S:g} s"


def _version(future: Future[str]) -> str:
    try:
        return future.result(HANDSHAKE_TIMEOUT_S)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _format_error(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _say(text: str) -> None:
    print(f"autograder: {sanitize(text)}", file=sys.stderr)
