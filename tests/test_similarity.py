"""Who looks alike: what the threshold rests on, copies that are found, and code that says nothing."""

import itertools
import random
import re
from collections.abc import Sequence

import pytest

from autograder.authoring.simulation.roster import Recorded, Row
from autograder.authoring.simulation.sampling import draw_class
from autograder.catalogue.course import find_course
from autograder.catalogue.submission import read_submission
from autograder.results.similarity import ALIKE, LEAST, Lookalikes, code_sketch, resemblance, runs_of

COURSE = find_course()
ASSIGNMENTS = [assignment.name for assignment in COURSE.assignments()]
STUDENTS = 90
BY_CHANCE = 0.004  # of pairs, in a class that has only some five ways to write a function, and few functions


def cells_of(notebook: bytes) -> list[str]:
    return [source for _, source in read_submission(notebook, "notebook.ipynb").cells]


def released(assignment: str) -> bytes:
    return (COURSE.assignments_dir / assignment / f"{assignment}.ipynb").read_bytes()


def prints(assignment: str, notebooks: Sequence[bytes]) -> list[str]:
    start = runs_of(cells_of(released(assignment)))
    return [code_sketch(cells_of(notebook), start) for notebook in notebooks]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_solutions_written_apart_do_not_look_alike(assignment: str) -> None:
    recorded, notebook = Recorded(assignment, COURSE), released(assignment)
    apart = [recorded.member(Row(style, style=style), {}).notebook(notebook) for style in recorded.styles]
    most = max(itertools.starmap(resemblance, itertools.combinations(prints(assignment, apart), 2)))
    drawn = [each for each in draw_class(assignment, STUDENTS, 0, COURSE) if each.kind == "right"]
    pairs = list(itertools.combinations(prints(assignment, [each.notebook(notebook) for each in drawn]), 2))
    alike = sum(resemblance(*pair) >= ALIKE for pair in pairs) / len(pairs)
    print(f"{assignment}: whole solutions at most {most:.2f} alike, {alike:.2%} of drawn pairs at least {ALIKE}")
    assert most < 0.25 and alike <= BY_CHANCE


SOLUTION = Recorded("linear_regression", COURSE).styles["tensor_shuffle"]
OTHER = Recorded("linear_regression", COURSE).styles["by_rows"]


def disguised(source: str) -> str:
    """The same with other names, comments, strings and functions in another order."""
    *_, start = re.split(r"(?=^def )", source, maxsplit=1, flags=re.MULTILINE)
    functions = re.split(r"(?=^def )", start, flags=re.MULTILINE)[1:]
    random.Random(0).shuffle(functions)
    for name, other in (("features", "data"), ("labels", "targets"), ("batch_size", "size"), ("param", "theta")):
        functions = [re.sub(rf"\b{name}\b", other, each) for each in functions]
    return source[: -len(start)] + "\n".join(f"# mine alone\n{each}" for each in functions)


def test_a_copy_under_other_names_in_another_order_is_found() -> None:
    one, copy, other = (code_sketch([source], frozenset()) for source in (SOLUTION, disguised(SOLUTION), OTHER))
    assert resemblance(one, copy) >= ALIKE > 0.5 > resemblance(one, other)
    found = Lookalikes()
    for number, each in enumerate((one, other, copy, one)):
        found.add(number, each)
    assert found.groups() == [[0, 2, 3]]


def test_what_was_released_and_short_code_say_nothing() -> None:
    assert code_sketch([SOLUTION], runs_of([SOLUTION])) == ""
    short = "def double(x):\n    return 2 * x"
    assert code_sketch([short], frozenset()) == "" and len(runs_of([short])) < LEAST
    (blank,) = prints("linear_regression", [released("linear_regression")])
    assert blank == ""
    found = Lookalikes()
    for number in range(5):
        found.add(number, blank)
    assert found.groups() == []


@pytest.mark.parametrize(
    "source", ["def f(:\n", "!ls\n%%bash\n'''", "\0\ud800é", "x = (" * 5_000, "if x:\n  y\n z", "'a" * 9_999, "\\"]
)
def test_whatever_a_cell_holds_has_a_sketch_or_none(source: str) -> None:
    both = code_sketch([SOLUTION, source], frozenset())
    assert resemblance(both, code_sketch([SOLUTION], frozenset())) > 0.4


def test_groups_are_small_ones_first_and_none_where_nobody_is_alike() -> None:
    found = Lookalikes()
    for number, source in enumerate([SOLUTION] * 3 + [OTHER] * 2):
        found.add(number, code_sketch([source], frozenset()))
    assert found.groups() == [[3, 4], [0, 1, 2]]
    assert Lookalikes().groups() == []
