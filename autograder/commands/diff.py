"""What changed between two results: `autograder diff`, and `autograder regrade` before it writes."""

import contextlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from autograder.errors import UsageError
from autograder.reports.card import points
from autograder.results.store import RESULTS
from autograder.text import plain, visible

SAME: Final = 0
DIFFERENT: Final = 1
NOTHING: Final = "–"
SHOWN_CHARACTERS: Final = 40  # enough to tell digests apart
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """The results of one submission, earlier and later, as `SubmissionResult.to_json` gives them."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]

    @property
    def gained(self) -> float:
        """Points, negative where they are lost."""
        return float(self.new["score"] - self.old["score"])

    def lines(self) -> Iterator[str]:
        """Yield what changed as plain text, a line for the submission, one for each check; none where nothing did.

        A check's outcome, the name of its mistake, and scores and points count; messages and seconds do not.
        """
        again = self.old["submission_sha256"] != self.new["submission_sha256"]
        checks = [*self._questions(), *self._checks()]
        totals = [(each["score"], each["max_score"], each["needs_review"]) for each in (self.old, self.new)]
        if not again and not checks and totals[0] == totals[1]:
            return
        was, now = points(self.old["score"]), score_of(self.new)
        if self.old["max_score"] != self.new["max_score"]:
            was = score_of(self.old)
        moved = f"{was} → {now}" + (f" ({self.gained:+.4g})" if self.gained else "")
        notes = ["handed in again"] if again else []
        if totals[0][2] != totals[1][2]:
            notes.append("now needs a person" if totals[1][2] else "needs no person any more")
        yield ", ".join([f"{_name(self.new)}: {moved}", *notes])
        yield from (f"    {line}" for line in checks)

    def _questions(self) -> Iterator[str]:
        old = {question["id"]: question["points"] for question in self.old["questions"]}
        for question in self.new["questions"]:
            was = old.get(question["id"], question["points"])
            if was != question["points"]:
                yield f"{plain(question['id'])}: worth {points(was)} → {points(question['points'])} points"

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
    with _Results.opened(old) as before, _Results.opened(new) as after:
        environments = list(_environments(before, after))
        for line in environments:
            print(line)
        counts: Counter[str] = Counter()
        for key in sorted(before.places.keys() | after.places.keys()):
            counts[_told(before.get(key), after.get(key))] += 1
    changed = counts["gain"] + counts["lose"] + counts["other"]
    print(
        f"{changed:,} changed ({counts['gain']:,} gain, {counts['lose']:,} lose), {counts['added']:,} added, "
        f"{counts['removed']:,} removed, {counts['same']:,} the same"
    )
    return SAME if counts.keys() <= {"same"} and not environments else DIFFERENT


def score_of(line: Mapping[str, Any]) -> str:
    """Return "7.5 of 10"."""
    return f"{points(line['score'])} of {points(line['max_score'])}"


class _Results:
    """A file of results, of which several lines may be one submission's: then the last one counts.

    `places` has where each submission's line begins and how long it is; `environments` the environment, by assignment,
    of how many.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self.places: dict[_Key, tuple[int, int]] = {}
        seen: dict[_Key, tuple[str, str]] = {}
        start = 0
        for number, raw in enumerate(file, 1):
            if raw.endswith(b"\n"):  # else a run is writing it, or was killed as it did
                try:
                    line = json.loads(raw)
                    key = (line["assignment"], line["student"])
                    environment = json.dumps(line["environment"], sort_keys=True)
                except (ValueError, KeyError, TypeError) as error:
                    raise UsageError(f"{path}, line {number}, is no result: {error}") from error
                self.places[key] = (start, len(raw))
                seen[key] = (line["assignment"], sys.intern(environment))
            start += len(raw)
        self.environments = Counter(seen.values())

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: Path) -> Iterator["_Results"]:
        file = path / RESULTS if path.is_dir() else path
        with contextlib.ExitStack() as closing:
            try:
                results = cls(closing.enter_context(file.open("rb")), file)
            except OSError as error:
                raise UsageError(f"{file} cannot be read: {error.strerror}") from error
            yield results

    def get(self, key: _Key) -> Mapping[str, Any] | None:
        if key not in self.places:
            return None
        start, size = self.places[key]
        self._file.seek(start)
        line: Mapping[str, Any] = json.loads(self._file.read(size))
        return line


def _environments(old: _Results, new: _Results) -> Iterator[str]:
    """What else than submissions changed, for each assignment that is in both."""
    before, after = _by_assignment(old), _by_assignment(new)
    for assignment in sorted(before.keys() & after.keys()):
        was, now = before[assignment], after[assignment]
        for part in sorted({*was, *now}):
            if set(was.get(part, ())) != set(now.get(part, ())):
                yield f"{plain(assignment)}: {plain(part)} {_values(was.get(part))} → {_values(now.get(part))}"


def _by_assignment(results: _Results) -> dict[str, dict[str, Counter[str]]]:
    """How many submissions were graded under which value of each part of the environment."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for (assignment, environment), count in results.environments.items():
        parts = found.setdefault(assignment, {})
        for name, value in json.loads(environment).items():
            parts.setdefault(name, Counter())[str(value)] += count
    return found


def _values(counts: Counter[str] | None) -> str:
    if counts is None:
        return NOTHING
    mixed = len(counts) > 1
    return " and ".join(
        plain(value)[:SHOWN_CHARACTERS] + (f" ({count:,} submissions)" if mixed else "")
        for value, count in counts.most_common()
    )


def _told(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> str:
    """Print what became of one submission, and return which kind of change that is."""
    if old is None or new is None:
        line, sign, kind = (new, "+", "added") if old is None else (old, "-", "removed")
        assert line is not None
        print(f"{sign} {_name(line)}: {score_of(line)}")
        return kind
    change = Change(old, new)
    lines = list(change.lines())
    for text in lines:
        print(text)
    if not lines:
        return "same"
    return "gain" if change.gained > 0 else "lose" if change.gained < 0 else "other"


def _checks_of(result: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """How each check ended, with its mistake's name, by question and id."""
    found = {}
    for question in result["questions"]:
        for check in question["checks"]:
            mistake = check["misconception"] if check["outcome"] != "passed" else None
            ended = plain(check["outcome"]) + (f" ({plain(mistake['title'])})" if mistake else "")
            found[plain(question["id"]), plain(check["id"])] = ended
    return found


def _name(line: Mapping[str, Any]) -> str:
    return f"{visible(line['student']) or '(no name)'} {plain(line['assignment'])}"
