"""`autograder compare`: both answers to each question on a page that no student gets."""

import json
from pathlib import Path

import pytest
from conftest import RIGHT, code_cell, grade_cell, make_course, notebook, notebook_of
from test_feedback import Page

from autograder import cli
from autograder.authoring.reference import answers_in, without_given
from autograder.catalogue.course import find_course
from autograder.catalogue.submission import read_submission

WRONG = "# mine\ndef double(x):\n    # squared\n    return x**2\n"
MARKED = "import torch\n\ndef double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n"
ESSAY = {"grade": True, "solution": True, "locked": False, "task": False, "schema_version": 3, "cell_type": "markdown"}


def essay(text: str) -> dict[str, object]:
    marks = {**ESSAY, "grade_id": "why", "points": 3}
    return {"cell_type": "markdown", "id": "why", "metadata": {"nbgrader": marks}, "source": text}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = make_course(tmp_path_factory.mktemp("compare") / "course")
    quadruple = RIGHT[RIGHT.index("def quadruple") :]
    (course / "solutions/doubling/doubling.ipynb").write_text(
        notebook(
            code_cell(MARKED), grade_cell("double", 8), code_cell(quadruple, 1), grade_cell("quadruple", 2),
            essay("Because it adds."),
        )
    )  # fmt: skip
    for student, cells in {
        "ada": [code_cell("def double(x):\n    return 0", 1), code_cell(WRONG, 2), essay("<b>Why not?</b>")],
        "bob": [code_cell(f"{RIGHT}\n%matplotlib inline"), essay("So.")],
    }.items():
        folder = course / "submitted" / student / "doubling"
        folder.mkdir(parents=True)
        (folder / "doubling.ipynb").write_text(notebook(*cells))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        cli.main(["grade", "submitted", "--sandbox", "none", "--workers", "1"])
    return course


def page_of(course: Path, student: str) -> str:
    return (course / f"results/compared/{student}/doubling.html").read_text("utf-8")


def text_of(course: Path, student: str) -> str:
    return " ".join(Page(page_of(course, student)).text.split())


def test_each_question_has_what_was_handed_in_beside_the_reference(graded, monkeypatch, capsys):
    monkeypatch.chdir(graded)
    assert cli.main(["compare", "submitted"]) == 0
    assert capsys.readouterr().out == "2 pages in results/compared\n"
    text = text_of(graded, "ada")
    for words in (
        "ada", "def double(x): # squared return x**2", "def double(x): return 2 * x", "1 of 8 points",
        "This looks like: squares in place of doubling", "Nothing that answers it was found.",
        "graded by hand, 3 points", "<b>Why not?</b>", "Because it adds.",
    ):  # fmt: skip
        assert words in text, words
    assert "SOLUTION" not in text and "return 0" not in text
    assert "def quadruple(x): return double(double(x))" in text_of(graded, "bob")


def test_no_feedback_page_has_anything_of_the_reference(graded, monkeypatch):
    monkeypatch.chdir(graded)
    cli.main(["compare", "submitted"])
    feedback = [path.read_text("utf-8") for path in (graded / "results/feedback").rglob("*.html")]
    assert len(feedback) == 2 and not any("Because it adds" in page or "2 * x" in page for page in feedback)
    href = page_of(graded, "ada").partition('<a href="')[2].partition('"')[0]
    assert (graded / "results/compared/ada" / href).resolve() == graded / "results/feedback/ada/doubling.html"


DOCUMENTED = 'def double(x):\n    """Double.\n\n    Returns:\n        All of it.\n    """\n'


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (f"{DOCUMENTED}    return x**2\n", "def double(x):\n    return x**2\n"),
        (f"{DOCUMENTED}    raise NotImplementedError\n", ""),
        (DOCUMENTED.replace("Double", "Mine") + "    return x**2\n", None),
        (DOCUMENTED, None),
        ('def double(x): """Double."""; return 2', None),
        ("def double(x):\n    return x**2\n", None),
        ("def double(x:\n", None),
        ("YOUR ANSWER", None),
    ],
)
def test_what_was_given_with_a_question_is_not_shown(answer: str, left: str | None) -> None:
    given = f"{DOCUMENTED}    raise NotImplementedError\n"
    assert without_given(answer, given) == (answer if left is None else left)
    assert without_given(" YOUR ANSWER HERE\n", "YOUR ANSWER HERE") == ""


def test_what_was_handed_in_again_since_is_left_out_and_told(graded, monkeypatch, capsys):
    monkeypatch.chdir(graded)
    path = graded / "submitted/bob/doubling/doubling.ipynb"
    before = path.read_bytes()
    path.write_bytes(notebook_of("# another"))
    try:
        assert cli.main(["compare", "submitted/bob"]) == 2
    finally:
        path.write_bytes(before)
    errors = capsys.readouterr().err
    assert "bob is not graded as it lies there: left out" in errors and "nothing of it has been graded" in errors


def test_without_solutions_there_is_nothing_to_compare_with(graded, tmp_path, monkeypatch, capsys):
    (tmp_path / "pyproject.toml").write_text('[tool.autograder]\nchecks = "checks"\nassignments = "assignments"\n')
    monkeypatch.chdir(tmp_path)
    assert cli.main(["compare", "submitted"]) == 2
    assert "no solutions" in capsys.readouterr().err


def test_the_last_definition_counts_with_its_decorators_and_one_that_is_no_python_is_shown_whole(graded):
    assignment = find_course(graded).assignment("doubling")
    sources = ["@torch.no_grad()\ndef double(x):\n    return x\n\nprint(1)", "def quadruple(x):\n    return ("]
    cells = read_submission(json.dumps(json.loads(notebook_of(*sources))).encode(), "doubling.ipynb").document
    assert answers_in(cells, assignment) == {"double": sources[0].partition("\n\n")[0], "quadruple": sources[1]}
