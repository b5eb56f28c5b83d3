"""Downloads by the naming rules of each platform (their sources are in autograder/downloads/platforms/)."""

import pytest
from conftest import make_course
from downloaded import Told, collected, laid, tarred, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.downloads.recognition import PLATFORMS
from autograder.downloads.table import (
    FATES,
    MISSING,
    NOT_A_NOTEBOOK,
    OLDER,
    OTHER,
    TAKEN,
    UNKNOWN,
    UNPACKED,
    UNREADABLE,
)
from autograder.errors import UsageError

FILE = "doubling.ipynb"
RECEIPT = b"Name: Jane Doe (j_doe)\nAssignment: Homework 3\nDate Submitted: Thursday, October 1, 2026 12:00:00 PM\n"
METADATA = b"""---
submission_1:
  :submitters:
  - :name: Jane Doe
    :sid: '007'
    :email: jane@x.edu
  :created_at: 2026-10-01 12:00:00.000000000 Z
  :score: 1.0
submission_2:
  :submitters:
  - :name: Bob Roe
    :sid: 43
    :email: bob@x.edu
  - :name: Ann Poe
    :sid:
    :email: ann@x.edu
  :created_at: !ruby/object:Time 2026-10-01 12:00:00 UTC
"""
SAKAI_GRADES = (
    b"HW 1,Points,,,\n,,,,\nDisplay ID,ID,Last Name,First Name,grade\njdoe,jdoe,Doe,Jane,\nbroe,broe,Roe,Bob,\n"
)
CLASSROOM_GRADES = (
    b"assignment_name,assignment_url,starter_code_url,github_username,roster_identifier,student_repository_name,"
    b"student_repository_url,submission_timestamp,points_awarded,points_available\n"
    b"HW,u,s,jane-d,jane@x.edu,org/the-hw-jane-d,r,,0,0\nHW,u,s,bob,bob@x.edu,org/the-hw-bob,r,,0,0\n"
)

# What lies in the download; its platform; who has which file
DOWNLOADS = {
    "moodle, folders": (
        [f"Jane Doe_12_assignsubmission_file_/{FILE}", "José Núñez_13_assignsubmission_file_/doubling (1).ipynb",
         "Min Lee_14_assignsubmission_onlinetext_/onlinetext.html"],
        "moodle",
        {"Jane Doe": f"Jane Doe_12_assignsubmission_file_/{FILE}",
         "José Núñez": "José Núñez_13_assignsubmission_file_/doubling (1).ipynb", "Min Lee": None},
    ),
    "moodle since 4.1, and a folder of the student's": (
        [f"Doe, Jane_12_assignsubmission_file/src/{FILE}"], "moodle",
        {"Doe, Jane": f"Doe, Jane_12_assignsubmission_file/src/{FILE}"},
    ),
    "moodle, flat": (
        [f"Jane Doe_12_assignsubmission_file_{FILE}", f"Bob Roe_13_assignsubmission_file_{FILE}"], "moodle",
        {"Jane Doe": f"Jane Doe_12_assignsubmission_file_{FILE}", "Bob Roe": f"Bob Roe_13_assignsubmission_file_{FILE}"},
    ),
    "moodle, anonymous": (
        [f"Participant_12_assignsubmission_file_/{FILE}", f"Participant_13_assignsubmission_file_/{FILE}"], "moodle",
        {"Participant_12": f"Participant_12_assignsubmission_file_/{FILE}",
         "Participant_13": f"Participant_13_assignsubmission_file_/{FILE}"},
    ),
    "moodle, default group": (
        [f"Default group_assignsubmission_file/{FILE}"], "moodle",
        {"Default group": f"Default group_assignsubmission_file/{FILE}"},
    ),
    "canvas": (
        [f"doejane_11_901_{FILE}", "roebob_LATE_22_902_doubling-2.ipynb", "leemin_44_text.html",
         "o_neilpat_55_903_Copy of doubling.ipynb"],
        "canvas",
        {"doejane": f"doejane_11_901_{FILE}", "roebob": "roebob_LATE_22_902_doubling-2.ipynb", "leemin": None,
         "o_neilpat": "o_neilpat_55_903_Copy of doubling.ipynb"},
    ),
    "canvas, anonymous": (
        [f"anon_xY12z_901_{FILE}", f"LATE_anon_aB3dE_902_{FILE}"], "canvas",
        {"anon_xY12z": f"anon_xY12z_901_{FILE}", "anon_aB3dE": f"LATE_anon_aB3dE_902_{FILE}"},
    ),
    "canvas, a file uploaded again": (
        [f"doejane_11_901_{FILE}", "doejane_11_905_doubling-1.ipynb", f"roebob_22_902_{FILE}"], "canvas",
        {"doejane": "doejane_11_905_doubling-1.ipynb", "roebob": f"roebob_22_902_{FILE}"},
    ),
    "canvas, a quiz": ([f"doejane_11_question_7_901_{FILE}"], "canvas", {"doejane": f"doejane_11_question_7_901_{FILE}"}),
    "blackboard": (
        [f"Homework203_jdoe_attempt_2026-10-01-12-00-00_{FILE}", f"Homework203_jdoe_attempt_2026-10-01-09-00-00_{FILE}",
         "Homework203_jdoe_attempt_2026-10-01-12-00-00.txt", f"Homework203_broe_attempt_2026-10-01-12-00-00_{FILE}"],
        "blackboard",
        {"jdoe": f"Homework203_jdoe_attempt_2026-10-01-12-00-00_{FILE}",
         "broe": f"Homework203_broe_attempt_2026-10-01-12-00-00_{FILE}"},
    ),
    "blackboard, a login with an underscore": (
        [f"gradebook_C1_HW_3_j_doe_attempt_2026-10-01-12-00-00_{FILE}",
         ("gradebook_C1_HW_3_j_doe_attempt_2026-10-01-12-00-00.txt", RECEIPT)],
        "blackboard", {"j_doe": f"gradebook_C1_HW_3_j_doe_attempt_2026-10-01-12-00-00_{FILE}"},
    ),
    "blackboard, in Dutch": (
        [f"Inleveren HW (1)_jan@x.nl_poging_2026-10-01-12-00-00_{FILE}", f"Inleveren HW (1)_ans@x.nl_poging_2026-10-01-12-00-00_{FILE}"],
        "blackboard",
        {"jan@x.nl": f"Inleveren HW (1)_jan@x.nl_poging_2026-10-01-12-00-00_{FILE}",
         "ans@x.nl": f"Inleveren HW (1)_ans@x.nl_poging_2026-10-01-12-00-00_{FILE}"},
    ),
    "brightspace": (
        [f"12-67 - Jane Doe - Oct 1, 2026 1200 PM/{FILE}", f"12-67 - Jane Doe - Oct 2, 2026 905 AM/{FILE}",
         f"13-67 - Bob Roe- Oct 1, 2026 1159 PM/{FILE}", "index.html"],
        "brightspace",
        {"Jane Doe": f"12-67 - Jane Doe - Oct 2, 2026 905 AM/{FILE}", "Bob Roe": f"13-67 - Bob Roe- Oct 1, 2026 1159 PM/{FILE}"},
    ),
    "brightspace, flat": (
        [f"12-67 - Jane Doe - Dec 5, 2024 1149 AM - {FILE}", f"13-67 - V0012 - Roe, Bob - Dec 5, 2024 1149 AM - {FILE}"],
        "brightspace",
        {"Jane Doe": f"12-67 - Jane Doe - Dec 5, 2024 1149 AM - {FILE}",
         "V0012": f"13-67 - V0012 - Roe, Bob - Dec 5, 2024 1149 AM - {FILE}"},
    ),
    "gradescope": (
        [f"assignment_1_export/submission_1/{FILE}", f"assignment_1_export/submission_2/x/{FILE}",
         ("assignment_1_export/submission_metadata.yml", METADATA)],
        "gradescope",
        {"007": f"assignment_1_export/submission_1/{FILE}", "43": f"assignment_1_export/submission_2/x/{FILE}",
         "Ann Poe": f"assignment_1_export/submission_2/x/{FILE}"},
    ),
    "sakai": (
        [f"HW 1/Doe, Jane(jdoe)/Submission attachment(s)/{FILE}", ("HW 1/Doe, Jane(jdoe)/timestamp.txt", b"20261001120000000"),
         f"HW 1/Doe, Jane(jdoe)/Feedback Attachment(s)/{FILE}", ("HW 1/grades.csv", SAKAI_GRADES)],
        "sakai", {"jdoe": f"HW 1/Doe, Jane(jdoe)/Submission attachment(s)/{FILE}", "broe": None},
    ),
    "sakai, flat": (
        [f"Doe, Jane(jdoe)_Submission attachment(s)_{FILE}"], "sakai",
        {"jdoe": f"Doe, Jane(jdoe)_Submission attachment(s)_{FILE}"},
    ),
    "ilias": (
        [f"HW/Abgaben/Doe_Jane_jdoe_1001/{FILE}", f"HW/Abgaben/van der Roe_Bob Al_b.roe_1002/20261001120000_{FILE}",
         f"HW/Abgaben/Poe_Ann_apoe_1003/Late Submission - {FILE}", ("HW/status.xlsx", b"PK")],
        "ilias",
        {"jdoe": f"HW/Abgaben/Doe_Jane_jdoe_1001/{FILE}", "b.roe": f"HW/Abgaben/van der Roe_Bob Al_b.roe_1002/20261001120000_{FILE}",
         "apoe": f"HW/Abgaben/Poe_Ann_apoe_1003/Late Submission - {FILE}"},
    ),
    "ilias, a team": (
        [f"HW/Team 12/Doe_Jane_jdoe_1001/20261001120000_{FILE}", f"HW/Team 12/Poe_Ann_apoe_1003/20261001130000_{FILE}",
         "HW/Team 12/Lee_Kim_klee_1004/20261001140000_data.csv", f"HW/Team 13/Roe_Bob_broe_1002/20261001110000_{FILE}"],
        "ilias",
        {"jdoe": f"HW/Team 12/Poe_Ann_apoe_1003/20261001130000_{FILE}",
         "apoe": f"HW/Team 12/Poe_Ann_apoe_1003/20261001130000_{FILE}",
         "klee": f"HW/Team 12/Poe_Ann_apoe_1003/20261001130000_{FILE}",
         "broe": f"HW/Team 13/Roe_Bob_broe_1002/20261001110000_{FILE}"},
    ),
    "ilias, a number in the exercise's name": (
        [f"Blatt 12/Doe_Jane_jdoe_1001/{FILE}", f"Blatt 12/Roe_Bob_broe_1002/{FILE}"], "ilias",
        {"jdoe": f"Blatt 12/Doe_Jane_jdoe_1001/{FILE}", "broe": f"Blatt 12/Roe_Bob_broe_1002/{FILE}"},
    ),
    "github, by the assignment's name": (
        [f"doubling-jdoe/{FILE}", "doubling-jdoe/.github/workflows/classroom.yml", f"doubling-ann-b/notebooks/{FILE}", "doubling-ann-b/setup.py"],
        "github", {"jdoe": f"doubling-jdoe/{FILE}", "ann-b": f"doubling-ann-b/notebooks/{FILE}"},
    ),
    "github, gh classroom clone": (
        [f"my-hw-submissions/my-hw-jdoe/{FILE}", f"my-hw-submissions/my-hw-ann-b/{FILE}"], "github",
        {"jdoe": f"my-hw-submissions/my-hw-jdoe/{FILE}", "ann-b": f"my-hw-submissions/my-hw-ann-b/{FILE}"},
    ),
    "github, with Classroom's grades": (
        [f"the-hw-jane-d/{FILE}", f"the-hw-bob/{FILE}", ("grades.csv", CLASSROOM_GRADES)], "github",
        {"jane-d": f"the-hw-jane-d/{FILE}", "bob": f"the-hw-bob/{FILE}"},
    ),
    "github, ZIPs of a branch": (
        [f"hw3-jdoe-main/{FILE}", "hw3-jdoe-main/README.md", f"hw3-broe-main/{FILE}", "hw3-broe-main/README.md"], "github",
        {"jdoe": f"hw3-jdoe-main/{FILE}", "broe": f"hw3-broe-main/{FILE}"},
    ),
    "google": (
        [f"Jane Doe - {FILE}", "Bob Roe - doubling (1).ipynb", "doubling - Ann Poe.ipynb"], "drive",
        {"Jane Doe": f"Jane Doe - {FILE}", "Bob Roe": "Bob Roe - doubling (1).ipynb", "Ann Poe": "doubling - Ann Poe.ipynb"},
    ),
    "google, another title": (
        ["HW3/Jane Doe - Homework 3.ipynb", "HW3/Bob Roe - Homework 3.ipynb"], "drive",
        {"Jane Doe": "HW3/Jane Doe - Homework 3.ipynb", "Bob Roe": "HW3/Bob Roe - Homework 3.ipynb"},
    ),
    "teams": (
        [f"Submitted files/Jane Doe/HW 3/Version 1/{FILE}", f"Submitted files/Jane Doe/HW 3/Version 10/{FILE}",
         f"Submitted files/Bob Roe/HW 3/Version 2/{FILE}", f"Working files/Eve Poe/HW 3/{FILE}"],
        "teams",
        {"Jane Doe": f"Submitted files/Jane Doe/HW 3/Version 10/{FILE}", "Bob Roe": f"Submitted files/Bob Roe/HW 3/Version 2/{FILE}", "Eve Poe": None},
    ),
    "nbgrader's exchange": (
        [f"jdoe+doubling+2026-10-01 12:00:00.123456 UTC+abc/{FILE}", f"jdoe+doubling+2026-10-02 09:00:00.1 UTC+abd/{FILE}",
         f"broe+doubling+2026-10-01 12:00:00 UTC/{FILE}", "broe+tensors+2026-10-03 12:00:00 UTC+x/tensors.ipynb"],
        "exchange",
        {"jdoe": f"jdoe+doubling+2026-10-02 09:00:00.1 UTC+abd/{FILE}", "broe": f"broe+doubling+2026-10-01 12:00:00 UTC/{FILE}"},
    ),
    "nbgrader, with an archive": (
        [("submitted/jane/doubling/doubling.zip", zipped([f"doubling/{FILE}", ("__MACOSX/doubling/._doubling.ipynb", b"x")])), f"submitted/bob/doubling/{FILE}"],
        "nbgrader", {"jane": f"submitted/jane/doubling/doubling.zip/doubling/{FILE}", "bob": f"submitted/bob/doubling/{FILE}"},
    ),
    "folders with others between": (
        [f"ann/hw3/{FILE}", f"bob/hw3/deeper/{FILE}"], "folders", {"ann": f"ann/hw3/{FILE}", "bob": f"bob/hw3/deeper/{FILE}"},
    ),
    "folders in one": ([f"CS101/ann/{FILE}", f"CS101/bob/{FILE}"], "folders", {"ann": f"CS101/ann/{FILE}", "bob": f"CS101/bob/{FILE}"}),
    "one student alone": ([f"submissions/ann/hw3/{FILE}"], "folders", {"ann": f"submissions/ann/hw3/{FILE}"}),
    "archives of students": (
        [("jane.zip", zipped([f"a/{FILE}"])), ("bob.tar.gz", tarred([FILE]))], "folders", {"jane": f"jane.zip/a/{FILE}", "bob": f"bob.tar.gz/{FILE}"},
    ),
    "loose notebooks": (["jane.ipynb", "bob.ipynb"], "folders", {"jane": "jane.ipynb", "bob": "bob.ipynb"}),
}  # fmt: skip


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_download_is_known_by_its_names(course, name):
    files, platform, taken = DOWNLOADS[name]
    told = collected(course, laid(course / "download", files))
    assert (told.platform, told.taken) == (platform, taken)


@pytest.mark.parametrize("name", DOWNLOADS)
def test_the_same_is_collected_of_the_archive_and_of_an_archive_in_an_archive(course, name):
    files, platform, taken = DOWNLOADS[name]
    (course / "download.zip").write_bytes(zipped(files))
    told = collected(course, course / "download.zip")
    assert (told.platform, told.taken) == (platform, taken)
    if name not in ("one student alone", "archives of students", "loose notebooks"):  # these might be one student's
        (course / "outer.zip").write_bytes(zipped([("a folder/download.zip", zipped(files))]))
        told = collected(course, course / "outer.zip")
        within = {student: path and f"a folder/download.zip/{path}" for student, path in taken.items()}
        assert (told.platform, told.taken) == (platform, within)


@pytest.mark.parametrize("name", [name for name, (_, platform, _) in DOWNLOADS.items() if platform != "folders"])
def test_the_platform_may_be_named(course, name):
    files, platform, taken = DOWNLOADS[name]
    told = collected(course, laid(course / "download", files), platform=platform)
    assert told.taken == taken


def test_every_platform_has_a_download_here():
    assert {platform for _, platform, _ in DOWNLOADS.values()} == set(PLATFORMS)


def test_times_and_late_marks_are_told(course):
    told = collected(course, laid(course / "download", DOWNLOADS["blackboard"][0]))
    assert told.times == {"jdoe": "2026-10-01 12:00", "broe": "2026-10-01 12:00"}
    told = collected(course, laid(course / "sakai", DOWNLOADS["sakai"][0]))
    assert told.times == {"jdoe": "2026-10-01 12:00"}
    told = collected(course, laid(course / "canvas", DOWNLOADS["canvas"][0]))
    assert [row.path for row in told.rows if row.late] == ["roebob_LATE_22_902_doubling-2.ipynb"]


def test_the_platforms_numbers_are_kept(course):
    told = collected(course, laid(course / "download", DOWNLOADS["canvas"][0]))
    assert told.numbers() == {"doejane": "11", "leemin": "44", "o_neilpat": "55", "roebob": "22"}
    assert {person.platform for person in told.people.values()} == {"canvas"}


# Who is who


def test_two_of_one_name_are_told_apart_by_the_platforms_numbers(course):
    files = [f"doejane_11_901_{FILE}", f"doejane_12_902_{FILE}"]
    told = collected(course, laid(course / "download", files))
    assert told.taken == {"doejane_11": files[0], "doejane_12": files[1]}


@pytest.mark.parametrize(
    "names", [["Núñez", "Nunez"], ["李雷", "韓梅"], ["Ада", "Ева"], ["Bob", "bob"], ["a/b"[0], "..."]]
)
def test_names_in_any_script_stay_apart(course, names):
    told = collected(
        course,
        laid(
            course / "download", [f"{name}_{place}_assignsubmission_file_/{FILE}" for place, name in enumerate(names)]
        ),
    )
    assert len(told.taken) == len({student.casefold() for student in told.taken}) == 2 and all(told.taken.values())


def test_a_login_stays_what_it_is_also_where_a_name_is_the_same(course):
    files = [f"HW_jdoe_attempt_2026-10-01-12-00-00_{FILE}", f"HW_broe_attempt_2026-10-01-12-00-00_{FILE}"]
    roster = "Last Name,First Name,Username,Student ID\nDoe,Jane,jdoe,s1\nRoe,Bob,broe,s2\nPoe,Ann,apoe,s3\n"
    told = collected(course, laid(course / "download", files), roster=roster)
    assert told.taken == {"jdoe": files[0], "broe": files[1], "apoe": None}
    assert told.people["jdoe"].name == "Jane Doe"


def test_nbgraders_own_ids_come_before_logins(course):
    roster = "id,first_name,last_name,email\ns1,Jane,Doe,jdoe@x.edu\ns2,Bob,Roe,broe@x.edu\n"
    told = collected(course, laid(course / "download", [f"Doe_Jane_jdoe_1001/{FILE}"]), roster=roster)
    assert told.taken == {"s1": f"Doe_Jane_jdoe_1001/{FILE}", "s2": None}


def test_who_is_not_in_the_roster_is_told_and_not_taken(course):
    files = [f"doejane_11_901_{FILE}", f"stranger_12_902_{FILE}"]
    roster = 'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"Doe, Jane",11,u1,jdoe,A\n"Student, Test",9,,,A\n'
    told = collected(course, laid(course / "download", files), roster=roster)
    assert told.taken == {"jdoe": files[0]}
    assert told.fates(UNKNOWN) == {files[1]: "stranger is not in the roster"}


def test_the_platforms_own_grades_say_who_is_who_and_who_is_missing(course):
    sheet = (
        "\ufeffIdentifier;Full name;Email address;Status\nParticipant 12;Jane Doe;jane@x.edu;Submitted\n"
        "Participant 13;Bob Roe;bob@x.edu;No submission\n"
    )
    files = [f"Participant_12_assignsubmission_file_/{FILE}", ("Grades-C-HW-7.csv", sheet.encode())]
    told = collected(course, laid(course / "download", files))
    assert told.taken == {"Jane Doe": files[0], "Bob Roe": None}
    assert told.people["Jane Doe"].email == "jane@x.edu"
    assert told.fates(MISSING) == {"": "nothing was handed in"}
    assert told.fates(NOT_A_NOTEBOOK) == {"Grades-C-HW-7.csv": "says who is who"}


def test_a_group_of_the_rosters_hands_in_for_all_of_its_members(course):
    roster = '"First name","Last name","ID number","Email address",Groups\nJane,Doe,s1,j@x,"A, Team 1"\nBob,Roe,s2,b@x,Team 1\nEve,Poe,s3,e@x,Team 2\n'
    told = collected(course, laid(course / "download", [f"Team 1_77_assignsubmission_file/{FILE}"]), roster=roster)
    assert told.taken == {
        "s1": f"Team 1_77_assignsubmission_file/{FILE}",
        "s2": f"Team 1_77_assignsubmission_file/{FILE}",
        "s3": None,
    }


def test_who_handed_in_together_is_in_the_table_together(course):
    told = collected(course, laid(course / "download", DOWNLOADS["gradescope"][0]))
    rows = [(row.path, row.student, row.note) for row in told.rows if row.fate == TAKEN]
    path = f"assignment_1_export/submission_2/x/{FILE}"
    assert rows == [
        (f"assignment_1_export/submission_1/{FILE}", "007", ""), (path, "43", "also of Ann Poe"), ("", "Ann Poe", "handed in with 43"),
    ]  # fmt: skip


# What counts


def test_the_newest_attempt_counts_and_the_others_are_told(course):
    told = collected(course, laid(course / "download", DOWNLOADS["blackboard"][0]))
    assert list(told.fates(OLDER)) == [f"Homework203_jdoe_attempt_2026-10-01-09-00-00_{FILE}"]
    assert told.fates(NOT_A_NOTEBOOK) == {"Homework203_jdoe_attempt_2026-10-01-12-00-00.txt": "the platform's own"}


def test_a_later_attempt_without_a_notebook_costs_nothing(course):
    files = [f"HW_jdoe_attempt_2026-10-01-12-00-00_{FILE}", "HW_jdoe_attempt_2026-10-02-12-00-00_notes.pdf"]
    told = collected(course, laid(course / "download", files))
    assert told.taken == {"jdoe": files[0]} and told.fates(TAKEN) == {files[0]: "a later attempt has no notebook"}


def test_of_several_notebooks_the_one_that_is_named_after_the_assignment_or_has_its_functions_counts(course):
    other = ("jane/notes.ipynb", b'{"cells": []}')
    files = [f"jane/{FILE}", other, "bob/final.ipynb", ("bob/notes.ipynb", other[1]), "eve/a.ipynb", "eve/b.ipynb"]
    told = collected(course, laid(course / "download", files))
    assert told.taken["jane"] == f"jane/{FILE}" and told.taken["bob"] == "bob/final.ipynb"
    assert told.fates(OTHER).keys() >= {"jane/notes.ipynb", "bob/notes.ipynb"}
    assert "may be meant" in told.fates(TAKEN)[told.taken["eve"]]


def test_a_script_counts_where_there_is_no_notebook(course):
    told = collected(course, laid(course / "download", ["jane/doubling.py", "bob/doubling.py", "bob/work.ipynb"]))
    assert told.taken == {"jane": "jane/doubling.py", "bob": "bob/work.ipynb"}


def test_what_a_student_put_into_a_folder_makes_nobody_elses_submission(course):
    forged = f"bob/Jane Doe_12_assignsubmission_file_/{FILE}"
    told = collected(course, laid(course / "download", [f"jane/{FILE}", forged]))
    assert told.taken == {"jane": f"jane/{FILE}", "bob": forged}
    inner = zipped([f"submitted/jane/doubling/{FILE}", f"doejane_11_901_{FILE}"])
    told = collected(course, laid(course / "zips", [f"doejane_11_1_{FILE}", ("roebob_12_2_x.zip", inner)]))
    assert set(told.taken) == {"doejane", "roebob"} and told.taken["doejane"] == f"doejane_11_1_{FILE}"


# Where nothing fits


def test_a_source_in_which_nobody_has_anything_says_what_was_looked_for(course):
    with pytest.raises(UsageError, match=r"Moodle, looked for Full name_NUMBER.*there is Jane Doe_1.*x\.pdf"):
        collected(course, laid(course / "download", ["Jane Doe_1_assignsubmission_file_/x.pdf"]))
    with pytest.raises(UsageError, match=r"nobody in .*download has handed in a notebook of doubling.*--from"):
        collected(course, course / "download", platform="folders")
    with pytest.raises(UsageError, match="named as Canvas does: name_USER_ATTACHMENT_file; there is Jane Doe"):
        collected(course, course / "download", platform="canvas")


def test_an_unknown_platform_is_refused_with_the_known_ones(course):
    with pytest.raises(UsageError, match="no platform 'mooodle'; there are: moodle, blackboard"):
        collected(course, laid(course / "download", ["a/x.ipynb"]), platform="mooodle")


@pytest.mark.parametrize(
    ("pattern", "files", "taken"),
    [
        ("x-{email}-{file}", [f"x-j@u-{FILE}"], {"j@u": f"x-j@u-{FILE}"}),
        ("{}/{login}_{attempt}/{file}", [f"g/j_1/{FILE}", f"g/j_2/{FILE}"], {"j": f"g/j_2/{FILE}"}),
        ("{name} [{number}] {time}.ipynb", ["Jane [3] 20261001120000.ipynb", "Jane [4] 20261001120000.ipynb"],
         {"Jane_3": "Jane [3] 20261001120000.ipynb", "Jane_4": "Jane [4] 20261001120000.ipynb"}),
        (r"(?P<login>\w+)\.(?P<file>.+)", [f"jdoe.{FILE}"], {"jdoe": f"jdoe.{FILE}"}),
    ],
)  # fmt: skip
def test_a_pattern_says_what_any_other_name_means(course, pattern, files, taken):
    assert collected(course, laid(course / "download", files), platform=pattern).taken == taken


@pytest.mark.parametrize("pattern", ["{file}", "{nobody}", "(?P<login>", "{login}{login}"])
def test_a_pattern_that_tells_nobody_is_refused(course, pattern):
    with pytest.raises(UsageError, match="--from"):
        collected(course, laid(course / "download", [FILE]), platform=pattern)


def test_a_file_whose_name_tells_no_student_is_told(course):
    told = collected(course, laid(course / "download", [f"Jane Doe - {FILE}", f"Copy of {FILE}"]))
    assert told.fates(UNKNOWN) == {f"Copy of {FILE}": "its name tells no student"}


# Nothing vanishes


@pytest.fixture(scope="module")
def course_of_many(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("course") / "course")


PIECES = st.sampled_from(
    ["jane", "Bob Roe", "doubling", "Doe_Jane_jdoe_1001", "Ann_7_assignsubmission_file_", "..x", ".git", "__MACOSX", "é", "a\nb", "HW", "12-3 - Al - Oct 1, 2026 1200 PM", "submissions", "Version 2", "x+doubling+2026-10-01 12:00:00 UTC", "b\udcff"]
)  # fmt: skip
NAMES = st.sampled_from(
    [FILE, "doubling (1).ipynb", "x.pdf", ".DS_Store", "doejane_11_901_doubling.ipynb", "HW_jdoe_attempt_2026-10-01-12-00-00.txt", "jane.zip", "x.7z", "a.py", "grades.csv", "Jane Doe - doubling.ipynb", "=1+1.ipynb", "submission_metadata.yml", "timestamp.txt"]
)  # fmt: skip
PATHS = st.lists(st.tuples(st.lists(PIECES, max_size=3), NAMES), min_size=1, max_size=12, unique_by=str)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=PATHS, packed=st.booleans())
def test_every_file_is_in_the_table_once_whatever_its_name(tmp_path_factory, course_of_many, paths, packed):
    files = sorted({"/".join([*folders, name]) for folders, name in paths})
    folder = tmp_path_factory.mktemp("download")
    shown = {
        each.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\n", "\\n")
        for each in files
    }
    shown = {each if ".git/" not in each or packed else each[: each.index(".git/") + 5] for each in shown}
    if packed:
        if any("\udcff" in each for each in files):
            return  # no ZIP has such a name
        (folder / "download.zip").write_bytes(zipped(files))
        source = folder / "download.zip"
    else:
        source = laid(folder / "d", files)
    try:
        told: Told = collected(course_of_many, source)
    except UsageError:
        return
    rows = [row.path for row in told.rows if row.path]
    assert sorted(rows) == sorted(set(rows)) == sorted(shown)
    assert all(row.fate in FATES for row in told.rows)
    students = {row.student for row in told.rows if row.fate in (TAKEN, MISSING)}
    assert students == set(told.taken)
    assert not told.fates(UNPACKED) and all(path.endswith((".zip", ".7z")) for path in told.fates(UNREADABLE))


def test_a_notebook_of_another_assignment_is_nobodys_of_this_one(course):
    (course / "checks/tensors").mkdir()
    (course / "solutions/tensors").mkdir()
    for path in ("checks/{}/visible_checks.py", "solutions/{}/{}.ipynb"):
        text = (course / path.replace("{}", "doubling")).read_text()
        (course / path.replace("{}", "tensors")).write_text(text)
    other = ("Bob_2_assignsubmission_file_/tensors.ipynb", b'{"cells": []}')
    told = collected(course, laid(course / "download", [f"Ann_1_assignsubmission_file_/{FILE}", other]))
    assert told.taken == {"Ann": f"Ann_1_assignsubmission_file_/{FILE}", "Bob": None}
    assert list(told.fates(OTHER)) == [other[0]]
    assert told.fates(MISSING) == {"": "no notebook of it is among: tensors.ipynb"}
