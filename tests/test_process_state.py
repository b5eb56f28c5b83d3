"""What a check undoes in the process that it runs in."""

import os
import random
import warnings

import numpy as np
import pytest
import torch
from matplotlib import pyplot

from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.process_state import as_in_a_new_process, process_state_kept
from autograder.judging.student import LocalStudent

UNTIDY = """
import os, random, sys, tempfile, warnings
import numpy as np, torch
from matplotlib import pyplot


def double(x):
    os.chdir(tempfile.gettempdir())
    torch.set_default_dtype(torch.float16)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    torch.set_printoptions(precision=1)
    np.set_printoptions(precision=1)
    np.seterr(all="raise")
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    sys.setrecursionlimit(500)
    warnings.simplefilter("error")
    pyplot.close("all")
    pyplot.figure()
    pyplot.rcParams["lines.linewidth"] = 7
    return (2 * torch.as_tensor(x).cpu()).float()


def quadruple(x):
    return double(double(x))
"""


def state():
    return (
        os.getcwd(), torch.get_default_dtype(), torch.get_default_device(), torch.is_grad_enabled(),
        repr(torch.ones(1) / 3), repr(np.ones(1) / 3), np.geterr(), random.getstate(), str(np.random.get_state()),
        torch.get_rng_state().tolist(), list(warnings.filters), pyplot.get_fignums(), pyplot.gcf().number,
        pyplot.rcParams["lines.linewidth"],
    )  # fmt: skip


@pytest.fixture
def tidied():
    pyplot.switch_backend("agg")
    with process_state_kept():
        yield
    assert torch.get_default_dtype() == torch.float32  # else every test after this one is another


def test_what_the_students_function_changes_is_undone(course, tidied):
    torch.set_default_dtype(torch.float64)
    first, _, third = pyplot.figure(), pyplot.figure(), pyplot.figure()
    pyplot.figure(first.number)
    before = state()
    student = LocalStudent.of_source(UNTIDY)
    with Judge(find_course(course).assignment("doubling"), visible_only=True) as judge:
        results = judge.judge(student)
    assert [check.outcome for result in results for check in result.checks].count("grader_fault") == 0
    assert state() == before and pyplot.figure(third.number) is third


def test_checks_compute_as_in_a_new_process_whatever_the_notebook_has_set(tidied):
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    np.seterr(all="raise")
    with as_in_a_new_process():
        assert torch.ones(1).dtype == torch.float32 and torch.ones(1).device.type == "cpu"
        assert torch.ones(1, requires_grad=True).sum().requires_grad and np.isinf(np.ones(1) / 0).all()
    assert torch.ones(1).dtype == torch.float64 and torch.ones(1).device.type == "meta"
    assert not torch.is_grad_enabled() and set(np.geterr().values()) == {"raise"}


def test_a_working_folder_that_is_gone_harms_no_check(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with process_state_kept():
        os.chdir(tmp_path)
    assert os.getcwd() == str(tmp_path)
