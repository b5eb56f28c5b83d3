"""The broken files of README.md, and those that git cannot hold, with what each is worth and who is told what."""

import json
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "submitted"
ASSIGNMENT: Final = "doubling"
NAME: Final = "doubling.ipynb"
RIGHT: Final = FOLDER / "output-with-a-broken-picture" / ASSIGNMENT / NAME
WHOLE: Final = 10.0
MEGABYTE: Final = 2**20


@dataclass(frozen=True)
class Case:
    """One way of being broken: the points, the sentence, and whether the instructor reads it on stderr, too."""

    name: str
    points: float
    told: str
    on_stderr: bool


def committed() -> Iterator[Case]:
    """Yield the cases of README.md's table."""
    for line in (FOLDER.parent / "README.md").read_text("utf-8").splitlines()[13:]:
        _, name, _, points, told, who, _ = (cell.strip() for cell in line.split("|"))
        yield Case(name, float(points), told, who == "both")


def lay_out(root: Path) -> list[Case]:
    """Put every case into `root/submitted`, students of odd names into `root/named`, and return them."""
    shutil.copytree(FOLDER, root / "submitted")
    made = _made(root / "submitted", Path(root, "solutions", ASSIGNMENT, NAME))
    return [*committed(), *made, *_named(root / "named")]


def source() -> str:
    """Return the assignment's source notebook: the right one, with the marks that nbgrader's generate looks for."""
    notebook: dict[str, Any] = json.loads(RIGHT.read_bytes())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
        if cell["id"] == "functions":
            cell["source"] = ["### BEGIN SOLUTION\n", *cell["source"], "\n### END SOLUTION"]
    return json.dumps(notebook)


def _made(submitted: Path, solution: Path) -> Iterator[Case]:
    right = RIGHT.read_bytes()
    again = "; hand in the file itself"

    def place(name: str) -> Path:
        (submitted / name / ASSIGNMENT).mkdir(parents=True)
        return submitted / name / ASSIGNMENT / NAME

    def case(name: str, points: float, told: str) -> Case:
        return Case(name, points, told, bool(told))

    Path(submitted, "no-folder").mkdir()
    yield case("no-folder", 0, "nothing was handed in")
    place("empty-folder")
    yield case("empty-folder", 0, "nothing was handed in")
    out = f"{NAME} is a link that leads out of the submission and was not read{again}"
    place("link-out").symlink_to(solution)
    yield case("link-out", 0, out)
    place("link-to-a-device").symlink_to("/dev/zero")
    yield case("link-to-a-device", 0, out)
    Path(submitted, "folder-linked-out").mkdir()
    Path(submitted, "folder-linked-out", ASSIGNMENT).symlink_to(solution.parent)
    yield case("folder-linked-out", 0, out)
    place("link-to-nowhere").symlink_to("lost.ipynb")
    yield case("link-to-nowhere", 0, f"{NAME} is a link that leads nowhere{again}")
    place("link-to-itself").symlink_to(NAME)
    yield case("link-to-itself", 0, f"{NAME} is a link that leads nowhere{again}")
    inside = place("link-inside")
    inside.with_name("work.ipynb").write_bytes(right)
    inside.symlink_to("work.ipynb")
    yield case("link-inside", WHOLE, f"{NAME} was graded; also handed in: work.ipynb")
    pipe = f"{NAME} is a pipe or a device and no file{again}"
    os.mkfifo(place("pipe"))
    yield case("pipe", 0, pipe)
    linked = place("link-to-a-pipe")
    os.mkfifo(linked.with_name("pipe"))
    linked.symlink_to("pipe")
    yield case("link-to-a-pipe", 0, pipe)
    listening, folder = socket.socket(socket.AF_UNIX), place("socket").parent
    before = Path.cwd()
    os.chdir(folder)  # a socket's path has to be short
    listening.bind(NAME)
    os.chdir(before)
    listening.close()
    yield case("socket", 0, pipe)
    place("folder-in-its-place").mkdir()
    yield case("folder-in-its-place", 0, f"{NAME} is a folder and no file{again}")
    large = place("201-megabytes")
    large.write_bytes(right)
    os.truncate(large, 201 * MEGABYTE)
    yield case("201-megabytes", 0, f"{NAME} has more than 200 MB; clear its outputs")
    place("100-thousand-cells").write_bytes(_with_cells("code", "x = 1", 100_000))
    yield case(
        "100-thousand-cells", 0, f"{NAME} has too many values for a notebook; copy your cells into a new notebook"
    )
    place("100-thousand-text-cells").write_bytes(_with_cells("markdown", "x", 100_000))
    yield case("100-thousand-text-cells", 0, f"{NAME} has 100,006 cells, more than 10,000; hand it in with fewer")
    place("data-in-the-code").write_bytes(_with_cells("code", f"x = '{'0' * 5 * MEGABYTE}'", 1))
    yield case(
        "data-in-the-code", 0, f"{NAME} has more than 4,194,304 characters of code; hand it in without data in it"
    )
    odd = 'home "work"\n\u202e=2*x.ipynb'
    place("odd-file-name").with_name(odd).write_bytes(right)
    told = f'the notebook is named home "work" =2*x.ipynb, not {NAME}; it was graded all the same'
    yield case("odd-file-name", WHOLE, told)
    place("dash-in-front").with_name("-rf.ipynb").write_bytes(right)
    yield case("dash-in-front", WHOLE, f"the notebook is named -rf.ipynb, not {NAME}; it was graded all the same")
    folder = os.fsencode(place("no-text-as-name").parent)
    with open(folder + b"/b\xffd.ipynb", "wb") as file:
        file.write(right)
    yield case("no-text-as-name", WHOLE, f"the notebook is named b\\xffd.ipynb, not {NAME}; it was graded all the same")


def _named(folder: Path) -> Iterator[Case]:
    """Yield whole submissions of students whose names are odd; names are bytes, as a file system has them."""
    for name in (
        b"name with spaces", b"o'brien \"x\"", b"two\nlines", b"..dots", b"-rf", b"=cmd()", b"$(touch x);*", b"<b>bold<br>",
        "\u202eada".encode(), "h\u00e9\u00e9".encode(), "\u00e9".encode() * 127, b"b\xffd", b"\xff" * 255,
    ):  # fmt: skip
        place = os.fsdecode(os.path.join(os.fsencode(folder), name, ASSIGNMENT.encode()))
        os.makedirs(place)
        shutil.copy(RIGHT, place)
        yield Case(name.decode("utf-8", "backslashreplace"), WHOLE, "", False)


def _with_cells(kind: str, source: str, number: int) -> bytes:
    notebook: dict[str, Any] = json.loads(RIGHT.read_bytes())
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
    notebook["cells"] += [{"cell_type": kind, "metadata": {}, "source": source, **outputs}] * number
    return json.dumps(notebook).encode()
