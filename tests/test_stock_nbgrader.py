"""What nbgrader does to a submission by itself, and what it does in this course: the same work, handed in to both."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import html5lib
import pytest
from conftest import code_cell, grade_cell, make_course, notebook

from autograder.sandbox.worker.limits import Limits
from tests.nbgrader_course import Grades, NbgraderCourse

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "doubling"
FAILED = 1  # nbgrader's exit status where it could not grade everybody
LIMIT_S = 3
HIDDEN_TEST = "assert double(21) == 42"
# In stock nbgrader a test is code in the notebook: a failing one earns nothing, a number at its end is partial credit.
STOCK_TESTS = {
    "double": f"assert double(3) == 6\n### BEGIN HIDDEN TESTS\n{HIDDEN_TEST}\n### END HIDDEN TESTS",
    "quadruple": "import numpy as np\n2 * np.mean([quadruple(x) == 4 * x for x in (1, 2, 3)])",
    "explained": (
        "right = sum(double(x) == 2 * x for x in (0, 2, 3))\nassert right == 3, f'{right} of 3 are right'\nright"
    ),
    "printed": "right = sum(double(x) == 2 * x for x in (0, 2, 3))\nprint(f'{right} of 3 are right')\nright",
    "none_right": "0",
}
STOCK_POINTS = {"double": 8, "quadruple": 2, "explained": 3, "printed": 3, "none_right": 1}
OWN_POINTS = {"double": 8, "quadruple": 2}

RIGHT = {"double": "def double(x):\n    return 2 * x", "quadruple": "def quadruple(x):\n    return 4 * x"}
WAITS = "import time\ndef quadruple(x):\n    while True:\n        time.sleep(0.1)"
WAITS_ON = (
    "import time\ndef quadruple(x):\n    while True:\n        try:\n            time.sleep(0.1)\n"
    "        except BaseException:\n            pass"
)
WARNS = "import sys\ndef double(x):\n    print('nothing to worry about', file=sys.stderr)\n    return 2 * x"
MEMORY = "import resource\nprint('memory', resource.getrlimit(resource.RLIMIT_DATA)[0])"
# As the kernel's out-of-memory killer ends a process
KILLED = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"

CLASS: dict[str, dict[str, str]] = {
    "adds": RIGHT | {"quadruple": "def quadruple(x):\n    return x + 100"},
    "deletes": RIGHT,
    "exits": RIGHT | {"more": "import os\nos._exit(0)"},
    "killed": RIGHT | {"more": KILLED},
    "right": RIGHT | {"more": MEMORY},
    "squares": RIGHT | {"double": "def double(x):\n    return x**2"},
    "waits": RIGHT | {"quadruple": WAITS},
    "waits_on": RIGHT | {"quadruple": WAITS_ON},
    "warns": RIGHT | {"double": WARNS},
    "y_copies": RIGHT,  # nbgrader goes by name: whoever comes after this one is not graded
    "z_after": RIGHT,
}


@dataclass(frozen=True)
class Graded(NbgraderCourse):
    """A course in which the class was autograded."""

    grades: Grades

    def score(self, student: str, question: str) -> float | None:
        """Return what the gradebook holds, None for nothing."""
        score: float | None = self.grades[student][question][0]
        return score


def source_of(points: dict[str, int], tests: dict[str, str]) -> str:
    """The instructor's notebook: a stub and its tests for each question."""
    cells = []
    for number, (question, worth) in enumerate(points.items()):
        if question in RIGHT:
            marks = {"grade": False, "solution": True, "locked": False, "task": False, "schema_version": 3}
            solution = f"### BEGIN SOLUTION\n{RIGHT[question]}\n### END SOLUTION"
            cells.append(code_cell(solution, number, nbgrader=marks | {"grade_id": f"{question}-solution"}))
        cells.append(grade_cell(question, worth) | {"source": tests.get(question, f'check("{question}")')})
    return notebook(*cells)


def handed_in(released: bytes, student: str, answers: dict[str, str]) -> bytes:
    """The released notebook with a student's answers; what is no answer comes before the first test."""
    document = json.loads(released)
    cells: list[dict[str, Any]] = document["cells"]
    for cell in cells:
        if "nbgrader" not in cell["metadata"]:
            continue  # the first one, which installs
        question = cell["metadata"]["nbgrader"]["grade_id"].removesuffix("-solution")
        if cell["metadata"]["nbgrader"]["solution"]:
            cell["source"] = answers[question]
    if "more" in answers:
        cells.insert(1, code_cell(answers["more"], 99))
    tests = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]
    if student == "deletes":
        document["cells"] = [cell for cell in cells if cell not in tests]
    if student == "y_copies":
        cells.append(tests[0] | {"id": "a-copy"})
    return json.dumps(document).encode()


def autograded(root: Path, source: str, settings: str, status: int) -> Graded:
    """A course with that source and those settings, the class autograded in it."""
    make_course(root)
    (root / f"solutions/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").write_text(source)
    (root / "nbgrader_config.py").write_text(settings)
    course = NbgraderCourse(root)
    course.nbgrader("generate_assignment", ASSIGNMENT)
    for student, answers in CLASS.items():
        course.submit(student, ASSIGNMENT, handed_in(course.released(ASSIGNMENT), student, answers))
    course.nbgrader("autograde", ASSIGNMENT, expected=status)
    course.nbgrader("generate_feedback", ASSIGNMENT)
    return Graded(root, course.read_grades(f"sqlite:///{root}/gradebook.db", ASSIGNMENT))


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    settings, ours = (ROOT / "nbgrader_config.py").read_text("utf-8").split("# Grading is the autograder's")
    assert "autograde_preprocessors" in ours
    settings += f"c.Execute.timeout = {LIMIT_S}\n"
    root = tmp_path_factory.mktemp("stock") / "course"
    return autograded(root, source_of(STOCK_POINTS, STOCK_TESTS), settings, FAILED)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    settings = (ROOT / "nbgrader_config.py").read_text("utf-8")
    return autograded(tmp_path_factory.mktemp("ours") / "course", source_of(OWN_POINTS, {}), settings, 0)


def everything(graded: Graded, student: str) -> set[float | None]:
    return {graded.score(student, question) for question in OWN_POINTS}


def test_text_on_stderr_costs_every_point_there_and_none_here(stock: Graded, ours: Graded) -> None:
    assert (stock.score("warns", "double"), stock.score("right", "double")) == (0, 8)
    assert ours.score("warns", "double") == 8


def test_an_explanation_that_fails_the_test_takes_the_partial_credit_there(stock: Graded) -> None:
    assert stock.score("squares", "printed") == 2  # two of three are right, and the test only prints so
    assert stock.score("squares", "explained") == 0  # the same test, but it says so by failing


def test_a_question_has_partial_credit_and_an_explanation_here(ours: Graded) -> None:
    assert ours.score("squares", "double") == 1  # of 8
    assert "squares in place of doubling" in ours.page("squares", ASSIGNMENT)


def test_none_right_is_full_marks_there_where_numpy_counts_and_zero_here(stock: Graded, ours: Graded) -> None:
    assert stock.score("right", "none_right") == 0  # a plain 0 is zero
    assert stock.score("adds", "quadruple") == 2  # np.float64(0.0), as NumPy 2 writes it, is full marks
    assert ours.score("adds", "quadruple") == 0


def test_deleted_tests_leave_no_score_there_and_cost_nothing_here(stock: Graded, ours: Graded) -> None:
    assert everything(stock, "deletes") == {None}
    assert everything(ours, "deletes") == {8, 2}


def test_a_copied_test_ends_the_run_there_and_costs_nothing_here(stock: Graded, ours: Graded) -> None:
    assert everything(stock, "y_copies") == {None}
    assert "z_after" not in stock.grades
    assert everything(ours, "y_copies") == everything(ours, "z_after") == {8, 2}


@pytest.mark.parametrize("student", ["exits", "killed"])
def test_a_process_that_ends_loses_everything_there_and_here_only_what_it_did_not_reach(
    stock: Graded, ours: Graded, student: str
) -> None:
    assert everything(stock, student) == {None} and not stock.autograded(student, ASSIGNMENT).exists()
    assert ours.score(student, "double") == 8


def test_memory_has_no_limit_there_and_one_here(stock: Graded, ours: Graded) -> None:
    assert "memory -1" in stock.page("right", ASSIGNMENT)
    assert f"memory {Limits().memory_bytes}" in ours.page("right", ASSIGNMENT)


def test_code_that_cannot_be_interrupted_is_never_graded_there_and_loses_its_own_question_here(
    stock: Graded, ours: Graded
) -> None:
    assert stock.score("waits", "double") == 8  # a plain loop is interrupted, and the rest is graded
    assert everything(stock, "waits_on") == {None} and not stock.autograded("waits_on", ASSIGNMENT).exists()
    assert [ours.score("waits_on", question) for question in OWN_POINTS] == [8, 0]


def test_feedback_shows_hidden_tests_there_and_not_here(stock: Graded, ours: Graded) -> None:
    def shown(graded: Graded) -> str:
        return "".join(html5lib.parse(graded.page("right", ASSIGNMENT), namespaceHTMLElements=False).itertext())

    assert HIDDEN_TEST not in stock.released(ASSIGNMENT).decode()
    assert HIDDEN_TEST in shown(stock)
    assert "double(21)" in (ours.root / f"solutions/{ASSIGNMENT}/hidden_checks.py").read_text()
    assert "double(21)" not in shown(ours)
