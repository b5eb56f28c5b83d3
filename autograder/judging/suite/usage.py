"""Which helpers a function uses, where the question asks to do without them."""

import ast
import functools
import importlib.util
import re
import symtable
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, MappingProxyType
from typing import Any, Final, Protocol

from autograder.judging.suite.check_context import fail
from autograder.sandbox.worker.probing import code_digest

MATRIX_PRODUCT: Final = "@"
_LOOPS: Final[dict[type[ast.AST], str]] = {
    ast.For: "for", ast.AsyncFor: "for", ast.comprehension: "for", ast.While: "while",
}  # fmt: skip
# What keeps the names of what is called from being read; a function that does without helpers needs none of it.
CODE_FROM_TEXT: Final = "code from text"
COMPUTED_NAMES: Final = "names that it computes"
PRIVATE: Final = "private functions of torch"
_GETTERS: Final = ("attrgetter", "methodcaller", "import_module", "__getattribute__")
_NAMING: Final = (ast.Name, ast.Attribute, ast.Lambda, ast.Dict, ast.List, ast.Tuple)  # not computing
_HIDING: Final = (CODE_FROM_TEXT, COMPUTED_NAMES, PRIVATE)
_SHOWN: Final = {
    MATRIX_PRODUCT: "the operator @", "for": "a for loop", "while": "a while loop",
    **{each: each for each in _HIDING},
}  # fmt: skip
# Kernels by which torch computes what a helper gives, whatever it was called by.
_KERNELS: Final = {
    "matmul": ("mm", "bmm", "mv", "dot", "vdot", "addmm", "addmv", "addbmm", "baddbmm", "matmul", "linear", "einsum",
               "convolution", "_convolution", "mkldnn_convolution", "_trilinear", "_cdist_forward", "_euclidean_dist",
               "_linalg_solve_ex", "linalg_lstsq"),
    "softmax": ("_softmax", "_log_softmax", "_safe_softmax", "softmax", "log_softmax"),
    "cross_entropy": ("nll_loss_forward", "nll_loss2d_forward", "cross_entropy_loss"),
}  # fmt: skip
# What goes through elements one by one as a loop does, and whose objects or functions give products of matrices.
_LOOPING: Final = (
    "map", "functools.reduce", "itertools.accumulate", "itertools.starmap", "numpy.vectorize", "numpy.frompyfunc",
    "numpy.apply_along_axis", "numpy.apply_over_axes", "torch.vmap", "torch.func.vmap", "map_", "apply_",
)  # fmt: skip
_OF_NUMPY: Final = tuple(
    f"numpy.{name}"
    for name in (
        "matrix", "asmatrix", "mat", "bmat", "convolve", "correlate", "cov", "corrcoef", "linalg.solve", "linalg.lstsq",
    )
)  # fmt: skip
_OF_MATRICES: Final = ("scipy", "sympy", "opt_einsum")
_ATTENTION: Final = "aten::_scaled_dot_product"  # which is both a product and a softmax


@dataclass(frozen=True, slots=True)
class _Binding:
    """What a statement binds a name to, a syntax tree or what it is imported from; or else a part of what it names."""

    value: ast.AST | str
    certain: bool  # whether the statement is sure to run
    whole: bool


class HasSources(Protocol):
    """A student, as far as this module needs one."""

    def sources(self) -> list[str]:
        """The student's code, in the order in which it ran."""

    def codes(self) -> Mapping[str, str]:
        """What the functions that are bound are made of, by name: see `probing.code_digest`."""


class RunsAgain(Protocol):
    """A student, as far as `assert_calling` needs one."""

    @property
    def asked(self) -> Any:
        """What the check has asked for."""

    def has_called(self, function: str, asked: Any) -> bool:
        """Whether that calls the student's `function`."""

    def has_used(self, function: str, asked: Any) -> bool:
        """Whether that makes use of what the student's `function` gives, which it calls."""


def assert_calling(student: RunsAgain, function: str, *others: str, every: bool = True) -> None:
    """Fail unless what the check has asked of `function` calls the student's own `others`, and uses one's answers.

    Args:
        student: whose functions they are.
        function: the one that was asked.
        others: those that the question says it is made of.
        every: whether each of them has to be called, or one of them at least.
    """
    missed = [name for name in others if not student.has_called(name, student.asked)]
    if missed and (every or len(missed) == len(others)):
        fail(f"`{function}` does not call your {_named(missed)}, which this question asks it to be made of.")
    called = [name for name in others if name not in missed]
    if called and not any(student.has_used(name, student.asked) for name in called):  # a mistake may hide one of them
        told = "and makes no use of what that gives; this question asks it to be made of it."
        fail(f"`{function}` calls your {_named(called)} {told}")


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def assert_not_using(student: HasSources, function: str, *, without: Sequence[str], calls: Any = ()) -> None:
    """Fail where `function` uses a helper that the question asks to do without.

    What it called when it ran is one piece of evidence, its syntax tree and those of the notebook's
    functions that it uses the other. A function of the student's own may have a helper's name.

    Args:
        student: whose function it is.
        function: its name.
        without: plain names of a library's functions and methods, such as "matmul" (which covers libraries of
            matrices), or of torch's own alone, such as "torch.arange"; "@" is the operator, "for" (which covers
            comprehensions, `map` and the like) and "while" are loops.
        calls: what a probe recorded by `recorded_calls()`.
    """
    called = {name for name in calls if isinstance(name, str)} if isinstance(calls, (list, tuple, set)) else set()
    called |= {f"torch.{name}" for name in called}
    written = names_used(student.sources(), function, student.codes())
    used = [name for name in without if name in called | written]
    used = used or sorted(name for name in written if _does_the_same(name, without))[:1]
    used = used or [name for name in without if _has_run(called, name)] or [each for each in _HIDING if each in written]
    if used:
        named = ", ".join(_SHOWN.get(name, f"`{name}`") for name in used)
        fail(f"`{function}` uses {named}, which this question asks you to do without.")


def _does_the_same(name: str, without: Sequence[str]) -> bool:
    """Whether what a function names does what is forbidden, under a name that is not."""
    looping = "for" in without and name in _LOOPING
    return looping or ("matmul" in without and (name in _OF_NUMPY or name.partition(".")[0] in _OF_MATRICES))


def _has_run(called: Iterable[str], helper: str) -> bool:
    kernels = {f"aten::{kernel}" for kernel in _KERNELS.get(helper, ())}
    return bool(kernels) and any(name in kernels or name.startswith(_ATTENTION) for name in called)


def names_used(
    sources: Iterable[str], function: str, bound: Mapping[str, str] = MappingProxyType({})
) -> frozenset[str]:
    """Return the attributes, imported names, `_LOOPS` and `_HIDING` in a function and in those that it uses.

    What belongs to a module is there twice: as "arange" and as "torch.arange".

    Args:
        sources: cells of a notebook; what is no valid Python is passed over.
        function: a name that they define; nothing is found where they do not.
        bound: what functions are made of, by name: of several definitions that one counts, or else the last.
    """
    bindings, modules = _bindings(sources)
    definitions: dict[str, list[ast.AST]] = {}
    imported: dict[str, list[str]] = {}
    for name in bindings.keys() | bound.keys():
        counting = _counting(bindings.get(name, []), bound.get(name))
        if nodes := [each for each in counting if isinstance(each, ast.AST)]:
            definitions[name] = nodes
        if origins := [each for each in counting if isinstance(each, str)]:
            imported[name] = origins
    found: set[str] = set()
    waiting, seen = definitions.get(function, [])[:], {function}

    def follow(name: str, module: str) -> None:
        """Go on in what a module of the student's own defines; of an installed one only the names count."""
        if module and name in definitions and name not in seen and _is_handed_in(module):
            seen.add(name)
            waiting.extend(definitions[name])

    def follow_import(name: str) -> None:
        for origin in imported.get(name, ()):
            module, _, own_name = origin.rpartition(".")
            follow(own_name, module)

    if function not in definitions:
        follow_import(function)
        for origin in imported.get(function, ()):
            package, _, own_name = origin.rpartition(".")
            found |= set() if _is_handed_in(package) else {origin, own_name}
    while waiting:
        definition = waiting.pop()
        outer = _names_from_outside(definition)
        built_in = outer - set(definitions) - set(imported)
        for part in ast.walk(definition):
            match part:
                case ast.Attribute(attr="__dict__"):
                    found.add(COMPUTED_NAMES)
                case ast.Attribute(value=ast.Attribute(value=ast.Name(id=owner), attr=part_of), attr=name):
                    found |= {name, f"{modules.get(owner, owner)}.{part_of}.{name}"}
                case ast.Attribute(value=ast.Name(id=owner), attr=name):
                    if modules.get(owner) == "torch" and (name == "ops" or re.match("_[a-zA-Z]", name)):
                        found.add(PRIVATE)
                    found |= {name, f"{modules.get(owner, owner)}.{name}"}
                    follow(name, modules.get(owner, ""))
                case ast.Attribute(attr=name):
                    found.add(name)
                case ast.Name(id=name) if name in outer and (name in definitions or name in imported):
                    found |= {part for each in imported.get(name, ()) for part in (each, each.rpartition(".")[2])}
                    follow_import(name)
                    if name in definitions and name not in seen:
                        seen.add(name)
                        waiting.extend(definitions[name])
                case ast.Name(id="map") if "map" in built_in:
                    found.add("map")
                case ast.Import(names=aliases):
                    found |= {alias.name for alias in aliases}
                case ast.ImportFrom(module=module, names=aliases):
                    found |= {name for alias in aliases for name in (alias.name, f"{module}.{alias.name}")}
                case ast.Call(func=ast.Name(id="eval" | "exec" | "compile" | "__import__" as name)) if name in built_in:
                    found.add(CODE_FROM_TEXT)
                case ast.Call(func=ast.Name(id="getattr"), args=[_, wanted, *_]) if "getattr" in built_in:
                    path = _text_of(wanted)
                    found |= {COMPUTED_NAMES} if path is None else {path, f"{modules.get(_owner(part), '')}.{path}"}
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[wanted, *_]) if name in _GETTERS:
                    path = _text_of(wanted)
                    found |= {COMPUTED_NAMES} if path is None else set(path.split("."))
                case ast.Call(func=ast.Name(id="vars" | "globals" | "locals" as name)) if name in outer - set(
                    definitions
                ):
                    found.add(COMPUTED_NAMES)
                case ast.MatMult():
                    found.add(MATRIX_PRODUCT)
                case _ if type(part) in _LOOPS:
                    found.add(_LOOPS[type(part)])
    return frozenset(found)


def _bindings(sources: Iterable[str]) -> tuple[dict[str, list[_Binding]], dict[str, str]]:
    """Return what cells bind names to, in their order, and the modules that names stand for."""
    found: dict[str, list[_Binding]] = {}
    modules: dict[str, str] = {}

    def bind(target: ast.AST | str, value: ast.AST | str, certain: bool) -> None:
        match target:
            case str(name) | ast.Name(id=name):
                found.setdefault(name, []).append(_Binding(value, certain, whole=True))
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                several = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
                for each, its in zip(
                    targets, several if len(several) == len(targets) else [value] * len(targets), strict=True
                ):
                    bind(each, its, certain)
            case ast.Attribute(value=owner) | ast.Subscript(value=owner) if isinstance(value, _NAMING):
                while isinstance(owner, (ast.Attribute, ast.Subscript)):
                    owner = owner.value
                if isinstance(owner, ast.Name) and owner.id not in modules:
                    found.setdefault(owner.id, []).append(_Binding(value, certain, whole=False))

    def keep(name: str, handed: ast.AST, certain: bool) -> None:
        """Note that an object may keep a function that one of its methods, or `setattr`, is handed."""
        parts = handed.elts if isinstance(handed, (ast.List, ast.Tuple)) else [handed]
        for each in parts:
            if isinstance(each, ast.Attribute) or (isinstance(each, ast.Name) and each.id != name):
                found.setdefault(name, []).append(_Binding(each, certain, whole=False))

    for source in sources:
        for node, certain in _statements(source):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    bind(name, node, True)  # of several the worker tells which is bound
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        bind(target, value, certain)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    bind(target, value, certain)
                case ast.ImportFrom(names=aliases):
                    for alias in aliases:
                        name = alias.asname or alias.name
                        if name != alias.name or not _is_handed_in(str(node.module)):  # whose source is a cell, too
                            bind(name, f"{node.module}.{alias.name}", certain)
                case ast.Import(names=aliases):
                    modules |= {alias.asname or alias.name.partition(".")[0]: alias.name for alias in aliases}
                case ast.Expr(value=ast.Call(func=function, args=arguments)):
                    for owner in (function.value if isinstance(function, ast.Attribute) else None, *arguments):
                        if isinstance(owner, ast.Name) and owner.id not in modules:
                            for handed in arguments:
                                keep(owner.id, handed, certain)
                case ast.Expr(value=ast.NamedExpr(target=target, value=value)):
                    bind(target, value, certain)
    return found, modules


def _counting(bindings: Sequence[_Binding], told: str | None) -> list[ast.AST | str]:
    """Return what a name may be bound to: what the worker tells of, or what was bound for certain last or may be since.

    Args:
        bindings: all that the cells have, in their order.
        told: the digest of the function that is bound, or a library's name of it; see `probing.bound_codes`.
    """
    parts = [each.value for each in bindings if not each.whole]
    whole = [each for each in bindings if each.whole]
    if told is not None and len(whole) > 1:
        for each in reversed(whole):
            if isinstance(each.value, ast.AST) and _digest(each.value) == told:
                return [each.value, *parts]
    last = max((place for place, each in enumerate(whole) if each.certain), default=0)
    of_a_library = [told] if told is not None and "." in told else []
    return [*of_a_library, *(each.value for each in whole[last:]), *parts]


def _digest(definition: ast.AST) -> str | None:
    statement: ast.stmt
    if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        statement = definition
    elif isinstance(definition, ast.Lambda):
        statement = ast.copy_location(ast.Expr(definition), definition)
    else:
        return None
    try:
        code = compile(ast.Module([statement], []), "<cell>", "exec")  # which is not run
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return next((code_digest(each) for each in code.co_consts if isinstance(each, CodeType)), None)


def _text_of(value: ast.expr) -> str | None:
    """Return a text that is written out, in parts maybe; None where it is computed otherwise."""
    match value:
        case ast.Constant(value=str() as text):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = [_text_of(left), _text_of(right)]
            return None if None in parts else "".join(map(str, parts))
    return None


def _owner(call: ast.Call) -> str:
    owner = call.args[0]
    return owner.id if isinstance(owner, ast.Name) else ""


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


def _statements(source: str) -> Iterator[tuple[ast.stmt, bool]]:
    """Go through a cell's statements, with whether each of them is sure to run; not into functions."""
    try:
        waiting: list[tuple[ast.AST, bool]] = [(ast.parse(source), True)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    while waiting:
        node, certain = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node, certain
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inside = certain and isinstance(node, (ast.Module, ast.With))
            waiting += [(each, inside) for each in _statements_in(node)][::-1]


def _statements_in(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            yield from child.body
