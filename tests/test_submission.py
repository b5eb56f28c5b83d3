"""Reading what was handed in, whatever its state."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from conftest import RIGHT, code_cell, make_course, notebook, notebook_of

from autograder.catalogue.course import find_course
from autograder.catalogue.submission import MAX_BYTES, read_submission
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.catalogue.submission_refs import find_submissions
from autograder.errors import UsageError


def read(data, name="doubling.ipynb"):
    return read_submission(data, name)


def test_a_bare_notebook_is_its_code_cells_numbered_from_one():
    assert read(notebook_of("a = 1", "b = 2")).cells == ((1, "a = 1"), (2, "b = 2"))


def test_cells_tagged_explore_are_marked():
    text = notebook(code_cell("a = 1"), code_cell("slow()", 1, tags=["explore"]), code_cell("b = 2", 2))
    submission = read(text.encode())
    assert submission.cells == ((1, "a = 1"), (2, "slow()"), (3, "b = 2")) and submission.explore == {2}


def test_cells_that_say_explore_in_their_first_line_are_marked_too():
    cells = notebook_of("a = 1", "# explore: later\nslow()", "b = 2  # explore", "# explorer\nc = 3")
    assert read(cells).explore == {2}


def test_a_script_is_cut_at_its_cell_marks():
    submission = read(b"a = 1\n# %% next\nb = 2\n", "x.py")
    assert [source.strip() for _, source in submission.cells] == ["a = 1", "b = 2"]
    assert submission.module_name == "submission"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{", "ends in the middle"),
        (b"\x00\x01\x02", "not JSON"),
        (b"[1, 2]", "no object"),
        (b'{"cells": 3}', "no list of cells"),
        (b"[" * 100_000, "too deep"),
        (b'{"cells": [\n<<<<<<< HEAD\n{}\n=======\n>>>>>>> theirs\n]}', "merge-conflict"),
        (b" " * (MAX_BYTES + 1), "MB"),
        (b'{"cells": [], "nbformat": 4}', "no code to run"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_damage_is_told_in_one_sentence(data, told):
    submission = read(data)
    assert submission.cells == () and told in submission.problem and "\n" not in submission.problem


def test_the_old_format_is_read_with_a_note():
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["a = 1\n", "b = 2"]}]}]}
    submission = read(json.dumps(old).encode())
    assert submission.cells == ((1, "a = 1\nb = 2"),) and "format 3" in submission.notes[0]


@pytest.mark.parametrize("version", [5, "four", None])
def test_a_version_that_nobody_knows_is_read_with_a_note(version):
    data = json.loads(notebook_of("a = 1"))
    data["nbformat"] = version
    submission = read(json.dumps(data).encode())
    assert submission.cells == ((1, "a = 1"),) and submission.notes


def test_a_byte_order_mark_is_ignored_and_bad_bytes_are_noted():
    data = notebook_of("a = 1")
    assert read(b"\xef\xbb\xbf" + data).cells == ((1, "a = 1"),)
    damaged = read(data.replace(b"a = 1", b"a = 1 # \xff"))
    assert damaged.cells and "UTF-8" in damaged.notes[0]


def test_cells_without_a_source_are_left_out_with_a_note():
    cells = [code_cell("a = 1"), 7, {"cell_type": "code"}, {"cell_type": "code", "source": [1]}, {"source": "b"}]
    submission = read(json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert submission.cells == ((1, "a = 1"),) and submission.notes == ("cells without a readable source, left out: 3",)


@pytest.fixture
def find(course):
    def find(*paths, assignment=None):
        return find_submissions([course / path for path in paths], find_course(course), assignment)

    return find


def put(course, path, data=None):
    path = course / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook_of(RIGHT) if data is None else data)
    return path


def told(found):
    return [(each.student, each.assignment, each.path and each.path.name) for each in found]


def test_a_folder_of_students_tells_student_and_assignment(course, find):
    put(course, "submitted/ada/doubling/doubling.ipynb")
    put(course, "submitted/bob/doubling/doubling.ipynb")
    (course / "submitted/eve").mkdir()
    expected = [("ada", "doubling", "doubling.ipynb"), ("bob", "doubling", "doubling.ipynb"), ("eve", "doubling", None)]
    assert told(find("submitted")) == expected
    assert told(find("submitted/ada")) == told(find("submitted/ada/doubling")) == expected[:1]
    assert told(find("submitted/ada/doubling/doubling.ipynb")) == expected[:1]
    assert told(find("submitted/ada", "submitted/bob")) == expected[:2]


def test_loose_files_need_the_assignments_name(course, find):
    put(course, "loose/ada.ipynb")
    put(course, "loose/bob.py", RIGHT.encode())
    assert told(find("loose", assignment="doubling")) == [
        ("ada", "doubling", "ada.ipynb"),
        ("bob", "doubling", "bob.py"),
    ]
    with pytest.raises(UsageError, match="--assignment"):
        find("loose/ada.ipynb")
    assert told(find("loose/ada.ipynb", assignment="doubling")) == [("ada", "doubling", "ada.ipynb")]


def test_a_file_named_like_the_assignment_is_its_folders(course, find):
    put(course, "ada/doubling.ipynb")
    assert told(find("ada/doubling.ipynb")) == [("ada", "doubling", "doubling.ipynb")]


def test_a_renamed_notebook_is_taken_with_a_note_and_of_two_the_one_with_the_functions(course, find):
    put(course, "submitted/ada/doubling/final (2).ipynb")
    put(course, "submitted/ada/doubling/scratch.ipynb", notebook_of("x = 1"))
    (found,) = find("submitted")
    assert found.path.name == "final (2).ipynb" and len(found.notes) == 2


def test_a_link_out_of_the_submission_is_not_followed(course, find):
    secret = course / "solutions/doubling/doubling.ipynb"
    folder = course / "submitted/eve/doubling"
    folder.mkdir(parents=True)
    (folder / "doubling.ipynb").symlink_to(secret)
    (found,) = find("submitted")
    assert found.path is None and "link" in found.missing


@pytest.fixture
def as_somebody_else():
    """A course that others may read, seen as a user who is not root."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield make_course(Path(folder, "course")), 65534 if os.geteuid() == 0 else os.geteuid()


def test_what_is_closed_is_told_of_and_the_others_are_found(as_somebody_else):
    course, user = as_somebody_else
    for closed in ("ada/doubling/doubling.ipynb", "bob/doubling", "eve", "zoe/doubling/beside.txt"):
        student = closed.partition("/")[0]
        put(course, f"submitted/{student}/doubling/doubling.ipynb")
        put(course, "submitted/zoe/doubling/beside.txt")
        (course / "submitted" / closed).chmod(0)
    before = os.geteuid()
    os.seteuid(user)
    try:
        jobs = {
            each.student: SubmissionBytes.of(each)
            for each in find_submissions([course / "submitted"], find_course(course), None)
        }
    finally:
        os.seteuid(before)
        for student in ("bob/doubling", "eve"):
            (course / "submitted" / student).chmod(0o755)
    missing = {student: job.missing for student, job in jobs.items() if job.data is None}
    assert missing == {
        "ada": "doubling.ipynb cannot be read: Permission denied",
        "bob": "doubling cannot be read: Permission denied",
        "eve": "doubling cannot be read: Permission denied",
    }
    left_out = "handed in beside the notebook and left out: beside.txt (Permission denied)"
    assert jobs["zoe"].submission().damage == (left_out,)


def test_links_among_loose_files_lead_nowhere_else(course, find):
    put(course, "loose/ada.ipynb")
    (course / "loose/eve.ipynb").symlink_to(course / "solutions/doubling/doubling.ipynb")
    os.mkfifo(course / "loose/pip.ipynb")
    found = find("loose", assignment="doubling")
    assert told(found) == [("ada", "doubling", "ada.ipynb"), ("eve", "doubling", None), ("pip", "doubling", None)]
    assert "leads out of" in found[1].missing and "a pipe" in found[2].missing


def test_odd_names_are_names(course, find):
    for name in ['o\'brien "x"', "two\nlines", "..dots", "=cmd()", "héé"]:
        put(course, f"submitted/{name}/doubling/doubling.ipynb")
    os.makedirs(os.fsencode(str(course)) + b"/submitted/b\xffd/doubling")
    assert "b\\xffd" in [each.student for each in find("submitted")]
    assert len(find("submitted")) == 6


@pytest.mark.parametrize(("path", "wrong"), [("nowhere", "no file"), ("empty", "no submissions"), ("x.txt", "neither")])
def test_an_unusable_path_says_why(course, find, path, wrong):
    (course / "empty").mkdir()
    put(course, "x.txt")
    with pytest.raises(UsageError, match=wrong):
        find(path)


@pytest.mark.parametrize(
    "lies", ["{}/hw3/doubling.ipynb", "{}/doubling/a/b/x.ipynb", "{}/hw3/x.py", "{}/doubling/x.ZIP"]
)
@pytest.mark.parametrize("assignment", ["doubling", None])
def test_a_class_of_which_nothing_lies_where_it_is_looked_for_is_refused(course, find, lies, assignment):
    for student in ("ada", "bob"):
        put(course, "submitted/" + lies.format(student))
    with pytest.raises(UsageError) as refused:
        find("submitted", assignment=assignment)
    told = str(refused.value)
    assert "no submissions to doubling: looked for <student>/<assignment>/<notebook>.ipynb" in told
    assert "in the folders of ada, bob" in told
    assert f"there is {lies.format('ada')}, {lies.format('bob')}" in told


def test_of_many_places_where_something_else_lies_some_are_named(course, find):
    for number in range(7):
        put(course, f"submitted/s{number}/hw3/doubling.ipynb")
        put(course, f"submitted/s{number}/.ipynb_checkpoints/doubling.ipynb")
    with pytest.raises(UsageError, match=r"s4 and more, and there is s0/hw3/.*s4/hw3/doubling\.ipynb and more;"):
        find("submitted", assignment="doubling")


def test_a_class_that_lies_behind_links_is_refused_as_well(course, find):
    put(course, "elsewhere/ada/hw3/doubling.ipynb")
    (course / "submitted").mkdir()
    (course / "submitted/ada").symlink_to(course / "elsewhere/ada")
    with pytest.raises(UsageError, match=r"there is ada/hw3/doubling\.ipynb"):
        find("submitted", assignment="doubling")


def test_a_folder_above_the_class_gives_no_zeros(course, find):
    put(course, "term/submitted/ada/doubling/doubling.ipynb")
    with pytest.raises(UsageError, match=r"there is submitted/ada/doubling/doubling\.ipynb"):
        find("term", assignment="doubling")


def test_a_class_in_which_somebody_has_it_or_nobody_has_anything_is_graded(course, find):
    for student in ("ada", "bob"):
        put(course, f"submitted/{student}/doubling/answer.docx")
    nobody = [("ada", "doubling", None), ("bob", "doubling", None)]
    assert told(find("submitted")) == told(find("submitted", assignment="doubling")) == nobody
    put(course, "submitted/ada/hw3/doubling.ipynb")
    put(course, "submitted/bob/doubling/doubling.ipynb")
    assert told(find("submitted")) == [nobody[0], ("bob", "doubling", "doubling.ipynb")]


def test_two_files_of_one_student_are_refused(course, find):
    put(course, "a/ada.ipynb")
    put(course, "b/ada.ipynb")
    with pytest.raises(UsageError, match="would both be ada"):
        find("a/ada.ipynb", "b/ada.ipynb", assignment="doubling")


@pytest.mark.parametrize(
    "paths", [["loose"], ["loose/ada.py", "loose/ada.ipynb", "loose/ada.IPYNB", "loose/bob.ipynb"]]
)
def test_of_several_files_of_a_student_in_one_folder_one_is_graded(course, find, paths):
    for name in ("ada.ipynb", "ada.IPYNB", "ada.py", "bob.ipynb"):
        put(course, f"loose/{name}")
    found = find(*paths, assignment="doubling")
    assert told(found) == [("ada", "doubling", "ada.ipynb"), ("bob", "doubling", "bob.ipynb")]
    assert sorted(note.split()[0] for note in found[0].notes) == ["ada.IPYNB", "ada.py"]


def test_an_unknown_assignment_lists_the_known_ones(course, find):
    with pytest.raises(UsageError, match="it has: doubling"):
        find("x", assignment="no_such")
