"""The class's page, and a submission in a few words."""

import weakref
from dataclasses import fields, replace

import pytest
from test_card import HOSTILE, NO_BATCH_SIZE, UPHILL, check
from test_feedback import Page, assert_is_sound, graded, result

from autograder.reports.class_report import render_report
from autograder.results.result import Misconception, QuestionResult, SubmissionResult
from autograder.results.summary import SUMMARY_CHARACTERS, summarise
from autograder.results.tally import Tally


def assert_is_sound_report(html):
    return assert_is_sound(html, scripted=True)


def href(line):
    return f"feedback/{line.student}/{line.assignment}.html"


def questions(**outcomes):
    return [QuestionResult(id, 10.0, (check(outcome),)) for id, outcome in outcomes.items()]


def blocked(message):
    return QuestionResult("train", 10.0, (check("blocked", message),))


def test_a_named_mistake_is_what_went_wrong():
    line = graded(check(), check("failed", misconception=NO_BATCH_SIZE), check("failed", misconception=NO_BATCH_SIZE))
    assert summarise(line) == "sgd: The step forgets the batch size"


def test_a_mistake_without_a_name_goes_by_its_outcome():
    assert summarise(result(*questions(linreg="error", sgd="passed"))) == "linreg: raised an error"


def test_questions_that_ended_alike_are_told_together():
    line = result(*questions(linreg="timeout", sgd="timeout", train="passed"))
    assert summarise(line) == "linreg, sgd: took too long"


def test_what_is_blocked_comes_last_with_what_blocks_it():
    message = "It calls `linreg` and `sgd`, which has not passed its own checks.\nNameError: linreg"
    line = result(blocked(message), *questions(sgd="failed", linreg="passed"))
    assert summarise(line) == "sgd: failed; train blocked by sgd"


def test_only_the_grader_s_own_line_says_what_blocks():
    line = result(blocked("It calls `sgd`.\nlinreg said no"), *questions(sgd="failed", linreg="failed"))
    assert summarise(line).endswith("train blocked by sgd")


def test_nothing_wrong_and_nothing_done_are_said_in_two_words():
    assert summarise(graded(check(), check())) == "all passed"
    blank = graded(check("not_attempted", "The stub is there."), notes=["cell 2 failed"])
    assert summarise(blank) == "nothing attempted"


def test_what_kept_every_check_from_running_is_the_summary():
    reason = "nothing was handed in"
    absent = check("not_attempted", f"There is no code to check: {reason}.")
    assert summarise(graded(absent, absent, notes=["two files were found", reason])) == reason


def test_a_fault_of_the_grader_is_said_beside_a_named_mistake():
    line = graded(check("failed", misconception=UPHILL), check("grader_fault"))
    assert summarise(line) == "sgd: The step climbs; sgd: not graded"


def test_a_summary_fits_its_column_and_counts_the_rest():
    long = [Misconception(str(n), "sgd", f"{n} {HOSTILE} {'long ' * 40}", "") for n in range(5)]
    for known in (long, long[:1]):
        summary = summarise(graded(*(check("failed", misconception=mistake) for mistake in known)))
        assert len(summary) <= SUMMARY_CHARACTERS
        assert "…" in summary and "\x1b" not in summary and "\u202e" not in summary
        assert summary.endswith("; +4 more") == (len(known) == 5)


def test_commonest_mistakes_count_submissions_not_checks():
    twice = graded(check("failed", misconception=NO_BATCH_SIZE), check("failed", misconception=NO_BATCH_SIZE))
    once = graded(check("failed", misconception=NO_BATCH_SIZE), check("failed", misconception=UPHILL))
    right = graded(check("passed", misconception=UPHILL))
    tally = Tally()
    for line in (twice, once, right):
        tally.add(line)
    assert tally.commonest_mistakes() == [("The step forgets the batch size", 2), ("The step climbs", 1)]


def test_a_report_shows_scores_checks_mistakes_and_every_student():
    lines = [
        graded(check(), student="ada"),
        graded(check(), student="blaise"),
        graded(*[check("failed", misconception=NO_BATCH_SIZE)] * 2, student="carl"),
        graded(check("grader_fault"), student="dana"),
    ]
    page = assert_is_sound_report(render_report("Autumn class", iter(lines), href))
    for words in (
        "Autumn class", "4 submissions, 1 of them for a person", "40 %2 of 5", "2 failed, 1 not graded", "1 of 4",
        "sgd: The step forgets the batch size", "all passed", "To be looked at by a person", "dana: sgd: not graded",
    ):  # fmt: skip
        assert words in page.text, words
    assert page.texts["desc"] == ["Submissions by share of the points. 0 to 10 %: 2; 90 to 100 %: 2."]
    assert "./feedback/carl/linear_regression.html" in [link["href"] for link in page.all("a")]


def test_a_report_says_what_a_person_grades():
    line = replace(graded(check()), by_hand={"why_<b>": 5.0})
    page = assert_is_sound_report(render_report("Class", [line, line], href))
    assert page.text.count("A person grades why_<b> (5 points), which no score here includes.") == 1
    assert "A person" not in Page(render_report("Class", [graded(check())], href)).text


def test_each_assignment_has_its_own_section():
    lines = [graded(check(), assignment=name, student=who) for name in ("tensors", "mlp") for who in "ab"]
    page = assert_is_sound_report(render_report("Class", lines, href))
    assert page.texts["h2"] == ["tensors", "mlp"]
    assert [link["href"] for link in page.all("a")][:2] == ["#a1", "#a2"]


def test_hostile_names_are_inert_and_links_lead_nowhere_else():
    names = ("<script>alert(1)</script>", "\"onclick='x'", "a b#c?d%20")
    lines = [graded(check("failed", HOSTILE), student=name) for name in names]
    page = assert_is_sound_report(render_report(HOSTILE, lines, lambda line: f"//evil.example/{line.student}"))
    links = [link["href"] for link in page.all("a")]
    assert all(link.startswith(".///evil.example/") for link in links)
    assert ".///evil.example/a%20b%23c%3Fd%2520" in links


def test_a_scheme_in_a_name_starts_no_url():
    page = assert_is_sound_report(render_report("Class", [graded(check())], lambda line: "javascript:alert(1)"))
    assert page.all("a") == [{"href": "./javascript%3Aalert%281%29"}]


def test_a_file_name_that_is_no_unicode_still_has_its_link():
    page = assert_is_sound_report(render_report("Class", [graded(check(), student="Jos\udce9")], href))
    assert page.all("a")[0]["href"] == "./feedback/Jos%E9/linear_regression.html"


def test_nearly_all_is_not_all():
    lines = [graded(check("failed" if number == 0 else "passed")) for number in range(1_000)]
    text = Page(render_report("Class", lines, href)).text
    assert "99 %999 of 1,000" in text and "100 %999" not in text


def test_an_empty_class_has_a_page_too():
    assert "Nothing was graded." in assert_is_sound_report(render_report("Class", [], href)).text


def test_results_are_read_once_and_not_kept():
    alive, most = weakref.WeakSet(), 0

    class Watched(SubmissionResult):  # which has no slots, and so may be watched
        __hash__ = object.__hash__

    def lines():
        nonlocal most
        for number in range(50):
            line = graded(check(), student=str(number))
            watched = Watched(**{field.name: getattr(line, field.name) for field in fields(line)})
            alive.add(watched)
            yield watched
            del watched
            most = max(most, len(alive))

    render_report("Class", lines(), href)
    assert most <= 2


def test_a_browser_s_parser_finds_no_error():
    html5lib = pytest.importorskip("html5lib")
    lines = [graded(check("failed", HOSTILE, misconception=UPHILL), student=HOSTILE), graded(check("grader_fault"))]
    html5lib.HTMLParser(strict=True).parse(render_report(HOSTILE, lines, lambda line: "x"))
