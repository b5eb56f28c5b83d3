"""A student's feedback page, read as a browser would."""

import base64
import hashlib
import itertools
import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from contrast import contrast, painted
from test_card import CURVE, HOSTILE, NO_BATCH_SIZE, check, comparison, unlike, unlike_matrix

from autograder.reports.feedback import render_feedback
from autograder.results.result import Environment, QuestionResult, SubmissionResult

VOID = {"meta", "link", "br", "img", "input", "line", "rect", "circle", "polygon", "polyline"}
ESTIMATES = {
    "kind": "estimates", "title": "Parameters", "names": ["w[0]", "b"], "true": [2.0, -3.4], "estimated": [1.99, None],
}  # fmt: skip


class Page(HTMLParser):
    """The elements of a page: (name, attributes), its headings' levels, and its text."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open, self.text, self.texts = [], [], "", {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        assert len(attrs) == len(dict(attrs)), f"<{tag}> repeats an attribute"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.text += data
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, name):
        return [attributes for tag, attributes in self.elements if tag == name]


def sha256_of(script):
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def assert_is_sound(html, scripted=False):
    """Fail unless a page is well-formed, self-contained, inert and has text for each image.

    `scripted` allows for one script, which the page's policy names by its digest.
    """
    page = Page(html)
    assert html.startswith("<!DOCTYPE html>")
    assert page.open == []
    assert page.all("html") == [{"lang": "en"}]
    assert any(meta.get("name") == "viewport" for meta in page.all("meta"))
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    scripts = [f"script-src 'sha256-{sha256_of(script)}'; " for script in page.texts.get("script", [])]
    assert policy == f"default-src 'none'; {''.join(scripts)}style-src 'unsafe-inline'; img-src data:"
    assert len(scripts) <= scripted

    assert not {tag for tag, _ in page.elements} & {"iframe", "object", "embed", "form", "link", "base"}
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"], tag
    assert all(link["href"].startswith(("#", "./")) for link in page.all("a"))
    assert "url(" not in html and "@import" not in html

    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        assert not link["href"].startswith("#") or link["href"][1:] in ids
    for image in page.all("svg"):
        assert image["role"] == "img"
        assert set(image["aria-labelledby"].split()) <= set(ids)
    described = page.texts.get("desc", [])
    assert len(described) == len(page.all("svg"))
    assert all(text.strip() for text in described)

    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    return page


def result(*questions, student="ada", assignment="linear_regression", notes=()):
    """A result, as it comes back from JSON."""
    environment = Environment("2.13.0", "3.11.2", "cpu", 0, "bwrap", "f" * 64)
    record = SubmissionResult(student, assignment, "c" * 64, environment, questions, notes, 0.4)
    return SubmissionResult.from_json(json.loads(json.dumps(record.to_json())))


def test_a_page_says_what_a_person_grades():
    line = replace(graded(check()), by_hand={"why_<b>": 5.0, "plot": 10.0})
    page = assert_is_sound(render_feedback(line, []))
    assert "A person grades why_<b> (5 points), plot (10 points)" in page.text
    assert "A person" not in Page(render_feedback(graded(check()), [])).text


def graded(*checks, notes=(), **more):
    return result(QuestionResult("sgd", 10.0, checks), notes=notes, **more)


def test_a_page_is_sound_and_shows_score_check_message_mistake_and_hint():
    failed = check("failed", "w is 2; expected 1.", misconception=NO_BATCH_SIZE)
    line = graded(check(), failed, notes=["cell 7 was skipped"])
    page = assert_is_sound(render_feedback(line, [("code cell 1", "hi")]))
    for words in (
        "ada", "linear_regression", "5 of 10 points", "✓passed", "✗failed", "One update moves w.", "w is 2; expected",
        "The step forgets the batch size.", "grad is a sum.", "mean?", "cell 7 was skipped", "code cell 1", "hi",
    ):  # fmt: skip
        assert words in page.text, words


@pytest.mark.parametrize("visible", [True, False])
def test_a_page_opens_the_next_hints_without_a_script(visible):
    hints = ("Look at the sum.", "Compare a sum with a mean.", "2 and 4 have the mean 3.")
    page = assert_is_sound(render_feedback(graded(check("failed", "no", hints=hints, visible=visible)), []))
    assert page.all("details") == [{}, {}] and page.texts["summary"] == ["Hint 2 of 3", "Hint 3 of 3"]
    assert [hint in page.text for hint in hints] == [True] * 3


def test_what_a_student_wrote_is_inert():
    failed = check("failed", HOSTILE, misconception=NO_BATCH_SIZE, hints=(HOSTILE,) * 3)
    html = render_feedback(graded(failed, notes=[HOSTILE], student=HOSTILE), [(HOSTILE, HOSTILE)])
    page = assert_is_sound(html)
    assert page.text.count("<script>alert(1)</script>red") >= 5
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)


def test_a_hidden_check_shows_neither_message_nor_attachments():
    hidden = check(
        "failed", "secret inputs", visible=False, misconception=NO_BATCH_SIZE,
        attachments=({**CURVE, "title": "secret curve"},),
        comparison={**comparison([1.0, 2.0], [3.0, 4.0]), "summary": "secret values"},
    )  # fmt: skip
    page = assert_is_sound(render_feedback(graded(hidden), []))
    assert "secret" not in page.text
    for words in ("hidden check", "One update moves w.", "failed", "The step forgets the batch size", "mean?"):
        assert words in page.text, words


def test_a_page_shows_what_was_got_beside_what_was_expected():
    html = render_feedback(graded(unlike(), unlike_matrix()), [])
    page = assert_is_sound(html)
    assert "2 of its 3 values are wrong" in page.text and "← first difference" in page.text
    assert "The arrow → marks the first difference: row 4, column 0." in page.text


def test_printed_text_is_cut_a_cell_and_in_all_and_the_page_says_so():
    printed = [(f"code cell {number}", "x" * 1_000_000) for number in range(1, 31)]
    page = Page(render_feedback(graded(check()), printed))
    assert page.text.count("996,000 characters left out") == 5
    assert "25 more cells, which printed 25,000,000 characters, are left out" in page.text
    assert page.text.count("x") < 20_100


def test_many_short_cells_are_cut_too():
    page = Page(render_feedback(graded(check()), [("cell", "y")] * 5_000))
    assert "4,900 more cells, which printed 4,900 characters, are left out" in page.text


def test_what_fits_is_shown_whole():
    page = Page(render_feedback(graded(check()), [("code cell 1", "z" * 4_000), ("code cell 2", " \n")]))
    assert page.text.count("z") == 4_000
    assert "left out" not in page.text and "code cell 2" not in page.text


def test_a_huge_message_and_a_thousand_notes_are_cut():
    html = render_feedback(graded(check("failed", "m" * 10**6), notes=["n" * 10**5] * 1_000), [])
    assert len(html) < 120_000
    assert "characters left out" in html and "950 more notes" in html


def test_a_page_without_output_says_that_nothing_was_printed():
    assert "Nothing." in Page(render_feedback(graded(check()), [])).text


def test_the_grader_s_own_fault_is_named_as_such():
    page = Page(render_feedback(graded(check("grader_fault", "KeyError: 'order'")), []))
    assert "A person will look at this." in page.text
    assert "not you" in page.text


def test_charts_say_in_words_what_they_draw():
    page = assert_is_sound(render_feedback(graded(check(attachments=(CURVE, ESTIMATES))), []))
    assert page.texts["title"][1:] == ["Loss after each epoch", "Parameters"]
    assert page.texts["desc"] == [
        "Your run goes from 0.04 to 5×10⁻⁵. Correct runs end between 4×10⁻⁵ and 6×10⁻⁵.",
        "w[0]: true 2, yours 1.99; b: true −3.4, yours not finite.",
    ]
    assert "The largest difference is 0.01, of w[0]." in page.text


def test_a_curve_that_leaves_the_numbers_says_where():
    page = Page(render_feedback(graded(check(attachments=({**CURVE, "values": [1.0, None, None]},))), []))
    assert "2 of its 3 values are not finite (×), first at epoch 2." in page.text


@pytest.mark.parametrize(
    "values",
    [
        [], [1.0], [0.0, 0.0], [None], [None, 1.0, None, 2.0], [-1.0, 5.0], [5.0, 5.0, 5.0], [1e308, -1e308],
        [1e-300, 1e300], [5e-324, 1.0], [1e16, 1e16 + 2], [float(n) for n in range(5_000)],
    ],
)  # fmt: skip
@pytest.mark.parametrize("band", [([], []), ([1.0], [2.0]), ([0.1, None, 0.1], [0.2, 0.3, 0.4])])
def test_a_curve_of_any_values_is_drawn_within_its_frame(values, band):
    exhibit = {**CURVE, "values": values, "low": band[0], "high": band[1]}
    assert_drawn_within_its_frame(render_feedback(graded(check(attachments=(exhibit,))), []))


@pytest.mark.parametrize(
    ("true", "estimated"),
    [
        ([], []), ([0.0], [0.0]), ([2.0], [None]), ([2.0, -3.4], [1e308, -1e308]), ([1e308], [2.0]),
        ([0.5] * 40, [0.4] * 40),
    ],
)  # fmt: skip
def test_estimates_of_any_size_are_drawn_within_their_frame(true, estimated):
    exhibit = {**ESTIMATES, "names": [f"w[{i}]" for i in range(len(true))], "true": true, "estimated": estimated}
    html = render_feedback(graded(check(attachments=(exhibit,))), [])
    assert_drawn_within_its_frame(html)
    assert ("The first 12 of 40 parameters" in html) == (len(true) == 40)


def test_the_last_of_many_values_is_drawn():
    values = [1.0] * 4_321 + [9.0]
    lines = Page(render_feedback(graded(check(attachments=({**CURVE, "values": values},))), [])).all("polyline")
    x, y = lines[0]["points"].split()[-1].split(",")
    assert float(x) > 350
    assert float(y) < float(lines[0]["points"].split()[0].split(",")[1])


def test_the_words_in_a_chart_are_inert():
    named = dict.fromkeys(("title", "x_label", "y_label"), HOSTILE)
    attachments = ({**CURVE, **named}, {**ESTIMATES, "title": HOSTILE, "names": [HOSTILE, HOSTILE]})
    assert_is_sound(render_feedback(graded(check(attachments=attachments)), []))


def assert_drawn_within_its_frame(html):
    page = assert_is_sound(html)
    _, _, width, height = map(float, page.all("svg")[0]["viewbox"].split())
    assert len(html) < 60_000
    for tag, attributes in page.elements:
        if tag in {"polyline", "polygon", "circle", "line", "rect", "text"}:
            numbers = re.findall(r"[^\s,]+", attributes.get("points", ""))
            across = [attributes.get(name, 0) for name in ("x", "cx", "x1", "x2")] + numbers[::2]
            down = [attributes.get(name, 0) for name in ("y", "cy", "y1", "y2")] + numbers[1::2]
            assert all(math.isfinite(float(x)) and -7 <= float(x) <= width + 7 for x in across), (tag, attributes)
            assert all(math.isfinite(float(y)) and -1 <= float(y) <= height + 1 for y in down), (tag, attributes)


def test_an_unknown_kind_of_exhibit_is_left_out():
    assert (
        Page(render_feedback(graded(check(attachments=({"kind": "hologram", "title": "Loss"},))), [])).all("svg") == []
    )


def test_a_browser_s_parser_finds_no_error():
    html5lib = pytest.importorskip("html5lib")
    failed = check("failed", HOSTILE, misconception=NO_BATCH_SIZE, attachments=(CURVE, ESTIMATES))
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(render_feedback(graded(failed, student=HOSTILE), [("code cell 1", HOSTILE)]))


def colours(css):
    return {name: painted(value) for name, value in re.findall(r"--(\w+): (#[0-9a-f]{6})", css)}


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_has_enough_contrast_in_light_and_dark_mode(scheme):
    (css,) = Page(render_feedback(graded(check()), [])).texts["style"]
    palette = colours(css.split("prefers-color-scheme: dark")[scheme])
    for text in ("ink", "soft", "link", "good", "bad", "wait"):
        for ground in ("paper", "wash"):
            assert contrast(palette[text], palette[ground]) >= 4.5, (text, ground)
