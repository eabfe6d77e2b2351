"""Multinomial logistic regression over sentence vectors and n-grams: what the joint model and the crisis detector share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Mapping, Sequence

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.nlu.text import normalise, without_end


@dataclass(frozen=True)
class LinearConfig:
    """Settings of the linear model.

    Attributes:
        ngram_weight: weight of the n-gram features against the unit-length sentence vector.
        scale: multiplies all features; on unit-length vectors it plays the part of `C`.
        components: dimensions the n-grams are reduced to while training.
        max_iterations: limit of the solver.
        min_count: n-grams of characters seen in fewer texts are left out.
    """

    ngram_weight: float = 0.7
    scale: float = 6.0
    components: int = 300
    max_iterations: int = 100
    min_count: int = 2


DEFAULTS = LinearConfig()


class LinearModel:
    """Trained model; make one with `fit` or `load`."""

    def __init__(
        self,
        classes: list[str],
        vectorizers: list[TfidfVectorizer],
        dense_weights: np.ndarray,
        ngram_weights: np.ndarray,
        intercept: np.ndarray,
    ) -> None:
        self.classes = classes
        self._vectorizers = vectorizers
        self._dense_weights = dense_weights
        self._ngram_weights = ngram_weights
        ends = np.cumsum([len(vectorizer.vocabulary_) for vectorizer in vectorizers])
        self._ngrams = [
            NgramScorer(sort, vectorizer, part)
            for sort, (vectorizer, part) in enumerate(zip(vectorizers, np.split(ngram_weights, ends[:-1])))
        ]
        self._intercept = intercept

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str], config: LinearConfig = DEFAULTS
    ) -> LinearModel:
        """Train.

        Args:
            texts: n training texts.
            vectors: their sentence vectors, float32 [n, 384].
            labels: their labels, at least two different ones.
            config: settings.

        Raises:
            ValueError: fewer than two labels, or lengths that differ.
        """
        if not len(texts) == len(vectors) == len(labels):
            raise ValueError(f"{len(texts)} texts, {len(vectors)} vectors and {len(labels)} labels do not match.")
        if len(set(labels)) < 2:
            raise ValueError("At least two different intents are needed to train a classifier.")
        vectorizers = ngram_vectorizers(min_count=config.min_count)
        ngrams = sparse.hstack([vectorizer.fit_transform(texts) for vectorizer in vectorizers]).tocsr()
        # The reduction only makes training fast: its axes are multiplied into the weights afterwards.
        components = min(config.components, min(ngrams.shape) - 1)
        reduction = TruncatedSVD(components, n_iter=2, random_state=0)
        reduced = reduction.fit_transform(ngrams).astype(np.float32)
        features = np.hstack([vectors, reduced * config.ngram_weight]) * config.scale
        solver = LogisticRegression(max_iter=config.max_iterations, tol=1e-3)
        solver.fit(features.astype(np.float32), np.asarray(labels))
        coefficients, intercept = solver.coef_, solver.intercept_
        if len(solver.classes_) == 2:  # scikit-learn keeps one row for two classes
            coefficients = np.vstack([-coefficients, coefficients]) / 2
            intercept = np.concatenate([-intercept, intercept]) / 2
        dimensions = vectors.shape[1]
        dense = coefficients[:, :dimensions].T * config.scale
        ngram = reduction.components_.T @ (coefficients[:, dimensions:].T * config.scale * config.ngram_weight)
        return cls(
            [str(name) for name in solver.classes_],
            vectorizers,
            dense.astype(np.float32),
            ngram.astype(np.float16),  # half the memory; added up in float32
            intercept.astype(np.float32),
        )

    def logits(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Return the log odds of each class up to a constant, float32 [n, classes]; `vectors` are [n, 384]."""
        logits: np.ndarray = vectors @ self._dense_weights + self._intercept
        for row, text in enumerate(texts):
            for ngrams in self._ngrams:
                logits[row] += ngrams.score(text)
        return logits

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays to save."""
        inverse = {f"idf_{index}": vectorizer.idf_ for index, vectorizer in enumerate(self._vectorizers)}
        return {
            "dense_weights": self._dense_weights,
            "ngram_weights": self._ngram_weights,
            "intercept": self._intercept,
            **inverse,
        }

    def description(self) -> dict[str, Any]:
        """Return what there is to save besides the arrays: classes and vocabularies."""
        vocabularies = [[str(term) for term in vectorizer.get_feature_names_out()] for vectorizer in self._vectorizers]
        return {"classes": self.classes, "vocabularies": vocabularies}

    @classmethod
    def restore(cls, description: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> LinearModel:
        """Return the model that `description` and `arrays` were taken from."""
        vectorizers = ngram_vectorizers(description["vocabularies"])
        for index, vectorizer in enumerate(vectorizers):
            vectorizer.idf_ = arrays[f"idf_{index}"]
        names = ("dense_weights", "ngram_weights", "intercept")
        return cls(list(description["classes"]), vectorizers, *(arrays[name] for name in names))


class NgramScorer:
    """What a vectorizer's n-grams of one text add to the logits.

    The same figures as `TfidfVectorizer.transform` times the weights; scikit-learn's checks and sparse matrices take
    ten times as long for a single text.
    """

    def __init__(self, sort: int, vectorizer: TfidfVectorizer, weights: np.ndarray) -> None:
        self._sort = sort  # place among `ngram_vectorizers`
        self._vocabulary = vectorizer.vocabulary_
        self._idf = np.asarray(vectorizer.idf_, dtype=np.float32)
        self._weights = weights

    def score(self, text: str) -> np.ndarray:
        """Return the contribution to each class, float32 [classes]."""
        found = ngrams_of(self._sort, text)
        known = [pair for pair in zip(map(self._vocabulary.get, found), found.values()) if pair[0] is not None]
        if not known:
            return np.zeros(self._weights.shape[1], dtype=np.float32)
        terms = np.array([term for term, _ in known])
        values = (1 + np.log(np.array([count for _, count in known], dtype=np.float32))) * self._idf[terms]
        values /= np.linalg.norm(values)
        return values @ self._weights[terms].astype(np.float32)


def _as_read(text: str) -> str:
    return normalise(without_end(text))


def ngram_vectorizers(
    vocabularies: Sequence[Sequence[str] | None] = (None, None), min_count: int = 2
) -> list[TfidfVectorizer]:
    """Return what counts words and pairs of words, and what counts runs of 2 to 5 characters."""
    shared: dict[str, Any] = {"preprocessor": _as_read, "sublinear_tf": True, "dtype": np.float32}
    words, characters = vocabularies
    return [
        TfidfVectorizer(
            ngram_range=(1, 2),
            token_pattern=r"(?u)\b\w+\b|[?]",
            vocabulary=words,
            min_df=max(1, min_count - 1),
            **shared,
        ),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=min_count, vocabulary=characters, **shared),
    ]


_ANALYZERS = [vectorizer.build_analyzer() for vectorizer in ngram_vectorizers()]


@lru_cache(maxsize=128)
def ngrams_of(sort: int, text: str) -> Counter[str]:
    """Return the n-grams of a text, of the words (0) or characters (1), with their counts.

    Kept for the other models that read the same message; `forget` is called when it is done.
    """
    return Counter(_ANALYZERS[sort](text))


def forget() -> None:
    """Forget the n-grams of the messages read: nobody's words stay in memory."""
    ngrams_of.cache_clear()
