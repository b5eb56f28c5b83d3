"""How one question's result is put into words, and its card for a notebook or a console."""

import base64
import functools
import itertools
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.reports.charts import Figure, sparkline
from autograder.text import cut, inline_code, plain

CARD_BYTES: Final = 30_000
TEXT_WIDTH: Final = 92


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a question's checks is shown: characters of one message and of all, tables, small charts."""

    message_characters: int
    messages_characters: int
    comparisons: int
    sparklines: int


CHART_MARGIN: Final = 12  # around a chart on a ground of its own
CARD_ROOMS: Final = (Room(1_200, 3_000, 6, 2), Room(400, 1_200, 2, 1), Room(200, 400, 0, 0))  # the first that fits


@dataclass(frozen=True, slots=True)
class Wording:
    """How an outcome is shown: a symbol and words, so that colour is never needed to tell them apart.

    `tone` is the CSS class of its colour; `meaning` says what the outcome is where no message does, and
    beside the message of a fault of ours, which alone would puzzle a student.
    """

    symbol: str
    words: str
    tone: str
    meaning: str = ""


OUTCOMES: Final[Mapping[str, Wording]] = {
    "passed": Wording("✓", "passed", "good"),
    "failed": Wording("✗", "failed", "bad"),
    "not_attempted": Wording("○", "not attempted", "wait", "The stub is still there."),
    "error": Wording("!", "raised an error", "bad", "The code stopped with an error."),
    "timeout": Wording("◷", "took too long", "bad", "The code did not finish in the time that it had."),
    "memory": Wording("▲", "ran out of memory", "bad", "The code asked for more memory than there is."),
    "crashed": Wording("✱", "crashed", "bad", "The Python process ended while the code ran."),
    "blocked": Wording("⊘", "blocked", "wait", "It uses another question's function, which is not right yet."),
    "grader_fault": Wording("?", "not graded", "wait", "The grader failed here, not you: a person will look at it."),
}
HINTED: Final = frozenset({"failed", "error", "timeout", "memory", "crashed"})


def points(value: float) -> str:
    """Return a number of points with at most two decimals: 7.5, 10, 6.67."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def score_line(score: float, maximum: float) -> str:
    """Return "7.5 of 10 points"."""
    return f"{points(score)} of {points(maximum)} point{'' if maximum == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A misconception as shown: `explanation` is empty where the page has already given it."""

    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """What a student may see of one check: never the message, comparison or exhibits of a hidden one.

    `lead` is the message's first line, a sentence that may wrap; `message` is the rest, whose lines
    are aligned. `sparklines` are small pictures of the curves among the `exhibits`.
    """

    wording: Wording
    visible: bool
    description: str
    lead: str
    message: str
    comparison: Mapping[str, Any] | None
    meaning: str
    mistakes: tuple[Mistake, ...]
    hint: str
    exhibits: Sequence[Mapping[str, Any]]
    sparklines: Sequence[Figure]


def show_checks(checks: Sequence[Mapping[str, Any]], room: Room) -> Iterator[ShownCheck]:
    """Yield what a student may see of a question's checks, as `CheckResult.to_json` gives them, in order."""
    explained: set[str] = set()
    characters, comparisons, sparklines = room.messages_characters, room.comparisons, room.sparklines
    for check in checks:
        wording = OUTCOMES[check["outcome"]]
        passed = check["outcome"] == "passed"
        message = "" if passed or not check["visible"] else check["message"].strip("\r\n")
        comparison = check.get("comparison") if message and comparisons else None
        if comparison is not None:
            comparisons -= 1
            message = comparison["summary"]
        limit = min(room.message_characters, characters)
        shown = cut(message, limit) if limit else f"[… {len(message):,} characters left out …]" if message else ""
        characters -= min(len(message), limit)
        mistakes = []
        for misconception in (check["misconception"], *check["also"]):
            if misconception and not passed:
                known = misconception["id"] in explained
                explained.add(misconception["id"])
                mistakes.append(Mistake(misconception["title"], "" if known else misconception["explanation"]))
        lead, _, rest = shown.partition("\n")
        exhibits = check["exhibits"] if check["visible"] else ()
        figures = list(itertools.islice(filter(None, map(sparkline, exhibits)), sparklines))
        sparklines -= len(figures)
        yield ShownCheck(
            wording=wording, visible=check["visible"], description=check["description"], lead=lead, message=rest,
            comparison=comparison,
            meaning="" if shown and check["outcome"] != "grader_fault" else wording.meaning, mistakes=tuple(mistakes),
            hint=check["hint"] if check["outcome"] in HINTED else "", exhibits=exhibits, sparklines=figures,
        )  # fmt: skip


@functools.cache
def templates() -> Environment:
    """The environment of all pages and cards: everything is escaped, an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    environment.filters.update(
        plain=plain, inline_code=inline_code, points=points, sentence=lambda text: text.rstrip(". ") + ".",
        base64=lambda text: base64.b64encode(text.encode()).decode(),
    )  # fmt: skip
    return environment


def render_html(question: Mapping[str, Any], title: str = "") -> str:
    """Return a question's card as a fragment of HTML, under 30 KB, that follows a notebook's theme.

    It reads well, too, where a notebook that is not trusted has lost its style sheet.
    """
    template = templates().get_template("card.html.jinja")
    for room in CARD_ROOMS:
        card = template.render(
            title=title or question["id"], score=score_line(question["score"], question["points"]),
            checks=list(show_checks(question["checks"], room)), passed=_all_passed(question),
        )  # fmt: skip
        if len(card.encode()) < CARD_BYTES:
            break
    return card


def render_chart(figure: Figure) -> str:
    """Return a chart as a file of its own: in light colours on a ground, for a picture sees no style sheet of a page.

    Nor does a picture learn the theme of JupyterLab or of nbgrader's pages, which the reader's system does not set.
    """
    return templates().get_template("chart.svg.jinja").render(figure=figure, margin=CHART_MARGIN)


def render_text(question: Mapping[str, Any], title: str = "") -> str:
    """Return a question's card as plain text for a console."""
    lines = [f"{plain(title or question['id'])}: {score_line(question['score'], question['points'])}"]
    for check in show_checks(question["checks"], CARD_ROOMS[0]):
        head = f"  {check.wording.symbol} {check.wording.words}: "
        lines += _wrapped(check.description, head, " " * 4)
        lines += _wrapped(check.meaning, " " * 6, " " * 6) + _wrapped(check.lead, " " * 6, " " * 6)
        lines += [f"      {line}" for line in check.message.splitlines()]
        lines += [f"      {line}".rstrip() for line in _compared(check.comparison)]
        for figure in check.sparklines:
            lines += _wrapped(figure.caption, f"      {figure.title}: ", " " * 6)
        for index, mistake in enumerate(check.mistakes):
            lines += _wrapped(mistake.title, "    This looks like: " if index == 0 else "    or: ", " " * 6)
            lines += _wrapped(mistake.explanation, " " * 6, " " * 6)
        lines += _wrapped(check.hint, "    Hint: ", " " * 6)
    return "\n".join(lines)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(plain(text), TEXT_WIDTH, initial_indent=first, subsequent_indent=rest)


def _compared(comparison: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the lines of a table of what was got and expected, and of a matrix's elements two tables side by side."""
    if comparison is None:
        return
    got, expected, window = comparison["got"], comparison["expected"], comparison["window"]
    rows = [["", "got", "expected", ""]] + [
        [kind, got[kind], expected[kind], "← differs" if comparison["differs"] == kind else ""]
        for kind in ("shape", "dtype")
    ]
    if window and not window["columns"]:
        for index, name in enumerate(window["rows"]):
            mark = "← first difference" if index == window["marked"][0] else ""
            rows.append([name, window["got"][index][0], window["expected"][index][0], mark])
    yield from _aligned(rows)
    if window and window["columns"]:
        yield ""
        sides = [list(_aligned(_marked(window, side))) for side in ("got", "expected")]
        for left, right in zip(*sides, strict=True):
            yield f"{left}    {right}"
        yield "→ marks the first difference."


def _marked(window: Mapping[str, Any], side: str) -> list[list[str]]:
    lines = [[name, *values] for name, values in zip(window["rows"], window[side], strict=True)]
    row, column = window["marked"]
    lines[row][column + 1] = f"→ {lines[row][column + 1]}"
    return [[side, *window["columns"]], *lines]


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines: the first column flush left, what stands beyond the columns of numbers, too."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        name, *values = map(plain, row)
        cells = (
            value if value.startswith("←") else value.rjust(width)
            for value, width in zip(values, widths[1:], strict=True)
        )
        yield "  ".join([name.ljust(widths[0]), *cells])


def _all_passed(question: Mapping[str, Any]) -> bool:
    return all(check["outcome"] == "passed" for check in question["checks"])
