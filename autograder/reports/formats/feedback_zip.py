"""feedback-moodle.zip and feedback-canvas.zip: students' pages under the names that the platform finds students by.

Moodle ("Upload multiple feedback files in a zip") takes from the first part of a path that is called
`Full name_NUMBER_assignsubmission_file_` the participant; what follows is the file's name
(`mod/assign/feedback/file/importziplib.php`). Canvas ("Upload Submissions" after a download) takes the first two
numbers between underscores of a file's name for the user and the attachment, which must be that user's
(`Assignment#infer_comment_context_from_filename`). So pages are named as what was handed in, with `.html` at the end,
and only of those can there be one whose file's name in the download is known.
"""

import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from autograder.downloads.entry import stem
from autograder.reports.formats.format import Graded, Take
from autograder.results.store import feedback_path
from autograder.results.whole_files import replacing

_MOODLE: Final = re.compile(r"[^_]+_\d+_assignsubmission_[a-z]+(?:_(?P<file>.*))?$", re.DOTALL)
_CANVAS: Final = re.compile(r"\w*?[^\W\d_]\w*?_(?:LATE_|late_)?\d+_(?:question_\d+_)?\d+_.+$", re.DOTALL)
_NO_NAME: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the same pages make the same file


@dataclass(frozen=True, slots=True)
class FeedbackZip:
    """A platform's; `parts` is what a path in its download is told a student by."""

    file: str
    parts: re.Pattern[str]

    @contextmanager
    def writing(self, folder: Path) -> Iterator[Take]:
        """Write the pages, and say on stderr of how many the download's name is not known; without any no file."""
        pages: dict[str, Path] = {}
        unnamed = 0

        def take(graded: Graded) -> None:
            nonlocal unnamed
            if graded.is_held:
                return
            page = folder / feedback_path(graded.result.student, graded.result.assignment)
            name = self.name_of(graded.file.download)
            if name and page.is_file():
                pages.setdefault(name, page)
            elif not graded.file.is_missing:
                unnamed += 1

        yield take
        if pages:
            with replacing(folder / self.file) as file, zipfile.ZipFile(cast(IO[bytes], file.buffer), "w") as made:
                for name, page in sorted(pages.items()):
                    made.writestr(zipfile.ZipInfo(name, _TIME), page.read_bytes(), zipfile.ZIP_DEFLATED)
        if unnamed or not pages:
            print(
                f"autograder: {self.file} has {len(pages):,} pages; of {unnamed:,} submissions the file's name in the "
                "platform's download is not known",
                file=sys.stderr,
            )

    def name_of(self, download: str) -> str:
        """Return what the page is called of a file at a path in a download; nothing where that tells no student."""
        parts = download.split("/")
        place = next((place for place, part in enumerate(parts) if self.parts.match(part)), None)
        if place is None:
            return ""
        page = f"{_NO_NAME.sub('_', stem(parts[-1]))}.html"
        if place == len(parts) - 1:
            return page
        found = self.parts.match(parts[place])
        if found is not None and "file" in self.parts.groupindex and not found["file"]:
            return f"{_NO_NAME.sub('_', parts[place])}/{page}"
        return f"{_NO_NAME.sub('_', stem(parts[place]))}.html"


MOODLE_FEEDBACK: Final = FeedbackZip("feedback-moodle.zip", _MOODLE)
CANVAS_FEEDBACK: Final = FeedbackZip("feedback-canvas.zip", _CANVAS)
