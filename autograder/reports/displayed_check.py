"""What of a question's checks is displayed: never the message, comparison or attachments of a hidden one."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograder.reports.charts import Figure, sparkline
from autograder.reports.wording import OUTCOMES, Wording
from autograder.results.result import CheckResult, Misconception
from autograder.text import truncate

HINTED: Final = frozenset({"failed", "error", "timeout", "memory", "crashed"})


@dataclass(frozen=True, slots=True)
class DisplayLimits:
    """How much of a question's checks is displayed: characters of one message and of all, tables, small charts."""

    message_characters: int
    messages_characters: int
    comparisons: int
    sparklines: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """A misconception as displayed: `explanation` is empty where the page has already given it."""

    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class DisplayedCheck:
    """What a student may see of one check.

    `lead` is the message's first line, a sentence that may wrap; `message` is the rest, whose lines
    are aligned. `sparklines` are small pictures of the curves among the `attachments`.
    """

    wording: Wording
    visible: bool
    description: str
    lead: str
    message: str
    comparison: Mapping[str, Any] | None
    meaning: str
    mistake: Mistake | None
    hints: Sequence[str]
    attachments: Sequence[Mapping[str, Any]]
    sparklines: Sequence[Figure]


def display(checks: Sequence[CheckResult], limits: DisplayLimits) -> Iterator[DisplayedCheck]:
    """Yield what a student may see of a question's checks, in order."""
    explained: set[str] = set()
    characters, comparisons, sparklines = limits.messages_characters, limits.comparisons, limits.sparklines
    for check in checks:
        wording = OUTCOMES[check.outcome]
        message = "" if check.passed or not check.visible else check.message.strip("\r\n")
        comparison = check.comparison if message and comparisons else None
        if comparison is not None:
            comparisons -= 1
            message = comparison["summary"]
        limit = min(limits.message_characters, characters)
        text = truncate(message, limit) if limit else f"[… {len(message):,} characters left out …]" if message else ""
        characters -= min(len(message), limit)
        mistake = _mistake(check.misconception, explained) if check.misconception and not check.passed else None
        lead, _, rest = text.partition("\n")
        attachments = check.attachments if check.visible else ()
        figures = list(itertools.islice(filter(None, map(sparkline, attachments)), sparklines))
        sparklines -= len(figures)
        yield DisplayedCheck(
            wording=wording, visible=check.visible, description=check.description, lead=lead, message=rest,
            comparison=comparison, meaning="" if text and check.outcome != "grader_fault" else wording.meaning,
            mistake=mistake, hints=hints_of(check), attachments=attachments,
            sparklines=figures,
        )  # fmt: skip


def hints_of(check: CheckResult) -> Sequence[str]:
    """Return the hints that are of use for what became of a check."""
    return check.hints if check.outcome in HINTED else ()


def _mistake(known: Misconception, explained: set[str]) -> Mistake:
    """Return a mistake with its explanation the first time, and note that it was given."""
    explanation = "" if known.id in explained else known.explanation
    explained.add(known.id)
    return Mistake(known.title, explanation)
