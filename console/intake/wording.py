"""The questions of the contact request, as they are put in the chat, for exports and print. No Django here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.content.contact import ContactWords, load_contact

# What stands for the help lines in a question: which ones were shown depends on where the person was.
FILLED = {
    "emergency_number": "the emergency number",
    "suicide_line": "the crisis line",
    "suicide_short": "the crisis line",
    "abuse_line": "the abuse line",
}


@dataclass(frozen=True)
class Asked:
    """A question of the contact request.

    Attributes:
        id: as in `content/contact.yml`; the field of the request, but for `contact` and `leave_message`.
        words: the question as it is put.
        words_other: as it is put where the request is for someone else, if it differs.
        labels: what each choice is called, by its stored value.
        sometimes: asked only after certain answers: without an answer it was not asked. The others were skipped.
    """

    id: str
    words: str
    words_other: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    sometimes: bool = False


@dataclass(frozen=True)
class Wording:
    """The words around the values.

    Attributes:
        asked: the questions in their order.
        attach: what a person agrees to who attaches the conversation.
        software: name of the assistant, for its `Device`.
        version: its version.
    """

    asked: tuple[Asked, ...]
    attach: str
    software: str = "IPT assistant"
    version: str = "0.1.0"


def wording(contact: ContactWords | None = None) -> Wording:
    """Return the questions of `content/contact.yml`.

    Raises:
        ContentError: the file is missing or wrong.
    """
    words = contact or load_contact()
    asked = tuple(
        Asked(
            id=question.id,
            words=_filled(question.ask, words),
            words_other=_filled(question.ask_other or "", words),
            labels={choice.value: choice.title for choice in question.choices},
            sometimes=bool(question.only_for),
        )
        for question in words.questions
    )
    return Wording(asked, _filled(words.attach_consent, words))


def _filled(text: str, words: ContactWords) -> str:
    known = {**FILLED, "clinic": words.clinic, "hours": words.hours}
    return re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], match[0]), text)
