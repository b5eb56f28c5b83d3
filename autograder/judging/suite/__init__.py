"""What a file of checks is written with: probes, checks, assertions, calibrated thresholds.

A check is a plain pytest test that takes `student` (see `autograder.judging.student.Student`) and, where it
needs random inputs, `rng` (a seeded `torch.Generator`). What student code must not be able to draw again, such as
the labels by which a trained model is judged, comes from `secret_rng` in its place:

    @probe
    def doubled(student, x):
        return {"y": student.double(x)}

    @check("double", weight=2, hints=["What is added to x?"])
    def test_doubles_every_element(student, rng):
        '''Every element is doubled.'''
        x = torch.randn(3, 2, generator=rng)
        got = student.run(doubled, x=x)
        assert_close(got["y"], 2 * x, name="double(x)")

The probe runs beside the student's code and measures; the check runs in the judge and decides. Most checks
need no probe of their own: see `autograder.judging.suite.asking`.
"""

from autograder.judging.suite.asking import (
    Update,
    ask,
    ask_recorded,
    ask_unchanged,
    gradients,
    leaf,
    loader,
    updated,
    view,
)
from autograder.judging.suite.assertions import (
    assert_below,
    assert_close,
    assert_dtype,
    assert_shape,
    assert_tails,
    assert_values,
)
from autograder.judging.suite.attachments import show_curve, show_estimates
from autograder.judging.suite.authoring import Probe, check, probe
from autograder.judging.suite.breaking import a_list, a_number, a_tensor, a_whole_number, assert_breaks, several
from autograder.judging.suite.check_context import CheckFailed, fail
from autograder.judging.suite.usage import assert_calling, assert_not_using
from autograder.judging.suite.values import (
    as_numbers,
    finite,
    in_shape,
    is_close,
    log_ratio,
    new_seed,
    numbers,
    one_number,
    pair_of_tensors,
    points,
)
from autograder.sandbox.worker.probing import recorded_calls

__all__ = [
    "CheckFailed",
    "Probe",
    "Update",
    "a_list",
    "a_number",
    "a_tensor",
    "a_whole_number",
    "as_numbers",
    "ask",
    "ask_recorded",
    "ask_unchanged",
    "assert_below",
    "assert_breaks",
    "assert_calling",
    "assert_close",
    "assert_dtype",
    "assert_not_using",
    "assert_shape",
    "assert_tails",
    "assert_values",
    "check",
    "fail",
    "finite",
    "gradients",
    "in_shape",
    "is_close",
    "leaf",
    "loader",
    "log_ratio",
    "new_seed",
    "numbers",
    "one_number",
    "pair_of_tensors",
    "points",
    "probe",
    "recorded_calls",
    "several",
    "show_curve",
    "show_estimates",
    "updated",
    "view",
]  # fmt: skip
