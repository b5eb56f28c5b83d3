"""The package coursedata: what it publishes, and what loading it costs."""

import ast
import subprocess
import sys
from pathlib import Path

import coursedata
import torch

PACKAGE = Path(coursedata.__file__).parent


def test_what_is_published_is_there():
    assert set(coursedata.__all__) == {
        "LABEL_NAMES", "DataError", "load_fashion_mnist", "load_garments", "prepare", "synthetic_regression",
    }  # fmt: skip
    assert all(hasattr(coursedata, name) for name in coursedata.__all__)


def test_student_code_needs_little_to_load_it():
    allowed = set(sys.stdlib_module_names) | {"numpy", "torch", "rich", "coursedata"}
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert {name.split(".")[0] for name in names} <= allowed, path.name


def test_what_only_downloads_need_is_loaded_by_downloads():
    code = "import torch, sys; before = set(sys.modules); import coursedata; print(*set(sys.modules) - before)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {name.split(".")[0] for name in loaded} & {"rich", "urllib", "http", "matplotlib"}


def test_synthetic_regression_is_the_line_and_its_noise():
    X, y = coursedata.synthetic_regression([2.0, -3.4], 4.2, 20_000, seed=3)
    assert (X.shape, y.shape, X.dtype, y.dtype) == ((20_000, 2), (20_000, 1), torch.float32, torch.float32)
    noise = y - X @ torch.tensor([[2.0], [-3.4]]) - 4.2
    assert abs(noise.std() - 0.01) < 0.0005
    assert abs(noise.mean()) < 0.0005
    again = coursedata.synthetic_regression(torch.tensor([2.0, -3.4]), 4.2, 20_000, seed=3)
    assert torch.equal(X, again[0])
    assert torch.equal(y, again[1])
