"""Charts as pictures of their own, as nbgrader's pages and notebooks show them."""

import xml.etree.ElementTree as ElementTree

import pytest
from contrast import contrast, painted
from drawn_alone import colours_alone
from test_card import CURVE, HOSTILE
from test_feedback import ESTIMATES

from autograder.reports.card import render_chart
from autograder.reports.charts import draw, histogram, sparkline

WITH_A_GAP = {**CURVE, "values": [0.04, None, 0.00005]}
FAR_OFF = {**ESTIMATES, "names": ["w[0]", "w[1]", "b"], "true": [2.0, 1.0, -3.4], "estimated": [1.99, 1e6, None]}
FIGURES = {
    "curve": lambda: draw(CURVE, "a"), "a curve with a gap": lambda: draw(WITH_A_GAP, "a"),
    "estimates": lambda: draw(ESTIMATES, "a"), "estimates far off": lambda: draw(FAR_OFF, "a"),
    "histogram": lambda: histogram([0.0, 0.5, 0.55, 1.0], "a"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FIGURES)
def test_a_chart_in_a_picture_has_a_colour_for_each_of_its_shapes_and_words(kind):
    coloured = colours_alone(render_chart(FIGURES[kind]()))
    (ground, paper), *parts = coloured
    assert ground == "rect" and {name for name, _ in parts} >= {"line", "text"}
    for name, colour in parts:
        assert colour != painted("#000000")
        if name == "text":
            assert contrast(colour, paper) >= 4.5


def test_the_small_picture_of_a_card_has_a_colour_for_each_of_its_shapes():
    assert {name for name, _ in colours_alone(sparkline(CURVE).svg)} == {"polygon", "polyline", "circle"}


@pytest.mark.parametrize("kind", FIGURES)
def test_a_chart_in_a_picture_has_the_size_at_which_its_words_are_as_large_as_a_cards(kind):
    figure = FIGURES[kind]()
    drawing = ElementTree.fromstring(render_chart(figure))
    (frame,) = drawing.findall("{*}svg")
    (inner,) = frame.findall("{*}svg")
    assert inner.get("viewBox") == f"0 0 {frame.get('width')} {frame.get('height')}"
    for side in ("width", "height"):
        assert int(drawing.get(side)) == int(frame.get(side)) + 2 * int(frame.get("x"))


def test_hostile_words_leave_a_picture_well_formed():
    named = dict.fromkeys(("title", "x_label", "y_label"), HOSTILE)
    for exhibit in ({**CURVE, **named}, {**ESTIMATES, "title": HOSTILE, "names": [HOSTILE, HOSTILE]}):
        drawing = ElementTree.fromstring(render_chart(draw(exhibit, "a")))
        assert {part.tag.rpartition("}")[2] for part in drawing.iter()} <= {
            "svg", "style", "title", "desc", "line", "rect", "circle", "polygon", "polyline", "text"
        }  # fmt: skip
