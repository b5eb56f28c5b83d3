"""What nbgrader's autograde does by us: running the notebook, and taking over its scores."""

import base64
import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from nbformat.v4 import new_output
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade, is_solution
from traitlets import Enum, Integer, Unicode

from autograder.catalogue.assignment import Question
from autograder.catalogue.course import find_course
from autograder.catalogue.secret import course_secret
from autograder.errors import UsageError
from autograder.gradebook.credit import credit, questions_of, worth
from autograder.gradebook.exporter import SEEN, digest_of, read_from_folder
from autograder.gradebook.restoring import CODE_CELL
from autograder.grading.device import DEVICES, choose
from autograder.grading.runner import grade_apart
from autograder.grading.settings import Settings
from autograder.judging.student import describe_fault
from autograder.reports.card import render_chart, render_html, render_text
from autograder.reports.charts import draw
from autograder.results.result import QuestionResult, SubmissionResult
from autograder.results.store import ResultStore
from autograder.sandbox import launch as sandbox
from autograder.sandbox import permissions
from autograder.sandbox.cell_run import CellRun

NEEDS_REVIEW: Final = "needs_review"
Outcome = tuple[SubmissionResult, Sequence[CellRun]]  # a result, and what became of the cells


class ConfinedExecute(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no annotations
    """Stands where nbgrader has Execute: grades the submission confined, as `autograder grade` does.

    Each cell gets what it printed and drew in the confined run; each autograded cell the judge's
    card and, as its value, the score.
    """

    sandbox = Enum(("auto", "bwrap", "user", "none"), "auto", help="How student code is confined.").tag(config=True)
    device = Enum(DEVICES, "auto", help="Where checks run; auto: on a GPU where one works.").tag(config=True)
    seed = Integer(0, help="The course seed.").tag(config=True)
    results = Unicode("", help="A folder that `autograder grade --gradebook` wrote: what is there is not run.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Fill `nb`; `resources["nbgrader"]` says whose it is."""
        marks = resources["nbgrader"]
        result, cells = self._known(marks) or self._graded(marks)
        fill(nb, result, {run.index: run for run in cells})
        marks[NEEDS_REVIEW] = [
            question.id for question in result.questions if question.needs_review or result.internals
        ]
        return nb, resources

    def _graded(self, marks: Mapping[str, str]) -> Outcome:
        directory = CourseDirectory(parent=self)
        submitted = directory.format_path(directory.submitted_directory, marks["student"], marks["assignment"])
        course = find_course(Path(directory.root))
        mode = sandbox.choose(self.sandbox)
        permissions.check_hidden(mode, course, [Path(submitted)])
        device = choose(self.device, mode)
        secret = course_secret(course.root)
        settings = Settings(course.root, mode, seed=self.seed, keep_outputs=True, device=device, secret=secret)
        graded = grade_apart(settings, read_from_folder(Path(submitted), course))
        return graded.result, graded.cells or ()

    def _known(self, marks: Mapping[str, str]) -> Outcome | None:
        """Return what a run of `autograder grade` has found, where there was one."""
        if not self.results:
            return None
        store = _store(self.results, ResultStore(Path(self.results)).stamp)
        student, assignment = marks["student"], marks["assignment"]
        result = store.get(assignment, student)
        if result is None or not store.cells_of(student, assignment).exists():
            return None
        return result, [CellRun.from_json(fields) for fields in store.read_cells(student, assignment)]


@functools.lru_cache(1)
def _store(results: str, _stamp: int) -> ResultStore:
    """Return a folder of results, which knows where each is."""
    store = ResultStore(Path(results))
    store.read()
    return store


class SaveScores(SaveAutoGrades):  # type: ignore[misc]
    """As SaveAutoGrades; a person looks at what the grader failed at, and at nothing twice."""

    def _add_score(self, cell: Any, resources: Any) -> None:
        grade_id = cell.metadata["nbgrader"]["grade_id"]
        question = self._questions(resources["nbgrader"]["assignment"]).get(grade_id)
        grade = self.gradebook.find_grade(grade_id, self.notebook_id, self.assignment_id, self.student_id)
        score, looked_at = grade.auto_score, grade.manual_score is not None and not grade.needs_manual_grade
        judged = question is not None and not is_solution(cell)  # a written answer is known by its points, too
        with worth(cell, question.points if question is not None and judged else cell.metadata.nbgrader.points):
            super()._add_score(cell, resources)
        if grade_id in resources["nbgrader"][NEEDS_REVIEW]:
            grade.needs_manual_grade = True
        elif looked_at and grade.auto_score == score and not self._is_another(cell, resources):
            grade.needs_manual_grade = False
        if question is not None:
            credit(grade, question)
        self.gradebook.db.commit()

    def _questions(self, assignment: str) -> Mapping[str, Question]:
        course = find_course(Path(CourseDirectory(parent=self).root))
        return questions_of(course.assignment(assignment))

    @staticmethod
    def _is_another(cell: Any, resources: Any) -> bool:
        """Return whether a hand-graded cell is not what it was when it was last autograded."""
        seen = resources["nbgrader"][SEEN]
        return bool(is_solution(cell)) and seen.get(cell.metadata.nbgrader.grade_id) != digest_of(cell)


def fill(nb: Any, result: SubmissionResult, runs: Mapping[int, CellRun]) -> None:
    """Write into a restored notebook what a graded run of it gave.

    Args:
        nb: an nbformat node, changed in place; its code cells have their number in the submission.
        result: what was found.
        runs: what became of the submission's code cells, by number.

    Raises:
        UsageError: a question has other points in the gradebook than in the course.
    """
    questions = {question.id: question for question in result.questions}
    for count, cell in enumerate(nb.cells, 1):
        number = cell.metadata.pop(CODE_CELL, None)
        if cell.cell_type != "code":
            continue
        cell.outputs = []
        if is_grade(cell) and not is_solution(cell) and cell.metadata.nbgrader.grade_id in questions:
            question = questions[cell.metadata.nbgrader.grade_id]
            if float(cell.metadata.nbgrader.points) != question.possible:
                raise UsageError(
                    f"{question.id} has {question.possible:g} points in the course and "
                    f"{cell.metadata.nbgrader.points:g} in the gradebook: run nbgrader generate_assignment"
                )
            cell.execution_count = count
            cell.outputs = list(_judged(question, count))
        elif number in runs:
            cell.execution_count = count
            cell.outputs = list(_printed(runs[number]))


def _judged(question: QuestionResult, count: int) -> Iterator[Any]:
    card = {"text/html": render_html(question), "text/plain": render_text(question)}
    yield new_output("display_data", card)
    attachments = [each for check in question.checks if check.visible for each in check.attachments]
    for index, attachment in enumerate(attachments, 1):
        figure = draw(attachment, f"{question.id}-figure{index}")
        if figure:
            yield new_output("display_data", {"image/svg+xml": render_chart(figure), "text/plain": figure.caption})
    # Read as the grade; shown is the empty text, as the card has said it
    yield new_output("execute_result", {"text/html": "", "text/plain": repr(question.score)}, execution_count=count)


def _printed(run: CellRun) -> Iterator[Any]:
    """Text and pictures alone: nothing here is read as HTML."""
    if run.output:
        yield new_output("stream", name="stdout", text=run.output)
    for figure in run.figures:
        yield new_output("display_data", {"image/png": base64.b64encode(figure).decode()})
    match run.error:
        case {"type": str(type_name), "message": str(message), "frames": list(frames)}:
            lines = describe_fault(type_name, message, frames).splitlines()
            yield new_output("error", ename=type_name, evalue=message, traceback=lines)
