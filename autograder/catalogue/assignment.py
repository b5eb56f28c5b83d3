"""One assignment: its notebook's questions and points, its checks, and the record that says what to expect."""

import ast
import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from autograder.errors import UsageError
from autograder.results.result import CREDITS, Credit, Misconception

PACKAGE: Final = Path(__file__).parents[1]
ALWAYS_LOADED: Final = ("numpy", "torch.testing")
VISIBLE_CHECKS: Final = "visible_checks.py"
HIDDEN_CHECKS: Final = "hidden_checks.py"
RECORD: Final = "record.json"
HIDDEN_RECORD: Final = "hidden_record.json"
ALTERNATIVES: Final = "alternatives.py"
MISTAKES: Final = "mistakes.py"
REPHRASED: Final = "rephrased.py"  # the same mistakes in other hands, which calibration never sees
PLOTS: Final = "calibration"  # a folder
ANSWER: Final = "answer"  # the tag of cells in a source notebook that answer its open questions
OURS: Final = "autograder"  # in the metadata of a cell, beside nbgrader's
SECRETS: Final = (HIDDEN_CHECKS, HIDDEN_RECORD, MISTAKES, ALTERNATIVES, REPHRASED, PLOTS)  # beside a source notebook


@dataclass(frozen=True, slots=True)
class Question:
    """One graded unit: its grade cell's `grade_id` and points, and what these count in."""

    id: str
    points: float
    credit: Credit = "regular"

    @property
    def possible(self) -> float:
        """What of its points is in the assignment's maximum."""
        return self.points if self.credit == "regular" else 0.0


def credit_of(cell: Mapping[str, Any]) -> Credit:
    """Return what a released notebook says that the question of a cell counts in."""
    said = cell["metadata"].get(OURS, {}).get("credit")
    return next((credit for credit in CREDITS if credit == said), "regular")


def credits_in(notebook: str) -> dict[str, Credit]:
    """Return what the questions of a released notebook count in, by id.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no notebook.
    """
    cells = [(cell["metadata"].get("nbgrader", {}), cell) for cell in json.loads(notebook)["cells"]]
    return {marks["grade_id"]: credit_of(cell) for marks, cell in cells if "points" in marks}


@dataclass(frozen=True)
class Assignment:
    """One notebook of the course in `root`.

    `folder` holds what a student may have beside the engine, `solution` what a student never gets: None where
    it is not there. `credits` is the course's table of the questions that do not count as the others do, as it stands;
    of a question that is not in it, a released notebook says what it counted in when it was released.
    """

    name: str
    root: Path
    notebook: Path
    folder: Path
    solution: Path | None
    credits: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def visible_checks(self) -> Path:
        """The file of checks that students can run."""
        return self.folder / VISIBLE_CHECKS

    @functools.cached_property
    def hidden_checks(self) -> Path | None:
        """The file of checks that only a grade runs, where there is one."""
        path = self.solution / HIDDEN_CHECKS if self.solution else None
        return path if path and path.exists() else None

    @functools.cached_property
    def _cells(self) -> list[dict[str, Any]]:
        try:
            cells = [cell for cell in json.loads(self.notebook.read_text("utf-8"))["cells"] if not is_answer(cell)]
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(f"{self.notebook} is no notebook of a course: {error}") from error
        return cells

    @functools.cached_property
    def questions(self) -> tuple[Question, ...]:
        """The automatically graded questions, in the notebook's order."""
        found = tuple(question for question, checked in self._graded if checked)
        if not found:
            raise UsageError(f"{self.notebook} has no grade cell")
        return found

    @functools.cached_property
    def by_hand(self) -> tuple[Question, ...]:
        """The questions that a person grades: written answers, drawings, tasks; in the notebook's order."""
        return tuple(question for question, checked in self._graded if not checked)

    @functools.cached_property
    def _graded(self) -> list[tuple[Question, bool]]:
        """The cells worth points, each with whether checks judge it.

        Raises:
            UsageError: the course's table says of a question what cannot be, or has one that is not here.
        """
        found = []
        for cell in self._cells:
            marks = cell["metadata"].get("nbgrader", {})
            if marks.get("grade") or marks.get("task"):
                checked = marks.get("grade") and not marks.get("solution") and cell["cell_type"] == "code"
                id = marks["grade_id"]
                credit = self._credit(id) if id in self.credits else credit_of(cell)
                found.append((Question(id, float(marks["points"]), credit), bool(checked)))
        ids = [question.id for question, _ in found]
        if unknown := [id for id in self.credits if id not in ids]:
            raise UsageError(f"{self._table} has an unknown question {unknown[0]}; it may have: {', '.join(ids)}")
        return found

    def _credit(self, id: str) -> Credit:
        said = self.credits[id]
        for credit in CREDITS:
            if said == credit:
                return credit
        raise UsageError(f"{self._table}: {id} is {said!r}; it must be one of {', '.join(CREDITS)}")

    @property
    def _table(self) -> str:
        return f"{self.root / 'pyproject.toml'}: [tool.autograder.questions.{self.name}]"

    @functools.cached_property
    def modules(self) -> tuple[str, ...]:
        """What the notebook imports: loaded before a submission is forked."""
        names = set(ALWAYS_LOADED)
        for cell in self._cells:
            if cell["cell_type"] == "code":
                names.update(_imports("".join(cell["source"])))
        return tuple(sorted(names - {PACKAGE.name}))

    @functools.cached_property
    def misconceptions(self) -> Mapping[str, Misconception]:
        """The known mistakes, by id: those that authors recorded, and those named as submissions came."""
        try:
            words = {**self.record.get("misconceptions", {}), **self.record.get("observed", {})}
            return {id: Misconception(id=id, **entry) for id, entry in words.items()}
        except (AttributeError, TypeError) as error:
            raise UsageError(f"{self.folder / RECORD} holds no misconceptions: {error}") from error

    @functools.cached_property
    def record(self) -> Mapping[str, Any]:
        """What was calibrated and what is known of mistakes, as `autograder calibrate` wrote it, or nothing."""
        return _read_record(self.folder / RECORD)

    @functools.cached_property
    def hidden_record(self) -> Mapping[str, Any]:
        """What mistakes do under hidden checks, as `autograder calibrate` wrote it, or nothing."""
        return _read_record(self.solution / HIDDEN_RECORD) if self.solution else {}

    def check_files(self, *, visible_only: bool) -> tuple[Path, ...]:
        """The files of checks, visible ones first."""
        if visible_only or self.hidden_checks is None:
            return (self.visible_checks,)
        return (self.visible_checks, self.hidden_checks)

    def record_files(self, *, visible_only: bool) -> tuple[Path, ...]:
        """The records that there are, the visible checks' first."""
        hidden = [self.solution / HIDDEN_RECORD] if self.solution and not visible_only else []
        return tuple(path for path in (self.folder / RECORD, *hidden) if path.exists())

    def checks_sha256(self, *, visible_only: bool) -> str:
        """A digest of all that decides a score beside the submission: checks, points, calibration, assertions."""
        digest = hashlib.sha256(repr((self.questions, self.by_hand)).encode())
        files = (*self.check_files(visible_only=visible_only), *self.record_files(visible_only=visible_only))
        for path in (*files, *sorted((PACKAGE / "judging").rglob("*.py"))):
            digest.update(path.read_bytes())
        return digest.hexdigest()


def is_answer(cell: Mapping[str, Any]) -> bool:
    """Return whether a cell of a notebook answers an open question, and so is no part of the assignment."""
    return ANSWER in cell["metadata"].get("tags", ())


def _read_record(path: Path) -> Mapping[str, Any]:
    try:
        record = json.loads(path.read_text("utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} holds no record of an assignment: {error}") from error
    if not isinstance(record, dict):
        raise UsageError(f"{path} holds no record of an assignment")
    return record


def _imports(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # IPython's own syntax: no import worth loading early
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "torch.optim":
            yield "torch.optim"  # an attribute that torch imports on first use, which takes seconds
