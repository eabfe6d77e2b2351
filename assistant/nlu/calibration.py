"""When to answer, when to ask: a calibrated confidence with a threshold and a margin.

The figures are fitted on the development set by `make calibrate` (`bench/nlu/calibrate.py`) and kept in
`assistant/nlu/calibration.json`; nobody sets them by hand.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from assistant.nlu.joint import EVIDENCE, JointPrediction

DEFAULT_FILE = Path(__file__).with_name("calibration.json")


class CalibrationError(ValueError):
    """The calibration file is missing or does not fit this program."""


@dataclass(frozen=True)
class Calibration:
    """A logistic model of "the likeliest intent is right", with the two limits for answering.

    Attributes:
        mean, deviation, weights: one figure for each entry of `EVIDENCE`.
        intercept: of the logistic model.
        threshold: answer at or above this confidence.
        margin: ask if the second choice is nearer than this.
    """

    mean: list[float]
    deviation: list[float]
    weights: list[float]
    intercept: float
    threshold: float
    margin: float

    def confidence(self, prediction: JointPrediction) -> float:
        """Return the estimated probability, 0 to 1, that the likeliest intent is the right one."""
        standard = (prediction.evidence - np.array(self.mean)) / np.array(self.deviation)
        return float(1 / (1 + np.exp(-(standard @ np.array(self.weights) + self.intercept))))

    def save(self, path: Path = DEFAULT_FILE) -> None:
        """Write the figures, with the names of the evidence they weigh."""
        content = {"evidence": list(EVIDENCE), **asdict(self)}
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path = DEFAULT_FILE) -> Calibration:
        """Read the figures.

        Raises:
            CalibrationError: naming the file and the remedy.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            evidence = content.pop("evidence")
            if tuple(evidence) != EVIDENCE:
                raise CalibrationError(f"{path}: weighs {evidence}, this program gives {list(EVIDENCE)}.")
            return cls(**content)
        except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise CalibrationError(f"{path} cannot be used ({error!r}). Run `make calibrate`.") from error
