"""A notebook's names as they were when a question was checked, where later cells have bound them anew.

A name that is used again below its card (`net = nn.Sequential(...)`, `accuracy = accuracy(...) / n`) would hide the
function that the card was about. So each `check("name")` that a notebook calls keeps the bindings of that moment,
not what they are bound to: a shallow copy.
"""

import builtins
import types
from collections.abc import Collection
from typing import Any, Final

from .used_names import used_names

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
        changed = {name for name in {*kept, *self._namespace} if self._is_changed(name, kept)}
        checked = [question, *(name for name in graded if _is_code(kept.get(name)))]
        return bool(changed) and any(
            name in changed or changed & used_names(kept.get(name), kept.get, kept.get("__name__")) for name in checked
        )

    def _is_changed(self, name: str, kept: dict[str, Any]) -> bool:
        """Whether it is another thing now; a name that came later is one only where it hides what is built in."""
        known = name in kept or hasattr(builtins, name)
        return known and kept.get(name, _NOTHING) is not self._namespace.get(name, _NOTHING)

    def restore(self, question: str) -> None:
        """Bind the names as they were at the question's check; those that came later stay, but for built-in ones."""
        kept = self._kept[question][1]
        for name in [name for name in self._namespace if name not in kept and hasattr(builtins, name)]:
            del self._namespace[name]
        self._namespace.update(kept)


def _is_code(value: Any) -> bool:
    return isinstance(value, types.FunctionType | type)
