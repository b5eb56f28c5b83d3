"""The demo class of `generalisation`: who did what."""

from autograder.authoring.simulation.changes import pass_through_colab
from autograder.authoring.simulation.roster import Row

ENDLESS = """\
def keep_epoch(val_losses, patience):
    best, epoch = 0, 0
    while epoch - best < patience:
        if val_losses[epoch % len(val_losses)] < val_losses[best]:
            best = epoch = epoch % len(val_losses)
        epoch = (epoch + 1) % max(patience, 1)
    return best"""
NO_BRACKET = """\
def l2_penalty(w):
    return (w**2).sum( / 2"""

# The endless loop comes first by name, so that a second worker grades the others meanwhile.
ROSTER = (
    Row("abel", rewritten={"keep_epoch": ENDLESS}, outcome="timeout", story="keep_epoch never ends"),
    Row("bora", style="plain"),
    Row("cleo", style="python_lists"),
    Row("dina", style="numpy_generator"),
    Row("emre", style="state_put_back"),
    Row("flora", style="linear_module", changes=(pass_through_colab,), story="right, worked in Colab"),
    Row("gwen", mistakes=("dropout_not_scaled",)),
    Row("hugo", mistakes=("train_ridge_penalises_bias",)),
    Row("iman", mistakes=("keep_epoch_compares_with_previous",), style="python_lists"),
    Row("jonas", mistakes=("train_validation_split_global_seed", "l2_penalty_no_half", "polynomial_features_ones")),
    Row("kira", style=None, outcome="not_attempted", story="handed in as it was released"),
    Row("luca", rewritten={"l2_penalty": NO_BRACKET}, outcome="error", story="a bracket is missing"),
)
