"""Answers of right work with one part of them changed, judged by the checks themselves: no process is needed."""

import argparse
import contextlib
import inspect
import random
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import torch

from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.judge_plugin import SECRET_RNG, derive_seed, spec_of
from autograder.judging.student import LocalStudent, StudentStopped
from autograder.judging.suite.authoring import Probe
from autograder.judging.suite.check_context import CHECK_CONTEXT, CheckContext, CheckFailed
from autograder.sandbox.worker.plain import Opaque

Answer = Mapping[str, Any]
Place = tuple[Any, ...]
NUMBERS: Final = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    float("nan"),
    float("inf"),
    float("-inf"),
    1e300,
    1e-300,
    0,
    -1,
    2**70,
    True,
    False,
)
OTHERS: Final = (None, "", "text", b"", [], [[]], [None], {}, {"W": 1}, [0.0, True, "x"], Opaque("a", "b"))


def changed(value: Any) -> Iterator[Any]:
    """Yield what stands in the place of a part of an answer."""
    yield from NUMBERS
    yield from OTHERS
    yield from (torch.zeros(0), torch.zeros(()), torch.zeros(2, 0), torch.full((1, 1), torch.nan), np.zeros((0, 3)))
    if isinstance(value, (torch.Tensor, np.ndarray)):
        tensor = torch.as_tensor(value)
        yield from (
            torch.full_like(tensor, each)
            for each in ((0, 1) if not tensor.is_floating_point() else (0.0, 1.0, -1e30, torch.nan, torch.inf))
        )
        yield from (tensor.to(kind) for kind in (torch.bool, torch.int64, torch.float16, torch.complex64))
        yield from (
            tensor.reshape(-1),
            tensor[None],
            tensor[..., None],
            tensor.T if tensor.dim() == 2 else tensor,
            -tensor.double(),
        )
        yield tensor.tolist()
        if tensor.dim():
            yield from (tensor[:0], tensor[:-1], torch.cat([tensor, tensor]), list(tensor))
    if isinstance(value, (list, tuple)):
        value = list(value)
        yield from (value[:-1], value[1:], value + value, [value], value[:1] * 500)
        yield from ([each for _ in value] for each in (0.0, float("nan"), True, None, [], torch.zeros(0)))
    if isinstance(value, dict):
        yield from (dict.fromkeys(value, each) for each in (None, 0.0, [], torch.zeros(0), True))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from (-value, value + 1, torch.tensor(value), [value], str(value))


def parts(value: Any, at: Place = (), depth: int = 5) -> Iterator[Place]:
    """Yield the places of all parts of an answer, of a long list the first two and the last."""
    yield at
    if depth and isinstance(value, dict):
        for key, each in value.items():
            yield from parts(each, (*at, key), depth - 1)
    elif depth and isinstance(value, list):
        for place in sorted({0, 1, len(value) - 1} & set(range(len(value)))):
            yield from parts(value[place], (*at, place), depth - 1)


def part_of(value: Any, at: Place) -> Any:
    """Return the part at a place."""
    for key in at:
        value = value[key]
    return value


def with_part(value: Any, at: Place, part: Any) -> Any:
    """Return an answer with another part at a place."""
    if not at:
        return part
    key, *rest = at
    if isinstance(value, dict):
        return {**value, key: with_part(value[key], tuple(rest), part)}
    return [with_part(each, tuple(rest), part) if place == key else each for place, each in enumerate(value)]


class Forger(LocalStudent):
    """Right work, whose answers to a check are kept; then they are given again, one of them changed."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        super().__init__(namespace)
        self.kept: list[Answer] = []
        self._given: list[Answer] | None = None

    def record(self) -> None:
        """Answer by right work from here on."""
        self.kept, self._given = [], None

    def give(self, place: int, answer: Any) -> None:
        """Answer as was kept from here on, but for one place."""
        self._given = [each if at != place else {"answer": answer} for at, each in enumerate(self.kept)]

    def answer(
        self, probe: Probe, arguments: Mapping[str, Any], watched: str = "", spoilt: int | None = None
    ) -> Answer:
        """As `Student.answer`."""
        if self._given is not None:
            if not self._given:
                raise StudentStopped("crashed", "nothing is left to be given")
            return self._given.pop(0)
        answer = super().answer(probe, arguments, watched, spoilt)
        self.kept.append(answer)
        return answer


def faults_of(assignment: Assignment, seconds: float, seed: int) -> list[str]:
    """Return how checks failed by themselves over forged answers, one text for each place in the source.

    Args:
        assignment: whose checks.
        seconds: how long to go on; each check that there is time for has its share.
        seed: of the draw of checks and forgeries.
    """
    found: dict[str, str] = {}
    drawn = random.Random(seed)
    student = Forger.of_source(next(iter(read_alternatives(assignment).values())))
    with Judge(assignment, visible_only=False) as judge:
        items = list(judge._session.items)
        drawn.shuffle(items)
        ends = time.monotonic() + seconds
        for place, item in enumerate(items):
            left = ends - time.monotonic()
            if left > 0:
                share = time.monotonic() + left / (len(items) - place)
                for told, fault in _faults_of(item, assignment, student, drawn, share):
                    found.setdefault(fault, f"{item.name}, {told}: {fault}")
    return list(found.values())


def _faults_of(
    item: pytest.Item, assignment: Assignment, student: Forger, drawn: random.Random, ends: float
) -> Iterator[tuple[str, str]]:
    run = _run_of(item, assignment, student)
    student.record()
    if (fault := run()) is not None:
        yield "right work", fault
        return
    answers = [(place, each["answer"]) for place, each in enumerate(student.kept) if "answer" in each]
    places = [(place, answer, at) for place, answer in answers for at in parts(answer)]
    while places and time.monotonic() < ends:
        place, answer, at = drawn.choice(places)
        forged = drawn.choice(list(changed(part_of(answer, at))))
        student.give(place, with_part(answer, at, forged))
        if (fault := run()) is not None:
            yield f"answer {place} at {at} is {str(forged)[:80]}", fault


def _run_of(item: pytest.Item, assignment: Assignment, student: Forger) -> Callable[[], str | None]:
    function: Callable[..., None] = item.function  # type: ignore[attr-defined]  # pytest's own
    names = list(inspect.signature(function).parameters)
    seed = derive_seed(0, assignment.name, item.name)

    def run() -> str | None:
        given = {"student": student, **{name: torch.Generator().manual_seed(seed) for name in ("rng", SECRET_RNG)}}
        CHECK_CONTEXT.set(CheckContext(assignment.record))
        student.start_check(spec_of(item), seed)
        try:
            with contextlib.suppress(CheckFailed, StudentStopped, AssertionError), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of complex numbers that become real ones
                function(**{name: given[name] for name in names})
        except Exception as error:
            return f"{type(error).__name__} at {_line(error)}"
        return None

    return run


def _line(error: BaseException) -> str:
    """Return the file and the line of a check, or of what it calls, where an exception came from."""
    own = [each for each in traceback.extract_tb(error.__traceback__) if "site-packages" not in each.filename]
    return f"{Path(own[-1].filename).name}, line {own[-1].lineno}"


def main() -> int:
    """Forge answers to each assignment's checks for so many seconds; print the faults."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.answers", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    faults = [fault for each in find_course().assignments() for fault in faults_of(each, asked.seconds, asked.seed)]
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
