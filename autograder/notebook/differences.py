"""In what a notebook as it stands differs from the same notebook when it is graded, as far as it can be known here."""

import inspect
import re
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.catalogue.assignment import PACKAGE, Assignment
from autograder.catalogue.course import find_course
from autograder.notebook.packages import comes_with_the_course
from autograder.notebook.run_cell import RunCell
from autograder.notebook.shown_cards import ABSENT, ShownCards, is_definition
from autograder.sandbox.worker.used_names import used_names


@dataclass(frozen=True, slots=True)
class Rebound:
    """A name that stands for something else than a question's card has seen.

    `before` is what the card has seen, if it was shown (`seen`) while the name was right.
    """

    name: str
    before: Any
    seen: bool
    sentence: str


def rebound(cards: ShownCards, questions: Sequence[str], cells: Sequence[RunCell]) -> Iterator[Rebound]:
    """Yield what the questions' functions, or names that these read, were and are no longer."""
    told = set(questions)
    for question in questions:
        before, now = cards.seen(question, question), cards.now(question)
        function = before if cards.is_own(before) else now
        if not cards.is_own(now):
            if cards.is_own(before):
                yield Rebound(question, before, True, _sentence(question, now, cells, question))
            elif not (now is before and callable(now)) and _was_defined(question, cells):
                yield Rebound(question, ABSENT, False, _sentence(question, now, cells, None))
        for name in sorted(used_names(function, cards.now, cards.module) - told):
            before, now = cards.seen(question, name), cards.now(name)
            if before is not ABSENT and not (callable(now) or is_definition(now)):
                told.add(name)
                yield Rebound(name, before, True, _sentence(name, now, cells, question))


def redefined(cards: ShownCards, questions: Sequence[str]) -> Iterator[str]:
    """Say which questions' functions were defined once more after their cards."""
    for question in questions:
        before, now = cards.seen(question, question), cards.now(question)
        if now is not before and cards.is_own(before) and cards.is_own(now):
            yield (
                f'`{question}` is defined once more after `check("{question}")`: the later one is judged here, '
                "the better of the two is graded."
            )


def missing_packages(cells: Sequence[RunCell], assignment: Assignment, folder: Path) -> Iterator[str]:
    """Say which imports of cells that were run may fail where it is graded; the notebook lies in `folder`."""
    known = {PACKAGE.name, *sys.stdlib_module_names, *(name.partition(".")[0] for name in assignment.modules)}
    known |= {package.name for package in find_course(assignment.root).packages}
    places = {name: cell.place for cell in reversed(cells) if not cell.explore for name in cell.imported - known}
    for name, place in sorted(places.items()):
        if (file := _file_beside(name, folder)) is not None:
            yield f"`{name}` is a file of yours, {file}: hand it in with the notebook."
        elif not comes_with_the_course(name):
            yield (
                f"`{name}` ({place}) comes neither with Python nor with the course: where it is graded it may be "
                "missing, and what needs it fails."
            )


def _file_beside(name: str, folder: Path) -> str | None:
    found = (path for path in (folder / f"{name}.py", folder / name / "__init__.py") if path.exists())
    return next((path.relative_to(folder).as_posix() for path in found), None)


def _was_defined(name: str, cells: Sequence[RunCell]) -> bool:
    """Whether a cell has defined it and a later one, not the same, has bound it otherwise."""
    binding = [cell for cell in cells if name in cell.bound]
    return any(name in cell.defined for cell in binding) and name not in binding[-1].defined


def _sentence(name: str, now: Any, cells: Sequence[RunCell], question: str | None) -> str:
    binding = next((cell for cell in reversed(cells) if name in cell.bound), None)
    if binding is None or name in binding.defined:
        binding = next((cell for cell in reversed(cells) if "*" in cell.bound), None)
    place = f" ({binding.place})" if binding else ""
    what = f"`{name}` is gone" if now is ABSENT else f"`{name}` is now {_kind(now)}"
    if question is None:
        return f'{what}{place}, and no `check("{name}")` has seen your function before that: give it another name.'
    used = "" if name == question else f", and `{question}` uses it"
    return f'{what}{place}{used}. What `check("{question}")` has seen is judged, here and when it is graded.'


def _kind(value: Any) -> str:
    if isinstance(value, types.ModuleType):
        return f"the module {value.__name__}"
    if is_definition(value):
        word = "class" if inspect.isclass(value) else "function"
        return f"another {word}, of {str(getattr(value, '__module__', None) or 'builtins').partition('.')[0]}"
    name = type(value).__name__
    if type(value).__module__ != "builtins":
        return f"an object of class {name}"
    return f"{'an' if re.match('[AEIOaeio]', name) else 'a'} {name}"
