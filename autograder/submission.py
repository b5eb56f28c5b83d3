"""What a student handed in: reads a notebook or a .py, whatever state it is in."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

MAX_BYTES: Final = 50 * 2**20
SKIPPED_TAG: Final = "explore"
_SKIPPED_MARK: Final = re.compile(rf"\s*#\s*{SKIPPED_TAG}\b")  # survives editors that drop tags, as Colab does
MAX_PICTURE_BYTES: Final = 4 * 2**20
_PICTURES: Final = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}  # and how such a file begins
_PICTURE_NAME: Final = re.compile(r"[\w.-]{1,100}")
_CONFLICT: Final = re.compile(rb"^(<{7} |={7}\r?$|>{7} )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a notebook as it was handed in.

    `kind` is "code", "markdown" or, for anything else, "raw"; `number` counts the code cells from 1
    (None for others), also those that cannot be read; `grade_id` is what nbgrader's metadata call
    the cell, where they say so; `pictures` are those pasted into a text, by name: a type such as
    "image/png" and the base64 of a file that is one.
    """

    kind: str
    source: str
    number: int | None = None
    grade_id: str | None = None
    pictures: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission's code: what the worker runs, and what a person should know of the file.

    `cells` are (number of the code cell, from 1; source); `document` is all that could be read of
    the notebook, text as well; `problem` says, in one sentence, why there is nothing to run, or is
    None.
    """

    sha256: str
    cells: tuple[tuple[int, str], ...] = ()
    module_name: str = "__main__"
    notes: tuple[str, ...] = ()
    problem: str | None = None
    document: tuple[Cell, ...] = ()


def digest(data: bytes | None) -> str:
    """Return the SHA-256 of a submission's bytes, in hexadecimal; nothing counts as no bytes."""
    return hashlib.sha256(data or b"").hexdigest()


def read_submission(data: bytes | None, file_name: str) -> Submission:
    """Read a submission; damage becomes a note or a problem, never an exception.

    Args:
        data: the file's bytes, or None where nothing was handed in.
        file_name: its name; one that ends in .py is a script.
    """
    sha256 = digest(data)
    if data is None:
        return Submission(sha256, problem="nothing was handed in")
    if len(data) > MAX_BYTES:
        size = len(data) / 2**20
        return Submission(sha256, problem=f"{file_name} has {size:.0f} MB; clear its outputs and hand it in again")
    if not data.strip():
        return Submission(sha256, problem=f"{file_name} is empty")
    text, notes = _decode(data, file_name)
    if file_name.endswith(".py"):
        cells = tuple(_script_cells(text))
        document = tuple(Cell("code", source, number) for number, source in cells)
        return Submission(sha256, cells, "submission", notes, document=document)
    try:
        notebook = json.loads(text)
        document, cells, more = _notebook_cells(notebook)
    except (ValueError, RecursionError):
        why = "it has merge-conflict markers" if _CONFLICT.search(data) else "it is not JSON"
        return Submission(sha256, notes=notes, problem=f"{file_name} is no notebook: {why}")
    if not cells and not more:
        return Submission(sha256, notes=notes, problem=f"{file_name} has no code cells", document=document)
    return Submission(sha256, cells, notes=notes + more, document=document)


def _decode(data: bytes, file_name: str) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        note = f"{file_name} is not UTF-8 from byte {error.start} on; what could not be read was replaced"
        return data.decode("utf-8-sig", "replace"), (note,)


def _script_cells(text: str) -> Iterator[tuple[int, str]]:
    """Split a script at its `# %%` lines, as editors do; without any it is one cell."""
    parts = re.split(r"^# ?%%.*$", text, flags=re.MULTILINE)
    yield from enumerate((part for part in parts if part.strip()), 1)


def _notebook_cells(notebook: Any) -> tuple[tuple[Cell, ...], tuple[tuple[int, str], ...], tuple[str, ...]]:
    """Return all cells, the code to run and notes of nbformat 3, 4 or anything that looks like it.

    Format: https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    if not isinstance(notebook, dict):
        raise ValueError("a notebook is a JSON object")
    version = notebook.get("nbformat")
    notes = []
    raw = notebook.get("cells")
    if raw is None and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet.get("cells") for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        raw = [cell for cells in sheets if isinstance(cells, list) for cell in cells]
        notes.append("the notebook is of the old format 3; its code was read all the same")
    elif version != 4:
        notes.append(f"the notebook says it is of format {str(version)[:20]}; its code was read as format 4")
    if not isinstance(raw, list):
        raise ValueError("a notebook has a list of cells")
    document, cells = [], []
    number = damaged = refused = 0
    for cell in raw:
        if not isinstance(cell, dict):
            damaged += 1
            continue
        kind = cell.get("cell_type")
        is_code = kind == "code"
        number += is_code
        source = _source(cell)
        if source is None:
            damaged += is_code
            continue
        kind = kind if kind in ("code", "markdown") else "raw"
        pictures, others = _pictures(cell) if kind == "markdown" else ({}, 0)
        refused += others
        document.append(Cell(kind, source, number if is_code else None, _grade_id(cell), pictures))
        if is_code and source.strip() and SKIPPED_TAG not in _tags(cell) and not _SKIPPED_MARK.match(source):
            cells.append((number, source))
    if damaged:
        notes.append(f"cells without a readable source, left out: {damaged}")
    if refused:
        limit = MAX_PICTURE_BYTES // 2**20
        notes.append(f"attachments that are no PNG or JPEG of at most {limit} MB, left out: {refused}")
    return tuple(document), tuple(cells), tuple(notes)


def _source(cell: dict[str, Any]) -> str | None:
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return source if isinstance(source, str) else None


def _pictures(cell: dict[str, Any]) -> tuple[dict[str, tuple[str, str]], int]:
    """Return the pictures attached to a cell, and how many attachments are none.

    Format: https://nbformat.readthedocs.io/en/latest/format_description.html#cell-attachments
    """
    attached = cell.get("attachments")
    if not isinstance(attached, dict):
        return {}, 0
    found = {name: picture for name, bundle in attached.items() if (picture := _picture(name, bundle)) is not None}
    return found, len(attached) - len(found)


def _picture(name: str, bundle: Any) -> tuple[str, str] | None:
    if not _PICTURE_NAME.fullmatch(name) or not isinstance(bundle, dict):
        return None
    for kind, beginning in _PICTURES.items():
        text = bundle.get(kind)
        if isinstance(text, str) and len(text) * 3 / 4 <= MAX_PICTURE_BYTES + 2:
            try:
                data = base64.b64decode(text.replace("\n", ""), validate=True)
            except ValueError:
                continue
            if data.startswith(beginning):
                return kind, base64.b64encode(data).decode()
    return None


def _tags(cell: dict[str, Any]) -> list[Any]:
    tags = _metadata(cell).get("tags")
    return tags if isinstance(tags, list) else []


def _grade_id(cell: dict[str, Any]) -> str | None:
    marks = _metadata(cell).get("nbgrader")
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return grade_id if isinstance(grade_id, str) else None


def _metadata(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    return metadata if isinstance(metadata, dict) else {}
