"""Derives the minimum accuracy of correct solutions on 900 real Fashion-MNIST images.

    python -m tests.benchmarks.real_images [--seeds 100] [--workers 2]

Three correct styles each of `softmax_regression` and `mlp` learn from the 720 training images, in batches of
32 at a learning rate of 0.1 and in an order of its own for each seed, and are asked for the 180 test
images. The threshold is `autograder.authoring.calibration`'s, on the error rate; each recorded mistake of the
training, of the model and of the prediction runs under a few seeds. Written is datasets/real_images.json.
"""

import argparse
import json
import multiprocessing
import statistics
import sys
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from coursedata import load_fashion_mnist

from autograder.authoring.calibration import threshold_of
from autograder.authoring.recorded import read_alternatives, read_mistakes
from autograder.catalogue.course import find_course
from autograder.results.whole_files import write_whole
from autograder.sandbox.worker.probing import seed_everything

ROOT: Final = Path(__file__).parents[2]
IMAGES: Final = ROOT.parent / "shared" / "data" / "fashion-mnist-900"
RECORD: Final = ROOT / "datasets" / "real_images.json"
EPOCHS: Final = {"softmax_regression": 20, "mlp": 20}
HIDDEN_UNITS: Final = 256
BATCH: Final = 32
MISTAKE_SEEDS: Final = 3
STYLES: Final = 3

Labelled = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class Task:
    """A solution, as source, and the seeds under which it learns."""

    assignment: str
    name: str
    source: str
    seeds: Sequence[int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the record and print it."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.real_images", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, metavar="N", help="of each correct style")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    options = parser.parse_args(arguments)
    if not IMAGES.is_dir():
        print(f"there are no real images in {IMAGES}", file=sys.stderr)
        return 1
    record: dict[str, Any] = {"made_by": f"python -m tests.benchmarks.real_images --seeds {options.seeds}"}
    with ProcessPoolExecutor(options.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for name in EPOCHS:
            correct = correct_tasks(name, range(options.seeds))
            values = [value for errors in pool.map(errors_of, correct) for value in errors]
            threshold, chance = threshold_of(values)
            wrong = mistake_tasks(name, range(MISTAKE_SEEDS))
            measured = {task.name: errors for task, errors in zip(wrong, pool.map(errors_of, wrong), strict=True)}
            record[name] = {
                "epochs": EPOCHS[name], "runs": len(values), "styles": [task.name for task in correct],
                "minimum_accuracy": round(1 - threshold, 3), "median_accuracy": round(1 - statistics.median(values), 3),
                "worst_accuracy": round(1 - max(values), 3), "false_fail": float(f"{chance:.1e}"),
                "fail_it": sorted(id for id, errors in measured.items() if min(errors) >= threshold),
                "pass_it": sorted(id for id, errors in measured.items() if min(errors) < threshold),
            }  # fmt: skip
    write_whole(RECORD, json.dumps(record, indent=1) + "\n")
    print(json.dumps(record, indent=1))
    return 0


def correct_tasks(assignment: str, seeds: Sequence[int]) -> list[Task]:
    """Return a task for each correct style."""
    styles = read_alternatives(find_course(ROOT).assignment(assignment))
    return [Task(assignment, name, source, seeds) for name, source in list(styles.items())[:STYLES]]


def mistake_tasks(assignment: str, seeds: Sequence[int]) -> list[Task]:
    """Return a task for each recorded mistake, put into the first correct style."""
    base = correct_tasks(assignment, seeds)[0].source
    mistakes = read_mistakes(find_course(ROOT).assignment(assignment))
    return [Task(assignment, name, f"{base}\n{mistake.examples[0]}", seeds) for name, mistake in mistakes.items()]


def errors_of(task: Task) -> list[float]:
    """Return the error rate on the test images for each seed; 1 where the solution raises."""
    torch.set_num_threads(1)
    train, test = (_examples(split) for split in ("train", "test"))
    errors = []
    for seed in task.seeds:
        seed_everything(seed)
        namespace = _functions(task.source)
        try:
            with warnings.catch_warnings(action="ignore"):  # a student's own: no concern of ours
                predicted = LEARNERS[task.assignment](namespace, train, test)
            errors.append(1 - float((predicted == test[1]).double().mean()))
        except Exception:  # a recorded mistake may do anything
            errors.append(1.0)
    return errors


def _functions(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "solution"}
    exec(compile(source, "<solution>", "exec"), namespace)
    return namespace


def _softmax_regression(functions: Mapping[str, Any], train: Labelled, test: Labelled) -> torch.Tensor:
    epochs = EPOCHS["softmax_regression"]
    W, b, _ = functions["train"](_minibatches(train), _minibatches(test), 784, 10, epochs, 0.1)
    predicted: torch.Tensor = functions["predict_labels"](test[0], W, b)
    return predicted


def _mlp(functions: Mapping[str, Any], train: Labelled, test: Labelled) -> torch.Tensor:
    params = functions["init_mlp_params"](784, HIDDEN_UNITS, 10)
    functions["train_mlp"](params, _minibatches(train), EPOCHS["mlp"], 0.1)
    predicted: torch.Tensor = functions["predict_labels"](test[0], params)
    return predicted


LEARNERS: Final = {"softmax_regression": _softmax_regression, "mlp": _mlp}


def _minibatches(data: Labelled) -> list[Labelled]:
    order = torch.randperm(len(data[1]))
    return [(data[0][rows], data[1][rows]) for rows in order.split(BATCH)]


def _examples(split: str) -> Labelled:
    images, labels = load_fashion_mnist(IMAGES, split)
    return images.unsqueeze(1).float() / 255, labels.long()


if __name__ == "__main__":
    sys.exit(main())
