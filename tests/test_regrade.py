"""`autograder regrade`: one question again, after its check was mended."""

import json
import re
from pathlib import Path

import pytest
from conftest import RIGHT, notebook_of

from autograder import cli

BY_HALVES = "def double(x):\n    return x + x / 1\n\n\ndef quadruple(x):\n    return double(double(x))\n"
SQUARES = "def double(x):\n    return x**2\n\n\ndef quadruple(x):\n    return 4 * x\n"
STUDENTS = {"right": RIGHT, "squares": SQUARES, "blank": "x = 1"}


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


def results(course: Path, out: str = "results") -> dict[str, dict]:
    lines = [json.loads(line) for line in (course / out / "results.jsonl").read_text().splitlines()]
    assert len({line["student"] for line in lines}) == len(lines)
    return {line["student"]: untimed(line) for line in lines}


def untimed(value):
    if isinstance(value, dict):
        return {key: untimed(item) for key, item in value.items() if key != "seconds"}
    return [untimed(item) for item in value] if isinstance(value, list) else value


def mend(course: Path) -> None:
    """Now squares are asked for."""
    checks = course / "checks/doubling/visible_checks.py"
    checks.write_text(checks.read_text().replace('got["y"], 2 * x, name', 'got["y"], x**2, name').replace(
        ', mistakes={"double_squares": x**2}', ""
    ))  # fmt: skip


def test_it_says_who_gains_and_who_loses_and_writes_nothing_unasked(graded, capsys):
    before = results(graded)
    mend(graded)
    capsys.readouterr()
    assert run("regrade", "submitted", "--question", "double") == 0
    told = capsys.readouterr().out
    assert told.splitlines()[:2] == [
        "right doubling: 10 → 7 of 10 (-3)", "    double.test_doubles_every_element: passed → failed"
    ]  # fmt: skip
    assert re.search(r"^squares doubling: .* \(\+3\)$", told, re.MULTILINE) and "blank" not in told
    assert "double, quadruple: 1 gain, 1 lose, 1 stay as they were" in told and "add --write" in told
    assert results(graded) == before


def test_what_it_writes_is_what_grading_everything_again_gives(graded, capsys):
    mend(graded)
    assert run("regrade", "submitted", "--question", "double", "--write") == 0
    assert run("grade", "submitted", "--out", "afresh") == 1
    assert results(graded) == results(graded, "afresh")
    pages = sorted((graded / "afresh/feedback").rglob("*.html"))
    assert len(pages) == len(STUDENTS)
    for page in pages:
        again = graded / "results" / page.relative_to(graded / "afresh")
        assert re.sub(r"[\d.]+ s\b", "", again.read_text()) == re.sub(r"[\d.]+ s\b", "", page.read_text())
    assert run("grade", "submitted") == 1
    assert "3 of 3 are graded already" in capsys.readouterr().err


def test_a_question_that_needs_no_other_leaves_the_others_alone(graded, capsys):
    before = results(graded)
    mend(graded)
    assert run("regrade", "submitted", "--question", "quadruple", "--write") == 0
    assert "quadruple: 0 gain" in capsys.readouterr().out
    assert [line["questions"][0] for line in results(graded).values()] == [
        line["questions"][0] for line in before.values()
    ]


def test_work_that_changed_or_was_never_graded_is_left_to_grade(graded, capsys):
    before = results(graded)
    (graded / "submitted/right/doubling/doubling.ipynb").write_bytes(notebook_of(BY_HALVES))
    late = graded / "submitted/late/doubling"
    late.mkdir(parents=True)
    (late / "doubling.ipynb").write_bytes(notebook_of(RIGHT))
    assert run("regrade", "submitted", "--question", "double", "--write") == 0
    told = capsys.readouterr().err
    assert "right was handed in again" in told and "late has not been graded" in told
    assert results(graded) == before


def test_a_check_that_fails_by_its_own_fault_changes_no_result(graded, capsys):
    before = results(graded)
    checks = graded / "checks/doubling/visible_checks.py"
    checks.write_text(checks.read_text().replace("got = student.run(doubled, x=x)", "got = student.run(doubled, x=y)"))
    assert run("regrade", "submitted", "--question", "double", "--write") == 3
    assert "whose result stays as it was" in capsys.readouterr().err
    assert results(graded) == before


def test_an_unknown_question_is_refused(graded, capsys):
    assert run("regrade", "submitted", "--question", "halve") == 2
    assert "no question 'halve'" in capsys.readouterr().err
