"""A submission whose functions live in a confined worker."""

import contextlib
import math
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from autograder.judging.python_version import GRADING, Version, format_version, is_unknown_syntax, newer_python
from autograder.judging.student import Asked, Student, StudentStopped, defines, describe_fault
from autograder.judging.suite.authoring import CheckSpec, Probe
from autograder.results.absent import absent_from, once_a_cause
from autograder.sandbox.cell_run import CellRun
from autograder.sandbox.resource_monitor import OverMemory
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker import wire
from autograder.sandbox.worker.limits import CLOCK_PER_COMPUTING

PATIENCE_AFTER_TIMEOUT: Final = 0.1
_COMMENTS: Final = re.compile(r"(?:[^\S\n]*(?:#[^\n]*)?\n)*")  # and empty lines
_WRITES_MODULE: Final = re.compile(r"\s*%%(?:writefile|file)\s[^\n]*\.py\s*\n")
_UNBOUND: Final = re.compile(r"NameError: name '(\w+)' is not defined")
MAX_CELLS_NAMED: Final = 6  # in a note


class RemoteStudent(Student):
    """Runs probes in the state in which a question's check cell stands; whatever comes back is untrusted.

    Where there is no such cell, or nothing that the question needs is bound anew below it, that is the notebook's
    last state.
    """

    def __init__(self, session: RetryingSession, modules: Sequence[str] = (), python: Version | None = None) -> None:
        """Whoever makes `session` starts and closes it.

        Args:
            session: runs the cells.
            modules: the source of the Python files that lie beside the notebook.
            python: the version that the notebook says it was written with.
        """
        super().__init__()
        self._session = session
        self._modules = modules
        self._python = python
        self._slow_questions: set[str] = set()
        self._question = ""
        self._left_s = 0.0  # of what the check's probes may compute in
        self._question_left_s = 0.0
        self._deadline = 0.0  # of the question
        self._left_of: dict[tuple[str, str | None], float] = {}  # by question, and whether it is at the end
        self._kept: tuple[list[str], tuple[CellRun, ...]] | None = None  # what is told of the notebook
        self._ending: str | None = None  # the question that is judged in the notebook's last state
        self._better_at_end: list[str] = []

    def start_check(self, spec: CheckSpec, seed: int) -> None:
        """As `Student.start_check`; a notebook that has to run again does so outside of the check's time."""
        self._session.start()
        if spec.question != self._question:
            self._begin_question(spec.question)
        super().start_check(spec, seed)
        self._left_s = self._limit_s

    def has_called(self, function: str, asked: Sequence[Asked]) -> bool:
        """As `Student.has_called`; what has hung is not waited for as long again, and the question's time stays."""
        self._left_s = self._limit_s * PATIENCE_AFTER_TIMEOUT
        question_left_s = self._question_left_s
        try:
            return super().has_called(function, asked)
        finally:
            self._question_left_s = question_left_s

    def _begin_question(self, question: str) -> None:
        self._question = question
        self._question_left_s = self._left_of.get((question, self._ending), self._session.limits.question_s)
        self._deadline = time.monotonic() + self._question_left_s * CLOCK_PER_COMPUTING

    def differing(self) -> Collection[str]:
        """As the worker says."""
        return self._session.run.differing.keys()

    @contextlib.contextmanager
    def at_the_end(self, question: str) -> Iterator[None]:
        """As `Student.at_the_end`."""
        self.end_question()
        self._ending = question
        try:
            yield
        finally:
            self.end_question()
            self._ending = None

    def count_the_end(self, question: str) -> None:
        """As `Student.count_the_end`: a note will say so."""
        self._better_at_end.append(question)

    def keep_what_is_told(self) -> None:
        """As `Student.keep_what_is_told`; a session that has to run the notebook again adds nothing."""
        if self._kept is None:  # a mistake's name may be looked for afterwards, by the same checks
            self._kept = self._told(), self.cells()

    @property
    def _state(self) -> str | None:
        differs = self._question in self._session.run.differing and self._question != self._ending
        return self._question if differs else None

    def limit_of(self, spec: CheckSpec) -> float:
        """A tenth of the limit once the question, or one that it needs, has hung.

        So an endless loop costs its own checks and leaves the submission's time to the others.
        """
        hung = self._slow_questions & {spec.question, *spec.needs}
        return spec.timeout_s * (PATIENCE_AFTER_TIMEOUT if hung else 1.0)

    def end_question(self) -> None:
        """The next probe starts from the notebook's state again."""
        self._left_of[self._question, self._ending] = self._question_left_s
        self._question = ""
        self._session.reset()

    def has_used(self, function: str, asked: Sequence[Asked]) -> bool:
        """As `Student.has_used`; the question's time stays."""
        question_left_s = self._question_left_s
        try:
            return super().has_used(function, asked)
        finally:
            self._question_left_s = question_left_s

    def answer(
        self, probe: Probe, arguments: Mapping[str, Any], watched: str = "", spoilt: int | None = None
    ) -> Mapping[str, Any]:
        """Send the probe; a process that hangs or dies costs this check alone."""
        request = {
            "source": probe.source, "name": probe.name, "arguments": arguments, "seed": self._seed,
            "state": self._state, "watched": watched, "spoilt": spoilt,
        }  # fmt: skip
        seconds_left = min(self._left_s, self._question_left_s)
        try:
            answer, seconds = self._session.probe(request, seconds_left, self._deadline)
        except wire.WireError as error:
            if self._session.seconds_left <= 0:
                raise StudentStopped("timeout", "The submission's time limit ran out.") from None
            if self._question_left_s < self._left_s or time.monotonic() > self._deadline:
                limit_s = self._session.limits.question_s
                told = f"The checks of this question had {limit_s:g} s, and need more."
                raise StudentStopped("timeout", told) from None
            if isinstance(error, OverMemory):
                raise StudentStopped("memory", f"It used {error}.") from None
            if isinstance(error, wire.WireTimeout):
                self._slow_questions.add(self._question)
                raise StudentStopped("timeout", f"It did not finish within {self._limit_s:g} s.") from None
            raise StudentStopped("crashed", "The process that ran it ended, or broke the protocol.") from None
        self._left_s -= seconds
        self._question_left_s -= seconds
        return answer

    def sources(self) -> list[str]:
        """What the cells can import, then they, up to the state that is judged; of `%%writefile` the module."""
        state = self._state
        last = self._session.run.differing[state] if state is not None else math.inf
        cells = [source for number, source in self._session.work.cells if number <= last]
        return [*self._modules, *(_WRITES_MODULE.sub("", source, 1) for source in cells)]

    def why_missing(self, name: str) -> StudentStopped:
        """Say which cell should have defined it and what became of that cell."""
        for number, source in reversed(self._session.work.cells):
            if not defines(source, name):
                continue
            if number in self._session.run.skipped:
                skipped = self._session.run.skipped[number]
                return StudentStopped(
                    skipped.outcome, f"{self._place(number)}, which defines `{name}`, was left out: {skipped.why}."
                )
            run = self._session.run.cells.get(number)
            if run is not None and run.error is not None:
                if newer := self._newer(number, run.error):
                    return StudentStopped("grader_fault", f"{newer}: a person will look.")
                told = f"{self._place(number)}, which should define `{name}`, failed.\n{self._describe(run.error)}"
                return StudentStopped("error", told)
        return StudentStopped("not_attempted", f"The notebook defines no function named `{name}`.")

    def _stopped(self, error: Any) -> StudentStopped:
        """As `Student._stopped`; of a name that a failing statement has cost, it says which."""
        stopped = super()._stopped(error)
        missing = _UNBOUND.match(stopped.message)
        if stopped.outcome == "error" and missing and (number := self._session.run.lost.get(missing[1])) is not None:
            run = self._session.run.cells.get(number)
            failure = run.error if run is not None else None
            cause = f", which failed: {self._describe(failure).splitlines()[0]}" if failure else ""
            stopped.message += f"\n`{missing[1]}` should come from {_lower(self._place(number))}{cause}"
        return stopped

    def cells(self) -> tuple[CellRun, ...]:
        """What became of the notebook's cells, in their order."""
        if self._kept is not None:
            return self._kept[1]
        return tuple(run for _, run in sorted(self._session.run.cells.items()))

    def notes(self) -> list[str]:
        """What became of the notebook that its author should know, a sentence each, and each cause once."""
        told = self._told() if self._kept is None else self._kept[0]
        return told + [
            f"`{question}` earns more as it is at the notebook's end than at its check cell, and that counts"
            for question in self._better_at_end
        ]

    def _told(self) -> list[str]:
        run = self._session.run
        notes = [
            f"{_lower(self._place(number))} was skipped: {run.skipped[number].why}" for number in sorted(run.skipped)
        ]
        told: dict[str, list[int]] = {}  # what is said of cells: of which
        for number, cell in sorted(run.cells.items()):
            for sentence in (*map(": {}".format, cell.remarks), *self._failures(cell)):
                told.setdefault(sentence, []).append(number)
        notes += once_a_cause(
            f"{_lower(self._places(numbers))}{sentence}"
            for sentence, cells in told.items()
            for numbers in ([cells] if sentence.startswith((" failed", ":")) else [[number] for number in cells])
        )
        if run.on_cpu:
            notes.append("the notebook asks for a GPU, which is not used here; it computed on the CPU")
        return notes

    def internals(self) -> list[str]:
        """What its code has reached for of the interpreter, a sentence each: a person should look."""
        return [f"line {line}, `{text}`: {what}" for what, line, text in self._session.run.reached]

    def _failures(self, cell: CellRun) -> Iterator[str]:
        errors = [error for error in (cell.error, *cell.below) if error and error.get("kind") != "not_attempted"]
        if not errors or cell.follows:
            return
        first, *more = map(self._failure, errors)
        yield f"{first}; imports and definitions below it were run all the same" if cell.went_on else first
        yield from more

    def _failure(self, error: Mapping[str, Any]) -> str:
        if absent := absent_from(error):
            return f" {absent}"
        return self._newer_syntax(error) or f" failed: {self._describe(error).splitlines()[0]}"

    def _newer(self, number: int, error: Mapping[str, Any]) -> str:
        """Say that a cell has syntax of a newer Python; nothing where it has not."""
        told = self._newer_syntax(error)
        return told and self._place(number) + told

    def _newer_syntax(self, error: Mapping[str, Any]) -> str:
        newer = newer_python(error, self._python)
        if newer is None:
            return ""
        written = "has syntax of" if self._python is None else "is written for"
        return (
            f" {written} {format_version(newer)}; it was graded with {format_version(GRADING)}, "
            "which does not know its syntax"
        )

    def _describe(self, error: Mapping[str, Any]) -> str:
        with_python = f" (graded with {format_version(GRADING)})" if is_unknown_syntax(error) else ""
        match error:
            case {"type": str(type_name), "message": str(message), "frames": list(frames)}:
                cell = "the file" if self._session.work.lines else "the cell"
                return describe_fault(type_name, message + with_python, frames, cell) or type_name
        return "an error that cannot be described"

    def _place(self, number: int) -> str:
        return self._places([number])

    def _places(self, numbers: Sequence[int]) -> str:
        """Return what cells are called: in a script nobody knows of cells."""
        noun, shown = "Code cell", numbers
        if self._session.work.lines:
            noun, shown = "The statement at line", [self._line(number) for number in numbers]
        if len(numbers) == 1:
            return f"{noun} {shown[0]}"
        several = noun.replace("statement", "statements") + "s"
        more = f" and {len(shown) - MAX_CELLS_NAMED} more" if len(shown) > MAX_CELLS_NAMED else ""
        return f"{several} {', '.join(map(str, shown[:MAX_CELLS_NAMED]))}{more}"

    def _line(self, number: int) -> int:
        """Return the line of a script on which the code of one of its cells begins."""
        work = self._session.work
        above = _COMMENTS.match(dict(work.cells)[number])
        return work.lines.get(number, 1) + (above[0].count("\n") if above else 0)


def _lower(place: str) -> str:
    return place[0].lower() + place[1:]
