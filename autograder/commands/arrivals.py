"""Submissions as they come: found again at each look, queued once for each student, handed out when they are whole.

What there is to do follows from what lies on the disk, so that a watch may end at any moment and begin again.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import watchfiles

from autograder.catalogue.course import Course
from autograder.catalogue.settling import UNFINISHED, Settling, is_finished
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.catalogue.submission_refs import NOTHING, SubmissionRef, find_submissions
from autograder.catalogue.watch_policy import policy_of
from autograder.errors import GraderFault, UsageError
from autograder.results.result import Key
from autograder.text import sanitize

PAUSE_S: Final = 0.2  # between looks while somebody is writing, or something is graded
LOOK_S: Final = 5.0  # between looks where the system told of no change: over a network it cannot


@dataclass(frozen=True, slots=True)
class Look:
    """What one look has found: what is new and whole, in the order of its coming, and whether more is on its way."""

    whole: Sequence[Key]
    on_the_way: bool


class Source(Protocol):
    """Where submissions come in."""

    folder: Path
    recursive: bool

    def look(self) -> Look:
        """Look for what was not taken yet."""

    def take(self, key: Key) -> SubmissionRef | None:
        """Return where the newest of a student's submissions lies, None where it has gone meanwhile.

        Raises:
            GraderFault, UsageError: it cannot be taken, now or ever.
        """

    def again(self) -> None:
        """Have the next look find everything again."""


class FolderSource:
    """A folder laid out as <student>/<assignment>/, or, for one assignment, one of notebooks named as students are."""

    recursive = True

    def __init__(self, folder: Path, course: Course, assignments: Sequence[str]) -> None:
        """Look for `assignments` of a course in a folder."""
        self.folder = folder
        self._course = course
        self._assignments = assignments
        self._settling = Settling()
        self._settle_s = {name: policy_of(course, name).settle_s for name in assignments}
        self._places: dict[Key, Path] = {}
        self._taken: dict[Key, object] = {}

    def look(self) -> Look:
        """As `Source.look`."""
        whole, on_the_way = [], False
        for key, path in self._found():
            if self._settling.signature(path) == self._taken.get(key):
                continue
            self._places[key] = path
            settle_s = self._settle_s[key[0]]
            # Read once nobody writes to it any more
            if self._settling.is_whole(path, settle_s, finished=True) and self._settling.is_whole(
                path, settle_s, finished=_is_finished(path)
            ):
                whole.append(key)
            else:
                on_the_way = True
        return Look(whole, on_the_way)

    def take(self, key: Key) -> SubmissionRef | None:
        """As `Source.take`."""
        path = self._places[key]
        self._taken[key] = self._settling.signature(path)
        if not path.exists():
            return None
        (ref,) = find_submissions([path.parent if path.is_dir() else path], self._course, key[0])
        return None if ref.path is None and ref.missing == NOTHING else ref

    def again(self) -> None:
        """As `Source.again`."""
        self._taken.clear()

    def _found(self) -> Iterator[tuple[Key, Path]]:
        for entry in sorted(self.folder.iterdir()):
            if entry.name.startswith("."):
                continue
            for name in self._assignments:
                if (entry / name).is_dir():
                    yield (name, entry.name), entry / name
            if len(self._assignments) == 1 and entry.suffix == ".ipynb" and entry.is_file():
                yield (self._assignments[0], entry.stem), entry


class Arrivals:
    """The queue of what has come: first come, first served, a student's newest in the place of the first."""

    def __init__(self, source: Source, accept: Callable[[SubmissionRef, SubmissionBytes], bool]) -> None:
        """Take from a source; `accept` says whether something is to be graded, or is graded already."""
        self._source = source
        self._accept = accept
        self._queue: dict[Key, None] = {}
        self._in_hand: set[Key] = set()
        self._told: set[str] = set()
        self._woken = threading.Event()
        self._next_look = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is waiting or being graded."""
        return not self._queue and not self._in_hand

    def coming(self, stopped: Callable[[], bool], on_pause: Callable[[], None]) -> Iterator[SubmissionBytes | None]:
        """Yield what is to be graded as it comes, and None where nothing is, for `grade_all`.

        Args:
            stopped: whether to end; asked now and then.
            on_pause: called where nothing is to be handed out.
        """
        while not stopped():
            self._look()
            key = next((each for each in self._queue if each not in self._in_hand), None)
            if key is None:
                on_pause()
                self._woken.wait(PAUSE_S)
                yield None
                continue
            del self._queue[key]
            found = self._taken(key)
            if found is not None:
                self._in_hand.add(key)
            yield found

    def done(self, key: Key) -> None:
        """Note that what was handed out of a student has been graded."""
        self._in_hand.discard(key)

    def again(self) -> None:
        """Look at everything again, as when the watch began."""
        self._source.again()
        self._next_look = 0.0

    def watch(self, stop: threading.Event, *, polling: bool) -> threading.Thread:
        """Start to be woken by changes of the source's folder, until `stop` is set; return what does it.

        Where the system tells of no changes (no inotify, no watch left), the folder is polled.
        """
        thread = threading.Thread(target=self._wake, args=(stop, polling), name="watch", daemon=True)
        thread.start()
        return thread

    def _wake(self, stop: threading.Event, polling: bool) -> None:
        try:
            for _ in watchfiles.watch(
                self._source.folder, watch_filter=None, debounce=400, stop_event=stop, rust_timeout=1_000,
                force_polling=polling or None, recursive=self._source.recursive, ignore_permission_denied=True,
                raise_interrupt=False,
            ):  # fmt: skip
                self._woken.set()
        except OSError as error:
            if polling:
                print(f"autograder: {self._source.folder} is looked at each {LOOK_S:g} s: {error}", file=sys.stderr)
            else:
                self._wake(stop, polling=True)

    def _look(self) -> None:
        """Queue what is new, where there may be something."""
        if not self._woken.is_set() and time.monotonic() < self._next_look:
            return
        self._woken.clear()
        try:
            look = self._source.look()
        except OSError as error:
            self._tell_once(f"{self._source.folder} cannot be read: {error.strerror}")
            look = Look((), on_the_way=False)
        self._queue.update(dict.fromkeys(look.whole))
        self._next_look = time.monotonic() + (PAUSE_S if look.on_the_way else LOOK_S)

    def _taken(self, key: Key) -> SubmissionBytes | None:
        try:
            ref = self._source.take(key)
        except (GraderFault, UsageError) as error:
            self._tell_once(str(error))
            return None
        if ref is None:
            return None
        handed_in = SubmissionBytes.of(ref)
        return handed_in if self._accept(ref, handed_in) else None

    def _tell_once(self, problem: str) -> None:
        if problem not in self._told:
            self._told.add(problem)
            print(f"autograder: {sanitize(problem)}", file=sys.stderr)


def _is_finished(path: Path) -> bool:
    return all(map(is_finished, path.glob("*.ipynb") if path.is_dir() else [path]))


def is_stuck(settling: Settling, path: Path, settle_s: float) -> bool:
    """Whether what is not whole will hardly become so: nobody has written to it for long."""
    return settling.age(path) > settle_s * (UNFINISHED + 1)
