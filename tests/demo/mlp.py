"""The demo class of `mlp`: who did what."""

from autograder.authoring.simulation.changes import pass_through_colab
from autograder.authoring.simulation.roster import Row

ENDLESS = """\
def train_mlp(params, train_iter, num_epochs, lr):
    losses = []
    while len(losses) < num_epochs:
        for X, y in train_iter:
            loss = nn.functional.cross_entropy(mlp(X, params), y)
            loss.backward()
            with torch.no_grad():
                for param in params:
                    param -= lr * param.grad
                    param.grad.zero_()
    return losses"""
NO_COLON = """\
def predict_labels(X, params)
    return mlp(X, params).argmax(dim=1)"""

# The endless loop comes first by name, so that a second worker grades the others meanwhile.
ROSTER = (
    Row("adele", rewritten={"train_mlp": ENDLESS}, outcome="timeout", story="train_mlp never ends"),
    Row("akira", style="plain"),
    Row("bianca", style="framework_training"),
    Row("carlos", style="by_hand"),
    Row("deniz", style="loss_after_each_epoch"),
    Row("emre", style="keywords_and_numpy", changes=(pass_through_colab,), story="right, worked in Colab"),
    Row("freya", mistakes=("mlp_no_activation",)),
    Row("gita", mistakes=("init_mlp_params_all_equal",)),
    Row("henrik", mistakes=("train_mlp_recreates_params",)),
    Row("isla", mistakes=("init_mlp_params_variance", "make_mlp_softmax", "train_mlp_last_batch_loss")),
    Row("joao", style=None, outcome="not_attempted", story="handed in as it was released"),
    Row("katya", rewritten={"predict_labels": NO_COLON}, outcome="error", story="a colon is missing"),
)
