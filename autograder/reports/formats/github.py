"""GitHub Actions: annotations at the notebook's cells, and a summary of the step.

Workflow commands: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions.
The runner takes every line of the log that begins with `::` for a command, so stdout carries the
annotations and nothing else, and no text of a student's begins a line. Markdown in the summary would
have to be escaped for each of its readers: it is HTML throughout, in which Markdown is not looked for
before a blank line.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from autograder.catalogue.submission import MAX_BYTES
from autograder.reports.formats.check_text import format_checks
from autograder.reports.formats.format import Graded, Take
from autograder.reports.templates import templates
from autograder.reports.wording import overall, score_line
from autograder.results.result import SubmissionResult
from autograder.results.summary import summarise
from autograder.results.whole_files import write_whole
from autograder.text import sanitize

FILE: Final = "summary.md"
SUMMARY_BYTES: Final = 2**19  # GitHub drops the summaries of a step that has more than 1 MiB


@contextmanager
def writing(folder: Path) -> Iterator[Take]:
    """Print the annotations, and append to the step's summary, or write summary.md where there is no such step."""
    summary = Summary()

    def take(graded: Graded) -> None:
        for command in annotations(graded.result, graded.file.path):
            print(command)
        summary.add(graded.result)

    yield take
    step = os.environ.get("GITHUB_STEP_SUMMARY")
    if step:
        with Path(step).open("a", encoding="utf-8") as file:
            file.write(summary.render())
    else:
        write_whole(folder / FILE, summary.render())


def annotations(result: SubmissionResult, path: Path | None) -> Iterator[str]:
    """Yield a workflow command for each question that did not pass: GitHub shows ten of each kind a step.

    An error where something is wrong; a warning where it is not yet written, blocked or not graded.
    """
    file = _in_workspace(path) if path is not None else None
    source = _text_of(path) if path is not None else ""
    for question in result.told:
        if question.missed:
            kind = "error" if overall(question.checks).tone == "bad" else "warning"
            line = {"file": file, "line": str(line_of(question.id, source))} if file else {}
            title = f"{sanitize(question.id)}: {score_line(question.score, question.points, question.credit)}"
            known = ",".join(f"{name}={_property(value)}" for name, value in {**line, "title": title}.items())
            yield f"::{kind} {known}::{_data(format_checks(question, question.missed))}"


def line_of(question: str, source: str) -> int:
    """Return the line, from 1, of a file where a question is answered.

    It is that of the last definition of its name, in a script or in a notebook's JSON; else that of the
    cell that nbgrader knows by that name; else 1.
    """
    name = re.escape(question)
    definition = rf'(?:^|"|\\n)(?:async )?(?:def|class) {name}\b'
    for pattern in (definition, rf'"grade_id": *"{name}(?:-solution)?"'):
        found = [match.start() for match in re.finditer(pattern, source, re.MULTILINE)]
        if found:
            return source.count("\n", 0, found[-1]) + 1
    return 1


class Summary:
    """The summary of all submissions, of many of them no more than what GitHub takes."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._bytes_left = SUMMARY_BYTES
        self._left_out = 0

    def add(self, result: SubmissionResult) -> None:
        """Take in one result, as long as there is room."""
        if self._left_out:
            self._left_out += 1
            return
        questions = [
            (question, format_checks(question, question.missed)) for question in result.told if question.missed
        ]
        part = templates().get_template("summary.md.jinja").render(
            result=result, summary=summarise(result), visible=result.only_visible, questions=questions,
            symbol=lambda question: overall(question.checks).symbol,
        )  # fmt: skip
        self._bytes_left -= len(part.encode("utf-8", "replace"))
        if self._bytes_left < 0:
            self._left_out = 1
        else:
            self._parts.append(part)

    def render(self) -> str:
        """Return it as Markdown."""
        left_out = f"<p>{self._left_out:,} more submissions are in results.csv and report.html.</p>\n\n"
        return "".join([*self._parts, *([left_out] if self._left_out else [])])


def _text_of(path: Path) -> str:
    """Return a file's text, none where it cannot be read or is too large to be graded."""
    try:
        return path.read_text("utf-8", "replace") if path.stat().st_size <= MAX_BYTES else ""
    except OSError:
        return ""


def _in_workspace(path: Path) -> str:
    """Return a path as annotations name it: from the repository's root."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())
    return sanitize(path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
