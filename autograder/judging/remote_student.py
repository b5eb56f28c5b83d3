"""A submission whose functions live in a confined worker."""

import contextlib
import math
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from autograder.judging.student import Student, StudentStopped, defines, describe_fault
from autograder.judging.suite.authoring import CheckSpec, Probe
from autograder.sandbox.cell_run import CellRun
from autograder.sandbox.resource_monitor import OverMemory
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker import wire
from autograder.sandbox.worker.limits import CLOCK_PER_COMPUTING

PATIENCE_AFTER_TIMEOUT: Final = 0.1
_UNBOUND: Final = re.compile(r"NameError: name '(\w+)' is not defined")
MAX_CELLS_NAMED: Final = 6  # in a note


class RemoteStudent(Student):
    """Runs probes in the state in which a question's check cell stands; whatever comes back is untrusted.

    Where there is no such cell, or nothing that the question needs is bound anew below it, that is the notebook's
    last state.
    """

    def __init__(self, session: RetryingSession) -> None:
        """Whoever makes `session` starts and closes it."""
        super().__init__()
        self._session = session
        self._slow_questions: set[str] = set()
        self._question = ""
        self._left_s = 0.0  # of what the check's probes may compute in
        self._question_left_s = 0.0
        self._deadline = 0.0  # of the question
        self._ending: str | None = None  # the question that is judged in the notebook's last state
        self._better_at_end: list[str] = []

    def start_check(self, spec: CheckSpec, seed: int) -> None:
        """As `Student.start_check`; a notebook that has to run again does so outside of the check's time."""
        self._session.start()
        if spec.question != self._question:
            self._begin_question(spec.question)
        super().start_check(spec, seed)
        self._left_s = self._limit_s

    def _begin_question(self, question: str) -> None:
        limits = self._session.limits
        self._question = question
        self._question_left_s = limits.question_s
        self._deadline = time.monotonic() + limits.question_s * CLOCK_PER_COMPUTING

    def differing(self) -> Collection[str]:
        """As the worker says."""
        return self._session.run.differing.keys()

    @contextlib.contextmanager
    def at_the_end(self, question: str) -> Iterator[Callable[[bool], None]]:
        """As `Student.at_the_end`; a note says so where it counts."""
        self._session.reset()
        self._begin_question(question)
        self._ending = question
        try:
            yield lambda counts: self._better_at_end.append(question) if counts else None
        finally:
            self._ending = None
            self._session.reset()

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
        self._session.reset()

    def answer(self, probe: Probe, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send the probe; a process that hangs or dies costs this check alone."""
        request = {
            "source": probe.source, "name": probe.name, "arguments": arguments, "seed": self._seed,
            "state": self._state,
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
        """The cells up to the state that is judged, in their order."""
        state = self._state
        last = self._session.run.differing[state] if state is not None else math.inf
        return [source for number, source in self._session.work.cells if number <= last]

    def why_missing(self, name: str) -> StudentStopped:
        """Say which cell should have defined it and what became of that cell."""
        for number, source in reversed(self._session.work.cells):
            if not defines(source, name):
                continue
            if number in self._session.run.skipped:
                skipped = self._session.run.skipped[number]
                return StudentStopped(
                    skipped.outcome, f"Code cell {number}, which defines `{name}`, was left out: {skipped.why}."
                )
            run = self._session.run.cells.get(number)
            if run is not None and run.error is not None:
                return StudentStopped(
                    "error", f"Code cell {number}, which should define `{name}`, failed.\n{_describe(run.error)}"
                )
        return StudentStopped("not_attempted", f"The notebook defines no function named `{name}`.")

    def _stopped(self, error: Any) -> StudentStopped:
        """As `Student._stopped`; of a name that a failing statement has cost, it says which."""
        stopped = super()._stopped(error)
        missing = _UNBOUND.match(stopped.message)
        if stopped.outcome == "error" and missing and (number := self._session.run.lost.get(missing[1])) is not None:
            run = self._session.run.cells.get(number)
            cause = f", which failed: {_describe(run.error).splitlines()[0]}" if run is not None and run.error else ""
            stopped.message += f"\n`{missing[1]}` should come from code cell {number}{cause}"
        return stopped

    def cells(self) -> tuple[CellRun, ...]:
        """What became of the notebook's cells, in their order."""
        return tuple(run for _, run in sorted(self._session.run.cells.items()))

    def notes(self) -> list[str]:
        """What became of the notebook that its author should know, a sentence each, and each cause once."""
        run = self._session.run
        notes = [f"code cell {number} was skipped: {run.skipped[number].why}" for number in sorted(run.skipped)]
        told: dict[str, list[int]] = {}  # what is said of cells: of which
        for number, cell in sorted(run.cells.items()):
            for sentence in (*map(": {}".format, cell.remarks), *_failures(cell)):
                told.setdefault(sentence, []).append(number)
        notes += (f"{_cells(numbers)}{sentence}" for sentence, numbers in told.items())
        if run.on_cpu:
            notes.append("the notebook asks for a GPU, which is not used here; it computed on the CPU")
        notes += (
            f"`{question}` earns more as it is at the notebook's end than at its check cell, and that counts"
            for question in self._better_at_end
        )
        return notes


def _failures(cell: CellRun) -> Iterator[str]:
    errors = [error for error in (cell.error, *cell.below) if error and error.get("kind") != "not_attempted"]
    if not errors or cell.follows:
        return
    first, *more = (_describe(error).splitlines()[0] for error in errors)
    went_on = "; imports and definitions below it were run all the same" if cell.went_on else ""
    yield f" failed: {first}{went_on}"
    yield from (f" failed: {each}" for each in more)


def _cells(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"code cell {numbers[0]}"
    shown = ", ".join(map(str, numbers[:MAX_CELLS_NAMED]))
    return f"code cells {shown}" + (
        f" and {len(numbers) - MAX_CELLS_NAMED} more" if len(numbers) > MAX_CELLS_NAMED else ""
    )


def _describe(error: Mapping[str, Any]) -> str:
    match error:
        case {"type": str(type_name), "message": str(message), "frames": list(frames)}:
            return describe_fault(type_name, message, frames) or type_name
    return "an error that cannot be described"
