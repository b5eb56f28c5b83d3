"""The judge: runs an assignment's checks, as a pytest plugin, and records how each ended.

The plugin gives checks their fixtures and turns pytest's reports into `CheckResult`s. `Judge` keeps
one pytest session with the checks collected, and runs them for one submission after another;
`autograder.judging.pytest_plugin` gives the same plugin to a pytest started by hand.
"""

import contextlib
import functools
import hashlib
import hmac
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import indent
from typing import Any, Final, NamedTuple

import pytest
import torch
from _pytest.config import _prepareconfig

from autograder.catalogue.assignment import VISIBLE_CHECKS, Assignment
from autograder.errors import AutograderError, UsageError, WorkerLost
from autograder.judging.blame import blamed, blocked_by
from autograder.judging.check_clock import ended_after
from autograder.judging.diagnosis import RECORD_SEED, KnownMistakes, behaviour_of
from autograder.judging.student import Asked, Student, StudentStopped
from autograder.judging.suite.authoring import ATTRIBUTE, About, CheckSpec
from autograder.judging.suite.check_context import CHECK_CONTEXT, CheckContext, CheckFailed
from autograder.results.result import CheckResult, Outcome, QuestionResult
from autograder.text import sanitize_lines

_PLUGINS_LEFT_OUT: Final = (
    "cacheprovider", "capture", "debugging", "doctest", "faulthandler", "junitxml", "logging",
    "pastebin", "setuponly", "stepwise", "terminal", "threadexception", "unittest",
    "unraisableexception", "warnings",
)  # fmt: skip
_ORDER: Final = {"means": 0, "how": 2}  # of a question's checks: the others are between
_MARGIN: Final = "| "
SECRET_RNG: Final = "secret_rng"  # a fixture
MAX_MESSAGE: Final = 8_000  # characters of what is said of a check
CHECK_COMPUTES_S: Final = 20.0  # what a check may compute by itself, far more than any needs


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a check ended, before it is known whether something that it needs had failed."""

    outcome: Outcome
    message: str = ""
    error: Mapping[str, Any] = field(default_factory=dict)  # that ended the student's code, as the worker says it
    comparison: Mapping[str, Any] | None = None


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
        result = self._result(item, spec, _verdict(raised, item.path), call.duration)
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
            hint=spec.hint if verdict.outcome != "passed" else "", comparison=verdict.comparison,
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


class Judge:
    """Checks collected once, run for many submissions. Use as a context manager."""

    def __init__(self, assignment: Assignment, *, visible_only: bool, calibrated: bool = True) -> None:
        """Collect the checks of `assignment`; `UsageError` says which file of its checks cannot be used."""
        self.assignment = assignment
        self._known = KnownMistakes.of(assignment, visible_only=visible_only)
        self._plugin = JudgePlugin(assignment, calibrated=calibrated)
        with importable(assignment.root):
            self._session = _open_session(assignment.check_files(visible_only=visible_only), self._plugin)

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def judge(
        self, student: Student, seed: int = 0, questions: Sequence[str] | None = None, *, secret: bytes = b"",
        with_needs: bool = True, on_check: Callable[[Sequence[str]], object] = lambda _: None,
    ) -> tuple[QuestionResult, ...]:  # fmt: skip
        """Run the checks against a submission; results in the notebook's order of questions.

        Args:
            student: whose functions are judged.
            seed: the course seed.
            questions: if given, only their checks are run,
            secret: what `secret_rng` comes from beside the seed; nothing where it has to be as it was recorded.
            with_needs: and those of the questions that they need.
            on_check: called before each check with the names of those that are left, it first.

        Raises:
            WorkerLost: the submission's worker ended or fell silent; none of its checks counts.
        """
        self._plugin.begin(student, seed, secret)
        items = self._session.items
        if questions is not None:
            wanted = self._with_needs(questions) if with_needs else set(questions)
            items = [item for item in items if spec_of(item).question in wanted]
        visible, hidden = ([item for item in items if self._plugin.is_hidden(item) == kind] for kind in (False, True))
        left = [item.name for item in hidden]
        self._run(visible, lambda names: on_check([*names, *left]))
        at_the_end = {question: self._at_the_end(question, visible) for question in self._differing()}
        if hidden:
            student.end_question()
        self._run(hidden, on_check)
        self._plugin.block_what_was_doubted()
        if self._plugin.lost is not None:
            raise self._plugin.lost
        for question in self._differing():
            self._count_the_better(question, at_the_end.get(question), visible, hidden)
        results = self._results()
        again = self._asked_again(results, [*self._drawn_otherwise(seed, secret)])
        return tuple(self._known.named(result, again.get(result.id, result)) for result in results)

    def _differing(self) -> list[str]:
        """The questions that are not right at their check, of which names are bound anew below."""
        assert self._plugin.student is not None
        differing = self._plugin.student.differing()
        results = self._plugin.results
        return [id for id in results if id in differing and not all(check.passed for check in results[id].values())]

    def _at_the_end(self, question: str, items: Sequence[pytest.Item]) -> dict[str, CheckResult]:
        """Return how a question's checks end in the notebook's last state."""
        assert self._plugin.student is not None
        results = self._plugin.results
        first, results[question] = results[question], {}
        try:
            with self._plugin.student.at_the_end(question):
                self._run([item for item in items if spec_of(item).question == question], lambda _: None)
            return results[question]
        finally:
            results[question] = first

    def _count_the_better(
        self, question: str, last: dict[str, CheckResult] | None, visible: Sequence[pytest.Item],
        hidden: Sequence[pytest.Item],
    ) -> None:  # fmt: skip
        """Take a question's results in the notebook's last state where they are worth more; `last` are visible ones."""
        first = self._plugin.results[question]
        if last is None:  # only hidden checks had failed: what is said of visible ones now must not be read
            last = self._at_the_end(question, visible)
            if not all(check.passed for check in last.values()):
                return
        last = {**last, **self._at_the_end(question, hidden)}
        if _weight_passed(last) > _weight_passed(first):
            assert self._plugin.student is not None
            self._plugin.results[question] = last
            self._plugin.student.count_the_end(question)

    def _drawn_otherwise(self, seed: int, secret: bytes) -> Iterator[pytest.Item]:
        """Yield the checks that draw other numbers than those under which mistakes were recorded."""
        for item in self._session.items:
            if seed != RECORD_SEED or (secret and SECRET_RNG in getattr(item, "fixturenames", ())):
                yield item

    def _asked_again(
        self, results: Sequence[QuestionResult], drawn_otherwise: Sequence[pytest.Item]
    ) -> Mapping[str, QuestionResult]:
        """Return the failing questions with those checks as they end under the record's seed: for a mistake's name."""
        ended = {check.id: check for result in results if behaviour_of(result) for check in result.checks}
        items = [item for item in drawn_otherwise if item.name in ended]
        items = [item for item in items if ended[item.name].outcome not in ("blocked", "grader_fault")]
        student = self._plugin.student
        if not items or student is None:
            return {}
        student.end_question()
        self._plugin.begin(student, RECORD_SEED)
        try:
            self._run(items, lambda _: None)
        except WorkerLost:  # the grade is made already; only a name is lost
            return {}
        again = {id: check for checks in self._plugin.results.values() for id, check in checks.items()}
        return {
            result.id: replace(result, checks=tuple(again.get(check.id, check) for check in result.checks))
            for result in results
        }

    def _run(self, items: Sequence[pytest.Item], on_check: Callable[[Sequence[str]], object]) -> None:
        names = [item.name for item in items]
        for place, (item, next_item) in enumerate(zip(items, [*items[1:], None], strict=False)):
            on_check(names[place:])
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=next_item)
            if self._plugin.lost is not None:
                item.config.hook.pytest_runtest_teardown(item=item, nextitem=None)
                raise self._plugin.lost

    def _results(self) -> tuple[QuestionResult, ...]:
        results = self._plugin.results
        return tuple(
            QuestionResult(question.id, question.points, tuple(results[question.id].values()), credit=question.credit)
            for question in self.assignment.questions
            if results[question.id]
        )

    def close(self) -> None:
        """End the pytest session."""
        self._session.config.hook.pytest_sessionfinish(session=self._session, exitstatus=0)
        self._session.config._ensure_unconfigure()

    def with_dependents(self, question: str) -> list[str]:
        """Return the questions whose checks need `question`, in the notebook's order, it first."""
        found = {question}
        while more := {
            spec.question
            for spec in map(spec_of, self._session.items)
            if spec.question not in found and found & set(spec.needs)
        }:
            found |= more
        return [each.id for each in self.assignment.questions if each.id in found]

    def _with_needs(self, questions: Sequence[str]) -> set[str]:
        wanted: set[str] = set()
        waiting = list(questions)
        while waiting:
            question = waiting.pop()
            if question not in wanted:
                wanted.add(question)
                waiting += (
                    need
                    for item in self._session.items
                    if spec_of(item).question == question
                    for need in spec_of(item).needs
                )
        return wanted


def _waits_for(names: Sequence[str], verdict: Verdict) -> str:
    return f"{blocked_by(names)}\n{verdict.message}"


def _weight_passed(checks: Mapping[str, CheckResult]) -> float:
    return sum(check.weight for check in checks.values() if check.passed)


def spec_of(item: pytest.Item) -> CheckSpec:
    """Return what `@check` said of a collected test; `UsageError` where it is not there."""
    spec = getattr(_function(item), ATTRIBUTE, None)
    if not isinstance(spec, CheckSpec):
        raise UsageError(f"{item.path}: {item.name} is a test without @check")
    return spec


def _function(item: pytest.Item) -> Any:
    return getattr(item, "function", None)


def _verdict(raised: BaseException | None, file: Path) -> Verdict:
    match raised:
        case None:
            return Verdict("passed")
        case CheckFailed():
            return Verdict("failed", raised.message, comparison=raised.comparison)
        case StudentStopped():
            return Verdict(raised.outcome, raised.message, raised.error)
        case AssertionError():
            return Verdict("failed", str(raised))
        case KeyboardInterrupt():
            raise raised
    return Verdict("grader_fault", f"The grader failed here, not you; a person will look. ({described(raised, file)})")


def described(raised: BaseException, file: Path | None = None) -> str:
    """Return our own failure for whoever mends it: what was raised, and the last line of `file` that led there."""
    if isinstance(raised, AutograderError) and file is None:  # says where by itself
        return str(raised)
    places = traceback.extract_tb(raised.__traceback__)
    place = next((each for each in reversed(places) if each.filename == str(file)), places[-1])
    return f"{type(raised).__name__}: {raised}; {Path(place.filename).name}, line {place.lineno}"


@contextlib.contextmanager
def importable(root: Path) -> Iterator[None]:
    """Let files of checks import one another by their place in the course, as `checks.NAME.visible_checks`.

    Afterwards such a module is forgotten: another course, or the same one mended, has its own by that name.
    """
    known = set(sys.modules)
    sys.path.append(str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))
        for name in set(sys.modules) - known:
            place = root / f"{name.replace('.', '/')}.py"
            if place.name == VISIBLE_CHECKS and place.exists():
                del sys.modules[name]


def _open_session(files: Sequence[Path], plugin: JudgePlugin) -> pytest.Session:
    """Do what `pytest.main` does up to the run of the tests, which then can run many times."""
    for path in files:
        if not path.exists():
            raise UsageError(f"there is no file of checks {path}")
    # The root decides under which name a file outside a package is imported: its whole path is unique.
    arguments = [str(path) for path in files] + ["-c", os.devnull, "--rootdir", files[0].anchor]
    arguments += ["--import-mode=importlib", "--disable-plugin-autoload"]
    arguments += [word for name in _PLUGINS_LEFT_OUT for word in ("-p", f"no:{name}")]
    config = _prepareconfig(arguments, [plugin])
    config._do_configure()
    try:
        session: pytest.Session = pytest.Session.from_config(config)
        config.hook.pytest_sessionstart(session=session)
        session.perform_collect()
        if session.testsfailed or not session.items:
            told = "\n".join(plugin.collection_errors) or "they hold no checks"
            raise UsageError(f"the checks in {', '.join(map(str, files))} cannot be used: {told}")
    except BaseException:  # a file of checks may even exit
        config._ensure_unconfigure()
        raise
    return session
