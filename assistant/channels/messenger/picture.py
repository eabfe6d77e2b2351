"""A picture as PNG, for messengers, which show no SVG: draws the shapes that `assistant.practice.pictures` makes."""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict
from xml.etree import ElementTree

from PIL import Image, ImageDraw, ImageFont

from assistant.practice.pictures import as_svg

SCALE = 3  # sharp on a phone
NAMESPACE = "{http://www.w3.org/2000/svg}"


def as_png(picture: Dict[str, Any]) -> bytes:
    """Return a picture as PNG.

    Raises:
        ValueError: the data is of no known kind.
    """
    root = ElementTree.fromstring(as_svg(picture))
    size = (int(root.attrib["width"]) * SCALE, int(root.attrib["height"]) * SCALE)
    image = Image.new("RGB", size, "#ffffff")
    draw = ImageDraw.Draw(image)
    for element in root:
        _draw(draw, element.tag.removeprefix(NAMESPACE), element)
    output = io.BytesIO()
    image.save(output, "PNG", optimize=True)
    return output.getvalue()


def _draw(draw: ImageDraw.ImageDraw, shape: str, element: ElementTree.Element) -> None:
    attributes = element.attrib

    def number(name: str) -> float:
        return float(attributes.get(name, "0")) * SCALE

    fill, stroke = attributes.get("fill"), attributes.get("stroke")
    width = int(float(attributes.get("stroke-width", "1")) * SCALE)
    if shape == "rect":
        draw.rectangle((0, 0, number("width"), number("height")), fill=fill)
    elif shape == "circle":
        x, y, radius = number("cx"), number("cy"), number("r")
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill, outline=stroke, width=width)
    elif shape == "line":
        draw.line((number("x1"), number("y1"), number("x2"), number("y2")), fill=stroke, width=width)
    elif shape == "polyline":
        points = [tuple(float(value) * SCALE for value in pair.split(",")) for pair in attributes["points"].split()]
        draw.line([value for point in points for value in point], fill=stroke, width=width, joint="curve")
    elif shape == "text":
        place = (number("x"), number("y"))
        draw.text(place, element.text or "", fill=fill, font=_font(int(number("font-size"))), anchor="mm")


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans, which comes with Matplotlib, which Rasa needs: there is no other font on a server."""
    found = find_spec("matplotlib")
    assert found is not None and found.origin is not None
    return ImageFont.truetype(str(Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"), size)
