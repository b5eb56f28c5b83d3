"""What one run sends to the workers of a cluster, and what each of them does with it.

A worker on another host has the installed package; it shares no file system with the instructor. The
checks travel as bytes, once a worker and run; submissions and results travel one by one. Everything
passes through dask.distributed, which unpickles it: between hosts that trust one another. Student
code reaches none of these connections (see `autograder.sandbox.launch`).
"""

import hashlib
import io
import json
import secrets
import shutil
import threading
import time
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import torch
from distributed import Worker, WorkerPlugin, get_worker

from autograder.catalogue.assignment import PACKAGE
from autograder.catalogue.course import Course
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.errors import AutograderError, UsageError
from autograder.grading.grader import Graded, Grader
from autograder.grading.settings import Settings
from autograder.results.result import Environment
from autograder.sandbox import launch as sandbox
from autograder.sandbox import permissions

IDLE_S: Final = 600.0  # a run that has sent nothing for so long has ended without a word
_NO_CODE: Final = {"assignments", "__pycache__"}  # in the installed package, but no part of the engine


@dataclass(frozen=True, slots=True)
class Bundle:
    """A run, as a worker needs it.

    `archive` is a zip file of the course as far as the run needs it; `environments` are what results
    must depend on, by assignment (see `autograder.results.result.Environment`); `code_sha256` is the
    instructor's `code_sha256()`.
    """

    run: str
    settings: Settings
    archive: bytes
    environments: Mapping[str, Environment]
    code_sha256: str

    @classmethod
    def of(cls, settings: Settings, assignments: Collection[str]) -> "Bundle":
        """Pack what grading `assignments` needs; without hidden checks where `settings` leave them out."""
        return cls(
            f"autograder-{secrets.token_hex(8)}", settings, _pack(settings.course(), settings, assignments),
            {name: settings.environment(name) for name in assignments}, code_sha256(),
        )  # fmt: skip


def code_sha256() -> str:
    """Return a digest of the installed package: what a version number does not tell of a checkout."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE)
        if path.is_file() and not _NO_CODE & set(inside.parts):
            digest.update(inside.as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _pack(course: Course, settings: Settings, assignments: Collection[str]) -> bytes:
    checks = course.checks.relative_to(course.root) if course.checks.is_relative_to(course.root) else Path("checks")
    table = [f"checks = {json.dumps(checks.as_posix())}", 'assignments = "solutions"', 'solutions = "solutions"']
    table.append(f"packages = {json.dumps([package.name for package in course.packages])}")
    tables = {name: values for name, values in course.limits.items() if isinstance(values, Mapping)}
    table += ["", "[tool.autograder.limits]"]
    table += [f"{key} = {value!r}" for key, value in course.limits.items() if key not in tables]
    for name in sorted(tables.keys() & set(assignments)):
        table += ["", f"[tool.autograder.limits.{name}]"]
        table += [f"{key} = {value!r}" for key, value in tables[name].items()]
    for name in sorted(course.questions.keys() & set(assignments)):
        table += ["", f"[tool.autograder.questions.{name}]"]
        table += [f"{json.dumps(id)} = {json.dumps(credit)}" for id, credit in course.questions[name].items()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pyproject.toml", "\n".join(["[tool.autograder]", *table, ""]))
        for name in assignments:
            assignment = course.assignment(name)
            only = settings.visible_only
            for path in (*assignment.check_files(visible_only=only), *assignment.record_files(visible_only=only)):
                # hidden checks import visible ones by their place
                folder = checks / name if path.parent == assignment.folder else Path("solutions", name)
                archive.write(path, folder / path.name)
            archive.write(assignment.notebook, f"solutions/{name}/{name}.ipynb")
    return packed.getvalue()


class HostedRun(WorkerPlugin):
    """A run on this worker: the course in a folder of its own, and a warm grader."""

    def __init__(self, settings: Settings, folder: Path, assignment: str) -> None:
        """Start a warm process for `assignment`, confined as `settings` say; the course is in `folder`."""
        self._folder = folder
        self._grader = Grader(settings)
        self._busy = threading.Lock()  # a worker may have several threads, its judge only one
        self._ended = False
        self._used = time.monotonic()
        try:
            self._grader.prepare(assignment)
        except AutograderError:
            self._grader.close()
            raise

    @property
    def idle_s(self) -> float:
        """Seconds since it last graded something; 0 while it does."""
        return 0.0 if self._busy.locked() else time.monotonic() - self._used

    def grade(self, handed_in: SubmissionBytes) -> Graded:
        """Grade one submission."""
        with self._busy:
            torch.set_num_threads(1)  # of this thread: one worker a core
            graded = self._grader.grade(handed_in)
            self._used = time.monotonic()
        if self._ended:
            self._clear()
        return graded

    def teardown(self, worker: Worker) -> None:
        """End its processes and remove its files, as soon as what it grades is done.

        dask.distributed calls it when the worker ends, too.
        """
        self._ended = True
        if not self._busy.locked():
            self._clear()

    def _clear(self) -> None:
        self._grader.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def handshake(bundle: Bundle) -> str:
    """Make this worker ready for a run, and return "", or why it must not take part."""
    worker = get_worker()
    _drop_idle_runs(worker)
    if bundle.run in worker.plugins:
        return ""
    if code_sha256() != bundle.code_sha256:
        return f"its autograder is another build ({code_sha256()[:12]} there, {bundle.code_sha256[:12]} here)"
    folder = Path(worker.local_directory, bundle.run)
    try:
        settings = _unpacked(bundle, folder)
        sandbox.choose(settings.mode)
        permissions.check_hidden(settings.mode, settings.course(), [folder])
        worker.plugins[bundle.run] = HostedRun(settings, folder, next(iter(bundle.environments)))
    except (AutograderError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        return str(error)
    return ""


def _unpacked(bundle: Bundle, folder: Path) -> Settings:
    """Put the course into a new folder, and return how to grade it there; `UsageError` if results would differ."""
    folder.mkdir(mode=0o700)
    with zipfile.ZipFile(io.BytesIO(bundle.archive)) as archive:
        archive.extractall(folder)
    settings = replace(bundle.settings, course_root=folder)
    for assignment, expected in bundle.environments.items():
        there, here = settings.environment(assignment).to_json(), expected.to_json()
        unlike = [f"{key} {there[key]} there, {here[key]} here" for key in here if there[key] != here[key]]
        if unlike:
            raise UsageError(f"{assignment} would be graded with {'; '.join(unlike)}")
    return settings


def grade_remotely(run: str, handed_in: SubmissionBytes) -> Graded:
    """Grade one submission on a worker that was admitted to `run`."""
    hosted = get_worker().plugins[run]
    assert isinstance(hosted, HostedRun)
    return hosted.grade(handed_in)


async def unregister(run: str, dask_worker: Worker) -> None:
    """End a run on a worker, whatever it is doing."""
    if run in dask_worker.plugins:
        await dask_worker.plugin_remove(name=run)


def _drop_idle_runs(worker: Worker) -> None:
    """End runs whose instructor's machine has vanished."""
    for name, plugin in list(worker.plugins.items()):
        if isinstance(plugin, HostedRun) and plugin.idle_s > IDLE_S:
            plugin.teardown(worker)
            del worker.plugins[name]
