"""The judge: runs an assignment's checks, collected once, for one submission after another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from autograder.catalogue.assignment import Assignment
from autograder.errors import WorkerLost
from autograder.judging.collection import collect_checks, importable
from autograder.judging.diagnosis import RECORD_SEED, KnownMistakes, behaviour_of
from autograder.judging.judge_plugin import SECRET_RNG, JudgePlugin, spec_of
from autograder.judging.student import Student
from autograder.results.result import CheckResult, QuestionResult


class Judge:
    """Checks collected once, run for many submissions. Use as a context manager."""

    def __init__(self, assignment: Assignment, *, visible_only: bool, calibrated: bool = True) -> None:
        """Collect the checks of `assignment`; `UsageError` says which file of its checks cannot be used."""
        self.assignment = assignment
        self._known = KnownMistakes.of(assignment, visible_only=visible_only)
        self._plugin = JudgePlugin(assignment, calibrated=calibrated)
        with importable(assignment.root):
            self._session = collect_checks(assignment.check_files(visible_only=visible_only), self._plugin)

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


def _weight_passed(checks: Mapping[str, CheckResult]) -> float:
    return sum(check.weight for check in checks.values() if check.passed)
