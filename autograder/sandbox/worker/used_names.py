"""Which names of a notebook a function of it uses: its own, and those of the functions that these stand for."""

import dis
import functools
import types
from collections.abc import Callable, Iterator
from typing import Any


def used_names(value: Any, stands_for: Callable[[str], Any], module: Any) -> set[str]:
    """Return the global names that a function, a class or an object of one reads, and what these names' code reads.

    Args:
        value: where to begin.
        stands_for: what a name is bound to.
        module: `__name__` of the notebook: code of other modules has names of its own.
    """
    found: set[str] = set()
    waiting = [value]
    while waiting:
        new = {name for code in _codes(waiting.pop(), module) for name in _globals_of(code)} - found
        found |= new
        waiting += map(stands_for, new)
    return found


def _codes(value: Any, module: Any) -> Iterator[types.CodeType]:
    """Yield the code of a function or class of `module`, in a wrapper maybe, or of an object of such a class."""
    waiting: list[Any] = [value if isinstance(value, types.FunctionType | type | functools.partial) else type(value)]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        match each:
            case types.FunctionType():
                if each.__module__ == module:
                    yield each.__code__
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


@functools.lru_cache(maxsize=1000)
def _globals_of(code: types.CodeType) -> frozenset[str]:
    found = {each.argval for each in dis.get_instructions(code) if each.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return frozenset(found).union(*(_globals_of(each) for each in code.co_consts if isinstance(each, types.CodeType)))
