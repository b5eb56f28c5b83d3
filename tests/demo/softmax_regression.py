"""The demo class of `softmax_regression`: who did what."""

from autograder.authoring.simulation.changes import make_noisy, pass_through_colab
from autograder.authoring.simulation.roster import Row

SEVERAL = ("softmax_wrong_axis", "accuracy_fraction")
NO_BRACKET = """\
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y] + 1e-9"""

ROSTER = (
    Row("agnes", style="plain"),
    Row("bilal", style="gather_and_data", changes=(pass_through_colab,), story="worked in Colab"),
    Row("carla", style="gradient_by_hand"),
    Row("dario", style="optimiser_and_classes"),
    Row("esther", style="torch_autograd_grad", changes=(make_noisy,), story="right, and prints without end"),
    Row("fiona", mistakes=("softmax_overflows",)),
    Row("gustav", mistakes=("cross_entropy_mean",)),
    Row("hamza", mistakes=("evaluate_accuracy_batch_means",), style="gather_and_data"),
    Row("ilse", mistakes=("train_epoch_sum_of_losses",)),
    Row("joao", mistakes=("train_on_test",)),
    Row("karim", mistakes=SEVERAL),
    Row("lucia", style=None, outcome="not_attempted", story="handed in as it was released"),
    Row("marek", rewritten={"cross_entropy": NO_BRACKET}, outcome="error", story="a bracket is missing"),
)
