"""nbgrader's own steps, from the source notebook to the collected submissions, in this process.

Each nbgrader command costs one to two seconds of start-up; the applications behind them do not.
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from nbgrader.utils import capture_log
from traitlets.config import Config

from autograder.catalogue.course import Course
from autograder.errors import AutograderError
from autograder.gradebook.settings import read_settings


class StepFailed(AutograderError):
    """One of nbgrader's steps failed; the text holds its log."""


class Classroom:
    """A private course folder and exchange, laid out by the course's own nbgrader settings."""

    def __init__(self, folder: Path, course: Course, assignment: str) -> None:
        """Make them in `folder`, which is empty, with a copy of the assignment's sources."""
        self.folder = folder
        self.assignment = assignment
        self._config: Config = read_settings(course)
        self._config.CourseDirectory.root = str(folder)
        self._config.CourseDirectory.assignment_id = assignment
        self._config.Exchange.root = str(folder / "exchange")
        self._config.Exchange.cache = str(folder / "cache")
        self._config.ExchangeCollect.check_owner = False  # one user plays the whole class
        (folder / "exchange").mkdir(parents=True, mode=0o777)
        (folder / "exchange").chmod(0o777)  # nbgrader wants it so, whatever the umask
        layout = CourseDirectory(config=self._config)
        source = layout.format_path(layout.source_directory, ".", assignment)
        shutil.copytree(course.assignment(assignment).notebook.parent, source)
        self.submitted: Path = folder / layout.submitted_directory
        self._api = NbGraderAPI(config=self._config)

    def generate_assignment(self) -> None:
        """Make the students' notebook from the source, and enter it in the gradebook."""
        _done("generate_assignment", self._api.generate_assignment(self.assignment))

    def release_assignment(self) -> None:
        """Put it on the exchange."""
        _done("release_assignment", self._api.release_assignment(self.assignment))

    def fetch_assignment(self, students: Iterable[str]) -> None:
        """Let each student fetch it into their own folder."""
        for student in students:
            self._as_student(student, "FetchAssignment")

    def submit(self, students: Iterable[str]) -> None:
        """Let each student hand in their folder."""
        for student in students:
            self._as_student(student, "Submit")

    def collect(self) -> None:
        """Take what was handed in from the exchange into `submitted`."""
        _done("collect", self._api.collect(self.assignment))

    def notebook_of(self, student: str) -> Path:
        """Return the notebook in a student's own folder."""
        return self._home(student) / self.assignment / f"{self.assignment}.ipynb"

    def _home(self, student: str) -> Path:
        return self.folder / "homes" / student

    def _as_student(self, student: str, step: str) -> None:
        layout = CourseDirectory(config=self._config)
        layout.student_id = student
        factory = ExchangeFactory(config=self._config)
        application = getattr(factory, step)(coursedir=layout, authenticator=Authenticator(config=self._config))
        application.assignment_dir = str(self._home(student))
        _done(f"{step} of {student}", capture_log(application))


def _done(step: str, outcome: Mapping[str, Any]) -> None:
    if not outcome["success"]:
        raise StepFailed(f"nbgrader's {step} failed:\n{outcome.get('log', '')}{outcome['error']}")
