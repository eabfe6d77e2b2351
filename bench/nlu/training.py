"""Training of the product's joint model outside Rasa, for the benchmarks and the calibration."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from assistant.nlu.encoder import DIMENSIONS, SentenceEncoder
from assistant.nlu.joint import JointModel, JointPrediction
from assistant.nlu.linear import LinearConfig
from assistant.nlu.text import without_end

THREADS = 2
DEFAULTS = LinearConfig()
_CHUNK = 512  # texts together; bounds the memory of word pieces and of similarities to the training texts


def encode(encoder: SentenceEncoder, texts: Sequence[str]) -> np.ndarray:
    """Return the sentence vectors of texts, float32 [n, 384]."""
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for start in range(0, len(texts), _CHUNK):
        vectors[start : start + _CHUNK] = encoder.encode([without_end(text) for text in texts[start : start + _CHUNK]])
    return vectors


def train(
    encoder: SentenceEncoder, texts: Sequence[str], labels: Sequence[str], config: LinearConfig = DEFAULTS
) -> JointModel:
    """Return the joint model trained on n texts and their labels."""
    return JointModel.fit(texts, encode(encoder, texts), labels, config)


def predict(model: JointModel, encoder: SentenceEncoder, texts: Sequence[str]) -> list[JointPrediction]:
    """Return the model's prediction for each text."""
    predictions: list[JointPrediction] = []
    for start in range(0, len(texts), _CHUNK):
        chunk = list(texts[start : start + _CHUNK])
        predictions += model.predict(chunk, encode(encoder, chunk))
    return predictions


def likeliest(predictions: Sequence[JointPrediction], classes: Sequence[str]) -> np.ndarray:
    """Return the likeliest label of each prediction, str [n]."""
    return np.array([classes[prediction.order[0]] for prediction in predictions])
