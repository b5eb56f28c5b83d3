"""All mutants of a function or class: its source with one small change."""

import ast
import copy
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from tests.mutation import expressions

Definition = ast.FunctionDef | ast.ClassDef
_Path = tuple[tuple[str, int | None], ...]
_DROPPED = (
    ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.While, ast.If, ast.With, ast.Return, ast.Raise,
    ast.Delete, ast.Assert, ast.Break, ast.Continue,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed definition.

    `id` tells the changed statement before and after, as in `x = a + b -> x = a - b`: it stays
    what it is when code elsewhere changes.
    """

    id: str
    source: str


def mutants(definition: Definition, modules: Collection[str]) -> list[Mutant]:
    """Return the mutants of a definition, each a different text that compiles.

    Args:
        definition: its syntax tree.
        modules: names of imported modules.
    """
    bare = without_docstrings(definition)
    seen = {ast.unparse(bare)}
    counts: Counter[str] = Counter()
    found = []
    for id, tree in _changed(bare, modules):
        source = ast.unparse(ast.fix_missing_locations(tree))
        if source not in seen and _compiles(source):
            seen.add(source)
            counts[id] += 1
            found.append(Mutant(id if counts[id] == 1 else f"{id} ({counts[id]})", source))
    return found


def without_docstrings(definition: Definition) -> Definition:
    """Return a copy of a definition whose docstrings and annotations are gone."""
    bare = copy.deepcopy(definition)
    for node in ast.walk(bare):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            node.body[:1] = [] if len(node.body) > 1 else [ast.Pass()]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
    return bare


def _changed(tree: Definition, modules: Collection[str]) -> Iterator[tuple[str, ast.stmt]]:
    for path, parameters in _statements(tree, (), ()):
        statement: Any = _at(tree, path)
        before = _headline(statement)
        following = _following(tree, path)
        if following is not None and _depend(statement, following, modules):
            alone = _replaced(tree, path, [])  # then the next one stands in its place
            yield f"{before} -> after {_headline(following)}", _replaced(alone, path, [following, statement])
        for told, replacement in _statement_changes(statement, parameters):
            yield f"{before} -> {told}", _replaced(tree, path, replacement)
        for inner in _expressions(statement, (), modules):
            expression = _at(statement, inner)
            for other in expressions.changes(expression, modules):
                if isinstance(statement, ast.Expr) and expression is statement.value and other in ast.walk(expression):
                    continue  # only a part of it: as good as dropped
                changed = _replaced(statement, inner, [other])
                yield f"{before} -> {_headline(changed)}", _replaced(tree, path, [changed])


def _statements(node: ast.AST, path: _Path, parameters: tuple[str, ...]) -> Iterator[tuple[_Path, tuple[str, ...]]]:
    """Yield the way to each statement, the definition itself first, with its function's parameters."""
    if isinstance(node, ast.FunctionDef):
        parameters = tuple(each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs))
    if isinstance(node, ast.stmt):
        yield path, parameters
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):
            for place, child in enumerate(value):
                if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                    yield from _statements(child, (*path, (field, place)), parameters)


def _expressions(
    node: ast.AST, path: _Path, modules: Collection[str], axes: frozenset[int] = frozenset()
) -> Iterator[_Path]:
    """Yield the way to each expression of one statement that is read; not into the statements that it holds.

    What an error or a formatted text says and how a picture is decorated is nobody's contract; axes and
    indices are changed as parts of their call or subscript.
    """
    for field, value in ast.iter_fields(node):
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or isinstance(child, (ast.stmt, ast.JoinedStr)):
                continue
            if isinstance(node, ast.Raise) or field == "decorator_list" or id(child) in axes:
                continue
            if isinstance(child, ast.keyword) and child.arg in expressions.DECORATION:
                continue
            here = (*path, (field, place))
            if isinstance(child, ast.expr):
                if not isinstance(getattr(child, "ctx", None), (ast.Store, ast.Del)):
                    yield here
                if expressions.number(child) is None:
                    named = frozenset(map(id, expressions.axes(child, modules)))
                    if isinstance(child, ast.Subscript) and expressions.number(child.slice) is not None:
                        named |= {id(child.slice)}
                    yield from _expressions(child, here, modules, named)
            else:
                yield from _expressions(child, here, modules, axes)


def _statement_changes(node: ast.stmt, parameters: tuple[str, ...]) -> Iterator[tuple[str, list[ast.stmt]]]:
    if isinstance(node, _DROPPED):
        yield "pass", [ast.Pass()]
    match node:
        case ast.With(body=body):
            yield "its body alone", body
        case ast.For(body=body) | ast.While(body=body):
            once = copy.copy(node)
            once.body = [*body, ast.Break()]
            yield "once", [once]
        case ast.Return(value=ast.expr() as value):
            others: list[ast.expr] = [ast.Name(each, ast.Load()) for each in parameters if each != "self"]
            if not isinstance(value, (ast.Tuple, ast.List, ast.Constant)):
                others.append(ast.UnaryOp(ast.USub(), value))
            for other in others:
                yield ast.unparse(ast.Return(other)), [ast.Return(other)]
        case ast.AugAssign():
            for changed in _other_updates(node):
                yield ast.unparse(ast.fix_missing_locations(changed)), [changed]
        case ast.FunctionDef(decorator_list=[_, *_]):
            for place, decorator in enumerate(node.decorator_list):
                plain = copy.copy(node)
                plain.decorator_list = [*node.decorator_list[:place], *node.decorator_list[place + 1 :]]
                yield f"without @{ast.unparse(decorator)}", [plain]
    if isinstance(node, (ast.If, ast.While)):
        tests = [ast.UnaryOp(ast.Not(), node.test), ast.Constant(False)]
        for test in [*tests, ast.Constant(True)] if isinstance(node, ast.If) else tests:
            forced = copy.copy(node)
            forced.test = test
            yield _headline(forced), [forced]


def _other_updates(node: ast.AugAssign) -> Iterator[ast.stmt]:
    for operator in expressions.OPERATORS.get(type(node.op), ())[:1]:
        yield ast.AugAssign(node.target, operator(), node.value)
    yield ast.Assign([node.target], node.value)
    if isinstance(node.op, ast.Sub) and isinstance(node.target, ast.Name):
        # The usual form of an update in place; a counter's `+=` means the same when it is written out.
        whole = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        yield ast.Assign([node.target], whole)


def _following(tree: Definition, path: _Path) -> ast.stmt | None:
    """Return the next statement of the same block."""
    if not path:
        return None
    (*outer, (field, place)) = path
    block = getattr(_at(tree, tuple(outer)), field)
    return block[place + 1] if place is not None and place + 1 < len(block) else None


def _depend(first: ast.stmt, second: ast.stmt, modules: Collection[str]) -> bool:
    """Return whether one of two simple statements changes in place what the other one names."""
    simple = (ast.Expr, ast.Assign, ast.AugAssign)
    if not isinstance(first, simple) or not isinstance(second, simple):
        return False
    return bool(_changes_in_place(first, modules) & _parts(second) | _changes_in_place(second, modules) & _parts(first))


def _changes_in_place(statement: ast.stmt, modules: Collection[str]) -> set[str]:
    """Return the texts of what a statement changes in place."""
    match statement:
        case ast.AugAssign(target=target) | ast.Assign(targets=[ast.Attribute() | ast.Subscript() as target]):
            return {ast.unparse(target)}
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=name))) if _root(owner) not in modules:
            return {ast.unparse(owner)} if name.endswith("_") or name in ("step", "zero_grad") else set()
        case ast.Expr(value=ast.Call(args=arguments)):
            lists = (each.elts if isinstance(each, (ast.List, ast.Tuple)) else [each] for each in arguments)
            return {ast.unparse(each) for elements in lists for each in elements}
    return set()


def _parts(node: ast.AST) -> set[str]:
    """Return the texts of the names, attributes and elements in a piece of code."""
    return {ast.unparse(each) for each in ast.walk(node) if isinstance(each, (ast.Name, ast.Attribute, ast.Subscript))}


def _root(node: ast.AST) -> str:
    """Return the name that a chain of attributes, subscripts and calls starts with, or nothing."""
    while True:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=inner):
                node = inner
            case _:
                return ""


def _at(node: Any, path: _Path) -> Any:
    for field, place in path:
        node = getattr(node, field) if place is None else getattr(node, field)[place]
    return node


def _replaced(tree: Any, path: _Path, new: list[Any]) -> Any:
    """Return a copy of `tree` with `new` at the end of `path`; what lies beside the path is shared."""
    if not path:
        return new[0]
    (field, place), *rest = path
    changed = copy.copy(tree)
    value = getattr(tree, field)
    if place is None:
        setattr(changed, field, _replaced(value, tuple(rest), new))
    else:
        inner = [_replaced(value[place], tuple(rest), new)] if rest else new
        setattr(changed, field, [*value[:place], *inner, *value[place + 1 :]])
    return changed


def _headline(statement: ast.stmt) -> str:
    """Return a statement's text, of one that holds others the first line alone."""
    plain = copy.copy(statement)
    if isinstance(plain, (ast.FunctionDef, ast.ClassDef)):
        plain.decorator_list = []
    return ast.unparse(ast.fix_missing_locations(plain)).split("\n")[0]


def _compiles(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
