"""Runs an exercise: takes a move, returns what is said and where the person is then.

Nothing here knows a particular exercise; the steps come from `content/exercises/`, the words around them from
`content/practice.yml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Callable, Dict, List, Optional, Sequence

from assistant.coach.reviewer import Review
from assistant.content.exercises import Check, Exercise, Step, load_exercises
from assistant.content.lexicon import load_lexicon
from assistant.content.phrases import load_phrases
from assistant.content.practice import PracticeWords, load_practice_words
from assistant.practice import takeaway
from assistant.practice.moves import PREFIX, REMARKS, Move
from assistant.practice.pictures import circle_of, diary_of, is_low
from assistant.practice.state import AFTER, BEFORE, END, INTRO, Place, Practice, answer_at, entry_at, places, step_at
from assistant.practice.values import read_list, read_moment, read_number

TOO_HIGH = 8  # distress from which an exercise stops (facts, 4.0)
RISEN = 3  # a rise from which it stops
MOST_TIPS = 2
PUT_DOWN, THREAT = "self_put_down", "threat"
Coach = Callable[[str, str, Optional[str]], Review]


@dataclass
class Said:
    """One message: text, buttons `{"title", "payload"}`, and notes for the channel (`about`, `picture`, `takeaway`)."""

    text: str
    buttons: List[Dict[str, str]] = field(default_factory=list)
    notes: Dict[str, Any] = field(default_factory=dict)


class Runner:
    """One turn of one exercise; `practice` is changed in place."""

    def __init__(self, practice: Practice, coach: Coach, now: datetime, earlier: Sequence[Practice] = ()) -> None:
        self._practice = practice
        self._exercise: Exercise = load_exercises()[practice.exercise]
        self._words: PracticeWords = load_practice_words()
        self._coach = coach
        self._now = now
        self._earlier = [run for run in earlier if run.exercise == practice.exercise]

    def begin(self) -> List[Said]:
        """Say what the exercise is for and how long it takes."""
        practice, exercise = self._practice, self._exercise
        practice.at, practice.paused = INTRO, False
        text = self._words.intro.format(
            title=exercise.title,
            purpose=exercise.purpose.strip(),
            minutes=str(exercise.minutes),
            count=len(self._steps()),
        )
        practice_note = self._words.intro_practice.format(not_when=exercise.not_when.strip())
        buttons = self._buttons("start", "list", "leave")
        return [self._message(f"{text}\n\n{practice_note}", buttons, sources=exercise.sources)]

    def take(self, move: Move) -> List[Said]:
        """Take a move; return what is said."""
        practice = self._practice
        practice.turns += 1
        handler = getattr(self, f"_{move.kind}", None)
        if move.kind in REMARKS:
            said = self._remark(move.kind)
        elif handler is None:
            said = [self._question_again(self._word("resumed"))]
        else:
            said = handler(move)
        return said

    def resume(self) -> List[Said]:
        """Take up the exercise where it was left."""
        self._practice.paused = False
        if self._practice.at == INTRO:
            return self.begin()
        return [self._question_again(self._word("resumed"))]

    # --- Moves ------------------------------------------------------------------------------------------------------

    def _start(self, _move: Move) -> List[Said]:
        if self._practice.at != INTRO:
            return [self._question_again("")]
        return self._go_to(places(self._exercise, self._practice)[0])

    def _list(self, _move: Move) -> List[Said]:
        lines = "\n".join(f"{number}. {step.do}" for number, step in enumerate(self._exercise.steps, start=1))
        example = f"{load_phrases().exercise_example} {self._exercise.example.better}"
        text = f"{self._exercise.title}\n\n{lines}\n\n{example}"
        if self._practice.at == INTRO:
            return [self._message(text, self._buttons("start", "leave"))]
        return [self._message(text, []), self._question_again("")]

    def _leave(self, _move: Move) -> List[Said]:
        self._practice.paused = True
        return [self._message(self._words.not_now, self._buttons("resume", "another"))]

    def _pause(self, _move: Move) -> List[Said]:
        self._practice.paused = True
        return [self._message(self._words.paused, self._buttons("resume"))]

    def _stop(self, _move: Move) -> List[Said]:
        self._practice.paused = True
        names = ["words", "resume", "another"] if self._practice.written() else ["resume", "another"]
        return [self._message(self._words.stopped, self._buttons(*names))]

    def _resume(self, _move: Move) -> List[Said]:
        return self.resume()

    def _question(self, _move: Move) -> List[Said]:
        return [self._question_again(self._word("resumed"))]

    def _not_understood(self, _move: Move) -> List[Said]:
        return [self._question_again(self._word("not_understood"))]

    def _repeat(self, _move: Move) -> List[Said]:
        return self.begin() if self._practice.at == INTRO else [self._question_again("")]

    def _example(self, _move: Move) -> List[Said]:
        step = self._step()
        if self._practice.at == INTRO:
            example = self._words.example.format(answer=self._exercise.example.better)
            return [self._message(example, self._buttons("start", "list", "leave"))]
        if step is None or not step.example:
            return [self._question_again(self._words.no_example)]
        return [self._question_again(self._words.example.format(answer=self._fill(step.example)))]

    def _help(self, _move: Move) -> List[Said]:
        step = self._step()
        return [self._question_again(self._fill(step.help) if step and step.help else self._words.no_help)]

    def _why(self, _move: Move) -> List[Said]:
        step = self._step()
        if self._practice.at == INTRO:
            return [self._message(self._exercise.evidence.strip(), self._buttons("start", "list", "leave"))]
        return [self._question_again(self._fill(step.why) if step and step.why else self._words.no_why)]

    def _remark(self, kind: str) -> List[Said]:
        if self._practice.at == INTRO:
            return [self._message(self._word(kind), self._buttons("start", "list", "leave"))]
        if kind == "remark_fine" and self._practice.pending:
            return self._keep(Move("keep"))
        if kind == "remark_wait":
            return [self._message(self._word(kind), self._buttons("go_on"))]
        if kind == "remark_fine":
            return [self._question_again(self._word(kind))]
        names = ["go_on", "skip", "pause", "stop"] if kind == "remark_hard" else ["go_on", "skip", "another", "stop"]
        return [self._message(self._word(kind), self._buttons(*names))]

    def _go_on(self, _move: Move) -> List[Said]:
        return self.resume()

    def _words_so_far(self) -> str:
        return takeaway.as_text(self._exercise, self._practice)

    def _words_move(self, _move: Move) -> List[Said]:
        text = self._words_so_far()
        if not text:
            return [self._message(self._words.no_words_yet, self._buttons("resume"))]
        notes = takeaway.as_notes(self._exercise, self._practice, self._now)
        return [self._message(text, self._buttons("resume", "another"), takeaway=notes)]

    def _back(self, _move: Move) -> List[Said]:
        order, place = places(self._exercise, self._practice), self._place()
        if place not in order or order.index(place) == 0:
            return [self._question_again(self._words.first_step)]
        return self._go_to(order[order.index(place) - 1], self._words.back)

    def _skip(self, _move: Move) -> List[Said]:
        if self._practice.at == INTRO:
            return self._start(Move("start"))
        return self._next(self._word("skipped"))

    def _keep(self, _move: Move) -> List[Said]:
        given = answer_at(self._exercise, self._practice)
        if given is None:
            return [self._question_again("")]
        return self._next(self._words.said_it if self._practice.pending else "", self._step())

    def _again(self, _move: Move) -> List[Said]:
        return [self._question_again(self._words.again)]

    def _done(self, _move: Move) -> List[Said]:
        step = self._step()
        if step is None or step.answer != "list":
            return self._keep(Move("keep")) if self._practice.pending else [self._question_again("")]
        practice = self._practice
        entries = practice.answers.setdefault(step.id, [])
        said = self._look_at(step, entries)
        return said or self._next("" if entries else self._words.list_empty)

    def _answer(self, move: Move) -> List[Said]:
        practice, step = self._practice, self._step()
        if practice.at == INTRO:
            return self._start(move)
        if practice.at in (BEFORE, AFTER):
            return self._distress(move.value)
        if step is None:
            return [self._question_again("")]
        if step.answer == "scale":
            return self._number(step, move.value)
        if step.answer == "choice":
            return self._choice(step, move.value)
        if not isinstance(move.value, str):
            return [self._question_again("")]
        if step.answer == "list":
            return self._entries(step, move.value)
        return self._text(step, move.value.strip())

    # --- Answers ----------------------------------------------------------------------------------------------------

    def _distress(self, value: Any) -> List[Said]:
        practice = self._practice
        number = value if isinstance(value, int) else read_number(str(value))
        if number is None or not 0 <= number <= 10:
            return [self._question_again(self._word("not_a_number"))]
        if practice.at == BEFORE:
            practice.before = number
            if number >= TOO_HIGH:
                practice.paused = True
                return [self._message(self._word("too_high"), self._buttons("calm", "helplines", "person", "resume"))]
            return self._next("")
        practice.after = number
        risen = practice.before is not None and number - practice.before >= RISEN
        if number >= TOO_HIGH or risen:
            text = self._words.risen if risen else self._word("too_high")
            done = self._finish(short=True)
            return [self._message(text, self._buttons("calm", "helplines", "person")), *done]
        calmer = practice.before is not None and number < practice.before
        return self._next(self._words.calmer if calmer else "")

    def _number(self, step: Step, value: Any) -> List[Said]:
        number = value if isinstance(value, int) else read_number(str(value))
        if number is None or not 0 <= number <= 10:
            return [self._question_again(self._word("not_a_number"))]
        self._store(step, number)
        return self._look_at(step, number) or self._next(self._fill(step.after))

    def _choice(self, step: Step, value: Any) -> List[Said]:
        needs_index = self._exercise.other_side is not None and self._exercise.other_side.mood_step == step.id
        if isinstance(value, int) and 0 <= value < len(step.choices):
            value = step.choices[value]
        elif needs_index or not isinstance(value, str):
            return [self._question_again(self._word("pick_one"))]
        self._store(step, value)
        return self._look_at(step, value) or self._next(self._fill(step.after))

    def _entries(self, step: Step, text: str) -> List[Said]:
        practice = self._practice
        old = practice.answers.get(step.id)
        entries = list(old) if isinstance(old, list) and practice.filling else []
        entries += [entry for entry in read_list(text, names=bool(step.ring)) if entry not in entries]
        practice.answers[step.id] = entries
        if not entries:
            return self._done(Move("done"))
        practice.filling = True
        return [self._message(self._word("list_more"), self._buttons("done", "skip"))]

    def _text(self, step: Step, text: str) -> List[Said]:
        practice = self._practice
        self._store(step, text)
        if practice.person is None:
            practice.person, practice.group = _person_in(text)
        if step.coach:
            said = self._coached(step, text)
            if said is not None:
                return said
        said = self._look_at(step, text)
        if said:
            return said
        follow = self._fill(step.after)
        if step.answer == "when":
            moment = read_moment(text, self._now)
            if moment:
                follow = self._words.calendar_day.format(answer=takeaway.say_moment(moment))
        return self._next(follow, step)

    def _coached(self, step: Step, text: str) -> Optional[List[Said]]:
        """Return feedback on a sentence if it asks something of the person; `None` lets the exercise go on."""
        practice = self._practice
        heard = practice.answers.get(step.recall[0]) if step.coach == "active_listening" and step.recall else None
        review = self._coach(str(step.coach), text, heard if isinstance(heard, str) else None)
        if review.criteria.get(THREAT):
            practice.pending = True
            return [self._message(self._words.threat, self._buttons("again", "hurt_someone", "afraid"))]
        if review.criteria.get(PUT_DOWN) and "burden" in text.lower():
            practice.pending = True
            return [self._message(self._words.burden, self._buttons("again", "keep", "suicidal"))]
        tips = practice.tips.get(step.id, 0)
        if review.tip and tips < MOST_TIPS:
            practice.tips[step.id] = tips + 1
            practice.pending = True
            return [self._message(review.feedback, self._buttons("again", "keep"))]
        praise = review.praise
        reply = self._reply_of_other_side(step, text)
        if reply:
            return [*([self._message(praise, [])] if praise else []), *self._next("", step, reply)]
        return self._next(praise, step)

    def _look_at(self, step: Step, value: Any) -> List[Said]:
        """Return what the checks of a step have to say about an answer, once."""
        practice = self._practice
        key = f"{step.id}/{practice.item}" if practice.item is not None else step.id
        for check in step.checks:
            if not _applies(check, value) or (key in practice.checked and not check.stop):
                continue
            practice.checked.append(key)
            if check.stop:
                practice.paused = True
                practice.answers.pop(step.id, None)  # so that taking it up again asks once more
                known = load_exercises()
                offers = [
                    {"title": known[name].title, "payload": f"/exercise/{name}"}
                    for name in check.offer
                    if name in known
                ]
                return [self._message(self._fill(check.say), [*offers, *self._buttons("helplines", "person")])]
            if step.answer == "list":
                practice.filling = True
                return [self._message(self._fill(check.say), self._buttons("done", "skip"))]
            practice.pending = True
            change = "again" if step.answer == "text" else "change"
            return [self._message(self._fill(check.say), self._buttons(change, "keep"))]
        return []

    def _store(self, step: Step, value: Any) -> None:
        practice = self._practice
        entry = entry_at(self._exercise, practice)
        if entry is None:
            practice.answers[step.id] = value
        else:
            given = practice.answers.get(step.id)
            practice.answers[step.id] = {**(given if isinstance(given, dict) else {}), entry: value}

    # --- Going on ---------------------------------------------------------------------------------------------------

    def _next(self, lead: str, answered: Optional[Step] = None, reply: str = "") -> List[Said]:
        practice = self._practice
        if answered is not None and not reply:
            reply = self._reply_of_other_side(answered, practice.answers.get(answered.id))
        order, place = places(self._exercise, practice), self._place()
        following = order[order.index(place) + 1 :] if place in order else order
        picture = self._picture(answered or self._step())
        if not following:
            return [*picture, *self._finish(lead)]
        lead = "\n\n".join(part for part in (lead, reply) if part)
        return [*picture, *self._go_to(following[0], lead)]

    def _go_to(self, place: Place, lead: str = "") -> List[Said]:
        practice = self._practice
        practice.at, practice.item = place.at, place.item
        practice.pending = practice.filling = practice.paused = False
        return [self._question_again(lead)]

    def _finish(self, lead: str = "", short: bool = False) -> List[Said]:
        practice, exercise = self._practice, self._exercise
        practice.at, practice.finished = END, True
        said = []
        if not short:
            said.append(self._message("\n\n".join(part for part in (lead, exercise.closing.strip()) if part), []))
        if exercise.diary:
            said += self._diary()
        text = self._words_so_far()
        if text:
            notes = takeaway.as_notes(exercise, practice, self._now)
            said.append(self._message(f"{self._words.takeaway}\n\n{text}", [], takeaway=notes))
        if not short and said:
            said[-1].buttons = self._buttons("another")
        return said

    def _question_again(self, lead: str) -> Said:
        """Return the present question, after a few words."""
        practice, step = self._practice, self._step()
        if practice.at == INTRO:
            return self.begin()[0]
        if step is None:
            text = self._word(practice.at if practice.at in (BEFORE, AFTER) else "resumed")
            return self._message(_joined(lead, text), [*_scale_buttons(), *self._buttons("skip")])
        parts = [self._progress(step), self._fill(step.ask)]
        if step.answer == "scale":
            parts.append(self._words.scale.format(low=step.ends[0], high=step.ends[1]))
        text = " ".join(part for part in parts if part)
        recalled = self._recalled(step)
        given = answer_at(self._exercise, practice)
        names = ["example"] if step.example else []
        kept = []
        if given not in (None, [], ""):
            answer = ", ".join(given) if isinstance(given, list) else given
            kept.append(self._words.wrote.format(answer=answer))
            names = ["keep", *names]
        buttons = _scale_buttons() if step.answer == "scale" else []
        buttons += [
            {"title": choice, "payload": f"/{PREFIX}choice_{index}"} for index, choice in enumerate(step.choices)
        ]
        if step.answer == "list" and not practice.filling:
            names = [*names, "done"] if given else names
        return self._message(_joined(lead, text, recalled, *kept), [*buttons, *self._buttons(*names, "skip", "stop")])

    def _progress(self, step: Step) -> str:
        steps = self._steps()
        return self._words.progress.format(number=steps.index(step.id) + 1, count=len(steps))

    def _steps(self) -> List[str]:
        """Return the ids of the steps that are asked of this person."""
        group = self._practice.group
        return [step.id for step in self._exercise.steps if not step.only_for or group in step.only_for]

    def _recalled(self, step: Step) -> str:
        lines = []
        for name in step.recall:
            value = self._practice.answers.get(name)
            if value not in (None, [], {}, ""):
                lines.append(f"- {takeaway.in_words(value)}")
        return "\n".join([self._words.recall, *lines]) if lines else ""

    def _reply_of_other_side(self, step: Step, text: Any) -> str:
        """Return what the other side says to a rehearsed line; empty if the step is none."""
        other = self._exercise.other_side
        if not step.rehearse or other is None or not isinstance(text, str):
            return ""
        moods = list(other.moods)
        chosen = self._practice.answers.get(other.mood_step)
        choices = self._exercise.step(other.mood_step).choices
        mood = moods[choices.index(chosen)] if chosen in choices else moods[0]
        replies = other.moods[mood][self._sort_of(text)]  # type: ignore[index]
        said = replies[self._practice.turns % len(replies)]
        return self._words.other_side_says.format(person=self._person(), answer=said)

    def _sort_of(self, text: str) -> str:
        """Return how a rehearsed line comes across: clear, vague or blaming."""
        said = self._coach("i_statement", text, None).criteria
        asked = self._coach("assertive_request", text, None).criteria
        if any(said.get(name) for name in ("blame", "absolutes", "hidden_you", "mind_reading", THREAT)) or asked.get(
            "demand"
        ):
            return "blaming"
        return "clear" if asked.get("request") and asked.get("specific") else "vague"

    # --- Pictures ---------------------------------------------------------------------------------------------------

    def _picture(self, step: Optional[Step]) -> List[Said]:
        """Return the circle as soon as the last of its rings was asked for."""
        rings = [step.id for step in self._exercise.steps if step.ring]
        if step is None or not rings or step.id != rings[-1]:
            return []
        picture = circle_of(self._exercise, self._practice, self._words)
        return [self._message(self._words.picture_circle, [], picture=picture)] if picture else []

    def _diary(self) -> List[Said]:
        runs = [*self._earlier, self._practice]
        picture = diary_of(self._exercise, runs, self._words)
        said = [self._message(self._words.picture_diary, [], picture=picture)] if picture else []
        if is_low(self._exercise, runs):
            said.append(self._message(self._words.low_mood, self._buttons("helplines", "person")))
        return said

    # --- Small parts ------------------------------------------------------------------------------------------------

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
    "calm": "/exercise/time_out",
    "change": f"/{PREFIX}again",
    "words": f"/{PREFIX}words_move",
}


def buttons(words: PracticeWords, *names: str) -> List[Dict[str, str]]:
    """Return the buttons of these names; one without a payload of its own is a move in the exercise."""
    return [{"title": words.buttons[name], "payload": PAYLOADS.get(name, f"/{PREFIX}{name}")} for name in names]


def _scale_buttons() -> List[Dict[str, str]]:
    return [{"title": str(number), "payload": f"/{PREFIX}scale_{number}"} for number in range(11)]


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _person_in(text: str) -> tuple[Optional[str], Optional[str]]:
    """Return the first person a text names by relationship: "your sister" and the group, or nothing."""
    for name, entry in load_lexicon()["relationship"].values.items():
        for word in entry.words:
            if re.search(
                rf"\bmy {re.escape(word)}\b" if not word.startswith("my ") else rf"\b{re.escape(word)}\b",
                text,
                re.IGNORECASE,
            ):
                return f"your {name}", entry.group
    return None, None


def _applies(check: Check, value: Any) -> bool:
    """Return whether the condition of a check holds for an answer."""
    size = value if isinstance(value, int) else len(value) if isinstance(value, list) else len(str(value).split())
    text = (" ".join(value) if isinstance(value, list) else str(value)).replace("’", "'")
    if check.fewer_than is not None:
        return size < check.fewer_than
    if check.more_than is not None:
        return size > check.more_than
    if check.about:
        return _names_group(text, list(check.about))
    words = check.any_of or check.none_of
    found = any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words)
    return found if check.any_of else not found


def _names_group(text: str, groups: List[str]) -> bool:
    for entry in load_lexicon()["relationship"].values.values():
        if entry.group in groups and any(
            re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in entry.words
        ):
            return True
    return False
