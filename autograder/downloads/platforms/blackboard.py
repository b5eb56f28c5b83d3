"""Blackboard: `Assignment_LOGIN_attempt_YYYY-MM-DD-HH-MM-SS_file.ipynb`, and a receipt `….txt` for each attempt.

Described by tools that read it: kwurst/bb-file-cleanup, vangef/BBGradebookOrganiser, DavidNHLSchweizer/aapa (Dutch,
"poging" for attempt, an e-mail address for the login), CodeGrade's blackboard parser (the receipt: "Name: Jane Doe
(jdoe)", "Assignment: …", "Date Submitted: …", "Files: … Original filename: …"). The assignment is percent-encoded
without the percent signs ("Homework203"), and may have underscores as the login may: the receipt tells, else what all
names begin with is the assignment.
"""

import re
from collections.abc import Mapping
from typing import Final

from autograder.downloads.claim import PLATFORMS_OWN, Claim, Claims, Download, Owner, Platform, claimed
from autograder.downloads.entry import Entry
from autograder.downloads.moments import in_digits
from autograder.downloads.naming import common_beginning

_NAME: Final = re.compile(
    r"(?P<who>.+)_(?P<word>[^\W\d_]+)_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<receipt>\.txt))?$", re.DOTALL
)
_RECEIPT: Final = re.compile(r"^[^:\n]{1,20}:\s*(?P<name>[^\n]+?)\s*\((?P<login>[^()\n]+)\)\s*$")
MAX_RECEIPT: Final = 4_096


def _claims(download: Download) -> Claims:
    matches = {entry: found for entry in download.entries if (found := _NAME.match(entry.name))}
    receipts = {found["who"]: _receipt(entry) for entry, found in matches.items() if found["receipt"]}
    prefix = _common({found["who"] for found in matches.values()})

    def file(name: str) -> Claim | None:
        found = _NAME.match(name)
        if found is None:
            return None
        owner = _owner(found["who"], prefix, receipts)
        is_receipt = found["receipt"] is not None
        within = (found["file"] or "receipt.txt",)
        return Claim((owner,), within, time=in_digits(found["time"]), aside=PLATFORMS_OWN if is_receipt else "")

    return claimed(download.entries, file=file)


def _owner(who: str, prefix: str, receipts: Mapping[str, Owner]) -> Owner:
    told = receipts.get(who, Owner())
    if told.login and who.casefold().endswith(f"_{told.login.casefold()}"):
        return told
    login = who.removeprefix(prefix) if prefix and who.startswith(prefix) else who.rpartition("_")[2]
    return Owner(login=login, name=told.name, email=login if "@" in login else "")


def _receipt(entry: Entry) -> Owner:
    try:
        text = entry.read(MAX_RECEIPT).decode("utf-8", "replace")
    except OSError:
        return Owner()
    found = _RECEIPT.match(text.lstrip("\ufeff").partition("\n")[0])
    return Owner(login=found["login"].strip(), name=found["name"]) if found else Owner()


def _common(names: set[str]) -> str:
    """Return what several names begin with, up to an underscore."""
    common = common_beginning(names)
    return common[: common.rfind("_") + 1]


BLACKBOARD: Final = Platform(
    "blackboard", "Blackboard", 0, "Assignment_LOGIN_attempt_YYYY-MM-DD-HH-MM-SS_file", _claims
)
