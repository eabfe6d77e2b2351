"""Checks all content and says what to mend: `python -m assistant.content.check`, or `make content` (docs/content.md)."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Iterator, NamedTuple, Optional

from assistant.content.care import Care
from assistant.content.check_answers import LABEL_WORDS, TOPIC, Known, check_responses
from assistant.content.check_care import CARE, check_care
from assistant.content.check_channels import CHANNELS, check_channels
from assistant.content.check_console import CONSOLE, check_console
from assistant.content.check_contact import CONTACT, check_contact
from assistant.content.check_exercises import FOLDER as EXERCISES
from assistant.content.check_exercises import check_exercise, check_presence
from assistant.content.check_files import Document, Fault, Key, one_line, read_all
from assistant.content.check_helplines import FILE as HELPLINES
from assistant.content.check_helplines import check_helplines
from assistant.content.check_messages import check_messages
from assistant.content.check_practice import COACH, PRACTICE, check_coach, check_practice
from assistant.content.check_widget import WIDGET, check_widget
from assistant.content.check_words import Style, forbidden, unfilled, word_count
from assistant.content.choices import Choices
from assistant.content.crisis import check_phrases, load_crisis_words
from assistant.content.files import ROOT, ContentError, parse
from assistant.content.lexicon import WordList, load_lexicon
from assistant.content.phrases import Phrases
from assistant.content.sources import Sources

CHOICES = "content/choices.yml"
PHRASES = "content/phrases.yml"
DOMAIN = "domain.yml"
SAFETY = "utter_safety/"
CRISIS_WORDS = "content/crisis"
LEXICON = "content/lexicon"
SOURCES = "content/sources.yml"
STYLE = "content/style.yml"
RESEARCH_NOTE = "GK"  # "general knowledge": our mark for what was not looked up


@dataclass(frozen=True)
class Report:
    """What a check found: the problems, and how many answers, exercises, help lines and sources there are."""

    problems: list[str]
    answers: int
    exercises: int
    helplines: int
    sources: int

    def __str__(self) -> str:
        if self.problems:
            return "\n".join(self.problems)
        return (
            f"All right: {self.answers} answers, {self.exercises} exercises, {self.helplines} help lines "
            f"and {self.sources} sources checked."
        )


class Label(NamedTuple):
    """How a choice is named, and where that stands; `owner` is the response, exercise or intent it belongs to."""

    text: str
    owner: str
    document: Document
    where: list[Key]


def check_all(root: Path, today: date) -> list[str]:
    """Return the problems of the content below a folder, one line each."""
    return report(root, today).problems


def report(root: Path, today: date) -> Report:
    """Check the content below a folder. `today` is what the dates of help lines are held against."""
    rasa_paths = [*sorted((root / "data").rglob("*.yml")), root / DOMAIN]
    content_paths = [
        root / name
        for name in (
            SOURCES,
            STYLE,
            CHOICES,
            PHRASES,
            PRACTICE,
            CONTACT,
            COACH,
            HELPLINES,
            WIDGET,
            CARE,
            CHANNELS,
            CONSOLE,
        )
    ]
    rasa, problems = read_all(rasa_paths, root)
    content, more_problems = read_all(content_paths, root)
    exercise_paths = sorted((root / EXERCISES).glob("*.yml"))
    exercises, exercise_problems = read_all(exercise_paths, root)
    problems += [*more_problems, *exercise_problems, *_lexicon(root), *_crisis_words(root)]
    by_name = {document.name: document for document in content}

    known, known_problems = _known(root, rasa, complete=len(rasa) == len(rasa_paths), content=by_name)
    problems += known_problems
    responses: dict[str, Document] = {}
    for document in rasa:
        problems += check_responses(document, known)
        problems += _claimed_twice(document, responses)
    problems += _topics(known, rasa, responses)
    problems += check_messages(rasa)
    for document in exercises:
        problems += check_exercise(document, root, known.sources, known.style)
    problems += check_presence({path.stem for path in exercise_paths}, known.intents, set(responses))
    if HELPLINES in by_name:
        problems += check_helplines(by_name[HELPLINES], today, known.sources, known.countries, known.style)
    if CHOICES in by_name:
        problems += _choices(by_name[CHOICES], root, known)
    if PHRASES in by_name:
        problems += _phrases(by_name[PHRASES], root, known)
    if PRACTICE in by_name:
        problems += check_practice(by_name[PRACTICE], root, known.style)
    if CONTACT in by_name:
        problems += check_contact(by_name[CONTACT], root, known.style)
    if COACH in by_name:
        problems += check_coach(by_name[COACH], root, known.style)
    if CARE in by_name:
        problems += check_care(by_name[CARE], root, known.sources, known.style)
    if WIDGET in by_name:
        problems += check_widget(by_name[WIDGET], root, known.style)
    if CHANNELS in by_name:
        problems += check_channels(by_name[CHANNELS], root, known.style, known.intents)
    if CONSOLE in by_name:
        problems += check_console(by_name[CONSOLE], root, known.style)
    problems += _same_labels(_labels(rasa, exercises, by_name.get(CHOICES)))
    return Report(
        problems=problems,
        answers=sum(name.startswith(TOPIC) for name in responses),
        exercises=len(exercises),
        helplines=_count_lines(by_name.get(HELPLINES)),
        sources=len(known.sources or ()),
    )


def _known(root: Path, rasa: list[Document], complete: bool, content: dict[str, Document]) -> tuple[Known, list[str]]:
    """Return what answers may refer to, and the problems of the files that say so."""
    known = Known()
    problems: list[str] = []
    domain = next((document for document in rasa if document.name == DOMAIN), None)
    if domain is not None:
        known.slots = set(domain.data.get("slots") or {})
    if domain is not None and complete:
        known.intents = _intents(rasa, domain)
    with suppress(ContentError, KeyError):  # reported by _lexicon
        known.countries = set(load_lexicon(root / LEXICON)["country"].values)
    if SOURCES in content:
        document = content[SOURCES]
        try:
            known.sources = set(parse(Sources, document.data, document.path).sources)
            problems += _sources(document)
        except ContentError as error:
            problems.append(one_line(error, root))
    if CARE in content:
        with suppress(ContentError):  # reported by check_care
            known.care = set(parse(Care, content[CARE].data, content[CARE].path).places)
    if STYLE in content:
        try:
            known.style = parse(Style, content[STYLE].data, content[STYLE].path)
        except ContentError as error:
            problems.append(one_line(error, root))
    return known, problems


def _intents(rasa: list[Document], domain: Document) -> set[str]:
    """Return the full intents: `faq/evidence`, not `faq`."""
    trained = {intent for document in rasa for intent in document.intents}
    # The steps of the safety conversation are chosen by button or by what an answer means, so they have no examples here.
    responses = [name for document in (*rasa, domain) for name in document.responses]
    trained |= {name[len("utter_") :] for name in responses if name.startswith(SAFETY)}
    parents = {intent.split("/")[0] for intent in trained if "/" in intent}
    listed = domain.data.get("intents") or []
    named = {intent if isinstance(intent, str) else next(iter(intent)) for intent in listed}
    return trained | (named - parents)


def _crisis_words(root: Path) -> list[str]:
    """Return the problems of the danger words."""
    load_crisis_words.cache_clear()
    try:
        check_phrases(load_crisis_words(root / CRISIS_WORDS), root / CRISIS_WORDS)
    except ContentError as error:
        return [one_line(error, root)]
    return []


def _lexicon(root: Path) -> list[str]:
    """Return the problems of the word lists."""
    load_lexicon.cache_clear()
    documents, problems = read_all(sorted((root / LEXICON).glob("*.yml")), root)
    for document in documents:
        try:
            parse(WordList, document.data, document.path)
        except ContentError as error:
            problems.append(one_line(error, root))
    if not problems:
        try:
            lexicon = load_lexicon(root / LEXICON)
        except ContentError as error:
            return [one_line(error, root)]
        if "country" not in lexicon:
            return [f"{LEXICON}: country: there is no list of countries. Restore {LEXICON}/country.yml."]
    return problems


def _sources(document: Document) -> Iterator[str]:
    for key, source in document.data["sources"].items():
        if RESEARCH_NOTE in source["title"].replace(",", " ").replace(")", " ").split():
            fault = Fault(f"the title holds our own mark {RESEARCH_NOTE}", "Delete the mark and what was not looked up")
            yield document.problem(["sources", key], fault)


def _claimed_twice(document: Document, responses: dict[str, Document]) -> Iterator[str]:
    """Yield a problem for each response that another file holds too; remember the others."""
    for name in document.responses:
        if name in responses:
            fault = Fault(f"stands in {responses[name].name} too, and only one of the two counts", "Delete one of them")
            yield document.problem(["responses", name], fault)
        responses[name] = document


def _topics(known: Known, rasa: list[Document], responses: dict[str, Document]) -> Iterator[str]:
    """Yield a problem for each topic that people can ask about but that has no answer, and the other way round."""
    if known.intents is None:
        return
    for document in rasa:
        for intent, index in document.intents.items():
            if intent.startswith("faq/") and f"utter_{intent}" not in responses:
                fault = Fault("has questions but no answer", f"Write utter_{intent} under `responses:`")
                yield document.problem(["nlu", index], fault, name=intent)
    for name, document in responses.items():
        if name.startswith(TOPIC) and name[len("utter_") :] not in known.intents:
            intent = name[len("utter_") :]
            fault = Fault("nobody can ask for it", f"Add `- intent: {intent}` with examples under `nlu:`")
            yield document.problem(["responses", name], fault)


def _choices(document: Document, root: Path, known: Known) -> Iterator[str]:
    try:
        choices = parse(Choices, document.data, document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    texts: list[tuple[list[Key], str]] = [(["none"], choices.none)]
    texts += [(["labels", intent], text) for intent, text in choices.labels.items()]
    for where, text in texts:
        for fault in (*forbidden(text, known.style), *unfilled(text)):
            yield document.problem(where, fault)
        if not LABEL_WORDS[0] <= word_count(text) <= LABEL_WORDS[1]:
            yield document.problem(where, Fault(f"has {word_count(text)} words", "Write 2 to 8 words"))
    for intent in choices.labels:
        if known.intents is not None and intent not in known.intents:
            fault = Fault("is not something a person can mean", "Use a full intent, such as faq/evidence or greet")
            yield document.problem(["labels", intent], fault)


def _phrases(document: Document, root: Path, known: Known) -> Iterator[str]:
    try:
        phrases = parse(Phrases, document.data, document.path)
    except ContentError as error:
        yield one_line(error, root)
        return
    for key, text in phrases.dict().items():
        for fault in forbidden(text.replace("{minutes}", "10"), known.style):
            yield document.problem([key], fault)


def _labels(rasa: list[Document], exercises: list[Document], choices: Optional[Document]) -> Iterator[Label]:
    """Yield the name of everything that can be offered as "did you mean"."""
    for document in rasa:
        for name, variants in document.responses.items():
            for index, variant in enumerate(variants if isinstance(variants, list) else []):
                notes = variant.get("metadata") if isinstance(variant, dict) else None
                if isinstance(notes, dict) and notes.get("label"):
                    yield Label(str(notes["label"]), name, document, ["responses", name, index, "metadata", "label"])
    for document in exercises:
        if document.data.get("label"):
            yield Label(f"Exercise: {document.data['label']}", document.name, document, ["label"])
    labels = choices.data.get("labels") if choices else None
    for intent, text in (labels if isinstance(labels, dict) else {}).items():
        assert choices is not None
        yield Label(str(text), intent, choices, ["labels", intent])


def _same_labels(labels: Iterator[Label]) -> Iterator[str]:
    first: dict[str, Label] = {}
    for label in labels:
        other = first.setdefault(label.text.casefold(), label)
        if other.owner != label.owner:
            fault = Fault(f"{label.text!r} is the label of {other.owner} too", "Give one of them another label")
            yield label.document.problem(label.where, fault)


def _count_lines(helplines: Optional[Document]) -> int:
    countries = helplines.data.get("countries") if helplines else None
    if not isinstance(countries, dict):
        return 0
    return sum(len(country.get("lines") or []) for country in countries.values() if isinstance(country, dict))


def main() -> int:
    """Print the problems, or what was checked; return the exit code."""
    found = report(ROOT, date.today())
    print(found)
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main())
