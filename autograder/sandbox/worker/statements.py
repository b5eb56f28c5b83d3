"""What the statements of a cell bind and use, and which of them can be run where the rest of their cell is not."""

import ast
import symtable
import types
from collections.abc import Iterator, Mapping
from typing import Any, Final

_DEFINITIONS: Final = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPUTING: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Await, ast.Yield, ast.YieldFrom)

# Built-in functions that make a value and run nothing of the notebook's own
_MAKERS: Final = frozenset({
    "bool", "bytes", "complex", "dict", "enumerate", "float", "frozenset", "int", "len", "list", "range", "round",
    "set", "slice", "str", "tuple", "zip", "abs", "max", "min", "sum",
})  # fmt: skip


def is_light(statement: ast.stmt, namespace: Mapping[str, Any]) -> bool:
    """Whether it is an import, a definition, or a simple assignment: one that calls nothing but libraries.

    So are an `if` and a `try` of nothing else. What a library is, `namespace` says: a name of a module.
    """
    match statement:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value) | ast.AugAssign(value=value):
            return _is_simple(value, namespace)
        case ast.AnnAssign():
            return True
        case ast.If(test=test, body=body, orelse=other):
            return _is_simple(test, namespace) and all(is_light(each, namespace) for each in (*body, *other))
        case ast.Try(body=body, handlers=handlers, orelse=other, finalbody=final):
            inside = (*body, *(each for handler in handlers for each in handler.body), *other, *final)
            return all(isinstance(each, ast.Pass) or is_light(each, namespace) for each in inside)
    return isinstance(statement, _DEFINITIONS)


def _is_simple(expression: ast.expr, namespace: Mapping[str, Any]) -> bool:
    for node in ast.walk(expression):
        if isinstance(node, _COMPUTING):
            return False
        if isinstance(node, ast.Call) and not _is_library(node.func, namespace):
            return False
    return True


def _is_library(function: ast.expr, namespace: Mapping[str, Any]) -> bool:
    while isinstance(function, ast.Attribute | ast.Call | ast.Subscript):
        function = function.func if isinstance(function, ast.Call) else function.value
    if not isinstance(function, ast.Name):
        return isinstance(function, ast.Constant)  # "a b".split()
    found = namespace.get(function.id)
    if isinstance(found, types.ModuleType):
        return True
    return found is None and function.id not in namespace and function.id in _MAKERS


def bound_names(statement: ast.AST) -> Iterator[str]:
    """Yield the names that a statement binds in the notebook; a star import's are not known."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def names_from_outside(source: str) -> set[str]:
    """Return the names of the notebook that the functions and classes in a source use, in whatever is nested in them.

    `SyntaxError` where it is no Python.
    """
    found: set[str] = set()
    waiting = list(symtable.symtable(source, "<cell>", "exec").get_children())
    while waiting:
        table = waiting.pop()
        waiting.extend(table.get_children())
        found.update(
            symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced()
        )
    return found
