"""What a cell that was run binds and imports, by its text."""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from IPython.core.inputtransformer2 import TransformerManager

from autograder.catalogue.submission import is_experiment


@dataclass(frozen=True)
class RunCell:
    """A cell of code; `place` is how the student finds it, `explore` whether it is marked as an experiment."""

    place: str
    source: str
    explore: bool

    @classmethod
    def of(cls, place: str, source: str) -> "RunCell":
        """Return a cell whose tags are not known: its first line may say that it is an experiment."""
        return cls(place, source, is_experiment(source))

    @functools.cached_property
    def defined(self) -> frozenset[str]:
        """The names of its functions and classes."""
        return frozenset(node.name for node in self._outermost if isinstance(node, _DEFINITIONS))

    @functools.cached_property
    def bound(self) -> frozenset[str]:
        """Every name that it binds or deletes outside of functions; "*" for all of a module's."""
        return frozenset(name for node in self._outermost for name in _bound(node))

    @functools.cached_property
    def imported(self) -> frozenset[str]:
        """The packages that it cannot do without: not those in a `try`."""
        return frozenset(_imported(self._tree))

    @functools.cached_property
    def _tree(self) -> ast.Module:
        try:
            return ast.parse(TransformerManager().transform_cell(self.source))  # type: ignore[no-untyped-call]  # IPython's own
        except (SyntaxError, ValueError, RecursionError):  # such a cell does nothing at all
            return ast.Module([], [])

    @functools.cached_property
    def _outermost(self) -> tuple[ast.AST, ...]:
        return tuple(_outside_functions(self._tree))


_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_INNER: Final = (*_DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _INNER):
            yield from _outside_functions(child)


def _bound(node: ast.AST) -> Iterator[Any]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Name(ctx=ast.Store() | ast.Del()):
            yield node.id
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name


def _imported(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import():
                yield from (alias.name.partition(".")[0] for alias in child.names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case ast.Try():
                pass
            case _:
                yield from _imported(child)
