"""The closeness circle and the mood chart: data for a picture, its words, and the picture itself (as shapes, as SVG)."""

from __future__ import annotations

import math
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union
from xml.sax.saxutils import escape

from assistant.content.exercises import Exercise
from assistant.content.practice import PracticeWords
from assistant.practice.state import Practice

RINGS = ("inner", "middle", "outer")
MOOD = "mood"
LOW, LOW_DAYS, FALL = 2, 3, 4  # facts, E13: three days at 2 or below, or a fall of 4
MOST_NAMES, MOST_LETTERS, MOST_DAYS = 8, 14, 31
INK, PAPER, LINE, GRID = "#1f2a37", "#ffffff", "#55606e", "#d5dbe1"
FILLS = ("#cfe3ef", "#e2eef5", "#f2f7fa")
NAME_SIZE = 19  # the circle is shown at two thirds of its size on a phone
FONT = "font-family='system-ui, sans-serif'"


class Disc(NamedTuple):
    """A filled circle."""

    x: float
    y: float
    radius: int
    fill: str
    stroke: str = ""


class Path(NamedTuple):
    """Points joined by lines."""

    points: List[Tuple[float, float]]
    colour: str
    width: int


class Label(NamedTuple):
    """A few words, centred on a point; `size` is the height of the letters in pixels."""

    x: float
    y: float
    text: str
    colour: str
    size: int = 14


Shape = Union[Disc, Path, Label]


class Drawing(NamedTuple):
    """A picture: its size in pixels, and its shapes in the order they are painted."""

    width: int
    height: int
    shapes: List[Shape]


def circle_of(exercise: Exercise, practice: Practice, words: PracticeWords) -> Optional[Dict[str, Any]]:
    """Return the data of the circle with its text equivalent; `None` if nobody was named."""
    rings: Dict[str, List[str]] = {ring: [] for ring in RINGS}
    for step in exercise.steps:
        entries = practice.answers.get(step.id)
        if step.ring and isinstance(entries, list):
            rings[step.ring] += entries
    if not any(rings.values()):
        return None
    said = [
        f"{getattr(words, f'ring_{ring}')}: {', '.join(names) if names else words.ring_nobody}"
        for ring, names in rings.items()
    ]
    return {"kind": "circle", "rings": rings, "alt": words.circle_alt.format(answer=". ".join(said))}


def diary_of(exercise: Exercise, runs: Sequence[Practice], words: PracticeWords) -> Optional[Dict[str, Any]]:
    """Return the data of the mood chart with its text equivalent; `None` before the second entry."""
    days = moods(exercise, runs)
    if len(days) < 2:
        return None
    said = ", ".join(f"{day}: {mood}" for day, mood in days)
    return {"kind": "diary", "days": [list(day) for day in days], "alt": words.diary_alt.format(answer=said)}


def moods(exercise: Exercise, runs: Sequence[Practice]) -> List[Tuple[str, int]]:
    """Return each day of the diary and its last mood, oldest first."""
    found = {run.day: run.answers.get(MOOD) for run in runs if run.exercise == exercise.id}
    return [(day, mood) for day, mood in found.items() if isinstance(mood, int)][-MOST_DAYS:]


def is_low(exercise: Exercise, runs: Sequence[Practice]) -> bool:
    """Return whether mood was at 2 or below on the last three days noted, or fell by 4 or more since the entry before."""
    values = [mood for _, mood in moods(exercise, runs)]
    low = len(values) >= LOW_DAYS and all(value <= LOW for value in values[-LOW_DAYS:])
    fell = len(values) >= 2 and values[-2] - values[-1] >= FALL
    return low or fell


def as_svg(picture: Dict[str, Any]) -> str:
    """Return a picture as SVG; every name is escaped, and the text equivalent is its title.

    Raises:
        ValueError: the data is of no known kind.
    """
    width, height, shapes = drawing_of(picture)
    inside = "".join(_as_element(shape) for shape in shapes)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        f"role='img'><title>{escape(picture['alt'])}</title><rect width='{width}' height='{height}' fill='{PAPER}'/>"
        f"{inside}</svg>"
    )


def drawing_of(picture: Dict[str, Any]) -> Drawing:
    """Return a picture as shapes, in the order they are painted.

    Raises:
        ValueError: the data is of no known kind.
    """
    if picture.get("kind") == "circle":
        return _circle(picture["rings"])
    if picture.get("kind") == "diary":
        return _diary([(str(day), int(mood)) for day, mood in picture["days"]])
    raise ValueError(f"No picture of the kind {picture.get('kind')!r} is known.")


def _circle(rings: Dict[str, List[str]]) -> Drawing:
    size, centre, radii = 440, 220, (90, 150, 210)
    shapes: List[Shape] = [
        Disc(centre, centre, radius, fill, LINE) for radius, fill in reversed(list(zip(radii, FILLS)))
    ]
    shapes += [Disc(centre, centre, 24, INK), Label(centre, centre, "me", PAPER, NAME_SIZE)]
    inner_edges = (24, *radii[:2])
    for index, ring in enumerate(RINGS):
        names = rings.get(ring, [])
        shown = [*names[: MOST_NAMES - 1], f"+{len(names) - MOST_NAMES + 1}"] if len(names) > MOST_NAMES else names
        radius = (inner_edges[index] + radii[index]) / 2
        for place, name in enumerate(shown):
            # Each ring starts at another angle, so that names of neighbouring rings do not meet.
            angle = 2 * math.pi * place / len(shown) - math.pi / 2 + index * 0.45
            x, y = centre + radius * math.cos(angle), centre + radius * math.sin(angle)
            short = name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"
            shapes.append(Label(x, y, short, INK, NAME_SIZE))
    return Drawing(size, size, shapes)


def _diary(days: Sequence[Tuple[str, int]]) -> Drawing:
    width, height, left, top, bottom = 480, 240, 36, 16, 200
    step = (width - left - 24) / max(1, len(days) - 1)
    scale = (bottom - top) / 10
    points = [(left + 8 + step * index, bottom - mood * scale) for index, (_, mood) in enumerate(days)]
    shapes: List[Shape] = []
    for value in (0, 5, 10):
        y = bottom - value * scale
        shapes += [Path([(left, y), (width - 8, y)], GRID, 1), Label(left - 14, y, str(value), INK)]
    shapes.append(Path(points, LINE, 2))
    every = max(1, math.ceil(len(days) / 8))
    for index, ((x, y), (day, _mood)) in enumerate(zip(points, days)):
        shapes.append(Disc(x, y, 4, INK))
        if index % every == 0:
            shapes.append(Label(x, bottom + 18, day[5:], INK))
    return Drawing(width, height, shapes)


def _as_element(shape: Shape) -> str:
    if isinstance(shape, Disc):
        stroke = f" stroke='{shape.stroke}'" if shape.stroke else ""
        return f"<circle cx='{shape.x:.0f}' cy='{shape.y:.0f}' r='{shape.radius}' fill='{shape.fill}'{stroke}/>"
    if isinstance(shape, Path):
        points = " ".join(f"{x:.0f},{y:.0f}" for x, y in shape.points)
        return f"<polyline points='{points}' fill='none' stroke='{shape.colour}' stroke-width='{shape.width}'/>"
    return (
        f"<text x='{shape.x:.0f}' y='{shape.y:.0f}' text-anchor='middle' dominant-baseline='middle' "
        f"font-size='{shape.size}' {FONT} fill='{shape.colour}'>{escape(shape.text)}</text>"
    )
