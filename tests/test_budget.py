"""A submission says as much as somebody may read: what goes beyond is cut where it comes in."""

import json

import pytest
from conftest import notebook_of

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Graded, Grader
from autograder.grading.settings import Settings
from autograder.sandbox.worker import faults, wire
from autograder.sandbox.worker.limits import MAX_FIGURE_BYTES_IN_ALL, MAX_OUTPUT_CHARACTERS_IN_ALL

LONG_NAME = "type('N' * 5_000_000, (Exception,), {})"
FIGURE = (
    "import numpy, matplotlib.pyplot as plt\n"
    "for _ in range(8): plt.figure(figsize=(4, 4), dpi=100); "
    "plt.figimage(numpy.random.default_rng(_).random((400, 400, 3)))"
)


@pytest.fixture(name="graded", scope="module")
def _graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    from conftest import make_course

    cells = [f"double = lambda x: {LONG_NAME}()", f"def quadruple(x):\n    raise {LONG_NAME}('m' * 5_000_000)"]
    cells += [f"raise {LONG_NAME}('{number}')" for number in range(60)]
    cells += ["print('\U0001f600' * 900_000)"] * 10 + [FIGURE] * 16
    grader = Grader(Settings(make_course(tmp_path_factory.mktemp("budget") / "course"), "none", keep_outputs=True))
    try:
        return grader.grade(SubmissionBytes("ada", "doubling", "doubling.ipynb", notebook_of(*cells)))
    finally:
        grader.close()


def test_a_result_and_its_page_stay_small(graded: Graded) -> None:
    line = json.dumps(graded.result.to_json())
    assert graded.result.score == 0 and not graded.result.needs_review
    assert len(line) < 300_000 and len(graded.feedback_html) < 3_000_000
    assert graded.result.notes[-1].endswith("notes more")
    outcomes = {check.outcome for check in graded.result.checks}
    assert outcomes <= {"failed", "error", "blocked"}


def test_what_cells_print_and_draw_is_bounded_in_all(graded: Graded) -> None:
    assert graded.cells is not None
    printed = sum(len(cell.output) for cell in graded.cells)
    drawn = [len(figure) for cell in graded.cells for figure in cell.figures]
    assert printed == MAX_OUTPUT_CHARACTERS_IN_ALL
    assert 0 < MAX_FIGURE_BYTES_IN_ALL - sum(drawn) < max(drawn)


@pytest.mark.parametrize("error", [None, [], {"kind": "error"}, {"kind": 1, "type": "", "message": "", "frames": []}])
def test_what_is_no_description_of_an_exception_is_refused(error: object) -> None:
    with pytest.raises(ValueError, match="no description"):
        faults.bounded(error)


def test_a_description_of_an_exception_is_cut_to_what_would_be_said() -> None:
    frame = {"function": "f" * 999, "line": 3, "text": "t" * 9_999}
    wrong = [{"function": 1, "line": 1, "text": ""}, {"function": "f", "line": "1", "text": ""}, "frame"]
    said = faults.bounded({
        "kind": "error", "type": "N" * 999, "message": "m" * 9_999, "function": None, "more": 1,
        "frames": [*wrong, *[frame] * 99],
    })  # fmt: skip
    assert said == {
        "kind": "error", "type": "N" * faults.MAX_NAME, "message": "m" * faults.MAX_MESSAGE, "function": None,
        "frames": [{"function": "f" * faults.MAX_NAME, "line": 3, "text": "t" * faults.MAX_LINE}] * 5,
    }  # fmt: skip


def test_a_name_of_megabytes_is_cut_on_both_sides_of_the_wire() -> None:
    value = type("N" * 5_000_000, (), {})()
    sent = wire.encode(value)
    received = wire.decode(sent)
    assert len(sent) < 5_000 and len(received.type_name) == faults.MAX_NAME
