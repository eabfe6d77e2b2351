"""Our messages in Slack's form: nothing is lost, nothing is taken for markup, and Slack's limits hold."""

from __future__ import annotations

import random

import pytest

from assistant.channels.slack_blocks import (
    Button,
    button_blocks,
    escape,
    helpline_blocks,
    messages_of,
    mrkdwn,
    source_blocks,
    text_blocks,
    typed_text,
    without_buttons,
)
from assistant.content.helplines import load_helplines
from assistant.content.sources import load_sources
from tests.channels.slack_rules import problems_of_blocks, problems_of_text, too_long_together


def check(messages: list[dict]) -> None:
    for message in messages:
        assert not problems_of_blocks(message["blocks"]) and not problems_of_text(message["text"])
        assert 0 < len(message["text"]) <= 4000 and not too_long_together(message["blocks"])


def test_bold_links_and_lists_become_slacks() -> None:
    text = "**Two** things & more:\n- one <b>\n- [the page](https://example.org/a?b=1&c=2)"
    assert mrkdwn(text) == ("*Two* things &amp; more:\n• one &lt;b&gt;\n• <https://example.org/a?b=1&amp;c=2|the page>")


@pytest.mark.parametrize(
    "text", ["<!channel> hello", "<@U123> & <#C1|x>", "a < b > c", "&amp; typed so", "<https://x|y>"]
)
def test_what_a_person_typed_never_pings_or_links(text: str) -> None:
    assert not problems_of_text(mrkdwn(text))
    assert typed_text(escape(text)) == text


def test_words_between_underscores_or_stars_are_shown_as_typed() -> None:
    (block,) = text_blocks("you wrote *really* and _so_ and ~no~")
    assert block["text"]["type"] == "plain_text" and "*really* and _so_" in block["text"]["text"]


def test_slacks_own_markup_is_read_as_the_person_saw_it() -> None:
    text = "my boss <@U1|anna> wrote <https://x.example/a|x.example/a> &amp; <tel:0800123|0800 123> in <#C1|general>"
    assert typed_text(text) == "my boss anna wrote x.example/a & 0800 123 in general"


def test_long_texts_go_into_several_sections_and_messages_with_the_buttons_last() -> None:
    paragraphs = [f"{number} " + "word <&> " * 60 + "end." for number in range(120)]
    buttons = button_blocks([Button("Tell me more", "a" * 32)])
    messages = messages_of("\n\n".join(paragraphs), [], buttons)
    check(messages)
    assert len(messages) > 3
    assert [block["type"] for message in messages[:-1] for block in message["blocks"]].count("actions") == 0
    assert messages[-1]["blocks"][-1]["type"] == "actions"
    blocks = [block for message in messages for block in message["blocks"] if block["type"] == "section"]
    shown = " ".join(block["text"]["text"] for block in blocks)
    assert all(f"{number} word" in shown for number in range(120))


def test_one_endless_paragraph_is_cut_between_words() -> None:
    messages = messages_of("x&" * 3000 + " " + "words and more words. " * 500, [], [])
    check(messages)
    whole = "".join(block["text"]["text"] for message in messages for block in message["blocks"])
    assert whole.count("x&amp;") == 3000 and whole.count("more words.") == 500


def test_eleven_buttons_stand_in_three_rows_and_none_is_lost() -> None:
    blocks = button_blocks([Button(f"Choice {number} " + "x" * 90, str(number)) for number in range(11)])
    assert [len(block["elements"]) for block in blocks] == [5, 5, 1]
    assert not problems_of_blocks(blocks)
    assert [element["value"] for block in blocks for element in block["elements"]] == [str(n) for n in range(11)]


def test_used_buttons_give_way_to_the_choice() -> None:
    (message,) = messages_of("Which one?", [], button_blocks([Button("A & B", "1")]))
    blocks = without_buttons(message["blocks"], "You chose: {title}", "A & B")
    assert blocks[-1]["elements"][0]["text"] == "You chose: A &amp; B"
    assert not any(block["type"] == "actions" for block in blocks) and not problems_of_blocks(blocks)


@pytest.mark.parametrize("country", ["XX", *load_helplines().countries])
def test_every_countrys_lines_can_be_called_and_read(country: str) -> None:
    lines = load_helplines().links(country, "suicide")
    blocks = helpline_blocks(lines, "People who can help now:")
    assert not problems_of_blocks(blocks)
    text = "\n".join(block["text"]["text"] for block in blocks)
    for line in lines:
        assert f"*{escape(line['name'])}*" in text
        assert all(f"<{call['href']}|{call['shown']}>" in text for call in line["call"])


def test_all_sources_at_once_still_fit() -> None:
    assert not problems_of_blocks(source_blocks([source.title for source in load_sources().values()], "From:"))


def test_anything_a_person_writes_fits() -> None:
    chance = random.Random(6)
    for _ in range(200):
        parts = [
            "**",
            "*",
            "_",
            "`",
            "<",
            ">",
            "&",
            "|",
            "\n",
            "\n\n",
            "- ",
            "[a](https://x.y)",
            " ",
            "word",
            "é",
            "🙂",
            ".",
        ]
        text = "".join(chance.choices(parts, k=chance.randint(1, 3000)))
        check(messages_of(text, text_blocks(text), button_blocks([Button(text[:200] or "x", "1")])))
