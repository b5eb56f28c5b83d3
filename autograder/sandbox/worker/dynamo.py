"""torch's compiler, loaded only where somebody wants it: each optimizer imports it, to ask to be left alone.

It takes as long to load as all the rest of torch, and a third of the memory that each fork has to map.
"""

import importlib
import sys
import types
from collections.abc import Callable
from typing import Any, Final

import torch

_NAME: Final = "torch._dynamo"


def load_on_demand() -> None:
    """Put a module in its place that does what optimizers ask; asked for more, the real one is loaded."""
    if _NAME not in sys.modules:
        sys.modules[_NAME] = stand_in = _Dynamo(_NAME)
        torch._dynamo = stand_in


class _Dynamo(types.ModuleType):
    @staticmethod
    def graph_break(msg: str = "") -> None:
        """Nothing is compiled that could be broken off."""

    @staticmethod
    def disable(fn: Callable[..., Any] | None = None, recursive: bool = True, **_: Any) -> Any:
        """Return the function: it is not compiled as it is."""
        return fn if fn is not None else lambda function: function

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # what is asked of every module
            raise AttributeError(name)
        if sys.modules.get(_NAME) is self:
            del sys.modules[_NAME]
        return getattr(importlib.import_module(_NAME), name)
