"""Google Classroom, Drive and Forms: `Jane Doe - linear_regression.ipynb`, or `linear_regression - Jane Doe.ipynb`.

Classroom names each student's copy of a file "Student - Title" (support.google.com/edu/classroom, "Make a copy for each
student"); a form puts " - Respondent" behind an uploaded file's name. A browser's second download of one adds " (1)",
Drive's own copies begin with "Copy of". Which side is the title: the assignment's name, else what comes more than once.
"""

import re
from collections import Counter
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform, claimed
from autograder.downloads.entry import stem
from autograder.downloads.naming import copy_number, plain

_GAP: Final = " - "
_PERSON: Final = re.compile(r"[^\W\d_a-z][^\W\d_]*[.'’-]?(?:[ -][^\W\d_]+[.'’]?)+$")  # capital first, two words


def _claims(download: Download) -> Claims:
    works = [entry for entry in download.entries if entry.may_be_work and _GAP in stem(entry.name)]
    if len({entry.parts[:-1] for entry in works}) != 1:
        return {}  # in folders of their own, names may have such a gap by chance
    titles: Counter[str] = Counter()
    for entry in works:
        titles.update({plain(side) for pair in _pairs(entry.name) for side in pair})

    def file(name: str) -> Claim | None:
        if name not in known:
            return None
        ending = name[len(stem(name)) :]
        for student, title in _sides(name, download.assignment, titles):
            return Claim((Owner(name=student.strip()),), (f"{title}{ending}",))
        return None

    known = {entry.name for entry in works}
    return claimed(download.entries, file=file)


def _pairs(name: str) -> list[tuple[str, str]]:
    """Return the ways of cutting a name in two."""
    pieces = stem(name).split(_GAP)
    return [(_GAP.join(pieces[:cut]), _GAP.join(pieces[cut:])) for cut in range(1, len(pieces))]


def _sides(name: str, assignment: str, titles: Counter[str]) -> list[tuple[str, str]]:
    """Return who and what, the likeliest reading first; none where nothing speaks for either."""
    both = [pair for one, other in _pairs(name) for pair in ((one, other), (other, one))]
    sure = [pair for pair in both if copy_number(pair[1], assignment) is not None]
    often = [pair for pair in both if titles[plain(pair[1])] > 1 and titles[plain(pair[1])] > titles[plain(pair[0])]]
    often.sort(key=lambda pair: -titles[plain(pair[1])])
    people = [pair for pair in both if _PERSON.match(pair[0]) and not _PERSON.match(pair[1])]
    return [pair for pair in (*sure, *often, *people) if plain(pair[0])]


DRIVE: Final = Platform("drive", "Google Classroom or Drive", 1, "Full name - assignment.ipynb", _claims)
