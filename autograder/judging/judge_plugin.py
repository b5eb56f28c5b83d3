"""The pytest plugin that gives checks their fixtures and turns pytest's reports into `CheckResult`s."""

import functools
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import indent
from typing import Any, Final, NamedTuple

import pytest
import torch

from autograder.catalogue.assignment import Assignment
from autograder.errors import UsageError, WorkerLost
from autograder.judging.blame import blamed, blocked_by
from autograder.judging.check_clock import ended_after
from autograder.judging.student import Asked, Student
from autograder.judging.suite.authoring import ATTRIBUTE, About, CheckSpec
from autograder.judging.suite.check_context import CHECK_CONTEXT, CheckContext
from autograder.judging.verdict import Verdict
from autograder.results.result import CheckResult
from autograder.text import sanitize_lines

_ORDER: Final = {"means": 0, "how": 2}  # of a question's checks: the others are between
_MARGIN: Final = "| "
SECRET_RNG: Final = "secret_rng"  # a fixture
MAX_MESSAGE: Final = 8_000  # characters of what is said of a check
CHECK_COMPUTES_S: Final = 20.0  # what a check may compute by itself, far more than any needs


class _Doubted(NamedTuple):
    """A check that has failed by a function that may still fail hidden checks: what it had asked."""

    spec: CheckSpec
    verdict: Verdict
    asked: Sequence[Asked]


def derive_seed(course_seed: int, *parts: str) -> int:
    """Return the seed, in [0, 2**32), of a part of a grading: the same on every machine."""
    text = "\0".join((str(course_seed), *parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


class JudgePlugin:
    """Fixtures of checks, and their verdicts."""

    def __init__(self, assignment: Assignment, *, seed: int = 0, calibrated: bool = True) -> None:
        """Judge `assignment`; with `calibrated` off, no statistic fails (calibration itself)."""
        self.assignment = assignment
        self._calibration = assignment.record if calibrated else None
        self.student: Student | None = None
        self._seed = seed
        self._secret = b""
        self._told = False  # what is told of the notebook, before hidden checks
        self._questions_hidden: set[str] = set()
        self._doubted: dict[str, _Doubted] = {}  # by check
        self._context = CheckContext(None)
        self.results: dict[str, dict[str, CheckResult]] = {}
        self.lost: WorkerLost | None = None
        self.collection_errors: list[str] = []
        self._about: dict[str, About] = {}  # of checks, by name

    def begin(self, student: Student, seed: int, secret: bytes = b"") -> None:
        """Start on another submission; `seed` and `secret` as in `Judge.judge`."""
        self.student = student
        self._seed = seed
        self._secret = secret
        self._told = False
        self._doubted = {}
        self.lost = None
        self.results = {question.id: {} for question in self.assignment.questions}

    @pytest.fixture(name="student")
    def _student_fixture(self) -> Student:
        if self.student is None:
            raise UsageError("no submission to judge: pass --submission NOTEBOOK")
        return self.student

    @pytest.fixture(name="rng")
    def _rng_fixture(self, request: pytest.FixtureRequest) -> torch.Generator:
        """A generator seeded from the course seed, the assignment and the check."""
        return torch.Generator().manual_seed(self._seed_of(request.node.name))

    @pytest.fixture(name=SECRET_RNG)
    def _secret_rng_fixture(self, request: pytest.FixtureRequest) -> torch.Generator:
        """As `rng`, with numbers that nobody can draw again who has not the secret, if there is one."""
        seed = self._seed_of(request.node.name)
        if self._secret:
            drawn = hmac.digest(self._secret, f"{seed}\0{request.node.name}".encode(), "sha256")
            seed = int.from_bytes(drawn[:7], "big")
        return torch.Generator().manual_seed(seed)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what went wrong in the collection: there is no terminal reporter to print it."""
        if report.failed:
            self.collection_errors.append(str(report.longrepr))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Order visible checks by question and what they are about, then hidden ones; refuse what does not fit.

        What hidden checks ask reaches no process whose words a student reads. -k knows the questions, too.
        """
        order = {question.id: place for place, question in enumerate(self.assignment.questions)}
        names: set[str] = set()
        for item in items:
            spec = spec_of(item)
            for question in (spec.question, *spec.needs):
                if question not in order:
                    where = self.assignment.notebook
                    raise UsageError(f"{item.path}: {item.name} is about {question!r}; {where} has no such grade cell")
            if item.name in names:
                raise UsageError(f"{item.path}: there are two checks named {item.name}")
            names.add(item.name)
            item.extra_keyword_matches.add(spec.question)
        items.sort(
            key=lambda item: (self.is_hidden(item), order[spec_of(item).question], _ORDER.get(spec_of(item).about, 1))
        )
        self._about = {item.name: spec_of(item).about for item in items}
        self._questions_hidden = {spec_of(item).question for item in items if self.is_hidden(item)}

    def is_hidden(self, item: pytest.Item) -> bool:
        """Whether an item is one of the hidden checks."""
        return item.path == self.assignment.hidden_checks

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Give the check its seed, its time limits and a place for what it gathers."""
        self._context = CheckContext(self._calibration)
        CHECK_CONTEXT.set(self._context)
        if self.student is None:
            return (yield)
        if self.is_hidden(item) and not self._told:
            self._told = True
            self.student.keep_what_is_told()
        self.student.start_check(spec_of(item), self._seed_of(item.name))
        if self.student.computes_here:
            return (yield)
        with ended_after(CHECK_COMPUTES_S):
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """Keep what a question's checks have changed from the next question's."""
        if nextitem is None or self.student is None:
            return
        here, there = ((spec_of(each).question, self.is_hidden(each)) for each in (item, nextitem))
        if here != there:
            self.student.end_question()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
        """Record how a check's call (or its set-up, failing) ended, and report it without a traceback."""
        if call.when == "collect" or (call.when != "call" and call.excinfo is None):
            return None
        spec = spec_of(item)
        raised = call.excinfo.value if call.excinfo else None
        if isinstance(raised, WorkerLost):
            self.lost = raised
        result = self._result(item, spec, Verdict.of(raised, item.path), call.duration)
        self.results.setdefault(spec.question, {})[item.name] = result
        said = indent(sanitize_lines(result.message), _MARGIN, lambda _: True)  # no line of a log is a student's
        told = f"{result.outcome}: {result.description}\n{said}\nhint: {result.hint}"
        return pytest.TestReport(
            nodeid=item.nodeid, location=item.location, keywords=dict.fromkeys(item.keywords, 1),
            outcome="passed" if result.passed else "failed", longrepr=None if result.passed else told,
            when=call.when, duration=call.duration, start=call.start, stop=call.stop,
        )  # fmt: skip

    def _seed_of(self, check: str) -> int:
        return derive_seed(self._seed, self.assignment.name, check)

    def _result(self, item: pytest.Item, spec: CheckSpec, verdict: Verdict, seconds: float) -> CheckResult:
        verdict = self._unearned(spec, self._blocked(item.name, spec, verdict))
        return CheckResult(
            id=item.name, outcome=verdict.outcome, weight=spec.weight,
            visible=not self.is_hidden(item),
            description=" ".join((_function(item).__doc__ or "").split()), message=verdict.message[:MAX_MESSAGE],
            hints=spec.hints if verdict.outcome != "passed" else (), comparison=verdict.comparison,
            seconds=round(seconds, 4), attachments=tuple(self._context.attachments),
            statistics=self._context.statistics,
            answers=tuple(self._context.answers),
        )  # fmt: skip

    def _unearned(self, spec: CheckSpec, verdict: Verdict) -> Verdict:
        """Not earned by doing nothing, nor by other means than the question asks for (see `check`'s `about`)."""
        if verdict.outcome != "passed":
            return verdict
        seen = [(self._about.get(id), check.outcome) for id, check in self.results[spec.question].items()]
        if ("means", "failed") in seen:
            told = f"It counts once `{spec.question}` is made of what the question asks for: mend that first."
            return Verdict("blocked", told)
        values = {outcome for about, outcome in seen if about == "values"}
        if spec.about == "how" and values and not values & {"passed", "grader_fault"}:
            return Verdict("blocked", f"It counts once `{spec.question}` gives a right answer: mend that first.")
        return verdict

    def _blocked(self, name: str, spec: CheckSpec, verdict: Verdict) -> Verdict:
        """Not the fault of this question where it comes through a function that has failed its own checks."""
        if verdict.outcome in ("passed", "grader_fault") or self.student is None:
            return verdict
        asked = self.student.asked
        names = self._blamed(spec, verdict, asked)
        if names:
            return replace(verdict, outcome="blocked", message=_waits_for(names, verdict), comparison=None)
        if self._questions_hidden & {*spec.needs}:
            self._doubted[name] = _Doubted(spec, verdict, asked)
        return verdict

    def _blamed(self, spec: CheckSpec, verdict: Verdict, asked: Sequence[Asked]) -> list[str]:
        broken = [id for id in spec.needs if not all(check.passed for check in self.results[id].values())]
        if not broken or self.student is None:
            return []
        try:
            return blamed(
                verdict.outcome, verdict.error, broken, functools.partial(self.student.has_called, asked=asked)
            )
        except WorkerLost as lost:
            self.lost = lost
            return []

    def block_what_was_doubted(self) -> None:
        """Block checks that failed by a function of which no more than hidden checks have failed, later on."""
        for name, (spec, verdict, asked) in self._doubted.items():
            check = self.results[spec.question].get(name)
            if check is None or self.student is None or self.lost is not None:
                continue
            self.student.end_question()
            self.student.start_check(spec, self._seed_of(name))
            if names := self._blamed(spec, verdict, asked):
                message = _waits_for(names, verdict)[:MAX_MESSAGE]
                blocked = replace(check, outcome="blocked", message=message, comparison=None)
                self.results[spec.question][name] = blocked


def _waits_for(names: Sequence[str], verdict: Verdict) -> str:
    return f"{blocked_by(names)}\n{verdict.message}"


def spec_of(item: pytest.Item) -> CheckSpec:
    """Return what `@check` said of a collected test; `UsageError` where it is not there."""
    spec = getattr(_function(item), ATTRIBUTE, None)
    if not isinstance(spec, CheckSpec):
        raise UsageError(f"{item.path}: {item.name} is a test without @check")
    return spec


def _function(item: pytest.Item) -> Any:
    return getattr(item, "function", None)
