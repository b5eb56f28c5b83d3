"""A device that is none: CPU memory that calls itself "pretend" and, as a GPU would, refuses the CPU's tensors.

A worker that imports it shows on any machine what would become of a notebook on a GPU, rounding and
speed aside. Like CUDA, it does not survive a fork.
"""

import torch
from torch.utils._python_dispatch import return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

COPIES = {torch.ops.aten.copy_.default, torch.ops.aten._to_copy.default}
TAKE_INDICES = {torch.ops.aten.index.Tensor, torch.ops.aten.index_put_.default, torch.ops.aten.index_put.default}


class Pretended(torch.Tensor):
    """Holds its numbers in a tensor of the CPU's."""

    @staticmethod
    def __new__(cls, held):
        made = torch.Tensor._make_wrapper_subclass(
            cls, held.size(), strides=held.stride(), storage_offset=held.storage_offset(), dtype=held.dtype,
            device="pretend:0",
        )  # fmt: skip
        made.held = held
        return made

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        strangers = [each for each in tree_leaves((args, kwargs)) if type(each) is torch.Tensor and each.dim()]
        if strangers and function not in COPIES | TAKE_INDICES:
            raise RuntimeError(f"Expected all tensors to be on the same device, at least two devices in {function}")
        if kwargs.get("generator") is not None:
            raise RuntimeError("Expected a 'pretend' device type for generator but found 'cpu'")
        leaves = function in COPIES and torch.device(kwargs.get("device") or "pretend").type == "cpu"
        if kwargs.get("device") is not None:
            kwargs["device"] = "cpu"
        answer = function(*tree_map(_held, args), **tree_map(_held, kwargs))
        if leaves or (function is torch.ops.aten.copy_.default and not isinstance(args[0], Pretended)):
            return answer
        answer = tree_map(lambda each: Pretended(each) if isinstance(each, torch.Tensor) else each, answer)
        return return_and_correct_aliasing(function, args, kwargs, answer)

    @property
    def data(self):
        return torch.Tensor.data.__get__(self)

    @data.setter
    def data(self, other):
        torch.Tensor.data.__set__(self, other)
        self.held = other.held

    def tolist(self):
        return self.cpu().tolist()

    def __repr__(self, **_):
        return repr(self.detach().cpu())

    def __format__(self, form):
        return format(self.detach().cpu(), form)


def _held(value):
    return value.held if isinstance(value, Pretended) else value


def _empty(size, *_, dtype=None, **__):
    return Pretended(torch.empty(size, dtype=dtype, device="cpu"))


def _copy_from(source, target, non_blocking=False):
    _held(target).copy_(_held(source))
    return target


_setup_privateuseone_for_python_backend("pretend")
LIBRARY = torch.library.Library("aten", "IMPL")
LIBRARY.impl("empty.memory_format", _empty, "PrivateUse1")
LIBRARY.impl("empty_strided", _empty, "PrivateUse1")
LIBRARY.impl("_copy_from", _copy_from, "PrivateUse1")
LIBRARY.impl("_local_scalar_dense", lambda number: number.held.item(), "PrivateUse1")
torch.cuda.is_initialized = lambda: True
