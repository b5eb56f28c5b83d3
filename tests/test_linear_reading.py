"""Whatever reads a submission does twice the work for twice the size: counted in lines of ours that run."""

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from conftest import notebook_of

import autograder
from autograder.catalogue.script import split_script
from autograder.catalogue.submission import read_submission
from autograder.judging.suite.usage import names_used
from autograder.results.similarity import runs_of
from autograder.sandbox.worker.statements import names_from_outside

OURS = str(Path(autograder.__file__).parent)
SMALL = 250


def read_names(text: str) -> None:
    """Read the names of what is Python, as the worker does."""
    with contextlib.suppress(SyntaxError):
        names_from_outside(text)


READERS: dict[str, Callable[[str], Any]] = {
    "a notebook of one cell": lambda text: read_submission(notebook_of(text), "x.ipynb"),
    "a notebook of many cells": lambda text: read_submission(notebook_of(*text.splitlines()), "x.ipynb"),
    "a script": lambda text: read_submission(text.encode(), "x.py"),
    "a script's parts": lambda text: [*split_script(text)],
    "names from outside": read_names,
    "names used": lambda text: names_used([f"{text}\ndef f():\n    return f_0(a_0)"], "f"),
    "similarity": lambda text: runs_of([text]),
}
TEXTS: dict[str, Callable[[int], str]] = {
    "blank lines": lambda n: "\n" * n,
    "assignments": lambda n: "\n".join(f"a_{i} = a_{i - 1}" for i in range(n)),
    "functions": lambda n: "\n".join(f"def f_{i}(x): return f_{i + 1}(x)" for i in range(n)),
    "one function again and again": lambda n: "def f_0(x): return f_0(x)\n" * n,
    "a long line": lambda n: "a_0 = [" + "f_0(1), " * n + "]",
    "statements on a line": lambda n: "a = 1; " * n,
    "nested parentheses": lambda n: "\n".join(["a_0 = ((((((((1))))))))"] * n),
    "comments": lambda n: "# %% a cell\n" * n,
    "commented code": lambda n: "# In[1]:\n\n# a = 1\n" * n,
    "open strings": lambda n: "'''\n" * (2 * n + 1),
    "strings": lambda n: "'''%%time\n# In[1]:\n'''\n" * n,
    "continuations": lambda n: "a_0 = 1 + \\\n" * n + "1",
    "decorators": lambda n: "@f_0\n" * n + "def f_1(): pass",
    "conditions": lambda n: "if a_0:\n    b = 1\n" * n,
    "magics": lambda n: "%time a = 1\n" * n,
    "what is no Python": lambda n: "a = = 1\n" * n,
    "imports": lambda n: "\n".join(f"import m_{i}" for i in range(n)),
    "frames": lambda n: "sys._getframe(0)\n" * n,
}


def lines_run(read: Callable[[str], Any], text: str) -> int:
    """Return how many lines of the engine run while a text is read."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("reader", READERS)
def test_twice_the_size_is_twice_the_work(reader: str, text: str) -> None:
    read = READERS[reader]
    lines_run(read, TEXTS[text](SMALL))  # what is imported or kept the first time
    once, twice = (lines_run(read, TEXTS[text](size)) for size in (SMALL, 2 * SMALL))
    assert twice <= 2.1 * once + 100, f"{once} lines, then {twice}"


def test_quadratic_work_is_seen() -> None:
    def quadratic(text: str) -> None:
        for start in range(len(text.splitlines())):
            split_script("\n".join(text.splitlines()[start:]))

    once, twice = (lines_run(quadratic, "\n" * size) for size in (100, 200))
    assert twice > 3 * once
