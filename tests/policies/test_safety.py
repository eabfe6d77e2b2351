"""The safety policy inside a form: it leaves the form, keeps what was entered, and takes it up again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.dialogue.conversation import parse_for
from assistant.dialogue.generator import read_conversation
from assistant.dialogue.safety import plan_safety
from assistant.policies.safety import SafetyPolicy
from assistant.practice.state import Practice

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [crisis_suicide, inform, safety]
    slots:
      practice: {type: any, influence_conversation: false, mappings: [{type: custom}]}
      name: {type: text, influence_conversation: false, mappings: [{type: custom}]}
      zip: {type: text, influence_conversation: false, mappings: [{type: custom}]}
    forms:
      contact_form: {required_slots: [name, zip]}
    responses:
      utter_crisis_suicide: [{text: help}]
      utter_safety/safe: [{text: safe}]
      utter_safety/go_on: [{text: on}]
    """
)


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SafetyPolicy:
    monkeypatch.setenv("IPT_CRISIS_OUTBOX", str(tmp_path / "outbox"))
    context = ExecutionContext(GraphSchema({}))
    return SafetyPolicy.create(SafetyPolicy.get_default_config(), LocalModelStorage(tmp_path), Resource("x"), context)


def said(text: str, intent: str, **crisis: Any) -> UserUttered:
    parse = {**parse_for(intent, text), "certain": False, "crisis": crisis}
    return UserUttered(text, parse["intent"], parse_data=parse, input_channel="test")


def run(policy: SafetyPolicy, tracker: DialogueStateTracker) -> list[str]:
    """Play the policy until it listens or has no opinion; return its actions."""
    actions: list[str] = []
    while len(actions) < 6:
        prediction = policy.predict_action_probabilities(tracker, DOMAIN)
        if prediction.max_confidence == 0:
            break
        name = DOMAIN.action_names_or_texts[prediction.probabilities.index(1.0)]
        actions.append(name)
        if name == "action_listen":
            break
        tracker.update(ActionExecuted(name, policy=f"policy_0_{SafetyPolicy.__name__}"))
        if name == "action_deactivate_loop":
            tracker.update(ActiveLoop(None))
        elif name.startswith("utter_"):
            tracker.update(BotUttered(name, metadata={"about": name}))
        else:
            tracker.update(ActiveLoop(name))
    return actions


def conversation(*events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("someone", list(events), DOMAIN.slots, domain=DOMAIN)


FORM = [
    ActionExecuted("action_listen"),
    said("please call me", "inform"),
    ActionExecuted("contact_form"),
    ActiveLoop("contact_form"),
    SlotSet("name", "Jo"),
    BotUttered("Your ZIP code?", metadata={"about": "utter_ask_zip"}),
    ActionExecuted("action_listen"),
]


def test_a_crisis_leaves_the_form_and_keeps_what_was_entered(policy: SafetyPolicy) -> None:
    tracker = conversation(*FORM, said("i want to die", "crisis_suicide", label="crisis_suicide"))
    assert run(policy, tracker) == ["action_deactivate_loop", "utter_crisis_suicide", "action_listen"]
    assert tracker.active_loop_name is None
    assert tracker.get_slot("name") == "Jo"


def test_going_on_takes_the_form_up_again(policy: SafetyPolicy) -> None:
    tracker = conversation(*FORM, said("i want to die", "crisis_suicide", label="crisis_suicide"))
    run(policy, tracker)
    tracker.update(ActionExecuted("action_listen"))
    for step, expected in (("safety/safe", "utter_safety/safe"), ("safety/go_on", "contact_form")):
        tracker.update(said("", step))
        assert run(policy, tracker)[0] == expected
        tracker.update(ActionExecuted("action_listen"))
    assert tracker.get_slot("name") == "Jo"


def test_an_ordinary_answer_in_a_form_is_left_to_the_form(policy: SafetyPolicy) -> None:
    tracker = conversation(*FORM, said("60614", "inform", label=None, confidence=0.0))
    assert run(policy, tracker) == []


def test_a_missing_response_is_passed_over(policy: SafetyPolicy, caplog: pytest.LogCaptureFixture) -> None:
    tracker = conversation(*FORM, said("", "safety/nowhere"))
    assert run(policy, tracker)[-1:] == ["action_listen"]
    assert "safety/nowhere" in caplog.text


def in_an_exercise(text: str, confidence: float) -> DialogueStateTracker:
    """Return a conversation in which an answer raised an alarm, was taken back, and is given once more."""
    practice = SlotSet("practice", Practice("i_statement", at="event").as_dict())
    asked = BotUttered("What happened?", metadata={"about": "practice/step"})
    listen = ActionExecuted("action_listen")
    alarm = {"label": "crisis_abuse", "confidence": confidence}
    return conversation(
        *(listen, said("a hard talk", "inform"), practice, asked),
        *(listen, said(text, "crisis_abuse", **alarm), BotUttered("help", metadata={"about": "utter_crisis_abuse"})),
        *(listen, said("/safety/safe", "safety/safe"), BotUttered("safe", metadata={"about": "utter_safety/safe"})),
        *(listen, said("back to it", "inform"), asked),
        *(listen, said(text.upper() + " ", "crisis_abuse", **alarm)),
    )


@pytest.mark.parametrize(("confidence", "answered"), [(0.8, True), (0.99, False)])
def test_words_taken_back_are_an_answer_the_second_time_unless_they_surely_speak_of_abuse(
    confidence: float, answered: bool
) -> None:
    read = read_conversation(in_an_exercise("he gave me a hand with it", confidence))
    assert plan_safety(read, None) == (["action_exercise"] if answered else ["utter_crisis_abuse"])
