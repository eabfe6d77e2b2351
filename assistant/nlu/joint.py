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
from assistant.nlu.neighbours import Neighbours

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
        self._neighbours = Neighbours(examples, example_classes, len(self.classes))
        self._out_of_scope = self.classes.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in self.classes else None

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
        return [self._judge(text, row, vector) for text, row, vector in zip(texts, logits, vectors)]

    def _judge(self, text: str, logits: np.ndarray, vector: np.ndarray) -> JointPrediction:
        order = np.argsort(-logits)
        best, second = order[0], order[1]
        highest = float(logits[best])
        log_sum = highest + float(np.log(np.exp(logits - highest).sum()))
        probabilities = np.exp(logits - log_sum)
        own = self._neighbours.to_class(vector, best)
        support = own.max()
        five = np.partition(own, -5)[-5:] if len(own) > 5 else own
        away = self._out_of_scope
        evidence = np.array(
            [
                highest - log_sum,
                probabilities[best] - probabilities[second],
                highest,
                log_sum,
                support,
                five.mean(),
                support - self._neighbours.to_others(vector, best),
                np.log1p(len(text.split())),
                max(_FAR, float(logits[away]) - highest) if away is not None else _FAR,
                self._neighbours.to_class(vector, away).max() if away is not None else 0.0,
            ]
        )
        return JointPrediction(probabilities, order, evidence)

    def save(self, folder: Path) -> None:
        """Write the model into a folder: arrays as NPZ, vocabularies as JSON; no pickles."""
        arrays = {
            **self._linear.arrays(),
            "examples": self._neighbours.examples,
            "example_classes": self._neighbours.classes,
        }
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
