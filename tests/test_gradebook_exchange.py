"""What is taken from a folder on the exchange; tests/test_exchange.py has real users hand it in."""

import logging
import os
import sys
from pathlib import Path

import pytest
from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from nbgrader.exchange.default import ExchangeReleaseFeedback
from traitlets.config import Config

from autograder.gradebook.exchange import KnownFeedback, OwnCollect, copy_own

SETTINGS = (Path(__file__).parents[1] / "nbgrader_config.py").read_text()


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


STUB = """
from nbgrader.exchange import abc

class Collect(abc.ExchangeCollect):
    def do_copy(self, *_): raise NotImplementedError
    def init_src(self): raise NotImplementedError
    def init_dest(self): raise NotImplementedError
    def copy_files(self): raise NotImplementedError
"""


@pytest.mark.parametrize(
    ("file", "settings", "collect", "release"),
    [
        ("other.py", "raise AssertionError", OwnCollect, KnownFeedback),
        ("nbgrader_config.py", "c.Exchange.root = '/nowhere'", OwnCollect, KnownFeedback),
        ("nbgrader_config.py", "this is no Python", OwnCollect, KnownFeedback),
        ("nbgrader_config.py", "c.ExchangeFactory.collect = 'stub_exchange.Collect'", None, ExchangeReleaseFeedback),
        (
            "nbgrader_config.json",
            '{"ExchangeFactory": {"collect": "stub_exchange.Collect"}}',
            None,
            ExchangeReleaseFeedback,
        ),
        ("nbgrader_config.py", SETTINGS, OwnCollect, KnownFeedback),  # somebody's copy of the course's
    ],
)
def test_a_sites_own_exchange_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, settings: str, collect: type | None, release: type
) -> None:
    for name in ("site", "course", "home"):
        (tmp_path / name).mkdir()
    (tmp_path / "stub_exchange.py").write_text(STUB)
    (tmp_path / "site" / file).write_text(settings)
    (tmp_path / "course/nbgrader_config.py").write_text(SETTINGS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "site"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "course")
    app = NbGrader()
    app.log_level = logging.CRITICAL
    app.initialize([], root=str(tmp_path / "course"))
    chosen = ExchangeFactory(parent=app)
    assert (chosen.collect, chosen.release_feedback) == (collect or sys.modules["stub_exchange"].Collect, release)
