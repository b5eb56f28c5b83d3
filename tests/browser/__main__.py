"""Runs the tests in the browser and renews the documentation's pictures: `python -m tests.browser`."""

import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.lab import PICTURES

DOCUMENTATION = Path(__file__).parents[2] / "docs/pictures"


def main() -> int:
    status = pytest.main([str(Path(__file__).parent)])
    if status == pytest.ExitCode.OK:
        renew()
    return status


def renew() -> None:
    DOCUMENTATION.mkdir(parents=True, exist_ok=True)
    for path in PICTURES.glob("*.png"):
        with Image.open(path) as picture:
            # A palette in a third of the size, from which no pixel is off by more than can be seen
            few = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
        few.save(DOCUMENTATION / path.name, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
