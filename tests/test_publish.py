"""`autograder publish`, against a Canvas over HTTP: what is sent, to whom, once, and what is told when it fails."""

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from canvas_server import ASSIGNMENT, COURSE, DROPPED, HELD, TOKEN, Canvas, Fault, serving
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning
from test_card import check
from test_feedback import result

from autograder import cli
from autograder.catalogue.course import find_course
from autograder.catalogue.submission_refs import NOTHING
from autograder.gradebook.settings import read_settings
from autograder.reports.feedback import render_feedback
from autograder.reports.publishing import canvas as client
from autograder.results.person import Person
from autograder.results.result import QuestionResult, SubmissionResult
from autograder.results.store import ResultStore

ROOT = Path(__file__).parents[1]
USERS = [
    {"id": 11, "name": "Ada Byron", "sortable_name": "Byron, Ada", "login_id": "ada", "sis_user_id": "S1"},
    {"id": 12, "name": "Bo Li", "sortable_name": "Li, Bo", "login_id": "bo@example.org", "email": "bo@example.org"},
    {"id": 13, "name": "Cy Twombly", "sortable_name": "Twombly, Cy", "login_id": "u13", "sis_user_id": "S3"},
    {"id": 14, "name": "Di Prince", "sortable_name": "Prince, Di", "login_id": "di"},
    {"id": 15, "name": "Ed Nobody", "sortable_name": "Nobody, Ed", "login_id": "ed"},
]  # fmt: skip
NOT_THERE = check("not_attempted", f"There is no code to check: {NOTHING}.")


def one(student: str, passed: int, person: Person = Person(), checks: tuple = ()) -> SubmissionResult:  # noqa: B008
    checks = checks or tuple(check("passed" if n < passed else "failed", id=f"test_{n}") for n in range(4))
    return replace(
        result(QuestionResult("double", 20.0, checks), student=student, assignment="doubling"), person=person
    )


CLASS = [
    one("ada", 4), one("li", 3, Person("Bo", "Li", "bo@example.org")), one("S3", 2),
    one("fourteen", 1, Person(platform="canvas", platform_id="14")), one("ed", 0, checks=(NOT_THERE,)),
    one("stranger", 4),
]  # fmt: skip
EXPECTED = {11: 10.0, 12: 7.5, 13: 5.0, 14: 2.5, 15: None}  # of 10 points there, of 20 here


@pytest.fixture
def canvas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Canvas]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
    monkeypatch.setattr(client, "WAITS_S", (0.0, 0.0))
    write(CLASS)
    with serving(Canvas([dict(user) for user in USERS])) as canvas:
        yield canvas


def write(results: list[SubmissionResult]) -> None:
    with ResultStore.writing(Path("results")) as store:
        for each in results:
            store.add(each, render_feedback(each, []))


def publish(canvas: Canvas, *more: str) -> int:
    place = ("--canvas", canvas.url, "--course", str(COURSE), "--assignment-id", str(ASSIGNMENT))
    return cli.main(["publish", *place, *more])


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(canvas: Canvas, capsys: pytest.CaptureFixture) -> None:
    canvas.submissions[12]["entered_score"] = 6.0
    assert publish(canvas, "--dry-run", "--feedback") == 0
    told = capsys.readouterr()
    assert "would send ada: 10, feedback page → Ada Byron (11)\n" in told.out
    assert "would send li: 7.5 (was 6), feedback page → Bo Li (12)\n" in told.out
    assert "4 to send, 0 there already; nothing was sent (--dry-run)" in told.out
    assert "20 points are 10 in Doubling" in told.err
    assert "graded, and not in the course in Canvas: stranger\n" in told.err
    assert "without a submission: Ed Nobody\n" in told.err
    assert not canvas.writes() and TOKEN not in told.out + told.err


def test_everybody_gets_score_and_page_and_a_second_run_sends_nothing(
    canvas: Canvas, capsys: pytest.CaptureFixture
) -> None:
    assert publish(canvas, "--feedback") == 1  # one matched nobody
    assert canvas.scores() == EXPECTED
    assert {user: len(pages) for user, pages in canvas.pages().items()} == {11: 1, 12: 1, 13: 1, 14: 1, 15: 0}
    assert canvas.submissions[12]["submission_comments"][0]["comment"] == "Feedback: 15 of 20 points."
    assert b"<!doctype html>" in next(iter(canvas.files.values()))["content"].lower()
    before = len(canvas.writes())
    write([replace(each, seconds=9.0) for each in CLASS])  # graded again, to the same
    assert publish(canvas, "--feedback") == 1
    assert len(canvas.writes()) == before
    assert "0 sent, 4 there already" in capsys.readouterr().out
    write([one("ada", 3)])
    publish(canvas, "--feedback")
    assert canvas.scores()[11] == 7.5 and len(canvas.pages()[11]) == 2 and len(canvas.writes()) == before + 3


def test_scores_alone_leave_comments_alone_and_those_who_are_excused(
    canvas: Canvas, capsys: pytest.CaptureFixture
) -> None:
    canvas.submissions[11]["excused"] = True
    assert publish(canvas, "--zeros") == 1
    assert canvas.scores() == {**EXPECTED, 11: None, 15: 0.0} and not canvas.files
    assert "excused in Canvas, left as they are: ada" in capsys.readouterr().err


def test_a_late_policy_of_canvas_makes_no_score_another(canvas: Canvas) -> None:
    publish(canvas)
    for each in canvas.submissions.values():
        each["score"] = each["score"] and each["score"] - 1  # what Canvas takes off by itself
    before = len(canvas.writes())
    publish(canvas)
    assert len(canvas.writes()) == before


def test_a_roster_says_who_is_who_by_the_universitys_number(canvas: Canvas) -> None:
    Path("roster.csv").write_text("id,first_name,last_name,email,student_id\nstranger,Ed,N,e@x.org,X\n")
    canvas.users[4]["sis_user_id"] = "X"
    assert publish(canvas, "--roster", "roster.csv") == 0
    assert canvas.scores()[15] == 10.0


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault("GET", "courses/7", 401, body='{"errors": []}'), "may not do that"),
        (Fault("GET", "assignments/42", 404), "the assignment 42: not found in Canvas"),
        (Fault("GET", "submissions", 500), "the submissions: Encountered an error: status code 500"),
        (Fault("GET", "users", 502), "status code 502"),
        (Fault("GET", "users", 200, body="<html>"), "the students: no answer that can be read"),
        (Fault("GET", "users", 429, times=9), "takes no more requests for now"),
    ],
)
def test_a_server_that_fails_at_first_is_told_and_nothing_is_sent(
    canvas: Canvas, capsys: pytest.CaptureFixture, fault: Fault, told: str
) -> None:  # fmt: skip
    canvas.faults.append(fault)
    assert publish(canvas) == 3
    said = capsys.readouterr().err
    assert told in said and "nothing was sent" in said and TOKEN not in said and not canvas.writes()


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("status", [500, 503, DROPPED, HELD])
def test_where_it_fails_midway_is_told_and_the_next_run_goes_on(
    canvas: Canvas, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, status: int, applied: bool
) -> None:  # fmt: skip
    monkeypatch.setattr(client, "TIMEOUT_S", 10.0 if status == HELD else 120.0)
    canvas.faults.append(Fault("PUT", "submissions/", status, after=2, applied=applied))
    assert publish(canvas, "--feedback") == 3
    told = capsys.readouterr()
    assert "1 sent, 3 left" in told.out and "perhaps sent: ada\n" in told.err
    assert "not sent: fourteen, li\n" in told.err and "the same command again goes on" in told.err
    assert publish(canvas, "--feedback") == 1
    assert canvas.scores() == EXPECTED
    assert {len(pages) for user, pages in canvas.pages().items() if user != 15} == {1}  # nobody has a page twice


@pytest.mark.parametrize("refusal", [(429, ""), (403, "403 Forbidden (Rate Limit Exceeded)")])
def test_a_rate_limit_is_waited_for(canvas: Canvas, refusal: tuple[int, str]) -> None:
    for path in ("submissions/11", "comments/files", "uploads/"):
        canvas.faults.append(Fault("PUT" if path[-1] == "1" else "POST", path, refusal[0], times=2, body=refusal[1]))
    assert publish(canvas, "--feedback") == 1
    assert canvas.scores() == EXPECTED and not canvas.faults


def test_a_refusal_of_one_student_holds_nobody_else_up(canvas: Canvas, capsys: pytest.CaptureFixture) -> None:
    canvas.faults += [
        Fault("PUT", "submissions/11", 400, body='{"error": "graded in a closed grading period"}'),
        Fault("PUT", "submissions/12", 404),
    ]
    assert publish(canvas) == 1
    told = capsys.readouterr()
    assert "ada was not taken: a score: Canvas refuses" in told.err and "closed grading period" in told.err
    assert "li was not taken" in told.err and "2 sent, 0 there already" in told.out
    assert canvas.scores() == {**EXPECTED, 11: None, 12: None}


def test_a_wrong_or_missing_token_is_told_and_a_token_goes_nowhere_unencrypted(
    canvas: Canvas, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANVAS_API_TOKEN", "7~wrong")
    assert publish(canvas) == 3
    assert "does not take the token" in capsys.readouterr().err
    assert cli.main(["publish", "--canvas", "http://canvas.example.org", "--course", "7", "--assignment-id", "42"]) == 2
    assert "https" in capsys.readouterr().err
    monkeypatch.delenv("CANVAS_API_TOKEN")
    assert publish(canvas) == 2
    assert "CANVAS_API_TOKEN" in capsys.readouterr().err


def test_an_assignment_that_takes_no_scores_and_results_of_several_are_refused(
    canvas: Canvas, capsys: pytest.CaptureFixture
) -> None:
    canvas.grading_type = "pass_fail"
    assert publish(canvas) == 2
    assert "complete or incomplete" in capsys.readouterr().err
    write([replace(one("ada", 4), assignment="trebling")])
    assert publish(canvas) == 2
    assert "results of doubling, trebling: pass --assignment NAME" in capsys.readouterr().err
    assert publish(canvas, "--assignment", "quartering") == 2 and not canvas.writes()


def test_what_a_person_has_to_look_at_first_is_held_back(canvas: Canvas, capsys: pytest.CaptureFixture) -> None:
    forged = replace(one("ada", 4), internals=("line 2, `frame.f_back`: f_back",))
    failed = one("li", 1, Person("Bo", "Li", "bo@example.org"), (check("passed"), check("grader_fault", id="test_2")))
    write([forged, failed, one("S3", 2)])
    assert publish(canvas, "--feedback") == 1  # of those written before, one is a stranger
    assert canvas.scores()[11] is None and canvas.scores()[12] is None and canvas.scores()[13] == 5.0
    told = capsys.readouterr().err
    assert "  ada, doubling: reaches into the interpreter (line 2, `frame.f_back`: f_back)\n" in told
    assert "  li, doubling: the grader failed at double\n" in told and "S3, doubling" not in told
    publish(canvas, "--feedback", "--reviewed")
    assert canvas.scores()[11] == 10.0 and canvas.scores()[12] == 5.0


def test_the_gradebooks_final_scores_are_sent(canvas: Canvas, course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)
    Path("nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    read_settings(find_course())
    write(CLASS)
    with Gradebook("sqlite:///gradebook.db") as book, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own
        book.add_assignment("doubling")
        book.add_notebook("doubling", "doubling")
        book.add_grade_cell("double", "doubling", "doubling", max_score=20, cell_type="code")
        book.add_student("ada")
        book.add_submission("doubling", "ada")
        grade = book.find_grade("double", "doubling", "doubling", "ada")
        grade.auto_score, grade.extra_credit, grade.needs_manual_grade = 18.0, 4.0, False
        book.db.commit()
    assert publish(canvas, "--gradebook", "sqlite:///gradebook.db") == 1
    assert canvas.scores()[11] == 11.0 and canvas.scores()[12] == 0.0
    assert publish(canvas, "--gradebook", "sqlite:///none.db") == 2 and not Path("none.db").exists()
