"""Garments are the same set for the same seed, kept whole or not at all, and as hard as they should be."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from coursedata import LABEL_NAMES, DataError, garments, load_garments, prepare
from coursedata.idx import read_idx

from tests.benchmarks.learning_curves import (
    Task,
    accuracies,
    best_single_pixel,
    flat,
    mean_brightness,
    mlp,
    softmax_regression,
)  # fmt: skip

ANOTHER_SEED = 41  # not kept in any cache


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("COURSEDATA_HOME", str(folder))
    return folder


@pytest.fixture(scope="module")
def drawn():
    """The whole set of a seed, in memory."""
    return {split: load_garments(split, ANOTHER_SEED) for split in ("train", "test")}


def kept(home: Path) -> Path:
    (folder,) = home.iterdir()
    return folder


# The set


def test_a_set_has_the_form_of_fashion_mnist(drawn):
    for split, n in (("train", 12_000), ("test", 2_000)):
        images, labels = drawn[split]
        assert (images.shape, images.dtype) == ((n, 28, 28), torch.uint8)
        assert (labels.shape, labels.dtype) == ((n,), torch.uint8)
        assert labels.bincount().tolist() == [n // 10] * 10
    assert LABEL_NAMES == (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    )  # fmt: skip


def test_images_are_garments_on_black(drawn):
    images, labels = drawn["train"]
    assert images.float().mean((1, 2)).min() > 5  # none is empty
    assert (images == 0).float().mean() > 0.3
    assert images.max() == 255
    lit = torch.stack([(images[labels == k] > 30).float().mean() for k in range(10)])
    assert lit.min() > 0.1
    assert lit.max() < 0.6
    assert lit.argmin() == LABEL_NAMES.index("Sandal")


def test_a_seed_is_a_set(drawn):
    for split in ("train", "test"):
        again = load_garments(split, ANOTHER_SEED, subset=1500)
        assert all(torch.equal(a, b[:1500]) for a, b in zip(again, drawn[split], strict=True))
    other, _ = load_garments("test", ANOTHER_SEED + 1, subset=1000)
    assert not torch.equal(other, drawn["test"][0][:1000])


def test_the_global_generators_are_neither_read_nor_moved():
    first, _ = load_garments("test", ANOTHER_SEED, subset=10)
    torch.rand(1), np.random.random()  # another state
    states = torch.get_rng_state(), np.random.get_state()[1].copy()
    again, _ = load_garments("test", ANOTHER_SEED, subset=10)
    assert torch.equal(first, again)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert (np.random.get_state()[1] == states[1]).all()


def test_no_image_comes_twice_in_train_or_test_or_another_seed(drawn):
    seen = set()
    for images, _ in (drawn["train"], drawn["test"], load_garments("test", ANOTHER_SEED + 1)):
        digests = {hashlib.sha256(image.tobytes()).digest() for image in images.numpy()}
        assert len(digests) == len(images)
        assert not digests & seen
        seen |= digests


def test_blocks_of_a_thousand_are_balanced_and_shuffled(drawn):
    _, labels = drawn["train"]
    for block in labels.split(1000):
        assert block.bincount().tolist() == [100] * 10
    assert not torch.equal(labels[:1000], labels[1000:2000])
    runs = (labels[1:] == labels[:-1]).float().mean()
    assert 0.07 < runs < 0.13  # a tenth when nothing tells the next label


@pytest.mark.parametrize(("arguments", "message"), [
    ({"split": "valid"}, "split is 'train' or 'test', not 'valid'"),
    ({"split": "test", "subset": 2001}, "subset is 1 to 2000"),
    ({"subset": 0}, "subset is 1 to 12000"),
    ({"subset": -5}, "subset is 1 to 12000"),
    ({"seed": -1}, "non-negative"),
])  # fmt: skip
def test_what_there_is_not_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_garments(**arguments)


def test_a_set_is_drawn_in_under_five_seconds_on_one_core():
    started = time.process_time()
    load_garments("train", ANOTHER_SEED + 2)
    load_garments("test", ANOTHER_SEED + 2)
    assert time.process_time() - started < 5


# The cache


def test_the_whole_set_of_the_course_is_kept_as_four_idx_files(home, monkeypatch):
    images, labels = load_garments("test")
    folder = kept(home)
    assert sorted(path.name for path in folder.iterdir() if path.name != ".lock") == [
        "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
    ]  # fmt: skip
    np.testing.assert_array_equal(read_idx(folder / "t10k-images-idx3-ubyte", 3), images.numpy())
    np.testing.assert_array_equal(read_idx(folder / "t10k-labels-idx1-ubyte", 1), labels.numpy())
    drawn = garments.draw_garments("train", 0, 1000)
    monkeypatch.setattr(garments, "draw_garments", None)  # from here on nothing is drawn
    for got, expected in zip(load_garments("train", subset=1000), drawn, strict=True):
        np.testing.assert_array_equal(got.numpy(), expected)
    load_garments("train")[0].zero_()  # what is handed out is the caller's own
    assert load_garments("train")[0].any()


def test_other_seeds_and_subsets_leave_no_trace(home):
    load_garments("test", seed=ANOTHER_SEED)
    load_garments("train", subset=20)
    assert not home.exists()


DAMAGE = {
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "gone": lambda path: path.unlink(),
    "another size": lambda path: path.write_bytes(b"\0\0\x08\x01\0\0\0\x01\0"),
    "half written": lambda path: path.with_name(path.name + ".part").write_bytes(b"half"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_cache_is_mended(home, damage):
    expected = load_garments("test")
    damage(kept(home) / "t10k-labels-idx1-ubyte")
    assert all(map(torch.equal, load_garments("test"), expected))
    assert prepare() == home
    assert len(read_idx(kept(home) / "t10k-labels-idx1-ubyte", 1)) == 2000


def test_prepare_fills_the_cache_and_returns_its_folder(home):
    assert prepare() == home
    before = {path: path.stat().st_mtime_ns for path in kept(home).iterdir()}
    assert len(before) == 5
    assert prepare() == home
    assert {path: path.stat().st_mtime_ns for path in kept(home).iterdir()} == before


def test_a_cache_that_cannot_be_written_to_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("COURSEDATA_HOME", str(tmp_path / "file" / "cache"))
    assert len(load_garments("test")[0]) == 2000
    with pytest.raises(DataError, match=r"cannot be written to: .*Set COURSEDATA_HOME"):
        prepare()


def test_a_full_disk_leaves_nothing_half_written(home, monkeypatch):
    def full(path, array):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(garments, "write_idx", full)
    assert len(load_garments("test")[0]) == 2000
    assert [path.name for path in kept(home).iterdir()] == [".lock"]


def test_two_that_fill_the_cache_at_once_draw_it_once(home, monkeypatch):
    draw, drawn = garments.draw_garments, []
    monkeypatch.setattr(garments, "draw_garments", lambda *what: drawn.append(what) or draw(*what))
    both = [threading.Thread(target=prepare) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(drawn) == [("test", 0, 2_000), ("train", 0, 12_000)]


def where(**environment: str) -> str:
    """Where a process with that environment keeps data."""
    code = "from coursedata.cache import cache_home; print(cache_home())"
    keep = {
        name: value for name, value in os.environ.items() if name not in {"COURSEDATA_HOME", "XDG_CACHE_HOME", "HOME"}
    }
    return subprocess.run(
        [sys.executable, "-c", code], env=keep | environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_cache_is_found_by_the_environment_else_in_the_checkout(tmp_path):
    assert where(COURSEDATA_HOME=str(tmp_path)) == str(tmp_path)
    assert where(COURSEDATA_HOME="", HOME="/home/ada") == str(Path(__file__).parents[1] / "datasets" / "cache")


def test_an_installed_package_keeps_data_in_the_users_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSEDATA_HOME", raising=False)
    monkeypatch.setattr("coursedata.cache.__file__", str(tmp_path / "site-packages" / "coursedata" / "cache.py"))
    monkeypatch.setenv("HOME", "/home/ada")
    from coursedata.cache import cache_home

    monkeypatch.setenv("XDG_CACHE_HOME", "/fast")
    assert cache_home() == Path("/fast/coursedata")
    for no_folder in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", no_folder)
        assert cache_home() == Path("/home/ada/.cache/coursedata")


# How hard it is


@pytest.fixture(scope="module")
def task(drawn):
    return Task("garments", flat(drawn["train"]), flat(drawn["test"]), batch_size=256)


def test_a_linear_model_gets_stuck_where_a_hidden_layer_goes_on(task):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        linear = accuracies(softmax_regression(), task, epochs=30)
        hidden = accuracies(mlp(), task, epochs=30)
    assert 0.805 < max(linear) < 0.855
    assert max(linear) - max(linear[:20]) < 0.02  # a plateau
    assert max(hidden) > max(linear) + 0.045


def test_neither_brightness_nor_any_single_pixel_tells_the_classes_apart(task):
    assert 0.15 < mean_brightness(task) < 0.32
    assert 0.15 < best_single_pixel(task) < 0.32
