"""Plays the dialogues of this folder against the trained model, with the real action server."""

from __future__ import annotations

import fnmatch
from typing import Any

import pytest
import yaml
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from assistant.dialogue.generator import read_conversation
from tests.conftest import ROOT

STORIES: list[dict[str, Any]] = [
    story
    for path in sorted((ROOT / "tests" / "stories").glob("*.yml"))
    for story in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("story", STORIES, ids=[story["story"] for story in STORIES])
async def test_story(story: dict[str, Any], agent: Any) -> None:
    sender = f"test-{story['story']}"
    said: list[str] = []
    for step in story["steps"]:
        await agent.handle_message(UserMessage(step["user"], CollectingOutputChannel(), sender))
        turn = read_conversation(await agent.tracker_store.retrieve(sender)).now
        assert turn is not None
        about = [message.action for message in turn.messages]
        text = " ".join(message.text for message in turn.messages)
        assert len(about) == len(step["answers"]), f"{step['user']!r}: {about}, meant {turn.intent}"
        for name, pattern in zip(about, step["answers"]):
            assert fnmatch.fnmatch(name, pattern), f"{step['user']!r}: {about}, meant {turn.intent}"
        assert step.get("says", "") in text
        assert "lacks" not in step or step["lacks"] not in text
        payloads = {button["payload"] for message in turn.messages for button in message.buttons}
        assert payloads.issuperset(step.get("buttons", []))
        assert "{" not in text
        said.append(text)
    if story.get("different"):
        assert len(set(said)) == len(said)
