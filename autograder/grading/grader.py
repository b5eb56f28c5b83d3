"""Grades one submission: loads it, runs it confined, judges it, writes its feedback page."""

import contextlib
import faulthandler
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograder.catalogue.submission import Submission, read_submission
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.errors import GraderFault, UsageError, WorkerLost
from autograder.grading.settings import Settings
from autograder.judging.judge import Judge
from autograder.judging.judge_plugin import derive_seed
from autograder.judging.python_version import leaves_annotations
from autograder.judging.remote_student import RemoteStudent
from autograder.judging.student import Student, StudentStopped
from autograder.judging.suite.authoring import Probe
from autograder.judging.verdict import described
from autograder.reports.feedback import printed_by, render_feedback
from autograder.results.result import CheckResult, Environment, QuestionResult, SubmissionResult
from autograder.results.similarity import code_sketch, runs_of
from autograder.sandbox.cell_run import CellRun, NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker.limits import Limits
from autograder.text import truncate

NOT_JUDGED: Final = "not_judged"  # stands for the checks of a question that could not be run
MAX_NOTES: Final = 50
MAX_NOTE: Final = 2_000  # characters
JUDGING_S: Final = 120.0  # by the clock, for what the checks of a submission compute themselves


@dataclass(frozen=True, slots=True)
class Graded:
    """A result, the student's feedback page and, where asked for, what the cells printed and drew.

    `damage` says what is wrong with the file that was handed in, a sentence each; untrusted.
    """

    result: SubmissionResult
    feedback_html: str
    damage: tuple[str, ...]
    cells: tuple[CellRun, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of a run beside its questions: notes, what it reached for of the interpreter, and its cells."""

    notes: Sequence[str] = ()
    internals: Sequence[str] = ()
    cells: tuple[CellRun, ...] = ()


@dataclass(frozen=True, slots=True)
class _LoadedWorker:
    """A worker and the modules that it has loaded."""

    worker: ForkServer
    modules: frozenset[str]


class Grader:
    """A worker and, for each assignment met, a judge with its checks collected."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is started before it is needed."""
        self._settings = settings
        self._questions = settings.questions or None
        self._course = settings.course()
        self._assignments = {each.name: each for each in self._course.assignments()}  # each reads its notebook once
        self._judges: dict[str, Judge | GraderFault] = {}
        self._loaded: _LoadedWorker | None = None
        self._environments: dict[str, Environment] = {}
        self._limits_of: dict[str, Limits] = {}
        self._secrets: dict[str, bytes] = {}
        self._released: dict[str, tuple[frozenset[str], frozenset[int]]] = {}

    def close(self) -> None:
        """End the workers and judges."""
        self._drop_worker()
        for judge in self._judges.values():
            if isinstance(judge, Judge):
                judge.close()

    def prepare(self, assignment: str) -> None:
        """Start what an assignment needs, without waiting for it."""
        self._worker(assignment)
        self._judge(assignment)

    def grade(
        self, handed_in: SubmissionBytes, on_check: Callable[[Sequence[str]], object] = lambda _: None
    ) -> Graded:  # fmt: skip
        """Grade one submission. Our own failure is tried once more, then recorded for a person.

        Args:
            handed_in: the submission.
            on_check: as in `Judge.judge`.

        Raises:
            UsageError: nothing at all can be graded.
        """
        judge = self._judge(handed_in.assignment)
        if isinstance(judge, GraderFault):
            return self.quarantine(handed_in, judge)
        try:
            return self._grade(handed_in, judge, on_check)
        except UsageError:
            raise
        except Exception:  # whatever it is, it may be gone in a new worker
            self._drop_worker()
        try:
            return self._grade(handed_in, judge, on_check)
        except UsageError:
            raise
        except Exception as error:
            self._drop_worker()
            return self.quarantine(handed_in, error)

    def quarantine(self, handed_in: SubmissionBytes, fault: Exception, why: str = NOT_JUDGED) -> Graded:
        """Record a submission that could not be judged for a person, who reads `fault`; the student does not.

        `why` is `NOT_JUDGED`, or `ENDS_JUDGES` where it is not to be tried again.
        """
        assignment = self._assignments[handed_in.assignment]
        check = CheckResult(
            why, "grader_fault", 1.0, visible=False, description="It is judged.", message=described(fault)
        )  # fmt: skip
        questions = tuple(
            QuestionResult(question.id, question.points, (check,), credit=question.credit)
            for question in assignment.questions
            if self._questions is None or question.id in self._questions
        )
        return self._graded(handed_in, Submission(handed_in.sha256, notes=handed_in.notes), questions, _Told(), 0.0)

    def _grade(self, handed_in: SubmissionBytes, judge: Judge, on_check: Callable[[Sequence[str]], object]) -> Graded:
        started = time.perf_counter()
        submission = handed_in.submission()
        questions, told = self._run(handed_in, submission, judge, on_check)
        return self._graded(handed_in, submission, questions, told, time.perf_counter() - started)

    def _graded(
        self, handed_in: SubmissionBytes, submission: Submission, questions: tuple[QuestionResult, ...],
        told: "_Told", seconds: float,
    ) -> Graded:  # fmt: skip
        result = SubmissionResult(
            handed_in.student, handed_in.assignment, submission.sha256, self._environment(handed_in.assignment),
            questions, _few([*submission.damage, *told.notes]), round(seconds, 4),
            self._by_hand(handed_in.assignment),
            self._code_sketch(submission, handed_in.assignment), _few(told.internals),
        ).published()  # fmt: skip
        page = render_feedback(result, printed_by(told.cells), self._settings.answers_to(result.assignment))
        return Graded(result, page, submission.damage, told.cells if self._settings.keep_outputs else None)

    def _run(
        self,
        handed_in: SubmissionBytes,
        submission: Submission,
        judge: Judge,
        on_check: Callable[[Sequence[str]], object],
    ) -> tuple[tuple[QuestionResult, ...], "_Told"]:
        if submission.problem:
            stopped = StudentStopped("not_attempted", f"There is no code to check: {submission.problem}.")
            return self._judged(judge, _Absent(stopped), on_check), _Told()
        work = NotebookWork(
            submission.cells, derive_seed(self._settings.seed, handed_in.assignment), submission.module_name,
            submission.explore, [question.id for question in judge.assignment.questions], self._settings.keep_outputs,
            submission.files, submission.lines, leaves_annotations(submission.python),
        )  # fmt: skip
        session = RetryingSession(lambda: self._worker(handed_in.assignment), work, self._limits(handed_in.assignment))
        student = RemoteStudent(session, submission.modules, submission.python)
        try:
            session.start()
            if self._settings.mode == "bwrap":  # elsewhere this submission could reach the next one's process
                self._prepare_next(handed_in.assignment)
            questions = self._judged(judge, student, on_check)
            judged = questions, _Told(student.notes(), student.internals(), student.cells())
        finally:
            session.close(wait=False)  # its processes die while the judge goes on
        self._prepare_next(handed_in.assignment)
        return judged

    def _prepare_next(self, assignment: str) -> None:
        if self._loaded is not None:
            with contextlib.suppress(WorkerLost):  # then the next submission gets another worker
                self._loaded.worker.prepare(self._limits(assignment))

    def _judged(
        self, judge: Judge, student: Student, on_check: Callable[[Sequence[str]], object]
    ) -> tuple[QuestionResult, ...]:
        with _ended_after(self._limits(judge.assignment.name).wall_s + JUDGING_S):
            secret = self._secret(judge.assignment.name)
            return judge.judge(student, self._settings.seed, self._questions, secret=secret, on_check=on_check)

    def _limits(self, assignment: str) -> Limits:
        if assignment not in self._limits_of:
            self._limits_of[assignment] = self._settings.limits_of(assignment)
        return self._limits_of[assignment]

    def _secret(self, assignment: str) -> bytes:
        if assignment not in self._secrets:
            self._secrets[assignment] = self._settings.secret_of(assignment)
        return self._secrets[assignment]

    def _environment(self, assignment: str) -> Environment:
        if assignment not in self._environments:
            self._environments[assignment] = self._settings.environment(assignment)
        return self._environments[assignment]

    def _by_hand(self, assignment: str) -> dict[str, float]:
        """Return the points of the questions that a person grades, by id; of those that count."""
        by_hand = self._assignments[assignment].by_hand
        return {question.id: question.points for question in by_hand if question.credit != "excluded"}

    def _code_sketch(self, submission: Submission, assignment: str) -> str:
        """As `similarity.code_sketch`, of what is not the released notebook's; all is where there is no such one."""
        if assignment not in self._released:
            path = self._course.assignments_dir / assignment / f"{assignment}.ipynb"
            cells = read_submission(path.read_bytes(), path.name).cells if path.exists() else ()
            sources = frozenset(source for _, source in cells)
            self._released[assignment] = sources, runs_of(sources)
        sources, runs = self._released[assignment]
        own = [*submission.modules, *(source for _, source in submission.cells)]
        return code_sketch((source for source in own if source not in sources), runs)

    def _judge(self, assignment: str) -> Judge | GraderFault:
        """Return the judge, or why its checks cannot be used: the other assignments are graded all the same."""
        if assignment not in self._judges:
            found = self._assignments[assignment]
            try:
                self._judges[assignment] = Judge(found, visible_only=self._settings.visible_only)
            except (Exception, SystemExit) as error:  # a file of checks may do anything when it is imported
                self._judges[assignment] = GraderFault(f"the checks of {assignment} cannot be used: {described(error)}")
        return self._judges[assignment]

    def _worker(self, assignment: str) -> ForkServer:
        """Return the warm worker; another where it is not healthy any more, or lacks what the assignment imports."""
        wanted = set(self._assignments[assignment].modules)
        if self._loaded is None or not self._loaded.worker.healthy or not wanted <= self._loaded.modules:
            known = self._loaded.modules if self._loaded is not None else frozenset()
            self._drop_worker()
            modules = known | wanted
            spec = LaunchSpec(
                self._settings.mode, self._course.packages, sorted(modules), self._course.data(modules),
                self._settings.device.kind,
            )  # fmt: skip
            self._loaded = _LoadedWorker(ForkServer(spec), frozenset(modules))
        return self._loaded.worker

    def _drop_worker(self) -> None:
        if self._loaded is not None:
            self._loaded.worker.close()
        self._loaded = None


def _few(notes: Sequence[str]) -> tuple[str, ...]:
    """Return notes of bounded number and length, and how many more there are."""
    kept = tuple(truncate(note, MAX_NOTE) for note in notes[:MAX_NOTES])
    return kept if len(notes) <= MAX_NOTES else (*kept, f"and {len(notes) - MAX_NOTES:,} notes more")


@contextlib.contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """End this process where the block has not ended by then, and say on standard error where it was.

    A check that never ends, inside of torch perhaps, can be left in no other way. Whoever runs this process
    hands its submission out again, and records it for a person in the end.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


class _Absent(Student):
    """Nothing to run: every check ends in the same way."""

    def __init__(self, ending: Exception) -> None:
        super().__init__()
        self._ending = ending

    def answer(
        self, probe: Probe, arguments: Mapping[str, Any], watched: str = "", spoilt: int | None = None
    ) -> Mapping[str, Any]:
        raise self._ending

    def sources(self) -> list[str]:
        """There is no code."""
        return []

    def why_missing(self, name: str) -> StudentStopped:
        raise self._ending
