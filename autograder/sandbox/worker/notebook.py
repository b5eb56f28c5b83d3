"""Runs a notebook's cells through IPython, in order; a failing cell does not stop the next ones."""

import __future__

import ast
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

from . import faults, magics
from .limits import MAX_BELOW, MAX_FIGURE_BYTES, MAX_FIGURES, MAX_OUTPUT_CHARACTERS, MAX_REMARKS
from .statements import bound_names, is_light
from .states import States

FIGURE_DPI: Final = 72
MAX_LOST: Final = 500  # names

Limit = Callable[[bool], contextlib.AbstractContextManager[None]]


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


def unlimited(_: bool) -> contextlib.AbstractContextManager[None]:
    """Let a cell run as long as it wants."""
    return contextlib.nullcontext()


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
        shell.system = shell.system_piped = shell.system_raw = self._refuse
        shell.getoutput = self._refuse_with_nothing
        self._run_line = shell.run_line_magic
        shell.run_line_magic = self._line_magic
        self.states = States(self.namespace)
        self.lost: dict[str, int] = {}  # names that cells would have bound, had their statements run, and the cell
        self._cell = 0
        self._remarks: list[str] = []

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

    def add_transformer(self, transformer: ast.NodeTransformer) -> None:
        """Have it change the syntax tree of each cell that is run from now on."""
        self._shell.ast_transformers.append(transformer)

    def python_of(self, source: str) -> str:
        """Return a cell's text with its magics as calls; `SyntaxError` where that cannot be."""
        body, other = magics.body_of(source)
        return "" if other else str(self._shell.transform_cell(body))

    def keep_state(self, *questions: object) -> None:
        """Keep what names are bound to now: the cell that is being run checks these questions."""
        self.states.keep(questions, self._cell)

    def run(
        self, index: int, source: str, limit: Limit, *, figures: bool = False, briefly: bool = False
    ) -> dict[str, Any]:
        """Run one cell inside `limit(...)`, which may raise `faults.TimeUp` into it.

        A statement that fails costs itself: imports, definitions and simple assignments below it are run.

        Args:
            index: the cell's number.
            source: its text.
            limit: called with False for the cell, with True for what is run below a statement that failed.
            figures: whether what it draws is wanted.
            briefly: run its imports, definitions and simple assignments alone.

        Returns plain data: `index`, `error` (None or see `faults.describe`), `output` (what it wrote), `figures`
        (what it drew, as PNG files), `seconds`, `below` (errors of statements below the one that failed),
        `went_on` (whether any were run there), `follows` (the error is only that a name is missing which another
        failure has cost), `remarks` (what else a person should know, a sentence each).
        """
        output = Output()
        started = time.perf_counter()
        self._cell, self._remarks = index, []
        error: BaseException | None = None
        below: list[BaseException] = []
        went_on = False
        figure_files: list[bytes] = []
        with _captured(output):
            try:
                source, magic = magics.body_of(source)
                if magic in magics.OTHER_LANGUAGES:
                    self._pass_over(magic)
                elif briefly:
                    with limit(False):
                        whole = self._shell.transform_cell(source)
                        name = self._shell.compile.cache(whole, raw_code=source)  # for tracebacks
                        self._run_light(ast.parse(whole).body, name)
                else:
                    with limit(False):
                        error = self._execute(source)
                        if figures and error is None:
                            figure_files = _figure_files()
            except BaseException as raised:  # a limit that fires between IPython's own handlers
                error = raised
            if error is not None and not briefly and not isinstance(error, SyntaxError):
                try:
                    with limit(True):
                        rest, name = self._below(source, error)
                        went_on = any(is_light(each, self.namespace) for each in rest)
                        below = self._run_light(rest, name)
                except BaseException as raised:  # as above
                    below.append(raised)
            _close_figures()
        if briefly:
            error = None
        follows = error is not None and self._follows(error)
        return {
            "index": index, "error": faults.describe(error) if error is not None else None,
            "output": str(output), "figures": figure_files, "seconds": time.perf_counter() - started,
            "below": [faults.describe(each) for each in below if not self._follows(each)][:MAX_BELOW],
            "went_on": went_on, "follows": follows, "remarks": self._remarks[:MAX_REMARKS],
        }  # fmt: skip

    def _execute(self, source: str) -> BaseException | None:
        result = self._shell.run_cell(source, store_history=False, silent=False)
        error: BaseException | None = result.error_before_exec or result.error_in_exec
        return error

    def _below(self, source: str, error: BaseException) -> tuple[list[ast.stmt], str]:
        """Return the statements below the one that failed, and the name of their file; its names are lost."""
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_frame.f_globals is not self.namespace:
            traceback = traceback.tb_next
        if traceback is None:
            return [], ""
        line, name = traceback.tb_lineno, traceback.tb_frame.f_code.co_filename
        statements = ast.parse(self._shell.transform_cell(source)).body
        for place, statement in enumerate(statements):
            if line <= (statement.end_lineno or line):
                self._lose(statement)
                return statements[place + 1 :], name
        return [], name

    def _run_light(self, statements: list[ast.stmt], name: str) -> list[BaseException]:
        """Run those of the statements that compute nothing much; return the errors. The others' names are lost."""
        errors: list[BaseException] = []
        for statement in statements:
            if not is_light(statement, self.namespace):
                self._lose(statement)
                continue
            try:
                tree = self._shell.transform_ast(ast.Module([statement], []))
                exec(self._shell.compile(ast.fix_missing_locations(tree), name, "exec"), self.namespace)
            except faults.TimeUp:
                raise
            except BaseException as error:
                self._lose(statement)
                errors.append(error)
        return errors

    def _lose(self, statement: ast.stmt) -> None:
        for name in bound_names(statement):
            if name not in self.namespace and len(self.lost) < MAX_LOST:
                self.lost.setdefault(name, self._cell)

    def _follows(self, error: BaseException) -> bool:
        return isinstance(error, NameError) and error.name in self.lost

    def _pass_over(self, name: str) -> None:
        shell = name in magics.SHELL
        self._remark("shell commands are not run" if shell else f"a cell of %%{name} is not run")
        if shell:
            self._refuse()

    def _remark(self, sentence: str) -> None:
        if sentence not in self._remarks:
            self._remarks.append(sentence)

    def _line_magic(self, name: str, line: str, _stack_depth: int = 1) -> Any:
        if name in magics.SHELL:
            return self._refuse(f"%{name} {line}")
        if name == "pylab":
            exec(magics.PYLAB, self.namespace)
            return None
        if name == "run":
            line = f"-i {line}"  # in the notebook's namespace: a file that lacks an import finds it there
        return self._run_line(name, line, _stack_depth + 1) if name in magics.RUN else None

    def _refuse(self, command: object = "", *_: Any, **__: Any) -> None:
        """Say so and go on: the imports below a `!pip install` are still wanted."""
        print("shell commands (!, %%bash) are not run when a notebook is graded")
        self._remark("shell commands are not run")

    def _refuse_with_nothing(self, *_: Any, **__: Any) -> SList:
        self._refuse()
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
