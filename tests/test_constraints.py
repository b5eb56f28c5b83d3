"""One lock for every Python that the project claims: each of its pins is to be had there, and they fit together."""

import subprocess
import sys
import sysconfig
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
CLASSIFIERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
PYTHONS = [each.rpartition(" ")[2] for each in CLASSIFIERS if each.startswith("Programming Language :: Python :: 3.")]
LOCKED = [Requirement(line) for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
PINS = {
    canonicalize_name(each.name): each.specifier
    for each in LOCKED if each.marker is None or each.marker.evaluate()
}  # fmt: skip


@pytest.fixture(scope="module")
def installed():
    """The pinned packages of this environment: some are of one platform alone."""
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}  # setuptools adds copies of its own
    found = {canonicalize_name(each.name): each for each in metadata.distributions(path=list(places))}
    return {name: found[name] for name in PINS if name in found}


def test_what_is_installed_is_what_is_pinned(installed):
    assert [name for name, each in installed.items() if each.version not in PINS[name]] == []


def test_what_a_pinned_package_needs_is_pinned(installed):
    needs = [
        (name, need)
        for name, each in installed.items() if name != "torch"  # builds of one version differ in what they need
        for need in map(Requirement, each.requires or [])
        if need.marker is None or need.marker.evaluate({"extra": ""})
    ]  # fmt: skip
    unmet = [f"{name} needs {need}" for name, need in needs if not _is_pinned(need)]
    assert unmet == []


def _is_pinned(need):
    pin = PINS.get(canonicalize_name(need.name), SpecifierSet())
    return any(each.version in need.specifier for each in pin)


def test_the_pins_fit_together_on_each_python_claimed_and_each_has_a_wheel_there():
    with ThreadPoolExecutor() as threads:  # each waits for a package index
        told = dict(zip(PYTHONS, threads.map(resolved, PYTHONS), strict=True))
    if any("Failed to fetch" in each for each in told.values()):
        pytest.skip("no package index can be reached")
    assert told == dict.fromkeys(["3.10", "3.11", "3.12", "3.13", "3.14"], "")


def resolved(python):
    """What uv says against installing all that set-up installs on the first release of a Python, on Linux."""
    command = [Path(sys.executable).with_name("uv"), "pip", "compile", "--quiet", "--extra", "dev", "pyproject.toml"]
    command += ["--constraint", "constraints.txt", "--python-version", python, "--python-platform", "linux"]
    command += ["--only-binary", ":all:", "--output-file", "/dev/null"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stderr
