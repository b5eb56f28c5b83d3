"""The colours of an SVG that stands in an `<img>`, where it sees no style sheet but its own."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping

from contrast import Colour, painted

SHAPES = {"line", "rect", "circle", "polygon", "polyline", "text"}
SVG = "{http://www.w3.org/2000/svg}"


def colours_alone(svg: str) -> list[tuple[str, Colour]]:
    """Return each shape's name and a colour in which it is drawn; fail where one is not given in the SVG itself."""
    drawing = ElementTree.fromstring(svg)
    css = "".join(style.text or "" for style in drawing.iter(f"{SVG}style"))
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    named = dict(re.findall(r"(--\w+): *([^;]+);", css))
    found = []
    for part in drawing.iter():
        name = part.tag.removeprefix(SVG)
        if name not in SHAPES:
            continue
        applied: dict[str, str] = {}
        for selector, declarations in rules:
            last = selector.split()[-1]
            if last == name or last in {f".{kind}" for kind in part.get("class", "").split()}:
                applied |= dict(re.findall(r"([\w-]+): *([^;]+)", declarations))
        assert not part.get("class") or any(f".{part.get('class')}" in selector.split() for selector, _ in rules), svg
        found.append((name, _seen(name, applied, named)))
    return found


def _seen(name: str, applied: Mapping[str, str], named: Mapping[str, str]) -> Colour:
    """Of a line its stroke, of a shape its area or, where it has none, its outline."""
    kinds = ("stroke",) if name == "line" else ("fill", "stroke")
    if name != "line":
        assert "fill" in applied, f"<{name}> is black: {applied}"
    value = next(applied[kind] for kind in kinds if applied.get(kind, "none") != "none")
    variable = re.fullmatch(r"var\((--\w+)\)", value)
    return painted(named[variable[1]] if variable else value)
