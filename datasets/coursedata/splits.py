"""A data set in a folder: four IDX files, images and labels of the splits "train" and "test"."""

import os.path
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from coursedata.errors import DataError
from coursedata.idx import read_idx

LABEL_NAMES: Final = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
SIDE: Final = 28

Bytes = npt.NDArray[np.uint8]


class SplitFiles(NamedTuple):
    """Names of a split's files, as the data sets of this family have them; packed ones end in .gz."""

    images: str
    labels: str


FILES: Final = {
    "train": SplitFiles("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": SplitFiles("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


class Split(NamedTuple):
    """Images, (n, 28, 28), and their labels, (n,)."""

    images: Bytes
    labels: Bytes

    def tensors(self, subset: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """The first `subset` examples, or all.

        Raises:
            ValueError: there are not so many.
        """
        check_subset(subset, len(self.labels))
        images, labels = self
        if subset is not None and subset < len(labels):
            images, labels = images[:subset].copy(), labels[:subset].copy()  # the rest need not stay in memory
        return torch.from_numpy(images), torch.from_numpy(labels)


def check_split(split: str) -> None:
    """Raise ValueError unless there is such a split."""
    if split not in FILES:
        raise ValueError(f"split is 'train' or 'test', not {split!r}")


def check_subset(subset: int | None, size: int) -> None:
    """Raise ValueError unless `subset` images can be taken of `size`."""
    if subset is not None and not 1 <= subset <= size:
        raise ValueError(f"subset is 1 to {size}, or None for all, not {subset!r}")


def find_file(folder: Path, name: str) -> Path | None:
    """Return where a file lies in a folder, unpacked or packed, if it does."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if os.path.exists(path)), None)


def read_split(folder: Path, split: str) -> Split | None:
    """Read a split from its files; None where one of the two is missing.

    Raises:
        DataError: a file is damaged, or the two do not fit each other.
    """
    images_path, labels_path = (find_file(folder, name) for name in FILES[split])
    if images_path is None or labels_path is None:
        return None
    images = read_idx(images_path, dimensions=3)
    if images.shape[1:] != (SIDE, SIDE) or not len(images):
        raise DataError(f"{images_path} holds {' × '.join(map(str, images.shape))} values, not images of 28 × 28")
    labels = read_idx(labels_path, dimensions=1)
    if len(labels) != len(images):
        raise DataError(f"{labels_path} holds {len(labels)} labels, {images_path.name} {len(images)} images")
    if labels.max() >= len(LABEL_NAMES):
        raise DataError(f"{labels_path} holds a label {labels.max()}; they are 0 to {len(LABEL_NAMES) - 1}")
    return Split(images, labels)
