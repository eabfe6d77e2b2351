"""A contact request move by move: questions, skipping, corrections, summary, consent, sending, and afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Optional

import pytest

from assistant.content.contact import load_contact
from assistant.intake.corrections import Correction
from assistant.intake.runner import Runner
from assistant.intake.sending import MISSING, QUEUED, STORED, UNKNOWN, WITHDRAWN
from assistant.intake.state import Intake
from assistant.intake.voice import Setting
from assistant.practice.moves import Move

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
ANSWERS = {
    "for_whom": "me",
    "reason": "I can't sleep {since} March",
    "hopes": "to sleep",
    "mode": "online",
    "times": "mornings",
    "language": "English",
    "therapist_gender": "a woman",
    "barriers": "the stairs",
    "name": "call me Sam",
    "age_band": "34",
    "contact": "0161 496 0000",
    "leave_message": "no",
    "reach_when": "after 5",
    "urgency": "soon",
}


class Desk:
    """A post that takes requests and answers as it is told."""

    def __init__(self, outcome: str = STORED) -> None:
        self.outcome = outcome
        self.sent: list[dict[str, Any]] = []
        self.taken_back: list[str] = []
        self.before: Optional[str] = None

    def send(self, request: dict[str, Any]) -> tuple[str, str]:
        if self.outcome != MISSING:
            self.sent.append(request)
        return self.outcome, "K7M-3QD"

    def withdraw(self, request_id: str, reference: str, conversation: str) -> str:
        self.taken_back.append(reference)
        return WITHDRAWN if self.outcome == STORED else self.outcome

    def state(self, request_id: str) -> str:
        return self.outcome

    def sent_before(self, request_id: str) -> Optional[str]:
        return self.before


class Person:
    """Somebody who talks to the runner, as after a reload each time: the state goes through the slot."""

    def __init__(self, desk: Optional[Desk] = None, **setting: Any) -> None:
        self.desk = desk or Desk()
        self.slot: Any = None
        self.now = NOW
        said = [{"from": "visitor", "text": "hello", "at": NOW.isoformat()}]
        self.setting = Setting("conversation", "web", None, "GB", ["GB"], transcript=said, **setting)
        self.buttons: list[str] = []

    def do(self, kind: str, value: Any = None) -> str:
        intake = Intake.from_dict(self.slot, self.now)
        said = Runner(intake, self.setting, self.desk, self.now).take(Move(kind, value))
        self.slot = intake.as_dict()
        self.buttons = [button["title"] for message in said for button in message.buttons]
        text = "\n".join(message.text for message in said)
        assert not {"{clinic}", "{hours}", "{label}", "{suicide_line}", "{reference}"} & set(text.split())
        return text

    @property
    def draft(self) -> dict[str, Any]:
        return dict((self.slot or {}).get("draft") or {})

    def fill_in(self, **changed: str) -> Person:
        """Answer every question up to the summary."""
        self.do("begin")
        self.do("start")
        for _ in range(30):
            at = self.draft["at"]
            if at == "summary":
                return self
            answer = {**ANSWERS, **changed}.get(at)
            self.do("answer", answer) if answer else self.do("skip")
        raise AssertionError(f"It does not end: {self.draft}")


def test_what_is_sent_is_exactly_what_was_agreed_to_and_only_the_reference_is_kept() -> None:
    person = Person().fill_in()
    summary = person.do("repeat")
    person.do("agree")
    assert "K7M-3QD" in person.do("send_without")
    (request,) = person.desk.sent
    assert request["summary"] in summary
    assert "Name: Sam" in request["summary"] and "I can't sleep {since} March" in request["summary"]
    assert (request["phone"], request["contact_method"], request["email"]) == ("+441614960000", "phone", "")
    assert (request["mode"], request["age_band"], request["urgency"]) == ("online", "adult", "soon")
    assert request["safe_to_leave_message"] is False
    assert request["transcript"] is None and request["transcript_attached"] is False
    assert load_contact().consent_version in request["consent_words"]
    assert person.slot["draft"] is None
    assert set(person.slot["sent"][0]) == {"id", "reference", "at", "withdrawn"}
    assert "0161" not in str(person.slot) and "Sam" not in str(person.slot)


def test_the_chat_goes_along_only_with_its_own_yes() -> None:
    person = Person().fill_in()
    person.do("agree")
    person.do("send_with")
    (request,) = person.desk.sent
    assert request["transcript_attached"] and request["transcript"][0]["text"] == "hello"
    assert load_contact().attach_consent in request["consent_words"]


def test_nothing_is_sent_without_consent_nor_after_a_change() -> None:
    person = Person().fill_in()
    person.do("send_without")
    person.do("agree")
    person.do("correct", Correction("name", "Alex"))
    person.do("send_without")
    assert person.desk.sent == [] and person.draft["at"] == "summary"
    person.do("agree")
    person.do("send_without")
    assert "Name: Alex" in person.desk.sent[0]["summary"]


def test_every_question_but_contact_can_be_skipped() -> None:
    person = Person()
    person.do("begin")
    person.do("start")
    for _ in range(20):
        if person.draft["at"] == "contact":
            break
        person.do("skip")
    assert "phone number or an email address" in person.do("skip")
    assert person.draft["at"] == "contact" and "Skip this one" not in person.buttons
    person.do("answer", "sam@web.de")
    while person.draft["at"] != "summary":
        person.do("skip")
    person.do("agree")
    person.do("send_without")
    assert person.desk.sent[0]["email"] == "sam@web.de" and person.desk.sent[0]["reason"] == ""


def test_a_number_whose_country_is_unclear_is_kept_until_the_country_is_known() -> None:
    person = Person()
    person.do("begin")
    person.do("start")
    person.do("shortcut")
    person.do("skip")
    person.do("skip")
    assert "Which country" in person.do("answer", "0151 23456789")
    person.do("answer", "germany")
    assert person.draft["answers"]["phone"] == "+4915123456789"


@pytest.mark.parametrize("age", ["im 14", "fifteen", "9"])
def test_a_child_is_asked_for_an_adult_they_trust(age: str) -> None:
    person = Person().fill_in(age_band=age, trusted_adult="Miss Hadley, the school nurse")
    person.do("agree")
    person.do("send_without")
    assert person.desk.sent[0]["trusted_adult"] == "Miss Hadley, the school nurse"


def test_an_adult_is_not_asked_for_one_and_a_change_of_age_takes_it_out() -> None:
    person = Person().fill_in(age_band="14", trusted_adult="Miss Hadley")
    assert "Miss Hadley" not in person.do("correct", Correction("age_band", "41"))
    assert "Who that is to you" not in person.do("repeat")


def test_for_someone_else_the_questions_speak_of_them() -> None:
    person = Person()
    person.do("begin")
    person.do("start")
    assert "as far as they would be fine" in person.do("answer", "for my mother")
    assert person.draft["answers"]["relation"] == "mother"


def test_what_is_said_besides_a_choice_reaches_the_clinic() -> None:
    person = Person().fill_in(mode="at the clinic, but she uses a wheelchair and needs a lift")
    assert "Also: at the clinic, but she uses a wheelchair and needs a lift" in person.do("repeat")


def test_where_abuse_was_told_a_safe_way_is_asked_for() -> None:
    person = Person(abused=True)
    person.fill_in()
    assert "the person you fear" in person.do("edit", "leave_message")
    assert "when you are alone" in person.do("edit", "reach_when")


def test_a_slip_in_an_address_is_asked_about_once() -> None:
    person = Person()
    person.fill_in(contact="sam@web.de")
    assert "sam@gmail.com" in person.do("correct", Correction("email", "sam@gmial.com"))
    person.do("slip_no")
    assert person.draft["answers"]["email"] == "sam@gmial.com"


def test_queued_is_told_as_queued_and_a_full_disk_as_not_sent() -> None:
    person = Person(Desk(QUEUED)).fill_in()
    person.do("agree")
    assert "saved here" in person.do("send_without")
    person = Person(Desk(MISSING)).fill_in()
    person.do("agree")
    assert "nothing was sent" in person.do("send_without")
    assert person.draft["answers"]["phone"] and "Try again" in person.buttons
    person.desk.outcome = STORED
    person.do("try_again")
    assert "has reached" in person.do("send_without")


def test_sent_but_the_answer_was_lost_is_told_and_not_sent_again() -> None:
    person = Person().fill_in()
    person.do("agree")
    person.desk.before = "K7M-3QD"
    assert "went only once" in person.do("send_without")
    assert person.desk.sent == [] and person.slot["sent"][0]["reference"] == "K7M-3QD"


def test_half_a_request_is_dropped_when_stopped_and_after_a_day() -> None:
    person = Person().fill_in()
    assert "Nothing was sent" in person.do("stop")
    assert person.slot is None
    person.fill_in()
    person.now = NOW + timedelta(days=1, seconds=1)
    assert "dropped after a day" in person.do("resume")
    assert person.slot is None and person.desk.sent == []


@pytest.mark.parametrize(
    ("outcome", "words"),
    [(STORED, "has arrived"), (QUEUED, "Not yet"), (WITHDRAWN, "taken back"), (UNKNOWN, "can't look")],
)
def test_did_you_get_it_is_answered_truthfully(outcome: str, words: str) -> None:
    person = Person().fill_in()
    assert "nothing was sent yet" in person.do("status")
    person.do("agree")
    person.do("send_without")
    person.desk.outcome = outcome
    assert words in person.do("status")


def test_a_request_is_taken_back_after_asking() -> None:
    person = Person().fill_in()
    person.do("agree")
    person.do("send_without")
    assert "Shall I" in person.do("withdraw")
    assert "stays" in person.do("withdraw_no")
    assert person.desk.taken_back == []
    person.do("withdraw", "K7M-3QD")
    assert "is taken back" in person.do("withdraw_yes")
    assert person.desk.taken_back == ["K7M-3QD"]
    assert "before" in person.do("withdraw")
    assert "I know no request" in person.do("withdraw", "AAA-CCC")


def test_a_second_request_is_offered_not_begun_by_accident() -> None:
    person = Person().fill_in()
    person.do("agree")
    person.do("send_without")
    assert "K7M-3QD" in person.do("begin") and not person.draft
    person.do("another")
    assert person.draft["at"] == "intro"


def test_a_button_of_an_earlier_question_puts_that_answer_right() -> None:
    person = Person()
    person.do("begin")
    person.do("start")
    person.do("answer", "me")
    person.do("chosen", "for_whom_1")
    assert person.draft["answers"]["for_whom"] == "someone_else" and person.draft["at"] == "reason"


MOVES = "start leave why skip shortcut keep pause resume repeat example help done back go_on again other shorter agree change summary"
MOVES += " send_with send_without try_again method_phone method_email refuse remark_hard remark_wait remark_fine remark_annoyed"
MOVES += " not_understood what_next consent_first withdraw withdraw_yes withdraw_no status erase_note slip_yes slip_no nonsense"


@pytest.mark.parametrize("kind", MOVES.split())
def test_no_move_breaks_a_request_anywhere(kind: str) -> None:
    person = Person()
    person.do("begin")
    person.do("start")
    for answer in ("", *ANSWERS.values()):
        if answer and person.draft:
            person.do("answer", answer)
        assert person.do(kind) or kind == "erase_note"
    assert person.desk.sent == []
