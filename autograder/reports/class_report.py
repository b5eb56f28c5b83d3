"""The class's page."""

import base64
import hashlib
import os
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from autograder.reports.charts import Figure, histogram
from autograder.reports.templates import templates
from autograder.reports.wording import OUTCOMES
from autograder.results.item_analysis import Item, analyse
from autograder.results.result import SubmissionResult
from autograder.results.similarity import Lookalikes
from autograder.results.tally import AssignmentTally, CheckTally, Row, Tally
from autograder.results.unnamed import UnnamedGroup, UnnamedMistakes
from autograder.text import escape

STUDENT_CHARACTERS: Final = 200
MISTAKES_SHOWN: Final = 12
ROWS_SHOWN: Final = 2_000
GROUPS_SHOWN: Final = 20
MEMBERS_SHOWN: Final = 8
PACKAGES_SHOWN: Final = 12
UNNAMED_CHARACTERS: Final = 200


def render_report(
    title: str, results: Iterable[SubmissionResult], feedback_href: Callable[[SubmissionResult], str]
) -> str:
    """Return the class's report as a self-contained page of HTML, a section an assignment.

    Results are read once; of each only its row stays in memory.

    Args:
        title: the page's heading.
        results: what was found.
        feedback_href: for a result, the path of its feedback page from the report, not quoted.
    """
    tally, report = Tally(), ClassReport()
    for result in results:
        report.add(result, tally.add(result), feedback_href(result))
    return report.render(title, tally)


class ClassReport:
    """What the page shows beside a tally: each student's summary and link, and whose code looks alike."""

    def __init__(self) -> None:
        self._parts: dict[str, _Part] = {}
        self._unnamed = UnnamedMistakes()

    def add(self, result: SubmissionResult, row: Row, href: str) -> None:
        """Take in a result with its row of the tally, and the path of its feedback page, not quoted."""
        part = self._parts.setdefault(result.assignment, _Part())
        part.lookalikes.add(len(part.rows), result.code_sketch)
        self._unnamed.add(result)
        name = escape(result.student)[:STUDENT_CHARACTERS] or "(no name)"
        part.rows.append(_PageRow(name, _link(href), row))

    def render(self, title: str, tally: Tally, reload_s: int = 0) -> str:
        """Return the page of what was added, which is what `tally` has counted.

        Open in a browser, it loads itself again after `reload_s` seconds, where that is not 0.
        """
        unnamed = self._unnamed.groups()
        assignments = [
            _section(f"a{index}", each, self._parts[name], [group for group in unnamed if group.assignment == name])
            for index, (name, each) in enumerate(tally.assignments.items(), 1)
        ]
        count = len(tally.rows)
        reviews = sum(row.needs_review for row in tally.rows)
        script = templates().get_template("report.js").render()
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        return templates().get_template("report.html.jinja").render(
            title=title, assignments=assignments, submissions=f"{count:,} submission{'' if count == 1 else 's'}",
            reviews=f"{reviews:,} of them for a person to look at" if reviews else "",
            reload_s=reload_s, script=Markup(script), script_hash=f"sha256-{digest}", rate=_rate, otherwise=_otherwise,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _PageRow:
    """A student's line on the page."""

    student: str
    href: str
    tallied: Row

    @property
    def shown(self) -> str:
        name = escape(self.tallied.name)[:STUDENT_CHARACTERS]
        return f"{name} ({self.student})" if name and name != self.student else self.student

    @property
    def email(self) -> str:
        return escape(self.tallied.email)[:STUDENT_CHARACTERS]

    @property
    def state(self) -> str:
        if self.tallied.needs_review:
            return "review"
        return "less" if self.tallied.score < self.tallied.max_score else "full"


@dataclass(frozen=True, slots=True)
class _Part:
    """What is kept of one assignment's results, in the order of its tally's rows."""

    rows: list[_PageRow] = field(default_factory=list)
    lookalikes: Lookalikes = field(default_factory=Lookalikes)


@dataclass(frozen=True, slots=True)
class _Number:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class _MistakeCount:
    question: str
    title: str
    count: int
    examples: Sequence[_PageRow]


@dataclass(frozen=True, slots=True)
class _Group:
    """Submissions that look alike, and how many more do."""

    rows: Sequence[_PageRow]
    more: int


@dataclass(frozen=True, slots=True)
class _Unnamed:
    """Answers to a question that behave alike and have no name: of whom, and what the first failing check said."""

    id: str
    question: str
    message: str
    count: int
    rows: Sequence[_PageRow]


@dataclass(frozen=True, slots=True)
class _Section:
    """What the page shows of an assignment."""

    tally: AssignmentTally
    histogram: Figure
    numbers: Sequence[_Number]
    reviews: Sequence[_PageRow]
    mistakes: Sequence[_MistakeCount]
    unnamed: Sequence[_Unnamed]
    alone: int
    rows: Sequence[_PageRow]
    left_out: int
    items: Mapping[str, Item]
    alike: Sequence[_Group]
    more_alike: int
    absent: Sequence[str]


def _section(anchor: str, tally: AssignmentTally, part: _Part, unnamed: Sequence[UnnamedGroup]) -> _Section:
    """Return what the page shows of an assignment; `anchor` is an id that is unique on the page."""
    several = [group for group in unnamed if len(group.members) > 1]
    rows = sorted(part.rows, key=lambda each: each.student.casefold())
    shares = [each.tallied.score / each.tallied.max_score if each.tallied.max_score else 0.0 for each in rows]
    mistakes = [
        _MistakeCount(*key, count, [part.rows[place] for place in tally.examples[key]])
        for key, count in tally.commonest_mistakes()[:MISTAKES_SHOWN]
    ]
    groups = part.lookalikes.groups()
    return _Section(
        tally, histogram(shares, f"{anchor}-scores"), _numbers(tally, shares),
        [each for each in rows if each.tallied.needs_review], mistakes,
        [_unnamed(group, part) for group in several[:MISTAKES_SHOWN]], len(unnamed) - len(several),
        _most_wanted(rows), max(len(rows) - ROWS_SHOWN, 0), analyse([row.questions for row in tally.rows]),
        [
            _Group([part.rows[member] for member in group[:MEMBERS_SHOWN]], max(len(group) - MEMBERS_SHOWN, 0))
            for group in groups[:GROUPS_SHOWN]
        ],
        max(len(groups) - GROUPS_SHOWN, 0),
        [_absent(*each) for each in tally.absent_packages()[:PACKAGES_SHOWN]],
    )  # fmt: skip


def _absent(package: str, count: int) -> str:
    who = "1 student imports" if count == 1 else f"{count:,} students import"
    return f"{who} {package}, which is not installed here"


def _unnamed(group: UnnamedGroup, part: _Part) -> _Unnamed:
    students = {escape(member.student)[:STUDENT_CHARACTERS] for member in group.members[:MEMBERS_SHOWN]}
    message = group.members[0].message.split("\n")[0]
    rows = [row for row in part.rows if row.student in students][:MEMBERS_SHOWN]
    return _Unnamed(group.id, group.question, escape(message)[:UNNAMED_CHARACTERS], len(group.members), rows)


def _numbers(tally: AssignmentTally, shares: Sequence[float]) -> Sequence[_Number]:
    seconds = [row.seconds for row in tally.rows]
    full = sum(row.score >= row.max_score for row in tally.rows)
    return [
        _Number("submissions", f"{len(shares):,}"), _Number("full marks", f"{full:,}"),
        _Number("median score", f"{100 * statistics.median(shares):.0f} %"),
        _Number("mean score", f"{100 * statistics.fmean(shares):.0f} %"),
        _Number("median time to grade", f"{statistics.median(seconds):.2f} s"),
        _Number("95 % took at most", f"{_percentile(seconds, 95):.2f} s"),
        _Number("slowest", f"{max(seconds):.1f} s"),
    ]  # fmt: skip


def _rate(check: CheckTally) -> str:
    """How many passed a check, in percent; nearly all is not all."""
    share = round(100 * check.passed / check.total)
    return f"{min(share, 99) if check.passed < check.total else 100} %"


def _otherwise(check: CheckTally) -> str:
    """How a check ended where it did not pass."""
    missed = [(count, outcome) for outcome, count in check.outcomes.most_common() if outcome != "passed"]
    return ", ".join(f"{count:,} {OUTCOMES[outcome].words}" for count, outcome in missed)


def _most_wanted(rows: Sequence[_PageRow]) -> Sequence[_PageRow]:
    """As many rows as a page can hold, in the same order: those for a person, then those with the fewest points."""
    wanted = sorted(
        range(len(rows)), key=lambda place: (not rows[place].tallied.needs_review, rows[place].tallied.score)
    )
    return [rows[place] for place in sorted(wanted[:ROWS_SHOWN])]


def _percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of `values` that at least `percent` of them do not exceed (nearest rank)."""
    return sorted(values)[-(-percent * len(values) // 100) - 1]


def _link(href: str) -> str:
    """Quote a path so that no name in it can start a URL of its own."""
    return "./" + quote(os.fsencode(href))
