"""What one submission may use."""

from dataclasses import dataclass
from typing import Final

MAX_OUTPUT_CHARACTERS: Final = 2**20  # of what a cell prints
MAX_OUTPUT_CHARACTERS_IN_ALL: Final = 2**22  # of what a notebook's cells print
MAX_FIGURE_BYTES_IN_ALL: Final = 2**25  # of what they draw
MAX_FIGURES: Final = 8  # of what a cell draws
MAX_FIGURE_BYTES: Final = 2**19  # of one figure, as a PNG file
MAX_BELOW: Final = 5  # errors that are told below the first of a cell
MAX_REMARKS: Final = 5  # that are made on a cell
MAX_REMARK: Final = 300  # characters
BRIEF_S: Final = 1.0  # for definitions alone: below a statement that failed, or once the notebook's time is over
MAX_DESCRIPTORS: Final = 256  # of each process
# To the judge, from a session and from a process that answers probes; `system_calls` lets nobody close or replace them.
SESSION_DESCRIPTOR: Final = MAX_DESCRIPTORS - 2
PROBES_DESCRIPTOR: Final = MAX_DESCRIPTORS - 1
CLOCK_PER_COMPUTING: Final = 3  # on a machine that does other work too, a limit is met later by the clock


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one submission: sizes in bytes, times in seconds; `device_bytes` of a GPU's memory.

    Times but `wall_s`, and a check's limit, are what may be computed in, or `CLOCK_PER_COMPUTING` times as long by
    the clock: a busy machine makes no right answer wrong. Of a notebook's cells each has `cell_s` and all have
    `notebook_s`; the checks of each question have `question_s`. `wall_s` goes by the clock, for everything.
    """

    wall_s: float = 600.0
    notebook_s: float = 60.0
    question_s: float = 60.0
    cell_s: float = 10.0
    memory_bytes: int = 4 * 2**30
    device_bytes: int = 4 * 2**30
    processes: int = 64
    file_bytes: int = 64 * 2**20

    @property
    def cpu_s(self) -> int:
        """Of one process, enforced by the kernel: its own limits come first."""
        return int(self.notebook_s + self.question_s + 2 * self.cell_s) + 1
