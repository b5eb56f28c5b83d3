"""How a record is written: JSON with a line for each statistic, mistake and example, so that a diff can be read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.results.whole_files import write_whole


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Replace a record whole."""
    write_whole(path, record_text(record))


def record_text(record: Mapping[str, Any]) -> str:
    """Return a record's text."""
    lines = []
    for key, value in record.items():
        if isinstance(value, dict) and value:
            inner = ",\n".join(f"  {json.dumps(name)}: {_deeper(key, each)}" for name, each in value.items())
            lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        else:
            lines.append(f" {json.dumps(key)}: {_line(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _deeper(key: str, value: Any) -> str:
    if key != "fingerprints" or not value:
        return _line(value)
    inner = ",\n".join(f"   {json.dumps(id)}: {_line(examples)}" for id, examples in value.items())
    return f"{{\n{inner}\n  }}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
