"""Contact requests as a FHIR R4 (4.0.1) bundle, for the clinic's own record system. No Django here.

A request is what a person asks for in their own words: a `ServiceRequest` with the intent *proposal*, which a person at
the clinic accepts or not. There is never a `Condition`: nothing here is a diagnosis. Staff notes are not exported.
`docs/privacy.md` and `docs/exports.md` say what is in it.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Iterable, Iterator, Mapping

from fhir.resources.bundle import Bundle

from console.intake.fhir_values import attachment, clean, coded, conversation_of, instant
from console.intake.wording import Asked, Wording

Record = Mapping[str, Any]
Resource = dict[str, Any]

# R4's priorities in their order: routine < urgent < asap. What the person pressed is in the questionnaire.
PRIORITIES = {"routine": "routine", "soon": "urgent", "urgent": "asap"}

SAFE: dict[Any, str] = {
    True: "safe",
    False: "not safe",
    None: "",
}  # to leave a message, as `content/contact.yml` has it

_NAMESPACE = uuid.UUID("b1a3f4de-5f0c-4c5b-8f52-7a2f0b1c9d10")
_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CONSENT_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"


def bundle(records: Iterable[Record], wording: Wording, made_at: datetime) -> Bundle:
    """Return the requests as one bundle of the type `collection`.

    Args:
        records: mappings with the names of the fields of `ContactRequest`; empty texts and `None` mean "not answered".
        wording: questions and labels.
        made_at: time of the export, with its offset from UTC.

    Raises:
        pydantic.ValidationError: something in a record does not fit R4, such as control characters in a code.
    """
    entries: dict[str, Resource] = {}
    ids = []
    for record in records:
        ids.append(str(record["id"]))
        for resource in resources(record, wording):
            entries[f"urn:uuid:{resource['id']}"] = resource
    return Bundle.parse_obj(
        {
            "resourceType": "Bundle",
            "id": str(uuid.uuid5(_NAMESPACE, " ".join(sorted(ids)))),
            "type": "collection",
            "timestamp": instant(made_at),
            "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries.items()],
        }
    )


def resources(record: Record, wording: Wording) -> Iterator[Resource]:
    """Yield the resources of one request; the same request always gives the same ids."""
    known = _Request(record, wording)
    yield known.device()
    yield known.patient()
    if known.by_another:
        yield known.related_person()
    yield known.service_request()
    if not known.withdrawn:
        yield known.questionnaire_response()
        if known.transcript:
            yield known.document()
    yield from known.consents()
    yield known.provenance()


class _Request:
    """One request on its way to FHIR."""

    def __init__(self, record: Record, wording: Wording) -> None:
        self.record, self.wording = record, wording
        # Withdrawing empties a request; the export does not rely on that.
        self.withdrawn = bool(record.get("withdrawn_at"))
        self.by_another = record.get("for_whom") not in (None, "", "self")
        self.transcript = "" if self.withdrawn else conversation_of(record)

    def device(self) -> Resource:
        name = f"{self.wording.software} {self.wording.version}"
        return {
            "resourceType": "Device",
            "id": str(uuid.uuid5(_NAMESPACE, f"Device {name}")),
            "status": "active",
            "deviceName": [{"name": self.wording.software, "type": "user-friendly-name"}],
            "type": {"text": "Software: curated chat assistant"},
            "version": [{"value": self.wording.version}],
        }

    def patient(self) -> Resource:
        """The person the help is for. Of someone who did not ask themselves, only what was said of them."""
        patient: Resource = {"resourceType": "Patient", "id": self._id("Patient"), "active": True}
        if self.withdrawn:
            return patient
        if not self.by_another:
            patient |= self._reachable()
        if adult := self._text("trusted_adult"):
            patient["contact"] = [{"relationship": [{"text": "Adult the person trusts"}], "name": {"text": adult}}]
        return patient

    def related_person(self) -> Resource:
        """Who asks for someone else; their name and number are never put on the patient."""
        person: Resource = {
            "resourceType": "RelatedPerson",
            "id": self._id("RelatedPerson"),
            "active": True,
            "patient": self._to("Patient"),
        }
        if self.withdrawn:
            return person
        person |= self._reachable()
        if relation := self._text("relation"):
            person["relationship"] = [{"text": f"As the person who asks put it, the help is for: {relation}"}]
        return person

    def service_request(self) -> Resource:
        request: Resource = {
            "resourceType": "ServiceRequest",
            "id": self._id("ServiceRequest"),
            "identifier": [
                {
                    "use": "official",
                    "type": {"text": "Reference told to the person"},
                    "value": str(self.record["reference"]),
                }
            ],
            "status": self._status(),
            "intent": "proposal",
            "priority": PRIORITIES.get(str(self.record.get("urgency")), "routine"),
            "code": {"text": "Contact about Interpersonal Therapy, asked for by the person or someone close"},
            "subject": self._to("Patient"),
            "authoredOn": instant(self.record["created_at"]),
            "requester": self._to(self._asker()),
        }
        if not self.withdrawn:
            if reason := self._text("reason"):
                request["reasonCode"] = [{"text": reason}]
            known = ["QuestionnaireResponse", *(["DocumentReference"] if self.transcript else [])]
            request["supportingInfo"] = [self._to(name) for name in known]
        return request

    def questionnaire_response(self) -> Resource:
        """Every question as asked, with the person's own words; a skipped one stands without an answer."""
        items = []
        for asked in self.wording.asked:
            answers = list(self._answers(asked))
            if not answers and asked.sometimes:
                continue
            words = asked.words_other if self.by_another and asked.words_other else asked.words
            item: Resource = {"linkId": asked.id, "text": words}
            if answers:
                item["answer"] = [{"valueString": answer} for answer in answers]
            items.append(item)
        return {
            "resourceType": "QuestionnaireResponse",
            "id": self._id("QuestionnaireResponse"),
            "status": "completed",
            "subject": self._to("Patient"),
            "authored": instant(self.record["created_at"]),
            "author": self._to_device(),
            "source": self._to(self._asker()),
            "item": items,
        }

    def document(self) -> Resource:
        """The conversation, if the person agreed to attach it."""
        return {
            "resourceType": "DocumentReference",
            "id": self._id("DocumentReference"),
            "status": "current",
            "type": {"text": "Conversation with the assistant"},
            "subject": self._to("Patient"),
            "date": instant(self.record["created_at"]),
            "author": [self._to_device()],
            "content": [{"attachment": attachment("Conversation", self.transcript)}],
        }

    def consents(self) -> Iterator[Resource]:
        """One consent to pass on exactly the summary, and one of its own for the conversation."""
        if not self.record.get("consent_at"):
            return
        words = "" if self.withdrawn else self._text("consent_words")
        agreed = "\n\n".join(text for text in (words, self._text("summary")) if text)
        yield self._consent("Consent", words or "Pass on this summary to the clinic.", agreed, "QuestionnaireResponse")
        if self.transcript:
            yield self._consent("Consent transcript", self.wording.attach, "", "DocumentReference")

    def _consent(self, name: str, rule: str, agreed: str, about: str) -> Resource:
        consent: Resource = {
            "resourceType": "Consent",
            "id": self._id(name),
            "status": "inactive" if self.withdrawn else "active",
            "scope": coded(_CONSENT_SCOPE, "patient-privacy", "Privacy Consent"),
            "category": [coded(_ACT_CODE, "IDSCL", "information disclosure")],
            "patient": self._to("Patient"),
            "dateTime": instant(self.record["consent_at"]),
            "performer": [self._to(self._asker())],
            "policyRule": {**coded(_ACT_CODE, "OPTIN", "opt-in"), "text": rule},
        }
        if agreed and not self.withdrawn:
            consent["sourceAttachment"] = attachment("What was agreed to", agreed)
        if not self.withdrawn:
            shared = {"meaning": "instance", "reference": self._to(about)}
            consent["provision"] = {"type": "permit", "data": [shared]}
        return consent

    def provenance(self) -> Resource:
        made = ["ServiceRequest"]
        if not self.withdrawn:
            made += ["QuestionnaireResponse", *(["DocumentReference"] if self.transcript else [])]
        if self.record.get("consent_at"):
            made += ["Consent", *(["Consent transcript"] if self.transcript else [])]
        return {
            "resourceType": "Provenance",
            "id": self._id("Provenance"),
            "target": [self._to(name) for name in made],
            "recorded": instant(self.record["created_at"]),
            "activity": coded(_OPERATION, "CREATE", "create"),
            "agent": [
                {"type": coded(_PARTICIPANT, "composer", "Composer"), "who": self._to_device()},
                {"type": coded(_PARTICIPANT, "author", "Author"), "who": self._to(self._asker())},
            ],
        }

    def _reachable(self) -> Resource:
        """Name, addresses and language of the person who wrote; the way they asked for has rank 1."""
        found: Resource = {}
        if name := self._text("name"):
            found["name"] = [{"use": "usual", "text": name}]
        preferred = self.record.get("contact_method")
        telecom = [
            {"system": system, "value": value, "rank": 1 if system == preferred else 2}
            for system in ("phone", "email")
            if (value := self._text(system))
        ]
        if telecom:
            found["telecom"] = telecom
        if language := self._text("language"):
            found["communication"] = [{"language": {"text": language}}]
        return found

    def _status(self) -> str:
        """The request's status in R4. Booked is not completed: the first talk is still to come."""
        if self.withdrawn:
            return "revoked"
        return "completed" if self.record.get("status") == "closed" else "active"

    def _answers(self, asked: Asked) -> Iterator[str]:
        """Yield what was answered: one text, or both ways to reach the person."""
        if asked.id == "contact":
            yield from filter(None, (self._text("phone"), self._text("email")))
            return
        value = self._text(asked.id)
        if asked.id == "leave_message":
            value = SAFE[self.record.get("safe_to_leave_message")]
        if value:
            yield asked.labels.get(value, value)

    def _text(self, key: str) -> str:
        return clean(str(self.record.get(key) or ""))

    def _asker(self) -> str:
        return "RelatedPerson" if self.by_another else "Patient"

    def _id(self, name: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{self.record['id']} {name}"))

    def _to(self, name: str) -> Resource:
        return {"reference": f"urn:uuid:{self._id(name)}", "type": name.split()[0]}

    def _to_device(self) -> Resource:
        return {"reference": f"urn:uuid:{self.device()['id']}", "type": "Device"}
