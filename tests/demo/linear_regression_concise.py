"""The demo class of `linear_regression_concise`: who did what."""

from autograder.authoring.simulation.changes import pass_through_colab
from autograder.authoring.simulation.roster import Row

SEVERAL = ("make_loader_no_shuffle", "train_concise_keeps_gradients", "CurveNet_no_relu")
NO_BRACKET = """\
def make_linear(num_inputs):
    net = nn.Linear(num_inputs, 1
    nn.init.normal_(net.weight, std=0.01)
    nn.init.zeros_(net.bias)
    return net"""

ROSTER = (
    Row("aino", style="plain"),
    Row("bruno", style="own_classes"),
    Row("chidi", style="samplers_and_closures"),
    Row("daria", style="steps_by_hand", changes=(pass_through_colab,), story="right, worked in Colab"),
    Row("elif", mistakes=("make_linear_std_tenth",)),
    Row("fumiko", mistakes=("train_concise_divides_twice",)),
    Row("gabor", mistakes=("fit_slope_numpy_factor_lost",)),
    Row("hugo", mistakes=("CurveNet_no_relu",)),
    Row("isla", mistakes=SEVERAL),
    Row("jiro", style=None, outcome="not_attempted", story="handed in as it was released"),
    Row("katya", rewritten={"make_linear": NO_BRACKET}, outcome="error", story="a bracket is missing"),
)
