"""Copies of the demo class, laid out as nbgrader collects them."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.catalogue.course import Course, find_course
from autograder.catalogue.submission import read_submission
from autograder.gradebook.settings import SETTINGS
from tests.benchmarks import commands
from tests.demo.roster import demo_class

ENDLESS = "its code never ends, so a time limit would be measured"
HOSTILE = "it attacks its own process, in which the floor judges it"


@dataclass(frozen=True, slots=True)
class BoundedClass:
    """The members of the demo class whose work costs time by itself.

    Attributes:
        assignment: what they hand in.
        notebooks: one a member.
        right: the notebook of a member who made no mistake.
        left_out: ids of the other members, by the reason.
    """

    assignment: str
    notebooks: Sequence[bytes]
    right: bytes
    left_out: Mapping[str, Sequence[str]]


def bounded_class(assignment: str) -> BoundedClass:
    """Return the demo class of an assignment without those that every tool would measure differently."""
    released = (find_course().assignments_dir / assignment / f"{assignment}.ipynb").read_bytes()
    kept, left_out = [], dict[str, list[str]]()
    for member in demo_class(assignment):
        if member.truth.outcome == "timeout":
            left_out.setdefault(ENDLESS, []).append(member.id)
        elif member.truth.no_better_than is not None:
            left_out.setdefault(HOSTILE, []).append(member.id)
        else:
            kept.append(member)
    notebooks = [member.notebook(released) for member in kept]
    right = next(notebook for member, notebook in zip(kept, notebooks, strict=True) if not member.truth.lost)
    return BoundedClass(assignment, notebooks, right, left_out)


def without_explore_cells(notebook: bytes) -> bytes:
    """Return a notebook whose cells that are skipped when graded are empty.

    nbgrader runs every cell, experiments too; so it is timed on the same cells as well.
    """
    submission = read_submission(notebook, "notebook.ipynb")
    run = {number for number, _ in submission.cells} - submission.explore
    content = json.loads(notebook)
    code = (cell for cell in content["cells"] if cell["cell_type"] == "code")
    for number, cell in enumerate(code, 1):
        if number not in run:
            cell["source"] = ""
    return json.dumps(content).encode()


def lay_out(folder: Path, assignment: str, notebooks: Sequence[bytes]) -> Path:
    """Write one student a notebook below `folder` and return the folder of submissions."""
    for number, notebook in enumerate(notebooks):
        place = folder / "submitted" / f"student{number:05}" / assignment
        place.mkdir(parents=True)
        (place / f"{assignment}.ipynb").write_bytes(notebook)
    return folder / "submitted"


def lay_out_course(folder: Path, course: Course, assignment: str, notebooks: Sequence[bytes]) -> None:
    """Make a course for nbgrader's own command, its settings stock but for the names of folders."""
    folder.mkdir(parents=True)
    # Not what makes nbgrader grade through the worker: that would be measured against itself
    settings = (course.root / SETTINGS).read_text("utf-8").split("# Grading is the autograder's")[0]
    (folder / SETTINGS).write_text(settings, "utf-8")
    source = course.assignment(assignment).notebook.parent
    shutil.copytree(source, folder / source.relative_to(course.root))
    lay_out(folder, assignment, notebooks)
    commands.nbgrader(folder, "generate_assignment", assignment)
