"""A course: its folders, and which assignments lie in them.

A course is a folder whose pyproject.toml has a table `[tool.autograder]`:

    checks = "autograder/checks"      what students have: NAME/visible_checks.py, record.json, pictures/
    solutions = "solutions"           what they never get: NAME/NAME.ipynb and all beside it
    assignments = "assignments"       NAME/NAME.ipynb as released
    answers = "https://…"             where students find NAME.ipynb of the folder `answers`, once that is there
    packages = ["coursedata"]         importable packages that student code may read; one that has a
                                      function `prepare()` fills a folder with its data and returns
                                      it, which student code may read, too, and finds by NAME_HOME

and may have tables `[tool.autograder.limits]` and `[tool.autograder.limits.NAME]`, of one assignment, with what
a submission may use (see `autograder.sandbox.worker.limits.Limits`), and `[tool.autograder.questions.NAME]`, which
says of a question that it is "bonus" or "excluded" (see `autograder.results.result.Credit`), and
`[tool.autograder.watch]` and `[tool.autograder.watch.NAME]`, with what `autograder watch` tells students when (see
`autograder.catalogue.watch_policy.WatchPolicy`).

Without one, the released notebooks and visible checks inside the installed package serve. A table that
has some of `solutions`, `answers` and these tables alone adds hidden checks, links or settings to those.
"""

import importlib
import importlib.util
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from autograder.catalogue.assignment import PACKAGE, VISIBLE_CHECKS, Assignment
from autograder.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ANSWERS: Final = "answers"  # a folder that `autograder generate --answers` fills
_TABLES: Final = ("limits", "questions", "watch")
_ADDED: Final = {"solutions", "answers", *_TABLES}  # to the installed course


@dataclass(frozen=True, slots=True)
class Course:
    """A course's folders, and its tables of limits, questions and watch as they stand; `find_course` makes one."""

    root: Path
    checks: Path
    assignments_dir: Path
    solutions: Path | None
    packages: tuple[Path, ...]
    limits: Mapping[str, Any] = field(default_factory=dict)
    questions: Mapping[str, Any] = field(default_factory=dict)
    answers_url: str = ""
    watch: Mapping[str, Any] = field(default_factory=dict)

    @property
    def answers_dir(self) -> Path:
        """The folder of the notebooks that are handed out after the due date."""
        return self.root / ANSWERS

    def answers(self) -> dict[str, str]:
        """Return where students find the answers to an assignment, by its name: of those that there are."""
        if not self.answers_url:
            return {}
        names = sorted(path.stem for path in self.answers_dir.glob("*.ipynb"))
        return {name: f"{self.answers_url.rstrip('/')}/{quote(name)}.ipynb" for name in names}

    def assignment(self, name: str) -> Assignment:
        """Return an assignment; `UsageError` lists the known ones where there is none of that name."""
        for assignment in self.assignments():
            if assignment.name == name:
                return assignment
        for folder in self.without_notebook():
            if folder.name == name:
                looked_for = " or ".join(str(path) for path in self._notebooks(name))
                raise UsageError(f"{folder / VISIBLE_CHECKS} has no notebook: there is no {looked_for}")
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
        for folder in self._folders():
            name = folder.name
            notebook = next((path for path in self._notebooks(name) if path.exists()), None)
            if notebook is not None:
                solution = self.solutions / name if self.solutions and (self.solutions / name).is_dir() else None
                yield Assignment(name, self.root, notebook, folder, solution, self.questions.get(name, {}))

    def without_notebook(self) -> list[Path]:
        """The folders of visible checks whose notebook is nowhere."""
        return [folder for folder in self._folders() if not any(each.exists() for each in self._notebooks(folder.name))]

    def _folders(self) -> list[Path]:
        return [path.parent for path in sorted(self.checks.glob(f"[!_]*/{VISIBLE_CHECKS}"))]

    def _notebooks(self, name: str) -> list[Path]:
        """Where an assignment's notebook may be, its source first."""
        return [folder / name / f"{name}.ipynb" for folder in (self.solutions, self.assignments_dir) if folder]


def find_course(start: Path | None = None) -> Course:
    """Return the course that `start` (default: the working directory) lies in, else the installed one."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        table = _settings(folder / "pyproject.toml")
        if table is not None:
            return _with_known_questions(_course(folder, table))
    return _installed()


def _installed() -> Course:
    for folder in PACKAGE.parents:
        table = _settings(folder / "pyproject.toml")
        if table is not None and "checks" in table:
            return _course(folder, table)
    return Course(PACKAGE, PACKAGE / "checks", PACKAGE / "assignments", None, _packages(["coursedata"]))


def _course(root: Path, table: Mapping[str, Any]) -> Course:
    folders = {key: root / table[key] for key in ("checks", "assignments", "solutions") if key in table}
    unknown = sorted(set(table) - set(folders) - {"answers", "packages", *_TABLES})
    limits, questions, watch = (_table(root, table, name) for name in _TABLES)
    answers = table.get("answers", "")
    if answers and not str(answers).startswith(("https://", "http://")):
        raise UsageError(
            f"{root / 'pyproject.toml'}: answers of [tool.autograder] is {answers!r}; it must be an address"
        )
    if table and table.keys() <= _ADDED:
        return replace(
            _installed(), root=root, solutions=folders.get("solutions"), limits=limits, questions=questions,
            answers_url=answers, watch=watch,
        )  # fmt: skip
    if unknown or not {"checks", "assignments"} <= folders.keys():
        raise UsageError(
            f"{root / 'pyproject.toml'}: [tool.autograder] needs checks and assignments, and may have "
            "solutions, answers, packages, limits, questions and watch, or has some of solutions, answers, limits, "
            "questions and watch alone, for the installed course; "
            f"it has unknown keys: {', '.join(unknown) or 'none'}"
        )
    return Course(
        root, folders["checks"], folders["assignments"], folders.get("solutions"), _packages(table.get("packages", [])),
        limits, questions, answers, watch,
    )  # fmt: skip


def _table(root: Path, table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = table.get(name, {})
    if not isinstance(found, Mapping):
        raise UsageError(f"{root / 'pyproject.toml'}: {name} of [tool.autograder] is {found!r}; it must be a table")
    return found


def _with_known_questions(course: Course) -> Course:
    """Return the course; `UsageError` where its table of questions is of none that it has."""
    for name, table in course.questions.items():
        if not isinstance(table, Mapping):
            place = f"{course.root / 'pyproject.toml'}: {name} of [tool.autograder.questions]"
            raise UsageError(f"{place} is {table!r}; it must be a table of an assignment's questions")
        _ = course.assignment(name).by_hand  # reads the questions
    return course


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
