"""Moodle: `Full name_NUMBER_assignsubmission_file_/…`, or the same before the file's name, without folders.

`mod/assign/classes/downloader.php` makes the prefix of the full name (its underscores made blanks) and the number of
the participant in this assignment, "Participant" for a name where marking is anonymous; of teams, of the group's name
and number, "Default group" without a number. Older versions end the folder's name in an underscore, and put a group
before the name: "Group A-Full name". The plugin is `file`, or `onlinetext` for what was typed.
"""

import re
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform, claimed

_WHO: Final = r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z]+)"
_FOLDER: Final = re.compile(rf"{_WHO}_?$")
_FILE: Final = re.compile(rf"{_WHO}_(?P<file>.+)$", re.DOTALL)


def _folder(name: str) -> Claim | None:
    found = _FOLDER.match(name)
    return _claim(found) if found else None


def _file(name: str) -> Claim | None:
    found = _FILE.match(name)
    return _claim(found, found["file"]) if found else None


def _claim(found: re.Match[str], *within: str) -> Claim:
    owner = Owner(name=found["name"].strip(" _"), number=found["number"] or "")
    return Claim((owner,), within)


def _claims(download: Download) -> Claims:
    return claimed(download.entries, folder=_folder, file=_file)


MOODLE: Final = Platform("moodle", "Moodle", 0, "Full name_NUMBER_assignsubmission_file_", _claims)
