"""A document's code, in the order in which its reader meets it, and what the document shows of its output.

In a block `sh` each line is a command; in `console` the lines after `$ ` are, and what follows them is shown
output, in which `…` stands for anything. A command exits 0, unless `echo $?` comes next and shows otherwise.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (?P<path>[\w./-]+\.py)\n")
ANYTHING = "…"


@dataclass(frozen=True)
class Block:
    """Fenced code of a document; `file` is the file that Python code belongs into, from its first line."""

    language: str
    text: str

    @property
    def file(self) -> str | None:
        match = FILE.match(self.text) if self.language == "python" else None
        return match["path"] if match else None


@dataclass
class Command:
    """A command and the output that is shown of it, None where none is."""

    line: str
    shown: str | None = None


def blocks(document: Path) -> list[Block]:
    return [Block(match["language"], match["text"]) for match in BLOCK.finditer(document.read_text("utf-8"))]


def commands(block: Block) -> Iterator[Command]:
    """Yield the shell commands of a block, those of a workflow among them."""
    match block.language:
        case "sh":
            for line in block.text.replace("\\\n", " ").splitlines():
                if line.strip() and not line.startswith("#"):
                    yield Command(" ".join(line.split()))
        case "console":
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                line, _, shown = part.partition("\n")
                yield Command(line.strip(), shown.strip() or None)
        case "yaml":
            for job in yaml.safe_load(block.text)["jobs"].values():
                for step in job["steps"]:
                    for line in step.get("run", "").splitlines():
                        yield Command(line.strip())


def run(
    lines: Sequence[str], folder: Path, environment: Mapping[str, str], view: Sequence[str] = ()
) -> list[tuple[int, str]]:
    """Run commands in one shell, as a reader does, and return each one's exit status and output.

    `view` is the beginning of a command line, such as bubblewrap's, for the shell.
    """
    mark = "\x1e"
    script = "\n".join(f"{line}\ns=$?; printf '{mark}%d{mark}' $s; (exit $s)" for line in lines)
    done = subprocess.run(
        [*view, "bash", "-c", script], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, text=True, timeout=900, check=False,
    )  # fmt: skip
    parts = done.stdout.split(mark)
    return [(int(status), output.strip()) for output, status in zip(parts[::2], parts[1::2], strict=False)]


def fits(output: str, shown: str) -> bool:
    """Whether an output is what is shown, blanks at the ends of lines aside."""
    lines = [line.rstrip() for line in output.splitlines()]
    pattern = "\n".join(
        "(?s:.*)" if line.strip() == ANYTHING else ".*".join(map(re.escape, line.rstrip().split(ANYTHING)))
        for line in shown.splitlines()
    )
    return re.fullmatch(pattern, "\n".join(lines)) is not None
