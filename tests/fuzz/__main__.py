"""Run libFuzzer, by atheris, over the targets; what breaks one is kept in a file, and the exit status is not 0."""

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

MAX_INPUT_BYTES = 8_192
MEMORY_MEGABYTES = 2_048
INPUT_S = 20

parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
parser.add_argument("targets", nargs="*", metavar="TARGET", help="functions of tests/fuzz/targets.py (default: all)")
parser.add_argument("--seconds", type=int, default=60, help="how long (default: 60)")
parser.add_argument("--runs", type=int, default=-1, help="how many inputs at most (default: as many as fit in that)")
parser.add_argument("--seed", type=int, default=0, help="of the random numbers; 0 draws one")
parser.add_argument("--corpus", type=Path, help="a folder that keeps inputs which reached something new")
parser.add_argument("--found", type=Path, default=Path("build/fuzz"), help="where what breaks a target is kept")
options = parser.parse_args()

with atheris.instrument_imports(include=["autograder"]):
    from tests.fuzz.targets import TARGETS, seeds

targets = options.targets or list(TARGETS)


def one_input(data: bytes) -> None:
    """Give the bytes to the target that the first of them chooses."""
    if data:
        TARGETS[targets[data[0] % len(targets)]](data[1:])


with tempfile.TemporaryDirectory() as folder:
    for place, target in enumerate(targets):
        for number, data in enumerate(seeds(target)):
            Path(folder, f"{target}-{number}").write_bytes(bytes([place]) + data)
    options.found.mkdir(parents=True, exist_ok=True)
    folders = [folder]
    if options.corpus is not None:  # libFuzzer writes to the first
        options.corpus.mkdir(parents=True, exist_ok=True)
        folders.insert(0, str(options.corpus))
    atheris.Setup(
        [sys.argv[0], *folders, f"-max_total_time={options.seconds}", f"-runs={options.runs}", f"-seed={options.seed}", f"-timeout={INPUT_S}",
         f"-max_len={MAX_INPUT_BYTES}", f"-rss_limit_mb={MEMORY_MEGABYTES}", f"-artifact_prefix={options.found}/",
         "-print_final_stats=1"],
        one_input,
    )  # fmt: skip
    atheris.Fuzz()
