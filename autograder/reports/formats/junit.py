"""junit.xml: a suite for each submission, a case for each check.

There is no one schema. This is what both of the common ones take, Ant's as Windy Road wrote it down
(https://github.com/windyroad/JUnit-Schema) and Jenkins's (junit-10.xsd of its xUnit plugin).
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from autograder.reports.formats.check_text import format_checks
from autograder.reports.formats.format import Graded, Take
from autograder.reports.wording import OUTCOMES
from autograder.results.result import CheckResult, QuestionResult, SubmissionResult
from autograder.results.summary import summarise
from autograder.results.whole_files import replacing
from autograder.text import escape, sanitize, sanitize_lines

FILE: Final = "junit.xml"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


@contextmanager
def writing(folder: Path) -> Iterator[Take]:
    """Write junit.xml, one suite after the other."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    numbers = itertools.count()
    with replacing(folder / FILE) as file:
        file.write(f"{_DECLARATION}<testsuites>\n")

        def take(graded: Graded) -> None:
            suite = _suite(graded.result, next(numbers), now)
            ElementTree.indent(suite)
            file.write(ElementTree.tostring(suite, encoding="unicode") + "\n")

        yield take
        file.write("</testsuites>\n")


def _suite(result: SubmissionResult, number: int, now: str) -> ElementTree.Element:
    told = [check.outcome for question in result.told for check in question.checks]
    count, faults = sum(1 for _ in result.checks), told.count("grader_fault")
    suite = ElementTree.Element("testsuite", {
        "name": escape(result.student) or "?", "package": sanitize(result.assignment), "id": str(number),
        "timestamp": now, "hostname": "localhost", "tests": str(count), "errors": str(faults),
        "failures": str(len(told) - told.count("passed") - faults), "skipped": str(count - len(told)),
        "time": f"{result.seconds:.3f}",
    })  # fmt: skip
    properties = ElementTree.SubElement(suite, "properties")
    about = {
        "assignment": result.assignment, "score": result.score, "max_score": result.max_score,
        "needs_review": result.needs_review, "submission_sha256": result.submission_sha256,
    }  # fmt: skip
    for name, value in {**about, **result.environment.to_json()}.items():
        ElementTree.SubElement(properties, "property", {"name": name, "value": sanitize(str(value))})
    for question in result.questions:
        for check in question.checks:
            group = f"{sanitize(result.assignment)}.{sanitize(question.id)}"
            _add_case(suite, group, question, check, skipped=question not in result.told)
    notes = [sanitize_lines(note) for note in result.notes]
    ElementTree.SubElement(suite, "system-out").text = "\n".join([summarise(result), *notes])
    ElementTree.SubElement(suite, "system-err").text = ""
    return suite


def _add_case(
    suite: ElementTree.Element, group: str, question: QuestionResult, check: CheckResult, *, skipped: bool
) -> None:
    about = {"name": sanitize(check.description), "classname": group, "time": f"{check.seconds:.3f}"}
    case = ElementTree.SubElement(suite, "testcase", about)
    if skipped:
        ElementTree.SubElement(case, "skipped")
    elif not check.passed:
        named = check.misconception.title if check.misconception else OUTCOMES[check.outcome].words
        kind = "error" if check.outcome == "grader_fault" else "failure"
        ending = ElementTree.SubElement(case, kind, {"type": check.outcome, "message": sanitize(named)})
        ending.text = format_checks(question, [check])
