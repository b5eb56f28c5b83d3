"""`autograder grade` as a whole, over a class that tries its patience."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from conftest import RIGHT, code_cell, make_course, notebook, notebook_of

import autograder
from autograder import cli
from autograder.results.result import SubmissionResult
from autograder.sandbox import launch as sandbox
from autograder.sandbox.worker.limits import CLOCK_PER_COMPUTING

PROBLEM = sandbox.bubblewrap_problem()
needs_bubblewrap = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")
SCHEMA = json.loads((Path(autograder.__file__).parent / "results/result.schema.json").read_text())
FOUR_TIMES = "def quadruple(x):\n    return 4 * x"
NOISY = "import sys, warnings\nwarnings.warn('careful')\nfor i in range(10_000):\n    print(i, file=sys.stderr)\n    print(i)"

CLASS = {
    "right": (notebook_of(RIGHT), 10),
    "script": (RIGHT.encode(), 10),
    "explored": (notebook(code_cell("raise SystemExit", tags=["explore"]), code_cell(RIGHT, 1)).encode(), 10),
    "noisy": (notebook_of(NOISY, f"print('x')\n{RIGHT}".replace("return", "print(1); return")), 10),
    "leaves": (notebook_of(RIGHT, "import os\nos._exit(0)", "x = 1"), 10),
    "squares": (notebook_of("def double(x):\n    return x**2", FOUR_TIMES), 3),
    "loops": (notebook_of("def double(x):\n    while True:\n        pass", "x = 1", FOUR_TIMES), 2),
    "eats": (notebook_of("import torch\ndef double(x):\n    return torch.zeros(2**34)", FOUR_TIMES), 2),
    "forks": (notebook_of("import os\ndef double(x):\n    while True:\n        os.fork()", FOUR_TIMES), 2),
    "typo": (notebook_of("def double(x):\n    return 2 * x x", FOUR_TIMES), 2),
    "liar": (
        notebook_of("class Yes:\n    __eq__ = __bool__ = lambda *_: True\ndef double(x):\n    return Yes()", FOUR_TIMES),
        2,
    ),
    "patches": (
        notebook_of(
            "import torch, builtins, numpy\ntorch.allclose = torch.equal = numpy.allclose = lambda *a, **k: True\n"
            "builtins.all = lambda *_: True\ndef double(x):\n    return x * 0 + 1",
            FOUR_TIMES,
        ),
        3,  # an empty tensor is kept, which is what one check asks
    ),
    "blank": (notebook_of("def double(x):\n    raise NotImplementedError"), 0),
    "empty": (b"", 0),
    "=cmd()": (b"{", 0),
}  # fmt: skip


def submit(root: Path, students: dict[str, tuple[bytes, float]]) -> Path:
    for student, (data, _) in students.items():
        folder = root / "submitted" / student / "doubling"
        folder.mkdir(parents=True)
        (folder / f"doubling.{'py' if student == 'script' else 'ipynb'}").write_bytes(data)
    return root / "submitted"


def lines(out: Path) -> dict[str, dict]:
    found = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    assert len({line["student"] for line in found}) == len(found)
    for line in found:
        assert SubmissionResult.from_json(line).to_json() == line
    return {line["student"]: line for line in found}


def timeless(value):
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "seconds"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


def grade(*arguments: object, course: Path) -> int:
    before = Path.cwd()
    os.chdir(course)
    try:
        return cli.main(["grade", *map(str, arguments)])
    finally:
        os.chdir(before)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class, graded once by two workers."""
    root = make_course(tmp_path_factory.mktemp("class") / "course")
    submitted = submit(root, CLASS)
    (submitted / "absent").mkdir()
    out = root / "out"
    status = grade(submitted, "--out", out, "--workers", 2, course=root)
    return root, out, status


@needs_bubblewrap
class TestAClass:
    def test_every_student_gets_what_the_work_is_worth(self, graded):
        _, out, status = graded
        scores = {student: line["score"] for student, line in lines(out).items()}
        assert scores == {"absent": 0, **{student: score for student, (_, score) in CLASS.items()}}
        assert status == 1

    def test_every_line_follows_the_published_schema(self, graded):
        _, out, _ = graded
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        for line in lines(out).values():
            jsonschema.validate(line, SCHEMA)
            assert line["by_hand"] == []

    def test_outcomes_say_what_happened(self, graded):
        _, out, _ = graded
        outcomes = {student: line["questions"][0]["checks"][0]["outcome"] for student, line in lines(out).items()}
        expected = {
            "loops": "timeout", "eats": "memory", "typo": "error", "liar": "failed", "patches": "failed",
            "squares": "failed", "blank": "not_attempted", "empty": "not_attempted", "absent": "not_attempted",
        }  # fmt: skip
        assert {student: outcomes[student] for student in expected} == expected

    def test_a_loop_costs_its_own_checks_and_no_more_than_its_time(self, graded):
        _, out, _ = graded
        loops = lines(out)["loops"]
        assert loops["questions"][1]["score"] == 2
        # The first check's limit, a tenth for the others, as long by the clock as a busy machine may take, and slack
        assert loops["seconds"] < CLOCK_PER_COMPUTING * (10 + 1 + 1) + 10

    def test_notes_tell_what_was_skipped(self, graded):
        _, out, _ = graded
        assert lines(out)["leaves"]["notes"] == ["code cell 2 was skipped: it ended the whole process"]
        assert lines(out)["absent"]["notes"] == ["nothing was handed in"]

    def test_the_spreadsheet_holds_no_formula(self, graded):
        _, out, _ = graded
        with (out / "results.csv").open() as file:
            rows = {row["student"]: row for row in csv.DictReader(file)}
        assert rows["'=cmd()"]["score"] == "0.0" and rows["right"]["doubling.double"] == "8.0"

    def test_every_student_has_a_feedback_page_and_the_report_links_to_it(self, graded):
        _, out, _ = graded
        report = (out / "report.html").read_text()
        for student in lines(out):
            assert (out / "feedback" / student / "doubling.html").stat().st_size > 1000
        assert "feedback/right/doubling.html" in report

    def test_one_worker_and_another_run_give_the_same_results(self, graded, tmp_path):
        root, out, _ = graded
        quick = [student for student in CLASS if student not in ("loops", "forks")]
        paths = [root / "submitted" / student for student in quick]
        for number in range(2):
            assert grade(*paths, "--out", tmp_path / str(number), "--workers", 1, course=root) == 1
        one, again, two = (lines(folder) for folder in (tmp_path / "0", tmp_path / "1", out))
        assert (
            timeless(one) == timeless(again) == timeless({student: two[student] for student in quick if student in two})
        )

    def test_what_is_graded_is_not_graded_again_unless_it_changed(self, graded, capsys):
        root, out, _ = graded
        before = (out / "results.jsonl").read_text()
        path = root / "submitted/right/doubling/doubling.ipynb"
        assert grade(root / "submitted", "--out", out, course=root) == 1
        assert (
            out / "results.jsonl"
        ).read_text() == before and "16 of 16 are graded already" in capsys.readouterr().err
        path.write_bytes(notebook_of(RIGHT + "\nx = 1"))
        assert grade(path, "--out", out, course=root) == 0
        after = lines(out)
        assert len(after) == 16 and after["right"]["submission_sha256"] not in before
        path.write_bytes(CLASS["right"][0])
        assert grade(path, "--out", out, course=root) == 0

    def test_another_seed_or_other_checks_grade_again(self, graded, tmp_path, capsys):
        root, _, _ = graded
        path = root / "submitted/right"
        for options in (
            [],
            ["--seed", "1"],
            ["--seed", "1", "--visible-only"],
            ["--seed", "1", "--visible-only", "--force"],
        ):
            assert grade(path, "--out", tmp_path, *options, course=root) == 0
            assert "graded already" not in capsys.readouterr().err
        (line,) = lines(tmp_path).values()
        assert line["environment"]["seed"] == 1 and all(check["visible"] for check in line["questions"][0]["checks"])


def run(course: Path, *arguments: object, **options) -> subprocess.Popen:
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def wait_for(condition, seconds=60.0):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)


def slow_class(number: int) -> dict[str, tuple[bytes, float]]:
    return {
        f"s{place:02}": (notebook_of(f"import time\ntime.sleep(0.5)\nx = {place}\n{RIGHT}"), 10)
        for place in range(number)
    }


def descendants(process: int) -> list[int]:
    table = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for row in table.splitlines()[1:]:
        pid, parent = map(int, row.split())
        children.setdefault(parent, []).append(pid)
    found, waiting = [], [process]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found


def running(processes: list[int]) -> list[int]:
    return [
        each for each in processes if Path(f"/proc/{each}/exe").exists() and Path(f"/proc/{each}/cmdline").read_bytes()
    ]


@needs_bubblewrap
def test_a_killed_run_goes_on_where_it_was_and_leaves_nothing_behind(course):
    submitted = submit(course, slow_class(8))
    out = course / "out"
    first = run(course, "grade", submitted, "--out", out, "--workers", 2)
    results = out / "results.jsonl"
    wait_for(lambda: results.exists() and results.read_text().count("\n") >= 2)
    family = descendants(first.pid)
    assert len(family) >= 4  # judging processes, and a warm process in a sandbox for each
    first.kill()
    first.communicate()
    wait_for(lambda: not running(family), 10)
    with results.open("a") as file:
        file.write('{"half a line": ')
    (out / ".report.html.part").write_text("half a page")
    kept = results.read_text().splitlines()[:2]
    second = run(course, "grade", submitted, "--out", out, "--workers", 2)
    stdout, stderr = second.communicate()
    assert second.returncode == 0 and "are graded already" in stderr and "s07" in stdout
    assert len(lines(out)) == 8 and set(kept) <= set(results.read_text().splitlines())
    assert [path.name for path in out.rglob(".*")] == [".lock"]


@needs_bubblewrap
def test_two_runs_do_not_write_to_one_folder_at_once(course):
    submitted = submit(course, slow_class(100))
    out = course / "out"
    first = run(course, "grade", submitted, "--out", out, "--workers", 1)
    wait_for(lambda: (out / "results.jsonl").exists())
    second = run(course, "grade", submitted, "--out", out, "--workers", 1, "--force")
    _, told = second.communicate()
    assert second.returncode == 2 and f"another run is writing to {out}" in told
    first.send_signal(signal.SIGINT)  # a hundred are enough to be still at work, however slow the second is
    first.communicate()
    assert first.returncode == 130
    assert 1 <= len(lines(out)) == (out / "results.jsonl").read_text().count("\n") < 100


@needs_bubblewrap
def test_ctrl_c_finishes_what_is_being_graded_and_says_what_is_left(course):
    submitted = submit(course, slow_class(12))
    out = course / "out"
    process = run(course, "grade", submitted, "--out", out, "--workers", 1)
    results = out / "results.jsonl"
    wait_for(lambda: results.exists() and results.read_text().count("\n") >= 1)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate()
    assert process.returncode == 130 and "submissions left; the same command again goes on" in stderr
    assert 1 <= len(lines(out)) < 12 and (out / "report.html").exists()


def test_a_class_one_folder_too_deep_gets_no_zeros(course, capsys):
    path = submit(course, {"right": CLASS["right"]})
    (path / "right/doubling").rename(path / "right/hw3")
    assert grade(path, "--assignment", "doubling", "--out", course / "out", course=course) == 0
    assert "1 taken" in capsys.readouterr().err


def test_a_class_in_which_nobody_has_a_notebook_is_refused_and_gets_no_zeros(course, capsys):
    for student in ("ann", "bob"):
        (course / f"submitted/{student}/doubling").mkdir(parents=True)
        (course / f"submitted/{student}/doubling/answer.docx").touch()
    assert grade(course / "submitted", "--assignment", "doubling", "--out", course / "out", course=course) == 2
    told = capsys.readouterr().err
    assert "nobody in" in told and "there is ann/doubling/answer.docx" in told and not (course / "out").exists()


def test_without_bubblewrap_grade_refuses_and_says_what_to_do(course, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    path = submit(course, {"right": CLASS["right"]})
    assert grade(path, "--out", course / "out", course=course) == 2
    told = capsys.readouterr().err
    assert "apt-get install bubblewrap" in told and "--sandbox user" in told and "--sandbox none" in told
    assert not (course / "out").exists()


def test_code_that_is_trusted_can_be_graded_unconfined(course, capsys):
    path = submit(course, {"right": CLASS["right"], "squares": CLASS["squares"]})
    assert grade(path, "--out", course / "out", "--sandbox", "none", course=course) == 1
    assert {student: line["score"] for student, line in lines(course / "out").items()} == {"right": 10, "squares": 3}
    assert "your own rights" in capsys.readouterr().err


def test_a_bug_in_a_check_marks_the_submission_for_a_person_and_exits_3(course, capsys):
    checks = course / "checks/doubling/visible_checks.py"
    checks.write_text(checks.read_text().replace("4 * torch.ones(2), name", "no_such_name, name"))
    path = submit(course, {"right": CLASS["right"]})
    assert grade(path, "--out", course / "out", "--sandbox", "none", course=course) == 3
    line = lines(course / "out")["right"]
    assert line["needs_review"] and [question["score"] for question in line["questions"]] == [8, 0]
    capsys.readouterr()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere"],
        [],
        ["x", "--workers", "0"],
        ["x", "--device", "cuda"],
        ["x", "--format", "junit"],
        ["x", "--sandbox", "wet"],
    ],
    ids=str,
)
def test_an_unusable_command_line_exits_2(course, arguments, capsys):
    try:
        status = grade(*arguments, course=course)
    except SystemExit as error:
        status = error.code
    assert status == 2 and capsys.readouterr().err
