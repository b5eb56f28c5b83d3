"""The IDX format: unsigned bytes in a box of any number of dimensions, plain or packed with gzip.

A file is two zero bytes, the type of its values (8: unsigned bytes), the number of dimensions, each
dimension as four big-endian bytes, then the values, the last dimension fastest, and nothing else
(described at http://yann.lecun.com/exdb/mnist/). Read strictly: whatever a file holds, reading ends in
an array or in `DataError`, and takes no more memory than a small multiple of the file's own size.
"""

import gzip
import math
import stat
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from coursedata.errors import DataError

UNSIGNED_BYTE: Final = 8
OTHER_TYPES: Final = {9: "signed bytes", 11: "16-bit integers", 12: "32-bit integers", 13: "floats", 14: "doubles"}
GZIP_MAGIC: Final = b"\x1f\x8b"

# Pictures shrink to a half or a quarter. What shrinks more than this is a few labels, or a bomb.
MOST_SHRUNK: Final = 32
ALWAYS_ALLOWED_BYTES: Final = 64 * 1024
CHUNK_BYTES: Final = 64 * 1024

Bytes = npt.NDArray[np.uint8]


def read_idx(path: Path, dimensions: int) -> Bytes:
    """Read an IDX file of unsigned bytes; one that begins as gzip does is unpacked.

    Args:
        path: the file.
        dimensions: how many the array must have.

    Raises:
        DataError: the file cannot be read, or is not exactly such an IDX file.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for, a device never ends
            raise DataError(f"{path} is no file")
        with path.open("rb") as file:
            packed = file.read(2) == GZIP_MAGIC
            file.seek(0)
            if not packed:
                return _read_array(path, file, dimensions, exactly=status.st_size)
            most = MOST_SHRUNK * status.st_size + ALWAYS_ALLOWED_BYTES
            with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
                return _read_array(path, unpacked, dimensions, at_most=most)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: damaged gzip: {error}") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL byte
        raise DataError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def write_idx(path: Path, array: Bytes) -> None:
    """Write unsigned bytes as an IDX file, packed when its name ends in .gz."""
    if array.dtype != np.uint8 or not 1 <= array.ndim <= 255 or max(array.shape) >= 2**32:
        raise ValueError(f"an IDX file holds 1 to 255 dimensions of unsigned bytes, not {array.dtype} {array.shape}")
    content = struct.pack(f">HBB{array.ndim}I", 0, UNSIGNED_BYTE, array.ndim, *array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def _read_array(
    path: Path, file: BinaryIO | gzip.GzipFile, dimensions: int, *, exactly: int | None = None, at_most: int = 0
) -> Bytes:
    """Read an open file whose length is known, or, unpacked, is to stay below a bound."""
    magic = _read_header(path, file, 4)
    zeros, kind, found = struct.unpack(">HBB", magic)
    if zeros != 0 or kind not in {UNSIGNED_BYTE, *OTHER_TYPES}:
        raise DataError(f"{path} is no IDX file: it begins with {magic.hex(' ')}")
    if kind != UNSIGNED_BYTE:
        raise DataError(f"{path} holds {OTHER_TYPES[kind]}, not unsigned bytes")
    if found != dimensions:
        raise DataError(f"{path} has {found} dimensions, not {dimensions}")
    shape = struct.unpack(f">{dimensions}I", _read_header(path, file, 4 * dimensions))
    size, header = math.prod(shape), 4 + 4 * dimensions
    promise = f"promises {' × '.join(map(str, shape))} values"
    if exactly is not None and size != exactly - header:
        raise DataError(f"{path} {promise}, but holds {exactly - header} bytes of them")
    if exactly is None and size > at_most:
        raise DataError(f"{path} {promise}, more than a packed file of its size can hold")
    values = np.empty(size, np.uint8)
    got = _read_into(file, values.data)
    if got < size:
        raise DataError(f"{path} {promise}, but ends after {got}")
    if file.read(1):
        raise DataError(f"{path} {promise}, but goes on after them")
    return values.reshape(shape)


def _read_header(path: Path, file: BinaryIO | gzip.GzipFile, size: int) -> bytes:
    header = bytearray(size)
    if _read_into(file, memoryview(header)) < size:
        raise DataError(f"{path} is cut short in its header")
    return bytes(header)


def _read_into(file: BinaryIO | gzip.GzipFile, values: memoryview) -> int:
    """Fill `values` as far as the file goes, and return how far that was."""
    got = 0
    while got < len(values):
        count = file.readinto(values[got : got + CHUNK_BYTES])  # type: ignore[union-attr]  # every binary file has it
        if not count:
            break
        got += count
    return got
