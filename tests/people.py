"""Real Unix users of this machine, for as long as a test needs them.

They see the machine as a shared one is set up: the interpreter and the installed packages, wherever
these lie (it may be root's own folder, closed to everybody else), and of this repository nothing more.
bubblewrap gives each command that view; setpriv makes it the user's.
"""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import coursedata

import autograder

ROOT = Path(__file__).parents[1]
INSTALLED = [Path(package.__file__).parent for package in (autograder, coursedata)]
INTERPRETER = [Path(prefix) for prefix in dict.fromkeys((sys.base_prefix, sys.prefix))]
TOOLS = ("bwrap", "setpriv", "useradd", "userdel", "groupadd", "groupdel")


def missing() -> str | None:
    """Why this machine cannot have users made by a test, or None."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "making Unix users needs root on Linux"
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        return f"not installed: {', '.join(lacking)}"
    trial = subprocess.run([*shared_machine(), "true"], capture_output=True, text=True, check=False)
    return f"bubblewrap did not start: {trial.stderr.strip()}" if trial.returncode else None


@dataclass(frozen=True)
class Person:
    """A user, with a home that nobody else may enter."""

    name: str
    home: Path
    settings: Path

    def run(self, *command: str, cwd: Path | None = None, expected: int | None = 0, umask: int = 0o022) -> str:
        """Run a Python program as this user, at home if nowhere else, and return all that it says."""
        environment = {
            "HOME": str(self.home), "USER": self.name, "LOGNAME": self.name, "PATH": os.defpath, "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(str(package.parent) for package in INSTALLED),
            "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "JUPYTER_CONFIG_PATH": str(self.settings),
        }  # fmt: skip
        done = subprocess.run(
            [*shared_machine(), "setpriv", f"--reuid={self.name}", f"--regid={self.name}", "--init-groups", sys.executable, *command],
            cwd=cwd or self.home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=300, umask=umask,
        )  # fmt: skip
        assert expected in (None, done.returncode), done.stdout
        return done.stdout

    def nbgrader(self, *command: str, cwd: Path | None = None, umask: int = 0o022) -> str:
        return self.run("-m", "nbgrader", *command, cwd=cwd, umask=umask)


@dataclass(frozen=True)
class People:
    """Users by role, a folder that all of them may enter, and a group for some."""

    place: Path
    group: str
    by_role: dict[str, Person]

    def __getitem__(self, role: str) -> Person:
        return self.by_role[role]


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder that everybody may enter, unlike pytest's, and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="agr-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def people(*roles: str, grouped: tuple[str, ...]) -> Iterator[People]:
    """Make a user for each role, and a group of those in `grouped`; remove them and all their files."""
    group = f"agr-{secrets.token_hex(3)}"
    with contextlib.ExitStack() as cleaning:
        place = cleaning.enter_context(open_folder())
        settings = place / "etc"
        settings.mkdir()
        _system("groupadd", group)
        cleaning.callback(_system, "groupdel", group)
        made = {}
        for role in roles:
            made[role] = Person(f"{group}-{role}", place / role, settings)
            more = ["--groups", group] if role in grouped else []
            _system(
                "useradd",
                "--no-create-home",
                "--home-dir",
                str(made[role].home),
                "--user-group",
                *more,
                made[role].name,
            )
            cleaning.callback(_system, "userdel", "--force", made[role].name)
            made[role].home.mkdir(mode=0o700)
            shutil.chown(made[role].home, made[role].name, made[role].name)
        yield People(place, group, made)


def shared_machine() -> Iterator[str]:
    """Yield bubblewrap's options: the interpreter and the packages can be read, wherever they lie."""
    needed = [*INTERPRETER, *INSTALLED]
    closed = {parent for path in needed for parent in path.parents if not parent.stat().st_mode & 0o001}
    covered = sorted({ROOT, *closed})
    yield from ("bwrap", "--dev-bind", "/", "/", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
    for folder in covered:
        if not any(folder.is_relative_to(other) for other in covered if other != folder):
            yield from ("--perms", "0755", "--tmpfs", str(folder))
    for path in needed:
        if any(map(path.is_relative_to, covered)):
            for parent in reversed(path.parents):
                if any(parent != folder and parent.is_relative_to(folder) for folder in covered):
                    yield from ("--perms", "0755", "--dir", str(parent))
            yield from ("--ro-bind", str(path), str(path))


def _system(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
