"""What each layer around a submission costs: milliseconds a submission, one layer after the other.

Each is a warm worker of its own that runs the same cells and answers the same probes, in turns. The table goes
into SECURITY.md.
"""

import dataclasses
import os
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest import mock

import torch
from rich.console import Console
from rich.table import Table

from autograder.catalogue.course import Course, find_course
from autograder.catalogue.submission import Submission, read_submission
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.judging.judge import Judge
from autograder.judging.judge_plugin import derive_seed
from autograder.sandbox import launch as sandbox
from autograder.sandbox import server_process
from autograder.sandbox.cell_run import NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker import wire
from autograder.sandbox.worker.limits import Limits
from autograder.sandbox.worker.notebook import Notebook
from tests.benchmarks.bare import SEED, Recorder, Request, run_cells
from tests.benchmarks.commands import warm_seconds
from tests.benchmarks.copies import BoundedClass, lay_out

PAGE: Final = Path(__file__).parents[2] / "SECURITY.md"
BEGIN, END = "<!-- written by python -m tests.benchmarks --layers -->\n", "<!-- end -->\n"
_START: Final = "import sys; from worker import confinement, server, system_calls; {without}; " \
    "server.main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:])"  # fmt: skip
_NO_LIMITS: Final = "confinement.apply_limits = lambda limits: None"
_NO_FILTER: Final = "system_calls.denying = lambda: type('Nothing', (), {'load': lambda self: None})()"
# Name, mode, whether sessions have namespaces, and what the worker goes without; each has what those before it have
LAYERS: Final = (
    ("a fork for each submission and question, and the wire", "none", False, (_NO_LIMITS,)),
    ("bubblewrap around the warm process", "bwrap", False, (_NO_LIMITS,)),
    ("namespaces of each submission", "bwrap", True, (_NO_LIMITS, _NO_FILTER)),
    ("resource limits", "bwrap", True, (_NO_FILTER,)),
    ("the seccomp filter", "bwrap", True, ()),
)
BARE, JUDGE = "cells and probes alone, in one process", "the judge: checks, diagnosis, the feedback page"

Asked = tuple[Submission, Sequence[Sequence[Request]]]
"""A submission and its probes, by question."""


class Questions(Recorder):
    """Keeps apart what is asked for each question."""

    def __init__(self, namespace: Any) -> None:
        super().__init__(namespace)
        self.questions: list[list[Request]] = []

    def end_question(self) -> None:
        """The next probe is another question's."""
        self.questions.append(self.requests)
        self.requests = []


def measure_layers(found: BoundedClass, folder: Path, console: Console, students: int, rounds: int) -> None:
    """Run every layer `rounds` times, in turns, on at most so many of the class, and write the table of medians."""
    notebooks = found.notebooks[:students]
    torch.set_num_threads(1)
    course = find_course()
    submitted = lay_out(folder / "class", found.assignment, notebooks)
    asked = [_recorded(course, found.assignment, notebook) for notebook in notebooks]
    jobs = [SubmissionBytes(f"s{number}", found.assignment, "a.ipynb", data) for number, data in enumerate(notebooks)]
    timed: dict[str, Callable[[], float]] = {BARE: lambda: warm_seconds("bare", found.assignment, submitted, 1)}
    taken: dict[str, list[float]] = {}
    with ExitStack() as closing:
        for name, mode, namespaces, without in LAYERS:
            server = closing.enter_context(_fork_server(course, found.assignment, mode, namespaces, without))
            timed[name] = partial(_mean, partial(_answer, server, derive_seed(SEED, found.assignment)), asked)
        grader = Grader(Settings(course.root, "bwrap"))
        closing.callback(grader.close)
        timed[JUDGE] = partial(_mean, grader.grade, jobs)
        _mean(grader.grade, jobs[:1])  # its checks are collected
        console.print(f"{len(jobs)} submissions, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} before")
        for _ in range(rounds):
            for name, measure in timed.items():
                taken.setdefault(name, []).append(1000 * measure())
    console.print(_table(taken))
    _write(taken, f"{found.assignment}, {len(jobs)} submissions, medians of {rounds} rounds, torch {torch.__version__}")


def _mean(measured: Callable[[Any], object], them: Sequence[Any]) -> float:
    started = time.perf_counter()
    for each in them:
        measured(each)
    return (time.perf_counter() - started) / len(them)


def _recorded(course: Course, name: str, notebook: bytes) -> Asked:
    submission = read_submission(notebook, "a.ipynb")
    student = Questions(run_cells(Notebook(), submission, derive_seed(SEED, name)))
    with Judge(course.assignment(name), visible_only=False) as judge:
        judge.judge(student, SEED)
    student.end_question()
    return submission, student.questions


def _fork_server(course: Course, name: str, mode: str, namespaces: bool, without: Sequence[str]) -> ForkServer:
    """Return a worker that goes without the layers that are still to come."""

    def launch(*arguments: Any) -> sandbox.Launch:
        launched = sandbox.launch(*arguments)
        place = launched.command.index("worker")
        assert launched.command[place - 1] == "-m"
        start = ("-c", _START.format(without="; ".join(without) or "pass"))
        command = (*launched.command[: place - 1], *start, *launched.command[place + 1 :])
        isolate = "namespaces" if namespaces else "nothing"
        return dataclasses.replace(launched, command=command, isolate=isolate)

    modules = course.assignment(name).modules
    with mock.patch.object(server_process, "launch", launch):
        server = ForkServer(LaunchSpec(sandbox.choose(mode), course.packages, modules, course.data(modules)))
    server.wait_until_ready()
    return server


def _answer(server: ForkServer, seed: int, asked: Asked) -> None:
    """Run a submission and answer its probes, as the judge has them answered."""
    submission, questions = asked
    work = NotebookWork(submission.cells, seed, submission.module_name, submission.explore)
    session = RetryingSession(lambda: server, work, Limits())
    session.start()
    for question in questions:
        for request in question:
            probe = {"source": request.probe.source, "name": request.probe.name, "seed": request.seed}
            session.probe({**probe, "arguments": wire.decode(request.arguments)}, 10.0)
        session.reset()
    session.close()


def _rows(taken: dict[str, list[float]]) -> list[tuple[str, str, str]]:
    medians = {name: statistics.median(values) for name, values in taken.items()}
    rows, before = [], 0.0
    for name, median in medians.items():
        rows.append((name, f"{median - before:.1f}", f"{median:.1f}"))
        before = median
    return rows


def _table(taken: dict[str, list[float]]) -> Table:
    table = Table("layer", "ms more", "ms in all", box=None)
    for row in _rows(taken):
        table.add_row(*row)
    return table


def _write(taken: dict[str, list[float]], measured: str) -> None:
    lines = ["| layer | ms more | ms in all |\n| --- | ---: | ---: |\n"]
    lines += [f"| {' | '.join(row)} |\n" for row in _rows(taken)]
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(
        f"{before}{BEGIN}{''.join(lines)}\n{measured}; processors: {os.cpu_count()}.\n{END}{after}", "utf-8"
    )
