"""What a student sees: `check` in a real kernel, `autograder check` on the command line."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from conftest import RIGHT, code_cell, grade_cell, notebook, notebook_of
from nbclient import NotebookClient

from autograder.notebook.self_check import Output
from autograder.reports.overview import NOTHING_DIFFERS


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
        "check('double', 'quadruple')",
        "for double in range(3):\n    pass",
        "# explore\nquadruple_ = 1\nimport hypothesis, _pytest",
        "check()",
        "double",
        f"{RIGHT}check()",
        'for names in (("doubel",), ("double", "doubling"), ("triple", "doubling"), (len,)):\n'
        "    try:\n        print(check(*names))\n    except Exception as error:\n        print(error)",
        "def quadruple(x):\n    return 3 * x\ncheck('quadruple', hint=2)",
        "check('quadruple')",
        'for hint in (0, 4, "2"):\n    try:\n        check("quadruple", hint=hint)\n    except Exception as error:\n'
        "        print(error)",
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
    (number,) = [each for each in outputs[2] if each.output_type == "execute_result"]
    assert number.data["text/html"] == ""  # it is on the card already
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


def test_two_names_show_two_cards_and_earn_both(outputs):
    cards = [each.data["text/plain"] for each in outputs[9] if each.output_type == "display_data"]
    assert [card.partition(":")[0] for card in cards] == ["double", "quadruple"] and value(outputs[9]) == 10.0


def test_no_name_shows_all_in_brief_as_it_will_be_graded_and_what_differs(outputs):
    assert value(outputs[12]) == 10.0 and value(outputs[13]) == 2  # the name is left as it was
    text = card(outputs[12])["text/plain"].splitlines()
    assert text[0] == "doubling: 10 of 10 points from the visible checks"
    assert [line.split() for line in text[1:3]] == [
        ["✓", "double", "8", "of", "8", "points,", "passed"], ["✓", "quadruple", "2", "of", "2", "points,", "passed"]
    ]  # fmt: skip
    assert text[3] == "When it is graded:" and text[4].startswith("  - `double` is now an int (In [11])")
    assert "`double`" not in card(outputs[12])["text/html"] and "In [11]" in card(outputs[12])["text/html"]
    assert "hypothesis" not in card(outputs[12])["text/plain"]  # imported by an experiment
    assert card(outputs[14])["text/plain"].endswith(NOTHING_DIFFERS)


def test_a_wrong_name_is_told_with_what_it_may_mean_and_what_there_is(outputs):
    shown = "".join(each.text for each in outputs[15] if each.output_type == "stream").splitlines()
    assert shown == [
        "there is no question 'doubel' in doubling: did you mean 'double'? It has: double, quadruple",
        "8.0",  # of an assignment that is named last
        "doubling has no question triple. It has: double, quadruple",
        'write the name in quotes: check("len")',
    ]


def test_hints_are_shown_up_to_the_one_that_is_asked_for_and_the_next_is_told(outputs):
    for output, shown in ((outputs[16], 2), (outputs[17], 1)):
        text, html = card(output)["text/plain"], card(output)["text/html"]
        told = ["What does `double` do twice?", "Compare with 1: how many times?", "3 gives 12."]
        assert [hint in text for hint in told] == [number < shown for number in range(3)]
        assert text.endswith(f'The next hint: check("quadruple", hint={shown + 1})') and "3 gives 12." in html
        assert html.count("<details>") == 3 - shown
    assert "The next hint" not in card(outputs[2])["text/plain"]


def test_a_hint_that_no_check_has_is_refused(outputs):
    told = "".join(each.text for each in outputs[18])
    assert told.splitlines() == ['a check has up to 3 hints: check("sgd", hint=2) shows the first two'] * 3


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


def test_a_file_is_checked_with_as_many_hints_as_are_asked_for(course):
    path = course / "mine.ipynb"
    cell = "def quadruple(x):\n    return 3 * x\n\n\ncheck('quadruple', hint=2)"
    path.write_bytes(notebook_of("from autograder import check", RIGHT, cell))
    done = check(course, path, "--hint", "3")
    assert "Hint 3 of 3: 3 gives 12." in done.stdout and "failed:" not in done.stderr
    assert "Hint 2 of 3" not in check(course, path).stdout
    assert check(course, path, "--hint", "4").returncode == 2


def test_a_file_is_judged_as_its_cards_have_seen_it_and_what_differs_is_told(course):
    path = course / "mine.ipynb"
    later = "double = check('double') + 1.0\nimport hypothesis"
    path.write_bytes(notebook_of("from autograder import check", RIGHT, "check('double')", later, "check()"))
    done = check(course, path)
    assert done.returncode == 0 and "When it is graded:\n  - `double` is now a float (code cell 4)" in done.stdout
    assert "  - `hypothesis` (code cell 4) comes neither" in done.stdout and not done.stderr


def test_an_answer_given_once_more_counts_as_one_in_an_experiment_does(course):
    path = course / "mine.ipynb"
    first = code_cell("from autograder import check\ndef double(x):\n    return x"), grade_cell("double", 8)
    path.write_text(notebook(*first, code_cell(RIGHT)))
    assert '`double` is defined once more after `check("double")`' in check(course, path).stdout
    path.write_text(notebook(*first, code_cell(RIGHT, tags=["explore"])))
    done = check(course, path)
    assert done.returncode == 0 and '`double` is defined once more after `check("double")`' in done.stdout


def test_what_a_file_has_that_is_not_run_is_told(course):
    path = course / "mine.ipynb"
    path.write_bytes(notebook_of("!pip install torch", RIGHT))
    assert "note: code cell 1: shell commands are not run" in check(course, path).stderr


@pytest.mark.parametrize(("data", "told"), [(b"", "is empty"), (None, "cannot be read"), (b"{", "ends in the middle")])
def test_a_file_that_cannot_be_read_exits_2(course, data, told):
    path = course / "mine.ipynb"
    if data is not None:
        path.write_bytes(data)
    done = check(course, path)
    assert done.returncode == 2 and told in done.stderr and not done.stdout
