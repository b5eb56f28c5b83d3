"""How clothes are cut: one function a class, which draws a whole block of it.

Every number that a picture draws for itself is one way in which real garments of a class differ. What
tells classes apart is left to overlap as it does in shops: a shirt may have short sleeves, a pullover
a print, a coat may hang open and a dress have sleeves or none. Widths are half widths.
"""

from typing import Final

import numpy as np

from coursedata.cloth import contrast, tone_of, weave
from coursedata.drawing import Canvas, Chosen, Floats, Number

SIDES: Final = (-1, 1)
BLACK: Final = 0.0


def draw_t_shirt(c: Canvas) -> None:
    """Short sleeves or none, a wide neck, sometimes a print."""
    cloth = weave(c, patterned=0.3)
    top, shoulder = -0.95, c.between(0.46, 0.62)
    chest = shoulder - c.between(0.02, 0.1)
    waist, hem = chest - c.between(-0.02, 0.08), chest + c.between(-0.06, 0.08)
    cuff = c.either(0.07, c.between(0.0, 0.5), c.between(-0.55, -0.15))
    _sleeves(c, cloth, top, shoulder, c.between(0.72, 0.98), cuff, c.between(0.18, 0.32), ~c.chance(0.15))
    _torso(c, cloth, top, 0.25, shoulder, chest, waist, hem, c.between(0.75, 0.98))
    _neckline(c, top, c.between(0.18, 0.32), c.between(0.1, 0.3), BLACK, pointed=0.25)
    _print(c, cloth, 0.35)


def draw_trouser(c: Canvas) -> None:
    """Two legs below a waistband, a fly, pockets."""
    cloth = weave(c, patterned=0.12)
    seam = tone_of(cloth) * 0.6
    waist = c.between(0.22, 0.36)
    hip, crotch = waist + c.between(0.04, 0.12), c.between(-0.55, -0.25)
    gap = c.between(0.02, 0.2)
    ankle = gap + c.between(0.1, 0.22)
    bottom = c.either(0.08, c.between(0.1, 0.6), c.between(0.88, 1.0))
    legs = []
    for s in SIDES:
        out = np.maximum(ankle, hip * c.between(0.75, 1.05))
        thigh = c.polygon((0, -0.92), (s * waist, -0.92), (s * hip, crotch + 0.15), (0, crotch + 0.04))
        leg = c.polygon((s * hip, crotch - 0.15), (s * out, bottom), (s * gap, bottom), (s * 0.01, crotch - 0.03))
        legs.append(np.minimum(thigh, leg))
    c.paint(np.minimum(*legs), cloth, rim=c.between(0.1, 0.5))
    band = c.polygon((-waist, -0.97), (waist, -0.97), (waist, -0.84), (-waist, -0.84))
    c.paint(band, tone_of(cloth) * c.between(0.5, 1.15))
    c.paint(c.stroke((0, -0.85), (0, crotch), 0.04), seam, where=c.chance(0.5))
    for s in SIDES:
        pocket = c.stroke((s * waist * 0.5, -0.78), (s * hip * 0.95, -0.62), 0.05)
        c.paint(pocket, seam, where=c.chance(0.4))


def draw_pullover(c: Canvas) -> None:
    """Long wide sleeves, a ribbed hem, a close neck or a hood."""
    cloth = weave(c, patterned=0.25)
    top, shoulder = -0.92, c.between(0.44, 0.58)
    chest = shoulder - c.between(0.0, 0.08)
    hood = c.ellipse((0, top + 0.02), (c.between(0.25, 0.34), c.between(0.12, 0.22)))
    c.paint(hood, cloth * 0.85, where=c.chance(0.2), rim=0.3)
    _sleeves(c, cloth, top, shoulder, c.between(0.78, 1.0), c.between(0.45, 0.85), c.between(0.22, 0.34))
    waist, hem, bottom = chest - c.between(-0.03, 0.06), chest + c.between(-0.1, 0.0), c.between(0.6, 0.86)
    _torso(c, cloth, top, 0.22, shoulder, chest, waist, hem, bottom)
    rib = c.stroke((-hem, bottom - 0.06), (hem, bottom - 0.06), 0.12)
    c.paint(rib, tone_of(cloth) * c.between(0.5, 0.9), where=c.chance(0.7))
    inside = tone_of(cloth) * c.either(0.5, 0, c.between(0.2, 0.8))
    _neckline(c, top, c.between(0.14, 0.26), c.between(0.05, 0.2), inside, pointed=0.15)
    _print(c, cloth, 0.25)


def draw_dress(c: Canvas) -> None:
    """Narrow and long: with or without sleeves, a waist, a straight or flaring skirt."""
    cloth = weave(c, patterned=0.3)
    top, shoulder = -0.95, c.between(0.22, 0.4)
    waist, waist_y = shoulder - c.between(-0.02, 0.12), c.between(-0.35, 0.05)
    hem = waist + c.either(0.5, c.between(0.0, 0.12), c.between(0.12, 0.4))
    long = c.chance(0.4)
    reach = np.where(long, c.between(0.48, 0.66), c.between(0.42, 0.6))
    cuff = np.where(long, c.between(-0.1, 0.5), c.between(-0.6, -0.35))
    _sleeves(c, cloth, top, shoulder + 0.06, reach, cuff, c.between(0.12, 0.18), c.chance(0.5))
    bodice = c.polygon((-shoulder, top), (shoulder, top), (waist, waist_y + 0.12), (-waist, waist_y + 0.12))
    skirt = c.polygon((-waist, waist_y - 0.12), (waist, waist_y - 0.12), (hem, 0.97), (-hem, 0.97))
    c.paint(np.minimum(bodice, skirt), cloth, rim=c.between(0.1, 0.45))
    belt = c.stroke((-waist, waist_y), (waist, waist_y), c.between(0.05, 0.14))
    c.paint(belt, contrast(c, cloth, least=0.15, most=0.6), where=c.chance(0.3))
    _neckline(c, top, c.between(0.12, 0.24), c.between(0.08, 0.4), BLACK, pointed=0.35)


def draw_coat(c: Canvas) -> None:
    """Long, with long sleeves and an opening down the front; lapels, a hood, buttons, pockets, a belt."""
    cloth = weave(c, patterned=0.12)
    top, shoulder = -0.93, c.between(0.44, 0.6)
    chest = shoulder - c.between(0.0, 0.08)
    hood = c.ellipse((0, top + 0.02), (c.between(0.22, 0.34), c.between(0.12, 0.24)))
    c.paint(hood, cloth * 0.8, where=c.chance(0.3), rim=0.3)
    _sleeves(c, cloth, top, shoulder, c.between(0.74, 0.96), c.between(0.4, 0.75), c.between(0.18, 0.28))
    waist, hem, bottom = chest - c.between(-0.02, 0.08), chest + c.between(0.0, 0.18), c.between(0.9, 1.05)
    _torso(c, cloth, top, 0.22, shoulder, chest, waist, hem, bottom)

    edge, inside = contrast(c, cloth, least=0.35, most=0.8), tone_of(cloth) * c.between(0.0, 0.5)
    neck, lapel = c.between(0.12, 0.26), c.between(-0.55, 0.1)
    hangs_open = c.chance(0.4)
    gap = np.where(hangs_open, c.between(0.06, 0.16), 0.01)
    c.paint(c.polygon((-neck, top - 0.05), (neck, top - 0.05), (gap, lapel), (-gap, lapel)), inside)
    opening = c.polygon((-gap, lapel), (gap, lapel), (gap * 1.5, bottom), (-gap * 1.5, bottom))
    c.paint(opening, inside, where=hangs_open)
    c.paint(c.stroke((0, lapel), (0, bottom), 0.05), edge, where=~hangs_open & c.chance(0.9))
    for s in SIDES:
        c.paint(c.stroke((s * neck, top), (s * gap, lapel), 0.07), edge, where=c.chance(0.5))
        c.paint(c.stroke((s * 0.22, 0.3), (s * 0.36, 0.26), 0.06), edge, where=c.chance(0.4))
    buttoned = c.chance(0.4)
    for y in (0.0, 0.25, 0.5):
        c.paint(c.ellipse((0.09, y), (0.045, 0.045)), edge, where=buttoned)
    c.paint(c.stroke((-chest, 0.2), (chest, 0.2), 0.1), tone_of(cloth) * c.between(0.4, 0.8), where=c.chance(0.12))


def draw_shirt(c: Canvas) -> None:
    """A collar and a button band, long or short sleeves, often a pattern, a curved tail."""
    cloth = weave(c, patterned=0.65)
    top, shoulder = -0.92, c.between(0.44, 0.6)
    chest = shoulder - c.between(0.0, 0.1)
    cuff = c.either(0.7, c.between(0.2, 0.85), c.between(-0.5, -0.1))
    _sleeves(c, cloth, top, shoulder, c.between(0.72, 0.98), cuff, c.between(0.17, 0.3), ~c.chance(0.08))
    waist, hem, bottom = chest - c.between(-0.02, 0.08), chest + c.between(-0.05, 0.08), c.between(0.75, 0.98)
    tail = c.between(0.0, 0.3)
    c.paint(c.ellipse((0, bottom - tail), (hem * 0.95, tail + 0.02)), cloth, rim=0.3)
    _torso(c, cloth, top, 0.22, shoulder, chest, waist, hem, bottom - tail)
    inside = c.either(0.5, 0, tone_of(cloth) * 0.5)
    _neckline(c, top, c.between(0.12, 0.22), c.between(0.06, 0.22), inside, pointed=0.5)
    trim = contrast(c, cloth, least=0.45, most=0.9)
    collared, buttoned = c.chance(0.9), c.chance(0.9)
    for s in SIDES:
        collar = c.polygon((s * 0.03, top + 0.24), (s * 0.2, top - 0.08), (s * 0.36, top + 0.2))
        c.paint(collar, trim, where=collared)
    c.paint(c.stroke((0, top + 0.2), (0, bottom), 0.09), trim, where=buttoned)
    pocket = c.polygon((0.12, -0.4), (0.34, -0.4), (0.34, -0.15), (0.12, -0.15))
    c.paint(pocket, tone_of(cloth) * 0.75, where=c.chance(0.2))


def _sleeves(
    c: Canvas, cloth: Floats, top: float, shoulder: Floats, reach: Number, cuff: Number, width: Floats,
    shown: Chosen | None = None,
) -> None:  # fmt: skip
    """Sleeves from the shoulders over the elbows to cuffs, `reach` from the middle at height `cuff`."""
    bend = c.between(0.0, 0.1)
    tone = cloth * c.between(0.78, 1.0)[:, None]
    for s in SIDES:
        out, low = reach + c.between(-0.04, 0.04), cuff + c.between(-0.05, 0.05)
        elbow, elbow_y = (shoulder + out) / 2 + bend, (top + low) / 2
        inner = elbow - width * 1.1
        upper = c.polygon(
            (s * (shoulder - 0.16), top + 0.02), (s * shoulder, top + 0.08), (s * elbow, elbow_y),
            (s * (elbow + out) / 2, (elbow_y + low) / 2),
            (s * inner, elbow_y + 0.12), (s * (shoulder - 0.2), top + 0.5),
        )  # fmt: skip
        lower = c.polygon(
            (s * (shoulder + elbow) / 2, (top + elbow_y) / 2), (s * elbow, elbow_y - 0.02), (s * out, low),
            (s * (out - width), low + 0.06), (s * inner, elbow_y + 0.1),
        )  # fmt: skip
        c.paint(np.minimum(upper, lower), tone, where=shown, rim=0.35)


def _torso(
    c: Canvas, cloth: Floats, top: float, neck: float, shoulder: Floats, chest: Floats, waist: Floats, hem: Floats,
    bottom: Floats,
) -> None:  # fmt: skip
    """A body from the neck over shoulders, chest and waist to the hem.

    Its three parts overlap by more than a rim is wide, so that no rim shows where they meet.
    """
    tip = top + c.between(0.05, 0.14)
    breast = c.polygon((-neck, top), (neck, top), (shoulder, tip), (chest, 0.0), (-chest, 0.0), (-shoulder, tip))
    belly = c.polygon((-chest, -0.4), (chest, -0.4), (waist, 0.5), (-waist, 0.5))
    skirt = c.polygon((-waist, 0.05), (waist, 0.05), (hem, bottom), (-hem, bottom))
    c.paint(np.minimum(np.minimum(breast, belly), skirt), cloth, rim=c.between(0.15, 0.45))


def _neckline(c: Canvas, top: float, width: Floats, depth: Floats, tone: Number, *, pointed: float) -> None:
    """A round or pointed hole at the neck."""
    v = c.chance(pointed)
    c.paint(c.ellipse((0, top - 0.03), (width, depth)), tone, where=~v)
    c.paint(c.polygon((-width, top - 0.08), (width, top - 0.08), (0, top + depth * 1.4)), tone, where=v)


def _print(c: Canvas, cloth: Floats, share: float) -> None:
    """A print on the chest, round or square, with something in it."""
    shown, square = c.chance(share), c.chance(0.5)
    y, wide, tall = c.between(-0.35, 0.0), c.between(0.14, 0.32), c.between(0.08, 0.25)
    tone = contrast(c, cloth, least=0.3, most=0.9)
    c.paint(c.ellipse((0, y), (wide, tall)), tone, where=shown & ~square)
    label = c.polygon((-wide, y - tall), (wide, y - tall), (wide, y + tall), (-wide, y + tall))
    c.paint(label, tone, where=shown & square)
    c.paint(c.stroke((-wide * 0.6, y), (wide * 0.6, y), tall * 0.6), tone_of(cloth), where=shown & c.chance(0.6))
