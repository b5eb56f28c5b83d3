"""The cells of a notebook that answer its questions: a student's, or the source notebook's."""

import ast
from collections.abc import Mapping, Sequence

from autograder.authoring.simulation.stubs import definitions_of
from autograder.authoring.solution_marks import without_marks
from autograder.catalogue.assignment import Assignment, Question
from autograder.catalogue.submission import Cell, read_submission


def reference_answers(assignment: Assignment) -> dict[str, str]:
    """Return the source notebook's answer to each question, by id."""
    source = read_submission(assignment.notebook.read_bytes(), assignment.notebook.name)
    return {id: without_marks(text) for id, text in answers_in(source.document, assignment).items()}


def without_given(answer: str, given: str) -> str:
    """Return an answer without what was given with the question: all of it, or the docstring of its function."""
    if answer.strip() == given.strip():
        return ""
    return _without_docstring(answer, _docstring(given))


def _without_docstring(source: str, given: str | None) -> str:
    text = _docstring_of(source)
    if text is None or given is None or ast.literal_eval(text).strip() != given:
        return source
    lines = source.splitlines(keepends=True)
    return "".join([*lines[: text.lineno - 1], *lines[text.end_lineno :]])


def _docstring(source: str) -> str | None:
    text = _docstring_of(source)
    return None if text is None else str(ast.literal_eval(text)).strip()


def _docstring_of(source: str) -> ast.Constant | None:
    """Return the docstring of the one function that is defined, where that has more than a docstring."""
    try:
        (function,) = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or len(function.body) < 2:
        return None
    first, second = function.body[:2]
    if not isinstance(first, ast.Expr) or first.lineno == function.lineno or second.lineno == first.end_lineno:
        return None
    text = first.value
    return text if isinstance(text, ast.Constant) and isinstance(text.value, str) else None


def answers_in(cells: Sequence[Cell], assignment: Assignment) -> dict[str, str]:
    """Return what answers each question, by id: the last definition of its function, or the cell that a person grades.

    Questions without an answer are left out. Cells are told by their text and by nbgrader's id; nothing is run.
    """
    by_function = _definitions(cells, assignment.questions)
    by_cell = {cell.grade_id: cell.source for cell in cells if cell.grade_id is not None}
    by_hand = {each.id: by_cell[each.id] for each in assignment.by_hand if each.id in by_cell}
    return {**by_function, **by_hand}


def _definitions(cells: Sequence[Cell], questions: Sequence[Question]) -> Mapping[str, str]:
    wanted = {question.id for question in questions}
    found: dict[str, str] = {}
    for cell in cells:
        if cell.kind == "code":
            try:
                defined = definitions_of(cell.source)
            except (SyntaxError, ValueError, RecursionError, MemoryError):  # a student's, or IPython's own syntax
                defined = {name: cell.source for name in wanted if f"def {name}(" in cell.source}
            found |= {name: text for name, text in defined.items() if name in wanted}
    return found
