"""Makes of a submission, whatever its state, a notebook with every cell that nbgrader looks for."""

import copy
import re
from collections.abc import Collection, Sequence
from typing import Any, Final

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.catalogue.submission import Cell, Submission
from autograder.judging.student import defines

CODE_CELL: Final = "code_cell"  # in the metadata of a cell: its number among the submission's code cells
_DEFINED: Final = re.compile(r"^(?:def|class)\s+(\w+)", re.MULTILINE)
# What a reader's browser acts upon, in Markdown, in HTML and in formulas: a tag, a link, an address, a command of
# MathJax that makes a link or another command. A space in it makes it text.
_ACTIVE: Final = re.compile(
    r"<(?=[A-Za-z/!?])|\](?=[(:])|://(?=\S)|&(?=#|bsol;)"
    r"|\\(?=(?:href|url|require|class|cssId|style|unicode|def|let|newcommand|renewcommand|newenvironment|includegraphics"
    r"|html\w+|mathtip|texttip|toggle|action)(?![A-Za-z]))"
)
_PICTURE: Final = re.compile(r"(!\[[\w .-]*\]\(attachment:[\w.-]+\))")
_MAKERS: Final = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def restore(submission: Submission, released: Any, notes: Sequence[str] = ()) -> Any:
    """Return a notebook of format 4.5 with the submission's cells and those of the released one that it lacks.

    A cell that nbgrader knows is found by its `grade_id`, where that is lost by its text, by what it
    defines, or by the question before it; of copies the last one counts, as it does when the notebook
    is run. Such a cell gets the released metadata again and, where it is locked, the released text.
    HTML and links in a student's own text become text; pictures pasted into it stay.

    Args:
        submission: what was handed in.
        released: the notebook as released, an nbformat node whose cells have nbgrader's metadata.
        notes: what a reader should know of the file, a sentence each; untrusted.
    """
    document = submission.document
    known = [cell for cell in released.cells if "nbgrader" in cell.metadata]
    indexes = _indexes(document, released.cells)
    wanted = {index: cell for cell in known if (index := indexes.get(_id(cell))) is not None}
    own = {cell.source for cell in released.cells if cell.cell_type != "code"}
    cells = [_restored(cell, wanted.get(index), own) for index, cell in enumerate(document)]
    marked = {_id(cell): cells[index] for index, cell in wanted.items()}
    before = None
    for cell in known:
        if _id(cell) not in marked:
            if cell.metadata.nbgrader.grade and cell.metadata.nbgrader.solution:
                notes = [*notes, f"no answer to {_id(cell)} was found; its empty cell was put back"]
            position = next((index + 1 for index, other in enumerate(cells) if other is before), 0)
            marked[_id(cell)] = copy.deepcopy(cell)
            cells.insert(position, marked[_id(cell)])
        before = marked[_id(cell)]
    if notes:
        lines = "\n".join(f"    {' '.join(note.split())}" for note in notes)  # indented: nothing in it is Markdown
        cells.insert(0, new_markdown_cell(f"The grader notes of this file:\n\n{lines}"))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=cells, metadata=copy.deepcopy(released.metadata))


def _indexes(document: Sequence[Cell], released: Sequence[Any]) -> dict[str, int]:
    """Return where in the document each cell is that nbgrader knows."""
    ids = {_id(cell) for cell in released if "nbgrader" in cell.metadata}
    found = {cell.grade_id: index for index, cell in enumerate(document) if cell.grade_id in ids}
    for above, cell in zip([None, *released], released, strict=False):
        if "nbgrader" in cell.metadata and _id(cell) not in found:
            index = _index_of(document, cell, above, found.values())
            if index is not None:
                found[_id(cell)] = index
    return found


def _index_of(document: Sequence[Cell], wanted: Any, above: Any, taken: Collection[int]) -> int | None:
    """Return where a cell is that has lost its `grade_id`."""
    free = [index for index, cell in enumerate(document) if index not in taken and cell.kind == wanted.cell_type]
    same = [index for index in free if document[index].source == wanted.source]
    if same or not wanted.metadata.nbgrader.solution:
        return same[-1] if same else None
    names = _DEFINED.findall(wanted.source) if wanted.cell_type == "code" else []
    defining = [index for index in free if any(defines(document[index].source, name) for name in names)]
    if defining:
        return defining[-1]
    if above is None:
        return None
    return next((index for index in free if index and document[index - 1].source == above.source), None)


def _restored(cell: Cell, released: Any, own: Collection[str]) -> Any:
    kind, source = cell.kind, cell.source
    marks = released.metadata.nbgrader if released is not None else None
    if released is not None:
        kind = released.cell_type
        source = released.source if released.metadata.nbgrader.locked else source
    if kind != "code" and source not in own:
        source = _inert(source, cell.pictures)
    node = _MAKERS[kind](source)
    if kind == "markdown" and cell.pictures:
        node["attachments"] = {name: dict([picture]) for name, picture in cell.pictures.items()}
    if marks is not None:
        node.metadata["nbgrader"] = copy.deepcopy(marks)
    if cell.number is not None:
        node.metadata[CODE_CELL] = cell.number
    return node


def _inert(source: str, pictures: Collection[str]) -> str:
    """Return a student's text as one in which there is nothing to follow, load or run."""
    parts = _PICTURE.split(source)  # every second one shows a picture
    attached = {f"](attachment:{name})" for name in pictures}
    return "".join(
        part if number % 2 and part[part.index("](") :] in attached else _ACTIVE.sub(r"\g<0> ", part)
        for number, part in enumerate(parts)
    )


def _id(cell: Any) -> str:
    return str(cell.metadata.nbgrader.grade_id)
