"""The contact request's questions and words, from `content/contact.yml`. How to change them: `docs/contact-requests.md`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Literal, Optional, Union

from pydantic import BaseModel, Extra, Field, root_validator, validator

from assistant.content.files import ROOT, parse, read_yaml

FILE = ROOT / "content" / "contact.yml"
MOST_BUTTON = 30
MOST_VALUE = 40  # as much as the console takes
# What a request can hold; each has its place in the console. A question may be left out, except `contact`.
FIELDS = [
    "for_whom",
    "relation",
    "reason",
    "hopes",
    "mode",
    "times",
    "language",
    "therapist_gender",
    "barriers",
    "name",
    "age_band",
    "trusted_adult",
    "contact",
    "leave_message",
    "reach_when",
    "urgency",
]
FIXED_VALUES = {
    "for_whom": {"self", "someone_else"},
    "mode": {"online", "in_person", "either"},
    "leave_message": {"safe", "not safe"},
    "urgency": {"routine", "soon", "urgent"},
}
BUTTONS = [
    "start",
    "leave",
    "why",
    "skip",
    "shortcut",
    "keep",
    "stop",
    "pause",
    "resume",
    "email",
    "phone",
    "agree",
    "change",
    "send_without",
    "send_with",
    "try_again",
    "summary",
    "withdraw",
    "withdraw_yes",
    "withdraw_no",
    "another",
    "slip_yes",
    "slip_no",
    "status",
    "go_on",
    "helplines",
]
Words = List[str]


class Choice(BaseModel, extra=Extra.forbid):
    """One answer to choose.

    Attributes:
        value: what the console stores.
        title: what stands on its button.
        words: what people type for it.
        from_: the youngest age it stands for (`from`), of an age.
        to: the oldest.
        wins: of several choices in one answer this one counts ("either", "not safe").
    """

    value: str = Field(max_length=MOST_VALUE)
    title: str = Field(max_length=MOST_BUTTON)
    words: List[str] = []
    from_: Optional[int] = Field(default=None, alias="from")
    to: Optional[int] = None
    wins: bool = False


class Question(BaseModel, extra=Extra.forbid):
    """One question.

    Attributes:
        id: the field of the request it fills.
        label: how the summary names it.
        names: how people name it when they put it right ("the number is …").
        ask: the question; `ask_other` if the request is for someone else, `ask_safe` after abuse was told.
        help: said to "I don't know what to write".
        why: said to "why?".
        example: an answer that somebody might give.
        answer: kind of answer.
        choices: what to choose from (`choice`).
        own_words: other answers than the choices are taken too.
        only_for: asked only if another question was answered with one of these values.
        skip: whether it may be skipped.
        shortcut: whether a button leads past the other questions to the contact details.
    """

    id: str
    label: str = Field(max_length=MOST_BUTTON)
    names: List[str] = []
    ask: str
    ask_other: Optional[str] = None
    ask_safe: Optional[str] = None
    help: Optional[str] = None
    why: str
    example: Optional[str] = None
    answer: Literal["words", "choice", "name", "contact"] = "words"
    choices: List[Choice] = Field(default=[], max_items=8)
    own_words: bool = False
    only_for: Dict[str, List[str]] = {}
    skip: bool = True
    shortcut: bool = False

    @root_validator(skip_on_failure=True)
    def _fits(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        name, given = values["id"], {choice.value for choice in values["choices"]}
        if name not in FIELDS:
            raise ValueError(f"{name} is no field of a request; use one of {', '.join(FIELDS)}")
        if (values["answer"] == "choice") != bool(given):
            raise ValueError(f"{name}: `choices` belong to `answer: choice`, and to nothing else")
        if name in FIXED_VALUES and given != FIXED_VALUES[name]:
            raise ValueError(f"{name}: the values of its choices must be {', '.join(sorted(FIXED_VALUES[name]))}")
        if (name == "contact") != (values["answer"] == "contact"):
            raise ValueError(f"{name}: `answer: contact` belongs to the question `contact`, and to nothing else")
        if name == "contact" and values["skip"]:
            raise ValueError("contact: write `skip: false`; without it nobody can be reached")
        return values

    def choice(self, value: Optional[str]) -> Optional[Choice]:
        """Return the choice of a value."""
        return next((choice for choice in self.choices if choice.value == value), None)


class ContactWords(BaseModel, extra=Extra.forbid):
    """The whole file. Lists hold wordings used in turn; the file's comments say where each is used."""

    clinic: str
    hours: str
    next: str
    questions: List[Question]
    intro: str
    intro_note: str
    intro_why: str
    first: str
    already: str
    resumed: Words = Field(min_items=1)
    skipped: Words = Field(min_items=1)
    noted: Words = Field(min_items=1)
    back: str
    first_question: str
    no_help: str
    example: str
    no_example: str
    no_why: str
    wrote: str
    again: str
    pick_one: Words = Field(min_items=1)
    pick_one_noted: str
    not_understood: Words = Field(min_items=1)
    remark_hard: Words = Field(min_items=1)
    remark_wait: Words = Field(min_items=1)
    remark_fine: Words = Field(min_items=1)
    remark_annoyed: Words = Field(min_items=1)
    shortcut: str
    paused: str
    stopped: str
    nothing_open: str
    changed: str
    also_noted: str
    removed: str
    which_field: str
    which_value: str
    long: str
    phone_label: str = Field(max_length=MOST_BUTTON)
    phone_names: List[str]
    email_label: str = Field(max_length=MOST_BUTTON)
    email_names: List[str]
    needs_contact: str
    offer_email: str
    offer_phone: str
    ask_phone: str
    ask_email: str
    phone_not_found: str
    phone_country: str
    phone_country_unknown: str
    phone_too_short: str
    phone_too_long: str
    phone_unknown_code: str
    phone_not_given_out: str
    phone_emergency: str
    phone_several: str
    email_no_at: str
    email_no_dot: str
    email_wrong: str
    email_slip: str
    mail_domains: List[str]
    summary: str
    summary_also: str
    remove_also: str = Field(max_length=MOST_BUTTON)
    consent_version: str
    consent: str
    attach: str
    attach_consent: str
    consent_first: str
    sent: str
    sent_with_chat: str
    queued: str
    not_saved: str
    sent_before: str
    keep_reference: str
    urgent_after: str
    status_arrived: str
    status_waiting: str
    status_withdrawn: str
    status_unknown: str
    status_draft: str
    status_none: str
    withdraw_sure: str
    withdrawn: str
    withdraw_queued: str
    withdraw_kept: str
    withdraw_not_saved: str
    withdraw_before: str
    withdraw_other: str
    which_request: str
    erase_note: str
    buttons: Dict[str, str]

    @validator("questions")
    def _whole(cls, questions: List[Question]) -> List[Question]:
        ids = [question.id for question in questions]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice:
            raise ValueError(f"{twice} is asked twice; remove one of the two")
        if "contact" not in ids:
            raise ValueError("contact is missing; without it nobody can be reached")
        known = {question.id: {choice.value for choice in question.choices} for question in questions}
        for question in questions:
            for other, wanted in question.only_for.items():
                if not set(wanted) <= known.get(other, set()):
                    raise ValueError(f"{question.id}: `only_for` names an answer that {other} does not have")
        return questions

    @validator("buttons")
    def _all_buttons(cls, buttons: Dict[str, str]) -> Dict[str, str]:
        missing = [name for name in BUTTONS if not buttons.get(name)]
        if missing:
            raise ValueError(f"{missing[0]} is missing; write what stands on that button")
        for name, title in buttons.items():
            if name not in BUTTONS:
                raise ValueError(f"{name} is not a button of the contact request; remove it")
            if len(title) > MOST_BUTTON:
                raise ValueError(f"{name}: {len(title)} characters; a button has room for {MOST_BUTTON}")
        return buttons

    def question(self, name: str) -> Optional[Question]:
        """Return the question of an id."""
        return next((question for question in self.questions if question.id == name), None)

    def wording(self, name: str, turn: int) -> str:
        """Return the wording for a turn; several wordings are used one after the other."""
        words: Union[str, List[str]] = getattr(self, name)
        return words if isinstance(words, str) else words[turn % len(words)]


@lru_cache(maxsize=1)
def load_contact(path: Path = FILE) -> ContactWords:
    """Return the questions and words.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(ContactWords, read_yaml(path), path)
