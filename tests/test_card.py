"""A question's card in a notebook and in a console."""

import json
import re

import pytest

from autograder.card import OUTCOMES, points, render_html, render_text, score_line
from autograder.result import CheckResult, Misconception, QuestionResult
from autograder.text import cut, inline_code, plain, plain_lines

HOSTILE = "<script>alert(1)</script>\x1b[31mred\x1b[0m\x1b]0;title\x07 \u202egnp.exe\u2066 & \"'--> \ud800\x9b2J"
NO_BATCH_SIZE = Misconception("no_batch_size", "sgd", "The step forgets the batch size", "`grad` is a sum.")
UPHILL = Misconception("uphill", "sgd", "The step climbs", "The gradient points uphill.")


def check(outcome="passed", message="", *, id="test_step", **more):
    told = {"weight": 1, "visible": True, "description": "One update moves `w`.", "hint": "What makes a sum a mean?"}
    return CheckResult(id, outcome, message=message, **{**told, **more})


def question(*checks, id="sgd", points=10.0):
    """What a result line holds of a question, as it comes back from JSON."""
    return json.loads(json.dumps(QuestionResult(id, points, checks).to_json()))


def test_a_card_says_what_came_the_mistake_and_the_hint_in_that_order():
    failed = check("failed", "w is 2; expected 1.", misconception=NO_BATCH_SIZE, also=(UPHILL,))
    for card in (render_html(question(failed)), render_text(question(failed))):
        said = ["failed", "One update moves", "w is 2; expected", "The step forgets", "or:", "The step climbs", "mean?"]
        shown = card.partition("</style>")[2] or card
        places = [shown.index(words) for words in said]
        assert places == sorted(places)


def test_a_card_gives_the_score_of_the_question():
    assert "5 of 10 points" in render_html(question(check(), check("failed")))
    assert render_text(question(check(), check("failed"))).startswith("sgd: 5 of 10 points\n")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_its_symbol_and_words(outcome):
    for card in (render_html(question(check(outcome))), render_text(question(check(outcome)))):
        assert f"{OUTCOMES[outcome].symbol} {OUTCOMES[outcome].words}" in card


def test_no_two_outcomes_look_alike():
    assert len({wording.symbol for wording in OUTCOMES.values()}) == len(OUTCOMES)
    assert len({wording.words for wording in OUTCOMES.values()}) == len(OUTCOMES)


def test_a_passed_check_needs_no_hint():
    assert "mean?" not in render_html(question(check()))


def test_an_explanation_is_given_once_and_its_title_each_time():
    card = render_html(question(*(check("failed", "no", misconception=UPHILL) for _ in range(3))))
    assert card.count("The step climbs") == 3
    assert card.count("points uphill") == 1


def test_what_a_student_wrote_is_inert_in_a_card():
    mistake = Misconception("x", "sgd", HOSTILE, HOSTILE)
    asked = question(check("failed", HOSTILE, misconception=mistake, description=HOSTILE, hint=HOSTILE))
    card = render_html(asked, HOSTILE)
    assert "<script" not in card
    assert card.count("&lt;script&gt;") >= 5
    for text in (card, render_text(asked, HOSTILE)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


def test_a_card_stays_under_thirty_kilobytes_and_says_what_it_left_out():
    card = render_html(question(*(check("failed", '"' * 100_000) for _ in range(40))))
    assert len(card.encode()) < 30_000
    assert "98,800 characters left out" in card


def test_a_hidden_message_is_in_no_card():
    asked = question(check("failed", "hidden inputs 1 2 3", visible=False))
    assert "1 2 3" not in render_html(asked) + render_text(asked)


def test_aligned_lines_of_a_message_stay_aligned_in_a_console():
    text = render_text(question(check("failed", "w differs.\ngot        1   2\nexpected  10  20")))
    assert "      got        1   2\n      expected  10  20\n" in text


def test_code_between_backticks_is_marked_and_escaped():
    assert inline_code("use `a < b` & c") == "use <code>a &lt; b</code> &amp; c"


@pytest.mark.parametrize(("value", "shown"), [(7.5, "7.5"), (10.0, "10"), (20 / 3, "6.67"), (0.0, "0"), (100.0, "100")])
def test_points_have_at_most_two_decimals(value, shown):
    assert points(value) == shown


def test_one_point_is_singular():
    assert (score_line(0.5, 1), score_line(1, 2)) == ("0.5 of 1 point", "1 of 2 points")


def test_plain_text_is_one_line_without_controls():
    assert plain("a\x1b[1mb\n\tc\u2028d\x85e \u202ef") == "ab c de f"


def test_a_progress_bar_leaves_its_last_state():
    assert plain_lines("10 %\r50 %\r100 %\r\ndone\r") == "100 %\ndone"


def test_a_cut_text_keeps_its_beginning_and_end():
    shown = cut("a" * 500 + "z" * 500, 100)
    assert shown == "a" * 75 + "\n[… 900 characters left out …]\n" + "z" * 25


def test_a_short_text_is_not_cut():
    assert cut("x" * 100, 100) == "x" * 100
