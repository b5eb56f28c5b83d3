"""Archives that anybody may have made: bombs, paths that lead out, links, names in any encoding."""

import io
import os
import stat
import struct
import tarfile
import zipfile
import zlib

import pytest
from downloaded import NOTEBOOK, collected, laid, tarred, zipped

from autograder.catalogue.course import find_course
from autograder.downloads import archive as archives
from autograder.downloads import listing, unpacking
from autograder.downloads.collecting import collecting
from autograder.downloads.laying_out import lay_out
from autograder.downloads.table import NOT_A_NOTEBOOK, TAKEN, UNPACKED, UNREADABLE
from autograder.errors import UsageError

FILE = "doubling.ipynb"


def of_bob(course, data, name="work.zip"):
    """What is told of a class in which Ann handed in a notebook, and Bob an archive."""
    return collected(course, laid(course / "download", [f"ann/{FILE}", (f"bob/{name}", data)]))


def with_infos(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for info, data in members:
            archive.writestr(info, data)
    return buffer.getvalue()


def member(name, mode=0, system=3):
    info = zipfile.ZipInfo(name)
    info.create_system = system
    info.external_attr = mode << 16
    return info


def test_what_is_in_archives_in_archives_is_found(course):
    inner = zipped([("deep.tar.gz", tarred([f"a/{FILE}"])), "data.csv"])
    told = of_bob(course, zipped([("inner.zip", inner)]))
    assert told.taken["bob"] == f"bob/work.zip/inner.zip/deep.tar.gz/a/{FILE}"
    assert len(told.fates(UNPACKED)) == 3


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tars_are_read_however_they_are_packed(course, mode):
    ending = ".tar" + mode.replace("w:", ".").replace("w", "")
    assert of_bob(course, tarred([FILE], mode), f"work{ending}").taken["bob"] == f"bob/work{ending}/{FILE}"


@pytest.mark.parametrize("path", ["../../ann/doubling.ipynb", "x/../../../doubling.ipynb"])
def test_a_path_that_leads_out_of_the_archive_is_not_read(course, path):
    for data, name in ((zipped([path]), "work.zip"), (tarred([path]), "work.tgz")):
        told = of_bob(course, data, name)
        assert told.taken == {"ann": f"ann/{FILE}", "bob": None}
        assert told.fates(UNREADABLE) == {f"bob/{name}/{path}": "its path leads out of the archive"}
        (course / "download/bob" / name).unlink()


@pytest.mark.parametrize("path", ["/etc/doubling.ipynb", "C:/Users/bob/doubling.ipynb"])
def test_an_absolute_path_is_taken_for_one_in_the_archive(course, path, tmp_path):
    laid(course / "download", [f"ann/{FILE}", ("bob/work.zip", zipped([path]))])
    with collecting([course / "download"], find_course(course), "doubling") as found:
        lay_out(found, tmp_path / "submitted")
    written = {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.ipynb")} - {
        "course/solutions/doubling/doubling.ipynb"
    }
    assert {each for each in written if each.startswith("submitted")} == {
        f"submitted/{who}/doubling/{FILE}" for who in ("ann", "bob")
    }


def test_backslashes_divide_the_paths_of_an_archive_from_windows(course):
    told = of_bob(course, with_infos((member("work\\src\\doubling.ipynb", system=0), NOTEBOOK)))
    assert told.taken["bob"] == "bob/work.zip/work/src/doubling.ipynb"


def test_links_and_devices_are_not_followed(course):
    link = with_infos((member(FILE, stat.S_IFLNK | 0o777), b"/etc/passwd"))
    told = of_bob(course, link)
    assert told.fates(UNREADABLE) == {f"bob/work.zip/{FILE}": "a link, which is not followed"}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in ((FILE, tarfile.SYMTYPE), ("x.ipynb", tarfile.LNKTYPE), ("y.ipynb", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    (course / "download/bob/work.zip").unlink()
    told = of_bob(course, buffer.getvalue(), "work.tar")
    assert told.taken["bob"] is None and len(told.fates(UNREADABLE)) == 3


def test_links_in_a_folder_are_told_and_not_followed(course):
    laid(course / "download", [f"ann/{FILE}"])
    (course / "download/bob").mkdir()
    (course / f"download/bob/{FILE}").symlink_to(course / "solutions/doubling/doubling.ipynb")
    (course / "download/eve").symlink_to(course / "solutions/doubling")
    os.mkfifo(course / "download/pipe.ipynb")
    told = collected(course, course / "download")
    assert told.taken["ann"] == f"ann/{FILE}" and not any(told.taken[each] for each in told.taken if each != "ann")
    link = "a link, which is not followed"
    assert told.fates(UNREADABLE) == {f"bob/{FILE}": link, "eve": link, "pipe.ipynb": "a pipe or a device"}


@pytest.mark.parametrize(
    ("name", "packed", "flag"),
    [
        ("Übung/doubling.ipynb", "Übung/doubling.ipynb".encode("cp437"), 0),
        ("Übung/doubling.ipynb", "Übung/doubling.ipynb".encode(), 0),
        ("Übung/doubling.ipynb", "Übung/doubling.ipynb".encode(), 0x800),
        ("château/doubling.ipynb", "château/doubling.ipynb".encode("cp437"), 0),
        ("宿題/doubling.ipynb", "宿題/doubling.ipynb".encode("shift-jis"), 0),
        ("宿題/doubling.ipynb", "宿題/doubling.ipynb".encode(), 0),
    ],
)
def test_names_are_read_in_the_encoding_that_they_are_in(course, name, packed, flag):
    place_holder = "x" * len(packed)
    data = zipped([(place_holder, NOTEBOOK)]).replace(place_holder.encode(), packed)
    if flag:
        for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            place = data.index(mark) + offset
            data = data[:place] + struct.pack("<H", flag) + data[place + 2 :]
    assert of_bob(course, data).taken["bob"] == f"bob/work.zip/{name}"


def test_two_files_of_one_name_in_an_archive_are_both_told(course):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(FILE, NOTEBOOK)
        archive.writestr(FILE, b"{}")
    told = of_bob(course, buffer.getvalue())
    assert [row.path for row in told.rows].count(f"bob/work.zip/{FILE}") == 2
    assert told.taken["bob"] == f"bob/work.zip/{FILE}"


def test_an_archive_with_a_password_is_told(course):
    data = bytearray(zipped([FILE]))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + offset] |= 1
    told = of_bob(course, bytes(data))
    assert told.taken["bob"] is None and "password" in told.fates(UNREADABLE)[f"bob/work.zip/{FILE}"]


@pytest.mark.parametrize("keep", [10, 60, 200])
def test_an_archive_that_was_cut_short_is_told_and_the_class_goes_on(course, keep):
    told = of_bob(course, zipped([FILE])[:keep])
    assert told.taken == {"ann": f"ann/{FILE}", "bob": None}
    assert "cut short" in told.fates(UNREADABLE)["bob/work.zip"]


def test_a_notebook_that_is_damaged_in_its_archive_is_told(course, tmp_path):
    data = bytearray(zipped([FILE]))
    data[60:80] = bytes(20)
    laid(course / "download", [f"ann/{FILE}", ("bob/work.zip", bytes(data))])
    with collecting([course / "download"], find_course(course), "doubling") as found:
        lay_out(found, tmp_path / "submitted")
        (why,) = [row.note for row in found.rows if row.fate == UNREADABLE]
    assert "damaged" in why
    assert "damaged" in (tmp_path / "submitted/bob/doubling/not-collected.txt").read_text()


@pytest.mark.parametrize(
    ("name", "data"),
    [("x.7z", b"7z\xbc\xaf\x27\x1c"), ("x.rar", b"Rar!\x1a\7"), ("x.zip", b"7z\xbc\xaf\x27\x1c"), ("x.zip", b"")],
)
def test_what_is_packed_in_another_way_is_told(course, name, data):
    told = of_bob(course, data, name)
    assert told.taken["bob"] is None and told.fates(UNREADABLE)[f"bob/{name}"]


@pytest.mark.parametrize(("name", "data"), [("x.7z", b"7z\xbc\xaf\x27\x1c"), ("x.zip", b"PK\3\4"), ("x.rar", b"Rar!")])
def test_a_source_that_cannot_be_read_says_why(course, name, data):
    (course / name).write_bytes(data)
    with pytest.raises(UsageError, match=r"7z archive, which is not read|cut short|RAR archive"):
        collected(course, course / name)


# Bombs


def test_a_file_that_unpacks_to_a_thousand_times_its_size_is_not_read(course):
    told = of_bob(course, zipped([(FILE, bytes(archives.LARGE + 1))]))
    assert told.taken["bob"] is None and "bomb" in told.fates(UNREADABLE)[f"bob/work.zip/{FILE}"]
    (course / "download/bob/work.zip").unlink()
    told = of_bob(course, zlib.compress(bytes(archives.LARGE * 2), 9, 31), "work.tgz")
    assert "bomb" in told.fates(UNREADABLE)["bob/work.tgz"]


def test_an_archive_in_an_archive_that_lies_about_its_size_is_not_unpacked(course):
    data = bytearray(zipped([("inner.zip", bytes(archives.LARGE + 1))]))
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):  # the size unpacked
        struct.pack_into("<I", data, data.index(mark) + offset, 100)
    told = of_bob(course, bytes(data))
    assert "bob/work.zip/inner.zip" in told.fates(UNREADABLE)


def test_there_is_an_end_to_archives_in_one_another(course, monkeypatch):
    data = zipped([FILE])
    for _ in range(unpacking.MAX_DEPTH + 1):
        data = zipped([("again.zip", data)])
    told = of_bob(course, data)
    assert list(told.fates(UNREADABLE).values()) == [
        f"more than {unpacking.MAX_DEPTH} archives in one another: it was not unpacked"
    ]
    monkeypatch.setattr(unpacking, "MAX_ARCHIVES", 3)
    (course / "download/bob/work.zip").unlink()
    told = of_bob(course, zipped([(f"{number}.zip", zipped([FILE])) for number in range(5)]))
    assert len(told.fates(UNREADABLE)) == 3 and told.taken["bob"]


def test_an_archive_of_more_names_than_anybody_hands_in_is_not_listed(course, monkeypatch):
    monkeypatch.setattr(listing._InDownload.__init__, "__defaults__", (10,))
    for data, name in (
        (zipped([f"{number}.txt" for number in range(11)]), "work.zip"),
        (tarred([f"{number}.txt" for number in range(11)]), "work.tgz"),
    ):
        told = of_bob(course, data, name)
        assert told.fates(UNREADABLE)[f"bob/{name}"] == "it holds more than 10 names and was not read"


def test_a_directory_that_claims_gigabytes_is_not_read(course):
    data = bytearray(zipped([FILE]))
    big = bytes(data) + bytes(12 * 2**20)  # as large as it claims to be
    end = data.rindex(b"PK\5\6")
    forged = bytearray(big + bytes(data[end:]))
    struct.pack_into("<I", forged, len(forged) - 22 + 12, 11 * 2**20)
    told = of_bob(course, bytes(forged))
    assert "more than 10,000 names" in told.fates(UNREADABLE)["bob/work.zip"]


def test_few_archives_are_open_at_a_time(course):
    files = [(f"s{number}.zip", zipped([("inner.zip", zipped([FILE, f"{number}.csv"]))])) for number in range(12)]
    laid(course / "download", files)
    with listing.Shelf() as shelf:
        for entry in listing.list_sources([course / "download"], shelf):
            (inner,) = shelf.expanded(entry)
            assert shelf.expanded(inner)[0].read(10) == NOTEBOOK[:10]
            assert len(shelf._open) <= listing.MAX_OPEN
    told = collected(course, course / "download")
    assert len(told.fates(TAKEN)) == 12 and len(told.fates(NOT_A_NOTEBOOK)) == 12
