"""Takes a notebook's outputs out of its bytes before they are parsed: nothing here needs them, and they are large."""

import re
from typing import Final

from autograder.catalogue.patterns import never_going_back

MAX_TOKENS: Final = 4_000_000  # strings and brackets of a file, its outputs' as well
MAX_VALUES: Final = 1_000_000  # strings and containers of what remains: each becomes an object
MAX_NUMBERS: Final = 5_000_000  # commas, of what remains
_TOKEN: Final = re.compile(
    never_going_back(
        r'("outputs"[ \t\r\n]*+:[ \t\r\n]*+\[)|("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))|([\[{])|([\]}])'
    ).encode(),
    re.DOTALL,
)  # a string that nothing ends goes on to the end of the file, or each quote in it would be a start


def without_outputs(data: bytes) -> bytes | None:
    """Return a notebook's JSON with empty lists for outputs, in time and memory linear in it.

    What is no valid JSON stays as invalid as it is, up to what its outputs were.

    Args:
        data: in UTF-8, perhaps no notebook at all.

    Returns:
        the rest; or None where that, or the whole, has too many values to be worth parsing.
    """
    kept: list[bytes] = []
    start = values = depth = 0  # of what is kept; brackets that are open in an output
    for place, token in enumerate(_TOKEN.finditer(data)):
        if place > MAX_TOKENS or values > MAX_VALUES:
            return None
        kind = token.lastindex
        if depth:
            depth += 1 if kind in (1, 3) else -1 if kind == 4 else 0
            if depth == 0:
                start = token.start()
        elif kind == 1:
            kept.append(data[start : token.end()])
            depth, start = 1, len(data)
            values += 2
        elif kind != 4:
            values += 1
    kept.append(data[start:])
    rest = b"".join(kept)
    return rest if rest.count(b",") <= MAX_NUMBERS else None
