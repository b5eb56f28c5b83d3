"""How far colours stand out from each other: WCAG 2.2, of CSS colours laid over each other."""

import re
from collections.abc import Sequence

Colour = tuple[float, float, float]
NAMED = {"white": "#ffffff", "black": "#000000"}


def painted(*layers: str) -> Colour:
    """Return what is seen of colours laid over each other, the lowest of them opaque; channels in [0, 255]."""
    seen: Colour = (0, 0, 0)
    for layer in layers:
        *channels, alpha = _channels(layer)
        r, g, b = (alpha * new + (1 - alpha) * old for new, old in zip(channels, seen, strict=True))
        seen = r, g, b
    return seen


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> Sequence[float]:
    colour = NAMED.get(colour, colour)
    if found := re.fullmatch("#([0-9a-f]{3}|[0-9a-f]{6})", colour):
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        return [*bytes.fromhex(digits), 1.0]
    if found := re.fullmatch(r"rgba\(([\d.]+), ([\d.]+), ([\d.]+), ([\d.]+)\)", colour):
        return [float(number) for number in found.groups()]
    raise ValueError(f"{colour} is no colour that is read here")


def _luminance(colour: Colour) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
