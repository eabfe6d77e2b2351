"""Runs an exercise: takes a move, returns what is said and where the person is then.

Nothing here knows a particular exercise; the steps come from `content/exercises/`, the words around them from
`content/practice.yml`.
"""

from __future__ import annotations

from typing import List

from assistant.content.phrases import load_phrases
from assistant.practice import takeaway
from assistant.practice.answers import Answers
from assistant.practice.moves import REMARKS, Move
from assistant.practice.state import AFTER, BEFORE, INTRO, answer_at, places
from assistant.practice.voice import Said, joined


class Runner(Answers):
    """One turn of one exercise; `practice` is changed in place."""

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
        names = ["go_on", "skip", "pause", "stop"] if kind == "remark_hard" else ["go_on", "skip", "another", "stop"]
        return [self._message(self._word(kind), self._buttons(*names))]

    def _go_on(self, _move: Move) -> List[Said]:
        return self.resume()

    def _judge(self, _move: Move) -> List[Said]:
        return [self._message(self._words.judge, self._buttons("again", "keep"))]

    def _calm(self, _move: Move) -> List[Said]:
        self._practice.paused = True
        return [self._message(self._words.calm, self._buttons("resume", "helplines", "person"))]

    def _shorter(self, _move: Move) -> List[Said]:
        step = self._step()
        place = self._progress(step) if step else ""
        return [self._message(joined(place, self._words.too_long), self._buttons("go_on", "pause", "shorter", "stop"))]

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
        if not isinstance(move.value, str):
            return [self._question_again("")]
        if step.answer == "list":
            return self._entries(step, move.value)
        return self._text(step, move.value.strip())
