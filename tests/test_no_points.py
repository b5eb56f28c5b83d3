"""A question that is worth no points: told in words, lost by nobody, and passed over in silence where nobody tried it."""

import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import test_formats
from test_card import check
from test_feedback import result

from autograder.authoring.simulation.member import Truth
from autograder.authoring.simulation.verdict import differences
from autograder.reports import overview
from autograder.reports.card import render_html, render_text
from autograder.reports.class_report import render_report
from autograder.reports.feedback import render_feedback
from autograder.reports.formats import checks_csv, github, gradescope, junit
from autograder.reports.formats.format import Graded
from autograder.results.item_analysis import analyse
from autograder.results.result import QuestionResult, SubmissionResult
from autograder.results.summary import summarise


def free(outcome: str) -> QuestionResult:
    return QuestionResult("break_sgd", 0.0, (check(outcome, "both agree" if outcome == "failed" else ""),))


def handed_in(outcome: str) -> SubmissionResult:
    """A submission with full marks, and a question beside them that ended as it did."""
    return result(QuestionResult("sgd", 10.0, (check(),)), free(outcome))


def test_a_card_says_passed_or_failed_and_that_there_are_no_points() -> None:
    assert "break_sgd: no points\n  ✓ passed" in render_text(free("passed"))
    assert "break_sgd: no points\n  ✗ failed" in render_text(free("failed"))
    assert "no points, all checks passed" in render_html(free("passed"))
    told = overview.render_text("linear_regression", handed_in("failed").questions, (), ())
    assert "10 of 10 points" in told and "no points, failed" in told


def test_pages_say_it_too_and_divide_by_nothing() -> None:
    for outcome in ("passed", "failed", "not_attempted"):
        page = render_feedback(handed_in(outcome), [])
        assert "of 10 points" in page and "no points" in page and "0 of 0" not in page
        report = render_report("x", [handed_in(outcome)], lambda _: "x.html")
        assert "0 of 0" not in report and "break_sgd" in report
    assert "0" in render_feedback(result(free("passed")), [])
    assert render_report("x", [result(free("failed"))], lambda _: "x.html")


@pytest.mark.parametrize(("outcome", "passed"), [("passed", True), ("not_attempted", True), ("failed", False)])
def test_nothing_is_lost_by_leaving_it_out(outcome: str, passed: bool) -> None:
    submission = handed_in(outcome)
    assert (submission.score, submission.max_score) == (10, 10) and not submission.needs_review
    assert submission.passed is passed
    assert summarise(submission) == ("all passed" if passed else "break_sgd: failed")
    assert SubmissionResult.from_json(submission.to_json()) == submission


def test_where_there_is_nothing_else_nothing_done_is_told() -> None:
    blank = result(free("not_attempted"))
    assert not blank.passed and summarise(blank) == "nothing attempted"


def test_an_item_without_points_has_no_difficulty_and_changes_no_other() -> None:
    with_it = [{"a": (float(n), 20.0), "b": (2.0 * n, 40.0), "free": (0.0, 0.0)} for n in range(20)]
    without = [{id: score for id, score in each.items() if id != "free"} for each in with_it]
    found = analyse(with_it)
    assert (found.pop("free").difficulty, found) == (None, analyse(without))


def test_formats_count_it_as_skipped_and_give_it_no_score(tmp_path: Path) -> None:
    for each in (junit, gradescope, checks_csv):
        with each.writing(tmp_path) as take:
            take(Graded(handed_in("not_attempted")))
    test_formats.JUNIT.validate(tmp_path / "junit.xml")
    (suite,) = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert {suite.get(key) for key in ("errors", "failures")} == {"0"}
    assert suite.get("skipped") == "1" == str(len(suite.findall("testcase/skipped")))
    found = json.loads((tmp_path / "results.json").read_text())
    jsonschema.validate(found, test_formats.GRADESCOPE)
    assert [("score" in test, test.get("status")) for test in found["tests"]] == [(True, "passed"), (False, None)]
    assert list(github.annotations(handed_in("not_attempted"), None)) == []
    assert ",title=break_sgd%3A no points::" in next(github.annotations(handed_in("failed"), None)).replace(
        "title", ",title", 1
    )
    summary = github.Summary()
    summary.add(handed_in("failed"))
    assert "<td>no points</td>" in summary.render()


def test_a_simulated_mistake_in_it_is_seen_by_its_checks() -> None:
    truth = {"ada": Truth(frozenset({"break_sgd"}))}
    [missed] = differences(truth, [handed_in("passed")])
    assert missed.kind == "missed"
    assert list(differences(truth, [handed_in("failed")])) == []
