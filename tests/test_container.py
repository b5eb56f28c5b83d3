"""The container recipe, read and not built: what it copies is there, and its options are those of the page."""

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECIPE = (ROOT / "Containerfile").read_text()
STEPS = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", RECIPE, flags=re.MULTILINE))


def test_what_the_recipe_copies_is_in_the_checkout_and_makes_a_course():
    copied = [name for line in re.findall(r"^COPY (.+)$", STEPS, re.MULTILINE) for name in line.split()[:-1]]
    assert copied and [name for name in copied if not (ROOT / name).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folders = [project["tool"]["autograder"][key] for key in ("checks", "assignments", "solutions")]
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {Path(each).parts[0] for each in [*folders, *wheel["packages"], *wheel["force-include"]]}
    assert needed <= {*copied} and "nbgrader_config.py" in copied


def test_it_installs_the_lock_with_extras_that_there_are():
    (install,) = re.findall(r"pip install (.+)$", STEPS, re.MULTILINE)
    extras = re.search(r"\[(.+)\]", install)[1].split(",")
    assert "--constraint constraints.txt" in install
    assert {*extras} <= {*tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]}


def test_it_is_started_with_the_options_of_the_page_and_the_devcontainer_with_dockers():
    page = (ROOT / "docs/instructors.md").read_text()
    told, known = (re.search(r"podman run [^`]*?--out /srv/results", text)[0] for text in (page, RECIPE))
    assert told.replace("\\", " ").split() == re.sub(r"\\\n#", " ", known).split()
    options = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())["runArgs"]
    assert " ".join(options) in " ".join(page.split())
