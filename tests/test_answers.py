"""Answers to open questions: in the source, in what is handed out after the due date, and nowhere else."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from test_card import check
from test_feedback import Page, graded
from test_release import SOLVED, authored, cell, marked, text_of
from traitlets.config import Config

from autograder import cli
from autograder.authoring.release import generate
from autograder.authoring.source_solution import completed
from autograder.catalogue.assignment import Assignment, is_answer
from autograder.catalogue.course import Course, find_course
from autograder.errors import UsageError
from autograder.gradebook.settings import read_settings
from autograder.reports.feedback import render_feedback

__all__ = ["authored"]  # a fixture
COURSE = find_course()
SOURCES = [each for each in COURSE.assignments() if each.notebook.is_relative_to(COURSE.solutions or "")]
ANSWER = """\
### BEGIN SOLUTION
secret_answer = double(21)
print(f"It is {secret_answer}.")
### END SOLUTION"""
SOURCE = (
    cell("What is twice 21?", "markdown", id="open"),
    marked(SOLVED, "double_stub", id="double-stub"),
    marked('assert double(2) == 4\n"told"', "double", points=8, id="double-check"),
)


def answer(source: str = ANSWER, **more: Any) -> dict[str, Any]:
    made = marked(source, "open-answer", id="open-answer") | more
    return made | {"metadata": {**made["metadata"], "tags": ["answer"]}}


@pytest.fixture
def with_answer(authored: Path) -> Path:
    """The small course whose one open question is answered in its source."""
    (authored / "solutions/doubling/doubling.ipynb").write_text(text_of(*SOURCE, answer()))
    return authored


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return cells


@pytest.mark.parametrize("own_settings", [True, False], ids=["settings", "none"])
def test_a_release_has_no_trace_of_an_answer(with_answer: Path, own_settings: bool) -> None:
    if not own_settings:
        (with_answer / "nbgrader_config.py").unlink()
    list(generate([]))
    released = with_answer / "assignments/doubling/doubling.ipynb"
    assert [each["id"] for each in cells_of(released)] == ["install", "open", "double-stub", "double-check"]
    assert "secret_answer" not in released.read_text()


def converted(root: Path, config: Config) -> str:
    """What nbgrader itself makes of the source, with a gradebook of its own."""
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.assignment_id = "doubling"
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    NbGrader.clear_instance()
    layout = CourseDirectory(config=config)
    GenerateAssignment(coursedir=layout, config=config).start()
    return Path(layout.format_path(layout.release_directory, ".", "doubling"), "doubling.ipynb").read_text("utf-8")


def test_nbgrader_s_own_command_leaves_answers_out_and_tells_no_gradebook_of_them(with_answer: Path) -> None:
    assert "open-answer" not in converted(with_answer, read_settings(find_course(with_answer)))
    assert b"secret_answer" not in (with_answer / "gradebook.db").read_bytes()
    assert b"open-answer" not in (with_answer / "gradebook.db").read_bytes()


def test_a_copy_in_stock_nbgrader_shows_a_stub_in_place_of_an_answer(with_answer: Path) -> None:
    released = converted(with_answer, Config())
    assert "secret_answer" not in released and "open-answer" in released


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (answer("secret_answer = 42"), "without marks"),
        (answer(f"before = 1\n{ANSWER}"), "with a line outside of them"),
        (answer(ANSWER + "\nbetween = 1\n" + ANSWER), "with one between two"),
        (cell("It is 42.", "markdown", id="open-answer") | {"metadata": {"tags": ["answer"]}}, "as text"),
    ],
)
def test_an_answer_that_stock_nbgrader_would_release_is_refused(
    authored: Path, wrong: Mapping[str, Any], what: str
) -> None:
    (authored / "solutions/doubling/doubling.ipynb").write_text(text_of(*SOURCE, dict(wrong)))
    with pytest.raises(UsageError, match=r"the answer 'open-answer' must be a code cell"):
        list(generate([]))
    assert not (authored / "assignments").exists(), what


def test_settings_that_would_release_answers_are_refused(with_answer: Path) -> None:
    settings = with_answer / "nbgrader_config.py"
    settings.write_text(settings.read_text().replace("c.GenerateAssignment.preprocessors.prepend", "print"))
    with pytest.raises(UsageError, match=r"would release the answers in doubling\.ipynb"):
        list(generate([]))


def test_what_is_handed_out_has_solutions_answers_and_outputs(with_answer: Path) -> None:
    assert cli.main(["generate", "--answers"]) == 0
    stub, test, own = cells_of(with_answer / "answers/doubling.ipynb")[1:]
    assert "".join(stub["source"]) == "def double(x):\n    return 2 * x"
    assert test["outputs"][0]["data"]["text/plain"] == ["'told'"]
    assert own["outputs"][0]["text"] == ["It is 42.\n"]
    assert own["metadata"] == {"jupyter": {"source_hidden": True}}
    assert "SOLUTION" not in (with_answer / "answers/doubling.ipynb").read_text()
    assert "secret_answer" not in (with_answer / "assignments/doubling/doubling.ipynb").read_text()


def test_an_answer_that_fails_is_told(with_answer: Path) -> None:
    source = text_of(*SOURCE, answer(ANSWER.replace("double(21)", "double(")))
    (with_answer / "solutions/doubling/doubling.ipynb").write_text(source)
    with pytest.raises(UsageError, match=r"doubling\.ipynb fails"):
        list(generate([], answers=True))
    assert not (with_answer / "answers").exists()


def test_an_answer_is_no_part_of_the_assignment(with_answer: Path) -> None:
    source = text_of(*SOURCE, answer(ANSWER.replace("secret", "import nothing_like_it\ndouble = secret")))
    (with_answer / "solutions/doubling/doubling.ipynb").write_text(source)
    assignment = find_course(with_answer).assignment("doubling")
    assert "nothing_like_it" not in assignment.modules
    assert "secret_answer" not in completed("", assignment)


# The link


def course_with(root: Path, setting: str) -> Course:
    settings = root / "pyproject.toml"
    settings.write_text(settings.read_text().replace("[tool.autograder]", f"[tool.autograder]\nanswers = {setting!r}"))
    return find_course(root)


def test_answers_are_linked_once_they_are_there(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)
    found = course_with(course, "https://example.org/answers/")
    assert found.answers() == {}
    found.answers_dir.mkdir()
    (found.answers_dir / "doubling.ipynb").write_text("{}")
    assert found.answers() == {"doubling": "https://example.org/answers/doubling.ipynb"}
    assert cli.main(["grade", "solutions/doubling/doubling.ipynb", "--sandbox", "none", "--workers", "1"]) == 0
    [page] = (course / "results/feedback").rglob("doubling.html")
    links = [str(each.get("href")) for each in Page(page.read_text()).all("a")]
    assert [link for link in links if "://" in link] == ["https://example.org/answers/doubling.ipynb"]


def test_without_the_setting_nothing_is_linked(authored: Path) -> None:
    course = find_course(authored)
    course.answers_dir.mkdir()
    (course.answers_dir / "doubling.ipynb").write_text("{}")
    assert course.answers() == {}
    assert "all solutions" not in render_feedback(graded(check()), [])


def test_an_address_that_is_none_is_refused(authored: Path) -> None:
    with pytest.raises(UsageError, match=r"answers of \[tool\.autograder\] is 'javascript:alert\(1\)'"):
        course_with(authored, "javascript:alert(1)")


# The course's own


@pytest.mark.parametrize("assignment", SOURCES, ids=lambda each: each.name)
def test_no_released_notebook_has_an_answer(assignment: Assignment) -> None:
    released = COURSE.assignments_dir / assignment.name / f"{assignment.name}.ipynb"
    assert not [each for each in cells_of(released) if is_answer(each) or "answer" in each["id"]]


CHEAP = (
    ("tensors", "all-together-answer"), ("gradients", "find-the-bug-example-answer"),
    ("softmax_regression", "softmax-example-answer"), ("weight_init", "explore-answer"), ("tensors", "normal-example-answer"), ("tensors", "bells-answer"),
    ("tensors", "broadcasting-example-answer"), ("linear_regression_concise", "costs-answer"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "cell_id"), CHEAP)
def test_an_answer_says_the_numbers_that_it_has_computed(name: str, cell_id: str) -> None:
    cells = {each["id"]: "".join(each["source"]) for each in cells_of(COURSE.assignment(name).notebook)}
    known: dict[str, Any] = {}
    for each in ("imports", *(id for id in cells if id.endswith("-solution"))):
        exec(cells[each], known)
    *lines, last, _ = cells[cell_id].split("\n")
    exec("\n".join(lines), known)  # what the words say without a number, it asserts
    told = eval(last, known).data
    assert re.search(r"\d", told) and "{" not in re.sub(r"\$[^$]*\$", "", told)


@pytest.mark.parametrize("assignment", SOURCES, ids=lambda each: each.name)
def test_an_answer_binds_nothing_that_is_graded(assignment: Assignment) -> None:
    graded_names = {each.id for each in assignment.questions}
    for each in filter(is_answer, cells_of(assignment.notebook)):
        [function, shown] = ast.parse("".join(each["source"])).body
        assert isinstance(function, ast.FunctionDef) and isinstance(shown, ast.Expr)
        assert function.name not in graded_names and "explore" in each["metadata"]["tags"]


ANSWERED_IN_PLACE = {  # questions that the text itself goes on to answer, or that a person grades
    ("tensors", "steps"), ("gradients", "title"), ("gradients", "differences"), ("gradients", "agreement-text"),
    ("gradients", "training"), ("linear_regression", "model"), ("linear_regression", "loss"),
    ("linear_regression", "sgd"), ("linear_regression", "training"), ("linear_regression", "why_mean-text"),
    ("training_dynamics", "title"), ("training_dynamics", "learning-rate"), ("training_dynamics", "classify"),
    ("training_dynamics", "floor"), ("training_dynamics", "slope"), ("training_dynamics", "slope-shown-text"),
    ("training_dynamics", "figures"), ("linear_regression_concise", "loading"), ("softmax_regression", "title"),
    ("softmax_regression", "cross-entropy"), ("softmax_regression", "gradient"), ("softmax_regression", "training"),
    ("softmax_regression", "photographs-text"), ("softmax_regression_concise", "modules"),
    ("softmax_regression_concise", "initialisation"), ("weight_init", "symmetry"), ("weight_init", "counting"),
    ("weight_init", "loss-curves-text"),
}  # fmt: skip


def asked_and_answered(assignment: Assignment) -> Iterator[tuple[str, str, list[str]]]:
    """Each text that asks: its cell's id, its source, and the answers that stand before the next text."""
    cells = [(each, "".join(each["source"])) for each in cells_of(assignment.notebook)]
    for place, (each, source) in enumerate(cells):
        if each["cell_type"] == "markdown" and "nbgrader" not in each["metadata"] and "?" in source:
            below = takewhile(lambda found: found[0]["cell_type"] == "code", cells[place + 1 :])
            yield each["id"], source, [text for found, text in below if is_answer(found)]


@pytest.mark.parametrize("assignment", SOURCES, ids=lambda each: each.name)
def test_each_open_question_has_its_answer(assignment: Assignment) -> None:
    open_ones = {cell_id for cell_id, _, answers in asked_and_answered(assignment) if not answers}
    assert open_ones == {cell_id for name, cell_id in ANSWERED_IN_PLACE if name == assignment.name}


@pytest.mark.parametrize("assignment", SOURCES, ids=lambda each: each.name)
def test_an_answer_has_the_numbers_of_its_questions(assignment: Assignment) -> None:
    for cell_id, source, answers in asked_and_answered(assignment):
        if answers:
            [answer_text] = answers
            asked = re.search(r"^\d\. .*\?", source, re.MULTILINE)
            numbers = re.findall(r"^(\d)\. ", source, re.MULTILINE) if asked else []
            assert re.findall(r"^(\d)\. ", answer_text, re.MULTILINE) == numbers, cell_id
