"""What a probe's answer is worth: what was computed under a mode that student code has left on is none."""

import pytest
import torch

from autograder.sandbox.worker.probing import load_probe, run_probe

PROBE = "def doubled(student, x):\n    y = student.double(x)\n    return {'y': y - x}"
MODE = """
import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Kind(torch.overrides.TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        return args[0] if getattr(function, "__name__", "") == "sub" else function(*args, **(kwargs or {}))


class Seen(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return function(*args, **(kwargs or {}))


"""


def answer_of(double: str) -> dict[str, object]:
    namespace: dict[str, object] = {}
    exec(MODE + double, namespace)
    try:
        return run_probe(load_probe(PROBE, "doubled"), {"x": torch.ones(2)}, namespace, 0)
    finally:
        for mode in torch.overrides._get_current_function_mode_stack()[::-1]:
            mode.__exit__(None, None, None)
        for dispatch in torch.utils._python_dispatch._get_current_dispatch_mode_stack()[::-1]:
            dispatch.__exit__(None, None, None)


@pytest.mark.parametrize("mode", ["Kind", "Seen"])
def test_a_mode_that_is_left_on_makes_no_answer(mode: str) -> None:
    answer = answer_of(f"def double(x):\n    {mode}().__enter__()\n    return 2 * x")
    assert "answer" not in answer and "leaves a mode of torch's switched on" in str(answer["error"])


@pytest.mark.parametrize("mode", ["Kind", "Seen"])
def test_a_mode_that_is_off_again_or_a_default_device_is_no_matter(mode: str) -> None:
    for body in (f"with {mode}():\n        y = 2 * x", "torch.set_default_device('cpu')\n    y = 2 * x"):
        answer = answer_of(f"def double(x):\n    {body}\n    return y")
        assert isinstance(answer["answer"], dict) and answer["answer"]["y"].tolist() == [1.0, 1.0]
