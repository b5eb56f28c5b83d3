"""A question that is a bonus or is excluded: by a setting of the course's, everywhere where points are added up."""

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from conftest import RIGHT, code_cell, grade_cell, make_course, notebook, notebook_of
from test_card import check
from test_feedback import assert_is_sound, result
from test_limits import with_tables
from test_report import href
from test_result import SCHEMA

from autograder import cli
from autograder.catalogue.course import find_course
from autograder.errors import UsageError
from autograder.grading.bundle import Bundle
from autograder.grading.settings import Settings
from autograder.reports.card import render_html, render_text
from autograder.reports.class_report import render_report
from autograder.reports.feedback import render_feedback
from autograder.reports.formats import checks_csv
from autograder.results.result import QuestionResult, SubmissionResult
from tests.nbgrader_course import NbgraderCourse

ROOT = Path(__file__).parents[1]
TABLE = "\n[tool.autograder.questions.doubling]\n"
SQUARES = "def double(x):\n    return x**2\n\n\ndef quadruple(x):\n    return 4 * x\n"  # 1 of 8, and 2 of 2
STUDENTS = {"right": RIGHT, "squares": SQUARES}
WRITTEN = {
    "cell_type": "markdown", "id": "why", "source": "Why?",
    "metadata": {"nbgrader": {
        "grade": True, "solution": True, "locked": False, "task": False, "schema_version": 3, "grade_id": "why",
        "points": 5, "cell_type": "markdown",
    }},
}  # fmt: skip


def test_a_bonus_is_in_the_score_alone_and_what_is_excluded_in_nothing() -> None:
    questions = [QuestionResult(id, 10.0, (check(), check("failed", id="other"))) for id in ("a", "b", "c")]
    counted = result(questions[0], replace(questions[1], credit="bonus"), replace(questions[2], credit="excluded"))
    line = counted.to_json()
    jsonschema.validate(line, SCHEMA)
    assert (line["score"], line["max_score"]) == (10.0, 10.0)
    assert [each.get("credit") for each in line["questions"]] == [None, "bonus", "excluded"]
    assert [(each["score"], each["points"]) for each in line["questions"]] == [(5.0, 10.0)] * 3
    assert SubmissionResult.from_json(line) == counted
    line["questions"][1]["credit"] = "double"
    with pytest.raises(UsageError, match=r"questions\[1\].credit is none of regular, bonus, excluded"):
        SubmissionResult.from_json(line)


def test_what_is_excluded_decides_no_exit_status() -> None:
    right = QuestionResult("a", 10.0, (check("passed"),))
    wrong = QuestionResult("b", 10.0, (check("failed"),))
    assert not result(right, wrong).passed
    assert result(right, replace(wrong, credit="excluded")).passed


def test_cards_and_pages_say_what_a_question_counts_in() -> None:
    bonus = QuestionResult("a", 10.0, (check(),), credit="bonus")
    excluded = QuestionResult("b", 10.0, (check("failed"),), credit="excluded")
    assert "10 of 10 bonus points" in render_html(bonus) and "come on top" in render_text(bonus)
    assert "0 of 10 points, not counted" in render_html(excluded) and "does not count" in render_text(excluded)
    regular = QuestionResult("c", 4.0, (check(),))
    page = assert_is_sound(render_feedback(result(bonus, excluded, regular), []))
    for words in ("14of 4 points", "10 of 10 bonus", "0 of 10, not counted", "does not count", "come on top"):
        assert words in page.text.replace(" of 4", "of 4"), words
    report = render_report("Class", [result(bonus, excluded, regular)], href)
    assert (
        "b (excluded)" in report.replace('<span class="mono">b</span> 10', "b") and '<span class="tag">bonus' in report
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'{TABLE}sgd = "bonus"', "questions.doubling] has an unknown question sgd; it may have: double, quadruple"),
        (f'{TABLE}double = "extra"', "double is 'extra'; it must be one of regular, bonus, excluded"),
        (f"{TABLE}double = true", "double is True; it must be one of"),
        ('[tool.autograder.questions.trebling]\nx = "bonus"', "there is no assignment 'trebling'"),
        ('[tool.autograder.questions]\ndoubling = "bonus"', "doubling of [tool.autograder.questions] is 'bonus'"),
        ("questions = 3", "questions of [tool.autograder] is 3; it must be a table"),
    ],
)
def test_a_table_that_cannot_be_is_refused_by_name(course: Path, text: str, told: str) -> None:
    with_tables(course, text)
    with pytest.raises(UsageError) as caught:
        find_course(course)
    assert told in str(caught.value) and str(course) in str(caught.value)


def test_questions_alone_are_set_for_the_installed_course(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.autograder.questions.linear_regression]\nsgd = "excluded"\n')
    questions = find_course(tmp_path).assignment("linear_regression").questions
    assert {each.id for each in questions if each.credit != "regular"} == {"sgd"}


def test_a_cluster_counts_as_the_course_does(course: Path, tmp_path: Path) -> None:
    with_tables(course, f'{TABLE}double = "bonus"\n')
    worker = tmp_path / "worker.zip"
    worker.write_bytes(Bundle.of(Settings(course, "none"), ["doubling"]).archive)
    shutil.unpack_archive(worker, tmp_path / "worker")
    here, there = (find_course(each).assignment("doubling") for each in (course, tmp_path / "worker"))
    assert here.questions == there.questions and here.questions[0].credit == "bonus"


@pytest.fixture
def graded(course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(course)
    for student, source in STUDENTS.items():
        folder = course / "submitted" / student / "doubling"
        folder.mkdir(parents=True)
        (folder / "doubling.ipynb").write_bytes(notebook_of(source))
    assert run("grade", "submitted") == 1
    return course


def run(*arguments: str) -> int:
    return cli.main([*arguments, "--sandbox", "none", "--workers", "1"])


def scores(folder: Path) -> dict[str, tuple[float, float]]:
    lines = map(json.loads, (folder / "results.jsonl").read_text().splitlines())
    return {line["student"]: (line["score"], line["max_score"]) for line in lines}


def test_a_setting_holds_for_what_is_graded_already_and_in_every_format(graded: Path) -> None:
    assert scores(graded / "results") == {"right": (10, 10), "squares": (3, 10)}
    with_tables(graded, f'{TABLE}double = "excluded"\nquadruple = "bonus"\n')
    assert run("grade", "submitted", "--format", "csv,canvas,moodle,mailmerge") == 0
    assert scores(graded / "results") == {"right": (2, 0), "squares": (2, 0)}
    with (graded / "results/canvas.csv").open(newline="") as file:
        _, possible, *rows = csv.reader(file)
    assert possible[5] == "0" and {row[5] for row in rows} == {"2"}
    with (graded / "results/checks.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == checks_csv.HEADER
    assert {(row["question"], row["credit"]) for row in rows} == {("double", "excluded"), ("quadruple", "bonus")}


def test_regrading_one_question_counts_all_as_the_course_does_now(graded: Path, capsys: pytest.CaptureFixture) -> None:
    with_tables(graded, f'{TABLE}double = "excluded"\n')
    assert run("regrade", "submitted", "--question", "quadruple", "--write") == 0
    assert "double: regular → excluded" in capsys.readouterr().out
    assert scores(graded / "results") == {"right": (2, 2), "squares": (2, 2)}
    assert run("grade", "submitted") == 0
    assert "2 of 2 are graded already" in capsys.readouterr().err
    assert scores(graded / "results") == {"right": (2, 2), "squares": (2, 2)}


def test_gradescope_adds_up_to_the_score(graded: Path) -> None:
    with_tables(graded, f'{TABLE}double = "excluded"\nquadruple = "bonus"\n')
    assert run("grade", "submitted/right", "--format", "gradescope", "--assignment", "doubling") == 0
    told = json.loads((graded / "results/results.json").read_text())
    assert told["score"] == sum(each.get("score", 0) for each in told["tests"]) == 2
    assert {each["name"].partition(":")[0] for each in told["tests"]} == {"double (excluded)", "quadruple (bonus)"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> NbgraderCourse:
    """A course with a written question, and two students' submissions that a person has graded."""
    root = make_course(tmp_path_factory.mktemp("credit") / "course")
    cells = (code_cell(RIGHT), grade_cell("double", 8), grade_cell("quadruple", 2), WRITTEN)
    (root / "solutions/doubling/doubling.ipynb").write_text(notebook(*cells))
    (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    course = NbgraderCourse(root)
    course.nbgrader("generate_assignment", "doubling")
    for student, source in STUDENTS.items():
        answered = {**WRITTEN, "source": "Because."}
        cells = (code_cell(source), grade_cell("double", 8), grade_cell("quadruple", 2), answered)
        course.submit(student, "doubling", notebook(*cells).encode())
    return course


@pytest.mark.parametrize("command", ["nbgrader autograde", "autograder grade --gradebook"])
def test_nbgraders_gradebook_counts_the_same(written: NbgraderCourse, command: str) -> None:
    settings = (written.root / "pyproject.toml").read_text()
    url = f"sqlite:///{written.root}/{command.partition(' ')[0]}.db"

    def grade() -> None:
        if command.startswith("nbgrader"):
            written.nbgrader("autograde", "doubling", "--force", f"--db={url}")
        else:
            written.run("-m", "autograder", "grade", "submitted", "--gradebook", url, expected=1)

    def totals() -> dict[str, tuple[float, float]]:
        with written.gradebook(url) as book:
            return {each.student.id: (each.score, each.max_score) for each in book.assignment_submissions("doubling")}

    if command.startswith("nbgrader"):
        written.nbgrader("generate_assignment", "doubling", "--force", f"--db={url}")
    grade()
    with written.gradebook(url) as book:
        book.find_grade("why", "doubling", "doubling", "right").manual_score = 4.0
        book.db.commit()
    assert totals() == {"right": (14, 15), "squares": (3, 15)}
    try:
        with_tables(written.root, f'{TABLE}quadruple = "bonus"\nwhy = "excluded"\n')
        grade()
        assert totals() == {"right": (10, 8), "squares": (3, 8)}
        grades = written.read_grades(url, "doubling")
        assert grades["right"]["quadruple"][0] == 2 and grades["right"]["why"][1] == 4  # what a person gave is there
        assert grades["squares"]["why"][3] is False  # nobody waits
        (written.root / "pyproject.toml").write_text(settings)
        grade()
        assert totals() == {"right": (14, 15), "squares": (3, 15)}
        assert written.read_grades(url, "doubling")["squares"]["why"] == [None, None, None, True]
    finally:
        (written.root / "pyproject.toml").write_text(settings)


def test_a_students_own_check_knows_it_from_the_released_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_course(tmp_path / "course")
    source = notebook(code_cell(RIGHT), grade_cell("double", 8), grade_cell("quadruple", 2), WRITTEN)
    (root / "solutions/doubling/doubling.ipynb").write_text(source)
    settings = (root / "pyproject.toml").read_text()
    with_tables(root, f'{TABLE}double = "excluded"\nquadruple = "bonus"\nwhy = "bonus"\n')
    monkeypatch.chdir(root)
    assert cli.main(["generate"]) == 0
    student = tmp_path / "student"
    shutil.copytree(root / "assignments", student / "assignments")
    shutil.copytree(root / "checks", student / "checks")
    (student / "pyproject.toml").write_text(settings.replace('solutions = "solutions"\n', ""))
    mine = student / "doubling.ipynb"
    whole = (student / "assignments/doubling/doubling.ipynb").read_text()
    shutil.copyfile(student / "assignments/doubling/doubling.ipynb", mine)
    said = {"double": "8 of 8 points, not counted", "quadruple": "2 of 2 bonus points", "why": "why (5 bonus points)"}

    def shown() -> dict[str, bool]:
        code = f"from autograder import check\n{RIGHT}\ncheck()\ncheck('double')"
        told = subprocess.run(
            [sys.executable, "-m", "IPython", "-c", code], cwd=student, capture_output=True, text=True
        )
        assert told.returncode == 0, told.stderr
        return {question: words in told.stdout for question, words in said.items()}

    assert shown() == dict.fromkeys(said, True)
    questions = find_course(student).assignment("doubling").questions  # which an installed course has this way
    assert [each.credit for each in questions] == ["excluded", "bonus"]
    (student / "assignments/doubling/doubling.ipynb").write_text(source)  # installed before: the notebook alone knows
    assert shown() == dict.fromkeys(said, True)
    told = subprocess.run(
        [sys.executable, "-m", "autograder", "check", mine], cwd=student, capture_output=True, text=True, check=False
    )
    assert "not counted" in told.stdout and "2 of 0 points from the visible checks" in told.stdout
    mine.write_text(whole.replace('"credit": "bonus"', '"credit": ["?"]')[:-9])
    assert shown() == dict.fromkeys(said, False)
