"""A question's card in a notebook and in a console."""

import base64
import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import nbconvert
import nbformat
import pytest
import torch
from contrast import contrast, painted

import autograder.reports.card
from autograder.judging.suite import CheckFailed, assert_close
from autograder.reports.card import render_html, render_text
from autograder.reports.charts import SPARK_STYLE
from autograder.reports.wording import OUTCOMES, points, score_line
from autograder.results.fields import Fields
from autograder.results.result import CheckResult, Misconception, QuestionResult
from autograder.text import inline_code, sanitize, sanitize_lines, truncate

HOSTILE = "<script>alert(1)</script>\x1b[31mred\x1b[0m\x1b]0;title\x07 \u202egnp.exe\u2066 & \"'--> \ud800\x9b2J"
NO_BATCH_SIZE = Misconception("no_batch_size", "sgd", "The step forgets the batch size", "`grad` is a sum.")
HINT = "What makes a sum a mean?"
AT = torch.tensor([4])
CURVE = {
    "kind": "curve", "title": "Loss after each epoch", "x_label": "epoch", "y_label": "loss",
    "values": [0.04, 0.0002, 0.00005], "low": [0.03, 0.0001, 0.00004], "high": [0.05, 0.0003, 0.00006],
}  # fmt: skip
UPHILL = Misconception("uphill", "sgd", "The step climbs", "The gradient points uphill.")


def check(outcome="passed", message="", *, id="test_step", **more):
    told = {"weight": 1, "visible": True, "description": "One update moves `w`.", "hints": (HINT,)}
    return CheckResult(id, outcome, message=message, **{**told, **more})


def question(*checks, id="sgd", points=10.0):
    """A question's result, as it comes back from JSON."""
    return QuestionResult.from_json(Fields(json.loads(json.dumps(QuestionResult(id, points, checks).to_json()))))


def comparison(got, expected, **tolerances):
    """What `assert_close` tells of two values that differ."""
    with pytest.raises(CheckFailed) as caught:
        assert_close(got, expected, name="w", **tolerances)
    return caught.value.comparison


def unlike():
    return check("failed", "w is wrong.", comparison=comparison(torch.ones(3, 1), torch.tensor([[1.0], [2.0], [9.0]])))


def unlike_matrix():
    return check("failed", "W is wrong.", comparison=comparison(torch.eye(9, 7), torch.eye(9, 7).index_fill(0, AT, 5)))


def test_a_card_says_what_came_the_mistake_and_the_hint_in_that_order():
    failed = check("failed", "w is 2; expected 1.", misconception=NO_BATCH_SIZE)
    for card in (render_html(question(failed)), render_text(question(failed))):
        said = ["failed", "One update moves", "w is 2; expected", "The step forgets", "mean?"]
        shown = card.partition("</style>")[2] or card
        places = [shown.index(words) for words in said]
        assert places == sorted(places)


def test_a_card_gives_the_score_of_the_question():
    assert "5 of 10 points" in render_html(question(check(), check("failed")))
    assert render_text(question(check(), check("failed"))).startswith("sgd: 5 of 10 points\n")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_has_its_symbol_and_words(outcome):
    for card in (spoken(render_html(question(check(outcome)))), render_text(question(check(outcome)))):
        assert f"{OUTCOMES[outcome].symbol} {OUTCOMES[outcome].words}" in card


def test_no_two_outcomes_look_alike():
    assert len({wording.symbol for wording in OUTCOMES.values()}) == len(OUTCOMES)
    assert len({wording.words for wording in OUTCOMES.values()}) == len(OUTCOMES)


def test_a_passed_check_needs_no_hint():
    assert "mean?" not in render_html(question(check()))


HINTS = ("Look at the sum.", "Compare a sum with a mean.", "The sum of 2 and 4 is 6, their mean `3`.")


@pytest.mark.parametrize("outcome", ["failed", "error", "timeout", "memory", "crashed"])
def test_the_next_hints_open_one_inside_the_other(outcome):
    tree = card_tree(question(check(outcome, hints=HINTS)))
    (hints,) = tree.iterfind(".//div[@class='autograder-hints']")
    assert [" ".join("".join(each.itertext()).split()) for each in hints.findall("p")] == [f"Hint 1 of 3. {HINTS[0]}"]
    (second,), (third,) = hints.findall("details"), hints.findall("details/details")
    for number, opened in enumerate((second, third), 2):
        assert opened.attrib == {} and opened.findtext("summary") == f"Hint {number} of 3"
        assert "".join(opened.find("p").itertext()) == HINTS[number - 1].replace("`", "")
    assert len(list(hints.iter("details"))) == 2


@pytest.mark.parametrize(("shown", "closed"), [(1, 2), (2, 1), (3, 0)])
def test_a_card_is_open_up_to_the_hint_that_is_asked_for(shown, closed):
    asked = question(check("failed", hints=HINTS), check("passed", hints=HINTS))
    html, text = render_html(asked, hints=shown), render_text(asked, hints=shown)
    assert html.count("<details>") == closed and html.count("<strong>Hint ") == shown
    assert [hint in html.replace("<code>3</code>", "`3`") for hint in HINTS] == [True] * 3
    assert [hint in text for hint in HINTS] == [number < shown for number in range(3)]
    assert text.count(" of 3: ") == shown


def test_a_single_hint_is_not_counted():
    failed = question(check("failed"))
    assert "<strong>Hint.</strong>" in render_html(failed) and "    Hint: What makes" in render_text(failed)
    assert "<details>" not in render_html(failed)


@pytest.mark.parametrize("outcome", ["blocked", "not_attempted", "grader_fault"])
def test_where_no_hint_is_of_use_there_is_none(outcome):
    failed = question(check(outcome, hints=HINTS))
    for card in (render_html(failed), render_text(failed, hints=3)):
        assert not any(hint in card for hint in HINTS)


def test_an_explanation_is_given_once_and_its_title_each_time():
    card = render_html(question(*(check("failed", "no", misconception=UPHILL) for _ in range(3))))
    assert card.count("The step climbs") == 3
    assert card.count("points uphill") == 1


def test_what_a_student_wrote_is_inert_in_a_card():
    mistake = Misconception("x", "sgd", HOSTILE, HOSTILE)
    asked = question(check("failed", HOSTILE, misconception=mistake, description=HOSTILE, hints=(HOSTILE,) * 3))
    card = render_html(asked, HOSTILE)
    assert "<script" not in card
    assert card.count("&lt;script&gt;") >= 5
    for text in (card, render_text(asked, HOSTILE)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


def test_a_card_says_what_it_left_out():
    card = render_html(question(check("failed", "x" * 100_000), check("failed", "x" * 100_000)))
    assert card.count("98,800 characters left out") == 2


@pytest.mark.parametrize("checks", [1, 6, 40])
def test_a_card_stays_under_thirty_kilobytes(checks):
    huge = torch.full((9, 9), -1e300 / 3, dtype=torch.float64)
    wide = comparison(huge, torch.nextafter(huge, torch.zeros(9, 9).double()), rtol=0, atol=0)
    assert all(len(value) > 20 for line in wide["window"]["got"] for value in line)
    curve = {**CURVE, "values": [0.5] * 5_000, "low": [0.1] * 5_000, "high": [0.9] * 5_000}
    told = {"attachments": (curve, curve, curve), "misconception": NO_BATCH_SIZE}
    long = check("failed", '"' * 100_000, **told)
    compared = check("failed", '"' * 100_000, comparison=wide, **told)
    for failed in (long, compared):
        card = render_html(question(*[failed] * checks))
        assert len(card.encode()) < 30_000
        assert card.count("This looks like") == checks


def test_what_a_hidden_check_measured_is_in_no_card():
    hidden = check(
        "failed", "hidden inputs 1234", visible=False, attachments=(CURVE,),
        comparison=comparison(torch.tensor(1234.0), torch.tensor(4321.0)),
    )  # fmt: skip
    asked = question(hidden)
    for card in (render_html(asked), render_text(asked)):
        assert not re.search("1234|4321|<img|Loss|Your run", card.partition("</style>")[2] or card)


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
    assert sanitize("a\x1b[1mb\n\tc\u2028d\x85e \u202ef") == "ab c de f"


def test_a_progress_bar_leaves_its_last_state():
    assert sanitize_lines("10 %\r50 %\r100 %\r\ndone\r") == "100 %\ndone"


def test_a_cut_text_keeps_its_beginning_and_end():
    shown = truncate("a" * 500 + "z" * 500, 100)
    assert shown == "a" * 75 + "\n[… 900 characters left out …]\n" + "z" * 25


def test_a_short_text_is_not_cut():
    assert truncate("x" * 100, 100) == "x" * 100


# The table of what was got and expected


def test_a_console_shows_got_beside_expected_aligned_with_the_first_difference_marked():
    assert (
        "\n".join(render_text(question(unlike())).splitlines()[2:9])
        == """\
      w: 2 of its 3 values are wrong, most at [2, 0], got 1, expected 9.
                  got  expected
      shape    (3, 1)    (3, 1)
      dtype   float32   float32
      [0, 0]        1         1
      [1, 0]        1         2  ← first difference
      [2, 0]        1         9"""
    )


def test_a_console_shows_a_matrix_beside_the_other():
    assert "\n".join(render_text(question(unlike_matrix())).splitlines()[6:]).startswith("""\

      got    0  1  2  3    expected    0  1  2  3
      2      0  0  1  0    2           0  0  1  0
      3      0  0  0  1    3           0  0  0  1
      4    → 0  0  0  0    4         → 5  5  5  5
      5      0  0  0  0    5           0  0  0  0
      6      0  0  0  0    6           0  0  0  0
      7      0  0  0  0    7           0  0  0  0
      → marks the first difference.
""")


def test_where_there_is_a_table_the_message_is_not_repeated():
    for card in (render_html(question(unlike())), render_text(question(unlike()))):
        assert "w is wrong." not in card and "2 of its 3 values are wrong" in card


def test_each_cell_of_a_table_has_its_headers_and_the_mark_is_in_words():
    html = render_html(question(unlike(), unlike_matrix()))
    assert html.count('<th scope="col">') == 2 + 2 + 2 * 4
    assert html.count('<th scope="row">') == 2 + 3 + 2 + 2 * 6
    assert html.count("<th ") == html.count("<th scope")
    assert '<th scope="row">[1, 0]</th><td>1</td><td>2</td><td>← first difference</td>' in html
    assert "The arrow → marks the first difference: row 4, column 0." in html
    assert html.count("→ 0</td>") == html.count("→ 5</td>") == 1


# The small chart


def sparkline_of(html):
    (source,) = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="[^"]{20,}"', html)
    return ElementTree.fromstring(base64.b64decode(source))


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_a_curve_is_a_small_picture_in_the_card_with_its_numbers_in_words(outcome):
    asked = question(check(outcome, "no", attachments=(CURVE,)))
    drawn = sparkline_of(render_html(asked))
    assert {part.get("class") for part in drawn} >= {"band", "mine-line"}
    for card in (render_html(asked), render_text(asked)):
        assert "Your run goes from 0.04 to 5×10⁻⁵." in " ".join(card.split())


@pytest.mark.parametrize("values", [[], [None], [1.0], [None, 1.0, None], [1e308, -1e308], [5.0] * 5_000])
@pytest.mark.parametrize("edges", [[], [1.0], [0.1, None, 0.1]])
def test_a_small_picture_of_any_values_stays_within_its_frame(values, edges):
    curve = {**CURVE, "values": values, "low": edges, "high": edges}
    drawn = sparkline_of(render_html(question(check(attachments=(curve,)))))
    for part in drawn:
        for place in re.findall(r"(-?[\d.]+),(-?[\d.]+)", part.get("points", "")):
            assert -3 <= float(place[0]) <= 243 and 0 <= float(place[1]) <= 56, place


# Who reads it


def card_tree(asked):
    html5lib = pytest.importorskip("html5lib")
    return html5lib.parse(render_html(asked), namespaceHTMLElements=False)


class Spoken(HTMLParser):
    """A card's elements, its text as a screen reader has it, and what is left where it is not trusted."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.styles = [], "", 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.styles += tag == "style"

    def handle_endtag(self, tag):
        self.styles -= tag == "style"

    def handle_data(self, data):
        self.text += "" if self.styles else data


def spoken(html):
    return Spoken(html).text


# Of JupyterLab 4.6's packages/apputils/src/sanitizer.ts, what a card can use; style sheets go with all their text
KEPT_ELEMENTS = {
    "caption", "code", "details", "div", "figcaption", "figure", "h4", "img", "li", "ol", "p", "pre", "span", "strong",
    "summary", "table", "tbody", "td", "th", "thead", "tr",
}  # fmt: skip
KEPT_ATTRIBUTES = {"*": {"class"}, "img": {"alt", "src", "width", "height"}, "th": {"scope"}}


def everything():
    hinted = check("error", "a\n  b", attachments=(CURVE,), hints=HINTS)
    return render_html(question(check(), unlike(), unlike_matrix(), hinted))


def test_a_card_that_is_not_trusted_loses_its_style_and_none_of_its_meaning():
    dropped = set()
    for tag, attributes in Spoken(everything()).tags:
        assert tag in KEPT_ELEMENTS | {"style"}
        kept = KEPT_ATTRIBUTES["*"] | KEPT_ATTRIBUTES.get(tag, set())
        dropped |= {(tag, name) for name in attributes if name not in kept}
    assert dropped == {
        ("div", "role"), ("div", "aria-label"), ("ol", "role"), ("span", "aria-hidden"), ("pre", "tabindex"),
    }  # fmt: skip


def test_what_scrolls_can_be_reached_by_keyboard_and_the_heading_stays_out_of_the_table_of_contents():
    tags = Spoken(everything()).tags
    assert [attributes["tabindex"] for tag, attributes in tags if tag == "pre"] == ["0"]
    assert [attributes["class"] for tag, attributes in tags if re.fullmatch("h[1-6]", tag)] == ["jp-toc-ignore"]


def test_a_browser_s_parser_finds_no_error_in_a_card():
    html5lib = pytest.importorskip("html5lib")
    hostile = check(
        "failed", HOSTILE, description=HOSTILE, hints=(HOSTILE,) * 3, attachments=({**CURVE, "title": HOSTILE},)
    )
    html5lib.HTMLParser(strict=True).parseFragment(everything())
    html5lib.HTMLParser(strict=True).parseFragment(render_html(question(hostile), HOSTILE))


def test_a_saved_notebook_keeps_the_card_as_html():
    html5lib = pytest.importorskip("html5lib")
    card = nbformat.v4.new_output("display_data", {"text/html": everything(), "text/plain": "a card"})
    cells = [nbformat.v4.new_code_cell('check("sgd")', outputs=[card])]
    saved = nbformat.reads(nbformat.writes(nbformat.v4.new_notebook(cells=cells)), 4)
    page, _ = nbconvert.HTMLExporter().from_notebook_node(saved)
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    (found,) = tree.iterfind(".//div[@role='group']")
    assert "".join(found.itertext()).split() == "".join(html5lib.parse(everything()).itertext()).split()
    assert len(found.findall(".//th[@scope]")) == everything().count("<th scope")


# Colours


@pytest.fixture(scope="module")
def grounds():
    """The colours of text and page in JupyterLab's two themes, in VS Code's, and on paper."""
    found = [("#3b3b3b", "#ffffff"), ("#cccccc", "#1f1f1f"), ("#000", "#fff")]
    for theme in ("light", "dark"):
        page, _ = nbconvert.HTMLExporter(theme=theme).from_notebook_node(nbformat.v4.new_notebook())
        found.append(tuple(
            re.search(rf"--jp-{name}: ([^;]+);", page)[1] for name in ("content-font-color1", "layout-color0")
        ))  # fmt: skip
    assert found[-2:] == [("rgba(0, 0, 0, 0.87)", "white"), ("rgba(255, 255, 255, 1)", "#111")]
    return found


def test_text_has_enough_contrast_in_light_and_dark_themes(grounds):
    css = (Path(autograder.reports.card.__file__).parent / "pages" / "card.css.jinja").read_text("utf-8")
    screen, _, printed = css.partition("@media print")
    behind = set(re.findall("background: ([^;n]+);", screen))
    assert set(re.findall("[ {]color: ([^;]+);", screen)) == {"inherit", "#fff"}  # that of the page, and the pills'
    assert set(re.findall("[ {]color: ([^;]+);", printed)) == {"inherit", "#000"}
    pills = {colour for colour in behind if colour.startswith("#")}
    assert len(pills) == 3
    for pill in pills:
        assert contrast(painted("#fff"), painted(pill)) >= 4.5
    for text, page in grounds:
        for wash in {"rgba(0, 0, 0, 0)"} | behind - pills:
            assert contrast(painted(page, wash, text), painted(page, wash)) >= 4.5, (text, page, wash)


def test_the_small_picture_stands_out_in_light_and_dark_themes(grounds):
    drawn = set(re.findall("stroke:(#[0-9a-f]{6})", SPARK_STYLE))
    assert len(drawn) == 2
    for colour in drawn:
        for _, page in grounds:
            assert contrast(painted(colour), painted(page)) >= 3, (colour, page)
