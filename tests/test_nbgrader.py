"""nbgrader's own commands in this course: the same scores as ours, with the project's settings."""

import fnmatch
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.catalogue.assignment import SECRETS
from autograder.cli import main
from autograder.commands.exit_status import UNUSABLE
from tests.demo.linear_regression import ANSWERS
from tests.demo.roster import demo_class
from tests.nbgrader_course import Grades, NbgraderCourse

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "linear_regression"
PARTS = ("autograder/checks", "solutions")
# Of the demo class: each way of being wrong, and each way in which a notebook comes in
STUDENTS = {
    "amara", "farid", "grace", "hiro", "leila", "mateo", "noor", "olga", "pedro", "quynh", "rosa", "sven", "tariq", "uma",
}  # fmt: skip
HAVE_FEEDBACK = "[fmo]*"  # a part of those students


@dataclass(frozen=True)
class Course(NbgraderCourse):
    """A copy of the course, and submissions that were graded in both ways."""

    students: set[str]
    by_nbgrader: Grades
    by_autograder: dict[str, dict[str, float]]

    def grades(self, url: str) -> Grades:
        """Return what a gradebook holds, by student and cell."""
        return self.read_grades(url, ASSIGNMENT)

    def autograded_cells(self, student: str) -> dict[str, Any]:
        """Return the cells that nbgrader knows of a student's autograded notebook, by id."""
        cells = nbformat.read(self.autograded(student, ASSIGNMENT), as_version=4).cells
        return {cell.metadata.nbgrader.grade_id: cell for cell in cells if "nbgrader" in cell.metadata}

    def grade_by_hand(self, url: str, student: str, question: str, answer: str) -> None:
        """Give points, extra credit and a comment, as formgrader does."""
        with self.gradebook(url) as book:
            grade = book.find_grade(question, ASSIGNMENT, ASSIGNMENT, student)
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 3.0, 0.5, False
            book.find_comment(answer, ASSIGNMENT, ASSIGNMENT, student).manual_comment = "Well meant."
            book.db.commit()

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
    course.nbgrader("generate_assignment", ASSIGNMENT)
    course.nbgrader("release_assignment", ASSIGNMENT, f"--Exchange.root={root / 'exchange'}")
    released = (root / f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes()
    members = {member.id: member.notebook(released) for member in demo_class(ASSIGNMENT) if member.id in STUDENTS}
    for id, data in members.items():
        course.submit(id, ASSIGNMENT, data)
    course.nbgrader("autograde", ASSIGNMENT)
    grades = course.grades(f"sqlite:///{root}/gradebook.db")
    course.nbgrader("generate_feedback", ASSIGNMENT, f"--student={HAVE_FEEDBACK}")
    course.grade_into("sqlite:///second.db")
    lines = [json.loads(line) for line in (root / "results/results.jsonl").read_text("utf-8").splitlines()]
    return Course(root, set(members), grades, {line["student"]: _scores(line) for line in lines})


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
    course.grade_by_hand(url, "noor", "linreg", "linreg-solution")
    course.grade_by_hand(url, "noor", "why_mean", "why_mean")
    by_hand = course.grades(url)
    assert by_hand["noor"]["why_mean"] == [None, 3.0, 0.5, False]
    assert by_hand["noor"]["linreg"][1:] == [3.0, 0.5, False]
    assert by_hand["noor"]["linreg-solution comment"] == [None, "Well meant."]
    assert course.grade_into(url) == by_hand
    course.nbgrader("autograde", ASSIGNMENT, "--student=noor", "--force", f"--db={url}")
    assert course.grades(url) == by_hand


def test_a_written_answer_waits_for_a_person_as_the_student_wrote_it(course: Course) -> None:
    waits, nothing_written = [None, None, None, True], [0.0, None, None, False]
    grades = {student: grades["why_mean"] for student, grades in course.by_nbgrader.items()}
    assert all(grades[student] == waits for student in ("amara", "leila", "rosa"))
    assert grades["mateo"] == grades["olga"] == nothing_written
    for student, answer in (("amara", ANSWERS["why_mean"]), ("rosa", ANSWERS["why_mean"]), ("leila", "explodes")):
        assert answer in course.autograded_cells(student)["why_mean"].source
    assert "why_mean" not in course.by_autograder["amara"]


def test_a_person_looks_again_at_an_answer_that_was_changed(course: Course) -> None:
    url = f"sqlite:///{course.root}/second.db"
    course.grade_by_hand(url, "leila", "why_mean", "why_mean")
    path = course.root / "submitted/leila" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text(path.read_text("utf-8").replace("it explodes", "the steps add up"), "utf-8")
    grades = course.grade_into(url, "submitted/leila")
    assert grades["leila"]["why_mean"] == [None, 3.0, 0.5, True]


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
    course: Course, path: str, url: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (course.root / "loose").mkdir(exist_ok=True)
    (course.root / "loose/linear_regression.ipynb").write_bytes(b"{}")
    monkeypatch.chdir(course.root)
    assert main(["grade", path, "--out", "fresh", "--gradebook", url]) == UNUSABLE
    said = capsys.readouterr().err
    assert told in said and "secret" not in said and "graded" not in said
    assert not (course.root / "fresh").exists()


def test_the_compared_scores_are_not_all_alike(course: Course) -> None:
    totals = {sum(scores.values()) for scores in course.by_autograder.values()}
    assert len(totals) > 8
    assert any(score % 1 for scores in course.by_autograder.values() for score in scores.values()), "no partial score"


def test_nbgraders_generate_assignment_writes_what_autograder_generate_writes(course: Course) -> None:
    released = f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    assert (course.root / released).read_bytes() == (ROOT / released).read_bytes()


def test_nbgrader_copies_nothing_of_an_authors_anywhere(course: Course) -> None:
    copies = {(path.name, path.relative_to(course.root).parts[0]) for path in course.root.rglob("*")}
    found = {(name, place) for name, place in copies if name in SECRETS}
    kept = {path.name for path in (ROOT / "solutions" / ASSIGNMENT).iterdir()} & {*SECRETS}
    assert found == {(name, "solutions") for name in kept} and len(kept) >= 4
    assert (course.root / "exchange/deep-learning/outbound" / ASSIGNMENT).is_dir()


def test_nbgrader_writes_a_feedback_page_a_student(course: Course) -> None:
    pages = {path.parts[-3] for path in (course.root / "feedback").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.html")}
    assert pages == set(fnmatch.filter(course.students, HAVE_FEEDBACK)) >= {"farid"}


def test_an_autograded_notebook_shows_what_was_printed_and_the_cards(course: Course) -> None:
    cells = course.autograded_cells("farid")
    card, *charts, value = cells["sgd"].outputs
    assert "The step is not divided by the batch size" in card.data["text/html"] and not charts
    assert value.data["text/html"] == "" and float(value.data["text/plain"]) == course.by_autograder["farid"]["sgd"]
    charts = cells["train"].outputs[1:-1]
    assert charts and all(output.data.keys() == {"image/svg+xml", "text/plain"} for output in charts)
    notebook = nbformat.read(course.autograded("farid", ASSIGNMENT), as_version=4)
    printed = [output.text for cell in notebook.cells for output in cell.get("outputs", ()) if "text" in output]
    assert any("mean error" in text for text in printed)


def test_other_points_are_taken_over_after_submissions_exist(course: Course) -> None:
    """The last test here: it changes the course."""
    source = course.root / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.write_text(source.read_text("utf-8").replace('"points": 25', '"points": 50'), "utf-8")
    course.run("-m", "autograder", "generate", ASSIGNMENT)
    before = course.by_nbgrader["amara"]
    grades = course.grade_into("sqlite:///second.db", "submitted/amara", expected=0)
    assert grades["amara"] == before | {"data_iter": [50.0, None, None, False]}
    assert grades["farid"] == course.by_nbgrader["farid"]
