"""Microsoft Teams: `Submitted files/Jane Doe/Assignment/Version 2/file`, from the library "Student Work" of a class.

Microsoft Learn, "Assignments in Teams: admin documentation": the library "Student Work" of the class's site holds
"Working files" and "Submitted files"; each time that a student turns in makes another "Version N". What lies under
"Working files" was not turned in.
"""

import re
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform

_VERSION: Final = re.compile(r"Ver[sz]i[\w]{0,4}[ _](?P<number>\d+)$", re.IGNORECASE)
_WORKING: Final = "working files"


def _claims(download: Download) -> Claims:
    versions = {}
    for entry in download.entries:
        folders = entry.parts if entry.is_folder else entry.parts[:-1]
        place = next((place for place, part in enumerate(folders) if place >= 2 and _VERSION.match(part)), None)
        if place is not None:
            number = _VERSION.match(folders[place])
            owner = Owner(name=folders[place - 2])
            versions[entry] = Claim((owner,), entry.parts[place + 1 :], attempt=int(number["number"]) if number else 0)
    return {**versions, **_working(download)} if versions else {}


def _working(download: Download) -> Claims:
    found = {}
    for entry in download.entries:
        place = next((place for place, part in enumerate(entry.parts) if part.casefold() == _WORKING), None)
        if place is not None and len(entry.parts) > place + 3:
            found[entry] = Claim((Owner(name=entry.parts[place + 1]),), entry.parts[place + 3 :], aside="not turned in")
    return found


TEAMS: Final = Platform("teams", "Microsoft Teams", 0, "Full name/Assignment/Version 1", _claims)
