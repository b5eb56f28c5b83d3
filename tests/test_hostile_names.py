"""A student's name, and a file's, is text for whoever reads it and no path for whatever writes it."""

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import html5lib
import pytest
from conftest import RIGHT, make_course, notebook_of

from autograder import cli
from autograder.commands.exit_status import ALL_PASSED
from tests.attacks.names import NAMES

CONTROLS = [*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069"]


@dataclass
class Graded:
    """A class of hostile names, and what was said while it was graded."""

    out: Path
    status: int
    said: str
    beside: list[str]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    course = make_course(tmp_path_factory.mktemp("named") / "course")
    files = [name for name in NAMES.values() if len(name) < 200]
    for number, name in enumerate(NAMES.values()):
        folder = os.path.join(course, "submitted", name, "doubling")
        os.makedirs(folder)
        file = files[number % len(files)] + ".ipynb"
        with open(os.path.join(folder, file), "wb") as written:
            written.write(notebook_of(RIGHT, f"print({file!a})"))
    before = {path.name for path in course.iterdir()}
    with pytest.MonkeyPatch.context() as patch, open(course.parent / "said", "w+", errors="surrogateescape") as said:
        patch.chdir(course)
        patch.setattr("sys.stdout", said)
        patch.setattr("sys.stderr", said)
        status = cli.main(["grade", "submitted", "--sandbox", "none", "--workers", "1", "--out", "out"])
        said.seek(0)
        text = said.read()
    beside = sorted({path.name for path in course.iterdir()} - before)
    return Graded(course / "out", status, text, beside)


def lines(graded: Graded) -> list[dict[str, object]]:
    return [json.loads(line) for line in (graded.out / "results.jsonl").read_text("utf-8").splitlines()]


def test_everybody_is_graded_once(graded: Graded) -> None:
    assert graded.status == ALL_PASSED, graded.said
    assert len(lines(graded)) == len(NAMES)
    assert len({line["student"] for line in lines(graded)}) == len(NAMES)


def test_nothing_is_written_elsewhere_and_each_has_a_page(graded: Graded) -> None:
    assert graded.beside == ["out"]
    pages = [*(graded.out / "feedback").rglob("*.html")]
    assert len(pages) == len(NAMES)
    assert all(len(page.relative_to(graded.out).parts) == 3 for page in pages)


def test_a_terminal_and_a_table_get_no_control_character(graded: Graded) -> None:
    table = (graded.out / "results.csv").read_bytes().decode()
    for text in (graded.said, table):
        found = {character for character in text if character in CONTROLS and character not in "\n\r"}
        assert not found, found
    assert "\r" not in graded.said


def test_a_spreadsheet_gets_no_formula_and_a_row_each(graded: Graded) -> None:
    with (graded.out / "results.csv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    assert len(rows) == len(NAMES)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_pages_hold_names_as_text_and_lead_to_each_other(graded: Graded) -> None:
    for page in graded.out.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not [character for character in CONTROLS if character in text and character not in "\n\t"], page
        tree = html5lib.parse(text, namespaceHTMLElements=False)
        for element in tree.iter():
            for name, value in element.attrib.items():
                assert not str(name).lower().startswith("on"), (page, name)
                if name in ("href", "src") and not value.startswith(("#", "data:image/png")):
                    assert (page.parent / unquote(value)).is_file(), (page, value)
            if element.tag == "script":
                assert page.name == "report.html" and "alert" not in (element.text or "")
            assert element.tag != "img" or element.attrib["src"].startswith("data:image/png")
