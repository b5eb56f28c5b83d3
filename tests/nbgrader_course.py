"""A folder in which nbgrader's own commands run, and what its gradebook holds afterwards."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

UNUSABLE = 2
Grades = dict[str, dict[str, list[Any]]]


@dataclass(frozen=True)
class NbgraderCourse:
    """A course's folder, with an nbgrader_config.py in it."""

    root: Path

    def finished(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a Python program in the course."""
        # nbgrader reads and writes below the user's home; its environment here is not activated
        environment = {"HOME": str(self.root / "home"), "PATH": os.defpath, "LANG": "C.UTF-8"}
        environment |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
        return subprocess.run(
            [sys.executable, *command], cwd=self.root, env=environment, capture_output=True, text=True, timeout=900
        )

    def run(self, *command: str, expected: int = 0) -> str:
        """Do so and return what it prints, on stderr where it is to refuse."""
        done = self.finished(*command)
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stderr if expected == UNUSABLE else done.stdout

    def nbgrader(self, *command: str, expected: int = 0) -> str:
        """Run one of nbgrader's commands."""
        return self.run("-m", "nbgrader", *command, expected=expected)

    def submit(self, student: str, assignment: str, notebook: bytes, timestamp: str | None = None) -> None:
        """Lay a notebook into `submitted/`, as nbgrader's collect does."""
        folder = self.root / "submitted" / student / assignment
        folder.mkdir(parents=True)
        (folder / f"{assignment}.ipynb").write_bytes(notebook)
        if timestamp is not None:
            (folder / "timestamp.txt").write_text(timestamp)

    def released(self, assignment: str) -> bytes:
        """Return the notebook that students get."""
        return (self.root / f"assignments/{assignment}/{assignment}.ipynb").read_bytes()

    def autograded(self, student: str, assignment: str) -> Path:
        """Return the place of a student's autograded notebook."""
        return self.root / "autograded" / student / assignment / f"{assignment}.ipynb"

    def page(self, student: str, assignment: str) -> str:
        """Return nbgrader's feedback page."""
        return (self.root / "feedback" / student / assignment / f"{assignment}.html").read_text("utf-8")

    @contextlib.contextmanager
    def gradebook(self, url: str) -> Iterator[Gradebook]:
        """Open a gradebook; a path in its address is one in the course."""
        with contextlib.chdir(self.root), Gradebook(url, "deep-learning") as book:
            yield book

    def read_grades(self, url: str, assignment: str) -> Grades:
        """Return what a gradebook holds, by student and cell: a grade's four values, a comment's two."""
        with self.gradebook(url) as book:
            return {
                submission.student.id: {
                    grade.name: [grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade]
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                | {
                    f"{comment.name} comment": [comment.auto_comment, comment.manual_comment]
                    for notebook in submission.notebooks
                    for comment in notebook.comments
                }
                for submission in book.assignment_submissions(assignment)
            }

    def read_penalties(self, url: str, assignment: str) -> dict[str, float]:
        """Return the points that being late costs, by student."""
        with self.gradebook(url) as book:
            submissions = book.assignment_submissions(assignment)
            return {each.student.id: each.late_submission_penalty for each in submissions}
