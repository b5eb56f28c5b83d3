"""Fashion-MNIST is read from files that are there, and downloaded whole and right, or not at all."""

import gzip
import hashlib
import http.server
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from coursedata import LABEL_NAMES, DataError, load_fashion_mnist
from coursedata.cache import locked
from coursedata.download import Patience, PublishedFile
from coursedata.fashion_mnist import MIRRORS, OFFICIAL, fetch_missing
from coursedata.idx import write_idx

REAL_900 = Path(__file__).parents[2] / "shared" / "data" / "fashion-mnist-900"
needs_real = pytest.mark.skipif(not REAL_900.is_dir(), reason=f"there are no real images in {REAL_900}")
HASTY = Patience(answer_s=0.5, file_s=1.0)


def images(n: int) -> np.ndarray:
    return np.random.default_rng(n).integers(0, 256, (n, 28, 28), np.uint8)


def labels(n: int) -> np.ndarray:
    return np.arange(n, dtype=np.uint8) % 10


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("COURSEDATA_HOME", str(folder))
    return folder


def fill(folder: Path, *, suffix: str = "", train: int = 30, test: int = 10) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, n in (("train", train), ("t10k", test)):
        write_idx(folder / f"{name}-images-idx3-ubyte{suffix}", images(n))
        write_idx(folder / f"{name}-labels-idx1-ubyte{suffix}", labels(n))
    return folder


# Reading what is there


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_files_that_one_points_at_are_read_packed_or_not(tmp_path, home, suffix):
    fill(tmp_path / "mine", suffix=suffix)
    for root in (tmp_path / "mine", str(tmp_path / "mine")):
        got_images, got_labels = load_fashion_mnist(root)
        assert (got_images.dtype, got_labels.dtype) == (torch.uint8, torch.uint8)
        np.testing.assert_array_equal(got_images.numpy(), images(30))
        np.testing.assert_array_equal(got_labels.numpy(), labels(30))
        assert len(load_fashion_mnist(root, split="test")[1]) == 10
    assert not home.exists()


def test_a_subset_is_the_first_images(tmp_path):
    fill(tmp_path)
    got_images, got_labels = load_fashion_mnist(tmp_path, split="train", subset=4)
    np.testing.assert_array_equal(got_images.numpy(), images(30)[:4])
    assert got_labels.tolist() == [0, 1, 2, 3]
    for subset in (0, -1, 31):
        with pytest.raises(ValueError, match="subset is 1 to 30"):
            load_fashion_mnist(tmp_path, subset=subset)
    with pytest.raises(ValueError, match="split is 'train' or 'test', not 'valid'"):
        load_fashion_mnist(tmp_path, split="valid")


@pytest.mark.parametrize("inside", [".", "fashion-mnist"])
def test_the_cache_folder_may_be_the_folder_of_the_files(home, inside):
    fill(home / inside)
    assert len(load_fashion_mnist()[0]) == 30
    assert len(load_fashion_mnist(split="test")[0]) == 10


def bad_label(folder):
    write_idx(folder / "train-labels-idx1-ubyte", np.full(30, 10, np.uint8))


DAMAGED = {
    "labels for other images": (lambda f: write_idx(f / "train-labels-idx1-ubyte", labels(29)), "holds 29 labels, train-images-idx3-ubyte 30 images"),
    "an eleventh class": (bad_label, "holds a label 10; they are 0 to 9"),
    "images of another size": (lambda f: write_idx(f / "train-images-idx3-ubyte", np.zeros((30, 28, 27), np.uint8)), "30 × 28 × 27 values, not images of 28 × 28"),
    "no images": (lambda f: write_idx(f / "train-images-idx3-ubyte", np.zeros((0, 28, 28), np.uint8)), "0 × 28 × 28"),
    "cut short": (lambda f: (f / "train-images-idx3-ubyte").write_bytes((f / "train-images-idx3-ubyte").read_bytes()[:999]), "promises 30 × 28 × 28 values, but holds 983"),
    "files swapped": (lambda f: (f / "train-labels-idx1-ubyte").replace(f / "train-images-idx3-ubyte"), "has 1 dimensions, not 3"),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "message"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_files_are_named_and_never_replaced(tmp_path, damage, message):
    damage(fill(tmp_path))
    if not (tmp_path / "train-labels-idx1-ubyte").exists():
        write_idx(tmp_path / "train-labels-idx1-ubyte", labels(30))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(DataError, match=message):
        load_fashion_mnist(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@needs_real
def test_the_900_real_images_are_read():
    for split, each in (("train", 72), ("test", 18)):
        got_images, got_labels = load_fashion_mnist(REAL_900, split)
        assert got_images.shape == (10 * each, 28, 28)
        assert got_labels.bincount().tolist() == [each] * 10
        assert (got_images.min(), got_images.max()) == (0, 255)
        assert 60 < got_images.float().mean() < 85  # that of the whole set is 73


@needs_real
def test_the_names_fit_the_900_real_images():
    got_images, got_labels = load_fashion_mnist(REAL_900)
    inked = got_images > 30
    wide = {name: inked[got_labels == k].any(1).float().sum(1).mean() for k, name in enumerate(LABEL_NAMES)}
    tall = {name: inked[got_labels == k].any(2).float().sum(1).mean() for k, name in enumerate(LABEL_NAMES)}
    assert min(wide, key=wide.__getitem__) == "Trouser"
    assert set(sorted(tall, key=tall.__getitem__)[:2]) == {"Sandal", "Sneaker"}
    assert {name for name in wide if wide[name] < 20} == {"Trouser", "Dress"}
    between_legs = (
        inked[:, 20:, 13:15].float().mean((1, 2))
    )  # open below a trouser's seam, and in shoes' case below them
    assert between_legs[got_labels == 1].mean() < 0.7 < between_legs[got_labels == 3].mean()


# Downloading


class Mirror:
    """A web server on this machine that gives files in the way its folder says: /right/x, /truncated/x, …"""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: Counter[str] = Counter()
        self.pause_s = 0.0
        self.ending = threading.Event()

        def handle(handler: http.server.BaseHTTPRequestHandler) -> None:
            self.answer(handler)

        class Handler(http.server.BaseHTTPRequestHandler):
            do_GET = handle  # noqa: N815 (the server looks for that name)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def __call__(self, manner: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/{manner}/"

    def close(self) -> None:
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, handler) -> None:
        manner, name = handler.path.strip("/").split("/")
        self.asked[handler.path] += 1
        content = self.files[name]
        length = len(content)
        self.ending.wait(self.pause_s)
        if manner == "missing":
            return handler.send_error(404)
        if manner == "broken":
            return handler.send_error(500)
        if manner in {"redirected", "lost", "elsewhere"}:
            target = {"redirected": f"/right/{name}", "lost": handler.path, "elsewhere": "file:///etc/hostname"}[manner]
            handler.send_response(302)
            handler.send_header("Location", target)
            return handler.end_headers()
        if manner == "silent":
            return self.ending.wait(5)
        if manner == "garbage":
            handler.wfile.write(b"\0\1\2 this is not HTTP\r\n\r\n")
            return None
        if manner == "login":
            content = b"<html>Sign in to the network to go on</html>"
            length = len(content)
        elif manner == "wrong":
            content = bytes(length)
        elif manner == "longer":
            content, length = content + b"!", length + 1
        elif manner == "endless":
            content, length = content + bytes(10_000_000), None
        elif manner == "truncated":
            content = content[: length // 2]
        elif manner == "unannounced":
            content, length = content[: length // 2], None
        handler.send_response(200)
        if length is not None:
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        if manner == "slow":
            for byte in content:
                if self.ending.wait(0.1):
                    break
                handler.wfile.write(bytes([byte]))
            return None
        handler.wfile.write(content)
        return None


CONTENTS = {
    f"{name}-{part}-ubyte.gz": gzip.compress(b"\0\0\x08" + bytes([array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes(), mtime=0)
    for name, n in (("train", 30), ("t10k", 10)) for part, array in (("images-idx3", images(n)), ("labels-idx1", labels(n)))
}  # fmt: skip


def published(name: str, content: bytes, *, md5: str | None = None, sha256: str | None = None) -> PublishedFile:
    right_md5, right_sha256 = hashlib.md5(content).hexdigest(), hashlib.sha256(content).hexdigest()
    return PublishedFile(name, len(content), md5 or right_md5, sha256 or right_sha256, 3 if "images" in name else 1)


FILES = [published(name, content) for name, content in CONTENTS.items()]


@pytest.fixture
def mirror():
    mirror = Mirror(CONTENTS)
    # The handler's own complaints about a client that hung up are nobody's business.
    mirror.server.handle_error = lambda *_: None
    yield mirror
    mirror.close()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


@pytest.mark.parametrize("manner", ["right", "redirected"])
def test_a_download_becomes_a_cache_entry_whole(tmp_path, mirror, capsys, manner):
    folder = tmp_path / "not there yet"
    fetch_missing(folder, "train", FILES, [mirror(manner)], HASTY)
    assert names(folder) == {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"}
    assert all((folder / name).read_bytes() == CONTENTS[name] for name in names(folder))
    np.testing.assert_array_equal(load_fashion_mnist(folder)[0].numpy(), images(30))
    out, err = capsys.readouterr()
    assert out == ""
    assert "train-images-idx3-ubyte.gz" in err  # the bar


REFUSED = {
    "missing": "404",
    "broken": "500",
    "lost": "redirect",
    "elsewhere": "redirect|not allowed",
    "silent": "timed out",
    "slow": "too slow: .* in 1 s",
    "garbage": "not HTTP|BadStatusLine",
    "truncated": "only .* of .* bytes|broke off",
    "unannounced": "only .* of .* bytes",
    "longer": "more than the .* bytes",
    "endless": "more than the .* bytes",
    "login": "only 44 of .* bytes: broken off, another file, or a login page",
    "wrong": "its MD5 is .*, not",
}


@pytest.mark.parametrize(("manner", "message"), REFUSED.items(), ids=list(REFUSED))
def test_anything_else_is_never_kept(tmp_path, mirror, manner, message):
    with pytest.raises(DataError, match=message) as caught:
        fetch_missing(tmp_path, "train", FILES, [mirror(manner)], HASTY)
    assert names(tmp_path) == set()
    text = str(caught.value)
    assert "train-images-idx3-ubyte.gz could not be downloaded" in text
    assert mirror(manner) in text
    assert "set COURSEDATA_HOME to the folder that holds them" in text
    assert "coursedata.load_garments(split, seed)" in text


def test_an_address_where_nobody_listens_is_no_connection(tmp_path, mirror):
    address = mirror("right")
    mirror.close()
    with pytest.raises(DataError, match=r"no connection: .*refused"):
        fetch_missing(tmp_path, "train", FILES, [address], HASTY)


def test_the_next_mirror_is_tried_and_every_reason_told(tmp_path, mirror):
    fetch_missing(tmp_path, "test", FILES, [mirror("truncated"), mirror("wrong"), mirror("right")], HASTY)
    assert names(tmp_path) == {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}
    with pytest.raises(DataError, match=r"(?s)/missing/.*404.*/wrong/.*its MD5"):
        fetch_missing(tmp_path, "train", FILES, [mirror("missing"), mirror("wrong")], HASTY)
    assert names(tmp_path) == {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}


def test_both_checksums_count(tmp_path, mirror):
    name = "train-labels-idx1-ubyte.gz"
    for sums, message in (({"md5": "0" * 32}, "its MD5 is"), ({"sha256": "0" * 64}, "its SHA-256 is")):
        with pytest.raises(DataError, match=message):
            fetch_missing(tmp_path, "train", [published(name, CONTENTS[name], **sums)], [mirror("right")], HASTY)
    assert names(tmp_path) == set()


def test_what_has_the_right_checksum_and_is_no_idx_file_is_not_kept(tmp_path, mirror):
    mirror.files = {"train-labels-idx1-ubyte.gz": b"hello"}
    with pytest.raises(DataError, match=r"is no IDX file|cut short"):
        fetch_missing(tmp_path, "train", [published("train-labels-idx1-ubyte.gz", b"hello")], [mirror("right")], HASTY)
    assert names(tmp_path) == set()


def test_only_what_is_missing_is_downloaded(tmp_path, mirror):
    write_idx(tmp_path / "train-labels-idx1-ubyte", labels(30))
    (tmp_path / "train-images-idx3-ubyte.gz.part").write_bytes(b"of a process that was killed")
    fetch_missing(tmp_path, "train", FILES, [mirror("right")], HASTY)
    assert names(tmp_path) == {"train-labels-idx1-ubyte", "train-images-idx3-ubyte.gz"}
    assert mirror.asked == {"/right/train-images-idx3-ubyte.gz": 1}


def test_two_that_want_the_same_files_download_them_once(tmp_path, mirror):
    mirror.pause_s = 0.2
    both = [
        threading.Thread(target=fetch_missing, args=(tmp_path, "train", FILES, [mirror("right")], Patience()))
        for _ in range(2)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert set(mirror.asked.values()) == {1}
    assert len(names(tmp_path)) == 2


HOLD = """
import sys, time
from pathlib import Path
from coursedata.cache import locked
with locked(Path(sys.argv[1]), wait_s=1):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_folder_is_one_processs_until_it_ends_however_it_ends(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DataError, match="in use by another process"):
            with locked(tmp_path, wait_s=0.2):
                pass
        holder.kill()
    with locked(tmp_path, wait_s=5):
        pass


def test_a_folder_that_cannot_be_written_to_is_an_error_that_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"(?s)file/fashion-mnist cannot be written to.*Two ways out"):
        fetch_missing(tmp_path / "file" / "fashion-mnist", "train", FILES, [], HASTY)


def test_offline_the_loader_tells_the_two_ways_out(home, monkeypatch):
    monkeypatch.setattr("coursedata.fashion_mnist.MIRRORS", ("http://127.0.0.1:9/",))
    with pytest.raises(DataError, match=r"(?s)no connection.*put them into .*home/fashion-mnist.*load_garments"):
        load_fashion_mnist()


def test_the_official_table_is_the_published_one():
    assert [file.md5 for file in OFFICIAL] == [
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310",
    ]  # fmt: skip
    assert [file.name for file in OFFICIAL] == list(CONTENTS)
    assert all(mirror.endswith("/") for mirror in MIRRORS)
