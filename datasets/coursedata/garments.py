"""Garments: ten classes of clothing drawn from random numbers, in the form of Fashion-MNIST."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import torch

from coursedata import accessories, cloth, clothes, drawing
from coursedata.cache import cache_home, locked, whole_file
from coursedata.drawing import Canvas
from coursedata.errors import DataError
from coursedata.idx import write_idx
from coursedata.splits import FILES, LABEL_NAMES, SIDE, Bytes, Split, check_split, check_subset, read_split

SIZES: Final = {"train": 12_000, "test": 2_000}
BLOCK: Final = 1_000
COURSE_SEED: Final = 0
LOCK_WAIT_S: Final = 60.0
CLASSES: Final[tuple[Callable[[Canvas], None], ...]] = (  # in the order of LABEL_NAMES
    clothes.draw_t_shirt, clothes.draw_trouser, clothes.draw_pullover, clothes.draw_dress, clothes.draw_coat,
    accessories.draw_sandal, clothes.draw_shirt, accessories.draw_sneaker, accessories.draw_bag, accessories.draw_boot,
)  # fmt: skip


def load_garments(split: str = "train", seed: int = 0, subset: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Return garments and their classes.

    The whole set of seed 0 is kept in the cache folder, if that can be written to. Others are drawn
    anew each time and stay in memory: a cache may be read by those who must not know another seed's labels.

    Args:
        split: "train" (12,000 images) or "test" (2,000), equally many of each class, shuffled.
        seed: at least 0; each seed gives another set of the same kind.
        subset: only the first so many images, and only those are drawn; a multiple of 1,000 is balanced.

    Returns:
        Images, (n, 28, 28) uint8, 0 the background, and labels, (n,) uint8, indices into `LABEL_NAMES`.

    Raises:
        ValueError: there is no such split, seed or subset.
    """
    check_split(split)
    check_subset(subset, SIZES[split])
    content = _kept(split, whole=subset is None) if seed == COURSE_SEED else None
    return (content or draw_garments(split, seed, subset or SIZES[split])).tensors(subset)


def prepare() -> Path:
    """Fill the cache folder with what needs no download, and return it: garments of seed 0.

    Raises:
        DataError: the folder cannot be written to.
    """
    home = cache_home()
    try:
        _fill(home / _folder_name())
    except OSError as error:
        raise DataError(
            f"{home} cannot be written to: {error.strerror or error}. Set COURSEDATA_HOME to a folder that can"
        ) from error
    return home


def draw_garments(split: str, seed: int, size: int) -> Split:
    """Draw the first images of a set: in blocks, each from a generator of its own."""
    images = np.empty((size, SIDE, SIDE), np.uint8)
    labels = np.empty(size, np.uint8)
    for block, start in enumerate(range(0, size, BLOCK)):
        rng = np.random.default_rng([seed, list(SIZES).index(split), block])
        drawn, classes = _draw_block(rng)
        stop = min(start + BLOCK, size)
        images[start:stop], labels[start:stop] = drawn[: stop - start], classes[: stop - start]
    return Split(images, labels)


def _draw_block(rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    each = BLOCK // len(LABEL_NAMES)
    pictures = np.concatenate([_draw_class(rng, draw, each) for draw in CLASSES])
    labels = np.repeat(np.arange(len(LABEL_NAMES), dtype=np.uint8), each)
    order = rng.permutation(BLOCK)
    return pictures[order], labels[order]


def _draw_class(rng: np.random.Generator, draw: Callable[[Canvas], None], n: int) -> Bytes:
    canvas = Canvas(rng, n, shift=0.19, scale=(0.80, 1.00), turn=0.08, shear=0.06, mirrored=0.5)
    draw(canvas)
    image = np.clip(canvas.image, 0, 1)
    np.power(image, np.float32(0.7), out=image)  # mid-tones as light as a shop's photographs show them
    image *= 1 + 0.05 * rng.standard_normal(image.shape, dtype=np.float32)
    np.clip(image, 0, 1, out=image)
    return (image * 255 + 0.5).astype(np.uint8).reshape(n, SIDE, SIDE)


def _folder_name() -> str:
    """A name that changes with the code that draws, so that no cache outlives it."""
    modules = (drawing.__file__, cloth.__file__, clothes.__file__, accessories.__file__, __file__)
    code = b"".join(Path(file).read_bytes() for file in modules)
    return f"garments-{hashlib.sha256(code).hexdigest()[:12]}"


def _kept(split: str, *, whole: bool) -> Split | None:
    """Return the course's set from the cache, which is filled first where the whole is wanted; None if it cannot be."""
    try:
        folder = cache_home() / _folder_name()
        content = _read_whole(folder, split)
        if content is None and whole:
            _fill(folder)
            content = _read_whole(folder, split)
    except (OSError, DataError):
        return None
    return content


def _read_whole(folder: Path, split: str) -> Split | None:
    """Return a split that is there, sound and complete."""
    try:
        content = read_split(folder, split)
    except DataError:
        return None
    return content if content and len(content.labels) == SIZES[split] else None


def _fill(folder: Path) -> None:
    """Draw and write what is missing or damaged in a folder of garments."""
    if all(_read_whole(folder, split) for split in SIZES):
        return
    with locked(folder, wait_s=LOCK_WAIT_S):
        for split, size in SIZES.items():
            if _read_whole(folder, split) is None:
                for name, array in zip(FILES[split], draw_garments(split, COURSE_SEED, size), strict=True):
                    with whole_file(folder / name) as part:
                        write_idx(part, array)
