"""Reads what nbgrader is about to autograde, in whatever state it was handed in."""

import glob
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.utils import is_grade, is_solution

from autograder.catalogue.course import Course, find_course
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.catalogue.submission_refs import find_submissions
from autograder.errors import UsageError
from autograder.gradebook.copying import copy_own_files_of
from autograder.gradebook.credit import counted, save_cells
from autograder.gradebook.restoring import restore

SEEN: Final = "seen"  # in `resources["nbgrader"]`: what hand-graded cells were when they were last autograded


def read_from_folder(folder: Path, course: Course) -> SubmissionBytes:
    """Return the submission that lies in nbgrader's folder `submitted/<student>/<assignment>`, whatever its name."""
    (found,) = find_submissions([folder.parent], course, folder.name)
    return SubmissionBytes.of(found)


def take_by_folder(assignment: str, student: str, notebooks: list[str]) -> None:
    """Have nbgrader look for the assignment's notebook where a student has handed it in by another name.

    Of the files beside it none is copied that is a link, or beyond what is usual.
    For `Autograde.pre_convert_hook`: `notebooks` are the paths that nbgrader has found, and will convert.
    """
    if notebooks:
        folder = Path(notebooks[0]).parent
        copy_own_files_of(folder)
        notebooks[:] = [str(folder / f"{folder.name}.ipynb")]


class SubmissionExporter(NotebookExporter):
    """nbgrader's notebook exporter, but that it takes a damaged submission as it is.

    What nbgrader reads first, in `submitted/`, becomes a whole notebook: see `restore`. What it reads
    then is that notebook.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Note what a person has seen of hand-graded cells, before nbgrader removes it."""
        super().__init__(**kwargs)
        layout = kwargs["parent"].coursedir
        folders = layout.format_path(layout.autograded_directory, layout.student_id, layout.assignment_id)
        self._seen = {
            str(Path(path).parent): answers_by_hand(nbformat.read(path, as_version=4))
            for path in glob.glob(f"{folders}/*.ipynb")
        }

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        """As `Exporter.from_filename`."""
        converter: Any = self.parent
        folder = Path(filename).parent
        if not converter._sanitizing:
            resources["nbgrader"][SEEN] = self._seen.get(str(folder), {})
            return super().from_filename(filename, resources, **kwargs)
        course = find_course(Path(converter.coursedir.root))
        released = course.assignments_dir / folder.name / f"{folder.name}.ipynb"
        if not released.exists():
            raise UsageError(f"there is no {released}: run nbgrader generate_assignment {folder.name}")
        assignment = course.assignment(folder.name)
        whole = counted(nbformat.read(released, as_version=4), assignment)
        save_cells(whole, assignment, converter.coursedir.db_url)
        submission = read_from_folder(folder, course).submission()
        notebook = restore(submission, whole, submission.damage)
        return self.from_notebook_node(notebook, resources, **kwargs)


def answers_by_hand(notebook: Any) -> dict[str, str]:
    """Return a digest of each hand-graded cell, its pictures and outputs included, by `grade_id`."""
    return {
        cell.metadata.nbgrader.grade_id: digest_of(cell)
        for cell in notebook.cells
        if is_grade(cell) and is_solution(cell)
    }


def digest_of(cell: Any) -> str:
    """Return a digest of what a person sees of a cell."""
    seen = [cell.source, cell.get("outputs"), cell.get("attachments")]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()
