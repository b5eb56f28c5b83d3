"""A class that hands in broken files is graded to its end: each gets what it is worth, and is told what is wrong."""

import html
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import make_course, notebook_of

from autograder.cli import ALL_PASSED, SOME_FAILED
from autograder.results.store import feedback_path
from autograder.sandbox import launch as sandbox
from autograder.text import sanitize
from tests.damaged import ASSIGNMENT, FOLDER, NAME, WHOLE, Case, committed, lay_out, source
from tests.nbgrader_course import Grades, NbgraderCourse

PROBLEM = sandbox.bubblewrap_problem()
ROOT = Path(__file__).parents[1]
HONEST = {
    "aa-right": ("def double(x):\n    return 2 * x", "def quadruple(x):\n    return 4 * x", 10.0),
    "mm-wrong": ("def double(x):\n    return x**2", "def quadruple(x):\n    return 4 * x", 3.0),
    "zz-right": ("def double(x):\n    return x + x", "def quadruple(x):\n    return double(double(x))", 10.0),
}

pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")


@dataclass(frozen=True)
class Run:
    """One grading of all of them."""

    statuses: tuple[int, int]
    stdout: str
    stderr: str
    results: dict[str, dict[str, Any]]
    out: Path
    cases: list[Case]
    grades: Grades

    def page(self, student: str) -> str:
        """Return the text of a feedback page."""
        page = (self.out / feedback_path(self.results[student])).read_text("utf-8")
        return html.unescape(re.sub("<[^>]*>", "", page))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = make_course(tmp_path_factory.mktemp("damaged") / "course")
    course = NbgraderCourse(root)
    Path(root, "solutions", ASSIGNMENT, NAME).write_text(source())
    shutil.copy(ROOT / "nbgrader_config.py", root)
    course.nbgrader("generate_assignment", ASSIGNMENT)
    cases = lay_out(root)
    for student, (*sources, _) in HONEST.items():
        course.submit(student, ASSIGNMENT, notebook_of(*sources))
    grade = ("-m", "autograder", "grade", "--out", "out", "--workers", "1")
    done = course.finished(*grade, "submitted", "--gradebook", "sqlite:///grades.db")
    named = course.finished(*grade, "named")
    lines = [json.loads(line) for line in (root / "out/results.jsonl").read_text("utf-8").splitlines()]
    assert len({line["student"] for line in lines}) == len(lines)
    results = {line["student"]: line for line in lines}
    grades = course.read_grades(f"sqlite:///{root}/grades.db", ASSIGNMENT)
    stdout, stderr = done.stdout + named.stdout, done.stderr + named.stderr
    return Run((done.returncode, named.returncode), stdout, stderr, results, root / "out", cases, grades)


def test_the_class_is_graded_to_its_end_and_nothing_faults(run: Run) -> None:
    assert run.statuses == (SOME_FAILED, ALL_PASSED), run.stderr[-4000:]
    assert run.results.keys() == {case.name for case in run.cases} | HONEST.keys()
    assert [line["student"] for line in run.results.values() if line["needs_review"]] == []


def test_each_gets_what_its_code_is_worth(run: Run) -> None:
    scores = {student: line["score"] for student, line in run.results.items()}
    worth = {case.name: case.points for case in run.cases} | {
        student: points for student, (*_, points) in HONEST.items()
    }
    assert scores == worth


def test_each_student_reads_in_one_sentence_what_is_wrong(run: Run) -> None:
    for case in run.cases:
        page = run.page(case.name)
        assert sanitize(case.told) in sanitize(page), case
        assert len(run.results[case.name]["notes"]) == bool(case.told and not case.told.startswith("The ")), case


def test_the_instructor_reads_a_line_for_each_that_is_damaged(run: Run) -> None:
    told = [line for line in run.stderr.splitlines() if line.startswith("autograder: ")]
    expected = sorted((case for case in run.cases if case.on_stderr), key=lambda case: case.name)
    assert len(told) == len(expected)
    for line, case in zip(sorted(told), expected, strict=True):
        assert line.startswith(f"autograder: {case.name}, {ASSIGNMENT}: {case.told}")


def test_nbgraders_gradebook_holds_the_same_scores(run: Run) -> None:
    assert len(run.grades) > 60
    for student, grades in run.grades.items():
        scores = {question["id"]: question["score"] for question in run.results[student]["questions"]}
        assert {id: grades[id][0] for id in scores} == scores, student
    assert {case.name for case in committed() if case.points} <= run.grades.keys()


def test_what_a_person_grades_says_at_its_top_what_was_wrong(run: Run) -> None:
    for case in committed():
        if case.on_stderr and case.name in run.grades:
            notebook = nbformat.read(NbgraderCourse(run.out.parent).autograded(case.name, ASSIGNMENT), as_version=4)
            assert case.told in notebook.cells[0].source, case


def test_odd_names_reach_no_terminal_and_no_table(run: Run) -> None:
    for text in (run.stdout, run.stderr, (run.out / "results.csv").read_text("utf-8")):
        assert not [character for character in text if ord(character) < 32 and character != "\n"]
        assert "\u202e" not in text
    assert "two\\nlines," in (run.out / "results.csv").read_text("utf-8")


def test_every_file_stands_in_the_table(run: Run) -> None:
    assert {folder.name for folder in FOLDER.iterdir()} <= {case.name for case in run.cases}
    assert len(list(FOLDER.iterdir())) >= 60
    assert {case.points for case in run.cases} == {0, 3, WHOLE}
