"""The hub of docs/hub.md, and the browsers of those who use it."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import PATIENCE_MS, browser, failed_before, in_order, numbers, pictures
from tests.browser.lab import SLID
from tests.clean_machine import build_wheel
from tests.hub.machine import Machine, missing
from tests.hub.page import COURSE, follow
from tests.people import open_folder

__all__ = ["browser", "failed_before", "in_order", "numbers", "pictures"]  # fixtures

ROOT = Path(__file__).parents[2]
PARTS = ("autograder/checks", "solutions")
FILES = ("pyproject.toml", "nbgrader_config.py", "constraints.txt")
PEOPLE = ("alice", "bruno", "ada", "bob")
ADDRESS = "http://127.0.0.1:8000"  # as on the page
STARTING_S = 120.0


@dataclass
class Hub:
    """A hub that runs.

    Attributes:
        machine: where.
        address: of its first page.
        browser: where each person gets cookies of their own.
        errors: of scripts, as the browser tells them.
    """

    machine: Machine
    address: str
    browser: BrowserContext
    errors: list[str] = field(default_factory=list)

    def log_in(self, name: str) -> Page:
        """Return the page of somebody who has logged in, and whose server has started."""
        assert self.browser.browser is not None
        person = self.browser.browser.new_context(viewport={"width": 1400, "height": 900})
        person.set_default_timeout(PATIENCE_MS)
        page = person.new_page()
        page.on("pageerror", lambda error: self.errors.append(error.message))
        page.goto(self.address)
        page.locator("#username_input").fill(name)
        page.locator("#password_input").fill(_password(name))
        page.locator("#login_submit").click()
        page.locator(".jp-Launcher-content").wait_for()
        return page


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--hub-programs", type=Path, help="an /opt with these programs, on the file system of /tmp")


@pytest.fixture(scope="module")
def hub(request: pytest.FixtureRequest, browser: BrowserContext, pictures: Path) -> Iterator[Hub]:
    """A hub made as the page says; its users' passwords are set, which the page leaves to the reader."""
    if reason := missing("npm", "node"):
        pytest.skip(reason)
    kept: Path | None = request.config.getoption("--hub-programs")
    with open_folder() as folder:
        machine = Machine(folder)
        course = machine.at(COURSE)
        for part in PARTS:
            shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(ROOT / name, course)
        wheel = build_wheel(course / "dist")
        if kept and (kept / "course").exists():
            shutil.copytree(kept / "course", machine.at("/opt/course"), symlinks=True, copy_function=os.link)
            again = f"/opt/course/bin/pip install --no-deps --force-reinstall {COURSE}/dist/{wheel.name}"
            assert machine.run(again).returncode == 0
        else:
            follow(machine, "The programs")
        for heading in ("The people", "The exchange, before it is needed", "The course, where a second instructor reaches it"):  # fmt: skip
            follow(machine, heading)
        follow(machine, "What nbgrader has to know")
        command = follow(machine, "The hub")
        assert command is not None
        for name in PEOPLE:
            set_password(machine, name)
        ports = [free_port() for _ in range(3)]
        settings = machine.at("/etc/jupyterhub/jupyterhub_config.py")
        settings.write_text(
            settings.read_text("utf-8").replace(ADDRESS, f"http://127.0.0.1:{ports[0]}")
            + f"c.JupyterHub.hub_port = {ports[1]}\nc.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{ports[2]}'\n"
        )
        with machine.serving(command, pictures / "hub.log") as server:
            await_answer(f"http://127.0.0.1:{ports[0]}/hub/login", server)
            yield Hub(machine, f"http://127.0.0.1:{ports[0]}", browser)


def set_password(machine: Machine, name: str) -> None:
    machine.run(f"id {name} && echo {name}:{_password(name)} | chpasswd")


def _password(name: str) -> str:
    return f"the password of {name}".replace(" ", "-")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def await_answer(address: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTING_S
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(address):
            return
        time.sleep(0.5)
    raise AssertionError("the hub did not start: see build/browser/hub.log")


@pytest.fixture(scope="module")
def alice(hub: Hub) -> Page:
    return hub.log_in("alice")


@pytest.fixture(scope="module")
def ada(hub: Hub) -> Page:
    return hub.log_in("ada")


@pytest.fixture(scope="module")
def bob(hub: Hub) -> Page:
    return hub.log_in("bob")


@pytest.fixture(scope="module")
def bruno(hub: Hub) -> Page:
    """A grader who comes after the release."""
    follow(hub.machine, "Another grader")
    set_password(hub.machine, "bruno")
    return hub.log_in("bruno")


@pytest.fixture(autouse=True)
def step(request: pytest.FixtureRequest, in_order: None, numbers: Iterator[int], pictures: Path) -> Iterator[None]:
    """Each test builds on the last one, and leaves a picture of the page that each person sees at its end."""
    yield
    (pictures / "hub").mkdir(exist_ok=True)
    for person in PEOPLE:
        if person in request.fixturenames:
            page: Page = request.getfixturevalue(person)
            name = request.node.name.removeprefix("test_").replace("[", "-").rstrip("]")
            page.evaluate(SLID)
            page.screenshot(path=pictures / "hub" / f"{next(numbers):02}-{person}-{name}.png")
