"""What authors keep beside a source notebook: correct solutions in several styles, and known mistakes.

`solutions/NAME/alternatives.py` and `mistakes.py` are sections that each start with a line `# %% name`. A mistake's
section goes on with its title and, after an empty comment, what to understand:

    # %% sgd_no_batch_size
    # The step is not divided by the batch size
    #
    # The gradient of a sum grows with the number of examples.
    def sgd(params, lr, batch_size): ...

What its code leaves out is correct; what a style leaves out stands in the notebook. A mistake belongs to the question
whose id its name begins with, or to that of a line `# question: ID` before the title. A section of the same name again
is another example of the mistake, without words.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.authoring.source_solution import completed
from autograder.catalogue.assignment import ALTERNATIVES, MISTAKES, Assignment
from autograder.errors import UsageError
from autograder.results.result import Misconception
from autograder.results.whole_files import write_whole

WORDS: Final = ("question", "title", "explanation")
_QUESTION: Final = re.compile(r"# question: (\w+)")


@dataclass(frozen=True, slots=True)
class RecordedMistake:
    """A known mistake and wrong code that makes it, one source an example."""

    misconception: Misconception
    examples: tuple[str, ...]


def read_alternatives(assignment: Assignment) -> dict[str, str]:
    """Return the source of each correct solution, by the name of its style, in the file's order.

    A style that does not define a question's function has the notebook's.

    Raises:
        UsageError: there is no such file, it has no sections, or a style is no Python.
    """
    path = _beside(assignment, ALTERNATIVES)
    if not path.exists():
        raise UsageError(f"{assignment.name} has no recorded solutions: there is no {path}")
    return {name: completed(style, assignment) for name, style in read_sections(path).items()}


def read_mistakes(assignment: Assignment) -> dict[str, RecordedMistake]:
    """Return the known mistakes by id, in the file's order; none where there is no file.

    Raises:
        UsageError: a section has no title or no explanation, or belongs to no question.
    """
    path = _beside(assignment, MISTAKES)
    found: dict[str, RecordedMistake] = {}
    for id, source in _sections(path) if path.exists() else ():
        if id in found:
            known = found[id]
            found[id] = RecordedMistake(known.misconception, (*known.examples, source))
        else:
            misconception, code = _worded(path, id, source, assignment)
            found[id] = RecordedMistake(misconception, (code,))
    return found


def read_words(assignment: Assignment) -> dict[str, dict[str, str]]:
    """Return each known mistake's question, title and explanation by its id, as a record keeps them."""
    mistakes = read_mistakes(assignment).items()
    return {id: {word: getattr(each.misconception, word) for word in WORDS} for id, each in mistakes}


def append_mistake(assignment: Assignment, id: str, question: str, title: str, explanation: str, code: str) -> None:
    """Add a section to the known mistakes."""
    path = _beside(assignment, MISTAKES)
    text = path.read_text("utf-8") if path.exists() else f"# Known mistakes of {assignment.name}.\n"
    words = "\n".join(textwrap.wrap(" ".join(explanation.split()), 116, initial_indent="# ", subsequent_indent="# "))
    section = f"# %% {id}\n# question: {question}\n# {' '.join(title.split())}\n#\n{words}\n{code.strip()}\n"
    write_whole(path, f"{text.rstrip()}\n\n\n{section}")


def read_sections(path: Path) -> dict[str, str]:
    """Return the source of each section of a file, by its name, in the file's order."""
    sections = list(_sections(path))
    if not sections or len(dict(sections)) < len(sections):
        raise UsageError(f"{path} needs sections, each after a line '# %% name' of its own")
    return dict(sections)


def _worded(path: Path, id: str, source: str, assignment: Assignment) -> tuple[Misconception, str]:
    lines = source.split("\n")
    length = next((place for place, line in enumerate(lines) if not line.startswith("#")), len(lines))
    words, code = lines[:length], "\n".join(lines[length:])
    question = next((match[1] for line in words if (match := _QUESTION.fullmatch(line))), None)
    title, _, explanation = "\n".join(
        line.removeprefix("#").strip() for line in words if not _QUESTION.fullmatch(line)
    ).partition("\n\n")
    if not title.strip() or not explanation.strip():
        raise UsageError(f"{path}: {id} needs a comment: a title, an empty line, what to understand")
    known = [each.id for each in assignment.questions]
    belongs = question or max((each for each in known if id.startswith(each.rstrip("_") + "_")), key=len, default=None)
    if belongs not in known:
        raise UsageError(f"{path}: {id} belongs to no question: begin its name with one of {', '.join(known)}")
    return Misconception(id, belongs, " ".join(title.split()), " ".join(explanation.split())), code


def _sections(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    _, *parts = re.split(r"^# %% (\w+)$", text, flags=re.MULTILINE)
    for name, source in zip(parts[::2], parts[1::2], strict=True):
        yield name, source.strip() + "\n"


def _beside(assignment: Assignment, file_name: str) -> Path:
    if assignment.solution is None:
        raise UsageError(f"{assignment.name} has no recorded solutions here: run this in a checkout of the course")
    return assignment.solution / file_name
