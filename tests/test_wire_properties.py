"""The wire, under whatever bytes and values hypothesis finds: plain data come through, the rest is `WireError`."""

import contextlib
import json
import math
import subprocess
import sys

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.worker import plain, wire
from tests.fuzz.targets import VALUES, answer, frame, payload

NUMPY_DTYPES = [name for name in plain.ITEM_BYTES if name != "bfloat16"]
HEADS = [bytes([first]) for first in range(256)]

shapes = st.lists(st.integers(0, 3), max_size=plain.MAX_DIMENSIONS)


@st.composite
def arrays(draw, dtypes, make):
    dtype, shape = draw(st.sampled_from(dtypes)), draw(shapes)
    data = draw(st.binary(min_size=(size := math.prod(shape) * plain.ITEM_BYTES[dtype]), max_size=size))
    if dtype == "bool":
        data = bytes(each % 2 for each in data)
    return make(bytearray(data), dtype, shape)


def tensor(data, dtype, shape):
    dtype = getattr(torch, dtype)
    return torch.frombuffer(data, dtype=dtype).reshape(shape) if data else torch.empty(shape, dtype=dtype)


scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary()
opaque = st.builds(plain.Opaque, st.text(max_size=9), st.text(max_size=9))
leaves = (
    scalars
    | opaque
    | arrays(list(plain.ITEM_BYTES), tensor)
    | arrays(NUMPY_DTYPES, lambda data, dtype, shape: np.frombuffer(data, dtype).reshape(shape))
)
values = st.recursive(
    leaves, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4)
)


def same(one, other):
    """Whether two values are alike to the bit: nan is nan, and -0.0 is not 0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if isinstance(one, torch.Tensor):
        bits = [each.reshape(-1).view(torch.uint8).tolist() if each.numel() else [] for each in (one, other)]
        return one.dtype == other.dtype and one.shape == other.shape and bits[0] == bits[1]
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    return msgpack.packb(one) == msgpack.packb(other) if isinstance(one, float) else one == other


@given(values)
def test_plain_data_come_through_as_they_are_over_the_wire_and_within_a_process(value):
    assert same(wire.decode(wire.encode(value)), value)
    assert same(plain.copied(value), value)


@given(st.integers(1, 3 * plain.MAX_NESTING), st.sampled_from([lambda inside: [inside], lambda inside: {"": inside}]))
def test_what_is_nested_too_deep_is_cut_when_sent_and_refused_when_received(depth, around):
    value = None
    for _ in range(depth):
        value = around(value)
    payload(wire.encode(value))
    with pytest.raises(wire.WireTooLarge) if depth > plain.MAX_NESTING else contextlib.nullcontext():
        wire.decode(msgpack.packb(value))


@given(st.binary(max_size=400))
def test_random_bytes_are_plain_data_or_an_error(data):
    payload(data)
    frame(data)
    answer(data)


# Pieces that are each well-formed, in an order and of a length that need not be
lengths = st.integers(0, 20) | st.sampled_from([2**8 - 1, 2**16 - 1, 2**31, 2**32 - 1])
extensions = st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=40))
arrays = st.builds(
    lambda kind, dtype, shape, raw: bytes([kind, dtype, len(shape)])
    + b"".join(size.to_bytes(4, "big") for size in shape) + raw,
    st.integers(0, 2), st.integers(0, len(plain.ITEM_BYTES)),
    st.lists(st.integers(0, 3) | st.just(2**31), max_size=10), st.binary(max_size=40),
)  # fmt: skip
pieces = st.one_of(
    st.sampled_from(HEADS),
    st.builds(lambda head, length: head + length.to_bytes(4, "big"), st.sampled_from(HEADS), lengths),
    st.builds(msgpack.packb, extensions | scalars.filter(lambda value: value != "\ud800")),
    st.builds(lambda array: msgpack.packb(msgpack.ExtType(1, array)), arrays),
    st.builds(wire.encode, values),
)


@given(st.lists(pieces, min_size=1, max_size=8).map(b"".join))
def test_pieces_of_payloads_are_plain_data_or_an_error(data):
    payload(data)
    answer(data)
    frame(len(data).to_bytes(4, "big") + data)


@st.composite
def mutated(draw):
    data = bytearray(draw(st.sampled_from([wire.encode(value) for value in VALUES])))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["change", "insert", "cut", "copy"])):
            case "change" if place < len(data):
                data[place] = draw(st.integers(0, 255))
            case "insert":
                data[place:place] = draw(st.binary(max_size=5))
            case "cut":
                del data[place : place + draw(st.integers(1, 9))]
            case "copy":
                data[place:place] = data[draw(st.integers(0, len(data))) :][:50]
    return bytes(data)


@given(mutated())
def test_changed_payloads_are_plain_data_or_an_error(data):
    payload(data)
    answer(data)


@pytest.mark.parametrize(
    "data",
    [
        msgpack.packb(msgpack.Timestamp(1)), b"\xc7\x0c\xff" + bytes(12), msgpack.packb([msgpack.Timestamp(1, 1)]),
        msgpack.packb({b"key": 1}), b"\x91" * 33 + b"\xc0", b"\x81\xa0" * 33 + b"\xc0",
    ],
    ids=["timestamp of 4 bytes", "of 12", "of 8", "bytes for a key", "lists", "maps"],
)  # fmt: skip
def test_what_only_msgpack_knows_is_refused(data):
    with pytest.raises(wire.WireError):
        wire.decode(data)


# Each as large as a frame may be, or of as many values; the last has one letter that makes all others four bytes wide
WORST = {
    "a tensor": "wire.encode(torch.zeros(2**24 - 16))",
    "bytes": "b'\\xc6' + (2**26 - 5).to_bytes(4, 'big') + bytes(2**26 - 5)",
    "maps": "b'\\xdd' + (2**18 - 1).to_bytes(4, 'big') + b'\\x80' * (2**18 - 1)",
    "entries": "b'\\xdd' + (2**16).to_bytes(4, 'big') + b'\\x81\\xa1a\\x80' * 2**16",
    "empty tensors": "b'\\xdd' + (2**17).to_bytes(4, 'big') + wire.encode(torch.zeros(0)) * 2**17",
    "small tensors": "b'\\xdd' + (2**17).to_bytes(4, 'big') + wire.encode(torch.zeros(1)) * 2**17",
    "descriptions": "b'\\xdd' + (2**17).to_bytes(4, 'big') + wire.encode(len) * 2**17",
    "a length that is a lie": "b'\\xdd' + b'\\xff' * 4",
    "text": "b'\\xdb' + (2**26 - 5).to_bytes(4, 'big') + '\U0001f600'.encode() + b'x' * (2**26 - 9)",
}
MEASURE = """
import json, re, sys, torch
from pathlib import Path
from autograder.sandbox.worker import wire


def memory(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024


wire.decode(wire.encode([torch.zeros(2), torch.zeros(0)]))
took = {}
for name, expression in json.loads(sys.argv[1]).items():
    data = eval(expression)
    assert len(data) <= wire.MAX_FRAME_BYTES
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = memory("VmRSS")
    try:
        wire.decode(data)
    except wire.WireError:
        pass
    took[name] = memory("VmHWM") - before
print(json.dumps(took))
"""


def test_no_frame_takes_more_memory_than_the_cap():
    command = [sys.executable, "-c", MEASURE, json.dumps(WORST)]
    took = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    print("MiB that it took to decode:", {name: size >> 20 for name, size in took.items()})
    assert took.keys() == WORST.keys()
    assert wire.MAX_FRAME_BYTES < max(took.values()) <= wire.MAX_DECODED_BYTES
