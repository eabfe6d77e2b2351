"""How a contact request asks: the present question with what belongs to it, and messages with their buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence

from assistant.content.contact import ContactWords, Question, load_contact
from assistant.content.helplines import load_helplines
from assistant.dialogue.conversation import REQUEST
from assistant.intake.phones import shown_phone
from assistant.intake.state import (
    ATTACH,
    CHANGE,
    CONTACT,
    EMAIL,
    INTRO,
    PHONE,
    SUMMARY,
    Draft,
    Intake,
    Sent,
    questions_of,
)
from assistant.intake.summary import shown, summary_of
from assistant.practice.voice import Said, joined

ALSO = "also"  # what was said besides the answers, as something to take out


@dataclass(frozen=True)
class Setting:
    """What is known of the conversation besides the request.

    Attributes:
        conversation: its opaque id.
        channel: where the person writes.
        told: the country the person named, or `None`.
        country: whose help lines are named, as ISO code.
        countries: countries a number may be from, likeliest first.
        abused: whether abuse was told in this conversation.
        transcript: what was said so far, `{"from", "text", "at"}`.
    """

    conversation: str
    channel: str = ""
    told: Optional[str] = None
    country: str = ""
    countries: Sequence[str] = ()
    abused: bool = False
    transcript: List[Dict[str, Any]] = field(default_factory=list)


class Voice:
    """Puts a request into words."""

    def __init__(self, intake: Intake, setting: Setting) -> None:
        self._intake = intake
        self._setting = setting
        self._words: ContactWords = load_contact()

    @property
    def _draft(self) -> Draft:
        if self._intake.draft is None:
            self._intake.draft = Draft()
        return self._intake.draft

    def _begin(self) -> List[Said]:
        self._draft.at, self._draft.paused = INTRO, False
        note = self._fill(self._words.intro_note)
        return [self._message(joined(self._fill(self._words.intro), note), "start", "why", "leave")]

    def _again(self, lead: str = "") -> List[Said]:
        """Return the present question, after a few words."""
        at = self._draft.at
        if at == INTRO:
            return self._begin()
        if at == SUMMARY:
            return self._summary(lead)
        if at == CHANGE:
            return self._which_field(lead)
        if at == ATTACH:
            text = joined(lead, self._fill(self._words.attach))
            return [self._message(text, "send_without", "send_with", SUMMARY, "stop")]
        question = self._words.question(at)
        return [self._asked(question, lead)] if question else self._summary(lead)

    def _asked(self, question: Question, lead: str) -> Said:
        draft, answers = self._draft, self._draft.answers
        ask = question.ask
        if question.ask_other and answers.get("for_whom") == "someone_else":
            ask = question.ask_other
        if question.ask_safe and self._setting.abused:
            ask = question.ask_safe
        given = self._given(question)
        kept = self._fill(self._words.wrote, answer=given) if given else ""
        named = [
            {"title": choice.title, "payload": f"/{REQUEST}choice_{question.id}_{place}"}
            for place, choice in enumerate(question.choices)
        ]
        names = ["keep"] if given else []
        if question.id == CONTACT and not draft.method:
            names += [PHONE, EMAIL]
        names += ["shortcut"] if question.shortcut and CONTACT not in answers else []
        names += ["skip"] if question.skip else []
        return self._message(joined(lead, self._fill(ask), kept), *names, "stop", first=named)

    def _given(self, question: Question) -> str:
        answers = self._draft.answers
        if question.id == CONTACT:
            ways = [shown_phone(answers[PHONE])] if PHONE in answers else []
            return ", ".join([*ways, *([answers[EMAIL]] if EMAIL in answers else [])])
        return shown(question, answers[question.id]) if question.id in answers else ""

    def _summary(self, lead: str = "") -> List[Said]:
        self._draft.at = SUMMARY
        head = self._fill(self._words.summary)
        text = joined(lead, f"{head}\n\n{summary_of(self._words, self._draft)}", self._fill(self._words.consent))
        return [self._message(text, "agree", "change", "stop")]

    def _which_field(self, lead: str = "") -> List[Said]:
        self._draft.at = CHANGE
        fields = [
            {"title": question.label, "payload": f"/{REQUEST}field_{question.id}"}
            for question in questions_of(self._words, self._draft.answers)
        ]
        if self._draft.remarks:
            fields.append({"title": self._words.remove_also, "payload": f"/{REQUEST}field_{ALSO}"})
        return [self._message(joined(lead, self._words.which_field), SUMMARY, "stop", first=fields)]

    def _sent_message(self, text: str, sent: Optional[Sent], *names: str) -> Said:
        """Return a message on a request that was sent; its buttons know which one."""
        reference = sent.reference if sent else ""
        own = {"withdraw": f"/{REQUEST}take_{reference}", "withdraw_yes": f"/{REQUEST}yes_{reference}"}
        buttons = self._buttons(*names)
        for button, name in zip(buttons, names):
            button["payload"] = own.get(name, button["payload"])
        return Said(self._fill(text, reference=reference), buttons, {"about": f"{REQUEST}sent"})

    def _word(self, name: str) -> str:
        return self._words.wording(name, self._draft.turns)

    def _fill(self, text: str, **values: str) -> str:
        """Put values where their names stand in braces; not `format`, since answers may hold braces."""
        words, lines, country = self._words, load_helplines(), self._setting.country
        known: Mapping[str, str] = {
            "clinic": words.clinic,
            "hours": words.hours,
            "emergency_number": lines.emergency(country),
            "suicide_line": lines.say(country, "suicide"),
            "suicide_short": lines.short(country, "suicide"),
            "abuse_line": lines.say(country, "abuse", "suicide"),
            **values,
        }
        return re.sub(r"{(\w+)}", lambda found: known.get(found[1], found[0]), text.strip())

    def _buttons(self, *names: str) -> List[Dict[str, str]]:
        return [
            {"title": self._words.buttons[name], "payload": PAYLOADS.get(name, f"/{REQUEST}{name}")} for name in names
        ]

    def _message(self, text: str, *names: str, first: Sequence[Dict[str, str]] = ()) -> Said:
        at = self._intake.draft.at if self._intake.draft else "none"
        return Said(text, [*first, *self._buttons(*names)], {"about": f"{REQUEST}{at}"})


PAYLOADS = {
    "helplines": "/ask_helpline",
    PHONE: f"/{REQUEST}method_phone",
    EMAIL: f"/{REQUEST}method_email",
}
