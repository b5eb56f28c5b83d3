"""GitHub Classroom: a clone a student, `assignment-LOGIN`, in `assignment-submissions/` of `gh classroom clone`.

`gh classroom clone student-repos` makes that folder (github/gh-classroom, cmd/gh-classroom/clone). A login has letters,
digits and hyphens, as an assignment's slug has: where the login begins is told by the folder around, by Classroom's
own grades (`github_username`, `student_repository_name`), by the assignment's name, or by what all clones' names begin
with. GitHub's ZIP of a repository adds its branch: `assignment-LOGIN-main`.
"""

import csv
import io
import re
from collections.abc import Mapping
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform, claimed
from autograder.downloads.naming import common_beginning, plain

_LOGIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9]))*(?:_[A-Za-z0-9]+)?$")
_BRANCH: Final = re.compile(r"-(?:main|master|[0-9a-f]{40})$")
_SIGNS: Final = frozenset({".git", ".github", ".gitignore", ".gitattributes", "README.md"})
_SUBMISSIONS: Final = "-submissions"
MAX_GRADES: Final = 4 * 2**20


def _claims(download: Download) -> Claims:
    clones = _clones(download)
    logins = _told(download)
    prefixes = _prefixes(download, clones)

    def folder(name: str) -> Claim | None:
        if name.endswith(_SUBMISSIONS):
            return None
        name = _BRANCH.sub("", name)
        login = logins.get(name) or next(
            (name.removeprefix(each) for each in prefixes if name.startswith(each) and len(name) > len(each)), ""
        )
        return Claim((Owner(login=login),)) if _LOGIN.match(login) else None

    return claimed(download.entries, folder=folder) if logins or prefixes else {}


def _clones(download: Download) -> set[str]:
    """Return the names of the folders that look like a repository."""
    return {
        _BRANCH.sub("", entry.parts[place - 1])
        for entry in download.entries
        for place, part in enumerate(entry.parts[:4])
        if place and part in _SIGNS
    }


def _told(download: Download) -> Mapping[str, str]:
    """Return logins by repository, as Classroom's grades beside the clones say."""
    found = {}
    for entry in download.entries:
        if entry.name.lower().endswith(".csv") and len(entry.parts) < 5 and entry.is_readable:
            try:
                text = entry.read(MAX_GRADES).decode("utf-8-sig", "replace")
                for row in csv.DictReader(io.StringIO(text)):
                    login, name = row.get("github_username"), row.get("student_repository_name")
                    if login and name:
                        found[name.rpartition("/")[2]] = login
            except (OSError, csv.Error):
                continue
    return found


def _prefixes(download: Download, clones: set[str]) -> list[str]:
    """Return what clones' names may begin with, the surest first."""
    above = {
        part.removesuffix(_SUBMISSIONS)
        for entry in download.entries
        for part in entry.parts[:-1]
        if part.endswith(_SUBMISSIONS)
    }
    found = [f"{each}-" for each in sorted(above, key=len, reverse=True) if each]
    names = clones or {entry.parts[0] for entry in download.entries if len(entry.parts) > 1}
    wanted = plain(download.assignment)
    for name in sorted(names):
        pieces = name.split("-")
        found += [
            "-".join(pieces[:count]) + "-" for count in range(len(pieces) - 1, 0, -1)
            if plain(" ".join(pieces[:count])) == wanted
        ]  # fmt: skip
    if len(clones) > 1 and not found:
        common = common_beginning(clones)
        found += [common[: common.rfind("-") + 1]] if "-" in common else []
    return list(dict.fromkeys(found))


GITHUB: Final = Platform("github", "GitHub Classroom", 1, "assignment-LOGIN", _claims)
