"""The safety conversation: which response comes next when a person is, or was, in danger.

No Rasa here. The steps themselves, their words and buttons are in `data/crisis/replies.yml`: a button `/safety/thoughts` leads to
`utter_safety/thoughts`. This module reads where the conversation stands and what the person's words mean there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Optional

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
from assistant.intake.moves import asked_now, intake_of, requests_on
from assistant.practice.moves import gated_exercise, practice_of, practising, wanted_exercise

CRISIS = "crisis_"
STEP = "safety/"
SAY = "utter_"
SAFE = "safety/safe"
GO_ON = "safety/go_on"
GATE, GATE_AGAIN, GATE_NO, GATE_YES = "safety/gate", "safety/gate_again", "safety/gate_no", "safety/gate_yes"
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
NO_FEAR = re.compile(r"(no|nope|nah|never|not at all|i'?m not|of course not)\b(?! (idea|clue|mind|comment))")
NOT_AFRAID = re.compile(r"\bnot (really |at all )?(afraid|scared)( of)?\b")  # taken out before doubt is looked for
IMMINENT = "safety/now"
CAN_BE_IMMINENT = {"crisis_suicide", "crisis_self_harm"}
NOT_A_QUESTION = {  # what is said besides; it asks nothing that a later "yes" or "no" could answer
    f"{SAY}safety/{name}" for name in ("go_on", "reminder", "reminder_abuse", "about", "goodbye_abuse", "gate_no")
}
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
UNSURE = re.compile(
    r"\b(not (really )?sure|unsure|idk|dunno|(don'?t|do not) know|sometimes|kind of|kinda|sort of|a (bit|little)|maybe|used to|in the past|only when|"
    r"(rather|prefer) not|but (he|she|they|it|my)|scared|afraid|threaten\w*|my ex|no idea|no clue)\b"
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
    "dont",
    "don't",
    "maybe",
}
SURE = 0.5  # from this confidence on a typed answer takes its step
# Typed answers that make sense for one kind of danger only; the other answers fit every kind.
ONLY_FOR = {
    "friend_": "crisis_third_party",
    "abuse_": "crisis_abuse",
    "child": "crisis_abuse",
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
}
PLAN_STEPS = {
    "sign": "safety/plan",
    "helps": "safety/plan_helps",
    "who": "safety/plan_who",
    "place": "safety/plan_place",
}
TALK_ON = {
    "crisis_abuse": "safety/talk_on_abuse",
    "crisis_third_party": "safety/talk_on_friend",
    "crisis_harm_others": "safety/talk_on_harm",
    "crisis_medical": "safety/talk_on_medical",
}


@dataclass
class Safety:
    """Where the safety conversation stands before the turn being answered.

    Attributes:
        kind: the kind of danger raised last, until the person says that they are safe; then `None`.
        raised: whether danger was raised at all in this conversation.
        step: the step asked last, such as `safety/thoughts` or `crisis_suicide`, if the last turn was part of it.
        notes: `metadata` of the response asked last: what "yes" and "no" mean there, and what follows on free text.
        talked_on: how many turns before this one went by with talking on.
        quiet: how many turns went by without any safety words.
        request: the question of a contact request that is asked, if one is.
        taken_back: messages that raised danger, of which the person said later that it isn't like that.
        practising: whether the question of an exercise was asked last.
    """

    kind: Optional[str] = None
    raised: bool = False
    step: Optional[str] = None
    notes: dict[str, Any] = field(default_factory=dict)
    talked_on: int = 0
    quiet: int = 0
    request: Optional[str] = None
    taken_back: set[str] = field(default_factory=set)
    practising: bool = False

    @classmethod
    def read(cls, conversation: Conversation) -> Safety:
        """Read the turns before the one being answered."""
        state = cls(practising=practising(conversation) is not None)
        raised: set[str] = set()
        for turn in reversed(conversation.before):
            said = [message for message in turn.messages if _part_of_safety(message.action)]
            names = [message.action.removeprefix(SAY) for message in said]
            for name in names:
                if name.startswith(CRISIS):
                    state.kind, state.raised = name, True
                    raised.add(_plainly(turn.text))
                elif name == GATE_YES:
                    state.kind, state.raised = "crisis_abuse", True
                elif name == SAFE:
                    state.kind = None
                    state.taken_back |= raised
                elif name == IMMINENT:  # may be the first reply
                    found = turn.parse.get("crisis") or {}
                    state.kind = found.get("label") or state.kind or found.get("sensitive") or "crisis_suicide"
                    state.raised = True
            asked = [message for message in said if message.action not in NOT_A_QUESTION]
            state.step = asked[-1].action.removeprefix(SAY) if asked else None
            state.notes = asked[-1].metadata if asked else {}
            talked_on = any(name.startswith("safety/talk_on") for name in names)
            state.talked_on = state.talked_on + 1 if talked_on else 0
            state.quiet = 0 if said else state.quiet + 1
        draft = asked_now(conversation)
        state.request = draft.at if draft is not None else None
        return state


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
    if sensitive and state.raised and state.kind in (None, sensitive) and not _typed_answer(turn, state):
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
    chosen = _chosen(conversation, turn, state)
    if chosen is not None:
        return _take(chosen, conversation, state)
    if state.step in PLAN_STEPS.values() and not _asks_something(turn):
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
    return _plainly(turn.text) in state.taken_back


def _plainly(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


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
        return state.step in PLAN_STEPS.values() or _typed_answer(turn, state, VERY_SURE) not in (None, SAFE)
    return kind == "crisis_harm_others" and _typed_answer(turn, state, VERY_SURE) in BARRIERS


def plan_answers(conversation: Conversation) -> dict[str, str]:
    """Return what the person wrote in the small plan, by question (`sign`, `helps`, `who`, `place`); skipped ones are missing."""
    answers: dict[str, str] = {}
    for asked, answered in zip(conversation.turns, conversation.turns[1:]):
        steps = {message.action.removeprefix(SAY) for message in asked.messages}
        for question, step in PLAN_STEPS.items():
            if step in steps and not answered.parse.get("certain") and _continues_plan(answered):
                answers[question] = answered.text
    return answers


def interrupted(conversation: Conversation) -> Optional[Turn]:
    """Return the turn before danger was raised last: where the person was, if they were anywhere."""
    seen_danger = False
    for turn in conversation.before:
        safety = any(_part_of_safety(message.action) for message in turn.messages)
        if safety:
            seen_danger = True
        elif seen_danger and turn.messages and not turn.intent.startswith(CRISIS):
            return turn
    return None


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
        if any(_part_of_safety(name) and name != SAY + SAFE for name in actions):
            in_exercise = any(message.action.startswith(PRACTICE) for message in earlier.messages)
            if in_exercise:
                barred = turn.intent == "crisis_abuse" and needs_gate(practice.exercise)
                return turn.text if said_safe and not barred and not turn.parse.get("certain") else None
        elif not said_safe:
            return None
    return None


def _part_of_safety(action: str) -> bool:
    return action.startswith((SAY + CRISIS, SAY + STEP))


def _chosen(conversation: Conversation, turn: Turn, state: Safety) -> Optional[str]:
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
    if bare and state.notes.get(bare) and BARE.issuperset(turn.text.lower().strip(" .!?").split()):
        return str(state.notes[bare])
    return _typed_answer(turn, state) or (state.notes.get(bare) if bare else None)


def _at_gate(conversation: Conversation, turn: Turn) -> Optional[str]:
    """Return what a typed answer means at the abuse gate: only a plain "no" opens the exercise, and doubt counts as "yes"."""
    said = turn.text.lower().strip(" .!")
    if UNSURE.search(NOT_AFRAID.sub("", said)):
        return GATE_YES
    if NO_FEAR.match(said) or NOT_AFRAID.match(said):
        return GATE_NO
    if turn.intent == "affirm" or said.startswith(("yes", "yeah", "yep", "always", "often")):
        return GATE_YES
    if turn.intent in LEAVE_THE_GATE or wanted_exercise(conversation):
        return None
    return GATE_AGAIN


def _typed_answer(turn: Turn, state: Safety, sure: float = SURE) -> Optional[str]:
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


def _asks_something(turn: Turn) -> bool:
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
    return turn.intent not in ("skip", "stop", "deny") and not _asks_something(turn)


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
