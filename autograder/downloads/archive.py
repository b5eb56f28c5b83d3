"""Archives, which may be anybody's: what is in one, and the bytes of each, within bounds.

A ZIP's names are UTF-8 where it says so, and often where it does not: macOS and Info-ZIP write it all the same.
Else they are of the code page of whoever packed it, CP437 by the format's own word (APPNOTE.TXT, D.1), Shift-JIS on
Japanese Windows.
"""

import bz2
import contextlib
import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import BinaryIO, Final

MAX_UNPACKED: Final = 512 * 2**20  # of an archive in an archive, and of a tar that is compressed
MAX_ENTRIES: Final = 200_000
MAX_DIRECTORY_BYTES: Final = 64 * 2**20  # a ZIP's list of names
MAX_RATIO: Final = 500  # unpacked to packed, from `LARGE` on; a notebook's outputs reach some 100
LARGE: Final = 16 * 2**20
_MEMORY: Final = 256 * 2**20  # for a decompressor
_CHUNK: Final = 2**20
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)  # LZMA may ask for gigabytes
_DAMAGE: Final = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError,
    ValueError, struct.error, IndexError,
)  # fmt: skip
_END: Final = b"PK\5\6"  # of a ZIP's directory
_DRIVE: Final = re.compile(r"[A-Za-z]:$")
_JAPANESE: Final = re.compile("[ぁ-んァ-ヶ一-龠]{2}")  # two in a row: one alone comes about by chance
_COMPRESSED: Final = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ": "xz"}
_CLOSED: Final = {b"7z\xbc\xaf\x27\x1c": "a 7z archive", b"Rar!": "a RAR archive"}


class Unreadable(Exception):
    """An archive that cannot be read; the text goes on after its name."""


@dataclass(frozen=True, slots=True)
class Member:
    """What lies in an archive: its path without what leads out of it, as `stored` has it, and how it is opened."""

    parts: tuple[str, ...]
    stored: str
    size: int
    modified: datetime | None
    problem: str
    is_folder: bool
    opener: Callable[[], BinaryIO]


def kind_of(beginning: bytes) -> str:
    """Return what the first bytes of a file tell: "zip", "tar", "gz", "bz2", "xz", or nothing."""
    if beginning.startswith((b"PK\3\4", _END)):
        return "zip"
    found = next((kind for mark, kind in _COMPRESSED.items() if beginning.startswith(mark)), "")
    return found or ("tar" if beginning[257:262] == b"ustar" else "")


@contextlib.contextmanager
def opened(file: BinaryIO, max_entries: int = MAX_ENTRIES) -> Iterator[list[Member]]:
    """List an archive that can be sought in; its members can be opened within the block.

    Raises:
        Unreadable: it is none, or one of a kind that is not read here, or too large.
    """
    file.seek(0)
    beginning = file.read(512)
    kind = kind_of(beginning)
    if not beginning:
        raise Unreadable("is empty")
    closed = next((told for mark, told in _CLOSED.items() if beginning.startswith(mark)), None)
    if closed is not None:
        raise Unreadable(f"is {closed}, which is not read here: unpack it, or hand in the notebook itself")
    with contextlib.ExitStack() as stack:
        try:
            if kind == "zip" or not kind:
                members = _zipped(stack, file, max_entries)
            else:
                if kind != "tar":
                    file = stack.enter_context(_decompressed(file, kind))
                members = _tarred(stack, file, max_entries)
        except (*_DAMAGE, OSError) as error:
            raise Unreadable(f"is no whole archive ({_told(error)}): was the transfer cut short?") from None
        yield members


def spooled(source: BinaryIO, packed: int) -> BinaryIO:
    """Return a copy of a file that can be sought in.

    Raises:
        Unreadable: it is larger than is read here.
    """
    copy = tempfile.SpooledTemporaryFile(max_size=4 * 2**20)  # noqa: SIM115  # the caller's to close
    size = 0
    try:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            refuse_bomb(size, packed)
            copy.write(chunk)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy  # type: ignore[return-value]  # it has what a BinaryIO has


def refuse_bomb(size: int, packed: int) -> None:
    """Raise `Unreadable` where what has been unpacked is too much, by itself or for its `packed` bytes."""
    if size > MAX_UNPACKED:
        raise Unreadable(f"unpacks to more than {MAX_UNPACKED // 2**20} MB and was not read")
    if size > LARGE and size > MAX_RATIO * max(packed, 1):
        raise Unreadable(f"unpacks to more than {MAX_RATIO} times its size, as a bomb does, and was not read")


def safe_parts(path: str) -> tuple[tuple[str, ...], str]:
    """Return the parts of a path in an archive without what leads out of it, and what is wrong with it."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if parts and _DRIVE.match(parts[0]):
        parts = parts[1:]
    inside = tuple(part for part in parts if part != "..")
    return inside or ("(no name)",), "its path leads out of the archive" if len(inside) < len(parts) else ""


def _zipped(stack: contextlib.ExitStack, file: BinaryIO, max_entries: int) -> list[Member]:
    if _directory_bytes(file) > min(MAX_DIRECTORY_BYTES, 1_000 * max_entries):
        raise Unreadable(f"holds more than {max_entries:,} names and was not read")
    archive = stack.enter_context(zipfile.ZipFile(file))
    infos = archive.infolist()
    if len(infos) > max_entries:
        raise Unreadable(f"holds more than {max_entries:,} names and was not read")
    japanese = any(_JAPANESE.search(_decoded(info, "cp932")) for info in infos)
    return [_zip_member(archive, info, japanese=japanese) for info in infos]


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, japanese: bool) -> Member:
    name = _decoded(info, "utf-8") or (japanese and _decoded(info, "cp932")) or info.orig_filename
    name = name.split("\0")[0]
    if info.create_system != 3 and "\\" in name:  # 3 is Unix, where a backslash is a part of a name
        name = name.replace("\\", "/")
    parts, problem = safe_parts(name)
    mode = info.external_attr >> 16
    if info.create_system == 3 and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        problem = "a link, which is not followed" if stat.S_ISLNK(mode) else "no file"
    elif info.flag_bits & 1:
        problem = problem or "it is encrypted: a password would be needed"
    elif info.compress_type not in _METHODS:
        problem = problem or "packed by a method that is not read here"
    elif info.file_size > LARGE and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        problem = problem or f"unpacks to more than {MAX_RATIO} times its size, as a bomb does"
    return Member(
        parts, name, info.file_size, _moment(*info.date_time), problem, name.endswith("/"),
        lambda: _guarded(lambda: archive.open(info)),
    )  # fmt: skip


def _decoded(info: zipfile.ZipInfo, encoding: str) -> str:
    """Return a name that is in an encoding, nothing where it is not."""
    if info.flag_bits & 0x800:
        return info.orig_filename if encoding == "utf-8" else ""
    try:
        return info.orig_filename.encode("cp437").decode(encoding)
    except UnicodeError:
        return ""


def _directory_bytes(file: BinaryIO) -> int:
    """Return how long the list of names is that `zipfile` would read at once, wherever it may look for its length."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(max(size - 2**16 - 100, 0))
    tail = file.read()
    longest = 0
    place = tail.find(_END)
    while place >= 0:
        if len(tail) >= place + 16:
            longest = max(longest, *struct.unpack_from("<I", tail, place + 12))
        place = tail.find(_END, place + 1)
    place = tail.find(b"PK\6\6")  # of ZIP64
    while place >= 0:
        if len(tail) >= place + 48:
            longest = max(longest, *struct.unpack_from("<Q", tail, place + 40))
        place = tail.find(b"PK\6\6", place + 1)
    file.seek(0)
    return min(longest, size)


def _tarred(stack: contextlib.ExitStack, file: BinaryIO, max_entries: int) -> list[Member]:
    file.seek(0)
    archive = stack.enter_context(tarfile.TarFile(fileobj=file))
    members = []
    for info in archive:
        parts, problem = safe_parts(info.name)
        if not (info.isreg() or info.isdir()):
            problem = "a link, which is not followed" if info.issym() or info.islnk() else "no file"
        modified = None
        with contextlib.suppress(ValueError, OverflowError, OSError):
            modified = datetime.fromtimestamp(info.mtime, timezone.utc)
        members.append(Member(parts, info.name, info.size, modified, problem, info.isdir(), _tar_opener(archive, info)))
        if len(members) > max_entries:
            raise Unreadable(f"holds more than {max_entries:,} names and was not read")
    return members


def _tar_opener(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], BinaryIO]:
    return lambda: _guarded(lambda: archive.extractfile(info) or io.BytesIO())


@contextlib.contextmanager
def _decompressed(file: BinaryIO, kind: str) -> Iterator[BinaryIO]:
    file.seek(0, io.SEEK_END)
    packed = file.tell()
    file.seek(0)
    reader: BinaryIO
    if kind == "gz":
        reader = gzip.GzipFile(fileobj=file, mode="rb")  # type: ignore[assignment]
    elif kind == "bz2":
        reader = bz2.BZ2File(file)  # type: ignore[assignment]
    else:
        reader = io.BufferedReader(_Xz(file))
    with spooled(reader, packed) as copy:
        yield copy


class _Xz(io.RawIOBase):
    """Decompresses with bounded memory, which `lzma.LZMAFile` cannot."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decompressor = lzma.LZMADecompressor(memlimit=_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = b""
        while not data and not self._decompressor.eof:
            packed = self._file.read(2**16) if self._decompressor.needs_input else b""
            if not packed and self._decompressor.needs_input:
                raise EOFError("it ends in the middle")
            data = self._decompressor.decompress(packed, len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Guarded(io.RawIOBase):
    """Reads from an archive; damage is an `OSError`, as a disk's would be."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._file.read(len(buffer))
        except _DAMAGE as error:
            raise _damaged(error) from None
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def _guarded(open_member: Callable[[], object]) -> BinaryIO:
    try:
        file = open_member()
    except _DAMAGE as error:
        raise _damaged(error) from None
    return io.BufferedReader(_Guarded(file))  # type: ignore[arg-type]


def _damaged(error: BaseException) -> OSError:
    why = f"damaged in the archive ({_told(error)})"
    return OSError(5, why)


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return (text[:100] or type(error).__name__).rstrip(".")


def _moment(*numbers: int) -> datetime | None:
    """Return a ZIP's local time; nothing where it is none, as in one that was packed without."""
    try:
        return datetime(*numbers).astimezone()  # type: ignore[arg-type]
    except (ValueError, OverflowError, OSError):
        return None
