"""`make demo`: what stands behind the addresses that it prints, and that Ctrl-C ends it whole."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.lab import Lab
from tests.demo.jupyter import ASSIGNMENT

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"^(\w+) +(http://127\.0\.0\.1:\d+/lab\?token=\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Demo:
    process: "subprocess.Popen[str]"
    addresses: dict[str, str]


@pytest.fixture(scope="module")
def demo(browser: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    command = [sys.executable, "-m", "tests.demo.jupyter", "--folder", str(tmp_path_factory.mktemp("demo") / "course")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            printed = ""
            for line in process.stdout or ():
                printed += line
                if line.startswith("Ctrl-C"):
                    break
            addresses = dict(ADDRESS.findall(printed))
            assert addresses.keys() == {"instructor", "student"}, printed
            yield Demo(process, addresses)
        finally:
            process.send_signal(signal.SIGINT)


def test_the_instructors_formgrader_shows_a_graded_class(demo: Demo, browser: BrowserContext, pictures: Path) -> None:
    instructor = Lab(browser.new_page(), demo.addresses["instructor"])
    instructor.choose("Nbgrader", "Formgrader")
    instructor.row(ASSIGNMENT).locator(".num-submissions a").click()
    expect(instructor.row("farid").locator(".status")).to_have_text(re.compile("^(graded|needs manual grading)$"))
    expect(instructor.row("farid").locator(".score")).to_have_text(re.compile(r"^\d+\.\d+ / \d+$"))
    instructor.page.locator("#formgrader-iframe").screenshot(path=pictures / "formgrader-class.png")


def test_the_student_has_an_assignment_to_fetch(demo: Demo, browser: BrowserContext) -> None:
    student = Lab(browser.new_page(), demo.addresses["student"])
    student.choose("Nbgrader", "Assignment List")
    expect(student.page.locator("#released_assignments_list")).to_contain_text(ASSIGNMENT)


def test_ctrl_c_ends_both_servers(demo: Demo) -> None:
    """The last test here."""
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0
    for address in map(urlsplit, demo.addresses.values()):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.hostname, address.port))
