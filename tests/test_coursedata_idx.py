"""IDX files are read strictly: whatever is in them, reading ends in the array or in DataError, cheaply."""

import gzip
import os
import random
import struct
import tracemalloc

import numpy as np
import pytest
from coursedata import DataError
from coursedata.idx import ALWAYS_ALLOWED_BYTES, MOST_SHRUNK, read_idx, write_idx

HEADER = struct.pack(">HBB3I", 0, 8, 3, 2, 3, 4)
GOOD = HEADER + bytes(range(24))
PACKED = gzip.compress(GOOD, mtime=0)


def header(*shape: int, kind: int = 8, zeros: int = 0) -> bytes:
    return struct.pack(f">HBB{len(shape)}I", zeros, kind, len(shape), *shape)


def write(folder, content: bytes):
    path = folder / "images"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["images", "images.gz"])
@pytest.mark.parametrize("shape", [(5,), (0,), (2, 3), (2, 28, 28), (1, 2, 3, 4)])
def test_what_is_written_is_read(tmp_path, shape, name):
    array = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    write_idx(tmp_path / name, array)
    got = read_idx(tmp_path / name, len(shape))
    assert got.dtype == np.uint8
    assert got.flags.writeable  # what torch.from_numpy wants
    np.testing.assert_array_equal(got, array)


def test_the_bytes_are_those_of_the_format(tmp_path):
    write_idx(tmp_path / "labels", np.array([7, 2], np.uint8))
    assert (tmp_path / "labels").read_bytes() == bytes.fromhex("00000801 00000002 0702")


def test_packed_or_not_is_told_by_the_content_not_the_name(tmp_path):
    (tmp_path / "images").write_bytes(PACKED)
    (tmp_path / "images.gz").write_bytes(GOOD)
    np.testing.assert_array_equal(read_idx(tmp_path / "images", 3), read_idx(tmp_path / "images.gz", 3))


@pytest.mark.parametrize("array", [np.zeros(3), np.zeros((), np.uint8), np.zeros(3, np.int8)], ids=str)
def test_only_boxes_of_bytes_are_written(tmp_path, array):
    with pytest.raises(ValueError, match="unsigned bytes"):
        write_idx(tmp_path / "images", array)


MALFORMED = {
    "empty": (b"", "cut short in its header"),
    "three bytes": (GOOD[:3], "cut short in its header"),
    "no dimensions": (GOOD[:4], "cut short in its header"),
    "half a dimension": (GOOD[:14], "cut short in its header"),
    "no values": (HEADER, "promises 2 × 3 × 4 values, but holds 0"),
    "one value short": (GOOD[:-1], "promises 2 × 3 × 4 values, but holds 23"),
    "one value too many": (GOOD + b"\0", "promises 2 × 3 × 4 values, but holds 25"),
    "not zero at the start": (header(2, 3, 4, zeros=1) + GOOD[16:], "no IDX file: it begins with 00 01 08 03"),
    "little-endian magic": (b"\x03\x08\0\0" + GOOD[4:], "no IDX file"),
    "an unknown type": (header(2, 3, 4, kind=7) + GOOD[16:], "no IDX file"),
    "signed bytes": (header(2, 3, 4, kind=9) + GOOD[16:], "holds signed bytes, not unsigned"),
    "floats": (header(2, 3, 4, kind=13) + GOOD[16:] * 4, "holds floats, not unsigned"),
    "one dimension": (header(24) + GOOD[16:], "has 1 dimensions, not 3"),
    "four dimensions": (header(2, 3, 4, 1) + GOOD[16:], "has 4 dimensions, not 3"),
    "no dimension": (header() + GOOD[16:], "has 0 dimensions, not 3"),
    "255 dimensions": (b"\0\0\x08\xff" + GOOD[4:], "has 255 dimensions, not 3"),
    "more values than memory": (header(2**32 - 1, 2**32 - 1, 2**32 - 1) + GOOD[16:], "but holds 24 bytes"),
    "2**60 values": (header(2**20, 2**20, 2**20) + GOOD[16:], "but holds 24 bytes"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in to the network", "no IDX file: it begins with 3c 21 44 4f"),
    "packed, cut short": (PACKED[:-9], "damaged gzip|but ends after"),
    "packed, without its end": (PACKED[:-8], "damaged gzip"),
    "packed, wrong checksum": (PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], "damaged gzip: CRC"),
    "packed, something after": (PACKED + b"more", "damaged gzip"),
    "packed, only begun": (PACKED[:2], "damaged gzip"),
    "packed twice": (gzip.compress(PACKED), "no IDX file: it begins with 1f 8b"),
    "packed, one value short": (gzip.compress(GOOD[:-1]), "but ends after 23"),
    "packed, one value too many": (gzip.compress(GOOD + b"\0"), "but goes on after them"),
    "packed, a second file": (PACKED + PACKED, "but goes on after them"),
    "packed, 2**60 values": (gzip.compress(header(2**20, 2**20, 2**20)), "more than a packed file of its size"),
    "packed, an empty file": (gzip.compress(b""), "cut short in its header"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file_is_named_with_what_is_wrong(tmp_path, content, message):
    path = write(tmp_path, content)
    with pytest.raises(DataError, match=message) as caught:
        read_idx(path, 3)
    assert str(path) in str(caught.value)


def test_what_is_no_readable_file_is_named(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    cases = {
        "missing": "No such file",
        ".": "is no file",
        "pipe": "is no file",
        "loop": "cannot be read",
        "a\0b": "cannot be read",
    }
    for name, message in cases.items():
        with pytest.raises(DataError, match=message):
            read_idx(tmp_path / name, 3)


def peak_of_reading(path, dimensions: int = 3) -> tuple[int, object]:
    """Bytes allocated at most while reading, and what came of it."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    outcome: object
    try:
        outcome = read_idx(path, dimensions)
    except DataError as error:
        outcome = error
    return tracemalloc.get_traced_memory()[1] - before, outcome


@pytest.fixture
def traced():
    tracemalloc.start()
    yield
    tracemalloc.stop()


def allowed(content: bytes) -> int:
    """What reading may take: the array, and the buffers of files and gzip."""
    array = MOST_SHRUNK * len(content) + ALWAYS_ALLOWED_BYTES if content[:2] == b"\x1f\x8b" else len(content)
    return array + 2 * len(content) + 256 * 1024


def test_a_bomb_is_refused_before_anything_is_allocated(tmp_path, traced):
    zeros = bytes(64 * 2**20)
    bombs = {
        "a true promise": gzip.compress(header(2**16, 32, 32) + zeros, mtime=0),
        "a small promise": gzip.compress(header(1, 2, 3) + zeros, mtime=0),
        "a promise without end": gzip.compress(header(2**31, 2**31, 1) + zeros, mtime=0),
        "not packed": header(2**30, 2**30, 1) + bytes(100),
    }
    del zeros
    for name, content in bombs.items():
        peak, outcome = peak_of_reading(write(tmp_path, content))
        assert isinstance(outcome, DataError), name
        assert peak < 256 * 1024, name


def test_a_large_file_is_read_into_its_array_alone(tmp_path, traced):
    array = np.random.default_rng(0).integers(0, 256, (1000, 28, 28), np.uint8)
    for name in ("images", "images.gz"):
        write_idx(tmp_path / name, array)
        peak, outcome = peak_of_reading(tmp_path / name)
        np.testing.assert_array_equal(outcome, array)
        assert peak < array.nbytes + 256 * 1024


def mutate(rng: random.Random, content: bytes) -> bytes:
    """Damage bytes in one to three of the ways in which files are damaged."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(7)
        if kind == 0:
            del data[at:]
        elif kind == 1:
            del data[at : at + rng.randint(1, 8)]
        elif kind == 2:
            data[at:at] = rng.randbytes(rng.randint(1, 8))
        elif kind == 3 and data:
            data[at % len(data)] ^= 1 << rng.randrange(8)
        elif kind == 4:
            data += rng.randbytes(rng.randint(1, 2000))
        elif kind == 5:
            dimension = 4 + 4 * rng.randrange(3)  # a length of the header
            data[dimension : dimension + 4] = struct.pack(">I", rng.choice([0, 1, 255, 2**16, 2**31, 2**32 - 1]))
        else:
            data[:4] = rng.choice([bytes(4), b"\0\0\x08\x01", b"\0\0\x0d\x03", b"\x1f\x8b\x08\x00", rng.randbytes(4)])
    return bytes(data)


def test_no_damage_raises_anything_else_or_costs_memory(tmp_path, traced):
    rng = random.Random(20)
    outcomes = {"read": 0, "refused": 0}
    for case in range(3000):
        kind = case % 3
        if kind == 0:
            content = mutate(rng, GOOD)
        elif kind == 1:
            content = mutate(rng, PACKED)
        else:
            content = gzip.compress(mutate(rng, GOOD), compresslevel=1, mtime=0)
        path = write(tmp_path, content)
        peak, outcome = peak_of_reading(path)
        assert peak < allowed(content), (case, content.hex())
        if isinstance(outcome, DataError):
            outcomes["refused"] += 1
            assert str(path) in str(outcome)
        else:  # the damage has made another good file: then it is exactly what its header says
            outcomes["read"] += 1
            assert isinstance(outcome, np.ndarray)
            plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            assert plain == header(*outcome.shape) + outcome.tobytes()
    assert outcomes["refused"] > 2500
    assert outcomes["read"] > 10
