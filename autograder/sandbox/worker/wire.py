"""The wire between judge and worker: plain data in length-prefixed MessagePack frames.

    frame   = length payload
    length  = 4 bytes, unsigned, big-endian: bytes of payload, at most `MAX_FRAME_BYTES`
    payload = one MessagePack value: nil, bool, int (64 bit), float (64 bit), str, bin, array,
              map with str keys, or one of two extension types:
      1 array  : kind dtype dimensions size… data; the first three a byte each: 0 for a tensor, 1 for an
                 ndarray; which key of `ITEM_BYTES`; how many sizes follow, at most `MAX_DIMENSIONS`, each
                 4 bytes, unsigned, big-endian; data the elements in C order, little-endian, exactly
                 prod(sizes) * ITEM_BYTES[dtype] bytes
      2 opaque : MessagePack [type name, text]: a value of any other type, described

Nothing in it can name code to run. A payload has at most `MAX_VALUES` values, its arrays and maps at most
`MAX_NESTING` one in another; sizes are checked before anything of that size is allocated, and a bad frame raises
`WireError`, whatever its bytes. What passes while a submission's code runs is sealed as well: see `sealing`.
MessagePack: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

import builtins
import math
import struct
from _operator import _compare_digest
from _socket import socket as system_socket
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, Final

from msgpack import ExtType, packb, unpackb

from . import plain
from .faults import MAX_NAME

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # a notebook may replace what builtins and modules name

MAX_FRAME_BYTES: Final = 64 * 2**20
MAX_DECODED_BYTES: Final = 5 * MAX_FRAME_BYTES  # what decoding takes in memory, beside the payload, at most
SEAL_BYTES: Final = 16
POLL_S: Final = 0.1  # a core fills half a GiB meanwhile
Seal = Callable[[bytes], bytes]  # of a payload
_HEADER: Final = struct.Struct(">I")
_ARRAY: Final = 1
_OPAQUE: Final = 2
_TIMESTAMP: Final = b"\xff"  # MessagePack's own extension type, which msgpack unpacks without asking


class WireError(Exception):
    """The peer closed the connection, was too slow, or sent bytes that are no frame."""


class WireTimeout(WireError):
    """No whole frame came before the deadline."""


class WireTooLarge(WireError):
    """A value takes more than a frame may hold."""


def _unsealed(_: bytes) -> bytes:
    return b""


def encode(value: Any) -> bytes:
    """Return the payload of `value`; what is no plain data becomes an `Opaque`."""
    packed: bytes = packb(plain.plain(value), default=_extension, strict_types=True, use_bin_type=True)
    return packed


def decode(payload: bytes) -> Any:
    """Return the value of a payload: tensors as torch.Tensor, arrays as numpy.ndarray.

    Raises `WireError` for anything that `encode` does not make.
    """
    _check_bounds(payload)
    try:
        # Strings, arrays and maps cannot claim more than the payload holds: msgpack's own default caps.
        return unpackb(payload, raw=False, strict_map_key=True, ext_hook=_from_extension, object_hook=_with_text_keys)
    except WireError:
        raise
    except Exception as error:  # the bytes are hostile: whatever they provoke is a bad frame
        raise WireError(f"not a valid payload: {type(error).__name__}") from error


def send(connection: system_socket, value: Any, timeout_s: float | None = None, seal: Seal = _unsealed) -> None:
    """Write one frame whole within `timeout_s` seconds (None: wait for ever), with what `seal` makes of its payload.

    Raises `WireTooLarge` for a value that no frame can hold, `WireTimeout` where the peer does not
    read it in time, `WireError` where it has gone.
    """
    send_payload(connection, encode(value), timeout_s, seal)


def send_payload(
    connection: system_socket, payload: bytes, timeout_s: float | None = None, seal: Seal = _unsealed
) -> None:  # fmt: skip
    """As `send`, of what is encoded."""
    if len(payload) > MAX_FRAME_BYTES:
        raise WireTooLarge(f"a frame of {len(payload)} bytes is over {MAX_FRAME_BYTES}")
    _check_bounds(payload)
    sealed = seal(payload) + payload
    try:
        connection.settimeout(timeout_s)
        connection.sendall(_HEADER.pack(len(sealed)) + sealed)
    except TimeoutError as error:
        raise WireTimeout("the peer did not read a frame in time") from error
    except OSError as error:
        raise WireError(f"the connection broke: {error}") from error


def receive(
    connection: system_socket, timeout_s: float | None = None, poll: Callable[[], None] | None = None,
    seal: Seal | None = None,
) -> Any:  # fmt: skip
    """Read one frame whole within `timeout_s` seconds (None: wait for ever).

    While it waits it calls `poll` every `POLL_S` seconds; what that raises ends the wait. With a `seal`, the frame has
    to bear what that makes of its payload.

    Raises `WireTimeout` when it is late, `WireError` when the peer is gone or the frame is bad.
    """
    deadline = math.inf if timeout_s is None else monotonic() + timeout_s
    (length,) = _HEADER.unpack(_read(connection, _HEADER.size, deadline, poll))
    if length > MAX_FRAME_BYTES + SEAL_BYTES * (seal is not None):
        raise WireError(f"a frame of {length} bytes is over {MAX_FRAME_BYTES}")
    payload = _read(connection, length, deadline, poll)
    if seal is not None:
        found, payload = payload[:SEAL_BYTES], payload[SEAL_BYTES:]
        if not _compare_digest(found, seal(payload)):
            raise WireError("a frame that was not sealed by whom it should come from")
    return decode(payload)


def _read(connection: system_socket, size: int, deadline: float, poll: Callable[[], None] | None) -> bytes:
    chunks = bytearray()
    next_poll = math.inf if poll is None else monotonic() + POLL_S
    while len(chunks) < size:
        now = monotonic()
        if now >= deadline:
            raise WireTimeout("no whole frame came in time")
        if poll is not None and now >= next_poll:
            poll()
            next_poll = now + POLL_S
        until = min(deadline, next_poll)
        connection.settimeout(None if until == math.inf else until - now)
        try:
            chunk = connection.recv(min(size - len(chunks), 1 << 20))
        except TimeoutError:
            continue
        except OSError as error:
            raise WireError(f"the connection broke: {error}") from error
        if not chunk:
            raise WireError("the peer closed the connection")
        chunks += chunk
    return bytes(chunks)


def _extension(value: Any) -> ExtType:
    """Return what plain data are sent as that MessagePack has no form for."""
    match value:
        case plain.Array(kind, number, shape, data):
            header = struct.pack(f">3B{len(shape)}I", kind, number, len(shape), *shape)
            return ExtType(_ARRAY, header + data)
        case plain.Opaque(type_name, text):
            return ExtType(_OPAQUE, packb([type_name, text], use_bin_type=True))
    raise TypeError(f"a {type(value).__name__} is no plain data")


def _values_of_a_byte() -> Iterator[tuple[int, int, int]]:
    """Yield, for each first byte of a value: bytes of its length field, bytes of data, values inside.

    Where there is a length field, the last two say how often that length counts.
    """
    for first in range(256):
        match first:
            case _ if 0x80 <= first <= 0x8F:
                yield 0, 0, 2 * (first & 0x0F)
            case _ if 0x90 <= first <= 0x9F:
                yield 0, 0, first & 0x0F
            case _ if 0xA0 <= first <= 0xBF:
                yield 0, first & 0x1F, 0
            case _:
                yield _LONGER_FORMS.get(first, (0, 0, 0))


_LONGER_FORMS: Final = {
    0xC4: (1, 1, 0), 0xC5: (2, 1, 0), 0xC6: (4, 1, 0),  # bin
    0xC7: (1, 1, 0), 0xC8: (2, 1, 0), 0xC9: (4, 1, 0),  # ext, but for the byte of its type
    0xCA: (0, 4, 0), 0xCB: (0, 8, 0), 0xCC: (0, 1, 0), 0xCD: (0, 2, 0), 0xCE: (0, 4, 0), 0xCF: (0, 8, 0),
    0xD0: (0, 1, 0), 0xD1: (0, 2, 0), 0xD2: (0, 4, 0), 0xD3: (0, 8, 0),
    0xD4: (0, 2, 0), 0xD5: (0, 3, 0), 0xD6: (0, 5, 0), 0xD7: (0, 9, 0), 0xD8: (0, 17, 0),  # ext of fixed length
    0xD9: (1, 1, 0), 0xDA: (2, 1, 0), 0xDB: (4, 1, 0),  # str
    0xDC: (2, 0, 1), 0xDD: (4, 0, 1), 0xDE: (2, 0, 2), 0xDF: (4, 0, 2),  # array, map
}  # fmt: skip
_FORMS: Final = tuple(_values_of_a_byte())


def _check_bounds(payload: bytes) -> None:
    """Raise `WireError` for a payload of too many values or too many levels; nothing is unpacked for that."""
    offset, values, end = 0, 0, len(payload)
    missing: list[int] = []  # of each array and map that this offset is in: how many values are still to come
    while offset < end:
        while missing and not missing[-1]:
            missing.pop()
        if missing:
            missing[-1] -= 1
        first = payload[offset]
        length_bytes, data_bytes, inside = _FORMS[first]
        offset += 1
        if length_bytes:
            length = int.from_bytes(payload[offset : offset + length_bytes], "big")
            offset += length_bytes
            data_bytes, inside = length * data_bytes + (0xC7 <= first <= 0xC9), length * inside
        if _is_extension(first) and payload[offset : offset + 1] == _TIMESTAMP:
            raise WireError("an extension type of unknown form")
        offset += data_bytes
        values += 1
        if values > plain.MAX_VALUES or inside > plain.MAX_VALUES:
            raise WireTooLarge(f"a payload of more than {plain.MAX_VALUES} values")
        if inside:
            missing.append(inside)
        if len(missing) > plain.MAX_NESTING:
            raise WireTooLarge(f"a payload nested more than {plain.MAX_NESTING} deep")


def _is_extension(first: int) -> bool:
    return 0xC7 <= first <= 0xC9 or 0xD4 <= first <= 0xD8


def _with_text_keys(unpacked: dict[Any, Any]) -> dict[str, Any]:
    """Refuse bytes, which msgpack takes for a key as well."""
    if not all(type(key) is str for key in unpacked):
        raise WireError("a map with a key that is no text")
    return unpacked


def _from_extension(code: int, data: bytes) -> Any:
    if code == _ARRAY:
        return _to_array(data)
    _check_bounds(data)
    match code, unpackb(data, raw=False, strict_map_key=True):
        case 2, [str(type_name), str(text)]:
            return plain.Opaque(type_name[:MAX_NAME], text[: plain.MAX_TEXT])
    raise WireError("an extension type of unknown form")


def _to_array(data: bytes) -> Any:
    kind, number, dimensions = data[:3]  # fewer bytes raise ValueError, which makes it a bad frame
    if kind > plain.NDARRAY or number >= len(plain.DTYPES):
        raise WireError("an array of unknown kind or dtype")
    if dimensions > plain.MAX_DIMENSIONS:
        raise WireError("an array of impossible shape")
    dtype, start = plain.DTYPES[number], 3 + 4 * dimensions
    shape = struct.unpack_from(f">{dimensions}I", data, 3)
    if any(size > plain.MAX_SIZE for size in shape):
        raise WireError("an array of impossible shape")
    if math.prod(shape) * plain.ITEM_BYTES[dtype] != len(data) - start:
        raise WireError("an array whose data do not fit its shape")
    if kind == plain.NDARRAY and dtype == "bfloat16":
        raise WireError("an array of unknown dtype")
    return plain.Array(kind, number, shape, memoryview(data)[start:]).value()
