"""The demo class of `weight_init`: who did what."""

from autograder.authoring.simulation.changes import pass_through_colab
from autograder.authoring.simulation.roster import Row

ENDLESS = """\
def activation_stds(init_, activation, depth, width, batch):
    h = torch.randn(batch, width)
    stds, layer = [], 0
    while layer < depth:
        h = activation(h @ init_(torch.empty(width, width)))
    stds.append(h.std().item())
    return stds"""
NO_BRACKET = """\
def he_init_(w):
    return w.normal_(0, math.sqrt(2 / w.shape[0])"""

# The endless loop comes first by name, so that a second worker grades the others meanwhile.
ROSTER = (
    Row("abdul", rewritten={"activation_stds": ENDLESS}, outcome="timeout", story="activation_stds never ends"),
    Row("alva", style="plain"),
    Row("bruno", style="through_data"),
    Row("chloe", style="nn_init"),
    Row("dario", style="out_of_place_then_assign"),
    Row("elif", style="helper_and_rounding", changes=(pass_through_colab,), story="right, worked in Colab"),
    Row("fatima", mistakes=("he_init_swapped_fans",)),
    Row("goran", mistakes=("xavier_init_variance",)),
    Row("hana", mistakes=("activation_stds_pre_activation",), style="helper_and_rounding"),
    Row("ivo", mistakes=("zeros_init_new_tensor", "he_init_no_gain", "distinct_hidden_units_rows")),
    Row("june", style=None, outcome="not_attempted", story="handed in as it was released"),
    Row("kenji", rewritten={"he_init_": NO_BRACKET}, outcome="error", story="a bracket is missing"),
)
