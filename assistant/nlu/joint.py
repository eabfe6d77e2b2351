"""The joint intent model: one linear model over sentence vectors and n-grams, with nearest-neighbour support.

Labels are full intents (`faq/cost_insurance`). No Rasa here: the graph component in `classifier.py`, the
benchmarks and the development-set commands all use this one class.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.nlu.text import normalise

# What a prediction is judged by (`Evidence`), in this order; `calibration.py` weighs them.
EVIDENCE = (
    "log_probability",
    "probability_margin",
    "logit",
    "log_sum_exp",
    "support",
    "support_of_five",
    "support_lead",
    "log_words",
    "out_of_scope_log_odds",
    "out_of_scope_support",
)
OUT_OF_SCOPE = "out_of_scope"  # the label of examples that should not be answered, if there are any
_FAR = -20.0  # log odds of a label that does not exist


@dataclass(frozen=True)
class JointConfig:
    """Settings of the joint model.

    Attributes:
        ngram_weight: weight of the n-gram features against the unit-length sentence vector.
        scale: multiplies all features; on unit-length vectors it plays the part of `C`.
        components: dimensions the n-grams are reduced to while training.
        max_iterations: limit of the solver.
    """

    ngram_weight: float = 0.7
    scale: float = 6.0
    components: int = 300
    max_iterations: int = 100


@dataclass(frozen=True)
class JointPrediction:
    """What the model thinks of one text.

    Attributes:
        probabilities: float32 [classes], summing to one.
        order: class indices, likeliest first.
        evidence: float64 [len(EVIDENCE)], for the calibration.
    """

    probabilities: np.ndarray
    order: np.ndarray
    evidence: np.ndarray


class JointModel:
    """Trained model; make one with `fit` or `load`."""

    def __init__(
        self,
        classes: list[str],
        vectorizers: list[TfidfVectorizer],
        dense_weights: np.ndarray,
        ngram_weights: np.ndarray,
        intercept: np.ndarray,
        examples: np.ndarray,
        example_classes: np.ndarray,
    ) -> None:
        self.classes = classes
        self._vectorizers = vectorizers
        self._dense_weights = dense_weights
        self._ngram_weights = ngram_weights
        ends = np.cumsum([len(vectorizer.vocabulary_) for vectorizer in vectorizers])
        self._ngrams = [
            _NgramScorer(vectorizer, part) for vectorizer, part in zip(vectorizers, np.split(ngram_weights, ends[:-1]))
        ]
        self._intercept = intercept
        by_class = np.argsort(example_classes, kind="stable")
        self._examples = np.ascontiguousarray(examples[by_class])
        self._example_classes = example_classes[by_class]
        self._out_of_scope = classes.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in classes else None
        self._class_starts = np.searchsorted(self._example_classes, np.arange(len(classes) + 1))

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str], config: JointConfig = JointConfig()
    ) -> JointModel:
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
        vectorizers = _vectorizers()
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
        classes = [str(name) for name in solver.classes_]
        index = {name: position for position, name in enumerate(classes)}
        return cls(
            classes,
            vectorizers,
            dense.astype(np.float32),
            ngram.astype(np.float16),  # half the memory; added up in float32
            intercept.astype(np.float32),
            np.asarray(vectors, dtype=np.float32),
            np.array([index[label] for label in labels]),
        )

    def predict(self, texts: Sequence[str], vectors: np.ndarray) -> list[JointPrediction]:
        """Return a prediction for each text; `vectors` are their sentence vectors, float32 [n, 384]."""
        logits = vectors @ self._dense_weights + self._intercept
        for row, text in enumerate(texts):
            for ngrams in self._ngrams:
                logits[row] += ngrams.score(text)
        similarities = vectors @ self._examples.T
        return [self._judge(text, row, similarity) for text, row, similarity in zip(texts, logits, similarities)]

    def _judge(self, text: str, logits: np.ndarray, similarities: np.ndarray) -> JointPrediction:
        order = np.argsort(-logits)
        best, second = order[0], order[1]
        highest = float(logits[best])
        log_sum = highest + float(np.log(np.exp(logits - highest).sum()))
        probabilities = np.exp(logits - log_sum)
        support = np.maximum.reduceat(similarities, self._class_starts[:-1])
        own = similarities[self._class_starts[best] : self._class_starts[best + 1]]
        five = np.partition(own, -5)[-5:] if len(own) > 5 else own
        others = np.delete(support, best)
        away = self._out_of_scope
        evidence = np.array(
            [
                highest - log_sum,
                probabilities[best] - probabilities[second],
                highest,
                log_sum,
                support[best],
                five.mean(),
                support[best] - others.max(),
                np.log1p(len(text.split())),
                max(_FAR, float(logits[away]) - highest) if away is not None else _FAR,
                support[away] if away is not None else 0.0,
            ]
        )
        return JointPrediction(probabilities, order, evidence)

    def save(self, folder: Path) -> None:
        """Write the model into a folder: arrays as NPZ, vocabularies as JSON; no pickles."""
        np.savez(
            folder / "joint.npz",
            dense_weights=self._dense_weights,
            ngram_weights=self._ngram_weights,
            intercept=self._intercept,
            examples=self._examples,
            example_classes=self._example_classes,
            **{f"idf_{index}": vectorizer.idf_ for index, vectorizer in enumerate(self._vectorizers)},
        )
        vocabularies = [[str(term) for term in vectorizer.get_feature_names_out()] for vectorizer in self._vectorizers]
        description = {"classes": self.classes, "vocabularies": vocabularies}
        (folder / "joint.json").write_text(json.dumps(description), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> JointModel:
        """Read a model that `save` wrote.

        Raises:
            FileNotFoundError: the folder holds no such model.
        """
        description = json.loads((folder / "joint.json").read_text(encoding="utf-8"))
        with np.load(folder / "joint.npz") as arrays:
            vectorizers = _vectorizers(description["vocabularies"])
            for index, vectorizer in enumerate(vectorizers):
                vectorizer.idf_ = arrays[f"idf_{index}"]
            names = ("dense_weights", "ngram_weights", "intercept", "examples", "example_classes")
            return cls(description["classes"], vectorizers, *(arrays[name] for name in names))


class _NgramScorer:
    """What a vectorizer's n-grams of one text add to the logits.

    The same figures as `TfidfVectorizer.transform` times the weights; scikit-learn's checks and sparse matrices take
    ten times as long for a single text.
    """

    def __init__(self, vectorizer: TfidfVectorizer, weights: np.ndarray) -> None:
        self._analyze = vectorizer.build_analyzer()
        self._vocabulary = vectorizer.vocabulary_
        self._idf = np.asarray(vectorizer.idf_, dtype=np.float32)
        self._weights = weights

    def score(self, text: str) -> np.ndarray:
        """Return the contribution to each class, float32 [classes]."""
        counts = Counter(self._vocabulary[term] for term in self._analyze(text) if term in self._vocabulary)
        if not counts:
            return np.zeros(self._weights.shape[1], dtype=np.float32)
        terms = np.fromiter(counts.keys(), dtype=np.int64)
        values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32))) * self._idf[terms]
        values /= np.linalg.norm(values)
        return values @ self._weights[terms].astype(np.float32)


def _vectorizers(vocabularies: Sequence[Sequence[str] | None] = (None, None)) -> list[TfidfVectorizer]:
    """Return what counts words and pairs of words, and what counts runs of 2 to 5 characters."""
    shared: dict[str, Any] = {"preprocessor": normalise, "sublinear_tf": True, "dtype": np.float32}
    words, characters = vocabularies
    return [
        TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b|[?]", vocabulary=words, **shared),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, vocabulary=characters, **shared),
    ]
