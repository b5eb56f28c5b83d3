"""Lets a notebook's function answer something else, to see whether anybody makes use of what it answers."""

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import torch

_HALF: Final = 0.5
_FLOATS: Final = (torch.float16, torch.bfloat16, torch.float32, torch.float64, np.float16, np.float32, np.float64)
_BOOLS: Final = (torch.bool, np.bool_)


class Spoilt:
    """A function by whose name another one is called, which adds `amount` to what it gives, or changes in place."""

    def __init__(self, name: str, amount: int) -> None:
        """With an `amount` of 0 all is as it was, and computed by the same calls."""
        self._name = name
        self._amount = amount
        self.called = False  # and all that it gave could be changed

    @contextlib.contextmanager
    def in_place(self, namespace: Mapping[str, Any]) -> Iterator[None]:
        """Bind it in the body in place of the notebook's own, where that is a function."""
        function = namespace.get(self._name)
        if not isinstance(namespace, dict) or not callable(function) or isinstance(function, type):
            yield
            return
        namespace[self._name] = self._spoiling(function)
        try:
            yield
        finally:
            namespace[self._name] = function

    def _spoiling(self, function: Callable[..., Any]) -> Callable[..., Any]:
        unknown: list[Any] = []  # what it gave that is no number
        known: list[Any] = []  # and what can be changed

        def spoiling(*args: Any, **kwargs: Any) -> Any:
            tensors = list(_tensors_in([*args, *kwargs.values()]))
            before = [tensor.detach().clone() for tensor in tensors]
            answer = function(*args, **kwargs)
            changed = [t for t, old in zip(tensors, before, strict=True) if not torch.equal(t.detach(), old)]
            for tensor in changed:
                tensor.detach().add_(self._amount * _HALF)
            known.extend(changed if answer is None else [answer])
            answer = None if answer is None else self._changed(answer, unknown)
            self.called = bool(known) and not unknown
            return answer

        for name in functools.WRAPPER_ASSIGNMENTS:  # by which it could be told from the notebook's own
            if hasattr(function, name):
                setattr(spoiling, name, getattr(function, name))
        spoiling.__dict__.update(vars(function) if hasattr(function, "__dict__") else {})
        return spoiling

    def _changed(self, value: Any, unknown: list[Any]) -> Any:
        of_float = isinstance(value, float)
        if isinstance(value, (torch.Tensor, np.ndarray)):
            of_float = value.dtype in _FLOATS
        if of_float:
            return value * (1 + self._amount * _HALF) + self._amount * _HALF
        if type(value) is bool or (isinstance(value, (torch.Tensor, np.ndarray)) and value.dtype in _BOOLS):
            return value != bool(self._amount)
        if type(value) is int or isinstance(value, (torch.Tensor, np.ndarray)):
            return value + self._amount
        if type(value) in (list, tuple):
            return type(value)(self._changed(each, unknown) for each in value)
        if type(value) is dict:
            return {key: self._changed(each, unknown) for key, each in value.items()}
        if isinstance(value, Iterator):
            return (self._changed(each, unknown) for each in value)
        unknown.append(value)
        return value


def _tensors_in(values: list[Any]) -> Iterator[torch.Tensor]:
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _tensors_in(list(value))
