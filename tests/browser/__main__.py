"""Runs the tests in the browser and renews the documentation's pictures: `python -m tests.browser`."""

import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import PICTURES

DOCUMENTATION = Path(__file__).parents[2] / "docs/pictures"
COLOURS = 64


def main() -> int:
    status = pytest.main([str(Path(__file__).parent)])
    if status == pytest.ExitCode.OK:
        DOCUMENTATION.mkdir(parents=True, exist_ok=True)
        for path in PICTURES.glob("*.png"):
            picture = Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
            picture.save(DOCUMENTATION / path.name, optimize=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
