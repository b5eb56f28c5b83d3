"""Archives that students handed in: what is in them is theirs, whatever it is called."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from autograder.downloads.archive import Unreadable
from autograder.downloads.choice import Item
from autograder.downloads.entry import CLOSED_ARCHIVE, Entry
from autograder.downloads.listing import MAX_INNER_ENTRIES, Shelf

MAX_DEPTH: Final = 3  # of archives in one another
MAX_ARCHIVES: Final = 50  # in what one path of a download holds
PACKED: Final = "packed in a way that is not read here: unpack it, or hand in the notebook itself"


class Unpacking:
    """Lists what is in students' archives, and keeps why some could not be read."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.unpacked: set[Entry] = set()
        self.problems: dict[Entry, str] = {}

    def of(self, item: Item) -> Iterator[Item]:
        """Yield an item, and what is in it where it is an archive."""
        left = [MAX_ARCHIVES, MAX_INNER_ENTRIES]
        yield from self._of(item, 1, left)

    def _of(self, item: Item, depth: int, left: list[int]) -> Iterator[Item]:
        entry = item.entry
        yield item
        if CLOSED_ARCHIVE.search(entry.name) and not entry.is_hidden:
            self.problems[entry] = PACKED
        if not entry.is_archive or not entry.is_readable or entry.is_hidden or not item.claim.is_work:
            return
        left[0] -= 1
        if depth > MAX_DEPTH or left[0] < 0:
            why = f"{MAX_DEPTH} archives in one another" if depth > MAX_DEPTH else f"{MAX_ARCHIVES} archives"
            self.problems[entry] = f"more than {why}: it was not unpacked"
            return
        try:
            inside = self._shelf.expanded(entry)
        except Unreadable as error:
            self.problems[entry] = f"it {error}"
            return
        except OSError as error:
            self.problems[entry] = error.strerror or str(error)
            return
        left[1] -= len(inside)
        if left[1] < 0:
            self.problems[entry] = f"more than {MAX_INNER_ENTRIES:,} names in a student's archives"
            return
        self.unpacked.add(entry)
        for each in inside:
            within = (*item.claim.within, *each.parts[len(entry.parts) :])
            yield from self._of(Item(each, replace(item.claim, within=within)), depth + 1, left)
