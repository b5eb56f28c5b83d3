"""The form of a probe's answers, read off its source, so that nothing else is taken for one.

What a probe writes out itself (dicts, lists, truth values, texts, lengths) is known before it has run; what comes from
the student's functions is not, and checks look at that themselves.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

MAX_DEPTH: Final = 12
_KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "bool": bool, "int": int, "float": (float, int), "str": str, "tensor": torch.Tensor,
    "array": np.ndarray, "none": type(None),
}  # fmt: skip
_CALLS: Final = {
    "bool": "bool", "all": "bool", "any": "bool", "isinstance": "bool", "hasattr": "bool", "len": "int", "int": "int",
    "float": "float", "str": "str", "repr": "str",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """What an answer, or a part of one, may be.

    `kind` is one of `_KINDS`, "anything", "dict" (with the `keys` of its `parts`), "list" of just these `parts`,
    "lists" of any length, of the one part that each of its elements is like, or "one of" the `parts`.
    """

    kind: str = "anything"
    parts: tuple["Form", ...] = ()
    keys: tuple[str, ...] = ()

    def fits(self, answer: Any) -> bool:
        """Whether plain data have this form; a tuple comes back as a list."""
        match self.kind:
            case "anything":
                return True
            case "dict":
                if not isinstance(answer, dict) or set(answer) != set(self.keys):
                    return False
                return all(part.fits(answer[key]) for key, part in zip(self.keys, self.parts, strict=True))
            case "list":
                if not isinstance(answer, list) or len(answer) != len(self.parts):
                    return False
                return all(part.fits(each) for part, each in zip(self.parts, answer, strict=True))
            case "lists":
                return isinstance(answer, list) and all(map(self.parts[0].fits, answer))
            case "one of":
                return any(part.fits(answer) for part in self.parts)
        return isinstance(answer, _KINDS[self.kind]) and (self.kind == "bool" or not isinstance(answer, bool))


ANYTHING: Final = Form()
_ATTRIBUTES: Final = {
    "is_leaf": Form("bool"), "requires_grad": Form("bool"), "training": Form("bool"), "__name__": Form("str"),
    "grad": Form("one of", (Form("none"), Form("tensor"))), "shape": Form("lists", (Form("int"),)),
}  # fmt: skip


def form_of(function: ast.FunctionDef) -> Form:
    """Return the form of what a function returns, as far as its source tells."""
    return _Reader(function).returned(function, 0)


class _Reader:
    """Reads forms off expressions; a name counts where plain assignments are all that binds it in the function."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self._functions: dict[str, ast.FunctionDef] = {}
        self._values: dict[str, list[ast.expr]] = {}
        self._added: dict[str, list[ast.expr | None]] = {}  # to a list or a set; None for what cannot be told
        bound: list[str] = []
        for node in ast.walk(function):
            match node:
                case ast.FunctionDef(name=name):
                    self._functions[name] = node
                    bound.append(name)
                case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    bound.append(name)
                case ast.Nonlocal(names=names) | ast.Global(names=names):
                    bound += names * 2
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._values.setdefault(name, []).append(value)
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                    for target, value in zip(targets, values, strict=False):
                        if isinstance(target, ast.Name):
                            self._values.setdefault(target.id, []).append(value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self._values.setdefault(name, []).append(value)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "add"), args=[added]):
                    self._added.setdefault(name, []).append(added)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="extend" | "insert" | "update")):
                    self._added.setdefault(name, []).append(None)
        self._values = {name: each for name, each in self._values.items() if bound.count(name) == len(each)}
        self._functions = {name: each for name, each in self._functions.items() if bound.count(name) == 1}
        self._functions.pop(function.name, None)

    def returned(self, function: ast.FunctionDef, depth: int) -> Form:
        """Return the form of what `function` returns, or a function in it."""
        values, waiting = [], list[ast.AST](function.body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Return):
                values.append(node.value or ast.Constant(None))
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
                waiting += ast.iter_child_nodes(node)
        return self._one_of(values, depth)

    def _one_of(self, values: Iterable[ast.expr | None], depth: int) -> Form:
        forms = {ANYTHING if value is None else self._form(value, depth) for value in values}
        if not forms or ANYTHING in forms:
            return ANYTHING
        return forms.pop() if len(forms) == 1 else Form("one of", tuple(forms))

    def _form(self, value: ast.expr, depth: int) -> Form:
        if depth > MAX_DEPTH:
            return ANYTHING
        depth += 1
        match value:
            case ast.Constant(value=bool() | int() | float() | str() | None as constant):
                return Form("none" if constant is None else type(constant).__name__)
            case ast.JoinedStr():
                return Form("str")
            case ast.Dict(keys=keys, values=values):
                names = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
                if len(names) < len(keys):
                    return ANYTHING
                return Form("dict", tuple(self._form(each, depth) for each in values), tuple(names))
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                if any(isinstance(part, ast.Starred) for part in parts):
                    return Form("lists", (ANYTHING,))
                return Form("list", tuple(self._form(part, depth) for part in parts))
            case ast.ListComp(elt=part, generators=[ast.comprehension(iter=over, ifs=[])]):
                form = self._form(part, depth)
                match over:
                    case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int() as count)]):
                        return Form("list", (form,) * count)
                    case ast.Tuple(elts=each) if not any(isinstance(part, ast.Starred) for part in each):
                        return Form("list", (form,) * len(each))
                return Form("lists", (form,))
            case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part) | ast.SetComp(elt=part):
                return Form("lists", (self._form(part, depth),))
            case ast.IfExp(body=body, orelse=other):
                return self._one_of([body, other], depth)
            case ast.BoolOp(values=values):
                return self._one_of(values, depth)
            case ast.UnaryOp(op=ast.Not()):
                return Form("bool")
            case ast.Compare(ops=ops) if all(isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) for op in ops):
                return Form("bool")
            case ast.BinOp(left=ast.List(elts=parts), op=ast.Mult()):
                return Form("lists", (self._one_of(parts, depth),))
            case ast.Attribute(attr=name):
                return _ATTRIBUTES.get(name, ANYTHING)
            case ast.Subscript(value=inner, slice=ast.Slice()):
                form = self._form(inner, depth)
                return form if form.kind == "lists" else ANYTHING
            case ast.Call(func=ast.Attribute(attr="detach" | "clone")):
                return Form("tensor")
            case ast.Call(func=ast.Attribute(value=ast.Name(id="torch"), attr="cat" | "stack" | "tensor" | "zeros")):
                return Form("tensor")
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="join")):
                return Form("str")
            case ast.Call(func=ast.Attribute(attr="numel")):
                return Form("int")
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="array")):
                return Form("array")
            case ast.Name(id=name) if name in self._values:
                return self._form_of_name(name, depth)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._form_of_call(name, arguments, depth)
        return ANYTHING

    def _form_of_name(self, name: str, depth: int) -> Form:
        match self._values[name]:
            case [ast.List(elts=[]) | ast.Call(func=ast.Name(id="set"), args=[])]:
                return Form("lists", (self._one_of(self._added.get(name, [None]), depth),))
        return ANYTHING if name in self._added else self._one_of(self._values[name], depth)

    def _form_of_call(self, name: str, arguments: Sequence[ast.expr], depth: int) -> Form:
        if name in self._functions:
            return self.returned(self._functions[name], depth)
        if name in ("sorted", "list", "tuple", "set"):
            form = self._form(arguments[0], depth) if arguments else ANYTHING
            return form if form.kind in ("list", "lists") else Form("lists", (ANYTHING,))
        return Form(_CALLS.get(name, "anything"))
