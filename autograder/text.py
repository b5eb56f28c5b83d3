"""Untrusted text made fit for a terminal, a table and a page."""

import re

from markupsafe import Markup
from markupsafe import escape as escape_html

_PLANE_ENDS = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_ESCAPE_SEQUENCES = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b\n]{0,400}(?:\x07|\x1b\\\\)")
_REMOVED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls but for tab and newline
    "\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides and isolates: they reorder what follows
    f"\ud800-\udfff\ufdd0-\ufdef{_PLANE_ENDS}]"  # lone surrogates, which no file can hold, and noncharacters
)
_BEYOND_A_LINE = re.compile(f"[\t\n]|{_REMOVED.pattern}")
_LOG_COMMAND = re.compile(r"##(?=\w{0,20}\[)")  # of GitHub, Azure Pipelines and TeamCity, anywhere in a line
_QUOTED_CODE = re.compile("`([^`\n]+)`")


def sanitize_lines(text: str) -> str:
    """Return untrusted text without control characters but for tabs and newlines.

    Terminal escape sequences go whole. Of a line that was overwritten by carriage returns, as
    progress bars do, the last state stays. CI systems take `##[` or `##name[` in a log for a command: it gets a blank.
    """
    text = _ESCAPE_SEQUENCES.sub("", text)
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))
    return _LOG_COMMAND.sub("## ", _REMOVED.sub("", text))


def sanitize(text: str) -> str:
    """Return untrusted text as one line without control characters, fit for a terminal or a table."""
    return " ".join(sanitize_lines(text).split())


def escape(name: str) -> str:
    """Return an untrusted name as one line, what `sanitize_lines` would remove written as its escape.

    So no name is shown as another's.
    """
    return _BEYOND_A_LINE.sub(lambda found: found[0].encode("unicode_escape").decode(), name)


def truncate(text: str, limit: int) -> str:
    """Return `sanitize_lines(text)`, of more than `limit` characters its beginning and end and what is missing."""
    if len(text) <= limit:
        return sanitize_lines(text)
    end = limit // 4
    start = limit - end
    last = sanitize_lines(text[-end:]) if end else ""
    return f"{sanitize_lines(text[:start])}\n[… {len(text) - limit:,} characters left out …]\n{last}"


def inline_code(text: str) -> Markup:
    """Return `text` escaped, on one line, with what stands between backticks as code."""
    return Markup(_QUOTED_CODE.sub(r"<code>\1</code>", str(escape_html(sanitize(text)))))
