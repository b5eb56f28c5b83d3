"""Judges mutants, each in a forked child with limits: a mutant may loop for ever, fill the memory or crash."""

import gc
import json
import math
import os
import resource
import selectors
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn

from autograder.catalogue.assignment import Assignment
from autograder.errors import GraderFault
from autograder.judging.judge import Judge
from autograder.judging.judge_plugin import spec_of
from autograder.judging.student import LocalStudent
from autograder.results.result import CheckResult
from autograder.sandbox.worker.limits import Limits
from tests.mutation.mutants import Mutant
from tests.mutation.references import Case

SEEDS: Final = (0, 1, 2, 3)  # one to catch a mutant, three more before it counts as a survivor
LOOP_S: Final = 2  # CPU seconds that a mutant may take beyond a multiple of what the reference takes
SLOWER: Final = 5
WAITING_S: Final = 60.0  # wall time beyond the CPU seconds: for a mutant that sleeps, on a machine that is busy
Fate = Literal["killed", "survived", "grader_fault"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant, and by what: a check's id, "timeout", "memory" or "crashed"."""

    fate: Fate
    by: str = ""
    message: str = ""


@dataclass(slots=True)
class _Running:
    case: Case
    mutant: Mutant
    process: int
    deadline: float
    told: bytes = b""


class MutantJudge(Judge):
    """Runs a question's own checks alone, the quick ones first, up to the first that is not passed."""

    def __init__(self, assignment: Assignment) -> None:
        """Collect the checks of `assignment`."""
        super().__init__(assignment, visible_only=False)
        self._seconds: dict[str, float] = {}

    def allowance(self, case: Case) -> int:
        """Run the unchanged reference under every seed; return the CPU seconds that a mutant may take under one.

        Raises:
            GraderFault: the reference does not pass.
        """
        slowest = 0.0
        for seed in SEEDS:
            started = time.process_time()
            failure = self.first_failure(case.solution(None), case.question, seed)
            slowest = max(slowest, time.process_time() - started)
            if failure is not None:
                raise GraderFault(
                    f"{case.question} of the {case.reference.name} does not pass {failure.id} "
                    f"under course seed {seed}: {failure.message}"
                )
        return LOOP_S + math.ceil(SLOWER * slowest)

    def first_failure(self, source: str, question: str, seed: int) -> CheckResult | None:
        """Return the first of the question's checks that a solution does not pass."""
        student = LocalStudent.of_source(source)
        self._plugin.begin(student, seed)
        items = [item for item in self._session.items if spec_of(item).question == question]
        items.sort(key=lambda item: self._seconds.get(item.name, 0.0))
        for item in items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            result = self._plugin.results[question][item.name]
            self._seconds[item.name] = result.seconds
            if not result.passed:
                return result
        return None

    def __enter__(self) -> "MutantJudge":
        return self


def judge_mutants(
    judge: MutantJudge, cases: Sequence[tuple[Case, int]], workers: int
) -> Iterator[tuple[Case, Mutant, Verdict]]:
    """Judge the mutants of cases, each with its allowance, `workers` at a time; yield verdicts as they come.

    Not to be used in a process that has more than one thread.
    """
    waiting = ((case, mutant, cpu_s) for case, cpu_s in cases for mutant in case.mutants)
    with selectors.DefaultSelector() as selector:
        running: dict[int, _Running] = {}
        gc.collect()
        gc.freeze()  # else a child's first collection copies every page
        try:
            while True:
                while len(running) < workers and (task := next(waiting, None)) is not None:
                    descriptor, child = _start(judge, *task)
                    running[descriptor] = child
                    selector.register(descriptor, selectors.EVENT_READ)
                if not running:
                    return
                for key, _ in selector.select(timeout=1.0):
                    child = running[key.fd]
                    received = os.read(key.fd, 2**16)
                    child.told += received
                    if not received:
                        selector.unregister(key.fd)
                        del running[key.fd]
                        yield child.case, child.mutant, _verdict(child, key.fd)
                for child in running.values():
                    if time.monotonic() > child.deadline:
                        os.kill(child.process, signal.SIGKILL)
        finally:
            gc.unfreeze()
            for descriptor, child in running.items():
                os.kill(child.process, signal.SIGKILL)
                _verdict(child, descriptor)


def _start(judge: MutantJudge, case: Case, mutant: Mutant, cpu_s: int) -> tuple[int, _Running]:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        _judge_in_child(judge, case, mutant, cpu_s, writing)
    os.close(writing)
    return reading, _Running(case, mutant, process, time.monotonic() + len(SEEDS) * cpu_s + WAITING_S)


def _judge_in_child(judge: MutantJudge, case: Case, mutant: Mutant, cpu_s: int, writing: int) -> NoReturn:
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        memory = Limits().memory_bytes
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        gc.disable()
        verdict: dict[str, str] = {"fate": "survived"}
        for seed in SEEDS:
            limit = math.ceil(time.process_time()) + cpu_s
            resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
            try:
                failure = judge.first_failure(case.solution(mutant), case.question, seed)
            except BaseException as error:  # what the definition itself raises
                verdict = {"fate": "killed", "by": type(error).__name__}
                break
            if failure is not None:
                fate = "grader_fault" if failure.outcome == "grader_fault" else "killed"
                verdict = {"fate": fate, "by": failure.id, "message": failure.message[:1000]}
                break
        os.write(writing, json.dumps(verdict).encode())
    finally:
        os._exit(0)


def _verdict(child: _Running, descriptor: int) -> Verdict:
    os.close(descriptor)
    _, status = os.waitpid(child.process, 0)
    if child.told:
        told: dict[str, Any] = json.loads(child.told)
        return Verdict(**told)
    stopped = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
    return Verdict("killed", "timeout" if stopped else "crashed")
