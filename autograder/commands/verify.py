"""`autograder verify`: compares the results of a simulated class with its truth. Needs a checkout."""

from collections import Counter
from pathlib import Path

from autograder.authoring.simulation.class_folder import read_truth
from autograder.authoring.simulation.verdict import KINDS, differences
from autograder.commands.exit_status import ALL_PASSED, SOME_FAILED
from autograder.results.result_file import ResultFile
from autograder.text import sanitize


def verify(truth: Path, results: Path) -> int:
    """Print where results differ from the truth, and how often; return the exit status."""
    known = read_truth(truth)
    counts: Counter[str] = Counter()
    for assignment, truths in known.items():
        own = (result for result in ResultFile(results).read() if result.assignment == assignment)
        for difference in differences(truths, own):
            counts[difference.kind] += 1
            print(f"{assignment}: {sanitize(str(difference))}")
    submissions = sum(map(len, known.values()))
    print(f"{submissions:,} submissions: " + ", ".join(f"{counts[kind]:,} {words}" for kind, words in KINDS.items()))
    return SOME_FAILED if counts else ALL_PASSED
