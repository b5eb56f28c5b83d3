"""The stubs of a released notebook, and filling them in."""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

DEFINITIONS: Final = (ast.FunctionDef, ast.ClassDef)


def stub_cells(notebook: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the code cells that nbgrader marks as a student's."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
            yield cell


def stub_names(notebook: Mapping[str, Any]) -> list[str]:
    """Return the functions and classes that those cells define, in order."""
    return [name for cell in stub_cells(notebook) for name in definitions_of(text_of(cell))]


def text_of(cell: Mapping[str, Any]) -> str:
    """Return a cell's source as one string."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def definitions_of(source: str) -> dict[str, str]:
    """Return the text of each function and class that a source defines, decorators included, by name."""
    return {node.name: _text(source, node) for node in ast.parse(source).body if isinstance(node, DEFINITIONS)}


def remainder_of(source: str, names: Collection[str]) -> str:
    """Return what a source has beside the definitions of `names`: its imports, constants and helpers."""
    nodes = ast.parse(source).body
    kept = [node for node in nodes if not (isinstance(node, DEFINITIONS) and node.name in names)]
    return "\n".join(_text(source, node) for node in kept)


def fill_stubs(notebook: dict[str, Any], functions: Mapping[str, str], imports: str) -> None:
    """Put `functions` (classes, too) in place of the stubs of those names, and `imports` into a cell before the first.

    Raises `KeyError` where the notebook has no stub for a function.
    """
    places = {name: cell for cell in stub_cells(notebook) for name in definitions_of(text_of(cell))}
    for name, text in functions.items():
        cell = places[name]
        source = text_of(cell)
        cell["source"] = source.replace(definitions_of(source)[name], text)
    if imports:
        first = notebook["cells"].index(next(stub_cells(notebook)))
        notebook["cells"].insert(first, code_cell(imports, "my-imports"))


def write_answers(notebook: Mapping[str, Any], answers: Mapping[str, str]) -> None:
    """Put `answers` in place of the cells with those grade_ids; `KeyError` where there is none of that id."""
    places = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in notebook["cells"]}
    for grade_id, text in answers.items():
        places[grade_id]["source"] = text


def code_cell(source: str, id: str) -> dict[str, Any]:
    """Return a cell as a student adds one."""
    return {"cell_type": "code", "execution_count": None, "id": id, "metadata": {}, "outputs": [], "source": source}


def _text(source: str, node: ast.stmt) -> str:
    decorators = node.decorator_list if isinstance(node, DEFINITIONS) else []
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(source.split("\n")[first - 1 : node.end_lineno])
