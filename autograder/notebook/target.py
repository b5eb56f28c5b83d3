"""Pictures of what an answer should look like, for notebooks whose stubs are still to be written.

`autograder generate --pictures` runs the source notebooks and keeps what each `with target("name"):`
draws, as PNG beside the visible checks: `pictures/NAME.png`.
"""

import base64
import contextlib
import html
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from IPython.core.getipython import get_ipython

from autograder.catalogue.assignment import Assignment
from autograder.errors import UsageError
from autograder.notebook.figure_text import name_figures
from autograder.notebook.selection import assignment_of
from autograder.sandbox.worker.faults import is_unsolved

RECORDING: Final = "AUTOGRADER_PICTURES"
FOLDER: Final = "pictures"
DOTS_PER_INCH: Final = 72


@contextlib.contextmanager
def target(name: str, alt: str = "") -> Iterator[None]:
    """Draw with your own functions; while one of them is still a stub, see what the picture will look like.

        with target("loss-curve"):
            w, b, losses = train(features, labels)
            plt.plot(losses)

    Args:
        name: the picture's name in its notebook.
        alt: what it shows, in a sentence, for who cannot see it. Titles, labels and legends are told beside it.
    """
    try:
        yield
    except NotImplementedError as error:
        if not is_unsolved(error):
            raise
        _close_figures()
        _show(name, alt)
    else:
        shell = get_ipython()
        if shell is not None and "matplotlib.pyplot" in sys.modules:
            name_figures(shell, alt)
        if folder := os.environ.get(RECORDING):
            _keep(Path(folder) / f"{name}.png")


def picture_path(assignment: Assignment, name: str) -> Path:
    """Return where the picture `name` of an assignment is kept."""
    return assignment.folder / FOLDER / f"{name}.png"


def _show(name: str, alt: str) -> None:
    shell = get_ipython()
    if shell is None:  # `autograder check` runs the notebook where no picture can be seen
        return
    assignment = assignment_of(shell.user_ns)
    path = picture_path(assignment, name)
    if not path.exists():
        print("A function that this cell needs is still to be written.")
        return
    told = "A function that this picture needs is still to be written. With it, the picture will look like this:"
    picture = base64.b64encode(path.read_bytes()).decode()
    alternative = html.escape(f"what the picture {name} will look like{alt and f': {alt}'}")
    shell.display_pub.publish({
        "text/html": f'<p>{told}</p><img style="opacity:.8" alt="{alternative}" src="data:image/png;base64,{picture}">',
        "text/plain": f"{told} {path}",
    })  # fmt: skip


def _keep(path: Path) -> None:
    from matplotlib import pyplot

    figures = pyplot.get_fignums()
    if not figures:  # the cell only prints
        return
    if len(figures) > 1:
        raise UsageError(f"the picture {path.stem!r} needs one figure; the cell has drawn {len(figures)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    pyplot.gcf().savefig(path, dpi=DOTS_PER_INCH, facecolor="white", metadata={"Software": None})


def _close_figures() -> None:
    """What a cell had begun to draw before the stub is no picture."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
