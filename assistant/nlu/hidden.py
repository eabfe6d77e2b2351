"""A small network with one hidden layer over sentence vectors, trained by scikit-learn and read with NumPy alone."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Mapping, Sequence

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier


@dataclass(frozen=True)
class HiddenConfig:
    """Settings of the network.

    Attributes:
        units: of the hidden layer, for each of the networks.
        networks: trained from different beginnings; their mean steadies what is said of a message.
        alpha: weight of the L2 penalty.
        epochs: how often the examples are gone through.
        scale: multiplies the unit-length sentence vectors.
    """

    units: int = 384
    networks: int = 2
    alpha: float = 0.02
    epochs: int = 35
    scale: float = 4.0


class HiddenModel:
    """Trained network; make one with `fit` or `restore`."""

    def __init__(self, classes: list[str], arrays: Mapping[str, np.ndarray]) -> None:
        self.classes = classes
        self._first, self._first_bias = arrays["first"].astype(np.float32), arrays["first_bias"].astype(np.float32)
        self._second, self._second_bias = arrays["second"].astype(np.float32), arrays["second_bias"].astype(np.float32)

    @classmethod
    def fit(cls, vectors: np.ndarray, labels: Sequence[str], config: HiddenConfig = HiddenConfig()) -> HiddenModel:
        """Train.

        Args:
            vectors: sentence vectors, float32 [n, 384].
            labels: their n labels, at least three different ones.
            config: settings.

        Raises:
            ValueError: lengths that differ, or fewer than three labels.
        """
        if len(vectors) != len(labels):
            raise ValueError(f"{len(vectors)} vectors and {len(labels)} labels do not match.")
        if len(set(labels)) < 3:
            raise ValueError("At least three different labels are needed.")
        networks = [_fit(vectors * config.scale, np.asarray(labels), config, seed) for seed in range(config.networks)]
        # The mean of networks is one network with all their hidden units.
        arrays = {
            "first": np.hstack([network.coefs_[0] for network in networks]) * config.scale,
            "first_bias": np.hstack([network.intercepts_[0] for network in networks]),
            "second": np.vstack([network.coefs_[1] for network in networks]) / config.networks,
            "second_bias": np.mean([network.intercepts_[1] for network in networks], axis=0),
        }
        halves = {name: array.astype(np.float16) for name, array in arrays.items()}
        return cls([str(name) for name in networks[0].classes_], halves)

    def logits(self, vectors: np.ndarray) -> np.ndarray:
        """Return the log odds of each class up to a constant, float32 [n, classes]; `vectors` are [n, 384]."""
        hidden = np.maximum(vectors @ self._first + self._first_bias, 0.0)
        return np.asarray(hidden @ self._second + self._second_bias)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays to save."""
        return {
            "first": self._first.astype(np.float16),
            "first_bias": self._first_bias.astype(np.float16),
            "second": self._second.astype(np.float16),
            "second_bias": self._second_bias.astype(np.float16),
        }


def _fit(vectors: np.ndarray, labels: np.ndarray, config: HiddenConfig, seed: int) -> MLPClassifier:
    network = MLPClassifier(
        (config.units,),
        alpha=config.alpha,
        batch_size=512,
        learning_rate_init=2e-3,
        max_iter=config.epochs,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are limited on purpose
        return network.fit(vectors, labels)
