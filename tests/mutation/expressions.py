"""The small changes of an expression: other operators, constants, arguments, axes, bounds, functions."""

import ast
import copy
from collections.abc import Collection, Iterator
from typing import Any, Final

OPERATORS: Final[dict[type[ast.operator], tuple[type[ast.operator], ...]]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult, ast.FloorDiv), ast.FloorDiv: (ast.Div, ast.Mult), ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,), ast.MatMult: (ast.Mult,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
}  # fmt: skip
COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_COUNTERPARTS: Final = (
    ("sum", "mean"), ("max", "min"), ("argmax", "argmin"), ("amax", "amin"), ("maximum", "minimum"), ("any", "all"),
    ("zeros", "ones"), ("zeros_like", "ones_like"), ("zeros_", "ones_"), ("sqrt", "square"), ("exp", "log"),
    ("rand", "randn"), ("normal_", "uniform_"), ("floor", "ceil"), ("std", "var"), ("train", "eval"),
    ("relu", "abs"), ("sigmoid", "tanh"), ("isfinite", "isnan"), ("set_xlabel", "set_ylabel"), ("scatter", "plot"),
)  # fmt: skip
COUNTERPARTS: Final = {one: other for pair in _COUNTERPARTS for one, other in (pair, pair[::-1])}
AXIS_KEYWORDS: Final = frozenset({"dim", "axis"})
# Functions of tensors whose first number, after the tensor, is an axis.
AXIS_FIRST: Final = frozenset({
    "sum", "mean", "std", "var", "max", "min", "amax", "amin", "argmax", "argmin", "any", "all", "prod", "norm",
    "softmax", "log_softmax", "logsumexp", "cumsum", "cumprod", "size", "unsqueeze", "squeeze", "sort", "argsort",
    "stack", "cat", "concatenate", "unbind", "flatten", "gather", "select", "index_select",
})  # fmt: skip
# Keywords of plots: how a picture looks, beside what it shows, is nobody's contract.
DECORATION: Final = frozenset({
    "alpha", "c", "cmap", "color", "colors", "dpi", "edgecolor", "edgecolors", "facecolor", "facecolors", "figsize",
    "fontsize", "layout", "linestyle", "linewidth", "linewidths", "ls", "lw", "marker", "markersize", "ms", "s", "zorder",
})  # fmt: skip
VIEWS: Final = frozenset({"T", "mT", "H", "data", "real"})
Number = int | float


def changes(node: ast.expr, modules: Collection[str]) -> Iterator[ast.expr]:
    """Yield what may stand in place of `node`; its parts are changed on their own.

    Args:
        node: an expression that is read, not assigned to.
        modules: names of imported modules, whose functions are no methods.
    """
    match node:
        case ast.BinOp():
            yield from _binary(node)
        case ast.Compare(left=left, ops=operators, comparators=rights):
            for place, operator in enumerate(operators):
                for other in COMPARISONS[type(operator)]:
                    yield ast.Compare(left, _with(operators, place, other()), rights)
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            yield from values
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand) if number(node) is None:
            yield operand
        case ast.IfExp(test=test, body=body, orelse=other):
            yield from (body, other, ast.IfExp(test, other, body))
        case ast.Call():
            yield from _call(node, modules)
        case ast.Subscript():
            yield from _subscript(node)
        case ast.Attribute(value=value, attr=name) if name in VIEWS:
            yield value
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from _unfiltered(node)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for swapped in _swapped(parts):
                yield type(node)(swapped, ast.Load())
        case ast.Constant(value=bool() as truth):
            yield ast.Constant(not truth)
        case ast.Constant(value=str() as text) if text:
            yield ast.Constant("")
        case _:
            literal = number(node)
            if literal is not None:
                yield from map(ast.Constant, other_numbers(literal))


def number(node: ast.expr) -> Number | None:
    """Return the number that a literal stands for, with its sign, or None."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return None if isinstance(value, bool) else -value
    return None


def other_numbers(value: Number) -> list[Number]:
    """Return numbers close to `value`: one off, half, twice, zero, of the other sign."""
    if isinstance(value, int):
        candidates: list[Number] = [
            value + 1,
            value - 1,
            0,
            -value,
            *([2 * value, value // 2] if abs(value) > 3 else []),
        ]
    else:
        candidates = [2 * value, value / 2, 0.0, -value, value + 1]
    return [other for other in dict.fromkeys(candidates) if other != value]


def _other_axis(node: ast.expr) -> ast.expr | None:
    """Return another axis than the literal one: 0 and 1 change places, as do −1 and 0."""
    value = number(node)
    if not isinstance(value, int):
        return None
    return ast.Constant({0: 1, -2: -1}.get(value, 0))


def axes(node: ast.expr, modules: Collection[str]) -> Iterator[ast.expr]:
    """Yield the literals in `node` itself that name an axis, of which only another axis is worth trying."""
    if isinstance(node, ast.Call):
        yield from (
            each.value for each in node.keywords if each.arg in AXIS_KEYWORDS and number(each.value) is not None
        )
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments) if name in AXIS_FIRST:
            place = 1 if _first_name(owner) in modules else 0
            if len(arguments) > place and number(arguments[place]) is not None:
                yield arguments[place]
        case ast.Subscript(value=ast.Attribute(attr="shape"), slice=place) if number(place) is not None:
            yield place


def _binary(node: ast.BinOp) -> Iterator[ast.expr]:
    for operator in OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, operator(), node.right)
    if isinstance(node.op, (ast.Sub, ast.Div, ast.FloorDiv, ast.MatMult, ast.Pow)):
        yield ast.BinOp(node.right, node.op, node.left)
    yield node.left
    yield node.right


def _call(node: ast.Call, modules: Collection[str]) -> Iterator[ast.expr]:
    function, arguments, keywords = node.func, node.args, node.keywords
    for swapped in _swapped(arguments):
        yield ast.Call(function, swapped, keywords)
    if len(arguments) + len(keywords) > 1:
        for place in range(len(arguments)):
            yield ast.Call(function, _with(arguments, place), keywords)
    for place, keyword in enumerate(keywords):
        if keyword.arg not in DECORATION:
            yield ast.Call(function, arguments, _with(keywords, place))
    match function:
        case ast.Attribute(value=owner, attr=name, ctx=context):
            if name in COUNTERPARTS:
                yield ast.Call(ast.Attribute(owner, COUNTERPARTS[name], context), arguments, keywords)
            if _first_name(owner) in {*modules, "self"}:
                yield from arguments[:1]
            else:
                yield owner
        case ast.Name(id=name):
            if name in COUNTERPARTS:
                yield ast.Call(ast.Name(COUNTERPARTS[name], ast.Load()), arguments, keywords)
            if name == "range":
                yield from _ranges(node)
            yield from arguments[:1]
    for axis in axes(node, modules):
        other = _other_axis(axis)
        if other is not None:
            yield ast.Call(
                function,
                [other if each is axis else each for each in arguments],
                [ast.keyword(each.arg, other) if each.value is axis else each for each in keywords],
            )


def _ranges(node: ast.Call) -> Iterator[ast.expr]:
    """Yield ranges that begin or end one earlier or later."""
    match node.args:
        case [stop]:
            yield ast.Call(node.func, [ast.Constant(1), stop], [])
            yield from (ast.Call(node.func, [_plus(stop, shift)], []) for shift in (1, -1))
        case [start, stop, *step]:
            yield ast.Call(node.func, [_plus(start, 1), stop, *step], [])
            yield from (ast.Call(node.func, [start, _plus(stop, shift), *step], []) for shift in (1, -1))


def _unfiltered(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Iterator[ast.expr]:
    """Yield a comprehension without one of its conditions."""
    for place, part in enumerate(node.generators):
        for condition in range(len(part.ifs)):
            plain = ast.comprehension(part.target, part.iter, _with(part.ifs, condition), part.is_async)
            other = copy.copy(node)
            other.generators = _with(node.generators, place, plain)
            yield other


def _subscript(node: ast.Subscript) -> Iterator[ast.expr]:
    yield node.value
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for place, part in enumerate(parts):
        if isinstance(part, ast.Slice):
            for other in _slices(part):
                changed = _with(parts, place, other)
                index = ast.Tuple(changed, ast.Load()) if isinstance(node.slice, ast.Tuple) else changed[0]
                yield ast.Subscript(node.value, index, ast.Load())
    for axis in axes(node, ()):
        another = _other_axis(axis)
        if another is not None:
            yield ast.Subscript(node.value, another, ast.Load())
    index = number(node.slice)
    if isinstance(index, int) and not list(axes(node, ())):
        yield from (ast.Subscript(node.value, ast.Constant(index + shift), ast.Load()) for shift in (1, -1))


def _slices(part: ast.Slice) -> Iterator[ast.Slice]:
    lower, upper, step = part.lower, part.upper, part.step
    if lower is not None:
        yield ast.Slice(None, upper, step)
        if number(lower) is None:
            yield ast.Slice(_plus(lower, 1), upper, step)
    if upper is not None:
        yield ast.Slice(lower, None, step)
        if number(upper) is None:
            yield from (ast.Slice(lower, _plus(upper, shift), step) for shift in (1, -1))
    if step is not None:
        yield ast.Slice(lower, upper, None)


def _swapped(parts: list[Any]) -> Iterator[list[Any]]:
    """Yield `parts` with two neighbours swapped."""
    for place in range(len(parts) - 1):
        yield [*parts[:place], parts[place + 1], parts[place], *parts[place + 2 :]]


def _with(parts: list[Any], place: int, *new: Any) -> list[Any]:
    """Return `parts` with `new` in place of one of them."""
    return [*parts[:place], *new, *parts[place + 1 :]]


def _plus(node: ast.expr, shift: int) -> ast.expr:
    value = number(node)
    if value is not None:
        return ast.Constant(value + shift)
    return ast.BinOp(node, ast.Add() if shift > 0 else ast.Sub(), ast.Constant(abs(shift)))


def _first_name(node: ast.expr) -> str | None:
    """Return the name that a chain of attributes starts with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
