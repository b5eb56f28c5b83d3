"""A block of small grey pictures, drawn at once: shapes by signed distance, soft edges, cloth.

Points are given in the garment's own coordinates, x from −1 (left) to 1, y from −1 (top) to 1; every
picture has its own pose (an affine map), which is applied to points, not to pixels. A number may be
one for all pictures or an (n,) array with one for each. Distances are in pixels, negative inside.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from coursedata.splits import SIDE

UNIT_PIXELS: Final = SIDE / 2
RIM_PIXELS: Final = 3.0

Floats = npt.NDArray[np.float32]
Number = float | npt.NDArray[np.floating[Any]]
Point = tuple[Number, Number]
Chosen = npt.NDArray[np.bool_]

_axis = (np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2) / UNIT_PIXELS
_rows, _columns = np.meshgrid(_axis, _axis, indexing="ij")
PIXELS: Final[Floats] = np.stack([_columns.ravel(), _rows.ravel(), np.ones(SIDE * SIDE, np.float32)])  # (3, 784)


class Canvas:
    """n black pictures, each with its own pose, and the random numbers to draw them with."""

    def __init__(
        self,
        rng: np.random.Generator,
        n: int,
        *,
        shift: float,
        scale: tuple[float, float],
        turn: float,
        shear: float,
        mirrored: float,
    ) -> None:
        """Draw poses: shifts, rotations in radians and shears at most so large, scales, a share that is mirrored."""
        self.n = n
        self.rng = rng
        self.image: Floats = np.zeros((n, SIDE * SIDE), np.float32)
        angle = self.between(-turn, turn)
        slant = self.between(-shear, shear)
        wide = self.between(*scale)
        tall = wide * self.between(0.95, 1.05)
        wide = np.where(self.chance(mirrored), -wide, wide)
        cos, sin = np.cos(angle), np.sin(angle)
        x_axis = np.stack([cos * wide, sin * wide], 1)
        y_axis = np.stack([(cos * slant - sin) * tall, (sin * slant + cos) * tall], 1)
        self._map: Floats = np.stack([x_axis, y_axis], 2)  # (n, 2, 2)
        self._shift: Floats = np.stack([self.between(-shift, shift), self.between(-shift, shift)], 1)  # (n, 2)
        inverse = np.linalg.inv(self._map)
        offset = -np.einsum("nij,nj->ni", inverse, self._shift)
        self._inverse: Floats = np.concatenate([inverse, offset[:, :, None]], 2)  # (n, 2, 3), of pixels' (x, y, 1)

    def between(self, low: Number, high: Number) -> Floats:
        """One uniform number a picture."""
        return np.asarray(low + (high - low) * self.rng.random(self.n, dtype=np.float32), np.float32)

    def chance(self, share: float) -> Chosen:
        """True for about that share of the pictures."""
        return self.rng.random(self.n, dtype=np.float32) < share

    def either(self, share: float, one: Number, other: Number) -> Floats:
        """`one` for about that share of the pictures, else `other`."""
        return np.where(self.chance(share), one, other).astype(np.float32)

    def _place(self, *points: Point) -> Floats:
        """Where points of the garment lie in the pictures, (n, len(points), 2)."""
        own = np.empty((self.n, len(points), 2), np.float32)
        for index, (x, y) in enumerate(points):
            own[:, index, 0] = x
            own[:, index, 1] = y
        placed: Floats = own @ self._map.transpose(0, 2, 1) + self._shift[:, None]
        return placed

    def polygon(self, *points: Point) -> Floats:
        """Distance to a convex polygon, its corners in order; at a corner, to the nearer edge's line."""
        corners = self._place(*points)  # (n, k, 2)
        following = np.roll(corners, -1, axis=1)
        edge = following - corners
        area = (corners[..., 0] * following[..., 1] - corners[..., 1] * following[..., 0]).sum(1)
        outward = np.stack([edge[..., 1], -edge[..., 0]], -1) * np.sign(area)[:, None, None]
        outward /= np.linalg.norm(edge, axis=-1, keepdims=True) + 1e-6
        level = (outward * corners).sum(-1, keepdims=True)
        lines = np.concatenate([outward, -level], -1) * np.float32(UNIT_PIXELS)  # (n, k, 3)
        distance: Floats = lines[:, 0] @ PIXELS
        for line in range(1, len(points)):
            np.maximum(distance, lines[:, line] @ PIXELS, out=distance)
        return distance

    def ellipse(self, centre: Point, radii: Point) -> Floats:
        """Distance to an ellipse whose axes are the garment's, nearly."""
        rows = self._inverse.copy()
        for axis in range(2):
            rows[:, axis, 2] -= centre[axis]
            rows[:, axis] /= np.broadcast_to(np.asarray(radii[axis], np.float32), (self.n,))[:, None]
        u: Floats = rows[:, 0] @ PIXELS
        v: Floats = rows[:, 1] @ PIXELS
        u *= u
        v *= v
        u += v
        np.sqrt(u, out=u)
        u -= 1
        size = np.minimum(np.asarray(radii[0], np.float32), np.asarray(radii[1], np.float32)) * UNIT_PIXELS
        u *= np.broadcast_to(size, (self.n,)).astype(np.float32)[:, None]
        return u

    def stroke(self, start: Point, end: Point, width: Number) -> Floats:
        """Distance to a straight stroke with round ends."""
        ends = self._place(start, end)
        along = ends[:, 1] - ends[:, 0]
        length = np.linalg.norm(along, axis=1, keepdims=True) + 1e-6
        along /= length
        across = np.stack([-along[:, 1], along[:, 0]], 1)
        axes = np.stack([along, across], 1)  # (n, 2, 2)
        rows = np.concatenate([axes, -np.einsum("nij,nj->ni", axes, ends[:, 0])[:, :, None]], 2)
        u: Floats = rows[:, 0] @ PIXELS
        v: Floats = rows[:, 1] @ PIXELS
        u -= np.clip(u, 0, length)
        u *= u
        v *= v
        u += v
        np.sqrt(u, out=u)
        u -= np.broadcast_to(np.asarray(width, np.float32) / 2, (self.n,))[:, None]
        u *= np.float32(UNIT_PIXELS)
        return u

    def wave(self, angle: Number, frequency: Number, phase: Number) -> Floats:
        """A sine over the garment, `frequency` radians a unit in the direction `angle`."""
        direction = np.stack(
            [
                np.broadcast_to(np.asarray(part, np.float32), (self.n,))
                for part in (np.cos(angle) * frequency, np.sin(angle) * frequency)
            ],
            1,
        )
        row = np.einsum("ni,nij->nj", direction, self._inverse)
        row[:, 2] += phase
        wave: Floats = row @ PIXELS
        return np.sin(wave, out=wave)

    def paint(
        self,
        distance: Floats,
        tone: Number,
        *,
        where: Chosen | None = None,
        rim: Number = 0.0,
        soft: float = 1.2,
    ) -> None:
        """Lay a shape over what is there.

        Args:
            distance: (n, 784) in pixels, negative inside; it is used up.
            tone: a brightness, (n,) brightnesses, or (n, 784) those of a cloth.
            where: only in these pictures.
            rim: how much darker the shape is at its edge.
            soft: width of the edge in pixels.
        """
        level = np.asarray(tone, np.float32)
        level = level[:, None] if level.ndim == 1 else level
        edge = np.asarray(rim, np.float32)
        if edge.any():
            shade = np.clip(distance / RIM_PIXELS + 1, 0, 1)
            shade *= -edge[:, None] if edge.ndim == 1 else -edge
            shade += 1
            level = shade * level
        cover = np.multiply(distance, np.float32(-1 / soft), out=distance)
        cover += np.float32(0.5)
        np.clip(cover, 0, 1, out=cover)
        if where is not None:
            cover *= where[:, None]
        difference = level - self.image
        difference *= cover
        self.image += difference
