"""Rasa graph component: sentence and token features from the sentence encoder."""

from __future__ import annotations

from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.encoder import DEFAULT_FOLDER, DIMENSIONS, EncodedText, EncoderError, shared_encoder
from assistant.nlu.text import as_typed, pieces, segments, without_end

# Message properties, each a list of (text, its sentence vector):
SEGMENTS = "segments"  # joined questions and sentences, for the intent classifier
PIECES = "pieces"  # sentences and neighbouring pairs of them, for the crisis detector
_CHUNK = 512  # training texts encoded together; bounds the memory of their word pieces


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds the encoder's sentence vector, a vector for each token, and the vectors of a message's sentences.

    Config: `encoder` (folder of the encoder), `threads` (for one message), `training_threads`, `token_features` (needs a
    tokenizer before; off saves time and memory where no later component reads them).
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the default settings."""
        return {
            **DenseFeaturizer.get_default_config(),
            "encoder": DEFAULT_FOLDER,
            "threads": 1,
            "training_threads": 2,
            "token_features": True,
        }

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Check the settings.

        Raises:
            InvalidConfigException: naming the setting.
        """
        for name in ("threads", "training_threads"):
            value = config.get(name, 1)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise InvalidConfigException(
                    f"SentenceEncoderFeaturizer: `{name}` in config.yml must be a whole number from 1, not {value!r}."
                )

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        """Make the component; the encoder's files are verified here.

        Raises:
            InvalidConfigException: the encoder cannot be loaded; says what to do.
        """
        component = cls(execution_context.node_name, config)
        try:
            shared_encoder(config["encoder"], config["threads"])
        except EncoderError as error:
            raise InvalidConfigException(str(error)) from error
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Add features to messages; a message and its sentences go through the encoder in one batch."""
        encoder = shared_encoder(self._config["encoder"], self._config["threads"])
        for message in messages:
            text = message.get(TEXT)
            if text is None:
                continue
            asked, told = segments(text), pieces(text)
            parts = list(dict.fromkeys([*asked, *told]))
            whole, *encoded = encoder.encode_pieces([as_typed(part) for part in (text, *parts)])
            self._add_features(message, whole)
            vectors = {part: vector.sentence for part, vector in zip(parts, encoded)}
            message.set(SEGMENTS, [(part, vectors[part]) for part in asked])
            message.set(PIECES, [(part, vectors[part]) for part in told])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to the training examples, in large batches."""
        encoder = shared_encoder(self._config["encoder"], self._config["training_threads"])
        examples = [message for message in training_data.training_examples if message.get(TEXT) is not None]
        examples.sort(key=lambda message: len(message.get(TEXT)))  # texts of like length together: little padding
        for start in range(0, len(examples), _CHUNK):
            chunk = examples[start : start + _CHUNK]
            texts = [without_end(message.get(TEXT)) for message in chunk]
            for message, encoded in zip(chunk, encoder.encode_pieces(texts)):
                self._add_features(message, encoded)
        return training_data

    def _add_features(self, message: Message, encoded: EncodedText) -> None:
        tokens: List[Token] = message.get(TOKENS_NAMES[TEXT]) or [] if self._config["token_features"] else []
        if tokens:
            self.add_features_to_message(_token_vectors(tokens, encoded), encoded.sentence[np.newaxis], TEXT, message)
        else:
            sentence = Features(encoded.sentence[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            message.add_features(sentence)


def _token_vectors(tokens: List[Token], encoded: EncodedText) -> np.ndarray:
    """Return the mean of each token's word pieces, float32 [tokens, 384]; zeros for a token past the cut."""
    vectors = np.zeros((len(tokens), DIMENSIONS), dtype=np.float32)
    starts = np.array([start for start, _ in encoded.offsets], dtype=int)
    for row, token in enumerate(tokens):
        first, last = np.searchsorted(starts, [token.start, token.end])
        if last > first:
            vectors[row] = encoded.pieces[first:last].mean(axis=0)
    return vectors
