"""`autograder watch`, as a process that is stopped and killed: nothing is lost, and nobody is told twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import RIGHT, make_course, notebook_of
from test_feedback import result
from test_grade import lines

from autograder import cli
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading import runner
from autograder.grading.grader import Graded
from autograder.grading.settings import Settings
from tests.classroom import ASSIGNMENT, make_classroom

WRONG = RIGHT.replace("2 * x", "x**2")
RELOAD = '<meta http-equiv="refresh"'
PATIENCE_S = 120


class Watch:
    """The command, running in a course."""

    def __init__(self, course: Path, *options: str) -> None:
        command = [sys.executable, "-m", "autograder", "watch", "--workers", "1", "--sandbox", "none", *options]
        self.process = subprocess.Popen(
            command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
        )

    def until(self, condition: Callable[[], Any]) -> None:
        """Wait for something to be so, which it is while the watch is on."""
        ends = time.monotonic() + PATIENCE_S
        while not condition():
            assert self.process.poll() is None and time.monotonic() < ends, self.end(signal.SIGKILL)
            time.sleep(0.01)

    def end(self, how: signal.Signals) -> tuple[str, str]:
        """End it and return what it has printed."""
        self.process.send_signal(how)
        return self.process.communicate(timeout=PATIENCE_S)


def test_a_folder_is_graded_as_it_fills_and_grade_finds_nothing_left_to_do(tmp_path, monkeypatch, capsys):
    course = make_course(tmp_path / "course")
    place = course / "in"
    place.mkdir()

    def hand_in(student: str, source: str) -> None:
        (place / student / ASSIGNMENT).mkdir(parents=True, exist_ok=True)
        (place / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_bytes(notebook_of(source))

    def score(student: str) -> float:
        """The score of the last line that is whole: the file is being written."""
        path = course / "results/results.jsonl"
        written = path.read_text().split("\n")[:-1] if path.exists() else []
        return next((each["score"] for each in map(json.loads, reversed(written)) if each["student"] == student), -1.0)

    report = course / "results/report.html"
    watch = Watch(course, "in", "--poll")
    hand_in("ada", WRONG)
    watch.until(lambda: score("ada") == 1.0)
    hand_in("bob", RIGHT)
    hand_in("ada", RIGHT)
    watch.until(lambda: score("ada") == score("bob") == 10.0)
    watch.until(lambda: "bob" in report.read_text() and RELOAD in report.read_text())
    told, errors = watch.end(signal.SIGTERM)
    assert watch.process.returncode == 0, errors
    assert "  ada  doubling  1.0 / 10  double: squares in place of doubling" in told
    assert "  bob  doubling  10.0 / 10  all passed\n" in told
    assert "bob" in report.read_text() and RELOAD not in report.read_text()
    monkeypatch.chdir(course)
    assert cli.main(["grade", "in", "--sandbox", "none", "--workers", "1"]) == 0
    assert "2 of 2 are graded already" in capsys.readouterr().err


def test_killed_at_any_moment_it_loses_nobody_and_tells_nobody_twice(tmp_path):
    room = make_classroom(tmp_path / "course", 'before_due = "all"\nattempts_a_day = 2')
    results, students = room.root / "results", ("ada", "bob", "cleo", "dan")
    for student in students:
        room.hand_in(student, RIGHT)
    moments: list[Callable[[], Any]] = [
        lambda: (room.root / "submitted").exists(),
        lambda: (results / "results.jsonl").exists() and (results / "results.jsonl").read_bytes(),
        lambda: len(list(results.glob("told/*"))) > 2,
    ]
    told = []
    for moment in moments:
        watch = Watch(room.root, "--release-feedback")
        watch.until(moment)
        told.append(watch.end(signal.SIGKILL)[0])
    room.hand_in("ada", WRONG)  # while none is on
    watch = Watch(room.root, "--release-feedback")
    watch.until(lambda: all(_tellings(results, student) == 1 + (student == "ada") for student in students))
    watch.until(lambda: (results / "report.html").exists())
    said, errors = watch.end(signal.SIGINT)
    assert watch.process.returncode == 0, errors
    assert [len(room.pages(student)) for student in students] == [2, 1, 1, 1]
    assert {student: line["score"] for student, line in lines(results).items()} == {
        "ada": 1.0, "bob": 10.0, "cleo": 10.0, "dan": 10.0,
    }  # fmt: skip
    for student in students:
        said_to = "".join([*told, said]).count(f"  {student}  doubling  10.0 / 10  all passed  told: all checks")
        assert said_to <= 1
    assert not list(room.root.rglob(".*.part"))


def _tellings(results: Path, student: str) -> int:
    path = results / f"told/{student}/{ASSIGNMENT}.json"
    return len(json.loads(path.read_text())) if path.exists() else 0


def test_processes_that_have_nothing_to_do_are_kept_until_the_watch_ends(monkeypatch):
    started = []

    def start(workers: int) -> ThreadPoolExecutor:
        started.append(ThreadPoolExecutor(workers))
        return started[-1]

    def grade(_settings: Settings, handed_in: SubmissionBytes) -> Graded:
        return Graded(result(student=handed_in.student), "", ())

    monkeypatch.setattr(runner, "grade_submission", grade)
    graded: list[str] = []

    def coming() -> Iterator[SubmissionBytes | None]:
        for student in ("ada", "bob"):
            yield SubmissionBytes(student, "doubling", "doubling.ipynb", b"{}")
            while student not in graded:
                yield None
            yield from [None] * 3

    for each in runner.grade_all(start, Settings(Path(), "none"), coming(), 1, read_ahead=0):
        graded += [each.result.student]
    assert graded == ["ada", "bob"] and len(started) == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["in", "--release-feedback"], "--release-feedback goes by nbgrader's exchange, not by a folder"),
        (["nowhere"], "nowhere is no folder"),
        (["in", "--assignment", "doublin"], "there is no assignment 'doublin'"),
        ([], "nbgrader_config.py, which tells nbgrader where the course keeps its files"),
    ],
)
def test_what_cannot_be_watched_is_refused(course, monkeypatch, capsys, options, told):
    (course / "in").mkdir()
    monkeypatch.chdir(course)
    assert cli.main(["watch", *options, "--sandbox", "none"]) == 2
    assert told in capsys.readouterr().err


def test_an_exchange_that_is_not_there_is_refused_and_named(tmp_path, monkeypatch, capsys):
    room = make_classroom(tmp_path / "course")
    settings = (room.root / "nbgrader_config.py").read_text()
    monkeypatch.chdir(room.root)
    for line, told in (
        ('/ "exchange")', "nowhere/tiny/inbound cannot be read"),
        ('course_id = "tiny"', "has no CourseDirectory.course_id"),
    ):
        (room.root / "nbgrader_config.py").write_text(
            settings.replace(line, {"/": '/ "nowhere")', "c": 'course_id = ""'}[line[0]])
        )
        assert cli.main(["watch", "--sandbox", "none"]) == 2
        assert told in capsys.readouterr().err
