"""The training examples nearest to a text, by class."""

from __future__ import annotations

import numpy as np

AXES = 128  # of a first look: principal axes of the examples; they carry five sixths
LOOKED_AT = 128  # of the nearest by the first look; of 3,157 texts of the development set 5 had another nearest one, at most 0.03 nearer


class Neighbours:
    """Sentence vectors of examples, sorted by class.

    Reading all of them takes as long as a third of the encoder and empties the processor's cache. So the
    nearest are sought along a few axes first; those found are measured in full.
    """

    def __init__(self, examples: np.ndarray, classes: np.ndarray, count: int) -> None:
        """Prepare.

        Args:
            examples: float32 [n, dimensions], unit length.
            classes: int [n], each below `count`.
            count: number of classes; each has an example.
        """
        by_class = np.argsort(classes, kind="stable")
        self.examples = np.ascontiguousarray(examples[by_class])
        self.classes = classes[by_class]
        self._starts = np.searchsorted(self.classes, np.arange(count + 1))
        _, axes = np.linalg.eigh(self.examples.T @ self.examples)  # in rising order of what they carry
        self._axes = np.ascontiguousarray(axes[:, -AXES:])
        self._short = np.ascontiguousarray((self.examples @ self._axes).T)

    def to_class(self, vector: np.ndarray, index: int) -> np.ndarray:
        """Return the cosines of a vector, float32 [dimensions], to the examples of a class."""
        return np.asarray(self.examples[self._starts[index] : self._starts[index + 1]] @ vector)

    def to_others(self, vector: np.ndarray, index: int) -> float:
        """Return the cosine of a vector to the nearest example of another class."""
        looks = (vector @ self._axes) @ self._short
        looks[self._starts[index] : self._starts[index + 1]] = -1.0
        nearest = np.argpartition(looks, -LOOKED_AT)[-LOOKED_AT:] if len(looks) > LOOKED_AT else np.arange(len(looks))
        nearest = nearest[self.classes[nearest] != index]
        return float((self.examples[nearest] @ vector).max())
