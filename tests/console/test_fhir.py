"""The FHIR export: fits R4 to the letter, keeps people apart, says only what was agreed to."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from fhir.resources import FHIRAbstractModel, __fhir_version__, construct_fhir_element
from fhir.resources.bundle import Bundle

from console.intake.fhir import bundle
from console.intake.wording import Asked, Wording
from tests.console.records import SENT_AT, record

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=timezone.utc)
WORDING = Wording(
    asked=(
        Asked("for_whom", "Who is this for?", labels={"self": "For me", "someone_else": "For someone else"}),
        Asked("relation", "Who is that to you?", sometimes=True),
        Asked("reason", "What brings you here?", "What is it about?"),
        Asked("hopes", "What do you hope for?"),
        Asked("mode", "Online or in person?", labels={"online": "Online"}),
        Asked("trusted_adult", "Which adult do you trust?", sometimes=True),
        Asked("contact", "How can the clinic reach you?"),
        Asked("leave_message", "Is it safe to leave a message?", labels={"not safe": "No, only speak with me"}),
        Asked("urgency", "How soon?"),
    ),
    attach="I agree that the clinic also gets this chat.",
)
ANSWERS = [
    "for_whom",
    "relation",
    "reason",
    "hopes",
    "mode",
    "times",
    "language",
    "therapist_gender",
    "barriers",
    "contact_method",
    "phone",
    "email",
    "reach_when",
    "safe_to_leave_message",
    "name",
    "age_band",
    "trusted_adult",
]
TALK = [{"from": "visitor", "text": "hello"}, {"from": "assistant", "text": "Hi. What brings you here?"}]
FOR_A_FRIEND = {"for_whom": "someone_else", "relation": "my brother"}
MINOR = {"age_band": "under_16", "trusted_adult": "Aunt Sky, 020 917 4243"}
VARIANTS: dict[str, dict[str, Any]] = {
    "for oneself": {},
    "with the conversation": {"transcript_attached": True, "transcript": TALK},
    "for someone else": FOR_A_FRIEND,
    "a minor": MINOR,
    "a minor's parent, with the conversation": {
        **FOR_A_FRIEND,
        **MINOR,
        "transcript_attached": True,
        "transcript": TALK,
    },
    "hardly anything answered": {
        **dict.fromkeys(ANSWERS, ""),
        "safe_to_leave_message": None,
        "contact_method": "email",
        "email": "river@example.org",
    },
    "withdrawn": {
        **dict.fromkeys(ANSWERS, ""),
        "safe_to_leave_message": None,
        "summary": "",
        "consent_words": "",
        "withdrawn_at": NOW,
        "status": "closed",
    },
    "closed": {"status": "closed"},
    "booked": {"status": "booked"},
    "odd signs": {"reason": "“quotes” <b>&amp;</b> \x00\x07 \U0001f642 ' or 1=1; --", "name": "Zoë\r\nO'Hara"},
    "urgent": {"urgency": "urgent"},
}


def exported(*records: dict[str, Any]) -> dict[str, Any]:
    """Return what the clinic's system gets: JSON, read again."""
    return json.loads(bundle(records, WORDING, NOW).json())


def resources(content: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in content["entry"] if entry["resource"]["resourceType"] == kind]


def one(content: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = resources(content, kind)
    return found


def elements(model: FHIRAbstractModel) -> Iterator[tuple[FHIRAbstractModel, str, Any, dict[str, Any]]]:
    """Yield every element of a resource, with what R4's definition says of it."""
    for name, definition in model.__fields__.items():
        value = getattr(model, name)
        for single in value if isinstance(value, list) else [value]:
            if single is not None:
                yield model, name, single, definition.field_info.extra
            if isinstance(single, FHIRAbstractModel):
                yield from elements(single)


def test_the_library_is_r4() -> None:
    assert __fhir_version__ == "4.0.1"


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_every_kind_of_request_fits_r4(changes: dict[str, Any]) -> None:
    content = exported(record(**changes))
    parsed = Bundle.parse_obj(content)
    known = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in content["entry"]}
    assert len(known) == len(content["entry"])  # bdl-7
    for model, name, value, definition in elements(parsed):
        where = f"{model.resource_type}.{name}"
        if allowed := definition.get("enum_values"):  # required bindings
            assert value in allowed, where
        if getattr(value, "resource_type", "") == "Reference":
            assert known[value.reference] == value.type, where
            allowed = definition.get("enum_reference_types") or []
            assert not allowed or "Resource" in allowed or value.type in allowed, where
        if isinstance(value, str):
            assert value.strip() and "\x00" not in value, where  # ele-1, and what a string may hold
    for entry in content["entry"]:
        resource = entry["resource"]
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
        construct_fhir_element(resource["resourceType"], resource)
        for system in (telecom.get("system") for telecom in resource.get("telecom", [])):
            assert system  # cpt-2
    for consent in resources(content, "Consent"):
        assert consent.get("policy") or consent.get("policyRule")  # ppc-1
        assert consent["patient"]  # ppc-2
    for contact in [contact for patient in resources(content, "Patient") for contact in patient.get("contact", [])]:
        assert contact.get("name") or contact.get("telecom")  # pat-1


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_no_request_is_a_diagnosis_or_an_order(changes: dict[str, Any]) -> None:
    content = exported(record(**changes))
    assert not resources(content, "Condition")
    request = one(content, "ServiceRequest")
    assert request["intent"] == "proposal"
    assert all("coding" not in reason for reason in request.get("reasonCode", []))


def items_of(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["linkId"]: item for item in one(content, "QuestionnaireResponse")["item"]}


def test_everything_that_was_asked_is_there_in_the_persons_words() -> None:
    items = items_of(exported(record()))
    assert items["reason"] == {
        "linkId": "reason",
        "text": "What brings you here?",
        "answer": [{"valueString": "I can't sleep since my dad died"}],
    }
    assert items["mode"]["answer"] == [{"valueString": "Online"}]
    assert items["leave_message"]["answer"] == [{"valueString": "No, only speak with me"}]
    assert [answer["valueString"] for answer in items["contact"]["answer"]] == ["+353209174242", "river@example.org"]
    # Two were not asked; the others stand in the order they were asked in.
    assert list(items) == [asked.id for asked in WORDING.asked if not asked.sometimes]


def test_a_skipped_question_stands_without_an_answer() -> None:
    assert items_of(exported(record(hopes="")))["hopes"] == {"linkId": "hopes", "text": "What do you hope for?"}


def test_questions_about_someone_else_stand_as_they_were_asked() -> None:
    items = items_of(exported(record(**FOR_A_FRIEND)))
    assert items["reason"]["text"] == "What is it about?" and items["relation"]["answer"]


def test_who_asks_for_someone_else_is_kept_apart_from_them() -> None:
    content = exported(record(**FOR_A_FRIEND))
    patient, asker, request = (one(content, kind) for kind in ("Patient", "RelatedPerson", "ServiceRequest"))
    assert "name" not in patient and "telecom" not in patient
    assert "communication" not in patient and asker["communication"]
    assert asker["name"][0]["text"] == "River" and asker["telecom"][0]["value"] == "+353209174242"
    assert "my brother" in asker["relationship"][0]["text"]
    assert request["subject"]["reference"] == f"urn:uuid:{patient['id']}"
    assert request["requester"]["reference"] == f"urn:uuid:{asker['id']}"
    assert one(content, "Consent")["performer"][0]["reference"] == f"urn:uuid:{asker['id']}"


def test_consent_is_to_exactly_the_summary_and_one_of_its_own_for_the_conversation() -> None:
    content = exported(record(transcript_attached=True, transcript=TALK))
    summary, talk = resources(content, "Consent")
    agreed = b64decode(summary["sourceAttachment"]["data"]).decode()
    assert agreed == "Yes, send exactly this to the clinic.\n\nFor: myself. Reason: I can't sleep since my dad died."
    assert summary["dateTime"] == "2026-11-23T09:30:05+00:00"
    document = one(content, "DocumentReference")
    assert talk["policyRule"]["text"] == "I agree that the clinic also gets this chat."
    assert talk["provision"]["data"][0]["reference"]["reference"] == f"urn:uuid:{document['id']}"
    words = b64decode(document["content"][0]["attachment"]["data"]).decode()
    assert words == "Visitor: hello\nAssistant: Hi. What brings you here?"


def test_a_conversation_that_was_not_attached_is_not_exported() -> None:
    content = exported(record(transcript_attached=False, transcript=TALK))
    assert not resources(content, "DocumentReference") and len(resources(content, "Consent")) == 1


def test_of_a_withdrawn_request_only_that_it_was_withdrawn() -> None:
    # Even if its contents were still stored.
    content = exported(record(withdrawn_at=NOW, summary="secret words", transcript_attached=True, transcript=TALK))
    assert one(content, "ServiceRequest")["status"] == "revoked"
    assert one(content, "Consent")["status"] == "inactive"
    assert not resources(content, "QuestionnaireResponse") and not resources(content, "DocumentReference")
    text = json.dumps(content)
    for words in ("can't sleep", "River", "+353", "secret", "baby"):
        assert words not in text


@pytest.mark.parametrize(
    "said, priority", [("routine", "routine"), ("soon", "urgent"), ("urgent", "asap"), ("", "routine")]
)
def test_urgency_keeps_its_order(said: str, priority: str) -> None:
    assert one(exported(record(urgency=said)), "ServiceRequest")["priority"] == priority


@pytest.mark.parametrize("status, expected", [("new", "active"), ("booked", "active"), ("closed", "completed")])
def test_status(status: str, expected: str) -> None:
    assert one(exported(record(status=status)), "ServiceRequest")["status"] == expected


def test_the_software_wrote_it_down_and_the_person_is_its_author() -> None:
    content = exported(record())
    origin, device = one(content, "Provenance"), one(content, "Device")
    composer, author = origin["agent"]
    assert composer["type"]["coding"][0]["code"] == "composer"
    assert composer["who"]["reference"] == f"urn:uuid:{device['id']}"
    assert author["who"]["type"] == "Patient"
    assert origin["recorded"] == SENT_AT.isoformat(timespec="seconds")
    assert {target["type"] for target in origin["target"]} == {"ServiceRequest", "QuestionnaireResponse", "Consent"}


def test_the_same_request_gives_the_same_ids_and_others_other_ones() -> None:
    first, again = exported(record(1)), exported(record(1))
    assert first == again
    both = exported(record(1), record(2, **FOR_A_FRIEND))
    assert len(resources(both, "Patient")) == 2 and len(resources(both, "Device")) == 1
    assert {entry["fullUrl"] for entry in first["entry"]} <= {entry["fullUrl"] for entry in both["entry"]}
    assert Bundle.parse_obj(both).type == "collection"
