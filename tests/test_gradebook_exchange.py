"""What is taken from a folder on the exchange; tests/test_exchange.py has real users hand it in."""

import logging
import os
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.gradebook.exchange import OwnCollect, copy_own


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "ada+tensors+2026-03-01 10:00:00 UTC+chance"
    (folder / "deep").mkdir(parents=True)
    (folder / "tensors.ipynb").write_text("{}")
    (folder / "deep/notes.txt").write_text("mine")
    return folder


def copied(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_links_and_pipes_are_left_out_wherever_they_lead(handed_in: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "hidden.py").write_text("x = 1")
    (handed_in / "deep/file").symlink_to(secret / "hidden.py")
    (handed_in / "folder").symlink_to(secret)
    (handed_in / "own").symlink_to(handed_in / "tensors.ipynb")
    os.mkfifo(handed_in / "pipe")
    left_out = copy_own(handed_in, tmp_path / "copy", most_bytes=100)
    assert sorted(left_out) == ["deep/file", "folder", "own", "pipe"]
    assert copied(tmp_path / "copy") == {"tensors.ipynb", "deep/notes.txt"}


@pytest.mark.skipif(os.geteuid() != 0, reason="giving a file to somebody else needs root")
def test_a_file_of_somebody_else_is_left_out(handed_in: Path, tmp_path: Path) -> None:
    os.chown(handed_in / "deep/notes.txt", 65534, -1)
    assert copy_own(handed_in, tmp_path / "copy", most_bytes=100) == ["deep/notes.txt"]
    assert copied(tmp_path / "copy") == {"tensors.ipynb"}


def test_a_folder_that_is_a_link_brings_nothing(handed_in: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(handed_in)
    copy_own(link, tmp_path / "copy", most_bytes=100)
    assert copied(tmp_path / "copy") == set()


@pytest.mark.parametrize(("kilobytes", "told"), [(100, None), (0, "too big")])
def test_a_folder_that_is_too_large_stops_nobody(
    handed_in: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, kilobytes: int, told: str | None
) -> None:
    config = Config(CourseDirectory={"max_dir_size": kilobytes, "root": str(tmp_path)})
    collect = OwnCollect(coursedir=CourseDirectory(config=config), config=config)
    collect.log = logging.getLogger("collect")
    collect.do_copy(str(handed_in), str(tmp_path / "copy"))
    assert (tmp_path / "copy").exists() == (told is None)
    assert told is None or told in caplog.text
