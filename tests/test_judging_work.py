"""What a judge does grows no faster than the answer that it looks at."""

import tracemalloc

import numpy as np
import pytest
import torch

from autograder.checks.training_dynamics.visible_checks import rows_of


def test_many_drawn_points_take_no_table_of_their_distances_to_all_labels() -> None:
    labels = torch.randperm(100).double() / 10
    places = np.random.default_rng(0).integers(100, size=50_000)
    values = labels.numpy()[places] + 2e-6
    tracemalloc.start()
    found = rows_of(values, labels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is not None and (found == places).all()
    assert peak < 20 * values.nbytes


@pytest.mark.parametrize("odd", [-1.0, 0.55, 11.0, np.nan, np.inf])
def test_a_drawn_point_that_is_no_label_is_found_nowhere(odd: float) -> None:
    assert rows_of(np.array([0.5, odd]), torch.tensor([0.5, 0.6, 0.1])) is None
    assert rows_of(np.array([]), torch.tensor([0.5])) is None
