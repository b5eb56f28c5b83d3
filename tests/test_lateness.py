"""The price of being late, to the second."""

import csv
import json
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import RIGHT, make_course, notebook_of
from traitlets import TraitError
from traitlets.config import Config, Configurable

from autograder.catalogue.course import find_course
from autograder.gradebook.lateness import LatePolicy
from autograder.gradebook.settings import read_settings
from tests.nbgrader_course import NbgraderCourse

ROOT = Path(__file__).parents[1]
TIMESTAMPS = {
    "punctual": "2026-03-01 12:00:00", "in_grace": "2026-03-01 13:00:00", "late": "2026-03-01 13:00:01",
    "later": "2026-03-03 13:00:01", "poor": "2026-03-03 13:00:01",
}  # fmt: skip
PENALTIES = {"punctual": 0, "in_grace": 0, "late": 2.5, "later": 7.5, "poor": 1}  # nobody loses more than was earned
HOUR = 3600
DAY = 24 * HOUR
TENTH = {"share_per_day": 0.1}
GRACE = {"share_per_day": 0.1, "grace_hours": 2.0}
CAPPED = {"share_per_day": 0.25, "largest_share": 0.6}


@pytest.mark.parametrize(
    ("policy", "seconds", "share"),
    [
        ({}, 30 * DAY, 0.0),
        (TENTH, 1, 0.1), (TENTH, DAY, 0.1), (TENTH, DAY + 1, 0.2), (TENTH, 30 * DAY, 1.0),
        (GRACE, 1, 0.0), (GRACE, 2 * HOUR, 0.0), (GRACE, 2 * HOUR + 1, 0.1), (GRACE, DAY + 2 * HOUR, 0.1),
        (GRACE, DAY + 2 * HOUR + 1, 0.2),
        (CAPPED, 2 * DAY, 0.5), (CAPPED, 2 * DAY + 1, 0.6), (CAPPED, 3 * DAY, 0.6),
    ],
)  # fmt: skip
def test_each_day_begun_after_the_grace_costs_a_share_up_to_the_largest(policy, seconds, share):
    assert LatePolicy(**policy).share_lost(seconds) == pytest.approx(share)


def test_free_days_are_used_up_by_what_was_due_first():
    due = {name: datetime(2026, 3, day) for day, name in enumerate(("first", "second", "third", "free"), 1)}
    assignments = {name: SimpleNamespace(name=name, duedate=date) for name, date in due.items()}
    days = {"first": 2, "second": 3, "third": 1, "free": 9}
    handed_in = [
        SimpleNamespace(assignment=assignments[name], total_seconds_late=late * DAY) for name, late in days.items()
    ]
    gradebook = SimpleNamespace(
        find_assignment=assignments.get, find_notebook=lambda *_: SimpleNamespace(max_score=50.0),
        student_submissions=lambda student: handed_in if student == "ada" else [],
    )  # fmt: skip

    def lost(name: str, student: str = "ada") -> float | None:
        settings = {"share_per_day": 0.1, "free_days": 4, "by_assignment": {"free": {"share_per_day": 0.0}}}
        policy = LatePolicy(config=Config({"LatePolicy": settings}))
        policy.parent = Configurable()  # as nbgrader's AssignLatePenalties
        vars(policy.parent).update(assignment_id=name, notebook_id=name, gradebook=gradebook)
        return policy.late_submission_penalty(student, 50.0, days[name] * DAY)

    assert {name: lost(name) for name in due} == {"first": None, "second": 5.0, "third": 5.0, "free": None}
    assert lost("second", "bo") is None


@pytest.mark.parametrize(
    "policy", [{"free_days": -1.0}, {"share_per_day": 10.0}, {"grace_hours": -1.0}, {"largest_share": 60.0}]
)
def test_a_share_that_is_no_share_is_refused(policy):
    with pytest.raises(TraitError):
        LatePolicy(**policy)


def test_the_course_takes_nothing_for_being_late():
    assert LatePolicy(config=read_settings(find_course(ROOT))).share_lost(30 * DAY) == 0


@pytest.fixture(scope="module")
def late_class(tmp_path_factory):
    """A small course in which a day costs a quarter of its ten points, and who handed in when."""
    root = make_course(tmp_path_factory.mktemp("late") / "course")
    settings = (ROOT / "nbgrader_config.py").read_text()
    policy = 'c.LatePolicy.grace_hours = 1.0\nc.LatePolicy.by_assignment = {"doubling": {"share_per_day": 0.25}}\n'
    (root / "nbgrader_config.py").write_text(settings + policy)
    course = NbgraderCourse(root)
    course.nbgrader("generate_assignment", "doubling")
    for student, timestamp in TIMESTAMPS.items():
        answer = "def double(x):\n    return x**2" if student == "poor" else RIGHT
        course.submit(student, "doubling", notebook_of(answer), f"{timestamp} UTC")
    return course


def due(course, url):
    course.nbgrader("db", "assignment", "add", "doubling", "--duedate=2026-03-01 12:00:00 UTC", f"--db={url}")
    return url


def test_nbgrader_autograde_takes_the_policys_points(late_class):
    url = due(late_class, f"sqlite:///{late_class.root}/gradebook.db")
    late_class.nbgrader("autograde", "doubling")
    assert late_class.read_penalties(url, "doubling") == PENALTIES
    assert late_class.read_grades(url, "doubling")["later"]["double"][0] == 8  # the grade is what the work is worth


def test_autograder_grade_takes_the_policys_points(late_class):
    url = due(late_class, f"sqlite:///{late_class.root}/second.db")
    late_class.run("-m", "autograder", "grade", "submitted", "--gradebook", url, expected=1)
    assert late_class.read_penalties(url, "doubling") == PENALTIES


def scores(path):
    """What a table of grades holds, by its first filled column that names students."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_tables_for_platforms_hold_what_the_gradebook_says_in_the_end(late_class):
    url = due(late_class, f"sqlite:///{late_class.root}/third.db")
    (late_class.root / "submitted/absent").mkdir()
    command = (
        "-m", "autograder", "grade", "submitted", "--gradebook", url, "--out", "third",
        "--format", "canvas,moodle,mailmerge",
    )  # fmt: skip
    late_class.run(*command, expected=1)
    with late_class.gradebook(url) as book:
        grade = book.find_grade("quadruple", "doubling", "doubling", "punctual")
        grade.manual_score, grade.extra_credit = 1.0, 4.0
        book.db.commit()
    export = late_class.root / "export.csv"
    export.write_text(
        "Student,ID,SIS Login ID,Doubling (7)\n    Points Possible,,,20\nLate,1,late,\nAbsent,2,absent,3\n"
    )
    done = late_class.finished(*command[:-1], "canvas,moodle,mailmerge", "--into", "export.csv")
    assert done.returncode == 2 and "--into takes one --format" in done.stderr
    late_class.run(*command, expected=1)
    late_class.run(*command[:-1], "canvas", "--into", "export.csv", expected=1)
    with late_class.gradebook(url) as book:
        final = {
            each.student.id: each.score - each.late_submission_penalty
            for each in book.assignment_submissions("doubling")
        }
    assert final["punctual"] == 8 + 1 + 4 and final["late"] == 10 - PENALTIES["late"] and "absent" not in final
    told = {student: f"{score:g}" for student, score in final.items()} | {"absent": ""}
    _, possible, *canvas = scores(late_class.root / "third/canvas.csv")
    assert {row[3]: row[5] for row in canvas} == told and possible[5] == "10"
    assert {row[0]: row[1] for row in scores(late_class.root / "third/moodle.csv")[1:]} == told
    assert {row[0]: row[4] for row in scores(late_class.root / "third/mailmerge.csv")[1:]} == told
    assert scores(late_class.root / "third/export.csv")[2:] == [
        ["Late", "1", "late", "15"],
        ["Absent", "2", "absent", "3"],
    ]
    results = map(json.loads, (late_class.root / "third/results.jsonl").read_text().splitlines())
    assert {line["student"]: line["score"] for line in results}["late"] == 10  # what the work is worth
