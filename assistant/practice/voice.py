"""How an exercise asks: the present question with what belongs to it, and messages with their buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence

from assistant.content.exercises import Exercise, Step, load_exercises
from assistant.content.phrases import load_phrases
from assistant.content.practice import PracticeWords, load_practice_words
from assistant.practice import takeaway
from assistant.practice.moves import PREFIX
from assistant.practice.state import AFTER, BEFORE, INTRO, Place, Practice, answer_at, entry_at, is_asked, step_at

MOST_RECALLED = 240  # characters


@dataclass
class Said:
    """One message: text, buttons `{"title", "payload"}`, and notes for the channel (`about`, `exercise`, `picture`, `takeaway`)."""

    text: str
    buttons: List[Dict[str, str]] = field(default_factory=list)
    notes: Dict[str, Any] = field(default_factory=dict)


class Voice:
    """Puts the questions of one exercise into words."""

    def __init__(self, practice: Practice, earlier: Sequence[Practice] = ()) -> None:
        self._practice = practice
        self._earlier = [run for run in earlier if run.exercise == practice.exercise]
        self._exercise: Exercise = load_exercises()[practice.exercise]
        self._words: PracticeWords = load_practice_words()

    def begin(self) -> List[Said]:
        """Say what the exercise is for and how long it takes."""
        practice, exercise = self._practice, self._exercise
        practice.at, practice.paused = INTRO, False
        again = exercise.diary and self._earlier
        text = (self._words.intro_again if again else self._words.intro).format(
            title=exercise.title,
            purpose=exercise.purpose.strip(),
            minutes=str(exercise.minutes),
            count=len(self._steps()),
        )
        buttons = self._buttons("start", "list", "leave")
        if again:
            return [self._message(text, buttons, sources=exercise.sources, exercise=exercise.id)]
        # What the question on fear and violence has just made sure of is not said again.
        not_when = exercise.not_when if exercise.not_when_after_gate is None else exercise.not_when_after_gate
        practice_note = self._words.intro_practice.format(not_when=not_when.strip()).strip()
        return [self._message(f"{text}\n\n{practice_note}", buttons, sources=exercise.sources, exercise=exercise.id)]

    def _question_again(self, lead: str, recalled: bool = False) -> Said:
        """Return the present question, after a few words; `recalled`: with the earlier answers that belong to it."""
        practice, step = self._practice, self._step()
        if practice.at == INTRO:
            return self.begin()[0]
        if step is None:
            text = self._word(practice.at if practice.at in (BEFORE, AFTER) else "resumed")
            return self._message(joined(lead, text), [*scale_buttons(), *self._buttons("skip")])
        parts = [self._progress(step), self._fill(step.ask)]
        if step.answer == "scale":
            parts.append(self._words.scale.format(low=step.ends[0], high=step.ends[1]))
        text = " ".join(part for part in parts if part)
        given = answer_at(self._exercise, practice)
        names = ["example"] if step.example else []
        kept = []
        if given not in (None, [], ""):
            answer = ", ".join(given) if isinstance(given, list) else given
            answer = shortened(str(answer))
            kept.append(self._words.wrote.format(answer=answer))
            names = ["keep", *names]
        elif step.id in practice.offered:
            kept.append(self._words.brought.format(answer=practice.offered[step.id]))
            names = ["take", *names]
        buttons = scale_buttons() if step.answer == "scale" else []
        buttons += [
            {"title": choice, "payload": f"/{PREFIX}choice_{index}"} for index, choice in enumerate(step.choices)
        ]
        if step.answer == "list" and not practice.filling:
            names = [*names, "done"] if given else names
        parts = [lead, text, self._recalled(step) if recalled else "", *kept]
        return self._message(joined(*parts), [*buttons, *self._buttons(*names, "skip", "stop")])

    def _progress(self, step: Step) -> str:
        steps = self._steps()
        return self._words.progress.format(number=steps.index(step.id) + 1, count=len(steps))

    def _steps(self) -> List[str]:
        """Return the ids of the steps that are asked of this person."""
        return [step.id for step in self._exercise.steps if is_asked(step, self._practice)]

    def _recalled(self, step: Step) -> str:
        lines = []
        for name in step.recall:
            value = self._practice.answers.get(name)
            if value in (None, [], {}, ""):
                continue
            title = self._exercise.step(name).title
            if isinstance(value, dict):
                value = [f"{entry}: {text}" for entry, text in value.items()]
            if isinstance(value, list) and not self._exercise.step(name).ring:
                lines += [f"- {title}:", *(f"  - {shortened(entry)}" for entry in value)]
            else:
                lines.append(f"- {title}: {shortened(takeaway.in_words(value))}")
        return "\n".join([self._words.recall, *lines]) if lines else ""

    def _step(self) -> Optional[Step]:
        return step_at(self._exercise, self._practice)

    def _place(self) -> Place:
        return Place(self._practice.at, self._practice.item)

    def _person(self) -> str:
        return self._practice.person or load_phrases().other_person

    def _fill(self, text: Optional[str]) -> str:
        practice = self._practice
        with_person = f" with {practice.person}" if practice.person else ""
        values = {
            "person": self._person(),
            "with_person": with_person,
            "item": entry_at(self._exercise, practice) or "",
        }
        # Not `format`: the entry is the person's own text and may hold braces.
        return re.sub(r"{(\w+)}", lambda found: values.get(found[1], found[0]), (text or "").strip())

    def _word(self, name: str) -> str:
        return self._words.wording(name, self._practice.turns)

    def _buttons(self, *names: str) -> List[Dict[str, str]]:
        return buttons(self._words, *names)

    def _message(self, text: str, buttons: List[Dict[str, str]], **notes: Any) -> Said:
        about = f"{PREFIX}{self._exercise.id}/{self._practice.at}"
        return Said(text, buttons, {"about": about, **{key: value for key, value in notes.items() if value}})


PAYLOADS = {
    "another": "/exercise/suggest",
    "suggest": "/exercise/suggest",
    "helplines": "/ask_helpline",
    "person": "/talk_to_human",
    "hurt_someone": "/crisis_harm_others",
    "afraid": "/crisis_abuse",
    "suicidal": "/crisis_suicide",
    "change": f"/{PREFIX}again",
    "kept": f"/{PREFIX}keep",
    "take": f"/{PREFIX}keep",
    "chart": f"/{PREFIX}chart",
    "no_threat": f"/{PREFIX}keep",
    "shorter": f"/{PREFIX}want_shorter",
    "words": f"/{PREFIX}words_move",
}


def buttons(words: PracticeWords, *names: str) -> List[Dict[str, str]]:
    """Return the buttons of these names; one without a payload of its own is a move in the exercise."""
    return [{"title": words.buttons[name], "payload": PAYLOADS.get(name, f"/{PREFIX}{name}")} for name in names]


def scale_buttons() -> List[Dict[str, str]]:
    """Return the eleven buttons from 0 to 10."""
    return [{"title": str(number), "payload": f"/{PREFIX}scale_{number}"} for number in range(11)]


def shortened(text: str) -> str:
    """Return a long answer cut at a word, for showing it again beside a question."""
    if len(text) <= MOST_RECALLED:
        return text
    return f"{text[:MOST_RECALLED].rsplit(' ', 1)[0]} …"


def joined(*parts: str) -> str:
    """Return parts as paragraphs; empty ones are left out."""
    return "\n\n".join(part for part in parts if part)
