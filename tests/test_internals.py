"""Code that reaches into the interpreter may forge what it answers: a person is told, with the line."""

import pytest
from conftest import make_course, notebook_of

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.results.result import SubmissionResult
from tests.attacks import corpus

FUNCTIONS = "def double(x):\n    {}\n    return 2 * x\n\n\ndef quadruple(x):\n    return double(double(x))\n"


@pytest.fixture(name="grade", scope="module")
def _grade(tmp_path_factory):
    grader = Grader(Settings(make_course(tmp_path_factory.mktemp("internals") / "course"), "none"))

    def grade(*cells: str) -> SubmissionResult:
        handed_in = SubmissionBytes("ada", "doubling", "doubling.ipynb", notebook_of(*cells))
        return grader.grade(handed_in).result

    yield grade
    grader.close()


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("import sys\nframe = sys._getframe(1)", "line 2, `frame = sys._getframe(1)`: sys._getframe"),
        ("import sys\nget = getattr(sys, '_get' + 'frame')\nget()", "line 3, `get()`: sys._getframe"),
        ("import gc\nall_of_it = gc.get_objects()", "line 2, `all_of_it = gc.get_objects()`: gc.get_objects"),
        ("import inspect\ninspect.stack()", "line 2, `inspect.stack()`: sys._getframe"),
        ("import traceback\nlist(traceback.walk_stack(None))", "line 2, `list(traceback.walk_stack(None))`: "),
        ("import logging\nlogging.currentframe()", "line 2, `logging.currentframe()`: sys._getframe"),
        (
            "import asyncio\nasync def own():\n    return asyncio.current_task().get_stack()\n"
            "asyncio.new_event_loop().run_until_complete(own())",
            "line 3, `return asyncio.current_task().get_stack()`: cr_frame",
        ),
        (
            "import IPython.utils.frame as found\nfound.extract_module_locals()",
            "line 2, `found.extract_module_locals()`: sys._getframe",
        ),
        (
            "import torch\ntorch._jit_internal.createResolutionCallbackFromFrame(1)",
            "line 2, `torch._jit_internal.createResolutionCallbackFromFrame(1)`: sys._getframe",
        ),
        (
            "import threading\nthreading.setprofile(lambda *_: None)\nthread = threading.Thread(target=int)\n"
            "thread.start(); thread.join(); threading.setprofile(None)",
            "line ",
        ),
        ("import sys\nsys.setprofile(print)\nsys.setprofile(None)", "line 2, `sys.setprofile(print)`: sys.setprofile"),
        ("import ctypes\nctypes.CDLL(None)", "line 2, `ctypes.CDLL(None)`: ctypes.dlopen"),
        (
            "try:\n    1 / 0\nexcept Exception as error:\n    getattr(error.__traceback__, 'tb_' + 'frame')",
            "line 4, `getattr(error.__traceback__, 'tb_' + 'frame')`: tb_frame",
        ),
        (
            "from autograder import check\nworker = check.__globals__",
            "line 2, `worker = check.__globals__`: __globals__",
        ),
        (
            "import types\nread = types.FunctionType.__dict__['__glob' + 'als__'].__get__\nread(print_function := lambda: 1)",
            "line 3, `read(print_function := lambda: 1)`: __globals__",
        ),
        ("def f(): return kept\nkept = getattr(f, '__clo' + 'sure__')", "line 2, `kept = getattr(f, '__clo'"),
        ("found = getattr(type, '__subcl' + 'asses__')(object)", "line 1, `found = getattr(type, '__subcl'"),
        ("found = object.__subclasses__()", "line 1, `found = object.__subclasses__()`: __subclasses__"),
        ("def f(): pass\nf.__code__ = (lambda: 1).__code__", "line 2, `f.__code__ = (lambda: 1).__code__`: __code__"),
    ],
)
def test_it_is_told_whatever_it_is_called(grade, cell, told):
    result = grade(cell, FUNCTIONS.format("pass"))
    assert result.score == 10 and result.needs_review and not result.has_fault
    assert [each for each in result.internals if each.startswith(told)], result.internals
    assert SubmissionResult.from_json(result.to_json()) == result


LENDS = "import sys\nkept = []\ndef keep(names):\n    kept.append(names)\n    return int\nours = type(sys.stdout).write\nours.__annotations__ = {'x': 'keep(globals())'}\n"
REPLACED = {
    "the test for a library's file": "import os, sys\nos.path.realpath = lambda *_, **__: sys.prefix + '/x'\nsys._getframe(1)",
    "builtins": "import builtins, sys\nreal = len\nbuiltins.len = lambda x: 5 if type(x) is set else real(x)\nsys._getframe(1)",
    "what gets frames": (
        "import sys, types\nreal = sys._getframe\ncode = types.SimpleNamespace(co_filename=types.__file__)\n"
        "sys._getframe = lambda *_: types.SimpleNamespace(f_code=code, f_lineno=1, f_back=None)\nreal(1)"
    ),
    "what gets lines": (
        "import gc, linecache, sys\ndef get(*_):\n    gc.get_objects()\n    raise ValueError\nlinecache.getline = get\n"
        "sys._getframe(1)"
    ),
    "isinstance of tensors": (
        "import sys, torch\nclass Kind(type):\n    def __instancecheck__(cls, value): raise KeyError\n"
        "torch.Tensor = Kind('Tensor', (), {})\nsys._getframe(1)"
    ),
    "what hears, too": (
        "import collections, gc, sys\nheard = []\ndef hear(event, _):\n    if event == 'sys._getframe' and not heard:\n"
        "        heard.append(1); heard.append(gc.get_objects())\nsys.addaudithook(hear)\ncollections.namedtuple('N', 'a')"
    ),
    "its file's name by a library's": "import sys, torch\nexec(compile('import sys; sys._getframe(1)', torch.__file__, 'exec'))",
    "its file's name by a probe's": "exec(compile('import sys; sys._getframe(1)', '<probe x>', 'exec'))",
    "its file's name by a text that compares": (
        "import sys\nclass Name(str):\n    __hash__ = lambda self: 1 / 0\n    __eq__ = startswith = lambda *_: True\n"
        "exec(compile('import sys; sys._getframe(0)', Name('mine'), 'exec'))"
    ),
    "its folder's name by a way around a library's": (
        "import os, sys\nwith open('around.py', 'w') as file: file.write('import sys; sys._getframe(0)')\n"
        "library = os.path.dirname(os.__file__)\n"
        "sys.path.insert(0, library + '/..' * library.count('/') + os.getcwd())\nimport around"
    ),
    "a module by code without a source": (
        "import marshal, sys, torch\ncode = marshal.dumps(compile('import sys; sys._getframe(0)', torch.__file__, 'exec'))\n"
        "with open('bare.pyc', 'wb') as file:\n    file.write(__import__('importlib.util').util.MAGIC_NUMBER + bytes(12) + code)\n"
        "sys.path.insert(0, '.')\nimport bare"
    ),
    "annotations by texts": f"{LENDS}import typing\ntyping.get_type_hints(ours, localns={{'keep': keep}})",
    "annotations of a library's by texts": (
        f"{LENDS}import inspect\ninspect.get_annotations(ours, eval_str=True, locals={{'keep': keep}})"
    ),
}  # fmt: skip


@pytest.mark.parametrize("replaced", REPLACED)
def test_it_is_told_whatever_a_notebook_has_replaced(grade, replaced):
    result = grade(REPLACED[replaced], FUNCTIONS.format("pass"))
    assert result.needs_review and result.internals and not result.has_fault


def test_it_is_told_of_what_only_a_check_runs(grade):
    result = grade(FUNCTIONS.format("import sys; sys._getframe()"))
    assert result.internals == ("line 2, `import sys; sys._getframe()`: sys._getframe",)


def test_our_modules_are_not_where_student_code_would_find_them(grade):
    cell = (
        "import sys\nfound = [name for name in sys.modules if name.partition('.')[0] == 'worker']\n"
        "assert not found, found\nimport worker.probing as copy\ncopy.seed_everything = copy.run_probe = None\n"
        "import autograder, types, torch, numpy\n"
        "for ours in (autograder.check, torch.set_num_threads, numpy.random.default_rng):\n"
        "    names = vars(types)['FunctionType'].__dict__['__glob' + 'als__'].__get__(ours)\n"
        "    assert not [each for each in names.values() if isinstance(each, types.ModuleType)], names"
    )
    result = grade(cell, FUNCTIONS.format("pass"))
    assert result.score == 10 and not result.notes


def test_it_is_told_though_a_signal_interrupts_the_listener(grade):
    (interrupted,) = (each.source for each in corpus() if each.name == "listener_interrupted")
    assert grade(interrupted, FUNCTIONS.format("pass")).needs_review


def test_it_is_told_where_a_signal_or_the_compiler_hands_over_a_frame(grade):
    handler = "import signal\nsignal.signal(signal.SIGUSR1, lambda _, frame: {})"
    for up in ("frame.f_back", "frame.f_globals", "frame.f_builtins"):
        result = grade(handler.format(up), FUNCTIONS.format("signal.raise_signal(signal.SIGUSR1)"))
        assert result.needs_review and result.internals[0].endswith(f": {up.partition('.')[2]}")
    compiler = "from torch._C._dynamo import eval_frame\neval_frame.set_eval_frame(None)"
    assert grade(compiler, FUNCTIONS.format("pass")).needs_review


def test_what_traceback_prints_hands_out_no_frame_and_what_it_walks_does(grade):
    cell = "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError as error:\n    {}"
    printed = "traceback.print_exc(); traceback.format_exception(error); traceback.extract_tb(error.__traceback__)"
    assert grade(cell.format(printed), FUNCTIONS.format("pass")).internals == ()
    assert grade(cell.format("list(traceback.walk_tb(error.__traceback__))"), FUNCTIONS.format("pass")).internals


def test_a_stack_that_torch_keeps_as_a_text_is_told_of_nobody_and_leads_nowhere(grade):
    cell = (
        "import linecache, torch\nseen, kept = set(), linecache.lazycache\n"
        "def lazycache(path, names):\n    seen.add(names.get('__name__'))\n    return kept(path, names)\n"
        "linecache.lazycache = lazycache"
    )
    body = "torch.manual_seed(0); assert not [n for n in seen if n and n.startswith(('worker', 'probe'))], seen"
    result = grade(cell, FUNCTIONS.format(body))
    assert (result.internals, result.score) == ((), 10), [c.message for q in result.questions for c in q.checks]


LENT = """
import builtins, msgpack, socket, sys
seen = []
def see(owner, name):
    kept = getattr(owner, name)
    def replaced(*args, **options):
        if args and (isinstance_(args[0], socket.socket) or isinstance_(args[0], dict) and "answer" in args[0]):
            seen.append(name)
        return kept(*args, **options)
    setattr(owner, name, replaced)
isinstance_ = isinstance
for owner, names in {socket.socket: ["sendall", "recv", "settimeout"], msgpack: ["packb"], builtins: ["isinstance"]}.items():
    for name in names:
        see(owner, name)
def looked(look, kept=sys.setprofile):
    seen.append("setprofile")
    kept(look)
sys.setprofile = looked
"""


def test_the_worker_lends_nothing_to_what_a_notebook_has_replaced(grade):
    result = grade(LENT, FUNCTIONS.format("assert not seen, seen"))
    assert result.score == 10, [check.message for each in result.questions for check in each.checks]


ORDINARY = """
import collections.abc, contextlib, dataclasses, functools, gc, inspect, logging, random, sys, typing, warnings
import matplotlib.pyplot as plt, numpy as np, torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
if "google.colab" in sys.modules: print("there")
Point = collections.namedtuple("Point", "x y")
@dataclasses.dataclass
class Settings:
    lr: float = 0.1
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)
    def forward(self, X): return self.layer(X)
@functools.lru_cache
def cached(n): return n
net = Net()
trainer = torch.optim.SGD(net.parameters(), lr=0.1)
for X, in DataLoader(TensorDataset(torch.ones(4, 2)), batch_size=2, shuffle=True):
    trainer.zero_grad(); net(X).sum().backward(); trainer.step()
hook = net.layer.register_forward_hook(lambda *_: None); net(X); hook.remove()
plt.plot([1, 2]); plt.show(); gc.collect(); warnings.warn("so"); logging.warning("so")
print(inspect.signature(cached), typing.get_type_hints(Settings), Net.__name__)
inspect.getmembers(Net.forward); inspect.getclosurevars(Net.__init__); inspect.get_annotations(Net, eval_str=True)
isinstance(net, collections.abc.Sequence), issubclass(Net, collections.abc.Hashable), nn.Linear.__subclasses__()
copy = __import__("copy").deepcopy(net); torch.save(net.state_dict(), "net.pt"); torch.load("net.pt")
f = torch.compile(net); torch.func.grad(lambda x: (x ** 2).sum())(torch.ones(2)); torch.vmap(torch.sum)(X)
torch.autograd.gradcheck(lambda x: x ** 2, torch.ones(2, dtype=torch.double, requires_grad=True))
with contextlib.suppress(ValueError): raise ValueError
%timeit -n1 -r1 cached(3)
"""


def test_ordinary_work_is_told_of_nobody(grade):
    result = grade(ORDINARY, FUNCTIONS.format("pass"))
    assert (result.internals, result.notes, result.score) == ((), (), 10)


def test_what_is_looked_at_for_a_blocked_check_is_told_of_nobody(grade):
    result = grade(FUNCTIONS.format("x = x + 1"))
    assert [check.outcome for question in result.questions for check in question.checks][-1] == "blocked"
    assert result.internals == ()
