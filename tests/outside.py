"""Right notebooks as students hand them in, modelled on public reports: each is green in Jupyter, and is to be whole.

Each is the solved notebook of an assignment with one change. `told` are words of the one note that it gets, if any.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SOLUTIONS: Final = Path(__file__).parents[1] / "solutions"
GRADERS_OWN: Final = "from autograder import check, target"


@dataclass(frozen=True, slots=True)
class Outside:
    """A notebook from outside.

    Args:
        kind: of what befell it.
        assignment: whose solved notebook it is.
        first: lines before those of the first code cell, in it.
        last: cells at the end.
        before: of a function's name: a cell's first lines, put before those of the cell that defines it.
        tagged: the function whose cell is tagged explore.
        moved: a line that moves from the first cell into the first one that is tagged explore.
        told: of the one note; "" where there is none.
    """

    kind: str
    assignment: str = "linear_regression"
    first: str = ""
    last: Sequence[str] = ()
    before: Mapping[str, str] | None = None
    tagged: str = ""
    moved: str = ""
    told: str = ""

    def notebook(self) -> bytes:
        """Return the notebook's file."""
        solved: dict[str, Any] = json.loads((SOLUTIONS / self.assignment / f"{self.assignment}.ipynb").read_text())
        code = [cell for cell in solved["cells"] if cell["cell_type"] == "code"]
        for cell in code:
            cell["source"] = "".join(cell["source"])
        code[0]["source"] = f"{self.first}\n{code[0]['source']}".strip()
        for name, lines in (self.before or {}).items():
            cell = _defining(code, name)
            cell["source"] = f"{lines}\n{cell['source']}"
        if self.tagged:
            _defining(code, self.tagged)["metadata"]["tags"] = ["explore"]
        if self.moved:
            assert self.moved in code[0]["source"]
            code[0]["source"] = code[0]["source"].replace(self.moved, "")
            explored = next(cell for cell in code if "explore" in cell["metadata"].get("tags", ()))
            explored["source"] = f"{self.moved}\n{explored['source']}"
        new = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        solved["cells"] += [{**new, "id": f"own-{at}", "source": source} for at, source in enumerate(self.last)]
        return json.dumps(solved).encode()


def _defining(code: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(cell for cell in code if f"def {name}(" in cell["source"])


REUSED: Final = "a name is used again below its check"
FAILING: Final = "a statement fails that only the student's machine can run"
EXPLORE: Final = "an answer or an import stands in a cell marked explore"
MAGIC: Final = "a magic stands before an answer"
DEVICE: Final = "a GPU is asked for"
COMPILED: Final = "a function is compiled"
POINTS: Final = "points are added up"
BECOMES: Final[Mapping[str, str]] = {
    REUSED: "judged as it stood at its check",
    FAILING: "costs itself; imports and definitions below it are run; one note",
    EXPLORE: "run, of the rest of the cell what they need",
    MAGIC: "its body is run",
    DEVICE: "computed on the CPU; one note",
    COMPILED: "run as it is written",
    POINTS: "`check` gives a number",
}

SOFTMAX: Final = "softmax_regression"
CASES: Final[Mapping[str, Outside]] = {
    "a built-in name": Outside(REUSED, last=["len = 5\nrange = (0, 1)"]),
    "a loop variable": Outside(REUSED, last=["for train in range(3):\n    print(train)"]),
    "an optimizer": Outside(REUSED, last=["w = torch.zeros(2, requires_grad=True)\nsgd = torch.optim.SGD([w], 0.1)"]),
    "a split": Outside(REUSED, last=["X = torch.zeros(10, 2)\ntrain, test = X[:8], X[8:]"]),
    "deleted": Outside(REUSED, last=["del synthetic_data"]),
    "an accuracy": Outside(REUSED, SOFTMAX, last=["accuracy = accuracy(torch.eye(3), torch.arange(3)) / 3"]),
    "a net": Outside(REUSED, SOFTMAX, last=["from torch import nn\nnet = nn.Sequential(nn.Linear(784, 10))"]),
    "a star import": Outside(REUSED, SOFTMAX, last=["from torch.nn.functional import *"]),
    "a comparison": Outside(REUSED, SOFTMAX, last=["softmax = torch.nn.Softmax(dim=1)\nsoftmax(torch.zeros(2, 3))"]),
    "Colab's drive": Outside(FAILING, first="from google.colab import drive\ndrive.mount('/x')", told="imports google"),
    "the book's package": Outside(FAILING, first="from d2l import torch as d2l", told="imports d2l"),
    "another folder": Outside(FAILING, first="import os\nos.chdir('/content/course')", told="/content/course"),
    "packages": Outside(FAILING, first="import polars, torch", told="imports polars"),
    "an old style": Outside(FAILING, first="import matplotlib.pyplot as plt\nplt.style.use('seaborn')", told="seaborn"),
    "an old setting": Outside(
        FAILING, first="from IPython.display import set_matplotlib_formats", told="set_matplotlib_formats"
    ),
    "torchvision": Outside(FAILING, SOFTMAX, first="from torchvision import transforms", told="imports torchvision"),
    "a first comment": Outside(EXPLORE, before={"sgd": "# explore different steps"}),
    "a tag that a split has copied": Outside(EXPLORE, tagged="sgd"),
    "an import": Outside(EXPLORE, moved="import random"),
    "%%prun": Outside(MAGIC, before={"train": "%%prun -q"}),
    "%%memit": Outside(MAGIC, before={"train": "%%memit"}),
    "a device": Outside(
        DEVICE, before={"train": "device = torch.device('cuda:0')\ntorch.zeros(1, device=device)"}, told="GPU"
    ),
    "a default device": Outside(DEVICE, first="import torch\ntorch.set_default_device('cuda')", told="GPU"),
    "torch.compile": Outside(COMPILED, before={"linreg": "@torch.compile"}),
    "a sum": Outside(POINTS, before={"sgd": "print(check('linreg') + check('squared_loss'))"}),
}


def table() -> Iterator[str]:
    """Yield the lines of the table on the page on quality."""
    yield "| kind | cases | whole marks | what becomes of it |"
    yield "| --- | ---: | ---: | --- |"
    for kind, becomes in BECOMES.items():
        number = sum(case.kind == kind for case in CASES.values())
        yield f"| {kind} | {number} | {number} | {becomes} |"
