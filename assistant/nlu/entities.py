"""Rasa graph component: entities by spaCy's EntityRuler from the word lists in `content/lexicon/`.

Finds relationship, feeling, life event, problem area and country, and `minutes` ("ten minutes").
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Optional

import assistant.spacy_alone  # noqa: F401  isort: skip  (before spaCy)
import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language
from spacy.tokens import Span
from spacy.util import filter_spans

from assistant.content.files import ROOT, ContentError
from assistant.content.lexicon import load_lexicon
from assistant.nlu.persons import most_meant

MINUTES = "minutes"
COUNTRY = "country"
RELATIONSHIP = "relationship"
OF_ANOTHER = {"his", "her", "their", "your", "ur"}
NEGATIONS = {"not", "n't", "nt", "never"}
LEAVING = {"moved", "came", "come", "originally", "immigrated", "emigrated", "fled", "but"}
NUMBER_WORDS = {
    "a": 1,
    "one": 1,
    "two": 2,
    "couple": 2,
    "few": 3,
    "three": 3,
    "four": 4,
    "five": 5,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "half": 30,
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LexiconEntityExtractor(EntityExtractorMixin, GraphComponent):
    """Finds the words of the lexicon in a message. Config: `lexicon`, the folder of the word lists."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings."""
        return {"lexicon": "content/lexicon"}

    def __init__(self, config: Dict[str, Any]) -> None:
        try:
            self._language = build_ruler(ROOT / config["lexicon"])
        except ContentError as error:
            raise InvalidConfigException(str(error)) from error

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LexiconEntityExtractor:
        """Make the component.

        Raises:
            InvalidConfigException: a word list is missing or wrong; names file, key and remedy.
        """
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the entities found to each message."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                found = [dict(entity, extractor=self.name) for entity in find_entities(self._language, text)]
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave training data as it is: the word lists are the training."""
        return training_data


def build_ruler(folder: Path) -> Language:
    """Return a blank English spaCy pipeline that finds the words of the lexicon.

    Raises:
        ContentError: a word list is missing or wrong.
    """
    language = spacy.blank("en")
    # One ruler an entity, all their spans kept: "lonely" is a feeling and names a problem area.
    for entity, word_list in load_lexicon(folder).items():
        ruler: Any = language.add_pipe(
            "span_ruler", name=entity, config={"spans_key": entity, "phrase_matcher_attr": "LOWER"}
        )
        ruler.add_patterns(
            [
                {"label": entity, "pattern": word, "id": value}
                for value, entry in word_list.values.items()
                if entry.talks
                for word in entry.words
            ]
        )
    ruler = language.add_pipe("span_ruler", name=MINUTES, config={"spans_key": MINUTES})
    number: dict[str, Any] = {"LOWER": {"REGEX": r"^(\d{1,3}|" + "|".join(NUMBER_WORDS) + ")$"}}
    filler: dict[str, Any] = {"LOWER": {"IN": ["a", "of", "an"]}, "OP": "*"}
    for unit in (["minute", "minutes", "min", "mins"], ["hour", "hours", "hr"]):
        ruler.add_patterns([{"label": MINUTES, "pattern": [number, filler, {"LOWER": {"IN": unit}}], "id": unit[0]}])
    return language


def find_entities(language: Language, text: str) -> list[dict[str, Any]]:
    """Return the entities in a text as Rasa has them: entity, value, start, end.

    Of several relationships the one that the message is about comes last: Rasa fills a slot with the last.
    """
    document = language.make_doc(text)
    if first_words(language).isdisjoint(token.lower for token in document):
        return []  # as for most messages; the rulers take most of the time
    document = language(document)
    found = []
    for key, spans in document.spans.items():
        for span in filter_spans(spans):
            value = _minutes(span) if key == MINUTES else span.id_
            not_meant = (key == COUNTRY and _left_behind(span)) or (key == RELATIONSHIP and _of_another(span))
            if value is not None and not not_meant:
                found.append({"entity": key, "value": value, "start": span.start_char, "end": span.end_char})
    people = [entity for entity in found if entity["entity"] == RELATIONSHIP]
    if len(people) > 1:
        meant = people[most_meant(text, [(person["start"], person["end"]) for person in people])]
        found.remove(meant)
        found.append(meant)
    return found


@lru_cache(maxsize=4)
def first_words(language: Language) -> FrozenSet[int]:
    """Return the words (spaCy's numbers of them, in lower case) of which a text must hold one: first words of the lexicon, units of time."""
    found = set()
    for name in language.pipe_names:
        for entry in language.get_pipe(name).patterns:  # type: ignore[attr-defined]
            pattern = entry["pattern"]
            if isinstance(pattern, str):
                found.add(language.make_doc(pattern)[0].lower)
            else:
                found.update(language.vocab.strings.add(unit) for unit in pattern[-1]["LOWER"]["IN"])
    return frozenset(found)


def _left_behind(span: Span) -> bool:
    """Return whether a place is one that the person came from or is not in: "I moved here from Poland", "I'm not in the UK"."""
    before = [token.lower_ for token in span.doc[max(0, span.start - 5) : span.start]]
    if not NEGATIONS.isdisjoint(before[-3:]):
        return True
    return bool(before) and before[-1] == "from" and not LEAVING.isdisjoint(before)


def _of_another(span: Span) -> bool:
    """Return whether a person is somebody else's ("he told his mum" is not about the writer's mother), or put aside: "not my mother"."""
    before = [token.lower_ for token in span.doc[max(0, span.start - 2) : span.start]]
    return not OF_ANOTHER.isdisjoint(before[-1:]) or before[:1] == ["not"]


def _minutes(span: Span) -> Optional[int]:
    word = span[0].lower_
    number = int(word) if word.isdigit() else NUMBER_WORDS.get(word)
    if number is None:
        return None
    if span.id_ == "hour":
        return 30 if word == "half" else number * 60
    return number
