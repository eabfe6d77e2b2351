"""Takes answers and corrections: reads them, stores them in the request, and says what comes next."""

from __future__ import annotations

from typing import Any, List, Optional

from assistant.content.contact import Question
from assistant.intake.corrections import Correction
from assistant.intake.phones import read_country, read_phone, region_of, shown_phone
from assistant.intake.state import CONTACT, EMAIL, PHONE, SUMMARY, next_open
from assistant.intake.summary import shown
from assistant.intake.values import (
    read_choice,
    read_email,
    read_name,
    relation_in,
)
from assistant.intake.voice import ALSO, Voice
from assistant.practice.moves import Move
from assistant.practice.voice import Said, joined

LONGEST = 1000  # characters of an answer, as many as a message may have
REMARK_WORDS = 6  # an answer to choose that has more says something besides
NO_REMARK = ("for_whom", "language", "therapist_gender")


class Answers(Voice):
    """What becomes of an answer; the request is changed in place."""

    def _on_answer(self, move: Move) -> List[Said]:
        draft = self._draft
        question = self._words.question(draft.at)
        if question is None:
            return self._again()
        if question.answer == "choice":
            return self._choice(question, move.value)
        text = str(move.value or "").strip()
        if not text:
            return self._again()
        if len(text) > LONGEST:
            return self._again(self._fill(self._words.long, count=str(LONGEST)))
        if question.answer == "contact":
            return self._contact(text)
        draft.set(question.id, read_name(text) if question.answer == "name" else text)
        return self._next(self._word("noted"))

    def _choice(self, question: Question, given: Any) -> List[Said]:
        draft = self._draft
        text = str(given or "").strip()
        value = read_choice(question, text)
        relation = relation_in(text) if question.id == "for_whom" else None
        if relation:
            value = "someone_else"
            draft.set("relation", relation)
        remarked = len(text.split()) >= REMARK_WORDS and (question.id not in NO_REMARK or bool(relation))
        if value is None:
            if not remarked:
                return self._again(self._word("pick_one"))
            self._remark_for_clinic(f"{question.id}?", text)
            return self._again(self._words.pick_one_noted)
        draft.set(question.id, value)
        if remarked and value != text:
            self._remark_for_clinic(question.id, text)
        return self._next(self._word("noted"))

    def _on_chosen(self, move: Move) -> List[Said]:
        """Take a button; one of an earlier question puts that answer right."""
        draft = self._draft
        name, _, place = str(move.value).rpartition("_")
        question = self._words.question(name)
        if question is None or not place.isdecimal() or int(place) >= len(question.choices):
            return self._again()
        draft.set(name, question.choices[int(place)].value)
        if draft.at == name:
            return self._next(self._word("noted"))
        return self._again(self._fill(self._words.changed, label=question.label, value=self._value(name)))

    def _remark_for_clinic(self, place: str, text: str) -> None:
        """Keep what was said besides an answer."""
        draft = self._draft
        before = draft.remarks.get(place)
        if text not in (before or ""):
            draft.remarks[place] = f"{before} / {text}" if before else text
            draft.agreed = ""

    def _contact(self, text: str) -> List[Said]:
        problem = self._take_contact(text)
        return [self._asked_contact(problem)] if problem else self._next(self._word("noted"))

    def _asked_contact(self, problem: str) -> Said:
        """Return what is wrong with a number or address; the question itself is in it."""
        names = ["slip_yes", "slip_no"] if self._draft.slip else self._ways()
        return self._message(problem, *names, "stop")

    def _set_email(self, address: str) -> None:
        draft = self._draft
        draft.set(EMAIL, address)
        draft.set(CONTACT, EMAIL)
        draft.slip = draft.instead = ""

    def _on_slip_yes(self, _move: Move) -> List[Said]:
        return self._decide(self._draft.instead)

    def _on_slip_no(self, _move: Move) -> List[Said]:
        return self._decide(self._draft.slip)

    def _decide(self, address: str) -> List[Said]:
        """Take one of two spellings of an address."""
        if not address:
            return self._again()
        self._set_email(address)
        return self._next(self._word("noted"))

    def _ways(self) -> List[str]:
        method = self._draft.method
        return [EMAIL] if method == PHONE else [PHONE] if method == EMAIL else [PHONE, EMAIL]

    def _take_contact(self, text: str) -> str:
        """Take the number or the address in a text; return what is wrong with it, or nothing."""
        draft, words, setting = self._draft, self._words, self._setting
        email = read_email(text, words.mail_domains)
        if email is not None:
            if email.problem == "email_slip" and draft.slip != email.address:
                draft.slip, draft.instead = email.address, email.instead
                return self._fill(words.email_slip, answer=email.instead)
            if not email.address:
                return str(getattr(words, email.problem))
            self._set_email(email.address)
        phone = None
        named = read_country(text) if draft.number else None
        if draft.number and named:
            phone = read_phone(draft.number, named, [])
        elif email is None or read_phone(text, None, setting.countries):
            before = region_of(draft.answers[PHONE]) if PHONE in draft.answers else None
            likely = [*([before] if before else []), *setting.countries]
            phone = read_phone(text, None if before else setting.told, likely)
        if phone is not None and phone.number:
            draft.set(PHONE, phone.number)
            draft.set(CONTACT, PHONE)
            draft.number = ""
            return ""
        if email is not None:
            return ""
        if phone is not None:
            draft.number = phone.typed if phone.problem == "phone_country" else ""
            return self._fill(str(getattr(words, phone.problem)), country=phone.country)
        if draft.number:
            return words.phone_country_unknown
        return words.email_no_at if draft.method == EMAIL else words.phone_not_found

    def _on_method(self, move: Move) -> List[Said]:
        """The person said which of the two it will be; it is asked for."""
        self._draft.method = PHONE if move.value == PHONE else EMAIL
        return [self._asked_contact(self._words.ask_phone if move.value == PHONE else self._words.ask_email)]

    def _on_method_phone(self, _move: Move) -> List[Said]:
        self._draft.at = CONTACT
        return self._on_method(Move("method", PHONE))

    def _on_method_email(self, _move: Move) -> List[Said]:
        self._draft.at = CONTACT
        return self._on_method(Move("method", EMAIL))

    def _on_offer(self, move: Move) -> List[Said]:
        """The person refuses one of the two; the other one is asked for, unless it was refused before."""
        if self._draft.method not in ("", move.value):
            return [self._message(self._words.needs_contact, PHONE, EMAIL, "stop")]
        self._draft.method = EMAIL if move.value == EMAIL else PHONE
        return [self._asked_contact(self._words.offer_email if move.value == EMAIL else self._words.offer_phone)]

    def _on_refuse(self, _move: Move) -> List[Said]:
        return [self._message(self._words.needs_contact, PHONE, EMAIL, "stop")]

    def _on_aged(self, move: Move) -> List[Said]:
        """An age said at another question is taken as well: "I'm 14"."""
        question = self._words.question("age_band")
        value = read_choice(question, str(move.value)) if question else None
        if question is None or value is None:
            return self._again(self._word("not_understood"))
        self._draft.set(question.id, value)
        return self._again(self._fill(self._words.also_noted, label=question.label, value=self._value(question.id)))

    def _on_told(self, move: Move) -> List[Said]:
        """A number or address in the middle of another question is taken as well."""
        field, text, *besides = move.value
        old = self._draft.answers.get(field)
        problem = self._take_contact(text)
        if problem:
            self._draft.at = CONTACT
            return [self._asked_contact(problem)]
        words = self._words.changed if old else self._words.also_noted
        lead = self._fill(words, label=self._label(field), value=self._value(field))
        if not besides or not besides[0]:
            return self._again(lead)
        said = self._on_answer(Move("answer", besides[0]))
        return [Said(joined(lead, said[0].text), said[0].buttons, said[0].notes), *said[1:]]

    def _on_correct(self, move: Move) -> List[Said]:
        """Put right what the person names; what follows is the question that was asked."""
        correction: Correction = move.value
        field, value, draft = correction.field, correction.value, self._draft
        if value is None:
            return self._on_edit(Move("edit", field))
        if value == "":
            if field in (CONTACT, PHONE, EMAIL):
                return self._on_edit(Move("edit", field))
            draft.leave(field)
            return self._again(self._fill(self._words.removed, label=self._label(field)))
        problem = self._put_right(field, value)
        if problem is not None:
            if field in (CONTACT, PHONE, EMAIL):
                draft.at = CONTACT
                return [self._asked_contact(problem)]
            return self._on_edit(Move("edit", field), problem)
        lead = self._fill(self._words.changed, label=self._label(field), value=self._value(field))
        if (
            draft.at == field
            or (draft.at == CONTACT and field in (PHONE, EMAIL))
            or self._words.question(draft.at) is None
        ):
            return self._next(lead)
        return self._again(lead)

    def _put_right(self, field: str, value: str) -> Optional[str]:
        """Set a field from the words of a correction; return what is wrong, or `None`."""
        draft, question = self._draft, self._words.question(field)
        if field in (CONTACT, PHONE, EMAIL):
            return self._take_contact(value) or None
        if question is None:
            return ""
        if question.answer == "choice":
            relation = relation_in(value) if field == "for_whom" else None
            chosen = "someone_else" if relation else read_choice(question, value)
            if chosen is None and field == "for_whom":
                chosen = "self"
            if chosen is None:
                return self._word("pick_one")
            if relation:
                draft.set("relation", relation)
            value = chosen
        elif question.answer == "name":
            value = read_name(value)
        draft.set(field, value)
        return None

    def _on_edit(self, move: Move, lead: str = "") -> List[Said]:
        """Ask for one answer again."""
        if move.value == ALSO:
            self._draft.remarks.clear()
            self._draft.agreed = ""
            return self._next(self._fill(self._words.removed, label=self._words.summary_also))
        field = CONTACT if move.value in (PHONE, EMAIL) else str(move.value)
        if self._words.question(field) is None:
            return self._which_field()
        self._draft.at = field
        self._draft.method = move.value if move.value in (PHONE, EMAIL) else ""
        if move.value in (PHONE, EMAIL):
            return self._on_method(Move("method", move.value))
        return self._again(lead or self._fill(self._words.which_value, label=self._label(field)))

    def _next(self, lead: str = "") -> List[Said]:
        """Go on to the first question that is open; to the summary when none is."""
        draft = self._draft
        question = next_open(self._words, draft)
        draft.paused, draft.method = False, ""
        draft.at = question.id if question else SUMMARY
        return self._again(joined(lead))

    def _label(self, field: str) -> str:
        if field in (PHONE, EMAIL):
            return self._words.phone_label if field == PHONE else self._words.email_label
        question = self._words.question(field)
        return question.label if question else field

    def _value(self, field: str) -> str:
        answers = self._draft.answers
        if field in (CONTACT, PHONE) and PHONE in answers:
            return shown_phone(answers[PHONE])
        question = self._words.question(field)
        value = answers.get(field, "")
        return shown(question, value) if question else value
