"""How the cells of a notebook ended in a worker, and what they printed and drew."""

import base64
import json
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from autograder.sandbox.worker.limits import MAX_FIGURE_BYTES

MAX_FIGURE_PIXELS: Final = 4_000
MAX_LINES_ABOVE: Final = 2_000  # of a script: those further down are not counted from its first
_PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@dataclass(frozen=True, slots=True)
class NotebookWork:
    """A notebook, as a session runs it.

    Args:
        cells: (number of the code cell, source).
        seed: of the notebook's random numbers, in [0, 2**32).
        name: the `__name__` that the cells see.
        explore: the numbers of cells of which no more than imports and definitions are run, unless more is needed.
        graded: the names of the questions.
        figures: whether what the cells draw is kept.
        files: what lies in the folder where they run: paths, their parts divided by "/", and contents.
        lines: of a script, on which its cells begin, by their number: errors then tell the script's lines.
        lazy_annotations: whether annotations are left unevaluated.
    """

    cells: Sequence[tuple[int, str]]
    seed: int = 0
    name: str = "__main__"
    explore: Collection[int] = ()
    graded: Sequence[str] = ()
    figures: bool = False
    files: Sequence[tuple[str, bytes]] = ()
    lines: Mapping[int, int] = field(default_factory=dict)
    lazy_annotations: bool = False

    def sent(self, number: int, source: str) -> str:
        """Return a cell as it is sent: of a script's, Python is to count the lines from the file's first."""
        line = self.lines.get(number, MAX_LINES_ABOVE + 1)
        code = source.lstrip()
        if line > MAX_LINES_ABOVE or code.startswith(("%", "!")):  # magics have to come first
            return source
        empty = source[: len(source) - len(code)].count("\n")  # IPython would leave them out
        return "#\n" * (line - 1 + empty) + code


@dataclass(frozen=True, slots=True)
class CellRun:
    """How one cell ended: `error` as in `worker.faults.describe`, or None; `figures` are PNG files.

    `below`, `went_on`, `follows` and `remarks` as in `worker.notebook.Notebook.run`. All of it is untrusted.
    """

    index: int
    error: Mapping[str, Any] | None
    output: str
    seconds: float
    figures: tuple[bytes, ...] = ()
    below: tuple[Mapping[str, Any], ...] = ()
    went_on: bool = False
    follows: bool = False
    remarks: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads; figures as base64."""
        figures = [base64.b64encode(figure).decode() for figure in self.figures]
        error = json.loads(json.dumps(self.error, default=str))
        return {
            "index": self.index, "error": error, "output": self.output, "seconds": self.seconds, "figures": figures,
        }  # fmt: skip

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "CellRun":
        """Return the run that `to_json` has described."""
        figures = tuple(base64.b64decode(figure) for figure in fields["figures"])
        return cls(fields["index"], fields["error"], fields["output"], fields["seconds"], figures)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a cell was left out of a second run: the outcome of what it should have defined, and in words."""

    outcome: Literal["timeout", "memory", "crashed"]
    why: str


Reached = tuple[str, int, str]  # what of the interpreter, on which line of its function's cell, and that line


@dataclass(slots=True)
class NotebookRun:
    """How a notebook's cells ended, and those that had to be left out of a second run.

    Of cells that are `brief` no more than definitions are run again: `cells` says how they ended before.
    """

    cells: dict[int, CellRun] = field(default_factory=dict)
    skipped: dict[int, Skipped] = field(default_factory=dict)
    brief: dict[int, CellRun] = field(default_factory=dict)
    differing: dict[str, int] = field(default_factory=dict)  # see `worker.states.States.differing`
    lost: dict[str, int] = field(default_factory=dict)  # names that failing statements should have bound: the cell
    reached: dict[Reached, None] = field(default_factory=dict)
    on_cpu: bool = False  # whether code that asks for an accelerator was turned to the CPU


def is_png(data: Any) -> bool:
    """Whether this may be shown as a PNG file (https://www.w3.org/TR/png-3/#5DataRep): its head is one, and small."""
    if not isinstance(data, bytes) or len(data) > MAX_FIGURE_BYTES or data[:16] != _PNG_HEAD:
        return False
    width, height = struct.unpack(">II", data[16:24]) if len(data) >= 24 else (0, 0)
    return bool(0 < width <= MAX_FIGURE_PIXELS and 0 < height <= MAX_FIGURE_PIXELS)
