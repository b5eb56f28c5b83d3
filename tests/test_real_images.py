"""The minimum accuracy on 900 real images holds for a seed that its derivation has not seen."""

import json
from typing import Any

import pytest

from tests.benchmarks.real_images import IMAGES, RECORD, correct_tasks, errors_of, mistake_tasks

FRESH_SEED = 1000
RECORDED: dict[str, Any] = json.loads(RECORD.read_text())
MODELS = [name for name, record in RECORDED.items() if isinstance(record, dict)]
pytestmark = pytest.mark.skipif(not IMAGES.is_dir(), reason=f"there are no real images in {IMAGES}")


@pytest.mark.parametrize("model", MODELS)
def test_a_correct_style_is_above_the_minimum(model: str) -> None:
    task = correct_tasks(model, [FRESH_SEED])[0]
    (error,) = errors_of(task)
    assert 1 - error > RECORDED[model]["minimum_accuracy"]


@pytest.mark.parametrize("model", MODELS)
def test_a_model_that_never_learns_is_below_it(model: str) -> None:
    (task,) = (task for task in mistake_tasks(model, [FRESH_SEED]) if task.name.endswith("_no_step"))
    assert task.name in RECORDED[model]["fail_it"]
    (error,) = errors_of(task)
    assert 1 - error < RECORDED[model]["minimum_accuracy"]


@pytest.mark.parametrize("model", MODELS)
def test_the_record_has_the_runs_that_it_needs(model: str) -> None:
    record = RECORDED[model]
    assert record["runs"] >= 300
    assert record["false_fail"] < 1e-6
    assert record["minimum_accuracy"] < record["worst_accuracy"] <= record["median_accuracy"]
