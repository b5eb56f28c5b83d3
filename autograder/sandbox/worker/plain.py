"""Plain data: what a probe's arguments and its answer are made of, sent over the wire or handed on in one process.

None, bool, int (64 bit), float, str, bytes, list, dict with str keys, `Array` (a tensor or an ndarray) and `Opaque`,
which describes a value of any other type.
"""

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from .faults import MAX_NAME, without_addresses

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # a notebook may replace what builtins name

MAX_DIMENSIONS: Final = 8
MAX_SIZE: Final = 2**31 - 1  # of a dimension
MAX_NESTING: Final = 32
MAX_VALUES: Final = 2**18  # on the wire a byte may be an empty map, which takes 64 of them unpacked
MAX_TEXT: Final = 2_000
ITEM_BYTES: Final[Mapping[str, int]] = {
    "bool": 1, "uint8": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
}  # fmt: skip
DTYPES: Final = tuple(ITEM_BYTES)
TENSOR: Final = 0
NDARRAY: Final = 1
_NUMBER_OF: Final[Mapping[torch.dtype, int]] = {getattr(torch, name): number for number, name in enumerate(DTYPES)}


class TooLarge(Exception):
    """Plain data of more than `MAX_VALUES` values."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that is no plain data, described by its type's name and a short text."""

    type_name: str
    text: str

    def __str__(self) -> str:
        return f"{self.type_name} {self.text}"


@dataclass(frozen=True, slots=True)
class Array:
    """A tensor or an ndarray: which of the two, which of `DTYPES`, and its elements in C order, little-endian."""

    kind: int
    number: int
    shape: Sequence[int]
    data: bytes | memoryview

    def value(self) -> Any:
        """Return a tensor or an ndarray of its own memory."""
        raw, dtype = bytearray(self.data), DTYPES[self.number]
        if self.kind == NDARRAY:
            return np.frombuffer(raw, np.dtype(dtype).newbyteorder("<")).reshape(self.shape)
        torch_dtype = getattr(torch, dtype)
        if not raw:
            return torch.empty(tuple(self.shape), dtype=torch_dtype)
        return torch.frombuffer(raw, dtype=torch_dtype).reshape(tuple(self.shape))


def plain(value: Any) -> Any:
    """Return `value` as plain data, whose containers are new."""
    return _plain(value, 0)


def copied(value: Any) -> Any:
    """Return what would come of `value` over the wire: its plain data, with arrays of their own memory.

    Raises `TooLarge` where the wire would refuse it for the number of its values.
    """
    return _Copy().of(_plain(value, 0))


class _Copy:
    def __init__(self) -> None:
        self._values = 0

    def of(self, data: Any) -> Any:
        self._values += 1
        if self._values > MAX_VALUES:
            raise TooLarge(f"more than {MAX_VALUES} values")
        match data:
            case Array():
                return data.value()
            case list():
                return [self.of(each) for each in data]
            case dict():
                self._values += len(data)  # the keys
                return {key: self.of(each) for key, each in data.items()}
        return data


def _plain(value: Any, depth: int) -> Any:
    kind = type(value)
    if value is None or kind in (bool, float, bytes):
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**64 else _opaque(value)
    if kind is str:
        return value.encode("utf-8", "replace").decode()  # a lone surrogate cannot be packed
    if isinstance(value, torch.Tensor):
        return _of_tensor(value)
    if isinstance(value, np.ndarray):
        return _of_ndarray(value)
    if isinstance(value, np.generic):
        return _plain(value.item(), depth) if depth < MAX_NESTING else _opaque(value)
    if kind is Opaque:
        return _described(value.type_name, value.text)
    if depth >= MAX_NESTING:
        return _opaque(value)
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in list.__iter__(value)]
    if isinstance(value, tuple):  # a named tuple, too
        return [_plain(item, depth + 1) for item in tuple.__iter__(value)]
    if isinstance(value, dict) and all(type(key) is str for key in dict.__iter__(value)):
        return {key: _plain(item, depth + 1) for key, item in dict.items(value)}
    return _opaque(value)


def _opaque(value: Any) -> Opaque:
    try:
        text = repr(value)
    except Exception as error:  # a student's __repr__ may do anything
        text = f"(its repr raised {type(error).__name__})"
    text = without_addresses(str(text)[:MAX_TEXT]).encode("utf-8", "replace").decode()
    return _described(type(value).__name__, text)


def _described(type_name: str, text: str) -> Opaque:
    return Opaque(type_name[:MAX_NAME], text[:MAX_TEXT])


def _of_tensor(value: torch.Tensor) -> Array | Opaque:
    with torch._C.DisableTorchFunctionSubclass():  # a subclass must not answer for its data
        number = _NUMBER_OF.get(value.dtype)
        if number is None or value.layout != torch.strided or value.is_meta:
            return _opaque(value)
        own = value.detach().cpu().resolve_conj().resolve_neg()
        if not _fits(own.shape):
            return _opaque(value)
        data = own.view(torch.int16) if own.dtype == torch.bfloat16 else own  # NumPy has no bfloat16
        return Array(TENSOR, number, tuple(own.shape), data.numpy().tobytes())


def _of_ndarray(value: np.ndarray[Any, Any]) -> Array | Opaque:
    name = value.dtype.name
    if name not in ITEM_BYTES or not _fits(value.shape):
        return _opaque(value)
    data = np.ascontiguousarray(value, value.dtype.newbyteorder("<")).tobytes()
    return Array(NDARRAY, DTYPES.index(name), value.shape, data)


def _fits(shape: Sequence[int]) -> bool:
    return len(shape) <= MAX_DIMENSIONS and all(size <= MAX_SIZE for size in shape)
