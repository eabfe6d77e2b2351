"""The circle and the mood chart: right names, right words, and no markup from what people type."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from assistant.content.exercises import load_exercises
from assistant.content.practice import load_practice_words
from assistant.practice.picture_png import as_png
from assistant.practice.pictures import as_svg, circle_of, diary_of, is_low
from assistant.practice.state import Practice

CIRCLE, DIARY = load_exercises()["closeness_circle"], load_exercises()["mood_diary"]
WORDS = load_practice_words()


def circle(**rings: list[str]) -> Practice:
    steps = {step.ring: step.id for step in CIRCLE.steps if step.ring}
    return Practice(CIRCLE.id, answers={steps[ring]: names for ring, names in rings.items()})  # type: ignore[index]


def days(*moods: int) -> list[Practice]:
    return [Practice(DIARY.id, answers={"mood": mood}, day=f"2026-11-{20 + day:02}") for day, mood in enumerate(moods)]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_circle_shows_everybody_and_says_the_same_in_words() -> None:
    picture = circle_of(CIRCLE, circle(inner=["mum", "J"], outer=["Tom"]), WORDS)
    assert picture is not None
    assert {"me", "mum", "J", "Tom"} <= set(texts(as_svg(picture)))
    assert "mum, J" in picture["alt"] and "Tom" in picture["alt"] and WORDS.ring_nobody in picture["alt"]


def test_names_are_text_and_never_markup() -> None:
    picture = circle_of(CIRCLE, circle(inner=["<script>", "a&b'\"", "x" * 200]), WORDS)
    assert picture is not None
    svg = as_svg(picture)
    assert "<script>" not in svg
    assert "<script>" in texts(svg) and "a&b'\"" in texts(svg)
    assert max(map(len, texts(svg))) < 20


def test_many_names_are_counted_instead_of_crowded() -> None:
    picture = circle_of(CIRCLE, circle(inner=[f"p{number}" for number in range(30)]), WORDS)
    assert picture is not None and "+23" in texts(as_svg(picture))


def test_an_empty_circle_is_no_picture() -> None:
    assert circle_of(CIRCLE, circle(), WORDS) is None
    assert circle_of(CIRCLE, circle(inner=[]), WORDS) is None


def test_the_chart_starts_with_the_second_day() -> None:
    assert diary_of(DIARY, days(4), WORDS) is None
    picture = diary_of(DIARY, days(4, 6, 3), WORDS)
    assert picture is not None and "2026-11-21: 6" in picture["alt"]
    assert {"0", "5", "10", "11-20"} <= set(texts(as_svg(picture)))


@pytest.mark.parametrize(
    ("moods", "low"),
    [((2, 1, 2), True), ((5, 2, 2), False), ((2, 2), False), ((8, 4), True), ((8, 5), False), ((), False)],
)
def test_low_mood_on_three_days_or_a_fall_by_four(moods: tuple[int, ...], low: bool) -> None:
    assert is_low(DIARY, days(*moods)) is low


def test_a_picture_of_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="dance"):
        as_svg({"kind": "dance"})


def test_a_messenger_gets_the_same_picture_as_png() -> None:
    picture = circle_of(CIRCLE, circle(inner=["mum", "Żółć"], outer=["x" * 200, "<b>"]), WORDS)
    chart = diary_of(DIARY, days(3, 5, 2), WORDS)
    assert picture is not None and chart is not None
    for data, size in ((picture, (880, 880)), (chart, (960, 480))):
        image = Image.open(io.BytesIO(as_png(data)))
        assert image.format == "PNG" and image.size == size
        assert len(set(image.getdata())) > 20
