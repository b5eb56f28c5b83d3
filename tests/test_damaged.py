"""A class that hands in broken files is graded to its end: each gets what it is worth, and is told what is wrong."""

import html
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import make_course, notebook_of

from autograder import sandbox
from autograder.store import feedback_path
from autograder.text import plain
from tests.damaged import ASSIGNMENT, FOLDER, WHOLE, Case, lay_out

PROBLEM = sandbox.bubblewrap_problem()
SOME_FAILED = 1
HONEST = {
    "aa-right": ("def double(x):\n    return 2 * x", "def quadruple(x):\n    return 4 * x", 10.0),
    "mm-wrong": ("def double(x):\n    return x**2", "def quadruple(x):\n    return 4 * x", 3.0),
    "zz-right": ("def double(x):\n    return x + x", "def quadruple(x):\n    return double(double(x))", 10.0),
}

pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")


@dataclass(frozen=True)
class Run:
    """One grading of all of them."""

    status: int
    stdout: str
    stderr: str
    results: dict[str, dict[str, Any]]
    out: Path
    cases: list[Case]

    def page(self, student: str) -> str:
        """Return the text of a feedback page."""
        page = (self.out / feedback_path(self.results[student])).read_text("utf-8")
        return html.unescape(re.sub("<[^>]*>", "", page))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = make_course(tmp_path_factory.mktemp("damaged") / "course")
    cases = lay_out(root)
    for student, (*sources, _) in HONEST.items():
        folder = root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(notebook_of(*sources))
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "submitted", "--out", "out", "--workers", "1"],
        cwd=root, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in (root / "out/results.jsonl").read_text("utf-8").splitlines()]
    assert len({line["student"] for line in lines}) == len(lines)
    return Run(
        done.returncode, done.stdout, done.stderr, {line["student"]: line for line in lines}, root / "out", cases
    )


def test_the_class_is_graded_to_its_end_and_nothing_faults(run: Run) -> None:
    assert run.status == SOME_FAILED, run.stderr[-4000:]
    assert run.results.keys() == {case.name for case in run.cases} | HONEST.keys()
    assert [line["student"] for line in run.results.values() if line["needs_review"]] == []


def test_each_gets_what_its_code_is_worth(run: Run) -> None:
    scores = {student: line["score"] for student, line in run.results.items()}
    worth = {case.name: case.points for case in run.cases} | {
        student: points for student, (*_, points) in HONEST.items()
    }
    assert scores == worth


def test_each_student_reads_in_one_sentence_what_is_wrong(run: Run) -> None:
    for case in run.cases:
        page = run.page(case.name)
        assert plain(case.told) in plain(page), case
        assert len(run.results[case.name]["notes"]) == bool(case.told and not case.told.startswith("The ")), case


def test_the_instructor_reads_a_line_for_each_that_is_damaged(run: Run) -> None:
    told = [line for line in run.stderr.splitlines() if line.startswith("autograder: ")]
    expected = sorted((case for case in run.cases if case.on_stderr), key=lambda case: case.name)
    assert len(told) == len(expected)
    for line, case in zip(sorted(told), expected, strict=True):
        assert line.startswith(f"autograder: {case.name}, {ASSIGNMENT}: {case.told}")


def test_odd_names_reach_no_terminal_and_no_table(run: Run) -> None:
    for text in (run.stdout, run.stderr, (run.out / "results.csv").read_text("utf-8")):
        assert not [character for character in text if ord(character) < 32 and character != "\n"]
        assert "\u202e" not in text
    assert "two lines," in (run.out / "results.csv").read_text("utf-8")


def test_every_file_stands_in_the_table(run: Run) -> None:
    assert {folder.name for folder in FOLDER.iterdir()} <= {case.name for case in run.cases}
    assert len(list(FOLDER.iterdir())) >= 60
    assert {case.points for case in run.cases} == {0, 3, WHOLE}
