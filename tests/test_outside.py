"""What others hand in: right in Jupyter, right when graded."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.sandbox import launch as sandbox
from tests.outside import BECOMES, CASES, table

PROBLEM = sandbox.bubblewrap_problem()
PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    grader = Grader(Settings(PROJECT, "bwrap"))
    yield grader
    grader.close()


@pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")
@pytest.mark.parametrize("name", CASES)
def test_it_is_whole(grader, name):
    case = CASES[name]
    data = case.notebook()
    result = grader.grade(SubmissionBytes("ada", case.assignment, f"{case.assignment}.ipynb", data)).result
    lost = [(check.id, check.message) for question in result.questions for check in question.checks if not check.passed]
    assert not lost and not result.needs_review
    assert len(result.notes) == bool(case.told) and case.told in "".join(result.notes), result.notes


def test_the_page_on_quality_tells_what_becomes_of_each_kind():
    page = (PROJECT / "docs/grader-quality.md").read_text()
    assert "\n".join(table()) in page and {case.kind for case in CASES.values()} == BECOMES.keys()
