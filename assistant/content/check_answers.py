"""Checks the responses: answers to topics (`data/faq/`) and all other sentences (`domain.yml`, `data/nlu/`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Literal, Optional

from pydantic import BaseModel, Extra, Field, ValidationError

from assistant.content.check_files import Document, Fault, Key
from assistant.content.check_words import (
    FILLED,
    FILLED_IN_EXERCISES,
    Style,
    forbidden,
    too_hard,
    too_long,
    unfilled,
    word_count,
)
from assistant.content.exercises import Area

ANSWERS = "data/faq/"
TOPIC = "utter_faq/"
EXERCISE = "utter_exercise/"
TELL_ME_MORE = "Tell me more"  # the generator adds this button to an answer that has a `more`

ANSWER_WORDS = 60
ANSWER_GRADE = 8.0
MORE_WORDS = 170
MORE_GRADE = 9.0
BUTTON_LETTERS = 30
LABEL_WORDS = (2, 8)
TOPIC_BUTTONS = (2, 4)


class Button(BaseModel, extra=Extra.forbid):
    """A button: what stands on it, and the intent it stands for."""

    title: str
    payload: str


class Condition(BaseModel, extra=Extra.forbid):
    """When a variant is said: a slot has a value."""

    type: Literal["slot"]
    name: str
    value: Any


class Notes(BaseModel, extra=Extra.forbid):
    """`metadata`: what belongs to a variant but is not its text. The keys are explained in `docs/content.md`."""

    label: Optional[str] = None
    more: Optional[str] = None
    sources: List[str] = Field(default_factory=list)
    care: List[str] = Field(default_factory=list)
    facts: List[str] = Field(default_factory=list)
    reviewed_by: str = ""
    area: Optional[Area] = None
    if_yes: Optional[str] = None
    if_no: Optional[str] = None
    then: Optional[str] = None


class Variant(BaseModel, extra=Extra.forbid):
    """One wording of a response; the keys below `metadata` are Rasa's own."""

    text: Optional[str] = None
    buttons: List[Button] = Field(default_factory=list)
    condition: List[Condition] = Field(default_factory=list)
    metadata: Notes = Field(default_factory=Notes)
    channel: Optional[str] = None
    image: Optional[str] = None
    custom: Optional[Dict[str, Any]] = None


@dataclass
class Known:
    """What answers may refer to. `None`: the file that lists it could not be read, so it is not checked.

    Attributes:
        intents: full intents, such as `faq/evidence` and `greet`.
        slots: names of slots.
        countries: country codes.
        sources: keys of sources.
        care: keys of places that help to find care.
        style: rules of wording.
    """

    intents: Optional[set[str]] = None
    slots: Optional[set[str]] = None
    countries: Optional[set[str]] = None
    sources: Optional[set[str]] = None
    care: Optional[set[str]] = None
    style: Optional[Style] = None

    def topics(self) -> Optional[set[str]]:
        """Return the topics, without `faq/`."""
        if self.intents is None:
            return None
        return {intent[len("faq/") :] for intent in self.intents if intent.startswith("faq/")}


def check_responses(document: Document, known: Known) -> Iterator[str]:
    """Yield the problems of all responses in a file."""
    for name, variants in document.responses.items():
        where: list[Key] = ["responses", name]
        if not isinstance(variants, list) or not variants:
            yield document.problem(where, Fault("has no variant", "Write `- text: …` below it"))
            continue
        read: list[tuple[int, Variant]] = []
        for index, raw in enumerate(variants):
            try:
                read.append((index, Variant.parse_obj(raw)))
            except ValidationError as error:
                yield from unknown_keys(document, [*where, index], error)
        for index, variant in read:
            yield from check_variant(document, [*where, index], name, variant, known)
            yield from _check_steps(document, [*where, index], variant.metadata, known)
        if name.startswith(TOPIC) and read and read[0][0] == 0:
            yield from check_topic(document, where, read[0][1])


def _check_steps(document: Document, where: list[Key], notes: Notes, known: Known) -> Iterator[str]:
    """Yield a problem for each step of the safety conversation that leads nowhere."""
    for key in ("if_yes", "if_no", "then"):
        step = getattr(notes, key)
        if step and known.intents is not None and step not in known.intents:
            fault = Fault(f"leads to {step}, which does not exist", "Use a full intent, such as safety/plan")
            yield document.problem([*where, "metadata", key], fault)


def unknown_keys(document: Document, where: list[Key], error: ValidationError) -> Iterator[str]:
    """Yield a problem for each key that does not belong there, is missing or has the wrong kind of value."""
    for found in error.errors():
        place: list[Key] = [*where, *found["loc"]]
        yield document.problem(place, Fault(found["msg"], "See docs/content.md for what each key takes"))


def check_topic(document: Document, where: list[Key], first: Variant) -> Iterator[str]:
    """Yield what the first variant of a topic lacks; it is said when no other fits."""

    def lacks(key: str, remedy: str) -> str:
        return document.problem([*where, 0, "metadata"], Fault(f"has no `{key}`", remedy))

    if first.condition:
        wrong = "the first variant has a condition, so there is nothing to say when it does not hold"
        yield document.problem([*where, 0, "condition"], Fault(wrong, "Put a variant without condition first"))
    if not first.metadata.more:
        yield lacks("more", "Write the longer answer, for people who ask to be told more")
    if not first.metadata.label:
        yield lacks("label", "Write 2 to 8 words that name the topic in a person's words")
    if not TOPIC_BUTTONS[0] <= len(first.buttons) <= TOPIC_BUTTONS[1]:
        wrong = f"has {len(first.buttons)} buttons, and a topic has two to four"
        yield document.problem([*where, 0], Fault(wrong, "Add or delete buttons"))


def check_variant(document: Document, where: list[Key], name: str, variant: Variant, known: Known) -> Iterator[str]:
    """Yield the problems of one variant."""
    is_answer = document.name.startswith(ANSWERS)
    if not (variant.text or "").strip():
        yield document.problem(where, Fault("has no text", "Write the sentence after `text:`"))
    if is_answer and not variant.metadata.sources:
        wrong = "has no source"
        yield document.problem([*where, "metadata"], Fault(wrong, "Add `sources: [S…]`, keys of content/sources.yml"))
    if known.sources is not None:
        for key in variant.metadata.sources:
            if key not in known.sources:
                fault = Fault(f"source {key} does not exist", "Add it to content/sources.yml, or correct the key")
                yield document.problem([*where, "metadata", "sources"], fault)
    if known.care is not None:
        for key in sorted(set(variant.metadata.care) - known.care):
            fault = Fault(f"place {key} does not exist", "Add it to content/care.yml, or correct the key")
            yield document.problem([*where, "metadata", "care"], fault)
    yield from _conditions(document, where, variant, known)
    yield from _texts(document, where, name, variant, known)
    yield from _buttons(document, where, name, variant, known)


def _conditions(document: Document, where: list[Key], variant: Variant, known: Known) -> Iterator[str]:
    values = {"topic": known.topics(), "country": known.countries}
    for index, condition in enumerate(variant.condition):
        place = [*where, "condition", index]
        if known.slots is not None and condition.name not in known.slots:
            fault = Fault(
                f"slot `{condition.name}` does not exist", "Use a slot of domain.yml, such as topic or country"
            )
            yield document.problem(place, fault)
        allowed = values.get(condition.name)
        if allowed is not None and condition.value not in allowed:
            fault = Fault(
                f"{condition.name} {condition.value!r} does not exist",
                "Use the name of a topic (data/faq/)"
                if condition.name == "topic"
                else "Use a code of content/lexicon/country.yml, such as US",
            )
            yield document.problem(place, fault)


def _texts(document: Document, where: list[Key], name: str, variant: Variant, known: Known) -> Iterator[str]:
    is_answer = document.name.startswith(ANSWERS)
    text, more, label = variant.text or "", variant.metadata.more or "", variant.metadata.label or ""
    fill = FILLED + FILLED_IN_EXERCISES if name.startswith(EXERCISE) else FILLED
    faults: list[tuple[str, Fault]] = []
    for key, words in (("text", text), ("more", more), ("label", label)):
        faults += [(key, fault) for fault in forbidden(words, known.style)]
        faults += [(key, fault) for fault in unfilled(words, *(fill if key != "label" else ()))]
    if is_answer:
        faults += [("text", fault) for fault in too_long(text, ANSWER_WORDS)]
    if text:
        faults += [("text", fault) for fault in too_hard(text, ANSWER_GRADE, known.style)]
    if more:
        faults += [("more", fault) for fault in too_long(more, MORE_WORDS)]
        faults += [("more", fault) for fault in too_hard(more, MORE_GRADE, known.style)]
    if label and not LABEL_WORDS[0] <= word_count(label) <= LABEL_WORDS[1]:
        faults.append(("label", Fault(f"has {word_count(label)} words", "Write 2 to 8 words")))
    for key, fault in faults:
        yield document.problem([*where, key] if key == "text" else [*where, "metadata", key], fault)


def _buttons(document: Document, where: list[Key], name: str, variant: Variant, known: Known) -> Iterator[str]:
    seen = {TELL_ME_MORE.casefold()} if variant.metadata.more or name.startswith(TOPIC) else set()
    if name.startswith(TOPIC) and len(variant.buttons) == 1:
        yield document.problem(
            [*where, "buttons"], Fault("has one button, and a topic has two to four", "Add a button")
        )
    for index, button in enumerate(variant.buttons):
        place = [*where, "buttons", index]
        faults = [*forbidden(button.title, known.style), *unfilled(button.title, *FILLED)]
        if len(button.title) > BUTTON_LETTERS:
            wrong = f"{button.title!r} has {len(button.title)} letters, and at most {BUTTON_LETTERS} fit on a button"
            faults.append(Fault(wrong, "Shorten it"))
        if button.title.casefold() in seen:
            faults.append(Fault(f"{button.title!r} stands on two buttons", "Give one of them another title"))
        seen.add(button.title.casefold())
        for fault in faults:
            yield document.problem([*place, "title"], fault)
        if not button.payload.startswith("/"):
            yield document.problem([*place, "payload"], Fault("does not start with /", f"Write /{button.payload}"))
        elif known.intents is not None and button.payload[1:] not in known.intents:
            wrong = f"leads to {button.payload}, which does not exist"
            yield document.problem(
                [*place, "payload"], Fault(wrong, "Use a full intent, such as /faq/evidence or /greet")
            )
