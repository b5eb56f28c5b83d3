"""Reads what nbgrader is about to autograde, in whatever state it was handed in."""

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter

from autograder.course import Course, find_course
from autograder.errors import UsageError
from autograder.gradebook.restoring import restore
from autograder.grading import Job
from autograder.handed_in import find_handed_in
from autograder.submission import read_submission


def handed_in_job(folder: Path, course: Course) -> Job:
    """Return the submission that lies in nbgrader's folder `submitted/<student>/<assignment>`, whatever its name."""
    (found,) = find_handed_in([folder], course, None)
    return Job.of(found)


def take_by_folder(assignment: str, student: str, notebooks: list[str]) -> None:
    """Have nbgrader look for the assignment's notebook where a student has handed it in by another name.

    For `Autograde.pre_convert_hook`: `notebooks` are the paths that nbgrader has found, and will convert.
    """
    if notebooks:
        folder = Path(notebooks[0]).parent
        notebooks[:] = [str(folder / f"{folder.name}.ipynb")]


class SubmissionExporter(NotebookExporter):
    """nbgrader's notebook exporter, but that it takes a damaged submission as it is.

    What nbgrader reads first, in `submitted/`, becomes a whole notebook: see `restore`. What it reads
    then is that notebook.
    """

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        """As `Exporter.from_filename`."""
        converter: Any = self.parent
        if not converter._sanitizing:
            return super().from_filename(filename, resources, **kwargs)
        folder = Path(filename).parent
        course = find_course(Path(converter.coursedir.root))
        released = course.assignments_dir / folder.name / f"{folder.name}.ipynb"
        if not released.exists():
            raise UsageError(f"there is no {released}: run nbgrader generate_assignment {folder.name}")
        job = handed_in_job(folder, course)
        submission = read_submission(job.data, job.file_name)
        notes = [*job.notes, *submission.notes, *([submission.problem] if submission.problem else [])]
        notebook = restore(submission, nbformat.read(released, as_version=4), notes)
        return self.from_notebook_node(notebook, resources, **kwargs)
