"""What happens to notebooks beside answers: noise, Colab, and attempts to cheat."""

import ast
from typing import Any

from autograder.authoring.simulation import cheats
from autograder.authoring.simulation.stubs import code_cell, stub_cells, stub_names, text_of

NOISE = "print('Konsole voll', file=sys.stderr); warnings.warn('deprecated since yesterday')"
TEN_THOUSAND_LINES = """\
assert True
for line in range(10_000):
    print(f"{line}: <b>&amp; is not bold</b>", file=sys.stderr if line % 2 else sys.stdout)
"""


def make_noisy(notebook: dict[str, Any]) -> None:
    """Write to stderr and warn in every function, and print ten thousand lines."""
    cells = list(stub_cells(notebook))
    for cell in cells:
        tree = ast.parse(text_of(cell))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                node.body[:0] = ast.parse(NOISE).body
        cell["source"] = "import sys, warnings\n" + ast.unparse(tree)
    notebook["cells"].insert(notebook["cells"].index(cells[-1]) + 1, code_cell(TEN_THOUSAND_LINES, "noise"))


def pass_through_colab(notebook: dict[str, Any]) -> None:
    """Leave what Colab leaves of a notebook: format 4.0, its own metadata, none of nbgrader's, no cell ids."""
    for number, cell in enumerate(notebook["cells"]):
        cell.pop("id", None)
        cell["metadata"] = {"id": f"Qx{number:09d}z"}
        if cell["cell_type"] == "code":
            cell["metadata"]["colab"] = {"base_uri": "https://localhost:8080/"}
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook["metadata"] = {"colab": {"provenance": []}, "kernelspec": kernel, "language_info": {"name": "python"}}
    notebook["nbformat_minor"] = 0


def lie(notebook: dict[str, Any]) -> None:
    """Return objects that agree with everything, and patch what a test could compare with."""
    notebook["cells"].append(code_cell(cheats.LYING.replace("NAMES", repr(stub_names(notebook))), "cheat"))


def search_and_exit(notebook: dict[str, Any]) -> None:
    """Look for the hidden checks and the solutions, claim a score, and end the process."""
    notebook["cells"].append(code_cell(cheats.SEARCHING.replace("NAMES", repr(stub_names(notebook))), "cheat"))
