"""How far apart colours are for people who see them in other ways.

The matrices are those of Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color
Vision Deficiency", for the whole severity, of linear sRGB; distances are those of CIE L*a*b* (1976, D65), in which about
2 is the smallest difference that is seen at all.
"""

import itertools
import math
import re
from collections.abc import Sequence

Triple = tuple[float, float, float]

SEEN_BY = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopes": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopes": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopes": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)


def least_distance(one: str, other: str) -> float:
    """Return the distance of two colours, #rrggbb, for those who tell them apart worst."""
    return min(math.dist(_lab(one, matrix), _lab(other, matrix)) for matrix in SEEN_BY.values())


def closest(colours: Sequence[str]) -> float:
    """Return the least distance of two of the colours."""
    return min(least_distance(*pair) for pair in itertools.combinations(colours, 2))


def _lab(colour: str, matrix: Sequence[Sequence[float]]) -> Triple:
    assert re.fullmatch("#[0-9a-f]{6}", colour.lower()), colour
    channels = [c / 255 for c in bytes.fromhex(colour[1:])]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    seen = [min(max(value, 0.0), 1.0) for value in _times(matrix, linear)]
    x, y, z = (_root(value / white) for value, white in zip(_times(XYZ, seen), WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _root(value: float) -> float:
    return value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116
