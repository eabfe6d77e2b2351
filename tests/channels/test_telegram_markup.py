"""What Telegram gets to show: escaped, short enough, nothing lost, checked by the rules of the fake."""

from __future__ import annotations

import random

import pytest

from assistant.channels.messenger.buttons import Button
from assistant.channels.messenger.rendering import View
from assistant.channels.telegram_markup import LONGEST_TEXT, escape, length, link, pieces, rows, texts_of
from assistant.content.channels import load_channel_words
from assistant.content.helplines import load_helplines
from assistant.content.sources import Source, load_sources
from tests.channels.fake_telegram import parse_markdown, units

WORDS = load_channel_words("telegram")
EVERYTHING = "".join(chr(code) for code in range(32, 127)) + "\n…–’ 🙂 اسم"


def test_every_character_arrives_as_it_was_written() -> None:
    assert parse_markdown(escape(EVERYTHING)) == EVERYTHING
    assert parse_markdown(link("a [b] (c)", "https://x.example/a_(b)\\c?d=e")) == "a [b] (c)"


@pytest.mark.parametrize("seed", range(20))
def test_long_texts_are_split_and_nothing_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    letters = ["word", "a.b", "*bold*", "\n", "\n\n", ". ", " ", "🙂", "_", "x" * 300, "(!)"]
    text = "".join(chance.choices(letters, k=4000)).strip()
    parts = [parse_markdown(part) for part in texts_of(View(text), WORDS)]
    assert len(parts) > 1 and all(0 < units(part) <= 4096 and part.strip() for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_split_comes_between_paragraphs_where_it_can() -> None:
    paragraphs = [f"{number} " + "some words. " * 100 for number in range(10)]
    for piece in pieces("\n\n".join(paragraphs), LONGEST_TEXT):
        assert piece.split(" ")[0].isdecimal()


def test_help_lines_and_sources_stand_below_the_words_whatever_they_hold() -> None:
    countries = load_helplines().countries
    for country in countries:
        lines = load_helplines().links(country, "suicide", "abuse", "child")
        view = View("Words.", sources=[*load_sources().values()][:20], helplines=lines)
        shown = "\n".join(parse_markdown(text) for text in texts_of(view, WORDS))
        assert shown.startswith("Words.\n\n" + WORDS.lines) and all(line["name"] in shown for line in lines)
    linked = View("Words.", sources=[Source(title="A (good) source!", url="https://x.example/a_(b)")])
    text = texts_of(linked, WORDS)[0]
    assert "](https://x.example/a_(b\\))" in text and text.endswith("||")  # folded until it is tapped


def test_no_message_is_longer_than_telegram_takes_even_with_many_lines_below() -> None:
    view = View("word. " * 700, sources=[*load_sources().values()])
    assert all(length(text) <= LONGEST_TEXT for text in texts_of(view, WORDS))


def test_numbers_stand_side_by_side_and_words_below() -> None:
    titles = [*map(str, range(11)), "Skip", "Stop here", "A much longer choice than that"]
    laid = rows([Button(title, "/x", "id") for title in titles])
    assert [[button["text"] for button in row] for row in laid] == [
        [*map(str, range(6))],
        [*map(str, range(6, 11))],
        ["Skip", "Stop here"],
        ["A much longer choice than that"],
    ]
