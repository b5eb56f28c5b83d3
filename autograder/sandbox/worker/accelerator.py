"""Lets a notebook that was written for the CPU run on another device as it is.

What a notebook's text does not ask for is not judged, and none of this course's speaks of devices. So
tensors are made on the CPU, from the CPU's random numbers, and then moved: the same data, initial
weights and shuffles on every device. torch's own `set_default_device` draws other numbers, leaves out
`torch.normal`, and breaks every DataLoader that shuffles, whose generator stays on the CPU
(https://github.com/pytorch/pytorch/issues/98792).
"""

from collections.abc import Callable
from typing import Any, Final

import torch
from torch.overrides import TorchFunctionMode

_MAKERS: Final = frozenset({
    torch.tensor, torch.as_tensor, torch.asarray, torch.scalar_tensor, torch.empty, torch.zeros, torch.ones,
    torch.full, torch.eye, torch.arange, torch.linspace, torch.logspace, torch.rand, torch.randn, torch.randint,
    torch.randperm, torch.normal, torch.tril_indices, torch.triu_indices,
})  # fmt: skip
_NUMPY_READS: Final[frozenset[Any]] = frozenset((torch.Tensor.numpy, torch.Tensor.__array__))


class OnDevice(TorchFunctionMode):
    """While it is entered, new tensors lie on `device`, and NumPy reads them as if on the CPU."""

    def __init__(self, device: str) -> None:
        super().__init__()
        self._device = device

    def __torch_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Call `function`, its result or its receiver moved where that is needed."""
        kwargs = dict(kwargs or {})
        if function in _NUMPY_READS:
            return function(args[0].cpu(), *args[1:], **kwargs)
        if function not in _MAKERS or kwargs.get("device") is not None or kwargs.get("out") is not None:
            return function(*args, **kwargs)
        wanted = kwargs.pop("requires_grad", False)  # of the tensor on the device, which must be a leaf
        made = function(*args, **kwargs).to(self._device)
        return made.requires_grad_() if wanted else made


def use(device: str, memory_bytes: int) -> None:
    """Move this process to `device`, for good, with settings under which two runs agree.

    Args:
        device: as torch names it; with "cpu", nothing changes.
        memory_bytes: what torch may allocate on a CUDA device; more raises `torch.OutOfMemoryError`.

    Raises:
        RuntimeError: torch cannot use the device; the text is torch's.
    """
    if device == "cpu":
        return
    if device == "cuda":
        _prepare_cuda(memory_bytes)
    from_numpy = torch.from_numpy
    torch.from_numpy = lambda ndarray: from_numpy(ndarray).to(device)  # no mode of torch's sees it
    OnDevice(device).__enter__()  # type: ignore[no-untyped-call]  # torch's own


def to_device(value: Any, device: str) -> Any:
    """Return plain data with its tensors on `device`."""
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, list):
        return [to_device(item, device) for item in value]
    if isinstance(value, dict):
        return {key: to_device(item, device) for key, item in value.items()}
    return value


def _prepare_cuda(memory_bytes: int) -> None:
    """Bound its memory, and have no sum depend on TF32 or on which thread came first.

    https://docs.pytorch.org/docs/stable/notes/randomness.html
    """
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(min(memory_bytes / total, 1.0))
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.use_deterministic_algorithms(True, warn_only=True)
