"""The solutions that stand in a source notebook, for a style that leaves some out."""

import ast
import json
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.authoring.solution_marks import without_marks
from autograder.catalogue.assignment import Assignment, is_answer
from autograder.errors import UsageError


def completed(style: str, assignment: Assignment) -> str:
    """Return a style and, after it, the notebook's solution of each question whose function it does not define.

    Raises:
        UsageError: the style is no Python.
    """
    try:
        known = set(_names(ast.parse(style)))
    except SyntaxError as error:
        raise UsageError(f"a style of {assignment.name} is no Python: {error}") from error
    missing = {question.id for question in assignment.questions} - known
    added = [source for name, source in _solutions(assignment) if name in missing] if missing else []
    return "\n\n\n".join([style.rstrip("\n"), *added]) + "\n"


def _solutions(assignment: Assignment) -> Iterator[tuple[str, str]]:
    """Yield the functions and classes of the notebook's solution cells, each after the imports that it uses."""
    imports: dict[str, str] = {}
    for cell in _code_cells(assignment):
        source = without_marks("".join(cell["source"]))
        try:
            tree = ast.parse(source)
        except SyntaxError:  # IPython's own syntax
            continue
        imports |= _imports(tree)
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            needed = sorted({imports[name] for name in used & imports.keys()})
            for name in _names(tree):
                yield name, "\n".join([*needed, source])


def _code_cells(assignment: Assignment) -> list[Mapping[str, Any]]:
    cells: list[Mapping[str, Any]] = json.loads(assignment.notebook.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code" and not is_answer(cell)]


def _imports(tree: ast.Module) -> dict[str, str]:
    """Return the import statements of a cell by the names that they bind."""
    return {
        (alias.asname or alias.name).split(".")[0]: ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def _names(tree: ast.Module) -> Iterator[str]:
    """Yield what a source defines or assigns at its top."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name))
