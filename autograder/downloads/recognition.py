"""Which platform a download comes from: the one whose names most of it has."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Platform
from autograder.downloads.entry import Entry
from autograder.downloads.platforms.anywhere import ANYWHERE, by_pattern
from autograder.downloads.platforms.blackboard import BLACKBOARD
from autograder.downloads.platforms.brightspace import BRIGHTSPACE
from autograder.downloads.platforms.canvas import CANVAS
from autograder.downloads.platforms.drive import DRIVE
from autograder.downloads.platforms.github import GITHUB
from autograder.downloads.platforms.gradescope import GRADESCOPE
from autograder.downloads.platforms.ilias import ILIAS
from autograder.downloads.platforms.moodle import MOODLE
from autograder.downloads.platforms.nbgrader import EXCHANGE, NBGRADER
from autograder.downloads.platforms.sakai import SAKAI
from autograder.downloads.platforms.teams import TEAMS
from autograder.errors import UsageError

PLATFORMS: Final[Mapping[str, Platform]] = {
    each.name: each
    for each in (
        MOODLE, BLACKBOARD, BRIGHTSPACE, GRADESCOPE, SAKAI, EXCHANGE, TEAMS, CANVAS, ILIAS, GITHUB, DRIVE, NBGRADER,
        ANYWHERE,
    )
}  # fmt: skip
ENOUGH: Final = 0.5  # more than this share of a download has a platform's names


@dataclass(frozen=True, slots=True)
class Recognised:
    """A platform, and what its names say of a download's entries."""

    platform: Platform
    claims: Claims


def platform_named(name: str) -> Platform:
    """Return the platform that `--from` names, or whose paths it describes.

    Raises:
        UsageError: it is neither.
    """
    if name.casefold() in PLATFORMS:
        return PLATFORMS[name.casefold()]
    if "{" not in name and "(?P<" not in name:
        raise UsageError(
            f"--from: there is no platform {name!r}; there are: {', '.join(PLATFORMS)}, "
            "and patterns such as '{name}_{number}_{file}'"
        )
    return by_pattern(name)


def recognise(download: Download) -> Recognised | None:
    """Return the platform whose names a download has, or None.

    Raises:
        UsageError: two platforms' names fit alike.
    """
    fitting: list[tuple[float, Recognised]] = []
    for platform in PLATFORMS.values():
        if platform is not ANYWHERE:
            claims = platform.claims(download)
            share = _share(download.entries, claims)
            if share > ENOUGH:
                fitting.append((share, Recognised(platform, claims)))
    if not fitting:
        return None
    first = min(each.platform.rank for _, each in fitting)
    best = max(share for share, each in fitting if each.platform.rank == first)
    likely = [each for share, each in fitting if each.platform.rank == first and share == best]
    if len(likely) > 1 and not _agree([each.claims for each in likely]):
        names = " or ".join(each.platform.title for each in likely)
        raise UsageError(
            f"this may be a download of {names}: say which by --from {' or '.join(e.platform.name for e in likely)}"
        )
    return likely[0]


def _share(entries: Sequence[Entry], claims: Claims) -> float:
    """Return how much of a download is claimed: of each folder in which part of the class lies, as of each file."""
    works = [entry for entry in entries if entry.may_be_work] or [entry for entry in entries if not entry.is_hidden]
    if not works or not claims:
        return 0.0
    depth = 0
    while all(len(entry.parts) > depth + 1 for entry in works) and len({entry.parts[depth] for entry in works}) == 1:
        depth += 1
    units: dict[str, list[bool]] = defaultdict(list)
    for entry in works:
        units[entry.parts[depth]].append(entry in claims)
    return sum(sum(each) / len(each) for each in units.values()) / len(units)


def _agree(several: Sequence[Claims]) -> bool:
    """Whether platforms say the same of whose everything is."""
    first = several[0]
    return all(
        claims.keys() == first.keys() and all(_who(claims[entry]) == _who(first[entry]) for entry in first)
        for claims in several[1:]
    )


def _who(claim: Claim) -> tuple[tuple[str, str], ...]:
    return tuple(owner.key for owner in claim.owners)
