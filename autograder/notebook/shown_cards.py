"""What a notebook's names stood for when a question's card was shown: what is graded is what the card has judged."""

import builtins
import contextlib
import inspect
import types
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final

ABSENT: Final = object()  # what a name stands for that is not there
FILE_BEING_RUN: Final[ContextVar["ShownCards | None"]] = ContextVar("file_being_run", default=None)


class ShownCards:
    """Remembers, of each question, what its last card has seen: the definitions, for values may be large."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        """Of a notebook whose names are in `namespace`."""
        self.namespace = namespace
        self._seen: dict[str, dict[str, Any]] = {}  # by question

    def remember(self, questions: Sequence[str]) -> None:
        """Their cards are shown now."""
        found = {name: value for name, value in list(self.namespace.items()) if is_definition(value)}
        for question in questions:
            self._seen[question] = {question: self.namespace.get(question, ABSENT), **found}

    def seen(self, question: str, name: str) -> Any:
        """Return what `name` stood for at the question's last card, `ABSENT` where that is not known."""
        found = self._seen.get(question, {})
        return found.get(name, vars(builtins).get(name, ABSENT) if question in self._seen else ABSENT)

    def now(self, name: str) -> Any:
        """Return what `name` stands for now."""
        return self.namespace.get(name, vars(builtins).get(name, ABSENT))

    def is_own(self, value: Any) -> bool:
        """Whether it is a function or class that the notebook itself defines, or such a one in a wrapper."""
        if not inspect.isfunction(value) and not inspect.isclass(value):
            value = inspect.getattr_static(value, "__wrapped__", None)
        own = inspect.isfunction(value) or inspect.isclass(value)
        return own and value.__module__ == self.module

    @property
    def module(self) -> Any:
        """The notebook's `__name__`."""
        return self.namespace.get("__name__")

    @contextlib.contextmanager
    def restored(self, names: Mapping[str, Any]) -> Iterator[None]:
        """Let these names stand for these values during the body."""
        before = {name: self.namespace.get(name, ABSENT) for name in names}
        try:
            self._put(names)
            yield
        finally:
            self._put(before)

    def _put(self, names: Mapping[str, Any]) -> None:
        for name, value in names.items():
            if value is ABSENT or value is vars(builtins).get(name, ABSENT):
                self.namespace.pop(name, None)
            else:
                self.namespace[name] = value


def is_definition(value: Any) -> bool:
    """Whether it is a function, a class or a module."""
    return inspect.isroutine(value) or isinstance(value, type | types.ModuleType)
