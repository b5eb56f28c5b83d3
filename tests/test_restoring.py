"""A submission in nbgrader's form again, whatever was lost of it."""

import json

import nbformat
import pytest

from autograder.course import find_course
from autograder.gradebook.restoring import restore
from autograder.submission import read_submission
from tests.damage import CHANGES

ASSIGNMENT = find_course().assignment("linear_regression")
RELEASED = nbformat.read(find_course().assignments_dir / "linear_regression/linear_regression.ipynb", as_version=4)
ANSWER = "def sgd(params, lr, batch_size):\n    return None"


def answered() -> dict:
    notebook = json.loads(nbformat.writes(RELEASED))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "sgd-solution":
            cell["source"] = ANSWER
    return notebook


def restored(notebook: dict, notes: tuple[str, ...] = ()):
    whole = restore(read_submission(json.dumps(notebook).encode(), "x.ipynb"), RELEASED, notes)
    nbformat.validate(whole)
    return whole


def marked(notebook) -> dict:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if cell.metadata.get("nbgrader")}


def test_a_whole_submission_keeps_its_cells():
    whole = restored(answered())
    assert [cell.source for cell in whole.cells] == ["".join(cell["source"]) for cell in answered()["cells"]]
    assert [cell.metadata.get("nbgrader") for cell in whole.cells] == [
        cell.metadata.get("nbgrader") for cell in RELEASED.cells
    ]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_cell_that_nbgrader_knows_is_there_once_with_its_metadata(change):
    notebook = answered()
    change(notebook)
    found = marked(restored(notebook))
    assert {id: cell.metadata.nbgrader for id, cell in found.items()} == {
        id: cell.metadata.nbgrader for id, cell in marked(RELEASED).items()
    }
    assert all(
        found[id].source == cell.source for id, cell in marked(RELEASED).items() if cell.metadata.nbgrader.locked
    )


def test_an_answer_is_found_by_what_it_defines_where_the_metadata_are_gone():
    notebook = answered()
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    assert marked(restored(notebook))["sgd-solution"].source == ANSWER


def test_an_answer_that_is_missing_comes_back_as_its_stub():
    notebook = answered()
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["source"] != ANSWER]
    whole = restored(notebook)
    assert marked(whole)["sgd-solution"].source == marked(RELEASED)["sgd-solution"].source
    ids = list(marked(whole))
    assert ids.index("sgd-solution") == list(marked(RELEASED)).index("sgd-solution")


def test_markup_in_a_students_text_is_text():
    notebook = answered()
    hostile = "<script>alert(1)</script> 1 < 2 <img src=x onerror=alert(1)> </div> <!-- -->"
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": hostile})
    source = restored(notebook).cells[-1].source
    assert source == ("&lt;script>alert(1)&lt;/script> 1 < 2 &lt;img src=x onerror=alert(1)> &lt;/div> &lt;!-- -->")


def test_notes_stand_at_the_top_as_plain_text():
    first = restored(answered(), ("# it is\n\n<b>odd</b>",)).cells[0]
    assert first.cell_type == "markdown" and first.source.endswith("\n\n    # it is <b>odd</b>")
