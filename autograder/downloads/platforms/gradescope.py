"""Gradescope's export of submissions: `submission_NUMBER/…` and `submission_metadata.yml`, which says whose it is.

The file maps each folder (or file) to `:submitters:` (a list of `:name:`, `:sid:`, `:email:`; several where students
handed in together), `:created_at:`, `:score:` and, in some, `:history:` of earlier ones. A made-up export is in the
tests of a public tool (parseGradescopeExport); tools that rename by `':sid'` read the same keys. Keys are symbols of
Ruby's, so tags of its own may come, too: they are read as what they are tagged on.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform, claimed
from autograder.downloads.moments import iso

METADATA: Final = "submission_metadata.yml"
MAX_METADATA: Final = 16 * 2**20
_FOLDER: Final = re.compile(r"submission_\d+$")


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # yaml has no annotations
    """Reads plain data alone, whatever it is tagged as; a time stays the text that it is."""


def _untagged(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("", _untagged)
for _kind in ("timestamp", "int", "float"):  # an id such as 007 is one
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", lambda loader, node: loader.construct_scalar(node))


def _claims(download: Download) -> Claims:
    told = _metadata(download)

    def unit(name: str) -> Claim | None:
        if name in told:
            return told[name]
        return Claim((Owner(name=name),)) if _FOLDER.match(name) and told else None

    def file(name: str) -> Claim | None:
        claim = told.get(name)
        return Claim(claim.owners, (name,), claim.time) if claim is not None else None

    return claimed(download.entries, folder=unit, file=file)


def _metadata(download: Download) -> Mapping[str, Claim]:
    """Return what the file nearest to the root says."""
    files = sorted((each for each in download.entries if each.name == METADATA), key=lambda each: len(each.parts))
    if not files:
        return {}
    try:
        content = yaml.load(files[0].read(MAX_METADATA), _Loader)  # a safe one
    except (OSError, yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(content, Mapping):
        return {}
    return {str(name): claim for name, fields in content.items() if (claim := _claim(fields)) is not None}


def _claim(fields: Any) -> Claim | None:
    if not isinstance(fields, Mapping):
        return None
    submitters = _get(fields, "submitters")
    owners = [_owner(each) for each in submitters if isinstance(each, Mapping)] if isinstance(submitters, list) else []
    return Claim(tuple(owners), time=iso(_text(fields, "created_at"))) if owners else None


def _owner(fields: Mapping[Any, Any]) -> Owner:
    return Owner(name=_text(fields, "name"), student_number=_text(fields, "sid"), email=_text(fields, "email"))


def _text(fields: Mapping[Any, Any], name: str) -> str:
    value = _get(fields, name)
    return str(value).strip() if isinstance(value, (str, int)) else ""


def _get(fields: Mapping[Any, Any], name: str) -> Any:
    return fields.get(f":{name}", fields.get(name))


GRADESCOPE: Final = Platform("gradescope", "Gradescope", 0, f"submission_NUMBER beside {METADATA}", _claims)
