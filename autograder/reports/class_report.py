"""The class's page, and what went wrong in a few words."""

import base64
import hashlib
import os
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import quote

from markupsafe import Markup

from autograder.reports.card import OUTCOMES, templates
from autograder.reports.charts import Figure, histogram
from autograder.results.item_analysis import Item, analyse
from autograder.results.similarity import Lookalikes
from autograder.text import plain, visible

SUMMARY_CHARACTERS: Final = 80
STUDENT_CHARACTERS: Final = 200
MISTAKES_SHOWN: Final = 12
EXAMPLES_SHOWN: Final = 3
ROWS_SHOWN: Final = 2_000
GROUPS_SHOWN: Final = 20
MEMBERS_SHOWN: Final = 8
_Key = TypeVar("_Key", str, tuple[str, str])


def summarise(result: Mapping[str, Any]) -> str:
    """Return what went wrong in a submission as plain text of at most `SUMMARY_CHARACTERS`.

    Mistakes that have a name come by their name, other ones by their outcome; what is only blocked
    comes last, since getting the rest right may free it.
    """
    checks = [check for question in result["questions"] for check in question["checks"]]
    outcomes = {check["outcome"] for check in checks}
    if outcomes <= {"passed"}:
        return "all passed"
    if outcomes == {"not_attempted"}:  # a note that every check repeats says why there is nothing to check
        reasons = (note for note in result["notes"] if note and all(note in check["message"] for check in checks))
        return _fitted([next(reasons, "nothing attempted")])
    return _fitted([*_named(result), *_unnamed(result), *_blocked(result)])


def commonest(results: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Return the titles of the misconceptions seen and in how many submissions, most frequent first."""
    counts: Counter[str] = Counter()
    for result in results:
        counts.update({plain(title) for _, title in _mistakes(result)})
    return _ranked(counts)


def render_report(
    title: str, results: Iterable[Mapping[str, Any]], feedback_href: Callable[[Mapping[str, Any]], str]
) -> str:
    """Return the class's report as a self-contained page of HTML, a section an assignment.

    Results are read once; of each only its row stays in memory.

    Args:
        title: the page's heading.
        results: result lines, as `SubmissionResult.to_json` gives them.
        feedback_href: for a result, the path of its feedback page from the report, not quoted.
    """
    tallies: dict[str, _Tally] = {}
    for result in results:
        tally = tallies.setdefault(result["assignment"], _Tally(result["assignment"]))
        tally.add(result, feedback_href(result))
    assignments = [tally.shown(f"a{index}") for index, tally in enumerate(tallies.values(), 1)]
    count = sum(assignment.count for assignment in assignments)
    reviews = sum(len(assignment.reviews) for assignment in assignments)
    script = templates().get_template("report.js").render()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return templates().get_template("report.html.jinja").render(
        title=title, assignments=assignments, submissions=f"{count:,} submission{'' if count == 1 else 's'}",
        reviews=f"{reviews:,} of them for a person to look at" if reviews else "",
        script=Markup(script), script_hash=f"sha256-{digest}",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """A student's line; `questions` maps ids to score and points."""

    student: str
    href: str
    score: float
    max_score: float
    summary: str
    needs_review: bool
    questions: Mapping[str, tuple[float, float]]

    @property
    def state(self) -> str:
        return "review" if self.needs_review else "less" if self.score < self.max_score else "full"


@dataclass(slots=True)
class _CheckTally:
    """How one check ended over the class."""

    description: str
    visible: bool
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.outcomes.total()

    @property
    def passed(self) -> int:
        return self.outcomes["passed"]

    @property
    def rate(self) -> str:
        share = round(100 * self.passed / self.total)
        return f"{min(share, 99) if self.passed < self.total else 100} %"

    @property
    def otherwise(self) -> str:
        missed = [(count, outcome) for outcome, count in self.outcomes.most_common() if outcome != "passed"]
        return ", ".join(f"{count:,} {OUTCOMES[outcome].words}" for count, outcome in missed)


@dataclass(slots=True)
class _QuestionTally:
    """A question's checks over the class."""

    id: str
    points: float
    by_id: dict[str, _CheckTally] = field(default_factory=dict)

    @property
    def checks(self) -> Iterable[_CheckTally]:
        return self.by_id.values()


@dataclass(frozen=True, slots=True)
class _Number:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class _MistakeCount:
    question: str
    title: str
    count: int
    examples: Sequence[_Row]


@dataclass(frozen=True, slots=True)
class _Group:
    """Submissions that look alike, and how many more do."""

    rows: Sequence[_Row]
    more: int


@dataclass(frozen=True, slots=True)
class _ShownAssignment:
    """What the template shows of an assignment."""

    name: str
    count: int
    histogram: Figure
    numbers: Sequence[_Number]
    reviews: Sequence[_Row]
    mistakes: Sequence[_MistakeCount]
    questions: Sequence[_QuestionTally]
    rows: Sequence[_Row]
    left_out: int
    by_hand: Mapping[str, float]
    items: Mapping[str, Item]
    alike: Sequence[_Group]
    more_alike: int


class _Tally:
    """What the report keeps of one assignment's results."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows: list[_Row] = []
        self._questions: dict[str, _QuestionTally] = {}
        self._mistakes: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], list[_Row]] = {}
        self._by_hand: dict[str, float] = {}
        self._seconds: list[float] = []
        self._lookalikes = Lookalikes()

    def add(self, result: Mapping[str, Any], href: str) -> None:
        """Take one result in."""
        scores = {}
        for question in result["questions"]:
            tally = self._questions.setdefault(question["id"], _QuestionTally(question["id"], question["points"]))
            scores[tally.id] = (question["score"], question["points"])
            for check in question["checks"]:
                seen = tally.by_id.setdefault(check["id"], _CheckTally(check["description"], check["visible"]))
                seen.outcomes[check["outcome"]] += 1
        self._by_hand |= {question["id"]: question["points"] for question in result.get("by_hand", [])}
        row = _Row(
            visible(result["student"])[:STUDENT_CHARACTERS] or "(no name)", _link(href), result["score"],
            result["max_score"], summarise(result), result["needs_review"], scores,
        )  # fmt: skip
        for mistake in set(_mistakes(result)):
            self._mistakes[mistake] += 1
            examples = self._examples.setdefault(mistake, [])
            if len(examples) < EXAMPLES_SHOWN:
                examples.append(row)
        self._seconds.append(result["seconds"])
        self._lookalikes.add(len(self._rows), result.get("fingerprint", ""))
        self._rows.append(row)

    def shown(self, anchor: str) -> _ShownAssignment:
        """Return what the template shows; `anchor` is an id that is unique on the page."""
        rows = sorted(self._rows, key=lambda row: row.student.casefold())
        shares = [row.score / row.max_score if row.max_score else 0.0 for row in rows]
        full = sum(row.score == row.max_score for row in rows)
        numbers = [
            _Number("submissions", f"{len(rows):,}"), _Number("full marks", f"{full:,}"),
            _Number("median score", f"{100 * statistics.median(shares):.0f} %"),
            _Number("mean score", f"{100 * statistics.fmean(shares):.0f} %"),
            _Number("median time to grade", f"{statistics.median(self._seconds):.2f} s"),
            _Number("95 % took at most", f"{_percentile(self._seconds, 95):.2f} s"),
            _Number("slowest", f"{max(self._seconds):.1f} s"),
        ]  # fmt: skip
        mistakes = [
            _MistakeCount(*key, count, self._examples[key])
            for key, count in _ranked(self._mistakes)[:MISTAKES_SHOWN]
        ]  # fmt: skip
        groups = self._lookalikes.groups()
        return _ShownAssignment(
            self._name, len(rows), histogram(shares, f"{anchor}-scores"), numbers,
            [row for row in rows if row.needs_review], mistakes, list(self._questions.values()),
            _most_wanted(rows), max(len(rows) - ROWS_SHOWN, 0), self._by_hand,
            analyse([row.questions for row in self._rows]),
            [
                _Group([self._rows[member] for member in group[:MEMBERS_SHOWN]], max(len(group) - MEMBERS_SHOWN, 0))
                for group in groups[:GROUPS_SHOWN]
            ],
            max(len(groups) - GROUPS_SHOWN, 0),
        )  # fmt: skip


def _most_wanted(rows: Sequence[_Row]) -> Sequence[_Row]:
    """As many rows as a page can hold, in the same order: those for a person, then those with the fewest points."""
    wanted = sorted(range(len(rows)), key=lambda place: (not rows[place].needs_review, rows[place].score))
    return [rows[place] for place in sorted(wanted[:ROWS_SHOWN])]


def _percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of `values` that at least `percent` of them do not exceed (nearest rank)."""
    return sorted(values)[-(-percent * len(values) // 100) - 1]


def _link(href: str) -> str:
    """Quote a path so that no name in it can start a URL of its own."""
    return "./" + quote(os.fsencode(href))


def _ranked(counts: Counter[_Key]) -> list[tuple[_Key, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _mistakes(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The question and title of each check's likeliest misconception."""
    for question in result["questions"]:
        for check in question["checks"]:
            if check["misconception"] and check["outcome"] != "passed":
                yield question["id"], check["misconception"]["title"]


def _named(result: Mapping[str, Any]) -> Iterator[str]:
    for question, title in _mistakes(result):
        yield f"{question}: {title.rstrip('.')}"


def _unnamed(result: Mapping[str, Any]) -> Iterator[str]:
    """Questions that went wrong without a name for it, together where they ended alike."""
    named = {question for question, _ in _mistakes(result)}
    questions: dict[str, list[str]] = {}
    for question in result["questions"]:
        own = [check["outcome"] for check in question["checks"] if check["outcome"] not in ("passed", "blocked")]
        if own and ("grader_fault" in own or question["id"] not in named):
            outcome = "grader_fault" if "grader_fault" in own else own[0]
            questions.setdefault(OUTCOMES[outcome].words, []).append(question["id"])
    for words, ids in questions.items():
        yield f"{', '.join(ids)}: {words}"


def _blocked(result: Mapping[str, Any]) -> Iterator[str]:
    """Questions whose only trouble is a question that they use."""
    wrong = [
        question["id"] for question in result["questions"]
        if any(check["outcome"] not in ("passed", "blocked") for check in question["checks"])
    ]  # fmt: skip
    for question in result["questions"]:
        blocked = [check for check in question["checks"] if check["outcome"] == "blocked"]
        if blocked and question["id"] not in wrong:
            said = " ".join(check["message"].partition("\n")[0] for check in blocked)  # what follows, the student wrote
            by = [other for other in wrong if re.search(rf"\b{re.escape(other)}\b", said)]
            yield f"{question['id']} blocked" + (f" by {', '.join(by)}" if by else "")


def _fitted(parts: Sequence[str]) -> str:
    """Join as many parts as fit; the last words count those that did not."""
    parts = list(dict.fromkeys(map(plain, parts)))
    for kept in range(len(parts), 0, -1):
        more = f"; +{len(parts) - kept} more" if kept < len(parts) else ""
        text = "; ".join(parts[:kept]) + more
        if len(text) <= SUMMARY_CHARACTERS:
            return text
    more = f"; +{len(parts) - 1} more" if len(parts) > 1 else ""
    return plain(parts[0])[: SUMMARY_CHARACTERS - len(more) - 1] + "…" + more
