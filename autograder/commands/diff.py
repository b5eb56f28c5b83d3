"""What changed between two results: `autograder diff`, and `autograder regrade` before it writes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.reports.wording import points
from autograder.results.result import Environment, Key, SubmissionResult
from autograder.results.result_file import ResultFile
from autograder.text import escape, sanitize

SAME: Final = 0
DIFFERENT: Final = 1
NOTHING: Final = "–"
VALUE_CHARACTERS: Final = 40  # enough to tell digests apart


@dataclass(frozen=True, slots=True)
class Change:
    """The results of one submission, earlier and later."""

    old: SubmissionResult
    new: SubmissionResult

    @property
    def gained(self) -> float:
        """Points, negative where they are lost."""
        return self.new.score - self.old.score

    def lines(self) -> Iterator[str]:
        """Yield what changed as plain text, a line for the submission, one for each check; none where nothing did.

        A check's outcome, the name of its mistake, and scores and points count; messages and seconds do not.
        """
        again = self.old.submission_sha256 != self.new.submission_sha256
        checks = [*self._questions(), *self._checks()]
        totals = [(each.score, each.max_score, each.needs_review) for each in (self.old, self.new)]
        if not again and not checks and totals[0] == totals[1]:
            return
        was, now = points(self.old.score), score_of(self.new)
        if self.old.max_score != self.new.max_score:
            was = score_of(self.old)
        moved = f"{was} → {now}" + (f" ({self.gained:+.4g})" if self.gained else "")
        notes = ["handed in again"] if again else []
        if totals[0][2] != totals[1][2]:
            notes.append("now needs a person" if totals[1][2] else "needs no person any more")
        yield ", ".join([f"{_name(self.new)}: {moved}", *notes])
        yield from (f"    {line}" for line in checks)

    def _questions(self) -> Iterator[str]:
        old = {question.id: question for question in self.old.questions}
        for question in self.new.questions:
            was = old.get(question.id, question)
            if was.points != question.points:
                yield f"{sanitize(question.id)}: worth {points(was.points)} → {points(question.points)} points"
            if was.credit != question.credit:
                yield f"{sanitize(question.id)}: {was.credit} → {question.credit}"

    def _checks(self) -> Iterator[str]:
        old, new = _checks_of(self.old), _checks_of(self.new)
        for key in {**old, **new}:
            was, now = old.get(key, NOTHING), new.get(key, NOTHING)
            if was != now:
                yield f"{key[0]}.{key[1]}: {was} → {now}"


def diff(old: Path, new: Path) -> int:
    """Print what changed from the results `old` to the results `new`, and return `SAME` or `DIFFERENT`.

    Each is a folder of results or a results.jsonl. Of each result only its place in the file stays in memory.
    Raises `UsageError` where one of them cannot be read.
    """
    before, after = _Results(old), _Results(new)
    environments = list(_environments(before, after))
    for line in environments:
        print(line)
    counts: Counter[str] = Counter()
    for key in sorted({*before.file.keys, *after.file.keys}):
        counts[_print_change(before.file.get(key), after.file.get(key))] += 1
    changed = counts["gain"] + counts["lose"] + counts["other"]
    print(
        f"{changed:,} changed ({counts['gain']:,} gain, {counts['lose']:,} lose), {counts['added']:,} added, "
        f"{counts['removed']:,} removed, {counts['same']:,} the same"
    )
    return SAME if counts.keys() <= {"same"} and not environments else DIFFERENT


def score_of(result: SubmissionResult) -> str:
    """Return "7.5 of 10"."""
    return f"{points(result.score)} of {points(result.max_score)}"


class _Results:
    """A file of results, and by assignment the environments of how many of them."""

    def __init__(self, path: Path) -> None:
        self.file = ResultFile(path)
        known: dict[Environment, Environment] = {}  # one for all of a class
        last: dict[Key, Environment] = {}
        for result in self.file.read():
            last[result.key] = known.setdefault(result.environment, result.environment)
        self.environments = Counter((assignment, environment) for (assignment, _), environment in last.items())


def _environments(old: _Results, new: _Results) -> Iterator[str]:
    """What else than submissions changed, for each assignment that is in both."""
    before, after = _by_assignment(old), _by_assignment(new)
    for assignment in sorted(before.keys() & after.keys()):
        was, now = before[assignment], after[assignment]
        for part in sorted({*was, *now}):
            if set(was.get(part, ())) != set(now.get(part, ())):
                yield f"{sanitize(assignment)}: {sanitize(part)} {_values(was.get(part))} → {_values(now.get(part))}"


def _by_assignment(results: _Results) -> dict[str, dict[str, Counter[str]]]:
    """How many submissions were graded under which value of each part of the environment."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for (assignment, environment), count in results.environments.items():
        parts = found.setdefault(assignment, {})
        for name, value in environment.to_json().items():
            parts.setdefault(name, Counter())[str(value)] += count
    return found


def _values(counts: Counter[str] | None) -> str:
    if counts is None:
        return NOTHING
    mixed = len(counts) > 1
    return " and ".join(
        sanitize(value)[:VALUE_CHARACTERS] + (f" ({count:,} submissions)" if mixed else "")
        for value, count in counts.most_common()
    )


def _print_change(old: SubmissionResult | None, new: SubmissionResult | None) -> str:
    """Print what became of one submission, and return which kind of change that is."""
    if old is None or new is None:
        result, sign, kind = (new, "+", "added") if old is None else (old, "-", "removed")
        assert result is not None
        print(f"{sign} {_name(result)}: {score_of(result)}")
        return kind
    change = Change(old, new)
    lines = list(change.lines())
    for text in lines:
        print(text)
    if not lines:
        return "same"
    return "gain" if change.gained > 0 else "lose" if change.gained < 0 else "other"


def _checks_of(result: SubmissionResult) -> dict[tuple[str, str], str]:
    """How each check ended, with its mistake's name, by question and id."""
    found = {}
    for question in result.questions:
        for check in question.checks:
            mistake = check.misconception if not check.passed else None
            ended = check.outcome + (f" ({sanitize(mistake.title)})" if mistake else "")
            found[sanitize(question.id), sanitize(check.id)] = ended
    return found


def _name(result: SubmissionResult) -> str:
    return f"{escape(result.student) or '(no name)'} {sanitize(result.assignment)}"
