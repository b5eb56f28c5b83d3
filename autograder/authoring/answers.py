"""The notebook that is handed out after the due date: solutions, answers to open questions, and what both compute."""

import os
from collections.abc import Mapping
from typing import Any

from autograder.authoring.solution_marks import BEGIN, END, without_marks
from autograder.catalogue.assignment import Assignment, is_answer
from autograder.catalogue.course import Course
from autograder.errors import UsageError


def refuse_unguarded(assignment: Assignment) -> None:
    """Raise `UsageError` where nbgrader by itself would release an answer: it takes out whole solutions alone."""
    for cell in read_source(assignment).cells:
        lines = cell.source.strip().split("\n")
        guarded = lines[0].strip() == BEGIN and lines[-1].strip() == END and lines.count(END) == 1
        solution = cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
        if is_answer(cell) and not (guarded and solution):
            raise UsageError(
                f"{assignment.notebook}: the answer {cell.get('id', '')!r} must be a code cell that nbgrader's panel "
                f"calls an autograded answer, from {BEGIN} to {END}"
            )


def answered(course: Course, assignment: Assignment) -> str:
    """Return the source notebook as run, without nbgrader's marks and with the code of answers folded away.

    Raises:
        UsageError: a cell fails.
    """
    import nbformat

    notebook = read_source(assignment)
    for cell in notebook.cells:
        folded = cell.cell_type == "code" and is_answer(cell)
        cell.metadata = {"jupyter": {"source_hidden": True}} if folded else {}
        cell.source = without_marks(cell.source)
    run_notebook(notebook, course, assignment)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when each was run
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]  # nbformat has no annotations
    return text.rstrip("\n") + "\n"


def read_source(assignment: Assignment) -> Any:
    """Return a source notebook as nbformat has it."""
    import nbformat

    return nbformat.reads(assignment.notebook.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]


def run_notebook(
    notebook: Any, course: Course, assignment: Assignment, environment: Mapping[str, str] | None = None
) -> None:
    """Run a source notebook in place, as a student would; `UsageError` says which cell fails."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    client = NotebookClient(notebook, resources={"metadata": {"path": str(course.root)}})
    try:
        client.execute(env={**os.environ, **(environment or {})})
    except CellExecutionError as error:
        raise UsageError(f"{assignment.notebook} fails: {error}") from error
