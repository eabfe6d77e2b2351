"""The circle and the mood chart as PNG, for messengers, which show no SVG (Pillow; letters of DejaVu Sans)."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Dict

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from assistant.practice.pictures import PAPER, Disc, Label, Path, drawing_of

SCALE = 2  # for screens with fine dots
SMOOTH = 2  # painted larger and made smaller again, so that edges are smooth


def as_png(picture: Dict[str, Any]) -> bytes:
    """Return a picture as PNG, twice the size of the SVG.

    Raises:
        ValueError: the data is of no known kind.
    """
    width, height, shapes = drawing_of(picture)
    by = SCALE * SMOOTH
    image = Image.new("RGB", (width * by, height * by), PAPER)
    draw = ImageDraw.Draw(image)
    for shape in shapes:
        if isinstance(shape, Disc):
            middle = (shape.x * by, shape.y * by)
            draw.circle(middle, shape.radius * by, fill=shape.fill, outline=shape.stroke or None, width=by)
        elif isinstance(shape, Path):
            draw.line([(x * by, y * by) for x, y in shape.points], fill=shape.colour, width=shape.width * by)
        elif isinstance(shape, Label):
            font = _font(shape.size * by)
            draw.text((shape.x * by, shape.y * by), shape.text, fill=shape.colour, font=font, anchor="mm")
    file = io.BytesIO()
    image.resize((width * SCALE, height * SCALE), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans, which comes with matplotlib and has Latin, Greek, Cyrillic, Arabic and more."""
    return ImageFont.truetype(str(FilePath(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"), size)
