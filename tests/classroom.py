"""A tiny course with an exchange of nbgrader's, in which students of made-up names hand in and fetch feedback."""

import contextlib
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conftest import make_course, notebook_of
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchFeedback, ExchangeReleaseAssignment, ExchangeSubmit
from traitlets.config import Config

from autograder.catalogue.course import Course, find_course

ASSIGNMENT = "doubling"
SETTINGS = """
from pathlib import Path
c = get_config()
c.CourseDirectory.course_id = "tiny"
c.CourseDirectory.root = str(Path(__file__).absolute().parent)
c.CourseDirectory.release_directory = "assignments"
c.Exchange.root = str(Path(__file__).absolute().parent / "exchange")
c.ExchangeFactory.collect = "autograder.gradebook.exchange.OwnCollect"
c.ExchangeFactory.release_feedback = "autograder.gradebook.exchange.KnownFeedback"
c.ExchangeCollect.check_owner = False  # all students are the user that runs the tests
"""


@dataclass(frozen=True)
class Classroom:
    """The course's folder, with an exchange in it and a folder for each student."""

    root: Path

    @property
    def course(self) -> Course:
        return find_course(self.root)

    @property
    def inbound(self) -> Path:
        return self.root / "exchange/tiny/inbound"

    def hand_in(self, student: str, source: str) -> Path:
        """Have a student submit a notebook, as `nbgrader submit` does; return the attempt's folder."""
        folder = self._home(student) / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(notebook_of(source))
        submit = self._made(ExchangeSubmit, student)
        submit.start()
        return self.inbound / str(submit.assignment_filename)

    def pages(self, student: str) -> list[str]:
        """Return the pages that a student can fetch, those of the earliest attempt first."""
        fetched = self._home(student) / ASSIGNMENT / "feedback"
        shutil.rmtree(fetched, ignore_errors=True)
        with contextlib.suppress(Exception):  # where no feedback has been released at all, nbgrader stops
            self._made(ExchangeFetchFeedback, student).start()
        return [path.read_text("utf-8") for path in sorted(fetched.rglob("*.html"))]

    def _home(self, student: str) -> Path:
        return self.root / "homes" / student

    def _made(self, action: type, student: str) -> Any:
        config = Config()
        config.CourseDirectory.update(
            root=str(self.root), course_id="tiny", assignment_id=ASSIGNMENT, student_id=student,
            release_directory="assignments",
        )  # fmt: skip
        config.Exchange.update(
            root=str(self.root / "exchange"), cache=str(self._home(student) / "cache"),
            assignment_dir=str(self._home(student)),
        )  # fmt: skip
        coursedir = CourseDirectory(config=config)
        made = action(coursedir=coursedir, authenticator=Authenticator(config=config), config=config)
        made.log = logging.getLogger("classroom")
        return made


def make_classroom(root: Path, watch: str = "") -> Classroom:
    """Make a course whose assignment is released; `watch` are lines of its `[tool.autograder.watch]`."""
    make_course(root)
    (root / "nbgrader_config.py").write_text(SETTINGS)
    with (root / "pyproject.toml").open("a") as file:
        file.write(f"[tool.autograder.watch]\nsettle_s = 0.1\n{watch}")
    (root / f"assignments/{ASSIGNMENT}").mkdir(parents=True)
    shutil.copy(root / f"solutions/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", root / f"assignments/{ASSIGNMENT}")
    (root / "exchange").mkdir(mode=0o777)
    (root / "exchange").chmod(0o777)
    room = Classroom(root)
    room._made(ExchangeReleaseAssignment, "*").start()
    return room
