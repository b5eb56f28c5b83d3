"""Who is in a class: a roster as nbgrader, an LMS or a registrar's office exports it, whatever its columns are called.

Known are nbgrader's students.csv (id, first_name, last_name, email), Canvas's gradebook (Student, ID, SIS User ID, SIS
Login ID), Moodle's participants, grades and grading worksheet (Identifier, Full name, …; First name, Surname, ID
number, Username, Groups), Brightspace's (OrgDefinedId, Username), Blackboard's (Last Name, First Name, Username,
Student ID), Sakai's grades.csv (Display ID, ID), Gradescope's (SID, Email), GitHub Classroom's (identifier,
github_username) and Banner-like lists (Student Name, ID or Banner ID, Email), the heading in any of the first lines.
"""

import csv
import io
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.downloads.encoding import encoding_of, read_table_file
from autograder.downloads.naming import plain
from autograder.errors import UsageError

CANVAS: Final = "canvas"
MOODLE: Final = "moodle"
HEADING_WITHIN: Final = 10  # lines
DELIMITERS: Final = (",", ";", "\t", "|")
_COLUMNS: Final[Mapping[str, str]] = {
    name: column
    for column, names in {
        "login": (
            "username|user name|login|login name|login id|sis login id|user id|userid|lms user id|netid|net id|uni id"
            "|github username|display id|benutzername|anmeldename|nombre de usuario|nom d utilisateur|usuario"
            "|gebruikersnaam|nome utente"
        ),
        "number": "identifier|participant|canvas id|canvas user id|moodle id|bezeichner|identificador|identifiant",
        "student_number": (
            "student id|studentid|student number|sid|id number|idnumber|sis user id|orgdefinedid|org defined id"
            "|banner id|student no|matriculation number|matriculation|matrikelnummer|id nummer|university id"
            "|integration id|numero de id|numero d identification|numero id|matricula|studentnummer|roster identifier"
        ),
        "name": (
            "name|full name|fullname|student name|student|display name|participant name|learner|vollstandiger name"
            "|nombre completo|nom complet|nome completo|nombre|volledige naam"
        ),
        "first_name": (
            "first name|firstname|first|given name|given names|forename|vorname|prenom|nome|preferred first name"
            "|first preferred|voornaam"
        ),
        "last_name": (
            "last name|lastname|last|surname|family name|nachname|apellido s|apellidos|nom|nom de famille|cognome"
            "|sobrenome|achternaam"
        ),
        "email": (
            "email|e mail|email address|e mail address|mail|e mail adresse|email adresse|direccion de correo"
            "|adresse de courriel|correo electronico|courriel|indirizzo email|endereco de email|student email"
            "|primary email|e mailadres|emailadres"
        ),
        "sections": "section|sections|section name|tutorial|tutorial group|recitation|sektion|abteilung|seccion|turma",
        "groups": "groups|group|group name|group names|gruppen|gruppe|grupos|grupo|groupe|groupes|groep",
        "id": "id",
    }.items()
    for name in names.split("|")
}  # fmt: skip
_NOBODY: Final = re.compile(r"points possible|student,? test$|test student$|totals?$", re.IGNORECASE)  # Canvas's rows


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody in a roster; empty where it does not say.

    `id` is nbgrader's own, where the roster is: what the gradebook calls the student. `groups` hand in together;
    `sections` are parts of the class.
    """

    id: str = ""
    login: str = ""
    number: str = ""
    student_number: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    groups: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """First name, then last."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Roster:
    """A class; `title` says where it was read, `platform` whose numbers it has."""

    enrolled: tuple[Enrolled, ...] = ()
    title: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The line of a table that says what its columns hold; `columns` are empty where that is not who somebody is."""

    delimiter: str
    place: int
    columns: tuple[str, ...]
    platform: str

    def enrolled(self, row: Sequence[str]) -> Enrolled | None:
        """Return who stands in a line below; None where nobody does, as in Canvas's line of points."""
        return _enrolled(self.columns, row) if any(cell.strip() for cell in row) else None


def read_roster(path: Path) -> Roster:
    """Return who is in a class.

    Raises:
        UsageError: the file cannot be read, or has no heading that names students.
    """
    data = read_table_file(path, f"the roster {path}")
    roster = parse_roster(data, str(path))
    if roster is None:
        raise UsageError(
            f"the roster {path} names no students: looked for a heading such as id, username, email, name, "
            "first_name and last_name, between commas, semicolons or tabs"
        )
    return roster


def parse_roster(data: bytes, title: str) -> Roster | None:
    """Return who is in a class; None where the bytes are no roster."""
    text = encoding_of(data).decode(data)
    lines = text.splitlines()
    if lines and re.match(r"sep=.$", lines[0].strip(), re.IGNORECASE):  # Excel's
        text = text.split("\n", 1)[1]
    heading = find_heading((delimiter, _rows(text, delimiter)) for delimiter in DELIMITERS)
    if heading is None:
        return None
    enrolled = []
    for row in itertools.islice(_rows(text, heading.delimiter), heading.place + 1, None):
        each = heading.enrolled(row)
        if each is not None:
            enrolled.append(each)
    return Roster(tuple(dict.fromkeys(enrolled)), title, heading.platform)


def find_heading(
    tables: Iterable[tuple[str, Iterable[Sequence[str]]]], alone: Collection[str] = ("id", "login", "email")
) -> Heading | None:
    """Return the heading of a table; None where it is no roster's.

    Args:
        tables: the delimiters that may divide it, and its lines divided so.
        alone: what does where nothing else tells who somebody is.
    """
    best: tuple[int, Heading] | None = None
    for delimiter, rows in tables:
        for place, row in enumerate(itertools.islice(rows, HEADING_WITHIN)):
            columns = tuple(_columns(row))
            known = sum(map(bool, columns))
            if known and (best is None or known > best[0]):
                platform = "" if "number" not in columns else CANVAS if _is_canvas(row) else MOODLE
                best = known, Heading(delimiter, place, columns, platform)
    if best is None:
        return None
    known, heading = best
    if not set(heading.columns) & {"id", "login", "number", "student_number", "name", "email", "last_name"}:
        return None
    if known < 2 and not set(heading.columns) & set(alone):
        return None
    return heading


def _rows(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:  # a cell beyond bounds, a stray NUL
            continue


def _columns(row: Sequence[str]) -> list[str]:
    """Return what each column of a heading holds, empty where it is not known; of two that say the same the first."""
    found: list[str] = []
    cells = [
        plain(re.sub(r"\(.*?\)", "", cell) if "(" in cell and plain(cell) != "apellido s" else cell) for cell in row
    ]
    canvas = _is_canvas(row)
    sakai = "display id" in cells
    for cell in cells:
        column = _COLUMNS.get(cell, "")
        if column == "id":
            column = "number" if canvas else "" if sakai else column if _is_nbgraders(row) else "student_number"
        found.append("" if column in found else column)
    if "first_name" not in found and "last_name" in found and "name" not in found and "nombre" in cells:
        found[cells.index("nombre")] = "first_name"
    if (
        "name" in found
        and "last_name" in found
        and "first_name" not in found
        and cells[found.index("name")] == "nombre"
    ):
        found[found.index("name")] = "first_name"
    if "identifier" in cells and "login" in found and found[cells.index("identifier")] == "number":
        found[cells.index("identifier")] = "" if "student_number" in found else "student_number"  # GitHub's
    return found


def _is_canvas(row: Sequence[str]) -> bool:
    cells = [plain(cell) for cell in row]
    return "student" in cells and any(cell.startswith("sis ") for cell in cells)


def _is_nbgraders(row: Sequence[str]) -> bool:
    """Whether a heading is that of nbgrader's students.csv."""
    cells = {cell.strip().lower() for cell in row}
    return "id" in cells and (bool(cells & {"first_name", "last_name", "lms_user_id"}) or cells <= {"id", "email"})


def _enrolled(columns: Sequence[str], row: Sequence[str]) -> Enrolled | None:
    cells = {column: cell.strip().strip("\ufeff") for column, cell in zip(columns, row, strict=False) if column}
    first, last = cells.get("first_name", ""), cells.get("last_name", "")
    name = cells.get("name", "")
    if _NOBODY.match(name or f"{last}, {first}"):
        return None
    if name and not (first and last):
        first, last = divided(name)
    number = re.search(r"\d+$", cells.get("number", ""))
    email = cells.get("email", "")
    login = cells.get("login", "").lstrip("#")  # which Brightspace puts before what a spreadsheet might change
    if not email and "@" in login:
        email = login
    found = Enrolled(
        cells.get("id", ""), login, number[0] if number else cells.get("number", ""),
        cells.get("student_number", "").lstrip("#"), first, last, email,
        _several(cells.get("groups", ""), "[,;]"), _several(cells.get("sections", ""), "[,;]| and "),
    )  # fmt: skip
    told = found.id or found.login or found.number or found.student_number or found.name or found.email
    return found if told else None


def _several(cell: str, divider: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in re.split(divider, cell) if each.strip())


def divided(name: str) -> tuple[str, str]:
    """Return first and last name of "Doe, Jane" or "Jane Doe"."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.strip().rpartition(" ")
    return first.strip(), last.strip()
