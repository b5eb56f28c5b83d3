"""Every notebook as a student opens it, and as its author solved it, in a real kernel."""

import html
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from colour_blindness import closest, least_distance
from contrast import contrast, painted
from drawn_figures import startup_folder

from autograder.catalogue.course import find_course
from autograder.notebook.target import picture_path
from autograder.reports.overview import NOTHING_DIFFERS
from autograder.sandbox import launch as sandbox

COURSE = find_course()
PROBLEM = sandbox.bubblewrap_problem()
NAMES = [assignment.name for assignment in COURSE.assignments()]

# pytest with the options given, keeping what each cell of a notebook put out, also in place of what it had put out
# before, of which nbval knows nothing
KEEPING = """
import json, sys, pytest

class Keeping:
    outputs = []

    def pytest_configure(self):
        from nbval.kernel import RunningKernel
        get_message = RunningKernel.get_message

        def with_updates(self, *options, **more):
            message = get_message(self, *options, **more)
            if message["msg_type"] == "update_display_data":
                message["msg_type"] = "display_data"
            return message

        RunningKernel.get_message = with_updates

    def pytest_runtest_teardown(self, item):
        self.outputs += item.test_outputs

file, *options = sys.argv[1:]
status = pytest.main(options, plugins=[Keeping()])
json.dump(Keeping.outputs, open(file, "w"))
sys.exit(status)
"""


EXAMPLES = {"looking", "hinges", "figures", "sheet", "floor"}  # drawn without a function of the student's
FAR_ENOUGH = 20  # of two colours; matplotlib's own orange and green are 5 apart for protanopes


class Run(NamedTuple):
    """What a notebook put out, and what its figures consisted of."""

    outputs: list[dict[str, Any]]
    figures: list[dict[str, Any]]


def run_by_nbval(mode: str, path: Path, file: Path, **variables: str) -> list[dict]:
    """Run a notebook as `pytest MODE NOTEBOOK` does; return what its cells put out."""
    options = [mode, "--nbval-cell-timeout=240", "-p", "no:cacheprovider", str(path.relative_to(COURSE.root))]
    command = [sys.executable, "-c", KEEPING, str(file), *options]
    environment = {**os.environ, **variables}
    done = subprocess.run(command, cwd=COURSE.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return json.loads(file.read_text())


def targets(path: Path) -> list[tuple[str, bool]]:
    """The names that `with target(...)` gives in a notebook, and whether the cell draws."""
    cells = json.loads(path.read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    found = [(re.search(r'with target\(\s*"([\w-]+)"', source), source) for source in sources]
    return [(match[1], "plt." in source or "figure" in source) for match, source in found if match]


@pytest.mark.parametrize("name", NAMES)
def test_each_picture_of_a_notebook_is_kept_as_a_target_and_no_other(name):
    drawn = {picture for picture, draws in targets(COURSE.assignment(name).notebook) if draws}
    kept = {path.stem for path in picture_path(COURSE.assignment(name), "any").parent.glob("*.png")}
    assert kept == drawn, f"run: autograder generate {name} --pictures"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_without_an_answer_runs_under_nbval_lax_and_shows_the_targets(name, tmp_path):
    path = COURSE.assignments_dir / name / f"{name}.ipynb"
    outputs = run_by_nbval("--nbval-lax", path, tmp_path / "outputs.json")
    shown = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    printed = "".join(output.get("text", "") for output in outputs)
    for picture in (picture for picture, draws in targets(path) if draws):
        assert (f"what the picture {picture} will look like" in shown) == (picture not in EXAMPLES)
    assert "stderr" not in {output.get("name") for output in outputs}, printed


@pytest.fixture(scope="module")
def solved(tmp_path_factory) -> Callable[[str], Run]:
    """Run a solved notebook, once for all tests of it, and look at its figures on the way."""
    runs: dict[str, Run] = {}

    def run(name: str) -> Run:
        if name not in runs:
            folder = tmp_path_factory.mktemp(name)
            profiles = startup_folder(folder / "ipython", folder / "figures.jsonl")
            path = COURSE.assignment(name).notebook
            outputs = run_by_nbval("--nbval", path, folder / "outputs.json", IPYTHONDIR=str(profiles))
            lines = (folder / "figures.jsonl").read_text().splitlines()
            runs[name] = Run(outputs, [json.loads(line) for line in lines])
        return runs[name]

    return run


@pytest.mark.parametrize("name", NAMES)
def test_a_solved_notebook_runs_under_nbval(name, solved):
    shown = ["".join(output.get("data", {}).get("text/plain", "")) for output in solved(name).outputs]
    (last,) = (text for text in shown if "from the visible checks" in text)
    assert last.startswith(f"{name}: ") and last.endswith(NOTHING_DIFFERS)


@pytest.mark.parametrize("name", NAMES)
def test_each_figure_of_a_notebook_says_in_words_what_it_shows(name, solved):
    pictures = [output for output in solved(name).outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == len(solved(name).figures)
    assert len(pictures) == sum(draws for _, draws in targets(COURSE.assignment(name).notebook))
    sources = json.loads(COURSE.assignment(name).notebook.read_text())["cells"]
    authors = re.findall(r'alt="(.+)"', "".join("".join(cell["source"]) for cell in sources))
    told = []
    for picture in pictures:
        (words,) = re.findall('<img alt="([^"]*)"', "".join(picture["data"]["text/html"]))
        told.append(html.unescape(words))
        assert picture["metadata"]["image/png"]["alt"] == told[-1]
    for words in told:
        drawn_by_student = words.startswith("At 0.1 the steps overshoot")  # a question: its title is the student's
        assert drawn_by_student or any(words.startswith(text) and len(words) > len(text) for text in authors), words
    assert len(set(told)) == len(told)
    assert all(sum(words.startswith(text) for words in told) == 1 for text in authors)


@pytest.mark.parametrize("name", NAMES)
def test_the_axes_of_each_figure_are_labelled(name, solved):
    for figure in solved(name).figures:
        panels = figure["panels"]
        for panel in panels:
            if panel["empty"]:
                continue
            row = [each for each in panels if each["row"] == panel["row"]]
            column = [each for each in panels if each["column"] == panel["column"]]
            if panel["measured"]:
                assert figure["x"] or any(each["x"] for each in column), panel
                assert figure["y"] or any(each["y"] for each in row), panel
            else:  # an image
                assert panel["x"] or any(each["title"] for each in column), panel


@pytest.mark.parametrize("name", NAMES)
def test_series_are_told_apart_by_the_colour_blind_on_any_page(name, solved):
    for figure in solved(name).figures:
        assert figure["paper"] == "#ffffffff", "what is drawn in black is not to be seen on a dark page"
        for panel in figure["panels"]:
            assert panel["paper"] == "#ffffffff"
            assert all(contrast(painted(ink), painted("#fff")) >= 4.5 for ink in panel["inks"]), panel
            named = [mark for mark in panel["marks"] if mark["name"]]
            assert all(contrast(painted(mark["colour"]), painted("#fff")) >= 3 for mark in named), named
            for one, other in itertools.combinations(panel["marks"], 2):
                alike = one["colour"] == other["colour"] or one["style"] != other["style"]
                far = alike or least_distance(one["colour"], other["colour"]) >= FAR_ENOUGH
                assert far or not (one["name"] or other["name"]), (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_the_colours_of_a_notebook_are_told_apart_by_the_colour_blind(name):
    cells = json.loads(COURSE.assignment(name).notebook.read_text())["cells"]
    (imports,) = ["".join(cell["source"]) for cell in cells if cell["id"] == "imports"]
    (cycle,) = re.findall(r"cycler\(color=(\[.*\])\)", imports)
    assert closest(json.loads(cycle)) >= FAR_ENOUGH
    assert all(contrast(painted(colour.lower()), painted("#fff")) >= 3 for colour in json.loads(cycle))
    assert closest(["#ff7f0e", "#2ca02c"]) < 6  # so the measure can fail


@pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")
def test_the_solved_notebooks_get_full_marks(tmp_path):
    paths = [str(COURSE.assignment(name).notebook) for name in NAMES]
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", *paths, "--out", str(tmp_path / "results")],
        cwd=COURSE.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [json.loads(line) for line in (tmp_path / "results/results.jsonl").read_text().splitlines()]
    assert {line["assignment"]: line["score"] for line in lines} == dict.fromkeys(NAMES, 100.0)
