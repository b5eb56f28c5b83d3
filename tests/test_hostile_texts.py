"""No text that somebody hands in takes more than one pass over it to be searched."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.judging.student import defines

PACKAGE = Path(__file__).parents[1] / "autograder"
TEXTS = [
    ("", "\n"), ("", " "), ("", " \n"), ("", "\f"), ("def", " "), ("def", "\n"), ("f", "\n"), ("#", " "), ("", "`"),
    ("", "\x1b["), ("\x9b", "0"), ("\x9b", "0 "), ('"grade_id":', " "), ("", "<<<<<<<"), ("", "\r"),
]  # fmt: skip
SEARCHES = f"""
from autograder.reports.formats.github import line_of
from autograder.judging.student import defines
from autograder.catalogue.submission import read_submission
from autograder.text import inline_code

for first, repeated in {TEXTS!r}:
    print(repr(first + repeated), end=" … ", flush=True)
    text = first + repeated * (2**20 // len(repeated))
    defines(text, "f")
    line_of("f", text)
    inline_code(text)
    for name in ("a.py", "a.ipynb"):
        read_submission(text.encode(), name)
"""


def test_a_megabyte_of_one_thing_is_searched_at_once():
    # Seconds, most of them imports; of steps that grow with the square each would take a quarter of an hour
    try:
        subprocess.run([sys.executable, "-c", SEARCHES], check=True, timeout=120, capture_output=True)
    except subprocess.TimeoutExpired as error:
        pytest.fail(f"not searched in two minutes: {(error.stdout or b'').decode()}")


def test_no_pattern_looks_for_the_blank_before_a_line_beyond_that_line():
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and r"^\s" in node.value
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(x):\n    return x", True), ("\n\n \t def  f(x): ...", True), ("\f\r\n\xa0f = len", True),
        ("if x:\n    f\t= len", True), ("def\tg(f): ...", False), ("x = f", False), ("ff = 1", False), ("", False),
    ],
)  # fmt: skip
def test_a_definition_is_found_wherever_its_line_begins(source, found):
    assert defines(source, "f") is found
