"""How shoes and bags are made: one function a class, which draws a whole block of it.

Shoes are seen from the side, the toe left; poses mirror some. A sneaker may reach up to the ankle, a
boot be cut low, a sandal have a flat sole, a heel or a wedge.
"""

from typing import Final

import numpy as np

from coursedata.cloth import contrast, tone_of, weave
from coursedata.drawing import Canvas, Floats

SIDES: Final = (-1, 1)
BLACK: Final = 0.0


def draw_sandal(c: Canvas) -> None:
    """A thin sole, flat or with a heel or wedge, and straps with nothing between them."""
    tone = c.between(0.3, 1.0)
    strap = c.either(0.5, tone, c.between(0.3, 1.0))
    raised = c.chance(0.45)
    heel = np.where(raised, c.between(0.35, 0.8), c.between(0.0, 0.1))
    base = 0.3 + heel * 0.6 + c.between(-0.08, 0.08)
    ball, rise, thick = c.between(-0.35, -0.15), base - heel, c.between(0.08, 0.18)

    wedged = raised & c.chance(0.35)
    under = base + thick / 2
    wedge = c.polygon((ball, base), (0.3, base - heel * 0.6), (0.88, rise), (0.85, under), (ball, under))
    c.paint(wedge, tone * 0.85, where=wedged)
    spike = c.polygon((0.62, rise), (0.9, rise), (0.88, base + 0.05), (c.between(0.7, 0.82), base + 0.05))
    c.paint(spike, tone * 0.9, where=raised & ~wedged)
    c.paint(np.minimum(c.stroke((-0.92, base), (ball, base), thick), c.stroke((ball, base), (0.86, rise), thick)), tone)

    banded = c.chance(0.5)
    for start in (-0.8, -0.35):
        x, wide, up = start + c.between(-0.08, 0.08), c.between(0.16, 0.4), base - c.between(0.25, 0.42)
        band = c.polygon((x, base), (x + 0.12, up), (x + 0.12 + wide * 0.7, up), (x + wide + 0.08, base))
        c.paint(band, strap, where=banded & (c.chance(0.9) | (start < -0.5)), rim=0.4)
    for start in (-0.75, -0.5, -0.2):
        x = start + c.between(-0.1, 0.1)
        tip = x + c.between(0.15, 0.5), base - c.between(0.25, 0.5)
        c.paint(c.stroke((x, base), tip, c.between(0.05, 0.12)), strap, where=~banded & c.chance(0.85))

    tied = c.chance(0.7)
    ankle, front = rise - c.between(0.3, 0.6), c.between(0.15, 0.4)
    c.paint(c.stroke((0.86, rise), (0.8, ankle), c.between(0.06, 0.14)), strap, where=tied)
    c.paint(c.stroke((front, ankle + 0.05), (0.8, ankle), c.between(0.06, 0.14)), strap, where=tied)
    cross = c.stroke((front, ankle + 0.05), (c.between(-0.3, 0.1), base - 0.1), c.between(0.05, 0.11))
    c.paint(cross, strap, where=tied & c.chance(0.8))


def draw_sneaker(c: Canvas) -> None:
    """A low shoe: a sole of another tone, laces, a toe cap, stripes on the side."""
    cloth = weave(c, patterned=0.12)
    detail = contrast(c, cloth, least=0.3, most=0.9)
    sole, instep, throat = c.between(0.3, 0.55), c.between(0.5, 0.68), c.between(-0.05, 0.2)
    height = instep + c.either(0.2, c.between(0.2, 0.55), c.between(0.0, 0.15))
    collar = sole - height
    toe = c.polygon(
        (-0.95, sole), (-0.96, sole - 0.14), (-0.82, sole - c.between(0.28, 0.4)),
        (throat, sole - instep), (throat + 0.35, sole - instep * 0.9), (0.6, sole),
    )  # fmt: skip
    back = c.polygon(
        (0.1, sole), (throat, sole - instep), (throat + 0.1, collar), (0.9, collar), (0.97, sole - 0.2), (0.95, sole)
    )
    upper = np.minimum(toe, back)
    c.paint(upper.copy(), cloth, rim=0.35)
    cap = c.ellipse((-0.95, sole), (c.between(0.25, 0.4), 0.4))
    c.paint(np.maximum(cap, upper), detail, where=c.chance(0.25))
    counter = c.polygon((0.72, sole), (0.74, sole - 1), (1, sole - 1), (1, sole))
    c.paint(np.maximum(counter, upper), detail, where=c.chance(0.25))
    x = c.between(-0.05, 0.2)
    for step in (0, 0.16, 0.32):
        end = x + step + c.between(0.0, 0.2), sole - instep * 0.75
        c.paint(c.stroke((x + step, sole), end, c.between(0.05, 0.09)), detail, where=c.chance(0.4))
    laced = c.chance(0.7)
    for step in (0.25, 0.5, 0.75):
        lace_x, lace_y = -0.7 + (throat + 0.7) * step, sole - 0.32 - (instep - 0.32) * step
        c.paint(c.stroke((lace_x, lace_y - 0.02), (lace_x + 0.13, lace_y + 0.12), 0.06), detail, where=laced)
    c.paint(c.ellipse((throat + 0.5, collar), (0.3, 0.07)), BLACK, where=c.chance(0.6))
    under = sole + c.between(0.1, 0.2)
    rubber = c.polygon((-0.98, sole - 0.03), (0.98, sole - 0.06), (0.97, under), (-0.88, under))
    c.paint(rubber, c.either(0.6, c.between(0.7, 1), c.between(0.15, 0.7)))


def draw_boot(c: Canvas) -> None:
    """A shoe that reaches over the ankle: a shaft, a heel, laces, a zip or an elastic panel."""
    cloth = weave(c, patterned=0.08)
    detail = contrast(c, cloth, least=0.25, most=0.8)
    heel, ground = c.either(0.3, c.between(0.15, 0.34), c.between(0.02, 0.12)), c.between(0.65, 0.92)
    sole, throat = ground - heel, c.between(-0.05, 0.2)
    instep = sole - c.between(0.45, 0.7)
    shaft = np.maximum(sole - c.either(0.2, c.between(0.75, 0.95), c.between(0.95, 1.6)), -0.97)
    lean = c.between(-0.05, 0.1)
    foot = c.polygon(
        (-0.93, ground), (-0.95, ground - 0.16), (-0.8, ground - c.between(0.28, 0.42)),
        (throat, instep), (0.92, instep), (0.93, sole), (0.1, ground - heel * 0.6),
    )  # fmt: skip
    front, calf = throat + lean, 0.9 + lean / 2
    leg = c.polygon((front, shaft), (calf, shaft), (0.93, sole), (throat + 0.1, sole), (throat - 0.05, instep + 0.1))
    worn, back = c.between(0.5, 0.75), c.between(0.45, 0.62)
    block = c.polygon((back, sole - 0.08), (0.94, sole - 0.08), (0.93, ground), (worn, ground))
    c.paint(block, tone_of(cloth) * c.between(0.4, 0.95))
    c.paint(np.minimum(foot, leg), cloth, rim=0.35)

    kind = c.between(0, 1)
    panel = c.polygon((0.3, shaft + 0.12), (0.68, shaft + 0.12), (0.6, sole - 0.3), (0.4, sole - 0.3))
    c.paint(panel, detail, where=kind < 0.3)
    for step in (0.2, 0.5, 0.8):
        y = shaft + (instep - shaft) * step + 0.1
        lace = c.stroke((throat - 0.02, y), (throat + 0.22, y + 0.06), 0.06)
        c.paint(lace, detail, where=(kind > 0.3) & (kind < 0.65))
    c.paint(c.stroke((0.5, shaft + 0.1), (0.5, sole - 0.15), 0.05), detail, where=kind > 0.85)
    c.paint(c.stroke((front, shaft + 0.05), (0.9, shaft + 0.05), 0.1), detail, where=c.chance(0.25))
    tread = c.stroke((-0.9, ground), (0.15, ground - heel * 0.5), c.between(0.06, 0.16))
    c.paint(tread, c.either(0.4, c.between(0.6, 1), tone_of(cloth) * 0.6))


def draw_bag(c: Canvas) -> None:
    """A body, square or round, with a handle, two, a long strap or none; a flap, a pocket or a clasp."""
    cloth = weave(c, patterned=0.25)
    kind = c.between(0, 1)
    clutch, strapped, twin = kind < 0.2, (kind >= 0.2) & (kind < 0.4), kind > 0.75
    wide, tall = c.between(0.55, 0.97), c.between(0.4, 0.68)
    middle = np.where(clutch, c.between(-0.1, 0.15), 0.93 - tall - c.between(0, 0.12))
    top, base = middle - tall, middle + tall
    handle, weight = tone_of(cloth) * c.between(0.5, 1.1), c.between(0.5, 1.3)[:, None]
    loop, lift = c.between(0.2, 0.5), np.minimum(c.between(0.3, 0.8), top + 0.95)
    c.paint(_ring(c.ellipse((0, top), (loop, lift)), weight), handle, where=~clutch & ~strapped)
    c.paint(_ring(c.ellipse((0.12, top), (loop, lift * 0.85)), weight), handle * 0.8, where=twin)
    for s in SIDES:
        strap = c.stroke((s * wide * 0.85, top), (s * c.between(0.02, 0.25), -0.95), c.between(0.05, 0.12))
        c.paint(strap, handle, where=strapped)

    narrow = wide * c.between(0.72, 1.02)
    body = c.polygon((-narrow, top), (narrow, top), (wide, base), (-wide, base))
    oval = c.ellipse((0, middle), (wide * 1.12, tall * 1.18))
    rounded = c.chance(0.35)[:, None]
    c.paint(np.where(rounded, np.maximum(body, oval), body), cloth, rim=c.between(0.1, 0.45))

    line = contrast(c, cloth, least=0.25, most=0.7)
    flap, flapped = top + tall * c.between(0.3, 1.1), c.chance(0.5)
    tip = flap + c.between(0, 0.25)
    for s in SIDES:
        c.paint(c.stroke((s * wide * 0.95, flap), (0, tip), 0.05), line, where=flapped)
    clasp = c.between(0.06, 0.12)
    c.paint(c.ellipse((0, flap + 0.1), (clasp, clasp)), line, where=c.chance(0.5))
    low, half = base - 0.15, wide * 0.5
    pocket = c.polygon((-half, middle), (half, middle), (half, low), (-half, low))
    c.paint(_ring(pocket, 0.4), line, where=c.chance(0.25))


def _ring(distance: Floats, weight: Floats | float) -> Floats:
    """Distance to a shape's outline, a line of twice that weight in pixels."""
    return (np.abs(distance) - weight).astype(np.float32, copy=False)
