"""`autograder extend`: an extension is nbgrader's own, and counts where lateness does."""

import os
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder import cli

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <SubmittedAssignment> not in session")

DUE = datetime(2026, 10, 1, 18)
CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'tiny'\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook that knows two students, an assignment with a due date, and one submission a day late."""
    path = tmp_path_factory.mktemp("made") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))  # for alembic
        with Gradebook(f"sqlite:///{path}") as book:
            book.add_assignment("doubling", duedate=DUE)
            book.add_assignment("free")
            book.add_student("ada")
            book.add_student("bo")
            book.add_submission("doubling", "ada", timestamp=DUE + timedelta(days=1))
    return path


@pytest.fixture
def url(made: Path, course: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of it in a course."""
    (course / "nbgrader_config.py").write_text(CONFIG)
    monkeypatch.chdir(course)
    return f"sqlite:///{shutil.copy(made, course / 'gradebook.db')}"


def seconds_late(url: str, student: str) -> float:
    with Gradebook(url) as book:
        return float(book.find_submission("doubling", student).total_seconds_late)


def test_a_submission_within_its_extension_is_not_late(url, capsys):
    assert seconds_late(url, "ada") == 86_400
    assert cli.main(["extend", "ada", "doubling", "--days", "3"]) == 0
    assert capsys.readouterr().out == "ada, doubling: 3 days more, due 2026-10-04 18:00 UTC\n"
    assert seconds_late(url, "ada") == 0


def test_an_extension_replaces_the_one_before_and_0_takes_it_back(url):
    for days in ("3", "0.5"):
        assert cli.main(["extend", "ada", "doubling", "--days", days, "--gradebook", url]) == 0
    assert seconds_late(url, "ada") == 86_400 / 2
    assert cli.main(["extend", "ada", "doubling", "--days", "0"]) == 0
    assert seconds_late(url, "ada") == 86_400


def test_an_extension_may_come_before_the_submission(url):
    assert cli.main(["extend", "bo", "doubling", "--days", "2"]) == 0
    with Gradebook(url) as book:
        book.update_or_create_submission("doubling", "bo", timestamp=DUE + timedelta(days=2, hours=1))
    assert seconds_late(url, "bo") == 3600


def test_a_table_is_granted_whole_or_not_at_all(url, course, capsys):
    table = course / "extensions.csv"
    table.write_text("\ufeffstudent,assignment,days\nada,doubling,3\nbo,free,1\n", "utf-8")
    assert cli.main(["extend", "--from", str(table)]) == 0
    assert "bo, free: 1 days more, the assignment has no due date" in capsys.readouterr().out
    table.write_text("student,assignment,days\nada,doubling,9\nzoe,doubling,1\n")
    assert cli.main(["extend", "--from", str(table)]) == 2
    assert "has no student 'zoe'; it has: ada, bo" in capsys.readouterr().err
    with Gradebook(url) as book:
        assert book.find_submission("doubling", "ada").extension == timedelta(days=3)


@pytest.mark.parametrize(("text", "told"), [
    ("student,days\n", "has no columns student, assignment, days"), ("student,assignment,days\nada,doubling,x\n", "line 2"),
    ("student,assignment,days\n ,doubling,1\n", "names no student"),
])  # fmt: skip
def test_a_table_that_is_none_is_refused(url, course, capsys, text, told):
    (course / "table.csv").write_text(text)
    assert cli.main(["extend", "--from", str(course / "table.csv")]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["ada"], ["ada", "doubling"], ["ada", "doubling", "--days", "1", "--from", "x"], []]
)
def test_half_of_the_arguments_is_refused(url, capsys, arguments):
    assert cli.main(["extend", *arguments]) == 2
    assert "STUDENT ASSIGNMENT --days N, or --from FILE" in capsys.readouterr().err


def test_an_unknown_assignment_is_refused_with_what_makes_it_known(url, capsys):
    assert cli.main(["extend", "ada", "nothing", "--days", "1"]) == 2
    assert "it has: doubling, free. nbgrader generate_assignment nothing makes it one" in capsys.readouterr().err
