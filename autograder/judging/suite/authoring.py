"""Marks tests as checks and turns functions into probes."""

import ast
import builtins
import inspect
import symtable
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from autograder.errors import UsageError
from autograder.judging.suite.answer_forms import ANYTHING, Form, form_of
from autograder.results.result import MOST_HINTS
from autograder.sandbox.worker.probing import PROBE_GLOBALS

_Function = TypeVar("_Function", bound=Callable[..., None])
About = Literal["values", "form", "how", "means"]
ATTRIBUTE: Final = "__autograder_check__"


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """What `check` says of a test: see there."""

    question: str
    weight: float
    hints: tuple[str, ...]
    needs: tuple[str, ...]
    timeout_s: float
    about: About


@dataclass(frozen=True, slots=True)
class Probe:
    """A function that runs beside the student's code, as the source that is sent there, and the form of its answers."""

    name: str
    source: str
    form: Form = ANYTHING

    def may_return(self, answer: Any) -> bool:
        """Whether what came back has the form of this function's answers."""
        return self.form.fits(answer)


def check(
    question: str, *, weight: float = 1.0, hints: Sequence[str], needs: Sequence[str] = (), timeout_s: float = 10.0,
    about: About = "values",
) -> Callable[[_Function], _Function]:  # fmt: skip
    """Mark a test as a check of `question`.

    Args:
        question: the `grade_id` of the question's grade cell.
        weight: the share of the question's points, relative to its other checks; > 0.
        hints: one to three, each a step further and none the answer: where to look, what to compare, and a worked
            step with other numbers than the check's. A card shows the first; the others are opened one by one.
        needs: questions whose functions this one may call: see `autograder.judging.blame`.
        timeout_s: how long its probes may take in all.
        about: "values" where only right answers pass, or some of them; "form" where wrong ones of the right kind do;
            "how" where doing nothing does, as it asks how answers come about: what is left as it was, what is done
            without. That counts once a check of the question's values has passed. "means" where answers that were
            come by in another way than the question asks are none: where that fails, nothing else of it counts.
    """
    if weight <= 0:
        raise UsageError(f"a check of {question!r} needs a weight above 0")
    if isinstance(hints, str) or not 1 <= len(hints) <= MOST_HINTS or not all(hints):
        raise UsageError(f"a check of {question!r} needs a list of one to {MOST_HINTS} hints")

    def mark(function: _Function) -> _Function:
        if not function.__doc__:
            raise UsageError(f"{function.__module__}.{function.__name__} needs a docstring: the student reads it")
        setattr(function, ATTRIBUTE, CheckSpec(question, weight, tuple(hints), tuple(needs), timeout_s, about))
        return function

    return mark


def probe(function: Callable[..., Any]) -> Probe:
    """Turn a function into a `Probe`.

    Its first parameter is `student`, whose attributes are the names that the notebook left. It may
    use its arguments, `torch`, `np`, `math`, `random` and builtins; `UsageError` names anything else.
    """
    name = function.__name__
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise UsageError(f"the probe {name!r} must be a plain function")
    definition.decorator_list.clear()
    plain = ast.unparse(definition)
    unknown = sorted(_globals(symtable.symtable(plain, name, "exec")) - {name, *PROBE_GLOBALS, *dir(builtins)})
    if unknown:
        known = "its arguments, student, torch, np, math and random"
        raise UsageError(f"the probe {name!r} uses {', '.join(unknown)}: only {known} reach it")
    return Probe(name, plain, form_of(definition))


def _globals(table: symtable.SymbolTable) -> set[str]:
    """Names that a piece of code, or a function in it, takes from outside."""
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return own.union(*map(_globals, table.get_children()))
