"""What a question counts in, as far as nbgrader's gradebook can say it: a bonus or an excluded one has a maximum of 0.

The points of a bonus are its score, as extra credit is (https://nbgrader.readthedocs.io/en/stable/user_guide/faq.html).
An excluded question has no points of the checks'; what a person has given for it stays, and as much negative extra
credit takes it out of every sum.
"""

import contextlib
import copy
from collections.abc import Iterator, Mapping
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import ComputeChecksums, SaveCells

from autograder.catalogue.assignment import Assignment, Question


def questions_of(assignment: Assignment) -> Mapping[str, Question]:
    """Return all that is worth points, by id."""
    return {question.id: question for question in (*assignment.questions, *assignment.by_hand)}


def counted(released: Any, assignment: Assignment) -> Any:
    """Return a released notebook whose cells are worth what counts in the maximum, with their checksums."""
    questions = questions_of(assignment)
    notebook = copy.deepcopy(released)
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        question = questions.get(marks.get("grade_id"))
        if question is not None and question.credit != "regular" and "points" in marks:
            marks["points"] = question.possible
    return ComputeChecksums().preprocess(notebook, {})[0]


def save_cells(notebook: Any, assignment: Assignment, url: str) -> None:
    """Have a gradebook know the cells of a notebook that `counted` returned; what it knows already is left alone."""
    maxima = {id: question.possible for id, question in questions_of(assignment).items()}
    with Gradebook(url) as book:
        try:
            known = book.find_notebook(assignment.name, assignment.name)
        except MissingEntry:
            known = None
        if known is not None and maxima == {
            cell.name: cell.max_score for cell in (*known.grade_cells, *known.task_cells)
        }:  # fmt: skip
            return
    SaveCells().preprocess(
        notebook, {"nbgrader": {"notebook": assignment.name, "assignment": assignment.name, "db_url": url}}
    )


def credit(grade: Any, question: Question) -> None:
    """Have a grade of nbgrader's, which the checks' score is in, count as the question does."""
    if question.credit == "excluded":
        grade.auto_score, grade.needs_manual_grade = 0.0, False
        grade.extra_credit = -grade.manual_score if grade.manual_score else None
    elif grade.extra_credit is not None and grade.extra_credit < 0:  # no person can give that
        grade.extra_credit = None


@contextlib.contextmanager
def worth(cell: Any, points: float) -> Iterator[None]:
    """Have a cell be worth so many points within the block, for which nbgrader takes no score above them."""
    before = cell.metadata.nbgrader.points
    cell.metadata.nbgrader.points = points
    try:
        yield
    finally:
        cell.metadata.nbgrader.points = before
