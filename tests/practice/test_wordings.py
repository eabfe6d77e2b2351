"""Wordings that mean the same in every step: leaving with a reason, a moment's pause, a correction, a doubt."""

from __future__ import annotations

import re

import pytest

from assistant.practice import wordings


def means(wording: re.Pattern[str], text: str) -> bool:
    return wording.fullmatch(wordings.plainly(text).rstrip("?")) is not None


@pytest.mark.parametrize(
    ("wording", "said", "answers"),
    [
        (
            wordings.STOP_AND_WHY,
            [
                "Stop now please, I am tired",
                "im tired lets leave it",
                "can we stop here, i'm exhausted",
                "stop, its late",
            ],
            ["i am tired of you leaving it to me", "i'm tired and i want you to stop shouting", "stop being late"],
        ),
        (
            wordings.WAIT,
            ["The kettle is boiling, one moment", "one sec", "hang on, someone at the door", "brb"],
            ["wait for me at the door next time", "i want you to wait a minute before you answer"],
        ),
        (
            wordings.NOT_AN_ANSWER,
            ["That was not for the letter", "you put it in the wrong place. go back", "that wasn't my answer"],
            ["he put the dishes in the wrong place", "she was in the wrong place at the wrong time"],
        ),
        (
            wordings.COMMAND,
            ["menu", "start over", "erase this chat", "find a therapist", "delete my data please"],
            ["the menu was cold", "i want to start over with her", "find me a quiet hour"],
        ),
        (wordings.LEAVING, ["bye", "thanks goodnight", "cancel", "finish"], ["bye for now, Nan", "i finish at five"]),
        (
            wordings.WORSE,
            ["i feel worse now", "this is making it worse", "i'm feeling much worse"],
            ["i feel worse when you shout", "she makes it worse"],
        ),
        (wordings.CHANGE_IT, ["can i change it?", "could i redo that please"], ["can i change you"]),
        (
            wordings.IS_IT_NORMAL,
            ["wait is it normal that i still cry about it", "am i weird for missing him", "is this normal?"],
            ["is it ok if i ring you on sunday", "it is normal for her to shout"],
        ),
        (wordings.IS_IT_GOOD, ["does that sound ok or too harsh", "is it too harsh?", "is that ok"], ["is she ok"]),
    ],
    ids=["stop", "wait", "correction", "command", "leaving", "worse", "change", "normal", "verdict"],
)
def test_is_told_from_an_answer(wording: re.Pattern[str], said: list[str], answers: list[str]) -> None:
    assert [text for text in said if not means(wording, text)] == []
    assert [text for text in answers if means(wording, text)] == []
