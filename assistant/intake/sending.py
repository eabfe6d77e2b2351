"""Summary, consent and sending of a request; and what can be asked of one that was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Optional, Protocol, Sequence

from assistant.intake.answers import Answers
from assistant.intake.state import ATTACH, SUMMARY, Intake, Sent, next_open
from assistant.intake.summary import as_request, summary_of
from assistant.intake.voice import Setting
from assistant.practice.moves import Move
from assistant.practice.voice import Said, joined

# What became of a request: in the clinic's database, on this machine's disk, taken back, nowhere; or it cannot be said.
STORED, QUEUED, WITHDRAWN, MISSING, UNKNOWN = "stored", "queued", "withdrawn", "missing", "unknown"


class Post(Protocol):
    """Brings requests to the clinic (`actions.contact_post`)."""

    def send(self, request: Dict[str, Any]) -> tuple[str, str]:
        """Return `stored` or `queued` and the reference; `missing` if it could be kept nowhere."""

    def withdraw(self, request_id: str, reference: str, conversation: str) -> str:
        """Return `withdrawn`, `queued`, or `missing` if it could not even be kept."""

    def state(self, request_id: str) -> str:
        """Return `stored`, `queued`, `withdrawn`, `missing` or `unknown`."""

    def sent_before(self, request_id: str) -> Optional[str]:
        """Return the reference of a request that was given to the post before, else `None`."""


class Sending(Answers):
    """The end of a request, and its time after."""

    def __init__(self, intake: Intake, setting: Setting, post: Post, now: datetime) -> None:
        super().__init__(intake, setting)
        self._post = post
        self._now = now

    def _on_agree(self, _move: Move) -> List[Said]:
        draft = self._draft
        question = next_open(self._words, draft)
        if question is not None and not question.skip:
            return self._next()
        draft.agreed = summary_of(self._words, draft)
        draft.agreed_at = self._now.isoformat()
        draft.at = ATTACH
        return self._again()

    def _on_consent_first(self, _move: Move) -> List[Said]:
        return self._summary(self._words.consent_first)

    def _on_change(self, _move: Move) -> List[Said]:
        return self._which_field()

    def _on_summary(self, _move: Move) -> List[Said]:
        return self._next() if next_open(self._words, self._draft) else self._summary()

    def _on_send_without(self, _move: Move) -> List[Said]:
        return self._send(None)

    def _on_send_with(self, _move: Move) -> List[Said]:
        return self._send(self._setting.transcript)

    def _on_try_again(self, _move: Move) -> List[Said]:
        return self._again()

    def _send(self, transcript: Optional[List[Dict[str, Any]]]) -> List[Said]:
        """Send the request if exactly its summary was agreed to; afterwards only the reference is kept."""
        draft, setting = self._draft, self._setting
        if draft.at != ATTACH or not draft.agreed or draft.agreed != summary_of(self._words, draft):
            draft.agreed = ""
            draft.at = SUMMARY
            return self._on_consent_first(Move(SUMMARY))
        request = as_request(
            self._words, draft, setting.conversation, setting.channel, setting.country, self._now, transcript
        )
        outcome, reference = self._post.send(request)
        if outcome == MISSING:
            return [self._message(self._words.not_saved, "try_again", "stop")]
        urgent = draft.answers.get("urgency") == "urgent"
        sent = self._keep_only(reference)
        words = (
            self._words.queued if outcome == QUEUED else self._words.sent_with_chat if transcript else self._words.sent
        )
        parts = [words, self._words.next, *([self._words.urgent_after] if urgent else []), self._words.keep_reference]
        return [self._sent_message(joined(*parts), sent, "status", "withdraw")]

    def _keep_only(self, reference: str) -> Sent:
        """Forget the request and keep its reference."""
        sent = Sent(self._draft.id, reference, self._now.isoformat())
        self._intake.sent.append(sent)
        self._intake.draft = None
        return sent

    def was_sent(self) -> Optional[List[Said]]:
        """Return what is said if the draft was sent before, but the answer to it was lost on its way; else `None`."""
        draft = self._intake.draft
        if draft is None or draft.at not in (SUMMARY, ATTACH) or not draft.agreed:
            return None
        reference = self._post.sent_before(draft.id)
        if reference is None:
            return None
        sent = self._keep_only(reference)
        text = joined(self._words.sent_before, self._words.next, self._words.keep_reference)
        return [self._sent_message(text, sent, "status", "withdraw")]

    # --- afterwards ---

    def _on_withdraw(self, move: Move) -> List[Said]:
        sent = self._meant(move.value)
        if sent is None:
            return self._no_such(move.value)
        if sent.withdrawn:
            return [self._sent_message(self._words.withdraw_before, sent)]
        if not move.value and len(self._open()) > 1:
            return [self._which(self._open())]
        self._intake.asking = sent.reference
        return [self._sent_message(self._words.withdraw_sure, sent, "withdraw_yes", "withdraw_no")]

    def _on_withdraw_yes(self, move: Move) -> List[Said]:
        reference = move.value or self._intake.asking
        sent = self._meant(reference) if reference else None
        if sent is None:
            return self._no_such(reference)
        if sent.withdrawn:
            return [self._sent_message(self._words.withdraw_before, sent)]
        outcome = self._post.withdraw(sent.id, sent.reference, self._setting.conversation)
        if outcome == MISSING:
            return [self._sent_message(self._words.withdraw_not_saved, sent, "withdraw")]
        sent.withdrawn = True
        words = self._words.withdrawn if outcome == WITHDRAWN else self._words.withdraw_queued
        return [self._sent_message(words, sent, "another")]

    def _on_withdraw_no(self, _move: Move) -> List[Said]:
        return [self._sent_message(self._words.withdraw_kept, self._meant(self._intake.asking))]

    def _on_status(self, move: Move) -> List[Said]:
        """Tell the truth about where a request is."""
        if self._intake.draft is not None and move.value is None:
            return self._again(self._words.status_draft)
        sent = self._meant(move.value)
        if sent is None:
            return self._no_such(move.value)
        words = {
            STORED: self._words.status_arrived,
            QUEUED: self._words.status_waiting,
            WITHDRAWN: self._words.status_withdrawn,
        }
        state = self._post.state(sent.id)
        names = [] if sent.withdrawn or state == WITHDRAWN else ["withdraw"]
        return [self._sent_message(words.get(state, self._words.status_unknown), sent, *names)]

    def _on_erase_note(self, _move: Move) -> List[Said]:
        sent = self._meant(None)
        if sent is None or sent.withdrawn:
            return []
        return [self._sent_message(self._words.erase_note, sent, "withdraw")]

    def already(self) -> Optional[List[Said]]:
        """Return what is said to a wish for a request where one was sent before; `None` where none was."""
        sent = next(iter(reversed(self._open())), None)
        return [self._sent_message(self._words.already, sent, "another", "status", "withdraw")] if sent else None

    def _open(self) -> List[Sent]:
        return [sent for sent in self._intake.sent if not sent.withdrawn]

    def _meant(self, reference: Optional[str]) -> Optional[Sent]:
        """Return the request of a reference; without one the newest, rather one that was not taken back."""
        if reference:
            return next((sent for sent in self._intake.sent if sent.reference == reference), None)
        return next(iter(reversed(self._open() or self._intake.sent)), None)

    def _no_such(self, reference: Optional[str]) -> List[Said]:
        words = self._words.withdraw_other if reference else self._words.status_none
        return [self._sent_message(words, None, "another")]

    def _which(self, requests: Sequence[Sent]) -> Said:
        said = self._sent_message(self._words.which_request, None)
        said.buttons = [{"title": sent.reference, "payload": f"/contact/take_{sent.reference}"} for sent in requests]
        return said
