"""nbgrader's own commands in this course: the same scores as ours, with the project's settings."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.demo.member import Member
from tests.demo.roster import demo_class

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "linear_regression"
PARTS = ("autograder/checks", "solutions", "tests/styles", "tests/misconceptions")
READ_SCORES = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook(sys.argv[1], "deep-learning") as book:
    print(json.dumps({
        submission.student.id: {
            grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades
        }
        for submission in book.assignment_submissions(sys.argv[2])
    }))
"""


@dataclass(frozen=True)
class Course:
    """A copy of the course, and what nbgrader and the autograder make of the same submissions."""

    root: Path
    graded: list[Member]
    by_nbgrader: dict[str, dict[str, float]]
    by_autograder: dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("course")
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, root)

    def run(*command: str, expected: int = 0) -> str:
        # nbgrader reads and writes below the user's home; its environment here is not activated
        environment = {"HOME": str(root / "home"), "PATH": os.defpath, "LANG": "C.UTF-8"}
        done = subprocess.run(
            [sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stdout

    run("-m", "nbgrader", "generate_assignment", ASSIGNMENT)
    run("-m", "nbgrader", "release_assignment", ASSIGNMENT, f"--Exchange.root={root / 'exchange'}")
    released = (root / f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes()
    graded = _chosen(demo_class(ASSIGNMENT))
    for member in graded:
        folder = root / "submitted" / member.id / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(member.notebook(released))
    run("-m", "nbgrader", "autograde", ASSIGNMENT)
    run("-m", "nbgrader", "generate_feedback", ASSIGNMENT)
    scores = json.loads(run("-c", READ_SCORES, f"sqlite:///{root}/gradebook.db", ASSIGNMENT))
    # Trusted submissions, so that this also runs where nothing can be confined
    run("-m", "autograder", "grade", "submitted", "--visible-only", "--sandbox", "none", expected=1)
    lines = [json.loads(line) for line in (root / "results/results.jsonl").read_text("utf-8").splitlines()]
    return Course(root, graded, scores, {line["student"]: _scores(line) for line in lines})


def _chosen(members: list[Member]) -> list[Member]:
    """One who is right, one mistake in a function that others call, and several mistakes."""
    plain = [member for member in members if not member.changes and member.truth.outcome is None]
    return [next(member for member in plain if len(member.truth.named) == count) for count in (0, 1)] + [
        max(plain, key=lambda member: len(member.truth.named))
    ]


def _scores(line: dict[str, Any]) -> dict[str, float]:
    return {question["id"]: question["score"] for question in line["questions"]}


def test_nbgraders_gradebook_holds_the_same_scores_to_the_last_digit(course: Course) -> None:
    assert course.by_autograder.keys() == {member.id for member in course.graded}
    assert course.by_nbgrader == course.by_autograder


def test_the_compared_scores_are_not_all_alike(course: Course) -> None:
    totals = {sum(scores.values()) for scores in course.by_autograder.values()}
    assert len(totals) == len(course.graded)
    assert any(score % 1 for scores in course.by_autograder.values() for score in scores.values()), "no partial score"


def test_nbgraders_generate_assignment_writes_what_autograder_generate_writes(course: Course) -> None:
    released = f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    assert (course.root / released).read_bytes() == (ROOT / released).read_bytes()


def test_nbgrader_copies_hidden_checks_nowhere(course: Course) -> None:
    copies = [path.relative_to(course.root).parts[0] for path in course.root.rglob("hidden_checks.py")]
    assert set(copies) == {"solutions"}


def test_nbgrader_writes_a_feedback_page_a_student(course: Course) -> None:
    for member in course.graded:
        assert (course.root / "feedback" / member.id / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()
