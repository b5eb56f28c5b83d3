"""A question from its skeletons to its named mistakes, as CONTRIBUTING.md tells it, in a copy of the course."""

import difflib
import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.recorded import read_alternatives, read_mistakes
from autograder.authoring.unwritten import MARK
from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import find_course
from autograder.cli import main
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent
from tests.transcript import blocks

ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "CONTRIBUTING.md"
ASSIGNMENT, QUESTION = "linear_regression", "mean_absolute_error"
SOLUTION = Path("solutions") / ASSIGNMENT
CHECKS = Path("autograder/checks") / ASSIGNMENT
MOST_LINES, MOST_FILES = 60, 3


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in (SOLUTION, CHECKS):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "calibration"))
    for name in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(word: str) -> list[str]:
    """The arguments of the first command in CONTRIBUTING.md that begins so."""
    match = re.search(rf"^    autograder ({word}\b.*)$", RECIPE.read_text(), re.MULTILINE)
    assert match
    return shlex.split(match[1])


def texts(course: Path) -> dict[Path, list[str]]:
    kinds = (".py", ".ipynb", ".json")
    return {
        path.relative_to(course): path.read_text().splitlines()
        for path in course.rglob("*")
        if path.suffix in kinds and "__pycache__" not in path.parts
    }


def assignment_of(course: Path) -> Assignment:
    return find_course(course).assignment(ASSIGNMENT)


def replace_from(path: Path, start: str, text: str) -> None:
    head, found, _ = path.read_text().partition(start)
    assert found
    path.write_text(head + text)


def write_as_told(course: Path) -> None:
    """Put the three blocks of the recipe in place of their skeletons."""
    stub, checks, mistakes, *_ = [block.text for block in blocks(RECIPE) if block.language == "python"]
    notebook = course / SOLUTION / f"{ASSIGNMENT}.ipynb"
    source = json.loads(notebook.read_text())
    (cell,) = (cell for cell in source["cells"] if cell["id"] == f"{QUESTION}-solution")
    cell["source"] = stub.rstrip("\n").splitlines(keepends=True)
    notebook.write_text(json.dumps(source, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    replace_from(course / CHECKS / "visible_checks.py", f"# {QUESTION}\n", checks)
    replace_from(course / SOLUTION / "mistakes.py", f"# %% {QUESTION}", mistakes)


def named(judge: Judge, source: str, seed: int) -> tuple[bool, set[str]]:
    (result,) = judge.judge(LocalStudent.of_source(source), seed, [QUESTION])
    return result.passed, {check.misconception.id for check in result.checks if check.misconception}


def test_the_recipe_of_contributing_makes_a_question_that_names_its_mistakes(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = assignment_of(copied).record
    assert main(told("new-question")) == 0
    begun = texts(copied)
    write_as_told(copied)
    written = texts(copied)
    changed = [path for path in written if written[path] != begun[path]]
    authored = [
        line
        for path in changed
        for line in difflib.unified_diff(begun[path], written[path], n=0, lineterm="")
        if line.startswith("+") and not line.startswith("+++")
    ]
    assert len(changed) <= MOST_FILES and len(authored) <= MOST_LINES

    capsys.readouterr()
    assert main([*told("calibrate"), "--workers", "1"]) == 0
    assert f"{SOLUTION}/alternatives.py:" in capsys.readouterr().out  # the styles that could have one of their own
    assignment = assignment_of(copied)
    mistakes = {id: each for id, each in read_mistakes(assignment).items() if each.misconception.question == QUESTION}
    assert len(mistakes) == 4
    record = assignment.record
    assert all(record["mistakes"][id] == {"caught": 1.0, "named": 1.0} for id in mistakes)
    assert record["fingerprints"][QUESTION].keys() == mistakes.keys()
    others = {id: known for id, known in record["fingerprints"].items() if id != QUESTION}
    shares = {id: share for id, share in record["mistakes"].items() if id not in mistakes}
    assert (others, shares, record["statistics"]) == (before["fingerprints"], before["mistakes"], before["statistics"])

    styles = read_alternatives(assignment)
    for visible_only in (True, False):
        with Judge(assignment, visible_only=visible_only) as judge:
            for style in styles.values():
                assert named(judge, style, 1) == (True, set())
            for id, mistake in mistakes.items():
                code = f"{next(iter(styles.values()))}\n{mistake.examples[0]}"
                assert named(judge, code, 1) == (False, {id})

    assert main(told("generate")) == 0
    released = (copied / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    assert f"def {QUESTION}(y_hat, y):" in released and "(y_hat - y).abs().mean()" not in released


def test_a_question_that_is_not_written_yet_is_refused_with_file_and_line(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    released_before = sorted((copied / "assignments").rglob("*"))
    assert main(["new-question", ASSIGNMENT, "rate", "--points", "3"]) == 0
    listed = capsys.readouterr().out.splitlines()
    for line in listed:
        path, number, text = line.split(":", 2)
        assert MARK in text and MARK in (copied / path).read_text().splitlines()[int(number) - 1]
    assert {Path(line.split(":")[0]) for line in listed} == {
        SOLUTION / f"{ASSIGNMENT}.ipynb", CHECKS / "visible_checks.py", SOLUTION / "mistakes.py", SOLUTION / "alternatives.py",
    }  # fmt: skip
    for name in ("visible_checks.py", "mistakes.py", "alternatives.py"):
        skeleton = next(copied.rglob(name))
        compile(skeleton.read_text(), skeleton, "exec")
    (question,) = (each for each in assignment_of(copied).questions if each.id == "rate")
    assert question.points == 3
    for command in ("generate", "calibrate"):
        assert main([command, ASSIGNMENT]) == 2
        shown = capsys.readouterr().err
        assert all(line in shown for line in listed if "alternatives.py" not in line)
    assert sorted((copied / "assignments").rglob("*")) == released_before


@pytest.mark.parametrize(("function", "why"), [
    ("sgd", "has a cell sgd already"), ("two words", "no function's name"), ("lambda", "no function's name"),
    ("f(x", "no function's name"), ("f(1)", "no function's name"), ("f" * 60, "no function's name"),
])  # fmt: skip
def test_a_name_that_cannot_be_a_new_question_is_refused_and_nothing_written(
    copied: Path, capsys: pytest.CaptureFixture[str], function: str, why: str
) -> None:
    before = texts(copied)
    assert main(["new-question", ASSIGNMENT, function]) == 2
    assert why in capsys.readouterr().err and texts(copied) == before


def test_a_check_begins_with_the_imports_that_it_needs(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)
    assert main(["new-question", "doubling", "triple(x)"]) == 0
    with Judge(find_course(course).assignment("doubling"), visible_only=True) as judge:
        (result,) = judge.judge(LocalStudent.of_source("def triple(x): return 0 * x"), questions=["triple"])
    assert result.passed  # the skeleton expects zeros; a missing import would be the grader's fault


def test_a_style_that_leaves_out_a_function_has_the_notebooks_solution_and_its_imports(course: Path) -> None:
    folder = course / "solutions/doubling"
    notebook = json.loads((folder / "doubling.ipynb").read_text())
    solved = (
        "import math\n\n\ndef quadruple(x):\n    ### BEGIN SOLUTION\n    return math.prod((4, x))\n    ### END SOLUTION"
    )
    marks = {"grade_id": "quadruple-solution", "grade": False, "solution": True}
    notebook["cells"][0] |= {"source": solved, "metadata": {"nbgrader": marks}}
    (folder / "doubling.ipynb").write_text(json.dumps(notebook))
    (folder / "alternatives.py").write_text("# %% plain\ndef double(x):\n    return x + x\n")
    (style,) = read_alternatives(find_course(course).assignment("doubling")).values()
    namespace: dict[str, Any] = {}
    exec(style, namespace)
    assert (namespace["double"](3), namespace["quadruple"](3)) == (6, 12) and "SOLUTION" not in style


@pytest.mark.parametrize("options", [["--question", "sgd"], ["--mistakes", "--question", "unknown"]])
def test_one_question_alone_is_calibrated_only_by_its_mistakes(copied: Path, options: list[str]) -> None:
    before = texts(copied)
    assert main(["calibrate", ASSIGNMENT, *options]) == 2 and texts(copied) == before
