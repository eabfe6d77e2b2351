"""The crisis detector: two models over the sentences of a message, and the reviewed danger words.

The models are a linear one over sentence vectors and n-grams, and a small network over the vectors. No Rasa here.
`python -m bench.nlu.detector` trains them on `data/crisis/`, chooses the thresholds on the development set and writes
`assistant/nlu/crisis_detector.npz`; the graph component in `crisis.py` only reads that.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional, Sequence

import numpy as np

from assistant.content.crisis import KINDS
from assistant.nlu.crisis_data import NONE
from assistant.nlu.danger_words import DangerFound, DangerWordFinder
from assistant.nlu.hidden import HiddenModel
from assistant.nlu.linear import LinearModel

DEFAULT_FILE = Path(__file__).with_name("crisis_detector.npz")
ANSWERS_KEPT = 6
NETWORK_SHARE = 0.6  # of the log odds; the linear model has the rest (chosen on the development set)
CERTAIN = 8.0  # log odds; more says nothing


@dataclass(frozen=True)
class CrisisThresholds:
    """How the signals are weighed; all in log odds, chosen by `bench.nlu.detector`.

    Attributes:
        threshold: danger from here on.
        sensitive: danger from here on once it was raised in the conversation.
        raised: what a raising phrase adds to its sentence.
        lowered: what a lowering phrase takes from its sentence, unless a clear phrase stands in it.
        clear: what a clear phrase adds to its sentence; nothing lowers that one.
        slope, offset: turn log odds into the confidence that is given out.
    """

    threshold: float = 0.0
    sensitive: float = -1.0
    raised: float = 1.0
    lowered: float = 1.0
    clear: float = 1.0
    slope: float = 1.0
    offset: float = 0.0

    def confidence(self, log_odds: float) -> float:
        """Return the confidence that there is danger, 0 to 1."""
        return float(1 / (1 + np.exp(-(self.slope * log_odds + self.offset))))


@dataclass(frozen=True)
class CrisisVerdict:
    """What the detector says of a message.

    Attributes:
        label: crisis intent, or `None`.
        confidence: that there is danger, 0 to 1.
        sensitive: crisis intent if danger was raised before in this conversation, or `None`.
        imminent: whether the words say that it is now.
        about: whether the message speaks about such danger without being in it.
        answers: steps of the safety conversation that the words may mean as an answer, with confidences, best first.
    """

    label: Optional[str]
    confidence: float
    sensitive: Optional[str]
    imminent: bool
    about: bool
    answers: list[tuple[str, float]]


class CrisisDetector:
    """Trained detector; make one with `load`, or from its parts."""

    def __init__(
        self,
        danger: LinearModel,
        network: HiddenModel,
        answers: LinearModel,
        thresholds: CrisisThresholds,
        finder: DangerWordFinder,
    ) -> None:
        self.danger = danger
        self.network = network
        self.answers = answers
        self.thresholds = thresholds
        self._finder = finder
        self._none = danger.classes.index(NONE)
        self._kinds = [danger.classes.index(kind) for kind in KINDS]

    def judge(self, texts: Sequence[str], vectors: np.ndarray) -> CrisisVerdict:
        """Return the verdict on a message.

        Args:
            texts: the message, then its pieces (none if it is a single sentence).
            vectors: their sentence vectors, float32 [len(texts), 384].
        """
        whole = self._finder.find(texts[0])
        # Phrases of a piece are phrases of the whole; most messages hold none, and looking takes time.
        words = [whole, *(self._finder.find(text) if whole != DangerFound() else whole for text in texts[1:])]
        odds, kinds = self.weigh(self.log_odds(texts, vectors), words, len(texts) > 1)
        worst = int(np.argmax(odds))
        kind, highest = KINDS[kinds[worst]], float(odds[worst])
        limits = self.thresholds
        label = kind if highest >= limits.threshold else None
        return CrisisVerdict(
            label,
            limits.confidence(highest),
            kind if highest >= limits.sensitive else None,
            label is not None and any(found.imminent for found in words),
            label is None and any(found.mentioned for found in words),
            self._answers(texts[0], vectors[0]),
        )

    def log_odds(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """Return the models' log odds of each kind against no danger, float32 [len(texts), len(KINDS)]."""
        logits = (1 - NETWORK_SHARE) * self.danger.logits(texts, vectors) + NETWORK_SHARE * self.network.logits(vectors)
        return np.asarray(logits[:, self._kinds] - logits[:, [self._none]])

    def weigh(
        self,
        log_odds: np.ndarray,
        words: Sequence[DangerFound],
        parted: bool,
        limits: Optional[CrisisThresholds] = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the log odds of danger of each text and its likeliest kind (index into `KINDS`).

        A phrase counts in the piece it stands in; the whole of a message that has pieces is judged by the model alone.
        """
        limits = limits or self.thresholds
        odds = np.logaddexp.reduce(log_odds, axis=1).clip(-CERTAIN, CERTAIN)
        kinds = log_odds.argmax(axis=1)
        for row, found in enumerate(words):
            if parted and row == 0:
                continue
            if found.certain:
                odds[row], kinds[row] = CERTAIN, KINDS.index(found.certain)
                continue
            if found.clear:
                odds[row] += limits.clear
            elif found.raised and not found.lowered:
                odds[row] += limits.raised
            elif found.lowered:
                odds[row] -= limits.lowered
            stated = found.clear or (found.raised if not found.lowered else None)
            if stated and log_odds[row].max() < limits.threshold:
                kinds[row] = KINDS.index(stated)
        return odds, kinds

    def _answers(self, text: str, vector: np.ndarray) -> list[tuple[str, float]]:
        logits = self.answers.logits([text], vector[np.newaxis])[0]
        probabilities = np.exp(logits - np.logaddexp.reduce(logits))
        best = probabilities.argsort()[: -ANSWERS_KEPT - 1 : -1]
        return [(self.answers.classes[index], float(probabilities[index])) for index in best]

    def save(self, path: Path, encoder: str) -> None:
        """Write the detector into one compressed file; `encoder` is the checksum of the encoder it was trained on."""
        description = {
            "encoder": encoder,
            "thresholds": asdict(self.thresholds),
            "danger": self.danger.description(),
            "answers": self.answers.description(),
        }
        arrays = {f"danger_{name}": array for name, array in self.danger.arrays().items()}
        arrays.update({f"network_{name}": array for name, array in self.network.arrays().items()})
        arrays.update({f"answers_{name}": array for name, array in self.answers.arrays().items()})
        text = np.frombuffer(json.dumps(description).encode(), dtype=np.uint8)
        np.savez_compressed(path, description=text, **arrays)

    @classmethod
    def load(cls, finder: DangerWordFinder, path: Path = DEFAULT_FILE) -> tuple[CrisisDetector, str]:
        """Return the detector of a file, and the checksum of the encoder it was trained on.

        Raises:
            FileNotFoundError: there is no such file.
        """
        with np.load(path) as arrays:
            description = json.loads(arrays["description"].tobytes())
            own = {
                part: {name[len(part) + 1 :]: arrays[name] for name in arrays.files if name.startswith(f"{part}_")}
                for part in ("danger", "network", "answers")
            }
        danger, answers = (LinearModel.restore(description[part], own[part]) for part in ("danger", "answers"))
        network = HiddenModel(danger.classes, own["network"])
        thresholds = CrisisThresholds(**description["thresholds"])
        return cls(danger, network, answers, thresholds, finder), description["encoder"]
