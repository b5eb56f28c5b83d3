"""Which assignment, and which of its questions, a student asks about."""

import difflib
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import Course, find_course
from autograder.errors import UsageError


def select(
    namespace: Mapping[str, Any], names: Sequence[str], assignment: str | None
) -> tuple[Assignment, tuple[str, ...]]:
    """Return an assignment and those of its questions that are asked for, all where none is named.

    Args:
        namespace: what the notebook has defined.
        names: of questions; the last may be the assignment's.
        assignment: its name, where it is given as such.

    Raises:
        UsageError: there is no such question or assignment; its text says what there is.
    """
    for name in names:
        if not isinstance(name, str):
            raise UsageError(f'write the name in quotes: check("{getattr(name, "__name__", "sgd")}")')
    *others, last = names or ("",)
    if assignment is None and others and last in _names() and not any(last in ids_of(each) for each in assignments()):
        return select(namespace, others, last)
    found = _course().assignment(assignment) if assignment else assignment_of(namespace, names)
    known = ids_of(found)
    for name in names:
        if name not in known:
            told = f"{found.name} has no question {name}" if assignment else f"there is no question {name!r}"
            near = difflib.get_close_matches(name, known, n=1)
            guess = f": did you mean {near[0]!r}?" if near else "."
            raise UsageError(f"{told}{'' if assignment else f' in {found.name}'}{guess} It has: {', '.join(known)}")
    return found, tuple(dict.fromkeys(names)) or tuple(known)


def assignment_of(namespace: Mapping[str, Any], names: Sequence[str] = ()) -> Assignment:
    """Return the assignment that has most of the named questions; of several, that most of whose stubs are defined.

    Raises:
        UsageError: nothing tells which one it is.
    """

    def fitness(each: Assignment) -> tuple[int, int]:
        known = ids_of(each)
        return sum(name in known for name in names), sum(id in namespace for id in known)

    found = max(assignments(), key=fitness)
    if any(fitness(found)) or len(assignments()) == 1:
        return found
    for each in assignments():
        if any(difflib.get_close_matches(name, ids_of(each), n=1) for name in names):
            return each
    raise UsageError(
        "none of the functions of any assignment is defined: run the cells above, or name the assignment, "
        f"one of: {', '.join(_names())}"
    )


def named_by(words: Sequence[str]) -> str | None:
    """Return the first of these words that is an assignment's name."""
    return next((word for word in words if word in _names()), None)


def ids_of(assignment: Assignment) -> list[str]:
    """The names of an assignment's questions, in the notebook's order."""
    return [question.id for question in assignment.questions]


@functools.cache
def assignments() -> tuple[Assignment, ...]:
    """Return the course's assignments, each of which has read its notebook once a process."""
    return tuple(_course().assignments())


def _names() -> list[str]:
    return [each.name for each in assignments()]


@functools.cache
def _course() -> Course:
    return find_course()
