"""Charts on the pages that are ours, in a browser in light and dark: each page as its renderer makes it."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext
from test_card import CURVE, check
from test_feedback import ESTIMATES, graded
from test_report import href

from autograder.reports.card import render_chart, render_html
from autograder.reports.charts import draw
from autograder.reports.class_report import render_report
from autograder.reports.feedback import render_feedback
from tests.browser.pixels import Ground, assert_all_drawn, faults_of, seen_in

SHOWN = graded(check("failed", "w is 2; expected 1.", attachments=(CURVE, ESTIMATES)))


def picture(svg: str) -> str:
    """A page of nbgrader's with a chart, which nbconvert shows so."""
    return (
        f'<body style="margin:0"><img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"></body>'
    )


def drawn() -> str:
    figure = draw(CURVE, "a")
    assert figure is not None
    return picture(render_chart(figure))


PAGES: dict[str, tuple[Callable[[], str], bool]] = {  # and whether it follows the reader's light and dark
    "feedback": (lambda: render_feedback(SHOWN, []), True),
    "report": (lambda: render_report("Class", [SHOWN], href), True),
    "a card": (lambda: f"<body>{render_html(SHOWN.questions[0])}</body>", True),
    "a picture": (drawn, False),
}


@pytest.mark.parametrize("ground", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_each_chart_of_a_page_can_be_seen(browser: BrowserContext, name: str, ground: Ground) -> None:
    made, follows = PAGES[name]
    page = browser.new_page()
    page.emulate_media(color_scheme=ground)
    page.set_content(made())
    assert_all_drawn(page.locator("svg.autograder-chart, img"), ground if follows else "light")
    page.close()


def test_what_nbconvert_made_of_charts_is_seen_to_be_a_blob(browser: BrowserContext) -> None:
    """A page's style does not reach into a picture."""
    page = browser.new_page()
    page.emulate_media(color_scheme="light")
    page.set_content(
        picture(str(getattr(draw(CURVE, "a"), "svg", "")).replace("<svg", '<svg width="380" height="240"', 1))
    )
    assert "nothing is in colour" in faults_of(seen_in(page.locator("img").screenshot()), "light")
    page.set_content('<div style="width:300px;height:100px"></div>')
    assert "nothing is drawn" in faults_of(seen_in(page.locator("div").screenshot()), "light")
    page.close()
