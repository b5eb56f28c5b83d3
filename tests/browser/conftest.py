"""The browser, and the folder of its pictures."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests.browser.lab import PICTURES

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET: Final = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
PATIENCE_MS: Final = 120_000


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """One browser for all pages, as somebody has who tries the demo."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium: ./install-system-packages chromium")
    if shutil.which("bwrap") is None:
        pytest.skip("grading needs bubblewrap: ./install-system-packages bwrap")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET) as chromium:
        # Formgrader puts its menu beside a table where there is room
        context = chromium.new_context(viewport={"width": 1400, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        yield context


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """Of the pictures of a scenario's steps."""
    return itertools.count(1)


@pytest.fixture(scope="module")
def failed_before(request: pytest.FixtureRequest) -> int:
    return request.session.testsfailed


@pytest.fixture
def in_order(request: pytest.FixtureRequest, failed_before: int) -> None:
    """Each test of a scenario builds on the last one."""
    if request.session.testsfailed > failed_before:
        pytest.skip("an earlier step failed")


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the documentation's pictures go, and in steps/ those that say how a test went."""
    (PICTURES / "steps").mkdir(parents=True, exist_ok=True)
    return PICTURES
