"""What the grader's machine lacks, and syntax that it does not know, are told once and by name."""

import json

import pytest
from conftest import RIGHT, code_cell, notebook, notebook_of
from test_card import check
from test_feedback import graded

from autograder.catalogue.submission import read_submission
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.judging.python_version import GRADING, leaves_annotations, newer_python
from autograder.reports.class_report import render_report
from autograder.results.absent import absent_from, once_a_cause, packages_told_in
from autograder.sandbox import launch as sandbox

PROBLEM = sandbox.bubblewrap_problem()
NEWER = (GRADING[0], GRADING[1] + 1)
UNKNOWN = RIGHT.replace("return 2 * x", "return 2 ** * x")  # of a Python that nobody has written yet


@pytest.mark.parametrize(
    ("kind", "message", "told"),
    [
        ("ModuleNotFoundError", "No module named 'pandas'", "imports pandas, which is not installed here"),
        ("ModuleNotFoundError", "No module named 'a.b'; 'a' is no package", "imports a.b, which is not installed here"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'a b.csv'", "opens a b.csv, which is not there"),
        ("FileNotFoundError", "x.csv not found.", "opens x.csv, which is not there"),
        ("ImportError", "cannot import name 'x' from 'y'", ""),
        ("ModuleNotFoundError", "No module named '<b>'", ""),
        ("NameError", "No module named 'pandas'", ""),
    ],
)
def test_an_error_says_what_is_absent(kind, message, told):
    assert absent_from({"type": kind, "message": message}) == told


def test_a_cause_is_told_once_and_other_failures_each_time():
    notes = [f"code cell {number} imports pandas, which is not installed here" for number in (1, 4)]
    notes[0] += "; imports and definitions below it were run all the same"
    notes += ["code cell 5 opens a.csv, which is not there", "code cell 7 opens a.csv, which is not there"]
    notes += ["code cell 8 failed: KeyError: 1", "code cell 9 failed: KeyError: 1"]
    assert once_a_cause(notes) == [notes[0], notes[2], notes[4], notes[5]]
    assert list(packages_told_in(notes)) == ["pandas"]


def test_the_class_report_counts_who_imports_what_is_not_installed():
    told = ["the statement at line 3 imports pandas, which is not installed here"]
    results = [graded(check(), student=f"s{number}", notes=told * (1 + (number == 0))) for number in range(12)]
    page = render_report(
        "Class", [*results, graded(check(), student="z", notes=[told[0].replace("pandas", "tqdm")])], str
    )
    assert "12 students import pandas, which is not installed here" in page
    assert "1 student imports tqdm, which is not installed here" in page
    assert "not installed" not in render_report("Class", [graded(check())], str)


def test_a_notebook_says_which_python_wrote_it():
    def version(metadata):
        return read_submission(
            json.dumps(json.loads(notebook_of("a = 1")) | {"metadata": metadata}).encode(), "x"
        ).python

    assert version({"language_info": {"version": "3.14.0rc1"}}) == (3, 14)
    for odd in ({}, [], {"language_info": []}, {"language_info": {"version": 3}}, {"language_info": {"version": "x"}}):
        assert version(odd) is None
    assert leaves_annotations(None) == leaves_annotations((3, 14)) == (GRADING < (3, 14))
    assert not leaves_annotations((3, 11))


@pytest.mark.parametrize(
    ("message", "line", "newer"),
    [
        ("f-string: unmatched '['", 'print(f"{info["last"]}")', (3, 12)),
        ("invalid syntax", "type Pair = tuple[int, int]", (3, 12)),
        ("expected '('", "def first[T](x: list[T]) -> T:", (3, 12)),
        ("multiple exception types must be parenthesized", "except KeyError, ValueError:", (3, 14)),
        ("invalid syntax", "x = = 3", None),
    ],
)
def test_syntax_tells_its_python_where_the_notebook_does_not(message, line, newer):
    error = {"type": "SyntaxError", "message": message, "frames": [{"function": "<cell>", "line": 1, "text": line}]}
    assert newer_python(error, None) == (newer if newer and newer > GRADING else None)
    assert newer_python(error, GRADING) is None and newer_python(error, NEWER) == NEWER
    assert newer_python(error | {"type": "NameError"}, NEWER) is None


@pytest.fixture(scope="module")
def grade(tmp_path_factory):
    from conftest import make_course

    if PROBLEM is not None:
        pytest.skip(f"no confinement here: {PROBLEM}")
    grader = Grader(Settings(make_course(tmp_path_factory.mktemp("graded") / "course"), "bwrap"))

    def grade(*sources, version=None, name="doubling.ipynb"):
        made = json.loads(notebook(*(code_cell(source, number) for number, source in enumerate(sources, 1))))
        made["metadata"] = {"language_info": {"version": version}} if version else {}
        data = sources[0].encode() if name.endswith(".py") else json.dumps(made).encode()
        return grader.grade(SubmissionBytes("ada", "doubling", name, data)).result

    yield grade
    grader.close()


def test_syntax_of_a_newer_python_is_for_a_person_and_named(grade):
    result = grade("a = 1", UNKNOWN, version=".".join(map(str, NEWER)))
    told = (
        f"code cell 2 is written for Python {NEWER[0]}.{NEWER[1]}; it was graded with Python {GRADING[0]}.{GRADING[1]}, "
        "which does not know its syntax"
    )
    assert result.needs_review and result.notes == (told,)
    assert f"C{told[1:]}: a person will look." in {check.message for check in result.checks}


def test_without_a_version_a_syntax_error_says_which_python_found_it_and_is_nobodys_else(grade):
    result = grade(UNKNOWN)
    assert not result.needs_review and result.score == 0
    assert result.notes == (
        f"code cell 1 failed: SyntaxError: invalid syntax (graded with Python {GRADING[0]}.{GRADING[1]})",
    )


TYPED = f"""
from dataclasses import dataclass
@dataclass
class Point:
    x: Absent
{RIGHT.replace("double(x)", "double(x: Absent) -> Absent", 1)}
"""


@pytest.mark.parametrize(("name", "version"), [("x.ipynb", "3.14.0"), ("x.ipynb", None), ("x.py", None)])
def test_annotations_are_not_evaluated_where_the_students_python_may_not_have(grade, name, version):
    result = grade(TYPED, name=name, version=version)
    assert (result.score, result.notes) == (result.max_score, ())


@pytest.mark.skipif(GRADING >= (3, 14), reason="this Python evaluates no annotations")
def test_they_are_where_it_had(grade):
    result = grade(TYPED, version="3.12.1")
    assert result.score < result.max_score and "Absent" in result.notes[0]


def test_a_script_tells_lines_of_the_file_and_keeps_what_is_below_a_failure(grade):
    script = f"# Title\n\nimport absent_package\n\n# why\n1 / 0\n\n{RIGHT}open('gone.csv')\n"
    result = grade(script, name="x.py")
    assert result.score == result.max_score
    assert result.notes == (
        "the statement at line 3 imports absent_package, which is not installed here",
        "the statement at line 6 failed: ZeroDivisionError: division by zero",
        f"the statement at line {script.count(chr(10))} opens gone.csv, which is not there",
    )
    failing = grade("\n\ndef double(x):\n    y = x\n    return y + 1 / 0\n", name="x.py")
    assert any("line 5 of `double`" in check.message for check in failing.checks)


def test_a_script_that_reads_its_arguments_gets_none(grade):
    script = f"import argparse\nnamespace = argparse.ArgumentParser().parse_args()\n{RIGHT}"
    result = grade(script, name="x.py")
    assert (result.score, result.notes) == (result.max_score, ())
