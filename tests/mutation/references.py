"""What is mutated: each question's function, as the first correct style and the solved notebook write it."""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.assignment import Assignment, is_answer
from autograder.catalogue.course import Course
from autograder.errors import UsageError
from tests.mutation.mutants import Definition, Mutant, mutants, without_docstrings


@dataclass(frozen=True, slots=True)
class Reference:
    """A correct solution as a script: imports, functions, classes, constants."""

    name: str
    source: str

    def definitions(self) -> dict[str, Definition]:
        """Return its functions and classes by name."""
        body = ast.parse(self.source).body
        return {node.name: node for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}

    def modules(self) -> frozenset[str]:
        """Return the names under which it knows modules."""
        imports = [node for node in ast.walk(ast.parse(self.source)) if isinstance(node, (ast.Import, ast.ImportFrom))]
        names = {alias.asname or alias.name.split(".")[0] for node in imports for alias in node.names}
        return frozenset(name for name in names if name[0].islower())


@dataclass(frozen=True, slots=True)
class Case:
    """A question's function in one reference, with its mutants."""

    question: str
    reference: Reference
    definition: Definition
    mutants: tuple[Mutant, ...]

    def solution(self, mutant: Mutant | None) -> str:
        """Return the reference as a script with the mutant in it."""
        return f"{self.reference.source}\n\n{mutant.source}\n" if mutant else self.reference.source


def cases(course: Course, assignment: Assignment) -> Iterator[Case]:
    """Yield what to mutate of an assignment, in the notebook's order; a function written twice alike once.

    A question of no points has no mark to lose, and is left out.
    """
    references = (_first_style(course, assignment), _notebook(assignment))
    for question in assignment.questions:
        if not question.points:
            continue
        seen: set[str] = set()
        for reference in references:
            definition = reference.definitions().get(question.id)
            if definition is None:
                raise UsageError(f"the {reference.name} of {assignment.name} has no definition of {question.id}")
            text = ast.unparse(without_docstrings(definition))
            if text not in seen:
                seen.add(text)
                found = [each for each in mutants(definition, reference.modules()) if each.source not in seen]
                seen.update(each.source for each in found)
                yield Case(question.id, reference, definition, tuple(found))


def _first_style(course: Course, assignment: Assignment) -> Reference:
    name, source = next(iter(read_alternatives(assignment).items()))
    return Reference(f"style {name}", source)


def _notebook(assignment: Assignment) -> Reference:
    """Return the definitions of the solved notebook; its examples and pictures are left out."""
    return Reference("notebook", "\n\n".join(_definitions(assignment.notebook)) + "\n")


def _definitions(notebook: Path) -> Iterator[str]:
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code" and not is_answer(cell):
            for node in ast.parse("".join(cell["source"])).body:
                ours = isinstance(node, ast.ImportFrom) and node.module == "autograder"
                if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)) and not ours:
                    yield ast.unparse(node)
