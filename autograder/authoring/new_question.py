"""Begins a question: its stub and grade cell, a check, a known mistake, and a place in each style.

All that it writes is valid Python in which `autograder.authoring.unwritten.MARK` stands where an author goes on.
"""

import ast
import json
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from autograder.authoring.release import canonical
from autograder.authoring.solution_marks import BEGIN, END
from autograder.authoring.unwritten import MARK, unwritten, unwritten_alternatives
from autograder.catalogue.assignment import ALTERNATIVES, MISTAKES, Assignment
from autograder.catalogue.course import find_course
from autograder.errors import UsageError
from autograder.results.whole_files import write_whole

MAX_NAME: Final = 50  # nbgrader's ids have 64 characters, of which "-solution" takes some
_USED: Final = {
    "torch": "import torch",
    "Student": "from autograder.judging.student import Student",
    "ask": "from autograder.judging.suite import ask",
    "assert_close": "from autograder.judging.suite import assert_close",
    "check": "from autograder.judging.suite import check",
}  # what a check's skeleton needs, and where it comes from


@dataclass(frozen=True, slots=True)
class Signature:
    """A function to be written: its name and its arguments."""

    name: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})"

    @classmethod
    def parse(cls, text: str) -> "Signature":
        """Read "name" or "name(x, y)"; `UsageError` where it is neither."""
        match = re.fullmatch(r"\s*(\w+)\s*(?:\(([\w\s,]*)\))?\s*", text)
        if match:
            arguments = ["x"] if match[2] is None else [each.strip() for each in match[2].split(",") if each.strip()]
            names = [match[1], *arguments]
            if all(name.isidentifier() and not keyword.iskeyword(name) for name in names) and len(match[1]) <= MAX_NAME:
                return cls(match[1], tuple(arguments))
        raise UsageError(f"{text!r} is no function's name of at most {MAX_NAME} characters, such as mean or 'mean(x)'")


def add_question(assignment_name: str, function: str, points: float) -> list[str]:
    """Write a question's skeletons into the files of an assignment; return what is to be written, line by line.

    Args:
        assignment_name: an assignment with a source notebook.
        function: its name, or that with its arguments, such as "linreg(X, w, b)".
        points: what the question is worth.

    Raises:
        UsageError: there is no such source, the name is none, or the notebook knows it already.
    """
    signature = Signature.parse(function)
    course = find_course()
    assignment = course.assignment(assignment_name)
    solution = assignment.solution
    if solution is None or not assignment.notebook.is_relative_to(solution):
        raise UsageError(f"{assignment_name} has no source notebook to add a question to")
    texts = {
        assignment.notebook: _with_cells(assignment, signature, points),
        assignment.visible_checks: _with_check(assignment.visible_checks.read_text("utf-8"), signature),
        solution / MISTAKES: _with_mistake(_text_of(solution / MISTAKES), assignment_name, signature),
        solution / ALTERNATIVES: _with_places(_text_of(solution / ALTERNATIVES), assignment_name, signature),
    }
    for path, text in texts.items():
        write_whole(path, text)
    begun = course.assignment(assignment_name)
    return [*unwritten(begun), *unwritten_alternatives(begun)]


def _text_of(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _with_cells(assignment: Assignment, signature: Signature, points: float) -> str:
    """Return the notebook with a stub and its grade cell after the last question that checks judge."""
    notebook = json.loads(assignment.notebook.read_text("utf-8"))
    cells: list[dict[str, Any]] = notebook["cells"]
    taken = {cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells} | {
        cell.get("id") for cell in cells
    }
    wanted = (signature.name, f"{signature.name}-solution", f"{signature.name}-check")
    if clash := next((id for id in wanted if id in taken), None):
        raise UsageError(f"{assignment.notebook} has a cell {clash} already")
    ids = {question.id for question in assignment.questions}
    last = max(place for place, cell in enumerate(cells) if cell["metadata"].get("nbgrader", {}).get("grade_id") in ids)
    marks = {"schema_version": 3, "task": False}
    stub = {**marks, "grade": False, "grade_id": f"{signature.name}-solution", "locked": False, "solution": True}
    grade = {**marks, "grade": True, "grade_id": signature.name, "locked": True, "solution": False}
    grade |= {"cell_type": "code", "points": int(points) if points == int(points) else points}
    cells[last + 1 : last + 1] = [
        _cell(f"{signature.name}-solution", _stub(signature), stub),
        _cell(f"{signature.name}-check", f'check("{signature.name}")', grade),
    ]
    return canonical(json.dumps(notebook))


def _cell(id: str, source: str, marks: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {"nbgrader": dict(marks)}
    return {
        "cell_type": "code", "id": id, "metadata": metadata, "source": source, "execution_count": None, "outputs": []
    }  # fmt: skip


def _stub(signature: Signature) -> str:
    described = [f"        {each}: {MARK}: its shape, dtype and meaning." for each in signature.arguments]
    arguments = ["", "    Args:", *described] if described else []
    return "\n".join([
        f"def {signature}:",
        f'    """{MARK}: what it does, in a sentence.',
        *arguments,
        "",
        "    Returns:",
        f"        {MARK}: its shape, dtype and meaning.",
        "",
        "    Example:",
        f"        {signature}  # {MARK}: with numbers, and what comes of it",
        '    """',
        f"    {BEGIN}",
        f"    raise NotImplementedError  # {MARK}: the solution",
        f"    {END}",
    ])  # fmt: skip


def _with_check(text: str, signature: Signature) -> str:
    """Return a file of checks with one more, and with what that has to import."""
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    known = {alias.asname or alias.name for node in imports for alias in node.names}
    lines = text.rstrip("\n").split("\n")
    docstring = tree.body[:1] if ast.get_docstring(tree) else []
    after = max((node.end_lineno or 0 for node in [*docstring, *imports]), default=0)
    lines[after:after] = [line for name, line in _USED.items() if name not in known]
    drawn = [f"    {each} = torch.randn(5, 1, generator=rng)  # {MARK}: what shows each known mistake"
             for each in signature.arguments]  # fmt: skip
    asked = ", ".join(["student", f'"{signature.name}"', *signature.arguments])
    skeleton = [
        f"# {signature.name}",
        "",
        "",
        f'@check("{signature.name}", hints=["{MARK}: where to look, and never the answer."])',
        f"def test_{signature.name}_is_right(student: Student, rng: torch.Generator) -> None:",
        f'    """{MARK}: what is judged, in a sentence that the student reads."""',
        *drawn,
        f"    expected = torch.zeros(5, 1)  # {MARK}: what right code gives",
        f'    assert_close(ask({asked}), expected, name="{signature}")',
    ]
    return "\n".join([*lines, "", "", *skeleton]) + "\n"


def _with_mistake(text: str, assignment: str, signature: Signature) -> str:
    heading = (
        f"# Known mistakes of {assignment}: a title, what to understand, and wrong code; "
        "what a section leaves out is correct."
    )
    skeleton = [
        f"# %% {signature.name}_unnamed",
        f"# {MARK}: the mistake in a few words, and one word of them in the line above",
        "#",
        f"# {MARK}: what to understand, in two sentences; copy all of this for each mistake",
        f"def {signature}:",
        f"    raise NotImplementedError  # {MARK}: the wrong code",
    ]
    return "\n".join([text.rstrip("\n") or heading, "", "", *skeleton]) + "\n"


def _with_places(text: str, assignment: str, signature: Signature) -> str:
    """Return the styles, each with a line that asks for the function."""
    place = f"# {MARK}: {signature} as this style writes it; until then the notebook's solution serves"
    text = text or f"# Correct solutions of {assignment} in different styles.\n\n# %% plain\nimport torch\n"
    head, *sections = re.split(r"^(?=# %% \w+$)", text, flags=re.MULTILINE)
    return head + "".join(re.sub(r"\n*\Z", rf"\n\n\n{place}\g<0>", section, count=1) for section in sections)
