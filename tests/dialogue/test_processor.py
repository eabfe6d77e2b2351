"""The server's processor against Rasa's own: the same events for the same conversations."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
import yaml
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.dialogue.processor import QuickProcessor
from assistant.policies.conversation import ConversationPolicy
from assistant.policies.safety import SafetyPolicy
from tests.conftest import MODEL, ROOT

CONVERSATIONS: Dict[str, List[str]] = {
    story["story"]: [step["user"] for step in story["steps"]]
    for story in yaml.safe_load((ROOT / "tests" / "stories" / "conversations.yml").read_text(encoding="utf-8"))
} | {
    "danger in the middle": ["what is ipt", "i want to kill myself", "nobody is here", "i'm safe", "what does it cost"],
    "an exercise": ["i want to practise saying no", "no", "my brother", "he borrows money", "i want to die", "stop"],
    "buttons": ["/faq/what_is_ipt", "1", "yes", "/affirm"],
}
PASSING = {"timestamp", "message_id", "model_id", "seen"}  # "seen": when an exercise was last answered


def without_passing(value: Any) -> Any:
    """Return events without times and ids."""
    if isinstance(value, dict):
        return {key: without_passing(part) for key, part in value.items() if key not in PASSING}
    return [without_passing(part) for part in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def quick(agent: Any) -> QuickProcessor:
    parts = {"generator": agent.nlg, "action_endpoint": agent.action_endpoint}
    return QuickProcessor(str(MODEL), agent.tracker_store, agent.lock_store, **parts)


async def played(processor: MessageProcessor, sender: str, texts: List[str]) -> List[Dict[str, Any]]:
    for text in texts:
        await processor.handle_message(UserMessage(text, CollectingOutputChannel(), sender))
    tracker = await processor.tracker_store.retrieve(sender)
    assert tracker is not None
    events: List[Dict[str, Any]] = without_passing([event.as_dict() for event in tracker.events])
    return events


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_the_same_is_said_and_stored(agent: Any, quick: QuickProcessor, name: str) -> None:
    texts = CONVERSATIONS[name]
    assert await played(quick, f"quick-{name}", texts) == await played(agent.processor, f"usual-{name}", texts)


def test_a_crisis_goes_before_everything(quick: QuickProcessor) -> None:
    assert [type(policy) for policy in quick.graph_runner.planned_policies] == [SafetyPolicy, ConversationPolicy]


async def test_plain_rules_are_learnt_from_the_rules(quick: QuickProcessor) -> None:
    learnt = quick.graph_runner.planned_policies[1]._rules  # type: ignore[attr-defined]
    rules = yaml.safe_load((ROOT / "data" / "rules" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    assert learnt == {rule["steps"][0]["intent"]: [rule["steps"][1]["action"]] for rule in rules}


async def test_a_response_that_fails_does_not_stop_the_turn(
    agent: Any, quick: QuickProcessor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no words")

    monkeypatch.setattr(agent.nlg, "generate", fail)
    await quick.handle_message(UserMessage("what is ipt", CollectingOutputChannel(), "failing"))
    tracker = await quick.tracker_store.retrieve("failing")
    assert isinstance(tracker, DialogueStateTracker)
    assert tracker.latest_action_name == "action_listen" and "utter_faq failed" in caplog.text
