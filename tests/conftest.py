"""A course of one assignment, apart from the project's own: the engine must know nothing of either."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# Tests fill the cores with processes: a process that asks for more threads must not spin while it waits for them.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# Each run draws what checks withhold from the same secret
os.environ["AUTOGRADER_SECRET"] = "of the tests"

# The same examples in each run; `pytest --hypothesis-profile long` draws others, and many
settings.register_profile("few", derandomize=True, deadline=None, database=None, max_examples=150)
settings.register_profile("long", deadline=None, max_examples=20_000)
settings.load_profile("few")

ASSIGNMENTS = [path.name for path in (Path(__file__).parents[1] / "solutions").iterdir()]

CHECKS = '''
"""Checks of a tiny course."""
import torch
from autograder.judging.suite import assert_close, check, probe


@probe
def doubled(student, x):
    return {"y": student.double(x)}


@check("double", weight=3, hints=["What is added to x?"])
def test_doubles_every_element(student, rng):
    """Every element is doubled."""
    x = torch.randn(3, 2, generator=rng)
    got = student.run(doubled, x=x)
    assert_close(got["y"], 2 * x, name="double(x)")


@check("double", weight=1, hints=["What has no elements?"])
def test_keeps_an_empty_tensor(student):
    """An empty tensor stays empty."""
    got = student.run(doubled, x=torch.zeros(0))
    assert_close(got["y"], torch.zeros(0), name="double(x)")


@probe
def quadrupled(student, x):
    return {"y": student.quadruple(x)}


@check("quadruple", hints=["What does `double` do twice?", "Compare with 1: how many times?", "3 gives 12."], needs=("double",))
def test_quadruples(student):
    """Every element is multiplied by four."""
    got = student.run(quadrupled, x=torch.ones(2))
    assert_close(got["y"], 4 * torch.ones(2), name="quadruple(x)")
'''

HIDDEN = '''
"""Hidden checks of a tiny course."""
import torch
from autograder.judging.suite import assert_close, check, probe


@probe
def doubled_number(student, x):
    return {"y": student.double(x)}


@check("double", weight=4, hints=["What about a number that is no tensor?"])
def test_doubles_a_number(student):
    """A plain number is doubled."""
    assert_close(student.run(doubled_number, x=21)["y"], 42, name="double(21)")
'''

WORDS = {
    "question": "double",
    "title": "squares in place of doubling",
    "explanation": "At 2 the two agree; elsewhere they do not.",
}
# What squaring does under these checks, as `autograder calibrate doubling --mistakes` writes it
SAYS = (
    "double(x) has shape (#, #) and dtype float32, and # of its # values are wrong: "
    "first at [#, #], got #, expected #; most at [#, #], got #, expected #."
)
SQUARES = {
    "test_doubles_every_element": {
        "outcomes": ["failed"],
        "features": {"says": [SAYS], "says.2": [6.0], "says.6": [0.09207], "says.7": [-0.6069], "0.y.0": [0.092067]},
    }
}
SQUARES_HIDDEN = {
    "test_doubles_a_number": {
        "outcomes": ["failed"], "features": {"says": ["double(#) is #; expected #."], "says.1": [441.0]},
    }
}  # fmt: skip
RECORD = json.dumps(
    {
        "misconceptions": {"double_squares": WORDS},
        "fingerprints": {"double": {"double_squares": [SQUARES]}},
    },
    indent=1,
)
HIDDEN_RECORD = json.dumps({"fingerprints": {"double": {"double_squares": [SQUARES_HIDDEN]}}}, indent=1)

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef quadruple(x):\n    return double(double(x))\n"


def grade_cell(question: str, points: float) -> dict[str, object]:
    marks = {"grade": True, "solution": False, "locked": True, "task": False, "schema_version": 3}
    return {
        "cell_type": "code",
        "id": question,
        "metadata": {"nbgrader": {**marks, "grade_id": question, "points": points, "cell_type": "code"}},
        "execution_count": None,
        "outputs": [],
        "source": f'check("{question}")',
    }


def code_cell(source: str, number: int = 0, **metadata: object) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": f"cell-{number}",
        "metadata": metadata,
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def notebook_of(*sources: str) -> bytes:
    """A bare notebook of code cells, without metadata."""
    return notebook(*(code_cell(source, number) for number, source in enumerate(sources))).encode()


def make_course(root: Path) -> Path:
    (root / "checks/doubling").mkdir(parents=True)
    (root / "pyproject.toml").write_text(
        '[tool.autograder]\nchecks = "checks"\nassignments = "assignments"\nsolutions = "solutions"\n'
    )
    (root / "checks/doubling/visible_checks.py").write_text(CHECKS)
    (root / "checks/doubling/record.json").write_text(RECORD)
    source = root / "solutions/doubling"
    source.mkdir(parents=True)
    (source / "hidden_checks.py").write_text(HIDDEN)
    (source / "hidden_record.json").write_text(HIDDEN_RECORD)
    (source / "doubling.ipynb").write_text(
        notebook(code_cell(RIGHT), grade_cell("double", 8), grade_cell("quadruple", 2))
    )
    return root


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


# What takes minutes starts first, so that at the end no process waits for another
LONGEST_FIRST = (
    "test_attacks.py", "test_docs.py", "test_nbgrader.py", "test_exchange.py", "browser/", "test_layers.py", "test_lateness.py",
    "test_damaged.py", "test_credit.py", "test_killed.py", "test_pytest_options.py", "test_demo.py", "test_stock_nbgrader.py",
    "test_grade.py", "test_nbgrader_feedback.py", "test_new_course.py", "test_device.py", "test_assignments.py",
    "test_notebooks.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((number for number, name in enumerate(LONGEST_FIRST) if name in item.nodeid), len(LONGEST_FIRST))

    items.sort(key=place)


# One class is graded for all tests of the file, and attacks may be called after an assignment
INDIVISIBLE = ("tests/test_attacks.py",)


class BySharedFixtures(LoadScopeScheduling):
    """Runs the tests of a file in one process, for its fixtures' sake; those of each assignment in one of their own.

    pytest-xdist's own groups are marks, which it writes where pytest 9.2 no longer looks for them.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if file in INDIVISIBLE:
            return file
        return " ".join([file, *(name for name in ASSIGNMENTS if re.search(rf"[\[-]{name}[\]-]", test))])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySharedFixtures:
    return BySharedFixtures(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Twice as many processes as cores: each waits a good deal, for a kernel, a server, a browser or a time limit."""
    return 2 * (os.cpu_count() or 1)
