"""Splitting a script: each statement a part of its own, whatever state the others are in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.catalogue.script import MAX_PARTS, split_script
from autograder.catalogue.submission import read_submission


def sources(text):
    return [part.source.strip() for part in split_script(text)]


def test_each_statement_is_a_part_with_the_comments_above_it_and_the_line_on_which_it_begins():
    parts = split_script(
        "'''Title'''\nimport torch\n\n# doubles\n@keep\ndef double(x):\n    return 2 * x\na = 1; b = 2\n"
    )
    assert [part.line for part in parts] == [1, 2, 3, 8]
    assert (
        parts[2].source == "\n# doubles\n@keep\ndef double(x):\n    return 2 * x"
        and parts[3].source == "a = 1; b = 2\n"
    )


@pytest.mark.parametrize("mark", ["# %% next", "#%%", "# In[12]:", "# In[ ]:", "# COMMAND ----------"])
def test_the_marks_of_editors_and_exports_part_cells_and_are_no_code(mark):
    assert sources(f"a = 1\n\n{mark}\n\nb = 2\n") == ["a = 1", "b = 2"]


@pytest.mark.parametrize("above", ["", "%matplotlib inline\n"], ids=["valid", "with a magic"])
@pytest.mark.parametrize("mark", ["# %%", "# In[1]:", "# COMMAND ----------"])
def test_a_mark_in_a_string_is_text(mark, above):
    script = f'{above}text = """\n{mark}\nb = 2\n# end"""\nc = 3\n'
    assert sources(script)[-2:] == [f'text = """\n{mark}\nb = 2\n# end"""', "c = 3"]


NOT_PYTHON = [
    "!pip install torch",
    "%matplotlib inline",
    "print 'two'",
    "def broken(x:\n    return (x",
    "x = [1, 2",
    'text = "never ends',
    "text = '''never ends",
    'print(f"{names["a"]}")',
    "else:\n    a = 1",
]


@pytest.mark.parametrize("broken", NOT_PYTHON)
def test_what_is_no_python_loses_nothing_but_itself(broken):
    script = (
        f"import torch\n\n{broken}\n\ndef double(x):\n    return 2 * x\n\n\n@keep\ndef triple(x):\n    return 3 * x\n"
    )
    found = sources(script)
    assert found[0].startswith("import torch")
    assert found[-2:] == ["def double(x):\n    return 2 * x", "@keep\ndef triple(x):\n    return 3 * x"]


def test_brackets_strings_and_clauses_hold_a_statement_together_where_the_script_is_no_python():
    whole = (
        "total = sum([\n1,\n2,\n])\n",
        "if total:\n    a = 1\nelse:\n    a = 2\n",
        't = "a" \\\n"b"\n',
        '"""\nx\n"""\n',
    )
    assert sources("!ls\n" + "".join(whole)) == ["!ls", *(each.strip() for each in whole)]


def test_a_cell_magic_takes_what_is_below_it_up_to_the_next_mark():
    assert sources("# %%\n%%time\na = 1\nb = 2\n# %%\nc = 3\nd = 4\n") == ["%%time\na = 1\nb = 2", "c = 3", "d = 4"]


def test_of_very_many_statements_neighbours_are_run_together():
    parts = split_script("a = 1\n" * 4 * MAX_PARTS)
    assert len(parts) <= MAX_PARTS and sum(part.source.count("a = 1") for part in parts) == 4 * MAX_PARTS


PIECES = st.sampled_from(
    [
        "a = 1\n",
        "def f():\n    pass\n",
        '"""',
        "'''",
        "'",
        '"',
        "\\",
        "(",
        ")",
        "\n",
        "# %%\n",
        "# c\n",
        "%%time\n",
        "@x\n",
        "é",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_line_is_lost_or_told_twice(text):
    parts = split_script(text)
    lines = [line for part in parts for line in part.source.split("\n")]
    assert len(lines) == text.count("\n") + 1
    assert [part.line for part in parts] == sorted({part.line for part in parts}) and parts[0].line == 1


@pytest.mark.parametrize("piece", ['"""\\"', "(", "@x\n", "'", "\\\n", "# %%\n", "%%time\n", '""', "[\n"])
@pytest.mark.parametrize("valid", [True, False])
def test_a_hostile_script_is_read_once(piece, valid):
    text = ("" if valid else "!\n") + piece * (2**16 // len(piece))
    assert split_script(text)


def test_a_script_knows_the_lines_of_its_cells():
    submission = read_submission(b"import torch\n\n\ndef double(x):\n    return 2 * x\n", "x.py")
    assert dict(submission.lines) == {1: 1, 2: 2} and len(submission.cells) == 2
