"""Runs an exercise: takes a move, returns what is said and where the person is then.

Nothing here knows a particular exercise; the steps come from `content/exercises/`, the words around them from
`content/practice.yml`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import List, Optional

from assistant.content.phrases import load_phrases
from assistant.practice import takeaway
from assistant.practice.answers import Answers
from assistant.practice.moves import REMARKS, Move
from assistant.practice.state import AFTER, BEFORE, INTRO, answer_at, places
from assistant.practice.voice import Said

AWAY = timedelta(hours=6)  # after so long a person is welcomed back


class Runner(Answers):
    """One turn of one exercise; `practice` is changed in place."""

    def take(self, move: Move) -> List[Said]:
        """Take a move; return what is said."""
        practice = self._practice
        practice.turns += 1
        handler = getattr(self, f"_{move.kind}", None)
        if move.kind == "person":
            return self._person_move(move.value)
        if move.kind in REMARKS:
            said = self._remark(move.kind)
        elif handler is None:
            said = [self._question_again(self._word("resumed"))]
        else:
            said = handler(move)
        return said

    def resume(self) -> List[Said]:
        """Take up the exercise where it was left."""
        practice = self._practice
        paused, practice.paused = practice.paused, False
        if practice.at == INTRO:
            return self.begin()
        if paused and practice.at == BEFORE and practice.before is not None:
            return [self._question_again(self._words.calmer_now)]
        lead = self._words.welcome_back if self._was_away() else self._word("resumed")
        return [self._question_again(lead, recalled=True)]

    def _was_away(self) -> bool:
        """Return whether the person comes back after hours or days."""
        seen = self._practice.seen
        return bool(seen) and self._now - datetime.fromisoformat(seen) >= AWAY

    def _welcome(self, _move: Move) -> List[Said]:
        """Greet a person who comes back to an exercise they left; they choose what they want."""
        practice, step = self._practice, self._step()
        text = self._words.left_open.format(title=self._exercise.title)
        names = ["resume", *(["words"] if practice.written() else []), "another"]
        place = self._progress(step) if step else ""
        return [self._message(" ".join(part for part in (text, place) if part), self._buttons(*names))]

    def _person_move(self, person: tuple[str, Optional[str]]) -> List[Said]:
        self._practice.person, self._practice.group = person
        return [self._question_again(self._words.other_person_now.format(person=person[0]))]

    def _dont_know(self, _move: Move) -> List[Said]:
        """Help once; then leave the question out, so that nobody is asked for ever."""
        practice, step = self._practice, self._step()
        practice.helped += 1
        if practice.at == INTRO:
            return [self._message(self._words.no_hurry, self._buttons("start", "list", "leave"))]
        if practice.helped > 1 or practice.pending:
            return self._keep(Move("keep")) if practice.pending else self._skip(Move("skip"))
        if step is None or step.answer == "scale":
            return [self._question_again(self._words.guess)]
        return self._help(Move("help"))

    def _optional(self, _move: Move) -> List[Said]:
        return [self._question_again(self._words.optional)]

    def _to_sentence(self, _move: Move) -> List[Said]:
        """Leave the small questions out and go to the sentence that is practised, if it is still ahead."""
        order, place = places(self._exercise, self._practice), self._place()
        ahead = order[order.index(place) + 1 :] if place in order else order
        coached = {step.id for step in self._exercise.steps if step.coach}
        found = next((there for there in ahead if there.at in coached), None)
        return self._go_to(found, self._word("skipped")) if found else self._skip(Move("skip"))

    def _no_writing(self, _move: Move) -> List[Said]:
        return [self._message(self._words.no_writing, self._buttons("list", "calm", "person", "resume"))]

    def _too_much(self, _move: Move) -> List[Said]:
        self._practice.paused = True
        return [self._message(self._words.too_much, self._buttons("suicidal", "helplines", "person", "calm", "resume"))]

    def _chart(self, _move: Move) -> List[Said]:
        said = self._diary() if self._exercise.diary else []
        if said:
            said[-1].buttons = said[-1].buttons or self._buttons("one_more" if self._practice.finished else "resume")
        names = ["another"] if self._practice.finished else ["resume", "another"]
        return said or [self._message(self._words.no_chart, self._buttons(*names))]

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
        return [self._message(self._words.not_now, self._buttons("start", "another"))]

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
        if self._practice.at in (BEFORE, AFTER):
            return [self._question_again(self._words.why_number)]
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
        if kind == "remark_hard":
            self._practice.helped = 0
        names = ["go_on", "skip", "pause", "stop"] if kind == "remark_hard" else ["go_on", "skip", "another", "stop"]
        return [self._message(self._word(kind), self._buttons(*names))]

    def _go_on(self, _move: Move) -> List[Said]:
        return self.resume()

    def _normal(self, _move: Move) -> List[Said]:
        return [self._question_again(self._words.normal)]

    def _judge(self, _move: Move) -> List[Said]:
        if not self._practice.pending and answer_at(self._exercise, self._practice) in (None, "", [], {}):
            return [self._question_again(self._words.judge)]
        return [self._message(self._words.judge, self._buttons("again", "keep"))]

    def _calm(self, _move: Move) -> List[Said]:
        self._practice.paused = True
        return [self._message(self._words.calm, self._buttons("resume", "helplines", "person"))]

    def _shorter(self, _move: Move) -> List[Said]:
        step = self._step()
        place = self._progress(step) if step else ""
        text = self._words.too_long.format(minutes=str(self._exercise.minutes), count=len(self._steps()))
        if self._practice.at == INTRO:
            return [self._message(text, self._buttons("start", "shorter", "leave"))]
        return [self._message(" ".join([place, text]).strip(), self._buttons("go_on", "pause", "shorter", "stop"))]

    def _words_move(self, _move: Move) -> List[Said]:
        text = self._words_so_far()
        names = ["another"] if self._practice.finished else ["resume", "another"]
        if not text:
            return [self._message(self._words.no_words_yet, self._buttons(*names))]
        notes = takeaway.as_notes(self._exercise, self._practice, self._now)
        return [self._message(f"{self._exercise.title}\n\n{text}", self._buttons(*names), takeaway=notes)]

    def _back(self, _move: Move) -> List[Said]:
        order, place = places(self._exercise, self._practice), self._place()
        if place not in order or order.index(place) == 0:
            return [self._question_again(self._words.first_step)]
        return self._go_to(order[order.index(place) - 1], self._words.back)

    def _skip(self, _move: Move) -> List[Said]:
        if self._practice.at == INTRO:
            return self._start(Move("start"))
        kept = answer_at(self._exercise, self._practice) not in (None, "", [], {})
        return self._next(self._words.said_it if kept else self._word("skipped"))

    def _keep(self, _move: Move) -> List[Said]:
        practice, step = self._practice, self._step()
        given = answer_at(self._exercise, practice)
        if given is None and step is not None and step.id in practice.offered:
            return self._answer(Move("answer", practice.offered[step.id]))
        if given is None:
            return [self._question_again(self._words.said_it if practice.answers else "")]
        return self._next(self._words.said_it if practice.pending else "", step)

    def _again(self, _move: Move) -> List[Said]:
        step = self._step()
        if step is not None:
            self._practice.offered.pop(step.id, None)
        return [self._question_again(self._words.again)]

    def _done(self, _move: Move) -> List[Said]:
        step = self._step()
        if step is None or step.answer != "list":
            return self._keep(Move("keep")) if self._practice.pending else self._skip(Move("skip"))
        return self._close_list(step)

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
        if not isinstance(move.value, str) or not move.value.strip():
            return [self._question_again("")]
        if step.answer == "list":
            return self._entries(step, move.value)
        return self._text(step, move.value.strip())
