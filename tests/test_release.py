"""From source notebooks to what students get: the canonical form, nbgrader's conversion, the wheel."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any
from unittest.mock import Mock, call

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbgrader.coursedir import CourseDirectory

from autograder.authoring.release import canonical, generate
from autograder.catalogue.assignment import SECRETS, Assignment
from autograder.catalogue.course import find_course
from autograder.errors import UsageError
from autograder.gradebook.settings import read_release_settings, read_settings
from tests.clean_machine import build_wheel

ROOT = Path(__file__).parents[1]
SOURCES = [each for each in find_course(ROOT).assignments() if each.notebook.is_relative_to(ROOT / "solutions")]
DISTINCTIVE = 20  # characters from which on a line is nobody's but its author's


def cell(source: str, kind: str = "code", **more: Any) -> dict[str, Any]:
    result = {"cell_type": kind, "metadata": {}, "source": source, **more}
    return result if kind != "code" else {"execution_count": 3, "outputs": [], **result}


def marked(source: str, grade_id: str, *, points: float | None = None, **more: Any) -> dict[str, Any]:
    """A cell of nbgrader's: a student's, or a test worth points."""
    graded = points is not None
    marks: dict[str, Any] = {"grade_id": grade_id, "schema_version": 3, "cell_type": "code", "task": False}
    marks |= {"grade": graded, "locked": graded, "solution": not graded} | ({"points": points} if graded else {})
    return cell(source, **more) | {"metadata": {"nbgrader": marks, "collapsed": True}}


def text_of(*cells: dict[str, Any], **more: Any) -> str:
    return json.dumps({"cells": cells, "metadata": {"toc": {}}, "nbformat": 4, "nbformat_minor": 5} | more)


SOLVED = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n"
SOURCE = text_of(
    cell("Twice a number.  \n", "markdown", id="intro"),
    marked(SOLVED, "double_stub", id="double-stub"),
    marked('check("double")', "double", points=8, id="double-check"),
)


@pytest.fixture
def authored(course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small course with a source as an instructor saves it, and this project's nbgrader settings."""
    (course / "solutions/doubling/doubling.ipynb").write_text(SOURCE)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    monkeypatch.chdir(course)
    return course


# The canonical form


def test_a_source_loses_outputs_counts_trailing_blanks_and_foreign_metadata() -> None:
    shown = [{"output_type": "stream", "name": "stdout", "text": "hello\n"}]
    code = cell("print('hello')  \n\n", id="a", outputs=shown) | {"metadata": {"tags": ["explore"], "scrolled": True}}
    notebook = json.loads(canonical(text_of(code)))
    kept = {"cell_type": "code", "id": "a", "metadata": {"tags": ["explore"]}, "source": ["print('hello')"]}
    assert notebook["cells"] == [kept | {"outputs": [], "execution_count": None}]
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}


def test_a_cell_marked_for_nbval_keeps_its_text_output_alone() -> None:
    rich = {"text/plain": "3", "text/html": "<b>3"}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]},
        {"output_type": "stream", "name": "stderr", "text": "a warning"},
        {"output_type": "display_data", "data": {"image/png": "aGk="}, "metadata": {}},
        {"output_type": "execute_result", "execution_count": 7, "metadata": {}, "data": rich},
    ]
    notebook = json.loads(canonical(text_of(cell("# NBVAL_CHECK_OUTPUT\n3", id="a", outputs=outputs))))
    assert notebook["cells"][0]["outputs"] == [
        {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]},
        {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": {"text/plain": ["3"]}},
    ]


def test_missing_cell_ids_are_made_from_the_cell_and_given_ones_are_kept() -> None:
    text = text_of(cell("x = 1"), cell("x = 1"), cell("y = 2", id="mine"), nbformat_minor=4)
    ids = [each["id"] for each in json.loads(canonical(text))["cells"]]
    assert ids[2] == "mine"
    assert len(set(ids)) == 3
    more = text_of(cell("something before"), *json.loads(text)["cells"], nbformat_minor=4)
    assert [each["id"] for each in json.loads(canonical(more))["cells"]][1:] == ids


def test_the_canonical_form_is_its_own_canonical_form() -> None:
    once = canonical(SOURCE)
    assert canonical(once) == once
    assert once.endswith("}\n")
    assert list(json.loads(once)) == ["cells", "metadata", "nbformat", "nbformat_minor"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (text_of(cell("1", id="a"), cell("2", id="a")), "cell 2 has the id 'a' of an earlier cell"),
        (text_of(nbformat=3), "of format 3"),
        ("<<<<<<< ours", "no notebook of format 4"),
        ('{"nbformat": 4, "cells": [7]}', "no notebook of format 4"),
        (text_of(cell("1", id="not an id")), "no notebook of format 4"),
    ],
)
def test_what_is_no_sound_notebook_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        canonical(text)


# The conversion


def test_generating_writes_the_source_and_the_stubs_and_a_second_time_nothing(authored: Path) -> None:
    source, released = authored / "solutions/doubling/doubling.ipynb", authored / "assignments/doubling/doubling.ipynb"
    assert list(generate([])) == [source, released]
    assert source.read_text() == canonical(SOURCE)
    cells = json.loads(released.read_text())["cells"]
    assert "".join(cells[2]["source"]) == "def double(x):\n    raise NotImplementedError"
    assert [each["id"] for each in cells] == ["install", "intro", "double-stub", "double-check"]
    assert cells[3]["metadata"]["nbgrader"]["points"] == 8
    assert list(generate(["doubling"])) == []


@pytest.mark.parametrize("address", ["", "https://example.org/course.whl"])
def test_the_first_cell_installs_the_course_where_it_is_not_there(
    address: str, authored: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = authored / "nbgrader_config.py"
    settings.write_text(settings.read_text().replace('install_from = ""', f'install_from = "{address}"'))
    list(generate([]))
    source = json.loads((authored / "assignments/doubling/doubling.ipynb").read_text())["cells"][0]["source"]
    shell = Mock()
    code = TransformerManager().transform_cell("".join(source))
    exec(code, {"get_ipython": lambda: shell})
    assert not shell.mock_calls and not capsys.readouterr().out
    monkeypatch.setitem(sys.modules, "autograder", None)
    exec(code, {"get_ipython": lambda: shell})
    called = [call("pip", f"install --quiet {address}")] if address else []
    assert shell.run_line_magic.mock_calls == called
    assert ("Ask your instructor" in capsys.readouterr().out) is not bool(address)


def test_generating_prints_nothing_and_leaves_nothing_behind(authored: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = {path for path in authored.rglob("*") if path.is_file()}
    changed = set(generate([]))
    assert {path for path in authored.rglob("*") if path.is_file()} - before == changed - before
    assert capfd.readouterr() == ("", "")


def test_files_beside_the_notebook_are_released_and_go_when_they_go(authored: Path) -> None:
    picture, copy = authored / "solutions/doubling/picture.svg", authored / "assignments/doubling/picture.svg"
    picture.write_text("<svg/>")
    list(generate([]))
    assert copy.read_text() == "<svg/>"
    assert not (authored / "assignments/doubling/hidden_checks.py").exists()
    picture.unlink()
    assert list(generate([])) == [copy]
    assert not copy.exists()


def test_settings_that_would_release_hidden_checks_are_refused(authored: Path) -> None:
    settings = authored / "nbgrader_config.py"
    settings.write_text(settings.read_text().replace('"hidden_checks.py",', ""))
    with pytest.raises(UsageError, match="would release hidden_checks"):
        list(generate([]))
    assert not (authored / "assignments").exists()


@pytest.mark.parametrize("own_settings", [True, False], ids=["settings", "none"])
def test_nothing_that_an_author_keeps_is_released(authored: Path, own_settings: bool) -> None:
    if not own_settings:
        (authored / "nbgrader_config.py").unlink()
    for folder in (authored / "solutions/doubling", authored / "solutions/doubling/data"):
        folder.mkdir(exist_ok=True)
        (folder / "values.csv").write_text("1,2\n")
        for name in SECRETS:
            secret = folder / name if "." in name else folder / name / "plot.png"
            secret.parent.mkdir(exist_ok=True)
            secret.write_text("# nobody's\n")
    list(generate([]))
    released = authored / "assignments/doubling"
    names = {path.relative_to(released).as_posix() for path in released.rglob("*") if path.is_file()}
    assert names == {"doubling.ipynb", "values.csv", "data/values.csv"}
    cells = json.loads((released / "doubling.ipynb").read_text())["cells"]
    assert "def double(x):\n    raise NotImplementedError" in ["".join(cell["source"]) for cell in cells]


def test_without_settings_a_release_goes_by_what_this_courses_say(authored: Path) -> None:
    ours = read_settings(find_course(authored))
    (authored / "nbgrader_config.py").unlink()
    assumed = read_release_settings(find_course(authored))
    assert CourseDirectory(config=assumed).ignore == CourseDirectory(config=ours).ignore
    assert {*SECRETS} < {*CourseDirectory(config=assumed).ignore}
    assert assumed.ClearSolutions == ours.ClearSolutions


def test_what_nbgrader_refuses_is_told_with_its_log(authored: Path) -> None:
    source = text_of(marked("### BEGIN SOLUTION", "stub", id="a"), marked("check()", "double", points=1, id="b"))
    (authored / "solutions/doubling/doubling.ipynb").write_text(source)
    with pytest.raises(UsageError, match=r"nbgrader cannot generate doubling(.|\n)*no end solution statement"):
        list(generate([]))


@pytest.mark.parametrize("names", [[], ["tripling"]], ids=["all", "named"])
def test_checks_without_a_notebook_are_refused_with_where_it_was_looked_for(authored: Path, names: list[str]) -> None:
    shutil.copytree(authored / "checks/doubling", authored / "checks/tripling")
    with pytest.raises(UsageError, match=r"tripling/visible_checks\.py has no notebook: there is no ") as caught:
        list(generate(names))
    for folder in ("solutions", "assignments"):
        assert str(authored / folder / "tripling/tripling.ipynb") in str(caught.value)
    assert not (authored / "assignments").exists()


def test_an_edited_title_is_taken_over_into_the_record_and_leaves_what_was_calibrated(authored: Path) -> None:
    record = authored / "checks/doubling/record.json"
    before = json.loads(record.read_text()) | {"statistics": {"double.spread": {"threshold": 0.5}}}
    record.write_text(json.dumps(before))
    assert record not in list(generate([]))  # no file of mistakes: nothing to take over
    mistakes = authored / "solutions/doubling/mistakes.py"
    mistakes.write_text(
        "# %% double_squares\n# Squared\n#\n# At 2 the two agree;\n# elsewhere not.\ndef double(x): return x**2\n"
    )
    assert list(generate([])) == [record]
    words = {"question": "double", "title": "Squared", "explanation": "At 2 the two agree; elsewhere not."}
    assert json.loads(record.read_text()) == before | {"misconceptions": {"double_squares": words}}
    assert list(generate([])) == []
    record.unlink()
    assert list(generate([])) == [record]


def test_a_mistake_without_words_is_refused(authored: Path) -> None:
    (authored / "solutions/doubling/mistakes.py").write_text("# %% double_squares\ndef double(x): return x**2\n")
    with pytest.raises(UsageError, match="double_squares needs a comment"):
        list(generate([]))


# This course


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(build_wheel(tmp_path_factory.mktemp("wheel")))


def secrets(text: str, public: str) -> set[str]:
    """The lines of `text` that are long enough to be telling and do not stand in `public` too; no imports."""
    lines = {line.strip() for line in text.splitlines() if not re.match(r"\s*(from|import) ", line)}
    known = {line.strip() for line in public.splitlines()}
    return {line for line in lines - known if len(line) >= DISTINCTIVE}


def hidden_lines(assignment: Assignment) -> set[str]:
    """Lines of hidden checks that stand in no assignment's visible ones."""
    assert assignment.hidden_checks is not None
    visible = "\n".join(each.visible_checks.read_text("utf-8") for each in SOURCES)
    return secrets(assignment.hidden_checks.read_text("utf-8"), visible)


def solution_lines(assignment: Assignment) -> set[str]:
    """Lines of the source notebook that only its solutions have: what stands between their marks, and written answers."""
    inside: list[str] = []
    outside: list[str] = []
    for each in json.loads(assignment.notebook.read_text("utf-8"))["cells"]:
        solving = each["cell_type"] == "markdown" and each["metadata"].get("nbgrader", {}).get("solution", False)
        for line in "".join(each["source"]).splitlines():
            solving = solving and "END SOLUTION" not in line
            (inside if solving else outside).append(line)
            solving = solving or "BEGIN SOLUTION" in line
    return secrets("\n".join(inside), "\n".join(outside))


def assert_clean(notebook: str, assignment: Assignment) -> None:
    assert "SOLUTION" not in notebook
    lines = {line.strip() for each in json.loads(notebook)["cells"] for line in "".join(each["source"]).splitlines()}
    assert not lines & (solution_lines(assignment) | hidden_lines(assignment))
    assert all(each.get("outputs", []) == [] for each in json.loads(notebook)["cells"])


def test_there_are_solutions_and_hidden_checks_to_leak() -> None:
    assert SOURCES
    assert all(len(solution_lines(each)) >= 5 and len(hidden_lines(each)) >= 5 for each in SOURCES)


def test_a_written_answer_and_its_rubric_are_among_what_must_not_leak() -> None:
    (assignment,) = (each for each in SOURCES if each.name == "linear_regression")
    assert [(each.id, each.points) for each in assignment.by_hand] == [("why_mean", 5.0)]
    assert any("Rubric" in line for line in solution_lines(assignment))


def test_assignments_are_in_step_with_solutions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    caches = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for folder in ("autograder/checks", "solutions", "assignments"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=caches)
    for file in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, tmp_path)
    monkeypatch.chdir(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in generate([])] == [], "run: autograder generate"
    released = {path.name for path in (tmp_path / "assignments").iterdir() if path.is_dir()}
    assert released == {each.name for each in SOURCES}


@pytest.mark.parametrize("assignment", SOURCES, ids=lambda each: each.name)
def test_sources_are_canonical(assignment: Assignment) -> None:
    text = assignment.notebook.read_text("utf-8")
    assert canonical(text) == text, "run: autograder generate"


@pytest.mark.parametrize("assignment", SOURCES, ids=lambda each: each.name)
def test_nothing_of_the_solution_is_in_what_students_get(assignment: Assignment) -> None:
    folder = ROOT / "assignments" / assignment.name
    assert not (folder / "hidden_checks.py").exists()
    assert_clean((folder / f"{assignment.name}.ipynb").read_text("utf-8"), assignment)


@pytest.mark.parametrize("assignment", SOURCES, ids=lambda each: each.name)
def test_the_wheel_holds_the_released_notebook_and_no_solution(wheel: zipfile.ZipFile, assignment: Assignment) -> None:
    released = f"autograder/assignments/{assignment.name}/{assignment.name}.ipynb"
    assert_clean(wheel.read(released).decode(), assignment)
    hidden = hidden_lines(assignment)
    for name in wheel.namelist():
        assert not hidden & {line.strip() for line in wheel.read(name).decode("utf-8", "replace").splitlines()}, name


def test_simulated_classes_need_a_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    assert not [name for name in wheel.namelist() if "simulation" in name]
    for command in (["simulate", "tensors", "--out", "class"], ["verify", "truth.jsonl", "results"]):
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *command], cwd=tmp_path, env={**os.environ, "PYTHONPATH": wheel.filename},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1) and "need a checkout" in done.stderr


def test_a_source_archive_holds_no_solution_either(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = [Path(*Path(name).parts[1:]) for name in archive.getnames()]
    assert Path("autograder/cli.py") in names
    assert not [name for name in names if name.parts[0] in ("solutions", "tests") or {*name.parts} & {*SECRETS}]


def test_the_wheel_holds_packages_only(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"autograder", "coursedata"}
    assert not [name for name in wheel.namelist() if {*Path(name).parts} & {*SECRETS, "__pycache__"}]
    assert "autograder/results/store.py" in wheel.namelist()  # which .gitignore could hide from the build
