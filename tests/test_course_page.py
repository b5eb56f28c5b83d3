"""`autograder course`: a page of a term, and one for each section."""

import re
import warnings
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning
from test_card import HOSTILE, check
from test_feedback import assert_is_sound, result

from autograder import cli
from autograder.catalogue.course import find_course
from autograder.catalogue.submission_refs import NOTHING
from autograder.downloads.roster import parse_roster
from autograder.gradebook.settings import read_settings
from autograder.reports.course_page import Cell, Student, render_course
from autograder.results.person import Person
from autograder.results.result import QuestionResult, SubmissionResult
from autograder.results.store import ResultStore

ROOT = Path(__file__).parents[1]
NOT_THERE = check("not_attempted", f"There is no code to check: {NOTHING}.")
ROSTER = """id,first_name,last_name,email,section
ada,Ada,Byron,ada@x.org,Monday
bo,Bo,Li,bo@x.org,Friday
cy,Cy,Twombly,cy@x.org,Friday
"""


def one(student: str, assignment: str, share: float, **more: object) -> SubmissionResult:
    checks = tuple(check("passed" if n < 4 * share else "failed", id=f"test_{n}") for n in range(4))
    return replace(result(QuestionResult("q", 10.0, checks), student=student, assignment=assignment), **more)


def missing(student: str, assignment: str) -> SubmissionResult:
    return result(QuestionResult("q", 10.0, (NOT_THERE,)), student=student, assignment=assignment)


@pytest.fixture
def term(course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(course)
    Path("roster.csv").write_text(ROSTER)
    with ResultStore.writing(Path("results")) as store:
        for each in (
            one("ada", "first", 1), one("ada", "second", 0.5, by_hand={"why": 5.0}), one("bo", "first", 0.75),
            missing("bo", "second"), one("guest", "second", 1, person=Person("Gus", "Tav")),
        ):  # fmt: skip
            store.add(each, "<p>feedback</p>")
    return course


def rows(page: str) -> dict[str, list[str]]:
    """The cells of each student's row as text."""
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page):
        cells = [re.sub(r"<svg.*?</svg>|<.*?>", " ", cell).split() for cell in re.split("</t[hd]>", row)]
        found[" ".join(cells[0])] = [" ".join(cell) for cell in cells[1:-2]]
    return found


def test_a_page_has_who_handed_in_what_and_who_did_not(term: Path, capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["course", "--roster", "roster.csv", "--title", "Deep Learning"]) == 0
    page = Path("results/course.html").read_text()
    assert_is_sound(page)
    assert rows(page) == {
        "Ada Byron (ada)": ["10", "5 by hand", "15 of 20"],
        "Bo Li (bo)": ["7.5", "missing", "7.5 of 20"],
        "Cy Twombly (cy)": ["missing", "missing", "0 of 20"],
        "Gus Tav (guest)": ["missing", "10", "10 of 20"], "Median": ["88 %", "75 %", ""],
    }  # fmt: skip
    assert "first 75 %, second missing." in page and "4 students, 2 assignments" in page
    link = re.search(r'href="(\./feedback/ada/first[^"]*)"', page)
    assert link and (Path("results") / link[1]).exists()
    assert "4 students, 2 assignments: results/course.html" in capsys.readouterr().out


def test_each_section_of_the_roster_has_a_page(term: Path) -> None:
    assert cli.main(["course", "results", "--roster", "roster.csv", "--out", "pages"]) == 0
    assert {each.name for each in Path("pages").iterdir()} == {
        "course.html",
        "course-friday.html",
        "course-monday.html",
    }
    friday = Path("pages/course-friday.html").read_text()
    assert_is_sound(friday)
    assert [name.split()[0] for name in rows(friday)] == ["Bo", "Cy", "Median"]
    assert rows(friday)["Median"][0] == "75 %"
    assert 'href="./course-friday.html" aria-current="page"' in friday and 'href="./course.html"' in friday
    assert 'href="./../results/feedback/bo/first.html"' in friday


def test_the_order_of_a_term_can_be_told_and_what_is_not_there_is_refused(term: Path, capsys) -> None:
    assert cli.main(["course", "--assignments", "second,first"]) == 0
    assert rows(Path("results/course.html").read_text())["ada"][0] == "5 by hand"
    assert cli.main(["course", "--assignments", "third"]) == 2
    assert "no results of third; there are of: first, second" in capsys.readouterr().err
    assert cli.main(["course", "elsewhere"]) == 2
    assert "elsewhere has no results.jsonl" in capsys.readouterr().err


def test_a_gradebook_tells_final_scores_who_was_late_and_the_order(term: Path) -> None:
    Path("nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    read_settings(find_course())
    url = "sqlite:///gradebook.db"
    with Gradebook(url) as book, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own
        for name, month in (("first", 5), ("second", 4)):
            book.add_assignment(name, duedate=datetime(2026, month, 1))
            book.add_notebook(name, name)
            book.add_grade_cell("q", name, name, max_score=10, cell_type="code")
        for student in ("ada", "bo", "guest"):
            book.add_student(student)
        submission = book.add_submission("first", "ada", timestamp=datetime(2026, 5, 2, 12))
        submission.notebooks[0].late_submission_penalty = 2.0
        grade = book.find_grade("q", "first", "first", "ada")
        grade.auto_score, grade.needs_manual_grade = 9.0, False
        book.add_submission("second", "ada", timestamp=datetime(2026, 3, 1))
        book.db.commit()
    assert cli.main(["course", "--gradebook", url]) == 0
    page = Path("results/course.html").read_text()
    assert rows(page)["ada"][:2] == ["0 by hand", "7 2 days late"]
    assert "1 late" in page and "1 to be graded by hand" in page


def test_what_rosters_call_a_section_is_read_of_canvas_several() -> None:
    canvas = parse_roster(b'Student,ID,SIS User ID,SIS Login ID,Section\n"Li, Bo",1,2,bo,Lab 1 and Lecture\n', "")
    assert canvas is not None and canvas.enrolled[0].sections == ("Lab 1", "Lecture")
    registrar = parse_roster(b'Username,Name,Tutorial\nada,Ada Byron,"B, C"\n', "")
    assert registrar is not None and registrar.enrolled[0].sections == ("B", "C")


def test_names_of_people_and_sections_are_inert_and_make_files_of_their_own() -> None:
    sections = ["../../etc", "A/B", "A B", "日本", HOSTILE]
    students = [Student(f"{HOSTILE}{n}", HOSTILE, [each], {}) for n, each in enumerate(sections)]
    students[0] = replace(students[0], cells={HOSTILE: Cell(12.0, 10.0, days_late=1, needs_review=True)})
    pages = render_course(HOSTILE, [HOSTILE], students)
    assert len(pages) == 1 + len(sections)
    assert all(re.fullmatch(r"course(-[a-z0-9-]+)?\.html", name) for name in pages)
    for page in pages.values():
        assert_is_sound(page)


def test_a_course_without_students_or_points_is_a_page_too() -> None:
    assert_is_sound(render_course("Course", [], [])["course.html"])
    cells = {"a": Cell(0.0, 0.0), "b": Cell(3.0, 2.0)}
    assert_is_sound(render_course("Course", ["a", "b"], [Student("ada", cells=cells)])["course.html"])
