"""What the documents for students, instructors and CI tell their readers to run does run, and gives what they show."""

import csv
import json
import os
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.commands.exit_status import ALL_PASSED, GRADER_FAILED, INTERRUPTED, SOME_FAILED, UNUSABLE
from autograder.reports.wording import OUTCOMES
from tests.demo.roster import demo_class
from tests.people import missing, open_folder, shared_machine
from tests.transcript import BLOCK, Command, blocks, commands, fits, run

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
STUDENTS, INSTRUCTORS, CI = (ROOT / "docs" / f"{reader}.md" for reader in ("students", "instructors", "ci"))
FEATURES = ROOT / "docs/nbgrader.md"
NBGRADER = {
    "author", "release", "fetch", "submit", "collect", "autograde", "formgrader", "feedback", "export", "late", "manual",
    "multiple graders", "plugins",
}  # fmt: skip
LANGUAGES = {"sh", "console", "python", "text", "toml", "yaml"}
ASSIGNMENT = "linear_regression"
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
PARTS = ("autograder/checks", f"solutions/{ASSIGNMENT}", f"assignments/{ASSIGNMENT}")
CLASS = ("amara", "farid")
EXCHANGE, SITE = "/srv/nbgrader/exchange", "/etc/jupyter/nbgrader_config.py"  # as in the documents

AS_ROOT = "changes the whole machine; tests/test_exchange.py does it with users of its own"
EXEMPT = {
    "git clone <this repository> course": "the prepared folder is the clone",
    "cd course": "the test starts there",
    "make setup": "has made the environment that the test runs in",
    "jupyter lab": "runs until it is stopped; tests/browser starts it",
    "make demo": "runs until it is stopped; tests/browser starts it",
    "python -m hatchling build -t wheel": "needs the whole repository; tests/test_release.py does it",
    "pip install jupyterlab ./autograder_course-0.1.0-py3-none-any.whl": "changes the environment that the test runs in",
    f"nbgrader autograde {ASSIGNMENT}": "the next command does the same; tests/test_nbgrader.py runs and compares both",
    "groupadd teachers": AS_ROOT,
    "usermod --append --groups teachers alice": AS_ROOT,
    "usermod --append --groups teachers bruno": AS_ROOT,
    f"install --directory --group teachers --mode 2775 {EXCHANGE}/deep-learning": AS_ROOT,
    f"install --directory --mode 1777 {EXCHANGE}": AS_ROOT,
    "chgrp -R teachers .": AS_ROOT,
}
# What somebody else does meanwhile: an instructor (tests/test_exchange.py goes the whole round), an author
RELEASE_FEEDBACK = f"""python - <<'END'
from pathlib import Path
from nbgrader.utils import notebook_hash
(secret,) = Path.home().glob(".local/share/jupyter/nbgrader_cache/*/*/submission_secret.txt")
page = Path("../exchange/deep-learning/feedback") / (notebook_hash(secret=secret.read_text(), notebook_id="{ASSIGNMENT}") + ".html")
page.parent.mkdir()
page.write_text("Well done.")
END"""
MEANWHILE = {
    f"nbgrader fetch_feedback {ASSIGNMENT}": RELEASE_FEEDBACK,
}


@dataclass(frozen=True)
class Desk:
    """A course's folder, a home, and an exchange with a released assignment and what three students handed in."""

    course: Path
    home: Path
    exchange: Path

    def follow(self, document: Path, folder: Path, view: tuple[str, ...] = ()) -> None:
        """Do what a document says, and compare."""
        steps = [
            each
            for step in self.steps(document)
            if step.line not in EXEMPT
            for each in (*([Command(MEANWHILE[step.line])] if step.line in MEANWHILE else []), step)
        ]
        environment = {
            "HOME": str(self.home), "PATH": f"{self.course / '.venv/bin'}{os.pathsep}{os.defpath}", "LANG": "C.UTF-8",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'datasets'}", "OMP_NUM_THREADS": "1", "COLUMNS": "200",
        }  # fmt: skip
        done = run([step.line for step in steps], folder, environment, view)
        for step, following, (status, output) in zip(steps, [*steps[1:], Command("")], done, strict=True):
            assert status == 0 or following.line == "echo $?", f"$ {step.line}\n{output}\nexit status {status}"
            assert step.shown is None or fits(output, step.shown), f"$ {step.line}\n{output}\nis shown as\n{step.shown}"

    def steps(self, document: Path) -> Iterator[Command]:
        """Yield what a document has its reader do; a notebook's cell is run by IPython, which prints its card."""
        told = blocks(document)
        for block, following in zip(told, [*told[1:], None], strict=True):
            if block.language != "python":
                yield from commands(block)
            elif block.file:
                path = str(self.home / ".jupyter/nbgrader_config.py") if block.file == SITE else block.file
                yield _file(path, block.text.replace(EXCHANGE, str(self.exchange)))
            else:
                assert following is not None and following.language == "text"
                yield _file("cells.py", f"import torch\nfrom autograder import check\n{block.text}")
                yield Command("ipython --colors=NoColor cells.py", following.text.strip())


def _file(path: str, text: str) -> Command:
    return Command(f"mkdir -p $(dirname {path}); cat >> {path} <<'END'\n{text}\nEND")


def prepared(folder: Path) -> Desk:
    desk = Desk(folder / "course", folder / "home", folder / "exchange")
    for part in PARTS:
        shutil.copytree(ROOT / part, desk.course / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, desk.course)
    (desk.course / ".venv").symlink_to(sys.prefix)
    released = (ROOT / "assignments" / NOTEBOOK).read_bytes()
    (desk.course / f"{ASSIGNMENT}.ipynb").write_bytes(released)
    inbound = desk.exchange / "deep-learning/inbound"
    for member in demo_class(ASSIGNMENT):
        if member.id in CLASS:
            handed_in = inbound / f"{member.id}+{ASSIGNMENT}+2026-03-01 10:00:00 UTC+chance"
            handed_in.mkdir(parents=True)
            (handed_in / f"{ASSIGNMENT}.ipynb").write_bytes(member.notebook(released))
            (handed_in / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC")
            (handed_in / "submission_secret.txt").write_text(member.id)
    shutil.copy(next(inbound.glob("amara+*")) / f"{ASSIGNMENT}.ipynb", desk.course / "solved.ipynb")
    (desk.home / "Downloads").mkdir(parents=True)
    with zipfile.ZipFile(desk.home / "Downloads/submissions.zip", "w") as archive:
        archive.writestr(f"gita_11111_900001_{ASSIGNMENT}.ipynb", released)
    (desk.home / "Downloads/Grades.csv").write_text(
        "Student,ID,SIS Login ID,Section,Essay (1041),Linear Regression (1042)\n    Points Possible,,,,10,50\n"
        '"Rao, Gita",11111,gita,A,7,\n"Stone, Pat",11112,pat,A,,\n'
    )
    desk.exchange.chmod(0o777)
    # One user plays the whole class
    (desk.home / ".jupyter").mkdir()
    (desk.home / ".jupyter/nbgrader_config.py").write_text("get_config().ExchangeCollect.check_owner = False\n")
    return desk


@pytest.fixture(scope="module")
def instructors(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = prepared(tmp_path_factory.mktemp("instructors"))
    desk.follow(INSTRUCTORS, desk.course)
    return desk


def test_what_instructors_are_told_works(instructors: Desk) -> None:
    assert {path.name for path in (instructors.course / "submitted").iterdir() if path.is_dir()} == {*CLASS, "gita"}


def test_nbgrader_exports_our_scores(instructors: Desk) -> None:
    lines = (instructors.course / "results/results.jsonl").read_text("utf-8").splitlines()
    ours = {line["student"]: line["score"] for line in map(json.loads, lines)}
    with (instructors.course / "grades.csv").open() as file:
        exported = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    assert exported == ours and ours["amara"] > ours["farid"] > ours["gita"]


def test_what_students_are_told_works(tmp_path: Path) -> None:
    desk = prepared(tmp_path)
    shutil.copytree(ROOT / "assignments" / ASSIGNMENT, desk.exchange / "deep-learning/outbound" / ASSIGNMENT)
    site = next(block.text for block in blocks(INSTRUCTORS) if block.file == SITE)
    (desk.home / ".jupyter/nbgrader_config.py").write_text(site.replace(EXCHANGE, str(desk.exchange)))
    desk.follow(STUDENTS, desk.home)


def test_what_ci_is_told_works() -> None:
    if reason := missing():
        pytest.skip(f"--sandbox user: {reason}")
    with open_folder() as folder:
        desk = prepared(folder)
        desk.follow(CI, desk.course, (*shared_machine(), "--cap-add", "ALL"))


def test_every_exemption_is_of_a_command_that_is_told() -> None:
    told = {
        command.line
        for document in (STUDENTS, INSTRUCTORS, CI)
        for block in blocks(document)
        for command in commands(block)
    }
    assert EXEMPT.keys() <= told and MEANWHILE.keys() <= told


@pytest.mark.parametrize("document", [STUDENTS, INSTRUCTORS, CI], ids=lambda path: path.stem)
def test_every_code_of_a_document_is_in_a_block_that_is_run(document: Path) -> None:
    text = document.read_text("utf-8")
    assert {block.language for block in blocks(document)} <= LANGUAGES
    outside = BLOCK.sub("", text)
    assert "```" not in outside and not re.search(r"\n\n {4,}\S", outside)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if not link.startswith("http"):
            path, _, anchor = link.partition("#")
            target = document.parent / path if path else document
            assert target.exists(), link
            assert not anchor or anchor in _anchors(target), link


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_students_are_told_what_each_outcome_means() -> None:
    text = STUDENTS.read_text("utf-8")
    assert all(f"| {wording.symbol} | {wording.words} |" in text for wording in OUTCOMES.values())


def test_ci_is_told_each_exit_status() -> None:
    told = re.findall(r"^\| (\d+) \|", CI.read_text("utf-8"), re.MULTILINE)
    assert [int(status) for status in told] == [ALL_PASSED, SOME_FAILED, UNUSABLE, GRADER_FAILED, INTERRUPTED]


def test_every_feature_of_nbgrader_names_a_test_that_exists() -> None:
    rows = re.findall(r"^\| (.+?) \| .+ \| `(.+)::(\w+)` \|$", FEATURES.read_text("utf-8"), re.MULTILINE)
    assert {feature.strip() for features, _, _ in rows for feature in features.split(",")} >= NBGRADER
    for feature, path, name in rows:
        assert f"\ndef {name}(" in (ROOT / path).read_text("utf-8"), feature
