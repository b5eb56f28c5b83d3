"""JupyterLab in a page of a browser, used as a person does: menus, tabs, cells, nbgrader's own panels."""

import re
from pathlib import Path
from typing import Final

from playwright.sync_api import FrameLocator, Locator, Page, Route

PICTURES: Final = Path(__file__).parents[2] / "build/browser"
ELSEWHERE: Final = re.compile(r"^https?://(?!127\.0\.0\.1[:/])")

# Formgrader slides to the field that is entered, and what is not drawn yet is white in a picture
SLID: Final = "() => window.jQuery ? new Promise(done => jQuery('body, html').promise().done(() => done())) : null"


class Lab:
    """Someone's JupyterLab.

    Attributes:
        page: the page that shows it.
        asked_elsewhere: addresses on other machines that it wanted; none was asked.
        errors: of scripts, as the browser tells them.
    """

    def __init__(self, page: Page, address: str) -> None:
        """Open it."""
        self.page = page
        self.asked_elsewhere: list[str] = []
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(error.message))
        page.route(ELSEWHERE, self._refuse)
        page.goto(address)
        page.locator(".jp-Launcher-content").wait_for()

    def choose(self, menu: str, *items: str) -> None:
        """Choose from the menu bar, submenus included."""
        self.page.locator("#jp-MainMenu .lm-MenuBar-item", has_text=_exactly(menu)).click()
        for depth, item in enumerate(items):
            self.page.locator(".lm-Menu").nth(depth).locator(".lm-Menu-item", has_text=_exactly(item)).click()

    def show_tab(self, title: str) -> None:
        """Bring a tab of the main area to the front."""
        self.page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text=_exactly(title)).click()

    def cell(self, text: str) -> Locator:
        """Return the first cell of the open notebook whose input has this text."""
        cells = self.page.locator(".jp-Notebook .jp-Cell")
        return cells.filter(has=self.page.locator(".jp-InputArea", has_text=text)).first

    def run(self, cell: Locator) -> None:
        """Run a cell, after those that run already."""
        cell.locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Control+Enter")

    def formgrader(self) -> FrameLocator:
        """Return the pages of formgrader, which JupyterLab shows in a frame."""
        return self.page.frame_locator("#formgrader-iframe iframe")

    def row(self, of: str) -> Locator:
        """Return the row of a table of formgrader's in which a cell says just this."""
        pages = self.formgrader()
        return pages.locator("tbody tr").filter(has=self.page.locator("td", has_text=_exactly(of)))

    def _refuse(self, route: Route) -> None:
        self.asked_elsewhere.append(route.request.url)
        route.abort()


def _exactly(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(text)}\s*$")
