"""One question's card, for a notebook or a console."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from autograder.reports.charts import Figure
from autograder.reports.displayed_check import DisplayLimits, display
from autograder.reports.templates import templates
from autograder.reports.wording import CREDITED, hint_title, score_line
from autograder.results.result import QuestionResult
from autograder.text import sanitize

CARD_BYTES: Final = 30_000
TEXT_WIDTH: Final = 92
CARD_LIMITS: Final = (  # the first that fits
    DisplayLimits(1_200, 3_000, 6, 2), DisplayLimits(400, 1_200, 2, 1), DisplayLimits(200, 400, 0, 0),
)  # fmt: skip
CHART_MARGIN: Final = 12  # around a chart on a ground of its own


def render_html(question: QuestionResult, title: str = "", hints: int = 1) -> str:
    """Return a question's card as a fragment of HTML, under 30 KB, that follows a notebook's theme.

    It reads well, too, where a notebook that is not trusted has lost its style sheet. Of each check's hints the first
    `hints` are shown, and the others open one by one.
    """
    template = templates().get_template("card.html.jinja")
    for limits in CARD_LIMITS:
        card = template.render(
            title=title or question.id, score=score_line(question.score, question.points, question.credit),
            credited=CREDITED[question.credit],
            checks=list(display(question.checks, limits)), passed=question.passed, hints_shown=hints,
        )  # fmt: skip
        if len(card.encode()) < CARD_BYTES:
            break
    return card


def render_chart(figure: Figure) -> str:
    """Return a chart as a file of its own: in light colours on a ground, for a picture sees no style sheet of a page.

    Nor does a picture learn the theme of JupyterLab or of nbgrader's pages, which the reader's system does not set.
    """
    return templates().get_template("chart.svg.jinja").render(figure=figure, margin=CHART_MARGIN)


def render_text(question: QuestionResult, title: str = "", hints: int = 1) -> str:
    """Return a question's card, with the first `hints` of each check's hints, as plain text for a console."""
    lines = [f"{sanitize(title or question.id)}: {score_line(question.score, question.points, question.credit)}"]
    lines += _wrapped(CREDITED[question.credit], "  ", "  ")
    for check in display(question.checks, CARD_LIMITS[0]):
        head = f"  {check.wording.symbol} {check.wording.words}: "
        lines += _wrapped(check.description, head, " " * 4)
        lines += _wrapped(check.meaning, " " * 6, " " * 6) + _wrapped(check.lead, " " * 6, " " * 6)
        lines += [f"      {line}" for line in check.message.splitlines()]
        lines += [f"      {line}".rstrip() for line in _compared(check.comparison)]
        for figure in check.sparklines:
            lines += _wrapped(figure.caption, f"      {figure.title}: ", " " * 6)
        if check.mistake is not None:
            lines += _wrapped(check.mistake.title, "    This looks like: ", " " * 6)
            lines += _wrapped(check.mistake.explanation, " " * 6, " " * 6)
        for number, hint in enumerate(check.hints[:hints], 1):
            lines += _wrapped(hint, f"    {hint_title(number, len(check.hints))}: ", " " * 6)
    return "\n".join(lines)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(sanitize(text), TEXT_WIDTH, initial_indent=first, subsequent_indent=rest)


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
        name, *values = map(sanitize, row)
        cells = (
            value if value.startswith("←") else value.rjust(width)
            for value, width in zip(values, widths[1:], strict=True)
        )
        yield "  ".join([name.ljust(widths[0]), *cells])
