"""What a check knows as `student`: runs probes beside the student's functions, wherever those live."""

import contextlib
import inspect
import linecache
import math
import re
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

import numpy as np
import torch

from autograder.judging.process_state import process_state_kept
from autograder.judging.suite.authoring import CheckSpec, Probe
from autograder.judging.suite.check_context import CHECK_CONTEXT
from autograder.results.result import Outcome
from autograder.sandbox.worker import faults, plain, probing

_BOUND: Final = Probe("bound", "def bound(student):\n    return bound_codes(student)\n")
Asked = tuple[Probe, Mapping[str, Any]]
_OUTCOMES: Final[Mapping[str, Outcome]] = {
    "error": "error", "not_attempted": "not_attempted", "missing": "not_attempted",
    "memory": "memory", "timeout": "timeout",
}  # fmt: skip


class StudentStopped(Exception):
    """A probe ended without an answer; carries the check's outcome to the judge.

    `error` is what the worker says of an exception, as in `faults.describe`, empty where there was none; untrusted.
    """

    def __init__(self, outcome: Outcome, message: str, error: Mapping[str, Any] = MappingProxyType({})) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.error = error


class Student(ABC):
    """One submission's functions; `computes_here` says whether they run in this very process."""

    computes_here = False

    def __init__(self) -> None:
        self._seed = 0
        self._limit_s = 0.0
        self._asked: list[Asked] = []  # by the check

    def start_check(self, spec: CheckSpec, seed: int) -> None:
        """Prepare for a check's probes: its seed, in [0, 2**32), and its time limit."""
        self._seed = seed
        self._limit_s = self.limit_of(spec)
        self._asked.clear()

    def run(self, probe: Probe, **arguments: Any) -> Any:
        """Run a probe beside the student's functions and return its plain data.

        Tensors come back as CPU tensors without a graph, tuples as lists, and what is no plain data
        as `plain.Opaque`. Where the student's code raises, hangs or ends the process, the check ends
        here with that outcome.
        """
        self._asked.append((probe, arguments))
        answer = self.answer(probe, arguments)
        if (context := CHECK_CONTEXT.get(None)) is not None:
            context.answers.append((probe.name, answer))
        if "error" in answer:
            raise self._stopped(answer["error"])
        if not probe.may_return(answer["answer"]):
            raise StudentStopped("crashed", "The process that ran it answered with what it was not asked for.")
        return answer["answer"]

    @property
    def asked(self) -> Sequence[Asked]:
        """What the check has run so far: probes and their arguments."""
        return tuple(self._asked)

    def has_called(self, function: str, asked: Sequence[Asked]) -> bool:
        """Whether what a check has asked for calls the student's `function`: it is run again up to that call."""
        for probe, arguments in asked:
            try:
                if self.answer(probe, arguments, watched=function).get("answer") is True:
                    return True
            except StudentStopped:
                return False
        return False

    def has_used(self, function: str, asked: Sequence[Asked]) -> bool:
        """Whether what a check has asked for makes use of what the student's `function` gives, which it calls.

        It is run again with the function as it is and with one that gives something else: a call whose answer is thrown
        away leaves no difference. Where that cannot be told, the call counts.
        """
        for probe, arguments in asked:
            try:
                as_it_is, other = (self.answer(probe, arguments, function, amount) for amount in (0, 1))
            except StudentStopped:
                return True
            if not (as_it_is.get("called") is True and other.get("called") is True):
                return True
            if not _alike(as_it_is.get("answer", math.nan), other.get("answer", math.nan)):
                return True
        return False

    def codes(self) -> Mapping[str, str]:
        """What the functions that the notebook has bound are made of, by name: see `probing.code_digest`."""
        try:
            found = self.answer(_BOUND, {}).get("answer")
        except StudentStopped:
            return {}
        known = found if isinstance(found, dict) else {}
        return {name: digest for name, digest in known.items() if isinstance(digest, str)}

    def limit_of(self, spec: CheckSpec) -> float:
        """Seconds that a check may take."""
        return spec.timeout_s

    def end_question(self) -> None:
        """Forget what the last question's checks have changed, where that is possible."""

    def differing(self) -> Collection[str]:
        """The questions for which names are not bound, at the notebook's end, as they were at their check cell."""
        return ()

    @contextlib.contextmanager
    def at_the_end(self, question: str) -> Iterator[None]:
        """Answer for a question in the notebook's last state."""
        yield

    def count_the_end(self, question: str) -> None:
        """Note that for a question the notebook's last state counts."""

    def keep_what_is_told(self) -> None:
        """Note what became of the notebook: from now on its code may know what it must not tell its author."""

    @abstractmethod
    def answer(
        self, probe: Probe, arguments: Mapping[str, Any], watched: str = "", spoilt: int | None = None
    ) -> Mapping[str, Any]:
        """Return `{"answer": value}` or `{"error": description}`; `watched` and `spoilt` as in `probing.run_probe`."""

    @abstractmethod
    def sources(self) -> list[str]:
        """The student's code, in parts, those that were run later last; parts may be no valid Python."""

    @abstractmethod
    def why_missing(self, name: str) -> StudentStopped:
        """Return how a check ends that needs a function which the notebook does not define."""

    def _stopped(self, error: Any) -> StudentStopped:
        match error:
            case {"kind": str(kind), "type": str(type_name), "message": str(message),
                  "frames": list(frames), "function": str() | None as function}:  # fmt: skip
                pass
            case _:
                return StudentStopped("error", "The code ended in a way that cannot be described.")
        if kind == "missing":
            return self.why_missing(message)
        if kind == "not_attempted":
            return StudentStopped(
                "not_attempted", f"`{function or 'the stub'}` still raises NotImplementedError.", error
            )
        if kind == "timeout":
            return StudentStopped("timeout", f"It did not finish within {self._limit_s:g} s.", error)
        return StudentStopped(_OUTCOMES.get(kind, "error"), describe_fault(type_name, message, frames), error)


OfSource = TypeVar("OfSource", bound="LocalStudent")


class LocalStudent(Student):
    """Functions in a namespace of this very process: for feedback, never for a grade."""

    computes_here = True

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        super().__init__()
        self._namespace = namespace
        self._functions: dict[str, Callable[..., Any]] = {}  # by a probe's source

    @classmethod
    def of_source(cls: type[OfSource], source: str, name: str = "solution") -> OfSource:
        """Execute a script here, as a module `name`, and take the names that it leaves."""
        namespace: dict[str, Any] = {"__name__": name}
        file_name = f"<{name}>"
        linecache.cache[file_name] = (len(source), None, source.splitlines(True), file_name)  # for inspect
        exec(compile(source, file_name, "exec"), namespace)
        return cls(namespace)

    def sources(self) -> list[str]:
        """The functions that the notebook itself has defined, as they are now."""
        own = self._namespace.get("__name__")
        found = []
        for value in list(self._namespace.values()):
            if inspect.isfunction(value) and value.__module__ == own:
                with contextlib.suppress(OSError):
                    found.append(textwrap.dedent(inspect.getsource(value)))
        return found

    def answer(
        self, probe: Probe, arguments: Mapping[str, Any], watched: str = "", spoilt: int | None = None
    ) -> Mapping[str, Any]:
        """Run the probe here, on copies of its arguments made as the wire makes them."""
        if probe.source not in self._functions:
            self._functions[probe.source] = probing.load_probe(probe.source, probe.name)
        sent = plain.copied(arguments)
        with process_state_kept():
            answer = probing.run_probe(
                self._functions[probe.source], sent, self._namespace, self._seed, watched, spoilt
            )
        try:
            received: Mapping[str, Any] = plain.copied(answer)
        except plain.TooLarge as error:
            return faults.answer("ValueError", f"what it returned is too large to be judged: {error}")
        return received

    def why_missing(self, name: str) -> StudentStopped:
        """Nothing is known but the namespace."""
        return StudentStopped("not_attempted", f"There is no function named `{name}`: run the cell that defines it.")


def _alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same to the last digit, and numbers are finite."""
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        return one.dtype == other.dtype and bool(torch.isfinite(one).all()) and torch.equal(one, other)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return bool(np.isfinite(one).all()) and np.array_equal(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, float):
        return math.isfinite(one) and one == other
    return type(one) is type(other) and bool(one == other)


def describe_fault(type_name: str, message: str, frames: list[Any], cell: str = "the cell") -> str:
    """Return an exception of the student's code as text: what was raised, then the lines that led there.

    `cell` is what a line outside of functions is a line of.
    """
    lines = [f"{type_name}: {message}" if message else type_name]
    for frame in frames:
        match frame:
            case {"function": str(function), "line": int(line), "text": str(text)}:
                where = cell if function == "<cell>" else f"`{function}`"
                lines.append(f"  line {line} of {where}: {text}")
    return "\n".join(lines)


def defines(source: str, name: str) -> bool:
    """Whether a cell's text seems to define `name` (it need not be valid Python)."""
    return re.search(rf"^[^\S\n]*(def\s+{re.escape(name)}\b|{re.escape(name)}\s*=)", source, re.MULTILINE) is not None
