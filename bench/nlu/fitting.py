"""Fitting of the calibration: how far the evidence of a prediction speaks for its likeliest label."""

from __future__ import annotations

from typing import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.nlu.joint import JointPrediction

# Out-of-scope texts count together as much as this part of the in-scope texts. Sets hold few of them next to what
# strangers write, and there is nothing to be sure of in them.
OUT_OF_SCOPE_SHARE = 1 / 3


def fit_calibration(
    predictions: Sequence[JointPrediction], right: Sequence[bool] | np.ndarray, weights: Sequence[float] | np.ndarray
) -> tuple[list[float], list[float], list[float], float]:
    """Fit the logistic model of `assistant.nlu.calibration.Calibration`.

    Args:
        predictions: n predictions for texts the joint model was not trained on.
        right: for each whether its likeliest label is the right one.
        weights: for each how much it counts; 1 is one text.

    Returns:
        Mean, deviation and weight, each with one figure for each entry of `EVIDENCE`, and the intercept.

    Raises:
        ValueError: all predictions are right or all are wrong, so there is nothing to tell apart.
    """
    if len(set(map(bool, right))) < 2:
        raise ValueError("The calibration needs right and wrong predictions; these are all of one kind.")
    evidence = np.array([prediction.evidence for prediction in predictions])
    mean = evidence.mean(axis=0)
    spread = evidence.std(axis=0)
    deviation = np.where(spread > 0, spread, 1.0)
    solver = LogisticRegression(max_iter=1000)
    solver.fit((evidence - mean) / deviation, np.asarray(right, dtype=bool), sample_weight=np.asarray(weights))
    return mean.tolist(), deviation.tolist(), solver.coef_[0].tolist(), float(solver.intercept_[0])


def balanced_weights(labels: Sequence[str] | np.ndarray, out_of_scope: str) -> np.ndarray:
    """Return a weight for each label, float64 [n]: 1 in scope, and out of scope so that `OUT_OF_SCOPE_SHARE` holds."""
    outside = np.array([label == out_of_scope for label in labels])
    weights = np.ones(len(labels))
    if outside.any():
        weights[outside] = OUT_OF_SCOPE_SHARE * (~outside).sum() / outside.sum()
    return weights
