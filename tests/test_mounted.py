"""What student code has to read holds nothing that it must not: else nothing is graded."""

import dataclasses
import shutil
import sys
from pathlib import Path

import coursedata
import pytest

from autograder.catalogue.course import find_course
from autograder.catalogue.secret import SECRET
from autograder.cli import main
from autograder.commands import doctor
from autograder.errors import SandboxUnavailable
from autograder.sandbox import launch, permissions

PROBLEM = launch.bubblewrap_problem()
needs_bubblewrap = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")


@pytest.fixture
def in_its_environment(course, monkeypatch):
    """A course that lies in the folder of its virtual environment: python -m venv ."""
    monkeypatch.setattr(sys, "prefix", str(course))
    monkeypatch.chdir(course)
    return course


def test_a_course_in_the_folder_of_its_virtual_environment_is_not_graded(in_its_environment):
    told = f"could read {in_its_environment}: it lies in {in_its_environment}, .*python -m venv .venv"
    with pytest.raises(SandboxUnavailable, match=told):
        permissions.check_hidden("bwrap", find_course(), [])


@pytest.mark.parametrize("installed_in", ["base_prefix", "package", "system"])
def test_no_course_is_graded_inside_of_what_is_mounted(course, installed_in, monkeypatch):
    found = find_course(course)
    match installed_in:
        case "base_prefix":  # a conda environment
            monkeypatch.setattr(sys, "base_prefix", str(course.parent))
        case "package":
            found = dataclasses.replace(found, packages=(course,))
        case "system":
            found = dataclasses.replace(found, root=Path("/usr/share/course"))
    with pytest.raises(SandboxUnavailable, match="student code could read"):
        permissions.check_hidden("bwrap", found, [])


def test_submissions_results_and_a_gradebook_lie_in_no_package(course, tmp_path):
    package = Path(coursedata.__file__).parent
    found = dataclasses.replace(find_course(course), packages=(package,))
    permissions.check_hidden("bwrap", found, [tmp_path / "submitted", tmp_path / "out"])
    for inside in ("submitted", "out", "gradebook.db"):
        with pytest.raises(SandboxUnavailable, match=rf"could read .*{inside}.* it lies in .*coursedata.*; move it"):
            permissions.check_hidden("bwrap", found, [tmp_path, package / inside])
    (tmp_path / "link").symlink_to(package)
    with pytest.raises(SandboxUnavailable, match="link/out"):
        permissions.check_hidden("bwrap", found, [tmp_path / "link/out"])


def test_what_is_mounted_may_lie_in_the_course(course, monkeypatch):
    package = course / "package"
    package.mkdir()
    monkeypatch.setattr(sys, "prefix", str(course / ".venv"))
    found = dataclasses.replace(find_course(course), packages=(package,))
    permissions.check_hidden("bwrap", found, [course / "submitted", course / "results"])


def test_a_course_without_solutions_may_lie_anywhere_but_for_its_secret(in_its_environment):
    open_to_all = dataclasses.replace(find_course(), solutions=None)
    permissions.check_hidden("bwrap", open_to_all, [])
    (in_its_environment / SECRET).touch()
    with pytest.raises(SandboxUnavailable, match=SECRET):
        permissions.check_hidden("bwrap", open_to_all, [])


@needs_bubblewrap
def test_grade_says_so_and_grades_nothing(in_its_environment, capsys):
    folder = in_its_environment / "submitted/ann/doubling"
    folder.mkdir(parents=True)
    shutil.copy(in_its_environment / "solutions/doubling/doubling.ipynb", folder)
    assert main(["grade", "submitted", "--out", str(in_its_environment / "out")]) == 2
    assert "python -m venv .venv" in capsys.readouterr().err
    assert not (in_its_environment / "out").exists()


@needs_bubblewrap
def test_doctor_says_so(in_its_environment, monkeypatch):
    monkeypatch.setattr(doctor, "_modes", lambda: [doctor.Finding("bwrap", "works: of course")])
    lines, able = doctor.examine()
    assert not able
    told = " ".join(" ".join(lines).split())
    assert "cannot be graded with bubblewrap: student code could read" in told and told.endswith("not ready")
