"""Canvas: `doejane_LATE_USER_ATTACHMENT_file.ipynb`, all in one folder.

`lib/content_zipper.rb` joins the sortable name ("Doe, Jane", or the group's) in lower case, LATE where it is, the
user's id, the attachment's id and the file's name by underscores, and leaves of the first three only letters, digits
and underscores; where students are anonymous, `anon_` and five characters stand for name and id. A text or a link
that was handed in is `…_text.html` or `…_link.html`. `lib/quizzes/quiz_submission_zipper.rb` puts `question_ID_` before
the attachment. Canvas itself calls a file that is uploaded again `file-1.ipynb`, and gives attachments growing ids.
"""

import re
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform, claimed

_FILE: Final = re.compile(
    r"(?:(?P<name>\w*?[^\W_]\w*?)_)??(?:(?P<late>LATE|late)_)?(?:anon_(?P<anonymous>[A-Za-z0-9]{4,6})|(?P<user>\d+))_"
    r"(?:(?:question_\d+_)?(?P<attachment>\d+)_(?P<file>.+)|(?P<typed>text|link)\.html)$",
    re.DOTALL,
)


def _file(name: str) -> Claim | None:
    found = _FILE.match(name)
    if found is None or not (found["name"] or found["anonymous"]):
        return None
    owner = Owner(name=found["name"] or f"anon_{found['anonymous']}", number=found["user"] or found["anonymous"])
    return Claim(
        (owner,), (found["file"] or f"{found['typed']}.html",), order=int(found["attachment"] or 0),
        late=found["late"] is not None,
    )  # fmt: skip


def _claims(download: Download) -> Claims:
    return claimed(download.entries, file=_file)


CANVAS: Final = Platform("canvas", "Canvas", 1, "name_USER_ATTACHMENT_file", _claims)
