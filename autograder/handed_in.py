"""Finds what was handed in under a path: notebooks, scripts, folders of students."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.course import Course
from autograder.errors import UsageError

_HIDDEN: Final = re.compile(r"\.(?!\.)|__pycache__$")  # "..name" may be somebody's
KINDS: Final = (".ipynb", ".py")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Where one submission is; `path` is None where nothing was handed in."""

    student: str
    assignment: str
    path: Path | None
    notes: tuple[str, ...] = ()


def find_handed_in(paths: Sequence[Path], course: Course, assignment: str | None) -> list[HandedIn]:
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
    found: dict[tuple[str, str], HandedIn] = {}
    for path in paths:
        for each in _find(_absolute(path), known, assignment, questions):
            earlier = found.get((each.assignment, each.student))
            if earlier is not None and earlier.path != each.path:
                raise UsageError(
                    f"{earlier.path} and {each.path} would both be {each.student}'s {each.assignment}: "
                    "lay them out as <student>/<assignment>/<notebook>.ipynb"
                )
            found[each.assignment, each.student] = each
    return [found[key] for key in sorted(found)]


def _find(path: Path, known: list[str], assignment: str | None, questions: dict[str, list[str]]) -> list[HandedIn]:
    if not path.exists():
        raise UsageError(f"there is no file or folder {path}")
    if path.is_file():
        return [_loose(path, known, assignment)]
    if path.name in known and _candidates(path):
        return [_in_folder(path, path.parent.name, path.name, questions)]
    here = [name for name in known if (path / name).is_dir()]
    if here:
        return [_in_folder(path / name, path.name, name, questions) for name in here]
    students = [folder for folder in _visible(path) if folder.is_dir()]
    told = [name for name in known if any((student / name).is_dir() for student in students)]
    if assignment and students and not told and not any(map(_candidates, students)):
        told = [assignment]
    result = [_in_folder(student / name, student.name, name, questions) for student in students for name in told]
    if assignment:
        result += [_loose(file, known, assignment) for file in _candidates(path)]
    if not result:
        wanted = " or ".join(known)
        raise UsageError(
            f"{path} holds no submissions: expected <student>/<assignment>/<notebook>.ipynb with an "
            f"assignment {wanted}, or notebooks and --assignment NAME"
        )
    return result


def _loose(path: Path, known: list[str], assignment: str | None) -> HandedIn:
    if path.suffix not in KINDS:
        raise UsageError(f"{path} is neither a notebook (.ipynb) nor a script (.py)")
    if path.parent.name in known:
        return HandedIn(_text(path.parent.parent.name), path.parent.name, path)
    if path.stem in known:
        return HandedIn(_text(path.parent.name), path.stem, path)
    if assignment is None:
        raise UsageError(f"{path} does not tell its assignment: pass --assignment NAME, one of {', '.join(known)}")
    return HandedIn(_text(path.stem), assignment, path)


def _in_folder(folder: Path, student: str, name: str, questions: dict[str, list[str]]) -> HandedIn:
    """Choose one file: the one named like the assignment, else the one that defines most questions."""
    notes = []
    inside = []
    for path in _candidates(folder):
        if path.resolve().is_relative_to(folder.resolve()):
            inside.append(path)
        else:
            notes.append(f"{_text(path.name)} is a link that leads out of the submission; it was not read")
    notebooks = [path for path in inside if path.suffix == ".ipynb"] or inside
    named = [path for path in notebooks if path.stem == name]
    if not notebooks:
        return HandedIn(_text(student), name, None, tuple(notes))
    chosen = named[0] if named else max(notebooks, key=lambda path: _defined(path, questions[name]))
    if not named:
        notes.append(f"the notebook is named {_text(chosen.name)}, not {name}.ipynb; it was graded all the same")
    if len(notebooks) > 1:
        others = ", ".join(_text(path.name) for path in notebooks if path != chosen)
        notes.append(f"{_text(chosen.name)} was graded; also handed in: {others}")
    return HandedIn(_text(student), name, chosen, tuple(notes))


def _defined(path: Path, questions: list[str]) -> int:
    try:
        with path.open("rb") as file:
            text = file.read(2**22).decode("utf-8", "replace")
    except OSError:
        return 0
    return sum(bool(re.search(rf"def\s+{re.escape(question)}\b", text)) for question in questions)


def _candidates(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if path.suffix in KINDS and (path.is_file() or path.is_symlink())]


def _visible(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if not _HIDDEN.match(path.name))


def _absolute(path: Path) -> Path:
    """Without resolving links: a student's name is the folder's, not its target's."""
    return Path(os.path.abspath(path))


def _text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
