"""What students are told at once, how often, and that nobody is told twice."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import RIGHT
from nbgrader.api import Gradebook
from test_card import check
from test_feedback import result

from autograder.catalogue.course import find_course
from autograder.catalogue.submission_refs import SubmissionRef
from autograder.catalogue.watch_policy import WatchPolicy, policy_of
from autograder.commands import telling
from autograder.commands.telling import Teller
from autograder.errors import GraderFault, UsageError
from autograder.gradebook.due_dates import read_due_dates
from autograder.gradebook.inbound import Inbound
from autograder.results.result import QuestionResult, SubmissionResult
from autograder.results.store import ResultStore
from autograder.results.told import read_told
from tests.classroom import ASSIGNMENT, Classroom, make_classroom

# nbgrader leaves a file open where it releases feedback, and is told of a submission's student after its session
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*timestamp.txt:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:Object of type <SubmittedAssignment> not in session"),
]

DUE = datetime(2026, 10, 1, 18, tzinfo=UTC)
DAY = timedelta(days=1)
BEFORE, AFTER = DUE - 2 * DAY, DUE + DAY
VISIBLE, ALL = "It doubles", "It doubles a number as well"


def graded(student: str = "ada") -> SubmissionResult:
    checks = (
        check(id="test_a", description=VISIBLE),
        check("failed", "21 is 22", id="test_b", description=ALL, visible=False),
    )
    return result(QuestionResult("double", 8.0, checks), student=student, assignment=ASSIGNMENT)


class Telling:
    """A classroom with its exchange, at a time that a test sets."""

    def __init__(self, room: Classroom, store: ResultStore) -> None:
        self.room, self.store, self.now = room, store, BEFORE
        self.begin()

    def begin(self) -> None:
        """Begin anew, as after a kill."""
        self.inbound = Inbound(self.room.course)
        self.teller = Teller(self.inbound, self.room.course, [ASSIGNMENT], self.store, lambda: self.now)

    def hand_in(self, student: str = "ada") -> str:
        """Hand in, collect, and tell what a grade has come to."""
        self.room.hand_in(student, RIGHT)
        self.inbound.collect(ASSIGNMENT, self.inbound.attempts([ASSIGNMENT])[ASSIGNMENT, student][-1])
        self.store.add(graded(student), "", [])
        return self.tell(student)

    def tell(self, student: str = "ada") -> str:
        path = self.inbound.place(ASSIGNMENT, student) / f"{ASSIGNMENT}.ipynb"
        return self.teller.tell(SubmissionRef(student, ASSIGNMENT, path), graded(student))

    def shown(self, student: str = "ada") -> list[str]:
        """What each page that the student can fetch shows."""
        return ["all" if ALL in page else "visible" for page in self.room.pages(student) if VISIBLE in page]


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A gradebook that knows the assignment and when it is due."""
    path = tmp_path_factory.mktemp("made") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))  # for alembic
        with Gradebook(f"sqlite:///{path}") as book:
            book.add_assignment(ASSIGNMENT, duedate=DUE.replace(tzinfo=None))
        yield path


@pytest.fixture
def begin(tmp_path: Path, gradebook: Path) -> Iterator[object]:
    """Makes a classroom with a policy, whose assignment is due, or has no gradebook yet."""
    with ResultStore.writing(tmp_path / "results") as store:

        def make(policy: str = "", *, is_due: bool = True) -> Telling:
            room = make_classroom(tmp_path / "course", policy)
            if is_due:
                shutil.copy(gradebook, room.root)
            return Telling(room, store)

        yield make


def test_before_the_due_date_visible_checks_are_shown_and_all_of_them_once_it_has_passed(begin, monkeypatch):
    room = begin()
    assert room.hand_in() == "told: visible checks"
    (page,) = room.room.pages("ada")
    assert ALL not in page and "Only the checks that you can run yourself" in page and "after 2026-10-01" in page
    assert "8</b> <span>of 8 points" in page  # of visible checks
    monkeypatch.setattr(telling, "LOOK_S", -1.0)
    room.begin()
    assert not room.teller.is_to_look_again()
    room.now = AFTER
    assert room.teller.is_to_look_again() and not room.teller.is_to_look_again()
    assert room.tell() == "told: all checks"
    (page,) = room.room.pages("ada")
    assert ALL in page and "21 is 22" not in page and "Only the checks" not in page
    assert "4</b> <span>of 8 points" in page


@pytest.mark.parametrize(("policy", "shown"), [('before_due = "all"', ["all"]), ('before_due = "nothing"', [])])
def test_the_course_says_what_is_shown_before(begin, policy, shown):
    room = begin(policy)
    room.hand_in()
    assert room.shown() == shown


def test_without_a_gradebook_nothing_is_past(begin):
    room = begin(is_due=False)
    room.now = AFTER
    room.hand_in()
    assert room.shown() == ["visible"]


def test_after_the_due_date_a_course_may_keep_hidden_checks_to_itself(begin):
    room = begin('after_due = "visible"')
    room.now = AFTER
    room.hand_in()
    assert room.shown() == ["visible"]


def test_who_has_more_time_is_shown_the_rest_later(begin):
    room = begin()
    with Gradebook(room.inbound.gradebook) as book:
        for student in ("ada", "bob"):
            book.add_student(student)
            book.add_submission(ASSIGNMENT, student)
        book.grant_extension(ASSIGNMENT, "ada", days=3)
    room.begin()
    room.now = AFTER
    assert [room.hand_in(student) for student in ("ada", "bob")] == ["told: visible checks", "told: all checks"]
    due = read_due_dates(room.inbound.gradebook, [ASSIGNMENT])
    assert due.of(ASSIGNMENT, "ada") == DUE + 3 * DAY and due.of(ASSIGNMENT, "nobody yet") == DUE


def test_so_many_attempts_a_day_are_told_of_and_the_newest_the_next_day(begin):
    room = begin("attempts_a_day = 2")
    assert [room.hand_in() for _ in range(4)] == ["told: visible checks"] * 2 + ["told tomorrow: 2 a day"] * 2
    assert room.hand_in("bob") == "told: visible checks"
    room.now += DAY
    assert room.tell() == "told: visible checks"
    pages = room.room.pages("ada")
    assert len(pages) == 3
    assert room.hand_in() == "told: visible checks" and room.hand_in() == "told tomorrow: 2 a day"


def test_the_rest_of_an_attempt_is_no_attempt(begin):
    room = begin("attempts_a_day = 1")
    room.now = DUE - timedelta(seconds=1)
    room.hand_in()
    room.now = DUE
    assert room.tell() == "told: all checks"


def test_an_attempt_is_told_of_once_and_a_second_one_with_the_same_content_as_well(begin):
    room = begin()
    assert [room.hand_in(), room.tell(), room.hand_in(), room.tell()] == ["told: visible checks", ""] * 2
    assert room.shown() == ["visible"] * 2


def test_a_check_that_was_mended_is_told_of_again_and_counts_for_nothing(begin, monkeypatch):
    room = begin("attempts_a_day = 1")
    room.hand_in()
    path = room.store.told_of("ada", ASSIGNMENT)
    path.write_text(path.read_text().replace("f" * 64, "e" * 64))
    assert [room.tell(), room.tell()] == ["told: visible checks", ""]
    assert room.shown() == ["visible"]


def test_killed_between_page_and_note_it_tells_of_the_same_attempt_and_counts_it_once(begin, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(*_):
        raise Killed

    room = begin("attempts_a_day = 1")
    with monkeypatch.context() as patch:
        patch.setattr(telling, "write_told", kill)
        with pytest.raises(Killed):
            room.hand_in()
    room.begin()
    assert [room.tell(), room.tell()] == ["told: visible checks", ""]
    assert room.shown() == ["visible"]
    assert len(read_told(room.store.told_of("ada", ASSIGNMENT))) == 1


def test_what_could_not_be_released_is_tried_again(begin, monkeypatch, capsys):
    room = begin()

    def refuse(*_):
        raise GraderFault("no room on the exchange")

    with monkeypatch.context() as patch:
        patch.setattr(room.inbound, "release", refuse)
        assert room.hand_in() == "not released"
    assert capsys.readouterr().err == "autograder: no room on the exchange\n"
    monkeypatch.setattr(room.teller, "_next_look", 0.0)
    assert room.teller.is_to_look_again()
    assert room.tell() == "told: visible checks"


def test_a_page_can_be_read_by_students_whatever_the_instructors_mask(begin):
    room = begin()
    before = os.umask(0o077)
    try:
        room.hand_in()
    finally:
        os.umask(before)
    (page,) = (room.room.root / "exchange/tiny/feedback").glob("*.html")
    assert page.stat().st_mode & 0o777 == 0o644


def test_a_note_that_is_none_is_refused_and_says_where(begin):
    room = begin()
    room.hand_in()
    path = room.store.told_of("ada", ASSIGNMENT)
    for text in ("[", "{}", json.dumps([{"attempt": "x"}]), '[{"attempt":"","shown":"","checks_sha256":"","at":"?"}]'):
        path.write_text(text)
        if text == "{}":
            assert not read_told(path)
        else:
            with pytest.raises(UsageError, match=str(path)):
                read_told(path)


# The course's policy


def with_policy(course: Path, text: str) -> object:
    path = course / "pyproject.toml"
    path.write_text(f"{path.read_text()}[tool.autograder.watch]\n{text}\n")
    return find_course(course)


def test_a_policy_holds_for_all_assignments_or_for_one(course):
    found = with_policy(course, "attempts_a_day = 5\n[tool.autograder.watch.doubling]\nbefore_due = 'all'")
    assert policy_of(found) == policy_of(found, "another") == WatchPolicy(attempts_a_day=5)
    assert policy_of(found, "doubling") == WatchPolicy(attempts_a_day=5, before_due="all")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("attempts = 5", "unknown key attempts; it may have: attempts_a_day, before_due, after_due, settle_s"),
        ("attempts_a_day = -1", "attempts_a_day is -1; it must be a whole number, 0 for no bound"),
        ("attempts_a_day = true", "attempts_a_day is True"),
        ("before_due = 'hidden'", "before_due is 'hidden'; it must be one of nothing, visible, all"),
        ("settle_s = 0", "settle_s is 0; it must be a number above 0"),
        ("settle_s = inf", "settle_s is inf"),
        ("[tool.autograder.watch.doublin]\nsettle_s = 1", "there is no assignment 'doublin'"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(course, text, told):
    with pytest.raises(UsageError, match=told):
        policy_of(with_policy(course, text), "doubling")
