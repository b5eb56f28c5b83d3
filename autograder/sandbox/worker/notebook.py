"""Runs a notebook's cells through IPython, in order; a failing cell does not stop the next ones."""

import __future__

import contextlib
import io
import sys
import time
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Final

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets.config import Config

from . import faults
from .limits import MAX_FIGURE_BYTES, MAX_FIGURES, MAX_OUTPUT_CHARACTERS

FIGURE_DPI: Final = 72
KEPT_MAGICS: Final = frozenset({"time", "timeit", "capture", "who", "whos", "precision", "writefile"})
SHELL_MAGICS: Final = frozenset({"bash", "sh", "script", "system", "sx", "cmd", "ruby", "perl"})


class Output(io.TextIOBase):
    """Text that a cell wrote to stdout or stderr, kept up to `limit` characters."""

    def __init__(self, limit: int = MAX_OUTPUT_CHARACTERS) -> None:
        self._parts: list[str] = []
        self._room = limit
        self._dropped = 0

    def writable(self) -> bool:
        """Yes: `print` asks."""
        return True

    def write(self, text: str) -> int:
        """Keep as much of `text` as there is room for."""
        kept = text[: self._room]
        self._room -= len(kept)
        self._dropped += len(text) - len(kept)
        if kept:
            self._parts.append(kept)
        return len(text)

    def __str__(self) -> str:
        more = f"\n… {self._dropped} more characters were dropped\n" if self._dropped else ""
        return "".join(self._parts) + more


class Notebook:
    """One notebook's namespace and the shell that fills it."""

    def __init__(self) -> None:
        """Make the shell: no history, no colours, no terminal, nothing that starts a thread."""
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.cache_size = 0
        shell: Any = InteractiveShell  # IPython's annotations are partial, and methods are replaced below
        self._shell = shell = shell(config=config)
        shell.showtraceback = shell.showsyntaxerror = lambda *_, **__: None
        shell.system = shell.system_piped = shell.system_raw = _refuse
        shell.getoutput = _refuse_with_nothing
        self._run_line, self._run_cell_magic = shell.run_line_magic, shell.run_cell_magic
        shell.run_line_magic = self._line_magic
        shell.run_cell_magic = self._cell_magic

    @property
    def namespace(self) -> dict[str, Any]:
        """The names that the cells have left."""
        namespace: dict[str, Any] = self._shell.user_ns
        return namespace

    @property
    def module(self) -> types.ModuleType:
        """The module whose names they are."""
        module: types.ModuleType = self._shell.user_module
        return module

    def leave_annotations(self) -> None:
        """Let no cell evaluate its annotations, as Python does from 3.14 on (PEP 649)."""
        self._shell.compile.flags |= __future__.annotations.compiler_flag

    def run(
        self, index: int, source: str, limit: Callable[[], contextlib.AbstractContextManager[None]], *,
        figures: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """Run one cell inside `limit()`, which may raise `faults.TimeUp` into it.

        Returns plain data: `index`, `error` (None or see `faults.describe`), `output` (what it
        wrote), `figures` (what it drew, as PNG files, where they are asked for), `seconds`.
        """
        output = Output()
        started = time.perf_counter()
        error: BaseException | None = None
        figure_files: list[bytes] = []
        with _captured(output):
            try:
                with limit():
                    result = self._shell.run_cell(source, store_history=False, silent=False)
                    error = result.error_before_exec or result.error_in_exec
                    if figures and error is None:
                        figure_files = _figure_files()
            except BaseException as raised:  # a limit that fires between IPython's own handlers
                error = raised
            _close_figures()
        return {
            "index": index, "error": faults.describe(error) if error is not None else None,
            "output": str(output), "figures": figure_files, "seconds": time.perf_counter() - started,
        }  # fmt: skip

    def _line_magic(self, name: str, line: str, _stack_depth: int = 1) -> Any:
        if name in SHELL_MAGICS:
            return _refuse()
        return self._run_line(name, line, _stack_depth + 1) if name in KEPT_MAGICS else None

    def _cell_magic(self, name: str, line: str, cell: str) -> Any:
        if name in SHELL_MAGICS:
            return _refuse()
        return self._run_cell_magic(name, line, cell) if name in KEPT_MAGICS else None


def _refuse(*_: Any, **__: Any) -> None:
    """Say so and go on: the imports below a `!pip install` are still wanted."""
    print("shell commands (!, %%bash) are not run when a notebook is graded")


def _refuse_with_nothing(*_: Any, **__: Any) -> SList:
    _refuse()
    return SList()


def _figure_files() -> list[bytes]:
    """Return the open figures as PNG files: the first `MAX_FIGURES`, none over `MAX_FIGURE_BYTES`."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    found = []
    if pyplot is None:
        return []
    for number in pyplot.get_fignums()[:MAX_FIGURES]:
        picture = io.BytesIO()
        with contextlib.suppress(Exception):  # a title that is no valid formula, say
            pyplot.figure(number).savefig(picture, format="png", dpi=FIGURE_DPI, bbox_inches="tight")
            if picture.tell() <= MAX_FIGURE_BYTES:
                found.append(picture.getvalue())
    return found


def _close_figures() -> None:
    """Close what the cell drew, as the inline backend does."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        with contextlib.suppress(Exception):
            pyplot.close("all")


@contextlib.contextmanager
def _captured(output: Output) -> Iterator[None]:
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
            yield
