"""nbgrader: `submitted/STUDENT/ASSIGNMENT/file`, and the exchange's `STUDENT+ASSIGNMENT+TIMESTAMP+RANDOM/file`.

nbgrader/exchange/default/submit.py names a folder of the exchange's `inbound/` by user, assignment, time
("2026-10-01 12:00:00.123456 UTC") and a random string (since 0.6), with plus signs between them; `timestamp.txt` within
has the time, too.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform, claimed
from autograder.downloads.entry import Entry
from autograder.downloads.moments import iso

TIMESTAMP: Final = "timestamp.txt"
_INBOUND: Final = re.compile(
    r"(?P<login>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d[ T_][\d:_.-]+(?: ?UTC| ?[A-Z]{3,4})?)(?:\+.*)?$"
)
_CLOCK: Final = re.compile(r"(?<=\d{2}[ T_]\d\d)[_-](\d\d)[_-](?=\d\d)")  # where a system allows no colons


def _exchange(download: Download) -> Claims:
    def folder(name: str) -> Claim | None:
        found = _INBOUND.match(name)
        if found is None or found["assignment"] != download.assignment:
            return None
        return Claim((Owner(login=found["login"]),), time=iso(_CLOCK.sub(r":\1:", found["time"]).replace("_", " ")))

    return claimed(download.entries, folder=folder)


def _submitted(download: Download) -> Claims:
    """Take the folders of the assignment's name that lie as deep as most: students may make others further down."""
    places = {}
    for entry in download.entries:
        folders = entry.parts if entry.is_folder else entry.parts[:-1]
        place = next((place for place, part in enumerate(folders) if place and part == download.assignment), None)
        if place is not None and not entry.is_hidden:
            places[entry] = place
    students = {(entry.parts[place - 1], place) for entry, place in places.items()}
    usual = max(Counter(place for _, place in students).items(), key=lambda each: (each[1], -each[0]), default=(0, 0))[
        0
    ]
    found = {
        entry: Claim((Owner(login=entry.parts[place - 1]),), entry.parts[place + 1 :])
        for entry, place in places.items() if place == usual
    }  # fmt: skip
    times = {claim.owners[0].key: _time(entry) for entry, claim in found.items() if claim.within == (TIMESTAMP,)}
    return {entry: replace(claim, time=times.get(claim.owners[0].key)) for entry, claim in found.items()}


def _time(entry: Entry) -> datetime | None:
    try:
        return iso(entry.read(100).decode("ascii", "replace"))
    except OSError:
        return None


EXCHANGE: Final = Platform("exchange", "nbgrader's exchange", 0, "STUDENT+ASSIGNMENT+TIMESTAMP", _exchange)
NBGRADER: Final = Platform("nbgrader", "nbgrader", 2, "STUDENT/ASSIGNMENT", _submitted)
