"""The first cell of each released notebook: it installs the course where it is not, and else does nothing."""

from typing import Any, Final

from nbconvert.exporters import NotebookExporter
from nbformat.v4 import new_code_cell
from traitlets import Unicode

CELL_ID: Final = "install"
_CELL: Final = """# The course's own package: where it is installed, this cell does nothing
try:
    import autograder
except ModuleNotFoundError:
    {otherwise}"""
_ASK: Final = (
    "print(\"This notebook needs the course's package. Ask your instructor what to install, "
    'and run here: %pip install …")'
)


class ReleaseExporter(NotebookExporter):
    """Writes a notebook for students, as nbgrader's `generate_assignment` does, with a first cell more."""

    install_from = Unicode(
        "", help="What students install: the address of the course's wheel, or else what follows `pip install`."
    ).tag(config=True)

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> Any:
        """Return the notebook as text, and what is known of it."""
        otherwise = f"%pip install --quiet {self.install_from}" if self.install_from else _ASK
        cell = new_code_cell(_CELL.format(otherwise=otherwise), id=CELL_ID)
        nb.cells = [cell, *nb.cells]
        return super().from_notebook_node(nb, resources, **options)
