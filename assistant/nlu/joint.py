"""The joint intent model: one linear model over sentence vectors and n-grams, with nearest-neighbour support.

Labels are full intents (`faq/cost_insurance`). No Rasa here: the graph component in `classifier.py`, the
benchmarks and the development-set commands all use this one class.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

import numpy as np

from assistant.nlu.linear import DEFAULTS, LinearConfig, LinearModel

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

    def __init__(self, linear: LinearModel, examples: np.ndarray, example_classes: np.ndarray) -> None:
        self._linear = linear
        self.classes = linear.classes
        by_class = np.argsort(example_classes, kind="stable")
        self._examples = np.ascontiguousarray(examples[by_class].T)  # a column each: read twice as fast
        self._example_classes = example_classes[by_class]
        self._out_of_scope = self.classes.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in self.classes else None
        self._class_starts = np.searchsorted(self._example_classes, np.arange(len(self.classes) + 1))

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str], config: LinearConfig = DEFAULTS
    ) -> JointModel:
        """Train on n texts with their sentence vectors, float32 [n, 384], and labels.

        Raises:
            ValueError: fewer than two labels, or lengths that differ.
        """
        linear = LinearModel.fit(texts, vectors, labels, config)
        index = {name: position for position, name in enumerate(linear.classes)}
        return cls(linear, np.asarray(vectors, dtype=np.float32), np.array([index[label] for label in labels]))

    def predict(self, texts: Sequence[str], vectors: np.ndarray) -> list[JointPrediction]:
        """Return a prediction for each text; `vectors` are their sentence vectors, float32 [n, 384]."""
        logits = self._linear.logits(texts, vectors)
        similarities = vectors @ self._examples
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
        arrays = {**self._linear.arrays(), "examples": self._examples.T, "example_classes": self._example_classes}
        np.savez(folder / "joint.npz", **arrays)
        (folder / "joint.json").write_text(json.dumps(self._linear.description()), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> JointModel:
        """Read a model that `save` wrote.

        Raises:
            FileNotFoundError: the folder holds no such model.
        """
        description = json.loads((folder / "joint.json").read_text(encoding="utf-8"))
        with np.load(folder / "joint.npz") as arrays:
            return cls(LinearModel.restore(description, arrays), arrays["examples"], arrays["example_classes"])
