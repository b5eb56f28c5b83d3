"""How one question's result is put into words, and its card for a notebook or a console."""

import functools
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.text import cut, inline_code, plain

MESSAGE_CHARACTERS: Final = 1_200
MESSAGES_CHARACTERS: Final = 3_000  # all of a card's messages: escaped fivefold, they still fit 30 KB
TEXT_WIDTH: Final = 92


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
    """What a student may see of one check: never the message or exhibits of a hidden one.

    `lead` is the message's first line, a sentence that may wrap; `message` is the rest, whose lines
    are aligned.
    """

    wording: Wording
    visible: bool
    description: str
    lead: str
    message: str
    meaning: str
    mistakes: tuple[Mistake, ...]
    hint: str
    exhibits: Sequence[Mapping[str, Any]]


def show_checks(
    checks: Sequence[Mapping[str, Any]], *, message_characters: int, messages_characters: int
) -> Iterator[ShownCheck]:
    """Yield what a student may see of a question's checks, as `CheckResult.to_json` gives them.

    Args:
        checks: the checks, in order.
        message_characters: how much of one message is shown.
        messages_characters: how much of all of them together.
    """
    explained: set[str] = set()
    for check in checks:
        wording = OUTCOMES[check["outcome"]]
        passed = check["outcome"] == "passed"
        message = "" if passed or not check["visible"] else check["message"].strip("\r\n")
        limit = min(message_characters, messages_characters)
        shown = cut(message, limit) if limit else f"[… {len(message):,} characters left out …]" if message else ""
        messages_characters -= min(len(message), limit)
        mistakes = []
        for misconception in (check["misconception"], *check["also"]):
            if misconception and not passed:
                known = misconception["id"] in explained
                explained.add(misconception["id"])
                mistakes.append(Mistake(misconception["title"], "" if known else misconception["explanation"]))
        lead, _, rest = shown.partition("\n")
        yield ShownCheck(
            wording=wording, visible=check["visible"], description=check["description"], lead=lead, message=rest,
            meaning="" if shown and check["outcome"] != "grader_fault" else wording.meaning, mistakes=tuple(mistakes),
            hint=check["hint"] if check["outcome"] in HINTED else "",
            exhibits=check["exhibits"] if check["visible"] else (),
        )  # fmt: skip


@functools.cache
def templates() -> Environment:
    """The environment of all pages and cards: everything is escaped, an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    environment.filters.update(
        plain=plain, inline_code=inline_code, points=points, sentence=lambda text: text.rstrip(". ") + "."
    )
    return environment


def render_html(question: Mapping[str, Any], title: str = "") -> str:
    """Return a question's card as a fragment of HTML, under 30 KB, that follows a notebook's theme."""
    return templates().get_template("card.html.jinja").render(
        title=title or question["id"], score=score_line(question["score"], question["points"]),
        checks=_shown(question), passed=_all_passed(question),
    )  # fmt: skip


def render_text(question: Mapping[str, Any], title: str = "") -> str:
    """Return a question's card as plain text for a console."""
    lines = [f"{plain(title or question['id'])}: {score_line(question['score'], question['points'])}"]
    for check in _shown(question):
        head = f"  {check.wording.symbol} {check.wording.words}: "
        lines += _wrapped(check.description, head, " " * 4)
        lines += _wrapped(check.meaning, " " * 6, " " * 6) + _wrapped(check.lead, " " * 6, " " * 6)
        lines += [f"      {line}" for line in check.message.splitlines()]
        for index, mistake in enumerate(check.mistakes):
            lines += _wrapped(mistake.title, "    This looks like: " if index == 0 else "    or: ", " " * 6)
            lines += _wrapped(mistake.explanation, " " * 6, " " * 6)
        lines += _wrapped(check.hint, "    Hint: ", " " * 6)
    return "\n".join(lines)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(plain(text), TEXT_WIDTH, initial_indent=first, subsequent_indent=rest)


def _shown(question: Mapping[str, Any]) -> list[ShownCheck]:
    return list(show_checks(
        question["checks"], message_characters=MESSAGE_CHARACTERS, messages_characters=MESSAGES_CHARACTERS
    ))  # fmt: skip


def _all_passed(question: Mapping[str, Any]) -> bool:
    return all(check["outcome"] == "passed" for check in question["checks"])
