"""The demo class of `linear_regression`: who did what."""

from autograder.authoring.simulation.changes import lie, make_noisy, pass_through_colab, search_and_exit
from autograder.authoring.simulation.roster import Row

SEVERAL = ("synthetic_data_no_noise", "squared_loss_no_half", "sgd_keeps_gradients")
ENDLESS = """\
def train(features, labels, lr=0.03, num_epochs=3, batch_size=10):
    w = torch.zeros(features.shape[1], 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    losses, epoch = [], 0
    while epoch < num_epochs:
        for X, y in data_iter(batch_size, features, labels):
            squared_loss(linreg(X, w, b), y).sum().backward()
            sgd([w, b], lr, batch_size)
    return w, b, losses"""
NO_COLON = """\
def linreg(X, w, b)
    return X @ w + b"""

ANSWERS = {
    "why_mean": """\
1. $0.03 / 10 = 0.003$.
2. Without dividing, the step gets 10 times longer. With dividing it stays about as long, only less noisy.
   The undivided one can blow up: the error is multiplied by about $1 - 0.03 \\cdot 100 = -2$ each time.
3. Divided by 300 the step is a third as long, and all examples count the same. Divided by 100 it is a
   normal step, but these 100 examples count three times as much."""
}
BRIEF = {"why_mean": "Because otherwise it explodes."}

# The endless loop comes first by name, so that a second worker grades the others meanwhile.
ROSTER = (
    Row("abel", rewritten={"train": ENDLESS}, outcome="timeout", story="train never ends"),
    Row("amara", style="plain"),
    Row("bjorn", style="tensor_shuffle"),
    Row("chiara", style="numpy_shuffle"),
    Row("dmitri", style="einsum_and_loader"),
    Row("eleni", style="by_rows"),
    Row("farid", mistakes=("sgd_no_batch_size",)),
    Row("grace", mistakes=("squared_loss_broadcasts",)),
    Row("hiro", mistakes=("data_iter_drops_last",)),
    Row("ines", mistakes=("synthetic_data_variance",)),
    Row("jakub", mistakes=("linreg_ignores_bias",)),
    Row("kofi", mistakes=("data_iter_shuffled_apart",), style="tensor_shuffle"),
    Row("leila", mistakes=("train_ignores_epochs",), answers=BRIEF),
    Row("mateo", mistakes=("train_divides_twice",), answers={}),
    Row("noor", mistakes=SEVERAL),
    Row("olga", style=None, outcome="not_attempted", story="handed in as it was released"),
    Row("pedro", rewritten={"linreg": NO_COLON}, outcome="error", story="a colon is missing"),
    Row("quynh", changes=(make_noisy,), story="right, and prints without end"),
    Row("rosa", mistakes=("data_iter_no_shuffle",), changes=(pass_through_colab,), story="worked in Colab"),
    Row("sven", style="einsum_and_loader", changes=(pass_through_colab,), story="worked in Colab"),
    Row("tariq", mistakes=SEVERAL, changes=(lie,), cheats_as="noor", story="returns objects that equal anything"),
    Row("uma", mistakes=SEVERAL, changes=(search_and_exit,), cheats_as="noor", story="looks for the checks and exits"),
)
