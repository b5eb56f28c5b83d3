"""Which submissions of a class look alike: a hint for a person, who looks before asking anybody.

Code is read as tokens, names put to one and comments left out, so that a copy with other names is a copy still.
Of every run of `GRAM` tokens that the released notebook does not have, a hash is taken; the `KEPT` smallest are the
code sketch, a bottom-k sketch (Broder 1997, On the resemblance and containment of documents; Cohen and Kaplan 2007),
by which the share of runs that two submissions have in common (their Jaccard index) is estimated.

`ALIKE` comes from simulated classes, in which each function is written in one of some five recorded ways, drawn for
itself: of 1,000 pairs of such students at most four are as much alike, and real students have more than five ways.
Whole solutions written apart have less than a fifth in common (tests/test_similarity.py measures both). Code shorter
than `LEAST` says nothing, and has none.
"""

import base64
import builtins
import io
import keyword
import tokenize
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

GRAM: Final = 8
KEPT: Final = 256
LEAST: Final = 60
ALIKE: Final = 0.9
READ_CHARACTERS: Final = 200_000  # of one submission
_CANDIDATE: Final = 0.8  # the index finds by chance, so it is asked for more than is wanted
_CANDIDATES: Final = 50
_PERMUTATIONS: Final = 64
_KEPT_NAMES: Final = frozenset({*keyword.kwlist, *dir(builtins)})
_LEFT_OUT: Final = frozenset({
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
})  # fmt: skip
Sketch = npt.NDArray[np.uint32]


def runs_of(sources: Iterable[str]) -> frozenset[int]:
    """Return a 32-bit hash of every run of `GRAM` tokens of each cell; of what is no Python, of its beginning."""
    found: set[int] = set()
    left = READ_CHARACTERS
    for source in sources:
        words = list(_words(source[:left]))
        left -= min(left, len(source))
        for start in range(len(words) - GRAM + 1):
            found.add(zlib.crc32(" ".join(words[start : start + GRAM]).encode("utf-8", "replace")))
    return frozenset(found)


def code_sketch(sources: Iterable[str], released: frozenset[int]) -> str:
    """Return the sketch of a submission's cells as text, "" where they are too short to say anything.

    Args:
        sources: each code cell's source.
        released: `runs_of` the notebook that students start from.
    """
    own = sorted(runs_of(sources) - released)
    return base64.b64encode(np.array(own[:KEPT], "<u4").tobytes()).decode() if len(own) >= LEAST else ""


def resemblance(one: str, other: str) -> float:
    """Return the estimated Jaccard index of two code sketches, in [0, 1]; standard error at most 0.03 (k = 256)."""
    return _resemblance(_sketch(one), _sketch(other))


class Lookalikes:
    """Groups of submissions of which each is `ALIKE` to the first one.

    Only firsts are kept, and each new one is compared with a few of them, so that work grows with the class and no
    faster, whether all are alike or none.
    """

    def __init__(self) -> None:
        self._index: Any = None
        self._firsts: list[Sketch] = []
        self._groups: list[list[int]] = []

    def add(self, number: int, code_sketch: str) -> None:
        """Take in a submission by a number of the caller's."""
        if not code_sketch:
            return
        from datasketch import MinHash, MinHashLSH  # loads SciPy: half a second that a run of few need not wait for

        if self._index is None:
            self._index = MinHashLSH(threshold=_CANDIDATE, num_perm=_PERMUTATIONS)
        sketch = _sketch(code_sketch)
        hashes = MinHash(num_perm=_PERMUTATIONS, hashfunc=int)
        hashes.update_batch(sketch.tolist())
        for first in sorted(self._index.query(hashes))[:_CANDIDATES]:
            if _resemblance(self._firsts[first], sketch) >= ALIKE:
                self._groups[first].append(number)
                return
        self._index.insert(len(self._firsts), hashes, check_duplication=False)
        self._firsts.append(sketch)
        self._groups.append([number])

    def groups(self) -> Sequence[Sequence[int]]:
        """Return the groups of two and more, small ones first: what hundreds share is nobody's own."""
        return sorted((group for group in self._groups if len(group) > 1), key=lambda group: (len(group), group))


def _words(source: str) -> Iterator[str]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NAME:
                yield token.string if token.string in _KEPT_NAMES else "name"
            elif token.type not in _LEFT_OUT:
                yield "text" if token.type == tokenize.STRING else token.string
    except (tokenize.TokenError, SyntaxError, ValueError):
        return  # what came before counts


def _sketch(code_sketch: str) -> Sketch:
    return np.frombuffer(base64.b64decode(code_sketch), "<u4")


def _resemblance(one: Sketch, other: Sketch) -> float:
    smallest = np.union1d(one, other)[:KEPT]
    common = np.intersect1d(np.intersect1d(one, other), smallest)
    return len(common) / len(smallest) if len(smallest) else 0.0
