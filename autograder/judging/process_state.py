"""What a check must leave as it was in the process that it runs in: a student's own kernel, as a rule."""

import contextlib
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import torch

_SETTINGS: Final[tuple[tuple[Callable[[], Any], Callable[[Any], Any]], ...]] = (
    (torch.get_default_dtype, torch.set_default_dtype),
    (  # torch.get_default_device is of torch 2.3
        lambda: torch.empty(0).device,
        lambda device: torch.set_default_device(None if device.type == "cpu" else device),
    ),
    (torch.is_grad_enabled, torch.set_grad_enabled),
    (torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly),
    (torch.get_num_threads, torch.set_num_threads),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode),
    (
        lambda: dict(vars(torch._tensor_str.PRINT_OPTS)),
        lambda options: vars(torch._tensor_str.PRINT_OPTS).update(options),
    ),
    (np.geterr, lambda modes: np.seterr(**modes)),
    (np.get_printoptions, lambda options: np.set_printoptions(**options)),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (lambda: _working_folder(), lambda folder: _go_back(folder)),
)  # how each is read, and how it is set


@contextlib.contextmanager
def process_state_kept() -> Iterator[None]:
    """Undo what the body changes for the rest of this process.

    That is the random state of Python, NumPy and torch (CPU); the settings above and Matplotlib's; the
    working folder. The body sees none of the figures that are open, and those that it opens are closed.
    """
    before = [read() for read, _ in _SETTINGS]
    python, numpy, pytorch = random.getstate(), np.random.get_state(), torch.get_rng_state()
    try:
        with _drawing_kept():
            yield
    finally:
        for (read, put), value in zip(_SETTINGS, before, strict=True):
            if read() != value:
                put(value)
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_rng_state(pytorch)


@contextlib.contextmanager
def as_in_a_new_process() -> Iterator[None]:
    """Run the body under the settings of a new process, as the checks are when a submission is graded."""
    with process_state_kept(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        torch.set_grad_enabled(True)
        np.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
        yield


@contextlib.contextmanager
def _drawing_kept() -> Iterator[None]:
    """Set the open figures and Matplotlib's settings aside, where it is in use."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        yield
        return
    shown = pyplot._pylab_helpers.Gcf.figs  # by number, the current one last
    figures, settings = dict(shown), dict(dict.items(pyplot.rcParams))
    shown.clear()
    try:
        yield
    finally:
        with contextlib.suppress(Exception):
            pyplot.close("all")
        shown.update(figures)
        dict.update(pyplot.rcParams, settings)


def _working_folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # somebody has removed it
        return ""


def _go_back(folder: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.chdir(folder)
