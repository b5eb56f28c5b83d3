"""What becomes of IPython's own commands in a notebook that is graded.

https://ipython.readthedocs.io/en/stable/interactive/magics.html
"""

import re
from typing import Final

RUN: Final = frozenset({"time", "timeit", "who", "whos", "precision", "writefile", "file", "run", "capture"})
SHELL: Final = frozenset({
    "bash", "sh", "script", "system", "sx", "cmd", "ruby", "perl", "pip", "conda", "mamba", "uv", "!",
})  # fmt: skip
# Cell magics whose cell is no Python of this notebook's
OTHER_LANGUAGES: Final = SHELL | {
    "html", "HTML", "svg", "SVG", "javascript", "js", "latex", "markdown", "R", "sql", "cython", "julia", "bigquery",
    "python2", "python3", "pypy", "mermaid", "dot", "cu", "cuda", "ai", "script_magic",
}  # fmt: skip
PYLAB: Final = """
import numpy
import matplotlib
from matplotlib import pylab, mlab, pyplot
np = numpy
plt = pyplot
from pylab import *
from numpy import *
"""
_CELL_MAGIC: Final = re.compile(r"\s*%%(!|\w+)([^\n]*)(?:\n|\Z)")


def body_of(source: str) -> tuple[str, str]:
    """Return a cell below the magics that run their body, and the name of one that does not, "" where there is none."""
    start = 0
    while found := _CELL_MAGIC.match(source, start):
        if not _runs_its_body(found[1], found[2].strip()):
            return source[start:], found[1]
        start = found.end()
    return source[start:], ""


def _runs_its_body(name: str, line: str) -> bool:
    """Whether a cell magic does something with a body of Python that is run as if it stood there alone.

    So do those that measure or follow it, of IPython and of others: %%time, %%prun, %%memit, %%debug.
    `%%timeit` binds nothing in Jupyter, either, and `%%capture NAME` binds the name.
    """
    if name in OTHER_LANGUAGES or name in ("timeit", "writefile", "file"):
        return False
    return not (name == "capture" and line and not line.startswith("-"))
