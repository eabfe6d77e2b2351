"""What a message means at a step that asks for words: an answer, unless it is plainly something else."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Optional

from assistant.content.exercises import Step, load_exercises
from assistant.dialogue.conversation import FALLBACK, Turn, confidence
from assistant.practice import wordings
from assistant.practice.checks import applies
from assistant.practice.state import COACHED, Practice, answer_at, picked_entry
from assistant.practice.values import read_moment

ANSWER, QUESTION = "answer", "question"
# From this probability on, a message at a step that asks for words is no answer; known commands need none.
SURE = 0.85
SURE_QUESTION = 0.7  # of its intent, for a question at such a step
MOST_COMMAND = 9  # words
MOST_REFUSAL = 7  # words
# At a step whose answer may be any word (`literal`), and in a sentence that is practised, only these count, said in so many words.
COMMANDS = {"skip", "back", "repeat", "example", "help", "why", "stop", "pause", "other", "keep", "again", "done"}
ABOUT_THE_STEP = {"skip", "back", "repeat", "example", "help", "why"}
WISHES = {"talk_to_human", "ask_helpline", "delete_my_data", "export_my_data"}  # told to the program in so many words
NOTHING = {"nothing", "none", "no", "nope", "nobody", "no one", "n/a", "nothing really", "not really"}


def asks(said: str) -> bool:
    """Return whether a message is put as a question, or asks for something."""
    return "?" in said or wordings.ASKS.match(said) is not None


def at_words(turn: Turn, step: Step, kind: str, practice: Practice) -> str:
    """Return the kind of a message at a step that asks for words: an answer, unless it is plainly something else."""
    said = turn.text.strip().strip(" .!").casefold()
    if (
        step.answer == "when"
        and not asks(said)
        and (read_moment(turn.text, datetime.now()) or wordings.SOME_TIME.match(said))
    ):
        return ANSWER
    if practice.pending and wordings.KEEP.match(said):
        return "keep"
    if (practice.pending == COACHED and wordings.ASKS_A_VERDICT.match(said)) or wordings.IS_IT_GOOD.fullmatch(
        said.rstrip("?")
    ):
        return "judge"
    if picked_entry(step, practice, said):
        return ANSWER
    if not re.search(r"[^\W\d_]", said) and step.answer != "when":
        return "not_understood"  # "7", "?", "…" answer no question that asks for words
    if re.fullmatch(r"[A-Z]\.?", turn.text.strip()):
        return ANSWER  # an initial
    empty = _says_nothing(said, step, practice)
    if empty is not None:
        return empty
    move = turn.parse.get("practice_move") or {}
    sure = float(move.get("confidence") or 0.0) >= SURE and len(said.split()) <= MOST_COMMAND
    practised = bool(step.coach or step.rehearse)
    any_words = step.literal or practised or step.may_ask
    if wordings.PLAIN_STOP.fullmatch(said) and not (said == "quit" and step.literal):
        return "pause" if re.search(r"break|pause", said) else "stop"
    if kind == "remark_hard" and wordings.ON_THIS.match(said):
        return kind
    if kind in (ANSWER, QUESTION):
        return QUESTION if kind == QUESTION and sure and _asks_us(turn, said, step) else ANSWER
    if not wordings.SAID_WITH.get(kind, wordings.ANYTHING).search(said):
        return ANSWER
    if kind == "stop" and wordings.NOT_A_STOP.search(said):
        return ANSWER
    answered = answer_at(load_exercises()[practice.exercise], practice) not in (None, "", [])
    if kind == "again" and not answered and not practice.pending:
        return ANSWER  # "can we try again" said to the other person
    if step.literal and wordings.only_a_feeling(said):
        return ANSWER
    if step.answer == "choice" and kind == "remark_fine" and not wordings.NODS.fullmatch(said):
        return ANSWER
    if move.get("known"):
        return kind if kind in COMMANDS or not any_words else ANSWER
    return kind if sure and (kind in ABOUT_THE_STEP or not any_words) else ANSWER


def _says_nothing(said: str, step: Step, practice: Practice) -> Optional[str]:
    """Return what "no" and "nothing" mean at a step; `None` for other words."""
    if step.letter and re.match(r"(no|nope|nah|nothing)\b", said) and len(said.split()) <= MOST_REFUSAL:
        return "skip"
    if not (said in NOTHING or wordings.NO.fullmatch(said)):
        return None
    if any(check.any_of and applies(check, said) for check in step.checks) and step.answer != "list":
        return ANSWER  # the step has something to say to it
    if step.coach or step.rehearse or step.who or (step.literal and step.answer == "choice"):
        return ANSWER  # "no" is a full answer there, and "nobody" needs a word
    if step.answer == "list":
        return "done"
    if practice.pending:
        return "keep"
    may_be_meant = step.literal and step.answer == "text" and not step.letter
    return ANSWER if may_be_meant and not wordings.NO.fullmatch(said) else "skip"


def stops(step: Step, text: str) -> bool:
    """Return whether an answer, or what is said to a check of it, is one that the exercise ends at."""
    return any(check.stop and check.any_of and applies(check, text) for check in step.checks)


def _asks_us(turn: Turn, said: str, step: Step) -> bool:
    """Return whether a message is a question to the program, or a wish to leave, rather than an answer."""
    if step.coach or step.rehearse or step.may_ask or turn.intent == FALLBACK:
        return False
    if turn.intent.startswith(("exercise", "share_", "crisis_", "out_of_scope")) and not said.endswith("?"):
        return False
    if turn.intent in WISHES:
        return confidence(turn) >= SURE
    enough = SURE if step.literal or step.answer == "choice" else SURE_QUESTION
    asks_of_exercise = turn.intent.startswith(("exercise", "share_", "crisis_"))
    return asks(said) and not asks_of_exercise and confidence(turn) >= enough


def words_or_wish(turn: Turn, literal: bool = False) -> str:
    """Return the kind of a message where a request asks for any words: an answer, unless it is plainly a wish, remark or question.

    Args:
        turn: with its parse result (`practice_move`, `intent`).
        literal: any word may be the answer ("fine", "stop"), so only plain commands are taken as such.
    """
    move, said = turn.parse.get("practice_move") or {}, turn.text.strip().strip(" .!").casefold()
    kind = str(move.get("name") or ANSWER)
    sure = float(move.get("confidence") or 0.0) >= SURE and len(said.split()) <= MOST_COMMAND
    if wordings.PLAIN_STOP.fullmatch(said):
        return "pause" if re.search(r"break|pause", said) else "stop"
    if kind == "remark_hard" and wordings.ON_THIS.match(said):
        return kind
    if kind in (ANSWER, QUESTION):
        about_us = turn.intent != FALLBACK and confidence(turn) >= (SURE if literal else SURE_QUESTION)
        asked = kind == QUESTION and sure and about_us and not turn.intent.startswith(("exercise", "share_", "crisis_"))
        return QUESTION if asked else ANSWER
    if move.get("known"):
        return kind if kind in COMMANDS or not literal else ANSWER
    return kind if sure and (kind in ABOUT_THE_STEP or not literal) else ANSWER
