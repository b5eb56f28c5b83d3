"""What a student saw is what is graded: the state at a check cell, and what is run where not all of a cell is."""

from collections.abc import Iterator

import pytest
from conftest import RIGHT, code_cell, make_course, notebook, notebook_of

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.results.result import SubmissionResult
from autograder.sandbox import launch as sandbox
from autograder.sandbox.worker.limits import Limits

PROBLEM = sandbox.bubblewrap_problem()
pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")

CHECK = "from autograder import check"
CHECKS = 'check("double")\ncheck("quadruple")'
SQUARES = "def double(x):\n    return x**2"
WHOLE = 10


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    root = make_course(tmp_path_factory.mktemp("judged") / "course")
    grader = Grader(Settings(root, "bwrap", limits=Limits(cell_s=2.0, notebook_s=3.0)))
    yield grader
    grader.close()


def graded(grader: Grader, data: str | bytes, name: str = "doubling.ipynb") -> SubmissionResult:
    written = data.encode() if isinstance(data, str) else data
    return grader.grade(SubmissionBytes("ada", "doubling", name, written)).result


@pytest.mark.parametrize(
    "later",
    [
        "double = 3.0 * double(2)",
        "for double in range(3):\n    pass",
        "import torch\ndouble = quadruple = torch.nn.ReLU()",
        "del double, quadruple",
        "def double(x):\n    return x",
        "from math import *\nfrom operator import mul as double",
        "class double:\n    pass",
    ],
)
def test_a_name_used_again_below_its_check_takes_nothing_away(grader, later):
    result = graded(grader, notebook_of(CHECK, RIGHT, CHECKS, later))
    assert result.score == WHOLE and not result.notes


@pytest.mark.parametrize("later", ["len = 5", "torch = None", "factor = 'two'", "def by(x):\n    return x"])
def test_so_does_one_that_the_function_uses(grader, later):
    source = """
import torch
factor = 2
def by(x):
    return factor * x
def double(x):
    return by(x) if len([x]) == 1 and torch else None
def quadruple(x):
    return double(double(x))
"""
    assert graded(grader, notebook_of(CHECK, source, CHECKS, later)).score == WHOLE


def test_what_is_right_only_at_the_end_counts_and_a_note_says_so(grader):
    result = graded(grader, notebook_of(CHECK, SQUARES, RIGHT.partition("\n\n\n")[2], CHECKS, RIGHT))
    assert result.score == WHOLE
    assert [note for note in result.notes if "at the notebook's end" in note and "`double`" in note]


def test_a_stub_that_was_still_empty_at_its_check_is_judged_at_the_end(grader):
    stub = "def double(x):\n    raise NotImplementedError\ndef quadruple(x):\n    raise NotImplementedError"
    assert graded(grader, notebook_of(CHECK, stub, CHECKS, RIGHT)).score == WHOLE


def test_a_notebook_without_checks_is_judged_at_its_end(grader):
    assert graded(grader, notebook_of(SQUARES, RIGHT)).score == WHOLE
    assert graded(grader, notebook_of(RIGHT, "double = quadruple = 1")).score == 0


def test_a_check_of_everything_keeps_no_state(grader):
    assert graded(grader, notebook_of(CHECK, RIGHT, CHECKS, "double = 1", "check()")).score == WHOLE


def test_a_check_gives_a_number(grader):
    assert graded(grader, notebook_of(CHECK, f'points = check("double") + check("quadruple")\n{RIGHT}')).score == WHOLE


@pytest.mark.parametrize(
    "failing",
    [
        "from d2l import torch as d2l",
        "import pandas_that_is_not_there as pd, os",
        "import matplotlib.pyplot as plt\nplt.style.use('seaborn-of-old')",
        "import os\nos.chdir('/content')",
        "raise SystemExit",
        "1 / 0",
        "data = open('data.csv').read()",
        "%matplotlib inline\nimport google.colab\n%load_ext autoreload",
    ],
)
def test_a_statement_that_fails_costs_itself(grader, failing):
    result = graded(grader, notebook_of(f"{failing}\nimport torch\nlr, of = 0.1, torch.ones(2)\n{RIGHT}", "lr, of"))
    assert result.score == WHOLE
    (note,) = result.notes
    assert (
        note.startswith(("code cell 1 failed: ", "code cell 1 imports ", "code cell 1 opens "))
        and "below it were run all the same" in note
    )


def test_what_computes_below_a_failing_statement_is_not_run_and_costs_no_further_note(grader):
    cell = f"import d2l\n{RIGHT}\nw = double(3)\nprint(w)"
    result = graded(grader, notebook_of(cell, "print(w)", "d2l.plot()"))
    assert result.score == WHOLE and len(result.notes) == 1


def test_each_cause_is_told_once(grader):
    result = graded(
        grader, notebook_of("import d2l\nimport pandas_not_there\nimport torch", RIGHT, "z()", "z()", "z()")
    )
    assert [note.partition(";")[0] for note in result.notes] == [
        "code cell 1 imports d2l, which is not installed here",
        "code cell 1 imports pandas_not_there, which is not installed here",
        "code cells 3, 4, 5 failed: NameError: name 'z' is not defined",
    ]


@pytest.mark.parametrize(
    "magic",
    [
        "%%prun",
        "%%memit",
        "%%debug",
        "%%capture",
        "%%time",
        "%%capture out",
        "%%time\n%%prun -s cumulative",
        "%%heat -o x",
    ],
)
def test_a_cell_magic_that_runs_its_body_does(grader, magic):
    assert graded(grader, notebook_of(f"{magic}\n{RIGHT}")).score == WHOLE


@pytest.mark.parametrize("magic", ["%%bash", "%%sql", "%%javascript", "%%script python"])
def test_a_cell_magic_that_is_not_run_is_told(grader, magic):
    result = graded(grader, notebook_of(RIGHT, f"{magic}\ndouble = 1"))
    assert result.score == WHOLE and len(result.notes) == 1 and "not run" in result.notes[0]


def test_the_cell_that_installs_the_course_does_nothing_where_the_notebook_is_graded(grader):
    install = "try:\n    import autograder\nexcept ModuleNotFoundError:\n    %pip install x"
    result = graded(grader, notebook_of(install, CHECK, RIGHT, CHECKS))
    assert result.score == WHOLE and not result.notes


def test_shell_lines_are_told_once(grader):
    result = graded(grader, notebook_of(f"!pip install d2l\n%pip install x\n{RIGHT}", "!ls"))
    assert result.score == WHOLE and result.notes == ("code cells 1, 2: shell commands are not run",)


def test_a_function_that_lacks_what_a_failing_statement_should_have_made_says_which(grader):
    result = graded(grader, notebook_of("import d2l", "def double(x):\n    return d2l.twice(x)"))
    said = result.questions[0].checks[0].message
    assert "`d2l` should come from code cell 1, which failed: ModuleNotFoundError: No module named 'd2l'" in said


class TestExplore:
    def test_an_answer_in_such_a_cell_counts(self, grader):
        result = graded(grader, notebook_of(f"# explore other ways\nimport time\n{RIGHT}\ntime.sleep(60)"))
        assert result.score == WHOLE and not result.notes

    def test_an_import_that_others_need_is_run(self, grader):
        cells = [
            code_cell("import torch as t\nt.zeros(10**12)", tags=["explore"]),
        ]
        hidden = "def double(x):\n    return t.add(t.as_tensor(x), x)\n"
        cells.append(code_cell(RIGHT.partition("\n\n\n")[2] + hidden, 1))
        result = graded(grader, notebook(*cells))
        assert result.score == WHOLE and not result.notes

    def test_a_cell_that_computes_what_a_graded_function_needs_is_run_whole_and_told(self, grader):
        source = RIGHT.replace("2 * x", "factor[0] * x")
        result = graded(grader, notebook_of("# explore\nfactor = sorted([2])", source))
        assert result.score == WHOLE
        assert result.notes == ("code cell 1: it is marked explore and was run, as `factor` comes from it",)

    def test_nothing_else_of_it_is_run(self, grader):
        assert not graded(
            grader, notebook_of("# explore\nx = print(1 / 0)\nfor x in range(2):\n    w = x", RIGHT)
        ).notes


class TestTime:
    def test_own_cells_cannot_cost_the_checks(self, grader):
        slow = "import time\nstart = time.process_time()\nwhile time.process_time() - start < 1.5:\n    pass"
        result = graded(grader, notebook_of(slow, slow, slow, f"print('cut')\n{RIGHT}"))
        assert result.score == WHOLE
        assert [note for note in result.notes if "time was over" in note]

    def test_a_cell_that_hangs_costs_itself(self, grader):
        assert graded(grader, notebook_of(f"while True:\n    pass\n{RIGHT}")).score == WHOLE


class TestDevices:
    @pytest.mark.parametrize(
        "asking",
        [
            "device = torch.device('cuda')",
            "device = 'cuda:0'",
            "device = f'cuda:{0}'",
            "torch.set_default_device('cuda')\ndevice = 'mps'",
            "device = torch.zeros(2).cuda().device\ntorch.nn.Linear(1, 1).cuda().to('cuda')",
            "torch.set_default_tensor_type(torch.cuda.FloatTensor)\ndevice = 'cuda'",
        ],
    )
    def test_without_a_gpu_what_asks_for_one_computes_on_the_cpu(self, grader, asking):
        source = f"import torch\n{asking}\n" + RIGHT.replace("2 * x", "2 * torch.as_tensor(x, device=device)")
        result = graded(grader, notebook_of(source))
        assert result.score == WHOLE
        assert result.notes == ("the notebook asks for a GPU, which is not used here; it computed on the CPU",)

    def test_a_notebook_that_asks_whether_there_is_one_is_left_as_it_is(self, grader):
        asks = "import torch\ndevice = 'cuda' if torch.cuda.is_available() else 'cpu'\n"
        if_so = "if torch.cuda.is_available():\n    device = torch.device('cuda')\n"
        result = graded(grader, notebook_of(asks + if_so + RIGHT))
        assert result.score == WHOLE and not result.notes

    def test_a_compiled_function_runs_as_it_is_written(self, grader):
        source = RIGHT.replace("def double", "import torch\n@torch.compile(mode='max-autotune')\ndef double")
        source = source.replace("def quadruple", "@torch.compile\ndef quadruple")
        assert graded(grader, notebook_of(source)).score == WHOLE

    def test_a_loader_with_processes_of_its_own_works(self, grader):
        loads = """
import torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(4.0))
loader = DataLoader(data, 2, num_workers=2, multiprocessing_context="spawn", persistent_workers=True)
assert len([x for _ in range(2) for (x,) in loader]) == 4
"""
        result = graded(grader, notebook_of(loads, RIGHT))
        assert result.score == WHOLE and not result.notes

    def test_another_default_dtype_harms_nobody(self, grader):
        assert graded(grader, notebook_of("import torch\ntorch.set_default_dtype(torch.float64)", RIGHT)).score == WHOLE
