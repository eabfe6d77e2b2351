"""An exercise in words: what `{exercise_…}` in a response stands for, and the choice of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from assistant.content.exercises import Exercise, load_exercises
from assistant.content.lexicon import load_lexicon
from assistant.content.phrases import load_phrases

LONG = 20  # minutes, if nobody said how many there are
LONG_ONE = 15  # minutes from which an exercise is a long one
MADE_FOR = {"loneliness": "contact", "role_transition": "change"}  # the need that comes first where an area is told


@dataclass(frozen=True)
class Wish:
    """What an exercise is chosen by; every part may be unknown.

    Attributes:
        area: problem area (`grief`, `role_dispute`, `role_transition`, `loneliness`).
        group: group of the relationship (`partner`, `work` …).
        feeling: a value of the feeling lexicon.
        minutes: time the person has.
        person: how to name the other person ("your boss").
        done: ids that were offered or given before.
    """

    area: Optional[str] = None
    group: Optional[str] = None
    feeling: Optional[str] = None
    minutes: Optional[int] = None
    person: Optional[str] = None
    done: tuple[str, ...] = ()


def suggest(wish: Wish) -> list[Exercise]:
    """Return the exercises that fit a wish, best first; never empty unless all were done.

    Time is a limit, unless nothing fits it; area counts most, then feeling, then relationship.
    """
    available = [exercise for exercise in load_exercises().values() if exercise.id not in wish.done]
    if wish.minutes is not None:
        short = [exercise for exercise in available if exercise.minutes.shortest <= wish.minutes]
        available = short or sorted(available, key=lambda exercise: exercise.minutes.shortest)[:3]
    return sorted(available, key=lambda exercise: (-_fit(exercise, wish), exercise.minutes.shortest, exercise.id))


def _fit(exercise: Exercise, wish: Wish) -> float:
    fit = 0.0
    if wish.area:
        fit += 3.0 if wish.area in exercise.areas else 1.0 if "any" in exercise.areas else 0.0
        # One made for this area only comes first, where there is time for it.
        fit += 1.0 if exercise.areas == [wish.area] and (wish.minutes or LONG) >= exercise.minutes.shortest else 0.0
    elif "any" in exercise.areas:
        fit += 1.0
    if wish.feeling and wish.feeling in exercise.good_for.feelings:
        fit += 2.0
        fit += 1.5 if exercise.good_for.feelings[0] == wish.feeling else 0.0  # made for it
    if wish.group and wish.group in exercise.good_for.relationships:
        fit += 1.5
    first_need = exercise.good_for.needs[0]
    if wish.area and first_need == MADE_FOR.get(wish.area):
        fit += 0.5
    if wish.area == "grief" and first_need == "conflict":
        fit -= 2.0 if wish.feeling != "angry" else 0.0  # anger at the one who died: only if they are angry
    if wish.minutes is not None and LONG <= wish.minutes <= 2 * exercise.minutes.longest and first_need != "calm_down":
        fit += 0.5 if exercise.minutes.shortest >= LONG_ONE else 0.0
    return fit


def wish_from_slots(slots: dict[str, Any], area: Optional[str] = None, done: tuple[str, ...] = ()) -> Wish:
    """Return the wish that the slots of a conversation stand for; `area` from what was shared overrules them."""
    lexicon = load_lexicon()
    relationship = slots.get("relationship")
    person = lexicon["relationship"].values.get(relationship) if relationship else None
    event = lexicon["life_event"].values.get(slots.get("life_event") or "")
    minutes = slots.get("minutes")
    return Wish(
        area=slots.get("problem_area") or (area if area != "any" else None) or (event.area if event else None),
        group=person.group if person else None,
        feeling=slots.get("feeling"),
        minutes=int(minutes) if minutes is not None else None,
        person=f"your {relationship}" if relationship else None,
        done=done,
    )


def because(exercise: Exercise, wish: Wish) -> str:
    """Return the reason given for a suggestion, from what the person said; starts with a comma, or is empty."""
    phrases = load_phrases()
    if wish.area and wish.area in exercise.areas:
        if wish.area == "role_dispute" and not wish.person:
            return phrases.reason_role_dispute_unnamed
        return str(getattr(phrases, f"reason_{wish.area}")).format(person=wish.person)
    if wish.feeling in exercise.good_for.feelings:
        return f", {exercise.reason}"
    if wish.minutes is not None and exercise.minutes.shortest <= wish.minutes:
        return phrases.reason_minutes.format(minutes=wish.minutes)
    return phrases.reason_any if "any" in exercise.areas or not wish.area else ""


def exercise_values(exercise_id: str) -> dict[str, Any]:
    """Return what `{exercise_…}` stands for; empty for an unknown id."""
    exercise = load_exercises().get(exercise_id)
    if exercise is None:
        return {}
    return {
        "exercise_title": exercise.title,
        "exercise_purpose": exercise.purpose.strip(),
        "exercise_minutes": str(exercise.minutes),
        "exercise_text": as_text(exercise),
    }


def as_text(exercise: Exercise) -> str:
    """Return an exercise to do alone: purpose, minutes, when not to, numbered steps, example, where it comes from."""
    steps = "\n".join(f"{number}. {step.do}" for number, step in enumerate(exercise.steps, start=1))
    phrases = load_phrases()
    parts = [
        f"{exercise.title} ({exercise.minutes})",
        exercise.purpose.strip(),
        f"{phrases.exercise_not_when} {exercise.not_when.strip()}",
        steps,
        f"{phrases.exercise_example} {exercise.example.better}",
        f"{phrases.exercise_practice} {exercise.evidence.strip()}",
    ]
    return "\n\n".join(part for part in parts if part)
