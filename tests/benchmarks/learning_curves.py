"""Measures how hard the image data sets are, and draws the pictures of their card.

    python -m tests.benchmarks.learning_curves [--inits N] [--out datasets/pictures]

Softmax regression and an MLP with 256 hidden units learn by plain SGD, on pixels from 0 to 1, from
PyTorch's own start: on garments (12,000 images, 2,000 to test) in batches of 256, on the 900 real
Fashion-MNIST images (720, 180 to test), where they are, in batches of 32; the learning rate is 0.1.
Printed are the card's tables, medians over the starts; written are learning_curves.png and garments.png, the sheet of samples.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Final

import torch
from coursedata import LABEL_NAMES, load_fashion_mnist, load_garments
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from rich.console import Console
from rich.progress import track
from torch import nn

ROOT: Final = Path(__file__).parents[2]
REAL_900: Final = ROOT.parent / "shared" / "data" / "fashion-mnist-900"
EPOCHS: Final = 60

Labelled = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Task:
    """A data set and how it is learnt."""

    name: str
    train: Labelled
    test: Labelled
    batch_size: int


def softmax_regression() -> nn.Module:
    """The linear model."""
    return nn.Linear(784, len(LABEL_NAMES))


def mlp() -> nn.Module:
    """A hidden layer of 256 units."""
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, len(LABEL_NAMES)))


MODELS: Final[dict[str, Callable[[], nn.Module]]] = {"softmax regression": softmax_regression, "MLP, 256 units": mlp}


def flat(data: Labelled) -> Labelled:
    """Return pixels as (n, 784) float32 from 0 to 1, labels as int64."""
    images, labels = data
    return images.flatten(1).float() / 255, labels.long()


def accuracies(net: nn.Module, task: Task, *, epochs: int, lr: float = 0.1) -> list[float]:
    """Train with plain SGD, and return the test accuracy after each epoch."""
    (X, y), (X_test, y_test) = task.train, task.test
    parameters = list(net.parameters())
    found = []
    for _ in range(epochs):
        for batch in torch.randperm(len(X)).split(task.batch_size):
            loss = nn.functional.cross_entropy(net(X[batch]), y[batch])
            gradients = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for parameter, gradient in zip(parameters, gradients, strict=True):
                    parameter -= lr * gradient
        with torch.no_grad():
            found.append((net(X_test).argmax(1) == y_test).float().mean().item())
    return found


def accuracy_from_one_number(train: torch.Tensor, y: torch.Tensor, test: torch.Tensor, y_test: torch.Tensor) -> float:
    """The test accuracy of the best guess from one number an image: the commonest class in its bin of 32."""
    edges = train.quantile(torch.linspace(0, 1, 33)[1:-1]).unique()
    counts = torch.zeros(len(edges) + 1, len(LABEL_NAMES))
    counts.index_put_((torch.bucketize(train, edges), y), torch.ones(len(y)), accumulate=True)
    return (counts.argmax(1)[torch.bucketize(test, edges)] == y_test).float().mean().item()


def best_single_pixel(task: Task) -> float:
    """The highest accuracy that any one pixel allows."""
    (X, y), (X_test, y_test) = task.train, task.test
    columns, test_columns = X.T.contiguous(), X_test.T.contiguous()
    return max(
        accuracy_from_one_number(column, y, test_column, y_test)
        for column, test_column in zip(columns, test_columns, strict=True)
    )


def mean_brightness(task: Task) -> float:
    """The accuracy that the mean of an image's pixels allows."""
    (X, y), (X_test, y_test) = task.train, task.test
    return accuracy_from_one_number(X.mean(1), y, X_test.mean(1), y_test)


def draw_curves(axes: Axes, task: Task, curves: dict[str, list[list[float]]]) -> None:
    """Draw each model's median accuracy over its starts, and the span of all of them."""
    epochs = range(1, EPOCHS + 1)
    for name, runs in curves.items():
        by_epoch = list(zip(*runs, strict=True))
        (line,) = axes.plot(epochs, [statistics.median(values) for values in by_epoch], label=name)
        axes.fill_between(epochs, [*map(min, by_epoch)], [*map(max, by_epoch)], alpha=0.2, color=line.get_color())
    axes.set(title=f"{task.name}: {len(task.train[1]):,} images to learn from", xlabel="epoch", xlim=(1, EPOCHS))
    axes.set(ylabel=f"accuracy on {len(task.test[1]):,} test images", ylim=(0.6, 0.95))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")


def draw_sheet(path: Path, each: int = 10) -> None:
    """Draw the first images of every class."""
    images, labels = load_garments("test")
    figure = Figure(figsize=(9.4, 8.4), facecolor="white")
    grid = figure.subplots(len(LABEL_NAMES), each)
    for k, row in enumerate(grid):
        for axes, image in zip(row, images[labels == k], strict=False):
            axes.imshow(image.numpy(), cmap="gray", vmin=0, vmax=255)
            axes.set(xticks=[], yticks=[])
        row[0].set_ylabel(LABEL_NAMES[k], rotation=0, ha="right", va="center")
    figure.subplots_adjust(left=0.11, right=0.995, bottom=0.005, top=0.995, wspace=0.05, hspace=0.05)
    figure.savefig(path, dpi=90)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table and write the pictures."""
    parser = argparse.ArgumentParser(
        "python -m tests.benchmarks.learning_curves",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--inits", type=int, default=5, metavar="N", help="starts a model (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=ROOT / "datasets" / "pictures", help="(default: %(default)s)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    progress = Console(stderr=True)

    tasks = [Task("garments, seed 0", flat(load_garments("train")), flat(load_garments("test")), 256)]
    if REAL_900.is_dir():
        real = [flat(load_fashion_mnist(REAL_900, split)) for split in ("train", "test")]
        tasks.append(Task("900 real images", real[0], real[1], 32))
    else:
        progress.print(f"the real images are left out: they are not in {REAL_900}")

    options.out.mkdir(parents=True, exist_ok=True)
    draw_sheet(options.out / "garments.png")
    figure = Figure(figsize=(5.2 * len(tasks), 3.8), layout="constrained")
    print("| data | batch | model | epoch 10 | epoch 30 | mean of epochs 51 to 60 | best epoch |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for axes, task in zip(figure.subplots(1, len(tasks), squeeze=False)[0], tasks, strict=True):
        curves = {}
        for name, model in MODELS.items():
            runs = []
            for seed in track(range(options.inits), f"{task.name}, {name}", console=progress):
                torch.manual_seed(seed)
                runs.append(accuracies(model(), task, epochs=EPOCHS))
            curves[name] = runs
            measures = [itemgetter(9), itemgetter(29), lambda run: statistics.mean(run[-10:]), max]
            row = [f"{statistics.median(map(measure, runs)):.3f}" for measure in measures]
            print(f"| {task.name} | {task.batch_size} | {name} | {' | '.join(row)} |")
        draw_curves(axes, task, curves)
    figure.savefig(options.out / "learning_curves.png", dpi=100)

    print("\n| data | mean brightness alone | best single pixel alone |\n| --- | --- | --- |")
    for task in tasks:
        print(f"| {task.name} | {mean_brightness(task):.3f} | {best_single_pixel(task):.3f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
