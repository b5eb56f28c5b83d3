"""The data that the course's notebooks and checks share: drawn from a seed, or read and checked."""

from coursedata.errors import DataError
from coursedata.fashion_mnist import load_fashion_mnist
from coursedata.garments import load_garments, prepare
from coursedata.splits import LABEL_NAMES
from coursedata.synthetic import synthetic_regression

__all__ = ["LABEL_NAMES", "DataError", "load_fashion_mnist", "load_garments", "prepare", "synthetic_regression"]
