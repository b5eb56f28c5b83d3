"""Which cells that are marked `explore` have to be run whole after all: something that is wanted comes from them."""

import ast
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from .statements import bound_names, is_light, names_from_outside

ROUNDS: Final = 4  # a cell that is wanted may want another


@dataclass(frozen=True, slots=True)
class _Cell:
    marked: bool
    bound: frozenset[str]
    late: frozenset[str]  # those that only a run of the whole cell binds
    used: frozenset[str]


def wanted_cells(
    cells: Sequence[tuple[int, str]],
    marked: Collection[int],
    graded: Collection[str],
    python: Callable[[str], str],
) -> dict[int, list[str]]:
    """Return the marked cells that are to be run whole, each with the names that come from nowhere else.

    Args:
        cells: (number, source).
        marked: the numbers of those that are marked.
        graded: the names of the questions.
        python: turns a source with magics into Python, or raises `SyntaxError`.
    """
    if not marked:
        return {}
    found: dict[int, _Cell] = {}
    for number, source in cells:
        try:
            text = python(source)
            tree, used = ast.parse(text), names_from_outside(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        late = {name for each in tree.body if not is_light(each, {}) for name in bound_names(each)}
        bound = frozenset(name for each in tree.body for name in bound_names(each))
        found[number] = _Cell(number in marked, bound, frozenset(late), frozenset(used))
    wanted: dict[int, list[str]] = {}
    for _ in range(ROUNDS):
        run = [(cell, not cell.marked or number in wanted) for number, cell in found.items()]
        there = frozenset().union(*(cell.bound if whole else cell.bound - cell.late for cell, whole in run))
        missing = frozenset(graded).union(*(cell.used for cell, whole in run if whole)) - there
        more = {
            number: sorted(missing & cell.late)
            for number, cell in found.items()
            if cell.marked and number not in wanted and missing & cell.late
        }
        if not more:
            break
        wanted |= more
    return wanted
