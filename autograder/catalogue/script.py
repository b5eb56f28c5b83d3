"""Splits a script at its top-level statements, so that one which fails costs itself alone."""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.catalogue.patterns import never_going_back

MAX_PARTS: Final = 1_000
MAX_PARSED_CHARACTERS: Final = 2**19  # a longer script is split by its lines alone: parsed, it would take gigabytes
_MARK: Final = re.compile(r"# ?%%|# In ?\[[\d ]*\]:|# COMMAND -{5,}")  # of editors, of nbconvert, of Databricks
_CELL_MAGIC: Final = re.compile(r"%%\w")
_GOES_ON: Final = re.compile(r"(?:else|elif|except|finally)\b|[)\]}]")
_BEGINS: Final = re.compile(r"(?:def|class|import|from|async def)\s|@")  # even where a bracket above was never closed
_LEXEME: Final = re.compile(
    never_going_back(
        r"(#[^\n]*)"
        r'|(?:"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:"""|(\\?\Z))'
        r"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|(\\?\Z)))"
        r'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
        r"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?"
        r"|\\\r?\n|([(\[{])|([)\]}])|(\n)"
    ),
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Part:
    """Statements of a script that are run together: the line on which they begin, from 1, and their text."""

    line: int
    source: str


def split_script(text: str) -> list[Part]:
    """Return a script's top-level statements, each with the comments above it, in time linear in the text.

    What is no valid Python, such as a magic or newer syntax, is a part of its own as far as its lines tell. Below a
    mark such as `# %%`, a cell magic takes all up to the next mark. Where there are more than `MAX_PARTS` statements,
    neighbours are run together.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    outside = dict(_outside_of_strings(text))
    starts = _parsed(text) if len(text) <= MAX_PARSED_CHARACTERS else None
    if starts is None:
        starts = list(_by_lines(lines, outside))
    starts = _with_comments(lines, outside, starts)
    together = -(-len(starts) // MAX_PARTS)
    starts = starts[::together] if together > 1 else starts
    shown = ["" if number in outside and _MARK.match(line) else line for number, line in enumerate(lines, 1)]
    return [
        Part(start, "\n".join(shown[start - 1 : end - 1]))
        for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True)
    ]


def _parsed(text: str) -> list[int] | None:
    """Return the lines on which statements begin, or None where the script is no valid Python here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an escape that is none, say: the student's matter
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    starts, end = [], 0
    for node in tree.body:
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(each.lineno for each in decorators)])
        if first > end:  # else it shares a line with the one before
            starts.append(first)
        end = max(end, node.end_lineno or first)
    return starts


def _by_lines(lines: Sequence[str], outside: Mapping[int, bool]) -> Iterator[int]:
    """Yield the lines on which statements seem to begin: at the margin, outside of brackets and strings."""
    decorated = magic = False
    for number, closed in outside.items():
        line = lines[number - 1]
        if _MARK.match(line):
            magic = False
        if magic or not line or line[0] in " \t\f#":
            continue
        if (not closed and not _BEGINS.match(line)) or _GOES_ON.match(line):
            continue
        if not decorated:
            yield number
        decorated = line.startswith("@")
        magic = _CELL_MAGIC.match(line) is not None


def _outside_of_strings(text: str) -> Iterator[tuple[int, bool]]:
    """Yield each line that begins outside of a string, by number, and whether no bracket is open there."""
    yield 1, True
    number, depth, place = 1, 0, 0
    while (found := _LEXEME.search(text, place)) is not None:
        place = found.end()
        comment, open_double, open_single, opening, closing, newline = found.groups()
        if open_double is not None or open_single is not None:  # which nothing ends: as if it were not there
            place = text.find("\n", found.start())
            if place < 0:
                return
            yield from ((each, True) for each in range(number + 1, number + 2 + text.count("\n", place + 1)))
            return
        if newline:
            number += 1
            yield number, depth == 0
            if _BEGINS.match(text, place):
                depth = 0
        elif opening:
            depth += 1
        elif closing:
            depth = max(depth - 1, 0)
        elif not comment:
            number += found[0].count("\n")


def _with_comments(lines: Sequence[str], outside: Mapping[int, bool], starts: Sequence[int]) -> list[int]:
    """Return the starts, each moved up to the first of the comments and empty lines above it."""

    def may_lead(number: int) -> bool:
        return number in outside and (not lines[number - 1].strip() or lines[number - 1].startswith("#"))

    moved: list[int] = []
    before = 0
    for start in starts:
        first = start
        while first - 1 > before and may_lead(first - 1):
            first -= 1
        moved.append(first if moved else 1)
        before = start
    return moved or [1]
