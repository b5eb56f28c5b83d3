"""nbgrader's own commands in this course: the same scores as ours, with the project's settings."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.damage import damaged
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
GRADE_BY_HAND = """
import sys
from nbgrader.api import Gradebook
url, assignment, student, question = sys.argv[1:]
with Gradebook(url, "deep-learning") as book:
    grade = book.find_grade(question, assignment, assignment, student)
    grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 3.0, 0.5, False
    book.find_comment(f"{question}-solution", assignment, assignment, student).manual_comment = "Well meant."
    book.db.commit()
"""
READ_BY_HAND = """
import json, sys
from nbgrader.api import Gradebook
url, assignment, student, question = sys.argv[1:]
with Gradebook(url, "deep-learning") as book:
    grade = book.find_grade(question, assignment, assignment, student)
    comment = book.find_comment(f"{question}-solution", assignment, assignment, student)
    print(json.dumps([grade.manual_score, grade.extra_credit, grade.needs_manual_grade, comment.comment]))
"""


@dataclass(frozen=True)
class Course:
    """A copy of the course, and what nbgrader and the autograder make of the same submissions."""

    root: Path
    students: set[str]
    by_nbgrader: dict[str, dict[str, float]]
    by_autograder: dict[str, dict[str, float]]
    by_hand: list[Any]


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
    members = {member.id: member.notebook(released) for member in demo_class(ASSIGNMENT)}
    handed_in = {id: {f"{ASSIGNMENT}.ipynb": data} for id, data in members.items()} | damaged(members["noor"])
    for id, files in handed_in.items():
        folder = root / "submitted" / id / ASSIGNMENT
        folder.mkdir(parents=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    run("-m", "nbgrader", "autograde", ASSIGNMENT)
    run("-c", GRADE_BY_HAND, f"sqlite:///{root}/gradebook.db", ASSIGNMENT, "noor", "linreg")
    run("-m", "nbgrader", "autograde", ASSIGNMENT, "--student=noor", "--force")
    run("-m", "nbgrader", "generate_feedback", ASSIGNMENT)
    scores = json.loads(run("-c", READ_SCORES, f"sqlite:///{root}/gradebook.db", ASSIGNMENT))
    by_hand = json.loads(run("-c", READ_BY_HAND, f"sqlite:///{root}/gradebook.db", ASSIGNMENT, "noor", "linreg"))
    run("-m", "autograder", "grade", "submitted", expected=1)
    lines = [json.loads(line) for line in (root / "results/results.jsonl").read_text("utf-8").splitlines()]
    return Course(root, set(handed_in), scores, {line["student"]: _scores(line) for line in lines}, by_hand)


def _scores(line: dict[str, Any]) -> dict[str, float]:
    return {question["id"]: question["score"] for question in line["questions"]}


def test_nbgraders_gradebook_holds_the_same_scores_to_the_last_digit(course: Course) -> None:
    assert course.by_autograder.keys() == course.students
    assert course.by_nbgrader == course.by_autograder


def test_the_compared_scores_are_not_all_alike(course: Course) -> None:
    totals = {sum(scores.values()) for scores in course.by_autograder.values()}
    assert len(totals) > 10
    assert any(score % 1 for scores in course.by_autograder.values() for score in scores.values()), "no partial score"


def test_nbgraders_generate_assignment_writes_what_autograder_generate_writes(course: Course) -> None:
    released = f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    assert (course.root / released).read_bytes() == (ROOT / released).read_bytes()


def test_nbgrader_copies_hidden_checks_nowhere(course: Course) -> None:
    copies = [path.relative_to(course.root).parts[0] for path in course.root.rglob("hidden_checks.py")]
    assert set(copies) == {"solutions"}


def test_nbgrader_writes_a_feedback_page_a_student(course: Course) -> None:
    for student in course.students:
        assert (course.root / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()


def test_grading_again_leaves_what_a_person_has_given(course: Course) -> None:
    assert course.by_hand == [3.0, 0.5, False, "Well meant."]


def test_an_autograded_notebook_shows_what_was_printed_and_the_cards(course: Course) -> None:
    path = course.root / "autograded" / "farid" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    outputs = {cell.metadata.nbgrader.grade_id: cell.outputs for cell in notebook.cells if "nbgrader" in cell.metadata}
    card, *charts, value = outputs["sgd"]
    assert "The step is not divided by the batch size" in card.data["text/html"] and not charts
    assert float(value.data["text/plain"]) == course.by_autograder["farid"]["sgd"]
    assert [output.data.keys() for output in outputs["train"][1:-1]] == [{"image/svg+xml", "text/plain"}]
    printed = [output.text for cell in notebook.cells for output in cell.get("outputs", ()) if "text" in output]
    assert any("mean error" in text for text in printed)


def test_a_damaged_submission_tells_what_was_wrong_with_it(course: Course) -> None:
    page = (course.root / "feedback" / "bytes-cut-short" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text("utf-8")
    assert "is no notebook: it is not JSON" in page
