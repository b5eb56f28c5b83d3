"""`pytest CHECKS --submission NOTEBOOK` with pytest's own options."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import RIGHT, notebook_of

WRONG = notebook_of("def double(x):\n    return x**2\n\n\ndef quadruple(x):\n    return 3 * x")


def judge(
    course: Path, submission: Path, *options: str, checks: tuple[str, ...] = ("checks/doubling",)
) -> "subprocess.CompletedProcess[str]":
    words = [*checks, "--submission", str(submission), "--sandbox", "none"]
    return subprocess.run(
        [Path(sys.executable).with_name("pytest"), "-p", "no:cacheprovider", *words, *options], cwd=course, capture_output=True,
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


@pytest.mark.parametrize(
    ("checks", "passed"),
    [
        (("checks/doubling/visible_checks.py::test_quadruples",), 1),
        (("checks/doubling/", "solutions/doubling"), 4),
    ],
    ids=str,
)
def test_checks_are_named_by_folders_and_files(course, checks, passed):
    path = course / "mine.ipynb"
    path.write_bytes(notebook_of(RIGHT))
    hidden = course / "solutions/doubling/hidden_checks.py"
    hidden.write_text(hidden.read_text() + "\n\nfrom checks.doubling.visible_checks import doubled as again\n")
    done = judge(course, path, checks=checks)
    assert done.returncode == 0 and f"{passed} passed" in done.stdout, done.stdout + done.stderr


def test_without_a_submission_a_folder_of_checks_is_no_folder_of_tests(course):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "checks/doubling"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert "no tests ran" in done.stdout


def test_a_folder_of_no_assignment_is_refused(course):
    (course / "mine.ipynb").write_bytes(WRONG)
    done = judge(course, course / "mine.ipynb", checks=("checks",))
    assert done.returncode == 4 and "needs the folder of an assignment's checks" in done.stderr


def test_checks_are_chosen_by_question_and_named_the_first_failure_stops_and_junit_tells_it(judged, course):
    status, said = judged("-k", "double", "-x", "-v", "--junitxml", "junit.xml")
    assert status == 1 and "1 failed, 1 deselected" in said
    assert (
        "checks/doubling/visible_checks.py::test_doubles_every_element FAILED" in said
        and "test_keeps_an_empty_tensor" not in said
    )
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


SAYS_IT = "\x1b[2J\x07\u202e\n::error::mine\n  ##vso[task.complete result=Succeeded;]done\n##teamcity[x]"


def test_what_a_submission_says_reaches_the_log_as_text_that_begins_no_line(course):
    path = course / "mine.ipynb"
    path.write_bytes(notebook_of(f"def double(x):\n    raise ValueError({SAYS_IT!r})\n"))
    said = judge(course, path).stdout
    assert "::error::mine" in said and not set("\x1b\x07\u202e") & set(said)
    assert not [line for line in said.splitlines() if line.strip().startswith("::")]
    assert "##vso[" not in said and "##teamcity[" not in said
