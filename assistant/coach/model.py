"""The coach's classifiers: one logistic regression for each criterion, on sentence vectors, n-grams and telling words.

Criteria of the same name are trained on the sentences of all exercises that have them. `make train` makes `models/coach.npz`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from assistant.coach.features import sign_features
from assistant.coach.own_words import own_words
from assistant.content.coach import THREAT, CoachWords, Sentence, load_coach_words
from assistant.content.files import ROOT
from assistant.nlu.encoder import SentenceEncoder
from assistant.nlu.linear import NgramScorer, forget, ngram_vectorizers
from assistant.nlu.text import segments, without_end

FILE = ROOT / "models" / "coach.npz"
# Weights of the three groups of features. On the development set 4 for n-grams, 0 and 2 for signs were not better.
VECTOR, NGRAM, SIGN = 6.0, 6.0, 1.0
FOLDS = 5
ALONE = 1.5  # log odds by which one sentence must be surer than the whole text; the best of five on the development set
THREAT_RECALL = 0.985  # of threats, in cross-validation: a missed one weighs more than one seen where there is none
ANY = "any"  # stands for the exercise of a harmless answer
GRID = np.linspace(-3.0, 1.5, 46)


class CoachError(RuntimeError):
    """The coach's model is missing or was made for other content."""


@dataclass(frozen=True)
class Reading:
    """What the classifiers found in one text.

    Attributes:
        own: the person's own words.
        logits: for each criterion, how far it is above (positive: it is there) or below its threshold.
        telling: for each criterion the sentence that speaks most for it; empty for a single sentence.
    """

    own: str
    logits: Dict[str, float]
    telling: Dict[str, str] = field(default_factory=dict)


class CoachModel:
    """Trained classifiers; make them with `train` or `load`."""

    def __init__(
        self,
        names: List[str],
        vectorizers: List[TfidfVectorizer],
        weights: np.ndarray,
        ngram_weights: np.ndarray,
        intercepts: np.ndarray,
        encoder: SentenceEncoder,
        words: Optional[CoachWords] = None,
    ) -> None:
        self.names = names
        self._vectorizers = vectorizers
        self._weights, self._ngram_weights, self._intercepts = weights, ngram_weights, intercepts
        self._encoder = encoder
        self._words = words or load_coach_words()
        ends = np.cumsum([len(vectorizer.vocabulary_) for vectorizer in vectorizers])
        self._scorers = [
            NgramScorer(sort, vectorizer, part)
            for sort, (vectorizer, part) in enumerate(zip(vectorizers, np.split(ngram_weights, ends[:-1])))
        ]

    @classmethod
    def train(
        cls, sentences: Dict[str, List[Sentence]], encoder: SentenceEncoder, harmless: Sequence[str] = ()
    ) -> CoachModel:
        """Train on labelled sentences by exercise, and on answers to any question of an exercise that are no threats."""
        words = load_coach_words()
        rows = [(exercise, sentence) for exercise, entries in sentences.items() for sentence in entries]
        rows += [(ANY, Sentence(text=text, has=[])) for text in harmless]
        owns = [own_words(sentence.text) for _, sentence in rows]
        dense = dense_features(owns, [sentence.prompt for _, sentence in rows], encoder, words)
        vectorizers = ngram_vectorizers()
        ngrams = sparse.hstack([vectorizer.fit_transform(owns) for vectorizer in vectorizers]).tocsr()
        features = sparse.hstack([sparse.csr_matrix(dense), ngrams * NGRAM]).tocsr()
        names = sorted({name for exercise in sentences for name in words.names(exercise)})
        fitted = [_fit(features, rows, name, words) for name in names]
        coefficients = np.stack([coefficient for coefficient, _ in fitted], axis=1)
        intercepts = np.array([intercept for _, intercept in fitted], dtype=np.float32)
        split = dense.shape[1]
        weights = coefficients[:split].astype(np.float32)
        ngram_weights = (coefficients[split:] * NGRAM).astype(np.float16)
        return cls(names, vectorizers, weights, ngram_weights, intercepts, encoder, words)

    def read(self, text: str, prompt: Optional[str] = None) -> Reading:
        """Look through a text; `prompt` is what the other person said, in active listening."""
        own = own_words(text)
        parts = segments(own)
        texts = [own, *(parts if len(parts) > 1 else [])]
        logits = (
            dense_features(texts, [prompt] * len(texts), self._encoder, self._words) @ self._weights + self._intercepts
        )
        for row, part in enumerate(texts):
            for scorer in self._scorers:
                logits[row] += scorer.score(part)
        forget()
        # What stands plainly in one sentence of a longer text counts too.
        best = np.maximum(logits[0], logits[1:].max(axis=0) - ALONE) if len(texts) > 1 else logits[0]
        telling = (
            {name: texts[1 + int(logits[1:, column].argmax())] for column, name in enumerate(self.names)}
            if len(texts) > 1
            else {}
        )
        return Reading(own, {name: float(value) for name, value in zip(self.names, best)}, telling)

    def save(self, path: Path = FILE) -> None:
        """Write the classifiers to a file."""
        description = {
            "names": self.names,
            "vocabularies": [list(map(str, vectorizer.get_feature_names_out())) for vectorizer in self._vectorizers],
            "criteria": sorted(self._words.criteria),
        }
        arrays = {f"idf_{index}": vectorizer.idf_ for index, vectorizer in enumerate(self._vectorizers)}
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            description=np.frombuffer(json.dumps(description).encode(), dtype=np.uint8),
            weights=self._weights,
            ngram_weights=self._ngram_weights,
            intercepts=self._intercepts,
            **arrays,
        )

    @classmethod
    def load(cls, encoder: SentenceEncoder, path: Path = FILE) -> CoachModel:
        """Read the classifiers from a file.

        Raises:
            CoachError: the file is missing, or content/coach.yml has other criteria now.
        """
        if not path.is_file():
            raise CoachError(f"{path} is missing. Run `make train`.")
        with np.load(path) as arrays:
            description = json.loads(arrays["description"].tobytes())
            words = load_coach_words()
            if description["criteria"] != sorted(words.criteria):
                raise CoachError(f"{path} was made for other criteria than content/coach.yml has. Run `make train`.")
            vectorizers = ngram_vectorizers(description["vocabularies"])
            for index, vectorizer in enumerate(vectorizers):
                vectorizer.idf_ = arrays[f"idf_{index}"]
            weights, ngram_weights, intercepts = (arrays[name] for name in ("weights", "ngram_weights", "intercepts"))
        return cls(description["names"], vectorizers, weights, ngram_weights, intercepts, encoder, words)


def dense_features(
    owns: Sequence[str], prompts: Sequence[Optional[str]], encoder: SentenceEncoder, words: CoachWords
) -> np.ndarray:
    """Return sentence vectors and signs of texts, float32 [texts, 384 + signs]."""
    asked = sorted({prompt for prompt in prompts if prompt})
    vectors = encoder.encode([without_end(text) for text in (*owns, *asked)])
    of_prompt = dict(zip(asked, vectors[len(owns) :]))
    signs = [
        sign_features(own, prompt, float(vector @ of_prompt[prompt]) if prompt else 0.0, words)
        for own, prompt, vector in zip(owns, prompts, vectors)
    ]
    return np.hstack([vectors[: len(owns)] * VECTOR, np.stack(signs) * SIGN]).astype(np.float32)


def _fit(
    features: sparse.csr_matrix, rows: Sequence[Tuple[str, Sentence]], name: str, words: CoachWords
) -> Tuple[np.ndarray, float]:
    """Return coefficients and intercept of one criterion; the intercept holds its threshold, chosen by cross-validation."""
    used = [
        index
        for index, (exercise, _) in enumerate(rows)
        if (name == THREAT if exercise == ANY else name in words.names(exercise))
    ]
    labels = np.array([name in rows[index][1].has for index in used])
    chosen = features[used]
    solver = LogisticRegression(
        solver="liblinear", dual=True, max_iter=200, tol=1e-3, class_weight="balanced", random_state=0
    )
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    logits = cross_val_predict(solver, chosen, labels, cv=folds, method="decision_function")
    threshold = _threshold(labels, logits, recall_first=name == THREAT)
    solver.fit(chosen, labels)
    return solver.coef_[0], float(solver.intercept_[0] - threshold)


def _threshold(truth: np.ndarray, logits: np.ndarray, recall_first: bool) -> float:
    """Return the threshold with the best F1; or the highest that still finds `THREAT_RECALL` of what is there."""
    if recall_first:
        return float(min(GRID.max(), np.quantile(logits[truth], 1 - THREAT_RECALL)))
    return float(max(GRID, key=lambda value: (_f1(truth, logits > value), -abs(value))))


def _f1(truth: np.ndarray, found: np.ndarray) -> float:
    hits, sizes = float((truth & found).sum()), float(truth.sum() + found.sum())
    return 2 * hits / sizes if sizes else 0.0
