"""What comes in is graded when it is whole, first come first served, and of each student the newest."""

import itertools
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import RIGHT, make_course, notebook_of

from autograder.catalogue.course import find_course
from autograder.catalogue.settling import UNFINISHED, Settling, is_finished
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.catalogue.submission_refs import SubmissionRef
from autograder.commands import arrivals
from autograder.commands.arrivals import Arrivals, FolderSource, Source
from autograder.commands.exchange_source import ExchangeSource
from autograder.errors import GraderFault
from autograder.gradebook import exchange
from autograder.gradebook.inbound import Inbound
from tests.classroom import ASSIGNMENT, Classroom, make_classroom


class Clock:
    """Tells the time that it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


# Whole or half


def test_what_somebody_is_writing_to_is_not_whole(tmp_path: Path) -> None:
    clock = Clock()
    settling = Settling(clock)
    file = tmp_path / "doubling.ipynb"
    for part in range(5):
        file.write_text("x" * part)
        clock.now += 0.9
        assert not settling.is_whole(tmp_path, 1.0, finished=True)
    clock.now += 1.0
    assert settling.is_whole(tmp_path, 1.0, finished=True)
    (tmp_path / "data.csv").write_text("")
    assert not settling.is_whole(tmp_path, 1.0, finished=True)


def test_half_a_notebook_is_waited_for_and_graded_in_the_end(tmp_path: Path) -> None:
    clock = Clock()
    settling = Settling(clock)
    file = tmp_path / "doubling.ipynb"
    file.write_bytes(notebook_of(RIGHT)[:-20])
    assert not is_finished(file)
    settling.signature(tmp_path)
    clock.now = 2.0
    assert not settling.is_whole(tmp_path, 1.0, finished=False)
    clock.now = UNFINISHED
    assert settling.is_whole(tmp_path, 1.0, finished=False)
    file.write_bytes(notebook_of(RIGHT))
    assert is_finished(file)


def test_a_notebook_that_is_too_large_is_not_waited_for_nor_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.catalogue.settling.MAX_FILE_BYTES", 1_000)
    file = tmp_path / "doubling.ipynb"
    file.write_bytes(bytes(2_000))
    assert is_finished(file)
    file.write_bytes(bytes(1_000))
    assert not is_finished(file)


# The queue, over a folder


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks come one after another, and take what they find for whole."""
    monkeypatch.setattr(arrivals, "PAUSE_S", 0.0)
    monkeypatch.setattr(arrivals, "LOOK_S", 0.0)
    monkeypatch.setattr(Settling, "is_whole", lambda *_, finished: finished)


class Queue:
    """Arrivals of a source, of which `graded` are let be, asked one at a time."""

    def __init__(self, source: Source) -> None:
        self.graded: set[str] = set()
        self.arrivals = Arrivals(source, self._accept)
        self._coming: Iterator[SubmissionBytes | None] = self.arrivals.coming(lambda: False, lambda: None)

    def _accept(self, _ref: SubmissionRef, handed_in: SubmissionBytes) -> bool:
        return handed_in.student not in self.graded

    def next(self) -> SubmissionBytes | None:
        return next(self._coming)

    def students(self) -> list[str]:
        """Whoever is handed out until there is nothing."""
        return [each.student for each in itertools.takewhile(lambda each: each is not None, self._coming) if each]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_course(tmp_path / "course")
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def source_of(folder: Path) -> FolderSource:
    return FolderSource(folder, find_course(folder.parent / "course"), [ASSIGNMENT])


def hand_in(folder: Path, student: str, source: str = RIGHT) -> None:
    place = folder / student / ASSIGNMENT
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{ASSIGNMENT}.ipynb").write_bytes(notebook_of(source))


@pytest.mark.usefixtures("unhurried")
def test_of_a_burst_each_student_is_handed_out_once_with_the_newest(folder: Path) -> None:
    queue = Queue(source_of(folder))
    hand_in(folder, "ada")
    first = queue.next()
    assert first is not None and first.student == "ada"
    for student in ("cleo", "bob", "cleo"):
        hand_in(folder, student, f"{RIGHT}\n# an older one")
    hand_in(folder, "ada", "# a second one, while the first is graded")
    assert queue.next().student == "bob"
    hand_in(folder, "cleo", "# the newest")
    newest = queue.next()
    assert newest.student == "cleo" and b"the newest" in newest.data
    assert queue.next() is None and not queue.arrivals.is_idle
    queue.arrivals.done((ASSIGNMENT, "ada"))
    assert queue.students() == ["ada"]
    assert queue.students() == []


@pytest.mark.usefixtures("unhurried")
def test_who_came_first_is_served_first_whatever_they_are_called(folder: Path) -> None:
    queue = Queue(source_of(folder))
    hand_in(folder, "zoe")
    assert queue.next().student == "zoe"
    for student in ("yan", "xia"):
        hand_in(folder, student)
        queue.arrivals._look()
    hand_in(folder, "abe")
    assert queue.students() == ["yan", "xia", "abe"]


@pytest.mark.usefixtures("unhurried")
def test_half_a_notebook_a_stub_of_a_folder_and_what_is_hidden_are_left_alone(folder: Path) -> None:
    queue = Queue(source_of(folder))
    hand_in(folder, "ada")
    notebook = folder / f"ada/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    whole = notebook.read_bytes()
    notebook.write_bytes(whole[: len(whole) // 2])
    (folder / "bob" / ASSIGNMENT).mkdir(parents=True)
    hand_in(folder, ".cleo")
    assert queue.students() == []
    notebook.write_bytes(whole)
    assert queue.students() == ["ada"]


@pytest.mark.usefixtures("unhurried")
def test_notebooks_named_as_their_students_are_taken_too(folder: Path) -> None:
    (folder / "ada.ipynb").write_bytes(notebook_of(RIGHT))
    assert Queue(source_of(folder)).students() == ["ada"]


@pytest.mark.usefixtures("unhurried")
def test_what_is_graded_is_looked_at_once_and_again_where_that_is_asked_for(folder: Path) -> None:
    hand_in(folder, "ada")
    queue = Queue(source_of(folder))
    queue.graded = {"ada"}
    assert queue.students() == []
    queue.graded = set()
    assert queue.students() == []
    queue.arrivals.again()
    assert queue.students() == ["ada"]


@pytest.mark.usefixtures("unhurried")
def test_what_cannot_be_taken_is_told_once_and_holds_up_nobody(folder, monkeypatch, capsys) -> None:
    source = source_of(folder)
    take = source.take

    def refuse(key):
        if key[1] == "ada":
            raise GraderFault("her folder is too large")
        return take(key)

    monkeypatch.setattr(source, "take", refuse)
    for student in ("ada", "bob"):
        hand_in(folder, student)
    queue = Queue(source)
    assert [queue.next(), queue.next().student] == [None, "bob"]
    queue.arrivals.again()
    queue.students()
    assert capsys.readouterr().err == "autograder: her folder is too large\n"


@pytest.mark.usefixtures("unhurried")
def test_a_folder_that_is_gone_for_a_while_ends_nothing(folder: Path, capsys) -> None:
    queue = Queue(source_of(folder))
    folder.rmdir()
    assert queue.students() == []
    assert "cannot be read" in capsys.readouterr().err
    folder.mkdir()
    hand_in(folder, "ada")
    assert queue.students() == ["ada"]


def test_where_the_system_tells_of_no_changes_the_folder_is_polled(folder: Path, monkeypatch) -> None:
    asked = []

    def watch(_folder: Path, *, force_polling: bool | None, **_: object) -> Iterator[set[object]]:
        asked.append(force_polling)
        if not force_polling:
            raise OSError("OS file watch limit reached")
        yield {"a change"}

    monkeypatch.setattr(arrivals.watchfiles, "watch", watch)
    queue = Queue(source_of(folder))
    queue.arrivals.watch(threading.Event(), polling=False).join()
    assert asked == [None, True] and queue.arrivals._woken.is_set()


# nbgrader's exchange


@pytest.fixture
def room(tmp_path: Path) -> Classroom:
    return make_classroom(tmp_path / "course")


def exchange_of(room: Classroom) -> tuple[Queue, Inbound]:
    inbound = Inbound(room.course)
    return Queue(ExchangeSource(inbound, room.course, [ASSIGNMENT])), inbound


@pytest.mark.usefixtures("unhurried")
def test_of_several_attempts_the_newest_is_collected_and_who_came_first_is_first(room: Classroom) -> None:
    room.hand_in("ada", "# her first")
    room.hand_in("bob", "# his only one")
    room.hand_in("ada", "# her second")
    queue, inbound = exchange_of(room)
    found = [queue.next(), queue.next()]
    assert [each.student for each in found] == ["bob", "ada"] and b"her second" in found[1].data
    assert queue.students() == []
    assert {path.name for path in (room.root / "submitted").iterdir()} == {"ada", "bob"}
    assert inbound.time_of(ASSIGNMENT, "ada") > inbound.time_of(ASSIGNMENT, "bob")


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("lacking", ["submission_secret.txt", "timestamp.txt"])
def test_an_attempt_that_nbgrader_has_not_finished_is_not_taken(room: Classroom, lacking: str) -> None:
    queue, inbound = exchange_of(room)
    attempt = room.hand_in("ada", RIGHT)
    written = (attempt / lacking).read_text()
    (attempt / lacking).unlink()
    assert queue.students() == [] and inbound.collected(ASSIGNMENT, "ada") is None
    (attempt / lacking).write_text(written[:7])
    if lacking == "timestamp.txt":
        assert queue.students() == []
    (attempt / lacking).write_text(written)
    assert queue.students() == ["ada"]


@pytest.mark.usefixtures("unhurried")
def test_while_the_newest_is_on_its_way_the_one_before_is_taken(room: Classroom) -> None:
    queue, _ = exchange_of(room)
    room.hand_in("ada", "# her first")
    (room.hand_in("ada", "# her second") / "timestamp.txt").unlink()
    assert b"her first" in queue.next().data


def test_a_folder_that_nbgrader_would_not_leave_so_is_told_once(room: Classroom, capsys, monkeypatch) -> None:
    monkeypatch.setattr(arrivals, "LOOK_S", 0.0)
    clock = Clock()
    queue, _ = exchange_of(room)
    queue.arrivals._source._settling = Settling(clock)
    forged = room.inbound / f"ada+{ASSIGNMENT}+2099-01-01 00:00:00 UTC+x"
    forged.mkdir()
    (room.inbound / f"bob+{ASSIGNMENT}+no time+x").mkdir()
    for clock.now in (0.0, 1000.0, 2000.0):
        assert queue.students() == []
    assert capsys.readouterr().err == f"autograder: {forged.name} is not as nbgrader submit leaves it: not collected\n"


@pytest.mark.usefixtures("unhurried")
def test_a_collecting_that_is_killed_leaves_no_half_submission(room: Classroom, monkeypatch) -> None:
    attempt = room.hand_in("ada", RIGHT)
    (attempt / "data.csv").write_text("1,2")

    class Killed(BaseException):
        pass

    def copy_half(_self, source, target, *_):
        shutil.copytree(source, target)
        (Path(target) / f"{ASSIGNMENT}.ipynb").unlink()
        raise Killed

    queue, _ = exchange_of(room)
    with monkeypatch.context() as patch:
        patch.setattr(exchange.ExchangeCollect, "do_copy", copy_half)
        with pytest.raises(Killed):
            queue.next()
    place = room.root / "submitted/ada"
    assert not (place / ASSIGNMENT).exists()
    again, inbound = exchange_of(room)
    assert [(each.student, dict(each.files)) for each in [again.next()]] == [("ada", {"data.csv": b"1,2"})]
    assert [path.name for path in place.iterdir()] == [ASSIGNMENT] and inbound.collected(ASSIGNMENT, "ada")


@pytest.mark.usefixtures("unhurried")
def test_what_was_collected_by_hand_since_is_not_replaced_by_an_older_attempt(room: Classroom) -> None:
    queue, inbound = exchange_of(room)
    room.hand_in("ada", RIGHT)
    place = inbound.place(ASSIGNMENT, "ada")
    place.mkdir(parents=True)
    (place / f"{ASSIGNMENT}.ipynb").write_bytes(notebook_of("# another"))
    (place / "timestamp.txt").write_text("2099-01-01 00:00:00 UTC")
    assert b"another" in queue.next().data


@pytest.mark.usefixtures("unhurried")
def test_an_attempt_that_is_too_large_is_told_and_leaves_what_was_collected(room: Classroom, capsys) -> None:
    queue, inbound = exchange_of(room)
    room.hand_in("ada", "# small")
    assert queue.students() == ["ada"]
    before = inbound.collected(ASSIGNMENT, "ada")
    queue.arrivals.done((ASSIGNMENT, "ada"))
    large = room.hand_in("ada", "# large") / "large.bin"
    large.touch()
    with large.open("r+b") as file:
        file.truncate(1000 * inbound._app.coursedir.max_dir_size + 1)
    assert queue.students() == []
    assert "larger than nbgrader's max_dir_size" in capsys.readouterr().err
    assert inbound.collected(ASSIGNMENT, "ada") == before
