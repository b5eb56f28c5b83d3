"""Microsoft Teams: `Submitted files/Jane Doe/Assignment/Version 2/file`, from the library "Student Work" of a class.

Microsoft Learn, "Assignments in Teams: admin documentation": the library "Student Work" of the class's site holds
"Working files" and "Submitted files"; each time that a student turns in makes another "Version N", which OneDrive's
copy of the library lacks in some. What lies under "Working files" was not turned in.
"""

import re
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform
from autograder.downloads.entry import Entry

_VERSION: Final = re.compile(r"Ver[sz]i[\w]{0,4}[ _](?P<number>\d+)$", re.IGNORECASE)
_SUBMITTED: Final = "submitted files"
_WORKING: Final = "working files"


def _claims(download: Download) -> Claims:
    found = {entry: claim for entry in download.entries if (claim := _claim(entry)) is not None}
    return found if any(claim.is_work for claim in found.values()) else {}


def _claim(entry: Entry) -> Claim | None:
    folders = entry.parts if entry.is_folder else entry.parts[:-1]
    for place, part in enumerate(folders):
        version = _VERSION.match(part)
        if version and place >= 2:
            return Claim((Owner(name=folders[place - 2]),), entry.parts[place + 1 :], attempt=int(version["number"]))
        if part.casefold() in (_SUBMITTED, _WORKING) and len(folders) > place + 2:
            aside = "" if part.casefold() == _SUBMITTED else "not turned in"
            if aside or len(folders) == place + 3 or not _VERSION.match(folders[place + 3]):
                return Claim((Owner(name=folders[place + 1]),), entry.parts[place + 3 :], aside=aside)
    return None


TEAMS: Final = Platform("teams", "Microsoft Teams", 0, "Submitted files/Full name/Assignment/Version 1", _claims)
