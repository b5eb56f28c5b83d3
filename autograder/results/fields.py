"""A JSON object, read strictly: each field by its type, and a refusal that names the field."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from autograder.errors import UsageError

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of an object; `path` is where it stands in the whole, as `questions[2].`, for messages.

    Every method raises `UsageError` where the field is missing or is of another type. What nobody asks for is let
    be: a later version may have added it.
    """

    values: Mapping[str, Any]
    path: str = ""

    @classmethod
    def of(cls, value: object, path: str = "") -> "Fields":
        """Return the fields of `value`, which must be a JSON object."""
        if not isinstance(value, Mapping):
            raise UsageError(f"{path.rstrip('.') or 'it'} is no object")
        return cls(value, path)

    def text(self, name: str) -> str:
        """Return a string."""
        value = self._value(name)
        return value if isinstance(value, str) else self._refuse(name, "text")

    def flag(self, name: str) -> bool:
        """Return a boolean."""
        value = self._value(name)
        return value if isinstance(value, bool) else self._refuse(name, "true or false")

    def whole(self, name: str) -> int:
        """Return an integer."""
        value = self._value(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else self._refuse(name, "a whole number")

    def number(self, name: str) -> float:
        """Return a finite number that is not negative; a whole one stays an `int`, as it was written."""
        value = self._value(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
            return value
        raise UsageError(f"{self.path}{name} is no number from 0 on")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of strings."""
        values = self._list(name)
        return tuple(values) if all(isinstance(each, str) for each in values) else self._refuse(name, "a list of texts")

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Return an object as it is."""
        value = self._value(name)
        return value if isinstance(value, Mapping) else self._refuse(name, "an object")

    def part(self, name: str, read: Callable[["Fields"], _Part]) -> _Part:
        """Return what `read` makes of an object."""
        return read(Fields.of(self._value(name), f"{self.path}{name}."))

    def parts(self, name: str, read: Callable[["Fields"], _Part]) -> tuple[_Part, ...]:
        """Return what `read` makes of each object of a list."""
        return tuple(
            read(Fields.of(value, f"{self.path}{name}[{place}].")) for place, value in enumerate(self._list(name))
        )

    def has(self, name: str) -> bool:
        """Return whether a field that may be missing is there, and not null."""
        return self.values.get(name) is not None

    def refuse(self, why: str) -> UsageError:
        """Return the error of an object whose fields do not go together."""
        return UsageError(f"{self.path}{why}")

    def _list(self, name: str) -> Sequence[Any]:
        value = self._value(name)
        return value if isinstance(value, list) else self._refuse(name, "a list")

    def _value(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise UsageError(f"{self.path}{name} is missing") from None

    def _refuse(self, name: str, wanted: str) -> Any:
        raise UsageError(f"{self.path}{name} is not {wanted}")
