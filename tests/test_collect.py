"""`autograder collect`, and `grade` of the same download: what is written, told and graded."""

import contextlib
import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from conftest import notebook_of
from downloaded import NOTEBOOK, laid, zipped
from nbgrader.api import Gradebook

from autograder import cli
from autograder.catalogue import files_beside
from autograder.catalogue.course import find_course
from autograder.commands.handing_in import handed_in
from autograder.commands.options import GradeOptions
from autograder.downloads.table import COLUMNS
from autograder.results.person import Person

FILE = "doubling.ipynb"
WRONG = notebook_of("def double(x):\n    return x * x\n\n\ndef quadruple(x):\n    return 4 * x\n")
MOODLE = [
    f"Jane Doe_12_assignsubmission_file_/{FILE}", "José Núñez_13_assignsubmission_file_/doubling (1).ipynb",
    ("José Núñez_13_assignsubmission_file_/data/x.csv", b"1,2\n"), ("José Núñez_13_assignsubmission_file_/helper.py", b""),
    ("Min Lee_14_assignsubmission_onlinetext_/onlinetext.html", b"<p>"),
]  # fmt: skip


@pytest.fixture
def here(course, monkeypatch):
    monkeypatch.chdir(course)
    return course


def run(*arguments) -> int:
    return cli.main([str(each) for each in arguments])


def below(folder: Path) -> set[str]:
    return {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file() or not any(each.iterdir())}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_download_is_laid_out_as_nbgrader_has_it(here, capsys):
    laid(here / "download", MOODLE)
    assert run("collect", "download", "--assignment", "doubling") == 0
    assert below(here / "submitted") == {
        f"Jane Doe/doubling/{FILE}", f"José Núñez/doubling/{FILE}", "José Núñez/doubling/data/x.csv",
        "José Núñez/doubling/helper.py", "Min Lee/doubling/onlinetext.html", "collected-doubling.csv",
    }  # fmt: skip
    told = capsys.readouterr().out
    assert "Moodle: 2 students have doubling\n2 taken, 3 not a notebook, 1 missing\n" in told
    assert "missing         Min Lee: no notebook of it is among: onlinetext.html" in told
    rows = table(here / "submitted/collected-doubling.csv")
    assert tuple(rows[0]) == COLUMNS and len(rows) == 6
    assert rows[0]["path"] == MOODLE[0] and rows[0]["fate"] == "taken" and rows[0]["platform_id"] == "12"


def test_who_has_nothing_gets_an_empty_folder_and_a_time_is_nbgraders(here):
    laid(here / "download", [f"HW_jdoe_attempt_2026-10-01-12-00-00_{FILE}"])
    (here / "students.csv").write_bytes(
        "\ufeffid;first_name;last_name;email\njdoe;Jane;Doe;j@x\neve;Eve;Poe;e@x\n".encode()
    )
    assert run("collect", "download", "--assignment", "doubling", "--roster", "students.csv", "--out", "in") == 0
    assert below(here / "in") == {
        f"jdoe/doubling/{FILE}",
        "jdoe/doubling/timestamp.txt",
        "eve",
        "collected-doubling.csv",
    }
    assert (here / "in/jdoe/doubling/timestamp.txt").read_text().endswith(" UTC")


def test_collecting_again_replaces_what_comes_again_and_leaves_the_rest(here):
    laid(
        here / "first",
        [
            f"Jane Doe_12_assignsubmission_file_/{FILE}",
            "Jane Doe_12_assignsubmission_file_/old.csv",
            f"Bob Roe_13_assignsubmission_file_/{FILE}",
        ],
    )
    laid(here / "second", [(f"Jane Doe_12_assignsubmission_file_/{FILE}", WRONG)])
    for source in ("first", "second"):
        assert run("collect", source, "--assignment", "doubling") == 0
    assert below(here / "submitted") == {
        f"Jane Doe/doubling/{FILE}",
        f"Bob Roe/doubling/{FILE}",
        "collected-doubling.csv",
    }
    assert (here / f"submitted/Jane Doe/doubling/{FILE}").read_bytes() == WRONG
    assert [row["student"] for row in table(here / "submitted/collected-doubling.csv")] == ["Jane Doe", "Bob Roe"]


def test_what_is_too_much_is_left_out_and_told(here, monkeypatch):
    monkeypatch.setattr("autograder.downloads.laying_out.MAX_FILES", 2)
    big = ("ann/0.csv", bytes(files_beside.MAX_FILE_BYTES + 1))
    laid(
        here / "download",
        [f"ann/{FILE}", "ann/a.csv", big, "ann/b.csv", "ann/c.csv", "ann/1/2/3/4/5/deep.csv", "ann/feedback"],
    )
    assert run("collect", "download", "--assignment", "doubling") == 0
    assert below(here / "submitted/ann/doubling") == {FILE, "a.csv", "b.csv"}
    notes = {row["path"]: row["note"] for row in table(here / "submitted/collected-doubling.csv")}
    assert notes["ann/0.csv"] == "not taken along: more than 8 MB, or 16 MB together"
    assert notes["ann/c.csv"] == "not taken along: more than 2 files" and notes["ann/a.csv"] == "taken along"
    assert (
        notes["ann/feedback"] == "not taken along: its name is in use" and "folders" in notes["ann/1/2/3/4/5/deep.csv"]
    )


def test_what_stands_in_a_name_does_nothing_in_a_table_or_on_a_terminal(here, capsys):
    laid(
        here / "download",
        ["=cmd()_1_assignsubmission_file_/\x1b[31mx.pdf", f"Jane\nDoe_2_assignsubmission_file_/{FILE}"],
    )
    assert run("collect", "download", "--assignment", "doubling") == 0
    assert "\x1b" not in capsys.readouterr().out
    text = (here / "submitted/collected-doubling.csv").read_text()
    assert "\x1b" not in text and "\n=cmd" not in text and len(text.splitlines()) == 4


def test_a_source_or_roster_that_is_not_there_is_unusable(here, capsys):
    laid(here / "download", MOODLE)
    assert run("collect", "nowhere", "--assignment", "doubling") == 2
    assert run("collect", "download", "--assignment", "tripling") == 2
    assert run("collect", "download", "--assignment", "doubling", "--roster", "nowhere.csv") == 2
    assert "no file or folder nowhere" in capsys.readouterr().err and not (here / "submitted").exists()


# The same, graded


def found(course, *paths, assignment="doubling", out="results", **options):
    asked = GradeOptions(
        paths=tuple(course / path for path in paths), assignment=assignment, out=course / out, workers=1, sandbox="none",
        device="cpu", seed=0, gradebook=None, visible_only=False, force=False, scheduler=None, formats="", **options,
    )  # fmt: skip
    with handed_in(asked, find_course(course)) as handed:
        return {ref.student: ref.path is not None and ref.path.read_bytes() for ref in handed.refs}, handed


@pytest.mark.parametrize(
    ("files", "students"),
    [
        (MOODLE, {"Jane Doe": NOTEBOOK, "José Núñez": NOTEBOOK, "Min Lee": False}),
        (
            [f"doejane_11_901_{FILE}", ("roebob_22_902_x.zip", zipped([FILE]))],
            {"doejane": NOTEBOOK, "roebob": NOTEBOOK},
        ),
        ([f"ann/hw3/{FILE}", f"bob/hw3/{FILE}"], {"ann": NOTEBOOK, "bob": NOTEBOOK}),
        ([("jane/doubling/work.zip", zipped([FILE])), f"bob/doubling/{FILE}"], {"jane": NOTEBOOK, "bob": NOTEBOOK}),
        ([f"jane/doubling/{FILE}", "eve/"], {"jane": NOTEBOOK, "eve": False}),
        (
            [f"Doe_Jane_jdoe_1/doubling/{FILE}", "Roe_Bob_broe_2/"],
            {"Doe_Jane_jdoe_1": NOTEBOOK, "Roe_Bob_broe_2": False},
        ),
        (["ada.ipynb", "bob.ipynb"], {"ada": NOTEBOOK, "bob": NOTEBOOK}),
        ([f"Jane Doe - {FILE}", f"Bob Roe - {FILE}"], {"Jane Doe": NOTEBOOK, "Bob Roe": NOTEBOOK}),
    ],
)
def test_what_can_be_collected_can_be_graded(course, files, students):
    laid(course / "download", files)
    assert found(course, "download")[0] == students
    if "Doe_Jane_jdoe_1" in students:
        return  # in an archive these are ILIAS's names
    (course / "download.zip").write_bytes(zipped([each for each in files if each != "eve/"]))
    assert found(course, "download.zip")[0] == {student: data for student, data in students.items() if student != "eve"}


def test_what_was_graded_is_known_by_its_path_in_the_download(course):
    laid(course / "download", [f"doejane_11_901_{FILE}", ("roebob_22_902_x.zip", zipped([FILE]))])
    told = {("doubling", "doejane"): f"doejane_11_901_{FILE}", ("doubling", "roebob"): f"roebob_22_902_x.zip/{FILE}"}
    assert found(course, "download")[1].downloads == told
    collect_command = ("collect", "download", "--assignment", "doubling", "--out", "submitted")
    with contextlib.chdir(course):
        assert run(*collect_command) == 0
    assert found(course, "submitted")[1].downloads == told


def test_the_assignment_is_told_by_the_files_where_one_alone_is(course):
    laid(course / "download", MOODLE)
    assert set(found(course, "download", assignment=None)[0]) == {"Jane Doe", "José Núñez", "Min Lee"}


def test_files_of_one_name_are_their_folders(course):
    laid(course / "download", ["a/hw3.ipynb", "b/hw3.ipynb"])
    students, handed = found(course, "download/a/hw3.ipynb", "download/b/hw3.ipynb")
    assert students == {"a": NOTEBOOK, "b": NOTEBOOK}
    assert handed.refs[0].notes == ("hw3.ipynb is not named after the assignment, and was graded all the same",)


def test_files_of_a_download_that_are_named_one_by_one_are_still_its(course):
    laid(course / "download", MOODLE[:2])
    assert set(found(course, *MOODLE[:0], *[f"download/{each}" for each in MOODLE[:2]])[0]) == {
        "Jane Doe",
        "José Núñez",
    }


def test_a_download_leaves_nothing_behind_but_its_table(course, monkeypatch, tmp_path):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    laid(course / "download", MOODLE)
    before = below(course)
    _, handed = found(course, "download")
    assert below(course) - before == {"results/collected-doubling.csv"} and not any((tmp_path / "temporary").iterdir())
    assert not handed.places[0].exists()


def test_what_was_collected_is_known_when_it_is_graded(here):
    laid(here / "download", ["Jane Doe_12_assignsubmission_file_/final.ipynb"])
    assert run("collect", "download", "--assignment", "doubling") == 0
    direct, collected = found(here, "download")[1], found(here, "submitted")[1]
    assert collected.people == direct.people == {"Jane Doe": Person("Jane", "Doe", "", "moodle", "12")}
    assert collected.refs[0].notes == direct.refs[0].notes != ()


def test_a_roster_names_those_whose_folders_lie_as_nbgrader_has_them(here, capsys):
    laid(here / "submitted", [f"jdoe/doubling/{FILE}", f"zed/doubling/{FILE}"])
    (here / "students.csv").write_text("id,first_name,last_name,email\njdoe,Jane,Doe,jane@x.edu\n")
    _, handed = found(here, "submitted", roster=here / "students.csv")
    assert handed.people["jdoe"] == Person("Jane", "Doe", "jane@x.edu")
    assert "students.csv: zed" in capsys.readouterr().err


def test_names_are_in_results_report_and_gradebook(here):
    (here / "nbgrader_config.py").write_text((Path(__file__).parents[1] / "nbgrader_config.py").read_text())
    laid(here / "download", [f"doejane_11_901_{FILE}", (f"roebob_LATE_22_902_{FILE}", WRONG), "readme.txt"])
    rows = ['"Doe, Jane",11,u1,jdoe,A', '"Roe, Bob",22,u2,broe@x.edu,A', '"Poe, Ann",33,u3,apoe,A']
    (here / "roster.csv").write_text("\n".join(["Student,ID,SIS User ID,SIS Login ID,Section", *rows, ""]))
    assert run("generate") == 0
    told = [
        "grade",
        "download",
        "--assignment",
        "doubling",
        "--roster",
        "roster.csv",
        "--sandbox",
        "none",
        "--workers",
        "1",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *told, "--gradebook", "sqlite:///gradebook.db", "--format", "canvas,moodle"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip  # nbgrader's database warns
    assert done.returncode == 1, done.stderr
    lines = {
        line["student"]: line for line in map(json.loads, (here / "results/results.jsonl").read_text().splitlines())
    }
    assert lines.keys() == {"jdoe", "broe@x.edu", "apoe"}
    assert (lines["jdoe"]["name"], lines["jdoe"]["platform_id"], lines["jdoe"]["score"]) == ("Jane Doe", "11", 10)
    assert lines["apoe"]["score"] == 0 and "nothing was handed in" in done.stdout
    assert "missing         apoe: nothing was handed in" in done.stderr
    assert "<bdi>Jane Doe (jdoe)</bdi>" in (here / "results/report.html").read_text()
    assert "Jane Doe,11,,,,10\n" in (here / "results/canvas.csv").read_text()
    assert "broe@x.edu,broe@x.edu," in (here / "results/moodle.csv").read_text()
    with contextlib.closing(sqlite3.connect(here / "gradebook.db")) as book:
        students = set(book.execute("select id, first_name, last_name, email from student"))
    assert students == {
        ("jdoe", "Jane", "Doe", None),
        ("broe@x.edu", "Bob", "Roe", "broe@x.edu"),
        ("apoe", "Ann", "Poe", None),
    }


def test_who_was_only_collected_has_a_name_in_formgrader(here):
    (here / "nbgrader_config.py").write_text((Path(__file__).parents[1] / "nbgrader_config.py").read_text())
    laid(here / "download", [f"{student}/doubling/{FILE}" for student in ("jdoe", "zed", "plato", "own")])
    before = Gradebook("sqlite:///gradebook.db")
    before.add_student("own", first_name="Their", last_name="Own")
    before.add_student("gone")
    before.close()
    told = ["collect", "download", "--assignment", "doubling", "--gradebook", "sqlite:///gradebook.db"]
    assert run(*told) == 0
    assert named_in(here) == {("jdoe", "", "jdoe"), ("zed", "", "zed"), ("plato", "", "plato"), ("own", "Their", "Own"),
                              ("gone", None, None)}  # fmt: skip
    roster = ["id,first_name,last_name,email", "jdoe,Jane,Doe,jane@x.edu", "plato,Plato,,", "zed,,,", "own,,,", ""]
    (here / "students.csv").write_text("\n".join(roster))
    assert run(*told, "--roster", "students.csv") == 0
    assert named_in(here) == {("jdoe", "Jane", "Doe"), ("zed", "", "zed"), ("plato", "", "Plato"), ("own", "Their", "Own"),
                              ("gone", None, None)}  # fmt: skip


def named_in(here):
    with contextlib.closing(sqlite3.connect(here / "gradebook.db")) as book:
        return set(book.execute("select id, first_name, last_name from student"))
