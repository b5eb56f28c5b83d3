"""Makes what students get: source notebooks in one canonical form, and `assignments/` from them.

The conversion is nbgrader's own, with the course's nbgrader_config.py, in a temporary course folder
and without a gradebook; the same source gives the same bytes every time.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from autograder.authoring.answers import answered, read_source, refuse_unguarded, run_notebook
from autograder.authoring.record import record_text
from autograder.authoring.recorded import read_words
from autograder.authoring.unwritten import refuse_unwritten
from autograder.catalogue.assignment import MISTAKES, RECORD, SECRETS, Assignment, is_answer
from autograder.catalogue.course import Course, find_course
from autograder.errors import UsageError
from autograder.results.whole_files import write_whole

KEPT_OUTPUT: Final = "# NBVAL_CHECK_OUTPUT"
KEPT_CELL_METADATA: Final = ("nbgrader", "tags")
_METADATA: Final[Mapping[str, Any]] = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def generate(names: Sequence[str], *, pictures: bool = False, answers: bool = False) -> Iterator[Path]:
    """Write sources in canonical form, and `assignments/` and what is known of mistakes from them.

    Yields each file that changed.

    Args:
        names: assignments; none means all that have a source notebook.
        pictures: run the sources, too, and keep what they draw as targets (see `autograder.notebook.target`).
        answers: run them with the answers to open questions, and write what is handed out after the due date.

    Raises:
        UsageError: an unknown assignment, checks without a notebook, a course without sources, a source that
            is no notebook, that nbgrader refuses, or whose questions are still to be written; its text says why.
    """
    course = find_course()
    for folder in () if names else course.without_notebook():
        course.assignment(folder.name)  # says what was looked for
    assignments = list(_with_source(course, names))
    for assignment in assignments:
        refuse_unwritten(assignment)
        refuse_unguarded(assignment)
    for assignment in assignments:
        yield from _rewrite(assignment.notebook)
        yield from _take_words(assignment)
    for assignment in assignments:
        released = _convert(course, assignment)
        folder = course.assignments_dir / assignment.name
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.relative_to(folder).as_posix() not in released:
                path.unlink()
                yield path
        for name, data in released.items():
            yield from _write(folder / name, data)
        if pictures:
            yield from _draw(course, assignment)
        if answers:
            text = answered(course, assignment)
            yield from _write(course.answers_dir / f"{assignment.name}.ipynb", text.encode())


def canonical(notebook_text: str) -> str:
    """Return the one form in which a source notebook is kept.

    No outputs and execution counts, but for the text outputs of cells marked
    `# NBVAL_CHECK_OUTPUT`; metadata that the course uses and no other; an id for every cell; no
    blanks at the end of a line (in Markdown, break a line with a backslash); nbformat 4.5, sorted
    keys, one space of indent.

    Raises:
        UsageError: the text is no notebook of format 4, or two cells have one id.
    """
    import nbformat

    try:
        notebook = json.loads(notebook_text)
        if notebook["nbformat"] != 4:
            raise UsageError(f"it is of format {notebook['nbformat']}; open it in JupyterLab and save it again")
        cells = [_canonical_cell(cell) for cell in notebook["cells"]]
        _fill_ids(cells)
        whole = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
        node = nbformat.from_dict(whole)  # type: ignore[no-untyped-call]  # nbformat has no annotations
        nbformat.validate(node)
    except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise UsageError(f"it is no notebook of format 4: {reason}") from error
    text: str = nbformat.writes(node)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def _canonical_cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    source = _joined(cell["source"])
    lines = [line.rstrip() for line in source.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    kept = {key: cell["metadata"][key] for key in KEPT_CELL_METADATA if cell["metadata"].get(key)}
    result = {"cell_type": cell["cell_type"], "metadata": kept, "source": "\n".join(lines)}
    if "id" in cell:
        result["id"] = cell["id"]
    if cell.get("attachments"):
        result["attachments"] = cell["attachments"]
    if cell["cell_type"] == "code":
        result["execution_count"] = None
        result["outputs"] = list(map(_text_output, filter(_has_text, cell["outputs"]))) if KEPT_OUTPUT in source else []
    return result


def _has_text(output: Mapping[str, Any]) -> bool:
    return output.get("name") == "stdout" or "text/plain" in output.get("data", {})


def _text_output(output: Mapping[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {"output_type": "stream", "name": "stdout", "text": _joined(output["text"])}
    text = {"text/plain": _joined(output["data"]["text/plain"])}
    counted = {"execution_count": None} if output["output_type"] == "execute_result" else {}
    return {"output_type": output["output_type"], "data": text, "metadata": {}, **counted}


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _fill_ids(cells: Sequence[dict[str, Any]]) -> None:
    """Give each cell without an id one that follows from the cell, so that it is the same every time."""
    taken: set[str] = set()
    for number, cell in enumerate(cells, 1):
        if cell.get("id") in taken:
            raise UsageError(f"cell {number} has the id {cell['id']!r} of an earlier cell; give it another")
        taken.add(cell.get("id", ""))
    for cell in cells:
        if "id" not in cell:
            wanted = hashlib.sha256(cell["source"].encode()).hexdigest()[:8]
            copies = (f"{wanted}-{copy}" for copy in range(2, len(cells) + 2))
            cell["id"] = wanted if wanted not in taken else next(each for each in copies if each not in taken)
            taken.add(cell["id"])


def _with_source(course: Course, names: Sequence[str]) -> Iterator[Assignment]:
    for assignment in [course.assignment(name) for name in names] or course.assignments():
        if course.solutions is not None and assignment.notebook.is_relative_to(course.solutions):
            yield assignment
        elif names:
            raise UsageError(f"{assignment.name} has no source notebook to generate it from")


def _rewrite(path: Path) -> Iterator[Path]:
    try:
        text = canonical(path.read_text("utf-8"))
    except (UsageError, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    yield from _write(path, text.encode())


def _take_words(assignment: Assignment) -> Iterator[Path]:
    """Take the words of mistakes over into the record, so that an edited title needs no calibration."""
    words = read_words(assignment) if (assignment.notebook.parent / MISTAKES).exists() else None
    if words is not None and words != assignment.record.get("misconceptions"):
        record = {**assignment.record, "misconceptions": words}
        yield from _write(assignment.folder / RECORD, record_text(record).encode())


def _convert(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Run nbgrader's conversion and return the files that it releases, by path in the assignment's folder."""
    from nbgrader.converters import GenerateAssignment  # takes a second to load
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    from autograder.gradebook.settings import REMOVE_ANSWERS, SETTINGS, read_release_settings

    noise = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="release-") as temporary:
        config = read_release_settings(course)
        config.CourseDirectory.root = os.path.realpath(temporary)
        config.CourseDirectory.assignment_id = assignment.name
        config.GenerateAssignment.no_database = True  # as its --no-db: the gradebook is the instructor's
        config.SaveCells.enabled = False
        config.ReleaseExporter.course = str(course.root)
        layout = CourseDirectory(config=config)
        source = layout.format_path(layout.source_directory, ".", assignment.name)
        shutil.copytree(assignment.notebook.parent, source)
        with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
            outcome = capture_log(GenerateAssignment(coursedir=layout, config=config))
        if not outcome["success"]:
            why = outcome["error"].strip().splitlines()[-1]
            raise UsageError(
                f"nbgrader cannot generate {assignment.name}: {why}\n{outcome.get('log', '')}{noise.getvalue()}"
            )
        released = Path(layout.format_path(layout.release_directory, ".", assignment.name))
        files = {
            path.relative_to(released).as_posix(): path.read_bytes()
            for path in sorted(released.rglob("*"))
            if path.is_file()
        }
    leaking = [name for name, data in files.items() if name.endswith(".ipynb") and _answers(data)]
    if leaking:
        told = f"prepend {REMOVE_ANSWERS} to GenerateAssignment.preprocessors"
        raise UsageError(f"{course.root / SETTINGS} would release the answers in {', '.join(leaking)}: {told}")
    secrets = {part for name in files for part in Path(name).parts} & set(SECRETS)
    if secrets:
        told = ", ".join(sorted(secrets))
        raise UsageError(f"{course.root / SETTINGS} would release {told}: extend CourseDirectory.ignore by it")
    return files


def _answers(notebook: bytes) -> bool:
    return any(is_answer(cell) for cell in json.loads(notebook)["cells"])


def _draw(course: Course, assignment: Assignment) -> Iterator[Path]:
    """Run a source notebook, as a student would, and take over the pictures that it keeps."""
    from autograder.notebook.target import RECORDING, picture_path

    notebook = read_source(assignment)
    notebook.cells = [cell for cell in notebook.cells if not is_answer(cell)]
    with tempfile.TemporaryDirectory(prefix="pictures-") as temporary:
        run_notebook(notebook, course, assignment, {RECORDING: temporary})
        drawn = {path.stem: path.read_bytes() for path in sorted(Path(temporary).glob("*.png"))}
    folder = picture_path(assignment, "any").parent
    for path in sorted(folder.glob("*.png")):
        if path.stem not in drawn:
            path.unlink()
            yield path
    for name, data in drawn.items():
        yield from _write(picture_path(assignment, name), data)


def _write(path: Path, data: bytes) -> Iterator[Path]:
    """Replace a file whole where it differs."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
    yield path
