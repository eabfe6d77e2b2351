"""Looks through a practised sentence and says one thing about it that is good and at most one thing to try."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Dict, Optional

from assistant.coach.features import find_word
from assistant.coach.model import CoachModel, Reading
from assistant.content.coach import THREAT, CoachWords, load_coach_words
from assistant.nlu.encoder import shared_encoder

MOST_QUOTED = 9  # words
# Faults that lie in a wording: without it, nothing is said about them.
SHOWN_BY_WORDS = {"non_apology", "absolutes", "hidden_you", "you_make_me"}
SAID_IN_A_WORD = {"feeling", "anger_word"}
SURE = 1.5  # log odds above the threshold from which on something is said about a fault that no telling word shows


@dataclass(frozen=True)
class Review:
    """What was found in a sentence.

    Attributes:
        criteria: for each criterion of the exercise, whether it is there.
        praise: one thing done well, with the person's own words where they can be named; may be empty.
        tip: one thing to try; empty if there is none.
        margins: for each criterion, how far (log odds) it is above its threshold, or below.
        threatens: whether there is a threat without much doubt (`criteria` finds nearly all, and more than there are).
    """

    criteria: Dict[str, bool] = field(default_factory=dict)
    praise: str = ""
    tip: str = ""
    margins: Dict[str, float] = field(default_factory=dict)
    threatens: bool = False

    def surely(self, name: str) -> bool:
        """Return whether a criterion is there without much doubt."""
        return self.margins.get(name, 0.0) >= SURE

    @property
    def feedback(self) -> str:
        """Praise and tip as they are said."""
        return "\n\n".join(part for part in (self.praise, self.tip) if part)


def review(exercise: str, text: str, prompt: Optional[str] = None) -> Review:
    """Return what the coach finds in a sentence.

    Args:
        exercise: `i_statement`, `assertive_request`, `say_no`, `active_listening`, `voice_anger`, `ask_for_support` or `repair`.
        text: the sentence, as the person wrote it. What it quotes of others does not count.
        prompt: what the other person said (active listening).

    Raises:
        ValueError: the coach does not know the exercise.
        CoachError: its model was not made yet.
    """
    words = load_coach_words()
    if exercise not in words.exercises:
        raise ValueError(f"The coach knows no exercise {exercise!r}; it knows {', '.join(words.exercises)}.")
    model = coach_model()
    names = words.names(exercise)
    if not text.strip():
        return Review(dict.fromkeys(names, False))
    reading = model.read(text, prompt)
    criteria = {name: reading.logits[name] > 0 for name in names}
    margins = {name: reading.logits[name] for name in names}
    threatens = criteria.get(THREAT, False) and _shows(THREAT, reading, words)
    praise, tip = _feedback(exercise, reading, criteria, words) if not threatens else ("", words.criteria[THREAT].tip)
    return Review(criteria, praise, tip, margins, threatens)


@lru_cache(maxsize=1)
def coach_model() -> CoachModel:
    """Return the coach's model, loaded once.

    Raises:
        CoachError: it was not made yet.
        EncoderError: the sentence encoder was not made yet.
    """
    return CoachModel.load(shared_encoder())


def _feedback(exercise: str, reading: Reading, criteria: Dict[str, bool], words: CoachWords) -> tuple[str, str]:
    """Return praise and tip."""
    known = words.exercises[exercise]
    there = [name for name in known.strengths if criteria[name]]
    # The surest strength is praised; in the person's own words if a telling place can be named.
    praised = max(there, key=lambda name: reading.logits[name], default=None)
    praise = _praise(praised, reading, words) if praised else ""
    # A doubtful fault is let pass: untrue criticism does more harm than a missed tip.
    faults = [name for name in known.faults if criteria[name] and _shows(name, reading, words)]
    if faults:
        fault = faults[0]
        return praise, _tip(fault, reading, words)
    missing = [name for name in known.strengths if not criteria[name]]
    return praise, words.criteria[missing[0]].tip if missing else ""


def _shows(name: str, reading: Reading, words: CoachWords) -> bool:
    plain = find_word(reading.own, name, words) is not None
    return plain or (name not in SHOWN_BY_WORDS and reading.logits[name] >= SURE)


def _praise(name: str, reading: Reading, words: CoachWords) -> str:
    """Return the praise with the place in the person's own words: the word itself, or what stands around it."""
    praise = str(words.criteria[name].praise)
    place = find_word(reading.own, name, words)
    if place is None:
        return praise
    quoted = place if name in SAID_IN_A_WORD else _quote(name, reading, words)
    return f'{praise.rstrip(".")} ("{quoted}").'


def _tip(name: str, reading: Reading, words: CoachWords) -> str:
    tip = words.criteria[name].tip
    if "{quote}" not in tip:
        return tip
    return tip.replace("{quote}", _quote(name, reading, words))


def _quote(name: str, reading: Reading, words: CoachWords) -> str:
    """Return the place of a fault in the person's own words: the likeliest sentence, cut around its telling word."""
    likeliest = reading.telling.get(name, reading.own)
    tokens = likeliest.split()
    if len(tokens) <= MOST_QUOTED:
        return likeliest.strip(" .!?,;")
    place = find_word(likeliest, name, words)
    if place is None:
        return " ".join(tokens[:MOST_QUOTED]).strip(" .!?,;") + " …"
    at = len(likeliest[: likeliest.index(place)].split())
    start = max(0, at - 2)
    cut = " ".join(tokens[start : start + MOST_QUOTED]).strip(" .!?,;")
    return f"{'… ' if start else ''}{cut}{' …' if start + MOST_QUOTED < len(tokens) else ''}"
