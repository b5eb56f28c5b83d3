"""GitHub Actions: annotations at the notebook's cells, and a summary of the step.

Workflow commands: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions.
The runner takes every line of the log that begins with `::` for a command, so stdout carries the
annotations and nothing else, and no text of a student's begins a line. Markdown in the summary would
have to be escaped for each of its readers: it is HTML throughout, in which Markdown is not looked for
before a blank line.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from autograder.catalogue.submission import MAX_BYTES
from autograder.reports.card import OUTCOMES, Wording, score_line, templates
from autograder.reports.class_report import summarise
from autograder.reports.feedback import overall
from autograder.reports.formats.finished_run import FinishedRun
from autograder.reports.formats.shown import missed, only_visible, told
from autograder.results.store import write_whole
from autograder.text import plain

FILE: Final = "summary.md"
SUMMARY_BYTES: Final = 2**19  # GitHub drops the summaries of a step that has more than 1 MiB
_Line = Mapping[str, Any]


def write(run: FinishedRun) -> None:
    """Print the annotations, and append to the step's summary, or write summary.md where there is no such step."""
    for result in run.results():
        for command in annotations(result, run.file_of(result)):
            print(command)
    summary = render_summary(run)
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if place:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(summary)
    else:
        write_whole(run.folder / FILE, summary)


def annotations(result: _Line, path: Path | None) -> Iterator[str]:
    """Yield a workflow command for each question that did not pass: GitHub shows ten of each kind a step.

    An error where something is wrong; a warning where it is not yet written, blocked or not graded.
    """
    file = _in_workspace(path) if path is not None else None
    source = _text_of(path) if path is not None else ""
    for question in result["questions"]:
        checks = missed(question)
        if checks:
            kind = "error" if _wording(question).tone == "bad" else "warning"
            place = {"file": file, "line": str(line_of(question["id"], source))} if file else {}
            title = f"{plain(question['id'])}: {score_line(question['score'], question['points'])}"
            known = ",".join(f"{name}={_property(value)}" for name, value in {**place, "title": title}.items())
            yield f"::{kind} {known}::{_data(told(question, checks))}"


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


def render_summary(run: FinishedRun) -> str:
    """Return the summary of all submissions, of many of them no more than what GitHub takes."""
    template = templates().get_template("summary.md.jinja")
    parts: list[str] = []
    room = SUMMARY_BYTES
    for result in run.results():
        questions = [
            (question, told(question, checks)) for question in result["questions"] if (checks := missed(question))
        ]
        part = template.render(
            result=result, summary=summarise(result), visible=only_visible(result), questions=questions,
            symbol=lambda question: _wording(question).symbol,
        )  # fmt: skip
        room -= len(part.encode("utf-8", "replace"))
        if room < 0:
            left = sum(1 for _ in run.results()) - len(parts)
            parts.append(f"<p>{left:,} more submissions are in results.csv and report.html.</p>\n\n")
            break
        parts.append(part)
    return "".join(parts)


def _wording(question: _Line) -> Wording:
    return overall([OUTCOMES[check["outcome"]] for check in question["checks"]])


def _text_of(path: Path) -> str:
    """Return a file's text, none where it cannot be read or is too large to be graded."""
    try:
        return path.read_text("utf-8", "replace") if path.stat().st_size <= MAX_BYTES else ""
    except OSError:
        return ""


def _in_workspace(path: Path) -> str:
    """Return a path as annotations name it: from the repository's root."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())
    return plain(path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
