"""Which helpers a function uses, where the question asks to do without them."""

import ast
import functools
import importlib.util
import re
import symtable
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_HIDING: Final = (CODE_FROM_TEXT, COMPUTED_NAMES, PRIVATE)
_SHOWN: Final = {
    MATRIX_PRODUCT: "the operator @", "for": "a for loop", "while": "a while loop",
    **{each: each for each in _HIDING},
}  # fmt: skip
# Kernels by which torch computes what a helper gives, whatever it was called by.
_KERNELS: Final = {
    "matmul": ("mm", "bmm", "mv", "dot", "vdot", "addmm", "addmv", "addbmm", "baddbmm", "matmul", "linear", "einsum",
               "convolution", "_convolution", "mkldnn_convolution", "_trilinear"),
    "softmax": ("_softmax", "_log_softmax", "_safe_softmax", "softmax", "log_softmax"),
    "cross_entropy": ("nll_loss_forward", "nll_loss2d_forward", "cross_entropy_loss"),
}  # fmt: skip
_ATTENTION: Final = "aten::_scaled_dot_product"  # which is both a product and a softmax


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


def assert_calling(student: RunsAgain, function: str, *others: str, every: bool = True) -> None:
    """Fail unless what the check has asked of `function` calls the student's own `others`.

    Args:
        student: whose functions they are.
        function: the one that was asked.
        others: those that the question says it is made of.
        every: whether each of them has to be called, or one of them at least.
    """
    missed = [name for name in others if not student.has_called(name, student.asked)]
    if missed and (every or len(missed) == len(others)):
        named = ", ".join(f"`{name}`" for name in missed)
        fail(f"`{function}` does not call your {named}, which this question asks it to be made of.")


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
    written = names_used(student.sources(), function, student.codes())
    used = [name for name in without if name in called | written]
    used = used or [name for name in without if _has_run(called, name)] or [each for each in _HIDING if each in written]
    if used:
        named = ", ".join(_SHOWN.get(name, f"`{name}`") for name in used)
        fail(f"`{function}` uses {named}, which this question asks you to do without.")


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
    defined: dict[str, list[ast.AST]] = {}
    imported: dict[str, str] = {}
    modules: dict[str, str] = {}
    for source in sources:
        for node in _statements(source):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    defined.setdefault(name, []).append(node)
                case ast.Assign(targets=[ast.Name(id=name)]):
                    defined.setdefault(name, []).append(node.value)
                case ast.ImportFrom(names=aliases):
                    imported |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in aliases}
                case ast.Import(names=aliases):
                    modules |= {alias.asname or alias.name.partition(".")[0]: alias.name for alias in aliases}
    definitions = {name: _bound(nodes, bound.get(name)) for name, nodes in defined.items()}
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
        built_in = outer - set(definitions) - set(imported)
        for part in ast.walk(definition):
            match part:
                case ast.Attribute(value=ast.Name(id=owner), attr=name):
                    if modules.get(owner) == "torch" and (name == "ops" or re.match("_[a-zA-Z]", name)):
                        found.add(PRIVATE)
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
                case ast.Call(func=ast.Name(id="eval" | "exec" | "compile" | "__import__" as name)) if name in built_in:
                    found.add(CODE_FROM_TEXT)
                case ast.Call(func=ast.Name(id="getattr"), args=[_, wanted, *_]) if "getattr" in built_in:
                    text = _text_of(wanted)
                    found |= {COMPUTED_NAMES} if text is None else {text, f"{modules.get(_owner(part), '')}.{text}"}
                case ast.Call(func=ast.Name(id="vars" | "globals" | "locals" as name)) if name in outer - set(
                    definitions
                ):
                    found.add(COMPUTED_NAMES)
                case ast.MatMult():
                    found.add(MATRIX_PRODUCT)
                case _ if type(part) in _LOOPS:
                    found.add(_LOOPS[type(part)])
    return frozenset(found)


def _bound(definitions: Sequence[ast.AST], digest: str | None) -> ast.AST:
    """Return the definition that is made of what is bound, or else the last: one may stand where it never runs."""
    if digest is not None and len(definitions) > 1:
        for definition in reversed(definitions):
            if _digest(definition) == digest:
                return definition
    return definitions[-1]


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


def _statements(source: str) -> Iterator[ast.stmt]:
    """Go through a cell's statements, those inside `if`, `try` and `with` too, but not into functions."""
    try:
        waiting: list[ast.AST] = [ast.parse(source)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)][::-1]
