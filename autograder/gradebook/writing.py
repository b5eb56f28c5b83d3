"""Writes graded submissions into a gradebook of nbgrader's, by nbgrader's own autograde."""

import contextlib
import copy
import io
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import capture_log

from autograder.catalogue.course import Course
from autograder.catalogue.submission_refs import SubmissionRef
from autograder.errors import GraderFault, UsageError
from autograder.gradebook.credit import counted
from autograder.gradebook.final_scores import read_final_scores, whole_url
from autograder.gradebook.naming import introduce
from autograder.gradebook.settings import read_settings
from autograder.results.final_score import FinalScore
from autograder.results.person import NOBODY, People
from autograder.results.result import Key


class GradebookWriter:
    """A gradebook that knows the course, ready to take over results."""

    def __init__(
        self, url: str, refs: Sequence[SubmissionRef], course: Course, people: People | None = None
    ) -> None:  # fmt: skip
        """Open the gradebook and tell it the points and cells of the released notebooks.

        Args:
            url: the gradebook, as SQLAlchemy writes it: `sqlite:///gradebook.db`, `postgresql://host/name`.
            refs: what will be graded.
            course: the course.
            people: who the students are, where that is known; the gradebook gets their names and addresses.

        Raises:
            UsageError: submissions do not lie as nbgrader has them; the gradebook cannot be opened; a
                notebook has other cells than before and there are submissions.
        """
        self._course = course
        self._refs = refs
        self._people = {ref.student: (people or {}).get(ref.student, NOBODY) for ref in refs}
        self._submitted = _submitted_folder(refs)
        self._config = read_settings(course)
        self._url = whole_url(url)
        self._names = sorted({each.assignment for each in refs})
        for name in self._names:
            self._describe(name)

    def write(self, results: Path) -> None:
        """Have nbgrader take over the results in a folder; what a person has graded or written stays.

        Raises:
            GraderFault: nbgrader failed; what it wrote until then is kept.
        """
        for name in self._names:
            students = [each.student for each in self._refs if each.assignment == name and each.path is not None]
            self._autograde(name, students, results)
        introduce(self._url.render_as_string(hide_password=False), self._people)

    def final_scores(self) -> dict[Key, FinalScore]:
        """Return what the gradebook says of what was to be graded, as nbgrader's export does.

        Who has no submission in it has no points.

        Raises:
            GraderFault: it cannot be read.
        """
        asked = {name: [ref.student for ref in self._refs if ref.assignment == name] for name in self._names}
        return read_final_scores(self._url.render_as_string(hide_password=False), asked)

    def _describe(self, name: str) -> None:
        released = self._course.assignments_dir / name / f"{name}.ipynb"
        if not released.exists():
            raise UsageError(f"there is no {released}: run autograder generate {name}")
        notebook = nbformat.read(released, as_version=4)
        url = self._url.render_as_string(hide_password=False)
        try:
            with Gradebook(url) as book:
                book.update_or_create_assignment(name)
            marks = {"notebook": name, "assignment": name, "db_url": url}
            SaveCells().preprocess(counted(notebook, self._course.assignment(name)), {"nbgrader": marks})
        except Exception as error:  # whatever a database or nbgrader says
            raise UsageError(f"--gradebook {self._url}: {error}") from error

    def _autograde(self, name: str, students: Sequence[str], results: Path) -> None:
        config = copy.deepcopy(self._config)
        config.CourseDirectory.update(
            db_url=self._url.render_as_string(hide_password=False), submitted_directory=str(self._submitted),
            assignment_id=name,
        )  # fmt: skip
        config.Autograde.force = True
        config.ConfinedExecute.results = str(results.absolute())
        noise = io.StringIO()
        with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
            autograde = _AutogradeGraded(coursedir=CourseDirectory(config=config), config=config)
            autograde.students = students
            outcome = capture_log(autograde)
        if not outcome["success"]:
            raise GraderFault(f"nbgrader autograde {name} failed; results are kept in {results}:\n{outcome['log']}")


class _AutogradeGraded(Autograde):  # type: ignore[misc]  # nbgrader has no annotations
    """As Autograde; takes the submissions of `students`, whatever their files are named."""

    students: Sequence[str] = ()

    def init_notebooks(self) -> None:
        """Name for each the notebook that the exporter makes of what was handed in."""
        name = self.coursedir.assignment_id
        folders = [self._format_source(name, student) for student in self.students]
        self.notebooks: list[str] = []
        self.assignments = {folder: [f"{folder}/{name}.ipynb"] for folder in folders}


def _submitted_folder(refs: Sequence[SubmissionRef]) -> Path:
    """Return the folder in which all submissions lie as nbgrader has them."""
    folders = set()
    for each in refs:
        if each.path is not None:
            folder = next((up for up in each.path.parents if up.parts[-2:] == (each.student, each.assignment)), None)
            if folder is None:
                raise UsageError(
                    f"--gradebook needs submissions laid out as submitted/<student>/<assignment>/: {each.path} is not"
                )
            folders.add(folder.parents[1])
    if len(folders) != 1:
        raise UsageError(f"--gradebook needs submissions in one folder, not in {len(folders)}")
    return folders.pop()
