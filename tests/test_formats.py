"""`autograder grade --format`: each format as its reader takes it, whatever a student wrote."""

import csv
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import html5lib
import jsonschema
import pytest
import xmlschema
from conftest import make_course, notebook_of
from markdown_it import MarkdownIt

from autograder import cli
from autograder.reports.formats import FORMATS, canvas, checks_csv, github, junit, mailmerge, moodle
from autograder.reports.formats.format import Graded, HandedFile
from autograder.results.result import SubmissionResult

FOLDER = Path(__file__).parent / "formats"
JUNIT = xmlschema.XMLSchema(FOLDER / "junit.xsd")
GRADESCOPE = json.loads((FOLDER / "gradescope.schema.json").read_text())
CLASS = {
    "farid": notebook_of("import torch", "# mine\ndef double(x):\n    return x**2\n\n\ndef quadruple(x):\n    return double(double(x))"),
    "grace": notebook_of("def double(x):\n    return 2 * x\n\n\ndef quadruple(x):\n    return 4 * x"),
    "=cmd()": b"{",
}  # fmt: skip
HOSTILE = (
    "=1+1\x1b[31m\x00]]>\n::stop-commands::x\r\n ::add-mask::e\r##[error]y #\x00#[group]z\n\n<script>alert(1)</script>\n\n"
    "![x](http://e.example/p) <img src=x onerror=alert(1)>\n# head\n* item\n@all </pre></code>\n\n|%0A::error::z%25\u202e\ufffe\ud800"
)
NAME = HOSTILE.replace("\0", "").replace("\ud800", "")  # what a folder's name can hold
COMMAND = re.compile(r"::(error|warning) ([\w=%.,/ \[\]#-]*)::(.*)")
Line = dict[str, Any]


def grade(course: Path, *arguments: object) -> int:
    before = Path.cwd()
    os.chdir(course)
    try:
        return cli.main(["grade", *map(str, arguments), "--sandbox", "none", "--workers", "1"])
    finally:
        os.chdir(before)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("formats") / "course")
    for student, data in CLASS.items():
        folder = root / "submitted" / student / "doubling"
        folder.mkdir(parents=True)
        (folder / "doubling.ipynb").write_bytes(data)
    return root


@pytest.fixture(scope="module")
def out(course: Path) -> Path:
    """The class in every format that takes a class."""
    names = ",".join(name for name, each in FORMATS.items() if not each.single and not each.prints)
    assert grade(course, "submitted", "--out", "out", "--format", names) == 1
    return course / "out"


@pytest.fixture(scope="module")
def lines(out: Path) -> dict[str, Line]:
    found = map(json.loads, (out / "results.jsonl").read_text("utf-8").splitlines())
    return {line["student"]: line for line in found}


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def changed(value: Any, text: str, *, keys: tuple[str, ...]) -> Any:
    """A result line in which every text under one of `keys` is another."""
    if isinstance(value, Mapping):
        return {
            key: text if key in keys and isinstance(item, str) else changed(item, text, keys=keys)
            for key, item in value.items()
        }
    return [changed(item, text, keys=keys) for item in value] if isinstance(value, list) else value


@dataclass
class Hostile:
    """A result, the file that it is of, and a folder to write formats to."""

    result: SubmissionResult
    path: Path
    folder: Path

    def write(self, name: str) -> None:
        with FORMATS[name].writing(self.folder) as take:
            take(Graded(self.result, HandedFile(self.path)))


@pytest.fixture(scope="module")
def hostile(lines: dict[str, Line], tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """Farid's result, in which whatever can be a student's or an author's text does its worst."""
    line = changed(lines["farid"], HOSTILE, keys=("description", "message", "hint", "title", "explanation"))
    line["notes"] = [HOSTILE, "=1+1"]
    line["student"] = NAME
    for question in line["questions"]:
        for check in question["checks"]:
            check["comparison"] = None  # its message is shown
            check["hints"] = [HOSTILE] * 3 if check["hint"] else []
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "::error::%0A,:\n##[error].ipynb"
    path.write_bytes(CLASS["farid"])
    return Hostile(SubmissionResult.from_json(line), path, folder)


# The command line


@pytest.mark.parametrize(("names", "said"), [
    ("junit,yunit,x", "there is no 'yunit', 'x'; there are: junit, gradescope, github, csv, canvas, moodle, mailmerge, "
     "canvas-feedback, moodle-feedback, blackboard, brightspace"),
    ("brightspace", "--format brightspace fills in what Brightspace exported: pass --into FILE"),
    ("gradescope", "--format gradescope is of one submission, and these are 3"),
])  # fmt: skip
def test_a_format_that_cannot_be_stops_the_run_before_it_grades(
    course: Path, capsys: pytest.CaptureFixture[str], names: str, said: str
) -> None:
    assert grade(course, "submitted", "--out", "nothing", "--format", names) == 2
    assert said in capsys.readouterr().err and not (course / "nothing").exists()


def test_formats_are_written_of_what_the_command_names_and_is_graded_already(
    course: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grade(course, "submitted/farid", "--out", "out", "--format", "junit") == 1
    assert "1 of 1 are graded already" in capsys.readouterr().err
    assert [suite.get("name") for suite in ElementTree.parse(out / "junit.xml").getroot()] == ["farid"]
    assert grade(course, "submitted", "--out", "out", "--format", "junit") == 1


def test_it_is_said_where_hidden_checks_are_left_out(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(course, "submitted/grace", "--out", "visible", "--format", "gradescope", "--visible-only") == 0
    assert "visible checks only: doubling" in capsys.readouterr().err
    assert json.loads((course / "visible/results.json").read_text())["output"] == "Only visible checks were judged."


# JUnit


def test_junit_follows_the_common_schema_and_counts_what_it_holds(out: Path, lines: dict[str, Line]) -> None:
    JUNIT.validate(out / "junit.xml")
    suites = {suite.get("name"): suite for suite in ElementTree.parse(out / "junit.xml").getroot()}
    assert suites.keys() == lines.keys()
    for student, suite in suites.items():
        checks = [check for question in lines[student]["questions"] for check in question["checks"]]
        assert int(suite.get("tests", "")) == len(checks) == len(suite.findall("testcase"))
        assert (
            int(suite.get("failures", ""))
            == len(suite.findall("testcase/failure"))
            == sum(check["outcome"] != "passed" for check in checks)
        )
        known = {each.get("name"): each.get("value") for each in suite.iter("property")}
        assert known["score"] == str(lines[student]["score"]) and known["checks_sha256"]


def test_junit_names_the_mistake(out: Path) -> None:
    (failure,) = (
        ElementTree.parse(out / "junit.xml")
        .getroot()
        .findall("testsuite[@name='farid']/testcase[@name='Every element is doubled.']/failure")
    )
    assert (failure.get("type"), failure.get("message")) == ("failed", "squares in place of doubling")
    assert failure.text is not None and "Hint: What is added to x?" in failure.text


def test_a_fault_of_the_grader_is_an_error_in_junit_and_no_failure(lines: dict[str, Line], tmp_path: Path) -> None:
    line = changed(lines["farid"], "grader_fault", keys=("outcome",)) | {"score": 0.0, "needs_review": True}
    for question in line["questions"]:
        question["score"] = 0.0
    with junit.writing(tmp_path) as take:
        take(Graded(SubmissionResult.from_json(line)))
    JUNIT.validate(tmp_path / "junit.xml")
    (suite,) = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert suite.get("failures") == "0" and int(suite.get("errors", "")) == len(suite.findall("testcase/error")) == 4


# Gradescope


@pytest.fixture(scope="module")
def gradescope_results(course: Path, out: Path) -> Line:
    assert grade(course, "submitted/farid", "--out", "out", "--format", "gradescope") == 1
    found: Line = json.loads((out / "results.json").read_text())
    return found


def test_gradescope_gets_what_its_specification_says(gradescope_results: Line, lines: dict[str, Line]) -> None:
    jsonschema.validate(gradescope_results, GRADESCOPE)
    tests = gradescope_results["tests"]
    assert gradescope_results["stdout_visibility"] == "hidden" and "leaderboard" not in gradescope_results
    assert sum(test["score"] for test in tests) == pytest.approx(lines["farid"]["score"]) == gradescope_results["score"]
    assert sum(test["max_score"] for test in tests) == pytest.approx(lines["farid"]["max_score"])


def test_gradescope_shows_hidden_checks_when_grades_are_published_and_never_their_messages(
    gradescope_results: Line, lines: dict[str, Line]
) -> None:
    (hidden,) = (test for test in gradescope_results["tests"] if test["visibility"] != "visible")
    (check,) = (
        check for question in lines["farid"]["questions"] for check in question["checks"] if not check["visible"]
    )
    assert hidden["visibility"] == "after_published" and hidden["name"] == "double: A plain number is doubled."
    assert check["message"] and check["message"] not in hidden["output"] and "441" not in hidden["output"]
    assert "What about a number that is no tensor?" in hidden["output"]


# GitHub


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch, course: Path, tmp_path: Path) -> Path:
    """A step of a workflow in the course's folder: the file of its summary, which a step before has begun."""
    summary = tmp_path / "summary"
    summary.write_text("# Before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(course))
    return summary


def commands_in(text: str) -> list[re.Match[str]]:
    """The workflow commands of a log, every line of which has to be one of ours."""
    found = [COMMAND.fullmatch(line) for line in text.splitlines()]
    assert all(found), text
    return [match for match in found if match]


def test_github_gets_annotations_at_the_cells_and_nothing_else_on_stdout(
    course: Path, step: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grade(course, "submitted/farid", "--out", "out", "--format", "github") == 1
    said = capsys.readouterr()
    (double, quadruple) = commands_in(said.out)
    path = course / "submitted/farid/doubling/doubling.ipynb"
    known = dict(part.split("=") for part in double[2].split(","))
    assert known == {"file": "submitted/farid/doubling/doubling.ipynb", "line": "1", "title": "double%3A 1 of 8 points"}
    assert "%0A  This looks like: squares in place of doubling%0A" in double[3] and double[1] == "error"
    assert quadruple[1] == "warning" and "blocked" in quadruple[3]  # it calls double, as the course says
    assert path.read_text().count("\n") == 0
    summary = step.read_text()
    assert summary.startswith("# Before\n<h2>") and "1 of 10 points" in summary and "squares in place" in summary


def test_github_writes_summary_md_outside_a_workflow(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert grade(course, "submitted/grace", "--out", "out", "--format", "github") == 0
    assert "10 of 10 points" in (course / "out/summary.md").read_text()


PRETTY = json.dumps(json.loads(CLASS["farid"]), indent=1)


@pytest.mark.parametrize(("source", "question", "line"), [
    (PRETTY, "double", 'def double'), (PRETTY, "quadruple", "def quadruple"), (PRETTY, "nothing", "{"),
    ("x = 1\nclass Net:\n    def Net(self): pass\n", "Net", "class Net"),
    ("def f(): pass\n\n\ndef f(x): pass\n", "f", "def f(x)"),
    ("def forward(): pass\ndef f(x): pass\n", "f", "def f(x)"),
    ('{\n"grade_id": "why-solution"\n}', "why", '"grade_id"'),
])  # fmt: skip
def test_the_line_is_that_of_the_cell(source: str, question: str, line: str) -> None:
    assert line in source.splitlines()[github.line_of(question, source) - 1]


def test_a_file_that_is_gone_or_was_never_there_is_annotated_all_the_same(
    lines: dict[str, Line], tmp_path: Path
) -> None:
    gone, absent = (
        list(github.annotations(SubmissionResult.from_json(lines["farid"]), path))
        for path in (tmp_path / "gone.ipynb", None)
    )
    assert gone[0].startswith("::error file=gone.ipynb,line=1,title=double") and absent[0].startswith(
        "::error title=double"
    )


def test_a_summary_of_many_keeps_below_githubs_limit(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github, "SUMMARY_BYTES", 100)
    summary = github.Summary()
    for _ in range(2):
        summary.add(hostile.result)
    assert summary.render() == "<p>2 more submissions are in results.csv and report.html.</p>\n\n"


def test_no_text_becomes_a_command(
    hostile: Hostile, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    hostile.write("github")
    said = capsys.readouterr().out
    for match in commands_in(said):
        assert set(dict(part.split("=") for part in match[2].split(","))) == {"file", "line", "title"}
        assert "##[" not in match[0] and "%2525" in match[3]


def test_no_text_becomes_markup_of_the_summary(hostile: Hostile) -> None:
    summary = github.Summary()
    summary.add(hostile.result)
    text = summary.render()
    assert {token.type for token in MarkdownIt("commonmark").parse(text)} == {"html_block"}
    found = {element.tag.rpartition("}")[2] for element in html5lib.parse(text).iter() if isinstance(element.tag, str)}
    assert found <= {
        "html",
        "head",
        "body",
        "h2",
        "code",
        "p",
        "strong",
        "table",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "pre",
    }
    page = html5lib.parse(text, namespaceHTMLElements=False)
    assert all("alert" not in (element.text or "") for element in page.iter() if element.tag not in ("code", "pre"))


def test_errors_on_the_log_hold_no_command(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(course, "submitted/none\n::stop-commands::x\n##[error]y.ipynb") == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 3 and all(
        line.startswith("autograder: ") and "##[" not in line for line in said.splitlines()
    )


# Spreadsheets


def test_csv_has_a_row_for_each_check_and_its_share_of_the_points(out: Path, lines: dict[str, Line]) -> None:
    header, *found = rows(out / "checks.csv")
    assert tuple(header) == checks_csv.HEADER and len(found) == 4 * len(CLASS)
    for student, line in lines.items():
        told = f"'{student}" if student.startswith("=") else student
        mine = [dict(zip(header, row, strict=True)) for row in found if row[0] == told]
        assert sum(float(row["score"]) for row in mine) == pytest.approx(line["score"])
        assert sum(float(row["max_score"]) for row in mine) == pytest.approx(line["max_score"])


def test_canvas_gets_the_columns_and_the_row_of_its_own_export(out: Path, lines: dict[str, Line]) -> None:
    (sample, points_possible, someone), (header, possible, *students) = (
        rows(FOLDER / "canvas.csv"),
        rows(out / "canvas.csv"),
    )
    place = sample.index("Essay (1041)")
    assert header[:place] == sample[:place] and header[place:] == ["doubling"]
    assert possible[:place] == points_possible[:place] and possible[place:] == ["10"]
    login = sample.index("SIS Login ID")
    scores = {row[login]: float(row[place]) for row in students}
    assert someone[login] == "farid" and scores["farid"] == lines["farid"]["score"] and scores["grace"] == 10
    assert {len(row) for row in students} == {len(header)}


@pytest.mark.parametrize(("options", "score"), [((), ""), (("--zeros",), "0")])
def test_who_handed_in_nothing_has_no_score_unless_it_is_asked_for(
    course: Path, tmp_path: Path, options: tuple[str, ...], score: str
) -> None:
    handed_in = tmp_path / "eve", tmp_path / "grace/doubling", tmp_path / "bo/doubling"
    for folder in handed_in:
        folder.mkdir(parents=True)
    (handed_in[1] / "doubling.ipynb").write_bytes(CLASS["grace"])
    (handed_in[2] / "answers.pdf").write_bytes(b"%PDF")  # which earns nothing, and is no nothing
    assert grade(course, tmp_path, "--out", tmp_path / "out", "--format", "canvas", *options) == 1
    assert {row[0]: row[5] for row in rows(tmp_path / "out/canvas.csv")[2:]} == {"bo": "0", "eve": score, "grace": "10"}


def test_moodle_gets_columns_of_its_own_export(out: Path, lines: dict[str, Line]) -> None:
    (sample, someone), (header, *students) = rows(FOLDER / "moodle.csv"), rows(out / "moodle.csv")
    assert set(header) <= set(sample)
    found = {row[0]: dict(zip(header, row, strict=True)) for row in students}
    mine = found[someone[sample.index("Username")]]
    assert float(mine["Assignment: doubling (Real)"]) == lines["farid"]["score"]
    assert mine["Assignment: doubling (Feedback)"].startswith("double: squares in place of doubling")


# Whatever a student wrote


@pytest.mark.parametrize(("name", "file"), [
    ("csv", checks_csv.FILE), ("canvas", canvas.FILE), ("moodle", moodle.FILE), ("mailmerge", mailmerge.FILE),
])  # fmt: skip
def test_no_text_becomes_a_formula_or_markup(hostile: Hostile, name: str, file: str) -> None:
    hostile.write(name)
    found = rows(hostile.folder / file)
    assert len({len(row) for row in found}) == 1
    assert not [cell for row in found for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "\t"))]
    assert name != "moodle" or "<script" not in found[1][2]


def test_no_text_breaks_the_xml(hostile: Hostile) -> None:
    hostile.write("junit")
    JUNIT.validate(hostile.folder / "junit.xml")
    root = ElementTree.parse(hostile.folder / "junit.xml").getroot()
    assert len(root) == 1 and {element.tag for element in root.iter()} == {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure", "system-out", "system-err",
    }  # fmt: skip


def test_no_text_breaks_gradescopes_page(hostile: Hostile) -> None:
    hostile.write("gradescope")
    content = json.loads((hostile.folder / "results.json").read_text())
    jsonschema.validate(content, GRADESCOPE)
    texts = [content["output"], *(test[part] for test in content["tests"] for part in ("name", "output"))]
    assert all("\x1b" not in text and "\x00" not in text and "\u202e" not in text for text in texts)
    assert {content[f"{part}format"] for part in ("output_", "test_output_", "test_name_")} == {"text"}
