"""Downloads made of names, as platforms would give them, and what is collected of them."""

import io
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from conftest import RIGHT, notebook_of

from autograder.catalogue.course import find_course
from autograder.downloads.collecting import collecting
from autograder.downloads.roster import parse_roster
from autograder.downloads.table import Row
from autograder.results.person import Person

NOTEBOOK = notebook_of(RIGHT)
Files = Sequence[str | tuple[str, bytes]]


class Told:
    """What was collected, to be looked at when the download is closed."""

    def __init__(self, collected) -> None:
        self.platform: str = collected.platform.name
        self.taken: Mapping[str, str | None] = {
            student: choice.notebook and choice.notebook.entry.shown for student, choice in collected.choices.items()
        }
        self.times = {student: str(choice.time)[:16] for student, choice in collected.choices.items() if choice.time}
        self.people: Mapping[str, Person] = dict(collected.people)
        self.rows: Sequence[Row] = list(collected.rows)

    def fates(self, fate: str) -> dict[str, str]:
        return {row.path: row.note for row in self.rows if row.fate == fate}

    def numbers(self) -> dict[str, str]:
        return {student: person.platform_id for student, person in self.people.items()}


def with_content(files: Files) -> list[tuple[str, bytes]]:
    return [(each, NOTEBOOK if ".ipynb" in each else b"") if isinstance(each, str) else each for each in files]


def laid(folder: Path, files: Files) -> Path:
    for name, data in with_content(files):
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return folder


def zipped(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in with_content(files):
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(files: Files, mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, data in with_content(files):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def collected(course: Path, *paths: Path, roster: str | None = None, platform: str | None = None) -> Told:
    enrolled = parse_roster(roster.encode(), "roster.csv") if roster is not None else None
    with collecting(paths, find_course(course), "doubling", roster=enrolled, platform=platform) as found:
        return Told(found)
