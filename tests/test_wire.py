"""The wire carries plain data and nothing else, whatever the bytes."""

import collections
import contextlib
import socket
import struct
import threading

import msgpack
import numpy as np
import pytest
import torch

from autograder.sandbox.worker import plain, wire


def round_trip(value):
    return wire.decode(wire.encode(value))


@pytest.mark.parametrize("dtype", [getattr(torch, name) for name in plain.ITEM_BYTES])
def test_tensors_of_every_dtype_come_back_as_they_were(dtype):
    for shape in [(), (0,), (3,), (2, 3), (2, 0, 4)]:
        tensor = torch.arange(6).repeat(10)[: int(np.prod(shape))].reshape(shape).to(dtype)
        back = round_trip(tensor)
        assert back.dtype == dtype and back.shape == tensor.shape
        assert torch.equal(back, tensor)


def test_non_contiguous_and_grad_tracking_tensors_are_sent_by_value():
    base = torch.arange(6.0).reshape(2, 3).requires_grad_()
    back = round_trip(base.T * 1)
    assert torch.equal(back, base.detach().T) and not back.requires_grad


def test_one_element_with_an_odd_stride_is_sent():
    assert torch.equal(round_trip(torch.ones(1).expand(1, 1)[:, :1].as_strided((1, 1), (0, 0))), torch.ones(1, 1))
    assert torch.equal(round_trip(torch.zeros(()).expand(3, 2)), torch.zeros(3, 2))


def test_named_tuples_and_other_kinds_of_lists_and_dicts_are_plain():
    Point = collections.namedtuple("Point", "x y")
    counts = collections.Counter({"a": 2})
    assert round_trip([Point(1.0, 2.0), torch.Size([3, 4]), counts]) == [[1.0, 2.0], [3, 4], {"a": 2}]


def test_arrays_stay_arrays_and_numpy_scalars_become_numbers():
    back = round_trip([np.arange(3, dtype=np.int16), np.float32(0.5), np.True_])
    assert isinstance(back[0], np.ndarray) and back[0].dtype == np.int16
    assert back[1:] == [0.5, True]


def test_what_is_no_plain_data_arrives_as_a_description():
    class Liar:
        def __eq__(self, other):
            return True

        def __repr__(self):
            return "<b>me</b>"

    back = round_trip({"x": Liar(), "f": len, "big": 2**80})
    assert back["x"] == plain.Opaque("Liar", "<b>me</b>")
    assert back["f"].type_name == "builtin_function_or_method" and back["big"].type_name == "int"


def test_a_repr_that_raises_is_survived():
    class Bad:
        def __repr__(self):
            raise RuntimeError

    assert "RuntimeError" in round_trip(Bad()).text


def test_a_subclass_of_tensor_cannot_answer_for_its_data():
    class Lying(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):
            return torch.full((2,), 42.0)

    back = round_trip(torch.ones(2).as_subclass(Lying))
    assert type(back) is torch.Tensor and torch.equal(back, torch.ones(2))


def test_a_cyclic_value_is_cut_off():
    loop: list[object] = []
    loop.append(loop)
    value = round_trip(loop)
    for _ in range(plain.MAX_NESTING - 1):
        value = value[0]
    assert isinstance(value[0], plain.Opaque)


def array(kind=0, dtype="float32", shape=(2,), raw=b"\0" * 8):
    number = [*plain.ITEM_BYTES].index(dtype)
    return msgpack.packb(msgpack.ExtType(1, struct.pack(f">3B{len(shape)}I", kind, number, len(shape), *shape) + raw))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xc1",
        b"\xdd\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\x91" * 5000,
        msgpack.packb({1: 2}),
        msgpack.packb(1) + b"\0",
        b"\xa1\xff",
        msgpack.packb(msgpack.ExtType(9, b"")),
        msgpack.packb(msgpack.ExtType(2, b"\x01")),
        msgpack.packb(msgpack.ExtType(1, b"\0\6")),
        msgpack.packb(msgpack.ExtType(1, b"\0\6\1\0\0")),
        msgpack.packb(msgpack.ExtType(1, bytes([0, len(plain.ITEM_BYTES), 0]))),
        array(kind=2),
        array(dtype="float64"),
        array(shape=(2**31, 0), raw=b""),
        array(shape=(1,) * 8 + (2,)),
        array(kind=1, dtype="bfloat16", shape=(4,)),
        array(raw=b"\0" * 9),
    ],
    ids=lambda payload: payload[:12].hex() or "empty",
)
def test_a_payload_that_encode_cannot_make_is_refused(payload):
    with pytest.raises(wire.WireError):
        wire.decode(payload)


@pytest.mark.parametrize(
    "inside", [b"\x80", b"\xc0", b"\x91\x90", b"\x81\xa1a\x80"], ids=["maps", "nil", "lists", "entries"]
)
def test_many_small_values_are_refused_before_they_are_unpacked(inside):
    count = plain.MAX_VALUES + 1
    with pytest.raises(wire.WireTooLarge):
        wire.decode(b"\xdd" + struct.pack(">I", count) + count * inside)


def test_values_are_counted_as_they_are_packed():
    value = [
        1,
        -1,
        2**40,
        -(2**40),
        0.5,
        "x" * 40,
        "y" * 300,
        b"z" * 70_000,
        None,
        True,
        {"a" * 20: [[], {}]},
        list(range(20)),
    ]
    value += [torch.zeros(shape) for shape in [(0,), (2,), (100,), (100, 1000)]] + [
        dict.fromkeys(map(str, range(20)), 0)
    ]
    payload = msgpack.packb([value] * 3, default=lambda tensor: msgpack.unpackb(wire.encode(tensor)))
    limit = sum(1 for _ in _walk(msgpack.unpackb(payload)))
    for allowed, refused in ((limit, False), (limit - 1, True)):
        with (
            pytest.MonkeyPatch.context() as patch,
            pytest.raises(wire.WireTooLarge) if refused else contextlib.nullcontext(),
        ):
            patch.setattr(plain, "MAX_VALUES", allowed)
            wire._check_bounds(payload)


def _walk(value):
    yield value
    for inside in value if isinstance(value, list) else value.items() if isinstance(value, dict) else ():
        yield from _walk(inside) if isinstance(value, list) else (inside[0], *_walk(inside[1]))


def test_random_bytes_raise_nothing_but_wire_error():
    import random

    draw = random.Random(0)
    good = wire.encode({"answer": {"w": torch.ones(3, 2), "n": [1, "x", None]}})
    for _ in range(3000):
        data = bytearray(good)
        for _ in range(draw.randint(1, 6)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        with contextlib.suppress(wire.WireError):
            wire.decode(bytes(data[: draw.randint(0, len(data))]))


def test_a_frame_over_the_cap_is_refused_before_it_is_read():
    ours, theirs = socket.socketpair()
    theirs.sendall(struct.pack(">I", wire.MAX_FRAME_BYTES + 1))
    with pytest.raises(wire.WireError, match="over"):
        wire.receive(ours, 5)
    ours.close()
    theirs.close()


def test_a_slow_drip_does_not_extend_the_deadline():
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def drip():
        theirs.sendall(struct.pack(">I", 1000))
        while not stop.wait(0.02):
            theirs.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(wire.WireTimeout):  # long before the drip is at its end
        wire.receive(ours, 0.2)
    stop.set()
    thread.join()
    ours.close()
    theirs.close()


def test_a_peer_that_hangs_up_is_noticed():
    ours, theirs = socket.socketpair()
    theirs.sendall(b"\0\0")
    theirs.close()
    with pytest.raises(wire.WireError, match="closed"):
        wire.receive(ours, 5)
    ours.close()
