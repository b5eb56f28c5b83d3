"""A notebook's names as they were when a question was checked, where later cells have bound them anew.

A name that is used again below its card (`net = nn.Sequential(...)`, `accuracy = accuracy(...) / n`) would hide the
function that the card was about. So each `check("name")` that a notebook calls keeps the bindings of that moment,
not what they are bound to: a shallow copy.
"""

import builtins
import functools
import types
from collections.abc import Collection, Iterator
from typing import Any, Final

MAX_STATES: Final = 200
_NOTHING: Final = object()


class States:
    """The bindings of a notebook's names at its checks."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        """`namespace` is the notebook's own, which cells go on to change."""
        self._namespace = namespace
        self._kept: dict[str, tuple[int, dict[str, Any]]] = {}

    def keep(self, questions: Collection[object], cell: int) -> None:
        """Keep the bindings of now for questions that are checked in a cell; of several checks the last counts."""
        for question in questions:
            known = isinstance(question, str) and question in self._namespace
            if known and (question in self._kept or len(self._kept) < MAX_STATES):
                self._kept[str(question)] = cell, dict(self._namespace)

    def differing(self, graded: Collection[str]) -> dict[str, int]:
        """Return the questions, each with the cell of its check, that would find other functions now than there.

        What counts is the question's function, the other functions that are `graded`, and whatever names those use.
        """
        return {
            question: cell for question, (cell, kept) in self._kept.items() if self._differs(question, kept, graded)
        }

    def _differs(self, question: str, kept: dict[str, Any], graded: Collection[str]) -> bool:
        used = _reachable([question, *(name for name in graded if _is_code(kept.get(name)))], kept)
        return any(kept.get(name, _NOTHING) is not self._namespace.get(name, _NOTHING) for name in used)

    def restore(self, question: str) -> None:
        """Bind the names as they were at the question's check; those that came later stay, but for built-in ones."""
        kept = self._kept[question][1]
        for name in [name for name in self._namespace if name not in kept and hasattr(builtins, name)]:
            del self._namespace[name]
        self._namespace.update(kept)


def _reachable(names: list[str], kept: dict[str, Any]) -> set[str]:
    """Return the names that functions use, and the functions that they call: those bound, or built in."""
    found: set[str] = set()
    while names:
        name = names.pop()
        if name not in found and (name in kept or hasattr(builtins, name)):
            found.add(name)
            names.extend(used for code in _codes(kept.get(name), kept.get("__name__")) for used in code.co_names)
    return found


def _is_code(value: Any) -> bool:
    return isinstance(value, types.FunctionType | type)


def _codes(value: Any, module: Any) -> Iterator[types.CodeType]:
    """Yield the code of a function, of a `module`'s class, or of an object of one, and what is nested in it."""
    waiting: list[Any] = [value if isinstance(value, types.FunctionType | type | functools.partial) else type(value)]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        match each:
            case types.CodeType():
                yield each
                waiting.extend(constant for constant in each.co_consts if isinstance(constant, types.CodeType))
            case types.FunctionType():
                waiting.append(each.__code__)
                waiting.append(getattr(each, "__wrapped__", None))
                for cell in each.__closure__ or ():
                    try:
                        waiting.append(cell.cell_contents)
                    except ValueError:  # not filled yet
                        continue
            case functools.partial():
                waiting.append(each.func)
            case staticmethod() | classmethod():
                waiting.append(each.__func__)
            case property():
                waiting += [each.fget, each.fset]
            case type() if each.__module__ == module:
                waiting.extend(vars(each).values())
