"""Times as platforms write them into names, taken for this machine's own time zone where they tell none."""

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan janv ene gen", "feb fév févr fev", "mar mär märz mrt mars", "apr avr abr", "may mai mayo mei mag",
            "jun juin giu", "jul juil lug", "aug août aou ago", "sep sept set", "oct okt ott out", "nov",
            "dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_HALF: Final = re.compile(r"\d ?([ap])\.?m", re.IGNORECASE)


def moment(numbers: Sequence[str]) -> datetime | None:
    """Return the local time of year, month, day, hour, minute, second; nothing where it is none."""
    try:
        return datetime(*map(int, numbers[:6])).astimezone()  # type: ignore[arg-type]
    except (ValueError, OverflowError, TypeError, OSError):
        return None


def in_digits(text: str) -> datetime | None:
    """Return the time of `YYYYMMDDHHMMSS`, whatever stands between the numbers."""
    digits = "".join(_DIGITS.findall(text))
    return moment([digits[:4], *(digits[place : place + 2] for place in range(4, 14, 2))]) if len(digits) > 13 else None


def in_words(text: str) -> datetime | None:
    """Return the time of "Oct 1, 2026 1200 PM", "1 octobre 2026 09:05" or "2026-10-01 1200"."""
    word = _WORD.search(text)
    numbers = _DIGITS.findall(text)
    if len(numbers) > 3 and len(numbers[0]) == 4:
        year, month, day, *clock = numbers
    elif len(numbers) > 2 and word is not None:
        month = str(_month(word[0]))
        day, year, *clock = numbers
    else:
        return None
    digits = "".join(part.rjust(2, "0") for part in clock).rjust(4, "0")
    hour, minute = int(digits[:-2]), digits[-2:]
    half = _HALF.search(text)
    if half is not None:
        hour = hour % 12 + (12 if half[1].lower() == "p" else 0)
    return moment([year, month, day, str(hour), minute, "0"])


def iso(text: str) -> datetime | None:
    """Return the time of an ISO date, as nbgrader and Gradescope write them: "2026-10-01 12:00:00.5 UTC"."""
    text = text.strip().removesuffix("UTC").strip() + ("+00:00" if text.strip().endswith("UTC") else "")
    try:
        found = datetime.fromisoformat(text.replace(" +", "+"))
    except ValueError:
        return None
    return found.astimezone(timezone.utc) if found.tzinfo else found.astimezone()


def _month(word: str) -> int:
    lower = word.casefold()
    return next((number for name, number in _MONTHS.items() if lower == name), 0) or next(
        (number for name, number in _MONTHS.items() if len(name) > 2 and lower.startswith(name)), 0
    )
