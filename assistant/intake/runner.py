"""Runs a contact request: takes a move, returns what is said. The questions and all words come from `content/contact.yml`."""

from __future__ import annotations

from typing import List, Optional

from assistant.intake.sending import Sending
from assistant.intake.state import ATTACH, CHANGE, CONTACT, INTRO, SUMMARY, Draft, questions_of
from assistant.intake.values import relation_in
from assistant.practice.moves import REMARKS, Move
from assistant.practice.voice import Said

AFTERWARDS = ("withdraw", "withdraw_yes", "withdraw_no", "status", "erase_note")
OUTSIDE = ("begin", "another")
PLACES = {
    **dict.fromkeys(("start", "leave"), (INTRO,)),
    **dict.fromkeys(("agree",), (SUMMARY,)),
    **dict.fromkeys(("send_with", "send_without"), (ATTACH,)),
}


class Runner(Sending):
    """One turn of a request; `intake` is changed in place."""

    def take(self, move: Move) -> List[Said]:
        """Take a move; return what is said."""
        if move.kind in AFTERWARDS:
            said = self._run(move)
            self._intake.asking = self._intake.asking if move.kind == "withdraw" else ""
            return said
        self._intake.asking = ""
        if move.kind in OUTSIDE:
            return self._begin_new(move)
        lost = self.was_sent()
        if lost is not None:
            return lost
        if self._intake.draft is None:
            return [self._message(self._words.nothing_open, "another")]
        draft = self._draft
        draft.turns += 1
        draft.touched = self._now.isoformat()
        if draft.at not in PLACES.get(move.kind, (draft.at,)):
            return self._again()  # a button of an earlier message
        return self._remark(move.kind) if move.kind in REMARKS else self._run(move)

    def _run(self, move: Move) -> List[Said]:
        handler = getattr(self, f"_on_{move.kind}", None)
        return handler(move) if handler else self._again(self._word("resumed"))

    def _begin_new(self, move: Move) -> List[Said]:
        """Begin a request, or take up the one that rests; what was told already is not asked again."""
        if self._intake.draft is not None:
            self._draft.paused = False
            if isinstance(move.value, str) and CONTACT not in self._draft.answers:
                self._take_contact_quietly(move.value)
                if self._draft.at == CONTACT and CONTACT in self._draft.answers:
                    return self._next(self._word("noted"))
            return self.was_sent() or self._again(self._word("resumed"))
        if move.kind == "begin":
            said = self.already()
            if said is not None:
                return said
        self._intake.draft = Draft(touched=self._now.isoformat())
        if isinstance(move.value, str):
            self._take_contact_quietly(move.value)
            relation = relation_in(move.value)
            if relation and f"for my {relation}" in move.value.lower():
                self._draft.set("for_whom", "someone_else")
                self._draft.set("relation", relation)
        return self._begin()

    def _take_contact_quietly(self, text: str) -> None:
        """Take a number or address from the first message, if it is right; otherwise it is asked for."""
        self._take_contact(text)
        self._draft.number = self._draft.slip = self._draft.instead = ""

    def _on_start(self, _move: Move) -> List[Said]:
        count = len(questions_of(self._words, self._draft.answers))
        return self._next(self._fill(self._words.first, count=str(count)))

    def _on_leave(self, _move: Move) -> List[Said]:
        return self._on_stop(_move)

    def _on_stop(self, _move: Move) -> List[Said]:
        """Drop the request; nothing of it is kept."""
        self._intake.draft = None
        return [self._message(self._words.stopped, "another")]

    def _on_pause(self, _move: Move) -> List[Said]:
        self._draft.paused = True
        return [self._message(self._words.paused, "resume", "stop")]

    def _on_resume(self, _move: Move) -> List[Said]:
        self._draft.paused = False
        return self._again(self._word("resumed"))

    def _on_go_on(self, _move: Move) -> List[Said]:
        return self._again()

    def _on_question(self, _move: Move) -> List[Said]:
        return self._again(self._word("resumed"))

    def _on_repeat(self, _move: Move) -> List[Said]:
        return self._again()

    def _on_not_understood(self, _move: Move) -> List[Said]:
        return self._again(self._word("not_understood"))

    def _on_example(self, _move: Move) -> List[Said]:
        question = self._words.question(self._draft.at)
        example = question.example if question else None
        return self._again(self._fill(self._words.example, answer=example) if example else self._words.no_example)

    def _on_help(self, _move: Move) -> List[Said]:
        question = self._words.question(self._draft.at)
        if question is not None and question.id == CONTACT:
            return self._on_refuse(_move)
        if question is not None and question.answer == "choice":
            return self._again(question.help or self._words.wording("pick_one", 0))
        return self._again(question.help if question and question.help else self._words.no_help)

    def _on_what_next(self, _move: Move) -> List[Said]:
        return self._again(self._fill(self._words.next))

    def _on_why(self, _move: Move) -> List[Said]:
        if self._draft.at in (INTRO, SUMMARY, ATTACH, CHANGE):
            why = self._fill(self._words.intro_why)
            return [self._message(why, "start", "leave")] if self._draft.at == INTRO else self._again(why)
        question = self._words.question(self._draft.at)
        return self._again(question.why if question else self._words.no_why)

    def _remark(self, kind: str) -> List[Said]:
        if kind == "remark_wait":
            return [self._message(self._word(kind), "go_on")]
        if kind == "remark_annoyed" and CONTACT not in self._draft.answers:
            return [self._message(self._word(kind), "go_on", "shortcut", "stop")]
        return self._again(self._word(kind))

    def _on_again(self, _move: Move) -> List[Said]:
        return self._again(self._words.again)

    def _on_other(self, _move: Move) -> List[Said]:
        return self._on_stop(_move)

    def _on_shorter(self, _move: Move) -> List[Said]:
        return self._on_shortcut(_move)

    def _on_shortcut(self, _move: Move) -> List[Said]:
        """Leave out what comes before the contact details, except name and age: the clinic's rule for minors hangs on it."""
        for question in questions_of(self._words, self._draft.answers):
            if question.id == CONTACT:
                break
            if question.skip and question.id not in ("name", "age_band", *self._draft.answers):
                self._draft.leave(question.id)
        return self._next(self._words.shortcut)

    def _on_skip(self, _move: Move) -> List[Said]:
        draft = self._draft
        question = self._words.question(draft.at)
        if question is None:
            return self._on_start(_move) if draft.at == INTRO else self._again()
        if not question.skip:
            return self._on_refuse(_move)
        draft.leave(question.id)
        return self._next(self._word("skipped"))

    def _on_keep(self, _move: Move) -> List[Said]:
        return self._next() if self._draft.at in self._draft.answers else self._again()

    def _on_done(self, _move: Move) -> List[Said]:
        return self._on_skip(_move)

    def _on_back(self, _move: Move) -> List[Said]:
        draft = self._draft
        order = [question.id for question in questions_of(self._words, draft.answers)]
        before: Optional[str] = None
        if draft.at in order:
            place = order.index(draft.at)
            before = order[place - 1] if place else None
        elif draft.at in (SUMMARY, ATTACH, CHANGE):
            before = order[-1] if draft.at == SUMMARY else SUMMARY
        if before is None:
            return self._again(self._words.first_question)
        draft.at = before
        return self._again(self._words.back)
