"""An exchange on a machine that several people share: an instructor, a colleague and two students, real Unix users."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.authoring.simulation.member import Member
from autograder.catalogue.assignment import SECRETS
from tests.demo.roster import demo_class
from tests.people import People, Person, missing, people

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "linear_regression"
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
PARTS = ("autograder/checks", "solutions")
SITE = """
c.CourseDirectory.course_id = "deep-learning"
c.Exchange.root = "{exchange}"
"""
READABLE = """
import json, os, sys
def readable(path):
    try:
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
    except OSError:
        return False
    return True
print(json.dumps([path for path in json.loads(sys.argv[1]) if readable(path)]))
"""
PROBLEM = "from autograder.sandbox.launch import bubblewrap_problem; print(bubblewrap_problem() or '')"
TOTALS = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    print(json.dumps({each.student.id: each.score for each in book.assignment_submissions(sys.argv[1])}))
"""
GRADE_BY_HAND = """
import sys
from nbgrader.api import Gradebook
assignment, student, question, score = sys.argv[1:]
with Gradebook("sqlite:///gradebook.db") as book:
    grade = book.find_grade(question, assignment, assignment, student)
    grade.manual_score, grade.needs_manual_grade = float(score), False
    book.db.commit()
"""
GIVEN_BY_HAND = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    grades = [grade for each in book.find_submission(*sys.argv[1:]).notebooks for grade in each.grades]
    print(json.dumps({grade.name: grade.manual_score for grade in grades if grade.manual_score is not None}))
"""
STOCK = "--ExchangeFactory.collect=nbgrader.exchange.default.collect.ExchangeCollect"


@dataclass(frozen=True)
class School:
    """A course after everybody has done their part; `ada` is right, `bob` has made a mistake.

    `problem` is why the instructor, an ordinary user, cannot grade confined on this machine.
    """

    people: People
    exchange: Path
    course: Path
    problem: str

    def inbound(self, student: Person) -> list[Path]:
        return sorted((self.exchange / "deep-learning/inbound").glob(f"{student.name}+*"))


@pytest.fixture(scope="module")
def school() -> Iterator[School]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    with people("instructor", "colleague", "ada", "bob", grouped=("instructor", "colleague")) as made:
        exchange = made.place / "exchange"
        exchange.mkdir()
        exchange.chmod(0o1777)
        (made.place / "etc/nbgrader_config.py").write_text(SITE.format(exchange=exchange))
        problem = made["instructor"].run("-c", PROBLEM).strip()
        yield _taught(School(made, exchange, copy_of_the_course(made["instructor"]), problem))


def copy_of_the_course(owner: Person) -> Path:
    course = owner.home / "course"
    for part in PARTS:
        shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, course)
    for path in (course, *course.rglob("*")):
        shutil.chown(path, owner.name, owner.name)
    return course


def member_who_is(id: str) -> Member:
    return next(member for member in demo_class(ASSIGNMENT) if member.id == id)


def _taught(school: School) -> School:
    instructor, ada, bob = (school.people[role] for role in ("instructor", "ada", "bob"))
    for step in ("generate_assignment", "release_assignment"):
        instructor.nbgrader(step, ASSIGNMENT, cwd=school.course)
    for student, like in ((ada, "amara"), (bob, "farid")):
        student.nbgrader("fetch_assignment", ASSIGNMENT)
        notebook = student.home / NOTEBOOK
        notebook.write_bytes(member_who_is(like).notebook(notebook.read_bytes()))
        student.nbgrader("submit", ASSIGNMENT)
    instructor.nbgrader("collect", ASSIGNMENT, cwd=school.course)
    if not school.problem:
        for step in ("autograde", "generate_feedback", "release_feedback"):
            instructor.nbgrader(step, ASSIGNMENT, cwd=school.course)
        for student in (ada, bob):
            student.nbgrader("fetch_feedback", ASSIGNMENT)
    return school


def _submission(school: School, role: str) -> Path:
    (folder,) = school.inbound(school.people[role])
    return folder


def _graded(school: School) -> School:
    """The school, where its instructor could grade as an ordinary user."""
    if school.problem:
        pytest.skip(f"an ordinary user cannot confine student code here: {school.problem}")
    return school


# Who can read what


def test_nobody_reads_anothers_work_the_solutions_or_the_gradebook(school: School) -> None:
    instructor, ada, bob = (school.people[role] for role in ("instructor", "ada", "bob"))
    inbound = school.exchange / "deep-learning/inbound"
    hers = [ada.home / NOTEBOOK, *(ada.home / ".local/share/jupyter/nbgrader_cache").rglob("submission_secret.txt")]
    guess = inbound / _submission(school, "ada").name.rsplit("+", 1)[0]
    course = [
        school.course / name
        for name in (f"solutions/{NOTEBOOK}", f"solutions/{ASSIGNMENT}/hidden_checks.py", "gradebook.db", "submitted")
    ]
    assert not [path for path in school.exchange.rglob("*") if path.name in SECRETS]
    assert len(hers) == 2 and all(path.exists() for path in (*hers, *course))
    assert _readable_by(instructor, [inbound, *course, *hers]) == [inbound, *course]
    assert _readable_by(ada, [inbound, *course, *hers, guess / f"{ASSIGNMENT}.ipynb"]) == hers
    assert _readable_by(bob, [inbound, *course, *hers, guess / f"{ASSIGNMENT}.ipynb"]) == []


def _readable_by(person: Person, paths: list[Path]) -> list[Path]:
    asked = json.dumps([str(path) for path in paths])
    return [Path(each) for each in json.loads(person.run("-c", READABLE, asked))]


def test_what_is_handed_in_lies_under_a_name_that_cannot_be_guessed(school: School) -> None:
    names = [_submission(school, role).name for role in ("ada", "bob")]
    chances = [name.rsplit("+", 1)[1] for name in names]
    assert len(set(chances)) == 2 and all(re.fullmatch(r"[\w-]{12}", chance) for chance in chances)


def test_a_student_cannot_put_a_folder_of_their_own_in_the_place_of_the_course(school: School) -> None:
    """Which is what the sticky bit of the exchange is for: nbgrader asks for 0777, and is content with 1777."""
    move = "import os, sys; os.rename(sys.argv[1], sys.argv[1] + '-moved')"
    told = school.people["bob"].run("-c", move, str(school.exchange / "deep-learning"), expected=1)
    assert "PermissionError" in told or "not permitted" in told
    assert school.exchange.stat().st_mode & 0o7777 == 0o1777


# Grading and feedback


def test_an_instructor_who_is_not_root_collects_and_grades_confined(school: School) -> None:
    ada, bob = school.people["ada"], school.people["bob"]
    totals = json.loads(_graded(school).people["instructor"].run("-c", TOTALS, ASSIGNMENT, cwd=school.course))
    assert totals.keys() == {ada.name, bob.name}
    assert 0 < totals[bob.name] < totals[ada.name]


def test_students_fetch_their_own_feedback_and_cannot_read_anothers(school: School) -> None:
    ada, bob = (_graded(school).people[role] for role in ("ada", "bob"))
    pages = {person: list((person.home / ASSIGNMENT / "feedback").rglob("*.html")) for person in (ada, bob)}
    assert all(len(own) == 1 for own in pages.values())
    named = "The step is not divided by the batch size"
    assert named in pages[bob][0].read_text("utf-8") and named not in pages[ada][0].read_text("utf-8")
    on_exchange = school.exchange / "deep-learning/feedback"
    assert len(list(on_exchange.iterdir())) == 2
    assert _readable_by(bob, [on_exchange, *pages[ada], *pages[bob]]) == pages[bob]


# A student who cheats at the exchange itself


def test_forged_names_and_links_bring_what_stock_nbgrader_takes_for_a_submission(school: School) -> None:
    """Bob hands in under Ada's name, and links to what he cannot read: the instructor can."""
    instructor, ada, bob = (school.people[role] for role in ("instructor", "ada", "bob"))
    links = {
        f"{ASSIGNMENT}.ipynb": school.course / f"solutions/{NOTEBOOK}",
        "hers.ipynb": school.course / f"submitted/{ada.name}/{NOTEBOOK}",
        "solutions": school.course / "solutions",
    }
    handed_in = (_submission(school, "ada") / f"{ASSIGNMENT}.ipynb").read_bytes()
    make = "import json, os, sys; os.makedirs(sys.argv[1]); [os.symlink(to, f'{sys.argv[1]}/{name}') for name, to in json.loads(sys.argv[2]).items()]"
    for name, year in ((ada.name, 2098), (bob.name, 2099)):
        folder = school.exchange / f"deep-learning/inbound/{name}+{ASSIGNMENT}+{year}-01-01 00:00:00 UTC+x"
        bob.run("-c", make, str(folder), json.dumps({name: str(to) for name, to in links.items()}))
    collect = ("collect", ASSIGNMENT, "--CourseDirectory.submitted_directory")
    instructor.nbgrader(*collect[:2], f"{collect[2]}=stock", STOCK, cwd=school.course)
    told = instructor.nbgrader(*collect[:2], f"{collect[2]}=ours", cwd=school.course)

    source = (school.course / f"solutions/{NOTEBOOK}").read_bytes()
    for person in (ada, bob):
        assert (school.course / "stock" / person.name / NOTEBOOK).read_bytes() == source
        assert (school.course / f"stock/{person.name}/{ASSIGNMENT}/solutions/{NOTEBOOK}").read_bytes() == source
    assert (school.course / "ours" / ada.name / NOTEBOOK).read_bytes() == handed_in
    assert list((school.course / "ours" / bob.name / ASSIGNMENT).iterdir()) == []
    assert f"belongs to {bob.name}, not to {ada.name}" in told
    assert all(f"'{name}' in" in told for name in links)


# Two instructors of one course


def test_two_instructors_share_a_course_and_keep_each_others_grades(school: School) -> None:
    one, other, bob = (_graded(school).people[role] for role in ("instructor", "colleague", "bob"))
    course, on_exchange = school.people.place / "shared", school.exchange / "shared"
    on_exchange.mkdir()
    shutil.copytree(
        school.course, course, ignore=shutil.ignore_patterns("gradebook.db", "stock", "ours", "*ed", "feedback")
    )
    for path in (on_exchange, course, *course.rglob("*")):
        shutil.chown(path, one.name, school.people.group)
        path.chmod(0o2770 if path.is_dir() else 0o660)
    on_exchange.chmod(0o2775)

    def run(person: Person, step: str, *options: str) -> None:
        shared = ("--course=shared", "--CourseDirectory.groupshared=True", *options)
        person.nbgrader(step, ASSIGNMENT, *shared, cwd=course, umask=0o007)

    def grade_by_hand(person: Person, question: str, score: float) -> None:
        person.run("-c", GRADE_BY_HAND, ASSIGNMENT, bob.name, question, str(score), cwd=course)

    run(one, "generate_assignment", "--force")
    run(one, "release_assignment")
    one.run("-c", "import os; os.chmod('gradebook.db', 0o660)", cwd=course)  # SQLite makes it 0640 at most
    bob.nbgrader("submit", ASSIGNMENT, "--course=shared")
    run(other, "collect")
    run(other, "autograde")
    grade_by_hand(one, "linreg", 1.0)
    grade_by_hand(other, "squared_loss", 2.0)
    run(one, "autograde", "--force")
    given = json.loads(other.run("-c", GIVEN_BY_HAND, ASSIGNMENT, bob.name, cwd=course))
    assert given == {"linreg": 1.0, "squared_loss": 2.0}
    assert _readable_by(bob, [course, course / "gradebook.db"]) == []
