"""Rosters as nbgrader, LMSs, registrars and spreadsheets write them."""

import pytest

from autograder.downloads.roster import Enrolled, parse_roster, read_roster
from autograder.errors import UsageError

NBGRADER = "id,first_name,last_name,email\njdoe,Jane,Doe,jane@x.edu\n"
JANE = Enrolled(id="jdoe", first_name="Jane", last_name="Doe", email="jane@x.edu")

ROSTERS = {
    "nbgrader's students.csv": (NBGRADER, JANE),
    "the same as nbgrader's own import has it": (
        "id,last_name,first_name,email,lms_user_id\njdoe,Doe,Jane,jane@x.edu,7\n",
        Enrolled("jdoe", "7", "", "", "Jane", "Doe", "jane@x.edu"),
    ),
    "Canvas's gradebook": (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW (4)\n,,,,,Manual Posting\n    Points Possible,,,,,100\n"
        '"Doe, Jane",11,u1,jdoe,A,\n"Student, Test",9,,,A,\n',
        Enrolled("", "jdoe", "11", "u1", "Jane", "Doe", sections=("A",)),
    ),
    "Moodle's participants": (
        '"First name","Last name","ID number","Email address",Groups\nJane,Doe,s1,jane@x.edu,"A, Team 1"\n',
        Enrolled("", "", "", "s1", "Jane", "Doe", "jane@x.edu", ("A", "Team 1")),
    ),
    "Moodle's grades": (
        '"First name",Surname,Username,"Email address","Course total (Real)"\nJane,Doe,jdoe,jane@x.edu,1\n',
        Enrolled("", "jdoe", "", "", "Jane", "Doe", "jane@x.edu"),
    ),
    "Moodle's grading worksheet": (
        'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade"\n"Participant 12","Jane Doe",jane@x.edu,Submitted,,100\n',
        Enrolled("", "", "12", "", "Jane", "Doe", "jane@x.edu"),
    ),
    "Moodle's in Spanish": (
        "Nombre,Apellido(s),Número de ID,Dirección de correo\nJane,Doe,s1,jane@x.edu\n",
        Enrolled("", "", "", "s1", "Jane", "Doe", "jane@x.edu"),
    ),
    "Moodle's in German": (
        "Vorname;Nachname;ID-Nummer;E-Mail-Adresse\nJane;Doe;s1;jane@x.edu\n",
        Enrolled("", "", "", "s1", "Jane", "Doe", "jane@x.edu"),
    ),
    "Banner's class list": (
        "Class List\nCRN: 12345, Fall 2026\n\nRecord Number,Student Name,ID,Registration Status,Email\n1,\"Doe, Jane Q.\",A001,Registered,jane@x.edu\n",
        Enrolled("", "", "", "A001", "Jane Q.", "Doe", "jane@x.edu"),
    ),
    "Blackboard's": (
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\nDoe\tJane\tjdoe\ts1\t\n',
        Enrolled("", "jdoe", "", "s1", "Jane", "Doe"),
    ),
    "Brightspace's": (
        "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n#s1,#jdoe,Doe,Jane,jane@x.edu,#\n",
        Enrolled("", "jdoe", "", "s1", "Jane", "Doe", "jane@x.edu"),
    ),
    "Sakai's grades": (
        "HW 1,Points,,,\n,,,,\nDisplay ID,ID,Last Name,First Name,grade\njdoe,x-1,Doe,Jane,\n",
        Enrolled("", "jdoe", "", "", "Jane", "Doe"),
    ),
    "Gradescope's": ("Name,SID,Email,Total Score\nJane Doe,s1,jane@x.edu,\n", Enrolled("", "", "", "s1", "Jane", "Doe", "jane@x.edu")),
    "GitHub Classroom's": (
        '"identifier","github_username","github_id","name"\n"s1","jane-d","77","Jane Doe"\n',
        Enrolled("", "jane-d", "", "s1", "Jane", "Doe"),
    ),
    "a list of addresses": ("email\njane@x.edu\n", Enrolled(email="jane@x.edu")),
}  # fmt: skip


@pytest.mark.parametrize("name", ROSTERS)
def test_a_roster_is_known_by_its_heading(name):
    text, expected = ROSTERS[name]
    roster = parse_roster(text.encode(), "x.csv")
    assert roster is not None and roster.enrolled == (expected,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_does_not_matter_which_program_saved_it(encoding, delimiter):
    text = "id,first_name,last_name,email\r\njnunez,José,Núñez,j@x.edu\r\n".replace(",", delimiter)
    roster = parse_roster(text.encode(encoding), "x.csv")
    assert roster is not None and roster.enrolled == (
        Enrolled(id="jnunez", first_name="José", last_name="Núñez", email="j@x.edu"),
    )


def test_excels_own_first_line_is_no_heading():
    roster = parse_roster(b"sep=;\r\n" + NBGRADER.replace(",", ";").encode(), "x.csv")
    assert roster is not None and roster.enrolled == (JANE,)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "grade,points\n1,2\n", "\0\0", '"'])
def test_what_names_no_students_is_no_roster(text, tmp_path):
    assert parse_roster(text.encode(), "x.csv") is None
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(UsageError, match="names no students: looked for a heading such as id"):
        read_roster(tmp_path / "x.csv")


def test_a_workbook_is_to_be_saved_as_csv(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"PK\3\4")
    with pytest.raises(UsageError, match="save it as CSV"):
        read_roster(tmp_path / "x.xlsx")
    with pytest.raises(UsageError, match="No such file"):
        read_roster(tmp_path / "y.csv")
