"""What a released notebook has beyond nbgrader's: a first cell that installs the course, and what questions count in.

The cell does nothing where the course is installed; the metadata of a question that is a bonus or excluded says so, for
students' own `check()`, which knows no settings of the course.
"""

from pathlib import Path
from typing import Any, Final

from nbconvert.exporters import NotebookExporter
from nbformat.v4 import new_code_cell
from traitlets import Unicode

from autograder.catalogue.assignment import OURS
from autograder.catalogue.course import find_course
from autograder.gradebook.credit import questions_of
from autograder.results.result import Credit

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
    course = Unicode("", help="The course's folder, where it is not the one that nbgrader works in.").tag(config=True)

    def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> Any:
        """Return the notebook as text, and what is known of it."""
        otherwise = f"%pip install --quiet {self.install_from}" if self.install_from else _ASK
        cell = new_code_cell(_CELL.format(otherwise=otherwise), id=CELL_ID)
        nb.cells = [cell, *nb.cells]
        said = self._credits(resources["nbgrader"]["assignment"])
        for each in nb.cells:
            credit = said.get(each.metadata.get("nbgrader", {}).get("grade_id"), "regular")
            if credit != "regular":
                each.metadata[OURS] = {"credit": credit}
        return super().from_notebook_node(nb, resources, **options)

    def _credits(self, name: str) -> dict[str, Credit]:
        converter: Any = self.parent
        course = find_course(Path(self.course or converter.coursedir.root))
        assignment = next((each for each in course.assignments() if each.name == name), None)
        return {id: question.credit for id, question in questions_of(assignment).items()} if assignment else {}
