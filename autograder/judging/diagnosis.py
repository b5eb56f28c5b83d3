"""Which known mistake a failing question makes: its behaviour over all checks is looked up among fingerprints.

A mistake is named where at least one check agrees with it in values, in a message of its own or in an exception, no
check speaks against it, and no other recorded mistake explains the same as well. Exceptions that beginners meet are
known in every course (see `autograder.judging.exceptions`). Better no name than a wrong one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from autograder.catalogue.assignment import Assignment
from autograder.errors import UsageError
from autograder.judging.behaviour import Features, features_of
from autograder.judging.exceptions import explained_exception
from autograder.judging.fingerprint import Fingerprint, Trace, agreement, selected
from autograder.results.result import CheckResult, Misconception, QuestionResult

RECORD_SEED: Final = 0  # the course seed under which fingerprints are made
_WITHOUT_BEHAVIOUR: Final = ("passed", "blocked", "not_attempted", "grader_fault")


@dataclass(frozen=True, slots=True)
class KnownMistakes:
    """An assignment's recorded mistakes: their words, and by question and id what each of their examples does."""

    words: Mapping[str, Misconception]
    fingerprints: Mapping[str, Mapping[str, Sequence[Fingerprint]]]

    @classmethod
    def of(cls, assignment: Assignment, *, visible_only: bool) -> "KnownMistakes":
        """Read an assignment's records.

        Raises:
            UsageError: what they hold is no record.
        """
        records = [assignment.record, *([] if visible_only else [assignment.hidden_record])]
        words = assignment.misconceptions
        found: dict[str, dict[str, list[dict[str, Trace]]]] = {}
        try:
            for record in records:
                for question, mistakes in record.get("fingerprints", {}).items():
                    for id, examples in mistakes.items():
                        if id not in words:  # as an old record of hidden checks may have: nobody could be told
                            continue
                        _add(found.setdefault(question, {}).setdefault(id, []), examples)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            raise UsageError(f"the record of {assignment.name} holds no fingerprints: {error}") from error
        return cls(words, found)

    def named(self, result: QuestionResult, seen: QuestionResult) -> QuestionResult:
        """Return `result` with the mistake that its checks were seen to make, as far as one can be named.

        Args:
            result: a question's graded checks.
            seen: the same checks under the record's seed: `result` itself where that was the course's.
        """
        behaviour = behaviour_of(seen)
        if not behaviour:
            return result
        id, explained = self._likeliest(seen.id, behaviour)
        checks = []
        for check in result.checks:
            words = None
            if check.outcome not in _WITHOUT_BEHAVIOUR and check.id in behaviour:
                words = self.words[id] if id and check.id in explained else None
                words = words or explained_exception(behaviour[check.id], result.id)
            checks.append(replace(check, misconception=words))
        unnamed = not any(check.misconception for check in checks)
        kept = {name: compact(found) for name, found in behaviour.items() if found["outcome"] != "passed"}
        return replace(result, checks=tuple(checks), behaviour=kept if unnamed else {})

    def _likeliest(self, question: str, behaviour: Mapping[str, Features]) -> tuple[str | None, Sequence[str]]:
        found = {id: agreement(each, behaviour) for id, each in self.fingerprints.get(question, {}).items()}
        fitting = sorted(((each.strength, id) for id, each in found.items() if each.fits), reverse=True)
        if not fitting or (len(fitting) > 1 and fitting[1][0] >= fitting[0][0]):
            return None, ()
        return fitting[0][1], found[fitting[0][1]].checks


def behaviour_of(result: QuestionResult, *, failing_only: bool = True) -> dict[str, Features]:
    """Return the features of a question's checks, by check; none where nothing failed by the student's code.

    With `failing_only` off, those of right work, too.
    """
    missed = [check for check in result.checks if check.outcome not in _WITHOUT_BEHAVIOUR]
    if failing_only and not missed:
        return {}
    return {check.id: features_of(check) for check in result.checks if _is_seen(check)}


def compact(found: Features) -> dict[str, Any]:
    """Return few features of a check: enough to tell whether another submission behaves alike."""
    return {name: found[name] for name in ("outcome", *selected({k: v for k, v in found.items() if k != "outcome"}))}


def _is_seen(check: CheckResult) -> bool:
    return check.outcome not in ("not_attempted", "grader_fault")


def _add(known: list[dict[str, Trace]], examples: Sequence[Mapping[str, Any]]) -> None:
    """Join what two records say of the same examples, the one of visible checks, the other of hidden ones."""
    for place, example in enumerate(examples):
        if place == len(known):
            known.append({})
        known[place] |= {check: Trace.from_json(trace) for check, trace in example.items()}
