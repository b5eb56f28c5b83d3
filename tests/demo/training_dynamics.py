"""The demo class of `training_dynamics`: who did what."""

from autograder.authoring.simulation.changes import make_noisy, pass_through_colab
from autograder.authoring.simulation.roster import Row

SEVERAL = ("smoothed_losses_no_correction", "irreducible_loss_no_half", "real_function_wrong_sign")
ENDLESS = """\
def run_with_lr(features, labels, lr, num_epochs, batch_size=10):
    w = torch.zeros(features.shape[1], 1)
    b = torch.zeros(1)
    losses, start = [], 0
    while start < len(features):
        error = features[start : start + batch_size] @ w + b - labels[start : start + batch_size]
        losses.append((error**2).mean().item())
    return losses"""
ANSWERS = {
    "two_rates": """\
with target("two_rates"):
    fig, ax = plt.subplots()
    for lr in (0.01, 0.11):
        ax.semilogy(run_with_lr(features, labels, lr, 1), label=f"learning rate {lr}")
    ax.set_ylim(1e-5, 1e8)
    ax.set_xlabel("step")
    ax.set_ylabel("loss")
    ax.set_title("0.01 learns, 0.11 explodes")
    ax.legend()"""
}

ROSTER = (
    Row("agnes", rewritten={"run_with_lr": ENDLESS}, answers={}, outcome="timeout", story="run_with_lr never gets on"),
    Row("bashir", style="plain"),
    Row("carmen", style="numpy_by_hand"),
    Row("dung", style="framework"),
    Row("emeka", style="closed_forms"),
    Row("freya", style="classes", changes=(make_noisy,), story="right, and prints without end"),
    Row("goran", mistakes=("run_with_lr_mean_gradient",)),
    Row("hanna", mistakes=("classify_run_nan_slow",), changes=(pass_through_colab,), story="worked in Colab"),
    Row("ivo", mistakes=("least_squares_slope_mean_of_ratios",)),
    Row("jana", mistakes=SEVERAL),
    Row("kemal", style=None, outcome="not_attempted", story="handed in as it was released"),
)
