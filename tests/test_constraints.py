"""The pinned packages install on the oldest Python that the project claims: read from what is installed, offline."""

import re
import sysconfig
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYTHON = re.fullmatch(
    r">=(3\.\d+)", tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
)[1]
OLDEST = f"{PYTHON}.0"  # its first release: Debian's and Ubuntu's own stay at early ones
PINS = {
    canonicalize_name(name): version
    for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")
    for name, version in [line.split("==")]
}  # fmt: skip


@pytest.fixture(scope="module")
def installed():
    """The pinned packages of this environment: some are of one platform alone."""
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}  # setuptools adds copies of its own
    found = {canonicalize_name(each.name): each for each in metadata.distributions(path=list(places))}
    return {name: found[name] for name in PINS if name in found}


def test_what_is_installed_is_what_is_pinned(installed):
    assert [name for name, each in installed.items() if each.version not in SpecifierSet(f"=={PINS[name]}")] == []


def test_every_pin_accepts_the_oldest_python_claimed(installed):
    claims = {name: each.metadata.get("Requires-Python", "") for name, each in installed.items()}
    assert {name: claim for name, claim in claims.items() if OLDEST not in SpecifierSet(claim)} == {}


def test_what_a_pinned_package_needs_on_the_oldest_python_is_pinned_at_a_version_that_suits_it(installed):
    python = {"python_version": PYTHON, "python_full_version": OLDEST, "extra": ""}
    needs = [
        (name, need)
        for name, each in installed.items() if name != "torch"  # it pins what it needs of a GPU itself
        for need in map(Requirement, each.requires or [])
        if need.marker is None or need.marker.evaluate(python)
    ]  # fmt: skip
    unmet = [
        f"{name} needs {need}" for name, need in needs
        if (pin := PINS.get(canonicalize_name(need.name))) is None or pin not in need.specifier
    ]  # fmt: skip
    assert unmet == []
