"""Numbers: examples of a linear model with Gaussian noise."""

from collections.abc import Sequence

import torch


def synthetic_regression(
    w: torch.Tensor | Sequence[float], b: float, n: int, noise: float = 0.01, *, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw examples of the linear model y = Xw + b + ε, with X ~ N(0, 1) and ε ~ N(0, noise²).

    Args:
        w: (d,) weights, or as many numbers.
        b: the bias.
        n: how many examples, at least 1.
        noise: standard deviation of ε, in the unit of y; at least 0.
        seed: the same seed gives the same examples; the global generators are left alone.

    Returns:
        X, (n, d) float32, and y, (n, 1) float32, both on the CPU.
    """
    weights = torch.as_tensor(w, dtype=torch.float32).reshape(-1, 1)  # (d, 1)
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(n, len(weights), generator=generator)  # (n, d)
    y = X @ weights + b + noise * torch.randn(n, 1, generator=generator)  # (n, 1)
    return X, y
