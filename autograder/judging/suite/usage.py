"""Which helpers a function uses, where the question asks to do without them."""

import ast
import functools
import importlib.util
import symtable
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

from autograder.judging.suite.check_context import fail

MATRIX_PRODUCT: Final = "@"
_LOOPS: Final[dict[type[ast.AST], str]] = {
    ast.For: "for", ast.AsyncFor: "for", ast.comprehension: "for", ast.While: "while",
}  # fmt: skip
_SHOWN: Final = {MATRIX_PRODUCT: "the operator @", "for": "a for loop", "while": "a while loop"}


class HasSources(Protocol):
    """A student, as far as this module needs one."""

    def sources(self) -> list[str]:
        """The student's code, in the order in which it ran."""


def assert_not_using(student: HasSources, function: str, *, without: Sequence[str], calls: Any = ()) -> None:
    """Fail where `function` uses a helper that the question asks to do without.

    What it called when it ran is one piece of evidence, its syntax tree and those of the notebook's
    functions that it uses the other. A function of the student's own may have a helper's name.

    Args:
        student: whose function it is.
        function: its name.
        without: plain names of a library's functions and methods, such as "matmul", or of torch's
            own alone, such as "torch.arange"; "@" is the operator, "for" (which covers
            comprehensions) and "while" are loops.
        calls: what a probe recorded by `recorded_calls()`.
    """
    called = {name for name in calls if isinstance(name, str)} if isinstance(calls, (list, tuple, set)) else set()
    called |= {f"torch.{name}" for name in called}
    used = [name for name in without if name in called | names_used(student.sources(), function)]
    if used:
        named = ", ".join(_SHOWN.get(name, f"`{name}`") for name in used)
        fail(f"`{function}` uses {named}, which this question asks you to do without.")


def names_used(sources: Iterable[str], function: str) -> frozenset[str]:
    """Return the attributes, imported names and `_LOOPS` in a function and in those that it uses.

    What belongs to a module is there twice: as "arange" and as "torch.arange".

    Args:
        sources: cells of a notebook; of two definitions the later one counts, and what is no valid
            Python is passed over.
        function: a name that they define; nothing is found where they do not.
    """
    definitions: dict[str, ast.AST] = {}
    imported: dict[str, str] = {}
    modules: dict[str, str] = {}
    for source in sources:
        for node in _statements(source):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    definitions[name] = node
                case ast.Assign(targets=[ast.Name(id=name)]):
                    definitions[name] = node.value
                case ast.ImportFrom(names=aliases):
                    imported |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in aliases}
                case ast.Import(names=aliases):
                    modules |= {alias.asname or alias.name.partition(".")[0]: alias.name for alias in aliases}
    found: set[str] = set()
    waiting, seen = [function], {function}

    def follow(name: str, module: str) -> None:
        """Go on in what a module of the student's own defines; of an installed one only the names count."""
        if module and name in definitions and name not in seen and _is_handed_in(module):
            seen.add(name)
            waiting.append(name)

    if function in imported and function not in definitions:
        origin, _, own_name = imported[function].rpartition(".")
        follow(own_name, origin)
    while waiting:
        definition = definitions.get(waiting.pop())
        if definition is None:
            continue
        outer = _names_from_outside(definition)
        for part in ast.walk(definition):
            match part:
                case ast.Attribute(value=ast.Name(id=owner), attr=name):
                    found |= {name, f"{modules.get(owner, owner)}.{name}"}
                    follow(name, modules.get(owner, ""))
                case ast.Attribute(attr=name):
                    found.add(name)
                case ast.Name(id=name) if name in outer and name in definitions and name not in seen:
                    seen.add(name)
                    waiting.append(name)
                case ast.Name(id=name) if name in outer and name in imported and name not in definitions:
                    origin, _, own_name = imported[name].rpartition(".")
                    found |= {imported[name], own_name}
                    follow(own_name, origin)
                case ast.ImportFrom(module=module, names=aliases):
                    found |= {name for alias in aliases for name in (alias.name, f"{module}.{alias.name}")}
                case ast.MatMult():
                    found.add(MATRIX_PRODUCT)
                case _ if type(part) in _LOOPS:
                    found.add(_LOOPS[type(part)])
    return frozenset(found)


@functools.cache
def _is_handed_in(module: str) -> bool:
    """Whether a module is nobody's but the student's, so that its source is among the submission's."""
    name = module.partition(".")[0]
    try:
        return name not in sys.stdlib_module_names and importlib.util.find_spec(name) is None
    except ValueError:  # of a module without a specification, such as __main__
        return False


def _names_from_outside(definition: ast.AST) -> set[str]:
    """Return the names that a definition takes from the notebook: a local variable may have another's name."""
    try:
        tables = [symtable.symtable(ast.unparse(definition), "<cell>", "exec")]
    except (SyntaxError, ValueError, RecursionError):
        return {part.id for part in ast.walk(definition) if isinstance(part, ast.Name)}
    found: set[str] = set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        found |= {each.get_name() for each in table.get_symbols() if each.is_referenced() and each.is_global()}
    return found


def _statements(source: str) -> Iterator[ast.stmt]:
    """Go through a cell's statements, those inside `if`, `try` and `with` too, but not into functions."""
    try:
        waiting: list[ast.AST] = [ast.parse(source)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
