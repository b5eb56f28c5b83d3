"""A submission in nbgrader's form again, whatever was lost of it."""

import base64
import json

import nbformat
import pytest

from autograder.catalogue.course import find_course
from autograder.catalogue.submission import MAX_PICTURE_BYTES, read_submission
from autograder.gradebook.restoring import restore
from tests.damaged import FOLDER, NAME, RIGHT

ASSIGNMENT = find_course().assignment("linear_regression")
RELEASED = nbformat.read(find_course().assignments_dir / "linear_regression/linear_regression.ipynb", as_version=4)
PNG = b"\x89PNG\r\n\x1a\nrest"
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


@pytest.mark.parametrize("path", sorted(FOLDER.rglob(NAME)), ids=lambda path: path.parts[-3])
def test_every_cell_that_nbgrader_knows_is_there_once_with_its_metadata(path):
    released = nbformat.reads(RIGHT.read_text("utf-8"), as_version=4)
    whole = restore(read_submission(path.read_bytes(), NAME), released)
    nbformat.validate(whole)
    found, wanted = marked(whole), marked(released)
    assert {id: cell.metadata.nbgrader for id, cell in found.items()} == {
        id: cell.metadata.nbgrader for id, cell in wanted.items()
    }
    assert len([cell for cell in whole.cells if "nbgrader" in cell.metadata]) == len(wanted)
    assert all(found[id].source == cell.source for id, cell in wanted.items() if cell.metadata.nbgrader.locked)


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


def test_a_written_answer_is_found_below_its_question_where_the_metadata_are_gone():
    notebook = answered()
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "why_mean":
            cell["source"] = "Ten times as long."
        cell["metadata"] = {}
    assert marked(restored(notebook))["why_mean"].source == "Ten times as long."


def test_a_person_is_told_where_no_written_answer_was_found():
    notebook = answered()
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["id"].startswith("why_mean")]
    whole = restored(notebook)
    assert marked(whole)["why_mean"].source == marked(RELEASED)["why_mean"].source
    assert "no answer to why_mean was found" in whole.cells[0].source


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<script>alert(1)</script> 1 < 2 </div> <!-- -->", "< script>alert(1)< /script> 1 < 2 < /div> < !-- -->"),
        ("[click](javascript:alert(1))", "[click] (javascript:alert(1))"),
        ("![](https://evil.example/x.png)", "![] (https:// evil.example/x.png)"),
        ("[a][b]\n\n[b]: //evil.example", "[a][b]\n\n[b] : //evil.example"),
        ("https://evil.example and <https://evil.example>", "https:// evil.example and < https:// evil.example>"),
        ("![](attachment:lost.png)", "![] (attachment:lost.png)"),
        ("$a<b$, `w[0]`, 1 > 0", "$a< b$, `w[0]`, 1 > 0"),
        (r"$\href{//evil.example}{\hat y}$ is $\hat{y}$", r"$\ href{//evil.example}{\hat y}$ is $\hat{y}$"),
        (r"$\let\h=\href \h{//evil.example}{y}$", r"$\ let\h=\ href \h{//evil.example}{y}$"),
        ("&#36;&#92;href{//evil.example}{y}&#36; &amp;", "& #36;& #92;href{//evil.example}{y}& #36; &amp;"),
        (r"$\left( \class{x}{y} \defect \letter \right)$", r"$\left( \ class{x}{y} \defect \letter \right)$"),
    ],
)
def test_in_a_students_text_is_nothing_to_follow_load_or_run(source, shown, kind):
    notebook = answered()
    notebook["cells"].append({"cell_type": kind, "metadata": {}, "source": source})
    assert restored(notebook).cells[-1].source == shown


def with_attachments(source, **attachments):
    notebook = answered()
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "why_mean":
            cell |= {"source": source, "attachments": attachments}
    return notebook


def test_pictures_pasted_into_an_answer_stay():
    png, jpeg = (base64.b64encode(data).decode() for data in (PNG, b"\xff\xd8\xff\xe0rest"))
    source = "![sketch](attachment:a.png) and ![](attachment:b.jpeg)"
    pictures = {"a.png": {"image/png": png}, "b.jpeg": {"image/jpeg": jpeg}}
    cell = marked(restored(with_attachments(source, **pictures)))["why_mean"]
    assert (cell.source, cell.attachments) == (source, pictures)


@pytest.mark.parametrize(
    ("name", "bundle"),
    [
        ("a.svg", {"image/svg+xml": "<svg onload='alert(1)'/>"}),
        ("a.png", {"text/html": "<script>alert(1)</script>"}),
        ("a.png", {"image/png": base64.b64encode(b"<svg onload='alert(1)'/>").decode()}),
        ("a.png", {"image/png": '"><script>alert(1)</script>'}),
        ("a.png", {"image/png": base64.b64encode(PNG + bytes(MAX_PICTURE_BYTES)).decode()}),
        ('" onerror="alert(1)', {"image/png": base64.b64encode(PNG).decode()}),
        ("a.png", ["image/png"]),
    ],
    ids=["svg", "html", "no picture", "no base64", "large", "name", "no bundle"],
)
def test_what_is_attached_and_no_small_picture_is_left_out_with_a_note(name, bundle):
    notebook = with_attachments(f"![](attachment:{name})", **{name: bundle})
    submission = read_submission(json.dumps(notebook).encode(), "x.ipynb")
    assert any("attachments" in note for note in submission.notes)
    cell = marked(restore(submission, RELEASED))["why_mean"]
    assert "attachments" not in cell and cell.source == f"![] (attachment:{name})"


def test_notes_stand_at_the_top_as_plain_text():
    first = restored(answered(), ("# it is\n\n<b>odd</b>",)).cells[0]
    assert first.cell_type == "markdown" and first.source.endswith("\n\n    # it is <b>odd</b>")
