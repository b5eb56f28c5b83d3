r"""Sakai: `Assignment/Doe, Jane(jdoe)/Submission attachment(s)/file`, `timestamp.txt` and `grades.csv` beside.

Public tools that read it match the folder by `(.*)\((.+)\)` and look into "Submission attachment(s)"; the student's
folder also has `timestamp.txt` (YYYYMMDDHHMMSSmmm), `comments.txt`, `feedbackText.html`, `…_submissionText.html` and
"Feedback Attachment(s)", which is not the student's. One tool shows a flat form: "Doe, Jane(jdoe)_Submission
attachment(s)_file". `grades.csv` has its heading on the third line: Display ID,ID,Last Name,First Name,grade.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from autograder.downloads.claim import PLATFORMS_OWN, Claim, Claims, Download, Owner, Platform, claimed
from autograder.downloads.entry import Entry
from autograder.downloads.moments import in_digits

_WHO: Final = r"(?P<name>[^()]+?)\s*\((?P<login>[^()]+)\)"
_FOLDER: Final = re.compile(rf"{_WHO}$")
_FILE: Final = re.compile(rf"{_WHO}_Submission attachment\(s\)_(?P<file>.+)$", re.DOTALL)
_ATTACHED: Final = "Submission attachment(s)"
_TIME: Final = "timestamp.txt"


def _claims(download: Download) -> Claims:
    found = claimed(download.entries, folder=_folder, file=_file)
    told = {claim.owners[0].key for claim in found.values() if claim.within[:1] in ((_ATTACHED,), (_TIME,))}
    times = {claim.owners[0].key: _time(entry) for entry, claim in found.items() if claim.within == (_TIME,)}
    flat = any(_FILE.match(entry.name) for entry in found)
    return {entry: _sorted(claim, times) for entry, claim in found.items() if flat or claim.owners[0].key in told}


def _sorted(claim: Claim, times: Mapping[tuple[str, str], datetime | None]) -> Claim:
    """Tell the student's files from those of the platform, and when they came."""
    time = times.get(claim.owners[0].key)
    if claim.within[:1] == (_ATTACHED,):
        return replace(claim, within=claim.within[1:], time=time)
    return replace(claim, time=time, aside="" if claim.order < 0 else PLATFORMS_OWN)


def _folder(name: str) -> Claim | None:
    found = _FOLDER.match(name)
    return Claim((_owner(found),)) if found else None


def _file(name: str) -> Claim | None:
    found = _FILE.match(name)
    return Claim((_owner(found),), (found["file"],), order=-1) if found else None


def _owner(found: re.Match[str]) -> Owner:
    return Owner(login=found["login"].strip(), name=found["name"].strip(" ,"))


def _time(entry: Entry) -> datetime | None:
    try:
        return in_digits(entry.read(100).decode("ascii", "replace"))
    except OSError:
        return None


SAKAI: Final = Platform("sakai", "Sakai", 0, "Last, First(LOGIN)/Submission attachment(s)", _claims)
