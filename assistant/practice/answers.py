"""Takes answers to the steps of an exercise: stores them, looks at them, and goes on."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Callable, Dict, List, Optional, Sequence

from assistant.coach.reviewer import Review
from assistant.content.exercises import Check, Step, load_exercises
from assistant.practice import takeaway
from assistant.practice.checks import applies, person_in
from assistant.practice.openings import person_said
from assistant.practice.pictures import circle_of, diary_of, is_low
from assistant.practice.state import BEFORE, CHECKED, COACHED, END, Place, Practice, entry_at, picked_entry, places
from assistant.practice.values import read_list, read_moment, read_number
from assistant.practice.voice import Said, Voice

TOO_HIGH = 8  # distress from which an exercise stops (facts, 4.0)
RISEN = 3  # a rise from which it stops
MOST_TIPS = 2
FEWEST_JUDGED = 5  # words of a rehearsed line
PUT_DOWN, THREAT = "self_put_down", "threat"
Coach = Callable[[str, str, Optional[str]], Review]


class Answers(Voice):
    """What becomes of an answer; `practice` is changed in place."""

    def __init__(self, practice: Practice, coach: Coach, now: datetime, earlier: Sequence[Practice] = ()) -> None:
        super().__init__(practice, earlier)
        self._coach = coach
        self._now = now

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
        if practice.before is None and number < TOO_HIGH:
            return self._next("")
        risen = practice.before is not None and number - practice.before >= RISEN
        if number >= TOO_HIGH or risen:
            text = self._words.risen if risen else self._words.still_high
            done = self._finish(short=True)
            return [self._message(text, self._buttons("calm", "helplines", "person")), *done]
        before = practice.before or 0
        words = self._words
        return self._next(words.calmer if number < before else words.more_tense if number > before else words.as_tense)

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
        elif needs_index or not isinstance(value, str) or not re.search(r"[^\W\d_]", value):
            return [self._question_again(self._word("pick_one"))]
        self._store(step, value)
        self._learn_person(step, value)
        return self._look_at(step, value) or self._next(self._fill(step.after))

    def _learn_person(self, step: Step, text: str) -> None:
        """Take up the other person from an answer: from one that is asked for them always, else if none is known yet."""
        practice = self._practice
        if step.who:
            found = person_said(text)
            if found[0]:
                practice.person, practice.group = found
        elif practice.person is None and step.answer == "text":
            practice.person, practice.group = person_in(text)

    def _entries(self, step: Step, text: str) -> List[Said]:
        practice = self._practice
        old = practice.answers.get(step.id)
        entries = list(old) if isinstance(old, list) and practice.filling else []
        entries += [entry for entry in read_list(text, names=bool(step.ring)) if entry not in entries]
        practice.answers[step.id] = entries
        if not entries:
            return self._close_list(step)
        practice.filling = True
        return [self._message(self._word("list_more"), self._buttons("done"))]

    def _text(self, step: Step, text: str) -> List[Said]:
        text = picked_entry(step, self._practice, text) or text
        self._store(step, text)
        self._learn_person(step, text)
        if step.coach:
            said = self._coached(step, text)
            if said is not None:
                return said
        said = self._look_at(step, text)
        if said:
            return said
        return self._next(self._note_moment(step, text) or self._fill(step.after), step)

    def _note_moment(self, step: Step, text: str) -> str:
        """Keep the day that a planned time means today; return what is said to it."""
        practice = self._practice
        practice.moments.pop(step.id, None)
        moment = read_moment(text, self._now) if step.answer == "when" else None
        if moment is None:
            return ""
        practice.moments[step.id] = str(moment)
        return self._words.calendar_day.format(answer=takeaway.say_moment(moment))

    def _coached(self, step: Step, text: str) -> Optional[List[Said]]:
        """Return feedback on a sentence if it asks something of the person; `None` lets the exercise go on."""
        practice = self._practice
        heard = practice.answers.get(step.recall[0]) if step.coach == "active_listening" and step.recall else None
        review = self._coach(str(step.coach), text, heard if isinstance(heard, str) else None)
        if review.threatens:
            practice.pending = COACHED
            return [self._message(self._words.threat, self._buttons("again", "no_threat", "hurt_someone", "afraid"))]
        if review.criteria.get(PUT_DOWN) and "burden" in text.lower():
            practice.pending = COACHED
            return [self._message(self._words.burden, self._buttons("again", "keep", "suicidal"))]
        tips = practice.tips.get(step.id, 0)
        if review.tip and tips < MOST_TIPS:
            practice.tips[step.id] = tips + 1
            practice.pending = COACHED
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
            asked = key in practice.checked
            if not applies(check, value) or (asked and (check.danger or not check.stop)):
                continue
            practice.checked.append(key)
            if check.stop:
                practice.paused = True
                if not check.danger:
                    practice.answers.pop(step.id, None)  # so that taking it up again asks once more
                asked_of = {"suicide": ["suicidal"], "abuse": ["afraid"]}.get(check.danger or "", [])
                names = [*asked_of, "helplines", "person", *(["resume"] if check.danger else [])]
                return [self._message(self._fill(check.say), [*_offers(check), *self._buttons(*names)])]
            if step.answer == "list":
                practice.filling = True
                return [self._message(self._fill(check.say), [*_offers(check), *self._buttons("done")])]
            practice.pending = CHECKED
            offers = _offers(check)
            return [self._message(self._fill(check.say), [*offers, *self._buttons("change", "kept")])]
        return []

    def _close_list(self, step: Step) -> List[Said]:
        entries = self._practice.answers.setdefault(step.id, [])
        return self._look_at(step, entries) or self._next("" if entries else self._words.list_empty)

    def _store(self, step: Step, value: Any) -> None:
        practice = self._practice
        entry = entry_at(self._exercise, practice)
        if entry is None:
            practice.answers[step.id] = value
        else:
            given = practice.answers.get(step.id)
            practice.answers[step.id] = {**(given if isinstance(given, dict) else {}), entry: value}

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
        practice.pending = ""
        practice.filling = practice.paused = False
        practice.helped = 0
        return [self._question_again(lead, recalled=True)]

    def _finish(self, lead: str = "", short: bool = False) -> List[Said]:
        practice, exercise = self._practice, self._exercise
        practice.at, practice.finished = END, True
        said = []
        if not short:
            closing = exercise.closing.strip() if practice.written() else self._words.closing_empty
            said.append(self._message("\n\n".join(part for part in (lead, closing) if part), []))
        if exercise.diary:
            said += self._diary()
        text = self._words_so_far()
        if text:
            notes = takeaway.as_notes(exercise, practice, self._now)
            said.append(self._message(f"{self._words.takeaway}\n\n{text}", [], takeaway=notes))
        if not short and said:
            again = [{"title": self._words.buttons["one_more"], "payload": f"/exercise/{exercise.id}"}]
            said[-1].buttons = [*(again if exercise.diary else []), *self._buttons("another")]
        return said

    def _words_so_far(self) -> str:
        return takeaway.as_text(self._exercise, self._practice)

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
        """Return how a rehearsed line comes across: clear, vague or blaming; who asks for something plainly blames nobody."""
        said, asked = self._coach("i_statement", text, None), self._coach("assertive_request", text, None)
        if said.surely(THREAT) or asked.surely(THREAT):
            return "blaming"
        requests = bool(asked.criteria.get("request"))
        if requests and (asked.criteria.get("specific") or said.criteria.get("feeling")) and not said.surely("blame"):
            return "clear"
        if len(text.split()) < FEWEST_JUDGED:
            return "clear" if requests else "vague"
        blames = ("blame", "absolutes", "hidden_you", "mind_reading")
        return "blaming" if any(said.surely(name) for name in blames) or asked.surely("demand") else "vague"

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


def _offers(check: Check) -> List[Dict[str, str]]:
    """Return the buttons of the exercises that a check offers."""
    known = load_exercises()
    return [{"title": known[name].title, "payload": f"/exercise/{name}"} for name in check.offer if name in known]
