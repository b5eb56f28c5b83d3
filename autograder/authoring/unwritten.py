"""What is still to be written of a question that `autograder new-question` has begun.

Its skeletons are valid Python; each line that an author has to replace holds a mark. Stubs, checks and mistakes with
a mark are not released and not calibrated. A mark in a style is a wish: until it is fulfilled the style does without.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from autograder.catalogue.assignment import ALTERNATIVES, MISTAKES, Assignment
from autograder.errors import UsageError

MARK: Final = "TODO(author)"


def refuse_unwritten(assignment: Assignment) -> None:
    """Raise `UsageError` where a stub, a check or a mistake is still to be written; it says in which lines."""
    found = unwritten(assignment)
    if found:
        raise UsageError("\n".join([f"{assignment.name} has lines that are still to be written:", *found]))


def unwritten(assignment: Assignment) -> list[str]:
    """Return the marked lines of an assignment's notebook, checks and mistakes, as "file:line: text"."""
    paths = [assignment.notebook, assignment.visible_checks, assignment.hidden_checks]
    paths.append(assignment.solution / MISTAKES if assignment.solution else None)
    return [line for path in paths if path for line in _marked(assignment.root, path)]


def unwritten_alternatives(assignment: Assignment) -> list[str]:
    """Return the marked lines of an assignment's styles, as "file:line: text"."""
    return list(_marked(assignment.root, assignment.solution / ALTERNATIVES)) if assignment.solution else []


def _marked(root: Path, path: Path) -> Iterator[str]:
    try:
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if MARK in line:
            told = _cell_line(line) if path.suffix == ".ipynb" else line
            yield f"{path.relative_to(root)}:{number}: {told.strip()}"


def _cell_line(line: str) -> str:
    """Return a line of a cell's source from the line of JSON that holds it."""
    try:
        return str(json.loads(line.strip().removesuffix(",")))
    except ValueError:  # a whole source in one line, as other programs write it
        return line
