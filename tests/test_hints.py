"""Hints of the course's checks: steps towards an answer, none of which holds it."""

import ast
import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ASSIGNMENTS

from autograder.authoring.recorded import read_sections

ROOT = Path(__file__).parents[1]
REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", re.DOTALL)
SIGNS = str.maketrans({"·": "*", "×": "*", "−": "-", "÷": "/", "²": "**2", "³": "**3", "←": "="})
MODULES = "torch|np|nn|F|functional|math|random|itertools|optim"
TOKEN = re.compile(
    rf"(?:(?:{MODULES})\.)*(?P<name>[^\W\d]\w*)(?P<call>\()?|(?P<number>\d+(?:\.\d+)?)|(?P<sign>\*\*|//|[-+*/@%<>=!\[:&|~])"
)
VERBATIM, ANONYMOUS = 3, 5  # parts from which on an expression gives something away

Tokens = tuple[str, ...]


def tokens(text: str, *, anonymous: bool = False) -> Tokens:
    """The names, calls, numbers and signs of a text, without brackets, commas and modules.

    With `anonymous`, names that are not called are all the same, and several in a row are one: `p.grad` is as `g`.
    """
    found: list[str] = []
    for match in TOKEN.finditer(text.translate(SIGNS)):
        name = match["name"]
        if name and match["call"]:
            found.append(f"{name}(")
        elif name and anonymous:
            found += ["_"] if found[-1:] != ["_"] else []
        else:
            found.append(name if name else match[0])
    return tuple(found)


def holds(text: Tokens, part: Tokens) -> bool:
    """Whether the part stands in the text, in one piece."""
    return any(text[place : place + len(part)] == part for place in range(len(text) - len(part) + 1))


def counted(part: Tokens) -> int:
    """How many operators, calls and names there are; 0 where there are names and numbers alone."""
    if not any(re.fullmatch(r"\W+|\w+\(", token) for token in part):
        return 0
    return sum(not token[0].isdigit() for token in part)


def leaks(hint: str, expressions: set[str]) -> list[str]:
    """The expressions that a hint holds: those of three parts as they are, those of five with other names."""
    said, anonymous = tokens(hint), tokens(hint, anonymous=True)
    return sorted(
        each
        for each in expressions
        if (counted(tokens(each)) >= VERBATIM and holds(said, tokens(each)))
        or (counted(tokens(each, anonymous=True)) >= ANONYMOUS and holds(anonymous, tokens(each, anonymous=True)))
    )


def expressions_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and not isinstance(node, ast.Name | ast.Constant | ast.JoinedStr):
            yield ast.unparse(node)


def solutions(name: str) -> set[str]:
    """The expressions of the bodies of an assignment's solutions: the notebook's, and those in other styles."""
    cells = json.loads((ROOT / f"solutions/{name}/{name}.ipynb").read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    bodies = [textwrap.dedent(body) for source in code for body in REGION.findall(source)]
    trees: list[ast.AST] = [ast.parse(f"def solution():\n{textwrap.indent(body, ' ')}") for body in bodies]
    for style in read_sections(ROOT / f"solutions/{name}/alternatives.py").values():
        trees += [statement for node in ast.walk(ast.parse(style)) if isinstance(node, ast.FunctionDef)
                  for statement in node.body]  # fmt: skip
    assert len(bodies) > 2
    return {each for tree in trees for each in expressions_of(tree)}


def hints(name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each check of an assignment and its hints, as they stand in its files."""
    for path in (f"autograder/checks/{name}/visible_checks.py", f"solutions/{name}/hidden_checks.py"):
        for node in ast.parse((ROOT / path).read_text("utf-8")).body:
            for call in getattr(node, "decorator_list", []):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "check":
                    (given,) = [keyword.value for keyword in call.keywords if keyword.arg == "hints"]
                    yield node.name, ast.literal_eval(given)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_no_hint_holds_an_expression_of_a_solution(name: str) -> None:
    expressions = solutions(name)
    found = {(check, hint): leaks(hint, expressions) for check, given in hints(name) for hint in given}
    assert len(found) > 20
    assert not {place: held for place, held in found.items() if held}


PLANTED = [
    ("linear_regression", "Write `param -= lr * param.grad / batch_size`."),
    ("linear_regression", "Each number loses η · g / n, the mean gradient's share."),
    ("linear_regression", "Try `(a - b.reshape(a.shape)) ** 2 / 2`."),
    ("linear_regression", "The predictions are X @ w + b."),
    ("linear_regression", "Divide: p.data -= lr / batch_size * p.grad."),
    ("gradients", "Pass torch.relu(x @ w1) on."),
    ("tensors", "Multiply A[:, :, None] by the other, which has an axis in front."),
    ("tensors", "You need math.ceil((end - start) / step) numbers."),
]


@pytest.mark.parametrize(("name", "hint"), PLANTED)
def test_a_hint_that_holds_one_is_found_under_other_names_too(name: str, hint: str) -> None:
    assert leaks(hint, solutions(name))


@pytest.mark.parametrize("hint", [
    "With p = 2, a gradient of 12 and 6 examples, lr 0.25 leads to 2 - 0.25 * 12 / 6 = 1.5.",
    "`print(X.shape, w.shape)` before you add: which axes meet?",
    "Which operations can autograd follow, and which values leave its sight?",
])  # fmt: skip
def test_a_step_with_numbers_or_a_question_gives_nothing_away(hint: str) -> None:
    assert not leaks(hint, solutions("linear_regression"))


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_each_hint_is_a_step_of_its_own_and_short(name: str) -> None:
    for check, given in hints(name):
        assert len(set(given)) == len(given), check
        assert all(20 <= len(hint) <= 260 and hint[-1] in ".?!" and "  " not in hint for hint in given), check
