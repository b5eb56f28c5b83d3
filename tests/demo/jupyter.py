"""JupyterLab on a prepared course, for a person to try: `python -m tests.demo.jupyter`, ended by Ctrl-C.

Two servers, on this machine alone: an instructor's in the course's folder, with formgrader and a graded class,
and a student's in a folder of her own, with an assignment to fetch.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.authoring.simulation.member import Member
from autograder.catalogue.course import find_course
from autograder.errors import AutograderError
from tests.demo.roster import demo_class

ASSIGNMENT: Final = "linear_regression"
COURSE_PARTS: Final = ("autograder/checks", "solutions")
COURSE_FILES: Final = ("pyproject.toml", "nbgrader_config.py")
STARTING_S: Final = 120.0
ENDING_S: Final = 30.0
SOME_FAILED: Final = 1
# Else JupyterLab asks each newcomer whether it may fetch news
USER_SETTINGS: Final = {"apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}


class JupyterFailed(AutograderError):
    """A program of Jupyter's did not do what it was started for; the text holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a JupyterLab of their own.

    Attributes:
        name: who they are to nbgrader.
        folder: what their JupyterLab shows; its programs start there.
        settings: their own settings of Jupyter and nbgrader, and what the programs write beside.
    """

    name: str
    folder: Path
    settings: Path

    def run(self, *module: str, expected: int = 0) -> None:
        """Run `python -m …` in their folder."""
        command = [sys.executable, "-m", *module]
        done = subprocess.run(command, cwd=self.folder, env=self._environment(), capture_output=True, text=True)
        if done.returncode != expected:
            raise JupyterFailed(f"{' '.join(module)} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")

    @contextlib.contextmanager
    def jupyterlab(self) -> Iterator[str]:
        """Start their JupyterLab, yield its address with the token in it, and end it."""
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
            "--ServerApp.allow_root=True", f"--ServerApp.root_dir={self.folder}",
        ]  # fmt: skip
        log = self.settings / "server.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                command, cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,  # Ctrl-C is for the demo, which ends them in order
            )  # fmt: skip
        try:
            yield self._address(server, log)
        finally:
            server.terminate()
            try:
                server.wait(ENDING_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    def _address(self, server: "subprocess.Popen[bytes]", log: Path) -> str:
        until = time.monotonic() + STARTING_S
        while server.poll() is None and time.monotonic() < until:
            for path in (self.settings / "runtime").glob("jpserver-*.json"):
                with contextlib.suppress(ValueError):  # it is being written
                    found = json.loads(path.read_text("utf-8"))
                    return f"{found['url']}lab?token={found['token']}"
            time.sleep(0.1)
        raise JupyterFailed(f"JupyterLab did not start; the end of {log}:\n{log.read_text('utf-8')[-2000:]}")

    def _environment(self) -> Mapping[str, str]:
        programs = str(Path(sys.executable).parent)
        return os.environ | {
            "JUPYTER_CONFIG_DIR": str(self.settings / "config"),
            "JUPYTER_DATA_DIR": str(self.settings / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.settings / "runtime"),
            "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),  # in their terminals, too
        }


def prepare(folder: Path) -> tuple[Person, Person]:
    """Lay out a copy of the course and an exchange in `folder`, wiped first; return its instructor and a student."""
    shutil.rmtree(folder, ignore_errors=True)
    root = find_course().root
    for part in COURSE_PARTS:
        shutil.copytree(root / part, folder / "course" / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in COURSE_FILES:
        shutil.copy(root / name, folder / "course")
    (folder / "exchange").mkdir()
    (folder / "exchange").chmod(0o777)  # nbgrader wants it so, whatever the umask
    (folder / "ada").mkdir()
    exchange = f"c.Exchange.root = {str(folder / 'exchange')!r}\n"
    one_user = "c.ExchangeCollect.check_owner = False  # one user of the system plays all\n"
    return (
        _person(folder, "instructor", folder / "course", exchange + one_user),
        _person(folder, "ada", folder / "ada", exchange + "c.CourseDirectory.student_id = 'ada'\n"),
    )


def _person(folder: Path, name: str, own: Path, nbgrader: str) -> Person:
    person = Person(name, own, folder / "settings" / name)
    for kind in ("config", "data", "runtime"):
        (person.settings / kind).mkdir(parents=True)
    (person.settings / "config/nbgrader_config.py").write_text("c = get_config()\n" + nbgrader, "utf-8")
    for plugin, settings in USER_SETTINGS.items():
        path = person.settings / f"config/lab/user-settings/@jupyterlab/{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings), "utf-8")
    return person


def release(instructor: Person) -> None:
    """Make the students' notebook and put it on the exchange."""
    instructor.run("nbgrader", "generate_assignment", ASSIGNMENT)
    instructor.run("nbgrader", "release_assignment", ASSIGNMENT)


def grade_class(instructor: Person, members: Sequence[Member]) -> None:
    """Lay what the members hand in where nbgrader collects it, and grade it into the gradebook."""
    released = (instructor.folder / f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes()
    for member in members:
        path = instructor.folder / f"submitted/{member.id}/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(member.notebook(released))
    instructor.run(
        "autograder", "grade", "submitted", "--gradebook", "sqlite:///gradebook.db", expected=SOME_FAILED
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare the course, start both servers and wait for Ctrl-C."""
    parser = argparse.ArgumentParser("python -m tests.demo.jupyter", description=__doc__)
    parser.add_argument("--folder", type=Path, metavar="DIR", default=Path("build/jupyter"), help="wiped first")
    options = parser.parse_args(arguments)
    for ending in (signal.SIGINT, signal.SIGTERM):  # however it is ended, the servers end with it
        signal.signal(ending, signal.default_int_handler)
    try:
        serve(options.folder.resolve())
    except AutograderError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nended")
    return 0


def serve(folder: Path) -> None:
    """Serve until interrupted."""
    print("preparing a course and grading a class: about a minute", flush=True)
    instructor, student = prepare(folder)
    release(instructor)
    # Without those who only try the grader: one of them alone takes a minute
    members = [each for each in demo_class(ASSIGNMENT) if not each.changes and each.truth.outcome != "timeout"]
    grade_class(instructor, members)
    with instructor.jupyterlab() as course, student.jupyterlab() as home:
        print(f"instructor  {course}\n            Nbgrader > Formgrader shows the class")
        print(f"student     {home}\n            Nbgrader > Assignment List has {ASSIGNMENT} to fetch")
        print("Ctrl-C ends both", flush=True)
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
