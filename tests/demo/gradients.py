"""The demo class of `gradients`: who did what."""

from autograder.authoring.simulation.changes import pass_through_colab
from autograder.authoring.simulation.roster import Row

ENDLESS = """\
def train_two_layer(x, y, w1, w2, lr, num_steps):
    losses, step = [], 0
    while step < num_steps:
        loss = (two_layer_forward(x, w1, w2) - y).pow(2).sum()
        loss.backward()
    return losses"""
NO_COLON = """\
def two_layer_forward(x, w1, w2)
    return torch.relu(x @ w1) @ w2"""

# The endless loop comes first by name, so that a second worker grades the others meanwhile.
ROSTER = (
    Row("abena", rewritten={"train_two_layer": ENDLESS}, outcome="timeout", story="train_two_layer never ends"),
    Row("bela", style="plain"),
    Row("cyrus", style="functional"),
    Row("daria", style="numpy_by_hand"),
    Row("egon", style="layers_as_classes", changes=(pass_through_colab,), story="right, worked in Colab"),
    Row("gabor", mistakes=("two_layer_gradients_no_two",)),
    Row("hulda", mistakes=("train_two_layer_accumulates",)),
    Row("ismail", mistakes=("numeric_gradient_one_sided",)),
    Row("jelena", mistakes=("affine_gradients_swapped", "numeric_gradient_changes_x", "two_layer_gradients_no_mask")),
    Row("kwame", style=None, outcome="not_attempted", story="handed in as it was released"),
    Row("lotte", rewritten={"two_layer_forward": NO_COLON}, outcome="error", story="a colon is missing"),
)
