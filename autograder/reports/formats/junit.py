"""junit.xml: a suite for each submission, a case for each check.

There is no one schema. This is what both of the common ones take, Ant's as Windy Road wrote it down
(https://github.com/windyroad/JUnit-Schema) and Jenkins's (junit-10.xsd of its xUnit plugin).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree

from autograder.reports.card import OUTCOMES
from autograder.reports.class_report import summarise
from autograder.reports.formats.finished_run import FinishedRun
from autograder.reports.formats.shown import told
from autograder.results.store import replacing
from autograder.text import plain, plain_lines, visible

FILE: Final = "junit.xml"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write(run: FinishedRun) -> None:
    """Write junit.xml, one suite after the other."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    with replacing(run.folder / FILE) as file:
        file.write(f"{_DECLARATION}<testsuites>\n")
        for number, result in enumerate(run.results()):
            suite = _suite(result, number, now)
            ElementTree.indent(suite)
            file.write(ElementTree.tostring(suite, encoding="unicode") + "\n")
        file.write("</testsuites>\n")


def _suite(result: Mapping[str, Any], number: int, now: str) -> ElementTree.Element:
    outcomes = [check["outcome"] for question in result["questions"] for check in question["checks"]]
    faults = outcomes.count("grader_fault")
    suite = ElementTree.Element("testsuite", {
        "name": visible(result["student"]) or "?", "package": plain(result["assignment"]), "id": str(number),
        "timestamp": now, "hostname": "localhost", "tests": str(len(outcomes)), "errors": str(faults),
        "failures": str(len(outcomes) - outcomes.count("passed") - faults), "skipped": "0",
        "time": _seconds(result),
    })  # fmt: skip
    properties = ElementTree.SubElement(suite, "properties")
    about = {name: result[name] for name in ("assignment", "score", "max_score", "needs_review", "submission_sha256")}
    for name, value in {**about, **result["environment"]}.items():
        ElementTree.SubElement(properties, "property", {"name": name, "value": plain(str(value))})
    for question in result["questions"]:
        for check in question["checks"]:
            _add_case(suite, f"{plain(result['assignment'])}.{plain(question['id'])}", question, check)
    notes = [plain_lines(note) for note in result["notes"]]
    ElementTree.SubElement(suite, "system-out").text = "\n".join([summarise(result), *notes])
    ElementTree.SubElement(suite, "system-err").text = ""
    return suite


def _add_case(
    suite: ElementTree.Element, group: str, question: Mapping[str, Any], check: Mapping[str, Any]
) -> None:  # fmt: skip
    about = {"name": plain(check["description"]), "classname": group, "time": _seconds(check)}
    case = ElementTree.SubElement(suite, "testcase", about)
    outcome = check["outcome"]
    if outcome != "passed":
        named = check["misconception"]["title"] if check["misconception"] else OUTCOMES[outcome].words
        ending = ElementTree.SubElement(
            case, "error" if outcome == "grader_fault" else "failure", {"type": outcome, "message": plain(named)}
        )
        ending.text = told(question, [check])


def _seconds(timed: Mapping[str, Any]) -> str:
    return f"{timed['seconds']:.3f}"
