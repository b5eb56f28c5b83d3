"""What a notebook finds in place of what this machine has not, or what costs more here than it gives."""

import ast
import functools
import re
from collections.abc import Callable
from typing import Any, Final

import torch
from torch.utils.data import DataLoader

_ACCELERATOR: Final = re.compile(r"(cuda|mps|xpu)(:\d*)?")


class OnTheCpu(ast.NodeTransformer):
    """Turns the names of devices that are not here into "cpu", where a notebook's code gives them as text.

    A branch that asks first whether there is such a device is left as it is.
    """

    def __init__(self) -> None:
        """Nothing is turned yet."""
        self.turned = False

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """Turn a text that names a device."""
        if not isinstance(node.value, str) or not (found := _ACCELERATOR.fullmatch(node.value)):
            return node
        self.turned = True
        return ast.copy_location(ast.Constant("cpu:" if found[2] == ":" else "cpu"), node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """Leave it where it asks."""
        return node if _asks(node.test) else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST:
        """Leave it where it asks."""
        return node if _asks(node.test) else self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Leave docstrings alone."""
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Take note of `x.cuda()`, which `put_in_place` lets stay on the CPU."""
        self.turned |= isinstance(node.func, ast.Attribute) and node.func.attr == "cuda"
        return self.generic_visit(node)


def put_in_place(device: str) -> None:
    """Put them in place, in this process.

    `torch.compile` leaves functions as they are written: each process that answers would compile them anew.
    A `DataLoader` reads in this process whatever its `num_workers`, as processes of its own gain nothing here;
    without a GPU, what asks for one computes on the CPU.
    """
    places: list[tuple[Any, str, Any]] = [
        (torch, "compile", _compile),
        (torch.nn.Module, "compile", lambda *_, **__: None),
        (DataLoader, "__init__", _in_this_process(DataLoader.__init__)),
    ]
    if device == "cpu" and not torch.cuda.is_available():
        places += [(kind, "cuda", lambda self, *_, **__: self) for kind in (torch.Tensor, torch.nn.Module)]
        places.append((torch.cuda, "synchronize", lambda *_, **__: None))
        places.append((torch, "set_default_tensor_type", _set_default_tensor_type))
    for place, name, substitute in places:
        setattr(place, name, substitute)


def _compile(model: Any = None, **_: Any) -> Any:
    return model if model is not None else lambda function: function


def _in_this_process(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        args = (*args[:5], 0, *args[6:]) if len(args) > 5 else args  # num_workers
        for name in ("num_workers", "multiprocessing_context", "prefetch_factor", "persistent_workers", "timeout"):
            kwargs.pop(name, None)
        original(self, *args, **kwargs)

    return start


def _set_default_tensor_type(kind: Any, original: Any = torch.set_default_tensor_type) -> None:
    name = kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__name__}"
    original(name.replace("torch.cuda.", "torch."))


def _asks(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "is_available" for node in ast.walk(test))
