"""Rasa graph component: the joint intent classifier.

One model chooses among full intents (`faq/cost_insurance`). The result fills `intent`, `intent_ranking` and
`response_selector`, so Rasa's own retrieval actions work, and two properties of its own: `candidates` (the five
likeliest full intents) and `questions` (further questions asked in the same message).
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.calibration import DEFAULT_FILE, Calibration, CalibrationError
from assistant.nlu.decision import Decision, decide, response_selector
from assistant.nlu.featurizer import SEGMENTS
from assistant.nlu.joint import JointModel
from assistant.nlu.linear import LinearConfig

logger = logging.getLogger(__name__)

CANDIDATES = "candidates"
QUESTIONS = "questions"
RESPONSE_SELECTOR = "response_selector"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class JointIntentClassifier(IntentClassifier, GraphComponent):
    """Classifies full intents; below the calibrated threshold or margin the intent is `nlu_fallback`.

    Config: `calibration` (the file `make calibrate` writes), `ngram_weight`, `scale`, `components`, `max_iterations`.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Return the components that must come before this one."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings."""
        defaults = LinearConfig()
        return {
            "calibration": str(DEFAULT_FILE),
            "ngram_weight": defaults.ngram_weight,
            "scale": defaults.scale,
            "components": defaults.components,
            "max_iterations": defaults.max_iterations,
        }

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Check the settings.

        Raises:
            InvalidConfigException: naming the setting and what it takes.
        """
        for name in ("ngram_weight", "scale"):
            value = config.get(name, 1.0)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
                raise InvalidConfigException(
                    f"JointIntentClassifier: `{name}` in config.yml must be a number above 0, not {value!r}."
                )
        for name in ("components", "max_iterations"):
            value = config.get(name, 1)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InvalidConfigException(
                    f"JointIntentClassifier: `{name}` in config.yml must be a whole number from 1, not {value!r}."
                )

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[JointModel] = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model
        try:
            self._calibration = Calibration.load(config["calibration"])
        except CalibrationError as error:
            raise InvalidConfigException(f"JointIntentClassifier: {error}") from error

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> JointIntentClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> JointIntentClassifier:
        """Load a trained component; untrained if nothing was trained."""
        try:
            with model_storage.read_from(resource) as folder:
                model = JointModel.load(folder)
        except (ValueError, FileNotFoundError):
            logger.warning("The model holds no trained intent classifier; run `make train`.")
            model = None
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples that have a text and an intent; with none, nothing is trained."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        labels = [_label(message) for message in examples]
        if len(set(labels)) < 2:
            logger.warning("Fewer than two intents with examples: no intent classifier was trained.")
            return self._resource
        config = LinearConfig(
            **{name: self._config[name] for name in LinearConfig.__dataclass_fields__ if name in self._config}
        )
        texts = [message.get(TEXT) for message in examples]
        self._model = JointModel.fit(texts, sentence_vectors(examples), labels, config)
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add predictions to the training examples (used by components after this one)."""
        self.process([message for message in training_data.training_examples if message.get(TEXT)])
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent, ranking, response selector, candidates and questions of each message."""
        if self._model is None:
            return messages
        for message in messages:
            decision = self._decide(message)
            message.set(INTENT, decision.intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, decision.ranking, add_to_output=True)
            message.set(CANDIDATES, decision.candidates, add_to_output=True)
            message.set(QUESTIONS, decision.questions, add_to_output=True)
            selector = response_selector(decision.candidates, self._retrieval_intents)
            message.set(RESPONSE_SELECTOR, selector, add_to_output=True)
        return messages

    @cached_property
    def _retrieval_intents(self) -> Set[str]:
        assert self._model is not None
        return {name.split("/")[0] for name in self._model.classes if "/" in name}

    def _decide(self, message: Message) -> Decision:
        assert self._model is not None
        text = message.get(TEXT)
        if text.startswith(INTENT_MESSAGE_PREFIX) and text[1:] in self._model.classes:
            return Decision.certain(text[1:])
        vectors = sentence_vectors([message])
        parts: Sequence[Tuple[str, np.ndarray]] = message.get(SEGMENTS) or []
        texts = [text, *(part for part, _ in parts)]
        if parts:
            vectors = np.vstack([vectors, *(vector for _, vector in parts)])
        predictions = self._model.predict(texts, vectors)
        return decide(predictions, self._model.classes, self._calibration)


def _label(message: Message) -> str:
    return str(message.get(INTENT_RESPONSE_KEY) or message.get(INTENT))


def sentence_vectors(messages: List[Message]) -> np.ndarray:
    """Return the dense sentence features of messages, float32 [n, dimensions].

    Raises:
        InvalidConfigException: a message has none, so no featurizer came before.
    """
    vectors = []
    for message in messages:
        # Not by `get_dense_features`, which copies them in depth.
        sentence = [
            part.features[0]
            for part in message.features
            if part.attribute == TEXT and part.type == FEATURE_TYPE_SENTENCE and part.is_dense()
        ]
        if not sentence:
            raise InvalidConfigException(
                "JointIntentClassifier needs sentence features: put "
                "assistant.nlu.featurizer.SentenceEncoderFeaturizer before it in config.yml."
            )
        vectors.append(sentence[0] if len(sentence) == 1 else np.concatenate(sentence))
    return np.asarray(vectors, dtype=np.float32)
