"""A submission whose functions live in a confined worker."""

from collections.abc import Mapping
from typing import Any, Final

from autograder.judging.student import Student, StudentStopped, defines, describe_fault
from autograder.judging.suite.authoring import CheckSpec, Probe
from autograder.sandbox.cell_run import CellRun
from autograder.sandbox.resource_monitor import OverMemory
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker import wire

PATIENCE_AFTER_TIMEOUT: Final = 0.1


class RemoteStudent(Student):
    """Runs probes on the state that the notebook leaves; whatever comes back is untrusted."""

    def __init__(self, session: RetryingSession) -> None:
        """Whoever makes `session` starts and closes it."""
        super().__init__()
        self._session = session
        self._slow_questions: set[str] = set()
        self._question = ""
        self._left_s = 0.0  # of what the check's probes may compute in

    def start_check(self, spec: CheckSpec, seed: int) -> None:
        """As `Student.start_check`; a notebook that has to run again does so outside of the check's time."""
        self._session.start()
        self._question = spec.question
        super().start_check(spec, seed)
        self._left_s = self._limit_s

    def has_called(self, function: str) -> bool:
        """As `Student.has_called`; what has hung is not waited for as long again."""
        self._left_s = self._limit_s * PATIENCE_AFTER_TIMEOUT
        return super().has_called(function)

    def limit_of(self, spec: CheckSpec) -> float:
        """A tenth of the limit once the question, or one that it needs, has hung.

        So an endless loop costs its own checks and leaves the submission's time to the others.
        """
        hung = self._slow_questions & {spec.question, *spec.needs}
        return spec.timeout_s * (PATIENCE_AFTER_TIMEOUT if hung else 1.0)

    def end_question(self) -> None:
        """The next probe starts from the notebook's state again."""
        self._session.reset()

    def answer(self, probe: Probe, arguments: Mapping[str, Any], watched: str = "") -> Mapping[str, Any]:
        """Send the probe; a process that hangs or dies costs this check alone."""
        request = {"source": probe.source, "name": probe.name, "arguments": arguments, "seed": self._seed}
        if watched:
            request["watched"] = watched
        try:
            answer, seconds = self._session.probe(request, self._left_s)
        except wire.WireError as error:
            if self._session.seconds_left <= 0:
                raise StudentStopped("timeout", "The submission's time limit ran out.") from None
            if isinstance(error, OverMemory):
                raise StudentStopped("memory", f"It used {error}.") from None
            if isinstance(error, wire.WireTimeout):
                self._slow_questions.add(self._question)
                raise StudentStopped("timeout", f"It did not finish within {self._limit_s:g} s.") from None
            raise StudentStopped("crashed", "The process that ran it ended, or broke the protocol.") from None
        self._left_s -= seconds
        return answer

    def sources(self) -> list[str]:
        """The cells, in their order."""
        return [source for _, source in self._session.cells]

    def why_missing(self, name: str) -> StudentStopped:
        """Say which cell should have defined it and what became of that cell."""
        for number, source in reversed(self._session.cells):
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

    def cells(self) -> tuple[CellRun, ...]:
        """What became of the notebook's cells, in their order."""
        return tuple(run for _, run in sorted(self._session.run.cells.items()))

    def notes(self) -> list[str]:
        """Cells that were left out or that failed, a sentence each."""
        run = self._session.run
        notes = [f"code cell {number} was skipped: {run.skipped[number].why}" for number in sorted(run.skipped)]
        for number, cell in sorted(run.cells.items()):
            if cell.error is not None and cell.error.get("kind") != "not_attempted":
                notes.append(f"code cell {number} failed: {_describe(cell.error).splitlines()[0]}")
        return notes


def _describe(error: Mapping[str, Any]) -> str:
    match error:
        case {"type": str(type_name), "message": str(message), "frames": list(frames)}:
            return describe_fault(type_name, message, frames) or type_name
    return "an error that cannot be described"
