"""What student code could read of this machine: by what is mounted in bubblewrap, by permissions as another user."""

import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.catalogue.course import Course
from autograder.catalogue.secret import SECRET
from autograder.errors import SandboxUnavailable
from autograder.sandbox.launch import WORKER, Mode, mounted


def check_hidden(mode: Mode, course: Course, paths: Sequence[Path]) -> None:
    """Raise `SandboxUnavailable`, saying what to do, where student code could read what it must not.

    Args:
        mode: how it is confined.
        course: its solutions and hidden checks are kept from it, where it has any.
        paths: what else is: submissions, results, the gradebook.
    """
    if mode == "bwrap":
        _check_not_mounted(course, paths)
    elif mode == "user" and (open_to_all := exposed([*private(course), *paths])):
        names = " ".join(map(shlex.quote, map(str, open_to_all)))
        raise SandboxUnavailable(f"--sandbox user: student code could read these: chmod -R o-rwx {names}")


def _check_not_mounted(course: Course, paths: Sequence[Path]) -> None:
    """Compare what is to be hidden with what student code has to read; the latter may lie in the former."""
    folders = [folder.resolve() for folder in mounted(course.packages)]
    own = [] if course.solutions is None else [course.root, course.solutions]
    own += [secret for secret in [course.root / SECRET] if secret.exists()]
    for path in (*own, *paths):
        within = next((folder for folder in folders if path.resolve().is_relative_to(folder)), None)
        if within is not None:
            own_python = within in {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)}
            mend = "have Python in a folder of its own: python -m venv .venv" if own_python else "move it out of there"
            raise SandboxUnavailable(f"student code could read {path}: it lies in {within}, which it needs; {mend}")


def exposed(paths: Sequence[Path]) -> list[Path]:
    """Return those of `paths` that every user can read or write.

    A folder counts as readable as soon as it can be entered. A path that does not exist is not.
    """
    found = []
    for path in map(Path.resolve, paths):
        if path.exists():
            wanted = 0o001 if path.is_dir() else 0o006
            entered = all(parent.stat().st_mode & 0o001 for parent in path.parents)
            if entered and path.stat().st_mode & wanted:
                found.append(path)
    return found


def private(course: Course) -> Iterator[Path]:
    """Yield what a course with hidden checks must not leave open: all in its folder but what students have.

    Solutions are not in `solutions` alone: git keeps them in its own files, tests have answers to compare with.
    """
    if course.solutions is None:
        return
    students = [path.resolve() for path in (*_needed(course.packages), course.checks, course.assignments_dir)]
    for entry in sorted(course.root.iterdir()):
        if not any(path.is_relative_to(entry.resolve()) for path in students):
            yield entry


def check_readable(packages: Sequence[Path], data: Mapping[str, Path]) -> None:
    """Raise `SandboxUnavailable` where student code, as a user of its own, could not read what it needs."""
    needed = (*_needed(packages), *data.values(), Path(tempfile.gettempdir()))
    closed = [str(folder) for folder in needed if not exposed([folder])]
    if closed:
        raise SandboxUnavailable(
            f"--sandbox user: student code could not read {', '.join(closed)}: open every folder on the way "
            "there (chmod o+rx), or have it elsewhere"
        )


def _needed(packages: Sequence[Path]) -> tuple[Path, ...]:
    return (Path(sys.base_prefix), Path(sys.prefix), WORKER, *packages)
