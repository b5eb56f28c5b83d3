"""What a student sees: `check` in a real kernel, `autograder check` on the command line."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from conftest import RIGHT, notebook_of
from nbclient import NotebookClient

from autograder.notebook.self_check import Output


def execute(course: Path, *sources: str):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    made = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(made, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(course)}}).execute()
    return [cell.outputs for cell in made.cells]


RECORDING = """
import time
shown, publisher = [], get_ipython().display_pub
publish = publisher.publish
def recording(data, **more):
    shown.append(f"{more.get('update', False)} {data['text/plain'].partition(chr(10))[0]}")
    publish(data, **more)
publisher.publish = recording
"""
SLOW = """
def double(x):
    while len(shown) < 2:
        time.sleep(0.01)
    return 2 * x
"""


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    from conftest import make_course

    course = make_course(tmp_path_factory.mktemp("kernel") / "course")
    return execute(
        course,
        "import sys, warnings\nfrom autograder import check",
        "def double(x):\n    print('noise', file=sys.stderr)\n    warnings.warn('careful')\n    return x**2",
        'check("double")',
        RIGHT,
        'check("double")',
        'check("quadruple")',
        'try:\n    check("triple")\nexcept Exception as error:\n    print(error)',
        "import random, torch\nrandom.seed(1); torch.manual_seed(1)\nbefore = random.getstate(), torch.get_rng_state()\n"
        'check("double")\nprint(random.getstate() == before[0], torch.equal(torch.get_rng_state(), before[1]))',
        f"torch.set_default_dtype(torch.float64)\n{RIGHT}check('double')\nprint(torch.get_default_dtype())\n"
        "torch.set_default_dtype(torch.float32)",
        RECORDING,
        SLOW,
        'check("double")',
        "print(*shown, sep='\\n')",
    )


def card(output):
    (shown,) = [each for each in output if each.output_type == "display_data"]
    return shown.data


def value(output):
    (result,) = [each for each in output if each.output_type == "execute_result"]
    return float(result.data["text/plain"])


def test_the_card_names_the_mistake_and_the_value_is_the_partial_score(outputs):
    assert value(outputs[2]) == 8 * 1 / 4
    for kind in ("text/html", "text/plain"):
        assert "squares in place of doubling" in card(outputs[2])[kind]
        assert "What is added to x?" in card(outputs[2])[kind]


def test_a_mended_function_earns_the_questions_points(outputs):
    assert value(outputs[4]) == 8.0 and value(outputs[5]) == 2.0


def test_nothing_reaches_stderr_whatever_the_students_code_does(outputs):
    assert not [each for output in outputs for each in output if each.output_type == "stream" and each.name == "stderr"]


def test_an_unknown_question_lists_the_known_ones(outputs):
    assert "double, quadruple" in outputs[6][0].text


def test_a_check_leaves_the_students_random_state_as_it_was(outputs):
    assert outputs[7][-1].text.strip() == "True True"


def test_a_check_leaves_torchs_settings_as_they_were(outputs):
    assert outputs[8][-1].text.strip() == "torch.float64"


def test_a_check_that_lasts_shows_its_progress_and_leaves_the_card_alone(outputs):
    shown = outputs[-1][0].text.splitlines()
    assert shown[0].startswith("False 0 of 2 checks done, ")
    assert all(re.match(r"True \d of 2 checks done, |True double: 8 of 8 points", line) for line in shown[1:])
    assert len(shown) >= 3 and shown[-1] == "True double: 8 of 8 points"
    assert card(outputs[-2])["text/plain"].startswith("double: 8 of 8 points\n")


def test_a_check_that_is_broken_off_leaves_no_progress_behind():
    shown = []
    shell = SimpleNamespace(display_pub=SimpleNamespace(publish=lambda data, **more: shown.append((data, more))))
    with pytest.raises(KeyboardInterrupt), Output(shell) as output:
        output.show_progress(1, 2, "1 of 2 checks done")
        raise KeyboardInterrupt
    assert "1 of 2" in shown[0][0]["text/html"] and set(shown[1][0].values()) == {""}
    assert shown[1][1]["update"] and shown[0][1]["transient"] == shown[1][1]["transient"]


def check(course: Path, path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", "check", str(path), *options]
    return subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)


def test_a_file_is_checked_by_the_visible_checks_in_plain_text(course):
    path = course / "mine.ipynb"
    path.write_bytes(
        notebook_of("from autograder import check", "def double(x):\n    return x**2", 'check("double")', "1/0")
    )
    done = check(course, path)
    assert done.returncode == 1 and "squares in place of doubling" in done.stdout
    assert "doubling: 2 of 10 points from the visible checks" in done.stdout
    assert "a plain number" not in done.stdout.lower()  # that check is hidden
    assert "code cell 4 failed: ZeroDivisionError" in done.stderr
    path.write_bytes(notebook_of(RIGHT))
    assert check(course, path).returncode == 0


@pytest.mark.parametrize(("data", "told"), [(b"", "is empty"), (None, "cannot be read"), (b"{", "ends in the middle")])
def test_a_file_that_cannot_be_read_exits_2(course, data, told):
    path = course / "mine.ipynb"
    if data is not None:
        path.write_bytes(data)
    done = check(course, path)
    assert done.returncode == 2 and told in done.stderr and not done.stdout
