"""The cells of a notebook that answer its questions: a student's, or the source notebook's."""

from collections.abc import Mapping, Sequence

from autograder.authoring.simulation.stubs import definitions_of
from autograder.authoring.solution_marks import without_marks
from autograder.catalogue.assignment import Assignment, Question
from autograder.catalogue.submission import Cell, read_submission


def reference_answers(assignment: Assignment) -> dict[str, str]:
    """Return the source notebook's answer to each question, by id."""
    source = read_submission(assignment.notebook.read_bytes(), assignment.notebook.name)
    return {id: without_marks(text) for id, text in answers_in(source.document, assignment).items()}


def answers_in(cells: Sequence[Cell], assignment: Assignment) -> dict[str, str]:
    """Return what answers each question, by id: the last definition of its function, or the cell that a person grades.

    Questions without an answer are left out. Cells are told by their text and by nbgrader's id; nothing is run.
    """
    by_function = _definitions(cells, assignment.questions)
    by_cell = {cell.grade_id: cell.source for cell in cells if cell.grade_id is not None}
    by_hand = {each.id: by_cell[each.id] for each in assignment.by_hand if each.id in by_cell}
    return {**by_function, **by_hand}


def _definitions(cells: Sequence[Cell], questions: Sequence[Question]) -> Mapping[str, str]:
    wanted = {question.id for question in questions}
    found: dict[str, str] = {}
    for cell in cells:
        if cell.kind == "code":
            try:
                defined = definitions_of(cell.source)
            except (SyntaxError, ValueError, RecursionError, MemoryError):  # a student's, or IPython's own syntax
                defined = {name: cell.source for name in wanted if f"def {name}(" in cell.source}
            found |= {name: text for name, text in defined.items() if name in wanted}
    return found
