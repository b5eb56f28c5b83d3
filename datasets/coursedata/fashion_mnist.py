"""Fashion-MNIST: 70,000 photographs of garments, 28 × 28 grey (Xiao, Rasul and Vollgraf, 2017, MIT licence)."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch

from coursedata.cache import cache_home, locked
from coursedata.download import Patience, PublishedFile, download
from coursedata.errors import DataError
from coursedata.splits import FILES, check_split, check_subset, find_file, read_split

MIRRORS: Final = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)

# MD5 as the data set's own page and torchvision give them, of the packed files. A SHA-256 belongs beside
# each, but only one that was taken of a file whose MD5 is right; None: nobody has taken it yet.
OFFICIAL: Final = (
    PublishedFile("train-images-idx3-ubyte.gz", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d", None, 3),
    PublishedFile("train-labels-idx1-ubyte.gz", 29_515, "25c81989df183df01b3e8a0aad5dffbe", None, 1),
    PublishedFile("t10k-images-idx3-ubyte.gz", 4_422_102, "bef4ecab320f06d8554ea6380940ec79", None, 3),
    PublishedFile("t10k-labels-idx1-ubyte.gz", 5_148, "bb300cfdad3c16e7a12a480ee83cd310", None, 1),
)
LOCK_WAIT_S: Final = 1800.0


def load_fashion_mnist(
    root: str | os.PathLike[str] | None = None, split: str = "train", subset: int | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return Fashion-MNIST's images and labels; files that are missing are downloaded once.

    Files that lie in the folder already, packed (.gz) or not, are read as they are: strictly as IDX, but with
    any number of images, so that a part of the data set serves as well. A download, with a progress bar on
    stderr, is kept only if its checksums are the official ones.

    Args:
        root: the folder of the files; else `fashion-mnist` in the cache folder, or the cache folder itself
            where it holds them.
        split: "train" (60,000 images in the official files) or "test" (10,000).
        subset: only the first so many images.

    Returns:
        Images, (n, 28, 28) uint8, 0 the background, and labels, (n,) uint8, indices into `LABEL_NAMES`.

    Raises:
        DataError: a file is damaged, or neither there nor to be downloaded.
        ValueError: there is no such split or subset.
    """
    check_split(split)
    folder = Path(root) if root is not None else _cache_folder(split)
    content = read_split(folder, split)
    if content is None:
        fetch_missing(folder, split, OFFICIAL, MIRRORS, Patience())
        content = read_split(folder, split)
    if content is None:
        raise DataError(f"{folder}: files went away while they were read")
    check_subset(subset, len(content.labels))
    return content.tensors(subset)


def fetch_missing(
    folder: Path, split: str, files: Sequence[PublishedFile], mirrors: Sequence[str], patience: Patience
) -> None:
    """Download the files of a split that a folder lacks; other processes that want them wait.

    Raises:
        DataError: a file is not to be had, or the folder cannot be written to; with what to do about it.
    """
    try:
        with locked(folder, wait_s=LOCK_WAIT_S):
            for file in files:
                name = file.name.removesuffix(".gz")
                if name in FILES[split] and find_file(folder, name) is None:
                    download(file, mirrors, folder, patience)
    except DataError as error:
        raise DataError(f"{error}\n{_ways_out(folder)}") from error
    except OSError as error:
        raise DataError(f"{folder} cannot be written to: {error.strerror or error}\n{_ways_out(folder)}") from error


def _cache_folder(split: str) -> Path:
    home = cache_home()
    here = all(find_file(home, name) for name in FILES[split])
    return home if here else home / "fashion-mnist"


def _ways_out(folder: Path) -> str:
    names = ", ".join(name for files in FILES.values() for name in files)
    return (
        "Two ways out:\n"
        f"  1. Get the files elsewhere ({names}; with .gz or unpacked) and put them into {folder},\n"
        "     or set COURSEDATA_HOME to the folder that holds them.\n"
        "  2. Use coursedata.load_garments(split, seed): the same shapes and classes, drawn without a network."
    )
