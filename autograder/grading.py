"""Grades one submission: loads it, runs it confined, judges it, writes its feedback page."""

import importlib.metadata
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import Course, find_course
from autograder.device import CPU, Device
from autograder.errors import GraderFault, WorkerLost
from autograder.feedback import printed_by, render_feedback
from autograder.handed_in import HandedIn
from autograder.judge import Judge, derive_seed
from autograder.remote import RemoteStudent
from autograder.result import Environment, QuestionResult, SubmissionResult
from autograder.sandbox import Mode
from autograder.similarity import fingerprint, runs_of
from autograder.student import Student, StudentStopped
from autograder.submission import Submission, read_submission
from autograder.suite.authoring import Probe
from autograder.worker.limits import Limits
from autograder.worker_client import CellRun, Worker


@dataclass(frozen=True, slots=True)
class Settings:
    """What a whole run of grading has in common; plain enough to be sent to another machine.

    `keep_outputs` asks for what a submission's cells print and draw; `questions` are those to judge,
    with what they need, none for all.
    """

    course_root: Path
    mode: Mode
    visible_only: bool = False
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    keep_outputs: bool = False
    questions: tuple[str, ...] = ()
    device: Device = CPU

    def course(self) -> Course:
        """Return the course that is graded."""
        return find_course(self.course_root)

    def environment(self, assignment: str) -> Environment:
        """Return what a result under these settings depends on."""
        checks = self.course().assignment(assignment).checks_sha256(visible_only=self.visible_only)
        return Environment(
            importlib.metadata.version("torch"), platform.python_version(), self.device.kind, self.seed, self.mode,
            checks, self.device.name,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to grade: its file's bytes, or None where nothing was handed in."""

    student: str
    assignment: str
    file_name: str
    data: bytes | None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, handed_in: HandedIn) -> "Job":
        """Read what was handed in; where that cannot be, a note says so."""
        path, notes = handed_in.path, handed_in.notes
        if path is None:
            return cls(handed_in.student, handed_in.assignment, "", None, notes)
        try:
            return cls(handed_in.student, handed_in.assignment, path.name, path.read_bytes(), notes)
        except OSError as error:
            note = f"{path.name} cannot be read: {error.strerror}"
            return cls(handed_in.student, handed_in.assignment, path.name, None, (*notes, note))


@dataclass(frozen=True, slots=True)
class Graded:
    """A result line, the student's feedback page and, where asked for, what the cells printed and drew."""

    result: Mapping[str, Any]
    feedback_html: str
    cells: tuple[CellRun, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Warm:
    """A worker and the modules that it has loaded."""

    worker: Worker
    modules: frozenset[str]


class Grader:
    """A worker and, for each assignment met, a judge with its checks collected."""

    def __init__(self, settings: Settings, number: int = 0) -> None:
        """Start the worker's process; `number` tells this machine's workers apart, from 0."""
        self._settings = settings
        self._questions = settings.questions or None
        self._course = settings.course()
        self._number = number
        self._judges: dict[str, Judge] = {}
        self._warm: _Warm | None = None
        self._environments: dict[str, Environment] = {}
        self._released_runs: dict[str, frozenset[int]] = {}

    def close(self) -> None:
        """End the workers and judges."""
        self._drop_worker()
        for judge in self._judges.values():
            judge.close()

    def prepare(self, assignment: str) -> None:
        """Start what an assignment needs, without waiting for it."""
        self._worker(assignment)
        self._judge(assignment)

    def grade(self, job: Job) -> Graded:
        """Grade one submission. Our own failure is tried once more, then recorded for a person."""
        started = time.perf_counter()
        submission = read_submission(job.data, job.file_name)
        try:
            questions, notes, cells = self._run(job, submission)
        except GraderFault:
            self._drop_worker()
            try:
                questions, notes, cells = self._run(job, submission)
            except GraderFault as fault:
                self._drop_worker()
                questions = self._judge(job.assignment).judge(_Absent(fault), questions=self._questions)
                notes, cells = [f"the grader failed: {fault}"], ()
        result = SubmissionResult(
            job.student, job.assignment, submission.sha256, self._environment(job.assignment),
            questions, (*job.notes, *submission.notes, *notes), time.perf_counter() - started,
            {question.id: question.points for question in self._course.assignment(job.assignment).by_hand},
            fingerprint((source for _, source in submission.cells), self._released(job.assignment)),
        ).to_json()  # fmt: skip
        page = render_feedback(result, printed_by([{"index": run.index, "output": run.output} for run in cells]))
        return Graded(result, page, cells if self._settings.keep_outputs else None)

    def _run(
        self, job: Job, submission: Submission
    ) -> tuple[tuple[QuestionResult, ...], list[str], tuple[CellRun, ...]]:
        judge = self._judge(job.assignment)
        if submission.problem:
            stopped = StudentStopped("not_attempted", f"There is no code to check: {submission.problem}.")
            return judge.judge(_Absent(stopped), self._settings.seed, self._questions), [submission.problem], ()
        student = RemoteStudent(
            lambda: self._worker(job.assignment), submission.cells, name=submission.module_name,
            seed=derive_seed(self._settings.seed, job.assignment), limits=self._settings.limits,
            figures=self._settings.keep_outputs,
        )  # fmt: skip
        try:
            student.start()
            questions = judge.judge(student, self._settings.seed, self._questions)
            notes, cells = student.notes(), student.cells()
        finally:
            student.close()
        if not self._worker(job.assignment).alive:
            raise WorkerLost("the warm process ended while the submission was judged")
        return questions, notes, cells

    def _environment(self, assignment: str) -> Environment:
        if assignment not in self._environments:
            self._environments[assignment] = self._settings.environment(assignment)
        return self._environments[assignment]

    def _released(self, assignment: str) -> frozenset[int]:
        """Runs of tokens that every student has from the released notebook; none where there is no such notebook."""
        if assignment not in self._released_runs:
            path = self._course.assignments_dir / assignment / f"{assignment}.ipynb"
            data = path.read_bytes() if path.exists() else None
            cells = read_submission(data, path.name).cells
            self._released_runs[assignment] = runs_of(source for _, source in cells)
        return self._released_runs[assignment]

    def _judge(self, assignment: str) -> Judge:
        if assignment not in self._judges:
            found = self._course.assignment(assignment)
            self._judges[assignment] = Judge(found, visible_only=self._settings.visible_only)
        return self._judges[assignment]

    def _worker(self, assignment: str) -> Worker:
        """Return the warm worker; where it lacks what the assignment imports, one that has that, too."""
        found = self._course.assignment(assignment)
        wanted = set(found.modules)
        if self._warm is None or not wanted <= self._warm.modules:
            known = self._warm.modules if self._warm is not None else frozenset()
            self._drop_worker()
            modules = known | wanted
            worker = Worker(
                self._settings.mode, self._course.packages, sorted(modules), data=self._course.data(modules),
                number=self._number, device=self._settings.device.kind,
            )  # fmt: skip
            self._warm = _Warm(worker, frozenset(modules))
        return self._warm.worker

    def _drop_worker(self) -> None:
        if self._warm is not None:
            self._warm.worker.close()
        self._warm = None


class _Absent(Student):
    """Nothing to run: every check ends in the same way."""

    def __init__(self, ending: Exception) -> None:
        super().__init__()
        self._ending = ending

    def answer(self, probe: Probe, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise self._ending

    def sources(self) -> list[str]:
        """There is no code."""
        return []

    def why_missing(self, name: str) -> StudentStopped:
        raise self._ending
