"""The map of the course, its glossary and its sources agree with the notebooks."""

import json
import re
from pathlib import Path

import pytest
from contrast import contrast
from drawn_alone import colours_alone

from tests.course_map import PATH, PICTURE, Notebook, all_needs, arrows, drawn, places, read_path

ROOT = Path(__file__).parents[1]
ROWS = read_path(PATH.read_text("utf-8"))
GLOSSARY = re.findall(
    r"^\| ([^|]+) \| ([^|]+) \| \[(\w+)\]\(\S+\) \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M
)
SOURCES = (ROOT / "docs/sources.md").read_text("utf-8")

# What the notebooks print in bold because it matters there, not because it is a term
STRESSED = {
    "(fan_in, fan_out)", "(inputs, outputs)", "1.0266", "adds", "autograd fast and exact", "back", "both", "by hand",
    "column $j$ of $\\mathbf W_1$ is hidden unit $j$", "converged", "counts", "differences", "diverged", "each row has its own sum",
    "example.", "first tenth", "forward", "from scratch", "from the right", "how often", "how to work.", "in which order",
    "last tenth", "learn in train mode, predict in eval mode.", "mean", "mean square", "not", "not linear",
    "one element at a time", "rubric", "same", "shuffled, and shuffled anew for every epoch", "slow", "sum",
    "the best straight line is that constant", "the mean has to be taken in the loss", "the same",
    "the same shape as $\\mathbf t$", "up", "where is softmax?", "without a network", "without an activation",
    "without noise the floor of section 4 is 0", "below −1 each step overshoots by more than it gains",
    "before you blame the data, ask what the best answer on these data is, and whether your steps can rest there.",
    "one point at a time", "axes", "figure", "break it",
}  # fmt: skip


def texts(name: str) -> dict[str, str]:
    """Return the Markdown cells of a notebook by their ids, but for questions and their answers."""
    cells = json.loads((ROOT / f"solutions/{name}/{name}.ipynb").read_text("utf-8"))["cells"]
    told = {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"}
    return {id: text for id, text in told.items() if "### Question" not in text and "Rubric" not in text}


def bold(name: str) -> list[str]:
    """Return what a notebook prints in bold, in small letters and without code marks."""
    found = re.findall(r"\*\*(.+?)\*\*", "\n".join(texts(name).values()))
    return [term.lower().replace("`", "") for term in found]


def singular(term: str) -> str:
    return re.sub(r"(ies|(?<=ch)es|s)$", lambda ending: "y" if ending[1] == "ies" else "", term.lower())


@pytest.mark.parametrize("name", [row.name for row in ROWS])
def test_each_term_that_a_notebook_introduces_is_in_the_glossary(name):
    known = {singular(term) for term, _, _ in GLOSSARY} | {singular(each) for each in STRESSED}
    assert not [term for term in bold(name) if singular(term) not in known]


@pytest.mark.parametrize(("term", "meaning", "name"), GLOSSARY, ids=lambda value: value[:20])
def test_a_term_of_the_glossary_is_introduced_where_it_says(term, meaning, name):
    path = [row.name for row in ROWS]
    first = next(each for each in path if singular(term) in map(singular, bold(each)) or _in_question(term, each))
    assert first == name
    assert meaning.endswith(".") and 20 <= len(meaning) <= 220


def _in_question(term: str, name: str) -> bool:
    cells = json.loads((ROOT / f"solutions/{name}/{name}.ipynb").read_text("utf-8"))["cells"]
    return f"**{term}**" in "".join("".join(cell["source"]) for cell in cells)


def test_the_glossary_is_in_order_and_names_nothing_twice():
    terms = [term.lower().replace("-", " ") for term, _, _ in GLOSSARY]
    assert terms == sorted(set(terms)) and len(terms) > 50


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_notebook_says_what_it_builds_on_how_long_it_takes_and_what_follows(row):
    told = texts(row.name)["way"]
    before, after = told.split("minutes.")
    assert f"About {row.minutes} " in before
    names = {each.number: each.name for each in ROWS}
    assert re.findall(r"\]\(\.\./(\w+)/\1\.ipynb\)", before) == [names[each] for each in row.needs]
    assert re.findall(r"\]\(\.\./(\w+)/\1\.ipynb\)", after) == [each.name for each in ROWS if row.number in each.needs]


def test_the_picture_of_the_course_is_the_tables():
    assert PICTURE.read_text("utf-8") == drawn(ROWS), "run: python -m tests.course_map"
    assert drawn(ROWS) != drawn([*ROWS[:-1], ROWS[-1]._replace(minutes=1)])
    assert f"]({Path('../docs/pictures/course.svg')})" in PATH.read_text("utf-8")


def test_arrows_lead_from_left_to_right_and_say_all_that_is_needed():
    assert len(ROWS) == 10
    place, before = places(ROWS), all_needs(ROWS)
    pairs = arrows(ROWS)
    assert all(place[one][0] < place[other][0] for one, other in pairs)
    reduced = [row._replace(needs=tuple(one for one, other in pairs if other == row.number)) for row in ROWS]
    assert all_needs(reduced) == before
    assert arrows([Notebook(1, "a", (), 1), Notebook(2, "b", (1,), 1), Notebook(3, "c", (1, 2), 1)]) == [(1, 2), (2, 3)]
    assert len(set(place.values())) == len(ROWS)


def test_the_picture_of_the_course_can_be_read():
    white = (255.0, 255.0, 255.0)
    colours = colours_alone(PICTURE.read_text("utf-8"))
    assert all(contrast(colour, white) >= 4.5 for name, colour in colours if name == "text")


def test_the_mountain_can_be_walked_around():
    cells = json.loads((ROOT / "solutions/gradients/gradients.ipynb").read_text("utf-8"))["cells"]
    assert "No later section calls your `two_layer_gradients`" in texts("gradients")["by-hand"]
    calling = [c["id"] for c in cells if c["cell_type"] == "code" and "two_layer_gradients(" in "".join(c["source"])]
    assert set(calling) <= {"two_layer_gradients-solution", "agreement"} | {id for id in calling if "break" in id}


def test_each_fact_of_a_source_names_a_cell_that_exists():
    facts = re.findall(r"^\| ([^|]+) \| `(\w+)` \| ([^|]+) \|$", SOURCES, re.MULTILINE)
    assert len(facts) > 40
    for fact, name, cells in facts:
        there = {
            cell["id"] for cell in json.loads((ROOT / f"solutions/{name}/{name}.ipynb").read_text("utf-8"))["cells"]
        }
        named = re.findall(r"`([^`]+)`", cells)
        assert named and set(named) <= there, (fact, set(named) - there)
    assert {name for _, name, _ in facts} == {row.name for row in ROWS}
