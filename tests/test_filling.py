"""Scores filled into a platform's own export: shapes as public reports show them, of people who are made up."""

import csv
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_card import check
from test_feedback import graded

from autograder.commands.publishing import publish
from autograder.downloads.exported_table import ExportedTable
from autograder.errors import UsageError
from autograder.reports.formats import FORMATS, canvas, choose_formats, mailmerge, moodle
from autograder.reports.formats.feedback_zip import CANVAS_FEEDBACK, MOODLE_FEEDBACK
from autograder.reports.formats.filling import Into
from autograder.reports.formats.format import Format, Graded, HandedFile
from autograder.reports.wording import points
from autograder.results.final_score import FinalScore
from autograder.results.person import Person
from autograder.results.store import ResultStore, feedback_path

NAME = "linear_regression"
COURSE = (NAME, "regression", "mlp")
ADA = Person("Ada", "Lovelace", "ada@x.edu", "canvas", "11")
MISSING = HandedFile(is_missing=True)


def given_points(
    student: str, score: float = 84.0, person: Person | None = None, file: HandedFile | None = None
) -> Graded:
    """A submission whose final score is this of 105."""
    result = replace(graded(check(), student=student), person=person or Person())
    return Graded(result, file or HandedFile(), FinalScore(score, 105.0))


def written(folder: Path, each: Format, *submissions: Graded) -> None:
    with each.writing(folder) as take:
        for submission in submissions:
            take(submission)


def filled(
    place: Path, platform: str, data: bytes, *submissions: Graded, column: str | None = None, name: str = "export.csv"
) -> bytes:
    """What becomes of an export."""
    (place / "from").mkdir(exist_ok=True)
    (place / "out").mkdir(exist_ok=True)
    file = place / "from" / name
    file.write_bytes(data)
    (chosen,) = choose_formats(platform, Into(file, place / "out", [NAME], COURSE, column))
    written(place / "out", chosen, *submissions)
    assert file.read_bytes() == data
    return (place / "out" / name).read_bytes()


# Ada has 84 of 105, which is 80 of 100; whoever else is in it has handed in nothing, or is not known
EXPORTS: Mapping[str, tuple[str, str, str, Graded]] = {
    "Canvas's, as its guide shows it": (
        "canvas",
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (1041),Linear Regression (1042),Current Score,Final Grade\r\n"
        "    Points Possible,,,,,10.00,50.00,(read only),(read only)\r\n"
        '"Lovelace, Ada",11,U1,al1,90-01,88.00,§,88.00,B\r\n"Stone, Pat",12,U3,ps1,90-01,,7.5,0.00,F\r\n'
        '"Student, Test",9999,,,90-01,,,,\r\n',
        "40", given_points("adal", person=ADA),
    ),
    "Canvas's with a line of what is posted by hand, and without numbers of the SIS": (
        "canvas",
        "Student,ID,SIS Login ID,Section,Week 3: linear-regression (15735942),Total\n,,,,Manual Posting,\n"
        "    Points Possible,,,,100.0,(read only)\nAda Lovelace,123,al1,Section A,§,\nJane Doe,456,jane.doe,Section B,,",
        "80", given_points("al1"),
    ),
    "Canvas's in Swedish, as Excel there saves it": (
        "canvas",
        "\ufeffStudent;ID;SIS User ID;SIS Login ID;Section;Linear Regression (23769);Uppgifter Current Points\r\n"
        '    Points Possible;;;;;"31,5";(läs endast)\r\n"Lovelace, Ada";11;brettid;ada@x.edu;Linjär;§;0\r\n',
        "25,2", given_points("Ada Lovelace", person=Person("Ada", "Lovelace", "ada@x.edu")),
    ),
    "Moodle's worksheet": (
        "moodle",
        'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified '
        '(submission)","Last modified (grade)","Feedback comments"\n"Participant 101","Ada Lovelace",ada@x.edu,"Submitted '
        'for grading - Graded",§,100.00,Yes,"Monday, 5 October 2026, 10:00 AM",-,"<p>=1+1</p>"\n"Participant 102","Bo '
        'Roe",bo@x.edu,"No submission",,100.00,Yes,-,-,\n',
        "80", given_points("Ada Lovelace", person=Person("Ada", "Lovelace", "", "moodle", "101")),
    ),
    "Moodle's worksheet in Spanish": (
        "moodle",
        '\ufeff"Identificador","Nombre completo","Dirección de correo","Estado","Calificación","Calificación máxima","La '
        'calificación puede ser cambiada"\n"Participante 101","Ada Lovelace","ada@x.edu","Enviado","§","10,00","Sí"\n'
        '"Participante 103","Marta Ruiz","marta@x.edu","Sin entrega","","10,00","Sí"\n',
        "7,5", given_points("ada", 78.75, Person(email="ada@x.edu")),
    ),
    "Moodle's worksheet of nobody known": (
        "moodle",
        "Identifier,Status,Grade,Maximum Grade,Grade can be changed\nParticipant 101,Submitted,§,50.00,Yes\n",
        "40", given_points("Participant_101", person=Person(platform="moodle", platform_id="101")),
    ),
    "Moodle's grades, which do not say of how many points": (
        "moodle",
        "First name,Surname,ID number,Email address,Assignment: Linear regression (Real),Assignment: MLP (Real),Course total "
        "(Real)\nAda,Lovelace,s1,ada@x.edu,§,-,-\nBo,Roe,s2,bo@x.edu,-,-,-\n",
        "84", given_points("s1"),
    ),
    "Blackboard's as a table for Excel": (
        "blackboard",
        '\ufeff"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t"Total [Total Pts: up to '
        '1,499 Score] |3032234"\t"Linear Regression [Total Pts: 1,000 Score] |3229308"\t"MLP [EXTRA CREDIT] [Total Pts: 4 '
        'Score] |3229309"\n"Lovelace"\t"Ada"\t"al1"\t"s1"\t"2026-10-01 12:00:00"\t"Yes"\t"0.00"\t"§"\t""\n"Roe"\t"Bo"\t"br1"\t"s2"'
        '\t""\t"Yes"\t""\t"Needs Grading"\t""',
        "800", given_points("al1"),
    ),
    "Blackboard's of old": (
        "blackboard",
        "Last Name,First Name,Username,Student ID,Availability,Weighted Total [Total Pts: up to 0],Linear Regression [Total "
        "Pts: 50] |664617\nLovelace,Ada,al1,s1,Yes,,§\n",
        "40", given_points("s1"),
    ),
    "Brightspace's with both keys": (
        "brightspace",
        "OrgDefinedId,Username,Last Name,First Name,Email,Linear Regression Points Grade <Numeric MaxPoints:100 Weight:6.25 "
        "Category:Python exercises CategoryWeight:20>,Python exercises Subtotal Numerator,End-of-Line Indicator\r\n"
        "#400123456,#al1,Lovelace,Ada,ada@x.edu,§,,#\r\n#400123457,#br1,Roe,Bo,bo@x.edu,,,#\r\n",
        "80", given_points("al1"),
    ),
    "Brightspace's with numbers alone": (
        "brightspace",
        "OrgDefinedId,Linear regression Points Grade <Numeric MaxPoints:100 Weight:10>,Late penalty Points Grade <Numeric "
        "MaxPoints:20 Weight:0>,End-of-Line Indicator\n#s1,§,,#\n",
        "80", given_points("s1"),
    ),
    "Brightspace's with usernames alone": (
        "brightspace",
        "Username,Homework 1 Points Grade <Numeric MaxPoints:8>,Linear regression - Objective Points Grade <Numeric "
        "MaxPoints:25>,End-of-Line Indicator\n#al1,3,§,#\n",
        "20", given_points("al1"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_the_score_stands_in_its_cell_and_all_else_is_as_it_was(tmp_path: Path, name: str) -> None:
    platform, text, score, ada = EXPORTS[name]
    encoding = "utf-16-le" if "\t" in text else "utf-8"  # as Blackboard saves what it calls .xls
    before, expected = (text.replace("§", each).encode(encoding) for each in ("", score))
    assert filled(tmp_path, platform, before, ada) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_is_no_letter_of_its_encoding_stays_too(tmp_path: Path, encoding: str) -> None:
    before = "Student;ID;SIS Login ID;Linear Regression (1)\rJosé Núñez;7;jn;\r".encode(encoding)
    if encoding == "cp1252":
        before = before.replace(b"Jos", b"\x81\x9dJos")  # which Windows' Latin-1 does not have
    after = filled(tmp_path, "canvas", before, given_points("jn"))
    assert after.replace("84".encode(encoding.replace("utf-16", "utf-16-le").removesuffix("-sig")), b"") == before


CELLS = st.text(st.sampled_from('ab",;\t\r\né|=\udc81 '), max_size=40)


@given(CELLS, st.sampled_from([",", ";", "\t"]))
def test_a_table_in_which_nothing_is_filled_is_the_same(text: str, delimiter: str) -> None:
    data = (delimiter.join(("id", "username", "email")) + "\n" + text).encode("utf-8", "surrogateescape")
    assert ExportedTable(data, "x").encoded() == data


def test_who_matches_nobody_is_told_and_left_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (
        b"Student,ID,SIS Login ID,Linear Regression (1)\n    Points Possible,,,105\n"
        b'"Lovelace, Ada",11,al,1\n"Roe, Bo",12,bo,2\n"Poe, Cy",13,cy,3\n"Doe, Dee",14,dee,EX\n"Loe, Eve",15,eve,5\n'
    )
    students = (given_points("al"), given_points("bo", file=MISSING), given_points("dee"), given_points("=zoe\x1b[2J"))
    assert filled(tmp_path, "canvas", before, *students) == before.replace(b"al,1", b"al,84")
    assert capsys.readouterr().err.splitlines()[:4] == [
        "autograder: export.csv: 1 filled into 'Linear Regression (1)'",
        "autograder: graded, and not in export.csv: =zoe\\x1b[2J",
        "autograder: left as they were in export.csv: dee (excused)",
        "autograder: left as they were in export.csv, without a submission: Bo Roe, Cy Poe, Eve Loe",
    ]


def test_canvas_finds_by_its_number_first_and_never_by_a_name_that_has_another(tmp_path: Path) -> None:
    before = b"Student,ID,SIS Login ID,mlp (1),linear_regression (2)\nAda Lovelace,12,x,,\nBo Roe,11,y,,\n"
    assert filled(tmp_path, "canvas", before, given_points("x", person=ADA)).endswith(b"Bo Roe,11,y,,84\n")
    other = replace(ADA, platform_id="99")
    assert filled(tmp_path, "canvas", before, given_points("z", person=other)) == before


def test_two_of_one_name_are_not_taken_for_each_other(tmp_path: Path) -> None:
    before = b"Identifier,Full name,Grade,Maximum Grade\nParticipant 1,Ada Lovelace,,105\n"
    named = Person("Ada", "Lovelace")
    assert (
        filled(tmp_path, "moodle", before, given_points("a", person=named), given_points("b", person=named)) == before
    )
    known = replace(named, platform="moodle", platform_id="1")
    after = filled(tmp_path, "moodle", before, given_points("a", person=known), given_points("b", person=named))
    assert after == before.replace(b",,105", b",84,105")


def test_lines_that_tell_two_students_alike_are_left(tmp_path: Path) -> None:
    before = (
        b"Full name,Email address,Assignment: Linear regression (Real)\nAda Lovelace,,-\nAda Lovelace,,-\nBo Roe,,-\n"
    )
    after = filled(tmp_path, "moodle", before, given_points("Ada Lovelace"), given_points("Bo Roe"))
    assert after == before.replace(b"Bo Roe,,-", b"Bo Roe,,84")


def test_moodles_grade_that_is_locked_is_left(tmp_path: Path) -> None:
    before = b"Identifier,Full name,Grade,Maximum Grade,Grade can be changed\nParticipant 1,Ada Lovelace,3,105,No\n"
    assert filled(tmp_path, "moodle", before, given_points("Ada Lovelace")) == before


def test_a_line_that_ends_early_gets_its_cell(tmp_path: Path) -> None:
    before = b"Student,ID,SIS Login ID,Section,linear_regression (2)\nAda,12,x\n"
    assert filled(tmp_path, "canvas", before, given_points("x")) == before.replace(b"12,x", b"12,x,,84")


# What a person has to look at first

FORGED = ("line 2, `frame.f_back`: f_back",)


def unseen(student: str) -> Graded:
    result = replace(graded(check(), student=student), internals=FORGED, person=ADA)
    return Graded(result, HandedFile(Path("x.ipynb"), download=f"{student}_11_5_x.ipynb"))


@pytest.mark.parametrize(
    ("of", "goes_out"),
    [
        ({}, False),
        ({"is_reviewed": True}, True),
        ({"final": FinalScore(84.0, 105.0, waits=True)}, False),
        ({"final": FinalScore(84.0, 105.0)}, True),
    ],
)
def test_a_score_that_a_person_has_to_look_at_first_is_in_no_table(
    tmp_path: Path, of: dict[str, Any], goes_out: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    each = replace(unseen("al"), **of)
    before = b"Student,ID,SIS Login ID,mlp (1),linear_regression (2)\nAda Lovelace,11,al,,3\n"
    assert (filled(tmp_path, "canvas", before, each) != before) is goes_out
    assert ("left as they were in export.csv: al (held)" in capsys.readouterr().err) is not goes_out
    page = tmp_path / feedback_path("al", each.result.assignment)
    page.parent.mkdir(parents=True)
    page.write_text("a page")
    score = points(each.score)
    for made in (known for known in FORMATS.values() if known.holds):
        written(tmp_path, made, each)
    assert (f",11,,,,{score}\n" in (tmp_path / "canvas.csv").read_text()) is goes_out
    assert (f",{score}," in (tmp_path / "moodle.csv").read_text()) is goes_out
    assert ("al," in (tmp_path / "mailmerge.csv").read_text()) is goes_out
    assert (tmp_path / "feedback-canvas.zip").exists() is goes_out


def test_who_is_held_and_why_is_told_and_in_the_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fault = graded(check("grader_fault"), student="bo")
    held, others = [unseen("al").result, fault], [graded(check(), student="cy")]
    files = {each.key: HandedFile(Path("x.ipynb")) for each in (*held, *others)}
    with ResultStore.writing(tmp_path) as store:
        for each in (*held, *others):
            store.add(each, "")
        publish(store, files, choose_formats("canvas"))
    told = capsys.readouterr().err
    assert told.count("held back before somebody has looked") == 1 and "cy" not in told
    assert f"  al, {NAME}: reaches into the interpreter ({FORGED[0]})\n" in told
    assert f"  bo, {NAME}: the grader failed at sgd\n" in told
    with (tmp_path / "results.csv").open(encoding="utf-8") as file:
        why = {row["student"]: row["review"] for row in csv.DictReader(file)}
    assert why == {"al": f"reaches into the interpreter ({FORGED[0]})", "bo": "the grader failed at sgd", "cy": ""}
    with ResultStore.writing(tmp_path) as store:
        publish(store, files, choose_formats("canvas"), reviewed=True)
        publish(store, files, choose_formats("csv"))
    assert capsys.readouterr().err == ""


# Which column


HEADING = "Student,ID,SIS Login ID,{}\n    Points Possible,,,{}\nAda,1,al,{}\n"


@pytest.mark.parametrize(
    ("columns", "cells", "column", "chosen"),
    [
        (("regression (1)", "Linear Regression (2)"), ("", ""), None, 1),
        (("Softmax Regression (1)", "Homework: linear regression and more (2)"), ("", ""), None, 1),
        (("LinearRegression (1)", "x (2)"), ("3", ""), None, 0),
        (("Essay (1)", "Homework 3 (2)"), ("3", ""), None, 1),
        (("Lab (1)", "Lab (2)"), ("", ""), "2", 1),
        (("Lab (1)", "Linear Regression (2)"), ("", ""), "lab", 0),
        (("Lab (1)", "Points"), ("", ""), "Points", 1),
    ],
)
def test_the_column_is_the_assignments(
    tmp_path: Path, columns: tuple[str, str], cells: tuple[str, str], column: str | None, chosen: int
) -> None:
    before = HEADING.format(",".join(columns), "105,105", ",".join(cells)).encode()
    after = ExportedTable(filled(tmp_path, "canvas", before, given_points("al"), column=column), "x")
    assert [after.value(2, 3 + place) for place in range(2)] == [
        "84" if place == chosen else cell for place, cell in enumerate(cells)
    ]


@pytest.mark.parametrize(
    ("columns", "column", "said"),
    [
        ("Lab (1),Lab (2)", None, "is linear_regression's is not sure: say by --column; there are: Lab (1), Lab (2)"),
        (
            "Linear Regression (1),Linear Regression (2)",
            None,
            "there are: Linear Regression (1), Linear Regression (2)",
        ),
        ("MLP (1)", None, "there are: MLP (1)"),
        ("Lab (1),Lab (2)", "lab", "has no column 'lab'; there are: Lab (1), Lab (2)"),
        ("Lab (1)", "ID", "has no column 'ID'"),
    ],
)
def test_a_column_that_is_not_sure_is_asked_for(tmp_path: Path, columns: str, column: str | None, said: str) -> None:
    before = HEADING.format(columns, "1,1", ",").encode()
    with pytest.raises(UsageError) as error:
        filled(tmp_path, "canvas", before, column=column)
    assert said in str(error.value)


# The command line


@pytest.mark.parametrize(
    ("formats", "data", "name", "said"),
    [
        ("junit", b"", "a.csv", "--into takes one --format of canvas, moodle, blackboard, brightspace"),
        ("canvas,moodle", b"", "a.csv", "--into takes one --format"),
        ("canvas", b"PK\3\4", "a.xlsx", "is a workbook: save it as CSV"),
        ("canvas", b"a,b\n1,2\n", "a.csv", "a.csv names no students"),
        (
            "canvas",
            HEADING.format("Linear Regression (1)", "1", "").encode(),
            "results.csv",
            "called as a file of the results",
        ),
    ],
)
def test_an_export_that_cannot_be_filled_is_refused_before_grading(
    tmp_path: Path, formats: str, data: bytes, name: str, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError) as error:
        choose_formats(formats, Into(tmp_path / name, tmp_path / "out", [NAME], COURSE))
    assert said in str(error.value)


def test_the_original_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADING.format("Linear Regression (1)", "1", ""))
    with pytest.raises(UsageError, match="would be written over"):
        choose_formats("canvas", Into(tmp_path / "a.csv", tmp_path, [NAME], COURSE))


def test_several_assignments_have_each_a_column_and_a_worksheet_has_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADING.format("Linear Regression (1),MLP (2)", "105,210", ","))
    (chosen,) = choose_formats("canvas", Into(tmp_path / "a.csv", tmp_path / "out", [NAME, "mlp"], COURSE))
    (tmp_path / "out").mkdir()
    first = given_points("al")
    written(tmp_path / "out", chosen, first, replace(first, result=replace(first.result, assignment="mlp")))
    assert (tmp_path / "out/a.csv").read_text().endswith("Ada,1,al,84,168\n")
    (tmp_path / "b.csv").write_text("Identifier,Full name,Grade,Maximum Grade\nParticipant 1,Ada,,1\n")
    with pytest.raises(UsageError, match="is of one assignment"):
        choose_formats("moodle", Into(tmp_path / "b.csv", tmp_path / "out", [NAME, "mlp"], COURSE))


# Tables of our own, and feedback


def test_who_handed_in_nothing_gets_no_zero(tmp_path: Path) -> None:
    eve = Person("Eve", "Roe", "=eve@x.edu")
    submissions = given_points("ada", person=ADA), given_points("eve", 0.0, eve, MISSING)
    for each in (canvas, moodle, mailmerge):
        written(tmp_path, Format(each.writing), *submissions)
    assert (tmp_path / "canvas.csv").read_text().splitlines()[1:] == [
        "    Points Possible,,,,,105", "Ada Lovelace,11,,,,84", "Eve Roe,,,eve,,",
    ]  # fmt: skip
    assert (tmp_path / "moodle.csv").read_text().splitlines()[2] == "eve,'=eve@x.edu,,"
    assert (tmp_path / "mailmerge.csv").read_text().splitlines() == [
        "student,name,email,assignment,score,max_score,feedback",
        "ada,Ada Lovelace,ada@x.edu,linear_regression,84,105,feedback/ada/linear_regression.html",
        "eve,Eve Roe,'=eve@x.edu,linear_regression,,105,feedback/eve/linear_regression.html",
    ]


@pytest.mark.parametrize(
    ("download", "moodles", "canvass"),
    [
        ("Ada Lovelace_101_assignsubmission_file_/lr.ipynb", "Ada Lovelace_101_assignsubmission_file_/lr.html", ""),
        (
            "all.zip/Ada Lovelace_101_assignsubmission_file/a/lr.ipynb",
            "Ada Lovelace_101_assignsubmission_file/lr.html",
            "",
        ),
        ("Ada Lovelace_101_assignsubmission_file_lr.ipynb", "Ada Lovelace_101_assignsubmission_file_lr.html", ""),
        ("Team 3_assignsubmission_file_/lr.ipynb", "", ""),
        ("Ada_7_assignsubmission_file_/..\\..\\lr.ipynb", "Ada_7_assignsubmission_file_/.._.._lr.html", ""),
        ("doejane_11111_900001_lr-2.ipynb", "", "doejane_11111_900001_lr-2.html"),
        ("submissions/doejane_LATE_11111_900001_work.zip/x/lr.ipynb", "", "doejane_LATE_11111_900001_work.html"),
        ("anon_ab12c_900001_lr.ipynb", "", ""),
        ("jane/lr.ipynb", "", ""),
        ("", "", ""),
    ],
)
def test_a_page_is_called_as_the_platform_finds_its_student(download: str, moodles: str, canvass: str) -> None:
    assert (MOODLE_FEEDBACK.name_of(download), CANVAS_FEEDBACK.name_of(download)) == (moodles, canvass)


def test_feedback_is_zipped_of_whom_the_download_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for student in ("ada", "bo"):
        page = tmp_path / feedback_path(student, NAME)
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>{student}</p>")
    submissions = (
        given_points("ada", file=HandedFile(download="adal_11_901_lr.ipynb")), given_points("bo"),
        given_points("eve", file=MISSING),
    )  # fmt: skip
    for each in (CANVAS_FEEDBACK, MOODLE_FEEDBACK):
        written(tmp_path, Format(each.writing), *submissions)
    with zipfile.ZipFile(tmp_path / "feedback-canvas.zip") as made:
        assert {name: made.read(name) for name in made.namelist()} == {"adal_11_901_lr.html": b"<p>ada</p>"}
    assert not (tmp_path / "feedback-moodle.zip").exists()
    said = capsys.readouterr().err
    assert "feedback-canvas.zip has 1 pages; of 1 submissions" in said and "moodle.zip has 0 pages; of 2" in said
