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
READ_GRADES = """
import json, sys
from nbgrader.api import Gradebook
url, assignment = sys.argv[1:]
with Gradebook(url, "deep-learning") as book:
    print(json.dumps({
        submission.student.id: {
            grade.name: [grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade]
            for notebook in submission.notebooks for grade in notebook.grades
        } | {
            comment.name: [comment.auto_comment, comment.manual_comment]
            for notebook in submission.notebooks for comment in notebook.comments
        }
        for submission in book.assignment_submissions(assignment)
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

UNUSABLE = 2
Grades = dict[str, dict[str, list[Any]]]


@dataclass(frozen=True)
class Course:
    """A copy of the course, and submissions that were graded in both ways."""

    root: Path
    students: set[str]
    by_nbgrader: Grades
    by_autograder: dict[str, dict[str, float]]

    def run(self, *command: str, expected: int = 0) -> str:
        """Run a Python program in the course and return what it prints, on stderr where it is to refuse."""
        # nbgrader reads and writes below the user's home; its environment here is not activated
        environment = {"HOME": str(self.root / "home"), "PATH": os.defpath, "LANG": "C.UTF-8"}
        environment |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
        done = subprocess.run(
            [sys.executable, *command], cwd=self.root, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stderr if expected == UNUSABLE else done.stdout

    def grades(self, url: str) -> Grades:
        """Return what a gradebook holds, by student and cell."""
        grades: Grades = json.loads(self.run("-c", READ_GRADES, url, ASSIGNMENT))
        return grades

    def grade_into(self, url: str, path: str = "submitted", expected: int = 1) -> Grades:
        """Have the autograder write its results into a gradebook and return what that holds then."""
        self.run("-m", "autograder", "grade", path, "--gradebook", url, expected=expected)
        return self.grades(url)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("course")
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, root)
    course = Course(root, set(), {}, {})
    course.run("-m", "nbgrader", "generate_assignment", ASSIGNMENT)
    course.run("-m", "nbgrader", "release_assignment", ASSIGNMENT, f"--Exchange.root={root / 'exchange'}")
    released = (root / f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes()
    members = {member.id: member.notebook(released) for member in demo_class(ASSIGNMENT)}
    handed_in = {id: {f"{ASSIGNMENT}.ipynb": data} for id, data in members.items()} | damaged(members["noor"])
    for id, files in handed_in.items():
        folder = root / "submitted" / id / ASSIGNMENT
        folder.mkdir(parents=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    course.run("-m", "nbgrader", "autograde", ASSIGNMENT)
    grades = course.grades(f"sqlite:///{root}/gradebook.db")
    course.run("-m", "nbgrader", "generate_feedback", ASSIGNMENT)
    course.grade_into("sqlite:///second.db")
    lines = [json.loads(line) for line in (root / "results/results.jsonl").read_text("utf-8").splitlines()]
    return Course(root, set(handed_in), grades, {line["student"]: _scores(line) for line in lines})


def _scores(line: dict[str, Any]) -> dict[str, float]:
    return {question["id"]: question["score"] for question in line["questions"]}


def test_nbgrader_autograde_gives_the_same_scores_to_the_last_digit(course: Course) -> None:
    assert course.by_autograder.keys() == course.students
    scores = {
        student: {id: grades[id][0] for id in course.by_autograder[student]}
        for student, grades in course.by_nbgrader.items()
    }
    assert scores == course.by_autograder


def test_a_gradebook_that_autograder_grade_writes_is_that_of_nbgrader_autograde(course: Course) -> None:
    assert course.grades(f"sqlite:///{course.root}/second.db") == course.by_nbgrader


def test_grading_again_changes_nothing_and_leaves_what_a_person_has_given(course: Course) -> None:
    url = f"sqlite:///{course.root}/second.db"
    course.run("-c", GRADE_BY_HAND, url, ASSIGNMENT, "noor", "linreg")
    by_hand = course.grades(url)
    assert by_hand["noor"]["linreg"][1:] == [3.0, 0.5, False]
    assert by_hand["noor"]["linreg-solution"] == [None, "Well meant."]
    assert course.grade_into(url) == by_hand
    course.run("-m", "nbgrader", "autograde", ASSIGNMENT, "--student=noor", "--force", f"--db={url}")
    assert course.grades(url) == by_hand


def test_a_postgresql_server_can_be_the_gradebook(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # pgserver asks for it as it is loaded
    import pgserver

    with pgserver.get_server(tmp_path / "postgres", cleanup_mode="delete") as server:
        assert course.grade_into(server.get_uri()) == course.by_nbgrader


@pytest.mark.parametrize(
    ("path", "url", "told"),
    [
        ("submitted", "gradebook.db", "sqlite:///gradebook.db"),
        ("submitted", "oracle://nowhere/x", "oracle"),
        ("submitted", "postgresql://somebody:secret@127.0.0.1:1/none", "somebody:***@127.0.0.1"),
        ("loose/linear_regression.ipynb", "sqlite:///third.db", "submitted/<student>/<assignment>/"),
    ],
)
def test_a_gradebook_that_cannot_be_written_is_refused_before_anything_is_graded(
    course: Course, path: str, url: str, told: str
) -> None:
    (course.root / "loose").mkdir(exist_ok=True)
    (course.root / "loose/linear_regression.ipynb").write_bytes(b"{}")
    said = course.run(
        "-m", "autograder", "grade", path, "--out", "fresh", "--gradebook", url, expected=UNUSABLE
    )  # fmt: skip
    assert told in said and "secret" not in said and "graded" not in said
    assert not (course.root / "fresh").exists()


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


def test_an_autograded_notebook_shows_what_was_printed_and_the_cards(course: Course) -> None:
    path = course.root / "autograded" / "farid" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    outputs = {cell.metadata.nbgrader.grade_id: cell.outputs for cell in notebook.cells if "nbgrader" in cell.metadata}
    card, *charts, value = outputs["sgd"]
    assert "The step is not divided by the batch size" in card.data["text/html"] and not charts
    assert float(value.data["text/plain"]) == course.by_autograder["farid"]["sgd"]
    charts = outputs["train"][1:-1]
    assert charts and all(output.data.keys() == {"image/svg+xml", "text/plain"} for output in charts)
    printed = [output.text for cell in notebook.cells for output in cell.get("outputs", ()) if "text" in output]
    assert any("mean error" in text for text in printed)


def test_a_damaged_submission_tells_what_was_wrong_with_it(course: Course) -> None:
    page = (course.root / "feedback" / "bytes-cut-short" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text("utf-8")
    assert "is no notebook: it is not JSON" in page


def test_other_points_are_taken_over_after_submissions_exist(course: Course) -> None:
    """The last test here: it changes the course."""
    source = course.root / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.write_text(source.read_text("utf-8").replace('"points": 25', '"points": 50'), "utf-8")
    course.run("-m", "autograder", "generate", ASSIGNMENT)
    before = course.by_nbgrader["amara"]
    grades = course.grade_into("sqlite:///second.db", "submitted/amara", expected=0)
    assert grades["amara"] == before | {"data_iter": [50.0, None, None, False]}
    assert grades["farid"] == course.by_nbgrader["farid"]
