"""Sets up a JupyterHub as docs/hub.md says and uses it in a browser: `python -m tests.hub`, some ten minutes.

It installs the programs anew, from the package registries; `--hub-programs DIR` takes those of DIR, an /opt, instead.
"""

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main([str(Path(__file__).with_name("scenario.py")), "-x", *sys.argv[1:]]))
