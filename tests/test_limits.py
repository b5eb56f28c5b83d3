"""What a submission may use, as a course's pyproject.toml says it."""

import io
import shutil
import zipfile

import pytest
from conftest import RIGHT, notebook_of

from autograder.catalogue.course import find_course
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.commands import doctor
from autograder.errors import UsageError
from autograder.grading.bundle import Bundle
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.sandbox.course_limits import limits_of
from autograder.sandbox.worker.limits import Limits

TABLES = """
[tool.autograder.limits]
cell_s = 2
memory_bytes = 3_000_000_000

[tool.autograder.limits.doubling]
cell_s = 0.5
"""


@pytest.fixture
def limited(course):
    return with_tables(course, TABLES)


def with_tables(root, text):
    path = root / "pyproject.toml"
    path.write_text(path.read_text() + text)
    return root


def test_a_course_says_what_all_its_submissions_may_use_and_those_of_one_assignment(limited):
    course = find_course(limited)
    assert limits_of(course, "another") == Limits(cell_s=2, memory_bytes=3_000_000_000)
    assert Settings(limited, "none").limits_of("doubling") == Limits(cell_s=0.5, memory_bytes=3_000_000_000)
    assert Settings(limited, "none", limits=Limits()).limits_of("doubling") == Limits()


def test_limits_alone_are_added_to_the_installed_course(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.autograder.limits.tensors]\nnotebook_s = 90\n")
    course = find_course(tmp_path)
    assert limits_of(course, "tensors") == Limits(notebook_s=90) and limits_of(course, "mlp") == Limits()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[tool.autograder.limits]\ncells = 3",
            "[tool.autograder.limits] has an unknown key cells; it may have: wall_s",
        ),
        ("[tool.autograder.limits.doubling]\nx = 3", "[tool.autograder.limits.doubling] has an unknown key x; it may"),
        ('[tool.autograder.limits]\ncell_s = "10"', "cell_s is '10'; it must be a number above 0"),
        ("[tool.autograder.limits]\ncell_s = 0", "cell_s is 0; it must be a number above 0"),
        ("[tool.autograder.limits]\ncell_s = inf", "cell_s is inf; it must be a number above 0"),
        ("[tool.autograder.limits]\ncell_s = true", "cell_s is True; it must be a number above 0"),
        ("[tool.autograder.limits]\nprocesses = 1.5", "processes is 1.5; it must be a whole number above 0"),
        ("[tool.autograder.limits.trebling]\ncell_s = 3", "there is no assignment 'trebling'"),
        ("limits = 3", "limits of [tool.autograder] is 3; it must be a table"),
    ],
)
def test_a_table_that_cannot_be_names_the_file_the_key_and_what_it_may_be(course, text, told):
    with_tables(course, text)
    with pytest.raises(UsageError) as caught:
        limits_of(find_course(course), "doubling")
    assert told in str(caught.value) and str(course) in str(caught.value)


def test_a_submission_is_graded_within_its_assignments_limits(limited):
    grader = Grader(Settings(limited, "none"))
    slow = "import time\nbegan = time.process_time()\nwhile time.process_time() < began + 5: pass"
    try:
        graded = grader.grade(SubmissionBytes("ada", "doubling", "a.ipynb", notebook_of(RIGHT, slow)))
    finally:
        grader.close()
    assert graded.result.score == 10
    assert graded.result.notes == ("code cell 2 failed: TimeUp: stopped after 0.5 s",)


def test_a_cluster_gets_the_limits_of_what_it_grades(limited, tmp_path):
    shutil.copytree(limited / "checks/doubling", limited / "checks/trebling")
    shutil.copytree(limited / "solutions/doubling", limited / "solutions/trebling")
    (limited / "solutions/trebling/doubling.ipynb").rename(limited / "solutions/trebling/trebling.ipynb")
    with_tables(limited, "[tool.autograder.limits.trebling]\ncell_s = 7\n")  # which it does not get
    archive = Bundle.of(Settings(limited, "none"), ["doubling"]).archive
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(tmp_path / "worker")
    assert Settings(tmp_path / "worker", "none").limits_of("doubling") == Settings(limited, "none").limits_of(
        "doubling"
    )


def test_doctor_shows_the_limits_and_where_they_are_others(limited, monkeypatch):
    monkeypatch.chdir(limited)
    common, own = doctor._limits()
    assert common.text.startswith("wall_s 600, notebook_s 60, question_s 60, cell_s 2, memory_bytes 2,861.02 MiB")
    assert own.text == "doubling: cell_s 0.5"


def test_doctor_tells_a_table_that_cannot_be_used(limited, monkeypatch):
    with_tables(limited, "cells = 3\n")
    monkeypatch.chdir(limited)
    (finding,) = doctor._limits()
    assert finding.text.startswith("cannot be used: ") and "unknown key cells" in finding.text
