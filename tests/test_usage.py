"""Helpers that a question forbids: found by calls and by syntax, and a student's own names are free."""

import pytest
import torch

from autograder.judging.student import LocalStudent
from autograder.judging.suite import CheckFailed, ask_recorded, assert_not_using, probe, recorded_calls
from autograder.judging.suite.usage import names_used

FORBIDDEN = ("arange", "softmax", "@", "for", "while")


@probe
def stepped(student, n):
    """What f(n) gives, and what it called."""
    with recorded_calls() as calls:
        value = student.f(n)
    return {"value": value, "calls": sorted(calls)}


WRONG = {
    "attribute": "import torch\ndef f(n):\n    return torch.arange(n)",
    "imported name": "from torch import arange as steps\ndef f(n):\n    return steps(n)",
    "imported inside": "def f(n):\n    from torch import arange as steps\n    return steps(n)",
    "a helper of one's own": "import torch\ndef g(n):\n    return torch.arange(n)\ndef f(n):\n    return g(n)",
    "another name": "import torch\nsteps = torch.arange\ndef f(n):\n    return steps(n)",
    "found by its text": "import torch\ndef f(n):\n    return getattr(torch, 'a' + 'range')(n)",
    "a method": "import torch\ndef f(n):\n    return torch.zeros(n).softmax(0)",
    "the operator": "import torch\ndef f(n):\n    return torch.eye(n) @ torch.eye(n)",
    "a loop": "import torch\ndef f(n):\n    total = 0\n    for k in range(n):\n        total += k\n    return total",
    "a comprehension": "import torch\ndef f(n):\n    return torch.tensor([k for k in range(n)])",
    "while": "def f(n):\n    while n > 3:\n        n -= 1\n    return n",
    "behind a local variable of its name": "from torch import arange\ndef f(n):\n    def g():\n        arange = 3\n        return arange\n    return arange(g() + n)",
    "never run": "import torch\ndef f(n):\n    return torch.zeros(n) if n else torch.arange(n)",
}
RIGHT = {
    "elsewhere": "import torch\ndef g(n):\n    return torch.arange(n)\ndef f(n):\n    return torch.linspace(0, 1, n)",
    "a name of one's own": "import torch\ndef softmax(X):\n    return X.exp() / X.exp().sum()\ndef f(n):\n    return softmax(torch.zeros(n))",
    "a variable": "import torch\ndef f(n):\n    arange = torch.zeros(n)\n    return arange",
    "a variable of the notebook's name": "import torch\nrows = torch.arange(3)\ndef f(n):\n    rows = torch.zeros(n)\n    return rows",
    "in words": "import torch\ndef f(n):\n    'does not use torch.arange for this'\n    return torch.zeros(n)  # arange",
    "redefined": "import torch\ndef f(n):\n    return torch.arange(n)\ndef f(n):\n    return torch.zeros(n)",
}


def test_a_name_of_torch_alone_leaves_other_libraries_out():
    numpys = (
        "import numpy as np\nimport torch as t\ndef f(n):\n    return np.arange(n)\ndef g(n):\n    return t.arange(n)"
    )
    assert {"numpy.arange", "arange"} <= names_used([numpys], "f") and "torch.arange" not in names_used([numpys], "f")
    assert "torch.arange" in names_used([numpys], "g")
    assert "torch.arange" in names_used(["from torch import arange as a\ndef f(n):\n    return a(n)"], "f")


HELPER = "import torch\ndef g(n):\n    return torch.arange(n)"


@pytest.mark.parametrize(
    "notebook",
    [
        "from helper import g\ndef f(n):\n    return g(n)",
        "from helper import g as steps\ndef f(n):\n    return steps(n)",
        "import helper\ndef f(n):\n    return helper.g(n)",
        "import helper as h\ndef f(n):\n    return h.g(n)",
        "from helper import *\ndef f(n):\n    return g(n)",
        "from helper import g as f",
    ],
)
def test_what_a_module_of_the_students_own_uses_is_used(notebook):
    assert "torch.arange" in names_used([HELPER, notebook], "f")


def test_a_name_of_an_installed_module_is_not_the_students_function_of_that_name():
    notebook = "import torch\ndef softmax(X):\n    return X @ X\ndef f(X):\n    return torch.softmax(X, 0)"
    assert "@" not in names_used([notebook], "f")


def judge(source: str) -> None:
    student = LocalStudent.of_source(source)
    student.start_check(type("Spec", (), {"timeout_s": 10.0}), 0)
    assert_not_using(student, "f", without=FORBIDDEN, calls=student.run(stepped, n=4)["calls"])


@pytest.mark.parametrize("case", WRONG)
def test_a_forbidden_helper_is_found(case):
    with pytest.raises(CheckFailed, match="which this question asks you to do without"):
        judge(WRONG[case])


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_not_forbidden_passes(case):
    judge(RIGHT[case])


def test_of_two_definitions_in_a_cell_the_one_further_down_counts():
    first, then = "if True:\n    def f(a, b):\n        return a @ b\n", "def f(a, b):\n    return a.arange(b)\n"
    assert names_used([first + then], "f") == {"arange", "a.arange"}
    assert names_used([then + first], "f") == {"@"}


def test_cells_that_are_no_python_are_passed_over():
    cells = ["!pip install x", "import torch\ndef f(n):\n    return torch.arange(n)", "def g(:", "\0"]
    assert "arange" in names_used(cells, "f")
    assert names_used(cells, "nothing") == frozenset()


def test_torch_saying_not_implemented_is_an_error_and_not_a_stub():
    torch_says = "import torch\ndef f(n):\n    return torch.zeros(n, dtype=torch.long).softmax(0)"
    for source, kind in (
        (torch_says, "error"),
        ("def f(n):\n    raise NotImplementedError", "not_attempted"),
        ("def f(n):\n    raise NotImplementedError('to do')", "not_attempted"),
    ):
        answer = LocalStudent.of_source(source).answer(stepped, {"n": 3})
        assert answer["error"]["kind"] == kind, answer
    with pytest.raises(NotImplementedError):
        torch.zeros(2, dtype=torch.long).softmax(0)


PRODUCT = "import threading\nimport numpy as np\nimport torch\n"
EVASIONS = {
    "a thread": "def f(n):\n    out = []\n    t = threading.Thread(target=lambda: out.append(n.mm(n)))\n    t.start()\n    t.join()\n    return out[0]",
    "a thread of _thread": "import _thread, time\ndef f(n):\n    out = []\n    _thread.start_new_thread(lambda: out.append(torch.matmul(n, n)), ())\n    while not out:\n        time.sleep(0.01)\n    return out[0]",
    "a pool": "from concurrent.futures import ThreadPoolExecutor\ndef f(n):\n    with ThreadPoolExecutor(1) as pool:\n        return pool.submit(getattr(torch, 'm' + 'm'), n, n).result()",
    "attention": "def f(n):\n    one = torch.eye(len(n))[None]\n    return torch.nn.functional.scaled_dot_product_attention(100 * n[None], one, one)[0]",
    "an operator of aten": "def f(n):\n    return torch.ops.aten.mm(n, n)",
    "a convolution": "def f(n):\n    return torch.nn.functional.conv1d(n[None], n[:, :, None])",
    "a mode switched off": "def f(n):\n    with torch._C.DisableTorchFunction():\n        return n.mm(n)",
    "eval": "def f(n):\n    return eval('n @ n')",
    "exec": "def f(n):\n    exec('n = n')\n    return n",
    "a computed name": "def f(n):\n    return getattr(np, 'niesnum'[::-1][:6])('ij,jk', n.numpy(), n.numpy()) if n is None else n",
    "a name in parts": "def f(n):\n    return torch.as_tensor(getattr(np, 'ein' + 'sum')('ij,jk', n.numpy(), n.numpy()))",
    "a matrix of NumPy": "def f(n):\n    return np.matrix(n.numpy()) * np.matrix(n.numpy())",
    "a sparse matrix": "import scipy.sparse as sparse\ndef f(n):\n    return (sparse.csr_matrix(n.numpy()) * sparse.csr_matrix(n.numpy())).toarray()",
    "a system of equations": "def f(n):\n    return torch.linalg.solve(torch.eye(3), n)",
    "a system of NumPy's": "def f(n):\n    return np.linalg.solve(np.eye(3), n.numpy())",
    "distances": "def f(n):\n    return torch.cdist(n, n)",
    "map": "def f(n):\n    return torch.stack(list(map(lambda row: (row[:, None] * n).sum(0), n)))",
    "reduce": "import functools\ndef f(n):\n    return functools.reduce(lambda t, k: t + n[:, k, None] * n[k], [0, 1, 2], 0)",
    "accumulate": "from itertools import accumulate\ndef f(n):\n    return list(accumulate([n, n]))[-1]",
    "frompyfunc": "def f(n):\n    return np.frompyfunc(lambda r, c: 1.0, 2, 1)([0], [1]).astype(float)",
    "all names": "def f(n):\n    return vars(torch)['m' 'm'](n, n)",
}
FREE = {
    "by broadcasting": "def f(n):\n    return (n[:, :, None] * n).sum(1)",
    "by NumPy": "def f(n):\n    a = n.numpy()\n    return torch.from_numpy((a[..., None] * a).sum(1))",
    "a sum by NumPy's add": "def f(n):\n    a = n.numpy()\n    return torch.from_numpy(np.add.reduce(a[..., None] * a, 1))",
    "a function of one's own named map": "def map(n):\n    return n\ndef f(n):\n    return map(n)",
    "a function of one's own named eval": "def eval(n):\n    return n\ndef f(n):\n    return eval(n)",
    "evaluation mode": "def f(n):\n    torch.nn.ReLU().eval()\n    return getattr(n, 'T')",
    "exp": "def f(n):\n    p = torch.exp(n - n.max(1, keepdim=True).values)\n    return p / p.sum(1, keepdim=True)",
}  # fmt: skip


def judge_product(source: str) -> None:
    student = Cells.of_source(PRODUCT + source)
    student.cell = PRODUCT + source
    student.start_check(type("Spec", (), {"timeout_s": 10.0}), 0)
    _, calls = ask_recorded(student, "f", torch.rand(3, 3))
    assert_not_using(student, "f", without=("matmul", "mm", "einsum", "softmax", "@", "for"), calls=calls)


@pytest.mark.parametrize("source", EVASIONS.values(), ids=EVASIONS)
def test_a_helper_is_found_however_it_is_called(source):
    with pytest.raises(CheckFailed, match="asks you to do without"):
        judge_product(source)


@pytest.mark.parametrize("source", FREE.values(), ids=FREE)
def test_what_uses_no_helper_is_free(source):
    judge_product(source)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(n):\n    return n @ n\nif not n:\n    def f(n):\n        return n", True),
        ("def f(n):\n    return g(n)\ndef g(n):\n    return n @ n\nif not n:\n    def g(n):\n        return n", True),
        ("def f(n):\n    return n\nif not n:\n    def f(n):\n        return n @ n", False),
        ("f = lambda n: n @ n\nif not n:\n    f = lambda n: n", True),
    ],
)
def test_of_two_definitions_the_one_that_is_bound_counts(source, found):
    class Cells(LocalStudent):
        def sources(self):
            return [source]

    student = Cells.of_source(f"n = 1\n{source}")
    student.start_check(type("Spec", (), {"timeout_s": 10.0}), 0)
    assert ("@" in names_used(student.sources(), "f", student.codes())) == found


UNDER_OTHER_NAMES = {
    "annotated": "product: object = np.dot\ndef f(n):\n    return product(n, n)",
    "one of several": "product, other = np.dot, 0\ndef f(n):\n    return product(n, n)",
    "bound anew where that never runs": "product = np.dot\nif False:\n    product = None\ndef f(n):\n    return product(n, n)",
    "imported, and bound anew where that never runs": (
        "from numpy import dot as product\nif False:\n    from numpy import abs as product\ndef f(n):\n    return product(n, n)"
    ),
    "an attribute of one's own": "import types\nown = types.SimpleNamespace()\nown.go = np.dot\ndef f(n):\n    return own.go(n, n)",
    "an attribute of the function": "def f(n):\n    return f.go(n, n)\nf.go = np.dot",
    "an item": "own = {}\nown['go'] = np.dot\ndef f(n):\n    return own['go'](n, n)",
    "among the globals": "globals()['product'] = np.dot\ndef f(n):\n    return product(n, n)",
    "a loop's variable": "for product in [np.dot]: pass\ndef f(n):\n    return product(n, n)",
    "in an expression": "print(product := np.dot)\ndef f(n):\n    return product(n, n)",
    "a partial call": "import functools\nglobals()['product'] = functools.partial(np.dot)\ndef f(n):\n    return product(n, n)",
    "a method": "globals()['product'] = np.ndarray.dot\ndef f(n):\n    return product(n, n)",
    "the function itself": "globals()['f'] = np.dot",
    "a list's item": "tools = []\ntools.append(np.dot)\ndef f(n):\n    return tools[0](n, n)",
    "one of those added to a list": "tools = []\ntools.extend([abs, np.dot])\ndef f(n):\n    return tools[1](n, n)",
    "an attribute that is set": "class Own: pass\nsetattr(Own, 'go', np.dot)\ndef f(n):\n    return Own.go(n, n)",
    "a default": "def f(n, go=np.dot):\n    return go(n, n)",
    "what is closed over": "def make(go):\n    def f(n):\n        return go(n, n)\n    return f\nf = make(np.dot)",
    "got by a text": "import operator\ndef f(n):\n    return operator.methodcaller('do' + 't', n)(n)",
    "got by a namespace": "def f(n):\n    return np.__dict__['d' 'ot'](n, n)",
}  # fmt: skip
OWN = {
    "a function of one's own": "def dot(a, b):\n    return a * b\ndef f(n):\n    return dot(n, n)",
    "a partial call of it": "import functools\ndef dot(a, b):\n    return a * b\ntwice = functools.partial(dot, b=2)\ndef f(n):\n    return twice(n)",
    "one that is kept": "import functools\n@functools.lru_cache\ndef dot(a):\n    return a\ndef f(n):\n    return dot(n)",
    "one without gradients": "import torch\n@torch.no_grad()\ndef dot(a):\n    return a\ndef f(n):\n    return dot(n)",
    "a class and its method": "class dot:\n    def dot(self, a):\n        return a\ngo = dot().dot\ndef f(n):\n    return go(n)",
    "computed outside": "own = {}\nown['all'] = np.dot(np.ones(2), np.ones(2))\ndef f(n):\n    return own['all'] * n",
}  # fmt: skip


class Cells(LocalStudent):
    """A student of whom the cells are known."""

    def sources(self) -> list[str]:
        return [self.cell]


def names_of(source: str) -> frozenset[str]:
    student = Cells.of_source(f"import numpy as np\n{source}")
    student.cell = f"import numpy as np\n{source}"
    return names_used(student.sources(), "f", student.codes())


@pytest.mark.parametrize("case", UNDER_OTHER_NAMES)
def test_a_helper_is_found_under_another_name(case):
    assert names_of(UNDER_OTHER_NAMES[case]) & {"dot", "names that it computes"}


@pytest.mark.parametrize("case", OWN)
def test_what_is_ones_own_may_have_a_helpers_name(case):
    found = names_of(OWN[case])
    assert not any(name.endswith(".dot") for name in found if not name.startswith("dot.")), found
    assert "dot" not in found or "class" in case


def test_a_helper_that_is_imported_as_the_answer_is_used():
    assert "softmax" in names_used(["from scipy.special import softmax as f"], "f")
    assert "softmax" not in names_used(["def softmax(X):\n    return X", "from helper import softmax"], "softmax")
