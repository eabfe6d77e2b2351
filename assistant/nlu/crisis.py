"""Rasa graph component: the crisis detector, after the intent classifier.

It reads the vectors of the message and its sentences, which the featurizer has made. Where it finds danger it replaces the intent by the
crisis intent; whatever it finds, it adds `crisis` (`label`, `confidence` and what the safety conversation needs) and
`safety_answers` to the parse result.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.content.crisis import KINDS, load_crisis_words
from assistant.content.files import ROOT, ContentError
from assistant.nlu.classifier import CANDIDATES, QUESTIONS, sentence_vectors
from assistant.nlu.crisis_model import CrisisDetector, CrisisVerdict
from assistant.nlu.danger_words import DangerWordFinder
from assistant.nlu.decision import CANDIDATE_COUNT, FALLBACK
from assistant.nlu.encoder import DEFAULT_FOLDER
from assistant.nlu.featurizer import PIECES
from assistant.nlu.linear import forget

CRISIS = "crisis"
SAFETY_ANSWERS = "safety_answers"
DETECTOR = "assistant/nlu/crisis_detector.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CrisisDetection(IntentClassifier, GraphComponent):
    """Finds danger in a message. Config: `detector` (the file `make detector` writes), `words` (folder), `encoder` (folder)."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Return the components that must come before this one."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings."""
        return {"detector": DETECTOR, "words": "content/crisis", "encoder": DEFAULT_FOLDER}

    def __init__(self, config: Dict[str, Any]) -> None:
        try:
            finder = DangerWordFinder(load_crisis_words(ROOT / config["words"]))
            self._detector, encoder = CrisisDetector.load(finder, ROOT / config["detector"])
        except (ContentError, ValueError, FileNotFoundError) as error:
            raise InvalidConfigException(f"CrisisDetection: {error} Is `make detector` needed?") from error
        manifest = ROOT / config["encoder"] / "manifest.json"
        if manifest.is_file() and model_checksum(manifest) != encoder:
            raise InvalidConfigException(
                f"CrisisDetection: {config['detector']} was trained on another encoder than {config['encoder']}. "
                "Run `make encoder`, then `make detector`."
            )

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CrisisDetection:
        """Make the component.

        Raises:
            InvalidConfigException: the detector or the danger words cannot be used; says what to do.
        """
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training examples as they are."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Judge each message; in danger the crisis intent takes the place of the intent."""
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith(INTENT_MESSAGE_PREFIX):
                continue
            parts: Sequence[Tuple[str, np.ndarray]] = message.get(PIECES) or []
            vectors = sentence_vectors([message])
            if parts:
                vectors = np.vstack([vectors, *(vector for _, vector in parts)])
            verdict = self._detector.judge([text, *(part for part, _ in parts)], vectors)
            self._put(message, verdict)
        forget()
        return messages

    @staticmethod
    def _put(message: Message, verdict: CrisisVerdict) -> None:
        candidates: List[Dict[str, Any]] = message.get(CANDIDATES) or []
        intent = message.get(INTENT) or {"name": FALLBACK, "confidence": 0.0}
        rest = [entry for entry in candidates if entry["name"] not in KINDS]
        if verdict.label:
            intent = {"name": verdict.label, "confidence": verdict.confidence}
            candidates = [intent, *rest][:CANDIDATE_COUNT]
        elif intent["name"] in KINDS:
            # The classifier's own crisis examples are few; the detector has read thousands of both sorts.
            best: Dict[str, Any] = rest[0] if rest else {"name": FALLBACK, "confidence": 0.0}
            intent = {"name": FALLBACK, "confidence": 1.0 - best["confidence"]}
            candidates = rest
        ranking = [
            entry for entry in message.get(INTENT_RANKING_KEY) or [] if entry["name"] not in (*KINDS, intent["name"])
        ]
        message.set(INTENT, intent, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [intent, *ranking], add_to_output=True)
        message.set(CANDIDATES, candidates, add_to_output=True)
        message.set(QUESTIONS, [name for name in message.get(QUESTIONS) or [] if name not in KINDS], add_to_output=True)
        found = {
            "label": verdict.label,
            "confidence": verdict.confidence,
            "sensitive": verdict.sensitive,
            "imminent": verdict.imminent,
            "about": verdict.about,
        }
        message.set(CRISIS, found, add_to_output=True)
        answers = [{"name": name, "confidence": confidence} for name, confidence in verdict.answers]
        message.set(SAFETY_ANSWERS, answers, add_to_output=True)


def model_checksum(manifest: Path) -> str:
    """Return the checksum of the encoder's model from its manifest."""
    return str(json.loads(manifest.read_text(encoding="utf-8"))["files"]["model.onnx"])
