"""The cells of a notebook that answer its questions: a student's, or the source notebook's."""

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from autograder.catalogue.assignment import Assignment, Question
from autograder.catalogue.submission import Cell, read_submission

_MARKS: Final = ("### BEGIN SOLUTION", "### END SOLUTION")  # nbgrader's, which mean nothing to a reader


def reference_answers(assignment: Assignment) -> dict[str, str]:
    """Return the source notebook's answer to each question, by id."""
    source = read_submission(assignment.notebook.read_bytes(), assignment.notebook.name)
    return {
        id: "\n".join(line for line in text.split("\n") if line.strip() not in _MARKS)
        for id, text in answers_in(source.document, assignment).items()
    }


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
                tree = ast.parse(cell.source)
            except (SyntaxError, ValueError, RecursionError, MemoryError):  # a student's, or IPython's own syntax
                found |= {name: cell.source for name in wanted if f"def {name}(" in cell.source}
                continue
            for node in tree.body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in wanted:
                    found[node.name] = _lines(cell.source, node)
    return found


def _lines(source: str, node: ast.FunctionDef | ast.ClassDef) -> str:
    """Return a definition as it stands there, comments and decorators with it."""
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])
