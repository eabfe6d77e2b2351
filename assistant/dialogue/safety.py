"""The safety conversation: which response comes next when a person is, or was, in danger. No Rasa here."""

from __future__ import annotations

import re
from typing import Optional

from assistant.content.exercises import load_exercises
from assistant.dialogue.conversation import (
    CONTACT,
    CONTACT_CLINIC,
    FALLBACK,
    PRACTICE,
    PRACTISE,
    REQUEST,
    Conversation,
    Turn,
    action_for,
)
from assistant.dialogue.safety_answers import (
    PLAN_STEPS,
    SAYS_NOTHING,
    about_danger,
    asks_something,
    chosen_step,
    typed_answer,
)
from assistant.dialogue.safety_state import (
    CRISIS,
    GATE,
    GATE_NO,
    GATE_YES,
    GO_ON,
    IMMINENT,
    SAFE,
    SAY,
    STEP,
    Safety,
    interrupted,
    part_of_safety,
    plainly,
)
from assistant.intake.moves import intake_of, requests_on
from assistant.practice.moves import gated_exercise, practice_of, practising, wanted_exercise

CAN_BE_IMMINENT = {"crisis_suicide", "crisis_self_harm"}
TELLING = ("share_", FALLBACK, "out_of_scope", "ask_diagnosis")  # talking on, rather than asking for something
LEAVING = {"goodbye", "stop"}
MOST_TALKING_ON = 3  # after so many turns of talking on, other answers are given again
REMIND_EVERY = 4  # turns
BARRIERS = {
    f"safety/{name}" for name in ("b_talk", "b_police", "b_cost", "b_understand", "b_tried", "no_lines", "no_answer")
}
# Questions of a contact request on how to be reached safely: "he checks my phone" answers them, once help was shown.
SAFELY_REACHED = {"leave_message", "reach_when"}
VERY_SURE = 0.9
TALK_ON = {
    "crisis_abuse": "safety/talk_on_abuse",
    "crisis_third_party": "safety/talk_on_friend",
    "crisis_harm_others": "safety/talk_on_harm",
    "crisis_medical": "safety/talk_on_medical",
}


def danger(turn: Turn, state: Safety) -> Optional[str]:
    """Return the kind of danger of a turn, or `None`.

    Once danger was raised in the conversation, a lower confidence is enough (`crisis.sensitive` of the parse result), unless the
    words are a clear answer to the question asked.
    """
    if turn.intent.startswith(CRISIS):
        return turn.intent
    found = turn.parse.get("crisis") or {}
    if found.get("label"):
        return str(found["label"])
    sensitive = found.get("sensitive")
    if sensitive and state.raised and state.kind in (None, sensitive) and not typed_answer(turn, state):
        return str(sensitive)
    return None


def plan_safety(conversation: Conversation, ordinary: Optional[list[str]]) -> Optional[list[str]]:
    """Return the actions of a turn that belongs to the safety conversation, in order; `None` leaves it to others.

    Args:
        conversation: up to and including the turn being answered.
        ordinary: what would be answered without danger; it keeps its place where the person goes on with something else.
    """
    turn = conversation.now
    if turn is None:
        return None
    state = Safety.read(conversation)
    kind = raised_now(turn, state)
    if kind:
        return [SAY + IMMINENT] if _imminent(turn) and kind in CAN_BE_IMMINENT else [SAY + kind]
    if repeats_false_alarm(turn, state):
        return [PRACTISE]
    chosen = chosen_step(conversation, turn, state)
    if chosen is not None:
        return _take(chosen, conversation, state)
    if state.step in PLAN_STEPS.values() and not asks_something(turn):
        return [SAY + state.notes.get("then", GO_ON)]
    answers_request = turn.intent.startswith(CRISIS) and state.request in SAFELY_REACHED
    usual = ordinary or [CONTACT if answers_request else action_for(turn.intent)]
    gate = None if CONTACT in usual else _gate(conversation, turn, state, usual)
    if gate is not None:
        return gate
    if state.kind and (CONTACT in usual or (usual == [PRACTISE] and practising(conversation))):
        # In an exercise or a request again: what is written there answers it, though the question of danger was left open.
        return [*usual, _reminder(state)] if state.quiet % REMIND_EVERY == REMIND_EVERY - 1 else usual
    if not state.raised:
        return [*usual, f"{SAY}safety/about"] if (turn.parse.get("crisis") or {}).get("about") else None
    if state.kind is None:
        return None
    if turn.intent in LEAVING:
        return [f"{SAY}safety/goodbye_abuse" if state.kind == "crisis_abuse" else f"{SAY}safety/goodbye"]
    if about_danger(state) and SAYS_NOTHING.fullmatch(turn.text.lower().strip()):
        return [SAY + TALK_ON.get(state.kind, "safety/talk_on")]
    if turn.intent.startswith(TELLING) and (state.step or state.quiet == 0) and state.talked_on < MOST_TALKING_ON:
        return [SAY + TALK_ON.get(state.kind, "safety/talk_on")]
    if state.step or state.quiet % REMIND_EVERY == REMIND_EVERY - 1:
        return [*usual, _reminder(state)]
    return None


def raised_now(turn: Turn, state: Safety) -> Optional[str]:
    """Return the kind of danger that a turn raises; `None` where it only answers the question asked, however it sounds."""
    kind = danger(turn, state)
    if kind and repeats_false_alarm(turn, state):
        return None
    return kind if kind and (_imminent(turn) or not _answers_anyway(turn, state, kind)) else None


def repeats_false_alarm(turn: Turn, state: Safety) -> bool:
    """Return whether a person answers in an exercise with the very words that they said are no abuse.

    The alarm left the exercise and the answer was not taken; without this it could never be given. Words that surely speak of
    abuse raise it again.
    """
    if not state.practising or state.kind or turn.intent != "crisis_abuse":
        return False
    if _imminent(turn) or (turn.parse.get("crisis") or {}).get("confidence", 1.0) >= VERY_SURE:
        return False
    return plainly(turn.text) in state.taken_back


def _imminent(turn: Turn) -> bool:
    return bool((turn.parse.get("crisis") or {}).get("imminent"))


def _reminder(state: Safety) -> str:
    return f"{SAY}safety/reminder_abuse" if state.kind == "crisis_abuse" else f"{SAY}safety/reminder"


def _answers_anyway(turn: Turn, state: Safety, kind: str) -> bool:
    """Return whether a message that sounds dangerous is rather an answer to the question asked.

    More of the same danger may be: "I can't call, he reads my phone". "They'd send the police" sounds like violence and is a
    barrier.
    """
    if kind == state.kind == "crisis_abuse" and state.request in SAFELY_REACHED:
        return True
    if kind == state.kind:
        return state.step in PLAN_STEPS.values() or typed_answer(turn, state, VERY_SURE) not in (None, SAFE)
    return kind == "crisis_harm_others" and typed_answer(turn, state, VERY_SURE) in BARRIERS


def _left_an_exercise(conversation: Conversation) -> bool:
    """Return whether danger was raised in the middle of an exercise that still waits."""
    practice, turn = practice_of(conversation), interrupted(conversation)
    return (
        practice is not None
        and practice.running
        and turn is not None
        and any(message.action.startswith(PRACTICE) for message in turn.messages)
    )


def kept_answer(conversation: Conversation) -> Optional[str]:
    """Return the words that raised a false alarm in an exercise, which were an answer there; `None` if there was none.

    The person said that they are safe, and goes on.
    """
    practice = practice_of(conversation)
    if practice is None or not practice.running:
        return None
    said_safe = False
    for turn, earlier in zip(conversation.before, conversation.before[1:]):
        actions = {message.action for message in turn.messages}
        said_safe = said_safe or SAY + SAFE in actions
        if any(part_of_safety(name) and name != SAY + SAFE for name in actions):
            in_exercise = any(message.action.startswith(PRACTICE) for message in earlier.messages)
            if in_exercise:
                barred = turn.intent == "crisis_abuse" and needs_gate(practice.exercise)
                return turn.text if said_safe and not barred and not turn.parse.get("certain") else None
        elif not said_safe:
            return None
    return None


def _left_a_request(conversation: Conversation) -> bool:
    """Return whether danger was raised in the middle of a contact request that still waits."""
    draft, turn = intake_of(conversation).draft, interrupted(conversation)
    said = [message.action for message in turn.messages] if turn is not None else []
    last = next((name for name in reversed(said) if name.startswith((REQUEST, PRACTICE))), "")
    return draft is not None and not draft.paused and last.startswith(REQUEST)


def _take(step: str, conversation: Conversation, state: Safety) -> list[str]:
    """Return the actions of a step that was chosen."""
    if step == GO_ON and _left_a_request(conversation):
        return [CONTACT]
    if step == GO_ON and _left_an_exercise(conversation):
        practice = practice_of(conversation)
        abused = practice is not None and needs_gate(practice.exercise) and state.kind == "crisis_abuse"
        return [f"{SAY}safety/no_exercise_abuse"] if abused else [PRACTISE]
    if step == GATE_NO:
        return [SAY + GATE_NO, PRACTISE] if gated_exercise(conversation) else [SAY + GO_ON]
    if step.startswith((STEP, CRISIS)):
        return [SAY + step]
    usual = CONTACT if step == CONTACT_CLINIC and requests_on() else action_for(step)
    if state.kind and step != "what_can_you_do":
        return [usual, _reminder(state)]
    return [usual]


def _gate(conversation: Conversation, turn: Turn, state: Safety, usual: list[str]) -> Optional[list[str]]:
    """Return what comes before an exercise: the question of the abuse gate, or a refusal while danger is open."""
    exercise = wanted_exercise(conversation)
    going_on = exercise is None and PRACTISE in usual
    if going_on:  # in the middle of one, or taking it up again
        practice = practice_of(conversation)
        barred = state.kind == "crisis_abuse" and practice is not None and needs_gate(practice.exercise)
        return [f"{SAY}safety/no_exercise_abuse"] if barred else None
    named = state.kind and re.search(r"exercise|practi[cs]e", turn.text.lower())
    if not (exercise or turn.intent.startswith("exercise") or named):
        return None
    if exercise and not needs_gate(exercise):
        return None
    if state.kind == "crisis_abuse":
        return [f"{SAY}safety/no_exercise_abuse"]
    if state.kind:
        return [f"{SAY}safety/before_exercise"]
    if exercise and not _gate_passed(conversation):
        return [SAY + GATE]
    return None


def needs_gate(exercise: str) -> bool:
    """Return whether an exercise is about a living person (`abuse_gate` of its file)."""
    known = load_exercises()
    return exercise in known and known[exercise].abuse_gate


def _gate_passed(conversation: Conversation) -> bool:
    """Return whether the gate was answered with "no" since the person being talked about was last named."""
    for turn in conversation.before:
        said = {message.action for message in turn.messages}
        if SAY + GATE_YES in said:
            return False
        if SAY + GATE_NO in said:
            return True
        if any(entity.get("entity") == "relationship" for entity in turn.parse.get("entities") or []):
            return False
    return False
