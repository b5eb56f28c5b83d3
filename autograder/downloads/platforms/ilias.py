"""ILIAS: `Lastname_Firstname_login_USER/file`, in `Team NUMBER/` where students handed in together.

`Modules/Exercise/classes/class.ilExSubmission.php` (downloadAllAssignmentFiles) joins last name, first name, login and
user id by underscores, in ASCII, and takes the upload's time off the files' names ("20261001120000_file"), which stays
there when one person's are downloaded. A late file's name begins with the words for it in the platform's language:
"Late Submission - file". Plugins put folders around it ("Multi_Feedback_…", "Abgaben").

What anybody of a team uploads is the team's. There is a folder for each who did; who did not is nowhere in a download.
"""

import re
from collections import defaultdict
from dataclasses import replace
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform, claimed
from autograder.downloads.entry import Entry
from autograder.downloads.moments import in_digits

_FOLDER: Final = re.compile(
    r"(?P<last>[^_]*[^\W\d_][^_]*)_(?P<first>[^_]*[^\W\d_][^_]*)_(?P<login>\S+)_(?P<user>\d+)(?:\.dir)?$"
)
_TEAM: Final = re.compile(r"(?:Team|Équipe|Equipe|Equipo)[ _]\d+")
_TIMED: Final = re.compile(r"(?P<time>\d{14})_(?P<file>.+)$", re.DOTALL)
_LATE: Final = re.compile(
    r"(?:Late Submission|Versp(?:ä|ae|a)tete Abgabe|Abgabe versp(?:ä|ae|a)tet|Entrega tard[ií]a|Remise en retard"
    r"|Te laat ingeleverd|Consegna in ritardo) - (?P<file>.+)$",
    re.IGNORECASE | re.DOTALL,
)


def _folder(name: str) -> Claim | None:
    found = _FOLDER.match(name)
    if found is None:
        return None
    return Claim((Owner(found["login"], f"{found['first']} {found['last']}".strip(), found["user"]),))


def _claims(download: Download) -> Claims:
    claims = {entry: _named(claim) for entry, claim in claimed(download.entries, folder=_folder).items()}
    teams: dict[tuple[str, ...], dict[tuple[str, str], Owner]] = defaultdict(dict)
    for entry, claim in claims.items():
        if team := _team_of(entry, claim):
            teams[team] |= {owner.key: owner for owner in claim.owners}
    return {
        entry: replace(claim, owners=tuple(({claim.owners[0].key: claim.owners[0]} | teams[team]).values()))
        if (team := _team_of(entry, claim)) else claim
        for entry, claim in claims.items()
    }  # fmt: skip


def _team_of(entry: Entry, claim: Claim) -> tuple[str, ...]:
    """Return the path of the team's folder that a student's lies in; nothing where it lies in none."""
    above = entry.parts[: len(entry.parts) - len(claim.within) - 1]
    return tuple(above) if above and _TEAM.fullmatch(above[-1]) else ()


def _named(claim: Claim) -> Claim:
    """Take off a file's name what the platform put before it."""
    if not claim.within:
        return claim
    *above, name = claim.within
    late = _LATE.match(name)
    name = late["file"] if late else name
    timed = _TIMED.match(name)
    time = in_digits(timed["time"]) if timed else None
    return replace(claim, within=(*above, timed["file"] if timed else name), time=time, late=late is not None)


ILIAS: Final = Platform("ilias", "ILIAS", 1, "Lastname_Firstname_LOGIN_USER", _claims)
