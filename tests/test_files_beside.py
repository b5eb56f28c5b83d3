"""What lies beside a notebook is there when it runs, as far as it is the student's own, and small."""

import os
import pickle

import pytest
from conftest import RIGHT, code_cell, notebook, notebook_of

from autograder.catalogue import files_beside
from autograder.catalogue.course import find_course
from autograder.catalogue.files_beside import MAX_FILE_BYTES, MAX_FILES, read_beside
from autograder.catalogue.submission import digest
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.catalogue.submission_refs import find_submissions
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.notebook.file_check import check_file
from autograder.sandbox import launch as sandbox

PROBLEM = sandbox.bubblewrap_problem()


def put(course, path, data=b""):
    path = course / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.fixture
def hand_in(course):
    """Return what is read of ada's folder that holds these files."""

    def hand_in(files=(), source=RIGHT):
        put(course, "submitted/ada/doubling/doubling.ipynb", notebook_of(source))
        for name, data in dict(files).items():
            put(course, f"submitted/ada/doubling/{name}", data)
        ref = find_submissions([course / "submitted"], find_course(course), None)[0]
        return SubmissionBytes.of(ref)

    return hand_in


def names(found):
    return [name for name, _ in found.files]


def test_modules_data_and_packages_are_read_and_what_is_not_the_students_is_not(hand_in, course):
    put(course, "submitted/bob/doubling/secret.py")
    found = hand_in({
        "helper.py": "a = 1", "tools/__init__.py": "", "tools/deep/data.csv": "1", "data.npy": b"\0\xff",
        "timestamp.txt": "", "submission_secret.txt": "", "feedback/doubling.html": "", "old.ipynb": "{}",
        ".git/config": "", ".hidden.py": "", "__pycache__/helper.pyc": "", "__MACOSX/helper.py": "", "tools/.x": "",
    })  # fmt: skip
    assert names(found) == ["data.npy", "helper.py", "tools/__init__.py", "tools/deep/data.csv"]
    assert dict(found.files)["data.npy"] == b"\0\xff"
    assert found.notes == ("doubling.ipynb was graded; also handed in: old.ipynb",)
    assert pickle.loads(pickle.dumps(found)) == found  # as it travels to other processes


def test_the_digest_is_the_notebooks_own_until_something_lies_beside_it(hand_in):
    alone = hand_in()
    assert alone.sha256 == alone.submission().sha256 == digest(notebook_of(RIGHT))
    seen = {alone.sha256, hand_in({"helper.py": "a = 1"}).sha256, hand_in({"helper.py": "a = 2"}).sha256}
    more = hand_in({"other.py": "a = 2"})
    assert len({*seen, more.sha256}) == 4 and more.submission().sha256 == more.sha256


def test_links_pipes_and_what_is_large_are_left_out_and_told(hand_in, course):
    hand_in({"ok.py": "a = 1"})
    folder = course / "submitted/ada/doubling"
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "up").symlink_to(course)
    os.mkfifo(folder / "pipe")
    with (folder / "sparse.bin").open("wb") as file:
        file.truncate(10 * 2**30)
    found = hand_in()
    assert names(found) == ["ok.py"]
    assert found.notes == (
        "handed in beside the notebook and left out: passwd (a link), pipe (a pipe or a device), "
        "sparse.bin (more than 8 MB), up (a link)",
    )


@pytest.mark.parametrize("name", ["two\nlines.py", "esc\x1b[2J.py", "back\\slash.py", b"b\xffd.py"])
def test_names_that_nobody_imports_are_left_out_and_shown_as_their_escapes(hand_in, course, name):
    hand_in()
    folder = os.fsencode(course / "submitted/ada/doubling")
    with open(os.path.join(folder, os.fsencode(name)), "wb"):
        pass
    found = hand_in()
    assert found.files == () and len(found.notes) == 1 and found.notes[0].isprintable()


def test_number_and_sizes_are_bounded_nearest_first(hand_in):
    found = hand_in({"sub/far.py": "", **{f"n{number:03}.py": "" for number in range(MAX_FILES + 7)}})
    assert len(found.files) == MAX_FILES and "sub/far.py" not in names(found)
    assert "n050.py (more than 50 files)" in found.notes[0] and found.notes[0].endswith("and 3 more")


def test_together_they_are_bounded_too(hand_in):
    found = hand_in(dict.fromkeys("abc", b"x" * MAX_FILE_BYTES))
    assert names(found) == ["a", "b"] and "c (more than 16 MB together)" in found.notes[0]


def test_ten_thousand_names_and_a_thicket_of_folders_are_not_gone_through(tmp_path, monkeypatch):
    for outer in range(30):
        for inner in range(30):
            (tmp_path / f"{outer}/{inner}").mkdir(parents=True)
    monkeypatch.setattr(files_beside, "MAX_ENTRIES", 100)
    looked_at = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: looked_at.append(folder) or scandir(folder))
    found = read_beside(tmp_path / "x.ipynb")
    assert len(looked_at) < 10 and found.files == [] and "what comes after 100 names" in found.notes[0]
    deep = tmp_path.joinpath(*"abcdefgh")
    deep.mkdir(parents=True)
    (tmp_path / "a/b/c/d/near.py").touch()
    monkeypatch.setattr(files_beside, "MAX_ENTRIES", 10_000)
    assert [name for name, _ in read_beside(tmp_path / "x.ipynb").files] == ["a/b/c/d/near.py"]


@pytest.mark.parametrize(
    ("lies", "taken"),
    [
        ("loose/doubling.ipynb", True),
        ("loose/doubling/doubling.ipynb", True),
        ("doubling.ipynb", False),
        ("solutions/doubling/doubling.ipynb", False),
    ],
)
def test_a_file_asked_for_by_name_brings_its_folder_where_that_is_one_students(course, lies, taken):
    path = course / lies
    if not path.exists():
        put(course, lies, notebook_of(RIGHT))
    put(course, f"{path.parent.relative_to(course)}/helper.py")
    (ref,) = find_submissions([path], find_course(course), None)
    assert (SubmissionBytes.of(ref).files != ()) == taken


def test_among_loose_notebooks_nobody_gets_what_is_anothers(course):
    put(course, "loose/ada.ipynb", notebook_of(RIGHT))
    put(course, "loose/bob.ipynb", notebook_of(RIGHT))
    put(course, "loose/helper.txt")
    for paths in (["loose"], ["loose/ada.ipynb"]):
        for ref in find_submissions([course / path for path in paths], find_course(course), "doubling"):
            assert SubmissionBytes.of(ref).files == ()


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    from conftest import make_course

    if PROBLEM is not None:
        pytest.skip(f"no confinement here: {PROBLEM}")
    grader = Grader(Settings(make_course(tmp_path_factory.mktemp("graded") / "course"), "bwrap"))
    yield grader
    grader.close()


HELPER = "def times(x, n):\n    return n * x\n"
LACKS_AN_IMPORT = "def times(x, n):\n    return math.floor(n) * x\n"
IMPORTED = (
    "from helper import times\ndef double(x):\n    return times(x, 2)\ndef quadruple(x):\n    return times(x, 4)\n"
)


@pytest.mark.parametrize(
    ("source", "files"),
    [
        (IMPORTED, {"helper.py": HELPER}),
        (IMPORTED.replace("helper", "tools.helper"), {"tools/__init__.py": "", "tools/helper.py": HELPER}),
        (f"n = int(open('data/n.txt').read())\n{RIGHT.replace('2', 'n')}", {"data/n.txt": "2"}),
        (IMPORTED, {"helper.py": HELPER, "torch.py": "1 / 0", "sitecustomize.py": "1 / 0", "conftest.py": "1 / 0"}),
        (IMPORTED, {"helper.py": HELPER, "autograder.py": "1 / 0", "json.py": "1 / 0", "numpy/__init__.py": "1 / 0"}),
        ("import math\n%run helper.py\n" + IMPORTED.split("\n", 1)[1], {"helper.py": LACKS_AN_IMPORT}),
        (f"import os, sys\nassert sys.path[0] == os.getcwd()\nassert sys.argv == ['__main__']\n{RIGHT}", {}),
    ],
    ids=["module", "package", "data", "names of ours", "names of others", "run", "nothing"],
)
def test_a_notebook_runs_where_its_files_lie(hand_in, grader, source, files):
    result = grader.grade(hand_in(files, source)).result
    assert (result.score, result.notes) == (result.max_score, ())


def test_a_module_that_a_cell_writes_can_be_imported_below(grader):
    cells = ["import missing", f"%%writefile helper.py\n{HELPER}", IMPORTED]
    data = notebook(*(code_cell(source, number) for number, source in enumerate(cells, 1))).encode()
    result = grader.grade(SubmissionBytes("ada", "doubling", "doubling.ipynb", data)).result
    assert (result.score, result.notes) == (
        result.max_score, ("code cell 1 imports missing, which is not installed here",),
    )  # fmt: skip


def test_after_a_cell_that_ends_the_process_the_files_are_there_again(hand_in, grader):
    result = grader.grade(hand_in({"helper.py": HELPER}, f"{IMPORTED}\nimport os")).result
    assert result.score == result.max_score
    data = notebook_of("import os\nos.remove('helper.py')\nos._exit(1)", IMPORTED)
    found = SubmissionBytes("ada", "doubling", "doubling.ipynb", data, files=(("helper.py", HELPER.encode()),))
    again = grader.grade(found).result
    assert again.score == again.max_score and again.notes == ("code cell 1 was skipped: it ended the whole process",)


def test_autograder_check_has_the_notebooks_folder_and_gives_it_back(course, monkeypatch):
    import sys

    monkeypatch.chdir(course)
    before = (os.getcwd(), list(sys.path), list(sys.argv))
    for factor in (2, 3):  # the module of an earlier notebook is forgotten
        path = put(course, f"n{factor}/doubling.ipynb", notebook_of(IMPORTED.replace("x, 2", f"x, {factor}")))
        put(course, f"n{factor}/helper.py", HELPER)
    notes = check_file(path, "doubling").notes
    assert notes == () and (os.getcwd(), list(sys.path), list(sys.argv)) == before and "helper" not in sys.modules


def test_a_file_that_is_checked_has_the_time_that_it_has_where_it_is_graded(course, monkeypatch):
    with (course / "pyproject.toml").open("a") as file:
        file.write("[tool.autograder.limits]\ncell_s = 0.5\n")
    hangs = "while True:\n    pass"
    path = put(course, "mine/doubling.ipynb", notebook_of(RIGHT, hangs, "after = 1", hangs))
    monkeypatch.chdir(course)
    checked = check_file(path, "doubling")
    assert checked.notes == (
        "code cell 2 failed: TimeUp: stopped after 0.5 s", "code cell 4 failed: TimeUp: stopped after 0.05 s",
    )  # fmt: skip
    assert all(result.passed for result in checked.results)
