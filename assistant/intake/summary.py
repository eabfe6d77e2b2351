"""What a request comes to: the summary the person agrees to, and what the clinic stores."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Tuple

from assistant.content.contact import ContactWords, Question
from assistant.intake.phones import shown_phone
from assistant.intake.state import CONTACT, EMAIL, PHONE, Draft, questions_of

PLAIN = [
    "for_whom",
    "relation",
    "reason",
    "hopes",
    "mode",
    "times",
    "language",
    "therapist_gender",
    "barriers",
    "reach_when",
    "name",
    "age_band",
    "trusted_adult",
]
SAFE = {"safe": True, "not safe": False}


def shown(question: Question, value: str) -> str:
    """Return an answer as it is shown: a choice by its title, other answers as they were written."""
    choice = question.choice(value)
    return choice.title if choice else value


def lines(words: ContactWords, draft: Draft) -> List[Tuple[str, str]]:
    """Return (label, answer) of everything that was answered, in the order of the questions; remarks last."""
    found: List[Tuple[str, str]] = []
    for question in questions_of(words, draft.answers):
        if question.id == CONTACT:
            found += [
                (label, shown_phone(draft.answers[name]) if name == PHONE else draft.answers[name])
                for name, label in ((PHONE, words.phone_label), (EMAIL, words.email_label))
                if name in draft.answers
            ]
        elif question.id in draft.answers:
            found.append((question.label, shown(question, draft.answers[question.id])))
    return [*found, *((words.summary_also, remark) for remark in draft.remarks.values())]


def summary_of(words: ContactWords, draft: Draft) -> str:
    """Return the summary, one answer a line."""
    return "\n".join(f"{label}: {answer}" for label, answer in lines(words, draft))


def as_request(
    words: ContactWords,
    draft: Draft,
    conversation: str,
    channel: str,
    country: str,
    made_at: datetime,
    transcript: List[Dict[str, Any]] | None,
) -> Dict[str, Any]:
    """Return what `console.intake.store.store_request` takes; JSON can hold it.

    Args:
        words: with the words of the consent.
        draft: agreed to.
        conversation: the conversation's opaque id.
        channel: where the person writes, such as `web`.
        country: ISO code, or empty.
        made_at: now, in UTC.
        transcript: the conversation, if the person agreed that it is attached.
    """
    asked = {question.id for question in questions_of(words, draft.answers)}
    answers = {name: value for name, value in draft.answers.items() if name in asked or name in (PHONE, EMAIL)}
    consent = f"{words.consent_version}: {words.consent.format(clinic=words.clinic)}"
    if transcript is not None:
        consent = f"{consent} {words.attach_consent}"
    return {
        "id": draft.id,
        "created_at": made_at.isoformat(),
        "conversation": conversation,
        "channel": channel,
        "country": country,
        **{name: answers.get(name, "") for name in PLAIN},
        "contact_method": answers.get(CONTACT, ""),
        "phone": answers.get(PHONE, ""),
        "email": answers.get(EMAIL, ""),
        "safe_to_leave_message": SAFE.get(answers.get("leave_message", "")),
        "urgency": answers.get("urgency", "routine"),
        "summary": draft.agreed,
        "consent_at": draft.agreed_at,
        "consent_words": consent,
        "transcript_attached": transcript is not None,
        "transcript": transcript,
    }
