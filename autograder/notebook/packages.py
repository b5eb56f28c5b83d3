"""Which packages are there wherever the course is installed."""

import functools
import re
from collections.abc import Mapping
from importlib import metadata
from typing import Final

DISTRIBUTION: Final = "autograder-course"


def comes_with_the_course(module: str) -> bool:
    """Whether a module is in a distribution that this one needs, or in one that such a one needs."""
    return any(_normal(name) in _needed() for name in _distributions().get(module, ()))


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


@functools.cache
def _needed() -> frozenset[str]:
    found: set[str] = set()
    waiting = [DISTRIBUTION]
    while waiting:
        name = _normal(waiting.pop())
        if name not in found:
            found.add(name)
            try:
                requirements = metadata.requires(name) or []
            except metadata.PackageNotFoundError:  # for another system
                continue
            waiting += [match[0] for each in requirements if "extra ==" not in each and (match := _NAME.match(each))]
    return frozenset(found)


_NAME: Final = re.compile(r"[\w.-]+")


def _normal(name: str) -> str:
    """As in https://packaging.python.org/en/latest/specifications/name-normalization/."""
    return re.sub(r"[-_.]+", "-", name).lower()
