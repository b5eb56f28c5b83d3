"""A submission whose functions live in a confined worker."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from autograder.judging.python_version import GRADING, Version, format_version, is_unknown_syntax, newer_python
from autograder.judging.student import Student, StudentStopped, defines, describe_fault
from autograder.judging.suite.authoring import CheckSpec, Probe
from autograder.results.absent import absent_from, once_a_cause
from autograder.sandbox.cell_run import CellRun
from autograder.sandbox.resource_monitor import OverMemory
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker import wire

PATIENCE_AFTER_TIMEOUT: Final = 0.1
_COMMENTS: Final = re.compile(r"(?:[^\S\n]*(?:#[^\n]*)?\n)*")  # and empty lines
_WRITES_MODULE: Final = re.compile(r"\s*%%(?:writefile|file)\s[^\n]*\.py\s*\n")


class RemoteStudent(Student):
    """Runs probes on the state that the notebook leaves; whatever comes back is untrusted."""

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

    def start_check(self, spec: CheckSpec, seed: int) -> None:
        """As `Student.start_check`; a notebook that has to run again does so outside of the check's time."""
        self._session.start()
        self._question = spec.question
        super().start_check(spec, seed)
        self._left_s = self._limit_s

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
        request = {"source": probe.source, "name": probe.name, "arguments": arguments, "seed": self._seed}
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
        """What the cells can import, then the cells, in their order; of one that writes a module the module."""
        return [*self._modules, *(_WRITES_MODULE.sub("", source, 1) for _, source in self._session.cells)]

    def why_missing(self, name: str) -> StudentStopped:
        """Say which cell should have defined it and what became of that cell."""
        for number, source in reversed(self._session.cells):
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
                return StudentStopped(
                    "error",
                    f"{self._place(number)}, which should define `{name}`, failed.\n{self._describe(run.error)}",
                )
        return StudentStopped("not_attempted", f"The notebook defines no function named `{name}`.")

    def cells(self) -> tuple[CellRun, ...]:
        """What became of the notebook's cells, in their order."""
        return tuple(run for _, run in sorted(self._session.run.cells.items()))

    def notes(self) -> list[str]:
        """Cells that were left out or that failed, a sentence each; of a package or file that is not there only one."""
        run = self._session.run
        notes = [f"{self._place(number)} was skipped: {run.skipped[number].why}" for number in sorted(run.skipped)]
        notes += [
            self._note(number, cell.error)
            for number, cell in sorted(run.cells.items())
            if cell.error is not None and cell.error.get("kind") != "not_attempted"
        ]
        return [note[0].lower() + note[1:] for note in once_a_cause(notes)]

    def _note(self, number: int, error: Mapping[str, Any]) -> str:
        place = self._place(number)
        if newer := self._newer(number, error):
            return newer
        absent = absent_from(error)
        return f"{place} {absent}" if absent else f"{place} failed: {self._describe(error).splitlines()[0]}"

    def _place(self, number: int) -> str:
        """Return what a cell is called: in a script nobody knows of cells."""
        line = self._session.lines.get(number)
        if line is None:
            return f"Code cell {number}"
        above = _COMMENTS.match(dict(self._session.cells)[number])
        return f"The statement at line {line + (above[0].count(chr(10)) if above else 0)}"

    def _newer(self, number: int, error: Mapping[str, Any]) -> str:
        """Say that a cell has syntax of a newer Python; nothing where it has not."""
        newer = newer_python(error, self._python)
        if newer is None:
            return ""
        written = f"is written for {format_version(newer)}"
        if self._python is None:
            written = f"has syntax of {format_version(newer)}"
        return (
            f"{self._place(number)} {written}; it was graded with {format_version(GRADING)}, "
            "which does not know its syntax"
        )

    def _describe(self, error: Mapping[str, Any]) -> str:
        with_python = f" (graded with {format_version(GRADING)})" if is_unknown_syntax(error) else ""
        match error:
            case {"type": str(type_name), "message": str(message), "frames": list(frames)}:
                cell = "the file" if self._session.lines else "the cell"
                return describe_fault(type_name, message + with_python, frames, cell) or type_name
        return "an error that cannot be described"
