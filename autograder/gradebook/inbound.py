"""nbgrader's exchange as `autograder watch` uses it: one attempt is collected, one page of feedback released.

`nbgrader submit` makes a folder in `inbound`, copies into it, writes timestamp.txt and then submission_secret.txt
(nbgrader/exchange/default/submit.py); `nbgrader fetch_feedback` looks for a page by that secret.
"""

import contextlib
import logging
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from nbgrader.apps.baseapp import NbGrader
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from nbgrader.utils import parse_utc

from autograder.catalogue.course import Course
from autograder.catalogue.settling import Settling
from autograder.errors import GraderFault, UsageError
from autograder.gradebook.settings import read_settings
from autograder.results.result import Key
from autograder.text import escape

TIMESTAMP: Final = "timestamp.txt"
SECRET: Final = "submission_secret.txt"
READABLE: Final = 0o644  # of a page: the student fetches it, by a name that nobody else can know


@dataclass(frozen=True, slots=True)
class Attempt:
    """A folder of the exchange's `inbound`, whose it is, and the time in its name, as nbgrader reads and writes it."""

    student: str
    path: Path
    moment: datetime
    time: str


class Inbound:
    """A course's part of the exchange, as nbgrader's configuration for the course and the site says."""

    def __init__(self, course: Course) -> None:
        """Read the configuration.

        Raises:
            UsageError: it names no course or no exchange that can be read.
        """
        read_settings(course)  # refuses where there are none
        self._app = _configured(course)
        self._factory = ExchangeFactory(parent=self._app)
        coursedir = self._app.coursedir
        self._collector = self._made("collect", coursedir)
        root = Path(getattr(self._collector, "root", ""), coursedir.course_id or "?")
        self.folder = root / "inbound"
        self._collector.inbound_path = str(self.folder)
        self._collector.update = True
        self.submitted = Path(coursedir.root, coursedir.submitted_directory)
        self._known: dict[str, Attempt | None] = {}
        if not coursedir.course_id:
            raise UsageError("nbgrader's configuration has no CourseDirectory.course_id: see docs/instructors.md")
        if not os.access(self.folder, os.R_OK | os.X_OK):
            raise UsageError(f"{self.folder} cannot be read: is Exchange.root right, and has anything been released?")

    @property
    def gradebook(self) -> str:
        """The gradebook's address."""
        return str(self._app.coursedir.db_url)

    def attempts(self, assignments: Collection[str]) -> dict[Key, list[Attempt]]:
        """Return what was handed in of assignments, whole or not, the newest last."""
        found: dict[Key, list[Attempt]] = defaultdict(list)
        for name in os.listdir(self.folder):
            parts = name.rsplit("+", 3)
            if len(parts) == 4 and parts[1] in assignments:
                assignment, time = parts[1:3]
            elif len(parts) >= 3 and parts[-2] in assignments:  # add_random_string is off
                assignment, time = parts[-2:]
            else:
                continue
            attempt = self._attempt(name, time)
            if attempt is not None:
                found[assignment, attempt.student].append(attempt)
        for several in found.values():
            several.sort(key=lambda each: each.moment)
        return found

    def is_whole(self, attempt: Attempt, settling: Settling, settle_s: float) -> bool:
        """Whether nbgrader has written all of it; what it did not write as usual takes longer to be believed."""
        settling.signature(attempt.path)
        finished = bool(_text(attempt.path / SECRET))
        return _text(attempt.path / TIMESTAMP) == attempt.time and settling.is_whole(
            attempt.path, settle_s, finished=finished
        )

    def collected(self, assignment: str, student: str) -> datetime | None:
        """Return the time of the attempt that was collected last, None where there is none."""
        with contextlib.suppress(ValueError, OverflowError):
            moment: datetime = parse_utc(_text(self.place(assignment, student) / TIMESTAMP))
            return moment
        return None

    def place(self, assignment: str, student: str) -> Path:
        """Return the folder that a student's submission is collected into."""
        return Path(self._app.coursedir.format_path(str(self.submitted), student, assignment))

    def collect(self, assignment: str, attempt: Attempt) -> None:
        """Have nbgrader take an attempt into the course's folder, in place of an earlier one.

        Raises:
            GraderFault: nbgrader does not take it.
        """
        coursedir = self._app.coursedir
        most = 1000 * coursedir.max_dir_size  # nbgrader counts so
        if self._collector.get_size(str(attempt.path)) > most:
            raise GraderFault(f"{escape(attempt.path.name)} is larger than nbgrader's max_dir_size")
        coursedir.assignment_id = assignment
        self._collector.src_records = [
            {"username": attempt.student, "filename": attempt.path.name, "timestamp": attempt.moment}
        ]
        try:
            self._collector.copy_files()
        except Exception as error:  # whatever nbgrader and the system say
            raise GraderFault(f"{escape(attempt.path.name)} was not collected: {error}") from error
        if self.collected(assignment, attempt.student) != attempt.moment:
            raise GraderFault(f"{escape(attempt.path.name)} was not collected")

    def time_of(self, assignment: str, student: str) -> str:
        """Return what tells a collected attempt from others, "" where its student could fetch no feedback."""
        place = self.place(assignment, student)
        return _text(place / TIMESTAMP) if _text(place / SECRET) else ""

    def release(self, assignment: str, student: str, notebook: str, page: str) -> None:
        """Have nbgrader release a page for the attempt that is collected.

        Args:
            assignment: the assignment.
            student: the student.
            notebook: the name of the notebook that was handed in, without its ending: the page is looked for by it.
            page: the page.

        Raises:
            GraderFault: nbgrader does not release it.
        """
        with tempfile.TemporaryDirectory(prefix="feedback-") as folder:
            coursedir = CourseDirectory(parent=self._app)
            coursedir.feedback_directory, coursedir.student_id = folder, student
            coursedir.assignment_id = assignment
            place = Path(coursedir.format_path(folder, student, assignment))
            place.mkdir(parents=True)
            for name in (TIMESTAMP, SECRET):
                shutil.copyfile(self.place(assignment, student) / name, place / name)
            (place / f"{notebook}.html").write_text(page, "utf-8", "replace")
            (place / f"{notebook}.html").chmod(READABLE)
            try:
                self._made("release_feedback", coursedir).start()
            except (Exception, SystemExit) as error:  # whatever nbgrader and the system say
                raise GraderFault(f"feedback of {escape(student)} could not be released: {error}") from error

    def _attempt(self, name: str, time: str) -> Attempt | None:
        """Return what a folder's name says; None where that is no time. The owner is looked at once."""
        if name not in self._known:
            path = self.folder / name
            try:
                record = self._collector._path_to_record(str(path))
                moment = record["timestamp"]
                known = Attempt(str(record["username"]), path, moment, time)
                self._known[name] = None if known.student.startswith(".") else known
            except Exception:  # nbgrader parses whatever anybody called a folder
                self._known[name] = None
        return self._known[name]

    def _made(self, action: str, coursedir: CourseDirectory) -> Any:
        """Return one of the exchange's actions, of whichever class the course's configuration has."""
        authenticator = Authenticator(parent=self._app)
        return getattr(self._factory, action)(coursedir=coursedir, authenticator=authenticator, parent=self._app)


def _configured(course: Course) -> Any:
    """Return an nbgrader that has read the site's configuration and the course's, wherever this is run."""
    app = NbGrader()
    app.load_cwd_config = False
    app.log_level = logging.ERROR  # that a site has no configuration is nothing to be told
    app.initialize([], root=str(course.root))
    app.log_level = logging.WARNING
    return app


def _text(path: Path) -> str:
    """Return what one of nbgrader's small files says; nothing where it is not there, or is no file."""
    if not path.is_file() or path.is_symlink():
        return ""
    try:
        with path.open("rb") as file:
            return file.read(1_000).decode("utf-8", "replace").strip()
    except OSError:
        return ""
