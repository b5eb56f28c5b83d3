"""Finds what was handed in under a path: notebooks, scripts, folders of students."""

import contextlib
import itertools
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from autograder.catalogue.course import Course
from autograder.catalogue.files_beside import BESIDE
from autograder.errors import UsageError

_HIDDEN: Final = re.compile(r"\.(?!\.)|__pycache__$")  # "..name" may be somebody's
_NOTEBOOK: Final = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)  # browsers add an ending of their own
_SCRIPT: Final = re.compile(r"\.py$", re.IGNORECASE)
_ARCHIVE: Final = re.compile(r"\.(zip|rar|7z|tar|tgz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
MAX_NAMES: Final = 5
NOTHING: Final = "nothing was handed in"


@dataclass(frozen=True, slots=True)
class SubmissionRef:
    """Where one submission is; `path` is None where there is nothing to read, and `missing` says why.

    `own_folder` says whether all that lies in the file's folder is this student's, and of this submission.
    """

    student: str
    assignment: str
    path: Path | None
    notes: tuple[str, ...] = ()
    missing: str = NOTHING
    own_folder: bool = False

    @property
    def file_name(self) -> str:
        """Return the file's name as text; empty where there is no file."""
        return "" if self.path is None else _text(self.path.name)


def find_submissions(paths: Sequence[Path], course: Course, assignment: str | None) -> list[SubmissionRef]:
    """Return the submissions under `paths`, by assignment and student.

    Args:
        paths: a notebook, a .py, or a folder laid out as nbgrader's `submitted/`, or any folder in
            it, or a folder of loose notebooks.
        course: says which names are assignments.
        assignment: take submissions to this one only; needed where a path does not tell it.

    Raises:
        UsageError: a path that does not exist, tells no assignment, or holds nothing; or two
            files that would be one student's submission.
    """
    if assignment is not None:
        course.assignment(assignment)
    known = [assignment] if assignment else [each.name for each in course.assignments()]
    questions = {name: [question.id for question in course.assignment(name).questions] for name in known}
    found: dict[tuple[str, str], SubmissionRef] = {}
    for path in paths:
        for each in _find(_absolute(path), known, assignment, questions, course):
            key = each.assignment, each.student
            earlier = found.get(key)
            found[key] = _one_of_both(earlier, each) if earlier is not None and earlier.path != each.path else each
    return [found[key] for key in sorted(found)]


def _find(
    path: Path, known: list[str], assignment: str | None, questions: dict[str, list[str]], course: Course
) -> list[SubmissionRef]:
    if not os.path.exists(path):
        raise UsageError(f"there is no file or folder {path}")
    if os.path.isfile(path):
        found = _loose(path, known, assignment)
        return [replace(found, own_folder=_is_own_folder(path.parent, known, course))]
    if path.name in known and _candidates(path):
        return [_in_folder(path, path.parent.name, path.name, questions)]
    here = [name for name in known if os.path.isdir(path / name)]
    if here:
        return [_in_folder(path / name, path.name, name, questions) for name in here]
    students = [folder for folder in _visible(path) if os.path.isdir(folder)]
    told = [name for name in known if any(os.path.isdir(student / name) for student in students)]
    if assignment and students and not told and not any(map(_candidates, students)):
        told = [assignment]
    loose = _candidates(path) if assignment else []
    if not loose and not any(_own_files(student / name) for student in students for name in told):
        elsewhere = list(itertools.islice(_submissions_below(path, students), MAX_NAMES + 1))
        if elsewhere or not told:  # else nobody has handed in anything, which is a zero for each
            raise UsageError(_what_is_there(path, students, [assignment] if assignment else told or known, elsewhere))
    result = [_in_folder(student / name, student.name, name, questions) for student in students for name in told]
    return result + [_checked(_loose(file, known, assignment)) for file in loose]


def _what_is_there(path: Path, students: list[Path], wanted: list[str], elsewhere: list[str]) -> str:
    """Say what was looked for in a folder, where, and what lies there instead."""
    among = f" in the folders of {_listed([_text(student.name) for student in students])}" if students else ""
    there = _listed(elsewhere) or "no notebook"
    return (
        f"{path} holds no submissions to {' or '.join(wanted)}: "
        f"looked for <student>/<assignment>/<notebook>.ipynb{among}, and there is {there}; "
        "of files that lie otherwise pass each, and --assignment NAME"
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MAX_NAMES]) + (" and more" if len(names) > MAX_NAMES else "")


def _submissions_below(path: Path, students: list[Path]) -> Iterator[str]:
    """Yield, relative to `path`, what lies in it at any depth and may be or hold a submission."""
    yield from (_text(file.name) for file in _visible(path) if _may_hold_one(file.name) and file not in students)
    for student in students:  # each by itself, as it may be a link
        for place, folders, names in os.walk(student):
            folders[:] = sorted(name for name in folders if not _HIDDEN.match(name))
            for name in sorted(names):
                if not _HIDDEN.match(name) and _may_hold_one(name):
                    yield _text(os.path.relpath(os.path.join(place, name), path))


def _may_hold_one(name: str) -> bool:
    return any(kind.search(name) for kind in (_NOTEBOOK, _SCRIPT, _ARCHIVE))


def _loose(path: Path, known: list[str], assignment: str | None) -> SubmissionRef:
    stem = _NOTEBOOK.sub("", _SCRIPT.sub("", path.name))
    if stem == path.name:
        raise UsageError(f"{path} is neither a notebook (.ipynb) nor a script (.py)")
    if path.parent.name in known:
        return SubmissionRef(_text(path.parent.parent.name), path.parent.name, path)
    if stem in known:
        return SubmissionRef(_text(path.parent.name), stem, path)
    if assignment is None:
        raise UsageError(f"{path} does not tell its assignment: pass --assignment NAME, one of {', '.join(known)}")
    return SubmissionRef(_text(stem), assignment, path)


def _one_of_both(first: SubmissionRef, second: SubmissionRef) -> SubmissionRef:
    """Return which of two files in a folder is the student's submission, a notebook rather than a script.

    Raises:
        UsageError: they lie in different folders.
    """
    if first.path is None or second.path is None:
        return second if first.path is None else first
    if first.path.parent != second.path.parent:
        raise UsageError(
            f"{first.path} and {second.path} would both be {first.student}'s {first.assignment}: "
            "lay them out as <student>/<assignment>/<notebook>.ipynb"
        )
    chosen, other = sorted((first, second), key=lambda each: (not each.file_name.endswith(".ipynb"), each.file_name))
    return replace(chosen, notes=(*first.notes, f"{other.file_name} was handed in, too, and was not graded"))


def _checked(found: SubmissionRef) -> SubmissionRef:
    """Return a loose file that may be somebody else's link, as it is to be read."""
    why = found.path and _why_unread(found.path, found.path.parent)
    return replace(found, path=None, missing=why) if why else found


def _in_folder(folder: Path, student: str, name: str, questions: dict[str, list[str]]) -> SubmissionRef:
    """Choose one file: the one named like the assignment, else the one that defines most questions.

    Where there is none, one in a folder below will do: an archive of the folder was unpacked there.
    """
    candidates = _own_files(folder)
    unread = {path: why for path in candidates if (why := _why_unread(path, folder.parent))}
    files = [path for path in candidates if path not in unread]
    notebooks = [path for path in files if _NOTEBOOK.search(path.name)] or files
    if not notebooks:
        return SubmissionRef(_text(student), name, None, missing="; ".join(unread.values()) or _what_else(folder))
    named = [path for path in notebooks if path.name in (f"{name}.ipynb", f"{name}.py")]
    chosen = named[0] if named else max(notebooks, key=lambda path: _defined(path, questions[name]))
    notes = list(unread.values())
    if chosen.parent != folder:
        notes.append(f"the notebook lies in a folder {_text(chosen.parent.name)}; it was graded all the same")
    if not named:
        notes.append(f"the notebook is named {_text(chosen.name)}, not {name}.ipynb; it was graded all the same")
    if len(notebooks) > 1:
        others = ", ".join(_text(path.name) for path in notebooks if path != chosen)
        notes.append(f"{_text(chosen.name)} was graded; also handed in: {others}")
    own = Path(os.path.realpath(chosen.parent)).is_relative_to(os.path.realpath(folder.parent))
    return SubmissionRef(_text(student), name, chosen, tuple(notes), own_folder=own)


def _is_own_folder(folder: Path, known: list[str], course: Course) -> bool:
    """Whether a folder whose file was asked for by name is one submission's: no class's, no course, no desk."""
    place = Path(os.path.realpath(folder))
    if course.solutions is not None and place.is_relative_to(os.path.realpath(course.solutions)):
        return False
    if folder.name in known:
        return True
    notebooks = [_NOTEBOOK.sub("", path.name) for path in _visible(folder) if _NOTEBOOK.search(path.name)]
    return set(notebooks) <= set(known) and not Path(os.path.realpath(course.root)).is_relative_to(place)


def _own_files(folder: Path) -> list[Path]:
    """Return what may be somebody's submission in a folder of theirs, whatever it is."""
    below = (path for inner in _visible(folder) for path in _candidates(inner) if _NOTEBOOK.search(path.name))
    return _candidates(folder) or list(below)


def _why_unread(path: Path, boundary: Path) -> str:
    """Return why a file that somebody handed in is not to be read, or nothing; links may lead as far as `boundary`."""
    name = _text(path.name)
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(boundary)):
        return f"{name} is a link that leads out of the submission and was not read; hand in the file itself"
    try:
        mode = path.stat().st_mode
    except OSError:
        return f"{name} is a link that leads nowhere; hand in the file itself"
    if stat.S_ISREG(mode):
        return ""
    return (
        f"{name} is {'a folder' if stat.S_ISDIR(mode) else 'a pipe or a device'} and no file; hand in the file itself"
    )


def _what_else(folder: Path) -> str:
    """Say what somebody has handed in who handed in no notebook."""
    try:
        names = sorted(path.name for path in folder.iterdir() if path.name not in BESIDE)
    except FileNotFoundError:
        names = []
    except OSError as error:
        return f"{_text(folder.name)} cannot be read: {error.strerror}"
    if not names:
        return NOTHING
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    told = ", ".join(map(_text, names[:MAX_NAMES]))
    return f"no notebook (.ipynb) is among what was handed in: {told}{more}"


def _defined(path: Path, questions: list[str]) -> int:
    try:
        with path.open("rb") as file:
            text = file.read(2**22).decode("utf-8", "replace")
    except OSError:
        return 0
    return sum(bool(re.search(rf"def\s+{re.escape(question)}\b", text)) for question in questions)


def _candidates(folder: Path) -> list[Path]:
    """Return what is named like a notebook or a script, whatever it is."""
    return [path for path in _visible(folder) if _NOTEBOOK.search(path.name) or _SCRIPT.search(path.name)]


def _visible(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):  # no folder, or a closed one
        yield from sorted(path for path in folder.iterdir() if not _HIDDEN.match(path.name))


def _absolute(path: Path) -> Path:
    """Without resolving links: a student's name is the folder's, not its target's."""
    return Path(os.path.abspath(path))


def _text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
