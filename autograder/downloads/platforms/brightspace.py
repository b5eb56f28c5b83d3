"""Brightspace (D2L): `USER-FOLDER - Jane Doe - Oct 1, 2026 1200 PM/file`, or one name with ` - file` behind it.

Both forms are in use; there is an `index.html` beside. Examples in public tools: "271836-442356 - Blake Payne - Dec 5,
2024 1149 AM - CatacombCrawler.zip", "… - V00123456 - Doe, Jane - …" where a university's number comes first. The date
is in the user's language, its colon dropped.
"""

import re
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform, claimed
from autograder.downloads.moments import in_words

_DATE: Final = (
    r"(?:[^\W\d_]{3,12}\.? \d{1,2},? \d{4},? \d{1,2}[:.h]?\d{2}(?: ?[AaPp]\.?[Mm]\.?)?"
    r"|\d{1,2}\.? (?:de )?[^\W\d_]{3,12}\.?,? (?:de )?\d{4},? \d{1,2}[:.h]?\d{2}(?: ?[AaPp]\.?[Mm]\.?)?"
    r"|\d{4}-\d\d-\d\d,? \d{1,2}[:.h]?\d{2}(?: ?[AaPp]\.?[Mm]\.?)?)"
)
_NAME: Final = re.compile(
    rf"(?P<user>\d+)-(?P<folder>\d+) ?- ?(?:(?P<number>[^-\s]*\d[^-\s]*) - )?(?P<name>.+?) ?- ?(?P<time>{_DATE})"
    r"(?: ?- ?(?P<file>.+))?$",
    re.DOTALL,
)


def _folder(name: str) -> Claim | None:
    found = _NAME.match(name)
    return _claim(found) if found and found["file"] is None else None


def _file(name: str) -> Claim | None:
    found = _NAME.match(name)
    return _claim(found, found["file"]) if found and found["file"] else None


def _claim(found: re.Match[str], *within: str) -> Claim:
    owner = Owner(name=found["name"].strip(), number=found["user"], student_number=found["number"] or "")
    return Claim((owner,), within, time=in_words(found["time"]))


def _claims(download: Download) -> Claims:
    return claimed(download.entries, folder=_folder, file=_file)


BRIGHTSPACE: Final = Platform("brightspace", "Brightspace", 0, "USER-FOLDER - Full name - Oct 1, 2026 1200 PM", _claims)
