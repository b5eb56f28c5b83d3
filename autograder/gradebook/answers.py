"""Takes the answers to open questions out of what nbgrader releases."""

from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.catalogue.assignment import is_answer


class RemoveAnswers(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no annotations
    """Comes first in `GenerateAssignment.preprocessors`, so that no gradebook learns of such a cell either."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave out the cells with the tag `answer`."""
        nb.cells = [cell for cell in nb.cells if not is_answer(cell)]
        return nb, resources
