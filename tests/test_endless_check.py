"""A check that never ends: it costs nobody a mark, holds nobody up, and a person learns where it is."""

from pathlib import Path

import pytest
from conftest import RIGHT, notebook_of

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading import grader as grading
from autograder.grading.runner import LocalExecutor, grade_all, grade_apart
from autograder.grading.settings import Settings
from autograder.judging import judge_plugin as judging

ENDLESS = '''

@probe
def length(student):
    return len(student.double([1]))


@check("double", hints=["Ask the instructor."])
def test_of_a_list_is_looked_at_for_ever(student):
    """A list is doubled."""
    found = student.run(length)
    while not found:
        pass
'''
EMPTY = f"{RIGHT}\n\ndef double(x):\n    return [] if isinstance(x, list) else 2 * x"


def test_ends_its_process_and_is_for_a_person_to_see(
    course: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    checks = course / "checks/doubling/visible_checks.py"
    checks.write_text(checks.read_text() + ENDLESS)
    settings = Settings(course, "none")
    monkeypatch.setattr(grading, "JUDGING_S", 4.0 - settings.limits_of("doubling").wall_s)  # 4 s for all of it
    sources = {"ada": RIGHT, "ben": EMPTY, "cid": RIGHT}
    jobs = [
        SubmissionBytes(name, "doubling", "doubling.ipynb", notebook_of(source)) for name, source in sources.items()
    ]
    results = {graded.result.student: graded.result for graded in grade_all(LocalExecutor, settings, jobs, 2)}
    assert {name: (result.score, result.needs_review) for name, result in results.items()} == {
        "ada": (10, False), "ben": (0, True), "cid": (10, False)
    }  # fmt: skip
    check = results["ben"].questions[0].checks[0]
    assert check.outcome == "grader_fault" and "a check that never ends" in check.message
    assert "last at test_of_a_list_is_looked_at_for_ever" in check.message
    assert results["ben"].is_final  # the same command does not go through it again
    assert "in test_of_a_list_is_looked_at_for_ever" in capfd.readouterr().err


def test_of_submissions_that_come_one_by_one_it_ends_none_but_its_own(course: Path) -> None:
    checks = course / "checks/doubling/visible_checks.py"
    checks.write_text(f"import os\n{checks.read_text()}{ENDLESS.replace('pass', 'os._exit(1)')}")
    settings = Settings(course, "none")
    sources = {"ada": RIGHT, "ben": EMPTY, "cid": RIGHT}
    results = [
        grade_apart(settings, SubmissionBytes(name, "doubling", "doubling.ipynb", notebook_of(source))).result
        for name, source in sources.items()
    ]
    assert [(result.score, result.is_final) for result in results] == [(10, True), (0, True), (10, True)]
    assert [result.needs_review for result in results] == [False, True, False]


def test_alone_is_for_a_person_once_it_has_computed_too_long(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = course / "checks/doubling/visible_checks.py"
    checks.write_text(checks.read_text() + ENDLESS)
    monkeypatch.setattr(judging, "CHECK_COMPUTES_S", 0.5)
    grader = grading.Grader(Settings(course, "none"))
    try:
        result = grader.grade(SubmissionBytes("ben", "doubling", "doubling.ipynb", notebook_of(EMPTY))).result
    finally:
        grader.close()
    ended = {check.id: check.outcome for question in result.questions for check in question.checks}
    assert ended.pop("test_of_a_list_is_looked_at_for_ever") == "grader_fault"
    assert set(ended.values()) == {"passed"} and result.needs_review and result.questions[1].score == 2
