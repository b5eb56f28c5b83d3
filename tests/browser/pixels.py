"""What is seen of a chart in a browser: its ground, its lines and words, and that it is no black blob."""

import io
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from PIL import Image
from playwright.sync_api import Locator

from tests.contrast import contrast

Ground = Literal["light", "dark"]
WIDEST: Final = 760  # CSS pixels: a chart beside a page's text
SMALL: Final = 80
BLOB: Final = 0.25  # of the pixels, in the colour farthest from the ground
BEYOND: Final = 12.0  # that far: words and axes are thin, and a blob is not
COLOURED: Final = 50  # between a pixel's channels: no grey of an axis has that, and no word's edge
WORDS: Final = 4.5
LINES: Final = 3.0


@dataclass(frozen=True, slots=True)
class Seen:
    """Shares of a picture's pixels: of the ground, in colour, as far from the ground as words and lines are, beyond."""

    ground: tuple[float, float, float]
    of_ground: float
    coloured: float
    words: float
    lines: float
    beyond: float


def seen_in(png: bytes) -> Seen:
    """Return what is seen in a picture; its ground is the colour that most of it has."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).reshape(-1, 3)
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    red, green, blue = map(float, colours[counts.argmax()])
    ground = red, green, blue
    shares = counts / counts.sum()
    far = np.array([contrast((float(r), float(g), float(b)), ground) for r, g, b in colours])
    vivid = np.ptp(colours.astype(int), axis=1) > COLOURED
    return Seen(
        ground, float(shares.max()), float(shares[vivid & (far >= LINES)].sum()), float(shares[far >= WORDS].sum()),
        float(shares[far >= LINES].sum()), float(shares[far >= BEYOND].sum()),
    )  # fmt: skip


def faults_of(seen: Seen, ground: Ground, *, words: bool = True) -> list[str]:
    """Say what is wrong with a chart's pixels; `words` says whether it has any."""
    white, black = contrast((255, 255, 255), seen.ground), contrast((0, 0, 0), seen.ground)
    return [
        what for what, is_so in {
            f"its ground is not {ground}": (white > 1.5) if ground == "light" else (black > 2.5),
            "nothing is drawn": seen.of_ground > 0.995 or seen.lines < 0.002,
            "nothing is in colour": seen.coloured < 0.001,
            "no words can be read": words and seen.words < 0.002,
            "a blob": seen.beyond > BLOB,
        }.items() if is_so
    ]  # fmt: skip


def assert_all_drawn(charts: Locator, ground: Ground, of_pictures: Ground | None = None) -> None:
    """See so of each: of small pictures in a card, which have no words and its ground, and of large ones on their own."""
    assert charts.count() >= 1
    for chart in charts.all():
        box = chart.bounding_box()
        is_large = box is not None and box["height"] > SMALL
        assert_is_drawn(chart, of_pictures or ground if is_large else ground, words=is_large)


def assert_is_drawn(chart: Locator, ground: Ground, *, words: bool = True) -> None:
    """See that a chart is no wider than it should be, and that its lines and words stand out from its ground."""
    box = chart.bounding_box()
    assert box is not None and 100 < box["width"] <= WIDEST, box
    seen = seen_in(chart.screenshot())
    assert not (faults := faults_of(seen, ground, words=words)), (faults, seen)
