"""What one submission may use."""

from dataclasses import dataclass
from typing import Final

MAX_OUTPUT_CHARACTERS: Final = 2**20  # of what a cell prints
MAX_FIGURES: Final = 8  # of what a cell draws
MAX_FIGURE_BYTES: Final = 2**19  # of one figure, as a PNG file


CLOCK_PER_COMPUTING: Final = 3  # on a machine that does other work too, a limit is met later by the clock


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one submission: sizes in bytes, times in seconds; `device_bytes` of a GPU's memory.

    `wall_s` goes by the clock. `cell_s`, as a check's limit, is what may be computed in, or
    `CLOCK_PER_COMPUTING` times as long by the clock: a busy machine makes no right answer wrong.
    """

    wall_s: float = 120.0
    cpu_s: int = 60
    cell_s: float = 10.0
    memory_bytes: int = 4 * 2**30
    device_bytes: int = 4 * 2**30
    processes: int = 64
    file_bytes: int = 64 * 2**20
