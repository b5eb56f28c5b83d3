"""`pytest CHECKS --submission NOTEBOOK` with pytest's own options."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import notebook_of

WRONG = notebook_of("def double(x):\n    return x**2\n\n\ndef quadruple(x):\n    return 3 * x")


def judge(course: Path, submission: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    checks = ["checks/doubling.py", "--submission", str(submission), "--sandbox", "none"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *checks, *options], cwd=course, capture_output=True,
        text=True, check=False, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip


@pytest.fixture
def judged(course: Path):
    path = course / "submission.ipynb"
    path.write_bytes(WRONG)

    def run(*options: str) -> tuple[int, str]:
        done = judge(course, path, *options)
        return done.returncode, done.stdout + done.stderr

    return run


def test_pytest_alone_judges_a_notebook(course):
    path = course / "mine.ipynb"
    path.write_bytes(notebook_of("def double(x):\n    return x**2"))
    done = judge(course, path)
    assert done.returncode == 1 and "2 failed, 1 passed" in done.stdout
    assert "failed: Every element is doubled." in done.stdout and "hint: What is added to x?" in done.stdout


def test_checks_are_chosen_by_question_and_named_the_first_failure_stops_and_junit_tells_it(judged, course):
    status, said = judged("-k", "double", "-x", "-v", "--junitxml", "junit.xml")
    assert status == 1 and "1 failed, 1 deselected" in said
    assert "checks/doubling.py::test_doubles_every_element FAILED" in said and "test_keeps_an_empty_tensor" not in said
    (case,) = ElementTree.parse(course / "junit.xml").getroot().iter("testcase")
    failure = case.find("failure")
    assert case.get("name") == "test_doubles_every_element" and failure is not None
    assert failure.text is not None and "failed: Every element is doubled." in failure.text


def test_checks_run_in_two_processes(judged):
    status, said = judged("-n", "2", "-v")
    assert status == 1 and "2 failed, 1 passed" in said and "2 workers" in said
    assert "hint: What is added to x?" in said


def test_what_one_question_changes_costs_no_other_its_points(course):
    path = course / "settings.ipynb"
    path.write_bytes(
        notebook_of(
            "changed = []\n\n\ndef double(x):\n    changed.append(x)\n    return 2 * x\n\n\n"
            "def quadruple(x):\n    return (3 if changed else 4) * x"
        )
    )
    done = judge(course, path)
    assert done.returncode == 0 and "3 passed" in done.stdout, done.stdout
