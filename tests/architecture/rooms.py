"""The rooms of `autograder/` and their imports, counted in the code.

An import is a pair of modules, the one importing the other, wherever in it and however often: grimp's count. The files
in `checks/NAME/` are no modules to grimp, since they are loaded by their paths; theirs are counted by `ast` likewise.
"""

import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = "autograder"
CHECKS: Final = "checks"
BASE: Final = ("errors", "text")
QUESTIONS: Final[Mapping[str, str]] = {
    "results": "What did grading find, and where is it kept?",
    "catalogue": "What is there to grade: which course, which files?",
    "sandbox": "How does a student's code run, and not get out?",
    "judging": "Is an answer right, and if not: which mistake is it?",
    "downloads": "Who handed in what of what an LMS gives, and what counts?",
    CHECKS: "What must be true of an answer to this question?",
    "reports": "How do people and other programs read a result?",
    "notebook": "What does a student call in a notebook?",
    "grading": "How is a submission graded, a class, a cluster?",
    "gradebook": "What does nbgrader call?",
    "authoring": "What do authors make for a course?",
    "commands": "What does each command do?",
    "cli": "What was asked for?",
}


@dataclass(frozen=True, slots=True)
class Room:
    """A folder of the package, or a module of its own, and the question that it answers."""

    name: str
    label: str
    question: str
    modules: int
    lines: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The rooms in the order of their layers, what each imports of each, and how many import a base module."""

    rooms: Sequence[Room]
    arrows: Mapping[tuple[str, str], int]
    on_base: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a restructuring changes."""

    loose: int
    places: int
    arrows: int
    floors: int
    checks_lines: int
    engine_lines: int


def read_plan() -> Plan:
    """Return the plan of this checkout.

    Raises:
        KeyError: a room has no question in `QUESTIONS`.
    """
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    imports = list(_imports(graph)) + list(_imports_of_checks(graph.modules))
    names = _in_order()
    arrows = Counter((_place(one), _place(other)) for one, other in imports)
    return Plan(
        [_room(name) for name in names],
        {pair: arrows[pair] for pair in sorted(arrows) if set(pair) <= set(names) and pair[0] != pair[1]},
        len({one for one, other in imports if _place(other) in BASE and _place(one) not in BASE}),
    )


def read_figures(root: Path) -> Figures:
    """Return the figures of the package in `root`, whatever its layers: no other may have been imported before."""
    sys.path.insert(0, str(root))
    try:
        graph = grimp.build_graph(PACKAGE, cache_dir=None)
    finally:
        sys.path.remove(str(root))
    left_out = {"", "__main__", CHECKS}
    above: dict[str, set[str]] = {name: set() for name in map(_place, graph.modules) if name not in left_out}
    for one, other in _imports(graph):
        importer, imported = _place(one), _place(other)
        if importer != imported and {importer, imported} <= above.keys():
            above[importer].add(imported)

    @cache
    def floor(name: str) -> int:
        return 1 + max(map(floor, above[name]), default=0)

    package = root / PACKAGE
    checks = _lines((package / CHECKS).rglob("*.py"))
    return Figures(
        len(list(package.glob("*.py"))), len(above), sum(map(len, above.values())), max(map(floor, above)),
        checks, _lines(package.rglob("*.py")) - checks,
    )  # fmt: skip


def _in_order() -> list[str]:
    """From left to right: what is imported stands before what imports it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each.get("containers") == [PACKAGE])
    names = [name.strip() for layer in reversed(layers) for name in layer.split("|")]
    names = [name for name in names if name not in (*BASE, "__main__")]
    names.insert(names.index("judging") + 1, CHECKS)  # which stands in no layer: nothing imports it
    return names


def _room(name: str) -> Room:
    folder = ROOT / PACKAGE / name
    files = list(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    return Room(name, f"{name}/" if folder.is_dir() else f"{name}.py", QUESTIONS[name], len(files), _lines(files))


def _lines(files: Iterator[Path] | Sequence[Path]) -> int:
    return sum(path.read_text("utf-8").count("\n") for path in files)


def _place(module: str) -> str:
    """Return what of the package a module lies in: a room, itself, or nothing for the package's own file."""
    return module.partition(".")[2].partition(".")[0]


def _imports(graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    for module in sorted(graph.modules):
        for other in sorted(graph.find_modules_directly_imported_by(module)):
            yield module, other


def _imports_of_checks(modules: set[str]) -> Iterator[tuple[str, str]]:
    folder = ROOT / PACKAGE / CHECKS
    for path in sorted(folder.glob("*/*.py")):
        importer = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                wholes = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= (wholes & modules) or {node.module}
        for other in sorted(found & modules):
            yield importer, other
