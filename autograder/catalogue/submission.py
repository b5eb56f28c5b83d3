"""What a student handed in: reads a notebook or a .py, whatever state it is in."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from autograder.catalogue.files_beside import File
from autograder.catalogue.outputs import without_outputs
from autograder.catalogue.script import split_script

MAX_FILE_BYTES: Final = 200 * 2**20
MAX_BYTES: Final = 50 * 2**20  # without a notebook's outputs
_SMALL_BYTES: Final = 4 * 2**20  # whatever is in it, it can be parsed
EXPLORE_TAG: Final = "explore"
_EXPLORE_MARK: Final = re.compile(rf"\s*#\s*{EXPLORE_TAG}\b")  # survives editors that drop tags, as Colab does
MAX_PICTURE_BYTES: Final = 4 * 2**20
_PICTURES: Final = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}  # and how such a file begins
_PICTURE_NAME: Final = re.compile(r"[\w.-]{1,100}")
_CONFLICT: Final = re.compile(r"^(<{7} |={7}\r?$|>{7} )", re.MULTILINE)
MAX_CELLS: Final = 10_000
MAX_CODE_CHARACTERS: Final = 4 * 2**20
MAX_DIGITS: Final = 300
_BLANK: Final = b"\0\t\n\r "  # zeros are what a full disk or a crash leaves of a file
_AGAIN: Final = "hand it in again: in JupyterLab, File, Download"
_CODE: Final = "write your functions in cells of the type Code and hand it in again"
_COPY: Final = "copy your cells into a new notebook and hand that in"
_CLEAR: Final = "clear its outputs (in JupyterLab, Edit, Clear Outputs of All Cells) and hand it in again"
_TOO_MUCH_CODE: Final = f"has more than {MAX_CODE_CHARACTERS:,} characters of code; hand it in without data in it"
_VERSION: Final = re.compile(r"(\d{1,2})\.(\d{1,3})(?!\d)")
_OTHER_KINDS: Final = {
    b"pk\x03\x04": "a ZIP archive, as Word's and Pages' files are, too", b"%pdf-": "a PDF file",
    b"<!doctype html": "a web page", b"<html": "a web page", b"\x1f\x8b": "a gzip archive",
}  # fmt: skip  # by how such a file begins, in lower case


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

    `cells` are (number of the code cell, from 1; source), and `explore` the numbers of those of which no more than
    definitions is run unless more is needed, as they are marked; `document` is all that could be read of
    the notebook, text as well; `problem` says, in one sentence, why there is nothing to run, or is
    None. `files` lie beside it, by their path; `python` is the version that it says it was written
    with; `lines` are those of a script at which its cells begin, by number.
    """

    sha256: str
    cells: tuple[tuple[int, str], ...] = ()
    module_name: str = "__main__"
    notes: tuple[str, ...] = ()
    problem: str | None = None
    document: tuple[Cell, ...] = ()
    files: tuple[File, ...] = ()
    python: tuple[int, int] | None = None
    lines: Mapping[int, int] = field(default_factory=dict)
    explore: frozenset[int] = frozenset()

    @property
    def modules(self) -> tuple[str, ...]:
        """The source of the Python files beside it."""
        return tuple(data.decode("utf-8", "replace") for name, data in self.files if name.lower().endswith(".py"))

    @property
    def damage(self) -> tuple[str, ...]:
        """What is wrong with the file, a sentence each."""
        return self.notes if self.problem is None else (*self.notes, self.problem)


class _NotRead(Exception):
    """Says, as a sentence that begins with the file's name would go on, why it cannot be read."""


class TooLarge(_NotRead):
    """A file that is not worth parsing."""


def digest(data: bytes | None) -> str:
    """Return the SHA-256 of a submission's bytes, in hexadecimal; nothing counts as no bytes."""
    return hashlib.sha256(data or b"").hexdigest()


def read_submission(data: bytes, file_name: str) -> Submission:
    """Read a submission; damage becomes a note or a problem, never an exception.

    Args:
        data: the file's bytes; of a file that has more than `MAX_FILE_BYTES`, one more than those will do.
        file_name: its name; one that ends in .py is a script.
    """
    sha256 = digest(data)
    try:
        data = shorten(data, file_name)
    except TooLarge as error:
        return Submission(sha256, problem=f"{file_name} {error}")
    if not data.strip(_BLANK):
        return Submission(sha256, problem=f"{file_name} is empty; {_AGAIN}")
    for beginning, kind in _OTHER_KINDS.items():
        if data[:1000].lstrip().lower().startswith(beginning):
            return Submission(sha256, problem=f"{file_name} is no notebook: it is {kind}; {_AGAIN}")
    text, notes = _decode(data, file_name)
    try:
        is_script = file_name.lower().endswith(".py")
        submission = _read_script(text, sha256) if is_script else _read_notebook(_parse(text), sha256)
        _check_size(submission)
    except _NotRead as error:
        return Submission(sha256, problem=f"{file_name} {error}")
    problem = None if submission.cells else f"{file_name} has no code to run; {_CODE}"
    return replace(submission, notes=notes + submission.notes, problem=problem)


def shorten(data: bytes, file_name: str) -> bytes:
    """Return a submission's bytes without a large notebook's outputs, which nobody needs.

    Raises:
        TooLarge: says, as a sentence that begins with the file's name would go on, what it has too much of.
    """
    if len(data) <= _SMALL_BYTES:
        return data
    if len(data) > MAX_FILE_BYTES:
        raise TooLarge(f"has more than {MAX_FILE_BYTES // 2**20} MB; {_CLEAR}")
    if not file_name.lower().endswith(".py") and json.detect_encoding(data).startswith("utf-8"):
        rest = without_outputs(data)
        if rest is None:
            raise TooLarge(f"has too many values for a notebook; {_COPY}")
        data = rest
    if len(data) > MAX_BYTES:
        raise TooLarge(f"has more than {MAX_BYTES // 2**20} MB without its outputs; {_COPY}")
    return data


def _check_size(submission: Submission) -> None:
    if len(submission.document) > MAX_CELLS:
        raise _NotRead(f"has {len(submission.document):,} cells, more than {MAX_CELLS:,}; hand it in with fewer")
    if sum(len(source) for _, source in submission.cells) > MAX_CODE_CHARACTERS:
        raise _NotRead(_TOO_MUCH_CODE)


def _decode(data: bytes, file_name: str) -> tuple[str, tuple[str, ...]]:
    encoding = json.detect_encoding(data)  # of UTF-8, 16 and 32, by a mark of the byte order or by the zeros
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        note = f"{file_name} is not UTF-8 from byte {error.start} on; what could not be read was replaced"
        return data.decode("utf-8-sig", "replace"), (note,)
    if encoding.startswith("utf-8"):
        return text, ()
    return text, (f"{file_name} is written in {encoding.upper()} in place of UTF-8; it was read all the same",)


def _parse(text: str) -> Any:
    """Return the JSON value of a file; of keys that come twice in an object the last counts, as in Python."""
    try:
        return json.loads(text, parse_int=_number)
    except json.JSONDecodeError as error:
        if _CONFLICT.search(text):
            raise _NotRead(
                "is no notebook: it has merge-conflict markers; settle the conflict and hand it in again"
            ) from None
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            raise _NotRead(f"ends in the middle, as when an upload was cut short; {_AGAIN}") from None
        raise _NotRead(f"is no notebook: it is not JSON; {_AGAIN}") from None
    except RecursionError:
        raise _NotRead(f"is no notebook: it is nested too deep; {_AGAIN}") from None


def _number(digits: str) -> float:
    return int(digits) if len(digits) < MAX_DIGITS else float(digits)  # Python refuses to read thousands of digits


def _read_script(text: str, sha256: str) -> Submission:
    """Split a script at its statements, as if each were in a cell of its own: see `split_script`."""
    if len(text) > MAX_CODE_CHARACTERS:
        raise _NotRead(_TOO_MUCH_CODE)
    parts = [part for part in split_script(text) if part.source.strip()]
    cells = tuple((number, part.source) for number, part in enumerate(parts, 1))
    return Submission(
        sha256, cells, "submission", document=tuple(Cell("code", source, number) for number, source in cells),
        lines={number: part.line for number, part in enumerate(parts, 1)},
    )  # fmt: skip


def _read_notebook(notebook: Any, sha256: str) -> Submission:
    """Read the JSON of nbformat 3, 4 or anything that looks like it.

    Format: https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    if not isinstance(notebook, dict):
        raise _NotRead(f"is no notebook: its JSON is no object; {_AGAIN}")
    version = notebook.get("nbformat")
    notes = []
    raw = notebook.get("cells")
    if raw is None and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet.get("cells") for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        raw = [cell for cells in sheets if isinstance(cells, list) for cell in cells]
        notes.append("the notebook is of the old format 3; its code was read all the same")
    elif version != 4:
        version_text = f"says it is of format {version}" if type(version) in (int, float) else "does not say its format"
        notes.append(f"the notebook {version_text}; its code was read as format 4")
    if not isinstance(raw, list):
        raise _NotRead(f"is no notebook: it has no list of cells; {_AGAIN}")
    document, cells, explore = [], [], set()
    number = damaged = refused = untyped = 0
    for cell in raw:
        if not isinstance(cell, dict):
            damaged += 1
            continue
        kind = cell.get("cell_type")
        if kind is None and cell.keys() & {"outputs", "execution_count", "input"}:
            kind = "code"
            untyped += 1
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
        if is_code and source.strip():
            cells.append((number, source))
            if EXPLORE_TAG in _tags(cell) or is_experiment(source):
                explore.add(number)
    if damaged:
        notes.append(f"cells without a readable source, left out: {damaged}")
    if untyped:
        notes.append(f"cells that do not say their type, taken for code: {untyped}")
    if refused:
        limit = MAX_PICTURE_BYTES // 2**20
        notes.append(f"attachments that are no PNG or JPEG of at most {limit} MB, left out: {refused}")
    return Submission(
        sha256, tuple(cells), notes=tuple(notes), document=tuple(document), python=_python_of(notebook),
        explore=frozenset(explore),
    )  # fmt: skip


def _python_of(notebook: dict[str, Any]) -> tuple[int, int] | None:
    """Return the Python that a notebook says it was last run with."""
    language = _metadata(notebook).get("language_info")
    version = language.get("version") if isinstance(language, dict) else None
    found = _VERSION.match(version) if isinstance(version, str) else None
    return (int(found[1]), int(found[2])) if found else None


def is_experiment(source: str) -> bool:
    """Whether a cell's first line marks an experiment, of which definitions alone are run when it is graded."""
    return _EXPLORE_MARK.match(source) is not None


def _source(cell: dict[str, Any]) -> str | None:
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    return source.encode("utf-8", "replace").decode()  # half a surrogate pair, which no file can hold


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
