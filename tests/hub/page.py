"""docs/hub.md, done on a machine: its commands by whom they are for, its files where they belong."""

import re
from pathlib import Path
from typing import Final

from tests.hub.machine import Machine
from tests.transcript import BLOCK, Block, commands

PAGE: Final = Path(__file__).parents[2] / "docs/hub.md"
COURSE: Final = "/srv/nbgrader/deep-learning"
SERVES: Final = "/opt/course/bin/jupyterhub "
_BY: Final = re.compile(r"# as (?P<user>\w+)\n")


def sections() -> dict[str, list[Block]]:
    """Return the page's code by heading."""
    parts = re.split(r"^## (.+)$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    found = [[Block(each["language"], each["text"]) for each in BLOCK.finditer(part)] for part in parts[2::2]]
    return dict(zip(parts[1::2], found, strict=True))


def follow(machine: Machine, heading: str) -> str | None:
    """Do what a section says; return the command that goes on for as long as the hub does, where there is one."""
    serves = None
    for block in sections()[heading]:
        if block.file:
            path = machine.at(Path(COURSE, block.file))
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(block.text)
        by = _BY.match(block.text)
        for command in commands(block):
            if SERVES in command.line:
                serves = command.line
                continue
            done = machine.run(command.line, COURSE, by["user"] if by else "root")
            assert done.returncode == 0, f"{command.line}\n{done.stdout}"
    return serves
