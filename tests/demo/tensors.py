"""The demo class of `tensors`: who did what."""

from autograder.authoring.simulation.changes import pass_through_colab
from autograder.authoring.simulation.roster import Row

ENDLESS = """\
def half_open_steps(start, end, step):
    steps, position = [], start
    while position < end:
        steps.append(position)
    return torch.tensor(steps)"""
NO_BRACKET = """\
def matmul_from_broadcast(A, B):
    return (A[:, :, None] * B[None, :, :].sum(1)"""

# The endless loop comes first by name, so that a second worker grades the others meanwhile.
ROSTER = (
    Row("adele", rewritten={"half_open_steps": ENDLESS}, outcome="timeout", story="half_open_steps never ends"),
    Row("boris", style="plain"),
    Row("carla", style="scaled_and_selected"),
    Row("dilan", style="numpy_all_the_way"),
    Row("emre", style="python_loops", changes=(pass_through_colab,), story="right, worked in Colab"),
    Row("frida", style="integers_and_arrays"),
    Row("gita", mistakes=("normal_samples_variance",)),
    Row("hamza", mistakes=("half_open_steps_end_included",)),
    Row("ivana", mistakes=("matmul_from_broadcast_elementwise",)),
    Row("jonas", mistakes=("gather_rows_unique", "scatter_features_axes_swapped", "half_open_steps_arange")),
    Row("kira", style=None, outcome="not_attempted", story="handed in as it was released"),
    Row("liam", rewritten={"matmul_from_broadcast": NO_BRACKET}, outcome="error", story="a bracket is missing"),
)
