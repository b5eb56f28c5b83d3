"""What garments are made of: tones, patterns, folds, and trimmings that stand out."""

import numpy as np

from coursedata.drawing import Canvas, Floats


def weave(c: Canvas, *, patterned: float) -> Floats:
    """The brightness of cloth, (n, 784): a tone; for that share stripes, checks or an all-over print; folds."""
    tone = c.between(0.35, 1.0)
    across = c.either(0.5, np.pi / 2, c.either(0.7, 0.0, np.pi / 4))
    frequency = c.between(7, 20)
    stripes = c.wave(across, frequency, c.between(0, 6.3))
    crossing = c.wave(across + c.either(0.6, np.pi / 2, 1.0), frequency * c.between(0.8, 1.2), c.between(0, 6.3))
    kind = c.between(0, 1)[:, None]
    pattern = np.where(kind < 0.5, stripes, np.where(kind < 0.8, (stripes + crossing) / 2, stripes * crossing))
    np.clip(pattern * 2, -1, 1, out=pattern)
    pattern *= c.either(patterned, c.between(0.12, 0.45), 0)[:, None]
    pattern += c.wave(c.between(0, np.pi), c.between(2, 6), c.between(0, 6.3)) * c.between(0.02, 0.14)[:, None]
    pattern += 1
    pattern *= tone[:, None]
    return pattern.astype(np.float32)


def tone_of(cloth: Floats) -> Floats:
    """The mean brightness of each picture's cloth, (n,)."""
    return np.asarray(cloth.mean(1), np.float32)


def contrast(c: Canvas, cloth: Floats, *, least: float, most: float) -> Floats:
    """A tone that stands out against cloth, lighter or darker, (n,); `least` and `most` of what is possible."""
    base = tone_of(cloth)
    lighter, darker = base + (1.05 - base) * c.between(least, most), base * (1 - c.between(least, most))
    return np.where(c.chance(0.5) | (base < 0.3), lighter, darker).astype(np.float32)
