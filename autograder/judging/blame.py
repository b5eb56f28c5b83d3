"""Whose a failure is: the question's own, or that of another question's function which the check has called.

A check is blocked by a function that fails its own checks where the check's own run has called it and the
failure may come through it:

- an exception does where it was raised in that function or below, and where it says that the function is not
  defined or cannot be called like that. Otherwise it may come from what the function has returned, but for
  exceptions that no value causes: an undefined name, a wrong import, a call that does not fit its parameters.
- `NotImplementedError` comes through the functions in which it was raised alone;
- a wrong value, and an end without an answer, through every function that was called.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autograder.results.result import Outcome

_CALL: Final = re.compile(r"([\w.]+)\(\) (?:takes|missing|got an unexpected|got multiple|got some positional)")
_UNDEFINED: Final = re.compile(r"name '(\w+)' is not defined|free variable '(\w+)'|local variable '(\w+)'")
_NO_VALUES: Final = frozenset({
    "NameError", "UnboundLocalError", "ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError",
})  # fmt: skip


def blamed(
    outcome: Outcome, error: Mapping[str, Any], broken: Sequence[str], was_called: Callable[[str], bool]
) -> list[str]:
    """Return which of the `broken` functions a failure comes through, as this module has it.

    Args:
        outcome: how the check ended.
        error: the exception with which the student's code ended, as `faults.describe` says it, or empty; untrusted.
        broken: functions that fail their own checks.
        was_called: whether the check's run has called a function.
    """
    if outcome == "not_attempted":
        return [name for name in broken if name in _functions(error)]
    raised = str(error.get("type")) if outcome == "error" else ""
    message = str(error.get("message"))
    if raised in _NO_VALUES or (raised == "TypeError" and _CALL.match(message)):
        named = _names_in(message)
        return [name for name in broken if name in _functions(error) or name in named]
    return [name for name in broken if name in _functions(error) or was_called(name)]


def blocked_by(names: Sequence[str]) -> str:
    """Say what a check waits for."""
    listed = " and ".join(filter(None, (", ".join(f"`{name}`" for name in names[:-1]), f"`{names[-1]}`")))
    if len(names) == 1:
        return f"It calls {listed}, which has not passed its own checks: mend that first."
    return f"It calls {listed}, which have not passed their own checks: mend those first."


def _functions(error: Mapping[str, Any]) -> set[str]:
    frames = error.get("frames")
    return {
        str(frame.get("function")) for frame in (frames if isinstance(frames, list) else []) if isinstance(frame, dict)
    }


def _names_in(message: str) -> set[str]:
    """Return the function, or the class, that a message says is undefined or was called in a wrong way."""
    call, undefined = _CALL.match(message), _UNDEFINED.search(message)
    found = {call.group(1).partition(".")[0]} if call else set()
    return found | ({name for name in undefined.groups() if name} if undefined else set())
