"""What `check()` and `autograder check` say of a notebook before it is handed in."""

import pytest
from conftest import RIGHT

from autograder.catalogue.course import find_course
from autograder.notebook.differences import missing_packages, rebound
from autograder.notebook.packages import comes_with_the_course
from autograder.notebook.run_cell import RunCell
from autograder.notebook.shown_cards import ShownCards

QUESTIONS = ["double", "quadruple"]
CHECK = "check"  # a cell in which the card of both is shown


def run(*sources):
    """Return the cards and cells of a notebook of these cells."""
    cards = ShownCards({"__name__": "__main__"})
    cells = [RunCell.of(f"In [{number}]", source) for number, source in enumerate(sources, 1)]
    for source in sources:
        if source == CHECK:
            cards.remember(QUESTIONS)
        else:
            exec(source, cards.namespace)
    return cards, cells


def told(*sources):
    cards, cells = run(*sources)
    return [each.sentence for each in rebound(cards, QUESTIONS, cells)]


@pytest.mark.parametrize(
    ("later", "words"),
    [
        ("double = double(3) / 2", "`double` is now a float (In [3])"),
        ("for double in range(3): pass", "`double` is now an int (In [3])"),
        ("import random as double", "`double` is now the module random (In [3])"),
        ("from statistics import mean as double", "`double` is now another function, of statistics (In [3])"),
        ("from fractions import Fraction as double", "`double` is now another class, of fractions (In [3])"),
        ("del double", "`double` is gone (In [3])"),
        ("import torch\nclass N(torch.nn.Module): pass\ndouble = N()", "`double` is now an object of class N (In [3])"),
        ("with open('/dev/null') as double: pass", "`double` is now an object of class TextIOWrapper (In [3])"),
    ],
)
def test_a_name_that_a_later_cell_binds_anew_is_told_with_what_it_is_and_where(later, words):
    (sentence,) = told(RIGHT, CHECK, later)
    assert sentence.startswith(words) and 'What `check("double")` has seen is judged' in sentence


def test_a_star_import_is_told_as_what_has_taken_the_name(monkeypatch, tmp_path):
    (tmp_path / "stars.py").write_text("def double(x):\n    return x\n")
    monkeypatch.syspath_prepend(tmp_path)
    (sentence,) = told(RIGHT, CHECK, "from stars import *")
    assert sentence.startswith("`double` is now another function, of stars (In [3])")


def test_a_builtin_or_a_helper_that_a_graded_function_uses_is_told_too():
    helped = "import math\ndef helper(x): return x\ndef double(x): return len([helper(x), math])"
    found = told(helped, CHECK, "len = 5", "helper = 3; math = 1.5")
    assert [sentence.partition(".")[0] for sentence in found] == [
        "`helper` is now an int (In [4]), and `double` uses it",
        "`len` is now an int (In [3]), and `double` uses it",
        "`math` is now a float (In [4]), and `double` uses it",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        (RIGHT, CHECK),
        (RIGHT, CHECK, RIGHT),
        (RIGHT, CHECK, "double = 3", RIGHT),
        ("def double(x):\n    raise NotImplementedError", CHECK, "double = lambda x: 2 * x", CHECK),
        ("import functools\n@functools.cache\ndef double(x):\n    return 2 * x", CHECK),
        ("def double(x, k): return k * x", "import functools\ndouble = functools.partial(double, k=2)", CHECK),
        ("def double(x, k): return k * x\nimport functools\ndouble = functools.partial(double, k=2)",),
        ("class double:\n    def __call__(self, x): return 2 * x", CHECK),
        ("def double(x): return x.len(max=2)", CHECK, "len = 3; max = 4"),
        ("def helper(x): return x\ndef double(x): return helper(x)", CHECK, "def helper(x): return x"),
        ("def double(x): return scale * x\nscale = 2", CHECK, "scale = 3"),
        ("x = 1",),
    ],
)
def test_what_makes_no_difference_is_not_told(cells):
    assert told(*cells) == []


def test_a_name_whose_function_no_card_has_seen_is_told_as_such():
    (sentence,) = told(RIGHT, "double = 5")
    assert sentence.startswith('`double` is now an int (In [2]), and no `check("double")` has seen your function')


def test_what_a_card_has_seen_is_judged_and_the_later_value_stays():
    cards, cells = run(RIGHT, CHECK, "double = 5\nlen = 3\ndel quadruple")
    before = dict(cards.namespace)
    changed = list(rebound(cards, QUESTIONS, cells))
    with cards.restored({each.name: each.before for each in changed}):
        assert cards.namespace["quadruple"](1) == 4 and cards.namespace["len"] == 3
    assert cards.namespace == before


@pytest.mark.parametrize(
    "source",
    ["import math, os.path", "import torch.nn as nn", "from PIL import Image", "import coursedata, autograder",
     "try:\n    import tqdm\nexcept ImportError:\n    pass", "# explore\nimport pandas", "from . import sibling"],
)  # fmt: skip
def test_packages_that_are_there_wherever_the_course_is_are_not_told(source, tmp_path):
    doubling = find_course().assignment("linear_regression")
    assert list(missing_packages([RunCell.of("In [1]", source)], doubling, tmp_path)) == []


def test_other_packages_and_files_of_the_students_own_are_told(course, tmp_path):
    (tmp_path / "helper.py").touch()
    cells = [RunCell.of("In [1]", "%matplotlib inline\nimport pandas as pd"), RunCell.of("In [2]", "import helper")]
    told = list(missing_packages(cells, find_course(course).assignment("doubling"), tmp_path))
    assert told[0] == "`helper` is a file of yours, helper.py: hand it in with the notebook."
    assert told[1].startswith("`pandas` (In [1]) comes neither with Python nor with the course")
    assert comes_with_the_course("matplotlib") and not comes_with_the_course("hypothesis")  # which tests need
