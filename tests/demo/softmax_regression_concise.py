"""The demo class of `softmax_regression_concise`: who did what."""

from autograder.authoring.simulation.changes import pass_through_colab
from autograder.authoring.simulation.roster import Row

SEVERAL = ("make_net_softmax", "init_weights_tenth", "predict_labels_train_mode")
ENDLESS = """\
def predict_labels(net, X):
    net.eval()
    labels = []
    while len(labels) < len(X):
        label = net(X).argmax(dim=1)[len(labels)]
    return torch.stack(labels)"""

# The endless loop comes first by name, so that a second worker grades the others meanwhile.
ROSTER = (
    Row("aaron", rewritten={"predict_labels": ENDLESS}, outcome="timeout", story="predict_labels never ends"),
    Row("bettina", style="plain"),
    Row("chidi", style="module_class", changes=(pass_through_colab,), story="worked in Colab"),
    Row("daria", style="log_probabilities"),
    Row("emil", style="lazy_and_numpy"),
    Row("fatou", style="closure"),
    Row("georg", mistakes=("train_concise_softmax_twice",)),
    Row("hana", mistakes=("make_net_no_flatten",)),
    Row("ivo", mistakes=("train_concise_keeps_gradients",)),
    Row("jana", mistakes=("train_concise_no_reduction",)),
    Row("kenji", mistakes=SEVERAL),
    Row("lina", style=None, outcome="not_attempted", story="handed in as it was released"),
)
