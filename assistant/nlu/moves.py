"""Rasa graph component: what a message means in the middle of an exercise (`practice_move` of the parse result).

Most of what people type there answers the step; the rest wants to skip, go back, see an example, stop, or is a remark or a question. Trained
on `data/practice/moves.txt`, on the coach's sentences (answers) and on the questions of `data/faq/` (questions).
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.special import softmax

from assistant.content.coach import load_sentences
from assistant.content.files import ROOT, ContentError
from assistant.nlu.classifier import sentence_vectors
from assistant.nlu.crisis_data import grouped_lines
from assistant.nlu.encoder import DEFAULT_FOLDER, shared_encoder
from assistant.nlu.linear import LinearConfig, LinearModel
from assistant.nlu.text import without_end

MOVE = "practice_move"
ANSWER, QUESTION = "answer", "question"
EXAMPLES = "data/practice/moves.txt"
KINDS = (
    f"{ANSWER} {QUESTION} skip back repeat example help why stop pause resume keep again done other shorter start "
    "remark_hard remark_wait remark_fine remark_annoyed"
).split()
ASKING = (
    "faq",
    "bot_challenge",
    "privacy_of_chat",
    "talk_to_human",
    "find_therapist",
    "contact_clinic",
    "what_can_you_do",
)
EVERY_SENTENCE, EVERY_QUESTION = 8, 12  # one in eight of the coach's sentences, one in twelve of the questions
TRAINING_THREADS = 2


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PracticeMoves(IntentClassifier, GraphComponent):
    """Reads moves. Config: `examples` (file), `encoder` (folder), `threshold` (from which probability on a message is no answer)."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """Return the components that must come before this one."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings."""
        return {"examples": EXAMPLES, "encoder": DEFAULT_FOLDER, "threshold": 0.5}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[LinearModel] = None,
        known: Optional[Dict[str, str]] = None,
    ) -> None:
        threshold = config["threshold"]
        if isinstance(threshold, bool) or not isinstance(threshold, (int, float)) or not 0 < threshold < 1:
            raise InvalidConfigException(
                f"PracticeMoves: `threshold` in config.yml must be a number between 0 and 1, not {threshold!r}."
            )
        self._config, self._model_storage, self._resource, self._model = config, model_storage, resource, model
        self._known = known or {}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PracticeMoves:
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
    ) -> PracticeMoves:
        """Load a trained component; every message is an answer if nothing was trained."""
        try:
            with model_storage.read_from(resource) as folder:
                description = json.loads((folder / "moves.json").read_text(encoding="utf-8"))
                with np.load(folder / "moves.npz") as arrays:
                    model = LinearModel.restore(description["model"], arrays)
                known = description["known"]
        except (ValueError, FileNotFoundError):
            model, known = None, {}
        return cls(config, model_storage, resource, model, known)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples.

        Raises:
            InvalidConfigException: the file of examples is missing or wrong.
        """
        try:
            examples = read_moves(self._config["examples"])
            examples += [(ANSWER, text) for text in _coached()]
        except (ContentError, OSError) as error:
            raise InvalidConfigException(f"PracticeMoves: {error}") from error
        asks = [message for message in training_data.intent_examples if message.get(INTENT) in ASKING]
        asked = [message for message in asks[::EVERY_QUESTION] if message.get(TEXT)]
        vectors = shared_encoder(self._config["encoder"], TRAINING_THREADS).encode(
            [without_end(text) for _, text in examples]
        )
        if asked:  # the featurizer has read these
            vectors = np.vstack([vectors, sentence_vectors(asked)])
        examples += [(QUESTION, message.get(TEXT)) for message in asked]
        self._model = fit_moves(examples, vectors)
        self._known = {plain(text): kind for kind, text in examples if kind not in (ANSWER, QUESTION)}
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / "moves.npz", **self._model.arrays())
            description = {"model": self._model.description(), "known": self._known}
            (folder / "moves.json").write_text(json.dumps(description), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training examples as they are."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `practice_move` of each message: `{"name", "confidence", "known"}`; known: said in the very words of an example."""
        for message in messages:
            text = message.get(TEXT)
            if self._model is None or not text or text.startswith(INTENT_MESSAGE_PREFIX):
                continue
            known = self._known.get(plain(text))
            if known:
                move: Dict[str, Any] = {"name": known, "confidence": 1.0, "known": True}
            else:
                vector = sentence_vectors([message])
                name, confidence = likeliest_move(self._model, text, vector, self._config["threshold"])
                move = {"name": name, "confidence": confidence, "known": False}
            message.set(MOVE, move, add_to_output=True)
        return messages


def plain(text: str) -> str:
    """Return a text as it is compared with examples: without case, outer signs and apostrophes."""
    return text.casefold().replace("’", "").replace("'", "").strip(" .!…")


def likeliest_move(model: LinearModel, text: str, vector: np.ndarray, threshold: float) -> Tuple[str, float]:
    """Return the kind of move of a text and its probability; an answer unless another kind reaches the threshold."""
    probabilities = softmax(model.logits([text], vector))[0]
    best = int(probabilities.argmax())
    if model.classes[best] != ANSWER and probabilities[best] < threshold:
        best = model.classes.index(ANSWER)
    return model.classes[best], float(probabilities[best])


def fit_moves(examples: List[Tuple[str, str]], vectors: np.ndarray) -> LinearModel:
    """Return a model trained on (kind, text) and their vectors, float32 [n, 384]."""
    texts, kinds = [text for _, text in examples], [kind for kind, _ in examples]
    return LinearModel.fit(texts, vectors, kinds, LinearConfig(ngram_weight=1.0, components=100, max_iterations=50))


def read_moves(file: str) -> List[Tuple[str, str]]:
    """Return (kind, text) of a file of moves; a relative path starts at the repository.

    Raises:
        ContentError: a heading is no kind of move; names file and line.
        OSError: the file cannot be read.
    """
    path = ROOT / file
    found = []
    for kind, text, number in grouped_lines(path):
        if kind.strip() not in KINDS:
            raise ContentError(
                f"{path}, line {number}: `## {kind}` is no kind of move. Use one of: {', '.join(KINDS)}."
            )
        found.append((kind.strip(), text))
    return found


def _coached() -> List[str]:
    return [sentence.text for entries in load_sentences().values() for sentence in entries[::EVERY_SENTENCE]]
