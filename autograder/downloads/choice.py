"""What counts of all that a student has handed in: the newest attempt, and the assignment's notebook in it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Final

from autograder.downloads.claim import Claim
from autograder.downloads.entry import Entry
from autograder.downloads.naming import copy_number, plain

RENAMED: Final = "is not named after the assignment"
READ_BYTES: Final = 4 * 2**20  # of a notebook, to see whose functions it defines
_LONG_AGO: Final = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A file that a student has handed in, and what its path says."""

    entry: Entry
    claim: Claim

    @property
    def name(self) -> str:
        """What the student called it."""
        return self.claim.within[-1] if self.claim.within else self.entry.name

    @property
    def folder(self) -> tuple[str, ...]:
        """Where it lies below what tells the student."""
        return self.claim.within[:-1]

    @property
    def is_candidate(self) -> bool:
        """Whether it may be graded."""
        named = self.entry.is_notebook or self.entry.is_script
        return named and self.entry.is_readable and not self.entry.is_hidden and self.claim.is_work


@dataclass(slots=True)
class Choice:
    """The notebook that counts, the rest of its attempt, and what is left of earlier or later ones."""

    notebook: Item | None = None
    same: list[Item] = field(default_factory=list)
    older: list[Item] = field(default_factory=list)
    newer: list[Item] = field(default_factory=list)
    copies: set[Item] = field(default_factory=set)
    note: str = ""

    @property
    def time(self) -> datetime | None:
        """When it was handed in."""
        return self.notebook.claim.time if self.notebook is not None else None


def choose(items: Sequence[Item], assignment: str, others: Sequence[str], questions: Sequence[str]) -> Choice:
    """Return what counts.

    Args:
        items: all that a student has handed in.
        assignment: its name.
        others: the names of the other assignments.
        questions: the names of its functions.
    """
    attempts: dict[tuple[datetime, int], list[Item]] = defaultdict(list)
    for item in items:
        attempts[item.claim.time or _LONG_AGO, item.claim.attempt].append(item)
    keys = sorted(attempts, reverse=True)
    for place, key in enumerate(keys):
        candidates = [
            item for item in attempts[key]
            if item.is_candidate and not _is_of_another(item, assignment, others, questions)
        ]  # fmt: skip
        if candidates:
            notebooks = [item for item in candidates if item.entry.is_notebook] or candidates
            chosen, copies, note = _best(notebooks, assignment, questions)
            newer = [item for each in keys[:place] for item in attempts[each]]
            if any(item.claim.is_work for item in newer):
                note = "; ".join(filter(None, (note, "a later attempt has no notebook")))
            return Choice(
                chosen, [item for item in attempts[key] if item is not chosen],
                [item for each in keys[place + 1 :] for item in attempts[each]], newer, copies, note,
            )  # fmt: skip
    return Choice(same=list(items))


def _is_of_another(item: Item, assignment: str, others: Sequence[str], questions: Sequence[str]) -> bool:
    """Whether a notebook is named after another assignment, and has nothing of this one."""
    named = any(copy_number(item.name, other) is not None for other in others)
    return named and copy_number(item.name, assignment) is None and not _fit(item, assignment, questions)[0]


def _best(notebooks: Sequence[Item], assignment: str, questions: Sequence[str]) -> tuple[Item, set[Item], str]:
    """Return the notebook of the assignment, other copies of it, and how it was found where its name does not say."""
    copies = {item: number for item in notebooks if (number := copy_number(item.name, assignment)) is not None}
    if copies:
        chosen = max(
            copies,
            key=lambda item: (
                item.claim.order, copies[item], -len(item.folder), item.entry.modified or _LONG_AGO, item.entry.parts,
            ),
        )  # fmt: skip
        return chosen, set(copies) - {chosen}, ""
    fits = {item: _fit(item, assignment, questions) for item in notebooks}
    chosen = max(
        notebooks,
        key=lambda item: (
            fits[item], item.claim.order, item.entry.modified or _LONG_AGO, -len(item.folder), item.entry.parts,
        ),
    )  # fmt: skip
    if len(notebooks) == 1:
        told = "" if any(fits[chosen]) or not questions else ", and has none of the assignment's functions"
        return chosen, set(), f"{RENAMED}{told}"
    rivals = [item for item in notebooks if fits[item] == fits[chosen]]
    if len(rivals) > 1:
        return chosen, set(), f"one of {len(rivals)} notebooks that may be meant, the newest: look which one is"
    return chosen, set(), f"{RENAMED}; it has the assignment's functions"


def _fit(item: Item, assignment: str, questions: Sequence[str]) -> tuple[int, int]:
    """Return how many of the assignment's functions a file defines or names, and whether it is called like it."""
    try:
        text = item.entry.read(READ_BYTES).decode("utf-8", "replace")
    except OSError:
        return 0, 0
    found = sum(
        bool(re.search(rf"def\s+{re.escape(name)}\b|grade_id\"?:\s*\"{re.escape(name)}\"", text)) for name in questions
    )
    return found, int(plain(assignment) in plain(item.name))
