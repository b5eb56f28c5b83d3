"""Ways in which a notebook comes to be damaged between a student's desk and the grader."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

NAME = "linear_regression.ipynb"
Notebook = dict[str, Any]


def damaged(notebook: bytes) -> dict[str, dict[str, bytes]]:
    """Return folders of submissions: for each kind of damage, the files that were handed in, by name."""
    whole = json.loads(notebook)
    files = {
        "bytes-none": b"", "bytes-blank": b" \n", "bytes-cut-short": notebook[: len(notebook) // 2],
        "bytes-nul": b"\0" * 100, "bytes-list": b"[1, 2]", "bytes-with-a-bom": b"\xef\xbb\xbf" + notebook,
        "bytes-latin-1": notebook.replace(b"# Linear", b"# Lin\xe9aire", 1),
        "merge-conflict": b"<<<<<<< HEAD\n" + notebook + b"=======\n>>>>>>> theirs\n",
    }  # fmt: skip
    for change in CHANGES:
        changed = copy.deepcopy(whole)
        change(changed)
        files[change.__name__.replace("_", "-")] = json.dumps(changed).encode()
    return {kind: {NAME: data} for kind, data in files.items()} | {
        "renamed": {"homework final (2).ipynb": notebook},
        "two-notebooks": {NAME: notebook, "Untitled.ipynb": b"{}"},
    }


def grade_cells_deleted(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if not marks(cell).get("grade")]


def every_cell_copied(notebook: Notebook) -> None:
    notebook["cells"] = [each for cell in notebook["cells"] for each in (cell, copy.deepcopy(cell))]


def grade_cells_changed(notebook: Notebook) -> None:
    for cell in graded(notebook):
        cell["source"] = "100.0"
        marks(cell)["points"] = 100


def grade_cells_made_text(notebook: Notebook) -> None:
    for cell in graded(notebook):
        cell["cell_type"] = "markdown"


def metadata_stripped(notebook: Notebook) -> None:
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def metadata_edited(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if marks(cell):
            marks(cell).update(
                schema_version=99, points="many", checksum=None, grade_id=f"my {marks(cell)['grade_id']}"
            )


def metadata_of_another_kind(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = ["nbgrader"]


def cell_ids_missing(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        del cell["id"]


def cell_ids_alike(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["id"] = "cell"


def format_3(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["input"] = cell.pop("source")
    notebook["worksheets"] = [{"cells": notebook.pop("cells")}]
    notebook.update(nbformat=3, nbformat_minor=0)


def format_4_0(notebook: Notebook) -> None:
    cell_ids_missing(notebook)
    notebook["nbformat_minor"] = 0


def format_9(notebook: Notebook) -> None:
    notebook["nbformat"] = 9


def no_cells(notebook: Notebook) -> None:
    notebook["cells"] = []


def text_cells_only(notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def cells_of_other_kinds(notebook: Notebook) -> None:
    notebook["cells"] += [3, None, {"cell_type": "code"}, {"cell_type": "heading", "source": 3}]


def outputs_of_another_kind(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["outputs"] = {"output_type": "execute_result", "data": 100}


CHANGES: tuple[Callable[[Notebook], None], ...] = (
    grade_cells_deleted, every_cell_copied, grade_cells_changed, grade_cells_made_text, metadata_stripped,
    metadata_edited, metadata_of_another_kind, cell_ids_missing, cell_ids_alike, format_3, format_4_0, format_9,
    no_cells, text_cells_only, cells_of_other_kinds, outputs_of_another_kind,
)  # fmt: skip


def graded(notebook: Notebook) -> Iterator[dict[str, Any]]:
    yield from (cell for cell in notebook["cells"] if marks(cell).get("grade"))


def marks(cell: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found
