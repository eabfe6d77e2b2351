"""What a person's words mean as an answer to a question of the safety conversation. No Rasa here."""

from __future__ import annotations

import re
from typing import Optional

from assistant.dialogue.conversation import Conversation, Turn
from assistant.dialogue.safety_state import (
    GATE,
    GATE_AGAIN,
    GATE_NO,
    GATE_YES,
    GO_ON,
    SAFE,
    SAY,
    STEP,
    Safety,
)
from assistant.practice.moves import wanted_exercise

GATES = {GATE, GATE_AGAIN}
LEAVE_THE_GATE = {
    "stop",
    "skip",
    "goodbye",
    "talk_to_human",
    "ask_helpline",
    "delete_my_data",
    "exercise/suggest",
}
NO_FEAR = re.compile(
    r"((haha|lol|god|oh|omg|hell)[ ,]+)*(no|nope|nah|never|not at all|i'?m not|of course not)\b(?! (idea|clue|mind|comment))"
)
NOT_AFRAID = re.compile(r"\bnot (really |at all )?(afraid|scared)( of)?\b")  # taken out before doubt is looked for
UNSURE = re.compile(
    r"\b(not (really )?sure|unsure|idk|dunno|(don'?t|do not) know|sometimes|kind of|kinda|sort of|a (bit|little)|maybe|used to|in the past|only when|"
    r"(rather|prefer) not|but (he|she|they|it|my)|scared|afraid|threaten\w*|my ex$|no idea|no clue)\b"
)
# "No, he's not like that, just an idiot sometimes": the person is not feared, and the doubt is about something else.
NOT_LIKE_THAT = re.compile(
    r"(oh |god |omg |haha )*(no|nope|nah)\b[ ,.!]*((he|she|they|it|my \w+)('?s|'?re| is| are| isn'?t| aren'?t)? )?((not|nothing|never)( at all)? like that|would never|never (hurt|hit|did|has|have|would))\b"
    r"(?!.*\b(scar\w+|afraid|fear\w*|threat\w*|hits?|hurts?|shov\w+|push\w*|grab\w*|throw\w*|threw|my ex|used to|until|unless|except|only when|when (he|she|they))\b)"
)
# They answer nothing where it is about danger: "ok" may mean that it was read.
SAYS_NOTHING = re.compile(
    r"(ok(ay)?|k+|sure|h+m+|hm+|m+h?m*|u+h+m*|um+|er+m*|oh|ah|well|right|whatever|lol|next|back|menu|go|cool|i see|so|and|\W)+(\W+(ok(ay)?|then|whatever|hm+))*"
)
AT_THE_GATE = (
    "faq/",
    "ask_",
    "what_can_you_do",
    "bot_challenge",
    "privacy_of_chat",
    "export_my_data",
    "find_therapist",
    "contact_clinic",
    "set_country",
    "more",
    "back",
    "repeat",
)
# A message of these words only is a bare "yes" or "no"; more words may say something else: "ok plan".
BARE = {
    "yes",
    "yeah",
    "yep",
    "ok",
    "okay",
    "sure",
    "please",
    "no",
    "nope",
    "nah",
    "not",
    "really",
    "i",
    "am",
    "do",
    "start",
    "dont",
    "don't",
    "maybe",
}
ABOUT_DANGER = {
    GATE_YES,
    "safety/now",
    "safety/ask_soon",
    "safety/abuse_danger",
    "safety/friend_now",
    "safety/harm_now",
}
MOST_OF_A_STOP = 3  # words
SURE = 0.5  # from this confidence on a typed answer takes its step
# Typed answers that make sense for one kind of danger only; the other answers fit every kind.
ONLY_FOR = {
    "friend_": "crisis_third_party",
    "abuse_": "crisis_abuse",
    "apart": "crisis_harm_others",
}
ONLY_FOR.update(harm_="crisis_harm_others", medical_="crisis_medical")
INSTEAD = {
    ("crisis_third_party", "safety/trusted"): "safety/friend_tell",
    ("crisis_third_party", "safety/could"): "safety/friend_tell",
    ("crisis_third_party", "safety/now"): "safety/friend_now",
    ("crisis_third_party", "safety/thoughts"): "safety/friend_talk",
    ("crisis_abuse", "safety/b_talk"): "safety/abuse_cannot",
    ("crisis_abuse", "safety/cannot"): "safety/abuse_cannot",
    ("crisis_abuse", "safety/now"): "safety/abuse_danger",
    ("crisis_suicide", "safety/child"): "safety/young",
    ("crisis_self_harm", "safety/child"): "safety/young",
    ("crisis_third_party", "safety/child"): "safety/young",
    ("crisis_harm_others", "safety/child"): "safety/young",
    ("crisis_medical", "safety/child"): "safety/medical_alone",
}
PLAN_STEPS = {
    "sign": "safety/plan",
    "helps": "safety/plan_helps",
    "who": "safety/plan_who",
    "place": "safety/plan_place",
}


def chosen_step(conversation: Conversation, turn: Turn, state: Safety) -> Optional[str]:
    """Return the step (or other full intent) that the person's answer takes, if it answers the question asked."""
    if turn.intent.startswith(STEP):
        return turn.intent
    if turn.parse.get("certain"):
        return None
    payload = conversation.chosen_button()
    if payload and state.step:
        return payload.lstrip("/")
    if not state.step:
        return None
    if state.step in GATES:
        return _at_gate(conversation, turn)
    if state.step in PLAN_STEPS.values() and turn.intent in ("skip", "stop", "deny"):
        return GO_ON if turn.intent == "stop" else str(state.notes.get("then", GO_ON))
    bare = {"affirm": "if_yes", "deny": "if_no"}.get(turn.intent)
    if about_danger(state) and SAYS_NOTHING.fullmatch(turn.text.lower().strip()):
        return None
    if turn.intent == "stop" and len(turn.text.split()) <= MOST_OF_A_STOP:
        return None
    if bare and state.notes.get(bare) and BARE.issuperset(turn.text.lower().strip(" .!?").split()):
        return str(state.notes[bare])
    return typed_answer(turn, state) or (state.notes.get(bare) if bare else None)


def about_danger(state: Safety) -> bool:
    """Return whether the question asked is whether somebody is in danger."""
    return (state.step or "").startswith("crisis_") or state.step in ABOUT_DANGER


def _at_gate(conversation: Conversation, turn: Turn) -> Optional[str]:
    """Return what a typed answer means at the abuse gate: only a plain "no" opens the exercise, and doubt counts as "yes"."""
    said = turn.text.lower().strip(" .!")
    if NOT_LIKE_THAT.match(NOT_AFRAID.sub("", said)):
        return GATE_NO
    if UNSURE.search(NOT_AFRAID.sub("", said)):
        return GATE_YES
    if NO_FEAR.match(said) or NOT_AFRAID.match(said):
        return GATE_NO
    if said.startswith(("yes", "yeah", "yep", "yup", "always", "often", "i am", "i'm afraid", "im afraid")):
        return GATE_YES
    if turn.intent in LEAVE_THE_GATE or wanted_exercise(conversation):
        return None
    if turn.intent.startswith(AT_THE_GATE) and not said.startswith(("why", "what do you mean", "what has")):
        return None  # a question of its own; the exercise can be asked for again
    return GATE_AGAIN


def typed_answer(turn: Turn, state: Safety, sure: float = SURE) -> Optional[str]:
    """Return the step that typed words mean as an answer to the question asked, or `None`."""
    if not state.step or state.step in (SAFE, *GATES, *PLAN_STEPS.values()) or turn.parse.get("certain"):
        return None
    fitting = [entry for entry in turn.parse.get("safety_answers") or [] if _fits(entry["name"], state.kind)]
    total = sum(entry["confidence"] for entry in fitting)
    if not fitting or fitting[0]["confidence"] < max(sure * total, SURE / 2) or not fitting[0]["name"].startswith(STEP):
        return None
    name = fitting[0]["name"]
    return INSTEAD.get((state.kind or "", name), str(name))


def _fits(name: str, kind: Optional[str]) -> bool:
    """Return whether an answer makes sense for a kind of danger."""
    step = name.removeprefix(STEP)
    return next((own for start, own in ONLY_FOR.items() if step.startswith(start)), kind) == kind


def plan_answers(conversation: Conversation) -> dict[str, str]:
    """Return what the person wrote in the small plan, by question (`sign`, `helps`, `who`, `place`); skipped ones are missing."""
    answers: dict[str, str] = {}
    for asked, answered in zip(conversation.turns, conversation.turns[1:]):
        steps = {message.action.removeprefix(SAY) for message in asked.messages}
        for question, step in PLAN_STEPS.items():
            if step in steps and not answered.parse.get("certain") and _continues_plan(answered):
                answers[question] = answered.text
    return answers


def asks_something(turn: Turn) -> bool:
    """Return whether a message in the small plan is a question of its own, rather than an answer."""
    return turn.intent.split("/")[0] in (
        "faq",
        "exercise",
        "find_therapist",
        "ask_helpline",
        "back",
        "repeat",
        "goodbye",
    ) or (turn.text.rstrip().endswith("?"))


def _continues_plan(turn: Turn) -> bool:
    return turn.intent not in ("skip", "stop", "deny") and not asks_something(turn)
