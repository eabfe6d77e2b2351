"""A contact request while it is put together, and what is kept of those that were sent; both in the slot `contact`."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional

from assistant.content.contact import ContactWords, Question

SLOT = "contact"
INTRO, CHANGE, SUMMARY, ATTACH = "intro", "change", "summary", "attach"
CONTACT, PHONE, EMAIL = "contact", "phone", "email"
REST = timedelta(days=1)  # after so long a request left half done is dropped


@dataclass
class Draft:
    """A request that was not sent yet.

    Attributes:
        id: of the request from its beginning on, so that sending twice stores once (a UUID).
        at: `intro`, a question's id, `summary`, `change` (which answer to change) or `attach`.
        answers: by question the value; `phone` (E.164), `email`, and in `contact` which of the two counts.
        left: questions that were skipped.
        remarks: what was said besides, for the clinic, by the question it was said at (with a `?` where it did not answer it).
        number: a phone number whose country was asked for.
        slip: an email address that looked like a slip; sent again it is taken.
        instead: what it was probably meant to be.
        method: `phone` or `email`, when the person said which before giving it.
        agreed: the summary that was agreed to; empty until then and after each change.
        agreed_at: when, ISO 8601.
        turns: number of moves so far, for the wording to use.
        paused: left for later.
        touched: time of the last move, ISO 8601.
    """

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: str = INTRO
    answers: Dict[str, str] = field(default_factory=dict)
    left: List[str] = field(default_factory=list)
    remarks: Dict[str, str] = field(default_factory=dict)
    number: str = ""
    slip: str = ""
    instead: str = ""
    method: str = ""
    agreed: str = ""
    agreed_at: str = ""
    turns: int = 0
    paused: bool = False
    touched: str = ""

    def set(self, name: str, value: str) -> None:
        """Set an answer; what was agreed to is not agreed to any more."""
        self.answers[name] = value
        self.remarks.pop(name, None)
        self.left = [left for left in self.left if left != name]
        self.agreed = ""

    def leave(self, name: str) -> None:
        """Leave a question out."""
        self.answers.pop(name, None)
        self.remarks.pop(name, None)
        if name not in self.left:
            self.left.append(name)
        self.agreed = ""


@dataclass
class Sent:
    """What is kept of a request that was sent: id, reference, when (ISO 8601), and whether it was taken back."""

    id: str
    reference: str
    at: str
    withdrawn: bool = False


@dataclass
class Intake:
    """The slot: the request that is being put together, if any, and those that were sent.

    `asking` is the reference of the request that the person was asked about ("Shall I take it back?").
    """

    draft: Optional[Draft] = None
    sent: List[Sent] = field(default_factory=list)
    asking: str = ""

    def as_dict(self) -> Optional[Dict[str, Any]]:
        """Return the value of the slot; nothing where there is nothing to keep."""
        return asdict(self) if self.draft or self.sent else None

    @classmethod
    def from_dict(cls, value: Any, now: datetime) -> Intake:
        """Return what a slot holds; a draft that rested for a day, or of another version of the program, is left out."""
        if not isinstance(value, dict):
            return cls()
        draft = _known(Draft, value.get("draft"))
        if draft is not None and draft.touched and now - datetime.fromisoformat(draft.touched) > REST:
            draft = None
        sent = [found for found in (_known(Sent, entry) for entry in value.get("sent") or []) if found]
        return cls(draft, sent, str(value.get("asking") or ""))


def applies(question: Question, answers: Dict[str, str]) -> bool:
    """Return whether a question is asked at all, by the answers so far."""
    return all(answers.get(other) in wanted for other, wanted in question.only_for.items())


def questions_of(words: ContactWords, answers: Dict[str, str]) -> List[Question]:
    """Return the questions that are asked, in their order."""
    return [question for question in words.questions if applies(question, answers)]


def next_open(words: ContactWords, draft: Draft) -> Optional[Question]:
    """Return the first question that was neither answered nor skipped."""
    done = {*draft.answers, *draft.left}
    return next((question for question in questions_of(words, draft.answers) if question.id not in done), None)


def _known(kind: Any, value: Any) -> Any:
    """Return a dataclass from a mapping, or `None` if it is of another version of the program."""
    if not isinstance(value, dict):
        return None
    try:
        return kind(**{key: value[key] for key in kind.__dataclass_fields__ if key in value})
    except TypeError:
        return None
