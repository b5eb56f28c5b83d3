"""The catalogue: which assignments a course has, their questions, points, checks and misconceptions.

A course is a folder whose pyproject.toml has a table `[tool.autograder]`:

    checks = "autograder/checks"      visible checks: NAME.py, misconceptions NAME.toml, calibration NAME.json
    solutions = "solutions"           NAME/NAME.ipynb with solutions, NAME/hidden_checks.py
    assignments = "assignments"       NAME/NAME.ipynb as released
    packages = ["coursedata"]         importable packages that student code may read; one that has a
                                      function `prepare()` fills a folder with its data and returns
                                      it, which student code may read, too, and finds by NAME_HOME
    styles = "tests/styles"           correct solutions in several styles, NAME.py (calibration)
    mistakes = "tests/misconceptions" wrong solutions, NAME.py (calibration)
    plots = "docs/calibration"        NAME/STATISTIC.png, drawn by the calibration

Without one, the released notebooks and visible checks inside the installed package serve. A table that
has `solutions` alone adds hidden checks to those.
"""

import ast
import functools
import hashlib
import importlib
import importlib.util
import json
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from autograder.errors import UsageError
from autograder.results.result import Misconception

PACKAGE: Final = Path(__file__).parents[1]
ALWAYS_LOADED: Final = ("numpy", "torch.testing")


@dataclass(frozen=True, slots=True)
class Question:
    """One graded unit: its grade cell's `grade_id` and points."""

    id: str
    points: float


@dataclass(frozen=True)
class Assignment:
    """One notebook of a course."""

    name: str
    notebook: Path
    visible_checks: Path
    hidden_checks: Path | None

    @functools.cached_property
    def _cells(self) -> list[dict[str, Any]]:
        try:
            cells: list[dict[str, Any]] = json.loads(self.notebook.read_text("utf-8"))["cells"]
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(f"{self.notebook} is no notebook of a course: {error}") from error
        return cells

    @functools.cached_property
    def questions(self) -> tuple[Question, ...]:
        """The automatically graded questions, in the notebook's order."""
        found = tuple(question for question, checked in self._graded if checked)
        if not found:
            raise UsageError(f"{self.notebook} has no grade cell")
        return found

    @functools.cached_property
    def by_hand(self) -> tuple[Question, ...]:
        """The questions that a person grades: written answers, drawings, tasks; in the notebook's order."""
        return tuple(question for question, checked in self._graded if not checked)

    @functools.cached_property
    def _graded(self) -> list[tuple[Question, bool]]:
        """The cells worth points, each with whether checks judge it."""
        found = []
        for cell in self._cells:
            marks = cell["metadata"].get("nbgrader", {})
            if marks.get("grade") or marks.get("task"):
                checked = marks.get("grade") and not marks.get("solution") and cell["cell_type"] == "code"
                found.append((Question(marks["grade_id"], float(marks["points"])), bool(checked)))
        return found

    @functools.cached_property
    def modules(self) -> tuple[str, ...]:
        """What the notebook imports: loaded before a submission is forked."""
        names = set(ALWAYS_LOADED)
        for cell in self._cells:
            if cell["cell_type"] == "code":
                names.update(_imports("".join(cell["source"])))
        return tuple(sorted(names - {PACKAGE.name}))

    @functools.cached_property
    def misconceptions(self) -> Mapping[str, Misconception]:
        """The known mistakes, by id."""
        path = self.visible_checks.with_suffix(".toml")
        if not path.exists():
            return {}
        try:
            table = tomllib.loads(path.read_text("utf-8"))
            return {id: Misconception(id=id, **entry) for id, entry in table.items()}
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(f"{path} holds no misconceptions: {error}") from error

    @functools.cached_property
    def calibration(self) -> Mapping[str, Any]:
        """The record that `autograder calibrate` wrote, or an empty one."""
        path = self.visible_checks.with_suffix(".json")
        try:
            record = json.loads(path.read_text("utf-8")) if path.exists() else {}
        except (OSError, ValueError) as error:
            raise UsageError(f"{path} holds no calibration: {error}") from error
        if not isinstance(record, dict):
            raise UsageError(f"{path} holds no calibration")
        return record

    def check_files(self, *, visible_only: bool) -> tuple[Path, ...]:
        """The files of checks, visible ones first."""
        if visible_only or self.hidden_checks is None:
            return (self.visible_checks,)
        return (self.visible_checks, self.hidden_checks)

    def checks_sha256(self, *, visible_only: bool) -> str:
        """A digest of all that decides a score beside the submission: checks, points, calibration, assertions."""
        digest = hashlib.sha256(repr(self.questions).encode())
        files = self.check_files(visible_only=visible_only)
        beside = (self.visible_checks.with_suffix(kind) for kind in (".toml", ".json"))
        for path in (*files, *beside, *sorted((PACKAGE / "judging/suite").glob("*.py"))):
            digest.update(path.read_bytes() if path.exists() else b"")
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Course:
    """A course's folders; `find_course` makes one."""

    root: Path
    checks: Path
    assignments_dir: Path
    solutions: Path | None
    packages: tuple[Path, ...]
    styles: Path | None = None
    mistakes: Path | None = None
    plots: Path | None = None

    def assignment(self, name: str) -> Assignment:
        """Return an assignment; `UsageError` lists the known ones where there is none of that name."""
        for assignment in self.assignments():
            if assignment.name == name:
                return assignment
        known = ", ".join(assignment.name for assignment in self.assignments()) or "none"
        raise UsageError(f"there is no assignment {name!r} in {self.root}; it has: {known}")

    def data(self, modules: Collection[str]) -> dict[str, Path]:
        """Return the folders of data of those packages among `modules`, by environment variable; fill them first."""
        found = {}
        for package in self.packages:
            if package.name in modules:
                prepare = getattr(importlib.import_module(package.name), "prepare", None)
                if prepare is None:
                    continue
                try:
                    found[f"{package.name.upper()}_HOME"] = Path(prepare())
                except Exception as error:
                    raise UsageError(f"the data of {package.name} cannot be prepared: {error}") from error
        return found

    def assignments(self) -> Iterator[Assignment]:
        """Every assignment that has a notebook and visible checks, by name."""
        for checks in sorted(self.checks.glob("[!_]*.py")):
            name = checks.stem
            hidden = self.solutions / name / "hidden_checks.py" if self.solutions else None
            sources = (folder / name / f"{name}.ipynb" for folder in (self.solutions, self.assignments_dir) if folder)
            notebook = next((path for path in sources if path.exists()), None)
            if notebook is not None:
                yield Assignment(name, notebook, checks, hidden if hidden and hidden.exists() else None)


def find_course(start: Path | None = None) -> Course:
    """Return the course that `start` (default: the working directory) lies in, else the installed one."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        table = _settings(folder / "pyproject.toml")
        if table is not None:
            return _course(folder, table)
    return _installed()


def _installed() -> Course:
    for folder in PACKAGE.parents:
        table = _settings(folder / "pyproject.toml")
        if table is not None and "checks" in table:
            return _course(folder, table)
    return Course(PACKAGE, PACKAGE / "checks", PACKAGE / "assignments", None, _packages(["coursedata"]))


def _course(root: Path, table: Mapping[str, Any]) -> Course:
    folders = {
        key: root / table[key]
        for key in ("checks", "assignments", "solutions", "styles", "mistakes", "plots")
        if key in table
    }
    unknown = sorted(set(table) - set(folders) - {"packages"})
    if table.keys() == {"solutions"}:
        return replace(_installed(), root=root, solutions=folders["solutions"])
    if unknown or not {"checks", "assignments"} <= folders.keys():
        raise UsageError(
            f"{root / 'pyproject.toml'}: [tool.autograder] needs checks and assignments, and may have "
            "solutions, packages, styles, mistakes, plots, or has solutions alone, for the installed course; "
            f"it has unknown keys: {', '.join(unknown) or 'none'}"
        )
    return Course(
        root, folders["checks"], folders["assignments"], folders.get("solutions"),
        _packages(table.get("packages", [])), folders.get("styles"), folders.get("mistakes"),
        folders.get("plots"),
    )  # fmt: skip


def _settings(path: Path) -> Mapping[str, Any] | None:
    try:
        table: Mapping[str, Any] | None = tomllib.loads(path.read_text("utf-8")).get("tool", {}).get("autograder")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    return table


def _packages(names: list[str]) -> tuple[Path, ...]:
    found = []
    for name in names:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise UsageError(f"the course's package {name!r} is not installed: run make setup")
        found.append(Path(spec.submodule_search_locations[0]))
    return tuple(found)


def _imports(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # IPython's own syntax: no import worth loading early
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "torch.optim":
            yield "torch.optim"  # an attribute that torch imports on first use, which takes seconds
